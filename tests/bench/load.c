/*
 * The load: a device per union, each with a socket of its own and one
 * question open, sending requests that were made beforehand.
 */
#include "bench.h"

#include "base/limits.h"
#include "net/net.h"

#include <inttypes.h>
#include <pthread.h>

struct device {
	pthread_t thread;
	const struct bench_world *world;
	const struct bench_union *at;
	const char *address;
	pthread_barrier_t *start;
	double ended;
};

static void check_verdict(const struct device *device,
	const struct bench_request *request,
	const struct nc_exchange_reply *reply)
{
	const struct nc_verdict *verdict = reply->verdicts;

	if (reply->verdicts_count != (request->count > 0) ||
		reply->pull_count != 0)
		bench_die("a reply holds %zu verdicts and %zu change-sets",
			reply->verdicts_count, reply->pull_count);
	if (request->count == 0)
		return;
	if (verdict->status != NC_OK ||
		verdict->device != nc_key_device(device->at->key) ||
		verdict->sequence != request->first + request->count)
		bench_die("verdict %s at %" PRIu64,
			nc_status_name(verdict->status), verdict->sequence);
}

static void ask(const struct device *device, struct nc_net_client *client,
	const struct bench_request *request)
{
	struct nc_buffer envelope NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_reply reply;

	nc_buffer_init(&envelope, NC_MESSAGE_BYTES_MAX);
	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_arena_init(&arena, NC_MESSAGE_DECODED_MAX);
	must(nc_net_client_ask(client, nc_buffer_slice(&request->envelope),
		&envelope, &bench_error));
	must(nc_envelope_open(
		nc_buffer_slice(&envelope), &bytes, &bench_error));
	must(nc_reply_decode(
		nc_buffer_slice(&bytes), &arena, &reply, &bench_error));
	if (reply.status != NC_OK || reply.body != NC_BODY_EXCHANGE)
		bench_die("the hub answered %s", nc_status_name(reply.status));
	check_verdict(device, request, &reply.exchange);
}

/* Connected and shaken hands before the start. */
static void *device_run(void *argument)
{
	struct device *device = argument;
	struct nc_net_client *client;

	must(nc_net_client_new(device->address,
		nc_key_public(device->world->hub_key), device->at->key, &client,
		&bench_error));
	ask(device, client, &device->at->quiet);
	pthread_barrier_wait(device->start);
	for (size_t i = 0; i < device->at->requests_count; i++)
		ask(device, client, &device->at->requests[i]);
	device->ended = bench_now();
	nc_net_client_free(client);
	return NULL;
}

double bench_load(const struct bench_world *world, const char *address)
{
	size_t count = world->options.unions;
	struct device *devices = nc_calloc(count, sizeof(*devices));
	pthread_barrier_t start;
	double started, ended = 0;

	if (devices == NULL ||
		pthread_barrier_init(&start, NULL, (unsigned)count + 1) != 0)
		bench_die("out of memory");
	for (size_t i = 0; i < count; i++) {
		devices[i].world = world;
		devices[i].at = &world->unions[i];
		devices[i].address = address;
		devices[i].start = &start;
		if (pthread_create(&devices[i].thread, NULL, device_run,
			    &devices[i]) != 0)
			bench_die("no thread");
	}
	pthread_barrier_wait(&start);
	started = bench_now();
	for (size_t i = 0; i < count; i++) {
		pthread_join(devices[i].thread, NULL);
		if (devices[i].ended > ended)
			ended = devices[i].ended;
	}
	pthread_barrier_destroy(&start);
	nc_free(devices);
	return ended - started;
}
