/*
 * The room's own: the full-text index, and what of a record is in it.
 *
 *     search         FTS5, without its texts: one row a record, the folded
 *                    words of its values (nc_search_fold), "_" after each
 *                    value, and the record's own words (below)
 *     search_record  which record that row is of (one without words too)
 *     search_state   up to where of the log, the next row, rows of no record
 *
 * A record that changes gets a new row, the highest, and its old one is of no
 * record.
 */
#ifndef NC_STORE_SEARCH_INDEX_H
#define NC_STORE_SEARCH_INDEX_H

#include "store/db.h"
#include "store/search.h"

/* A record's own words, which no query has. */
#define NC_SEARCH_WORD_ENTITY "_e%u"
#define NC_SEARCH_WORD_YEAR "_y%04u"
#define NC_SEARCH_WORD_GONE "_gone"

/* Called with each value of a record that is searched, and its words. */
typedef enum nc_status (*nc_search_visit)(
	void *context, const struct nc_live *live, struct nc_slice words);
/* Those that are shown, and what others wrote there and nobody settled. words:
 * scratch. */
enum nc_status nc_search_each_value(const struct nc_record *record,
	struct nc_buffer *words, nc_search_visit visit,
	void *context) NC_MUST_USE;

/* Called with each year that a record is of; may be called twice with one. */
typedef enum nc_status (*nc_search_visit_year)(void *context, unsigned year);
enum nc_status nc_search_each_year(const struct nc_record *record,
	nc_search_visit_year visit, void *context) NC_MUST_USE;

#endif
