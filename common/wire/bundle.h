/*
 * Bundles: sealed files that carry the messages of the line, for USB sticks.
 * The format is proto/bundle.proto's. A message is an envelope's bytes
 * (wire/exchange.h), which nothing here looks into.
 */
#ifndef NC_WIRE_BUNDLE_H
#define NC_WIRE_BUNDLE_H

#include "model/change.h"
#include "trust/box.h"

enum nc_bundle_kind {
	NC_BUNDLE_REQUESTS = 1, /* from a device to the hub */
	NC_BUNDLE_REPLIES = 2,	/* from the hub to a union's devices */
	NC_BUNDLE_HANDOVER = 3, /* from the hub to another hub */
};

struct nc_bundle_info {
	enum nc_bundle_kind kind;
	struct nc_id cluster;
	uint8_t sender[NC_KEY_SIZE]; /* Ed25519; writing: the key's own */
	uint64_t counter;	     /* the sender's own count of bundles */
	int64_t made_at_ms;	     /* by the sender's clock */
};

/*
 * Writing: begin, add for each message, end. The file's bytes are appended to
 * out, whose limit bounds them besides NC_BUNDLE_BYTES_MAX. Until end has
 * returned NC_OK, fini takes back what was appended, so that there is a whole
 * bundle or none. env, key and out are borrowed.
 */
struct nc_bundle_writer {
	struct nc_buffer *out;
	size_t start; /* out's size before */
	struct nc_box box;
	struct nc_buffer plain; /* of the chunk that is being filled */
	uint64_t chunks_count;	/* sealed so far */
	uint64_t plain_size;	/* of all chunks, plain's included */
	size_t head_size;	/* of the file, before its chunks */
	size_t messages_count;
	bool failed; /* half a message stands in it */
};
void nc_bundle_writer_init(struct nc_bundle_writer *writer);
void nc_bundle_writer_fini(struct nc_bundle_writer *writer);

/*
 * receivers: Ed25519 public keys in any order; the same one twice counts once.
 * Draws from env, in this order: content key (32 bytes), seed of the ephemeral
 * key (32), nonce (16); the same env, info and messages make the same bytes.
 * NC_INVALID: no receiver, or one that is no key; NC_LIMIT: more than
 * NC_BUNDLE_RECEIVERS_MAX.
 */
enum nc_status nc_bundle_begin(struct nc_bundle_writer *writer,
	const struct nc_bundle_info *info, const struct nc_key *key,
	const uint8_t (*receivers)[NC_KEY_SIZE], size_t receivers_count,
	const struct nc_env *env, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;
/* NC_LIMIT: empty or over NC_BUNDLE_MESSAGE_BYTES_MAX, or the bundle is full;
 * the message is then not in it, and the bundle can still be ended. After
 * NC_NO_MEMORY it cannot. */
enum nc_status nc_bundle_add(struct nc_bundle_writer *writer,
	struct nc_slice envelope, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_bundle_end(
	struct nc_bundle_writer *writer, struct nc_error *err) NC_MUST_USE;

/*
 * Reading: open, then next until there is none left. Nothing is given out of
 * a file that is not whole: open reads all of it, to the last chunk, and
 * checks everything; next reads it again, and checks each chunk again, so the
 * file may even be altered in between. In memory are one chunk and the message
 * that is asked for. The file's bytes are borrowed until fini.
 */
struct nc_bundle_reader {
	struct nc_bundle_info info;
	size_t messages_count;
	struct nc_slice chunks; /* all of them, as they stand in the file */
	struct nc_slice rest;	/* those not yet opened */
	struct nc_box box;
	struct nc_buffer plain; /* of the chunk that is being read */
	size_t plain_at;
	uint64_t number; /* of the next chunk */
};
void nc_bundle_reader_init(struct nc_bundle_reader *reader);
void nc_bundle_reader_fini(struct nc_bundle_reader *reader);

/*
 * Verifies the signature by info.sender, which the file names itself: whether
 * that sender may be trusted, and whether cluster and counter are those to be
 * expected, is the caller's to decide.
 *
 *     NC_MALFORMED      no bundle, or cut off
 *     NC_PROTOCOL       of a newer version
 *     NC_LIMIT          over NC_BUNDLE_BYTES_MAX
 *     NC_BAD_SIGNATURE  the header is altered
 *     NC_DENIED         made for others than key
 *     NC_CORRUPT        the content is altered
 */
enum nc_status nc_bundle_open(struct nc_bundle_reader *reader,
	struct nc_slice file, const struct nc_key *key,
	struct nc_error *err) NC_MUST_USE;
/* Puts the next message in place of what out held. *ret_more false: there was
 * none left, and out is empty. */
enum nc_status nc_bundle_next(struct nc_bundle_reader *reader,
	struct nc_buffer *out, bool *ret_more,
	struct nc_error *err) NC_MUST_USE;

#endif
