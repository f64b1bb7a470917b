/*
 * sync: once, or again and again (--watch) until somebody stops it.
 */
#include "client.h"
#include "command/console.h"
#include "command/duration.h"

#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

#define WATCH_MIN_MS INT64_C(1000)
#define WATCH_MAX_MS (INT64_C(7) * 24 * 3600 * 1000)
/* A clock that is further off than this is worth a word. */
#define CLOCK_OFF_MS (10 * 60 * 1000)

static int64_t now_ms(const struct nc_call *call)
{
	return call->env.now_ms(call->env.context);
}

static json_t *json_sync(struct nc_json *json,
	const struct nc_client_result *result, enum nc_status status,
	const char *message, int64_t now)
{
	const struct nc_sync_client *sum = &result->sum;
	json_t *object = nc_client_json_result(json, result);

	nc_json_put(
		json, object, "result", json_string(nc_status_name(status)));
	nc_json_put(json, object, "message", nc_json_text(message));
	nc_json_put(json, object, "agrees", json_boolean(status == NC_OK));
	nc_json_put(json, object, "offered", nc_json_number(sum->offered));
	nc_json_put(json, object, "answered", nc_json_number(sum->answered));
	nc_json_put(json, object, "rounds", nc_json_number(sum->rounds));
	nc_json_put(
		json, object, "bytes_sent", nc_json_number(sum->bytes_sent));
	nc_json_put(json, object, "bytes_received",
		nc_json_number(sum->bytes_received));
	nc_json_put(json, object, "at", nc_json_time(now));
	nc_json_put(json, object, "clock_ahead_ms",
		sum->hub_time_ms == 0 ? json_null()
				      : json_integer(now - sum->hub_time_ms));
	return object;
}

/* One object; in watch mode on one line, so that a script reads line by line.
 */
static enum nc_status print_json(const struct nc_client_result *result,
	enum nc_status status, const char *message, int64_t now, bool one_line,
	struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object = json_sync(&json, result, status, message, now);

	if (!one_line)
		return nc_json_print(&json, object, err);
	if (!json.failed && object != NULL) {
		(void)json_dumpf(object, stdout, JSON_COMPACT);
		putchar('\n');
		(void)fflush(stdout);
	}
	json_decref(object);
	return json.failed ? nc_error_no_memory(err) : NC_OK;
}

static void print_words(const struct nc_sync_client *session)
{
	nc_console_print(session->other_model
				 ? _("Sent %" PRIu64 ", received %" PRIu64
				     "; the hub has another version of the "
				     "program, so the two were not compared.\n")
				 : _("Sent %" PRIu64 ", received %" PRIu64
				     ", all agrees.\n"),
		session->pushed, session->pulled);
	if (session->rebuilt)
		nc_console_print(_("The fold was made anew from the log to "
				   "agree with the hub.\n"));
}

static void note_clock(const struct nc_sync_client *session, int64_t now)
{
	int64_t ahead = now - session->hub_time_ms;
	char here[NC_TIME_TEXT_SIZE], there[NC_TIME_TEXT_SIZE];

	if (session->hub_time_ms == 0 ||
		(ahead < CLOCK_OFF_MS && ahead > -CLOCK_OFF_MS))
		return;
	nc_console_time(here, now);
	nc_console_time(there, session->hub_time_ms);
	nc_console_note(_("This machine's clock says %s and the hub's %s: one "
			  "of the two is wrong. If it is this machine's, set "
			  "it; if not, tell the hub's keeper. Nothing is lost "
			  "by it."),
		here, there);
}

static enum nc_status sync_and_tell(struct nc_home *home,
	const struct nc_call *call, int stop_fd, struct nc_error *err)
{
	bool watching = stop_fd >= 0;
	struct nc_client_result result;
	enum nc_status told = NC_OK;
	enum nc_status status =
		nc_client_sync_once(home, call, stop_fd, &result, err);
	int64_t now = now_ms(call);
	char time[NC_TIME_TEXT_SIZE];

	if (call->json)
		told = print_json(&result, status,
			status == NC_OK ? "" : err->text, now, watching,
			status == NC_OK ? err : NULL);
	if (status != NC_OK) {
		nc_client_tell_events(&result);
		return status;
	}
	if (!call->json) {
		nc_console_time(time, now);
		if (watching)
			nc_console_print("%s: ", time);
		print_words(&result.sum);
		(void)fflush(stdout);
	}
	nc_client_tell_events(&result);
	note_clock(&result.sum, now);
	if (told == NC_OK)
		told = nc_client_note_closed(home, err);
	return told;
}

/* What may be better by itself the next time. */
static bool is_passing(enum nc_status status)
{
	return status == NC_UNREACHABLE || status == NC_WRONG_HUB ||
	       status == NC_BUSY || status == NC_IO || status == NC_FULL;
}

/* Waits until it is time or somebody stops us. */
static bool wait_or_stop(int signal_fd, int64_t wait_ms)
{
	struct pollfd polled = {.fd = signal_fd, .events = POLLIN};

	return poll(&polled, 1, (int)wait_ms) > 0;
}

static enum nc_status watch(struct nc_home *home, const struct nc_call *call,
	int64_t every_ms, struct nc_error *err)
{
	enum nc_status status;
	sigset_t signals;
	int fd;

	sigemptyset(&signals);
	sigaddset(&signals, SIGINT);
	sigaddset(&signals, SIGTERM);
	/* A sync under way ends between two messages: on a slow line it could
	 * go on for an hour. */
	sigprocmask(SIG_BLOCK, &signals, NULL);
	fd = signalfd(-1, &signals, SFD_CLOEXEC);
	if (fd < 0)
		return nc_error_set(err, NC_IO,
			_("The system gives no more file descriptors; close "
			  "other programs and try again."));
	do {
		status = sync_and_tell(home, call, fd, err);
		if (status != NC_OK && is_passing(status))
			nc_console_note("%s", err->text);
		else if (status != NC_OK)
			break;
	} while (!wait_or_stop(fd, every_ms));
	close(fd);
	return is_passing(status) ? NC_OK : status;
}

static enum nc_status run_sync(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	const char *every = nc_call_value(call, "watch");
	int64_t every_ms = 0;
	enum nc_status status = NC_OK;

	nc_home_init(&home);
	if (every != NULL)
		status = nc_duration_parse("--watch", every, WATCH_MIN_MS,
			WATCH_MAX_MS, &every_ms, err);
	if (status == NC_OK)
		status = nc_home_open(&home, call, err);
	if (status != NC_OK)
		return status;
	if (every != NULL)
		return watch(&home, call, every_ms, err);
	return sync_and_tell(&home, call, -1, err);
}

static const struct nc_option options[] = {
	{"watch", 0, "TIME",
		N_("again and again, this long apart: 90s, 15m, 2h")},
	{.name = NULL},
};

const struct nc_command nc_client_sync = {
	.name = "sync",
	.arguments = "",
	.help = N_("send what is new here to the hub and take what is new "
		   "there"),
	.notes = N_("It may be interrupted at any time and goes on where it "
		    "stopped. With --watch a hub that cannot be reached is "
		    "told and tried again; Ctrl-C ends it."),
	.examples = "nhipcau sync\n"
		    "nhipcau sync --watch 15m\n",
	.options = options,
	.run = run_sync,
};
