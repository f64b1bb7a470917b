/* Dates and anniversaries in another year. */
#include "intake/carry_work.h"

#include "locale/lunar.h"

#include <stdlib.h>
#include <string.h>

const struct carry_festival_day carry_festivals[] = {
	{"giỗ tổ hùng vương|giỗ tổ|giỗ các vua hùng", 10, 3},
	{"tết nguyên đán|tết cổ truyền|mùng 1 tết|tết âm lịch", 1, 1},
	{"tết trung thu|trung thu|rằm trung thu", 15, 8},
};
const size_t carry_festivals_count =
	sizeof(carry_festivals) / sizeof(carry_festivals[0]);

bool carry_lunar_in_year(
	int month, bool leap, int day, int year, struct nc_day *ret_day)
{
	for (int lunar = year; lunar >= year - 1; lunar--)
		if (nc_lunar_to_solar(lunar, month, leap, day, ret_day) &&
			ret_day->year == year)
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
		int year = carry_number(&line->words[i]);

		if (line->words[i].size != 4 || year < low || year > high)
			continue;
		carry_edit_number(
			carrying, i, year + carrying->to - carrying->from);
		moved = true;
	}
	return moved;
}

/* What may lie in the year before or after and yet moves with the plan's:
 * tổng kết năm 2022, kế hoạch năm 2024, đón xuân 2024. */
static void years_that_move(const struct carrying *carrying, size_t first,
	const struct nc_date *date, int *ret_low, int *ret_high)
{
	const struct check_line *line = &carrying->line;

	*ret_low = *ret_high = carrying->from;
	if (carry_said_before(line, first, 6, "tổng kết|tổng kết công tác"))
		(*ret_low)--;
	if (date->kind == NC_DATE_LUNAR_YEAR ||
		carry_said_before(line, first, 6,
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

	carry_fact_words(line, fact, &first, &end);
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
	if (!carry_in_source(carrying, first, end))
		low = high = carrying->from;
	if (date->kind == NC_DATE_DAY && is_february_29(carrying, date->from))
		for (size_t i = first; i < end; i++)
			if (carry_number(&line->words[i]) == 29) {
				carry_edit_number(carrying, i, 28);
				break;
			}
	if (move_years(carrying, first, end, low, high))
		carry_note(carrying, fact->at, fact->size, NULL);
}

/* Năm học 2023 - 2024, and 2023 - 2024 alone. */
static void carry_two_years(
	struct carrying *carrying, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	size_t first, end;

	carry_fact_words(&carrying->line, fact, &first, &end);
	if (date->to.year != date->from.year + 1 ||
		(date->from.year != carrying->from &&
			date->to.year != carrying->from) ||
		!carry_in_source(carrying, first, end) ||
		check_past(&carrying->line, first, end))
		return;
	if (move_years(carrying, first, end, date->from.year, date->to.year))
		carry_note(carrying, fact->at, fact->size, NULL);
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
		if (carry_number(&line->words[i]) == was) {
			carry_edit_number(carrying, i, years);
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
		carry_edit(carrying, line->words[i].at, words.size,
			carry_printf(carrying, "%d", years));
		return true;
	}
	return false;
}

static void move_end(
	struct carrying *carrying, size_t first, size_t end, int was)
{
	for (size_t i = end; i-- > first;)
		if (carrying->line.words[i].size == 4 &&
			carry_number(&carrying->line.words[i]) == was) {
			carry_edit_number(carrying, i, carrying->to);
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

	carry_fact_words(line, fact, &first, &end);
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
		carry_note(carrying, fact->at, fact->size, NULL);
	else if (edit_years(carrying, first, end, date->years, years))
		carry_note(carrying, fact->at, fact->size,
			carry_printf(carrying, _("%d → %d years, %s"),
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
	carry_fact_words(&carrying->line, fact, &first, &end);
	move_end(carrying, first, end, date->to.year);
	carry_note(carrying, fact->at, fact->size, NULL);
}

static void carry_buddhist(
	struct carrying *carrying, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	size_t first, end;

	carry_fact_words(&carrying->line, fact, &first, &end);
	if (date->from.year < carrying->from - 1 ||
		date->from.year > carrying->from + 1)
		return;
	if (move_years(carrying, first, end, 2400, 2799))
		carry_note(carrying, fact->at, fact->size, NULL);
}

/* Whether a day of the year from is that lunar day; and when it is in to. */
static bool is_lunar_day(const struct carrying *carrying, int month, int day,
	const struct nc_date *date, struct nc_day *ret_to)
{
	struct nc_day was;
	int solar_day = date->from.year != 0 ? date->from.day : date->day;
	int solar_month = date->from.year != 0 ? date->from.month : date->month;

	return (date->from.year == 0 || date->from.year == carrying->from) &&
	       carry_lunar_in_year(month, false, day, carrying->from, &was) &&
	       was.day == solar_day && was.month == solar_month &&
	       carry_lunar_in_year(month, false, day, carrying->to, ret_to);
}

/* The lunar day that this sentence names and that this solar date is. */
static bool find_festival(const struct carrying *carrying,
	const struct check_fact *fact, struct nc_day *ret_to)
{
	const struct check_line *line = &carrying->line;
	size_t at = check_word_at(line, fact->at);
	size_t start = check_sentence_start(line, at);
	size_t end = check_sentence_end(line, at);

	for (size_t i = 0; i < carry_festivals_count; i++)
		if (check_find(line, start, end, carry_festivals[i].phrases) !=
				CHECK_NONE &&
			is_lunar_day(carrying, carry_festivals[i].month,
				carry_festivals[i].day, &fact->of.date, ret_to))
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
	carry_fact_words(line, fact, &first, &end);
	for (size_t i = first; i < end; i++) {
		const struct nc_word *word = &line->words[i];
		const char *words;

		if (!word->number)
			continue;
		words = part == 0   ? carry_printf(carrying, "%02d", to.day)
			: part == 1 ? carry_printf(carrying,
					      to.month < 3 ? "%02d" : "%d",
					      to.month)
				    : carry_printf(carrying, "%d", to.year);
		carry_edit(carrying, word->at, word->size, words);
		part++;
	}
	carry_note(carrying, fact->at, fact->size, NULL);
	return true;
}

void carry_date(struct carrying *carrying, const struct check_fact *fact)
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
