/*
 * import plan FILE: takes the union's own part of a Word or text plan into
 * the store. The same file again changes nothing; what a person typed or
 * changed is kept and told.
 */
#include "client.h"
#include "command/console.h"
#include "intake/plan_reader.h"
#include "intake/revise.h"

#include <inttypes.h>
#include <string.h>

#define ROWS_ARENA_MAX (256u * 1024 * 1024)

struct import {
	struct nc_home home;
	struct nc_author author;
	unsigned year;
	bool dry_run, replace;
	struct nc_plan plan;
	struct nc_arena arena;
	struct nc_revise_row *rows;
	size_t count, capacity;
	const struct nc_plan_union *own; /* of plan */
	/* Of each row the live dot of its mark; sequence 0: not just one. */
	struct nc_dot *marks;
	struct nc_revise revise;
	size_t kinds[NC_REVISE_KEEP + 1]; /* steps of each kind */
	struct nc_written written;
};

static void import_init(struct import *import)
{
	memset(import, 0, sizeof(*import));
	nc_home_init(&import->home);
	nc_plan_init(&import->plan);
	nc_arena_init(&import->arena, ROWS_ARENA_MAX);
	nc_revise_init(&import->revise);
}

static void import_fini(struct import *import)
{
	nc_revise_fini(&import->revise);
	nc_free(import->rows);
	nc_free(import->marks);
	nc_arena_fini(&import->arena);
	nc_plan_fini(&import->plan);
	nc_home_fini(&import->home);
}

/* What an import fills in. */
static bool is_imports(uint32_t field)
{
	switch (field) {
	case NC_PLAN_YEAR:
	case NC_PLAN_AREA:
	case NC_PLAN_LETTER:
	case NC_PLAN_HEADING:
	case NC_PLAN_RANK:
	case NC_PLAN_TEXT:
	case NC_PLAN_IMPORTED:
	case NC_PLAN_LEVEL:
		return true;
	default:
		return false;
	}
}

/* What persons did to a record besides its words. An import that writes a
 * rank writes the mark in the same change-set: a rank that was written later
 * than the mark is a person's. */
static void fill_persons(const struct nc_record *record,
	struct nc_revise_row *row, struct nc_dot *ret_mark)
{
	const struct nc_live *rank = nc_row_shown(&record->row, NC_PLAN_RANK);
	const struct nc_live *mark =
		nc_row_shown(&record->row, NC_PLAN_IMPORTED);
	size_t marks = 0;

	memset(ret_mark, 0, sizeof(*ret_mark));
	for (size_t i = 0; i < record->row.count; i++) {
		const struct nc_live *live = &record->row.live[i];

		marks += live->field == NC_PLAN_IMPORTED;
		if (!live->tombstone && !is_imports(live->field) &&
			live->value.kind != NC_VALUE_ABSENT)
			row->touched = true;
	}
	if (marks == 1)
		*ret_mark = mark->dot;
	row->moved = rank != NULL && mark != NULL &&
		     !nc_dot_equal(&rank->dot, &mark->dot) &&
		     rank->written_at_ms > mark->written_at_ms;
}

static bool fill_row(struct import *import, const struct nc_record *record,
	struct nc_revise_row *row)
{
	struct nc_arena *arena = &import->arena;
	struct nc_value mark = nc_record_value(record, NC_PLAN_IMPORTED);

	memset(row, 0, sizeof(*row));
	row->id = record->id;
	row->entity = record->entity->number;
	row->gone = record->gone;
	row->area = nc_record_text(record, NC_PLAN_AREA, arena);
	row->letter = nc_record_text(record, NC_PLAN_LETTER, arena);
	row->heading = nc_record_text(record, NC_PLAN_HEADING, arena);
	row->rank = nc_record_text(record, NC_PLAN_RANK, arena);
	row->text = nc_record_text(record, NC_PLAN_TEXT, arena);
	row->level = 1;
	if (row->entity == NC_ENTITY_PLAN_ITEM)
		row->level =
			(unsigned)nc_record_integer(record, NC_PLAN_LEVEL, 1);
	if (mark.kind == NC_VALUE_BYTES &&
		mark.bytes.size == sizeof(row->imported)) {
		memcpy(row->imported, mark.bytes.data, sizeof(row->imported));
		row->has_imported = true;
	}
	return row->area != NULL && row->letter != NULL &&
	       row->heading != NULL && row->rank != NULL && row->text != NULL;
}

static enum nc_status visit_row(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct import *import = context;
	size_t more = import->capacity == 0 ? 256 : import->capacity * 2;
	struct nc_revise_row *rows;
	struct nc_dot *marks;

	/* A deleted record still knows its year: the value that it buries. */
	if (nc_record_integer(record, NC_PLAN_YEAR, 0) != import->year)
		return NC_OK;
	if (import->count == import->capacity) {
		rows = nc_realloc(import->rows, more * sizeof(*rows));
		if (rows == NULL)
			return nc_error_no_memory(err);
		import->rows = rows;
		marks = nc_realloc(import->marks, more * sizeof(*marks));
		if (marks == NULL)
			return nc_error_no_memory(err);
		import->marks = marks;
		import->capacity = more;
	}
	if (!fill_row(import, record, &import->rows[import->count]))
		return nc_error_no_memory(err);
	fill_persons(record, &import->rows[import->count],
		&import->marks[import->count]);
	import->count++;
	return NC_OK;
}

static enum nc_status read_rows(struct import *import, struct nc_error *err)
{
	static const uint32_t kinds[] = {
		NC_ENTITY_PLAN_ITEM, NC_ENTITY_PLAN_LEAD};
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < 2 && status == NC_OK; i++)
		status = nc_records_each(import->home.store,
			nc_model_entity(kinds[i]), &import->home.union_id,
			NC_RECORDS_ALL, visit_row, import, err);
	return status;
}

static enum nc_status find_steps(struct import *import, struct nc_error *err)
{
	const char *name;
	enum nc_status status = nc_home_union_name(&import->home, &name, err);

	if (status == NC_OK)
		status = nc_plan_find_union(
			&import->plan, name, &import->own, err);
	if (status == NC_OK)
		status = read_rows(import, err);
	if (status == NC_OK)
		status = nc_revise_plan(&import->revise, import->own,
			&import->home.union_id, import->year, import->rows,
			import->count, nc_sha256, err);
	for (size_t i = 0; status == NC_OK && i < import->revise.count; i++)
		import->kinds[import->revise.steps[i].kind]++;
	return status;
}

/* Fewer items are soon written anew by hand. */
#define FEW_ITEMS 4

/* Another file than the one before takes nothing away unasked. */
static enum nc_status check_removals(
	const struct import *import, struct nc_error *err)
{
	size_t items = 0, imported = 0, removed = 0, shared = 0;

	for (size_t i = 0; i < import->count; i++) {
		const struct nc_revise_row *row = &import->rows[i];

		if (row->gone || !row->has_imported)
			continue;
		imported++;
		items += row->entity == NC_ENTITY_PLAN_ITEM;
	}
	for (size_t i = 0; i < import->revise.count; i++) {
		const struct nc_revise_step *step = &import->revise.steps[i];

		removed += step->kind == NC_REVISE_REMOVE &&
			   step->entity == NC_ENTITY_PLAN_ITEM;
		shared += step->line > 0 && step->kind != NC_REVISE_ADD;
	}
	if (import->own->name[0] == '\0' && imported > 0 && shared == 0)
		return nc_error_set(err, NC_INVALID,
			_("The file names no union, and none of its lines is "
			  "in the plan of %u that was imported before; put "
			  "your union's heading above its lines, or import it "
			  "with --replace if it is the new plan."),
			import->year);
	if (items >= FEW_ITEMS && 2 * removed > items)
		return nc_error_set(err, NC_INVALID,
			_("The file no longer has %zu of the %zu imported "
			  "items of %u; see which with --dry-run, and import "
			  "it with --replace if they are to go."),
			removed, items, import->year);
	return NC_OK;
}

/* A rank is written together with the mark, even one that stays as it is. */
static void rewrite_mark(
	const struct import *import, const struct nc_revise_step *step)
{
	struct nc_field_change *mark = NULL;

	for (size_t i = 0; i < step->fields_count; i++)
		if (step->fields[i].field == NC_PLAN_IMPORTED)
			mark = &step->fields[i];
	if (step->kind != NC_REVISE_EDIT || mark == NULL)
		return;
	for (size_t i = 0; i < import->count; i++) {
		if (nc_id_compare(&import->rows[i].id, &step->id) != 0 ||
			import->marks[i].sequence == 0)
			continue;
		mark->replaces = &import->marks[i];
		mark->replaces_count = 1;
		return;
	}
}

static enum nc_status save_steps(struct import *import, struct nc_error *err)
{
	const struct nc_revise *revise = &import->revise;
	struct nc_record_change *changes = nc_arena_array(
		&import->arena, revise->count + 1, sizeof(*changes));
	size_t count = 0;

	if (changes == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < revise->count; i++) {
		const struct nc_revise_step *step = &revise->steps[i];

		if (step->kind == NC_REVISE_SAME ||
			step->kind == NC_REVISE_KEEP)
			continue;
		rewrite_mark(import, step);
		memset(&changes[count], 0, sizeof(*changes));
		changes[count].record = step->id;
		changes[count].entity = step->entity;
		changes[count].deletes = step->kind == NC_REVISE_REMOVE;
		changes[count].fields = step->fields;
		changes[count].fields_count = step->fields_count;
		count++;
	}
	if (count == 0 || import->dry_run)
		return NC_OK;
	return nc_author_save(import->home.store, &import->author,
		&import->home.union_id, changes, count, &import->written, err);
}

static const char *const kind_names[] = {
	[NC_REVISE_SAME] = "same",
	[NC_REVISE_ADD] = "add",
	[NC_REVISE_EDIT] = "edit",
	[NC_REVISE_REMOVE] = "remove",
	[NC_REVISE_KEEP] = "keep",
};

static const char *const why_names[] = {
	[NC_REVISE_WHY_CHANGED] = "changed",
	[NC_REVISE_WHY_DELETED] = "deleted",
	[NC_REVISE_WHY_FILLED] = "filled",
};

/* Whether a line that was left out stood in the union's own part. */
static bool left_out_of_own(
	const struct import *import, const struct nc_plan_left_out *left_out)
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

static json_t *json_left_out(struct nc_json *json, const struct import *import)
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

static json_t *json_step(
	struct nc_json *json, const struct nc_revise_step *step)
{
	json_t *object = json_object();

	nc_json_put(json, object, "kind", json_string(kind_names[step->kind]));
	nc_json_put(json, object, "id", nc_json_id(&step->id));
	nc_json_put(json, object, "entity",
		json_string(nc_model_entity(step->entity)->name));
	nc_json_put(json, object, "line",
		step->line == 0 ? json_null() : nc_json_number(step->line));
	nc_json_put(json, object, "text", nc_json_text(step->text));
	if (step->was != NULL && step->was[0] != '\0')
		nc_json_put(json, object, "was", nc_json_text(step->was));
	if (step->kind == NC_REVISE_KEEP)
		nc_json_put(
			json, object, "why", json_string(why_names[step->why]));
	return object;
}

static enum nc_status print_json(struct import *import, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *root = json_object(), *steps = json_array();

	nc_json_put(&json, root, "year", json_integer(import->year));
	nc_json_put(&json, root, "dry_run", json_boolean(import->dry_run));
	nc_json_put(&json, root, "added",
		nc_json_number(import->kinds[NC_REVISE_ADD]));
	nc_json_put(&json, root, "changed",
		nc_json_number(import->kinds[NC_REVISE_EDIT]));
	nc_json_put(&json, root, "removed",
		nc_json_number(import->kinds[NC_REVISE_REMOVE]));
	nc_json_put(&json, root, "kept",
		nc_json_number(import->kinds[NC_REVISE_KEEP]));
	nc_json_put(&json, root, "same",
		nc_json_number(import->kinds[NC_REVISE_SAME]));
	nc_json_put(&json, root, "change_sets",
		nc_json_number(import->written.change_sets));
	for (size_t i = 0; i < import->revise.count; i++)
		if (import->revise.steps[i].kind != NC_REVISE_SAME)
			nc_json_add(&json, steps,
				json_step(&json, &import->revise.steps[i]));
	nc_json_put(&json, root, "steps", steps);
	nc_json_put(&json, root, "left_out", json_left_out(&json, import));
	return nc_json_print(&json, root, err);
}

static void print_kept(const struct nc_revise_step *step)
{
	if (step->why == NC_REVISE_WHY_DELETED)
		nc_console_print(_("= not added, for somebody deleted it here; "
				   "line %zu says: %s\n"),
			step->line, step->text);
	else if (step->why == NC_REVISE_WHY_FILLED)
		nc_console_print(_("= kept, for somebody filled in more of it "
				   "here, though the file has it no more: "
				   "%s\n"),
			step->text);
	else if (step->line > 0)
		nc_console_print(_("= kept, for somebody changed it here; line "
				   "%zu says: %s\n"),
			step->line, step->text);
	else
		nc_console_print(_("= kept, for somebody changed it here, "
				   "though the file has it no more: %s\n"),
			step->text);
	if (step->was[0] != '\0' && strcmp(step->was, step->text) != 0)
		nc_console_print(_("  here: %s\n"), step->was);
}

static void print_step(const struct nc_revise_step *step)
{
	switch (step->kind) {
	case NC_REVISE_SAME:
		return;
	case NC_REVISE_ADD:
		nc_console_print(_("+ line %zu: %s\n"), step->line, step->text);
		return;
	case NC_REVISE_EDIT:
		if (step->line == 0) {
			nc_console_print(_("~ moved along with the line above "
					   "it: %s\n"),
				step->text);
			return;
		}
		nc_console_print(_("~ line %zu: %s\n"), step->line, step->text);
		if (strcmp(step->was, step->text) != 0)
			nc_console_print(_("  was: %s\n"), step->was);
		return;
	case NC_REVISE_REMOVE:
		nc_console_print(
			_("- no longer in the file: %s\n"), step->text);
		return;
	case NC_REVISE_KEEP:
		print_kept(step);
		return;
	}
}

static void print_left_out(const struct import *import)
{
	size_t count = 0;

	for (size_t i = 0; i < import->plan.left_out_count; i++) {
		const struct nc_plan_left_out *out = &import->plan.left_out[i];

		if (!left_out_of_own(import, out))
			continue;
		count++;
		if (import->dry_run)
			nc_console_print(_("! left out, line %zu [%s]: %s\n"),
				out->line, out->why, out->text);
	}
	if (count > 0)
		nc_console_print(_("Lines of your union's part that were left "
				   "out, such as page numbers and signatures: "
				   "%zu.\n"),
			count);
}

static void print_words(const struct import *import)
{
	const size_t *kinds = import->kinds;

	for (size_t i = 0; i < import->revise.count; i++)
		print_step(&import->revise.steps[i]);
	nc_console_print(_("Plan of %u: added %zu, changed %zu, removed %zu, "
			   "kept %zu, unchanged %zu.\n"),
		import->year, kinds[NC_REVISE_ADD], kinds[NC_REVISE_EDIT],
		kinds[NC_REVISE_REMOVE], kinds[NC_REVISE_KEEP],
		kinds[NC_REVISE_SAME]);
	print_left_out(import);
	if (import->dry_run)
		nc_console_print(_("Nothing was written: this was a trial "
				   "(--dry-run).\n"));
}

/* --year, else the year that the document's title says, else this year. */
static void choose_year(struct import *import, const struct nc_call *call)
{
	unsigned said = import->plan.year;

	if (!nc_call_has(call, "year")) {
		if (said != 0)
			import->year = said;
		nc_console_note(_("No --year was given: taken as the plan of "
				  "%u."),
			import->year);
	} else if (said != 0 && said != import->year) {
		nc_console_note(_("The document calls itself the plan of %u; "
				  "taken as that of %u, as --year says."),
			said, import->year);
	}
}

static enum nc_status run_import(
	struct import *import, struct nc_call *call, struct nc_error *err)
{
	enum nc_status status = nc_call_year(call, &import->year, err);

	import->dry_run = nc_call_has(call, "dry-run");
	import->replace = nc_call_has(call, "replace");
	if (status == NC_OK)
		status = nc_plan_from_file(
			&import->plan, call->arguments[0], err);
	if (status == NC_OK)
		status = nc_client_open(
			&import->home, call, &import->author, err);
	if (status != NC_OK)
		return status;
	choose_year(import, call);
	status = nc_client_choose_union(
		&import->home, call, import->year, NULL, err);
	if (status == NC_OK)
		status = find_steps(import, err);
	if (status == NC_OK && !import->replace)
		status = check_removals(import, err);
	if (status == NC_INVALID && import->dry_run &&
		import->revise.count > 0) {
		nc_console_note("%s", err->text);
		status = NC_OK;
	}
	if (status == NC_OK)
		status = save_steps(import, err);
	if (status != NC_OK)
		return status;
	if (call->json)
		return print_json(import, err);
	print_words(import);
	return NC_OK;
}

static enum nc_status run_import_plan(
	struct nc_call *call, struct nc_error *err)
{
	struct import import NC_AUTO(import_fini) = {0};

	import_init(&import);
	return run_import(&import, call, err);
}

static const struct nc_option options[] = {
	{"year", 0, "YEAR",
		N_("the plan's year (default: the title's, else this year)")},
	NC_CLIENT_UNION_OPTION,
	{"dry-run", 0, NULL, N_("only tell what would change")},
	{"replace", 0, NULL,
		N_("let the file take away most of what was imported before")},
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
