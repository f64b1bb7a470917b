/*
 * A secret key from inside: for the files of this room alone. It lives in
 * sodium_malloc's memory, read-only once it is made.
 */
#ifndef NC_TRUST_KEY_H
#define NC_TRUST_KEY_H

#include "trust/trust.h"

#include <sodium.h>

/* How a sealed key file was sealed: enough to seal another key alike. */
struct nc_key_seal {
	bool sealed;
	uint64_t passes;     /* Argon2id's opslimit */
	uint64_t memory_kib; /* Argon2id's memlimit / 1,024 */
	uint8_t salt[crypto_pwhash_SALTBYTES];
	uint8_t wrapping[crypto_aead_xchacha20poly1305_ietf_KEYBYTES];
};

struct nc_key {
	uint8_t seed[crypto_sign_SEEDBYTES];
	uint8_t secret[crypto_sign_SECRETKEYBYTES];
	uint8_t public_key[NC_KEY_SIZE];
	uint64_t device;
	struct nc_key_seal seal; /* of the file that it was read from */
};

/* seal may be NULL: not sealed. Copies; the caller wipes its own. */
enum nc_status nc_key_from_seed(const uint8_t seed[crypto_sign_SEEDBYTES],
	const struct nc_key_seal *seal, struct nc_key **ret_key,
	struct nc_error *err) NC_MUST_USE;

#endif
