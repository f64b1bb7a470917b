/*
 * submission list: who has submitted which paper of a year, when, what the
 * cluster said of it, what changed since; and who has not.
 */
#include "command/console.h"
#include "command/shared.h"
#include "command/submissions.h"
#include "command/table.h"
#include "command/view.h"
#include "model/numbers.h"
#include "store/roof.h"

#include <inttypes.h>
#include <string.h>

struct listing {
	struct nc_view view;
	struct nc_submissions submissions;
	unsigned year;
	const char *kind; /* NULL: all */
	const struct nc_id *unions;
	size_t unions_count; /* 0: all */
};

static void listing_init(struct listing *listing, const struct nc_call *call)
{
	memset(listing, 0, sizeof(*listing));
	nc_view_init(&listing->view, call);
	nc_submissions_init(&listing->submissions);
}

static void listing_fini(struct listing *listing)
{
	nc_submissions_fini(&listing->submissions);
	nc_view_fini(&listing->view);
}

static enum nc_status read_kind(struct listing *listing, struct nc_error *err)
{
	const char *typed = nc_call_value(listing->view.call, "kind");

	if (typed == NULL)
		return NC_OK;
	listing->kind = nc_choice_named(nc_paper_kinds(), nc_slice_text(typed));
	if (listing->kind != NULL)
		return NC_OK;
	return nc_error_set(err, NC_USAGE,
		_("\"%s\" is no paper that is submitted; there are: plan, "
		  "half-year, annual."),
		typed);
}

static enum nc_status read_listing(
	struct listing *listing, struct nc_error *err)
{
	struct nc_view *view = &listing->view;
	enum nc_status status = nc_call_year(view->call, &listing->year, err);

	if (status == NC_OK)
		status = read_kind(listing, err);
	if (status == NC_OK)
		status = nc_view_open(view, err);
	if (status == NC_OK)
		status =
			nc_view_unions(view, nc_call_value(view->call, "union"),
				&listing->unions, &listing->unions_count, err);
	if (status == NC_OK)
		status = nc_submissions_read(&listing->submissions,
			view->home.store, listing->year, listing->unions,
			listing->unions_count, err);
	if (status == NC_OK)
		status = nc_submissions_since(
			&listing->submissions, view->home.store, err);
	return status;
}

static bool is_asked(const struct listing *listing, const char *kind)
{
	return listing->kind == NULL || strcmp(listing->kind, kind) == 0;
}

/* Whether that union should have submitted it and has not. */
static bool is_missing(
	const struct listing *listing, size_t index, const char *kind)
{
	const struct nc_registry *registry = listing->view.registry;
	const struct nc_registry_union *of = &registry->unions[index];
	char day[NC_DATE_TEXT_SIZE];

	nc_date_year_end(day, listing->year);
	return nc_union_is_there(of, day) &&
	       (listing->unions_count == 0 ||
		       nc_succession_names(listing->unions,
			       listing->unions_count, &of->id)) &&
	       !nc_submissions_has(
		       &listing->submissions, registry, &of->id, kind);
}

/* --- JSON ----------------------------------------------------------------- */

static const char *change_name(const struct nc_submission_change *change)
{
	return change->made ? "added" : change->deleted ? "deleted" : "changed";
}

static json_t *json_changes(
	struct listing *listing, const struct nc_submission *of)
{
	struct nc_json *json = &listing->view.json;
	json_t *list = json_array();

	for (size_t i = 0; i < of->changes_count; i++) {
		const struct nc_submission_change *change = &of->changes[i];
		json_t *object = json_object();

		nc_json_put(
			json, object, "did", json_string(change_name(change)));
		nc_json_put(json, object, "id", nc_json_id(&change->id));
		nc_json_put(json, object, "entity",
			json_string(nc_model_entity(change->entity)->name));
		nc_json_add(json, list, object);
	}
	return list;
}

static json_t *json_field(const struct nc_submission *of, uint32_t number)
{
	struct nc_value value = nc_record_value(&of->record, number);

	return nc_json_value(
		nc_entity_field(of->record.entity, number), &value);
}

static enum nc_status json_one(struct listing *listing,
	const struct nc_submission *of, json_t *list, struct nc_error *err)
{
	struct nc_view *view = &listing->view;
	struct nc_json *json = &view->json;
	json_t *object = json_object();
	enum nc_status status;

	nc_json_put(json, object, "id", nc_json_id(&of->record.id));
	nc_json_put(json, object, "union",
		nc_json_union(view->registry, &view->home.identity.cluster,
			&of->record.union_id));
	nc_json_put(json, object, "kind", nc_json_text(of->kind));
	nc_json_put(json, object, "version", nc_json_number(of->version));
	nc_json_put(json, object, "latest", json_boolean(of->latest));
	nc_json_put(json, object, "submitted_at",
		json_field(of, NC_SUBMISSION_SUBMITTED_AT));
	nc_json_put(json, object, "received_at",
		of->position == 0 ? json_null()
				  : nc_json_time(of->received_at_ms));
	nc_json_put(
		json, object, "cutoff", json_field(of, NC_SUBMISSION_CUTOFF));
	nc_json_put(json, object, "note", json_field(of, NC_SUBMISSION_NOTE));
	nc_json_put(
		json, object, "verdict", json_field(of, NC_SUBMISSION_VERDICT));
	nc_json_put(
		json, object, "comment", json_field(of, NC_SUBMISSION_COMMENT));
	nc_json_put(json, object, "since",
		of->wanted ? json_changes(listing, of) : json_null());
	status = nc_view_put_source(
		view, object, &of->record.union_id, &of->dot, err);
	nc_json_add(json, list, object);
	return status;
}

static json_t *json_missing(struct listing *listing)
{
	const struct nc_registry *registry = listing->view.registry;
	const struct nc_choice *kinds = nc_paper_kinds();
	struct nc_json *json = &listing->view.json;
	json_t *object = json_object();

	for (; kinds->name != NULL; kinds++) {
		json_t *codes = json_array();

		for (size_t i = 0; i < registry->unions_count; i++)
			if (is_missing(listing, i, kinds->name))
				nc_json_add(json, codes,
					nc_json_text(registry->unions[i].code));
		if (is_asked(listing, kinds->name))
			nc_json_put(json, object, kinds->name, codes);
		else
			json_decref(codes);
	}
	return object;
}

static enum nc_status print_json(struct listing *listing, struct nc_error *err)
{
	const struct nc_registry *registry = listing->view.registry;
	struct nc_json *json = &listing->view.json;
	json_t *root = json_object(), *list = json_array();
	enum nc_status status = NC_OK;

	for (size_t u = 0; u < registry->unions_count; u++)
		for (size_t i = 0;
			i < listing->submissions.count && status == NC_OK;
			i++) {
			const struct nc_submission *of =
				&listing->submissions.list[i];

			if (is_asked(listing, of->kind) &&
				nc_id_compare(&of->record.union_id,
					&registry->unions[u].id) == 0)
				status = json_one(listing, of, list, err);
		}
	nc_json_put(json, root, "year", json_integer(listing->year));
	nc_json_put(json, root, "submissions", list);
	nc_json_put(json, root, "missing", json_missing(listing));
	if (status == NC_OK)
		return nc_json_print(json, root, err);
	json_decref(root);
	return status;
}

/* --- words ---------------------------------------------------------------- */

static const char *field_words(struct listing *listing,
	const struct nc_submission *of, uint32_t number)
{
	struct nc_value value = nc_record_value(&of->record, number);

	return nc_view_value(&listing->view,
		nc_entity_field(of->record.entity, number), &value);
}

/* "2 added, 1 changed" */
static void print_since(struct nc_table *table, const struct nc_submission *of)
{
	size_t made = 0, deleted = 0;

	for (size_t i = 0; i < of->changes_count; i++) {
		made += of->changes[i].made;
		deleted += !of->changes[i].made && of->changes[i].deleted;
	}
	if (!of->wanted || of->changes_count == 0)
		nc_table_cell(table, of->wanted ? _("nothing") : "–");
	else
		nc_table_format(table, "+%zu ~%zu -%zu", made,
			of->changes_count - made - deleted, deleted);
}

static void print_row(struct listing *listing, struct nc_table *table,
	const struct nc_registry_union *by, const struct nc_submission *of,
	struct nc_short_ids *ids)
{
	char time[NC_TIME_TEXT_SIZE] = "–", id[NC_ID_TEXT_SIZE];

	if (of->position != 0)
		nc_console_time(time, of->received_at_ms);
	nc_short_ids_format(ids, &of->record.id, id);
	nc_table_cell(table, id);
	nc_table_cell(table, by->code);
	nc_table_cell(table, field_words(listing, of, NC_SUBMISSION_KIND));
	nc_table_format(table, "%u", of->version);
	nc_table_cell(
		table, field_words(listing, of, NC_SUBMISSION_SUBMITTED_AT));
	nc_table_cell(table, time);
	print_since(table, of);
	nc_table_cell(table, field_words(listing, of, NC_SUBMISSION_VERDICT));
	nc_table_cell(table, field_words(listing, of, NC_SUBMISSION_COMMENT));
}

static enum nc_status print_table(struct listing *listing, struct nc_error *err)
{
	struct nc_table table NC_AUTO(nc_table_fini) = {0};
	struct nc_short_ids ids NC_AUTO(nc_short_ids_fini) = {.count = 0};
	const struct nc_registry *registry = listing->view.registry;
	enum nc_status status =
		nc_short_ids_read(&ids, listing->view.home.store, err);

	nc_table_init(&table, 9);
	nc_table_cell(&table, _("ID"));
	nc_table_cell(&table, _("Union"));
	nc_table_cell(&table, _("Paper"));
	nc_table_cell(&table, _("Version"));
	nc_table_cell(&table, _("Submitted"));
	nc_table_cell(&table, _("Received"));
	nc_table_cell(&table, _("Since"));
	nc_table_cell(&table, _("Verdict"));
	nc_table_cell(&table, _("Comment"));
	for (size_t u = 0; u < registry->unions_count; u++)
		for (size_t i = 0; i < listing->submissions.count; i++) {
			const struct nc_submission *of =
				&listing->submissions.list[i];

			if (is_asked(listing, of->kind) &&
				nc_id_compare(&of->record.union_id,
					&registry->unions[u].id) == 0)
				print_row(listing, &table, &registry->unions[u],
					of, &ids);
		}
	if (status != NC_OK || nc_table_rows(&table) == 0)
		return status;
	return nc_table_print(&table, err);
}

static void print_missing(const struct listing *listing)
{
	const struct nc_registry *registry = listing->view.registry;
	const struct nc_choice *kinds = nc_paper_kinds();

	for (; kinds->name != NULL; kinds++) {
		bool any = false;

		for (size_t i = 0; i < registry->unions_count &&
				   is_asked(listing, kinds->name);
			i++) {
			if (!is_missing(listing, i, kinds->name))
				continue;
			if (!any)
				nc_console_print(
					_("Not submitted for %u yet, %s: %s"),
					listing->year,
					nc_console_label(kinds->label_vi,
						kinds->label_en),
					registry->unions[i].code);
			else
				nc_console_print(
					", %s", registry->unions[i].code);
			any = true;
		}
		if (any)
			nc_console_print("\n");
	}
}

static enum nc_status run_list(struct nc_call *call, struct nc_error *err)
{
	struct listing listing NC_AUTO(listing_fini) = {0};
	enum nc_status status;

	listing_init(&listing, call);
	status = read_listing(&listing, err);
	if (status != NC_OK)
		return status;
	if (call->json)
		return print_json(&listing, err);
	status = print_table(&listing, err);
	if (status == NC_OK)
		print_missing(&listing);
	return status;
}

static const struct nc_option options[] = {
	{"year", 'y', "YEAR", N_("the papers' year (default: this year)")},
	{"kind", 0, "KIND", N_("only plan, half-year or annual")},
	{"union", 0, "CODE", N_("only this union's")},
	{.name = NULL},
};

const struct nc_command nc_command_submission_list = {
	.name = "submission list",
	.arguments = "",
	.help = N_("who has submitted which plan or report, and what changed "
		   "since"),
	.notes = N_("Since: records of the paper that were added (+), changed "
		    "(~) and deleted (-) after the latest version, as this "
		    "machine received them."),
	.options = options,
	.run = run_list,
};
