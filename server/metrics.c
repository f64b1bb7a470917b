#include "metrics.h"
#include "command/command.h"

#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <microhttpd.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Who scrapes: one program, seldom two, and on this machine: it speaks at
 * once. Who connects and says nothing keeps a place for two seconds, and holds
 * no memory. A line and its headers are read into a pool of this size and no
 * more. */
#define HTTP_CONNECTIONS_MAX 256
#define HTTP_TIMEOUT_S 2
#define HTTP_MEMORY_MAX (16 * 1024)
/* A cluster has a few dozen unions. */
#define UNIONS_MAX 4096

/* Upper bounds, ascending; the last bucket has none. */
#define BUCKETS_MAX 14
struct histogram {
	const double *bounds;
	size_t bounds_count;
	uint64_t counts[BUCKETS_MAX + 1];
	uint64_t count;
	double sum;
};

static const double seconds_bounds[] = {
	0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10};
static const double requests_bounds[] = {1, 2, 4, 8, 16, 32, 64, 128, 256};

struct synced {
	char *code;
	int64_t at_ms;
};

enum body { BODY_OTHER, BODY_EXCHANGE, BODY_ENROL, BODIES };
static const char *const bodies[] = {"other", "exchange", "enrol"};
static const char *const limits[] = {"rate", "busy", "crowd", "deaf"};

struct nc_metrics {
	pthread_mutex_t lock;
	struct MHD_Daemon *daemon;
	time_t started;
	uint64_t appended, enrolled, received, sent, troubles;
	uint64_t requests[BODIES][NC_STATUS_COUNT];
	uint64_t refused[NC_STATUS_COUNT];
	uint64_t follows; /* refused for what came before them */
	uint64_t limited[NC_NET_LIMIT_COUNT];
	struct histogram latency, commits;
	struct synced *unions;
	size_t unions_count;
	struct nc_net_gauges gauges;
	struct nc_counts counts;
	uint64_t store_bytes;
};

enum nc_status nc_metrics_new(
	struct nc_metrics **ret_metrics, struct nc_error *err)
{
	struct nc_metrics *metrics = nc_calloc(1, sizeof(*metrics));

	if (metrics == NULL)
		return nc_error_no_memory(err);
	pthread_mutex_init(&metrics->lock, NULL);
	metrics->started = time(NULL);
	metrics->latency.bounds = seconds_bounds;
	metrics->latency.bounds_count =
		sizeof(seconds_bounds) / sizeof(*seconds_bounds);
	metrics->commits.bounds = requests_bounds;
	metrics->commits.bounds_count =
		sizeof(requests_bounds) / sizeof(*requests_bounds);
	*ret_metrics = metrics;
	return NC_OK;
}

void nc_metrics_free(struct nc_metrics *metrics)
{
	if (metrics == NULL)
		return;
	if (metrics->daemon != NULL)
		MHD_stop_daemon(metrics->daemon);
	for (size_t i = 0; i < metrics->unions_count; i++)
		nc_free(metrics->unions[i].code);
	nc_free(metrics->unions);
	pthread_mutex_destroy(&metrics->lock);
	nc_free(metrics);
}

static void observe(struct histogram *histogram, double value)
{
	size_t at = 0;

	while (at < histogram->bounds_count && value > histogram->bounds[at])
		at++;
	histogram->counts[at]++;
	histogram->count++;
	histogram->sum += value;
}

/* Change-sets that were refused, by their own fault; the rest followed one
 * that was. */
static void count_refused(
	struct nc_metrics *metrics, const struct nc_hub_request *request)
{
	uint64_t left = request->refused_sets;

	for (size_t i = 0; request->pushes != NULL && left > 0 &&
			   i < request->request.exchange.push_count;
		i++) {
		enum nc_status status = request->pushes[i].status;

		if (status == NC_OK || status >= NC_STATUS_COUNT)
			continue;
		metrics->refused[status]++;
		left--;
	}
	metrics->follows += left;
}

void nc_metrics_answered(
	struct nc_metrics *metrics, const struct nc_net_request *answered)
{
	const struct nc_hub_request *request = answered->request;
	enum body body = BODY_OTHER;

	if (request->request.body == NC_BODY_EXCHANGE)
		body = BODY_EXCHANGE;
	if (request->request.body == NC_BODY_ENROL)
		body = BODY_ENROL;
	pthread_mutex_lock(&metrics->lock);
	metrics->requests[body][request->status]++;
	metrics->received += answered->bytes_in;
	metrics->sent += request->reply.size;
	metrics->appended += request->appended;
	metrics->enrolled += body == BODY_ENROL && request->status == NC_OK;
	count_refused(metrics, request);
	if (body == BODY_EXCHANGE)
		observe(&metrics->latency, (double)answered->took_ms / 1000);
	pthread_mutex_unlock(&metrics->lock);
}

void nc_metrics_commit(struct nc_metrics *metrics, size_t requests)
{
	pthread_mutex_lock(&metrics->lock);
	observe(&metrics->commits, (double)requests);
	pthread_mutex_unlock(&metrics->lock);
}

static struct synced *union_at(struct nc_metrics *metrics, const char *code)
{
	struct synced *unions;
	size_t count = metrics->unions_count;
	size_t size = strlen(code) + 1;

	for (size_t i = 0; i < count; i++)
		if (strcmp(metrics->unions[i].code, code) == 0)
			return &metrics->unions[i];
	if (count >= UNIONS_MAX)
		return NULL;
	unions = nc_realloc(metrics->unions, (count + 1) * sizeof(*unions));
	if (unions == NULL)
		return NULL;
	metrics->unions = unions;
	unions[count].code = nc_malloc(size);
	if (unions[count].code == NULL)
		return NULL;
	memcpy(unions[count].code, code, size);
	metrics->unions_count++;
	return &unions[count];
}

/* Without memory the number is missing until the next sync. */
void nc_metrics_synced(
	struct nc_metrics *metrics, const char *union_code, int64_t at_ms)
{
	struct synced *synced;

	pthread_mutex_lock(&metrics->lock);
	synced = union_at(metrics, union_code);
	if (synced != NULL)
		synced->at_ms = at_ms;
	pthread_mutex_unlock(&metrics->lock);
}

void nc_metrics_limited(struct nc_metrics *metrics, enum nc_net_limit limit)
{
	pthread_mutex_lock(&metrics->lock);
	metrics->limited[limit]++;
	pthread_mutex_unlock(&metrics->lock);
}

void nc_metrics_trouble(struct nc_metrics *metrics)
{
	pthread_mutex_lock(&metrics->lock);
	metrics->troubles++;
	pthread_mutex_unlock(&metrics->lock);
}

void nc_metrics_gauges(
	struct nc_metrics *metrics, const struct nc_net_gauges *gauges)
{
	pthread_mutex_lock(&metrics->lock);
	metrics->gauges = *gauges;
	pthread_mutex_unlock(&metrics->lock);
}

void nc_metrics_store(struct nc_metrics *metrics,
	const struct nc_counts *counts, uint64_t store_bytes)
{
	pthread_mutex_lock(&metrics->lock);
	metrics->counts = *counts;
	metrics->store_bytes = store_bytes;
	pthread_mutex_unlock(&metrics->lock);
}

static void print_head(
	FILE *out, const char *name, const char *type, const char *help)
{
	fprintf(out, "# HELP nhipcau_%s %s\n# TYPE nhipcau_%s %s\n", name, help,
		name, type);
}

static void print_one(FILE *out, const char *name, const char *type,
	const char *help, uint64_t value)
{
	print_head(out, name, type, help);
	fprintf(out, "nhipcau_%s %" PRIu64 "\n", name, value);
}

static void print_histogram(FILE *out, const char *name, const char *help,
	const struct histogram *of)
{
	uint64_t so_far = 0;

	print_head(out, name, "histogram", help);
	for (size_t i = 0; i < of->bounds_count; i++) {
		so_far += of->counts[i];
		fprintf(out, "nhipcau_%s_bucket{le=\"%g\"} %" PRIu64 "\n", name,
			of->bounds[i], so_far);
	}
	fprintf(out, "nhipcau_%s_bucket{le=\"+Inf\"} %" PRIu64 "\n", name,
		of->count);
	fprintf(out, "nhipcau_%s_sum %.3f\n", name, of->sum);
	fprintf(out, "nhipcau_%s_count %" PRIu64 "\n", name, of->count);
}

static void print_requests(FILE *out, const struct nc_metrics *metrics)
{
	print_head(out, "requests_total", "counter",
		"Requests answered, by kind and status.");
	for (size_t body = 0; body < BODIES; body++)
		for (size_t at = 0; at < NC_STATUS_COUNT; at++)
			if (metrics->requests[body][at] > 0)
				fprintf(out,
					"nhipcau_requests_total{kind=\"%s\","
					"status=\"%s\"} %" PRIu64 "\n",
					bodies[body],
					nc_status_name((enum nc_status)at),
					metrics->requests[body][at]);
}

static void print_refused(FILE *out, const struct nc_metrics *metrics)
{
	print_head(out, "refused_total", "counter",
		"Change-sets refused, by verdict; follows: after the first "
		"fault of their stream.");
	for (size_t at = 0; at < NC_STATUS_COUNT; at++)
		if (metrics->refused[at] > 0)
			fprintf(out,
				"nhipcau_refused_total{verdict=\"%s\"} %" PRIu64
				"\n",
				nc_status_name((enum nc_status)at),
				metrics->refused[at]);
	fprintf(out, "nhipcau_refused_total{verdict=\"follows\"} %" PRIu64 "\n",
		metrics->follows);
}

static void print_limited(FILE *out, const struct nc_metrics *metrics)
{
	print_head(out, "limited_total", "counter",
		"Requests not let in: rate (too many or too costly), busy "
		"(another of the same key under way), crowd (too many of keys "
		"not enrolled), deaf (asked on; cut off).");
	for (size_t at = 0; at < NC_NET_LIMIT_COUNT; at++)
		fprintf(out,
			"nhipcau_limited_total{reason=\"%s\"} %" PRIu64 "\n",
			limits[at], metrics->limited[at]);
}

static void print_label(FILE *out, const char *value)
{
	for (; *value != '\0'; value++) {
		if (*value == '\n') {
			fputs("\\n", out);
			continue;
		}
		if (*value == '"' || *value == '\\')
			fputc('\\', out);
		fputc(*value, out);
	}
}

static void print_unions(FILE *out, const struct nc_metrics *metrics)
{
	print_head(out, "last_sync_timestamp_seconds", "gauge",
		"When a device of the union last synced, since this hub "
		"started.");
	for (size_t i = 0; i < metrics->unions_count; i++) {
		fputs("nhipcau_last_sync_timestamp_seconds{union=\"", out);
		print_label(out, metrics->unions[i].code);
		fprintf(out, "\"} %.3f\n",
			(double)metrics->unions[i].at_ms / 1000);
	}
}

static void print_traffic(FILE *out, const struct nc_metrics *metrics)
{
	print_requests(out, metrics);
	print_one(out, "appended_total", "counter",
		"Change-sets appended to the log.", metrics->appended);
	print_refused(out, metrics);
	print_one(out, "enrolled_total", "counter", "Devices enrolled.",
		metrics->enrolled);
	print_limited(out, metrics);
	print_one(out, "received_bytes_total", "counter",
		"Bytes of requests that were let in.", metrics->received);
	print_one(out, "sent_bytes_total", "counter", "Bytes of their answers.",
		metrics->sent);
	print_histogram(out, "exchange_seconds",
		"From an exchange's arrival to its answer.", &metrics->latency);
	print_histogram(out, "commit_requests",
		"Requests that shared one commit.", &metrics->commits);
	print_unions(out, metrics);
}

static void print_standing(FILE *out, const struct nc_metrics *metrics)
{
	const struct nc_net_gauges *net = &metrics->gauges;

	print_one(out, "requests_under_way", "gauge",
		"Requests received and not yet answered.", net->under_way);
	print_one(out, "under_way_bytes", "gauge", "Memory that they hold.",
		net->under_way_bytes);
	print_one(out, "connections", "gauge", "Connections open.", net->lines);
	print_one(out, "connections_unproven", "gauge",
		"Of these, without a request of an enrolled device so far.",
		net->unproven);
	print_one(out, "connections_cut_total", "counter",
		"Connections cut: too many, too much, or deaf.", net->cut);
	print_one(out, "conflicts_open", "gauge",
		"Fields with more than one live value.",
		metrics->counts.conflicts);
	print_one(out, "refusals_open", "gauge",
		"Changes that were appended and not folded.",
		metrics->counts.refusals);
	print_one(out, "forks", "gauge",
		"Change-sets kept as evidence of a key used twice.",
		metrics->counts.forks);
	print_one(out, "records", "gauge", "Records.", metrics->counts.records);
	print_one(out, "log_change_sets", "gauge", "Change-sets in the log.",
		metrics->counts.change_sets);
	print_one(out, "store_bytes", "gauge",
		"The store's file and what is not yet merged into it.",
		metrics->store_bytes);
	print_one(out, "store_trouble_total", "counter",
		"Transactions that the store refused.", metrics->troubles);
}

/* NULL without memory. The caller frees it. */
static char *print_all(struct nc_metrics *metrics, size_t *ret_size)
{
	char *text = NULL;
	FILE *out = open_memstream(&text, ret_size);

	if (out == NULL)
		return NULL;
	pthread_mutex_lock(&metrics->lock);
	print_head(out, "build_info", "gauge", "What is running.");
	fprintf(out,
		"nhipcau_build_info{version=\"%s\",protocol=\"%d\","
		"model=\"%d\"} 1\n",
		NC_VERSION, NC_PROTOCOL_VERSION, (int)nc_model_version());
	print_one(out, "start_time_seconds", "gauge", "When the hub started.",
		(uint64_t)metrics->started);
	print_traffic(out, metrics);
	print_standing(out, metrics);
	pthread_mutex_unlock(&metrics->lock);
	if (fclose(out) != 0) {
		free(text);
		return NULL;
	}
	return text;
}

static enum MHD_Result respond(struct MHD_Connection *connection, unsigned code,
	const char *type, struct MHD_Response *response)
{
	enum MHD_Result result;

	if (response == NULL)
		return MHD_NO;
	(void)MHD_add_response_header(response, "Content-Type", type);
	if (code == MHD_HTTP_METHOD_NOT_ALLOWED)
		(void)MHD_add_response_header(response, "Allow", "GET");
	result = MHD_queue_response(connection, code, response);
	MHD_destroy_response(response);
	return result;
}

static enum MHD_Result respond_words(
	struct MHD_Connection *connection, unsigned code, const char *words)
{
	return respond(connection, code, "text/plain; charset=utf-8",
		MHD_create_response_from_buffer(strlen(words),
			(void *)(uintptr_t)words, MHD_RESPMEM_PERSISTENT));
}

static enum MHD_Result answer(void *context, struct MHD_Connection *connection,
	const char *url, const char *method, const char *version,
	const char *upload, size_t *upload_size, void **request)
{
	size_t size = 0;
	char *text;

	(void)version;
	(void)upload;
	(void)request;
	*upload_size = 0; /* nobody's upload is wanted */
	if (strcmp(url, "/metrics") != 0)
		return respond_words(connection, MHD_HTTP_NOT_FOUND,
			"Only /metrics is here.\n");
	if (strcmp(method, "GET") != 0)
		return respond_words(connection, MHD_HTTP_METHOD_NOT_ALLOWED,
			"Only GET is understood.\n");
	text = print_all(context, &size);
	if (text == NULL)
		return MHD_NO;
	return respond(connection, MHD_HTTP_OK,
		"text/plain; version=0.0.4; charset=utf-8",
		MHD_create_response_from_buffer(
			size, text, MHD_RESPMEM_MUST_FREE));
}

struct address {
	struct sockaddr_storage socket;
	char host[64];
	bool is_v6;
};

static bool parse_port(const char *text, uint16_t *ret_port)
{
	size_t digits = strspn(text, "0123456789");
	unsigned long port;

	if (digits == 0 || digits > 5 || text[digits] != '\0')
		return false;
	port = strtoul(text, NULL, 10);
	if (port > UINT16_MAX)
		return false;
	*ret_port = (uint16_t)port;
	return true;
}

static bool fill_socket(struct address *address, uint16_t port)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)&address->socket;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&address->socket;

	if (address->is_v6) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		return inet_pton(AF_INET6, address->host, &v6->sin6_addr) ==
			       1 &&
		       IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
	}
	v4->sin_family = AF_INET;
	v4->sin_port = htons(port);
	return inet_pton(AF_INET, address->host, &v4->sin_addr) == 1 &&
	       ntohl(v4->sin_addr.s_addr) >> 24 == 127;
}

/* "127.0.0.1:7802", "[::1]:7802". */
static bool parse_address(const char *text, struct address *ret_address)
{
	struct address out = {.is_v6 = text[0] == '['};
	const char *start = out.is_v6 ? text + 1 : text;
	const char *end = strchr(start, out.is_v6 ? ']' : ':');
	uint16_t port;

	if (end == NULL || (size_t)(end - start) >= sizeof(out.host))
		return false;
	memcpy(out.host, start, (size_t)(end - start));
	if (out.is_v6 && *++end != ':')
		return false;
	if (!parse_port(end + 1, &port) || !fill_socket(&out, port))
		return false;
	*ret_address = out;
	return true;
}

enum nc_status nc_metrics_check(const char *address, struct nc_error *err)
{
	struct address parsed;

	if (parse_address(address, &parsed))
		return NC_OK;
	return nc_error_set(err, NC_INVALID,
		_("\"%s\" is no address of this machine alone; the metrics are "
		  "only for programs on it: give 127.0.0.1:PORT or "
		  "[::1]:PORT."),
		address);
}

enum nc_status nc_metrics_listen(struct nc_metrics *metrics,
	const char *address, char ret_address[NC_METRICS_ADDRESS_MAX],
	struct nc_error *err)
{
	const union MHD_DaemonInfo *port;
	struct address parsed;
	/* Not select(): the hub's descriptors go past 1024. */
	unsigned flags = MHD_USE_AUTO_INTERNAL_THREAD;

	if (!parse_address(address, &parsed))
		return nc_metrics_check(address, err);
	if (parsed.is_v6)
		flags |= MHD_USE_IPv6;
	metrics->daemon = MHD_start_daemon(flags, 0, NULL, NULL, answer,
		metrics, MHD_OPTION_SOCK_ADDR, &parsed.socket,
		MHD_OPTION_CONNECTION_LIMIT, (unsigned)HTTP_CONNECTIONS_MAX,
		MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)HTTP_TIMEOUT_S,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)HTTP_MEMORY_MAX,
		MHD_OPTION_END);
	if (metrics->daemon == NULL)
		return nc_error_set(err, NC_IO,
			_("The metrics cannot be served at %s (%s); choose "
			  "another port with --metrics."),
			address, strerror(errno));
	port = MHD_get_daemon_info(metrics->daemon, MHD_DAEMON_INFO_BIND_PORT);
	snprintf(ret_address, NC_METRICS_ADDRESS_MAX,
		parsed.is_v6 ? "[%s]:%u" : "%s:%u", parsed.host,
		port == NULL ? 0u : (unsigned)port->port);
	return NC_OK;
}
