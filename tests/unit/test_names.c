/*
 * intake/names.h: places and organisations, on phrases of our own: precision
 * and recall of each kind, which may not fall below 95 %.
 */
#include "unit.h"

#include "intake/names.h"

#include "base/file.h"
#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAMES_MAX 16
#define LEAST 95

struct found {
	char words[NAMES_MAX][256];
	bool place[NAMES_MAX];
	size_t count;
};

static enum nc_status collect(void *context, const struct nc_intake_name *name)
{
	static const char *const parts[] = {"org", "with", "gives"};
	struct found *found = context;

	if (found->count == NAMES_MAX)
		return NC_LIMIT;
	found->place[found->count] = name->kind == NC_INTAKE_PLACE;
	snprintf(found->words[found->count++], 256, "%s: %.*s",
		name->kind == NC_INTAKE_PLACE ? "place" : parts[name->part],
		(int)name->words.size, (const char *)name->words.data);
	return NC_OK;
}

/* right, wrong, missed; of organisations and places */
static size_t scores[2][3];

static void score(char *row)
{
	char *next = strstr(row, " | ");
	struct found found = {.count = 0};
	bool taken[NAMES_MAX] = {false};

	if (next != NULL)
		*next = '\0';
	assert_int_equal(
		nc_intake_names_find(nc_slice_text(row), collect, &found),
		NC_OK);
	while (next != NULL) {
		char *name = next + 3;
		bool place = strncmp(name, "place", 5) == 0, hit = false;

		next = strstr(name, " | ");
		if (next != NULL)
			*next = '\0';
		for (size_t i = 0; !hit && i < found.count; i++)
			if (!taken[i] && strcmp(found.words[i], name) == 0)
				taken[i] = hit = true;
		scores[place][hit ? 0 : 2]++;
		if (!hit)
			printf("  missed: %s: %s\n", row, name);
	}
	for (size_t i = 0; i < found.count; i++)
		if (!taken[i]) {
			scores[found.place[i]][1]++;
			printf("  too much: %s: %s\n", row, found.words[i]);
		}
}

static void test_names__precision_and_recall(void **state)
{
	static const char *const kinds[] = {"organisation", "place"};
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_error err;
	char *row, *rest;

	(void)state;
	nc_buffer_init(&text, 1024 * 1024);
	assert_int_equal(
		nc_file_read(TEST_DATA "/explain/names.txt", &text, &err),
		NC_OK);
	rest = (char *)text.data;
	while ((row = strtok_r(rest, "\n", &rest)) != NULL)
		if (row[0] != '#')
			score(row);
	for (size_t kind = 0; kind < 2; kind++) {
		size_t right = scores[kind][0], wrong = scores[kind][1],
		       missed = scores[kind][2];

		printf("%-12s precision %zu %%, recall %zu %% (%zu right, %zu "
		       "wrong, %zu missed)\n",
			kinds[kind], 100 * right / (right + wrong),
			100 * right / (right + missed), right, wrong, missed);
		assert_true(right >= 15);
		assert_true(100 * right >= LEAST * (right + wrong));
		assert_true(100 * right >= LEAST * (right + missed));
	}
}

static void test_names__of_records(void **state)
{
	static const struct {
		const char *text, *name, *words;
	} rows[] = {
		{"Do tổ chức Ánh Sáng tài trợ", "Ánh Sáng", "Ánh Sáng"},
		{"với hội hữu nghị Việt Nam – Lào",
			"Hội hữu nghị Việt Nam - Lào",
			"hội hữu nghị Việt Nam – Lào"},
		{"dự án của WVI tại huyện", "WVI", "WVI"},
		{"dự án của wvi tại huyện", "WVI", NULL},
		{"sáng nay", "Ánh Sáng", NULL},
		/* One word in small letters may be anything. */
		{"hội nghị", "Hội", NULL},
		{"hội", "", NULL},
		{"", "Ánh Sáng", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nc_slice words;
		bool in = nc_intake_name_in(nc_slice_text(rows[i].text),
			nc_slice_text(rows[i].name), &words);

		assert_int_equal(in, rows[i].words != NULL);
		if (in)
			assert_true(nc_slice_equal(
				words, nc_slice_text(rows[i].words)));
	}
}

static void test_names__no_memory(void **state)
{
	enum nc_status status = NC_NO_MEMORY;

	(void)state;
	for (unsigned long n = 1; status == NC_NO_MEMORY; n++) {
		struct found found = {.count = 0};

		assert_true(n < 1000);
		nc_memory_fail_at(n);
		status = nc_intake_names_find(
			nc_slice_text("Phối hợp với Sở Ngoại vụ tại Huế, Lào"),
			collect, &found);
		nc_memory_fail_at(0);
	}
	assert_int_equal(status, NC_OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names__precision_and_recall),
		cmocka_unit_test(test_names__of_records),
		cmocka_unit_test(test_names__no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
