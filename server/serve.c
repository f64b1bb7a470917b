/*
 * serve: the hub, until it is told to stop (SIGTERM or SIGINT, exit 0).
 */
#include "server.h"
#include "command/console.h"
#include "log.h"
#include "metrics.h"
#include "net/net.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct nc_option options[] = {
	{"listen", 'l', "ADDRESS",
		N_("where to listen; what init was told if not given")},
	{"log-level", 0, "LEVEL",
		N_("error, warn, info (if not given) or debug")},
	{"metrics", 0, "ADDRESS",
		N_("serve Prometheus metrics, for this machine alone: "
		   "127.0.0.1:7802")},
	{NULL, 0, NULL, NULL},
};

/* The store's numbers are counted again this often when nothing was asked:
 * another command may have written. */
#define COUNTS_MS_MAX 60000
/* … and at most this often under load. */
#define COUNTS_MS_MIN 1000

struct watch {
	struct nc_home *home;
	const struct nc_env *env;
	struct nc_metrics *metrics; /* NULL: nobody wants them */
	/* The store's thread's own: */
	bool counts_stale;
	int64_t counted_ms;
	uint64_t begun_again; /* as told */
	struct nc_hub hub;
	/* The newest checkpoint that is kept. */
	uint64_t kept_size;
	uint32_t kept_generation;
};

static void put_device(struct nc_log_line *line, nc_device_id device)
{
	char text[NC_DEVICE_ID_TEXT_SIZE];

	nc_device_id_format(text, device);
	nc_log_text(line, "device", text);
}

/* model/change.h: the first 8 bytes of the key's hash, big-endian. */
static nc_device_id device_of(const uint8_t public_key[NC_KEY_SIZE])
{
	uint8_t hash[NC_HASH_SIZE];
	nc_device_id device = 0;

	nc_sha256(hash, nc_slice(public_key, NC_KEY_SIZE));
	for (size_t i = 0; i < NC_DEVICE_ID_SIZE; i++)
		device = device << 8 | hash[i];
	return device;
}

/* Who it is, as the cluster's records say; *ret_code: its union's, or "". */
static void put_sender(struct watch *watch, struct nc_log_line *line,
	nc_device_id id, const char **ret_code)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	const struct nc_registry_union *of;

	put_device(line, id);
	*ret_code = "";
	if (nc_store_registry(watch->home->store, &registry, NULL) != NC_OK)
		return;
	device = nc_registry_device(registry, id);
	if (device == NULL)
		return;
	if (device->label != NULL)
		nc_log_text(line, "label", device->label);
	of = nc_registry_union(registry, &device->union_id);
	if (of == NULL)
		return;
	*ret_code = of->code;
	nc_log_text(line, "union", of->code);
}

static void put_traffic(
	struct nc_log_line *line, const struct nc_net_request *answered)
{
	const struct nc_hub_request *request = answered->request;

	nc_log_number(line, "appended", request->appended);
	nc_log_number(line, "refused", request->refused_sets);
	nc_log_number(line, "bytes_in", answered->bytes_in);
	nc_log_number(line, "bytes_out", request->reply.size);
	nc_log_number(line, "ms", (uint64_t)answered->took_ms);
}

static void log_exchange(
	struct watch *watch, const struct nc_net_request *answered)
{
	const struct nc_hub_request *request = answered->request;
	enum nc_log_level level =
		request->appended > 0 ? NC_LOG_INFO : NC_LOG_DEBUG;
	struct nc_log_line line;
	const char *code;

	nc_log_begin_peer(&line, level, "exchange");
	put_sender(watch, &line, request->request.exchange.device, &code);
	put_traffic(&line, answered);
	nc_log_end(&line);
	if (watch->metrics != NULL && code[0] != '\0')
		nc_metrics_synced(watch->metrics, code,
			watch->env->now_ms(watch->env->context));
}

/* The streams that a verdict was against. */
static void log_refused(
	struct watch *watch, const struct nc_net_request *answered)
{
	const struct nc_hub_request *request = answered->request;

	for (size_t i = 0; i < request->verdicts_count; i++) {
		const struct nc_verdict *verdict = &request->verdicts[i];
		struct nc_log_line line;
		const char *code;

		if (verdict->status == NC_OK)
			continue;
		nc_log_begin_peer(&line, NC_LOG_WARN, "refused");
		nc_log_text(&line, "verdict", nc_status_name(verdict->status));
		put_sender(
			watch, &line, request->request.exchange.device, &code);
		if (verdict->device != request->request.exchange.device) {
			char stream[NC_DEVICE_ID_TEXT_SIZE];

			nc_device_id_format(stream, verdict->device);
			nc_log_text(&line, "stream", stream);
		}
		nc_log_number(&line, "sequence", verdict->sequence);
		nc_log_end(&line);
	}
}

static void log_enrol(const struct nc_net_request *answered)
{
	const struct nc_hub_request *request = answered->request;
	const struct nc_enrol_request *enrol = &request->request.enrol;
	char label[NC_LOG_LINE_MAX / 4];
	size_t size = enrol->label.size < sizeof(label) - 1 ? enrol->label.size
							    : sizeof(label) - 1;
	struct nc_log_line line;

	memcpy(label, enrol->label.data, size);
	label[size] = '\0';
	nc_log_begin_peer(&line, NC_LOG_INFO, "enrol");
	put_device(&line, device_of(enrol->public_key));
	nc_log_text(&line, "label", label);
	nc_log_number(&line, "ms", (uint64_t)answered->took_ms);
	nc_log_end(&line);
}

/* A request refused as a whole. */
static void log_denied(const struct nc_net_request *answered)
{
	const struct nc_hub_request *request = answered->request;
	struct nc_log_line line;

	nc_log_begin_peer(&line, NC_LOG_WARN, "denied");
	nc_log_text(&line, "status", nc_status_name(request->status));
	if (request->request.body == NC_BODY_EXCHANGE)
		put_device(&line, request->request.exchange.device);
	nc_log_text(&line, "message", request->error.text);
	nc_log_number(&line, "bytes_in", answered->bytes_in);
	nc_log_end(&line);
}

static void log_answered(
	struct watch *watch, const struct nc_net_request *answered)
{
	const struct nc_hub_request *request = answered->request;

	if (watch->metrics != NULL)
		nc_metrics_answered(watch->metrics, answered);
	if (request->status == NC_IO)
		return; /* told once, for the batch */
	if (request->status != NC_OK) {
		log_denied(answered);
	} else if (request->request.body == NC_BODY_ENROL) {
		log_enrol(answered);
	} else {
		log_exchange(watch, answered);
		log_refused(watch, answered);
	}
}

/* The hub has given out more than it has: its file was put back. */
static void log_put_back(struct watch *watch)
{
	const struct nc_registry *registry;
	struct nc_log_line line;

	nc_log_begin(&line, NC_LOG_WARN, "put-back");
	if (nc_store_registry(watch->home->store, &registry, NULL) == NC_OK)
		nc_log_number(&line, "generation",
			nc_registry_current_hub(registry)->generation);
	nc_log_end(&line);
}

static void keep_checkpoint(struct watch *watch)
{
	nc_server_keep_checkpoint(watch->home, &watch->hub);
	watch->kept_size = watch->hub.tree_size;
	watch->kept_generation = watch->hub.generation;
}

static void on_batch(void *context, const struct nc_net_batch *batch)
{
	struct watch *watch = context;
	struct nc_log_line line;

	if (watch->hub.tree_size != watch->kept_size ||
		watch->hub.generation != watch->kept_generation)
		keep_checkpoint(watch);
	if (batch->begun_again > watch->begun_again)
		log_put_back(watch);
	watch->begun_again = batch->begun_again;
	for (size_t i = 0; i < batch->answered_count; i++)
		log_answered(watch, &batch->answered[i]);
	watch->counts_stale = true;
	if (batch->error != NULL) {
		nc_log_begin_peer(&line, NC_LOG_ERROR, "store");
		nc_log_text(&line, "message", batch->error->text);
		nc_log_end(&line);
	}
	if (watch->metrics != NULL && batch->error != NULL)
		nc_metrics_trouble(watch->metrics);
	if (watch->metrics != NULL && batch->last && batch->committed)
		nc_metrics_commit(watch->metrics, batch->requests);
}

static uint64_t file_bytes(const char *path, const char *suffix)
{
	char name[4096];
	struct stat stat_of;

	if (snprintf(name, sizeof(name), "%s%s", path, suffix) >=
			(int)sizeof(name) ||
		stat(name, &stat_of) != 0)
		return 0;
	return (uint64_t)stat_of.st_size;
}

/* A count that fails is counted again the next time. */
static void on_idle(void *context)
{
	struct watch *watch = context;
	const char *path = watch->home->store_path;
	int64_t now_ms = watch->env->now_ms(watch->env->context);
	int64_t passed = now_ms - watch->counted_ms;
	struct nc_counts counts;

	if (watch->metrics == NULL ||
		(passed >= 0 && passed < (watch->counts_stale ? COUNTS_MS_MIN
							      : COUNTS_MS_MAX)))
		return;
	watch->counted_ms = now_ms;
	if (nc_store_counts(watch->home->store, &counts, NULL) != NC_OK)
		return;
	watch->counts_stale = false;
	nc_metrics_store(watch->metrics, &counts,
		file_bytes(path, "") + file_bytes(path, "-wal"));
}

static void on_limited(
	void *context, enum nc_net_limit limit, nc_device_id device)
{
	static const char *const reasons[] = {"rate", "busy", "crowd", "deaf"};
	struct watch *watch = context;
	struct nc_log_line line;

	if (watch->metrics != NULL)
		nc_metrics_limited(watch->metrics, limit);
	nc_log_begin_peer(&line, NC_LOG_WARN, "limited");
	nc_log_text(&line, "reason", reasons[limit]);
	if (device != 0)
		put_device(&line, device);
	nc_log_end(&line);
}

static void on_gauges(void *context, const struct nc_net_gauges *gauges)
{
	struct watch *watch = context;

	if (watch->metrics != NULL)
		nc_metrics_gauges(watch->metrics, gauges);
}

/* Blocked before any thread starts, so that all threads inherit it. */
static enum nc_status stop_signals(int *ret_fd, struct nc_error *err)
{
	sigset_t signals;

	/* Whoever reads the log or the metrics may hang up. */
	(void)signal(SIGPIPE, SIG_IGN);
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

static void log_address(const char *event, const char *address)
{
	struct nc_log_line line;

	nc_log_begin(&line, NC_LOG_INFO, event);
	nc_log_text(&line, "address", address);
	nc_log_end(&line);
}

static void log_bare(const char *event)
{
	struct nc_log_line line;

	nc_log_begin(&line, NC_LOG_INFO, event);
	nc_log_text(&line, "version", NC_VERSION);
	nc_log_end(&line);
}

static enum nc_status serve_on(struct watch *watch, const char *listen,
	int stop_fd, struct nc_error *err)
{
	const struct nc_net_log log = {
		.batch = on_batch,
		.context = watch,
		.idle = on_idle,
		.limited = on_limited,
		.gauges = on_gauges,
	};
	struct nc_home *home = watch->home;
	struct nc_net_hub *net = NULL;
	enum nc_status status = nc_hub_start(
		&watch->hub, home->store, home->key, watch->env, err);

	if (status != NC_OK)
		return status;
	status = nc_net_hub_new(listen, home->key, &net, err);
	if (status == NC_OK) {
		log_address("listening", nc_net_hub_address(net));
		status = nc_net_hub_serve(net, &watch->hub, stop_fd, &log, err);
	}
	nc_net_hub_free(net);
	nc_hub_fini(&watch->hub);
	return status;
}

static enum nc_status serve(struct nc_home *home, const struct nc_call *call,
	const char *listen, bool put_back, int stop_fd, struct nc_error *err)
{
	const char *metrics_at = nc_call_value(call, "metrics");
	char address[NC_METRICS_ADDRESS_MAX];
	struct nc_env env = nc_command_env();
	struct watch watch = {.home = home, .env = &env, .counts_stale = true};
	enum nc_status status = NC_OK;

	log_bare("start");
	if (put_back)
		log_put_back(&watch);
	if (metrics_at != NULL)
		status = nc_metrics_new(&watch.metrics, err);
	if (status == NC_OK && metrics_at != NULL)
		status = nc_metrics_listen(
			watch.metrics, metrics_at, address, err);
	if (status == NC_OK && metrics_at != NULL)
		log_address("metrics", address);
	if (status == NC_OK)
		status = serve_on(&watch, listen, stop_fd, err);
	nc_metrics_free(watch.metrics);
	if (status == NC_OK)
		log_bare("stop");
	return status;
}

static enum nc_status read_level(
	const struct nc_call *call, struct nc_error *err)
{
	const char *text = nc_call_value(call, "log-level");
	enum nc_log_level level = NC_LOG_INFO;

	if (text != NULL && !nc_log_level_parse(text, &level))
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is no level; give error, warn, info or "
			  "debug."),
			text);
	nc_log_set_level(level);
	return NC_OK;
}

static enum nc_status run(struct nc_call *call, struct nc_error *err)
{
	const char *listen = nc_call_value(call, "listen");
	const char *metrics_at = nc_call_value(call, "metrics");
	struct nc_home home;
	bool put_back = false;
	int stop_fd = -1;
	enum nc_status status;

	nc_home_init(&home);
	status = read_level(call, err);
	if (status == NC_OK && metrics_at != NULL)
		status = nc_metrics_check(metrics_at, err);
	if (status == NC_OK)
		status = nc_server_open_to_serve(&home, call, &put_back, err);
	if (status == NC_OK)
		status = nc_home_lock_serve(&home.lock, home.folder, err);
	if (status == NC_OK && listen == NULL)
		status = nc_home_note(&home, NC_NOTE_LISTEN, &listen, err);
	if (status == NC_OK)
		status = stop_signals(&stop_fd, err);
	if (status == NC_OK)
		status = serve(&home, call, listen, put_back, stop_fd, err);
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
	.examples = "nhipcaud serve\nnhipcaud serve --metrics 127.0.0.1:7802",
	.options = options,
	.flags = NC_COMMAND_NO_JSON,
	.run = run,
};
