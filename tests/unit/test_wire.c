/*
 * Change-sets, messages and envelopes: what goes round, and every limit at
 * the limit and one past it.
 */
#include "fixture.h"

#include "base/limits.h"

struct set {
	struct nc_arena arena;
	struct nc_change_set change_set;
	struct nc_buffer payload;
};

static void set_init(struct set *set, size_t records, const char *text)
{
	struct nc_field_change *fields;

	memset(set, 0, sizeof(*set));
	nc_arena_init(&set->arena, 256 << 20);
	nc_buffer_init(&set->payload, 256 << 20);
	set->change_set.sequence = 1;
	set->change_set.device = 0x0102030405060708;
	set->change_set.author = nc_slice_text("văn thư");
	set->change_set.records_count = records;
	set->change_set.records = nc_arena_array(
		&set->arena, records, sizeof(struct nc_record_change));
	for (size_t i = 0; i < records; i++) {
		struct nc_record_change *record = &set->change_set.records[i];

		memset(record, 0, sizeof(*record));
		record->record.bytes[0] = (uint8_t)(i >> 8);
		record->record.bytes[1] = (uint8_t)i;
		record->entity = NC_ENTITY_PLAN_ITEM;
		fields = nc_arena_array(&set->arena, 1, sizeof(*fields));
		memset(fields, 0, sizeof(*fields));
		fields[0].field = NC_PLAN_TEXT;
		fields[0].value = nc_value_text(text);
		record->fields = fields;
		record->fields_count = 1;
	}
}

static void set_fini(struct set *set)
{
	nc_arena_fini(&set->arena);
	nc_buffer_fini(&set->payload);
}

static enum nc_status decode(struct nc_slice payload)
{
	struct nc_change_set change_set;
	struct nc_arena arena;
	enum nc_status status;

	nc_arena_init(&arena, 256 << 20);
	status = nc_change_set_decode(
		payload, &arena, &change_set, &fixture_error);
	nc_arena_fini(&arena);
	return status;
}

static enum nc_status round_trip(struct set *set)
{
	enum nc_status status;

	nc_buffer_reset(&set->payload);
	status = nc_change_set_encode(
		&set->change_set, &set->payload, &fixture_error);
	return status == NC_OK ? decode(nc_buffer_slice(&set->payload))
			       : status;
}

static void test_change_set__records_at_the_limit(void **state)
{
	struct set set;

	(void)state;
	set_init(&set, NC_CHANGE_SET_RECORDS_MAX, "x");
	assert_int_equal(round_trip(&set), NC_OK);
	set_fini(&set);
	set_init(&set, NC_CHANGE_SET_RECORDS_MAX + 1, "x");
	assert_int_equal(round_trip(&set), NC_LIMIT);
	set_fini(&set);
	set_init(&set, 0, "x");
	assert_int_equal(round_trip(&set), NC_MALFORMED);
	set_fini(&set);
}

static void test_change_set__text_at_the_limit(void **state)
{
	char *text = calloc(1, NC_TEXT_BYTES_MAX + 2);
	struct set set;

	(void)state;
	assert_non_null(text);
	memset(text, 'x', NC_TEXT_BYTES_MAX);
	set_init(&set, 1, text);
	assert_int_equal(round_trip(&set), NC_OK);
	set_fini(&set);
	text[NC_TEXT_BYTES_MAX] = 'x';
	set_init(&set, 1, text);
	assert_int_equal(round_trip(&set), NC_MALFORMED);
	set_fini(&set);
	free(text);
}

/* Grows the payload to exactly size bytes through one record's text. */
static void fill_to(struct set *set, char *text, size_t size)
{
	size_t length = 500;

	memset(text, 'x', NC_TEXT_BYTES_MAX);
	text[length] = '\0';
	for (int i = 0; i < 8; i++) {
		set->change_set.records[0].fields[0].value =
			nc_value_text(text);
		nc_buffer_reset(&set->payload);
		if (nc_change_set_encode(
			    &set->change_set, &set->payload, NULL) != NC_OK)
			length -= 10;
		else if (set->payload.size == size)
			return;
		else
			length += size - set->payload.size;
		memset(text, 'x', NC_TEXT_BYTES_MAX);
		text[length] = '\0';
	}
	fail_msg("could not make %zu bytes", size);
}

static void test_change_set__bytes_at_the_limit(void **state)
{
	char *text = calloc(1, NC_TEXT_BYTES_MAX + 2);
	char *other = calloc(1, NC_TEXT_BYTES_MAX + 2);
	struct set set;

	(void)state;
	assert_non_null(text);
	assert_non_null(other);
	/* Sixteen long texts and one to fill up with: 1 MiB and no more. */
	memset(other, 'y', NC_TEXT_BYTES_MAX - 100);
	set_init(&set, 18, other);
	set.change_set.records[1].fields[0].value = nc_value_text("z");
	fill_to(&set, text, NC_CHANGE_SET_BYTES_MAX);
	assert_int_equal(decode(nc_buffer_slice(&set.payload)), NC_OK);
	/* One byte more, as a field that no reader knows: 0x78 0x01 … */
	must(nc_buffer_append(&set.payload, "\x78\x01", 2));
	assert_int_equal(decode(nc_buffer_slice(&set.payload)), NC_LIMIT);
	set_fini(&set);
	free(text);
	free(other);
}

static void test_change_set__refuses_what_is_not_canonical(void **state)
{
	struct set set;
	struct nc_record_change swap;

	(void)state;
	set_init(&set, 2, "x");
	swap = set.change_set.records[0];
	set.change_set.records[0] = set.change_set.records[1];
	set.change_set.records[1] = swap;
	assert_int_equal(round_trip(&set), NC_MALFORMED);
	set.change_set.records[0] = set.change_set.records[1];
	assert_int_equal(round_trip(&set), NC_MALFORMED);
	set_fini(&set);
	set_init(&set, 1, "e\xcc\x81"); /* e + combining acute */
	assert_int_equal(round_trip(&set), NC_MALFORMED);
	set_fini(&set);
	set_init(&set, 1, "\xff\xfe");
	assert_int_equal(round_trip(&set), NC_MALFORMED);
	set_fini(&set);
	set_init(&set, 1, "x");
	set.change_set.records[0].fields[0].value =
		nc_value_slice(nc_slice("a\0b", 3));
	assert_int_equal(round_trip(&set), NC_MALFORMED);
	set.change_set.records[0].fields[0].field = 0;
	assert_int_equal(round_trip(&set), NC_MALFORMED);
	set_fini(&set);
}

static void test_change_set__replaces_at_the_limit(void **state)
{
	struct nc_dot dots[NC_FIELD_REPLACES_MAX + 1];
	struct set set;

	(void)state;
	for (size_t i = 0; i < NC_FIELD_REPLACES_MAX + 1; i++) {
		dots[i].device = 100 + i;
		dots[i].sequence = i + 1;
	}
	set_init(&set, 1, "x");
	set.change_set.records[0].fields[0].replaces = dots;
	set.change_set.records[0].fields[0].replaces_count =
		NC_FIELD_REPLACES_MAX;
	assert_int_equal(round_trip(&set), NC_OK);
	set.change_set.records[0].fields[0].replaces_count++;
	assert_int_equal(round_trip(&set), NC_MALFORMED);
	set_fini(&set);
}

static void test_change_set__every_cut_is_refused_or_whole(void **state)
{
	struct set set;

	(void)state;
	set_init(&set, 3, "Đón đoàn");
	assert_int_equal(round_trip(&set), NC_OK);
	for (size_t size = 0; size < set.payload.size; size++)
		(void)decode(nc_slice(set.payload.data, size));
	assert_int_equal(decode(nc_slice(set.payload.data, 0)), NC_MALFORMED);
	assert_int_equal(
		decode(nc_slice(set.payload.data, set.payload.size - 1)),
		NC_MALFORMED);
	set_fini(&set);
}

static enum nc_status request_with_heads(size_t count)
{
	struct nc_request request = {
		.protocol = 1, .number = 7, .body = NC_BODY_EXCHANGE};
	struct nc_request decoded = {0};
	struct nc_buffer bytes;
	struct nc_arena arena;
	enum nc_status status;

	nc_buffer_init(&bytes, 64 << 20);
	nc_arena_init(&arena, 64 << 20);
	request.exchange.have = calloc(count, sizeof(struct nc_head));
	request.exchange.have_count = count;
	must(nc_request_encode(&request, &bytes, &fixture_error));
	status = nc_request_decode(
		nc_buffer_slice(&bytes), &arena, &decoded, &fixture_error);
	assert_int_equal(decoded.number, 7);
	free(request.exchange.have);
	nc_buffer_fini(&bytes);
	nc_arena_fini(&arena);
	return status;
}

static void test_request__heads_at_the_limit(void **state)
{
	(void)state;
	assert_int_equal(request_with_heads(NC_HAVE_MAX), NC_OK);
	assert_int_equal(request_with_heads(NC_HAVE_MAX + 1), NC_LIMIT);
	assert_int_equal(request_with_heads(10000), NC_LIMIT);
}

/* Of another version number and version alone are read, whatever it says. */
static void test_reply__of_another_version(void **state)
{
	struct nc_reply reply = {.protocol = NC_PROTOCOL_VERSION + 1,
		.number = 7,
		.status = NC_PROTOCOL,
		.body = NC_BODY_EXCHANGE};
	struct nc_reply decoded = {0};
	struct nc_verdict verdict = {.sequence = 1};
	struct nc_buffer bytes;
	struct nc_arena arena;

	(void)state;
	nc_buffer_init(&bytes, 1 << 20);
	nc_arena_init(&arena, 1 << 20);
	reply.exchange.verdicts = &verdict;
	reply.exchange.verdicts_count = 1;
	must(nc_reply_encode(&reply, &bytes, &fixture_error));
	must(nc_reply_decode(
		nc_buffer_slice(&bytes), &arena, &decoded, &fixture_error));
	assert_int_equal(decoded.protocol, NC_PROTOCOL_VERSION + 1);
	assert_int_equal(decoded.number, 7);
	assert_int_equal(decoded.body, NC_BODY_NONE);
	assert_int_equal(decoded.exchange.verdicts_count, 0);
	nc_buffer_fini(&bytes);
	nc_arena_fini(&arena);
}

static enum nc_status seal_and_open(size_t size, bool random)
{
	uint8_t *bytes = calloc(1, size);
	struct nc_buffer sealed, opened;
	struct fixture_world world = {.random = 1};
	enum nc_status status;

	assert_non_null(bytes);
	nc_buffer_init(&sealed, 64 << 20);
	nc_buffer_init(&opened, 64 << 20);
	if (random)
		fixture_random(&world, bytes, size);
	status = nc_envelope_seal(
		nc_slice(bytes, size), 1, &sealed, &fixture_error);
	if (status == NC_OK) {
		status = nc_envelope_open(
			nc_buffer_slice(&sealed), &opened, &fixture_error);
		assert_int_equal(status, NC_OK);
		assert_int_equal(opened.size, size);
		assert_memory_equal(opened.data, bytes, size);
	}
	free(bytes);
	nc_buffer_fini(&sealed);
	nc_buffer_fini(&opened);
	return status;
}

static void test_envelope__sizes_at_the_limit(void **state)
{
	(void)state;
	assert_int_equal(seal_and_open(NC_MESSAGE_DECODED_MAX, false), NC_OK);
	assert_int_equal(
		seal_and_open(NC_MESSAGE_DECODED_MAX + 1, false), NC_LIMIT);
	assert_int_equal(seal_and_open(NC_MESSAGE_BYTES_MAX - 1, true), NC_OK);
	assert_int_equal(seal_and_open(NC_MESSAGE_BYTES_MAX, true), NC_LIMIT);
	assert_int_equal(seal_and_open(1, true), NC_OK);
}

static enum nc_status open_bytes(const void *data, size_t size)
{
	struct nc_buffer out;
	enum nc_status status;

	nc_buffer_init(&out, NC_MESSAGE_DECODED_MAX);
	status = nc_envelope_open(nc_slice(data, size), &out, &fixture_error);
	nc_buffer_fini(&out);
	return status;
}

static void test_envelope__refuses_bombs_and_garbage(void **state)
{
	/* A zstd frame that states 1 GiB of content, and none of it. */
	static const uint8_t bomb[] = {
		1, 0x28, 0xb5, 0x2f, 0xfd, 0xa0, 0, 0, 0, 0x40, 1, 0, 0};
	/* One that does not say how much it holds. */
	static const uint8_t mute[] = {
		1, 0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x58, 1, 0, 0};

	(void)state;
	assert_int_equal(open_bytes(bomb, sizeof(bomb)), NC_LIMIT);
	assert_int_equal(open_bytes(mute, sizeof(mute)), NC_MALFORMED);
	assert_int_equal(open_bytes("", 0), NC_MALFORMED);
	assert_int_equal(open_bytes("\x02xyz", 4), NC_MALFORMED);
	assert_int_equal(open_bytes("\x01xyz", 4), NC_MALFORMED);
}

static void test_invitation__goes_round_and_notices_damage(void **state)
{
	struct nc_invitation in = {
		.address = nc_slice_text("tcp://hub.example:7800"),
		.union_name = nc_slice_text("Liên hiệp tỉnh Hà Tĩnh"),
		.expires_at_ms = 1700000000000,
	};
	struct nc_invitation out;
	struct nc_buffer text;
	struct nc_arena arena;

	(void)state;
	nc_buffer_init(&text, 1 << 16);
	nc_arena_init(&arena, 1 << 20);
	memset(in.secret, 7, sizeof(in.secret));
	must(nc_invitation_print(&in, &text, &fixture_error));
	must(nc_invitation_parse(
		nc_buffer_string(&text), &arena, &out, &fixture_error));
	assert_true(nc_slice_equal(in.address, out.address));
	assert_memory_equal(in.secret, out.secret, NC_SECRET_SIZE);
	for (size_t i = 0; i < text.size; i++) {
		uint8_t was = text.data[i];

		text.data[i] = was == 'A' ? 'B' : 'A';
		assert_int_equal(nc_invitation_parse(nc_buffer_string(&text),
					 &arena, &out, &fixture_error),
			NC_MALFORMED);
		text.data[i] = was;
	}
	nc_buffer_fini(&text);
	nc_arena_fini(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_change_set__records_at_the_limit),
		cmocka_unit_test(test_change_set__text_at_the_limit),
		cmocka_unit_test(test_change_set__bytes_at_the_limit),
		cmocka_unit_test(
			test_change_set__refuses_what_is_not_canonical),
		cmocka_unit_test(test_change_set__replaces_at_the_limit),
		cmocka_unit_test(
			test_change_set__every_cut_is_refused_or_whole),
		cmocka_unit_test(test_request__heads_at_the_limit),
		cmocka_unit_test(test_reply__of_another_version),
		cmocka_unit_test(test_envelope__sizes_at_the_limit),
		cmocka_unit_test(test_envelope__refuses_bombs_and_garbage),
		cmocka_unit_test(
			test_invitation__goes_round_and_notices_damage),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
