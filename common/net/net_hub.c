/*
 * The hub's loop: two threads around a queue.
 *
 * The calling thread owns the sockets: it receives, unpacks, verifies and
 * sends. The other (hub_store.c) owns the store. So the signatures of the
 * next batch are checked while this one is being written, and many pushes
 * share one commit.
 *
 * What one peer can take from the others is bounded here. A key has one
 * request under way, so that the queue is fair without being sorted: a peer's
 * thousand questions are one in it and 999 answers "busy". How many, and how
 * costly ones, it may ask is sync/rate's; keys that are not enrolled share a
 * pool and few places. What is under way is bounded by bytes; past the bound
 * nothing more is received until answers have left. The connections are the
 * gate's (net/gate.h).
 */
#include "base/limits.h"
#include "net/hub_room.h"
#include "net/zmq_util.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Bytes and requests under way before the receiving pauses. */
#define UNDER_WAY_BYTES_MAX (20 * 1024 * 1024)
#define UNDER_WAY_MAX 1024
/* Messages received before handshakes, the monitor and answers have a turn. */
#define TURN_MAX 32
/* Messages waiting inside ZeroMQ, per peer: each has one question open, and
 * one more that it believes lost. */
#define PEER_QUEUE 2
/* A key that asks while its last question is under way. */
#define ANOTHER_UNDER_WAY_MS 200
/* How long a stranger waits when all the strangers' places are taken. */
#define CROWD_MS 1000

struct nc_net_hub {
	void *context;
	void *router;
	void *zap;
	struct nc_gate *gate;
	char address[NC_ERROR_TEXT_MAX];
};

struct loop {
	struct nc_net_hub *net;
	struct nc_hub_shared shared;
	struct nc_hub_keys keys; /* in use */
	struct nc_rate *devices, *strangers;
	struct nc_rate_bucket pool; /* all strangers' */
	struct nc_job *jobs_under_way;
	size_t under_way, under_way_bytes, strangers_under_way;
};

static bool hub_sockets(struct nc_net_hub *net, const struct nc_key *key)
{
	uint8_t public_key[NC_KEY_SIZE], secret[NC_KEY_SIZE];
	bool good;

	net->zap = zmq_socket(net->context, ZMQ_REP);
	net->router = zmq_socket(net->context, ZMQ_ROUTER);
	if (net->zap == NULL || net->router == NULL)
		return false;
	nc_key_transport(key, public_key, secret);
	good = nc_zmq_set(net->zap, ZMQ_LINGER, 0) &&
	       zmq_bind(net->zap, "inproc://zeromq.zap.01") == 0 &&
	       nc_zmq_common(net->router) &&
	       nc_zmq_set(net->router, ZMQ_ROUTER_MANDATORY, 1) &&
	       nc_zmq_set(net->router, ZMQ_CURVE_SERVER, 1) &&
	       nc_zmq_set(net->router, ZMQ_RCVHWM, PEER_QUEUE) &&
	       nc_zmq_set(net->router, ZMQ_SNDHWM, PEER_QUEUE) &&
	       nc_zmq_set(net->router, ZMQ_BACKLOG, 1024) &&
	       /* Dead half-open peers go by TCP's keepalive, in two minutes.
		* ZeroMQ's heartbeat would cut off a slow line too: its answer
		* waits behind the message that is on its way. A stalled peer
		* costs a descriptor and half a message; the gate bounds
		* both. */
	       nc_zmq_set(net->router, ZMQ_TCP_KEEPALIVE, 1) &&
	       nc_zmq_set(net->router, ZMQ_TCP_KEEPALIVE_IDLE, 60) &&
	       nc_zmq_set(net->router, ZMQ_TCP_KEEPALIVE_INTVL, 15) &&
	       nc_zmq_set(net->router, ZMQ_TCP_KEEPALIVE_CNT, 4) &&
	       nc_zmq_set(net->router, ZMQ_TCP_MAXRT, 120000) &&
	       nc_zmq_set_bytes(net->router, ZMQ_CURVE_SECRETKEY, secret,
		       sizeof(secret)) &&
	       nc_zmq_set_bytes(net->router, ZMQ_ZAP_DOMAIN, NC_NET_ZAP_DOMAIN,
		       strlen(NC_NET_ZAP_DOMAIN));
	nc_wipe(secret, sizeof(secret));
	return good;
}

static enum nc_status hub_bind(
	struct nc_net_hub *net, const char *address, struct nc_error *err)
{
	size_t size = sizeof(net->address);
	int ipv6 = strchr(address, '[') != NULL;

	if (!nc_zmq_set(net->router, ZMQ_IPV6, ipv6))
		return nc_zmq_error(err, "IPv6");
	if (zmq_bind(net->router, address) != 0)
		return nc_error_set(err, NC_IO,
			_("The hub cannot listen at %s (%s); choose a free "
			  "address with --listen, or stop the program that "
			  "holds it."),
			address, zmq_strerror(zmq_errno()));
	if (zmq_getsockopt(
		    net->router, ZMQ_LAST_ENDPOINT, net->address, &size) != 0)
		return nc_zmq_error(err, "endpoint");
	return NC_OK;
}

enum nc_status nc_net_hub_new(const char *address, const struct nc_key *key,
	struct nc_net_hub **ret_hub, struct nc_error *err)
{
	struct nc_net_hub *net = nc_calloc(1, sizeof(*net));
	enum nc_status status = NC_OK;

	if (net == NULL)
		return nc_error_no_memory(err);
	net->context = zmq_ctx_new();
	if (net->context == NULL || !hub_sockets(net, key))
		status = nc_zmq_error(err, "socket");
	if (status == NC_OK)
		status =
			nc_gate_new(net->context, net->router, &net->gate, err);
	if (status == NC_OK)
		status = hub_bind(net, address, err);
	if (status != NC_OK) {
		nc_net_hub_free(net);
		return status;
	}
	*ret_hub = net;
	return NC_OK;
}

void nc_net_hub_free(struct nc_net_hub *net)
{
	if (net == NULL)
		return;
	nc_gate_free(net->gate);
	if (net->router != NULL)
		zmq_close(net->router);
	if (net->zap != NULL)
		zmq_close(net->zap);
	if (net->context != NULL)
		zmq_ctx_term(net->context);
	nc_free(net);
}

const char *nc_net_hub_address(const struct nc_net_hub *net)
{
	return net->address;
}

static void gauges_tell(const struct loop *loop)
{
	const struct nc_net_log *log = loop->shared.log;
	const struct nc_gate *gate = loop->net->gate;
	struct nc_net_gauges gauges = {
		.under_way = loop->under_way,
		.under_way_bytes = loop->under_way_bytes,
		.lines = nc_gate_lines(gate),
		.unproven = nc_gate_unproven(gate),
		.cut = nc_gate_cuts(gate),
	};

	if (log != NULL && log->gauges != NULL)
		log->gauges(log->context, &gauges);
}

/* Whose key it is; 0: nobody's that is enrolled. */
static nc_device_id device_of_key(
	const struct nc_hub_keys *keys, const uint8_t transport[NC_KEY_SIZE])
{
	for (size_t i = 0; i < keys->count; i++)
		if (memcmp(keys->keys[i].transport_key, transport,
			    NC_KEY_SIZE) == 0)
			return keys->keys[i].device;
	return 0;
}

static bool key_is_under_way(
	const struct loop *loop, const uint8_t transport[NC_KEY_SIZE])
{
	const struct nc_job *job = loop->jobs_under_way;

	for (; job != NULL; job = job->next_under_way)
		if (memcmp(job->request.transport, transport, NC_KEY_SIZE) == 0)
			return true;
	return false;
}

static struct nc_rate *rate_of(struct loop *loop, const struct nc_job *job)
{
	return job->device != 0 ? loop->devices : loop->strangers;
}

/* Milliseconds to wait, and why; 0: it may go ahead. */
static uint32_t loop_wait(
	struct loop *loop, const struct nc_job *job, enum nc_net_limit *ret_why)
{
	const uint8_t *key = job->request.transport;
	struct nc_rate *rate = rate_of(loop, job);
	uint32_t wait = nc_rate_take(rate, key, job->at_ms);

	*ret_why = nc_rate_is_deaf(rate, key) ? NC_NET_LIMIT_DEAF
					      : NC_NET_LIMIT_RATE;
	if (wait > 0)
		return wait;
	*ret_why = NC_NET_LIMIT_BUSY;
	if (key_is_under_way(loop, key))
		return ANOTHER_UNDER_WAY_MS;
	if (job->device != 0)
		return 0;
	*ret_why = NC_NET_LIMIT_CROWD;
	if (loop->strangers_under_way >= NC_STRANGERS_UNDER_WAY_MAX)
		return CROWD_MS;
	return nc_rate_bucket_take(&loop->pool, NC_RATE_STRANGERS_PER_SECOND,
		NC_RATE_STRANGERS_BURST, job->at_ms);
}

/* Not let in: told so without troubling the store, or, who does not listen,
 * cut off: answering costs more than asking. */
static bool loop_limits(struct loop *loop, struct nc_job *job)
{
	const struct nc_net_log *log = loop->shared.log;
	enum nc_net_limit why;
	uint32_t wait = loop_wait(loop, job, &why);

	if (wait == 0)
		return false;
	if (log != NULL && log->limited != NULL)
		log->limited(log->context, why, job->device);
	if (why == NC_NET_LIMIT_DEAF) {
		nc_gate_cut(loop->net->gate, job->fd);
	} else {
		nc_hub_busy(&job->request, wait);
		nc_job_reply(loop->net->router, job);
	}
	nc_job_free(job);
	return true;
}

static bool loop_is_full(const struct loop *loop)
{
	return loop->under_way >= UNDER_WAY_MAX ||
	       loop->under_way_bytes >= UNDER_WAY_BYTES_MAX;
}

static void loop_enqueue(struct loop *loop, struct nc_job *job)
{
	job->weight = job->request.arena.used;
	loop->under_way++;
	loop->under_way_bytes += job->weight;
	loop->strangers_under_way += job->device == 0;
	job->next_under_way = loop->jobs_under_way;
	loop->jobs_under_way = job;
	pthread_mutex_lock(&loop->shared.lock);
	nc_job_put(&loop->shared.waiting, job);
	pthread_cond_signal(&loop->shared.work);
	pthread_mutex_unlock(&loop->shared.lock);
}

static uint64_t cost_of(const struct nc_job *job)
{
	const struct nc_hub_request *request = &job->request;
	/* An answer is made at its full size, and then packed. */
	uint64_t cost = job->bytes_in + request->reply.size +
			(request->arena.used - job->weight);

	if (request->request.body == NC_BODY_EXCHANGE)
		cost += request->request.exchange.push_count *
			NC_RATE_COST_PUSH;
	cost += (request->refused_sets + request->bad) * NC_RATE_COST_REFUSED;
	/* The hub's own trouble is not the peer's fault. */
	if (request->status != NC_OK && request->status != NC_IO)
		cost += NC_RATE_COST_FAILED;
	return cost;
}

static void loop_leave(struct loop *loop, struct nc_job *job)
{
	struct nc_job **at = &loop->jobs_under_way;

	while (*at != job)
		at = &(*at)->next_under_way;
	*at = job->next_under_way;
	loop->under_way--;
	loop->under_way_bytes -= job->weight;
	loop->strangers_under_way -= job->device == 0;
	nc_rate_charge(rate_of(loop, job), job->request.transport, cost_of(job),
		nc_net_now_ms());
}

static void keys_take(struct loop *loop)
{
	struct nc_hub_keys *newer;

	pthread_mutex_lock(&loop->shared.lock);
	newer = loop->shared.keys;
	loop->shared.keys = NULL;
	pthread_mutex_unlock(&loop->shared.lock);
	if (newer == NULL)
		return;
	nc_hub_keys_fini(&loop->keys);
	loop->keys = *newer;
	nc_free(newer);
}

static void loop_receive(struct loop *loop)
{
	const struct nc_env *env = loop->shared.hub->env;
	bool any = true;

	for (int turn = 0; any && turn < TURN_MAX && !loop_is_full(loop);
		turn++) {
		struct nc_job *job = nc_job_receive(loop->net->router, &any);

		if (job == NULL)
			continue;
		job->at_ms = nc_net_now_ms();
		job->device =
			device_of_key(&loop->keys, job->request.transport);
		if (job->device != 0)
			nc_gate_prove(loop->net->gate, job->fd, job->device);
		if (loop_limits(loop, job))
			continue;
		job->request.arrived_ms = env->now_ms(env->context);
		nc_hub_open(&job->request, &loop->keys);
		loop_enqueue(loop, job);
	}
}

static void loop_send(struct loop *loop)
{
	struct nc_job_queue done;
	struct nc_job *job;
	uint64_t counter;

	if (read(loop->shared.wake, &counter, sizeof(counter)) < 0)
		NC_ASSERT(errno == EAGAIN || errno == EINTR);
	pthread_mutex_lock(&loop->shared.lock);
	done = loop->shared.done;
	loop->shared.done.first = NULL;
	loop->shared.done.last = NULL;
	loop->shared.done_bytes = 0;
	pthread_cond_signal(&loop->shared.drained);
	pthread_mutex_unlock(&loop->shared.lock);
	while ((job = nc_job_take(&done)) != NULL) {
		nc_job_reply(loop->net->router, job);
		loop_leave(loop, job);
		nc_job_free(job);
	}
}

static enum nc_status loop_run(
	struct loop *loop, int stop_fd, struct nc_error *err)
{
	struct nc_gate *gate = loop->net->gate;

	for (;;) {
		/* The router's item is last, so that a full hub can leave it
		 * out. */
		zmq_pollitem_t items[] = {
			{NULL, stop_fd, ZMQ_POLLIN, 0},
			{NULL, loop->shared.wake, ZMQ_POLLIN, 0},
			{loop->net->zap, 0, ZMQ_POLLIN, 0},
			{nc_gate_socket(gate), 0, ZMQ_POLLIN, 0},
			{loop->net->router, 0, ZMQ_POLLIN, 0},
		};
		int count = loop_is_full(loop) ? 4 : 5;
		long wait = nc_gate_unproven(gate) > 0 ? NC_GATE_SWEEP_MS : -1;

		gauges_tell(loop);
		if (zmq_poll(items, count, wait) < 0) {
			if (zmq_errno() == EINTR)
				continue;
			return nc_zmq_error(err, "poll");
		}
		if (items[0].revents != 0)
			return NC_OK;
		nc_gate_watch(gate, nc_net_now_ms());
		if (items[2].revents != 0)
			nc_zap_answer(loop->net->zap);
		if (items[1].revents != 0)
			loop_send(loop);
		keys_take(loop);
		if (count == 5 && items[4].revents != 0)
			loop_receive(loop);
	}
}

static void loop_fini(struct loop *loop)
{
	nc_job_queue_free(&loop->shared.waiting);
	nc_job_queue_free(&loop->shared.done);
	if (loop->shared.keys != NULL)
		nc_hub_keys_fini(loop->shared.keys);
	nc_free(loop->shared.keys);
	nc_hub_keys_fini(&loop->keys);
	nc_free(loop->devices);
	nc_free(loop->strangers);
	if (loop->shared.wake >= 0)
		close(loop->shared.wake);
	pthread_cond_destroy(&loop->shared.drained);
	pthread_cond_destroy(&loop->shared.work);
	pthread_mutex_destroy(&loop->shared.lock);
}

static enum nc_status loop_init(struct loop *loop, struct nc_error *err)
{
	pthread_mutex_init(&loop->shared.lock, NULL);
	pthread_cond_init(&loop->shared.work, NULL);
	pthread_cond_init(&loop->shared.drained, NULL);
	loop->shared.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	loop->devices = nc_malloc(sizeof(*loop->devices));
	loop->strangers = nc_malloc(sizeof(*loop->strangers));
	if (loop->devices == NULL || loop->strangers == NULL ||
		loop->shared.wake < 0)
		return nc_error_no_memory(err);
	nc_rate_init(loop->devices);
	nc_rate_init(loop->strangers);
	nc_rate_bucket_fill(
		&loop->pool, NC_RATE_STRANGERS_BURST, nc_net_now_ms());
	return nc_hub_copy_keys(loop->shared.hub, &loop->keys, err);
}

static void stop_thread(struct nc_hub_shared *shared, pthread_t thread)
{
	pthread_mutex_lock(&shared->lock);
	shared->stop = true;
	pthread_cond_signal(&shared->work);
	pthread_cond_signal(&shared->drained);
	pthread_mutex_unlock(&shared->lock);
	pthread_join(thread, NULL);
}

enum nc_status nc_net_hub_serve(struct nc_net_hub *net, struct nc_hub *hub,
	int stop_fd, const struct nc_net_log *log, struct nc_error *err)
{
	struct loop loop = {
		.net = net, .shared = {.hub = hub, .log = log, .wake = -1}};
	pthread_t thread;
	enum nc_status status = loop_init(&loop, err);

	if (status == NC_OK && pthread_create(&thread, NULL,
				       nc_hub_store_thread, &loop.shared) != 0)
		status = nc_error_no_memory(err);
	if (status == NC_OK) {
		status = loop_run(&loop, stop_fd, err);
		stop_thread(&loop.shared, thread);
		/* What was under way is committed: say so before leaving. */
		loop_send(&loop);
		gauges_tell(&loop);
	}
	loop_fini(&loop);
	return status;
}
