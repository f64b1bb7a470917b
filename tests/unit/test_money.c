/*
 * Sums of money: exact, with their currency, and nothing taken for one.
 */
#include "found_words.h"

#include "locale/money.h"

#include <stdio.h>

struct found {
	size_t count;
	struct nc_money first;
	char all[1024];
};

static enum nc_status keep(void *context, const struct nc_money *money)
{
	struct found *found = context;

	if (found->count++ == 0)
		found->first = *money;
	found_add(found->all, sizeof(found->all), money->words);
	return NC_OK;
}

static struct found find(const char *text)
{
	struct found found = {0};

	assert_int_equal(
		nc_money_find(nc_slice_text(text), keep, &found), NC_OK);
	return found;
}

#define ASSUMED NC_NUMBER_CURRENCY_ASSUMED

static const struct reading {
	const char *text, *qualifier, *min, *max, *currency, *per, *printed;
	unsigned warnings;
} readings[] = {
	{"7,2 tỷ đồng", "", "7200000000", "7200000000", "VND", "",
		"7,2 tỷ đồng", 0},
	{"7,2 tỉ đồng", "", "7200000000", "7200000000", "VND", "",
		"7,2 tỷ đồng", 0},
	{"850 triệu đồng", "", "850000000", "850000000", "VND", "",
		"850 triệu đồng", 0},
	{"850.000.000 đồng", "", "850000000", "850000000", "VND", "",
		"850.000.000 đồng", 0},
	{"850.000.000 VND", "", "850000000", "850000000", "VND", "",
		"850.000.000 đồng", 0},
	{"150.000đ", "", "150000", "150000", "VND", "", "150.000 đồng", 0},
	{"150 ngàn đồng", "", "150000", "150000", "VND", "", "150.000 đồng", 0},
	{"1.045 tỷ đồng", "", "1045000000000", "1045000000000", "VND", "",
		"1.045 tỷ đồng", 0},
	{"4 tỷ 50 triệu đồng", "", "4050000000", "4050000000", "VND", "",
		"4,05 tỷ đồng", 0},
	{"1 triệu 250 nghìn đồng", "", "1250000", "1250000", "VND", "",
		"1,25 triệu đồng", 0},
	{"500.000,- đồng", "", "500000", "500000", "VND", "", "500.000 đồng",
		0},
	{"1 tỷ 5", "", "1500000000", "1500000000", "VND", "", "1,5 tỷ đồng",
		NC_NUMBER_CURRENCY_ASSUMED},
	{"2 triệu 350 đồng", "", "2350000", "2350000", "VND", "",
		"2,35 triệu đồng", 0},
	{"3 tỷ rưỡi", "", "3500000000", "3500000000", "VND", "", "3,5 tỷ đồng",
		ASSUMED},
	{"40 triệu", "", "40000000", "40000000", "VND", "", "40 triệu đồng",
		ASSUMED},
	{"05 triệu/hộ", "", "5000000", "5000000", "VND", "hộ",
		"05 triệu đồng/hộ", ASSUMED},
	{"60 triệu đồng/căn", "", "60000000", "60000000", "VND", "căn",
		"60 triệu đồng/căn", 0},
	{"2 triệu đồng/em/năm", "", "2000000", "2000000", "VND", "em/năm",
		"2 triệu đồng/em/năm", 0},
	{"300.000 đồng mỗi suất", "", "300000", "300000", "VND", "suất",
		"300.000 đồng mỗi suất", 0},
	{"300.000 đồng một suất", "", "300000", "300000", "VND", "suất",
		"300.000 đồng một suất", 0},
	{"hơn 2 tỷ đồng", "hơn", "2000000000", "", "VND", "", "hơn 2 tỷ đồng",
		0},
	{"gần 90 triệu đồng", "gần", "", "90000000", "VND", "",
		"gần 90 triệu đồng", 0},
	{"ước tính 12 tỷ đồng", "ước tính", "12000000000", "12000000000", "VND",
		"", "ước tính 12 tỷ đồng", 0},
	{"từ 3 đến 4 triệu đồng", "", "3000000", "4000000", "VND", "",
		"từ 3 đến 4 triệu đồng", 0},
	{"3-4 triệu đồng", "", "3000000", "4000000", "VND", "",
		"3 - 4 triệu đồng", 0},
	{"500 triệu - 1 tỷ đồng", "", "500000000", "1000000000", "VND", "",
		"0,5 - 1 tỷ đồng", 0},
	{"200.000 - 300.000 đồng", "", "200000", "300000", "VND", "",
		"200.000 - 300.000 đồng", 0},
	{"5 triệu đồng trở lên", "trở lên", "5000000", "", "VND", "",
		"5 triệu đồng trở lên", 0},
	{"bốn mươi lăm triệu đồng", "", "45000000", "45000000", "VND", "",
		"45 triệu đồng", 0},
	{"hai tỷ ba trăm triệu đồng", "", "2300000000", "2300000000", "VND", "",
		"2,3 tỷ đồng", 0},
	{"3 nghìn tỷ đồng", "", "3000000000000", "3000000000000", "VND", "",
		"3.000 tỷ đồng", 0},
	{"98.450 USD", "", "98450", "98450", "USD", "", "98.450 USD", 0},
	{"98.450,75 USD", "", "98450.75", "98450.75", "USD", "",
		"98.450,75 USD", 0},
	{"1,204,500 USD", "", "1204500", "1204500", "USD", "", "1.204.500 USD",
		0},
	{"1,204,500.50 USD", "", "1204500.5", "1204500.5", "USD", "",
		"1.204.500,5 USD", 0},
	{"2,750 USD", "", "2750", "2750", "USD", "", "2.750 USD",
		NC_NUMBER_AMBIGUOUS},
	{"2.5 triệu USD", "", "2500000", "2500000", "USD", "", "2,5 triệu USD",
		NC_NUMBER_MALFORMED},
	{"$7,500", "", "7500", "7500", "USD", "", "7.500 USD",
		NC_NUMBER_AMBIGUOUS},
	{"US$ 7.500", "", "7500", "7500", "USD", "", "7.500 USD", 0},
	{"USD 7.500", "", "7500", "7500", "USD", "", "7.500 USD", 0},
	{"20 nghìn đô la Mỹ", "", "20000", "20000", "USD", "", "20.000 USD", 0},
	{"15.000 đô la Úc", "", "15000", "15000", "AUD", "", "15.000 AUD", 0},
	{"12.000 euro", "", "12000", "12000", "EUR", "", "12.000 EUR", 0},
	{"12.000 €", "", "12000", "12000", "EUR", "", "12.000 EUR", 0},
	{"3 triệu yên", "", "3000000", "3000000", "JPY", "", "3 triệu JPY", 0},
	{"50 triệu won", "", "50000000", "50000000", "KRW", "", "50 triệu KRW",
		0},
	{"8.000 nhân dân tệ", "", "8000", "8000", "CNY", "", "8.000 CNY", 0},
	{"8.000 NDT", "", "8000", "8000", "CNY", "", "8.000 CNY", 0},
	{"100.000 baht", "", "100000", "100000", "THB", "", "100.000 THB", 0},
	{"25 triệu kíp", "", "25000000", "25000000", "LAK", "", "25 triệu LAK",
		0},
	{"9.000 bảng Anh", "", "9000", "9000", "GBP", "", "9.000 GBP", 0},
	{"4.000 rúp", "", "4000", "4000", "RUB", "", "4.000 RUB", 0},
	{"6.500 franc Thụy Sĩ", "", "6500", "6500", "CHF", "", "6.500 CHF", 0},
	{"3 500 000 đồng", "", "3500000", "3500000", "VND", "",
		"3.500.000 đồng", 0},
	{"khoảng 80 USD/tháng", "khoảng", "80", "80", "USD", "tháng",
		"khoảng 80 USD/tháng", 0},
};

static void test_money__says_how_much(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		const struct reading *want = &readings[i];
		struct found found = find(want->text);
		const struct nc_money *got = &found.first;

		if (found.count != 1 || strcmp(found.all, want->text) != 0)
			fail_msg("%s: %s", want->text, found.all);
		assert_string_equal(got->qualifier, want->qualifier);
		expect_end(want->text, got->has_min, got->min, want->min);
		expect_end(want->text, got->has_max, got->max, want->max);
		assert_string_equal(got->currency, want->currency);
		assert_string_equal(got->per, want->per);
		assert_string_equal(got->printed, want->printed);
		assert_int_equal(got->warnings, want->warnings);
		assert_int_equal(got->assumed, want->warnings == ASSUMED);
	}
}

static void test_money__printed_reads_the_same(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof readings / sizeof *readings; i++) {
		struct nc_money money, again;
		struct nc_error err;

		assert_int_equal(nc_money_parse(nc_slice_text(readings[i].text),
					 &money, &err),
			NC_OK);
		assert_int_equal(nc_money_parse(nc_slice_text(money.printed),
					 &again, &err),
			NC_OK);
		assert_string_equal(again.printed, money.printed);
		assert_int_equal(nc_decimal_compare(again.min, money.min), 0);
		assert_int_equal(nc_decimal_compare(again.max, money.max), 0);
		assert_false(again.assumed);
	}
}

static const struct {
	const char *text, *sums;
} texts[] = {
	{"có 5 đồng chí và 3 đồng nghiệp", ""},
	{"2 triệu dân, 3 triệu lượt khách", ""},
	{"Nghị định 80/2020/NĐ-CP", ""},
	{"đ) 5. đ) việc khác", ""},
	{"3 đô thị ven biển", ""},
	{"ngày 20/10/2024", ""},
	{"40 đoàn", ""},
	{"20 nghìn cây xanh", ""},
	{"tài trợ 1,2 tỷ đồng (50.000 USD)", "1,2 tỷ đồng|50.000 USD"},
	{"100 suất, 500.000 đồng/suất, tổng 50 triệu",
		"500.000 đồng/suất|50 triệu"},
	{"giải ngân 30 triệu cho 2 xã", "30 triệu"},
	{"trị giá 25 triệu.", "25 triệu"},
	{"Tổng: 1.250.000 đồng; năm 2024: 2 tỷ", "1.250.000 đồng|2 tỷ"},
};

static void test_money__finds_sums_and_nothing_else(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		struct found found = find(texts[i].text);

		if (strcmp(found.all, texts[i].sums) != 0)
			fail_msg("%s: [%s], not [%s]", texts[i].text, found.all,
				texts[i].sums);
	}
	assert_string_equal(find("mỗi hộ được 2 triệu đồng").first.per, "hộ");
}

static void test_money__is_stored_in_minor_units(void **state)
{
	static const struct {
		const char *currency;
		struct nc_decimal value;
		enum nc_status status;
		int64_t minor;
	} cases[] = {
		{"USD", {149814, 0}, NC_OK, 14981400},
		{"USD", {123456789, 2}, NC_OK, 123456789},
		{"USD", {15, 1}, NC_OK, 150},
		{"VND", {13800000000, 0}, NC_OK, 13800000000},
		{"JPY", {3000000, 0}, NC_OK, 3000000},
		{"KWD", {1234, 3}, NC_OK, 1234},
		{"VND", {15, 1}, NC_INVALID, 0},
		{"USD", {1234, 3}, NC_INVALID, 0},
		{"XYZ", {1, 0}, NC_NOT_FOUND, 0},
		{"USD", {INT64_MAX, 0}, NC_LIMIT, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct nc_decimal back;
		int64_t minor = 0;

		assert_int_equal(nc_money_minor(cases[i].currency,
					 cases[i].value, &minor),
			cases[i].status);
		assert_int_equal(minor, cases[i].minor);
		if (cases[i].status != NC_OK)
			continue;
		assert_int_equal(
			nc_money_of_minor(cases[i].currency, minor, &back),
			NC_OK);
		assert_int_equal(nc_decimal_compare(back, cases[i].value), 0);
	}
}

static void test_money__is_printed(void **state)
{
	NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 100};

	(void)state;
	assert_int_equal(nc_money_print(&out, "VND",
				 (struct nc_decimal){13800000000, 0}),
		NC_OK);
	assert_string_equal(nc_buffer_string(&out), "13.800.000.000 đồng");
	nc_buffer_reset(&out);
	assert_int_equal(
		nc_money_print(&out, "USD", (struct nc_decimal){15, 1}), NC_OK);
	assert_string_equal(nc_buffer_string(&out), "1,5 USD");
	assert_int_equal(
		nc_money_print(&out, "???", (struct nc_decimal){15, 1}),
		NC_NOT_FOUND);
}

static void test_money__hostile_text_is_refused(void **state)
{
	static const char *const refused[] = {"", "đồng", "USD", "triệu",
		"40 đoàn", "5 đồng chí", "12 USD 13", "1.2.3 USD", "-5 USD x",
		"\xc3\x28 USD", "1,2,3 đồng", ".", ",;", "12%"};
	static const char *const large[] = {
		"9.999.999.999.999.999.999.999 đồng",
		"99999999999999999999 USD", "9.999.999.999.999 tỷ đồng",
		"999.999.999.999 nghìn tỷ đồng"};
	struct nc_money money;
	struct nc_error err;

	(void)state;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		if (nc_money_parse(nc_slice_text(refused[i]), &money, &err) !=
			NC_INVALID)
			fail_msg("\"%s\" was not refused", refused[i]);
	for (size_t i = 0; i < sizeof large / sizeof *large; i++) {
		if (nc_money_parse(nc_slice_text(large[i]), &money, &err) !=
			NC_LIMIT)
			fail_msg("\"%s\" is not too large", large[i]);
		assert_int_equal(find(large[i]).count, 0);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_money__says_how_much),
		cmocka_unit_test(test_money__printed_reads_the_same),
		cmocka_unit_test(test_money__finds_sums_and_nothing_else),
		cmocka_unit_test(test_money__is_stored_in_minor_units),
		cmocka_unit_test(test_money__is_printed),
		cmocka_unit_test(test_money__hostile_text_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
