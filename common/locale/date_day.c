/* Days and ranges of days, in digits or with the word tháng. */
#include "locale/date_rule.h"

#include "locale/amount.h"
#include "locale/find.h"
#include "locale/unit.h"

#include <limits.h>
#include <string.h>

#define DAYS_MAX 8

struct day_part {
	int day, month, year; /* 0: not written */
	bool spelled;	      /* 17 tháng 11 năm 2023 */
	bool odd;	      /* mixed or doubled separators */
	bool guessed;	      /* a year of two digits */
	bool lunar;
	size_t joiner; /* token of the joiner before it */
	size_t at;     /* its first token */
	bool named;    /* "ngày" stands before it, after the joiner */
};

/* A separator before more digits: tokens taken. */
static size_t separator(const struct nc_tokens *tokens, size_t i, bool *ret_odd)
{
	size_t n = nc_token_is(tokens, i, "/|.|-") ? 1 : 0;

	if (n == 0)
		return 0;
	if (nc_token_is(tokens, i + 1, "/|.") &&
		nc_token_is_glued(tokens, i + 1)) {
		*ret_odd = true;
		n = 2;
	}
	if (nc_token_at(tokens, i + n)->kind != NC_TOKEN_NUMBER)
		return 0;
	if (nc_token_at(tokens, i)->gap || nc_token_at(tokens, i + n)->gap) {
		if (!nc_token_is(tokens, i, "/") &&
			nc_token_at(tokens, i + n)->digits != 4)
			return 0;
		if (nc_token_is(tokens, i, "-"))
			return 0;
		*ret_odd = true;
	}
	return n;
}

static bool part_is_plausible(const struct day_part *part)
{
	return part->day >= 1 && part->month >= 1;
}

/* 22/9.1863  11.01.1969  22/9/23  22/91863 */
static size_t full_read(
	const struct nc_tokens *tokens, size_t i, struct day_part *ret)
{
	struct day_part part = {0};
	size_t first = separator(tokens, i + 1, &part.odd), second;
	const struct nc_token *month = nc_token_at(tokens, i + 1 + first);
	const struct nc_token *year;

	if (first == 0)
		return 0;
	part.day = (int)nc_token_at(tokens, i)->value;
	if ((month->digits == 5 || month->digits == 6) &&
		month->value % 10000 >= 1800 && month->value % 10000 <= 2199 &&
		month->value / 10000 <= 12) {
		part.month = (int)(month->value / 10000);
		part.year = (int)(month->value % 10000);
		part.odd = true;
		*ret = part;
		return 2 + first;
	}
	second = separator(tokens, i + 2 + first, &part.odd);
	year = nc_token_at(tokens, i + 2 + first + second);
	if (second == 0 || month->digits > 2)
		return 0;
	part.month = (int)month->value;
	part.year = (int)year->value;
	if (!nc_token_is(
		    tokens, i + 1, nc_token_at(tokens, i + 2 + first)->text))
		part.odd = true;
	if (year->digits == 2 && nc_token_is(tokens, i + 1, "/") &&
		nc_token_is(tokens, i + 2 + first, "/") && part.month <= 12 &&
		part.day <= 31) {
		part.year += part.year < 50 ? 2000 : 1900;
		part.guessed = true;
	} else if (year->digits != 4 || year->value < 1000 ||
		   year->value > 2999) {
		return 0;
	}
	*ret = part;
	return 3 + first + second;
}

/* 2024-12-02 */
static size_t iso_read(
	const struct nc_tokens *tokens, size_t i, struct day_part *ret)
{
	bool odd = false;

	if (nc_token_at(tokens, i)->digits != 4 ||
		!nc_token_is(tokens, i + 1, "-") ||
		!nc_token_is(tokens, i + 3, "-") ||
		separator(tokens, i + 1, &odd) != 1 ||
		separator(tokens, i + 3, &odd) != 1 || odd ||
		nc_token_at(tokens, i + 2)->digits != 2 ||
		nc_token_at(tokens, i + 4)->digits != 2 ||
		nc_token_at(tokens, i + 2)->value > 12)
		return 0;
	*ret = (struct day_part){.day = (int)nc_token_at(tokens, i + 4)->value,
		.month = (int)nc_token_at(tokens, i + 2)->value,
		.year = (int)nc_token_at(tokens, i)->value};
	return 5;
}

/* "8-3" and "30-4" are days when they cannot be a range, or are called one. */
static bool is_short_day(const struct nc_tokens *tokens, size_t i, bool named,
	const struct day_part *part)
{
	struct day_part end;

	if (nc_token_is(tokens, i + 1, "/"))
		return true;
	if (nc_token_is(tokens, i + 3, "tháng|/"))
		return false;
	/* 29.6-4.7.2025 */
	if (nc_token_is(tokens, i + 1, ".") &&
		nc_token_is(tokens, i + 3, "-|đến") &&
		full_read(tokens, i + 4, &end) > 0 &&
		nc_token_is(tokens, i + 5, "."))
		return true;
	if (named || nc_token_before(tokens, i, "khánh|lễ|dịp|nữ|động"))
		return true;
	return nc_token_is(tokens, i + 1, "-") && part->day > part->month &&
	       !nc_unit_is_known(tokens, i + 3);
}

/* 2/3 số hội: a share. */
static bool is_fraction(const struct nc_tokens *tokens, size_t i, bool named)
{
	const struct nc_token *over = nc_token_at(tokens, i);
	const struct nc_token *under = nc_token_at(tokens, i + 2);

	char unit[NC_NUMBER_UNIT_SIZE];
	enum nc_unit_kind kind;

	if (named)
		return false;
	if (over->value <= under->value && nc_unit_is_known(tokens, i + 3) &&
		!nc_token_is(tokens, i + 3, "lễ|năm"))
		return true;
	/* có 11/11 Hội */
	if (nc_token_before(tokens, i, "có|đủ|đạt|được|cả|với") &&
		over->value <= under->value &&
		nc_unit_read(tokens, i + 3, unit, &kind) > 0 &&
		kind == NC_UNIT_KNOWN)
		return true;
	return over->digits == 1 && over->value < under->value &&
	       (nc_token_phrase(tokens, i + 3,
			"số|diện|tổng|dân|đại|quãng|chặng|thời|nội|công|"
			"so với|trong đó|trong số") > 0 ||
		       nc_token_before(tokens, i,
			       "hơn|gần|trên|dưới|khoảng|chiếm|đạt|quá|còn|"
			       "bằng|chỉ|giảm|tăng"));
}

/* 8/3 */
static size_t short_read(const struct nc_tokens *tokens, size_t i, bool named,
	struct day_part *ret)
{
	const struct nc_token *month = nc_token_at(tokens, i + 2);
	struct day_part part = {.day = (int)nc_token_at(tokens, i)->value};

	if (separator(tokens, i + 1, &part.odd) != 1 || month->digits > 2 ||
		month->value > 12 || part.day > 31 ||
		nc_token_at(tokens, i)->digits > 2)
		return 0;
	part.month = (int)month->value;
	if (!is_short_day(tokens, i, named, &part) ||
		is_fraction(tokens, i, named))
		return 0;
	/* More of a longer number follows. */
	if (nc_token_is(tokens, i + 3, "/|.|-|,") &&
		nc_token_is_glued(tokens, i + 3) &&
		nc_token_is_glued(tokens, i + 4) &&
		!nc_token_is(tokens, i + 3, "-") &&
		nc_token_at(tokens, i + 4)->kind == NC_TOKEN_NUMBER)
		return 0;
	*ret = part;
	return 3;
}

/* 17 tháng 11 [năm 2023] */
static size_t spelled_read(
	const struct nc_tokens *tokens, size_t i, struct day_part *ret)
{
	struct day_part part = {
		.spelled = true, .day = (int)nc_token_at(tokens, i)->value};
	size_t n;

	if (!nc_token_is(tokens, i + 1, "tháng"))
		return 0;
	n = nc_date_month_at(tokens, i + 2, &part.month, &part.lunar);
	if (n == 0)
		return 0;
	n += 2;
	n += nc_date_year_after(tokens, i + n, &part.year);
	*ret = part;
	return n;
}

/* A day with its month, perhaps with its year. */
static size_t part_read(const struct nc_tokens *tokens, size_t i, bool named,
	struct day_part *ret)
{
	size_t n;

	if (nc_token_at(tokens, i)->kind != NC_TOKEN_NUMBER)
		return 0;
	n = iso_read(tokens, i, ret);
	if (n > 0)
		return n;
	if (nc_token_at(tokens, i)->digits > 2)
		return 0;
	n = full_read(tokens, i, ret);
	if (n == 0)
		n = spelled_read(tokens, i, ret);
	if (n == 0)
		n = short_read(tokens, i, named, ret);
	return n > 0 && part_is_plausible(ret) ? n : 0;
}

struct day_list {
	struct day_part parts[DAYS_MAX];
	size_t count;
	bool from, named, moon; /* từ, ngày, mùng */
	bool second;		/* the first has a month of its own */
};

static size_t bare_read(
	const struct nc_tokens *tokens, size_t i, struct day_part *ret)
{
	const struct nc_token *token = nc_token_at(tokens, i);

	if (!nc_token_is_number(tokens, i, 2) || token->value < 1 ||
		token->value > 31)
		return 0;
	*ret = (struct day_part){.day = (int)token->value};
	return 1;
}

static const char day_words[] =
	"ngày|các ngày|hai ngày|ba ngày|những ngày|mùng|mồng|ngày mùng|"
	"ngày mồng|hết ngày|trong các ngày";
static const char joiners[] = "-|đến|tới|và|,|hoặc|đến hết|- đến|và ngày";

/* 01, 02 - : days whose month comes later; tokens taken. */
static size_t list_read(
	const struct nc_tokens *tokens, size_t i, struct day_list *list)
{
	size_t n = 0, more;

	while (list->count < DAYS_MAX) {
		struct day_part *part = &list->parts[list->count];
		size_t joiner = 0, lead;

		if (list->count > 0) {
			more = nc_token_phrase(tokens, i + n, joiners);
			if (more == 0)
				return 0;
			joiner = i + n;
			n += more;
		}
		lead = list->count > 0
			       ? nc_token_phrase(tokens, i + n, day_words)
			       : 0;
		n += lead;
		more = part_read(tokens, i + n, list->named || lead > 0, part);
		if (more == 0) {
			more = bare_read(tokens, i + n, part);
			if (more == 0)
				return 0;
		}
		part->joiner = joiner;
		part->at = i + n - lead;
		part->named = lead > 0;
		n += more;
		list->count++;
		if (part->month > 0)
			return n;
	}
	return 0;
}

/* The second end after a first one with a month of its own. */
static size_t second_read(
	const struct nc_tokens *tokens, size_t i, struct day_list *list)
{
	size_t joiner = nc_token_phrase(tokens, i, "-|đến|tới|đến hết|và"),
	       lead, n;
	struct day_part *part = &list->parts[1];

	if (list->count != 1 || joiner == 0)
		return 0;
	lead = nc_token_phrase(tokens, i + joiner, day_words);
	n = part_read(tokens, i + joiner + lead, true, part);
	if (n == 0)
		return 0;
	/* Two days named one after the other are two dates. */
	if (nc_token_is(tokens, i, "và") &&
		(list->parts[0].year > 0 || part->year == 0))
		return 0;
	part->joiner = i;
	part->at = i + joiner;
	part->named = lead > 0;
	list->count = 2;
	list->second = true;
	return joiner + lead + n;
}

/* tỷ lệ tán thành 3/4, điểm trung bình 9/10, tỉ số 2/1 */
static bool is_share(const struct nc_tokens *tokens, size_t i)
{
	static const char marks[] = "điểm|điểm số|điểm thi|điểm trung bình|"
				    "điểm bình quân|thang điểm";

	if (nc_token_before(tokens, i, marks) > 0)
		return true;
	for (size_t back = 0; back <= 3 && back < i; back++) {
		if (nc_token_before(
			    tokens, i - back, "tỷ lệ|tỉ lệ|tỷ số|tỉ số") > 0)
			return true;
		if (nc_token_at(tokens, i - back - 1)->kind != NC_TOKEN_WORD ||
			nc_token_is(tokens, i - back - 1, "ngày"))
			break;
	}
	return false;
}

/* Quảng trường 2/4, tỷ lệ 3/4 */
static bool is_name_or_share(const struct nc_tokens *tokens, size_t i)
{
	return nc_place_before(tokens, i) || is_share(tokens, i);
}

/* "2/9 và 22/12/2025" after 19/8 and a comma: days with months of their own,
 * the last of which says the year. Tokens taken. */
static size_t others_read(
	const struct nc_tokens *tokens, size_t i, struct day_list *list)
{
	struct day_list all = *list;
	size_t n = 0, more;

	if (list->count != 1 || list->parts[0].year != 0 ||
		!nc_token_is(tokens, i, ",") ||
		(!list->named && is_name_or_share(tokens, list->parts[0].at)))
		return 0;
	while (all.count < DAYS_MAX && all.parts[all.count - 1].year == 0) {
		struct day_part *part = &all.parts[all.count];
		size_t joiner = nc_token_phrase(tokens, i + n, ",|và");
		size_t lead =
			nc_token_phrase(tokens, i + n + joiner, day_words);

		more = part_read(tokens, i + n + joiner + lead, true, part);
		if (joiner == 0 || more == 0)
			return 0;
		part->joiner = i + n;
		part->at = i + n + joiner;
		part->named = lead > 0;
		n += joiner + lead + more;
		all.count++;
	}
	if (all.parts[all.count - 1].year == 0)
		return 0;
	all.second = true;
	*list = all;
	return n;
}

static bool list_is_sound(
	const struct nc_tokens *tokens, const struct day_list *list)
{
	bool and = false;

	if (list->second)
		return true;
	for (size_t p = 1; p < list->count; p++) {
		if (list->parts[p].day <= list->parts[p - 1].day)
			return false;
		and |= nc_token_is(tokens, list->parts[p].joiner, "và|-|đến");
		/* 24, 25, 26/5: one after the other */
		and |= p > 1 &&
		       list->parts[p].day == list->parts[p - 1].day + 1 &&
		       list->parts[p].day == list->parts[p - 2].day + 2;
	}
	return list->count == 1 || list->named || list->moon || and;
}

static struct nc_day part_day(const struct day_part *part)
{
	return (struct nc_day){part->year, part->month, part->day};
}

/* Exists in some year. */
static bool part_exists(const struct day_part *part)
{
	struct nc_day day = part_day(part);

	if (day.year == 0)
		day.year = 2024;
	return nc_day_is_valid(day);
}

/* Every part gets the month and year that it lacks. */
static void list_fill(struct day_list *list, int year, struct nc_date *date)
{
	struct day_part *last = &list->parts[list->count - 1];

	if (last->year == 0 && list->second && list->parts[0].year > 0)
		last->year = list->parts[0].year;
	if (last->year == 0 && year > 0) {
		last->year = year;
		date->warnings |= NC_DATE_YEAR_ASSUMED;
	}
	for (size_t p = 0; p + 1 < list->count; p++) {
		struct day_part *part = &list->parts[p];
		bool later;

		if (part->month == 0)
			part->month = last->month;
		later = part->month > last->month ||
			(part->month == last->month && part->day > last->day);
		if (part->year == 0 && last->year > 0)
			part->year = last->year - (list->second && later);
	}
}

static void part_print(struct nc_date *date, const struct day_part *part,
	bool day_only, bool with_year)
{
	nc_date_put(date, "%02d", part->day);
	if (day_only)
		return;
	if (part->spelled)
		nc_date_put(date,
			part->month <= 2 ? " tháng %02d" : " tháng %d",
			part->month);
	else
		nc_date_put(
			date, part->month <= 2 ? "/%02d" : "/%d", part->month);
	if (with_year)
		nc_date_put(
			date, part->spelled ? " năm %d" : "/%d", part->year);
}

/* " đến hết " as typed; the word ngày is put later. */
static void joiner_put(
	struct nc_date *date, const struct nc_tokens *tokens, size_t at)
{
	size_t n = nc_token_phrase(tokens, at, "đến hết|tới hết");

	nc_date_put(date, " ");
	nc_date_put_tokens(date, tokens, at, at + (n > 0 ? n : 1));
	nc_date_put(date, " ");
}

/* Written before list_fill: only what was there. */
static void list_print(struct nc_date *date, const struct nc_tokens *tokens,
	size_t i, size_t lead, const struct day_list *list)
{
	bool spelled = list->parts[list->count - 1].spelled;

	nc_date_put_tokens(date, tokens, i, i + lead);
	if (lead > 0)
		nc_date_put(date, " ");
	for (size_t p = 0; p < list->count; p++) {
		const struct day_part *part = &list->parts[p];
		size_t at = part->joiner;

		if (p > 0 && nc_token_is(tokens, at, ","))
			nc_date_put(date, ", ");
		else if (p > 0 &&
			 (nc_token_is(tokens, at, "-") ||
				 (!list->from && !spelled && !part->named &&
					 list->count == 2)))
			nc_date_put(date, " - ");
		else if (p > 0)
			joiner_put(date, tokens, at);
		if (p > 0 && part->named)
			nc_date_put(date, "ngày ");
		part_print(date, part, part->month == 0, part->year > 0);
	}
}

/* Mùng 2 tháng 9 is said of these too. */
static bool is_solar_feast(const struct day_part *part)
{
	static const int known[][2] = {{1, 1}, {3, 2}, {8, 3}, {1, 5}, {7, 5},
		{1, 6}, {2, 9}, {1, 10}, {9, 5}, {9, 1}, {6, 1}};

	for (size_t k = 0; k < sizeof known / sizeof *known; k++)
		if (part->day == known[k][0] && part->month == known[k][1])
			return true;
	return false;
}

/* "2024", "(2024)", "năm 2024" after Giáp Thìn: tokens taken. */
static size_t named_year_read(
	const struct nc_tokens *tokens, size_t i, int *year)
{
	size_t lead = nc_token_phrase(tokens, i, "(|-|năm|( năm");

	if (!nc_date_year_at(tokens, i + lead, 1000, 2999, year))
		return 0;
	return lead + 1 +
	       (nc_token_is(tokens, i, "(") &&
		       nc_token_is(tokens, i + lead + 1, ")"));
}

/* "âm lịch", "năm Giáp Thìn", "năm 2024" after the days: tokens taken. */
static size_t tail_read(const struct nc_tokens *tokens, size_t i,
	struct day_part *last, struct nc_date *date)
{
	static const char moon[] = "âm lịch|( âm lịch )|âl|al|( âl )|( al )|"
				   "nông lịch|lịch âm|( lịch âm )";
	size_t n = nc_token_phrase(tokens, i, "nhuận"), more;
	bool named;
	int place;

	date->leap_month = n > 0;
	more = nc_token_phrase(tokens, i + n, moon);
	last->lunar |= more > 0 || date->leap_month;
	n += more;
	/* 10/3 ÂL 2026 */
	if (last->year == 0 && more > 0 &&
		nc_date_year_at(tokens, i + n, 1800, 2199, &last->year))
		n++;
	if (last->year == 0 && nc_token_is(tokens, i + n, "năm|,")) {
		more = nc_date_year_after(tokens, i + n, &last->year);
		n += more;
	}
	named = nc_token_is(tokens, i + n, "năm");
	if (nc_date_can_chi(tokens, i + n + named, &place) &&
		nc_token_at(tokens, i + n + named)->upper) {
		last->lunar = true;
		n += 2u + named;
		n += named_year_read(tokens, i + n, &last->year);
		if (last->year == 0)
			last->year = -place - 1; /* settled by the caller */
		else if (nc_date_can_chi_place(last->year) != place)
			date->warnings |= NC_DATE_CONTRADICTS;
	}
	more = nc_token_phrase(tokens, i + n, moon);
	last->lunar |= more > 0;
	return n + more;
}

/* The days of the lunar calendar. */
static void lunar_set(struct nc_date *date, struct day_list *list, int year)
{
	struct day_part *last = &list->parts[list->count - 1];
	const struct day_part *first = &list->parts[0];
	struct nc_day to;

	if (last->year < 0) {
		last->year = nc_date_can_chi_year(-last->year - 1, year);
		if (year == 0)
			date->warnings |= NC_DATE_AMBIGUOUS;
	}
	list_fill(list, year, date);
	date->kind = list->count > 1 ? NC_DATE_RANGE : NC_DATE_LUNAR_DAY;
	if (!nc_date_set_lunar(date, last->year, last->month, date->leap_month,
		    last->day)) {
		date->kind = last->year > 0 || last->day > 30
				     ? NC_DATE_INVALID
				     : NC_DATE_LUNAR_DAY;
		return;
	}
	to = date->to;
	if (list->count == 1)
		return;
	if (nc_date_set_lunar(date, first->year, first->month, date->leap_month,
		    first->day))
		date->to = to;
	else
		date->kind = NC_DATE_INVALID;
}

static void solar_set(struct nc_date *date, struct day_list *list, int year)
{
	const struct day_part *first = &list->parts[0];
	const struct day_part *last = &list->parts[list->count - 1];
	bool own_year = last->year > 0 || (list->second && first->year > 0);

	list_fill(list, year, date);
	for (size_t p = 0; p < list->count; p++)
		if (!part_exists(&list->parts[p]))
			date->kind = NC_DATE_INVALID;
	if (date->kind == NC_DATE_INVALID)
		return;
	date->kind = list->count > 1 ? NC_DATE_RANGE
		     : own_year	     ? NC_DATE_DAY
				     : NC_DATE_RECURRING;
	if (list->count == 1) {
		date->day = last->day;
		date->month = last->month;
	}
	if (last->year == 0)
		return;
	date->from = part_day(first);
	date->to = part_day(last);
	if (list->second && own_year && first->day == last->day &&
		first->month == last->month && first->year != last->year) {
		date->kind = NC_DATE_PAIR;
		date->years_between = last->year - first->year;
	}
	if (nc_day_compare(date->from, date->to) > 0)
		date->warnings |= NC_DATE_BACKWARDS;
}

static void warnings_set(struct nc_date *date, const struct nc_tokens *tokens,
	size_t end, const struct day_list *list)
{
	for (size_t p = 0; p < list->count; p++) {
		if (list->parts[p].odd)
			date->warnings |= NC_DATE_MALFORMED;
		if (list->parts[p].guessed)
			date->warnings |= NC_DATE_AMBIGUOUS;
	}
	if (nc_token_is_glued(tokens, end) &&
		nc_token_at(tokens, end)->kind == NC_TOKEN_WORD)
		date->warnings |= NC_DATE_MALFORMED;
}

/* What stands before makes it something else, or it is a number's middle. */
static bool is_elsewhere(const struct nc_tokens *tokens, size_t i, bool named)
{
	if (nc_number_is_inside(tokens, i))
		return true;
	return !named &&
	       (nc_document_before(tokens, i) ||
		       nc_token_before(tokens, i, "cấp|cụm|tuần|tuần thứ") > 0);
}

/* A day and month of no year that are no day: Quảng trường 2/4, tỷ lệ 3/4,
 * trực 24/7. */
static bool is_no_day(const struct nc_tokens *tokens, size_t i,
	const struct day_list *list, const struct day_part *last)
{
	if (list->named || last->year != 0 || last->lunar)
		return false;
	if (last->day == 24 && last->month == 7 &&
		nc_token_before(tokens, i, "trực|liên tục|suốt|mở cửa|phục vụ"))
		return true;
	return is_name_or_share(tokens, i);
}

/* The time of day, and what is kept, say as "ngày" does that it is a day. */
static bool is_named_before(const struct nc_tokens *tokens, size_t i)
{
	return nc_token_before(tokens, i,
		       "đêm|tối|sáng|chiều|trưa|hôm|dịp|nhân|mừng|lễ") > 0;
}

/* "mùng ba": the day in words becomes digits for what follows. */
static size_t lead_read(
	const struct nc_tokens *tokens, size_t i, struct day_list *list)
{
	size_t n = nc_token_is(tokens, i, "từ"), more;

	list->from = n > 0;
	more = nc_token_phrase(tokens, i + n, day_words);
	list->moon =
		more > 0 && nc_token_is(tokens, i + n + more - 1, "mùng|mồng");
	list->named = more > 0 || is_named_before(tokens, i);
	return n + more;
}

#define NO_INDEX UINT_MAX

/* Days one after the other are one date, as are those joined by a dash or
 * đến; others, joined by commas or và, are several. */
static bool has_gap(const struct nc_tokens *tokens, const struct day_list *list)
{
	struct day_list filled = *list;
	struct nc_date none = {0};
	bool gap = false;

	list_fill(&filled, 0, &none);
	for (size_t p = 1; p < list->count; p++) {
		const struct day_part *one = &filled.parts[p - 1];
		const struct day_part *next = &filled.parts[p];

		if (nc_token_is(tokens, next->joiner, "-|đến|tới"))
			return false;
		gap |= next->month != one->month || next->day != one->day + 1;
	}
	return gap;
}

/* Leaves the index-th day alone, with the month and year of the list. */
static void list_pick(const struct nc_tokens *tokens, struct day_list *list,
	unsigned index, size_t first, size_t end, struct nc_date *date)
{
	struct day_list one = *list;
	struct nc_date none = {0};
	const struct day_part *part;

	if (list->parts[list->count - 1].year >= 0)
		list_fill(&one, 0, &none);
	part = &one.parts[index];
	if (index > 0)
		first = part->at;
	if (index + 1 < list->count)
		end = list->parts[index + 1].joiner;
	date->words = nc_token_slice(tokens, first, end);
	date->several = 0;
	date->printed[0] = '\0';
	one.parts[0] = *part;
	one.parts[0].lunar |= list->parts[list->count - 1].lunar;
	one.parts[0].month = part->month > 0
				     ? part->month
				     : list->parts[list->count - 1].month;
	one.parts[0].year = part->year != 0 ? part->year
					    : list->parts[list->count - 1].year;
	one.count = 1;
	one.second = false;
	part_print(date, &one.parts[0], false, one.parts[0].year > 0);
	*list = one;
}

/* The days with the words that stand before and after them: tokens taken. */
static size_t days_parse(const struct nc_tokens *tokens, size_t i,
	struct day_list *list, struct nc_date *date)
{
	size_t lead = lead_read(tokens, i, list), n, tail;
	struct day_part *last;

	if (nc_token_at(tokens, i + lead)->kind != NC_TOKEN_NUMBER ||
		is_elsewhere(tokens, i + lead, list->named))
		return 0;
	n = list_read(tokens, i + lead, list);
	if (n == 0)
		return 0;
	n += lead;
	n += others_read(tokens, i + n, list);
	n += second_read(tokens, i + n, list);
	if (!list_is_sound(tokens, list) || (list->from && list->count == 1))
		return 0;
	last = &list->parts[list->count - 1];
	list_print(date, tokens, i, lead, list);
	tail = tail_read(tokens, i + n, last, date);
	if (tail > 0) {
		nc_date_put(date, " ");
		nc_date_put_tokens(date, tokens, i + n, i + n + tail);
	}
	if (is_no_day(tokens, i + lead, list, last) ||
		(last->spelled && !last->lunar && !list->named &&
			last->year == 0))
		return 0;
	return n + tail;
}

/* Of one date, n tokens from i on, which day or days it is. */
static void days_set(const struct nc_tokens *tokens, size_t i, size_t n,
	int year, struct day_list *list, struct nc_date *date)
{
	struct day_part *last = &list->parts[list->count - 1];

	warnings_set(date, tokens, i + n, list);
	if (list->moon && !last->lunar && !is_solar_feast(last)) {
		date->warnings |= NC_DATE_AMBIGUOUS;
		last->lunar = true;
	}
	if (date->words.size == 0 && (last->lunar || list->moon)) {
		date->printed[0] = '\0';
		nc_date_put_tokens(date, tokens, i, i + n);
	}
	if (last->lunar)
		lunar_set(date, list, year);
	else
		solar_set(date, list, year);
}

static size_t days_read(const struct nc_tokens *tokens, size_t i, int year,
	unsigned index, struct nc_date *ret_date)
{
	struct nc_date date = {.precision = NC_PRECISION_DAY};
	struct day_list list = {0};
	size_t n = days_parse(tokens, i, &list, &date);

	if (n == 0)
		return 0;
	if (has_gap(tokens, &list)) {
		date.several = (unsigned)list.count;
		date.kind = NC_DATE_RANGE;
		if (index < list.count)
			list_pick(tokens, &list, index, i, i + n, &date);
	}
	if (date.several == 0)
		days_set(tokens, i, n, year, &list, &date);
	*ret_date = date;
	return n;
}

size_t nc_date_rule_days(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	return days_read(tokens, i, year, NO_INDEX, ret_date);
}

void nc_date_of_days(const struct nc_tokens *tokens, size_t i, int year,
	unsigned index, struct nc_date *ret_date)
{
	(void)days_read(tokens, i, year, index, ret_date);
}
