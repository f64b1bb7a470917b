#include "report/annual_report.h"
#include "report/pen.h"

#include <string.h>

void nc_annual_report_init(struct nc_annual_report *report)
{
	memset(report, 0, sizeof(*report));
	nc_arena_init(&report->arena, NC_REPORT_TREE_BYTES_MAX);
	report->cluster_name = "";
}

void nc_annual_report_fini(struct nc_annual_report *report)
{
	nc_arena_fini(&report->arena);
	nc_annual_report_init(report);
}

bool nc_annual_part_heads(const struct nc_annual_part *part)
{
	return part->heading[0] != '\0' || part->text[0] == '\0';
}

bool nc_annual_part_is(const struct nc_annual_part *part, const char *section)
{
	return strcmp(part->section, section) == 0;
}

static enum nc_status print_document(const struct nc_annual_report *report,
	enum nc_report_format format, struct nc_buffer *out,
	struct nc_error *err)
{
	struct nc_report_document document;
	enum nc_status status;

	nc_report_document_init(&document);
	status = nc_report_annual_document(&document, report, err);
	if (status == NC_OK)
		status = nc_report_write(&document, format, out, err);
	nc_report_document_fini(&document);
	return status;
}

enum nc_status nc_report_annual(const struct nc_annual_report *report,
	enum nc_report_format format, struct nc_buffer *out,
	struct nc_error *err)
{
	size_t size = out->size;
	enum nc_status status =
		format == NC_REPORT_JSON
			? nc_report_write_annual_json(report, out, err)
			: print_document(report, format, out, err);

	nc_report_cut(out, size, status);
	return status;
}
