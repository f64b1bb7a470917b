/*
 * The room's own: the hub's half in parts.
 *
 *     hub.c         lifecycle; apply: a batch in one transaction
 *     hub_open.c    open: unpack, decode, verify, without a store
 *     hub_enrol.c   devices that join, and that change their key
 *     hub_history.c what a sender has seen of this hub: was it put back from a
 *                   backup since?
 *     hub_answer.c  answer: verdicts, pull, digests
 *     hub_tree.c    answer: checkpoint, leaves, proofs, witnesses
 */
#ifndef NC_SYNC_HUB_PARTS_H
#define NC_SYNC_HUB_PARTS_H

#include "store/receipt.h"
#include "store/registry.h"
#include "store/tree.h"
#include "sync/hub.h"

/* What reading a request may take, and what answering it takes at most: apart,
 * so that a request which uses up its own share fails alone. */
#define NC_HUB_OPEN_ARENA_MAX (64 * 1024 * 1024)
#define NC_HUB_ANSWER_ARENA_MAX (32 * 1024 * 1024)

/* Nothing of the batch was kept: everyone whose request was sound is told to
 * try again. */
void nc_hub_fail_batch(struct nc_hub_request *const *requests, size_t count,
	const struct nc_error *err);

/* Decodes and verifies what a known sender pushed. */
void nc_hub_open_pushes(
	struct nc_hub_request *request, const struct nc_hub_keys *keys);
void nc_hub_verify_push(
	struct nc_hub_push *push, const uint8_t public_key[NC_KEY_SIZE]);
/* NC_UNKNOWN_DEVICE with its sentence. */
enum nc_status nc_hub_unknown_sender(struct nc_error *err);

/* The verdict on a stream, made when the request first touches it. NULL when
 * the arena is exhausted. */
struct nc_verdict *nc_hub_verdict(struct nc_hub_request *request,
	const struct nc_id *union_id, nc_device_id device);

/* Whether the sender is on another branch of its own stream: what follows the
 * hub's branch cannot be taken before it has left that, nor what was built on
 * it. It asks for the branch first; the cluster's own records, which say who
 * is the hub, come all the same. */
bool nc_hub_sender_branched(const struct nc_hub_request *request);

/* Who writes the cluster's records here; NC_MOVED when no longer. *ret_key:
 * free with nc_key_free. */
enum nc_status nc_hub_author(struct nc_hub *hub, struct nc_key **ret_key,
	struct nc_author *ret_author, struct nc_error *err) NC_MUST_USE;
/* Both set request->status, also to the store's own failure. */
void nc_hub_apply_enrol(struct nc_hub *hub, struct nc_hub_request *request);
void nc_hub_apply_rotate(struct nc_hub *hub, struct nc_hub_request *request);

/* Reads the request's checkpoint, if it has one that this cluster's hubs may
 * have signed, into request->known; and says whether it proves that this
 * hub's store is older than what the hub has signed. */
enum nc_status nc_hub_read_history(struct nc_hub *hub,
	struct nc_hub_request *request, bool *ret_older,
	struct nc_error *err) NC_MUST_USE;
/* Whether the request brings a change-set that this hub has signed with the key
 * which it writes with now, past what it holds of that stream: the same proof.
 * Looks at what is opened; not for a hub that has handed over. */
enum nc_status nc_hub_is_given_own(struct nc_hub *hub,
	struct nc_hub_request *request, bool *ret_given,
	struct nc_error *err) NC_MUST_USE;
/* In a transaction, for such a one: a new generation begins, past at_least,
 * which may be 0. */
enum nc_status nc_hub_begin_again(struct nc_hub *hub, uint32_t at_least,
	struct nc_error *err) NC_MUST_USE;
/* In a transaction, after what was pushed: the same when the records say that
 * this hub, before it was put back, had begun its present generation already,
 * or a later one. Two trees would go by one name. */
enum nc_status nc_hub_begin_past_former(
	struct nc_hub *hub, struct nc_error *err) NC_MUST_USE;
/* Keeps the sender's cosignature if it is one over this tree. */
enum nc_status nc_hub_take_witness(struct nc_hub *hub,
	const struct nc_hub_request *request,
	const struct nc_registry_device *device,
	struct nc_error *err) NC_MUST_USE;

/* How far the sender holds a stream: as it says (or NULL), with what it pushed
 * just now, and in the reply (0: nothing of it). */
const struct nc_head *nc_hub_have(const struct nc_exchange_request *exchange,
	const struct nc_log_head *of);
uint64_t nc_hub_pushed(const struct nc_hub_request *request,
	const struct nc_log_head *head, uint64_t held);
uint64_t nc_hub_pulled(
	const struct nc_hub_request *request, const struct nc_log_head *head);
/* Everything of a reply that is about the tree; after pull. */
enum nc_status nc_hub_answer_tree(struct nc_hub *hub,
	struct nc_hub_request *request, const struct nc_registry_device *device,
	struct nc_exchange_reply *out, struct nc_error *err) NC_MUST_USE;

/* A verdict for each of the sender's streams whose head the hub holds with
 * other content: its key is used twice, or its store was restored. */
enum nc_status nc_hub_check_heads(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_error *err) NC_MUST_USE;

#endif
