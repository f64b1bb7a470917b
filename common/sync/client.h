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

/* Evidence: two checkpoints, a proof, and what was wrong. */
#define NC_EVIDENCE_BYTES_MAX (256 * 1024)

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
	/* How much at once, in bytes of payload; the transport fits them to
	 * the line. One change-set goes along whatever they are. */
	uint32_t push_bytes_max, pull_bytes_max;

	/* A branch: the hub holds other change-sets under this device's
	 * numbers. It is asked for, and ours is written again on top. */
	bool branched;
	bool own_differs;   /* the last change-set looked at said so */
	unsigned branches;  /* how often so far */
	bool waiting_again; /* something waits to be written again */
	/* What a former key wrote and the hub is not known to hold: nothing of
	 * ours is sent until all that the hub has is here and it was written
	 * again. */
	bool leaving;
	uint64_t set_aside;	/* ours that could not stand where they were */
	uint64_t written_again; /* … and were written again */
	uint64_t taken_back; /* ours that the hub held and this store lacked */
	bool mended;	     /* damaged change-sets were fetched anew */

	/* The cluster has another hub: identity names it. Start anew there. */
	bool moved;
	/* The hub was put back from a backup, so its history begins anew where
	 * that ended; what it had lost of ours is given back. */
	bool hub_restored;
	uint64_t hub_lost; /* how many change-sets of what we had seen */
	bool cosigns;	   /* the request under way carries a cosignature */
	int64_t cosigned_s;
	/* What a hub that shows two histories has signed: to be kept in a
	 * file. Empty unless the session ended with NC_HISTORY, or the hub
	 * was restored. */
	struct nc_buffer evidence;

	/* The replies come out of a bundle, which may be an old one. */
	bool from_bundle;
	uint8_t bundle_sender[NC_KEY_SIZE];
	bool tree_is_newer; /* the last reply's checkpoint was news */
	bool tree_again;    /* … could not be checked yet: ask once more */
	bool more_to_push;  /* the request under way could not hold all */
	/* A bundle is being made: what it holds already of each stream. */
	bool bundling;
	struct nc_log_want *bundled;
	size_t bundled_count;
	/* What the session did. */
	uint64_t rounds, pushed, pulled, bytes_sent, bytes_received;
	uint64_t pushing;	    /* change-sets in the request under way */
	uint64_t offered, answered; /* … in all requests, in those answered */
	uint64_t placed; /* change-sets shown to be in the hub's tree */
	bool claims;	 /* the hub said that it holds what it did not prove */
	/* Of the own union's and the cluster's: those that the hub says it has
	 * and, asked once more, does not show to be in its tree. An honest hub
	 * leaves none when a session ends over the line. */
	uint64_t unproven;
	int64_t hub_time_ms; /* of the last reply */
};

/* Free with nc_sync_client_fini, after a failure too. */
enum nc_status nc_sync_client_start(struct nc_sync_client *client,
	struct nc_store *store, const struct nc_key *key,
	const struct nc_env *env, struct nc_error *err) NC_MUST_USE;
void nc_sync_client_fini(struct nc_sync_client *client);

/* Appends the next request's envelope. */
enum nc_status nc_sync_client_request(struct nc_sync_client *client,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;

/*
 * Takes a reply. NC_OK: go on until client->done; then, if client->moved,
 * begin a new session with the hub that the store's identity names now. A
 * reply to another request, or a second one to this, is ignored (NC_OK,
 * nothing happens). Ends the session with a sentence: NC_REVOKED_DEVICE,
 * NC_UNKNOWN_DEVICE, NC_PROTOCOL, NC_WRONG_HUB, NC_FORK, NC_GAP,
 * NC_BAD_SIGNATURE, NC_DIVERGED, NC_MALFORMED, NC_HISTORY (the hub's tree is
 * not the one that it signed before: client->evidence), NC_MOVED, NC_IO (the
 * hub's trouble) or the store's own.
 */
enum nc_status nc_sync_client_reply(struct nc_sync_client *client,
	struct nc_slice envelope, struct nc_error *err) NC_MUST_USE;

/* How many of this store's change-sets the hub is not known to hold. */
enum nc_status nc_sync_unsent(struct nc_store *store, uint64_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

/* A device's new key in place of its old one: one request, one reply, over
 * the line of either key; both may be repeated. */
enum nc_status nc_rotate_request(const struct nc_key *old_key,
	const struct nc_key *new_key, const struct nc_id *cluster,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_rotate_reply(const struct nc_key *new_key,
	struct nc_slice envelope, struct nc_error *err) NC_MUST_USE;

/* Enrolment: one request, one reply. */
enum nc_status nc_enrol_request(const struct nc_key *key,
	const struct nc_invitation *invitation, struct nc_slice label,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* NC_OK: enrolled; else NC_EXPIRED, NC_USED, NC_NOT_FOUND …; NC_MALFORMED for
 * an answer to another key's request. */
enum nc_status nc_enrol_reply(const struct nc_key *key,
	const struct nc_invitation *invitation, struct nc_slice envelope,
	struct nc_error *err) NC_MUST_USE;

#endif
