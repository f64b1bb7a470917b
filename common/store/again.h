/*
 * Own change-sets written again: after a backup was restored, a home copied,
 * a key rotated or revoked, or the log damaged, some of what was written here
 * cannot stand in its stream. It is set aside as evidence, and its words are
 * signed anew on top of what the hub holds: nothing typed is lost.
 * All needs a transaction.
 */
#ifndef NC_STORE_AGAIN_H
#define NC_STORE_AGAIN_H

#include "base/limits.h"
#include "store/author.h"

/*
 * Clients only (a hub's log is its tree). Takes the change-sets of a stream
 * after a sequence out of the log and keeps them as evidence (table fork), to
 * be written again; makes the fold anew. Only for a stream whose later
 * change-sets nobody else has seen: own and unsent, or damaged. *ret_count: how
 * many.
 *
 * Damaged ones that the hub holds are to be taken back from it before
 * nc_again_write: those come to stand where they stood and are not written.
 * What another device wrote and is known to be in the hub's tree is never
 * written here, only taken back.
 */
enum nc_status nc_again_set_aside(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t after,
	uint64_t *ret_count, struct nc_error *err) NC_MUST_USE;

/*
 * The devices that this store was before a change of keys or another joining,
 * in that order: a note of the store. Past NC_FORMERS_MAX: NC_LIMIT.
 */
enum nc_status nc_again_add_former(struct nc_store *store, nc_device_id device,
	struct nc_error *err) NC_MUST_USE;
enum nc_status nc_again_formers(struct nc_store *store,
	nc_device_id ret_devices[NC_FORMERS_MAX], size_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

/*
 * Sets aside what the devices that this store was before wrote, for whatever
 * union, and the hub does not hold; and with it what the present device wrote
 * for the same and has not sent, for that may stand on it. Nothing when the
 * hub holds all of theirs. What it holds and what counts for nothing, past the
 * end of their grants (a hub that was put back took it), stays where it is and
 * waits, too. Until this is called their words stand in the fold
 * like all others: call it when nc_again_write follows in one transaction.
 */
enum nc_status nc_again_leave(struct nc_store *store, nc_device_id present,
	uint64_t *ret_count, struct nc_error *err) NC_MUST_USE;

/*
 * What others wrote that stands on what leaves the log with a branch of the
 * present device's streams: on what these have past proven, and on what those
 * of the devices that this store was before have past acknowledged. It may have
 * been written on the hub's branch, and then it stands before what it replaces.
 * So it leaves with the branch, and the hub sends it again in its order.
 * *ret_parts: of each stream what is past `after`; the arena's. Reads the whole
 * log.
 */
enum nc_status nc_again_hanging(struct nc_store *store, nc_device_id present,
	struct nc_arena *arena, struct nc_log_want **ret_parts,
	size_t *ret_count, struct nc_error *err) NC_MUST_USE;

/* Sets it aside: it waits for the hub to send it. What the hub turns out not to
 * hold (nor to have shown in its tree) is written again as own words are, once
 * all that it holds is here. */
enum nc_status nc_again_leave_hanging(struct nc_store *store,
	const struct nc_log_want *parts, size_t count,
	struct nc_error *err) NC_MUST_USE;

/* How many wait to be written again or to be sent by the hub: nc_again_write is
 * to be called while there are any. */
enum nc_status nc_again_waiting(struct nc_store *store, uint64_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

/*
 * Writes all that waits again, in order, with author->key: the same records,
 * fields and values, the same author's name and time; what each replaced it
 * replaces still, and where that was a change-set that was itself set aside,
 * the one written for it now. So what somebody else wrote meanwhile to the
 * same field becomes a conflict for a person, and nothing is overwritten.
 * Each is marked as written; the evidence stays. First what has come back is
 * put where it stood, for others may have written on it: also what was written
 * again before it came, so call this after a pull whether anything waits or
 * not.
 *
 * Left waiting: what author's device may not write (no grant for the union);
 * and, unless all that the hub holds is known to be here, what a former key
 * wrote and the hub once had: it will be sent, or was lost there.
 * Given up, as evidence alone: what is not what its author signed. What a
 * write replaced and this store does not hold is left out, so the write
 * replaces less. *ret_count: change-sets that were written again.
 */
enum nc_status nc_again_write(struct nc_store *store,
	const struct nc_author *author, bool all_is_here, uint64_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

/*
 * Holds every change-set of the log against its hash, its chain and the place
 * of what it replaces, which is before it, and takes what is not sound, with
 * all that follows it in its stream and all that stands on it, out of the log;
 * then makes the fold anew. What the hub holds of it can then be asked for, and
 * own words that it does not hold are written again. *ret_count: how many were
 * taken out; 0 when the log is whole, and nothing was done.
 */
enum nc_status nc_again_mend(struct nc_store *store, uint64_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

#endif
