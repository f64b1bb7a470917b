/*
 * ZeroMQ, thinly: a client's DEALER and a hub's ROUTER over CURVE, with keys
 * derived from Ed25519 keys. The only user of zmq.h. One thread per socket.
 */
#ifndef NC_NET_NET_H
#define NC_NET_NET_H

#include "sync/client.h"
#include "sync/hub.h"

/* How long a client waits for the line, and for an answer while nothing
 * moves on it. */
#define NC_NET_CONNECT_MS 10000
#define NC_NET_REPLY_MS 30000

struct nc_net_client;

/* Connects lazily; fails only for an address that is none. */
enum nc_status nc_net_client_new(const char *address,
	const uint8_t hub_key[NC_KEY_SIZE], const struct nc_key *key,
	struct nc_net_client **ret_client, struct nc_error *err) NC_MUST_USE;
void nc_net_client_free(struct nc_net_client *client);
void nc_net_client_free_at(struct nc_net_client **client);
/* When this descriptor becomes readable, whatever waits ends with
 * NC_UNREACHABLE. */
void nc_net_client_stop_at(struct nc_net_client *client, int fd);

/* Sends one request and waits for one reply (appended to reply).
 * NC_UNREACHABLE: nothing answers at the address, or stopped answering.
 * NC_WRONG_HUB: something speaks ZeroMQ there, and it is not the hub that we
 * know. */
enum nc_status nc_net_client_ask(struct nc_net_client *client,
	struct nc_slice request, struct nc_buffer *reply,
	struct nc_error *err) NC_MUST_USE;

/* A while without anything, unless somebody stops it (NC_UNREACHABLE). */
enum nc_status nc_net_client_pause(struct nc_net_client *client,
	uint32_t pause_ms, struct nc_error *err) NC_MUST_USE;

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

/* One request that was answered; borrowed during the call. */
struct nc_net_request {
	const struct nc_hub_request *request;
	size_t bytes_in; /* its envelope; the answer's is request->reply */
	int64_t took_ms; /* from its arrival to its answer */
};

/* Requests that shared a transaction. Those answered so far may be told in
 * several calls; the last one of a transaction has `last`. */
struct nc_net_batch {
	const struct nc_net_request *answered;
	size_t answered_count;
	size_t requests;		      /* of the whole transaction */
	uint64_t appended, refused, enrolled; /* of those answered */
	const struct nc_error *error;	      /* the store's trouble, or NULL */
	uint64_t begun_again;		      /* the hub's (sync/hub.h) */
	bool last;
	bool committed; /* the transaction, when it wrote */
};

/* How the sockets' thread stands. */
struct nc_net_gauges {
	size_t under_way, under_way_bytes;
	size_t lines, unproven;
	uint64_t cut; /* connections, since the start */
};

/* What was not let in, and why. */
enum nc_net_limit {
	NC_NET_LIMIT_RATE,  /* too many requests, or too costly ones */
	NC_NET_LIMIT_BUSY,  /* another of the same key is under way */
	NC_NET_LIMIT_CROWD, /* too many of keys that are not enrolled */
	NC_NET_LIMIT_DEAF,  /* kept asking against being told to wait */
	NC_NET_LIMIT_COUNT
};

/* Told what happens; any may be NULL. Must not wait. */
struct nc_net_log {
	/* On the store's thread, after the answers are made: */
	void (*batch)(void *context, const struct nc_net_batch *batch);
	void *context;
	/* On the store's thread, when nothing waits for it and then every
	 * second: its store may be read. */
	void (*idle)(void *context);
	/* On the sockets' thread; device is 0 for a key not enrolled. */
	void (*limited)(
		void *context, enum nc_net_limit limit, nc_device_id device);
	void (*gauges)(void *context, const struct nc_net_gauges *gauges);
};

/*
 * Serves until stop_fd is readable. Two threads: this one receives,
 * verifies and sends, the other owns the store and commits.
 */
enum nc_status nc_net_hub_serve(struct nc_net_hub *net, struct nc_hub *hub,
	int stop_fd, const struct nc_net_log *log,
	struct nc_error *err) NC_MUST_USE;

#endif
