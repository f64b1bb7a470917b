/*
 * The invitation's text: "nhipcau1-" and, in unpadded base64url, an encoded
 * Invitation (proto/exchange.proto) followed by the first 4 bytes of its
 * SHA-256, so that a letter lost in copying is noticed before it is tried.
 */
#include "base/limits.h"
#include "locale/text.h"
#include "wire/exchange.h"
#include "wire/pack.h"

#include "exchange.pb-c.h"

#include <string.h>

#define PREFIX "nhipcau1-"
#define CHECK_SIZE 4

enum nc_status nc_invitation_print(const struct nc_invitation *invitation,
	struct nc_buffer *out, struct nc_error *err)
{
	Nhipcau__V1__Invitation message = NHIPCAU__V1__INVITATION__INIT;
	struct nc_buffer packed NC_AUTO(nc_wipe_buffer) = {0};
	uint8_t hash[NC_SHA256_SIZE];
	enum nc_status status;

	nc_buffer_init(&packed, NC_INVITATION_TEXT_MAX);
	message.address = nc_wire_bytes(
		invitation->address.data, invitation->address.size);
	message.hub_key = nc_wire_bytes(invitation->hub_key, NC_KEY_SIZE);
	if (memcmp(invitation->root_key, invitation->hub_key, NC_KEY_SIZE) != 0)
		message.root_key =
			nc_wire_bytes(invitation->root_key, NC_KEY_SIZE);
	message.cluster = nc_wire_bytes(invitation->cluster.bytes, NC_ID_SIZE);
	message.union_ = nc_wire_bytes(invitation->union_id.bytes, NC_ID_SIZE);
	message.union_name = nc_wire_bytes(
		invitation->union_name.data, invitation->union_name.size);
	message.secret = nc_wire_bytes(invitation->secret, NC_SECRET_SIZE);
	message.expires_at_ms = invitation->expires_at_ms;
	status = nc_wire_pack(&message.base, &packed);
	if (status == NC_OK) {
		nc_sha256(hash, nc_buffer_slice(&packed));
		status = nc_buffer_append(&packed, hash, CHECK_SIZE);
	}
	if (status == NC_OK)
		status = nc_buffer_text(out, PREFIX);
	if (status == NC_OK)
		status = nc_base64_encode(out, nc_buffer_slice(&packed));
	if (status != NC_OK)
		return nc_error_set(err, status,
			_("The invitation would be too long; shorten the "
			  "address or the union's name."));
	return NC_OK;
}

static enum nc_status damaged(struct nc_error *err)
{
	return nc_error_set(err, NC_MALFORMED,
		_("This is not a whole invitation; copy the one line that "
		  "begins with nhipcau1- again, from its first letter to its "
		  "last."));
}

/* The letters after the prefix, without white space, decoded and checked. */
static enum nc_status unwrap(const char *text, struct nc_buffer *out)
{
	struct nc_buffer letters NC_AUTO(nc_wipe_buffer) = {0};
	uint8_t hash[NC_SHA256_SIZE];
	enum nc_status status = NC_OK;

	nc_buffer_init(&letters, NC_INVITATION_TEXT_MAX);
	for (; *text != '\0' && status == NC_OK; text++)
		if (strchr(" \t\r\n", *text) == NULL)
			status = nc_buffer_append(&letters, text, 1);
	if (status != NC_OK)
		return status;
	if (letters.size < strlen(PREFIX) ||
		memcmp(letters.data, PREFIX, strlen(PREFIX)) != 0)
		return NC_MALFORMED;
	status = nc_base64_decode(out, nc_slice(letters.data + strlen(PREFIX),
					       letters.size - strlen(PREFIX)));
	if (status != NC_OK)
		return status;
	if (out->size <= CHECK_SIZE)
		return NC_MALFORMED;
	out->size -= CHECK_SIZE;
	nc_sha256(hash, nc_buffer_slice(out));
	if (memcmp(hash, out->data + out->size, CHECK_SIZE) != 0)
		return NC_MALFORMED;
	return NC_OK;
}

static bool invitation_read(
	const Nhipcau__V1__Invitation *message, struct nc_invitation *out)
{
	out->address = nc_wire_slice(message->address);
	out->union_name = nc_wire_slice(message->union_name);
	out->expires_at_ms = message->expires_at_ms;
	return nc_wire_fixed(out->hub_key, NC_KEY_SIZE, message->hub_key) &&
	       nc_wire_fixed(out->root_key, NC_KEY_SIZE,
		       message->root_key.len > 0 ? message->root_key
						 : message->hub_key) &&
	       nc_wire_fixed(
		       out->cluster.bytes, NC_ID_SIZE, message->cluster) &&
	       nc_wire_fixed(
		       out->union_id.bytes, NC_ID_SIZE, message->union_) &&
	       nc_wire_fixed(out->secret, NC_SECRET_SIZE, message->secret) &&
	       out->address.size <= NC_LABEL_BYTES_MAX &&
	       out->union_name.size <= NC_LABEL_BYTES_MAX &&
	       nc_text_is_clean(out->address) &&
	       nc_text_is_clean(out->union_name);
}

enum nc_status nc_invitation_parse(const char *text, struct nc_arena *arena,
	struct nc_invitation *ret_invitation, struct nc_error *err)
{
	ProtobufCAllocator allocator = nc_wire_allocator(arena);
	struct nc_buffer packed NC_AUTO(nc_wipe_buffer) = {0};
	Nhipcau__V1__Invitation *message;
	struct nc_invitation out = {0};
	enum nc_status status;

	nc_buffer_init(&packed, NC_INVITATION_TEXT_MAX);
	status = unwrap(text, &packed);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK)
		return damaged(err);
	message = nhipcau__v1__invitation__unpack(
		&allocator, packed.size, packed.data);
	if (message == NULL)
		return damaged(err);
	if (!invitation_read(message, &out)) {
		nc_wipe(out.secret, sizeof(out.secret));
		status = damaged(err);
	}
	nc_wipe(message->secret.data, message->secret.len);
	if (status != NC_OK)
		return status;
	*ret_invitation = out;
	return NC_OK;
}
