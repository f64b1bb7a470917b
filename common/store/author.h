/*
 * Local writing: what a person (or the hub itself) says becomes a signed
 * change-set, appended and folded like any other.
 */
#ifndef NC_STORE_AUTHOR_H
#define NC_STORE_AUTHOR_H

#include "store/records.h"

struct nc_author {
	const struct nc_key *key;
	const struct nc_env *env;
	struct nc_slice name; /* who sits at the desk; clean text */
	/* Another program may change the key while this one works. Asked in
	 * the transaction, on a hub always, else when the key's device was
	 * revoked: *ret_key is what came in its place, or the same. NULL:
	 * nobody changes it. */
	enum nc_status (*renew)(void *context, const struct nc_key **ret_key,
		struct nc_error *err);
	void *context;
};

struct nc_written {
	uint64_t change_sets; /* 0: there was nothing to say */
	uint64_t fields;
	uint64_t last_sequence;
};

/*
 * Writes changes of one union's (or the cluster's own) records, inside a
 * transaction. The caller gives records, entities and new values; this fills
 * in what each replaces: the values that live there now. A change that gives
 * `replaces` itself (a form that was open for an hour) keeps its own.
 *
 * A field that already says just that, alone and undisputed, is left out. A
 * deletion (deletes) puts a tombstone on every live field, over the value
 * that shows or, where the deletion gives the field, over the given one:
 * import says so that it was an import that removed the record. A new record
 * needs its required fields; one that is deleted cannot be edited.
 * More than one change-set holds is split.
 *
 * NC_INVALID, NC_DENIED, NC_NOT_FOUND with a sentence; nothing is written
 * then if the caller rolls back.
 */
enum nc_status nc_author_write(struct nc_store *store,
	const struct nc_author *author, const struct nc_id *union_id,
	const struct nc_record_change *changes, size_t count,
	struct nc_written *ret_written, struct nc_error *err) NC_MUST_USE;

/* The same in a transaction of its own. */
enum nc_status nc_author_save(struct nc_store *store,
	const struct nc_author *author, const struct nc_id *union_id,
	const struct nc_record_change *changes, size_t count,
	struct nc_written *ret_written, struct nc_error *err) NC_MUST_USE;

/*
 * Ends a record's conflicts: keeps, for each disputed field, the live value
 * that the given dot wrote (or, without one, the shown value), and makes what
 * a deletion had taken plain again; or, with delete_it, deletes the record.
 * Keeping replaces what the record shows: a value that came since stays in
 * conflict with it.
 * Writes nothing for a record without conflicts (NC_NOT_FOUND).
 */
enum nc_status nc_author_resolve(struct nc_store *store,
	const struct nc_author *author, const struct nc_record *record,
	const struct nc_dot *keep, bool delete_it,
	struct nc_written *ret_written, struct nc_error *err) NC_MUST_USE;

#endif
