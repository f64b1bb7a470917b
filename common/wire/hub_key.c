#include "wire/hub_key.h"
#include "base/limits.h"
#include "locale/text.h"

#include <string.h>

#define PREFIX "nhipcauhub1-"
#define CHECK_SIZE 4
#define BYTES_MAX (NC_KEY_SIZE + NC_LABEL_BYTES_MAX + CHECK_SIZE)

enum nc_status nc_hub_key_print(const struct nc_hub_key_line *line,
	struct nc_buffer *out, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	uint8_t hash[NC_SHA256_SIZE];
	enum nc_status status;

	if (line->address.size == 0 || line->address.size > NC_LABEL_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The hub's address must have 1 to %d bytes; shorten "
			  "it."),
			NC_LABEL_BYTES_MAX);
	nc_buffer_init(&bytes, BYTES_MAX);
	status = nc_buffer_append(&bytes, line->public_key, NC_KEY_SIZE);
	if (status == NC_OK)
		status = nc_buffer_append(
			&bytes, line->address.data, line->address.size);
	if (status == NC_OK) {
		nc_sha256(hash, nc_buffer_slice(&bytes));
		status = nc_buffer_append(&bytes, hash, CHECK_SIZE);
	}
	if (status == NC_OK)
		status = nc_buffer_text(out, PREFIX);
	if (status == NC_OK)
		status = nc_base64_encode(out, nc_buffer_slice(&bytes));
	return status == NC_OK ? NC_OK : nc_error_no_memory(err);
}

/* The letters after the prefix, without white space, decoded. */
static enum nc_status unwrap(const char *text, struct nc_buffer *out)
{
	struct nc_buffer letters NC_AUTO(nc_buffer_fini) = {0};
	size_t prefix = strlen(PREFIX);
	enum nc_status status = NC_OK;

	nc_buffer_init(&letters, prefix + 2 * BYTES_MAX);
	for (; *text != '\0' && status == NC_OK; text++)
		if (strchr(" \t\r\n", *text) == NULL)
			status = nc_buffer_append(&letters, text, 1);
	if (status != NC_OK)
		return status;
	if (letters.size < prefix || memcmp(letters.data, PREFIX, prefix) != 0)
		return NC_MALFORMED;
	return nc_base64_decode(
		out, nc_slice(letters.data + prefix, letters.size - prefix));
}

/* One line of clean text. */
static bool is_address(struct nc_slice text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] <= ' ' || text.data[i] == 0x7f)
			return false;
	return text.size <= NC_LABEL_BYTES_MAX && nc_text_is_clean(text);
}

static bool line_read(struct nc_slice bytes, struct nc_hub_key_line *out)
{
	uint8_t hash[NC_SHA256_SIZE], transport[NC_KEY_SIZE];

	if (bytes.size <= NC_KEY_SIZE + CHECK_SIZE)
		return false;
	bytes.size -= CHECK_SIZE;
	nc_sha256(hash, bytes);
	if (memcmp(hash, bytes.data + bytes.size, CHECK_SIZE) != 0)
		return false;
	memcpy(out->public_key, bytes.data, NC_KEY_SIZE);
	out->address =
		nc_slice(bytes.data + NC_KEY_SIZE, bytes.size - NC_KEY_SIZE);
	return is_address(out->address) &&
	       nc_public_transport(out->public_key, transport);
}

enum nc_status nc_hub_key_parse(const char *text, struct nc_arena *arena,
	struct nc_hub_key_line *ret_line, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_hub_key_line out;
	enum nc_status status;
	char *address;

	nc_buffer_init(&bytes, 2 * BYTES_MAX);
	status = unwrap(text, &bytes);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK || !line_read(nc_buffer_slice(&bytes), &out))
		return nc_error_set(err, NC_MALFORMED,
			_("This is not a whole hub's key; copy the one line "
			  "that begins with nhipcauhub1- again, from its first "
			  "letter to its last."));
	address = nc_arena_text(
		arena, (const char *)out.address.data, out.address.size);
	if (address == NULL)
		return nc_error_no_memory(err);
	out.address = nc_slice_text(address);
	*ret_line = out;
	return NC_OK;
}
