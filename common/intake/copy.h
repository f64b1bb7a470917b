/*
 * Last year's records once more, for another year: the same words, and
 * nothing of what came of them. Pure: records in, changes out.
 *
 * A copy says what it was copied from (carried_from), so that what its words
 * should say in the new year can be proposed (proposal.h). Its id is derived
 * from the union, the new year and the record (UUIDv7 form: 1 January of the
 * year; SHA-256), so that copying twice, or on two devices, makes one copy.
 * What stands in the new year already is left: a copy of the same record, one
 * that somebody deleted, or one of the same words.
 */
#ifndef NC_INTAKE_COPY_H
#define NC_INTAKE_COPY_H

#include "intake/revise.h"
#include "store/records.h"

enum nc_copy_kind {
	NC_COPY_ADD,
	NC_COPY_FINISHED, /* added, though it was finished: look at it */
	NC_COPY_STANDS,	  /* left: it stands in the new year already */
	NC_COPY_DELETED,  /* left: somebody deleted its copy */
	NC_COPY_DROPPED,  /* left: it was given up */
	NC_COPY_DONE,	  /* left: only what is open was asked for */
	NC_COPY_KINDS
};

/* "add", "finished", "stands", "deleted", "dropped", "done". */
const char *nc_copy_kind_name(enum nc_copy_kind kind);

struct nc_copy_step {
	enum nc_copy_kind kind;
	const struct nc_record *source;
	struct nc_id id; /* of the copy; zero where there is none */
	const struct nc_id *union_id; /* that the copy is written for */
	const char *text;	      /* what it is known by */
	/* Of what is added; ascending by field. */
	struct nc_field_change *fields;
	size_t fields_count;
	/* Of the source, when it is said to be carried: its new status. */
	struct nc_field_change *carried;
};

struct nc_copy {
	struct nc_arena arena;
	struct nc_copy_step *steps; /* in the order of the records */
	size_t count;
	size_t kinds[NC_COPY_KINDS];
};

struct nc_copy_input {
	int from, to; /* years, not alike */
	/* Only what is not done, and its source is said to be carried. */
	bool open;
	const struct nc_record *sources; /* present ones, of the year from */
	size_t sources_count;
	/* For which union each one's copy is written: an id for each source. */
	const struct nc_id *unions;
	/* Those of the year to and of the same entities, deleted ones too. */
	const struct nc_record *standing;
	size_t standing_count;
	/* Plan items of the year to, for what refers to them; deleted ones
	 * left out. */
	const struct nc_record *items;
	size_t items_count;
	nc_revise_hash hash;
};

void nc_copy_init(struct nc_copy *copy);
void nc_copy_fini(struct nc_copy *copy);

/* Whether an entity's records can be copied: they have a year, and say what
 * they were copied from. */
bool nc_copy_takes(const struct nc_entity *entity);

/* Fills an empty copy. Everything in input outlives it. NC_NO_MEMORY. */
enum nc_status nc_copy_plan(struct nc_copy *copy,
	const struct nc_copy_input *input, struct nc_error *err) NC_MUST_USE;

#endif
