/*
 * report plan: the plan of a year, printed; a union's own, or at the hub the
 * consolidated one.
 */
#include "command/console.h"
#include "command/home.h"
#include "command/plan_store.h"
#include "command/shared.h"
#include "locale/day.h"
#include "store/roof.h"
#include "report/plan_report.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define REPORT_BYTES_MAX (512u * 1024 * 1024)

struct request {
	unsigned year;
	char day[NC_DATE_TEXT_SIZE]; /* whose unions' roofs */
	enum nc_report_layout layout;
	enum nc_report_format format;
	const char *path; /* NULL: standard output */
};

/* The format that a file's name asks for: plan.docx. */
static bool format_of_path(const char *path, enum nc_report_format *ret)
{
	const char *dot = strrchr(path, '.');

	if (dot == NULL || strchr(dot, '/') != NULL)
		return false;
	if (strcmp(dot, ".txt") == 0) {
		*ret = NC_REPORT_TEXT;
		return true;
	}
	return nc_report_format_named(dot + 1, ret);
}

static enum nc_status read_format(const struct nc_call *call,
	struct request *request, struct nc_error *err)
{
	const char *format = nc_call_value(call, "format");

	request->format = NC_REPORT_TEXT;
	if (format != NULL && !nc_report_format_named(format, &request->format))
		return nc_error_set(err, NC_USAGE,
			_("There is no format \"%s\"; the formats are text, "
			  "md, html, docx and json."),
			format);
	if (format == NULL && request->path != NULL)
		(void)format_of_path(request->path, &request->format);
	if (call->json && format != NULL && request->format != NC_REPORT_JSON)
		return nc_error_set(err, NC_USAGE,
			_("--json and --format %s ask for two formats at "
			  "once."),
			format);
	if (call->json)
		request->format = NC_REPORT_JSON;
	if (request->format == NC_REPORT_DOCX && request->path == NULL &&
		isatty(STDOUT_FILENO))
		return nc_error_set(err, NC_USAGE,
			_("A Word document is not for the screen; name a file "
			  "with -o."));
	return NC_OK;
}

static enum nc_status read_request(const struct nc_call *call,
	struct request *request, struct nc_error *err)
{
	const char *layout = nc_call_value(call, "layout");

	request->path = nc_call_value(call, "output");
	if (request->path != NULL && strcmp(request->path, "-") == 0)
		request->path = NULL;
	request->layout = NC_REPORT_BY_UNION;
	if (layout != NULL && !nc_report_layout_named(layout, &request->layout))
		return nc_error_set(err, NC_USAGE,
			_("There is no layout \"%s\"; the layouts are by-union "
			  "and by-area."),
			layout);
	if (!nc_call_has(call, "year"))
		return nc_error_set(err, NC_USAGE,
			_("Which year? Add --year, as in --year 2024."));
	return read_format(call, request, err);
}

/* --as-of, else the year's 31 December. */
static enum nc_status read_day(const struct nc_call *call,
	struct request *request, struct nc_error *err)
{
	const char *typed = nc_call_value(call, "as-of");
	struct nc_day day;

	nc_date_year_end(request->day, request->year);
	if (typed == NULL)
		return NC_OK;
	if (!nc_day_parse(&day, typed))
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is not a day; write it as in --as-of "
			  "2024-12-31."),
			typed);
	nc_day_format(request->day, day);
	return NC_OK;
}

/* Whose records are to be printed; count 0 at a hub without --union: all. */
struct chosen {
	struct nc_id *unions;
	size_t count;
};

/* A client's own unions: its own, and those that came before it. */
static bool is_own(const struct nc_home *home,
	const struct nc_registry_device *device, const struct nc_id *union_id)
{
	return nc_id_compare(union_id, &home->identity.union_id) == 0 ||
	       (device != NULL && nc_registry_belongs(device, union_id));
}

/* --union means that union's records, and all that are printed under it. */
static enum nc_status find_unions(const struct nc_call *call,
	const struct request *request, struct nc_home *home,
	struct chosen *chosen, struct nc_error *err)
{
	const char *code = nc_call_value(call, "union");
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	const struct nc_registry_union *asked = NULL;
	enum nc_status status = nc_store_registry(home->store, &registry, err);

	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, nc_key_device(home->key));
	if (code != NULL)
		asked = nc_registry_union_coded(registry, code);
	if (code != NULL && asked == NULL)
		return nc_error_set(err, NC_NOT_FOUND,
			home->identity.is_hub
				? _("There is no union %s; union list shows "
				    "which there are.")
				: _("There is no union %s in the cluster; ask "
				    "the hub's keeper for its code."),
			code);
	chosen->unions = nc_arena_array(&home->arena,
		registry->unions_count + 1, sizeof(*chosen->unions));
	if (chosen->unions == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < registry->unions_count; i++) {
		const struct nc_registry_union *of = &registry->unions[i];

		if (!home->identity.is_hub && !is_own(home, device, &of->id))
			continue;
		if (asked == NULL || of == asked ||
			nc_roof_of(registry, of, request->day).of == asked)
			chosen->unions[chosen->count++] = of->id;
	}
	/* Before its first sync a client knows no union, and its own all the
	 * same. */
	if (!home->identity.is_hub && asked == NULL && chosen->count == 0)
		chosen->unions[chosen->count++] = home->identity.union_id;
	return NC_OK;
}

/* A union's plan is one union's; two offices' are nobody's. */
static enum nc_status check_one(const struct request *request,
	const struct nc_plan *plan, struct nc_error *err)
{
	char codes[256] = "";
	size_t used = 0;

	if (plan->unions_count < 2)
		return NC_OK;
	for (size_t i = 0; i < plan->unions_count; i++) {
		snprintf(codes + used, sizeof(codes) - used, "%s%s",
			i == 0 ? "" : ", ", plan->unions[i].code);
		used = strlen(codes);
	}
	return nc_error_set(err, NC_USAGE,
		_("On %s there were %s; add --union and one of them, or "
		  "--as-of and a day on which yours was there."),
		request->day, codes);
}

static enum nc_status read_plan(const struct nc_call *call,
	const struct request *request, struct nc_plan *plan,
	struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct chosen chosen = {NULL, 0};
	enum nc_status status;

	nc_home_init(&home);
	status = nc_home_open(&home, call, err);
	if (status == NC_OK)
		status = nc_store_begin_read(home.store, err);
	if (status == NC_OK)
		status = find_unions(call, request, &home, &chosen, err);
	if (status == NC_OK && home.identity.is_hub &&
		!nc_call_has(call, "union"))
		chosen.unions = NULL;
	if (status == NC_OK)
		status = nc_plan_from_store(plan, home.store, request->year,
			request->day, chosen.unions, chosen.count, err);
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

	nc_buffer_init(&out, REPORT_BYTES_MAX);
	status = nc_report_plan(
		plan, request->layout, request->format, &out, err);
	if (status != NC_OK)
		return status;
	if (request->path != NULL)
		status = nc_home_write_file(
			call, request->path, nc_buffer_slice(&out), err);
	else
		fwrite(out.data, 1, out.size, stdout);
	if (status == NC_OK && plan->unions_count == 0)
		nc_console_note(
			_("Nothing is planned for %u yet."), request->year);
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
		status = nc_call_year(call, &request.year, err);
	if (status == NC_OK)
		status = read_day(call, &request, err);
	if (status == NC_OK)
		status = read_plan(call, &request, &plan, err);
	if (status == NC_OK)
		status = print_plan(call, &request, &plan, err);
	return status;
}

#define REPORT_OPTIONS                                                         \
	{"year", 0, "YEAR", N_("the plan's year")},                            \
		{"as-of", 0, "DATE",                                           \
			N_("under the unions of this day (default: the "       \
			   "year's "                                           \
			   "31 December)")},                                   \
		{"layout", 0, "LAYOUT",                                        \
			N_("by-union (the default) or by-area")},              \
		{"format", 0, "FORMAT",                                        \
			N_("text (the default), md, html, docx or json; with " \
			   "-o, as the file's name says")},                    \
	{                                                                      \
		"output", 'o', "FILE", N_("write to this file")                \
	}

static const struct nc_option client_options[] = {
	REPORT_OPTIONS,
	{"union", 0, "CODE", N_("one of the unions that came before yours")},
	{.name = NULL},
};

static const struct nc_option hub_options[] = {
	REPORT_OPTIONS,
	{"union", 0, "CODE",
		N_("only this union's part, and what is printed under it")},
	{.name = NULL},
};

const struct nc_command nc_command_report_plan = {
	.name = "report plan",
	.arguments = "",
	.help = N_("print your union's plan of a year"),
	.notes = N_("What a union wrote that has gone over into yours by the "
		    "end of that year stands under yours, said in a note."),
	.examples = "nhipcau report plan --year 2024\n"
		    "nhipcau report plan --year 2024 -o plan.docx\n",
	.options = client_options,
	.run = run_report_plan,
};

const struct nc_command nc_command_report_plan_hub = {
	.name = "report plan",
	.arguments = "",
	.help = N_("print the cluster's plan of a year"),
	.notes = N_("Each union's plan stands under the union that was there "
		    "on the year's 31 December, or on --as-of: after a merger "
		    "under the successor, said in a note. What a successor of "
		    "several wrote cannot be divided and stands under it."),
	.examples = "nhipcaud report plan --year 2024 -o plan.docx\n"
		    "nhipcaud report plan --year 2024 --layout by-area\n"
		    "nhipcaud report plan --year 2024 --union ha-tinh --json\n",
	.options = hub_options,
	.run = run_report_plan,
};
