/*
 * A bundle, opened by the device that it was made for. The fuzzer cannot sign
 * or seal, so byte 0 says where it comes in:
 *
 *     0x00  the rest is a file as it is
 *     0x01  the rest is a header, which we sign for it
 *     else  the rest is the content, in chunks that we seal for it
 *
 * What opens once must give out what it holds, within the limits.
 */
#include "base/limits.h"
#include "base/memory.h"
#include "wire/bundle.h"

#include <string.h>

#define FILE_MAX (1024 * 1024)
#define HEADER_AT 21

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int64_t no_time(void *context)
{
	(void)context;
	return 0;
}

static void ones(void *context, void *out, size_t size)
{
	(void)context;
	memset(out, 1, size);
}

static const struct nc_env env = {no_time, ones, NULL};
static struct nc_key *key;
static struct nc_buffer whole; /* a bundle without messages, for its header */

static void start(void)
{
	struct nc_bundle_writer writer NC_AUTO(nc_bundle_writer_fini) = {0};
	struct nc_bundle_info info = {.kind = NC_BUNDLE_REQUESTS};
	uint8_t receiver[1][NC_KEY_SIZE];

	NC_ASSERT(nc_trust_start(NULL) == NC_OK);
	NC_ASSERT(nc_key_generate(&env, &key, NULL) == NC_OK);
	memcpy(receiver[0], nc_key_public(key), NC_KEY_SIZE);
	nc_buffer_init(&whole, FILE_MAX);
	nc_bundle_writer_init(&writer);
	NC_ASSERT(nc_bundle_begin(&writer, &info, key,
			  (const uint8_t(*)[NC_KEY_SIZE])receiver, 1, &env,
			  &whole, NULL) == NC_OK);
	NC_ASSERT(nc_bundle_end(&writer, NULL) == NC_OK);
}

static void read_all(struct nc_slice file)
{
	struct nc_bundle_reader reader NC_AUTO(nc_bundle_reader_fini) = {0};
	struct nc_buffer message NC_AUTO(nc_buffer_fini) = {0};
	size_t count = 0;
	bool more = true;

	nc_bundle_reader_init(&reader);
	nc_buffer_init(&message, NC_BUNDLE_MESSAGE_BYTES_MAX);
	if (nc_bundle_open(&reader, file, key, NULL) != NC_OK)
		return;
	while (more) {
		NC_ASSERT(nc_bundle_next(&reader, &message, &more, NULL) ==
			  NC_OK);
		NC_ASSERT(more == (message.size > 0));
		count += more;
	}
	NC_ASSERT(count == reader.messages_count);
}

static void put(struct nc_buffer *out, const void *bytes, size_t size)
{
	NC_ASSERT(nc_buffer_append(out, bytes, size) == NC_OK);
}

static void put_u32(struct nc_buffer *out, size_t value)
{
	uint8_t bytes[8];

	nc_bytes_put_u64(bytes, value);
	put(out, bytes + 4, 4);
}

static void sign(struct nc_slice header, struct nc_buffer *out)
{
	uint8_t signature[NC_SIGNATURE_SIZE];

	NC_ASSERT(nc_sign(key, NC_DOMAIN_BUNDLE, header, signature, NULL) ==
		  NC_OK);
	put(out, whole.data, HEADER_AT - 4);
	put_u32(out, header.size);
	put(out, header.data, header.size);
	put(out, signature, sizeof(signature));
	/* The last chunk of whole, which opens when the header is whole's. */
	put(out, whole.data + whole.size - 20, 20);
}

static void seal(struct nc_slice content, struct nc_buffer *out)
{
	size_t head = whole.size - 20;
	uint8_t chunk[NC_BUNDLE_CHUNK_BYTES + NC_CHUNK_TAG_SIZE];
	struct nc_box box;
	uint64_t number = 0;

	memset(&box, 1, sizeof(box));
	nc_sha256(
		box.header_hash, nc_slice(whole.data + HEADER_AT,
					 head - HEADER_AT - NC_SIGNATURE_SIZE));
	put(out, whole.data, head);
	do {
		struct nc_slice part = content;

		if (part.size > NC_BUNDLE_CHUNK_BYTES)
			part.size = NC_BUNDLE_CHUNK_BYTES;
		content.data += part.size;
		content.size -= part.size;
		nc_chunk_seal(&box, number++, content.size == 0, part, chunk);
		put_u32(out, part.size + NC_CHUNK_TAG_SIZE);
		put(out, chunk, part.size + NC_CHUNK_TAG_SIZE);
	} while (content.size > 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice rest;

	if (key == NULL)
		start();
	if (size < 1 || size > FILE_MAX / 2)
		return 0;
	nc_buffer_init(&file, FILE_MAX);
	rest = nc_slice(data + 1, size - 1);
	if (data[0] == 1)
		sign(rest, &file);
	else if (data[0] > 1)
		seal(rest, &file);
	read_all(data[0] == 0 ? rest : nc_buffer_slice(&file));
	return 0;
}
