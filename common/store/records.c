#include "store/records.h"
#include "store/row.h"

#include <string.h>

#define VISIT_ARENA_MAX (64 * 1024 * 1024)

struct nc_value nc_record_value(const struct nc_record *record, uint32_t field)
{
	const struct nc_live *live = nc_row_shown(&record->row, field);

	return live == NULL ? nc_value_absent() : live->value;
}

const char *nc_record_text(
	const struct nc_record *record, uint32_t field, struct nc_arena *arena)
{
	struct nc_value value = nc_record_value(record, field);

	if (value.kind != NC_VALUE_TEXT)
		return "";
	return nc_arena_text(
		arena, (const char *)value.bytes.data, value.bytes.size);
}

int64_t nc_record_integer(
	const struct nc_record *record, uint32_t field, int64_t otherwise)
{
	struct nc_value value = nc_record_value(record, field);

	return value.kind == NC_VALUE_INTEGER ? value.integer : otherwise;
}

bool nc_record_keep(struct nc_arena *arena, const struct nc_record *from,
	struct nc_record *to)
{
	*to = *from;
	to->row.live = nc_arena_copy(arena, from->row.live,
		from->row.count * sizeof(*from->row.live));
	to->row.capacity = from->row.count;
	for (size_t i = 0; to->row.live != NULL && i < to->row.count; i++) {
		struct nc_slice *bytes = &to->row.live[i].value.bytes;

		bytes->data = nc_arena_copy(arena, bytes->data, bytes->size);
		if (bytes->data == NULL)
			return false;
	}
	return to->row.live != NULL;
}

static enum nc_status record_read(struct nc_store *store,
	struct nc_db_table *table, sqlite3_stmt *statement,
	struct nc_arena *arena, struct nc_record *ret_record,
	struct nc_error *err)
{
	struct nc_record record = {.entity = table->entity};
	struct nc_stored_row row;
	const struct nc_id *union_id = nc_fold_scope_union(
		store, sqlite3_column_int64(statement, NC_ROW_COLUMN_SCOPE));
	enum nc_status status =
		nc_row_read(store, table, statement, arena, &row, err);

	if (status != NC_OK)
		return status;
	if (union_id == NULL ||
		!nc_db_column_id(statement, NC_ROW_COLUMN_RECORD, &record.id))
		return nc_db_corrupt(err, "record");
	record.union_id = *union_id;
	record.row = row.row;
	record.gone = (row.state & NC_ROW_GONE) != 0;
	record.conflicts = (row.state & NC_ROW_CONFLICT) != 0;
	record.revived = (row.state & NC_ROW_REVIVED) != 0;
	*ret_record = record;
	return NC_OK;
}

static enum nc_status bind_each(struct nc_store *store, sqlite3_stmt *statement,
	const struct nc_id *union_id, enum nc_records_filter filter)
{
	int mask = filter == NC_RECORDS_PRESENT	    ? NC_ROW_GONE
		   : filter == NC_RECORDS_CONFLICTS ? NC_ROW_CONFLICT
						    : 0;

	if (union_id != NULL) {
		struct nc_db_scope *scope = nc_fold_scope(store, union_id);

		if (scope == NULL)
			return NC_NOT_FOUND;
		sqlite3_bind_int64(statement, 1, scope->number);
	}
	sqlite3_bind_int(statement, 2, mask);
	sqlite3_bind_int(statement, 3,
		filter == NC_RECORDS_CONFLICTS ? NC_ROW_CONFLICT : 0);
	return NC_OK;
}

static enum nc_status each_at_once(struct nc_store *store,
	struct nc_db_table *table, const struct nc_id *union_id,
	enum nc_records_filter filter, nc_record_visit visit, void *context,
	struct nc_error *err)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;
	enum nc_status status;
	bool row;

	nc_arena_init(&arena, VISIT_ARENA_MAX);
	if (!table->is_there)
		return NC_OK;
	statement = nc_db_table_statement(store, table, NC_DB_EACH, err);
	if (statement == NULL)
		return store->last;
	if (bind_each(store, statement, union_id, filter) == NC_NOT_FOUND)
		return NC_OK;
	for (;;) {
		struct nc_record record;

		status = nc_db_step(store, statement, &row, err);
		if (status != NC_OK || !row)
			return status;
		nc_arena_reset(&arena);
		status = record_read(
			store, table, statement, &arena, &record, err);
		if (status == NC_OK)
			status = visit(context, &record, err);
		if (status != NC_OK)
			return status;
	}
}

/* Rows and what is in memory of scopes and tables are of one moment: another
 * program's commit between them would number a scope that is not known here,
 * or, when it has made the fold anew, another union's. */
enum nc_status nc_records_each(struct nc_store *store,
	const struct nc_entity *entity, const struct nc_id *union_id,
	enum nc_records_filter filter, nc_record_visit visit, void *context,
	struct nc_error *err)
{
	struct nc_db_table *table = nc_schema_table(store, entity->number);
	enum nc_status status = nc_store_begin_read(store, err);

	if (status != NC_OK)
		return status;
	status = each_at_once(
		store, table, union_id, filter, visit, context, err);
	nc_store_end_read(store);
	return status;
}

static enum nc_status get_at_once(struct nc_store *store,
	struct nc_db_table *table, const struct nc_id *union_id,
	const struct nc_id *id, struct nc_arena *arena,
	struct nc_record *ret_record, struct nc_error *err)
{
	struct nc_db_scope *scope = nc_fold_scope(store, union_id);
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;
	enum nc_status status;
	bool row;

	if (scope == NULL || !table->is_there)
		return NC_NOT_FOUND;
	statement = nc_db_table_statement(store, table, NC_DB_SELECT, err);
	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, id);
	sqlite3_bind_int64(statement, 2, scope->number);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK)
		return status;
	if (!row)
		return NC_NOT_FOUND;
	return record_read(store, table, statement, arena, ret_record, err);
}

enum nc_status nc_record_get(struct nc_store *store,
	const struct nc_entity *entity, const struct nc_id *union_id,
	const struct nc_id *id, struct nc_arena *arena,
	struct nc_record *ret_record, struct nc_error *err)
{
	struct nc_db_table *table = nc_schema_table(store, entity->number);
	enum nc_status status = nc_store_begin_read(store, err);

	if (status != NC_OK)
		return status;
	status =
		get_at_once(store, table, union_id, id, arena, ret_record, err);
	nc_store_end_read(store);
	return status;
}

/* Looking for one record among all by the first digits of its id. */
struct find {
	const char *digits;
	struct nc_arena *arena;
	struct nc_record *found;
	unsigned count;
};

static bool digits_begin(const struct nc_id *id, const char *digits)
{
	char text[2 * NC_ID_SIZE + 1];
	size_t at = 0;

	nc_hex_encode(text, id->bytes, NC_ID_SIZE);
	for (; *digits != '\0'; digits++) {
		char digit = *digits;

		if (digit == '-')
			continue;
		if (digit >= 'A' && digit <= 'F')
			digit = (char)(digit - 'A' + 'a');
		if (at == 2 * NC_ID_SIZE || text[at++] != digit)
			return false;
	}
	return at > 0;
}

static enum nc_status find_visit(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct find *find = context;

	(void)err;
	if (!digits_begin(&record->id, find->digits))
		return NC_OK;
	if (find->count++ == 0)
		*find->found = *record;
	return NC_OK;
}

static enum nc_status find_at_once(struct nc_store *store, const char *digits,
	struct nc_arena *arena, struct nc_record *ret_record,
	struct nc_error *err)
{
	struct nc_record found;
	struct find find = {digits, arena, &found, 0};
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < store->tables_count && status == NC_OK; i++)
		status = nc_records_each(store, store->tables[i].entity, NULL,
			NC_RECORDS_ALL, find_visit, &find, err);
	if (status != NC_OK)
		return status;
	if (find.count == 0)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no record %s; list shows which there are."),
			digits);
	if (find.count > 1)
		return nc_error_set(err, NC_INVALID,
			_("%u records begin with %s; give more digits of its "
			  "id."),
			find.count, digits);
	/* What the visitor was shown is gone: read it again to keep. */
	return nc_record_get(store, found.entity, &found.union_id, &found.id,
		arena, ret_record, err);
}

enum nc_status nc_record_find(struct nc_store *store, const char *digits,
	struct nc_arena *arena, struct nc_record *ret_record,
	struct nc_error *err)
{
	enum nc_status status = nc_store_begin_read(store, err);

	if (status != NC_OK)
		return status;
	status = find_at_once(store, digits, arena, ret_record, err);
	nc_store_end_read(store);
	return status;
}

enum nc_status nc_refusals_each(struct nc_store *store, nc_refused_visit visit,
	void *context, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT union_id, device, log.sequence, position, record,"
		" entity, field, reason FROM refusal JOIN log USING(position)"
		" JOIN stream ON stream.number = log.stream"
		" ORDER BY position, record, field",
		err);
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	for (;;) {
		struct nc_refused refused;

		status = nc_db_step(store, statement, &row, err);
		if (status != NC_OK || !row)
			return status;
		if (!nc_db_column_id(statement, 0, &refused.union_id) ||
			!nc_db_column_device(
				statement, 1, &refused.dot.device) ||
			!nc_db_column_id(statement, 4, &refused.record))
			return nc_db_corrupt(err, "refusal");
		refused.dot.sequence =
			(uint64_t)sqlite3_column_int64(statement, 2);
		refused.position = sqlite3_column_int64(statement, 3);
		refused.entity = (uint32_t)sqlite3_column_int64(statement, 5);
		refused.field = (uint32_t)sqlite3_column_int64(statement, 6);
		refused.reason =
			(enum nc_refusal)sqlite3_column_int(statement, 7);
		status = visit(context, &refused, err);
		if (status != NC_OK)
			return status;
	}
}

static enum nc_status count_visit(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct nc_counts *counts = context;

	(void)err;
	counts->records++;
	counts->conflicts += record->conflicts;
	return NC_OK;
}

enum nc_status nc_store_counts(struct nc_store *store,
	struct nc_counts *ret_counts, struct nc_error *err)
{
	struct nc_counts counts = {0};
	enum nc_status status = nc_log_count(store, &counts.change_sets, err);

	if (status == NC_OK)
		status = nc_db_number(store, "SELECT count(*) FROM refusal",
			&counts.refusals, err);
	if (status == NC_OK)
		status = nc_db_number(
			store, "SELECT count(*) FROM fork", &counts.forks, err);
	for (size_t i = 0; i < store->tables_count && status == NC_OK; i++)
		status = nc_records_each(store, store->tables[i].entity, NULL,
			NC_RECORDS_PRESENT, count_visit, &counts, err);
	if (status == NC_OK)
		*ret_counts = counts;
	return status;
}
