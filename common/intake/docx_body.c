/*
 * word/document.xml → paragraphs. The text is what the page shows once all
 * tracked changes are accepted:
 * - runs (w:t, w:tab, w:br, w:cr, w:noBreakHyphen, w:sym) in order, through
 *   hyperlinks, smart tags, content controls and w:ins/w:moveTo;
 * - not w:del/w:moveFrom, rows and cells that are deleted (w:trPr/w:del,
 *   w:tcPr/w:cellDel), field instructions, note and comment references;
 * - a paragraph whose mark is deleted (w:rPr/w:del in w:pPr) runs on into the
 *   next one and takes its properties;
 * - not what Word hides (w:vanish), which no page shows;
 * - not a table of blanks that nobody has filled in (model/blank.h);
 * - letters of TCVN3 fonts (.VnTime) as what these fonts show;
 * - tables cell by cell; a text box after the paragraph that it hangs on.
 */
#include "intake/docx_file.h"
#include "intake/docx_numbering.h"
#include "intake/document_build.h"
#include "base/limits.h"
#include "locale/tcvn3.h"
#include "locale/text.h"
#include "model/blank.h"

#include <string.h>

/* Paragraphs in text boxes in paragraphs. */
#define NEST_MAX 8
#define MARKER_MAX 256
/* A paragraph of plain letters may be cut by normalising; one of more bytes
 * than this never fits. */
#define PARAGRAPH_BYTES_MAX (NC_TEXT_BYTES_MAX + 1)

struct open_paragraph {
	struct nc_buffer text;
	struct nc_buffer style;
	size_t line; /* 0: no text is carried from a deleted mark */
	size_t at;   /* paragraphs of the document when it began */
	long num_id; /* its own properties; -1 unsaid */
	long ilvl;
	long outline;
	bool bold, light; /* some of its letters are */
	bool centered;
	bool mark_deleted;
	bool by_font; /* letters of an old font were converted */
};

struct body {
	struct nc_document *document;
	struct docx_styles styles;
	struct docx_numbering numbering;
	struct open_paragraph nest[NEST_MAX];
	unsigned open;	      /* how many of them are open */
	size_t line;	      /* paragraphs seen */
	unsigned depth;	      /* open elements */
	unsigned skip_depth;  /* elements this deep are left out; 0 none */
	unsigned fields;      /* open fields */
	unsigned instruction; /* the outermost whose result has not begun */
	unsigned tables;      /* open ones */
	unsigned table, row, cell; /* as in nc_paragraph, of the last one */
	size_t table_at; /* paragraphs of the document when it began */
	bool blank;	 /* its caption says that it is to be filled in */
	char blanks[NC_BLANK_BYTES_MAX]; /* what it was given; or "" */
	bool in_p_pr, in_r_pr, in_num_pr, in_row_pr;
	enum docx_font font; /* of the run */
	int bold;	     /* of the run: 1 or 0; -1 unsaid */
	bool hidden;	     /* the run is */
};

static struct open_paragraph *innermost(struct body *body)
{
	return body->open == 0 ? NULL : &body->nest[body->open - 1];
}

static const struct docx_style *style_of(struct body *body)
{
	struct open_paragraph *open = innermost(body);
	const char *id = open == NULL ? "" : nc_buffer_string(&open->style);

	return id[0] == '\0' ? docx_styles_default(&body->styles)
			     : docx_styles_find(&body->styles, id);
}

/* What the letters look like; false for those that do not show. */
static bool note_looks(
	struct body *body, struct open_paragraph *open, struct nc_slice text)
{
	const struct docx_style *style = style_of(body);
	bool bold = body->bold >= 0 ? body->bold > 0
				    : style != NULL && style->bold > 0;

	if (nc_text_trim(text).size == 0)
		return !body->hidden;
	body->document->hidden |= body->hidden;
	open->bold |= bold && !body->hidden;
	open->light |= !bold && !body->hidden;
	return !body->hidden;
}

static enum nc_status body_append(
	struct body *body, struct nc_slice text, struct nc_error *err)
{
	struct open_paragraph *open = innermost(body);
	enum nc_status status;

	if (open == NULL || body->instruction > 0 || body->in_p_pr ||
		!note_looks(body, open, text))
		return NC_OK;
	status = nc_buffer_append(&open->text, text.data, text.size);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK)
		return nc_error_set(err, NC_LIMIT,
			_("Paragraph %zu of the document is longer than %d "
			  "KiB, which no plan needs; split it or check that "
			  "this is the right file."),
			open->line, NC_TEXT_BYTES_MAX / 1024);
	return NC_OK;
}

/* What the run says, else its paragraph's style, else the document. */
static enum docx_font font_of(struct body *body)
{
	const struct docx_style *style = style_of(body);

	if (body->font != DOCX_FONT_UNSAID)
		return body->font;
	if (style != NULL && style->font != DOCX_FONT_UNSAID)
		return style->font;
	return body->styles.font;
}

static enum nc_status body_text(
	void *context, struct nc_slice text, struct nc_error *err)
{
	struct body *body = context;

	enum docx_font font;
	enum nc_status status;
	struct nc_buffer shown;

	if (body->skip_depth > 0)
		return NC_OK;
	font = font_of(body);
	if (font < DOCX_FONT_TCVN3)
		return body_append(body, text, err);
	nc_buffer_init(&shown, 4 * text.size + 64);
	if (nc_tcvn3_show(&shown, text, font == DOCX_FONT_TCVN3_CAPITALS) !=
		NC_OK) {
		status = nc_error_no_memory(err);
	} else {
		if (!nc_slice_equal(nc_buffer_slice(&shown), text)) {
			body->document->legacy = "TCVN3";
			if (innermost(body) != NULL)
				innermost(body)->by_font = true;
		}
		status = body_append(body, nc_buffer_slice(&shown), err);
	}
	nc_buffer_fini(&shown);
	return status;
}

struct symbol {
	unsigned point;
	const char *text;
};

/* The letters of Symbol and Wingdings that stand in front of lists or in
 * text, at the private-use places that Word gives them. */
static const struct symbol symbols[] = {
	{0xf0b7, "•"},
	{0xf0a7, "▪"},
	{0xf06e, "■"},
	{0xf06c, "●"},
	{0xf0a8, "◻"},
	{0xf06f, "□"},
	{0xf075, "◆"},
	{0xf076, "❖"},
	{0xf0d8, "➢"},
	{0xf0fc, "✓"},
	{0xf0e0, "→"},
	{0xf0ae, "→"},
	{0xf0de, "⇒"},
	{0xf0b0, "°"},
	{0xf0b1, "±"},
	{0xf0a3, "≤"},
	{0xf0b3, "≥"},
	{0xf0b4, "×"},
	{0xf02d, "-"},
	{0xf02b, "+"},
	{0xf02a, "*"},
};

static const char *symbol_text(unsigned point)
{
	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++)
		if (symbols[i].point == point)
			return symbols[i].text;
	return NULL;
}

/* w:sym names a character of a symbol font by four hexadecimal digits. */
static enum nc_status append_symbol(struct body *body,
	const struct office_element *element, struct nc_error *err)
{
	struct nc_slice value;
	uint8_t bytes[2];
	unsigned point;
	const char *text;
	uint8_t raw[3];

	if (!office_attribute(element, "char", &value) ||
		!nc_hex_decode(bytes, 2, (const char *)value.data, value.size))
		return NC_OK;
	point = (unsigned)bytes[0] << 8 | bytes[1];
	if (point < 0x100)
		point |= 0xf000;
	text = symbol_text(point);
	if (text != NULL)
		return body_append(body, nc_slice_text(text), err);
	if (point < 0x800 || (point >= 0xd800 && point < 0xe000))
		return NC_OK;
	raw[0] = (uint8_t)(0xe0 | point >> 12);
	raw[1] = (uint8_t)(0x80 | (point >> 6 & 0x3f));
	raw[2] = (uint8_t)(0x80 | (point & 0x3f));
	return body_append(body, nc_slice(raw, 3), err);
}

static enum nc_status open_paragraph(struct body *body, struct nc_error *err)
{
	struct open_paragraph *open;

	if (body->open == NEST_MAX)
		return nc_error_set(err, NC_INVALID,
			_("The document has text boxes inside text boxes more "
			  "than %d deep; take them out and try again."),
			NEST_MAX - 1);
	open = &body->nest[body->open++];
	body->line++;
	nc_buffer_reset(&open->style);
	open->num_id = open->ilvl = open->outline = -1;
	if (open->mark_deleted && open->line > 0) {
		/* What came before a deleted mark runs on into this one. */
		open->mark_deleted = false;
		return NC_OK;
	}
	open->mark_deleted = false;
	open->by_font = open->bold = open->light = open->centered = false;
	nc_buffer_reset(&open->text);
	open->line = body->line;
	open->at = body->document->count;
	return NC_OK;
}

/* A marker as the page shows it: symbols of fonts as their look-alikes. */
static enum nc_status keep_marker(struct body *body, struct nc_slice marker,
	const char **ret_marker, struct nc_error *err)
{
	if (marker.size == 3 && (marker.data[0] & 0xf0) == 0xe0) {
		unsigned point = (unsigned)(marker.data[0] & 0x0f) << 12 |
				 (unsigned)(marker.data[1] & 0x3f) << 6 |
				 (marker.data[2] & 0x3f);
		const char *text = symbol_text(point);

		if (text != NULL) {
			*ret_marker = text;
			return NC_OK;
		}
	}
	return nc_document_text(body->document, marker, ret_marker, err);
}

static enum nc_status number_paragraph(struct body *body,
	const struct open_paragraph *open, const struct docx_style *style,
	struct nc_paragraph *like, struct nc_error *err)
{
	struct nc_buffer marker;
	struct docx_num *num;
	unsigned level;
	enum nc_status status;

	if (!docx_numbering_place(&body->numbering, style, open->num_id,
		    open->ilvl, &num, &level))
		return NC_OK;
	nc_buffer_init(&marker, MARKER_MAX);
	status = docx_numbering_next(num, level, &marker);
	if (status == NC_OK && marker.size > 0) {
		like->list_level = (int)level;
		status = keep_marker(
			body, nc_buffer_slice(&marker), &like->marker, err);
	} else if (status == NC_NO_MEMORY) {
		status = nc_error_no_memory(err);
	} else if (status != NC_OK) {
		status = nc_error_set(err, NC_LIMIT,
			_("Paragraph %zu of the document has a list number "
			  "longer than %d bytes; renew its numbering in Word "
			  "and try again."),
			open->line, MARKER_MAX);
	}
	nc_buffer_fini(&marker);
	return status;
}

/* Moves the last paragraph to where its own began: before its text boxes. */
static void move_last(struct nc_document *document, size_t to)
{
	struct nc_paragraph last = document->paragraphs[document->count - 1];

	memmove(document->paragraphs + to + 1, document->paragraphs + to,
		(document->count - 1 - to) * sizeof(last));
	document->paragraphs[to] = last;
}

/* "List Bullet 2": Word gives each such style a list of one level. */
static int level_of_style(const char *id)
{
	size_t size = strlen(id);

	if (strncmp(id, "ListBullet", 10) != 0 &&
		strncmp(id, "ListNumber", 10) != 0)
		return 0;
	return size == 11 && id[10] >= '2' && id[10] <= '5' ? id[10] - '1' : 0;
}

static enum nc_status add_paragraph(
	struct body *body, struct open_paragraph *open, struct nc_error *err)
{
	const char *id = nc_buffer_string(&open->style);
	const struct docx_style *style;
	struct nc_paragraph like = {.marker = "",
		.list_level = -1,
		.line = open->line,
		.by_font = open->by_font};
	size_t count = body->document->count;
	enum nc_status status;

	like.stands_out = open->bold && !open->light && !open->centered &&
			  body->tables == 0;
	if (body->tables > 0) {
		like.table = body->table;
		like.row = body->row;
		like.cell = body->cell;
	}
	style = id[0] == '\0' ? docx_styles_default(&body->styles)
			      : docx_styles_find(&body->styles, id);
	if (open->outline >= 0)
		like.heading_level =
			open->outline <= 8 ? (int)open->outline + 1 : 0;
	else
		like.heading_level = style != NULL ? style->heading_level
						   : docx_heading_of_id(id);
	status = number_paragraph(body, open, style, &like, err);
	like.in_list = strncmp(id, "ListBullet", 10) == 0;
	if (like.list_level == 0)
		like.list_level = level_of_style(id);
	if (status == NC_OK)
		status = nc_document_add(body->document, &like,
			nc_buffer_slice(&open->text), err);
	if (status == NC_OK && body->document->count > count &&
		open->at < count)
		move_last(body->document, open->at);
	open->line = 0;
	return status;
}

/* What is left over when no paragraph follows a deleted mark. */
static enum nc_status flush_carried(
	struct body *body, unsigned from, struct nc_error *err)
{
	for (unsigned i = from; i < NEST_MAX; i++) {
		struct open_paragraph *open = &body->nest[i];
		enum nc_status status;

		if (!open->mark_deleted || open->line == 0)
			continue;
		open->mark_deleted = false;
		status = add_paragraph(body, open, err);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

static enum nc_status close_paragraph(struct body *body, struct nc_error *err)
{
	struct open_paragraph *open = innermost(body);
	enum nc_status status;

	if (open == NULL)
		return NC_OK;
	body->in_p_pr = body->in_r_pr = body->in_num_pr = false;
	status = flush_carried(body, body->open, err);
	body->open--;
	/* No instruction goes on into another paragraph; one that seems to
	 * has lost its end, and must not swallow the rest. */
	if (body->open == 0)
		body->instruction = 0;
	if (status != NC_OK || open->mark_deleted)
		return status;
	return add_paragraph(body, open, err);
}

static void field_character(
	struct body *body, const struct office_element *element)
{
	if (office_attribute_is(element, "fldCharType", "begin")) {
		body->fields++;
		if (body->instruction == 0)
			body->instruction = body->fields;
	} else if (office_attribute_is(element, "fldCharType", "separate")) {
		if (body->instruction == body->fields)
			body->instruction = 0;
	} else if (office_attribute_is(element, "fldCharType", "end")) {
		if (body->instruction == body->fields)
			body->instruction = 0;
		if (body->fields > 0)
			body->fields--;
	}
}

/* w:del and w:moveFrom: a run of text, a paragraph's mark, or a row. */
static void start_deletion(struct body *body)
{
	struct open_paragraph *open = innermost(body);

	if (body->in_row_pr) {
		/* All of the row or cell: its children are two levels up. */
		body->skip_depth = body->depth - 1;
		body->in_row_pr = false;
	} else if (body->in_p_pr && body->in_r_pr) {
		if (open != NULL)
			open->mark_deleted = true;
	} else if (!body->in_p_pr && !body->in_r_pr) {
		body->skip_depth = body->depth + 1;
	}
}

static enum nc_status paragraph_property(struct body *body, enum docx_tag tag,
	const struct office_element *element, struct nc_error *err)
{
	struct open_paragraph *open = innermost(body);
	struct nc_slice value;

	if (open == NULL || !body->in_p_pr || body->in_r_pr)
		return NC_OK;
	switch (tag) {
	case DOCX_P_STYLE:
		nc_buffer_reset(&open->style);
		if (office_attribute(element, "val", &value) &&
			nc_buffer_append(&open->style, value.data,
				value.size) == NC_NO_MEMORY)
			return nc_error_no_memory(err);
		break;
	case DOCX_JC:
		open->centered = office_attribute_is(element, "val", "center");
		break;
	case DOCX_OUTLINE_LVL:
		office_attribute_number(element, "val", &open->outline);
		break;
	case DOCX_NUM_ID:
		if (body->in_num_pr)
			office_attribute_number(element, "val", &open->num_id);
		break;
	case DOCX_ILVL:
		if (body->in_num_pr)
			office_attribute_number(element, "val", &open->ilvl);
		break;
	default:
		break;
	}
	return NC_OK;
}

static enum nc_status run_content(struct body *body, enum docx_tag tag,
	const struct office_element *element, struct nc_error *err)
{
	switch (tag) {
	case DOCX_TAB:
	case DOCX_PTAB:
		return body_append(body, nc_slice_text("\t"), err);
	case DOCX_BR:
	case DOCX_CR:
		return body_append(body, nc_slice_text("\n"), err);
	case DOCX_NO_BREAK_HYPHEN:
		return body_append(body, nc_slice_text("-"), err);
	case DOCX_SYM:
		return append_symbol(body, element, err);
	case DOCX_FLD_CHAR:
		field_character(body, element);
		return NC_OK;
	default:
		return paragraph_property(body, tag, element, err);
	}
}

/* Its own font goes before that of its style, which stands first. */
static void run_property(struct body *body, enum docx_tag tag,
	const struct office_element *element)
{
	const struct docx_style *style = NULL;
	enum docx_font font = DOCX_FONT_UNSAID;
	struct nc_slice id;
	char name[NC_LABEL_BYTES_MAX + 1];

	if (!body->in_r_pr || body->in_p_pr)
		return;
	if (tag == DOCX_B)
		body->bold = docx_attribute_on(element);
	if (tag == DOCX_VANISH)
		body->hidden = docx_attribute_on(element);
	if (tag == DOCX_B || tag == DOCX_VANISH)
		return;
	if (tag == DOCX_R_FONTS)
		font = docx_font_of(element);
	else if (office_attribute(element, "val", &id) &&
		 id.size <= NC_LABEL_BYTES_MAX) {
		memcpy(name, id.data, id.size);
		name[id.size] = '\0';
		style = docx_styles_find(&body->styles, name);
	}
	if (style != NULL)
		font = style->font;
	if (font != DOCX_FONT_UNSAID)
		body->font = font;
}

static void table_property(struct body *body, enum docx_tag tag,
	const struct office_element *element)
{
	struct nc_slice value;

	if (body->tables != 1 || body->row > 0)
		return;
	if (tag == DOCX_TBL_CAPTION)
		body->blank =
			office_attribute_is(element, "val", NC_BLANK_CAPTION);
	else if (office_attribute(element, "val", &value) &&
		 value.size < sizeof(body->blanks)) {
		memcpy(body->blanks, value.data, value.size);
		body->blanks[value.size] = '\0';
	}
}

/* Takes white space and bars off the front. */
static const char *skip_blank(const char *text)
{
	for (;;) {
		if (memcmp(text, "\u00a0", text[0] == '\0' ? 1 : 2) == 0)
			text += 2;
		else if (text[0] != '\0' && strchr(" \t\r\n|", text[0]) != NULL)
			text++;
		else
			return text;
	}
}

/* Whether the table says what it was given, and nothing else. */
static bool is_unfilled(const struct body *body)
{
	const struct nc_document *document = body->document;
	const char *given = skip_blank(body->blanks);

	if (!body->blank || given[0] == '\0')
		return false;
	for (size_t i = body->table_at; i < document->count; i++) {
		const char *text = skip_blank(document->paragraphs[i].text);

		while (*text != '\0') {
			if (*text != *given)
				return false;
			text = skip_blank(text + 1);
			given = skip_blank(given + 1);
		}
	}
	return given[0] == '\0';
}

static void end_table(struct body *body)
{
	if (body->tables == 0 || --body->tables > 0)
		return;
	if (is_unfilled(body))
		body->document->count = body->table_at;
	body->blank = false;
	body->blanks[0] = '\0';
}

static void place_in_table(struct body *body, enum docx_tag tag)
{
	if (tag == DOCX_TBL && body->tables++ == 0) {
		body->table++;
		body->table_at = body->document->count;
		body->row = body->cell = 0;
	}
	if (tag == DOCX_TR && body->tables == 1) {
		body->row++;
		body->cell = 0;
	}
	if (tag == DOCX_TC && body->tables == 1)
		body->cell++;
}

static enum nc_status body_start(void *context, enum docx_tag tag,
	const struct office_element *element, struct nc_error *err)
{
	struct body *body = context;

	body->depth++;
	if (body->skip_depth > 0 && body->depth >= body->skip_depth)
		return NC_OK;
	place_in_table(body, tag);
	switch (tag) {
	case DOCX_P:
		return open_paragraph(body, err);
	case DOCX_P_PR:
		body->in_p_pr = true;
		return NC_OK;
	case DOCX_R:
		body->font = DOCX_FONT_UNSAID;
		body->bold = -1;
		body->hidden = false;
		return NC_OK;
	case DOCX_R_PR:
		body->in_r_pr = true;
		return NC_OK;
	case DOCX_B:
	case DOCX_R_FONTS:
	case DOCX_R_STYLE:
	case DOCX_VANISH:
		run_property(body, tag, element);
		return NC_OK;
	case DOCX_TBL_CAPTION:
	case DOCX_TBL_DESCRIPTION:
		table_property(body, tag, element);
		return NC_OK;
	case DOCX_NUM_PR:
		body->in_num_pr = true;
		return NC_OK;
	case DOCX_TR_PR:
	case DOCX_TC_PR:
		body->in_row_pr = true;
		return NC_OK;
	case DOCX_DEL:
	case DOCX_MOVE_FROM:
	case DOCX_CELL_DEL:
		start_deletion(body);
		return NC_OK;
	case DOCX_ALT_CHUNK:
		return nc_error_set(err, NC_INVALID,
			_("The document holds another document inside; open "
			  "it in Word, save it anew and try again."));
	default:
		return run_content(body, tag, element, err);
	}
}

static enum nc_status body_end(
	void *context, enum docx_tag tag, struct nc_error *err)
{
	struct body *body = context;
	unsigned depth = body->depth--;

	if (body->skip_depth > 0) {
		if (depth >= body->skip_depth)
			return NC_OK;
		body->skip_depth = 0;
	}
	switch (tag) {
	case DOCX_P:
		return close_paragraph(body, err);
	case DOCX_P_PR:
		body->in_p_pr = false;
		break;
	case DOCX_R_PR:
		body->in_r_pr = false;
		break;
	case DOCX_NUM_PR:
		body->in_num_pr = false;
		break;
	case DOCX_TR_PR:
	case DOCX_TC_PR:
		body->in_row_pr = false;
		break;
	case DOCX_TBL:
		end_table(body);
		break;
	default:
		break;
	}
	return NC_OK;
}

static void body_init(struct body *body, struct nc_document *document)
{
	memset(body, 0, sizeof(*body));
	body->document = document;
	docx_styles_init(&body->styles, &document->arena);
	docx_numbering_init(&body->numbering, &document->arena);
	for (size_t i = 0; i < NEST_MAX; i++) {
		nc_buffer_init(&body->nest[i].text, PARAGRAPH_BYTES_MAX);
		/* A longer style name is none that the file defines. */
		nc_buffer_init(&body->nest[i].style, NC_LABEL_BYTES_MAX);
	}
}

static void body_fini(struct body *body)
{
	for (size_t i = 0; i < NEST_MAX; i++) {
		nc_buffer_fini(&body->nest[i].text);
		nc_buffer_fini(&body->nest[i].style);
	}
	docx_numbering_fini(&body->numbering);
	docx_styles_fini(&body->styles);
}

enum nc_status nc_docx_parts_read(struct nc_document *document,
	const struct nc_docx_parts *parts, struct nc_error *err)
{
	struct body body;
	const struct docx_handler handler = {
		body_start, body_end, body_text, &body};
	enum nc_status status = NC_OK;

	body_init(&body, document);
	if (parts->styles.size > 0)
		status = docx_styles_read(&body.styles, parts->styles, err);
	if (status == NC_OK && parts->numbering.size > 0)
		status = docx_numbering_read(
			&body.numbering, parts->numbering, &body.styles, err);
	if (status == NC_OK)
		status = docx_xml_read(
			parts->document, "document.xml", &handler, err);
	if (status == NC_OK)
		status = flush_carried(&body, 0, err);
	body_fini(&body);
	return status;
}
