/*
 * What proposal accept, proposal reject and mend share: the open proposals of
 * the unions that this device writes for, and a write transaction in which
 * they cannot change. Internal to the client.
 */
#ifndef NC_CLIENT_DECIDING_H
#define NC_CLIENT_DECIDING_H

#include "client.h"
#include "command/check_store.h"
#include "intake/proposal_store.h"

/* The open proposals of some unions, the checker's among them. */
struct nc_offers {
	struct nc_proposals proposals;
	struct nc_checked checked; /* empty where no mend is asked for */
	struct nc_proposals_filter filter;
	struct nc_id record; /* filter's */
};

void nc_offers_init(struct nc_offers *offers);
void nc_offers_fini(struct nc_offers *offers);
/* --year, --record and --kind. filter.entity may be set before. */
enum nc_status nc_offers_filter(struct nc_offers *offers,
	const struct nc_call *call, struct nc_store *store,
	struct nc_arena *arena, struct nc_error *err) NC_MUST_USE;
/* Gathers them, in a transaction. Mends are those of one year: --year, else
 * that of --record's record, else this year. */
enum nc_status nc_offers_gather(struct nc_offers *offers,
	const struct nc_call *call, struct nc_store *store,
	const struct nc_id *unions, size_t unions_count,
	struct nc_error *err) NC_MUST_USE;

struct nc_deciding {
	const struct nc_call *call;
	struct nc_home home;
	struct nc_author author;
	struct nc_arena arena;
	const struct nc_id *unions;
	size_t unions_count;
	struct nc_offers offers;
	bool accepts;
	const char *reason; /* NULL: none */
	bool *chosen;	    /* of each proposal, after gather */
	struct nc_record_change *changes;
	struct nc_id *changes_unions;
	size_t changes_count;
	size_t decided, fields, created;
	struct nc_written written;
};

void nc_deciding_init(struct nc_deciding *deciding, const struct nc_call *call);
/* Closing the store ends a transaction that was not committed. */
void nc_deciding_fini(struct nc_deciding *deciding);
/* The home, opened for writing, its unions, and a transaction. */
enum nc_status nc_deciding_open(
	struct nc_deciding *deciding, struct nc_error *err) NC_MUST_USE;
/* Gathers by offers.filter; nothing is chosen yet. */
enum nc_status nc_deciding_gather(
	struct nc_deciding *deciding, struct nc_error *err) NC_MUST_USE;
/* Writes what is chosen, with the decisions. Mends of one text meet in one
 * value; of two proposals else for one field, or about the same words, one is
 * taken and the other is not decided. */
enum nc_status nc_deciding_write(
	struct nc_deciding *deciding, struct nc_error *err) NC_MUST_USE;

#endif
