#include "command/view.h"
#include "command/console.h"
#include "locale/countries.h"
#include "locale/date.h"
#include "store/roof.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define VIEW_ARENA_MAX (256u * 1024 * 1024)
#define SHORT_DIGITS_MIN 8

void nc_view_init(struct nc_view *view, const struct nc_call *call)
{
	memset(view, 0, sizeof(*view));
	view->call = call;
	nc_home_init(&view->home);
	nc_arena_init(&view->arena, VIEW_ARENA_MAX);
}

void nc_view_fini(struct nc_view *view)
{
	nc_sources_fini(&view->sources);
	nc_home_fini(&view->home);
	nc_arena_fini(&view->arena);
}

enum nc_status nc_view_begin(struct nc_view *view, struct nc_error *err)
{
	struct nc_store *store = view->home.store;
	enum nc_status status = nc_store_registry(store, &view->registry, err);

	/* Whose it is, at this moment too. */
	if (status == NC_OK)
		status = nc_store_identity(store, &view->home.identity, err);
	if (status == NC_OK)
		nc_sources_init(
			&view->sources, store, view->registry, &view->arena);
	return status;
}

enum nc_status nc_view_open(struct nc_view *view, struct nc_error *err)
{
	struct nc_home *home = &view->home;
	enum nc_status status = nc_home_open_to_read(home, view->call, err);

	if (status == NC_OK)
		status = nc_store_begin_read(home->store, err);
	return status == NC_OK ? nc_view_begin(view, err) : status;
}

static enum nc_status one_union(struct nc_view *view, const char *code,
	const struct nc_id **ret_unions, size_t *ret_count,
	struct nc_error *err)
{
	const struct nc_registry_union *of;
	enum nc_status status =
		nc_registry_find_union(view->registry, code, &of, err);

	if (status != NC_OK)
		return status;
	*ret_unions = &of->id;
	*ret_count = 1;
	return NC_OK;
}

enum nc_status nc_view_unions(struct nc_view *view, const char *code,
	const struct nc_id **ret_unions, size_t *ret_count,
	struct nc_error *err)
{
	const struct nc_registry *registry = view->registry;
	const struct nc_id *own = &view->home.identity.union_id;
	size_t room = registry->unions_count + 1, count = 0;
	struct nc_id *unions;
	bool *marks;

	*ret_unions = NULL;
	*ret_count = 0;
	if (code != NULL)
		return one_union(view, code, ret_unions, ret_count, err);
	if (view->home.identity.is_hub)
		return NC_OK;
	marks = nc_arena_array(&view->arena, room, sizeof(*marks));
	unions = nc_arena_array(&view->arena, room, sizeof(*unions));
	if (marks == NULL || unions == NULL)
		return nc_error_no_memory(err);
	memset(marks, 0, room * sizeof(*marks));
	nc_union_predecessors(registry, own, marks);
	unions[count++] = *own;
	for (size_t i = 0; i < registry->unions_count; i++)
		if (marks[i] &&
			nc_id_compare(&registry->unions[i].id, own) != 0)
			unions[count++] = registry->unions[i].id;
	*ret_unions = unions;
	*ret_count = count;
	return NC_OK;
}

enum nc_status nc_view_run(const struct nc_call *call, nc_view_print words,
	nc_view_print json, struct nc_error *err)
{
	struct nc_view view;
	enum nc_status status;

	nc_view_init(&view, call);
	status = nc_view_open(&view, err);
	if (status == NC_OK)
		status = call->json ? json(&view, err) : words(&view, err);
	nc_view_fini(&view);
	return status;
}

static const char *arena_copy(struct nc_view *view, const char *text)
{
	return nc_arena_text(&view->arena, text, strlen(text));
}

/* "Lào; Campuchia" for the codes; a code that we do not know as it is. */
static const char *country_names(struct nc_view *view, struct nc_slice codes)
{
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status = NC_OK;

	nc_buffer_init(&words, VIEW_ARENA_MAX);
	for (size_t i = 0; i + 2 <= codes.size && status == NC_OK; i += 3) {
		char code[3] = {(char)codes.data[i], (char)codes.data[i + 1]};
		const struct nc_country *country = nc_country_by_code(code);

		status = nc_buffer_printf(&words, "%s%s", i == 0 ? "" : "; ",
			country == NULL ? code
					: nc_console_label(country->name_vi,
						  country->name_en));
	}
	return status == NC_OK ? arena_copy(view, nc_buffer_string(&words))
			       : NULL;
}

const char *nc_view_value(struct nc_view *view, const struct nc_field *field,
	const struct nc_value *value)
{
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};
	char time[NC_TIME_TEXT_SIZE], date[NC_DATE_PRINTED_SIZE];
	const struct nc_choice *choice = field->choices;

	nc_buffer_init(&words, VIEW_ARENA_MAX);
	if (value->kind == NC_VALUE_ABSENT)
		return "–";
	if (field->type == NC_TYPE_TIME) {
		nc_console_time(time, value->integer);
		return arena_copy(view, time);
	}
	if (field->type == NC_TYPE_BOOLEAN)
		return value->integer != 0 ? _("yes") : _("no");
	if (field->type == NC_TYPE_COUNTRY || field->type == NC_TYPE_COUNTRIES)
		return country_names(view, value->bytes);
	if (nc_field_print(field, value, &words) != NC_OK)
		return NULL;
	if (field->type == NC_TYPE_DATE && nc_console_is_vietnamese()) {
		nc_date_stored_print(date, nc_buffer_string(&words));
		return arena_copy(view, date);
	}
	for (; choice != NULL && choice->name != NULL; choice++)
		if (strcmp(choice->name, nc_buffer_string(&words)) == 0)
			return nc_console_label(
				choice->label_vi, choice->label_en);
	return nc_arena_text(
		&view->arena, nc_buffer_string(&words), words.size);
}

const char *nc_view_record_words(
	struct nc_view *view, const struct nc_record *record)
{
	static const char *const names[] = {"text", "title", "heading"};

	for (size_t i = 0; i < 3; i++) {
		const struct nc_field *field =
			nc_entity_field_named(record->entity, names[i]);
		struct nc_value value;

		if (field == NULL)
			continue;
		value = nc_record_value(record, field->number);
		if (value.kind != NC_VALUE_ABSENT)
			return nc_view_value(view, field, &value);
	}
	return "";
}

const char *nc_view_union(struct nc_view *view, const struct nc_id *union_id)
{
	const struct nc_registry_union *known =
		nc_registry_union(view->registry, union_id);
	char text[NC_ID_TEXT_SIZE];

	if (known != NULL)
		return known->code;
	if (nc_id_compare(union_id, &view->home.identity.cluster) == 0)
		return _("cluster");
	nc_id_format(text, union_id);
	return arena_copy(view, text);
}

enum nc_status nc_view_source(struct nc_view *view,
	const struct nc_id *union_id, const struct nc_dot *dot,
	const char **ret_words, struct nc_error *err)
{
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};
	char time[NC_TIME_TEXT_SIZE], device[NC_DEVICE_ID_TEXT_SIZE];
	const struct nc_source *source;
	enum nc_status status =
		nc_sources_find(&view->sources, union_id, dot, &source, err);

	nc_buffer_init(&words, 8192);
	if (status != NC_OK)
		return status;
	nc_console_time(time, source->written_at_ms);
	nc_device_id_format(device, dot->device);
	/* An author is often just called after the device. */
	if (strcmp(source->author, source->label) == 0)
		status = nc_buffer_printf(&words, "%s, %s, %s/%" PRIu64, time,
			source->author, device, dot->sequence);
	else
		status = nc_buffer_printf(&words, "%s, %s, %s, %s/%" PRIu64,
			time, source->author, source->label, device,
			dot->sequence);
	*ret_words = status == NC_OK
			     ? arena_copy(view, nc_buffer_string(&words))
			     : NULL;
	return *ret_words == NULL ? nc_error_no_memory(err) : NC_OK;
}

const char *nc_field_label(const struct nc_field *field)
{
	return nc_console_label(field->label_vi, field->label_en);
}

const char *nc_entity_label(const struct nc_entity *entity)
{
	return nc_console_label(entity->label_vi, entity->label_en);
}

enum nc_status nc_view_put_source(struct nc_view *view, json_t *object,
	const struct nc_id *union_id, const struct nc_dot *dot,
	struct nc_error *err)
{
	struct nc_json *json = &view->json;
	const struct nc_source *source;
	enum nc_status status =
		nc_sources_find(&view->sources, union_id, dot, &source, err);

	if (status != NC_OK)
		return status;
	nc_json_put(json, object, "device", nc_json_device(dot->device));
	nc_json_put(json, object, "device_label", nc_json_text(source->label));
	nc_json_put(json, object, "sequence", nc_json_number(dot->sequence));
	nc_json_put(json, object, "author", nc_json_text(source->author));
	nc_json_put(json, object, "written_at",
		nc_json_time(source->written_at_ms));
	return NC_OK;
}

void nc_short_ids_fini(struct nc_short_ids *ids)
{
	nc_free(ids->ids);
	memset(ids, 0, sizeof(*ids));
}

static enum nc_status visit_id(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct nc_short_ids *ids = context;
	size_t more = ids->capacity == 0 ? 1024 : ids->capacity * 2;
	struct nc_id *grown;

	if (ids->count == ids->capacity) {
		grown = nc_realloc(ids->ids, more * sizeof(*grown));
		if (grown == NULL)
			return nc_error_no_memory(err);
		ids->ids = grown;
		ids->capacity = more;
	}
	ids->ids[ids->count++] = record->id;
	return NC_OK;
}

static int compare_ids(const void *a, const void *b)
{
	return nc_id_compare(a, b);
}

enum nc_status nc_short_ids_read(
	struct nc_short_ids *ids, struct nc_store *store, struct nc_error *err)
{
	size_t entities;
	const struct nc_entity *entity = nc_model_entities(&entities);
	enum nc_status status = NC_OK;

	/* Deleted ones too: a prefix must mean one record for history. */
	for (size_t i = 0; i < entities && status == NC_OK; i++)
		status = nc_records_each(store, &entity[i], NULL,
			NC_RECORDS_ALL, visit_id, ids, err);
	if (status == NC_OK && ids->count > 1)
		qsort(ids->ids, ids->count, sizeof(*ids->ids), compare_ids);
	ids->sorted = status == NC_OK;
	return status;
}

/* Hexadecimal digits that two ids have in common at the front. */
static size_t shared_digits(const struct nc_id *a, const struct nc_id *b)
{
	size_t i = 0;

	while (i < NC_ID_SIZE && a->bytes[i] == b->bytes[i])
		i++;
	if (i == NC_ID_SIZE)
		return 2 * NC_ID_SIZE;
	return 2 * i + (a->bytes[i] >> 4 == b->bytes[i] >> 4);
}

void nc_id_shorten(
	char out[NC_ID_TEXT_SIZE], const struct nc_id *id, size_t digits)
{
	size_t at = 0;

	nc_id_format(out, id);
	/* The hyphens stay where they stand; digits are counted. */
	for (; out[at] != '\0' && digits > 0; at++)
		digits -= out[at] != '-';
	out[at] = '\0';
}

void nc_short_ids_format(struct nc_short_ids *ids, const struct nc_id *id,
	char out[NC_ID_TEXT_SIZE])
{
	size_t digits = SHORT_DIGITS_MIN, count = ids->count;
	const struct nc_id *found = NULL;

	if (ids->sorted && count > 0)
		found = bsearch(id, ids->ids, count, sizeof(*id), compare_ids);
	if (found == NULL)
		digits = 2 * NC_ID_SIZE;
	if (found != NULL && found > ids->ids &&
		shared_digits(found - 1, id) + 1 > digits)
		digits = shared_digits(found - 1, id) + 1;
	if (found != NULL && found + 1 < ids->ids + count &&
		shared_digits(found + 1, id) + 1 > digits)
		digits = shared_digits(found + 1, id) + 1;
	nc_id_shorten(out, id, digits);
}
