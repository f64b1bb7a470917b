/*
 * Which row is the header, and what its columns are. A header of two rows has
 * groups above ("Giá trị" over "Cam kết" and "Giải ngân"): a column is then
 * what both rows say, or what the lower one says, or the upper one's when the
 * lower says no more than a unit.
 */
#include "intake/tables_work.h"
#include "locale/text.h"

#include <stdio.h>
#include <string.h>

/* Titles above a table take some rows. */
#define ROWS_LOOKED_AT 20
#define HEADER_SIZE 1024

struct finder {
	const struct nc_sheet *sheet;
	const struct nc_entity *entity;
	struct nc_arena *arena;
	struct tables_names names;
	struct tables_header *header; /* the one that is tried */
};

/* --- one name ----------------------------------------------------------------
 */

/* A header's words apart from what stands in parentheses, and their unit. */
struct words {
	char whole[TABLES_FOLDED_SIZE];
	char base[TABLES_FOLDED_SIZE];
	struct tables_unit unit;
};

static void words_read(struct words *words, const char *text)
{
	char base[HEADER_SIZE];
	size_t size = 0;

	memset(words, 0, sizeof(*words));
	tables_fold(words->whole, nc_slice_text(text));
	while (*text != '\0') {
		size_t in = strcspn(text + 1, ")");
		struct tables_unit unit;

		if (*text != '(') {
			if (size < sizeof(base) - 1)
				base[size++] = *text;
			text++;
			continue;
		}
		if (tables_unit_read(nc_slice(text + 1, in), &unit))
			words->unit = unit;
		text += 1 + in;
		text += *text == ')';
	}
	tables_fold(words->base, nc_slice(base, size));
}

static bool is_taken(
	const struct finder *finder, const struct tables_name *name)
{
	for (size_t i = 0; i < finder->header->count; i++) {
		const struct nc_tables_column *column =
			&finder->header->columns[i];

		if (name->field == NULL
				? column->ordinal
				: column->field == name->field &&
					  column->entity == name->entity)
			return true;
	}
	return false;
}

/* A second sum of the same meaning, in dollars or đồng, stands beside the
 * first in a field of its own ("committed_usd"). */
static const struct nc_field *second_sum(
	const struct tables_name *name, const char *currency)
{
	char beside[64];

	if (name->field == NULL || name->field->type != NC_TYPE_MONEY ||
		(strcmp(currency, "USD") != 0 && strcmp(currency, "VND") != 0))
		return NULL;
	snprintf(beside, sizeof(beside), "%s_%s", name->field->name,
		strcmp(currency, "USD") == 0 ? "usd" : "vnd");
	return nc_entity_field_named(name->entity, beside);
}

static bool take_name(struct finder *finder, struct nc_tables_column *column,
	const struct tables_name *name, struct tables_unit unit)
{
	struct tables_name taken = *name;

	if (is_taken(finder, &taken)) {
		taken.field = second_sum(name, unit.currency);
		if (taken.field == NULL || is_taken(finder, &taken))
			return false;
	}
	column->ordinal = taken.field == NULL;
	column->field = taken.field;
	column->entity = taken.field == NULL ? NULL : taken.entity;
	column->power = unit.power;
	memcpy(column->currency, unit.currency, sizeof(column->currency));
	finder->header->matched += !column->ordinal;
	if (!column->ordinal)
		finder->header->score += name->own && !name->weak ? 2 : 1;
	return true;
}

static bool match_text(struct finder *finder, struct nc_tables_column *column,
	const char *text, struct tables_unit unit, bool weak)
{
	for (size_t i = 0; i < finder->names.count; i++) {
		const struct tables_name *name = &finder->names.list[i];

		if (name->weak == weak && strcmp(name->text, text) == 0 &&
			take_name(finder, column, name, unit))
			return true;
	}
	return false;
}

/* A name whose label has parentheses itself; units of money have too. */
static bool match_label(struct finder *finder, struct nc_tables_column *column,
	const struct words *words)
{
	if (strcmp(words->whole, words->base) == 0 ||
		words->unit.currency[0] != '\0')
		return false;
	return match_text(finder, column, words->whole, words->unit, false);
}

/* "kinh phi trieu dong": a name, and a unit behind it. */
static bool match_with_unit(struct finder *finder,
	struct nc_tables_column *column, const struct words *words, bool weak)
{
	char name[TABLES_FOLDED_SIZE];
	struct tables_unit unit;

	strcpy(name, words->base);
	for (char *at = strrchr(name, ' '); at != NULL;
		at = strrchr(name, ' ')) {
		const char *rest = words->base + (at - name) + 1;

		*at = '\0';
		if (tables_unit_read(nc_slice_text(rest), &unit) &&
			match_text(finder, column, name, unit, weak))
			return true;
	}
	return false;
}

static bool match_words(struct finder *finder, struct nc_tables_column *column,
	const char *text, const struct tables_unit *above, bool weak)
{
	struct words words;

	words_read(&words, text);
	if (words.unit.currency[0] == '\0' && above != NULL)
		words.unit = *above;
	if (words.base[0] == '\0')
		return false;
	return (!weak && match_label(finder, column, &words)) ||
	       match_text(finder, column, words.base, words.unit, weak) ||
	       match_with_unit(finder, column, &words, weak);
}

/* --- one header
 * ---------------------------------------------------------------- */

struct parts {
	const char *top, *sub;
};

/* What stands above a column: of two rows the group is its own or that of the
 * nearest column to the left that has one. */
static struct parts parts_of(const struct tables_header *header,
	const struct nc_sheet_row *at, size_t c)
{
	struct parts parts = {nc_sheet_cell(&at[0], c)->text, ""};
	const struct nc_cell *sub;

	if (header->rows < 2)
		return parts;
	sub = nc_sheet_cell(&at[1], c);
	if (sub->text[0] == '\0' ||
		(sub->covered && strcmp(sub->text, parts.top) == 0))
		return parts;
	parts.sub = sub->text;
	for (size_t left = c; parts.top[0] == '\0' && left > 0; left--)
		parts.top = nc_sheet_cell(&at[0], left - 1)->text;
	return parts;
}

static bool match_parts(struct finder *finder, struct nc_tables_column *column,
	struct parts parts, bool weak)
{
	char both[HEADER_SIZE];
	struct tables_unit unit;
	struct words top;

	if (parts.sub[0] == '\0')
		return match_words(finder, column, parts.top, NULL, weak);
	if (tables_unit_read(nc_slice_text(parts.sub), &unit))
		return match_words(finder, column, parts.top, &unit, weak);
	snprintf(both, sizeof(both), "%s %s", parts.top, parts.sub);
	words_read(&top, parts.top);
	return match_words(finder, column, both, NULL, weak) ||
	       match_words(finder, column, parts.sub, &top.unit, weak);
}

/* Takes away half a character at the end of a text that was cut. */
static void cut_whole(char *text, size_t size)
{
	size_t end = strlen(text);

	if (end + 1 < size)
		return;
	while (end > 0 && ((uint8_t)text[end - 1] & 0xc0) == 0x80)
		end--;
	text[end == 0 ? 0 : end - 1] = '\0';
}

static const char *header_text(
	struct finder *finder, struct parts parts, size_t column)
{
	char text[HEADER_SIZE], name[NC_COLUMN_NAME_SIZE];

	nc_column_name(name, column);
	if (parts.sub[0] == '\0' || parts.top[0] == '\0')
		snprintf(text, sizeof(text), "%s",
			parts.sub[0] != '\0'   ? parts.sub
			: parts.top[0] != '\0' ? parts.top
					       : name);
	else
		snprintf(text, sizeof(text), "%s / %s", parts.top, parts.sub);
	cut_whole(text, sizeof(text));
	for (char *at = text; *at != '\0'; at++)
		if (*at == '\n' || *at == '\t')
			*at = ' ';
	return nc_arena_text(finder->arena, text, strlen(text));
}

/* Only text heads a column. */
static bool is_all_text(const struct nc_sheet_row *row)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->cells[i].kind != NC_CELL_EMPTY &&
			row->cells[i].kind != NC_CELL_TEXT)
			return false;
	return true;
}

static bool has_title(const struct finder *finder)
{
	for (size_t i = 0; i < finder->header->count; i++) {
		const struct nc_tables_column *column =
			&finder->header->columns[i];

		if (column->field != NULL && column->entity == finder->entity &&
			(strcmp(column->field->name, "title") == 0 ||
				strcmp(column->field->name, "name") == 0))
			return true;
	}
	return false;
}

static size_t width_of(const struct nc_sheet *sheet, size_t first)
{
	size_t width = 0;

	for (size_t i = first; i < sheet->count; i++)
		if (sheet->rows[i].count > width)
			width = sheet->rows[i].count;
	return width;
}

/* Tries one or two rows; the names of columns are filled in for good ones. */
static enum nc_status try_rows(struct finder *finder, size_t first, size_t rows,
	struct tables_header *ret_header, struct nc_error *err)
{
	struct tables_header *header = ret_header;
	const struct nc_sheet_row *at = &finder->sheet->rows[first];

	*header = (struct tables_header){.first = first, .rows = rows};
	header->count = at[0].count;
	if (rows == 2 && at[1].count > header->count)
		header->count = at[1].count;
	header->columns = nc_arena_array(
		finder->arena, header->count + 1, sizeof(*header->columns));
	if (header->columns == NULL)
		return nc_error_no_memory(err);
	memset(header->columns, 0, header->count * sizeof(*header->columns));
	finder->header = header;
	for (int weak = 0; weak < 2; weak++)
		for (size_t c = 0; c < header->count; c++) {
			struct nc_tables_column *column = &header->columns[c];

			if (column->field == NULL && !column->ordinal)
				(void)match_parts(finder, column,
					parts_of(header, at, c), weak == 1);
		}
	if (!has_title(finder))
		header->matched = 0;
	return NC_OK;
}

static bool has_ordinal(const struct tables_header *header)
{
	for (size_t i = 0; i < header->count; i++)
		if (header->columns[i].ordinal)
			return true;
	return false;
}

/* Whether a merged cell joins two rows. */
static bool are_joined(const struct nc_sheet_row *at)
{
	for (size_t c = 0; c < at[1].count; c++)
		if (at[1].cells[c].covered &&
			strcmp(at[1].cells[c].text,
				nc_sheet_cell(&at[0], c)->text) == 0)
			return true;
	return false;
}

/* Two rows are a header together when they say more than either alone: a
 * title above a header is none of it. */
static enum nc_status try_row(struct finder *finder, size_t row,
	struct tables_header *ret_header, struct nc_error *err)
{
	const struct nc_sheet *sheet = finder->sheet;
	const struct nc_sheet_row *at = &sheet->rows[row];
	struct tables_header two = {.matched = 0}, below = {.matched = 0};
	enum nc_status status = try_rows(finder, row, 1, ret_header, err);

	if (status != NC_OK || row + 1 >= sheet->count ||
		at[1].number != at[0].number + 1 || !is_all_text(&at[1]))
		return status;
	status = try_rows(finder, row, 2, &two, err);
	if (status == NC_OK && !are_joined(at))
		status = try_rows(finder, row + 1, 1, &below, err);
	if (status == NC_OK && two.matched > ret_header->matched &&
		two.matched > below.matched)
		*ret_header = two;
	return status;
}

/* The columns' names, and those of columns that have none. */
static enum nc_status name_columns(struct finder *finder,
	struct tables_header *header, struct nc_error *err)
{
	const struct nc_sheet_row *at = &finder->sheet->rows[header->first];
	size_t width = width_of(finder->sheet, header->first);
	struct nc_tables_column *columns =
		nc_arena_array(finder->arena, width + 1, sizeof(*columns));

	if (columns == NULL)
		return nc_error_no_memory(err);
	memset(columns, 0, width * sizeof(*columns));
	memcpy(columns, header->columns, header->count * sizeof(*columns));
	header->columns = columns;
	header->count = width;
	for (size_t c = 0; c < width; c++) {
		columns[c].header =
			header_text(finder, parts_of(header, at, c), c);
		if (columns[c].header == NULL)
			return nc_error_no_memory(err);
	}
	return NC_OK;
}

static bool titles_speak_of(const struct finder *finder, size_t before)
{
	const char *words = tables_words_of(finder->entity->number);
	char folded[TABLES_FOLDED_SIZE];

	tables_fold(folded, nc_slice_text(finder->sheet->name));
	if (tables_has(words, folded, false))
		return true;
	for (size_t r = 0; r < before; r++)
		for (size_t c = 0; c < finder->sheet->rows[r].count; c++) {
			const struct nc_cell *cell =
				&finder->sheet->rows[r].cells[c];

			if (cell->covered || cell->text[0] == '\0')
				continue;
			tables_fold(folded, nc_slice_text(cell->text));
			if (tables_has(words, folded, false))
				return true;
		}
	return false;
}

enum nc_status tables_header_find(const struct nc_sheet *sheet,
	const struct nc_entity *entity, struct nc_arena *arena,
	struct tables_header *ret_header, struct nc_error *err)
{
	struct finder finder = {
		.sheet = sheet, .entity = entity, .arena = arena};
	struct tables_header best = {.matched = 0};
	enum nc_status status =
		tables_names_of(entity, arena, &finder.names, err);

	for (size_t row = 0;
		status == NC_OK && row < sheet->count && row < ROWS_LOOKED_AT;
		row++) {
		struct tables_header header;

		if (!is_all_text(&sheet->rows[row]))
			continue;
		status = try_row(&finder, row, &header, err);
		if (status == NC_OK && header.matched > best.matched)
			best = header;
	}
	if (status != NC_OK)
		return status;
	if (best.matched == 0 || (best.matched == 1 && !has_ordinal(&best)))
		return NC_NOT_FOUND;
	best.score += titles_speak_of(&finder, best.first) ? 3 : 0;
	status = name_columns(&finder, &best, err);
	if (status == NC_OK)
		*ret_header = best;
	return status;
}
