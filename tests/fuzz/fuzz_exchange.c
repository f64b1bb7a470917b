/*
 * A request and a reply, as found inside an envelope. The first byte chooses
 * which; what decodes must encode again.
 */
#include "wire/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_request(
	struct nc_slice bytes, struct nc_arena *arena, struct nc_buffer *out)
{
	struct nc_request request = {0};

	if (nc_request_decode(bytes, arena, &request, NULL) != NC_OK ||
		request.protocol != NC_PROTOCOL_VERSION)
		return;
	if (nc_request_encode(&request, out, NULL) == NC_OK) {
		struct nc_request second = {0};
		enum nc_status status = nc_request_decode(
			nc_buffer_slice(out), arena, &second, NULL);

		NC_ASSERT(status == NC_OK || status == NC_LIMIT ||
			  status == NC_MALFORMED || status == NC_NO_MEMORY);
		NC_ASSERT(status != NC_OK || second.body == request.body);
	}
}

static void try_reply(
	struct nc_slice bytes, struct nc_arena *arena, struct nc_buffer *out)
{
	struct nc_reply reply = {0};

	if (nc_reply_decode(bytes, arena, &reply, NULL) == NC_OK &&
		nc_reply_encode(&reply, out, NULL) != NC_OK)
		nc_buffer_reset(out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_arena arena;
	struct nc_buffer out;

	if (size == 0)
		return 0;
	nc_arena_init(&arena, 64 * 1024 * 1024);
	nc_buffer_init(&out, 64 * 1024 * 1024);
	if (data[0] % 2 == 0)
		try_request(nc_slice(data + 1, size - 1), &arena, &out);
	else
		try_reply(nc_slice(data + 1, size - 1), &arena, &out);
	nc_arena_fini(&arena);
	nc_buffer_fini(&out);
	return 0;
}
