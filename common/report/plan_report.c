#include "report/plan_report.h"
#include "report/pen.h"
#include "report/plan_document.h"

#include <string.h>

static const char *const format_names[NC_REPORT_FORMAT_COUNT] = {
	[NC_REPORT_TEXT] = "text",
	[NC_REPORT_MARKDOWN] = "md",
	[NC_REPORT_HTML] = "html",
	[NC_REPORT_DOCX] = "docx",
	[NC_REPORT_JSON] = "json",
};

static const char *const layout_names[NC_REPORT_LAYOUT_COUNT] = {
	[NC_REPORT_BY_UNION] = "by-union",
	[NC_REPORT_BY_AREA] = "by-area",
};

bool nc_report_format_named(const char *name, enum nc_report_format *ret)
{
	for (int i = 0; i < NC_REPORT_FORMAT_COUNT; i++) {
		if (strcmp(format_names[i], name) == 0) {
			*ret = (enum nc_report_format)i;
			return true;
		}
	}
	return false;
}

bool nc_report_layout_named(const char *name, enum nc_report_layout *ret)
{
	for (int i = 0; i < NC_REPORT_LAYOUT_COUNT; i++) {
		if (strcmp(layout_names[i], name) == 0) {
			*ret = (enum nc_report_layout)i;
			return true;
		}
	}
	return false;
}

typedef enum nc_status writer(const struct nc_report_document *document,
	struct nc_buffer *out, struct nc_error *err);

/* JSON prints the plan itself, not its document. */
static writer *const writers[NC_REPORT_FORMAT_COUNT] = {
	[NC_REPORT_TEXT] = nc_report_write_text,
	[NC_REPORT_MARKDOWN] = nc_report_write_markdown,
	[NC_REPORT_HTML] = nc_report_write_html,
	[NC_REPORT_DOCX] = nc_report_write_docx,
};

enum nc_status nc_report_write(const struct nc_report_document *document,
	enum nc_report_format format, struct nc_buffer *out,
	struct nc_error *err)
{
	NC_ASSERT((unsigned)format < NC_REPORT_FORMAT_COUNT);
	NC_ASSERT(writers[format] != NULL);
	return writers[format](document, out, err);
}

static enum nc_status print_document(const struct nc_plan *plan,
	enum nc_report_layout layout, enum nc_report_format format,
	struct nc_buffer *out, struct nc_error *err)
{
	struct nc_report_document document;
	enum nc_status status;

	nc_report_document_init(&document);
	status = nc_report_plan_document(&document, plan, layout, err);
	if (status == NC_OK)
		status = nc_report_write(&document, format, out, err);
	nc_report_document_fini(&document);
	return status;
}

enum nc_status nc_report_plan(const struct nc_plan *plan,
	enum nc_report_layout layout, enum nc_report_format format,
	struct nc_buffer *out, struct nc_error *err)
{
	size_t size = out->size;
	enum nc_status status;

	NC_ASSERT((unsigned)layout < NC_REPORT_LAYOUT_COUNT);
	if (format == NC_REPORT_JSON)
		status = nc_report_write_plan_json(plan, layout, out, err);
	else
		status = print_document(plan, layout, format, out, err);
	nc_report_cut(out, size, status);
	return status;
}
