/*
 * An invitation's text; and, since a checksum stops nearly everything, the
 * same bytes wrapped so that they pass it.
 */
#include "wire/exchange.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_text(const char *text)
{
	struct nc_invitation invitation;
	struct nc_arena arena;
	struct nc_buffer out;

	nc_arena_init(&arena, 1024 * 1024);
	nc_buffer_init(&out, 1024 * 1024);
	if (nc_invitation_parse(text, &arena, &invitation, NULL) == NC_OK) {
		enum nc_status status =
			nc_invitation_print(&invitation, &out, NULL);

		NC_ASSERT(status == NC_OK);
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
		nc_buffer_text(&text, "nhipcau1-") == NC_OK &&
		nc_base64_encode(&text, nc_buffer_slice(&packed)) == NC_OK) {
		text.data[text.size] = '\0';
		try_text(nc_buffer_string(&text));
	}
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
