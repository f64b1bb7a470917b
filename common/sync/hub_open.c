#include "base/limits.h"
#include "sync/hub_parts.h"

#include <stdlib.h>
#include <string.h>

/* Wrong signatures in one request before the rest is not looked at. */
#define BAD_SIGNATURES_MAX 16

static int compare_keys(const void *a, const void *b)
{
	const struct nc_hub_key *x = a, *y = b;

	return (x->device > y->device) - (x->device < y->device);
}

static const struct nc_hub_key *find_key(
	const struct nc_hub_keys *keys, nc_device_id device)
{
	struct nc_hub_key wanted = {.device = device};

	if (keys->count == 0)
		return NULL;
	return bsearch(
		&wanted, keys->keys, keys->count, sizeof(wanted), compare_keys);
}

void nc_hub_verify_push(
	struct nc_hub_push *push, const uint8_t public_key[NC_KEY_SIZE])
{
	push->verified = true;
	if (!nc_verify(public_key, NC_DOMAIN_CHANGE_SET,
		    push->signed_set->payload, push->signed_set->signature))
		push->status = NC_BAD_SIGNATURE;
}

/* Decoded only to know whose key it must be verified with; nothing of it is
 * used before that. */
static void push_open(struct nc_hub_request *request, struct nc_hub_push *push,
	struct nc_signed_change_set *signed_set, const struct nc_hub_keys *keys)
{
	const struct nc_hub_key *found;
	struct nc_tree_hash leaf;

	push->signed_set = signed_set;
	push->status = nc_change_set_decode(
		signed_set->payload, &request->arena, &push->change_set, NULL);
	push->decoded = push->status == NC_OK;
	if (push->status == NC_NO_MEMORY && request->arena.starved)
		request->status = nc_error_no_memory(&request->error);
	else if (push->status == NC_NO_MEMORY)
		push->status = NC_LIMIT;
	if (!push->decoded)
		return;
	nc_sha256(signed_set->hash, signed_set->payload);
	nc_tree_leaf(&leaf, signed_set->payload);
	memcpy(signed_set->leaf, leaf.bytes, sizeof(signed_set->leaf));
	signed_set->hashed = true;
	found = find_key(keys, push->change_set.device);
	if (found != NULL)
		nc_hub_verify_push(push, found->public_key);
	request->bad += push->status == NC_BAD_SIGNATURE;
}

static void open_enrol(struct nc_hub_request *request)
{
	const struct nc_enrol_request *enrol = &request->request.enrol;
	uint8_t transport[NC_KEY_SIZE];

	if (!nc_public_transport(enrol->public_key, transport) ||
		memcmp(transport, request->transport, NC_KEY_SIZE) != 0)
		request->status = nc_error_set(&request->error,
			NC_BAD_SIGNATURE,
			_("The device's key is not the one that the line is "
			  "encrypted with."));
}

/* What a request may take is bounded: past it the fault is the sender's. */
static enum nc_status too_much(struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("The request takes more memory than one may; send less at "
		  "once."));
}

enum nc_status nc_hub_unknown_sender(struct nc_error *err)
{
	return nc_error_set(err, NC_UNKNOWN_DEVICE,
		_("The cluster's records do not name this device."));
}

/* Decodes and verifies what a known sender pushed. One whose program signs
 * wrongly is not humoured for long. */
void nc_hub_open_pushes(
	struct nc_hub_request *request, const struct nc_hub_keys *keys)
{
	struct nc_exchange_request *exchange = &request->request.exchange;

	request->pushes_opened = true;
	request->pushes = nc_arena_array(&request->arena, exchange->push_count,
		sizeof(*request->pushes));
	if (request->pushes == NULL) {
		request->status = too_much(&request->error);
		return;
	}
	memset(request->pushes, 0,
		exchange->push_count * sizeof(*request->pushes));
	for (size_t i = 0; i < exchange->push_count; i++) {
		push_open(
			request, &request->pushes[i], &exchange->push[i], keys);
		if (request->status != NC_OK)
			return;
		if (request->bad <= BAD_SIGNATURES_MAX)
			continue;
		request->status = nc_error_set(&request->error,
			NC_BAD_SIGNATURE,
			_("Too many signatures of the request are wrong."));
		return;
	}
}

static void open_request(
	struct nc_hub_request *request, const struct nc_hub_keys *keys)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;
	const struct nc_hub_key *sender;
	struct nc_error *err = &request->error;

	request->status = nc_envelope_open(
		nc_buffer_slice(&request->envelope), &request->opened, err);
	if (request->status == NC_OK)
		request->status =
			nc_request_decode(nc_buffer_slice(&request->opened),
				&request->arena, &request->request, err);
	if (request->status == NC_NO_MEMORY && !request->arena.starved)
		request->status = too_much(err);
	if (request->status != NC_OK)
		return;
	if (request->request.protocol != NC_PROTOCOL_VERSION) {
		request->status = nc_error_set(err, NC_PROTOCOL,
			_("This hub speaks version %d of the protocol."),
			NC_PROTOCOL_VERSION);
		return;
	}
	if (request->request.body == NC_BODY_ENROL)
		open_enrol(request);
	if (request->request.body == NC_BODY_NONE)
		request->status = nc_error_set(err, NC_MALFORMED,
			_("The request asks for nothing that is known here."));
	if (request->request.body != NC_BODY_EXCHANGE)
		return;
	sender = find_key(keys, exchange->device);
	if (sender == NULL)
		return; /* just enrolled, or nobody: the records will say */
	if (memcmp(sender->transport_key, request->transport, NC_KEY_SIZE) != 0)
		request->status = nc_hub_unknown_sender(err);
	else
		nc_hub_open_pushes(request, keys);
}

void nc_hub_open(struct nc_hub_request *request, const struct nc_hub_keys *keys)
{
	open_request(request, keys);
	/* What was decoded is the arena's; many requests may wait. */
	nc_buffer_fini(&request->envelope);
	nc_buffer_fini(&request->opened);
	request->arena.limit = NC_HUB_OPEN_ARENA_MAX + NC_HUB_ANSWER_ARENA_MAX;
}
