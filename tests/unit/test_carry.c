/*
 * intake/carry.h: what a copied text becomes in another year, and what stays.
 */
#include "unit.h"

#include "intake/carry.h"

#include "base/memory.h"
#include "intake/check.h"
#include "intake/document.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct row {
	int from, to;
	const char *text, *carried; /* NULL: stays */
};

static void check_row(const struct row *row)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_carried carried;
	struct nc_error err;
	struct nc_slice text = nc_slice_text(row->text);
	const char *expected = row->carried == NULL ? row->text : row->carried;

	nc_arena_init(&arena, 1024 * 1024);
	assert_int_equal(nc_carry_text(&arena, text, text, row->from, row->to,
				 &carried, &err),
		NC_OK);
	if (strcmp(carried.text, expected) != 0)
		fail_msg("%d to %d: \"%s\"\n became \"%s\"\n instead of \"%s\"",
			row->from, row->to, row->text, carried.text, expected);
	assert_true((carried.count > 0) == (row->carried != NULL));
	assert_true((carried.changes[0] != '\0') == (row->carried != NULL));
}

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++)
		check_row(&rows[i]);
}

#define CHECK(rows) check_rows(rows, sizeof(rows) / sizeof((rows)[0]))

static void test_carry__years(void **state)
{
	static const struct row rows[] = {
		{2023, 2024, "Kế hoạch công tác năm 2023",
			"Kế hoạch công tác năm 2024"},
		{2023, 2024, "Liên hoan 2023", "Liên hoan 2024"},
		{2023, 2025, "trong năm 2023", "trong năm 2025"},
		{2023, 2024, "6 tháng đầu năm 2023", "6 tháng đầu năm 2024"},
		{2023, 2024, "năm học 2023 - 2024", "năm học 2024 - 2025"},
		{2023, 2024, "năm học 2022 – 2023", "năm học 2023 – 2024"},
		{2023, 2024, "học kỳ II năm học 2022-2023",
			"học kỳ II năm học 2023-2024"},
		{2023, 2024, "tiếng Việt học kỳ I/2023",
			"tiếng Việt học kỳ I/2024"},
		{2023, 2024, "dự kiến quý IV/2023", "dự kiến quý IV/2024"},
		{2023, 2024, "quý II, III/2023", "quý II, III/2024"},
		{2023, 2024, "quý II hoặc quý III năm 2023",
			"quý II hoặc quý III năm 2024"},
		{2023, 2024, "tháng 7 - 9/2023", "tháng 7 - 9/2024"},
		{2023, 2024, "cuối tháng 11/2023", "cuối tháng 11/2024"},
		{2023, 2024, "mùa giao lưu 2023 - 2024",
			"mùa giao lưu 2024 - 2025"},
		{2023, 2024, "Hội nghị tổng kết năm 2022 và nhiệm vụ năm 2023",
			"Hội nghị tổng kết năm 2023 và nhiệm vụ năm 2024"},
		{2023, 2024, "xây dựng kế hoạch năm 2024 trong tháng 12/2023",
			"xây dựng kế hoạch năm 2025 trong tháng 12/2024"},
		{2023, 2024, "bản tin số 29, 30, 31/2023",
			"bản tin số 32, 33, 34/2024"},
		{2023, 2024, "bản tin số 1, 2/2023", "bản tin số 1, 2/2024"},
	};

	(void)state;
	CHECK(rows);
}

static void test_carry__days(void **state)
{
	static const struct row rows[] = {
		{2023, 2024, "ngày 20/7/2023 tại Huế",
			"ngày 20/7/2024 tại Huế"},
		{2023, 2024, "từ 01 - 06/12/2023", "từ 01 - 06/12/2024"},
		{2023, 2024, "từ 28/12/2023 đến 03/01/2024",
			"từ 28/12/2024 đến 03/01/2025"},
		{2024, 2025, "ngày 29/02/2024", "ngày 28/02/2025"},
		{2024, 2028, "ngày 29/02/2024", "ngày 29/02/2028"},
		{2023, 2024, "giỗ tổ Hùng Vương (29/4/2023)",
			"giỗ tổ Hùng Vương (18/4/2024)"},
		{2024, 2025, "gặp mặt dịp Giỗ Tổ Hùng Vương 18/4",
			"gặp mặt dịp Giỗ Tổ Hùng Vương 07/4"},
		{2023, 2024, "Tết Trung thu 29/9/2023",
			"Tết Trung thu 17/9/2024"},
		{2023, 2024, "mùng 10 tháng 3 âm lịch (29/4/2023)",
			"mùng 10 tháng 3 âm lịch (18/4/2024)"},
		{2023, 2024, "Tết Nguyên đán Quý Mão 2023",
			"Tết Nguyên đán Giáp Thìn 2024"},
		{2023, 2024, "mừng Xuân Quý Mão", "mừng Xuân Giáp Thìn"},
		{2023, 2024, "XUÂN QUÝ MÃO 2023", "XUÂN GIÁP THÌN 2024"},
		{2024, 2025, "Tết Giáp Thìn", "Tết Ất Tỵ"},
		{2023, 2024, "chuẩn bị Tết Giáp Thìn 2024",
			"chuẩn bị Tết Ất Tỵ 2025"},
		{2023, 2024, "Bunpimay Lào PL 2566", "Bunpimay Lào PL 2567"},
		/* Without a year nothing is to move. */
		{2023, 2024, "ngày Quốc tế Phụ nữ 8/3", NULL},
		{2023, 2024, "dự kiến trong quý II", NULL},
	};

	(void)state;
	CHECK(rows);
}

static void test_carry__anniversaries(void **state)
{
	static const struct row rows[] = {
		{2024, 2025, "kỷ niệm 55 năm quan hệ (11.01.1969 - 11.01.2024)",
			"kỷ niệm 56 năm quan hệ (11.01.1969 - 11.01.2025)"},
		{2024, 2025, "kỷ niệm 55 năm quan hệ (1969 - 2024)",
			"kỷ niệm 56 năm quan hệ (1969 - 2025)"},
		{2024, 2025,
			"nhân kỷ niệm 49 thiết lập quan hệ ngoại giao "
			"(23/9/1975 - 23/9/2024)",
			"nhân kỷ niệm 50 thiết lập quan hệ ngoại giao "
			"(23/9/1975 - 23/9/2025)"},
		{2023, 2024, "nhân 97 năm ngày sinh (13/8/1926 - 13/8/2023)",
			"nhân 98 năm ngày sinh (13/8/1926 - 13/8/2024)"},
		/* The end was left over from the year before. */
		{2024, 2025, "kỉ niệm 98 năm ngày sinh (13/8/1926-13/8/2023)",
			"kỉ niệm 99 năm ngày sinh (13/8/1926-13/8/2025)"},
		/* The number was wrong: it follows from the year it began. */
		{2024, 2025, "kỷ niệm 50 năm quan hệ (21/9/1973 - 21/9/2024)",
			"kỷ niệm 52 năm quan hệ (21/9/1973 - 21/9/2025)"},
		{2024, 2025,
			"kỷ niệm 45 năm ngày lập nhóm thiện nguyện và 35 năm "
			"ngày kết nghĩa",
			"kỷ niệm 46 năm ngày lập nhóm thiện nguyện và 36 năm "
			"ngày kết nghĩa"},
		{2023, 2024, "kỷ niệm bốn mươi năm ngày thành lập Hội",
			"kỷ niệm 41 năm ngày thành lập Hội"},
		{2023, 2024, "nhân kỷ niệm 09 năm ngày thành lập Hội",
			"nhân kỷ niệm 10 năm ngày thành lập Hội"},
		{2024, 2025, "Ngày Quốc khánh (02/9/1945 - 02/9/2024)",
			"Ngày Quốc khánh (02/9/1945 - 02/9/2025)"},
		/* "đã từng" is told of the guests, not of the day. */
		{2024, 2025,
			"gặp mặt cựu chuyên gia đã từng giúp bạn nhân kỷ "
			"niệm 45 năm ngày chiến thắng (07/01/1979 - "
			"07/01/2024)",
			"gặp mặt cựu chuyên gia đã từng giúp bạn nhân kỷ niệm "
			"46 năm ngày chiến thắng (07/01/1979 - 07/01/2025)"},
		/* No dates, and a year off: relations with Japan are of 1973.
		 */
		{2024, 2025,
			"kỷ niệm 50 năm thiết lập quan hệ ngoại giao Việt "
			"Nam - Nhật Bản",
			"kỷ niệm 52 năm thiết lập quan hệ ngoại giao Việt Nam "
			"- Nhật Bản"},
		/* Of the past, and right. */
		{2024, 2025,
			"ảnh đã chụp nhân kỷ niệm 50 năm quan hệ (1973 - "
			"2023)",
			NULL},
		/* Of another year, and planned for this one: left over. */
		{2024, 2025, "kỷ niệm 97 năm ngày sinh (1926 - 2023)",
			"kỷ niệm 99 năm ngày sinh (1926 - 2025)"},
		{2023, 2024, "tổng kết 10 năm thực hiện chương trình", NULL},
	};

	(void)state;
	CHECK(rows);
}

static void test_carry__ordinals(void **state)
{
	static const struct row rows[] = {
		{2023, 2024, "Liên hoan tiếng hát hữu nghị lần thứ IX năm 2023",
			"Liên hoan tiếng hát hữu nghị lần thứ X năm 2024"},
		{2023, 2024, "hội thi thường niên lần thứ 09",
			"hội thi thường niên lần thứ 10"},
		/* Counted from the first one, in 2015. */
		{2024, 2025, "Ngày Quốc tế Yoga lần thứ 9 - Huế 2024",
			"Ngày Quốc tế Yoga lần thứ 11 - Huế 2025"},
		{2024, 2025, "Ngày Quốc tế Yoga lần thứ 10",
			"Ngày Quốc tế Yoga lần thứ 11"},
		{2023, 2024, "Liên hoan tiếng hát lần thứ VII", NULL},
		{2023, 2024, "Đại hội lần thứ VI, nhiệm kỳ 2024 - 2029", NULL},
		{2023, 2024, "Đại hội lần thứ VI năm 2023",
			"Đại hội lần thứ VI năm 2024"},
		{2023, 2024, "cấp học bổng đợt 2 năm 2023",
			"cấp học bổng đợt 2 năm 2024"},
		{2023, 2024, "cấp học bổng đợt 2", NULL},
		{2024, 2025,
			"Đại hội của hội hữu nghị tỉnh ta lần thứ VI, chừng "
			"tháng 10/2024",
			"Đại hội của hội hữu nghị tỉnh ta lần thứ VI, chừng "
			"tháng 10/2025"},
	};

	(void)state;
	CHECK(rows);
}

static void test_carry__what_stays(void **state)
{
	static const struct row rows[] = {
		{2020, 2021, "theo Nghị định số 80/2020/NĐ-CP", NULL},
		{2023, 2024, "Chỉ thị 25-CT/TW", NULL},
		{2023, 2024, "Quyết định số 12/2023/QĐ-UBND", NULL},
		{2023, 2024, "Nghị quyết 34-NQ/TW, ngày 09/01/2023", NULL},
		{2023, 2024, "Kế hoạch số 15/KH-UBND ngày 05/01/2023", NULL},
		{2023, 2024, "Luật Phòng thủ dân sự năm 2023", NULL},
		{2023, 2024, "nhiệm kỳ 2021 - 2026", NULL},
		{2023, 2024, "nhiệm kỳ 2023-2028", NULL},
		{2023, 2024, "giai đoạn 2019 - 2025", NULL},
		{2023, 2024, "từ năm 2023", NULL},
		{2023, 2024, "thỏa thuận đã ký năm 2023", NULL},
		{2023, 2024, "hội thành lập năm 1995", NULL},
		{2023, 2024, "dự án 2.023 cây xanh", NULL},
		{2023, 2024, "đến năm 2030", NULL},
		{2023, 2024, "", NULL},
		/* But this is the year's own work. */
		{2023, 2024, "triển khai Nghị quyết 34-NQ/TW trong năm 2023",
			"triển khai Nghị quyết 34-NQ/TW trong năm 2024"},
	};

	(void)state;
	CHECK(rows);
}

/* Carried words are not carried again, ordinals with them. */
static void test_carry__again(void **state)
{
	static const char *const texts[] = {
		"Tết Quý Mão 2023; quý II/2023; năm học 2022 - 2023",
		"kỷ niệm 55 năm quan hệ (1968 - 2023) vào ngày 20/7/2023",
		"hội thi thường niên lần thứ IX năm 2023",
		"tổng kết năm 2022 và nhiệm vụ năm 2023",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
		struct nc_slice text = nc_slice_text(texts[i]);
		struct nc_carried once, twice;
		struct nc_error err;

		nc_arena_init(&arena, 1024 * 1024);
		assert_int_equal(nc_carry_text(&arena, text, text, 2023, 2024,
					 &once, &err),
			NC_OK);
		assert_true(once.count > 0);
		/* Only the year before, which tổng kết moves, may not: it is
		 * told by the source. */
		if (strstr(texts[i], "tổng kết") != NULL)
			continue;
		assert_int_equal(nc_carry_text(&arena, nc_slice_text(once.text),
					 text, 2023, 2024, &twice, &err),
			NC_OK);
		assert_string_equal(twice.text, once.text);
	}
}

static void test_carry__says_what(void **state)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_slice text = nc_slice_text(
		"quý II/2024: kỷ niệm 49 năm quan hệ (1975 - 2024)");
	struct nc_carried carried;
	struct nc_error err;

	(void)state;
	nc_arena_init(&arena, 1024 * 1024);
	assert_int_equal(
		nc_carry_text(&arena, text, text, 2024, 2025, &carried, &err),
		NC_OK);
	assert_string_equal(carried.changes,
		"quý II/2024 → quý II/2025; 49 → 50 years, a round year (năm "
		"tròn)");
	assert_int_equal(carried.count, 2);
	assert_int_equal(
		nc_carry_text(&arena, text, text, 1850, 2025, &carried, &err),
		NC_INVALID);
}

/* Findings of the rules on anniversaries in a plan of that year. */
static size_t anniversary_findings(const char *text, int year)
{
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	struct nc_check check NC_AUTO(nc_check_fini) = {0};
	struct nc_plan plan NC_AUTO(nc_plan_fini) = {0};
	struct nc_check_input input = {.document = &document,
		.plan = &plan,
		.kind = NC_CHECK_PLAN,
		.year = year};
	struct nc_error err;
	size_t count = 0;

	nc_document_init(&document);
	nc_plan_init(&plan);
	nc_check_init(&check);
	assert_int_equal(
		nc_document_read(&document, nc_slice_text(text), &err), NC_OK);
	assert_int_equal(nc_check_document(&check, &input, &err), NC_OK);
	for (size_t i = 0; i < check.count; i++)
		count += strcmp(check.findings[i].rule->id, "R01") == 0 ||
			 strcmp(check.findings[i].rule->id, "R02") == 0;
	return count;
}

/* A carried plan gives the checker nothing to say of R01 and R02; the plan as
 * it was does, and so does one whose years alone were moved. */
static void test_carry__checker_is_content(void **state)
{
	static const char text[] =
		"- Gặp mặt nhân kỷ niệm 55 năm quan hệ ngoại giao Việt Nam - "
		"Thụy Điển (11/01/1969 - 11/01/2024)\n"
		"- Giao lưu nhân kỷ niệm 49 năm quan hệ Việt Nam - Đức "
		"(23/9/1975 - 23/9/2024) trong quý III/2024\n"
		"- Mít tinh nhân Ngày Quốc khánh (02/9/1945 - 02/9/2024)\n"
		"- Dâng hương nhân kỷ niệm 97 năm ngày sinh (13/8/1926 - "
		"13/8/2023)\n";
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_slice slice = nc_slice_text(text);
	struct nc_carried carried;
	struct nc_error err;

	(void)state;
	nc_arena_init(&arena, 1024 * 1024);
	for (int year = 2025; year < 2030; year++) {
		assert_int_equal(nc_carry_text(&arena, slice, slice, 2024, year,
					 &carried, &err),
			NC_OK);
		assert_int_equal(anniversary_findings(carried.text, year), 0);
	}
	assert_int_equal(anniversary_findings(text, 2024), 1);
	assert_true(anniversary_findings(text, 2025) >= 4);
}

static void test_carry__dates(void **state)
{
	static const struct {
		const char *date, *carried;
	} rows[] = {
		{"2023", "2024"},
		{"2023-Q2", "2024-Q2"},
		{"2023-H1", "2024-H1"},
		{"2023-10", "2024-10"},
		{"2023-10-05", "2024-10-05"},
		{"2024-01-05", "2025-01-05"},
		{"2024-02-29", "2025-02-28"},
		{"2023-13", NULL},
		{"", NULL},
		{"2199", NULL},
	};
	char date[NC_CARRY_DATE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(nc_carry_date(nc_slice_text(rows[i].date),
					 2023, 2024, date),
			rows[i].carried != NULL);
		if (rows[i].carried != NULL)
			assert_string_equal(date, rows[i].carried);
	}
	assert_true(nc_carry_festival(nc_slice_text("dịp Giỗ Tổ Hùng Vương"),
		nc_slice_text("2023-04-29"), 2023, 2024, date));
	assert_string_equal(date, "2024-04-18");
	assert_false(nc_carry_festival(nc_slice_text("đón đoàn"),
		nc_slice_text("2023-04-29"), 2023, 2024, date));
	assert_false(nc_carry_festival(nc_slice_text("Giỗ Tổ Hùng Vương"),
		nc_slice_text("2023-04-30"), 2023, 2024, date));
}

static void test_carry__no_memory(void **state)
{
	enum nc_status status = NC_NO_MEMORY;
	struct nc_slice text = nc_slice_text(
		"Tết Quý Mão 2023, lần thứ IX năm 2023, kỷ niệm 55 năm quan hệ "
		"(1968 - 2023), Giỗ Tổ Hùng Vương 29/4");

	(void)state;
	for (unsigned long n = 1; status == NC_NO_MEMORY; n++) {
		struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
		struct nc_carried carried;
		struct nc_error err;

		assert_true(n < 1000);
		nc_arena_init(&arena, 1024 * 1024);
		nc_memory_fail_at(n);
		status = nc_carry_text(
			&arena, text, text, 2023, 2024, &carried, &err);
		nc_memory_fail_at(0);
	}
	assert_int_equal(status, NC_OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_carry__years),
		cmocka_unit_test(test_carry__days),
		cmocka_unit_test(test_carry__anniversaries),
		cmocka_unit_test(test_carry__ordinals),
		cmocka_unit_test(test_carry__what_stays),
		cmocka_unit_test(test_carry__again),
		cmocka_unit_test(test_carry__says_what),
		cmocka_unit_test(test_carry__checker_is_content),
		cmocka_unit_test(test_carry__dates),
		cmocka_unit_test(test_carry__no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
