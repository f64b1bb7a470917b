/*
 * What a sealed file is made of: a content key wrapped for each receiver, and
 * chunks under that key. The format is proto/bundle.proto's. Nothing here
 * draws randomness but from env; the same env makes the same bytes.
 */
#ifndef NC_TRUST_BOX_H
#define NC_TRUST_BOX_H

#include "trust/trust.h"

#define NC_CONTENT_KEY_SIZE 32
#define NC_WRAPPED_SIZE (NC_CONTENT_KEY_SIZE + 16)
#define NC_BOX_NONCE_SIZE 16
/* What a chunk's ciphertext is longer than its plain bytes. */
#define NC_CHUNK_TAG_SIZE 16

/* What seals the chunks of one file. Wipe after use (nc_box_fini). */
struct nc_box {
	uint8_t content_key[NC_CONTENT_KEY_SIZE];
	uint8_t nonce[NC_BOX_NONCE_SIZE];
	uint8_t header_hash[NC_SHA256_SIZE];
};
void nc_box_fini(struct nc_box *box);

/* The X25519 pair of one file. Wipe secret after use. */
struct nc_ephemeral {
	uint8_t public_key[NC_KEY_SIZE];
	uint8_t secret[NC_KEY_SIZE];
};
/* From 32 random bytes: secret is the first half of their SHA-512 (libsodium's
 * crypto_box_seed_keypair). */
void nc_ephemeral_make(const struct nc_env *env, struct nc_ephemeral *out);
void nc_ephemeral_fini(struct nc_ephemeral *ephemeral);

/* For the holder of an Ed25519 public key; false when it is none. */
bool nc_box_wrap(uint8_t ret_wrapped[NC_WRAPPED_SIZE],
	const uint8_t content_key[NC_CONTENT_KEY_SIZE],
	const uint8_t receiver[NC_KEY_SIZE],
	const struct nc_ephemeral *ephemeral);
/* False when it was not wrapped for key, or altered. */
bool nc_box_unwrap(uint8_t ret_content_key[NC_CONTENT_KEY_SIZE],
	const uint8_t wrapped[NC_WRAPPED_SIZE], const struct nc_key *key,
	const uint8_t ephemeral[NC_KEY_SIZE]);

/* Writes plain.size + NC_CHUNK_TAG_SIZE bytes. */
void nc_chunk_seal(const struct nc_box *box, uint64_t number, bool is_last,
	struct nc_slice plain, uint8_t *out);
/* Writes sealed.size - NC_CHUNK_TAG_SIZE bytes, which sealed must have; false
 * when it is not that chunk, and out then holds nothing of it. */
bool nc_chunk_open(const struct nc_box *box, uint64_t number, bool is_last,
	struct nc_slice sealed, uint8_t *out);

#endif
