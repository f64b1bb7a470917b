/*
 * device rotate: a new key in place of the old one. It survives a crash at
 * any point:
 *
 *     1. the new key is in next.key      the old key is in force
 *     2. the hub has taken it            the old key is refused, and whoever
 *                                        syncs next goes on from here; until
 *                                        then all is written with the old key
 *     3. what the hub had not of the old stream is set aside
 *     4. a session under the new key     its grants are here; what was set
 *                                        aside is written again
 *     5. the new key is in device.key    next.key is of no use any more
 *     6. next.key is gone
 *
 * Between 4 and 5 whoever writes does so with the key in next.key: at no point
 * may nobody write.
 *
 * What a slow command wrote with the old key after step 3 is set aside by the
 * next sync: the note former-devices says which streams were ours.
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
#define NOTE_FORMER "former-devices" /* device ids, 8 bytes each */
#define FORMER_BYTES_MAX (8 * 1024)

bool nc_client_has_next_key(const struct nc_home *home)
{
	char *path NC_AUTO(nc_free_at) = nc_file_join(home->folder, NEXT_KEY);

	return path != NULL && access(path, F_OK) == 0;
}

enum nc_status nc_client_spare_key(struct nc_home *home,
	const struct nc_call *call, const char *name, struct nc_key **ret_key,
	struct nc_error *err)
{
	char *path NC_AUTO(nc_free_at) = nc_file_join(home->folder, name);
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	struct nc_error trouble = {.text = ""};
	enum nc_status status;

	if (path == NULL)
		return nc_error_no_memory(err);
	status = nc_key_load(path, &nc_passphrase_asked, &key, &trouble);
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

static enum nc_status load_former(
	struct nc_home *home, struct nc_buffer *out, struct nc_error *err)
{
	enum nc_status status =
		nc_store_note(home->store, NOTE_FORMER, out, err);

	return status == NC_NOT_FOUND ? NC_OK : status;
}

static enum nc_status leave(struct nc_home *home, struct nc_error *err)
{
	struct nc_buffer former NC_AUTO(nc_buffer_fini) = {0};
	nc_device_id own = nc_key_device(home->key);
	uint64_t count;
	enum nc_status status;

	nc_buffer_init(&former, FORMER_BYTES_MAX);
	status = load_former(home, &former, err);
	for (size_t i = 0; i + 8 <= former.size && status == NC_OK; i += 8) {
		nc_device_id device = nc_bytes_get_u64(former.data + i);

		if (device != own)
			status = nc_again_leave(
				home->store, device, own, &count, err);
	}
	return status;
}

static enum nc_status end_transaction(
	struct nc_home *home, enum nc_status status, struct nc_error *err)
{
	if (status == NC_OK)
		return nc_store_commit(home->store, err);
	nc_store_rollback(home->store);
	return status;
}

enum nc_status nc_client_leave_old_keys(
	struct nc_home *home, struct nc_error *err)
{
	struct nc_buffer former NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&former, FORMER_BYTES_MAX);
	status = load_former(home, &former, err);
	if (status != NC_OK || former.size == 0)
		return status;
	status = nc_store_begin(home->store, err);
	if (status != NC_OK)
		return status;
	return end_transaction(home, leave(home, err), err);
}

/* Among the former devices, once. */
static enum nc_status note_former(struct nc_home *home, struct nc_error *err)
{
	struct nc_buffer former NC_AUTO(nc_buffer_fini) = {0};
	nc_device_id own = nc_key_device(home->key);
	uint8_t bytes[8];
	enum nc_status status;

	nc_buffer_init(&former, FORMER_BYTES_MAX);
	status = load_former(home, &former, err);
	for (size_t i = 0; i + 8 <= former.size && status == NC_OK; i += 8)
		if (nc_bytes_get_u64(former.data + i) == own)
			return NC_OK;
	if (status != NC_OK)
		return status;
	nc_bytes_put_u64(bytes, own);
	if (nc_buffer_append(&former, bytes, sizeof(bytes)) != NC_OK)
		return nc_error_set(err, NC_LIMIT,
			_("This home has had too many keys; join anew in a "
			  "new home folder."));
	return nc_store_set_note(
		home->store, NOTE_FORMER, nc_buffer_slice(&former), err);
}

/* spare: the key that comes; something may have been written with it. */
static enum nc_status retire(
	struct nc_home *home, const struct nc_key *spare, struct nc_error *err)
{
	uint64_t count;
	enum nc_status status = nc_store_begin(home->store, err);

	if (status != NC_OK)
		return status;
	status = note_former(home, err);
	if (status == NC_OK)
		status = nc_again_leave(home->store, nc_key_device(home->key),
			nc_key_device(spare), &count, err);
	return end_transaction(home, status, err);
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

enum nc_status nc_client_change_key(struct nc_home *home,
	const struct nc_call *call, const char *name, struct nc_key **spare,
	bool keep_old, struct nc_error *err)
{
	char *path NC_AUTO(nc_free_at) = nc_file_join(home->folder, name);
	enum nc_status status = NC_OK;

	if (path == NULL)
		return nc_error_no_memory(err);
	if (keep_old)
		status = keep_key(home, call, err);
	if (status == NC_OK)
		status = retire(home, *spare, err);
	if (status == NC_OK)
		status = nc_key_save_like(
			*spare, *spare, home->key_path, &call->env, err);
	if (status != NC_OK)
		return status;
	nc_key_free(home->key);
	home->key = *spare;
	*spare = NULL;
	if (unlink(path) != 0 && errno != ENOENT)
		return nc_file_error(err, errno, path);
	return NC_OK;
}

enum nc_status nc_client_reload_key(
	struct nc_home *home, bool *ret_changed, struct nc_error *err)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status;

	*ret_changed = false;
	/* A sealed key asks for its passphrase: not for this. */
	if (nc_key_is_sealed(home->key))
		return NC_OK;
	status = nc_key_load(home->key_path, NULL, &key, err);
	if (status != NC_OK || nc_key_device(key) == nc_key_device(home->key))
		return status;
	nc_key_free(home->key);
	home->key = key;
	key = NULL;
	*ret_changed = true;
	return NC_OK;
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
	enum nc_status status = nc_store_registry(home->store, &registry, err);

	if (status == NC_OK)
		*ret_known = nc_registry_device(registry, nc_key_device(key)) !=
			     NULL;
	return status;
}

/* A session under the key that the hub has taken; then it is put in place. Its
 * file waits until the hub's word on it is here: without that, nobody could
 * write. */
static enum nc_status go_over(struct nc_home *home, const struct nc_call *call,
	int stop_fd, struct nc_client_result *result, struct nc_key **next,
	struct nc_error *err)
{
	struct nc_key *old = home->key;
	struct nc_error why = {.text = ""};
	bool known = false, again = false;
	enum nc_status status = retire(home, *next, err), went;

	if (status != NC_OK)
		return status;
	home->key = *next;
	went = nc_client_session(home, call, stop_fd, result, &again, &why);
	home->key = old;
	status = is_known(home, *next, &known, err);
	if (status != NC_OK)
		return status;
	if (!known)
		return nc_error_set(err,
			went == NC_OK ? NC_UNKNOWN_DEVICE : went,
			_("The hub has taken the new key, but the sync with it "
			  "did not work; go on as before, the next sync puts "
			  "it in place. %s"),
			why.text);
	return nc_client_change_key(home, call, NEXT_KEY, next, false, err);
}

enum nc_status nc_client_finish_rotation(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *result, struct nc_error *err)
{
	struct nc_key *next NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status;

	status = nc_client_spare_key(home, call, NEXT_KEY, &next, err);
	if (status != NC_OK)
		return status;
	status = ask_hub(home, next, err);
	if (is_refusal(status))
		return NC_OK;
	if (status == NC_OK)
		status = go_over(home, call, stop_fd, result, &next, err);
	if (status != NC_OK)
		return status;
	result->rotated = true;
	nc_device_id_format(result->device, nc_key_device(home->key));
	return nc_client_event(home, call, result, NC_EVENT_ROTATED, 0, 0,
		result->device, err);
}

enum nc_status nc_client_write_with_next_key(
	struct nc_home *home, const struct nc_call *call, struct nc_error *err)
{
	struct nc_key *next NC_AUTO(nc_key_free_at) = NULL;
	bool known = false;
	enum nc_status status;

	if (!nc_client_has_next_key(home))
		return NC_OK;
	status = nc_client_spare_key(home, call, NEXT_KEY, &next, err);
	if (status == NC_OK)
		status = is_known(home, next, &known, err);
	if (status != NC_OK || !known)
		return status;
	nc_key_free(home->key);
	home->key = next;
	next = NULL;
	return NC_OK;
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
	status = nc_client_spare_key(home, call, NEXT_KEY, &next, err);
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
	bool changed;

	nc_home_init(&home);
	status = nc_home_open(&home, call, err);
	if (status == NC_OK)
		status = nc_turn_take(&turn, home.folder, err);
	/* Another command may have changed it before our turn. */
	if (status == NC_OK)
		status = nc_client_reload_key(&home, &changed, err);
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
