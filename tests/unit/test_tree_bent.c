/*
 * Every way of bending a proof, which must be refused; and sizes and places
 * that no tree has.
 */
#include "tree_shelf.h"

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

/* The shapes of proofs: which root would a check compute? The definitions
 * once more, as words; two proofs of one shape cannot be told apart. */

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

int main(void)
{
	const struct CMUnitTest tests[] = {
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
		cmocka_unit_test(test_tree_check_leaves__indexes_must_ascend),
		cmocka_unit_test(test_tree_check_leaves__of_none_shows_nothing),
		cmocka_unit_test(test_tree__absurd_sizes),
		cmocka_unit_test(test_tree__one_past_the_largest_size),
		cmocka_unit_test(test_tree_prove_leaf__past_the_end),
	};

	return cmocka_run_group_tests(tests, tree_setup, NULL);
}
