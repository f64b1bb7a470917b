/*
 * One row of a table of cases, and what is found wrong with it. A kind of
 * table is one file here and one line in main.c.
 */
#ifndef LOCALE_CASES_H
#define LOCALE_CASES_H

#include "base/bytes.h"

struct case_row {
	const char *const *columns; /* the table's headings */
	size_t columns_count;
	const char *const *fields;
	size_t fields_count;
	size_t line;
	bool failed;
	void *context; /* the kind's own, from row to row */
};

/* The field of a column; "" when the row or the table has none. */
const char *case_field(const struct case_row *row, const char *column);
bool case_has_column(const struct case_row *row, const char *column);

/* Prints the row and what differs, and marks the row as failed. */
void case_fail(struct case_row *row, const char *column, const char *expected,
	const char *got);
/* The same, unless both are equal or the table lacks the column. */
void case_expect(struct case_row *row, const char *column, const char *got);

typedef void case_check(struct case_row *row);

case_check cases_numbers, cases_dates, cases_sort, cases_search, cases_tones,
	cases_lunar, cases_tcvn3;

#endif
