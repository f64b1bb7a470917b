#include "command/report_request.h"
#include "command/console.h"
#include "locale/day.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

/* The format that a file's name asks for: plan.docx; one without an ending
 * asks for none. */
static enum nc_status format_of_path(const char *path,
	enum nc_report_format *ret_format, struct nc_error *err)
{
	static const struct {
		const char *text;
		enum nc_report_format format;
	} endings[] = {
		{".txt", NC_REPORT_TEXT},
		{".md", NC_REPORT_MARKDOWN},
		{".html", NC_REPORT_HTML},
		{".docx", NC_REPORT_DOCX},
		{".json", NC_REPORT_JSON},
	};
	const char *slash = strrchr(path, '/');
	const char *dot = strrchr(slash == NULL ? path : slash, '.');

	if (dot == NULL)
		return NC_OK;
	for (size_t i = 0; i < sizeof(endings) / sizeof(*endings); i++) {
		if (strcasecmp(dot, endings[i].text) != 0)
			continue;
		*ret_format = endings[i].format;
		return NC_OK;
	}
	return nc_error_set(err, NC_USAGE,
		_("No report is written as \"%s\"; let the file's name end in "
		  ".txt, .md, .html, .docx or .json, or give --format."),
		dot);
}

static enum nc_status read_format(const struct nc_call *call,
	struct nc_report_request *request, struct nc_error *err)
{
	const char *format = nc_call_value(call, "format");
	enum nc_status status = NC_OK;

	request->format = NC_REPORT_TEXT;
	if (format != NULL && !nc_report_format_named(format, &request->format))
		return nc_error_set(err, NC_USAGE,
			_("There is no format \"%s\"; the formats are text, "
			  "md, html, docx and json."),
			format);
	if (format == NULL && request->path != NULL && !call->json)
		status = format_of_path(request->path, &request->format, err);
	if (status != NC_OK)
		return status;
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

/* --as-of, else the year's 31 December. */
static enum nc_status read_day(const struct nc_call *call,
	struct nc_report_request *request, struct nc_error *err)
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

enum nc_status nc_report_request_read(const struct nc_call *call,
	struct nc_report_request *ret_request, struct nc_error *err)
{
	struct nc_report_request request = {
		.path = nc_call_value(call, "output")};
	enum nc_status status;

	if (request.path != NULL && strcmp(request.path, "-") == 0)
		request.path = NULL;
	if (!nc_call_has(call, "year"))
		return nc_error_set(err, NC_USAGE,
			_("Which year? Add --year, as in --year 2024."));
	status = read_format(call, &request, err);
	if (status == NC_OK)
		status = nc_call_year(call, &request.year, err);
	if (status == NC_OK)
		status = read_day(call, &request, err);
	if (status == NC_OK)
		*ret_request = request;
	return status;
}

/* A client's own unions: its own, and those that came before it. */
static bool is_own(const struct nc_home *home,
	const struct nc_registry_device *device, const struct nc_id *union_id)
{
	return nc_id_compare(union_id, &home->identity.union_id) == 0 ||
	       (device != NULL && nc_registry_belongs(device, union_id));
}

/* A union that is not there on that day: those before it are meant too. */
static enum nc_status mark_earlier(const struct nc_report_request *request,
	struct nc_home *home, const struct nc_registry *registry,
	const struct nc_registry_union *asked, bool **ret_earlier,
	struct nc_error *err)
{
	bool *earlier = nc_arena_array(
		&home->arena, registry->unions_count + 1, sizeof(*earlier));
	size_t count = 0;

	if (earlier == NULL)
		return nc_error_no_memory(err);
	memset(earlier, 0, registry->unions_count * sizeof(*earlier));
	*ret_earlier = earlier;
	if (asked == NULL || nc_union_is_there(asked, request->day))
		return NC_OK;
	nc_union_predecessors(registry, &asked->id, earlier);
	for (size_t i = 0; i < registry->unions_count; i++)
		count += earlier[i];
	if (count > 0)
		nc_console_note(
			_("On %s %s was not there: the unions before it stand "
			  "under their own names. Under its name they stand "
			  "with --as-of and a day on which it was."),
			request->day, asked->code);
	return NC_OK;
}

/* --union means that union's records, and all that are printed under it. */
enum nc_status nc_report_request_unions(const struct nc_call *call,
	const struct nc_report_request *request, struct nc_home *home,
	struct nc_report_unions *ret_unions, struct nc_error *err)
{
	const char *code = nc_call_value(call, "union");
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	const struct nc_registry_union *asked = NULL;
	struct nc_id *unions;
	bool *earlier;
	size_t count = 0;
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
	memset(ret_unions, 0, sizeof(*ret_unions));
	if (home->identity.is_hub && asked == NULL)
		return NC_OK;
	status = mark_earlier(request, home, registry, asked, &earlier, err);
	if (status != NC_OK)
		return status;
	unions = nc_arena_array(
		&home->arena, registry->unions_count + 1, sizeof(*unions));
	if (unions == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < registry->unions_count; i++) {
		const struct nc_registry_union *of = &registry->unions[i];

		if (!home->identity.is_hub && !is_own(home, device, &of->id))
			continue;
		if (asked == NULL || of == asked || earlier[i] ||
			nc_roof_of(registry, of, request->day).of == asked)
			unions[count++] = of->id;
	}
	/* Before its first sync a client knows no union, and its own all the
	 * same. */
	if (!home->identity.is_hub && asked == NULL && count == 0)
		unions[count++] = home->identity.union_id;
	ret_unions->ids = unions;
	ret_unions->count = count;
	return NC_OK;
}

enum nc_status nc_report_request_one(const struct nc_report_request *request,
	const char *const *codes, size_t count, struct nc_error *err)
{
	char list[256] = "";
	size_t used = 0;

	if (count < 2)
		return NC_OK;
	for (size_t i = 0; i < count; i++) {
		snprintf(list + used, sizeof(list) - used, "%s%s",
			i == 0 ? "" : ", ", codes[i]);
		used = strlen(list);
	}
	return nc_error_set(err, NC_USAGE,
		_("On %s there were %s; add --union and one of them, or "
		  "--as-of and a day on which yours was there."),
		request->day, list);
}

enum nc_status nc_report_request_put(const struct nc_call *call,
	const struct nc_report_request *request, struct nc_slice bytes,
	struct nc_error *err)
{
	if (request->path != NULL)
		return nc_home_write_file(call, request->path, bytes, err);
	fwrite(bytes.data, 1, bytes.size, stdout);
	return NC_OK;
}
