/*
 * The lunar calendar: days known from print, and that it agrees with itself
 * over three centuries. tests/integration/lunar_check.py computes the months
 * again by other formulas.
 */
#include "fixture.h"

#include "locale/lunar.h"

static void expect_lunar(const char *solar, const char *want)
{
	struct nc_day day;
	struct nc_lunar_day lunar;
	char got[64];

	assert_true(nc_day_parse(&day, solar));
	if (nc_lunar_from_solar(&day, &lunar))
		snprintf(got, sizeof(got), "%d/%d%s %d", lunar.day, lunar.month,
			lunar.leap ? "+" : "", lunar.year);
	else
		strcpy(got, "none");
	assert_string_equal(got, want);
}

static void test_lunar__new_years(void **state)
{
	static const char *const days[] = {"1968-01-29", "1985-01-21",
		"2000-02-05", "2001-01-24", "2002-02-12", "2003-02-01",
		"2004-01-22", "2005-02-09", "2006-01-29", "2007-02-17",
		"2008-02-07", "2009-01-26", "2010-02-14", "2011-02-03",
		"2012-01-23", "2013-02-10", "2014-01-31", "2015-02-19",
		"2016-02-08", "2017-01-28", "2018-02-16", "2019-02-05",
		"2020-01-25", "2021-02-12", "2022-02-01", "2023-01-22",
		"2024-02-10", "2025-01-29", "2026-02-17", "2027-02-06",
		"2028-01-26", "2029-02-13", "2030-02-02"};

	(void)state;
	for (size_t i = 0; i < sizeof(days) / sizeof(days[0]); i++) {
		char want[32];

		snprintf(want, sizeof(want), "1/1 %.4s", days[i]);
		expect_lunar(days[i], want);
	}
}

static void test_lunar__other_days(void **state)
{
	(void)state;
	/* Hùng Kings */
	expect_lunar("2023-04-29", "10/3 2023");
	expect_lunar("2024-04-18", "10/3 2024");
	expect_lunar("2026-04-26", "10/3 2026");
	expect_lunar("2027-04-16", "10/3 2027");
	/* leap months */
	expect_lunar("1987-08-24", "1/7+ 1987");
	expect_lunar("2023-03-22", "1/2+ 2023");
	expect_lunar("2033-12-22", "1/11+ 2033");
	/* the closest new moons */
	expect_lunar("2054-05-08", "1/4 2054");
	expect_lunar("2031-04-21", "1/3+ 2031");
	/* the ends */
	expect_lunar("1900-01-01", "1/12 1899");
	expect_lunar("1900-01-31", "1/1 1900");
	expect_lunar("1899-12-31", "none");
	expect_lunar("2201-01-01", "none");
}

static void test_lunar__leap_months(void **state)
{
	static const struct {
		int year, month;
	} cases[] = {{1985, 2}, {1987, 7}, {2001, 4}, {2004, 2}, {2006, 7},
		{2009, 5}, {2012, 4}, {2014, 9}, {2017, 6}, {2020, 4},
		{2023, 2}, {2025, 6}, {2028, 5}, {2031, 3}, {2033, 11},
		{2024, 0}, {2026, 0}, {2034, 0}};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_lunar_year year;
		int leap = 0;

		assert_true(nc_lunar_year(cases[i].year, &year));
		for (size_t k = 0; k < year.count; k++)
			if (year.months[k].leap)
				leap = year.months[k].number;
		assert_int_equal(leap, cases[i].month);
	}
}

/* Months of all years: numbers in order, no day between them or twice. */
static void test_lunar__years_join(void **state)
{
	int64_t next = 0;

	(void)state;
	for (int y = NC_LUNAR_YEAR_MIN; y <= NC_LUNAR_YEAR_MAX; y++) {
		struct nc_lunar_year year;
		int number = 0;

		assert_true(nc_lunar_year(y, &year));
		assert_true(year.count == 12 || year.count == 13);
		for (size_t i = 0; i < year.count; i++) {
			const struct nc_lunar_month *month = &year.months[i];

			if (next != 0)
				assert_true(month->start == next);
			assert_true(month->days == 29 || month->days == 30);
			number += !month->leap;
			assert_int_equal(month->number, number);
			next = month->start + month->days;
		}
		assert_int_equal(number, 12);
	}
}

/* Every day of every month goes there and back. */
static void check_month(int year, const struct nc_lunar_month *month)
{
	for (int day = 1; day <= month->days; day++) {
		struct nc_day solar = nc_day_of_number(month->start + day - 1);
		struct nc_lunar_day lunar;
		struct nc_day back;

		assert_true(nc_lunar_from_solar(&solar, &lunar));
		assert_int_equal(lunar.year, year);
		assert_int_equal(lunar.month, month->number);
		assert_int_equal(lunar.leap, month->leap);
		assert_int_equal(lunar.day, day);
		/* The way back reads the same table: the ends show it. */
		if (day > 1 && day < month->days)
			continue;
		assert_true(nc_lunar_to_solar(
			year, month->number, month->leap, day, &back));
		assert_int_equal(nc_day_compare(solar, back), 0);
	}
}

static void test_lunar__round_trip(void **state)
{
	(void)state;
	for (int y = NC_LUNAR_YEAR_MIN; y <= NC_LUNAR_YEAR_MAX; y++) {
		struct nc_lunar_year year;

		assert_true(nc_lunar_year(y, &year));
		for (size_t i = 0; i < year.count; i++)
			check_month(y, &year.months[i]);
	}
}

static void test_lunar__refuses_what_is_not(void **state)
{
	struct nc_day day = {2025, 2, 30};
	struct nc_lunar_day lunar;
	struct nc_lunar_year year;

	(void)state;
	assert_false(nc_lunar_from_solar(&day, &lunar));
	assert_false(nc_lunar_to_solar(2024, 2, true, 1, &day));
	assert_false(nc_lunar_to_solar(2024, 13, false, 1, &day));
	assert_false(nc_lunar_to_solar(2024, 0, false, 1, &day));
	assert_false(nc_lunar_to_solar(2024, 1, false, 0, &day));
	assert_false(nc_lunar_to_solar(2024, 1, false, 31, &day));
	assert_false(nc_lunar_to_solar(1899, 1, false, 1, &day));
	assert_false(nc_lunar_year(2200, &year));
	/* The twelfth month of 2025 has 29 days. */
	assert_true(nc_lunar_to_solar(2025, 12, false, 29, &day));
	assert_false(nc_lunar_to_solar(2025, 12, false, 30, &day));
}

static void test_lunar__names(void **state)
{
	static const struct {
		int year;
		const char *name;
	} years[] = {{1900, "Canh Tý"}, {1984, "Giáp Tý"}, {2012, "Nhâm Thìn"},
		{2024, "Giáp Thìn"}, {2025, "Ất Tỵ"}, {2199, "Kỷ Hợi"}};
	char name[NC_CAN_CHI_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
		nc_lunar_year_name(years[i].year, name);
		assert_string_equal(name, years[i].name);
	}
	nc_lunar_month_name(2024, 1, name);
	assert_string_equal(name, "Bính Dần");
	nc_lunar_month_name(2024, 11, name);
	assert_string_equal(name, "Bính Tý");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lunar__new_years),
		cmocka_unit_test(test_lunar__other_days),
		cmocka_unit_test(test_lunar__leap_months),
		cmocka_unit_test(test_lunar__years_join),
		cmocka_unit_test(test_lunar__round_trip),
		cmocka_unit_test(test_lunar__refuses_what_is_not),
		cmocka_unit_test(test_lunar__names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
