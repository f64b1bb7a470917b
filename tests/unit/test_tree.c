/*
 * The Merkle tree against tests/data/tree_vectors.txt, which
 * tests/integration/tree_vectors.py wrote from RFC 6962's definitions; at its
 * largest sizes; and where its reader or its memory fails.
 */
#include "tree_shelf.h"

#include "base/file.h"

#define name_of(out, ...) snprintf(out, sizeof(out), __VA_ARGS__)

static struct nc_buffer vectors;

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

	nc_buffer_init(&vectors, FILE_MAX);
	if (nc_file_read(TEST_DATA "/tree_vectors.txt", &vectors, &err) !=
		NC_OK) {
		print_error("%s\n", err.text);
		return -1;
	}
	return tree_setup(state);
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
		cmocka_unit_test(test_tree_check_leaves__visits_each_path),
		cmocka_unit_test(test_tree__largest_sizes),
		cmocka_unit_test(test_tree_check_leaves__ten_thousand),
		cmocka_unit_test(test_tree_check_leaves__without_memory),
		cmocka_unit_test(test_tree_prove__reader_fails),
		cmocka_unit_test(test_tree_root__reader_fails),
		cmocka_unit_test(test_tree_prove__buffer_fails),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
