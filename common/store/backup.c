#include "store/backup.h"
#include "store/db.h"

#include <string.h>

/* 2 MB at once. */
#define STEP_PAGES 256

/* A file opened plainly: no tables are looked at. */
static void bare_fini(struct nc_store *bare)
{
	sqlite3_close(bare->db);
	bare->db = NULL;
}

static enum nc_status bare_open(
	struct nc_store *bare, const char *path, struct nc_error *err)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;

	if (sqlite3_open_v2(path, &bare->db, flags, NULL) != SQLITE_OK)
		return nc_db_error(bare, err);
	sqlite3_extended_result_codes(bare->db, 1);
	return NC_OK;
}

/* Without a write-ahead log, everything stands in the one file; the change of
 * mode needs the file to itself. */
static enum nc_status bare_settle(struct nc_store *bare, struct nc_error *err)
{
	sqlite3_stmt *statement = NULL;
	enum nc_status status =
		nc_db_exec(bare, "PRAGMA synchronous = FULL", err);
	bool row = false, settled = false;

	if (status != NC_OK)
		return status;
	if (sqlite3_prepare_v2(bare->db, "PRAGMA journal_mode = DELETE", -1,
		    &statement, NULL) != SQLITE_OK)
		return nc_db_error(bare, err);
	status = nc_db_step(bare, statement, &row, err);
	if (status == NC_OK && row)
		settled = nc_slice_equal(nc_db_column_blob(statement, 0),
			nc_slice_text("delete"));
	sqlite3_finalize(statement);
	if (status == NC_OK && !settled)
		return nc_error_set(err, NC_BUSY,
			_("Another program is using the store; end it and try "
			  "again."));
	return status;
}

static enum nc_status copy_steps(struct nc_store *from, struct nc_store *to,
	const struct nc_progress *progress, struct nc_error *err)
{
	sqlite3_backup *backup =
		sqlite3_backup_init(to->db, "main", from->db, "main");
	int code = SQLITE_OK, total;

	if (backup == NULL)
		return nc_db_error(to, err);
	while (code == SQLITE_OK) {
		code = sqlite3_backup_step(backup, STEP_PAGES);
		total = sqlite3_backup_pagecount(backup);
		if (progress != NULL && total > 0)
			progress->step(progress->context,
				(uint64_t)(total -
					   sqlite3_backup_remaining(backup)),
				(uint64_t)total);
	}
	(void)sqlite3_backup_finish(backup);
	/* Finishing puts the fault where the copy's errors are read. */
	return code == SQLITE_DONE ? NC_OK : nc_db_error(to, err);
}

enum nc_status nc_store_copy(struct nc_store *store, const char *path,
	const struct nc_progress *progress, struct nc_error *err)
{
	struct nc_store bare NC_AUTO(bare_fini) = {0};
	/* While this moment is being read, other processes' commits do not
	 * make SQLite begin the copy again. */
	enum nc_status status = nc_store_begin_read(store, err);

	if (status != NC_OK)
		return status;
	status = bare_open(&bare, path, err);
	if (status == NC_OK)
		status = nc_db_exec(&bare, "PRAGMA synchronous = FULL", err);
	if (status == NC_OK)
		status = copy_steps(store, &bare, progress, err);
	nc_store_end_read(store);
	/* The copy's header says that there is a write-ahead log. */
	if (status == NC_OK)
		status = bare_settle(&bare, err);
	return status;
}

enum nc_status nc_store_settle(const char *path, struct nc_error *err)
{
	struct nc_store bare NC_AUTO(bare_fini) = {0};
	enum nc_status status = bare_open(&bare, path, err);

	if (status == NC_OK)
		status = bare_settle(&bare, err);
	return status;
}

enum nc_status nc_store_remove_note(
	struct nc_store *store, const char *key, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(store, "DELETE FROM meta WHERE key = ?", err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_text(statement, 1, key, -1, SQLITE_STATIC);
	return nc_db_run(store, statement, err);
}
