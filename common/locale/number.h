/*
 * Numbers and counts as Vietnamese offices write them, read and printed.
 * Thousands stand apart by dots, decimals after a comma; counts below 10 have
 * two digits (05 - 07 đoàn); scale words combine (1 triệu 200 nghìn). Nothing
 * here is ever a floating-point number.
 * Source: shared/reference/vn_conventions.md, "Numbers and money".
 */
#ifndef NC_LOCALE_NUMBER_H
#define NC_LOCALE_NUMBER_H

#include "base/bytes.h"

/* digits / 10^places, exactly; no trailing zero after the point. */
struct nc_decimal {
	int64_t digits;
	unsigned places; /* 0 to 18 */
};

#define NC_DECIMAL_TEXT_SIZE 40

int nc_decimal_compare(struct nc_decimal a, struct nc_decimal b);
/* "1234567.89": for machines. */
void nc_decimal_format(char out[NC_DECIMAL_TEXT_SIZE], struct nc_decimal value);
/* "1.234.567,89": for people. */
void nc_decimal_print(char out[NC_DECIMAL_TEXT_SIZE], struct nc_decimal value);
/* value * 10^power as an integer; false when it is none, or past 64 bits. */
bool nc_decimal_scaled(
	struct nc_decimal value, unsigned power, int64_t *ret_integer);

/* What a qualifier makes of the number after it. */
enum nc_bound {
	NC_BOUND_EXACT,
	NC_BOUND_ABOUT, /* khoảng, dự kiến, ước: both ends hold, roughly */
	NC_BOUND_LOWER, /* hơn, trên, ít nhất: only min is known */
	NC_BOUND_UPPER	/* gần, dưới, tối đa: only max is known */
};

enum nc_number_warning {
	/* Another reading is as good (3,286 as 3.286): ask. */
	NC_NUMBER_AMBIGUOUS = 1,
	/* Understood, and not as it should be written. */
	NC_NUMBER_MALFORMED = 2,
	/* No currency was written: đồng is assumed. */
	NC_NUMBER_CURRENCY_ASSUMED = 4
};

#define NC_NUMBER_QUALIFIER_SIZE 32
#define NC_NUMBER_UNIT_SIZE 80
#define NC_NUMBER_PRINTED_SIZE 320

enum nc_count_kind {
	NC_COUNT,	/* 40 đoàn */
	NC_COUNT_RATE,	/* 02 số/năm */
	NC_COUNT_ISSUES /* số 29, 30, 31/2024: how many of them */
};

struct nc_count {
	struct nc_slice words; /* of the text that was read */
	enum nc_count_kind kind;
	enum nc_bound bound;
	char qualifier[NC_NUMBER_QUALIFIER_SIZE]; /* lower case; "" */
	bool has_min, has_max;
	struct nc_decimal min, max;
	char unit[NC_NUMBER_UNIT_SIZE]; /* lower case, save for names */
	char per[NC_NUMBER_UNIT_SIZE];	/* "năm"; "" when none */
	bool listed; /* one of several names in a row: 18 Lào, 01 Hàn Quốc */
	unsigned warnings;		      /* nc_number_warning */
	char printed[NC_NUMBER_PRINTED_SIZE]; /* the words, as to be printed */
};

/* What is found is visited in order; anything but NC_OK ends the search and is
 * returned. The count is the visitor's only while it runs. */
typedef enum nc_status nc_count_visit(
	void *context, const struct nc_count *count);

/*
 * Visits every count in running text. Dates, money, shares (12%), numbers of
 * documents, articles and telephones, ordinals and list labels are none. The
 * text should be NFC (composite forms are understood). NC_NO_MEMORY, NC_LIMIT.
 */
enum nc_status nc_numbers_find(
	struct nc_slice text, nc_count_visit *visit, void *context) NC_MUST_USE;

/*
 * Reads text that is one count and nothing else; a unit is not needed, and
 * words after the unit are passed over (02 Hội nêu trên). NC_INVALID with a
 * sentence when it is not one, NC_LIMIT when it is too large.
 */
enum nc_status nc_count_parse(struct nc_slice text, struct nc_count *ret_count,
	struct nc_error *err) NC_MUST_USE;

#endif
