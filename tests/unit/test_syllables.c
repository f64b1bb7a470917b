/*
 * Syllables and tones, the order of lists, and TCVN3.
 */
#include "fixture.h"

#include "locale/order.h"
#include "locale/tcvn3.h"
#include "locale/windows1258.h"
#include "locale/text.h"
#include "locale/tone.h"

static void test_tone__parts_of_a_syllable(void **state)
{
	static const struct {
		const char *word;
		int initial, medial, nucleus, coda, tone;
	} cases[] = {
		{"nghiêng", 3, 0, 2, 2, NC_TONE_NGANG},
		{"hoà", 1, 1, 1, 0, NC_TONE_HUYEN},
		{"Thuý", 2, 1, 1, 0, NC_TONE_SAC},
		{"quý", 2, 0, 1, 0, NC_TONE_SAC},
		{"gì", 1, 0, 1, 0, NC_TONE_HUYEN},
		{"giếng", 2, 0, 1, 2, NC_TONE_SAC},
		{"giữa", 2, 0, 2, 0, NC_TONE_NGA},
		{"rượu", 1, 0, 2, 1, NC_TONE_NANG},
		{"khuỷu", 2, 1, 1, 1, NC_TONE_HOI},
		{"yêu", 0, 0, 2, 1, NC_TONE_NGANG},
		{"ở", 0, 0, 1, 0, NC_TONE_HOI},
		{"ĐẸP", 1, 0, 1, 1, NC_TONE_NANG},
		{"của", 1, 0, 2, 0, NC_TONE_HOI},
		{"quyết", 2, 0, 2, 1, NC_TONE_SAC},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_syllable s;

		if (!nc_syllable_parse(nc_slice_text(cases[i].word), &s))
			fail_msg("%s is no syllable", cases[i].word);
		assert_int_equal(s.initial_size, cases[i].initial);
		assert_int_equal(s.medial_size, cases[i].medial);
		assert_int_equal(s.nucleus_size, cases[i].nucleus);
		assert_int_equal(s.coda_size, cases[i].coda);
		assert_int_equal(s.tone, cases[i].tone);
	}
}

static void test_tone__what_is_no_syllable(void **state)
{
	static const char *const words[] = {"", "đ", "ng", "kà", "ghà", "cì",
		"bac" /* a stop without a tone */, "hòăc", "ầm1", "bàà",
		"Canada", "Foundation", "xtan", "mờp" /* a stop with huyền */,
		"qa", "uô", "iế", "nghiêngg", "zô", "a b"};

	(void)state;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		struct nc_syllable s;

		if (nc_syllable_parse(nc_slice_text(words[i]), &s))
			fail_msg("%s is a syllable", words[i]);
	}
}

static void expect_style(
	const char *text, enum nc_tone_style style, const char *want)
{
	NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 4096};

	must(nc_tone_restyle(&out, nc_slice_text(text), style));
	assert_string_equal(nc_buffer_string(&out), want);
}

static void test_tone__styles(void **state)
{
	static const struct {
		const char *older, *newer;
	} cases[] = {
		{"Ủy ban, hòa bình, khỏe mạnh", "Uỷ ban, hoà bình, khoẻ mạnh"},
		{"THỦY LỢI", "THUỶ LỢI"},
		{"Quý, quả, của, mùa, thuở, huề",
			"Quý, quả, của, mùa, thuở, huề"},
		{"hoàn, xoáy, ngoèo, khuỷu, tuyến",
			"hoàn, xoáy, ngoèo, khuỷu, tuyến"},
		{"già, giáo, gìn", "già, giáo, gìn"},
		{"“Hóa” (lũy; tọa)", "“Hoá” (luỹ; toạ)"},
		{"Đắk Lắk, Müller", "Đắk Lắk, Müller"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *older = cases[i].older, *newer = cases[i].newer;

		expect_style(older, NC_TONE_NEWER, newer);
		expect_style(newer, NC_TONE_OLDER, older);
		expect_style(older, NC_TONE_OLDER, older);
		expect_style(newer, NC_TONE_NEWER, newer);
		assert_true(nc_tone_equal(
			nc_slice_text(older), nc_slice_text(newer)));
	}
	assert_true(nc_tone_equal(nc_slice_text("qúy"), nc_slice_text("quý")));
	assert_false(nc_tone_equal(nc_slice_text("hòa"), nc_slice_text("hóa")));
	assert_false(nc_tone_equal(nc_slice_text("hòa"), nc_slice_text("Hoà")));
	assert_false(
		nc_tone_equal(nc_slice_text("hòa"), nc_slice_text("hoà ")));
}

static int order_of(const char *a, const char *b, enum nc_order order)
{
	int result = 0;

	must(nc_order_compare(
		nc_slice_text(a), nc_slice_text(b), order, &result));
	return (result > 0) - (result < 0);
}

/* Each line in order; every pair is compared both ways. */
static void expect_order(
	const char *const *texts, size_t count, enum nc_order order)
{
	for (size_t i = 0; i < count; i++)
		for (size_t k = 0; k < count; k++) {
			int want = (i > k) - (i < k);

			if (order_of(texts[i], texts[k], order) != want)
				fail_msg("%s, %s: not %d", texts[i], texts[k],
					want);
		}
}

#define EXPECT_ORDER(order, ...)                                               \
	do {                                                                   \
		static const char *const list[] = {__VA_ARGS__};               \
                                                                               \
		expect_order(list, sizeof(list) / sizeof(list[0]), order);     \
	} while (0)

static void test_order__of_dictionaries(void **state)
{
	(void)state;
	EXPECT_ORDER(NC_ORDER_DICTIONARY, "", "2", "10", "10 a", "a", "A", "à",
		"ả", "ã", "á", "ạ", "an", "ăn", "ân", "ba", "Ba", "ba lan",
		"Ba Lan", "bà", "bà ba", "bá", "da", "đa", "đà", "fa", "ga",
		"ja", "la", "lo", "lô", "lơ", "tu", "tư", "wa", "xa", "ya",
		"za", "д");
	EXPECT_ORDER(NC_ORDER_DICTIONARY, "Thanh Hóa", "Thành phố", "Thạnh");
	EXPECT_ORDER(NC_ORDER_DICTIONARY, "hoa", "hòa", "hóa", "hoan");
	assert_int_equal(order_of("hòa", "hoà", NC_ORDER_DICTIONARY), 0);
	assert_int_equal(order_of("kỳ-hạn", "kỳ hạn", NC_ORDER_DICTIONARY), 0);
	assert_int_equal(order_of("007", "7", NC_ORDER_DICTIONARY), 0);
	/* decomposed */
	assert_int_equal(
		order_of("vi\xc3\xaa\xcc\xa3n", "viện", NC_ORDER_DICTIONARY),
		0);
}

static void test_order__of_cldr(void **state)
{
	(void)state;
	EXPECT_ORDER(NC_ORDER_CLDR, "", " a", "10", "2", "a", "A", "à", "bà",
		"bá", "Ba Lan", "bán", "hoa", "hoà", "hoá", "hòa", "hóa");
}

static void test_order__of_people(void **state)
{
	(void)state;
	EXPECT_ORDER(NC_ORDER_PEOPLE, "Lê Văn An", "Phạm An", "Đỗ Thị Ánh",
		"Bùi Bình", "Lê Thị Hà", "Lê Văn Hà", "Vũ Hà", "Y");
	assert_int_equal(order_of(" Lê  An ", "Lê An", NC_ORDER_PEOPLE), 0);
}

static void test_order__refuses_what_is_no_text(void **state)
{
	int result;

	(void)state;
	assert_int_equal(
		nc_order_compare(nc_slice("\xff", 1), nc_slice_text("a"),
			NC_ORDER_DICTIONARY, &result),
		NC_MALFORMED);
}

static void test_tcvn3__is_recognised(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"Uû ban nh©n d©n", "Uỷ ban nhân dân"},
		{"Céng hoµ x· héi chñ nghÜa ViÖt Nam",
			"Cộng hoà xã hội chủ nghĩa Việt Nam"},
		{"§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"},
		{"Hµ Néi, ngµy 5 th¸ng 6", "Hà Nội, ngày 5 tháng 6"},
		{"TrÝch yÕu: b¸o c¸o cña Foundation",
			"Trích yếu: báo cáo của Foundation"},
		{"UBND tØnh", "UBND tỉnh"},
		/* the soft hyphen is a letter */
		{"bÝ th\xc2\xad tØnh uû", "bí thư tỉnh uỷ"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 4096};
		struct nc_slice text = nc_slice_text(cases[i].text);

		if (!nc_tcvn3_is(text))
			fail_msg("not seen: %s", cases[i].text);
		must(nc_tcvn3_convert(&out, text));
		assert_string_equal(nc_buffer_string(&out), cases[i].want);
		/* What came out is Vietnamese and not taken again. */
		assert_false(nc_tcvn3_is(nc_buffer_slice(&out)));
		assert_true(nc_text_is_clean(nc_buffer_slice(&out)));
	}
}

static void test_tcvn3__as_bytes(void **state)
{
	/* "Uỷ ban nhân dân tỉnh" and quotes of Windows-1252 */
	static const char bytes[] = "\x93U\xfb ban nh\xa9n d\xa9n t\xd8nh\x94";
	NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 4096};

	(void)state;
	assert_true(nc_tcvn3_is(nc_slice_text(bytes)));
	must(nc_tcvn3_convert(&out, nc_slice_text(bytes)));
	assert_string_equal(nc_buffer_string(&out), "“Uỷ ban nhân dân tỉnh”");
}

static void test_tcvn3__is_not_seen_elsewhere(void **state)
{
	static const char *const texts[] = {
		"Ủy ban nhân dân tỉnh",
		"là xã có cá, thì và",
		"xã có cá",
		"Độc lập - Tự do",
		"L'année passée, l'équipe a été reçue à l'hôtel de ville",
		"né à Orléans, où il a étudié",
		"El niño comió más jamón en la montaña de España",
		"Die Brücke über die Straße für Müller und Söhne",
		"Não há razão para a administração",
		"på gården står en ås, Malmö och Århus",
		"© 2024 Công ty A",
		"§ 5, ½ kg, 5 µm, 10 µg, 3 × 4, ±2, a·b",
		"· Tổ chức lớp học",
		"· Thăm hỏi",
		"Hội nghị «Hòa bình»",
		"Word®, An©",
		"plain text",
		"Ban to chuc hoi nghi",
		"",
		"日本語",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (nc_tcvn3_is(nc_slice_text(texts[i])))
			fail_msg("taken for TCVN3: %s", texts[i]);
	/* French in Latin-1 bytes */
	assert_false(nc_tcvn3_is(nc_slice_text("l'ann\xe9"
					       "e pass\xe9"
					       "e, re\xe7"
					       "ue \xe0 l'h\xf4tel")));
}

static void test_tcvn3__as_its_fonts_show_it(void **state)
{
	static const struct {
		const char *text, *want;
		bool capitals;
	} cases[] = {
		/* a word alone is enough: the font says what it is */
		{"phÇn kÕt", "phần kết", false},
		{"phÇn kÕt", "PHẦN KẾT", true},
		{"UBND tØnh 2024", "UBND TỈNH 2024", true},
		{"th\xc2\xad", "thư", false},
		/* typed in Unicode, whatever its font */
		{"Giữ nguyên là được", "Giữ nguyên là được", true},
		{"“trÝch”", "“trích”", false},
		{"", "", true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 4096};

		must(nc_tcvn3_show(
			&out, nc_slice_text(cases[i].text), cases[i].capitals));
		assert_string_equal(nc_buffer_string(&out), cases[i].want);
	}
}

static void test_windows1258__is_recognised(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		/* marks stand behind their letters */
		{"H\xf4\xf2i h\xfd\xdeu nghi\xf2 Vi\xea\xf2t Nam",
			"Hội hữu nghị Việt Nam"},
		{"\xd0\xf4\xf2"
		 "c l\xe2\xf2p, t\xfd\xf2 do",
			"Độc lập, tự do"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 4096};
		struct nc_slice text = nc_slice_text(cases[i].text);

		assert_false(nc_tcvn3_is(text));
		assert_true(nc_windows1258_is(text));
		must(nc_windows1258_convert(&out, text));
		assert_string_equal(nc_buffer_string(&out), cases[i].want);
		assert_true(nc_text_is_clean(nc_buffer_slice(&out)));
		assert_false(nc_windows1258_is(nc_buffer_slice(&out)));
	}
}

static void test_windows1258__is_not_seen_elsewhere(void **state)
{
	static const char *const texts[] = {
		"Hội hữu nghị", /* Unicode */
		"plain text",
		"",
		/* other languages in their own code pages */
		"l'ann\xe9"
		"e pass\xe9"
		"e, re\xe7"
		"ue \xe0 l'h\xf4tel",
		"El ni\xf1o comi\xf3 m\xe1s jam\xf3n",
		"p\xe5 g\xe5rden st\xe5r en \xe5s",
		"\xd3\xcb\xc1\xcf\xd2\xda\xde\xec\xf2\xfd",
		"\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0",
	};
	uint8_t all[256];

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (nc_windows1258_is(nc_slice_text(texts[i])))
			fail_msg("taken for Windows-1258: %zu", i);
	for (size_t i = 0; i < sizeof(all); i++)
		all[i] = (uint8_t)i;
	assert_false(nc_windows1258_is(nc_slice(all, sizeof(all))));
}

/* Bytes of any kind become clean text. */
static void test_windows1258__any_bytes(void **state)
{
	static const char bytes[] =
		"a\xcc\xd2\xde\xec\xf2\xcc\xd2 \xd2\x81\xd2";
	NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 4096};

	(void)state;
	must(nc_windows1258_convert(&out, nc_slice(bytes, sizeof(bytes))));
	assert_true(nc_text_is_clean(nc_buffer_slice(&out)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tone__parts_of_a_syllable),
		cmocka_unit_test(test_tone__what_is_no_syllable),
		cmocka_unit_test(test_tone__styles),
		cmocka_unit_test(test_order__of_dictionaries),
		cmocka_unit_test(test_order__of_cldr),
		cmocka_unit_test(test_order__of_people),
		cmocka_unit_test(test_order__refuses_what_is_no_text),
		cmocka_unit_test(test_tcvn3__is_recognised),
		cmocka_unit_test(test_tcvn3__as_bytes),
		cmocka_unit_test(test_tcvn3__is_not_seen_elsewhere),
		cmocka_unit_test(test_tcvn3__as_its_fonts_show_it),
		cmocka_unit_test(test_windows1258__is_recognised),
		cmocka_unit_test(test_windows1258__is_not_seen_elsewhere),
		cmocka_unit_test(test_windows1258__any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
