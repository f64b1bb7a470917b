#include "locale/day.h"

#include "base/error.h"

#include <stdio.h>
#include <string.h>

bool nc_day_is_leap_year(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int nc_day_month_days(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (month < 1 || month > 12)
		return 0;
	if (month == 2 && nc_day_is_leap_year(year))
		return 29;
	return days[month - 1];
}

bool nc_day_is_valid(struct nc_day day)
{
	return day.year >= NC_DAY_YEAR_MIN && day.year <= NC_DAY_YEAR_MAX &&
	       day.day >= 1 &&
	       day.day <= nc_day_month_days(day.year, day.month);
}

int nc_day_compare(struct nc_day a, struct nc_day b)
{
	if (a.year != b.year)
		return a.year < b.year ? -1 : 1;
	if (a.month != b.month)
		return a.month < b.month ? -1 : 1;
	return a.day < b.day ? -1 : a.day > b.day;
}

/* Years are counted from March, so that the leap day is the last of one. */
int64_t nc_day_number(struct nc_day day)
{
	int64_t year, month;

	NC_ASSERT(nc_day_is_valid(day));
	year = day.month > 2 ? day.year : day.year - 1;
	month = day.month > 2 ? day.month - 3 : day.month + 9;
	return day.day + (153 * month + 2) / 5 + 365 * year + year / 4 -
	       year / 100 + year / 400 + 1721119;
}

struct nc_day nc_day_of_number(int64_t number)
{
	static const struct nc_day none = {0, 0, 0};
	int64_t days = number - 1721120; /* since 0000-03-01 */
	int64_t era, year, month;

	if (number < 1721426 || number > 5373484)
		return none;
	era = days / 146097;
	days %= 146097;
	year = (days - days / 1460 + days / 36524 - days / 146096) / 365;
	days -= 365 * year + year / 4 - year / 100;
	month = (5 * days + 2) / 153;
	days -= (153 * month + 2) / 5;
	year += era * 400 + (month >= 10);
	month += month < 10 ? 3 : -9;
	return (struct nc_day){(int)year, (int)month, (int)days + 1};
}

int nc_day_weekday(struct nc_day day)
{
	return (int)(nc_day_number(day) % 7) + 1;
}

struct nc_day nc_day_add(struct nc_day day, int64_t count)
{
	if (count > 4000000 || count < -4000000)
		return (struct nc_day){0, 0, 0};
	return nc_day_of_number(nc_day_number(day) + count);
}

int64_t nc_day_between(struct nc_day a, struct nc_day b)
{
	return nc_day_number(b) - nc_day_number(a);
}

struct nc_day nc_day_month_last(int year, int month)
{
	return (struct nc_day){year, month, nc_day_month_days(year, month)};
}

void nc_day_format(char out[NC_DAY_TEXT_SIZE], struct nc_day day)
{
	out[0] = '\0';
	if (!nc_day_is_valid(day))
		return;
	snprintf(out, NC_DAY_TEXT_SIZE, "%04u-%02u-%02u",
		(unsigned)day.year % 10000u, (unsigned)day.month % 100u,
		(unsigned)day.day % 100u);
}

bool nc_day_parse(struct nc_day *ret_day, const char *text)
{
	struct nc_day day = {0, 0, 0};
	int *part = &day.year;

	if (strlen(text) != NC_DAY_TEXT_SIZE - 1)
		return false;
	for (size_t i = 0; i < NC_DAY_TEXT_SIZE - 1; i++) {
		if (i == 4 || i == 7) {
			if (text[i] != '-')
				return false;
			part = i == 4 ? &day.month : &day.day;
		} else if (text[i] < '0' || text[i] > '9') {
			return false;
		} else {
			*part = *part * 10 + (text[i] - '0');
		}
	}
	if (!nc_day_is_valid(day))
		return false;
	*ret_day = day;
	return true;
}
