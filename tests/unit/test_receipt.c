/*
 * Receipts: checkpoints, leaves, audit paths, witnesses and peers as a client
 * or hub keeps them, and that verify finds what was harmed.
 */
#include "store_tree.h"

#include "store/hubs.h"
#include "store/receipt.h"

/* A client whose log is also what "the hub's" tree is made of: the change-set
 * at position n is leaf n - 1. */
struct world {
	struct fixture_world world;
	struct fixture_replica client;
	struct nc_id cluster;
	nc_device_id device;
	struct nc_tree_hash leaves[64];
	uint64_t count;
};

static enum nc_status visit_leaf(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct world *w = context;

	(void)err;
	assert_int_equal(entry->position, w->count + 1);
	assert_int_equal(entry->sequence, w->count + 1);
	nc_tree_leaf(&w->leaves[w->count++], entry->signed_set.payload);
	return NC_OK;
}

/* The store is first a hub's, so that its log is sound, then a client's. */
static int world_open(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	struct nc_identity identity;

	assert_non_null(w);
	w->world.now_ms = 1700000000000;
	w->world.random = 7300;
	fixture_found(&w->client, &w->world);
	for (int i = 0; i < 9; i++) {
		char code[16];

		snprintf(code, sizeof(code), "cd-%d", i);
		fixture_union(&w->client, code);
	}
	w->device = nc_key_device(w->client.key);
	must(nc_log_read(w->client.store, 0, visit_leaf, w, &fixture_error));
	must(nc_store_identity(w->client.store, &identity, &fixture_error));
	identity.is_hub = false;
	w->cluster = identity.cluster;
	must(nc_store_begin(w->client.store, &fixture_error));
	must(nc_store_set_identity(w->client.store, &identity, &fixture_error));
	must(nc_store_commit(w->client.store, &fixture_error));
	assert_int_equal(w->count, 10);
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
	must(nc_store_begin(w->client.store, &fixture_error));
	*state = w;
	return 0;
}

static int world_close(void **state)
{
	struct world *w = *state;

	fixture_close(&w->client);
	free(w);
	return 0;
}

static enum nc_status naive_read(void *context, unsigned level, uint64_t at,
	struct nc_tree_hash *ret_hash, struct nc_error *err)
{
	struct world *w = context;

	(void)err;
	*ret_hash = naive_root(w->leaves + (at << level), UINT64_C(1) << level);
	return NC_OK;
}

static void keep_signed(struct world *w, const struct nc_key *key,
	uint32_t generation, uint64_t size)
{
	struct nc_tree_hash root = naive_root(w->leaves, size);
	struct nc_buffer note NC_AUTO(nc_buffer_fini) = {0};
	char origin[NC_ORIGIN_TEXT_SIZE];

	nc_buffer_init(&note, 1 << 16);
	nc_hubs_origin(origin, &w->cluster, generation);
	must(nc_checkpoint_print(
		key, origin, size, &root, "", &note, &fixture_error));
	must(nc_checkpoint_keep(w->client.store, generation, size, &root,
		nc_buffer_slice(&note), &fixture_error));
}

static void keep(struct world *w, uint32_t generation, uint64_t size)
{
	keep_signed(w, w->client.key, generation, size);
}

static enum nc_status place(struct world *w, uint64_t sequence, uint64_t leaf)
{
	return nc_receipt_place(w->client.store, &w->cluster, w->device,
		sequence, leaf, &fixture_error);
}

static enum nc_status receipt(
	struct world *w, uint64_t sequence, uint32_t generation, uint64_t size)
{
	struct nc_tree_reader reader = {naive_read, w};
	struct nc_buffer path NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&path, 1 << 16);
	must(nc_tree_prove_leaf(
		&reader, sequence - 1, size, &path, &fixture_error));
	return nc_receipt_keep(w->client.store, &w->cluster, w->device,
		sequence, generation, size, nc_buffer_slice(&path),
		&fixture_error);
}

static uint64_t proven(struct world *w)
{
	struct nc_log_head head;

	must(nc_log_head(w->client.store, &w->cluster, w->device, &head,
		&fixture_error));
	return head.proven;
}

static void commit(struct world *w)
{
	must(nc_store_commit(w->client.store, &fixture_error));
}

static bool has_checkpoint(struct world *w, uint32_t generation, uint64_t size)
{
	struct nc_kept_checkpoint kept NC_AUTO(nc_kept_checkpoint_fini) = {0};
	enum nc_status status = nc_checkpoint_find(
		w->client.store, generation, size, &kept, &fixture_error);

	if (status == NC_NOT_FOUND)
		return false;
	must(status);
	assert_int_equal(kept.generation, generation);
	assert_int_equal(kept.size, size);
	return true;
}

static void test_checkpoint__newest_and_named_stay(void **state)
{
	struct world *w = *state;
	struct nc_kept_checkpoint kept NC_AUTO(nc_kept_checkpoint_fini) = {0};
	struct nc_tree_hash other = {{1}};

	assert_int_equal(
		nc_checkpoint_last(w->client.store, &kept, &fixture_error),
		NC_NOT_FOUND);
	keep(w, 1, 3);
	keep(w, 1, 5);
	assert_false(has_checkpoint(w, 1, 3));
	must(place(w, 2, 1));
	must(receipt(w, 2, 1, 5));
	keep(w, 1, 7);
	keep(w, 1, 7);
	keep(w, 2, 4);
	assert_true(has_checkpoint(w, 1, 5));
	assert_false(has_checkpoint(w, 1, 7));
	must(nc_checkpoint_last(w->client.store, &kept, &fixture_error));
	assert_int_equal(kept.generation, 2);
	assert_int_equal(kept.size, 4);
	other = naive_root(w->leaves, 4);
	assert_true(nc_tree_hash_equal(&kept.root, &other));
	assert_true(kept.note.size > 0);
	/* Another tree of that size is not the same checkpoint. */
	other.bytes[0] ^= 1;
	assert_int_equal(nc_checkpoint_keep(w->client.store, 2, 4, &other,
				 nc_slice_text("x"), &fixture_error),
		NC_CORRUPT);
}

static void test_place__proven_has_no_gap(void **state)
{
	struct world *w = *state;
	struct nc_log_head head;
	uint64_t placed, all;

	must(place(w, 3, 2));
	assert_int_equal(proven(w), 0);
	must(place(w, 1, 0));
	assert_int_equal(proven(w), 1);
	must(place(w, 2, 1));
	assert_int_equal(proven(w), 3);
	must(place(w, 2, 1));
	assert_int_equal(place(w, 2, 7), NC_CORRUPT);
	assert_int_equal(place(w, 11, 10), NC_NOT_FOUND);
	assert_int_equal(nc_receipt_place(w->client.store, &w->cluster, 77, 1,
				 1, &fixture_error),
		NC_NOT_FOUND);
	must(nc_receipt_count(w->client.store, &placed, &all, &fixture_error));
	assert_int_equal(placed, 3);
	assert_int_equal(all, 10);
	for (uint64_t i = 10; i >= 4; i--)
		must(place(w, i, i - 1));
	assert_int_equal(proven(w), 10);
	commit(w);
	/* As the file has it, and as verify counts it. */
	must(nc_store_rebuild(w->client.store, NULL, &fixture_error));
	must(nc_log_load(w->client.store, &fixture_error));
	assert_int_equal(proven(w), 10);
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
	must(nc_log_head(w->client.store, &w->cluster, w->device, &head,
		&fixture_error));
	shelf_exec(w->client.store, "UPDATE log SET leaf = NULL WHERE"
				    " position = 4");
	assert_int_equal(nc_store_verify(w->client.store, NULL, &fixture_error),
		NC_CORRUPT);
}

static void test_receipt__kept_and_found(void **state)
{
	struct world *w = *state;
	struct nc_receipt found NC_AUTO(nc_receipt_fini) = {0};
	struct nc_tree_hash root = naive_root(w->leaves, 9);

	keep(w, 1, 9);
	assert_int_equal(receipt(w, 4, 1, 9), NC_NOT_FOUND); /* not placed */
	must(place(w, 4, 3));
	assert_int_equal(receipt(w, 4, 1, 8), NC_NOT_FOUND); /* no such tree */
	assert_int_equal(nc_receipt_find(w->client.store, &w->cluster,
				 w->device, 4, &found, &fixture_error),
		NC_NOT_FOUND);
	must(receipt(w, 4, 1, 9));
	must(receipt(w, 4, 1, 9));
	commit(w);
	must(nc_store_rebuild(w->client.store, NULL, &fixture_error));
	must(nc_receipt_find(w->client.store, &w->cluster, w->device, 4, &found,
		&fixture_error));
	assert_int_equal(found.leaf, 3);
	assert_int_equal(found.generation, 1);
	assert_int_equal(found.size, 9);
	assert_true(nc_tree_check_leaf(found.leaf, &w->leaves[3], 9, &root,
		nc_buffer_slice(&found.path)));
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
}

static void test_void__takes_what_lies_past(void **state)
{
	struct world *w = *state;
	struct nc_receipt found NC_AUTO(nc_receipt_fini) = {0};
	uint64_t placed, all;

	keep(w, 1, 10);
	for (uint64_t i = 1; i <= 10; i++) {
		must(place(w, i, i - 1));
		must(receipt(w, i, 1, 10));
	}
	must(nc_receipt_void(w->client.store, 100, &fixture_error));
	assert_int_equal(proven(w), 10);
	must(nc_receipt_void(w->client.store, 6, &fixture_error));
	assert_int_equal(proven(w), 6);
	must(nc_receipt_count(w->client.store, &placed, &all, &fixture_error));
	assert_int_equal(placed, 6);
	assert_int_equal(nc_receipt_find(w->client.store, &w->cluster,
				 w->device, 7, &found, &fixture_error),
		NC_NOT_FOUND);
	must(nc_receipt_find(w->client.store, &w->cluster, w->device, 6, &found,
		&fixture_error));
	must(place(w, 7, 8)); /* elsewhere than before */
	assert_int_equal(proven(w), 7);
	commit(w);
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
}

static void test_receipt__goes_with_its_change_set(void **state)
{
	struct world *w = *state;

	keep(w, 1, 10);
	must(place(w, 10, 9));
	must(receipt(w, 10, 1, 10));
	shelf_exec(w->client.store,
		"DELETE FROM log WHERE position = 10;"
		"CREATE TABLE none(x CHECK (x = 0));"
		"INSERT INTO none SELECT count(*) FROM receipt");
}

struct seen {
	uint64_t count, last_at;
	nc_device_id devices[8];
	uint64_t sizes[8];
};

static enum nc_status visit_witness(
	void *context, const struct nc_witness *witness, struct nc_error *err)
{
	struct seen *seen = context;

	(void)err;
	assert_true(seen->count < 8);
	assert_true(witness->at > seen->last_at);
	assert_true(nc_slice_equal(witness->line, nc_slice_text("— dòng")));
	assert_int_equal(witness->root.bytes[0], 9);
	seen->last_at = witness->at;
	seen->devices[seen->count] = witness->device;
	seen->sizes[seen->count++] = witness->size;
	return NC_OK;
}

/* The latest time of a witness that is believed. */
#define LATEST_S 1000

static void witness(struct world *w, nc_device_id device, uint32_t generation,
	uint64_t size, int64_t time_s)
{
	struct nc_witness new = {.device = device,
		.generation = generation,
		.size = size,
		.root = {{9}},
		.time_s = time_s,
		.line = nc_slice_text("— dòng")};

	must(nc_witness_keep(w->client.store, &new, LATEST_S, &fixture_error));
}

/* The highest count given. */
static uint64_t witness_count(struct nc_store *store)
{
	uint64_t at;

	must(nc_db_number(
		store, "SELECT max(at) FROM witness", &at, &fixture_error));
	return at;
}

static void test_witness__newer_replaces_and_counts(void **state)
{
	struct world *w = *state;
	struct nc_store *store = w->client.store;
	struct seen seen = {0};

	assert_int_equal(witness_count(store), 0);
	witness(w, 1, 1, 5, 100);
	witness(w, 2, 1, 6, 100);
	witness(w, 1, 1, 4, 200); /* older: passed over */
	witness(w, 1, 1, 5, 100); /* the same */
	assert_int_equal(witness_count(store), 2);
	witness(w, 1, 1, 5, 101);
	witness(w, 3, 2, 1, 1);
	assert_int_equal(witness_count(store), 4);
	must(nc_witness_each(
		store, 1, 0, visit_witness, &seen, &fixture_error));
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.devices[0], 2);
	assert_int_equal(seen.devices[1], 1);
	memset(&seen, 0, sizeof(seen));
	must(nc_witness_each(
		store, 1, 2, visit_witness, &seen, &fixture_error));
	assert_int_equal(seen.count, 1);
	must(nc_witness_each(
		store, 1, UINT64_MAX, visit_witness, &seen, &fixture_error));
	assert_int_equal(seen.count, 1);
	witness(w, 1, 2, 1, 1); /* a newer generation, smaller */
	memset(&seen, 0, sizeof(seen));
	must(nc_witness_each(
		store, 2, 0, visit_witness, &seen, &fixture_error));
	assert_int_equal(seen.count, 2);
	assert_int_equal(seen.sizes[1], 1);
}

static void test_peer__replaces(void **state)
{
	struct world *w = *state;
	struct nc_store *store = w->client.store;
	struct nc_buffer request NC_AUTO(nc_buffer_fini) = {0};
	uint64_t counter;

	nc_buffer_init(&request, 1 << 16);
	assert_int_equal(
		nc_peer_find(store, 7, &counter, &request, &fixture_error),
		NC_NOT_FOUND);
	must(nc_peer_keep(store, 7, 3, nc_slice_text("một"), &fixture_error));
	must(nc_peer_keep(store, 8, 1, nc_slice_text(""), &fixture_error));
	must(nc_peer_keep(store, 7, 4, nc_slice_text("hai"), &fixture_error));
	must(nc_peer_find(store, 7, &counter, &request, &fixture_error));
	assert_int_equal(counter, 4);
	assert_string_equal(nc_buffer_string(&request), "hai");
}

/* Each harm alone, in a transaction that is taken back afterwards, would have
 * to nest: the harm is undone by its own statement instead. */
static void test_verify__finds_harmed_receipts(void **state)
{
	static const struct {
		const char *harm, *says;
	} cases[] = {
		{"UPDATE receipt SET path = CAST(zeroblob(32) ||"
		 " substr(path, 33) AS BLOB)"
		 " WHERE position = 4",
			"position 4"},
		{"UPDATE receipt SET path = substr(path, 33)"
		 " WHERE position = 4",
			"position 4"},
		{"UPDATE receipt SET path = CAST(path || x'00' AS BLOB)"
		 " WHERE position = 4",
			"position 4"},
		{"UPDATE log SET leaf = 5 WHERE position = 4", "position 4"},
		{"UPDATE log SET leaf = NULL WHERE position = 4", "position 4"},
		{"UPDATE receipt SET size = 8 WHERE position = 4",
			"position 4"},
		{"DELETE FROM checkpoint WHERE size = 7", "position 3"},
		{"UPDATE checkpoint SET note = CAST(substr(note, 1,"
		 " length(note) - 10) || x'41' || substr(note,"
		 " length(note) - 8) AS BLOB) WHERE size = 10",
			"signature"},
		{"UPDATE checkpoint SET note = CAST(x'41' || substr(note, 2)"
		 " AS BLOB)"
		 " WHERE size = 10",
			"origin"},
		{"UPDATE checkpoint SET note = substr(note, 2) WHERE size = 7",
			"origin"},
		{"UPDATE checkpoint SET note = x'41'", "form"},
		{"UPDATE checkpoint SET root = zeroblob(32) WHERE size = 10",
			"root"},
		{"UPDATE stream SET proven = 3", "proven"},
	};
	struct world *w = *state;
	struct nc_store *store = w->client.store;

	keep(w, 1, 7);
	must(place(w, 3, 2));
	must(receipt(w, 3, 1, 7));
	keep(w, 1, 10);
	must(place(w, 4, 3));
	must(receipt(w, 4, 1, 10));
	commit(w);
	must(nc_store_verify(store, NULL, &fixture_error));
	shelf_exec(store, "CREATE TEMP TABLE r AS SELECT * FROM receipt;"
			  "CREATE TEMP TABLE c AS SELECT * FROM checkpoint;");
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		shelf_exec(store, cases[i].harm);
		assert_true(sqlite3_changes(store->db) > 0);
		store->fresh = false;
		if (nc_store_verify(store, NULL, &fixture_error) != NC_CORRUPT)
			fail_msg("not found: %s", cases[i].harm);
		if (strstr(fixture_error.text, cases[i].says) == NULL)
			fail_msg("%s: %s", cases[i].harm, fixture_error.text);
		shelf_exec(store, "DELETE FROM receipt; DELETE FROM checkpoint;"
				  "INSERT INTO checkpoint SELECT * FROM c;"
				  "INSERT INTO receipt SELECT * FROM r;"
				  "UPDATE log SET leaf = 3 WHERE position = 4;"
				  "UPDATE stream SET proven = 0");
		store->fresh = false;
		must(nc_store_verify(store, NULL, &fixture_error));
	}
}

static void test_verify__finds_another_signer(void **state)
{
	struct world *w = *state;
	struct nc_key *other NC_AUTO(nc_key_free_at) = NULL;

	must(nc_key_generate(&w->client.env, &other, &fixture_error));
	keep_signed(w, other, 1, 10);
	commit(w);
	assert_int_equal(nc_store_verify(w->client.store, NULL, &fixture_error),
		NC_CORRUPT);
	assert_non_null(strstr(fixture_error.text, "signature"));
}

static void test_witness__one_that_is_ahead_is_not_believed(void **state)
{
	struct world *w = *state;
	struct nc_store *store = w->client.store;
	struct nc_witness ahead = {.device = 1,
		.generation = 1,
		.size = 9,
		.root = {{9}},
		.time_s = 500 * 365 * 86400LL,
		.line = nc_slice_text("— dòng")};
	struct seen seen = {0};

	witness(w, 1, 1, 5, LATEST_S + 1);
	assert_int_equal(witness_count(store), 0);
	/* One that was believed once, by a clock that was wrong too, goes with
	 * the next, which is older by all that it says. */
	must(nc_witness_keep(store, &ahead, INT64_MAX, &fixture_error));
	witness(w, 1, 1, 5, LATEST_S);
	must(nc_witness_each(
		store, 1, 0, visit_witness, &seen, &fixture_error));
	assert_int_equal(seen.count, 1);
	assert_int_equal(seen.sizes[0], 5);
	assert_int_equal(seen.last_at, 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
	const struct CMUnitTest tests[] = {
		T(test_checkpoint__newest_and_named_stay),
		T(test_place__proven_has_no_gap),
		T(test_receipt__kept_and_found),
		T(test_void__takes_what_lies_past),
		T(test_receipt__goes_with_its_change_set),
		T(test_witness__newer_replaces_and_counts),
		T(test_witness__one_that_is_ahead_is_not_believed),
		T(test_peer__replaces),
		T(test_verify__finds_harmed_receipts),
		T(test_verify__finds_another_signer),
#undef T
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
