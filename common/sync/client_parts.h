/*
 * The room's own: the client's half in parts.
 *
 *     client.c         a session: requests, replies, when it is over
 *     client_take.c    a reply's verdicts and change-sets, in one transaction
 *     client_tree.c    a reply's checkpoint, leaves and witnesses, checked
 *     client_witness.c vouching for a checkpoint, and who else has
 */
#ifndef NC_SYNC_CLIENT_PARTS_H
#define NC_SYNC_CLIENT_PARTS_H

#include "store/receipt.h"
#include "store/registry.h"
#include "sync/client.h"

#define NC_SYNC_ARENA_MAX (96 * 1024 * 1024)

/* How far both sides hold the same of the own stream when the hub says that it
 * holds another branch: what it has proven is not set aside on its word. What
 * it had only acknowledged may be another branch's since it was restored. */
static inline uint64_t nc_client_common(const struct nc_log_head *head)
{
	return head->proven;
}

/* Whether a union is among this device's own, with those before it: the hub
 * speaks of their streams and owes proofs of them. */
enum nc_status nc_client_is_ours(struct nc_sync_client *client,
	const struct nc_id *union_id, bool *ret_ours,
	struct nc_error *err) NC_MUST_USE;

/* Whether a device is one that this store was before, under another key. */
enum nc_status nc_client_is_former(struct nc_sync_client *client,
	nc_device_id device, bool *ret_former,
	struct nc_error *err) NC_MUST_USE;
/* Which streams, in the order of nc_log_heads, are a former key's and not all
 * at the hub; client->leaving: whether there are any. *ret_marks: the
 * arena's. */
enum nc_status nc_client_find_leaving(struct nc_sync_client *client,
	struct nc_arena *arena, bool **ret_marks,
	struct nc_error *err) NC_MUST_USE;

/* What was written here under numbers that the hub gave to others: kept as
 * evidence, and its words wait to be written again. */
enum nc_status nc_client_leave_branch(
	struct nc_sync_client *client, struct nc_error *err) NC_MUST_USE;

/* Takes a whole reply in one transaction: all of it or nothing. *ret_progress:
 * something new came of it; *ret_trouble: the verdict that stands in the way,
 * or NULL, the reply's. */
enum nc_status nc_client_take(struct nc_sync_client *client,
	const struct nc_reply *reply, bool *ret_progress,
	const struct nc_verdict **ret_trouble,
	struct nc_error *err) NC_MUST_USE;

/* Checks what a reply says of the tree, in its transaction, after its
 * change-sets were taken. NC_HISTORY with a sentence and evidence. */
enum nc_status nc_client_check_tree(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply,
	struct nc_error *err) NC_MUST_USE;

/* A checkpoint that was checked, and what it is called. */
struct nc_client_shown {
	struct nc_checkpoint checkpoint;
	char origin[NC_NOTE_NAME_MAX];
	uint32_t generation;
};

/* Puts what has been kept of the tree into a request: the checkpoint, and
 * once a day the own cosignature over it. Everything is the arena's. */
enum nc_status nc_client_request_tree(struct nc_sync_client *client,
	struct nc_arena *arena, struct nc_exchange_request *out,
	struct nc_error *err) NC_MUST_USE;
/* The reply's witnesses, checked against what is shown; and the own one, over
 * the checkpoint that was sent (or NULL). */
enum nc_status nc_client_take_witnesses(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply,
	const struct nc_kept_checkpoint *sent,
	const struct nc_client_shown *shown, struct nc_error *err) NC_MUST_USE;

/* NC_HISTORY with its sentence: what is wrong, in the user's language; and the
 * evidence: what was seen before (or empty) and what is shown now. */
enum nc_status nc_client_caught(struct nc_sync_client *client, const char *what,
	struct nc_slice before, struct nc_slice now, struct nc_slice proof,
	struct nc_error *err);

#endif
