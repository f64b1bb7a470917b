/*
 * The Vietnamese lunar calendar of the years 1900 to 2199, computed.
 *
 * Rules: a month begins on the day of the new moon; month 11 is the one that
 * has the winter solstice; when 13 months fit from one month 11 to the next,
 * the first of them without a major solar term (the sun's longitude a
 * multiple of 30 degrees) is a leap month with the number of the month before
 * it. Days are those of UTC+7. The year begins with month 1 (Tết) and is named
 * after its stem and branch (can chi).
 *
 * Formulas, from J. Meeus, Astronomical Algorithms (2nd edition, 1998): new
 * moons chapter 49, the sun's longitude chapters 22 and 25 with the series of
 * appendix III (VSOP87); the difference between terrestrial and universal time
 * after the polynomials of Espenak and Meeus (Five Millennium Canon of Solar
 * Eclipses, NASA/TP-2006-214141). A new moon is off by some seconds, a term by
 * less than a minute; far ahead the turning of the Earth is the larger doubt.
 *
 * History: official calendars used UTC+8 before 1968 (in the South until 1975)
 * and other rules earlier still. We compute UTC+7 throughout, so that a day
 * before 1968 may differ from a calendar printed then.
 */
#ifndef NC_LOCALE_LUNAR_H
#define NC_LOCALE_LUNAR_H

#include "base/bytes.h"
#include "locale/day.h"

#define NC_LUNAR_YEAR_MIN 1900
#define NC_LUNAR_YEAR_MAX 2199
#define NC_LUNAR_MONTHS_MAX 13

struct nc_lunar_day {
	int year, month, day;
	bool leap;
};

struct nc_lunar_month {
	int64_t start; /* Julian day number of its first day, as in day.h */
	int number;    /* 1 to 12 */
	bool leap;
	int days; /* 29 or 30 */
};

struct nc_lunar_year {
	int year;
	size_t count; /* 12 or 13 */
	struct nc_lunar_month months[NC_LUNAR_MONTHS_MAX];
};

/* The months of a lunar year, from month 1; false outside 1900 to 2199. */
bool nc_lunar_year(int year, struct nc_lunar_year *ret_year);

/* False before 1 January 1900 and after the last day of the lunar year 2199
 * (February 2200), and for a day that does not exist. Days before Tết 1900
 * are of the lunar year 1899. */
bool nc_lunar_from_solar(
	const struct nc_day *solar, struct nc_lunar_day *ret_lunar);

/* False for a year outside 1900 to 2199, and for a month, leap month or day
 * that the year has not. */
bool nc_lunar_to_solar(
	int year, int month, bool leap, int day, struct nc_day *ret_solar);

#define NC_CAN_CHI_MAX 16 /* bytes with the NUL: "Nhâm Thìn" */

/* "Ất Tỵ" for the lunar year 2025. */
void nc_lunar_year_name(int year, char name[NC_CAN_CHI_MAX]);
/* Of a month of a lunar year; a leap month has the name of the month whose
 * number it bears. */
void nc_lunar_month_name(int year, int month, char name[NC_CAN_CHI_MAX]);

#endif
