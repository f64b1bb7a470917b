/*
 * device rotate: a new key in place of the old one. It survives a crash at
 * any point:
 *
 *     1. the new key is in next.key      the old key is in force
 *     2. the hub has taken it            the old key is refused, and whoever
 *                                        syncs next goes on from here; until
 *                                        then all is written with the old key
 *     3. a session under the new key     its grants are here; what the hub had
 *                                        not of the old stream is written
 *                                        again, in one transaction
 *     4. the new key is in device.key    next.key is of no use any more
 *     5. next.key is gone
 *
 * Between 3 and 4 whoever writes does so with the key in next.key: at no point
 * may nobody write, and no word is out of sight. What a slow command wrote with
 * the old key after step 3 is written again by the next session.
 */
#include "client.h"
#include "base/file.h"
#include "base/limits.h"
#include "command/console.h"
#include "command/passphrase.h"
#include "net/net.h"
#include "store/again.h"
#include "trust/key_file.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NEXT_KEY "next.key"
#define JOIN_KEY "join.key"
/* How often a key that may write is looked for. */
#define RENEWALS_MAX 3

static bool has_file(const struct nc_home *home, const char *name)
{
	char *path NC_AUTO(nc_free_at) = nc_file_join(home->folder, name);

	return path != NULL && access(path, F_OK) == 0;
}

bool nc_client_has_next_key(const struct nc_home *home)
{
	return has_file(home, NEXT_KEY);
}

bool nc_client_has_join_key(const struct nc_home *home)
{
	return has_file(home, JOIN_KEY);
}

/* A key in a file of that name in the home: loaded, or made and saved. */
static enum nc_status spare_key(struct nc_home *home,
	const struct nc_call *call, const char *name, struct nc_key **ret_key,
	struct nc_error *err)
{
	char *path NC_AUTO(nc_free_at) = nc_file_join(home->folder, name);
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	struct nc_error trouble = {.text = ""};
	enum nc_status status;

	if (path == NULL)
		return nc_error_no_memory(err);
	status = nc_key_load_like(
		path, home->key, &nc_passphrase_asked, &key, &trouble);
	/* One that is in force already is left over from an interruption. */
	if (status == NC_OK && nc_key_device(key) == nc_key_device(home->key)) {
		nc_key_free(key);
		key = NULL;
		status = NC_NOT_FOUND;
	}
	if (status == NC_NOT_FOUND) {
		status = nc_key_generate(&call->env, &key, &trouble);
		if (status == NC_OK)
			status = nc_key_save_like(
				key, home->key, path, &call->env, &trouble);
	}
	if (status != NC_OK)
		return nc_error_set(err, status, "%s", trouble.text);
	*ret_key = key;
	key = NULL;
	return NC_OK;
}

/* From now on what the present key wrote and the hub has not is written again
 * by a session under another. */
static enum nc_status note_former(struct nc_home *home, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(home->store, err);

	if (status != NC_OK)
		return status;
	status =
		nc_again_add_former(home->store, nc_key_device(home->key), err);
	if (status == NC_OK)
		return nc_store_commit(home->store, err);
	nc_store_rollback(home->store);
	return status;
}

static enum nc_status keep_key(
	struct nc_home *home, const struct nc_call *call, struct nc_error *err)
{
	char device[NC_DEVICE_ID_TEXT_SIZE], name[64];
	char *path NC_AUTO(nc_free_at) = NULL;

	nc_device_id_format(device, nc_key_device(home->key));
	snprintf(name, sizeof(name), "device-%s.key", device);
	path = nc_file_join(home->folder, name);
	if (path == NULL)
		return nc_error_no_memory(err);
	return nc_key_save_like(home->key, home->key, path, &call->env, err);
}

/* For what this command writes from now on. An author may name the key that it
 * had first. */
static void take_key(struct nc_home *home, struct nc_key **key)
{
	if (home->left_key == NULL)
		home->left_key = home->key;
	else
		nc_key_free(home->key);
	home->key = *key;
	*key = NULL;
}

/* Spare keys are of no use any more. */
static enum nc_status forget_spares(
	const struct nc_home *home, struct nc_error *err)
{
	static const char *const names[] = {NEXT_KEY, JOIN_KEY};

	for (size_t i = 0; i < 2; i++) {
		char *path NC_AUTO(nc_free_at) =
			nc_file_join(home->folder, names[i]);

		if (path == NULL)
			return nc_error_no_memory(err);
		if (unlink(path) != 0 && errno != ENOENT)
			return nc_file_error(err, errno, path);
	}
	return NC_OK;
}

/* Puts the spare key in the place of the present one, whose unsent words a
 * session under the new one writes again. keep_old: keeps it as
 * device-ID.key. */
static enum nc_status change_key(struct nc_home *home,
	const struct nc_call *call, struct nc_key **spare, bool keep_old,
	struct nc_error *err)
{
	enum nc_status status = NC_OK;

	if (keep_old)
		status = keep_key(home, call, err);
	if (status == NC_OK)
		status = note_former(home, err);
	/* In the form that the key has now: it may have been sealed since the
	 * spare one was made. */
	if (status == NC_OK)
		status = nc_key_save_like(
			*spare, home->key, home->key_path, &call->env, err);
	if (status != NC_OK)
		return status;
	take_key(home, spare);
	return forget_spares(home, err);
}

enum nc_status nc_client_reload_key(
	struct nc_home *home, bool *ret_changed, struct nc_error *err)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status;

	*ret_changed = false;
	status = nc_key_load_like(
		home->key_path, home->key, &nc_passphrase_asked, &key, err);
	if (status != NC_OK || nc_key_device(key) == nc_key_device(home->key))
		return status;
	take_key(home, &key);
	*ret_changed = true;
	return NC_OK;
}

enum nc_status nc_client_take_turn(
	struct nc_home *home, struct nc_turn *turn, struct nc_error *err)
{
	bool changed;
	enum nc_status status = nc_turn_take(turn, home->folder, err);

	return status == NC_OK ? nc_client_reload_key(home, &changed, err)
			       : status;
}

static enum nc_status take_rotate_reply(
	const void *next, struct nc_slice reply, struct nc_error *err)
{
	return nc_rotate_reply(next, reply, err);
}

/* Over the line of one of the two. */
static enum nc_status ask_over(struct nc_home *home, const struct nc_key *line,
	const struct nc_key *next, struct nc_slice request,
	struct nc_error *err)
{
	struct nc_net_client *net NC_AUTO(nc_net_client_free_at) = NULL;
	enum nc_status status = nc_net_client_new(home->identity.address,
		home->identity.hub_key, line, &net, err);

	if (status == NC_OK)
		status = nc_client_ask(
			net, request, take_rotate_reply, next, err);
	return status;
}

static bool is_refusal(enum nc_status status)
{
	return status == NC_REVOKED_DEVICE || status == NC_UNKNOWN_DEVICE ||
	       status == NC_NOT_FOUND || status == NC_DENIED ||
	       status == NC_BAD_SIGNATURE;
}

static enum nc_status ask_hub(
	struct nc_home *home, const struct nc_key *next, struct nc_error *err)
{
	struct nc_buffer request NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&request, NC_MESSAGE_BYTES_MAX);
	status = nc_rotate_request(
		home->key, next, &home->identity.cluster, &request, err);
	if (status != NC_OK)
		return status;
	status =
		ask_over(home, home->key, next, nc_buffer_slice(&request), err);
	if (is_refusal(status))
		status = ask_over(
			home, next, next, nc_buffer_slice(&request), err);
	return status;
}

/* Whether the hub's word on a key is here: its device may write. */
static enum nc_status is_known(struct nc_home *home, const struct nc_key *key,
	bool *ret_known, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	enum nc_status status = nc_store_registry(home->store, &registry, err);

	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, nc_key_device(key));
	*ret_known = device != NULL && !device->revoked;
	return NC_OK;
}

/* How a session is held: over the line, or by a bundle. */
struct way {
	int stop_fd;		       /* the line's, or -1 */
	const struct nc_slice *bundle; /* NULL: over the line */
};

static enum nc_status hold_session(struct nc_home *home,
	const struct nc_call *call, const struct way *way,
	struct nc_client_result *result, struct nc_error *err)
{
	bool again;

	if (way->bundle != NULL)
		return nc_client_take_bundle(
			home, call, *way->bundle, result, err);
	return nc_client_session(home, call, way->stop_fd, result, &again, err);
}

static enum nc_status not_yet(enum nc_status went, const struct way *way,
	const struct nc_error *why, struct nc_error *err)
{
	if (way->bundle != NULL && went != NC_OK)
		return nc_error_set(err, went, "%s", why->text);
	return nc_error_set(err, went == NC_OK ? NC_UNKNOWN_DEVICE : went,
		_("The hub has taken the new key, but the sync with it did not "
		  "work; go on as before, the next sync puts it in place. %s"),
		why->text);
}

/* A session under a spare key that the hub has taken; then puts it in place,
 * once the hub's word on it is here: before that, nobody could write. */
static enum nc_status go_over(struct nc_home *home, const struct nc_call *call,
	const struct way *way, struct nc_client_result *result,
	struct nc_key **spare, bool keep_old, struct nc_error *err)
{
	struct nc_key *old = home->key;
	struct nc_error why = {.text = ""};
	bool known = false;
	enum nc_status status = note_former(home, err), went;

	if (status != NC_OK)
		return status;
	home->key = *spare;
	went = hold_session(home, call, way, result, &why);
	home->key = old;
	status = is_known(home, *spare, &known, err);
	if (status != NC_OK)
		return status;
	if (!known)
		return not_yet(went, way, &why, err);
	return change_key(home, call, spare, keep_old, err);
}

static enum nc_status rotated(struct nc_home *home, const struct nc_call *call,
	struct nc_client_result *result, struct nc_error *err)
{
	result->rotated = true;
	nc_device_id_format(result->device, nc_key_device(home->key));
	return nc_client_event(home, call, result, NC_EVENT_ROTATED, 0, 0,
		result->device, err);
}

enum nc_status nc_client_join_key(struct nc_home *home,
	const struct nc_call *call, struct nc_key **ret_key,
	struct nc_error *err)
{
	return spare_key(home, call, JOIN_KEY, ret_key, err);
}

enum nc_status nc_client_ask_with_next_key(struct nc_home *home,
	const struct nc_call *call, struct nc_key **ret_next,
	struct nc_buffer *out, struct nc_error *err)
{
	enum nc_status status = spare_key(home, call, NEXT_KEY, ret_next, err);

	/* What the old key wrote is not for the new one to send. */
	if (status == NC_OK)
		status = note_former(home, err);
	if (status != NC_OK)
		return status;
	return nc_rotate_request(
		home->key, *ret_next, &home->identity.cluster, out, err);
}

enum nc_status nc_client_finish_by_bundle(struct nc_home *home,
	const struct nc_call *call, struct nc_slice file,
	struct nc_client_result *result, struct nc_error *err)
{
	const struct way way = {-1, &file};
	struct nc_key *next NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status = spare_key(home, call, NEXT_KEY, &next, err);

	if (status == NC_OK)
		status = go_over(home, call, &way, result, &next, false, err);
	return status == NC_OK ? rotated(home, call, result, err) : status;
}

enum nc_status nc_client_finish_rotation(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *result, struct nc_error *err)
{
	const struct way way = {stop_fd, NULL};
	struct nc_key *next NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status;

	status = spare_key(home, call, NEXT_KEY, &next, err);
	if (status != NC_OK)
		return status;
	status = ask_hub(home, next, err);
	/* Refused, it may be in force all the same: the backup of an older key
	 * was restored. */
	if (status == NC_OK || is_refusal(status))
		status = go_over(home, call, &way, result, &next, false, err);
	if (is_refusal(status))
		return NC_OK;
	if (status != NC_OK)
		return status;
	return rotated(home, call, result, err);
}

static enum nc_status joined_again(struct nc_home *home,
	const struct nc_call *call, struct nc_client_result *result,
	struct nc_error *err)
{
	nc_device_id_format(result->device, nc_key_device(home->key));
	return nc_client_event(home, call, result, NC_EVENT_JOINED_AGAIN, 0, 0,
		result->device, err);
}

enum nc_status nc_client_finish_joining(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *result, struct nc_error *err)
{
	const struct way way = {stop_fd, NULL};
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status;

	status = spare_key(home, call, JOIN_KEY, &key, err);
	if (status == NC_OK)
		status = go_over(home, call, &way, result, &key, true, err);
	return status == NC_OK ? joined_again(home, call, result, err) : status;
}

enum nc_status nc_client_join_unasked(struct nc_home *home,
	const struct nc_call *call, struct nc_client_result *result,
	struct nc_error *err)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status;

	status = spare_key(home, call, JOIN_KEY, &key, err);
	if (status == NC_OK)
		status = change_key(home, call, &key, true, err);
	return status == NC_OK ? joined_again(home, call, result, err) : status;
}

/* From one file; *ret_taken: it holds another key, which may write. */
static enum nc_status renew_from(struct nc_home *home, const char *path,
	bool *ret_taken, struct nc_error *err)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	bool known = false;
	enum nc_status status =
		nc_key_load_like(path, home->key, NULL, &key, err);

	*ret_taken = false;
	/* None there, or one that is nobody's to open now. */
	if (status == NC_NOT_FOUND || status == NC_DENIED)
		return NC_OK;
	if (status == NC_OK)
		status = is_known(home, key, &known, err);
	if (status != NC_OK || !known)
		return status;
	take_key(home, &key);
	*ret_taken = true;
	return NC_OK;
}

/* The spare ones first: one that is gone is in device.key by then. */
static enum nc_status renew_once(
	struct nc_home *home, bool *ret_taken, struct nc_error *err)
{
	static const char *const names[] = {NEXT_KEY, JOIN_KEY};
	enum nc_status status = NC_OK;

	*ret_taken = false;
	for (size_t i = 0; i < 2 && status == NC_OK && !*ret_taken; i++) {
		char *path NC_AUTO(nc_free_at) =
			nc_file_join(home->folder, names[i]);

		if (path == NULL)
			return nc_error_no_memory(err);
		status = renew_from(home, path, ret_taken, err);
	}
	if (status == NC_OK && !*ret_taken)
		status = renew_from(home, home->key_path, ret_taken, err);
	return status;
}

/* Another change may come between two looks. */
enum nc_status nc_client_renew_key(struct nc_home *home, struct nc_error *err)
{
	bool known, taken = false;
	enum nc_status status = is_known(home, home->key, &known, err);

	if (status != NC_OK || known)
		return status;
	for (int i = 0; i < RENEWALS_MAX && status == NC_OK && !taken; i++)
		status = renew_once(home, &taken, err);
	return status;
}

static enum nc_status print_rotated(struct nc_home *home,
	const struct nc_call *call, const char *old_device,
	const struct nc_client_result *result, struct nc_error *err)
{
	struct nc_json json = {false};
	char device[NC_DEVICE_ID_TEXT_SIZE];
	json_t *object;

	nc_device_id_format(device, nc_key_device(home->key));
	nc_client_tell_events(result);
	if (!call->json) {
		nc_console_print(_("New key: this device was %s and is %s "
				   "now.\n"),
			old_device, device);
		return NC_OK;
	}
	object = nc_client_json_result(&json, result);
	nc_json_put(&json, object, "device", json_string(device));
	nc_json_put(&json, object, "replaces", json_string(old_device));
	return nc_json_print(&json, object, err);
}

/* Sends what can still be sent under the old key: then nothing need be
 * written again. A line that is down is told when the hub is asked. */
static enum nc_status sync_first(struct nc_home *home,
	const struct nc_call *call, struct nc_client_result *result)
{
	struct nc_error why = {.text = ""};

	return nc_client_sync_in_turn(home, call, -1, result, &why);
}

static enum nc_status rotate(struct nc_home *home, const struct nc_call *call,
	struct nc_client_result *result, struct nc_error *err)
{
	struct nc_key *next NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status, synced;

	/* Made and saved before anything is asked for. */
	status = spare_key(home, call, NEXT_KEY, &next, err);
	if (status != NC_OK)
		return status;
	synced = sync_first(home, call, result);
	if (synced == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	/* That sync may have ended a change that was under way. */
	if (result->rotated)
		return NC_OK;
	status = nc_client_finish_rotation(home, call, -1, result, err);
	if (status == NC_OK && !result->rotated)
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("The hub knows this device no longer, so it takes no "
			  "new key from it; ask its keeper for an invitation "
			  "and join again in this home."));
	return status;
}

static enum nc_status sync_after(struct nc_home *home,
	const struct nc_call *call, struct nc_client_result *result,
	struct nc_error *err)
{
	struct nc_error why = {.text = ""};
	enum nc_status status =
		nc_client_sync_in_turn(home, call, -1, result, &why);

	if (status == NC_OK)
		return NC_OK;
	return nc_error_set(err, status,
		_("The new key is in force, but the sync after it did not "
		  "work; run nhipcau sync later. %s"),
		why.text);
}

static enum nc_status run_rotate(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_turn turn NC_AUTO(nc_turn_end) = {.taken = false};
	struct nc_client_result result = {.moved = false};
	char old_device[NC_DEVICE_ID_TEXT_SIZE];
	enum nc_status status;

	nc_home_init(&home);
	status = nc_home_open(&home, call, err);
	if (status == NC_OK)
		status = nc_client_take_turn(&home, &turn, err);
	if (status != NC_OK)
		return status;
	nc_device_id_format(old_device, nc_key_device(home.key));
	status = rotate(&home, call, &result, err);
	if (status == NC_OK)
		status = sync_after(&home, call, &result, err);
	if (status != NC_OK) {
		nc_client_tell_events(&result);
		return status;
	}
	return print_rotated(&home, call, old_device, &result, err);
}

const struct nc_command nc_client_device_rotate = {
	.name = "device rotate",
	.arguments = "",
	.help = N_("give this device a new key in place of its old one"),
	.notes = N_("Needs a line to the hub, and no invitation. What was "
		    "written here and not sent is written again under the new "
		    "key. If it is interrupted, run it again, or sync."),
	.examples = "nhipcau device rotate\n",
	.run = run_rotate,
};
