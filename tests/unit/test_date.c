/*
 * Days and dates: what words say at the precision they have, and what is no
 * date.
 */
#include "found_words.h"

#include "base/memory.h"
#include "locale/date.h"
#include "locale/facts.h"

#include <stdio.h>
#include <stdlib.h>

struct found {
	size_t count;
	struct nc_date first;
	char all[2048];
};

static enum nc_status keep(void *context, const struct nc_date *date)
{
	struct found *found = context;

	if (found->count++ == 0)
		found->first = *date;
	found_add(found->all, sizeof(found->all), date->words);
	return NC_OK;
}

static struct found find_in(const char *text, int year)
{
	struct found found = {0};

	assert_int_equal(
		nc_dates_find(nc_slice_text(text), year, keep, &found), NC_OK);
	return found;
}

static const struct reading {
	const char *text, *kind, *from, *to, *precision, *printed;
	unsigned warnings;
} readings[] = {
	/* days */
	{"14/02/2025", "day", "2025-02-14", "2025-02-14", "day", "14/02/2025",
		0},
	{"4/9/2025", "day", "2025-09-04", "2025-09-04", "day", "04/9/2025", 0},
	{"04.09.2025", "day", "2025-09-04", "2025-09-04", "day", "04/9/2025",
		0},
	{"4-9-2025", "day", "2025-09-04", "2025-09-04", "day", "04/9/2025", 0},
	{"4/9-2025", "day", "2025-09-04", "2025-09-04", "day", "04/9/2025",
		NC_DATE_MALFORMED},
	{"4//9/2025", "day", "2025-09-04", "2025-09-04", "day", "04/9/2025",
		NC_DATE_MALFORMED},
	{"14/92025", "day", "2025-09-14", "2025-09-14", "day", "14/9/2025",
		NC_DATE_MALFORMED},
	{"14/9/25", "day", "2025-09-14", "2025-09-14", "day", "14/9/2025",
		NC_DATE_AMBIGUOUS},
	{"2025-09-14", "day", "2025-09-14", "2025-09-14", "day", "14/9/2025",
		0},
	{"ngày 6 tháng 2 năm 2025", "day", "2025-02-06", "2025-02-06", "day",
		"ngày 06 tháng 02 năm 2025", 0},
	{"ngày 6/2 năm 2025", "day", "2025-02-06", "2025-02-06", "day",
		"ngày 06/02 năm 2025", 0},
	{"29/02/2024", "day", "2024-02-29", "2024-02-29", "day", "29/02/2024",
		0},
	{"29/02/2025", "invalid", "", "", "day", "29/02/2025", 0},
	{"00/5/2025", "none", "", "", "none", "", 0},
	{"32/5/2025", "invalid", "", "", "day", "32/5/2025", 0},
	{"12/13/2025", "invalid", "", "", "day", "12/13/2025", 0},
	{"20/11", "recurring day", "", "", "day", "20/11", 0},
	{"1/6", "recurring day", "", "", "day", "01/6", 0},
	{"ngày 27-7", "recurring day", "", "", "day", "ngày 27/7", 0},
	{"26-3", "recurring day", "", "", "day", "26/3", 0},
	{"mùng 2 tháng 9", "recurring day", "", "", "day", "mùng 2 tháng 9", 0},
	/* ranges and pairs */
	{"07 - 09/3/2025", "range", "2025-03-07", "2025-03-09", "day",
		"07 - 09/3/2025", 0},
	{"7-9/3/2025", "range", "2025-03-07", "2025-03-09", "day",
		"07 - 09/3/2025", 0},
	{"7 và 8/3/2025", "range", "2025-03-07", "2025-03-08", "day",
		"07 - 08/3/2025", 0},
	{"7, 8 và 9/3/2025", "range", "2025-03-07", "2025-03-09", "day",
		"07, 08 và 09/3/2025", 0},
	{"29/3 – 02/4/2025", "range", "2025-03-29", "2025-04-02", "day",
		"29/3 - 02/4/2025", 0},
	{"28/12 - 03/01/2026", "range", "2025-12-28", "2026-01-03", "day",
		"28/12 - 03/01/2026", 0},
	{"từ ngày 5 đến ngày 8/7/2025", "range", "2025-07-05", "2025-07-08",
		"day", "từ ngày 05 đến ngày 08/7/2025", 0},
	{"từ 05/7/2025 đến 08/7/2025", "range", "2025-07-05", "2025-07-08",
		"day", "từ 05/7/2025 đến 08/7/2025", 0},
	{"ngày 10-12 tháng 4 năm 2025", "range", "2025-04-10", "2025-04-12",
		"day", "ngày 10 - 12 tháng 4 năm 2025", 0},
	{"08/7/2025 - 05/7/2025", "range", "2025-07-08", "2025-07-05", "day",
		"08/7/2025 - 05/7/2025", NC_DATE_BACKWARDS},
	{"5/2/1975–5/2/2025", "anniversary pair", "1975-02-05", "2025-02-05",
		"day", "05/02/1975 - 05/02/2025", 0},
	{"05.2/1975 -05/2/2025", "anniversary pair", "1975-02-05", "2025-02-05",
		"day", "05/02/1975 - 05/02/2025", NC_DATE_MALFORMED},
	/* months */
	{"tháng 9/2025", "month", "2025-09-01", "2025-09-30", "month",
		"tháng 9/2025", 0},
	{"tháng 2 năm 2025", "month", "2025-02-01", "2025-02-28", "month",
		"tháng 02/2025", 0},
	{"T9/2025", "month", "2025-09-01", "2025-09-30", "month",
		"tháng 9/2025", 0},
	{"9/2025", "month", "2025-09-01", "2025-09-30", "month", "9/2025", 0},
	{"tháng Mười hai năm 2025", "month", "2025-12-01", "2025-12-31",
		"month", "tháng 12/2025", 0},
	{"tháng 9", "month", "", "", "month", "tháng 9", 0},
	{"tháng 4, 5/2025", "months", "2025-04-01", "2025-05-31", "month",
		"tháng 4, 5/2025", 0},
	{"từ tháng 11/2024 đến tháng 02/2025", "months", "2024-11-01",
		"2025-02-28", "month", "từ tháng 11/2024 đến tháng 02/2025", 0},
	{"đầu tháng 9/2025", "part of month", "2025-09-01", "2025-09-10",
		"month part", "đầu tháng 9/2025", 0},
	{"giữa tháng 9 năm 2025", "part of month", "2025-09-11", "2025-09-20",
		"month part", "giữa tháng 9/2025", 0},
	{"cuối tháng 02/2024", "part of month", "2024-02-21", "2024-02-29",
		"month part", "cuối tháng 02/2024", 0},
	{"nửa cuối tháng 5/2025", "part of month", "2025-05-16", "2025-05-31",
		"month part", "nửa cuối tháng 5/2025", 0},
	{"tuần cuối tháng 5/2025", "part of month", "2025-05-25", "2025-05-31",
		"month part", "tuần cuối tháng 5/2025", 0},
	{"tuần 3 tháng 10/2024", "part of month", "2024-10-15", "2024-10-21",
		"month part", "tuần 3 tháng 10/2024", 0},
	{"tuần thứ tư của tháng 02/2025", "part of month", "2025-02-22",
		"2025-02-28", "month part", "tuần thứ tư của tháng 02/2025", 0},
	{"tuần 5 tháng 02/2025", "part of month", "2025-02-22", "2025-02-28",
		"month part", "tuần 5 tháng 02/2025", 0},
	/* quarters, halves, parts of years */
	{"quý III/2025", "quarter", "2025-07-01", "2025-09-30", "quarter",
		"quý III/2025", 0},
	{"Quý 2 năm 2025", "quarter", "2025-04-01", "2025-06-30", "quarter",
		"Quý II/2025", 0},
	{"quý I", "quarter", "", "", "quarter", "quý I", 0},
	{"quý I và quý II/2025", "quarters", "2025-01-01", "2025-06-30",
		"quarter", "quý I và quý II/2025", 0},
	{"quý III, IV năm 2025", "quarters", "2025-07-01", "2025-12-31",
		"quarter", "quý III, IV/2025", 0},
	{"từ quý IV/2024 đến quý I/2025", "quarters", "2024-10-01",
		"2025-03-31", "quarter", "từ quý IV/2024 đến quý I/2025", 0},
	{"quý I hoặc II/2025", "quarters (either)", "2025-01-01", "2025-06-30",
		"quarter", "quý I hoặc II/2025", 0},
	{"06 tháng đầu năm 2025", "half year", "2024-12-15", "2025-06-14",
		"half", "06 tháng đầu năm 2025", 0},
	{"sáu tháng cuối năm 2025", "half year", "2025-06-15", "2025-12-14",
		"half", "sáu tháng cuối năm 2025", 0},
	{"9 tháng đầu năm 2025", "part of year", "2024-12-15", "2025-09-14",
		"year part", "9 tháng đầu năm 2025", 0},
	{"cuối năm 2025", "part of year", "2025-09-01", "2025-12-31",
		"year part", "cuối năm 2025", 0},
	/* years */
	{"năm 2025", "year", "2025-01-01", "2025-12-31", "year", "năm 2025", 0},
	{"các năm 2025 và 2026", "year", "2025-01-01", "2026-12-31", "year",
		"các năm 2025 và 2026", 0},
	{"giai đoạn 5 năm 2026 - 2030", "period", "2026-01-01", "2030-12-31",
		"year", "giai đoạn 5 năm 2026 - 2030", 0},
	{"1995-2025", "year pair", "1995", "2025", "year", "1995 - 2025", 0},
	{"giai đoạn 2026-2030", "period", "2026-01-01", "2030-12-31", "year",
		"giai đoạn 2026 - 2030", 0},
	{"từ năm 2026 đến 2030", "period", "2026-01-01", "2030-12-31", "year",
		"từ năm 2026 đến 2030", 0},
	{"nhiệm kỳ 2025 – 2030", "term", "2025", "2030", "year",
		"nhiệm kỳ 2025 - 2030", 0},
	{"nhiệm kỳ III (2025-2030)", "term", "2025", "2030", "year",
		"nhiệm kỳ III (2025 - 2030)", 0},
	{"năm học 2025-2026", "school year", "2025", "2026", "year",
		"năm học 2025 - 2026", 0},
	{"năm học 2025-26", "school year", "2025", "2026", "year",
		"năm học 2025 - 2026", NC_DATE_MALFORMED},
	{"thập niên 80", "decade", "1980-01-01", "1989-12-31", "decade",
		"thập niên 80", 0},
	{"những năm 1960", "decade", "1960-01-01", "1969-12-31", "decade",
		"những năm 1960", 0},
	{"thế kỷ XIX", "century", "1801-01-01", "1900-12-31", "century",
		"thế kỷ XIX", 0},
	/* the moon */
	{"Tết Nguyên đán 2026", "lunar year", "2026-02-17", "2026-02-17", "day",
		"Tết Nguyên đán 2026", 0},
	{"Xuân Bính Ngọ 2026", "lunar year", "2026-02-17", "2026-02-17", "day",
		"Xuân Bính Ngọ 2026", 0},
	{"Xuân Ất Tỵ 2026", "lunar year", "2026-02-17", "2026-02-17", "day",
		"Xuân Ất Tỵ 2026", NC_DATE_CONTRADICTS},
	{"năm Bính Ngọ 2026", "lunar year", "2026-02-17", "2027-02-05", "year",
		"năm Bính Ngọ 2026", 0},
	{"Tết Trung thu 2025", "lunar day", "2025-10-06", "2025-10-06", "day",
		"Tết Trung thu 2025", 0},
	{"mùng 3 tháng Giêng Bính Ngọ 2026", "lunar day", "2026-02-19",
		"2026-02-19", "day", "mùng 3 tháng Giêng Bính Ngọ 2026", 0},
	{"24, 25, 26/5/2025", "range", "2025-05-24", "2025-05-26", "day",
		"24, 25, 26/5/2025", 0},
	{"mùng 3 tháng Giêng", "lunar day", "", "", "day", "mùng 3 tháng Giêng",
		0},
	{"rằm tháng Bảy âm lịch năm 2025", "lunar day", "2025-09-06",
		"2025-09-06", "day", "rằm tháng Bảy âm lịch năm 2025", 0},
	{"10/3/2025 âm lịch", "lunar day", "2025-04-07", "2025-04-07", "day",
		"10/3/2025 âm lịch", 0},
	{"10/3 ÂL", "lunar day", "", "", "day", "10/3 ÂL", 0},
	{"10/3 ÂL 2026", "lunar day", "2026-04-26", "2026-04-26", "day",
		"10/3 ÂL 2026", 0},
	{"rằm tháng 6 nhuận năm 2025", "lunar day", "2025-08-08", "2025-08-08",
		"day", "rằm tháng 6 nhuận năm 2025", 0},
	{"rằm tháng 5 nhuận năm 2025", "invalid", "", "", "day",
		"rằm tháng 5 nhuận năm 2025", 0},
	{"mùng 5 Tết 2025", "lunar day", "2025-02-02", "2025-02-02", "day",
		"mùng 5 Tết 2025", 0},
	{"giao thừa năm 2026", "lunar day", "2026-02-16", "2026-02-16", "day",
		"giao thừa năm 2026", 0},
	{"tháng 6 nhuận năm 2025", "month", "2025-07-25", "2025-08-22", "month",
		"tháng 6 nhuận/2025", 0},
	{"PL 2568 - DL 2025", "buddhist year", "2025-01-01", "2025-12-31",
		"year", "PL 2568 - DL 2025", 0},
	{"PL.2568", "buddhist year", "2025-01-01", "2025-12-31", "year",
		"PL.2568", NC_DATE_AMBIGUOUS},
	{"Tết dương lịch 2026", "day", "2026-01-01", "2026-01-01", "day",
		"Tết dương lịch 2026", 0},
	/* none */
	{"khi được cấp kinh phí", "none", "", "", "none", "", 0},
	{"trong năm", "none", "", "", "none", "", 0},
	{"nhân dịp Tết cổ truyền", "none", "", "", "none", "", 0},
};

static void test_date__says_which_days(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		const struct reading *want = &readings[i];
		struct found found = find_in(want->text, 0);
		const struct nc_date *got = &found.first;
		char from[NC_DAY_TEXT_SIZE], to[NC_DAY_TEXT_SIZE];

		if (found.count > 1 ||
			(found.count == 1 &&
				strcmp(found.all, want->text) != 0))
			fail_msg("%s: %s", want->text, found.all);
		nc_date_from_iso(from, got);
		nc_date_to_iso(to, got);
		if (strcmp(nc_date_kind_name(got->kind), want->kind) != 0 ||
			strcmp(from, want->from) != 0 ||
			strcmp(to, want->to) != 0 ||
			strcmp(nc_date_precision_name(got->precision),
				want->precision) != 0 ||
			strcmp(got->printed, want->printed) != 0 ||
			got->warnings != want->warnings)
			fail_msg("%s: %s %s..%s %s [%s] %u", want->text,
				nc_date_kind_name(got->kind), from, to,
				nc_date_precision_name(got->precision),
				got->printed, got->warnings);
	}
}

static void test_date__printed_reads_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		struct nc_date first = find_in(readings[i].text, 0).first;
		struct nc_date again;

		if (first.kind == NC_DATE_NONE)
			continue;
		again = find_in(first.printed, 0).first;
		if (again.kind != first.kind ||
			nc_day_compare(again.from, first.from) != 0 ||
			nc_day_compare(again.to, first.to) != 0 ||
			strcmp(again.printed, first.printed) != 0)
			fail_msg("%s: %s", first.printed, again.printed);
	}
}

static const struct {
	const char *text, *dates;
} texts[] = {
	{"Quyết định số 12/2024/QĐ-UBND ngày 3/4/2024", "ngày 3/4/2024"},
	{"Nghị định 06/2021/NĐ-CP", ""},
	{"2/3 số hội viên, hơn 3/4 dân số", ""},
	{"12/12 huyện", ""},
	{"số 10/2024 của tạp chí", ""},
	{"2.024 người và 2024 người", ""},
	{"tỷ giá 24.500", ""},
	{"Festival Nha Trang 2025", "2025"},
	{"đợt 1 (tháng 3/2025), đợt 2 (tháng 9/2025)",
		"tháng 3/2025|tháng 9/2025"},
	{"Quốc khánh (09/11), Quốc khánh (02/12)", "09/11|02/12"},
	{"quý II, 3 đoàn", "quý II"},
	{"tháng 7, 40 khách", "tháng 7"},
	{"chiều 20/10/2025, lúc 14 giờ 30", "20/10/2025"},
	{"ngày 05/6/2025của Hội", "ngày 05/6/2025"},
	{"vào quý II/2025 hoặc tháng 9/2025", "quý II/2025|tháng 9/2025"},
	{"điện thoại 0258.12.3.2024", ""},
	/* a list with gaps is several dates */
	{"quý I và quý III năm 2025", "quý I|quý III năm 2025"},
	{"quý I, IV/2025", "quý I|IV/2025"},
	{"quý I/2025, quý 3 năm 2025", "quý I/2025|quý 3 năm 2025"},
	{"tháng 3 và tháng 9 năm 2025", "tháng 3|tháng 9 năm 2025"},
	{"các ngày 02/9 và 22/12/2024", "các ngày 02/9|22/12/2024"},
	{"ngày 2, 9 và 22/12/2025", "ngày 2|9|22/12/2025"},
	{"quý I, II và IV/2025", "quý I, II|IV/2025"},
	{"19/8, 2/9 và 22/12/2025", "19/8|2/9|22/12/2025"},
	{"1/5, 2/5, 3/5/2025", "1/5, 2/5, 3/5/2025"},
	{"8/3, 26/3 họp", "8/3|26/3"},
	{"các năm 2020, 2023 và 2025", "các năm 2020|2023|2025"},
	{"các năm 2020, 2021 và 2025", "các năm 2020, 2021|2025"},
	{"29.6-4.7.2025; 29.6-4", "29.6-4.7.2025"},
	{"Đêm 24, 25/12/2025", "24, 25/12/2025"},
	/* what bears a day's name, shares, papers */
	{"đường 2/4, phố 23/10, Quảng trường 2/4", ""},
	{"đường 3 Tháng 2, đường 30 tháng 4", ""},
	{"nhà văn hóa ngày 8/3", "ngày 8/3"},
	{"tỷ lệ tán thành 3/4, điểm 9/10, tỉ số 2/1", ""},
	{"tỷ lệ ngày 3/4", "ngày 3/4"},
	{"Nghị định 12/2023, Thông tư 3/2", ""},
	{"dịp 1/6 trẻ em vui chơi", "1/6"},
	{"đầu năm học 2025 - 2026", "năm học 2025 - 2026"},
	{"báo cáo 6 tháng, 9 tháng và cả năm", ""},
};

static void test_date__finds_dates_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct found found = find_in(texts[i].text, 0);

		if (strcmp(found.all, texts[i].dates) != 0)
			fail_msg("%s: [%s], not [%s]", texts[i].text, found.all,
				texts[i].dates);
	}
}

static void test_date__year_of_the_document_is_assumed(void **state)
{
	static const struct {
		const char *text, *from, *to;
	} cases[] = {
		{"ngày 8/3", "2025-03-08", "2025-03-08"},
		{"quý II, III", "2025-04-01", "2025-09-30"},
		{"tháng 10", "2025-10-01", "2025-10-31"},
		{"6 tháng đầu năm", "2024-12-15", "2025-06-14"},
		{"trong năm", "2025-01-01", "2025-12-31"},
		{"10/3 âm lịch", "2025-04-07", "2025-04-07"},
		{"Tết Trung thu", "2025-10-06", "2025-10-06"},
		{"20 - 22/11", "2025-11-20", "2025-11-22"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct nc_date date = find_in(cases[i].text, 2025).first;
		char from[NC_DAY_TEXT_SIZE], to[NC_DAY_TEXT_SIZE];

		nc_date_from_iso(from, &date);
		nc_date_to_iso(to, &date);
		if (strcmp(from, cases[i].from) != 0 ||
			strcmp(to, cases[i].to) != 0 ||
			(date.warnings & NC_DATE_YEAR_ASSUMED) == 0)
			fail_msg("%s: %s..%s %u", cases[i].text, from, to,
				date.warnings);
	}
}

static const struct {
	const char *text;
	int years, between;
	const char *from, *to;
} anniversaries[] = {
	{"kỷ niệm 65 năm quan hệ Việt Nam - Cuba (02/12/1960 - 02/12/2025)", 65,
		65, "1960-12-02", "2025-12-02"},
	{"Kỉ niệm 30 năm ngày hai nước bắt tay (12.7.1995-12.7.2024)", 30, 29,
		"1995-07-12", "2024-07-12"},
	{"kỷ niệm 50 thiết lập quan hệ ngoại giao (3/2/1975 - 3/2/2025)", 50,
		50, "1975-02-03", "2025-02-03"},
	{"nhân 80 năm Quốc khánh (2/9/1945 – 2025)", 80, 80, "1945-09-02",
		"2025-09-02"},
	{"10 năm thành lập Hội (2015-2025)", 10, 10, "2015", "2025"},
	{"kỷ niệm 15 năm ngày ra mắt tập san", 15, 0, "", ""},
	{"kỷ niệm 35 năm thành lập (20/5/1990)", 35, 0, "1990-05-20", ""},
	{"sơ kết 3 năm thực hiện Đề án", 3, 0, "", ""},
	{"sơ kết 3 năm thực hiện Đề án giai đoạn 2022 - 2026", 3, 0, "", ""},
	{"tổng kết 5 năm (2020 - 2025)", 5, 5, "2020", "2025"},
	{"lần thứ 135 của Bác (19/5/1890 - 19/5/2025)", 135, 135, "1890-05-19",
		"2025-05-19"},
	{"lần thứ 134 (1890 - 2025)", 134, 135, "1890", "2025"},
};

static void test_date__anniversaries_have_years_and_days(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof anniversaries / sizeof *anniversaries;
		i++) {
		struct nc_date date = find_in(anniversaries[i].text, 0).first;
		char from[NC_DAY_TEXT_SIZE], to[NC_DAY_TEXT_SIZE];

		nc_date_from_iso(from, &date);
		nc_date_to_iso(to, &date);
		if (date.kind != NC_DATE_ANNIVERSARY ||
			date.years != anniversaries[i].years ||
			date.years_between != anniversaries[i].between ||
			strcmp(from, anniversaries[i].from) != 0 ||
			strcmp(to, anniversaries[i].to) != 0)
			fail_msg("%s: %s %d %d %s..%s", anniversaries[i].text,
				nc_date_kind_name(date.kind), date.years,
				date.years_between, from, to);
	}
	/* The year at the end is that of all. */
	assert_int_equal(
		find_in("19/8, 2/9 và 22/12/2025", 0).first.from.year, 2025);
	/* The ordinal of something else. */
	assert_string_equal(find_in("Hội nghị lần thứ 5 (1890 - 2025)", 0).all,
		"1890 - 2025");
	assert_int_equal(find_in("kinh nghiệm 10 năm", 0).count, 0);
	assert_int_equal(find_in("trong 5 năm qua", 0).count, 0);
	assert_int_equal(find_in("7 năm liên tục", 0).count, 0);
	assert_int_equal(find_in("sau 5 năm triển khai", 0).count, 0);
}

static void test_date__two_anniversaries_keep_their_pairs(void **state)
{
	struct found found = find_in(
		"kỷ niệm 80 năm Quốc khánh (2/9/1945 - 2/9/2025) và 76 năm "
		"Quốc khánh Trung Quốc (1/10/1949 - 1/10/2025)",
		0);

	(void)state;
	assert_int_equal(found.count, 2);
	assert_int_equal(found.first.years_between, 80);
	assert_non_null(strstr(found.all, "|76 năm"));
}

static void test_date__classes_are_the_decrees(void **state)
{
	(void)state;
	assert_string_equal(
		nc_anniversary_class_name(nc_anniversary_class_of(70)), "tròn");
	assert_string_equal(
		nc_anniversary_class_name(nc_anniversary_class_of(55)), "lẻ 5");
	assert_string_equal(
		nc_anniversary_class_name(nc_anniversary_class_of(74)), "khác");
}

static void test_date__is_stored_at_its_precision(void **state)
{
	static const struct {
		const char *text, *stored;
	} cases[] = {
		{"năm 2025", "2025"},
		{"quý II/2025", "2025-Q2"},
		{"quý II, III/2025", "2025-Q2/2025-Q3"},
		{"tháng 9/2025", "2025-09"},
		{"14/9/2025", "2025-09-14"},
		{"07 - 09/3/2025", "2025-03-07/2025-03-09"},
		{"nhiệm kỳ 2025 - 2030", "2025/2030"},
		{"năm Bính Ngọ 2026", "2026-02-17/2027-02-05"},
		{"8/3", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct nc_date date = find_in(cases[i].text, 0).first;
		char stored[NC_DATE_STORED_SIZE];

		nc_date_stored(stored, &date);
		assert_string_equal(stored, cases[i].stored);
	}
}

static void test_date__parse_takes_one_and_refuses_impossible_ones(void **state)
{
	struct nc_date date = {.kind = NC_DATE_TERM};
	struct nc_error err;

	(void)state;
	assert_int_equal(
		nc_date_parse(nc_slice_text("31/4/2025"), 0, &date, &err),
		NC_INVALID);
	assert_non_null(strstr(err.text, "31/4/2025"));
	assert_int_equal(nc_date_parse(nc_slice_text("1/4/2025; 3/4/2025"), 0,
				 &date, &err),
		NC_INVALID);
	assert_int_equal(date.kind, NC_DATE_TERM);
	assert_int_equal(
		nc_date_parse(nc_slice_text("chưa rõ"), 0, &date, &err), NC_OK);
	assert_int_equal(date.kind, NC_DATE_NONE);
	assert_int_equal(
		nc_date_parse(nc_slice_text("1/4/2025"), 0, &date, &err),
		NC_OK);
	assert_int_equal(date.from.month, 4);
}

static void test_date__hostile_text_does_no_harm(void **state)
{
	static const char *const hostile[] = {"", "/", "//", "1/", "/1", "1//",
		"31/12/99999999999999999999", "99999999999999999999/1/2024",
		"1/1/0000", "0/0/0", "-1/-1/-1", "\xff/\xff/2024",
		"tháng tháng tháng", "quý quý", "từ đến từ đến", "năm năm năm",
		"ngày tháng năm", "kỷ niệm kỷ niệm kỷ niệm 5", "quý IIII/2024",
		"thế kỷ thế kỷ 99", "mùng 99 tháng Giêng", "PL 9999",
		"nhiệm kỳ - ", "2024-2024-2024-2024", "30/2 âm lịch năm 9999"};

	(void)state;
	for (size_t i = 0; i < sizeof hostile / sizeof *hostile; i++) {
		struct found found = find_in(hostile[i], 0);

		if (found.first.from.year != 0)
			assert_true(nc_day_is_valid(found.first.from));
	}
	assert_int_equal(
		find_in("31/12/99999999999999999999", 0).first.from.year, 0);
}

static void test_date__no_memory_is_said(void **state)
{
	struct nc_date date;
	struct nc_error err;
	struct found found = {0};

	(void)state;
	nc_memory_fail_at(1);
	assert_int_equal(
		nc_date_parse(nc_slice_text("1/4/2025"), 0, &date, &err),
		NC_NO_MEMORY);
	/* The second time the list of words grows. */
	nc_memory_fail_at(2);
	assert_int_equal(
		nc_dates_find(nc_slice_text("a b c d e f g h i j k l m n o p "
					    "q r s t u v w x y z a b c d e f "
					    "g h i j k l 1/4/2025"),
			0, keep, &found),
		NC_NO_MEMORY);
	nc_memory_fail_at(0);
	assert_int_equal(found.count, 0);
}

static void test_date__a_text_past_the_limit_is_refused(void **state)
{
	size_t size = (size_t)1024 * 1024;
	char *text = calloc(1, size + 2);
	struct found found = {0};

	(void)state;
	assert_non_null(text);
	memset(text, ' ', size + 1);
	memcpy(text + size - 10, "12/02/2025", 10);
	assert_int_equal(
		nc_dates_find(nc_slice(text, size), 0, keep, &found), NC_OK);
	assert_int_equal(found.count, 1);
	assert_int_equal(
		nc_dates_find(nc_slice(text, size + 1), 0, keep, &found),
		NC_LIMIT);
	free(text);
}

static void test_day__arithmetic_holds_everywhere(void **state)
{
	struct nc_day day = {1, 1, 1};
	int64_t number = nc_day_number(day);
	int days = 0;

	(void)state;
	assert_int_equal(nc_day_number((struct nc_day){2000, 1, 1}), 2451545);
	assert_int_equal(nc_day_weekday((struct nc_day){2024, 2, 10}), 6);
	while (day.year > 0) {
		struct nc_day back = nc_day_of_number(number);

		if (nc_day_compare(back, day) != 0 ||
			nc_day_number(day) != number)
			fail_msg("day %d of year %d", days, day.year);
		day = nc_day_add(day, 1);
		number++;
		days++;
	}
	assert_int_equal(days, 3652059); /* 9999-12-31 is the last */
	assert_int_equal(nc_day_between((struct nc_day){2023, 12, 31},
				 (struct nc_day){2024, 3, 1}),
		61);
	assert_int_equal(nc_day_add((struct nc_day){1, 1, 1}, -1).year, 0);
	assert_int_equal(
		nc_day_add((struct nc_day){2024, 1, 1}, INT64_MAX).year, 0);
}

static void test_day__text_is_strict(void **state)
{
	static const char *const refused[] = {"", "2024-2-1", "2024-02-30",
		"2024/02/01", "2024-02-01 ", "20240201", "0000-01-01",
		"-024-01-01"};
	struct nc_day day = {0, 0, 0};
	char text[NC_DAY_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		assert_false(nc_day_parse(&day, refused[i]));
	assert_true(nc_day_parse(&day, "2024-02-29"));
	nc_day_format(text, day);
	assert_string_equal(text, "2024-02-29");
	nc_day_format(text, (struct nc_day){2023, 2, 29});
	assert_string_equal(text, "");
	nc_date_print_day(text, (struct nc_day){1943, 3, 1});
	assert_string_equal(text, "01/3/1943");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_date__says_which_days),
		cmocka_unit_test(test_date__printed_reads_the_same),
		cmocka_unit_test(test_date__finds_dates_and_nothing_else),
		cmocka_unit_test(test_date__year_of_the_document_is_assumed),
		cmocka_unit_test(test_date__anniversaries_have_years_and_days),
		cmocka_unit_test(test_date__two_anniversaries_keep_their_pairs),
		cmocka_unit_test(test_date__classes_are_the_decrees),
		cmocka_unit_test(test_date__is_stored_at_its_precision),
		cmocka_unit_test(
			test_date__parse_takes_one_and_refuses_impossible_ones),
		cmocka_unit_test(test_date__hostile_text_does_no_harm),
		cmocka_unit_test(test_date__no_memory_is_said),
		cmocka_unit_test(test_date__a_text_past_the_limit_is_refused),
		cmocka_unit_test(test_day__arithmetic_holds_everywhere),
		cmocka_unit_test(test_day__text_is_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
