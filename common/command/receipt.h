/*
 * Receipts for people: where a change-set stands in the hub's history, who
 * vouches for that, and a short code that two people can compare over the
 * telephone. The codes are specified at the top of receipt_code.c.
 */
#ifndef NC_COMMAND_RECEIPT_H
#define NC_COMMAND_RECEIPT_H

#include "command/view.h"
#include "trust/tree.h"

/* "01234 56789 01234 56789" */
#define NC_RECEIPT_CODE_SIZE 24
/* Of a change-set at a leaf. */
void nc_receipt_code(char out[NC_RECEIPT_CODE_SIZE],
	const struct nc_tree_hash *leaf_hash, uint64_t leaf);
/* Of a whole history. */
void nc_history_code(char out[NC_RECEIPT_CODE_SIZE],
	const struct nc_tree_hash *root, uint64_t size);

/* Who has vouched for a tree that holds at least `size` leaves: distinct
 * unions, and the oldest and newest of their latest times. */
struct nc_vouched {
	uint64_t unions;
	int64_t oldest_ms, newest_ms; /* 0 without any */
};
enum nc_status nc_vouched_for(struct nc_view *view, uint32_t generation,
	uint64_t size, struct nc_vouched *ret_vouched,
	struct nc_error *err) NC_MUST_USE;

/* The newest checkpoint: a client's kept one; a hub's own tree as it stands,
 * without a note. *ret_known false: there is none yet. */
struct nc_newest {
	bool known;
	uint32_t generation;
	uint64_t size;
	struct nc_tree_hash root;
};
enum nc_status nc_newest_history(struct nc_view *view,
	struct nc_newest *ret_newest, struct nc_error *err) NC_MUST_USE;

/* receipt_verify.c: verify --receipt FILE. */
enum nc_status nc_receipt_verify(const struct nc_call *call, const char *path,
	const char *vkey, struct nc_error *err) NC_MUST_USE;

#endif
