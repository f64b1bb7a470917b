#include "store/log.h"
#include "store/db.h"

#include <string.h>

static int stream_compare(const struct nc_log_head *head,
	const struct nc_id *union_id, nc_device_id device)
{
	int order = nc_id_compare(&head->union_id, union_id);

	if (order != 0)
		return order;
	return (head->device > device) - (head->device < device);
}

/* Where the stream is, or would be put. */
static size_t stream_place(const struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, bool *ret_found)
{
	size_t low = 0, high = store->streams_count;

	*ret_found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = stream_compare(
			&store->streams[middle].head, union_id, device);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct nc_db_stream *nc_log_find(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device)
{
	bool found;
	size_t at = stream_place(store, union_id, device, &found);

	return found ? &store->streams[at] : NULL;
}

static enum nc_status streams_reserve(
	struct nc_store *store, struct nc_error *err)
{
	size_t capacity =
		store->streams_capacity == 0 ? 64 : store->streams_capacity * 2;
	struct nc_db_stream *streams;
	struct nc_log_head *heads;

	if (store->streams_count < store->streams_capacity)
		return NC_OK;
	streams = nc_realloc(store->streams, capacity * sizeof(*streams));
	if (streams == NULL)
		return nc_error_no_memory(err);
	store->streams = streams;
	heads = nc_realloc(store->heads, capacity * sizeof(*heads));
	if (heads == NULL)
		return nc_error_no_memory(err);
	store->heads = heads;
	store->streams_capacity = capacity;
	return NC_OK;
}

static enum nc_status stream_insert(struct nc_store *store,
	const struct nc_db_stream *stream, struct nc_error *err)
{
	bool found;
	size_t at;
	enum nc_status status = streams_reserve(store, err);

	if (status != NC_OK)
		return status;
	at = stream_place(
		store, &stream->head.union_id, stream->head.device, &found);
	NC_ASSERT(!found);
	memmove(&store->streams[at + 1], &store->streams[at],
		(store->streams_count - at) * sizeof(*stream));
	store->streams[at] = *stream;
	store->streams_count++;
	return NC_OK;
}

enum nc_status nc_log_load(struct nc_store *store, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT number, union_id, device, sequence, hash, acknowledged,"
		" proven FROM stream",
		err);
	enum nc_status status = NC_OK;
	bool row = true;

	store->streams_count = 0;
	if (statement == NULL)
		return store->last;
	while (status == NC_OK) {
		struct nc_db_stream stream = {0};
		struct nc_slice hash;

		status = nc_db_step(store, statement, &row, err);
		if (status != NC_OK || !row)
			break;
		hash = nc_db_column_blob(statement, 4);
		if (!nc_db_column_id(statement, 1, &stream.head.union_id) ||
			!nc_db_column_device(
				statement, 2, &stream.head.device) ||
			hash.size != NC_HASH_SIZE)
			return nc_db_corrupt(err, "stream");
		stream.number = sqlite3_column_int64(statement, 0);
		stream.head.sequence =
			(uint64_t)sqlite3_column_int64(statement, 3);
		memcpy(stream.head.hash, hash.data, NC_HASH_SIZE);
		stream.head.acknowledged =
			(uint64_t)sqlite3_column_int64(statement, 5);
		/* Change-sets that were set aside are proven no longer. */
		stream.head.proven =
			(uint64_t)sqlite3_column_int64(statement, 6);
		if (stream.head.proven > stream.head.sequence)
			stream.head.proven = stream.head.sequence;
		status = stream_insert(store, &stream, err);
	}
	return status;
}

static enum nc_status stream_create(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device,
	struct nc_db_stream **ret_stream, struct nc_error *err)
{
	static const uint8_t no_hash[NC_HASH_SIZE];
	struct nc_db_stream stream = {
		.head = {.union_id = *union_id, .device = device}};
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO stream(union_id, device, sequence, hash,"
		" acknowledged) VALUES(?, ?, 0, ?, 0)",
		err);
	enum nc_status status;

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, union_id);
	nc_db_bind_device(statement, 2, device);
	nc_db_bind_blob(statement, 3, no_hash, sizeof(no_hash));
	status = nc_db_run(store, statement, err);
	if (status != NC_OK)
		return status;
	stream.number = sqlite3_last_insert_rowid(store->db);
	status = stream_insert(store, &stream, err);
	if (status == NC_OK)
		*ret_stream = nc_log_find(store, union_id, device);
	return status;
}

enum nc_status nc_log_flush(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < store->streams_count && status == NC_OK; i++) {
		struct nc_db_stream *stream = &store->streams[i];
		sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;

		if (!stream->dirty)
			continue;
		statement = nc_db_statement(store,
			"UPDATE stream SET sequence = ?2, hash = ?3,"
			" acknowledged = ?4, proven = ?5 WHERE number = ?1",
			err);
		if (statement == NULL)
			return store->last;
		sqlite3_bind_int64(statement, 1, stream->number);
		sqlite3_bind_int64(
			statement, 2, (int64_t)stream->head.sequence);
		nc_db_bind_blob(statement, 3, stream->head.hash, NC_HASH_SIZE);
		sqlite3_bind_int64(
			statement, 4, (int64_t)stream->head.acknowledged);
		sqlite3_bind_int64(statement, 5, (int64_t)stream->head.proven);
		status = nc_db_run(store, statement, err);
		stream->dirty = false;
	}
	return status;
}

/* Hubs: the change-set's leaf in the tree. */
static enum nc_status append_leaf(struct nc_store *store,
	const struct nc_signed_change_set *signed_set, int64_t position,
	struct nc_error *err)
{
	struct nc_tree_hash leaf;

	if (signed_set->hashed)
		memcpy(leaf.bytes, signed_set->leaf, NC_TREE_HASH_SIZE);
	else
		nc_tree_leaf(&leaf, signed_set->payload);
	return nc_store_tree_append(store, position, &leaf, err);
}

enum nc_status nc_log_append(struct nc_store *store,
	const struct nc_signed_change_set *signed_set,
	const struct nc_change_set *change_set,
	const uint8_t hash[NC_HASH_SIZE], int64_t received_at_ms,
	int64_t *ret_position, struct nc_error *err)
{
	struct nc_db_stream *stream =
		nc_log_find(store, &change_set->union_id, change_set->device);
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO log(stream, sequence, hash, payload, signature,"
		" written_at, received_at) VALUES(?, ?, ?, ?, ?, ?, ?)",
		err);
	enum nc_status status = NC_OK;

	if (statement == NULL)
		return store->last;
	if (stream == NULL)
		status = stream_create(store, &change_set->union_id,
			change_set->device, &stream, err);
	/* Before the row is there: the tree is as large as the log. */
	if (status == NC_OK && store->identity.is_hub)
		status = nc_store_tree_ready(store, err);
	if (status != NC_OK)
		return status;
	sqlite3_bind_int64(statement, 1, stream->number);
	sqlite3_bind_int64(statement, 2, (int64_t)change_set->sequence);
	nc_db_bind_blob(statement, 3, hash, NC_HASH_SIZE);
	nc_db_bind_blob(statement, 4, signed_set->payload.data,
		signed_set->payload.size);
	nc_db_bind_blob(statement, 5, signed_set->signature, NC_SIGNATURE_SIZE);
	sqlite3_bind_int64(statement, 6, change_set->written_at_ms);
	sqlite3_bind_int64(statement, 7, received_at_ms);
	status = nc_db_run(store, statement, err);
	if (status != NC_OK)
		return status;
	*ret_position = sqlite3_last_insert_rowid(store->db);
	stream->head.sequence = change_set->sequence;
	memcpy(stream->head.hash, hash, NC_HASH_SIZE);
	stream->dirty = true;
	if (store->identity.is_hub)
		status = append_leaf(store, signed_set, *ret_position, err);
	return status;
}

enum nc_status nc_log_keep_fork(struct nc_store *store,
	const struct nc_signed_change_set *signed_set,
	const struct nc_change_set *change_set,
	const uint8_t hash[NC_HASH_SIZE], int64_t received_at_ms,
	struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT OR IGNORE INTO fork(union_id, device, sequence, hash,"
		" payload, signature, received_at) SELECT ?, ?, ?, ?, ?, ?, ?"
		" WHERE (SELECT count(*) FROM fork WHERE union_id = ?1"
		" AND device = ?2) < 1000",
		err);

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, &change_set->union_id);
	nc_db_bind_device(statement, 2, change_set->device);
	sqlite3_bind_int64(statement, 3, (int64_t)change_set->sequence);
	nc_db_bind_blob(statement, 4, hash, NC_HASH_SIZE);
	nc_db_bind_blob(statement, 5, signed_set->payload.data,
		signed_set->payload.size);
	nc_db_bind_blob(statement, 6, signed_set->signature, NC_SIGNATURE_SIZE);
	sqlite3_bind_int64(statement, 7, received_at_ms);
	return nc_db_run(store, statement, err);
}

enum nc_status nc_log_heads(struct nc_store *store,
	const struct nc_log_head **ret_heads, size_t *ret_count,
	struct nc_error *err)
{
	enum nc_status status = nc_db_refresh(store, err);

	if (status != NC_OK)
		return status;
	for (size_t i = 0; i < store->streams_count; i++)
		store->heads[i] = store->streams[i].head;
	*ret_heads = store->heads;
	*ret_count = store->streams_count;
	return NC_OK;
}

enum nc_status nc_log_head(struct nc_store *store, const struct nc_id *union_id,
	nc_device_id device, struct nc_log_head *ret_head, struct nc_error *err)
{
	struct nc_db_stream *stream;
	enum nc_status status = nc_db_refresh(store, err);

	if (status != NC_OK)
		return status;
	stream = nc_log_find(store, union_id, device);
	if (stream != NULL) {
		*ret_head = stream->head;
		return NC_OK;
	}
	memset(ret_head, 0, sizeof(*ret_head));
	ret_head->union_id = *union_id;
	ret_head->device = device;
	return NC_OK;
}

#define ENTRY_COLUMNS(join)                                                    \
	"SELECT position, union_id, device, log.sequence, log.hash, payload,"  \
	" signature, written_at, received_at FROM log " join " stream"         \
	" ON stream.number = log.stream "

static enum nc_status entry_read(sqlite3_stmt *statement,
	struct nc_log_entry *entry, struct nc_error *err)
{
	struct nc_slice hash = nc_db_column_blob(statement, 4);
	struct nc_slice signature = nc_db_column_blob(statement, 6);

	if (!nc_db_column_id(statement, 1, &entry->union_id) ||
		!nc_db_column_device(statement, 2, &entry->device) ||
		hash.size != NC_HASH_SIZE ||
		signature.size != NC_SIGNATURE_SIZE)
		return nc_db_corrupt(err, "log");
	entry->position = sqlite3_column_int64(statement, 0);
	entry->sequence = (uint64_t)sqlite3_column_int64(statement, 3);
	memcpy(entry->hash, hash.data, NC_HASH_SIZE);
	entry->signed_set.payload = nc_db_column_blob(statement, 5);
	entry->signed_set.hashed = false;
	memcpy(entry->signed_set.signature, signature.data, NC_SIGNATURE_SIZE);
	entry->written_at_ms = sqlite3_column_int64(statement, 7);
	entry->received_at_ms = sqlite3_column_int64(statement, 8);
	return NC_OK;
}

static enum nc_status entries_visit(struct nc_store *store,
	sqlite3_stmt *statement, nc_log_visit visit, void *context,
	size_t *ret_count, struct nc_error *err)
{
	enum nc_status status = NC_OK;
	bool row;

	*ret_count = 0;
	for (;;) {
		struct nc_log_entry entry;

		status = nc_db_step(store, statement, &row, err);
		if (status != NC_OK || !row)
			return status;
		status = entry_read(statement, &entry, err);
		if (status == NC_OK)
			status = visit(context, &entry, err);
		if (status != NC_OK)
			return status;
		(*ret_count)++;
	}
}

enum nc_status nc_log_read(struct nc_store *store, int64_t after,
	nc_log_visit visit, void *context, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		ENTRY_COLUMNS("JOIN") "WHERE position > ? ORDER BY position",
		err);
	size_t count;

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, after);
	return entries_visit(store, statement, visit, context, &count, err);
}

enum nc_status nc_log_read_scope(struct nc_store *store,
	const struct nc_id *union_id, bool others, nc_log_visit visit,
	void *context, struct nc_error *err)
{
	/* CROSS JOIN: along the log, not stream by stream and then sorted. */
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		ENTRY_COLUMNS("CROSS JOIN") "WHERE (stream.union_id <> ?) = ? "
					    "ORDER BY position",
		err);
	size_t count;

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, union_id);
	sqlite3_bind_int(statement, 2, others);
	return entries_visit(store, statement, visit, context, &count, err);
}

enum nc_status nc_log_read_stream(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t after,
	nc_log_visit visit, void *context, struct nc_error *err)
{
	struct nc_db_stream *stream = nc_log_find(store, union_id, device);
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		ENTRY_COLUMNS(
			"JOIN") "WHERE log.stream = ? AND log.sequence > ?"
				" ORDER BY log.sequence",
		err);
	size_t count;

	if (statement == NULL)
		return store->last;
	if (stream == NULL)
		return NC_OK;
	sqlite3_bind_int64(statement, 1, stream->number);
	sqlite3_bind_int64(statement, 2, (int64_t)after);
	return entries_visit(store, statement, visit, context, &count, err);
}

enum nc_status nc_log_read_naming(struct nc_store *store,
	const struct nc_id *union_id, struct nc_slice bytes, nc_log_visit visit,
	void *context, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		ENTRY_COLUMNS(
			"JOIN") "WHERE stream.union_id = ? AND"
				" instr(payload, ?) > 0 ORDER BY position",
		err);
	size_t count;

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, union_id);
	nc_db_bind_blob(statement, 2, bytes.data, bytes.size);
	return entries_visit(store, statement, visit, context, &count, err);
}

enum nc_status nc_log_entry(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	nc_log_visit visit, void *context, struct nc_error *err)
{
	struct nc_db_stream *stream = nc_log_find(store, union_id, device);
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		ENTRY_COLUMNS(
			"JOIN") "WHERE log.stream = ? AND log.sequence = ?",
		err);
	enum nc_status status;
	size_t count;

	if (statement == NULL)
		return store->last;
	if (stream == NULL)
		return NC_NOT_FOUND;
	sqlite3_bind_int64(statement, 1, stream->number);
	sqlite3_bind_int64(statement, 2, (int64_t)sequence);
	status = entries_visit(store, statement, visit, context, &count, err);
	return status == NC_OK && count == 0 ? NC_NOT_FOUND : status;
}

/* The one number of a statement without parameters. */
enum nc_status nc_log_count(
	struct nc_store *store, uint64_t *ret_count, struct nc_error *err)
{
	return nc_db_number(store, "SELECT count(*) FROM log", ret_count, err);
}

enum nc_status nc_log_bytes(
	struct nc_store *store, uint64_t *ret_bytes, struct nc_error *err)
{
	return nc_db_number(store,
		"SELECT total(length(payload) + length(signature)) FROM log",
		ret_bytes, err);
}

enum nc_status nc_log_acknowledge(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	struct nc_error *err)
{
	struct nc_db_stream *stream = nc_log_find(store, union_id, device);

	(void)err;
	NC_ASSERT(store->in_write);
	if (stream == NULL || stream->head.acknowledged == sequence)
		return NC_OK;
	stream->head.acknowledged = sequence;
	stream->dirty = true;
	return NC_OK;
}
