/*
 * Files as wholes: read with a limit, written so that a crash leaves the old
 * or the new one and never half of either.
 */
#ifndef NC_BASE_FILE_H
#define NC_BASE_FILE_H

#include "base/bytes.h"

/* Appends the file's bytes to out. NC_NOT_FOUND, NC_LIMIT (over out's limit),
 * NC_INVALID (not a regular file), NC_IO. */
enum nc_status nc_file_read(const char *path, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;
/* Writes beside path, syncs, renames over it, syncs the folder. mode as for
 * open(2), e.g. 0600. NC_FULL, NC_READ_ONLY or NC_IO. */
enum nc_status nc_file_write(const char *path, struct nc_slice bytes,
	unsigned mode, struct nc_error *err) NC_MUST_USE;
/* Removes from a folder what interrupted calls of nc_file_write left there of
 * files with that ending (".key"); never one that is being written, nor any
 * that another hand named. */
void nc_file_sweep(const char *folder, const char *ending);
/* Has the folder that a file was made or renamed in put on disk. */
void nc_file_sync_folder(const char *path);
/* Makes a folder and its parents, 0700. */
enum nc_status nc_file_make_folder(
	const char *path, struct nc_error *err) NC_MUST_USE;
/* "folder/name" in a new string, or NULL without memory. Caller frees. */
char *nc_file_join(const char *folder, const char *name);
/* The status and sentence for an errno of an action on a path. */
enum nc_status nc_file_error(
	struct nc_error *err, int error_number, const char *path);

#endif
