/*
 * Vietnamese text: what may enter, and the forms it is compared in.
 */
#include "fixture.h"

#include "locale/text.h"

typedef enum nc_status (*text_step)(struct nc_buffer *, struct nc_slice);

static void expect(text_step step, const char *in, const char *want)
{
	struct nc_buffer out;

	nc_buffer_init(&out, 1 << 20);
	assert_int_equal(step(&out, nc_slice_text(in)), NC_OK);
	assert_string_equal(nc_buffer_string(&out), want);
	nc_buffer_fini(&out);
}

static void test_text__is_made_nfc(void **state)
{
	(void)state;
	expect(nc_text_clean, "Hòa bình", "Hòa bình");
	expect(nc_text_clean,
		"Ho\xcc\x80"
		"a",
		"Hòa");
	/* The composite form: ê and a dot below apart. */
	expect(nc_text_clean, "vi\xc3\xaa\xcc\xa3n", "viện");
	expect(nc_text_clean,
		"\xef\xbb\xbf"
		"a\xe2\x80\x8b"
		"b\xc2\xad"
		"c",
		"abc");
	expect(nc_text_clean, "Việt\xe2\x80\x91Nhật", "Việt-Nhật");
	expect(nc_text_clean, "", "");
}

static void test_text__is_folded(void **state)
{
	(void)state;
	expect(nc_text_fold, "  Đoàn RA,\tđoàn  vào – 2024 ",
		"doan ra doan vao 2024");
	expect(nc_text_fold, "\xc3\x90\xc3\xa0 N\xe1\xba\xb5ng", "da nang");
	expect(nc_text_slug, "tỉnh Thừa Thiên Huế", "tinh-thua-thien-hue");
}

static void test_text__is_clean_or_not(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		bool clean;
	} cases[] = {
		{"Đắk Lắk", 11, true},
		{"“ba” – bốn…", 17, true},
		{"日本", 6, true},
		{"e\xcc\x81", 3, false},
		{"a\0b", 3, false},
		{"\xc3", 1, false},
		{"\xc0\x80", 2, false},
		{"\xed\xa0\x80", 3, false},
		{"\xe1\xba", 2, false},
		{"", 0, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(nc_text_is_clean(nc_slice(
					 cases[i].text, cases[i].size)),
			cases[i].clean);
}

/* A letter and count marks; of two classes in turn, so that they must be
 * put in order. */
static bool clean_with_marks(size_t count)
{
	struct nc_buffer text, out;
	bool clean;

	nc_buffer_init(&text, 1 << 20);
	nc_buffer_init(&out, 1 << 20);
	must(nc_buffer_text(&text, "q"));
	for (size_t i = 0; i < count; i++)
		must(nc_buffer_text(
			&text, i % 2 == 0 ? "\xcc\x81" : "\xcc\xa3"));
	clean = nc_text_clean(&out, nc_buffer_slice(&text)) == NC_OK;
	assert_int_equal(clean, count <= NC_TEXT_MARKS_MAX);
	if (clean)
		assert_true(nc_text_is_clean(nc_buffer_slice(&out)));
	else
		assert_false(nc_text_is_clean(nc_buffer_slice(&text)));
	nc_buffer_fini(&text);
	nc_buffer_fini(&out);
	return clean;
}

static void test_text__marks_at_the_limit(void **state)
{
	(void)state;
	assert_true(clean_with_marks(NC_TEXT_MARKS_MAX));
	assert_false(clean_with_marks(NC_TEXT_MARKS_MAX + 1));
	assert_false(clean_with_marks(30000));
}

static void test_text__is_trimmed(void **state)
{
	struct nc_slice out = nc_text_trim(
		nc_slice_text("\xc2\xa0\t Đà Nẵng \xe2\x80\x83\n"));

	(void)state;
	assert_true(nc_slice_equal(out, nc_slice_text("Đà Nẵng")));
	assert_int_equal(nc_text_trim(nc_slice_text(" \t ")).size, 0);
	assert_true(nc_text_is_clean(nc_slice(NULL, 0)));
	assert_int_equal(nc_text_trim(nc_slice(NULL, 0)).size, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text__is_made_nfc),
		cmocka_unit_test(test_text__is_folded),
		cmocka_unit_test(test_text__is_clean_or_not),
		cmocka_unit_test(test_text__marks_at_the_limit),
		cmocka_unit_test(test_text__is_trimmed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
