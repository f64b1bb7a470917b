/*
 * The transparency tree over the hub's log: RFC 6962, leaf i is the payload
 * of the change-set at position i + 1. Only a hub's store has one; every
 * append adds its leaf in the same transaction.
 *
 * Kept as tiles (the layout of C2SP tlog-tiles): a tile of level L and number
 * N holds up to 256 hashes, each of a complete subtree of 256^L leaves; what
 * lies between follows from them. Tiles are made from the log and can be made
 * again: nc_store_rebuild does, and verify holds them against the log. Tiles
 * that do not fit the log are NC_CORRUPT with a sentence that says so.
 */
#ifndef NC_STORE_TREE_H
#define NC_STORE_TREE_H

#include "store/log.h"
#include "trust/tree.h"

/* Leaves so far: change-sets in the log. 0 on a client. */
enum nc_status nc_store_tree_size(struct nc_store *store, uint64_t *ret_size,
	struct nc_error *err) NC_MUST_USE;
/* Reads the tree as it stands when it is asked: what was appended in this
 * transaction is part of it, and what another process committed once this one
 * is outside of any. For one moment's proofs use nc_store_begin_read, or a
 * transaction. Lives as long as store. */
struct nc_tree_reader nc_store_tree_reader(struct nc_store *store);
/* The leaf's index of each of count change-sets of a stream, from the
 * sequence first on; NC_NOT_FOUND without a sentence past its head, and on a
 * client (what it knows of leaves: store/receipt.h). */
enum nc_status nc_store_tree_indexes(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t first,
	size_t count, uint64_t *ret_indexes, struct nc_error *err) NC_MUST_USE;

#endif
