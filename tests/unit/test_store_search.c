/*
 * Search over a store: what is found, that the index is what one made from
 * nothing would be whatever happened to the store, and that it can be done
 * without.
 */
#include "stores.h"

#include "store/search.h"

#define HISTORIES 40
#define STEPS 60
#define RECORDS 6

struct world {
	struct fixture_world world;
	struct fixture_replica hub, clients[2], spare;
	struct nc_id mine;
	struct nc_id records[RECORDS];
	size_t records_count;
	bool has_spare, revoked;
	struct nc_arena arena;
};

static struct world *world_new(uint64_t seed)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->world.now_ms = 1700000000000;
	w->world.random = seed;
	nc_arena_init(&w->arena, 64 << 20);
	fixture_found(&w->hub, &w->world);
	w->mine = fixture_union(&w->hub, "ha-tinh");
	w->hub.union_id = w->mine;
	for (size_t i = 0; i < 2; i++)
		stores_join(&w->hub, &w->clients[i], &w->world, &w->mine,
			":memory:");
	return w;
}

static void world_free(struct world *w)
{
	fixture_close(&w->hub);
	fixture_close(&w->clients[0]);
	fixture_close(&w->clients[1]);
	if (w->has_spare)
		fixture_close(&w->spare);
	nc_arena_fini(&w->arena);
	free(w);
}

static int world_open(void **state)
{
	*state = world_new(1);
	return 0;
}

static int world_close(void **state)
{
	world_free(*state);
	return 0;
}

static void index_now(struct fixture_replica *at)
{
	must(nc_store_index(at->store, 0, NULL, &fixture_error));
}

/* By the world's arena. */
static struct nc_store_hits find_by(struct world *w, struct fixture_replica *at,
	const char *words, const struct nc_store_query *narrow)
{
	NC_AUTO(nc_search_fini) struct nc_search *search = NULL;
	struct nc_store_query query = *narrow;
	struct nc_store_hits hits = {0};

	must(nc_search_new(nc_slice_text(words), 0, &search, &fixture_error));
	query.words = search;
	if (query.limit == 0)
		query.limit = 20;
	must(nc_store_search(
		at->store, &query, &w->arena, &hits, &fixture_error));
	return hits;
}

static struct nc_store_hits find(
	struct world *w, struct fixture_replica *at, const char *words)
{
	struct nc_store_query all = {0};

	return find_by(w, at, words, &all);
}

static size_t count(
	struct world *w, struct fixture_replica *at, const char *words)
{
	struct nc_store_hits hits = find(w, at, words);

	assert_false(hits.read_all);
	return hits.count;
}

static void save(struct world *w, struct fixture_replica *at, struct nc_id id,
	bool is_new, const char *text)
{
	w->world.now_ms++;
	must(stores_save(at, id, is_new, text));
}

static void delete (
	struct world *w, struct fixture_replica *at, struct nc_id id)
{
	struct nc_author author = fixture_author(at);
	struct nc_record_change change = {
		.record = id, .entity = NC_ENTITY_PLAN_ITEM, .deletes = true};
	struct nc_written written;

	w->world.now_ms++;
	must(nc_author_save(at->store, &author, &at->union_id, &change, 1,
		&written, &fixture_error));
}

static void test_search__words_anywhere_in_a_record(void **state)
{
	struct world *w = *state;
	struct fixture_replica *at = &w->clients[0];
	struct nc_author author = fixture_author(at);
	struct nc_field_change fields[] = {
		{NC_PLAN_COUNTRIES, nc_value_text("LA\nUS"), NULL, 0},
		{NC_PLAN_STATUS, nc_value_text("done"), NULL, 0},
		{NC_PLAN_WHEN, nc_value_text("2024-05-21"), NULL, 0},
	};
	struct nc_record_change change = {.record = nc_id_new(&at->env),
		.entity = NC_ENTITY_PLAN_ITEM,
		.fields = fields,
		.fields_count = 3};
	struct nc_written written;

	save(w, at, change.record, true, "Tiếp đoàn về viện trợ");
	nc_change_set_sort(&(struct nc_change_set){
		.records = &change, .records_count = 1});
	must(nc_author_save(at->store, &author, &at->union_id, &change, 1,
		&written, &fixture_error));
	index_now(at);
	assert_int_equal(count(w, at, "viện trợ Lào 2024"), 1);
	assert_int_equal(count(w, at, "Mỹ"), 1);
	assert_int_equal(count(w, at, "Laos"), 1);
	assert_int_equal(count(w, at, "đã thực hiện"), 1);
	assert_int_equal(count(w, at, "21/5/2024"), 1);
	assert_int_equal(count(w, at, "Thái Lan"), 0);
	/* The words of two fields do not stand together. */
	assert_int_equal(count(w, at, "\"viện trợ\""), 1);
	assert_int_equal(count(w, at, "\"viện trợ Lào\""), 0);
	assert_int_equal(count(w, at, "\"trợ 2024\""), 0);
	/* Nor is a key, a rank or a mere number found, nor the index's own. */
	assert_int_equal(count(w, at, "V"), 0);
	assert_int_equal(count(w, at, "e10"), 0);
	assert_int_equal(count(w, at, "y2024"), 0);
	assert_int_equal(count(w, at, "gone"), 0);
}

static void test_search__narrowed(void **state)
{
	struct world *w = *state;
	struct fixture_replica *at = &w->clients[0];
	struct nc_id id = nc_id_new(&at->env);
	struct nc_store_query of_2024 = {.year = 2024},
			      of_2023 = {.year = 2023},
			      deleted = {.deleted = true},
			      items = {.entity = nc_model_entity(
					       NC_ENTITY_PLAN_ITEM)},
			      unions = {.entity = nc_model_entity(
						NC_ENTITY_UNION)};

	save(w, at, id, true, "hội nghị");
	for (int reads = 0; reads < 2; reads++) {
		if (reads == 0)
			index_now(at);
		else
			save(w, at, nc_id_new(&at->env), true, "khác");
		assert_int_equal(find_by(w, at, "hội", &of_2024).count, 1);
		assert_int_equal(find_by(w, at, "hội", &of_2023).count, 0);
		assert_int_equal(find_by(w, at, "hội", &items).count, 1);
		assert_int_equal(find_by(w, at, "hội", &unions).count, 0);
		assert_int_equal(find_by(w, at, "tinh", &unions).count, 1);
	}
	delete (w, at, id);
	index_now(at);
	assert_int_equal(count(w, at, "hội nghị"), 0);
	assert_int_equal(find_by(w, at, "hội nghị", &deleted).count, 1);
	assert_true(find_by(w, at, "hội nghị", &deleted).hits[0].record.gone);
}

static void test_search__both_sides_of_a_conflict(void **state)
{
	struct world *w = *state;
	struct fixture_replica *one = &w->clients[0], *two = &w->clients[1];
	struct nc_id id = nc_id_new(&one->env);
	struct nc_store_hits hits;

	save(w, one, id, true, "gốc");
	stores_carry(one, &w->hub);
	stores_carry(&w->hub, two);
	save(w, one, id, false, "mùa xuân");
	save(w, two, id, false, "mùa hạ");
	stores_carry(one, &w->hub);
	stores_carry(two, &w->hub);
	index_now(&w->hub);
	assert_int_equal(count(w, &w->hub, "gốc"), 0);
	assert_int_equal(count(w, &w->hub, "hạ"), 1);
	hits = find(w, &w->hub, "xuân");
	assert_int_equal(hits.count, 1);
	assert_true(hits.hits[0].record.conflicts);
	assert_ptr_not_equal(hits.hits[0].live,
		nc_row_shown(&hits.hits[0].record.row, NC_PLAN_TEXT));
	/* Both values together answer, as the record has both. */
	assert_int_equal(count(w, &w->hub, "xuân hạ"), 1);
}

static void test_search__ranks(void **state)
{
	static const char *const texts[] = {
		"mà thôi", "Hoa Kỳ và ma", "ma thuật", "ba má", "chưa có"};
	struct world *w = *state;
	struct fixture_replica *at = &w->clients[0];
	struct nc_store_query one = {.limit = 1};
	struct nc_store_hits hits;
	char shown[64];

	for (size_t i = 0; i < 5; i++)
		save(w, at, nc_id_new(&at->env), true, texts[i]);
	index_now(at);
	hits = find(w, at, "ma");
	assert_int_equal(hits.count, 4);
	assert_false(hits.more);
	/* As typed first, the latest of them before; then with other marks. */
	assert_int_equal(hits.hits[0].rank, NC_SEARCH_MARKED);
	stores_texts(at, hits.hits[0].record.id, shown);
	assert_string_equal(shown, "ma thuật");
	assert_int_equal(hits.hits[2].rank, NC_SEARCH_FOLDED);
	stores_texts(at, hits.hits[2].record.id, shown);
	assert_string_equal(shown, "ba má");
	assert_int_equal(count(w, at, "má"), 1);
	assert_int_equal(find(w, at, "Mỹ").hits[0].rank, NC_SEARCH_ALIAS);
	hits = find_by(w, at, "ma", &one);
	assert_int_equal(hits.count, 1);
	assert_true(hits.more);
}

/* FTS5's own words are words. Nothing fails; nothing is found that is not
 * there. */
static void test_search__no_query_language(void **state)
{
	static const char *const queries[] = {"\"", "x\"", "AND", "OR", "NOT",
		"a AND b", "NEAR(a b)", "a NEAR/3 b", "words:a", "-words : a",
		"a^", "^a", "{words}: a", "a + b", "(", ")", "a)", "'; DROP",
		"%", "_", "_e10", "\"_gone\"", "a*b", "**a**", "\\", "a\tb",
		"\x01 a", "𝔸 a", "ก", "ສະບາຍດີ", "中国", "a\xcc\x81"};
	struct world *w = *state;
	struct fixture_replica *at = &w->clients[0];

	save(w, at, nc_id_new(&at->env), true, "NOT a query: (x) \"hai\"");
	save(w, at, nc_id_new(&at->env), true, "中国 ສະບາຍດີ");
	index_now(at);
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		struct nc_search *search = NULL;
		struct nc_store_query query = {.limit = 5};
		struct nc_store_hits hits;

		if (nc_search_new(nc_slice_text(queries[i]), 0, &search,
			    &fixture_error) != NC_OK)
			continue;
		query.words = search;
		must(nc_store_search(
			at->store, &query, &w->arena, &hits, &fixture_error));
		if (hits.read_all)
			fail_msg("the index cannot answer %s", queries[i]);
		nc_search_free(search);
	}
	assert_int_equal(count(w, at, "not A query"), 1);
	assert_int_equal(count(w, at, "NOT x"), 1);
	assert_int_equal(count(w, at, "AND"), 0);
	assert_int_equal(count(w, at, "中国"), 1);
	assert_int_equal(count(w, at, "quer*"), 1);
	assert_int_equal(count(w, at, "quer"), 0);
}

/* Bytes with a NUL are no query. */
static void test_search__no_nul(void **state)
{
	struct nc_search *search = NULL;

	(void)state;
	assert_int_equal(
		nc_search_new(nc_slice("a\0b", 3), 0, &search, &fixture_error),
		NC_MALFORMED);
}

/* What the index says, as a sum over (word, place, record): the same for two
 * indexes of the same records, whatever their rows' numbers. */
static struct nc_digest index_sum(struct fixture_replica *at)
{
	struct nc_digest sum = {{0}};
	sqlite3_stmt *statement;
	struct nc_buffer line;

	nc_buffer_init(&line, 1 << 20);
	assert_int_equal(sqlite3_exec(at->store->db,
				 "CREATE VIRTUAL TABLE temp.told USING"
				 " fts5vocab(main, search, instance)",
				 NULL, NULL, NULL),
		SQLITE_OK);
	assert_int_equal(
		sqlite3_prepare_v2(at->store->db,
			"SELECT term, offset, record, entity, union_id FROM"
			" told JOIN search_record ON search_record.number = doc"
			" JOIN scope ON scope.number = search_record.scope"
			" UNION ALL SELECT '', 0, record, entity, union_id"
			" FROM search_record"
			" JOIN scope ON scope.number = search_record.scope",
			-1, &statement, NULL),
		SQLITE_OK);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		nc_buffer_reset(&line);
		for (int i = 0; i < 5; i++) {
			struct nc_slice part = nc_db_column_blob(statement, i);

			must(nc_buffer_printf(&line, "|%zu:", part.size));
			must(nc_buffer_append(&line, part.data, part.size));
		}
		nc_digest_add(&sum, nc_buffer_slice(&line));
	}
	sqlite3_finalize(statement);
	assert_int_equal(sqlite3_exec(at->store->db, "DROP TABLE temp.told",
				 NULL, NULL, NULL),
		SQLITE_OK);
	nc_buffer_fini(&line);
	return sum;
}

static void drop_index(struct fixture_replica *at)
{
	must(nc_store_begin(at->store, &fixture_error));
	must(nc_schema_drop_search(at->store, &fixture_error));
	must(nc_store_commit(at->store, &fixture_error));
}

static uint64_t draw(struct world *w, uint64_t below)
{
	uint64_t number;

	fixture_random(&w->world, &number, sizeof(number));
	return number % below;
}

static const char *draw_word(struct world *w)
{
	static const char *const words[] = {"ma", "má", "mà", "Mỹ", "mỹ thuật",
		"Hoa Kỳ", "hữu nghị", "huu nghi", "đoàn", "doan", "21/5/2024",
		"Việt-Lào", "Lào Cai", "UBND", "đo*", "m*"};

	return words[draw(w, sizeof(words) / sizeof(words[0]))];
}

/* The index and the reading of all records say the same. */
static void same_answers(struct world *w, struct fixture_replica *at)
{
	struct nc_store_hits by_index, by_reading;
	struct nc_store_query query = {
		.deleted = draw(w, 2) == 0, .year = draw(w, 4) == 0 ? 2024 : 0};
	char words[128];

	snprintf(words, sizeof(words), draw(w, 4) == 0 ? "\"%s %s\"" : "%s %s",
		draw_word(w), draw(w, 2) == 0 ? draw_word(w) : "");
	by_index = find_by(w, at, words, &query);
	assert_false(by_index.read_all);
	must(nc_store_begin(at->store, &fixture_error));
	must(nc_schema_drop_search(at->store, &fixture_error));
	by_reading = find_by(w, at, words, &query);
	nc_store_rollback(at->store);
	assert_true(by_reading.read_all);
	if (by_index.count != by_reading.count)
		fail_msg("%s: %zu by the index, %zu by reading", words,
			by_index.count, by_reading.count);
	for (size_t i = 0; i < by_index.count; i++) {
		assert_int_equal(nc_id_compare(&by_index.hits[i].record.id,
					 &by_reading.hits[i].record.id),
			0);
		assert_int_equal(
			by_index.hits[i].rank, by_reading.hits[i].rank);
	}
}

static void check_index(struct world *w, struct fixture_replica *at)
{
	struct nc_digest kept, anew;

	index_now(at);
	same_answers(w, at);
	kept = index_sum(at);
	drop_index(at);
	index_now(at);
	anew = index_sum(at);
	assert_memory_equal(kept.bytes, anew.bytes, NC_DIGEST_SIZE);
}

static void write_something(struct world *w, struct fixture_replica *at)
{
	struct nc_id id;
	char text[256], shown[64];
	enum nc_status status;

	snprintf(text, sizeof(text), "%s %s, %s", draw_word(w), draw_word(w),
		draw_word(w));
	if (w->records_count < RECORDS && draw(w, 3) == 0) {
		id = w->records[w->records_count++] = nc_id_new(&at->env);
		status = stores_save(at, id, true, text);
		assert_true(status == NC_OK || status == NC_DENIED);
		return;
	}
	id = w->records[draw(w, RECORDS)];
	if (stores_texts(at, id, shown) == 0)
		return;
	w->world.now_ms++;
	if (draw(w, 4) == 0) {
		struct nc_author author = fixture_author(at);
		struct nc_record_change change = {.record = id,
			.entity = NC_ENTITY_PLAN_ITEM,
			.deletes = true};
		struct nc_written written;

		status = nc_author_save(at->store, &author, &at->union_id,
			&change, 1, &written, &fixture_error);
	} else {
		status = stores_save(at, id, false, text);
	}
	/* Of a record that is deleted, or by one who may no longer. */
	assert_true(status == NC_OK || status == NC_DENIED ||
		    status == NC_NOT_FOUND || status == NC_INVALID);
}

/* A third device, whose rights end; it writes on, and a colleague's log holds
 * what it wrote before that was known. */
static void come_and_go(struct world *w)
{
	struct nc_author author = fixture_author(&w->hub);

	if (!w->has_spare) {
		w->has_spare = true;
		stores_join(
			&w->hub, &w->spare, &w->world, &w->mine, ":memory:");
		return;
	}
	if (w->revoked)
		return;
	w->revoked = true;
	must(nc_store_begin(w->hub.store, &fixture_error));
	must(nc_cluster_revoke(w->hub.store, &author,
		nc_key_device(w->spare.key), &fixture_error));
	must(nc_store_commit(w->hub.store, &fixture_error));
}

/* Rows go back to what they were; the log's places are given out again. */
static void set_aside(struct world *w, struct fixture_replica *at)
{
	uint64_t count = 0;

	must(nc_store_begin(at->store, &fixture_error));
	must(nc_again_set_aside(at->store, &at->union_id,
		nc_key_device(at->key), draw(w, 4), &count, &fixture_error));
	must(nc_store_commit(at->store, &fixture_error));
}

static void write_again(struct fixture_replica *at)
{
	struct nc_author author = fixture_author(at);
	uint64_t count = 0;
	enum nc_status status;

	must(nc_store_begin(at->store, &fixture_error));
	status = nc_again_write(
		at->store, &author, true, &count, &fixture_error);
	if (status == NC_OK)
		must(nc_store_commit(at->store, &fixture_error));
	else
		nc_store_rollback(at->store);
	assert_true(status == NC_OK || status == NC_DENIED);
}

static struct fixture_replica *draw_replica(struct world *w)
{
	switch (draw(w, w->has_spare ? 4 : 3)) {
	case 0:
		return &w->hub;
	case 1:
		return &w->clients[0];
	case 2:
		return &w->clients[1];
	default:
		return &w->spare;
	}
}

static void step(struct world *w)
{
	struct fixture_replica *at = draw_replica(w), *other = draw_replica(w);

	switch (draw(w, 16)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		if (at != &w->hub)
			write_something(w, at);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		if (at != other)
			stores_carry(at, other);
		break;
	case 9:
		come_and_go(w);
		break;
	case 10:
		if (at != &w->hub)
			set_aside(w, at);
		break;
	case 14:
		if (at != &w->hub)
			write_again(at);
		break;
	case 11:
		must(nc_store_rebuild(at->store, NULL, &fixture_error));
		break;
	case 12:
		/* One that is rolled back leaves nothing behind. */
		must(nc_store_begin(at->store, &fixture_error));
		must(nc_store_remake(at->store, NULL, &fixture_error));
		nc_store_rollback(at->store);
		break;
	case 13:
		check_index(w, at);
		break;
	default:
		index_now(at);
		break;
	}
	nc_arena_reset(&w->arena);
}

static void test_search__the_index_is_never_stale(void **state)
{
	const char *only = getenv("NC_SEED");
	uint64_t first = only == NULL ? 1 : strtoul(only, NULL, 10);
	uint64_t last = only == NULL ? HISTORIES : first;

	(void)state;
	for (uint64_t seed = first; seed <= last; seed++) {
		struct world *w = world_new(seed * 1000);

		print_message("seed %u (again: NC_SEED=%u)\r", (unsigned)seed,
			(unsigned)seed);
		for (size_t i = 0; i < STEPS; i++)
			step(w);
		check_index(w, &w->hub);
		check_index(w, &w->clients[0]);
		check_index(w, &w->clients[1]);
		world_free(w);
	}
}

/* Rows of no record do not pile up. */
static void test_search__the_index_is_made_anew_in_time(void **state)
{
	struct world *w = *state;
	struct fixture_replica *at = &w->clients[0];
	struct nc_id id = nc_id_new(&at->env);
	sqlite3_stmt *statement;

	save(w, at, id, true, "một");
	for (int i = 0; i < 2100; i++) {
		save(w, at, id, false, i % 2 == 0 ? "hai" : "ba");
		index_now(at);
	}
	assert_int_equal(count(w, at, "ba"), 1);
	assert_int_equal(count(w, at, "hai"), 0);
	assert_int_equal(
		sqlite3_prepare_v2(at->store->db,
			"SELECT next FROM search_state", -1, &statement, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	assert_true(sqlite3_column_int(statement, 0) < 1000);
	sqlite3_finalize(statement);
}

static void exec(struct fixture_replica *at, const char *sql)
{
	assert_int_equal(
		sqlite3_exec(at->store->db, sql, NULL, NULL, NULL), SQLITE_OK);
}

/* An index that is behind, of another version, torn or gone: the records are
 * read, and the next update mends it. */
static void test_search__without_the_index(void **state)
{
	static const char *const harms[] = {
		"UPDATE search_state SET position = position - 1",
		"UPDATE search_state SET version = version + 1",
		"DELETE FROM search_state",
		"DROP TABLE search_record",
		"DROP TABLE search",
	};
	struct world *w = *state;
	struct fixture_replica *at = &w->clients[0];

	save(w, at, nc_id_new(&at->env), true, "hội nghị");
	for (size_t i = 0; i < sizeof(harms) / sizeof(harms[0]); i++) {
		struct nc_store_hits hits;

		index_now(at);
		assert_int_equal(count(w, at, "hội"), 1);
		exec(at, harms[i]);
		hits = find(w, at, "hoi");
		assert_int_equal(hits.count, 1);
		assert_true(hits.read_all);
		assert_int_equal(hits.hits[0].id_digits, 32);
	}
	index_now(at);
	assert_int_equal(count(w, at, "hội"), 1);
	/* A limit that is passed leaves it for later. */
	for (int i = 0; i < 3; i++)
		save(w, at, nc_id_new(&at->env), true, "hội nghị");
	must(nc_store_index(at->store, 2, NULL, &fixture_error));
	assert_true(find(w, at, "hội").read_all);
	must(nc_store_index(at->store, 3, NULL, &fixture_error));
	assert_int_equal(count(w, at, "hội"), 4);
}

/* Each call of SQLite fails in turn: an update leaves the index as it was, and
 * a search answers or says why not. */
static void test_search__when_the_store_fails(void **state)
{
	struct world *w = *state;
	struct fixture_replica *at = &w->clients[0];
	bool done = false;

	save(w, at, nc_id_new(&at->env), true, "hội nghị");
	for (uint64_t n = 1; !done; n++) {
		enum nc_status status;

		nc_db_fail_at(n);
		status = nc_store_index(at->store, 0, NULL, &fixture_error);
		done = nc_db_fail_left() != 0;
		nc_db_fail_at(0);
		assert_int_equal(status == NC_OK, done);
		if (!done)
			assert_int_equal(find(w, at, "hội").count, 1);
	}
	done = false;
	for (uint64_t n = 1; !done; n++) {
		NC_AUTO(nc_search_fini) struct nc_search *search = NULL;
		struct nc_store_query query = {.limit = 5};
		struct nc_store_hits hits;
		enum nc_status status;

		must(nc_search_new(
			nc_slice_text("hoi"), 0, &search, &fixture_error));
		query.words = search;
		nc_db_fail_at(n);
		status = nc_store_search(
			at->store, &query, &w->arena, &hits, &fixture_error);
		done = nc_db_fail_left() != 0;
		nc_db_fail_at(0);
		if (status == NC_OK)
			assert_int_equal(hits.count, 1);
		else
			assert_true(fixture_error.text[0] != '\0');
	}
}

/* Each allocation. */
static void test_search__without_memory(void **state)
{
	struct world *w = *state;
	struct fixture_replica *at = &w->clients[0];
	bool done = false;

	save(w, at, nc_id_new(&at->env), true, "hội nghị");
	for (unsigned long n = 1; !done; n += 1 + n / 8) {
		NC_AUTO(nc_search_fini) struct nc_search *search = NULL;
		struct nc_store_query query = {.limit = 5};
		struct nc_store_hits hits = {0};
		enum nc_status status;

		must(nc_search_new(
			nc_slice_text("hoi"), 0, &search, &fixture_error));
		query.words = search;
		drop_index(at);
		nc_memory_fail_at(n);
		status = nc_store_index(at->store, 0, NULL, &fixture_error);
		if (status == NC_OK)
			status = nc_store_search(at->store, &query, &w->arena,
				&hits, &fixture_error);
		done = status == NC_OK && !hits.read_all;
		nc_memory_fail_at(0);
		if (status != NC_OK)
			assert_int_equal(status, NC_NO_MEMORY);
		else
			assert_int_equal(hits.count, 1);
		/* A search that failed in its index read all: no end yet. */
		assert_true(n < 1000000);
	}
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, world_open, world_close)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_search__words_anywhere_in_a_record),
		TEST(test_search__narrowed),
		TEST(test_search__both_sides_of_a_conflict),
		TEST(test_search__ranks),
		TEST(test_search__no_query_language),
		cmocka_unit_test(test_search__no_nul),
		cmocka_unit_test(test_search__the_index_is_never_stale),
		TEST(test_search__the_index_is_made_anew_in_time),
		TEST(test_search__without_the_index),
		TEST(test_search__when_the_store_fails),
		TEST(test_search__without_memory),
	};

	if (nc_trust_start(&fixture_error) != NC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
