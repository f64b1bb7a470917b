/*
 * The envelope: byte 0 is 0x00 (the rest as it is) or 0x01 (one zstd frame,
 * RFC 8878, that states its content size). Limits: base/limits.h.
 */
#include "base/limits.h"
#include "wire/exchange.h"

#include <zstd.h>

#define KIND_RAW 0
#define KIND_ZSTD 1
/* A small message gains nothing. */
#define WORTH_COMPRESSING 128

static enum nc_status too_large(struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("A message is larger than the protocol allows (4 MiB as "
		  "sent, 16 MiB unpacked); send less at once."));
}

static enum nc_status malformed(struct nc_error *err)
{
	return nc_error_set(err, NC_MALFORMED,
		_("What arrived is not a message of this protocol; check that "
		  "the address is the hub's."));
}

static enum nc_status seal_raw(struct nc_slice bytes, struct nc_buffer *out)
{
	static const uint8_t kind = KIND_RAW;
	enum nc_status status = nc_buffer_append(out, &kind, 1);

	if (status != NC_OK)
		return status;
	return nc_buffer_append(out, bytes.data, bytes.size);
}

/* False when compression failed or did not pay; out is then unchanged. */
static bool seal_zstd(struct nc_slice bytes, int level, struct nc_buffer *out)
{
	size_t bound = ZSTD_compressBound(bytes.size);
	size_t size;

	if (nc_buffer_reserve(out, bound + 1) != NC_OK)
		return false;
	size = ZSTD_compress(out->data + out->size + 1, bound, bytes.data,
		bytes.size, level);
	if (ZSTD_isError(size) || size >= bytes.size)
		return false;
	out->data[out->size] = KIND_ZSTD;
	out->size += size + 1;
	return true;
}

enum nc_status nc_envelope_seal(struct nc_slice bytes, int level,
	struct nc_buffer *out, struct nc_error *err)
{
	size_t before = out->size;
	enum nc_status status = NC_OK;

	if (bytes.size > NC_MESSAGE_DECODED_MAX)
		return too_large(err);
	if (bytes.size < WORTH_COMPRESSING || !seal_zstd(bytes, level, out))
		status = seal_raw(bytes, out);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK || out->size - before > NC_MESSAGE_BYTES_MAX) {
		out->size = before;
		return too_large(err);
	}
	return NC_OK;
}

static enum nc_status open_zstd(
	struct nc_slice frame, struct nc_buffer *out, struct nc_error *err)
{
	unsigned long long size =
		ZSTD_getFrameContentSize(frame.data, frame.size);
	enum nc_status status;
	size_t got;

	if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN)
		return malformed(err);
	if (size > NC_MESSAGE_DECODED_MAX)
		return too_large(err);
	if (ZSTD_findFrameCompressedSize(frame.data, frame.size) != frame.size)
		return malformed(err);
	status = nc_buffer_reserve(out, (size_t)size);
	if (status == NC_LIMIT)
		return too_large(err);
	if (status != NC_OK)
		return nc_error_no_memory(err);
	got = ZSTD_decompress(
		out->data + out->size, (size_t)size, frame.data, frame.size);
	if (ZSTD_isError(got) || got != size)
		return malformed(err);
	out->size += got;
	return NC_OK;
}

enum nc_status nc_envelope_open(
	struct nc_slice envelope, struct nc_buffer *out, struct nc_error *err)
{
	struct nc_slice rest;
	enum nc_status status;

	if (envelope.size > NC_MESSAGE_BYTES_MAX)
		return too_large(err);
	if (envelope.size < 1)
		return malformed(err);
	rest = nc_slice(envelope.data + 1, envelope.size - 1);
	if (envelope.data[0] == KIND_ZSTD)
		return open_zstd(rest, out, err);
	if (envelope.data[0] != KIND_RAW)
		return malformed(err);
	status = nc_buffer_append(out, rest.data, rest.size);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	return status == NC_OK ? NC_OK : too_large(err);
}

enum nc_status nc_reply_open(struct nc_slice envelope, struct nc_buffer *bytes,
	struct nc_arena *arena, struct nc_reply *ret_reply,
	struct nc_error *err)
{
	enum nc_status status = nc_envelope_open(envelope, bytes, err);

	if (status == NC_OK)
		status = nc_reply_decode(
			nc_buffer_slice(bytes), arena, ret_reply, err);
	return status;
}
