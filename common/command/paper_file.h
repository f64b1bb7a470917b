/*
 * A file as people have it, read as a document, a plan or a report. A note
 * tells when old letters were converted.
 */
#ifndef NC_COMMAND_PAPER_FILE_H
#define NC_COMMAND_PAPER_FILE_H

#include "intake/annual.h"
#include "model/plan.h"

enum nc_status nc_plan_from_file(struct nc_plan *plan, const char *path,
	struct nc_error *err) NC_MUST_USE;
enum nc_status nc_annuals_from_file(struct nc_annuals *annuals,
	const char *path, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_document_from_bytes(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err) NC_MUST_USE;
/* The note; legacy: the old code's name, "" or NULL for none. */
void nc_paper_note_legacy(const char *legacy);

#endif
