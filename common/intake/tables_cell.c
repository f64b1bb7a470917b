/*
 * What a cell says, as values of its field and of those beside it: an end
 * beside a beginning (until), words as printed (when_words), a qualifier.
 */
#include "intake/tables_work.h"
#include "locale/date.h"
#include "locale/money.h"
#include "locale/text.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct cell {
	const struct tables_place *place;
	const struct nc_tables_column *column;
	const struct nc_cell *cell;
	struct tables_values *values;
	enum nc_tables_why *why;
	struct nc_error *err;
};

void tables_set(struct tables_values *values, const struct nc_field *field,
	struct nc_value value)
{
	size_t at = nc_entity_field_index(values->entity, field);

	values->values[at] = value;
	values->set[at] = true;
}

const struct nc_value *tables_get(
	const struct tables_values *values, const char *name)
{
	const struct nc_field *field =
		nc_entity_field_named(values->entity, name);
	size_t at;

	if (field == NULL)
		return NULL;
	at = nc_entity_field_index(values->entity, field);
	return values->set[at] ? &values->values[at] : NULL;
}

bool tables_cell_is_empty(const struct nc_cell *cell)
{
	static const char *const nothing[] = {
		"-", "–", "—", "...", "…", "/", "_"};

	if (cell->text[0] == '\0')
		return true;
	for (size_t i = 0; i < sizeof(nothing) / sizeof(nothing[0]); i++)
		if (strcmp(cell->text, nothing[i]) == 0)
			return true;
	return false;
}

const char *tables_cell_words(
	const struct nc_cell *cell, struct nc_arena *arena)
{
	char *words = nc_arena_text(arena, cell->text, strlen(cell->text));

	if (words != NULL && cell->kind == NC_CELL_NUMBER)
		for (char *at = words; *at != '\0'; at++)
			if (*at == '.')
				*at = ',';
	return words;
}

static enum nc_status cannot(const struct cell *cell, enum nc_tables_why why)
{
	*cell->why = why;
	return NC_INVALID;
}

/* Words through the model's own reader. */
static enum nc_status parse_as(const struct cell *cell,
	const struct nc_field *field, const char *words,
	struct nc_value *ret_value)
{
	struct nc_error unread;
	enum nc_status status = nc_field_parse(
		field, words, cell->place->arena, ret_value, &unread);

	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(cell->err);
	return status == NC_OK ? NC_OK : cannot(cell, NC_TABLES_VALUE);
}

static enum nc_status read_text(const struct cell *cell,
	const struct nc_field *field, const char *words)
{
	struct nc_value value;
	enum nc_status status = parse_as(cell, field, words, &value);

	if (status == NC_OK)
		tables_set(cell->values, field, value);
	return status;
}

/* --- dates
 * --------------------------------------------------------------------- */

static const struct nc_field *beside(const struct cell *cell, const char *name)
{
	return nc_entity_field_named(cell->values->entity, name);
}

/* Both ends of "2024-05-15/2024-05-17". */
static enum nc_status set_ends(const struct cell *cell,
	const struct nc_field *field, const char *stored)
{
	const struct nc_field *until =
		strcmp(field->name, "when") == 0 ? beside(cell, "until") : NULL;
	const char *slash = strchr(stored, '/');
	char from[NC_DATE_STORED_SIZE];
	enum nc_status status;

	if (slash != NULL && (until == NULL || cell->place->has_until))
		return cannot(cell, NC_TABLES_VALUE);
	snprintf(from, sizeof(from), "%.*s",
		(int)(slash == NULL ? strlen(stored)
				    : (size_t)(slash - stored)),
		stored);
	status = read_text(cell, field, from);
	if (status == NC_OK && until != NULL && !cell->place->has_until)
		status = read_text(cell, until, slash == NULL ? "" : slash + 1);
	return status;
}

/* What was printed stays beside what it means, unless it is a plain day. */
static enum nc_status keep_when_words(const struct cell *cell,
	const struct nc_field *field, bool plain, const char *words)
{
	const struct nc_field *kept = strcmp(field->name, "when") == 0
					      ? beside(cell, "when_words")
					      : NULL;

	if (kept == NULL)
		return NC_NOT_FOUND;
	return read_text(cell, kept, plain ? "" : words);
}

static bool date_is_plain(const struct nc_date *date, struct nc_slice text)
{
	return date->words.size == text.size && date->warnings == 0 &&
	       (date->kind == NC_DATE_DAY || date->kind == NC_DATE_MONTH ||
		       date->kind == NC_DATE_YEAR ||
		       date->kind == NC_DATE_RANGE);
}

static bool is_year(const char *text)
{
	return strlen(text) == 4 && text[0] >= '1' && text[0] <= '2' &&
	       strspn(text, "0123456789") == 4;
}

static enum nc_status read_date(
	const struct cell *cell, const struct nc_field *field)
{
	struct nc_slice text = nc_slice_text(cell->cell->text);
	char stored[NC_DATE_STORED_SIZE] = "";
	struct nc_date date;
	enum nc_status status, kept;
	bool plain;

	/* A number is a year or nothing that a date could be. */
	if (cell->cell->kind == NC_CELL_NUMBER && !is_year(cell->cell->text))
		return cannot(cell, NC_TABLES_VALUE);
	status = nc_date_parse(text, (int)cell->place->year, &date, NULL);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(cell->err);
	if (status == NC_OK)
		nc_date_stored(stored, &date);
	if (status != NC_OK || stored[0] == '\0') {
		status = keep_when_words(cell, field, false, cell->cell->text);
		if (status == NC_NO_MEMORY)
			return status;
		return cannot(cell,
			status == NC_OK ? NC_TABLES_WORDS : NC_TABLES_VALUE);
	}
	plain = date_is_plain(&date, text);
	kept = keep_when_words(cell, field, plain, cell->cell->text);
	if (kept == NC_NO_MEMORY || kept == NC_INVALID ||
		(kept == NC_NOT_FOUND && date.words.size != text.size))
		return kept == NC_NO_MEMORY ? kept
					    : cannot(cell, NC_TABLES_VALUE);
	return set_ends(cell, field, stored);
}

/* --- counts
 * ------------------------------------------------------------------- */

static const struct {
	const char *words, *choice;
} qualifiers[] = {
	{"hon|tren|qua", "more-than"},
	{"it nhat|toi thieu|khong duoi|tu", "at-least"},
	{"khoang|chung|do|tam", "about"},
	{"gan|xap xi", "nearly"},
	{"toi da|khong qua|nhieu nhat", "at-most"},
	{"du kien|uoc|uoc tinh|uoc dat|du tinh", "expected"},
	{"dung", "exactly"},
};

static const struct nc_field *qualifier_of(
	const struct cell *cell, const struct nc_field *field)
{
	char name[64];

	if (strcmp(field->name, "min") == 0)
		return beside(cell, "qualifier");
	snprintf(name, sizeof(name), "%s_qualifier", field->name);
	return beside(cell, name);
}

static enum nc_status set_qualifier(const struct cell *cell,
	const struct nc_field *field, const char *words)
{
	const struct nc_field *qualifier = qualifier_of(cell, field);
	char folded[TABLES_FOLDED_SIZE];

	if (qualifier == NULL)
		return words[0] == '\0' ? NC_OK : cannot(cell, NC_TABLES_VALUE);
	if (words[0] == '\0')
		return read_text(cell, qualifier, "");
	tables_fold(folded, nc_slice_text(words));
	for (size_t i = 0; i < sizeof(qualifiers) / sizeof(qualifiers[0]); i++)
		if (tables_one_of(qualifiers[i].words, folded))
			return read_text(cell, qualifier, qualifiers[i].choice);
	return cannot(cell, NC_TABLES_VALUE);
}

static enum nc_status set_integer(const struct cell *cell,
	const struct nc_field *field, struct nc_decimal number)
{
	char text[32];
	int64_t integer;

	if (!nc_decimal_scaled(number, 0, &integer))
		return cannot(cell, NC_TABLES_VALUE);
	snprintf(text, sizeof(text), "%" PRId64, integer);
	return read_text(cell, field, text);
}

/* The cell's words as a count, and nothing else in them. */
static enum nc_status parse_count(
	const struct cell *cell, struct nc_count *ret_count)
{
	char text[NC_DECIMAL_TEXT_SIZE];
	const char *words = cell->cell->text;
	enum nc_status status;

	/* A number's point, as people write it. */
	if (cell->cell->kind == NC_CELL_NUMBER &&
		strlen(words) < sizeof(text)) {
		strcpy(text, words);
		if (strchr(text, '.') != NULL)
			*strchr(text, '.') = ',';
		words = text;
	}
	status = nc_count_parse(nc_slice_text(words), ret_count, NULL);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(cell->err);
	if (status != NC_OK || ret_count->words.size != strlen(words) ||
		ret_count->kind != NC_COUNT || ret_count->per[0] != '\0' ||
		((ret_count->warnings & NC_NUMBER_AMBIGUOUS) != 0 &&
			cell->cell->kind != NC_CELL_NUMBER))
		return cannot(cell, NC_TABLES_VALUE);
	return NC_OK;
}

static enum nc_status read_count(
	const struct cell *cell, const struct nc_field *field)
{
	const struct nc_field *highest =
		strcmp(field->name, "min") == 0 ? beside(cell, "max") : NULL;
	struct nc_count count;
	struct nc_decimal low;
	bool range;
	enum nc_status status = parse_count(cell, &count);

	if (status != NC_OK)
		return status;
	low = count.has_min ? count.min : count.max;
	range = count.has_min && count.has_max &&
		nc_decimal_compare(count.min, count.max) != 0;
	if (range && highest == NULL)
		return cannot(cell, NC_TABLES_VALUE);
	status = set_qualifier(cell, field, count.qualifier);
	if (status == NC_OK)
		status = set_integer(cell, field, low);
	if (status == NC_OK && range)
		status = set_integer(cell, highest, count.max);
	return status;
}

/* "2020 - 2025", "III (2021-2026)": a term's first and last year. What more
 * the words say, the caller notes. */
static enum nc_status read_term(
	const struct cell *cell, const struct nc_field *first)
{
	const struct nc_field *last = beside(cell, "term_to");
	const char *text = cell->cell->text;
	const char *from = strpbrk(text, "0123456789");
	const char *dash, *to;
	char years[2][5] = {"", ""};
	enum nc_status status;

	if (from == NULL || strspn(from, "0123456789") != 4)
		return cannot(cell, NC_TABLES_VALUE);
	dash = from + 4 + strspn(from + 4, " ");
	to = strpbrk(dash, "0123456789");
	if (to == NULL || strspn(to, "0123456789") != 4)
		return cannot(cell, NC_TABLES_VALUE);
	memcpy(years[0], from, 4);
	memcpy(years[1], to, 4);
	status = read_text(cell, first, years[0]);
	if (status == NC_OK)
		status = read_text(cell, last, years[1]);
	if (status == NC_OK && (from != text || to[4] != '\0'))
		return cannot(cell, NC_TABLES_VALUE);
	return status;
}

static bool is_term(const struct cell *cell, const struct nc_field *field)
{
	return strcmp(field->name, "term_from") == 0 &&
	       cell->cell->kind == NC_CELL_TEXT &&
	       strlen(cell->cell->text) > 4 && beside(cell, "term_to") != NULL;
}

/* --- money
 * ----------------------------------------------------------------------
 */

/* number × 10^power of the currency, as a value holds it. */
static enum nc_status set_money(const struct cell *cell,
	const struct nc_field *field, struct nc_decimal number,
	struct tables_unit unit)
{
	struct nc_value value;
	char text[64], *copy;
	int64_t minor;

	for (; unit.power > 0 && number.places > 0; unit.power--)
		number.places--;
	for (; unit.power > 0; unit.power--) {
		if (number.digits > INT64_MAX / 10)
			return cannot(cell, NC_TABLES_VALUE);
		number.digits *= 10;
	}
	if (number.digits < 0 ||
		nc_money_minor(unit.currency, number, &minor) != NC_OK)
		return cannot(cell, NC_TABLES_VALUE);
	snprintf(text, sizeof(text), "%" PRId64 " %s", minor, unit.currency);
	copy = nc_arena_text(cell->place->arena, text, strlen(text));
	if (copy == NULL)
		return nc_error_no_memory(cell->err);
	value = nc_value_text(copy);
	if (nc_field_check(field, &value, NULL) != NC_OK)
		return cannot(cell, NC_TABLES_VALUE);
	tables_set(cell->values, field, value);
	return NC_OK;
}

/* The column's unit, else that of the number's format, else the sheet's. */
static struct tables_unit unit_of(const struct cell *cell)
{
	struct tables_unit unit = {.power = cell->column->power};

	memcpy(unit.currency, cell->column->currency, sizeof(unit.currency));
	if (unit.currency[0] != '\0' && !cell->place->redirect)
		return unit;
	unit = cell->place->unit;
	if (cell->cell->kind == NC_CELL_NUMBER && cell->cell->unit[0] != '\0' &&
		!cell->place->redirect)
		(void)tables_unit_read(nc_slice_text(cell->cell->unit), &unit);
	return unit;
}

/* Digits alone: their unit stands elsewhere. */
static enum nc_status read_bare_money(const struct cell *cell,
	const struct nc_field *field, struct tables_unit unit)
{
	struct nc_count count;
	enum nc_status status = parse_count(cell, &count);

	if (status != NC_OK)
		return status;
	if (count.bound != NC_BOUND_EXACT ||
		nc_decimal_compare(count.min, count.max) != 0)
		return cannot(cell, NC_TABLES_VALUE);
	if (unit.currency[0] == '\0')
		return cannot(cell, NC_TABLES_CURRENCY);
	return set_money(cell, field, count.min, unit);
}

static enum nc_status read_money(
	const struct cell *cell, const struct nc_field *field)
{
	struct tables_unit unit = unit_of(cell);
	const char *words = cell->cell->text;
	struct nc_money money;
	enum nc_status status;

	if (words[strspn(words, "0123456789.,-+ ")] == '\0')
		return read_bare_money(cell, field, unit);
	/* "25 triệu" is đồng, unless the column says another currency. */
	status = nc_money_parse(nc_slice_text(cell->cell->text), &money, NULL);
	if (status == NC_OK && money.assumed && unit.currency[0] != '\0' &&
		strcmp(unit.currency, money.currency) != 0)
		return cannot(cell, NC_TABLES_VALUE);
	return read_text(cell, field, words);
}

/* --- the rest
 * --------------------------------------------------------------------
 */

static enum nc_status read_choice(
	const struct cell *cell, const struct nc_field *field)
{
	const char *name =
		tables_choice(field, nc_slice_text(cell->cell->text));

	if (name == NULL)
		return cannot(cell, NC_TABLES_VALUE);
	return read_text(cell, field, name);
}

/* "Lào và Thái Lan", "Lào - Campuchia", "Lào/Thái Lan" too. */
static enum nc_status read_countries(
	const struct cell *cell, const struct nc_field *field)
{
	static const char *const between[] = {" và ", " - ", " – ", "/", " & "};
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status = read_text(cell, field, cell->cell->text);

	if (status != NC_INVALID || field->type != NC_TYPE_COUNTRIES)
		return status;
	nc_buffer_init(&words, NC_TEXT_BYTES_MAX);
	for (const char *at = cell->cell->text; *at != '\0';) {
		size_t size = 0;

		for (size_t i = 0;
			i < sizeof(between) / sizeof(between[0]) && size == 0;
			i++)
			if (strncmp(at, between[i], strlen(between[i])) == 0)
				size = strlen(between[i]);
		if (nc_buffer_append(&words, size > 0 ? ";" : at, 1) != NC_OK)
			return nc_error_no_memory(cell->err);
		at += size > 0 ? size : 1;
	}
	return read_text(cell, field, nc_buffer_string(&words));
}

/* Targets: numbers of a row whose unit is money are sums. */
static const struct nc_field *redirected(
	const struct cell *cell, const struct nc_field *field)
{
	static const char *const sums[][2] = {{"min", "money_min"},
		{"max", "money_max"}, {"actual", "actual_money"}};
	struct nc_money money;

	if (cell->values->entity->number != NC_ENTITY_TARGET)
		return field;
	for (size_t i = 0; i < 3; i++) {
		if (strcmp(field->name, sums[i][0]) != 0)
			continue;
		if (cell->place->redirect ||
			(cell->cell->kind == NC_CELL_TEXT &&
				nc_money_parse(nc_slice_text(cell->cell->text),
					&money, NULL) == NC_OK))
			return beside(cell, sums[i][1]);
	}
	return field;
}

static enum nc_status read_filled(
	const struct cell *cell, const struct nc_field *field)
{
	const char *words;

	if (cell->cell->kind == NC_CELL_ERROR)
		return cannot(cell, NC_TABLES_FORMULA);
	switch (field->type) {
	case NC_TYPE_DATE:
		return read_date(cell, field);
	case NC_TYPE_INTEGER:
		if (is_term(cell, field) && !cell->cell->covered)
			return read_term(cell, field);
		return cell->cell->covered ? cannot(cell, NC_TABLES_COVERED)
					   : read_count(cell, field);
	case NC_TYPE_MONEY:
		return cell->cell->covered ? cannot(cell, NC_TABLES_COVERED)
					   : read_money(cell, field);
	case NC_TYPE_ENUM:
		return read_choice(cell, field);
	case NC_TYPE_COUNTRY:
	case NC_TYPE_COUNTRIES:
		return read_countries(cell, field);
	default:
		words = tables_cell_words(cell->cell, cell->place->arena);
		if (words == NULL)
			return nc_error_no_memory(cell->err);
		return read_text(cell, field, words);
	}
}

/* Fields that a cell of this column fills beside its own, made empty: what
 * the cell says now may be less than what it said before. */
static void clear(const struct cell *cell, const struct nc_field *field)
{
	static const char *const targets[][2] = {{"min", "max"},
		{"min", "money_min"}, {"min", "money_max"},
		{"actual", "actual_money"}};
	const struct nc_field *other;

	tables_set(cell->values, field, nc_value_absent());
	if (strcmp(field->name, "when") == 0) {
		other = beside(cell, "when_words");
		if (other != NULL)
			tables_set(cell->values, other, nc_value_absent());
		other = cell->place->has_until ? NULL : beside(cell, "until");
		if (other != NULL)
			tables_set(cell->values, other, nc_value_absent());
	}
	other = field->type == NC_TYPE_INTEGER ? qualifier_of(cell, field)
					       : NULL;
	if (other != NULL)
		tables_set(cell->values, other, nc_value_absent());
	for (size_t i = 0;
		i < 4 && cell->values->entity->number == NC_ENTITY_TARGET; i++)
		if (strcmp(field->name, targets[i][0]) == 0 &&
			tables_get(cell->values, targets[i][1]) == NULL)
			tables_set(cell->values, beside(cell, targets[i][1]),
				nc_value_absent());
}

enum nc_status tables_cell_read(const struct tables_place *place,
	const struct nc_tables_column *column, const struct nc_cell *at,
	struct tables_values *values, enum nc_tables_why *ret_why,
	struct nc_error *err)
{
	const struct cell cell = {place, column, at, values, ret_why, err};
	const struct nc_field *field;
	enum nc_status status;

	/* "12 - 15/3" in the column of beginnings says the end too. */
	if (tables_cell_is_empty(at) &&
		strcmp(column->field->name, "until") == 0 &&
		tables_get(values, "until") != NULL)
		return NC_OK;
	clear(&cell, column->field);
	if (tables_cell_is_empty(at))
		return NC_OK;
	field = redirected(&cell, column->field);
	if (field == NULL)
		return cannot(&cell, NC_TABLES_VALUE);
	status = read_filled(&cell, field);
	/* Nothing half, save the words of a date and the years of a term. */
	if (status == NC_INVALID && field->type != NC_TYPE_DATE &&
		!is_term(&cell, field))
		clear(&cell, column->field);
	return status;
}
