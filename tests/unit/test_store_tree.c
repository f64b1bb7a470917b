/*
 * The hub's tree over its log: tiles against the definition, through
 * commits, rollbacks, reopening and other processes; the migration of a file
 * of version 1; and the fold, whose order is not the log's.
 */
#include "store_tree.h"

#include "store/hubs.h"

static void check_size(struct shelf *shelf, struct nc_store *store)
{
	uint64_t size;

	must(nc_store_tree_size(store, &size, &fixture_error));
	assert_int_equal(size, shelf->count);
	shelf_check(shelf, store, size);
	shelf_check(shelf, store, shelf_random(shelf, size + 1));
}

/* What a rollback takes back of ours too. */
struct mark {
	size_t count;
	uint64_t sequences[SHELF_STREAMS];
};

static void append_some(struct shelf *shelf, struct nc_store *store)
{
	size_t count = (size_t)shelf_random(shelf, 600);
	struct mark mark = {.count = shelf->count};

	memcpy(mark.sequences, shelf->sequences, sizeof(mark.sequences));
	must(nc_store_begin(store, &fixture_error));
	for (size_t i = 0; i < count; i++)
		must(shelf_append(shelf, store));
	/* The tree of the transaction, before it is committed. */
	if (shelf_random(shelf, 2) == 0)
		check_size(shelf, store);
	if (shelf_random(shelf, 3) > 0) {
		must(nc_store_commit(store, &fixture_error));
		return;
	}
	nc_store_rollback(store);
	shelf->count = mark.count;
	memcpy(shelf->sequences, mark.sequences, sizeof(mark.sequences));
}

static void test_tree__is_the_definition(void **state)
{
	struct shelf shelf;
	struct nc_store *stores[2];

	(void)state;
	shelf_init(&shelf, 7001, true);
	stores[0] = shelf_open(&shelf);
	stores[1] = shelf_open(&shelf);
	check_size(&shelf, stores[0]);
	for (int round = 0; round < 60; round++) {
		size_t at = (size_t)shelf_random(&shelf, 2);

		append_some(&shelf, stores[at]);
		if (shelf_random(&shelf, 2) == 0)
			check_size(&shelf, stores[1 - at]);
		check_size(&shelf, stores[at]);
		if (shelf_random(&shelf, 5) == 0) {
			nc_store_close(stores[at]);
			stores[at] = shelf_open(&shelf);
			check_size(&shelf, stores[at]);
		}
	}
	/* Enough that full tiles of two levels were read. */
	assert_true(shelf.count > 4096);
	nc_store_close(stores[0]);
	nc_store_close(stores[1]);
	shelf_fini(&shelf);
}

static void check_proofs(struct shelf *shelf, struct nc_store *store)
{
	struct nc_tree_reader reader = nc_store_tree_reader(store);
	struct nc_buffer proof NC_AUTO(nc_buffer_fini) = {0};
	uint64_t size = 1 + shelf_random(shelf, shelf->count);
	uint64_t index = shelf_random(shelf, size);
	uint64_t old = 1 + shelf_random(shelf, size);
	struct nc_tree_hash root = naive_root(shelf->leaves, size);
	struct nc_tree_hash old_root = naive_root(shelf->leaves, old);

	nc_buffer_init(&proof, 1 << 20);
	must(nc_tree_prove_leaf(&reader, index, size, &proof, &fixture_error));
	assert_true(nc_tree_check_leaf(index, &shelf->leaves[index], size,
		&root, nc_buffer_slice(&proof)));
	nc_buffer_reset(&proof);
	must(nc_tree_prove_consistency(
		&reader, old, size, &proof, &fixture_error));
	assert_true(nc_tree_check_consistency(
		old, &old_root, size, &root, nc_buffer_slice(&proof)));
}

static void check_indexes(struct shelf *shelf, struct nc_store *store)
{
	uint64_t *indexes = malloc(shelf->count * sizeof(*indexes));
	uint8_t *seen = calloc(1, shelf->count);

	for (size_t i = 0; i < SHELF_STREAMS; i++) {
		uint64_t last = shelf->sequences[i], at;

		must(nc_store_tree_indexes(store, &shelf->union_id, 100 + i, 1,
			last, indexes, &fixture_error));
		for (uint64_t j = 0; j < last; j++) {
			assert_true(indexes[j] < shelf->count);
			assert_true(j == 0 || indexes[j] > indexes[j - 1]);
			assert_int_equal(seen[indexes[j]]++, 0);
		}
		must(nc_store_tree_indexes(store, &shelf->union_id, 100 + i,
			last, 1, &at, &fixture_error));
		assert_int_equal(at, indexes[last - 1]);
		assert_int_equal(
			nc_store_tree_indexes(store, &shelf->union_id, 100 + i,
				last, 2, indexes, &fixture_error),
			NC_NOT_FOUND);
	}
	assert_int_equal(nc_store_tree_indexes(store, &shelf->union_id, 99, 1,
				 1, indexes, &fixture_error),
		NC_NOT_FOUND);
	free(indexes);
	free(seen);
}

static void test_tree__two_levels_of_tiles(void **state)
{
	struct shelf shelf;
	struct nc_store *store;

	(void)state;
	shelf_init(&shelf, 7002, true);
	store = shelf_open(&shelf);
	for (int round = 0; round < 7; round++) {
		must(nc_store_begin(store, &fixture_error));
		for (int i = 0; i < 10000; i++)
			must(shelf_append(&shelf, store));
		must(nc_store_commit(store, &fixture_error));
	}
	check_size(&shelf, store);
	shelf_check(&shelf, store, 65535);
	shelf_check(&shelf, store, 65536);
	shelf_check(&shelf, store, 65537);
	nc_store_close(store);
	store = shelf_open(&shelf);
	/* More tiles than are kept, so that some are let go. */
	for (int i = 0; i < 25; i++)
		check_proofs(&shelf, store);
	check_indexes(&shelf, store);
	check_size(&shelf, store);
	nc_store_close(store);
	shelf_fini(&shelf);
}

/* A tile that became full, was read and was taken back is not kept. */
static void test_tree__rolled_back_tiles_are_gone(void **state)
{
	struct shelf shelf;
	struct nc_store *store;

	(void)state;
	shelf_init(&shelf, 7006, true);
	store = shelf_open(&shelf);
	must(nc_store_begin(store, &fixture_error));
	for (int i = 0; i < 300; i++)
		must(shelf_append(&shelf, store));
	shelf_check(&shelf, store, 255);
	nc_store_rollback(store);
	shelf.count = 0;
	memset(shelf.sequences, 0, sizeof(shelf.sequences));
	must(nc_store_begin(store, &fixture_error));
	for (int i = 0; i < 300; i++)
		must(shelf_append(&shelf, store));
	must(nc_store_commit(store, &fixture_error));
	shelf_check(&shelf, store, 255);
	check_size(&shelf, store);
	nc_store_close(store);
	shelf_fini(&shelf);
}

static void test_tree__none_on_a_client(void **state)
{
	struct shelf shelf;
	struct nc_store *store;
	uint64_t size = 7;

	(void)state;
	shelf_init(&shelf, 7003, false);
	store = shelf_open(&shelf);
	must(nc_store_begin(store, &fixture_error));
	must(shelf_append(&shelf, store));
	must(nc_store_commit(store, &fixture_error));
	must(nc_store_tree_size(store, &size, &fixture_error));
	assert_int_equal(size, 0);
	shelf_exec(store, "CREATE TABLE none(x CHECK (x = 0));"
			  "INSERT INTO none SELECT count(*) FROM tile");
	nc_store_close(store);
	shelf_fini(&shelf);
}

static void test_tree__a_gap_is_a_fault(void **state)
{
	static const char *const harms[] = {
		"DELETE FROM log WHERE position = 9",
		"UPDATE log SET position = 20 WHERE position = 9",
		"DELETE FROM tile",
	};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct shelf shelf;
		struct nc_store *store;
		uint64_t size;

		shelf_init(&shelf, 7004 + i, true);
		store = shelf_open(&shelf);
		must(nc_store_begin(store, &fixture_error));
		for (int j = 0; j < 9; j++)
			must(shelf_append(&shelf, store));
		must(nc_store_commit(store, &fixture_error));
		shelf_exec(store, harms[i]);
		nc_store_close(store);
		store = shelf_open(&shelf);
		assert_int_equal(
			nc_store_tree_size(store, &size, &fixture_error),
			NC_CORRUPT);
		must(nc_store_begin(store, &fixture_error));
		assert_int_equal(shelf_append(&shelf, store), NC_CORRUPT);
		nc_store_rollback(store);
		nc_store_close(store);
		shelf_fini(&shelf);
	}
}

/* A hub with a sound log in the shelf's file. */
static void found(struct fixture_replica *hub, struct fixture_world *world,
	const char *path)
{
	struct nc_identity identity = {.is_hub = true};
	struct nc_author author;

	fixture_open(hub, world, path);
	author = fixture_author(hub);
	identity.cluster = nc_id_new(&hub->env);
	memcpy(identity.hub_key, nc_key_public(hub->key), NC_KEY_SIZE);
	strcpy(identity.address, "tcp://127.0.0.1:1");
	must(nc_store_begin(hub->store, &fixture_error));
	must(nc_store_set_identity(hub->store, &identity, &fixture_error));
	must(nc_cluster_found(hub->store, &author, nc_slice_text("Cụm thử"),
		nc_slice_text(identity.address), &fixture_error));
	must(nc_store_commit(hub->store, &fixture_error));
}

static void add_unions(struct fixture_replica *hub, int from, int count)
{
	for (int i = from; i < from + count; i++) {
		char code[16];

		snprintf(code, sizeof(code), "cd-%d", i);
		fixture_union(hub, code);
	}
}

static void test_verify__finds_a_harmed_tree(void **state)
{
	static const char *const harms[] = {
		"UPDATE tile SET hashes = zeroblob(length(hashes))"
		" WHERE level = 0 AND number = 0",
		"UPDATE tile SET hashes = CAST(substr(hashes, 1, 8191) ||"
		" x'00' AS BLOB)"
		" WHERE level = 0 AND number = 0",
		"UPDATE tile SET hashes = substr(hashes, 1, length(hashes) - 1)"
		" WHERE level = 0 AND number = 1",
		"UPDATE tile SET hashes = zeroblob(32) WHERE level = 1",
		"DELETE FROM tile WHERE level = 1",
		"INSERT INTO tile VALUES(0, 7, zeroblob(8192))",
	};
	struct fixture_world world = {1700000000000, 7010};
	struct fixture_replica hub;

	(void)state;
	found(&hub, &world, ":memory:");
	add_unions(&hub, 0, 270);
	must(nc_store_verify(hub.store, NULL, &fixture_error));
	for (size_t i = 0; i < sizeof(harms) / sizeof(*harms); i++) {
		shelf_exec(hub.store, harms[i]);
		assert_int_equal(sqlite3_changes(hub.store->db), 1);
		if (nc_store_verify(hub.store, NULL, &fixture_error) !=
			NC_CORRUPT)
			fail_msg("not found: %s", harms[i]);
		assert_non_null(strstr(fixture_error.text, "tree"));
		must(nc_store_rebuild(hub.store, NULL, &fixture_error));
		must(nc_store_verify(hub.store, NULL, &fixture_error));
	}
	/* And it goes on from there. */
	add_unions(&hub, 270, 3);
	must(nc_store_verify(hub.store, NULL, &fixture_error));
	fixture_close(&hub);
}

/* The tables of version 1, as that version made them. */
static const char version_1[] =
	"CREATE TABLE meta(key TEXT PRIMARY KEY, value BLOB NOT NULL)"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE stream(number INTEGER PRIMARY KEY,"
	" union_id BLOB NOT NULL, device BLOB NOT NULL,"
	" sequence INTEGER NOT NULL, hash BLOB NOT NULL,"
	" acknowledged INTEGER NOT NULL, UNIQUE(union_id, device)) STRICT;"
	"CREATE TABLE log(position INTEGER PRIMARY KEY,"
	" stream INTEGER NOT NULL REFERENCES stream(number),"
	" sequence INTEGER NOT NULL, hash BLOB NOT NULL,"
	" payload BLOB NOT NULL, signature BLOB NOT NULL,"
	" written_at INTEGER NOT NULL, received_at INTEGER NOT NULL,"
	" UNIQUE(stream, sequence)) STRICT;"
	"CREATE TABLE fork(union_id BLOB NOT NULL, device BLOB NOT NULL,"
	" sequence INTEGER NOT NULL, hash BLOB NOT NULL,"
	" payload BLOB NOT NULL, signature BLOB NOT NULL,"
	" received_at INTEGER NOT NULL,"
	" PRIMARY KEY(union_id, device, sequence, hash))"
	" STRICT, WITHOUT ROWID;"
	"CREATE TABLE scope(number INTEGER PRIMARY KEY,"
	" union_id BLOB NOT NULL UNIQUE, digest BLOB NOT NULL) STRICT;"
	"INSERT INTO fork VALUES(x'00', x'01', 1, x'02', x'03', x'04', 5);"
	"PRAGMA user_version = 1;";

/* Copies what version 1 had of a store into a file of version 1. */
static void write_version_1(const char *path, const char *from)
{
	char sql[512];
	sqlite3 *db;

	assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
	assert_int_equal(
		sqlite3_exec(db, version_1, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_snprintf(sizeof(sql), sql,
		"ATTACH %Q AS new;"
		"INSERT INTO meta SELECT * FROM new.meta WHERE key <> 'model';"
		"INSERT INTO meta VALUES('model', x'0000000000000001');"
		"INSERT INTO stream SELECT number, union_id, device, sequence,"
		" hash, acknowledged FROM new.stream;"
		"INSERT INTO log SELECT position, stream, sequence, hash,"
		" payload, signature, written_at, received_at FROM new.log;",
		from);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}

/* All columns of all tables, as text. */
static void describe(struct nc_store *store, struct nc_buffer *out)
{
	sqlite3_stmt *statement;

	assert_int_equal(
		sqlite3_prepare_v2(store->db,
			"SELECT m.name, m.type, t.name, t.type, t.\"notnull\","
			" t.dflt_value, t.pk FROM sqlite_schema m"
			" LEFT JOIN pragma_table_info(m.name) t"
			" ORDER BY m.type, m.name, t.cid",
			-1, &statement, NULL),
		SQLITE_OK);
	while (sqlite3_step(statement) == SQLITE_ROW) {
		for (int i = 0; i < sqlite3_column_count(statement); i++)
			must(nc_buffer_printf(out, "%s ",
				sqlite3_column_text(statement, i) == NULL
					? "-"
					: (const char *)sqlite3_column_text(
						  statement, i)));
		must(nc_buffer_text(out, "\n"));
	}
	sqlite3_finalize(statement);
}

static void test_migration__makes_version_2(void **state)
{
	static const char old[] = "/tmp/nhipcau-tree-v1.db";
	struct nc_buffer is NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer must_be NC_AUTO(nc_buffer_fini) = {0};
	struct fixture_replica hub;
	struct nc_digest before, after;
	struct nc_store *store;
	struct shelf shelf;
	uint64_t size, old_size;

	(void)state;
	shelf_init(&shelf, 7020, true);
	unlink(shelf.path);
	unlink(old);
	nc_buffer_init(&is, 1 << 20);
	nc_buffer_init(&must_be, 1 << 20);
	found(&hub, &shelf.world, shelf.path);
	add_unions(&hub, 0, 300);
	write_version_1(old, shelf.path);
	must(nc_store_open(old, NC_STORE_OPEN, &store, &fixture_error));
	describe(hub.store, &must_be);
	describe(store, &is);
	assert_string_equal(nc_buffer_string(&is), nc_buffer_string(&must_be));
	assert_true(store->identity.is_hub);
	must(nc_store_tree_size(hub.store, &old_size, &fixture_error));
	must(nc_store_tree_size(store, &size, &fixture_error));
	assert_int_equal(size, old_size);
	must(nc_store_fold_hash(hub.store, &before, &fixture_error));
	must(nc_store_fold_hash(store, &after, &fixture_error));
	assert_true(nc_digest_equal(&before, &after));
	must(nc_store_verify(store, NULL, &fixture_error));
	nc_store_close(store);
	/* Once more: nothing to migrate. */
	must(nc_store_open(old, NC_STORE_OPEN, &store, &fixture_error));
	must(nc_store_verify(store, NULL, &fixture_error));
	nc_store_close(store);
	fixture_close(&hub);
	unlink(old);
	unlink("/tmp/nhipcau-tree-v1.db-wal");
	unlink("/tmp/nhipcau-tree-v1.db-shm");
	shelf_fini(&shelf);
}

/* A device of a union, and its stream. */
struct desk {
	struct fixture_replica replica;
	struct nc_id union_id;
	struct nc_id record; /* its last, or zero */
};

static void desk_join(struct fixture_replica *hub, struct desk *desk,
	const struct nc_id *union_id)
{
	struct nc_author author = fixture_author(hub);
	struct nc_invitation invitation;
	struct nc_arena arena;
	struct nc_id joined;

	memset(desk, 0, sizeof(*desk));
	desk->replica.env = hub->env;
	desk->union_id = *union_id;
	must(nc_key_generate(&hub->env, &desk->replica.key, &fixture_error));
	nc_arena_init(&arena, 1 << 20);
	must(nc_store_begin(hub->store, &fixture_error));
	must(nc_cluster_invite(hub->store, &author, union_id, 1000000, &arena,
		&invitation, &fixture_error));
	must(nc_cluster_enrol(hub->store, &author, invitation.secret,
		nc_key_public(desk->replica.key), nc_slice_text("máy thử"),
		&joined, &fixture_error));
	must(nc_store_commit(hub->store, &fixture_error));
	nc_arena_fini(&arena);
}

/* One change-set of the desk arrives at the hub. */
static void desk_writes(
	struct fixture_replica *hub, struct desk *desk, const char *text)
{
	struct nc_field_change field = {
		.field = NC_PLAN_TEXT, .value = nc_value_text(text)};
	struct nc_record_change record = {.record = nc_id_new(&hub->env),
		.entity = NC_ENTITY_PLAN_ITEM,
		.fields = &field,
		.fields_count = 1};
	struct nc_change_set change_set = {.union_id = desk->union_id,
		.device = nc_key_device(desk->replica.key),
		.written_at_ms = 1700000000000,
		.model_version = NC_MODEL_VERSION,
		.records = &record,
		.records_count = 1};
	struct nc_buffer payload NC_AUTO(nc_buffer_fini) = {0};
	struct nc_signed_change_set signed_set = {.hashed = false};
	struct nc_log_head head;
	struct nc_dot need;

	nc_buffer_init(&payload, 1 << 20);
	must(nc_log_head(hub->store, &desk->union_id, change_set.device, &head,
		&fixture_error));
	change_set.sequence = head.sequence + 1;
	memcpy(change_set.previous, head.hash, NC_HASH_SIZE);
	must(nc_change_set_encode(&change_set, &payload, &fixture_error));
	signed_set.payload = nc_buffer_slice(&payload);
	must(nc_sign(desk->replica.key, NC_DOMAIN_CHANGE_SET,
		signed_set.payload, signed_set.signature, &fixture_error));
	must(nc_store_begin(hub->store, &fixture_error));
	must(nc_store_take(hub->store, &signed_set, &change_set, 5, &need,
		&fixture_error));
	must(nc_store_commit(hub->store, &fixture_error));
}

static int64_t number(struct nc_store *store, const char *sql)
{
	sqlite3_stmt *statement;
	int64_t out;

	assert_int_equal(
		sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL),
		SQLITE_OK);
	assert_int_equal(sqlite3_step(statement), SQLITE_ROW);
	out = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return out;
}

static void renumber(struct nc_store *store)
{
	char sql[256];

	shelf_exec(store, "UPDATE scope SET number = -number;"
			  "UPDATE conflict SET scope = -scope");
	for (size_t i = 0; i < store->tables_count; i++) {
		if (!store->tables[i].is_there)
			continue;
		sqlite3_snprintf(sizeof(sql), sql,
			"UPDATE \"%w\" SET number = -number, scope = -scope",
			store->tables[i].entity->table);
		shelf_exec(store, sql);
	}
}

static void test_fold__any_interleaving_is_the_same(void **state)
{
	(void)state;
	for (uint64_t seed = 7100; seed < 7110; seed++) {
		struct fixture_world world = {1700000000000, seed};
		struct nc_digest before, after;
		struct fixture_replica hub;
		struct desk desks[4];
		size_t count = 0;
		uint8_t dice;

		print_message("seed %llu\n", (unsigned long long)seed);
		found(&hub, &world, ":memory:");
		for (int i = 0; i < 60; i++) {
			fixture_random(&world, &dice, 1);
			if (count < 4 && dice < 40) {
				char code[16];
				struct nc_id id;

				snprintf(code, sizeof(code), "u-%d", i);
				id = fixture_union(&hub, code);
				desk_join(&hub, &desks[count++], &id);
			} else if (count == 0 || dice < 80) {
				add_unions(&hub, i, 1);
			} else {
				desk_writes(&hub, &desks[dice % count], "việc");
			}
		}
		must(nc_store_fold_hash(hub.store, &before, &fixture_error));
		/* Numbered backwards, as another order might have. */
		renumber(hub.store);
		must(nc_store_fold_hash(hub.store, &after, &fixture_error));
		assert_true(nc_digest_equal(&before, &after));
		renumber(hub.store);
		must(nc_store_verify(hub.store, NULL, &fixture_error));
		must(nc_store_rebuild(hub.store, NULL, &fixture_error));
		must(nc_store_fold_hash(hub.store, &after, &fixture_error));
		assert_true(nc_digest_equal(&before, &after));
		/* What is not a number counts. */
		if (count > 0) {
			shelf_exec(hub.store, "UPDATE device SET scope = 77");
			must(nc_store_fold_hash(
				hub.store, &after, &fixture_error));
			assert_false(nc_digest_equal(&before, &after));
		}
		for (size_t i = 0; i < count; i++)
			nc_key_free(desks[i].replica.key);
		fixture_close(&hub);
	}
}

struct grant {
	struct nc_id id;
	bool found;
};

static enum nc_status visit_grant(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct grant *grant = context;

	(void)err;
	grant->id = record->id;
	grant->found = true;
	return NC_OK;
}

/* A grant that ends before what is held: what lies past it is refused, in the
 * fold at hand as in one that is made anew. */
static void test_fold__a_late_end_counts(void **state)
{
	struct fixture_world world = {1700000000000, 7200};
	struct nc_field_change last = {
		.field = NC_GRANT_LAST, .value = nc_value_integer(2)};
	struct nc_record_change change = {
		.entity = NC_ENTITY_GRANT, .fields = &last, .fields_count = 1};
	struct grant grant = {.found = false};
	struct fixture_replica hub;
	struct nc_written written;
	struct nc_author author;
	struct desk desk;
	struct nc_id id;

	(void)state;
	found(&hub, &world, ":memory:");
	author = fixture_author(&hub);
	id = fixture_union(&hub, "ha-tinh");
	desk_join(&hub, &desk, &id);
	for (int i = 0; i < 5; i++)
		desk_writes(&hub, &desk, "việc");
	assert_int_equal(
		number(hub.store, "SELECT count(*) FROM plan_item"), 5);
	must(nc_records_each(hub.store, nc_model_entity(NC_ENTITY_GRANT),
		&hub.store->identity.cluster, NC_RECORDS_PRESENT, visit_grant,
		&grant, &fixture_error));
	assert_true(grant.found);
	change.record = grant.id;
	must(nc_author_save(hub.store, &author, &hub.store->identity.cluster,
		&change, 1, &written, &fixture_error));
	assert_int_equal(
		number(hub.store, "SELECT count(*) FROM plan_item"), 2);
	assert_int_equal(number(hub.store, "SELECT count(*) FROM refusal"), 3);
	must(nc_store_verify(hub.store, NULL, &fixture_error));
	desk_writes(&hub, &desk, "sau");
	must(nc_store_verify(hub.store, NULL, &fixture_error));
	nc_key_free(desk.replica.key);
	fixture_close(&hub);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tree__is_the_definition),
		cmocka_unit_test(test_tree__two_levels_of_tiles),
		cmocka_unit_test(test_tree__rolled_back_tiles_are_gone),
		cmocka_unit_test(test_tree__none_on_a_client),
		cmocka_unit_test(test_tree__a_gap_is_a_fault),
		cmocka_unit_test(test_verify__finds_a_harmed_tree),
		cmocka_unit_test(test_migration__makes_version_2),
		cmocka_unit_test(test_fold__any_interleaving_is_the_same),
		cmocka_unit_test(test_fold__a_late_end_counts),
	};

	if (nc_trust_start(NULL) != NC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
