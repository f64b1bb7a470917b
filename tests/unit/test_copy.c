/*
 * intake/copy.h: which records are copied, and what of them. The programs'
 * side is tests/integration/test_copy.py.
 */
#include "unit.h"

#include "intake/copy.h"

#include "trust/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct nc_id id_of(uint8_t number)
{
	uint8_t entropy[10] = {0};

	entropy[9] = number;
	return nc_id_make(1700000000000, entropy);
}

static void set(struct nc_arena *arena, struct nc_record *record,
	const char *name, const char *word)
{
	const struct nc_field *field =
		nc_entity_field_named(record->entity, name);
	struct nc_live live = {.dot = {1, 1}, .field = field->number};
	struct nc_error err;

	assert_int_equal(
		nc_field_parse(field, word, arena, &live.value, &err), NC_OK);
	assert_true(nc_row_add(&record->row, arena, &live));
}

static struct nc_record item_of(struct nc_arena *arena, uint8_t number,
	const char *year, const char *text, const char *status)
{
	struct nc_record record = {
		.entity = nc_model_entity(NC_ENTITY_PLAN_ITEM),
		.id = id_of(number),
		.union_id = id_of(200),
	};

	set(arena, &record, "year", year);
	set(arena, &record, "area", "ngo");
	set(arena, &record, "rank", "V");
	set(arena, &record, "text", text);
	set(arena, &record, "level", "1");
	if (status != NULL)
		set(arena, &record, "status", status);
	return record;
}

static const struct nc_id union_ids[] = {{{1, 2, 3}}, {{1, 2, 3}}, {{1, 2, 3}},
	{{1, 2, 3}}, {{1, 2, 3}}, {{1, 2, 3}}, {{1, 2, 3}}, {{1, 2, 3}}};

static enum nc_status plan(struct nc_copy *copy,
	const struct nc_record *sources, size_t sources_count,
	const struct nc_record *standing, size_t standing_count, bool open)
{
	const struct nc_copy_input input = {
		.unions = union_ids,
		.from = 2023,
		.to = 2024,
		.open = open,
		.sources = sources,
		.sources_count = sources_count,
		.standing = standing,
		.standing_count = standing_count,
		.hash = nc_sha256,
	};
	struct nc_error err;

	return nc_copy_plan(copy, &input, &err);
}

static void test_copy__which(void **state)
{
	static const struct {
		const char *status;
		enum nc_copy_kind all, open;
	} rows[] = {
		{NULL, NC_COPY_ADD, NC_COPY_ADD},
		{"planned", NC_COPY_ADD, NC_COPY_ADD},
		{"running", NC_COPY_ADD, NC_COPY_ADD},
		{"postponed", NC_COPY_ADD, NC_COPY_ADD},
		{"done", NC_COPY_FINISHED, NC_COPY_DONE},
		{"dropped", NC_COPY_DROPPED, NC_COPY_DROPPED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int open = 0; open < 2; open++) {
			struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
			struct nc_copy copy NC_AUTO(nc_copy_fini) = {0};
			struct nc_record source;
			enum nc_copy_kind kind =
				open ? rows[i].open : rows[i].all;

			nc_arena_init(&arena, 65536);
			nc_copy_init(&copy);
			source = item_of(
				&arena, 1, "2023", "Đón đoàn", rows[i].status);
			assert_int_equal(
				plan(&copy, &source, 1, NULL, 0, open), NC_OK);
			assert_int_equal(copy.steps[0].kind, kind);
			assert_int_equal(copy.kinds[kind], 1);
			assert_int_equal(copy.steps[0].fields_count > 0,
				kind == NC_COPY_ADD ||
					kind == NC_COPY_FINISHED);
			assert_int_equal(copy.steps[0].carried != NULL,
				open && kind == NC_COPY_ADD);
		}
}

/* The same at every desk and in every build: SHA-256 of the line, the union,
 * the year in two bytes and the record. */
static void test_copy__id(void **state)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_copy copy NC_AUTO(nc_copy_fini) = {0};
	struct nc_record source;
	char id[NC_ID_TEXT_SIZE];

	(void)state;
	nc_arena_init(&arena, 65536);
	nc_copy_init(&copy);
	source = item_of(&arena, 1, "2023", "Đón đoàn", NULL);
	assert_int_equal(plan(&copy, &source, 1, NULL, 0, false), NC_OK);
	nc_id_format(id, &copy.steps[0].id);
	assert_string_equal(id, "018cc251-f400-7776-aa32-6681a290b23f");
}

static void test_copy__what_stands(void **state)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_copy copy NC_AUTO(nc_copy_fini) = {0};
	struct nc_record sources[4], standing[4];
	char id[NC_ID_TEXT_SIZE];

	(void)state;
	nc_arena_init(&arena, 65536);
	nc_copy_init(&copy);
	for (uint8_t i = 0; i < 4; i++)
		sources[i] = item_of(&arena, (uint8_t)(i + 1), "2023",
			i == 1 ? "Việc năm 2023" : "Đón đoàn", NULL);
	/* Deleted, and no copy; the words as they are to be; a copy under
	 * another id and other words; another area. */
	standing[0] = item_of(&arena, 11, "2024", "Đón đoàn", NULL);
	standing[0].gone = true;
	standing[1] = item_of(&arena, 12, "2024", "Việc năm 2024", NULL);
	standing[2] = item_of(&arena, 13, "2024", "Khác hẳn", NULL);
	nc_id_format(id, &sources[2].id);
	set(&arena, &standing[2], "carried_from", id);
	standing[3] = (struct nc_record){.entity = sources[0].entity,
		.id = id_of(14),
		.union_id = id_of(200)};
	set(&arena, &standing[3], "area", "overseas");
	set(&arena, &standing[3], "text", "Đón đoàn");
	assert_int_equal(plan(&copy, sources, 4, standing, 4, false), NC_OK);
	assert_int_equal(copy.steps[0].kind, NC_COPY_ADD);
	assert_int_equal(copy.steps[1].kind, NC_COPY_STANDS);
	assert_int_equal(copy.steps[2].kind, NC_COPY_STANDS);
	assert_int_equal(copy.steps[3].kind, NC_COPY_ADD);
	/* A copy that somebody deleted. */
	standing[0].id = copy.steps[0].id;
	nc_copy_fini(&copy);
	nc_copy_init(&copy);
	assert_int_equal(plan(&copy, sources, 1, standing, 1, false), NC_OK);
	assert_int_equal(copy.steps[0].kind, NC_COPY_DELETED);
}

static void test_copy__no_memory(void **state)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	enum nc_status status = NC_NO_MEMORY;
	struct nc_record sources[2];

	(void)state;
	nc_arena_init(&arena, 65536);
	sources[0] = item_of(&arena, 1, "2023", "Đón đoàn", NULL);
	sources[1] = item_of(&arena, 2, "2023", "Việc năm 2023", NULL);
	for (unsigned long n = 1; status == NC_NO_MEMORY; n++) {
		struct nc_copy copy NC_AUTO(nc_copy_fini) = {0};

		assert_true(n < 1000);
		nc_copy_init(&copy);
		nc_memory_fail_at(n);
		status = plan(&copy, sources, 1, &sources[1], 1, true);
		nc_memory_fail_at(0);
	}
	assert_int_equal(status, NC_OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_copy__which),
		cmocka_unit_test(test_copy__id),
		cmocka_unit_test(test_copy__what_stands),
		cmocka_unit_test(test_copy__no_memory),
	};

	if (nc_trust_start(NULL) != NC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
