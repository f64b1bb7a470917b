/*
 * One number in running text: digits with their grouping, number words, scale
 * words. Inside this room only.
 */
#ifndef NC_LOCALE_AMOUNT_H
#define NC_LOCALE_AMOUNT_H

#include "locale/number.h"
#include "locale/token.h"

struct nc_amount {
	struct nc_decimal value;
	unsigned power; /* of its largest scale word: 0, 3, 6, 9, 12 */
	bool spelled;	/* begins with number words */
	bool padded;	/* 01 */
	bool grouped;	/* has grouping dots or commas */
	bool comma;	/* one comma and three digits: 1,500 */
	bool dotted;	/* a dot for the decimal point: 3.4 */
	bool overflow;	/* too large; value is then nothing */
};

/* Tokens taken from i on; 0 when no number begins there. */
size_t nc_amount_read(
	const struct nc_tokens *tokens, size_t i, struct nc_amount *ret_amount);
/* Reads 1,500 as 1.500. */
void nc_amount_take_thousands(struct nc_amount *amount);
/* A number word under 1000 (hai mươi mốt): tokens taken, or 0. */
size_t nc_amount_words(
	const struct nc_tokens *tokens, size_t i, int64_t *ret_value);

bool nc_decimal_shift(struct nc_decimal *value, unsigned power);
bool nc_decimal_add(struct nc_decimal *value, struct nc_decimal other);

#endif
