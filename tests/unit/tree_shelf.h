/*
 * What the tests of the Merkle tree share: the trees over the vectors' 130
 * entries, a tree of equal leaves, and proofs read from them.
 */
#ifndef TESTS_UNIT_TREE_SHELF_H
#define TESTS_UNIT_TREE_SHELF_H

#include "unit.h"

#include "base/memory.h"
#include "trust/tree.h"

#include <stdio.h>
#include <string.h>

#define LEAVES ((size_t)130)
#define LEVELS 8
#define FILE_MAX (1024 * 1024)
#define HASH NC_TREE_HASH_SIZE

static struct nc_tree_hash roots[LEAVES + 1];

/* All complete subtrees of the 130 entries. */
static struct nc_tree_hash nodes[LEVELS][LEAVES];

/* A tree of equal leaves: a complete subtree's hash depends on its level. */
static struct nc_tree_hash uniform[49];

struct shelf {
	uint64_t size; /* no subtree may reach past it */
	bool uniform;
	uint64_t reads;
	uint64_t fail_at; /* the read that fails; 0 is none */
};

static inline enum nc_status shelf_read(void *context, unsigned level,
	uint64_t number, struct nc_tree_hash *ret_hash, struct nc_error *err)
{
	struct shelf *shelf = context;

	shelf->reads++;
	assert_true(level <= 48);
	assert_true(number < shelf->size >> level);
	if (shelf->reads == shelf->fail_at)
		return nc_error_set(err, NC_IO, "the disk is tired");
	*ret_hash = shelf->uniform ? uniform[level] : nodes[level][number];
	return NC_OK;
}

static inline struct nc_tree_reader reader_of(struct shelf *shelf)
{
	return (struct nc_tree_reader){shelf_read, shelf};
}

static inline void make_nodes(void)
{
	for (uint32_t i = 0; i < LEAVES; i++) {
		const uint8_t entry[4] = {0, 0, 0, (uint8_t)i};

		nc_tree_leaf(&nodes[0][i], nc_slice(entry, sizeof(entry)));
	}
	for (size_t level = 1; level < LEVELS; level++)
		for (size_t i = 0; i < LEAVES >> level; i++)
			nc_tree_node(&nodes[level][i], &nodes[level - 1][2 * i],
				&nodes[level - 1][2 * i + 1]);
	uniform[0] = nodes[0][0];
	for (size_t level = 1; level <= 48; level++)
		nc_tree_node(&uniform[level], &uniform[level - 1],
			&uniform[level - 1]);
}

/* Proofs in memory of exactly their size, so that the sanitizer sees a read
 * past the end. */
struct proof {
	uint8_t *data;
	size_t size;
};

static inline void proof_free(struct proof *proof)
{
	nc_free(proof->data);
}

static inline struct proof proof_make(size_t size)
{
	struct proof proof = {nc_malloc(size), size};

	assert_non_null(proof.data);
	return proof;
}

static inline struct proof proof_copy(struct nc_slice bytes)
{
	struct proof proof = proof_make(bytes.size);

	if (bytes.size > 0)
		memcpy(proof.data, bytes.data, bytes.size);
	return proof;
}

static inline struct nc_slice proof_slice(const struct proof *proof)
{
	return nc_slice(proof->data, proof->size);
}

static inline struct proof prove_leaf(uint64_t index, uint64_t size)
{
	struct shelf shelf = {.size = size};
	struct nc_tree_reader reader = reader_of(&shelf);
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = FILE_MAX};

	assert_int_equal(
		nc_tree_prove_leaf(&reader, index, size, &out, NULL), NC_OK);
	return proof_copy(nc_buffer_slice(&out));
}

static inline struct proof prove_consistency(
	uint64_t old_size, uint64_t new_size)
{
	struct shelf shelf = {.size = new_size};
	struct nc_tree_reader reader = reader_of(&shelf);
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = FILE_MAX};

	assert_int_equal(nc_tree_prove_consistency(
				 &reader, old_size, new_size, &out, NULL),
		NC_OK);
	return proof_copy(nc_buffer_slice(&out));
}

struct set {
	uint64_t indexes[LEAVES];
	struct nc_tree_hash leaves[LEAVES];
	size_t count;
};

static inline void set_add(struct set *set, uint64_t index)
{
	set->indexes[set->count] = index;
	set->leaves[set->count] = nodes[0][index];
	set->count++;
}

static inline struct proof prove_set(const struct set *set, uint64_t size)
{
	struct shelf shelf = {.size = size};
	struct nc_tree_reader reader = reader_of(&shelf);
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = FILE_MAX};

	assert_int_equal(nc_tree_prove_leaves(&reader, set->indexes, set->count,
				 size, &out, NULL),
		NC_OK);
	return proof_copy(nc_buffer_slice(&out));
}

/* The sets of the vectors' shared proofs. */
static const char *const set_names[] = {
	"even", "half", "single", "all", "scattered"};

static inline bool is_scattered(uint32_t i, size_t size)
{
	uint8_t bytes[HASH + 4] = {0}, hash[HASH];

	memcpy(bytes, roots[size].bytes, HASH);
	bytes[HASH + 3] = (uint8_t)i;
	nc_sha256(hash, nc_slice(bytes, sizeof(bytes)));
	return hash[0] < 32;
}

static inline void set_make(struct set *set, size_t kind, size_t size)
{
	memset(set, 0, sizeof(*set));
	for (uint32_t i = 0; i < size; i++) {
		const bool in[COUNT(set_names)] = {i % 2 == 0,
			i < (size + 1) / 2, i == 2 * size / 3, true,
			is_scattered(i, size)};

		if (in[kind])
			set_add(set, i);
	}
}

static inline int tree_setup(void **state)
{
	struct nc_error err = {0};

	(void)state;
	if (nc_trust_start(&err) != NC_OK) {
		print_error("%s\n", err.text);
		return -1;
	}
	make_nodes();
	for (size_t size = 0; size <= LEAVES; size++) {
		struct shelf shelf = {.size = size};
		struct nc_tree_reader reader = reader_of(&shelf);

		if (nc_tree_root(&reader, size, &roots[size], &err) != NC_OK)
			return -1;
	}
	return 0;
}

#endif
