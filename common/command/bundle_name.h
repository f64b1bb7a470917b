/*
 * What a bundle's file is called, and the count of bundles that this home has
 * made.
 */
#ifndef NC_COMMAND_BUNDLE_NAME_H
#define NC_COMMAND_BUNDLE_NAME_H

#include "command/home.h"

#define NC_NOTE_BUNDLE_COUNTER "bundle-counter" /* decimal: the last one */

/* The next number, and notes it: a number is used once, whatever becomes of
 * the bundle. No transaction may be open. */
enum nc_status nc_bundle_count(struct nc_home *home, uint64_t *ret_counter,
	struct nc_error *err) NC_MUST_USE;

/*
 * Where a bundle is to be written: target itself, or, where that is a folder,
 * a file in it that is not there yet:
 *
 *     nhipcau-CODE-YYYY-MM-NNNN.ncb, the hub's nhipcau-hub-CODE-…
 *
 * in ASCII; code is the union's, or "union" while that is not known (NULL).
 * Caller frees.
 */
enum nc_status nc_bundle_path(const struct nc_call *call, const char *target,
	const char *code, uint64_t counter, char **ret_path,
	struct nc_error *err) NC_MUST_USE;

/* Reads a bundle's file. NC_LIMIT past NC_BUNDLE_BYTES_MAX, before it is
 * read. */
enum nc_status nc_bundle_read(const char *path, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;

#endif
