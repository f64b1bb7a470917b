/*
 * import annual FILE: takes a union's annual or half-year report into the
 * store, every paragraph of it. The rule is that of import plan.
 */
#include "command/console.h"
#include "import.h"
#include "intake/annual.h"

#include <string.h>

struct import_annual {
	struct nc_import common;
	struct nc_annuals file;
	const struct nc_annual *own; /* of file */
};

static void import_init(struct import_annual *import)
{
	memset(import, 0, sizeof(*import));
	nc_import_init(&import->common);
	nc_annuals_init(&import->file);
}

static void import_fini(struct import_annual *import)
{
	nc_import_fini(&import->common);
	nc_annuals_fini(&import->file);
}

static const struct import_annual *annual_of(const struct nc_import *import)
{
	return (const struct import_annual *)import;
}

/* --kind, else what the title says. */
static enum nc_status choose_kind(struct import_annual *import,
	const struct nc_call *call, struct nc_error *err)
{
	const char *said = import->own->half_year ? "half-year" : "annual";
	const char *kind = nc_call_value(call, "kind");

	if (kind != NULL && strcmp(kind, "annual") != 0 &&
		strcmp(kind, "half-year") != 0)
		return nc_error_set(err, NC_USAGE,
			_("There is no kind of report \"%s\"; the kinds are "
			  "annual and half-year."),
			kind);
	import->common.input.kind = kind == NULL ? said : kind;
	if (kind == NULL && import->own->half_year)
		nc_console_note(_("By its title it is a half-year report."));
	else if (strcmp(import->common.input.kind, said) != 0 &&
		 import->own->title.count > 0)
		nc_console_note(
			_("Taken as a report of the kind %s, as --kind says; "
			  "its title says %s."),
			import->common.input.kind, said);
	return NC_OK;
}

/* Parts of one file are of one year: the first says it. */
static enum nc_status read_file(struct nc_import *common,
	const struct nc_call *call, unsigned *ret_year, struct nc_error *err)
{
	struct import_annual *import = (struct import_annual *)common;
	enum nc_status status =
		nc_annuals_from_file(&import->file, call->arguments[0], err);

	if (status == NC_OK)
		*ret_year = import->file.parts[0].annual.year;
	return status;
}

/* The part of the file that is of the union which has the report of the
 * year. */
static enum nc_status choose_own(struct import_annual *import,
	const struct nc_call *call, struct nc_error *err)
{
	const struct nc_annuals *file = &import->file;
	struct nc_import *common = &import->common;
	const char **names = nc_arena_array(
		&common->rows.arena, file->count + 1, sizeof(*names));
	size_t index = 0;
	enum nc_status status;

	if (names == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < file->count; i++)
		names[i] = file->parts[i].name;
	status = nc_import_find_own(
		common, call, names, file->count, &index, err);
	if (status != NC_OK)
		return status;
	import->own = &file->parts[index].annual;
	if (file->count > 1)
		nc_console_note(
			_("The file holds the reports of several "
			  "unions (%zu); taken in: that of \"%s\", from "
			  "line %zu."),
			file->count, names[index], file->parts[index].line);
	return NC_OK;
}

/* Another file than the one before takes nothing away unasked. */
static enum nc_status check_removals(
	const struct nc_import *import, struct nc_error *refused)
{
	const struct nc_import_removals removals =
		nc_import_removals(import, NC_ENTITY_REPORT_PART);

	if (!nc_import_takes_much(&removals))
		return NC_OK;
	return nc_error_set(refused, NC_INVALID,
		_("The file no longer has %zu of the %zu imported paragraphs "
		  "of the report of %u; see which with --dry-run, and import "
		  "it with --replace if they are to go."),
		removals.removed, removals.counted, import->input.year);
}

static json_t *json_unread(
	struct nc_json *json, const struct import_annual *import)
{
	json_t *list = json_array();

	for (const struct nc_annual_text *at = import->own->unread.first;
		at != NULL; at = at->next) {
		json_t *object = json_object();

		nc_json_put(json, object, "line", nc_json_number(at->line));
		nc_json_put(json, object, "why", json_string(at->why));
		nc_json_put(json, object, "text", nc_json_text(at->text));
		nc_json_add(json, list, object);
	}
	return list;
}

static void put_json(
	const struct nc_import *import, struct nc_json *json, json_t *root)
{
	nc_json_put(json, root, "unread", json_unread(json, annual_of(import)));
}

static void print_unread(const struct import_annual *import)
{
	const struct nc_annual_list *unread = &import->own->unread;

	for (const struct nc_annual_text *at = unread->first; at != NULL;
		at = at->next)
		nc_console_print(_("? not understood, line %zu [%s]: %s\n"),
			at->line, at->why, at->text);
	if (unread->count > 0)
		nc_console_print(
			_("Lines that were not understood, such as page "
			  "numbers: %zu. They are kept, not printed in the "
			  "report; list report-part section=unread shows "
			  "them.\n"),
			unread->count);
}

static void print_words(const struct nc_import *import)
{
	const size_t *kinds = import->kinds;

	nc_console_print(
		strcmp(import->input.kind, "half-year") == 0
			? _("Half-year report of %u: added %zu, changed %zu, "
			    "removed %zu, kept %zu, unchanged %zu.\n")
			: _("Annual report of %u: added %zu, changed %zu, "
			    "removed %zu, kept %zu, unchanged %zu.\n"),
		import->input.year, kinds[NC_REVISE_ADD], kinds[NC_REVISE_EDIT],
		kinds[NC_REVISE_REMOVE], kinds[NC_REVISE_KEEP],
		kinds[NC_REVISE_SAME]);
	print_unread(annual_of(import));
}

static enum nc_status weigh(struct nc_import *common,
	const struct nc_call *call, struct nc_error *err)
{
	struct import_annual *import = (struct import_annual *)common;
	enum nc_status status = choose_own(import, call, err);

	common->input.shapes = nc_revise_annual_shapes;
	if (status == NC_OK)
		status = choose_kind(import, call, err);
	if (status == NC_OK)
		status = nc_revise_annual_lines(import->own, common->input.year,
			&common->rows.arena, &common->input.lines,
			&common->input.lines_count, err);
	if (status == NC_OK)
		status = nc_import_weigh(common, NC_REVISE_ANNUAL_SHAPES, err);
	return status;
}

static const struct nc_import_paper paper = {
	.read = read_file,
	.year_assumed = N_("No --year was given: taken as the report of %u."),
	.year_differs = N_("The document calls itself the report of %u; taken "
			   "as that of %u, as --year says."),
	.weigh = weigh,
	.check_removals = check_removals,
	.put_json = put_json,
	.print = print_words,
};

static enum nc_status run_import_annual(
	struct nc_call *call, struct nc_error *err)
{
	struct import_annual import NC_AUTO(import_fini) = {0};

	import_init(&import);
	return nc_import_run(&import.common, &paper, call, err);
}

static const struct nc_option options[] = {
	{"year", 0, "YEAR",
		N_("the report's year (default: the title's, else this year)")},
	{"kind", 0, "KIND",
		N_("annual or half-year (default: as the title says)")},
	NC_IMPORT_OPTIONS,
	{.name = NULL},
};

const struct nc_command nc_client_import_annual = {
	.name = "import annual",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("take in your union's annual or half-year report, Word or "
		   "text"),
	.notes = N_("Every paragraph becomes a record of its own; what the "
		    "program did not understand, such as page numbers, is kept "
		    "and shown. The same file again changes nothing. What "
		    "somebody typed or changed here is never overwritten or "
		    "removed: it is kept and told. A file that would take away "
		    "most of what was imported before needs --replace."),
	.examples = "nhipcau import annual bao-cao-2023.docx --dry-run\n"
		    "nhipcau import annual bao-cao-2023.docx --year 2023\n"
		    "nhipcau import annual so-ket.txt --kind half-year\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.run = run_import_annual,
};
