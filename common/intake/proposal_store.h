/*
 * The open proposals of a store: its records asked, one after another, and
 * what was decided left out. Reads only; one moment, in a transaction.
 */
#ifndef NC_INTAKE_PROPOSAL_STORE_H
#define NC_INTAKE_PROPOSAL_STORE_H

#include "intake/proposal.h"

struct nc_proposals_filter {
	const struct nc_entity *entity; /* NULL: of all */
	int year;			/* 0: of all */
	const struct nc_id *record;	/* NULL: of all */
	bool has_kind;
	enum nc_propose_kind kind;
};

/* About a second's work. */
#define NC_PROPOSALS_RECORDS_MAX 2000

/*
 * Adds the open proposals of a union's records to the list: those of a
 * record together, its carried words first. While those wait for a decision,
 * nothing is found or mended in the words that they are to replace.
 *
 * Of more records than these without a year or a record in the filter nothing
 * is found: NC_LIMIT, with a sentence that asks for one.
 *
 * mends: what the checker found to mend in the same records (a list that it
 * filled through nc_proposals_add, and that lives as long as this one), or
 * NULL; of those the open ones are taken over.
 */
enum nc_status nc_proposals_gather(struct nc_proposals *proposals,
	struct nc_store *store, const struct nc_id *union_id,
	const struct nc_proposals_filter *filter,
	const struct nc_proposals *mends, struct nc_error *err) NC_MUST_USE;

/* How the proposal whose id begins with these digits was decided: the status
 * that its decision has ("accepted", "rejected"); "" for none. For telling a
 * person why it is not open any more. */
enum nc_status nc_proposals_decided(struct nc_store *store,
	const struct nc_id *union_id, const char *digits,
	const char **ret_status, struct nc_error *err) NC_MUST_USE;

/* The decision as a record: accepted or rejected, with its reason (NULL: a
 * mend's own, else none).
 * Room for 9 fields; borrowed from the proposal. Returns their count. */
#define NC_DECISION_FIELDS 9
size_t nc_proposal_decide(const struct nc_proposal *proposal, bool accepted,
	const char *reason, struct nc_field_change fields[NC_DECISION_FIELDS]);

#endif
