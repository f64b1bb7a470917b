/*
 * A checkpoint (C2SP tlog-checkpoint) is a signed note whose body is
 *
 *     origin "\n" size "\n" base64(root) "\n" *(extension line "\n")
 *
 * and a witness's signature of it (C2SP tlog-cosignature, Ed25519) is
 *
 *     time (8 bytes, big-endian seconds) || Ed25519 of
 *         "cosignature/v1\ntime " decimal "\n" body
 *
 * The log signs the body bare. It cannot be taken for what the same key signs
 * elsewhere: the first line of each domain in trust.h holds a space, and what
 * we print as an origin does not; "cosignature/v1" as an origin would have
 * to go on with a number, where a cosignature says "time".
 */
#include "trust/note_part.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define TIME_SIZE 8
/* The two lines before the body, with 20 digits and a NUL. */
#define COSIGNED_HEAD_SIZE 64

static enum nc_status malformed(size_t line, struct nc_error *err)
{
	return nc_error_set(err, NC_MALFORMED,
		_("This is not a whole checkpoint: line %zu is missing or not "
		  "as it should be; get it again from where it came."),
		line);
}

static enum nc_status too_large(struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("The checkpoint is larger than this program takes (%d bytes, "
		  "%d signatures); get it again from where it came."),
		NC_NOTE_BYTES_MAX, NC_NOTE_SIGNATURES_MAX);
}

static bool extension_is_valid(struct nc_slice extension, size_t *ret_line)
{
	struct nc_slice line;

	for (*ret_line = 1; extension.size > 0; ++*ret_line)
		if (!nc_note_take_line(&extension, &line) || line.size == 0)
			return false;
	return true;
}

static enum nc_status read_size(
	struct nc_slice line, uint64_t *ret_size, struct nc_error *err)
{
	enum nc_status status =
		nc_note_read_number(line, NC_TREE_SIZE_MAX, ret_size);

	if (status == NC_LIMIT)
		return nc_error_set(err, status,
			_("The checkpoint speaks of more change-sets than "
			  "there can be; get it again from where it came."));
	return status == NC_OK ? NC_OK : malformed(2, err);
}

/* The body's lines; note.body is clean. */
static enum nc_status read_body(
	struct nc_slice body, struct nc_checkpoint *out, struct nc_error *err)
{
	struct nc_slice line;
	enum nc_status status;
	size_t number;

	if (!nc_note_take_line(&body, &out->origin) || out->origin.size == 0 ||
		out->origin.size > NC_NOTE_NAME_MAX)
		return malformed(1, err);
	if (!nc_note_take_line(&body, &line))
		return malformed(2, err);
	status = read_size(line, &out->size, err);
	if (status != NC_OK)
		return status;
	if (!nc_note_take_line(&body, &line) ||
		!nc_note_read_hash(line, &out->root))
		return malformed(3, err);
	if (!extension_is_valid(body, &number))
		return malformed(3 + number, err);
	out->extension = body;
	return NC_OK;
}

enum nc_status nc_checkpoint_parse(struct nc_slice note,
	struct nc_checkpoint *ret_checkpoint, struct nc_error *err)
{
	struct nc_checkpoint out = {0};
	struct nc_note parts;
	enum nc_status status;
	size_t line;

	status = nc_note_split(note, &parts, &line);
	if (status == NC_LIMIT)
		return too_large(err);
	/* Without a blank line it breaks off where that should be. */
	if (status != NC_OK)
		return malformed(line == 0 ? 4 : line, err);
	status = read_body(parts.body, &out, err);
	if (status != NC_OK)
		return status;
	out.body = parts.body;
	out.signatures = parts.signatures;
	*ret_checkpoint = out;
	return NC_OK;
}

static enum nc_status check_name(const char *name, struct nc_error *err)
{
	if (nc_note_name_is_valid(nc_slice_text(name)))
		return NC_OK;
	return nc_error_set(err, NC_INVALID,
		_("“%s” cannot be the name of a key or of a log; give 1 to %d "
		  "bytes of text without spaces and plus signs."),
		name, NC_NOTE_NAME_MAX);
}

static enum nc_status check_print(const char *origin, uint64_t size,
	const char *extension, struct nc_error *err)
{
	struct nc_slice lines = nc_slice_text(extension);
	enum nc_status status = check_name(origin, err);
	size_t number;

	if (status != NC_OK)
		return status;
	if (size > NC_TREE_SIZE_MAX)
		return nc_error_set(err, NC_INVALID,
			_("The history is longer than a checkpoint can say; "
			  "hand over to a new hub."));
	if (!nc_note_text_is_clean(lines, NULL) ||
		!extension_is_valid(lines, &number))
		return nc_error_set(err, NC_INVALID,
			_("A checkpoint's further lines must be whole lines of "
			  "text, none of them empty; correct them."));
	return NC_OK;
}

enum nc_status nc_checkpoint_body(struct nc_buffer *out, const char *origin,
	uint64_t size, const struct nc_tree_hash *root,
	struct nc_slice extension)
{
	enum nc_status status =
		nc_buffer_printf(out, "%s\n%" PRIu64 "\n", origin, size);

	if (status == NC_OK)
		status = nc_note_base64_encode(
			out, nc_slice(root->bytes, sizeof(root->bytes)));
	if (status == NC_OK)
		status = nc_buffer_text(out, "\n");
	if (status == NC_OK)
		status = nc_buffer_append(out, extension.data, extension.size);
	return status;
}

/* Signs what note holds and appends the blank line and the signature. */
static enum nc_status put_log_signature(const struct nc_key *key,
	const char *origin, struct nc_buffer *note, struct nc_error *err)
{
	uint8_t id[NC_NOTE_KEY_ID_SIZE], signature[NC_SIGNATURE_SIZE];
	struct nc_slice name = nc_slice_text(origin);
	enum nc_status status =
		nc_sign(key, "", nc_buffer_slice(note), signature, err);

	if (status != NC_OK)
		return status;
	nc_note_key_id(id, name, NC_NOTE_TYPE_LOG, nc_key_public(key));
	status = nc_buffer_text(note, "\n");
	if (status != NC_OK)
		return status;
	return nc_note_put_signature(
		note, name, id, nc_slice(signature, sizeof(signature)));
}

static enum nc_status print_error(enum nc_status status, struct nc_error *err)
{
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	return status == NC_LIMIT ? too_large(err) : status;
}

enum nc_status nc_checkpoint_print(const struct nc_key *key, const char *origin,
	uint64_t size, const struct nc_tree_hash *root, const char *extension,
	struct nc_buffer *out, struct nc_error *err)
{
	struct nc_buffer note NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status = check_print(origin, size, extension, err);

	if (status != NC_OK)
		return status;
	nc_buffer_init(&note, NC_NOTE_BYTES_MAX);
	status = nc_checkpoint_body(
		&note, origin, size, root, nc_slice_text(extension));
	if (status == NC_OK)
		status = put_log_signature(key, origin, &note, err);
	if (status == NC_OK)
		status = nc_buffer_append(out, note.data, note.size);
	return print_error(status, err);
}

bool nc_checkpoint_is_signed(const struct nc_checkpoint *checkpoint,
	const uint8_t public_key[NC_KEY_SIZE])
{
	return nc_note_is_signed(checkpoint->body, checkpoint->signatures,
		checkpoint->origin, public_key);
}

/* What a cosignature is over, before the body. */
static void cosigned_head(char out[COSIGNED_HEAD_SIZE], int64_t time_s)
{
	snprintf(out, COSIGNED_HEAD_SIZE, "cosignature/v1\ntime %" PRId64 "\n",
		time_s);
}

enum nc_status nc_cosignature_print(const struct nc_key *key, const char *name,
	const struct nc_checkpoint *checkpoint, int64_t time_s,
	struct nc_buffer *out, struct nc_error *err)
{
	uint8_t id[NC_NOTE_KEY_ID_SIZE], bytes[TIME_SIZE + NC_SIGNATURE_SIZE];
	enum nc_status status = check_name(name, err);
	char head[COSIGNED_HEAD_SIZE];

	if (status != NC_OK)
		return status;
	if (time_s < 0)
		return nc_error_set(err, NC_INVALID,
			_("This machine's clock says a year before 1970, so "
			  "nothing can be witnessed; set the clock and try "
			  "again."));
	cosigned_head(head, time_s);
	nc_bytes_put_u64(bytes, (uint64_t)time_s);
	status = nc_sign(key, head, checkpoint->body, bytes + TIME_SIZE, err);
	if (status != NC_OK)
		return status;
	nc_note_key_id(id, nc_slice_text(name), NC_NOTE_TYPE_WITNESS,
		nc_key_public(key));
	status = nc_note_put_signature(
		out, nc_slice_text(name), id, nc_slice(bytes, sizeof(bytes)));
	return print_error(status, err);
}

bool nc_cosignature_check(struct nc_slice line, const char *name,
	const uint8_t public_key[NC_KEY_SIZE],
	const struct nc_checkpoint *checkpoint, int64_t *ret_time_s)
{
	const struct nc_slice wanted = nc_slice_text(name);
	struct nc_note_signature signature;
	uint8_t id[NC_NOTE_KEY_ID_SIZE];
	char head[COSIGNED_HEAD_SIZE];
	uint64_t time_s;

	if (line.size > 0 && line.data[line.size - 1] == '\n')
		line.size--;
	if (!nc_note_name_is_valid(wanted) ||
		!nc_note_read_signature(line, &signature) ||
		!nc_slice_equal(signature.name, wanted) ||
		signature.size != sizeof(id) + TIME_SIZE + NC_SIGNATURE_SIZE)
		return false;
	nc_note_key_id(id, wanted, NC_NOTE_TYPE_WITNESS, public_key);
	time_s = nc_bytes_get_u64(signature.bytes + sizeof(id));
	if (memcmp(signature.bytes, id, sizeof(id)) != 0 || time_s > INT64_MAX)
		return false;
	cosigned_head(head, (int64_t)time_s);
	if (!nc_verify(public_key, head, checkpoint->body,
		    signature.bytes + sizeof(id) + TIME_SIZE))
		return false;
	*ret_time_s = (int64_t)time_s;
	return true;
}
