#include "net/zmq_util.h"
#include "base/limits.h"

#include <time.h>

enum nc_status nc_zmq_error(struct nc_error *err, const char *what)
{
	return nc_error_set(err, NC_IO,
		_("The network could not be used (%s: %s); check the address "
		  "and that no other program uses it."),
		what, zmq_strerror(zmq_errno()));
}

bool nc_zmq_set(void *socket, int option, int value)
{
	return zmq_setsockopt(socket, option, &value, sizeof(value)) == 0;
}

bool nc_zmq_set_bytes(void *socket, int option, const void *value, size_t size)
{
	return zmq_setsockopt(socket, option, value, size) == 0;
}

bool nc_zmq_common(void *socket)
{
	/* ZeroMQ counts what CURVE adds: the command's name (8 bytes), a nonce
	 * (8), a code (16) and flags (1). */
	int64_t message_max = NC_MESSAGE_BYTES_MAX + 33;

	return nc_zmq_set(socket, ZMQ_LINGER, 0) &&
	       nc_zmq_set(socket, ZMQ_HANDSHAKE_IVL, NC_NET_HANDSHAKE_MS) &&
	       nc_zmq_set_bytes(socket, ZMQ_MAXMSGSIZE, &message_max,
		       sizeof(message_max));
}

int64_t nc_net_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
