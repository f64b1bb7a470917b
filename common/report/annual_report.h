/*
 * Annual and half-year reports, printed from their parts: a union's own, or
 * those of all unions one after another. The same parts give the same bytes
 * in every format.
 */
#ifndef NC_REPORT_ANNUAL_REPORT_H
#define NC_REPORT_ANNUAL_REPORT_H

#include "report/plan_report.h"

/* One report-part record. Texts are the report's arena's; none is NULL. */
struct nc_annual_part {
	const char *section; /* a name of the model's report_sections; or "" */
	const char *area, *part, *label, *heading, *text;
	unsigned level; /* as report-part has it */
	struct nc_report_origin origin;
};

struct nc_annual_union {
	struct nc_id id;
	const char *code, *name;
	/* Whose parts stand here beside its own, for the reader; or NULL. */
	const char *note;
	struct nc_annual_part *parts; /* in order */
	size_t count;
};

struct nc_annual_report {
	struct nc_arena arena;
	unsigned year;
	bool half_year;
	/* Of all unions, in one document, however many have written yet. */
	bool consolidated;
	const char *cluster_name;
	/* Those that have parts; when it is not consolidated, that is printed
	 * as one union's. */
	struct nc_annual_union *unions;
	size_t count;
};

void nc_annual_report_init(struct nc_annual_report *report);
void nc_annual_report_fini(struct nc_annual_report *report);

/* Whether a part begins a section: it has a heading, or says nothing else. */
bool nc_annual_part_heads(const struct nc_annual_part *part);
bool nc_annual_part_is(const struct nc_annual_part *part, const char *section);

/*
 * Appends the printed report to out, which is unchanged on failure.
 *
 * One union's (also of a consolidated one to which but one has written) is
 * printed as its parts stand, letterhead to signature, and nothing is made up
 * for what it has; where it has no letterhead, or neither recipients nor a
 * signature, formats with a head and a foot leave blanks to fill in. Of
 * several, each union's lead texts and sections stand under its name; their
 * titles and ends are left to their own reports. What was not understood on
 * the way in ("unread") is not printed, save in JSON.
 * NC_LIMIT, NC_NO_MEMORY.
 */
enum nc_status nc_report_annual(const struct nc_annual_report *report,
	enum nc_report_format format, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;

/* annual_document.c and annual_json.c, for nc_report_annual. */
enum nc_status nc_report_annual_document(struct nc_report_document *document,
	const struct nc_annual_report *report,
	struct nc_error *err) NC_MUST_USE;
enum nc_status nc_report_write_annual_json(
	const struct nc_annual_report *report, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;

#endif
