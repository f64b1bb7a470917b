#include "wire/signed_set.h"
#include "base/limits.h"
#include "wire/pack.h"

#include "changeset.pb-c.h"

#include <string.h>

enum nc_status nc_signed_set_encode(const struct nc_signed_change_set *set,
	struct nc_buffer *out, struct nc_error *err)
{
	Nhipcau__V1__SignedChangeSet message =
		NHIPCAU__V1__SIGNED_CHANGE_SET__INIT;

	message.payload = nc_wire_bytes(set->payload.data, set->payload.size);
	message.signature = nc_wire_bytes(set->signature, NC_SIGNATURE_SIZE);
	if (nc_wire_pack(&message.base, out) != NC_OK)
		return nc_error_no_memory(err);
	return NC_OK;
}

static enum nc_status malformed(struct nc_error *err)
{
	return nc_error_set(err, NC_MALFORMED,
		_("These bytes are not a signed change-set; they are altered "
		  "or cut off."));
}

enum nc_status nc_signed_set_decode(struct nc_slice bytes,
	struct nc_arena *arena, struct nc_signed_change_set *ret_set,
	struct nc_error *err)
{
	struct nc_buffer again NC_AUTO(nc_buffer_fini) = {0};
	ProtobufCAllocator allocator = nc_wire_allocator(arena);
	struct nc_signed_change_set set = {.hashed = false};
	Nhipcau__V1__SignedChangeSet *message;

	nc_buffer_init(&again, NC_CHANGE_SET_BYTES_MAX + 1024);
	if (bytes.size > NC_CHANGE_SET_BYTES_MAX + 1024)
		return nc_error_set(err, NC_LIMIT,
			_("A change-set is at most 1 MiB; this one is "
			  "larger."));
	message = nhipcau__v1__signed_change_set__unpack(
		&allocator, bytes.size, bytes.data);
	if (message == NULL || !nc_wire_fixed(set.signature, NC_SIGNATURE_SIZE,
				       message->signature))
		return malformed(err);
	set.payload = nc_wire_slice(message->payload);
	if (set.payload.size > NC_CHANGE_SET_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("A change-set is at most 1 MiB; this one is "
			  "larger."));
	/* One form: nothing unknown, nothing twice. */
	if (nc_signed_set_encode(&set, &again, err) != NC_OK)
		return nc_error_no_memory(err);
	if (!nc_slice_equal(nc_buffer_slice(&again), bytes))
		return malformed(err);
	*ret_set = set;
	return NC_OK;
}
