/*
 * A change-set's payload: whatever decodes must encode to bytes that decode
 * to the same, and never crash.
 */
#include "wire/changeset.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_arena arena, again;
	struct nc_buffer out;
	struct nc_change_set change_set, second;

	nc_arena_init(&arena, 64 * 1024 * 1024);
	nc_arena_init(&again, 64 * 1024 * 1024);
	nc_buffer_init(&out, 64 * 1024 * 1024);
	if (nc_change_set_decode(
		    nc_slice(data, size), &arena, &change_set, NULL) == NC_OK &&
		nc_change_set_encode(&change_set, &out, NULL) == NC_OK) {
		enum nc_status status = nc_change_set_decode(
			nc_buffer_slice(&out), &again, &second, NULL);

		NC_ASSERT(status == NC_OK);
		NC_ASSERT(second.records_count == change_set.records_count);
		NC_ASSERT(second.sequence == change_set.sequence);
	}
	nc_arena_fini(&arena);
	nc_arena_fini(&again);
	nc_buffer_fini(&out);
	return 0;
}
