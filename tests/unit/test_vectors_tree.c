/*
 * The worked example's tree: what the hub proves of its log, restored once, and
 * what a client makes of it.
 */
#include "vectors.h"

#include "command/receipt.h"
#include "store/hubs.h"
#include "store/receipt.h"
#include "sync/client.h"
#include "sync/history.h"

#include <inttypes.h>

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

	must(nc_tree_root(&reader, size, &root, &fixture_error));
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
static void test_vectors_tree__voucher(void **state)
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
		signature, &fixture_error));
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
	must(nc_change_set_encode(&set, &out, &fixture_error));
	same(nc_buffer_slice(&out), vector("restored.payload"), "payload");
	must(nc_sign(key, NC_DOMAIN_CHANGE_SET, nc_buffer_slice(&out),
		signature, &fixture_error));
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

static void test_vectors_tree__tree(void **state)
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
	must(nc_tree_prove_consistency(&reader, 4, 7, &proof, &fixture_error));
	same(nc_buffer_slice(&proof), vector("tree.consistency.4.7"),
		"consistency");
	assert_true(nc_tree_check_consistency(
		4, &old, 7, &root, vector("tree.consistency.4.7")));
	nc_buffer_reset(&proof);
	must(nc_tree_prove_leaves(
		&reader, wanted, 2, 7, &proof, &fixture_error));
	same(nc_buffer_slice(&proof), vector("tree.shared.2.5"), "proof");
	asked[0] = leaves[2];
	asked[1] = leaves[5];
	must(nc_tree_check_leaves(wanted, asked, 2, 7, &root,
		vector("tree.shared.2.5"), see_path, &seen, &fixture_error));
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

static void test_vectors_tree__checkpoints(void **state)
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
	must(nc_checkpoint_print(
		hub, origin, 4, &root, "", &out, &fixture_error));
	same(nc_buffer_slice(&out), vector("checkpoint.4"), "checkpoint");
	must(nc_checkpoint_parse(
		nc_buffer_slice(&out), &checkpoint, &fixture_error));
	nc_history_witness_name(name, &cluster, nc_key_device(a));
	must(nc_cosignature_print(
		a, name, &checkpoint, 1733100090, &line, &fixture_error));
	same(nc_buffer_slice(&line), vector("cosignature.a"), "cosignature");
	nc_buffer_reset(&out);
	root = root_of(7);
	nc_hubs_origin(origin, &cluster, 2);
	second_generation(extension);
	must(nc_checkpoint_print(
		hub, origin, 7, &root, extension, &out, &fixture_error));
	same(nc_buffer_slice(&out), vector("checkpoint.7"), "checkpoint");
}

static void test_vectors_tree__tree_request(void **state)
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
	must(nc_request_encode(&request, &out, &fixture_error));
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

	must(nc_change_set_decode(set.payload, &arena, &read, &fixture_error));
	must(nc_store_take(store, &set, &read, 0, &need, &fixture_error));
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
	must(nc_store_open(
		":memory:", NC_STORE_EPHEMERAL, &store, &fixture_error));
	must(nc_store_begin(store, &fixture_error));
	must(nc_store_set_identity(store, &identity, &fixture_error));
	for (size_t i = 0; i < 5; i++)
		take_example(store, log_names[i]);
	must(nc_checkpoint_keep(
		store, 1, 4, &root, vector("checkpoint.4"), &fixture_error));
	for (size_t i = 0; i < COUNT(placed); i++) {
		struct nc_id scope = id_of(placed[i].scope);
		nc_device_id device =
			nc_bytes_get_u64(vector(placed[i].device).data);

		must(nc_receipt_place(store, &scope, device, placed[i].sequence,
			placed[i].leaf, &fixture_error));
		must(nc_log_acknowledge(store, &scope, device,
			placed[i].sequence, &fixture_error));
	}
	must(nc_store_commit(store, &fixture_error));
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
		&fixture_error));
	must(nc_checkpoint_find(store, receipt.generation, receipt.size, &kept,
		&fixture_error));
	must(nc_signed_set_encode(&set, &extra, &fixture_error));
	proof = (struct nc_tlog_proof){.index = receipt.leaf,
		.extra = nc_buffer_slice(&extra),
		.path = nc_buffer_slice(&receipt.path),
		.checkpoint = nc_buffer_slice(&kept.note)};
	must(nc_tlog_proof_print(&proof, &text, &fixture_error));
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
static void test_vectors_tree__tree_reply(void **state)
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
	must(nc_sync_client_start(
		&client, store, a, &example_env, &fixture_error));
	client.number = 8;
	must(nc_sync_client_request(&client, &out, &fixture_error));
	nc_buffer_reset(&out);
	must(nc_envelope_seal(vector("tree.reply"), NC_ENVELOPE_LEVEL_REPLY,
		&out, &fixture_error));
	must(nc_sync_client_reply(
		&client, nc_buffer_slice(&out), &fixture_error));
	assert_true(client.done);
	assert_false(client.rebuilt);
	assert_false(client.hub_restored);
	assert_int_equal(client.placed, 3);
	must(nc_store_digest(store, &cluster, &digest, &fixture_error));
	same(nc_slice(digest.bytes, NC_DIGEST_SIZE),
		vector("tree.digest.cluster"), "the cluster's digest");
	must(nc_witness_each(
		store, 2, 0, count_witness, &witnesses, &fixture_error));
	assert_int_equal(witnesses, 1);
	check_receipt(store);
	nc_sync_client_fini(&client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors_tree__voucher),
		cmocka_unit_test(test_vectors_tree__tree),
		cmocka_unit_test(test_vectors_tree__checkpoints),
		cmocka_unit_test(test_vectors_tree__tree_request),
		cmocka_unit_test(test_vectors_tree__tree_reply),
	};

	return cmocka_run_group_tests(tests, vectors_setup, vectors_teardown);
}
