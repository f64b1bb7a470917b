/*
 * The fold: what the log says, as rows. Everything here follows from the
 * log alone, in its order; the same log makes the same tables.
 */
#include "store/records.h"
#include "store/row.h"

#include <string.h>

struct nc_db_scope *nc_fold_scope(
	struct nc_store *store, const struct nc_id *union_id)
{
	for (size_t i = 0; i < store->scopes_count; i++)
		if (nc_id_compare(&store->scopes[i].union_id, union_id) == 0)
			return &store->scopes[i];
	return NULL;
}

const struct nc_id *nc_fold_scope_union(
	const struct nc_store *store, int64_t number)
{
	for (size_t i = 0; i < store->scopes_count; i++)
		if (store->scopes[i].number == number)
			return &store->scopes[i].union_id;
	return NULL;
}

static enum nc_status scope_add(struct nc_store *store,
	const struct nc_db_scope *scope, struct nc_error *err)
{
	if (store->scopes_count == store->scopes_capacity) {
		size_t capacity = store->scopes_capacity == 0
					  ? 16
					  : store->scopes_capacity * 2;
		struct nc_db_scope *scopes =
			nc_realloc(store->scopes, capacity * sizeof(*scopes));

		if (scopes == NULL)
			return nc_error_no_memory(err);
		store->scopes = scopes;
		store->scopes_capacity = capacity;
	}
	store->scopes[store->scopes_count++] = *scope;
	return NC_OK;
}

enum nc_status nc_fold_load(struct nc_store *store, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT number, union_id, digest FROM scope ORDER BY number",
		err);
	enum nc_status status = NC_OK;
	bool row = true;

	store->scopes_count = 0;
	if (statement == NULL)
		return store->last;
	while (status == NC_OK) {
		struct nc_db_scope scope = {0};
		struct nc_slice digest;

		status = nc_db_step(store, statement, &row, err);
		if (status != NC_OK || !row)
			break;
		digest = nc_db_column_blob(statement, 2);
		if (!nc_db_column_id(statement, 1, &scope.union_id) ||
			digest.size != NC_DIGEST_SIZE)
			return nc_db_corrupt(err, "scope");
		scope.number = sqlite3_column_int64(statement, 0);
		memcpy(scope.digest.bytes, digest.data, NC_DIGEST_SIZE);
		status = scope_add(store, &scope, err);
	}
	return status;
}

static enum nc_status scope_create(struct nc_store *store,
	const struct nc_id *union_id, struct nc_error *err)
{
	struct nc_db_scope scope = {.union_id = *union_id};
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(
		store, "INSERT INTO scope(union_id, digest) VALUES(?, ?)", err);
	enum nc_status status;

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, union_id);
	nc_db_bind_blob(statement, 2, scope.digest.bytes, NC_DIGEST_SIZE);
	status = nc_db_run(store, statement, err);
	if (status != NC_OK)
		return status;
	scope.number = sqlite3_last_insert_rowid(store->db);
	return scope_add(store, &scope, err);
}

enum nc_status nc_fold_flush(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < store->scopes_count && status == NC_OK; i++) {
		struct nc_db_scope *scope = &store->scopes[i];
		sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;

		if (!scope->dirty)
			continue;
		statement = nc_db_statement(store,
			"UPDATE scope SET digest = ?2 WHERE number = ?1", err);
		if (statement == NULL)
			return store->last;
		sqlite3_bind_int64(statement, 1, scope->number);
		nc_db_bind_blob(
			statement, 2, scope->digest.bytes, NC_DIGEST_SIZE);
		status = nc_db_run(store, statement, err);
		scope->dirty = false;
	}
	return status;
}

static enum nc_status refuse(struct nc_store *store, int64_t position,
	const struct nc_record_change *change, uint32_t field,
	enum nc_refusal reason, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO refusal(position, record, field, entity, reason)"
		" VALUES(?, ?, ?, ?, ?)",
		err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, position);
	nc_db_bind_id(statement, 2, &change->record);
	sqlite3_bind_int64(statement, 3, field);
	sqlite3_bind_int64(statement, 4, change->entity);
	sqlite3_bind_int(statement, 5, (int)reason);
	return nc_db_run(store, statement, err);
}

/* What one change-set's records have in common while they are folded. */
struct fold_context {
	int64_t position;
	size_t scope; /* index: the array may move */
	bool in_cluster;
	enum nc_standing standing;
	struct nc_dot dot;
	int64_t written_at_ms;
};

/* The part of a record's change that its author may write; refusals for the
 * rest. Fields that the model does not know are left for a newer program. */
static enum nc_status fold_allowed(struct nc_store *store,
	const struct fold_context *context, const struct nc_entity *entity,
	const struct nc_record_change *change, struct nc_record_change *allowed,
	struct nc_error *err)
{
	*allowed = *change;
	allowed->fields_count = 0;
	allowed->fields = nc_arena_array(&store->scratch, change->fields_count,
		sizeof(*allowed->fields));
	if (allowed->fields == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < change->fields_count; i++) {
		const struct nc_field_change *change_field = &change->fields[i];
		const struct nc_field *field =
			nc_entity_field(entity, change_field->field);
		enum nc_refusal refusal;
		enum nc_status status;

		if (field == NULL)
			continue;
		refusal = nc_rights_rule(entity, field, &change_field->value,
			change->deletes, context->standing,
			context->in_cluster);
		if (refusal == NC_REFUSAL_NONE) {
			allowed->fields[allowed->fields_count++] =
				*change_field;
			continue;
		}
		status = refuse(store, context->position, change, field->number,
			refusal, err);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

static enum nc_status digest_change(struct nc_store *store, size_t scope,
	const struct nc_row *row, const struct nc_id *record, uint32_t entity,
	bool add, struct nc_error *err)
{
	struct nc_buffer *bytes = &store->scratch_buffer;

	if (row->count == 0)
		return NC_OK;
	nc_buffer_reset(bytes);
	if (nc_row_canonical(row, record, entity, &store->scratch, bytes) !=
		NC_OK)
		return nc_error_no_memory(err);
	if (add)
		nc_digest_add(
			&store->scopes[scope].digest, nc_buffer_slice(bytes));
	else
		nc_digest_take(
			&store->scopes[scope].digest, nc_buffer_slice(bytes));
	store->scopes[scope].dirty = true;
	return NC_OK;
}

/* A write that replaces nothing is nearly always a new record's: it is put in
 * without looking first. *ret_inserted is false when there is a row already;
 * then nothing was done. */
static enum nc_status fold_insert(struct nc_store *store,
	const struct fold_context *context, struct nc_db_table *table,
	int64_t scope, const struct nc_record_change *change,
	bool *ret_inserted, struct nc_error *err)
{
	struct nc_stored_row row = {0};
	enum nc_status status;

	*ret_inserted = false;
	for (size_t i = 0; i < change->fields_count; i++)
		if (change->fields[i].replaces_count > 0)
			return NC_OK;
	if (!nc_merge(&row.row, &store->scratch, change, &context->dot,
		    context->written_at_ms))
		return nc_error_no_memory(err);
	status = nc_row_save(store, table, scope, &change->record,
		&store->scratch, &row, err);
	if (status != NC_OK || row.number == 0)
		return status;
	*ret_inserted = true;
	return digest_change(store, context->scope, &row.row, &change->record,
		change->entity, true, err);
}

static enum nc_status fold_merge(struct nc_store *store,
	const struct fold_context *context, struct nc_db_table *table,
	const struct nc_record_change *change, struct nc_error *err)
{
	int64_t scope = store->scopes[context->scope].number;
	struct nc_stored_row row;
	bool inserted;
	enum nc_status status = fold_insert(
		store, context, table, scope, change, &inserted, err);

	if (status != NC_OK || inserted)
		return status;
	status = nc_row_load(store, table, scope, &change->record,
		&store->scratch, &row, err);
	if (status == NC_OK)
		status = digest_change(store, context->scope, &row.row,
			&change->record, change->entity, false, err);
	if (status != NC_OK)
		return status;
	if (!nc_merge(&row.row, &store->scratch, change, &context->dot,
		    context->written_at_ms))
		return nc_error_no_memory(err);
	status = nc_row_save(store, table, scope, &change->record,
		&store->scratch, &row, err);
	if (status == NC_OK)
		status = digest_change(store, context->scope, &row.row,
			&change->record, change->entity, true, err);
	return status;
}

static enum nc_status fold_record(struct nc_store *store,
	const struct fold_context *context,
	const struct nc_record_change *change, struct nc_error *err)
{
	struct nc_db_table *table = nc_schema_table(store, change->entity);
	struct nc_record_change allowed;
	enum nc_status status;

	if (table == NULL)
		return NC_OK; /* newer than this model: kept in the log */
	nc_arena_reset(&store->scratch);
	status = fold_allowed(
		store, context, table->entity, change, &allowed, err);
	if (status != NC_OK || allowed.fields_count == 0)
		return status;
	return fold_merge(store, context, table, &allowed, err);
}

/* Whether a change writes over a value, or beside one: then what it says may
 * not be what the record said before. */
static bool says_again(
	const struct nc_record *record, const struct nc_record_change *change)
{
	for (size_t i = 0; i < change->fields_count; i++)
		if (change->fields[i].replaces_count > 0)
			return true;
	return record->conflicts;
}

/*
 * A standing is a fact of the records as they are now, also for what was
 * folded before them. Whether a grant's record, just folded, says otherwise
 * than before of change-sets that are here.
 */
static enum nc_status grant_changed(struct nc_store *store,
	const struct nc_record_change *change, bool *changed,
	struct nc_error *err)
{
	struct nc_record record;
	struct nc_value device, of;
	struct nc_db_stream *stream;
	struct nc_id union_id;
	uint64_t first, last;
	bool is_new = false;
	enum nc_status status;

	nc_arena_reset(&store->scratch);
	status = nc_record_get(store, nc_model_entity(NC_ENTITY_GRANT),
		&store->identity.cluster, &change->record, &store->scratch,
		&record, err);
	if (status != NC_OK)
		return status == NC_NOT_FOUND ? NC_OK : status;
	*changed = says_again(&record, change);
	if (*changed)
		return NC_OK;
	device = nc_record_value(&record, NC_GRANT_DEVICE);
	of = nc_record_value(&record, NC_GRANT_UNION);
	if (device.kind != NC_VALUE_BYTES || of.kind != NC_VALUE_BYTES)
		return NC_OK;
	memcpy(union_id.bytes, of.bytes.data, NC_ID_SIZE);
	stream = nc_log_find(
		store, &union_id, nc_bytes_get_u64(device.bytes.data));
	first = (uint64_t)nc_record_integer(&record, NC_GRANT_FIRST, INT64_MAX);
	last = (uint64_t)nc_record_integer(&record, NC_GRANT_LAST, INT64_MAX);
	if (stream == NULL || stream->head.sequence < first)
		return NC_OK;
	for (size_t i = 0; i < change->fields_count; i++)
		is_new |= change->fields[i].field == NC_GRANT_FIRST;
	/* A hub's grants give it nothing until they end its standing. */
	if (stream->head.sequence > last || record.gone ||
		(is_new && !nc_registry_is_hub_key(store, stream->head.device)))
		*changed = true;
	return NC_OK;
}

/* The same of a device's record that ended a hub's standing. */
static enum nc_status hubs_changed(
	struct nc_store *store, bool *changed, struct nc_error *err)
{
	for (size_t i = 0; i < store->streams_count; i++) {
		struct nc_log_head head = store->streams[i].head;
		enum nc_standing standing;
		enum nc_status status;

		if (!nc_registry_is_hub_key(store, head.device))
			continue;
		status = nc_store_standing(store, &head.union_id, head.device,
			head.sequence, &standing, err);
		if (status != NC_OK)
			return status;
		*changed |= standing == NC_STANDING_NONE;
	}
	return NC_OK;
}

static bool change_revokes(const struct nc_record_change *change)
{
	for (size_t i = 0; i < change->fields_count; i++)
		if (change->fields[i].field == NC_DEVICE_REVOKED_AT)
			return change->entity == NC_ENTITY_DEVICE;
	return false;
}

static enum nc_status fold_rights(struct nc_store *store,
	const struct nc_change_set *change_set, struct nc_error *err)
{
	const struct nc_registry *registry;
	bool changed = false, ended = false, revokes = false, grants = false;
	enum nc_status status = NC_OK;

	nc_registry_touch(store, change_set);
	for (size_t i = 0; i < change_set->records_count; i++) {
		revokes |= change_revokes(&change_set->records[i]);
		grants |= change_set->records[i].entity == NC_ENTITY_GRANT;
	}
	if (!store->root_alone && (revokes || grants))
		status = nc_store_registry(store, &registry, err);
	for (size_t i = 0; grants && i < change_set->records_count &&
			   status == NC_OK && !changed;
		i++)
		if (change_set->records[i].entity == NC_ENTITY_GRANT)
			status = grant_changed(
				store, &change_set->records[i], &changed, err);
	if (status == NC_OK && revokes && !store->root_alone && !store->fixed)
		status = hubs_changed(store, &ended, err);
	store->hubs_ended |= ended;
	changed |= ended;
	if (status == NC_OK && changed)
		store->refold_needed = true;
	return status;
}

/* A restored hub's new key is given its standing by the change-set that
 * brings it, while the one who vouches for it has it. */
static enum nc_status fold_vouched(struct nc_store *store,
	const struct nc_change_set *change_set, enum nc_standing *standing,
	struct nc_error *err)
{
	const uint8_t *key;
	nc_device_id by;
	enum nc_status status =
		nc_hubs_voucher(store, change_set, &key, &by, err);

	if (status == NC_UNKNOWN_DEVICE)
		return NC_OK;
	if (status == NC_OK && nc_registry_hub_is_open(store, by))
		*standing = NC_STANDING_HUB;
	return status;
}

enum nc_status nc_fold_apply(struct nc_store *store,
	const struct nc_change_set *change_set, int64_t position,
	struct nc_error *err)
{
	struct fold_context context = {
		.position = position,
		.in_cluster = nc_id_compare(&change_set->union_id,
				      &store->identity.cluster) == 0,
		.dot = {change_set->device, change_set->sequence},
		.written_at_ms = change_set->written_at_ms,
	};
	struct nc_db_scope *scope = nc_fold_scope(store, &change_set->union_id);
	enum nc_status status = nc_store_standing(store, &change_set->union_id,
		change_set->device, change_set->sequence, &context.standing,
		err);

	if (status == NC_OK && context.standing == NC_STANDING_NONE)
		status =
			fold_vouched(store, change_set, &context.standing, err);
	if (status == NC_OK && scope == NULL) {
		status = scope_create(store, &change_set->union_id, err);
		scope = nc_fold_scope(store, &change_set->union_id);
	}
	if (status != NC_OK)
		return status;
	context.scope = (size_t)(scope - store->scopes);
	for (size_t i = 0; i < change_set->records_count && status == NC_OK;
		i++)
		status = fold_record(
			store, &context, &change_set->records[i], err);
	if (status == NC_OK && context.in_cluster)
		status = fold_rights(store, change_set, err);
	return status;
}
