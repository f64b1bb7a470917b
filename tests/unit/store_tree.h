/*
 * What the tests of the tree in the store and of receipts share: a store in a
 * file, a log of made-up payloads, and the tree by its definition.
 */
#ifndef TESTS_UNIT_STORE_TREE_H
#define TESTS_UNIT_STORE_TREE_H

#include "fixture.h"

#include "store/db.h"
#include "store/tree.h"

#include <unistd.h>

/* Section 2.1 of RFC 6962, word for word. */
static inline struct nc_tree_hash naive_root(
	const struct nc_tree_hash *leaves, uint64_t size)
{
	struct nc_tree_hash left, right, out;
	uint64_t split = 1;

	if (size == 0) {
		nc_sha256(out.bytes, nc_slice(NULL, 0));
		return out;
	}
	if (size == 1)
		return leaves[0];
	while (split * 2 < size)
		split *= 2;
	left = naive_root(leaves, split);
	right = naive_root(leaves + split, size - split);
	nc_tree_node(&out, &left, &right);
	return out;
}

#define SHELF_STREAMS 5

struct shelf {
	struct fixture_world world;
	struct nc_env env;
	char path[64];
	struct nc_id union_id;
	uint64_t sequences[SHELF_STREAMS];
	struct nc_tree_hash *leaves;
	size_t count, capacity;
};

static inline uint64_t shelf_random(struct shelf *shelf, uint64_t below)
{
	uint64_t number;

	fixture_random(&shelf->world, &number, sizeof(number));
	return number % below;
}

static inline void shelf_init(struct shelf *shelf, uint64_t seed, bool is_hub)
{
	struct nc_identity identity = {.is_hub = is_hub};
	struct nc_store *store;
	int file;

	memset(shelf, 0, sizeof(*shelf));
	print_message("seed %llu\n", (unsigned long long)seed);
	shelf->world.random = seed;
	shelf->world.now_ms = 1700000000000;
	shelf->env.now_ms = fixture_now;
	shelf->env.random = fixture_random;
	shelf->env.context = &shelf->world;
	strcpy(shelf->path, "/tmp/nhipcau-tree-XXXXXX");
	file = mkstemp(shelf->path);
	assert_true(file >= 0);
	close(file);
	identity.cluster = nc_id_new(&shelf->env);
	shelf->union_id = nc_id_new(&shelf->env);
	must(nc_store_open(
		shelf->path, NC_STORE_EPHEMERAL, &store, &fixture_error));
	must(nc_store_begin(store, &fixture_error));
	must(nc_store_set_identity(store, &identity, &fixture_error));
	must(nc_store_commit(store, &fixture_error));
	nc_store_close(store);
}

static inline struct nc_store *shelf_open(struct shelf *shelf)
{
	struct nc_store *store;

	must(nc_store_open(
		shelf->path, NC_STORE_EPHEMERAL, &store, &fixture_error));
	return store;
}

static inline void shelf_fini(struct shelf *shelf)
{
	unlink(shelf->path);
	free(shelf->leaves);
}

/* Appends one made-up payload to the log, and its leaf to ours. */
static inline enum nc_status shelf_append(
	struct shelf *shelf, struct nc_store *store)
{
	uint8_t payload[100];
	struct nc_signed_change_set signed_set = {.hashed = false};
	struct nc_change_set change_set = {.union_id = shelf->union_id};
	size_t stream = (size_t)shelf_random(shelf, SHELF_STREAMS);
	uint8_t hash[NC_HASH_SIZE];
	int64_t position;

	if (shelf->count == shelf->capacity) {
		shelf->capacity = shelf->capacity * 2 + 64;
		shelf->leaves = realloc(shelf->leaves,
			shelf->capacity * sizeof(*shelf->leaves));
		assert_non_null(shelf->leaves);
	}
	fixture_random(&shelf->world, payload, sizeof(payload));
	signed_set.payload =
		nc_slice(payload, 1 + (size_t)shelf_random(shelf, 100));
	nc_sha256(hash, signed_set.payload);
	nc_tree_leaf(&shelf->leaves[shelf->count], signed_set.payload);
	/* Half of them with the leaf worked out by somebody else. */
	signed_set.hashed = shelf_random(shelf, 2) == 0;
	if (signed_set.hashed)
		memcpy(signed_set.leaf, shelf->leaves[shelf->count].bytes,
			NC_TREE_HASH_SIZE);
	change_set.device = 100 + stream;
	change_set.sequence = shelf->sequences[stream] + 1;
	if (nc_log_append(store, &signed_set, &change_set, hash, 5, &position,
		    &fixture_error) != NC_OK)
		return NC_CORRUPT;
	shelf->sequences[stream]++;
	shelf->count++;
	return NC_OK;
}

static inline void shelf_check(
	struct shelf *shelf, struct nc_store *store, uint64_t size)
{
	struct nc_tree_reader reader = nc_store_tree_reader(store);
	struct nc_tree_hash naive = naive_root(shelf->leaves, size), root;

	must(nc_tree_root(&reader, size, &root, &fixture_error));
	assert_true(nc_tree_hash_equal(&root, &naive));
}

static inline void shelf_exec(struct nc_store *store, const char *sql)
{
	char *why = NULL;

	if (sqlite3_exec(store->db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
}

#endif
