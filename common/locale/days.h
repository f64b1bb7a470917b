/*
 * Days that come back every year, by the solar or the lunar calendar. National
 * days of countries stand in countries.h and are asked for here too. The class
 * of an anniversary (năm tròn, năm lẻ 5) is date.h's.
 */
#ifndef NC_LOCALE_DAYS_H
#define NC_LOCALE_DAYS_H

#include "locale/countries.h"
#include "locale/day.h"

struct nc_fixed_day {
	const char *name_vi, *name_en;
	int day, last_day, month; /* last_day = day unless it lasts longer */
	bool lunar;
	int since;	  /* year it counts from; 0 when it counts none */
	char confidence;  /* H, M, L as in countries.h */
	const char *iso2; /* the country it belongs to; "" for none */
};

extern const struct nc_fixed_day nc_fixed_days[];
extern const size_t nc_fixed_days_count;

/* When the day falls in a solar year; false when it does not (a lunar day near
 * the year's end, or a year that lunar.h refuses). */
bool nc_fixed_day_in_year(const struct nc_fixed_day *day, int year,
	struct nc_day *ret_from, struct nc_day *ret_to);

/* The anniversary of a day in a year. 29 February is kept on 28 February in
 * years without one, so that it stays in its month. False before the first
 * one and for no day. */
bool nc_anniversary_in_year(
	struct nc_day since, int year, struct nc_day *ret_day);

/* False when the country has no fixed national day. */
bool nc_national_day_in_year(
	const struct nc_country *country, int year, struct nc_day *ret_day);

#endif
