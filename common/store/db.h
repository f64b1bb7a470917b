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
#include "trust/tree.h"

#include <sqlite3.h>

#define NC_DB_STATEMENTS_MAX 512

/* The statements made from the model, per entity, when they are first asked
 * for: most stores hold records of few entities. */
enum nc_db_sql {
	NC_DB_CREATE,
	NC_DB_SELECT, /* one record: ?1 its id, ?2 its scope */
	NC_DB_EACH,   /* ?1 a scope or NULL; those whose state & ?2 is ?3 */
	NC_DB_INSERT,
	NC_DB_UPDATE,
	NC_DB_SQL_COUNT
};

/* A table is made for an entity's first record: until then it is not there,
 * and says nothing. */
struct nc_db_table {
	const struct nc_entity *entity;
	bool is_there; /* as fresh as the heads; see nc_db_refresh */
	char *sql[NC_DB_SQL_COUNT]; /* NULL: not made yet */
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

/* A key with a hub's standing: a hub's, or one that a restored hub made. */
struct nc_db_hub {
	nc_device_id device;
	nc_device_id vouched_by; /* its standing ends with that one's; or 0 */
	bool revoked;
};

struct nc_store {
	sqlite3 *db;
	const char *statement_texts[NC_DB_STATEMENTS_MAX];
	sqlite3_stmt *statements[NC_DB_STATEMENTS_MAX];
	size_t statements_count;
	struct nc_db_table *tables;
	size_t tables_count;
	bool in_write, in_read;
	unsigned reads_within; /* begun in another transaction */
	bool alone; /* NC_STORE_READ on a full disk: nothing is written */
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
	struct nc_db_hub *hub_keys; /* registry_arena's */
	size_t hub_keys_count;
	/* No key but the root's has a hub's standing, and it has: then the
	 * registry need not be read to say so. */
	bool root_alone;
	/* Rights changed for what had been folded: the commit folds anew. */
	bool refold_needed;
	/* The cluster's scope, folded: a hub's standing ended below what is
	 * here of its streams. And the rights as they turned out then, which
	 * stand while the scope is folded once more (nc_registry_fix). */
	bool hubs_ended, fixed;
	struct nc_db_hub *fixed_hub_keys;
	struct nc_db_grant *fixed_grants;
	size_t fixed_hub_keys_count, fixed_grants_count;
	uint8_t vouched_key[NC_KEY_SIZE]; /* nc_hubs_author_key's */

	struct nc_db_tree *tree; /* tree.c's; NULL until it is asked for */

	bool has_identity, had_identity;
	struct nc_identity identity;
	struct nc_identity kept_identity; /* as committed: for a rollback */
	struct nc_arena scratch;	  /* of one record's fold */
	struct nc_buffer scratch_buffer;
};

enum nc_status nc_db_error(struct nc_store *store, struct nc_error *err);

/* Tests: the n-th prepare, step or exec from now (1 = the next) is not done
 * and fails, in turn as I/O error, full disk and no memory; 0 = none does.
 * For all stores of the process, one thread. */
void nc_db_fail_at(uint64_t n);
/* How many calls until the one that fails; 0: it has, or none does. */
uint64_t nc_db_fail_left(void);
/* sql must be a literal or outlive the store. NULL: err is set, and the
 * status is store->last. */
sqlite3_stmt *nc_db_statement(
	struct nc_store *store, const char *sql, struct nc_error *err);
/* The same for a statement of an entity's table. */
sqlite3_stmt *nc_db_table_statement(struct nc_store *store,
	struct nc_db_table *table, enum nc_db_sql kind, struct nc_error *err);
void nc_db_reset(sqlite3_stmt **statement);
/* One step: *ret_row says whether there is a row. */
enum nc_status nc_db_step(struct nc_store *store, sqlite3_stmt *statement,
	bool *ret_row, struct nc_error *err) NC_MUST_USE;
/* Steps to the end, without rows. */
enum nc_status nc_db_run(struct nc_store *store, sqlite3_stmt *statement,
	struct nc_error *err) NC_MUST_USE;
/* The first column of the one row of a literal SELECT or PRAGMA; 0 for none
 * and NULL. */
enum nc_status nc_db_number(struct nc_store *store, const char *sql,
	uint64_t *ret_number, struct nc_error *err) NC_MUST_USE;
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
/* A file of version 1 gets the tables of this version; in a transaction. */
enum nc_status nc_schema_migrate(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
/* The tree's table, dropped and created empty. */
enum nc_status nc_schema_reset_tree(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
/* Which entities have a table. */
enum nc_status nc_schema_load(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
/* The entity's table, made if it is not there; in a transaction. */
enum nc_status nc_schema_need(struct nc_store *store, struct nc_db_table *table,
	struct nc_error *err) NC_MUST_USE;
/* The fold's tables alone, dropped and created empty. */
enum nc_status nc_schema_reset_fold(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
/* The index of the fold's words, which search.h makes when it is wanted. */
enum nc_status nc_schema_drop_search(
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
/* In the log's order, the change-sets of one union (or the cluster), or those
 * of all others. */
enum nc_status nc_log_read_scope(struct nc_store *store,
	const struct nc_id *union_id, bool others, nc_log_visit visit,
	void *context, struct nc_error *err) NC_MUST_USE;
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
/* Whose scope that is, or NULL. */
const struct nc_id *nc_fold_scope_union(
	const struct nc_store *store, int64_t number);

/* check.c */
/* The fold made anew, inside a transaction: first the cluster's own
 * change-sets, then all others, each in the log's order, so that rights are
 * those that the whole log says, not those of the moment of arrival. */
enum nc_status nc_fold_remake(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err) NC_MUST_USE;
/* Everything that follows from the log, inside a transaction. */
enum nc_status nc_store_remake(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err) NC_MUST_USE;

/* again.c */
/* nc_again_set_aside, and the fold is left as it was. */
enum nc_status nc_again_take_out(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t after,
	uint64_t *ret_count, struct nc_error *err) NC_MUST_USE;

/* stands.c */
/* Whether all that a change-set replaces is in the log, before that place. */
enum nc_status nc_again_follows(struct nc_store *store,
	const struct nc_change_set *change_set, int64_t place,
	bool *ret_follows, struct nc_error *err) NC_MUST_USE;

/* tree.c, of hubs */
/* Reads the tree's edge if it is not in memory; before a row is appended. */
enum nc_status nc_store_tree_ready(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_store_tree_append(struct nc_store *store, int64_t position,
	const struct nc_tree_hash *leaf, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_store_tree_flush(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
/* The tiles made anew from the log; on a client there are none. */
enum nc_status nc_store_tree_remake(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
/* What is in memory is not what the tables say. */
void nc_store_tree_forget(struct nc_store *store);
void nc_store_tree_free(struct nc_store *store);
/* Holds the stored tiles against the log: given each payload in the log's
 * order, then the end. NC_CORRUPT with the first fault named. */
struct nc_tree_audit;
enum nc_status nc_tree_audit_new(struct nc_store *store,
	struct nc_tree_audit **ret_audit, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_tree_audit_leaf(struct nc_tree_audit *audit, int64_t position,
	struct nc_slice payload, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_tree_audit_end(
	struct nc_tree_audit *audit, struct nc_error *err) NC_MUST_USE;
void nc_tree_audit_free(struct nc_tree_audit *audit);

/* receipt.c: what is kept of the hub's tree agrees with itself and the log.
 * NC_CORRUPT with the first fault named. */
enum nc_status nc_receipt_audit(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;

/* store.c: as it is in the file. */
enum nc_status nc_store_load_identity(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;

/* registry.c */
void nc_registry_forget(struct nc_store *store);
/* Until unfix, rights are those that the registry says now, for change-sets
 * folded again from the first on. */
enum nc_status nc_registry_fix(
	struct nc_store *store, struct nc_error *err) NC_MUST_USE;
void nc_registry_unfix(struct nc_store *store);
/* What was read is no longer so, for these records of the cluster changed. */
void nc_registry_touch(
	struct nc_store *store, const struct nc_change_set *change_set);
/* Whether a key has a hub's standing without an end. In hub_keys, or the
 * root's. The registry must have been read. */
bool nc_registry_hub_is_open(const struct nc_store *store, nc_device_id device);
/* Whether a grant covers this place of a stream. Likewise. */
bool nc_registry_granted(const struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence);
/* Whether the device's key has, or had, a hub's standing. Likewise. */
bool nc_registry_is_hub_key(const struct nc_store *store, nc_device_id device);

/* author.c: makes a change-set the next of its stream (sequence, previous,
 * device), signs, appends and folds it. NC_LIMIT when it is too large. */
enum nc_status nc_author_append(struct nc_store *store,
	const struct nc_key *key, struct nc_change_set *change_set,
	int64_t received_at_ms, struct nc_error *err) NC_MUST_USE;

/* hubs.c: the voucher of a stream's first change-set, if it has a sound one:
 * the key that it brings (the change-set's) and who vouches (has, or had, a
 * hub's standing). NC_UNKNOWN_DEVICE without a sentence. */
enum nc_status nc_hubs_voucher(struct nc_store *store,
	const struct nc_change_set *change_set, const uint8_t **ret_key,
	nc_device_id *ret_by, struct nc_error *err) NC_MUST_USE;

#endif
