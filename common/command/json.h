/*
 * JSON for scripts, over jansson. Keys as docs/CLI.md tells: ids with
 * hyphens, devices as 16 hexadecimal digits, times in ISO 8601 UTC.
 */
#ifndef NC_COMMAND_JSON_H
#define NC_COMMAND_JSON_H

#include "store/records.h"
#include "store/registry.h"

#include <jansson.h>

/* A value that could not be made sets failed; then nothing is printed. */
struct nc_json {
	bool failed;
};

/* Both take value over; NULL is a failure. */
void nc_json_put(
	struct nc_json *json, json_t *object, const char *key, json_t *value);
void nc_json_add(struct nc_json *json, json_t *array, json_t *value);

json_t *nc_json_text(const char *text);
json_t *nc_json_slice(struct nc_slice text);
json_t *nc_json_number(uint64_t number);
json_t *nc_json_id(const struct nc_id *id);
json_t *nc_json_device(nc_device_id device);
/* "2024-12-02T01:30:00.000Z"; null when that is no time. */
json_t *nc_json_time(int64_t time_ms);
/* A field's value as its type wants it: lists as arrays, references as ids,
 * booleans, times, money as its smallest unit; null when absent. */
json_t *nc_json_value(
	const struct nc_field *field, const struct nc_value *value);
/* A union's code, "cluster" for the cluster's own records, or its id. */
json_t *nc_json_union(const struct nc_registry *registry,
	const struct nc_id *cluster, const struct nc_id *union_id);

/* { "id", "entity", "union", "state", "conflicts", "fields": { name: … } } */
json_t *nc_json_record(struct nc_json *json, const struct nc_record *record,
	const struct nc_registry *registry, const struct nc_id *cluster);
/* "present", "deleted" or "revived". */
const char *nc_record_state(const struct nc_record *record);

/* Prints to standard output and lets go of value. */
enum nc_status nc_json_print(const struct nc_json *json, json_t *value,
	struct nc_error *err) NC_MUST_USE;

#endif
