#include "locale/quantity.h"

#include <string.h>

static const struct qualifier {
	const char *words;
	enum nc_bound bound;
} qualifiers[] = {
	{"ít nhất", NC_BOUND_LOWER},
	{"tối thiểu", NC_BOUND_LOWER},
	{"không dưới", NC_BOUND_LOWER},
	{"không ít hơn", NC_BOUND_LOWER},
	{"không thấp hơn", NC_BOUND_LOWER},
	{"nhiều hơn", NC_BOUND_LOWER},
	{"trên dưới", NC_BOUND_ABOUT},
	{"hơn", NC_BOUND_LOWER},
	{"trên", NC_BOUND_LOWER},
	{"không quá", NC_BOUND_UPPER},
	{"không vượt quá", NC_BOUND_UPPER},
	{"không hơn", NC_BOUND_UPPER},
	{"tối đa", NC_BOUND_UPPER},
	{"nhiều nhất", NC_BOUND_UPPER},
	{"chưa đến", NC_BOUND_UPPER},
	{"chưa tới", NC_BOUND_UPPER},
	{"ít hơn", NC_BOUND_UPPER},
	{"gần", NC_BOUND_UPPER},
	{"dưới", NC_BOUND_UPPER},
	{"ước đạt", NC_BOUND_ABOUT},
	{"ước tính", NC_BOUND_ABOUT},
	{"ước khoảng", NC_BOUND_ABOUT},
	{"ước", NC_BOUND_ABOUT},
	{"dự kiến", NC_BOUND_ABOUT},
	{"dự tính", NC_BOUND_ABOUT},
	{"khoảng", NC_BOUND_ABOUT},
	{"xấp xỉ", NC_BOUND_ABOUT},
	{"chừng", NC_BOUND_ABOUT},
	{"độ", NC_BOUND_ABOUT},
};

/* In a row: dự kiến ít nhất khoảng. A bound, so that a text of nothing else
 * takes no time. */
#define QUALIFIERS_MAX 4

#define QUALIFIERS (sizeof qualifiers / sizeof *qualifiers)

static size_t qualifier_read(const struct nc_tokens *tokens, size_t i,
	const struct qualifier **ret_qualifier)
{
	for (size_t q = 0; q < QUALIFIERS; q++) {
		size_t n = nc_token_phrase(tokens, i, qualifiers[q].words);

		if (n > 0) {
			*ret_qualifier = &qualifiers[q];
			return n;
		}
	}
	return 0;
}

static void qualifier_set(
	struct nc_quantity *quantity, const char *words, enum nc_bound bound)
{
	strcpy(quantity->qualifier, words);
	quantity->bound = bound;
}

/* Several may follow each other (dự kiến ít nhất): a bound says more than an
 * "about", and of two alike the later is the nearer. */
static size_t qualifiers_read(
	const struct nc_tokens *tokens, size_t i, struct nc_quantity *quantity)
{
	const struct qualifier *found = NULL;
	size_t n = 0, more, left = QUALIFIERS_MAX;

	while (left-- > 0 &&
		(more = qualifier_read(tokens, i + n, &found)) > 0) {
		if (quantity->bound <= NC_BOUND_ABOUT ||
			found->bound > NC_BOUND_ABOUT)
			qualifier_set(quantity, found->words, found->bound);
		n += more;
	}
	return n;
}

static bool scale_as(struct nc_amount *low, const struct nc_amount *high)
{
	struct nc_amount scaled = *low;

	if (!nc_decimal_shift(&scaled.value, high->power) ||
		nc_decimal_compare(scaled.value, high->value) >= 0)
		return false;
	scaled.power = high->power;
	*low = scaled;
	return true;
}

/* "- 07", "đến 07": the upper end, which may lend its scale word. */
static size_t range_read(
	const struct nc_tokens *tokens, size_t i, struct nc_quantity *quantity)
{
	struct nc_amount high = {0};
	size_t lead = nc_token_phrase(
		tokens, i, "-|đến|tới|hoặc|~|÷|đến khoảng|- đến");
	size_t n = lead == 0 ? 0 : nc_amount_read(tokens, i + lead, &high);

	if (n == 0 || high.overflow || quantity->low.overflow)
		return 0;
	if (high.power > 0 && quantity->low.power == 0 &&
		scale_as(&quantity->low, &high)) {
		quantity->high = high;
		return lead + n;
	}
	if (nc_decimal_compare(quantity->low.value, high.value) >= 0)
		return 0;
	quantity->high = high;
	return lead + n;
}

/* 20 (hai mươi) suất: the number once more, in words. */
static size_t words_again(const struct nc_tokens *tokens, size_t i)
{
	struct nc_amount again;
	size_t n;

	if (!nc_token_is(tokens, i, "(") ||
		nc_token_at(tokens, i + 1)->kind != NC_TOKEN_WORD)
		return 0;
	n = nc_amount_read(tokens, i + 1, &again);
	return n > 0 && nc_token_is(tokens, i + 1 + n, ")") ? n + 2 : 0;
}

/* USD 5.000: a currency's words are looked for only where digits follow; what
 * ends in "đồng" before a number (hợp đồng, cộng đồng) is none. */
static size_t currency_before(
	const struct nc_tokens *tokens, size_t i, char code[NC_CURRENCY_SIZE])
{
	if (nc_token_at(tokens, i)->kind == NC_TOKEN_NUMBER ||
		nc_token_is(tokens, i, "đồng"))
		return 0;
	for (size_t next = 1; next <= 4; next++)
		if (nc_token_at(tokens, i + next)->kind == NC_TOKEN_NUMBER)
			return nc_currency_read(tokens, i, code);
	return 0;
}

/* 500.000,- đồng: the dash stands for no smaller part; tokens taken. */
static size_t no_cents(const struct nc_tokens *tokens, size_t i)
{
	char code[NC_CURRENCY_SIZE];

	return nc_token_is(tokens, i, ",|.") && nc_token_is_glued(tokens, i) &&
			       nc_token_is(tokens, i + 1, "-") &&
			       nc_token_is_glued(tokens, i + 1) &&
			       nc_currency_read(tokens, i + 2, code) > 0
		       ? 2
		       : 0;
}

/* The number, its currency, and the other end of a range. */
static size_t numbers_read(
	const struct nc_tokens *tokens, size_t i, struct nc_quantity *quantity)
{
	size_t before = currency_before(tokens, i, quantity->currency);
	size_t n = nc_amount_read(tokens, i + before, &quantity->low);
	size_t money, more;

	quantity->number_at = i + before;
	if (n == 0)
		return 0;
	n += before;
	n += no_cents(tokens, i + n);
	n += words_again(tokens, i + n);
	quantity->high = quantity->low;
	if (before == 0 && nc_token_is(tokens, i + n - 1, "trđ"))
		strcpy(quantity->currency, "VND");
	money = quantity->currency[0] != '\0'
			? 0
			: nc_currency_read(tokens, i + n, quantity->currency);
	more = range_read(tokens, i + n + money, quantity);
	quantity->range = more > 0;
	n += money + more;
	if (more > 0 && before == 0)
		n += nc_currency_read(tokens, i + n, quantity->currency);
	return n;
}

size_t nc_quantity_read(const struct nc_tokens *tokens, size_t i,
	struct nc_quantity *ret_quantity)
{
	struct nc_quantity quantity = {0};
	size_t n = qualifiers_read(tokens, i, &quantity), more;
	size_t from = nc_token_is(tokens, i + n, "từ");

	more = numbers_read(tokens, i + n + from, &quantity);
	if (more == 0)
		return 0;
	quantity.with_from = from > 0 && quantity.range;
	if (from > 0 && !quantity.range)
		qualifier_set(&quantity, "từ", NC_BOUND_LOWER);
	*ret_quantity = quantity;
	return n + from + more;
}

size_t nc_quantity_after(
	const struct nc_tokens *tokens, size_t i, struct nc_quantity *quantity)
{
	size_t n = nc_token_phrase(tokens, i, "trở lên|trở xuống");

	if (n == 0 || quantity->range)
		return 0;
	if (nc_token_is(tokens, i + 1, "lên"))
		qualifier_set(quantity, "trở lên", NC_BOUND_LOWER);
	else
		qualifier_set(quantity, "trở xuống", NC_BOUND_UPPER);
	return n;
}
