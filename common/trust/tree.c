#include "trust/tree.h"
#include "base/memory.h"

#include <sodium.h>
#include <string.h>

/* Section 2.1 splits a tree of 2^48 leaves that often. */
#define DEPTH_MAX 48
#define LEAF_PREFIX 0x00
#define NODE_PREFIX 0x01

/* Leaves begin to begin + size - 1, as section 2.1's splits make them: begin
 * is a multiple of the smallest power of two that is not under size. */
struct range {
	uint64_t begin, size;
};

void nc_tree_leaf(struct nc_tree_hash *out, struct nc_slice entry)
{
	static const uint8_t prefix = LEAF_PREFIX;
	crypto_hash_sha256_state state;

	crypto_hash_sha256_init(&state);
	crypto_hash_sha256_update(&state, &prefix, 1);
	if (entry.size > 0)
		crypto_hash_sha256_update(&state, entry.data, entry.size);
	crypto_hash_sha256_final(&state, out->bytes);
}

void nc_tree_node(struct nc_tree_hash *out, const struct nc_tree_hash *left,
	const struct nc_tree_hash *right)
{
	uint8_t bytes[1 + 2 * NC_TREE_HASH_SIZE];

	bytes[0] = NODE_PREFIX;
	memcpy(bytes + 1, left->bytes, NC_TREE_HASH_SIZE);
	memcpy(bytes + 1 + NC_TREE_HASH_SIZE, right->bytes, NC_TREE_HASH_SIZE);
	nc_sha256(out->bytes, nc_slice(bytes, sizeof(bytes)));
}

bool nc_tree_hash_equal(
	const struct nc_tree_hash *a, const struct nc_tree_hash *b)
{
	return memcmp(a->bytes, b->bytes, NC_TREE_HASH_SIZE) == 0;
}

static void hash_of_nothing(struct nc_tree_hash *out)
{
	nc_sha256(out->bytes, nc_slice(NULL, 0));
}

static bool is_power_of_two(uint64_t value)
{
	return value != 0 && (value & (value - 1)) == 0;
}

/* The k of section 2.1: the largest power of two under size, which is > 1. */
static uint64_t split_at(uint64_t size)
{
	uint64_t k = 1;

	while (k < size - k)
		k *= 2;
	return k;
}

static void range_split(
	struct range range, struct range *ret_left, struct range *ret_right)
{
	uint64_t k = split_at(range.size);

	*ret_left = (struct range){range.begin, k};
	*ret_right = (struct range){range.begin + k, range.size - k};
}

/* --- What the hub makes --- */

static enum nc_status error_not_there(struct nc_error *err)
{
	return nc_error_set(err, NC_INVALID,
		_("A proof is asked for about entries that the history does "
		  "not have; sync again."));
}

/* Of a range whose size is a power of two. */
static enum nc_status read_complete(const struct nc_tree_reader *reader,
	struct range range, struct nc_tree_hash *ret_hash, struct nc_error *err)
{
	unsigned level = 0;

	while ((range.size >> level) > 1)
		level++;
	return reader->read(
		reader->context, level, range.begin >> level, ret_hash, err);
}

/* MTH of a range: its complete subtrees from left to right, folded from the
 * right. */
static enum nc_status hash_range(const struct nc_tree_reader *reader,
	struct range range, struct nc_tree_hash *ret_hash, struct nc_error *err)
{
	struct nc_tree_hash complete[DEPTH_MAX + 1];
	unsigned count = 0;
	enum nc_status status;

	while (!is_power_of_two(range.size)) {
		struct range left;

		range_split(range, &left, &range);
		status = read_complete(reader, left, &complete[count++], err);
		if (status != NC_OK)
			return status;
	}
	status = read_complete(reader, range, &complete[count], err);
	if (status != NC_OK)
		return status;
	for (; count > 0; count--)
		nc_tree_node(&complete[count - 1], &complete[count - 1],
			&complete[count]);
	*ret_hash = complete[0];
	return NC_OK;
}

enum nc_status nc_tree_root(const struct nc_tree_reader *reader, uint64_t size,
	struct nc_tree_hash *ret_root, struct nc_error *err)
{
	if (size > NC_TREE_SIZE_MAX)
		return error_not_there(err);
	if (size == 0) {
		hash_of_nothing(ret_root);
		return NC_OK;
	}
	return hash_range(reader, (struct range){0, size}, ret_root, err);
}

static enum nc_status append_range(const struct nc_tree_reader *reader,
	struct range range, struct nc_buffer *out, struct nc_error *err)
{
	struct nc_tree_hash hash;
	enum nc_status status = hash_range(reader, range, &hash, err);

	if (status != NC_OK)
		return status;
	status = nc_buffer_append(out, hash.bytes, sizeof(hash.bytes));
	if (status == NC_LIMIT)
		return nc_error_set(err, status,
			_("A proof is too long for one message; ask about "
			  "fewer entries at a time."));
	return status == NC_OK ? NC_OK : nc_error_no_memory(err);
}

/* An append that failed half-way leaves no trace. */
static enum nc_status keep_whole(
	struct nc_buffer *out, size_t size_before, enum nc_status status)
{
	if (status != NC_OK && out->size > size_before) {
		out->size = size_before;
		out->data[size_before] = 0;
	}
	return status;
}

/* What a proof holds, met on the way down from the root; a proof begins with
 * the last. */
struct trail {
	struct range ranges[DEPTH_MAX + 1];
	size_t count;
};

static void trail_push(struct trail *trail, struct range range)
{
	NC_ASSERT(trail->count <= DEPTH_MAX);
	trail->ranges[trail->count++] = range;
}

static enum nc_status append_trail(const struct nc_tree_reader *reader,
	const struct trail *trail, struct nc_buffer *out, struct nc_error *err)
{
	size_t before = out->size;
	enum nc_status status = NC_OK;

	for (size_t i = trail->count; i > 0 && status == NC_OK; i--)
		status = append_range(reader, trail->ranges[i - 1], out, err);
	return keep_whole(out, before, status);
}

/* SUBPROOF(m, D[n], b), where m is old_size less the range's begin and b says
 * that the range still begins the tree. */
enum nc_status nc_tree_prove_consistency(const struct nc_tree_reader *reader,
	uint64_t old_size, uint64_t new_size, struct nc_buffer *out,
	struct nc_error *err)
{
	struct range range = {0, new_size}, left, right;
	struct trail trail = {.count = 0};

	if (new_size > NC_TREE_SIZE_MAX || old_size > new_size)
		return error_not_there(err);
	if (old_size == 0)
		return NC_OK;
	while (old_size - range.begin < range.size) {
		range_split(range, &left, &right);
		if (old_size <= right.begin) {
			trail_push(&trail, right);
			range = left;
		} else {
			trail_push(&trail, left);
			range = right;
		}
	}
	if (range.begin > 0)
		trail_push(&trail, range);
	return append_trail(reader, &trail, out, err);
}

enum nc_status nc_tree_prove_leaf(const struct nc_tree_reader *reader,
	uint64_t index, uint64_t size, struct nc_buffer *out,
	struct nc_error *err)
{
	struct range range = {0, size}, left, right;
	struct trail trail = {.count = 0};

	if (size > NC_TREE_SIZE_MAX || index >= size)
		return error_not_there(err);
	while (range.size > 1) {
		range_split(range, &left, &right);
		if (index < right.begin) {
			trail_push(&trail, right);
			range = left;
		} else {
			trail_push(&trail, left);
			range = right;
		}
	}
	return append_trail(reader, &trail, out, err);
}

/* --- Several leaves at once --- */

/* A range and those of the asked-for indexes that lie in it. */
struct part {
	struct range range;
	const uint64_t *indexes;
	size_t count;
};

static bool part_is_leaf(struct part part)
{
	return part.range.size == 1;
}

static void part_split(
	struct part part, struct part *ret_left, struct part *ret_right)
{
	struct range left, right;
	size_t low = 0, high = part.count;

	range_split(part.range, &left, &right);
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (part.indexes[middle] < right.begin)
			low = middle + 1;
		else
			high = middle;
	}
	*ret_left = (struct part){left, part.indexes, low};
	*ret_right = (struct part){right, part.indexes + low, part.count - low};
}

static bool indexes_fit(const uint64_t *indexes, size_t count, uint64_t size)
{
	for (size_t i = 1; i < count; i++)
		if (indexes[i - 1] >= indexes[i])
			return false;
	return size <= NC_TREE_SIZE_MAX &&
	       (count == 0 || indexes[count - 1] < size);
}

/* Recurses DEPTH_MAX deep at most, as all that walk parts. */
static enum nc_status append_part(const struct nc_tree_reader *reader,
	struct part part, struct nc_buffer *out, struct nc_error *err)
{
	struct part left, right;
	enum nc_status status;

	if (part.count == 0)
		return append_range(reader, part.range, out, err);
	if (part_is_leaf(part))
		return NC_OK;
	part_split(part, &left, &right);
	status = append_part(reader, left, out, err);
	if (status != NC_OK)
		return status;
	return append_part(reader, right, out, err);
}

enum nc_status nc_tree_prove_leaves(const struct nc_tree_reader *reader,
	const uint64_t *indexes, size_t count, uint64_t size,
	struct nc_buffer *out, struct nc_error *err)
{
	size_t before = out->size;

	if (!indexes_fit(indexes, count, size))
		return error_not_there(err);
	if (count == 0)
		return NC_OK;
	return keep_whole(out, before,
		append_part(reader, (struct part){{0, size}, indexes, count},
			out, err));
}

/* --- What everyone checks --- */

/* Takes the next hash of a proof; false at its end. */
static bool take_hash(struct nc_slice *proof, struct nc_tree_hash *ret_hash)
{
	struct nc_slice taken;

	if (!nc_slice_take(proof, NC_TREE_HASH_SIZE, &taken))
		return false;
	memcpy(ret_hash->bytes, taken.data, NC_TREE_HASH_SIZE);
	return true;
}

/* RFC 9162 section 2.1.3.2 says how. */
bool nc_tree_check_leaf(uint64_t index, const struct nc_tree_hash *leaf,
	uint64_t size, const struct nc_tree_hash *root, struct nc_slice path)
{
	uint64_t last = size - 1;
	struct nc_tree_hash hash = *leaf, sibling;

	if (size > NC_TREE_SIZE_MAX || index >= size ||
		path.size % NC_TREE_HASH_SIZE != 0)
		return false;
	while (take_hash(&path, &sibling)) {
		if (last == 0)
			return false;
		if ((index & 1) != 0 || index == last) {
			nc_tree_node(&hash, &sibling, &hash);
			/* The right edge has no sibling on these levels. */
			while ((index & 1) == 0 && index != 0) {
				index >>= 1;
				last >>= 1;
			}
		} else {
			nc_tree_node(&hash, &hash, &sibling);
		}
		index >>= 1;
		last >>= 1;
	}
	return last == 0 && nc_tree_hash_equal(&hash, root);
}

/* Both roots out of one proof: RFC 9162 section 2.1.4.2. at and last are the
 * two trees' last leaves, then the nodes above them. */
static bool check_growth(uint64_t old_size, const struct nc_tree_hash *old_root,
	uint64_t new_size, const struct nc_tree_hash *new_root,
	struct nc_slice proof)
{
	uint64_t at = old_size - 1, last = new_size - 1;
	struct nc_tree_hash old_hash = *old_root, new_hash, next;

	while ((at & 1) != 0) {
		at >>= 1;
		last >>= 1;
	}
	/* A complete old tree is itself a node of the new one. */
	if (!is_power_of_two(old_size) && !take_hash(&proof, &old_hash))
		return false;
	new_hash = old_hash;
	while (take_hash(&proof, &next)) {
		if (last == 0)
			return false;
		if ((at & 1) != 0 || at == last) {
			nc_tree_node(&old_hash, &next, &old_hash);
			nc_tree_node(&new_hash, &next, &new_hash);
			while ((at & 1) == 0 && at != 0) {
				at >>= 1;
				last >>= 1;
			}
		} else {
			nc_tree_node(&new_hash, &new_hash, &next);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 && nc_tree_hash_equal(&old_hash, old_root) &&
	       nc_tree_hash_equal(&new_hash, new_root);
}

bool nc_tree_check_consistency(uint64_t old_size,
	const struct nc_tree_hash *old_root, uint64_t new_size,
	const struct nc_tree_hash *new_root, struct nc_slice proof)
{
	struct nc_tree_hash nothing;

	if (new_size > NC_TREE_SIZE_MAX || old_size > new_size ||
		proof.size % NC_TREE_HASH_SIZE != 0)
		return false;
	if (old_size == 0) {
		hash_of_nothing(&nothing);
		if (!nc_tree_hash_equal(old_root, &nothing))
			return false;
	}
	if (old_size == new_size)
		return proof.size == 0 &&
		       nc_tree_hash_equal(old_root, new_root);
	if (old_size == 0)
		return proof.size == 0;
	return check_growth(old_size, old_root, new_size, new_root, proof);
}

/* How many hashes prove the part. */
static size_t count_hashes(struct part part)
{
	struct part left, right;

	if (part.count == 0)
		return 1;
	if (part_is_leaf(part))
		return 0;
	part_split(part, &left, &right);
	return count_hashes(left) + count_hashes(right);
}

/* The nodes that a proof for several leaves tells of, each before those below
 * it, so that a node's left child is the next one. Every node has two
 * children or is a leaf or a hash of the proof: hence n of those make
 * 2n - 1 nodes. */
struct spot {
	struct nc_tree_hash hash;
	size_t right;
};

struct unfolding {
	struct spot *spots;
	size_t used;
	const struct nc_tree_hash *leaves; /* those not yet placed */
	struct nc_slice proof;		   /* what is left of it */
};

/* Gives the part's spot. The proof is known to have hashes enough. */
static size_t unfold(struct unfolding *at, struct part part)
{
	size_t here = at->used++;
	struct spot *spot = &at->spots[here];
	struct part left, right;

	if (part.count == 0) {
		bool taken = take_hash(&at->proof, &spot->hash);

		NC_ASSERT(taken);
	} else if (part_is_leaf(part)) {
		spot->hash = *at->leaves++;
	} else {
		part_split(part, &left, &right);
		unfold(at, left);
		spot->right = unfold(at, right);
		nc_tree_node(&spot->hash, &at->spots[here + 1].hash,
			&at->spots[spot->right].hash);
	}
	return here;
}

struct visiting {
	const struct spot *spots;
	nc_tree_visit_path visit;
	void *context;
	struct nc_error *err;
	size_t which;
	/* The siblings from the node at hand up to the root stand at the end:
	 * a path as it is, at every depth. */
	uint8_t path[DEPTH_MAX * NC_TREE_HASH_SIZE];
};

static enum nc_status visit_part(
	struct visiting *at, struct part part, size_t here, size_t depth);

static enum nc_status visit_child(struct visiting *at, struct part child,
	size_t here, size_t sibling, size_t depth)
{
	NC_ASSERT(depth < DEPTH_MAX);
	memcpy(at->path + sizeof(at->path) - (depth + 1) * NC_TREE_HASH_SIZE,
		at->spots[sibling].hash.bytes, NC_TREE_HASH_SIZE);
	return visit_part(at, child, here, depth + 1);
}

static enum nc_status visit_part(
	struct visiting *at, struct part part, size_t here, size_t depth)
{
	size_t path_size = depth * NC_TREE_HASH_SIZE;
	size_t right_spot = at->spots[here].right;
	struct part left, right;
	enum nc_status status;

	if (part.count == 0)
		return NC_OK;
	if (part_is_leaf(part))
		return at->visit(at->context, at->which++,
			nc_slice(at->path + sizeof(at->path) - path_size,
				path_size),
			at->err);
	part_split(part, &left, &right);
	status = visit_child(at, left, here + 1, right_spot, depth);
	if (status != NC_OK)
		return status;
	return visit_child(at, right, right_spot, here + 1, depth);
}

enum nc_status nc_tree_check_leaves(const uint64_t *indexes,
	const struct nc_tree_hash *leaves, size_t count, uint64_t size,
	const struct nc_tree_hash *root, struct nc_slice proof,
	nc_tree_visit_path visit, void *context, struct nc_error *err)
{
	struct part all = {{0, size}, indexes, count};
	size_t hashes = proof.size / NC_TREE_HASH_SIZE;
	struct spot *spots NC_AUTO(nc_free_at) = NULL;
	struct unfolding unfolding = {.leaves = leaves, .proof = proof};
	struct visiting visiting = {
		.visit = visit, .context = context, .err = err};

	if (proof.size % NC_TREE_HASH_SIZE != 0 ||
		!indexes_fit(indexes, count, size))
		return NC_CORRUPT;
	if (count == 0)
		return hashes == 0 ? NC_OK : NC_CORRUPT;
	if (hashes != count_hashes(all))
		return NC_CORRUPT;
	spots = nc_calloc(2 * (count + hashes) - 1, sizeof(*spots));
	if (spots == NULL)
		return nc_error_no_memory(err);
	unfolding.spots = spots;
	unfold(&unfolding, all);
	NC_ASSERT(unfolding.used == 2 * (count + hashes) - 1);
	if (!nc_tree_hash_equal(&spots[0].hash, root))
		return NC_CORRUPT;
	visiting.spots = spots;
	return visit == NULL ? NC_OK : visit_part(&visiting, all, 0, 0);
}
