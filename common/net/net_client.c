/*
 * The client's socket: a DEALER, and its monitor. A wrong key looks like a
 * dead line to the socket, so the monitor counts handshakes that fail, and a
 * look at who greets says which it is.
 *
 * Lines are slow (9,600 bit/s: 1 MiB takes 15 minutes), late, and break. So
 * waiting is bounded by progress and not by time: as long as the kernel sees
 * the connection's bytes move (TCP_INFO), the answer is waited for. ZeroMQ's
 * own heartbeats would cut such a transfer, for a PONG waits behind the
 * message before it: this side sends none. And a batch is no larger than the
 * line carries in some seconds: a line that breaks costs one batch.
 */
#include "base/limits.h"
#include "net/zmq_util.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

/* Connections refused in a row before giving up. */
#define REFUSED_MAX 3
/* Handshakes failed in a row before it is asked whether the peer is another
 * than the hub: a hub that dies while it is spoken to fails one, and then
 * refuses; a line that cuts every third connection fails six in one of 1,400
 * tries. */
#define HANDSHAKES_MAX 6
/* A request that was lost is asked again this often. */
#define LOST_MAX 4
/* So many bytes within NC_NET_REPLY_MS are progress: more than the hub's
 * heartbeats, less than any line worth the name. */
#define MOVED_MIN 1024
/* How often the connection's bytes are looked at. */
#define LOOK_MS 1000
/* Payload bytes of a batch: at first, and within which bounds. */
#define BATCH_BYTES_FIRST (32 * 1024)
#define BATCH_BYTES_MIN (4 * 1024)
#define BATCH_BYTES_MAX NC_PULL_BYTES_DEFAULT
/* A round faster than these makes the next batch four times or twice as
 * large, one slower than the last half as large. */
#define ROUND_QUICK_MS 1000
#define ROUND_GOOD_MS 5000
#define ROUND_SLOW_MS 20000

struct nc_net_client {
	void *context;
	void *socket;
	void *monitor;
	char address[NC_ERROR_TEXT_MAX];
	int stop_fd; /* readable: somebody wants it to end; or -1 */
	bool stopped;
	int fd;		  /* the connection's, only ever looked at; or -1 */
	bool stale;	  /* what is told next is of a dropped connection */
	bool ever_shook;  /* the hub was spoken to, at some time */
	bool shook;	  /* the CURVE handshake succeeded, now */
	unsigned failed;  /* handshakes that failed in a row */
	unsigned refused; /* connections refused in a row */
	bool connected;	  /* TCP stands, or stood since the last wait began */
	bool broke;	  /* the line went away since the last look */
};

static bool client_keys(struct nc_net_client *client, const struct nc_key *key,
	const uint8_t hub_key[NC_KEY_SIZE])
{
	uint8_t server[NC_KEY_SIZE], public_key[NC_KEY_SIZE];
	uint8_t secret[NC_KEY_SIZE];
	bool good = nc_public_transport(hub_key, server);

	nc_key_transport(key, public_key, secret);
	good = good &&
	       nc_zmq_set_bytes(client->socket, ZMQ_CURVE_SERVERKEY, server,
		       sizeof(server)) &&
	       nc_zmq_set_bytes(client->socket, ZMQ_CURVE_PUBLICKEY, public_key,
		       sizeof(public_key)) &&
	       nc_zmq_set_bytes(client->socket, ZMQ_CURVE_SECRETKEY, secret,
		       sizeof(secret));
	nc_wipe(secret, sizeof(secret));
	return good;
}

static bool client_monitor(struct nc_net_client *client)
{
	const int events = ZMQ_EVENT_CONNECTED | ZMQ_EVENT_CLOSED |
			   ZMQ_EVENT_DISCONNECTED |
			   ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
	static const char endpoint[] = "inproc://monitor";

	if (zmq_socket_monitor(client->socket, endpoint, events) != 0)
		return false;
	client->monitor = zmq_socket(client->context, ZMQ_PAIR);
	return client->monitor != NULL &&
	       nc_zmq_set(client->monitor, ZMQ_LINGER, 0) &&
	       zmq_connect(client->monitor, endpoint) == 0;
}

static enum nc_status client_open(struct nc_net_client *client,
	const uint8_t hub_key[NC_KEY_SIZE], const struct nc_key *key,
	struct nc_error *err)
{
	client->context = zmq_ctx_new();
	if (client->context == NULL)
		return nc_zmq_error(err, "context");
	client->socket = zmq_socket(client->context, ZMQ_DEALER);
	if (client->socket == NULL || !nc_zmq_common(client->socket) ||
		!client_keys(client, key, hub_key) ||
		!nc_zmq_set(client->socket, ZMQ_IPV6, 1) ||
		!nc_zmq_set(client->socket, ZMQ_IMMEDIATE, 1) ||
		!nc_zmq_set(client->socket, ZMQ_RECONNECT_IVL, 100) ||
		!nc_zmq_set(client->socket, ZMQ_RECONNECT_IVL_MAX, 2000) ||
		!client_monitor(client))
		return nc_zmq_error(err, "socket");
	if (zmq_connect(client->socket, client->address) != 0)
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is no address of a hub (tcp://host:port); "
			  "check it."),
			client->address);
	return NC_OK;
}

enum nc_status nc_net_client_new(const char *address,
	const uint8_t hub_key[NC_KEY_SIZE], const struct nc_key *key,
	struct nc_net_client **ret_client, struct nc_error *err)
{
	struct nc_net_client *client = nc_calloc(1, sizeof(*client));
	enum nc_status status;

	if (client == NULL)
		return nc_error_no_memory(err);
	client->fd = -1;
	client->stop_fd = -1;
	snprintf(client->address, sizeof(client->address), "%s", address);
	status = client_open(client, hub_key, key, err);
	if (status != NC_OK) {
		nc_net_client_free(client);
		return status;
	}
	*ret_client = client;
	return NC_OK;
}

void nc_net_client_free(struct nc_net_client *client)
{
	if (client == NULL)
		return;
	if (client->socket != NULL)
		zmq_close(client->socket);
	if (client->monitor != NULL)
		zmq_close(client->monitor);
	if (client->context != NULL)
		zmq_ctx_term(client->context);
	nc_free(client);
}

void nc_net_client_free_at(struct nc_net_client **client)
{
	nc_net_client_free(*client);
}

void nc_net_client_stop_at(struct nc_net_client *client, int fd)
{
	client->stop_fd = fd;
}

static void client_event(
	struct nc_net_client *client, uint16_t event, int32_t value)
{
	switch (event) {
	case ZMQ_EVENT_CONNECTED:
		client->fd = value;
		client->stale = false;
		client->connected = true;
		client->refused = 0;
		break;
	case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
		client->shook = true;
		client->ever_shook = true;
		client->failed = 0;
		break;
	case ZMQ_EVENT_DISCONNECTED:
		if (client->stale)
			break;
		if (!client->shook)
			client->failed++;
		client->fd = -1;
		client->shook = false;
		client->broke = true;
		break;
	case ZMQ_EVENT_CLOSED:
		client->refused++;
		client->failed = 0;
		break;
	default:
		break;
	}
}

/* Takes in everything that the monitor has to say: per event two frames, the
 * first with its number and its value. */
static void client_watch(struct nc_net_client *client)
{
	for (;;) {
		zmq_msg_t frame;
		uint16_t event = 0;
		int32_t value = 0;
		int more = 1;
		bool first = true;

		while (more) {
			zmq_msg_init(&frame);
			if (zmq_msg_recv(&frame, client->monitor,
				    ZMQ_DONTWAIT) < 0) {
				zmq_msg_close(&frame);
				return;
			}
			if (first && zmq_msg_size(&frame) >=
					     sizeof(event) + sizeof(value)) {
				const uint8_t *data = zmq_msg_data(&frame);

				memcpy(&event, data, sizeof(event));
				memcpy(&value, data + sizeof(event),
					sizeof(value));
			}
			first = false;
			more = zmq_msg_more(&frame);
			zmq_msg_close(&frame);
		}
		client_event(client, event, value);
	}
}

/* Bytes that the connection has carried both ways, acknowledged by the peer's
 * machine or received; 0 where that cannot be told. The descriptor is
 * ZeroMQ's and may be closed already, or be another file's: then nothing
 * worse comes of it than one wait that is too long or too short. */
static uint64_t client_moved(const struct nc_net_client *client)
{
	struct tcp_info info;
	socklen_t size = sizeof(info);

	memset(&info, 0, sizeof(info));
	if (client->fd < 0 || getsockopt(client->fd, IPPROTO_TCP, TCP_INFO,
				      &info, &size) != 0)
		return 0;
	return info.tcpi_bytes_acked + info.tcpi_bytes_received;
}

/* A connection that stands and carries nothing: the next request is to go
 * over a new one. */
static void client_drop(struct nc_net_client *client)
{
	client_watch(client);
	(void)zmq_disconnect(client->socket, client->address);
	(void)zmq_connect(client->socket, client->address);
	client->stale = true;
	client->shook = false;
	client->fd = -1;
}

/* Waits for the socket, the monitor or the one who stops us. NC_OK with what
 * the socket is ready for, 0 when time is up. */
static enum nc_status client_poll(struct nc_net_client *client, short events,
	int64_t wait_ms, short *ret_ready, struct nc_error *err)
{
	zmq_pollitem_t items[] = {
		{client->socket, 0, events, 0},
		{client->monitor, 0, ZMQ_POLLIN, 0},
		{NULL, client->stop_fd, ZMQ_POLLIN, 0},
	};
	int count = client->stop_fd >= 0 ? 3 : 2;

	if (zmq_poll(items, count, wait_ms < 0 ? 0 : (long)wait_ms) < 0 &&
		zmq_errno() != EINTR)
		return nc_zmq_error(err, "poll");
	if (items[2].revents != 0) {
		client->stopped = true;
		return nc_error_set(err, NC_UNREACHABLE,
			_("The sync was stopped before its end; what arrived "
			  "is kept, and the next sync goes on from there."));
	}
	*ret_ready = items[0].revents;
	return NC_OK;
}

static enum nc_status unreachable(
	const struct nc_net_client *client, struct nc_error *err)
{
	return nc_error_set(err, NC_UNREACHABLE,
		_("The hub at %s cannot be reached; check the line and try "
		  "again later. Everything typed is safe here."),
		client->address);
}

static enum nc_status wrong_hub(
	const struct nc_net_client *client, struct nc_error *err)
{
	return nc_error_set(err, NC_WRONG_HUB,
		_("What answers at %s is not the hub that this store knows "
		  "(its key differs); check the address with the hub's "
		  "keeper. It was told nothing."),
		client->address);
}

/* It does not answer: is it the line, or another one's key? To the socket both
 * are handshakes that fail. But a line that is cut, or something on the way
 * that takes connections for a hub that is off (a tunnel, a forwarded port),
 * greets nobody; another hub greets, and refuses then. */
static enum nc_status no_answer(
	const struct nc_net_client *client, struct nc_error *err)
{
	if (client->failed > 1 && !client->ever_shook &&
		nc_net_is_greeted(
			client->context, client->address, client->stop_fd))
		return wrong_hub(client, err);
	return unreachable(client, err);
}

/* Waits until the socket can send (the handshake is done) or it is clear
 * that it will not. The handshake is seven trips over the line: it has more
 * time than the connecting. */
static enum nc_status client_wait_ready(
	struct nc_net_client *client, struct nc_error *err)
{
	int64_t start = nc_net_now_ms();

	client_watch(client);
	client->failed = 0;
	client->refused = 0;
	client->connected = client->fd >= 0;
	for (;;) {
		int64_t left = start + NC_NET_CONNECT_MS - nc_net_now_ms();
		enum nc_status status;
		short ready = 0;

		if (client->connected)
			left += NC_NET_HANDSHAKE_MS;
		status = client_poll(client, ZMQ_POLLOUT, left, &ready, err);
		if (status != NC_OK)
			return status;
		client_watch(client);
		if ((ready & ZMQ_POLLOUT) != 0)
			return NC_OK;
		if (client->failed >= HANDSHAKES_MAX || left <= 0)
			return no_answer(client, err);
		if (client->refused >= REFUSED_MAX)
			return unreachable(client, err);
	}
}

static enum nc_status client_receive(struct nc_net_client *client,
	struct nc_buffer *reply, struct nc_error *err)
{
	enum nc_status status = NC_OK;
	zmq_msg_t frame;
	int more = 1;
	bool first = true;

	/* One frame is the protocol; more are drained and not looked at. */
	while (more) {
		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, client->socket, 0) < 0) {
			zmq_msg_close(&frame);
			return nc_zmq_error(err, "receive");
		}
		if (first && status == NC_OK)
			status = nc_buffer_append(reply, zmq_msg_data(&frame),
				zmq_msg_size(&frame));
		first = false;
		more = zmq_msg_more(&frame);
		zmq_msg_close(&frame);
	}
	return status == NC_OK ? NC_OK : nc_error_no_memory(err);
}

static enum nc_status client_wait_reply(struct nc_net_client *client,
	struct nc_buffer *reply, struct nc_error *err)
{
	uint64_t moved = client_moved(client);
	int64_t moved_at = nc_net_now_ms();

	client->broke = false;
	for (;;) {
		int64_t left = moved_at + NC_NET_REPLY_MS - nc_net_now_ms();
		enum nc_status status;
		short ready = 0;

		status = client_poll(client, ZMQ_POLLIN,
			left < LOOK_MS ? left : LOOK_MS, &ready, err);
		if (status != NC_OK)
			return status;
		if ((ready & ZMQ_POLLIN) != 0)
			return client_receive(client, reply, err);
		client_watch(client);
		if (client->broke)
			return unreachable(client, err);
		if (client_moved(client) >= moved + MOVED_MIN) {
			moved = client_moved(client);
			moved_at = nc_net_now_ms();
		} else if (left <= 0) {
			client_drop(client);
			return unreachable(client, err);
		}
	}
}

/* Answers to earlier, lost requests that came late. */
static void client_drain(struct nc_net_client *client)
{
	zmq_msg_t frame;

	for (;;) {
		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, client->socket, ZMQ_DONTWAIT) < 0)
			break;
		zmq_msg_close(&frame);
	}
	zmq_msg_close(&frame);
}

enum nc_status nc_net_client_ask(struct nc_net_client *client,
	struct nc_slice request, struct nc_buffer *reply, struct nc_error *err)
{
	enum nc_status status = client_wait_ready(client, err);

	if (status != NC_OK)
		return status;
	client_drain(client);
	if (zmq_send(client->socket, request.data, request.size, ZMQ_DONTWAIT) <
		0)
		return unreachable(client, err);
	return client_wait_reply(client, reply, err);
}

enum nc_status nc_net_client_pause(
	struct nc_net_client *client, uint32_t pause_ms, struct nc_error *err)
{
	int64_t end = nc_net_now_ms() + pause_ms;
	int64_t left = pause_ms;

	while (left > 0) {
		zmq_pollitem_t item = {NULL, client->stop_fd, ZMQ_POLLIN, 0};

		(void)zmq_poll(&item, client->stop_fd >= 0 ? 1 : 0, (long)left);
		if (item.revents != 0) {
			short none;

			return client_poll(client, 0, 0, &none, err);
		}
		left = end - nc_net_now_ms();
	}
	return NC_OK;
}

/* What the next batch may hold, by how long the last one took. */
static uint32_t batch_after(uint32_t bytes, int64_t took_ms)
{
	if (took_ms < ROUND_QUICK_MS)
		bytes *= 4;
	else if (took_ms < ROUND_GOOD_MS)
		bytes *= 2;
	else if (took_ms > ROUND_SLOW_MS)
		bytes /= 2;
	if (bytes > BATCH_BYTES_MAX)
		return BATCH_BYTES_MAX;
	return bytes < BATCH_BYTES_MIN ? BATCH_BYTES_MIN : bytes;
}

static enum nc_status sync_round(struct nc_net_client *client,
	struct nc_sync_client *session, struct nc_error *err)
{
	struct nc_buffer request NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer reply NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&request, NC_MESSAGE_BYTES_MAX + 1024 * 1024);
	nc_buffer_init(&reply, NC_MESSAGE_BYTES_MAX);
	/* The line first: what is asked may be old when it stands. */
	status = client_wait_ready(client, err);
	if (status == NC_OK)
		status = nc_sync_client_request(session, &request, err);
	if (status == NC_OK)
		status = nc_net_client_ask(
			client, nc_buffer_slice(&request), &reply, err);
	if (status == NC_OK)
		status = nc_sync_client_reply(
			session, nc_buffer_slice(&reply), err);
	return status;
}

enum nc_status nc_net_sync(struct nc_net_client *client,
	struct nc_sync_client *session, nc_net_round round, void *context,
	struct nc_error *err)
{
	uint32_t batch = BATCH_BYTES_FIRST;
	unsigned lost = 0;

	while (!session->done) {
		int64_t start = nc_net_now_ms();
		enum nc_status status;

		session->push_bytes_max = batch;
		session->pull_bytes_max = batch;
		status = sync_round(client, session, err);
		/* A line that was there and broke is tried again: every
		 * request may be repeated without harm. */
		if (status == NC_UNREACHABLE && client->ever_shook &&
			!client->stopped && lost++ < LOST_MAX) {
			batch = batch_after(batch, INT64_MAX);
			status = nc_net_client_pause(client, 200u << lost, err);
			if (status == NC_OK)
				continue;
		}
		if (status != NC_OK)
			return status;
		lost = 0;
		batch = batch_after(batch, nc_net_now_ms() - start);
		if (round != NULL)
			round(context, session);
		if (session->wait_ms > 0)
			status = nc_net_client_pause(
				client, session->wait_ms, err);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}
