#include "intake/docx_numbering.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Word itself allows 4,079. */
#define STYLES_MAX 8192
/* Links of w:basedOn that are followed; Word's own chains are under ten. */
#define BASED_ON_MAX 32

struct styles_reading {
	struct docx_styles *styles;
	struct docx_style *current; /* the open w:style, if it is of interest */
	bool in_style;
};

void docx_styles_init(struct docx_styles *styles, struct nc_arena *arena)
{
	memset(styles, 0, sizeof(*styles));
	styles->arena = arena;
}

void docx_styles_fini(struct docx_styles *styles)
{
	nc_free(styles->styles);
	docx_styles_init(styles, styles->arena);
}

enum docx_font docx_font_of(const struct office_element *element)
{
	struct nc_slice name;

	/* Letters past ASCII are hAnsi's. */
	if (!office_attribute(element, "hAnsi", &name) &&
		!office_attribute(element, "ascii", &name))
		return DOCX_FONT_UNSAID;
	if (name.size < 4 ||
		strncasecmp((const char *)name.data, ".Vn", 3) != 0)
		return DOCX_FONT_UNICODE;
	return name.data[name.size - 1] == 'H' ? DOCX_FONT_TCVN3_CAPITALS
					       : DOCX_FONT_TCVN3;
}

static enum nc_status copy_attribute(struct nc_arena *arena,
	const struct office_element *element, const char *name,
	const char **ret_text, struct nc_error *err)
{
	struct nc_slice value;
	char *text;

	if (!office_attribute(element, name, &value))
		return NC_OK;
	text = nc_arena_text(arena, (const char *)value.data, value.size);
	if (text == NULL)
		return nc_error_no_memory(err);
	*ret_text = text;
	return NC_OK;
}

static enum nc_status open_style(struct styles_reading *reading,
	const struct office_element *element, struct nc_error *err)
{
	struct docx_styles *styles = reading->styles;
	struct docx_style *style;

	reading->current = NULL;
	reading->in_style = true;
	if (!office_attribute_is(element, "type", "paragraph") &&
		!office_attribute_is(element, "type", "character") &&
		!office_attribute_is(element, "type", "numbering"))
		return NC_OK;
	if (styles->count == STYLES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The document has more than %d styles; copy its "
			  "text into a new Word file and try again."),
			STYLES_MAX);
	if (styles->count == styles->capacity) {
		size_t capacity = styles->count == 0 ? 64 : styles->count * 2;

		style = nc_realloc(styles->styles, capacity * sizeof(*style));
		if (style == NULL)
			return nc_error_no_memory(err);
		styles->styles = style;
		styles->capacity = capacity;
	}
	style = &styles->styles[styles->count++];
	memset(style, 0, sizeof(*style));
	style->id = style->name = "";
	style->outline = style->num_id = style->ilvl = -1;
	style->bold = -1;
	style->is_default =
		office_attribute_is(element, "type", "paragraph") &&
		(office_attribute_is(element, "default", "1") ||
			office_attribute_is(element, "default", "true"));
	reading->current = style;
	return copy_attribute(
		styles->arena, element, "styleId", &style->id, err);
}

static enum nc_status styles_start(void *context, enum docx_tag tag,
	const struct office_element *element, struct nc_error *err)
{
	struct styles_reading *reading = context;
	struct docx_style *style = reading->current;

	if (tag == DOCX_STYLE)
		return open_style(reading, element, err);
	/* Outside of styles they are the document's own. */
	if (tag == DOCX_R_FONTS && !reading->in_style)
		reading->styles->font = docx_font_of(element);
	if (style == NULL)
		return NC_OK;
	switch (tag) {
	case DOCX_NAME:
		return copy_attribute(reading->styles->arena, element, "val",
			&style->name, err);
	case DOCX_BASED_ON:
		return copy_attribute(reading->styles->arena, element, "val",
			&style->based_on, err);
	case DOCX_R_FONTS:
		style->font = docx_font_of(element);
		break;
	case DOCX_B:
		style->bold = docx_attribute_on(element);
		break;
	case DOCX_OUTLINE_LVL:
		office_attribute_number(element, "val", &style->outline);
		break;
	case DOCX_NUM_ID:
		office_attribute_number(element, "val", &style->num_id);
		break;
	case DOCX_ILVL:
		office_attribute_number(element, "val", &style->ilvl);
		break;
	default:
		break;
	}
	return NC_OK;
}

static enum nc_status styles_end(
	void *context, enum docx_tag tag, struct nc_error *err)
{
	struct styles_reading *reading = context;

	(void)err;
	if (tag != DOCX_STYLE)
		return NC_OK;
	reading->current = NULL;
	reading->in_style = false;
	return NC_OK;
}

static int compare_styles(const void *a, const void *b)
{
	const struct docx_style *left = a, *right = b;

	return strcmp(left->id, right->id);
}

const struct docx_style *docx_styles_find(
	const struct docx_styles *styles, const char *id)
{
	const struct docx_style key = {.id = id};

	if (styles->count == 0)
		return NULL;
	return bsearch(&key, styles->styles, styles->count, sizeof(key),
		compare_styles);
}

const struct docx_style *docx_styles_default(const struct docx_styles *styles)
{
	for (size_t i = 0; i < styles->count; i++)
		if (styles->styles[i].is_default)
			return &styles->styles[i];
	return NULL;
}

/* The digit after a word, when that is all there is: "Heading 3" → 3. */
static int digit_after(const char *text, const char *word)
{
	size_t size = strlen(word);

	if (strncasecmp(text, word, size) != 0)
		return 0;
	text += size;
	if (*text == ' ')
		text++;
	if (text[0] < '1' || text[0] > '9' || text[1] != '\0')
		return 0;
	return text[0] - '0';
}

int docx_heading_of_id(const char *id)
{
	int level = digit_after(id, "heading");

	/* "Đầu đề 1" without its spaces and non-ASCII letters */
	return level != 0 ? level : digit_after(id, "u");
}

/* Fills in what a style leaves to those it is based on. */
static void resolve(struct docx_styles *styles, struct docx_style *style)
{
	const struct docx_style *base = style;
	enum docx_font font = DOCX_FONT_UNSAID;
	long outline = -1, num_id = -1, ilvl = -1;
	int level = 0, bold = -1;

	for (int i = 0; base != NULL && i < BASED_ON_MAX; i++) {
		if (outline < 0)
			outline = base->outline;
		if (ilvl < 0 && num_id < 0)
			ilvl = base->ilvl;
		if (num_id < 0 && base->num_id >= 0) {
			num_id = base->num_id;
			style->num_style = base->id;
		}
		if (font == DOCX_FONT_UNSAID)
			font = base->font;
		if (bold < 0)
			bold = base->bold;
		if (level == 0)
			level = digit_after(base->name, "heading");
		base = base->based_on == NULL
			       ? NULL
			       : docx_styles_find(styles, base->based_on);
	}
	style->font = font;
	style->bold = bold;
	style->outline = outline;
	style->num_id = num_id;
	style->ilvl = ilvl;
	style->heading_level = outline >= 0 && outline <= 8 ? (int)outline + 1
			       : outline < 0		    ? level
							    : 0;
}

enum nc_status docx_styles_read(
	struct docx_styles *styles, struct nc_slice xml, struct nc_error *err)
{
	struct styles_reading reading = {.styles = styles};
	const struct docx_handler handler = {
		styles_start, styles_end, NULL, &reading};
	struct docx_style *copy;
	enum nc_status status;

	status = docx_xml_read(xml, "styles.xml", &handler, err);
	if (status != NC_OK || styles->count == 0)
		return status;
	qsort(styles->styles, styles->count, sizeof(styles->styles[0]),
		compare_styles);
	/* From a copy, so that no style is resolved from resolved ones. */
	copy = nc_arena_array(styles->arena, styles->count, sizeof(*copy));
	if (copy == NULL)
		return nc_error_no_memory(err);
	memcpy(copy, styles->styles, styles->count * sizeof(*copy));
	for (size_t i = 0; i < styles->count; i++)
		resolve(styles, &copy[i]);
	memcpy(styles->styles, copy, styles->count * sizeof(*copy));
	return NC_OK;
}
