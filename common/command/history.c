/*
 * history ID: every change-set that touched a record, oldest first: when,
 * who, on which device, which fields, from what to what.
 */
#include "command/console.h"
#include "command/shared.h"
#include "command/view.h"

#include <inttypes.h>
#include <string.h>

#define CHANGE_ARENA_MAX (64 * 1024 * 1024)

/* A value that some change-set wrote, to be named when it is replaced. */
struct said {
	uint32_t field;
	struct nc_dot dot;
	struct nc_value value; /* the view's arena's */
	struct said *before;
};

struct history {
	struct nc_view view;
	struct nc_record record;
	struct said *said; /* the latest first */
	json_t *array;
};

static const struct said *find_said(
	const struct history *history, uint32_t field, const struct nc_dot *dot)
{
	const struct said *said = history->said;

	while (said != NULL &&
		(said->field != field || !nc_dot_equal(&said->dot, dot)))
		said = said->before;
	return said;
}

static enum nc_status keep_said(struct history *history,
	const struct nc_field_change *change, const struct nc_dot *dot,
	struct nc_error *err)
{
	struct nc_arena *arena = &history->view.arena;
	struct said *said = nc_arena_alloc(arena, sizeof(*said));

	if (said == NULL)
		return nc_error_no_memory(err);
	said->field = change->field;
	said->dot = *dot;
	said->value = change->value;
	said->value.bytes.data = nc_arena_copy(
		arena, change->value.bytes.data, change->value.bytes.size);
	if (said->value.bytes.data == NULL)
		return nc_error_no_memory(err);
	said->before = history->said;
	history->said = said;
	return NC_OK;
}

static json_t *json_old(struct history *history, const struct nc_field *field,
	const struct nc_field_change *change)
{
	json_t *old = json_array();

	for (size_t i = 0; i < change->replaces_count; i++) {
		const struct said *said =
			find_said(history, change->field, &change->replaces[i]);

		if (said != NULL)
			nc_json_add(&history->view.json, old,
				nc_json_value(field, &said->value));
	}
	return old;
}

static void json_change(struct history *history, json_t *fields,
	const struct nc_record_change *change,
	const struct nc_field_change *field_change)
{
	struct nc_json *json = &history->view.json;
	const struct nc_field *field =
		nc_entity_field(history->record.entity, field_change->field);
	json_t *object;

	if (field == NULL)
		return;
	object = json_object();
	nc_json_put(json, object, "field", json_string(field->name));
	nc_json_put(
		json, object, "old", json_old(history, field, field_change));
	nc_json_put(json, object, "new",
		change->deletes ? json_null()
				: nc_json_value(field, &field_change->value));
	nc_json_add(json, fields, object);
}

static enum nc_status print_old(struct history *history,
	const struct nc_field *field, const struct nc_field_change *change,
	struct nc_error *err)
{
	size_t printed = 0;

	for (size_t i = 0; i < change->replaces_count; i++) {
		const struct said *said =
			find_said(history, change->field, &change->replaces[i]);
		const char *words;

		if (said == NULL)
			continue;
		words = nc_view_value(&history->view, field, &said->value);
		if (words == NULL)
			return nc_error_no_memory(err);
		nc_console_print("%s%s", printed++ == 0 ? "" : " | ", words);
	}
	if (printed > 0)
		nc_console_print(" → ");
	return NC_OK;
}

static enum nc_status print_change(struct history *history,
	const struct nc_field_change *change, struct nc_error *err)
{
	const struct nc_field *field =
		nc_entity_field(history->record.entity, change->field);
	enum nc_status status;
	const char *words;

	/* Marks of the importer say nothing to a person. */
	if (field == NULL || field->type == NC_TYPE_BYTES)
		return NC_OK;
	nc_console_print("  %s: ", nc_field_label(field));
	status = print_old(history, field, change, err);
	if (status != NC_OK)
		return status;
	words = nc_view_value(&history->view, field, &change->value);
	if (words == NULL)
		return nc_error_no_memory(err);
	nc_console_print("%s\n", words);
	return NC_OK;
}

static enum nc_status show_words(struct history *history,
	const struct nc_dot *dot, const struct nc_record_change *change,
	struct nc_error *err)
{
	const char *words;
	enum nc_status status = nc_view_source(
		&history->view, &history->record.union_id, dot, &words, err);

	if (status != NC_OK)
		return status;
	nc_console_print(
		"%s%s\n", words, change->deletes ? _(": deleted") : "");
	for (size_t i = 0; i < change->fields_count && status == NC_OK; i++)
		if (!change->deletes)
			status = print_change(history, &change->fields[i], err);
	return status;
}

static enum nc_status show_json(struct history *history,
	const struct nc_dot *dot, const struct nc_record_change *change,
	struct nc_error *err)
{
	struct nc_json *json = &history->view.json;
	json_t *object = json_object(), *fields = json_array();
	enum nc_status status = nc_view_put_source(
		&history->view, object, &history->record.union_id, dot, err);

	for (size_t i = 0; i < change->fields_count; i++)
		json_change(history, fields, change, &change->fields[i]);
	nc_json_put(json, object, "record", nc_json_id(&change->record));
	nc_json_put(json, object, "deletes", json_boolean(change->deletes));
	nc_json_put(json, object, "fields", fields);
	nc_json_add(json, history->array, object);
	return status;
}

static enum nc_status visit_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct history *history = context;
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_dot dot = {entry->device, entry->sequence};
	struct nc_change_set change_set = {.records_count = 0};
	enum nc_status status;

	nc_arena_init(&arena, CHANGE_ARENA_MAX);
	status = nc_change_set_decode(
		entry->signed_set.payload, &arena, &change_set, err);
	for (size_t r = 0; status == NC_OK && r < change_set.records_count;
		r++) {
		const struct nc_record_change *change = &change_set.records[r];

		if (nc_id_compare(&change->record, &history->record.id) != 0 ||
			change->entity != history->record.entity->number)
			continue;
		status = history->array != NULL
				 ? show_json(history, &dot, change, err)
				 : show_words(history, &dot, change, err);
		for (size_t f = 0; f < change->fields_count && status == NC_OK;
			f++)
			status = keep_said(
				history, &change->fields[f], &dot, err);
	}
	return status;
}

static enum nc_status read_history(
	struct history *history, struct nc_error *err)
{
	return nc_log_read_naming(history->view.home.store,
		&history->record.union_id,
		nc_slice(history->record.id.bytes, NC_ID_SIZE), visit_entry,
		history, err);
}

/* What it was before a merger made one of two: theirs are told, too. */
static enum nc_status read_predecessors(
	struct history *history, struct nc_error *err)
{
	struct nc_view *view = &history->view;
	struct nc_slice ids =
		history->record.entity->number == NC_ENTITY_MEMBER_ORG
			? nc_record_value(
				  &history->record, NC_MEMBER_ORG_PREDECESSORS)
				  .bytes
			: nc_slice(NULL, 0);
	enum nc_status status = NC_OK;

	for (size_t at = 0; at + NC_ID_SIZE <= ids.size && status == NC_OK;
		at += NC_ID_SIZE) {
		char text[NC_ID_TEXT_SIZE];
		struct nc_id id;

		memcpy(id.bytes, ids.data + at, NC_ID_SIZE);
		nc_id_format(text, &id);
		status = nc_record_find(view->home.store, text, &view->arena,
			&history->record, err);
		/* It may not have come yet. */
		if (status == NC_NOT_FOUND) {
			status = NC_OK;
			continue;
		}
		if (status == NC_OK && history->array == NULL)
			nc_console_print(_("Before that, as %s:\n"), text);
		if (status == NC_OK)
			status = read_history(history, err);
	}
	return status;
}

static enum nc_status show_history(struct history *history,
	const struct nc_call *call, struct nc_error *err)
{
	struct nc_view *view = &history->view;
	enum nc_status status = nc_record_find(view->home.store,
		call->arguments[0], &view->arena, &history->record, err);
	json_t *array;

	if (status != NC_OK)
		return status;
	if (call->json) {
		history->array = json_array();
		if (history->array == NULL)
			return nc_error_no_memory(err);
	}
	status = read_history(history, err);
	if (status == NC_OK)
		status = read_predecessors(history, err);
	if (status != NC_OK || !call->json)
		return status;
	array = history->array;
	history->array = NULL;
	return nc_json_print(&view->json, array, err);
}

static enum nc_status run_history(struct nc_call *call, struct nc_error *err)
{
	struct history history = {.said = NULL};
	enum nc_status status;

	nc_view_init(&history.view, call);
	status = nc_view_open(&history.view, err);
	if (status == NC_OK)
		status = show_history(&history, call, err);
	json_decref(history.array);
	nc_view_fini(&history.view);
	return status;
}

const struct nc_command nc_command_history = {
	.name = "history",
	.arguments = "ID",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("who wrote what in a record, and when"),
	.notes = N_("ID is the beginning of a record's id, as long as it means "
		    "one record."),
	.run = run_history,
};
