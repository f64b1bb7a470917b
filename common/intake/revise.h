/*
 * From a union's part of a file and what its store already holds to what an
 * import would change. Pure: rows in, changes out.
 *
 * The rule: a line of the file that was imported before, or that stands word
 * for word in the store, is left alone, whatever a person made of it since.
 * A line that changed in the file since it was imported changes its record,
 * unless a person changed the record too: then the record is kept and the
 * line is reported. A record that an import made and that the file no longer
 * has is removed, unless a person changed it or filled in more of it since.
 * What a person typed is never removed. A record that a person deleted is not
 * made again: its line is reported. One that an import removed is (its
 * tombstone buries an absent mark), under the next derived id. So the same
 * file again changes nothing.
 *
 * The imported lines stand as the file has them: of those that do not, as few
 * as can be get a new rank. One that a person moved stays where it was put,
 * and what a person typed stays behind the line that it followed.
 *
 * Ids of imported records are derived (UUIDv7 form: time = 1 January of the
 * year UTC, random bits = SHA-256 of union, year, kind, section, text and
 * the count of the same before it), so that two devices that import the
 * same file offline make the same records.
 */
#ifndef NC_INTAKE_REVISE_H
#define NC_INTAKE_REVISE_H

#include "model/model.h"
#include "model/plan.h"

/* One plan-item or plan-lead record of the union and year in the store. */
struct nc_revise_row {
	struct nc_id id;
	uint32_t entity; /* NC_ENTITY_PLAN_ITEM or NC_ENTITY_PLAN_LEAD */
	bool gone;    /* deleted; only id and entity need be set, and imported
			 where it is still known: by a person, then */
	bool moved;   /* a person gave it its rank since the last import */
	bool touched; /* has values in fields that no import fills */
	const char *area, *letter, *heading, *rank, *text;
	unsigned level;	      /* items */
	uint8_t imported[16]; /* mark of the words as last imported, as the
				 field holds it: see revise_match.c */
	bool has_imported;    /* false: typed by a person */
};

enum nc_revise_kind {
	NC_REVISE_SAME,	  /* left alone */
	NC_REVISE_ADD,	  /* a new record */
	NC_REVISE_EDIT,	  /* the file's words changed: these fields change */
	NC_REVISE_REMOVE, /* the file no longer has it */
	NC_REVISE_KEEP,	  /* would change or go, but a person changed it */
};

/* Why a record is kept. */
enum nc_revise_why {
	NC_REVISE_WHY_NONE,
	NC_REVISE_WHY_CHANGED, /* a person changed what an import filled */
	NC_REVISE_WHY_DELETED, /* a person deleted it */
	NC_REVISE_WHY_FILLED,  /* a person filled in more of it */
};

struct nc_revise_step {
	enum nc_revise_kind kind;
	enum nc_revise_why why; /* KEEP */
	struct nc_id id;
	uint32_t entity;
	size_t line; /* in the file; 0 where it has none: REMOVE, KEEP, EDIT of
			what a person typed behind a line that moved */
	const char
		*text; /* the file's words, or the record's when it has none */
	const char *was; /* EDIT, KEEP: the record's words now; else "" */
	/* ADD: all fields; EDIT: those that change; REMOVE: what the tombstone
	 * buries instead of the record's value; no replaces. */
	struct nc_field_change *fields;
	size_t fields_count;
};

struct nc_revise {
	struct nc_arena arena;
	struct nc_revise_step *steps; /* file order, then removals */
	size_t count;
};

void nc_revise_init(struct nc_revise *revise);
void nc_revise_fini(struct nc_revise *revise);

/* sha256(out, bytes): given as an argument, for hashing is not this room's. */
typedef void (*nc_revise_hash)(uint8_t out[32], struct nc_slice bytes);

/* What the steps say is borrowed from from_file, rows and revise's arena. An
 * empty letter or heading is an absent value. */
enum nc_status nc_revise_plan(struct nc_revise *revise,
	const struct nc_plan_union *from_file, const struct nc_id *union_id,
	unsigned year, const struct nc_revise_row *rows, size_t rows_count,
	nc_revise_hash hash, struct nc_error *err) NC_MUST_USE;

#endif
