/*
 * The line of a hand-over; and, since a checksum stops nearly everything, the
 * same bytes wrapped so that they pass it. What is read prints the same again.
 */
#include "base/limits.h"
#include "wire/hub_key.h"

#include <string.h>

#define TEXT_MAX (1024 * 1024)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_text(const char *text)
{
	struct nc_hub_key_line line, again;
	struct nc_arena arena;
	struct nc_buffer out;

	nc_arena_init(&arena, TEXT_MAX);
	nc_buffer_init(&out, TEXT_MAX);
	if (nc_hub_key_parse(text, &arena, &line, NULL) == NC_OK) {
		enum nc_status status = nc_hub_key_print(&line, &out, NULL);

		NC_ASSERT(status == NC_OK);
		status = nc_hub_key_parse(
			nc_buffer_string(&out), &arena, &again, NULL);
		NC_ASSERT(status == NC_OK);
		NC_ASSERT(line.address.size <= NC_LABEL_BYTES_MAX);
		NC_ASSERT(nc_slice_equal(line.address, again.address));
	}
	nc_arena_fini(&arena);
	nc_buffer_fini(&out);
}

static void try_wrapped(const uint8_t *data, size_t size)
{
	uint8_t hash[NC_SHA256_SIZE];
	struct nc_buffer packed, text;

	nc_buffer_init(&packed, 65536 + 4);
	nc_buffer_init(&text, 4 * 65536);
	nc_sha256(hash, nc_slice(data, size));
	if (nc_buffer_append(&packed, data, size) == NC_OK &&
		nc_buffer_append(&packed, hash, 4) == NC_OK &&
		nc_buffer_text(&text, "nhipcauhub1-") == NC_OK &&
		nc_base64_encode(&text, nc_buffer_slice(&packed)) == NC_OK)
		try_text(nc_buffer_string(&text));
	nc_buffer_fini(&packed);
	nc_buffer_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = nc_malloc(size + 1);

	if (text == NULL)
		return 0;
	if (size > 0)
		memcpy(text, data, size);
	text[size] = '\0';
	try_text(text);
	try_wrapped(data, size);
	nc_free(text);
	return 0;
}
