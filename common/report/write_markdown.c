/*
 * A document as Markdown (CommonMark): every text escaped so that it shows as
 * typed, and after each paragraph and item an HTML comment that names the
 * record and the change-set that said it.
 */
#include "report/document.h"
#include "report/pen.h"

#include <inttypes.h>
#include <string.h>

/* What may mean something anywhere in a line. */
#define ESCAPED "\\`*_{}[]<>#|~&$!"

/* A line's start: "+", "-" and "=" make lists, rules and headings, and so do
 * digits before "." or ")". Returns the bytes that it wrote of line. */
static size_t put_line_start(struct nc_pen *pen, const char *line)
{
	size_t digits = strspn(line, "0123456789");

	if (line[0] == '+' || line[0] == '-' || line[0] == '=') {
		nc_pen_text(pen, "\\");
		nc_pen_bytes(pen, line, 1);
		return 1;
	}
	if (digits > 0 && (line[digits] == '.' || line[digits] == ')')) {
		nc_pen_bytes(pen, line, digits);
		nc_pen_text(pen, "\\");
		nc_pen_bytes(pen, line + digits, 1);
		return digits + 1;
	}
	return 0;
}

static void put_line(struct nc_pen *pen, const char *line, size_t size)
{
	const char *end = line + size;

	while (line < end) {
		size_t plain = strcspn(line, ESCAPED "\t\n");

		if (plain > (size_t)(end - line))
			plain = (size_t)(end - line);
		nc_pen_bytes(pen, line, plain);
		line += plain;
		if (line == end)
			break;
		if (*line == '\t') {
			nc_pen_text(pen, " ");
		} else {
			nc_pen_text(pen, "\\");
			nc_pen_bytes(pen, line, 1);
		}
		line++;
	}
}

/* A text's lines, each after newline; lines without a word are left out,
 * since an empty one would end the paragraph. */
static void put_text(struct nc_pen *pen, const char *text, const char *newline,
	size_t indent)
{
	bool first = true;

	while (*text != '\0') {
		size_t size, start;

		text += strspn(text, " \t\n");
		size = strcspn(text, "\n");
		if (size == 0)
			break;
		if (!first) {
			nc_pen_text(pen, newline);
			nc_pen_repeat(pen, " ", indent);
		}
		first = false;
		start = put_line_start(pen, text);
		put_line(pen, text + start, size - start);
		text += size;
	}
}

/* Inside a comment "--" and ">" could end it, so they are written as HTML
 * writes characters by number. */
static void put_attribute(
	struct nc_pen *pen, const char *name, const char *value)
{
	nc_pen_printf(pen, " %s=\"", name);
	while (*value != '\0') {
		size_t plain = strcspn(value, "-<>&\"\n\t");

		nc_pen_bytes(pen, value, plain);
		value += plain;
		if (*value == '\0')
			break;
		if (*value == '-' && value[1] != '-')
			nc_pen_text(pen, "-");
		else
			nc_pen_printf(pen, "&#%d;", *value);
		value++;
	}
	nc_pen_text(pen, "\"");
}

static void put_origin(
	struct nc_pen *pen, const struct nc_report_origin *origin)
{
	char id[NC_ID_TEXT_SIZE];
	char device[NC_DEVICE_ID_TEXT_SIZE];

	if (!nc_report_origin_is_known(origin))
		return;
	nc_pen_text(pen, " <!--");
	if (nc_id_is_zero(&origin->id)) {
		nc_pen_printf(pen, " line=%zu -->", origin->line);
		return;
	}
	nc_id_format(id, &origin->id);
	nc_device_id_format(device, origin->device);
	put_attribute(pen, "id", id);
	put_attribute(pen, "union", origin->union_code);
	put_attribute(pen, "device", device);
	nc_pen_printf(pen, " sequence=%" PRIu64, origin->sequence);
	put_attribute(pen, "author", origin->author);
	nc_pen_text(pen, " -->");
}

static void put_heading(struct nc_pen *pen, const struct nc_report_block *block)
{
	unsigned level = block->level < 5 ? block->level + 1 : 6;

	nc_pen_repeat(pen, "#", level);
	nc_pen_text(pen, " ");
	put_line(pen, block->number, strlen(block->number));
	if (block->number[0] != '\0' && block->text[0] != '\0')
		nc_pen_text(pen, " ");
	put_text(pen, block->text, " ", 0);
	nc_pen_text(pen, "\n");
}

static void put_block(struct nc_pen *pen, const struct nc_report_block *block,
	bool after_item)
{
	size_t indent = 2 * (size_t)block->depth;

	if (block->kind != NC_BLOCK_ITEM || !after_item)
		nc_pen_text(pen, "\n");
	switch (block->kind) {
	case NC_BLOCK_HEADING:
		put_heading(pen, block);
		return;
	case NC_BLOCK_ITEM:
		nc_pen_repeat(pen, " ", indent - 2);
		nc_pen_text(pen, "- ");
		if (block->number[0] != '\0') {
			put_text(pen, block->number, " ", 0);
			nc_pen_text(pen, " ");
		}
		put_text(pen, block->text, "\\\n", indent);
		break;
	case NC_BLOCK_NOTE:
		nc_pen_text(pen, "*");
		put_text(pen, block->text, " ", 0);
		nc_pen_text(pen, "*");
		break;
	case NC_BLOCK_PARAGRAPH:
		put_text(pen, block->text, "\\\n", 0);
		break;
	}
	put_origin(pen, &block->origin);
	nc_pen_text(pen, "\n");
}

enum nc_status nc_report_write_markdown(
	const struct nc_report_document *document, struct nc_buffer *out,
	struct nc_error *err)
{
	struct nc_pen pen = nc_pen(out);
	bool after_item = false;

	if (document->letterhead[0] != '\0') {
		put_text(&pen, document->letterhead, "\\\n", 0);
		nc_pen_text(&pen, "\n\n");
	}
	nc_pen_text(&pen, "# ");
	put_text(&pen, document->type, " ", 0);
	nc_pen_text(&pen, "\n");
	if (document->subject[0] != '\0') {
		nc_pen_text(&pen, "\n**");
		put_text(&pen, document->subject, "\\\n", 0);
		nc_pen_text(&pen, "**\n");
	}
	for (size_t i = 0; i < document->blocks_count; i++) {
		put_block(&pen, &document->blocks[i], after_item);
		after_item = document->blocks[i].kind == NC_BLOCK_ITEM;
	}
	return nc_pen_end(&pen, err);
}
