/*
 * The room's own: SQLite statements with one error discipline.
 *
 * Statements are prepared once per store, found again by the address of
 * their literal text, and reset on every path by NC_AUTO(nc_db_reset).
 */
#ifndef NC_STORE_DB_H
#define NC_STORE_DB_H

#include "store/log.h"
#include "store/registry.h"

#include <sqlite3.h>

#define NC_DB_STATEMENTS_MAX 128

/* The statements made from the model, per entity, and its columns. */
struct nc_db_table {
	const struct nc_entity *entity;
	char *create, *select, *insert, *update, *each;
};

struct nc_db_scope {
	int64_t number;
	struct nc_id union_id;
	struct nc_digest digest;
	bool dirty;
};

struct nc_db_stream {
	int64_t number;
	struct nc_log_head head;
	bool dirty;
};

struct nc_db_grant {
	nc_device_id device;
	struct nc_id union_id;
	uint64_t first, last; /* last UINT64_MAX: open */
};

struct nc_store {
	sqlite3 *db;
	const char *statement_texts[NC_DB_STATEMENTS_MAX];
	sqlite3_stmt *statements[NC_DB_STATEMENTS_MAX];
	size_t statements_count;
	struct nc_db_table *tables;
	size_t tables_count;
	bool in_write, in_read;
	enum nc_status last; /* of a statement that could not be prepared */

	/* In memory while nobody else writes; see nc_db_refresh. */
	int64_t data_version;
	bool fresh;
	struct nc_db_stream *streams; /* by union, device */
	size_t streams_count, streams_capacity;
	struct nc_log_head *heads; /* for nc_log_heads */
	struct nc_db_scope *scopes;
	size_t scopes_count, scopes_capacity;
	bool registry_stale;
	struct nc_arena registry_arena;
	struct nc_registry registry;
	struct nc_db_grant *grants; /* registry_arena's */
	size_t grants_count;

	bool has_identity;
	struct nc_identity identity;
	struct nc_arena scratch; /* of one record's fold */
	struct nc_buffer scratch_buffer;
};

enum nc_status nc_db_error(struct nc_store *store, struct nc_error *err);
/* sql must be a literal or outlive the store. NULL: err is set, and the
 * status is store->last. */
sqlite3_stmt *nc_db_statement(
	struct nc_store *store, const char *sql, struct nc_error *err);
void nc_db_reset(sqlite3_stmt **statement);
/* One step: *ret_row says whether there is a row. */
enum nc_status nc_db_step(struct nc_store *store, sqlite3_stmt *statement,
	bool *ret_row, struct nc_error *err) NC_MUST_USE;
/* Steps to the end, without rows. */
enum nc_status nc_db_run(struct nc_store *store, sqlite3_stmt *statement,
	struct nc_error *err) NC_MUST_USE;
/* Runs literal SQL without parameters. */
enum nc_status nc_db_exec(struct nc_store *store, const char *sql,
	struct nc_error *err) NC_MUST_USE;

/* Binds; an empty slice is an empty blob or text, never NULL. Borrowed until
 * the reset. */
void nc_db_bind_blob(
	sqlite3_stmt *statement, int at, const void *data, size_t size);
void nc_db_bind_id(sqlite3_stmt *statement, int at, const struct nc_id *id);
void nc_db_bind_device(sqlite3_stmt *statement, int at, nc_device_id device);
void nc_db_bind_value(
	sqlite3_stmt *statement, int at, const struct nc_value *value);
/* Borrowed until the next step or reset. */
struct nc_slice nc_db_column_blob(sqlite3_stmt *statement, int at);
struct nc_value nc_db_column_value(sqlite3_stmt *statement, int at);
bool nc_db_column_id(sqlite3_stmt *statement, int at, struct nc_id *ret_id);
bool nc_db_column_device(
	sqlite3_stmt *statement, int at, nc_device_id *ret_device);

/* Reads heads, scopes and registry again if another process wrote. */
enum nc_status nc_db_refresh(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_db_corrupt(struct nc_error *err, const char *what);

/* schema.c */
enum nc_status nc_schema_prepare(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_schema_create(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
/* The fold's tables alone, dropped and created empty. */
enum nc_status nc_schema_reset_fold(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
void nc_schema_free(struct nc_store *store);
struct nc_db_table *nc_schema_table(struct nc_store *store, uint32_t entity);

/* log.c */
enum nc_status nc_log_load(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_log_flush(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_log_append(struct nc_store *store,
	const struct nc_signed_change_set *signed_set,
	const struct nc_change_set *change_set,
	const uint8_t hash[NC_HASH_SIZE], int64_t received_at_ms,
	int64_t *ret_position, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_log_keep_fork(struct nc_store *store,
	const struct nc_signed_change_set *signed_set,
	const struct nc_change_set *change_set,
	const uint8_t hash[NC_HASH_SIZE], int64_t received_at_ms,
	struct nc_error *err) NC_MUST_USE;
/* NULL when unknown. */
struct nc_db_stream *nc_log_find(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device);

/* fold.c */
enum nc_status nc_fold_load(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_fold_flush(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_fold_apply(struct nc_store *store,
	const struct nc_change_set *change_set, int64_t position,
	struct nc_error *err) NC_MUST_USE;
struct nc_db_scope *nc_fold_scope(
	struct nc_store *store, const struct nc_id *union_id);

/* registry.c */
void nc_registry_forget(struct nc_store *store);

#endif
