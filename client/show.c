/*
 * show ID: one record whole, each field with who said it, and what is
 * proposed for it.
 */
#include "client.h"
#include "command/console.h"
#include "intake/proposal_store.h"
#include "proposal.h"
#include "store/roof.h"

#include <string.h>

static enum nc_status print_field(struct nc_view *view,
	const struct nc_record *record, const struct nc_field *field,
	struct nc_error *err)
{
	const struct nc_live *shown = nc_row_shown(&record->row, field->number);
	const char *value, *source;
	enum nc_status status;

	if (shown == NULL || field->type == NC_TYPE_BYTES)
		return NC_OK;
	value = nc_view_value(view, field, &shown->value);
	status = nc_view_source(
		view, &record->union_id, &shown->dot, &source, err);
	if (status != NC_OK)
		return status;
	if (value == NULL)
		return nc_error_no_memory(err);
	nc_console_print("%s (%s): %s\n    %s%s\n", nc_field_label(field),
		field->name, value, source,
		nc_row_field_conflicts(&record->row, field->number)
			? _("; others wrote something else")
			: "");
	return NC_OK;
}

static enum nc_status print_record(struct nc_view *view,
	const struct nc_record *record, struct nc_error *err)
{
	const char *of = nc_view_union(view, &record->union_id);
	char id[NC_ID_TEXT_SIZE];
	enum nc_status status = NC_OK;

	if (of == NULL)
		return nc_error_no_memory(err);
	nc_id_format(id, &record->id);
	nc_console_print("%s  %s, %s%s\n", id, nc_entity_label(record->entity),
		of, record->gone ? _(", deleted") : "");
	for (size_t i = 0; i < record->entity->fields_count && status == NC_OK;
		i++)
		status = print_field(
			view, record, &record->entity->fields[i], err);
	if (status == NC_OK && record->conflicts)
		nc_console_print(_("People wrote different things here; "
				   "conflict list shows them.\n"));
	return status;
}

/* As the record's JSON, "sources": who said each field, and "proposals". */
static enum nc_status print_json(struct nc_view *view,
	const struct nc_record *record, const struct nc_proposals *proposals,
	struct nc_error *err)
{
	json_t *root = nc_json_record(&view->json, record, view->registry,
		&view->home.identity.cluster);
	json_t *sources = json_object(), *list = json_array();
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < record->entity->fields_count && status == NC_OK;
		i++) {
		const struct nc_field *field = &record->entity->fields[i];
		const struct nc_live *shown =
			nc_row_shown(&record->row, field->number);
		json_t *source;

		if (shown == NULL)
			continue;
		source = json_object();
		status = nc_view_put_source(
			view, source, &record->union_id, &shown->dot, err);
		nc_json_put(&view->json, sources, field->name, source);
	}
	nc_json_put(&view->json, root, "sources", sources);
	for (size_t i = 0; i < proposals->count; i++)
		nc_json_add(&view->json, list,
			nc_proposal_json(&view->json, &proposals->list[i]));
	nc_json_put(&view->json, root, "proposals", list);
	if (status == NC_OK)
		return nc_json_print(&view->json, root, err);
	json_decref(root);
	return status;
}

/* The associations that a merger made one of: below it, each whole. */
static enum nc_status print_predecessors(struct nc_view *view,
	const struct nc_record *record, struct nc_error *err)
{
	struct nc_slice ids = nc_slice(NULL, 0);
	enum nc_status status = NC_OK;

	if (record->entity->number == NC_ENTITY_MEMBER_ORG)
		ids = nc_record_value(record, NC_MEMBER_ORG_PREDECESSORS).bytes;
	for (size_t at = 0; at + NC_ID_SIZE <= ids.size && status == NC_OK;
		at += NC_ID_SIZE) {
		struct nc_record before;
		char text[NC_ID_TEXT_SIZE];
		struct nc_id id;

		memcpy(id.bytes, ids.data + at, NC_ID_SIZE);
		nc_id_format(text, &id);
		status = nc_record_find(
			view->home.store, text, &view->arena, &before, err);
		if (status == NC_NOT_FOUND)
			status = NC_OK; /* it may not have come yet */
		else if (status == NC_OK)
			status = print_record(view, &before, err);
	}
	return status;
}

/* What is proposed for a record of our own; not the checker's mends, for which
 * the whole year would be read. */
static enum nc_status gather(struct nc_view *view,
	const struct nc_record *record, struct nc_proposals *proposals,
	struct nc_error *err)
{
	const struct nc_proposals_filter filter = {
		.entity = record->entity, .record = &record->id};
	const struct nc_id *unions;
	size_t count;
	enum nc_status status =
		nc_view_unions(view, NULL, &unions, &count, err);

	if (status != NC_OK || record->gone ||
		!nc_succession_names(unions, count, &record->union_id))
		return status;
	return nc_proposals_gather(proposals, view->home.store,
		&record->union_id, &filter, NULL, err);
}

static enum nc_status show(struct nc_view *view, const struct nc_record *record,
	struct nc_error *err)
{
	struct nc_proposals proposals NC_AUTO(nc_proposals_fini) = {0};
	enum nc_status status;

	nc_proposals_init(&proposals, nc_sha256);
	status = gather(view, record, &proposals, err);
	if (status == NC_OK)
		status = view->call->json
				 ? print_json(view, record, &proposals, err)
				 : print_record(view, record, err);
	if (view->call->json || status != NC_OK)
		return status;
	if (proposals.count > 0)
		nc_console_print(_("Proposed:\n"));
	for (size_t i = 0; i < proposals.count && status == NC_OK; i++)
		status = nc_proposal_print(view, &proposals.list[i], err);
	if (status == NC_OK)
		status = print_predecessors(view, record, err);
	return status;
}

static enum nc_status run_show(struct nc_call *call, struct nc_error *err)
{
	struct nc_view view NC_AUTO(nc_view_fini) = {0};
	struct nc_record record;
	enum nc_status status;

	nc_view_init(&view, call);
	status = nc_view_open(&view, err);
	if (status == NC_OK)
		status = nc_record_find(view.home.store, call->arguments[0],
			&view.arena, &record, err);
	return status == NC_OK ? show(&view, &record, err) : status;
}

const struct nc_command nc_client_show = {
	.name = "show",
	.arguments = "ID",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("show a record, each field with who said it"),
	.notes = N_("ID is the beginning of a record's id, as long as it means "
		    "one record."),
	.run = run_show,
};
