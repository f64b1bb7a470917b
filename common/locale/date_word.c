/* The words that dates are made of, and printing. */
#include "locale/date_rule.h"

#include "locale/amount.h"
#include "locale/lunar.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void nc_date_put(struct nc_date *date, const char *format, ...)
{
	size_t size = strlen(date->printed);
	size_t room = sizeof date->printed - size;
	va_list args;
	int count;

	va_start(args, format);
	count = vsnprintf(date->printed + size, room, format, args);
	va_end(args);
	if (count < 0 || (size_t)count >= room)
		date->printed[size] = '\0';
}

void nc_date_put_tokens(struct nc_date *date, const struct nc_tokens *tokens,
	size_t first, size_t last)
{
	size_t size = strlen(date->printed);

	nc_token_join(tokens, first, last, date->printed + size,
		sizeof date->printed - size);
}

bool nc_date_year_at(const struct nc_tokens *tokens, size_t i, int first,
	int last, int *ret_year)
{
	const struct nc_token *token = nc_token_at(tokens, i);

	if (token->kind != NC_TOKEN_NUMBER || token->digits != 4 ||
		token->value < first || token->value > last)
		return false;
	/* 2024.000 and 2024,5 are numbers. */
	if (nc_token_is(tokens, i + 1, ".|,") &&
		nc_token_is_glued(tokens, i + 1) &&
		nc_token_is_glued(tokens, i + 2) &&
		nc_token_at(tokens, i + 2)->kind == NC_TOKEN_NUMBER)
		return false;
	*ret_year = (int)token->value;
	return true;
}

size_t nc_date_year_after(
	const struct nc_tokens *tokens, size_t i, int *ret_year)
{
	size_t lead = nc_token_phrase(
		tokens, i, "/|năm|, năm|- năm|của năm|-|.|( năm");

	if (lead == 0 ||
		!nc_date_year_at(tokens, i + lead, 1000, 2999, ret_year))
		return 0;
	if (nc_token_is(tokens, i, ".") && !nc_token_is_glued(tokens, i + 1))
		return 0;
	/* "- 2024 - 2029" and "2024-05" begin something else. */
	if (nc_token_is(tokens, i, "-") &&
		nc_token_is(tokens, i + lead + 1, "-"))
		return 0;
	return lead + 1;
}

size_t nc_date_month_at(const struct nc_tokens *tokens, size_t i,
	int *ret_month, bool *ret_lunar)
{
	const struct nc_token *token = nc_token_at(tokens, i);
	int64_t value = token->value;
	size_t n = 1;

	*ret_lunar = nc_token_is(tokens, i, "giêng|chạp");
	if (*ret_lunar)
		value = nc_token_is(tokens, i, "giêng") ? 1 : 12;
	else if (token->kind == NC_TOKEN_NUMBER && token->digits > 2)
		return 0;
	else if (token->kind == NC_TOKEN_WORD &&
		 nc_token_is(tokens, i, "tư|năm"))
		value = nc_token_is(tokens, i, "tư") ? 4 : 5;
	else if (token->kind == NC_TOKEN_WORD)
		n = nc_amount_words(tokens, i, &value);
	if (n == 0 || value < 1 || value > 12 ||
		(nc_token_is(tokens, i, "năm") &&
			nc_token_at(tokens, i + 1)->kind == NC_TOKEN_NUMBER) ||
		nc_token_is(tokens, i, "một"))
		return 0;
	*ret_month = (int)value;
	return n;
}

int nc_date_roman(const struct nc_tokens *tokens, size_t i)
{
	const char *text = nc_token_at(tokens, i)->text;
	int value = 0, last = 0;

	if (!nc_token_at(tokens, i)->capitals || strlen(text) > 6)
		return 0;
	for (; *text != '\0'; text++) {
		int digit = *text == 'i'   ? 1
			    : *text == 'v' ? 5
			    : *text == 'x' ? 10
					   : 0;

		if (digit == 0)
			return 0;
		value += digit > last ? digit - 2 * last : digit;
		last = digit;
	}
	return value;
}

size_t nc_date_can_chi(const struct nc_tokens *tokens, size_t i, int *ret_place)
{
	static const char *const stems[] = {"giáp", "ất", "bính", "đinh", "mậu",
		"kỷ|kỉ", "canh", "tân", "nhâm", "quý|quí|qúy"};
	static const char *const branches[] = {"tý|tí", "sửu", "dần", "mão|mẹo",
		"thìn", "tỵ|tị", "ngọ", "mùi", "thân", "dậu", "tuất", "hợi"};
	int stem = -1, branch = -1;

	for (int s = 0; s < 10; s++)
		if (nc_token_is(tokens, i, stems[s]))
			stem = s;
	for (int b = 0; b < 12; b++)
		if (nc_token_is(tokens, i + 1, branches[b]))
			branch = b;
	if (stem < 0 || branch < 0 || (stem - branch) % 2 != 0)
		return 0;
	for (int place = stem; place < 60; place += 10)
		if (place % 12 == branch)
			*ret_place = place;
	return 2;
}

int nc_date_can_chi_place(int year)
{
	return (year + 56) % 60;
}

int nc_date_can_chi_year(int place, int year)
{
	int found = 1984 + place;

	while (year > 0 && found > year + 30)
		found -= 60;
	while (year > 0 && found < year - 30)
		found += 60;
	return found;
}

bool nc_date_set_lunar(
	struct nc_date *date, int year, int month, bool leap, int day)
{
	struct nc_day solar;

	date->lunar = true;
	date->day = day;
	date->month = month;
	date->leap_month = leap;
	if (year == 0 || !nc_lunar_to_solar(year, month, leap, day, &solar))
		return false;
	date->from = date->to = solar;
	return true;
}

void nc_date_print_day(char out[NC_DAY_TEXT_SIZE], struct nc_day day)
{
	out[0] = '\0';
	if (nc_day_is_valid(day))
		snprintf(out, NC_DAY_TEXT_SIZE,
			day.month <= 2 ? "%02u/%02u/%04u" : "%02u/%u/%04u",
			(unsigned)day.day % 100u, (unsigned)day.month % 100u,
			(unsigned)day.year % 10000u);
}
