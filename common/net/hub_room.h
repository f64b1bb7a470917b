/*
 * The room's own: what the hub's two threads share.
 */
#ifndef NC_NET_HUB_ROOM_H
#define NC_NET_HUB_ROOM_H

#include "net/gate.h"
#include "net/net.h"

#include <pthread.h>

#define NC_JOB_IDENTITY_MAX 255

/* A request on its way through both threads. */
struct nc_job {
	struct nc_job *next;
	struct nc_job *next_under_way; /* the sockets' thread's own */
	struct nc_hub_request request;
	uint8_t identity[NC_JOB_IDENTITY_MAX];
	size_t identity_size;
	int fd; /* of its connection */
	size_t bytes_in;
	size_t weight;	     /* its bytes under way, until it is answered */
	int64_t at_ms;	     /* nc_net_now_ms */
	nc_device_id device; /* 0: the key is not enrolled */
};

struct nc_job_queue {
	struct nc_job *first, *last;
};

void nc_job_put(struct nc_job_queue *queue, struct nc_job *job);
struct nc_job *nc_job_take(struct nc_job_queue *queue);
void nc_job_free(struct nc_job *job);
void nc_job_queue_free(struct nc_job_queue *queue);

/* The next message as a job. *ret_any says whether there was a message; NULL
 * with it: one that could not be used. */
struct nc_job *nc_job_receive(void *router, bool *ret_any);
void nc_job_reply(void *router, const struct nc_job *job);

struct nc_hub_shared {
	pthread_mutex_t lock;
	pthread_cond_t work;	     /* something waits, or stop */
	pthread_cond_t drained;	     /* answers have left, or stop */
	struct nc_job_queue waiting; /* to the store's thread */
	struct nc_job_queue done;    /* back to the sockets' thread */
	size_t done_bytes;	     /* of the answers in it */
	bool stop;
	struct nc_hub_keys *keys; /* newer than those in use, or NULL */
	int wake;		  /* eventfd: there is something in done */
	struct nc_hub *hub;
	const struct nc_net_log *log;
};

/* The store's thread; its argument is the shared. */
void *nc_hub_store_thread(void *argument);

#endif
