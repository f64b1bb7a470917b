/*
 * The line that the next hub's office sends to the present one, for a
 * hand-over: "nhipcauhub1-" and, in unpadded base64url, the hub's 32-byte
 * public key, its address (1 to NC_LABEL_BYTES_MAX bytes of clean text without
 * spaces), and the first 4 bytes of the SHA-256 of those two, so that a letter
 * lost in copying is noticed. It is no secret.
 */
#ifndef NC_WIRE_HUB_KEY_H
#define NC_WIRE_HUB_KEY_H

#include "base/memory.h"
#include "trust/trust.h"

struct nc_hub_key_line {
	uint8_t public_key[NC_KEY_SIZE];
	struct nc_slice address;
};

/* Appends the line, without a line end. NC_LIMIT when the address is empty or
 * too long. */
enum nc_status nc_hub_key_print(const struct nc_hub_key_line *line,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* White space around and inside is forgiven. The address is the arena's.
 * NC_MALFORMED otherwise. */
enum nc_status nc_hub_key_parse(const char *text, struct nc_arena *arena,
	struct nc_hub_key_line *ret_line, struct nc_error *err) NC_MUST_USE;

#endif
