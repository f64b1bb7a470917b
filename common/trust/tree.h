/*
 * The Merkle tree of RFC 6962 section 2.1, pure: SHA-256, a leaf is hashed
 * with 0x00 before it, a node with 0x01 before its two children. Nothing is
 * stored here: a reader says what the complete subtrees' hashes are.
 *
 * Proofs are hashes one after another, 32 bytes each. Sizes and indexes count
 * leaves from 0. The checks accept nothing that is longer than it must be and
 * take any sizes, indexes and bytes.
 *
 * A proof binds the root, not the size: the path of entry 0 of 3 also climbs
 * to the same root as entry 0 of 4. So a size is believed only together with
 * its root, as a checkpoint signs them.
 *
 * Making a proof: NC_INVALID with a sentence for sizes over the limit or
 * entries past the size (peers ask for such), NC_LIMIT when out is full,
 * NC_NO_MEMORY, or what the reader returned; out then is as it was.
 */
#ifndef NC_TRUST_TREE_H
#define NC_TRUST_TREE_H

#include "trust/trust.h"

#define NC_TREE_HASH_SIZE NC_SHA256_SIZE
/* More leaves than a log will ever have; keeps shifts and depths bounded. */
#define NC_TREE_SIZE_MAX (UINT64_C(1) << 48)

struct nc_tree_hash {
	uint8_t bytes[NC_TREE_HASH_SIZE];
};

void nc_tree_leaf(struct nc_tree_hash *out, struct nc_slice entry);
void nc_tree_node(struct nc_tree_hash *out, const struct nc_tree_hash *left,
	const struct nc_tree_hash *right);
bool nc_tree_hash_equal(
	const struct nc_tree_hash *a, const struct nc_tree_hash *b);

/* Gives the hash of the complete subtree of 2^level leaves that begins at
 * leaf number << level; level 0 is a leaf's hash. Only asked for subtrees
 * that lie within the size at hand, so level is 48 at most. */
struct nc_tree_reader {
	enum nc_status (*read)(void *context, unsigned level, uint64_t number,
		struct nc_tree_hash *ret_hash, struct nc_error *err);
	void *context;
};

/* MTH of the first size leaves; of none: SHA-256 of nothing. */
enum nc_status nc_tree_root(const struct nc_tree_reader *reader, uint64_t size,
	struct nc_tree_hash *ret_root, struct nc_error *err) NC_MUST_USE;

/* Appends PROOF(old_size, D[new_size]) of section 2.1.2; nothing when the old
 * size is 0 or the new one. old_size <= new_size. */
enum nc_status nc_tree_prove_consistency(const struct nc_tree_reader *reader,
	uint64_t old_size, uint64_t new_size, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;
/* Whether the tree of new_size begins with the tree of old_size. Every tree
 * begins with the empty one, whose root must be SHA-256 of nothing; trees of
 * one size must have one root. */
bool nc_tree_check_consistency(uint64_t old_size,
	const struct nc_tree_hash *old_root, uint64_t new_size,
	const struct nc_tree_hash *new_root, struct nc_slice proof);

/* Appends PATH(index, D[size]) of section 2.1.1, the leaf's sibling first. */
enum nc_status nc_tree_prove_leaf(const struct nc_tree_reader *reader,
	uint64_t index, uint64_t size, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;
bool nc_tree_check_leaf(uint64_t index, const struct nc_tree_hash *leaf,
	uint64_t size, const struct nc_tree_hash *root, struct nc_slice path);

/*
 * One proof for several leaves, given by their indexes, strictly ascending:
 * the hashes, left to right, of the largest subtrees (those that section 2.1
 * splits the tree into) that hold none of the leaves. A leaf pushed with its
 * neighbours so costs hardly more than one of them. The proof of one leaf has
 * the hashes of its path in another order. About no leaves there is nothing
 * to prove: the proof is then empty.
 */
enum nc_status nc_tree_prove_leaves(const struct nc_tree_reader *reader,
	const uint64_t *indexes, size_t count, uint64_t size,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;

/* Given each leaf's own audit path, as nc_tree_check_leaf takes it, in the
 * order of the indexes; borrowed until it returns. */
typedef enum nc_status (*nc_tree_visit_path)(void *context, size_t which,
	struct nc_slice path, struct nc_error *err);

/* NC_OK when all leaves stand there; NC_CORRUPT, without a sentence, when the
 * proof does not show it (or the indexes do not ascend or pass the size);
 * NC_NO_MEMORY; else what visit returned, at once. visit may be NULL; it is
 * called only once the whole proof holds. Without leaves only the empty proof
 * is accepted and the root is not looked at: that shows nothing.
 * Time and memory grow with the leaves and their depth, not with the size. */
enum nc_status nc_tree_check_leaves(const uint64_t *indexes,
	const struct nc_tree_hash *leaves, size_t count, uint64_t size,
	const struct nc_tree_hash *root, struct nc_slice proof,
	nc_tree_visit_path visit, void *context,
	struct nc_error *err) NC_MUST_USE;

#endif
