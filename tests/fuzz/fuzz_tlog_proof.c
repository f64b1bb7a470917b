/*
 * A tlog-proof: what parses and is printed again is the same bytes.
 */
#include "trust/note.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct nc_slice text = nc_slice(data, size);
	struct nc_buffer bytes, out;
	struct nc_tlog_proof proof;

	nc_buffer_init(&bytes, NC_TLOG_PROOF_DECODED_MAX);
	nc_buffer_init(&out, NC_TLOG_PROOF_BYTES_MAX);
	if (nc_tlog_proof_parse(text, &bytes, &proof, NULL) == NC_OK) {
		enum nc_status status = nc_tlog_proof_print(&proof, &out, NULL);

		NC_ASSERT(status == NC_OK);
		NC_ASSERT(nc_slice_equal(nc_buffer_slice(&out), text));
	}
	nc_buffer_fini(&bytes);
	nc_buffer_fini(&out);
	return 0;
}
