/*
 * The worked examples of docs/PROTOCOL.md: tests/data/vectors.txt was written
 * by the second implementation (tests/integration/peer.py vectors), and the
 * C sources must make the same bytes. And the page's tables of the model must
 * be the model's.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "base/file.h"
#include "base/limits.h"
#include "command/receipt.h"
#include "merge/merge.h"
#include "store/hubs.h"
#include "store/receipt.h"
#include "sync/client.h"
#include "sync/enrol.h"
#include "sync/history.h"
#include "wire/bundle.h"
#include "wire/hub_key.h"
#include "wire/signed_set.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FILE_MAX (1024 * 1024)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct nc_buffer vectors, page;
static struct nc_arena arena;
static struct nc_error error;

#define must(status)                                                           \
	do {                                                                   \
		error.text[0] = '\0';                                          \
		if ((status) != NC_OK)                                         \
			fail_msg("%s: %s", #status, error.text);               \
	} while (0)

/* The bytes of a vector; the arena's. */
static struct nc_slice vector(const char *name)
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

static struct nc_slice vector_of(const char *who, const char *what)
{
	char name[64];

	snprintf(name, sizeof(name), "%s.%s", who, what);
	return vector(name);
}

static void same(struct nc_slice got, struct nc_slice wanted, const char *what)
{
	if (!nc_slice_equal(got, wanted))
		fail_msg("%s differs from its vector (%zu and %zu bytes)", what,
			got.size, wanted.size);
}

/* An env whose randomness is one given run of bytes. */
static void seed_random(void *context, void *out, size_t size)
{
	const struct nc_slice *seed = context;

	assert_int_equal(size, seed->size);
	memcpy(out, seed->data, size);
}

static struct nc_key *key_of(const char *who)
{
	struct nc_slice seed = vector_of(who, "seed");
	struct nc_env env = {.random = seed_random, .context = &seed};
	struct nc_key *key;

	must(nc_key_generate(&env, &key, &error));
	return key;
}

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

static struct nc_id id_of(const char *text)
{
	struct nc_id id;

	assert_true(nc_id_parse(&id, text));
	return id;
}

#define CLUSTER "0193854c-3e00-7000-8000-00000000c001"
#define UNION "0193854c-3e00-7000-8000-00000000d002"
#define ITEM "0193854c-3e00-7000-8000-00000000e003"
#define LEAD "0193854c-3e00-7000-8000-00000000e004"

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
	must(nc_invitation_print(&made, &text, &error));
	same(nc_buffer_slice(&text), wanted, "invitation");
	must(nc_invitation_parse(
		nc_buffer_string(&text), &arena, &read, &error));
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
	must(nc_enrol_request(key, &invitation, label, &bytes, &error));
	must(nc_envelope_open(nc_buffer_slice(&bytes), &opened, &error));
	same(nc_buffer_slice(&opened), vector("enrol.request"), "request");
	nc_buffer_reset(&opened);
	must(nc_envelope_open(vector("enrol.envelope"), &opened, &error));
	same(nc_buffer_slice(&opened), vector("enrol.request"), "envelope");
	must(nc_request_decode(
		nc_buffer_slice(&opened), &arena, &request, &error));
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

#define AT(array) (array), COUNT(array)

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
		must(nc_change_set_encode(&example->change_set, &out, &error));
		same(nc_buffer_slice(&out), payload, "payload");
		must(nc_sign(
			key, NC_DOMAIN_CHANGE_SET, payload, signature, &error));
		same(nc_slice(signature, sizeof(signature)),
			vector_of(example->name, "signature"), "signature");
		assert_true(nc_verify(nc_key_public(key), NC_DOMAIN_CHANGE_SET,
			payload, signature));
		nc_sha256(hash, payload);
		same(nc_slice(hash, sizeof(hash)),
			vector_of(example->name, "hash"), "hash");
		must(nc_change_set_decode(payload, &arena, &read, &error));
		nc_buffer_reset(&out);
		must(nc_change_set_encode(&read, &out, &error));
		same(nc_buffer_slice(&out), payload, "payload, read back");
	}
}

/* The rows of the two records, folded from decoded payloads. */
static void apply(struct nc_row rows[2], const char *name)
{
	struct nc_change_set set;

	must(nc_change_set_decode(
		vector_of(name, "payload"), &arena, &set, &error));
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

static struct nc_signed_change_set signed_of(const char *name)
{
	struct nc_signed_change_set out = {
		.payload = vector_of(name, "payload")};

	memcpy(out.signature, vector_of(name, "signature").data,
		NC_SIGNATURE_SIZE);
	return out;
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
	must(nc_request_encode(&request, &out, &error));
	same(nc_buffer_slice(&out), vector("exchange.request"), "request");
	must(nc_envelope_open(vector("exchange.envelope"), &opened, &error));
	same(nc_buffer_slice(&opened), vector("exchange.request"), "envelope");
	/* What we seal, by either way, opens to the same. */
	nc_buffer_reset(&opened);
	nc_buffer_reset(&out);
	must(nc_envelope_seal(vector("exchange.request"),
		NC_ENVELOPE_LEVEL_PUSH, &out, &error));
	must(nc_envelope_open(nc_buffer_slice(&out), &opened, &error));
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
	must(nc_reply_encode(&reply, &out, &error));
	same(nc_buffer_slice(&out), vector("exchange.reply"), "reply");
	must(nc_reply_decode(nc_buffer_slice(&out), &arena, &read, &error));
	assert_int_equal(read.exchange.pull_count, 1);
	same(read.exchange.pull[0].payload, pull.payload, "pulled payload");
}

/* The example log: seven change-sets, in the hub's order. */
static const char *const log_names[] = {
	"found", "devices", "a1", "b1", "a2", "b2", "restored"};
#define LOG_SIZE COUNT(log_names)

static struct nc_tree_hash leaves[LOG_SIZE];

static void make_leaves(void)
{
	for (size_t i = 0; i < LOG_SIZE; i++)
		nc_tree_leaf(&leaves[i], vector_of(log_names[i], "payload"));
}

static enum nc_status read_leaves(void *context, unsigned level,
	uint64_t number, struct nc_tree_hash *ret_hash, struct nc_error *err)
{
	struct nc_tree_hash left, right;

	if (level == 0) {
		assert_true(number < LOG_SIZE);
		*ret_hash = leaves[number];
		return NC_OK;
	}
	must(read_leaves(context, level - 1, 2 * number, &left, err));
	must(read_leaves(context, level - 1, 2 * number + 1, &right, err));
	nc_tree_node(ret_hash, &left, &right);
	return NC_OK;
}

static const struct nc_tree_reader reader = {.read = read_leaves};

static struct nc_tree_hash root_of(uint64_t size)
{
	struct nc_tree_hash root;

	must(nc_tree_root(&reader, size, &root, &error));
	return root;
}

static struct nc_slice hash_slice(const struct nc_tree_hash *hash)
{
	return nc_slice(hash->bytes, NC_TREE_HASH_SIZE);
}

static void set_text(
	struct nc_field_change *field, uint32_t number, const char *text)
{
	*field = (struct nc_field_change){
		.field = number, .value = nc_value_text(text)};
}

static void set_integer(
	struct nc_field_change *field, uint32_t number, int64_t value)
{
	*field = (struct nc_field_change){
		.field = number, .value = nc_value_integer(value)};
}

static void set_bytes(
	struct nc_field_change *field, uint32_t number, struct nc_slice bytes)
{
	*field = (struct nc_field_change){.field = number,
		.value = nc_value_bytes(bytes.data, bytes.size)};
}

/* A restored hub's first change-set, its new key vouched for by the hub. */
static void test_vectors__voucher(void **state)
{
	struct nc_key *hub NC_AUTO(nc_key_free_at) = key_of("hub");
	struct nc_key *key NC_AUTO(nc_key_free_at) = key_of("v");
	struct nc_slice vouched = vector("vouch.signed");
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_tree_hash root;
	struct nc_field_change device[5], generation[7];
	struct nc_record_change records[] = {
		{id_of("0193854c-3e00-7000-8000-000000000a07"),
			NC_ENTITY_DEVICE, false, AT(device)},
		{id_of("0193854c-3e00-7000-8000-000000000a08"), NC_ENTITY_HUB,
			false, AT(generation)},
	};
	const char *address = "tcp://127.0.0.1:7800";
	struct nc_change_set set = {.union_id = id_of(CLUSTER),
		.device = nc_key_device(key),
		.sequence = 1,
		.written_at_ms = 1733100080000,
		.model_version = 2,
		.author = nc_slice_text(address),
		.records = records,
		.records_count = 2};
	uint8_t signature[NC_SIGNATURE_SIZE];
	size_t domain = strlen(NC_DOMAIN_VOUCH);

	(void)state;
	make_leaves();
	root = root_of(6);
	nc_buffer_init(&out, FILE_MAX);
	assert_memory_equal(vouched.data, NC_DOMAIN_VOUCH, domain);
	must(nc_sign(hub, NC_DOMAIN_VOUCH,
		nc_slice(vouched.data + domain, vouched.size - domain),
		signature, &error));
	set_text(&device[0], NC_DEVICE_LABEL, address);
	set_bytes(&device[1], NC_DEVICE_PUBLIC_KEY,
		nc_slice(nc_key_public(key), NC_KEY_SIZE));
	set_text(&device[2], NC_DEVICE_ROLE, "hub");
	set_bytes(&device[3], NC_DEVICE_VOUCHER,
		nc_slice(signature, sizeof(signature)));
	set_bytes(&device[4], NC_DEVICE_VOUCHED_BY, vector("hub.device"));
	set_integer(&generation[0], NC_HUB_GENERATION, 2);
	set_bytes(&generation[1], NC_HUB_DEVICE, vector("hub.device"));
	set_text(&generation[2], NC_HUB_ADDRESS, address);
	set_text(&generation[3], NC_HUB_REASON, "restored");
	set_integer(&generation[4], NC_HUB_SINCE, 1733100080000);
	set_integer(&generation[5], NC_HUB_AFTER_SIZE, 6);
	set_bytes(&generation[6], NC_HUB_AFTER_ROOT, hash_slice(&root));
	must(nc_change_set_encode(&set, &out, &error));
	same(nc_buffer_slice(&out), vector("restored.payload"), "payload");
	must(nc_sign(key, NC_DOMAIN_CHANGE_SET, nc_buffer_slice(&out),
		signature, &error));
	same(nc_slice(signature, sizeof(signature)),
		vector("restored.signature"), "signature");
}

struct seen_paths {
	size_t count;
};

static enum nc_status see_path(
	void *context, size_t which, struct nc_slice path, struct nc_error *err)
{
	struct seen_paths *seen = context;

	(void)err;
	same(path, vector(which == 0 ? "tree.path.2" : "tree.path.5"), "path");
	seen->count++;
	return NC_OK;
}

static void test_vectors__tree(void **state)
{
	static const uint64_t sizes[] = {4, 6, 7}, wanted[] = {2, 5};
	struct nc_buffer proof NC_AUTO(nc_buffer_fini) = {0};
	struct nc_tree_hash root, old, asked[2];
	struct seen_paths seen = {0};
	char name[64];

	(void)state;
	make_leaves();
	nc_buffer_init(&proof, FILE_MAX);
	for (size_t i = 0; i < LOG_SIZE; i++) {
		snprintf(name, sizeof(name), "tree.leaf.%zu", i);
		same(hash_slice(&leaves[i]), vector(name), "leaf");
	}
	for (size_t i = 0; i < COUNT(sizes); i++) {
		snprintf(name, sizeof(name), "tree.root.%" PRIu64, sizes[i]);
		root = root_of(sizes[i]);
		same(hash_slice(&root), vector(name), "root");
	}
	old = root_of(4);
	must(nc_tree_prove_consistency(&reader, 4, 7, &proof, &error));
	same(nc_buffer_slice(&proof), vector("tree.consistency.4.7"),
		"consistency");
	assert_true(nc_tree_check_consistency(
		4, &old, 7, &root, vector("tree.consistency.4.7")));
	nc_buffer_reset(&proof);
	must(nc_tree_prove_leaves(&reader, wanted, 2, 7, &proof, &error));
	same(nc_buffer_slice(&proof), vector("tree.shared.2.5"), "proof");
	asked[0] = leaves[2];
	asked[1] = leaves[5];
	must(nc_tree_check_leaves(wanted, asked, 2, 7, &root,
		vector("tree.shared.2.5"), see_path, &seen, &error));
	assert_int_equal(seen.count, 2);
}

/* The example's second generation, as the registry knows it. */
static void second_generation(char extension[NC_EXTENSION_TEXT_SIZE])
{
	struct nc_id cluster = id_of(CLUSTER);
	struct nc_registry_hub hub = {.generation = 2,
		.reason = NC_HUB_RESTORED,
		.has_after = true,
		.after_size = 6};

	memcpy(hub.after_root, vector("tree.root.6").data, NC_SHA256_SIZE);
	nc_hubs_extension(extension, &cluster, &hub);
}

static void test_vectors__checkpoints(void **state)
{
	struct nc_key *hub NC_AUTO(nc_key_free_at) = key_of("hub");
	struct nc_key *a NC_AUTO(nc_key_free_at) = key_of("a");
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer line NC_AUTO(nc_buffer_fini) = {0};
	struct nc_id cluster = id_of(CLUSTER);
	struct nc_checkpoint checkpoint;
	struct nc_tree_hash root;
	char origin[NC_ORIGIN_TEXT_SIZE], name[NC_WITNESS_NAME_SIZE];
	char extension[NC_EXTENSION_TEXT_SIZE];

	(void)state;
	make_leaves();
	nc_buffer_init(&out, FILE_MAX);
	nc_buffer_init(&line, FILE_MAX);
	root = root_of(4);
	nc_hubs_origin(origin, &cluster, 1);
	must(nc_checkpoint_print(hub, origin, 4, &root, "", &out, &error));
	same(nc_buffer_slice(&out), vector("checkpoint.4"), "checkpoint");
	must(nc_checkpoint_parse(nc_buffer_slice(&out), &checkpoint, &error));
	nc_history_witness_name(name, &cluster, nc_key_device(a));
	must(nc_cosignature_print(
		a, name, &checkpoint, 1733100090, &line, &error));
	same(nc_buffer_slice(&line), vector("cosignature.a"), "cosignature");
	nc_buffer_reset(&out);
	root = root_of(7);
	nc_hubs_origin(origin, &cluster, 2);
	second_generation(extension);
	must(nc_checkpoint_print(
		hub, origin, 7, &root, extension, &out, &error));
	same(nc_buffer_slice(&out), vector("checkpoint.7"), "checkpoint");
}

static void test_vectors__tree_request(void **state)
{
	nc_device_id a = nc_bytes_get_u64(vector("a.device").data);
	struct nc_head have[] = {
		{.union_id = id_of(CLUSTER),
			.device = nc_bytes_get_u64(vector("hub.device").data),
			.sequence = 2,
			.proven = 2},
		{.union_id = id_of(UNION),
			.device = nc_bytes_get_u64(vector("b.device").data),
			.sequence = 1,
			.proven = 1},
		{.union_id = id_of(UNION),
			.device = a,
			.sequence = 2,
			.has_hash = true,
			.proven = 1},
	};
	struct nc_signed_change_set push = signed_of("a2");
	struct nc_request request = {.protocol = 1,
		.number = 9,
		.body = NC_BODY_EXCHANGE,
		.exchange = {.cluster = id_of(CLUSTER),
			.device = a,
			.have = have,
			.have_count = COUNT(have),
			.push = &push,
			.push_count = 1,
			.max_bytes = 1024 * 1024,
			.checkpoint = vector("checkpoint.4"),
			.cosignature = vector("cosignature.a")}};
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};

	(void)state;
	nc_buffer_init(&out, FILE_MAX);
	memcpy(have[2].hash, vector("a2.hash").data, NC_HASH_SIZE);
	must(nc_request_encode(&request, &out, &error));
	same(nc_buffer_slice(&out), vector("tree.request"), "request");
}

static int64_t example_now(void *context)
{
	(void)context;
	return 1733100090000;
}

static void example_random(void *context, void *out, size_t size)
{
	(void)context;
	memset(out, 0, size);
}

static const struct nc_env example_env = {
	.now_ms = example_now, .random = example_random};

static void take_example(struct nc_store *store, const char *name)
{
	struct nc_signed_change_set set = signed_of(name);
	struct nc_change_set read;
	struct nc_dot need;

	must(nc_change_set_decode(set.payload, &arena, &read, &error));
	must(nc_store_take(store, &set, &read, 0, &need, &error));
}

/* What A holds when it asks: five change-sets, four of them placed. */
static struct nc_store *example_store(void)
{
	static const struct {
		const char *scope, *device;
		uint64_t sequence, leaf;
	} placed[] = {{CLUSTER, "hub.device", 1, 0},
		{CLUSTER, "hub.device", 2, 1}, {UNION, "a.device", 1, 2},
		{UNION, "b.device", 1, 3}};
	struct nc_identity identity = {
		.cluster = id_of(CLUSTER), .union_id = id_of(UNION)};
	struct nc_tree_hash root = root_of(4);
	struct nc_store *store;

	memcpy(identity.root_key, vector("hub.public").data, NC_KEY_SIZE);
	memcpy(identity.hub_key, vector("hub.public").data, NC_KEY_SIZE);
	must(nc_store_open(":memory:", NC_STORE_EPHEMERAL, &store, &error));
	must(nc_store_begin(store, &error));
	must(nc_store_set_identity(store, &identity, &error));
	for (size_t i = 0; i < 5; i++)
		take_example(store, log_names[i]);
	must(nc_checkpoint_keep(
		store, 1, 4, &root, vector("checkpoint.4"), &error));
	for (size_t i = 0; i < COUNT(placed); i++) {
		struct nc_id scope = id_of(placed[i].scope);
		nc_device_id device =
			nc_bytes_get_u64(vector(placed[i].device).data);

		must(nc_receipt_place(store, &scope, device, placed[i].sequence,
			placed[i].leaf, &error));
		must(nc_log_acknowledge(
			store, &scope, device, placed[i].sequence, &error));
	}
	must(nc_store_commit(store, &error));
	return store;
}

static void check_receipt(struct nc_store *store)
{
	struct nc_id union_id = id_of(UNION);
	struct nc_receipt receipt;
	struct nc_kept_checkpoint kept;
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer extra NC_AUTO(nc_buffer_fini) = {0};
	struct nc_signed_change_set set = signed_of("a2");
	struct nc_tlog_proof proof;
	char code[NC_RECEIPT_CODE_SIZE];
	struct nc_tree_hash root = root_of(7);

	nc_buffer_init(&text, FILE_MAX);
	nc_buffer_init(&extra, FILE_MAX);
	must(nc_receipt_find(store, &union_id,
		nc_bytes_get_u64(vector("a.device").data), 2, &receipt,
		&error));
	must(nc_checkpoint_find(
		store, receipt.generation, receipt.size, &kept, &error));
	must(nc_signed_set_encode(&set, &extra, &error));
	proof = (struct nc_tlog_proof){.index = receipt.leaf,
		.extra = nc_buffer_slice(&extra),
		.path = nc_buffer_slice(&receipt.path),
		.checkpoint = nc_buffer_slice(&kept.note)};
	must(nc_tlog_proof_print(&proof, &text, &error));
	same(nc_buffer_slice(&text), vector("receipt.text"), "receipt");
	nc_receipt_code(code, &leaves[4], receipt.leaf);
	same(nc_slice_text(code), vector("receipt.code"), "receipt's code");
	nc_history_code(code, &root, 7);
	same(nc_slice_text(code), vector("history.code"), "history's code");
	nc_receipt_fini(&receipt);
	nc_kept_checkpoint_fini(&kept);
}

static enum nc_status count_witness(
	void *context, const struct nc_witness *witness, struct nc_error *err)
{
	size_t *count = context;

	(void)err;
	if (witness->device == nc_bytes_get_u64(vector("b.device").data))
		same(witness->line, vector("cosignature.b"), "witness");
	(*count)++;
	return NC_OK;
}

/* The C client takes the reply that the other implementation made, believes
 * its tree, and comes to the same digests. */
static void test_vectors__tree_reply(void **state)
{
	struct nc_key *a NC_AUTO(nc_key_free_at) = key_of("a");
	struct nc_store *store NC_AUTO(nc_store_close_at) = NULL;
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_id cluster = id_of(CLUSTER);
	struct nc_sync_client client;
	struct nc_digest digest;
	size_t witnesses = 0;

	(void)state;
	make_leaves();
	store = example_store();
	nc_buffer_init(&out, FILE_MAX);
	must(nc_sync_client_start(&client, store, a, &example_env, &error));
	client.number = 8;
	must(nc_sync_client_request(&client, &out, &error));
	nc_buffer_reset(&out);
	must(nc_envelope_seal(
		vector("tree.reply"), NC_ENVELOPE_LEVEL_REPLY, &out, &error));
	must(nc_sync_client_reply(&client, nc_buffer_slice(&out), &error));
	assert_true(client.done);
	assert_false(client.rebuilt);
	assert_false(client.hub_restored);
	assert_int_equal(client.placed, 3);
	must(nc_store_digest(store, &cluster, &digest, &error));
	same(nc_slice(digest.bytes, NC_DIGEST_SIZE),
		vector("tree.digest.cluster"), "the cluster's digest");
	must(nc_witness_each(store, 2, 0, count_witness, &witnesses, &error));
	assert_int_equal(witnesses, 1);
	check_receipt(store);
	nc_sync_client_fini(&client);
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
	must(nc_rotate_request(old_key, new_key, &cluster, &envelope, &error));
	must(nc_envelope_open(nc_buffer_slice(&envelope), &opened, &error));
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
		&writer, &info, a, receivers, 1, &env, &out, &error));
	must(nc_bundle_add(&writer, nc_buffer_slice(&envelope), &error));
	must(nc_bundle_end(&writer, &error));
	same(nc_buffer_slice(&out), vector("bundle.file"), "bundle");
	must(nc_bundle_open(&file, vector("bundle.file"), hub, &error));
	must(nc_bundle_next(&file, &out, &more, &error));
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
	must(nc_hub_key_print(&line, &out, &error));
	same(nc_buffer_slice(&out), vector("hub-key.text"), "hub's key");
}

/* ", of `aid` or `partner`" */
static void refers_line(const struct nc_field *field, char *rule, size_t size)
{
	size_t used = strlen(rule);

	if (field->type != NC_TYPE_REFERENCE &&
		field->type != NC_TYPE_REFERENCES)
		return;
	if (field->refers[0] == 0)
		snprintf(rule + used, size - used, ", of any");
	else if (field->refers[1] == 0)
		snprintf(rule + used, size - used, ", of `%s`",
			nc_model_entity(field->refers[0])->name);
	else
		snprintf(rule + used, size - used, ", of `%s` or `%s`",
			nc_model_entity(field->refers[0])->name,
			nc_model_entity(field->refers[1])->name);
}

/* The page's line for a field. */
static void field_line(const struct nc_field *field, char *out, size_t size)
{
	static const char *const types[] = {"text", "integer", "boolean",
		"time", "enum", "date", "list", "rank", "reference", "device",
		"bytes", "references", "country", "countries", "money"};
	char rule[768] = "";

	if (field->type == NC_TYPE_ENUM) {
		for (const struct nc_choice *choice = field->choices;
			choice->name != NULL; choice++) {
			size_t used = strlen(rule);

			snprintf(rule + used, sizeof(rule) - used, "%s`%s`",
				used == 0 ? "" : ", ", choice->name);
		}
	} else if (field->type == NC_TYPE_INTEGER ||
		   field->type == NC_TYPE_BOOLEAN ||
		   field->type == NC_TYPE_TIME) {
		snprintf(rule, sizeof(rule), "%" PRId64 " to %" PRId64,
			field->min, field->max);
	} else if (field->type == NC_TYPE_REFERENCE ||
		   field->type == NC_TYPE_DEVICE ||
		   field->type == NC_TYPE_BYTES) {
		assert_int_equal(field->min, field->max);
		snprintf(rule, sizeof(rule), "%" PRId64 " bytes", field->max);
		refers_line(field, rule, sizeof(rule));
	} else if (field->type == NC_TYPE_REFERENCES) {
		assert_int_equal(field->min, NC_ID_SIZE);
		snprintf(rule, sizeof(rule), "1 to %" PRId64 " ids",
			field->max / NC_ID_SIZE);
		refers_line(field, rule, sizeof(rule));
	} else {
		snprintf(rule, sizeof(rule), "at most %" PRId64 " bytes",
			field->max == 0 ? NC_TEXT_BYTES_MAX : field->max);
	}
	snprintf(out, size, "| %" PRIu32 " | `%s` | %s | %s | %s | %s |\n",
		field->number, field->name, types[field->type],
		field->writer == NC_WRITER_UNION ? "union" : "cluster",
		field->required ? "yes" : "no", rule);
}

static const char *page_find(const char *from, const char *line)
{
	const char *found = strstr(from, line);

	if (found == NULL)
		fail_msg("docs/PROTOCOL.md, section 10, lacks: %s", line);
	return found + strlen(line);
}

static void test_vectors__page_tells_the_model(void **state)
{
	size_t count, rows = 0, fields = 0;
	const struct nc_entity *entities = nc_model_entities(&count);
	const char *at = nc_buffer_string(&page), *end;
	char line[1024];

	(void)state;
	snprintf(line, sizeof(line), "This is model version %d.",
		NC_MODEL_VERSION);
	at = page_find(at, line);
	for (size_t e = 0; e < count; e++) {
		snprintf(line, sizeof(line), "#### %" PRIu32 " `%s` — %s\n",
			entities[e].number, entities[e].name,
			entities[e].cluster ? "cluster" : "union");
		at = page_find(at, line);
		for (size_t f = 0; f < entities[e].fields_count; f++) {
			field_line(&entities[e].fields[f], line, sizeof(line));
			at = page_find(at, line);
			fields++;
		}
	}
	/* And nothing that the model does not have. */
	end = page_find(at, "\n## 11.");
	at = page_find(nc_buffer_string(&page), "\n### 10.2");
	while ((at = strstr(at, "| `")) != NULL && at < end) {
		rows += at[-1] == ' ' && at[-2] >= '0' && at[-2] <= '9';
		at++;
	}
	assert_int_equal(rows, fields);
}

/* Whether the page has these characters, wherever its lines break. */
static bool page_has(const char *text)
{
	for (const char *at = nc_buffer_string(&page); *at != '\0'; at++) {
		const char *a = at, *b = text;

		while (*a != '\0' && *b != '\0') {
			if (*a == ' ' || *a == '\n')
				a++;
			else if (*b == ' ' || *b == '\n')
				b++;
			else if (*a == *b)
				a++, b++;
			else
				break;
		}
		while (*b == ' ' || *b == '\n')
			b++;
		if (*b == '\0')
			return true;
	}
	return false;
}

/* What the page quotes is in the vectors; it is quoted as hexadecimal digits
 * or, where it is text, as it is. */
static void test_vectors__page_quotes_them(void **state)
{
	static const char *const digits[] = {"a.public", "enrol.signed",
		"enrol.request", "a1.payload", "a1.signature", "a1.hash",
		"b1.payload", "a2.payload", "a2.row", "a2.digest", "b2.row",
		"b2.digest", "exchange.request", "exchange.reply",
		"tree.leaf.0", "tree.leaf.6", "tree.root.4", "tree.root.6",
		"tree.root.7", "tree.consistency.4.7", "tree.shared.2.5",
		"tree.path.2", "tree.path.5", "tree.request", "vouch.signed",
		"restored.payload", "rotate.signed", "rotate.request",
		"bundle.file"};
	static const char *const texts[] = {"invitation.text", "checkpoint.4",
		"checkpoint.7", "cosignature.a", "receipt.text", "receipt.code",
		"history.code", "hub-key.text"};

	(void)state;
	for (size_t i = 0; i < COUNT(digits); i++) {
		struct nc_slice bytes = vector(digits[i]);
		char *hex = nc_arena_alloc(&arena, 2 * bytes.size + 1);

		assert_non_null(hex);
		nc_hex_encode(hex, bytes.data, bytes.size);
		if (!page_has(hex))
			fail_msg("docs/PROTOCOL.md, section 17, lacks %s",
				digits[i]);
	}
	for (size_t i = 0; i < COUNT(texts); i++) {
		struct nc_slice bytes = vector(texts[i]);

		if (!page_has(nc_arena_text(
			    &arena, (const char *)bytes.data, bytes.size)))
			fail_msg("docs/PROTOCOL.md, section 17, lacks %s",
				texts[i]);
	}
}

static int setup(void **state)
{
	(void)state;
	nc_arena_init(&arena, 16 * FILE_MAX);
	nc_buffer_init(&vectors, FILE_MAX);
	nc_buffer_init(&page, FILE_MAX);
	if (nc_trust_start(&error) != NC_OK ||
		nc_file_read(TEST_DATA "/vectors.txt", &vectors, &error) !=
			NC_OK ||
		nc_file_read(TEST_DATA "/../../docs/PROTOCOL.md", &page,
			&error) != NC_OK) {
		print_error("%s\n", error.text);
		return -1;
	}
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	nc_buffer_fini(&vectors);
	nc_buffer_fini(&page);
	nc_arena_fini(&arena);
	return 0;
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
		cmocka_unit_test(test_vectors__voucher),
		cmocka_unit_test(test_vectors__tree),
		cmocka_unit_test(test_vectors__checkpoints),
		cmocka_unit_test(test_vectors__tree_request),
		cmocka_unit_test(test_vectors__tree_reply),
		cmocka_unit_test(test_vectors__rotation),
		cmocka_unit_test(test_vectors__bundle),
		cmocka_unit_test(test_vectors__hub_key),
		cmocka_unit_test(test_vectors__page_tells_the_model),
		cmocka_unit_test(test_vectors__page_quotes_them),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
