/*
 * Bundles: what goes round; everything else is refused, with its own status;
 * every limit at the limit and one past it; the vectors of another
 * implementation (tests/integration/bundle_vectors.py).
 */
#include "must.h"

#include "base/limits.h"
#include "base/memory.h"
#include "wire/bundle.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_MAX (300u << 20)
#define KEYS_COUNT 70
#define HEAD_SIZE_AT 17
#define HEADER_AT 21

/* Bytes that are given first, then splitmix64's: enough to tell them apart. */
struct source {
	const uint8_t *given;
	size_t given_size;
	uint64_t state;
};

static int64_t no_time(void *context)
{
	(void)context;
	return 0;
}

static void draw(void *context, void *out, size_t size)
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

static struct nc_env env_of(struct source *source)
{
	struct nc_env env = {no_time, draw, source};

	return env;
}

static struct nc_key *key_of(const uint8_t seed[32])
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

static int make_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < KEYS_COUNT; i++) {
		uint8_t seed[32] = {(uint8_t)i, 77};

		keys[i] = key_of(seed);
		memcpy(publics[i], nc_key_public(keys[i]), NC_KEY_SIZE);
	}
	return 0;
}

static int free_keys(void **state)
{
	(void)state;
	for (size_t i = 0; i < KEYS_COUNT; i++)
		nc_key_free(keys[i]);
	return 0;
}

static struct nc_bundle_info info_of(enum nc_bundle_kind kind)
{
	struct nc_bundle_info info = {
		.kind = kind, .counter = 12, .made_at_ms = 1733106600000};

	memset(info.cluster.bytes, 0xc1, NC_ID_SIZE);
	return info;
}

/* By device 0 for the first receivers_count devices after it. */
static enum nc_status write_bundle(struct nc_buffer *out,
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

static enum nc_status open_with(const struct nc_key *key, struct nc_slice file)
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

static enum nc_status open_file(struct nc_slice file)
{
	return open_with(keys[1], file);
}

static void assert_holds(const struct nc_key *key, struct nc_slice file,
	const struct nc_slice *messages, size_t count)
{
	struct nc_bundle_reader reader NC_AUTO(nc_bundle_reader_fini) = {0};
	struct nc_bundle_info info = info_of(NC_BUNDLE_REPLIES);
	struct nc_buffer message NC_AUTO(nc_buffer_fini) = {0};
	bool more;

	nc_bundle_reader_init(&reader);
	nc_buffer_init(&message, NC_BUNDLE_MESSAGE_BYTES_MAX);
	must(nc_bundle_open(&reader, file, key, &fixture_error));
	assert_int_equal(reader.info.kind, info.kind);
	assert_memory_equal(&reader.info.cluster, &info.cluster, NC_ID_SIZE);
	assert_memory_equal(reader.info.sender, publics[0], NC_KEY_SIZE);
	assert_true(reader.info.counter == info.counter);
	assert_true(reader.info.made_at_ms == info.made_at_ms);
	assert_int_equal(reader.messages_count, count);
	for (size_t i = 0; i < count; i++) {
		must(nc_bundle_next(&reader, &message, &more, &fixture_error));
		assert_true(more);
		assert_int_equal(message.size, messages[i].size);
		assert_memory_equal(
			message.data, messages[i].data, message.size);
	}
	for (int again = 0; again < 2; again++) {
		must(nc_bundle_next(&reader, &message, &more, &fixture_error));
		assert_false(more);
		assert_int_equal(message.size, 0);
	}
}

static void round_trip(
	size_t receivers, const struct nc_slice *messages, size_t count)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&file, FILE_MAX);
	must(write_bundle(&file, receivers, messages, count, 5));
	for (size_t i = 0; i < receivers; i++)
		assert_holds(
			keys[i + 1], nc_buffer_slice(&file), messages, count);
	assert_int_equal(open_with(keys[receivers + 1], nc_buffer_slice(&file)),
		NC_DENIED);
	/* Its maker is not among its receivers. */
	assert_int_equal(open_with(keys[0], nc_buffer_slice(&file)), NC_DENIED);
}

static void test_bundle__goes_round(void **state)
{
	static const size_t receivers[] = {1, 3, NC_BUNDLE_RECEIVERS_MAX};
	enum { MANY = 400 };
	static struct nc_slice messages[MANY];
	static uint8_t bytes[4096];
	struct source source = {NULL, 0, 99};

	(void)state;
	draw(&source, bytes, sizeof(bytes));
	for (size_t i = 0; i < MANY; i++)
		messages[i] = nc_slice(bytes + i, 1 + i * 9);
	for (size_t i = 0; i < 3; i++) {
		round_trip(receivers[i], messages, 0);
		round_trip(receivers[i], messages, 1);
		round_trip(receivers[i], messages, MANY);
	}
}

/* Contents that end just before, at and after the end of a chunk. */
static void test_bundle__chunk_edges(void **state)
{
	uint8_t *bytes = calloc(1, 3 * NC_BUNDLE_CHUNK_BYTES);

	(void)state;
	assert_non_null(bytes);
	for (size_t chunks = 1; chunks <= 2; chunks++)
		for (size_t by = 0; by < 10; by++) {
			struct nc_slice message = nc_slice(
				bytes, chunks * NC_BUNDLE_CHUNK_BYTES - 8 + by);

			round_trip(1, &message, 1);
		}
	free(bytes);
}

static void test_bundle__message_at_the_limit(void **state)
{
	uint8_t *bytes = malloc(NC_BUNDLE_MESSAGE_BYTES_MAX + 1);
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice message;

	(void)state;
	assert_non_null(bytes);
	memset(bytes, 0xab, NC_BUNDLE_MESSAGE_BYTES_MAX + 1);
	message = nc_slice(bytes, NC_BUNDLE_MESSAGE_BYTES_MAX);
	round_trip(1, &message, 1);
	nc_buffer_init(&file, FILE_MAX);
	must(nc_buffer_text(&file, "before"));
	message.size++;
	assert_int_equal(write_bundle(&file, 1, &message, 1, 5), NC_LIMIT);
	message.size = 0;
	assert_int_equal(write_bundle(&file, 1, &message, 1, 5), NC_LIMIT);
	/* What was begun is taken back. */
	assert_string_equal(nc_buffer_string(&file), "before");
	assert_int_equal(file.size, 6);
	free(bytes);
}

static void test_bundle__receivers_at_the_limit(void **state)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	uint8_t twice[3][NC_KEY_SIZE];
	struct nc_bundle_writer writer NC_AUTO(nc_bundle_writer_fini) = {0};
	struct nc_bundle_info info = info_of(NC_BUNDLE_REPLIES);
	struct source source = {NULL, 0, 1};
	struct nc_env env = env_of(&source);

	(void)state;
	nc_buffer_init(&file, FILE_MAX);
	assert_int_equal(
		write_bundle(&file, NC_BUNDLE_RECEIVERS_MAX + 1, NULL, 0, 5),
		NC_LIMIT);
	assert_int_equal(write_bundle(&file, 0, NULL, 0, 5), NC_INVALID);
	/* The same receiver twice is one; one that is no key is none. */
	memcpy(twice[0], publics[1], NC_KEY_SIZE);
	memcpy(twice[1], publics[2], NC_KEY_SIZE);
	memcpy(twice[2], publics[1], NC_KEY_SIZE);
	nc_bundle_writer_init(&writer);
	must(nc_bundle_begin(&writer, &info, keys[0],
		(const uint8_t(*)[NC_KEY_SIZE])twice, 3, &env, &file,
		&fixture_error));
	must(nc_bundle_end(&writer, &fixture_error));
	assert_holds(keys[1], nc_buffer_slice(&file), NULL, 0);
	assert_holds(keys[2], nc_buffer_slice(&file), NULL, 0);
	nc_bundle_writer_fini(&writer);
	memset(twice[1], 0, NC_KEY_SIZE);
	assert_int_equal(nc_bundle_begin(&writer, &info, keys[0],
				 (const uint8_t(*)[NC_KEY_SIZE])twice, 3, &env,
				 &file, &fixture_error),
		NC_INVALID);
}

static void small_bundle(struct nc_buffer *file)
{
	const struct nc_slice messages[] = {
		nc_slice_text("first"), nc_slice_text("the second")};

	nc_buffer_init(file, FILE_MAX);
	must(write_bundle(file, 1, messages, 2, 5));
}

static void test_bundle__every_altered_byte_is_refused(void **state)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};

	(void)state;
	small_bundle(&file);
	must(open_file(nc_buffer_slice(&file)));
	for (size_t i = 0; i < file.size; i++)
		for (int bit = 0; bit < 8; bit++) {
			file.data[i] ^= (uint8_t)(1 << bit);
			assert_int_not_equal(
				open_file(nc_buffer_slice(&file)), NC_OK);
			file.data[i] ^= (uint8_t)(1 << bit);
		}
	must(open_file(nc_buffer_slice(&file)));
}

static void test_bundle__every_truncation_is_refused(void **state)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};

	(void)state;
	small_bundle(&file);
	for (size_t size = 0; size < file.size; size++) {
		uint8_t *copy = malloc(size + 1);
		enum nc_status status;

		assert_non_null(copy);
		memcpy(copy, file.data, size);
		status = open_file(nc_slice(copy, size));
		free(copy);
		assert_int_equal(status, NC_MALFORMED);
		assert_non_null(strstr(fixture_error.text, "not whole"));
	}
}

/* Four full chunks and a rest; where the chunks begin. */
struct big {
	struct nc_buffer file;
	size_t at[6];
};

static void big_bundle(struct big *big, uint64_t seed)
{
	const size_t size = 4 * NC_BUNDLE_CHUNK_BYTES + 100;
	uint8_t *bytes = calloc(1, size);
	struct nc_slice message = nc_slice(bytes, size);

	assert_non_null(bytes);
	memset(bytes, 0x33, size);
	nc_buffer_init(&big->file, FILE_MAX);
	must(write_bundle(&big->file, 1, &message, 1, seed));
	big->at[5] = big->file.size;
	big->at[4] = big->file.size - (4 + 100 + 4 + 16);
	for (int i = 3; i >= 0; i--)
		big->at[i] = big->at[i + 1] - (4 + NC_BUNDLE_CHUNK_BYTES + 16);
	free(bytes);
}

static void test_bundle__cut_between_chunks_is_not_whole(void **state)
{
	struct big big;

	(void)state;
	big_bundle(&big, 5);
	must(open_file(nc_buffer_slice(&big.file)));
	for (size_t i = 0; i < 5; i++)
		for (size_t by = 0; by < 6; by++) {
			struct nc_slice cut =
				nc_slice(big.file.data, big.at[i] + by);

			assert_int_equal(open_file(cut), NC_MALFORMED);
			assert_non_null(
				strstr(fixture_error.text, "not whole"));
		}
	nc_buffer_fini(&big.file);
}

static void test_bundle__appended_bytes_are_refused(void **state)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	struct big big;
	size_t size;

	(void)state;
	small_bundle(&file);
	size = file.size;
	for (size_t more = 1; more < 40; more++) {
		must(nc_buffer_append(&file, "\0", 1));
		assert_int_not_equal(open_file(nc_buffer_slice(&file)), NC_OK);
	}
	/* The same bundle once more; its own last chunk once more. */
	file.size = size;
	must(nc_buffer_reserve(&file, size));
	must(nc_buffer_append(&file, file.data, size));
	assert_int_not_equal(open_file(nc_buffer_slice(&file)), NC_OK);
	big_bundle(&big, 5);
	must(nc_buffer_reserve(&big.file, 200000));
	must(nc_buffer_append(
		&big.file, big.file.data + big.at[4], big.at[5] - big.at[4]));
	assert_int_equal(open_file(nc_buffer_slice(&big.file)), NC_CORRUPT);
	/* … a full one after a full one that is marked as the last. */
	big.file.size = big.at[4];
	must(nc_buffer_append(
		&big.file, big.file.data + big.at[0], big.at[5] - big.at[4]));
	assert_int_not_equal(open_file(nc_buffer_slice(&big.file)), NC_OK);
	nc_buffer_fini(&big.file);
}

static void test_bundle__chunks_stay_in_their_place(void **state)
{
	const size_t size = 4 + NC_BUNDLE_CHUNK_BYTES + 16;
	uint8_t *keep = malloc(size);
	struct big big, other;

	(void)state;
	assert_non_null(keep);
	big_bundle(&big, 5);
	big_bundle(&other, 6);
	for (size_t i = 0; i < 4; i++) {
		uint8_t *chunk = big.file.data + big.at[i];

		memcpy(keep, chunk, size);
		/* Another of the file; then the same of another file. */
		memcpy(chunk, big.file.data + big.at[(i + 1) % 4], size);
		assert_int_equal(
			open_file(nc_buffer_slice(&big.file)), NC_CORRUPT);
		memcpy(chunk, other.file.data + other.at[i], size);
		assert_int_equal(
			open_file(nc_buffer_slice(&big.file)), NC_CORRUPT);
		memcpy(chunk, keep, size);
	}
	must(open_file(nc_buffer_slice(&big.file)));
	/* One chunk left out. */
	memmove(big.file.data + big.at[1], big.file.data + big.at[2],
		big.at[5] - big.at[2]);
	big.file.size -= size;
	assert_int_equal(open_file(nc_buffer_slice(&big.file)), NC_CORRUPT);
	nc_buffer_fini(&big.file);
	nc_buffer_fini(&other.file);
	free(keep);
}

static void test_bundle__says_what_is_wrong_with_the_start(void **state)
{
	static const struct {
		const char *start;
		enum nc_status status;
	} cases[] = {
		{"nhipcau-bundle-2\n", NC_PROTOCOL},
		{"nhipcau-bundle-10\n", NC_PROTOCOL},
		{"nhipcau-bundle-999999999\n", NC_PROTOCOL},
		{"nhipcau-bundle-9999999999\n", NC_MALFORMED},
		{"nhipcau-bundle-0\n", NC_MALFORMED},
		{"nhipcau-bundle-01\n", NC_MALFORMED},
		{"nhipcau-bundle-1\r\n", NC_MALFORMED},
		{"nhipcau-bundle-x\n", NC_MALFORMED},
		{"nhipcau-bundle-2", NC_MALFORMED},
		{"nhipcau-key-1 00\n", NC_MALFORMED},
		{"PK\x03\x04 a document", NC_MALFORMED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(open_file(nc_slice_text(cases[i].start)),
			cases[i].status);
}

/* Files made by hand: any header, signed as it should be, and any content.
 * All members are size_t, so that a case can name one by its place. */
struct header {
	size_t kind;
	size_t cluster, sender, ephemeral, nonce; /* sizes */
	size_t receivers;
	size_t device, wrapped; /* sizes of a receiver's */
	size_t descending, twice, weak_ephemeral, without_us; /* 0 or 1 */
};

static const struct header good = {1, 16, 32, 32, 16, 1, 8, 48, 0, 0, 0, 0};
static const uint8_t content_key[32] = {9, 8, 7};

static void put_bytes(
	struct nc_buffer *out, unsigned field, const void *bytes, size_t size)
{
	must(nc_buffer_varint(out, field << 3 | 2));
	must(nc_buffer_varint(out, size));
	must(nc_buffer_append(out, bytes, size));
}

static void put_receiver(struct nc_buffer *out, const struct header *header,
	size_t which, const struct nc_ephemeral *ephemeral)
{
	struct nc_buffer one NC_AUTO(nc_buffer_fini) = {0};
	uint8_t device[16] = {0}, wrapped[64] = {0};
	/* Ours is in the middle: others are below and above it. */
	uint64_t id = nc_key_device(keys[1]) + which - header->receivers / 2;

	if (header->without_us && which >= header->receivers / 2)
		id++;
	if (header->twice)
		id = nc_key_device(keys[1]);
	if (header->descending)
		id = nc_key_device(keys[1]) - which;
	nc_bytes_put_u64(device, id);
	assert_true(nc_box_wrap(wrapped, content_key, publics[1], ephemeral));
	nc_buffer_init(&one, 200);
	put_bytes(&one, 1, device, header->device);
	put_bytes(&one, 2, wrapped, header->wrapped);
	put_bytes(out, 7, one.data, one.size);
}

static void put_header(struct nc_buffer *out, const struct header *header)
{
	struct source source = {NULL, 0, 3};
	struct nc_env env = env_of(&source);
	struct nc_ephemeral ephemeral;
	uint8_t zeroes[64] = {0}, sender[64] = {0};

	nc_ephemeral_make(&env, &ephemeral);
	memcpy(sender, publics[0], NC_KEY_SIZE);
	must(nc_buffer_varint(out, 1 << 3));
	must(nc_buffer_varint(out, header->kind));
	put_bytes(out, 2, zeroes, header->cluster);
	put_bytes(out, 3, sender, header->sender);
	put_bytes(out, 6,
		header->weak_ephemeral ? zeroes : ephemeral.public_key,
		header->ephemeral);
	for (size_t i = 0; i < header->receivers; i++)
		put_receiver(out, header, i, &ephemeral);
	put_bytes(out, 8, zeroes, header->nonce);
}

/* Puts magic, size, header, signature. */
static void put_head(struct nc_buffer *out, struct nc_slice header)
{
	uint8_t size[8], signature[NC_SIGNATURE_SIZE];

	nc_bytes_put_u64(size, header.size);
	must(nc_sign(
		keys[0], NC_DOMAIN_BUNDLE, header, signature, &fixture_error));
	must(nc_buffer_text(out, "nhipcau-bundle-1\n"));
	must(nc_buffer_append(out, size + 4, 4));
	must(nc_buffer_append(out, header.data, header.size));
	must(nc_buffer_append(out, signature, sizeof(signature)));
}

static void put_chunk(struct nc_buffer *out, const struct nc_box *box,
	uint64_t number, bool is_last, struct nc_slice plain)
{
	uint8_t size[8];

	nc_bytes_put_u64(size, plain.size + NC_CHUNK_TAG_SIZE);
	must(nc_buffer_append(out, size + 4, 4));
	must(nc_buffer_reserve(out, plain.size + NC_CHUNK_TAG_SIZE));
	nc_chunk_seal(box, number, is_last, plain, out->data + out->size);
	out->size += plain.size + NC_CHUNK_TAG_SIZE;
}

/* A file with this header and, in chunks of that size, this content. */
static void craft(struct nc_buffer *out, const struct header *header,
	struct nc_slice content, size_t chunk_size)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_box box = {{0}, {0}, {0}};
	uint64_t number = 0;

	nc_buffer_reset(out);
	nc_buffer_init(&bytes, 1 << 20);
	put_header(&bytes, header);
	put_head(out, nc_buffer_slice(&bytes));
	memcpy(box.content_key, content_key, sizeof(content_key));
	nc_sha256(box.header_hash, nc_buffer_slice(&bytes));
	do {
		struct nc_slice part = content;

		if (part.size > chunk_size)
			part.size = chunk_size;
		content.data += part.size;
		content.size -= part.size;
		put_chunk(out, &box, number++, content.size == 0, part);
	} while (content.size > 0);
}

static enum nc_status open_crafted(
	const struct header *header, struct nc_slice content)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&file, FILE_MAX);
	craft(&file, header, content, NC_BUNDLE_CHUNK_BYTES);
	return open_file(nc_buffer_slice(&file));
}

#define WITH(member, value) offsetof(struct header, member), value

static void test_bundle__hostile_headers_are_refused(void **state)
{
	static const struct {
		size_t receivers, member, value;
		enum nc_status status;
	} cases[] = {
		{1, WITH(kind, 1), NC_OK},
		{1, WITH(kind, 3), NC_OK},
		{3, WITH(kind, 2), NC_OK},
		{NC_BUNDLE_RECEIVERS_MAX, WITH(kind, 2), NC_OK},
		{1, WITH(kind, 0), NC_MALFORMED},
		{1, WITH(kind, 4), NC_PROTOCOL},
		{1, WITH(kind, 0xffffffff), NC_PROTOCOL},
		{1, WITH(cluster, 15), NC_MALFORMED},
		{1, WITH(cluster, 0), NC_MALFORMED},
		{1, WITH(sender, 31), NC_BAD_SIGNATURE},
		{1, WITH(sender, 33), NC_BAD_SIGNATURE},
		{1, WITH(ephemeral, 0), NC_MALFORMED},
		{1, WITH(ephemeral, 33), NC_MALFORMED},
		{1, WITH(nonce, 15), NC_MALFORMED},
		{1, WITH(nonce, 17), NC_MALFORMED},
		{1, WITH(receivers, 0), NC_MALFORMED},
		{NC_BUNDLE_RECEIVERS_MAX + 1, WITH(kind, 2), NC_MALFORMED},
		{1, WITH(device, 7), NC_MALFORMED},
		{1, WITH(wrapped, 47), NC_MALFORMED},
		{2, WITH(descending, 1), NC_MALFORMED},
		{2, WITH(twice, 1), NC_MALFORMED},
		{1, WITH(without_us, 1), NC_DENIED},
		{3, WITH(without_us, 1), NC_DENIED},
		{1, WITH(weak_ephemeral, 1), NC_DENIED},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct header header = good;

		header.receivers = cases[i].receivers;
		memcpy((uint8_t *)&header + cases[i].member, &cases[i].value,
			sizeof(size_t));
		if (open_crafted(&header, nc_slice(NULL, 0)) != cases[i].status)
			fail_msg("case %zu: %s", i, fixture_error.text);
	}
}

static void test_bundle__header_past_the_limit_is_refused(void **state)
{
	struct nc_buffer header NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};

	(void)state;
	nc_buffer_init(&header, 1 << 20);
	nc_buffer_init(&file, 1 << 20);
	/* One byte too many; none at all. */
	must(nc_buffer_reserve(&header, NC_BUNDLE_HEADER_BYTES_MAX + 1));
	header.size = NC_BUNDLE_HEADER_BYTES_MAX + 1;
	memset(header.data, 0, header.size);
	put_head(&file, nc_buffer_slice(&header));
	assert_int_equal(open_file(nc_buffer_slice(&file)), NC_CORRUPT);
	nc_buffer_reset(&file);
	put_head(&file, nc_slice(NULL, 0));
	assert_int_equal(open_file(nc_buffer_slice(&file)), NC_CORRUPT);
	/* Eight thousand empty receivers. */
	nc_buffer_reset(&file);
	nc_buffer_reset(&header);
	while (header.size < NC_BUNDLE_HEADER_BYTES_MAX - 34)
		must(nc_buffer_append(&header, "\x3a", 2));
	put_bytes(&header, 3, publics[0], NC_KEY_SIZE);
	put_head(&file, nc_buffer_slice(&header));
	assert_int_equal(open_file(nc_buffer_slice(&file)), NC_MALFORMED);
}

static void test_bundle__header_of_exactly_the_limit_opens(void **state)
{
	struct nc_buffer header NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	struct nc_box box = {{0}, {0}, {0}};
	static uint8_t filler[NC_BUNDLE_HEADER_BYTES_MAX];

	(void)state;
	nc_buffer_init(&header, 1 << 20);
	nc_buffer_init(&file, 1 << 20);
	put_header(&header, &good);
	/* One unknown field: a byte of key, two of size, the rest. */
	put_bytes(&header, 9, filler,
		NC_BUNDLE_HEADER_BYTES_MAX - header.size - 3);
	assert_int_equal(header.size, NC_BUNDLE_HEADER_BYTES_MAX);
	put_head(&file, nc_buffer_slice(&header));
	memcpy(box.content_key, content_key, sizeof(content_key));
	nc_sha256(box.header_hash, nc_buffer_slice(&header));
	put_chunk(&file, &box, 0, true, nc_slice(NULL, 0));
	must(open_file(nc_buffer_slice(&file)));
}

/* Content whose sizes lie, sealed and signed as it should be. */
static void test_bundle__hostile_content_is_refused(void **state)
{
	static const struct {
		const char *bytes;
		size_t size;
		enum nc_status status;
	} cases[] = {
		{"\0\0\0\1x", 5, NC_OK}, {"\0\0\0\1x\0\0\0\2yz", 11, NC_OK},
		{"\0\0\0\0", 4, NC_MALFORMED},
		{"\0\0\0\1x\0\0\0\0", 9, NC_MALFORMED},
		{"\0\0\0\2x", 5, NC_MALFORMED}, {"\0\0\0\1xy", 6, NC_MALFORMED},
		{"\0\0", 2, NC_MALFORMED},
		{"\xff\xff\xff\xff", 4, NC_MALFORMED},
		{"\0\x50\0\1", 4, NC_MALFORMED}, /* 5 MiB and one */
	};
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(open_crafted(&good, nc_slice(cases[i].bytes,
							     cases[i].size)),
			cases[i].status);
	/* Chunks that are not full, though others follow. */
	nc_buffer_init(&file, FILE_MAX);
	craft(&file, &good, nc_slice("\0\0\0\1x\0\0\0\1x", 10), 5);
	assert_int_equal(open_file(nc_buffer_slice(&file)), NC_CORRUPT);
}

/* A last chunk that holds nothing, after one that is full. */
static void test_bundle__empty_last_chunk_is_refused(void **state)
{
	static uint8_t content[NC_BUNDLE_CHUNK_BYTES];
	struct nc_buffer header NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	struct nc_box box = {{0}, {0}, {0}};
	size_t head;

	(void)state;
	nc_buffer_init(&header, 1 << 20);
	nc_buffer_init(&file, 1 << 20);
	nc_bytes_put_u64(content, (uint64_t)(sizeof(content) - 4) << 32);
	put_header(&header, &good);
	put_head(&file, nc_buffer_slice(&header));
	memcpy(box.content_key, content_key, sizeof(content_key));
	nc_sha256(box.header_hash, nc_buffer_slice(&header));
	head = file.size;
	put_chunk(&file, &box, 0, true, nc_slice(content, sizeof(content)));
	must(open_file(nc_buffer_slice(&file)));
	file.size = head;
	put_chunk(&file, &box, 0, false, nc_slice(content, sizeof(content)));
	put_chunk(&file, &box, 1, true, nc_slice(NULL, 0));
	assert_int_equal(open_file(nc_buffer_slice(&file)), NC_CORRUPT);
}

static void test_bundle__messages_at_the_limit(void **state)
{
	const size_t most = NC_BUNDLE_MESSAGES_MAX;
	struct nc_slice *messages = calloc(most + 1, sizeof(*messages));
	uint8_t *content = calloc(most + 1, 5);
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};

	(void)state;
	assert_non_null(messages);
	assert_non_null(content);
	nc_buffer_init(&file, FILE_MAX);
	for (size_t i = 0; i <= most; i++) {
		messages[i] = nc_slice_text("x");
		content[i * 5 + 3] = 1;
	}
	must(write_bundle(&file, 1, messages, most, 5));
	must(open_file(nc_buffer_slice(&file)));
	nc_buffer_reset(&file);
	assert_int_equal(
		write_bundle(&file, 1, messages, most + 1, 5), NC_LIMIT);
	assert_int_equal(
		open_crafted(&good, nc_slice(content, most * 5)), NC_OK);
	assert_int_equal(open_crafted(&good, nc_slice(content, most * 5 + 5)),
		NC_MALFORMED);
	free(messages);
	free(content);
}

/* Adds messages of size until one does not fit; that is no failure. */
static void fill(
	struct nc_bundle_writer *writer, const uint8_t *bytes, size_t size)
{
	while (nc_bundle_add(writer, nc_slice(bytes, size), &fixture_error) ==
		NC_OK)
		;
	assert_int_equal(fixture_error.status, NC_LIMIT);
	assert_false(writer->failed);
}

static void test_bundle__bytes_at_the_limit(void **state)
{
	struct nc_bundle_writer writer NC_AUTO(nc_bundle_writer_fini) = {0};
	struct nc_bundle_info info = info_of(NC_BUNDLE_HANDOVER);
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	uint8_t *bytes = calloc(1, NC_BUNDLE_MESSAGE_BYTES_MAX);
	struct source source = {NULL, 0, 1};
	struct nc_env env = env_of(&source);

	(void)state;
	assert_non_null(bytes);
	nc_buffer_init(&file, FILE_MAX);
	must(nc_buffer_reserve(&file, NC_BUNDLE_BYTES_MAX + 1));
	nc_bundle_writer_init(&writer);
	must(nc_bundle_begin(&writer, &info, keys[0],
		(const uint8_t(*)[NC_KEY_SIZE])publics + 1, 1, &env, &file,
		&fixture_error));
	for (size_t size = NC_BUNDLE_MESSAGE_BYTES_MAX; size > 0; size /= 2)
		fill(&writer, bytes, size);
	must(nc_bundle_end(&writer, &fixture_error));
	/* A message takes four bytes and one at least: at most so much is
	 * left. */
	assert_in_range(
		file.size, NC_BUNDLE_BYTES_MAX - 4, NC_BUNDLE_BYTES_MAX);
	must(open_file(nc_buffer_slice(&file)));
	file.size = NC_BUNDLE_BYTES_MAX;
	assert_int_not_equal(open_file(nc_buffer_slice(&file)), NC_LIMIT);
	file.size = NC_BUNDLE_BYTES_MAX + 1;
	assert_int_equal(open_file(nc_buffer_slice(&file)), NC_LIMIT);
	free(bytes);
}

/* The caller's buffer may allow less than a bundle may have. */
static void test_bundle__buffer_limits_bound_it(void **state)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice message = nc_slice_text("0123456789");
	size_t size, fits = 0;

	(void)state;
	small_bundle(&file);
	nc_buffer_reset(&file);
	must(write_bundle(&file, 1, &message, 1, 5));
	size = file.size;
	for (size_t limit = 0; limit < size + 3; limit++) {
		struct nc_buffer tight NC_AUTO(nc_buffer_fini) = {0};
		enum nc_status status;

		nc_buffer_init(&tight, limit);
		status = write_bundle(&tight, 1, &message, 1, 5);
		assert_int_equal(status, limit < size ? NC_LIMIT : NC_OK);
		assert_int_equal(tight.size, limit < size ? 0 : size);
		fits += status == NC_OK;
	}
	assert_int_equal(fits, 3);
}

static void test_bundle__another_signature_is_refused(void **state)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice header;
	size_t size;

	(void)state;
	small_bundle(&file);
	size = (size_t)file.data[HEAD_SIZE_AT + 2] << 8 |
	       file.data[HEAD_SIZE_AT + 3];
	header = nc_slice(file.data + HEADER_AT, size);
	/* Another key's; then the right key's for another purpose. */
	must(nc_sign(keys[2], NC_DOMAIN_BUNDLE, header,
		file.data + HEADER_AT + size, &fixture_error));
	assert_int_equal(open_file(nc_buffer_slice(&file)), NC_BAD_SIGNATURE);
	must(nc_sign(keys[0], NC_DOMAIN_CHANGE_SET, header,
		file.data + HEADER_AT + size, &fixture_error));
	assert_int_equal(open_file(nc_buffer_slice(&file)), NC_BAD_SIGNATURE);
	must(nc_sign(keys[0], NC_DOMAIN_BUNDLE, header,
		file.data + HEADER_AT + size, &fixture_error));
	must(open_file(nc_buffer_slice(&file)));
}

static void test_bundle__every_allocation_may_fail(void **state)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice message = nc_slice_text("a message");
	unsigned long n;
	enum nc_status status = NC_NO_MEMORY;

	(void)state;
	nc_buffer_init(&file, FILE_MAX);
	for (n = 1; status != NC_OK; n++) {
		nc_buffer_fini(&file);
		nc_memory_fail_at(n);
		status = write_bundle(&file, 2, &message, 1, 5);
		nc_memory_fail_at(0);
		if (status != NC_OK) {
			assert_int_equal(status, NC_NO_MEMORY);
			assert_int_equal(file.size, 0);
		}
	}
	assert_true(n > 4);
	status = NC_NO_MEMORY;
	for (n = 1; status != NC_OK; n++) {
		struct nc_bundle_reader reader NC_AUTO(
			nc_bundle_reader_fini) = {0};
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
		bool more = false;

		nc_buffer_init(&out, 100);
		nc_bundle_reader_init(&reader);
		nc_memory_fail_at(n);
		status = nc_bundle_open(&reader, nc_buffer_slice(&file),
			keys[1], &fixture_error);
		if (status == NC_OK)
			status = nc_bundle_next(
				&reader, &out, &more, &fixture_error);
		nc_memory_fail_at(0);
		/* A signature that could not be checked counts as wrong. */
		if (status != NC_OK && status != NC_BAD_SIGNATURE)
			assert_int_equal(status, NC_NO_MEMORY);
		assert_true(more == (status == NC_OK));
	}
	assert_true(n > 4);
}

/* One bundle of tests/data/bundle_vector.txt. */
struct vector {
	struct nc_bundle_info info;
	uint8_t sender_seed[32], receiver_seeds[8][32];
	size_t receivers_count;
	uint8_t drawn[80]; /* content key, ephemeral seed, nonce */
	struct nc_buffer messages[8];
	size_t messages_count;
	uint8_t sha256[32];
};

static void vector_hex(uint8_t *out, size_t size, const char *text)
{
	assert_true(nc_hex_decode(out, size, text, strlen(text)));
}

static void vector_message(
	struct vector *vector, const char *word, const char *value)
{
	struct nc_buffer *message = &vector->messages[vector->messages_count++];
	size_t size = strlen(value) / 2;
	unsigned byte = 0;
	bool of = strcmp(word, "message_of") == 0;

	assert_true(vector->messages_count <= 8);
	if (of)
		assert_int_equal(sscanf(value, "%zu %x", &size, &byte), 2);
	nc_buffer_init(message, size);
	must(nc_buffer_reserve(message, size));
	message->size = size;
	if (of)
		memset(message->data, (int)byte, size);
	else
		vector_hex(message->data, size, value);
}

static void vector_line(
	struct vector *vector, const char *word, const char *value)
{
	if (strcmp(word, "kind") == 0)
		vector->info.kind = (enum nc_bundle_kind)atoi(value);
	else if (strcmp(word, "cluster") == 0)
		vector_hex(vector->info.cluster.bytes, 16, value);
	else if (strcmp(word, "counter") == 0)
		vector->info.counter = strtoull(value, NULL, 10);
	else if (strcmp(word, "made_at_ms") == 0)
		vector->info.made_at_ms = strtoll(value, NULL, 10);
	else if (strcmp(word, "sender_seed") == 0)
		vector_hex(vector->sender_seed, 32, value);
	else if (strcmp(word, "receiver_seed") == 0)
		vector_hex(vector->receiver_seeds[vector->receivers_count++],
			32, value);
	else if (strcmp(word, "content_key") == 0)
		vector_hex(vector->drawn, 32, value);
	else if (strcmp(word, "ephemeral_seed") == 0)
		vector_hex(vector->drawn + 32, 32, value);
	else if (strcmp(word, "nonce") == 0)
		vector_hex(vector->drawn + 64, 16, value);
	else if (strncmp(word, "message", 7) == 0)
		vector_message(vector, word, value);
	else if (strcmp(word, "sha256") == 0)
		vector_hex(vector->sha256, 32, value);
	else if (strcmp(word, "bundle") != 0)
		fail_msg("what is %s?", word);
}

static void vector_write(const struct vector *vector,
	const struct nc_key *sender, const uint8_t (*receivers)[NC_KEY_SIZE],
	struct nc_buffer *file)
{
	struct nc_bundle_writer writer NC_AUTO(nc_bundle_writer_fini) = {0};
	struct source source = {vector->drawn, sizeof(vector->drawn), 0};
	struct nc_env env = env_of(&source);

	nc_bundle_writer_init(&writer);
	must(nc_bundle_begin(&writer, &vector->info, sender, receivers,
		vector->receivers_count, &env, file, &fixture_error));
	for (size_t i = 0; i < vector->messages_count; i++)
		must(nc_bundle_add(&writer,
			nc_buffer_slice(&vector->messages[i]), &fixture_error));
	must(nc_bundle_end(&writer, &fixture_error));
}

static void vector_check(struct vector *vector)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	struct nc_key *sender = key_of(vector->sender_seed);
	uint8_t receivers[8][NC_KEY_SIZE], hash[32];
	struct nc_key *last = NULL;

	for (size_t i = 0; i < vector->receivers_count; i++) {
		nc_key_free(last);
		last = key_of(vector->receiver_seeds[i]);
		memcpy(receivers[i], nc_key_public(last), NC_KEY_SIZE);
	}
	nc_buffer_init(&file, FILE_MAX);
	vector_write(vector, sender, (const uint8_t(*)[NC_KEY_SIZE])receivers,
		&file);
	nc_sha256(hash, nc_buffer_slice(&file));
	assert_memory_equal(hash, vector->sha256, 32);
	must(open_with(last, nc_buffer_slice(&file)));
	nc_key_free(sender);
	nc_key_free(last);
	for (size_t i = 0; i < vector->messages_count; i++)
		nc_buffer_fini(&vector->messages[i]);
	memset(vector, 0, sizeof(*vector));
}

static void test_bundle__vectors_of_another_implementation(void **state)
{
	FILE *file = fopen(TEST_DATA "/bundle_vector.txt", "re");
	static struct vector vector;
	static char line[8192];
	size_t count = 0;

	(void)state;
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		char *value;

		line[strcspn(line, "\n")] = '\0';
		if (line[0] == '#')
			continue;
		if (line[0] == '\0' && vector.info.kind != 0) {
			vector_check(&vector);
			count++;
		}
		value = strchr(line, ' ');
		if (value == NULL)
			continue;
		*value++ = '\0';
		vector_line(&vector, line, value);
	}
	fclose(file);
	vector_check(&vector);
	assert_int_equal(count + 1, 4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bundle__goes_round),
		cmocka_unit_test(test_bundle__chunk_edges),
		cmocka_unit_test(test_bundle__message_at_the_limit),
		cmocka_unit_test(test_bundle__receivers_at_the_limit),
		cmocka_unit_test(test_bundle__every_altered_byte_is_refused),
		cmocka_unit_test(test_bundle__every_truncation_is_refused),
		cmocka_unit_test(test_bundle__cut_between_chunks_is_not_whole),
		cmocka_unit_test(test_bundle__appended_bytes_are_refused),
		cmocka_unit_test(test_bundle__chunks_stay_in_their_place),
		cmocka_unit_test(
			test_bundle__says_what_is_wrong_with_the_start),
		cmocka_unit_test(test_bundle__hostile_headers_are_refused),
		cmocka_unit_test(test_bundle__header_past_the_limit_is_refused),
		cmocka_unit_test(
			test_bundle__header_of_exactly_the_limit_opens),
		cmocka_unit_test(test_bundle__hostile_content_is_refused),
		cmocka_unit_test(test_bundle__empty_last_chunk_is_refused),
		cmocka_unit_test(test_bundle__messages_at_the_limit),
		cmocka_unit_test(test_bundle__bytes_at_the_limit),
		cmocka_unit_test(test_bundle__buffer_limits_bound_it),
		cmocka_unit_test(test_bundle__another_signature_is_refused),
		cmocka_unit_test(test_bundle__every_allocation_may_fail),
		cmocka_unit_test(
			test_bundle__vectors_of_another_implementation),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
