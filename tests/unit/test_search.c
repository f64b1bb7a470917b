/*
 * Search: what a query finds, how it ranks, and that an index of folded texts
 * offers every text that the match accepts.
 */
#include "fixture.h"

#include "base/memory.h"
#include "locale/search.h"

static enum nc_search_rank rank_of(
	const char *query, const char *text, unsigned flags)
{
	NC_AUTO(nc_search_fini) struct nc_search *search = NULL;
	enum nc_search_rank rank = NC_SEARCH_NONE;
	struct nc_error err = {0};

	must(nc_search_new(nc_slice_text(query), flags, &search, &err));
	must(nc_search_match(search, nc_slice_text(text), &rank));
	return rank;
}

static void test_search__finds(void **state)
{
	static const struct {
		const char *query, *text;
		enum nc_search_rank rank;
	} cases[] = {
		/* marks */
		{"ma", "má", NC_SEARCH_FOLDED},
		{"má", "má", NC_SEARCH_MARKED},
		{"má", "mà", NC_SEARCH_NONE},
		{"má", "ma", NC_SEARCH_NONE},
		{"đoàn", "doan", NC_SEARCH_NONE},
		{"đoan", "đoàn vào", NC_SEARCH_FOLDED},
		{"Đăk Lăk", "tỉnh Đắk Lắk", NC_SEARCH_FOLDED},
		{"dak nong", "Đắk Nông", NC_SEARCH_FOLDED},
		{"VIỆT", "việt", NC_SEARCH_MARKED},
		{"\xc3\x90\xc3\xa0", "Đà", NC_SEARCH_MARKED},
		{"vi\xc3\xaa\xcc\xa3n", "viện trợ", NC_SEARCH_MARKED},
		/* where the tone stands, and i for y */
		{"khoẻ", "sức khỏe", NC_SEARCH_MARKED},
		{"ủy", "Uỷ ban", NC_SEARCH_MARKED},
		{"qúy", "quý II", NC_SEARCH_MARKED},
		{"quí", "quý II", NC_SEARCH_MARKED},
		{"tỉ", "3,4 tỷ", NC_SEARCH_MARKED},
		{"bác sĩ", "bác sỹ", NC_SEARCH_MARKED},
		{"ky thuat", "kĩ thuật", NC_SEARCH_FOLDED},
		{"thuy", "thui", NC_SEARCH_NONE},
		{"tui", "tuy", NC_SEARCH_NONE},
		/* words */
		{"nghị hữu", "hữu nghị", NC_SEARCH_MARKED},
		{"hữu nghị", "nghị", NC_SEARCH_NONE},
		{"huu ng", "hữu nghị", NC_SEARCH_NONE},
		{"huu ng*", "hữu nghị", NC_SEARCH_FOLDED},
		{"Việt-Lào", "Việt - Lào", NC_SEARCH_MARKED},
		{"Việt-Lào", "Lào, Việt", NC_SEARCH_NONE},
		{"\"đoàn đại biểu\"", "Đoàn đại biểu", NC_SEARCH_MARKED},
		{"“đoàn đại biểu”", "đại biểu đoàn", NC_SEARCH_NONE},
		{"\"đại biểu\" đoàn", "đoàn đại biểu", NC_SEARCH_MARKED},
		{"\"biểu đoàn", "đoàn đại biểu", NC_SEARCH_NONE},
		{"\"Hoa Kỳ\"", "Mỹ", NC_SEARCH_NONE},
		{"Lào-Việt", "Việt, Lào", NC_SEARCH_NONE},
		{"lan", "Hà Lan", NC_SEARCH_MARKED},
		{"la", "Hà Lan", NC_SEARCH_NONE},
		/* numbers and dates */
		{"2 đoàn", "02 đoàn", NC_SEARCH_MARKED},
		{"5/1/2022", "ngày 05/01/2022", NC_SEARCH_MARKED},
		{"05.01.2022", "ngày 5 tháng 1 năm 2022", NC_SEARCH_ALIAS},
		{"5/1/2022", "2022-01-05", NC_SEARCH_ALIAS},
		{"5/1/2022", "1/5/2022", NC_SEARCH_NONE},
		{"5/1/2022", "15/1/2022", NC_SEARCH_NONE},
		/* other names */
		{"hoa ky", "đoàn Mỹ", NC_SEARCH_ALIAS},
		{"Mỹ", "Hoa Kỳ", NC_SEARCH_ALIAS},
		{"hoa ky", "mỹ thuật", NC_SEARCH_NONE},
		{"mỳ", "Hoa Kỳ", NC_SEARCH_NONE},
		{"germany", "Đức", NC_SEARCH_ALIAS},
		{"ubnd tinh", "Ủy ban nhân dân tỉnh", NC_SEARCH_ALIAS},
		{"uy ban nhan dan", "UBND", NC_SEARCH_ALIAS},
		{"bunpimay", "Tết Bun Pi May", NC_SEARCH_ALIAS},
		{"campuchia", "Cam-pu-chia", NC_SEARCH_ALIAS},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		enum nc_search_rank rank =
			rank_of(cases[i].query, cases[i].text, 0);

		if (rank != cases[i].rank)
			fail_msg("%s in %s: %d", cases[i].query, cases[i].text,
				(int)rank);
	}
}

static void test_search__while_typing(void **state)
{
	(void)state;
	assert_int_equal(rank_of("hữu ng", "hữu nghị", NC_SEARCH_TYPING),
		NC_SEARCH_FOLDED);
	assert_int_equal(
		rank_of("h ng", "hữu nghị", NC_SEARCH_TYPING), NC_SEARCH_NONE);
	assert_int_equal(
		rank_of("hoa ky", "Mỹ", NC_SEARCH_NO_ALIASES), NC_SEARCH_NONE);
}

static void test_search__folds(void **state)
{
	static const struct {
		const char *text, *want;
	} cases[] = {
		{"Đắk Lắk, 05/01",
			"dak lak 5 1 dak_0đ dak_1ă dak_t4 lak_1ă lak_t4"},
		{"Kỷ niệm quý  II – Mỹ",
			"ki niem qui ii mi ki_t2 niem_2ê niem_t5 qui_t4 mi_t3"},
		{"ma*", "ma"},
		{"", ""},
		{"...", ""},
		{"000", "0"},
		{"Müller", "muller muller_1ü"},
		{"A1b2", "a 1 b 2"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 4096};

		must(nc_search_fold(&out, nc_slice_text(cases[i].text)));
		assert_string_equal(nc_buffer_string(&out), cases[i].want);
	}
}

static void expect_fts(const char *query, unsigned flags, const char *want)
{
	NC_AUTO(nc_search_fini) struct nc_search *search = NULL;
	NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 1 << 16};
	struct nc_error err = {0};

	must(nc_search_new(nc_slice_text(query), flags, &search, &err));
	must(nc_search_fts(&out, search));
	assert_string_equal(nc_buffer_string(&out), want);
}

static void test_search__asks_the_index(void **state)
{
	(void)state;
	expect_fts("Hữu nghi", 0,
		"((\"huu\" AND \"huu_1ư\" AND \"huu_t3\")) AND ((\"nghi\"))");
	expect_fts("; DROP (a) OR b* NEAR/2 -c:d ^e {f}", 0,
		"((\"drop\")) AND ((\"a\")) AND ((\"or\")) AND ((\"b\" *)) AND "
		"((\"near 2\")) AND ((\"c d\")) AND ((\"e\")) AND ((\"f\"))");
	/* An unfinished word's marks are looked at afterwards. */
	expect_fts("nghị", NC_SEARCH_TYPING, "((\"nghi\" *))");
	expect_fts("VP-TV", 0, "((\"vp tv\"))");
	expect_fts("\"a b\" c \"d e", 0,
		"((\"a b\")) AND ((\"c\")) AND "
		"((\"d e\"))");
	expect_fts("bunpimai", 0,
		"((\"bunpimai\") OR (\"bunpimay\") OR (\"bun pi may\") OR "
		"(\"punpimay\") OR (\"bun pi mai\") OR (\"bunpimai\") OR "
		"(\"boun pi may\"))");
}

static void expect_excerpt(const char *query, const char *text, size_t max,
	const char *want, const char *want_hit)
{
	NC_AUTO(nc_search_fini) struct nc_search *search = NULL;
	NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 4096};
	struct nc_error err = {0};
	struct nc_slice hit;

	must(nc_search_new(nc_slice_text(query), 0, &search, &err));
	must(nc_search_excerpt(search, nc_slice_text(text), max, &out, &hit));
	assert_string_equal(nc_buffer_string(&out), want);
	assert_true(nc_slice_equal(hit, nc_slice_text(want_hit)));
}

static void test_search__shows_the_words_around(void **state)
{
	(void)state;
	expect_excerpt("dai bieu", "Đoàn đại biểu (3 người).", 80,
		"Đoàn đại biểu (3 người).", "đại");
	expect_excerpt("\"dai bieu\"", "một hai ba đại biểu bốn năm sáu", 30,
		"… hai ba đại biểu bốn …", "đại biểu");
	expect_excerpt("lao", "Thái Lan\nLào", 80, "Thái Lan Lào", "Lào");
	/* Marks as typed are the better hit. */
	expect_excerpt("má", "mà má", 4, "… má", "má");
	expect_excerpt("hai", "một", 80, "một", "");
	expect_excerpt("hai", "dài hơn một dòng", 5, "dài …", "");
	expect_excerpt("hai", "", 5, "", "");
}

/* The words may stand in several texts of one thing. */
static void test_search__adds_up_texts(void **state)
{
	NC_AUTO(nc_search_fini) struct nc_search *search = NULL;
	struct nc_search_score score = {{0}};
	struct nc_error err = {0};

	(void)state;
	must(nc_search_new(nc_slice_text("lào viện tro"), 0, &search, &err));
	must(nc_search_look(search, nc_slice_text("đoàn Lào"), &score));
	assert_int_equal(nc_search_rank(search, &score), NC_SEARCH_NONE);
	assert_int_equal(nc_search_weight(&score), 4 + NC_SEARCH_MARKED);
	must(nc_search_look(search, nc_slice_text("viện trợ"), &score));
	assert_int_equal(nc_search_rank(search, &score), NC_SEARCH_FOLDED);
}

static void expect_refused(const char *query, enum nc_status want)
{
	struct nc_search *search = NULL;
	struct nc_error err = {0};

	assert_int_equal(
		nc_search_new(nc_slice_text(query), 0, &search, &err), want);
	assert_null(search);
	assert_true(err.text[0] != '\0');
}

static void test_search__refuses(void **state)
{
	char text[NC_SEARCH_BYTES_MAX + 2] = "";

	(void)state;
	expect_refused("", NC_INVALID);
	expect_refused(" -?- * ", NC_INVALID);
	expect_refused("\xff", NC_MALFORMED);
	for (size_t i = 0; i < NC_SEARCH_WORDS_MAX; i++)
		strcat(text, "x ");
	assert_int_equal(rank_of(text, "x", 0), NC_SEARCH_MARKED);
	strcat(text, "x");
	expect_refused(text, NC_LIMIT);
	memset(text, 'x', NC_SEARCH_BYTES_MAX);
	text[NC_SEARCH_BYTES_MAX] = '\0';
	assert_int_equal(rank_of(text, "x", 0), NC_SEARCH_NONE);
	text[NC_SEARCH_BYTES_MAX] = 'x';
	text[NC_SEARCH_BYTES_MAX + 1] = '\0';
	expect_refused(text, NC_LIMIT);
}

/* Each allocation of a search fails in turn. */
static void test_search__without_memory(void **state)
{
	bool done = false;

	(void)state;
	for (unsigned long n = 1; !done; n++) {
		NC_AUTO(nc_search_fini) struct nc_search *search = NULL;
		enum nc_search_rank rank;
		struct nc_error err = {0};
		enum nc_status status;

		nc_memory_fail_at(n);
		status = nc_search_new(
			nc_slice_text("ubnd 5/1/2022"), 0, &search, &err);
		if (status == NC_OK)
			status = nc_search_match(
				search, nc_slice_text("ngày 5/1/2022"), &rank);
		done = status == NC_OK;
		nc_memory_fail_at(0);
		if (!done)
			assert_int_equal(status, NC_NO_MEMORY);
		n += n / 8;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_search__finds),
		cmocka_unit_test(test_search__while_typing),
		cmocka_unit_test(test_search__folds),
		cmocka_unit_test(test_search__asks_the_index),
		cmocka_unit_test(test_search__shows_the_words_around),
		cmocka_unit_test(test_search__adds_up_texts),
		cmocka_unit_test(test_search__refuses),
		cmocka_unit_test(test_search__without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
