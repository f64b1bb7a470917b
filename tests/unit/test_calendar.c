/*
 * report/calendar.h: which days a time has, what is planned for them, and the
 * iCalendar text. Dates of Tết, of the Hùng Kings' day and leap months: the
 * domain reference's vn_conventions.md, published calendars for the rest.
 */
#include "unit.h"

#include "report/calendar.h"

#include "locale/days.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nc_day day_of(const char *iso)
{
	struct nc_day day;

	assert_true(nc_day_parse(&day, iso));
	return day;
}

static void make(struct nc_calendar *calendar, const char *from, const char *to,
	const struct nc_country *const *countries, size_t count)
{
	nc_calendar_init(calendar);
	assert_int_equal(nc_calendar_make(calendar, day_of(from), day_of(to),
				 countries, count, NULL),
		NC_OK);
}

static void make_year(struct nc_calendar *calendar, int year)
{
	char from[32], to[32];

	snprintf(from, sizeof(from), "%04d-01-01", year);
	snprintf(to, sizeof(to), "%04d-12-31", year);
	make(calendar, from, to, NULL, 0);
}

static const struct nc_calendar_day *find(
	const struct nc_calendar *calendar, const char *name_vi)
{
	for (size_t i = 0; i < calendar->count; i++)
		if (strcmp(calendar->days[i].name_vi, name_vi) == 0)
			return &calendar->days[i];
	return NULL;
}

static const struct nc_calendar_day *must(
	const struct nc_calendar *calendar, const char *name_vi)
{
	const struct nc_calendar_day *day = find(calendar, name_vi);

	if (day == NULL)
		fail_msg("%s is not there", name_vi);
	return day;
}

static void assert_day(const struct nc_calendar_day *day, const char *iso)
{
	char text[NC_DAY_TEXT_SIZE];

	nc_day_format(text, day->from);
	assert_string_equal(text, iso);
}

static void test_calendar__tet_and_hung_kings(void **state)
{
	static const struct {
		int year;
		const char *tet, *hung;
	} rows[] = {
		{2020, "2020-01-25", "2020-04-02"},
		{2021, "2021-02-12", "2021-04-21"},
		{2022, "2022-02-01", "2022-04-10"},
		{2023, "2023-01-22", "2023-04-29"},
		{2024, "2024-02-10", "2024-04-18"},
		{2025, "2025-01-29", "2025-04-07"},
		{2026, "2026-02-17", "2026-04-26"},
		{2027, "2027-02-06", "2027-04-16"},
		{2028, "2028-01-26", "2028-04-04"},
		{2029, "2029-02-13", "2029-04-23"},
		{2030, "2030-02-02", "2030-04-12"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nc_calendar calendar;
		const struct nc_calendar_day *day;

		make_year(&calendar, rows[i].year);
		day = must(&calendar, "Tết Nguyên đán");
		assert_day(day, rows[i].tet);
		assert_int_equal(day->kind, NC_CALENDAR_FESTIVAL);
		assert_true(day->is_lunar);
		assert_int_equal(day->lunar.year, rows[i].year);
		assert_int_equal(day->lunar.month, 1);
		assert_int_equal(day->lunar.day, 1);
		assert_int_equal(day->years, 0);
		day = must(&calendar, "Giỗ Tổ Hùng Vương");
		assert_day(day, rows[i].hung);
		assert_int_equal(day->lunar.month, 3);
		assert_int_equal(day->lunar.day, 10);
		nc_calendar_fini(&calendar);
	}
}

static void test_calendar__leap_months(void **state)
{
	static const struct {
		int year, month;
	} rows[] = {{2020, 4}, {2021, 0}, {2022, 0}, {2023, 2}, {2024, 0},
		{2025, 6}, {2026, 0}, {2027, 0}, {2028, 5}, {2029, 0},
		{2030, 0}, {2031, 3}, {2033, 11}};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nc_lunar_year year;
		int leap = 0;

		assert_true(nc_lunar_year(rows[i].year, &year));
		for (size_t m = 0; m < year.count; m++)
			if (year.months[m].leap)
				leap = year.months[m].number;
		assert_int_equal(leap, rows[i].month);
		assert_int_equal(year.count, leap == 0 ? 12 : 13);
	}
}

static void test_calendar__years_and_names(void **state)
{
	static const struct {
		const char *name_vi, *name_en, *day, *country;
		enum nc_calendar_kind kind;
		int years;
	} rows[] = {
		{"Quốc khánh Lào", "National Day of Laos", "2025-12-02", "LA",
			NC_CALENDAR_NATIONAL_DAY, 50},
		{"Quốc khánh Việt Nam", "National Day of Viet Nam",
			"2025-09-02", "VN", NC_CALENDAR_NATIONAL_DAY, 80},
		{"Quốc khánh Thái Lan", "National Day of Thailand",
			"2025-12-05", "TH", NC_CALENDAR_NATIONAL_DAY, 0},
		{"Thiết lập quan hệ ngoại giao Việt Nam - Nhật Bản",
			"Diplomatic relations of Viet Nam and Japan",
			"2025-09-21", "JP", NC_CALENDAR_RELATIONS, 52},
		/* 29 February 1992, in a year without one. */
		{"Thiết lập quan hệ ngoại giao Việt Nam - Brunei",
			"Diplomatic relations of Viet Nam and Brunei",
			"2025-02-28", "BN", NC_CALENDAR_RELATIONS, 33},
		{"Ngày Quốc tế Phụ nữ", "International Women's Day",
			"2025-03-08", NULL, NC_CALENDAR_DAY, 115},
		{"Noel", "Christmas", "2025-12-25", NULL, NC_CALENDAR_FESTIVAL,
			0},
	};
	struct nc_calendar calendar;

	(void)state;
	make_year(&calendar, 2025);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct nc_calendar_day *day =
			must(&calendar, rows[i].name_vi);

		assert_string_equal(day->name_en, rows[i].name_en);
		assert_day(day, rows[i].day);
		assert_int_equal(day->kind, rows[i].kind);
		assert_int_equal(day->years, rows[i].years);
		if (rows[i].country == NULL)
			assert_null(day->country);
		else
			assert_string_equal(
				day->country->iso2, rows[i].country);
	}
	assert_null(find(&calendar, "Quốc khánh Đài Loan (Trung Quốc)"));
	for (size_t i = 1; i < calendar.count; i++)
		assert_true(nc_day_compare(calendar.days[i - 1].from,
				    calendar.days[i].from) <= 0);
	nc_calendar_fini(&calendar);
	/* Before relations there is no anniversary, and before a day's year
	 * no day. */
	make_year(&calendar, 1949);
	assert_null(find(
		&calendar, "Thiết lập quan hệ ngoại giao Việt Nam - Nhật Bản"));
	assert_null(find(&calendar, "Quốc khánh Lào"));
	assert_int_equal(must(&calendar, "Quốc khánh Trung Quốc")->years, 0);
	nc_calendar_fini(&calendar);
}

static void test_calendar__countries_and_windows(void **state)
{
	const struct nc_country *laos = nc_country_by_code("LA");
	struct nc_calendar calendar;

	(void)state;
	make(&calendar, "2025-01-01", "2025-12-31", &laos, 1);
	for (size_t i = 0; i < calendar.count; i++)
		assert_true(calendar.days[i].country == NULL ||
			    calendar.days[i].country == laos ||
			    strcmp(calendar.days[i].country->iso2, "VN") == 0);
	assert_non_null(find(&calendar, "Tết Bunpimay"));
	assert_null(find(&calendar, "Tết Chol Chnam Thmay"));
	assert_non_null(find(&calendar, "Tết Nguyên đán"));
	nc_calendar_fini(&calendar);
	/* Both ends belong to it; a festival that has begun does too. */
	make(&calendar, "2025-04-16", "2025-04-30", &laos, 1);
	assert_int_equal(calendar.count, 2);
	assert_day(must(&calendar, "Tết Bunpimay"), "2025-04-14");
	assert_day(&calendar.days[1], "2025-04-30");
	nc_calendar_fini(&calendar);
	/* Over the end of a year. */
	make(&calendar, "2025-12-25", "2026-01-01", &laos, 1);
	assert_int_equal(calendar.count, 2);
	assert_day(&calendar.days[0], "2025-12-25");
	assert_day(&calendar.days[1], "2026-01-01");
	nc_calendar_fini(&calendar);
	/* The ends of what the lunar calendar knows. */
	make_year(&calendar, 1900);
	assert_day(must(&calendar, "Tết Nguyên đán"), "1900-01-31");
	nc_calendar_fini(&calendar);
	make_year(&calendar, 2199);
	assert_non_null(find(&calendar, "Tết Nguyên đán"));
	nc_calendar_fini(&calendar);
	make(&calendar, "2200-01-01", "2200-12-31", NULL, 0);
	assert_int_equal(calendar.count, 0);
	nc_calendar_fini(&calendar);
}

/* One item, and the days that it is planned for; '+' before what must be
 * there, '-' before what must not. */
static const struct planned {
	const char *text, *countries;
	const char *days[4];
} planned[] = {
	{"Gặp mặt nhân Quốc khánh Lào (02/12)", "",
		{"+Quốc khánh Lào",
			"-Thiết lập quan hệ ngoại giao Việt Nam - Lào"}},
	{"Gặp mặt nhân ngày Quốc khánh nước bạn", "Lào",
		{"+Quốc khánh Lào", "-Quốc khánh Campuchia"}},
	{"Gặp mặt nhân ngày Quốc khánh nước bạn", "KH",
		{"+Quốc khánh Campuchia", "-Quốc khánh Lào"}},
	{"Tọa đàm về quan hệ ngoại giao với Thụy Điển", "",
		{"+Thiết lập quan hệ ngoại giao Việt Nam - Thụy Điển",
			"-Quốc khánh Thụy Điển"}},
	{"Hội nghị với Thụy Điển", "",
		{"-Thiết lập quan hệ ngoại giao Việt Nam - Thụy Điển",
			"-Quốc khánh Thụy Điển"}},
	/* 17 November is Mongolia's day and the Union's. */
	{"Kỷ niệm 70 năm quan hệ với Mông Cổ (17/11/1954 - 17/11/2024)", "",
		{"+Thiết lập quan hệ ngoại giao Việt Nam - Mông Cổ",
			"-Ngày truyền thống Liên hiệp các tổ chức hữu nghị "
			"Việt Nam"}},
	{"Gặp mặt ngày truyền thống 17/11", "",
		{"+Ngày truyền thống Liên hiệp các tổ chức hữu nghị Việt Nam"}},
	{"Dâng hương Giỗ Tổ Hùng Vương", "", {"+Giỗ Tổ Hùng Vương"}},
	{"Dâng hương (10/3 âm lịch)", "", {"+Giỗ Tổ Hùng Vương"}},
	{"Đón Tết cổ truyền Bun Pi May cùng sinh viên Lào", "",
		{"+Tết Bunpimay", "-Tết Nguyên đán"}},
	{"Vui hội Trung thu cho trẻ em Nhật Bản: Tết Trung thu", "",
		{"+Tết Trung thu", "-Tết Nguyên đán"}},
	{"Gặp mặt kiều bào dịp Tết Nguyên đán Giáp Thìn 2024", "",
		{"+Tết Nguyên đán"}},
	{"Mít tinh ngày Quốc tế Phụ nữ", "", {"+Ngày Quốc tế Phụ nữ"}},
	{"Giao lưu phụ nữ quốc tế", "", {"-Ngày Quốc tế Phụ nữ"}},
	{"Thăm nạn nhân da cam (10/8) cùng bạn Nhật Bản", "",
		{"+Ngày Vì nạn nhân chất độc da cam"}},
	{"Ngày truyền thống Quân tình nguyện và chuyên gia quân sự Việt Nam "
	 "giúp Cách mạng Lào",
		"",
		{"+Ngày truyền thống Quân tình nguyện và chuyên gia Việt Nam "
		 "giúp Lào"}},
	{"Kỷ niệm 79 năm Quốc khánh nước CHXHCN Việt Nam", "",
		{"+Quốc khánh Việt Nam", "-Quốc khánh Lào"}},
	{"Việc làm trong tháng 12/2024 tại Lào", "", {"-Quốc khánh Lào"}},
	{"", "", {"-Noel"}},
};

static void test_calendar__plan(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(planned) / sizeof(planned[0]); i++) {
		struct nc_calendar_item item = {.year = 2024,
			.text = planned[i].text,
			.countries = planned[i].countries};
		struct nc_calendar calendar;

		make_year(&calendar, 2024);
		assert_int_equal(
			nc_calendar_plan(&calendar, &item, 1, NULL), NC_OK);
		for (size_t d = 0; d < 4 && planned[i].days[d] != NULL; d++) {
			const char *name = planned[i].days[d];
			const struct nc_calendar_day *day =
				must(&calendar, name + 1);

			if ((day->items_count == 1) != (*name == '+'))
				fail_msg("\"%s\": %s", planned[i].text, name);
			if (day->items_count == 1)
				assert_ptr_equal(day->items[0], &item);
		}
		nc_calendar_fini(&calendar);
	}
}

static void test_calendar__plan_of_its_year(void **state)
{
	struct nc_calendar_item items[40];
	struct nc_calendar calendar;
	const struct nc_calendar_day *day;

	(void)state;
	for (size_t i = 0; i < 40; i++)
		items[i] =
			(struct nc_calendar_item){.year = i < 37 ? 2024 : 2025,
				.text = "Quốc khánh Lào 02/12",
				.countries = ""};
	make_year(&calendar, 2024);
	assert_int_equal(nc_calendar_plan(&calendar, items, 40, NULL), NC_OK);
	day = must(&calendar, "Quốc khánh Lào");
	assert_int_equal(day->items_count, 37);
	for (size_t i = 0; i < 37; i++)
		assert_ptr_equal(day->items[i], &items[i]);
	nc_calendar_fini(&calendar);
}

static void test_calendar__ics(void **state)
{
	static const char text[] = "a,b;c\\d\ne\x01 "
				   "ữữữữữữữữữữữữữữữữữữữữữữữữữữữữữữữữữữữữ";
	struct nc_calendar_item item = {
		.year = 2024, .text = text, .countries = ""};
	const struct nc_calendar_item *items[] = {&item};
	struct nc_calendar calendar;
	struct nc_buffer out;
	const char *line, *end;

	(void)state;
	make(&calendar, "2024-02-10", "2024-02-10",
		(const struct nc_country *[]){nc_country_by_code("LA")}, 1);
	assert_int_equal(calendar.count, 1);
	calendar.days[0].items = items;
	calendar.days[0].items_count = 1;
	nc_buffer_init(&out, 1 << 20);
	/* 29 February 2024, 23:59:59 UTC. */
	assert_int_equal(
		nc_calendar_ics(&calendar, 1709251199999, true, &out), NC_OK);
	line = nc_buffer_string(&out);
	assert_non_null(strstr(line, "\r\nDTSTAMP:20240229T235959Z\r\n"));
	assert_non_null(strstr(line, "\r\nDTSTART;VALUE=DATE:20240210\r\n"));
	assert_non_null(strstr(line, "\r\nDTEND;VALUE=DATE:20240211\r\n"));
	assert_non_null(strstr(
		line, "\r\nUID:festival-tet-nguyen-dan-2024@nhipcau\r\n"));
	assert_non_null(strstr(line, "\\n- a\\,b\\;c\\\\d\\ne"));
	for (; *line != '\0'; line = end + 2) {
		end = strstr(line, "\r\n");
		assert_non_null(end);
		assert_true(end - line <= 75);
		assert_null(memchr(line, '\n', (size_t)(end - line)));
		/* No line begins within a character. */
		assert_true((((unsigned char)line[0]) & 0xc0) != 0x80);
		if (line[0] == ' ')
			assert_true((((unsigned char)line[1]) & 0xc0) != 0x80);
	}
	nc_buffer_fini(&out);
	/* A limit is a refusal. */
	nc_buffer_init(&out, 100);
	assert_int_equal(nc_calendar_ics(&calendar, 0, false, &out), NC_LIMIT);
	nc_buffer_fini(&out);
	nc_calendar_fini(&calendar);
}

/* The field with the words as printed says it as well as the codes. */
static void test_calendar__country_words(void **state)
{
	static const struct {
		const char *countries, *words;
		bool laos, cambodia, viet_nam;
	} cases[] = {
		{"", "Lào", true, false, false},
		{"KH", "nước CHDCND Lào", true, true, false},
		{NULL, "các nước láng giềng\nLào và Campuchia", true, true,
			false},
		{"", "", false, false, false},
		{NULL, NULL, false, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_calendar_item item = {.year = 2024,
			.text = "Gặp mặt nhân ngày Quốc khánh nước bạn",
			.countries = cases[i].countries,
			.country_words = cases[i].words};
		struct nc_calendar calendar;

		make_year(&calendar, 2024);
		assert_int_equal(
			nc_calendar_plan(&calendar, &item, 1, NULL), NC_OK);
		assert_int_equal(must(&calendar, "Quốc khánh Lào")->items_count,
			cases[i].laos);
		assert_int_equal(
			must(&calendar, "Quốc khánh Campuchia")->items_count,
			cases[i].cambodia);
		assert_int_equal(
			must(&calendar, "Quốc khánh Việt Nam")->items_count,
			cases[i].viet_nam);
		nc_calendar_fini(&calendar);
	}
}

/* Every allocation fails in turn; whatever is said, nothing leaks. */
static void test_calendar__no_memory(void **state)
{
	struct nc_calendar_item item = {.year = 2024,
		.text = "Quốc khánh Lào 02/12, Quốc tế Phụ nữ",
		.countries = "Lào\nNhật Bản"};
	enum nc_status status = NC_NO_MEMORY;

	(void)state;
	for (unsigned long n = 1; status == NC_NO_MEMORY; n++) {
		struct nc_calendar calendar;
		struct nc_buffer out;

		assert_true(n < 100000);
		nc_calendar_init(&calendar);
		nc_buffer_init(&out, 1 << 20);
		nc_memory_fail_at(n);
		status = nc_calendar_make(&calendar, day_of("2024-11-01"),
			day_of("2024-12-31"), NULL, 0, NULL);
		if (status == NC_OK)
			status = nc_calendar_plan(&calendar, &item, 1, NULL);
		if (status == NC_OK)
			status = nc_calendar_ics(&calendar, 0, true, &out);
		nc_memory_fail_at(0);
		nc_buffer_fini(&out);
		nc_calendar_fini(&calendar);
	}
	assert_int_equal(status, NC_OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_calendar__tet_and_hung_kings),
		cmocka_unit_test(test_calendar__leap_months),
		cmocka_unit_test(test_calendar__years_and_names),
		cmocka_unit_test(test_calendar__countries_and_windows),
		cmocka_unit_test(test_calendar__plan),
		cmocka_unit_test(test_calendar__country_words),
		cmocka_unit_test(test_calendar__plan_of_its_year),
		cmocka_unit_test(test_calendar__ics),
		cmocka_unit_test(test_calendar__no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
