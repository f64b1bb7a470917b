#include "store/row.h"
#include "base/limits.h"

#include <string.h>

struct version {
	struct nc_dot dot;
	int64_t written_at_ms;
};

static uint64_t zigzag(int64_t value)
{
	uint64_t doubled = (uint64_t)value << 1;

	return value < 0 ? ~doubled : doubled;
}

static int64_t unzigzag(uint64_t value)
{
	return (int64_t)(value >> 1) ^ -(int64_t)(value & 1);
}

/* Copies what the statement lends into the arena. */
static bool own_value(struct nc_value *value, struct nc_arena *arena)
{
	if (value->kind != NC_VALUE_TEXT && value->kind != NC_VALUE_BYTES)
		return true;
	value->bytes.data =
		nc_arena_copy(arena, value->bytes.data, value->bytes.size);
	return value->bytes.data != NULL;
}

static bool take_version(struct nc_slice *blob, struct version *ret)
{
	struct nc_slice device;
	uint64_t written_at;

	if (!nc_slice_take(blob, NC_DEVICE_ID_SIZE, &device) ||
		!nc_slice_take_varint(blob, &ret->dot.sequence) ||
		!nc_slice_take_varint(blob, &written_at))
		return false;
	ret->dot.device = nc_bytes_get_u64(device.data);
	ret->written_at_ms = unzigzag(written_at);
	return true;
}

static enum nc_status read_shown(const struct nc_entity *entity,
	sqlite3_stmt *statement, const struct version *versions,
	uint64_t versions_count, struct nc_slice *blob, struct nc_arena *arena,
	struct nc_row *row, struct nc_error *err)
{
	uint64_t number, at;
	const struct nc_field *field;
	struct nc_live live = {0};
	int column;

	if (!nc_slice_take_varint(blob, &number) ||
		!nc_slice_take_varint(blob, &at) || at / 2 >= versions_count)
		return nc_db_corrupt(err, "versions");
	field = nc_entity_field(entity, (uint32_t)number);
	if (field == NULL)
		return nc_db_corrupt(err, "field");
	column = NC_ROW_COLUMN_FIELDS +
		 (int)nc_entity_field_index(entity, field);
	live.field = field->number;
	live.dot = versions[at / 2].dot;
	live.written_at_ms = versions[at / 2].written_at_ms;
	live.tombstone = at % 2 == 1;
	live.value = nc_db_column_value(statement, column);
	if (!own_value(&live.value, arena) || !nc_row_add(row, arena, &live))
		return nc_error_no_memory(err);
	return NC_OK;
}

static enum nc_status read_versions(const struct nc_entity *entity,
	sqlite3_stmt *statement, struct nc_arena *arena, struct nc_row *row,
	struct nc_error *err)
{
	struct nc_slice blob =
		nc_db_column_blob(statement, NC_ROW_COLUMN_VERSIONS);
	struct version *versions;
	uint64_t count, shown;
	enum nc_status status = NC_OK;

	if (!nc_slice_take_varint(&blob, &count) ||
		count > NC_RECORD_FIELDS_MAX)
		return nc_db_corrupt(err, "versions");
	versions = nc_arena_array(arena, (size_t)count, sizeof(*versions));
	if (versions == NULL)
		return nc_error_no_memory(err);
	for (uint64_t i = 0; i < count; i++)
		if (!take_version(&blob, &versions[i]))
			return nc_db_corrupt(err, "versions");
	if (!nc_slice_take_varint(&blob, &shown))
		return nc_db_corrupt(err, "versions");
	for (uint64_t i = 0; i < shown && status == NC_OK; i++)
		status = read_shown(entity, statement, versions, count, &blob,
			arena, row, err);
	return status;
}

/* The other live values, from the table conflict. */
static enum nc_status read_extras(struct nc_store *store, uint32_t entity,
	int64_t scope, const struct nc_id *record, struct nc_arena *arena,
	struct nc_row *row, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT field, device, sequence, written_at, tombstone, value"
		" FROM conflict WHERE record = ? AND scope = ? AND entity = ?",
		err);
	enum nc_status status;
	bool more;

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, record);
	sqlite3_bind_int64(statement, 2, scope);
	sqlite3_bind_int64(statement, 3, entity);
	for (;;) {
		struct nc_live live = {0};

		status = nc_db_step(store, statement, &more, err);
		if (status != NC_OK || !more)
			return status;
		live.field = (uint32_t)sqlite3_column_int64(statement, 0);
		if (!nc_db_column_device(statement, 1, &live.dot.device))
			return nc_db_corrupt(err, "conflict");
		live.dot.sequence =
			(uint64_t)sqlite3_column_int64(statement, 2);
		live.written_at_ms = sqlite3_column_int64(statement, 3);
		live.tombstone = sqlite3_column_int64(statement, 4) != 0;
		live.value = nc_db_column_value(statement, 5);
		if (!own_value(&live.value, arena) ||
			!nc_row_add(row, arena, &live))
			return nc_error_no_memory(err);
	}
}

enum nc_status nc_row_read(struct nc_store *store, struct nc_db_table *table,
	sqlite3_stmt *statement, struct nc_arena *arena,
	struct nc_stored_row *ret_row, struct nc_error *err)
{
	struct nc_stored_row out = {0};
	struct nc_id record;
	enum nc_status status;

	if (!nc_db_column_id(statement, NC_ROW_COLUMN_RECORD, &record))
		return nc_db_corrupt(err, "record");
	out.number = sqlite3_column_int64(statement, NC_ROW_COLUMN_NUMBER);
	out.state = sqlite3_column_int(statement, NC_ROW_COLUMN_STATE);
	status = read_versions(table->entity, statement, arena, &out.row, err);
	if (status == NC_OK && (out.state & NC_ROW_EXTRA) != 0)
		status = read_extras(store, table->entity->number,
			sqlite3_column_int64(statement, NC_ROW_COLUMN_SCOPE),
			&record, arena, &out.row, err);
	if (status == NC_OK)
		*ret_row = out;
	return status;
}

enum nc_status nc_row_load(struct nc_store *store, struct nc_db_table *table,
	int64_t scope, const struct nc_id *record, struct nc_arena *arena,
	struct nc_stored_row *ret_row, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;
	enum nc_status status;
	bool found;

	if (!table->is_there) {
		memset(ret_row, 0, sizeof(*ret_row));
		return NC_OK;
	}
	statement = nc_db_table_statement(store, table, NC_DB_SELECT, err);
	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, record);
	sqlite3_bind_int64(statement, 2, scope);
	status = nc_db_step(store, statement, &found, err);
	if (status != NC_OK)
		return status;
	if (!found) {
		memset(ret_row, 0, sizeof(*ret_row));
		return NC_OK;
	}
	return nc_row_read(store, table, statement, arena, ret_row, err);
}

static bool is_shown(const struct nc_row *row, size_t at)
{
	return at == 0 || row->live[at].field != row->live[at - 1].field;
}

static int row_state(const struct nc_row *row, const struct nc_entity *entity)
{
	int state = 0;

	if (nc_row_is_gone(row))
		state |= NC_ROW_GONE;
	if (nc_row_conflicts(row, entity))
		state |= NC_ROW_CONFLICT;
	if (nc_row_is_revived(row, entity))
		state |= NC_ROW_REVIVED;
	for (size_t i = 0; i < row->count; i++)
		if (!is_shown(row, i))
			state |= NC_ROW_EXTRA;
	return state;
}

/* The index of a dot among those seen so far; adds it when new. */
static size_t version_index(
	struct version *versions, size_t *count, const struct nc_live *live)
{
	size_t i;

	for (i = 0; i < *count; i++)
		if (nc_dot_equal(&versions[i].dot, &live->dot))
			return i;
	versions[i].dot = live->dot;
	versions[i].written_at_ms = live->written_at_ms;
	(*count)++;
	return i;
}

static enum nc_status put_version(
	struct nc_buffer *out, const struct version *version)
{
	uint8_t device[NC_DEVICE_ID_SIZE];
	enum nc_status status;

	nc_bytes_put_u64(device, version->dot.device);
	status = nc_buffer_append(out, device, sizeof(device));
	if (status == NC_OK)
		status = nc_buffer_varint(out, version->dot.sequence);
	if (status == NC_OK)
		status = nc_buffer_varint(out, zigzag(version->written_at_ms));
	return status;
}

static enum nc_status pack_versions(
	const struct nc_row *row, struct nc_arena *arena, struct nc_buffer *out)
{
	struct version *versions =
		nc_arena_array(arena, row->count, sizeof(*versions));
	size_t *index = nc_arena_array(arena, row->count, sizeof(*index));
	size_t count = 0, shown = 0;
	enum nc_status status;

	if (versions == NULL || index == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; i < row->count; i++) {
		if (!is_shown(row, i))
			continue;
		index[i] = version_index(versions, &count, &row->live[i]);
		shown++;
	}
	status = nc_buffer_varint(out, count);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = put_version(out, &versions[i]);
	if (status == NC_OK)
		status = nc_buffer_varint(out, shown);
	for (size_t i = 0; i < row->count && status == NC_OK; i++) {
		if (!is_shown(row, i))
			continue;
		status = nc_buffer_varint(out, row->live[i].field);
		if (status == NC_OK)
			status = nc_buffer_varint(
				out, 2 * index[i] + row->live[i].tombstone);
	}
	return status;
}

static enum nc_status delete_extras(struct nc_store *store, uint32_t entity,
	int64_t scope, const struct nc_id *record, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"DELETE FROM conflict WHERE record = ? AND scope = ?"
		" AND entity = ?",
		err);

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, record);
	sqlite3_bind_int64(statement, 2, scope);
	sqlite3_bind_int64(statement, 3, entity);
	return nc_db_run(store, statement, err);
}

static enum nc_status insert_extra(struct nc_store *store, uint32_t entity,
	int64_t scope, const struct nc_id *record, const struct nc_live *live,
	struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO conflict(record, scope, entity, field, device,"
		" sequence, written_at, tombstone, value)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)",
		err);

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, record);
	sqlite3_bind_int64(statement, 2, scope);
	sqlite3_bind_int64(statement, 3, entity);
	sqlite3_bind_int64(statement, 4, live->field);
	nc_db_bind_device(statement, 5, live->dot.device);
	sqlite3_bind_int64(statement, 6, (int64_t)live->dot.sequence);
	sqlite3_bind_int64(statement, 7, live->written_at_ms);
	sqlite3_bind_int64(statement, 8, live->tombstone);
	nc_db_bind_value(statement, 9, &live->value);
	return nc_db_run(store, statement, err);
}

static enum nc_status save_extras(struct nc_store *store, uint32_t entity,
	int64_t scope, const struct nc_id *record, const struct nc_row *row,
	int old_state, int new_state, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	if (((old_state | new_state) & NC_ROW_EXTRA) == 0)
		return NC_OK;
	if ((old_state & NC_ROW_EXTRA) != 0)
		status = delete_extras(store, entity, scope, record, err);
	for (size_t i = 0; i < row->count && status == NC_OK; i++)
		if (!is_shown(row, i))
			status = insert_extra(store, entity, scope, record,
				&row->live[i], err);
	return status;
}

static enum nc_status write_row(struct nc_store *store,
	struct nc_db_table *table, int64_t scope, const struct nc_id *record,
	struct nc_stored_row *row, int state, struct nc_slice versions,
	struct nc_error *err)
{
	bool insert = row->number == 0;
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;
	enum nc_status status = nc_schema_need(store, table, err);

	if (status != NC_OK)
		return status;
	statement = nc_db_table_statement(
		store, table, insert ? NC_DB_INSERT : NC_DB_UPDATE, err);
	if (statement == NULL)
		return store->last;
	if (insert) {
		sqlite3_bind_int64(statement, 1, scope);
		nc_db_bind_id(statement, 2, record);
	} else {
		sqlite3_bind_int64(statement, 1, row->number);
	}
	sqlite3_bind_int(statement, 3, state);
	nc_db_bind_blob(statement, 4, versions.data, versions.size);
	for (size_t i = 0; i < row->row.count; i++) {
		const struct nc_live *live = &row->row.live[i];
		const struct nc_field *field;

		if (!is_shown(&row->row, i))
			continue;
		field = nc_entity_field(table->entity, live->field);
		NC_ASSERT(field != NULL);
		nc_db_bind_value(statement,
			5 + (int)nc_entity_field_index(table->entity, field),
			&live->value);
	}
	status = nc_db_run(store, statement, err);
	/* Without a change there was a row already; number stays 0. */
	if (status == NC_OK && insert && sqlite3_changes(store->db) == 1)
		row->number = sqlite3_last_insert_rowid(store->db);
	return status;
}

enum nc_status nc_row_save(struct nc_store *store, struct nc_db_table *table,
	int64_t scope, const struct nc_id *record, struct nc_arena *arena,
	struct nc_stored_row *row, struct nc_error *err)
{
	struct nc_buffer *versions = &store->scratch_buffer;
	int state = row_state(&row->row, table->entity);
	enum nc_status status;

	nc_buffer_reset(versions);
	status = pack_versions(&row->row, arena, versions);
	if (status != NC_OK)
		return nc_error_no_memory(err);
	status = write_row(store, table, scope, record, row, state,
		nc_buffer_slice(versions), err);
	if (status != NC_OK || row->number == 0)
		return status;
	status = save_extras(store, table->entity->number, scope, record,
		&row->row, row->state, state, err);
	if (status == NC_OK)
		row->state = state;
	return status;
}
