/*
 * A number or a range of numbers with its qualifiers, and the currency where
 * one is written. Inside this room only.
 */
#ifndef NC_LOCALE_QUANTITY_H
#define NC_LOCALE_QUANTITY_H

#include "locale/amount.h"
#include "locale/money.h"

struct nc_quantity {
	enum nc_bound bound;
	char qualifier[NC_NUMBER_QUALIFIER_SIZE];
	struct nc_amount low, high; /* equal when it is no range */
	bool range;
	bool with_from;			 /* từ … đến … */
	char currency[NC_CURRENCY_SIZE]; /* "" when none is written */
	size_t number_at;		 /* token of the first number */
};

size_t nc_quantity_read(const struct nc_tokens *tokens, size_t i,
	struct nc_quantity *ret_quantity);
/* "trở lên" and "trở xuống" after the unit: tokens taken. */
size_t nc_quantity_after(
	const struct nc_tokens *tokens, size_t i, struct nc_quantity *quantity);

/* A currency's word, code or sign: tokens taken, and its code. */
size_t nc_currency_read(const struct nc_tokens *tokens, size_t i,
	char ret_code[NC_CURRENCY_SIZE]);

#endif
