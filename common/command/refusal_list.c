/*
 * refusal list: what a validly signed change-set wrote and was not folded,
 * and why.
 */
#include "command/console.h"
#include "command/shared.h"
#include "command/table.h"
#include "command/view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct listing {
	struct nc_view view;
	struct nc_table table;
	json_t *array;
};

/* Names of what the model knows; the number of what it does not. */
struct names {
	char entity[32], field[32];
};

static void find_names(const struct nc_refused *refused, struct names *names)
{
	const struct nc_entity *entity = nc_model_entity(refused->entity);
	const struct nc_field *field =
		entity == NULL ? NULL : nc_entity_field(entity, refused->field);

	snprintf(names->entity, sizeof(names->entity), "%" PRIu32,
		refused->entity);
	snprintf(
		names->field, sizeof(names->field), "%" PRIu32, refused->field);
	if (entity != NULL)
		snprintf(names->entity, sizeof(names->entity), "%s",
			entity->name);
	if (field != NULL)
		snprintf(names->field, sizeof(names->field), "%s", field->name);
}

static enum nc_status json_refused(struct listing *listing,
	const struct nc_refused *refused, const struct names *names,
	struct nc_error *err)
{
	struct nc_view *view = &listing->view;
	json_t *object = json_object();
	enum nc_status status;

	nc_json_put(&view->json, object, "union",
		nc_json_union(view->registry, &view->home.identity.cluster,
			&refused->union_id));
	status = nc_view_put_source(
		view, object, &refused->union_id, &refused->dot, err);
	nc_json_put(&view->json, object, "id", nc_json_id(&refused->record));
	nc_json_put(&view->json, object, "entity", json_string(names->entity));
	nc_json_put(&view->json, object, "field", json_string(names->field));
	nc_json_put(&view->json, object, "reason",
		json_string(nc_refusal_name(refused->reason)));
	nc_json_put(&view->json, object, "why",
		json_string(nc_refusal_text(refused->reason)));
	nc_json_add(&view->json, listing->array, object);
	return status;
}

static enum nc_status visit_refused(
	void *context, const struct nc_refused *refused, struct nc_error *err)
{
	struct listing *listing = context;
	struct nc_view *view = &listing->view;
	struct names names = {.entity = ""};
	char id[NC_ID_TEXT_SIZE];
	const char *words, *of;
	enum nc_status status;

	find_names(refused, &names);
	if (listing->array != NULL)
		return json_refused(listing, refused, &names, err);
	status = nc_view_source(
		view, &refused->union_id, &refused->dot, &words, err);
	of = nc_view_union(view, &refused->union_id);
	if (status != NC_OK)
		return status;
	if (of == NULL)
		return nc_error_no_memory(err);
	nc_id_format(id, &refused->record);
	nc_table_cell(&listing->table, of);
	nc_table_cell(&listing->table, id);
	nc_table_format(&listing->table, "%s.%s", names.entity, names.field);
	nc_table_cell(&listing->table, nc_refusal_text(refused->reason));
	nc_table_cell(&listing->table, words);
	return NC_OK;
}

static enum nc_status list_all(struct listing *listing, struct nc_error *err)
{
	struct nc_table *table = &listing->table;
	json_t *array;
	enum nc_status status;

	nc_table_cell(table, _("Union"));
	nc_table_cell(table, _("Record"));
	nc_table_cell(table, _("Field"));
	nc_table_cell(table, _("Why"));
	nc_table_cell(table, _("Written"));
	status = nc_refusals_each(
		listing->view.home.store, visit_refused, listing, err);
	if (status != NC_OK)
		return status;
	array = listing->array;
	listing->array = NULL;
	if (array != NULL)
		return nc_json_print(&listing->view.json, array, err);
	if (nc_table_rows(table) == 0) {
		nc_console_print(_("Nothing was refused.\n"));
		return NC_OK;
	}
	return nc_table_print(table, err);
}

static enum nc_status run_refusal_list(
	struct nc_call *call, struct nc_error *err)
{
	struct listing listing = {.array = NULL};
	enum nc_status status;

	nc_view_init(&listing.view, call);
	nc_table_init(&listing.table, 5);
	status = nc_view_open(&listing.view, err);
	if (status == NC_OK && call->json) {
		listing.array = json_array();
		if (listing.array == NULL)
			status = nc_error_no_memory(err);
	}
	if (status == NC_OK)
		status = list_all(&listing, err);
	json_decref(listing.array);
	nc_table_fini(&listing.table);
	nc_view_fini(&listing.view);
	return status;
}

const struct nc_command nc_command_refusal_list = {
	.name = "refusal list",
	.arguments = "",
	.help = N_("what was written and not taken in, and why"),
	.run = run_refusal_list,
};
