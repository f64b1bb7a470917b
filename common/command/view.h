/*
 * A home opened for looking: one moment of the store, who belongs, who said
 * what, and where the JSON goes.
 */
#ifndef NC_COMMAND_VIEW_H
#define NC_COMMAND_VIEW_H

#include "command/home.h"
#include "command/json.h"
#include "command/sources.h"
#include "store/records.h"

struct nc_view {
	const struct nc_call *call;
	struct nc_home home;
	const struct nc_registry *registry;
	struct nc_sources sources;
	struct nc_arena arena;
	struct nc_json json;
};

void nc_view_init(struct nc_view *view, const struct nc_call *call);
void nc_view_fini(struct nc_view *view);
/* Opens the home and begins a read transaction, which fini ends. */
enum nc_status nc_view_open(
	struct nc_view *view, struct nc_error *err) NC_MUST_USE;

/* The second half of it, in a home that is open and a read transaction. */
enum nc_status nc_view_begin(
	struct nc_view *view, struct nc_error *err) NC_MUST_USE;

/*
 * The unions whose records a command is about: that of code (--union); NULL, on
 * a client, its own, then those that came before it; on the hub count 0: all.
 * NC_NOT_FOUND for a code that nobody has.
 */
enum nc_status nc_view_unions(struct nc_view *view, const char *code,
	const struct nc_id **ret_unions, size_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

/* The whole of a command that only looks: opens a view, prints it one way or,
 * with --json, the other, and closes it. */
typedef enum nc_status (*nc_view_print)(
	struct nc_view *view, struct nc_error *err);
enum nc_status nc_view_run(const struct nc_call *call, nc_view_print words,
	nc_view_print json, struct nc_error *err) NC_MUST_USE;

/* Words for the screen, in the arena; NULL without memory. */

/* A value as words, an enumeration's by its label, a date in Vietnamese as
 * offices print it; "–" when absent. */
const char *nc_view_value(struct nc_view *view, const struct nc_field *field,
	const struct nc_value *value);
/* A union's code, or "cluster" in the user's language. */
const char *nc_view_union(struct nc_view *view, const struct nc_id *union_id);
/* The words that a record is known by; "" when it has none. */
const char *nc_view_record_words(
	struct nc_view *view, const struct nc_record *record);
/* "02/12/2024 08:30, văn thư, máy 1, 1a2b3c4d5e6f7081/7". */
enum nc_status nc_view_source(struct nc_view *view,
	const struct nc_id *union_id, const struct nc_dot *dot,
	const char **ret_words, struct nc_error *err) NC_MUST_USE;
/* The label of a field or entity in the user's language. */
const char *nc_field_label(const struct nc_field *field);
const char *nc_entity_label(const struct nc_entity *entity);

/* Puts device, device_label, sequence, author and written_at. */
enum nc_status nc_view_put_source(struct nc_view *view, json_t *object,
	const struct nc_id *union_id, const struct nc_dot *dot,
	struct nc_error *err) NC_MUST_USE;

/* The id's first digits, with the hyphens between them. */
void nc_id_shorten(
	char out[NC_ID_TEXT_SIZE], const struct nc_id *id, size_t digits);

/* The first digits of an id: 8 and more until no record begins alike. */
struct nc_short_ids {
	struct nc_id *ids; /* ascending once sorted */
	size_t count, capacity;
	bool sorted;
};
void nc_short_ids_fini(struct nc_short_ids *ids);
/* Reads the ids of all records of the store. */
enum nc_status nc_short_ids_read(struct nc_short_ids *ids,
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
void nc_short_ids_format(struct nc_short_ids *ids, const struct nc_id *id,
	char out[NC_ID_TEXT_SIZE]);

#endif
