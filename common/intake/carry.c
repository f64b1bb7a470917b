#include "intake/carry_work.h"

#include "locale/lunar.h"
#include "model/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CARRY_TEXT_MAX (128 * 1024)

void carry_edit(
	struct carrying *carrying, size_t at, size_t size, const char *words)
{
	struct edit *edits = carrying->edits;

	if (words == NULL) {
		carrying->starved = true;
		return;
	}
	if (strlen(words) == size &&
		memcmp(words, carrying->line.text.data + at, size) == 0)
		return;
	for (size_t i = 0; i < carrying->edits_count; i++)
		if (at < edits[i].at + edits[i].size && edits[i].at < at + size)
			return;
	if (carrying->edits_count < CARRY_EDITS_MAX)
		edits[carrying->edits_count++] = (struct edit){at, size, words};
}

const char *carry_printf(struct carrying *carrying, const char *format, ...)
{
	char text[256];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	return nc_arena_text(carrying->arena, text, strlen(text));
}

/* What another note tells of is not told twice. */
void carry_note(
	struct carrying *carrying, size_t at, size_t size, const char *words)
{
	const struct note *notes = carrying->notes;

	for (size_t i = 0; i < carrying->notes_count; i++)
		if (at >= notes[i].at &&
			at + size <= notes[i].at + notes[i].size)
			return;
	if (carrying->notes_count < CARRY_NOTES_MAX)
		carrying->notes[carrying->notes_count++] =
			(struct note){at, size, words};
}

int carry_number(const struct nc_word *word)
{
	return word->number ? atoi(word->key) : 0;
}

/* A number in place of a word's, in its manner: 09 stays two digits. */
void carry_edit_number(struct carrying *carrying, size_t i, int number)
{
	const struct nc_word *word = &carrying->line.words[i];

	carry_edit(carrying, word->at, word->size,
		carry_printf(carrying,
			word->size == 2 && number < 10 ? "%02d" : "%d",
			number));
}

/* The words [*ret_first, *ret_end) of a fact. */
void carry_fact_words(const struct check_line *line,
	const struct check_fact *fact, size_t *ret_first, size_t *ret_end)
{
	*ret_first = check_word_at(line, fact->at);
	*ret_end = check_word_at(line, fact->at + fact->size);
}

/* Whether the words still stand as they stood in the source. */
bool carry_in_source(const struct carrying *carrying, size_t from, size_t to)
{
	struct nc_slice words = check_words(&carrying->line, from, to);
	struct nc_slice source = carrying->source;

	for (size_t i = 0; i + words.size <= source.size; i++)
		if (memcmp(source.data + i, words.data, words.size) == 0)
			return true;
	return false;
}

static size_t back_to(const struct check_line *line, size_t i, size_t most)
{
	size_t start = check_sentence_start(line, i);

	return i > most && i - most > start ? i - most : start;
}

bool carry_said_before(const struct check_line *line, size_t first, size_t most,
	const char *words)
{
	return check_find(line, back_to(line, first, most), first, words) !=
	       CHECK_NONE;
}

static int compare_edits(const void *a, const void *b)
{
	const struct edit *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static int compare_notes(const void *a, const void *b)
{
	const struct note *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

/* The bytes [at, end) with the edits in them. */
static enum nc_status write_range(const struct carrying *carrying, size_t at,
	size_t end, struct nc_buffer *out)
{
	const uint8_t *text = carrying->line.text.data;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < carrying->edits_count && status == NC_OK; i++) {
		const struct edit *change = &carrying->edits[i];

		if (change->at < at || change->at + change->size > end)
			continue;
		status = nc_buffer_append(out, text + at, change->at - at);
		if (status == NC_OK)
			status = nc_buffer_text(out, change->words);
		at = change->at + change->size;
	}
	return status == NC_OK ? nc_buffer_append(out, text + at, end - at)
			       : status;
}

static bool has_edit(const struct carrying *carrying, const struct note *note)
{
	for (size_t i = 0; i < carrying->edits_count; i++)
		if (carrying->edits[i].at >= note->at &&
			carrying->edits[i].at < note->at + note->size)
			return true;
	return false;
}

static enum nc_status write_note(const struct carrying *carrying,
	const struct note *note, struct nc_buffer *out)
{
	enum nc_status status = NC_OK;

	if (out->size > 0)
		status = nc_buffer_text(out, "; ");
	if (status != NC_OK)
		return status;
	if (note->words != NULL)
		return nc_buffer_text(out, note->words);
	status = nc_buffer_append(
		out, carrying->line.text.data + note->at, note->size);
	if (status == NC_OK)
		status = nc_buffer_text(out, " → ");
	return status == NC_OK ? write_range(carrying, note->at,
					 note->at + note->size, out)
			       : status;
}

static enum nc_status finish(
	struct carrying *carrying, struct nc_carried *ret_carried)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer changes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_carried carried = {0};
	enum nc_status status;

	nc_buffer_init(&text, CARRY_TEXT_MAX);
	nc_buffer_init(&changes, CARRY_TEXT_MAX);
	qsort(carrying->edits, carrying->edits_count, sizeof(struct edit),
		compare_edits);
	qsort(carrying->notes, carrying->notes_count, sizeof(struct note),
		compare_notes);
	status = write_range(carrying, 0, carrying->line.text.size, &text);
	for (size_t i = 0; i < carrying->notes_count && status == NC_OK; i++) {
		if (!has_edit(carrying, &carrying->notes[i]))
			continue;
		status = write_note(carrying, &carrying->notes[i], &changes);
		carried.count++;
	}
	if (status != NC_OK)
		return status;
	carried.text = nc_arena_text(
		carrying->arena, nc_buffer_string(&text), text.size);
	carried.changes = nc_arena_text(
		carrying->arena, nc_buffer_string(&changes), changes.size);
	if (carrying->starved || carried.text == NULL ||
		carried.changes == NULL)
		return NC_NO_MEMORY;
	*ret_carried = carried;
	return NC_OK;
}

static enum nc_status read_line(
	struct carrying *carrying, struct nc_slice text, int year)
{
	struct nc_paragraph paragraph = {.list_level = -1};

	paragraph.text = nc_arena_text(
		carrying->arena, (const char *)text.data, text.size);
	if (paragraph.text == NULL)
		return NC_NO_MEMORY;
	return check_line_read(&carrying->line, &paragraph, year);
}

static bool is_year(int year)
{
	return year >= NC_LUNAR_YEAR_MIN && year <= NC_LUNAR_YEAR_MAX;
}

enum nc_status nc_carry_text(struct nc_arena *arena, struct nc_slice text,
	struct nc_slice source, int from, int to,
	struct nc_carried *ret_carried, struct nc_error *err)
{
	struct carrying *carrying;
	enum nc_status status;

	if (!is_year(from) || !is_year(to))
		return nc_error_set(err, NC_INVALID,
			_("Words are carried between the years 1900 and "
			  "2199."));
	carrying = nc_calloc(1, sizeof(*carrying));
	if (carrying == NULL)
		return nc_error_no_memory(err);
	carrying->arena = arena;
	carrying->source = source;
	carrying->from = from;
	carrying->to = to;
	status = read_line(carrying, text, from);
	for (size_t i = 0;
		status == NC_OK && from != to && i < carrying->line.facts_count;
		i++) {
		const struct check_fact *fact = &carrying->line.facts[i];

		if (fact->kind == NC_FACT_DATE)
			carry_date(carrying, fact);
		else if (fact->kind == NC_FACT_COUNT &&
			 fact->of.count.kind == NC_COUNT_ISSUES)
			carry_issues(carrying, fact);
	}
	if (status == NC_OK && from != to) {
		carry_words(carrying);
	}
	if (status == NC_OK)
		status = finish(carrying, ret_carried);
	check_line_fini(&carrying->line);
	nc_free(carrying);
	return status == NC_NO_MEMORY ? nc_error_no_memory(err) : status;
}

bool nc_carry_date(struct nc_slice date, int from, int to,
	char ret_date[NC_CARRY_DATE_SIZE])
{
	char text[NC_CARRY_DATE_SIZE];
	int year;

	if (!nc_date_is_valid(date) || date.size >= sizeof(text) ||
		date.size < 4)
		return false;
	memcpy(text, date.data, date.size);
	text[date.size] = '\0';
	year = atoi(text) + to - from;
	if (!is_year(year))
		return false;
	snprintf(ret_date, NC_CARRY_DATE_SIZE, "%04d%s", year, text + 4);
	if (strcmp(text + 4, "-02-29") == 0 && !nc_day_is_leap_year(year))
		memcpy(ret_date + 8, "28", 2);
	return true;
}

static bool names_festival(
	struct nc_slice text, size_t index, struct check_line *line)
{
	struct nc_paragraph paragraph = {.list_level = -1};
	char *words = nc_malloc(text.size + 1);
	bool found = false;

	if (words == NULL)
		return false;
	memcpy(words, text.data, text.size);
	words[text.size] = '\0';
	paragraph.text = words;
	found = check_line_read(line, &paragraph, 0) == NC_OK &&
		check_find(line, 0, line->words_count,
			carry_festivals[index].phrases) != CHECK_NONE;
	check_line_fini(line);
	nc_free(words);
	return found;
}

bool nc_carry_festival(struct nc_slice text, struct nc_slice date, int from,
	int to, char ret_date[NC_CARRY_DATE_SIZE])
{
	char words[NC_CARRY_DATE_SIZE] = "";
	struct nc_day day, was, will;
	struct check_line *line;
	bool found = false;

	if (date.size != NC_DAY_TEXT_SIZE - 1 || !is_year(to))
		return false;
	memcpy(words, date.data, date.size);
	if (!nc_day_parse(&day, words) || day.year != from)
		return false;
	line = nc_calloc(1, sizeof(*line));
	for (size_t i = 0; line != NULL && !found && i < carry_festivals_count;
		i++)
		found = carry_lunar_in_year(carry_festivals[i].month, false,
				carry_festivals[i].day, from, &was) &&
			nc_day_compare(was, day) == 0 &&
			carry_lunar_in_year(carry_festivals[i].month, false,
				carry_festivals[i].day, to, &will) &&
			names_festival(text, i, line);
	nc_free(line);
	if (found)
		nc_day_format(ret_date, will);
	return found;
}
