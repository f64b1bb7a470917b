/*
 * Exchange without a line: the same requests and replies in a sealed file
 * (wire/bundle.h). Importing a bundle twice, out of order, or an old one does
 * no harm.
 *
 *     client  nc_bundle_ask     requests: what is unsent, and what is here
 *     hub     nc_bundle_serve   takes them, as over the line
 *     hub     nc_bundle_answer  replies for a union's devices
 *     client  nc_bundle_take    takes them, as over the line
 */
#ifndef NC_SYNC_BUNDLE_H
#define NC_SYNC_BUNDLE_H

#include "sync/client.h"
#include "sync/hub.h"

/* Appends a bundle for the hub; client is a session just started. first: the
 * envelope of a request that goes before (nc_enrol_request,
 * nc_rotate_request), or empty. */
enum nc_status nc_bundle_ask(struct nc_sync_client *client, uint64_t counter,
	struct nc_slice first, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;

/* Takes the hub's answer; client is a session just started, which then tells
 * what came of it. NC_DENIED for another cluster's, or another hub's than the
 * one that the cluster's records name; NC_INVALID for another kind of bundle;
 * else as nc_bundle_open and nc_sync_client_reply. */
enum nc_status nc_bundle_take(struct nc_sync_client *client,
	struct nc_slice file, struct nc_error *err) NC_MUST_USE;

struct nc_bundle_served {
	nc_device_id device;
	uint64_t counter;
	int64_t made_at_ms;
	uint64_t appended, refused;
	bool enrolled, rotated;
};
/* The hub takes a device's bundle. A request that is refused as a whole ends
 * it with that status and sentence; what came before it is kept. */
enum nc_status nc_bundle_serve(struct nc_hub *hub, struct nc_slice file,
	struct nc_bundle_served *ret_served, struct nc_error *err) NC_MUST_USE;

/* Appends the hub's answer for all devices of a union, each from what its
 * last bundle said that it has. NC_NOT_FOUND: it has no device. */
enum nc_status nc_bundle_answer(struct nc_hub *hub,
	const struct nc_id *union_id, uint64_t counter, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;

/* The whole log and its last checkpoint, for the next hub; once the hub has
 * handed over (nc_hubs_hand_over). */
enum nc_status nc_bundle_hand_over(struct nc_hub *hub,
	const uint8_t next_key[NC_KEY_SIZE], uint64_t counter,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;

/* The next hub, in a store without an identity: takes all of it in one
 * transaction, holds it against the last checkpoint, and begins its own tree.
 * NC_DENIED: the cluster's records name another hub than key. */
enum nc_status nc_bundle_take_over(struct nc_store *store,
	const struct nc_key *key, const struct nc_env *env,
	struct nc_slice file, struct nc_error *err) NC_MUST_USE;

#endif
