/*
 * A Word document. Bytes that begin as a zip file go through the package
 * reader; all others are its parts bare, for mutation does not get through a
 * zip: document.xml NUL numbering.xml NUL styles.xml.
 */
#include "intake/docx_file.h"
#include "intake/plan_reader.h"
#include "locale/text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Takes the bytes up to the next NUL. */
static struct nc_slice take_part(struct nc_slice *rest)
{
	const uint8_t *end =
		rest->size == 0 ? NULL : memchr(rest->data, 0, rest->size);
	struct nc_slice part = *rest;

	if (end == NULL) {
		*rest = nc_slice("", 0);
		return part;
	}
	part.size = (size_t)(end - part.data);
	*rest = nc_slice(end + 1, rest->size - part.size - 1);
	return part;
}

static enum nc_status read_parts(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err)
{
	struct nc_docx_parts parts;

	parts.document = take_part(&bytes);
	parts.numbering = take_part(&bytes);
	parts.styles = take_part(&bytes);
	return nc_docx_parts_read(document, &parts, err);
}

static void check_document(const struct nc_document *document)
{
	size_t line = 0;

	for (size_t i = 0; i < document->count; i++) {
		const struct nc_paragraph *at = &document->paragraphs[i];

		NC_ASSERT(nc_text_is_clean(nc_slice_text(at->text)));
		NC_ASSERT(nc_text_is_clean(nc_slice_text(at->marker)));
		NC_ASSERT(at->text[0] != '\0');
		NC_ASSERT(at->list_level >= -1 && at->list_level < 9);
		NC_ASSERT(at->heading_level >= 0 && at->heading_level <= 9);
		NC_ASSERT((at->list_level < 0) == (at->marker[0] == '\0'));
		NC_ASSERT(at->line > line);
		line = at->line;
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_slice bytes = nc_slice(data, size);
	struct nc_document document;
	struct nc_plan plan;
	struct nc_error err;
	enum nc_status status;

	nc_document_init(&document);
	nc_plan_init(&plan);
	if (size >= 2 && data[0] == 'P' && data[1] == 'K')
		status = nc_document_read(&document, bytes, &err);
	else
		status = read_parts(&document, bytes, &err);
	if (status == NC_OK) {
		check_document(&document);
		status = nc_plan_read(&document, &plan, &err);
		NC_ASSERT(status == NC_OK || status == NC_NO_MEMORY);
	}
	nc_plan_fini(&plan);
	nc_document_fini(&document);
	return 0;
}
