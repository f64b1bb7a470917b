/*
 * A plan as a document tree, in either layout. The plan must outlive the
 * document, which borrows its texts.
 */
#ifndef NC_REPORT_PLAN_DOCUMENT_H
#define NC_REPORT_PLAN_DOCUMENT_H

#include "report/document.h"
#include "report/plan_report.h"

/* document is initialised and empty. NC_NO_MEMORY. */
enum nc_status nc_report_plan_document(struct nc_report_document *document,
	const struct nc_plan *plan, enum nc_report_layout layout,
	struct nc_error *err) NC_MUST_USE;

/* The areas of work by position in nc_choices_areas. */
size_t nc_report_areas_count(void);
/* The area that a section is printed under: an area that nc_choices_areas does
 * not name (a newer program wrote it) counts as the last, "general". */
size_t nc_report_section_area(const struct nc_plan_section *section);
/* Whether a union has anything there. Its own leads stand in "general". */
bool nc_report_union_in_area(const struct nc_plan_union *of_union, size_t area);

/* Appends the plan as docs/CLI.md says. */
enum nc_status nc_report_write_plan_json(const struct nc_plan *plan,
	enum nc_report_layout layout, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;

#endif
