/*
 * Word documents (DOCX: ECMA-376, ISO/IEC 29500, both dialects), as Word and
 * LibreOffice write them. Internal to this room; the fuzzer feeds the bare
 * parts.
 */
#ifndef NC_INTAKE_DOCX_FILE_H
#define NC_INTAKE_DOCX_FILE_H

#include "intake/document.h"

/* The XML parts that matter, unpacked; an empty one is not there. */
struct nc_docx_parts {
	struct nc_slice document;
	struct nc_slice numbering;
	struct nc_slice styles;
};

/* Adds the parts' paragraphs to document. */
enum nc_status nc_docx_parts_read(struct nc_document *document,
	const struct nc_docx_parts *parts, struct nc_error *err) NC_MUST_USE;

/* The same of a whole package, which is a zip file. */
enum nc_status nc_docx_file_read(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err) NC_MUST_USE;

#endif
