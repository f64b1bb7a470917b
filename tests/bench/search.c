/*
 * Search: 100,000 records in one store, typical questions to the index next
 * to a LIKE over the one column, the index made and kept up to date.
 */
#include "bench.h"

#include "store/search.h"

#include <sqlite3.h>
#include <string.h>

#define RECORDS ((size_t)100000)
#define SAVES_AT_ONCE 50
#define TIMES 11
#define FIELDS 5

const char *const bench_questions[BENCH_QUESTIONS_COUNT][3] = {
	{"one word", "hữu nghị", "%hữu nghị%"},
	{"two words, no marks", "huu nghi hop tac", "%hữu nghị%hợp tác%"},
	{"in half of the records", "thường niên", "%thường niên%"},
	{"the same, no marks", "thuong nien", "%thường niên%"},
	{"rare", "Mondulkiri", "%Mondulkiri%"},
	{"rare by its marks only", "má", "% má %"},
	{"common and rare", "thường niên Mondulkiri",
		"%thường niên%Mondulkiri%"},
	{"not there", "Ouagadougou", "%Ouagadougou%"},
};

struct desk {
	struct bench_world *world;
	struct nc_store *store;
	size_t written;
};

/* Half of the records have two words in common; a few have rare ones; all of
 * the others have a word that differs by its mark alone. */
static const char *text_of(struct desk *desk, size_t index)
{
	struct bench_item item = {0};
	char text[2048];

	bench_words_item(desk->world, &item, index % 1000, 1000);
	snprintf(text, sizeof(text), "%s; %s%s%s", item.text,
		index % 2 == 0 ? "hội nghị thường niên" : "họp mặt",
		index % 20000 == 6 ? " Mondulkiri" : "",
		index % 20000 == 9 ? " thăm má Tám" : " nhưng mà");
	return nc_arena_text(&desk->world->arena, text, strlen(text));
}

static void save(struct desk *desk, size_t count)
{
	struct bench_union *of = &desk->world->unions[0];
	struct nc_author author = bench_author(desk->world, of->key);
	struct nc_field_change fields[BENCH_SAVE_RECORDS][FIELDS];
	struct nc_record_change changes[BENCH_SAVE_RECORDS];
	struct nc_written written;

	memset(changes, 0, sizeof(changes));
	for (size_t i = 0; i < count; i++) {
		const struct nc_field_change all[FIELDS] = {
			{NC_PLAN_YEAR, nc_value_integer(2024), NULL, 0},
			{NC_PLAN_AREA, nc_value_text("friendship"), NULL, 0},
			{NC_PLAN_RANK, nc_value_text("V"), NULL, 0},
			{NC_PLAN_TEXT,
				nc_value_text(text_of(desk, desk->written++)),
				NULL, 0},
			{NC_PLAN_LEVEL, nc_value_integer(1), NULL, 0},
		};

		memcpy(fields[i], all, sizeof(all));
		changes[i].record = nc_id_new(&desk->world->env);
		changes[i].entity = NC_ENTITY_PLAN_ITEM;
		changes[i].fields = fields[i];
		changes[i].fields_count = FIELDS;
	}
	desk->world->now_ms += 60000;
	must(nc_author_write(desk->store, &author, &of->id, changes, count,
		&written, &bench_error));
}

static void write_all(struct desk *desk)
{
	while (desk->written < RECORDS) {
		must(nc_store_begin(desk->store, &bench_error));
		for (size_t i = 0; i < SAVES_AT_ONCE && desk->written < RECORDS;
			i++)
			save(desk, BENCH_SAVE_RECORDS);
		must(nc_store_commit(desk->store, &bench_error));
	}
}

static size_t ask(struct nc_store *store, const char *words)
{
	NC_AUTO(nc_search_fini) struct nc_search *search = NULL;
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_store_query query = {.limit = 20};
	struct nc_store_hits hits;

	nc_arena_init(&arena, 64 << 20);
	must(nc_search_new(nc_slice_text(words), 0, &search, &bench_error));
	query.words = search;
	must(nc_store_search(store, &query, &arena, &hits, &bench_error));
	if (hits.read_all)
		bench_die("the index was not used");
	return hits.count;
}

/* As the index: the latest 20. */
static size_t ask_like(sqlite3 *db, const char *pattern)
{
	sqlite3_stmt *statement;
	size_t count = 0;

	if (sqlite3_prepare_v2(db,
		    "SELECT number FROM plan_item WHERE text LIKE ?"
		    " ORDER BY number DESC LIMIT 20",
		    -1, &statement, NULL) != SQLITE_OK)
		bench_die("%s", sqlite3_errmsg(db));
	sqlite3_bind_text(statement, 1, pattern, -1, SQLITE_STATIC);
	while (sqlite3_step(statement) == SQLITE_ROW)
		count++;
	sqlite3_finalize(statement);
	return count;
}

static void measure_questions(
	const struct desk *desk, const char *path, struct bench_search *found)
{
	double index[TIMES], like[TIMES];
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK)
		bench_die("cannot open %s", path);
	for (size_t q = 0; q < BENCH_QUESTIONS_COUNT; q++) {
		for (size_t i = 0; i < TIMES; i++) {
			double start = bench_now(), then;

			found->hits[q] =
				ask(desk->store, bench_questions[q][1]);
			then = bench_now();
			found->like_hits[q] =
				ask_like(db, bench_questions[q][2]);
			index[i] = then - start;
			like[i] = bench_now() - then;
		}
		found->seconds[q] = bench_median(index, TIMES);
		found->like_seconds[q] = bench_median(like, TIMES);
	}
	sqlite3_close(db);
}

static uint64_t file_bytes(const char *path)
{
	sqlite3 *db;
	sqlite3_stmt *statement;
	uint64_t bytes = 0;

	if (sqlite3_open(path, &db) != SQLITE_OK ||
		sqlite3_prepare_v2(db,
			"SELECT page_count * page_size FROM"
			" pragma_page_count, pragma_page_size",
			-1, &statement, NULL) != SQLITE_OK)
		bench_die("%s", sqlite3_errmsg(db));
	if (sqlite3_step(statement) == SQLITE_ROW)
		bytes = (uint64_t)sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	sqlite3_close(db);
	return bytes;
}

static void measure_updates(struct desk *desk, struct bench_search *found)
{
	double seconds[TIMES];

	for (size_t i = 0; i < TIMES; i++) {
		double start;

		must(nc_store_begin(desk->store, &bench_error));
		save(desk, 1);
		must(nc_store_commit(desk->store, &bench_error));
		start = bench_now();
		must(nc_store_index(desk->store, 0, NULL, &bench_error));
		seconds[i] = bench_now() - start;
	}
	found->update_seconds = bench_median(seconds, TIMES);
}

void bench_search_measure(struct bench_world *world, struct bench_search *found)
{
	struct nc_identity identity = world->identity;
	struct desk desk = {.world = world};
	char path[512];
	double start;

	identity.is_hub = false;
	identity.union_id = world->unions[0].id;
	bench_path(path, &world->options, "search.db");
	bench_copy(world->template_path, path);
	must(nc_store_open(path, NC_STORE_OPEN, &desk.store, &bench_error));
	must(nc_store_set_identity(desk.store, &identity, &bench_error));
	write_all(&desk);
	found->records = RECORDS;
	found->store_bytes = file_bytes(path);
	start = bench_now();
	must(nc_store_index(desk.store, 0, NULL, &bench_error));
	found->build_seconds = bench_now() - start;
	found->index_bytes = file_bytes(path) - found->store_bytes;
	measure_questions(&desk, path, found);
	measure_updates(&desk, found);
	nc_store_close(desk.store);
	bench_remove_store(path);
}
