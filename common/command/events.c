#include "command/events.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[NC_EVENT_KIND_COUNT] = {
	[NC_EVENT_TAKEN_BACK] = "taken-back",
	[NC_EVENT_BRANCHED] = "branched",
	[NC_EVENT_WRITTEN_AGAIN] = "written-again",
	[NC_EVENT_MENDED] = "mended",
	[NC_EVENT_HUB_MOVED] = "hub-moved",
	[NC_EVENT_HUB_RESTORED] = "hub-restored",
	[NC_EVENT_HISTORY] = "history",
	[NC_EVENT_ROTATED] = "rotated",
	[NC_EVENT_JOINED_AGAIN] = "joined-again",
};

static void say_branched(const struct nc_event *event, struct nc_error *out)
{
	(void)nc_error_set(out, NC_OK,
		_("A copy of this store wrote at the same time (a restored "
		  "backup, or a second machine with this key): %" PRIu64
		  " change-sets were taken back from the hub and %" PRIu64
		  " written again on top, and both versions are kept; if a "
		  "second machine uses a copy, let it join anew."),
		event->number, event->other);
}

static void say_hub(const struct nc_event *event, struct nc_error *out)
{
	if (event->kind == NC_EVENT_HUB_MOVED)
		(void)nc_error_set(out, NC_OK,
			_("The cluster's hub is now at %s; this store follows "
			  "it."),
			event->text);
	else if (event->kind == NC_EVENT_HISTORY)
		(void)nc_error_set(out, NC_OK,
			_("The hub showed another history than before; what "
			  "it signed is kept in %s: show it to the cluster's "
			  "other unions."),
			event->text);
	else
		(void)nc_error_set(out, NC_OK,
			_("The hub was restored from a backup and had lost "
			  "%" PRIu64 " change-sets of the history seen here; "
			  "this store gives back what it has, and what the hub "
			  "had signed is kept in %s."),
			event->number, event->text);
}

void nc_event_sentence(const struct nc_event *event, struct nc_error *out)
{
	switch (event->kind) {
	case NC_EVENT_TAKEN_BACK:
		(void)nc_error_set(out, NC_OK,
			_("This store was older than what the hub holds of it; "
			  "%" PRIu64 " change-sets were taken back."),
			event->number);
		break;
	case NC_EVENT_BRANCHED:
		say_branched(event, out);
		break;
	case NC_EVENT_WRITTEN_AGAIN:
		(void)nc_error_set(out, NC_OK,
			_("%" PRIu64 " change-sets that could not be sent as "
			  "they were have been written again; nothing is "
			  "lost."),
			event->number);
		break;
	case NC_EVENT_MENDED:
		(void)nc_error_set(out, NC_OK,
			_("Damaged change-sets in this store were fetched anew "
			  "from the hub; have this machine's disk checked."));
		break;
	case NC_EVENT_ROTATED:
		(void)nc_error_set(out, NC_OK,
			_("This device has a new key and is called %s now; the "
			  "old key is of no use to anybody any more."),
			event->text);
		break;
	case NC_EVENT_JOINED_AGAIN:
		(void)nc_error_set(out, NC_OK,
			_("This machine joins again under a new key, as device "
			  "%s; what was not sent is written again under it."),
			event->text);
		break;
	default:
		say_hub(event, out);
		break;
	}
}

json_t *nc_event_json(struct nc_json *json, const struct nc_event *event)
{
	struct nc_error sentence = {.text = ""};
	json_t *object = json_object();

	nc_event_sentence(event, &sentence);
	nc_json_put(json, object, "at", nc_json_time(event->at_ms));
	nc_json_put(json, object, "kind", json_string(kinds[event->kind]));
	nc_json_put(json, object, "number", nc_json_number(event->number));
	nc_json_put(json, object, "other", nc_json_number(event->other));
	nc_json_put(json, object, "text", nc_json_text(event->text));
	nc_json_put(json, object, "message", nc_json_text(sentence.text));
	return object;
}

static json_t *load_array(struct nc_home *home, struct nc_error *err)
{
	const char *text;
	json_t *array;

	if (nc_home_note(home, NC_NOTE_EVENTS, &text, err) != NC_OK)
		return NULL;
	array = json_loads(text, 0, NULL);
	if (!json_is_array(array)) {
		json_decref(array);
		array = json_array();
	}
	if (array == NULL)
		(void)nc_error_no_memory(err);
	return array;
}

enum nc_status nc_event_keep(struct nc_home *home, const struct nc_event *event,
	struct nc_error *err)
{
	struct nc_error local = {.status = NC_OK};
	json_t *array = load_array(home, &local);
	json_t *item = json_pack("{s:I, s:s, s:I, s:I, s:s}", "at_ms",
		(json_int_t)event->at_ms, "kind", kinds[event->kind], "number",
		(json_int_t)event->number, "other", (json_int_t)event->other,
		"text", event->text);
	char *text = NULL;
	enum nc_status status;

	if (array != NULL && json_array_append_new(array, item) == 0) {
		while (json_array_size(array) > NC_EVENTS_KEPT)
			(void)json_array_remove(array, 0);
		text = json_dumps(array, JSON_COMPACT);
	}
	if (array == NULL)
		json_decref(item);
	json_decref(array);
	if (text == NULL)
		return local.status == NC_OK ? nc_error_no_memory(err)
					     : nc_error_set(err, local.status,
						       "%s", local.text);
	status = nc_store_set_note(
		home->store, NC_NOTE_EVENTS, nc_slice_text(text), err);
	free(text);
	return status;
}

static bool read_event(
	struct nc_home *home, json_t *item, struct nc_event *ret_event)
{
	json_int_t at_ms, number, other;
	const char *kind, *text;
	struct nc_event event = {.kind = NC_EVENT_KIND_COUNT};

	if (json_unpack(item, "{s:I, s:s, s:I, s:I, s:s}", "at_ms", &at_ms,
		    "kind", &kind, "number", &number, "other", &other, "text",
		    &text) != 0)
		return false;
	for (int i = 0; i < NC_EVENT_KIND_COUNT; i++)
		if (strcmp(kinds[i], kind) == 0)
			event.kind = (enum nc_event_kind)i;
	event.at_ms = at_ms;
	event.number = (uint64_t)number;
	event.other = (uint64_t)other;
	event.text = nc_arena_text(&home->arena, text, strlen(text));
	if (event.kind == NC_EVENT_KIND_COUNT || event.text == NULL)
		return false;
	*ret_event = event;
	return true;
}

enum nc_status nc_events_load(struct nc_home *home,
	struct nc_event ret_events[NC_EVENTS_KEPT], size_t *ret_count,
	struct nc_error *err)
{
	struct nc_error local = {.status = NC_OK};
	json_t *array = load_array(home, &local);
	size_t count = 0;

	if (array == NULL)
		return nc_error_set(err, local.status, "%s", local.text);
	for (size_t i = json_array_size(array); i > 0 && count < NC_EVENTS_KEPT;
		i--)
		if (read_event(home, json_array_get(array, i - 1),
			    &ret_events[count]))
			count++;
	json_decref(array);
	*ret_count = count;
	return NC_OK;
}
