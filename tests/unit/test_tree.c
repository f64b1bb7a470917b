/*
 * The Merkle tree against tests/data/tree_vectors.txt, which
 * tests/integration/tree_vectors.py wrote from RFC 6962's definitions; and
 * every way of bending a proof, which must be refused.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "trust/tree.h"

#include <stdio.h>
#include <string.h>

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define LEAVES ((size_t)130)
#define LEVELS 8
#define FILE_MAX (1024 * 1024)
#define HASH NC_TREE_HASH_SIZE

static struct nc_buffer vectors;
static struct nc_tree_hash roots[LEAVES + 1];

/* --- Trees to read from --- */

/* All complete subtrees of the vectors' 130 entries. */
static struct nc_tree_hash nodes[LEVELS][LEAVES];

/* A tree of equal leaves: a complete subtree's hash depends on its level. */
static struct nc_tree_hash uniform[49];

struct shelf {
	uint64_t size; /* no subtree may reach past it */
	bool uniform;
	uint64_t reads;
	uint64_t fail_at; /* the read that fails; 0 is none */
};

static enum nc_status shelf_read(void *context, unsigned level, uint64_t number,
	struct nc_tree_hash *ret_hash, struct nc_error *err)
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

static struct nc_tree_reader reader_of(struct shelf *shelf)
{
	return (struct nc_tree_reader){shelf_read, shelf};
}

static void make_nodes(void)
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

/* --- Small helpers --- */

static void same(struct nc_slice got, const char *name)
{
	const char *line = nc_buffer_string(&vectors);
	size_t name_size = strlen(name);
	char *hex;

	while (strncmp(line, name, name_size) != 0 || line[name_size] != ' ') {
		line = strchr(line, '\n');
		if (line == NULL)
			fail_msg("there is no vector %s", name);
		line++;
	}
	line += name_size + 1;
	hex = nc_malloc(2 * got.size + 2);
	assert_non_null(hex);
	nc_hex_encode(hex, got.data, got.size);
	if (got.size == 0)
		strcpy(hex, "-");
	if (strncmp(line, hex, strlen(hex)) != 0 || line[strlen(hex)] != '\n')
		fail_msg("%s is %s here", name, hex);
	nc_free(hex);
}

static void same_digest(const struct nc_buffer *joined, const char *name)
{
	uint8_t hash[NC_SHA256_SIZE];

	nc_sha256(hash, nc_buffer_slice(joined));
	same(nc_slice(hash, sizeof(hash)), name);
}

#define name_of(out, ...) snprintf(out, sizeof(out), __VA_ARGS__)

/* Proofs in memory of exactly their size, so that the sanitizer sees a read
 * past the end. */
struct proof {
	uint8_t *data;
	size_t size;
};

static void proof_free(struct proof *proof)
{
	nc_free(proof->data);
}

static struct proof proof_make(size_t size)
{
	struct proof proof = {nc_malloc(size), size};

	assert_non_null(proof.data);
	return proof;
}

static struct proof proof_copy(struct nc_slice bytes)
{
	struct proof proof = proof_make(bytes.size);

	if (bytes.size > 0)
		memcpy(proof.data, bytes.data, bytes.size);
	return proof;
}

static struct nc_slice proof_slice(const struct proof *proof)
{
	return nc_slice(proof->data, proof->size);
}

static struct proof prove_leaf(uint64_t index, uint64_t size)
{
	struct shelf shelf = {.size = size};
	struct nc_tree_reader reader = reader_of(&shelf);
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {.limit = FILE_MAX};

	assert_int_equal(
		nc_tree_prove_leaf(&reader, index, size, &out, NULL), NC_OK);
	return proof_copy(nc_buffer_slice(&out));
}

static struct proof prove_consistency(uint64_t old_size, uint64_t new_size)
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

static void set_add(struct set *set, uint64_t index)
{
	set->indexes[set->count] = index;
	set->leaves[set->count] = nodes[0][index];
	set->count++;
}

static struct proof prove_set(const struct set *set, uint64_t size)
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

static bool is_scattered(uint32_t i, size_t size)
{
	uint8_t bytes[HASH + 4] = {0}, hash[HASH];

	memcpy(bytes, roots[size].bytes, HASH);
	bytes[HASH + 3] = (uint8_t)i;
	nc_sha256(hash, nc_slice(bytes, sizeof(bytes)));
	return hash[0] < 32;
}

static void set_make(struct set *set, size_t kind, size_t size)
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

static bool check_set(const struct set *set, uint64_t size,
	const struct nc_tree_hash *root, const struct proof *proof)
{
	struct nc_error err = {0};
	enum nc_status status = nc_tree_check_leaves(set->indexes, set->leaves,
		set->count, size, root, proof_slice(proof), NULL, NULL, &err);

	assert_true(status == NC_OK || status == NC_CORRUPT);
	assert_string_equal(err.text, "");
	return status == NC_OK;
}

/* --- The shapes of proofs: which root would a check compute? The definitions
 * once more, as words; two proofs of one shape cannot be told apart. --- */

static size_t split(size_t size)
{
	size_t k = 1;

	while (k * 2 < size)
		k *= 2;
	return k;
}

static void path_shape(char *out, size_t index, size_t size)
{
	size_t k;

	if (size == 1) {
		*out = '\0';
		return;
	}
	k = split(size);
	path_shape(
		out, index < k ? index : index - k, index < k ? k : size - k);
	strcat(out, index < k ? "r" : "l");
}

static void consistency_shape(char *out, size_t m, size_t n, bool whole)
{
	size_t k;

	if (m == n) {
		strcpy(out, whole ? "root " : "hash ");
		return;
	}
	k = split(n);
	consistency_shape(
		out, m <= k ? m : m - k, m <= k ? k : n - k, whole && m <= k);
	strcat(out, m <= k ? "r" : "l");
}

static char *set_shape(
	char *out, const struct set *set, size_t begin, size_t size)
{
	bool any = false;
	size_t k;

	for (size_t i = 0; i < set->count; i++)
		any |= set->indexes[i] >= begin &&
		       set->indexes[i] < begin + size;
	if (!any || size == 1) {
		*out++ = any ? 'a' : 'p';
		*out = '\0';
		return out;
	}
	*out++ = 'n';
	k = split(size);
	out = set_shape(out, set, begin, k);
	return set_shape(out, set, begin + k, size - k);
}

/* --- Ways of bending a proof --- */

typedef bool (*checker)(const void *what, const struct proof *proof);

static void check_bent(const struct proof *proof, checker check,
	const void *what, unsigned *turn)
{
	size_t hashes = proof->size / HASH;

	assert_true(check(what, proof));
	for (size_t i = 0; i < hashes; i++) {
		uint8_t *byte = &proof->data[i * HASH + (*turn / 8) % HASH];
		uint8_t flip = (uint8_t)(1U << (*turn % 8));

		(*turn)++;
		*byte ^= flip;
		assert_false(check(what, proof));
		*byte ^= flip;
	}
	for (size_t i = 0; i < hashes; i++) {
		struct proof less NC_AUTO(proof_free) =
			proof_make(proof->size - HASH);

		memcpy(less.data, proof->data, i * HASH);
		memcpy(less.data + i * HASH, proof->data + (i + 1) * HASH,
			less.size - i * HASH);
		assert_false(check(what, &less));
	}
	for (size_t i = 0; i <= hashes; i++) {
		struct proof more NC_AUTO(proof_free) =
			proof_make(proof->size + HASH);

		memcpy(more.data, proof->data, i * HASH);
		/* Its neighbour again; or, at the end, the root. */
		memcpy(more.data + i * HASH,
			i < hashes ? proof->data + i * HASH : roots[7].bytes,
			HASH);
		memcpy(more.data + (i + 1) * HASH, proof->data + i * HASH,
			proof->size - i * HASH);
		assert_false(check(what, &more));
	}
	for (size_t cut = 1; cut < HASH && hashes > 0; cut += 10) {
		struct proof less NC_AUTO(proof_free) =
			proof_copy(nc_slice(proof->data, proof->size - cut));

		assert_false(check(what, &less));
	}
	struct proof odd NC_AUTO(proof_free) = proof_make(proof->size + 1);

	memcpy(odd.data, proof->data, proof->size);
	odd.data[proof->size] = 0;
	assert_false(check(what, &odd));
}

/* --- The tests --- */

static void test_tree__roots(void **state)
{
	char name[64];

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		name_of(name, "leaf.%zu", i);
		same(nc_slice(nodes[0][i].bytes, HASH), name);
	}
	for (size_t size = 0; size <= LEAVES; size++) {
		name_of(name, "root.%zu", size);
		same(nc_slice(roots[size].bytes, HASH), name);
	}
}

/* Compares one proof where the vectors have it in full. */
static void same_in_full(
	const struct proof *proof, const char *kind, size_t size, size_t of)
{
	char name[64];

	name_of(name, "\n%s.%zu.%zu ", kind, size, of);
	if (strstr(nc_buffer_string(&vectors), name) != NULL) {
		name_of(name, "%s.%zu.%zu", kind, size, of);
		same(proof_slice(proof), name);
	}
}

static void join(struct nc_buffer *joined, const struct proof *proof)
{
	assert_int_equal(
		nc_buffer_append(joined, proof->data, proof->size), NC_OK);
}

static void test_tree__paths(void **state)
{
	char name[64];

	(void)state;
	for (size_t size = 1; size <= LEAVES; size++) {
		struct nc_buffer joined NC_AUTO(nc_buffer_fini) = {
			.limit = FILE_MAX};

		for (size_t i = 0; i < size; i++) {
			struct proof path NC_AUTO(proof_free) =
				prove_leaf(i, size);

			join(&joined, &path);
			same_in_full(&path, "path", size, i);
		}
		name_of(name, "paths.%zu", size);
		same_digest(&joined, name);
	}
}

static void test_tree__consistencies(void **state)
{
	char name[64];

	(void)state;
	for (size_t size = 1; size <= LEAVES; size++) {
		struct nc_buffer joined NC_AUTO(nc_buffer_fini) = {
			.limit = FILE_MAX};

		for (size_t old = 1; old < size; old++) {
			struct proof proof NC_AUTO(proof_free) =
				prove_consistency(old, size);

			join(&joined, &proof);
			same_in_full(&proof, "consistency", size, old);
		}
		name_of(name, "consistencies.%zu", size);
		same_digest(&joined, name);
	}
}

static void test_tree__shared_proofs(void **state)
{
	char name[64];

	(void)state;
	for (size_t size = 1; size <= LEAVES; size++) {
		struct nc_buffer joined NC_AUTO(nc_buffer_fini) = {
			.limit = FILE_MAX};

		for (size_t kind = 0; kind < COUNT(set_names); kind++) {
			struct proof proof NC_AUTO(proof_free) = {NULL, 0};
			struct set set;

			set_make(&set, kind, size);
			proof = prove_set(&set, size);
			join(&joined, &proof);
			name_of(name, "\nshared.%zu.%s ", size,
				set_names[kind]);
			if (strstr(nc_buffer_string(&vectors), name) == NULL)
				continue;
			name_of(name, "shared.%zu.%s", size, set_names[kind]);
			same(proof_slice(&proof), name);
		}
		name_of(name, "shared.%zu", size);
		same_digest(&joined, name);
	}
}

struct claim {
	size_t at, size; /* a leaf's index or the old size, and the size */
};

static bool claim_leaf(const void *what, const struct proof *path)
{
	const struct claim *claim = what;

	return nc_tree_check_leaf(claim->at, &nodes[0][claim->at], claim->size,
		&roots[claim->size], proof_slice(path));
}

/* The path of at in size, held against other places and other roots. */
static void check_leaf_elsewhere(
	size_t at, size_t size, const struct proof *path)
{
	const struct nc_tree_hash *leaf = &nodes[0][at];
	struct nc_slice bytes = proof_slice(path);
	char own[64], other[64];

	path_shape(own, at, size);
	for (size_t i = 0; i < LEAVES; i++) {
		if (i == at)
			continue;
		assert_false(
			nc_tree_check_leaf(i, leaf, size, &roots[size], bytes));
		assert_false(nc_tree_check_leaf(
			at, &nodes[0][i], size, &roots[size], bytes));
	}
	for (size_t n = 0; n <= LEAVES; n++) {
		if (n == size)
			continue;
		assert_false(nc_tree_check_leaf(at, leaf, n, &roots[n], bytes));
		assert_false(
			nc_tree_check_leaf(at, leaf, size, &roots[n], bytes));
		if (n > at)
			path_shape(other, at, n);
		assert_int_equal(
			nc_tree_check_leaf(at, leaf, n, &roots[size], bytes),
			n > at && strcmp(own, other) == 0);
	}
}

static void test_tree_check_leaf__refuses_all_but_the_path(void **state)
{
	unsigned turn = 0;

	(void)state;
	for (size_t size = 1; size <= LEAVES; size++) {
		for (size_t i = 0; i < size; i++) {
			struct proof path NC_AUTO(proof_free) =
				prove_leaf(i, size);
			struct claim claim = {i, size};

			check_bent(&path, claim_leaf, &claim, &turn);
			if ((size + i) % 16 == 0)
				check_leaf_elsewhere(i, size, &path);
		}
	}
}

static bool claim_growth(const void *what, const struct proof *proof)
{
	const struct claim *claim = what;

	return nc_tree_check_consistency(claim->at, &roots[claim->at],
		claim->size, &roots[claim->size], proof_slice(proof));
}

static void check_growth_elsewhere(
	size_t old, size_t size, const struct proof *proof)
{
	struct nc_slice bytes = proof_slice(proof);
	char own[64], other[64];

	consistency_shape(own, old, size, true);
	for (size_t n = 1; n <= LEAVES; n++) {
		if (n != old) {
			assert_false(nc_tree_check_consistency(
				n, &roots[n], size, &roots[size], bytes));
			assert_false(nc_tree_check_consistency(
				old, &roots[n], size, &roots[size], bytes));
			other[0] = '\0';
			if (n < size)
				consistency_shape(other, n, size, true);
			assert_int_equal(
				nc_tree_check_consistency(n, &roots[old], size,
					&roots[size], bytes),
				strcmp(own, other) == 0);
		}
		if (n != size) {
			assert_false(nc_tree_check_consistency(
				old, &roots[old], n, &roots[n], bytes));
			assert_false(nc_tree_check_consistency(
				old, &roots[old], size, &roots[n], bytes));
			other[0] = '\0';
			if (n > old)
				consistency_shape(other, old, n, true);
			assert_int_equal(
				nc_tree_check_consistency(old, &roots[old], n,
					&roots[size], bytes),
				strcmp(own, other) == 0);
		}
	}
}

static void test_tree_check_consistency__refuses_all_but_growth(void **state)
{
	unsigned turn = 0;

	(void)state;
	for (size_t size = 1; size <= LEAVES; size++) {
		for (size_t old = 1; old < size; old++) {
			struct proof proof NC_AUTO(proof_free) =
				prove_consistency(old, size);
			struct claim claim = {old, size};

			check_bent(&proof, claim_growth, &claim, &turn);
			if ((size + old) % 16 == 0)
				check_growth_elsewhere(old, size, &proof);
		}
	}
}

/* A history that was rewritten, with every proof it could make up from its
 * own nodes: none leads from the old root. */
static void test_tree_check_consistency__rewritten_history(void **state)
{
	const struct nc_tree_hash true_leaf = nodes[0][5];

	(void)state;
	for (size_t size = 9; size <= 40; size++) {
		struct shelf shelf = {.size = size};
		struct nc_tree_reader reader = reader_of(&shelf);
		struct nc_tree_hash forged;

		nodes[0][5].bytes[0] ^= 1;
		for (size_t level = 1; level < LEVELS; level++)
			nc_tree_node(&nodes[level][5 >> level],
				&nodes[level - 1][5 >> level << 1],
				&nodes[level - 1][(5 >> level << 1) + 1]);
		assert_int_equal(
			nc_tree_root(&reader, size, &forged, NULL), NC_OK);
		for (size_t old = 1; old <= size; old++) {
			struct proof proof NC_AUTO(proof_free) =
				prove_consistency(old, size);

			assert_int_equal(
				nc_tree_check_consistency(old, &roots[old],
					size, &forged, proof_slice(&proof)),
				old <= 5);
		}
		nodes[0][5] = true_leaf;
		make_nodes();
	}
}

static void test_tree_check_consistency__nothing_and_the_same(void **state)
{
	const struct nc_slice none = nc_slice(NULL, 0);
	const struct nc_slice one = nc_slice(roots[3].bytes, HASH);

	(void)state;
	for (size_t size = 0; size <= LEAVES; size++) {
		struct proof same_size NC_AUTO(proof_free) =
			prove_consistency(size, size);
		struct proof from_nothing NC_AUTO(proof_free) =
			prove_consistency(0, size);
		const struct nc_tree_hash *root = &roots[size];

		assert_int_equal(same_size.size, 0);
		assert_int_equal(from_nothing.size, 0);
		assert_true(nc_tree_check_consistency(
			size, root, size, root, none));
		assert_false(
			nc_tree_check_consistency(size, root, size, root, one));
		assert_true(nc_tree_check_consistency(
			0, &roots[0], size, root, none));
		assert_false(nc_tree_check_consistency(
			0, &roots[0], size, root, one));
		assert_false(nc_tree_check_consistency(
			0, &roots[1], size, root, none));
		assert_false(nc_tree_check_consistency(
			size, root, size, &roots[size == 9 ? 8 : 9], none));
		if (size > 0)
			assert_false(nc_tree_check_consistency(
				size, root, size - 1, &roots[size - 1], none));
	}
	/* The empty tree has one root only. */
	assert_false(
		nc_tree_check_consistency(0, &roots[1], 0, &roots[1], none));
}

struct set_claim {
	const struct set *set;
	size_t size;
};

static bool claim_set(const void *what, const struct proof *proof)
{
	const struct set_claim *claim = what;

	return check_set(claim->set, claim->size, &roots[claim->size], proof);
}

static void check_set_elsewhere(
	const struct set *set, size_t size, const struct proof *proof)
{
	static char own[4 * LEAVES], other[4 * LEAVES];
	struct set bent = *set;

	set_shape(own, set, 0, size);
	for (size_t n = 0; n <= LEAVES; n++) {
		if (n == size)
			continue;
		assert_false(check_set(set, n, &roots[n], proof));
		assert_false(check_set(set, size, &roots[n], proof));
		if (n > 0)
			set_shape(other, set, 0, n);
		assert_int_equal(check_set(set, n, &roots[size], proof),
			n > set->indexes[set->count - 1] &&
				strcmp(own, other) == 0);
	}
	/* Each index moved by one, each leaf another, one fewer. */
	for (size_t i = 0; i < set->count; i++) {
		bent.indexes[i]++;
		assert_false(check_set(&bent, size, &roots[size], proof));
		bent.indexes[i] -= 2;
		assert_false(check_set(&bent, size, &roots[size], proof));
		bent.indexes[i] = set->indexes[i];
		bent.leaves[i].bytes[i % HASH] ^= 1;
		assert_false(check_set(&bent, size, &roots[size], proof));
		bent.leaves[i] = set->leaves[i];
	}
	bent.count--;
	assert_false(
		bent.count > 0 && check_set(&bent, size, &roots[size], proof));
}

static void test_tree_check_leaves__refuses_all_but_the_proof(void **state)
{
	unsigned turn = 0;

	(void)state;
	for (size_t size = 1; size <= LEAVES; size++) {
		for (size_t kind = 0; kind < COUNT(set_names); kind++) {
			struct proof proof NC_AUTO(proof_free) = {NULL, 0};
			struct set set;
			struct set_claim claim = {&set, size};

			set_make(&set, kind, size);
			proof = prove_set(&set, size);
			check_bent(&proof, claim_set, &claim, &turn);
			if (set.count > 0)
				check_set_elsewhere(&set, size, &proof);
		}
	}
}

struct visits {
	const struct set *set;
	size_t size, count, stop_at;
};

static enum nc_status visit_path(
	void *context, size_t which, struct nc_slice path, struct nc_error *err)
{
	struct visits *visits = context;
	struct proof wanted NC_AUTO(proof_free) =
		prove_leaf(visits->set->indexes[which], visits->size);

	assert_int_equal(which, visits->count);
	visits->count++;
	assert_true(nc_slice_equal(path, proof_slice(&wanted)));
	if (visits->count == visits->stop_at)
		return nc_error_set(err, NC_FULL, "the shelf is full");
	return NC_OK;
}

static enum nc_status visit_all(
	struct visits *visits, const struct proof *proof, struct nc_error *err)
{
	visits->count = 0;
	return nc_tree_check_leaves(visits->set->indexes, visits->set->leaves,
		visits->set->count, visits->size, &roots[visits->size],
		proof_slice(proof), visit_path, visits, err);
}

static void test_tree_check_leaves__visits_each_path(void **state)
{
	(void)state;
	for (size_t size = 1; size <= LEAVES; size++) {
		for (size_t kind = 0; kind < COUNT(set_names); kind++) {
			struct proof proof NC_AUTO(proof_free) = {NULL, 0};
			struct nc_error err = {0};
			struct set set;
			struct visits visits = {.set = &set, .size = size};

			set_make(&set, kind, size);
			proof = prove_set(&set, size);
			assert_int_equal(
				visit_all(&visits, &proof, &err), NC_OK);
			assert_int_equal(visits.count, set.count);
			visits.stop_at = (set.count + 1) / 2;
			if (set.count > 0) {
				assert_int_equal(
					visit_all(&visits, &proof, &err),
					NC_FULL);
				assert_string_equal(
					err.text, "the shelf is full");
				assert_int_equal(visits.count, visits.stop_at);
			}
			if (proof.size > 0) {
				proof.data[proof.size - 1] ^= 1;
				assert_int_equal(
					visit_all(&visits, &proof, NULL),
					NC_CORRUPT);
				assert_int_equal(visits.count, 0);
			}
		}
	}
}

/* A visit that may not happen. */
static enum nc_status visit_never(
	void *context, size_t which, struct nc_slice path, struct nc_error *err)
{
	(void)context;
	(void)which;
	(void)path;
	(void)err;
	fail_msg("nothing was proved, and yet there is a path");
	return NC_OK;
}

static void test_tree_check_leaves__indexes_must_ascend(void **state)
{
	static const struct {
		uint64_t indexes[3];
		size_t count;
		uint64_t size;
	} cases[] = {
		{{2, 1}, 2, 7},
		{{1, 1}, 2, 7},
		{{0, 1, 1}, 3, 7},
		{{3, 7}, 2, 7},
		{{7}, 1, 7},
		{{UINT64_MAX}, 1, 7},
		{{0, UINT64_MAX}, 2, UINT64_MAX},
		{{0}, 1, 0},
		{{0}, 1, NC_TREE_SIZE_MAX + 1},
		{{0}, 1, UINT64_MAX},
		{{0}, 0, UINT64_MAX},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct shelf shelf = {.size = cases[i].size};
		struct nc_tree_reader reader = reader_of(&shelf);
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
			.limit = FILE_MAX};
		struct nc_error err = {0};

		for (size_t hashes = 0; hashes <= 5; hashes++)
			assert_int_equal(
				nc_tree_check_leaves(cases[i].indexes, nodes[0],
					cases[i].count, cases[i].size,
					&roots[7],
					nc_slice(nodes[0], hashes * HASH),
					visit_never, NULL, NULL),
				NC_CORRUPT);
		assert_int_equal(
			nc_tree_prove_leaves(&reader, cases[i].indexes,
				cases[i].count, cases[i].size, &out, &err),
			NC_INVALID);
		assert_string_not_equal(err.text, "");
		assert_int_equal(shelf.reads + out.size, 0);
	}
}

static void test_tree_check_leaves__of_none_shows_nothing(void **state)
{
	const uint64_t sizes[] = {0, 1, 7, NC_TREE_SIZE_MAX};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct shelf shelf = {.size = sizes[i]};
		struct nc_tree_reader reader = reader_of(&shelf);
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
			.limit = FILE_MAX};

		assert_int_equal(nc_tree_prove_leaves(&reader, NULL, 0,
					 sizes[i], &out, NULL),
			NC_OK);
		assert_int_equal(out.size, 0);
		assert_int_equal(
			nc_tree_check_leaves(NULL, NULL, 0, sizes[i], &roots[7],
				nc_slice(NULL, 0), visit_never, NULL, NULL),
			NC_OK);
		/* Not even the root itself. */
		assert_int_equal(
			nc_tree_check_leaves(NULL, NULL, 0, sizes[i], &roots[7],
				nc_slice(roots[7].bytes, HASH), visit_never,
				NULL, NULL),
			NC_CORRUPT);
	}
}

static void test_tree__absurd_sizes(void **state)
{
	static const uint64_t sizes[] = {NC_TREE_SIZE_MAX + 1,
		UINT64_C(1) << 63, (UINT64_C(1) << 63) + 1, UINT64_MAX};
	static uint8_t long_proof[70 * HASH];

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		struct shelf shelf = {.size = sizes[i]};
		struct nc_tree_reader reader = reader_of(&shelf);
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
			.limit = FILE_MAX};
		struct nc_tree_hash root = roots[1];

		for (size_t n = 0; n <= sizeof(long_proof); n += HASH) {
			struct nc_slice proof = nc_slice(long_proof, n);

			assert_false(nc_tree_check_leaf(
				sizes[i] - 1, &root, sizes[i], &root, proof));
			assert_false(nc_tree_check_leaf(
				0, &root, sizes[i], &root, proof));
			assert_false(nc_tree_check_consistency(
				sizes[i] - 1, &root, sizes[i], &root, proof));
			assert_false(nc_tree_check_consistency(
				1, &root, sizes[i], &root, proof));
			assert_false(nc_tree_check_consistency(
				sizes[i], &root, sizes[i], &root, proof));
			assert_false(nc_tree_check_consistency(
				sizes[i], &root, 7, &roots[7], proof));
			assert_false(nc_tree_check_leaf(
				sizes[i], &root, 7, &roots[7], proof));
		}
		assert_int_equal(nc_tree_root(&reader, sizes[i], &root, NULL),
			NC_INVALID);
		assert_true(nc_tree_hash_equal(&root, &roots[1]));
		assert_int_equal(
			nc_tree_prove_leaf(&reader, 0, sizes[i], &out, NULL),
			NC_INVALID);
		assert_int_equal(
			nc_tree_prove_leaf(&reader, sizes[i], 7, &out, NULL),
			NC_INVALID);
		assert_int_equal(nc_tree_prove_consistency(
					 &reader, 1, sizes[i], &out, NULL),
			NC_INVALID);
		assert_int_equal(nc_tree_prove_consistency(
					 &reader, sizes[i], 7, &out, NULL),
			NC_INVALID);
		assert_int_equal(shelf.reads + out.size, 0);
	}
	assert_false(nc_tree_check_leaf(
		0, &nodes[0][0], 0, &roots[0], nc_slice(NULL, 0)));
}

/* Proofs that hold, but for one leaf too many. */
static void test_tree__one_past_the_largest_size(void **state)
{
	const uint64_t max = NC_TREE_SIZE_MAX;
	const struct nc_tree_hash *leaf = &uniform[0], *left = &uniform[48];
	struct nc_tree_hash root;

	(void)state;
	nc_tree_node(&root, left, leaf);
	assert_false(nc_tree_check_leaf(
		max, leaf, max + 1, &root, nc_slice(left, HASH)));
	assert_false(nc_tree_check_consistency(
		max, left, max + 1, &root, nc_slice(leaf, HASH)));
	assert_int_equal(nc_tree_check_leaves(&max, leaf, 1, max + 1, &root,
				 nc_slice(left, HASH), visit_never, NULL, NULL),
		NC_CORRUPT);
}

static void test_tree_prove_leaf__past_the_end(void **state)
{
	(void)state;
	for (uint64_t size = 0; size <= LEAVES; size++) {
		struct shelf shelf = {.size = size};
		struct nc_tree_reader reader = reader_of(&shelf);
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
			.limit = FILE_MAX};

		assert_int_equal(
			nc_tree_prove_leaf(&reader, size, size, &out, NULL),
			NC_INVALID);
	}
}

/* Up to the limit everything still works, without memory for the tree. */
static void test_tree__largest_sizes(void **state)
{
	static const uint64_t sizes[] = {NC_TREE_SIZE_MAX, NC_TREE_SIZE_MAX - 1,
		NC_TREE_SIZE_MAX / 2 + 1, 1000003};

	(void)state;
	for (size_t i = 0; i < COUNT(sizes); i++) {
		const uint64_t size = sizes[i];
		const uint64_t at[] = {
			0, 1, size / 3, size / 2, size - 2, size - 1};
		struct shelf shelf = {.size = size, .uniform = true};
		struct nc_tree_reader reader = reader_of(&shelf);
		struct nc_tree_hash root, old_root;

		assert_int_equal(
			nc_tree_root(&reader, size, &root, NULL), NC_OK);
		for (size_t j = 0; j < COUNT(at); j++) {
			struct nc_buffer path NC_AUTO(nc_buffer_fini) = {
				.limit = 48 * HASH};
			struct nc_buffer growth NC_AUTO(nc_buffer_fini) = {
				.limit = 49 * HASH};

			assert_int_equal(nc_tree_prove_leaf(&reader, at[j],
						 size, &path, NULL),
				NC_OK);
			assert_true(nc_tree_check_leaf(at[j], &uniform[0], size,
				&root, nc_buffer_slice(&path)));
			assert_int_equal(nc_tree_root(&reader, at[j] + 1,
						 &old_root, NULL),
				NC_OK);
			assert_int_equal(
				nc_tree_prove_consistency(&reader, at[j] + 1,
					size, &growth, NULL),
				NC_OK);
			assert_true(
				nc_tree_check_consistency(at[j] + 1, &old_root,
					size, &root, nc_buffer_slice(&growth)));
		}
	}
}

struct many {
	const uint64_t *indexes;
	uint64_t size;
	const struct nc_tree_hash *root;
	size_t count;
};

static enum nc_status visit_many(
	void *context, size_t which, struct nc_slice path, struct nc_error *err)
{
	struct many *many = context;

	(void)err;
	assert_int_equal(which, many->count);
	many->count++;
	assert_true(nc_tree_check_leaf(many->indexes[which], &uniform[0],
		many->size, many->root, path));
	return NC_OK;
}

static void check_many(uint64_t size, uint64_t first, uint64_t step,
	size_t count, uint64_t depth)
{
	struct shelf shelf = {.size = size, .uniform = true};
	struct nc_tree_reader reader = reader_of(&shelf);
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
		.limit = count * depth * HASH};
	uint64_t *indexes NC_AUTO(nc_free_at) =
		nc_calloc(count, sizeof(*indexes));
	struct nc_tree_hash *leaves NC_AUTO(nc_free_at) =
		nc_calloc(count, sizeof(*leaves));
	struct nc_tree_hash root;
	struct many many = {.indexes = indexes, .size = size, .root = &root};

	for (size_t i = 0; i < count; i++) {
		indexes[i] = first + i * step;
		leaves[i] = uniform[0];
	}
	assert_int_equal(nc_tree_root(&reader, size, &root, NULL), NC_OK);
	shelf.reads = 0;
	assert_int_equal(
		nc_tree_prove_leaves(&reader, indexes, count, size, &out, NULL),
		NC_OK);
	/* Only the tree's right edge is not complete. */
	assert_true(shelf.reads <= (count + 1) * depth);
	assert_int_equal(
		nc_tree_check_leaves(indexes, leaves, count, size, &root,
			nc_buffer_slice(&out), visit_many, &many, NULL),
		NC_OK);
	assert_int_equal(many.count, count);
}

static void test_tree_check_leaves__ten_thousand(void **state)
{
	(void)state;
	check_many(1000000, 0, 1, 10000, 20);
	check_many(1000000, 990000, 1, 10000, 20);
	check_many(1000000, 99, 100, 10000, 20);
	check_many(NC_TREE_SIZE_MAX, 0, NC_TREE_SIZE_MAX / 1000, 1000, 48);
	check_many(NC_TREE_SIZE_MAX - 1, 5, NC_TREE_SIZE_MAX / 1000, 1000, 48);
}

static void test_tree_check_leaves__without_memory(void **state)
{
	struct nc_error err = {0};
	struct set set;
	struct visits visits = {.set = &set, .size = LEAVES};
	struct proof proof NC_AUTO(proof_free) = {NULL, 0};

	(void)state;
	set_make(&set, 0, LEAVES);
	proof = prove_set(&set, LEAVES);
	nc_memory_fail_at(1);
	assert_int_equal(visit_all(&visits, &proof, &err), NC_NO_MEMORY);
	nc_memory_fail_at(0);
	assert_int_equal(err.status, NC_NO_MEMORY);
	assert_int_equal(visits.count, 0);
	/* It needs one piece, and none to refuse a proof of a wrong length. */
	nc_memory_fail_at(2);
	assert_int_equal(
		nc_tree_check_leaves(set.indexes, set.leaves, set.count, LEAVES,
			&roots[LEAVES], proof_slice(&proof), NULL, NULL, &err),
		NC_OK);
	nc_memory_fail_at(1);
	assert_int_equal(
		nc_tree_check_leaves(set.indexes, set.leaves, set.count, LEAVES,
			&roots[LEAVES], nc_slice(proof.data, proof.size - HASH),
			NULL, NULL, &err),
		NC_CORRUPT);
	nc_memory_fail_at(0);
}

typedef enum nc_status (*prover)(const struct nc_tree_reader *reader,
	struct nc_buffer *out, struct nc_error *err);

static enum nc_status prove_a_leaf(const struct nc_tree_reader *reader,
	struct nc_buffer *out, struct nc_error *err)
{
	return nc_tree_prove_leaf(reader, 77, LEAVES - 1, out, err);
}

static enum nc_status prove_growth(const struct nc_tree_reader *reader,
	struct nc_buffer *out, struct nc_error *err)
{
	return nc_tree_prove_consistency(reader, 77, LEAVES - 1, out, err);
}

static enum nc_status prove_some(const struct nc_tree_reader *reader,
	struct nc_buffer *out, struct nc_error *err)
{
	static const uint64_t indexes[] = {3, 4, 50, 101};

	return nc_tree_prove_leaves(
		reader, indexes, COUNT(indexes), LEAVES - 1, out, err);
}

static const prover provers[] = {prove_a_leaf, prove_growth, prove_some};

/* What stood in the buffer before stands there still, and nothing more. */
static void check_unchanged(const struct nc_buffer *out)
{
	assert_string_equal(nc_buffer_string(out), "before");
	assert_int_equal(out->size, 6);
}

static void test_tree_prove__reader_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(provers); i++) {
		enum nc_status status = NC_IO;
		uint64_t n = 0;

		while (status == NC_IO) {
			struct shelf shelf = {
				.size = LEAVES - 1, .fail_at = ++n};
			struct nc_tree_reader reader = reader_of(&shelf);
			struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
				.limit = FILE_MAX};
			struct nc_error err = {0};

			assert_int_equal(nc_buffer_text(&out, "before"), NC_OK);
			status = provers[i](&reader, &out, &err);
			if (status == NC_IO) {
				check_unchanged(&out);
				assert_string_equal(
					err.text, "the disk is tired");
			}
		}
		assert_int_equal(status, NC_OK);
		assert_true(n > 5);
	}
}

static void test_tree_root__reader_fails(void **state)
{
	(void)state;
	for (uint64_t n = 1; n <= 7; n++) {
		struct shelf shelf = {.size = 127, .fail_at = n};
		struct nc_tree_reader reader = reader_of(&shelf);
		struct nc_tree_hash root = roots[0];

		assert_int_equal(
			nc_tree_root(&reader, 127, &root, NULL), NC_IO);
		assert_true(nc_tree_hash_equal(&root, &roots[0]));
	}
}

static void test_tree_prove__buffer_fails(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(provers); i++) {
		struct shelf shelf = {.size = LEAVES - 1};
		struct nc_tree_reader reader = reader_of(&shelf);
		enum nc_status status = NC_LIMIT;
		size_t limit = 6;

		for (; status == NC_LIMIT; limit += HASH / 2) {
			struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
				.limit = limit};
			struct nc_error err = {0};

			assert_int_equal(nc_buffer_text(&out, "before"), NC_OK);
			status = provers[i](&reader, &out, &err);
			if (status == NC_LIMIT) {
				check_unchanged(&out);
				assert_int_equal(err.status, NC_LIMIT);
			}
		}
		assert_int_equal(status, NC_OK);
		assert_true(limit > 7 * HASH);
		status = NC_NO_MEMORY;
		for (unsigned long n = 1; status == NC_NO_MEMORY; n++) {
			struct nc_buffer out NC_AUTO(nc_buffer_fini) = {
				.limit = FILE_MAX};
			struct nc_error err = {0};

			assert_int_equal(nc_buffer_text(&out, "before"), NC_OK);
			nc_memory_fail_at(n);
			status = provers[i](&reader, &out, &err);
			nc_memory_fail_at(0);
			assert_true(n > 1 || status == NC_NO_MEMORY);
			if (status == NC_NO_MEMORY) {
				check_unchanged(&out);
				assert_int_equal(err.status, NC_NO_MEMORY);
			}
		}
		assert_int_equal(status, NC_OK);
	}
}

static int setup(void **state)
{
	struct nc_error err = {0};

	(void)state;
	nc_buffer_init(&vectors, FILE_MAX);
	if (nc_trust_start(&err) != NC_OK ||
		nc_file_read(TEST_DATA "/tree_vectors.txt", &vectors, &err) !=
			NC_OK) {
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

static int teardown(void **state)
{
	(void)state;
	nc_buffer_fini(&vectors);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree__roots),
		cmocka_unit_test(test_tree__paths),
		cmocka_unit_test(test_tree__consistencies),
		cmocka_unit_test(test_tree__shared_proofs),
		cmocka_unit_test(
			test_tree_check_leaf__refuses_all_but_the_path),
		cmocka_unit_test(
			test_tree_check_consistency__refuses_all_but_growth),
		cmocka_unit_test(
			test_tree_check_consistency__rewritten_history),
		cmocka_unit_test(
			test_tree_check_consistency__nothing_and_the_same),
		cmocka_unit_test(
			test_tree_check_leaves__refuses_all_but_the_proof),
		cmocka_unit_test(test_tree_check_leaves__visits_each_path),
		cmocka_unit_test(test_tree_check_leaves__indexes_must_ascend),
		cmocka_unit_test(test_tree_check_leaves__of_none_shows_nothing),
		cmocka_unit_test(test_tree__absurd_sizes),
		cmocka_unit_test(test_tree__one_past_the_largest_size),
		cmocka_unit_test(test_tree_prove_leaf__past_the_end),
		cmocka_unit_test(test_tree__largest_sizes),
		cmocka_unit_test(test_tree_check_leaves__ten_thousand),
		cmocka_unit_test(test_tree_check_leaves__without_memory),
		cmocka_unit_test(test_tree_prove__reader_fails),
		cmocka_unit_test(test_tree_root__reader_fails),
		cmocka_unit_test(test_tree_prove__buffer_fails),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
