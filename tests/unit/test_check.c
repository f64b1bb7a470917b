/*
 * The checker over tests/data/check: planted faults and traps, one document a
 * line: "text | year | rules or none"; "\n" parts paragraphs. Prints precision
 * and recall of every rule.
 */
#include "fixture.h"

#include "base/file.h"
#include "intake/check.h"
#include "intake/plan_reader.h"

#include <stdio.h>
#include <stdlib.h>

#define RULES_MAX 40

struct score {
	size_t right, missed, wrong;
};

static struct score scores[RULES_MAX];
static size_t cases, unequal;

/* Bytes as a file, through the whole checker. */
static void check_bytes(
	struct nc_check *check, const char *text, size_t size, int year)
{
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	struct nc_plan plan NC_AUTO(nc_plan_fini) = {0};
	struct nc_check_input input = {.document = &document,
		.bytes = nc_slice(text, size),
		.year = year};
	struct nc_error err = {0};

	nc_document_init(&document);
	nc_plan_init(&plan);
	assert_int_equal(nc_document_read(&document, input.bytes, &err), NC_OK);
	input.kind = nc_check_kind_of(&document);
	if (input.kind == NC_CHECK_PLAN) {
		assert_int_equal(nc_plan_read(&document, &plan, &err), NC_OK);
		input.plan = &plan;
	}
	if (year < 0)
		input.year = nc_check_year_of(&document);
	assert_int_equal(nc_check_document(check, &input, &err), NC_OK);
}

static bool has_rule(const struct nc_check *check, const char *id)
{
	for (size_t i = 0; i < check->count; i++)
		if (strcmp(check->findings[i].rule->id, id) == 0)
			return true;
	return false;
}

static void score_case(const struct nc_check *check, const char *expected,
	const char *where, const char *text)
{
	bool equal = true;

	for (size_t i = 0; i < nc_check_rules_count; i++) {
		const char *id = nc_check_rules[i].id;
		bool want = strstr(expected, id) != NULL;
		bool got = has_rule(check, id);

		scores[i].right += want && got;
		scores[i].missed += want && !got;
		scores[i].wrong += !want && got;
		if (want != got)
			print_message("%s: %s %s: %s\n", where,
				want ? "missed" : "false", id, text);
		equal = equal && want == got;
	}
	cases++;
	unequal += !equal;
}

static void trim(char *text)
{
	size_t size = strlen(text);

	while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\n'))
		text[--size] = '\0';
}

/* "\n" of two characters becomes a line end. */
static void unfold(char *text)
{
	char *out = text;

	for (const char *in = text; *in != '\0'; in++) {
		if (in[0] == '\\' && in[1] == 'n') {
			*out++ = '\n';
			in++;
		} else {
			*out++ = *in;
		}
	}
	*out = '\0';
}

static size_t run_table(const char *name)
{
	char path[512], line[8192];
	size_t count = 0, number = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/check/%s", TEST_DATA, name);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		struct nc_check check NC_AUTO(nc_check_fini) = {0};
		char *expected, *year, where[64];

		number++;
		if (line[0] == '#' || line[0] == '\n')
			continue;
		expected = strrchr(line, '|');
		assert_non_null(expected);
		*expected++ = '\0';
		year = strrchr(line, '|');
		assert_non_null(year);
		*year++ = '\0';
		trim(line);
		trim(expected);
		unfold(line);
		snprintf(where, sizeof(where), "%s:%zu", name, number);
		nc_check_init(&check);
		check_bytes(&check, line, strlen(line), atoi(year));
		score_case(&check, expected, where, line);
		count++;
	}
	fclose(file);
	return count;
}

static void print_scores(void)
{
	struct score all = {0};

	print_message("rule  right missed false  precision recall\n");
	for (size_t i = 0; i < nc_check_rules_count; i++) {
		const struct score *one = &scores[i];
		size_t told = one->right + one->wrong;
		size_t there = one->right + one->missed;

		all.right += one->right;
		all.missed += one->missed;
		all.wrong += one->wrong;
		print_message("%s  %5zu %6zu %5zu  %8zu%% %5zu%%\n",
			nc_check_rules[i].id, one->right, one->missed,
			one->wrong, told == 0 ? 100 : one->right * 100 / told,
			there == 0 ? 100 : one->right * 100 / there);
	}
	print_message("all  %5zu %6zu %5zu; %zu of %zu cases as expected\n",
		all.right, all.missed, all.wrong, cases - unequal, cases);
}

static void test_check__faults_and_traps(void **state)
{
	size_t faults = run_table("faults.txt");
	size_t traps = run_table("traps.txt");

	(void)state;
	print_scores();
	assert_true(faults >= 100);
	assert_true(traps >= 100);
	assert_int_equal(unequal, 0);
}

static void test_check__says_what_and_how_to_mend(void **state)
{
	static const char text[] =
		"KẾ HOẠCH NĂM 2025\n"
		"- Kỷ niệm 49 năm thiết lập quan hệ ngoại giao Việt Nam - "
		"Đức (23/9/1975 - 23/9/2025).\n";
	struct nc_check check NC_AUTO(nc_check_fini) = {0};

	(void)state;
	nc_check_init(&check);
	check_bytes(&check, text, sizeof(text) - 1, -1);
	assert_int_equal(check.count, 1);
	assert_string_equal(check.findings[0].rule->id, "R01");
	assert_int_equal(check.findings[0].level, NC_CHECK_ERROR);
	assert_int_equal(check.findings[0].line, 2);
	assert_string_equal(check.findings[0].found, "49");
	assert_string_equal(check.findings[0].expected, "50");
	assert_non_null(strstr(check.findings[0].mend, "50 năm"));
}

/* A left-over end year is mended rather than the number. */
static void test_check__mends_the_end_year(void **state)
{
	static const char text[] =
		"- Kỷ niệm 50 năm thiết lập quan hệ ngoại giao Việt Nam - "
		"Đức (23/9/1975 - 23/9/2024).\n";
	struct nc_check check NC_AUTO(nc_check_fini) = {0};

	(void)state;
	nc_check_init(&check);
	check_bytes(&check, text, sizeof(text) - 1, 2025);
	assert_true(check.count >= 1);
	assert_string_equal(check.findings[0].rule->id, "R01");
	assert_non_null(strstr(check.findings[0].mend, "23/9/2025"));
	assert_non_null(strstr(check.findings[0].mend, "50 năm"));
}

static void test_check__hostile_text_is_bounded(void **state)
{
	static const char *const parts[] = {"- ", "1. ", "(1) ", "a  b ,c ",
		"98 năm (13/8/1926-13/8/2023) ", "99999999999999999999 ",
		"Chỉ thị 1 ", "1 triệu/người x ", "về về ", "\xc3\xa9\n"};
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_check check NC_AUTO(nc_check_fini) = {0};

	(void)state;
	nc_buffer_init(&text, 1024 * 1024);
	for (unsigned i = 0; i < 20000; i++)
		assert_int_equal(
			nc_buffer_text(&text, parts[(i * 7 + i / 13) % 10]),
			NC_OK);
	nc_check_init(&check);
	check_bytes(&check, (const char *)text.data, text.size, 2024);
	assert_true(check.count <= NC_CHECK_FINDINGS_MAX);
}

static void test_check__no_memory_is_told(void **state)
{
	static const char text[] =
		"1. Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh\n- Kỷ niệm 49 "
		"năm quan hệ ngoại giao Việt Nam - Đức (23/9/1975 - "
		"23/9/2025), theo Chỉ thị 5, trao 3 suất x 2 triệu = 7 "
		"triệu đồng cho 3 nước Lào, Thái Lan.\n";
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	struct nc_error err = {0};
	enum nc_status status = NC_NO_MEMORY;
	unsigned long n = 0;

	(void)state;
	nc_document_init(&document);
	assert_int_equal(nc_document_read(&document,
				 nc_slice(text, sizeof(text) - 1), &err),
		NC_OK);
	while (status != NC_OK && ++n < 3000) {
		struct nc_check check NC_AUTO(nc_check_fini) = {0};
		struct nc_check_input input = {
			.document = &document, .year = 2025};

		nc_check_init(&check);
		nc_memory_fail_at(n);
		status = nc_check_document(&check, &input, &err);
		if (nc_memory_fail_left() == 0 && status != NC_OK)
			assert_int_equal(status, NC_NO_MEMORY);
		if (nc_memory_fail_left() == 0 && status == NC_OK)
			status = NC_NO_MEMORY;
		nc_memory_fail_at(0);
	}
	assert_int_equal(status, NC_OK);
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check__faults_and_traps),
		cmocka_unit_test(test_check__says_what_and_how_to_mend),
		cmocka_unit_test(test_check__mends_the_end_year),
		cmocka_unit_test(test_check__hostile_text_is_bounded),
		cmocka_unit_test(test_check__no_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
