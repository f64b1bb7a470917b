/*
 * conflict list: every disputed field with all its live values, who said
 * each, which one is shown; and for records that an unseen edit brought back,
 * who had deleted them.
 */
#include "command/console.h"
#include "command/shared.h"
#include "command/view.h"

#include <string.h>

struct listing {
	struct nc_view view;
	struct nc_short_ids ids;
	json_t *array;
	size_t count;
};

/* Whether a deletion's dot was listed before in this row. */
static bool is_repeated_deletion(const struct nc_row *row, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (row->live[i].tombstone &&
			nc_dot_equal(&row->live[i].dot, &row->live[at].dot))
			return true;
	return false;
}

static enum nc_status json_values(struct nc_view *view,
	const struct nc_record *record, const struct nc_field *field,
	json_t *values, struct nc_error *err)
{
	const struct nc_row *row = &record->row;
	const struct nc_live *shown = nc_row_shown(row, field->number);
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < row->count && status == NC_OK; i++) {
		const struct nc_live *live = &row->live[i];
		json_t *value;

		if (live->field != field->number)
			continue;
		value = json_object();
		nc_json_put(&view->json, value, "value",
			nc_json_value(field, &live->value));
		nc_json_put(&view->json, value, "shown",
			json_boolean(live == shown));
		nc_json_put(&view->json, value, "deleted",
			json_boolean(live->tombstone));
		status = nc_view_put_source(
			view, value, &record->union_id, &live->dot, err);
		nc_json_add(&view->json, values, value);
	}
	return status;
}

static enum nc_status json_fields(struct nc_view *view,
	const struct nc_record *record, json_t *fields, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < record->entity->fields_count; i++) {
		const struct nc_field *field = &record->entity->fields[i];
		json_t *object, *values;

		if (!nc_row_field_conflicts(&record->row, field->number))
			continue;
		object = json_object();
		values = json_array();
		nc_json_put(
			&view->json, object, "field", json_string(field->name));
		status = json_values(view, record, field, values, err);
		nc_json_put(&view->json, object, "values", values);
		nc_json_add(&view->json, fields, object);
		if (status != NC_OK)
			break;
	}
	return status;
}

static enum nc_status json_deletions(struct nc_view *view,
	const struct nc_record *record, json_t *deletions, struct nc_error *err)
{
	const struct nc_row *row = &record->row;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < row->count && status == NC_OK; i++) {
		json_t *object;

		if (!row->live[i].tombstone || is_repeated_deletion(row, i))
			continue;
		object = json_object();
		status = nc_view_put_source(view, object, &record->union_id,
			&row->live[i].dot, err);
		nc_json_add(&view->json, deletions, object);
	}
	return status;
}

/* What a decision is about: of is a proposal or the like, record the one that
 * it is for, field the one that it would write. */
struct about {
	struct nc_record record;
	const struct nc_field *field; /* NULL: of none */
	const char *value;	      /* proposed */
	const char *words, *current;
};

/* *ret_is false for what is about no other record, or one that is not here. */
static enum nc_status read_about(struct nc_view *view,
	const struct nc_record *of, struct about *about, bool *ret_is,
	struct nc_error *err)
{
	const struct nc_field *link = nc_entity_field_named(of->entity, "of");
	struct nc_value id = link == NULL ? nc_value_absent()
					  : nc_record_value(of, link->number);
	char text[NC_ID_TEXT_SIZE];
	struct nc_value current;
	enum nc_status status;
	struct nc_id target;

	*ret_is = false;
	*about = (struct about){.value = ""};
	if (id.kind != NC_VALUE_BYTES || id.bytes.size != NC_ID_SIZE)
		return NC_OK;
	memcpy(target.bytes, id.bytes.data, NC_ID_SIZE);
	nc_id_format(text, &target);
	status = nc_record_find(
		view->home.store, text, &view->arena, &about->record, err);
	if (status != NC_OK)
		return status == NC_NOT_FOUND ? NC_OK : status;
	*ret_is = true;
	about->words = nc_view_record_words(view, &about->record);
	if (about->words == NULL)
		return nc_error_no_memory(err);
	if (of->entity->number != NC_ENTITY_PROPOSAL)
		return NC_OK;
	about->value = nc_record_text(of, NC_PROPOSAL_VALUE, &view->arena);
	about->field = nc_entity_field_named(about->record.entity,
		nc_record_text(of, NC_PROPOSAL_FIELD, &view->arena));
	if (about->field == NULL)
		return NC_OK;
	current = nc_record_value(&about->record, about->field->number);
	about->current = nc_view_value(view, about->field, &current);
	return about->current == NULL ? nc_error_no_memory(err) : NC_OK;
}

static enum nc_status json_about(struct nc_view *view,
	const struct nc_record *record, json_t *object, struct nc_error *err)
{
	struct about about;
	struct nc_value current;
	json_t *made;
	bool is;
	enum nc_status status = read_about(view, record, &about, &is, err);

	if (status != NC_OK)
		return status;
	if (!is) {
		nc_json_put(&view->json, object, "about", json_null());
		return NC_OK;
	}
	made = json_object();
	nc_json_put(&view->json, made, "id", nc_json_id(&about.record.id));
	nc_json_put(&view->json, made, "entity",
		json_string(about.record.entity->name));
	nc_json_put(&view->json, made, "words", nc_json_text(about.words));
	if (about.field != NULL) {
		current = nc_record_value(&about.record, about.field->number);
		nc_json_put(&view->json, made, "field",
			json_string(about.field->name));
		nc_json_put(
			&view->json, made, "value", nc_json_text(about.value));
		nc_json_put(&view->json, made, "current",
			nc_json_value(about.field, &current));
	}
	nc_json_put(&view->json, object, "about", made);
	return NC_OK;
}

static enum nc_status print_about(struct listing *listing,
	const struct nc_record *record, struct nc_error *err)
{
	struct about about;
	char id[NC_ID_TEXT_SIZE];
	bool is;
	enum nc_status status =
		read_about(&listing->view, record, &about, &is, err);

	if (status != NC_OK || !is)
		return status;
	nc_short_ids_format(&listing->ids, &about.record.id, id);
	nc_console_print(_("  for %s  %s: %s\n"), id,
		nc_entity_label(about.record.entity), about.words);
	if (about.field != NULL) {
		nc_console_print("    %s (%s): %s\n",
			nc_field_label(about.field), about.field->name,
			about.value);
		nc_console_print(_("    now: %s\n"), about.current);
	}
	return NC_OK;
}

static enum nc_status json_record(struct listing *listing,
	const struct nc_record *record, struct nc_error *err)
{
	struct nc_view *view = &listing->view;
	json_t *object = json_object(), *fields = json_array(),
	       *deletions = json_array();
	enum nc_status status = json_fields(view, record, fields, err);

	if (status == NC_OK)
		status = json_deletions(view, record, deletions, err);
	if (status == NC_OK)
		status = json_about(view, record, object, err);
	nc_json_put(&view->json, object, "id", nc_json_id(&record->id));
	nc_json_put(&view->json, object, "entity",
		json_string(record->entity->name));
	nc_json_put(&view->json, object, "union",
		nc_json_union(view->registry, &view->home.identity.cluster,
			&record->union_id));
	nc_json_put(&view->json, object, "state",
		json_string(nc_record_state(record)));
	nc_json_put(&view->json, object, "fields", fields);
	nc_json_put(&view->json, object, "deleted_by", deletions);
	nc_json_add(&view->json, listing->array, object);
	return status;
}

static enum nc_status print_live(struct nc_view *view,
	const struct nc_record *record, const struct nc_field *field,
	const struct nc_live *live, struct nc_error *err)
{
	const struct nc_live *shown = nc_row_shown(&record->row, live->field);
	const char *words, *value = nc_view_value(view, field, &live->value);
	enum nc_status status = nc_view_source(
		view, &record->union_id, &live->dot, &words, err);

	if (status != NC_OK)
		return status;
	if (value == NULL)
		return nc_error_no_memory(err);
	nc_console_print("    %s %s (%s)\n", live == shown ? "*" : " ",
		live->tombstone ? _("deleted") : value, words);
	return NC_OK;
}

static enum nc_status print_fields(struct nc_view *view,
	const struct nc_record *record, struct nc_error *err)
{
	const struct nc_row *row = &record->row;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < row->count && status == NC_OK; i++) {
		const struct nc_live *live = &row->live[i];
		const struct nc_field *field =
			nc_entity_field(record->entity, live->field);

		if (field == NULL || !nc_row_field_conflicts(row, live->field))
			continue;
		if (i == 0 || row->live[i - 1].field != live->field)
			nc_console_print("  %s (%s):\n", nc_field_label(field),
				field->name);
		status = print_live(view, record, field, live, err);
	}
	return status;
}

static enum nc_status print_deletions(struct nc_view *view,
	const struct nc_record *record, struct nc_error *err)
{
	const struct nc_row *row = &record->row;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < row->count && status == NC_OK; i++) {
		const char *words;

		if (!row->live[i].tombstone || is_repeated_deletion(row, i))
			continue;
		status = nc_view_source(view, &record->union_id,
			&row->live[i].dot, &words, err);
		if (status == NC_OK)
			nc_console_print(
				_("  Deleted by %s; an edit that the deleter "
				  "had not seen brought it back.\n"),
				words);
	}
	return status;
}

static enum nc_status print_record(struct listing *listing,
	const struct nc_record *record, struct nc_error *err)
{
	struct nc_view *view = &listing->view;
	char id[NC_ID_TEXT_SIZE];
	const char *of = nc_view_union(view, &record->union_id);
	enum nc_status status;

	if (of == NULL)
		return nc_error_no_memory(err);
	nc_short_ids_format(&listing->ids, &record->id, id);
	nc_console_print("%s%s  %s, %s\n", listing->count > 1 ? "\n" : "", id,
		nc_entity_label(record->entity), of);
	status = print_about(listing, record, err);
	if (status == NC_OK)
		status = print_fields(view, record, err);
	if (status == NC_OK)
		status = print_deletions(view, record, err);
	return status;
}

static enum nc_status visit_conflict(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct listing *listing = context;

	listing->count++;
	return listing->array != NULL ? json_record(listing, record, err)
				      : print_record(listing, record, err);
}

static enum nc_status list_all(struct listing *listing, struct nc_error *err)
{
	struct nc_store *store = listing->view.home.store;
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = nc_records_each(store, &entities[i], NULL,
			NC_RECORDS_CONFLICTS, visit_conflict, listing, err);
	if (status != NC_OK)
		return status;
	if (listing->array != NULL) {
		json_t *array = listing->array;

		listing->array = NULL;
		return nc_json_print(&listing->view.json, array, err);
	}
	if (listing->count == 0)
		nc_console_print(_("There are no conflicts.\n"));
	else if (!listing->view.home.identity.is_hub)
		nc_console_print(
			_("\n* is what is shown. nhipcau conflict resolve ID "
			  "keeps that; --keep DEVICE/SEQUENCE keeps another; "
			  "--delete deletes the record.\n"));
	return NC_OK;
}

static enum nc_status run_conflict_list(
	struct nc_call *call, struct nc_error *err)
{
	struct listing listing = {.count = 0};
	enum nc_status status;

	nc_view_init(&listing.view, call);
	status = nc_view_open(&listing.view, err);
	if (status == NC_OK)
		status = nc_short_ids_read(
			&listing.ids, listing.view.home.store, err);
	if (status == NC_OK && call->json) {
		listing.array = json_array();
		if (listing.array == NULL)
			status = nc_error_no_memory(err);
	}
	if (status == NC_OK)
		status = list_all(&listing, err);
	json_decref(listing.array);
	nc_short_ids_fini(&listing.ids);
	nc_view_fini(&listing.view);
	return status;
}

const struct nc_command nc_command_conflict_list = {
	.name = "conflict list",
	.arguments = "",
	.help = N_("records about which people wrote different things"),
	.run = run_conflict_list,
};
