#include "base/limits.h"
#include "store/hubs.h"
#include "sync/history.h"
#include "sync/hub_parts.h"

#include <stdlib.h>
#include <string.h>

#define PROOF_BYTES_MAX (2 * 1024 * 1024)
/* Witnesses of one reply: a proof of half a kilobyte comes with each. */
#define WITNESSES_PER_REPLY 64

/* The newest generation whose checkpoints this hub's key signs: after a
 * hand-over that is not the cluster's newest. */
static const struct nc_registry_hub *own_generation(
	const struct nc_registry *registry, nc_device_id device)
{
	for (size_t i = registry->hubs_count; i > 0; i--)
		if (registry->hubs[i - 1].device == device)
			return &registry->hubs[i - 1];
	return NULL;
}

/* Signs the tree as it stands, unless that was done. */
static enum nc_status sign_checkpoint(struct nc_hub *hub, struct nc_error *err)
{
	struct nc_tree_reader reader = nc_store_tree_reader(hub->store);
	const struct nc_registry *registry;
	const struct nc_registry_hub *current;
	char origin[NC_ORIGIN_TEXT_SIZE], extension[NC_EXTENSION_TEXT_SIZE];
	uint64_t size;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (status == NC_OK)
		status = nc_store_tree_size(hub->store, &size, err);
	if (status != NC_OK)
		return status;
	current = own_generation(registry, nc_key_device(hub->key));
	if (current == NULL)
		return nc_error_set(err, NC_CORRUPT,
			_("The cluster's records do not name this hub; run "
			  "rebuild, or put a backup in its place."));
	if (hub->checkpoint.size > 0 && size == hub->tree_size &&
		current->generation == hub->generation)
		return NC_OK;
	nc_hubs_origin(origin, &hub->identity.cluster, current->generation);
	nc_hubs_extension(extension, &hub->identity.cluster, current);
	nc_buffer_reset(&hub->checkpoint);
	status = nc_tree_root(&reader, size, &hub->tree_root, err);
	if (status == NC_OK)
		status = nc_checkpoint_print(hub->key, origin, size,
			&hub->tree_root, extension, &hub->checkpoint, err);
	if (status != NC_OK) {
		nc_buffer_reset(&hub->checkpoint);
		return status;
	}
	hub->tree_size = size;
	hub->generation = current->generation;
	return NC_OK;
}

/* A proof in the arena. */
static enum nc_status proof_keep(struct nc_hub_request *request,
	const struct nc_buffer *proof, struct nc_slice *ret_proof,
	struct nc_error *err)
{
	void *copy = nc_arena_copy(&request->arena, proof->data, proof->size);

	if (proof->size > 0 && copy == NULL)
		return nc_error_no_memory(err);
	*ret_proof = nc_slice(proof->size == 0 ? NULL : copy, proof->size);
	return NC_OK;
}

static enum nc_status answer_consistency(struct nc_hub *hub,
	struct nc_hub_request *request, uint64_t from,
	struct nc_slice *ret_proof, struct nc_error *err)
{
	struct nc_tree_reader reader = nc_store_tree_reader(hub->store);
	struct nc_buffer proof NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&proof, PROOF_BYTES_MAX);
	status = nc_tree_prove_consistency(
		&reader, from, hub->tree_size, &proof, err);
	if (status == NC_OK)
		status = proof_keep(request, &proof, ret_proof, err);
	return status;
}

/* How far the sender holds a stream once it has this reply: what it said
 * (if the hub holds that too), what it pushed, what it is sent. */
static uint64_t held_after(const struct nc_hub_request *request,
	const struct nc_log_head *head, const struct nc_exchange_reply *out,
	uint64_t *ret_proven)
{
	const struct nc_head *have =
		nc_hub_have(&request->request.exchange, head);
	uint64_t held = have == NULL ? 0 : have->sequence;

	*ret_proven = have == NULL ? 0 : have->proven;
	for (size_t i = 0; i < out->verdicts_count; i++)
		if (out->verdicts[i].status == NC_FORK &&
			out->verdicts[i].device == head->device &&
			nc_id_compare(&out->verdicts[i].union_id,
				&head->union_id) == 0)
			return 0; /* it holds something else there */
	/* What it has past our head may hang on another branch than ours. */
	if (held > head->sequence)
		held = 0;
	held = nc_hub_pushed(request, head, held);
	return held < head->sequence ? held : head->sequence;
}

/* What of each stream is placed: while it is gathered. */
struct placing {
	struct nc_placed *list;
	size_t count;
	size_t total;	  /* change-sets */
	uint64_t *leaves; /* of all, for the proof */
};

static enum nc_status place_stream(struct nc_hub *hub,
	const struct nc_log_head *head, uint64_t after, uint64_t to,
	struct placing *placing, struct nc_error *err)
{
	struct nc_placed *placed = &placing->list[placing->count];
	size_t count = (size_t)(to - after);
	uint64_t *leaves = &placing->leaves[placing->total];
	enum nc_status status;

	if (count > NC_MESSAGE_PLACED_MAX - placing->total)
		count = NC_MESSAGE_PLACED_MAX - placing->total;
	if (count == 0)
		return NC_OK;
	status = nc_store_tree_indexes(hub->store, &head->union_id,
		head->device, after + 1, count, leaves, err);
	if (status != NC_OK)
		return status;
	placed->union_id = head->union_id;
	placed->device = head->device;
	placed->first = after + 1;
	placed->leaves = leaves;
	placed->count = count;
	placing->count++;
	placing->total += count;
	return NC_OK;
}

static int compare_leaves(const void *a, const void *b)
{
	const uint64_t *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static enum nc_status prove_placed(struct nc_hub *hub,
	struct nc_hub_request *request, const struct placing *placing,
	struct nc_exchange_reply *out, struct nc_error *err)
{
	struct nc_tree_reader reader = nc_store_tree_reader(hub->store);
	struct nc_buffer proof NC_AUTO(nc_buffer_fini) = {0};
	uint64_t *sorted = nc_arena_copy(&request->arena, placing->leaves,
		placing->total * sizeof(*sorted));
	enum nc_status status;

	if (sorted == NULL)
		return nc_error_no_memory(err);
	qsort(sorted, placing->total, sizeof(*sorted), compare_leaves);
	nc_buffer_init(&proof, PROOF_BYTES_MAX);
	status = nc_tree_prove_leaves(
		&reader, sorted, placing->total, hub->tree_size, &proof, err);
	if (status == NC_OK)
		status = proof_keep(request, &proof, &out->proof, err);
	out->placed = placing->list;
	out->placed_count = placing->count;
	return status;
}

static enum nc_status answer_placed(struct nc_hub *hub,
	struct nc_hub_request *request, const struct nc_registry_device *device,
	struct nc_exchange_reply *out, struct nc_error *err)
{
	const struct nc_log_head *heads;
	const struct nc_registry *registry;
	struct placing placing = {0};
	size_t count;
	enum nc_status status = nc_log_heads(hub->store, &heads, &count, err);

	if (status == NC_OK)
		status = nc_store_registry(hub->store, &registry, err);
	if (status != NC_OK)
		return status;
	placing.list =
		nc_arena_array(&request->arena, count, sizeof(*placing.list));
	placing.leaves = nc_arena_array(&request->arena, NC_MESSAGE_PLACED_MAX,
		sizeof(*placing.leaves));
	if (placing.list == NULL || placing.leaves == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count && status == NC_OK; i++) {
		uint64_t proven, held, pulled;

		if (!nc_registry_may_read(registry, device, &heads[i].union_id,
			    &hub->identity.cluster))
			continue;
		held = held_after(request, &heads[i], out, &proven);
		pulled = nc_hub_pulled(request, &heads[i]);
		if (pulled > held)
			held = pulled;
		if (held <= proven)
			continue;
		status = place_stream(
			hub, &heads[i], proven, held, &placing, err);
		/* What is left is placed in the next round. */
		if (placing.total == NC_MESSAGE_PLACED_MAX)
			out->more = true;
	}
	if (status == NC_OK && placing.total > 0)
		status = prove_placed(hub, request, &placing, out, err);
	return status;
}

/* Witnesses, while they are gathered. */
struct gather {
	struct nc_hub *hub;
	struct nc_hub_request *request;
	struct nc_exchange_reply *out;
	nc_device_id sender;
};

static enum nc_status gather_witness(
	void *context, const struct nc_witness *witness, struct nc_error *err)
{
	struct gather *gather = context;
	struct nc_exchange_reply *out = gather->out;
	struct nc_reply_witness *added;
	void *line;

	if (out->witnesses_count == WITNESSES_PER_REPLY)
		return NC_OK; /* witnesses_at stays before it */
	out->witnesses_at = witness->at;
	if (witness->device == gather->sender ||
		witness->size > gather->hub->tree_size)
		return NC_OK;
	line = nc_arena_copy(&gather->request->arena, witness->line.data,
		witness->line.size);
	if (line == NULL)
		return nc_error_no_memory(err);
	added = &out->witnesses[out->witnesses_count++];
	added->device = witness->device;
	added->size = witness->size;
	added->root = witness->root;
	added->cosignature = nc_slice(line, witness->line.size);
	return answer_consistency(gather->hub, gather->request, witness->size,
		&added->consistency, err);
}

static enum nc_status answer_witnesses(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_exchange_reply *out,
	struct nc_error *err)
{
	struct gather gather = {
		hub, request, out, request->request.exchange.device};

	out->witnesses_at = request->request.exchange.witnesses_after;
	out->witnesses = nc_arena_array(
		&request->arena, WITNESSES_PER_REPLY, sizeof(*out->witnesses));
	if (out->witnesses == NULL)
		return nc_error_no_memory(err);
	return nc_witness_each(hub->store, hub->generation, out->witnesses_at,
		gather_witness, &gather, err);
}

enum nc_status nc_hub_answer_tree(struct nc_hub *hub,
	struct nc_hub_request *request, const struct nc_registry_device *device,
	struct nc_exchange_reply *out, struct nc_error *err)
{
	enum nc_status status = sign_checkpoint(hub, err);
	struct nc_slice checkpoint = nc_buffer_slice(&hub->checkpoint);

	if (status != NC_OK)
		return status;
	/* Who reads a bundle may have seen a newer one since it asked. */
	if (request->in_bundle ||
		!nc_slice_equal(
			checkpoint, request->request.exchange.checkpoint)) {
		out->checkpoint = checkpoint;
		if (request->known.is_ours)
			status = answer_consistency(hub, request,
				request->known.size, &out->consistency, err);
	}
	if (status == NC_OK)
		status = answer_placed(hub, request, device, out, err);
	if (status == NC_OK && !out->more)
		status = answer_witnesses(hub, request, out, err);
	return status;
}
