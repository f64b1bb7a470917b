#include "base/limits.h"
#include "sync/client.h"
#include "store/hubs.h"
#include "sync/enrol.h"

#include <string.h>

enum nc_status nc_enrol_signed_bytes(struct nc_buffer *out,
	const uint8_t hub_key[NC_KEY_SIZE],
	const uint8_t secret[NC_SECRET_SIZE], struct nc_slice label)
{
	enum nc_status status = nc_buffer_append(out, hub_key, NC_KEY_SIZE);

	if (status == NC_OK)
		status = nc_buffer_append(out, secret, NC_SECRET_SIZE);
	if (status == NC_OK)
		status = nc_buffer_append(out, label.data, label.size);
	return status;
}

enum nc_status nc_enrol_request(const struct nc_key *key,
	const struct nc_invitation *invitation, struct nc_slice label,
	struct nc_buffer *out, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_wipe_buffer) = {0};
	struct nc_buffer to_sign NC_AUTO(nc_wipe_buffer) = {0};
	/* By its number an answer is known from one to another key. */
	struct nc_request request = {.protocol = NC_PROTOCOL_VERSION,
		.number = nc_key_device(key),
		.body = NC_BODY_ENROL};
	enum nc_status status;

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_buffer_init(&to_sign, NC_INVITATION_TEXT_MAX);
	memcpy(request.enrol.secret, invitation->secret, NC_SECRET_SIZE);
	memcpy(request.enrol.public_key, nc_key_public(key), NC_KEY_SIZE);
	request.enrol.label = label;
	if (nc_enrol_signed_bytes(&to_sign, invitation->hub_key,
		    invitation->secret, label) != NC_OK)
		return nc_error_no_memory(err);
	status = nc_sign(key, NC_DOMAIN_ENROL, nc_buffer_slice(&to_sign),
		request.enrol.signature, err);
	if (status == NC_OK)
		status = nc_request_encode(&request, &bytes, err);
	if (status == NC_OK)
		status = nc_envelope_seal(nc_buffer_slice(&bytes),
			NC_ENVELOPE_LEVEL_PUSH, out, err);
	nc_wipe(request.enrol.secret, sizeof(request.enrol.secret));
	return status;
}

static enum nc_status enrol_trouble(
	const struct nc_reply *reply, struct nc_error *err)
{
	switch (reply->status) {
	case NC_NOT_FOUND:
		return nc_error_set(err, NC_NOT_FOUND,
			_("The hub does not know this invitation; ask its "
			  "keeper for a new one."));
	case NC_EXPIRED:
		return nc_error_set(err, NC_EXPIRED,
			_("This invitation has expired; ask the hub's keeper "
			  "for a new one."));
	case NC_USED:
		return nc_error_set(err, NC_USED,
			_("This invitation was used by another device; ask the "
			  "hub's keeper for a new one."));
	case NC_MOVED:
		return nc_error_set(err, NC_MOVED,
			_("The hub of this invitation has handed over to "
			  "another office; ask the present hub's keeper for a "
			  "new one."));
	case NC_EXISTS:
		return nc_error_set(err, NC_EXISTS,
			_("This device has joined already; sync instead."));
	case NC_PROTOCOL:
		return nc_error_set(err, NC_PROTOCOL,
			_("The hub speaks version %u of the protocol and this "
			  "program version %d; update the older of the two."),
			reply->protocol, NC_PROTOCOL_VERSION);
	default:
		return nc_error_set(err, reply->status,
			_("The hub did not let this device join (%s%s%.*s); "
			  "try again later, or tell its keeper."),
			nc_status_name(reply->status),
			reply->message.size > 0 ? ": " : "",
			(int)reply->message.size,
			(const char *)reply->message.data);
	}
}

enum nc_status nc_enrol_reply(const struct nc_key *key,
	const struct nc_invitation *invitation, struct nc_slice envelope,
	struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_reply reply;
	enum nc_status status;

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_arena_init(&arena, NC_MESSAGE_DECODED_MAX);
	status = nc_reply_open(envelope, &bytes, &arena, &reply, err);
	if (status != NC_OK)
		return status;
	if (reply.number != nc_key_device(key) && reply.number != 0)
		return nc_error_set(err, NC_MALFORMED,
			_("The hub's answer is to another request; this device "
			  "has not joined yet. Try again."));
	if (reply.protocol != NC_PROTOCOL_VERSION)
		reply.status = NC_PROTOCOL;
	if (reply.status != NC_OK)
		return enrol_trouble(&reply, err);
	if (reply.body != NC_BODY_ENROL ||
		nc_id_compare(&reply.enrol_cluster, &invitation->cluster) !=
			0 ||
		nc_id_compare(&reply.enrol_union, &invitation->union_id) != 0)
		return nc_error_set(err, NC_WRONG_HUB,
			_("The hub answered for another cluster or union than "
			  "the invitation names; ask its keeper for a new "
			  "one."));
	return NC_OK;
}

void nc_rotate_signed_bytes(uint8_t out[NC_ROTATE_BYTES],
	const struct nc_id *cluster, const uint8_t old_key[NC_KEY_SIZE],
	const uint8_t new_key[NC_KEY_SIZE])
{
	memcpy(out, cluster->bytes, NC_ID_SIZE);
	memcpy(out + NC_ID_SIZE, old_key, NC_KEY_SIZE);
	memcpy(out + NC_ID_SIZE + NC_KEY_SIZE, new_key, NC_KEY_SIZE);
}

enum nc_status nc_rotate_request(const struct nc_key *old_key,
	const struct nc_key *new_key, const struct nc_id *cluster,
	struct nc_buffer *out, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	/* As above. */
	struct nc_request request = {.protocol = NC_PROTOCOL_VERSION,
		.number = nc_key_device(new_key),
		.body = NC_BODY_ROTATE,
		.rotate = {
			.cluster = *cluster, .device = nc_key_device(old_key)}};
	uint8_t to_sign[NC_ROTATE_BYTES];
	struct nc_slice signed_bytes = nc_slice(to_sign, sizeof(to_sign));
	enum nc_status status;

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	memcpy(request.rotate.public_key, nc_key_public(new_key), NC_KEY_SIZE);
	nc_rotate_signed_bytes(to_sign, cluster, nc_key_public(old_key),
		nc_key_public(new_key));
	status = nc_sign(old_key, NC_DOMAIN_ROTATE, signed_bytes,
		request.rotate.old_signature, err);
	if (status == NC_OK)
		status = nc_sign(new_key, NC_DOMAIN_ROTATE, signed_bytes,
			request.rotate.new_signature, err);
	if (status == NC_OK)
		status = nc_request_encode(&request, &bytes, err);
	if (status == NC_OK)
		status = nc_envelope_seal(nc_buffer_slice(&bytes),
			NC_ENVELOPE_LEVEL_PUSH, out, err);
	return status;
}

enum nc_status nc_rotate_reply(const struct nc_key *new_key,
	struct nc_slice envelope, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_reply reply;
	enum nc_status status;

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_arena_init(&arena, NC_MESSAGE_DECODED_MAX);
	status = nc_reply_open(envelope, &bytes, &arena, &reply, err);
	if (status != NC_OK)
		return status;
	if (reply.number != nc_key_device(new_key) && reply.number != 0)
		return nc_error_set(err, NC_MALFORMED,
			_("The hub's answer is to another request; the old key "
			  "stays in use. Try again."));
	if (reply.protocol != NC_PROTOCOL_VERSION)
		reply.status = NC_PROTOCOL;
	if (reply.status == NC_OK)
		return NC_OK;
	return nc_error_set(err, reply.status,
		_("The hub did not take the new key (%s%s%.*s); the old one "
		  "stays in use. Sync, and try again."),
		nc_status_name(reply.status),
		reply.message.size > 0 ? ": " : "", (int)reply.message.size,
		(const char *)reply.message.data);
}
