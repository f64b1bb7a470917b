/*
 * The client's socket: a DEALER, and its monitor. A wrong key looks like a
 * dead line to the socket, so the monitor says which it is.
 */
#include "base/limits.h"
#include "net/zmq_util.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

/* Connections refused in a row before giving up. */
#define REFUSED_MAX 3
/* Handshakes failed in a row before the peer is called another than the hub:
 * a hub that dies while it is spoken to fails one, and then refuses. */
#define HANDSHAKES_MAX 4
/* A request that was lost is asked again this often. */
#define LOST_MAX 4

struct nc_net_client {
	void *context;
	void *socket;
	void *monitor;
	char address[NC_ERROR_TEXT_MAX];
	bool ever_shook;  /* the hub was spoken to, at some time */
	bool shook;	  /* the CURVE handshake succeeded, now */
	unsigned failed;  /* handshakes that failed in a row */
	unsigned refused; /* connections refused in a row */
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
		!nc_zmq_set(client->socket, ZMQ_HEARTBEAT_IVL, 10000) ||
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

static void client_event(struct nc_net_client *client, uint16_t event)
{
	switch (event) {
	case ZMQ_EVENT_CONNECTED:
		client->refused = 0;
		break;
	case ZMQ_EVENT_HANDSHAKE_SUCCEEDED:
		client->shook = true;
		client->ever_shook = true;
		client->failed = 0;
		break;
	case ZMQ_EVENT_DISCONNECTED:
		if (!client->shook)
			client->failed++;
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

/* Takes in everything that the monitor has to say. */
static void client_watch(struct nc_net_client *client)
{
	for (;;) {
		zmq_msg_t frame;
		uint16_t event = 0;
		int more = 1;
		bool first = true;

		while (more) {
			zmq_msg_init(&frame);
			if (zmq_msg_recv(&frame, client->monitor,
				    ZMQ_DONTWAIT) < 0) {
				zmq_msg_close(&frame);
				return;
			}
			if (first && zmq_msg_size(&frame) >= sizeof(event))
				memcpy(&event, zmq_msg_data(&frame),
					sizeof(event));
			first = false;
			more = zmq_msg_more(&frame);
			zmq_msg_close(&frame);
		}
		client_event(client, event);
	}
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
		  "keeper. Nothing was sent."),
		client->address);
}

/* Waits until the socket can send (the handshake is done) or it is clear
 * that it will not. */
static enum nc_status client_wait_ready(
	struct nc_net_client *client, struct nc_error *err)
{
	int64_t deadline = nc_net_now_ms() + NC_NET_CONNECT_MS;

	client->failed = 0;
	client->refused = 0;
	for (;;) {
		zmq_pollitem_t items[] = {
			{client->socket, 0, ZMQ_POLLOUT, 0},
			{client->monitor, 0, ZMQ_POLLIN, 0},
		};
		int64_t left = deadline - nc_net_now_ms();

		if (zmq_poll(items, 2, left < 0 ? 0 : (long)left) < 0 &&
			zmq_errno() != EINTR)
			return nc_zmq_error(err, "poll");
		client_watch(client);
		if ((items[0].revents & ZMQ_POLLOUT) != 0)
			return NC_OK;
		if (client->failed >= HANDSHAKES_MAX)
			return wrong_hub(client, err);
		if (client->refused >= REFUSED_MAX)
			return unreachable(client, err);
		if (left <= 0)
			return client->failed > 1 ? wrong_hub(client, err)
						  : unreachable(client, err);
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
	int64_t deadline = nc_net_now_ms() + NC_NET_REPLY_MS;

	client->broke = false;
	for (;;) {
		zmq_pollitem_t items[] = {
			{client->socket, 0, ZMQ_POLLIN, 0},
			{client->monitor, 0, ZMQ_POLLIN, 0},
		};
		int64_t left = deadline - nc_net_now_ms();

		if (zmq_poll(items, 2, left < 0 ? 0 : (long)left) < 0 &&
			zmq_errno() != EINTR)
			return nc_zmq_error(err, "poll");
		if ((items[0].revents & ZMQ_POLLIN) != 0)
			return client_receive(client, reply, err);
		client_watch(client);
		if (client->broke || left <= 0)
			return unreachable(client, err);
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

static void pause_ms(uint32_t milliseconds)
{
	struct timespec wait = {
		.tv_sec = milliseconds / 1000,
		.tv_nsec = (long)(milliseconds % 1000) * 1000000,
	};

	while (nanosleep(&wait, &wait) != 0)
		;
}

static enum nc_status sync_round(struct nc_net_client *client,
	struct nc_sync_client *session, struct nc_error *err)
{
	struct nc_buffer request NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer reply NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&request, NC_MESSAGE_BYTES_MAX + 1024 * 1024);
	nc_buffer_init(&reply, NC_MESSAGE_BYTES_MAX);
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
	unsigned lost = 0;

	while (!session->done) {
		enum nc_status status = sync_round(client, session, err);

		/* A line that was there and broke is tried again: every
		 * request may be repeated without harm. */
		if (status == NC_UNREACHABLE && client->ever_shook &&
			lost++ < LOST_MAX) {
			pause_ms(200u << lost);
			continue;
		}
		if (status != NC_OK)
			return status;
		lost = 0;
		if (round != NULL)
			round(context, session);
		if (session->wait_ms > 0)
			pause_ms(session->wait_ms);
	}
	return NC_OK;
}
