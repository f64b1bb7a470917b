#include "store/db.h"

#include <errno.h>
#include <string.h>

static uint64_t fail_in;

void nc_db_fail_at(uint64_t n)
{
	fail_in = n;
}

uint64_t nc_db_fail_left(void)
{
	return fail_in;
}

static bool fails_now(void)
{
	return fail_in != 0 && --fail_in == 0;
}

static enum nc_status error_of(
	struct nc_store *store, int code, struct nc_error *err);

static enum nc_status error_made_up(
	struct nc_store *store, struct nc_error *err)
{
	static const int codes[] = {SQLITE_IOERR, SQLITE_FULL, SQLITE_NOMEM};
	static unsigned turn;

	return error_of(store, codes[turn++ % 3], err);
}

enum nc_status nc_db_error(struct nc_store *store, struct nc_error *err)
{
	int code = store->db == NULL ? SQLITE_NOMEM
				     : sqlite3_extended_errcode(store->db);

	/* A write-ahead log that cannot grow says only that it failed, and a
	 * file that cannot be made that it could not be opened. */
	if (((code & 0xff) == SQLITE_IOERR ||
		    (code & 0xff) == SQLITE_CANTOPEN) &&
		(sqlite3_system_errno(store->db) == ENOSPC ||
			sqlite3_system_errno(store->db) == EDQUOT))
		code = SQLITE_FULL;
	if (store->alone && (code & 0xff) == SQLITE_READONLY)
		code = SQLITE_FULL;
	return error_of(store, code, err);
}

static const char *file_of(struct nc_store *store)
{
	const char *file = sqlite3_db_filename(store->db, "main");

	return file == NULL || file[0] == '\0' ? "store.db" : file;
}

static enum nc_status error_of(
	struct nc_store *store, int code, struct nc_error *err)
{
	switch (code & 0xff) {
	case SQLITE_FULL:
		return nc_error_set(err, NC_FULL,
			_("The disk is full (%s); free some space there and "
			  "try again. Nothing that was saved is lost."),
			file_of(store));
	case SQLITE_READONLY:
	case SQLITE_CANTOPEN:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return nc_error_set(err, NC_READ_ONLY,
			_("The store cannot be opened or written (%s); check "
			  "that the folder is yours and not read-only, and "
			  "try again."),
			sqlite3_errmsg(store->db));
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		return nc_error_set(err, NC_BUSY,
			_("Another program is writing to the store; wait a "
			  "moment and try again."));
	case SQLITE_NOMEM:
		return nc_error_no_memory(err);
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		return nc_error_set(err, NC_CORRUPT,
			_("The store is damaged (%s); put a backup in its "
			  "place with restore: what came after it comes back "
			  "with the next syncs."),
			sqlite3_errmsg(store->db));
	default:
		return nc_error_set(err, NC_IO,
			_("The store could not be used (%s); check the disk "
			  "and try again."),
			sqlite3_errmsg(store->db));
	}
}

enum nc_status nc_db_corrupt(struct nc_error *err, const char *what)
{
	return nc_error_set(err, NC_CORRUPT,
		_("The store contradicts itself (%s); run rebuild, or put a "
		  "backup in its place."),
		what);
}

sqlite3_stmt *nc_db_statement(
	struct nc_store *store, const char *sql, struct nc_error *err)
{
	sqlite3_stmt *statement = NULL;

	for (size_t i = 0; i < store->statements_count; i++)
		if (store->statement_texts[i] == sql)
			return store->statements[i];
	NC_ASSERT(store->statements_count < NC_DB_STATEMENTS_MAX);
	if (fails_now()) {
		store->last = error_made_up(store, err);
		return NULL;
	}
	if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
		    &statement, NULL) != SQLITE_OK) {
		store->last = nc_db_error(store, err);
		return NULL;
	}
	store->statement_texts[store->statements_count] = sql;
	store->statements[store->statements_count] = statement;
	store->statements_count++;
	return statement;
}

void nc_db_reset(sqlite3_stmt **statement)
{
	if (*statement == NULL)
		return;
	sqlite3_reset(*statement);
	sqlite3_clear_bindings(*statement);
}

enum nc_status nc_db_step(struct nc_store *store, sqlite3_stmt *statement,
	bool *ret_row, struct nc_error *err)
{
	int code;

	if (fails_now())
		return error_made_up(store, err);
	code = sqlite3_step(statement);
	if (code != SQLITE_ROW && code != SQLITE_DONE)
		return nc_db_error(store, err);
	*ret_row = code == SQLITE_ROW;
	return NC_OK;
}

enum nc_status nc_db_run(
	struct nc_store *store, sqlite3_stmt *statement, struct nc_error *err)
{
	bool row = true;
	enum nc_status status = NC_OK;

	while (row && status == NC_OK)
		status = nc_db_step(store, statement, &row, err);
	return status;
}

enum nc_status nc_db_number(struct nc_store *store, const char *sql,
	uint64_t *ret_number, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(store, sql, err);
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	status = nc_db_step(store, statement, &row, err);
	if (status == NC_OK)
		*ret_number =
			row ? (uint64_t)sqlite3_column_int64(statement, 0) : 0;
	return status;
}

enum nc_status nc_db_exec(
	struct nc_store *store, const char *sql, struct nc_error *err)
{
	if (fails_now())
		return error_made_up(store, err);
	if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		return nc_db_error(store, err);
	return NC_OK;
}

void nc_db_bind_blob(
	sqlite3_stmt *statement, int at, const void *data, size_t size)
{
	if (size == 0)
		sqlite3_bind_zeroblob(statement, at, 0);
	else
		sqlite3_bind_blob64(statement, at, data, size, SQLITE_STATIC);
}

void nc_db_bind_id(sqlite3_stmt *statement, int at, const struct nc_id *id)
{
	nc_db_bind_blob(statement, at, id->bytes, NC_ID_SIZE);
}

void nc_db_bind_device(sqlite3_stmt *statement, int at, nc_device_id device)
{
	uint8_t bytes[NC_DEVICE_ID_SIZE];

	nc_bytes_put_u64(bytes, device);
	sqlite3_bind_blob(
		statement, at, bytes, sizeof(bytes), SQLITE_TRANSIENT);
}

void nc_db_bind_value(
	sqlite3_stmt *statement, int at, const struct nc_value *value)
{
	switch (value->kind) {
	case NC_VALUE_ABSENT:
		sqlite3_bind_null(statement, at);
		break;
	case NC_VALUE_INTEGER:
		sqlite3_bind_int64(statement, at, value->integer);
		break;
	case NC_VALUE_TEXT:
		sqlite3_bind_text64(statement, at,
			value->bytes.size == 0
				? ""
				: (const char *)value->bytes.data,
			value->bytes.size, SQLITE_STATIC, SQLITE_UTF8);
		break;
	case NC_VALUE_BYTES:
		nc_db_bind_blob(
			statement, at, value->bytes.data, value->bytes.size);
		break;
	}
}

struct nc_slice nc_db_column_blob(sqlite3_stmt *statement, int at)
{
	const void *data = sqlite3_column_blob(statement, at);

	return nc_slice(data, (size_t)sqlite3_column_bytes(statement, at));
}

struct nc_value nc_db_column_value(sqlite3_stmt *statement, int at)
{
	switch (sqlite3_column_type(statement, at)) {
	case SQLITE_INTEGER:
		return nc_value_integer(sqlite3_column_int64(statement, at));
	case SQLITE_TEXT:
		return nc_value_slice(
			nc_slice(sqlite3_column_text(statement, at),
				(size_t)sqlite3_column_bytes(statement, at)));
	case SQLITE_BLOB: {
		struct nc_slice blob = nc_db_column_blob(statement, at);

		return nc_value_bytes(blob.data, blob.size);
	}
	default:
		return nc_value_absent();
	}
}

bool nc_db_column_id(sqlite3_stmt *statement, int at, struct nc_id *ret_id)
{
	struct nc_slice blob = nc_db_column_blob(statement, at);

	if (blob.size != NC_ID_SIZE)
		return false;
	memcpy(ret_id->bytes, blob.data, NC_ID_SIZE);
	return true;
}

bool nc_db_column_device(
	sqlite3_stmt *statement, int at, nc_device_id *ret_device)
{
	struct nc_slice blob = nc_db_column_blob(statement, at);

	if (blob.size != NC_DEVICE_ID_SIZE)
		return false;
	*ret_device = nc_bytes_get_u64(blob.data);
	return true;
}

enum nc_status nc_db_refresh(struct nc_store *store, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;
	enum nc_status status;
	int64_t version;
	bool row;

	/* Inside a transaction nobody else writes, and what is in memory may
	 * be ahead of the tables until it is flushed. */
	if (store->in_write || (store->in_read && store->fresh))
		return NC_OK;
	statement = nc_db_statement(store, "PRAGMA data_version", err);
	if (statement == NULL)
		return store->last;
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK)
		return status;
	version = sqlite3_column_int64(statement, 0);
	if (store->fresh && version == store->data_version)
		return NC_OK;
	store->fresh = false;
	nc_registry_forget(store);
	nc_store_tree_forget(store);
	status = nc_log_load(store, err);
	if (status == NC_OK)
		status = nc_schema_load(store, err);
	if (status == NC_OK)
		status = nc_fold_load(store, err);
	if (status == NC_OK)
		status = nc_store_load_identity(store, err);
	if (status != NC_OK)
		return status;
	store->data_version = version;
	store->fresh = true;
	return NC_OK;
}
