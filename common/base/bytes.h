/*
 * Slices (borrowed bytes), buffers (owned bytes that cannot grow past a
 * limit), and the two ways we write numbers into bytes.
 */
#ifndef NC_BASE_BYTES_H
#define NC_BASE_BYTES_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* Borrowed; data may be NULL only when size is 0. */
struct nc_slice {
	const uint8_t *data;
	size_t size;
};

struct nc_slice nc_slice(const void *data, size_t size);
/* The bytes of a NUL-terminated string, without the NUL; NULL is empty. */
struct nc_slice nc_slice_text(const char *text);
bool nc_slice_equal(struct nc_slice a, struct nc_slice b);
/* Byte order, a prefix first: <0, 0, >0. */
int nc_slice_compare(struct nc_slice a, struct nc_slice b);

/* Owned. Starts empty; an append that would pass the limit is refused. */
struct nc_buffer {
	uint8_t *data; /* NUL follows the last byte once anything was written */
	size_t size;
	size_t capacity;
	size_t limit;
};

void nc_buffer_init(struct nc_buffer *buffer, size_t limit);
void nc_buffer_fini(struct nc_buffer *buffer);
/* Empties it and keeps the memory. */
void nc_buffer_reset(struct nc_buffer *buffer);
/* NC_LIMIT or NC_NO_MEMORY; the buffer is then unchanged. */
enum nc_status nc_buffer_append(
	struct nc_buffer *buffer, const void *data, size_t size) NC_MUST_USE;
enum nc_status nc_buffer_text(
	struct nc_buffer *buffer, const char *text) NC_MUST_USE;
enum nc_status nc_buffer_printf(struct nc_buffer *buffer, const char *format,
	...) NC_MUST_USE NC_PRINTF(2, 3);
/* Room for size more bytes at data + size; commit by adding to size. */
enum nc_status nc_buffer_reserve(
	struct nc_buffer *buffer, size_t size) NC_MUST_USE;
struct nc_slice nc_buffer_slice(const struct nc_buffer *buffer);
/* The text written so far; "" when nothing was. Borrowed. */
const char *nc_buffer_string(const struct nc_buffer *buffer);

/* Unsigned LEB128, as protobuf writes varints; at most 10 bytes. */
enum nc_status nc_buffer_varint(
	struct nc_buffer *buffer, uint64_t value) NC_MUST_USE;
/* Takes a varint off the front of bytes; false when there is none. */
bool nc_slice_take_varint(struct nc_slice *bytes, uint64_t *ret_value);
bool nc_slice_take(
	struct nc_slice *bytes, size_t size, struct nc_slice *ret_taken);

/* Big-endian 64-bit. */
void nc_bytes_put_u64(uint8_t out[8], uint64_t value);
uint64_t nc_bytes_get_u64(const uint8_t in[8]);

/* Lower-case hexadecimal; out has room for 2 * size + 1. */
void nc_hex_encode(char *out, const void *data, size_t size);
/* Exactly size bytes from 2 * size digits of either case, else false. */
bool nc_hex_decode(
	uint8_t *out, size_t size, const char *text, size_t text_size);

#endif
