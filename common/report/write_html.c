/*
 * A document as one self-contained HTML page: no script, nothing loaded from
 * elsewhere, printable on A4. Each paragraph and item carries its record's id
 * and, in data-source and a small mark beside it, the change-set that said it.
 */
#include "report/document.h"
#include "report/pen.h"
#include "report/xml.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ANCHOR "muc-%zu" /* a heading, by its block */
#define ANCHOR_SIZE 48

/* Sizes and margins as in docx_styles.c. No "<", ">" or "&" in here: the
 * browser reads this raw. */
static const char style[] =
	"\n"
	"@page { size: A4; margin: 20mm 15mm 20mm 30mm;\n"
	"  @top-center { content: counter(page);\n"
	"    font: 13pt 'Times New Roman', serif; } }\n"
	"@page :first { @top-center { content: none; } }\n"
	"* { box-sizing: border-box; }\n"
	"html { background: #e9ebee; }\n"
	"body { margin: 0; color: #000; line-height: 1.35;\n"
	"  font: 14pt/1.35 'Times New Roman', Tinos, 'Liberation Serif',"
	" serif; }\n"
	".page { display: flex; align-items: flex-start; gap: 24px;\n"
	"  justify-content: center; padding: 24px; }\n"
	"nav { position: sticky; top: 24px; flex: 0 1 290px;\n"
	"  max-height: calc(100vh - 48px); overflow: auto; padding: 16px;\n"
	"  background: #fff; border: 1px solid #c9ced6; font-size: 11pt; }\n"
	"nav h2 { margin: 0 0 8px; padding: 0; font-size: 12pt; }\n"
	"nav ul { margin: 0; padding: 0; list-style: none; }\n"
	"nav ul ul { padding-left: 14px; }\n"
	"nav li { margin: 5px 0; text-align: left; }\n"
	"nav a { color: #0b4a8f; text-decoration: none; }\n"
	"nav a:hover, nav a:focus { text-decoration: underline; }\n"
	"main { flex: 0 0 210mm; width: 210mm; padding: 20mm 15mm 20mm 30mm;\n"
	"  background: #fff; box-shadow: 0 1px 5px rgba(0, 0, 0, .3); }\n"
	".state { display: flex; justify-content: space-between;\n"
	"  text-align: center; line-height: 1.25; }\n"
	".state div { flex: 0 0 auto; }\n"
	".state .left { flex: 0 1 38%; }\n"
	".state p { margin: 0; }\n"
	".issuer { font-size: 13pt; font-weight: bold;"
	" text-transform: uppercase; }\n"
	".nation { font-size: 13pt; font-weight: bold; }\n"
	".state .motto { display: inline-block; font-weight: bold;\n"
	"  border-bottom: 1px solid #000; padding-bottom: 2px; }\n"
	".short { width: 32mm; margin: 3px auto 0;\n"
	"  border-top: 1px solid #000; }\n"
	".state .short { width: 18mm; }\n"
	".number { font-size: 13pt; }\n"
	".state .number, .state .place { margin-top: 10px; }\n"
	".place { font-style: italic; }\n"
	".title { margin: 26px 0 30px; text-align: center; }\n"
	"h1, .subject { margin: 0; font-size: 14pt; font-weight: bold; }\n"
	"h2, h3, h4 { margin: 8pt 0 6pt; font-size: 14pt;\n"
	"  text-indent: 12.7mm; break-after: avoid; }\n"
	"h3 { font-style: italic; }\n"
	"h4 { font-style: italic; font-weight: normal; }\n"
	"nav h2 { text-indent: 0; }\n"
	"main p, main li { text-align: justify; overflow-wrap: anywhere; }\n"
	"main .text { margin: 6pt 0; text-indent: 12.7mm; }\n"
	"main .state p, main .title p, .foot p { text-align: inherit; }\n"
	".note { font-style: italic; }\n"
	"main ul { margin: 0; padding: 0; list-style: '- ' inside; }\n"
	"main ul ul { padding-left: 7mm; }\n"
	".l1 { list-style-type: '- '; }\n"
	".l2 { list-style-type: '+ '; }\n"
	".l3 { list-style-type: '* '; }\n"
	".numbered { list-style-type: none; }\n"
	"main li { margin: 6pt 0; text-indent: 12.7mm; }\n"
	":target { background: #fff3c4; }\n"
	".source { margin-left: 4px; color: #8a93a0; font-size: 10pt;\n"
	"  text-decoration: none; }\n"
	".source:hover, .source:focus { color: #0b4a8f; }\n"
	".foot { display: flex; margin-top: 24px; break-inside: avoid;\n"
	"  break-before: avoid; }\n"
	".foot div { flex: 1 1 50%; }\n"
	".foot p { margin: 0; }\n"
	".recipients { font-size: 11pt; text-align: left; }\n"
	".recipients strong { font-size: 12pt; font-style: italic; }\n"
	".signature { min-height: 45mm; text-align: center;\n"
	"  font-weight: bold; }\n"
	"@media (max-width: 1150px) {\n"
	"  .page { display: block; padding: 0; }\n"
	"  nav { position: static; max-height: none; }\n"
	"  main { width: auto; max-width: 210mm; margin: 0 auto;\n"
	"    padding: 10mm 6mm; } }\n"
	"@media print {\n"
	"  html { background: none; }\n"
	"  nav, .source { display: none; }\n"
	"  .page { display: block; padding: 0; }\n"
	"  main { width: auto; padding: 0; box-shadow: none; } }\n";

static void put_class(struct nc_xml *xml, const char *name, const char *class)
{
	nc_xml_start(xml, name);
	nc_xml_attribute(xml, "class", class);
}

static void put_paragraph(
	struct nc_xml *xml, const char *class, const char *text)
{
	put_class(xml, "p", class);
	nc_xml_text(xml, text);
	nc_xml_end_tag(xml);
}

/* A text with its line ends. */
static void put_lines(struct nc_xml *xml, const char *text)
{
	for (;;) {
		size_t size = strcspn(text, "\n");

		nc_xml_text_part(xml, text, size);
		text += size;
		if (*text == '\0')
			break;
		nc_xml_leaf(xml, "br", NULL, NULL);
		text++;
	}
}

static void put_head(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	nc_xml_start(xml, "head");
	nc_xml_text(xml, "\n");
	nc_xml_leaf(xml, "meta", "charset", "utf-8");
	nc_xml_start(xml, "meta");
	nc_xml_attribute(xml, "name", "viewport");
	nc_xml_attribute(xml, "content", "width=device-width, initial-scale=1");
	nc_xml_end(xml);
	nc_xml_text(xml, "\n");
	nc_xml_start(xml, "title");
	nc_xml_text(xml, document->type);
	nc_xml_text(xml, ": ");
	nc_xml_text(xml, document->subject);
	nc_xml_end_tag(xml);
	nc_xml_text(xml, "\n");
	nc_xml_element(xml, "style", style);
	nc_xml_text(xml, "\n");
	nc_xml_end_tag(xml);
	nc_xml_text(xml, "\n");
}

static void put_contents_line(
	struct nc_xml *xml, const struct nc_report_block *block, size_t at)
{
	nc_xml_start(xml, "a");
	nc_xml_format(xml, "href", "#" ANCHOR, at + 1);
	nc_xml_text(xml, block->number);
	nc_xml_text(xml, " ");
	nc_xml_text(xml, block->text);
	nc_xml_end_tag(xml);
}

/* Lists nest inside the item above them; closes down to depth, and with
 * depth 0 all. */
static unsigned close_lists(struct nc_xml *xml, unsigned open, unsigned depth)
{
	if (open >= depth && open > 0)
		nc_xml_end_tag(xml); /* the li */
	while (open > depth) {
		nc_xml_end_tag(xml);
		if (--open > 0)
			nc_xml_end_tag(xml);
	}
	return open;
}

static unsigned open_item(struct nc_xml *xml, unsigned open, unsigned depth)
{
	open = close_lists(xml, open, depth);
	if (open < depth) {
		nc_xml_text(xml, "\n");
		nc_xml_start(xml, "ul");
		open++;
	}
	nc_xml_text(xml, "\n");
	nc_xml_start(xml, "li");
	return open;
}

static void put_contents(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	unsigned open = 0;

	nc_xml_start(xml, "nav");
	nc_xml_attribute(xml, "aria-label", "Mục lục");
	nc_xml_element(xml, "h2", "Mục lục");
	for (size_t i = 0; i < document->blocks_count; i++) {
		const struct nc_report_block *block = &document->blocks[i];

		if (block->kind != NC_BLOCK_HEADING ||
			block->level > document->contents_level)
			continue;
		open = open_item(xml, open,
			block->level <= open ? block->level : open + 1);
		put_contents_line(xml, block, i);
	}
	close_lists(xml, open, 0);
	nc_xml_text(xml, "\n");
	nc_xml_end_tag(xml);
	nc_xml_text(xml, "\n");
}

/* A paragraph that keeps its lines. */
static void put_lined(struct nc_xml *xml, const char *class, const char *text)
{
	put_class(xml, "p", class);
	put_lines(xml, text);
	nc_xml_end_tag(xml);
}

static void put_state_head(
	struct nc_xml *xml, const struct nc_report_head *head)
{
	put_class(xml, "header", "state");
	put_class(xml, "div", "left");
	put_lined(xml, "issuer",
		head->issuer[0] != '\0' ? head->issuer : "………………………");
	nc_xml_start(xml, "div");
	nc_xml_attribute(xml, "class", "short");
	nc_xml_end_tag(xml);
	put_paragraph(xml, "number", head->number);
	nc_xml_end_tag(xml);
	nc_xml_start(xml, "div");
	put_paragraph(xml, "nation", head->nation);
	put_paragraph(xml, "motto", head->motto);
	put_paragraph(xml, "place", head->place_date);
	nc_xml_end_tag(xml);
	nc_xml_end_tag(xml);
	nc_xml_text(xml, "\n");
}

static void put_title(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	put_class(xml, "div", "title");
	nc_xml_element(xml, "h1", document->type);
	put_lined(xml, "subject", document->subject);
	nc_xml_start(xml, "div");
	nc_xml_attribute(xml, "class", "short");
	nc_xml_end_tag(xml);
	nc_xml_end_tag(xml);
	nc_xml_text(xml, "\n");
}

/* The attributes of the element just started, from who said it; and the
 * anchor, by which the mark links to it. */
static void put_origin(struct nc_xml *xml, char anchor[ANCHOR_SIZE],
	const struct nc_report_origin *origin)
{
	char device[NC_DEVICE_ID_TEXT_SIZE];

	if (nc_id_is_zero(&origin->id)) {
		snprintf(anchor, ANCHOR_SIZE, "dong-%zu", origin->line);
		nc_xml_attribute(xml, "id", anchor);
		nc_xml_format(xml, "data-line", "%zu", origin->line);
		return;
	}
	nc_id_format(anchor, &origin->id);
	nc_device_id_format(device, origin->device);
	nc_xml_attribute(xml, "id", anchor);
	nc_xml_format(xml, "data-source", "%s/%s/%" PRIu64, origin->union_code,
		device, origin->sequence);
	nc_xml_attribute(xml, "data-author", origin->author);
}

/* The mark that a person points at. */
static void put_mark(struct nc_xml *xml, const char *anchor,
	const struct nc_report_origin *origin)
{
	char device[NC_DEVICE_ID_TEXT_SIZE];

	nc_device_id_format(device, origin->device);
	nc_xml_text(xml, " ");
	put_class(xml, "a", "source");
	nc_xml_format(xml, "href", "#%s", anchor);
	if (nc_id_is_zero(&origin->id))
		nc_xml_format(xml, "title", "Dòng %zu của tệp", origin->line);
	else
		nc_xml_format(xml, "title",
			"Người ghi: %s; đơn vị: %s; máy: %s; lần ghi số "
			"%" PRIu64,
			origin->author, origin->union_code, device,
			origin->sequence);
	nc_xml_text(xml, "¶");
	nc_xml_end_tag(xml);
}

/* What stands inside an li or p that was just started. */
static void put_said(struct nc_xml *xml, const struct nc_report_block *block)
{
	char anchor[ANCHOR_SIZE];
	bool known = nc_report_origin_is_known(&block->origin);

	if (known)
		put_origin(xml, anchor, &block->origin);
	if (block->kind == NC_BLOCK_ITEM && block->number[0] != '\0') {
		nc_xml_text(xml, block->number);
		nc_xml_text(xml, " ");
	}
	put_lines(xml, block->text);
	if (!known)
		return;
	put_mark(xml, anchor, &block->origin);
}

static void put_heading(
	struct nc_xml *xml, const struct nc_report_block *block, size_t at)
{
	static const char *const names[] = {"h2", "h3", "h4", "h5", "h6"};

	nc_xml_start(xml, names[block->level < 5 ? block->level - 1 : 4]);
	nc_xml_format(xml, "id", ANCHOR, at + 1);
	nc_xml_text(xml, block->number);
	if (block->number[0] != '\0' && block->text[0] != '\0')
		nc_xml_text(xml, " ");
	put_lines(xml, block->text);
	nc_xml_end_tag(xml);
}

static void put_blocks(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	unsigned open = 0;

	for (size_t i = 0; i < document->blocks_count; i++) {
		const struct nc_report_block *block = &document->blocks[i];

		if (block->in_foot)
			continue;
		if (block->kind == NC_BLOCK_ITEM) {
			open = open_item(xml, open, block->depth);
			nc_xml_format(xml, "class", "l%u%s",
				(block->level - 1) % 3 + 1,
				block->number[0] == '\0' ? "" : " numbered");
			put_said(xml, block);
			continue;
		}
		open = close_lists(xml, open, 0);
		nc_xml_text(xml, "\n");
		if (block->kind == NC_BLOCK_HEADING) {
			put_heading(xml, block, i);
			continue;
		}
		put_class(xml, "p",
			block->kind == NC_BLOCK_NOTE ? "text note" : "text");
		put_said(xml, block);
		nc_xml_end_tag(xml);
	}
	close_lists(xml, open, 0);
	nc_xml_text(xml, "\n");
}

static void put_foot(struct nc_xml *xml, const struct nc_report_foot *foot)
{
	put_class(xml, "footer", "foot");
	put_class(xml, "div", "recipients");
	nc_xml_start(xml, "p");
	nc_xml_element(xml, "strong", foot->recipients_title);
	nc_xml_end_tag(xml);
	nc_xml_start(xml, "p");
	put_lines(xml, foot->recipients);
	nc_xml_end_tag(xml);
	nc_xml_end_tag(xml);
	put_class(xml, "div", "signature");
	nc_xml_start(xml, "p");
	put_lines(xml, foot->authority);
	nc_xml_end_tag(xml);
	nc_xml_end_tag(xml);
	nc_xml_end_tag(xml);
	nc_xml_text(xml, "\n");
}

static void put_page(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	nc_xml_start(xml, "html");
	nc_xml_attribute(xml, "lang", "vi");
	nc_xml_text(xml, "\n");
	put_head(xml, document);
	nc_xml_start(xml, "body");
	nc_xml_text(xml, "\n");
	put_class(xml, "div", "page");
	nc_xml_text(xml, "\n");
	put_contents(xml, document);
	nc_xml_start(xml, "main");
	nc_xml_text(xml, "\n");
	put_state_head(xml, &document->head);
	put_title(xml, document);
	put_blocks(xml, document);
	put_foot(xml, &document->foot);
	nc_xml_end_tag(xml);
	nc_xml_end_tag(xml);
	nc_xml_text(xml, "\n");
	nc_xml_end_tag(xml);
	nc_xml_text(xml, "\n");
	nc_xml_end_tag(xml);
}

enum nc_status nc_report_write_html(const struct nc_report_document *document,
	struct nc_buffer *out, struct nc_error *err)
{
	struct nc_xml xml;
	struct nc_slice page;
	enum nc_status status;

	nc_xml_init_page(&xml);
	put_page(&xml, document);
	status = nc_xml_finish(&xml, &page);
	if (status == NC_OK)
		status = nc_buffer_append(out, page.data, page.size);
	nc_xml_fini(&xml);
	return status == NC_OK ? NC_OK : nc_report_failed(status, err);
}
