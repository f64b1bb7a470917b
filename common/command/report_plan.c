/*
 * report plan: the plan of a year, printed; a union's own, or at the hub the
 * consolidated one.
 */
#include "command/console.h"
#include "command/home.h"
#include "command/plan_store.h"
#include "command/shared.h"
#include "command/report_request.h"

struct request {
	struct nc_report_request common;
	enum nc_report_layout layout;
};

static enum nc_status read_request(const struct nc_call *call,
	struct request *request, struct nc_error *err)
{
	const char *layout = nc_call_value(call, "layout");

	request->layout = NC_REPORT_BY_UNION;
	if (layout != NULL && !nc_report_layout_named(layout, &request->layout))
		return nc_error_set(err, NC_USAGE,
			_("There is no layout \"%s\"; the layouts are by-union "
			  "and by-area."),
			layout);
	return nc_report_request_read(call, &request->common, err);
}

static enum nc_status check_one(const struct request *request,
	struct nc_plan *plan, struct nc_error *err)
{
	const char **codes = nc_arena_array(
		&plan->arena, plan->unions_count + 1, sizeof(*codes));

	if (codes == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < plan->unions_count; i++)
		codes[i] = plan->unions[i].code;
	return nc_report_request_one(
		&request->common, codes, plan->unions_count, err);
}

static enum nc_status read_plan(const struct nc_call *call,
	const struct request *request, struct nc_plan *plan,
	struct nc_error *err)
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
			call, &request->common, &home, &unions, err);
	if (status == NC_OK)
		status = nc_plan_from_store(plan, home.store,
			request->common.year, request->common.day, unions.ids,
			unions.count, err);
	if (status == NC_OK && !home.identity.is_hub)
		status = check_one(request, plan, err);
	return status;
}

static enum nc_status print_plan(const struct nc_call *call,
	const struct request *request, const struct nc_plan *plan,
	struct nc_error *err)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&out, NC_REPORT_BYTES_MAX);
	status = nc_report_plan(
		plan, request->layout, request->common.format, &out, err);
	if (status != NC_OK)
		return status;
	status = nc_report_request_put(
		call, &request->common, nc_buffer_slice(&out), err);
	if (status == NC_OK && plan->unions_count == 0)
		nc_console_note(_("Nothing is planned for %u yet."),
			request->common.year);
	return status;
}

static enum nc_status run_report_plan(
	struct nc_call *call, struct nc_error *err)
{
	struct nc_plan plan NC_AUTO(nc_plan_fini) = {0};
	struct request request;
	enum nc_status status;

	nc_plan_init(&plan);
	status = read_request(call, &request, err);
	if (status == NC_OK)
		status = read_plan(call, &request, &plan, err);
	if (status == NC_OK)
		status = print_plan(call, &request, &plan, err);
	return status;
}

#define REPORT_OPTIONS                                                         \
	{"year", 0, "YEAR", N_("the plan's year")},                            \
		{"layout", 0, "LAYOUT",                                        \
			N_("by-union (the default) or by-area")},              \
		NC_REPORT_OPTIONS

static const struct nc_option options[] = {
	REPORT_OPTIONS,
	{.name = NULL},
};

const struct nc_command nc_command_report_plan = {
	.name = "report plan",
	.arguments = "",
	.help = N_("print your union's plan of a year"),
	.examples = "nhipcau report plan --year 2024\n"
		    "nhipcau report plan --year 2024 -o plan.docx\n",
	.options = options,
	.run = run_report_plan,
};

const struct nc_command nc_command_report_plan_hub = {
	.name = "report plan",
	.arguments = "",
	.help = N_("print the cluster's plan of a year"),
	.examples = "nhipcaud report plan --year 2024 -o plan.docx\n"
		    "nhipcaud report plan --year 2024 --layout by-area\n"
		    "nhipcaud report plan --year 2024 --union ha-tinh --json\n",
	.options = options,
	.run = run_report_plan,
};
