/* kỷ niệm 55 năm quan hệ ngoại giao … (11/01/1969 - 11/01/2024) */
#include "locale/date_rule.h"

#include "locale/amount.h"
#include "locale/find.h"

#include <string.h>

/* How far behind the number its pair may stand. */
#define PAIR_TOKENS_MAX 60

static const char occasions[] =
	"kỷ niệm|kỉ niệm|lễ kỷ niệm|nhân|dịp|nhân dịp|mừng|chào mừng|sơ kết|"
	"tổng kết|tròn|đánh dấu|hướng tới|tìm hiểu|chặng đường|"
	"nhân kỷ niệm|dịp kỷ niệm|nhân dịp kỷ niệm|kỷ niệm tròn";

/* What the years after these are of is no anniversary. */
static const char periods[] =
	"giai đoạn|thời kỳ|thời kì|nhiệm kỳ|nhiệm kì|năm học|niên khóa|"
	"niên khoá|khóa|khoá";

/* The years of a pair may be one or two off: somebody counted wrongly. */
#define ORDINAL_OFF_MAX 2
/* Of fewer, the years of a meeting's term would agree by chance. */
#define ORDINAL_MIN 10

static const char meetings[] =
	"đại hội|hội nghị|hội thi|hội thao|hội diễn|liên hoan|cuộc thi|"
	"festival|giải|ngày hội|hội chợ|diễn đàn|phiên họp|kỳ họp|khóa|khoá";

/* How far before "lần thứ" its occasion may stand. */
#define OCCASION_TOKENS_MAX 6

static const char events[] =
	"ngày|thành|thiết|quan|truyền|quốc|chiến|giải|ký|kí|cách|thống|tái|"
	"ra|mất|hình|xây|hữu|hợp|thực|triển|tình|khai|độc|ngoại|đoàn|đối|"
	"bình|sinh|ngành|liên|đảng|tuyên|hiệp|phong|năm|hội|việt|thi|"
	"đấu|lực|nước|cuộc|sự|đường|chủ|bác";

/* The number of years: tokens taken. */
static size_t years_read(
	const struct nc_tokens *tokens, size_t i, int *ret_years)
{
	const struct nc_token *token = nc_token_at(tokens, i);
	int64_t value = token->value;
	size_t n = 1;

	if (token->kind == NC_TOKEN_NUMBER) {
		if (token->digits > 4 || value < 1 ||
			nc_number_is_inside(tokens, i) ||
			(value > 1000 && value < 2200))
			return 0;
	} else {
		n = nc_amount_words(tokens, i, &value);
		if (value < 1 || n == 0 || !nc_token_is(tokens, i + n, "năm"))
			return 0;
	}
	*ret_years = (int)value;
	return n;
}

/* (21/9/1973 - 2023): tokens taken. */
static size_t end_year(
	const struct nc_tokens *tokens, size_t i, struct nc_date *date)
{
	int year;

	if (date->kind != NC_DATE_DAY || !nc_token_is(tokens, i, "-") ||
		!nc_date_year_at(tokens, i + 1, 1000, 2999, &year))
		return 0;
	date->kind = NC_DATE_PAIR;
	date->to.year = year;
	if (!nc_day_is_valid(date->to))
		date->to.day = 28;
	nc_date_put(date, " - %d", year);
	return 2;
}

/* A pair, or in brackets the day it began: tokens taken. */
static size_t pair_read(
	const struct nc_tokens *tokens, size_t i, struct nc_date *ret)
{
	struct nc_date date = {0};
	bool open = nc_token_is(tokens, i, "(");
	size_t n = nc_date_rule_days(tokens, i + open, 0, &date);

	if (n == 0)
		n = nc_date_rule_years(tokens, i + open, 0, &date);
	if (n == 0 || date.several > 0)
		return 0;
	n += open;
	n += end_year(tokens, i + n, &date);
	if (date.kind != NC_DATE_PAIR && date.kind != NC_DATE_RANGE &&
		date.kind != NC_DATE_YEAR_PAIR &&
		(date.kind != NC_DATE_DAY || !open))
		return 0;
	if (date.kind == NC_DATE_RANGE && !open)
		return 0;
	if (open && !nc_token_is(tokens, i + n, ")"))
		return 0;
	*ret = date;
	return n + open;
}

/* 15 năm đồng hành (2010 - 2025): the pair has as many years. */
static bool has_own_pair(const struct nc_tokens *tokens, size_t i, int years)
{
	struct nc_date pair;

	for (size_t n = 0; n < OCCASION_TOKENS_MAX; n++) {
		if (nc_token_is(tokens, i + n, "("))
			return pair_read(tokens, i + n, &pair) > 0 &&
			       pair.to.year - pair.from.year == years;
		if (nc_token_at(tokens, i + n)->kind != NC_TOKEN_WORD)
			break;
	}
	return false;
}

/* Whether the years before i, whose head began at first, are an
 * anniversary's; occasion: a word for one stands before them. */
static bool years_are_kept(const struct nc_tokens *tokens, size_t first,
	size_t i, bool occasion, int years)
{
	bool review = nc_token_is(tokens, first, "sơ|tổng");

	if (nc_token_at(tokens, i)->kind == NC_TOKEN_NUMBER ||
		nc_token_phrase(tokens, i,
			"học|qua|tới|gần|liền|liên tục|liên tiếp") > 0)
		return false;
	if (review && nc_token_is(tokens, i, "("))
		return true;
	if (review && !nc_token_is(tokens, i, "thực|triển|thi|quan|hoạt|thành"))
		return false;
	if (occasion && !review)
		return true;
	/* sau 5 năm triển khai: how long, not since when. */
	if (nc_token_before(
		    tokens, first, "sau|qua|trong|suốt|mỗi|hơn|gần|khoảng|cứ"))
		return false;
	return nc_token_is(tokens, i, events) || has_own_pair(tokens, i, years);
}

/* The words of the occasion and the number: tokens taken. */
static size_t head_read(
	const struct nc_tokens *tokens, size_t i, int *ret_years)
{
	size_t lead = nc_token_phrase(tokens, i, occasions), n = lead, more;
	bool strong;

	for (int left = 3; left > 0; left--)
		n += nc_token_phrase(tokens, i + n, occasions);
	strong = n > 0 && nc_token_is(tokens, i + n - 1, "niệm|tròn");
	n += nc_token_phrase(tokens, i + n, "lần thứ|tròn|hơn");
	more = years_read(tokens, i + n, ret_years);
	if (more == 0)
		return 0;
	n += more;
	if (nc_token_is(tokens, i + n, "năm")) {
		n++;
		return years_are_kept(tokens, i, i + n, lead > 0, *ret_years)
			       ? n
			       : 0;
	}
	/* The word năm may be missing after kỷ niệm. */
	if (strong && nc_token_is(tokens, i + n,
			      "ngày|thiết|thành|quốc|quan|truyền|giải|chiến"))
		return n;
	return 0;
}

static bool is_sentence_end(const struct nc_tokens *tokens, size_t i)
{
	return nc_token_is(tokens, i, ";") ||
	       nc_token_phrase(tokens, i, "kỷ niệm|kỉ niệm") > 0 ||
	       nc_token_at(tokens, i)->kind == NC_TOKEN_END ||
	       (nc_token_is(tokens, i, ".") && nc_token_at(tokens, i + 1)->gap);
}

/* Tokens from i to the end of the pair that belongs to the number. */
static size_t pair_find(
	const struct nc_tokens *tokens, size_t i, struct nc_date *ret)
{
	for (size_t n = 0; n < PAIR_TOKENS_MAX; n++) {
		struct nc_date other;
		size_t more;

		if (is_sentence_end(tokens, i + n))
			return 0;
		if ((nc_token_is(tokens, i + n, "(") ||
			    nc_token_at(tokens, i + n)->kind ==
				    NC_TOKEN_NUMBER) &&
			!nc_token_before(tokens, i + n, periods)) {
			more = pair_read(tokens, i + n, ret);
			if (more > 0)
				return n + more;
		}
		if (nc_token_at(tokens, i + n)->kind == NC_TOKEN_NUMBER &&
			(nc_token_is(tokens, i + n + 1, "năm") ||
				nc_date_rule_days(tokens, i + n, 0, &other) >
					0))
			return 0;
	}
	return 0;
}

/* One of the phrases stands among the words before: sinh nhật Bác lần thứ */
static bool said_before(
	const struct nc_tokens *tokens, size_t i, const char *phrases)
{
	for (size_t back = 0; back < OCCASION_TOKENS_MAX && back < i; back++) {
		if (nc_token_before(tokens, i - back, phrases))
			return true;
		if (nc_token_at(tokens, i - back - 1)->kind != NC_TOKEN_WORD)
			break;
	}
	return false;
}

/* lần thứ 135 (19/5/1890 - 19/5/2025): the ordinal of an anniversary, for it
 * counts the years of the pair; meetings count themselves. */
static bool ordinal_agrees(const struct nc_tokens *tokens, size_t i, int years,
	const struct nc_date *pair)
{
	int off = pair->to.year - pair->from.year - years;

	if (said_before(tokens, i, "ngày sinh|sinh nhật"))
		return true;
	return pair->to.year > 0 && years >= ORDINAL_MIN &&
	       off >= -ORDINAL_OFF_MAX && off <= ORDINAL_OFF_MAX &&
	       !said_before(tokens, i, meetings);
}

size_t nc_date_rule_anniversary(const struct nc_tokens *tokens, size_t i,
	int year, struct nc_date *ret_date)
{
	struct nc_date date = {.kind = NC_DATE_ANNIVERSARY};
	struct nc_date pair = {0};
	size_t n, more, ordinal = 0;
	int years = 0;

	(void)year;
	n = head_read(tokens, i, &years);
	if (n == 0) {
		ordinal = nc_token_phrase(tokens, i, "lần thứ");
		more = years_read(tokens, i + ordinal, &years);
		if (ordinal == 0 || more == 0)
			return 0;
		n = ordinal + more;
	}
	nc_date_put_tokens(&date, tokens, i, i + n);
	more = pair_find(tokens, i + n, &pair);
	if (ordinal > 0 && !ordinal_agrees(tokens, i, years, &pair))
		return 0;
	if (more > 0) {
		date.precision = pair.precision;
		date.from = pair.from;
		if (pair.kind != NC_DATE_DAY) {
			date.to = pair.to;
			date.years_between = pair.to.year - pair.from.year;
		}
		date.by_year = pair.by_year;
		date.warnings = pair.warnings;
		nc_date_put(&date, " (%s)", pair.printed);
		n += more;
	}
	date.years = years;
	*ret_date = date;
	return n;
}
