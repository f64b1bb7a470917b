#include "base/bytes.h"
#include "base/memory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct nc_slice nc_slice(const void *data, size_t size)
{
	struct nc_slice slice = {.data = data, .size = size};

	return slice;
}

struct nc_slice nc_slice_text(const char *text)
{
	return nc_slice(text, text == NULL ? 0 : strlen(text));
}

bool nc_slice_equal(struct nc_slice a, struct nc_slice b)
{
	return a.size == b.size &&
	       (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

int nc_slice_compare(struct nc_slice a, struct nc_slice b)
{
	size_t shared = a.size < b.size ? a.size : b.size;
	int order = shared == 0 ? 0 : memcmp(a.data, b.data, shared);

	if (order != 0)
		return order;
	return (a.size > b.size) - (a.size < b.size);
}

void nc_buffer_init(struct nc_buffer *buffer, size_t limit)
{
	memset(buffer, 0, sizeof(*buffer));
	buffer->limit = limit;
}

void nc_buffer_fini(struct nc_buffer *buffer)
{
	nc_free(buffer->data);
	nc_buffer_init(buffer, buffer->limit);
}

void nc_buffer_reset(struct nc_buffer *buffer)
{
	buffer->size = 0;
	if (buffer->data != NULL)
		buffer->data[0] = 0;
}

enum nc_status nc_buffer_reserve(struct nc_buffer *buffer, size_t size)
{
	size_t want, capacity;
	uint8_t *data;

	if (size > buffer->limit || buffer->size > buffer->limit - size)
		return NC_LIMIT;
	want = buffer->size + size + 1;
	if (want <= buffer->capacity)
		return NC_OK;
	capacity = buffer->capacity < 256 ? 256 : buffer->capacity * 2;
	if (capacity < want)
		capacity = want;
	data = nc_realloc(buffer->data, capacity);
	if (data == NULL)
		return NC_NO_MEMORY;
	buffer->data = data;
	buffer->capacity = capacity;
	return NC_OK;
}

enum nc_status nc_buffer_append(
	struct nc_buffer *buffer, const void *data, size_t size)
{
	enum nc_status status = nc_buffer_reserve(buffer, size);

	if (status != NC_OK)
		return status;
	if (size > 0)
		memcpy(buffer->data + buffer->size, data, size);
	buffer->size += size;
	buffer->data[buffer->size] = 0;
	return NC_OK;
}

enum nc_status nc_buffer_text(struct nc_buffer *buffer, const char *text)
{
	return nc_buffer_append(buffer, text, strlen(text));
}

enum nc_status nc_buffer_printf(
	struct nc_buffer *buffer, const char *format, ...)
{
	va_list args;
	int size;
	enum nc_status status;

	va_start(args, format);
	size = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (size < 0)
		return NC_INVALID;
	status = nc_buffer_reserve(buffer, (size_t)size);
	if (status != NC_OK)
		return status;
	va_start(args, format);
	vsnprintf((char *)buffer->data + buffer->size, (size_t)size + 1, format,
		args);
	va_end(args);
	buffer->size += (size_t)size;
	return NC_OK;
}

struct nc_slice nc_buffer_slice(const struct nc_buffer *buffer)
{
	return nc_slice(buffer->data, buffer->size);
}

const char *nc_buffer_string(const struct nc_buffer *buffer)
{
	return buffer->data == NULL ? "" : (const char *)buffer->data;
}

enum nc_status nc_buffer_varint(struct nc_buffer *buffer, uint64_t value)
{
	uint8_t bytes[10];
	size_t size = 0;

	do {
		bytes[size] = (uint8_t)(value & 0x7f);
		value >>= 7;
		if (value != 0)
			bytes[size] |= 0x80;
		size++;
	} while (value != 0);
	return nc_buffer_append(buffer, bytes, size);
}

bool nc_slice_take_varint(struct nc_slice *bytes, uint64_t *ret_value)
{
	uint64_t value = 0;
	size_t i;

	for (i = 0; i < bytes->size && i < 10; i++) {
		uint8_t byte = bytes->data[i];

		if (i == 9 && byte > 1)
			return false;
		value |= (uint64_t)(byte & 0x7f) << (7 * i);
		if ((byte & 0x80) == 0) {
			bytes->data += i + 1;
			bytes->size -= i + 1;
			*ret_value = value;
			return true;
		}
	}
	return false;
}

bool nc_slice_take(
	struct nc_slice *bytes, size_t size, struct nc_slice *ret_taken)
{
	if (size > bytes->size)
		return false;
	*ret_taken = nc_slice(bytes->data, size);
	if (size > 0)
		bytes->data += size;
	bytes->size -= size;
	return true;
}

void nc_bytes_put_u64(uint8_t out[8], uint64_t value)
{
	for (int i = 7; i >= 0; i--) {
		out[i] = (uint8_t)value;
		value >>= 8;
	}
}

uint64_t nc_bytes_get_u64(const uint8_t in[8])
{
	uint64_t value = 0;

	for (int i = 0; i < 8; i++)
		value = value << 8 | in[i];
	return value;
}

void nc_hex_encode(char *out, const void *data, size_t size)
{
	static const char digits[] = "0123456789abcdef";
	const uint8_t *bytes = data;

	for (size_t i = 0; i < size; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * size] = '\0';
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

bool nc_hex_decode(
	uint8_t *out, size_t size, const char *text, size_t text_size)
{
	if (text_size != 2 * size)
		return false;
	for (size_t i = 0; i < size; i++) {
		int high = hex_digit(text[2 * i]);
		int low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		out[i] = (uint8_t)(high << 4 | low);
	}
	return true;
}
