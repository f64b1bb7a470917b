#include "client.h"
#include "base/file.h"
#include "base/limits.h"
#include "command/console.h"
#include "command/last_sync.h"
#include "net/net.h"
#include "store/search.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* How often a hub that is busy is asked again. */
#define BUSY_AGAIN_MAX 5

/* Change-sets that are indexed while somebody waits for the sync. */
#define INDEX_AT_ONCE_MAX 1000
/* A hub names the next, which may name the next: nobody moves more often
 * between two syncs, and no two hubs may send us to and fro for ever. */
#define SESSIONS_MAX 8
/* Evidence of one second. */
#define EVIDENCE_TRIES 100

static int64_t now_ms(const struct nc_call *call)
{
	return call->env.now_ms(call->env.context);
}

enum nc_status nc_client_event(struct nc_home *home, const struct nc_call *call,
	struct nc_client_result *result, enum nc_event_kind kind,
	uint64_t number, uint64_t other, const char *text, struct nc_error *err)
{
	struct nc_event event = {.kind = kind,
		.at_ms = now_ms(call),
		.number = number,
		.other = other,
		.text = text};

	if (result->events_count < NC_CLIENT_EVENTS_MAX)
		result->events[result->events_count++] = event;
	return nc_event_keep(home, &event, err);
}

void nc_client_tell_events(const struct nc_client_result *result)
{
	for (size_t i = 0; i < result->events_count; i++) {
		struct nc_error sentence = {.text = ""};

		nc_event_sentence(&result->events[i], &sentence);
		nc_console_note("%s", sentence.text);
	}
}

/* A new file, whatever is there: -2, -3 … after the first of a second. */
static enum nc_status new_file(const struct nc_home *home, int64_t at_ms,
	char out[NC_ERROR_TEXT_MAX], int *ret_fd, struct nc_error *err)
{
	time_t at = (time_t)(at_ms / 1000);
	struct tm utc = {.tm_year = 70};
	char stamp[32], more[8] = "";
	int fd = -1;

	(void)gmtime_r(&at, &utc);
	(void)strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &utc);
	for (int i = 1; i <= EVIDENCE_TRIES && fd < 0; i++) {
		if (i > 1)
			snprintf(more, sizeof(more), "-%d", i);
		snprintf(out, NC_ERROR_TEXT_MAX, "%.900s/evidence-%s%s.txt",
			home->folder, stamp, more);
		fd = open(out, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
		if (fd < 0 && errno != EEXIST)
			return nc_file_error(err, errno, out);
	}
	if (fd < 0)
		return nc_file_error(err, EEXIST, out);
	*ret_fd = fd;
	return NC_OK;
}

static enum nc_status write_all(
	int fd, struct nc_slice bytes, const char *path, struct nc_error *err)
{
	while (bytes.size > 0) {
		ssize_t put = write(fd, bytes.data, bytes.size);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return nc_file_error(err, put < 0 ? errno : EIO, path);
		bytes = nc_slice(bytes.data + put, bytes.size - (size_t)put);
	}
	return fsync(fd) == 0 ? NC_OK : nc_file_error(err, errno, path);
}

static enum nc_status keep_evidence(struct nc_home *home,
	const struct nc_call *call, const struct nc_sync_client *session,
	struct nc_client_result *result, struct nc_error *err)
{
	int fd = -1;
	enum nc_status status =
		new_file(home, now_ms(call), result->evidence, &fd, err);

	if (status != NC_OK)
		return status;
	status = write_all(
		fd, nc_buffer_slice(&session->evidence), result->evidence, err);
	if (close(fd) != 0 && status == NC_OK)
		status = nc_file_error(err, errno, result->evidence);
	return status;
}

static void add_up(
	struct nc_sync_client *sum, const struct nc_sync_client *session)
{
	sum->rounds += session->rounds;
	sum->pushed += session->pushed;
	sum->pulled += session->pulled;
	sum->bytes_sent += session->bytes_sent;
	sum->bytes_received += session->bytes_received;
	sum->offered += session->offered;
	sum->answered += session->answered;
	sum->placed += session->placed;
	sum->set_aside += session->set_aside;
	sum->written_again += session->written_again;
	sum->taken_back += session->taken_back;
	sum->rebuilt |= session->rebuilt;
	sum->other_model = session->other_model;
	sum->mended |= session->mended;
	sum->hub_restored |= session->hub_restored;
	sum->hub_lost += session->hub_lost;
	if (session->hub_time_ms != 0)
		sum->hub_time_ms = session->hub_time_ms;
}

/* The one event of own change-sets that did not stay where they stood. */
static enum nc_status conclude_own(struct nc_home *home,
	const struct nc_call *call, const struct nc_sync_client *session,
	struct nc_client_result *result, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	if (session->mended)
		status = nc_client_event(
			home, call, result, NC_EVENT_MENDED, 0, 0, "", err);
	if (status != NC_OK)
		return status;
	/* By bundles it takes two: the second writes again what the first set
	 * aside. */
	if (session->written_again > 0 && !session->mended &&
		(session->set_aside > 0 || session->taken_back > 0))
		return nc_client_event(home, call, result, NC_EVENT_BRANCHED,
			session->taken_back, session->written_again, "", err);
	if (session->written_again > 0)
		status = nc_client_event(home, call, result,
			NC_EVENT_WRITTEN_AGAIN, session->written_again, 0, "",
			err);
	if (status == NC_OK && session->taken_back > 0 && !session->mended)
		status = nc_client_event(home, call, result,
			NC_EVENT_TAKEN_BACK, session->taken_back, 0, "", err);
	return status;
}

static enum nc_status conclude_hub(struct nc_home *home,
	const struct nc_call *call, const struct nc_sync_client *session,
	enum nc_status ended, struct nc_client_result *result,
	struct nc_error *err)
{
	bool lost = session->hub_restored && session->hub_lost > 0;
	enum nc_status status = NC_OK;

	/* Also of a sync that failed later: it is not shown again. */
	if (session->evidence.size > 0)
		status = keep_evidence(home, call, session, result, err);
	if (status == NC_OK && ended == NC_HISTORY)
		status = nc_client_event(home, call, result, NC_EVENT_HISTORY,
			0, 0, result->evidence, err);
	else if (status == NC_OK && lost)
		status = nc_client_event(home, call, result,
			NC_EVENT_HUB_RESTORED, session->hub_lost, 0,
			result->evidence, err);
	return status;
}

/* What the store follows now, also where the session had another view. */
static enum nc_status conclude_move(struct nc_home *home,
	const struct nc_call *call, struct nc_client_result *result,
	struct nc_error *err)
{
	struct nc_identity before = home->identity;
	enum nc_status status =
		nc_store_identity(home->store, &home->identity, err);

	if (status != NC_OK ||
		(strcmp(before.address, home->identity.address) == 0 &&
			memcmp(before.hub_key, home->identity.hub_key,
				NC_KEY_SIZE) == 0))
		return status;
	result->moved = true;
	memcpy(result->address, home->identity.address,
		sizeof(result->address));
	return nc_client_event(home, call, result, NC_EVENT_HUB_MOVED, 0, 0,
		result->address, err);
}

enum nc_status nc_client_conclude(struct nc_home *home,
	const struct nc_call *call, struct nc_sync_client *session,
	enum nc_status ended, struct nc_client_result *result,
	struct nc_error *err)
{
	enum nc_status status;

	add_up(&result->sum, session);
	status = conclude_hub(home, call, session, ended, result, err);
	if (status == NC_OK)
		status = conclude_own(home, call, session, result, err);
	if (status == NC_OK)
		status = conclude_move(home, call, result, err);
	return status;
}

static void show_round(void *context, const struct nc_sync_client *session)
{
	nc_bar_step(context, session->pushed + session->pulled, 0);
}

/* Another command may have followed the hub, or joined another union, since
 * this one looked. */
static enum nc_status look_again(struct nc_home *home, struct nc_error *err)
{
	enum nc_status status = nc_store_begin_read(home->store, err);

	if (status != NC_OK)
		return status;
	status = nc_store_identity(home->store, &home->identity, err);
	nc_store_end_read(home->store);
	return status;
}

enum nc_status nc_client_session(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *result, bool *ret_again, struct nc_error *err)
{
	struct nc_sync_client session NC_AUTO(nc_sync_client_fini) = {0};
	struct nc_net_client *net NC_AUTO(nc_net_client_free_at) = NULL;
	struct nc_bar bar NC_AUTO(nc_bar_fini) = {0};
	struct nc_error local = {.text = ""};
	enum nc_status status, noted;

	nc_bar_init(&bar, _("Syncing, change-sets:"));
	status = look_again(home, &local);
	if (status == NC_OK)
		status = nc_net_client_new(home->identity.address,
			home->identity.hub_key, home->key, &net, &local);
	if (status == NC_OK) {
		nc_net_client_stop_at(net, stop_fd);
		status = nc_sync_client_start(
			&session, home->store, home->key, &call->env, &local);
	}
	if (status == NC_OK)
		status = nc_net_sync(net, &session, show_round, &bar, &local);
	*ret_again = session.moved && status == NC_OK;
	noted = nc_client_conclude(home, call, &session, status, result, err);
	if (status == NC_OK)
		return noted;
	return nc_error_set(err, status, "%s", local.text);
}

/* The hub refuses this key: another command has changed it meanwhile, or a
 * change of keys or a joining was interrupted after the hub had taken it. */
static enum nc_status after_refusal(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *result, bool *ret_again, struct nc_error *err)
{
	enum nc_status status = nc_client_reload_key(home, ret_again, err);

	if (status != NC_OK || *ret_again)
		return status;
	if (nc_client_has_join_key(home)) {
		status = nc_client_finish_joining(
			home, call, stop_fd, result, err);
		*ret_again = status == NC_OK;
		return status == NC_UNKNOWN_DEVICE ? NC_OK : status;
	}
	if (!nc_client_has_next_key(home))
		return NC_OK;
	status = nc_client_finish_rotation(home, call, stop_fd, result, err);
	*ret_again = result->rotated;
	return status;
}

static enum nc_status sessions(struct nc_home *home, const struct nc_call *call,
	int stop_fd, struct nc_client_result *result, struct nc_error *err)
{
	struct nc_error refused;
	bool again = true;
	enum nc_status status = NC_OK;

	for (int i = 0; i < SESSIONS_MAX && status == NC_OK && again; i++) {
		status = nc_client_session(
			home, call, stop_fd, result, &again, err);
		if (status != NC_REVOKED_DEVICE)
			continue;
		refused = *err;
		status =
			after_refusal(home, call, stop_fd, result, &again, err);
		if (status == NC_OK && !again)
			return nc_error_set(
				err, NC_REVOKED_DEVICE, "%s", refused.text);
	}
	return status;
}

enum nc_status nc_client_ask(struct nc_net_client *net, struct nc_slice request,
	nc_client_answer take, const void *context, struct nc_error *err)
{
	struct nc_buffer reply NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&reply, NC_MESSAGE_BYTES_MAX);
	for (unsigned asked = 0;; asked++) {
		nc_buffer_reset(&reply);
		status = nc_net_client_ask(net, request, &reply, err);
		if (status == NC_OK)
			status = take(context, nc_buffer_slice(&reply), err);
		if (status != NC_BUSY || asked == BUSY_AGAIN_MAX)
			return status;
		status = nc_net_client_pause(net, 500u << asked, err);
		if (status != NC_OK)
			return status;
	}
}

enum nc_status nc_client_sync_in_turn(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *result, struct nc_error *err)
{
	struct nc_error local = {.text = ""};
	enum nc_status status, noted;

	status = sessions(home, call, stop_fd, result, &local);
	noted = nc_last_sync_save(home, now_ms(call), status, local.text, err);
	/* So that the next search need not; it does what is left or fails. */
	if (status == NC_OK && nc_store_index(home->store, INDEX_AT_ONCE_MAX,
				       NULL, &local) != NC_OK)
		local.text[0] = '\0';
	if (status == NC_OK)
		return noted;
	return nc_error_set(err, status, "%s", local.text);
}

enum nc_status nc_client_sync_once(struct nc_home *home,
	const struct nc_call *call, int stop_fd,
	struct nc_client_result *ret_result, struct nc_error *err)
{
	struct nc_turn turn NC_AUTO(nc_turn_end) = {.taken = false};
	enum nc_status status;

	memset(ret_result, 0, sizeof(*ret_result));
	status = nc_turn_take(&turn, home->folder, err);
	if (status == NC_OK)
		status = nc_client_sync_in_turn(
			home, call, stop_fd, ret_result, err);
	return status;
}

static void json_counts(
	struct nc_json *json, json_t *object, const struct nc_sync_client *sum)
{
	nc_json_put(json, object, "sent", nc_json_number(sum->pushed));
	nc_json_put(json, object, "received", nc_json_number(sum->pulled));
	nc_json_put(json, object, "placed", nc_json_number(sum->placed));
	nc_json_put(
		json, object, "taken_back", nc_json_number(sum->taken_back));
	nc_json_put(json, object, "set_aside", nc_json_number(sum->set_aside));
	nc_json_put(json, object, "written_again",
		nc_json_number(sum->written_again));
	nc_json_put(json, object, "rebuilt", json_boolean(sum->rebuilt));
	nc_json_put(json, object, "mended", json_boolean(sum->mended));
	nc_json_put(
		json, object, "other_model", json_boolean(sum->other_model));
	nc_json_put(
		json, object, "hub_restored", json_boolean(sum->hub_restored));
	nc_json_put(json, object, "hub_lost", nc_json_number(sum->hub_lost));
}

json_t *nc_client_json_result(
	struct nc_json *json, const struct nc_client_result *result)
{
	json_t *object = json_object(), *events = json_array();

	json_counts(json, object, &result->sum);
	nc_json_put(json, object, "moved_to",
		result->moved ? nc_json_text(result->address) : json_null());
	nc_json_put(json, object, "rotated", json_boolean(result->rotated));
	nc_json_put(json, object, "evidence",
		result->evidence[0] == '\0' ? json_null()
					    : nc_json_text(result->evidence));
	for (size_t i = 0; i < result->events_count; i++)
		nc_json_add(
			json, events, nc_event_json(json, &result->events[i]));
	nc_json_put(json, object, "events", events);
	return object;
}
