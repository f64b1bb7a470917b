#include "wire/pack.h"

#include <string.h>

static void *arena_take(void *arena, size_t size)
{
	return nc_arena_alloc(arena, size);
}

static void arena_give(void *arena, void *memory)
{
	(void)arena;
	(void)memory;
}

ProtobufCAllocator nc_wire_allocator(struct nc_arena *arena)
{
	ProtobufCAllocator allocator = {.alloc = arena_take,
		.free = arena_give,
		.allocator_data = arena};

	return allocator;
}

enum nc_status nc_wire_pack(
	const ProtobufCMessage *message, struct nc_buffer *out)
{
	size_t size = protobuf_c_message_get_packed_size(message);
	enum nc_status status = nc_buffer_reserve(out, size);

	if (status != NC_OK)
		return status;
	protobuf_c_message_pack(message, out->data + out->size);
	out->size += size;
	return NC_OK;
}

ProtobufCBinaryData nc_wire_bytes(const void *data, size_t size)
{
	/* protobuf-c only reads what it packs. */
	ProtobufCBinaryData bytes = {
		.len = size, .data = (uint8_t *)(uintptr_t)data};

	return bytes;
}

struct nc_slice nc_wire_slice(ProtobufCBinaryData bytes)
{
	return nc_slice(bytes.data, bytes.len);
}

bool nc_wire_fixed(void *out, size_t size, ProtobufCBinaryData bytes)
{
	if (bytes.len != size)
		return false;
	memcpy(out, bytes.data, size);
	return true;
}

bool nc_wire_device(uint64_t *out, ProtobufCBinaryData bytes)
{
	uint8_t id[8];

	if (!nc_wire_fixed(id, sizeof(id), bytes))
		return false;
	*out = nc_bytes_get_u64(id);
	return true;
}
