/*
 * The line with which a hub is handed over: printed and read again, and every
 * letter of it checked.
 */
#include "unit.h"

#include "base/limits.h"
#include "wire/hub_key.h"

#include <stdio.h>
#include <string.h>

#define PREFIX "nhipcauhub1-"

static struct nc_arena arena;
static struct nc_error error;

static void count_up(void *context, void *out, size_t size)
{
	(void)context;
	for (size_t i = 0; i < size; i++)
		((uint8_t *)out)[i] = (uint8_t)(i + 1);
}

static struct nc_hub_key_line line_at(const char *address)
{
	struct nc_env env = {NULL, count_up, NULL};
	struct nc_hub_key_line line = {.address = nc_slice_text(address)};
	struct nc_key *key = NULL;

	assert_int_equal(nc_key_generate(&env, &key, &error), NC_OK);
	memcpy(line.public_key, nc_key_public(key), NC_KEY_SIZE);
	nc_key_free(key);
	return line;
}

static char *print(const struct nc_hub_key_line *line)
{
	struct nc_buffer out;
	char *text;

	nc_buffer_init(&out, 4096);
	assert_int_equal(nc_hub_key_print(line, &out, &error), NC_OK);
	text = nc_arena_text(&arena, nc_buffer_string(&out), out.size);
	nc_buffer_fini(&out);
	assert_non_null(text);
	return text;
}

/* Any bytes, with a checksum that is right. */
static const char *wrap(const void *bytes, size_t size)
{
	struct nc_buffer packed, text;
	uint8_t hash[NC_SHA256_SIZE];
	const char *out;

	nc_buffer_init(&packed, 4096);
	nc_buffer_init(&text, 8192);
	nc_sha256(hash, nc_slice(bytes, size));
	assert_int_equal(nc_buffer_append(&packed, bytes, size), NC_OK);
	assert_int_equal(nc_buffer_append(&packed, hash, 4), NC_OK);
	assert_int_equal(nc_buffer_text(&text, PREFIX), NC_OK);
	assert_int_equal(
		nc_base64_encode(&text, nc_buffer_slice(&packed)), NC_OK);
	out = nc_arena_text(&arena, nc_buffer_string(&text), text.size);
	nc_buffer_fini(&packed);
	nc_buffer_fini(&text);
	assert_non_null(out);
	return out;
}

static void refused(const char *text)
{
	struct nc_hub_key_line line;

	error.text[0] = '\0';
	assert_int_equal(
		nc_hub_key_parse(text, &arena, &line, &error), NC_MALFORMED);
	assert_true(error.text[0] != '\0');
}

static void same_again(const char *address)
{
	struct nc_hub_key_line line = line_at(address), again;
	char *text = print(&line);

	assert_int_equal(nc_hub_key_parse(text, &arena, &again, &error), NC_OK);
	assert_memory_equal(again.public_key, line.public_key, NC_KEY_SIZE);
	assert_true(nc_slice_equal(again.address, line.address));
}

static void test_hub_key__printed_and_read_again(void **state)
{
	char longest[NC_LABEL_BYTES_MAX + 1];

	(void)state;
	same_again("tcp://hub.example:7800");
	same_again("x");
	memset(longest, 'a', NC_LABEL_BYTES_MAX);
	longest[NC_LABEL_BYTES_MAX] = '\0';
	same_again(longest);
}

static void test_hub_key__white_space_is_forgiven(void **state)
{
	struct nc_hub_key_line line = line_at("tcp://a:1"), again;
	const char *text = print(&line);
	char wide[512];

	(void)state;
	snprintf(wide, sizeof(wide), " \t%.20s\r\n %s\n", text, text + 20);
	assert_int_equal(nc_hub_key_parse(wide, &arena, &again, &error), NC_OK);
	assert_true(nc_slice_equal(again.address, line.address));
}

static void test_hub_key__every_letter_counts(void **state)
{
	struct nc_hub_key_line line = line_at("tcp://hub.example:7800");
	char *text = print(&line);
	size_t size = strlen(text);

	(void)state;
	for (size_t i = 0; i < size; i++) {
		char kept = text[i];

		text[i] = kept == 'A' ? 'B' : 'A';
		refused(text);
		text[i] = kept;
	}
	while (size > 0) {
		text[--size] = '\0';
		refused(text);
	}
}

static void test_hub_key__hostile(void **state)
{
	struct nc_hub_key_line line = line_at("x");
	uint8_t bytes[NC_KEY_SIZE + NC_LABEL_BYTES_MAX + 1];
	struct nc_buffer out;
	char *blanks;

	(void)state;
	memset(bytes, 'a', sizeof(bytes));
	memcpy(bytes, line.public_key, NC_KEY_SIZE);
	/* Without an address; one byte too long; with a NUL, a line end, or
	 * what is no UTF-8; and without a key. */
	refused(wrap(bytes, NC_KEY_SIZE));
	refused(wrap(bytes, NC_KEY_SIZE - 1));
	refused(wrap(bytes, 0));
	refused(wrap(bytes, sizeof(bytes)));
	bytes[NC_KEY_SIZE] = '\0';
	refused(wrap(bytes, NC_KEY_SIZE + 2));
	bytes[NC_KEY_SIZE] = '\n';
	refused(wrap(bytes, NC_KEY_SIZE + 2));
	bytes[NC_KEY_SIZE] = 0xff;
	refused(wrap(bytes, NC_KEY_SIZE + 2));
	memset(bytes, 0, NC_KEY_SIZE);
	bytes[NC_KEY_SIZE] = 'a';
	refused(wrap(bytes, NC_KEY_SIZE + 2));
	refused("");
	refused("nhipcau1-AAAA");
	/* Endless white space is passed over, endless letters are not read. */
	blanks = nc_arena_alloc(&arena, 100001);
	assert_non_null(blanks);
	memset(blanks, 'A', 100000);
	blanks[100000] = '\0';
	memcpy(blanks, PREFIX, strlen(PREFIX));
	refused(blanks);
	line.address = nc_slice(NULL, 0);
	nc_buffer_init(&out, 4096);
	assert_int_equal(nc_hub_key_print(&line, &out, &error), NC_LIMIT);
	line.address = nc_slice(bytes, NC_LABEL_BYTES_MAX + 1);
	assert_int_equal(nc_hub_key_print(&line, &out, &error), NC_LIMIT);
	assert_int_equal(out.size, 0);
	nc_buffer_fini(&out);
}

static int start(void **state)
{
	(void)state;
	nc_arena_init(&arena, 4 * 1024 * 1024);
	return nc_trust_start(&error) == NC_OK ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	nc_arena_fini(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hub_key__printed_and_read_again),
		cmocka_unit_test(test_hub_key__white_space_is_forgiven),
		cmocka_unit_test(test_hub_key__every_letter_counts),
		cmocka_unit_test(test_hub_key__hostile),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
