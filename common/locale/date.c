#include "locale/date.h"

#include "locale/date_rule.h"
#include "locale/facts.h"
#include "locale/find.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *nc_date_kind_name(enum nc_date_kind kind)
{
	static const char *const names[NC_DATE_KINDS] = {
		[NC_DATE_NONE] = "none",
		[NC_DATE_INVALID] = "invalid",
		[NC_DATE_DAY] = "day",
		[NC_DATE_RECURRING] = "recurring day",
		[NC_DATE_RANGE] = "range",
		[NC_DATE_PAIR] = "anniversary pair",
		[NC_DATE_MONTH_PART] = "part of month",
		[NC_DATE_MONTH] = "month",
		[NC_DATE_MONTHS] = "months",
		[NC_DATE_QUARTER] = "quarter",
		[NC_DATE_QUARTERS] = "quarters",
		[NC_DATE_QUARTERS_EITHER] = "quarters (either)",
		[NC_DATE_HALF] = "half year",
		[NC_DATE_YEAR_PART] = "part of year",
		[NC_DATE_YEAR] = "year",
		[NC_DATE_YEAR_PAIR] = "year pair",
		[NC_DATE_PERIOD] = "period",
		[NC_DATE_TERM] = "term",
		[NC_DATE_SCHOOL_YEAR] = "school year",
		[NC_DATE_DECADE] = "decade",
		[NC_DATE_CENTURY] = "century",
		[NC_DATE_LUNAR_DAY] = "lunar day",
		[NC_DATE_LUNAR_YEAR] = "lunar year",
		[NC_DATE_BUDDHIST_YEAR] = "buddhist year",
		[NC_DATE_ANNIVERSARY] = "anniversary",
	};

	NC_ASSERT(kind < NC_DATE_KINDS);
	return names[kind];
}

const char *nc_date_precision_name(enum nc_date_precision precision)
{
	static const char *const names[NC_PRECISIONS] = {
		[NC_PRECISION_NONE] = "none",
		[NC_PRECISION_DAY] = "day",
		[NC_PRECISION_MONTH_PART] = "month part",
		[NC_PRECISION_MONTH] = "month",
		[NC_PRECISION_QUARTER] = "quarter",
		[NC_PRECISION_HALF] = "half",
		[NC_PRECISION_YEAR_PART] = "year part",
		[NC_PRECISION_YEAR] = "year",
		[NC_PRECISION_DECADE] = "decade",
		[NC_PRECISION_CENTURY] = "century",
	};

	NC_ASSERT(precision < NC_PRECISIONS);
	return names[precision];
}

static void iso(char out[NC_DAY_TEXT_SIZE], struct nc_day day, bool by_year)
{
	nc_day_format(out, day);
	if (by_year)
		out[4 * (out[0] != '\0')] = '\0';
}

void nc_date_from_iso(char out[NC_DAY_TEXT_SIZE], const struct nc_date *date)
{
	iso(out, date->from, date->by_year);
}

void nc_date_to_iso(char out[NC_DAY_TEXT_SIZE], const struct nc_date *date)
{
	iso(out, date->to, date->by_year);
}

static void stored_end(char out[NC_DAY_TEXT_SIZE], struct nc_day day,
	enum nc_date_precision precision)
{
	unsigned year = (unsigned)day.year % 10000u;
	unsigned month = (unsigned)day.month % 100u;

	if (precision == NC_PRECISION_YEAR)
		snprintf(out, NC_DAY_TEXT_SIZE, "%04u", year);
	else if (precision == NC_PRECISION_QUARTER)
		snprintf(out, NC_DAY_TEXT_SIZE, "%04u-Q%u", year,
			(month + 2) / 3);
	else if (precision == NC_PRECISION_MONTH)
		snprintf(out, NC_DAY_TEXT_SIZE, "%04u-%02u", year, month);
	else
		nc_day_format(out, day);
}

void nc_date_stored(char out[NC_DATE_STORED_SIZE], const struct nc_date *date)
{
	enum nc_date_precision precision = date->precision;
	char from[NC_DAY_TEXT_SIZE], to[NC_DAY_TEXT_SIZE];

	out[0] = '\0';
	if (date->from.year == 0)
		return;
	/* The lunar calendar's years and months are others. */
	if (date->lunar)
		precision = NC_PRECISION_DAY;
	/* A half of the year, whichever day a report closes on. */
	if (date->kind == NC_DATE_HALF && date->to.year > 0) {
		snprintf(out, NC_DATE_STORED_SIZE, "%04u-H%d",
			(unsigned)date->to.year % 10000u,
			date->to.month <= 6 ? 1 : 2);
		return;
	}
	stored_end(from, date->from, precision);
	stored_end(to, date->to.year > 0 ? date->to : date->from, precision);
	if (strcmp(from, to) == 0)
		snprintf(out, NC_DATE_STORED_SIZE, "%s", from);
	else
		snprintf(out, NC_DATE_STORED_SIZE, "%s/%s", from, to);
}

struct nc_day nc_date_stored_first(const char *stored)
{
	struct nc_day day = {0};
	size_t size = strlen(stored);

	if (size == 10 && nc_day_parse(&day, stored))
		return day;
	if (size < 4)
		return (struct nc_day){0};
	day = (struct nc_day){atoi(stored), 1, 1};
	if (size == 7 && stored[5] == 'Q')
		day.month = (stored[6] - '1') * 3 + 1;
	else if (size == 7 && stored[5] == 'H')
		day.month = stored[6] == '2' ? 7 : 1;
	else if (size == 7)
		day.month = atoi(stored + 5);
	return nc_day_is_valid(day) ? day : (struct nc_day){0};
}

struct nc_day nc_date_stored_last(const char *stored)
{
	struct nc_day day = nc_date_stored_first(stored);
	size_t size = strlen(stored);
	int months = 12;

	if (day.year == 0 || size == 10)
		return day;
	if (size == 7)
		months = stored[5] == 'Q' ? 3 : stored[5] == 'H' ? 6 : 1;
	return nc_day_month_last(day.year, day.month + months - 1);
}

void nc_date_stored_print(char out[NC_DATE_PRINTED_SIZE], const char *stored)
{
	static const char *const quarters[] = {"I", "II", "III", "IV"};
	char day_text[NC_DAY_TEXT_SIZE];
	struct nc_day day;
	int year, part = 0;
	char kind = 0;

	snprintf(out, NC_DATE_PRINTED_SIZE, "%s", stored);
	if (nc_day_parse(&day, stored)) {
		nc_date_print_day(day_text, day);
		snprintf(out, NC_DATE_PRINTED_SIZE, "%s", day_text);
	} else if (strlen(stored) == 4 && strspn(stored, "0123456789") == 4) {
		snprintf(out, NC_DATE_PRINTED_SIZE, "năm %s", stored);
	} else if (strlen(stored) == 7 &&
		   sscanf(stored, "%4d-%c%1d", &year, &kind, &part) == 3 &&
		   kind == 'Q' && part >= 1 && part <= 4) {
		snprintf(out, NC_DATE_PRINTED_SIZE, "quý %s/%04d",
			quarters[part - 1], year);
	} else if (kind == 'H' && (part == 1 || part == 2)) {
		snprintf(out, NC_DATE_PRINTED_SIZE, "6 tháng %s năm %04d",
			part == 1 ? "đầu" : "cuối", year);
	} else if (strlen(stored) == 7 &&
		   sscanf(stored, "%4d-%2d", &year, &part) == 2 && part >= 1 &&
		   part <= 12) {
		snprintf(out, NC_DATE_PRINTED_SIZE,
			part <= 2 ? "tháng %02d/%04d" : "tháng %d/%04d", part,
			year);
	}
}

enum nc_anniversary_class nc_anniversary_class_of(int years)
{
	if (years % 10 == 0)
		return NC_ANNIVERSARY_ROUND;
	return years % 5 == 0 ? NC_ANNIVERSARY_FIVE : NC_ANNIVERSARY_OTHER;
}

const char *nc_anniversary_class_name(enum nc_anniversary_class of)
{
	static const char *const names[] = {"tròn", "lẻ 5", "khác"};

	return names[of];
}

size_t nc_date_at(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	/* Of two that take the same words the earlier is meant. */
	static nc_date_rule *const rules[] = {
		nc_date_rule_anniversary,
		nc_date_rule_feast,
		nc_date_rule_moon,
		nc_date_rule_buddhist,
		nc_date_rule_days,
		nc_date_rule_months,
		nc_date_rule_quarters,
		nc_date_rule_half,
		nc_date_rule_ages,
		nc_date_rule_years,
	};
	size_t best = 0;

	if (nc_number_is_inside(tokens, i))
		return 0;
	for (size_t r = 0; r < sizeof rules / sizeof *rules; r++) {
		struct nc_date date = {0};
		size_t n = rules[r](tokens, i, year, &date);

		if (n > best) {
			best = n;
			*ret_date = date;
		}
	}
	if (best > 0)
		ret_date->words = nc_token_slice(tokens, i, i + best);
	return best;
}

void nc_date_listed(const struct nc_tokens *tokens, size_t i, int year,
	const struct nc_date *list, unsigned index, struct nc_date *ret_date)
{
	nc_date_of_list *of = list->kind == NC_DATE_QUARTERS
				      ? nc_date_of_quarters
			      : list->kind == NC_DATE_MONTHS ? nc_date_of_months
			      : list->kind == NC_DATE_YEAR   ? nc_date_of_years
							     : nc_date_of_days;

	NC_ASSERT(index < list->several);
	of(tokens, i, year, index, ret_date);
}

struct date_visit {
	nc_date_visit *visit;
	void *context;
};

static enum nc_status date_pass(void *context, const struct nc_fact *fact)
{
	const struct date_visit *pass = context;

	if (fact->kind != NC_FACT_DATE)
		return NC_OK;
	return pass->visit(pass->context, fact->date);
}

enum nc_status nc_dates_find(
	struct nc_slice text, int year, nc_date_visit *visit, void *context)
{
	struct date_visit pass = {visit, context};

	return nc_facts_find(text, year, date_pass, &pass);
}

struct date_search {
	struct nc_date date;
	size_t count;
};

static enum nc_status date_keep(void *context, const struct nc_date *date)
{
	struct date_search *search = context;

	if (search->count++ == 0)
		search->date = *date;
	return NC_OK;
}

enum nc_status nc_date_parse(struct nc_slice text, int year,
	struct nc_date *ret_date, struct nc_error *err)
{
	struct date_search search = {0};
	enum nc_status status = nc_dates_find(text, year, date_keep, &search);

	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK)
		return nc_error_set(err, status,
			_("The text is too long for a date; write the date "
			  "alone."));
	if (search.count > 1)
		return nc_error_set(err, NC_INVALID,
			_("There is more than one date here; write them one "
			  "by one."));
	if (search.count == 1 && search.date.kind == NC_DATE_INVALID)
		return nc_error_set(err, NC_INVALID,
			_("There is no such day in the calendar: %.*s; check "
			  "the day and the month."),
			(int)search.date.words.size,
			(const char *)search.date.words.data);
	*ret_date = search.date;
	return NC_OK;
}
