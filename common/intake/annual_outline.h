/*
 * Which lines of a report head sections, and which are its front, its body
 * and its end. Internal to this room.
 */
#ifndef NC_INTAKE_ANNUAL_OUTLINE_H
#define NC_INTAKE_ANNUAL_OUTLINE_H

#include "intake/annual_marks.h"

enum annual_zone {
	ANNUAL_FRONT, /* letterhead, title, what stands before sections */
	ANNUAL_BODY,
	ANNUAL_END, /* closing words, signature, recipients */
};

struct annual_line {
	const struct plan_line *plan;
	struct nc_slice words; /* without all of the number */
	struct annual_mark mark;
	enum annual_zone zone;
	bool section; /* heads one */
	bool joins;   /* goes on with the heading before */
	/* Lines that could head sections: what is around them as index + 1,
	 * 0 for nothing; how deep, from 1; the number as a path. */
	size_t parent;
	unsigned depth;
	char path[ANNUAL_NUMBER_MAX];
	/* Marks alike in one section are judged together: the index of the
	 * first, and there their counts. */
	size_t group;
	unsigned members, with_body, like_headings;
};

struct annual_outline {
	struct annual_line *lines;
	size_t count;
};

void annual_outline_fini(struct annual_outline *outline);
/* lines must outlive the outline. NC_NO_MEMORY. */
enum nc_status annual_outline_read(struct annual_outline *outline,
	const struct plan_lines *lines) NC_MUST_USE;

#endif
