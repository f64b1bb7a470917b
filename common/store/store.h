/*
 * A replica's store: one SQLite file that holds the log (the truth) and its
 * fold (everything else, rebuilt from the log at any time, byte for byte).
 * The only user of sqlite3.h; none of its types appear in these headers.
 *
 * One thread per store. Other processes may use the same file: each begin
 * looks whether they changed it. An SQLite fault maps to NC_FULL (disk full),
 * NC_READ_ONLY, NC_BUSY, NC_CORRUPT, NC_NO_MEMORY or NC_IO, with a sentence.
 *
 * File format and tables: docs/ARCHITECTURE.md, "The store".
 */
#ifndef NC_STORE_STORE_H
#define NC_STORE_STORE_H

#include "model/model.h"
#include "wire/changeset.h"

/* Raised whenever the tables change; kept in SQLite's user_version. */
#define NC_STORE_VERSION 2

struct nc_store;

enum nc_store_mode {
	NC_STORE_OPEN,	   /* it must be there */
	NC_STORE_READ,	   /* as OPEN; see below */
	NC_STORE_CREATE,   /* it must not */
	NC_STORE_EPHEMERAL /* as CREATE, without waiting for the disk: tests */
};

/* Told now and then on long work. */
struct nc_progress {
	void (*step)(void *context, uint64_t done, uint64_t total);
	void *context;
};

/*
 * NC_STORE_READ is for those who only read, and not for long. Reading beside
 * others needs some 32 KB of the disk too (SQLite's index of the write-ahead
 * log, store.db-shm). Where they are not to be had, the file is held alone, as
 * https://www.sqlite.org/wal.html#noshm has it: others wait until it is closed,
 * and each write fails with NC_FULL. NC_FULL itself when another program has
 * the file.
 */
enum nc_status nc_store_open(const char *path, enum nc_store_mode mode,
	struct nc_store **ret_store, struct nc_error *err) NC_MUST_USE;
void nc_store_close(struct nc_store *store);
void nc_store_close_at(struct nc_store **store);

/* Whose store this is. Written by init or join; hub_key and address change
 * when the cluster's hub does. */
struct nc_identity {
	bool is_hub;
	bool handed_over; /* a hub that is one no longer */
	struct nc_id cluster;
	struct nc_id union_id;	       /* a client's own union */
	uint8_t root_key[NC_KEY_SIZE]; /* the first hub's: the root of trust */
	uint8_t hub_key[NC_KEY_SIZE];  /* the current hub's */
	char address[NC_ERROR_TEXT_MAX]; /* the hub's, tcp://host:port */
};
enum nc_status nc_store_set_identity(struct nc_store *store,
	const struct nc_identity *identity, struct nc_error *err) NC_MUST_USE;
/* NC_NOT_FOUND before join or init. */
enum nc_status nc_store_identity(struct nc_store *store,
	struct nc_identity *ret_identity, struct nc_error *err) NC_MUST_USE;

/* Small local facts that are no part of the truth (last sync …). */
enum nc_status nc_store_set_note(struct nc_store *store, const char *key,
	struct nc_slice value, struct nc_error *err) NC_MUST_USE;
/* Appends to out; NC_NOT_FOUND without a sentence when there is none. */
enum nc_status nc_store_note(struct nc_store *store, const char *key,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;

/* Write transactions: BEGIN IMMEDIATE; commit returns when the data are on
 * disk. After any failure inside, roll back. */
enum nc_status nc_store_begin(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_store_commit(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
/* In a transaction: what has been taken says that rights were other than they
 * were folded by; makes the fold anew now. commit does so anyway: only who
 * reads the registry before it needs this. */
enum nc_status nc_store_refold(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
void nc_store_rollback(struct nc_store *store);
/* A read transaction: what is read until the end is of one moment, and what the
 * store lends (the registry, heads) stays. Within another transaction it is
 * part of that. */
enum nc_status nc_store_begin_read(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
void nc_store_end_read(struct nc_store *store);

/*
 * Appends a change-set whose signature the caller has verified, and folds
 * it, inside a transaction. change_set is signed_set's payload decoded.
 *
 * NC_OK     appended and folded (what may not be written: refusals)
 * NC_EXISTS held already; nothing to do
 * NC_GAP    something before it is missing: ret_need names it
 * NC_FORK   another content stands there; kept apart as evidence
 * else      the store failed
 *
 * The four leave the transaction usable and set no sentence.
 */
enum nc_status nc_store_take(struct nc_store *store,
	const struct nc_signed_change_set *signed_set,
	const struct nc_change_set *change_set, int64_t received_at_ms,
	struct nc_dot *ret_need, struct nc_error *err) NC_MUST_USE;

/* The digest of a union's live values; zero when nothing is known of it. */
enum nc_status nc_store_digest(struct nc_store *store,
	const struct nc_id *union_id, struct nc_digest *ret_digest,
	struct nc_error *err) NC_MUST_USE;

/* Drops what follows from the log, the fold and a hub's tree, and makes it
 * anew, in one transaction: first the cluster's own change-sets, then all
 * others, each in the log's order, so that rights are those that the whole log
 * says. Checkpoints, receipts, witnesses and peers stay as they are. */
enum nc_status nc_store_rebuild(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err) NC_MUST_USE;

/*
 * Looks whether the store is sound: SQLite's own check, every hash, chain and
 * signature of the log, a hub's tree against the log, kept checkpoints and
 * receipts, and that a rebuilt fold is the same. NC_CORRUPT (or
 * NC_BAD_SIGNATURE …) with the first fault named. Changes nothing.
 */
enum nc_status nc_store_verify(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err) NC_MUST_USE;

/* A hash over all tables of the fold, for comparing one fold with another
 * made from the same log. Numbers of rows and scopes are no part of it: they
 * follow from the order of folding. */
enum nc_status nc_store_fold_hash(struct nc_store *store,
	struct nc_digest *ret_hash, struct nc_error *err) NC_MUST_USE;

#endif
