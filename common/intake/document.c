#include "intake/document.h"
#include "intake/document_build.h"
#include "intake/docx_file.h"
#include "intake/office_package.h"
#include "base/limits.h"
#include "locale/tcvn3.h"
#include "locale/text.h"

#include <string.h>

/* The texts of all paragraphs, once each, with their markers. */
#define DOCUMENT_TEXT_MAX (2UL * NC_DOCUMENT_PART_MAX)

void nc_document_init(struct nc_document *document)
{
	memset(document, 0, sizeof(*document));
	nc_arena_init(&document->arena, DOCUMENT_TEXT_MAX);
	document->legacy = "";
}

void nc_document_fini(struct nc_document *document)
{
	nc_free(document->paragraphs);
	nc_arena_fini(&document->arena);
	nc_document_init(document);
}

/* Control characters mean nothing on paper and are not allowed in XML; a
 * tab and a line end inside a paragraph stay. */
static enum nc_status append_visible(struct nc_buffer *out, struct nc_slice raw)
{
	enum nc_status status = nc_buffer_reserve(out, raw.size);

	for (size_t i = 0; status == NC_OK && i < raw.size; i++) {
		uint8_t c = raw.data[i];

		if ((c < ' ' && c != '\t' && c != '\n') || c == 0x7f)
			continue;
		/* U+FFFE and U+FFFF, which are no characters */
		if (c == 0xef && i + 2 < raw.size && raw.data[i + 1] == 0xbf &&
			raw.data[i + 2] >= 0xbe) {
			i += 2;
			continue;
		}
		status = nc_buffer_append(out, &c, 1);
	}
	return status;
}

static enum nc_status clean_visible(struct nc_buffer *out, struct nc_slice raw)
{
	struct nc_buffer visible;
	enum nc_status status;

	nc_buffer_init(&visible, raw.size);
	status = append_visible(&visible, raw);
	if (status == NC_OK)
		status = nc_text_clean(out, nc_buffer_slice(&visible));
	nc_buffer_fini(&visible);
	return status;
}

/* Letters of an old font (TCVN3) become Unicode before cleaning, which drops
 * what is a letter there. */
enum nc_status nc_intake_clean(struct nc_buffer *out, struct nc_slice raw,
	bool by_font, const char **legacy)
{
	struct nc_buffer converted;
	enum nc_status status;

	if (by_font || !nc_tcvn3_is(raw))
		return clean_visible(out, raw);
	*legacy = "TCVN3";
	nc_buffer_init(&converted, 4 * raw.size + 64);
	status = nc_tcvn3_convert(&converted, raw);
	if (status == NC_OK)
		status = clean_visible(out, nc_buffer_slice(&converted));
	nc_buffer_fini(&converted);
	return status;
}

static enum nc_status too_long(
	const struct nc_paragraph *like, struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("Paragraph or line %zu of the file is longer than %d KiB, "
		  "which no plan needs; split it or check that this is the "
		  "right file."),
		like->line, NC_TEXT_BYTES_MAX / 1024);
}

/* Grows the array of paragraphs by one, up to the limit. */
static enum nc_status make_room(
	struct nc_document *document, struct nc_error *err)
{
	size_t capacity = document->capacity;
	struct nc_paragraph *grown;

	if (document->count >= NC_DOCUMENT_PARAGRAPHS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The file has more than %d paragraphs, which no "
			  "plan needs; check that this is the right file."),
			NC_DOCUMENT_PARAGRAPHS_MAX);
	if (document->count < capacity)
		return NC_OK;
	capacity = capacity == 0 ? 64 : capacity * 2;
	grown = nc_realloc(document->paragraphs, capacity * sizeof(*grown));
	if (grown == NULL)
		return nc_error_no_memory(err);
	document->paragraphs = grown;
	document->capacity = capacity;
	return NC_OK;
}

static enum nc_status keep_text(struct nc_document *document,
	struct nc_slice text, const char **ret_text, struct nc_error *err)
{
	char *kept = nc_arena_text(
		&document->arena, (const char *)text.data, text.size);

	if (kept == NULL)
		return nc_error_no_memory(err);
	*ret_text = kept;
	return NC_OK;
}

static enum nc_status malformed_text(size_t line, struct nc_error *err)
{
	return nc_error_set(err, NC_INVALID,
		_("Paragraph or line %zu of the file is not Unicode text; open "
		  "the file in Word or LibreOffice and save it as .docx or as "
		  "UTF-8 text."),
		line);
}

enum nc_status nc_document_text(struct nc_document *document,
	struct nc_slice raw, const char **ret_text, struct nc_error *err)
{
	struct nc_buffer clean;
	enum nc_status status;

	nc_buffer_init(&clean, 4 * raw.size + 64);
	status = nc_intake_clean(&clean, raw, false, &document->legacy);
	if (status == NC_OK)
		status = keep_text(document,
			nc_text_trim(nc_buffer_slice(&clean)), ret_text, err);
	else if (status == NC_NO_MEMORY)
		status = nc_error_no_memory(err);
	else
		status = malformed_text(0, err);
	nc_buffer_fini(&clean);
	return status;
}

static enum nc_status add_clean(struct nc_document *document,
	const struct nc_paragraph *like, struct nc_slice text,
	struct nc_error *err)
{
	struct nc_paragraph *paragraph;
	enum nc_status status;

	status = make_room(document, err);
	if (status != NC_OK)
		return status;
	paragraph = &document->paragraphs[document->count];
	*paragraph = *like;
	status = keep_text(document, text, &paragraph->text, err);
	if (status != NC_OK)
		return status;
	paragraph->blank_before = document->blank_pending;
	document->blank_pending = false;
	document->count++;
	return NC_OK;
}

enum nc_status nc_document_add(struct nc_document *document,
	const struct nc_paragraph *like, struct nc_slice raw,
	struct nc_error *err)
{
	struct nc_buffer clean;
	struct nc_slice text;
	enum nc_status status;

	/* Before normalising: that is slow on long runs of marks. */
	if (raw.size > NC_TEXT_BYTES_MAX)
		return too_long(like, err);
	nc_buffer_init(&clean, 4 * NC_TEXT_BYTES_MAX);
	status = nc_intake_clean(&clean, raw, like->by_font, &document->legacy);
	text = nc_text_trim(nc_buffer_slice(&clean));
	if (status == NC_NO_MEMORY)
		status = nc_error_no_memory(err);
	else if (status == NC_LIMIT ||
		 (status == NC_OK && text.size > NC_TEXT_BYTES_MAX))
		status = too_long(like, err);
	else if (status != NC_OK)
		status = malformed_text(like->line, err);
	else if (text.size == 0)
		document->blank_pending = true;
	else
		status = add_clean(document, like, text, err);
	nc_buffer_fini(&clean);
	return status;
}

struct signature {
	const char *bytes;
	size_t size;
	const char *sentence;
};

/* What people hand over by mistake, by its first bytes. */
static const struct signature refused[] = {
	{"%PDF", 4,
		N_("This is a PDF, which holds pictures of lines rather than "
		   "paragraphs; ask for the Word file it was made from, or "
		   "open it in Word and save it as .docx.")},
	{"{\\rtf", 5,
		N_("This is a rich-text file (.rtf); open it in Word or "
		   "LibreOffice and save it as .docx.")},
	{"<!DOCTYPE", 9,
		N_("This is a web page or an XML file; open it in Word or "
		   "LibreOffice and save it as .docx.")},
	{"<html", 5,
		N_("This is a web page; open it in Word or LibreOffice and "
		   "save it as .docx.")},
	{"<?xml", 5,
		N_("This is an XML file; open it in Word or LibreOffice and "
		   "save it as .docx.")},
};

static bool begins_with(struct nc_slice bytes, const void *start, size_t size)
{
	return bytes.size >= size && memcmp(bytes.data, start, size) == 0;
}

/* An old .doc, .xls or .ppt, or a package that is sealed. */
static enum nc_status refuse_compound(
	struct nc_slice bytes, struct nc_error *err)
{
	if (office_compound_is_sealed(bytes))
		return nc_error_set(err, NC_INVALID,
			_("This document is locked with a password; open it "
			  "in Word, remove the password and save it again."));
	return nc_error_set(err, NC_INVALID,
		_("This is a document of an old Office version (.doc or "
		  ".xls); open it in Word or LibreOffice and save it as "
		  ".docx."));
}

static enum nc_status read_known(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err)
{
	if (office_package_is(bytes))
		return nc_docx_file_read(document, bytes, err);
	if (office_compound_is(bytes))
		return refuse_compound(bytes, err);
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		if (begins_with(bytes, refused[i].bytes, refused[i].size))
			return nc_error_set(
				err, NC_INVALID, "%s", _(refused[i].sentence));
	return nc_text_file_read(document, bytes, err);
}

enum nc_status nc_document_read(struct nc_document *document,
	struct nc_slice bytes, struct nc_error *err)
{
	enum nc_status status;

	if (bytes.size > NC_DOCUMENT_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The file is larger than %d MiB; take the pictures "
			  "out of it, or check that this is the right file."),
			NC_DOCUMENT_BYTES_MAX / (1024 * 1024));
	nc_document_fini(document);
	status = read_known(document, bytes, err);
	if (status == NC_OK && document->count == 0)
		status = nc_error_set(err, NC_INVALID,
			_("The file holds no text; check that it was saved "
			  "and that this is the right file."));
	if (status != NC_OK)
		nc_document_fini(document);
	return status;
}
