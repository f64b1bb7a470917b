/*
 * An envelope: opened within its limits, or refused.
 */
#include "base/limits.h"
#include "wire/exchange.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_buffer out;

	nc_buffer_init(&out, NC_MESSAGE_DECODED_MAX);
	if (nc_envelope_open(nc_slice(data, size), &out, NULL) == NC_OK)
		NC_ASSERT(out.size <= NC_MESSAGE_DECODED_MAX);
	nc_buffer_fini(&out);
	return 0;
}
