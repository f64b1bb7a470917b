/*
 * A store copied whole while others write to it, and files made fit to be
 * moved: SQLite's online backup.
 */
#ifndef NC_STORE_BACKUP_H
#define NC_STORE_BACKUP_H

#include "store/store.h"

/* Copies the store as it is at one moment over the empty file at path. Others
 * read and write the store meanwhile and wait for nothing. progress counts
 * pages. What was written is on disk and settled; on failure it is half of a
 * store. */
enum nc_status nc_store_copy(struct nc_store *store, const char *path,
	const struct nc_progress *progress, struct nc_error *err) NC_MUST_USE;

/* Puts all of a store into its one file, without a journal beside it, so that
 * it can be renamed. NC_BUSY when anybody has it open; NC_CORRUPT when the
 * file is damaged or no store. */
enum nc_status nc_store_settle(
	const char *path, struct nc_error *err) NC_MUST_USE;

/* Removes a note; NC_OK when there was none. */
enum nc_status nc_store_remove_note(struct nc_store *store, const char *key,
	struct nc_error *err) NC_MUST_USE;

#endif
