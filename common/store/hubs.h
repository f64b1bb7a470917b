/*
 * Which hub the cluster has, over the years: generations, hand-overs, restored
 * hubs, rotated keys. All of it is records in the cluster's own stream.
 *
 *     founded      generation 1, by init
 *     handed-over  the old hub names the next one's key and address, ends its
 *		    own right to write, and appends nothing more
 *     restored     a hub whose store was put back from a backup: what it had
 *		    appended since may come back from the clients, so it writes
 *		    its own stream under a new key from then on (a derived one),
 *		    which the hub's key vouches for
 *
 * A hub's key (identity.hub_key) signs checkpoints and is the line's; the key
 * it writes change-sets with is the same until it is restored.
 */
#ifndef NC_STORE_HUBS_H
#define NC_STORE_HUBS_H

#include "store/author.h"
#include "store/registry.h"
#include "trust/tree.h"

#define NC_DOMAIN_VOUCH "nhipcau/1 vouch\n"
#define NC_DOMAIN_ROTATE "nhipcau/1 rotate\n"

/*
 * The key that a change-set is to be verified with, before it is folded:
 * the root's and the current hub's, the registry's, or the one that a
 * hub's first change-set brings along: sequence 1 of a stream of the
 * cluster's, with a device record of the author itself, role hub, whose
 * `voucher` is a signature under NC_DOMAIN_VOUCH over cluster id and public
 * key by a key that has, or had, a hub's standing (`vouched_by`); also for
 * the rest of such a stream, from its first change-set in the log.
 * NC_UNKNOWN_DEVICE without a sentence. *ret_key is borrowed until the next
 * write, begin or call, or the change-set's.
 *
 * This says who signed, not what it counts for: the fold gives the new key a
 * hub's standing only while the one who vouches has it, and both end together
 * (but for what a grant covers).
 */
enum nc_status nc_hubs_author_key(struct nc_store *store,
	const struct nc_change_set *change_set, const uint8_t **ret_key,
	struct nc_error *err) NC_MUST_USE;

/* The key this hub writes with: hub_key itself, or after a restore the one
 * derived from it with the salt in the store. Free with nc_key_free. */
enum nc_status nc_hubs_author(struct nc_store *store,
	const struct nc_key *hub_key, struct nc_key **ret_key,
	struct nc_error *err) NC_MUST_USE;

/* Begins a new generation, "restored", after the tree as it stands: a new
 * salt, a new key to write with (*ret_key), its first change-set. at_least:
 * the new generation's number is higher than this too. In a transaction. */
enum nc_status nc_hubs_restored(struct nc_store *store,
	const struct nc_key *hub_key, const struct nc_env *env,
	uint32_t at_least, struct nc_key **ret_key,
	struct nc_error *err) NC_MUST_USE;

/* The old hub's last words: the next hub's device, its generation and
 * address, and the end of its own grants. From then on identity says
 * handed_over and nothing is authored (NC_MOVED). In a transaction. Said again
 * with the same key it does nothing; with another, or with a key that the
 * cluster knows already: NC_DENIED. author: nc_hubs_author's. */
enum nc_status nc_hubs_hand_over(struct nc_store *store,
	const struct nc_author *author, const uint8_t next_key[NC_KEY_SIZE],
	struct nc_slice next_address, struct nc_error *err) NC_MUST_USE;

/* The next hub's first change-set: where the old tree ended. Dated with the
 * hand-over, so that a second import of it writes the same bytes. */
enum nc_status nc_hubs_taken_over(struct nc_store *store,
	const struct nc_author *author, uint64_t after_size,
	const struct nc_tree_hash *after_root,
	struct nc_error *err) NC_MUST_USE;

/* A device's new key in place of its old one: device record with `succeeds`,
 * grants from 1 on; the old one's grants end where the hub holds its streams.
 * Signatures are the caller's to check. The same again: NC_OK. NC_NOT_FOUND,
 * NC_REVOKED_DEVICE, NC_EXISTS (the new key is somebody's), NC_DENIED (it has
 * no open grant), NC_LIMIT (more than 64) with a sentence. */
enum nc_status nc_hubs_rotate(struct nc_store *store,
	const struct nc_author *author, nc_device_id old_device,
	const uint8_t new_key[NC_KEY_SIZE], struct nc_error *err) NC_MUST_USE;

/* A client follows: identity names the registry's current hub (key and
 * address) when that has another key and the registry has come as far as the
 * hub that identity names; a hub's address alone is not followed: an office
 * may reach it by another. *ret_followed: it was another before.
 * Hubs follow nobody. In a transaction. */
enum nc_status nc_hubs_follow(struct nc_store *store, bool *ret_followed,
	struct nc_error *err) NC_MUST_USE;

/* "nhipcau/CLUSTER-ID/GENERATION": the tree's origin. */
#define NC_ORIGIN_TEXT_SIZE 64
void nc_hubs_origin(char out[NC_ORIGIN_TEXT_SIZE], const struct nc_id *cluster,
	uint32_t generation);
/* "after ORIGIN SIZE ROOT\n" in base64, the checkpoint's extension line of a
 * generation that followed another; "" for the first. */
#define NC_EXTENSION_TEXT_SIZE 192
void nc_hubs_extension(char out[NC_EXTENSION_TEXT_SIZE],
	const struct nc_id *cluster, const struct nc_registry_hub *hub);

#endif
