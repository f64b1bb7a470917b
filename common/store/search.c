#include "store/search.h"

#include "base/limits.h"
#include "store/search_index.h"

#include <stdlib.h>
#include <string.h>

#define ARENA_MAX (64u * 1024 * 1024)
/* How many of the latest hits are ranked, at least. */
#define POOL_MIN 200
#define ID_DIGITS (2 * NC_ID_SIZE)
#define ID_DIGITS_MIN 8

/* A record that answers; its values are read again should it be shown. */
struct answer {
	const struct nc_entity *entity;
	struct nc_id union_id, id;
	enum nc_search_rank rank;
	bool by_label;	       /* not without the labels of choices */
	int64_t written_at_ms; /* its latest value */
};

struct search {
	struct nc_store *store;
	const struct nc_store_query *query;
	struct nc_buffer words; /* one value's */
	struct answer *answers;
	size_t count, capacity, pool;
	bool more;
};

/* typed: of the values that people wrote, and not chose from a list. */
struct looking {
	const struct nc_search *words;
	const struct nc_entity *entity;
	struct nc_search_score score, typed;
};

static bool is_choice(
	const struct nc_entity *entity, const struct nc_live *live)
{
	const struct nc_field *field = nc_entity_field(entity, live->field);

	return field != NULL && field->type == NC_TYPE_ENUM;
}

static enum nc_status look_at(
	void *context, const struct nc_live *live, struct nc_slice words)
{
	struct looking *looking = context;
	enum nc_status status =
		nc_search_look(looking->words, words, &looking->score);

	if (status == NC_OK && !is_choice(looking->entity, live))
		status = nc_search_look(looking->words, words, &looking->typed);
	return status == NC_MALFORMED ? NC_OK : status;
}

struct year_asked {
	unsigned year;
	bool found;
};

static enum nc_status year_is(void *context, unsigned year)
{
	struct year_asked *asked = context;

	asked->found |= year == asked->year;
	return NC_OK;
}

/* Whether it is among those that are searched, without regard to words. */
static bool is_asked_for(
	const struct search *search, const struct nc_record *record)
{
	const struct nc_store_query *query = search->query;
	struct year_asked asked = {query->year, query->year == 0};

	if (query->entity != NULL && query->entity != record->entity)
		return false;
	if (record->gone && !query->deleted)
		return false;
	return nc_search_each_year(record, year_is, &asked) == NC_OK &&
	       asked.found;
}

static int64_t latest(const struct nc_record *record)
{
	int64_t at = INT64_MIN;

	for (size_t i = 0; i < record->row.count; i++)
		if (record->row.live[i].written_at_ms > at)
			at = record->row.live[i].written_at_ms;
	return at;
}

static enum nc_status add_answer(struct search *search,
	const struct nc_record *record, enum nc_search_rank rank, bool by_label,
	struct nc_error *err)
{
	if (search->count == search->capacity) {
		size_t capacity = search->capacity * 2 + 64;
		struct answer *grown =
			nc_realloc(search->answers, capacity * sizeof(*grown));

		if (grown == NULL)
			return nc_error_no_memory(err);
		search->answers = grown;
		search->capacity = capacity;
	}
	search->answers[search->count++] = (struct answer){record->entity,
		record->union_id, record->id, rank, by_label, latest(record)};
	return NC_OK;
}

static enum nc_status consider(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct search *search = context;
	struct looking looking = {
		.words = search->query->words, .entity = record->entity};
	enum nc_search_rank rank;

	if (!is_asked_for(search, record))
		return NC_OK;
	if (nc_search_each_value(record, &search->words, look_at, &looking) !=
		NC_OK)
		return nc_error_no_memory(err);
	rank = nc_search_rank(looking.words, &looking.score);
	if (rank == NC_SEARCH_NONE)
		return NC_OK;
	return add_answer(search, record, rank,
		nc_search_rank(looking.words, &looking.typed) == NC_SEARCH_NONE,
		err);
}

/* The index's question: ((words) AND the entity AND the year) NOT gone. */
static enum nc_status put_question(
	const struct nc_store_query *query, struct nc_buffer *out)
{
	enum nc_status status = nc_buffer_text(out, "(");

	if (status == NC_OK)
		status = nc_search_fts(out, query->words);
	if (status == NC_OK && query->entity != NULL)
		status = nc_buffer_printf(out,
			" AND \"" NC_SEARCH_WORD_ENTITY "\"",
			query->entity->number);
	if (status == NC_OK && query->year != 0)
		status = nc_buffer_printf(
			out, " AND \"" NC_SEARCH_WORD_YEAR "\"", query->year);
	if (status == NC_OK)
		status = nc_buffer_text(out,
			query->deleted ? ")"
				       : ") NOT \"" NC_SEARCH_WORD_GONE "\"");
	return status;
}

static enum nc_status consider_row(struct search *search,
	sqlite3_stmt *statement, struct nc_arena *arena, struct nc_error *err)
{
	const struct nc_entity *entity =
		nc_model_entity((uint32_t)sqlite3_column_int64(statement, 0));
	const struct nc_id *union_id = nc_fold_scope_union(
		search->store, sqlite3_column_int64(statement, 2));
	struct nc_record record;
	struct nc_id id;
	enum nc_status status;

	if (entity == NULL || union_id == NULL ||
		!nc_db_column_id(statement, 1, &id))
		return nc_db_corrupt(err, "search");
	nc_arena_reset(arena);
	status = nc_record_get(
		search->store, entity, union_id, &id, arena, &record, err);
	if (status == NC_NOT_FOUND)
		return nc_db_corrupt(err, "search");
	return status == NC_OK ? consider(search, &record, err) : status;
}

/* The latest changed first, until there are enough. */
static enum nc_status ask_index(struct search *search, struct nc_slice question,
	struct nc_arena *arena, struct nc_error *err)
{
	/* CROSS JOIN: from the words to the records, never the other way. */
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(search->store,
			"SELECT entity, record, scope FROM search"
			" CROSS JOIN search_record"
			" ON search_record.number = search.rowid"
			" WHERE search MATCH ? ORDER BY search.rowid DESC",
			err);
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return search->store->last;
	sqlite3_bind_text64(statement, 1, (const char *)question.data,
		question.size, SQLITE_STATIC, SQLITE_UTF8);
	for (;;) {
		status = nc_db_step(search->store, statement, &row, err);
		if (status != NC_OK || !row)
			return status;
		status = consider_row(search, statement, arena, err);
		if (status != NC_OK)
			return status;
		search->more = search->count > search->pool;
		if (search->more)
			return NC_OK;
	}
}

static enum nc_status by_index(struct search *search, struct nc_error *err)
{
	struct nc_buffer question NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};

	nc_buffer_init(&question, NC_MESSAGE_BYTES_MAX);
	nc_arena_init(&arena, ARENA_MAX);
	if (put_question(search->query, &question) != NC_OK)
		return nc_error_no_memory(err);
	return ask_index(search, nc_buffer_slice(&question), &arena, err);
}

static enum nc_status by_reading(struct search *search, struct nc_error *err)
{
	const struct nc_store_query *query = search->query;
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);
	enum nc_status status = NC_OK;

	search->count = 0;
	search->more = false;
	for (size_t i = 0; i < count && status == NC_OK; i++)
		if (query->entity == NULL || query->entity == &entities[i])
			status = nc_records_each(search->store, &entities[i],
				NULL,
				query->deleted ? NC_RECORDS_ALL
					       : NC_RECORDS_PRESENT,
				consider, search, err);
	return status;
}

static int compare_answers(const void *a, const void *b)
{
	const struct answer *x = a, *y = b;
	int order = x->by_label - y->by_label;

	if (order == 0)
		order = (y->rank > x->rank) - (y->rank < x->rank);
	if (order == 0)
		order = (y->written_at_ms > x->written_at_ms) -
			(y->written_at_ms < x->written_at_ms);
	if (order == 0)
		order = nc_id_compare(&x->id, &y->id);
	return order != 0 ? order : nc_id_compare(&x->union_id, &y->union_id);
}

/* Finding the value that says most of the query: of two alike, the one that
 * somebody wrote. */
struct choosing {
	const struct nc_search *words;
	const struct nc_entity *entity;
	const struct nc_live *best;
	unsigned weight;
};

static enum nc_status choose_value(
	void *context, const struct nc_live *live, struct nc_slice words)
{
	struct choosing *choosing = context;
	struct nc_search_score score = {{0}};
	enum nc_status status = nc_search_look(choosing->words, words, &score);
	unsigned weight = 2 * nc_search_weight(&score);

	if (status == NC_MALFORMED)
		return NC_OK;
	weight += weight > 0 && !is_choice(choosing->entity, live);
	if (status == NC_OK && weight > choosing->weight) {
		choosing->best = live;
		choosing->weight = weight;
	}
	return status;
}

/* Hexadecimal digits that two ids have in common at the front. */
static size_t shared_digits(struct nc_slice a, const struct nc_id *b)
{
	size_t i = 0;

	while (i < a.size && i < NC_ID_SIZE && a.data[i] == b->bytes[i])
		i++;
	if (i == NC_ID_SIZE || i == a.size)
		return 2 * i;
	return 2 * i + (a.data[i] >> 4 == b->bytes[i] >> 4);
}

/* sql: the record next to one in the order of ids. */
static enum nc_status tell_from(struct nc_store *store, const char *sql,
	const struct nc_id *id, size_t *digits, struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) =
		nc_db_statement(store, sql, err);
	enum nc_status status;
	size_t shared;
	bool row;

	if (statement == NULL)
		return store->last;
	nc_db_bind_id(statement, 1, id);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK || !row)
		return status;
	shared = shared_digits(nc_db_column_blob(statement, 0), id);
	if (shared + 1 > *digits)
		*digits = shared + 1 < ID_DIGITS ? shared + 1 : ID_DIGITS;
	return NC_OK;
}

/* All entities' records stand in one index of ids only here. */
static enum nc_status count_digits(struct nc_store *store, bool read_all,
	const struct nc_id *id, size_t *ret_digits, struct nc_error *err)
{
	size_t digits = read_all ? ID_DIGITS : ID_DIGITS_MIN;
	enum nc_status status = NC_OK;

	if (!read_all)
		status = tell_from(store,
			"SELECT record FROM search_record WHERE record < ?"
			" ORDER BY record DESC LIMIT 1",
			id, &digits, err);
	if (status == NC_OK && !read_all)
		status = tell_from(store,
			"SELECT record FROM search_record WHERE record > ?"
			" ORDER BY record LIMIT 1",
			id, &digits, err);
	if (status == NC_OK)
		*ret_digits = digits;
	return status;
}

static enum nc_status read_hit(struct search *search,
	const struct answer *answer, bool read_all, struct nc_arena *arena,
	struct nc_store_hit *hit, struct nc_error *err)
{
	struct choosing choosing = {
		.words = search->query->words, .entity = answer->entity};
	enum nc_status status = nc_record_get(search->store, answer->entity,
		&answer->union_id, &answer->id, arena, &hit->record, err);

	if (status != NC_OK)
		return status == NC_NOT_FOUND ? nc_db_corrupt(err, "record")
					      : status;
	if (nc_search_each_value(&hit->record, &search->words, choose_value,
		    &choosing) != NC_OK)
		return nc_error_no_memory(err);
	NC_ASSERT(choosing.best != NULL);
	hit->live = choosing.best;
	hit->rank = answer->rank;
	return count_digits(
		search->store, read_all, &answer->id, &hit->id_digits, err);
}

static enum nc_status read_hits(struct search *search, struct nc_arena *arena,
	struct nc_store_hits *out, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	if (search->count > 1)
		qsort(search->answers, search->count, sizeof(*search->answers),
			compare_answers);
	out->count = search->count;
	out->more = search->more || search->count > search->query->limit;
	if (out->count > search->query->limit)
		out->count = search->query->limit;
	out->hits = nc_arena_array(arena, out->count, sizeof(*out->hits));
	if (out->hits == NULL && out->count > 0)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < out->count && status == NC_OK; i++)
		status = read_hit(search, &search->answers[i], out->read_all,
			arena, &out->hits[i], err);
	return status;
}

enum nc_status nc_store_search(struct nc_store *store,
	const struct nc_store_query *query, struct nc_arena *arena,
	struct nc_store_hits *ret_hits, struct nc_error *err)
{
	struct search search = {.store = store, .query = query};
	struct nc_store_hits hits = {0};
	struct nc_error why;
	bool ready = false;
	enum nc_status status = nc_db_refresh(store, err);

	NC_ASSERT(query->limit >= 1 && query->limit <= NC_SEARCH_HITS_MAX);
	if (status != NC_OK)
		return status;
	search.pool = query->limit > POOL_MIN ? query->limit : POOL_MIN;
	nc_buffer_init(&search.words, NC_MESSAGE_BYTES_MAX);
	/* An index that fails is no reason to find nothing. */
	status = nc_store_index_is_ready(store, &ready, &why);
	if (status == NC_OK && ready)
		status = by_index(&search, &why);
	hits.read_all = status != NC_OK || !ready;
	if (hits.read_all)
		status = by_reading(&search, err);
	if (status == NC_OK)
		status = read_hits(&search, arena, &hits, err);
	if (status == NC_OK)
		*ret_hits = hits;
	nc_free(search.answers);
	nc_buffer_fini(&search.words);
	return status;
}
