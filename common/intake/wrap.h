/*
 * Lines that were cut at a margin, put together again before they are read:
 * a full line whose next word did not fit goes on in the next one, whatever
 * that begins with; what looks like a mark there is one unless the line before
 * cannot end so. And a sentence goes on behind a page's number. Internal to
 * this room.
 */
#ifndef NC_INTAKE_WRAP_H
#define NC_INTAKE_WRAP_H

#include "intake/document.h"

/* Fills joined, initialised and empty, with document's paragraphs; their
 * texts may be borrowed from document. */
enum nc_status wrap_join(struct nc_document *joined,
	const struct nc_document *document, struct nc_error *err) NC_MUST_USE;

#endif
