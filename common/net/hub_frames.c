/*
 * Frames to jobs and back.
 */
#include "base/limits.h"
#include "net/hub_room.h"
#include "net/zmq_util.h"

#include <errno.h>
#include <string.h>

void nc_job_put(struct nc_job_queue *queue, struct nc_job *job)
{
	job->next = NULL;
	if (queue->last == NULL)
		queue->first = job;
	else
		queue->last->next = job;
	queue->last = job;
}

struct nc_job *nc_job_take(struct nc_job_queue *queue)
{
	struct nc_job *job = queue->first;

	if (job == NULL)
		return NULL;
	queue->first = job->next;
	if (queue->first == NULL)
		queue->last = NULL;
	return job;
}

void nc_job_free(struct nc_job *job)
{
	nc_hub_request_fini(&job->request);
	nc_free(job);
}

void nc_job_queue_free(struct nc_job_queue *queue)
{
	struct nc_job *job;

	while ((job = nc_job_take(queue)) != NULL)
		nc_job_free(job);
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
static bool receive_payload(void *router, struct nc_job *job)
{
	zmq_msg_t frame;
	bool good;

	zmq_msg_init(&frame);
	if (zmq_msg_recv(&frame, router, ZMQ_DONTWAIT) < 0) {
		zmq_msg_close(&frame);
		return false;
	}
	job->fd = zmq_msg_get(&frame, ZMQ_SRCFD);
	job->bytes_in = zmq_msg_size(&frame);
	good = !zmq_msg_more(&frame) &&
	       message_transport(&frame, job->request.transport) &&
	       nc_buffer_append(&job->request.envelope, zmq_msg_data(&frame),
		       zmq_msg_size(&frame)) == NC_OK;
	drain_frames(router, zmq_msg_more(&frame));
	zmq_msg_close(&frame);
	return good;
}

struct nc_job *nc_job_receive(void *router, bool *ret_any)
{
	struct nc_job *job = NULL;
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
	job = size <= NC_JOB_IDENTITY_MAX ? nc_calloc(1, sizeof(*job)) : NULL;
	if (job == NULL) {
		drain_frames(router, 1);
		goto out;
	}
	nc_hub_request_init(&job->request);
	memcpy(job->identity, zmq_msg_data(&identity), size);
	job->identity_size = size;
	if (!receive_payload(router, job)) {
		nc_job_free(job);
		job = NULL;
	}
out:
	zmq_msg_close(&identity);
	return job;
}

static bool send_identity(void *router, const struct nc_job *job)
{
	int events;
	size_t size = sizeof(events);

	if (zmq_send(router, job->identity, job->identity_size,
		    ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0)
		return true;
	if (zmq_errno() != EAGAIN)
		return false;
	/* ZeroMQ learns only now and then that a peer has read, and believes
	 * its queue full; asking for events makes it look. */
	(void)zmq_getsockopt(router, ZMQ_EVENTS, &events, &size);
	return zmq_send(router, job->identity, job->identity_size,
		       ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0;
}

void nc_job_reply(void *router, const struct nc_job *job)
{
	const struct nc_buffer *reply = &job->request.reply;

	/* A peer that is gone, or that does not read, asks again. */
	if (reply->size > 0 && send_identity(router, job))
		(void)zmq_send(router, reply->data, reply->size, ZMQ_DONTWAIT);
}
