#include "store/receipt.h"
#include "store/db.h"
#include "store/hubs.h"

#include <inttypes.h>
#include <string.h>

void nc_kept_checkpoint_fini(struct nc_kept_checkpoint *kept)
{
	nc_buffer_fini(&kept->note);
}

void nc_receipt_fini(struct nc_receipt *receipt)
{
	nc_buffer_fini(&receipt->path);
}

/* A blob of the table as an owned buffer. */
static enum nc_status copy_blob(
	struct nc_buffer *out, struct nc_slice blob, struct nc_error *err)
{
	nc_buffer_init(out, SIZE_MAX / 2);
	if (nc_buffer_append(out, blob.data, blob.size) != NC_OK)
		return nc_error_no_memory(err);
	return NC_OK;
}

/* Of a row: generation, size, root, note. */
static enum nc_status checkpoint_read(sqlite3_stmt *statement,
	struct nc_kept_checkpoint *ret_kept, struct nc_error *err)
{
	struct nc_kept_checkpoint kept = {0};
	struct nc_slice root = nc_db_column_blob(statement, 2);
	enum nc_status status;

	if (root.size != NC_TREE_HASH_SIZE)
		return nc_db_corrupt(err, "checkpoint");
	kept.generation = (uint32_t)sqlite3_column_int64(statement, 0);
	kept.size = (uint64_t)sqlite3_column_int64(statement, 1);
	memcpy(kept.root.bytes, root.data, NC_TREE_HASH_SIZE);
	status = copy_blob(&kept.note, nc_db_column_blob(statement, 3), err);
	if (status == NC_OK)
		*ret_kept = kept;
	return status;
}

static enum nc_status checkpoint_step(struct nc_store *store,
	sqlite3_stmt *statement, struct nc_kept_checkpoint *ret_kept,
	struct nc_error *err)
{
	bool row;
	enum nc_status status = nc_db_step(store, statement, &row, err);

	if (status != NC_OK)
		return status;
	return row ? checkpoint_read(statement, ret_kept, err) : NC_NOT_FOUND;
}

enum nc_status nc_checkpoint_last(struct nc_store *store,
	struct nc_kept_checkpoint *ret_kept, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT generation, size, root, note FROM checkpoint"
		" ORDER BY generation DESC, size DESC LIMIT 1",
		err);

	if (statement == NULL)
		return store->last;
	return checkpoint_step(store, statement, ret_kept, err);
}

enum nc_status nc_checkpoint_find(struct nc_store *store, uint32_t generation,
	uint64_t size, struct nc_kept_checkpoint *ret_kept,
	struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT generation, size, root, note FROM checkpoint"
		" WHERE generation = ? AND size = ?",
		err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, generation);
	sqlite3_bind_int64(statement, 2, (int64_t)size);
	return checkpoint_step(store, statement, ret_kept, err);
}

static enum nc_status checkpoint_insert(struct nc_store *store,
	uint32_t generation, uint64_t size, const struct nc_tree_hash *root,
	struct nc_slice note, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO checkpoint(generation, size, root, note)"
		" VALUES(?, ?, ?, ?)",
		err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, generation);
	sqlite3_bind_int64(statement, 2, (int64_t)size);
	nc_db_bind_blob(statement, 3, root->bytes, NC_TREE_HASH_SIZE);
	nc_db_bind_blob(statement, 4, note.data, note.size);
	return nc_db_run(store, statement, err);
}

static enum nc_status checkpoints_let_go(struct nc_store *store,
	uint32_t generation, uint64_t size, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"DELETE FROM checkpoint WHERE (generation, size) < (?, ?)"
		" AND NOT EXISTS (SELECT 1 FROM receipt WHERE"
		" receipt.generation = checkpoint.generation"
		" AND receipt.size = checkpoint.size)",
		err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, generation);
	sqlite3_bind_int64(statement, 2, (int64_t)size);
	return nc_db_run(store, statement, err);
}

enum nc_status nc_checkpoint_keep(struct nc_store *store, uint32_t generation,
	uint64_t size, const struct nc_tree_hash *root, struct nc_slice note,
	struct nc_error *err)
{
	struct nc_kept_checkpoint kept NC_AUTO(nc_kept_checkpoint_fini) = {0};
	enum nc_status status;

	NC_ASSERT(store->in_write);
	status = nc_checkpoint_find(store, generation, size, &kept, err);
	if (status == NC_OK && !nc_tree_hash_equal(&kept.root, root))
		return NC_CORRUPT;
	if (status == NC_NOT_FOUND)
		status = checkpoint_insert(
			store, generation, size, root, note, err);
	if (status == NC_OK)
		status = checkpoints_let_go(store, generation, size, err);
	return status;
}

/* The leaf of a change-set: *ret_placed says whether it is known. */
static enum nc_status leaf_find(struct nc_store *store, int64_t stream,
	uint64_t sequence, bool *ret_placed, uint64_t *ret_leaf,
	struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT leaf FROM log WHERE stream = ? AND sequence = ?", err);
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, stream);
	sqlite3_bind_int64(statement, 2, (int64_t)sequence);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK)
		return status;
	if (!row)
		return NC_NOT_FOUND;
	*ret_placed = sqlite3_column_type(statement, 0) != SQLITE_NULL;
	*ret_leaf = (uint64_t)sqlite3_column_int64(statement, 0);
	return NC_OK;
}

static enum nc_status leaf_set(struct nc_store *store, int64_t stream,
	uint64_t sequence, uint64_t leaf, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"UPDATE log SET leaf = ?3 WHERE stream = ?1 AND sequence = ?2",
		err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, stream);
	sqlite3_bind_int64(statement, 2, (int64_t)sequence);
	sqlite3_bind_int64(statement, 3, (int64_t)leaf);
	return nc_db_run(store, statement, err);
}

/* After sequence proven + 1 was placed: it, and what was placed past it. */
static enum nc_status proven_rise(struct nc_store *store,
	struct nc_db_stream *stream, struct nc_error *err)
{
	enum nc_status status = NC_OK;
	bool placed = true;
	uint64_t leaf;

	while (placed && status == NC_OK) {
		stream->head.proven++;
		stream->dirty = true;
		if (stream->head.proven == stream->head.sequence)
			break;
		status = leaf_find(store, stream->number,
			stream->head.proven + 1, &placed, &leaf, err);
	}
	return status == NC_NOT_FOUND ? nc_db_corrupt(err, "gap in the log")
				      : status;
}

enum nc_status nc_receipt_place(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	uint64_t leaf, struct nc_error *err)
{
	struct nc_db_stream *stream = nc_log_find(store, union_id, device);
	enum nc_status status;
	uint64_t before;
	bool placed;

	NC_ASSERT(store->in_write);
	if (stream == NULL)
		return NC_NOT_FOUND;
	status = leaf_find(
		store, stream->number, sequence, &placed, &before, err);
	if (status != NC_OK)
		return status;
	if (placed)
		return before == leaf ? NC_OK : NC_CORRUPT;
	status = leaf_set(store, stream->number, sequence, leaf, err);
	if (status == NC_OK && sequence == stream->head.proven + 1)
		status = proven_rise(store, stream, err);
	return status;
}

enum nc_status nc_receipt_keep(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	uint32_t generation, uint64_t size, struct nc_slice path,
	struct nc_error *err)
{
	struct nc_db_stream *stream = nc_log_find(store, union_id, device);
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT OR REPLACE INTO receipt(position, generation, size,"
		" path) SELECT log.position, checkpoint.generation,"
		" checkpoint.size, ?5 FROM log, checkpoint"
		" WHERE log.stream = ?1 AND log.sequence = ?2"
		" AND log.leaf < ?4 AND checkpoint.generation = ?3"
		" AND checkpoint.size = ?4",
		err);
	enum nc_status status;

	NC_ASSERT(store->in_write);
	if (statement == NULL)
		return store->last;
	if (stream == NULL)
		return NC_NOT_FOUND;
	sqlite3_bind_int64(statement, 1, stream->number);
	sqlite3_bind_int64(statement, 2, (int64_t)sequence);
	sqlite3_bind_int64(statement, 3, generation);
	sqlite3_bind_int64(statement, 4, (int64_t)size);
	nc_db_bind_blob(statement, 5, path.data, path.size);
	status = nc_db_run(store, statement, err);
	if (status == NC_OK && sqlite3_changes(store->db) == 0)
		return NC_NOT_FOUND;
	return status;
}

/* proven again, of one stream, after leaves were taken away. */
static enum nc_status proven_fall(struct nc_store *store,
	struct nc_db_stream *stream, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT sequence FROM log WHERE stream = ? AND sequence <= ?"
		" AND leaf IS NULL ORDER BY sequence LIMIT 1",
		err);
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, stream->number);
	sqlite3_bind_int64(statement, 2, (int64_t)stream->head.proven);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK || !row)
		return status;
	stream->head.proven = (uint64_t)sqlite3_column_int64(statement, 0) - 1;
	stream->dirty = true;
	return NC_OK;
}

static enum nc_status run_with_leaf(struct nc_store *store, const char *sql,
	uint64_t leaf, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(store, sql, err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, (int64_t)leaf);
	return nc_db_run(store, statement, err);
}

enum nc_status nc_receipt_void(
	struct nc_store *store, uint64_t leaf, struct nc_error *err)
{
	static const char receipts[] =
		"DELETE FROM receipt WHERE position IN"
		" (SELECT position FROM log WHERE leaf >= ?)";
	static const char leaves[] =
		"UPDATE log SET leaf = NULL WHERE leaf >= ?";
	enum nc_status status = run_with_leaf(store, receipts, leaf, err);

	NC_ASSERT(store->in_write);
	if (status == NC_OK)
		status = run_with_leaf(store, leaves, leaf, err);
	for (size_t i = 0; i < store->streams_count && status == NC_OK; i++)
		if (store->streams[i].head.proven > 0)
			status = proven_fall(store, &store->streams[i], err);
	return status;
}

enum nc_status nc_receipt_find(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	struct nc_receipt *ret_receipt, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT leaf, generation, size, path FROM log"
		" JOIN receipt USING(position)"
		" WHERE stream = ? AND sequence = ?",
		err);
	struct nc_receipt receipt = {0};
	struct nc_db_stream *stream;
	enum nc_status status = nc_db_refresh(store, err);
	bool row;

	if (statement == NULL)
		return store->last;
	if (status != NC_OK)
		return status;
	stream = nc_log_find(store, union_id, device);
	if (stream == NULL)
		return NC_NOT_FOUND;
	sqlite3_bind_int64(statement, 1, stream->number);
	sqlite3_bind_int64(statement, 2, (int64_t)sequence);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK)
		return status;
	if (!row)
		return NC_NOT_FOUND;
	receipt.leaf = (uint64_t)sqlite3_column_int64(statement, 0);
	receipt.generation = (uint32_t)sqlite3_column_int64(statement, 1);
	receipt.size = (uint64_t)sqlite3_column_int64(statement, 2);
	status = copy_blob(&receipt.path, nc_db_column_blob(statement, 3), err);
	if (status == NC_OK)
		*ret_receipt = receipt;
	return status;
}

enum nc_status nc_receipt_count(struct nc_store *store, uint64_t *ret_placed,
	uint64_t *ret_all, struct nc_error *err)
{
	static const char placed[] =
		"SELECT count(*) FROM log WHERE leaf IS NOT NULL";
	uint64_t count;
	enum nc_status status = nc_db_number(store, placed, &count, err);

	if (status == NC_OK)
		status = nc_log_count(store, ret_all, err);
	if (status == NC_OK)
		*ret_placed = count;
	return status;
}

/* What a union's other devices claim to have said after that time is nothing
 * to go by, now that the union has spoken. */
static enum nc_status forget_later(struct nc_store *store, nc_device_id device,
	int64_t latest_s, struct nc_error *err)
{
	const struct nc_registry_device *own, *other;
	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status != NC_OK)
		return status;
	own = nc_registry_device(registry, device);
	for (size_t i = 0; own != NULL && i < registry->devices_count; i++) {
		sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;

		other = &registry->devices[i];
		if (nc_id_compare(&own->union_id, &other->union_id) != 0)
			continue;
		statement = nc_db_statement(store,
			"DELETE FROM witness WHERE device = ? AND time_s > ?",
			err);
		if (statement == NULL)
			return store->last;
		nc_db_bind_device(statement, 1, other->device);
		sqlite3_bind_int64(statement, 2, latest_s);
		status = nc_db_run(store, statement, err);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

enum nc_status nc_witness_keep(struct nc_store *store,
	const struct nc_witness *witness, int64_t latest_s,
	struct nc_error *err)
{
	enum nc_status status;
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO witness(device, generation, size, root, time_s,"
		" line, at) SELECT ?1, ?2, ?3, ?4, ?5, ?6,"
		" (SELECT coalesce(max(at), 0) + 1 FROM witness) WHERE true"
		" ON CONFLICT(device) DO UPDATE SET"
		" generation = excluded.generation, size = excluded.size,"
		" root = excluded.root, time_s = excluded.time_s,"
		" line = excluded.line, at = excluded.at"
		" WHERE (excluded.generation, excluded.size, excluded.time_s)"
		" > (generation, size, time_s) OR time_s > ?7",
		err);

	NC_ASSERT(store->in_write);
	if (witness->time_s > latest_s)
		return NC_OK;
	if (statement == NULL)
		return store->last;
	nc_db_bind_device(statement, 1, witness->device);
	sqlite3_bind_int64(statement, 2, witness->generation);
	sqlite3_bind_int64(statement, 3, (int64_t)witness->size);
	nc_db_bind_blob(statement, 4, witness->root.bytes, NC_TREE_HASH_SIZE);
	sqlite3_bind_int64(statement, 5, witness->time_s);
	nc_db_bind_blob(statement, 6, witness->line.data, witness->line.size);
	sqlite3_bind_int64(statement, 7, latest_s);
	status = nc_db_run(store, statement, err);
	/* Only then has another the highest count, which is not given again. */
	if (status == NC_OK && sqlite3_changes(store->db) > 0)
		status = forget_later(store, witness->device, latest_s, err);
	return status;
}

static enum nc_status witness_read(sqlite3_stmt *statement,
	struct nc_witness *witness, struct nc_error *err)
{
	struct nc_slice root = nc_db_column_blob(statement, 3);

	if (!nc_db_column_device(statement, 0, &witness->device) ||
		root.size != NC_TREE_HASH_SIZE)
		return nc_db_corrupt(err, "witness");
	witness->generation = (uint32_t)sqlite3_column_int64(statement, 1);
	witness->size = (uint64_t)sqlite3_column_int64(statement, 2);
	memcpy(witness->root.bytes, root.data, NC_TREE_HASH_SIZE);
	witness->time_s = sqlite3_column_int64(statement, 4);
	witness->line = nc_db_column_blob(statement, 5);
	witness->at = (uint64_t)sqlite3_column_int64(statement, 6);
	return NC_OK;
}

enum nc_status nc_witness_each(struct nc_store *store, uint32_t generation,
	uint64_t after, nc_witness_visit visit, void *context,
	struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT device, generation, size, root, time_s, line, at"
		" FROM witness WHERE generation = ? AND at > ? ORDER BY at",
		err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, generation);
	/* A peer's number: past every count there is nothing. */
	sqlite3_bind_int64(
		statement, 2, after > INT64_MAX ? INT64_MAX : (int64_t)after);
	for (;;) {
		struct nc_witness witness;
		bool row;
		enum nc_status status = nc_db_step(store, statement, &row, err);

		if (status != NC_OK || !row)
			return status;
		status = witness_read(statement, &witness, err);
		if (status == NC_OK)
			status = visit(context, &witness, err);
		if (status != NC_OK)
			return status;
	}
}

enum nc_status nc_peer_keep(struct nc_store *store, nc_device_id device,
	uint64_t counter, struct nc_slice request, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO peer(device, counter, request) VALUES(?, ?, ?)"
		" ON CONFLICT(device) DO UPDATE SET"
		" counter = excluded.counter, request = excluded.request",
		err);

	NC_ASSERT(store->in_write);
	if (statement == NULL)
		return store->last;
	nc_db_bind_device(statement, 1, device);
	sqlite3_bind_int64(statement, 2, (int64_t)counter);
	nc_db_bind_blob(statement, 3, request.data, request.size);
	return nc_db_run(store, statement, err);
}

enum nc_status nc_peer_find(struct nc_store *store, nc_device_id device,
	uint64_t *ret_counter, struct nc_buffer *ret_request,
	struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT counter, request FROM peer WHERE device = ?", err);
	struct nc_slice request;
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	nc_db_bind_device(statement, 1, device);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK)
		return status;
	if (!row)
		return NC_NOT_FOUND;
	request = nc_db_column_blob(statement, 1);
	if (nc_buffer_append(ret_request, request.data, request.size) != NC_OK)
		return nc_error_no_memory(err);
	*ret_counter = (uint64_t)sqlite3_column_int64(statement, 0);
	return NC_OK;
}

/* Verify. */

static enum nc_status checkpoint_fault(const struct nc_kept_checkpoint *kept,
	const char *what, struct nc_error *err)
{
	return nc_error_set(err, NC_CORRUPT,
		_("The kept checkpoint of %" PRIu64 " change-sets, generation "
		  "%" PRIu32 ", is not sound (%s); keep this store aside and "
		  "put a backup in its place."),
		kept->size, kept->generation, what);
}

static enum nc_status checkpoint_audit(struct nc_store *store,
	const struct nc_kept_checkpoint *kept, struct nc_error *err)
{
	char origin[NC_ORIGIN_TEXT_SIZE];
	struct nc_checkpoint checkpoint;
	const struct nc_registry *registry;
	const struct nc_registry_hub *hub;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status != NC_OK)
		return status;
	if (nc_checkpoint_parse(
		    nc_buffer_slice(&kept->note), &checkpoint, NULL) != NC_OK)
		return checkpoint_fault(kept, _("form"), err);
	nc_hubs_origin(origin, &store->identity.cluster, kept->generation);
	if (!nc_slice_equal(checkpoint.origin, nc_slice_text(origin)))
		return checkpoint_fault(kept, _("origin"), err);
	if (checkpoint.size != kept->size ||
		!nc_tree_hash_equal(&checkpoint.root, &kept->root))
		return checkpoint_fault(kept, _("root"), err);
	hub = nc_registry_hub(registry, kept->generation);
	if (hub != NULL && hub->public_key != NULL &&
		!nc_checkpoint_is_signed(&checkpoint, hub->public_key))
		return checkpoint_fault(kept, _("signature"), err);
	return NC_OK;
}

static enum nc_status checkpoints_audit(
	struct nc_store *store, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT generation, size, root, note FROM checkpoint", err);

	if (statement == NULL)
		return store->last;
	for (;;) {
		struct nc_kept_checkpoint kept NC_AUTO(
			nc_kept_checkpoint_fini) = {0};
		bool row;
		enum nc_status status = nc_db_step(store, statement, &row, err);

		if (status != NC_OK || !row)
			return status;
		status = checkpoint_read(statement, &kept, err);
		if (status == NC_OK)
			status = checkpoint_audit(store, &kept, err);
		if (status != NC_OK)
			return status;
	}
}

/* Of a row: position, leaf, payload, path, size, root. */
static bool receipt_is_sound(sqlite3_stmt *statement)
{
	struct nc_slice root = nc_db_column_blob(statement, 5);
	struct nc_tree_hash leaf, root_hash;

	if (sqlite3_column_type(statement, 1) != SQLITE_INTEGER ||
		root.size != NC_TREE_HASH_SIZE)
		return false;
	memcpy(root_hash.bytes, root.data, NC_TREE_HASH_SIZE);
	nc_tree_leaf(&leaf, nc_db_column_blob(statement, 2));
	return nc_tree_check_leaf((uint64_t)sqlite3_column_int64(statement, 1),
		&leaf, (uint64_t)sqlite3_column_int64(statement, 4), &root_hash,
		nc_db_column_blob(statement, 3));
}

static enum nc_status receipts_audit(
	struct nc_store *store, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT position, leaf, payload, path, receipt.size, root"
		" FROM receipt LEFT JOIN log USING(position)"
		" LEFT JOIN checkpoint USING(generation, size)"
		" ORDER BY position",
		err);

	if (statement == NULL)
		return store->last;
	for (;;) {
		bool row;
		enum nc_status status = nc_db_step(store, statement, &row, err);

		if (status != NC_OK || !row)
			return status;
		if (!receipt_is_sound(statement))
			return nc_error_set(err, NC_CORRUPT,
				_("The receipt of the change-set at position "
				  "%" PRId64 " of the log does not prove it; "
				  "keep this store aside and put a backup in "
				  "its place."),
				(int64_t)sqlite3_column_int64(statement, 0));
	}
}

/* What the streams say is proven is what has leaves, without a gap. */
static enum nc_status proven_audit(struct nc_store *store, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT stream.number, (SELECT min(log.sequence)"
		" FROM log WHERE log.stream = stream.number AND leaf IS NULL)"
		" FROM stream",
		err);

	if (statement == NULL)
		return store->last;
	for (;;) {
		struct nc_db_stream *stream = NULL;
		uint64_t proven;
		bool row;
		enum nc_status status = nc_db_step(store, statement, &row, err);

		if (status != NC_OK || !row)
			return status;
		for (size_t i = 0; i < store->streams_count; i++)
			if (store->streams[i].number ==
				sqlite3_column_int64(statement, 0))
				stream = &store->streams[i];
		if (stream == NULL)
			return nc_db_corrupt(err, "heads");
		proven =
			sqlite3_column_type(statement, 1) == SQLITE_NULL
				? stream->head.sequence
				: (uint64_t)sqlite3_column_int64(statement, 1) -
					  1;
		if (stream->head.proven != proven)
			return nc_db_corrupt(err, "proven");
	}
}

enum nc_status nc_receipt_audit(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = checkpoints_audit(store, err);

	if (status == NC_OK)
		status = receipts_audit(store, err);
	if (status == NC_OK && !store->identity.is_hub)
		status = proven_audit(store, err);
	return status;
}

enum nc_status nc_checkpoint_forget(struct nc_store *store, uint32_t generation,
	uint64_t size, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"DELETE FROM checkpoint WHERE generation = ? AND size = ?",
		err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, generation);
	sqlite3_bind_int64(statement, 2, (int64_t)size);
	return nc_db_run(store, statement, err);
}
