/*
 * How a Word document looks: sizes and margins by Decree 30/2020/NĐ-CP,
 * appendix I (values within its ranges), the styles and the bullets.
 */
#include "report/docx.h"

#define MM(mm) ((int)((mm)*1440 / 25.4 + 0.5))
#define PT(points) ((int)((points)*20 + 0.5))  /* a length */
#define SIZE(points) ((int)((points)*2 + 0.5)) /* of letters */

const struct nc_docx_layout nc_docx_layout = {
	/* A4 upright; 20-25, 20-25, 30-35 and 15-20 mm */
	.page_width = MM(210),
	.page_height = MM(297),
	.margin_top = MM(20),
	.margin_bottom = MM(20),
	.margin_left = MM(30),
	.margin_right = MM(15),
	.header = MM(10),
	/* 10 or 12.7 mm; at least 6 pt; single to 1.5 lines */
	.first_line = MM(12.7),
	.paragraph_gap = PT(6),
	.line = 276,
	/* together the 165 mm between the margins */
	.head_left = MM(62),
	.head_right = MM(103),
	.foot_left = MM(80),
	.foot_right = MM(85),
	/* a third to a half of the text above; the motto's as long as it */
	.rule_issuer = MM(18),
	.rule_motto = MM(62),
	.rule_subject = MM(40),
	.signature_height = MM(45),
	.text_size = SIZE(14),
	.page_number_size = SIZE(14),
	.nation_size = SIZE(13),
	.motto_size = SIZE(14),
	.issuer_size = SIZE(13),
	.number_size = SIZE(13),
	.place_size = SIZE(14),
	.title_size = SIZE(14),
	.recipients_title_size = SIZE(12),
	.recipients_size = SIZE(11),
	.font = "Times New Roman",
};

enum style_flag {
	BOLD = 1,
	ITALIC = 2,
	CAPITALS = 4,
	KEEP_NEXT = 8,
	RULE = 16,   /* a line above */
	SOLID = 32,  /* single line spacing */
	CUSTOM = 64, /* not one of Word's own */
	INDENTED = 128,
};

/* Word knows its own styles by name and shows them in its user's language;
 * the others bear the words that a clerk knows the slots by. What is 0 or
 * NULL is as in Normal; a SOLID style has no gaps but those given. */
struct style {
	const char *id;
	const char *name;
	const char *next;
	unsigned flags;
	const char *justify;
	int before, after;
	const int *size;
	int outline; /* headings, from 1 */
	int list;    /* list items, from 1 */
};

#define LAYOUT(member) (&nc_docx_layout.member)
#define HEADING (KEEP_NEXT | INDENTED)
#define SLOT (SOLID | CUSTOM)

static const struct style styles[] = {
	{"BodyText", "Body Text", .flags = INDENTED},
	{"Heading1", "heading 1", "BodyText", BOLD | HEADING, .before = PT(12),
		.outline = 1},
	{"Heading2", "heading 2", "BodyText", BOLD | ITALIC | HEADING,
		.before = PT(6), .outline = 2},
	{"Heading3", "heading 3", "BodyText", ITALIC | HEADING, .before = PT(6),
		.outline = 3},
	{"Heading4", "heading 4", "BodyText", ITALIC | HEADING, .before = PT(6),
		.outline = 4},
	{"Heading5", "heading 5", "BodyText", ITALIC | HEADING, .before = PT(6),
		.outline = 5},
	{"Heading6", "heading 6", "BodyText", ITALIC | HEADING, .before = PT(6),
		.outline = 6},
	{"Title", "Title", "Subtitle", BOLD | KEEP_NEXT | SOLID, "center",
		PT(18), 0, .size = LAYOUT(title_size)},
	{"Subtitle", "Subtitle", "BodyText", BOLD | SOLID, "center", 0, PT(4),
		.size = LAYOUT(title_size)},
	{"ListBullet", "List Bullet", .list = 1},
	{"ListBullet2", "List Bullet 2", .list = 2},
	{"ListBullet3", "List Bullet 3", .list = 3},
	{"ListBullet4", "List Bullet 4", .list = 4},
	{"ListBullet5", "List Bullet 5", .list = 5},
	{"Header", "header", NULL, SOLID, "center", 0, 0,
		.size = LAYOUT(page_number_size)},
	{"Note", "Lời chú", "BodyText", .flags = ITALIC | INDENTED | CUSTOM},
	{"Nation", "Quốc hiệu", NULL, BOLD | SLOT, "center", 0, 0,
		.size = LAYOUT(nation_size)},
	{"Motto", "Tiêu ngữ", NULL, BOLD | SLOT, "center", 0, PT(3),
		.size = LAYOUT(motto_size)},
	{"Issuer", "Cơ quan ban hành", NULL, BOLD | CAPITALS | SLOT, "center",
		0, PT(3), .size = LAYOUT(issuer_size)},
	{"Number", "Số, ký hiệu", NULL, SLOT, "center", PT(6), 0,
		.size = LAYOUT(number_size)},
	{"PlaceDate", "Địa danh, thời gian", NULL, ITALIC | SLOT, "center",
		PT(6), 0, .size = LAYOUT(place_size)},
	{"Rule", "Đường kẻ", .flags = RULE | SLOT},
	{"RecipientsTitle", "Từ \"Nơi nhận\"", "Recipients",
		BOLD | ITALIC | SLOT, "left", 0, 0,
		.size = LAYOUT(recipients_title_size)},
	{"Recipients", "Tên nơi nhận", NULL, SLOT, "left", 0, 0,
		.size = LAYOUT(recipients_size)},
	{"Authority", "Quyền hạn người ký", NULL, BOLD | SLOT, "center", 0, 0,
		.size = LAYOUT(text_size)},
};

static void put_spacing(
	struct nc_xml *xml, int before, int after, int line, const char *rule)
{
	nc_xml_start(xml, "w:spacing");
	if (before >= 0)
		nc_xml_number(xml, "w:before", before);
	if (after >= 0)
		nc_xml_number(xml, "w:after", after);
	if (line > 0) {
		nc_xml_number(xml, "w:line", line);
		nc_xml_attribute(xml, "w:lineRule", rule);
	}
	nc_xml_end(xml);
}

static void put_fonts(struct nc_xml *xml)
{
	static const char *const names[] = {
		"w:ascii", "w:hAnsi", "w:eastAsia", "w:cs"};

	nc_xml_start(xml, "w:rFonts");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		nc_xml_attribute(xml, names[i], nc_docx_layout.font);
	nc_xml_end(xml);
}

static void put_size(struct nc_xml *xml, int size)
{
	nc_docx_val_number(xml, "w:sz", size);
	nc_docx_val_number(xml, "w:szCs", size);
}

static void put_defaults(struct nc_xml *xml)
{
	nc_xml_start(xml, "w:docDefaults");
	nc_xml_start(xml, "w:rPrDefault");
	nc_xml_start(xml, "w:rPr");
	put_fonts(xml);
	put_size(xml, nc_docx_layout.text_size);
	nc_xml_start(xml, "w:lang");
	nc_xml_attribute(xml, "w:val", "vi-VN");
	nc_xml_attribute(xml, "w:eastAsia", "vi-VN");
	nc_xml_attribute(xml, "w:bidi", "ar-SA");
	nc_xml_end(xml);
	nc_xml_end(xml);
	nc_xml_end(xml);
	nc_xml_leaf(xml, "w:pPrDefault", NULL, NULL);
	nc_xml_end(xml);
}

static void start_style(struct nc_xml *xml, const char *type, const char *id,
	const char *name, const char *default_or_custom)
{
	nc_xml_start(xml, "w:style");
	nc_xml_attribute(xml, "w:type", type);
	if (default_or_custom != NULL)
		nc_xml_attribute(xml, default_or_custom, "1");
	nc_xml_attribute(xml, "w:styleId", id);
	nc_docx_val(xml, "w:name", name);
}

static void put_normal(struct nc_xml *xml)
{
	start_style(xml, "paragraph", "Normal", "Normal", "w:default");
	nc_xml_leaf(xml, "w:qFormat", NULL, NULL);
	nc_xml_start(xml, "w:pPr");
	nc_xml_leaf(xml, "w:widowControl", NULL, NULL);
	put_spacing(xml, -1, nc_docx_layout.paragraph_gap, nc_docx_layout.line,
		"auto");
	nc_docx_val(xml, "w:jc", "both");
	nc_xml_end(xml);
	nc_xml_end(xml);
}

/* The other three kinds' defaults, which Word expects to find. */
static void put_kinds(struct nc_xml *xml)
{
	start_style(xml, "character", "DefaultParagraphFont",
		"Default Paragraph Font", "w:default");
	nc_docx_val_number(xml, "w:uiPriority", 1);
	nc_xml_leaf(xml, "w:semiHidden", NULL, NULL);
	nc_xml_end(xml);
	start_style(xml, "table", "TableNormal", "Normal Table", "w:default");
	nc_docx_val_number(xml, "w:uiPriority", 99);
	nc_xml_leaf(xml, "w:semiHidden", NULL, NULL);
	nc_xml_start(xml, "w:tblPr");
	nc_xml_start(xml, "w:tblInd");
	nc_xml_number(xml, "w:w", 0);
	nc_xml_attribute(xml, "w:type", "dxa");
	nc_xml_end(xml);
	nc_xml_end(xml);
	nc_xml_end(xml);
	start_style(xml, "numbering", "NoList", "No List", "w:default");
	nc_docx_val_number(xml, "w:uiPriority", 99);
	nc_xml_leaf(xml, "w:semiHidden", NULL, NULL);
	nc_xml_end(xml);
}

static void put_rule(struct nc_xml *xml)
{
	nc_xml_start(xml, "w:pBdr");
	nc_xml_start(xml, "w:top");
	nc_xml_attribute(xml, "w:val", "single");
	nc_xml_number(xml, "w:sz", 6); /* eighths of a point */
	nc_xml_number(xml, "w:space", 0);
	nc_xml_attribute(xml, "w:color", "000000");
	nc_xml_end(xml);
	nc_xml_end(xml);
}

static void put_list_level(struct nc_xml *xml, int level)
{
	nc_xml_start(xml, "w:numPr");
	nc_docx_val_number(xml, "w:ilvl", level - 1);
	nc_docx_val_number(xml, "w:numId", NC_DOCX_NUM);
	nc_xml_end(xml);
}

/* The order of these elements is the schema's. */
static void put_paragraph_look(struct nc_xml *xml, const struct style *style)
{
	nc_xml_start(xml, "w:pPr");
	if (style->flags & KEEP_NEXT)
		nc_xml_leaf(xml, "w:keepNext", NULL, NULL);
	if (style->list > 0)
		put_list_level(xml, style->list);
	if (style->flags & RULE)
		put_rule(xml);
	if (style->flags & RULE)
		put_spacing(xml, 0, 0, PT(4), "exact");
	else if (style->flags & SOLID)
		put_spacing(xml, style->before, style->after, 240, "auto");
	else if (style->before > 0)
		put_spacing(xml, style->before, -1, 0, NULL);
	if (style->flags & INDENTED)
		nc_xml_leaf_number(
			xml, "w:ind", "w:firstLine", nc_docx_layout.first_line);
	if (style->justify != NULL)
		nc_docx_val(xml, "w:jc", style->justify);
	if (style->outline > 0)
		nc_docx_val_number(xml, "w:outlineLvl", style->outline - 1);
	nc_xml_end(xml);
}

static void put_letter_look(struct nc_xml *xml, const struct style *style)
{
	nc_xml_start(xml, "w:rPr");
	if (style->flags & BOLD) {
		nc_xml_leaf(xml, "w:b", NULL, NULL);
		nc_xml_leaf(xml, "w:bCs", NULL, NULL);
	}
	if (style->flags & ITALIC) {
		nc_xml_leaf(xml, "w:i", NULL, NULL);
		nc_xml_leaf(xml, "w:iCs", NULL, NULL);
	}
	if (style->flags & CAPITALS)
		nc_xml_leaf(xml, "w:caps", NULL, NULL);
	if (style->size != NULL)
		put_size(xml, *style->size);
	nc_xml_end(xml);
}

static void put_style(struct nc_xml *xml, const struct style *style)
{
	start_style(xml, "paragraph", style->id, style->name,
		style->flags & CUSTOM ? "w:customStyle" : NULL);
	nc_docx_val(xml, "w:basedOn", "Normal");
	if (style->next != NULL)
		nc_docx_val(xml, "w:next", style->next);
	nc_xml_leaf(xml, "w:qFormat", NULL, NULL);
	put_paragraph_look(xml, style);
	put_letter_look(xml, style);
	nc_xml_end(xml);
}

void nc_docx_write_styles(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	(void)document;
	nc_docx_root(xml, "w:styles");
	put_defaults(xml);
	put_normal(xml);
	put_kinds(xml);
	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++)
		put_style(xml, &styles[i]);
	nc_xml_end(xml);
}

/* An office's bullet stands where a paragraph begins and its text goes on
 * from margin to margin; so no level hangs or moves in. */
static void put_level(struct nc_xml *xml, int level)
{
	static const char *const bullets[] = {"-", "+", "*"};

	nc_xml_start(xml, "w:lvl");
	nc_xml_number(xml, "w:ilvl", level);
	nc_docx_val_number(xml, "w:start", 1);
	nc_docx_val(xml, "w:numFmt", "bullet");
	if (level == 0)
		nc_docx_val(xml, "w:pStyle", "ListBullet");
	else if (level < NC_DOCX_LIST_STYLES) {
		nc_xml_start(xml, "w:pStyle");
		nc_xml_format(xml, "w:val", "ListBullet%d", level + 1);
		nc_xml_end(xml);
	}
	nc_docx_val(xml, "w:suff", "space");
	nc_docx_val(xml, "w:lvlText", bullets[level % 3]);
	nc_docx_val(xml, "w:lvlJc", "left");
	nc_xml_start(xml, "w:pPr");
	nc_xml_start(xml, "w:ind");
	nc_xml_number(xml, "w:left", 0);
	nc_xml_number(xml, "w:firstLine", nc_docx_layout.first_line);
	nc_xml_end(xml);
	nc_xml_end(xml);
	nc_xml_start(xml, "w:rPr");
	put_fonts(xml);
	nc_xml_end(xml);
	nc_xml_end(xml);
}

void nc_docx_write_numbering(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	(void)document;
	nc_docx_root(xml, "w:numbering");
	nc_xml_start(xml, "w:abstractNum");
	nc_xml_number(xml, "w:abstractNumId", 0);
	nc_docx_val(xml, "w:multiLevelType", "multilevel");
	for (int level = 0; level < NC_DOCX_LEVELS; level++)
		put_level(xml, level);
	nc_xml_end(xml);
	nc_xml_start(xml, "w:num");
	nc_xml_number(xml, "w:numId", NC_DOCX_NUM);
	nc_docx_val_number(xml, "w:abstractNumId", 0);
	nc_xml_end(xml);
	nc_xml_end(xml);
}

void nc_docx_write_fonts(
	struct nc_xml *xml, const struct nc_report_document *document)
{
	(void)document;
	nc_docx_root(xml, "w:fonts");
	nc_xml_start(xml, "w:font");
	nc_xml_attribute(xml, "w:name", nc_docx_layout.font);
	nc_docx_val(xml, "w:panose1", "02020603050405020304");
	nc_docx_val(xml, "w:charset", "00");
	nc_docx_val(xml, "w:family", "roman");
	nc_docx_val(xml, "w:pitch", "variable");
	nc_xml_end(xml);
	nc_xml_end(xml);
}
