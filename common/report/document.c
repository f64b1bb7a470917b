#include "report/document.h"
#include "report/clean.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void nc_report_document_init(struct nc_report_document *document)
{
	memset(document, 0, sizeof(*document));
	nc_arena_init(&document->arena, NC_REPORT_TREE_BYTES_MAX);
	document->head = (struct nc_report_head){"", "", "", "", ""};
	document->foot = (struct nc_report_foot){"", "", ""};
	document->type = "";
	document->subject = "";
	document->letterhead = "";
	document->contents_level = 1;
}

void nc_report_document_fini(struct nc_report_document *document)
{
	nc_arena_fini(&document->arena);
	document->blocks = NULL;
	document->blocks_count = 0;
	document->blocks_capacity = 0;
}

/* In *ret_text, text itself when it is clean, and then it must outlive the
 * document; else a copy that is. */
static enum nc_status clean_text(struct nc_report_document *document,
	const char *text, const char **ret_text, struct nc_error *err)
{
	const char *clean = text;

	if (!nc_report_is_clean(text))
		clean = nc_report_clean(&document->arena, text);
	if (clean == NULL)
		return nc_error_no_memory(err);
	*ret_text = clean;
	return NC_OK;
}

enum nc_status nc_report_document_print(struct nc_report_document *document,
	const char **ret_text, struct nc_error *err, const char *format, ...)
{
	va_list args;
	char *text = NULL;
	int size;

	va_start(args, format);
	size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (size >= 0)
		text = nc_arena_alloc(&document->arena, (size_t)size + 1);
	if (text == NULL)
		return nc_error_no_memory(err);
	va_start(args, format);
	vsnprintf(text, (size_t)size + 1, format, args);
	va_end(args);
	return clean_text(document, text, ret_text, err);
}

static enum nc_status document_grow(
	struct nc_report_document *document, struct nc_error *err)
{
	size_t capacity = document->blocks_capacity * 2;
	struct nc_report_block *blocks;

	if (document->blocks_count < document->blocks_capacity)
		return NC_OK;
	if (capacity == 0)
		capacity = 64;
	blocks = nc_arena_array(&document->arena, capacity, sizeof(*blocks));
	if (blocks == NULL)
		return nc_error_no_memory(err);
	if (document->blocks_count > 0)
		memcpy(blocks, document->blocks,
			document->blocks_count * sizeof(*blocks));
	document->blocks = blocks;
	document->blocks_capacity = capacity;
	return NC_OK;
}

/*
 * Levels may jump (a "+" without a "-" above it); lists must not, or Markdown
 * takes the indentation for code and HTML has nothing to nest in. The nearest
 * earlier item of the same list with a lower or the same level decides.
 */
static unsigned document_depth(
	const struct nc_report_document *document, unsigned level)
{
	for (size_t i = document->blocks_count; i > 0; i--) {
		const struct nc_report_block *block = &document->blocks[i - 1];

		if (block->kind != NC_BLOCK_ITEM)
			break;
		if (block->level < level)
			return block->depth + 1;
		if (block->level == level || block->depth == 1)
			return block->depth;
	}
	return 1;
}

enum nc_status nc_report_document_add(struct nc_report_document *document,
	const struct nc_report_block *block, struct nc_error *err)
{
	struct nc_report_block added = *block;
	const char **texts[] = {&added.number, &added.text,
		&added.origin.union_code, &added.origin.author};
	enum nc_status status;

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (*texts[i] == NULL)
			*texts[i] = "";
		status = clean_text(document, *texts[i], texts[i], err);
		if (status != NC_OK)
			return status;
	}
	if (added.level == 0)
		added.level = 1;
	if (added.kind == NC_BLOCK_ITEM)
		added.depth = document_depth(document, added.level);
	status = document_grow(document, err);
	if (status != NC_OK)
		return status;
	document->blocks[document->blocks_count++] = added;
	return NC_OK;
}

bool nc_report_origin_is_known(const struct nc_report_origin *origin)
{
	return !nc_id_is_zero(&origin->id) || origin->line != 0;
}
