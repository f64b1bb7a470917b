/*
 * The cluster's own records, written by the hub's device: one mechanism for
 * who belongs. Each call is one change-set; all need a transaction.
 */
#ifndef NC_STORE_CLUSTER_H
#define NC_STORE_CLUSTER_H

#include "store/author.h"
#include "store/registry.h"
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

/* Whether a union may be made with that code and name: NC_EXISTS when either
 * is taken, NC_INVALID for a code that is not lower case ASCII letters, digits
 * and hyphens. A name is free when those who have it are among leaving, or
 * have ended: a merged province often keeps the name of one of the old. */
enum nc_status nc_cluster_check_union(const struct nc_registry *registry,
	const char *code, const char *name, const struct nc_id *leaving,
	size_t leaving_count, struct nc_error *err) NC_MUST_USE;

/* The id of the union with that code, which follows from it: one that is added
 * again by a hub that was put back, while clients hold the first, is the same
 * record. Older clusters have unions with other ids. */
struct nc_id nc_cluster_union_id(const struct nc_id *cluster, const char *code);

/* nc_cluster_check_union's statuses. order < 0: none. */
enum nc_status nc_cluster_add_union(struct nc_store *store,
	const struct nc_author *author, const char *code, const char *name,
	int64_t order, struct nc_id *ret_union,
	struct nc_error *err) NC_MUST_USE;

/* Makes an invitation that works once within life_ms. Everything in
 * ret_invitation is the arena's. NC_EXPIRED for a union that has ended. */
enum nc_status nc_cluster_invite(struct nc_store *store,
	const struct nc_author *author, const struct nc_id *union_id,
	int64_t life_ms, struct nc_arena *arena,
	struct nc_invitation *ret_invitation, struct nc_error *err) NC_MUST_USE;

/*
 * Uses an invitation up: the device and its grants become records: for the
 * union, and for all that came before it (store/succession.h). A device that
 * used it already is welcome again, and a device of a union that has gone over
 * into this one goes on as a device of this one, under its key.
 * NC_NOT_FOUND, NC_EXPIRED (also for a union that has ended), NC_USED,
 * NC_EXISTS, NC_REVOKED_DEVICE with a sentence. The signature is the caller's
 * to check.
 */
enum nc_status nc_cluster_enrol(struct nc_store *store,
	const struct nc_author *author, const uint8_t secret[NC_SECRET_SIZE],
	const uint8_t public_key[NC_KEY_SIZE], struct nc_slice label,
	struct nc_id *ret_union, struct nc_error *err) NC_MUST_USE;

/* Ends a device's grants where its streams stand now. NC_NOT_FOUND, NC_EXISTS
 * (it is revoked already), NC_LIMIT, with a sentence. */
enum nc_status nc_cluster_revoke(struct nc_store *store,
	const struct nc_author *author, nc_device_id device,
	struct nc_error *err) NC_MUST_USE;

#endif
