#include "command/last_sync.h"

#include <stdlib.h>
#include <string.h>

enum nc_status nc_last_sync_save(struct nc_home *home, int64_t at_ms,
	enum nc_status result, const char *message, struct nc_error *err)
{
	json_t *note = json_pack("{s:I, s:s, s:s}", "at_ms", (json_int_t)at_ms,
		"result", nc_status_name(result), "message", message);
	char *text = note == NULL ? NULL : json_dumps(note, JSON_COMPACT);
	enum nc_status status;

	json_decref(note);
	if (text == NULL)
		return nc_error_no_memory(err);
	status = nc_store_set_note(
		home->store, NC_NOTE_LAST_SYNC, nc_slice_text(text), err);
	free(text);
	return status;
}

enum nc_status nc_last_sync_load(struct nc_home *home,
	struct nc_last_sync *ret_last, struct nc_error *err)
{
	const char *text, *result, *message;
	json_int_t at_ms;
	enum nc_status status =
		nc_home_note(home, NC_NOTE_LAST_SYNC, &text, err);
	json_t *note;

	memset(ret_last, 0, sizeof(*ret_last));
	if (status != NC_OK)
		return status;
	note = json_loads(text, 0, NULL);
	if (note != NULL &&
		json_unpack(note, "{s:I, s:s, s:s}", "at_ms", &at_ms, "result",
			&result, "message", &message) == 0) {
		ret_last->at_ms = at_ms;
		ret_last->result =
			nc_arena_text(&home->arena, result, strlen(result));
		ret_last->message =
			nc_arena_text(&home->arena, message, strlen(message));
		ret_last->known =
			ret_last->result != NULL && ret_last->message != NULL;
	}
	json_decref(note);
	return NC_OK;
}

json_t *nc_last_sync_json(struct nc_json *json, const struct nc_last_sync *last)
{
	json_t *object;

	if (!last->known)
		return json_null();
	object = json_object();
	nc_json_put(json, object, "at", nc_json_time(last->at_ms));
	nc_json_put(json, object, "result", nc_json_text(last->result));
	nc_json_put(json, object, "message", nc_json_text(last->message));
	return object;
}
