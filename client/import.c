#include "import.h"
#include "command/console.h"
#include "intake/parts.h"
#include "store/roof.h"

#include <string.h>

void nc_import_init(struct nc_import *import)
{
	memset(import, 0, sizeof(*import));
	import->input.kind = "";
	nc_home_init(&import->home);
	nc_import_rows_init(&import->rows);
	nc_revise_init(&import->revise);
}

void nc_import_fini(struct nc_import *import)
{
	nc_revise_fini(&import->revise);
	nc_import_rows_fini(&import->rows);
	nc_home_fini(&import->home);
}

/* The part of a union that came before; NC_OK without *ret_name: there is
 * none. */
static enum nc_status find_earlier(struct nc_import *import,
	const struct nc_call *call, const char *const *names, size_t count,
	const char **ret_name, struct nc_error *err)
{
	struct nc_home *home = &import->home;
	const struct nc_registry *registry;
	const struct nc_registry_union *found = NULL;
	const struct nc_id *others;
	size_t others_count, index;
	enum nc_status status = nc_client_other_unions(
		home, &home->union_id, &others, &others_count, err);

	if (status == NC_OK)
		status = nc_store_registry(home->store, &registry, err);
	for (size_t i = 0; status == NC_OK && i < others_count; i++) {
		const struct nc_registry_union *of =
			nc_registry_union(registry, &others[i]);
		struct nc_error none;

		if (of == NULL || nc_parts_find(names, count, of->name, &index,
					  &none) != NC_OK)
			continue;
		if (found != NULL)
			return nc_error_set(err, NC_USAGE,
				_("The document has parts of %s and of %s; add "
				  "--union and the one that is meant."),
				found->code, of->code);
		found = of;
	}
	if (status != NC_OK || found == NULL)
		return status;
	*ret_name =
		nc_arena_text(&home->arena, found->name, strlen(found->name));
	if (*ret_name == NULL)
		return nc_error_no_memory(err);
	if (nc_call_has(call, "union") ||
		!nc_union_is_there_in(found, import->input.year))
		return NC_OK;
	home->union_id = found->id;
	return nc_client_may_write(home, &home->union_id, err);
}

enum nc_status nc_import_find_own(struct nc_import *import,
	const struct nc_call *call, const char *const *names, size_t count,
	size_t *ret_index, struct nc_error *err)
{
	struct nc_error refused = {0};
	const char *name, *earlier = NULL;
	enum nc_status status = nc_home_union_name(&import->home, &name, err);

	if (status != NC_OK)
		return status;
	status = nc_parts_find(names, count, name, ret_index, &refused);
	if (status == NC_OK)
		return NC_OK;
	if (status == NC_NOT_FOUND) {
		status =
			find_earlier(import, call, names, count, &earlier, err);
		if (status != NC_OK)
			return status;
	}
	return nc_parts_find(
		names, count, earlier == NULL ? name : earlier, ret_index, err);
}

static enum nc_status weigh_for(struct nc_import *import,
	const struct nc_id *union_id, unsigned shapes_count,
	struct nc_error *err)
{
	enum nc_status status;

	/* The lines are in the rows' arena too, and stay. */
	import->rows.count = 0;
	nc_revise_fini(&import->revise);
	nc_revise_init(&import->revise);
	memset(import->kinds, 0, sizeof(import->kinds));
	import->home.union_id = *union_id;
	import->input.union_id = &import->home.union_id;
	status = nc_import_rows_read(&import->rows, import->home.store,
		&import->input, shapes_count, err);
	if (status == NC_OK)
		status = nc_revise(
			&import->revise, &import->input, nc_sha256, err);
	for (size_t i = 0; status == NC_OK && i < import->revise.count; i++)
		import->kinds[import->revise.steps[i].kind]++;
	return status;
}

static bool has_paper(const struct nc_import *import)
{
	for (size_t i = 0; i < import->rows.count; i++)
		if (import->rows.rows[i].has_imported)
			return true;
	return false;
}

enum nc_status nc_import_weigh(
	struct nc_import *import, unsigned shapes_count, struct nc_error *err)
{
	const struct nc_id chosen = import->home.union_id, *others;
	size_t count;
	enum nc_status status = weigh_for(import, &chosen, shapes_count, err);

	if (status != NC_OK || has_paper(import))
		return status;
	status = nc_client_other_unions(
		&import->home, &chosen, &others, &count, err);
	for (size_t i = 0; status == NC_OK && i < count; i++) {
		status = weigh_for(import, &others[i], shapes_count, err);
		if (status == NC_OK && 2 * import->kinds[NC_REVISE_SAME] >=
					       import->input.lines_count)
			return nc_client_may_write(
				&import->home, &others[i], err);
	}
	return status == NC_OK && count > 0
		       ? weigh_for(import, &chosen, shapes_count, err)
		       : status;
}

struct nc_import_removals nc_import_removals(
	const struct nc_import *import, uint32_t counted)
{
	struct nc_import_removals removals = {.imported = 0};

	for (size_t i = 0; i < import->rows.count; i++) {
		const struct nc_revise_row *row = &import->rows.rows[i];

		if (row->gone || !row->has_imported)
			continue;
		removals.imported++;
		removals.counted +=
			import->input.shapes[row->shape].entity == counted;
	}
	for (size_t i = 0; i < import->revise.count; i++) {
		const struct nc_revise_step *step = &import->revise.steps[i];

		removals.removed += step->kind == NC_REVISE_REMOVE &&
				    step->entity == counted;
		removals.shared +=
			step->line > 0 && step->kind != NC_REVISE_ADD;
	}
	return removals;
}

/* Fewer items are soon written anew by hand. */
#define FEW_ITEMS 4

bool nc_import_takes_much(const struct nc_import_removals *removals)
{
	return removals->counted >= FEW_ITEMS &&
	       2 * removals->removed > removals->counted;
}

/* Writes the steps, unless it is a trial. refused: the sentence for what
 * needs --replace, or NULL; a trial only notes it. */
static enum nc_status save(struct nc_import *import,
	const struct nc_error *refused, struct nc_error *err)
{
	struct nc_record_change *changes;
	size_t count;
	enum nc_status status;

	if (refused != NULL && !import->replace) {
		if (!import->dry_run)
			return nc_error_set(
				err, NC_INVALID, "%s", refused->text);
		nc_console_note("%s", refused->text);
	}
	if (import->dry_run)
		return NC_OK;
	status = nc_import_changes(
		&import->rows, &import->revise, &changes, &count, err);
	if (status != NC_OK || count == 0)
		return status;
	return nc_author_write(import->home.store, &import->author,
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
	[NC_REVISE_WHY_DISPUTED] = "conflict",
};

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

/* Counts and steps. */
static void put_json(
	const struct nc_import *import, struct nc_json *json, json_t *root)
{
	static const struct {
		const char *name;
		enum nc_revise_kind kind;
	} counts[] = {
		{"added", NC_REVISE_ADD},
		{"changed", NC_REVISE_EDIT},
		{"removed", NC_REVISE_REMOVE},
		{"kept", NC_REVISE_KEEP},
		{"same", NC_REVISE_SAME},
	};
	json_t *steps = json_array();

	if (import->input.kind[0] != '\0')
		nc_json_put(
			json, root, "kind", json_string(import->input.kind));
	nc_json_put(json, root, "year", json_integer(import->input.year));
	nc_json_put(json, root, "dry_run", json_boolean(import->dry_run));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		nc_json_put(json, root, counts[i].name,
			nc_json_number(import->kinds[counts[i].kind]));
	nc_json_put(json, root, "change_sets",
		nc_json_number(import->written.change_sets));
	for (size_t i = 0; i < import->revise.count; i++)
		if (import->revise.steps[i].kind != NC_REVISE_SAME)
			nc_json_add(json, steps,
				json_step(json, &import->revise.steps[i]));
	nc_json_put(json, root, "steps", steps);
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
	else if (step->why == NC_REVISE_WHY_DISPUTED && step->line > 0)
		nc_console_print(_("= kept, for it is in conflict with what "
				   "somebody wrote (nhipcau conflict list "
				   "shows both); line %zu says: %s\n"),
			step->line, step->text);
	else if (step->why == NC_REVISE_WHY_DISPUTED)
		nc_console_print(_("= kept, for it is in conflict with what "
				   "somebody wrote (nhipcau conflict list "
				   "shows both), though the file has it no "
				   "more: %s\n"),
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

static enum nc_status tell(struct nc_import *import,
	const struct nc_import_paper *paper, bool as_json, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *root;

	if (as_json) {
		root = json_object();
		put_json(import, &json, root);
		paper->put_json(import, &json, root);
		return nc_json_print(&json, root, err);
	}
	for (size_t i = 0; i < import->revise.count; i++)
		print_step(&import->revise.steps[i]);
	paper->print(import);
	nc_client_print_trial(import->dry_run);
	return NC_OK;
}

/* --year, else the year that the title says, else this year. */
static void choose_year(struct nc_import *import,
	const struct nc_import_paper *paper, const struct nc_call *call,
	unsigned said)
{
	unsigned *year = &import->input.year;

	if (!nc_call_has(call, "year")) {
		if (said != 0)
			*year = said;
		nc_console_note(_(paper->year_assumed), *year);
	} else if (said != 0 && said != *year) {
		nc_console_note(_(paper->year_differs), said, *year);
	}
}

static enum nc_status weigh_and_save(struct nc_import *import,
	const struct nc_import_paper *paper, const struct nc_call *call,
	struct nc_error *err)
{
	struct nc_error refused = {0};
	enum nc_status status = nc_client_choose_union(
		&import->home, call, import->input.year, NULL, err);

	if (status == NC_OK)
		status = paper->weigh(import, call, err);
	if (status == NC_OK)
		status = save(import,
			paper->check_removals(import, &refused) == NC_OK
				? NULL
				: &refused,
			err);
	return status;
}

/* What is written is weighed against what stands there then: what a person
 * writes meanwhile comes before it or after it. */
static enum nc_status in_transaction(struct nc_import *import,
	const struct nc_import_paper *paper, const struct nc_call *call,
	struct nc_error *err)
{
	struct nc_store *store = import->home.store;
	enum nc_status status = nc_store_begin(store, err);

	if (status != NC_OK)
		return status;
	status = weigh_and_save(import, paper, call, err);
	if (status == NC_OK)
		return nc_store_commit(store, err);
	nc_store_rollback(store);
	return status;
}

enum nc_status nc_import_run(struct nc_import *import,
	const struct nc_import_paper *paper, struct nc_call *call,
	struct nc_error *err)
{
	unsigned said = 0;
	enum nc_status status = nc_call_year(call, &import->input.year, err);

	import->dry_run = nc_call_has(call, "dry-run");
	import->replace = nc_call_has(call, "replace");
	if (status == NC_OK)
		status = paper->read(import, call, &said, err);
	if (status == NC_OK)
		status = nc_client_open(
			&import->home, call, &import->author, err);
	if (status != NC_OK)
		return status;
	choose_year(import, paper, call, said);
	status = in_transaction(import, paper, call, err);
	return status == NC_OK ? tell(import, paper, call->json, err) : status;
}
