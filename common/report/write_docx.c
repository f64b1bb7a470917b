/*
 * A document as Word: real paragraphs in real styles, items as a bulleted
 * list that Word numbers, the head and the foot as tables without borders,
 * because that is how offices edit them. Each paragraph or item that a record
 * stands behind is in a bookmark named after the record: "r_" and the id with
 * "_" for "-".
 */
#include "report/docx.h"
#include "report/pen.h"
#include "model/blank.h"

#include <stdio.h>
#include <string.h>

static void start_paragraph(struct nc_xml *xml, const char *style)
{
	nc_xml_start(xml, "w:p");
	nc_xml_start(xml, "w:pPr");
	nc_docx_val(xml, "w:pStyle", style);
	nc_xml_end(xml);
}

static void put_words(struct nc_xml *xml, const char *text, size_t size)
{
	if (size == 0)
		return;
	nc_xml_start(xml, "w:t");
	nc_xml_attribute(xml, "xml:space", "preserve");
	nc_xml_text_part(xml, text, size);
	nc_xml_end(xml);
}

/* One run; line ends and tabs inside the text are Word's own. */
static void put_run(struct nc_xml *xml, const char *text)
{
	if (text[0] == '\0')
		return;
	nc_xml_start(xml, "w:r");
	for (;;) {
		size_t size = strcspn(text, "\n\t");

		put_words(xml, text, size);
		text += size;
		if (*text == '\0')
			break;
		nc_xml_leaf(xml, *text == '\n' ? "w:br" : "w:tab", NULL, NULL);
		text++;
	}
	nc_xml_end(xml);
}

static void put_paragraph(
	struct nc_xml *xml, const char *style, const char *text)
{
	start_paragraph(xml, style);
	put_run(xml, text);
	nc_xml_end(xml);
}

/* Each line a paragraph of its own. */
static void put_paragraphs(
	struct nc_xml *xml, const char *style, const char *text)
{
	for (;;) {
		size_t size = strcspn(text, "\n");

		start_paragraph(xml, style);
		nc_xml_start(xml, "w:r");
		put_words(xml, text, size);
		nc_xml_end(xml);
		nc_xml_end(xml);
		if (text[size] == '\0')
			return;
		text += size + 1;
	}
}

/* A line of the given length in the middle of so wide a column. */
static void put_rule(struct nc_xml *xml, int width, int length)
{
	nc_xml_start(xml, "w:p");
	nc_xml_start(xml, "w:pPr");
	nc_docx_val(xml, "w:pStyle", "Rule");
	nc_xml_start(xml, "w:ind");
	nc_xml_number(xml, "w:left", (width - length) / 2);
	nc_xml_number(xml, "w:right", (width - length) / 2);
	nc_xml_end(xml);
	nc_xml_end(xml);
	nc_xml_end(xml);
}

static void put_width(struct nc_xml *xml, const char *name, int width)
{
	nc_xml_start(xml, name);
	nc_xml_number(xml, "w:w", width);
	nc_xml_attribute(xml, "w:type", "dxa");
	nc_xml_end(xml);
}

/* One row of two cells; start_cell and end follow for each. blanks: what is
 * to be filled in, or "". */
static void start_table(
	struct nc_xml *xml, int left, int right, const char *blanks)
{
	nc_xml_start(xml, "w:tbl");
	nc_xml_start(xml, "w:tblPr");
	put_width(xml, "w:tblW", left + right);
	nc_docx_val(xml, "w:tblLayout", "fixed");
	nc_xml_start(xml, "w:tblCellMar");
	put_width(xml, "w:left", 0);
	put_width(xml, "w:right", 0);
	nc_xml_end(xml);
	if (blanks[0] != '\0') {
		nc_docx_val(xml, "w:tblCaption", NC_BLANK_CAPTION);
		nc_docx_val(xml, "w:tblDescription", blanks);
	}
	nc_xml_end(xml);
	nc_xml_start(xml, "w:tblGrid");
	nc_xml_leaf_number(xml, "w:gridCol", "w:w", left);
	nc_xml_leaf_number(xml, "w:gridCol", "w:w", right);
	nc_xml_end(xml);
	nc_xml_start(xml, "w:tr");
}

static void start_cell(struct nc_xml *xml, int width)
{
	nc_xml_start(xml, "w:tc");
	nc_xml_start(xml, "w:tcPr");
	put_width(xml, "w:tcW", width);
	nc_xml_end(xml);
}

/* The texts with bars between them; "" when they are too long to be told. */
static void say_blanks(
	char blanks[NC_BLANK_BYTES_MAX], const char *const *texts, size_t count)
{
	size_t size = 0;

	for (size_t i = 0; i < count; i++) {
		int more = snprintf(blanks + size, NC_BLANK_BYTES_MAX - size,
			"%s%s", i == 0 ? "" : " | ", texts[i]);

		size += (size_t)more;
		if (size >= NC_BLANK_BYTES_MAX) {
			blanks[0] = '\0';
			return;
		}
	}
}

static void put_head(struct nc_xml *xml, const struct nc_report_head *head)
{
	const struct nc_docx_layout *layout = &nc_docx_layout;
	const char *issuer =
		head->issuer[0] != '\0' ? head->issuer : "………………………";
	char blanks[NC_BLANK_BYTES_MAX] = "";

	if (strcmp(head->place_date, nc_report_blank_head.place_date) == 0)
		say_blanks(blanks,
			(const char *const[]){issuer, head->number,
				head->nation, head->motto, head->place_date},
			5);
	start_table(xml, layout->head_left, layout->head_right, blanks);
	start_cell(xml, layout->head_left);
	put_paragraphs(xml, "Issuer", issuer);
	put_rule(xml, layout->head_left, layout->rule_issuer);
	put_paragraph(xml, "Number", head->number);
	nc_xml_end(xml);
	start_cell(xml, layout->head_right);
	put_paragraph(xml, "Nation", head->nation);
	put_paragraph(xml, "Motto", head->motto);
	put_rule(xml, layout->head_right, layout->rule_motto);
	put_paragraph(xml, "PlaceDate", head->place_date);
	nc_xml_end(xml);
	nc_xml_end(xml);
	nc_xml_end(xml);
}

static void put_title(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	const struct nc_docx_layout *layout = &nc_docx_layout;

	put_paragraph(xml, "Title", document->type);
	put_paragraphs(xml, "Subtitle", document->subject);
	put_rule(xml,
		layout->page_width - layout->margin_left - layout->margin_right,
		layout->rule_subject);
}

static void put_heading(struct nc_xml *xml, const struct nc_report_block *block)
{
	nc_xml_start(xml, "w:p");
	nc_xml_start(xml, "w:pPr");
	nc_xml_start(xml, "w:pStyle");
	nc_xml_format(xml, "w:val", "Heading%u",
		block->level < NC_DOCX_HEADINGS ? block->level
						: NC_DOCX_HEADINGS);
	nc_xml_end(xml);
	nc_xml_end(xml);
	put_run(xml, block->number);
	if (block->number[0] != '\0' && block->text[0] != '\0')
		put_run(xml, " ");
	put_run(xml, block->text);
	nc_xml_end(xml);
}

static void put_item_style(struct nc_xml *xml, unsigned level)
{
	if (level == 1) {
		nc_docx_val(xml, "w:pStyle", "ListBullet");
		return;
	}
	nc_xml_start(xml, "w:pStyle");
	nc_xml_format(xml, "w:val", "ListBullet%u",
		level < NC_DOCX_LIST_STYLES ? level : NC_DOCX_LIST_STYLES);
	nc_xml_end(xml);
}

/* The last paragraph stays with the foot: a signature alone on a page signs
 * nothing. */
static void put_look(
	struct nc_xml *xml, const struct nc_report_block *block, bool last)
{
	unsigned level =
		block->level < NC_DOCX_LEVELS ? block->level : NC_DOCX_LEVELS;

	nc_xml_start(xml, "w:pPr");
	if (block->kind == NC_BLOCK_ITEM)
		put_item_style(xml, level);
	else
		nc_docx_val(xml, "w:pStyle",
			block->kind == NC_BLOCK_NOTE ? "Note" : "BodyText");
	if (last)
		nc_xml_leaf(xml, "w:keepNext", NULL, NULL);
	if (block->kind == NC_BLOCK_ITEM) {
		nc_xml_start(xml, "w:numPr");
		/* List 0 is none: its number is typed. */
		nc_docx_val_number(xml, "w:ilvl", level - 1);
		nc_docx_val_number(xml, "w:numId",
			block->number[0] == '\0' ? NC_DOCX_NUM : 0);
		nc_xml_end(xml);
	}
	nc_xml_end(xml);
}

static void start_bookmark(
	struct nc_xml *xml, const struct nc_id *id, size_t number)
{
	char name[NC_ID_TEXT_SIZE];

	nc_id_format(name, id);
	for (char *at = name; *at != '\0'; at++) {
		if (*at == '-')
			*at = '_';
	}
	nc_xml_start(xml, "w:bookmarkStart");
	nc_xml_format(xml, "w:id", "%zu", number);
	nc_xml_format(xml, "w:name", "r_%s", name);
	nc_xml_end(xml);
}

static void put_said(struct nc_xml *xml, const struct nc_report_block *block,
	size_t number, bool last)
{
	bool marked = !nc_id_is_zero(&block->origin.id);

	nc_xml_start(xml, "w:p");
	put_look(xml, block, last);
	if (marked)
		start_bookmark(xml, &block->origin.id, number);
	if (block->kind == NC_BLOCK_ITEM && block->number[0] != '\0') {
		put_run(xml, block->number);
		put_run(xml, " ");
	}
	put_run(xml, block->text);
	if (marked) {
		nc_xml_start(xml, "w:bookmarkEnd");
		nc_xml_format(xml, "w:id", "%zu", number);
		nc_xml_end(xml);
	}
	nc_xml_end(xml);
}

/* High enough to sign in, and all on one page. */
static void put_row_look(struct nc_xml *xml)
{
	nc_xml_start(xml, "w:trPr");
	nc_xml_leaf(xml, "w:cantSplit", NULL, NULL);
	nc_xml_start(xml, "w:trHeight");
	nc_xml_number(xml, "w:val", nc_docx_layout.signature_height);
	nc_xml_attribute(xml, "w:hRule", "atLeast");
	nc_xml_end(xml);
	nc_xml_end(xml);
}

static void put_foot(struct nc_xml *xml, const struct nc_report_foot *foot)
{
	const struct nc_docx_layout *layout = &nc_docx_layout;
	char blanks[NC_BLANK_BYTES_MAX] = "";

	if (strcmp(foot->recipients, nc_report_blank_foot.recipients) == 0)
		say_blanks(blanks,
			(const char *const[]){foot->recipients_title,
				foot->recipients, foot->authority},
			3);
	nc_xml_start(xml, "w:p");
	nc_xml_start(xml, "w:pPr");
	nc_docx_val(xml, "w:pStyle", "Recipients");
	nc_xml_leaf(xml, "w:keepNext", NULL, NULL);
	nc_xml_end(xml);
	nc_xml_end(xml);
	start_table(xml, layout->foot_left, layout->foot_right, blanks);
	put_row_look(xml);
	start_cell(xml, layout->foot_left);
	put_paragraph(xml, "RecipientsTitle", foot->recipients_title);
	put_paragraphs(xml, "Recipients", foot->recipients);
	nc_xml_end(xml);
	start_cell(xml, layout->foot_right);
	put_paragraphs(xml, "Authority", foot->authority);
	nc_xml_end(xml);
	nc_xml_end(xml);
	nc_xml_end(xml);
	/* Word wants a paragraph behind a table. */
	start_paragraph(xml, "Recipients");
	nc_xml_end(xml);
}

static void put_section(struct nc_xml *xml)
{
	const struct nc_docx_layout *layout = &nc_docx_layout;

	nc_xml_start(xml, "w:sectPr");
	nc_xml_start(xml, "w:headerReference");
	nc_xml_attribute(xml, "w:type", "default");
	nc_xml_attribute(xml, "r:id", NC_DOCX_HEADER_ID);
	nc_xml_end(xml);
	nc_xml_start(xml, "w:pgSz");
	nc_xml_number(xml, "w:w", layout->page_width);
	nc_xml_number(xml, "w:h", layout->page_height);
	nc_xml_end(xml);
	nc_xml_start(xml, "w:pgMar");
	nc_xml_number(xml, "w:top", layout->margin_top);
	nc_xml_number(xml, "w:right", layout->margin_right);
	nc_xml_number(xml, "w:bottom", layout->margin_bottom);
	nc_xml_number(xml, "w:left", layout->margin_left);
	nc_xml_number(xml, "w:header", layout->header);
	nc_xml_number(xml, "w:footer", layout->header);
	nc_xml_number(xml, "w:gutter", 0);
	nc_xml_end(xml);
	nc_xml_leaf(xml, "w:titlePg", NULL, NULL);
	nc_xml_end(xml);
}

void nc_docx_write_document(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	size_t last = document->blocks_count; /* + 1 */

	nc_docx_root(xml, "w:document");
	nc_xml_start(xml, "w:body");
	put_head(xml, &document->head);
	put_title(xml, document);
	while (last > 0 && document->blocks[last - 1].in_foot)
		last--;
	for (size_t i = 0; i < document->blocks_count; i++) {
		const struct nc_report_block *block = &document->blocks[i];

		if (block->in_foot)
			continue;
		if (block->kind == NC_BLOCK_HEADING)
			put_heading(xml, block);
		else
			put_said(xml, block, i, i + 1 == last);
	}
	put_foot(xml, &document->foot);
	put_section(xml);
	nc_xml_end(xml);
	nc_xml_end(xml);
}

enum nc_status nc_report_write_docx(const struct nc_report_document *document,
	struct nc_buffer *out, struct nc_error *err)
{
	enum nc_status status = nc_docx_package(document, out);

	return status == NC_OK ? NC_OK : nc_report_failed(status, err);
}
