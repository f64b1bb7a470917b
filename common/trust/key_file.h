/*
 * Key files, as they are or sealed with a passphrase. The format stands at
 * the top of key_file.c.
 */
#ifndef NC_TRUST_KEY_FILE_H
#define NC_TRUST_KEY_FILE_H

#include "base/limits.h"
#include "trust/trust.h"

/* A passphrase: UTF-8, a NUL after it, in guarded memory. */
struct nc_passphrase {
	size_t size; /* bytes of text */
	char text[NC_PASSPHRASE_BYTES_MAX + 1];
};

/* In sodium_malloc's memory: between guard pages, not swapped, wiped when it
 * is freed. NULL without memory. */
struct nc_passphrase *nc_passphrase_new(void);
void nc_passphrase_free(struct nc_passphrase *passphrase);
void nc_passphrase_free_at(struct nc_passphrase **passphrase);
/* The first line of a file, without its end. NC_DENIED when others may read
 * the file; NC_LIMIT when the line is longer than a passphrase may be. */
enum nc_status nc_passphrase_read(struct nc_passphrase *passphrase,
	const char *path, struct nc_error *err) NC_MUST_USE;

/* Who is asked for the passphrase of the key file at path, and only when that
 * file is sealed. */
struct nc_passphrase_source {
	enum nc_status (*ask)(void *context, const char *path,
		struct nc_passphrase *passphrase, struct nc_error *err);
	void *context;
};

/*
 * Reads a key file of either form. NC_NOT_FOUND; NC_DENIED when others may
 * read it, when the passphrase is wrong, or when it is sealed and source is
 * NULL; NC_CORRUPT when it is no key; NC_LIMIT when it asks for more work
 * than is given (NC_KEY_FILE_*_MAX); else what the source returned.
 */
enum nc_status nc_key_load(const char *path,
	const struct nc_passphrase_source *source, struct nc_key **ret_key,
	struct nc_error *err) NC_MUST_USE;
/* The same for a file that nc_key_save_like wrote beside another key: one that
 * is sealed as that one is opens without asking. */
enum nc_status nc_key_load_like(const char *path, const struct nc_key *like,
	const struct nc_passphrase_source *source, struct nc_key **ret_key,
	struct nc_error *err) NC_MUST_USE;
/* Whether the file that the key was read from was sealed. */
bool nc_key_is_sealed(const struct nc_key *key);

/* All write 0600, whole or not at all; what was there is replaced. What
 * interrupted ones left in the folder is removed. */
/* As it is. */
enum nc_status nc_key_save(const struct nc_key *key, const char *path,
	struct nc_error *err) NC_MUST_USE;
/* Sealed: Argon2id at libsodium's MODERATE limits, which takes 256 MiB and
 * about a second. */
enum nc_status nc_key_save_sealed(const struct nc_key *key, const char *path,
	const struct nc_passphrase *passphrase, const struct nc_env *env,
	struct nc_error *err) NC_MUST_USE;
/* In the form that another key was read in: as it is, or sealed with the same
 * passphrase, which nobody is asked for again. For a key that takes another's
 * place. */
enum nc_status nc_key_save_like(const struct nc_key *key,
	const struct nc_key *like, const char *path, const struct nc_env *env,
	struct nc_error *err) NC_MUST_USE;

#endif
