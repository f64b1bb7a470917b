/*
 * backup: the whole store and its key in one file, while others write.
 */
#include "store/backup.h"
#include "base/file.h"
#include "command/console.h"
#include "command/home.h"
#include "command/json.h"
#include "command/restore.h"
#include "command/shared.h"
#include "trust/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

struct backup {
	const struct nc_call *call;
	struct nc_home home;
	const char *path;
	char *part; /* "FILE.part", until it is whole */
	int fd;	    /* of part; locked, so that two do not write one file */
	bool claimed;
	int64_t made_at_ms;
	uint64_t change_sets, bytes;
};

/* What SQLite puts beside a store, of a backup that was interrupted. */
static void remove_journals(const char *path)
{
	static const char *const ends[] = {"-journal", "-wal", "-shm"};
	char name[4096];

	for (size_t i = 0; i < 3; i++) {
		int size = snprintf(name, sizeof(name), "%s%s", path, ends[i]);

		if (size > 0 && (size_t)size < sizeof(name))
			(void)unlink(name);
	}
}

static bool is_same_file(
	const struct stat *file, const char *path, const char *end)
{
	char name[4096];
	struct stat other;

	snprintf(name, sizeof(name), "%s%s", path, end);
	return stat(name, &other) == 0 && other.st_dev == file->st_dev &&
	       other.st_ino == file->st_ino;
}

/* FILE may be new, or with --replace a file; never one of the home's own. */
static enum nc_status check_target(
	const struct backup *backup, struct nc_error *err)
{
	const struct nc_home *home = &backup->home;
	struct stat file;

	if (stat(backup->path, &file) != 0)
		return NC_OK;
	if (S_ISDIR(file.st_mode))
		return nc_error_set(err, NC_INVALID,
			_("%s is a folder, not a file; name a file."),
			backup->path);
	if (is_same_file(&file, home->store_path, "") ||
		is_same_file(&file, home->store_path, "-wal") ||
		is_same_file(&file, home->store_path, "-shm") ||
		is_same_file(&file, home->key_path, ""))
		return nc_error_set(err, NC_INVALID,
			_("%s belongs to the home itself; name another file, "
			  "best on another disk."),
			backup->path);
	if (!S_ISREG(file.st_mode))
		return nc_error_set(err, NC_INVALID,
			_("%s is no plain file; name a file."), backup->path);
	if (!nc_call_has(backup->call, "replace"))
		return nc_error_set(err, NC_EXISTS,
			_("There is a file %s already; name another, or give "
			  "--replace."),
			backup->path);
	return NC_OK;
}

static enum nc_status claim_part(struct backup *backup, struct nc_error *err)
{
	size_t size = strlen(backup->path) + sizeof(".part");

	backup->part = nc_malloc(size);
	if (backup->part == NULL)
		return nc_error_no_memory(err);
	snprintf(backup->part, size, "%s.part", backup->path);
	backup->fd = open(
		backup->part, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (backup->fd < 0 && errno == ENOENT)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no folder for %s; make it or name "
			  "another."),
			backup->path);
	if (backup->fd < 0)
		return nc_file_error(err, errno, backup->part);
	if (flock(backup->fd, LOCK_EX | LOCK_NB) != 0) {
		close(backup->fd);
		return nc_error_set(err, NC_BUSY,
			_("Another backup is being written to %s; wait for it "
			  "or name another file."),
			backup->path);
	}
	backup->claimed = true;
	/* What an interrupted backup left. */
	remove_journals(backup->part);
	if (fchmod(backup->fd, 0600) != 0 || ftruncate(backup->fd, 0) != 0)
		return nc_file_error(err, errno, backup->part);
	return NC_OK;
}

/* The key file's bytes, and when and by what this was made. */
static enum nc_status set_notes(const struct backup *backup,
	struct nc_store *store, struct nc_error *err)
{
	struct nc_buffer key NC_AUTO(nc_wipe_buffer) = {0};
	char made[64];
	enum nc_status status;

	nc_buffer_init(&key, NC_KEY_FILE_BYTES_MAX);
	snprintf(made, sizeof(made), "%" PRId64 " %s", backup->made_at_ms,
		NC_VERSION);
	status = nc_file_read(backup->home.key_path, &key, err);
	if (status == NC_OK)
		status = nc_store_begin(store, err);
	if (status != NC_OK)
		return status;
	status = nc_store_set_note(
		store, NC_NOTE_BACKUP_KEY, nc_buffer_slice(&key), err);
	if (status == NC_OK)
		status = nc_store_set_note(
			store, NC_NOTE_BACKUP_MADE, nc_slice_text(made), err);
	if (status == NC_OK)
		return nc_store_commit(store, err);
	nc_store_rollback(store);
	return status;
}

static enum nc_status write_part(struct backup *backup, struct nc_error *err)
{
	struct nc_bar bar NC_AUTO(nc_bar_fini) = {0};
	struct nc_progress progress = {nc_bar_step, &bar};

	nc_bar_init(&bar, _("Copying"));
	return nc_store_copy(backup->home.store, backup->part, &progress, err);
}

/* Opens what was written, completes it, and looks at all of it. */
static enum nc_status check_part(struct backup *backup, struct nc_error *err)
{
	struct nc_store *store NC_AUTO(nc_store_close_at) = NULL;
	struct nc_bar bar NC_AUTO(nc_bar_fini) = {0};
	struct nc_progress progress = {nc_bar_step, &bar};
	enum nc_status status =
		nc_store_open(backup->part, NC_STORE_OPEN, &store, err);

	nc_bar_init(&bar, _("Checking"));
	if (status == NC_OK)
		status = set_notes(backup, store, err);
	if (status == NC_OK)
		status = nc_log_count(store, &backup->change_sets, err);
	if (status == NC_OK)
		status = nc_store_verify(store, &progress, err);
	return status;
}

/* On disk, and only then under its name. */
static enum nc_status publish(struct backup *backup, struct nc_error *err)
{
	struct stat file;

	if (fsync(backup->fd) != 0 || fstat(backup->fd, &file) != 0)
		return nc_file_error(err, errno, backup->part);
	/* Only now: it may have appeared meanwhile. */
	if (!nc_call_has(backup->call, "replace") &&
		access(backup->path, F_OK) == 0)
		return check_target(backup, err);
	if (rename(backup->part, backup->path) != 0)
		return nc_file_error(err, errno, backup->path);
	backup->bytes = (uint64_t)file.st_size;
	nc_file_sync_folder(backup->path);
	return NC_OK;
}

static enum nc_status make(struct backup *backup, struct nc_error *err)
{
	enum nc_status status = claim_part(backup, err);

	if (status == NC_OK)
		status = write_part(backup, err);
	if (status == NC_OK)
		status = check_part(backup, err);
	if (status == NC_OK)
		status = nc_store_settle(backup->part, err);
	if (status == NC_OK)
		status = publish(backup, err);
	if (status != NC_OK && backup->claimed) {
		remove_journals(backup->part);
		(void)unlink(backup->part);
	}
	if (backup->claimed)
		close(backup->fd);
	return status;
}

static enum nc_status print_made(
	const struct backup *backup, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (!backup->call->json) {
		nc_console_print(_("Backed up %" PRIu64
				   " change-sets to %s and checked them.\n"),
			backup->change_sets, backup->path);
		nc_console_print(
			_("The key is in it: whoever has the file can act as "
			  "this device. Keep it where you keep what "
			  "matters.\n"));
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "file", nc_json_text(backup->path));
	nc_json_put(&json, object, "bytes", nc_json_number(backup->bytes));
	nc_json_put(&json, object, "change_sets",
		nc_json_number(backup->change_sets));
	nc_json_put(&json, object, "made_at", nc_json_time(backup->made_at_ms));
	nc_json_put(&json, object, "key_sealed",
		json_boolean(nc_key_is_sealed(backup->home.key)));
	return nc_json_print(&json, object, err);
}

static enum nc_status run(struct nc_call *call, struct nc_error *err)
{
	struct backup backup = {.call = call, .path = call->arguments[0]};
	enum nc_status status;

	nc_home_init(&backup.home);
	backup.made_at_ms = call->env.now_ms(call->env.context);
	status = nc_home_open_to_read(&backup.home, call, err);
	if (status == NC_OK)
		status = check_target(&backup, err);
	if (status == NC_OK)
		status = make(&backup, err);
	if (status == NC_OK)
		status = print_made(&backup, err);
	nc_free(backup.part);
	nc_home_fini(&backup.home);
	return status;
}

static const struct nc_option options[] = {
	{"replace", 0, NULL, N_("write over a file that is there")},
	{NULL, 0, NULL, NULL},
};

const struct nc_command nc_command_backup = {
	.name = "backup",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("copy the store and its key into one file, and check it"),
	.notes = N_("Works while a hub is served. The key is in the file, "
		    "sealed if device seal closed it: whoever has the file can "
		    "act as this device, so keep it as you keep the key. "
		    "restore brings it back."),
	.examples = "backup /media/usb/nhipcau-2024-12-02.backup",
	.options = options,
	.run = run,
};
