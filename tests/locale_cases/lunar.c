/*
 * lunar: a solar day and its lunar one, both ways, and the year's name.
 */
#include "cases.h"

#include "locale/lunar.h"

#include <stdio.h>
#include <stdlib.h>

static void expect_number(struct case_row *row, const char *column, int got)
{
	char text[16];

	snprintf(text, sizeof(text), "%d", got);
	case_expect(row, column, text);
}

static int number(const struct case_row *row, const char *column)
{
	return (int)strtol(case_field(row, column), NULL, 10);
}

static void check_back(struct case_row *row)
{
	struct nc_day solar;
	char text[NC_DAY_TEXT_SIZE] = "";

	if (nc_lunar_to_solar(number(row, "lunar_year"),
		    number(row, "lunar_month"),
		    number(row, "is_leap_month") != 0, number(row, "lunar_day"),
		    &solar))
		nc_day_format(text, solar);
	case_expect(row, "solar_iso", text);
}

void cases_lunar(struct case_row *row)
{
	struct nc_lunar_day lunar;
	struct nc_day solar;
	char name[NC_CAN_CHI_MAX];

	if (!nc_day_parse(&solar, case_field(row, "solar_iso")) ||
		!nc_lunar_from_solar(&solar, &lunar)) {
		case_fail(row, "solar_iso", "a day of 1900 to 2199", "none");
		return;
	}
	expect_number(row, "lunar_day", lunar.day);
	expect_number(row, "lunar_month", lunar.month);
	expect_number(row, "is_leap_month", lunar.leap);
	expect_number(row, "lunar_year", lunar.year);
	nc_lunar_year_name(lunar.year, name);
	case_expect(row, "can_chi_year", name);
	check_back(row);
}
