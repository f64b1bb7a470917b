/*
 * The hub's thread that owns the store: it takes all that wait, applies them
 * in one transaction, and makes the answers once the commit is on disk.
 */
#include "net/hub_room.h"
#include "net/zmq_util.h"

#include <errno.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* Requests in one transaction. */
#define BATCH_MAX 256
/* Answers are made, and leave, a few at a time: each may be 4 MiB and take as
 * much again to make. */
#define SLICE_MAX 8
/* Answers that wait to be sent before no more are made. */
#define DONE_BYTES_MAX (32 * 1024 * 1024)
/* How often the idle are told so. */
#define IDLE_S 1

/* Waits for work; false: a second passed without any. */
static bool wait_for_work(struct nc_hub_shared *shared)
{
	struct timespec until;

	if (shared->log == NULL || shared->log->idle == NULL) {
		pthread_cond_wait(&shared->work, &shared->lock);
		return true;
	}
	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += IDLE_S;
	return pthread_cond_timedwait(&shared->work, &shared->lock, &until) !=
	       ETIMEDOUT;
}

/* Everything that waits, up to BATCH_MAX; none after a second without any. */
static size_t batch_take(
	struct nc_hub_shared *shared, struct nc_job *jobs[BATCH_MAX])
{
	size_t count = 0;

	pthread_mutex_lock(&shared->lock);
	while (shared->waiting.first == NULL && !shared->stop)
		if (!wait_for_work(shared))
			break;
	while (count < BATCH_MAX) {
		struct nc_job *job = nc_job_take(&shared->waiting);

		if (job == NULL)
			break;
		jobs[count++] = job;
	}
	pthread_mutex_unlock(&shared->lock);
	return count;
}

/* Hands the sockets' thread the keys as they stand, for verifying. */
static void keys_publish(struct nc_hub_shared *shared)
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

/* Whether something waits; *ret_stop: it is to end. */
static bool anything_waits(struct nc_hub_shared *shared, bool *ret_stop)
{
	bool waits;

	pthread_mutex_lock(&shared->lock);
	waits = shared->waiting.first != NULL;
	*ret_stop = shared->stop;
	pthread_mutex_unlock(&shared->lock);
	return waits;
}

static void slice_count(struct nc_net_batch *batch, struct nc_job *const *jobs,
	struct nc_net_request *answered)
{
	int64_t now_ms = nc_net_now_ms();

	for (size_t i = 0; i < batch->answered_count; i++) {
		const struct nc_hub_request *request = &jobs[i]->request;

		answered[i].request = request;
		answered[i].bytes_in = jobs[i]->bytes_in;
		answered[i].took_ms = now_ms - jobs[i]->at_ms;
		batch->appended += request->appended;
		batch->refused += request->refused_sets;
		if (request->request.body == NC_BODY_ENROL &&
			request->status == NC_OK)
			batch->enrolled++;
		if (request->status == NC_IO)
			batch->error = &request->error;
	}
}

static void slice_log(const struct nc_hub_shared *shared,
	struct nc_job *const *jobs, struct nc_net_batch *batch)
{
	struct nc_net_request answered[SLICE_MAX];

	if (shared->log == NULL || shared->log->batch == NULL)
		return;
	batch->answered = answered;
	slice_count(batch, jobs, answered);
	shared->log->batch(shared->log->context, batch);
}

/* Hands over the answers, and waits while too many have not left. */
static void slice_done(
	struct nc_hub_shared *shared, struct nc_job *const *jobs, size_t count)
{
	const uint64_t one = 1;

	pthread_mutex_lock(&shared->lock);
	for (size_t i = 0; i < count; i++) {
		shared->done_bytes += jobs[i]->request.reply.size;
		nc_job_put(&shared->done, jobs[i]);
	}
	/* The counter cannot overflow with one added per slice. */
	if (write(shared->wake, &one, sizeof(one)) < 0)
		NC_ASSERT(errno == EAGAIN || errno == EINTR);
	while (shared->done_bytes > DONE_BYTES_MAX && !shared->stop)
		pthread_cond_wait(&shared->drained, &shared->lock);
	pthread_mutex_unlock(&shared->lock);
}

static bool batch_committed(struct nc_job *const *jobs, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const struct nc_hub_request *request = &jobs[i]->request;

		if (request->appended > 0 ||
			(request->request.body == NC_BODY_ENROL &&
				request->status == NC_OK))
			return true;
	}
	return false;
}

static void batch_answer(
	struct nc_hub_shared *shared, struct nc_job *const *jobs, size_t count)
{
	bool committed = batch_committed(jobs, count);
	struct nc_hub_request *requests[SLICE_MAX];

	for (size_t at = 0; at < count; at += SLICE_MAX) {
		size_t slice = count - at < SLICE_MAX ? count - at : SLICE_MAX;
		struct nc_net_batch batch = {
			.answered_count = slice,
			.requests = count,
			.begun_again = shared->hub->begun_again,
			.last = at + slice == count,
			.committed = committed,
		};

		for (size_t i = 0; i < slice; i++)
			requests[i] = &jobs[at + i]->request;
		nc_hub_answer(shared->hub, requests, slice);
		slice_log(shared, jobs + at, &batch);
		slice_done(shared, jobs + at, slice);
	}
}

static void batch_serve(
	struct nc_hub_shared *shared, struct nc_job *const *jobs, size_t count)
{
	struct nc_hub_request *requests[BATCH_MAX];

	for (size_t i = 0; i < count; i++)
		requests[i] = &jobs[i]->request;
	nc_hub_apply(shared->hub, requests, count);
	keys_publish(shared);
	batch_answer(shared, jobs, count);
}

void *nc_hub_store_thread(void *argument)
{
	struct nc_hub_shared *shared = argument;
	struct nc_job *jobs[BATCH_MAX];
	bool stop = false;

	for (;;) {
		size_t count = batch_take(shared, jobs);

		if (count > 0)
			batch_serve(shared, jobs, count);
		if (anything_waits(shared, &stop))
			continue;
		if (stop)
			return NULL;
		if (shared->log != NULL && shared->log->idle != NULL)
			shared->log->idle(shared->log->context);
	}
}
