/* A document as plain text: every paragraph on one line, bullets by level. */
#include "report/document.h"
#include "report/pen.h"

#include <string.h>

/* Deeper levels than anyone reads stay on the page. */
#define INDENT_LEVEL_MAX 9

/* Line ends and tabs inside a text become one space each. */
static void put_line(struct nc_pen *pen, const char *text)
{
	while (*text != '\0') {
		size_t size = strcspn(text, "\n\t");

		nc_pen_bytes(pen, text, size);
		text += size;
		if (*text != '\0') {
			nc_pen_text(pen, " ");
			text++;
		}
	}
}

/* Each line by itself. */
static void put_lines(struct nc_pen *pen, const char *text)
{
	while (*text != '\0') {
		size_t size = strcspn(text, "\n");

		nc_pen_bytes(pen, text, size);
		nc_pen_text(pen, "\n");
		text += size + (text[size] == '\n');
	}
}

static void put_heading(struct nc_pen *pen, const struct nc_report_block *block)
{
	if (block->level == 1)
		nc_pen_text(pen, "\n");
	put_line(pen, block->number);
	if (block->number[0] != '\0' && block->text[0] != '\0')
		nc_pen_text(pen, " ");
	put_line(pen, block->text);
}

static void put_item(struct nc_pen *pen, const struct nc_report_block *block)
{
	static const char *const bullets[] = {"-", "+", "*"};
	unsigned level = block->level < INDENT_LEVEL_MAX ? block->level
							 : INDENT_LEVEL_MAX;

	nc_pen_repeat(pen, "  ", level - 1);
	if (block->number[0] == '\0')
		nc_pen_text(pen, bullets[(block->level - 1) % 3]);
	else
		put_line(pen, block->number);
	nc_pen_text(pen, " ");
	put_line(pen, block->text);
}

enum nc_status nc_report_write_text(const struct nc_report_document *document,
	struct nc_buffer *out, struct nc_error *err)
{
	struct nc_pen pen = nc_pen(out);

	put_lines(&pen, document->letterhead);
	put_lines(&pen, document->type);
	put_lines(&pen, document->subject);
	for (size_t i = 0; i < document->blocks_count; i++) {
		const struct nc_report_block *block = &document->blocks[i];

		if (block->kind == NC_BLOCK_HEADING)
			put_heading(&pen, block);
		else if (block->kind == NC_BLOCK_ITEM)
			put_item(&pen, block);
		else
			put_line(&pen, block->text);
		nc_pen_text(&pen, "\n");
	}
	return nc_pen_end(&pen, err);
}
