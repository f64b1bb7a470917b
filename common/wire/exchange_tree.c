#include "wire/exchange_tree.h"
#include "base/limits.h"
#include "wire/pack.h"

#include <string.h>

/* No path or consistency proof is longer. */
#define PATH_BYTES_MAX (128 * NC_TREE_HASH_SIZE)

static uint8_t *device_bytes(struct nc_arena *arena, nc_device_id device)
{
	uint8_t *bytes = nc_arena_alloc(arena, NC_DEVICE_ID_SIZE);

	if (bytes != NULL)
		nc_bytes_put_u64(bytes, device);
	return bytes;
}

/* Indexes as they are sent: the first, then the steps. */
static uint64_t *build_leaves(
	const struct nc_placed *placed, struct nc_arena *arena)
{
	uint64_t *steps = nc_arena_array(arena, placed->count, sizeof(*steps));
	uint64_t before = 0;

	if (steps == NULL)
		return NULL;
	for (size_t i = 0; i < placed->count; i++) {
		steps[i] = placed->leaves[i] - before;
		before = placed->leaves[i];
	}
	return steps;
}

static bool build_placed(const struct nc_exchange_reply *reply,
	struct nc_arena *arena, Nhipcau__V1__ExchangeReply *out)
{
	size_t count = reply->placed_count;
	Nhipcau__V1__Placed *placed =
		nc_arena_array(arena, count, sizeof(*placed));

	out->n_placed = count;
	out->placed = nc_arena_array(arena, count, sizeof(*out->placed));
	if (placed == NULL || out->placed == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct nc_placed *in = &reply->placed[i];
		uint8_t *device = device_bytes(arena, in->device);

		nhipcau__v1__placed__init(&placed[i]);
		placed[i].leaf = build_leaves(in, arena);
		if (device == NULL || placed[i].leaf == NULL)
			return false;
		placed[i].n_leaf = in->count;
		placed[i].union_ =
			nc_wire_bytes(in->union_id.bytes, NC_ID_SIZE);
		placed[i].device = nc_wire_bytes(device, NC_DEVICE_ID_SIZE);
		placed[i].first = in->first;
		out->placed[i] = &placed[i];
	}
	return true;
}

static bool build_witnesses(const struct nc_exchange_reply *reply,
	struct nc_arena *arena, Nhipcau__V1__ExchangeReply *out)
{
	size_t count = reply->witnesses_count;
	Nhipcau__V1__Witness *witnesses =
		nc_arena_array(arena, count, sizeof(*witnesses));

	out->n_witnesses = count;
	out->witnesses = nc_arena_array(arena, count, sizeof(*out->witnesses));
	if (witnesses == NULL || out->witnesses == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct nc_reply_witness *in = &reply->witnesses[i];
		uint8_t *device = device_bytes(arena, in->device);

		if (device == NULL)
			return false;
		nhipcau__v1__witness__init(&witnesses[i]);
		witnesses[i].device = nc_wire_bytes(device, NC_DEVICE_ID_SIZE);
		witnesses[i].size = in->size;
		witnesses[i].root =
			nc_wire_bytes(in->root.bytes, NC_TREE_HASH_SIZE);
		witnesses[i].cosignature = nc_wire_bytes(
			in->cosignature.data, in->cosignature.size);
		witnesses[i].consistency = nc_wire_bytes(
			in->consistency.data, in->consistency.size);
		out->witnesses[i] = &witnesses[i];
	}
	return true;
}

bool nc_wire_build_tree(const struct nc_exchange_reply *reply,
	struct nc_arena *arena, Nhipcau__V1__ExchangeReply *out)
{
	out->checkpoint =
		nc_wire_bytes(reply->checkpoint.data, reply->checkpoint.size);
	out->consistency =
		nc_wire_bytes(reply->consistency.data, reply->consistency.size);
	out->proof = nc_wire_bytes(reply->proof.data, reply->proof.size);
	out->witnesses_at = reply->witnesses_at;
	return build_placed(reply, arena, out) &&
	       build_witnesses(reply, arena, out);
}

static bool is_hashes(struct nc_slice bytes, size_t max)
{
	return bytes.size % NC_TREE_HASH_SIZE == 0 && bytes.size <= max;
}

/* Ascending and within what a tree may be, or false. */
static bool read_leaves(const Nhipcau__V1__Placed *in, struct nc_arena *arena,
	struct nc_placed *out)
{
	uint64_t *leaves = nc_arena_array(arena, in->n_leaf, sizeof(*leaves));
	uint64_t at = 0;

	if (leaves == NULL)
		return false;
	for (size_t i = 0; i < in->n_leaf; i++) {
		if (in->leaf[i] >= NC_TREE_SIZE_MAX ||
			(i > 0 && in->leaf[i] == 0))
			return false;
		at += in->leaf[i];
		if (at >= NC_TREE_SIZE_MAX)
			return false;
		leaves[i] = at;
	}
	out->leaves = leaves;
	out->count = in->n_leaf;
	return true;
}

static bool read_placed(const Nhipcau__V1__ExchangeReply *message,
	struct nc_arena *arena, struct nc_exchange_reply *out)
{
	size_t count = message->n_placed, total = 0;

	if (count > NC_MESSAGE_PLACED_MAX)
		return false;
	out->placed = nc_arena_array(arena, count, sizeof(*out->placed));
	if (out->placed == NULL)
		return false;
	out->placed_count = count;
	for (size_t i = 0; i < count; i++) {
		const Nhipcau__V1__Placed *in = message->placed[i];
		struct nc_placed *placed = &out->placed[i];

		total += in->n_leaf;
		if (in->n_leaf == 0 || total > NC_MESSAGE_PLACED_MAX ||
			in->first == 0 || in->first > INT64_MAX - in->n_leaf ||
			!nc_wire_fixed(placed->union_id.bytes, NC_ID_SIZE,
				in->union_) ||
			!nc_wire_device(&placed->device, in->device) ||
			!read_leaves(in, arena, placed))
			return false;
		placed->first = in->first;
	}
	return true;
}

static bool read_witnesses(const Nhipcau__V1__ExchangeReply *message,
	struct nc_arena *arena, struct nc_exchange_reply *out)
{
	size_t count = message->n_witnesses;

	if (count > NC_MESSAGE_WITNESSES_MAX)
		return false;
	out->witnesses = nc_arena_array(arena, count, sizeof(*out->witnesses));
	if (out->witnesses == NULL)
		return false;
	out->witnesses_count = count;
	for (size_t i = 0; i < count; i++) {
		const Nhipcau__V1__Witness *in = message->witnesses[i];
		struct nc_reply_witness *witness = &out->witnesses[i];

		witness->size = in->size;
		witness->cosignature = nc_wire_slice(in->cosignature);
		witness->consistency = nc_wire_slice(in->consistency);
		if (!nc_wire_device(&witness->device, in->device) ||
			!nc_wire_fixed(witness->root.bytes, NC_TREE_HASH_SIZE,
				in->root) ||
			in->size > NC_TREE_SIZE_MAX ||
			witness->cosignature.size > NC_COSIGNATURE_BYTES_MAX ||
			!is_hashes(witness->consistency, PATH_BYTES_MAX))
			return false;
	}
	return true;
}

bool nc_wire_read_tree(const Nhipcau__V1__ExchangeReply *message,
	struct nc_arena *arena, struct nc_exchange_reply *out)
{
	out->checkpoint = nc_wire_slice(message->checkpoint);
	out->consistency = nc_wire_slice(message->consistency);
	out->proof = nc_wire_slice(message->proof);
	out->witnesses_at = message->witnesses_at;
	return out->checkpoint.size <= NC_CHECKPOINT_BYTES_MAX &&
	       is_hashes(out->consistency, PATH_BYTES_MAX) &&
	       is_hashes(out->proof, NC_MESSAGE_DECODED_MAX) &&
	       read_placed(message, arena, out) &&
	       read_witnesses(message, arena, out);
}
