#include "locale/amount.h"

#include "locale/unit.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define PLACES_MAX 18u

static void decimal_trim(struct nc_decimal *value)
{
	while (value->places > 0 && value->digits % 10 == 0) {
		value->digits /= 10;
		value->places--;
	}
}

bool nc_decimal_shift(struct nc_decimal *value, unsigned power)
{
	struct nc_decimal shifted = *value;

	while (power > 0) {
		if (shifted.places > 0)
			shifted.places--;
		else if (__builtin_mul_overflow(
				 shifted.digits, 10, &shifted.digits))
			return false;
		power--;
	}
	decimal_trim(&shifted);
	*value = shifted;
	return true;
}

bool nc_decimal_add(struct nc_decimal *value, struct nc_decimal other)
{
	struct nc_decimal a = *value, b = other;

	while (a.places != b.places) {
		struct nc_decimal *less = a.places < b.places ? &a : &b;

		if (__builtin_mul_overflow(less->digits, 10, &less->digits))
			return false;
		less->places++;
	}
	if (__builtin_add_overflow(a.digits, b.digits, &a.digits))
		return false;
	decimal_trim(&a);
	*value = a;
	return true;
}

static __int128 decimal_widen(struct nc_decimal value, unsigned places)
{
	__int128 digits = value.digits;

	for (unsigned i = value.places; i < places; i++)
		digits *= 10;
	return digits;
}

int nc_decimal_compare(struct nc_decimal a, struct nc_decimal b)
{
	unsigned places = a.places > b.places ? a.places : b.places;
	__int128 x = decimal_widen(a, places), y = decimal_widen(b, places);

	return x < y ? -1 : x > y;
}

bool nc_decimal_scaled(
	struct nc_decimal value, unsigned power, int64_t *ret_integer)
{
	if (!nc_decimal_shift(&value, power) || value.places > 0)
		return false;
	*ret_integer = value.digits;
	return true;
}

static void decimal_write(char out[NC_DECIMAL_TEXT_SIZE],
	struct nc_decimal value, char point, char group)
{
	char digits[24];
	uint64_t size = value.digits < 0 ? 0 - (uint64_t)value.digits
					 : (uint64_t)value.digits;
	int count = snprintf(digits, sizeof digits, "%0*" PRIu64,
		(int)value.places + 1, size);
	int whole = count - (int)value.places;
	char *end = out;

	if (value.digits < 0)
		*end++ = '-';
	for (int i = 0; i < count; i++) {
		if (i == whole)
			*end++ = point;
		else if (i > 0 && i < whole && group != '\0' &&
			 (whole - i) % 3 == 0)
			*end++ = group;
		*end++ = digits[i];
	}
	*end = '\0';
}

void nc_decimal_format(char out[NC_DECIMAL_TEXT_SIZE], struct nc_decimal value)
{
	decimal_write(out, value, '.', '\0');
}

void nc_decimal_print(char out[NC_DECIMAL_TEXT_SIZE], struct nc_decimal value)
{
	decimal_write(out, value, ',', '.');
}

static bool mark_then_number(
	const struct nc_tokens *tokens, size_t i, const char *mark)
{
	return nc_token_is(tokens, i, mark) && nc_token_is_glued(tokens, i) &&
	       nc_token_is_glued(tokens, i + 1) &&
	       nc_token_at(tokens, i + 1)->kind == NC_TOKEN_NUMBER;
}

/* Appends a run of digits to the value. */
static void digits_take(
	struct nc_amount *amount, const struct nc_token *token, bool decimals)
{
	struct nc_decimal *value = &amount->value;
	const unsigned size = token->digits;

	if (token->value < 0 || value->places + size > PLACES_MAX) {
		amount->overflow = true;
		return;
	}
	for (unsigned i = 0; i < size; i++)
		if (__builtin_mul_overflow(value->digits, 10, &value->digits))
			amount->overflow = true;
	if (amount->overflow || __builtin_add_overflow(value->digits,
					token->value, &value->digits)) {
		amount->overflow = true;
		return;
	}
	if (decimals)
		value->places += size;
}

/* Groups of three after mark: tokens taken. */
static size_t groups_read(const struct nc_tokens *tokens, size_t i,
	const char *mark, struct nc_amount *amount)
{
	size_t n = 0;

	while (mark_then_number(tokens, i + n, mark) &&
		nc_token_at(tokens, i + n + 1)->digits == 3) {
		digits_take(amount, nc_token_at(tokens, i + n + 1), false);
		n += 2;
	}
	return n;
}

static size_t decimals_read(const struct nc_tokens *tokens, size_t i,
	const char *mark, struct nc_amount *amount)
{
	if (!mark_then_number(tokens, i, mark))
		return 0;
	digits_take(amount, nc_token_at(tokens, i + 1), true);
	return 2;
}

/* 1 000 000 đồng: spaces between the groups, before a currency only. */
static size_t spaced_read(
	const struct nc_tokens *tokens, size_t i, struct nc_amount *amount)
{
	size_t n = 1;

	while (nc_token_at(tokens, i + n)->kind == NC_TOKEN_NUMBER &&
		nc_token_at(tokens, i + n)->digits == 3)
		n++;
	if (n == 1 || nc_token_at(tokens, i)->digits > 3 ||
		!nc_token_is(tokens, i + n,
			"đồng|đ|vnđ|vnd|usd|eur|euro|đô|yên|won|kíp|baht"))
		return 0;
	for (size_t k = 0; k < n; k++)
		digits_take(amount, nc_token_at(tokens, i + k), false);
	amount->grouped = true;
	return n;
}

/* 3.286.743  3.286,5  3,5  3,286,743.50  3,286  3.4 */
static size_t digits_read(
	const struct nc_tokens *tokens, size_t i, struct nc_amount *amount)
{
	const struct nc_token *token = nc_token_at(tokens, i);
	bool may_group = token->digits <= 3 && token->value != 0;
	size_t n = 1, groups;
	struct nc_amount before;

	digits_take(amount, token, false);
	amount->padded = token->digits == 2 && token->value < 10;
	before = *amount;
	groups = may_group ? groups_read(tokens, i + 1, ".", amount) : 0;
	if (groups > 0) {
		n += groups;
		n += decimals_read(tokens, i + n, ",", amount);
		amount->grouped = true;
	} else {
		groups =
			may_group ? groups_read(tokens, i + 1, ",", amount) : 0;
		if (groups >= 4 ||
			(groups > 0 && mark_then_number(
					       tokens, i + 1 + groups, "."))) {
			n += groups;
			n += decimals_read(tokens, i + n, ".", amount);
			amount->grouped = true;
		} else {
			*amount = before;
			amount->comma = groups == 2;
			n += decimals_read(tokens, i + n, ",", amount);
			if (n == 1) {
				n += decimals_read(tokens, i + n, ".", amount);
				amount->dotted = n > 1;
			}
		}
	}
	if (mark_then_number(tokens, i + n, ".|,"))
		return 0;
	if (!amount->comma)
		decimal_trim(&amount->value);
	return n;
}

static int64_t digit_word(const struct nc_tokens *tokens, size_t i)
{
	static const char *const words[] = {"không", "một|mốt", "hai", "ba",
		"bốn|tư", "năm|lăm|nhăm", "sáu", "bảy|bẩy", "tám", "chín"};

	for (size_t d = 0; d < sizeof words / sizeof *words; d++)
		if (nc_token_is(tokens, i, words[d]))
			return (int64_t)d;
	return -1;
}

/* The unit after mười or mươi; "năm" there means years. */
static size_t unit_after_ten(
	const struct nc_tokens *tokens, size_t i, int64_t *value)
{
	int64_t digit = digit_word(tokens, i);

	if (digit < 1 || nc_token_is(tokens, i, "năm") ||
		nc_token_is(tokens, i + 1, "trăm|mươi"))
		return 0;
	*value += digit;
	return 1;
}

static size_t tens_read(
	const struct nc_tokens *tokens, size_t i, int64_t *value)
{
	int64_t digit = digit_word(tokens, i);

	if (nc_token_is(tokens, i, "mười")) {
		*value += 10;
		return 1 + unit_after_ten(tokens, i + 1, value);
	}
	if (digit >= 2 && nc_token_is(tokens, i + 1, "mươi")) {
		*value += digit * 10;
		return 2 + unit_after_ten(tokens, i + 2, value);
	}
	return 0;
}

static size_t after_hundred(
	const struct nc_tokens *tokens, size_t i, int64_t *value)
{
	int64_t digit = digit_word(tokens, i + 1);

	if (nc_token_is(tokens, i, "linh|lẻ") && digit > 0) {
		*value += digit;
		return 2;
	}
	return tens_read(tokens, i, value);
}

size_t nc_amount_words(
	const struct nc_tokens *tokens, size_t i, int64_t *ret_value)
{
	int64_t value = 0, digit = digit_word(tokens, i);
	size_t n;

	if (digit >= 0 && nc_token_is(tokens, i + 1, "trăm")) {
		value = digit * 100;
		n = 2 + after_hundred(tokens, i + 2, &value);
	} else {
		n = tens_read(tokens, i, &value);
		if (n == 0 && digit >= 1 &&
			!nc_token_is(tokens, i, "tư|mốt|lăm|nhăm")) {
			value = digit;
			n = 1;
		}
	}
	/* "năm" is a year, unless more of the number follows. */
	if (n == 1 && nc_token_is(tokens, i, "năm") &&
		!nc_token_is(tokens, i + 1, "nghìn|ngàn|triệu|tỷ|tỉ|chục|vạn"))
		return 0;
	if (n > 0)
		*ret_value = value;
	return n;
}

static unsigned scale_word(const struct nc_tokens *tokens, size_t i)
{
	static const struct {
		const char *words;
		unsigned power;
	} scales[] = {{"chục", 1}, {"trăm", 2}, {"nghìn|ngàn", 3}, {"vạn", 4},
		{"triệu|tr|trđ", 6}, {"tỷ|tỉ", 9}};

	for (size_t s = 0; s < sizeof scales / sizeof *scales; s++)
		if (nc_token_is(tokens, i, scales[s].words))
			return scales[s].power;
	return 0;
}

/* nghìn tỷ, trăm triệu: the powers add up. */
static size_t scales_read(
	const struct nc_tokens *tokens, size_t i, unsigned *ret_power)
{
	size_t n = 0;
	unsigned last = 0;

	*ret_power = 0;
	while (n < 3) {
		unsigned power = scale_word(tokens, i + n);

		if (power <= last)
			break;
		/* "trđ" is also the currency: money reads it again. */
		*ret_power += power;
		last = power;
		n++;
	}
	return n;
}

struct component {
	struct nc_amount amount;
	size_t scales;
};

/* One number and its scale words. */
static size_t component_read(
	const struct nc_tokens *tokens, size_t i, struct component *ret)
{
	struct component c = {0};
	size_t n;

	if (nc_token_at(tokens, i)->kind == NC_TOKEN_NUMBER) {
		n = spaced_read(tokens, i, &c.amount);
		if (n == 0)
			n = digits_read(tokens, i, &c.amount);
	} else {
		n = nc_amount_words(tokens, i, &c.amount.value.digits);
		c.amount.spelled = true;
	}
	if (n == 0)
		return 0;
	c.scales = scales_read(tokens, i + n, &c.amount.power);
	n += c.scales;
	if (c.scales > 0 && !c.amount.overflow) {
		decimal_trim(&c.amount.value);
		c.amount.overflow =
			!nc_decimal_shift(&c.amount.value, c.amount.power);
	}
	*ret = c;
	return n;
}

/* A smaller part may follow a scale word: 2 tỷ 300 triệu. */
static bool component_fits(const struct nc_tokens *tokens, size_t end,
	const struct component *c, unsigned power, bool spelled)
{
	struct nc_decimal ceiling = {1, 0};

	if (c->amount.overflow || !nc_decimal_shift(&ceiling, power) ||
		nc_decimal_compare(c->amount.value, ceiling) >= 0)
		return false;
	return c->scales > 0 || (c->amount.spelled && spelled) ||
	       nc_token_is(tokens, end, "đồng|đ|vnđ|vnd");
}

/* 1 tỷ 5, 2 triệu 350: what follows the scale word are its tenths. */
static size_t tenths_read(const struct nc_tokens *tokens, size_t i,
	unsigned power, struct nc_amount *amount)
{
	const struct nc_token *token = nc_token_at(tokens, i);
	struct nc_decimal rest = {token->value, token->digits};
	char unit[NC_NUMBER_UNIT_SIZE];
	enum nc_unit_kind kind;

	if (power < 6 || token->kind != NC_TOKEN_NUMBER || token->value < 1 ||
		(token->digits != 1 && token->digits != 3) ||
		tokens->text.data[token->at] == '0' ||
		nc_token_is(tokens, i + 1, "/|%|-|x") ||
		scale_word(tokens, i + 1) > 0 ||
		mark_then_number(tokens, i + 1, ".|,"))
		return 0;
	/* 2 triệu 5 hộ: something else is counted. */
	if (nc_unit_read(tokens, i + 1, unit, &kind) > 0 &&
		!nc_token_is(tokens, i + 1, "đồng|đ|vnđ|vnd"))
		return 0;
	if (!nc_decimal_shift(&rest, power) ||
		!nc_decimal_add(&amount->value, rest))
		amount->overflow = true;
	return 1;
}

static size_t half_read(const struct nc_tokens *tokens, size_t i,
	unsigned power, struct nc_amount *amount)
{
	struct nc_decimal half = {5, 0};

	if (!nc_token_is(tokens, i, "rưỡi|rưởi"))
		return 0;
	if (!nc_decimal_shift(&half, power - 1) ||
		!nc_decimal_add(&amount->value, half))
		amount->overflow = true;
	return 1;
}

size_t nc_amount_read(
	const struct nc_tokens *tokens, size_t i, struct nc_amount *ret_amount)
{
	struct component c;
	struct nc_amount amount;
	size_t n = component_read(tokens, i, &c), more;
	unsigned power;

	if (n == 0)
		return 0;
	amount = c.amount;
	power = c.amount.power;
	while (power > 0 && !amount.overflow) {
		more = half_read(tokens, i + n, power, &amount);
		if (more == 0 && !amount.spelled)
			more = tenths_read(tokens, i + n, power, &amount);
		n += more;
		if (more > 0)
			break;
		more = component_read(tokens, i + n, &c);
		if (more == 0 || !component_fits(tokens, i + n + more, &c,
					 power, amount.spelled))
			break;
		if (!nc_decimal_add(&amount.value, c.amount.value))
			amount.overflow = true;
		n += more;
		power = c.amount.power;
	}
	*ret_amount = amount;
	return n;
}

void nc_amount_take_thousands(struct nc_amount *amount)
{
	if (!amount->comma || amount->power > 0)
		return;
	amount->value.places = 0;
	amount->grouped = true;
}
