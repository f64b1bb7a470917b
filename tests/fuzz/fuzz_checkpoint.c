/*
 * A checkpoint: what parses is made of its parts again, byte for byte; and
 * printed anew, under a key of ours, says the same and is signed. A line of
 * it looked at as a cosignature crashes nothing.
 */
#include "trust/note_part.h"

#include <inttypes.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fixed_random(void *unused, void *out, size_t size)
{
	(void)unused;
	memset(out, 7, size);
}

static const struct nc_key *our_key(void)
{
	static struct nc_key *key;
	const struct nc_env env = {.random = fixed_random};

	if (key == NULL) {
		enum nc_status status = nc_trust_start(NULL);

		NC_ASSERT(status == NC_OK);
		status = nc_key_generate(&env, &key, NULL);
		NC_ASSERT(status == NC_OK);
	}
	return key;
}

static void append(struct nc_buffer *out, struct nc_slice bytes)
{
	enum nc_status status = nc_buffer_append(out, bytes.data, bytes.size);

	NC_ASSERT(status == NC_OK);
}

/* The note again, of what was read. */
static void put_together(
	const struct nc_checkpoint *checkpoint, struct nc_buffer *out)
{
	const struct nc_slice root = nc_slice(
		checkpoint->root.bytes, sizeof(checkpoint->root.bytes));
	enum nc_status status;

	append(out, checkpoint->origin);
	status = nc_buffer_printf(out, "\n%" PRIu64 "\n", checkpoint->size);
	NC_ASSERT(status == NC_OK);
	status = nc_note_base64_encode(out, root);
	NC_ASSERT(status == NC_OK);
	append(out, nc_slice_text("\n"));
	append(out, checkpoint->extension);
	append(out, nc_slice_text("\n"));
	append(out, checkpoint->signatures);
}

static void print_anew(
	const struct nc_checkpoint *checkpoint, struct nc_buffer *out)
{
	struct nc_buffer words, extension;
	struct nc_checkpoint anew;
	enum nc_status status;

	nc_buffer_init(&words, NC_NOTE_BYTES_MAX);
	nc_buffer_init(&extension, NC_NOTE_BYTES_MAX);
	append(&words, checkpoint->origin);
	append(&extension, checkpoint->extension);
	status = nc_checkpoint_print(our_key(), nc_buffer_string(&words),
		checkpoint->size, &checkpoint->root,
		nc_buffer_string(&extension), out, NULL);
	if (!nc_note_name_is_valid(checkpoint->origin)) {
		NC_ASSERT(status == NC_INVALID);
	} else if (status != NC_LIMIT) {
		NC_ASSERT(status == NC_OK);
		status = nc_checkpoint_parse(nc_buffer_slice(out), &anew, NULL);
		NC_ASSERT(status == NC_OK);
		NC_ASSERT(nc_slice_equal(anew.body, checkpoint->body));
		NC_ASSERT(nc_checkpoint_is_signed(
			&anew, nc_key_public(our_key())));
	}
	nc_buffer_fini(&words);
	nc_buffer_fini(&extension);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *public_key = nc_key_public(our_key());
	struct nc_checkpoint checkpoint;
	struct nc_slice line, lines;
	struct nc_buffer out;
	int64_t time_s;

	if (nc_checkpoint_parse(nc_slice(data, size), &checkpoint, NULL) !=
		NC_OK)
		return 0;
	nc_buffer_init(&out, NC_NOTE_BYTES_MAX);
	put_together(&checkpoint, &out);
	NC_ASSERT(nc_slice_equal(nc_buffer_slice(&out), nc_slice(data, size)));
	nc_buffer_reset(&out);
	print_anew(&checkpoint, &out);
	(void)nc_checkpoint_is_signed(&checkpoint, public_key);
	lines = checkpoint.signatures;
	while (nc_note_take_line(&lines, &line))
		(void)nc_cosignature_check(line, "witness.example", public_key,
			&checkpoint, &time_s);
	nc_buffer_fini(&out);
	return 0;
}
