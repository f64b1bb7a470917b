/*
 * The tables. Those of the log are written out here; those of the fold
 * follow from the model: one STRICT table per entity, a column per field.
 */
#include "store/db.h"

#include <string.h>

static const char log_tables[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE stream(number INTEGER PRIMARY KEY,"
	" union_id BLOB NOT NULL, device BLOB NOT NULL,"
	" sequence INTEGER NOT NULL, hash BLOB NOT NULL,"
	" acknowledged INTEGER NOT NULL,"
	" proven INTEGER NOT NULL DEFAULT 0,"
	" UNIQUE(union_id, device)) STRICT;"
	"CREATE TABLE log(position INTEGER PRIMARY KEY,"
	" stream INTEGER NOT NULL REFERENCES stream(number),"
	" sequence INTEGER NOT NULL, hash BLOB NOT NULL,"
	" payload BLOB NOT NULL, signature BLOB NOT NULL,"
	" written_at INTEGER NOT NULL, received_at INTEGER NOT NULL,"
	" leaf INTEGER,"
	" UNIQUE(stream, sequence)) STRICT;"
	"CREATE TABLE fork(union_id BLOB NOT NULL, device BLOB NOT NULL,"
	" sequence INTEGER NOT NULL, hash BLOB NOT NULL,"
	" payload BLOB NOT NULL, signature BLOB NOT NULL,"
	" received_at INTEGER NOT NULL,"
	" again INTEGER NOT NULL DEFAULT 0, place INTEGER,"
	" PRIMARY KEY(union_id, device, sequence, hash))"
	" STRICT, WITHOUT ROWID;";

/* What version 2 added to version 1: columns, ... */
static const char version_2_columns[] =
	"ALTER TABLE stream ADD COLUMN proven INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE log ADD COLUMN leaf INTEGER;"
	"ALTER TABLE fork ADD COLUMN again INTEGER NOT NULL DEFAULT 0;"
	"ALTER TABLE fork ADD COLUMN place INTEGER;";

/* ... and what is kept of the hub's tree and of those who vouch for it. A
 * change-set that is taken out of the log takes its receipt along. */
static const char proof_tables[] =
	"CREATE INDEX log_leaf ON log(leaf) WHERE leaf IS NOT NULL;"
	"CREATE TABLE checkpoint(generation INTEGER NOT NULL,"
	" size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL,"
	" PRIMARY KEY(generation, size)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE receipt(position INTEGER PRIMARY KEY"
	" REFERENCES log(position) ON DELETE CASCADE,"
	" generation INTEGER NOT NULL, size INTEGER NOT NULL,"
	" path BLOB NOT NULL) STRICT;"
	"CREATE INDEX receipt_checkpoint ON receipt(generation, size);"
	"CREATE TABLE witness(device BLOB PRIMARY KEY,"
	" generation INTEGER NOT NULL, size INTEGER NOT NULL,"
	" root BLOB NOT NULL, time_s INTEGER NOT NULL, line BLOB NOT NULL,"
	" at INTEGER NOT NULL) STRICT, WITHOUT ROWID;"
	"CREATE TABLE peer(device BLOB PRIMARY KEY,"
	" counter INTEGER NOT NULL, request BLOB NOT NULL)"
	" STRICT, WITHOUT ROWID;";

/* The hub's: follows from the log like the fold, but not from its order of
 * folding. */
static const char tree_tables[] =
	"CREATE TABLE tile(level INTEGER NOT NULL, number INTEGER NOT NULL,"
	" hashes BLOB NOT NULL, PRIMARY KEY(level, number))"
	" STRICT, WITHOUT ROWID;";

static const char fold_tables[] =
	"CREATE TABLE scope(number INTEGER PRIMARY KEY,"
	" union_id BLOB NOT NULL UNIQUE, digest BLOB NOT NULL) STRICT;"
	"CREATE TABLE conflict(scope INTEGER NOT NULL, record BLOB NOT NULL,"
	" entity INTEGER NOT NULL, field INTEGER NOT NULL,"
	" device BLOB NOT NULL, sequence INTEGER NOT NULL,"
	" written_at INTEGER NOT NULL, tombstone INTEGER NOT NULL,"
	" value ANY, PRIMARY KEY(record, scope, entity, field, device,"
	" sequence)) STRICT, WITHOUT ROWID;"
	"CREATE TABLE refusal(position INTEGER NOT NULL,"
	" record BLOB NOT NULL, field INTEGER NOT NULL,"
	" entity INTEGER NOT NULL, reason INTEGER NOT NULL,"
	" PRIMARY KEY(position, record, field)) STRICT, WITHOUT ROWID;";

static const char fold_drop[] = "DROP TABLE IF EXISTS scope;"
				"DROP TABLE IF EXISTS conflict;"
				"DROP TABLE IF EXISTS refusal;";

static const char *column_type(enum nc_type type)
{
	switch (type) {
	case NC_TYPE_INTEGER:
	case NC_TYPE_BOOLEAN:
	case NC_TYPE_TIME:
		return "INTEGER";
	case NC_TYPE_REFERENCE:
	case NC_TYPE_REFERENCES:
	case NC_TYPE_DEVICE:
	case NC_TYPE_BYTES:
		return "BLOB";
	default:
		return "TEXT";
	}
}

/* Appends every field of the entity through a printf format with its name. */
static enum nc_status each_field(struct nc_buffer *out,
	const struct nc_entity *entity, const char *before, const char *after)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < entity->fields_count && status == NC_OK; i++)
		status = nc_buffer_printf(out, "%s\"%s\"%s", before,
			entity->fields[i].name, after);
	return status;
}

static enum nc_status print_create(
	struct nc_buffer *out, const struct nc_entity *entity)
{
	enum nc_status status = nc_buffer_printf(out,
		"CREATE TABLE \"%s\"(number INTEGER PRIMARY KEY,"
		" scope INTEGER NOT NULL, record BLOB NOT NULL,"
		" state INTEGER NOT NULL, versions BLOB NOT NULL",
		entity->table);

	for (size_t i = 0; i < entity->fields_count && status == NC_OK; i++)
		status = nc_buffer_printf(out, ", \"%s\" %s",
			entity->fields[i].name,
			column_type(entity->fields[i].type));
	if (status == NC_OK)
		status =
			nc_buffer_text(out, ", UNIQUE(record, scope)) STRICT;");
	return status;
}

static enum nc_status print_select(struct nc_buffer *out,
	const struct nc_entity *entity, const char *where)
{
	enum nc_status status = nc_buffer_text(
		out, "SELECT number, scope, record, state, versions");

	if (status == NC_OK)
		status = each_field(out, entity, ", ", "");
	if (status == NC_OK)
		status = nc_buffer_printf(
			out, " FROM \"%s\" WHERE %s", entity->table, where);
	return status;
}

static enum nc_status print_insert(
	struct nc_buffer *out, const struct nc_entity *entity)
{
	enum nc_status status = nc_buffer_printf(out,
		"INSERT INTO \"%s\"(scope, record, state, versions",
		entity->table);

	if (status == NC_OK)
		status = each_field(out, entity, ", ", "");
	if (status == NC_OK)
		status = nc_buffer_text(out, ") VALUES(?1, ?2, ?3, ?4");
	for (size_t i = 0; i < entity->fields_count && status == NC_OK; i++)
		status = nc_buffer_printf(out, ", ?%zu", i + 5);
	if (status == NC_OK)
		status = nc_buffer_text(
			out, ") ON CONFLICT(record, scope) DO NOTHING");
	return status;
}

static enum nc_status print_update(
	struct nc_buffer *out, const struct nc_entity *entity)
{
	enum nc_status status = nc_buffer_printf(out,
		"UPDATE \"%s\" SET state = ?3, versions = ?4", entity->table);

	for (size_t i = 0; i < entity->fields_count && status == NC_OK; i++)
		status = nc_buffer_printf(
			out, ", \"%s\" = ?%zu", entity->fields[i].name, i + 5);
	if (status == NC_OK)
		status = nc_buffer_text(out, " WHERE number = ?1");
	return status;
}

/* Moves the buffer's text out as an owned string and empties it. */
static char *take_text(struct nc_buffer *buffer, enum nc_status *status)
{
	char *text = (char *)buffer->data;

	if (*status != NC_OK)
		return NULL;
	memset(buffer, 0, sizeof(*buffer));
	buffer->limit = SIZE_MAX / 2;
	return text;
}

static enum nc_status print_sql(struct nc_buffer *out,
	const struct nc_entity *entity, enum nc_db_sql kind)
{
	switch (kind) {
	case NC_DB_CREATE:
		return print_create(out, entity);
	case NC_DB_SELECT:
		return print_select(out, entity, "record = ?1 AND scope = ?2");
	case NC_DB_EACH:
		return print_select(out, entity,
			"(?1 IS NULL OR scope = ?1) AND state & ?2 = ?3"
			" ORDER BY number");
	case NC_DB_INSERT:
		return print_insert(out, entity);
	default:
		return print_update(out, entity);
	}
}

/* NULL without memory. */
static const char *table_sql(struct nc_db_table *table, enum nc_db_sql kind)
{
	struct nc_buffer sql NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&sql, SIZE_MAX / 2);
	if (table->sql[kind] == NULL) {
		status = print_sql(&sql, table->entity, kind);
		table->sql[kind] = take_text(&sql, &status);
	}
	return table->sql[kind];
}

sqlite3_stmt *nc_db_table_statement(struct nc_store *store,
	struct nc_db_table *table, enum nc_db_sql kind, struct nc_error *err)
{
	const char *sql = table_sql(table, kind);

	if (sql != NULL)
		return nc_db_statement(store, sql, err);
	store->last = nc_error_no_memory(err);
	return NULL;
}

enum nc_status nc_schema_prepare(struct nc_store *store, struct nc_error *err)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);

	store->tables = nc_calloc(count, sizeof(*store->tables));
	if (store->tables == NULL)
		return nc_error_no_memory(err);
	store->tables_count = count;
	for (size_t i = 0; i < count; i++)
		store->tables[i].entity = &entities[i];
	return NC_OK;
}

void nc_schema_free(struct nc_store *store)
{
	for (size_t i = 0; i < store->tables_count; i++)
		for (size_t k = 0; k < NC_DB_SQL_COUNT; k++)
			nc_free(store->tables[i].sql[k]);
	nc_free(store->tables);
	store->tables = NULL;
	store->tables_count = 0;
}

struct nc_db_table *nc_schema_table(struct nc_store *store, uint32_t entity)
{
	for (size_t i = 0; i < store->tables_count; i++)
		if (store->tables[i].entity->number == entity)
			return &store->tables[i];
	return NULL;
}

static void table_is_there(struct nc_store *store, struct nc_slice name)
{
	for (size_t i = 0; i < store->tables_count; i++) {
		struct nc_db_table *table = &store->tables[i];

		table->is_there |= nc_slice_equal(
			name, nc_slice_text(table->entity->table));
	}
}

enum nc_status nc_schema_load(struct nc_store *store, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT name FROM sqlite_schema WHERE type = 'table'", err);
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	for (size_t i = 0; i < store->tables_count; i++)
		store->tables[i].is_there = false;
	for (;;) {
		status = nc_db_step(store, statement, &row, err);
		if (status != NC_OK || !row)
			return status;
		table_is_there(store, nc_db_column_blob(statement, 0));
	}
}

enum nc_status nc_schema_need(
	struct nc_store *store, struct nc_db_table *table, struct nc_error *err)
{
	const char *sql;
	enum nc_status status;

	NC_ASSERT(store->in_write);
	if (table->is_there)
		return NC_OK;
	sql = table_sql(table, NC_DB_CREATE);
	status = sql == NULL ? nc_error_no_memory(err)
			     : nc_db_exec(store, sql, err);
	table->is_there = status == NC_OK;
	return status;
}

enum nc_status nc_schema_create(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = nc_db_exec(store, log_tables, err);

	if (status == NC_OK)
		status = nc_db_exec(store, proof_tables, err);
	if (status == NC_OK)
		status = nc_db_exec(store, tree_tables, err);
	if (status == NC_OK)
		status = nc_db_exec(store, fold_tables, err);
	return status;
}

enum nc_status nc_schema_migrate(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = nc_db_exec(store, version_2_columns, err);

	if (status == NC_OK)
		status = nc_db_exec(store, proof_tables, err);
	if (status == NC_OK)
		status = nc_db_exec(store, tree_tables, err);
	return status;
}

enum nc_status nc_schema_drop_search(
	struct nc_store *store, struct nc_error *err)
{
	return nc_db_exec(store,
		"DROP TABLE IF EXISTS search;"
		"DROP TABLE IF EXISTS search_record;"
		"DROP TABLE IF EXISTS search_state;",
		err);
}

/* Statements on dropped tables would be prepared again by SQLite one by one;
 * it is simpler to let go of all of them first. */
static void forget_statements(struct nc_store *store)
{
	for (size_t i = 0; i < store->statements_count; i++)
		sqlite3_finalize(store->statements[i]);
	store->statements_count = 0;
}

enum nc_status nc_schema_reset_tree(
	struct nc_store *store, struct nc_error *err)
{
	enum nc_status status;

	forget_statements(store);
	status = nc_db_exec(store, "DROP TABLE IF EXISTS tile", err);
	if (status == NC_OK)
		status = nc_db_exec(store, tree_tables, err);
	return status;
}

enum nc_status nc_schema_reset_fold(
	struct nc_store *store, struct nc_error *err)
{
	struct nc_buffer sql NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	forget_statements(store);
	nc_buffer_init(&sql, SIZE_MAX / 2);
	status = nc_db_exec(store, fold_drop, err);
	if (status == NC_OK)
		status = nc_schema_drop_search(store, err);
	for (size_t i = 0; i < store->tables_count && status == NC_OK; i++) {
		nc_buffer_reset(&sql);
		if (nc_buffer_printf(&sql, "DROP TABLE IF EXISTS \"%s\"",
			    store->tables[i].entity->table) != NC_OK)
			return nc_error_no_memory(err);
		status = nc_db_exec(store, nc_buffer_string(&sql), err);
		store->tables[i].is_there = false;
	}
	if (status == NC_OK)
		status = nc_db_exec(store, fold_tables, err);
	return status;
}
