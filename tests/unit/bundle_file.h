/*
 * What the tests of bundles share: the keys of many devices, a writer whose
 * draws follow from a seed, and what opening a file says.
 */
#ifndef TESTS_UNIT_BUNDLE_FILE_H
#define TESTS_UNIT_BUNDLE_FILE_H

#include "must.h"

#include "base/limits.h"
#include "base/memory.h"
#include "wire/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (300u << 20)
#define KEYS_COUNT 70

/* Bytes that are given first, then splitmix64's: enough to tell them apart. */
struct source {
	const uint8_t *given;
	size_t given_size;
	uint64_t state;
};

static inline int64_t no_time(void *context)
{
	(void)context;
	return 0;
}

static inline void draw(void *context, void *out, size_t size)
{
	struct source *source = context;
	uint8_t *bytes = out;

	for (size_t i = 0; i < size; i++) {
		uint64_t z;

		if (source->given_size > 0) {
			bytes[i] = *source->given++;
			source->given_size--;
			continue;
		}
		z = source->state += 0x9e3779b97f4a7c15u;
		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		bytes[i] = (uint8_t)(z >> 32);
	}
}

static inline struct nc_env env_of(struct source *source)
{
	struct nc_env env = {no_time, draw, source};

	return env;
}

static inline struct nc_key *key_of(const uint8_t seed[32])
{
	struct source source = {seed, 32, 0};
	struct nc_env env = env_of(&source);
	struct nc_key *key;

	must(nc_key_generate(&env, &key, &fixture_error));
	return key;
}

/* Keys of numbered devices, and their public halves as a list. */
static struct nc_key *keys[KEYS_COUNT];
static uint8_t publics[KEYS_COUNT][NC_KEY_SIZE];

static inline int make_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < KEYS_COUNT; i++) {
		uint8_t seed[32] = {(uint8_t)i, 77};

		keys[i] = key_of(seed);
		memcpy(publics[i], nc_key_public(keys[i]), NC_KEY_SIZE);
	}
	return 0;
}

static inline int free_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < KEYS_COUNT; i++)
		nc_key_free(keys[i]);
	return 0;
}

static inline struct nc_bundle_info info_of(enum nc_bundle_kind kind)
{
	struct nc_bundle_info info = {
		.kind = kind, .counter = 12, .made_at_ms = 1733106600000};

	memset(info.cluster.bytes, 0xc1, NC_ID_SIZE);
	return info;
}

/* By device 0 for the first receivers_count devices after it. */
static inline enum nc_status write_bundle(struct nc_buffer *out,
	size_t receivers_count, const struct nc_slice *messages, size_t count,
	uint64_t seed)
{
	struct nc_bundle_writer writer NC_AUTO(nc_bundle_writer_fini) = {0};
	struct nc_bundle_info info = info_of(NC_BUNDLE_REPLIES);
	struct source source = {NULL, 0, seed};
	struct nc_env env = env_of(&source);
	enum nc_status status;

	nc_bundle_writer_init(&writer);
	status = nc_bundle_begin(&writer, &info, keys[0],
		(const uint8_t(*)[NC_KEY_SIZE])publics + 1, receivers_count,
		&env, out, &fixture_error);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = nc_bundle_add(&writer, messages[i], &fixture_error);
	if (status == NC_OK)
		status = nc_bundle_end(&writer, &fixture_error);
	return status;
}

static inline enum nc_status open_with(
	const struct nc_key *key, struct nc_slice file)
{
	struct nc_bundle_reader reader NC_AUTO(nc_bundle_reader_fini) = {0};
	enum nc_status status;

	nc_bundle_reader_init(&reader);
	memset(&fixture_error, 0, sizeof(fixture_error));
	status = nc_bundle_open(&reader, file, key, &fixture_error);
	if (status != NC_OK) {
		struct nc_buffer none = {0};
		bool more = true;

		/* A sentence; and nothing is to be had from it. */
		assert_true(strlen(fixture_error.text) > 20);
		assert_int_equal(
			nc_bundle_next(&reader, &none, &more, NULL), NC_OK);
		assert_false(more);
		nc_buffer_fini(&none);
	}
	return status;
}

static inline enum nc_status open_file(struct nc_slice file)
{
	return open_with(keys[1], file);
}

#endif
