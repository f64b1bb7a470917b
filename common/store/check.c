/*
 * Rebuild and verify: fold and tree made anew from the log, and the log itself
 * held against its hashes, chains, signatures and receipts.
 */
#include "store/db.h"
#include "store/hubs.h"
#include "store/records.h"

#include <inttypes.h>
#include <string.h>

#define DECODE_ARENA_MAX (64 * 1024 * 1024)
#define PROGRESS_EVERY 64

static void tell(
	const struct nc_progress *progress, uint64_t done, uint64_t total)
{
	if (progress == NULL)
		return;
	if (done == total || done % PROGRESS_EVERY == 0)
		progress->step(progress->context, done, total);
}

/* One walk over the log. */
struct walk {
	struct nc_store *store;
	struct nc_arena arena;
	const struct nc_progress *progress;
	uint64_t done, total;
};

static enum nc_status walk_start(struct walk *walk, struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err)
{
	memset(walk, 0, sizeof(*walk));
	walk->store = store;
	walk->progress = progress;
	nc_arena_init(&walk->arena, DECODE_ARENA_MAX);
	return nc_log_count(store, &walk->total, err);
}

static enum nc_status refold(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct walk *walk = context;
	struct nc_change_set change_set;
	enum nc_status status;

	nc_arena_reset(&walk->arena);
	status = nc_change_set_decode(
		entry->signed_set.payload, &walk->arena, &change_set, err);
	if (status == NC_OK)
		status = nc_fold_apply(
			walk->store, &change_set, entry->position, err);
	if (status == NC_OK)
		tell(walk->progress, ++walk->done, walk->total);
	return status;
}

/* An empty fold. */
static enum nc_status refold_start(struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = nc_schema_reset_fold(store, err);

	if (status != NC_OK)
		return status;
	store->scopes_count = 0;
	nc_registry_forget(store);
	return NC_OK;
}

/* The cluster's scope says who may write, in it too: where it turns out that
 * a hub's standing ended before what its log holds of that hub, it is folded
 * once more with that known from the first change-set on. */
static enum nc_status refold_cluster(
	struct nc_store *store, struct walk *walk, struct nc_error *err)
{
	const struct nc_id *cluster = &store->identity.cluster;
	enum nc_status status;

	store->hubs_ended = false;
	status = nc_log_read_scope(store, cluster, false, refold, walk, err);
	if (status != NC_OK || !store->hubs_ended)
		return status;
	status = nc_registry_fix(store, err);
	if (status != NC_OK)
		return status;
	walk->done = 0;
	status = refold_start(store, err);
	if (status == NC_OK)
		status = nc_log_read_scope(
			store, cluster, false, refold, walk, err);
	nc_registry_unfix(store);
	nc_registry_forget(store);
	return status;
}

enum nc_status nc_fold_remake(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err)
{
	const struct nc_id *cluster = &store->identity.cluster;
	struct walk walk;
	enum nc_status status = refold_start(store, err);

	NC_ASSERT(store->in_write);
	if (status != NC_OK)
		return status;
	status = walk_start(&walk, store, progress, err);
	if (status == NC_OK)
		status = refold_cluster(store, &walk, err);
	if (status == NC_OK)
		status = nc_log_read_scope(
			store, cluster, true, refold, &walk, err);
	nc_arena_fini(&walk.arena);
	store->refold_needed = false;
	return status;
}

enum nc_status nc_store_remake(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err)
{
	uint8_t version[8];
	enum nc_status status = nc_log_load(store, err);

	nc_bytes_put_u64(version, nc_model_version());
	if (status == NC_OK)
		status = nc_fold_remake(store, progress, err);
	if (status == NC_OK)
		status = nc_store_tree_remake(store, err);
	if (status == NC_OK)
		status = nc_store_set_note(store, "model",
			nc_slice(version, sizeof(version)), err);
	return status;
}

enum nc_status nc_store_rebuild(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err)
{
	/* The fold may not even be readable: begin without looking at it. */
	enum nc_status status = nc_db_exec(store, "BEGIN IMMEDIATE", err);

	if (status != NC_OK)
		return status;
	store->in_write = true;
	status = nc_store_remake(store, progress, err);
	if (status == NC_OK)
		return nc_store_commit(store, err);
	nc_store_rollback(store);
	return status;
}

/* Numbers of rows and scopes follow from the order of folding, not from what
 * was folded: a scope stands in the hash by its union's id. */
static bool is_number(const char *column)
{
	return strcmp(column, "number") == 0 || strcmp(column, "scope") == 0;
}

static enum nc_status hash_row(
	sqlite3_stmt *statement, const char *table, struct nc_buffer *bytes)
{
	enum nc_status status = nc_buffer_text(bytes, table);

	for (int i = 0; i < sqlite3_column_count(statement) && status == NC_OK;
		i++) {
		struct nc_slice blob = nc_db_column_blob(statement, i);

		if (is_number(sqlite3_column_name(statement, i)))
			continue;
		status = nc_buffer_printf(bytes,
			"|%d:%zu:", sqlite3_column_type(statement, i),
			blob.size);
		if (status == NC_OK)
			status = nc_buffer_append(bytes, blob.data, blob.size);
	}
	return status;
}

static enum nc_status hash_statement(struct nc_store *store,
	sqlite3_stmt *statement, const char *table, struct nc_digest *digest,
	struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;
	bool row;

	nc_buffer_init(&bytes, SIZE_MAX / 2);
	for (;;) {
		status = nc_db_step(store, statement, &row, err);
		if (status != NC_OK || !row)
			return status;
		nc_buffer_reset(&bytes);
		if (hash_row(statement, table, &bytes) != NC_OK)
			return nc_error_no_memory(err);
		nc_digest_add(digest, nc_buffer_slice(&bytes));
	}
}

/* sql: a printf format with the table's name. */
static enum nc_status hash_table(struct nc_store *store, const char *sql,
	const char *table, struct nc_digest *digest, struct nc_error *err)
{
	sqlite3_stmt *statement = NULL;
	enum nc_status status;
	char text[256];

	sqlite3_snprintf(sizeof(text), text, sql, table);
	if (sqlite3_prepare_v2(store->db, text, -1, &statement, NULL) !=
		SQLITE_OK)
		return nc_db_error(store, err);
	status = hash_statement(store, statement, table, digest, err);
	sqlite3_finalize(statement);
	return status;
}

enum nc_status nc_store_fold_hash(struct nc_store *store,
	struct nc_digest *ret_hash, struct nc_error *err)
{
	static const char plain[] = "SELECT * FROM \"%w\"";
	static const char scoped[] =
		"SELECT scope.union_id, rows.* FROM \"%w\" AS rows"
		" LEFT JOIN scope ON scope.number = rows.scope";
	struct nc_digest digest = {{0}};
	enum nc_status status = nc_db_refresh(store, err);

	if (status == NC_OK)
		status = hash_table(store, plain, "scope", &digest, err);
	if (status == NC_OK)
		status = hash_table(store, plain, "refusal", &digest, err);
	if (status == NC_OK)
		status = hash_table(store, scoped, "conflict", &digest, err);
	for (size_t i = 0; i < store->tables_count && status == NC_OK; i++)
		if (store->tables[i].is_there)
			status = hash_table(store, scoped,
				store->tables[i].entity->table, &digest, err);
	if (status == NC_OK)
		*ret_hash = digest;
	return status;
}

static enum nc_status check_sqlite(struct nc_store *store, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(store, "PRAGMA integrity_check(1)", err);
	enum nc_status status;
	struct nc_slice said;
	bool row;

	if (statement == NULL)
		return store->last;
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK)
		return status;
	said = nc_db_column_blob(statement, 0);
	if (nc_slice_equal(said, nc_slice_text("ok")))
		return NC_OK;
	return nc_error_set(err, NC_CORRUPT,
		_("The store's file is damaged (%.*s); put a backup in its "
		  "place and sync."),
		(int)said.size, (const char *)said.data);
}

/* What verify knows of each stream so far, by walking in log order. */
struct verify {
	struct walk walk;
	struct nc_log_head *heads;
	size_t count;
	struct nc_tree_audit *tree; /* hubs */
};

static struct nc_log_head *verify_head(
	struct verify *verify, const struct nc_log_entry *entry)
{
	for (size_t i = 0; i < verify->count; i++)
		if (verify->heads[i].device == entry->device &&
			nc_id_compare(&verify->heads[i].union_id,
				&entry->union_id) == 0)
			return &verify->heads[i];
	/* As many as the table of streams has: the caller made room. */
	NC_ASSERT(verify->count < verify->walk.store->streams_count);
	memset(&verify->heads[verify->count], 0, sizeof(*verify->heads));
	verify->heads[verify->count].union_id = entry->union_id;
	verify->heads[verify->count].device = entry->device;
	return &verify->heads[verify->count++];
}

static enum nc_status fault(struct nc_error *err, enum nc_status status,
	const struct nc_log_entry *entry, const char *what)
{
	char device[NC_DEVICE_ID_TEXT_SIZE];

	nc_device_id_format(device, entry->device);
	return nc_error_set(err, status,
		_("Change-set %s/%" PRIu64 " at position %" PRId64
		  " of the log is not sound (%s); keep this store aside and "
		  "put a backup in its place."),
		device, entry->sequence, entry->position, what);
}

/* What is signed is decoded first: whose key it must be may stand in it. */
static enum nc_status verify_signed(struct verify *verify,
	const struct nc_log_entry *entry, struct nc_change_set *change_set,
	struct nc_error *err)
{
	const uint8_t *key;
	enum nc_status status = nc_change_set_decode(entry->signed_set.payload,
		&verify->walk.arena, change_set, err);

	if (status == NC_NO_MEMORY)
		return status;
	if (status != NC_OK)
		return fault(err, NC_CORRUPT, entry, _("payload"));
	if (nc_id_compare(&change_set->union_id, &entry->union_id) != 0 ||
		change_set->device != entry->device)
		return fault(err, NC_CORRUPT, entry, _("chain"));
	status = nc_hubs_author_key(verify->walk.store, change_set, &key, err);
	if (status == NC_UNKNOWN_DEVICE)
		return fault(err, status, entry, _("device"));
	if (status == NC_OK &&
		!nc_verify(key, NC_DOMAIN_CHANGE_SET, entry->signed_set.payload,
			entry->signed_set.signature))
		return fault(err, NC_BAD_SIGNATURE, entry, _("signature"));
	return status;
}

static enum nc_status verify_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct verify *verify = context;
	struct nc_log_head *head = verify_head(verify, entry);
	struct nc_change_set change_set;
	uint8_t hash[NC_HASH_SIZE];
	enum nc_status status;

	nc_arena_reset(&verify->walk.arena);
	nc_sha256(hash, entry->signed_set.payload);
	if (memcmp(hash, entry->hash, NC_HASH_SIZE) != 0)
		return fault(err, NC_CORRUPT, entry, _("hash"));
	status = verify_signed(verify, entry, &change_set, err);
	if (status != NC_OK)
		return status;
	if (change_set.sequence != entry->sequence ||
		change_set.sequence != head->sequence + 1 ||
		memcmp(change_set.previous, head->hash, NC_HASH_SIZE) != 0)
		return fault(err, NC_CORRUPT, entry, _("chain"));
	head->sequence = entry->sequence;
	memcpy(head->hash, hash, NC_HASH_SIZE);
	if (verify->tree != NULL)
		status = nc_tree_audit_leaf(verify->tree, entry->position,
			entry->signed_set.payload, err);
	tell(verify->walk.progress, ++verify->walk.done, verify->walk.total);
	return status;
}

/* The heads that the store goes by are those that the log ends in. */
static enum nc_status verify_heads(
	const struct verify *verify, struct nc_error *err)
{
	const struct nc_store *store = verify->walk.store;

	for (size_t i = 0; i < store->streams_count; i++) {
		const struct nc_log_head *head = &store->streams[i].head;
		bool found = head->sequence == 0;

		for (size_t j = 0; j < verify->count && !found; j++)
			found = verify->heads[j].device == head->device &&
				nc_id_compare(&verify->heads[j].union_id,
					&head->union_id) == 0 &&
				verify->heads[j].sequence == head->sequence &&
				memcmp(verify->heads[j].hash, head->hash,
					NC_HASH_SIZE) == 0;
		if (!found)
			return nc_db_corrupt(err, "heads");
	}
	return NC_OK;
}

static enum nc_status verify_log(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err)
{
	struct verify verify = {0};
	enum nc_status status = walk_start(&verify.walk, store, progress, err);

	verify.heads =
		nc_calloc(store->streams_count + 1, sizeof(*verify.heads));
	if (status == NC_OK && verify.heads == NULL)
		status = nc_error_no_memory(err);
	if (status == NC_OK && store->identity.is_hub)
		status = nc_tree_audit_new(store, &verify.tree, err);
	if (status == NC_OK)
		status = nc_log_read(store, 0, verify_entry, &verify, err);
	if (status == NC_OK)
		status = verify_heads(&verify, err);
	if (status == NC_OK && verify.tree != NULL)
		status = nc_tree_audit_end(verify.tree, err);
	nc_tree_audit_free(verify.tree);
	nc_free(verify.heads);
	nc_arena_fini(&verify.walk.arena);
	return status;
}

/* Makes the fold anew beside the old one's hash, compares, takes it back. */
static enum nc_status compare_fold(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err)
{
	struct nc_digest before, after;
	enum nc_status status = nc_store_begin(store, err);

	if (status != NC_OK)
		return status;
	status = nc_store_fold_hash(store, &before, err);
	if (status == NC_OK)
		status = nc_fold_remake(store, progress, err);
	if (status == NC_OK)
		status = nc_fold_flush(store, err);
	if (status == NC_OK)
		status = nc_store_fold_hash(store, &after, err);
	nc_store_rollback(store);
	if (status == NC_OK && !nc_digest_equal(&before, &after))
		return nc_error_set(err, NC_CORRUPT,
			_("The store's tables are not what its log says; run "
			  "rebuild. Nothing is lost: the log is sound."));
	return status;
}

/* On a disk without room what is taken back stays in memory. */
static enum nc_status verify_fold(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err)
{
	enum nc_status status, ended;

	if (!store->alone)
		return compare_fold(store, progress, err);
	status = nc_db_exec(store,
		"PRAGMA cache_spill = OFF;"
		"PRAGMA query_only = OFF;",
		err);
	if (status == NC_OK)
		status = compare_fold(store, progress, err);
	ended = nc_db_exec(
		store, "PRAGMA query_only = ON", status == NC_OK ? err : NULL);
	return status == NC_OK ? ended : status;
}

/* Log, tree and receipts, all of one moment: a hub goes on writing. */
static enum nc_status verify_moment(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err)
{
	enum nc_status status = nc_store_begin_read(store, err);

	if (status != NC_OK)
		return status;
	status = verify_log(store, progress, err);
	if (status == NC_OK)
		status = nc_receipt_audit(store, err);
	nc_store_end_read(store);
	return status;
}

enum nc_status nc_store_verify(struct nc_store *store,
	const struct nc_progress *progress, struct nc_error *err)
{
	enum nc_status status = check_sqlite(store, err);

	if (status == NC_OK)
		status = verify_moment(store, progress, err);
	if (status == NC_OK)
		status = verify_fold(store, progress, err);
	return status;
}
