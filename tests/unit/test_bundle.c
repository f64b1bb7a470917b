/*
 * Bundles: what goes round; everything else is refused, with its own status
 * (what somebody makes by hand: test_bundle_crafted.c); the vectors of another
 * implementation (tests/integration/bundle_vectors.py).
 */
#include "bundle_file.h"

#define HEAD_SIZE_AT 17
#define HEADER_AT 21

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
		cmocka_unit_test(test_bundle__buffer_limits_bound_it),
		cmocka_unit_test(test_bundle__another_signature_is_refused),
		cmocka_unit_test(test_bundle__every_allocation_may_fail),
		cmocka_unit_test(
			test_bundle__vectors_of_another_implementation),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, make_keys, free_keys);
}
