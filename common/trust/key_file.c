/*
 * A key file is one line of ASCII words with one space between them, and a
 * line end. Numbers are decimal without leading zeroes, the rest is in
 * hexadecimal. As it is:
 *
 *     nhipcau-key-1 SEED
 *
 * SEED is the 32 bytes of RFC 8032's private key. Sealed with a passphrase:
 *
 *     nhipcau-key-2 argon2id13 PASSES KIB SALT NONCE CIPHERTEXT
 *
 *     PASSES      Argon2id's passes over the memory, 1 to
 * NC_KEY_FILE_PASSES_MAX KIB         its memory, 8 to NC_KEY_FILE_KIB_MAX; one
 * lane SALT        16 bytes NONCE       24 bytes, new each time that the file
 * is written CIPHERTEXT  48 bytes
 *
 * The wrapping key is Argon2id (RFC 9106, version 1.3), 32 bytes, of the
 * passphrase's bytes. CIPHERTEXT is XChaCha20-Poly1305 (the IETF form) of the
 * seed; its associated data are all of the line's bytes before it, the space
 * included, so nothing in front of it can be altered unseen.
 */
#include "trust/key_file.h"
#include "base/file.h"
#include "base/memory.h"
#include "trust/key.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <libgen.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PLAIN_WORD "nhipcau-key-1"
#define SEALED_WORD "nhipcau-key-2"
#define SEALED_METHOD "argon2id13"
#define KEY_FILE_SIZE_MAX 4096
#define KIB 1024

#define SEED_SIZE crypto_sign_SEEDBYTES
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define SEALED_SIZE (SEED_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES)

/* What one file holds, in guarded memory. */
struct file_text {
	size_t size;
	uint8_t bytes[KEY_FILE_SIZE_MAX + 1];
};

/* What is made of it, in guarded memory too. */
struct file_work {
	struct file_text text;
	struct nc_key_seal seal;
	uint8_t nonce[NONCE_SIZE];
	uint8_t sealed[SEALED_SIZE];
	uint8_t seed[SEED_SIZE];
	struct nc_slice head; /* of text: the associated data */
};

static void work_free_at(struct file_work **work)
{
	sodium_free(*work);
}

static struct file_work *work_new(void)
{
	struct file_work *work = sodium_malloc(sizeof(*work));

	if (work != NULL)
		memset(work, 0, sizeof(*work));
	return work;
}

struct nc_passphrase *nc_passphrase_new(void)
{
	struct nc_passphrase *passphrase = sodium_malloc(sizeof(*passphrase));

	if (passphrase != NULL)
		memset(passphrase, 0, sizeof(*passphrase));
	return passphrase;
}

void nc_passphrase_free(struct nc_passphrase *passphrase)
{
	sodium_free(passphrase);
}

void nc_passphrase_free_at(struct nc_passphrase **passphrase)
{
	sodium_free(*passphrase);
}

static int read_up_to(int fd, uint8_t *out, size_t size, size_t *ret_size)
{
	size_t used = 0;

	while (used < size) {
		ssize_t got = read(fd, out + used, size - used);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return errno;
		if (got == 0)
			break;
		used += (size_t)got;
	}
	*ret_size = used;
	return 0;
}

/* The file's bytes up to out's size, with no copy of them left behind; unless
 * others may read it, as the file that is open says. */
static enum nc_status read_secret(const char *path, uint8_t *out, size_t size,
	size_t *ret_size, bool *ret_open, struct nc_error *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int error_number = 0;
	struct stat st;

	if (fd < 0)
		return nc_file_error(err, errno, path);
	if (fstat(fd, &st) != 0)
		error_number = errno;
	else if (S_ISDIR(st.st_mode))
		error_number = EISDIR;
	else if ((st.st_mode & (S_IRWXG | S_IRWXO)) != 0)
		*ret_open = true;
	else
		error_number = read_up_to(fd, out, size, ret_size);
	close(fd);
	return error_number == 0 ? NC_OK
				 : nc_file_error(err, error_number, path);
}

static enum nc_status passphrase_too_long(struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("The passphrase is longer than %d bytes; choose a shorter "
		  "one."),
		NC_PASSPHRASE_BYTES_MAX);
}

enum nc_status nc_passphrase_read(struct nc_passphrase *passphrase,
	const char *path, struct nc_error *err)
{
	struct file_work *work NC_AUTO(work_free_at) = work_new();
	const uint8_t *end;
	bool is_open = false;
	size_t size;
	enum nc_status status;

	if (work == NULL)
		return nc_error_no_memory(err);
	status = read_secret(path, work->text.bytes, KEY_FILE_SIZE_MAX,
		&work->text.size, &is_open, err);
	if (status != NC_OK)
		return status;
	if (is_open)
		return nc_error_set(err, NC_DENIED,
			_("Others on this machine may read the passphrase in "
			  "%s; make the file yours alone (chmod 600) and try "
			  "again."),
			path);
	end = memchr(work->text.bytes, '\n', work->text.size);
	size = end == NULL ? work->text.size : (size_t)(end - work->text.bytes);
	if (size > 0 && work->text.bytes[size - 1] == '\r')
		size--;
	if (size > NC_PASSPHRASE_BYTES_MAX)
		return passphrase_too_long(err);
	memcpy(passphrase->text, work->text.bytes, size);
	passphrase->text[size] = '\0';
	passphrase->size = size;
	return NC_OK;
}

static enum nc_status not_a_key(const char *path, struct nc_error *err)
{
	return nc_error_set(err, NC_CORRUPT,
		_("%s is not a key of this program; put the backup of it back, "
		  "or join again as a new device."),
		path);
}

/* Takes the next word off the front of line, and the one space after it. */
static struct nc_slice take_word(struct nc_slice *line)
{
	struct nc_slice word = *line;
	const uint8_t *space =
		line->size == 0 ? NULL : memchr(line->data, ' ', line->size);

	if (space == NULL) {
		*line = nc_slice(NULL, 0);
		return word;
	}
	word.size = (size_t)(space - word.data);
	line->data += word.size + 1;
	line->size -= word.size + 1;
	return word;
}

static bool take_hex(struct nc_slice *line, uint8_t *out, size_t size)
{
	struct nc_slice word = take_word(line);

	return nc_hex_decode(out, size, (const char *)word.data, word.size);
}

/* Up to 9 digits, so that it cannot overflow; not 0. */
static bool take_number(struct nc_slice *line, uint64_t *ret_number)
{
	struct nc_slice word = take_word(line);
	uint64_t number = 0;

	if (word.size == 0 || word.size > 9 || word.data[0] == '0')
		return false;
	for (size_t i = 0; i < word.size; i++) {
		if (word.data[i] < '0' || word.data[i] > '9')
			return false;
		number = number * 10 + (uint64_t)(word.data[i] - '0');
	}
	*ret_number = number;
	return true;
}

static bool read_plain(struct file_work *work, struct nc_slice line)
{
	return take_hex(&line, work->seed, SEED_SIZE) && line.size == 0 &&
	       work->text.size == strlen(PLAIN_WORD) + 1 + 2 * SEED_SIZE;
}

static bool read_sealed(struct file_work *work, struct nc_slice line)
{
	struct nc_slice method = take_word(&line);
	struct nc_slice start = nc_slice(work->text.bytes, work->text.size);

	if (!nc_slice_equal(method, nc_slice_text(SEALED_METHOD)) ||
		!take_number(&line, &work->seal.passes) ||
		!take_number(&line, &work->seal.memory_kib) ||
		!take_hex(&line, work->seal.salt, sizeof(work->seal.salt)) ||
		!take_hex(&line, work->nonce, NONCE_SIZE) ||
		line.size != 2 * SEALED_SIZE)
		return false;
	work->head = nc_slice(start.data, start.size - line.size);
	work->seal.sealed = true;
	return take_hex(&line, work->sealed, SEALED_SIZE);
}

/* A file that another hand wrote may not make us work for hours. */
static enum nc_status check_work(
	const struct nc_key_seal *seal, const char *path, struct nc_error *err)
{
	if (seal->passes <= NC_KEY_FILE_PASSES_MAX &&
		seal->memory_kib <= NC_KEY_FILE_KIB_MAX)
		return NC_OK;
	return nc_error_set(err, NC_LIMIT,
		_("The key %s asks for more work than this program gives to "
		  "opening a key; put the backup of it back."),
		path);
}

static enum nc_status stretch(struct nc_key_seal *seal,
	const struct nc_passphrase *passphrase, struct nc_error *err)
{
	if (crypto_pwhash(seal->wrapping, sizeof(seal->wrapping),
		    passphrase->text, passphrase->size, seal->salt,
		    seal->passes, (size_t)seal->memory_kib * KIB,
		    crypto_pwhash_ALG_ARGON2ID13) != 0)
		return nc_error_no_memory(err);
	return NC_OK;
}

static bool open_seal(struct file_work *work)
{
	return crypto_aead_xchacha20poly1305_ietf_decrypt(work->seed, NULL,
		       NULL, work->sealed, SEALED_SIZE, work->head.data,
		       work->head.size, work->nonce, work->seal.wrapping) == 0;
}

/* With the passphrase that opened another key, if it is sealed as that is. */
static bool unseal_like(struct file_work *work, const struct nc_key *like)
{
	if (like == NULL || !like->seal.sealed ||
		like->seal.passes != work->seal.passes ||
		like->seal.memory_kib != work->seal.memory_kib ||
		memcmp(like->seal.salt, work->seal.salt,
			sizeof(work->seal.salt)) != 0)
		return false;
	memcpy(work->seal.wrapping, like->seal.wrapping,
		sizeof(work->seal.wrapping));
	return open_seal(work);
}

static enum nc_status unseal(struct file_work *work, const struct nc_key *like,
	const struct nc_passphrase_source *source, const char *path,
	struct nc_error *err)
{
	struct nc_passphrase *passphrase NC_AUTO(nc_passphrase_free_at) = NULL;
	enum nc_status status = check_work(&work->seal, path, err);

	if (status != NC_OK || unseal_like(work, like))
		return status;
	if (source == NULL)
		return nc_error_set(err, NC_DENIED,
			_("The key %s is sealed with a passphrase, and nobody "
			  "can be asked for it here."),
			path);
	passphrase = nc_passphrase_new();
	if (passphrase == NULL)
		return nc_error_no_memory(err);
	status = source->ask(source->context, path, passphrase, err);
	if (status == NC_OK)
		status = stretch(&work->seal, passphrase, err);
	if (status != NC_OK)
		return status;
	if (!open_seal(work))
		return nc_error_set(err, NC_DENIED,
			_("This passphrase does not open the key %s; type it "
			  "again, and look at the keyboard's language and its "
			  "capitals."),
			path);
	return NC_OK;
}

static enum nc_status load_text(
	struct file_work *work, const char *path, struct nc_error *err)
{
	bool is_open = false;
	enum nc_status status = read_secret(path, work->text.bytes,
		KEY_FILE_SIZE_MAX, &work->text.size, &is_open, err);

	if (status != NC_OK)
		return status;
	if (is_open)
		return nc_error_set(err, NC_DENIED,
			_("Others on this machine may read the key %s; make it "
			  "yours alone (chmod 600) and try again."),
			path);
	while (work->text.size > 0 &&
		work->text.bytes[work->text.size - 1] <= ' ')
		work->text.size--;
	return NC_OK;
}

enum nc_status nc_key_load(const char *path,
	const struct nc_passphrase_source *source, struct nc_key **ret_key,
	struct nc_error *err)
{
	return nc_key_load_like(path, NULL, source, ret_key, err);
}

enum nc_status nc_key_load_like(const char *path, const struct nc_key *like,
	const struct nc_passphrase_source *source, struct nc_key **ret_key,
	struct nc_error *err)
{
	struct file_work *work NC_AUTO(work_free_at) = work_new();
	struct nc_slice line, word;
	enum nc_status status;

	if (work == NULL)
		return nc_error_no_memory(err);
	status = load_text(work, path, err);
	if (status != NC_OK)
		return status;
	line = nc_slice(work->text.bytes, work->text.size);
	word = take_word(&line);
	if (nc_slice_equal(word, nc_slice_text(PLAIN_WORD)) &&
		read_plain(work, line))
		return nc_key_from_seed(work->seed, NULL, ret_key, err);
	if (!nc_slice_equal(word, nc_slice_text(SEALED_WORD)) ||
		!read_sealed(work, line))
		return not_a_key(path, err);
	status = unseal(work, like, source, path, err);
	if (status == NC_OK)
		status =
			nc_key_from_seed(work->seed, &work->seal, ret_key, err);
	return status;
}

bool nc_key_is_sealed(const struct nc_key *key)
{
	return key->seal.sealed;
}

static void put_hex(struct file_text *text, const void *bytes, size_t size)
{
	nc_hex_encode((char *)text->bytes + text->size, bytes, size);
	text->size += 2 * size;
}

/* A program that was ended while it wrote a key left that key in a file of its
 * own, perhaps as it is where the key is sealed now. */
static void sweep_beside(const char *path)
{
	char *copy NC_AUTO(nc_free_at) = nc_strdup(path);

	if (copy != NULL)
		nc_file_sweep(dirname(copy), ".key");
}

static enum nc_status write_text(
	struct file_text *text, const char *path, struct nc_error *err)
{
	enum nc_status status;

	text->bytes[text->size++] = '\n';
	status = nc_file_write(
		path, nc_slice(text->bytes, text->size), 0600, err);
	if (status == NC_OK)
		sweep_beside(path);
	return status;
}

enum nc_status nc_key_save(
	const struct nc_key *key, const char *path, struct nc_error *err)
{
	struct file_work *work NC_AUTO(work_free_at) = work_new();
	struct file_text *text;

	if (work == NULL)
		return nc_error_no_memory(err);
	text = &work->text;
	text->size = strlen(PLAIN_WORD " ");
	memcpy(text->bytes, PLAIN_WORD " ", text->size);
	put_hex(text, key->seed, SEED_SIZE);
	return write_text(text, path, err);
}

static enum nc_status save_with(const struct nc_key *key,
	const struct nc_key_seal *seal, const char *path,
	const struct nc_env *env, struct nc_error *err)
{
	struct file_work *work NC_AUTO(work_free_at) = work_new();
	struct file_text *text;

	if (work == NULL)
		return nc_error_no_memory(err);
	text = &work->text;
	env->random(env->context, work->nonce, NONCE_SIZE);
	text->size = (size_t)snprintf((char *)text->bytes, KEY_FILE_SIZE_MAX,
		SEALED_WORD " " SEALED_METHOD " %" PRIu64 " %" PRIu64 " ",
		seal->passes, seal->memory_kib);
	put_hex(text, seal->salt, sizeof(seal->salt));
	text->bytes[text->size++] = ' ';
	put_hex(text, work->nonce, NONCE_SIZE);
	text->bytes[text->size++] = ' ';
	crypto_aead_xchacha20poly1305_ietf_encrypt(work->sealed, NULL,
		key->seed, SEED_SIZE, text->bytes, text->size, NULL,
		work->nonce, seal->wrapping);
	put_hex(text, work->sealed, SEALED_SIZE);
	return write_text(text, path, err);
}

enum nc_status nc_key_save_sealed(const struct nc_key *key, const char *path,
	const struct nc_passphrase *passphrase, const struct nc_env *env,
	struct nc_error *err)
{
	struct file_work *work NC_AUTO(work_free_at) = work_new();
	struct nc_key_seal *seal;
	enum nc_status status;

	if (work == NULL)
		return nc_error_no_memory(err);
	seal = &work->seal;
	seal->sealed = true;
	seal->passes = crypto_pwhash_OPSLIMIT_MODERATE;
	seal->memory_kib = crypto_pwhash_MEMLIMIT_MODERATE / KIB;
	env->random(env->context, seal->salt, sizeof(seal->salt));
	status = stretch(seal, passphrase, err);
	if (status == NC_OK)
		status = save_with(key, seal, path, env, err);
	return status;
}

enum nc_status nc_key_save_like(const struct nc_key *key,
	const struct nc_key *like, const char *path, const struct nc_env *env,
	struct nc_error *err)
{
	if (!like->seal.sealed)
		return nc_key_save(key, path, err);
	return save_with(key, &like->seal, path, env, err);
}
