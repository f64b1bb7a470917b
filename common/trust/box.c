#include "trust/box.h"

#include <sodium.h>
#include <string.h>

#define CHUNK_NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define CHUNK_DATA_SIZE (NC_SHA256_SIZE + 1)

static const uint8_t no_nonce[crypto_box_NONCEBYTES];

void nc_box_fini(struct nc_box *box)
{
	sodium_memzero(box, sizeof(*box));
}

void nc_ephemeral_make(const struct nc_env *env, struct nc_ephemeral *out)
{
	uint8_t seed[crypto_box_SEEDBYTES];

	env->random(env->context, seed, sizeof(seed));
	crypto_box_seed_keypair(out->public_key, out->secret, seed);
	sodium_memzero(seed, sizeof(seed));
}

void nc_ephemeral_fini(struct nc_ephemeral *ephemeral)
{
	sodium_memzero(ephemeral, sizeof(*ephemeral));
}

bool nc_box_wrap(uint8_t ret_wrapped[NC_WRAPPED_SIZE],
	const uint8_t content_key[NC_CONTENT_KEY_SIZE],
	const uint8_t receiver[NC_KEY_SIZE],
	const struct nc_ephemeral *ephemeral)
{
	uint8_t transport[NC_KEY_SIZE];

	return nc_public_transport(receiver, transport) &&
	       crypto_box_easy(ret_wrapped, content_key, NC_CONTENT_KEY_SIZE,
		       no_nonce, transport, ephemeral->secret) == 0;
}

bool nc_box_unwrap(uint8_t ret_content_key[NC_CONTENT_KEY_SIZE],
	const uint8_t wrapped[NC_WRAPPED_SIZE], const struct nc_key *key,
	const uint8_t ephemeral[NC_KEY_SIZE])
{
	uint8_t transport[NC_KEY_SIZE], secret[NC_KEY_SIZE];
	int bad;

	nc_key_transport(key, transport, secret);
	bad = crypto_box_open_easy(ret_content_key, wrapped, NC_WRAPPED_SIZE,
		no_nonce, ephemeral, secret);
	sodium_memzero(secret, sizeof(secret));
	return bad == 0;
}

static void chunk_nonce(const struct nc_box *box, uint64_t number,
	uint8_t out[CHUNK_NONCE_SIZE])
{
	memcpy(out, box->nonce, NC_BOX_NONCE_SIZE);
	nc_bytes_put_u64(out + NC_BOX_NONCE_SIZE, number);
}

static void chunk_data(
	const struct nc_box *box, bool is_last, uint8_t out[CHUNK_DATA_SIZE])
{
	memcpy(out, box->header_hash, NC_SHA256_SIZE);
	out[NC_SHA256_SIZE] = is_last ? 1 : 0;
}

void nc_chunk_seal(const struct nc_box *box, uint64_t number, bool is_last,
	struct nc_slice plain, uint8_t *out)
{
	uint8_t nonce[CHUNK_NONCE_SIZE], data[CHUNK_DATA_SIZE];

	chunk_nonce(box, number, nonce);
	chunk_data(box, is_last, data);
	crypto_aead_xchacha20poly1305_ietf_encrypt(out, NULL, plain.data,
		plain.size, data, sizeof(data), NULL, nonce, box->content_key);
}

bool nc_chunk_open(const struct nc_box *box, uint64_t number, bool is_last,
	struct nc_slice sealed, uint8_t *out)
{
	uint8_t nonce[CHUNK_NONCE_SIZE], data[CHUNK_DATA_SIZE];

	chunk_nonce(box, number, nonce);
	chunk_data(box, is_last, data);
	return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL,
		       sealed.data, sealed.size, data, sizeof(data), nonce,
		       box->content_key) == 0;
}
