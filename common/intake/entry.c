#include "intake/entry.h"

#include "intake/tables_work.h"
#include "locale/date.h"
#include "locale/text.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* --- the cell's reading --- */

/* As a cell of a table whose one column is the field. */
static enum nc_status read_cell(const struct nc_entry *entry, const char *words,
	struct tables_values *values, struct nc_error *err)
{
	const struct tables_place place = {
		.arena = entry->arena, .year = entry->year};
	const struct nc_tables_column column = {
		.entity = entry->entity, .field = entry->field};
	const struct nc_cell cell = {
		.kind = NC_CELL_TEXT, .text = words, .unit = ""};
	enum nc_tables_why why;

	memset(values, 0, sizeof(*values));
	values->entity = entry->entity;
	return tables_cell_read(&place, &column, &cell, values, &why, err);
}

static bool put(struct nc_entry_value *out, size_t *count,
	const struct nc_field *field, struct nc_value value)
{
	if (*count == NC_ENTRY_VALUES_MAX)
		return false;
	out[(*count)++] = (struct nc_entry_value){field, value};
	return true;
}

/* What the cell says; not what it says nothing of. False when that is nothing
 * of the field itself. */
static bool take_values(const struct nc_entry *entry,
	const struct tables_values *values, struct nc_entry_value *out,
	size_t *ret_count)
{
	const struct nc_value *own = tables_get(values, entry->field->name);
	size_t count = 0;

	if (own == NULL || own->kind == NC_VALUE_ABSENT)
		return false;
	(void)put(out, &count, entry->field, *own);
	for (size_t i = 0; i < entry->entity->fields_count; i++)
		if (values->set[i] &&
			&entry->entity->fields[i] != entry->field &&
			values->values[i].kind != NC_VALUE_ABSENT &&
			!put(out, &count, &entry->entity->fields[i],
				values->values[i]))
			return false;
	*ret_count = count;
	return true;
}

/* The model's own reading: the field and nothing beside it. */
static enum nc_status read_stable(const struct nc_entry *entry,
	const char *words, struct nc_entry_value *out, size_t *ret_count,
	struct nc_error *err)
{
	struct nc_value value;
	enum nc_status status =
		nc_field_parse(entry->field, words, entry->arena, &value, err);

	*ret_count = 0;
	if (status == NC_OK)
		(void)put(out, ret_count, entry->field, value);
	return status;
}

/* --- dates --- */

/* Typed without marks: in a field of dates these words are only that. */
static const char *const marked[][2] = {
	{"am lich", "âm lịch"},
	{"du kien", "dự kiến"},
	{"giai doan", "giai đoạn"},
	{"nam hoc", "năm học"},
	{"nhiem ky", "nhiệm kỳ"},
	{"ngay", "ngày"},
	{"thang", "tháng"},
	{"nam", "năm"},
	{"quy", "quý"},
	{"cuoi", "cuối"},
	{"dau", "đầu"},
	{"giua", "giữa"},
	{"hoac", "hoặc"},
	{"va", "và"},
	{"mung", "mùng"},
	{"ram", "rằm"},
	{"gieng", "Giêng"},
	{"chap", "Chạp"},
};

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The length of the plain word at text that is this one; 0 when it is not. */
static size_t word_is(const char *text, const char *word)
{
	size_t size = strlen(word);

	for (size_t i = 0; i < size; i++) {
		char c = text[i];

		if (c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		if (c != word[i])
			return 0;
	}
	return is_letter(text[size]) ? 0 : size;
}

/* Words of nothing but plain letters get the marks that they lack; the arena's
 * or words themselves. NULL without memory. */
static const char *with_marks(const char *words, struct nc_arena *arena)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	bool begins = true;

	for (const char *at = words; *at != '\0'; at++)
		if ((unsigned char)*at >= 0x80)
			return words;
	nc_buffer_init(&out, 4 * NC_TEXT_BYTES_MAX);
	for (const char *at = words; *at != '\0';) {
		size_t size = 0, i = 0;

		for (; begins && i < COUNT(marked) && size == 0; i++)
			size = word_is(at, marked[i][0]);
		begins = !is_letter(*at);
		if ((size > 0 ? nc_buffer_text(&out, marked[i - 1][1])
			      : nc_buffer_append(&out, at, 1)) != NC_OK)
			return NULL;
		at += size > 0 ? size : 1;
	}
	return nc_arena_text(arena, nc_buffer_string(&out), out.size);
}

/* Words that may stand around a date and change nothing of its meaning.
 * Others do: "trước 15/4/2025" is not on that day. */
static bool may_surround(struct nc_slice words)
{
	static const char *const harmless[] = {"vao khoang", "trong khoang",
		"trong ngay", "vao ngay", "du kien", "khoang", "trong", "vao",
		"ngay", "thang", "nam", "sang", "chieu", "thu hai", "thu ba",
		"thu tu", "thu nam", "thu sau", "thu bay", "chu nhat"};
	char folded[TABLES_FOLDED_SIZE];
	const char *at = folded;

	tables_fold(folded, words);
	while (*at != '\0') {
		size_t size = 0;

		for (size_t i = 0; i < COUNT(harmless) && size == 0; i++) {
			size_t length = strlen(harmless[i]);

			if (strncmp(at, harmless[i], length) == 0 &&
				(at[length] == ' ' || at[length] == '\0'))
				size = length;
		}
		if (size == 0)
			return false;
		at += size;
		at += *at == ' ';
	}
	return true;
}

/* "vào", "ngày" say nothing that the date does not; "dự kiến" does. */
static bool surround_says_nothing(struct nc_slice words)
{
	char folded[TABLES_FOLDED_SIZE];

	tables_fold(folded, words);
	return folded[0] == '\0' ||
	       tables_one_of(
		       "vao|ngay|trong|thang|nam|vao ngay|trong ngay", folded);
}

static enum nc_status not_a_date(
	const struct nc_entry *entry, struct nc_error *err)
{
	return nc_error_set(err, NC_INVALID,
		_("\"%s\" is not understood as a date for %s; write 15/4/2025, "
		  "tháng 4/2025, quý II/2025, năm 2025 or 2025-04-15."),
		entry->words, entry->field->name);
}

/* A list with gaps, pairs of days that are an anniversary's, ages: no time of
 * one thing. */
static bool is_one_time(const struct nc_date *date)
{
	switch (date->kind) {
	case NC_DATE_NONE:
	case NC_DATE_INVALID:
	case NC_DATE_PAIR:
	case NC_DATE_ANNIVERSARY:
	case NC_DATE_DECADE:
	case NC_DATE_CENTURY:
		return false;
	case NC_DATE_YEAR_PART:
		/* "9 tháng đầu năm" is counted from 15 December of the year
		 * before: a report's period, not the time of an event. */
		return date->from.month != 12;
	default:
		return date->several == 0 &&
		       (date->warnings &
			       (NC_DATE_MALFORMED | NC_DATE_AMBIGUOUS |
				       NC_DATE_CONTRADICTS)) == 0;
	}
}

static enum nc_status check_kind(const struct nc_entry *entry,
	const struct nc_date *date, const char *stored, struct nc_error *err)
{
	if ((date->warnings & NC_DATE_BACKWARDS) != 0)
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" for %s ends before it begins; write the "
			  "first day first, as in 15 - 17/4/2025 or 28/4 - "
			  "02/5/2025."),
			entry->words, entry->field->name);
	if (!is_one_time(date))
		return not_a_date(entry, err);
	if (stored[0] == '\0')
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" for %s says no year; write it with its year, "
			  "as in 15/4/2025 or tháng 4/2025, or give year= "
			  "too."),
			entry->words, entry->field->name);
	if (strchr(stored, '/') != NULL &&
		(strcmp(entry->field->name, "when") != 0 ||
			nc_entity_field_named(entry->entity, "until") == NULL))
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" has a beginning and an end, and %s holds one "
			  "date; write one here, as in 15/4/2025 or tháng "
			  "4/2025, and the other in its own field, or both in "
			  "when= where there is until= too."),
			entry->words, entry->field->name);
	return NC_OK;
}

/* What stands before and after the date in the words. */
static enum nc_status check_around(const struct nc_entry *entry,
	const struct nc_date *date, struct nc_slice text, bool *ret_plain,
	struct nc_error *err)
{
	size_t at = (size_t)(date->words.data - text.data);
	struct nc_slice before = nc_slice(text.data, at);
	struct nc_slice after = nc_slice(text.data + at + date->words.size,
		text.size - at - date->words.size);
	bool kept = strcmp(entry->field->name, "when") == 0 &&
		    nc_entity_field_named(entry->entity, "when_words") != NULL;

	*ret_plain =
		surround_says_nothing(before) && surround_says_nothing(after);
	if (!may_surround(before) || !may_surround(after) ||
		(!*ret_plain && !kept))
		return not_a_date(entry, err);
	return NC_OK;
}

static bool is_exact(const struct nc_date *date)
{
	switch (date->kind) {
	case NC_DATE_DAY:
	case NC_DATE_RECURRING:
	case NC_DATE_RANGE:
	case NC_DATE_MONTH:
	case NC_DATE_MONTHS:
	case NC_DATE_QUARTER:
	case NC_DATE_QUARTERS:
	case NC_DATE_HALF:
	case NC_DATE_YEAR:
		return !date->lunar;
	default:
		return false;
	}
}

/* Words that say just what is stored stand for it alone. */
static void drop_words(struct nc_entry_value *values, size_t *count)
{
	size_t kept = 0;

	for (size_t i = 0; i < *count; i++)
		if (strcmp(values[i].field->name, "when_words") != 0)
			values[kept++] = values[i];
	*count = kept;
}

static enum nc_status read_date(const struct nc_entry *entry,
	struct nc_slice text, struct nc_entry_value *out, size_t *ret_count,
	struct nc_error *err)
{
	char stored[NC_DATE_STORED_SIZE] = "";
	const char *words = (const char *)text.data;
	struct tables_values values;
	struct nc_date date = {0};
	struct nc_error unread;
	bool plain = false;
	enum nc_status status =
		nc_date_parse(text, (int)entry->year, &date, &unread);

	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK || date.kind == NC_DATE_NONE)
		return not_a_date(entry, err);
	nc_date_stored(stored, &date);
	status = check_kind(entry, &date, stored, err);
	if (status == NC_OK)
		status = check_around(entry, &date, text, &plain, err);
	if (status != NC_OK)
		return status;
	/* "vào ngày 15/4/2025" is 15/4/2025. */
	if (plain)
		words = nc_arena_text(entry->arena,
			(const char *)date.words.data, date.words.size);
	if (words == NULL)
		return nc_error_no_memory(err);
	status = read_cell(entry, words, &values, err);
	if (status == NC_INVALID ||
		(status == NC_OK &&
			!take_values(entry, &values, out, ret_count)))
		return not_a_date(entry, err);
	if (status == NC_OK && plain && is_exact(&date))
		drop_words(out, ret_count);
	return status;
}

static enum nc_status read_date_words(const struct nc_entry *entry,
	const char *words, struct nc_entry_value *out, size_t *ret_count,
	struct nc_error *err)
{
	if (nc_date_is_valid(nc_slice_text(words)))
		return read_stable(entry, words, out, ret_count, err);
	words = with_marks(words, entry->arena);
	if (words == NULL)
		return nc_error_no_memory(err);
	return read_date(entry, nc_slice_text(words), out, ret_count, err);
}

/* --- numbers --- */

static bool is_digits(const char *words)
{
	const char *digits = words + (*words == '-' || *words == '+');

	return *digits != '\0' && digits[strspn(digits, "0123456789")] == '\0';
}

static bool is_year(const struct nc_field *field)
{
	return field->min >= 1900 && field->max <= 2199;
}

static enum nc_status read_year(const struct nc_entry *entry, const char *words,
	struct nc_entry_value *out, size_t *ret_count, struct nc_error *err)
{
	static const char *const before[] = {"năm ", "Năm ", "nam ", "Nam "};
	struct tables_values values;

	for (size_t i = 0; i < COUNT(before); i++)
		if (strncmp(words, before[i], strlen(before[i])) == 0)
			words += strlen(before[i]);
	if (is_digits(words))
		return read_stable(entry, words, out, ret_count, err);
	/* A term: both its years. */
	if (strcmp(entry->field->name, "term_from") == 0) {
		enum nc_status status = read_cell(entry, words, &values, err);

		if (status != NC_INVALID && status != NC_OK)
			return status;
		if (status == NC_OK &&
			take_values(entry, &values, out, ret_count))
			return NC_OK;
	}
	return nc_error_set(err, NC_INVALID,
		_("\"%s\" is not a year for %s; write 2025 or năm 2025."),
		entry->words, entry->field->name);
}

static enum nc_status read_number(const struct nc_entry *entry,
	const char *words, struct nc_entry_value *out, size_t *ret_count,
	struct nc_error *err)
{
	struct tables_values values;
	enum nc_status status;

	if (is_year(entry->field))
		return read_year(entry, words, out, ret_count, err);
	if (is_digits(words))
		return read_stable(entry, words, out, ret_count, err);
	status = read_cell(entry, words, &values, err);
	if (status == NC_OK && take_values(entry, &values, out, ret_count))
		return NC_OK;
	if (status != NC_OK && status != NC_INVALID)
		return status;
	return nc_error_set(err, NC_INVALID,
		_("\"%s\" is not one whole number for %s; write 1.500 or "
		  "05."),
		entry->words, entry->field->name);
}

static enum nc_status read_boolean(const struct nc_entry *entry,
	const char *words, struct nc_entry_value *out, size_t *ret_count,
	struct nc_error *err)
{
	char folded[TABLES_FOLDED_SIZE];

	tables_fold(folded, nc_slice_text(words));
	if (tables_one_of("co|yes|true", folded))
		words = "1";
	else if (tables_one_of("khong|no|false", folded))
		words = "0";
	else if (strcmp(words, "0") != 0 && strcmp(words, "1") != 0)
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is neither yes nor no for %s; write có or "
			  "không."),
			entry->words, entry->field->name);
	return read_stable(entry, words, out, ret_count, err);
}

/* --- names --- */

static enum nc_status read_choice(const struct nc_entry *entry,
	const char *words, struct nc_entry_value *out, size_t *ret_count,
	struct nc_error *err)
{
	const char *name = tables_choice(entry->field, nc_slice_text(words));
	char list[NC_ERROR_TEXT_MAX / 2] = "";
	size_t used = 0;

	if (name != NULL)
		return read_stable(entry, name, out, ret_count, err);
	for (const struct nc_choice *at = entry->field->choices;
		at->name != NULL && used + 1 < sizeof(list); at++) {
		int size =
			snprintf(list + used, sizeof(list) - used, "%s%s (%s)",
				used == 0 ? "" : ", ", at->name, at->label_vi);

		/* Whole values only; --help lists them all. */
		if (size < 0 || (size_t)size >= sizeof(list) - used - 4) {
			snprintf(list + used, sizeof(list) - used, ", …");
			break;
		}
		used += (size_t)size;
	}
	return nc_error_set(err, NC_INVALID,
		_("\"%s\" is not a value of %s; write one of: %s."),
		entry->words, entry->field->name, list);
}

/* What the model takes, else joined as in tables: "Lào và Thái Lan". */
static enum nc_status read_countries(const struct nc_entry *entry,
	const char *words, struct nc_entry_value *out, size_t *ret_count,
	struct nc_error *err)
{
	struct tables_values values;
	enum nc_status status = read_stable(entry, words, out, ret_count, err);
	struct nc_error unread;

	if (status != NC_INVALID)
		return status;
	status = read_cell(entry, words, &values, &unread);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status == NC_OK && take_values(entry, &values, out, ret_count))
		return NC_OK;
	return NC_INVALID; /* with the model's sentence */
}

/* --- all of them --- */

static enum nc_status read_words(const struct nc_entry *entry,
	const char *words, struct nc_entry_value *out, size_t *ret_count,
	struct nc_error *err)
{
	switch (entry->field->type) {
	case NC_TYPE_DATE:
		return read_date_words(entry, words, out, ret_count, err);
	case NC_TYPE_INTEGER:
		return read_number(entry, words, out, ret_count, err);
	case NC_TYPE_BOOLEAN:
		return read_boolean(entry, words, out, ret_count, err);
	case NC_TYPE_ENUM:
		return read_choice(entry, words, out, ret_count, err);
	case NC_TYPE_COUNTRY:
	case NC_TYPE_COUNTRIES:
		return read_countries(entry, words, out, ret_count, err);
	default:
		return read_stable(entry, words, out, ret_count, err);
	}
}

/* NFC without white space at its ends; the arena's. */
static enum nc_status clean_words(const struct nc_entry *entry,
	const char **ret_words, struct nc_error *err)
{
	struct nc_buffer clean NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice trimmed;
	enum nc_status status;

	nc_buffer_init(&clean, 2 * NC_TEXT_BYTES_MAX);
	status = nc_text_clean(&clean, nc_slice_text(entry->words));
	if (status == NC_MALFORMED)
		return nc_error_set(err, NC_INVALID,
			_("%s is not UTF-8 text; retype it."),
			entry->field->name);
	if (status != NC_OK)
		return nc_error_set(err, NC_INVALID,
			_("%s is too long; shorten it."), entry->field->name);
	trimmed = nc_text_trim(nc_buffer_slice(&clean));
	*ret_words = nc_arena_text(
		entry->arena, (const char *)trimmed.data, trimmed.size);
	return *ret_words == NULL ? nc_error_no_memory(err) : NC_OK;
}

enum nc_status nc_entry_read(const struct nc_entry *entry,
	struct nc_entry_value ret_values[NC_ENTRY_VALUES_MAX],
	size_t *ret_count, struct nc_error *err)
{
	const char *words;
	enum nc_status status;

	switch (entry->field->type) {
	case NC_TYPE_TEXT:
	case NC_TYPE_LIST:
		/* As typed, line ends and all. */
		return read_stable(
			entry, entry->words, ret_values, ret_count, err);
	default:
		break;
	}
	status = clean_words(entry, &words, err);
	if (status != NC_OK)
		return status;
	if (words[0] == '\0')
		return read_stable(entry, "", ret_values, ret_count, err);
	return read_words(entry, words, ret_values, ret_count, err);
}

/* Whether folded words are the field's name or a label of it. */
static bool is_called(const struct nc_field *field, const char *wanted)
{
	const char *const names[] = {
		field->name, field->label_vi, field->label_en};
	char folded[TABLES_FOLDED_SIZE];

	for (size_t i = 0; i < COUNT(names); i++) {
		tables_fold(folded, nc_slice_text(names[i]));
		if (strcmp(folded, wanted) == 0)
			return true;
	}
	return false;
}

enum nc_status nc_entry_field(const struct nc_entity *entity, const char *name,
	const struct nc_field **ret_field, struct nc_error *err)
{
	const struct nc_field *found = nc_entity_field_named(entity, name);
	bool exact = found != NULL;
	char wanted[TABLES_FOLDED_SIZE];

	tables_fold(wanted, nc_slice_text(name));
	for (size_t i = 0; !exact && i < entity->fields_count; i++) {
		const struct nc_field *field = &entity->fields[i];

		if (wanted[0] == '\0' || !is_called(field, wanted))
			continue;
		if (found != NULL)
			return nc_error_set(err, NC_INVALID,
				_("\"%s\" can be the field %s or %s of %s; "
				  "write the one you mean."),
				name, found->name, field->name, entity->name);
		found = field;
	}
	if (found == NULL)
		return nc_error_set(err, NC_INVALID,
			_("%s has no field \"%s\"; --help lists its fields."),
			entity->name, name);
	*ret_field = found;
	return NC_OK;
}
