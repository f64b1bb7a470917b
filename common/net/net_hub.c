/*
 * The hub's loop: two threads around a queue.
 *
 * The calling thread owns the sockets: it receives, unpacks, verifies and
 * sends. The other owns the store: it takes all that wait, applies them in
 * one transaction and makes the answers once the commit is on disk. So the
 * signatures of the next batch are checked while this one is being written,
 * and many pushes share one commit. What is under way is bounded by bytes;
 * past the bound nothing more is received until answers have left.
 */
#include "base/limits.h"
#include "net/zmq_util.h"
#include "sync/rate.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Bytes and requests under way before the receiving pauses. */
#define UNDER_WAY_BYTES_MAX (20 * 1024 * 1024)
#define UNDER_WAY_MAX 1024
/* Requests in one transaction. */
#define BATCH_MAX 256
/* Messages waiting inside ZeroMQ, per peer: each has one question open. */
#define PEER_QUEUE 4
#define IDENTITY_MAX 255

struct job {
	struct job *next;
	struct nc_hub_request request;
	uint8_t identity[IDENTITY_MAX];
	size_t identity_size;
	size_t weight; /* its bytes under way */
};

struct queue {
	struct job *first, *last;
};

struct nc_net_hub {
	void *context;
	void *router;
	void *zap;
	char address[NC_ERROR_TEXT_MAX];
};

/* What the two threads share. */
struct shared {
	pthread_mutex_t lock;
	pthread_cond_t work;
	struct queue waiting; /* to the store's thread */
	struct queue done;    /* back to the sockets' thread */
	bool stop;
	struct nc_hub_keys *keys; /* newer than those in use, or NULL */
	int wake;		  /* eventfd: there is something in done */
	struct nc_hub *hub;
	const struct nc_net_log *log;
};

struct loop {
	struct nc_net_hub *net;
	struct shared shared;
	struct nc_hub_keys keys; /* in use */
	struct nc_rate *rate;
	size_t under_way, under_way_bytes;
};

static void queue_put(struct queue *queue, struct job *job)
{
	job->next = NULL;
	if (queue->last == NULL)
		queue->first = job;
	else
		queue->last->next = job;
	queue->last = job;
}

static struct job *queue_take(struct queue *queue)
{
	struct job *job = queue->first;

	if (job == NULL)
		return NULL;
	queue->first = job->next;
	if (queue->first == NULL)
		queue->last = NULL;
	return job;
}

static void job_free(struct job *job)
{
	nc_hub_request_fini(&job->request);
	nc_free(job);
}

static void queue_free(struct queue *queue)
{
	struct job *job;

	while ((job = queue_take(queue)) != NULL)
		job_free(job);
}

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
	       nc_zmq_set(net->router, ZMQ_HEARTBEAT_IVL, 15000) &&
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

/* The store's thread: everything that waits, up to BATCH_MAX. */
static size_t batch_take(struct shared *shared, struct job *jobs[BATCH_MAX])
{
	size_t count = 0;

	pthread_mutex_lock(&shared->lock);
	while (shared->waiting.first == NULL && !shared->stop)
		pthread_cond_wait(&shared->work, &shared->lock);
	while (count < BATCH_MAX) {
		struct job *job = queue_take(&shared->waiting);

		if (job == NULL)
			break;
		jobs[count++] = job;
	}
	pthread_mutex_unlock(&shared->lock);
	return count;
}

/* Hands the sockets' thread the keys as they stand, for verifying. */
static void keys_publish(struct shared *shared)
{
	struct nc_hub_keys *keys = nc_calloc(1, sizeof(*keys));
	struct nc_hub_keys *old;

	if (keys == NULL)
		return;
	if (nc_hub_copy_keys(shared->hub, keys, NULL) != NC_OK) {
		nc_free(keys);
		return;
	}
	pthread_mutex_lock(&shared->lock);
	old = shared->keys;
	shared->keys = keys;
	pthread_mutex_unlock(&shared->lock);
	if (old != NULL)
		nc_hub_keys_fini(old);
	nc_free(old);
}

static void batch_log(
	const struct shared *shared, struct job *const *jobs, size_t count)
{
	struct nc_net_batch batch = {.requests = count};

	if (shared->log == NULL)
		return;
	for (size_t i = 0; i < count; i++) {
		const struct nc_hub_request *request = &jobs[i]->request;

		batch.appended += request->appended;
		batch.refused += request->refused_sets;
		if (request->request.body == NC_BODY_ENROL &&
			request->status == NC_OK)
			batch.enrolled++;
		if (request->status == NC_IO)
			batch.error = &request->error;
	}
	shared->log->batch(shared->log->context, &batch);
}

static void batch_done(
	struct shared *shared, struct job *const *jobs, size_t count)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&shared->lock);
	for (size_t i = 0; i < count; i++)
		queue_put(&shared->done, jobs[i]);
	pthread_mutex_unlock(&shared->lock);
	/* The counter cannot overflow with one added per batch. */
	if (write(shared->wake, &one, sizeof(one)) < 0)
		NC_ASSERT(errno == EAGAIN || errno == EINTR);
}

static void *store_thread(void *argument)
{
	struct shared *shared = argument;
	struct job *jobs[BATCH_MAX];
	struct nc_hub_request *requests[BATCH_MAX];

	for (;;) {
		size_t count = batch_take(shared, jobs);

		if (count == 0)
			return NULL;
		for (size_t i = 0; i < count; i++)
			requests[i] = &jobs[i]->request;
		nc_hub_apply(shared->hub, requests, count);
		nc_hub_answer(shared->hub, requests, count);
		keys_publish(shared);
		batch_log(shared, jobs, count);
		batch_done(shared, jobs, count);
	}
}

/* The peer's key, which ZAP put into the connection's metadata. */
static bool message_transport(zmq_msg_t *frame, uint8_t out[NC_KEY_SIZE])
{
	const char *user = zmq_msg_gets(frame, "User-Id");

	return user != NULL &&
	       nc_hex_decode(out, NC_KEY_SIZE, user, strlen(user));
}

static void drain_frames(void *socket, int more)
{
	while (more) {
		zmq_msg_t frame;

		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) < 0)
			more = 0;
		else
			more = zmq_msg_more(&frame);
		zmq_msg_close(&frame);
	}
}

/* The payload frame into the job. False: not a message of ours; the frames
 * are drained. */
static bool receive_payload(void *router, struct job *job)
{
	zmq_msg_t frame;
	bool good;

	zmq_msg_init(&frame);
	if (zmq_msg_recv(&frame, router, ZMQ_DONTWAIT) < 0) {
		zmq_msg_close(&frame);
		return false;
	}
	good = !zmq_msg_more(&frame) &&
	       message_transport(&frame, job->request.transport) &&
	       nc_buffer_append(&job->request.envelope, zmq_msg_data(&frame),
		       zmq_msg_size(&frame)) == NC_OK;
	drain_frames(router, zmq_msg_more(&frame));
	zmq_msg_close(&frame);
	return good;
}

/* The next message as a job. *ret_any says whether there was a message; NULL
 * with it: one that could not be used. */
static struct job *receive_job(void *router, bool *ret_any)
{
	struct job *job = NULL;
	zmq_msg_t identity;
	size_t size;

	*ret_any = false;
	zmq_msg_init(&identity);
	if (zmq_msg_recv(&identity, router, ZMQ_DONTWAIT) < 0)
		goto out;
	*ret_any = true;
	size = zmq_msg_size(&identity);
	if (!zmq_msg_more(&identity))
		goto out;
	job = size <= IDENTITY_MAX ? nc_calloc(1, sizeof(*job)) : NULL;
	if (job == NULL) {
		drain_frames(router, 1);
		goto out;
	}
	nc_hub_request_init(&job->request);
	memcpy(job->identity, zmq_msg_data(&identity), size);
	job->identity_size = size;
	if (!receive_payload(router, job)) {
		job_free(job);
		job = NULL;
	}
out:
	zmq_msg_close(&identity);
	return job;
}

static void send_reply(void *router, const struct job *job)
{
	const struct nc_buffer *reply = &job->request.reply;

	if (reply->size == 0)
		return;
	/* A peer that is gone, or that does not read, asks again. */
	if (zmq_send(router, job->identity, job->identity_size,
		    ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
		return;
	(void)zmq_send(router, reply->data, reply->size, ZMQ_DONTWAIT);
}

static void loop_enqueue(struct loop *loop, struct job *job)
{
	job->weight = job->request.arena.used;
	loop->under_way++;
	loop->under_way_bytes += job->weight;
	pthread_mutex_lock(&loop->shared.lock);
	queue_put(&loop->shared.waiting, job);
	pthread_cond_signal(&loop->shared.work);
	pthread_mutex_unlock(&loop->shared.lock);
}

/* Too fast: told so without troubling the store. */
static bool loop_limits(struct loop *loop, struct job *job)
{
	uint32_t wait = nc_rate_take(
		loop->rate, job->request.transport, nc_net_now_ms());

	if (wait == 0)
		return false;
	nc_hub_busy(&job->request, wait);
	send_reply(loop->net->router, job);
	job_free(job);
	return true;
}

static bool loop_is_full(const struct loop *loop)
{
	return loop->under_way >= UNDER_WAY_MAX ||
	       loop->under_way_bytes >= UNDER_WAY_BYTES_MAX;
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

	while (any && !loop_is_full(loop)) {
		struct job *job = receive_job(loop->net->router, &any);

		if (job == NULL || loop_limits(loop, job))
			continue;
		job->request.arrived_ms = env->now_ms(env->context);
		nc_hub_open(&job->request, &loop->keys);
		loop_enqueue(loop, job);
	}
}

static void loop_send(struct loop *loop)
{
	struct queue done;
	struct job *job;
	uint64_t counter;

	if (read(loop->shared.wake, &counter, sizeof(counter)) < 0)
		NC_ASSERT(errno == EAGAIN || errno == EINTR);
	pthread_mutex_lock(&loop->shared.lock);
	done = loop->shared.done;
	loop->shared.done.first = NULL;
	loop->shared.done.last = NULL;
	pthread_mutex_unlock(&loop->shared.lock);
	while ((job = queue_take(&done)) != NULL) {
		send_reply(loop->net->router, job);
		loop->under_way--;
		loop->under_way_bytes -= job->weight;
		job_free(job);
	}
}

static enum nc_status loop_run(
	struct loop *loop, int stop_fd, struct nc_error *err)
{
	for (;;) {
		/* The router's item is last, so that a full hub can leave it
		 * out. */
		zmq_pollitem_t items[] = {
			{NULL, stop_fd, ZMQ_POLLIN, 0},
			{NULL, loop->shared.wake, ZMQ_POLLIN, 0},
			{loop->net->zap, 0, ZMQ_POLLIN, 0},
			{loop->net->router, 0, ZMQ_POLLIN, 0},
		};
		int count = loop_is_full(loop) ? 3 : 4;

		if (zmq_poll(items, count, -1) < 0) {
			if (zmq_errno() == EINTR)
				continue;
			return nc_zmq_error(err, "poll");
		}
		if (items[0].revents != 0)
			return NC_OK;
		if (items[2].revents != 0)
			nc_zap_answer(loop->net->zap);
		if (items[1].revents != 0)
			loop_send(loop);
		keys_take(loop);
		if (count == 4 && items[3].revents != 0)
			loop_receive(loop);
	}
}

static void loop_fini(struct loop *loop)
{
	queue_free(&loop->shared.waiting);
	queue_free(&loop->shared.done);
	if (loop->shared.keys != NULL)
		nc_hub_keys_fini(loop->shared.keys);
	nc_free(loop->shared.keys);
	nc_hub_keys_fini(&loop->keys);
	nc_free(loop->rate);
	if (loop->shared.wake >= 0)
		close(loop->shared.wake);
	pthread_cond_destroy(&loop->shared.work);
	pthread_mutex_destroy(&loop->shared.lock);
}

static enum nc_status loop_init(struct loop *loop, struct nc_error *err)
{
	pthread_mutex_init(&loop->shared.lock, NULL);
	pthread_cond_init(&loop->shared.work, NULL);
	loop->shared.wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	loop->rate = nc_malloc(sizeof(*loop->rate));
	if (loop->rate == NULL || loop->shared.wake < 0)
		return nc_error_no_memory(err);
	nc_rate_init(loop->rate);
	return nc_hub_copy_keys(loop->shared.hub, &loop->keys, err);
}

static void stop_thread(struct shared *shared, pthread_t thread)
{
	pthread_mutex_lock(&shared->lock);
	shared->stop = true;
	pthread_cond_signal(&shared->work);
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

	if (status == NC_OK &&
		pthread_create(&thread, NULL, store_thread, &loop.shared) != 0)
		status = nc_error_no_memory(err);
	if (status == NC_OK) {
		status = loop_run(&loop, stop_fd, err);
		stop_thread(&loop.shared, thread);
		/* What was under way is committed: say so before leaving. */
		loop_send(&loop);
	}
	loop_fini(&loop);
	return status;
}
