/*
 * What the readers and writers of C2SP notes share: lines, numbers, padded
 * base64, names, key ids, signature lines. For note.c, checkpoint.c,
 * tlog_proof.c and their tests; everybody else uses note.h.
 *
 * Nothing here allocates but into the buffer that is given.
 */
#ifndef NC_TRUST_NOTE_PART_H
#define NC_TRUST_NOTE_PART_H

#include "trust/note.h"

#define NC_NOTE_KEY_ID_SIZE 4

/* Takes a line off the front of text, without its newline; false when no
 * newline is left. */
bool nc_note_take_line(struct nc_slice *text, struct nc_slice *ret_line);
/* Takes prefix off the front of line. */
bool nc_note_take_prefix(struct nc_slice *line, const char *prefix);
/* Valid UTF-8 (RFC 3629) and nothing below U+0020 but newlines. Else, where
 * ret_line is not NULL, the number of the bad line, from 1. */
bool nc_note_text_is_clean(struct nc_slice text, size_t *ret_line);
/* A key name: not empty, at most NC_NOTE_NAME_MAX bytes, valid UTF-8 without
 * control characters, Unicode spaces and plus. */
bool nc_note_name_is_valid(struct nc_slice name);

/* ASCII decimal without leading zeroes. NC_MALFORMED; NC_LIMIT above max. */
enum nc_status nc_note_read_number(
	struct nc_slice text, uint64_t max, uint64_t *ret_number) NC_MUST_USE;

/* Base64 of RFC 4648 section 4: padded, and on reading nothing but the one
 * canonical encoding. Append to out; NC_MALFORMED, NC_LIMIT, NC_NO_MEMORY. */
enum nc_status nc_note_base64_encode(
	struct nc_buffer *out, struct nc_slice bytes) NC_MUST_USE;
enum nc_status nc_note_base64_decode(
	struct nc_buffer *out, struct nc_slice text) NC_MUST_USE;
/* Checks all of text and writes the first room bytes of what it says. */
bool nc_note_read_base64(
	struct nc_slice text, uint8_t *out, size_t room, size_t *ret_size);
/* Takes back what was appended past size. */
void nc_note_cut(struct nc_buffer *buffer, size_t size);
bool nc_note_read_hash(struct nc_slice text, struct nc_tree_hash *ret_hash);

/* SHA-256(name, newline, type, public key), its first four bytes. The name is
 * valid. */
void nc_note_key_id(uint8_t ret_id[NC_NOTE_KEY_ID_SIZE], struct nc_slice name,
	uint8_t type, const uint8_t public_key[NC_KEY_SIZE]);

/* The longest signature that is looked into: key id, time, Ed25519. Of a
 * longer one, which is another algorithm's, the beginning. */
#define NC_NOTE_SIGNATURE_KEPT 96

/* A signature line taken apart. */
struct nc_note_signature {
	struct nc_slice name;
	size_t size; /* of the decoded bytes, key id and all; at least 5 */
	uint8_t bytes[NC_NOTE_SIGNATURE_KEPT]; /* the first of them */
};

/* Whether line (without its newline) is a signature line. */
bool nc_note_read_signature(
	struct nc_slice line, struct nc_note_signature *ret_signature);
/* Appends "— name base64(id, bytes)\n", whole or not at all. The name is
 * valid; bytes are at most NC_NOTE_SIGNATURE_KEPT less the id. */
enum nc_status nc_note_put_signature(struct nc_buffer *out,
	struct nc_slice name, const uint8_t id[NC_NOTE_KEY_ID_SIZE],
	struct nc_slice bytes) NC_MUST_USE;

/* A note as signed-note has it, whatever its text says. */
struct nc_note {
	struct nc_slice body;	    /* with its last newline */
	struct nc_slice signatures; /* whole lines, one at least */
};

/* NC_MALFORMED, and the number of the bad line from 1, 0 when there is no
 * blank line; NC_LIMIT past NC_NOTE_BYTES_MAX or NC_NOTE_SIGNATURES_MAX. */
enum nc_status nc_note_split(struct nc_slice text, struct nc_note *ret_note,
	size_t *ret_line) NC_MUST_USE;
/* Whether the Ed25519 key (type 0x01) of that name signed the body. False
 * too when any line has the key's name and id but a wrong signature. Lines of
 * other keys are ignored. */
bool nc_note_is_signed(struct nc_slice body, struct nc_slice signatures,
	struct nc_slice name, const uint8_t public_key[NC_KEY_SIZE]);

#endif
