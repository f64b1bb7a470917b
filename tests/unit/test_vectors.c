/*
 * The C sources make the bytes of the worked examples of docs/PROTOCOL.md; its
 * tree has tests of its own (test_vectors_tree.c).
 */
#include "vectors.h"

#include "base/limits.h"
#include "merge/merge.h"
#include "store/hubs.h"
#include "sync/client.h"
#include "sync/enrol.h"
#include "wire/bundle.h"
#include "wire/hub_key.h"

#define ITEM "0193854c-3e00-7000-8000-00000000e003"
#define LEAD "0193854c-3e00-7000-8000-00000000e004"

static void test_vectors__keys(void **state)
{
	static const char *const names[] = {"hub", "a", "b"};

	(void)state;
	for (size_t i = 0; i < COUNT(names); i++) {
		struct nc_key *key NC_AUTO(nc_key_free_at) = key_of(names[i]);
		uint8_t public_key[NC_KEY_SIZE], secret[NC_KEY_SIZE];
		uint8_t device[NC_DEVICE_ID_SIZE];

		nc_bytes_put_u64(device, nc_key_device(key));
		nc_key_transport(key, public_key, secret);
		same(nc_slice(nc_key_public(key), NC_KEY_SIZE),
			vector_of(names[i], "public"), "public key");
		same(nc_slice(device, sizeof(device)),
			vector_of(names[i], "device"), "device id");
		same(nc_slice(public_key, sizeof(public_key)),
			vector_of(names[i], "transport-public"),
			"transport key");
		same(nc_slice(secret, sizeof(secret)),
			vector_of(names[i], "transport-secret"),
			"transport secret");
		assert_true(nc_public_transport(
			vector_of(names[i], "public").data, public_key));
		same(nc_slice(public_key, sizeof(public_key)),
			vector_of(names[i], "transport-public"),
			"transport key of the public key");
	}
}

static struct nc_invitation example_invitation(void)
{
	struct nc_invitation out = {
		.address = nc_slice_text("tcp://127.0.0.1:7800"),
		.cluster = id_of(CLUSTER),
		.union_id = id_of(UNION),
		.union_name = nc_slice_text("Liên hiệp các tổ chức hữu nghị "
					    "tỉnh Hà Tĩnh"),
		.expires_at_ms = 1733704800000,
	};

	memcpy(out.hub_key, vector("hub.public").data, NC_KEY_SIZE);
	memcpy(out.root_key, vector("hub.public").data, NC_KEY_SIZE);
	for (size_t i = 0; i < NC_SECRET_SIZE; i++)
		out.secret[i] = (uint8_t)(0xa0 + i);
	return out;
}

static void test_vectors__invitation(void **state)
{
	struct nc_invitation made = example_invitation(), read;
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice wanted = vector("invitation.text");

	(void)state;
	nc_buffer_init(&text, NC_INVITATION_TEXT_MAX);
	must(nc_invitation_print(&made, &text, &fixture_error));
	same(nc_buffer_slice(&text), wanted, "invitation");
	must(nc_invitation_parse(
		nc_buffer_string(&text), &arena, &read, &fixture_error));
	same(read.address, made.address, "address");
	same(read.union_name, made.union_name, "union's name");
	assert_memory_equal(read.hub_key, made.hub_key, NC_KEY_SIZE);
	assert_memory_equal(read.secret, made.secret, NC_SECRET_SIZE);
	assert_int_equal(nc_id_compare(&read.cluster, &made.cluster), 0);
	assert_int_equal(nc_id_compare(&read.union_id, &made.union_id), 0);
	assert_int_equal(read.expires_at_ms, made.expires_at_ms);
}

static void test_vectors__enrolment(void **state)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = key_of("a");
	struct nc_invitation invitation = example_invitation();
	struct nc_slice label = nc_slice_text("máy văn thư");
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer opened NC_AUTO(nc_buffer_fini) = {0};
	struct nc_request request = {0};

	(void)state;
	nc_buffer_init(&bytes, FILE_MAX);
	nc_buffer_init(&opened, FILE_MAX);
	must(nc_buffer_text(&bytes, NC_DOMAIN_ENROL));
	must(nc_enrol_signed_bytes(
		&bytes, invitation.hub_key, invitation.secret, label));
	same(nc_buffer_slice(&bytes), vector("enrol.signed"), "signed bytes");
	nc_buffer_reset(&bytes);
	must(nc_enrol_request(key, &invitation, label, &bytes, &fixture_error));
	must(nc_envelope_open(
		nc_buffer_slice(&bytes), &opened, &fixture_error));
	same(nc_buffer_slice(&opened), vector("enrol.request"), "request");
	nc_buffer_reset(&opened);
	must(nc_envelope_open(
		vector("enrol.envelope"), &opened, &fixture_error));
	same(nc_buffer_slice(&opened), vector("enrol.request"), "envelope");
	must(nc_request_decode(
		nc_buffer_slice(&opened), &arena, &request, &fixture_error));
	assert_int_equal(request.number, nc_key_device(key));
	assert_int_equal(request.body, NC_BODY_ENROL);
	same(request.enrol.label, label, "label");
}

/* Bytes 00 01 02 …, the examples' blob. */
static struct nc_value counting(void)
{
	static const uint8_t bytes[16] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

	return nc_value_bytes(bytes, sizeof(bytes));
}

/* The four change-sets of the page, built by hand as it tells them. */
struct example {
	const char *name;
	const char *key;
	struct nc_change_set change_set;
};

static struct example examples[4];

static void make_examples(void)
{
	static struct nc_dot saw[1], saw_text[1];
	static struct nc_field_change item[7], lead[4], edit[1], second[2],
		tombstones[7];
	static struct nc_record_change first_records[2], b1_records[1],
		a2_records[1], b2_records[1];
	const char *text = "Tiếp đoàn tỉnh Bôlykhămxay (Lào)";
	nc_device_id a = nc_bytes_get_u64(vector("a.device").data);
	nc_device_id b = nc_bytes_get_u64(vector("b.device").data);
	struct nc_change_set plain = {
		.union_id = id_of(UNION), .sequence = 1, .model_version = 1};

	saw[0] = (struct nc_dot){a, 1};
	saw_text[0] = (struct nc_dot){b, 1};
	item[0] = (struct nc_field_change){1, nc_value_integer(2024), NULL, 0};
	item[1] = (struct nc_field_change){
		2, nc_value_text("friendship"), NULL, 0};
	item[2] = (struct nc_field_change){3, nc_value_text("b"), NULL, 0};
	item[3] = (struct nc_field_change){5, nc_value_text("V"), NULL, 0};
	item[4] = (struct nc_field_change){
		6, nc_value_text("Tiếp đoàn Bôlykhămxay (Lào)"), NULL, 0};
	item[5] = (struct nc_field_change){7, counting(), NULL, 0};
	item[6] = (struct nc_field_change){8, nc_value_integer(1), NULL, 0};
	lead[0] = item[0];
	lead[1] = (struct nc_field_change){2, nc_value_text("ngo"), NULL, 0};
	lead[2] = item[3];
	lead[3] = (struct nc_field_change){
		6, nc_value_text("Đón 12 đoàn."), NULL, 0};
	edit[0] = (struct nc_field_change){6, nc_value_text(text), AT(saw)};
	second[0] = (struct nc_field_change){3, nc_value_absent(), AT(saw)};
	second[1] = (struct nc_field_change){
		6, nc_value_text("Đón đoàn Bôlykhămxay (Lào)"), AT(saw)};
	for (size_t i = 0; i < COUNT(item); i++) {
		tombstones[i] = item[i];
		tombstones[i].replaces = saw;
		tombstones[i].replaces_count = 1;
	}
	tombstones[4].value = nc_value_text(text);
	tombstones[4].replaces = saw_text;
	first_records[0] = (struct nc_record_change){
		id_of(ITEM), NC_ENTITY_PLAN_ITEM, false, AT(item)};
	first_records[1] = (struct nc_record_change){
		id_of(LEAD), NC_ENTITY_PLAN_LEAD, false, AT(lead)};
	b1_records[0] = (struct nc_record_change){
		id_of(ITEM), NC_ENTITY_PLAN_ITEM, false, AT(edit)};
	a2_records[0] = (struct nc_record_change){
		id_of(ITEM), NC_ENTITY_PLAN_ITEM, false, AT(second)};
	b2_records[0] = (struct nc_record_change){
		id_of(ITEM), NC_ENTITY_PLAN_ITEM, true, AT(tombstones)};

	examples[0] = (struct example){"a1", "a", plain};
	examples[1] = (struct example){"b1", "b", plain};
	examples[2] = (struct example){"a2", "a", plain};
	examples[3] = (struct example){"b2", "b", plain};
	for (size_t i = 0; i < COUNT(examples); i++) {
		struct nc_change_set *set = &examples[i].change_set;

		set->device = i % 2 == 0 ? a : b;
		set->author = nc_slice_text(
			i % 2 == 0 ? "văn thư" : "chánh văn phòng");
		set->sequence = i < 2 ? 1 : 2;
		if (i >= 2)
			memcpy(set->previous,
				vector_of(examples[i - 2].name, "hash").data,
				NC_HASH_SIZE);
	}
	examples[0].change_set.written_at_ms = 1733100000000;
	examples[1].change_set.written_at_ms = 1733100060000;
	examples[2].change_set.written_at_ms = 1733100050000;
	examples[3].change_set.written_at_ms = 1733100070000;
	examples[0].change_set.records = first_records;
	examples[0].change_set.records_count = 2;
	examples[1].change_set.records = b1_records;
	examples[2].change_set.records = a2_records;
	examples[3].change_set.records = b2_records;
	for (size_t i = 1; i < COUNT(examples); i++)
		examples[i].change_set.records_count = 1;
}

static void test_vectors__change_sets(void **state)
{
	(void)state;
	make_examples();
	for (size_t i = 0; i < COUNT(examples); i++) {
		const struct example *example = &examples[i];
		struct nc_key *key NC_AUTO(nc_key_free_at) =
			key_of(example->key);
		struct nc_slice payload = vector_of(example->name, "payload");
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
		uint8_t signature[NC_SIGNATURE_SIZE], hash[NC_HASH_SIZE];
		struct nc_change_set read;

		nc_buffer_init(&out, FILE_MAX);
		must(nc_change_set_encode(
			&example->change_set, &out, &fixture_error));
		same(nc_buffer_slice(&out), payload, "payload");
		must(nc_sign(key, NC_DOMAIN_CHANGE_SET, payload, signature,
			&fixture_error));
		same(nc_slice(signature, sizeof(signature)),
			vector_of(example->name, "signature"), "signature");
		assert_true(nc_verify(nc_key_public(key), NC_DOMAIN_CHANGE_SET,
			payload, signature));
		nc_sha256(hash, payload);
		same(nc_slice(hash, sizeof(hash)),
			vector_of(example->name, "hash"), "hash");
		must(nc_change_set_decode(
			payload, &arena, &read, &fixture_error));
		nc_buffer_reset(&out);
		must(nc_change_set_encode(&read, &out, &fixture_error));
		same(nc_buffer_slice(&out), payload, "payload, read back");
	}
}

/* The rows of the two records, folded from decoded payloads. */
static void apply(struct nc_row rows[2], const char *name)
{
	struct nc_change_set set;

	must(nc_change_set_decode(
		vector_of(name, "payload"), &arena, &set, &fixture_error));
	for (size_t i = 0; i < set.records_count; i++) {
		struct nc_dot dot = {set.device, set.sequence};
		bool lead = set.records[i].entity == NC_ENTITY_PLAN_LEAD;

		assert_true(nc_merge(&rows[lead], &arena, &set.records[i], &dot,
			set.written_at_ms));
	}
}

static void check_rows(const struct nc_row rows[2], const char *name)
{
	const struct nc_id ids[2] = {id_of(ITEM), id_of(LEAD)};
	const uint32_t entities[2] = {NC_ENTITY_PLAN_ITEM, NC_ENTITY_PLAN_LEAD};
	struct nc_digest digest = {{0}};

	for (size_t i = 0; i < 2; i++) {
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};

		nc_buffer_init(&out, FILE_MAX);
		must(nc_row_canonical(
			&rows[i], &ids[i], entities[i], &arena, &out));
		nc_digest_add(&digest, nc_buffer_slice(&out));
		if (i == 0)
			same(nc_buffer_slice(&out), vector_of(name, "row"),
				"canonical bytes");
	}
	same(nc_slice(digest.bytes, sizeof(digest.bytes)),
		vector_of(name, "digest"), "digest");
}

static void test_vectors__rows_and_digests(void **state)
{
	static const char *const orders[][4] = {
		{"a1", "b1", "a2", "b2"},
		{"a1", "a2", "b1", "b2"},
		{"a1", "b1", "b2", "a2"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(orders); i++) {
		struct nc_row rows[2] = {{0}};

		for (size_t step = 0; step < 4; step++) {
			apply(rows, orders[i][step]);
			if (i == 0)
				check_rows(rows, orders[i][step]);
		}
		check_rows(rows, "b2");
		assert_true(nc_row_is_revived(&rows[0], NULL));
		assert_true(nc_row_conflicts(&rows[0], NULL));
		assert_false(nc_row_is_gone(&rows[0]));
	}
}

static void test_vectors__exchange_request(void **state)
{
	nc_device_id a = nc_bytes_get_u64(vector("a.device").data);
	struct nc_head have[2] = {
		{.union_id = id_of(CLUSTER),
			.device = nc_bytes_get_u64(vector("hub.device").data),
			.sequence = 4},
		{.union_id = id_of(UNION),
			.device = a,
			.sequence = 2,
			.has_hash = true},
	};
	struct nc_signed_change_set push = signed_of("a2");
	struct nc_request request = {.protocol = 1,
		.number = 7,
		.body = NC_BODY_EXCHANGE,
		.exchange = {.cluster = id_of(CLUSTER),
			.device = a,
			.have = have,
			.have_count = 2,
			.push = &push,
			.push_count = 1,
			.max_bytes = 1024 * 1024}};
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer opened NC_AUTO(nc_buffer_fini) = {0};

	(void)state;
	nc_buffer_init(&out, FILE_MAX);
	nc_buffer_init(&opened, FILE_MAX);
	memcpy(have[1].hash, vector("a2.hash").data, NC_HASH_SIZE);
	must(nc_request_encode(&request, &out, &fixture_error));
	same(nc_buffer_slice(&out), vector("exchange.request"), "request");
	must(nc_envelope_open(
		vector("exchange.envelope"), &opened, &fixture_error));
	same(nc_buffer_slice(&opened), vector("exchange.request"), "envelope");
	/* What we seal, by either way, opens to the same. */
	nc_buffer_reset(&opened);
	nc_buffer_reset(&out);
	must(nc_envelope_seal(vector("exchange.request"),
		NC_ENVELOPE_LEVEL_PUSH, &out, &fixture_error));
	must(nc_envelope_open(nc_buffer_slice(&out), &opened, &fixture_error));
	same(nc_buffer_slice(&opened), vector("exchange.request"), "own");
}

static void test_vectors__exchange_reply(void **state)
{
	struct nc_verdict verdict = {.union_id = id_of(UNION),
		.device = nc_bytes_get_u64(vector("a.device").data),
		.sequence = 2};
	struct nc_signed_change_set pull = signed_of("b1");
	struct nc_scope_digest digests[2] = {
		{.union_id = id_of(CLUSTER)}, {.union_id = id_of(UNION)}};
	struct nc_reply reply = {.protocol = 1,
		.number = 7,
		.body = NC_BODY_EXCHANGE,
		.exchange = {.verdicts = &verdict,
			.verdicts_count = 1,
			.pull = &pull,
			.pull_count = 1,
			.digests = digests,
			.digests_count = 2,
			.hub_time_ms = 1733100100000,
			.model_version = 1}};
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_reply read;

	(void)state;
	nc_buffer_init(&out, FILE_MAX);
	memcpy(digests[1].digest.bytes, vector("b2.digest").data,
		NC_DIGEST_SIZE);
	must(nc_reply_encode(&reply, &out, &fixture_error));
	same(nc_buffer_slice(&out), vector("exchange.reply"), "reply");
	must(nc_reply_decode(
		nc_buffer_slice(&out), &arena, &read, &fixture_error));
	assert_int_equal(read.exchange.pull_count, 1);
	same(read.exchange.pull[0].payload, pull.payload, "pulled payload");
}

static void test_vectors__rotation(void **state)
{
	struct nc_key *old_key NC_AUTO(nc_key_free_at) = key_of("a");
	struct nc_key *new_key NC_AUTO(nc_key_free_at) = key_of("c");
	struct nc_id cluster = id_of(CLUSTER);
	struct nc_buffer envelope NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer opened NC_AUTO(nc_buffer_fini) = {0};
	uint8_t bytes[NC_ROTATE_BYTES];
	struct nc_slice said = vector("rotate.signed");
	size_t domain = strlen(NC_DOMAIN_ROTATE);

	(void)state;
	nc_rotate_signed_bytes(bytes, &cluster, nc_key_public(old_key),
		nc_key_public(new_key));
	assert_memory_equal(said.data, NC_DOMAIN_ROTATE, domain);
	same(nc_slice(bytes, sizeof(bytes)),
		nc_slice(said.data + domain, said.size - domain),
		"signed bytes");
	nc_buffer_init(&envelope, FILE_MAX);
	nc_buffer_init(&opened, FILE_MAX);
	must(nc_rotate_request(
		old_key, new_key, &cluster, &envelope, &fixture_error));
	must(nc_envelope_open(
		nc_buffer_slice(&envelope), &opened, &fixture_error));
	same(nc_buffer_slice(&opened), vector("rotate.request"), "request");
}

/* Gives the bundle's three draws. */
static void bundle_random(void *context, void *out, size_t size)
{
	static const char *const draws[] = {
		"bundle.content-key", "bundle.ephemeral-seed", "bundle.nonce"};
	size_t *at = context;
	struct nc_slice bytes;

	assert_true(*at < COUNT(draws));
	bytes = vector(draws[(*at)++]);
	assert_int_equal(bytes.size, size);
	memcpy(out, bytes.data, size);
}

static void test_vectors__bundle(void **state)
{
	struct nc_key *a NC_AUTO(nc_key_free_at) = key_of("a");
	struct nc_key *hub NC_AUTO(nc_key_free_at) = key_of("hub");
	size_t draws = 0;
	struct nc_env env = {.random = bundle_random, .context = &draws};
	struct nc_bundle_info info = {.kind = NC_BUNDLE_REQUESTS,
		.cluster = id_of(CLUSTER),
		.counter = 3,
		.made_at_ms = 1733100110000};
	struct nc_bundle_writer writer NC_AUTO(nc_bundle_writer_fini) = {0};
	struct nc_bundle_reader file NC_AUTO(nc_bundle_reader_fini) = {0};
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer envelope NC_AUTO(nc_buffer_fini) = {0};
	uint8_t receivers[1][NC_KEY_SIZE];
	bool more = false;

	(void)state;
	nc_bundle_writer_init(&writer);
	nc_bundle_reader_init(&file);
	nc_buffer_init(&out, FILE_MAX);
	nc_buffer_init(&envelope, FILE_MAX);
	memcpy(receivers[0], nc_key_public(hub), NC_KEY_SIZE);
	must(nc_buffer_append(&envelope, "\0", 1));
	must(nc_buffer_append(&envelope, vector("tree.request").data,
		vector("tree.request").size));
	must(nc_bundle_begin(
		&writer, &info, a, receivers, 1, &env, &out, &fixture_error));
	must(nc_bundle_add(
		&writer, nc_buffer_slice(&envelope), &fixture_error));
	must(nc_bundle_end(&writer, &fixture_error));
	same(nc_buffer_slice(&out), vector("bundle.file"), "bundle");
	must(nc_bundle_open(&file, vector("bundle.file"), hub, &fixture_error));
	must(nc_bundle_next(&file, &out, &more, &fixture_error));
	assert_true(more);
	same(nc_buffer_slice(&out), nc_buffer_slice(&envelope), "message");
}

static void test_vectors__hub_key(void **state)
{
	struct nc_hub_key_line line = {
		.address = nc_slice_text("tcp://hub.example:7800")};
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};

	(void)state;
	memcpy(line.public_key, vector("c.public").data, NC_KEY_SIZE);
	nc_buffer_init(&out, FILE_MAX);
	must(nc_hub_key_print(&line, &out, &fixture_error));
	same(nc_buffer_slice(&out), vector("hub-key.text"), "hub's key");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors__keys),
		cmocka_unit_test(test_vectors__invitation),
		cmocka_unit_test(test_vectors__enrolment),
		cmocka_unit_test(test_vectors__change_sets),
		cmocka_unit_test(test_vectors__rows_and_digests),
		cmocka_unit_test(test_vectors__exchange_request),
		cmocka_unit_test(test_vectors__exchange_reply),
		cmocka_unit_test(test_vectors__rotation),
		cmocka_unit_test(test_vectors__bundle),
		cmocka_unit_test(test_vectors__hub_key),
	};

	return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
