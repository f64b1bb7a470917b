#include "net/gate.h"
#include "base/limits.h"
#include "net/zmq_util.h"

#include <netinet/in.h>
#include <linux/tcp.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>

/* Counters of unproven connections by address, which is hashed into them: two
 * addresses that share one share its fate, no worse. */
#define CROWDS 4096
/* Lines grow with the highest descriptor; systems allow a million. */
#define LINES_MAX (1024 * 1024)

enum line_state { LINE_NONE, LINE_UNPROVEN, LINE_PROVEN, LINE_CUT };

struct line {
	enum line_state state;
	unsigned crowd;
	uint64_t order; /* of acceptance */
	uint64_t bytes; /* that it sent, at the last sweep */
	nc_device_id device;
};

struct nc_gate {
	void *router;
	void *monitor;
	struct line *lines; /* by descriptor */
	size_t lines_count;
	size_t open, unproven, unproven_max;
	unsigned crowds[CROWDS];
	uint64_t order, cuts;
	uint64_t unproven_bytes; /* at the last sweep */
	int64_t swept_ms;
};

static size_t raise_descriptors(void)
{
	struct rlimit limit = {0};

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 1024;
	if (limit.rlim_cur < limit.rlim_max) {
		rlim_t before = limit.rlim_cur;

		limit.rlim_cur = limit.rlim_max;
		if (setrlimit(RLIMIT_NOFILE, &limit) != 0)
			limit.rlim_cur = before;
	}
	return limit.rlim_cur > LINES_MAX ? LINES_MAX : (size_t)limit.rlim_cur;
}

static bool gate_monitor(struct nc_gate *gate, void *context)
{
	static const char endpoint[] = "inproc://hub-monitor";

	/* ACCEPT_FAILED is left out: without descriptors there is one for
	 * every turn of a loop. No high-water mark: ZeroMQ's thread would
	 * wait at it for us. */
	if (zmq_socket_monitor(gate->router, endpoint,
		    ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED) != 0)
		return false;
	gate->monitor = zmq_socket(context, ZMQ_PAIR);
	return gate->monitor != NULL &&
	       nc_zmq_set(gate->monitor, ZMQ_LINGER, 0) &&
	       nc_zmq_set(gate->monitor, ZMQ_RCVHWM, 0) &&
	       zmq_connect(gate->monitor, endpoint) == 0;
}

enum nc_status nc_gate_new(void *context, void *router,
	struct nc_gate **ret_gate, struct nc_error *err)
{
	struct nc_gate *gate = nc_calloc(1, sizeof(*gate));
	size_t quarter = raise_descriptors() / 4;

	if (gate == NULL)
		return nc_error_no_memory(err);
	gate->router = router;
	gate->unproven_max = quarter < NC_LINES_UNPROVEN_MAX
				     ? quarter
				     : NC_LINES_UNPROVEN_MAX;
	if (!gate_monitor(gate, context)) {
		nc_gate_free(gate);
		return nc_zmq_error(err, "monitor");
	}
	*ret_gate = gate;
	return NC_OK;
}

void nc_gate_free(struct nc_gate *gate)
{
	if (gate == NULL)
		return;
	(void)zmq_socket_monitor(gate->router, NULL, 0);
	if (gate->monitor != NULL)
		zmq_close(gate->monitor);
	nc_free(gate->lines);
	nc_free(gate);
}

void *nc_gate_socket(const struct nc_gate *gate)
{
	return gate->monitor;
}

size_t nc_gate_lines(const struct nc_gate *gate)
{
	return gate->open;
}

size_t nc_gate_unproven(const struct nc_gate *gate)
{
	return gate->unproven;
}

uint64_t nc_gate_cuts(const struct nc_gate *gate)
{
	return gate->cuts;
}

/* FNV-1a of the peer's address without its port. */
static unsigned crowd_of(int fd)
{
	struct sockaddr_storage peer = {0};
	socklen_t size = sizeof(peer);
	const struct sockaddr_in *v4 = (const void *)&peer;
	const struct sockaddr_in6 *v6 = (const void *)&peer;
	const uint8_t *bytes = (const void *)&v4->sin_addr;
	size_t count = sizeof(v4->sin_addr);
	uint32_t hash = 2166136261u;

	if (getpeername(fd, (struct sockaddr *)&peer, &size) != 0)
		return 0; /* gone already; the monitor will say so */
	if (peer.ss_family == AF_INET6) {
		/* One customer's network is a /64. */
		bytes = (const void *)&v6->sin6_addr;
		count = 8;
		if (IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr))
			count = sizeof(v6->sin6_addr);
	}
	for (size_t i = 0; i < count; i++)
		hash = (hash ^ bytes[i]) * 16777619u;
	return hash % CROWDS;
}

static struct line *line_at(struct nc_gate *gate, int fd)
{
	if (fd < 0 || (size_t)fd >= gate->lines_count)
		return NULL;
	return &gate->lines[fd];
}

static struct line *line_make(struct nc_gate *gate, int fd)
{
	size_t count = gate->lines_count == 0 ? 256 : gate->lines_count;
	struct line *lines;

	if (fd < 0 || fd >= LINES_MAX)
		return NULL;
	while (count <= (size_t)fd)
		count *= 2;
	if (count > gate->lines_count) {
		lines = nc_realloc(gate->lines, count * sizeof(*lines));
		if (lines == NULL)
			return NULL;
		memset(lines + gate->lines_count, 0,
			(count - gate->lines_count) * sizeof(*lines));
		gate->lines = lines;
		gate->lines_count = count;
	}
	return &gate->lines[fd];
}

/* No longer counted among the unproven. */
static void line_settle(struct nc_gate *gate, struct line *line)
{
	if (line->state != LINE_UNPROVEN)
		return;
	gate->unproven--;
	gate->crowds[line->crowd]--;
	gate->unproven_bytes -= line->bytes;
}

static void line_end(struct nc_gate *gate, struct line *line)
{
	if (line->state == LINE_NONE)
		return;
	line_settle(gate, line);
	gate->open--;
	memset(line, 0, sizeof(*line));
}

static void line_begin(struct nc_gate *gate, int fd)
{
	struct line *line = line_make(gate, fd);

	if (line == NULL) { /* what cannot be counted cannot stay */
		(void)shutdown(fd, SHUT_RDWR);
		return;
	}
	line_end(gate, line);
	line->state = LINE_UNPROVEN;
	line->order = ++gate->order;
	line->crowd = crowd_of(fd);
	gate->crowds[line->crowd]++;
	gate->unproven++;
	gate->open++;
}

void nc_gate_cut(struct nc_gate *gate, int fd)
{
	struct line *line = line_at(gate, fd);

	if (line == NULL || line->state == LINE_NONE || line->state == LINE_CUT)
		return;
	line_settle(gate, line);
	line->state = LINE_CUT;
	gate->cuts++;
	(void)shutdown(fd, SHUT_RDWR);
}

/* The oldest of the most crowded address. */
static int most_crowded(const struct nc_gate *gate)
{
	int found = -1;

	for (size_t i = 0; i < gate->lines_count; i++) {
		const struct line *line = &gate->lines[i];
		const struct line *best =
			found < 0 ? NULL : &gate->lines[found];

		if (line->state != LINE_UNPROVEN)
			continue;
		if (best == NULL ||
			gate->crowds[line->crowd] > gate->crowds[best->crowd] ||
			(gate->crowds[line->crowd] ==
					gate->crowds[best->crowd] &&
				line->order < best->order))
			found = (int)i;
	}
	return found;
}

static int most_bytes(const struct nc_gate *gate)
{
	int found = -1;

	for (size_t i = 0; i < gate->lines_count; i++)
		if (gate->lines[i].state == LINE_UNPROVEN &&
			(found < 0 || gate->lines[i].bytes >
					      gate->lines[found].bytes))
			found = (int)i;
	return found;
}

/* Receives one event; 0: there is none. */
static uint16_t event_next(void *monitor, int *ret_fd)
{
	uint8_t bytes[6] = {0};
	zmq_msg_t frame;
	uint16_t event = 0;
	int32_t value;
	int more = 1;

	for (bool first = true; more; first = false) {
		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, monitor, ZMQ_DONTWAIT) < 0) {
			zmq_msg_close(&frame);
			return event;
		}
		if (first && zmq_msg_size(&frame) == sizeof(bytes))
			memcpy(bytes, zmq_msg_data(&frame), sizeof(bytes));
		more = zmq_msg_more(&frame);
		zmq_msg_close(&frame);
		/* zmq_socket_monitor(3): the machine's own byte order. */
		memcpy(&event, bytes, sizeof(event));
		memcpy(&value, bytes + sizeof(event), sizeof(value));
		*ret_fd = value;
	}
	return event;
}

static uint64_t bytes_received(int fd)
{
	struct tcp_info info = {0};
	socklen_t size = sizeof(info);

	if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size) != 0)
		return 0;
	return info.tcpi_bytes_received;
}

/* Looks how much unproven connections have sent. */
static void sweep(struct nc_gate *gate, int64_t now_ms)
{
	if (gate->unproven == 0 || now_ms - gate->swept_ms < NC_GATE_SWEEP_MS)
		return;
	gate->swept_ms = now_ms;
	gate->unproven_bytes = 0;
	for (size_t i = 0; i < gate->lines_count; i++) {
		struct line *line = &gate->lines[i];

		if (line->state != LINE_UNPROVEN)
			continue;
		line->bytes = bytes_received((int)i);
		gate->unproven_bytes += line->bytes;
	}
	while (gate->unproven_bytes > NC_LINES_UNPROVEN_BYTES_MAX)
		nc_gate_cut(gate, most_bytes(gate));
}

void nc_gate_watch(struct nc_gate *gate, int64_t now_ms)
{
	uint16_t event;
	int fd = -1;

	while ((event = event_next(gate->monitor, &fd)) != 0) {
		struct line *line = line_at(gate, fd);

		if (event == ZMQ_EVENT_ACCEPTED)
			line_begin(gate, fd);
		else if (line != NULL)
			line_end(gate, line);
		if (gate->unproven > gate->unproven_max)
			nc_gate_cut(gate, most_crowded(gate));
	}
	sweep(gate, now_ms);
}

/* The device's oldest, when it has more than it may. */
static void cut_surplus(struct nc_gate *gate, nc_device_id device)
{
	size_t count = 0;
	int oldest = -1;

	for (size_t i = 0; i < gate->lines_count; i++) {
		const struct line *line = &gate->lines[i];

		if (line->state != LINE_PROVEN || line->device != device)
			continue;
		count++;
		if (oldest < 0 || line->order < gate->lines[oldest].order)
			oldest = (int)i;
	}
	if (count > NC_LINES_OF_DEVICE_MAX)
		nc_gate_cut(gate, oldest);
}

void nc_gate_prove(struct nc_gate *gate, int fd, nc_device_id device)
{
	struct line *line = line_at(gate, fd);

	if (line == NULL || line->state != LINE_UNPROVEN)
		return;
	line_settle(gate, line);
	line->state = LINE_PROVEN;
	line->device = device;
	line->bytes = 0;
	cut_surplus(gate, device);
}
