/*
 * A plan as a document: unions, their sections, the items in order. The
 * reader makes one from a file, the report builder from the store; the
 * writers print either. Strings are NUL-terminated NFC UTF-8 and, like the
 * arrays, belong to the plan's arena; none is NULL ("" instead).
 */
#ifndef NC_MODEL_PLAN_H
#define NC_MODEL_PLAN_H

#include "base/memory.h"
#include "model/change.h"

/* The change-set that said something; sequence 0: not from a store. */
struct nc_plan_source {
	nc_device_id device;
	uint64_t sequence;
	const char *author;
	/* The code of the union whose record it is; NULL: the one that it is
	 * printed under. */
	const char *union_code;
};

/* A paragraph before items: of a union, or of a section. */
struct nc_plan_lead {
	const char *text;
	size_t line;	 /* 1-based, in the file read; 0 from a store */
	struct nc_id id; /* zero from a file */
	struct nc_plan_source source;
};

struct nc_plan_item {
	unsigned level;	  /* from 1 */
	const char *text; /* without bullet; may hold line ends */
	size_t line;
	struct nc_id id;
	struct nc_plan_source source;
};

struct nc_plan_section {
	const char *letter;  /* as printed, without its dot: "a", "đ", "II" */
	const char *heading; /* as printed, without the letter; may be "" */
	const char *area;    /* a name of nc_choices_areas */
	size_t line;
	struct nc_plan_lead *leads;
	size_t leads_count;
	struct nc_plan_item *items;
	size_t items_count;
};

struct nc_plan_union {
	const char *code; /* the slug of its place, or the cluster's code */
	const char *name; /* as the heading prints it, without its number and
			     without the colon or full stop after it */
	struct nc_id id;  /* zero from a file */
	size_t line;
	struct nc_plan_lead *leads;
	size_t leads_count;
	struct nc_plan_section *sections;
	size_t sections_count;
	/* Which other unions' records these are, too; NULL: none. */
	const char *note;
};

/* A paragraph that the reader saw and did not take, and why. */
struct nc_plan_left_out {
	const char *text;
	size_t line;
	/* Stable: "letterhead", "title" (of the paper, and whom it is for),
	 * "before-first-union", "closing" (Trân trọng./.),
	 * "after-closing" (signatures, recipients), "page-number", "rule" (a
	 * drawn line), "table-head" (and a table's column of numbers),
	 * "empty-bullet", "repeated-union" (its part goes on). */
	const char *why;
};

struct nc_plan {
	struct nc_arena arena;
	unsigned year;		  /* 0 when not known */
	const char *cluster_name; /* "" from a file */
	struct nc_plan_union *unions;
	size_t unions_count;
	struct nc_plan_left_out *left_out;
	size_t left_out_count;
};

void nc_plan_init(struct nc_plan *plan);
void nc_plan_fini(struct nc_plan *plan);

/*
 * The words that name the union's place, folded, out of a union's name as
 * printed: "Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh:" → "ha tinh".
 * Appends to out.
 */
enum nc_status nc_plan_place(
	struct nc_buffer *out, const char *name) NC_MUST_USE;

/* The same within a name that is folded already; cannot fail. */
const char *nc_plan_place_of_folded(const char *folded);

/* The size of folded text without " nam 2024" at its end. */
size_t nc_plan_without_year(const char *folded);

/* The area of work that a section's heading speaks of, by its words, never
 * by its letter; "general" when it names none. The heading is folded already;
 * cannot fail. ret_at, unless NULL, is where in it the words begin that name
 * the area. */
const char *nc_plan_area_of_folded(const char *folded, size_t *ret_at);

#endif
