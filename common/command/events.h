/*
 * What happened to this home that a person should know, in one sentence each:
 * told when it happens, and the last of them remembered for `status`.
 */
#ifndef NC_COMMAND_EVENTS_H
#define NC_COMMAND_EVENTS_H

#include "command/home.h"
#include "command/json.h"

#define NC_NOTE_EVENTS "events" /* JSON: an array, the oldest first */
#define NC_EVENTS_KEPT 20
#define NC_EVENTS_SHOWN 5

enum nc_event_kind {
	NC_EVENT_TAKEN_BACK,	/* number: change-sets */
	NC_EVENT_BRANCHED,	/* number: taken back; other: written again */
	NC_EVENT_WRITTEN_AGAIN, /* number */
	NC_EVENT_MENDED,	/* damaged change-sets were fetched anew */
	NC_EVENT_HUB_MOVED,	/* text: its address */
	NC_EVENT_HUB_RESTORED,	/* number: lost; text: the evidence's file */
	NC_EVENT_HISTORY,	/* text: the evidence's file */
	NC_EVENT_ROTATED,	/* text: the new device id */
	NC_EVENT_JOINED_AGAIN,	/* text: the new device id */
	NC_EVENT_KIND_COUNT
};

struct nc_event {
	enum nc_event_kind kind;
	int64_t at_ms;
	uint64_t number, other;
	const char *text; /* never NULL */
};

/* The sentence, in the user's language. */
void nc_event_sentence(const struct nc_event *event, struct nc_error *out);
/* { "at", "kind", "number", "other", "text", "message" } */
json_t *nc_event_json(struct nc_json *json, const struct nc_event *event);

/* Adds to those remembered. No transaction may be open. */
enum nc_status nc_event_keep(struct nc_home *home, const struct nc_event *event,
	struct nc_error *err) NC_MUST_USE;
/* The last ones, the latest first; texts are the home's. Notes that cannot be
 * read are none. */
enum nc_status nc_events_load(struct nc_home *home,
	struct nc_event ret_events[NC_EVENTS_KEPT], size_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

#endif
