/*
 * Proofs about the history's tree. An even first byte: sizes, indexes, roots
 * and proofs as a peer might send them. An odd one: a small real tree and its
 * proofs, which must hold, and then bent as the rest says, which must not.
 */
#include "trust/tree.h"
#include "base/memory.h"

#include <string.h>

#define LEAVES_MAX 64

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint64_t take_number(struct nc_slice *bytes)
{
	uint64_t value = 0;

	return nc_slice_take_varint(bytes, &value) ? value : 0;
}

static struct nc_tree_hash take_hash(struct nc_slice *bytes)
{
	struct nc_tree_hash hash = {{0}};
	struct nc_slice taken;

	if (nc_slice_take(bytes, sizeof(hash.bytes), &taken))
		memcpy(hash.bytes, taken.data, taken.size);
	return hash;
}

struct tree {
	struct nc_tree_hash leaves[LEAVES_MAX];
	uint64_t size;
};

static void subtree_hash(const struct tree *tree, unsigned level,
	uint64_t number, struct nc_tree_hash *out)
{
	struct nc_tree_hash right;

	if (level == 0) {
		*out = tree->leaves[number];
		return;
	}
	subtree_hash(tree, level - 1, 2 * number, out);
	subtree_hash(tree, level - 1, 2 * number + 1, &right);
	nc_tree_node(out, out, &right);
}

static enum nc_status tree_read(void *context, unsigned level, uint64_t number,
	struct nc_tree_hash *ret_hash, struct nc_error *err)
{
	const struct tree *tree = context;

	(void)err;
	NC_ASSERT(level <= 48 && number < tree->size >> level);
	subtree_hash(tree, level, number, ret_hash);
	return NC_OK;
}

/* All that the three checks take. */
struct question {
	uint64_t index, old_size, size;
	uint64_t indexes[LEAVES_MAX];
	struct nc_tree_hash leaves[LEAVES_MAX];
	size_t count;
	struct nc_tree_hash leaf, old_root, root;
};

static enum nc_status visit(
	void *context, size_t which, struct nc_slice path, struct nc_error *err)
{
	const struct question *about = context;

	(void)err;
	NC_ASSERT(which < about->count);
	NC_ASSERT(nc_tree_check_leaf(about->indexes[which],
		&about->leaves[which], about->size, &about->root, path));
	return NC_OK;
}

static bool check_leaves(struct question *about, struct nc_slice proof)
{
	enum nc_status status = nc_tree_check_leaves(about->indexes,
		about->leaves, about->count, about->size, &about->root, proof,
		visit, about, NULL);

	NC_ASSERT(status == NC_OK || status == NC_CORRUPT ||
		  status == NC_NO_MEMORY);
	return status == NC_OK;
}

static bool check_growth(const struct question *about, struct nc_slice proof)
{
	bool holds = nc_tree_check_consistency(about->old_size,
		&about->old_root, about->size, &about->root, proof);

	NC_ASSERT(!holds || about->old_size <= about->size);
	NC_ASSERT(!holds || about->old_size != about->size ||
		  nc_tree_hash_equal(&about->old_root, &about->root));
	return holds;
}

static bool check_leaf(const struct question *about, struct nc_slice path)
{
	bool holds = nc_tree_check_leaf(
		about->index, &about->leaf, about->size, &about->root, path);

	NC_ASSERT(!holds || about->index < about->size);
	NC_ASSERT(!holds || path.size <= 48 * NC_TREE_HASH_SIZE);
	return holds;
}

static void try_raw(struct nc_slice bytes)
{
	struct question about = {.index = take_number(&bytes)};

	about.old_size = take_number(&bytes);
	about.size = take_number(&bytes);
	about.count = take_number(&bytes) % LEAVES_MAX;
	for (size_t i = 0; i < about.count; i++)
		about.indexes[i] = (i == 0 ? 0 : about.indexes[i - 1]) +
				   take_number(&bytes);
	about.leaf = take_hash(&bytes);
	about.old_root = take_hash(&bytes);
	about.root = take_hash(&bytes);
	for (size_t i = 0; i < about.count; i++)
		nc_tree_leaf(&about.leaves[i],
			nc_slice(&about.indexes[i], sizeof(about.indexes[i])));
	check_leaf(&about, bytes);
	check_growth(&about, bytes);
	check_leaves(&about, bytes);
	/* A root of the peer's own making. */
	about.root = about.leaf;
	check_leaf(&about, bytes);
	check_growth(&about, bytes);
	if (about.count > 0)
		about.root = about.leaves[0];
	check_leaves(&about, bytes);
}

/* What bends a proof: bits flipped at a place, hashes dropped or added. */
static void bend(struct nc_buffer *proof, struct nc_slice how)
{
	uint64_t keep = take_number(&how), at = take_number(&how);
	enum nc_status status;

	if (keep < proof->size)
		proof->size = (size_t)keep;
	if (proof->size > 0)
		proof->data[at % proof->size] ^= (uint8_t)take_number(&how);
	status = nc_buffer_append(proof, how.data, how.size);
	NC_ASSERT(status == NC_OK || status == NC_NO_MEMORY);
}

static void make_tree(struct tree *tree, struct question *about,
	struct nc_slice *bytes, const struct nc_tree_reader *reader)
{
	enum nc_status status;

	tree->size = about->size = 1 + take_number(bytes) % LEAVES_MAX;
	about->old_size = take_number(bytes) % (about->size + 1);
	about->index = take_number(bytes) % about->size;
	for (uint64_t i = 0; i < about->size; i++)
		nc_tree_leaf(&tree->leaves[i], nc_slice(&i, sizeof(i)));
	for (uint64_t i = 0, set = take_number(bytes); i < about->size; i++) {
		if ((set >> i & 1) == 0)
			continue;
		about->indexes[about->count] = i;
		about->leaves[about->count++] = tree->leaves[i];
	}
	about->leaf = tree->leaves[about->index];
	status = nc_tree_root(reader, about->size, &about->root, NULL);
	NC_ASSERT(status == NC_OK);
	status = nc_tree_root(reader, about->old_size, &about->old_root, NULL);
	NC_ASSERT(status == NC_OK);
}

static bool ask(unsigned which, struct question *about, struct nc_slice proof)
{
	return which == 0   ? check_leaf(about, proof)
	       : which == 1 ? check_growth(about, proof)
			    : check_leaves(about, proof);
}

static void try_real(struct nc_slice bytes)
{
	struct tree tree;
	struct question about = {.count = 0};
	struct nc_tree_reader reader = {tree_read, &tree};

	make_tree(&tree, &about, &bytes, &reader);
	for (unsigned which = 0; which < 3; which++) {
		struct nc_buffer proof NC_AUTO(nc_buffer_fini) = {
			.limit = 1024 * 1024};
		struct nc_buffer bent NC_AUTO(nc_buffer_fini) = {
			.limit = 1024 * 1024};
		enum nc_status status =
			which == 0   ? nc_tree_prove_leaf(&reader, about.index,
					       about.size, &proof, NULL)
			: which == 1 ? nc_tree_prove_consistency(&reader,
					       about.old_size, about.size,
					       &proof, NULL)
				     : nc_tree_prove_leaves(&reader,
					       about.indexes, about.count,
					       about.size, &proof, NULL);

		NC_ASSERT(status == NC_OK);
		NC_ASSERT(ask(which, &about, nc_buffer_slice(&proof)));
		if (nc_buffer_append(&bent, proof.data, proof.size) != NC_OK)
			return;
		bend(&bent, bytes);
		NC_ASSERT(ask(which, &about, nc_buffer_slice(&bent)) ==
			  nc_slice_equal(nc_buffer_slice(&proof),
				  nc_buffer_slice(&bent)));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	if (data[0] % 2 == 0)
		try_raw(nc_slice(data + 1, size - 1));
	else
		try_real(nc_slice(data + 1, size - 1));
	return 0;
}
