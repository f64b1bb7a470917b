#include "intake/carry.h"

#include "intake/check_work.h"
#include "locale/days.h"
#include "locale/letter.h"
#include "locale/lunar.h"
#include "model/model.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Changes in one text; more are left to the person. */
#define CARRY_EDITS_MAX 256
#define CARRY_NOTES_MAX 64
#define CARRY_TEXT_MAX (128 * 1024)

struct edit {
	size_t at, size;
	const char *words;
};

/* One thing that changed: the bytes of the old words, and what to say of it
 * instead of old → new. */
struct note {
	size_t at, size;
	const char *words; /* NULL: old → new */
};

struct carrying {
	struct nc_arena *arena;
	struct check_line line;
	struct nc_slice source;
	int from, to;
	struct edit edits[CARRY_EDITS_MAX];
	size_t edits_count;
	struct note notes[CARRY_NOTES_MAX];
	size_t notes_count;
	bool starved;
};

static void edit(
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

static const char *arena_printf(
	struct carrying *carrying, const char *format, ...) NC_PRINTF(2, 3);

static const char *arena_printf(
	struct carrying *carrying, const char *format, ...)
{
	char text[256];
	va_list list;

	va_start(list, format);
	vsnprintf(text, sizeof(text), format, list);
	va_end(list);
	return nc_arena_text(carrying->arena, text, strlen(text));
}

/* What another note tells of is not told twice. */
static void note(
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

static int word_number(const struct nc_word *word)
{
	return word->number ? atoi(word->key) : 0;
}

/* A number in place of a word's, in its manner: 09 stays two digits. */
static void edit_number(struct carrying *carrying, size_t i, int number)
{
	const struct nc_word *word = &carrying->line.words[i];

	edit(carrying, word->at, word->size,
		arena_printf(carrying,
			word->size == 2 && number < 10 ? "%02d" : "%d",
			number));
}

/* The words [*ret_first, *ret_end) of a fact. */
static void fact_words(const struct check_line *line,
	const struct check_fact *fact, size_t *ret_first, size_t *ret_end)
{
	*ret_first = check_word_at(line, fact->at);
	*ret_end = check_word_at(line, fact->at + fact->size);
}

/* Whether the words still stand as they stood in the source. */
static bool in_source(const struct carrying *carrying, size_t from, size_t to)
{
	struct nc_slice words = check_words(&carrying->line, from, to);
	struct nc_slice source = carrying->source;

	for (size_t i = 0; i + words.size <= source.size; i++)
		if (memcmp(source.data + i, words.data, words.size) == 0)
			return true;
	return false;
}

/* Moves the years from low to high among these words; whether there were. */
static bool move_years(
	struct carrying *carrying, size_t first, size_t end, int low, int high)
{
	const struct check_line *line = &carrying->line;
	bool moved = false;

	for (size_t i = first; i < end; i++) {
		int year = word_number(&line->words[i]);

		if (line->words[i].size != 4 || year < low || year > high)
			continue;
		edit_number(carrying, i, year + carrying->to - carrying->from);
		moved = true;
	}
	return moved;
}

static size_t back_to(const struct check_line *line, size_t i, size_t most)
{
	size_t start = check_sentence_start(line, i);

	return i > most && i - most > start ? i - most : start;
}

static bool said_before(const struct check_line *line, size_t first,
	size_t most, const char *words)
{
	return check_find(line, back_to(line, first, most), first, words) !=
	       CHECK_NONE;
}

/* What may lie in the year before or after and yet moves with the plan's:
 * tổng kết năm 2022, kế hoạch năm 2024, đón xuân 2024. */
static void years_that_move(const struct carrying *carrying, size_t first,
	const struct nc_date *date, int *ret_low, int *ret_high)
{
	const struct check_line *line = &carrying->line;

	*ret_low = *ret_high = carrying->from;
	if (said_before(line, first, 6, "tổng kết|tổng kết công tác"))
		(*ret_low)--;
	if (date->kind == NC_DATE_LUNAR_YEAR ||
		said_before(line, first, 6,
			"xuân|tết|năm mới|kế hoạch|phương hướng|nhiệm vụ"))
		(*ret_high)++;
}

static bool is_february_29(const struct carrying *carrying, struct nc_day day)
{
	return day.month == 2 && day.day == 29 && day.year == carrying->from &&
	       !nc_day_is_leap_year(carrying->to);
}

static void carry_plain(
	struct carrying *carrying, const struct check_fact *fact)
{
	const struct check_line *line = &carrying->line;
	const struct nc_date *date = &fact->of.date;
	bool day = date->kind == NC_DATE_DAY || date->kind == NC_DATE_RANGE;
	size_t first, end;
	int low, high;

	fact_words(line, fact, &first, &end);
	if (check_cited(line, first, day) ||
		check_past(&carrying->line, first, end))
		return;
	if (date->kind == NC_DATE_YEAR &&
		(check_before(line, first, "từ|kể từ|so với|cùng kì") ||
			check_phrase(line, first, "từ|kể từ") > 0))
		return;
	years_that_move(carrying, first, date, &low, &high);
	if (date->from.year != date->to.year && date->to.year != 0) {
		low = carrying->from - 1;
		high = carrying->from + 1;
		if (date->from.year != carrying->from &&
			date->to.year != carrying->from)
			return;
	}
	if (!in_source(carrying, first, end))
		low = high = carrying->from;
	if (date->kind == NC_DATE_DAY && is_february_29(carrying, date->from))
		for (size_t i = first; i < end; i++)
			if (word_number(&line->words[i]) == 29) {
				edit_number(carrying, i, 28);
				break;
			}
	if (move_years(carrying, first, end, low, high))
		note(carrying, fact->at, fact->size, NULL);
}

/* Năm học 2023 - 2024, and 2023 - 2024 alone. */
static void carry_two_years(
	struct carrying *carrying, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	size_t first, end;

	fact_words(&carrying->line, fact, &first, &end);
	if (date->to.year != date->from.year + 1 ||
		(date->from.year != carrying->from &&
			date->to.year != carrying->from) ||
		!in_source(carrying, first, end) ||
		check_past(&carrying->line, first, end))
		return;
	if (move_years(carrying, first, end, date->from.year, date->to.year))
		note(carrying, fact->at, fact->size, NULL);
}

static const char *class_words(int years)
{
	switch (nc_anniversary_class_of(years)) {
	case NC_ANNIVERSARY_ROUND:
		return _("a round year (năm tròn)");
	case NC_ANNIVERSARY_FIVE:
		return _("a year of five (năm lẻ 5)");
	default:
		return _("an ordinary year (năm khác)");
	}
}

/* The number of years, in digits or in words before năm. */
static bool edit_years(
	struct carrying *carrying, size_t first, size_t end, int was, int years)
{
	const struct check_line *line = &carrying->line;

	for (size_t i = first; i < end; i++)
		if (word_number(&line->words[i]) == was) {
			edit_number(carrying, i, years);
			return true;
		}
	for (size_t i = first; i < end; i++) {
		size_t stop = check_find(line, i, end, "năm");
		struct nc_slice words = check_words(line, i, stop);
		struct nc_count count;
		int64_t number;

		if (stop == CHECK_NONE)
			return false;
		/* năm mươi năm: the word for year is the last one. */
		while (check_phrase(line, stop + 1, "năm|mươi|mốt|lăm|tư") > 0)
			stop++;
		words = check_words(line, i, stop);
		if (nc_count_parse(words, &count, NULL) != NC_OK ||
			!nc_decimal_scaled(count.min, 0, &number) ||
			number != was)
			continue;
		edit(carrying, line->words[i].at, words.size,
			arena_printf(carrying, "%d", years));
		return true;
	}
	return false;
}

static void move_end(
	struct carrying *carrying, size_t first, size_t end, int was)
{
	for (size_t i = end; i-- > first;)
		if (carrying->line.words[i].size == 4 &&
			word_number(&carrying->line.words[i]) == was) {
			edit_number(carrying, i, carrying->to);
			return;
		}
}

/* Without its two dates: one more for each year; but where it is known since
 * when it counts, and the words were a year off, what is right. */
static int years_alone(
	const struct carrying *carrying, const struct check_fact *fact)
{
	int years = fact->of.date.years;
	struct check_event event = {0};
	int real;

	check_event_find(&carrying->line, fact, &event);
	real = carrying->from - event.since.year;
	if ((event.confidence == 'H' || event.confidence == 'M') &&
		event.since.year > 0 && abs(real - years) <= 1)
		years = real;
	return years + carrying->to - carrying->from;
}

static void carry_anniversary(
	struct carrying *carrying, const struct check_fact *fact)
{
	const struct check_line *line = &carrying->line;
	const struct nc_date *date = &fact->of.date;
	bool pair = date->from.year > 0 && date->to.year > date->from.year;
	size_t first, end;
	int years;

	fact_words(line, fact, &first, &end);
	if (check_phrase(line, first, "sơ kết|tổng kết") > 0)
		return;
	/* Of another year altogether, and over. */
	if (pair && date->to.year != carrying->from &&
		date->from.year + date->years != carrying->from &&
		check_past(line, first, end))
		return;
	if (!pair && date->years == 0)
		return;
	years = pair ? carrying->to - date->from.year
		     : years_alone(carrying, fact);
	if (pair)
		move_end(carrying, first, end, date->to.year);
	if (date->years == 0)
		note(carrying, fact->at, fact->size, NULL);
	else if (edit_years(carrying, first, end, date->years, years))
		note(carrying, fact->at, fact->size,
			arena_printf(carrying, _("%d → %d years, %s"),
				date->years, years, class_words(years)));
}

/* 02/9/1945 - 02/9/2024: what is kept on its day. */
static void carry_pair(struct carrying *carrying, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	size_t first, end;

	if (date->from.month != date->to.month ||
		date->from.day != date->to.day || date->by_year ||
		date->to.year != carrying->from)
		return;
	fact_words(&carrying->line, fact, &first, &end);
	move_end(carrying, first, end, date->to.year);
	note(carrying, fact->at, fact->size, NULL);
}

static void carry_buddhist(
	struct carrying *carrying, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	size_t first, end;

	fact_words(&carrying->line, fact, &first, &end);
	if (date->from.year < carrying->from - 1 ||
		date->from.year > carrying->from + 1)
		return;
	if (move_years(carrying, first, end, 2400, 2799))
		note(carrying, fact->at, fact->size, NULL);
}

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
				!in_source(carrying, i, i + 2) ||
				!said_before(line, i, 6, "tết|xuân|năm mới"))
				continue;
		}
		if (check_past(&carrying->line, i, i + 2))
			continue;
		nc_lunar_year_name(year + on, name);
		edit(carrying, line->words[i].at, words.size,
			line->words[i].caps
				? in_capitals(carrying, name)
				: arena_printf(carrying, "%s", name));
		note(carrying, line->words[i].at, words.size, NULL);
	}
}

static const struct {
	const char *phrases;
	int day, month;
} festivals[] = {
	{"giỗ tổ hùng vương|giỗ tổ|giỗ các vua hùng", 10, 3},
	{"tết nguyên đán|tết cổ truyền|mùng 1 tết|tết âm lịch", 1, 1},
	{"tết trung thu|trung thu|rằm trung thu", 15, 8},
};

static bool lunar_in_year(
	int month, bool leap, int day, int year, struct nc_day *ret_day)
{
	for (int lunar = year; lunar >= year - 1; lunar--)
		if (nc_lunar_to_solar(lunar, month, leap, day, ret_day) &&
			ret_day->year == year)
			return true;
	return false;
}

/* Whether a day of the year from is that lunar day; and when it is in to. */
static bool is_lunar_day(const struct carrying *carrying, int month, int day,
	const struct nc_date *date, struct nc_day *ret_to)
{
	struct nc_day was;
	int solar_day = date->from.year != 0 ? date->from.day : date->day;
	int solar_month = date->from.year != 0 ? date->from.month : date->month;

	return (date->from.year == 0 || date->from.year == carrying->from) &&
	       lunar_in_year(month, false, day, carrying->from, &was) &&
	       was.day == solar_day && was.month == solar_month &&
	       lunar_in_year(month, false, day, carrying->to, ret_to);
}

/* The lunar day that this sentence names and that this solar date is. */
static bool find_festival(const struct carrying *carrying,
	const struct check_fact *fact, struct nc_day *ret_to)
{
	const struct check_line *line = &carrying->line;
	size_t at = check_word_at(line, fact->at);
	size_t start = check_sentence_start(line, at);
	size_t end = check_sentence_end(line, at);

	for (size_t i = 0; i < sizeof(festivals) / sizeof(festivals[0]); i++)
		if (check_find(line, start, end, festivals[i].phrases) !=
				CHECK_NONE &&
			is_lunar_day(carrying, festivals[i].month,
				festivals[i].day, &fact->of.date, ret_to))
			return true;
	for (size_t i = 0; i < line->facts_count; i++) {
		const struct nc_date *date = &line->facts[i].of.date;

		if (line->facts[i].kind == NC_FACT_DATE &&
			date->kind == NC_DATE_LUNAR_DAY && !date->leap_month &&
			date->month > 0 &&
			is_lunar_day(carrying, date->month, date->day,
				&fact->of.date, ret_to))
			return true;
	}
	return false;
}

/* Day and month (and year) of a festival's solar date. */
static bool carry_festival(
	struct carrying *carrying, const struct check_fact *fact)
{
	const struct check_line *line = &carrying->line;
	struct nc_day to;
	size_t first, end, part = 0;

	if (!find_festival(carrying, fact, &to))
		return false;
	fact_words(line, fact, &first, &end);
	for (size_t i = first; i < end; i++) {
		const struct nc_word *word = &line->words[i];
		const char *words;

		if (!word->number)
			continue;
		words = part == 0   ? arena_printf(carrying, "%02d", to.day)
			: part == 1 ? arena_printf(carrying,
					      to.month < 3 ? "%02d" : "%d",
					      to.month)
				    : arena_printf(carrying, "%d", to.year);
		edit(carrying, word->at, word->size, words);
		part++;
	}
	note(carrying, fact->at, fact->size, NULL);
	return true;
}

static void carry_date(struct carrying *carrying, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;

	switch (date->kind) {
	case NC_DATE_DAY:
	case NC_DATE_RECURRING:
		if (carry_festival(carrying, fact))
			return;
		carry_plain(carrying, fact);
		return;
	case NC_DATE_RANGE:
	case NC_DATE_MONTH_PART:
	case NC_DATE_MONTH:
	case NC_DATE_MONTHS:
	case NC_DATE_QUARTER:
	case NC_DATE_QUARTERS:
	case NC_DATE_QUARTERS_EITHER:
	case NC_DATE_HALF:
	case NC_DATE_YEAR_PART:
	case NC_DATE_YEAR:
	case NC_DATE_LUNAR_YEAR:
	case NC_DATE_LUNAR_DAY:
		carry_plain(carrying, fact);
		return;
	case NC_DATE_SCHOOL_YEAR:
	case NC_DATE_YEAR_PAIR:
		carry_two_years(carrying, fact);
		return;
	case NC_DATE_ANNIVERSARY:
		carry_anniversary(carrying, fact);
		return;
	case NC_DATE_PAIR:
		carry_pair(carrying, fact);
		return;
	case NC_DATE_BUDDHIST_YEAR:
		carry_buddhist(carrying, fact);
		return;
	default: /* terms, periods, decades: they say of themselves when */
		return;
	}
}

/* "số 29, 30, 31/2024": the numbers go on, unless they begin anew each year. */
static void carry_issues(
	struct carrying *carrying, const struct check_fact *fact)
{
	const struct check_line *line = &carrying->line;
	int on = carrying->to - carrying->from, issues = 0, lowest = 0;
	size_t first, end;

	fact_words(line, fact, &first, &end);
	if (end == first ||
		word_number(&line->words[end - 1]) != carrying->from)
		return;
	for (size_t i = first; i + 1 < end; i++) {
		int number = word_number(&line->words[i]);

		issues += number > 0;
		if (number > 0 && (lowest == 0 || number < lowest))
			lowest = number;
	}
	for (size_t i = first; i + 1 < end && lowest > issues; i++)
		if (line->words[i].number)
			edit_number(carrying, i,
				word_number(&line->words[i]) + on * issues);
	edit_number(carrying, end - 1, carrying->to);
	note(carrying, fact->at, fact->size, NULL);
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
			word_number(year) != carrying->from)
			continue;
		edit_number(carrying, i + n + 1, carrying->to);
		note(carrying, line->words[i].at,
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
	return arena_printf(carrying, "%s", text);
}

static bool says_year_next(const struct carrying *carrying, size_t i)
{
	const struct check_line *line = &carrying->line;
	size_t end = check_sentence_end(line, i > 0 ? i - 1 : 0);

	for (size_t k = i; k < end && k < i + 6; k++) {
		if (word_number(&line->words[k]) == carrying->from)
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
		number = word_number(&line->words[at]);
		if (number == 0)
			number = roman = check_roman(digits);
		if (number == 0 || !in_source(carrying, i, at + 1) ||
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
			edit(carrying, line->words[at].at, digits.size,
				roman_text(carrying, number));
		else
			edit_number(carrying, at, number);
		note(carrying, line->words[i].at,
			line->words[at].at + digits.size - line->words[i].at,
			NULL);
	}
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
		carry_year_names(carrying);
		carry_terms_of_school(carrying);
		carry_ordinals(carrying);
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
			festivals[index].phrases) != CHECK_NONE;
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
	for (size_t i = 0; line != NULL && !found &&
			   i < sizeof(festivals) / sizeof(festivals[0]);
		i++)
		found = lunar_in_year(festivals[i].month, false,
				festivals[i].day, from, &was) &&
			nc_day_compare(was, day) == 0 &&
			lunar_in_year(festivals[i].month, false,
				festivals[i].day, to, &will) &&
			names_festival(text, i, line);
	nc_free(line);
	if (found)
		nc_day_format(ret_date, will);
	return found;
}
