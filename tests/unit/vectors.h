/*
 * The worked examples of docs/PROTOCOL.md, for the tests that hold the C
 * sources and the page to them: tests/data/vectors.txt was written by the
 * second implementation (tests/integration/peer.py vectors).
 */
#ifndef TESTS_UNIT_VECTORS_H
#define TESTS_UNIT_VECTORS_H

#include "must.h"

#include "base/file.h"
#include "model/change.h"
#include "trust/trust.h"
#include "wire/signed_set.h"

#include <stdio.h>
#include <string.h>

#define FILE_MAX (1024 * 1024)
#define AT(array) (array), COUNT(array)

static struct nc_buffer vectors;
static struct nc_arena arena;

/* The bytes of a vector; the arena's. */
static inline struct nc_slice vector(const char *name)
{
	const char *line = nc_buffer_string(&vectors);
	size_t name_size = strlen(name);

	while (line != NULL && *line != '\0') {
		const char *end = strchr(line, '\n');

		assert_non_null(end);
		if (strncmp(line, name, name_size) == 0 &&
			line[name_size] == ' ') {
			const char *digits = line + name_size + 1;
			size_t size = (size_t)(end - digits) / 2;
			uint8_t *bytes = nc_arena_alloc(&arena, size + 1);

			assert_non_null(bytes);
			assert_true(nc_hex_decode(
				bytes, size, digits, (size_t)(end - digits)));
			return nc_slice(bytes, size);
		}
		line = end + 1;
	}
	fail_msg("there is no vector %s", name);
	return nc_slice(NULL, 0);
}

static inline struct nc_slice vector_of(const char *who, const char *what)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.%s", who, what);
	return vector(name);
}

static inline void same(
	struct nc_slice got, struct nc_slice wanted, const char *what)
{
	if (!nc_slice_equal(got, wanted))
		fail_msg("%s differs from its vector (%zu and %zu bytes)", what,
			got.size, wanted.size);
}

/* An env whose randomness is one given run of bytes. */
static inline void seed_random(void *context, void *out, size_t size)
{
	const struct nc_slice *seed = context;

	assert_int_equal(size, seed->size);
	memcpy(out, seed->data, size);
}

static inline struct nc_key *key_of(const char *who)
{
	struct nc_slice seed = vector_of(who, "seed");
	struct nc_env env = {.random = seed_random, .context = &seed};
	struct nc_key *key;

	must(nc_key_generate(&env, &key, &fixture_error));
	return key;
}

static inline struct nc_id id_of(const char *text)
{
	struct nc_id id;

	assert_true(nc_id_parse(&id, text));
	return id;
}

#define CLUSTER "0193854c-3e00-7000-8000-00000000c001"
#define UNION "0193854c-3e00-7000-8000-00000000d002"

static inline struct nc_signed_change_set signed_of(const char *name)
{
	struct nc_signed_change_set out = {
		.payload = vector_of(name, "payload")};

	memcpy(out.signature, vector_of(name, "signature").data,
		NC_SIGNATURE_SIZE);
	return out;
}

static inline int vectors_setup(void **state)
{
	(void)state;
	nc_arena_init(&arena, 16 * FILE_MAX);
	nc_buffer_init(&vectors, FILE_MAX);
	if (nc_trust_start(&fixture_error) != NC_OK ||
		nc_file_read(TEST_DATA "/vectors.txt", &vectors,
			&fixture_error) != NC_OK) {
		print_error("%s\n", fixture_error.text);
		return -1;
	}
	return 0;
}

static inline int vectors_teardown(void **state)
{
	(void)state;
	nc_buffer_fini(&vectors);
	nc_arena_fini(&arena);
	return 0;
}

#endif
