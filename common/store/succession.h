/*
 * Unions that merge, split or take another name, written by the hub: ONE
 * change-set of the cluster's stream, never a rewrite. It holds
 *
 *     the successor's `union` record (made, or its `valid_from`),
 *     the predecessors' `valid_to`, the day before,
 *     one `succession` record: who, into whom, from which day, until which
 *	    day the old devices' words come in, by which decision,
 *     grants: each of the successor's devices may write, and so read, in the
 *	    scope of every union that came before it, directly or not; of a
 *	    rename the old union's devices get the new one's scope at once,
 *	    for they are the same people.
 *
 * Nothing else of the old unions changes: their records stay in their scope.
 * What devices may do are grants, by sequence, like all rights
 * (store/registry.h); no rule asks what day it is. The day counts in two acts
 * alone: nobody enrols for a union that has ended, and after `late_until` the
 * hub ends the old devices' grants (nc_succession_close). All need a
 * transaction.
 */
#ifndef NC_STORE_SUCCESSION_H
#define NC_STORE_SUCCESSION_H

#include "store/author.h"
#include "store/roof.h"

#define NC_SUCCESSION_LATE_DAYS 90

struct nc_succession_into {
	const char *code;
	const char *name;     /* NULL: the union is there already */
	const char *province; /* or NULL */
	int64_t order;	      /* < 0: that of the first predecessor */
};

struct nc_succession {
	enum nc_succession_kind kind;
	const char *const *from; /* codes */
	size_t from_count;
	const struct nc_succession_into *into;
	size_t into_count;
	const char *when;	/* "YYYY-MM-DD", the successors' first day */
	const char *late_until; /* NULL: 90 days after it, or after today */
	const char *decision, *note; /* or NULL */
};

struct nc_succession_done {
	struct nc_id id; /* of the succession's record */
	size_t made;	 /* unions that were not there before */
	size_t grants;
	char late_until[NC_DATE_TEXT_SIZE];
};

/*
 * NC_EXISTS: it is done already, and nothing was written. NC_NOT_FOUND for a
 * code that there is not, NC_INVALID for what cannot be (a union that has
 * ended, days out of order, a union that is merged into itself …), NC_LIMIT
 * when one change-set cannot hold it. Each with a sentence.
 */
enum nc_status nc_succession_write(struct nc_store *store,
	const struct nc_author *author, const struct nc_succession *succession,
	struct nc_succession_done *ret_done, struct nc_error *err) NC_MUST_USE;

/* Ends the grants of the devices whose own union that is, where the hub holds
 * their streams now. Only of one that has gone over into another. *ret_devices:
 * how many; 0, nothing was open. NC_NOT_FOUND, NC_INVALID with a sentence. */
enum nc_status nc_succession_close(struct nc_store *store,
	const struct nc_author *author, const struct nc_id *union_id,
	size_t *ret_devices, struct nc_error *err) NC_MUST_USE;

/* The first union whose time for late words is over while devices of its own
 * have open grants; NULL: none. Borrowed, as the registry is. */
enum nc_status nc_succession_due(struct nc_store *store, const char *today,
	const struct nc_registry_union **ret_union,
	struct nc_error *err) NC_MUST_USE;

/*
 * Whether a device lacks a grant that its union's successions give it: its key
 * was changed, or it joined, at a hub that had been put back to before they
 * were written, and that got them again from a laptop.
 */
enum nc_status nc_succession_lacking(struct nc_store *store, bool *ret_lacking,
	struct nc_error *err) NC_MUST_USE;
/* Writes these grants, in one change-set; NC_LIMIT when they are too many. */
enum nc_status nc_succession_complete(struct nc_store *store,
	const struct nc_author *author, struct nc_error *err) NC_MUST_USE;

#endif
