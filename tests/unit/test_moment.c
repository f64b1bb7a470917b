/*
 * Two programs have one store open: what one call of the store reads is of one
 * moment, whenever the other commits.
 */
#include "store_tree.h"
#include "stores.h"

/* Another program that commits just before a statement here begins to read. */
struct beside {
	const char *before; /* words of that statement */
	void (*commit)(struct beside *beside);
	bool done;
	struct fixture_replica *hub, writer;
	struct shelf *shelf;
};

static int commit_beside(
	unsigned event, void *context, void *statement, void *sql)
{
	struct beside *beside = context;

	(void)event;
	(void)sql;
	if (beside->done ||
		strstr(sqlite3_sql(statement), beside->before) == NULL)
		return 0;
	beside->done = true;
	beside->commit(beside);
	return 0;
}

static void watch(struct nc_store *reader, struct beside *beside)
{
	sqlite3_trace_v2(reader->db, SQLITE_TRACE_STMT, commit_beside, beside);
}

static void commit_carried(struct beside *beside)
{
	assert_true(stores_carry(beside->hub, &beside->writer).taken > 0);
}

static enum nc_status count_record(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	size_t *count = context;

	(void)record;
	(void)err;
	(*count)++;
	return NC_OK;
}

/* A client whose store two programs have open: the reader, and beside. */
static void open_twice(
	struct fixture_replica *reader, struct beside *beside, const char *path)
{
	nc_store_close(reader->store);
	must(nc_store_open(
		path, NC_STORE_OPEN, &reader->store, &fixture_error));
	beside->writer = *reader;
	must(nc_store_open(
		path, NC_STORE_OPEN, &beside->writer.store, &fixture_error));
	watch(reader->store, beside);
}

static void make_path(char *path)
{
	int fd = mkstemp(path);

	assert_true(fd >= 0);
	close(fd);
	unlink(path);
}

/* The first records of a union come in: its rows' scope is not known here
 * yet, and the store does not contradict itself. */
static void test_records__of_a_union_that_just_came_in(void **state)
{
	struct fixture_world world = {.now_ms = 1700000000000};
	char path[] = "/tmp/nhipcau-test-XXXXXX";
	struct fixture_replica hub, desk, reader;
	struct beside beside = {.before = "FROM \"plan_item\"",
		.commit = commit_carried,
		.hub = &hub};
	struct nc_id mine, theirs;

	(void)state;
	make_path(path);
	fixture_found(&hub, &world);
	mine = fixture_union(&hub, "ha-tinh");
	theirs = fixture_union(&hub, "gia-lai");
	stores_join(&hub, &reader, &world, &mine, path);
	stores_join(&hub, &desk, &world, &theirs, ":memory:");
	must(stores_save(&reader, nc_id_new(&reader.env), true, "Gặp mặt"));
	must(stores_save(&desk, nc_id_new(&desk.env), true, "Tiếp đoàn"));
	stores_carry(&desk, &hub);
	open_twice(&reader, &beside, path);
	for (size_t look = 0; look < 2; look++) {
		size_t count = 0;

		must(nc_records_each(reader.store,
			nc_model_entity(NC_ENTITY_PLAN_ITEM), NULL,
			NC_RECORDS_PRESENT, count_record, &count,
			&fixture_error));
		assert_true(beside.done);
		assert_int_equal(count, 1 + look);
	}
	nc_store_close(beside.writer.store);
	fixture_close(&reader);
	fixture_close(&desk);
	fixture_close(&hub);
	unlink(path);
}

static void rotate_at(struct fixture_replica *hub, nc_device_id old,
	const struct nc_key *new_key)
{
	struct nc_author author = fixture_author(hub);

	must(nc_store_begin(hub->store, &fixture_error));
	must(nc_hubs_rotate(hub->store, &author, old, nc_key_public(new_key),
		&fixture_error));
	must(nc_store_commit(hub->store, &fixture_error));
}

/* What is kept in memory never has a device of one moment with the grants of
 * the next: nothing would tell it afterwards. */
static void test_registry__read_while_a_key_changes(void **state)
{
	struct fixture_world world = {.now_ms = 1700000000000};
	char path[] = "/tmp/nhipcau-test-XXXXXX";
	struct fixture_replica hub, reader;
	struct beside beside = {.before = "FROM \"grant\"",
		.commit = commit_carried,
		.hub = &hub};
	struct nc_key *new_key;
	struct nc_id mine;
	nc_device_id old;

	(void)state;
	make_path(path);
	fixture_found(&hub, &world);
	mine = fixture_union(&hub, "ha-tinh");
	stores_join(&hub, &reader, &world, &mine, path);
	old = nc_key_device(reader.key);
	must(nc_key_generate(&reader.env, &new_key, &fixture_error));
	rotate_at(&hub, old, new_key);
	open_twice(&reader, &beside, path);
	for (size_t look = 0; look < 3; look++) {
		const struct nc_registry *registry;
		enum nc_standing standing;

		must(nc_store_registry(
			reader.store, &registry, &fixture_error));
		assert_true(beside.done);
		assert_int_equal(
			nc_registry_device(registry, old)->revoked, look > 0);
		must(nc_store_standing(reader.store, &mine, old, 1, &standing,
			&fixture_error));
		assert_int_equal(standing, NC_STANDING_NONE);
	}
	nc_key_free(new_key);
	nc_store_close(beside.writer.store);
	fixture_close(&reader);
	fixture_close(&hub);
	unlink(path);
}

static void commit_leaves(struct beside *beside)
{
	struct nc_store *store = beside->writer.store;

	must(nc_store_begin(store, &fixture_error));
	for (int i = 0; i < 5; i++)
		must(shelf_append(beside->shelf, store));
	must(nc_store_commit(store, &fixture_error));
}

/* The log's end and the edge's tiles belong together. */
static void test_tree__grows_while_its_edge_is_read(void **state)
{
	struct shelf shelf;
	struct nc_store *reader;
	struct beside beside = {.before = "FROM tile",
		.commit = commit_leaves,
		.shelf = &shelf};
	uint64_t size;

	(void)state;
	shelf_init(&shelf, 7101, true);
	must(nc_store_open(shelf.path, NC_STORE_OPEN, &beside.writer.store,
		&fixture_error));
	must(nc_store_open(shelf.path, NC_STORE_OPEN, &reader, &fixture_error));
	commit_leaves(&beside);
	watch(reader, &beside);
	for (size_t look = 0; look < 2; look++) {
		must(nc_store_tree_size(reader, &size, &fixture_error));
		assert_true(beside.done);
		assert_int_equal(size, 5 + 5 * look);
		shelf_check(&shelf, reader, 5);
	}
	shelf_check(&shelf, reader, 10);
	nc_store_close(reader);
	nc_store_close(beside.writer.store);
	shelf_fini(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_records__of_a_union_that_just_came_in),
		cmocka_unit_test(test_registry__read_while_a_key_changes),
		cmocka_unit_test(test_tree__grows_while_its_edge_is_read),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
