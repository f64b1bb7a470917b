/*
 * What a client keeps of the hub's transparency tree: the checkpoints it has
 * verified, where each change-set stands (its leaf), and for its own union's
 * change-sets the audit path: the receipts. And what both sides keep of the
 * witnesses: who has vouched for which tree.
 *
 * A generation is one hub's tree: it rises with every hand-over and with
 * every restore from a backup (docs/PROTOCOL.md, "The tree").
 * All writing needs a transaction.
 */
#ifndef NC_STORE_RECEIPT_H
#define NC_STORE_RECEIPT_H

#include "store/log.h"
#include "trust/note.h"
#include "trust/tree.h"

/* A checkpoint in the store; note is the text as the hub signed it. */
struct nc_kept_checkpoint {
	uint32_t generation;
	uint64_t size;
	struct nc_tree_hash root;
	struct nc_buffer note;
};
void nc_kept_checkpoint_fini(struct nc_kept_checkpoint *kept);

/* The newest (highest generation, then size). NC_NOT_FOUND, no sentence. */
enum nc_status nc_checkpoint_last(struct nc_store *store,
	struct nc_kept_checkpoint *ret_kept, struct nc_error *err) NC_MUST_USE;
/* The one of a receipt. NC_NOT_FOUND, no sentence. */
enum nc_status nc_checkpoint_find(struct nc_store *store, uint32_t generation,
	uint64_t size, struct nc_kept_checkpoint *ret_kept,
	struct nc_error *err) NC_MUST_USE;
/* Keeps a verified checkpoint, and lets go of older ones that no receipt
 * names. Keeping one again is no fault; another root for the same size of the
 * same generation is: NC_CORRUPT without a sentence. */
enum nc_status nc_checkpoint_keep(struct nc_store *store, uint32_t generation,
	uint64_t size, const struct nc_tree_hash *root, struct nc_slice note,
	struct nc_error *err) NC_MUST_USE;

/* Lets go of one, as of a hub that turned out to be none. Receipts that name
 * it must be gone (nc_receipt_void). */
enum nc_status nc_checkpoint_forget(struct nc_store *store, uint32_t generation,
	uint64_t size, struct nc_error *err) NC_MUST_USE;

/* Notes that a change-set of a stream stands at a leaf, as a verified proof
 * said. What was placed of a stream without a gap from 1 on is its head's
 * `proven` (store/log.h). Placing it elsewhere than before: NC_CORRUPT
 * without a sentence; one that is not in the log: NC_NOT_FOUND likewise. */
enum nc_status nc_receipt_place(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	uint64_t leaf, struct nc_error *err) NC_MUST_USE;
/* Keeps a receipt, in place of the change-set's earlier one: the audit path in
 * the tree of a kept checkpoint. NC_NOT_FOUND, without a sentence, when that
 * is not kept or the change-set not placed within it. A change-set that is
 * taken out of the log takes its receipt along. */
enum nc_status nc_receipt_keep(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	uint32_t generation, uint64_t size, struct nc_slice path,
	struct nc_error *err) NC_MUST_USE;
/* After a hub lost history: nothing at or past this leaf is placed any more,
 * its receipts are gone, and the streams' `proven` with them. */
enum nc_status nc_receipt_void(struct nc_store *store, uint64_t leaf,
	struct nc_error *err) NC_MUST_USE;

struct nc_receipt {
	uint64_t leaf;
	uint32_t generation;
	uint64_t size;	       /* of the tree that path is in */
	struct nc_buffer path; /* 32 bytes each */
};
void nc_receipt_fini(struct nc_receipt *receipt);
/* NC_NOT_FOUND without a sentence. */
enum nc_status nc_receipt_find(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	struct nc_receipt *ret_receipt, struct nc_error *err) NC_MUST_USE;
/* How many change-sets of the log are placed, and how many there are. Of a
 * client: a hub knows every place without writing it down (store/tree.h). */
enum nc_status nc_receipt_count(struct nc_store *store, uint64_t *ret_placed,
	uint64_t *ret_all, struct nc_error *err) NC_MUST_USE;

/* A device's latest cosignature. Hubs: counted, so that clients can ask for
 * what is new; clients: verified before they are kept. */
struct nc_witness {
	nc_device_id device;
	uint32_t generation;
	uint64_t size;
	struct nc_tree_hash root;
	int64_t time_s;	      /* the witness's claim */
	struct nc_slice line; /* C2SP tlog-cosignature's signature line */
	uint64_t at;	      /* this store's own count */
};
typedef enum nc_status (*nc_witness_visit)(
	void *context, const struct nc_witness *witness, struct nc_error *err);
/* Keeps it in place of the device's earlier one, with the next count; one
 * that is no newer (generation, then size, then time) is passed over. So is
 * one that claims a time after latest_s, by a clock that is wrong: what such a
 * clock once said of its union goes when that union speaks again. */
enum nc_status nc_witness_keep(struct nc_store *store,
	const struct nc_witness *witness, int64_t latest_s,
	struct nc_error *err) NC_MUST_USE;
/* Those of a generation counted after `after`, by count. What visit is given
 * is borrowed until it returns. */
enum nc_status nc_witness_each(struct nc_store *store, uint32_t generation,
	uint64_t after, nc_witness_visit visit, void *context,
	struct nc_error *err) NC_MUST_USE;

/* Hubs: what a device said in its last bundle that it has (an encoded
 * request without what it pushed), for the answer. Replaces the earlier. */
enum nc_status nc_peer_keep(struct nc_store *store, nc_device_id device,
	uint64_t counter, struct nc_slice request,
	struct nc_error *err) NC_MUST_USE;
/* Appends the request. NC_NOT_FOUND without a sentence. */
enum nc_status nc_peer_find(struct nc_store *store, nc_device_id device,
	uint64_t *ret_counter, struct nc_buffer *ret_request,
	struct nc_error *err) NC_MUST_USE;

#endif
