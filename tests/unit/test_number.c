/*
 * Counts: what is one, what it says, and what is none.
 */
#include "found_words.h"

#include "locale/number.h"

#include <stdio.h>

struct found {
	size_t count;
	struct nc_count first;
	char all[2048]; /* words of each, with | between */
};

static enum nc_status keep(void *context, const struct nc_count *count)
{
	struct found *found = context;

	if (found->count++ == 0)
		found->first = *count;
	found_add(found->all, sizeof(found->all), count->words);
	return NC_OK;
}

static struct found find(const char *text)
{
	struct found found = {0};

	assert_int_equal(
		nc_numbers_find(nc_slice_text(text), keep, &found), NC_OK);
	return found;
}

static const struct reading {
	const char *text, *qualifier, *min, *max, *unit, *per, *printed;
} readings[] = {
	{"27 thành viên", "", "27", "27", "thành viên", "", "27 thành viên"},
	{"3 chuyến", "", "3", "3", "chuyến", "", "03 chuyến"},
	{"09 tỉnh", "", "9", "9", "tỉnh", "", "09 tỉnh"},
	{"1.250 học sinh", "", "1250", "1250", "học sinh", "",
		"1.250 học sinh"},
	{"12.345.678 lượt truy cập", "", "12345678", "12345678",
		"lượt truy cập", "", "12.345.678 lượt truy cập"},
	{"trên 300 hội viên", "trên", "300", "", "hội viên", "",
		"trên 300 hội viên"},
	{"gần 4.500 lượt người", "gần", "", "4500", "lượt người", "",
		"gần 4.500 lượt người"},
	{"dưới 5 hồ sơ", "dưới", "", "5", "hồ sơ", "", "dưới 05 hồ sơ"},
	{"tối thiểu 6 bản tin", "tối thiểu", "6", "", "bản tin", "",
		"tối thiểu 06 bản tin"},
	{"tối đa 15 đại biểu", "tối đa", "", "15", "đại biểu", "",
		"tối đa 15 đại biểu"},
	{"không quá 9 trang", "không quá", "", "9", "trang", "",
		"không quá 09 trang"},
	{"dự kiến 12 cuộc họp", "dự kiến", "12", "12", "cuộc họp", "",
		"dự kiến 12 cuộc họp"},
	{"ước 700 lượt khách", "ước", "700", "700", "lượt khách", "",
		"ước 700 lượt khách"},
	{"dự kiến ít nhất 4 lớp", "ít nhất", "4", "", "lớp", "",
		"ít nhất 04 lớp"},
	{"Khoảng 60 em", "khoảng", "60", "60", "em", "", "khoảng 60 em"},
	{"không dưới 20 suất quà", "không dưới", "20", "", "suất quà", "",
		"không dưới 20 suất quà"},
	{"50 người trở lên", "trở lên", "50", "", "người", "",
		"50 người trở lên"},
	{"10 ngày trở xuống", "trở xuống", "", "10", "ngày", "",
		"10 ngày trở xuống"},
	{"từ 20 đến 25 khách", "", "20", "25", "khách", "",
		"từ 20 đến 25 khách"},
	{"2-4 buổi", "", "2", "4", "buổi", "", "02 - 04 buổi"},
	{"03 – 05 hội thảo", "", "3", "5", "hội thảo", "", "03 - 05 hội thảo"},
	{"khoảng 1.000 - 1.200 cây", "khoảng", "1000", "1200", "cây", "",
		"khoảng 1.000 - 1.200 cây"},
	{"6 hoặc 7 đơn vị", "", "6", "7", "đơn vị", "", "06 - 07 đơn vị"},
	{"04 số/năm", "", "4", "4", "số", "năm", "04 số/năm"},
	{"2 tin/tuần", "", "2", "2", "tin", "tuần", "02 tin/tuần"},
	{"5 cuộc gặp mỗi năm", "", "5", "5", "cuộc gặp", "năm",
		"05 cuộc gặp mỗi năm"},
	{"mười hai cuộc thi", "", "12", "12", "cuộc thi", "", "12 cuộc thi"},
	{"ba mươi mốt cán bộ", "", "31", "31", "cán bộ", "", "31 cán bộ"},
	{"hai trăm linh tư hộ dân", "", "204", "204", "hộ dân", "",
		"204 hộ dân"},
	{"một nghìn năm trăm khẩu trang", "", "1500", "1500", "khẩu trang", "",
		"1.500 khẩu trang"},
	{"năm trăm cuốn", "", "500", "500", "cuốn", "", "500 cuốn"},
	{"hai chục chiếc", "", "20", "20", "chiếc", "", "20 chiếc"},
	{"15 nghìn lượt xem", "", "15000", "15000", "lượt xem", "",
		"15.000 lượt xem"},
	{"1,5 triệu dân", "", "1500000", "1500000", "dân", "", "1,5 triệu dân"},
	{"2 triệu rưỡi dân", "", "2500000", "2500000", "dân", "",
		"2,5 triệu dân"},
	{"2,75 ha", "", "2.75", "2.75", "ha", "", "2,75 ha"},
	{"98,5 kg", "", "98.5", "98.5", "kg", "", "98,5 kg"},
	{"trên dưới 300 người", "trên dưới", "300", "300", "người", "",
		"trên dưới 300 người"},
	{"8 tấm pin", "", "8", "8", "tấm", "", "08 tấm"},
	{"hơn 30 tin, bài, ảnh", "hơn", "30", "", "tin, bài, ảnh", "",
		"hơn 30 tin, bài, ảnh"},
	{"số 7, 8, 9, 10/2025", "", "4", "4", "số", "", "số 7, 8, 9, 10/2025"},
	{"số 12 - 15/2023", "", "4", "4", "số", "", "số 12 - 15/2023"},
	{"05 đồng chí", "", "5", "5", "đồng chí", "", "05 đồng chí"},
	{"01 Đoàn", "", "1", "1", "đoàn", "", "01 Đoàn"},
	{"1.200 m2", "", "1200", "1200", "m2", "", "1.200 m2"},
	{"02 Phó Chủ tịch", "", "2", "2", "phó chủ tịch", "",
		"02 Phó Chủ tịch"},
	{"20 (hai mươi) phần quà", "", "20", "20", "phần quà", "",
		"20 phần quà"},
	{"6 ÷ 8 buổi", "", "6", "8", "buổi", "", "06 - 08 buổi"},
	{"14 mô hình mới", "", "14", "14", "mô hình", "", "14 mô hình"},
};

static void test_number__says_what_is_counted(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		const struct reading *want = &readings[i];
		struct found found = find(want->text);
		const struct nc_count *got = &found.first;

		if (found.count != 1)
			fail_msg("%s: %zu counts: %s", want->text, found.count,
				found.all);
		assert_string_equal(got->qualifier, want->qualifier);
		expect_end(want->text, got->has_min, got->min, want->min);
		expect_end(want->text, got->has_max, got->max, want->max);
		assert_string_equal(got->unit, want->unit);
		assert_string_equal(got->per, want->per);
		assert_string_equal(got->printed, want->printed);
	}
}

/* What is printed says the same when it is read again. */
static void test_number__printed_reads_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		struct nc_count count, again;
		struct nc_error err;

		assert_int_equal(nc_count_parse(nc_slice_text(readings[i].text),
					 &count, &err),
			NC_OK);
		assert_int_equal(nc_count_parse(nc_slice_text(count.printed),
					 &again, &err),
			NC_OK);
		assert_string_equal(again.printed, count.printed);
		assert_int_equal(nc_decimal_compare(again.min, count.min), 0);
		assert_int_equal(nc_decimal_compare(again.max, count.max), 0);
	}
}

static const struct {
	const char *text, *counts;
} texts[] = {
	{"Kế hoạch số 45/KH-LHHN ngày 03/4/2024", ""},
	{"Nghị quyết 21-NQ/TU và Thông tư 15/2023/TT-BNV", ""},
	{"Căn cứ Chỉ thị 9- CT/TW", ""},
	{"theo Điều 12, Khoản 3 của Điều lệ", ""},
	{"Điện thoại: 0258 3829 111, fax 0258.3829.222", ""},
	{"Liên hệ 0258.3829111 trước ngày 20/10", ""},
	{"1. Công tác chung\n2) Việc khác\n3 - Kết luận", ""},
	{"6. 2. Hoạt động khác", ""},
	{"Đại hội lần thứ 5 của Hội", ""},
	{"Năm 2024 và quý 3/2024, tháng 5/2024", ""},
	{"ngày 17 hội họp", ""},
	{"năm lẻ 5 và năm tròn", ""},
	{"Cụm 3 tổ chức", ""},
	{"lớp 12 chuyên", ""},
	{"bản tin số 5", ""},
	{"tổng kinh phí 25 triệu đồng", ""},
	{"đoàn F315 và e93 anh hùng", ""},
	{"một số nước, hai bên cùng một trong những", ""},
	{"kỷ niệm 50 năm thiết lập quan hệ", ""},
	{"lúc 08 giờ 30 ngày 12/5/2024", ""},
	{"2/3 số đại biểu", ""},
	{"lúc 8h00, mạng 4G", ""},
	{"sau 5 năm triển khai", "5 năm"},
	{"địa chỉ: 45 Trần Phú", ""},
	{"đón 3 đoàn, 45 lượt khách", "3 đoàn|45 lượt khách"},
	{"đón 03 đoàn/45 lượt khách", "03 đoàn|45 lượt khách"},
	{"01 đoàn/01 người; 02 bài/01 tháng",
		"01 đoàn|01 người|02 bài/01 tháng"},
	{"mã hồ sơ A/45 khách", ""},
	{"đạt 98,5%, 60 đường 23/10", ""},
	{"báo cáo quý, 6 tháng; đi 6 tháng", "6 tháng"},
	{"học cấp 2; cấp 1.000 bộ sách", "1.000 bộ sách"},
	{"(12 nữ, 20 nam)", "12 nữ|20 nam"},
	{"gồm 5 Nga, 02 Thái Lan", "5 Nga|02 Thái Lan"},
	{"Ngày 5/3/2024, trao 20 suất quà", "20 suất quà"},
	{"có tổng số 45 dự án", "45 dự án"},
	{"mỗi lớp 30 học viên", "30 học viên"},
	{"-02 đoàn; +03 hội nghị", "02 đoàn|03 hội nghị"},
	{"trong năm 2024 đón 2.024 khách", "2.024 khách"},
};

static void test_number__finds_counts_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct found found = find(texts[i].text);

		if (strcmp(found.all, texts[i].counts) != 0)
			fail_msg("%s: [%s], not [%s]", texts[i].text, found.all,
				texts[i].counts);
	}
}

static void test_number__names_in_a_row_are_listed(void **state)
{
	(void)state;
	assert_true(find("18 Lào, 01 Hàn Quốc").first.listed);
	assert_false(find("18 đoàn, 01 hội nghị").first.listed);
}

static void test_number__ambiguity_is_said(void **state)
{
	(void)state;
	assert_int_equal(
		find("1,500 người").first.warnings, NC_NUMBER_AMBIGUOUS);
	assert_int_equal(find("1,500 người").first.min.digits, 1500);
	assert_int_equal(find("1.500 người").first.warnings, 0);
	assert_int_equal(find("3.5 ha").first.warnings, NC_NUMBER_MALFORMED);
	assert_int_equal(find("1,234,567 lượt xem").first.min.digits, 1234567);
}

static void test_number__composite_text_is_understood(void **state)
{
	(void)state;
	/* "sự kiện" with the dot of ự and ệ apart. */
	assert_string_equal(
		find("02 sư\xcc\xa3 kiê\xcc\xa3n").first.unit, "sự kiện");
}

static void test_number__hostile_text_is_refused_or_passed(void **state)
{
	static const char *const refused[] = {"", " ", "đoàn", "1.2.3.4", "../",
		"12/2024", "157/QĐ-UBND", "1..2", "5 đoàn 6", "một trong",
		"\xff\xfe", "1.000.00"};
	static const char *const large[] = {"99999999999999999999 đoàn",
		"999.999.999.999.999.999.999 đoàn",
		"9.999.999.999.999 tỷ người"};
	struct nc_count count = {.kind = NC_COUNT_RATE};
	struct nc_error err;

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
		if (nc_count_parse(nc_slice_text(refused[i]), &count, &err) !=
			NC_INVALID)
			fail_msg("\"%s\" was not refused", refused[i]);
		assert_true(err.text[0] != '\0');
	}
	for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
		assert_int_equal(
			nc_count_parse(nc_slice_text(large[i]), &count, &err),
			NC_LIMIT);
		assert_int_equal(find(large[i]).count, 0);
	}
	assert_int_equal(count.kind, NC_COUNT_RATE); /* untouched */
}

static void test_number__decimals_are_exact(void **state)
{
	static const struct {
		struct nc_decimal value;
		const char *machine, *person;
	} cases[] = {
		{{0, 0}, "0", "0"},
		{{7, 0}, "7", "7"},
		{{1234567, 0}, "1234567", "1.234.567"},
		{{123456789, 2}, "1234567.89", "1.234.567,89"},
		{{5, 3}, "0.005", "0,005"},
		{{-1234, 0}, "-1234", "-1.234"},
		{{INT64_MAX, 0}, "9223372036854775807",
			"9.223.372.036.854.775.807"},
		{{INT64_MIN, 18}, "-9.223372036854775808",
			"-9,223372036854775808"},
	};
	char text[NC_DECIMAL_TEXT_SIZE];
	int64_t integer = 42;

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		nc_decimal_format(text, cases[i].value);
		assert_string_equal(text, cases[i].machine);
		nc_decimal_print(text, cases[i].value);
		assert_string_equal(text, cases[i].person);
	}
	assert_true(
		nc_decimal_scaled((struct nc_decimal){138, 1}, 9, &integer));
	assert_int_equal(integer, 13800000000);
	assert_false(nc_decimal_scaled((struct nc_decimal){1, 3}, 2, &integer));
	assert_false(nc_decimal_scaled(
		(struct nc_decimal){INT64_MAX, 0}, 1, &integer));
	assert_int_equal(integer, 13800000000);
	assert_true(nc_decimal_compare((struct nc_decimal){15, 1},
			    (struct nc_decimal){149, 2}) > 0);
	assert_int_equal(nc_decimal_compare((struct nc_decimal){5, 0},
				 (struct nc_decimal){5000, 3}),
		0);
}

static enum nc_status stop(void *context, const struct nc_count *count)
{
	(void)count;
	(*(size_t *)context)++;
	return NC_EXISTS;
}

static void test_number__a_visitor_may_stop(void **state)
{
	size_t visits = 0;

	(void)state;
	assert_int_equal(nc_numbers_find(nc_slice_text("3 đoàn, 4 hội nghị"),
				 stop, &visits),
		NC_EXISTS);
	assert_int_equal(visits, 1);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_number__says_what_is_counted),
		cmocka_unit_test(test_number__printed_reads_the_same),
		cmocka_unit_test(test_number__finds_counts_and_nothing_else),
		cmocka_unit_test(test_number__names_in_a_row_are_listed),
		cmocka_unit_test(test_number__ambiguity_is_said),
		cmocka_unit_test(test_number__composite_text_is_understood),
		cmocka_unit_test(
			test_number__hostile_text_is_refused_or_passed),
		cmocka_unit_test(test_number__decimals_are_exact),
		cmocka_unit_test(test_number__a_visitor_may_stop),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
