/*
 * import plan FILE: takes the union's own part of a Word or text plan into
 * the store. The same file again changes nothing; what a person typed or
 * changed is kept and told.
 */
#include "command/console.h"
#include "import.h"
#include "intake/plan_reader.h"

#include <string.h>

struct import_plan {
	struct nc_import common;
	struct nc_plan plan;
	const struct nc_plan_union *own; /* of plan */
};

static void import_init(struct import_plan *import)
{
	memset(import, 0, sizeof(*import));
	nc_import_init(&import->common);
	nc_plan_init(&import->plan);
}

static void import_fini(struct import_plan *import)
{
	nc_import_fini(&import->common);
	nc_plan_fini(&import->plan);
}

static const struct import_plan *plan_of(const struct nc_import *import)
{
	return (const struct import_plan *)import;
}

static enum nc_status read_file(struct nc_import *common,
	const struct nc_call *call, unsigned *ret_year, struct nc_error *err)
{
	struct import_plan *import = (struct import_plan *)common;
	enum nc_status status =
		nc_plan_from_file(&import->plan, call->arguments[0], err);

	if (status == NC_OK)
		*ret_year = import->plan.year;
	return status;
}

static enum nc_status find_own(struct import_plan *import,
	const struct nc_call *call, struct nc_error *err)
{
	const struct nc_plan *plan = &import->plan;
	const char **names = nc_arena_array(&import->common.rows.arena,
		plan->unions_count + 1, sizeof(*names));
	size_t index = 0;
	enum nc_status status;

	if (names == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < plan->unions_count; i++)
		names[i] = plan->unions[i].name;
	status = nc_import_find_own(
		&import->common, call, names, plan->unions_count, &index, err);
	if (status == NC_OK)
		import->own = &plan->unions[index];
	return status;
}

static enum nc_status weigh(struct nc_import *common,
	const struct nc_call *call, struct nc_error *err)
{
	struct import_plan *import = (struct import_plan *)common;
	enum nc_status status = find_own(import, call, err);

	common->input.shapes = nc_revise_plan_shapes;
	if (status == NC_OK)
		status = nc_revise_plan_lines(import->own, &common->rows.arena,
			&common->input.lines, &common->input.lines_count, err);
	if (status == NC_OK)
		status = nc_import_weigh(common, NC_REVISE_PLAN_SHAPES, err);
	return status;
}

/* Another file than the one before takes nothing away unasked. */
static enum nc_status check_removals(
	const struct nc_import *import, struct nc_error *refused)
{
	const struct nc_import_removals removals =
		nc_import_removals(import, NC_ENTITY_PLAN_ITEM);
	unsigned year = import->input.year;

	if (plan_of(import)->own->name[0] == '\0' && removals.imported > 0 &&
		removals.shared == 0)
		return nc_error_set(refused, NC_INVALID,
			_("The file names no union, and none of its lines is "
			  "in the plan of %u that was imported before; put "
			  "your union's heading above its lines, or import it "
			  "with --replace if it is the new plan."),
			year);
	if (nc_import_takes_much(&removals))
		return nc_error_set(refused, NC_INVALID,
			_("The file no longer has %zu of the %zu imported "
			  "items of %u; see which with --dry-run, and import "
			  "it with --replace if they are to go."),
			removals.removed, removals.counted, year);
	return NC_OK;
}

/* Whether a line that was left out stood in the union's own part. */
static bool left_out_of_own(const struct import_plan *import,
	const struct nc_plan_left_out *left_out)
{
	const struct nc_plan_union *part = NULL;

	for (size_t i = 0; i < import->plan.unions_count; i++) {
		const struct nc_plan_union *of = &import->plan.unions[i];

		if (of->line <= left_out->line &&
			(part == NULL || of->line > part->line))
			part = of;
	}
	return part == import->own;
}

static json_t *json_left_out(
	struct nc_json *json, const struct import_plan *import)
{
	json_t *list = json_array();

	for (size_t i = 0; i < import->plan.left_out_count; i++) {
		const struct nc_plan_left_out *out = &import->plan.left_out[i];
		json_t *object;

		if (!left_out_of_own(import, out))
			continue;
		object = json_object();
		nc_json_put(json, object, "line", nc_json_number(out->line));
		nc_json_put(json, object, "why", json_string(out->why));
		nc_json_put(json, object, "text", nc_json_text(out->text));
		nc_json_add(json, list, object);
	}
	return list;
}

static void put_json(
	const struct nc_import *import, struct nc_json *json, json_t *root)
{
	nc_json_put(
		json, root, "left_out", json_left_out(json, plan_of(import)));
}

static void print_left_out(const struct import_plan *import)
{
	size_t count = 0;

	for (size_t i = 0; i < import->plan.left_out_count; i++) {
		const struct nc_plan_left_out *out = &import->plan.left_out[i];

		if (!left_out_of_own(import, out))
			continue;
		count++;
		if (import->common.dry_run)
			nc_console_print(_("! left out, line %zu [%s]: %s\n"),
				out->line, out->why, out->text);
	}
	if (count > 0)
		nc_console_print(_("Lines of your union's part that were left "
				   "out, such as page numbers and signatures: "
				   "%zu.\n"),
			count);
}

static void print_words(const struct nc_import *import)
{
	const size_t *kinds = import->kinds;

	nc_console_print(_("Plan of %u: added %zu, changed %zu, removed %zu, "
			   "kept %zu, unchanged %zu.\n"),
		import->input.year, kinds[NC_REVISE_ADD], kinds[NC_REVISE_EDIT],
		kinds[NC_REVISE_REMOVE], kinds[NC_REVISE_KEEP],
		kinds[NC_REVISE_SAME]);
	print_left_out(plan_of(import));
}

static const struct nc_import_paper paper = {
	.read = read_file,
	.year_assumed = N_("No --year was given: taken as the plan of %u."),
	.year_differs = N_("The document calls itself the plan of %u; taken as "
			   "that of %u, as --year says."),
	.weigh = weigh,
	.check_removals = check_removals,
	.put_json = put_json,
	.print = print_words,
};

static enum nc_status run_import_plan(
	struct nc_call *call, struct nc_error *err)
{
	struct import_plan import NC_AUTO(import_fini) = {0};

	import_init(&import);
	return nc_import_run(&import.common, &paper, call, err);
}

static const struct nc_option options[] = {
	{"year", 0, "YEAR",
		N_("the plan's year (default: the title's, else this year)")},
	NC_IMPORT_OPTIONS,
	{.name = NULL},
};

const struct nc_command nc_client_import_plan = {
	.name = "import plan",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("take in your union's part of a Word or text plan"),
	.notes = N_("The same file again changes nothing. What somebody typed "
		    "or changed here is never overwritten or removed: it is "
		    "kept and told. A file that would take away most of what "
		    "was imported before needs --replace."),
	.examples = "nhipcau import plan ke-hoach.docx --year 2024 --dry-run\n"
		    "nhipcau import plan ke-hoach.docx --year 2024\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.run = run_import_plan,
};
