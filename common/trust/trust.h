/*
 * Keys, signatures, hashes: the only user of libsodium.
 *
 * A device has one Ed25519 key (RFC 8032); its CURVE transport key is the
 * X25519 form of the same. The device id is the first 8 bytes of SHA-256 of
 * the public key. Secret keys live in guarded memory and are never printed.
 */
#ifndef NC_TRUST_TRUST_H
#define NC_TRUST_TRUST_H

#include "base/bytes.h"
#include "base/env.h"

#define NC_KEY_SIZE 32
#define NC_SIGNATURE_SIZE 64
#define NC_SHA256_SIZE 32

/* What each signature is over, besides the bytes: one domain per purpose. */
#define NC_DOMAIN_CHANGE_SET "nhipcau/1 change-set\n"
#define NC_DOMAIN_ENROL "nhipcau/1 enrol\n"
#define NC_DOMAIN_BUNDLE "nhipcau/1 bundle\n"

/* Once per process, before anything else here. */
enum nc_status nc_trust_start(struct nc_error *err) NC_MUST_USE;

/* The operating system's generator, in the shape of nc_env.random. */
void nc_trust_random(void *unused, void *out, size_t size);

struct nc_key; /* a secret key */

/* A new key from 32 random bytes of env. Free with nc_key_free. */
enum nc_status nc_key_generate(const struct nc_env *env,
	struct nc_key **ret_key, struct nc_error *err) NC_MUST_USE;
/*
 * Another Ed25519 key out of this one, the same each time: its seed is
 * BLAKE2b-256 (RFC 7693), keyed with this key's 32-byte seed, of the purpose's
 * bytes, one NUL, and the salt. Who has the derived key learns nothing of this
 * one. A purpose is a constant of the program, one for each use. Key files:
 * trust/key_file.h.
 */
enum nc_status nc_key_derive(const struct nc_key *key, const char *purpose,
	struct nc_slice salt, struct nc_key **ret_key,
	struct nc_error *err) NC_MUST_USE;
/* The same key once more. */
enum nc_status nc_key_copy(const struct nc_key *key, struct nc_key **ret_key,
	struct nc_error *err) NC_MUST_USE;
void nc_key_free(struct nc_key *key);
void nc_key_free_at(struct nc_key **key);

/* Borrowed, NC_KEY_SIZE bytes: the Ed25519 public key. */
const uint8_t *nc_key_public(const struct nc_key *key);
uint64_t nc_key_device(const struct nc_key *key);
/* The X25519 pair for CURVE, from the same seed; wipe secret after use
 * (nc_wipe). */
void nc_key_transport(const struct nc_key *key, uint8_t ret_public[NC_KEY_SIZE],
	uint8_t ret_secret[NC_KEY_SIZE]);
void nc_wipe(void *memory, size_t size);
/* Wipes all that a buffer's memory holds and empties it, as its fini. */
void nc_wipe_buffer(struct nc_buffer *buffer);
/* Takes the same time wherever two secrets (or their hashes) differ. */
bool nc_secret_equal(const void *a, const void *b, size_t size);

/* The device id of a public key. */
uint64_t nc_public_device(const uint8_t public_key[NC_KEY_SIZE]);
/* Its X25519 form; false for bytes that are no Ed25519 key. */
bool nc_public_transport(const uint8_t public_key[NC_KEY_SIZE],
	uint8_t ret_transport[NC_KEY_SIZE]);

/* Signs domain (its text without NUL) followed by bytes. */
enum nc_status nc_sign(const struct nc_key *key, const char *domain,
	struct nc_slice bytes, uint8_t ret_signature[NC_SIGNATURE_SIZE],
	struct nc_error *err) NC_MUST_USE;
/* Pure, safe on any thread. False also when memory runs out, which it needs
 * only where the domain is not empty and makes more than NC_VERIFY_FEW bytes
 * with the rest: what a checkpoint or a voucher is taken for must not hang on
 * memory. */
#define NC_VERIFY_FEW 256
bool nc_verify(const uint8_t public_key[NC_KEY_SIZE], const char *domain,
	struct nc_slice bytes, const uint8_t signature[NC_SIGNATURE_SIZE]);

void nc_sha256(uint8_t out[NC_SHA256_SIZE], struct nc_slice bytes);

/*
 * A digest of a set: the sum, as 32-byte little-endian integers modulo 2^256,
 * of the BLAKE2b-256 (RFC 7693) hashes of its members. The order of adding
 * and taking does not matter; the empty set is all zero.
 */
#define NC_DIGEST_SIZE 32
struct nc_digest {
	uint8_t bytes[NC_DIGEST_SIZE];
};
void nc_digest_add(struct nc_digest *digest, struct nc_slice member);
void nc_digest_take(struct nc_digest *digest, struct nc_slice member);
bool nc_digest_equal(const struct nc_digest *a, const struct nc_digest *b);

/* Unpadded base64url (RFC 4648 section 5). */
enum nc_status nc_base64_encode(
	struct nc_buffer *out, struct nc_slice bytes) NC_MUST_USE;
enum nc_status nc_base64_decode(
	struct nc_buffer *out, struct nc_slice text) NC_MUST_USE;

#endif
