/*
 * The note under a union's heading in a document: whose records stand there
 * beside its own. In Vietnamese, like all that a document says.
 */
#ifndef NC_COMMAND_ROOF_NOTE_H
#define NC_COMMAND_ROOF_NOTE_H

#include "base/bytes.h"
#include "store/roof.h"

/*
 * Appends the note for the roof `of`; nothing when it holds but its own
 * records of its own time. has: of each of registry's unions, whether any of
 * its records are printed. Sums under a roof are of all of them.
 */
enum nc_status nc_roof_note(struct nc_buffer *out,
	const struct nc_registry *registry, const struct nc_registry_union *of,
	const bool *has, const char *day) NC_MUST_USE;

#endif
