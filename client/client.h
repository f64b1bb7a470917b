/*
 * What the client's commands share.
 */
#ifndef NC_CLIENT_CLIENT_H
#define NC_CLIENT_CLIENT_H

#include "command/command.h"
#include "command/events.h"
#include "command/home.h"
#include "command/json.h"
#include "command/paper_file.h"
#include "command/turn.h"
#include "command/view.h"
#include "command/words.h"
#include "model/plan.h"
#include "sync/client.h"

extern const struct nc_command nc_client_join;
extern const struct nc_command nc_client_add;
extern const struct nc_command nc_client_edit;
extern const struct nc_command nc_client_rm;
extern const struct nc_command nc_client_list;
extern const struct nc_command nc_client_show;
extern const struct nc_command nc_client_read_plan;
extern const struct nc_command nc_client_read_annual;
extern const struct nc_command nc_client_import_plan;
extern const struct nc_command nc_client_ignore;
extern const struct nc_command nc_client_mend;
extern const struct nc_command nc_client_import_annual;
extern const struct nc_command nc_client_sync;
extern const struct nc_command nc_client_conflict_resolve;
extern const struct nc_command nc_client_bundle_export;
extern const struct nc_command nc_client_bundle_import;
extern const struct nc_command nc_client_device_rotate;
extern const struct nc_command nc_client_explain;
extern const struct nc_command nc_client_calendar;
extern const struct nc_command nc_client_member_list;
extern const struct nc_command nc_client_member_join;
extern const struct nc_command nc_client_proposal_list;
extern const struct nc_command nc_client_proposal_accept;
extern const struct nc_command nc_client_proposal_reject;
extern const struct nc_command nc_client_copy;
extern const struct nc_command nc_client_import_table;
extern const struct nc_command nc_client_submit;

/* place.c: gives a new or moved record of a plan or report its rank, and,
 * where nothing was said, the section it goes to. after and before are ids or
 * NULL. nc_place_is_of: whether records of an entity stand in such a list;
 * then nc_place_rank is the field of their rank. */
bool nc_place_is_of(uint32_t entity);
uint32_t nc_place_rank(uint32_t entity);
enum nc_status nc_place_record(struct nc_home *home, struct nc_words *words,
	const char *after, const char *before,
	struct nc_error *err) NC_MUST_USE;

/* write.c: a home opened for writing, by an author who may. */
enum nc_status nc_client_open(struct nc_home *home, const struct nc_call *call,
	struct nc_author *ret_author, struct nc_error *err) NC_MUST_USE;
/*
 * union.c: for which union a record is written. A device of a union that came
 * out of others writes for all of them: for each year the one that is there on
 * its 31 December.
 */
#define NC_CLIENT_UNION_OPTION                                                 \
	{                                                                      \
		"union", 0, "CODE",                                            \
			N_("for this one of the unions that came before "      \
			   "yours, or yours")                                  \
	}
/*
 * Sets home->union_id to the union that a new record of that year is written
 * for: the command's --union, else, of those that this device may write for,
 * the one that is there at the year's end, else within the year. year 0: a
 * record of no year, today's. when: the record's day, ISO 8601 at the
 * precision known, or NULL. NC_USAGE when it could be several; NC_DENIED for
 * a time after the union's end, with what to do.
 */
enum nc_status nc_client_choose_union(struct nc_home *home,
	const struct nc_call *call, unsigned year, const char *when,
	struct nc_error *err) NC_MUST_USE;
/* The same for a record beside one that is there, of the same union. */
enum nc_status nc_client_join_union(struct nc_home *home,
	const struct nc_id *union_id, unsigned year, const char *when,
	struct nc_error *err) NC_MUST_USE;
/* Whether this device may change records of that union; NC_DENIED with a
 * sentence. */
enum nc_status nc_client_may_write(struct nc_home *home,
	const struct nc_id *union_id, struct nc_error *err) NC_MUST_USE;
/*
 * The unions whose records a command of this device changes: --union's alone,
 * else (and with call NULL) all that it may write for now; the home's arena's.
 * NC_DENIED with a sentence.
 */
enum nc_status nc_client_unions(struct nc_home *home,
	const struct nc_call *call, const struct nc_id **ret_unions,
	size_t *ret_count, struct nc_error *err) NC_MUST_USE;
/* The union that nc_client_choose_union finds where no --union is given. */
enum nc_status nc_client_union_of_year(struct nc_home *home,
	const struct nc_call *call, unsigned year, struct nc_id *ret_union,
	struct nc_error *err) NC_MUST_USE;
/* Changes of records of several unions, in the caller's transaction: unions[i]
 * is that of changes[i]. written: the sum, and the last sequence. */
enum nc_status nc_client_write_each(struct nc_home *home,
	struct nc_author *author, const struct nc_record_change *changes,
	const struct nc_id *unions, size_t count, struct nc_written *written,
	struct nc_error *err) NC_MUST_USE;
/* The unions that this device belongs to, but for that one: its own, and those
 * that came before it; the home's arena's. */
enum nc_status nc_client_other_unions(struct nc_home *home,
	const struct nc_id *union_id, const struct nc_id **ret_unions,
	size_t *ret_count, struct nc_error *err) NC_MUST_USE;

/* After a sync: tells that the own union has gone over into another and was
 * closed, and what to do. */
enum nc_status nc_client_note_closed(
	struct nc_home *home, struct nc_error *err) NC_MUST_USE;

/* After what a command with --dry-run told: that nothing was written. */
void nc_client_print_trial(bool dry_run);

/* input.c: appends all of standard input. NC_LIMIT without a sentence. */
enum nc_status nc_client_read_input(
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;

/*
 * session.c: speaking with the hub, over the line or by bundles, and what
 * came of it.
 */
#define NC_CLIENT_EVENTS_MAX 16

/* One request beside a sync. take says what the reply means; while that is
 * NC_BUSY, it is asked again, ever later, some five times. */
struct nc_net_client;
typedef enum nc_status (*nc_client_answer)(
	const void *context, struct nc_slice reply, struct nc_error *err);
enum nc_status nc_client_ask(struct nc_net_client *net, struct nc_slice request,
	nc_client_answer take, const void *context,
	struct nc_error *err) NC_MUST_USE;

/* All sessions of one command, added up: with the hub that was known, and
 * with the one that it named. */
struct nc_client_result {
	struct nc_sync_client sum; /* only its counts, marks and times */
	bool moved, rotated;
	struct nc_event events[NC_CLIENT_EVENTS_MAX];
	size_t events_count;
	char address[NC_ERROR_TEXT_MAX]; /* the texts of events */
	char evidence[NC_ERROR_TEXT_MAX];
	char device[NC_DEVICE_ID_TEXT_SIZE];
};

/* One sync, its progress shown, its time and result noted. It follows the hub
 * where it went, and ends a change of keys that was interrupted. stop_fd, or
 * -1: readable when somebody wants it to end. Takes its turn. */
enum nc_status nc_client_sync_once(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *ret_result, struct nc_error *err) NC_MUST_USE;
/* The same for those whose turn it is. */
enum nc_status nc_client_sync_in_turn(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *result, struct nc_error *err) NC_MUST_USE;

/* One session with the hub that the home knows, under home->key. *ret_again:
 * the cluster has another hub, and the home knows it now. */
enum nc_status nc_client_session(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *result, bool *ret_again,
	struct nc_error *err) NC_MUST_USE;

/* After a session: adds it to the result, keeps evidence and notes what a
 * person should know. status: how the session ended. */
enum nc_status nc_client_conclude(struct nc_home *home,
	const struct nc_call *call, struct nc_sync_client *session,
	enum nc_status status, struct nc_client_result *result,
	struct nc_error *err) NC_MUST_USE;
/* Notes an event and remembers it. text lives as long as result. */
enum nc_status nc_client_event(struct nc_home *home, const struct nc_call *call,
	struct nc_client_result *result, enum nc_event_kind kind,
	uint64_t number, uint64_t other, const char *text,
	struct nc_error *err) NC_MUST_USE;
/* Tells the events, a sentence each, to standard error. */
void nc_client_tell_events(const struct nc_client_result *result);
/* What all of these commands say in JSON. */
json_t *nc_client_json_result(
	struct nc_json *json, const struct nc_client_result *result);

/*
 * keys.c: a device's new key in place of its old one. The new key waits in
 * HOME/next.key (device rotate) or HOME/join.key (join) until the hub has
 * taken it.
 */
/* Whether a change of keys was begun and not ended. */
bool nc_client_has_next_key(const struct nc_home *home);
bool nc_client_has_join_key(const struct nc_home *home);
/* Asks the hub to take the key in next.key, over the line of the old key or
 * else of the new one, syncs under it, and once the hub's word on it is here
 * puts it in place: result->rotated. Not so, and NC_OK: the hub knows neither
 * any more; nothing was changed. */
enum nc_status nc_client_finish_rotation(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *result, struct nc_error *err) NC_MUST_USE;
/* For a command that writes, when its key's device may not: takes for home->key
 * the key that came in its place meanwhile, in device.key or still in a spare
 * key's file, if the hub's word on it is here. No file changes. Without such a
 * key nothing happens. */
enum nc_status nc_client_renew_key(
	struct nc_home *home, struct nc_error *err) NC_MUST_USE;
/* For a bundle while a change of keys is under way: the key in next.key, which
 * is to send it, and its request to be taken. */
enum nc_status nc_client_ask_with_next_key(struct nc_home *home,
	const struct nc_call *call, struct nc_key **ret_next,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* Takes the hub's answer to that, and puts the key in place. NC_DENIED: it is
 * for another key. */
enum nc_status nc_client_finish_by_bundle(struct nc_home *home,
	const struct nc_call *call, struct nc_slice file,
	struct nc_client_result *result, struct nc_error *err) NC_MUST_USE;
/* A session under the key in join.key, which the hub has enrolled; then that is
 * put in place. NC_UNKNOWN_DEVICE: it has not. */
enum nc_status nc_client_finish_joining(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *result, struct nc_error *err) NC_MUST_USE;
/* For a bundle that asks: puts the key in join.key in place before the hub has
 * enrolled it. */
enum nc_status nc_client_join_unasked(struct nc_home *home,
	const struct nc_call *call, struct nc_client_result *result,
	struct nc_error *err) NC_MUST_USE;
/* The key in join.key: loaded, or made and saved. */
enum nc_status nc_client_join_key(struct nc_home *home,
	const struct nc_call *call, struct nc_key **ret_key,
	struct nc_error *err) NC_MUST_USE;
/* Takes the key that stands in device.key now, should another command have
 * changed it. */
enum nc_status nc_client_reload_key(struct nc_home *home, bool *ret_changed,
	struct nc_error *err) NC_MUST_USE;
/* Takes a turn (command/turn.h), and then that key: another command may have
 * changed it while this one waited. */
enum nc_status nc_client_take_turn(struct nc_home *home, struct nc_turn *turn,
	struct nc_error *err) NC_MUST_USE;

/* bundle.c: takes the hub's answer, under home->key. */
enum nc_status nc_client_take_bundle(struct nc_home *home,
	const struct nc_call *call, struct nc_slice file,
	struct nc_client_result *result, struct nc_error *err) NC_MUST_USE;
/* Writes a bundle to a file or into a folder. invitation: one that
 * joins first, or NULL. *ret_path: freed by the caller. */
enum nc_status nc_client_export(struct nc_home *home,
	const struct nc_call *call, const char *target,
	const struct nc_invitation *invitation, const char *label,
	char **ret_path, uint64_t *ret_counter, uint64_t *ret_offered,
	struct nc_error *err) NC_MUST_USE;

#endif
