/*
 * Last year's words, said for another year. Years, quarters, school years,
 * names of lunar years, the solar days of lunar festivals, Buddhist years,
 * anniversaries' numbers and ends, and ordinals of what comes every year are
 * recomputed; all else stays as it is: numbers of papers and the days that
 * they bear, terms, periods, what is told of the past, Roman numerals of
 * congresses, days without a year. Pure. The words are proposed to a person,
 * never put in place by a program.
 */
#ifndef NC_INTAKE_CARRY_H
#define NC_INTAKE_CARRY_H

#include "base/bytes.h"
#include "base/memory.h"

#include <stdbool.h>

struct nc_carried {
	const char *text;    /* the new words; equal to the old ones when
				changes is 0 */
	const char *changes; /* "năm 2023 → năm 2024; 55 → 56 năm (khác)",
				in the user's language; "" */
	size_t count;	     /* of changes */
};

/*
 * text is a record's, NFC. source is what was copied: an ordinal, and a year
 * beside the plan's own (năm học 2023 - 2024), is counted on only while it
 * stands as it stood there, for a person may have done it already; all else
 * tells by its year whether it was. What is returned is the arena's.
 * NC_NO_MEMORY; NC_INVALID for years outside 1900 to 2199.
 */
enum nc_status nc_carry_text(struct nc_arena *arena, struct nc_slice text,
	struct nc_slice source, int from, int to,
	struct nc_carried *ret_carried, struct nc_error *err) NC_MUST_USE;

/*
 * A date as records hold it (2023, 2023-Q2, 2023-10-05), as many years on as
 * to is after from, wherever it stands; 29 February becomes the 28th where it
 * must. False for what is no such date; ret_date is then untouched.
 */
#define NC_CARRY_DATE_SIZE 16
bool nc_carry_date(struct nc_slice date, int from, int to,
	char ret_date[NC_CARRY_DATE_SIZE]);

/* The date of a lunar festival that the words name (Giỗ Tổ Hùng Vương, Tết,
 * Trung thu) when date is its solar day in the year from: the one in the year
 * to. False otherwise. */
bool nc_carry_festival(struct nc_slice text, struct nc_slice date, int from,
	int to, char ret_date[NC_CARRY_DATE_SIZE]);

#endif
