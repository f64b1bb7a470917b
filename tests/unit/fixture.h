/*
 * What the tests of store and sync share: a clock and a generator that are
 * set by hand, and replicas in memory.
 */
#ifndef TESTS_UNIT_FIXTURE_H
#define TESTS_UNIT_FIXTURE_H

#include "must.h"

#include "store/cluster.h"
#include "store/registry.h"
#include "sync/client.h"
#include "sync/hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fixture_world {
	int64_t now_ms;
	uint64_t random;
};

static inline int64_t fixture_now(void *context)
{
	struct fixture_world *world = context;

	return world->now_ms;
}

/* splitmix64: good enough to make ids that differ. */
static inline void fixture_random(void *context, void *out, size_t size)
{
	struct fixture_world *world = context;
	uint8_t *bytes = out;

	for (size_t i = 0; i < size; i++) {
		uint64_t z = world->random += 0x9e3779b97f4a7c15u;

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		bytes[i] = (uint8_t)(z >> 32);
	}
}

struct fixture_replica {
	struct nc_env env;
	struct nc_key *key;
	struct nc_store *store;
	struct nc_id union_id;
};

static inline void fixture_open(struct fixture_replica *replica,
	struct fixture_world *world, const char *path)
{
	replica->env.now_ms = fixture_now;
	replica->env.random = fixture_random;
	replica->env.context = world;
	must(nc_key_generate(&replica->env, &replica->key, &fixture_error));
	must(nc_store_open(
		path, NC_STORE_EPHEMERAL, &replica->store, &fixture_error));
}

static inline void fixture_close(struct fixture_replica *replica)
{
	nc_store_close(replica->store);
	nc_key_free(replica->key);
}

static inline struct nc_author fixture_author(struct fixture_replica *replica)
{
	struct nc_author author = {.key = replica->key,
		.env = &replica->env,
		.name = nc_slice_text("văn thư")};

	return author;
}

static inline void fixture_found(
	struct fixture_replica *hub, struct fixture_world *world)
{
	struct nc_identity identity = {.is_hub = true};
	struct nc_author author;

	fixture_open(hub, world, ":memory:");
	author = fixture_author(hub);
	identity.cluster = nc_id_new(&hub->env);
	memcpy(identity.hub_key, nc_key_public(hub->key), NC_KEY_SIZE);
	strcpy(identity.address, "tcp://127.0.0.1:1");
	must(nc_store_begin(hub->store, &fixture_error));
	must(nc_store_set_identity(hub->store, &identity, &fixture_error));
	must(nc_cluster_found(hub->store, &author, nc_slice_text("Cụm thử"),
		nc_slice_text(identity.address), &fixture_error));
	must(nc_store_commit(hub->store, &fixture_error));
}

static inline struct nc_id fixture_union(
	struct fixture_replica *hub, const char *code)
{
	struct nc_author author = fixture_author(hub);
	struct nc_id id;

	must(nc_store_begin(hub->store, &fixture_error));
	must(nc_cluster_add_union(
		hub->store, &author, code, code, -1, &id, &fixture_error));
	must(nc_store_commit(hub->store, &fixture_error));
	return id;
}

/* Carries one request to the hub and back; the hub's reply is appended. */
static inline void fixture_carry(struct fixture_replica *hub,
	struct fixture_replica *from, struct nc_slice bytes,
	struct nc_buffer *reply)
{
	struct nc_hub half;
	struct nc_hub_request request;
	uint8_t secret[NC_KEY_SIZE];

	must(nc_hub_start(
		&half, hub->store, hub->key, &hub->env, &fixture_error));
	nc_hub_request_init(&request);
	nc_key_transport(from->key, request.transport, secret);
	must(nc_buffer_append(&request.envelope, bytes.data, bytes.size));
	nc_hub_serve(&half, &request);
	must(nc_buffer_append(reply, request.reply.data, request.reply.size));
	nc_hub_request_fini(&request);
	nc_hub_fini(&half);
}

static inline enum nc_status fixture_sync(
	struct fixture_replica *hub, struct fixture_replica *client)
{
	struct nc_sync_client session;
	enum nc_status status = NC_OK;

	must(nc_sync_client_start(&session, client->store, client->key,
		&client->env, &fixture_error));
	while (!session.done && status == NC_OK) {
		struct nc_buffer request, reply;

		nc_buffer_init(&request, SIZE_MAX / 2);
		nc_buffer_init(&reply, SIZE_MAX / 2);
		must(nc_sync_client_request(
			&session, &request, &fixture_error));
		fixture_carry(hub, client, nc_buffer_slice(&request), &reply);
		status = nc_sync_client_reply(
			&session, nc_buffer_slice(&reply), &fixture_error);
		nc_buffer_fini(&request);
		nc_buffer_fini(&reply);
	}
	return status;
}

/* Enrols and syncs a new device of a union. */
static inline void fixture_join(struct fixture_replica *hub,
	struct fixture_replica *client, struct fixture_world *world,
	const struct nc_id *union_id)
{
	struct nc_author author = fixture_author(hub);
	struct nc_identity identity = {.is_hub = false};
	struct nc_invitation invitation;
	struct nc_buffer request, reply;
	struct nc_arena arena;

	fixture_open(client, world, ":memory:");
	nc_arena_init(&arena, 1 << 20);
	nc_buffer_init(&request, SIZE_MAX / 2);
	nc_buffer_init(&reply, SIZE_MAX / 2);
	must(nc_store_begin(hub->store, &fixture_error));
	must(nc_cluster_invite(hub->store, &author, union_id, 1000000, &arena,
		&invitation, &fixture_error));
	must(nc_store_commit(hub->store, &fixture_error));
	must(nc_enrol_request(client->key, &invitation,
		nc_slice_text("máy thử"), &request, &fixture_error));
	fixture_carry(hub, client, nc_buffer_slice(&request), &reply);
	must(nc_enrol_reply(client->key, &invitation, nc_buffer_slice(&reply),
		&fixture_error));
	identity.cluster = invitation.cluster;
	identity.union_id = *union_id;
	memcpy(identity.hub_key, invitation.hub_key, NC_KEY_SIZE);
	client->union_id = *union_id;
	must(nc_store_set_identity(client->store, &identity, &fixture_error));
	must(fixture_sync(hub, client));
	nc_buffer_fini(&request);
	nc_buffer_fini(&reply);
	nc_arena_fini(&arena);
}

#endif
