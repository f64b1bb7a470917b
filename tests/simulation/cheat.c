/*
 * Replies of an honest hub in which what proves something was altered, as a
 * hub would that has another history than it shows: the client must catch it,
 * say so and take nothing.
 */
#include "simulation.h"

#include <inttypes.h>
#include <string.h>

enum fraud {
	FRAUD_PROOF,	   /* the change-sets' proof */
	FRAUD_LEAF,	   /* where one of them stands */
	FRAUD_CONSISTENCY, /* that the tree begins as it did */
	FRAUD_CHECKPOINT,  /* the root that is signed */
	FRAUD_SIGNATURE,   /* of a change-set that is pulled */
	FRAUDS
};

/* A byte of what is given, in a copy; false when there is none. */
static bool alter(
	struct sim *sim, struct nc_arena *arena, struct nc_slice *slice)
{
	uint8_t *copy;

	if (slice->size == 0)
		return false;
	copy = nc_arena_copy(arena, slice->data, slice->size);
	copy[world_below(&sim->world, slice->size)] ^= 1;
	slice->data = copy;
	return true;
}

static bool alter_leaf(struct nc_exchange_reply *reply, struct nc_arena *arena)
{
	uint64_t *copy;

	if (reply->placed_count == 0)
		return false;
	copy = nc_arena_copy(arena, reply->placed[0].leaves,
		reply->placed[0].count * sizeof(*copy));
	copy[reply->placed[0].count - 1] += 1;
	reply->placed[0].leaves = copy;
	return true;
}

static bool commit_fraud(struct sim *sim, enum fraud fraud,
	struct nc_exchange_reply *reply, struct nc_arena *arena)
{
	switch (fraud) {
	case FRAUD_PROOF:
		return alter(sim, arena, &reply->proof);
	case FRAUD_LEAF:
		return alter_leaf(reply, arena);
	case FRAUD_CONSISTENCY:
		return alter(sim, arena, &reply->consistency);
	case FRAUD_CHECKPOINT:
		return alter(sim, arena, &reply->checkpoint);
	default:
		if (reply->pull_count == 0)
			return false;
		reply->pull[0].signature[0] ^= 1;
		return true;
	}
}

/* The hub's answer to a request, altered; empty when there is nothing to. */
static void altered_reply(struct sim *sim, struct client *client,
	enum fraud fraud, struct nc_buffer *out)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer again NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_hub_request request NC_AUTO(nc_hub_request_fini) = {0};
	struct nc_reply reply = {0};

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_buffer_init(&again, NC_MESSAGE_DECODED_MAX);
	nc_arena_init(&arena, NC_MESSAGE_DECODED_MAX);
	nc_hub_request_init(&request);
	memcpy(request.transport, client->machine.transport, NC_KEY_SIZE);
	sim_must(sim,
		nc_sync_client_request(
			&client->session, &request.envelope, &sim->err),
		"make a request");
	nc_hub_serve(&sim->hub->half, &request);
	sim_must(sim,
		nc_envelope_open(
			nc_buffer_slice(&request.reply), &bytes, &sim->err),
		"open a reply");
	sim_must(sim,
		nc_reply_decode(
			nc_buffer_slice(&bytes), &arena, &reply, &sim->err),
		"read a reply");
	if (!commit_fraud(sim, fraud, &reply.exchange, &arena))
		return;
	sim_must(sim, nc_reply_encode(&reply, &again, &sim->err),
		"write a reply");
	sim_must(sim,
		nc_envelope_seal(nc_buffer_slice(&again), 1, out, &sim->err),
		"seal a reply");
}

static void try_fraud(struct sim *sim, struct client *client, enum fraud fraud)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	uint64_t before, after;
	enum nc_status status;

	nc_buffer_init(&bytes, NC_MESSAGE_BYTES_MAX);
	client_begin_session(sim, client);
	altered_reply(sim, client, fraud, &bytes);
	if (bytes.size == 0) {
		client_end_session(client);
		return;
	}
	sim_must(sim, nc_log_count(client->machine.store, &before, &sim->err),
		"count");
	status = nc_sync_client_reply(
		&client->session, nc_buffer_slice(&bytes), &sim->err);
	sim_must(sim, nc_log_count(client->machine.store, &after, &sim->err),
		"count");
	sim->counters.frauds++;
	world_trace(&sim->world, "%d is cheated (%d): %s", client->machine.node,
		fraud, nc_status_name(status));
	if (status == NC_OK || after != before)
		sim_fail(sim, "%d did not notice fraud %d (%s)",
			client->machine.node, fraud, nc_status_name(status));
	if ((fraud == FRAUD_PROOF || fraud == FRAUD_LEAF ||
		    fraud == FRAUD_CONSISTENCY) &&
		(status != NC_HISTORY || client->session.evidence.size == 0))
		sim_fail(sim, "fraud %d is told as %s", fraud,
			nc_status_name(status));
	client_end_session(client);
}

void cheat(struct sim *sim)
{
	struct client *client =
		&sim->clients[world_below(&sim->world, SIM_CLIENTS)];

	if (client->state != CLIENT_MEMBER || client->revoked ||
		client_hub(sim, client) != sim->hub)
		return;
	/* The hub has something new to say. */
	hub_invite(sim, (unsigned)(client - sim->clients));
	client->state = CLIENT_MEMBER;
	for (enum fraud fraud = FRAUD_PROOF; fraud < FRAUDS; fraud++)
		try_fraud(sim, client, fraud);
}
