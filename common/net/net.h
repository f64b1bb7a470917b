/*
 * ZeroMQ, thinly: a client's DEALER and a hub's ROUTER over CURVE, with keys
 * derived from Ed25519 keys. The only user of zmq.h. One thread per socket.
 */
#ifndef NC_NET_NET_H
#define NC_NET_NET_H

#include "sync/client.h"
#include "sync/hub.h"

/* How long a client waits for the line, and for an answer. */
#define NC_NET_CONNECT_MS 5000
#define NC_NET_REPLY_MS 30000

struct nc_net_client;

/* Connects lazily; fails only for an address that is none. */
enum nc_status nc_net_client_new(const char *address,
	const uint8_t hub_key[NC_KEY_SIZE], const struct nc_key *key,
	struct nc_net_client **ret_client, struct nc_error *err) NC_MUST_USE;
void nc_net_client_free(struct nc_net_client *client);
void nc_net_client_free_at(struct nc_net_client **client);

/* Sends one request and waits for one reply (appended to reply).
 * NC_UNREACHABLE: nothing answers at the address, or stopped answering.
 * NC_WRONG_HUB: something does, and it is not the hub that we know. */
enum nc_status nc_net_client_ask(struct nc_net_client *client,
	struct nc_slice request, struct nc_buffer *reply,
	struct nc_error *err) NC_MUST_USE;

/* Told after each round of a sync: for a progress line. */
typedef void (*nc_net_round)(
	void *context, const struct nc_sync_client *session);

/* A whole sync over the line: rounds until both sides are quiet, waiting
 * where the hub asks to, trying a lost request again. */
enum nc_status nc_net_sync(struct nc_net_client *client,
	struct nc_sync_client *session, nc_net_round round, void *context,
	struct nc_error *err) NC_MUST_USE;

struct nc_net_hub;

/* Binds; NC_IO when the address is taken. A port of 0 or * is chosen by the
 * system: nc_net_hub_address tells which. */
enum nc_status nc_net_hub_new(const char *address, const struct nc_key *key,
	struct nc_net_hub **ret_hub, struct nc_error *err) NC_MUST_USE;
void nc_net_hub_free(struct nc_net_hub *hub);
const char *nc_net_hub_address(const struct nc_net_hub *hub);

/*
 * Serves until stop_fd is readable. Two threads: this one receives,
 * verifies and sends, the other owns the store and commits. appended and the
 * like are told to log, on the store's thread, once per batch.
 */
struct nc_net_batch {
	size_t requests;
	uint64_t appended, refused, enrolled;
	const struct nc_error *error; /* the store's trouble, or NULL */
};
struct nc_net_log {
	void (*batch)(void *context, const struct nc_net_batch *batch);
	void *context;
};
enum nc_status nc_net_hub_serve(struct nc_net_hub *net, struct nc_hub *hub,
	int stop_fd, const struct nc_net_log *log,
	struct nc_error *err) NC_MUST_USE;

#endif
