/*
 * Countries in running text, and the names that only look like them. "want"
 * is the ISO codes in order.
 */
#include "fixture.h"

#include "locale/countries.h"
#include "locale/days.h"
#include "locale/text.h"

#include <stdio.h>

#define HITS_MAX 32

struct country_case {
	const char *text, *want;
};

static void check(const struct country_case *cases, size_t count)
{
	size_t wrong = 0;

	for (size_t i = 0; i < count; i++) {
		struct nc_country_hit hits[HITS_MAX];
		char got[256] = "";
		size_t found = 0, used = 0;

		assert_true(nc_text_is_clean(nc_slice_text(cases[i].text)));
		assert_int_equal(nc_countries_find(nc_slice_text(cases[i].text),
					 hits, HITS_MAX, &found),
			NC_OK);
		for (size_t k = 0; k < found; k++)
			used += (size_t)snprintf(got + used, sizeof(got) - used,
				"%s%s", k > 0 ? " " : "",
				hits[k].country->iso2);
		if (strcmp(got, cases[i].want) == 0)
			continue;
		wrong++;
		print_error("%s: wanted \"%s\", got \"%s\"\n", cases[i].text,
			cases[i].want, got);
	}
	assert_int_equal(wrong, 0);
}

static void test_countries__are_found(void **state)
{
	static const struct country_case cases[] = {
		{"Đón đoàn thanh niên Lào thăm bảo tàng", "LA"},
		{"Quan hệ Việt Nam - Đức bước sang năm thứ năm mươi", "DE"},
		{"Hội hữu nghị Việt - Nga trao học bổng", "RU"},
		{"Hội hữu nghị Việt Nam - Pháp Cần Thơ", "FR"},
		{"sang Mỹ, Canada và Cuba", "US CA CU"},
		{"Đoàn Hàn Quốc và đoàn Nhật Bản", "KR JP"},
		{"Cộng hòa Liên bang Đức tài trợ", "DE"},
		{"CHDCND Lào và Vương quốc Campuchia", "LA KH"},
		{"nước Anh", "GB"},
		{"Thuỵ Sĩ, Thụy Sỹ, Thuỵ Điển", "CH CH SE"},
		{"Đại sứ quán Ý tại Hà Nội", "IT"},
		{"du học Úc", "AU"},
		{"Liên bang Nga", "RU"},
		{"Quỹ Hòa Bình/Bỉ; Hội Ánh Sáng/Áo", "BE AT"},
		{"Cam-pu-chia và Mi-an-ma", "KH MM"},
		{"Hoa kỳ, Nhật bản, Trung quốc", "US JP CN"},
		{"đối tác (Hà Lan) và nhà tài trợ (Pháp)", "NL FR"},
		{"Đài Loan (Trung Quốc) và Trung Quốc (Đài Loan)", "TW TW"},
		{"QUỐC KHÁNH LÀO VÀ QUỐC KHÁNH ẤN ĐỘ", "LA IN"},
		{"các tỉnh Nam Lào", "LA"},
		{"Phía Pháp, phía Bỉ cùng dự", "FR BE"},
		{"Anh, Pháp và Đức ký thỏa thuận", "GB FR DE"},
		{"hợp tác Lào - Campuchia - Thái Lan", "LA KH TH"},
		{"Tổng thống Mỹ Joe gửi thư", "US"},
		{"học tập ở Pháp nhân dịp hè", "FR"},
		{"tri ân nhân dân Pháp nhân dịp hè", "FR"},
		{"trẻ em Lào và trẻ em Nga", "LA RU"},
		{"các đồng chí Lào", "LA"},
		{"viện trợ của Nhật", "JP"},
		{"Ông Smith, Mỹ, và bà Dupont, Pháp", "US FR"},
		{"EU và UAE mở văn phòng", "EU AE"},
		{"Bắc Triều Tiên, Mông Cổ, Ấn Độ", "KP MN IN"},
		{"Viện Pháp và Hội Nhật", "FR JP"},
		{"Việt Nam", ""},
		{"Ucraina, Bungari và Braxin", "UA BG BR"},
		{"bia Lào, gỗ Lào, thịt bò Úc, cá hồi Na Uy, cà phê Ý", ""},
		{"Phở Úc; gỗ của Lào", "LA"},
		{"chuyên gia bò sữa Hà Lan, Hiệp hội Cà phê Úc", "NL AU"},
		{"Hội Việt – Trung, Việt - Ấn, Hội Việt - Trung tâm", "CN IN"},
		{"Xô-ma-li-len, Xô-ma-li", "SO"},
		{"Congo, Cộng hòa Dân chủ Congo, Niger, Nigeria, Guinea, "
		 "Guinea-Bissau, Nam Sudan, sông Niger",
			"CG CD NE NG GN GW SS"},
		{"Georgia, bang Georgia, Atlanta (Georgia, Mỹ)", "GE US"},
		{"chợ Lào, báo Đức, du khách Anh", "LA DE GB"},
		{"Thủ tướng Đức Scholz, hãng tin Nga TASS", "DE RU"},
		{"Hội Việt - Mỹ và Hội đồng Anh", "US GB"},
		{"giao lưu Việt - Pháp văn hóa", "FR"},
	};

	(void)state;
	check(cases, sizeof(cases) / sizeof(cases[0]));
}

static void test_countries__are_not_seen_in_other_names(void **state)
{
	static const struct country_case cases[] = {
		/* places */
		{"tỉnh Lào Cai và huyện Đức Thọ", ""},
		{"thị xã Đức Phổ, thành phố Mỹ Tho", ""},
		{"xã Nga Sơn, xã Anh Sơn, huyện Ý Yên", ""},
		{"phường Nhật Tân, bãi biển Mỹ Khê", ""},
		{"Phú Mỹ, Hồng Đức và Vĩnh Đức", ""},
		{"chùa Trí Đức, đình Thượng Đức", ""},
		{"LÀO CAI, ĐỨC HUỆ", ""},
		{"thôn Đức, làng Nga", ""},
		{"khu vực Mỹ Latinh, Bắc Mỹ, châu Mỹ, châu Úc", ""},
		{"Ấn Độ Dương", ""},
		{"vịnh Thái Lan", ""},
		{"tuyến Việt Nam - Lào Cai", ""},
		{"trường Đại học Việt Đức, cầu Nhật Lệ", ""},
		/* persons */
		{"ông Đức và bà Nga phát biểu", ""},
		{"anh Pháp, chị Mỹ, em Nhật", ""},
		{"các anh Đức, Nga, Pháp", ""},
		{"Trần Thị Nga, Lê Quang Pháp, Hoàng Đức", ""},
		{"Tuấn Anh, Việt Anh và Đức Anh", ""},
		{"đồng chí Đức", ""},
		{"Nguyễn Hà Lan", ""},
		{"TS. Nga", "RU"},
		{"TS Nga báo cáo", ""},
		/* languages */
		{"dạy tiếng Đức, Nga và Nhật", ""},
		{"trang tin bằng tiếng Lào, Campuchia, Thái Lan", ""},
		{"ngôn ngữ Anh, Pháp", ""},
		{"bốn ngôn ngữ (Việt, Lào, Pháp, Trung Quốc)", ""},
		{"cộng đồng Pháp ngữ, chứng chỉ Anh ngữ", ""},
		{"câu lạc bộ tiếng Pháp tại Lào", "LA"},
		{"tiếng Trung", ""},
		{"trình độ Anh văn, Pháp văn", ""},
		{"chữ Lào", ""},
		{"lớp tiếng Anh và quà của Nhật", "JP"},
		/* common words */
		{"Ý kiến của đại biểu", ""},
		{"Pháp luật về hội", ""},
		{"Mỹ thuật đương đại", ""},
		{"Áo dài và áo ấm", ""},
		{"Anh em một nhà", ""},
		{"Đức tính khiêm tốn", ""},
		{"Nhật ký hành trình", ""},
		{"Anh đã gửi thư", ""},
		{"Anh hùng lao động", ""},
		{"bà mẹ Việt Nam Anh hùng", ""},
		{"vào Chủ Nhật", ""},
		{"gió Lào và thuốc lào", ""},
		{"đức, anh, pháp, nga, mỹ, ý, áo, úc, lào", ""},
		{"PHÁP LUẬT, MỸ THUẬT, Ý KIẾN", ""},
		{"Phật giáo: Đức Phật, Đức Giáo hoàng", ""},
		{"đậu Hà Lan", ""},
		{"đạo Đức", ""},
	};

	(void)state;
	check(cases, sizeof(cases) / sizeof(cases[0]));
}

static void test_countries__words_are_given(void **state)
{
	const char *text = "Đoàn Đài Loan (Trung Quốc) đến.";
	struct nc_country_hit hit;
	size_t count;

	(void)state;
	must(nc_countries_find(nc_slice_text(text), &hit, 1, &count));
	assert_int_equal(count, 1);
	assert_true(nc_slice_equal(nc_slice(text + hit.at, hit.size),
		nc_slice_text("Đài Loan (Trung Quốc)")));
}

static void test_countries__at_most_max(void **state)
{
	struct nc_country_hit hits[2];
	size_t count;

	(void)state;
	must(nc_countries_find(
		nc_slice_text("Cuba, Peru, Chile"), hits, 2, &count));
	assert_int_equal(count, 2);
	must(nc_countries_find(nc_slice_text("Cuba"), hits, 0, &count));
	assert_int_equal(count, 0);
	must(nc_countries_find(nc_slice(NULL, 0), hits, 2, &count));
	assert_int_equal(count, 0);
}

static const char *code_of(const char *name)
{
	const struct nc_country *country =
		nc_country_by_name(nc_slice_text(name));

	return country == NULL ? "" : country->iso2;
}

static void test_countries__of_a_field(void **state)
{
	(void)state;
	assert_string_equal(code_of("lào"), "LA");
	assert_string_equal(code_of("Thuỵ sĩ"), "CH");
	assert_string_equal(code_of("Mĩ"), "US");
	assert_string_equal(code_of("germany"), "DE");
	assert_string_equal(code_of("Bra-xin"), "BR");
	assert_string_equal(code_of("braxin"), "BR");
	assert_string_equal(code_of("Lào Cai"), "");
	assert_string_equal(code_of(""), "");
	assert_string_equal(code_of("Atlantis"), "");
	assert_string_equal(nc_country_by_code("DEU")->iso2, "DE");
	assert_null(nc_country_by_code(""));
	assert_null(nc_country_by_code("XX"));
}

/* Every country: codes once each, days that exist, found by its own names. */
static void test_countries__table_is_sound(void **state)
{
	(void)state;
	for (size_t i = 0; i < nc_countries_count; i++) {
		const struct nc_country *at = &nc_countries[i];
		struct nc_slice name;

		assert_ptr_equal(nc_country_by_code(at->iso2), at);
		if (at->national_day != 0)
			assert_true(nc_day_is_valid((struct nc_day){
				2023, at->national_month, at->national_day}));
		if (at->relations.year != 0)
			assert_true(nc_day_is_valid(at->relations));
		for (size_t k = 0; nc_country_name(at, k, &name); k++) {
			assert_true(nc_text_is_clean(name));
			assert_true(name.size > 0);
			if (nc_country_by_name(name) != at)
				print_error("%.*s\n", (int)name.size,
					(const char *)name.data);
			assert_ptr_equal(nc_country_by_name(name), at);
		}
	}
}

static void test_countries__bytes_that_are_no_text(void **state)
{
	static const char *const texts[] = {"\xff\xfe L\xc3", "\xc3",
		"L\xc3\xa0", "\xe1\xbb", "(((((", "Lào\xcc\x80\xcc\x80", "-"};
	struct nc_country_hit hit;
	size_t count;

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		must(nc_countries_find(
			nc_slice_text(texts[i]), &hit, 1, &count));
}

/* Days that come back. */

static const struct nc_fixed_day *fixed(const char *name)
{
	for (size_t i = 0; i < nc_fixed_days_count; i++)
		if (strcmp(nc_fixed_days[i].name_vi, name) == 0)
			return &nc_fixed_days[i];
	fail_msg("no day %s", name);
	return NULL;
}

static void expect_day(const char *name, int year, const char *want)
{
	struct nc_day from, to;
	char got[2 * NC_DAY_TEXT_SIZE + 1] = "";

	if (nc_fixed_day_in_year(fixed(name), year, &from, &to)) {
		nc_day_format(got, from);
		if (nc_day_compare(from, to) != 0) {
			strcat(got, "/");
			nc_day_format(got + strlen(got), to);
		}
	}
	assert_string_equal(got, want);
}

static void test_days__come_back(void **state)
{
	(void)state;
	expect_day("Giỗ Tổ Hùng Vương", 2025, "2025-04-07");
	expect_day("Tết Nguyên đán", 2030, "2030-02-02");
	expect_day("Tết Trung thu", 2024, "2024-09-17");
	expect_day("Tết Bunpimay", 2024, "2024-04-14/2024-04-16");
	expect_day("Ngày Quốc tế Yoga", 2015, "2015-06-21");
	expect_day("Ngày Quốc tế Yoga", 2014, "");
	expect_day("Tết Nguyên đán", 2300, "");
}

static void test_days__of_countries(void **state)
{
	struct nc_day day;
	char text[NC_DAY_TEXT_SIZE];

	(void)state;
	assert_true(
		nc_national_day_in_year(nc_country_by_code("LA"), 2024, &day));
	nc_day_format(text, day);
	assert_string_equal(text, "2024-12-02");
	assert_false(
		nc_national_day_in_year(nc_country_by_code("GB"), 2024, &day));
	assert_false(
		nc_national_day_in_year(nc_country_by_code("LA"), 1974, &day));
	/* 29 February */
	assert_true(nc_anniversary_in_year(
		nc_country_by_code("BN")->relations, 2023, &day));
	nc_day_format(text, day);
	assert_string_equal(text, "2023-02-28");
	assert_true(nc_anniversary_in_year(
		nc_country_by_code("BN")->relations, 2024, &day));
	nc_day_format(text, day);
	assert_string_equal(text, "2024-02-29");
	assert_false(nc_anniversary_in_year(
		nc_country_by_code("BN")->relations, 1991, &day));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_countries__are_found),
		cmocka_unit_test(test_countries__are_not_seen_in_other_names),
		cmocka_unit_test(test_countries__words_are_given),
		cmocka_unit_test(test_countries__at_most_max),
		cmocka_unit_test(test_countries__of_a_field),
		cmocka_unit_test(test_countries__table_is_sound),
		cmocka_unit_test(test_countries__bytes_that_are_no_text),
		cmocka_unit_test(test_days__come_back),
		cmocka_unit_test(test_days__of_countries),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
