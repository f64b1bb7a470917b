/*
 * Roofs: under which union another's records stand on a day.
 */
#include "unit.h"

#include "store/roof.h"

#include <string.h>

/*
 *     a ─┐                    2025-07-01
 *     b ─┴─ c ─┐              2030-01-01
 *     d ───────┴─ e
 *     f ─── g ─── h           renamed 2024-01-01, 2028-01-01
 *     i ─┬─ j                 split 2026-01-01
 *        └─ k
 *     x ─── y ─── x           a circle, which the programs refuse to write
 */
enum { A, B, C, D, E, F, G, H, I, J, K, X, Y, UNIONS };

#define ID(n)                                                                  \
	{                                                                      \
		{                                                              \
			0, 0, 0, 0, 0, 0, 0x70, 0, 0x80, 0, 0, 0, 0, 0, 0,     \
				(n) + 1                                        \
		}                                                              \
	}

static const struct nc_registry_union unions[UNIONS] = {
	[A] = {ID(A), "a", "A", "", 1, "", "2025-06-30"},
	[B] = {ID(B), "b", "B", "", 2, "", "2025-06-30"},
	[C] = {ID(C), "c", "C", "", 1, "2025-07-01", "2029-12-31"},
	[D] = {ID(D), "d", "D", "", 3, "", "2029-12-31"},
	[E] = {ID(E), "e", "E", "", 1, "2030-01-01", ""},
	[F] = {ID(F), "f", "F", "", 4, "", "2023-12-31"},
	[G] = {ID(G), "g", "G", "", 4, "2024-01-01", "2027-12-31"},
	[H] = {ID(H), "h", "H", "", 4, "2028-01-01", ""},
	[I] = {ID(I), "i", "I", "", 5, "", "2025-12-31"},
	[J] = {ID(J), "j", "J", "", 6, "2026-01-01", ""},
	[K] = {ID(K), "k", "K", "", 7, "2026-01-01", ""},
	[X] = {ID(X), "x", "X", "", 8, "2020-01-01", "2020-12-31"},
	[Y] = {ID(Y), "y", "Y", "", 9, "2020-01-01", "2020-12-31"},
};

static const struct nc_id a_b[] = {ID(A), ID(B)}, c[] = {ID(C)},
			  c_d[] = {ID(C), ID(D)}, e[] = {ID(E)}, f[] = {ID(F)},
			  g[] = {ID(G)}, h[] = {ID(H)}, i[] = {ID(I)},
			  j_k[] = {ID(J), ID(K)}, x[] = {ID(X)}, y[] = {ID(Y)};

static const struct nc_registry_succession successions[] = {
	{.kind = NC_SUCCESSION_RENAMED,
		.from = f,
		.from_count = 1,
		.into = g,
		.into_count = 1,
		.when = "2024-01-01"},
	{.kind = NC_SUCCESSION_MERGED,
		.from = a_b,
		.from_count = 2,
		.into = c,
		.into_count = 1,
		.when = "2025-07-01"},
	{.kind = NC_SUCCESSION_SPLIT,
		.from = i,
		.from_count = 1,
		.into = j_k,
		.into_count = 2,
		.when = "2026-01-01"},
	{.kind = NC_SUCCESSION_RENAMED,
		.from = g,
		.from_count = 1,
		.into = h,
		.into_count = 1,
		.when = "2028-01-01"},
	{.kind = NC_SUCCESSION_MERGED,
		.from = c_d,
		.from_count = 2,
		.into = e,
		.into_count = 1,
		.when = "2030-01-01"},
	{.kind = NC_SUCCESSION_RENAMED,
		.from = x,
		.from_count = 1,
		.into = y,
		.into_count = 1,
		.when = "2021-01-01"},
	{.kind = NC_SUCCESSION_RENAMED,
		.from = y,
		.from_count = 1,
		.into = x,
		.into_count = 1,
		.when = "2021-01-01"},
};

static const struct nc_registry registry = {
	.unions = unions,
	.unions_count = UNIONS,
	.successions = successions,
	.successions_count = sizeof(successions) / sizeof(*successions),
};

static void test_roof__stands_under_who_is_there(void **state)
{
	static const struct {
		int of;
		const char *day;
		int roof;
		enum nc_roof_why why;
	} cases[] = {
		{A, "2024-12-31", A, NC_ROOF_OWN},
		{A, "2025-06-30", A, NC_ROOF_OWN},
		{A, "2025-07-01", C, NC_ROOF_SUCCESSOR},
		{B, "2029-12-31", C, NC_ROOF_SUCCESSOR},
		{B, "2030-01-01", E, NC_ROOF_SUCCESSOR},
		{C, "2030-01-01", E, NC_ROOF_SUCCESSOR},
		{C, "2024-12-31", C, NC_ROOF_LATER},
		{E, "2026-12-31", E, NC_ROOF_LATER},
		{D, "2030-01-01", E, NC_ROOF_SUCCESSOR},
		{F, "2030-01-01", H, NC_ROOF_SUCCESSOR},
		{F, "2024-01-01", G, NC_ROOF_SUCCESSOR},
		{H, "2023-12-31", F, NC_ROOF_EARLIER},
		{H, "2025-01-01", G, NC_ROOF_EARLIER},
		{G, "2023-12-31", F, NC_ROOF_EARLIER},
		{I, "2025-12-31", I, NC_ROOF_OWN},
		{I, "2026-01-01", I, NC_ROOF_ENDED},
		{J, "2025-12-31", J, NC_ROOF_LATER},
		{J, "2026-01-01", J, NC_ROOF_OWN},
		{X, "2022-01-01", X, NC_ROOF_ENDED},
		{Y, "2019-01-01", Y, NC_ROOF_LATER},
	};

	(void)state;
	for (size_t n = 0; n < sizeof(cases) / sizeof(*cases); n++) {
		struct nc_roof roof = nc_roof_of(
			&registry, &unions[cases[n].of], cases[n].day);

		assert_string_equal(roof.of->code, unions[cases[n].roof].code);
		assert_int_equal(roof.why, cases[n].why);
	}
}

/* Every union stands under exactly one roof on every day, and a roof that is
 * there holds itself. */
static void test_roof__divides_the_unions(void **state)
{
	static const char *const days[] = {"2000-01-01", "2023-12-31",
		"2024-01-01", "2025-06-30", "2025-07-01", "2026-01-01",
		"2028-01-01", "2030-01-01", "2199-12-31"};

	(void)state;
	for (size_t d = 0; d < sizeof(days) / sizeof(*days); d++)
		for (int of = A; of < UNIONS; of++) {
			struct nc_roof roof =
				nc_roof_of(&registry, &unions[of], days[d]);
			struct nc_roof over =
				nc_roof_of(&registry, roof.of, days[d]);

			assert_ptr_equal(over.of, roof.of);
		}
}

static void test_predecessors__are_all_of_them(void **state)
{
	bool marks[UNIONS] = {false};

	(void)state;
	nc_union_predecessors(&registry, &unions[E].id, marks);
	for (int of = A; of < UNIONS; of++)
		assert_int_equal(
			marks[of], of == A || of == B || of == C || of == D);
	memset(marks, 0, sizeof(marks));
	nc_union_predecessors(&registry, &unions[K].id, marks);
	for (int of = A; of < UNIONS; of++)
		assert_int_equal(marks[of], of == I);
	memset(marks, 0, sizeof(marks));
	nc_union_predecessors(&registry, &unions[X].id, marks);
	assert_true(marks[X] && marks[Y]);
}

static void test_years__and_days(void **state)
{
	char day[NC_DATE_TEXT_SIZE];

	(void)state;
	assert_true(nc_union_is_there_in(&unions[A], 2025));
	assert_false(nc_union_is_there_in(&unions[A], 2026));
	assert_true(nc_union_is_there_in(&unions[C], 2025));
	assert_false(nc_union_is_there_in(&unions[C], 2024));
	/* 17:00 UTC is midnight in Viet Nam. */
	nc_date_of(day, INT64_C(1751302799999));
	assert_string_equal(day, "2025-06-30");
	nc_date_of(day, INT64_C(1751302800000));
	assert_string_equal(day, "2025-07-01");
	nc_date_of(day, INT64_C(-25200001));
	assert_string_equal(day, "1969-12-31");
	nc_date_year_end(day, 2024);
	assert_string_equal(day, "2024-12-31");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_roof__stands_under_who_is_there),
		cmocka_unit_test(test_roof__divides_the_unions),
		cmocka_unit_test(test_predecessors__are_all_of_them),
		cmocka_unit_test(test_years__and_days),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
