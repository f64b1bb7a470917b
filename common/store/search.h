/*
 * Search over all records, by locale/search.h's rules.
 *
 * The index is a full-text table of SQLite (FTS5) that follows from the fold
 * as the fold follows from the log: it may be dropped at any time. It is
 * brought up to date by what was appended to the log since, when somebody
 * searches or a sync is over, in transactions of its own; whatever makes the
 * fold anew drops it. Where it cannot be used or written, a search reads all
 * records instead.
 */
#ifndef NC_STORE_SEARCH_H
#define NC_STORE_SEARCH_H

#include "locale/search.h"
#include "store/records.h"
#include "store/store.h"

#define NC_SEARCH_HITS_MAX 1000

struct nc_store_query {
	const struct nc_search *words;
	const struct nc_entity *entity; /* or NULL: all */
	unsigned year; /* of the field year, else of a date; 0: all */
	bool deleted;  /* deleted records too */
	size_t limit;  /* 1 to NC_SEARCH_HITS_MAX */
};

/* Everything is the arena's that nc_store_search was given. */
struct nc_store_hit {
	struct nc_record record;
	const struct nc_live *live; /* the value that says most of the query */
	enum nc_search_rank rank;
	size_t id_digits; /* of the id that no other record begins with */
};

struct nc_store_hits {
	/* Best first, then the latest written; what only the label of a choice
	 * says (an area, a kind) comes last. */
	struct nc_store_hit *hits;
	size_t count;
	bool more;     /* there are others; see below */
	bool read_all; /* the index could not be used */
};

/*
 * Brings the index up to date, outside a transaction. entries_max: does
 * nothing when more change-sets than that wait; 0: however many. NC_INVALID
 * when this SQLite has no FTS5, else what keeps the store from being written.
 */
enum nc_status nc_store_index(struct nc_store *store, uint64_t entries_max,
	const struct nc_progress *progress, struct nc_error *err) NC_MUST_USE;

/* Whether there is an index that tells of the whole log, at the moment that is
 * read. */
enum nc_status nc_store_index_is_ready(struct nc_store *store, bool *ret_ready,
	struct nc_error *err) NC_MUST_USE;

/*
 * What answers the query, of this moment of the store. Of more hits than the
 * limit (or 200, whichever is more) the latest changed are ranked and the
 * others passed over.
 */
enum nc_status nc_store_search(struct nc_store *store,
	const struct nc_store_query *query, struct nc_arena *arena,
	struct nc_store_hits *ret_hits, struct nc_error *err) NC_MUST_USE;

#endif
