#include "store/search_index.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* Raised when what is in the index changes: the folding, the tables below,
 * what of a record is searched. Another version's is made anew. */
#define INDEX_VERSION 1

/* A transaction's work: half a second of other writers' time. */
#define BATCH_RECORDS 4096
#define BATCH_ENTRIES 1024
#define BATCH_ARENA_MAX (256u * 1024 * 1024)
/* Rows of no record: more, and more than half, and the index is made anew. */
#define DEAD_MAX 2000

/* Words are what stands between spaces: the folding has parted them. */
static const char create_tables[] =
	"CREATE VIRTUAL TABLE search USING fts5(words, content = '',"
	" columnsize = 0, tokenize = 'ascii tokenchars _');"
	"CREATE TABLE search_record(number INTEGER PRIMARY KEY,"
	" entity INTEGER NOT NULL, record BLOB NOT NULL,"
	" scope INTEGER NOT NULL, UNIQUE(record, scope, entity)) STRICT;"
	"CREATE TABLE search_state(version INTEGER PRIMARY KEY,"
	" position INTEGER NOT NULL, next INTEGER NOT NULL,"
	" dead INTEGER NOT NULL) STRICT;";

static bool is_searched(const struct nc_record *record, size_t at)
{
	const struct nc_live *live = &record->row.live[at];

	return at == 0 || record->row.live[at - 1].field != live->field ||
	       !live->tombstone;
}

enum nc_status nc_search_each_value(const struct nc_record *record,
	struct nc_buffer *words, nc_search_visit visit, void *context)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < record->row.count && status == NC_OK; i++) {
		const struct nc_live *live = &record->row.live[i];
		const struct nc_field *field =
			nc_entity_field(record->entity, live->field);

		if (field == NULL || !is_searched(record, i))
			continue;
		nc_buffer_reset(words);
		status = nc_field_words(field, &live->value, words);
		if (status == NC_OK && words->size > 0)
			status = visit(context, live, nc_buffer_slice(words));
	}
	return status;
}

/* The year that a date begins with. */
static unsigned date_year(struct nc_slice date)
{
	char digits[5] = "";

	if (date.size < 4)
		return 0;
	memcpy(digits, date.data, 4);
	return (unsigned)strtoul(digits, NULL, 10);
}

enum nc_status nc_search_each_year(const struct nc_record *record,
	nc_search_visit_year visit, void *context)
{
	const struct nc_field *year =
		nc_entity_field_named(record->entity, "year");
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < record->row.count && status == NC_OK; i++) {
		const struct nc_live *live = &record->row.live[i];
		const struct nc_field *field =
			nc_entity_field(record->entity, live->field);

		if (field == NULL || !is_searched(record, i))
			continue;
		if (field == year && live->value.kind == NC_VALUE_INTEGER)
			status = visit(context, (unsigned)live->value.integer);
		else if (year == NULL && field->type == NC_TYPE_DATE &&
			 live->value.kind == NC_VALUE_TEXT)
			status = visit(context, date_year(live->value.bytes));
	}
	return status;
}

struct state {
	bool is_there; /* and of this version */
	int64_t position, next, dead;
};

static enum nc_status ask_number(struct nc_store *store, const char *sql,
	int64_t *ret_number, struct nc_error *err)
{
	uint64_t number = 0;
	enum nc_status status = nc_db_number(store, sql, &number, err);

	if (status == NC_OK)
		*ret_number = (int64_t)number;
	return status;
}

static enum nc_status read_state(
	struct nc_store *store, struct state *ret_state, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;
	int64_t tables;
	bool row = false;
	enum nc_status status = ask_number(store,
		"SELECT count(*) FROM sqlite_schema WHERE name IN"
		" ('search', 'search_record', 'search_state')",
		&tables, err);

	memset(ret_state, 0, sizeof(*ret_state));
	if (status != NC_OK || tables != 3)
		return status;
	statement = nc_db_statement(store,
		"SELECT position, next, dead FROM search_state"
		" WHERE version = ?",
		err);
	if (statement == NULL)
		return store->last;
	sqlite3_bind_int(statement, 1, INDEX_VERSION);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK || !row)
		return status;
	ret_state->is_there = true;
	ret_state->position = sqlite3_column_int64(statement, 0);
	ret_state->next = sqlite3_column_int64(statement, 1);
	ret_state->dead = sqlite3_column_int64(statement, 2);
	return NC_OK;
}

static enum nc_status write_state(
	struct nc_store *store, const struct state *state, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT OR REPLACE INTO search_state(version, position, next,"
		" dead) VALUES(?, ?, ?, ?)",
		err);

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int(statement, 1, INDEX_VERSION);
	sqlite3_bind_int64(statement, 2, state->position);
	sqlite3_bind_int64(statement, 3, state->next);
	sqlite3_bind_int64(statement, 4, state->dead);
	return nc_db_run(store, statement, err);
}

static enum nc_status log_end(
	struct nc_store *store, int64_t *ret_position, struct nc_error *err)
{
	return ask_number(
		store, "SELECT max(position) FROM log", ret_position, err);
}

enum nc_status nc_store_index_is_ready(
	struct nc_store *store, bool *ret_ready, struct nc_error *err)
{
	struct state state;
	int64_t end = 0;
	enum nc_status status = read_state(store, &state, err);

	if (status == NC_OK)
		status = log_end(store, &end, err);
	if (status == NC_OK)
		*ret_ready = state.is_there && state.position == end;
	return status;
}

/* A record that the batch's change-sets wrote to. */
struct touched {
	const struct nc_entity *entity;
	struct nc_id union_id, id;
	size_t order;
};

struct batch {
	struct nc_store *store;
	struct nc_arena arena;	/* of one record, or one change-set */
	struct nc_buffer value; /* one value's words */
	struct nc_buffer words; /* one record's, folded */
	struct touched *touched;
	size_t count, capacity;
	size_t entries;
	struct state state;
};

static void batch_fini(struct batch *batch)
{
	nc_arena_fini(&batch->arena);
	nc_buffer_fini(&batch->value);
	nc_buffer_fini(&batch->words);
	nc_free(batch->touched);
}

static enum nc_status touch(struct batch *batch,
	const struct nc_change_set *change_set,
	const struct nc_record_change *change, struct nc_error *err)
{
	const struct nc_entity *entity = nc_model_entity(change->entity);

	if (entity == NULL)
		return NC_OK;
	if (batch->count == batch->capacity) {
		size_t capacity = batch->capacity * 2 + 256;
		struct touched *grown =
			nc_realloc(batch->touched, capacity * sizeof(*grown));

		if (grown == NULL)
			return nc_error_no_memory(err);
		batch->touched = grown;
		batch->capacity = capacity;
	}
	batch->touched[batch->count] = (struct touched){
		entity, change_set->union_id, change->record, batch->count};
	batch->count++;
	return NC_OK;
}

static enum nc_status touch_all(
	struct batch *batch, struct nc_slice payload, struct nc_error *err)
{
	struct nc_change_set change_set;
	enum nc_status status;

	nc_arena_reset(&batch->arena);
	status = nc_change_set_decode(payload, &batch->arena, &change_set, err);
	for (size_t i = 0; status == NC_OK && i < change_set.records_count; i++)
		status = touch(batch, &change_set, &change_set.records[i], err);
	return status;
}

/* Enough for one transaction: more may wait. */
static bool is_full(const struct batch *batch)
{
	return batch->count >= BATCH_RECORDS || batch->entries >= BATCH_ENTRIES;
}

/* What the next change-sets wrote to, until that is enough for one time. */
static enum nc_status read_log(struct batch *batch, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(batch->store,
			"SELECT position, payload FROM log WHERE position > ?"
			" ORDER BY position",
			err);
	enum nc_status status = NC_OK;
	bool row = true;

	batch->count = batch->entries = 0;
	if (statement == NULL)
		return batch->store->last;
	sqlite3_bind_int64(statement, 1, batch->state.position);
	while (!is_full(batch)) {
		status = nc_db_step(batch->store, statement, &row, err);
		if (status != NC_OK || !row)
			return status;
		status = touch_all(batch, nc_db_column_blob(statement, 1), err);
		if (status != NC_OK)
			return status;
		batch->state.position = sqlite3_column_int64(statement, 0);
		batch->entries++;
	}
	return NC_OK;
}

static int compare_ids(const struct touched *a, const struct touched *b)
{
	int order = nc_id_compare(&a->id, &b->id);

	if (order == 0)
		order = nc_id_compare(&a->union_id, &b->union_id);
	if (order == 0)
		order = (a->entity > b->entity) - (a->entity < b->entity);
	return order;
}

static int compare_touched(const void *a, const void *b)
{
	const struct touched *x = a, *y = b;
	int order = compare_ids(x, y);

	return order != 0 ? order
			  : (x->order > y->order) - (x->order < y->order);
}

static int compare_order(const void *a, const void *b)
{
	const struct touched *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

/* Each record once, by when it was written to last. */
static size_t settle_order(struct batch *batch)
{
	size_t kept = 0;

	if (batch->count == 0)
		return 0;
	qsort(batch->touched, batch->count, sizeof(*batch->touched),
		compare_touched);
	for (size_t i = 0; i < batch->count; i++) {
		if (i + 1 < batch->count &&
			compare_ids(&batch->touched[i],
				&batch->touched[i + 1]) == 0)
			continue;
		batch->touched[kept++] = batch->touched[i];
	}
	qsort(batch->touched, kept, sizeof(*batch->touched), compare_order);
	return kept;
}

/* Words that do not follow one another in one value have "_" between. What is
 * no clean text, by another program's fault, is not found. */
static enum nc_status put_value(
	void *context, const struct nc_live *live, struct nc_slice words)
{
	struct batch *batch = context;
	enum nc_status status = nc_search_fold(&batch->words, words);

	(void)live;
	if (status == NC_MALFORMED)
		return NC_OK;
	return status == NC_OK ? nc_buffer_text(&batch->words, " _ ") : status;
}

static enum nc_status put_year(void *context, unsigned year)
{
	struct batch *batch = context;

	return nc_buffer_printf(&batch->words, NC_SEARCH_WORD_YEAR " ", year);
}

static enum nc_status put_words(
	struct batch *batch, const struct nc_record *record)
{
	enum nc_status status;

	nc_buffer_reset(&batch->words);
	status = nc_search_each_value(record, &batch->value, put_value, batch);
	if (status != NC_OK || batch->words.size == 0)
		return status;
	status = nc_search_each_year(record, put_year, batch);
	if (status == NC_OK)
		status = nc_buffer_printf(&batch->words, NC_SEARCH_WORD_ENTITY,
			record->entity->number);
	if (status == NC_OK && record->gone)
		status = nc_buffer_text(&batch->words, " " NC_SEARCH_WORD_GONE);
	return status;
}

static enum nc_status forget_row(struct batch *batch,
	const struct touched *touched, int64_t scope, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(batch->store,
			"DELETE FROM search_record WHERE record = ?"
			" AND scope = ? AND entity = ?",
			err);
	enum nc_status status;

	if (statement == NULL)
		return batch->store->last;
	nc_db_bind_id(statement, 1, &touched->id);
	sqlite3_bind_int64(statement, 2, scope);
	sqlite3_bind_int64(statement, 3, touched->entity->number);
	status = nc_db_run(batch->store, statement, err);
	if (status == NC_OK)
		batch->state.dead += sqlite3_changes(batch->store->db);
	return status;
}

static enum nc_status add_row(struct batch *batch,
	const struct touched *touched, int64_t scope, struct nc_error *err)
{
	struct nc_store *store = batch->store;
	sqlite3_stmt *row NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"INSERT INTO search_record(number, entity, record, scope)"
		" VALUES(?, ?, ?, ?)",
		err);
	sqlite3_stmt *words NC_AUTO(nc_db_reset) = NULL;
	enum nc_status status;

	if (row == NULL)
		return store->last;
	words = nc_db_statement(
		store, "INSERT INTO search(rowid, words) VALUES(?, ?)", err);
	if (words == NULL)
		return store->last;
	sqlite3_bind_int64(row, 1, batch->state.next);
	sqlite3_bind_int64(row, 2, touched->entity->number);
	nc_db_bind_id(row, 3, &touched->id);
	sqlite3_bind_int64(row, 4, scope);
	sqlite3_bind_int64(words, 1, batch->state.next);
	sqlite3_bind_text64(words, 2, nc_buffer_string(&batch->words),
		batch->words.size, SQLITE_STATIC, SQLITE_UTF8);
	status = nc_db_run(store, row, err);
	if (status == NC_OK && batch->words.size > 0)
		status = nc_db_run(store, words, err);
	if (status == NC_OK)
		batch->state.next++;
	return status;
}

static enum nc_status index_record(struct batch *batch,
	const struct touched *touched, struct nc_error *err)
{
	struct nc_record record;
	struct nc_db_scope *scope;
	enum nc_status status;

	nc_arena_reset(&batch->arena);
	status = nc_record_get(batch->store, touched->entity,
		&touched->union_id, &touched->id, &batch->arena, &record, err);
	if (status != NC_OK) /* all of it was refused */
		return status == NC_NOT_FOUND ? NC_OK : status;
	scope = nc_fold_scope(batch->store, &touched->union_id);
	status = put_words(batch, &record);
	if (status != NC_OK)
		return nc_error_no_memory(err);
	status = forget_row(batch, touched, scope->number, err);
	if (status == NC_OK)
		status = add_row(batch, touched, scope->number, err);
	return status;
}

static enum nc_status start_anew(struct batch *batch, struct nc_error *err)
{
	enum nc_status status = nc_schema_drop_search(batch->store, err);

	batch->state = (struct state){true, 0, 1, 0};
	return status == NC_OK ? nc_db_exec(batch->store, create_tables, err)
			       : status;
}

/* One transaction's part. */
static enum nc_status index_some(struct batch *batch, struct nc_error *err)
{
	struct state *state = &batch->state;
	enum nc_status status = read_state(batch->store, state, err);
	size_t count;

	if (status == NC_OK &&
		(!state->is_there || (state->dead > DEAD_MAX &&
					     state->dead > state->next / 2)))
		status = start_anew(batch, err);
	if (status == NC_OK)
		status = read_log(batch, err);
	if (status != NC_OK)
		return status;
	count = settle_order(batch);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = index_record(batch, &batch->touched[i], err);
	return status == NC_OK ? write_state(batch->store, state, err) : status;
}

static enum nc_status index_batch(struct batch *batch, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(batch->store, err);

	if (status != NC_OK)
		return status;
	status = index_some(batch, err);
	if (status == NC_OK)
		return nc_store_commit(batch->store, err);
	nc_store_rollback(batch->store);
	return status;
}

/* How many change-sets wait; 0: the index is as the log. */
static enum nc_status count_waiting(
	struct nc_store *store, uint64_t *ret_count, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = NULL;
	struct state state;
	enum nc_status status = read_state(store, &state, err);
	bool row;

	if (status != NC_OK)
		return status;
	statement = nc_db_statement(
		store, "SELECT count(*) FROM log WHERE position > ?", err);
	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, state.position);
	status = nc_db_step(store, statement, &row, err);
	if (status == NC_OK)
		*ret_count = (uint64_t)sqlite3_column_int64(statement, 0);
	return status;
}

enum nc_status nc_store_index(struct nc_store *store, uint64_t entries_max,
	const struct nc_progress *progress, struct nc_error *err)
{
	struct batch batch = {.store = store};
	uint64_t waiting, done = 0;
	enum nc_status status;

	NC_ASSERT(!store->in_write && !store->in_read);
	if (sqlite3_compileoption_used("ENABLE_FTS5") == 0)
		return nc_error_set(err, NC_INVALID,
			_("This SQLite has no full-text search (FTS5), so "
			  "every search reads all records; install a "
			  "libsqlite3 that has it."));
	status = count_waiting(store, &waiting, err);
	if (status != NC_OK || waiting == 0 ||
		(entries_max > 0 && waiting > entries_max))
		return status;
	nc_arena_init(&batch.arena, BATCH_ARENA_MAX);
	nc_buffer_init(&batch.value, NC_MESSAGE_BYTES_MAX);
	nc_buffer_init(&batch.words, BATCH_ARENA_MAX);
	do {
		status = index_batch(&batch, err);
		done += batch.entries;
		if (status == NC_OK && progress != NULL)
			progress->step(progress->context, done,
				done > waiting ? done : waiting);
	} while (status == NC_OK && is_full(&batch));
	batch_fini(&batch);
	return status;
}
