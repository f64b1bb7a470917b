/*
 * What the hub signs about its tree, in the formats of C2SP (c2sp.org):
 *
 *     signed-note        text, a blank line, signature lines
 *     tlog-checkpoint    a note: origin, size, root, extension lines
 *     tlog-cosignature   a witness's signature line, with its time
 *     tlog-proof         index, audit path and checkpoint of one entry
 *
 * Signatures are Ed25519: type 0x01 by the log, whose key name is its origin;
 * type 0x04 by witnesses. Parsing checks everything about the form (sizes,
 * UTF-8, no control characters below U+0020, no leading zeroes, canonical
 * base64 of RFC 4648 section 4) and nothing about trust. What is not in the one
 * form is refused, not mended: parsed and printed again, it is the same bytes.
 *
 * Names and origins that we print are 1 to NC_NOTE_NAME_MAX bytes of UTF-8
 * without Unicode spaces and plus signs. An origin that is read may have
 * them, as the specification lets it; then nothing can be signed in its name.
 */
#ifndef NC_TRUST_NOTE_H
#define NC_TRUST_NOTE_H

#include "trust/tree.h"

/* A checkpoint with all its lines: 256 witnesses' Ed25519 lines of 150 bytes
 * take 38 KiB; twelve post-quantum ones fit too (5 KB each). */
#define NC_NOTE_BYTES_MAX (64 * 1024)
/* Four times the 63 unions; the specification asks for 16. */
#define NC_NOTE_SIGNATURES_MAX 256
/* A key's name or an origin; a domain name has at most 253. */
#define NC_NOTE_NAME_MAX 256

/* What signs, in key ids and verifier keys. */
#define NC_NOTE_TYPE_LOG 0x01
#define NC_NOTE_TYPE_WITNESS 0x04

/* Everything is the parsed bytes'. */
struct nc_checkpoint {
	struct nc_slice origin;
	uint64_t size; /* at most NC_TREE_SIZE_MAX */
	struct nc_tree_hash root;
	struct nc_slice extension;  /* whole lines with their ends; or empty */
	struct nc_slice body;	    /* what is signed: up to the blank line */
	struct nc_slice signatures; /* the signature lines, at least one */
};

/* NC_MALFORMED or NC_LIMIT with a sentence. Allocates nothing. */
enum nc_status nc_checkpoint_parse(struct nc_slice note,
	struct nc_checkpoint *ret_checkpoint, struct nc_error *err) NC_MUST_USE;
/* Appends a checkpoint signed by key, whole or nothing. extension: whole
 * lines, none of them empty; or "" or NULL. NC_INVALID for an origin, size or
 * extension that cannot be printed; NC_LIMIT past NC_NOTE_BYTES_MAX or out's
 * limit; NC_NO_MEMORY. */
enum nc_status nc_checkpoint_print(const struct nc_key *key, const char *origin,
	uint64_t size, const struct nc_tree_hash *root, const char *extension,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* Appends a checkpoint's text, what is signed, alone. */
enum nc_status nc_checkpoint_body(struct nc_buffer *out, const char *origin,
	uint64_t size, const struct nc_tree_hash *root,
	struct nc_slice extension) NC_MUST_USE;
/* Whether the log's signature is there and is public_key's. False when any
 * line with the origin's name and that key's id has a wrong signature, even
 * beside a right one; lines of other keys are ignored. Allocates nothing: what
 * is believed of a hub does not hang on memory. */
bool nc_checkpoint_is_signed(const struct nc_checkpoint *checkpoint,
	const uint8_t public_key[NC_KEY_SIZE]);

/* Appends a witness's line, "— name base64\n", over the checkpoint's body,
 * whole or nothing. time_s: seconds since 1970 UTC, not negative (else
 * NC_INVALID, as for a name that cannot be printed). */
enum nc_status nc_cosignature_print(const struct nc_key *key, const char *name,
	const struct nc_checkpoint *checkpoint, int64_t time_s,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* Whether line (with or without its end) is the cosignature of that name and
 * key over the checkpoint; then when it was made. The name is not in what is
 * signed: one key must not witness under two names. False also when memory
 * runs out. */
bool nc_cosignature_check(struct nc_slice line, const char *name,
	const uint8_t public_key[NC_KEY_SIZE],
	const struct nc_checkpoint *checkpoint, int64_t *ret_time_s);

/* Appends "name+hex key id+base64", whole or nothing: how verifiers are told
 * of a key. NC_INVALID for a name that cannot be printed or another type than
 * the two above; NC_LIMIT, NC_NO_MEMORY. */
enum nc_status nc_vkey_print(const char *name, uint8_t type,
	const uint8_t public_key[NC_KEY_SIZE],
	struct nc_buffer *out) NC_MUST_USE;

/* A verifier key taken apart; name is the text's. */
struct nc_vkey {
	struct nc_slice name;
	uint8_t type;
	uint8_t public_key[NC_KEY_SIZE];
};
/* Reads what nc_vkey_print makes, white space around it forgiven. Whatever is
 * not in that one form is NC_MALFORMED, with a sentence of its own for each
 * fault: its parts, its name, its base64 and size, a type that is no Ed25519
 * key's, a key that is none, a key id that is another's. */
enum nc_status nc_vkey_parse(const char *text, struct nc_vkey *ret_vkey,
	struct nc_error *err) NC_MUST_USE;

/* Hashes of a path: RFC 6962 needs 48 in our largest tree, 64 in any. */
#define NC_TLOG_PROOF_PATH_MAX 64
/* Holds a signed change-set (1 MiB) and what else explains it. */
#define NC_TLOG_PROOF_EXTRA_MAX (2 * 1024 * 1024)
/* The text: 2.67 MiB for that in base64, 3 KiB of path, 64 KiB of
 * checkpoint. */
#define NC_TLOG_PROOF_BYTES_MAX (3 * 1024 * 1024)
/* What parsing decodes: the limit for its buffer. */
#define NC_TLOG_PROOF_DECODED_MAX                                              \
	(NC_TLOG_PROOF_EXTRA_MAX + NC_TLOG_PROOF_PATH_MAX * NC_TREE_HASH_SIZE)

/* A tlog-proof. After parsing, extra and path are the buffer's that it
 * filled, checkpoint is the text's. */
struct nc_tlog_proof {
	uint64_t index;		    /* below NC_TREE_SIZE_MAX */
	struct nc_slice extra;	    /* application's own; may be empty */
	struct nc_slice path;	    /* RFC 6962 audit path, 32 bytes each */
	struct nc_slice checkpoint; /* the whole note */
};
/* Appends the text, whole or nothing. NC_INVALID for a path of broken hashes
 * or an index past every tree; NC_LIMIT; NC_MALFORMED when the checkpoint is
 * not one. Whether the proof holds is not looked at. */
enum nc_status nc_tlog_proof_print(const struct nc_tlog_proof *proof,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* bytes is emptied and gets the decoded extra and path, which ret_proof
 * borrows until bytes is used again; give it NC_TLOG_PROOF_DECODED_MAX. Its
 * checkpoint parses. Whether the proof holds, and whether the index is within
 * the checkpoint's tree, nc_tree_check_leaf says. NC_MALFORMED, NC_LIMIT,
 * NC_NO_MEMORY. */
enum nc_status nc_tlog_proof_parse(struct nc_slice text,
	struct nc_buffer *bytes, struct nc_tlog_proof *ret_proof,
	struct nc_error *err) NC_MUST_USE;

#endif
