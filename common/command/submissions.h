/*
 * What was submitted of a year: a plan or report is submitted as it stands in
 * its union's records, by a `submission` record whose change-set names that
 * moment. Another one of the same union, year and kind is its next version.
 *
 * A paper is what an import of it fills (intake/revise.h): the records and
 * fields that are printed. What was done since, a status, a result, changes no
 * paper. A union's paper is also what stands under its roof on the year's 31
 * December (store/roof.h).
 */
#ifndef NC_COMMAND_SUBMISSIONS_H
#define NC_COMMAND_SUBMISSIONS_H

#include "store/records.h"
#include "store/registry.h"

/* A record of the paper that was written since. */
struct nc_submission_change {
	size_t submission; /* its index */
	struct nc_id union_id, id;
	uint32_t entity;
	bool made, deleted; /* neither: changed */
};

struct nc_submission {
	struct nc_record record;
	const char *kind;  /* the model's name of it */
	unsigned version;  /* from 1, by day and id: the same on all replicas */
	bool latest;	   /* of its union and kind */
	struct nc_dot dot; /* of the change-set that says so */
	int64_t position;  /* in this replica's log; 0: not there */
	int64_t received_at_ms; /* by this replica */
	/* What came after it in this replica's log is asked for; reading sets
	 * it for the latest. */
	bool wanted;
	const struct nc_submission_change *changes;
	size_t changes_count;
};

struct nc_submissions {
	struct nc_arena arena;
	unsigned year;
	struct nc_submission *list; /* by union, kind, version */
	size_t count;
};

void nc_submissions_init(struct nc_submissions *submissions);
void nc_submissions_fini(struct nc_submissions *submissions);

/* The year's, of some unions or (count 0) of all, in a transaction of the
 * caller's. One that has no day was not sent. submissions is initialised and
 * empty. */
enum nc_status nc_submissions_read(struct nc_submissions *submissions,
	struct nc_store *store, unsigned year, const struct nc_id *unions,
	size_t unions_count, struct nc_error *err) NC_MUST_USE;

/* Fills the changes of those that are wanted, in the same transaction: each
 * record once, by union and id; without those made and deleted again. */
enum nc_status nc_submissions_since(struct nc_submissions *submissions,
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;

/* What came of a record since that submission; NULL: nothing. */
const struct nc_submission_change *nc_submission_change(
	const struct nc_submission *submission, const struct nc_id *union_id,
	const struct nc_id *id);

/* The index of the latest of that union and kind; SIZE_MAX: none. */
size_t nc_submissions_latest(const struct nc_submissions *submissions,
	const struct nc_id *union_id, const char *kind);
/* Whether what stands under that union's roof was submitted, by it or by one
 * of those that stand there. */
bool nc_submissions_has(const struct nc_submissions *submissions,
	const struct nc_registry *registry, const struct nc_id *union_id,
	const char *kind);

/* How many records a union's paper has, by entity. */
#define NC_PAPER_ENTITIES_MAX 2
struct nc_paper_count {
	uint32_t entity; /* 0: no more */
	size_t count;
};
enum nc_status nc_paper_counts(struct nc_store *store,
	const struct nc_id *union_id, unsigned year, const char *kind,
	struct nc_paper_count ret_counts[NC_PAPER_ENTITIES_MAX],
	struct nc_error *err) NC_MUST_USE;

/* The kinds of papers, in the model's order, with their labels. */
const struct nc_choice *nc_paper_kinds(void);

#endif
