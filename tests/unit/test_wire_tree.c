/*
 * The tree's part of an exchange: goes round whole, and each limit holds.
 */
#include "fixture.h"

#include "base/limits.h"
#include "trust/note.h"

struct wire {
	struct nc_arena arena;
	struct nc_buffer bytes;
	struct nc_reply in, out;
};

static int wire_open(void **state)
{
	struct wire *wire = calloc(1, sizeof(*wire));

	assert_non_null(wire);
	nc_arena_init(&wire->arena, 64 << 20);
	nc_buffer_init(&wire->bytes, 64 << 20);
	wire->in.protocol = NC_PROTOCOL_VERSION;
	wire->in.body = NC_BODY_EXCHANGE;
	*state = wire;
	return 0;
}

static int wire_close(void **state)
{
	struct wire *wire = *state;

	nc_arena_fini(&wire->arena);
	nc_buffer_fini(&wire->bytes);
	free(wire);
	return 0;
}

static enum nc_status go_round(struct wire *wire)
{
	nc_buffer_reset(&wire->bytes);
	nc_arena_reset(&wire->arena);
	must(nc_reply_encode(&wire->in, &wire->bytes, &fixture_error));
	return nc_reply_decode(nc_buffer_slice(&wire->bytes), &wire->arena,
		&wire->out, &fixture_error);
}

static void test_tree__placed_and_witnesses_go_round(void **state)
{
	static const uint64_t leaves[] = {0, 5, 6, 1000000};
	static uint8_t hashes[3 * NC_TREE_HASH_SIZE] = {1, 2, 3};
	struct wire *wire = *state;
	struct nc_exchange_reply *in = &wire->in.exchange;
	const struct nc_exchange_reply *out = &wire->out.exchange;
	struct nc_placed placed = {
		.device = 7, .first = 3, .leaves = leaves, .count = 4};
	struct nc_reply_witness witness = {.device = 9,
		.size = 77,
		.cosignature = nc_slice_text("— x y\n"),
		.consistency = nc_slice(hashes, 32)};

	placed.union_id.bytes[3] = 4;
	witness.root.bytes[31] = 5;
	in->placed = &placed;
	in->placed_count = 1;
	in->witnesses = &witness;
	in->witnesses_count = 1;
	in->witnesses_at = 12;
	in->proof = nc_slice(hashes, sizeof(hashes));
	in->consistency = nc_slice(hashes, 64);
	in->checkpoint = nc_slice_text("a note");
	wire->in.device = 42;
	must(go_round(wire));
	assert_int_equal(wire->out.device, 42);
	assert_int_equal(out->placed_count, 1);
	assert_int_equal(out->placed[0].device, 7);
	assert_int_equal(out->placed[0].first, 3);
	assert_int_equal(out->placed[0].count, 4);
	assert_memory_equal(out->placed[0].leaves, leaves, sizeof(leaves));
	assert_memory_equal(&out->placed[0].union_id, &placed.union_id, 16);
	assert_int_equal(out->witnesses_count, 1);
	assert_int_equal(out->witnesses[0].device, 9);
	assert_int_equal(out->witnesses[0].size, 77);
	assert_int_equal(out->witnesses[0].root.bytes[31], 5);
	assert_true(nc_slice_equal(
		out->witnesses[0].cosignature, witness.cosignature));
	assert_true(nc_slice_equal(
		out->witnesses[0].consistency, witness.consistency));
	assert_int_equal(out->witnesses_at, 12);
	assert_true(nc_slice_equal(out->proof, in->proof));
	assert_true(nc_slice_equal(out->consistency, in->consistency));
	assert_true(nc_slice_equal(out->checkpoint, in->checkpoint));
}

static enum nc_status with_leaves(struct wire *wire, size_t count,
	uint64_t from, uint64_t step, uint64_t first)
{
	uint64_t *leaves = calloc(count, sizeof(*leaves));
	struct nc_placed placed = {
		.first = first, .leaves = leaves, .count = count};
	enum nc_status status;

	assert_non_null(leaves);
	for (size_t i = 0; i < count; i++)
		leaves[i] = from + i * step;
	wire->in.exchange.placed = &placed;
	wire->in.exchange.placed_count = 1;
	status = go_round(wire);
	free(leaves);
	return status;
}

static void test_tree__leaves_have_limits(void **state)
{
	const uint64_t max = NC_TREE_SIZE_MAX;

	assert_int_equal(
		with_leaves(*state, NC_MESSAGE_PLACED_MAX, 0, 1, 1), NC_OK);
	assert_int_equal(
		with_leaves(*state, NC_MESSAGE_PLACED_MAX + 1, 0, 1, 1),
		NC_MALFORMED);
	assert_int_equal(with_leaves(*state, 2, max - 2, 1, 1), NC_OK);
	assert_int_equal(with_leaves(*state, 2, max - 1, 1, 1), NC_MALFORMED);
	assert_int_equal(
		with_leaves(*state, 1, UINT64_MAX, 1, 1), NC_MALFORMED);
	/* They ascend; a sequence begins at 1 and does not run over. */
	assert_int_equal(with_leaves(*state, 2, 5, 0, 1), NC_MALFORMED);
	assert_int_equal(
		with_leaves(*state, 2, 5, UINT64_MAX, 1), NC_MALFORMED);
	assert_int_equal(with_leaves(*state, 1, 5, 1, 0), NC_MALFORMED);
	assert_int_equal(with_leaves(*state, 1, 5, 1, INT64_MAX), NC_MALFORMED);
	assert_int_equal(with_leaves(*state, 0, 0, 0, 1), NC_MALFORMED);
}

static enum nc_status with_sizes(struct wire *wire, size_t checkpoint,
	size_t consistency, size_t proof, size_t cosignature)
{
	uint8_t *zeroes = calloc(1, 1 << 20);
	struct nc_reply_witness witness = {
		.cosignature = nc_slice(zeroes, cosignature)};
	struct nc_exchange_reply *in = &wire->in.exchange;
	enum nc_status status;

	assert_non_null(zeroes);
	memset(in, 0, sizeof(*in));
	in->checkpoint = nc_slice(zeroes, checkpoint);
	in->consistency = nc_slice(zeroes, consistency);
	in->proof = nc_slice(zeroes, proof);
	in->witnesses = &witness;
	in->witnesses_count = 1;
	status = go_round(wire);
	free(zeroes);
	memset(in, 0, sizeof(*in));
	return status;
}

static void test_tree__texts_and_proofs_have_limits(void **state)
{
	const size_t note = NC_CHECKPOINT_BYTES_MAX;
	const size_t line = NC_COSIGNATURE_BYTES_MAX;

	assert_int_equal(with_sizes(*state, note, 64, 96, line), NC_OK);
	assert_int_equal(with_sizes(*state, note + 1, 0, 0, 0), NC_MALFORMED);
	assert_int_equal(with_sizes(*state, 0, 128 * 32, 0, 0), NC_OK);
	assert_int_equal(with_sizes(*state, 0, 129 * 32, 0, 0), NC_MALFORMED);
	assert_int_equal(with_sizes(*state, 0, 33, 0, 0), NC_MALFORMED);
	assert_int_equal(with_sizes(*state, 0, 0, 31, 0), NC_MALFORMED);
	assert_int_equal(with_sizes(*state, 0, 0, 0, line + 1), NC_MALFORMED);
}

static enum nc_status with_witnesses(struct wire *wire, size_t count)
{
	struct nc_reply_witness *witnesses = calloc(count, sizeof(*witnesses));
	enum nc_status status;

	assert_non_null(witnesses);
	wire->in.exchange.witnesses = witnesses;
	wire->in.exchange.witnesses_count = count;
	status = go_round(wire);
	free(witnesses);
	return status;
}

static void test_tree__witnesses_have_a_limit(void **state)
{
	assert_int_equal(
		with_witnesses(*state, NC_MESSAGE_WITNESSES_MAX), NC_OK);
	assert_int_equal(with_witnesses(*state, NC_MESSAGE_WITNESSES_MAX + 1),
		NC_MALFORMED);
}

static void test_request__rotation_and_checkpoint_go_round(void **state)
{
	struct wire *wire = *state;
	struct nc_request in = {.protocol = NC_PROTOCOL_VERSION,
		.number = 9,
		.body = NC_BODY_ROTATE};
	struct nc_request out = {0};
	struct nc_head head = {.device = 3, .sequence = 8, .proven = 5};

	in.rotate.device = 5;
	in.rotate.public_key[0] = 1;
	in.rotate.old_signature[63] = 2;
	in.rotate.new_signature[0] = 3;
	in.rotate.cluster.bytes[15] = 4;
	must(nc_request_encode(&in, &wire->bytes, &fixture_error));
	must(nc_request_decode(nc_buffer_slice(&wire->bytes), &wire->arena,
		&out, &fixture_error));
	assert_int_equal(out.body, NC_BODY_ROTATE);
	assert_memory_equal(&out.rotate, &in.rotate, sizeof(in.rotate));

	nc_buffer_reset(&wire->bytes);
	in.body = NC_BODY_EXCHANGE;
	in.exchange.have = &head;
	in.exchange.have_count = 1;
	in.exchange.checkpoint = nc_slice_text("note");
	in.exchange.cosignature = nc_slice_text("line");
	in.exchange.witnesses_after = 6;
	must(nc_request_encode(&in, &wire->bytes, &fixture_error));
	must(nc_request_decode(nc_buffer_slice(&wire->bytes), &wire->arena,
		&out, &fixture_error));
	assert_int_equal(out.exchange.have[0].proven, 5);
	assert_true(nc_slice_equal(
		out.exchange.checkpoint, in.exchange.checkpoint));
	assert_true(nc_slice_equal(
		out.exchange.cosignature, in.exchange.cosignature));
	assert_int_equal(out.exchange.witnesses_after, 6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_tree__placed_and_witnesses_go_round, wire_open,
			wire_close),
		cmocka_unit_test_setup_teardown(
			test_tree__leaves_have_limits, wire_open, wire_close),
		cmocka_unit_test_setup_teardown(
			test_tree__texts_and_proofs_have_limits, wire_open,
			wire_close),
		cmocka_unit_test_setup_teardown(
			test_tree__witnesses_have_a_limit, wire_open,
			wire_close),
		cmocka_unit_test_setup_teardown(
			test_request__rotation_and_checkpoint_go_round,
			wire_open, wire_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
