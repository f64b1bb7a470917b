/* Months, quarters, half-years, years, and what is counted in years. */
#include "locale/date_rule.h"

#include "locale/amount.h"
#include "locale/find.h"
#include "locale/unit.h"

#include <string.h>

#define PARTS_MAX 12

struct part {
	int number; /* month or quarter; 0: not written */
	int year;
	int third; /* of a month: third_of; 0 all of it */
	int week;  /* of a month, 1 to 5; 0 none */
	size_t joiner;
	size_t lead;	  /* tokens between the joiner and the number */
	bool lunar, leap; /* tháng Giêng, tháng 6 nhuận */
	size_t at, end;	  /* its tokens */
};

struct part_list {
	struct part parts[PARTS_MAX];
	size_t count;
	bool from;
};

static const char joiners[] = "-|,|và|hoặc|đến|tới|hay|đến hết|&";

/* tuần 3, tuần thứ ba của, before tháng: tokens taken, and which week. */
static size_t week_read(const struct nc_tokens *tokens, size_t i, int *ret_week)
{
	size_t n = nc_token_phrase(tokens, i, "tuần thứ|tuần lễ thứ|tuần"),
	       more;
	int64_t week = nc_token_at(tokens, i + n)->value;

	if (n == 0)
		return 0;
	more = nc_token_is_number(tokens, i + n, 2);
	if (more == 0 && nc_token_is(tokens, i + n, "nhất|tư")) {
		week = nc_token_is(tokens, i + n, "tư") ? 4 : 1;
		more = 1;
	} else if (more == 0 && nc_date_roman(tokens, i + n) > 0) {
		week = nc_date_roman(tokens, i + n);
		more = 1;
	} else if (more == 0) {
		more = nc_amount_words(tokens, i + n, &week);
	}
	n += more;
	n += nc_token_is(tokens, i + n, "của");
	if (more == 0 || week < 1 || week > 5 ||
		!nc_token_is(tokens, i + n, "tháng"))
		return 0;
	*ret_week = (int)week;
	return n;
}

static const char thirds[] =
	"đầu|giữa|cuối|thượng tuần|trung tuần|hạ tuần|tuần đầu|tuần cuối|"
	"những ngày đầu|những ngày cuối|nửa đầu|nửa cuối|nửa sau|hết|"
	"tuần đầu của|tuần cuối của|khoảng giữa|khoảng cuối|khoảng đầu";

/* 1 đầu, 2 giữa, 3 cuối; 4 and 6 the halves; 7 and 9 the weeks at the ends. */
static int third_of(const struct nc_tokens *tokens, size_t i, size_t n)
{
	int third = 0;

	for (size_t k = i; k < i + n; k++) {
		if (nc_token_is(tokens, k, "đầu|thượng"))
			third = 1;
		if (nc_token_is(tokens, k, "giữa|trung"))
			third = 2;
		if (nc_token_is(tokens, k, "cuối|hạ|sau"))
			third = 3;
	}
	if (third > 0 && nc_token_is(tokens, i, "nửa"))
		return third + 3;
	if (third > 0 && nc_token_is(tokens, i, "tuần"))
		return third + 6;
	return third;
}

static void years_fill(struct part_list *list, int year, struct nc_date *date)
{
	int known = 0;

	for (size_t p = list->count; p-- > 0;) {
		struct part *part = &list->parts[p];

		if (part->year > 0)
			known = part->year;
		else if (known > 0)
			part->year = known -
				     (p + 1 < list->count &&
					     part->number >
						     list->parts[p + 1].number);
	}
	for (size_t p = 0; p < list->count; p++)
		if (list->parts[p].year == 0 && year > 0) {
			list->parts[p].year = year;
			date->warnings |= NC_DATE_YEAR_ASSUMED;
		}
}

static void joiner_put(struct nc_date *date, const struct nc_tokens *tokens,
	const struct part *part)
{
	size_t at = part->joiner + 1;

	at += nc_token_is(tokens, at, "hết");
	if (nc_token_is(tokens, part->joiner, ",|-")) {
		nc_date_put(date,
			nc_token_is(tokens, part->joiner, ",") ? ", " : " - ");
	} else {
		nc_date_put(date, " ");
		nc_date_put_tokens(date, tokens, part->joiner, at);
		nc_date_put(date, " ");
	}
	if (part->lead > 0) {
		nc_date_put_tokens(date, tokens, at, at + part->lead);
		nc_date_put(date, " ");
	}
}

/* The first and last day of a part, of any year when it has none. */
typedef struct nc_day part_day(const struct part *part);

/* Parts that follow each other, or are joined by a dash or đến, are one date:
 * the first part of the next date after that of first. */
static size_t run_end(const struct nc_tokens *tokens,
	const struct part_list *list, size_t first, part_day *from,
	part_day *to)
{
	struct part_list filled = *list;
	struct nc_date none = {0};
	size_t p = first + 1;

	years_fill(&filled, 2023, &none);
	for (; p < list->count; p++)
		if (!nc_token_is(tokens, list->parts[p].joiner, "-|đến|tới") &&
			nc_day_compare(nc_day_add(to(&filled.parts[p - 1]), 1),
				from(&filled.parts[p])) != 0)
			break;
	return p;
}

static unsigned runs_count(const struct nc_tokens *tokens,
	const struct part_list *list, part_day *from, part_day *to)
{
	unsigned runs = 0;

	for (size_t p = 0; p < list->count; runs++)
		p = run_end(tokens, list, p, from, to);
	return runs;
}

/* The index-th of the dates, with the year that the list gives it. */
static struct part_list run_of(const struct nc_tokens *tokens,
	const struct part_list *list, unsigned index, part_day *from,
	part_day *to)
{
	struct part_list filled = *list, run = {0};
	struct nc_date none = {0};
	size_t first = 0, end = run_end(tokens, list, 0, from, to);

	years_fill(&filled, 0, &none);
	for (; index > 0; index--) {
		first = end;
		end = run_end(tokens, list, first, from, to);
	}
	run.from = first == 0 && list->from && end > 1;
	for (; first < end; first++)
		run.parts[run.count++] = filled.parts[first];
	return run;
}

/* What months and quarters do their own way. */
struct part_kind {
	enum nc_date_kind several;
	const char *unnamed; /* put where a part lacks its word */
	size_t (*read)(const struct nc_tokens *tokens, size_t i, bool continues,
		struct part *part);
	part_day *from, *to;
	void (*print)(struct nc_date *date, const struct nc_tokens *tokens,
		size_t i, const struct part_list *list);
	void (*set)(struct nc_date *date, const struct nc_tokens *tokens,
		struct part_list *list, int year);
};

static size_t parts_read(const struct part_kind *kind,
	const struct nc_tokens *tokens, size_t i, struct part_list *ret_list)
{
	struct part_list list = {.from = nc_token_is(tokens, i, "từ")};
	struct part part = {0};
	size_t n = list.from, joiner = 0;
	size_t more = kind->read(tokens, i + n, false, &part);

	while (more > 0 && list.count < PARTS_MAX) {
		part.at = i + n + joiner;
		n += more;
		part.end = i + n;
		list.parts[list.count++] = part;
		joiner = nc_token_phrase(tokens, i + n, joiners);
		part = (struct part){.joiner = i + n};
		more = joiner == 0 ? 0
				   : kind->read(tokens, i + n + joiner, true,
					     &part);
		more += more > 0 ? joiner : 0;
	}
	if (list.count == 0 || (list.from && list.count == 1))
		return 0;
	*ret_list = list;
	return n;
}

static size_t parts_rule(const struct part_kind *kind,
	const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	struct nc_date date = {0};
	struct part_list list;
	size_t n = parts_read(kind, tokens, i, &list);

	if (n == 0)
		return 0;
	date.several = runs_count(tokens, &list, kind->from, kind->to);
	if (date.several > 1) {
		date.kind = kind->several;
	} else {
		date.several = 0;
		kind->print(&date, tokens, i, &list);
		kind->set(&date, tokens, &list, year);
	}
	*ret_date = date;
	return n;
}

/* The index-th of the dates that begin at i. */
static void parts_date(const struct part_kind *kind,
	const struct nc_tokens *tokens, size_t i, int year, unsigned index,
	struct nc_date *ret_date)
{
	struct nc_date date = {0};
	struct part_list list, run;

	if (parts_read(kind, tokens, i, &list) == 0)
		return;
	run = run_of(tokens, &list, index, kind->from, kind->to);
	i = run.from ? i : run.parts[0].at;
	date.words = nc_token_slice(tokens, i, run.parts[run.count - 1].end);
	if (run.parts[0].lead == 0)
		nc_date_put(&date, "%s", kind->unnamed);
	kind->print(&date, tokens, i, &run);
	kind->set(&date, tokens, &run, year);
	*ret_date = date;
}

/* Months. */

/* "10/2023" without the word tháng. */
static size_t month_slash(
	const struct nc_tokens *tokens, size_t i, struct part *part)
{
	const struct nc_token *month = nc_token_at(tokens, i);

	if (!nc_token_is_number(tokens, i, 2) || month->value < 1 ||
		month->value > 12 || !nc_token_is(tokens, i + 1, "/") ||
		!nc_date_year_at(tokens, i + 2, 1800, 2199, &part->year) ||
		(nc_token_is(tokens, i + 3, "/") &&
			nc_token_is_glued(tokens, i + 3)))
		return 0;
	part->number = (int)month->value;
	return 3;
}

/* "T10/2024" */
static size_t month_letter(
	const struct nc_tokens *tokens, size_t i, struct part *part)
{
	if (!nc_token_is(tokens, i, "t") || !nc_token_is_glued(tokens, i + 1))
		return 0;
	part->lead = 0;
	return month_slash(tokens, i + 1, part) > 0 ? 4 : 0;
}

static size_t month_read(const struct nc_tokens *tokens, size_t i,
	bool continues, struct part *part)
{
	size_t third = nc_token_phrase(tokens, i, thirds), more;
	size_t n = third + week_read(tokens, i + third, &part->week);

	if (nc_token_is(tokens, i + n, "tháng")) {
		n++;
	} else if (n == 0) {
		more = month_slash(tokens, i, part);
		if (more == 0)
			more = month_letter(tokens, i, part);
		if (more > 0 || !continues)
			return more;
	} else {
		return 0;
	}
	more = nc_date_month_at(tokens, i + n, &part->number, &part->lunar);
	if (more == 0)
		return 0;
	/* A number after the joiner that is not called a month needs a year,
	 * or the end of the list. */
	part->lead = n;
	n += more;
	if (nc_token_is(tokens, i + n, "nhuận")) {
		part->lunar = part->leap = true;
		n++;
	}
	more = nc_date_year_after(tokens, i + n, &part->year);
	if (continues && part->lead == 0 && more == 0 &&
		(nc_token_at(tokens, i + n)->kind == NC_TOKEN_WORD ||
			nc_token_is(tokens, i + n, ".|/|%")) &&
		!nc_token_is(tokens, i + n, "và|đến|hoặc"))
		return 0;
	if (more == 0 && nc_token_is(tokens, i + n, "/|.") &&
		nc_token_is_glued(tokens, i + n) &&
		nc_token_is_glued(tokens, i + n + 1) &&
		nc_token_at(tokens, i + n + 1)->kind == NC_TOKEN_NUMBER)
		return 0;
	part->third = third_of(tokens, i, third);
	return n + more;
}

static struct nc_day month_start(const struct part *part)
{
	static const int first[] = {1, 1, 11, 21, 1, 1, 16, 1, 8, 0};
	struct nc_day day = {part->year, part->number, first[part->third]};

	if (part->week > 0)
		day.day = part->week * 7 - 6;
	/* The last week, and a fifth that is none. */
	if (day.day == 0 ||
		day.day > nc_day_month_days(part->year, part->number))
		day.day = nc_day_month_days(part->year, part->number) - 6;
	return day;
}

static struct nc_day month_end(const struct part *part)
{
	static const int last[] = {0, 10, 20, 0, 15, 15, 0, 7, 14, 0};
	struct nc_day day = nc_day_month_last(part->year, part->number);

	if (last[part->third] > 0)
		day.day = last[part->third];
	if (part->week > 0 && part->week * 7 < day.day)
		day.day = part->week * 7;
	return day;
}

static void months_print(struct nc_date *date, const struct nc_tokens *tokens,
	size_t i, const struct part_list *list)
{
	for (size_t p = 0; p < list->count; p++) {
		const struct part *part = &list->parts[p];

		if (p > 0)
			joiner_put(date, tokens, part);
		else if (list->from || part->lead > 0) {
			nc_date_put_tokens(
				date, tokens, i, i + list->from + part->lead);
			nc_date_put(date, " ");
		} else if (nc_token_is(tokens, i, "t")) {
			nc_date_put(date, "tháng ");
		}
		if (part->lunar && !part->leap)
			nc_date_put(date, "%s",
				part->number == 1 ? "Giêng" : "Chạp");
		else
			nc_date_put(date, part->number <= 2 ? "%02d" : "%d",
				part->number);
		if (part->leap)
			nc_date_put(date, " nhuận");
		if (part->year > 0)
			nc_date_put(date, "/%d", part->year);
	}
}

static void month_lunar(struct nc_date *date, const struct part *part)
{
	struct nc_date last = {0};

	if (!nc_date_set_lunar(date, part->year, part->number, part->leap, 1))
		return;
	if (!nc_date_set_lunar(
		    &last, part->year, part->number, part->leap, 30) &&
		!nc_date_set_lunar(
			&last, part->year, part->number, part->leap, 29))
		return;
	date->to = last.to;
	date->day = 0;
}

static void months_set(struct nc_date *date, const struct nc_tokens *tokens,
	struct part_list *list, int year)
{
	const struct part *first = &list->parts[0];
	const struct part *last = &list->parts[list->count - 1];
	bool part = first->third > 0 || first->week > 0;

	(void)tokens;
	years_fill(list, year, date);
	date->kind = list->count > 1 ? NC_DATE_MONTHS
		     : part	     ? NC_DATE_MONTH_PART
				     : NC_DATE_MONTH;
	date->precision = part ? NC_PRECISION_MONTH_PART : NC_PRECISION_MONTH;
	date->month = list->count == 1 ? first->number : 0;
	if (first->lunar) {
		month_lunar(date, first);
		return;
	}
	if (first->year == 0 || last->year == 0)
		return;
	date->from = month_start(first);
	date->to = month_end(last);
	if (nc_day_compare(date->from, date->to) > 0)
		date->warnings |= NC_DATE_BACKWARDS;
}

/* Nghị định 12/2023 and đường 3 Tháng 2 have a number or a name; of 2 tuần đầu
 * tháng 7 only the start is said. */
static bool is_named_after(const struct nc_tokens *tokens, size_t i)
{
	if (!nc_token_is(tokens, i, "tháng|tuần"))
		return nc_document_before(tokens, i);
	if (nc_token_is(tokens, i, "tuần"))
		return i > 0 &&
		       nc_token_at(tokens, i - 1)->kind == NC_TOKEN_NUMBER;
	return i > 0 && nc_token_at(tokens, i - 1)->kind == NC_TOKEN_NUMBER &&
	       nc_place_before(tokens, i - 1);
}

/* Not "mỗi tháng 3", not within a number. */
static bool months_begin(const struct nc_tokens *tokens, size_t i)
{
	size_t n = nc_token_is(tokens, i, "từ");

	return !nc_token_before(tokens, i, "mỗi|hàng|hằng") &&
	       !nc_number_is_inside(tokens, i + n) &&
	       !is_named_after(tokens, i + n);
}

static const struct part_kind month_kind = {
	.several = NC_DATE_MONTHS,
	.unnamed = "tháng ",
	.read = month_read,
	.from = month_start,
	.to = month_end,
	.print = months_print,
	.set = months_set,
};

size_t nc_date_rule_months(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	return months_begin(tokens, i)
		       ? parts_rule(&month_kind, tokens, i, year, ret_date)
		       : 0;
}

void nc_date_of_months(const struct nc_tokens *tokens, size_t i, int year,
	unsigned index, struct nc_date *ret_date)
{
	if (months_begin(tokens, i))
		parts_date(&month_kind, tokens, i, year, index, ret_date);
}

/* Quarters. */

static size_t quarter_number(
	const struct nc_tokens *tokens, size_t i, struct part *part)
{
	const struct nc_token *token = nc_token_at(tokens, i);
	int64_t value = token->value;

	if (token->kind == NC_TOKEN_WORD)
		value = nc_date_roman(tokens, i);
	if (token->kind == NC_TOKEN_WORD && value == 0 &&
		nc_amount_words(tokens, i, &value) != 1)
		return 0;
	if (token->kind == NC_TOKEN_MARK || token->kind == NC_TOKEN_END ||
		token->digits > 2 || value < 1 || value > 4)
		return 0;
	part->number = (int)value;
	return 1;
}

static size_t quarter_read(const struct nc_tokens *tokens, size_t i,
	bool continues, struct part *part)
{
	size_t n = nc_token_phrase(tokens, i, "quý|quí|qúy"), more;

	part->lead = n;
	if (n == 0 && !continues) {
		if (!nc_token_is(tokens, i, "q") ||
			!nc_token_is_glued(tokens, i + 1))
			return 0;
		n = 1;
	}
	if (quarter_number(tokens, i + n, part) == 0)
		return 0;
	n++;
	more = nc_date_year_after(tokens, i + n, &part->year);
	/* "quý II, 3 đoàn": the 3 is no quarter. */
	if (continues && part->lead == 0 && more == 0 &&
		nc_token_at(tokens, i + n - 1)->kind == NC_TOKEN_NUMBER &&
		nc_token_at(tokens, i + n)->kind == NC_TOKEN_WORD)
		return 0;
	return n + more;
}

static void quarters_print(struct nc_date *date, const struct nc_tokens *tokens,
	size_t i, const struct part_list *list)
{
	static const char *const roman[] = {"", "I", "II", "III", "IV"};

	for (size_t p = 0; p < list->count; p++) {
		const struct part *part = &list->parts[p];

		if (p > 0)
			joiner_put(date, tokens, part);
		else {
			nc_date_put_tokens(
				date, tokens, i, i + list->from + part->lead);
			nc_date_put(date, part->lead > 0 ? " " : "quý ");
		}
		nc_date_put(date, "%s", roman[part->number]);
		if (part->year > 0)
			nc_date_put(date, "/%d", part->year);
	}
}

static void quarters_set(struct nc_date *date, const struct nc_tokens *tokens,
	struct part_list *list, int year)
{
	const struct part *first = &list->parts[0];
	const struct part *last = &list->parts[list->count - 1];

	years_fill(list, year, date);
	date->precision = NC_PRECISION_QUARTER;
	date->kind = list->count == 1 ? NC_DATE_QUARTER
		     : nc_token_is(tokens, last->joiner, "hoặc|hay")
			     ? NC_DATE_QUARTERS_EITHER
			     : NC_DATE_QUARTERS;
	if (first->year == 0 || last->year == 0)
		return;
	date->from = (struct nc_day){first->year, first->number * 3 - 2, 1};
	date->to = nc_day_month_last(last->year, last->number * 3);
	if (nc_day_compare(date->from, date->to) > 0)
		date->warnings |= NC_DATE_BACKWARDS;
}

static struct nc_day quarter_start(const struct part *part)
{
	return (struct nc_day){part->year, part->number * 3 - 2, 1};
}

static struct nc_day quarter_end(const struct part *part)
{
	return nc_day_month_last(part->year, part->number * 3);
}

static const struct part_kind quarter_kind = {
	.several = NC_DATE_QUARTERS,
	.unnamed = "",
	.read = quarter_read,
	.from = quarter_start,
	.to = quarter_end,
	.print = quarters_print,
	.set = quarters_set,
};

size_t nc_date_rule_quarters(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	return parts_rule(&quarter_kind, tokens, i, year, ret_date);
}

void nc_date_of_quarters(const struct nc_tokens *tokens, size_t i, int year,
	unsigned index, struct nc_date *ret_date)
{
	parts_date(&quarter_kind, tokens, i, year, index, ret_date);
}

/* Parts of a year. */

/* "năm 2024", "năm nay" or "năm" alone after the part. */
static size_t of_year(const struct nc_tokens *tokens, size_t i, int year,
	int *ret_year, struct nc_date *date)
{
	size_t n = nc_token_phrase(tokens, i, "năm|của năm");

	*ret_year = 0;
	if (n == 0)
		return 0;
	if (nc_date_year_at(tokens, i + n, 1800, 2199, ret_year))
		return n + 1;
	if (nc_token_is(tokens, i + n, "sau|tới|trước|ngoái|học"))
		return 0;
	if (year > 0) {
		*ret_year = year;
		date->warnings |= NC_DATE_YEAR_ASSUMED;
	}
	return n + nc_token_is(tokens, i + n, "nay");
}

/* The periods of reports run from 15 December to 14 December. */
static void report_months(struct nc_date *date, int year, int first, int last)
{
	if (year == 0)
		return;
	date->from = first == 1 ? (struct nc_day){year - 1, 12, 15}
				: (struct nc_day){year, first - 1, 15};
	date->to = (struct nc_day){year, last, 14};
}

/* 6 tháng đầu năm 2024, 9 tháng năm 2024, 6 tháng cuối năm */
size_t nc_date_rule_half(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	struct nc_date date = {0};
	int64_t months = nc_token_at(tokens, i)->value;
	int of = 0;
	size_t n = 1, more;
	bool late;

	if (nc_token_at(tokens, i)->kind == NC_TOKEN_WORD)
		n = nc_amount_words(tokens, i, &months);
	if (n == 0 || nc_token_at(tokens, i)->digits > 2 || months < 1 ||
		months > 11 || !nc_token_is(tokens, i + n, "tháng") ||
		nc_number_is_inside(tokens, i))
		return 0;
	n++;
	late = nc_token_is(tokens, i + n, "cuối");
	more = nc_token_phrase(tokens, i + n, "đầu|cuối");
	if (more == 0 && !nc_date_year_at(tokens, i + n + 1, 1800, 2199, &of))
		return 0;
	n += more;
	more = of_year(tokens, i + n, year, &of, &date);
	if (more == 0)
		return 0;
	n += more;
	date.kind = months == 6 ? NC_DATE_HALF : NC_DATE_YEAR_PART;
	date.precision =
		months == 6 ? NC_PRECISION_HALF : NC_PRECISION_YEAR_PART;
	if (late)
		report_months(&date, of, 13 - (int)months, 12);
	else
		report_months(&date, of, 1, (int)months);
	nc_date_put_tokens(&date, tokens, i, i + n);
	*ret_date = date;
	return n;
}

/* đầu năm 2024, nửa cuối năm 2024 */
static size_t year_part(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	struct nc_date date = {
		.kind = NC_DATE_YEAR_PART, .precision = NC_PRECISION_YEAR_PART};
	size_t n = nc_token_phrase(tokens, i,
		       "đầu|giữa|cuối|nửa đầu|nửa cuối|nửa sau|"
		       "những tháng đầu|những tháng cuối"),
	       more;
	int third = (third_of(tokens, i, n) - 1) % 3 + 1, of;
	bool half = nc_token_is(tokens, i, "nửa");

	if (n == 0)
		return 0;
	more = of_year(tokens, i + n, year, &of, &date);
	if (more == 0)
		return 0;
	if (half) {
		date.kind = NC_DATE_HALF;
		date.precision = NC_PRECISION_HALF;
	}
	if (of > 0) {
		int first = half ? (third == 1 ? 1 : 7) : third * 4 - 3;

		date.from = (struct nc_day){of, first, 1};
		date.to = nc_day_month_last(of, first + (half ? 5 : 3));
	}
	nc_date_put_tokens(&date, tokens, i, i + n + more);
	*ret_date = date;
	return n + more;
}

/* Years. */

static size_t second_year(const struct nc_tokens *tokens, size_t i, int first,
	int *ret_year, struct nc_date *date)
{
	size_t n = nc_token_phrase(tokens, i,
		       "-|đến|tới|/|đến năm|tới năm|"
		       "- năm|đến hết năm"),
	       word = n;
	const struct nc_token *token = nc_token_at(tokens, i + n);

	if (n == 0)
		return 0;
	if (nc_date_year_at(tokens, i + n, 1000, 2999, ret_year))
		return n + 1;
	if (!nc_token_is(tokens, i, "-|/") || word != 1 ||
		!nc_token_is_glued(tokens, i + n) || token->digits != 2 ||
		token->value != (first + 1) % 100)
		return 0;
	*ret_year = first + 1;
	date->warnings |= NC_DATE_MALFORMED;
	return n + 1;
}

static void whole_years(struct nc_date *date, int first, int last)
{
	date->precision = NC_PRECISION_YEAR;
	date->from = (struct nc_day){first, 1, 1};
	date->to = (struct nc_day){last, 12, 31};
	if (first > last)
		date->warnings |= NC_DATE_BACKWARDS;
}

/* giai đoạn 2018 - 2025, nhiệm kỳ VII (2024 - 2029), năm học 2023 - 2024 */
static size_t named_years(
	const struct nc_tokens *tokens, size_t i, struct nc_date *ret_date)
{
	static const struct {
		const char *words;
		enum nc_date_kind kind;
	} names[] = {
		{"giai đoạn|thời kỳ|thời kì|thời gian|giai đoạn từ|"
		 "giai đoạn từ năm|giai đoạn năm|giai đoạn 5 năm|"
		 "giai đoạn 05 năm|giai đoạn các năm",
			NC_DATE_PERIOD},
		{"nhiệm kỳ|nhiệm kì|khóa|khoá|nhiệm kỳ từ|nhiệm kỳ năm",
			NC_DATE_TERM},
		{"năm học|năm học mới|niên khóa|niên khoá|niên học|niên khoá "
		 "học",
			NC_DATE_SCHOOL_YEAR},
	};
	struct nc_date date = {.precision = NC_PRECISION_YEAR};
	size_t n = 0, more;
	int first, last;

	for (size_t k = 0; k < 3 && n == 0; k++) {
		n = nc_token_phrase(tokens, i, names[k].words);
		date.kind = names[k].kind;
	}
	if (n == 0)
		return 0;
	if (date.kind == NC_DATE_TERM && nc_date_roman(tokens, i + n) > 0)
		n++;
	/* giai đoạn 5 năm 2021 - 2025 */
	if (nc_token_is_number(tokens, i + n, 2) &&
		nc_token_is(tokens, i + n + 1, "năm"))
		n += 2;
	n += nc_token_is(tokens, i + n, ",|(|:");
	n += nc_token_is(tokens, i + n, "từ");
	n += nc_token_is(tokens, i + n, "năm");
	if (!nc_date_year_at(tokens, i + n, 1000, 2999, &first))
		return 0;
	nc_date_put_tokens(&date, tokens, i, i + n);
	n++;
	more = second_year(tokens, i + n, first, &last, &date);
	if (more == 0)
		return 0;
	n += more;
	whole_years(&date, first, last);
	date.by_year = date.kind != NC_DATE_PERIOD;
	nc_date_put(&date, "%s%d - %d",
		date.printed[strlen(date.printed) - 1] == '(' ? "" : " ", first,
		last);
	if (nc_token_is(tokens, i + n, ")") && strchr(date.printed, '(')) {
		nc_date_put(&date, ")");
		n++;
	}
	*ret_date = date;
	return n;
}

/* A year that nothing announces: Festival 2024, 2003-2023. */
static bool is_bare_year(const struct nc_tokens *tokens, size_t i)
{
	if (nc_number_is_inside(tokens, i) ||
		nc_token_before(tokens, i,
			"số|hơn|gần|trên|dưới|khoảng|ít nhất|tối thiểu|"
			"tối đa|không quá|lô|mã|nghị định|quyết định|"
			"nghị quyết|chỉ thị|công văn|usd|thông tư|đề án"))
		return false;
	if (nc_token_is(tokens, i + 1, "/|%|x") &&
		nc_token_is_glued(tokens, i + 1))
		return false;
	if (nc_token_is(tokens, i + 1,
		    "đồng|đ|usd|vnd|vnđ|eur|euro|triệu|tỷ|tỉ|nghìn|ngàn|"
		    "yên|won|kíp|baht|đô"))
		return false;
	return !nc_unit_is_known(tokens, i + 1) ||
	       nc_token_is(tokens, i + 1, "năm|ngày|tháng|điểm|lễ|cuộc|em");
}

static size_t bare_years(
	const struct nc_tokens *tokens, size_t i, struct nc_date *ret_date)
{
	struct nc_date date = {.kind = NC_DATE_YEAR};
	bool from = nc_token_is(tokens, i, "từ");
	size_t n = from, more;
	int first, last;

	if (!nc_date_year_at(tokens, i + n, 1800, 2199, &first) ||
		!is_bare_year(tokens, i + n))
		return 0;
	n++;
	more = second_year(tokens, i + n, first, &last, &date);
	if (more > 0 && last > first && !nc_token_is(tokens, i + n, "/")) {
		whole_years(&date, first, last);
		date.kind = from ? NC_DATE_PERIOD : NC_DATE_YEAR_PAIR;
		date.by_year = !from;
		date.years_between = from ? 0 : last - first;
		nc_date_put(
			&date, from ? "từ %d đến %d" : "%d - %d", first, last);
		n += more;
	} else if (!from && first >= 1900 && first <= 2099) {
		date.warnings = 0;
		whole_years(&date, first, first);
		nc_date_put(&date, "%d", first);
	} else {
		return 0;
	}
	*ret_date = date;
	return n;
}

/* "trong năm" of a document that has a year */
static size_t this_year(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	struct nc_date date = {
		.kind = NC_DATE_YEAR, .warnings = NC_DATE_YEAR_ASSUMED};
	size_t n = nc_token_phrase(tokens, i, "trong năm|cả năm");

	/* báo cáo 6 tháng, 9 tháng và cả năm */
	if (n == 0 || year == 0 ||
		nc_token_before(tokens, i, "quý và|tháng và|quý ,|tháng ,") ||
		nc_token_is(tokens, i + n, "qua|tới|sau|học|trước") ||
		nc_token_at(tokens, i + n)->kind == NC_TOKEN_NUMBER)
		return 0;
	whole_years(&date, year, year);
	nc_date_put_tokens(&date, tokens, i, i + n);
	*ret_date = date;
	return n;
}

/* "2024, 2025 và 2027" from the first year on: tokens taken. */
static size_t year_list(
	const struct nc_tokens *tokens, size_t i, struct part_list *list)
{
	size_t n = 0;
	int year, last = 999;

	while (list->count < PARTS_MAX &&
		(n == 0 || nc_token_is(tokens, i + n, ",|và")) &&
		nc_date_year_at(
			tokens, i + n + (n > 0), last + 1, 2999, &year)) {
		struct part *part = &list->parts[list->count++];

		part->year = last = year;
		part->joiner = i + n;
		part->at = i + n + (n > 0);
		part->end = part->at + 1;
		n = part->end - i;
	}
	return n;
}

static struct nc_day year_start(const struct part *part)
{
	return (struct nc_day){part->year, 1, 1};
}

static struct nc_day year_end(const struct part *part)
{
	return (struct nc_day){part->year, 12, 31};
}

static void years_set(struct nc_date *date, const struct nc_tokens *tokens,
	const struct part_list *list)
{
	for (size_t p = 0; p < list->count; p++) {
		if (p > 0)
			joiner_put(date, tokens, &list->parts[p]);
		nc_date_put(date, "%d", list->parts[p].year);
	}
	whole_years(
		date, list->parts[0].year, list->parts[list->count - 1].year);
}

/* "năm", "từ các năm" before a year: tokens taken. */
static size_t year_lead(const struct nc_tokens *tokens, size_t i)
{
	size_t from = nc_token_is(tokens, i, "từ");
	size_t n = nc_token_phrase(
		tokens, i + from, "năm|các năm|hai năm|những năm");

	return n > 0 ? from + n : 0;
}

void nc_date_of_years(const struct nc_tokens *tokens, size_t i, int year,
	unsigned index, struct nc_date *ret_date)
{
	struct nc_date date = {.kind = NC_DATE_YEAR};
	struct part_list list = {0}, run;

	(void)year;
	if (year_list(tokens, i + year_lead(tokens, i), &list) == 0)
		return;
	run = run_of(tokens, &list, index, year_start, year_end);
	date.words = nc_token_slice(tokens, index == 0 ? i : run.parts[0].at,
		run.parts[run.count - 1].end);
	nc_date_put(&date, "năm ");
	years_set(&date, tokens, &run);
	*ret_date = date;
}

/* năm 2018 - 2025, từ năm 2018 đến năm 2025: tokens taken. */
static size_t year_span(
	const struct nc_tokens *tokens, size_t i, struct nc_date *ret_date)
{
	struct nc_date date = {0};
	bool from = nc_token_is(tokens, i, "từ"), dash;
	size_t n = year_lead(tokens, i), more;
	int first, last;

	if (!nc_date_year_at(tokens, i + n, 1000, 2999, &first))
		return 0;
	n++;
	nc_date_put_tokens(&date, tokens, i, i + n);
	dash = nc_token_is(tokens, i + n, "-|/");
	more = second_year(tokens, i + n, first, &last, &date);
	if (more == 0 || last <= first)
		return 0;
	nc_date_put(&date, dash ? " - %d" : " đến %d", last);
	whole_years(&date, first, last);
	date.kind = dash && !from ? NC_DATE_YEAR_PAIR : NC_DATE_PERIOD;
	date.by_year = date.kind == NC_DATE_YEAR_PAIR;
	*ret_date = date;
	return n + more;
}

/* năm 2024, các năm 2023, 2024 và 2025 */
static size_t called_years(
	const struct nc_tokens *tokens, size_t i, struct nc_date *ret_date)
{
	struct nc_date date = {.kind = NC_DATE_YEAR};
	struct part_list list = {0};
	size_t lead = year_lead(tokens, i);
	size_t n = lead == 0 ? 0 : year_span(tokens, i, ret_date);

	if (lead == 0 || n > 0)
		return n;
	n = year_list(tokens, i + lead, &list);
	if (n == 0 || (list.count == 1 && nc_token_is(tokens, i, "từ")))
		return 0;
	date.several = runs_count(tokens, &list, year_start, year_end);
	if (date.several == 1) {
		date.several = 0;
		nc_date_put_tokens(&date, tokens, i, i + lead);
		nc_date_put(&date, " ");
		years_set(&date, tokens, &list);
	}
	*ret_date = date;
	return lead + n;
}

size_t nc_date_rule_years(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	size_t n = named_years(tokens, i, ret_date);

	if (n == 0)
		n = year_part(tokens, i, year, ret_date);
	if (n == 0)
		n = this_year(tokens, i, year, ret_date);
	if (n == 0)
		n = called_years(tokens, i, ret_date);
	if (n == 0)
		n = bare_years(tokens, i, ret_date);
	return n;
}

static size_t century_at(
	const struct nc_tokens *tokens, size_t i, int *ret_century)
{
	size_t n = nc_token_phrase(
		tokens, i, "thế kỷ|thế kỉ|thế kỷ thứ|của thế kỷ|của thế kỉ");
	int value = nc_date_roman(tokens, i + n);

	if (n == 0)
		return 0;
	if (value == 0 && nc_token_is_number(tokens, i + n, 2))
		value = (int)nc_token_at(tokens, i + n)->value;
	if (value < 1 || value > 29)
		return 0;
	*ret_century = value;
	return n + 1;
}

size_t nc_date_rule_ages(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	struct nc_date date = {0};
	int century = 0, first = 0;
	size_t n = nc_token_phrase(tokens, i,
		"thập niên|thập kỷ|thập kỉ|những năm|những năm đầu thập niên");

	(void)year;
	if (n == 0) {
		n = century_at(tokens, i, &century);
		if (n == 0)
			return 0;
		whole_years(&date, century * 100 - 99, century * 100);
		date.kind = NC_DATE_CENTURY;
		date.precision = NC_PRECISION_CENTURY;
	} else {
		n += nc_token_is(tokens, i + n, "năm");
		first = (int)nc_token_at(tokens, i + n)->value;
		if (nc_token_at(tokens, i + n)->kind != NC_TOKEN_NUMBER ||
			first % 10 != 0 ||
			(nc_token_at(tokens, i + n)->digits != 2 &&
				!nc_date_year_at(
					tokens, i + n, 1800, 2190, &first)))
			return 0;
		n++;
		n += century_at(tokens, i + n, &century);
		if (first < 100)
			first += century > 0 ? (century - 1) * 100 : 1900;
		whole_years(&date, first, first + 9);
		date.kind = NC_DATE_DECADE;
		date.precision = NC_PRECISION_DECADE;
	}
	nc_date_put_tokens(&date, tokens, i, i + n);
	*ret_date = date;
	return n;
}
