/*
 * A document's paragraphs as the plan reader's lines: marks taken off, hard-
 * wrapped lines joined, a bullet alone on its line given its words. Internal
 * to this room.
 */
#ifndef NC_INTAKE_PLAN_LINES_H
#define NC_INTAKE_PLAN_LINES_H

#include "intake/document.h"
#include "intake/plan_marks.h"

enum plan_role {
	PLAN_ROLE_BODY, /* an item or a paragraph */
	PLAN_ROLE_UNION,
	PLAN_ROLE_SECTION,
	PLAN_ROLE_LETTERHEAD, /* of the paper, not the plan's words */
	PLAN_ROLE_TITLE,
};

struct plan_line {
	enum plan_noise noise;
	struct plan_mark mark;	 /* typed, or the word processor's own */
	struct nc_slice words;	 /* without it; empty: a bullet without words */
	struct nc_slice printed; /* the mark as printed; the document's */
	int list_level;		 /* as in nc_paragraph */
	int heading_level;
	int indent;
	bool stands_out;
	bool in_list;
	bool blank_before;
	size_t line;
	struct plan_heading heading; /* what words could be; not of bullets */
	enum plan_role role;	     /* plan_outline.c decides */
	const char *area;	     /* of a section */
	/* Of a letterhead's first line, where it begins a union's part: whose.
	 */
	struct nc_slice issuer;
};

struct plan_lines {
	struct nc_arena arena; /* the words */
	struct plan_line *lines;
	size_t count;
	size_t capacity;
};

void plan_lines_init(struct plan_lines *lines);
void plan_lines_fini(struct plan_lines *lines);
enum nc_status plan_lines_read(struct plan_lines *lines,
	const struct nc_document *document, struct nc_error *err) NC_MUST_USE;

/* Decides which lines are the headings of unions and of sections, and which
 * are a paper's letterhead and title. NC_NO_MEMORY. */
enum nc_status plan_outline(struct plan_lines *lines) NC_MUST_USE;

#endif
