/*
 * What the room's files share: protobuf-c with an arena's memory.
 */
#ifndef NC_WIRE_PACK_H
#define NC_WIRE_PACK_H

#include "base/memory.h"
#include "base/bytes.h"

#include <protobuf-c/protobuf-c.h>

/* An allocator that takes from arena and frees nothing: the arena's owner
 * does. Fails past the arena's limit, and so does the unpacking. */
ProtobufCAllocator nc_wire_allocator(struct nc_arena *arena);

/* Appends the packed message to out. */
enum nc_status nc_wire_pack(
	const ProtobufCMessage *message, struct nc_buffer *out) NC_MUST_USE;

ProtobufCBinaryData nc_wire_bytes(const void *data, size_t size);
struct nc_slice nc_wire_slice(ProtobufCBinaryData bytes);
/* Copies exactly size bytes; false when data has another size. */
bool nc_wire_fixed(void *out, size_t size, ProtobufCBinaryData bytes);
/* A device id of 8 bytes. */
bool nc_wire_device(uint64_t *out, ProtobufCBinaryData bytes);

#endif
