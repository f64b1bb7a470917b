/*
 * From a file's lines and what a union's store already holds to what an
 * import would change. Pure: rows in, changes out. A shape tells which fields
 * of an entity hold what; plans and reports are two lists of shapes.
 *
 * The rule: a line of the file that was imported before, or that stands word
 * for word in the store, is left alone, whatever a person made of it since.
 * A line that changed in the file since it was imported changes its record,
 * unless a person changed the record too, also on another machine so that it
 * is in conflict: then the record is kept and the line is reported. A record
 * that an import made and that the file no longer has is removed, unless a
 * person changed it or filled in more of it since. What a person typed is never
 * removed. A record that a person deleted is not made again: its line is
 * reported. One that an import removed is (its tombstone buries an absent
 * mark), under the next derived id. So the same file again changes nothing.
 *
 * White space is no change: what differs in tabs and line ends alone is word
 * for word the same, for a print has spaces there.
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

#define NC_REVISE_PLACES_MAX 8

struct nc_annual;

/* Which fields of an entity an import fills; 0 where it has none such. */
struct nc_revise_shape {
	uint32_t entity;
	uint32_t year, kind, rank, text, imported, level;
	uint32_t first; /* a text that a new record gets, and no edit writes */
	/* Texts that say where a line stands, or what else it says, up to a 0.
	 * Changed words are compared among lines of one first place; the first
	 * section_places of them name the section. */
	uint32_t places[NC_REVISE_PLACES_MAX];
	unsigned section_places;
	/* In the second of places, of lines that no report prints; or NULL. A
	 * file that has none such, as what was printed has none, takes none
	 * away. */
	const char *unprinted;
	/* A union has one a year and kind: its record is that one, whatever it
	 * says; its id follows from no words. */
	bool single;
};

/* A line of the file. Its texts are "" where it has none. */
struct nc_revise_line {
	unsigned shape; /* index */
	unsigned level; /* 0 of shapes without */
	const char *places[NC_REVISE_PLACES_MAX];
	const char *text;
	size_t line;	   /* in the file, from 1 */
	size_t section;	   /* lines of one number stand in one section */
	const char *first; /* of shapes that have one */
};

/* One record of the union and year in the store. */
struct nc_revise_row {
	struct nc_id id;
	unsigned shape;
	bool gone;    /* deleted; only id and shape need be set, and imported
			 where it is still known: by a person, then */
	bool moved;   /* a person gave it its rank since the last import */
	bool touched; /* has values in fields that no import fills */
	/* Of what imports fill, a person's value or deletion lives beside
	 * another: only a person ends that. */
	bool disputed;
	/* A person gave it another year or kind: as gone from this paper as a
	 * deleted one (gone is true as well; has_imported is false), and its
	 * line does not bring it back. */
	bool elsewhere;
	const char *places[NC_REVISE_PLACES_MAX];
	const char *rank, *text;
	unsigned level;
	uint8_t imported[16]; /* mark of the words as last imported, as the
				 field holds it: see revise_match.c */
	bool has_imported;    /* false: typed by a person */
};

/* What an import weighs. */
struct nc_revise_input {
	const struct nc_id *union_id;
	unsigned year;
	const char *kind; /* of the paper, where shapes have one; else "" */
	const struct nc_revise_shape *shapes;
	const struct nc_revise_line *lines; /* in the file's order */
	size_t lines_count;
	const struct nc_revise_row *rows;
	size_t rows_count;
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
	NC_REVISE_WHY_CHANGED,	/* a person changed what an import filled */
	NC_REVISE_WHY_DELETED,	/* a person deleted it */
	NC_REVISE_WHY_FILLED,	/* a person filled in more of it */
	NC_REVISE_WHY_DISPUTED, /* a person's words are in conflict with it */
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

/* What the steps say is borrowed from the input and revise's arena. An empty
 * text is an absent value. */
enum nc_status nc_revise(struct nc_revise *revise,
	const struct nc_revise_input *input, nc_revise_hash hash,
	struct nc_error *err) NC_MUST_USE;

/* Whether an id is one that an import into that year derives. */
bool nc_revise_is_of_year(const struct nc_id *id, unsigned year);

/* Plans: items, and leads. Places: area, letter, heading. */
enum { NC_REVISE_PLAN_ITEM, NC_REVISE_PLAN_LEAD, NC_REVISE_PLAN_SHAPES };
extern const struct nc_revise_shape
	nc_revise_plan_shapes[NC_REVISE_PLAN_SHAPES];
/* A union's part of a plan as lines, in the arena. */
enum nc_status nc_revise_plan_lines(const struct nc_plan_union *from_file,
	struct nc_arena *arena, const struct nc_revise_line **ret_lines,
	size_t *ret_count, struct nc_error *err) NC_MUST_USE;

/*
 * Reports: headings and all other paragraphs as report-part records, in the
 * file's order, and the paper as one document record. Places of parts: area,
 * section ("unread" of what the reader did not understand), part (the number
 * of the heading above), label; the text of a heading is its heading. What the
 * document says of the paper (title, symbol, place, date, closing, recipients,
 * signer) is told by the parts' words; a report prints the parts.
 */
enum {
	NC_REVISE_HEADING,
	NC_REVISE_PART,
	NC_REVISE_DOCUMENT,
	NC_REVISE_ANNUAL_SHAPES
};
extern const struct nc_revise_shape
	nc_revise_annual_shapes[NC_REVISE_ANNUAL_SHAPES];
/* A report as lines, in the arena; texts are borrowed from it. year names a
 * document without a title. */
enum nc_status nc_revise_annual_lines(const struct nc_annual *annual,
	unsigned year, struct nc_arena *arena,
	const struct nc_revise_line **ret_lines, size_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

#endif
