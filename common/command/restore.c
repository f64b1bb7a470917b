/*
 * restore: a home as a backup has it.
 *
 * The backup is copied beside the store, looked at whole, and made ready there;
 * the old store is put into its one file and given a second name; then the new
 * one takes its name, in one rename. Before that rename the home is the old
 * one, after it the new one: the key that belongs to it is in it until it is
 * in device.key (nc_restore_finish).
 */
#include "command/restore.h"
#include "base/file.h"
#include "command/console.h"
#include "command/home.h"
#include "command/json.h"
#include "command/passphrase.h"
#include "command/shared.h"
#include "store/again.h"
#include "store/backup.h"
#include "store/hubs.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define NOTE_RESTORE_KEY "restore-key"
#define STAGED "store.db.new"
#define STAGED_KEY "device.key.new"
#define KEPT_NAME_SIZE 64

struct restore {
	const struct nc_call *call;
	struct nc_home home;
	const char *file;
	char *staged, *staged_key;
	struct nc_store *store; /* the staged one */
	struct nc_buffer key_bytes;
	bool had_store, had_key;
	bool key_went_on; /* the key that was here came after the backup's */
	uint32_t had_generation; /* of the store that is replaced, or 0 */
	int64_t made_at_ms;
	uint32_t generation; /* the new one of a hub; else 0 */
	uint64_t change_sets;
	char cluster[NC_ERROR_TEXT_MAX];
	char kept_store[KEPT_NAME_SIZE], kept_key[KEPT_NAME_SIZE];
};

enum nc_status nc_restore_finish(
	struct nc_store *store, const char *key_path, struct nc_error *err)
{
	struct nc_buffer key NC_AUTO(nc_wipe_buffer) = {0};
	enum nc_status status;

	nc_buffer_init(&key, NC_KEY_FILE_BYTES_MAX);
	status = nc_store_note(store, NOTE_RESTORE_KEY, &key, err);
	if (status == NC_NOT_FOUND)
		return NC_OK;
	if (status == NC_OK)
		status = nc_file_write(
			key_path, nc_buffer_slice(&key), 0600, err);
	if (status == NC_OK)
		status = nc_store_begin(store, err);
	if (status != NC_OK)
		return status;
	status = nc_store_remove_note(store, NOTE_RESTORE_KEY, err);
	if (status == NC_OK)
		return nc_store_commit(store, err);
	nc_store_rollback(store);
	return status;
}

static void remove_beside(const char *path, const char *end)
{
	char name[4096];
	int size = snprintf(name, sizeof(name), "%s%s", path, end);

	if (size > 0 && (size_t)size < sizeof(name))
		(void)unlink(name);
}

static void remove_staged(const struct restore *restore)
{
	remove_beside(restore->staged, "-journal");
	remove_beside(restore->staged, "-wal");
	remove_beside(restore->staged, "-shm");
	(void)unlink(restore->staged);
	(void)unlink(restore->staged_key);
}

static enum nc_status no_backup(
	const struct restore *restore, struct nc_error *err)
{
	return nc_error_set(err, NC_CORRUPT,
		_("%s is no backup of this program, or it is damaged; nothing "
		  "was changed. Take another one."),
		restore->file);
}

/* Faults of the staged copy's content are the backup's; of disk and memory,
 * this machine's. */
static enum nc_status of_backup(const struct restore *restore,
	enum nc_status status, struct nc_error *err)
{
	switch (status) {
	case NC_CORRUPT:
	case NC_MALFORMED:
	case NC_BAD_SIGNATURE:
	case NC_UNKNOWN_DEVICE:
	case NC_NOT_FOUND:
	case NC_LIMIT:
		return no_backup(restore, err);
	default:
		return status;
	}
}

static enum nc_status copy_bytes(
	const struct restore *restore, int from, int to, struct nc_error *err)
{
	char block[65536];

	for (;;) {
		ssize_t got = read(from, block, sizeof(block)), put = 0;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return nc_file_error(err, errno, restore->file);
		if (got == 0)
			return NC_OK;
		while (put < got) {
			ssize_t more =
				write(to, block + put, (size_t)(got - put));

			if (more < 0 && errno != EINTR)
				return nc_file_error(
					err, errno, restore->staged);
			if (more > 0)
				put += more;
		}
	}
}

static uint64_t take_number(const uint8_t *bytes, size_t size)
{
	uint64_t number = 0;

	for (size_t i = 0; i < size; i++)
		number = number << 8 | bytes[i];
	return number;
}

/* SQLite reads past the end of a file that was cut off as if noughts stood
 * there; its header (sqlite.org/fileformat2) says how long it was. */
static bool is_whole(int fd)
{
	uint8_t header[32];
	uint64_t page;
	struct stat st;

	if (pread(fd, header, sizeof(header), 0) != (ssize_t)sizeof(header) ||
		fstat(fd, &st) != 0)
		return false;
	page = take_number(header + 16, 2);
	if (page == 1)
		page = 65536;
	return memcmp(header, "SQLite format 3", 16) == 0 &&
	       (uint64_t)st.st_size == page * take_number(header + 28, 4);
}

/* Under this very name, so that a crash leaves nothing that is not found
 * again. */
static enum nc_status write_key(
	const struct restore *restore, struct nc_error *err)
{
	const struct nc_buffer *key = &restore->key_bytes;
	int fd = open(restore->staged_key,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	ssize_t put;

	if (fd < 0)
		return nc_file_error(err, errno, restore->staged_key);
	put = write(fd, key->data, key->size);
	if (close(fd) != 0 || put != (ssize_t)key->size)
		return nc_file_error(
			err, put < 0 ? errno : ENOSPC, restore->staged_key);
	return NC_OK;
}

static enum nc_status copy_file(
	const struct restore *restore, struct nc_error *err)
{
	int from = open(restore->file, O_RDONLY | O_CLOEXEC), to;
	enum nc_status status;
	struct stat st;

	if (from < 0)
		return nc_file_error(err, errno, restore->file);
	if (fstat(from, &st) != 0 || !S_ISREG(st.st_mode) || !is_whole(from)) {
		close(from);
		return no_backup(restore, err);
	}
	to = open(restore->staged,
		O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (to < 0) {
		status = nc_file_error(err, errno, restore->staged);
	} else {
		status = copy_bytes(restore, from, to, err);
		if (status == NC_OK && fsync(to) != 0)
			status = nc_file_error(err, errno, restore->staged);
		close(to);
	}
	close(from);
	return status;
}

/* When it was made; what has not been said is no backup. */
static enum nc_status read_made(struct restore *restore, struct nc_error *err)
{
	struct nc_buffer made NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&made, 256);
	status = nc_store_note(restore->store, NC_NOTE_BACKUP_MADE, &made, err);
	if (status == NC_OK)
		status = nc_store_note(restore->store, NC_NOTE_BACKUP_KEY,
			&restore->key_bytes, err);
	if (status == NC_NOT_FOUND)
		return nc_error_set(err, NC_INVALID,
			_("%s is a store, but no backup: it has no key with "
			  "it. Restore a file that backup made."),
			restore->file);
	if (status == NC_OK)
		restore->made_at_ms =
			strtoll(nc_buffer_string(&made), NULL, 10);
	return status;
}

static enum nc_status check_kind(
	const struct restore *restore, struct nc_error *err)
{
	if (restore->home.identity.is_hub == restore->call->program->is_hub)
		return NC_OK;
	if (restore->home.identity.is_hub)
		return nc_error_set(err, NC_INVALID,
			_("%s is a hub's backup; restore it with nhipcaud."),
			restore->file);
	return nc_error_set(err, NC_INVALID,
		_("%s is a union's backup; restore it with nhipcau."),
		restore->file);
}

/* The key is written beside the old one, opened, and held against the store
 * that it came with. */
static enum nc_status check_key(struct restore *restore, struct nc_error *err)
{
	struct nc_home *home = &restore->home;
	enum nc_status status = write_key(restore, err);

	if (status == NC_OK)
		status = nc_key_load(restore->staged_key, &nc_passphrase_asked,
			&home->key, err);
	if (status == NC_CORRUPT)
		return no_backup(restore, err);
	if (status != NC_OK || !home->identity.is_hub ||
		home->identity.handed_over)
		return status;
	if (memcmp(nc_key_public(home->key), home->identity.hub_key,
		    NC_KEY_SIZE) != 0)
		return no_backup(restore, err);
	return NC_OK;
}

static void look_at_old_keys(struct restore *restore, struct nc_store *old)
{
	nc_device_id formers[NC_FORMERS_MAX];
	nc_device_id device = nc_key_device(restore->home.key);
	size_t count;

	if (nc_again_formers(old, formers, &count, NULL) != NC_OK)
		return;
	for (size_t i = 0; i < count; i++)
		restore->key_went_on |= formers[i] == device;
}

/* What the store that is replaced says, where it can still be read. A hub that
 * has handed over stays one: its backup would make a second hub. */
static enum nc_status look_at_old(struct restore *restore, struct nc_error *err)
{
	struct nc_store *old NC_AUTO(nc_store_close_at) = NULL;
	const struct nc_identity *new = &restore->home.identity;
	const struct nc_registry *registry;
	const struct nc_registry_hub *hub;
	struct nc_identity identity;

	if (!restore->had_store ||
		nc_store_open(restore->home.store_path, NC_STORE_OPEN, &old,
			NULL) != NC_OK ||
		nc_store_identity(old, &identity, NULL) != NC_OK ||
		nc_id_compare(&identity.cluster, &new->cluster) != 0)
		return NC_OK;
	if (!new->is_hub) {
		look_at_old_keys(restore, old);
		return NC_OK;
	}
	if (nc_store_registry(old, &registry, NULL) != NC_OK)
		return NC_OK;
	hub = nc_registry_current_hub(registry);
	if (hub == NULL)
		return NC_OK;
	if (identity.handed_over && !new->handed_over)
		return nc_error_set(err, NC_MOVED,
			_("This hub has handed over to %s since the backup was "
			  "made; restoring it would make a second hub. Restore "
			  "a backup of the present hub there."),
			hub->address);
	restore->had_generation = hub->generation;
	return NC_OK;
}

static enum nc_status check_staged(
	struct restore *restore, struct nc_error *err)
{
	struct nc_bar bar NC_AUTO(nc_bar_fini) = {0};
	struct nc_progress progress = {nc_bar_step, &bar};
	enum nc_status status = nc_store_open(
		restore->staged, NC_STORE_OPEN, &restore->store, err);

	nc_bar_init(&bar, _("Checking"));
	if (status == NC_OK)
		status = nc_store_identity(
			restore->store, &restore->home.identity, err);
	status = of_backup(restore, status, err);
	if (status == NC_OK)
		status = read_made(restore, err);
	if (status == NC_OK)
		status = check_kind(restore, err);
	if (status == NC_OK)
		status = of_backup(restore,
			nc_store_verify(restore->store, &progress, err), err);
	nc_bar_fini(&bar);
	if (status == NC_OK)
		status = check_key(restore, err);
	return status;
}

/* A hub cannot know what it had written since: it goes on under a new key, in
 * a new generation of its tree. */
static enum nc_status begin_anew(struct restore *restore, struct nc_error *err)
{
	struct nc_key *author NC_AUTO(nc_key_free_at) = NULL;
	const struct nc_identity *identity = &restore->home.identity;

	if (!identity->is_hub || identity->handed_over)
		return NC_OK;
	return nc_hubs_restored(restore->store, restore->home.key,
		&restore->call->env, restore->had_generation, &author, err);
}

static enum nc_status change_notes(
	struct restore *restore, struct nc_error *err)
{
	struct nc_store *store = restore->store;
	enum nc_status status =
		nc_store_remove_note(store, NC_NOTE_BACKUP_KEY, err);

	if (status == NC_OK)
		status = nc_store_remove_note(store, NC_NOTE_BACKUP_MADE, err);
	if (status == NC_OK)
		status = nc_store_set_note(store, NOTE_RESTORE_KEY,
			nc_buffer_slice(&restore->key_bytes), err);
	return status;
}

/* What is told at the end. */
static enum nc_status read_result(struct restore *restore, struct nc_error *err)
{
	const struct nc_identity *identity = &restore->home.identity;
	const struct nc_registry *registry;
	const struct nc_registry_hub *hub;
	enum nc_status status =
		nc_store_registry(restore->store, &registry, err);

	if (status == NC_OK)
		status = nc_log_count(
			restore->store, &restore->change_sets, err);
	if (status != NC_OK)
		return status;
	snprintf(restore->cluster, sizeof(restore->cluster), "%s",
		registry->cluster_name);
	hub = nc_registry_current_hub(registry);
	if (hub != NULL && identity->is_hub && !identity->handed_over)
		restore->generation = hub->generation;
	return NC_OK;
}

static enum nc_status make_ready(struct restore *restore, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(restore->store, err);

	if (status != NC_OK)
		return status;
	status = begin_anew(restore, err);
	if (status == NC_OK)
		status = change_notes(restore, err);
	if (status == NC_OK)
		status = nc_store_commit(restore->store, err);
	else
		nc_store_rollback(restore->store);
	if (status == NC_OK)
		status = read_result(restore, err);
	if (status != NC_OK)
		return status;
	nc_store_close(restore->store);
	restore->store = NULL;
	return nc_store_settle(restore->staged, err);
}

/* A second name for a file of the home, "store-20241202T013000Z.db"; where the
 * file system has no second names, a copy. */
static enum nc_status keep(const struct restore *restore, const char *path,
	const char *first, const char *last, char out[KEPT_NAME_SIZE],
	struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_wipe_buffer) = {0};
	int64_t now_ms = restore->call->env.now_ms(restore->call->env.context);
	time_t now = (time_t)(now_ms / 1000);
	char *kept NC_AUTO(nc_free_at) = NULL;
	char stamp[32];
	struct tm tm = {0};
	enum nc_status status;
	unsigned n = 1;

	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%dT%H%M%SZ", &tm);
	snprintf(out, KEPT_NAME_SIZE, "%s-%s%s", first, stamp, last);
	for (;;) {
		nc_free(kept);
		kept = nc_file_join(restore->home.folder, out);
		if (kept == NULL)
			return nc_error_no_memory(err);
		if (link(path, kept) == 0)
			return NC_OK;
		if (errno != EEXIST || n > 99)
			break;
		snprintf(out, KEPT_NAME_SIZE, "%s-%s-%u%s", first, stamp, ++n,
			last);
	}
	if (errno != EPERM && errno != EOPNOTSUPP && errno != EMLINK)
		return nc_file_error(err, errno, kept);
	nc_buffer_init(&bytes, SIZE_MAX / 2);
	status = nc_file_read(path, &bytes, err);
	if (status == NC_OK)
		status =
			nc_file_write(kept, nc_buffer_slice(&bytes), 0600, err);
	return status;
}

/* The old store in its one file, so that no journal of its is applied to the
 * new one. One that is too damaged for that is kept with its journal, which is
 * taken from beside it before the new one comes. */
static enum nc_status keep_store(struct restore *restore, struct nc_error *err)
{
	const char *path = restore->home.store_path;
	char *wal NC_AUTO(nc_free_at) =
		nc_file_join(restore->home.folder, "store.db-wal");
	char kept[KEPT_NAME_SIZE];
	enum nc_status status;

	if (wal == NULL)
		return nc_error_no_memory(err);
	status = nc_store_settle(path, err);
	if (status == NC_BUSY)
		return status;
	status = keep(restore, path, "store", ".db", restore->kept_store, err);
	if (status == NC_OK && access(wal, F_OK) == 0)
		status = keep(restore, wal, "store", ".db-wal", kept, err);
	if (status != NC_OK)
		return status;
	nc_file_sync_folder(path);
	remove_beside(path, "-wal");
	remove_beside(path, "-shm");
	remove_beside(path, "-journal");
	nc_file_sync_folder(path);
	return NC_OK;
}

/* The present key waits as after an interrupted change: the next sync learns
 * that the backup's is not in force any more, and goes over to it. */
static enum nc_status keep_next_key(
	const struct restore *restore, struct nc_error *err)
{
	struct nc_buffer key NC_AUTO(nc_wipe_buffer) = {0};
	char *next NC_AUTO(nc_free_at) =
		nc_file_join(restore->home.folder, "next.key");
	enum nc_status status;

	if (next == NULL)
		return nc_error_no_memory(err);
	nc_buffer_init(&key, NC_KEY_FILE_BYTES_MAX);
	status = nc_file_read(restore->home.key_path, &key, err);
	if (status == NC_OK)
		status = nc_file_write(next, nc_buffer_slice(&key), 0600, err);
	return status;
}

static enum nc_status put_in_place(
	struct restore *restore, struct nc_error *err)
{
	struct nc_home *home = &restore->home;
	struct nc_store *store NC_AUTO(nc_store_close_at) = NULL;
	enum nc_status status = NC_OK;

	if (restore->had_key)
		status = keep(restore, home->key_path, "device", ".key",
			restore->kept_key, err);
	if (status == NC_OK && restore->key_went_on)
		status = keep_next_key(restore, err);
	if (status == NC_OK && restore->had_store)
		status = keep_store(restore, err);
	if (status != NC_OK)
		return status;
	if (rename(restore->staged, home->store_path) != 0)
		return nc_file_error(err, errno, home->store_path);
	nc_file_sync_folder(home->store_path);
	status = nc_store_open(home->store_path, NC_STORE_OPEN, &store, err);
	if (status == NC_OK)
		status = nc_restore_finish(store, home->key_path, err);
	return status;
}

static enum nc_status check_home(struct restore *restore, struct nc_error *err)
{
	struct nc_home *home = &restore->home;

	restore->had_store = access(home->store_path, F_OK) == 0;
	restore->had_key = access(home->key_path, F_OK) == 0;
	if ((restore->had_store || restore->had_key) &&
		!nc_call_has(restore->call, "replace"))
		return nc_error_set(err, NC_EXISTS,
			_("There is a store or a key in %s already; name "
			  "another folder with --home, or give --replace, "
			  "which keeps the old ones beside the new."),
			home->folder);
	restore->staged = nc_file_join(home->folder, STAGED);
	restore->staged_key = nc_file_join(home->folder, STAGED_KEY);
	if (restore->staged == NULL || restore->staged_key == NULL)
		return nc_error_no_memory(err);
	/* Of a restore that was interrupted. */
	remove_staged(restore);
	return NC_OK;
}

static void print_kept(const struct restore *restore)
{
	if (restore->kept_store[0] != '\0')
		nc_console_print(_("The store that was here is kept as %s.\n"),
			restore->kept_store);
	if (restore->kept_key[0] != '\0')
		nc_console_print(_("The key that was here is kept as %s.\n"),
			restore->kept_key);
}

static void print_words(const struct restore *restore)
{
	char time[NC_TIME_TEXT_SIZE];

	nc_console_time(time, restore->made_at_ms);
	nc_console_print(_("Restored %s in %s from the backup of %s; "
			   "change-sets: %" PRIu64 ".\n"),
		restore->cluster, restore->home.folder, time,
		restore->change_sets);
	print_kept(restore);
	if (!restore->call->program->is_hub)
		nc_console_print(_("Next: nhipcau sync. It takes back what the "
				   "hub holds.\n"));
	else if (restore->generation != 0)
		nc_console_print(
			_("What came after the backup comes back from the "
			  "clients: at their next sync they are told that the "
			  "hub was restored (generation %u of its history), "
			  "and give back what they have.\nNext: nhipcaud "
			  "serve.\n"),
			restore->generation);
	else
		nc_console_print(_("This hub has handed over; it only says "
				   "where the present one is.\n"));
}

static json_t *text_or_null(const char *text)
{
	return text[0] == '\0' ? json_null() : nc_json_text(text);
}

static enum nc_status print_restored(
	const struct restore *restore, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (!restore->call->json) {
		print_words(restore);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "cluster", nc_json_text(restore->cluster));
	nc_json_put(
		&json, object, "made_at", nc_json_time(restore->made_at_ms));
	nc_json_put(&json, object, "change_sets",
		nc_json_number(restore->change_sets));
	nc_json_put(&json, object, "generation",
		restore->generation == 0 ? json_null()
					 : nc_json_number(restore->generation));
	nc_json_put(
		&json, object, "kept_store", text_or_null(restore->kept_store));
	nc_json_put(&json, object, "kept_key", text_or_null(restore->kept_key));
	return nc_json_print(&json, object, err);
}

static enum nc_status restore_home(
	struct restore *restore, struct nc_error *err)
{
	struct nc_home *home = &restore->home;
	enum nc_status status = nc_home_locate(home, restore->call, err);

	/* Before a folder is made for nothing. */
	if (status == NC_OK && access(restore->file, R_OK) != 0)
		status = nc_file_error(err, errno, restore->file);
	if (status == NC_OK)
		status = nc_file_make_folder(home->folder, err);
	if (status == NC_OK)
		status = nc_home_lock_alone(&home->lock, home->folder, err);
	if (status == NC_OK)
		status = check_home(restore, err);
	if (status != NC_OK)
		return status;
	status = copy_file(restore, err);
	if (status == NC_OK)
		status = check_staged(restore, err);
	if (status == NC_OK)
		status = look_at_old(restore, err);
	if (status == NC_OK)
		status = make_ready(restore, err);
	if (status == NC_OK)
		status = put_in_place(restore, err);
	nc_store_close(restore->store);
	restore->store = NULL;
	remove_staged(restore);
	return status;
}

static enum nc_status run(struct nc_call *call, struct nc_error *err)
{
	struct restore restore = {.call = call, .file = call->arguments[0]};
	enum nc_status status;

	nc_home_init(&restore.home);
	nc_buffer_init(&restore.key_bytes, NC_KEY_FILE_BYTES_MAX);
	status = restore_home(&restore, err);
	if (status == NC_OK)
		status = print_restored(&restore, err);
	nc_wipe_buffer(&restore.key_bytes);
	nc_free(restore.staged);
	nc_free(restore.staged_key);
	nc_home_fini(&restore.home);
	return status;
}

static const struct nc_option options[] = {
	{"replace", 0, NULL,
		N_("put it in place of a store that is there, which is kept")},
	{NULL, 0, NULL, NULL},
};

const struct nc_command nc_command_restore = {
	.name = "restore",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("bring a home back from a file that backup made"),
	.notes = N_("The file is checked whole before anything is changed, and "
		    "is itself not changed. Nothing is deleted: with --replace "
		    "the old store and key stay in the home folder under other "
		    "names. What the backup lacks comes back by sync."),
	.examples = "restore /media/usb/nhipcau-2024-12-02.backup --home "
		    "/srv/nhipcau",
	.options = options,
	.run = run,
};
