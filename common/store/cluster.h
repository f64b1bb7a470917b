/*
 * The cluster's own records, written by the hub's device: one mechanism for
 * who belongs. Each call is one change-set; all need a transaction.
 */
#ifndef NC_STORE_CLUSTER_H
#define NC_STORE_CLUSTER_H

#include "store/author.h"
#include "wire/exchange.h"

/* Writes changes of the cluster's own records: nc_author_write, for them. */
enum nc_status nc_cluster_write(struct nc_store *store,
	const struct nc_author *author, const struct nc_record_change *changes,
	size_t count, struct nc_error *err) NC_MUST_USE;

/* The first change-set of a cluster: its name, address and hub device.
 * The store's identity must be set and name author's key as the hub's. */
enum nc_status nc_cluster_found(struct nc_store *store,
	const struct nc_author *author, struct nc_slice name,
	struct nc_slice address, struct nc_error *err) NC_MUST_USE;

/* NC_EXISTS when the code is taken, NC_INVALID for one that is not lower
 * case ASCII letters, digits and hyphens. order < 0: none. */
enum nc_status nc_cluster_add_union(struct nc_store *store,
	const struct nc_author *author, const char *code, const char *name,
	int64_t order, struct nc_id *ret_union,
	struct nc_error *err) NC_MUST_USE;

/* Makes an invitation that works once within life_ms. Everything in
 * ret_invitation is the arena's. */
enum nc_status nc_cluster_invite(struct nc_store *store,
	const struct nc_author *author, const struct nc_id *union_id,
	int64_t life_ms, struct nc_arena *arena,
	struct nc_invitation *ret_invitation, struct nc_error *err) NC_MUST_USE;

/* Uses an invitation up: the device and its grant become records. A device
 * that used it already is welcome again. NC_NOT_FOUND, NC_EXPIRED, NC_USED,
 * NC_REVOKED_DEVICE with a sentence. The signature is the caller's to check. */
enum nc_status nc_cluster_enrol(struct nc_store *store,
	const struct nc_author *author, const uint8_t secret[NC_SECRET_SIZE],
	const uint8_t public_key[NC_KEY_SIZE], struct nc_slice label,
	struct nc_id *ret_union, struct nc_error *err) NC_MUST_USE;

/* Ends a device's grants where its streams stand now. NC_NOT_FOUND. */
enum nc_status nc_cluster_revoke(struct nc_store *store,
	const struct nc_author *author, nc_device_id device,
	struct nc_error *err) NC_MUST_USE;

#endif
