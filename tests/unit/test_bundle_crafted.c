/*
 * Bundles made by hand: any header, signed as it should be, and any content.
 * What is not as it must be is refused, with its own status; the header's and
 * the content's limits at the limit and one past it.
 */
#include "bundle_file.h"

/* All members are size_t, so that a case can name one by its place. */
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

static void test_bundle_crafted__hostile_headers_are_refused(void **state)
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

static void test_bundle_crafted__header_past_the_limit_is_refused(void **state)
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

static void test_bundle_crafted__header_of_exactly_the_limit_opens(void **state)
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
static void test_bundle_crafted__hostile_content_is_refused(void **state)
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
static void test_bundle_crafted__empty_last_chunk_is_refused(void **state)
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

static void test_bundle_crafted__messages_at_the_limit(void **state)
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

static void test_bundle_crafted__bytes_at_the_limit(void **state)
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			test_bundle_crafted__hostile_headers_are_refused),
		cmocka_unit_test(
			test_bundle_crafted__header_past_the_limit_is_refused),
		cmocka_unit_test(
			test_bundle_crafted__header_of_exactly_the_limit_opens),
		cmocka_unit_test(
			test_bundle_crafted__hostile_content_is_refused),
		cmocka_unit_test(
			test_bundle_crafted__empty_last_chunk_is_refused),
		cmocka_unit_test(test_bundle_crafted__messages_at_the_limit),
		cmocka_unit_test(test_bundle_crafted__bytes_at_the_limit),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
