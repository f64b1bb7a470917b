#include "unit.h"

#include "model/rank.h"

#include <stdio.h>
#include <string.h>

static enum nc_status between(const char *before, const char *after,
	uint32_t salt, char rank[NC_RANK_MAX + 1])
{
	return nc_rank_between(
		nc_slice_text(before), nc_slice_text(after), salt, rank);
}

static void check_between(
	const char *before, const char *rank, const char *after)
{
	assert_true(nc_rank_is_valid(nc_slice_text(rank)));
	assert_true(strcmp(before, rank) < 0);
	assert_true(after[0] == '\0' || strcmp(rank, after) < 0);
}

static void test_rank_is_valid__digits_without_a_last_zero(void **state)
{
	char longest[NC_RANK_MAX + 2];

	(void)state;
	assert_true(nc_rank_is_valid(nc_slice_text("V")));
	assert_true(nc_rank_is_valid(nc_slice_text("0001")));
	assert_false(nc_rank_is_valid(nc_slice_text("")));
	assert_false(nc_rank_is_valid(nc_slice_text("V0")));
	assert_false(nc_rank_is_valid(nc_slice_text("V-1")));
	assert_false(nc_rank_is_valid(nc_slice_text("Đ")));
	assert_false(nc_rank_is_valid(nc_slice("V\0", 2)));
	memset(longest, '1', sizeof(longest));
	assert_true(nc_rank_is_valid(nc_slice(longest, NC_RANK_MAX)));
	assert_false(nc_rank_is_valid(nc_slice(longest, NC_RANK_MAX + 1)));
}

static void test_rank_between__any_two(void **state)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{"", ""},
		{"", "V"},
		{"V", ""},
		{"", "1"},
		{"", "01"},
		{"", "0001"},
		{"z", ""},
		{"zz", ""},
		{"zzzz", ""},
		{"A", "B"},
		{"A", "C"},
		{"A", "A1"},
		{"A", "A01"},
		{"A", "A0001"},
		{"Az", "B"},
		{"Azzz", "B"},
		{"Azzz", "B0001"},
		{"V", "V1"},
		{"V1", "V2"},
		{"V1z", "V2"},
		{"Vabc", "Vabd"},
		{"Vabcdef", "W"},
		{"9", "A"},
		{"Z", "a"},
	};
	static const uint32_t salts[] = {0, 1, 60, 61, 62, 4294967295u};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		for (size_t k = 0; k < 6; k++) {
			char rank[NC_RANK_MAX + 1];

			assert_int_equal(
				between(cases[i].before, cases[i].after,
					salts[k], rank),
				NC_OK);
			check_between(cases[i].before, rank, cases[i].after);
		}
}

static void test_rank_between__refuses_what_has_no_room(void **state)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{"V", "V"},
		{"W", "V"},
		{"V1", "V"},
		{"V0", "W"},
		{"V", "W0"},
		{"-", "V"},
		{"V", "đ"},
	};
	char rank[NC_RANK_MAX + 1] = "untouched";
	char longest[NC_RANK_MAX + 1];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(
			between(cases[i].before, cases[i].after, 7, rank),
			NC_INVALID);
	memset(longest, 'z', NC_RANK_MAX);
	longest[NC_RANK_MAX] = '\0';
	assert_int_equal(between(longest, "", 0, rank), NC_LIMIT);
	longest[NC_RANK_MAX - 1] = '1';
	assert_int_equal(between(longest, "", 0, rank), NC_OK);
	assert_int_equal(strlen(rank), NC_RANK_MAX);
	check_between(longest, rank, "");
	strcpy(rank, "untouched");
	assert_int_equal(between(longest, "", 1, rank), NC_LIMIT);
	assert_string_equal(rank, "untouched");
}

static void test_rank_between__salts_differ(void **state)
{
	char a[NC_RANK_MAX + 1], b[NC_RANK_MAX + 1], middle[NC_RANK_MAX + 1];

	(void)state;
	for (uint32_t salt = 0; salt < 5000; salt++) {
		assert_int_equal(between("A", "B", salt, a), NC_OK);
		assert_int_equal(between("A", "B", salt + 1, b), NC_OK);
		assert_string_not_equal(a, b);
		/* and there is room between the two */
		if (strcmp(a, b) < 0)
			assert_int_equal(between(a, b, 9, middle), NC_OK);
		else
			assert_int_equal(between(b, a, 9, middle), NC_OK);
	}
}

/* A thousand insertions at one place, and ranks are still short enough. */
static void test_rank_between__same_place_again_and_again(void **state)
{
	char low[NC_RANK_MAX + 1] = "V", high[NC_RANK_MAX + 1] = "W";
	char end[NC_RANK_MAX + 1] = "V", rank[NC_RANK_MAX + 1];

	(void)state;
	for (uint32_t i = 0; i < 1000; i++) {
		assert_int_equal(between(low, high, i * 7919, rank), NC_OK);
		check_between(low, rank, high);
		strcpy(i % 2 ? low : high, rank);
		assert_int_equal(between(end, "", i, rank), NC_OK);
		check_between(end, rank, "");
		strcpy(end, rank);
	}
	assert_true(strlen(end) < 64);
}

/* A device's salt is always the same: whatever it is, a list grows long. */
static void test_rank_between__appends_with_one_salt(void **state)
{
	(void)state;
	for (uint32_t salt = 0; salt < 600; salt += 7) {
		char end[NC_RANK_MAX + 1] = "V", rank[NC_RANK_MAX + 1];

		for (size_t i = 0; i < 8000; i++) {
			assert_int_equal(between(end, "", salt, rank), NC_OK);
			assert_true(strcmp(end, rank) < 0);
			strcpy(end, rank);
		}
	}
}

static void test_rank_spread__in_order_with_room(void **state)
{
	static const size_t counts[] = {1, 2, 7, 8, 61, 62, 133, 1000, 100000};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		char last[NC_RANK_MAX + 1] = "", rank[NC_RANK_MAX + 1];
		char middle[NC_RANK_MAX + 1];

		for (size_t k = 0; k < counts[i]; k++) {
			nc_rank_spread(k, counts[i], rank);
			check_between(last, rank, "");
			assert_int_equal(between(last, rank, 0, middle), NC_OK);
			assert_true(strlen(middle) <= strlen(last) + 2 ||
				    strlen(middle) <= strlen(rank) + 2);
			strcpy(last, rank);
		}
		assert_true(strlen(rank) <= 5);
	}
	char rank[NC_RANK_MAX + 1];

	nc_rank_spread(0, 1, rank);
	assert_string_equal(rank, "V");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_rank_is_valid__digits_without_a_last_zero),
		cmocka_unit_test(test_rank_between__any_two),
		cmocka_unit_test(test_rank_between__refuses_what_has_no_room),
		cmocka_unit_test(test_rank_between__salts_differ),
		cmocka_unit_test(test_rank_between__same_place_again_and_again),
		cmocka_unit_test(test_rank_between__appends_with_one_salt),
		cmocka_unit_test(test_rank_spread__in_order_with_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
