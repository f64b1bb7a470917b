/*
 * The limits of base/limits.h at the limit and one past it: those that no
 * test of a room of its own tries. The first comment there says which are
 * tried where.
 */
#include "stores.h"

#include "base/limits.h"
#include "base/file.h"
#include "command/duration.h"
#include "command/home.h"
#include "command/passphrase.h"
#include "intake/document.h"
#include "net/gate.h"
#include "sync/rate.h"
#include "trust/key_file.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <zip.h>
#include <zmq.h>

#define ROOM ((size_t)256 << 20)

#define DAY_MS (24LL * 3600 * 1000)

/* A NUL-terminated text of size letters; the caller frees it. */
static char *letters(size_t size)
{
	char *text = malloc(size + 1);

	assert_non_null(text);
	memset(text, 'x', size);
	text[size] = '\0';
	return text;
}

/* ---- one change-set ---- */

struct draft {
	struct nc_field_change field;
	struct nc_record_change record;
	struct nc_change_set set;
};

/* A record with one field; what is tried replaces parts of it. */
static void draft_init(struct draft *draft)
{
	memset(draft, 0, sizeof(*draft));
	draft->field.field = 1;
	draft->field.value = nc_value_text("x");
	draft->record.entity = NC_ENTITY_PLAN_ITEM;
	draft->record.record.bytes[0] = 1;
	draft->record.fields = &draft->field;
	draft->record.fields_count = 1;
	draft->set.device = 7;
	draft->set.sequence = 1;
	draft->set.author = nc_slice_text("văn thư");
	draft->set.records = &draft->record;
	draft->set.records_count = 1;
}

static enum nc_status decode(struct nc_slice payload)
{
	struct nc_change_set change_set;
	struct nc_arena arena;
	enum nc_status status;

	nc_arena_init(&arena, ROOM);
	status = nc_change_set_decode(
		payload, &arena, &change_set, &fixture_error);
	nc_arena_fini(&arena);
	return status;
}

static void encode(const struct draft *draft, struct nc_buffer *out)
{
	must(nc_change_set_encode(&draft->set, out, &fixture_error));
}

/* What the arriving side says; the writing side takes it. */
static enum nc_status arrive(const struct draft *draft)
{
	struct nc_buffer payload;
	enum nc_status status;

	nc_buffer_init(&payload, ROOM);
	encode(draft, &payload);
	status = decode(nc_buffer_slice(&payload));
	nc_buffer_fini(&payload);
	return status;
}

static void test_change_set__bytes(void **state)
{
	uint8_t *zeroes = calloc(1, NC_CHANGE_SET_BYTES_MAX + 1);

	(void)state;
	assert_non_null(zeroes);
	/* It is read, and is none; it is not even read. */
	assert_int_equal(decode(nc_slice(zeroes, NC_CHANGE_SET_BYTES_MAX)),
		NC_MALFORMED);
	assert_int_equal(decode(nc_slice(zeroes, NC_CHANGE_SET_BYTES_MAX + 1)),
		NC_LIMIT);
	free(zeroes);
}

/* The writing side refuses more; but two protobuf messages, one after the
 * other, are one with the records of both. */
static void test_change_set__records_on_arrival(void **state)
{
	struct nc_record_change *records =
		calloc(NC_CHANGE_SET_RECORDS_MAX, sizeof(*records));
	struct nc_buffer payload;
	struct draft draft;

	(void)state;
	assert_non_null(records);
	nc_buffer_init(&payload, ROOM);
	for (size_t last = 2; last > 0; last--) {
		size_t count = NC_CHANGE_SET_RECORDS_MAX + 1 - last;

		draft_init(&draft);
		for (size_t i = 0; i < count; i++) {
			records[i] = draft.record;
			records[i].record.bytes[1] = (uint8_t)(i >> 8);
			records[i].record.bytes[2] = (uint8_t)i;
		}
		draft.set.records = records;
		draft.set.records_count = count;
		nc_buffer_reset(&payload);
		encode(&draft, &payload);
		draft.set.records = &draft.record;
		draft.set.records_count = 1;
		draft.record.record.bytes[0] = 2;
		encode(&draft, &payload);
		assert_int_equal(decode(nc_buffer_slice(&payload)),
			last == 2 ? NC_OK : NC_MALFORMED);
	}
	assert_non_null(strstr(fixture_error.text, "number of records"));
	free(records);
	nc_buffer_fini(&payload);
}

static void test_change_set__fields_of_a_record(void **state)
{
	static struct nc_field_change fields[NC_RECORD_FIELDS_MAX + 1];
	struct draft draft;

	(void)state;
	draft_init(&draft);
	for (size_t i = 0; i < NC_RECORD_FIELDS_MAX + 1; i++) {
		fields[i] = draft.field;
		fields[i].field = (uint32_t)i + 1;
	}
	draft.record.fields = fields;
	draft.record.fields_count = NC_RECORD_FIELDS_MAX;
	must(arrive(&draft));
	draft.record.fields_count++;
	assert_int_equal(arrive(&draft), NC_MALFORMED);
}

#define DEVICES_FIELDS (NC_CHANGE_SET_DEVICES_MAX / NC_FIELD_REPLACES_MAX + 1)

/* A change-set whose dots name count devices. */
static enum nc_status write_devices(size_t count, struct nc_buffer *out)
{
	static struct nc_field_change fields[DEVICES_FIELDS];
	static struct nc_dot dots[NC_CHANGE_SET_DEVICES_MAX + 1];
	struct draft draft;

	draft_init(&draft);
	draft.record.fields = fields;
	draft.record.fields_count = 0;
	for (size_t i = 0; i < count; i += NC_FIELD_REPLACES_MAX) {
		size_t left = count - i;
		struct nc_field_change *field =
			&fields[draft.record.fields_count++];

		*field = draft.field;
		field->field = (uint32_t)draft.record.fields_count;
		field->replaces = dots + i;
		field->replaces_count = left < NC_FIELD_REPLACES_MAX
						? left
						: NC_FIELD_REPLACES_MAX;
	}
	for (size_t i = 0; i < count; i++) {
		dots[i].device = 100 + i;
		dots[i].sequence = 1;
	}
	nc_buffer_reset(out);
	return nc_change_set_encode(&draft.set, out, &fixture_error);
}

/* The dictionary of devices once more, with another one in it: the last that
 * is read counts. */
static void put_devices(struct nc_buffer *out, size_t count)
{
	must(nc_buffer_append(out, "\x42", 1));
	must(nc_buffer_varint(out, count * NC_DEVICE_ID_SIZE));
	for (size_t i = 0; i < count; i++) {
		uint8_t device[NC_DEVICE_ID_SIZE];

		nc_bytes_put_u64(device, 100 + i);
		must(nc_buffer_append(out, device, sizeof(device)));
	}
}

static void test_change_set__devices(void **state)
{
	const size_t most = NC_CHANGE_SET_DEVICES_MAX;
	struct nc_buffer payload;

	(void)state;
	nc_buffer_init(&payload, ROOM);
	must(write_devices(most, &payload));
	must(decode(nc_buffer_slice(&payload)));
	assert_int_equal(write_devices(most + 1, &payload), NC_LIMIT);
	assert_int_equal(payload.size, 0);
	must(write_devices(1, &payload));
	put_devices(&payload, most);
	must(decode(nc_buffer_slice(&payload)));
	must(write_devices(1, &payload));
	put_devices(&payload, most + 1);
	assert_int_equal(decode(nc_buffer_slice(&payload)), NC_MALFORMED);
	nc_buffer_fini(&payload);
}

static void test_change_set__text_and_bytes_of_a_field(void **state)
{
	char *text = letters(NC_TEXT_BYTES_MAX + 1);
	struct draft draft;

	(void)state;
	draft_init(&draft);
	for (size_t more = 0; more < 2; more++) {
		size_t size = NC_TEXT_BYTES_MAX + more;
		enum nc_status status = more == 0 ? NC_OK : NC_MALFORMED;

		draft.field.value = nc_value_slice(nc_slice(text, size));
		assert_int_equal(arrive(&draft), status);
		draft.field.value = nc_value_bytes(text, size);
		assert_int_equal(arrive(&draft), status);
	}
	free(text);
}

static void test_change_set__author(void **state)
{
	char *text = letters(NC_LABEL_BYTES_MAX + 1);
	struct draft draft;

	(void)state;
	draft_init(&draft);
	draft.set.author = nc_slice(text, NC_LABEL_BYTES_MAX);
	must(arrive(&draft));
	draft.set.author.size++;
	assert_int_equal(arrive(&draft), NC_MALFORMED);
	free(text);
}

/* ---- at the desk ---- */

static enum nc_status check_field(
	uint32_t entity, const char *name, const char *text, size_t size)
{
	const struct nc_field *field =
		nc_entity_field_named(nc_model_entity(entity), name);
	struct nc_value value = nc_value_slice(nc_slice(text, size));

	assert_non_null(field);
	return nc_field_check(field, &value, &fixture_error);
}

static void test_desk__texts_and_labels(void **state)
{
	char *text = letters(NC_TEXT_BYTES_MAX + 1);
	const uint32_t plan = NC_ENTITY_PLAN_ITEM, device = NC_ENTITY_DEVICE;

	(void)state;
	must(check_field(plan, "text", text, NC_TEXT_BYTES_MAX));
	must(check_field(plan, "country_words", text, NC_TEXT_BYTES_MAX));
	must(check_field(device, "label", text, NC_LABEL_BYTES_MAX));
	assert_int_equal(check_field(plan, "text", text, NC_TEXT_BYTES_MAX + 1),
		NC_INVALID);
	assert_int_equal(
		check_field(plan, "country_words", text, NC_TEXT_BYTES_MAX + 1),
		NC_INVALID);
	assert_int_equal(
		check_field(device, "label", text, NC_LABEL_BYTES_MAX + 1),
		NC_INVALID);
	free(text);
}

static void test_desk__label_as_typed(void **state)
{
	char *text = letters(NC_LABEL_BYTES_MAX + 1);
	struct nc_home home;
	const char *label;

	(void)state;
	nc_home_init(&home);
	assert_int_equal(nc_home_clean_label(&home, "--device", text, &label,
				 &fixture_error),
		NC_INVALID);
	text[NC_LABEL_BYTES_MAX] = '\0';
	must(nc_home_clean_label(
		&home, "--device", text, &label, &fixture_error));
	assert_string_equal(label, text);
	nc_home_fini(&home);
	free(text);
}

/* ---- messages ---- */

static enum nc_status request_round(const struct nc_request *in)
{
	struct nc_request out = {0};
	struct nc_buffer bytes;
	struct nc_arena arena;
	enum nc_status status;

	nc_buffer_init(&bytes, ROOM);
	nc_arena_init(&arena, ROOM);
	must(nc_request_encode(in, &bytes, &fixture_error));
	status = nc_request_decode(
		nc_buffer_slice(&bytes), &arena, &out, &fixture_error);
	nc_buffer_fini(&bytes);
	nc_arena_fini(&arena);
	return status;
}

static enum nc_status reply_round(const struct nc_reply *in)
{
	struct nc_reply out = {0};
	struct nc_buffer bytes;
	struct nc_arena arena;
	enum nc_status status;

	nc_buffer_init(&bytes, ROOM);
	nc_arena_init(&arena, ROOM);
	must(nc_reply_encode(in, &bytes, &fixture_error));
	status = nc_reply_decode(
		nc_buffer_slice(&bytes), &arena, &out, &fixture_error);
	nc_buffer_fini(&bytes);
	nc_arena_fini(&arena);
	return status;
}

static void test_message__change_sets(void **state)
{
	const size_t most = NC_MESSAGE_CHANGE_SETS_MAX;
	struct nc_signed_change_set *sets = calloc(most + 1, sizeof(*sets));
	struct nc_request request = {
		.protocol = NC_PROTOCOL_VERSION, .body = NC_BODY_EXCHANGE};
	struct nc_reply reply = {
		.protocol = NC_PROTOCOL_VERSION, .body = NC_BODY_EXCHANGE};

	(void)state;
	assert_non_null(sets);
	for (size_t i = 0; i <= most; i++)
		sets[i].payload = nc_slice_text("x");
	request.exchange.push = sets;
	reply.exchange.pull = sets;
	for (size_t more = 0; more < 2; more++) {
		enum nc_status status = more == 0 ? NC_OK : NC_LIMIT;

		request.exchange.push_count = most + more;
		assert_int_equal(request_round(&request), status);
		reply.exchange.pull_count = most + more;
		assert_int_equal(reply_round(&reply), status);
	}
	free(sets);
}

static void test_message__checkpoint_that_a_client_sends(void **state)
{
	char *text = letters(NC_CHECKPOINT_BYTES_MAX + 1);
	struct nc_request request = {
		.protocol = NC_PROTOCOL_VERSION, .body = NC_BODY_EXCHANGE};
	struct nc_exchange_request *exchange = &request.exchange;

	(void)state;
	exchange->checkpoint = nc_slice(text, NC_CHECKPOINT_BYTES_MAX);
	exchange->cosignature = nc_slice(text, NC_COSIGNATURE_BYTES_MAX);
	must(request_round(&request));
	exchange->checkpoint.size++;
	assert_int_equal(request_round(&request), NC_MALFORMED);
	exchange->checkpoint.size--;
	exchange->cosignature.size++;
	assert_int_equal(request_round(&request), NC_MALFORMED);
	free(text);
}

static void test_message__label_of_who_enrols(void **state)
{
	char *text = letters(NC_LABEL_BYTES_MAX + 1);
	struct nc_request request = {
		.protocol = NC_PROTOCOL_VERSION, .body = NC_BODY_ENROL};

	(void)state;
	request.enrol.label = nc_slice(text, NC_LABEL_BYTES_MAX);
	must(request_round(&request));
	request.enrol.label.size++;
	assert_int_equal(request_round(&request), NC_MALFORMED);
	request.enrol.label.size = 0;
	assert_int_equal(request_round(&request), NC_MALFORMED);
	free(text);
}

/* A log that has one change-set more than a message holds. */
static void test_collect__change_sets_of_one_message(void **state)
{
	struct fixture_world world = {.now_ms = 1700000000000, .random = 1};
	struct fixture_replica hub;
	struct nc_id union_id;
	struct nc_log_want want;
	struct nc_signed_change_set *sets;
	struct nc_arena arena;
	size_t count;
	bool more;

	(void)state;
	fixture_found(&hub, &world);
	union_id = fixture_union(&hub, "ha-tinh");
	for (size_t i = 0; i < NC_MESSAGE_CHANGE_SETS_MAX + 1; i++)
		stores_verdict(&hub, hub.key, &union_id);
	for (uint64_t after = 0; after < 2; after++) {
		nc_arena_init(&arena, ROOM);
		want.union_id = union_id;
		want.device = nc_public_device(nc_key_public(hub.key));
		want.after = after;
		must(nc_log_collect(hub.store, &want, 1, ROOM, &arena, &sets,
			&count, &more, &fixture_error));
		assert_int_equal(count, NC_MESSAGE_CHANGE_SETS_MAX);
		assert_int_equal(more, after == 0);
		nc_arena_fini(&arena);
	}
	fixture_close(&hub);
}

/* ---- what one reply brings ---- */

/* As many change-sets as make NC_PULL_BYTES_MAX of payload. */
#define PULL_SETS 48
#define PULL_SET_BYTES (NC_PULL_BYTES_MAX / PULL_SETS)

static void save_text(struct fixture_replica *desk, size_t size)
{
	char *text = letters(size);

	must(stores_save(desk, nc_id_new(&desk->env), true, text));
	free(text);
}

static size_t payload_size(struct fixture_replica *desk, uint64_t sequence)
{
	struct nc_log_want want = {.union_id = desk->union_id,
		.device = nc_public_device(nc_key_public(desk->key)),
		.after = sequence - 1};
	struct nc_signed_change_set *sets;
	struct nc_arena arena;
	size_t count, size;
	bool more;

	nc_arena_init(&arena, ROOM);
	must(nc_log_collect(desk->store, &want, 1, 1, &arena, &sets, &count,
		&more, &fixture_error));
	assert_int_equal(count, 1);
	size = sets[0].payload.size;
	nc_arena_fini(&arena);
	return size;
}

static void request_all(struct fixture_replica *desk, struct nc_arena *arena,
	struct nc_buffer *envelope)
{
	struct nc_request request = {.protocol = NC_PROTOCOL_VERSION,
		.number = 1,
		.body = NC_BODY_EXCHANGE};
	struct nc_exchange_request *exchange = &request.exchange;
	const struct nc_log_head *heads;
	struct nc_identity identity;
	struct nc_buffer bytes;

	must(nc_store_identity(desk->store, &identity, &fixture_error));
	must(nc_log_heads(
		desk->store, &heads, &exchange->have_count, &fixture_error));
	exchange->cluster = identity.cluster;
	exchange->device = nc_public_device(nc_key_public(desk->key));
	exchange->max_bytes = UINT32_MAX;
	exchange->have = nc_arena_array(
		arena, exchange->have_count, sizeof(*exchange->have));
	assert_non_null(exchange->have);
	for (size_t i = 0; i < exchange->have_count; i++) {
		memset(&exchange->have[i], 0, sizeof(exchange->have[i]));
		exchange->have[i].union_id = heads[i].union_id;
		exchange->have[i].device = heads[i].device;
		exchange->have[i].sequence = heads[i].sequence;
	}
	nc_buffer_init(&bytes, ROOM);
	must(nc_request_encode(&request, &bytes, &fixture_error));
	must(nc_envelope_seal(
		nc_buffer_slice(&bytes), 1, envelope, &fixture_error));
	nc_buffer_fini(&bytes);
}

/* What a desk that asks for 4 GiB gets. */
static size_t pull(struct fixture_replica *hub, struct fixture_replica *desk,
	size_t *ret_bytes, bool *ret_more)
{
	struct nc_buffer request, reply, bytes;
	struct nc_reply out = {0};
	struct nc_arena arena;
	size_t count;

	nc_buffer_init(&request, ROOM);
	nc_buffer_init(&reply, ROOM);
	nc_buffer_init(&bytes, ROOM);
	nc_arena_init(&arena, ROOM);
	request_all(desk, &arena, &request);
	fixture_carry(hub, desk, nc_buffer_slice(&request), &reply);
	must(nc_envelope_open(nc_buffer_slice(&reply), &bytes, &fixture_error));
	must(nc_reply_decode(
		nc_buffer_slice(&bytes), &arena, &out, &fixture_error));
	must(out.status);
	*ret_bytes = 0;
	for (size_t i = 0; i < out.exchange.pull_count; i++)
		*ret_bytes += out.exchange.pull[i].payload.size;
	*ret_more = out.exchange.more;
	count = out.exchange.pull_count;
	nc_buffer_fini(&request);
	nc_buffer_fini(&reply);
	nc_buffer_fini(&bytes);
	nc_arena_fini(&arena);
	return count;
}

static void test_pull__bytes_of_one_reply(void **state)
{
	struct fixture_world world = {.now_ms = 1700000000000, .random = 2};
	struct fixture_replica hub, writer, reader;
	size_t beside, bytes;
	struct nc_id union_id;
	bool more;

	(void)state;
	fixture_found(&hub, &world);
	union_id = fixture_union(&hub, "ha-tinh");
	fixture_join(&hub, &writer, &world, &union_id);
	fixture_join(&hub, &reader, &world, &union_id);
	/* The first of a stream is shorter than the others. */
	save_text(&writer, 1);
	save_text(&writer, PULL_SET_BYTES / 2);
	beside = payload_size(&writer, 2) - PULL_SET_BYTES / 2;
	must(fixture_sync(&hub, &writer));
	must(fixture_sync(&hub, &reader));
	for (size_t i = 0; i < PULL_SETS; i++)
		save_text(&writer, PULL_SET_BYTES - beside);
	must(fixture_sync(&hub, &writer));
	assert_int_equal(pull(&hub, &reader, &bytes, &more), PULL_SETS);
	assert_int_equal(bytes, NC_PULL_BYTES_MAX);
	assert_false(more);
	/* And as much with one byte more. */
	must(fixture_sync(&hub, &reader));
	for (size_t i = 0; i < PULL_SETS; i++)
		save_text(&writer, PULL_SET_BYTES - beside + (i == 0));
	must(fixture_sync(&hub, &writer));
	assert_int_equal(pull(&hub, &reader, &bytes, &more), PULL_SETS - 1);
	assert_int_equal(bytes, NC_PULL_BYTES_MAX - PULL_SET_BYTES + 1);
	assert_true(more);
	fixture_close(&reader);
	fixture_close(&writer);
	fixture_close(&hub);
}

/* ---- invitations ---- */

/* Enrols a new device so long after the invitation was made. */
static enum nc_status enrol_after(int64_t life_ms, int64_t passed_ms)
{
	struct fixture_world world = {.now_ms = 1700000000000, .random = 3};
	struct fixture_replica hub, desk;
	struct nc_invitation invitation;
	struct nc_author author;
	struct nc_arena arena;
	struct nc_id union_id, got;
	enum nc_status status;

	fixture_found(&hub, &world);
	union_id = fixture_union(&hub, "ha-tinh");
	fixture_open(&desk, &world, ":memory:");
	author = fixture_author(&hub);
	nc_arena_init(&arena, 1 << 20);
	must(nc_store_begin(hub.store, &fixture_error));
	must(nc_cluster_invite(hub.store, &author, &union_id, life_ms, &arena,
		&invitation, &fixture_error));
	assert_int_equal(invitation.expires_at_ms, world.now_ms + life_ms);
	world.now_ms += passed_ms;
	status = nc_cluster_enrol(hub.store, &author, invitation.secret,
		nc_key_public(desk.key), nc_slice_text("máy thử"), &got,
		&fixture_error);
	must(nc_store_commit(hub.store, &fixture_error));
	nc_arena_fini(&arena);
	fixture_close(&desk);
	fixture_close(&hub);
	return status;
}

static void test_invitation__life(void **state)
{
	const int64_t life_ms = NC_INVITATION_DAYS * DAY_MS;

	(void)state;
	must(enrol_after(life_ms, life_ms));
	assert_int_equal(enrol_after(life_ms, life_ms + 1), NC_EXPIRED);
	must(enrol_after(1000, 1000));
	assert_int_equal(enrol_after(1000, 1001), NC_EXPIRED);
}

/* As invite reads --expires. */
static void test_invitation__longest_life(void **state)
{
	const int64_t most = NC_INVITATION_DAYS * DAY_MS;
	int64_t life_ms = 0;

	(void)state;
	must(nc_duration_parse(
		"--expires", "7d", 1000, most, &life_ms, &fixture_error));
	assert_int_equal(life_ms, most);
	assert_int_equal(nc_duration_parse("--expires", "604801s", 1000, most,
				 &life_ms, &fixture_error),
		NC_USAGE);
	assert_int_equal(nc_duration_parse("--expires", "8d", 1000, most,
				 &life_ms, &fixture_error),
		NC_USAGE);
}

/* Fills an invitation up with a field that no reader knows, to so many
 * letters, and reads it. */
static enum nc_status parse_filled(size_t size)
{
	const size_t prefix = strlen("nhipcau1-");
	struct nc_invitation invitation = {
		.address = nc_slice_text("tcp://hub.example:7800")};
	struct nc_buffer text, bytes;
	uint8_t hash[NC_SHA256_SIZE];
	struct nc_arena arena;
	size_t wanted = (size - prefix) * 3 / 4 - 4;
	enum nc_status status;

	nc_buffer_init(&text, ROOM);
	nc_buffer_init(&bytes, ROOM);
	nc_arena_init(&arena, ROOM);
	must(nc_invitation_print(&invitation, &text, &fixture_error));
	must(nc_base64_decode(
		&bytes, nc_slice(text.data + prefix, text.size - prefix)));
	bytes.size -= 4;
	/* Field 15: a byte of key, two of size, the rest. */
	must(nc_buffer_append(&bytes, "\x7a", 1));
	must(nc_buffer_varint(&bytes, wanted - bytes.size - 2));
	while (bytes.size < wanted)
		must(nc_buffer_append(&bytes, "x", 1));
	nc_sha256(hash, nc_buffer_slice(&bytes));
	must(nc_buffer_append(&bytes, hash, 4));
	text.size = prefix;
	must(nc_base64_encode(&text, nc_buffer_slice(&bytes)));
	assert_int_equal(text.size, size);
	/* White space is not counted. */
	must(nc_buffer_text(&text, " \n"));
	status = nc_invitation_parse(
		nc_buffer_string(&text), &arena, &invitation, &fixture_error);
	nc_buffer_fini(&text);
	nc_buffer_fini(&bytes);
	nc_arena_fini(&arena);
	return status;
}

static void test_invitation__text(void **state)
{
	(void)state;
	must(parse_filled(NC_INVITATION_TEXT_MAX));
	assert_int_equal(
		parse_filled(NC_INVITATION_TEXT_MAX + 1), NC_MALFORMED);
}

static enum nc_status invitation_round(size_t address, size_t name)
{
	char *text = letters(NC_LABEL_BYTES_MAX + 1);
	struct nc_invitation invitation = {.address = nc_slice(text, address),
		.union_name = nc_slice(text, name)};
	struct nc_invitation out;
	struct nc_buffer line;
	struct nc_arena arena;
	enum nc_status status;

	nc_buffer_init(&line, ROOM);
	nc_arena_init(&arena, ROOM);
	must(nc_invitation_print(&invitation, &line, &fixture_error));
	status = nc_invitation_parse(
		nc_buffer_string(&line), &arena, &out, &fixture_error);
	nc_buffer_fini(&line);
	nc_arena_fini(&arena);
	free(text);
	return status;
}

static void test_invitation__address_and_name(void **state)
{
	const size_t most = NC_LABEL_BYTES_MAX;

	(void)state;
	must(invitation_round(most, most));
	assert_int_equal(invitation_round(most + 1, 1), NC_MALFORMED);
	assert_int_equal(invitation_round(1, most + 1), NC_MALFORMED);
}

/* ---- keys and passphrases ---- */

#define SALT "6465666768696a6b6c6d6e6f70717273"
#define NONCE "32333435363738393a3b3c3d3e3f40414243444546474849"
#define SEALED                                                                 \
	"8b399d07c59b7b45e2980324dfee3634521d6deef7603de4d80da166bc8840ad"     \
	"54a028fc23c7281659aa4ff63e6fc7c1"

static char folder[] = "/tmp/nhipcau-limits-XXXXXX";
static char path[64];

/* Nobody can be asked: what may be opened is denied for that. */
static enum nc_status load_key(int passes, int kib)
{
	struct nc_key *key = NULL;
	char text[512];
	enum nc_status status;

	snprintf(text, sizeof(text),
		"nhipcau-key-2 argon2id13 %d %d " SALT " " NONCE " " SEALED
		"\n",
		passes, kib);
	must(nc_file_write(path, nc_slice_text(text), 0600, &fixture_error));
	status = nc_key_load(path, NULL, &key, &fixture_error);
	assert_null(key);
	return status;
}

static void test_key_file__work(void **state)
{
	const int passes = NC_KEY_FILE_PASSES_MAX, kib = NC_KEY_FILE_KIB_MAX;

	(void)state;
	assert_int_equal(load_key(passes, kib), NC_DENIED);
	assert_int_equal(load_key(passes + 1, kib), NC_LIMIT);
	assert_int_equal(load_key(passes, kib + 1), NC_LIMIT);
}

/* A new passphrase of so many letters, each of so many bytes. */
static enum nc_status choose(const char *letter, size_t count)
{
	struct nc_passphrase *passphrase = nc_passphrase_new();
	struct nc_buffer text;
	enum nc_status status;

	assert_non_null(passphrase);
	nc_buffer_init(&text, ROOM);
	for (size_t i = 0; i < count; i++)
		must(nc_buffer_text(&text, letter));
	must(nc_file_write(path, nc_buffer_slice(&text), 0600, &fixture_error));
	status = nc_passphrase_choose("key", passphrase, &fixture_error);
	if (status == NC_OK)
		assert_int_equal(passphrase->size, text.size);
	nc_passphrase_free(passphrase);
	nc_buffer_fini(&text);
	return status;
}

static void test_passphrase__length(void **state)
{
	const size_t least = NC_PASSPHRASE_CHARACTERS_MIN;
	const size_t most = NC_PASSPHRASE_BYTES_MAX;

	(void)state;
	assert_int_equal(setenv("NHIPCAU_PASSPHRASE_FILE", path, 1), 0);
	must(choose("a", least));
	must(choose("ầ", least)); /* three bytes, one character */
	must(choose("a", most));
	must(choose("à", most / 2));
	assert_int_equal(choose("a", least - 1), NC_INVALID);
	assert_int_equal(choose("ầ", least - 1), NC_INVALID);
	assert_int_equal(choose("a", most + 1), NC_LIMIT);
	unsetenv("NHIPCAU_PASSPHRASE_FILE");
}

/* ---- strangers ---- */

/* The bucket that all strangers share, as the hub fills and asks it. */
static void test_rate__strangers(void **state)
{
	struct nc_rate_bucket bucket;
	int64_t now_ms = 5000;
	uint32_t wait;

	(void)state;
	nc_rate_bucket_fill(&bucket, NC_RATE_STRANGERS_BURST, now_ms);
	for (int i = 0; i < NC_RATE_STRANGERS_BURST; i++)
		assert_int_equal(nc_rate_bucket_take(&bucket,
					 NC_RATE_STRANGERS_PER_SECOND,
					 NC_RATE_STRANGERS_BURST, now_ms),
			0);
	wait = nc_rate_bucket_take(&bucket, NC_RATE_STRANGERS_PER_SECOND,
		NC_RATE_STRANGERS_BURST, now_ms);
	assert_int_not_equal(wait, 0);
	/* In one second so many more, and no more. */
	now_ms += 1000;
	for (int i = 0; i < NC_RATE_STRANGERS_PER_SECOND; i++)
		assert_int_equal(nc_rate_bucket_take(&bucket,
					 NC_RATE_STRANGERS_PER_SECOND,
					 NC_RATE_STRANGERS_BURST, now_ms),
			0);
	assert_int_not_equal(
		nc_rate_bucket_take(&bucket, NC_RATE_STRANGERS_PER_SECOND,
			NC_RATE_STRANGERS_BURST, now_ms),
		0);
}

/* ---- lines ---- */

#define FDS_MAX 8192

struct door {
	void *context, *router;
	struct nc_gate *gate;
	struct sockaddr_in address;
	int fds[NC_LINES_UNPROVEN_MAX + 1]; /* the callers' ends */
	size_t count;
};

static void door_open(struct door *door)
{
	char endpoint[64];
	size_t size = sizeof(endpoint);
	const char *port;

	memset(door, 0, sizeof(*door));
	door->context = zmq_ctx_new();
	assert_non_null(door->context);
	door->router = zmq_socket(door->context, ZMQ_ROUTER);
	assert_non_null(door->router);
	must(nc_gate_new(
		door->context, door->router, &door->gate, &fixture_error));
	assert_int_equal(zmq_bind(door->router, "tcp://127.0.0.1:*"), 0);
	assert_int_equal(zmq_getsockopt(door->router, ZMQ_LAST_ENDPOINT,
				 endpoint, &size),
		0);
	port = strrchr(endpoint, ':');
	assert_non_null(port);
	door->address.sin_family = AF_INET;
	door->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	door->address.sin_port = htons((uint16_t)atoi(port + 1));
}

static void door_close(struct door *door)
{
	for (size_t i = 0; i < door->count; i++)
		close(door->fds[i]);
	nc_gate_free(door->gate);
	zmq_close(door->router);
	zmq_ctx_term(door->context);
}

/* Lets the gate see what there is until so many unproven lines are open and
 * so many were cut. */
static void door_watch(struct door *door, size_t unproven, uint64_t cuts)
{
	zmq_pollitem_t item = {
		.socket = nc_gate_socket(door->gate), .events = ZMQ_POLLIN};

	for (int i = 0; i < 20000; i++) {
		nc_gate_watch(door->gate, 0);
		if (nc_gate_unproven(door->gate) == unproven &&
			nc_gate_cuts(door->gate) == cuts)
			return;
		(void)zmq_poll(&item, 1, 10);
	}
	fail_msg("%zu unproven and %ju cut", nc_gate_unproven(door->gate),
		(uintmax_t)nc_gate_cuts(door->gate));
}

static void door_call(struct door *door)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&door->address,
				 sizeof(door->address)),
		0);
	door->fds[door->count++] = fd;
}

static uint16_t port_of(
	int fd, int (*get)(int, struct sockaddr *restrict, socklen_t *restrict))
{
	struct sockaddr_in address = {0};
	socklen_t size = sizeof(address);

	if (get(fd, (struct sockaddr *)&address, &size) != 0 ||
		address.sin_family != AF_INET)
		return 0;
	return address.sin_port;
}

/* The hub's end of a caller's line: both are this process's. */
static int hub_end(const struct door *door, int caller)
{
	uint16_t port = port_of(caller, getsockname);

	for (int fd = 0; fd < FDS_MAX; fd++)
		if (port_of(fd, getsockname) == door->address.sin_port &&
			port_of(fd, getpeername) == port)
			return fd;
	fail_msg("no line from that caller");
	return -1;
}

static void test_gate__lines_of_one_device(void **state)
{
	static struct door door;

	(void)state;
	door_open(&door);
	for (size_t i = 0; i < NC_LINES_OF_DEVICE_MAX + 1; i++) {
		assert_int_equal(nc_gate_cuts(door.gate), 0);
		door_call(&door);
		door_watch(&door, 1, 0);
		nc_gate_prove(door.gate, hub_end(&door, door.fds[i]), 7);
	}
	assert_int_equal(nc_gate_cuts(door.gate), 1);
	door_close(&door);
}

static void test_gate__unproven_lines(void **state)
{
	static struct door door;

	(void)state;
	/* The gate takes a quarter of what the system gives, if that is less:
	 * too few descriptors to try the limit itself. */
	door_open(&door);
	if (sysconf(_SC_OPEN_MAX) < 4 * NC_LINES_UNPROVEN_MAX) {
		door_close(&door);
		skip();
	}
	for (size_t i = 1; i <= NC_LINES_UNPROVEN_MAX; i++) {
		door_call(&door);
		/* No more at once than wait to be accepted. */
		if (i % 64 == 0)
			door_watch(&door, i, 0);
	}
	door_call(&door);
	door_watch(&door, NC_LINES_UNPROVEN_MAX, 1);
	door_close(&door);
}

/* ---- documents ---- */

static enum nc_status read_document(struct nc_slice bytes)
{
	struct nc_document document;
	enum nc_status status;

	nc_document_init(&document);
	status = nc_document_read(&document, bytes, &fixture_error);
	nc_document_fini(&document);
	return status;
}

static void test_document__bytes(void **state)
{
	char *bytes = malloc(NC_DOCUMENT_BYTES_MAX + 1);

	(void)state;
	assert_non_null(bytes);
	memset(bytes, '\n', NC_DOCUMENT_BYTES_MAX + 1);
	bytes[0] = 'x';
	must(read_document(nc_slice(bytes, NC_DOCUMENT_BYTES_MAX)));
	assert_int_equal(
		read_document(nc_slice(bytes, NC_DOCUMENT_BYTES_MAX + 1)),
		NC_LIMIT);
	free(bytes);
}

#define XML_HEAD                                                               \
	"<w:document xmlns:w=\"http://schemas.openxmlformats.org/"             \
	"wordprocessingml/2006/main\"><w:body><w:p><w:r><w:t>x</w:t></w:r>"    \
	"</w:p>"
#define XML_TAIL "</w:body></w:document>"

static void put_part(zip_t *zip, const char *name, const char *xml, size_t size)
{
	zip_source_t *source = zip_source_buffer(zip, xml, size, 0);
	zip_int64_t at;

	assert_non_null(source);
	at = zip_file_add(zip, name, source, 0);
	assert_true(at >= 0);
	assert_int_equal(zip_set_file_compression(
				 zip, (zip_uint64_t)at, ZIP_CM_DEFLATE, 1),
		0);
}

/* Reads a Word document whose main part unpacks to so many bytes. */
static enum nc_status read_part(size_t size)
{
	const size_t head = strlen(XML_HEAD), tail = strlen(XML_TAIL);
	struct nc_buffer bytes;
	char *xml = malloc(size);
	enum nc_status status;
	int error_code;
	zip_t *zip;

	assert_non_null(xml);
	memset(xml, '\n', size);
	memcpy(xml, XML_HEAD, head);
	memcpy(xml + size - tail, XML_TAIL, tail);
	zip = zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, &error_code);
	assert_non_null(zip);
	put_part(zip, "word/document.xml", xml, size);
	assert_int_equal(zip_close(zip), 0);
	free(xml);
	nc_buffer_init(&bytes, ROOM);
	must(nc_file_read(path, &bytes, &fixture_error));
	status = read_document(nc_buffer_slice(&bytes));
	nc_buffer_fini(&bytes);
	return status;
}

static void test_document__part(void **state)
{
	(void)state;
	must(read_part(NC_DOCUMENT_PART_MAX));
	assert_int_equal(read_part(NC_DOCUMENT_PART_MAX + 1), NC_LIMIT);
}

static int make_folder(void **state)
{
	(void)state;
	if (mkdtemp(folder) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/file", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_change_set__bytes),
		cmocka_unit_test(test_change_set__records_on_arrival),
		cmocka_unit_test(test_change_set__fields_of_a_record),
		cmocka_unit_test(test_change_set__devices),
		cmocka_unit_test(test_change_set__text_and_bytes_of_a_field),
		cmocka_unit_test(test_change_set__author),
		cmocka_unit_test(test_desk__texts_and_labels),
		cmocka_unit_test(test_desk__label_as_typed),
		cmocka_unit_test(test_message__change_sets),
		cmocka_unit_test(test_message__checkpoint_that_a_client_sends),
		cmocka_unit_test(test_message__label_of_who_enrols),
		cmocka_unit_test(test_collect__change_sets_of_one_message),
		cmocka_unit_test(test_pull__bytes_of_one_reply),
		cmocka_unit_test(test_invitation__life),
		cmocka_unit_test(test_invitation__longest_life),
		cmocka_unit_test(test_invitation__text),
		cmocka_unit_test(test_invitation__address_and_name),
		cmocka_unit_test(test_key_file__work),
		cmocka_unit_test(test_passphrase__length),
		cmocka_unit_test(test_rate__strangers),
		cmocka_unit_test(test_gate__lines_of_one_device),
		cmocka_unit_test(test_gate__unproven_lines),
		cmocka_unit_test(test_document__bytes),
		cmocka_unit_test(test_document__part),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
