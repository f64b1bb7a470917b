/*
 * The checker over a store: what there is to check is read into a book, and
 * each finding gets a short id and, where its union lets it stand, the
 * exception that says so.
 */
#ifndef NC_COMMAND_CHECK_STORE_H
#define NC_COMMAND_CHECK_STORE_H

#include "command/command.h"
#include "intake/check_book.h"
#include "intake/proposal.h"
#include "store/records.h"

/* Hexadecimal digits of a finding's id and a NUL. */
#define NC_FINDING_ID_SIZE 11

struct nc_checked_finding {
	/* The first digits of SHA-256("nhipcau/1 finding\n", union, record,
	 * rule, field, words, how many the same before it): the same on every
	 * replica for as long as the words are. */
	char id[NC_FINDING_ID_SIZE];
	const struct nc_check_record *exception; /* NULL: it is told */
	size_t mend; /* the index of its proposal; SIZE_MAX: none is open */
};

struct nc_checked {
	struct nc_check_book book;
	struct nc_plan plan;
	struct nc_check check;
	struct nc_checked_finding *findings; /* one for each of check's */
	struct nc_proposals mends;	     /* what the findings propose */
};

void nc_checked_init(struct nc_checked *checked);
void nc_checked_fini(struct nc_checked *checked);

/* Checks a year's records, of some unions or (unions_count 0) of all, in a
 * transaction of the caller's. A mend that somebody decided on already is not
 * suggested again: its finding has none. checked is initialised and empty. */
enum nc_status nc_checked_read(struct nc_checked *checked,
	struct nc_store *store, const struct nc_call *call, unsigned year,
	const struct nc_id *unions, size_t unions_count,
	struct nc_error *err) NC_MUST_USE;

/* The finding whose id begins with the digits, among those that are told or
 * (ignored) those that are let stand. NC_NOT_FOUND, NC_INVALID. */
enum nc_status nc_checked_find(const struct nc_checked *checked,
	const char *digits, bool ignored, size_t *ret_index,
	struct nc_error *err) NC_MUST_USE;

#endif
