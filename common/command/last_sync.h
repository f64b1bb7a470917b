/*
 * When this replica last spoke with its hub and what came of it: a note in
 * the store, for `status`.
 */
#ifndef NC_COMMAND_LAST_SYNC_H
#define NC_COMMAND_LAST_SYNC_H

#include "command/home.h"
#include "command/json.h"

struct nc_last_sync {
	bool known;
	int64_t at_ms;
	const char *result;  /* a status name; the home's */
	const char *message; /* the sentence of a failure, or "" */
};

enum nc_status nc_last_sync_save(struct nc_home *home, int64_t at_ms,
	enum nc_status result, const char *message,
	struct nc_error *err) NC_MUST_USE;
/* A note that cannot be read is no note. */
enum nc_status nc_last_sync_load(struct nc_home *home,
	struct nc_last_sync *ret_last, struct nc_error *err) NC_MUST_USE;
/* { "at", "result", "message" }, or null. */
json_t *nc_last_sync_json(
	struct nc_json *json, const struct nc_last_sync *last);

#endif
