/*
 * Sums of money as Vietnamese offices write them, read and printed. Amounts
 * are exact decimals of the currency's whole unit (đồng, dollar), as people
 * and JSON write them; what is stored is an integer of ISO 4217 minor units
 * (nc_money_minor).
 */
#ifndef NC_LOCALE_MONEY_H
#define NC_LOCALE_MONEY_H

#include "locale/number.h"

#define NC_CURRENCY_SIZE 4

struct nc_money {
	struct nc_slice words;		 /* of the text that was read */
	char currency[NC_CURRENCY_SIZE]; /* ISO 4217; VND when assumed */
	bool assumed;
	enum nc_bound bound;
	char qualifier[NC_NUMBER_QUALIFIER_SIZE];
	bool has_min, has_max;
	struct nc_decimal min, max;
	char per[NC_NUMBER_UNIT_SIZE]; /* "người", "hộ/năm"; "" when none */
	unsigned warnings;	       /* nc_number_warning */
	char printed[NC_NUMBER_PRINTED_SIZE];
};

/* Digits after the point that a currency has (VND 0, USD 2); false for a code
 * that we do not know. */
bool nc_currency_places(const char *code, unsigned *ret_places);

/* value in minor units; NC_INVALID when it has smaller parts than the
 * currency, NC_LIMIT past 64 bits, NC_NOT_FOUND for an unknown code. */
enum nc_status nc_money_minor(const char *currency, struct nc_decimal value,
	int64_t *ret_minor) NC_MUST_USE;
/* The other way round. NC_NOT_FOUND for an unknown code. */
enum nc_status nc_money_of_minor(const char *currency, int64_t minor,
	struct nc_decimal *ret_value) NC_MUST_USE;
/* "13.800.000.000 đồng", "149.814 USD". NC_NOT_FOUND, NC_LIMIT. */
enum nc_status nc_money_print(struct nc_buffer *out, const char *currency,
	struct nc_decimal value) NC_MUST_USE;

typedef enum nc_status nc_money_visit(
	void *context, const struct nc_money *money);

/* Visits every sum of money in running text, as nc_numbers_find does. A number
 * with triệu or tỷ and nothing that is counted is a sum, in đồng (assumed). */
enum nc_status nc_money_find(
	struct nc_slice text, nc_money_visit *visit, void *context) NC_MUST_USE;

/* Reads text that is one sum and nothing else. NC_INVALID, NC_LIMIT. */
enum nc_status nc_money_parse(struct nc_slice text, struct nc_money *ret_money,
	struct nc_error *err) NC_MUST_USE;

#endif
