/*
 * The checker: what a person who knows the unions' work would mark in a plan
 * or a report before it goes out. Reads a document alone; it knows countries,
 * days and yearly events from common/locale and check_facts.c, and changes
 * nothing. What needs records is the store's half: check_book.h.
 * Source of the rules: shared/reference/checks.md.
 */
#ifndef NC_INTAKE_CHECK_H
#define NC_INTAKE_CHECK_H

#include "intake/document.h"
#include "model/model.h"
#include "model/plan.h"

enum nc_check_level { NC_CHECK_ERROR, NC_CHECK_WARNING, NC_CHECK_NOTICE };

enum nc_check_kind { NC_CHECK_PLAN, NC_CHECK_REPORT };

/* One rule: its id, the level that it has as a rule, and what it tests. */
struct nc_check_rule {
	const char *id;
	enum nc_check_level level;
	const char *tests;    /* N_() */
	const char *tests_vi; /* the same for people who read the table */
};
extern const struct nc_check_rule nc_check_rules[];
extern const size_t nc_check_rules_count;
/* "error", "warning", "notice": stable. */
const char *nc_check_level_name(enum nc_check_level level);

/* Strings are NUL-terminated UTF-8 of the check's arena; none is NULL. */
struct nc_check_record;
struct nc_finding {
	const struct nc_check_rule *rule;
	enum nc_check_level level;
	size_t line;	      /* of the file, or paragraph of a Word file */
	size_t at;	      /* of words in the paragraph, in bytes; or
				 NC_CHECK_NOWHERE */
	size_t size;	      /* of words there; those below may be cut */
	const char *words;    /* as they stand in the document */
	const char *found;    /* the value in question; may be "" */
	const char *expected; /* what it should be; "" when nobody knows */
	const char *why;      /* one sentence, translated */
	/* Words to put in place of words, or "". One that was tried: with it
	 * the finding is gone and no error has come to its paragraph. */
	const char *mend;
	/* Of a store's records only (check_book.h). */
	const struct nc_check_record *record; /* NULL: of a file */
	size_t union_number;		      /* of the book; 0: the cluster */
	const struct nc_field *field;	      /* NULL: of no single field */
	const char *value; /* the field with the mend in it, or "" */
};
#define NC_CHECK_NOWHERE SIZE_MAX

/* No document that a person wrote has so many; past it the rest is left. */
#define NC_CHECK_FINDINGS_MAX 5000

struct nc_check {
	struct nc_arena arena;
	struct nc_finding *findings; /* by line, then rule */
	size_t count, capacity;
	bool cut; /* there were more than the limit */
};

/* A stretch of paragraphs that is a document of its own: its numbering, its
 * tone marks, its counters. Events and items are compared across all. */
struct nc_check_part {
	size_t from; /* index of its first paragraph */
	enum nc_check_kind kind;
	size_t union_number; /* from 1; 0: of none */
};

/* What a line is called in a sentence, and as a value; neither is NULL. */
struct nc_check_place {
	const char *name, *key;
};

/* A day or yearly event beyond the built-in tables. */
struct nc_check_day {
	const char *phrases;   /* its names as keys of nc_word, '|' between */
	int since, month, day; /* month 0: only the year is known */
	size_t union_number;   /* whose it is; 0: all know it */
	bool yearly;	       /* held each year since: "lần thứ 9" */
};

struct nc_check_input {
	const struct nc_document *document;
	const struct nc_plan *plan; /* of a plan; NULL otherwise */
	struct nc_slice bytes;	    /* a text file's, for R19; may be empty */
	int year;		    /* the document's; 0: not known */
	enum nc_check_kind kind;
	/* Ascending, the first from 0; NULL: the document is one part. */
	const struct nc_check_part *parts;
	size_t parts_count;
	const struct nc_check_place *places; /* by line - 1; NULL: a file's */
	const struct nc_check_day *days;
	size_t days_count;
};

void nc_check_init(struct nc_check *check);
void nc_check_fini(struct nc_check *check);

/* Fills an empty check. NC_NO_MEMORY, NC_LIMIT. */
enum nc_status nc_check_document(struct nc_check *check,
	const struct nc_check_input *input, struct nc_error *err) NC_MUST_USE;

/* What the first paragraphs say the document is: BÁO CÁO makes a report. */
enum nc_check_kind nc_check_kind_of(const struct nc_document *document);
/* The year that its title or, without one, most of its words name; 0. */
int nc_check_year_of(const struct nc_document *document);

#endif
