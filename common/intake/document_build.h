/*
 * What the readers of the file formats share: how a paragraph gets into a
 * document. Internal to this room.
 */
#ifndef NC_INTAKE_DOCUMENT_BUILD_H
#define NC_INTAKE_DOCUMENT_BUILD_H

#include "intake/document.h"

/*
 * Cleans raw text (NFC, no control characters, trimmed) and adds it as a
 * paragraph with the other members of like, unless nothing is left of it;
 * the next paragraph then has blank_before. NC_LIMIT past a limit.
 */
enum nc_status nc_document_add(struct nc_document *document,
	const struct nc_paragraph *like, struct nc_slice raw,
	struct nc_error *err) NC_MUST_USE;

/* Clean text of a few words, e.g. a marker, in the document's arena. */
enum nc_status nc_document_text(struct nc_document *document,
	struct nc_slice raw, const char **ret_text,
	struct nc_error *err) NC_MUST_USE;

enum nc_status nc_text_file_read(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err) NC_MUST_USE;

#endif
