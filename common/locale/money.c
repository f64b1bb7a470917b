#include "locale/money.h"

#include "locale/facts.h"
#include "locale/find.h"
#include "locale/quantity.h"
#include "locale/unit.h"

#include <stdio.h>
#include <string.h>

enum nc_status nc_money_minor(
	const char *currency, struct nc_decimal value, int64_t *ret_minor)
{
	unsigned places;

	if (!nc_currency_places(currency, &places))
		return NC_NOT_FOUND;
	if (value.places > places)
		return NC_INVALID;
	return nc_decimal_scaled(value, places, ret_minor) ? NC_OK : NC_LIMIT;
}

enum nc_status nc_money_of_minor(
	const char *currency, int64_t minor, struct nc_decimal *ret_value)
{
	struct nc_decimal value = {minor, 0};

	if (!nc_currency_places(currency, &value.places))
		return NC_NOT_FOUND;
	if (!nc_decimal_shift(&value, 0)) /* drops zeros at the end */
		return NC_LIMIT;
	*ret_value = value;
	return NC_OK;
}

static const char *currency_word(const char *code)
{
	return strcmp(code, "VND") == 0 ? "đồng" : code;
}

enum nc_status nc_money_print(
	struct nc_buffer *out, const char *currency, struct nc_decimal value)
{
	char number[NC_DECIMAL_TEXT_SIZE];
	unsigned places;

	if (!nc_currency_places(currency, &places))
		return NC_NOT_FOUND;
	nc_decimal_print(number, value);
	return nc_buffer_printf(out, "%s %s", number, currency_word(currency));
}

/* In millions or milliards when it was written so, else in full. */
static void amount_print(char out[NC_DECIMAL_TEXT_SIZE + 4],
	const struct nc_amount *amount, unsigned power, bool padded)
{
	struct nc_decimal value = amount->value;
	unsigned shown = power >= 9 ? 9 : power >= 6 ? 6 : 0;

	if (value.places + shown > 18)
		shown = 0;
	value.places += shown;
	if (!nc_decimal_shift(&value, 0))
		value = amount->value;
	out[0] = '\0';
	if (padded && value.places == 0 && value.digits < 10)
		strcpy(out, "0");
	nc_decimal_print(out + strlen(out), value);
}

static void money_print(struct nc_money *money,
	const struct nc_quantity *quantity, const char *per)
{
	char low[NC_DECIMAL_TEXT_SIZE + 4], high[NC_DECIMAL_TEXT_SIZE + 4];
	unsigned power = quantity->high.power;
	bool after = strcmp(money->qualifier, "trở lên") == 0 ||
		     strcmp(money->qualifier, "trở xuống") == 0;
	bool slash = per[0] == '/';

	amount_print(low, &quantity->low, power, quantity->low.padded);
	amount_print(high, &quantity->high, power,
		quantity->low.padded || quantity->high.padded);
	snprintf(money->printed, sizeof money->printed,
		"%s%s%s%s%s%s%s %s%s%s%s%s%s", after ? "" : money->qualifier,
		after || money->qualifier[0] == '\0' ? "" : " ",
		quantity->with_from ? "từ " : "", low,
		!quantity->range      ? ""
		: quantity->with_from ? " đến "
				      : " - ",
		quantity->range ? high : "",
		power >= 9   ? " tỷ"
		: power >= 6 ? " triệu"
			     : "",
		currency_word(money->currency), slash ? "/" : "",
		per[0] != '\0' && !slash ? " " : "", slash ? money->per : per,
		after ? " " : "", after ? money->qualifier : "");
}

/* Whether a number without a currency is money all the same. */
static bool is_assumed(const struct nc_tokens *tokens, size_t end,
	const struct nc_amount *high)
{
	const struct nc_token *next = nc_token_at(tokens, end);
	char per[NC_NUMBER_UNIT_SIZE];

	if (high->power < 3)
		return false;
	if (nc_unit_is_known(tokens, end))
		return nc_unit_per(tokens, end, per) > 0;
	if (high->power >= 6)
		return true;
	return nc_unit_per(tokens, end, per) > 0 ||
	       next->kind == NC_TOKEN_END ||
	       nc_token_is(tokens, end, ".|,|;|)");
}

static void bounds_set(
	struct nc_money *money, const struct nc_quantity *quantity)
{
	money->bound = quantity->bound;
	strcpy(money->qualifier, quantity->qualifier);
	money->min = quantity->low.value;
	money->max = quantity->high.value;
	money->has_min = quantity->range || money->bound != NC_BOUND_UPPER;
	money->has_max = quantity->range || money->bound != NC_BOUND_LOWER;
	if (!money->has_min)
		money->min = (struct nc_decimal){0, 0};
	if (!money->has_max)
		money->max = (struct nc_decimal){0, 0};
}

static unsigned amount_warnings(struct nc_amount *amount, unsigned places)
{
	unsigned warnings = 0;

	if (amount->comma) {
		warnings |= NC_NUMBER_AMBIGUOUS;
		nc_amount_take_thousands(amount);
	}
	if (amount->dotted || amount->value.places > places)
		warnings |= NC_NUMBER_MALFORMED;
	return warnings;
}

/* 1,204 - 500,50: what would turn the ends about is no thousands. */
static unsigned low_warnings(struct nc_quantity *quantity, unsigned places)
{
	struct nc_amount low = quantity->low;
	unsigned warnings = amount_warnings(&low, places);

	if (!quantity->range ||
		nc_decimal_compare(low.value, quantity->high.value) <= 0)
		quantity->low = low;
	return warnings;
}

/* 000 and 0258: part of something else. */
static bool is_code(const struct nc_tokens *tokens, size_t i)
{
	const struct nc_token *token = nc_token_at(tokens, i);

	return token->kind == NC_TOKEN_NUMBER && token->digits > 2 &&
	       tokens->text.data[token->at] == '0';
}

/* 12.000đ is money, 5 đ is the fifth letter of a list. */
static bool is_list_letter(const struct nc_tokens *tokens, size_t end,
	const struct nc_quantity *quantity)
{
	struct nc_decimal least = {100, 0};

	return nc_token_is(tokens, end - 1, "đ") &&
	       nc_decimal_compare(quantity->low.value, least) < 0;
}

size_t nc_money_at(const struct nc_tokens *tokens, size_t i,
	struct nc_money *ret_money, enum nc_status *ret_status)
{
	struct nc_money money = {0};
	struct nc_quantity quantity;
	char per[NC_NUMBER_UNIT_SIZE];
	unsigned places = 0;
	size_t n = nc_quantity_read(tokens, i, &quantity), more;

	if (n == 0 || is_code(tokens, quantity.number_at))
		return 0;
	money.assumed = quantity.currency[0] == '\0';
	if (money.assumed && !is_assumed(tokens, i + n, &quantity.high))
		return 0;
	/* Cu Ba Đồng Hới: names. */
	if (quantity.low.spelled && quantity.low.power == 0 &&
		nc_token_at(tokens, i + n - 1)->upper)
		return 0;
	if (!money.assumed && is_list_letter(tokens, i + n, &quantity))
		return 0;
	if (quantity.low.overflow || quantity.high.overflow) {
		*ret_status = NC_LIMIT;
		return 0;
	}
	strcpy(money.currency, money.assumed ? "VND" : quantity.currency);
	money.warnings = money.assumed ? NC_NUMBER_CURRENCY_ASSUMED : 0;
	nc_currency_places(money.currency, &places);
	money.warnings |= amount_warnings(&quantity.high, places);
	money.warnings |= low_warnings(&quantity, places);
	more = nc_unit_per(tokens, i + n, money.per);
	nc_token_join(tokens, i + n, i + n + more, per, sizeof per);
	n += more;
	if (more == 0)
		nc_unit_per_before(tokens, i, money.per);
	n += nc_quantity_after(tokens, i + n, &quantity);
	bounds_set(&money, &quantity);
	money.words = nc_token_slice(tokens, i, i + n);
	money_print(&money, &quantity, per);
	*ret_money = money;
	return n;
}

enum nc_status nc_money_parse(
	struct nc_slice text, struct nc_money *ret_money, struct nc_error *err)
{
	NC_AUTO(nc_tokens_fini) struct nc_tokens tokens = {0};
	struct nc_money money;
	enum nc_status status = nc_tokens_init(&tokens, text);
	size_t n;

	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	n = status == NC_OK ? nc_money_at(&tokens, 0, &money, &status) : 0;
	if (status == NC_LIMIT)
		return nc_error_set(err, NC_LIMIT,
			_("The sum is too large; write it with fewer "
			  "digits."));
	while (n > 0 && nc_token_is(&tokens, n, ".|;|,"))
		n++;
	if (n == 0 || n < tokens.count)
		return nc_error_set(err, NC_INVALID,
			_("This is not a sum of money; write it like 13,8 tỷ "
			  "đồng or 149.814 USD."));
	*ret_money = money;
	return NC_OK;
}

struct money_visit {
	nc_money_visit *visit;
	void *context;
};

static enum nc_status money_pass(void *context, const struct nc_fact *fact)
{
	const struct money_visit *pass = context;

	if (fact->kind != NC_FACT_MONEY)
		return NC_OK;
	return pass->visit(pass->context, fact->money);
}

enum nc_status nc_money_find(
	struct nc_slice text, nc_money_visit *visit, void *context)
{
	struct money_visit pass = {visit, context};

	return nc_facts_find(text, 0, money_pass, &pass);
}
