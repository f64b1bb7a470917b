/*
 * The home folder: `store.db` (the replica) and `device.key` (who we are).
 * --home, else $NHIPCAU_HOME, else nhipcau (the hub: nhipcaud) in the user's
 * data folder.
 */
#ifndef NC_COMMAND_HOME_H
#define NC_COMMAND_HOME_H

#include "command/command.h"
#include "command/home_lock.h"
#include "store/author.h"
#include "store/registry.h"

/* Notes in the store: small local facts. */
#define NC_NOTE_UNION_NAME "union-name"	    /* from the invitation */
#define NC_NOTE_DEVICE_LABEL "device-label" /* as given to join */
#define NC_NOTE_LISTEN "listen"		    /* the hub's socket */
#define NC_NOTE_LAST_SYNC "last-sync"	    /* JSON: at_ms, result, message */

struct nc_home {
	char *folder, *store_path, *key_path;
	struct nc_store *store;
	struct nc_key *key;
	struct nc_identity identity;
	/* The union that a client's command is about: identity's, unless
	 * nc_client_choose_union has chosen one that came before it. */
	struct nc_id union_id;
	struct nc_arena arena;	   /* small texts with the home's lifetime */
	struct nc_key *author_key; /* a hub's: what it writes records with */
	struct nc_key *left_key;   /* the key or author_key, when another took
				    * its place meanwhile: an author may still
				    * name it */
	struct nc_home_lock lock;
};

void nc_home_init(struct nc_home *home);
void nc_home_fini(struct nc_home *home);

/* Only names it: folder and paths. */
enum nc_status nc_home_locate(struct nc_home *home, const struct nc_call *call,
	struct nc_error *err) NC_MUST_USE;

/* Names and opens an existing home: store, identity and key together. */
enum nc_status nc_home_open(struct nc_home *home, const struct nc_call *call,
	struct nc_error *err) NC_MUST_USE;
/* The same for a command that only reads, and ends: it works on a disk that is
 * quite full too (NC_STORE_READ). */
enum nc_status nc_home_open_to_read(struct nc_home *home,
	const struct nc_call *call, struct nc_error *err) NC_MUST_USE;

/*
 * For init and join: makes the folder (0700), the key, and the store, each
 * unless it is there, in this order; so that after a crash anywhere the same
 * command goes on where it stopped. *ret_known: the store has an identity
 * already (home->identity), an earlier run got that far.
 */
enum nc_status nc_home_make(struct nc_home *home, const struct nc_call *call,
	bool *ret_known, struct nc_error *err) NC_MUST_USE;

/* Who writes: --author, else $NHIPCAU_AUTHOR, else this device's label. The
 * author lives as long as home and call. */
enum nc_status nc_home_author(struct nc_home *home, const struct nc_call *call,
	struct nc_author *ret_author, struct nc_error *err) NC_MUST_USE;

/* This device's label; and a client's union by name. Never NULL; the home's.
 */
enum nc_status nc_home_device_label(struct nc_home *home,
	const char **ret_label, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_home_union_name(struct nc_home *home, const char **ret_name,
	struct nc_error *err) NC_MUST_USE;

/* A note as text in the home's arena; "" when there is none. */
enum nc_status nc_home_note(struct nc_home *home, const char *key,
	const char **ret_text, struct nc_error *err) NC_MUST_USE;

/* A label typed by a person, made clean: NC_INVALID when it is empty, too
 * long or no UTF-8. The arena's. */
enum nc_status nc_home_clean_label(struct nc_home *home, const char *what,
	const char *typed, const char **ret_label,
	struct nc_error *err) NC_MUST_USE;

/* A file that a person names for output, whole or not at all. */
enum nc_status nc_home_write_file(const struct nc_call *call, const char *path,
	struct nc_slice bytes, struct nc_error *err) NC_MUST_USE;

#endif
