#include "command/json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

void nc_json_put(
	struct nc_json *json, json_t *object, const char *key, json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		json->failed = true;
}

void nc_json_add(struct nc_json *json, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		json->failed = true;
}

json_t *nc_json_text(const char *text)
{
	return nc_json_slice(nc_slice_text(text));
}

json_t *nc_json_slice(struct nc_slice text)
{
	return json_stringn(
		text.size == 0 ? "" : (const char *)text.data, text.size);
}

json_t *nc_json_number(uint64_t number)
{
	return json_integer((json_int_t)number);
}

json_t *nc_json_id(const struct nc_id *id)
{
	char text[NC_ID_TEXT_SIZE];

	nc_id_format(text, id);
	return json_string(text);
}

json_t *nc_json_device(nc_device_id device)
{
	char text[NC_DEVICE_ID_TEXT_SIZE];

	nc_device_id_format(text, device);
	return json_string(text);
}

json_t *nc_json_time(int64_t time_ms)
{
	time_t seconds = (time_t)(time_ms / 1000);
	int rest = (int)(time_ms % 1000);
	char text[64], whole[48];
	struct tm tm;

	if (rest < 0) {
		rest += 1000;
		seconds--;
	}
	if (gmtime_r(&seconds, &tm) == NULL || tm.tm_year < -1900 ||
		tm.tm_year > 9999 - 1900)
		return json_null();
	strftime(whole, sizeof(whole), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(text, sizeof(text), "%s.%03dZ", whole, rest);
	return json_string(text);
}

static json_t *json_list(struct nc_slice text)
{
	json_t *array = json_array();
	size_t from = 0;

	for (size_t i = 0; i <= text.size; i++) {
		if (i < text.size && text.data[i] != '\n')
			continue;
		if (json_array_append_new(
			    array, nc_json_slice(nc_slice(
					   text.data + from, i - from))) < 0) {
			json_decref(array);
			return NULL;
		}
		from = i + 1;
	}
	return array;
}

/* { "amount": in the currency's smallest unit, "currency" } */
static json_t *json_money(struct nc_slice text)
{
	char currency[4];
	int64_t minor;

	if (!nc_money_split(text, &minor, currency))
		return json_null();
	return json_pack("{s:I, s:s}", "amount", (json_int_t)minor, "currency",
		currency);
}

static json_t *json_references(const struct nc_value *value)
{
	json_t *array = json_array();
	struct nc_id id;

	for (size_t i = 0; nc_references_at(value, i, &id); i++)
		if (json_array_append_new(array, nc_json_id(&id)) < 0) {
			json_decref(array);
			return NULL;
		}
	return array;
}

static json_t *json_bytes(
	const struct nc_field *field, const struct nc_value *value)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&text, 4096);
	if (nc_field_print(field, value, &text) != NC_OK)
		return NULL;
	return json_string(nc_buffer_string(&text));
}

json_t *nc_json_value(
	const struct nc_field *field, const struct nc_value *value)
{
	switch (value->kind) {
	case NC_VALUE_ABSENT:
		return json_null();
	case NC_VALUE_INTEGER:
		if (field->type == NC_TYPE_BOOLEAN)
			return json_boolean(value->integer != 0);
		if (field->type == NC_TYPE_TIME)
			return nc_json_time(value->integer);
		return json_integer(value->integer);
	case NC_VALUE_TEXT:
		if (field->type == NC_TYPE_LIST ||
			field->type == NC_TYPE_COUNTRIES)
			return json_list(value->bytes);
		if (field->type == NC_TYPE_MONEY)
			return json_money(value->bytes);
		return nc_json_slice(value->bytes);
	case NC_VALUE_BYTES:
		break;
	}
	if (field->type == NC_TYPE_REFERENCES)
		return json_references(value);
	return json_bytes(field, value);
}

json_t *nc_json_union(const struct nc_registry *registry,
	const struct nc_id *cluster, const struct nc_id *union_id)
{
	const struct nc_registry_union *known;

	if (nc_id_compare(union_id, cluster) == 0)
		return json_string("cluster");
	known = nc_registry_union(registry, union_id);
	return known == NULL ? nc_json_id(union_id) : json_string(known->code);
}

const char *nc_record_state(const struct nc_record *record)
{
	if (record->gone)
		return "deleted";
	return record->revived ? "revived" : "present";
}

static json_t *json_fields(struct nc_json *json, const struct nc_record *record)
{
	json_t *fields = json_object();

	for (size_t i = 0; i < record->entity->fields_count; i++) {
		const struct nc_field *field = &record->entity->fields[i];
		struct nc_value value = nc_record_value(record, field->number);

		if (value.kind != NC_VALUE_ABSENT)
			nc_json_put(json, fields, field->name,
				nc_json_value(field, &value));
	}
	return fields;
}

/* The names of the fields that a person should look at. */
static json_t *json_conflicts(
	struct nc_json *json, const struct nc_record *record)
{
	json_t *conflicts = json_array();

	for (size_t i = 0; i < record->entity->fields_count; i++) {
		const struct nc_field *field = &record->entity->fields[i];

		if (record->conflicts &&
			nc_row_field_conflicts(&record->row, field->number))
			nc_json_add(json, conflicts, json_string(field->name));
	}
	return conflicts;
}

json_t *nc_json_record(struct nc_json *json, const struct nc_record *record,
	const struct nc_registry *registry, const struct nc_id *cluster)
{
	json_t *object = json_object();

	nc_json_put(json, object, "id", nc_json_id(&record->id));
	nc_json_put(json, object, "entity", json_string(record->entity->name));
	nc_json_put(json, object, "union",
		nc_json_union(registry, cluster, &record->union_id));
	nc_json_put(
		json, object, "state", json_string(nc_record_state(record)));
	nc_json_put(json, object, "conflicts", json_conflicts(json, record));
	nc_json_put(json, object, "fields", json_fields(json, record));
	return object;
}

enum nc_status nc_json_print(
	const struct nc_json *json, json_t *value, struct nc_error *err)
{
	bool failed = json->failed || value == NULL;

	if (!failed && json_dumpf(value, stdout,
			       JSON_INDENT(2) | JSON_ENCODE_ANY) != 0)
		failed = !ferror(stdout);
	if (!failed)
		putchar('\n');
	json_decref(value);
	return failed ? nc_error_no_memory(err) : NC_OK;
}
