/*
 * An annual report as a document, and its reader: paragraphs → title lines, a
 * tree of sections, the closing words, the signature, the recipients. Every
 * paragraph of the file is in one of them or in unread: nothing is dropped.
 * Strings are NUL-terminated clean UTF-8; all of it is in the report's arena,
 * no text is NULL ("" instead).
 */
#ifndef NC_INTAKE_ANNUAL_H
#define NC_INTAKE_ANNUAL_H

#include "intake/document.h"

/* Sections within sections; what is numbered deeper stands beside. */
#define NC_ANNUAL_DEPTH_MAX 9

struct nc_annual_text {
	struct nc_annual_text *next;
	const char *text; /* without bullet or number; may hold line ends */
	size_t line;	  /* 1-based, of the file; of DOCX, paragraphs */
	size_t order;	  /* from 1: texts and sections as they stand */
	unsigned level;	  /* of items, from 1; else 0 */
	/* Of items, the number or letter as printed: "1.", "a)"; "" of
	 * bullets and of all else. */
	const char *label;
	/* Of unread, stable: "page-number", "rule" (a drawn line),
	 * "table-head" (and a table's column of numbers), "empty-mark" (a
	 * bullet or number without words; text is a number's own). Else "". */
	const char *why;
};

struct nc_annual_list {
	struct nc_annual_text *first, *last;
	size_t count;
};

struct nc_annual_sections {
	struct nc_annual_section *first, *last;
	size_t count;
};

struct nc_annual_section {
	struct nc_annual_section *next;
	/* Its place: "II.1" for "1." under "II.", for "2.1." under "II." and
	 * "2." "II.2.1"; "I" for "Phần thứ nhất". "" when nothing is printed.
	 */
	const char *number;
	const char *label;   /* the number as printed: "2.1", "a"; or "" */
	const char *printed; /* the same with what closes it: "2.1.", "a)" */
	/* As printed, without the number (but with the words "Phần thứ nhất"),
	 * up to its colon; "" for text before any heading. */
	const char *heading;
	const char *area; /* of nc_choices_areas, by the words; inherited */
	/* What the report says here, by the words, inherited: "context",
	 * "results", "assessment", "achievements", "difficulties", "lessons",
	 * "directions", "proposals", or "" when they do not tell. */
	const char *part;
	size_t line;
	size_t order; /* as of texts */
	struct nc_annual_list paragraphs;
	struct nc_annual_list items; /* in order, with levels */
	struct nc_annual_sections sections;
};

struct nc_annual {
	struct nc_arena arena;
	unsigned year;	/* of the title; 0 when it does not say */
	bool half_year; /* its title speaks of six months */
	size_t count;	/* of texts and sections, recipients' heading too */
	struct nc_annual_list title;
	struct nc_annual_list lead; /* between the title and the sections */
	struct nc_annual_sections sections;
	struct nc_annual_list closing;	 /* "… báo cáo./." */
	struct nc_annual_list signature; /* as typed, people's names too */
	const char *recipients_heading;	 /* "Nơi nhận:"; or "" */
	size_t recipients_line, recipients_order;
	struct nc_annual_list recipients;
	struct nc_annual_list unread;
};

void nc_annual_init(struct nc_annual *annual);
void nc_annual_fini(struct nc_annual *annual);

/* Fills annual, which is initialised and empty, from document. After a
 * failure, which only NC_NO_MEMORY is, it is empty. */
enum nc_status nc_annual_read(const struct nc_document *document,
	struct nc_annual *annual, struct nc_error *err) NC_MUST_USE;

/* A document's reports: one union's, or those of several (parts.h finds
 * whose). */
struct nc_annual_of {
	const char *name; /* as printed; "" when the document is one union's */
	size_t line;	  /* where its part begins */
	struct nc_annual annual;
};

struct nc_annuals {
	struct nc_arena arena;
	/* What stands around the parts of several: title, lead, closing words,
	 * signature, recipients, and the year where a part says none. */
	struct nc_annual frame;
	struct nc_annual_of *parts; /* in the document's order */
	size_t count;		    /* 1 or more */
};

void nc_annuals_init(struct nc_annuals *annuals);
void nc_annuals_fini(struct nc_annuals *annuals);

/* Fills annuals, which are initialised and empty. A place that heads several
 * parts has one report. Errors as of nc_annual_read. */
enum nc_status nc_annuals_read(const struct nc_document *document,
	struct nc_annuals *annuals, struct nc_error *err) NC_MUST_USE;

#endif
