#include "intake/docx_numbering.h"

#include <stdlib.h>
#include <string.h>

/* A document that was pasted together for years has some thousand lists. */
#define LISTS_MAX 16384
/* Lists that are defined by a style that names a list that is defined … */
#define LINKS_MAX 4

struct numbering_reading {
	struct docx_numbering *numbering;
	struct docx_abstract *abstract; /* the open w:abstractNum */
	struct docx_num *num;		/* the open w:num */
	struct docx_level *level;	/* the open w:lvl */
	long override;			/* w:lvlOverride's level, or -1 */
};

void docx_numbering_init(
	struct docx_numbering *numbering, struct nc_arena *arena)
{
	memset(numbering, 0, sizeof(*numbering));
	numbering->arena = arena;
}

void docx_numbering_fini(struct docx_numbering *numbering)
{
	nc_free(numbering->abstracts);
	nc_free(numbering->nums);
	docx_numbering_init(numbering, numbering->arena);
}

/* A zeroed element more, in an array that doubles. */
static void *grow(void *array, size_t *count, size_t *capacity, size_t size,
	void **ret_array, struct nc_error *err)
{
	unsigned char *element;

	if (*count == LISTS_MAX) {
		nc_error_set(err, NC_LIMIT,
			_("The document has more than %d lists; copy its "
			  "text into a new Word file and try again."),
			LISTS_MAX);
		return NULL;
	}
	if (*count == *capacity) {
		size_t wanted = *count == 0 ? 16 : *count * 2;
		void *grown = nc_realloc(array, wanted * size);

		if (grown == NULL) {
			nc_error_no_memory(err);
			return NULL;
		}
		*ret_array = array = grown;
		*capacity = wanted;
	}
	element = (unsigned char *)array + *count * size;
	memset(element, 0, size);
	(*count)++;
	return element;
}

static enum nc_status open_abstract(struct numbering_reading *reading,
	const struct office_element *element, struct nc_error *err)
{
	struct docx_numbering *numbering = reading->numbering;
	bool full = numbering->abstracts_count == LISTS_MAX;

	reading->abstract = grow(numbering->abstracts,
		&numbering->abstracts_count, &numbering->abstracts_capacity,
		sizeof(*reading->abstract), (void **)&numbering->abstracts,
		err);
	if (reading->abstract == NULL)
		return full ? NC_LIMIT : NC_NO_MEMORY;
	reading->abstract->id = -1;
	office_attribute_number(
		element, "abstractNumId", &reading->abstract->id);
	return NC_OK;
}

static enum nc_status open_num(struct numbering_reading *reading,
	const struct office_element *element, struct nc_error *err)
{
	struct docx_numbering *numbering = reading->numbering;
	bool full = numbering->nums_count == LISTS_MAX;

	reading->num = grow(numbering->nums, &numbering->nums_count,
		&numbering->nums_capacity, sizeof(*reading->num),
		(void **)&numbering->nums, err);
	if (reading->num == NULL)
		return full ? NC_LIMIT : NC_NO_MEMORY;
	reading->num->id = reading->num->abstract_id = -1;
	office_attribute_number(element, "numId", &reading->num->id);
	return NC_OK;
}

static enum nc_status open_level(struct numbering_reading *reading,
	const struct office_element *element, struct nc_error *err)
{
	struct docx_num *num = reading->num;
	struct docx_level *levels = NULL;
	long ilvl = reading->override;

	reading->level = NULL;
	office_attribute_number(element, "ilvl", &ilvl);
	if (ilvl < 0 || ilvl >= DOCX_LEVELS)
		return NC_OK;
	if (reading->abstract != NULL)
		levels = reading->abstract->levels;
	else if (num != NULL && num->levels != NULL)
		levels = num->levels;
	else if (num != NULL) {
		levels = nc_arena_array(reading->numbering->arena, DOCX_LEVELS,
			sizeof(*levels));
		if (levels == NULL)
			return nc_error_no_memory(err);
		memset(levels, 0, DOCX_LEVELS * sizeof(*levels));
		num->levels = levels;
	}
	if (levels == NULL)
		return NC_OK;
	reading->level = &levels[ilvl];
	*reading->level =
		(struct docx_level){.defined = true, .text = "", .restart = -1};
	return NC_OK;
}

static enum docx_format format_of(const struct office_element *element)
{
	static const char *const names[] = {
		[DOCX_FORMAT_DECIMAL] = "decimal",
		[DOCX_FORMAT_DECIMAL_ZERO] = "decimalZero",
		[DOCX_FORMAT_LOWER_LETTER] = "lowerLetter",
		[DOCX_FORMAT_UPPER_LETTER] = "upperLetter",
		[DOCX_FORMAT_LOWER_ROMAN] = "lowerRoman",
		[DOCX_FORMAT_UPPER_ROMAN] = "upperRoman",
		[DOCX_FORMAT_BULLET] = "bullet",
		[DOCX_FORMAT_NONE] = "none",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (office_attribute_is(element, "val", names[i]))
			return (enum docx_format)i;
	/* Sixty other scripts count here; digits say the same. */
	return DOCX_FORMAT_DECIMAL;
}

static enum nc_status copy_value(struct nc_arena *arena,
	const struct office_element *element, const char **ret_text,
	struct nc_error *err)
{
	struct nc_slice value;
	char *text;

	if (!office_attribute(element, "val", &value))
		return NC_OK;
	text = nc_arena_text(arena, (const char *)value.data, value.size);
	if (text == NULL)
		return nc_error_no_memory(err);
	*ret_text = text;
	return NC_OK;
}

static enum nc_status level_property(struct numbering_reading *reading,
	enum docx_tag tag, const struct office_element *element,
	struct nc_error *err)
{
	struct docx_level *level = reading->level;

	switch (tag) {
	case DOCX_START:
		office_attribute_number(element, "val", &level->start);
		break;
	case DOCX_NUM_FMT:
		level->format = format_of(element);
		break;
	case DOCX_LVL_TEXT:
		return copy_value(
			reading->numbering->arena, element, &level->text, err);
	case DOCX_LVL_RESTART:
		office_attribute_number(element, "val", &level->restart);
		break;
	case DOCX_IS_LGL:
		level->legal = docx_attribute_on(element);
		break;
	case DOCX_P_STYLE:
		return copy_value(
			reading->numbering->arena, element, &level->style, err);
	default:
		break;
	}
	return NC_OK;
}

static enum nc_status num_property(struct numbering_reading *reading,
	enum docx_tag tag, const struct office_element *element)
{
	struct docx_num *num = reading->num;
	long ilvl = reading->override;

	switch (tag) {
	case DOCX_ABSTRACT_NUM_ID:
		office_attribute_number(element, "val", &num->abstract_id);
		break;
	case DOCX_LVL_OVERRIDE:
		reading->override = -1;
		office_attribute_number(element, "ilvl", &reading->override);
		break;
	case DOCX_START_OVERRIDE:
		if (ilvl < 0 || ilvl >= DOCX_LEVELS)
			break;
		num->starts[ilvl] = office_attribute_number(
			element, "val", &num->start[ilvl]);
		break;
	default:
		break;
	}
	return NC_OK;
}

static enum nc_status numbering_start(void *context, enum docx_tag tag,
	const struct office_element *element, struct nc_error *err)
{
	struct numbering_reading *reading = context;

	if (tag == DOCX_ABSTRACT_NUM)
		return open_abstract(reading, element, err);
	if (tag == DOCX_NUM)
		return open_num(reading, element, err);
	if (tag == DOCX_LVL)
		return open_level(reading, element, err);
	if (reading->level != NULL)
		return level_property(reading, tag, element, err);
	if (reading->abstract != NULL && tag == DOCX_NUM_STYLE_LINK)
		return copy_value(reading->numbering->arena, element,
			&reading->abstract->style_link, err);
	if (reading->num != NULL)
		return num_property(reading, tag, element);
	return NC_OK;
}

static enum nc_status numbering_end(
	void *context, enum docx_tag tag, struct nc_error *err)
{
	struct numbering_reading *reading = context;

	(void)err;
	if (tag == DOCX_ABSTRACT_NUM)
		reading->abstract = NULL;
	else if (tag == DOCX_NUM)
		reading->num = NULL;
	else if (tag == DOCX_LVL)
		reading->level = NULL;
	else if (tag == DOCX_LVL_OVERRIDE)
		reading->override = -1;
	return NC_OK;
}

static int compare_abstracts(const void *a, const void *b)
{
	const struct docx_abstract *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

static int compare_nums(const void *a, const void *b)
{
	const struct docx_num *left = a, *right = b;

	return (left->id > right->id) - (left->id < right->id);
}

static struct docx_abstract *find_abstract(
	const struct docx_numbering *numbering, long id)
{
	const struct docx_abstract key = {.id = id};

	if (numbering->abstracts_count == 0)
		return NULL;
	return bsearch(&key, numbering->abstracts, numbering->abstracts_count,
		sizeof(key), compare_abstracts);
}

static struct docx_num *find_num(
	const struct docx_numbering *numbering, long id)
{
	const struct docx_num key = {.id = id};

	if (numbering->nums_count == 0)
		return NULL;
	return bsearch(&key, numbering->nums, numbering->nums_count,
		sizeof(key), compare_nums);
}

/* The definition that a list stands on, through the list styles that name
 * another list's. */
static struct docx_abstract *follow(const struct docx_numbering *numbering,
	const struct docx_styles *styles, long abstract_id)
{
	struct docx_abstract *found = find_abstract(numbering, abstract_id);

	for (int i = 0; found != NULL && found->style_link != NULL; i++) {
		const struct docx_style *style;
		const struct docx_num *num;

		if (i == LINKS_MAX)
			return NULL;
		style = docx_styles_find(styles, found->style_link);
		num = style == NULL ? NULL : find_num(numbering, style->num_id);
		if (num == NULL)
			return found;
		found = find_abstract(numbering, num->abstract_id);
	}
	return found;
}

enum nc_status docx_numbering_read(struct docx_numbering *numbering,
	struct nc_slice xml, const struct docx_styles *styles,
	struct nc_error *err)
{
	struct numbering_reading reading = {
		.numbering = numbering, .override = -1};
	const struct docx_handler handler = {
		numbering_start, numbering_end, NULL, &reading};
	enum nc_status status;

	status = docx_xml_read(xml, "numbering.xml", &handler, err);
	if (status != NC_OK)
		return status;
	if (numbering->abstracts_count > 0)
		qsort(numbering->abstracts, numbering->abstracts_count,
			sizeof(numbering->abstracts[0]), compare_abstracts);
	if (numbering->nums_count > 0)
		qsort(numbering->nums, numbering->nums_count,
			sizeof(numbering->nums[0]), compare_nums);
	for (size_t i = 0; i < numbering->nums_count; i++)
		numbering->nums[i].abstract = follow(
			numbering, styles, numbering->nums[i].abstract_id);
	return NC_OK;
}

/* The level of a list that a style is tied to; the first when none is. */
static long level_of_style(const struct docx_num *num, const char *style)
{
	for (int i = 0; style != NULL && i < DOCX_LEVELS; i++) {
		const char *tied = num->abstract->levels[i].style;

		if (tied != NULL && strcmp(tied, style) == 0)
			return i;
	}
	return 0;
}

bool docx_numbering_place(const struct docx_numbering *numbering,
	const struct docx_style *style, long num_id, long ilvl,
	struct docx_num **ret_num, unsigned *ret_level)
{
	bool from_style = num_id < 0 && style != NULL;
	struct docx_num *num;

	if (from_style)
		num_id = style->num_id;
	/* 0 takes a paragraph out of its style's list. */
	if (num_id <= 0)
		return false;
	num = find_num(numbering, num_id);
	if (num == NULL || num->abstract == NULL)
		return false;
	if (ilvl < 0 && from_style)
		ilvl = style->ilvl >= 0 ? style->ilvl
					: level_of_style(num, style->num_style);
	if (ilvl < 0)
		ilvl = 0;
	if (ilvl >= DOCX_LEVELS)
		ilvl = DOCX_LEVELS - 1;
	*ret_num = num;
	*ret_level = (unsigned)ilvl;
	return true;
}
