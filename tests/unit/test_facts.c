/*
 * intake/facts.h: order, spans and kinds. How well the facts are found is
 * tests/integration/test_explain.py's business.
 */
#include "unit.h"

#include "intake/facts.h"

#include "base/memory.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct listing {
	struct nc_slice text;
	char out[1024];
	size_t count;
	enum nc_status stop;
};

/* "country:Lào count:3 đoàn " */
static enum nc_status list(void *context, const struct nc_intake_fact *fact)
{
	struct listing *listing = context;
	size_t used = strlen(listing->out);

	listing->count++;
	assert_true(fact->at + fact->words.size <= listing->text.size);
	assert_ptr_equal(fact->words.data, listing->text.data + fact->at);
	assert_int_equal((fact->date != NULL) + (fact->money != NULL) +
				 (fact->country != NULL) +
				 (fact->count != NULL),
		1);
	snprintf(listing->out + used, sizeof(listing->out) - used, "%s[%.*s]",
		nc_intake_fact_name(fact->kind), (int)fact->words.size,
		(const char *)fact->words.data);
	return listing->stop;
}

static void test_facts__order_and_spans(void **state)
{
	static const struct {
		const char *text, *facts;
	} rows[] = {
		{"", ""},
		{"\n\n", ""},
		{"không có gì ở đây", ""},
		{"Lào, 03 đoàn, 5 triệu đồng, 02/12/2025",
			"country[Lào]count[03 đoàn]money[5 triệu đồng]"
			"date[02/12/2025]"},
		/* Lines stand alone; places are of the whole text. */
		{"thăm Lào\nnăm\n2024 và\n\nthăm Nga",
			"country[Lào]date[2024]country[Nga]"},
		/* An anniversary encloses the country, which comes after it. */
		{"kỷ niệm 50 năm quan hệ Việt Nam - Nhật Bản (21/9/1973 - "
		 "21/9/2023) tại Huế",
			"anniversary[kỷ niệm 50 năm quan hệ Việt Nam - Nhật "
			"Bản (21/9/1973 - 21/9/2023)]country[Nhật Bản]"},
		{"18 Lào, 01 Hàn Quốc",
			"count[18 Lào]country[Lào]count[01 Hàn Quốc]"
			"country[Hàn Quốc]"},
		{"Pháp tài trợ; ngày 31/6/2025",
			"country[Pháp]date[ngày 31/6/2025]"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct listing listing = {.text = nc_slice_text(rows[i].text)};

		assert_int_equal(
			nc_intake_facts_find(listing.text, 0, list, &listing),
			NC_OK);
		assert_string_equal(listing.out, rows[i].facts);
	}
}

static void test_facts__many_countries(void **state)
{
	char text[8 * 300 + 1] = "";
	struct listing listing = {.stop = NC_OK};

	(void)state;
	for (size_t i = 0; i < 300; i++)
		strcat(text, "Nga; ");
	listing.text = nc_slice_text(text);
	assert_int_equal(
		nc_intake_facts_find(listing.text, 0, list, &listing), NC_OK);
	assert_int_equal(listing.count, 300);
}

static void test_facts__visitor_stops(void **state)
{
	struct listing listing = {
		.text = nc_slice_text("Lào; 3 đoàn; Nga"), .stop = NC_BUSY};

	(void)state;
	assert_int_equal(
		nc_intake_facts_find(listing.text, 0, list, &listing), NC_BUSY);
	assert_string_equal(listing.out, "country[Lào]");
}

static void test_facts__no_memory(void **state)
{
	enum nc_status status = NC_NO_MEMORY;

	(void)state;
	for (unsigned long n = 1; status == NC_NO_MEMORY; n++) {
		struct listing listing = {
			.text = nc_slice_text("Lào; 3 đoàn\n2024; Nga")};

		assert_true(n < 1000);
		nc_memory_fail_at(n);
		status = nc_intake_facts_find(listing.text, 0, list, &listing);
		nc_memory_fail_at(0);
	}
	assert_int_equal(status, NC_OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_facts__order_and_spans),
		cmocka_unit_test(test_facts__many_countries),
		cmocka_unit_test(test_facts__visitor_stops),
		cmocka_unit_test(test_facts__no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
