#include "net/zmq_util.h"

#include <string.h>

#define FRAMES_MAX 16

/* Receives all frames of one message; those past the array are dropped. */
static size_t receive_frames(void *socket, zmq_msg_t frames[FRAMES_MAX])
{
	size_t count = 0;
	int more = 1;

	while (more) {
		zmq_msg_t frame;

		zmq_msg_init(&frame);
		if (zmq_msg_recv(&frame, socket, 0) < 0) {
			zmq_msg_close(&frame);
			break;
		}
		more = zmq_msg_more(&frame);
		if (count < FRAMES_MAX)
			frames[count++] = frame;
		else
			zmq_msg_close(&frame);
	}
	return count;
}

static bool frame_is(zmq_msg_t *frame, const char *text)
{
	size_t size = strlen(text);

	return zmq_msg_size(frame) == size &&
	       memcmp(zmq_msg_data(frame), text, size) == 0;
}

static void send_text(void *socket, const char *text, int flags)
{
	(void)zmq_send(socket, text, strlen(text), flags);
}

/* Frames: version, request id, domain, address, identity, mechanism, key. */
void nc_zap_answer(void *socket)
{
	zmq_msg_t frames[FRAMES_MAX];
	size_t count = receive_frames(socket, frames);
	char user[2 * NC_KEY_SIZE + 1] = "";
	bool good = count == 7 && frame_is(&frames[0], "1.0") &&
		    frame_is(&frames[2], NC_NET_ZAP_DOMAIN) &&
		    frame_is(&frames[5], "CURVE") &&
		    zmq_msg_size(&frames[6]) == NC_KEY_SIZE;

	if (good)
		nc_hex_encode(user, zmq_msg_data(&frames[6]), NC_KEY_SIZE);
	send_text(socket, "1.0", ZMQ_SNDMORE);
	if (count > 1)
		(void)zmq_send(socket, zmq_msg_data(&frames[1]),
			zmq_msg_size(&frames[1]), ZMQ_SNDMORE);
	else
		send_text(socket, "", ZMQ_SNDMORE);
	send_text(socket, good ? "200" : "400", ZMQ_SNDMORE);
	send_text(socket, good ? "OK" : "Not a CURVE key", ZMQ_SNDMORE);
	send_text(socket, user, ZMQ_SNDMORE);
	send_text(socket, "", 0);
	for (size_t i = 0; i < count; i++)
		zmq_msg_close(&frames[i]);
}
