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

/* Appends raw text cleaned: TCVN3 converted (by_font: it was, where the font
 * told), NFC, no control characters save tabs and line ends. *legacy is set to
 * the name of an old code that was met. NC_MALFORMED, NC_LIMIT, NC_NO_MEMORY.
 */
enum nc_status nc_intake_clean(struct nc_buffer *out, struct nc_slice raw,
	bool by_font, const char **legacy) NC_MUST_USE;

/* Clean text of a few words, e.g. a marker, in the document's arena. */
enum nc_status nc_document_text(struct nc_document *document,
	struct nc_slice raw, const char **ret_text,
	struct nc_error *err) NC_MUST_USE;

/* The bytes of a text file as UTF-8: bytes themselves or, where they are in
 * another encoding, what decoded holds then; *legacy as above. NC_INVALID with
 * a sentence. */
enum nc_status nc_text_file_decode(struct nc_slice *bytes,
	struct nc_buffer *decoded, const char **legacy,
	struct nc_error *err) NC_MUST_USE;

enum nc_status nc_text_file_read(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err) NC_MUST_USE;

#endif
