#include "trust/trust.h"
#include "base/memory.h"
#include "trust/key.h"

#include <string.h>

enum nc_status nc_trust_start(struct nc_error *err)
{
	if (sodium_init() < 0)
		return nc_error_set(err, NC_IO,
			_("The cryptography library did not start; install "
			  "libsodium again."));
	return NC_OK;
}

void nc_trust_random(void *unused, void *out, size_t size)
{
	(void)unused;
	randombytes_buf(out, size);
}

enum nc_status nc_key_from_seed(const uint8_t seed[crypto_sign_SEEDBYTES],
	const struct nc_key_seal *seal, struct nc_key **ret_key,
	struct nc_error *err)
{
	struct nc_key *key = sodium_malloc(sizeof(*key));

	if (key == NULL)
		return nc_error_no_memory(err);
	memset(key, 0, sizeof(*key));
	memcpy(key->seed, seed, sizeof(key->seed));
	crypto_sign_seed_keypair(key->public_key, key->secret, key->seed);
	key->device = nc_public_device(key->public_key);
	if (seal != NULL)
		key->seal = *seal;
	sodium_mprotect_readonly(key);
	*ret_key = key;
	return NC_OK;
}

enum nc_status nc_key_generate(
	const struct nc_env *env, struct nc_key **ret_key, struct nc_error *err)
{
	uint8_t seed[crypto_sign_SEEDBYTES];
	enum nc_status status;

	env->random(env->context, seed, sizeof(seed));
	status = nc_key_from_seed(seed, NULL, ret_key, err);
	sodium_memzero(seed, sizeof(seed));
	return status;
}

enum nc_status nc_key_derive(const struct nc_key *key, const char *purpose,
	struct nc_slice salt, struct nc_key **ret_key, struct nc_error *err)
{
	crypto_generichash_state state;
	uint8_t seed[crypto_sign_SEEDBYTES];
	enum nc_status status;

	crypto_generichash_init(
		&state, key->seed, sizeof(key->seed), sizeof(seed));
	crypto_generichash_update(
		&state, (const uint8_t *)purpose, strlen(purpose) + 1);
	crypto_generichash_update(&state, salt.data, salt.size);
	crypto_generichash_final(&state, seed, sizeof(seed));
	status = nc_key_from_seed(seed, NULL, ret_key, err);
	sodium_memzero(&state, sizeof(state));
	sodium_memzero(seed, sizeof(seed));
	return status;
}

enum nc_status nc_key_copy(
	const struct nc_key *key, struct nc_key **ret_key, struct nc_error *err)
{
	return nc_key_from_seed(key->seed, &key->seal, ret_key, err);
}

void nc_key_free(struct nc_key *key)
{
	sodium_free(key);
}

void nc_key_free_at(struct nc_key **key)
{
	sodium_free(*key);
}

const uint8_t *nc_key_public(const struct nc_key *key)
{
	return key->public_key;
}

uint64_t nc_key_device(const struct nc_key *key)
{
	return key->device;
}

void nc_key_transport(const struct nc_key *key, uint8_t ret_public[NC_KEY_SIZE],
	uint8_t ret_secret[NC_KEY_SIZE])
{
	int bad = crypto_sign_ed25519_pk_to_curve25519(
		ret_public, key->public_key);

	NC_ASSERT(bad == 0);
	bad = crypto_sign_ed25519_sk_to_curve25519(ret_secret, key->secret);
	NC_ASSERT(bad == 0);
}

void nc_wipe(void *memory, size_t size)
{
	sodium_memzero(memory, size);
}

void nc_wipe_buffer(struct nc_buffer *buffer)
{
	if (buffer->data != NULL)
		sodium_memzero(buffer->data, buffer->capacity);
	nc_buffer_fini(buffer);
}

bool nc_secret_equal(const void *a, const void *b, size_t size)
{
	return sodium_memcmp(a, b, size) == 0;
}

uint64_t nc_public_device(const uint8_t public_key[NC_KEY_SIZE])
{
	uint8_t hash[NC_SHA256_SIZE];

	nc_sha256(hash, nc_slice(public_key, NC_KEY_SIZE));
	return nc_bytes_get_u64(hash);
}

bool nc_public_transport(const uint8_t public_key[NC_KEY_SIZE],
	uint8_t ret_transport[NC_KEY_SIZE])
{
	return crypto_sign_ed25519_pk_to_curve25519(
		       ret_transport, public_key) == 0;
}

/* libsodium signs one run of bytes, so the domain goes in front of a copy. */
static void join(uint8_t *out, const char *domain, struct nc_slice bytes)
{
	size_t domain_size = strlen(domain);

	memcpy(out, domain, domain_size);
	if (bytes.size > 0)
		memcpy(out + domain_size, bytes.data, bytes.size);
}

enum nc_status nc_sign(const struct nc_key *key, const char *domain,
	struct nc_slice bytes, uint8_t ret_signature[NC_SIGNATURE_SIZE],
	struct nc_error *err)
{
	size_t size = strlen(domain) + bytes.size;
	uint8_t *joined NC_AUTO(nc_free_at) = nc_malloc(size);

	if (joined == NULL)
		return nc_error_no_memory(err);
	join(joined, domain, bytes);
	crypto_sign_detached(ret_signature, NULL, joined, size, key->secret);
	/* What enrols holds an invitation's secret. */
	sodium_memzero(joined, size);
	return NC_OK;
}

bool nc_verify(const uint8_t public_key[NC_KEY_SIZE], const char *domain,
	struct nc_slice bytes, const uint8_t signature[NC_SIGNATURE_SIZE])
{
	size_t size = strlen(domain) + bytes.size;
	uint8_t few[NC_VERIFY_FEW], *joined = few;
	uint8_t *many NC_AUTO(nc_free_at) = NULL;

	if (domain[0] == '\0')
		return crypto_sign_verify_detached(signature, bytes.data,
			       bytes.size, public_key) == 0;
	if (size > sizeof(few))
		joined = many = nc_malloc(size);
	if (joined == NULL)
		return false;
	join(joined, domain, bytes);
	return crypto_sign_verify_detached(
		       signature, joined, size, public_key) == 0;
}

void nc_sha256(uint8_t out[NC_SHA256_SIZE], struct nc_slice bytes)
{
	crypto_hash_sha256(out, bytes.data, bytes.size);
}

static void digest_hash(uint8_t out[NC_DIGEST_SIZE], struct nc_slice member)
{
	crypto_generichash(
		out, NC_DIGEST_SIZE, member.data, member.size, NULL, 0);
}

void nc_digest_add(struct nc_digest *digest, struct nc_slice member)
{
	uint8_t hash[NC_DIGEST_SIZE];

	digest_hash(hash, member);
	sodium_add(digest->bytes, hash, NC_DIGEST_SIZE);
}

void nc_digest_take(struct nc_digest *digest, struct nc_slice member)
{
	uint8_t hash[NC_DIGEST_SIZE];

	digest_hash(hash, member);
	sodium_sub(digest->bytes, hash, NC_DIGEST_SIZE);
}

bool nc_digest_equal(const struct nc_digest *a, const struct nc_digest *b)
{
	return memcmp(a->bytes, b->bytes, NC_DIGEST_SIZE) == 0;
}

enum nc_status nc_base64_encode(struct nc_buffer *out, struct nc_slice bytes)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	size_t room = sodium_base64_encoded_len(bytes.size, variant);
	enum nc_status status = nc_buffer_reserve(out, room);

	if (status != NC_OK)
		return status;
	sodium_bin2base64((char *)out->data + out->size, room, bytes.data,
		bytes.size, variant);
	out->size += room - 1;
	return NC_OK;
}

enum nc_status nc_base64_decode(struct nc_buffer *out, struct nc_slice text)
{
	const int variant = sodium_base64_VARIANT_URLSAFE_NO_PADDING;
	enum nc_status status = nc_buffer_reserve(out, text.size);
	size_t size;

	/* libsodium 1.0.18 takes bytes past ASCII for letters. */
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] >= 0x80)
			return NC_MALFORMED;
	if (status != NC_OK)
		return status;
	if (sodium_base642bin(out->data + out->size, text.size + 1,
		    (const char *)text.data, text.size, NULL, &size, NULL,
		    variant) != 0)
		return NC_MALFORMED;
	out->size += size;
	return NC_OK;
}
