/*
 * serve: the hub, until it is told to stop (SIGTERM or SIGINT, exit 0).
 */
#include "server.h"
#include "command/console.h"
#include "net/net.h"

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <time.h>
#include <unistd.h>

static const struct nc_option options[] = {
	{"listen", 'l', "ADDRESS",
		N_("where to listen; what init was told if not given")},
	{NULL, 0, NULL, NULL},
};

/* "2024-12-02T01:30:00Z": a line of logfmt begins with when. */
static void log_start(const char *level, const char *event)
{
	char text[32];
	time_t now = time(NULL);
	struct tm utc;

	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	fprintf(stderr, "time=%s level=%s event=%s", text, level, event);
}

static void log_quoted(const char *key, const char *text)
{
	fprintf(stderr, " %s=\"", key);
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			fputc('\\', stderr);
		fputc((unsigned char)*text < ' ' ? ' ' : *text, stderr);
	}
	fputc('"', stderr);
}

static void log_end(void)
{
	fputc('\n', stderr);
	fflush(stderr);
}

/* A batch that changed nothing is not worth a line. */
static void log_batch(void *context, const struct nc_net_batch *batch)
{
	(void)context;
	if (batch->error != NULL) {
		log_start("error", "store");
		log_quoted("message", batch->error->text);
		log_end();
	}
	if (batch->appended + batch->refused + batch->enrolled == 0)
		return;
	log_start("info", "batch");
	fprintf(stderr,
		" requests=%zu appended=%" PRIu64 " refused=%" PRIu64
		" enrolled=%" PRIu64,
		batch->requests, batch->appended, batch->refused,
		batch->enrolled);
	log_end();
}

/* Blocked before any thread starts, so that all threads inherit it. */
static enum nc_status stop_signals(int *ret_fd, struct nc_error *err)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGTERM);
	sigaddset(&signals, SIGINT);
	if (pthread_sigmask(SIG_BLOCK, &signals, NULL) == 0)
		*ret_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (*ret_fd < 0)
		return nc_error_set(err, NC_IO,
			_("The hub could not prepare to be stopped (%s)."),
			strerror(errno));
	return NC_OK;
}

static enum nc_status serve(struct nc_home *home, const char *listen,
	int stop_fd, struct nc_error *err)
{
	struct nc_net_log log = {log_batch, NULL};
	struct nc_env env = nc_command_env();
	struct nc_net_hub *net = NULL;
	struct nc_hub hub;
	enum nc_status status =
		nc_hub_start(&hub, home->store, home->key, &env, err);

	if (status == NC_OK)
		status = nc_net_hub_new(listen, home->key, &net, err);
	if (status != NC_OK)
		return status;
	log_start("info", "listening");
	log_quoted("address", nc_net_hub_address(net));
	log_end();
	status = nc_net_hub_serve(net, &hub, stop_fd, &log, err);
	nc_net_hub_free(net);
	if (status == NC_OK) {
		log_start("info", "stopped");
		log_end();
	}
	return status;
}

static enum nc_status run(struct nc_call *call, struct nc_error *err)
{
	const char *listen = nc_call_value(call, "listen");
	struct nc_author author;
	struct nc_home home;
	int stop_fd = -1;
	enum nc_status status;

	nc_home_init(&home);
	status = nc_server_open(&home, call, &author, err);
	if (status == NC_OK && listen == NULL)
		status = nc_home_note(&home, NC_NOTE_LISTEN, &listen, err);
	if (status == NC_OK)
		status = stop_signals(&stop_fd, err);
	if (status == NC_OK)
		status = serve(&home, listen, stop_fd, err);
	if (stop_fd >= 0)
		close(stop_fd);
	nc_home_fini(&home);
	return status;
}

const struct nc_command nc_server_serve = {
	.name = "serve",
	.arguments = "",
	.help = N_("run the hub until it is stopped"),
	.notes = N_("One line per event goes to standard error. SIGTERM or "
		    "Ctrl-C stops it. The other commands work meanwhile."),
	.examples = "nhipcaud serve",
	.options = options,
	.flags = NC_COMMAND_NO_JSON,
	.run = run,
};
