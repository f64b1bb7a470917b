#include "store/store.h"
#include "base/limits.h"
#include "store/db.h"

#include <string.h>
#include <unistd.h>

#define REGISTRY_ARENA_MAX (64 * 1024 * 1024)
#define SCRATCH_ARENA_MAX (64 * 1024 * 1024)
/* Another process's commit, a few milliseconds, is waited for. */
#define BUSY_WAIT_MS 10000
/* On a full disk several that read hold the file alone, one after the other;
 * who only tries to open it is in the others' way for a moment. */
#define ALONE_TRIES 100
#define ALONE_PAUSE_MS 50

/* Before anything is read: then no store.db-shm is asked for. Nothing of the
 * log is carried over into the file at the end either. */
static enum nc_status stay_alone(struct nc_store *store, struct nc_error *err)
{
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return nc_db_exec(store,
		"PRAGMA locking_mode = EXCLUSIVE;"
		"PRAGMA query_only = ON;"
		"PRAGMA temp_store = MEMORY;",
		err);
}

static enum nc_status store_pragmas(
	struct nc_store *store, bool ephemeral, struct nc_error *err)
{
	/* A change-set has some 8 KB: on SQLite's usual pages of 4 KB most
	 * would be chains. Counts for a new file alone. */
	enum nc_status status = nc_db_exec(store,
		"PRAGMA page_size = 8192;"
		"PRAGMA foreign_keys = ON;"
		"PRAGMA cache_size = -8000;"
		"PRAGMA trusted_schema = OFF;",
		err);

	if (status != NC_OK || store->alone)
		return status;
	if (ephemeral)
		return nc_db_exec(store,
			"PRAGMA journal_mode = MEMORY;"
			"PRAGMA synchronous = OFF;",
			err);
	return nc_db_exec(store,
		"PRAGMA journal_mode = WAL;"
		"PRAGMA synchronous = FULL;"
		"PRAGMA wal_autocheckpoint = 4000;"
		"PRAGMA journal_size_limit = 33554432;",
		err);
}

static enum nc_status store_set_version(
	struct nc_store *store, struct nc_error *err)
{
	char sql[64];

	/* A pragma takes no parameters; the number is ours. */
	sqlite3_snprintf(
		sizeof(sql), sql, "PRAGMA user_version = %d", NC_STORE_VERSION);
	return nc_db_exec(store, sql, err);
}

static enum nc_status note_model(struct nc_store *store, struct nc_error *err)
{
	uint8_t version[8];

	nc_bytes_put_u64(version, nc_model_version());
	return nc_store_set_note(
		store, "model", nc_slice(version, sizeof(version)), err);
}

static enum nc_status store_create(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(store, err);

	if (status != NC_OK)
		return status;
	status = nc_schema_create(store, err);
	if (status == NC_OK)
		status = store_set_version(store, err);
	if (status == NC_OK)
		status = note_model(store, err);
	if (status == NC_OK)
		return nc_store_commit(store, err);
	nc_store_rollback(store);
	return status;
}

static enum nc_status newer(struct nc_error *err)
{
	return nc_error_set(err, NC_NEWER,
		_("This store was written by a newer version of the program; "
		  "install that version and try again. Nothing was changed."));
}

/* A fold made by an older model is made anew: what that model did not know
 * is in the log. */
static enum nc_status store_check_model(
	struct nc_store *store, struct nc_error *err)
{
	struct nc_buffer note NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;
	uint64_t version = 0;

	nc_buffer_init(&note, 64);
	status = nc_store_note(store, "model", &note, err);
	if (status != NC_OK && status != NC_NOT_FOUND)
		return status;
	if (note.size == 8)
		version = nc_bytes_get_u64(note.data);
	if (version > nc_model_version())
		return newer(err);
	if (version == nc_model_version())
		return NC_OK;
	return nc_store_rebuild(store, NULL, err);
}

/* Another process may have been first: then there is nothing to do. */
static enum nc_status migrate_inside(
	struct nc_store *store, struct nc_error *err)
{
	uint64_t version;
	enum nc_status status =
		nc_db_number(store, "PRAGMA user_version", &version, err);

	if (status != NC_OK || version == NC_STORE_VERSION)
		return status;
	status = nc_schema_migrate(store, err);
	if (status == NC_OK)
		status = store_set_version(store, err);
	/* Who is trusted, and whether there is a tree to make. */
	if (status == NC_OK)
		status = nc_store_load_identity(store, err);
	if (status == NC_OK)
		status = nc_store_remake(store, NULL, err);
	return status;
}

static enum nc_status store_migrate(
	struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = nc_db_exec(store, "BEGIN IMMEDIATE", err);

	if (status != NC_OK)
		return status;
	store->in_write = true;
	status = migrate_inside(store, err);
	if (status == NC_OK)
		return nc_store_commit(store, err);
	nc_store_rollback(store);
	return status;
}

static enum nc_status store_check_version(
	struct nc_store *store, enum nc_store_mode mode, struct nc_error *err)
{
	uint64_t version;
	enum nc_status status =
		nc_db_number(store, "PRAGMA user_version", &version, err);

	if (status != NC_OK)
		return status;
	if (version > NC_STORE_VERSION)
		return newer(err);
	if (version == 0 && mode != NC_STORE_OPEN && mode != NC_STORE_READ)
		return store_create(store, err);
	if (version == 1) {
		status = store_migrate(store, err);
		if (status != NC_OK)
			return status;
		version = NC_STORE_VERSION;
	}
	if (version != NC_STORE_VERSION)
		return nc_error_set(err, NC_CORRUPT,
			_("This file is not a store of this program; check the "
			  "home folder's name."));
	return store_check_model(store, err);
}

static enum nc_status store_start(struct nc_store *store, const char *path,
	enum nc_store_mode mode, struct nc_error *err)
{
	bool there = mode == NC_STORE_OPEN || mode == NC_STORE_READ;
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX |
		    (there ? 0 : SQLITE_OPEN_CREATE);
	enum nc_status status;

	if (there && access(path, F_OK) != 0)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no store at %s; join or init makes one, "
			  "--home names another folder."),
			path);
	if (sqlite3_open_v2(path, &store->db, flags, NULL) != SQLITE_OK)
		return nc_db_error(store, err);
	sqlite3_extended_result_codes(store->db, 1);
	sqlite3_busy_timeout(store->db, BUSY_WAIT_MS);
	sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
	status = nc_schema_prepare(store, err);
	if (status == NC_OK && store->alone)
		status = stay_alone(store, err);
	if (status == NC_OK)
		status = store_pragmas(store, mode == NC_STORE_EPHEMERAL, err);
	/* Before the fold may be made anew: who is trusted is part of it. */
	if (status == NC_OK && there)
		status = nc_store_load_identity(store, err);
	if (status == NC_OK)
		status = store_check_version(store, mode, err);
	if (status == NC_OK)
		status = nc_store_load_identity(store, err);
	return status;
}

static enum nc_status open_store(const char *path, enum nc_store_mode mode,
	bool alone, struct nc_store **ret_store, struct nc_error *err)
{
	struct nc_store *store = nc_calloc(1, sizeof(*store));
	enum nc_status status;

	if (store == NULL)
		return nc_error_no_memory(err);
	nc_arena_init(&store->scratch, SCRATCH_ARENA_MAX);
	nc_arena_init(&store->registry_arena, REGISTRY_ARENA_MAX);
	nc_buffer_init(&store->scratch_buffer, SCRATCH_ARENA_MAX);
	store->registry_stale = true;
	store->alone = alone;
	status = store_start(store, path, mode, err);
	if (status != NC_OK) {
		nc_store_close(store);
		return status;
	}
	*ret_store = store;
	return NC_OK;
}

enum nc_status nc_store_open(const char *path, enum nc_store_mode mode,
	struct nc_store **ret_store, struct nc_error *err)
{
	struct nc_error full = {0};
	enum nc_status status = NC_FULL;

	if (mode != NC_STORE_READ)
		return open_store(path, mode, false, ret_store, err);
	for (int i = 0; i < ALONE_TRIES; i++) {
		status = open_store(path, mode, false, ret_store, &full);
		if (status != NC_FULL)
			break;
		if (open_store(path, mode, true, ret_store, NULL) == NC_OK)
			return NC_OK;
		sqlite3_sleep(ALONE_PAUSE_MS);
	}
	if (status != NC_OK && err != NULL)
		*err = full;
	return status;
}

void nc_store_close(struct nc_store *store)
{
	if (store == NULL)
		return;
	if (store->in_write)
		nc_store_rollback(store);
	for (size_t i = 0; i < store->statements_count; i++)
		sqlite3_finalize(store->statements[i]);
	sqlite3_close(store->db);
	nc_schema_free(store);
	nc_store_tree_free(store);
	nc_arena_fini(&store->scratch);
	nc_arena_fini(&store->registry_arena);
	nc_buffer_fini(&store->scratch_buffer);
	nc_free(store->streams);
	nc_free(store->heads);
	nc_free(store->scopes);
	nc_free(store);
}

void nc_store_close_at(struct nc_store **store)
{
	nc_store_close(*store);
}

enum nc_status nc_store_set_note(struct nc_store *store, const char *key,
	struct nc_slice value, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO meta(key, value) VALUES(?, ?)"
		" ON CONFLICT(key) DO UPDATE SET value = excluded.value",
		err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	nc_db_bind_blob(statement, 2, value.data, value.size);
	return nc_db_run(store, statement, err);
}

enum nc_status nc_store_note(struct nc_store *store, const char *key,
	struct nc_buffer *out, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(
		store, "SELECT value FROM meta WHERE key = ?", err);
	struct nc_slice value;
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK)
		return status;
	if (!row)
		return NC_NOT_FOUND;
	value = nc_db_column_blob(statement, 0);
	if (nc_buffer_append(out, value.data, value.size) != NC_OK)
		return nc_error_no_memory(err);
	return NC_OK;
}

/*
 * The identity is one note: flags, cluster, union, hub key, root key, then the
 * address. Notes of the first version have no root key, and no flag for it:
 * the hub's key is the root's there.
 */
#define IDENTITY_HUB 1u
#define IDENTITY_HANDED_OVER 2u
#define IDENTITY_ROOT 4u
#define IDENTITY_OLD_SIZE (1 + 2 * NC_ID_SIZE + NC_KEY_SIZE)
#define IDENTITY_SIZE (IDENTITY_OLD_SIZE + NC_KEY_SIZE)

enum nc_status nc_store_set_identity(struct nc_store *store,
	const struct nc_identity *identity, struct nc_error *err)
{
	static const uint8_t no_key[NC_KEY_SIZE];
	struct nc_identity out = *identity;
	uint8_t bytes[IDENTITY_SIZE + NC_ERROR_TEXT_MAX];
	size_t address = strlen(identity->address);
	enum nc_status status;

	if (memcmp(out.root_key, no_key, NC_KEY_SIZE) == 0)
		memcpy(out.root_key, out.hub_key, NC_KEY_SIZE);
	bytes[0] = (uint8_t)(IDENTITY_ROOT | (out.is_hub ? IDENTITY_HUB : 0) |
			     (out.handed_over ? IDENTITY_HANDED_OVER : 0));
	memcpy(bytes + 1, out.cluster.bytes, NC_ID_SIZE);
	memcpy(bytes + 1 + NC_ID_SIZE, out.union_id.bytes, NC_ID_SIZE);
	memcpy(bytes + 1 + 2 * NC_ID_SIZE, out.hub_key, NC_KEY_SIZE);
	memcpy(bytes + IDENTITY_OLD_SIZE, out.root_key, NC_KEY_SIZE);
	memcpy(bytes + IDENTITY_SIZE, out.address, address);
	status = nc_store_set_note(store, "identity",
		nc_slice(bytes, IDENTITY_SIZE + address), err);
	if (status != NC_OK)
		return status;
	store->identity = out;
	store->has_identity = true;
	nc_registry_forget(store);
	return NC_OK;
}

/* What is in memory is what is in the file. */
static void identity_keep(struct nc_store *store)
{
	store->kept_identity = store->identity;
	store->had_identity = store->has_identity;
}

/* False when the note is too short to be one. */
static bool identity_read(struct nc_slice note, struct nc_identity *out)
{
	bool has_root = note.size > 0 && (note.data[0] & IDENTITY_ROOT) != 0;
	size_t size = has_root ? IDENTITY_SIZE : IDENTITY_OLD_SIZE;

	memset(out, 0, sizeof(*out));
	if (note.size < size || note.size - size >= NC_ERROR_TEXT_MAX)
		return false;
	out->is_hub = (note.data[0] & IDENTITY_HUB) != 0;
	out->handed_over = (note.data[0] & IDENTITY_HANDED_OVER) != 0;
	memcpy(out->cluster.bytes, note.data + 1, NC_ID_SIZE);
	memcpy(out->union_id.bytes, note.data + 1 + NC_ID_SIZE, NC_ID_SIZE);
	memcpy(out->hub_key, note.data + 1 + 2 * NC_ID_SIZE, NC_KEY_SIZE);
	memcpy(out->root_key,
		has_root ? note.data + IDENTITY_OLD_SIZE : out->hub_key,
		NC_KEY_SIZE);
	memcpy(out->address, note.data + size, note.size - size);
	return true;
}

enum nc_status nc_store_load_identity(
	struct nc_store *store, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;
	uint64_t version;

	nc_buffer_init(&bytes, IDENTITY_SIZE + NC_ERROR_TEXT_MAX - 1);
	status = nc_db_number(store, "PRAGMA user_version", &version, err);
	if (status != NC_OK || version == 0 || version > NC_STORE_VERSION)
		return status; /* the version check will say which */
	status = nc_store_note(store, "identity", &bytes, err);
	if (status == NC_NOT_FOUND)
		return NC_OK;
	if (status != NC_OK)
		return status;
	if (!identity_read(nc_buffer_slice(&bytes), &store->identity))
		return nc_db_corrupt(err, "identity");
	store->has_identity = true;
	identity_keep(store);
	return NC_OK;
}

enum nc_status nc_store_identity(struct nc_store *store,
	struct nc_identity *ret_identity, struct nc_error *err)
{
	if (!store->has_identity)
		return nc_error_set(err, NC_NOT_FOUND,
			_("This store belongs to no cluster yet; join with an "
			  "invitation first."));
	*ret_identity = store->identity;
	return NC_OK;
}

enum nc_status nc_store_begin(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status;
	uint64_t version;

	NC_ASSERT(!store->in_write);
	status = nc_db_exec(store, "BEGIN IMMEDIATE", err);
	if (status != NC_OK)
		return status;
	status = nc_db_number(store, "PRAGMA user_version", &version, err);
	if (status == NC_OK && version != 0)
		status = nc_db_refresh(store, err);
	store->in_write = true;
	if (status != NC_OK)
		nc_store_rollback(store);
	return status;
}

enum nc_status nc_store_refold(struct nc_store *store, struct nc_error *err)
{
	NC_ASSERT(store->in_write);
	return store->refold_needed ? nc_fold_remake(store, NULL, err) : NC_OK;
}

enum nc_status nc_store_commit(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	NC_ASSERT(store->in_write);
	if (store->refold_needed)
		status = nc_fold_remake(store, NULL, err);
	if (status == NC_OK)
		status = nc_log_flush(store, err);
	if (status == NC_OK)
		status = nc_fold_flush(store, err);
	if (status == NC_OK)
		status = nc_store_tree_flush(store, err);
	if (status == NC_OK)
		status = nc_db_exec(store, "COMMIT", err);
	if (status != NC_OK) {
		nc_store_rollback(store);
		return status;
	}
	store->in_write = false;
	identity_keep(store);
	return NC_OK;
}

void nc_store_rollback(struct nc_store *store)
{
	/* A full disk may have rolled back already; then this says so. */
	(void)sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
	store->in_write = false;
	store->fresh = false;
	store->refold_needed = false;
	store->identity = store->kept_identity;
	store->has_identity = store->had_identity;
	nc_registry_forget(store);
}

enum nc_status nc_store_begin_read(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status;

	if (store->in_write || store->in_read) {
		store->reads_within++;
		return NC_OK;
	}
	status = nc_db_exec(store, "BEGIN", err);
	if (status != NC_OK)
		return status;
	/* The first statement in it fixes the moment that is read; whether
	 * somebody wrote before is asked while in_read does not say yet that
	 * what is in memory is of that moment. */
	status = nc_db_refresh(store, err);
	store->in_read = true;
	if (status != NC_OK)
		nc_store_end_read(store);
	return status;
}

void nc_store_end_read(struct nc_store *store)
{
	if (store->reads_within > 0) {
		store->reads_within--;
		return;
	}
	(void)sqlite3_exec(store->db, "COMMIT", NULL, NULL, NULL);
	store->in_read = false;
}

/* Whether every value that the change-set replaces was applied here; names
 * the first missing one. */
static bool is_causal(struct nc_store *store,
	const struct nc_change_set *change_set, struct nc_dot *ret_need)
{
	for (size_t r = 0; r < change_set->records_count; r++) {
		const struct nc_record_change *record = &change_set->records[r];

		for (size_t f = 0; f < record->fields_count; f++) {
			const struct nc_field_change *field =
				&record->fields[f];

			for (size_t d = 0; d < field->replaces_count; d++) {
				const struct nc_dot *dot = &field->replaces[d];
				struct nc_db_stream *stream = nc_log_find(store,
					&change_set->union_id, dot->device);

				if (stream != NULL &&
					dot->sequence <= stream->head.sequence)
					continue;
				*ret_need = *dot;
				return false;
			}
		}
	}
	return true;
}

/* For a place that is taken: the same content or another? */
struct same_content {
	const uint8_t *hash;
	bool same;
};

static enum nc_status visit_same(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct same_content *same = context;

	(void)err;
	same->same = memcmp(entry->hash, same->hash, NC_HASH_SIZE) == 0;
	return NC_OK;
}

static enum nc_status take_known(struct nc_store *store,
	const struct nc_signed_change_set *signed_set,
	const struct nc_change_set *change_set,
	const uint8_t hash[NC_HASH_SIZE], int64_t received_at_ms,
	struct nc_error *err)
{
	struct same_content same = {hash, false};
	enum nc_status status =
		nc_log_entry(store, &change_set->union_id, change_set->device,
			change_set->sequence, visit_same, &same, err);

	if (status == NC_NOT_FOUND)
		return nc_db_corrupt(err, "gap in the log");
	if (status != NC_OK)
		return status;
	if (same.same)
		return NC_EXISTS;
	status = nc_log_keep_fork(
		store, signed_set, change_set, hash, received_at_ms, err);
	return status == NC_OK ? NC_FORK : status;
}

static enum nc_status take_next(struct nc_store *store,
	const struct nc_signed_change_set *signed_set,
	const struct nc_change_set *change_set,
	const uint8_t hash[NC_HASH_SIZE], const struct nc_log_head *head,
	int64_t received_at_ms, struct nc_dot *ret_need, struct nc_error *err)
{
	int64_t position;
	enum nc_status status;

	if (memcmp(change_set->previous, head->hash, NC_HASH_SIZE) != 0) {
		status = nc_log_keep_fork(store, signed_set, change_set, hash,
			received_at_ms, err);
		return status == NC_OK ? NC_FORK : status;
	}
	if (!is_causal(store, change_set, ret_need))
		return NC_GAP;
	status = nc_log_append(store, signed_set, change_set, hash,
		received_at_ms, &position, err);
	if (status == NC_OK)
		status = nc_fold_apply(store, change_set, position, err);
	return status;
}

enum nc_status nc_store_take(struct nc_store *store,
	const struct nc_signed_change_set *signed_set,
	const struct nc_change_set *change_set, int64_t received_at_ms,
	struct nc_dot *ret_need, struct nc_error *err)
{
	struct nc_log_head head = {0};
	struct nc_db_stream *stream;
	uint8_t hash[NC_HASH_SIZE];

	NC_ASSERT(store->in_write);
	stream = nc_log_find(store, &change_set->union_id, change_set->device);
	if (stream != NULL)
		head = stream->head;
	if (change_set->sequence > head.sequence + 1) {
		ret_need->device = change_set->device;
		ret_need->sequence = head.sequence + 1;
		return NC_GAP;
	}
	if (signed_set->hashed)
		memcpy(hash, signed_set->hash, NC_HASH_SIZE);
	else
		nc_sha256(hash, signed_set->payload);
	if (change_set->sequence <= head.sequence)
		return take_known(store, signed_set, change_set, hash,
			received_at_ms, err);
	return take_next(store, signed_set, change_set, hash, &head,
		received_at_ms, ret_need, err);
}

enum nc_status nc_store_digest(struct nc_store *store,
	const struct nc_id *union_id, struct nc_digest *ret_digest,
	struct nc_error *err)
{
	struct nc_db_scope *scope;
	enum nc_status status = nc_db_refresh(store, err);

	if (status != NC_OK)
		return status;
	scope = nc_fold_scope(store, union_id);
	if (scope == NULL)
		memset(ret_digest, 0, sizeof(*ret_digest));
	else
		*ret_digest = scope->digest;
	return NC_OK;
}
