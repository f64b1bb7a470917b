/*
 * The client's half of Exchange, as pure steps: bytes in, bytes out. A
 * transport carries them; every request may be lost, repeated or answered
 * twice, and the session may be dropped and begun anew at any time.
 *
 *     nc_sync_client_start
 *     while (!client.done)
 *             nc_sync_client_request → send → receive → nc_sync_client_reply
 */
#ifndef NC_SYNC_CLIENT_H
#define NC_SYNC_CLIENT_H

#include "store/author.h"
#include "wire/exchange.h"

struct nc_sync_client {
	struct nc_store *store;
	const struct nc_key *key;
	const struct nc_env *env;
	struct nc_identity identity;
	uint64_t number; /* of the request under way */
	bool waiting;	 /* it has no answer yet */
	uint64_t held;	 /* change-sets here when it was made, and since */
	unsigned quiet;	 /* rounds in a row without progress */
	bool done;
	bool rebuilt;	  /* the fold was made anew to agree with the hub */
	bool other_model; /* the hub's model differs: digests not compared */
	uint32_t wait_ms; /* the hub asks to wait this long before the next */
	/* What the session did. */
	uint64_t rounds, pushed, pulled, bytes_sent, bytes_received;
	int64_t hub_time_ms; /* of the last reply */
};

enum nc_status nc_sync_client_start(struct nc_sync_client *client,
	struct nc_store *store, const struct nc_key *key,
	const struct nc_env *env, struct nc_error *err) NC_MUST_USE;

/* Appends the next request's envelope. */
enum nc_status nc_sync_client_request(struct nc_sync_client *client,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;

/*
 * Takes a reply. NC_OK: go on until client->done. A reply to another request,
 * or a second one to this, is ignored (NC_OK, nothing happens). Ends the
 * session with a sentence: NC_REVOKED_DEVICE, NC_UNKNOWN_DEVICE, NC_PROTOCOL,
 * NC_WRONG_HUB, NC_FORK, NC_GAP, NC_BAD_SIGNATURE, NC_DIVERGED, NC_MALFORMED,
 * NC_IO (the hub's trouble) or the store's own.
 */
enum nc_status nc_sync_client_reply(struct nc_sync_client *client,
	struct nc_slice envelope, struct nc_error *err) NC_MUST_USE;

/* How many of this store's change-sets the hub is not known to hold. */
enum nc_status nc_sync_unsent(struct nc_store *store, uint64_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

/* Enrolment: one request, one reply. */
enum nc_status nc_enrol_request(const struct nc_key *key,
	const struct nc_invitation *invitation, struct nc_slice label,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* NC_OK: enrolled; else NC_EXPIRED, NC_USED, NC_NOT_FOUND … */
enum nc_status nc_enrol_reply(const struct nc_invitation *invitation,
	struct nc_slice envelope, struct nc_error *err) NC_MUST_USE;

#endif
