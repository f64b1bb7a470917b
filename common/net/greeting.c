/*
 * One plain TCP connection that looks who answers, through ZeroMQ's own
 * ZMQ_STREAM (addresses, names and waiting are as everywhere else).
 */
#include "net/zmq_util.h"

#include <string.h>

/* ZMTP 3.1, "greeting": 0xFF, eight bytes of padding, 0x7F. A peer of any
 * version since 2 sends it before it has heard anything. */
#define SIGNATURE_SIZE 10

struct look {
	uint8_t bytes[SIGNATURE_SIZE];
	size_t size;
	unsigned empty; /* frames: connected, and no longer */
};

/* Two frames: the connection's name, and what came, or nothing. */
static void look_receive(void *socket, struct look *look)
{
	zmq_msg_t frame;
	size_t room = sizeof(look->bytes) - look->size, size;

	zmq_msg_init(&frame);
	if (zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) >= 0 &&
		zmq_msg_more(&frame) &&
		zmq_msg_recv(&frame, socket, ZMQ_DONTWAIT) >= 0) {
		size = zmq_msg_size(&frame);
		look->empty += size == 0;
		memcpy(look->bytes + look->size, zmq_msg_data(&frame),
			size < room ? size : room);
		look->size += size < room ? size : room;
	}
	zmq_msg_close(&frame);
}

static bool look_is_zmtp(const struct look *look)
{
	return look->size == SIGNATURE_SIZE && look->bytes[0] == 0xff &&
	       look->bytes[SIGNATURE_SIZE - 1] == 0x7f;
}

static bool look_at(void *socket, int stop_fd)
{
	int64_t end = nc_net_now_ms() + NC_NET_CONNECT_MS;
	struct look look = {.size = 0};

	while (look.size < SIGNATURE_SIZE && look.empty < 2) {
		int64_t left = end - nc_net_now_ms();
		zmq_pollitem_t items[] = {
			{socket, 0, ZMQ_POLLIN, 0},
			{NULL, stop_fd, ZMQ_POLLIN, 0},
		};

		if (left <= 0)
			break;
		(void)zmq_poll(items, stop_fd >= 0 ? 2 : 1, (long)left);
		if (items[1].revents != 0)
			break;
		if ((items[0].revents & ZMQ_POLLIN) != 0)
			look_receive(socket, &look);
	}
	return look_is_zmtp(&look);
}

bool nc_net_is_greeted(void *context, const char *address, int stop_fd)
{
	void *socket = zmq_socket(context, ZMQ_STREAM);
	bool greeted;

	if (socket == NULL)
		return false;
	greeted = nc_zmq_set(socket, ZMQ_LINGER, 0) &&
		  nc_zmq_set(socket, ZMQ_IPV6, 1) &&
		  zmq_connect(socket, address) == 0 && look_at(socket, stop_fd);
	zmq_close(socket);
	return greeted;
}
