/*
 * Whose part of a document is whose: plans and reports of several unions alike
 * name each union above its part.
 */
#ifndef NC_INTAKE_PARTS_H
#define NC_INTAKE_PARTS_H

#include "base/error.h"

#include <stddef.h>

/*
 * The part of the union of that name, by its place's words; names are the
 * parts' own, as printed. One part without a name is anybody's. NC_NOT_FOUND
 * with a sentence that lists whom the document names; NC_INVALID for a name
 * without a place.
 */
enum nc_status nc_parts_find(const char *const *names, size_t count,
	const char *name, size_t *ret_index, struct nc_error *err) NC_MUST_USE;

#endif
