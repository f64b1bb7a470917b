#include "command/bundle_name.h"
#include "base/file.h"
#include "base/limits.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NAME_MAX_BYTES 128
/* A folder that holds that many bundles of one number is no mail box. */
#define NAME_TRIES 1000

static enum nc_status next_number(
	struct nc_home *home, uint64_t *ret_counter, struct nc_error *err)
{
	const char *last;
	char text[24];
	uint64_t counter;
	enum nc_status status =
		nc_home_note(home, NC_NOTE_BUNDLE_COUNTER, &last, err);

	if (status != NC_OK)
		return status;
	counter = strtoull(last, NULL, 10) + 1;
	snprintf(text, sizeof(text), "%" PRIu64, counter);
	status = nc_store_set_note(
		home->store, NC_NOTE_BUNDLE_COUNTER, nc_slice_text(text), err);
	if (status == NC_OK)
		*ret_counter = counter;
	return status;
}

enum nc_status nc_bundle_count(
	struct nc_home *home, uint64_t *ret_counter, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(home->store, err);

	if (status != NC_OK)
		return status;
	status = next_number(home, ret_counter, err);
	if (status == NC_OK)
		return nc_store_commit(home->store, err);
	nc_store_rollback(home->store);
	return status;
}

/* A union's code is lower-case ASCII, digits and hyphens: a file's name. */
static void name_bundle(const struct nc_call *call, const char *code,
	uint64_t counter, char out[NAME_MAX_BYTES])
{
	time_t now = (time_t)(call->env.now_ms(call->env.context) / 1000);
	struct tm month = {.tm_year = 70};

	(void)gmtime_r(&now, &month);
	snprintf(out, NAME_MAX_BYTES, "%s-%.64s-%04d-%02d-%04" PRIu64 ".ncb",
		call->program->is_hub ? "nhipcau-hub" : "nhipcau",
		code == NULL ? "union" : code, (month.tm_year + 1900) % 10000,
		month.tm_mon + 1, counter);
}

enum nc_status nc_bundle_path(const struct nc_call *call, const char *target,
	const char *code, uint64_t counter, char **ret_path,
	struct nc_error *err)
{
	char name[NAME_MAX_BYTES];
	struct stat st;
	char *path;

	if (stat(target, &st) != 0 || !S_ISDIR(st.st_mode)) {
		path = nc_strdup(target);
		if (path == NULL)
			return nc_error_no_memory(err);
		*ret_path = path;
		return NC_OK;
	}
	/* After a restored backup the count begins lower: pass over what is
	 * there. */
	for (uint64_t i = 0; i < NAME_TRIES; i++) {
		name_bundle(call, code, counter + i, name);
		path = nc_file_join(target, name);
		if (path == NULL)
			return nc_error_no_memory(err);
		if (access(path, F_OK) != 0 && errno == ENOENT) {
			*ret_path = path;
			return NC_OK;
		}
		nc_free(path);
	}
	return nc_error_set(err, NC_EXISTS,
		_("%s is full of bundles; name a file in it, or another "
		  "folder."),
		target);
}

enum nc_status nc_bundle_read(
	const char *path, struct nc_buffer *out, struct nc_error *err)
{
	struct stat st;

	if (stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
		st.st_size > NC_BUNDLE_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("%s is larger than a bundle may be (%d MiB); it is "
			  "another file, or ask its maker for several."),
			path, NC_BUNDLE_BYTES_MAX / (1024 * 1024));
	return nc_file_read(path, out, err);
}
