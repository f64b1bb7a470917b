/*
 * What a backup has beside the store, and a restore that was interrupted.
 */
#ifndef NC_COMMAND_RESTORE_H
#define NC_COMMAND_RESTORE_H

#include "store/store.h"

/* Notes in a backup: the bytes of device.key, sealed or not; and when it was
 * made, by which version: "MILLISECONDS VERSION". */
#define NC_NOTE_BACKUP_KEY "backup-key"
#define NC_NOTE_BACKUP_MADE "backup-made"
#define NC_KEY_FILE_BYTES_MAX 4096

/* A restore ends where its store takes the old one's place, in one rename; the
 * key that belongs to it is a note in it then. This puts it into device.key,
 * if it is not there yet. */
enum nc_status nc_restore_finish(struct nc_store *store, const char *key_path,
	struct nc_error *err) NC_MUST_USE;

#endif
