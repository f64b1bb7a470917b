/*
 * The consolidated plan, printed. A plan (model/plan.h) becomes a document
 * tree (report/document.h), which a writer prints; JSON prints the plan
 * itself. The same plan gives the same bytes in every format.
 */
#ifndef NC_REPORT_PLAN_REPORT_H
#define NC_REPORT_PLAN_REPORT_H

#include "model/plan.h"
#include "report/document.h"

enum nc_report_format {
	NC_REPORT_TEXT,
	NC_REPORT_MARKDOWN,
	NC_REPORT_HTML,
	NC_REPORT_DOCX,
	NC_REPORT_JSON,
	NC_REPORT_FORMAT_COUNT
};

enum nc_report_layout {
	NC_REPORT_BY_UNION, /* unions, their sections, their items */
	NC_REPORT_BY_AREA,  /* areas of work, in each the unions' items */
	NC_REPORT_LAYOUT_COUNT
};

/* "text", "md", "html", "docx", "json"; false when there is none such. */
bool nc_report_format_named(const char *name, enum nc_report_format *ret);
/* "by-union", "by-area". */
bool nc_report_layout_named(const char *name, enum nc_report_layout *ret);

/* Appends a document tree in a format, any but JSON, which prints what a
 * document is made from. */
enum nc_status nc_report_write(const struct nc_report_document *document,
	enum nc_report_format format, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;

/*
 * Appends the printed plan to out, which is unchanged on failure. By area, a
 * union's own leads stand under the last area, "general", and so does a
 * section whose area nc_choices_areas does not name; areas of which nobody
 * writes are left out. A plan of one union is printed as that union's own, of
 * several as the cluster's. NC_LIMIT when out is too small for it,
 * NC_NO_MEMORY.
 */
enum nc_status nc_report_plan(const struct nc_plan *plan,
	enum nc_report_layout layout, enum nc_report_format format,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;

#endif
