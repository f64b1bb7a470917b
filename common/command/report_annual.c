/*
 * report annual: the report of a year, printed; a union's own, or at the hub
 * those of all unions.
 */
#include "command/annual_store.h"
#include "command/console.h"
#include "command/report_request.h"
#include "command/shared.h"

#include <string.h>

static enum nc_status read_kind(
	const struct nc_call *call, bool *ret_half_year, struct nc_error *err)
{
	const char *kind = nc_call_value(call, "kind");

	if (kind != NULL && strcmp(kind, "annual") != 0 &&
		strcmp(kind, "half-year") != 0)
		return nc_error_set(err, NC_USAGE,
			_("There is no kind of report \"%s\"; the kinds are "
			  "annual and half-year."),
			kind);
	*ret_half_year = kind != NULL && strcmp(kind, "half-year") == 0;
	return NC_OK;
}

static enum nc_status check_one(const struct nc_report_request *request,
	struct nc_annual_report *report, struct nc_error *err)
{
	const char **codes = nc_arena_array(
		&report->arena, report->count + 1, sizeof(*codes));

	if (codes == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < report->count; i++)
		codes[i] = report->unions[i].code;
	return nc_report_request_one(request, codes, report->count, err);
}

static enum nc_status read_report(const struct nc_call *call,
	const struct nc_report_request *request, bool half_year,
	struct nc_annual_report *report, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_report_unions unions;
	enum nc_status status;

	nc_home_init(&home);
	status = nc_home_open_to_read(&home, call, err);
	if (status == NC_OK)
		status = nc_store_begin_read(home.store, err);
	if (status == NC_OK)
		status = nc_report_request_unions(
			call, request, &home, &unions, err);
	if (status == NC_OK)
		status = nc_annual_from_store(report, home.store, request->year,
			half_year, request->day, unions.ids, unions.count, err);
	if (status == NC_OK && !report->consolidated)
		status = check_one(request, report, err);
	return status;
}

static enum nc_status print_report(const struct nc_call *call,
	const struct nc_report_request *request,
	const struct nc_annual_report *report, struct nc_error *err)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	size_t parts = 0;
	enum nc_status status;

	nc_buffer_init(&out, NC_REPORT_BYTES_MAX);
	status = nc_report_annual(report, request->format, &out, err);
	if (status == NC_OK)
		status = nc_report_request_put(
			call, request, nc_buffer_slice(&out), err);
	for (size_t i = 0; i < report->count; i++)
		parts += report->unions[i].count;
	if (status == NC_OK && parts == 0)
		nc_console_note(report->half_year
					? _("There is no half-year report of "
					    "%u yet.")
					: _("There is no annual report of %u "
					    "yet."),
			request->year);
	return status;
}

static enum nc_status run_report_annual(
	struct nc_call *call, struct nc_error *err)
{
	struct nc_annual_report report NC_AUTO(nc_annual_report_fini) = {0};
	struct nc_report_request request;
	bool half_year;
	enum nc_status status;

	nc_annual_report_init(&report);
	status = read_kind(call, &half_year, err);
	if (status == NC_OK)
		status = nc_report_request_read(call, &request, err);
	if (status == NC_OK)
		status = read_report(call, &request, half_year, &report, err);
	if (status == NC_OK)
		status = print_report(call, &request, &report, err);
	return status;
}

#define REPORT_OPTIONS                                                         \
	{"year", 0, "YEAR", N_("the report's year")},                          \
		{"kind", 0, "KIND", N_("annual (the default) or half-year")},  \
		NC_REPORT_OPTIONS

static const struct nc_option options[] = {
	REPORT_OPTIONS,
	{.name = NULL},
};

const struct nc_command nc_command_report_annual = {
	.name = "report annual",
	.arguments = "",
	.help = N_("print your union's annual or half-year report"),
	.notes = N_("It is printed from its records, word for word and in "
		    "order, as it was imported and edited since. What the "
		    "import did not understand is left out; list report-part "
		    "section=unread shows it."),
	.examples = "nhipcau report annual --year 2023\n"
		    "nhipcau report annual --year 2023 -o bao-cao.docx\n"
		    "nhipcau report annual --year 2024 --kind half-year\n",
	.options = options,
	.run = run_report_annual,
};

const struct nc_command nc_command_report_annual_hub = {
	.name = "report annual",
	.arguments = "",
	.help = N_("print the unions' annual or half-year reports"),
	.notes = N_("Of several unions, the sections of each stand under its "
		    "name, one union after another; titles, closing words, "
		    "recipients and signatures are left to each union's own "
		    "report, which --union prints."),
	.examples = "nhipcaud report annual --year 2023 -o bao-cao.docx\n"
		    "nhipcaud report annual --year 2023 --union khanh-hoa\n",
	.options = options,
	.run = run_report_annual,
};
