/*
 * A day of the solar (proleptic Gregorian) calendar, and arithmetic on days.
 * No clock: "today" is the caller's business.
 */
#ifndef NC_LOCALE_DAY_H
#define NC_LOCALE_DAY_H

#include <stdbool.h>
#include <stdint.h>

#define NC_DAY_YEAR_MIN 1
#define NC_DAY_YEAR_MAX 9999
#define NC_DAY_TEXT_SIZE 11 /* "2024-12-02" and a NUL */

/* year 0 means "no day". */
struct nc_day {
	int year;  /* 1 to 9999 */
	int month; /* 1 to 12 */
	int day;   /* 1 to the month's last */
};

bool nc_day_is_leap_year(int year);
/* 28 to 31; 0 when month is not one. */
int nc_day_month_days(int year, int month);
bool nc_day_is_valid(struct nc_day day);
/* <0, 0, >0 in order of time. */
int nc_day_compare(struct nc_day a, struct nc_day b);

/* The Julian day number that begins at noon of a valid day: 2000-01-01 is
 * 2451545. */
int64_t nc_day_number(struct nc_day day);
/* The day of a Julian day number; year 0 when outside years 1 to 9999. */
struct nc_day nc_day_of_number(int64_t number);
/* 1 Monday to 7 Sunday (ISO 8601). */
int nc_day_weekday(struct nc_day day);
/* count days later (earlier when negative); year 0 past the ends. */
struct nc_day nc_day_add(struct nc_day day, int64_t count);
/* Days from a to b. */
int64_t nc_day_between(struct nc_day a, struct nc_day b);
struct nc_day nc_day_month_last(int year, int month);

/* "2024-12-02"; "" for no day. */
void nc_day_format(char out[NC_DAY_TEXT_SIZE], struct nc_day day);
/* Reads exactly that form, a day that exists. */
bool nc_day_parse(struct nc_day *ret_day, const char *text);

#endif
