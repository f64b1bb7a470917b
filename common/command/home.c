#include "command/home.h"
#include "base/file.h"
#include "base/limits.h"
#include "command/passphrase.h"
#include "command/restore.h"
#include "locale/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define HOME_ARENA_MAX (1024 * 1024)

void nc_home_init(struct nc_home *home)
{
	memset(home, 0, sizeof(*home));
	nc_arena_init(&home->arena, HOME_ARENA_MAX);
}

void nc_home_fini(struct nc_home *home)
{
	nc_store_close(home->store);
	nc_key_free(home->key);
	nc_key_free(home->author_key);
	nc_key_free(home->left_key);
	nc_home_lock_fini(&home->lock);
	nc_free(home->folder);
	nc_free(home->store_path);
	nc_free(home->key_path);
	nc_arena_fini(&home->arena);
	memset(home, 0, sizeof(*home));
}

static const char *set_variable(const char *name)
{
	const char *value = getenv(name);

	return value == NULL || value[0] == '\0' ? NULL : value;
}

/* $XDG_DATA_HOME/nhipcau or ~/.local/share/nhipcau. */
static enum nc_status data_folder(
	const char *program, char **ret_folder, struct nc_error *err)
{
	const char *data = set_variable("XDG_DATA_HOME");
	const char *user = set_variable("HOME");
	char *share NC_AUTO(nc_free_at) = NULL;

	/* A relative one is invalid and ignored, says the specification. */
	if (data != NULL && data[0] != '/')
		data = NULL;
	if (data == NULL && user == NULL)
		return nc_error_set(err, NC_USAGE,
			_("It is not known where your data folder is; name a "
			  "home folder with --home."));
	if (data == NULL) {
		share = nc_file_join(user, ".local/share");
		data = share;
	}
	if (data != NULL)
		*ret_folder = nc_file_join(data, program);
	return NC_OK;
}

enum nc_status nc_home_locate(
	struct nc_home *home, const struct nc_call *call, struct nc_error *err)
{
	const char *named = call->home;
	enum nc_status status = NC_OK;

	if (named == NULL)
		named = set_variable("NHIPCAU_HOME");
	if (call->home != NULL && call->home[0] == '\0')
		return nc_error_set(
			err, NC_USAGE, _("--home names no folder."));
	if (named != NULL)
		home->folder = nc_strdup(named);
	else
		status = data_folder(call->program->name, &home->folder, err);
	if (status != NC_OK)
		return status;
	if (home->folder != NULL) {
		home->store_path = nc_file_join(home->folder, "store.db");
		home->key_path = nc_file_join(home->folder, "device.key");
	}
	if (home->store_path == NULL || home->key_path == NULL)
		return nc_error_no_memory(err);
	return NC_OK;
}

static enum nc_status not_joined(const struct nc_home *home,
	const struct nc_call *call, struct nc_error *err)
{
	/* An office that a cluster is to be handed over to. */
	if (call->program->is_hub && access(home->key_path, F_OK) == 0)
		return nc_error_set(err, NC_NOT_FOUND,
			_("%s has a hub's key and no cluster yet; take the "
			  "hand-over in with nhipcaud handover import FILE, or "
			  "found a new cluster with nhipcaud init."),
			home->folder);
	if (call->program->is_hub)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no hub in %s; make one with nhipcaud init, "
			  "or name its folder with --home."),
			home->folder);
	return nc_error_set(err, NC_NOT_FOUND,
		_("%s has not joined a cluster; run nhipcau join with the "
		  "invitation that you were sent, or name another folder with "
		  "--home."),
		home->folder);
}

/* A replica writes even when it is only read: its journal. */
static enum nc_status check_writable(
	const struct nc_home *home, struct nc_error *err)
{
	if (access(home->folder, W_OK) == 0 || errno == ENOENT)
		return NC_OK;
	return nc_error_set(err, NC_READ_ONLY,
		_("The home folder %s cannot be written (%s); copy it to a "
		  "disk that can be, or mend its permissions. Nothing was "
		  "changed."),
		home->folder, strerror(errno));
}

static enum nc_status check_program(const struct nc_home *home,
	const struct nc_call *call, struct nc_error *err)
{
	if (home->identity.is_hub == call->program->is_hub)
		return NC_OK;
	if (home->identity.is_hub)
		return nc_error_set(err, NC_INVALID,
			_("%s is a hub's home; use nhipcaud for it, or name "
			  "another folder with --home."),
			home->folder);
	return nc_error_set(err, NC_INVALID,
		_("%s is a union's home; use nhipcau for it, or name another "
		  "folder with --home."),
		home->folder);
}

static enum nc_status load_key(struct nc_home *home, struct nc_error *err)
{
	enum nc_status status = nc_key_load(
		home->key_path, &nc_passphrase_asked, &home->key, err);

	if (status == NC_NOT_FOUND)
		return nc_error_set(err, NC_NOT_FOUND,
			_("The key %s is missing; put it back from a backup, "
			  "or join again as a new device in a new home "
			  "folder."),
			home->key_path);
	return status;
}

static enum nc_status open_home(struct nc_home *home,
	const struct nc_call *call, enum nc_store_mode mode,
	struct nc_error *err)
{
	enum nc_status status = nc_home_locate(home, call, err);

	if (status != NC_OK)
		return status;
	if (access(home->store_path, F_OK) != 0 && errno == ENOENT)
		return not_joined(home, call, err);
	status = check_writable(home, err);
	if (status == NC_OK)
		status = nc_home_lock_share(&home->lock, home->folder, err);
	if (status == NC_OK)
		status = nc_store_open(
			home->store_path, mode, &home->store, err);
	if (status == NC_OK)
		status = nc_restore_finish(home->store, home->key_path, err);
	if (status != NC_OK)
		return status;
	status = nc_store_identity(home->store, &home->identity, err);
	if (status == NC_NOT_FOUND)
		return not_joined(home, call, err);
	home->union_id = home->identity.union_id;
	if (status == NC_OK)
		status = check_program(home, call, err);
	if (status == NC_OK)
		status = load_key(home, err);
	return status;
}

enum nc_status nc_home_open(
	struct nc_home *home, const struct nc_call *call, struct nc_error *err)
{
	return open_home(home, call, NC_STORE_OPEN, err);
}

enum nc_status nc_home_open_to_read(
	struct nc_home *home, const struct nc_call *call, struct nc_error *err)
{
	return open_home(home, call, NC_STORE_READ, err);
}

static enum nc_status make_key(
	struct nc_home *home, const struct nc_call *call, struct nc_error *err)
{
	/* Asked once; the sentence is not wanted where there is no key yet. */
	struct nc_error trouble = {0};
	enum nc_status status = nc_key_load(
		home->key_path, &nc_passphrase_asked, &home->key, &trouble);

	if (status == NC_OK)
		return NC_OK;
	if (status != NC_NOT_FOUND) {
		if (err != NULL)
			*err = trouble;
		return status;
	}
	/* A store without its key is another device's: never put a new key
	 * beside it. */
	if (access(home->store_path, F_OK) == 0)
		return load_key(home, err);
	status = nc_key_generate(&call->env, &home->key, err);
	if (status == NC_OK)
		status = nc_key_save(home->key, home->key_path, err);
	return status;
}

/* A restore that was interrupted after its store was in place: the key that
 * belongs to that store comes before any other. */
static enum nc_status finish_restore(
	const struct nc_home *home, struct nc_error *err)
{
	struct nc_store *store NC_AUTO(nc_store_close_at) = NULL;
	enum nc_status status = NC_OK;

	if (access(home->key_path, F_OK) == 0 ||
		access(home->store_path, F_OK) != 0)
		return NC_OK;
	status = nc_store_open(home->store_path, NC_STORE_CREATE, &store, err);
	if (status == NC_OK)
		status = nc_restore_finish(store, home->key_path, err);
	return status;
}

enum nc_status nc_home_make(struct nc_home *home, const struct nc_call *call,
	bool *ret_known, struct nc_error *err)
{
	enum nc_status status = nc_home_locate(home, call, err);

	if (status == NC_OK)
		status = nc_file_make_folder(home->folder, err);
	if (status == NC_OK)
		status = check_writable(home, err);
	if (status == NC_OK)
		status = nc_home_lock_share(&home->lock, home->folder, err);
	if (status == NC_OK)
		status = finish_restore(home, err);
	if (status == NC_OK)
		status = make_key(home, call, err);
	if (status == NC_OK)
		status = nc_store_open(
			home->store_path, NC_STORE_CREATE, &home->store, err);
	if (status != NC_OK)
		return status;
	status = nc_store_identity(home->store, &home->identity, err);
	*ret_known = status == NC_OK;
	if (status == NC_OK)
		return check_program(home, call, err);
	return status == NC_NOT_FOUND ? NC_OK : status;
}

enum nc_status nc_home_clean_label(struct nc_home *home, const char *what,
	const char *typed, const char **ret_label, struct nc_error *err)
{
	struct nc_buffer clean NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice label;
	enum nc_status status;
	const char *copy;

	nc_buffer_init(&clean, NC_TEXT_BYTES_MAX);
	status = nc_text_clean(&clean, nc_slice_text(typed));
	if (status == NC_MALFORMED)
		return nc_error_set(err, NC_INVALID,
			_("%s is not UTF-8 text; retype it."), what);
	label = nc_text_trim(nc_buffer_slice(&clean));
	if (status != NC_OK || label.size > NC_LABEL_BYTES_MAX)
		return nc_error_set(err, NC_INVALID,
			_("%s is longer than %d bytes; shorten it."), what,
			NC_LABEL_BYTES_MAX);
	if (label.size == 0)
		return nc_error_set(err, NC_INVALID, _("%s is empty."), what);
	copy = nc_arena_text(
		&home->arena, (const char *)label.data, label.size);
	if (copy == NULL)
		return nc_error_no_memory(err);
	*ret_label = copy;
	return NC_OK;
}

enum nc_status nc_home_note(struct nc_home *home, const char *key,
	const char **ret_text, struct nc_error *err)
{
	struct nc_buffer note NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;
	const char *text;

	nc_buffer_init(&note, HOME_ARENA_MAX);
	status = nc_store_note(home->store, key, &note, err);
	if (status != NC_OK && status != NC_NOT_FOUND)
		return status;
	text = nc_arena_text(&home->arena, nc_buffer_string(&note), note.size);
	if (text == NULL)
		return nc_error_no_memory(err);
	*ret_text = text;
	return NC_OK;
}

enum nc_status nc_home_device_label(
	struct nc_home *home, const char **ret_label, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	enum nc_status status = nc_store_registry(home->store, &registry, err);

	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, nc_key_device(home->key));
	if (device == NULL)
		return nc_home_note(home, NC_NOTE_DEVICE_LABEL, ret_label, err);
	*ret_label = nc_arena_text(
		&home->arena, device->label, strlen(device->label));
	return *ret_label == NULL ? nc_error_no_memory(err) : NC_OK;
}

enum nc_status nc_home_union_name(
	struct nc_home *home, const char **ret_name, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_union *own;
	enum nc_status status = nc_store_registry(home->store, &registry, err);

	if (status != NC_OK)
		return status;
	own = nc_registry_union(registry, &home->union_id);
	if (own == NULL)
		return nc_home_note(home, NC_NOTE_UNION_NAME, ret_name, err);
	*ret_name = nc_arena_text(&home->arena, own->name, strlen(own->name));
	return *ret_name == NULL ? nc_error_no_memory(err) : NC_OK;
}

enum nc_status nc_home_author(struct nc_home *home, const struct nc_call *call,
	struct nc_author *ret_author, struct nc_error *err)
{
	const char *typed = call->author, *name;
	enum nc_status status;

	if (typed == NULL)
		typed = set_variable("NHIPCAU_AUTHOR");
	if (typed == NULL) {
		status = nc_home_device_label(home, &typed, err);
		if (status != NC_OK)
			return status;
	}
	status = nc_home_clean_label(
		home, _("The author's name"), typed, &name, err);
	if (status != NC_OK)
		return status;
	*ret_author = (struct nc_author){.key = home->key,
		.env = &call->env,
		.name = nc_slice_text(name)};
	return NC_OK;
}

/* A pipe or a device is written as it is; only a file can be replaced. */
static enum nc_status write_special(
	const char *path, struct nc_slice bytes, struct nc_error *err)
{
	FILE *file = fopen(path, "we");
	size_t put;

	if (file == NULL)
		return nc_file_error(err, errno, path);
	put = fwrite(bytes.data, 1, bytes.size, file);
	if (fclose(file) != 0 || put != bytes.size)
		return nc_file_error(err, errno, path);
	return NC_OK;
}

enum nc_status nc_home_write_file(const struct nc_call *call, const char *path,
	struct nc_slice bytes, struct nc_error *err)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (slash != NULL && slash != path) {
		char *folder NC_AUTO(nc_free_at) = nc_strdup(path);

		if (folder == NULL)
			return nc_error_no_memory(err);
		folder[slash - path] = '\0';
		if (stat(folder, &st) != 0 || !S_ISDIR(st.st_mode))
			return nc_error_set(err, NC_NOT_FOUND,
				_("There is no folder %s; make it or name "
				  "another."),
				folder);
	}
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return nc_error_set(err, NC_INVALID,
			_("%s is a folder, not a file; name a file."), path);
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return write_special(path, bytes, err);
	return nc_file_write(path, bytes, 0666 & ~call->file_mask, err);
}
