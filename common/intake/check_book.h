/*
 * The checker over a replica's records: the year's plan, reports and what was
 * done are laid out as paragraphs for the rules of check.h, each finding is
 * led back to its record and field, and the rules that need records follow.
 * Pure: records in, findings out.
 * Source of the rules: shared/reference/checks.md.
 */
#ifndef NC_INTAKE_CHECK_BOOK_H
#define NC_INTAKE_CHECK_BOOK_H

#include "intake/check.h"
#include "locale/day.h"
#include "model/model.h"

struct nc_check_union {
	struct nc_id id;
	const char *code, *name;
};

struct nc_check_record {
	const struct nc_entity *entity;
	struct nc_id id;
	size_t union_number; /* from 1 among the book's unions; 0: cluster */
	/* One for each of the entity's fields. The bytes of text are followed
	 * by a NUL. */
	const struct nc_value *values;
	bool gone;	 /* deleted; only plan items, and only since_sent */
	bool since_sent; /* made or deleted since its plan was sent */
};

/* All there is to check; everything is the arena's, records malloc's. */
struct nc_check_book {
	struct nc_arena arena;
	const struct nc_check_union *unions; /* in print order */
	size_t unions_count;
	struct nc_check_record *records;
	size_t count, capacity;
	const struct nc_plan *plan; /* of the year, as it is printed */
	int year;
	struct nc_day today;
};

void nc_check_book_init(struct nc_check_book *book);
/* Lets go of records and arena; unions and plan are the caller's. */
void nc_check_book_fini(struct nc_check_book *book);
/* Adds a record whose values, one for each field, are copied. */
enum nc_status nc_check_book_add(struct nc_check_book *book,
	const struct nc_check_record *record, struct nc_error *err) NC_MUST_USE;

/*
 * Fills an empty check with the findings about the book's year, by union (the
 * cluster's own last), then as printed, then by rule. What a finding points to
 * is the book's. NC_NO_MEMORY, NC_LIMIT.
 */
enum nc_status nc_check_records(struct nc_check *check,
	const struct nc_check_book *book, struct nc_error *err) NC_MUST_USE;

/* The exception by which its union lets a finding stand: the same rule, record
 * and words, and the year, where it names one; NULL when there is none. */
const struct nc_check_record *nc_check_exception(
	const struct nc_check_book *book, const struct nc_finding *finding);

#endif
