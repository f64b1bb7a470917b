/*
 * A proof that an entry stands in a log (C2SP tlog-proof), as text:
 *
 *     "c2sp.org/tlog-proof@v1\n"
 *     ["extra " base64 "\n"]          left out when there is none
 *     "index " decimal "\n"
 *     *(base64(hash) "\n")            RFC 6962 audit path, sibling first
 *     "\n"
 *     checkpoint                      to the end
 */
#include "trust/note_part.h"

#include <inttypes.h>

#define FIRST_LINE "c2sp.org/tlog-proof@v1"
#define INDEX_MAX (NC_TREE_SIZE_MAX - 1)

static enum nc_status malformed(size_t line, struct nc_error *err)
{
	return nc_error_set(err, NC_MALFORMED,
		_("This receipt is not whole: line %zu is missing or not as a "
		  "tlog-proof has it; copy the file again from where it "
		  "came."),
		line);
}

static enum nc_status too_large(struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("The receipt is larger than any that this program writes; "
		  "copy the file again from where it came."));
}

static enum nc_status explain(
	enum nc_status status, size_t line, struct nc_error *err)
{
	switch (status) {
	case NC_OK:
		return NC_OK;
	case NC_NO_MEMORY:
		return nc_error_no_memory(err);
	case NC_LIMIT:
		return too_large(err);
	default:
		return malformed(line, err);
	}
}

/* What is left of a text, its next line, and that line's number. */
struct reader {
	struct nc_slice rest;
	struct nc_slice line;
	size_t number;
};

static bool reader_next(struct reader *reader)
{
	reader->number++;
	return nc_note_take_line(&reader->rest, &reader->line);
}

/* The line "extra …", where there is one; then the reader is past it. */
static enum nc_status read_extra(struct reader *reader, struct nc_buffer *bytes)
{
	enum nc_status status;

	if (!nc_note_take_prefix(&reader->line, "extra "))
		return NC_OK;
	if (reader->line.size == 0)
		return NC_MALFORMED;
	status = nc_note_base64_decode(bytes, reader->line);
	if (status != NC_OK)
		return status;
	if (bytes->size > NC_TLOG_PROOF_EXTRA_MAX)
		return NC_LIMIT;
	return reader_next(reader) ? NC_OK : NC_MALFORMED;
}

static enum nc_status read_index(struct reader *reader, uint64_t *ret_index)
{
	if (!nc_note_take_prefix(&reader->line, "index "))
		return NC_MALFORMED;
	return nc_note_read_number(reader->line, INDEX_MAX, ret_index);
}

/* The hashes up to the blank line. */
static enum nc_status read_path(struct reader *reader, struct nc_buffer *bytes)
{
	struct nc_tree_hash hash;
	enum nc_status status;
	size_t count = 0;

	for (;;) {
		if (!reader_next(reader))
			return NC_MALFORMED;
		if (reader->line.size == 0)
			return NC_OK;
		if (count++ == NC_TLOG_PROOF_PATH_MAX)
			return NC_LIMIT;
		if (!nc_note_read_hash(reader->line, &hash))
			return NC_MALFORMED;
		status =
			nc_buffer_append(bytes, hash.bytes, sizeof(hash.bytes));
		if (status != NC_OK)
			return status;
	}
}

/* Everything before the checkpoint. */
static enum nc_status read_head(struct reader *reader, struct nc_buffer *bytes,
	struct nc_tlog_proof *out, size_t *ret_extra_size)
{
	enum nc_status status;

	if (!reader_next(reader) ||
		!nc_slice_equal(reader->line, nc_slice_text(FIRST_LINE)) ||
		!reader_next(reader))
		return NC_MALFORMED;
	status = read_extra(reader, bytes);
	*ret_extra_size = bytes->size;
	if (status == NC_OK)
		status = read_index(reader, &out->index);
	if (status == NC_OK)
		status = read_path(reader, bytes);
	return status;
}

enum nc_status nc_tlog_proof_parse(struct nc_slice text,
	struct nc_buffer *bytes, struct nc_tlog_proof *ret_proof,
	struct nc_error *err)
{
	struct reader reader = {.rest = text};
	struct nc_checkpoint checkpoint;
	struct nc_tlog_proof out = {0};
	enum nc_status status;
	size_t extra_size = 0;

	nc_buffer_reset(bytes);
	if (text.size > NC_TLOG_PROOF_BYTES_MAX)
		return too_large(err);
	status = read_head(&reader, bytes, &out, &extra_size);
	status = explain(status, reader.number, err);
	if (status == NC_OK)
		status = nc_checkpoint_parse(reader.rest, &checkpoint, err);
	if (status != NC_OK) {
		nc_buffer_reset(bytes);
		return status;
	}
	/* Only now: the bytes moved while they grew. */
	out.extra = nc_slice(bytes->data, extra_size);
	if (bytes->size > extra_size)
		out.path = nc_slice(
			bytes->data + extra_size, bytes->size - extra_size);
	out.checkpoint = reader.rest;
	*ret_proof = out;
	return NC_OK;
}

static enum nc_status check_print(
	const struct nc_tlog_proof *proof, struct nc_error *err)
{
	struct nc_checkpoint checkpoint;

	if (proof->extra.size > NC_TLOG_PROOF_EXTRA_MAX ||
		proof->path.size / NC_TREE_HASH_SIZE > NC_TLOG_PROOF_PATH_MAX)
		return too_large(err);
	if (proof->path.size % NC_TREE_HASH_SIZE != 0 ||
		proof->index > INDEX_MAX)
		return nc_error_set(err, NC_INVALID,
			_("The receipt's proof is not whole, so it cannot be "
			  "written; sync and try again."));
	return nc_checkpoint_parse(proof->checkpoint, &checkpoint, err);
}

static enum nc_status put_path(struct nc_buffer *out, struct nc_slice path)
{
	enum nc_status status = NC_OK;
	struct nc_slice hash = {0};

	while (status == NC_OK &&
		nc_slice_take(&path, NC_TREE_HASH_SIZE, &hash) &&
		hash.size > 0) {
		status = nc_note_base64_encode(out, hash);
		if (status == NC_OK)
			status = nc_buffer_text(out, "\n");
	}
	return status;
}

static enum nc_status put_extra(struct nc_buffer *out, struct nc_slice extra)
{
	enum nc_status status;

	if (extra.size == 0)
		return NC_OK;
	status = nc_buffer_text(out, "extra ");
	if (status == NC_OK)
		status = nc_note_base64_encode(out, extra);
	if (status == NC_OK)
		status = nc_buffer_text(out, "\n");
	return status;
}

enum nc_status nc_tlog_proof_print(const struct nc_tlog_proof *proof,
	struct nc_buffer *out, struct nc_error *err)
{
	const size_t before = out->size;
	enum nc_status status = check_print(proof, err);

	if (status != NC_OK)
		return status;
	status = nc_buffer_text(out, FIRST_LINE "\n");
	if (status == NC_OK)
		status = put_extra(out, proof->extra);
	if (status == NC_OK)
		status = nc_buffer_printf(
			out, "index %" PRIu64 "\n", proof->index);
	if (status == NC_OK)
		status = put_path(out, proof->path);
	if (status == NC_OK)
		status = nc_buffer_text(out, "\n");
	if (status == NC_OK)
		status = nc_buffer_append(
			out, proof->checkpoint.data, proof->checkpoint.size);
	if (status != NC_OK)
		nc_note_cut(out, before);
	return explain(status, 0, err);
}
