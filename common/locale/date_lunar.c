/* Days and years of the lunar calendar, feasts by name, Buddhist years. */
#include "locale/date_rule.h"

#include "locale/amount.h"

#include <string.h>

static const struct feast {
	const char *words;
	int day, month;
	bool lunar;
	bool new_year;
} feasts[] = {
	{"tết nguyên đán|tết cổ truyền|tết âm lịch|tết ta|"
	 "tết cổ truyền dân tộc|tết nguyên đán cổ truyền|xuân|"
	 "tết cổ truyền nguyên đán|tết nguyên đán xuân|tết|"
	 "tết cổ truyền việt nam|tết cổ truyền của dân tộc",
		1, 1, true, true},
	{"tết nguyên tiêu", 15, 1, true, false},
	{"tết hàn thực", 3, 3, true, false},
	{"giỗ tổ hùng vương|giỗ tổ|ngày giỗ tổ hùng vương|"
	 "lễ hội đền hùng",
		10, 3, true, false},
	{"lễ phật đản|phật đản|đại lễ phật đản", 15, 4, true, false},
	{"tết đoan ngọ", 5, 5, true, false},
	{"lễ vu lan|vu lan|đại lễ vu lan", 15, 7, true, false},
	{"tết trung thu|trung thu", 15, 8, true, false},
	{"ông công ông táo|ông táo", 23, 12, true, false},
	{"tết dương lịch|tết tây", 1, 1, false, false},
	{"noel|giáng sinh|lễ giáng sinh", 25, 12, false, false},
};

#define FEASTS (sizeof feasts / sizeof *feasts)

/* The words that name the year of a feast. */
struct naming {
	int year;
	bool by_name; /* Giáp Thìn */
	bool leap;    /* of a month: nhuận */
	unsigned warnings;
};

static size_t naming_read(const struct nc_tokens *tokens, size_t i, int year,
	struct naming *naming)
{
	size_t n = nc_token_is(tokens, i, "năm"), lead;
	int place = 0;

	*naming = (struct naming){0};
	if (nc_date_can_chi(tokens, i + n, &place) > 0) {
		n += 2;
		naming->by_name = true;
	} else {
		n = 0;
	}
	lead = nc_token_phrase(tokens, i + n, "năm|- năm|-|(|,  năm");
	if (nc_date_year_at(tokens, i + n + lead, 1800, 2199, &naming->year) &&
		!nc_token_is(tokens, i + n + lead + 1, "-")) {
		bool open = nc_token_is(tokens, i + n, "(");

		n += lead + 1;
		if (open && nc_token_is(tokens, i + n, ")"))
			n++;
		if (naming->by_name &&
			nc_date_can_chi_place(naming->year) != place)
			naming->warnings = NC_DATE_CONTRADICTS;
		return n;
	}
	if (naming->by_name) {
		naming->year = nc_date_can_chi_year(place, year);
		naming->warnings = year == 0 ? NC_DATE_AMBIGUOUS : 0;
	}
	return n;
}

static void feast_set(struct nc_date *date, const struct feast *feast, int year)
{
	date->precision = NC_PRECISION_DAY;
	date->kind = feast->new_year ? NC_DATE_LUNAR_YEAR
		     : feast->lunar  ? NC_DATE_LUNAR_DAY
				     : NC_DATE_DAY;
	if (feast->lunar) {
		nc_date_set_lunar(date, year, feast->month, false, feast->day);
		return;
	}
	date->from = (struct nc_day){year, feast->month, feast->day};
	date->to = date->from;
}

size_t nc_date_rule_feast(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	struct nc_date date = {0};
	const struct feast *feast = NULL;
	struct naming naming;
	size_t n = 0;

	for (size_t f = 0; f < FEASTS; f++) {
		size_t more = nc_token_phrase(tokens, i, feasts[f].words);

		if (more > n) {
			n = more;
			feast = &feasts[f];
		}
	}
	if (n == 0)
		return 0;
	n += naming_read(tokens, i + n, year, &naming);
	/* "Xuân 2024" and "Tết 2024" alone name a year; "Xuân" nothing. */
	if (naming.year == 0 && (year == 0 || nc_token_is(tokens, i, "xuân") ||
					!nc_token_is(tokens, i + 1,
						"nguyên|cổ|âm|trung|đoan|"
						"dương|tổ|lan|sinh|thu|phật")))
		return 0;
	if (nc_token_is(tokens, i, "xuân") && !naming.by_name)
		return 0;
	/* Tết cổ truyền Bunpimay: another people's new year, as beside their
	 * national day. */
	if (feast->new_year && naming.year == 0 &&
		(nc_token_is(tokens, i + n,
			 "bunpimay|bun|punpimay|chol|chôl|lào|khmer|campuchia|"
			 "thái|nước") ||
			nc_token_before(
				tokens, i, "quốc khánh ,|quốc khánh và|bạn ,")))
		return 0;
	date.warnings = naming.warnings;
	if (naming.year == 0) {
		naming.year = year;
		date.warnings |= NC_DATE_YEAR_ASSUMED;
	}
	feast_set(&date, feast, naming.year);
	nc_date_put_tokens(&date, tokens, i, i + n);
	*ret_date = date;
	return n;
}

/* "tháng Bảy [âm lịch] [năm 2024]" after rằm: tokens taken. */
static size_t moon_month(const struct nc_tokens *tokens, size_t i, int year,
	int *ret_month, struct naming *naming)
{
	bool lunar, leap;
	size_t n, more;

	if (!nc_token_is(tokens, i, "tháng"))
		return 0;
	n = nc_date_month_at(tokens, i + 1, ret_month, &lunar);
	if (n == 0)
		return 0;
	n++;
	leap = nc_token_is(tokens, i + n, "nhuận");
	n += leap;
	n += nc_token_phrase(tokens, i + n, "âm lịch|( âm lịch )|âl|al");
	more = naming_read(tokens, i + n, year, naming);
	naming->leap = leap;
	if (more == 0)
		more = nc_date_year_after(tokens, i + n, &naming->year);
	n += more;
	return n + nc_token_phrase(tokens, i + n, "âm lịch|( âm lịch )|âl|al");
}

static size_t moon_finish(const struct nc_tokens *tokens, size_t i, size_t n,
	int year, const struct naming *naming, struct nc_date *date)
{
	int of = naming->year > 0 ? naming->year : year;

	date->kind = NC_DATE_LUNAR_DAY;
	date->precision = NC_PRECISION_DAY;
	date->warnings = naming->warnings;
	if (naming->year == 0 && year > 0)
		date->warnings |= NC_DATE_YEAR_ASSUMED;
	if (!nc_date_set_lunar(
		    date, of, date->month, naming->leap, date->day) &&
		of > 0 && date->day == 30)
		nc_date_set_lunar(date, of, date->month, naming->leap, 29);
	if (naming->leap && of > 0 && date->from.year == 0)
		date->kind = NC_DATE_INVALID;
	nc_date_put_tokens(date, tokens, i, i + n);
	return n;
}

/* mùng 2 Tết, 30 Tết, giao thừa Giáp Thìn, mùng ba tháng Giêng */
static size_t tet_day(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *date, struct naming *naming)
{
	size_t n = nc_token_phrase(tokens, i, "mùng|mồng|ngày mùng|ngày mồng"),
	       lead = n, more;
	int64_t day = nc_token_at(tokens, i + n)->value;

	if (nc_token_phrase(tokens, i, "giao thừa|đêm giao thừa")) {
		n = nc_token_phrase(tokens, i, "giao thừa|đêm giao thừa");
		more = naming_read(tokens, i + n, year, naming);
		date->day = 30;
		date->month = 12;
		/* The last night of the year before. */
		if (naming->year > 0)
			naming->year--;
		return more > 0 ? n + more : 0;
	}
	more = nc_token_is_number(tokens, i + n, 2);
	if (more == 0 && lead > 0)
		more = nc_amount_words(tokens, i + n, &day);
	if (more == 0 || day < 1 || day > 30)
		return 0;
	n += more;
	date->day = (int)day;
	if (nc_token_is(tokens, i + n, "tết") && (lead > 0 || day >= 23)) {
		date->month = lead > 0 ? 1 : 12;
		n++;
		n += nc_token_phrase(
			tokens, i + n, "nguyên đán|cổ truyền|âm lịch");
		n += naming_read(tokens, i + n, year, naming);
		if (date->month == 12 && naming->year > 0)
			naming->year--;
		return n;
	}
	/* "mùng 2 tháng 9" in digits may be solar: another rule's. */
	if (lead == 0 ||
		nc_token_at(tokens, i + n - 1)->kind == NC_TOKEN_NUMBER)
		return 0;
	more = moon_month(tokens, i + n, year, &date->month, naming);
	return more > 0 ? n + more : 0;
}

/* năm Giáp Thìn [2024] */
static size_t named_year(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	struct nc_date date = {0};
	struct nc_date next = {0};
	struct naming naming;
	size_t n;
	int place;

	if (!nc_token_is(tokens, i, "năm") ||
		nc_date_can_chi(tokens, i + 1, &place) == 0 ||
		!nc_token_at(tokens, i + 1)->upper)
		return 0;
	n = naming_read(tokens, i, year, &naming);
	date.warnings = naming.warnings;
	if (nc_date_set_lunar(&date, naming.year, 1, false, 1) &&
		nc_date_set_lunar(&next, naming.year + 1, 1, false, 1))
		date.to = nc_day_add(next.from, -1);
	date.kind = NC_DATE_LUNAR_YEAR;
	date.precision = NC_PRECISION_YEAR;
	date.day = date.month = 0;
	nc_date_put_tokens(&date, tokens, i, i + n);
	*ret_date = date;
	return n;
}

size_t nc_date_rule_moon(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	struct nc_date date = {0};
	struct naming naming = {0};
	size_t n = nc_token_phrase(tokens, i, "rằm|ngày rằm"), more;

	if (n > 0) {
		date.day = 15;
		more = moon_month(tokens, i + n, year, &date.month, &naming);
		n = more > 0 ? n + more : 0;
	} else {
		n = tet_day(tokens, i, year, &date, &naming);
	}
	if (n > 0)
		n = moon_finish(tokens, i, n, year, &naming, &date);
	else
		n = named_year(tokens, i, year, &date);
	if (n > 0)
		*ret_date = date;
	return n;
}

/* PL 2567 - DL 2023, Phật lịch 2567, Bunpimay Lào 2567 */
size_t nc_date_rule_buddhist(const struct nc_tokens *tokens, size_t i, int year,
	struct nc_date *ret_date)
{
	struct nc_date date = {
		.kind = NC_DATE_BUDDHIST_YEAR, .precision = NC_PRECISION_YEAR};
	size_t n = nc_token_phrase(
		tokens, i, "pl|phật lịch|pl .|pl :|phật lịch :|năm phật lịch");
	int of, christian;
	size_t more;

	(void)year;
	if (n == 0 && !nc_token_before(tokens, i,
			      "lào|bunpimay|may|thmay|songkran|thái|năm|"
			      "bunpimay lào|mới|bun pi may|chol chnam thmay"))
		return 0;
	n += nc_token_is(tokens, i + n, "(|-");
	if (!nc_date_year_at(tokens, i + n, 2400, 2742, &of))
		return 0;
	n++;
	christian = of - 543;
	more = nc_token_phrase(tokens, i + n,
		"- dl|/ dl|( dl|- dl .|dl|- dương lịch|( dương lịch");
	if (more > 0 && nc_date_year_at(tokens, i + n + more, of - 544,
				of - 543, &christian)) {
		n += more + 1;
		n += nc_token_is(tokens, i + n, ")");
	} else if (nc_token_is(tokens, i, "pl|phật")) {
		/* From Vesak on, temples here count one more. */
		date.warnings = NC_DATE_AMBIGUOUS;
	}
	date.from = (struct nc_day){christian, 1, 1};
	date.to = (struct nc_day){christian, 12, 31};
	nc_date_put_tokens(&date, tokens, i, i + n);
	*ret_date = date;
	return n;
}
