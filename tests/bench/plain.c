/*
 * The same rows written to plain SQLite, as a program without a log,
 * signatures or merging would: WAL, synchronous = FULL, the hub's cache size,
 * a column per field, a unique index on the record's id, statements prepared
 * once. The order is that in which the hub's devices send.
 */
#include "bench.h"

#include <sqlite3.h>
#include <string.h>

struct plain {
	const struct bench_world *world;
	sqlite3 *db;
	sqlite3_stmt *insert, *update, *log;
	size_t per_transaction, waiting; /* change-sets */
	bool logged;
};

static void check(const struct plain *plain, int code)
{
	if (code != SQLITE_OK && code != SQLITE_DONE && code != SQLITE_ROW)
		bench_die("plain SQLite: %s", sqlite3_errmsg(plain->db));
}

static void run(const struct plain *plain, const char *sql)
{
	check(plain, sqlite3_exec(plain->db, sql, NULL, NULL, NULL));
}

static sqlite3_stmt *prepare(const struct plain *plain, const char *sql)
{
	sqlite3_stmt *statement = NULL;

	check(plain, sqlite3_prepare_v3(plain->db, sql, -1,
			     SQLITE_PREPARE_PERSISTENT, &statement, NULL));
	return statement;
}

static void plain_open(struct plain *plain, const char *path)
{
	bench_remove_store(path);
	check(plain, sqlite3_open_v2(path, &plain->db,
			     SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE |
				     SQLITE_OPEN_NOMUTEX,
			     NULL));
	run(plain, "PRAGMA journal_mode = WAL;"
		   "PRAGMA synchronous = FULL;"
		   "PRAGMA cache_size = -8000;"
		   "CREATE TABLE item(number INTEGER PRIMARY KEY,"
		   " id BLOB NOT NULL UNIQUE, union_number INTEGER NOT NULL,"
		   " year INTEGER, area TEXT, rank TEXT, text TEXT,"
		   " level INTEGER, \"when\" TEXT, place TEXT, status TEXT)"
		   " STRICT;"
		   "CREATE TABLE log(position INTEGER PRIMARY KEY,"
		   " payload BLOB NOT NULL, signature BLOB NOT NULL) STRICT;");
	plain->insert = prepare(plain,
		"INSERT INTO item(id, union_number, year, area, rank, text,"
		" level, \"when\", place, status)"
		" VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
	plain->update = prepare(
		plain, "UPDATE item SET text = ?2, status = ?3 WHERE id = ?1");
	plain->log = prepare(
		plain, "INSERT INTO log(payload, signature) VALUES(?, ?)");
}

static void plain_close(struct plain *plain, const char *path)
{
	sqlite3_finalize(plain->insert);
	sqlite3_finalize(plain->update);
	sqlite3_finalize(plain->log);
	sqlite3_close(plain->db);
	bench_remove_store(path);
}

static void bind_text(sqlite3_stmt *statement, int at, const char *text)
{
	sqlite3_bind_text(statement, at, text, -1, SQLITE_STATIC);
}

static void finish(const struct plain *plain, sqlite3_stmt *statement)
{
	check(plain, sqlite3_step(statement));
	check(plain, sqlite3_reset(statement));
}

static void write_insert(const struct plain *plain, size_t union_number,
	const struct bench_item *item)
{
	sqlite3_stmt *insert = plain->insert;

	sqlite3_bind_blob(insert, 1, item->id.bytes, NC_ID_SIZE, SQLITE_STATIC);
	sqlite3_bind_int64(insert, 2, (int64_t)union_number);
	sqlite3_bind_int64(insert, 3, item->year);
	bind_text(insert, 4, item->area);
	bind_text(insert, 5, item->rank);
	bind_text(insert, 6, item->text);
	sqlite3_bind_int64(insert, 7, item->level);
	bind_text(insert, 8, item->when);
	bind_text(insert, 9, item->place);
	bind_text(insert, 10, item->status);
	finish(plain, insert);
}

static void write_update(
	const struct plain *plain, const struct bench_item *edit)
{
	sqlite3_bind_blob(
		plain->update, 1, edit->id.bytes, NC_ID_SIZE, SQLITE_STATIC);
	bind_text(plain->update, 2, edit->text);
	bind_text(plain->update, 3, edit->status);
	finish(plain, plain->update);
	if (sqlite3_changes(plain->db) != 1)
		bench_die("plain SQLite: an edit met no row");
}

static void write_log(const struct plain *plain, const struct bench_save *save)
{
	const struct nc_signed_change_set *set = &save->signed_set;

	sqlite3_bind_blob64(plain->log, 1, set->payload.data, set->payload.size,
		SQLITE_STATIC);
	sqlite3_bind_blob(plain->log, 2, set->signature, NC_SIGNATURE_SIZE,
		SQLITE_STATIC);
	finish(plain, plain->log);
}

static void commit(struct plain *plain)
{
	if (plain->waiting > 0)
		run(plain, "COMMIT");
	plain->waiting = 0;
}

static void write_save(
	struct plain *plain, size_t union_number, const struct bench_save *save)
{
	if (plain->waiting == 0)
		run(plain, "BEGIN IMMEDIATE");
	for (size_t i = 0; i < save->count; i++)
		if (save->edits)
			write_update(plain, &save->items[i]);
		else
			write_insert(plain, union_number, &save->items[i]);
	if (plain->logged)
		write_log(plain, save);
	if (++plain->waiting == plain->per_transaction)
		commit(plain);
}

/* All first requests' saves, then all second ones' … False: there are none. */
static bool write_turn(struct plain *plain, size_t turn)
{
	const struct bench_world *world = plain->world;
	bool any = false;

	for (size_t u = 0; u < world->options.unions; u++) {
		const struct bench_union *at = &world->unions[u];
		const struct bench_request *request = &at->requests[turn];

		if (turn >= at->requests_count)
			continue;
		any = true;
		for (size_t i = 0; i < request->count; i++)
			write_save(plain, u, &at->saves[request->first + i]);
	}
	return any;
}

double bench_plain(const struct bench_world *world, enum bench_plain_kind kind)
{
	struct plain plain = {
		.world = world,
		.per_transaction = kind == BENCH_PLAIN_SAVES ? 1 : 50,
		.logged = kind == BENCH_PLAIN_LOGGED,
	};
	char path[512];
	double started, seconds;

	bench_path(path, &world->options, "plain.db");
	plain_open(&plain, path);
	started = bench_now();
	for (size_t turn = 0; write_turn(&plain, turn);)
		turn++;
	commit(&plain);
	seconds = bench_now() - started;
	plain_close(&plain, path);
	return seconds;
}
