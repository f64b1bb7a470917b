/* What is no date, and yet is counted by the year. */
#include "intake/carry_work.h"

#include "locale/letter.h"
#include "locale/lunar.h"

#include <stdlib.h>
#include <string.h>

/* Text in capitals, or NULL. */
static const char *in_capitals(struct carrying *carrying, const char *words)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice left = nc_slice_text(words);
	struct nc_letter letter;
	int32_t point;
	enum nc_status status = NC_OK;

	nc_buffer_init(&out, 256);
	while (status == NC_OK && nc_letter_take(&left, &point)) {
		if (nc_letter_read(point, &letter)) {
			letter.upper = true;
			point = nc_letter_write(&letter);
		}
		status = nc_letter_append(&out, point);
	}
	if (status != NC_OK)
		return NULL;
	return nc_arena_text(carrying->arena, nc_buffer_string(&out), out.size);
}

/* Whether the two words from i name the lunar year. */
static bool names_year(const struct check_line *line, size_t i, int year)
{
	char name[NC_CAN_CHI_MAX], key[NC_WORD_KEY_MAX];
	char *space;

	if (i + 1 >= line->words_count || !line->words[i].upper ||
		!line->words[i + 1].upper ||
		line->words[i + 1].gap != NC_GAP_SPACE)
		return false;
	nc_lunar_year_name(year, name);
	space = strchr(name, ' ');
	return space != NULL &&
	       nc_word_key(nc_slice(name, (size_t)(space - name)), key) &&
	       strcmp(key, line->words[i].key) == 0 &&
	       nc_word_key(nc_slice_text(space + 1), key) &&
	       strcmp(key, line->words[i + 1].key) == 0;
}

/* Quý Mão → Giáp Thìn; the next year's too where its Tết is prepared. */
static void carry_year_names(struct carrying *carrying)
{
	const struct check_line *line = &carrying->line;
	int on = carrying->to - carrying->from;

	for (size_t i = 0; i + 1 < line->words_count; i++) {
		struct nc_slice words = check_words(line, i, i + 2);
		char name[NC_CAN_CHI_MAX];
		int year = carrying->from;

		if (!names_year(line, i, year)) {
			year++;
			if (!names_year(line, i, year) ||
				!carry_in_source(carrying, i, i + 2) ||
				!carry_said_before(
					line, i, 6, "tết|xuân|năm mới"))
				continue;
		}
		if (check_past(&carrying->line, i, i + 2))
			continue;
		nc_lunar_year_name(year + on, name);
		carry_edit(carrying, line->words[i].at, words.size,
			line->words[i].caps
				? in_capitals(carrying, name)
				: carry_printf(carrying, "%s", name));
		carry_note(carrying, line->words[i].at, words.size, NULL);
	}
}

/* "số 29, 30, 31/2024": the numbers go on, unless they begin anew each year. */
void carry_issues(struct carrying *carrying, const struct check_fact *fact)
{
	const struct check_line *line = &carrying->line;
	int on = carrying->to - carrying->from, issues = 0, lowest = 0;
	size_t first, end;

	carry_fact_words(line, fact, &first, &end);
	if (end == first ||
		carry_number(&line->words[end - 1]) != carrying->from)
		return;
	for (size_t i = first; i + 1 < end; i++) {
		int number = carry_number(&line->words[i]);

		issues += number > 0;
		if (number > 0 && (lowest == 0 || number < lowest))
			lowest = number;
	}
	for (size_t i = first; i + 1 < end && lowest > issues; i++)
		if (line->words[i].number)
			carry_edit_number(carrying, i,
				carry_number(&line->words[i]) + on * issues);
	carry_edit_number(carrying, end - 1, carrying->to);
	carry_note(carrying, fact->at, fact->size, NULL);
}

/* Học kỳ I/2023, which is no date of the calendar's. */
static void carry_terms_of_school(struct carrying *carrying)
{
	const struct check_line *line = &carrying->line;

	for (size_t i = 0; i + 2 < line->words_count; i++) {
		size_t n = check_phrase(line, i, "học kì");
		const struct nc_word *year = &line->words[i + 2];

		if (n == 0 || i + n + 1 >= line->words_count)
			continue;
		year = &line->words[i + n + 1];
		if (year->gap != NC_GAP_SLASH ||
			carry_number(year) != carrying->from)
			continue;
		carry_edit_number(carrying, i + n + 1, carrying->to);
		carry_note(carrying, line->words[i].at,
			year->at + year->size - line->words[i].at, NULL);
	}
}

static const char *roman_text(struct carrying *carrying, int number)
{
	static const struct {
		int value;
		const char *text;
	} digits[] = {{50, "L"}, {40, "XL"}, {10, "X"}, {9, "IX"}, {5, "V"},
		{4, "IV"}, {1, "I"}};
	char text[32] = "";

	for (size_t i = 0; i < sizeof(digits) / sizeof(digits[0]); i++)
		for (; number >= digits[i].value; number -= digits[i].value)
			strcat(text, digits[i].text);
	return carry_printf(carrying, "%s", text);
}

static bool says_year_next(const struct carrying *carrying, size_t i)
{
	const struct check_line *line = &carrying->line;
	size_t end = check_sentence_end(line, i > 0 ? i - 1 : 0);

	for (size_t k = i; k < end && k < i + 6; k++) {
		if (carry_number(&line->words[k]) == carrying->from)
			return true;
		if (line->words[k].gap == NC_GAP_COMMA && k > i)
			return false;
	}
	return false;
}

/* Held every year, as far as the words tell. */
static bool is_yearly(const struct carrying *carrying, size_t i, size_t end)
{
	const struct check_line *line = &carrying->line;
	size_t start = check_sentence_start(line, i);
	size_t stop = check_sentence_end(line, i);

	if (check_find(line, start, stop,
		    "đại hội|kì họp|nhiệm kì|khóa|hội nghị trung ương") !=
		CHECK_NONE)
		return false;
	if (check_find(line, start, stop,
		    "hằng năm|hàng năm|thường niên|mỗi năm") != CHECK_NONE)
		return true;
	return says_year_next(carrying, end);
}

static void carry_ordinals(struct carrying *carrying)
{
	const struct check_line *line = &carrying->line;

	for (size_t i = 0; i < line->words_count; i++) {
		size_t n = check_phrase(line, i, "lần thứ"), at = i + n;
		int number, roman = 0, first = 0;
		struct nc_slice digits;
		char confidence;

		if (n == 0 || at >= line->words_count)
			continue;
		digits = check_words(line, at, at + 1);
		number = carry_number(&line->words[at]);
		if (number == 0)
			number = roman = check_roman(digits);
		if (number == 0 || !carry_in_source(carrying, i, at + 1) ||
			check_past(&carrying->line, i, at + 1))
			continue;
		if (check_yearly_before(line, i, &first, &confidence))
			number = carrying->to - first + 1;
		else if (is_yearly(carrying, i, at + 1))
			number += carrying->to - carrying->from;
		else
			continue;
		if (number < 1 || number >= 90)
			continue;
		if (roman > 0)
			carry_edit(carrying, line->words[at].at, digits.size,
				roman_text(carrying, number));
		else
			carry_edit_number(carrying, at, number);
		carry_note(carrying, line->words[i].at,
			line->words[at].at + digits.size - line->words[i].at,
			NULL);
	}
}

void carry_words(struct carrying *carrying)
{
	carry_year_names(carrying);
	carry_terms_of_school(carrying);
	carry_ordinals(carrying);
}
