/*
 * A client whose log or fold was damaged mends itself at the next sync.
 */
#include "stores.h"

#include "store/receipt.h"

struct office {
	struct fixture_world world;
	struct fixture_replica hub, client;
	struct nc_id items[12];
};

static struct nc_id add_item(struct fixture_replica *replica, const char *text)
{
	struct nc_author author = fixture_author(replica);
	struct nc_field_change fields[] = {
		{NC_PLAN_YEAR, nc_value_integer(2024), NULL, 0},
		{NC_PLAN_AREA, nc_value_text("friendship"), NULL, 0},
		{NC_PLAN_RANK, nc_value_text("V"), NULL, 0},
		{NC_PLAN_TEXT, nc_value_text(text), NULL, 0},
		{NC_PLAN_LEVEL, nc_value_integer(1), NULL, 0},
	};
	struct nc_record_change change = {.record = nc_id_new(&replica->env),
		.entity = NC_ENTITY_PLAN_ITEM,
		.fields = fields,
		.fields_count = 5};
	struct nc_written written;

	must(nc_author_save(replica->store, &author, &replica->union_id,
		&change, 1, &written, &fixture_error));
	return change.record;
}

static int office_open(void **state)
{
	struct office *office = calloc(1, sizeof(*office));
	struct nc_id union_id;

	assert_non_null(office);
	office->world.random = 7;
	office->world.now_ms = 1700000000000;
	fixture_found(&office->hub, &office->world);
	union_id = fixture_union(&office->hub, "ha-tinh");
	fixture_join(&office->hub, &office->client, &office->world, &union_id);
	for (int i = 0; i < 10; i++)
		office->items[i] = add_item(&office->client, "Một việc");
	must(fixture_sync(&office->hub, &office->client));
	*state = office;
	return 0;
}

static int office_close(void **state)
{
	struct office *office = *state;

	fixture_close(&office->hub);
	fixture_close(&office->client);
	free(office);
	return 0;
}

/* Behind the store's back, as a failing disk would. */
static void damage(struct office *office, const char *sql)
{
	struct nc_store *store = office->client.store;

	assert_int_equal(
		sqlite3_exec(store->db, sql, NULL, NULL, NULL), SQLITE_OK);
	assert_true(sqlite3_changes(store->db) > 0);
	store->fresh = false;
}

static void is_whole(struct office *office, size_t items)
{
	struct nc_digest ours, theirs;
	uint64_t placed, all, waiting;

	must(nc_store_verify(office->client.store, NULL, &fixture_error));
	must(nc_store_digest(office->client.store, &office->client.union_id,
		&ours, &fixture_error));
	must(nc_store_digest(office->hub.store, &office->client.union_id,
		&theirs, &fixture_error));
	assert_true(nc_digest_equal(&ours, &theirs));
	must(nc_receipt_count(
		office->client.store, &placed, &all, &fixture_error));
	assert_int_equal(placed, all);
	must(nc_again_waiting(office->client.store, &waiting, &fixture_error));
	assert_int_equal(waiting, 0);
	for (size_t i = 0; i < items; i++) {
		struct nc_record record;
		struct nc_arena arena;

		nc_arena_init(&arena, 1 << 20);
		must(nc_record_get(office->hub.store,
			nc_model_entity(NC_ENTITY_PLAN_ITEM),
			&office->client.union_id, &office->items[i], &arena,
			&record, &fixture_error));
		assert_false(record.gone);
		nc_arena_fini(&arena);
	}
}

static void test_mend__fold_is_made_anew(void **state)
{
	struct office *office = *state;

	damage(office, "UPDATE plan_item SET text = 'khác' WHERE number = 3");
	damage(office, "UPDATE scope SET digest = zeroblob(32)");
	must(fixture_sync(&office->hub, &office->client));
	is_whole(office, 10);
}

static void test_mend__damaged_change_sets_are_fetched(void **state)
{
	struct office *office = *state;

	damage(office, "UPDATE log SET payload = x'0102' WHERE sequence = 4"
		       " AND stream IN (SELECT stream FROM log"
		       " GROUP BY stream HAVING count(*) = 10)");
	damage(office, "UPDATE scope SET digest = zeroblob(32)");
	must(fixture_sync(&office->hub, &office->client));
	is_whole(office, 10);
}

static void test_mend__missing_change_sets_are_fetched(void **state)
{
	struct office *office = *state;

	damage(office, "DELETE FROM log WHERE sequence IN (3, 7)"
		       " AND stream IN (SELECT stream FROM log"
		       " GROUP BY stream HAVING count(*) = 10)");
	damage(office, "UPDATE scope SET digest = zeroblob(32)");
	must(fixture_sync(&office->hub, &office->client));
	is_whole(office, 10);
}

static void edit_item(
	struct fixture_replica *replica, struct nc_id item, const char *text)
{
	struct nc_author author = fixture_author(replica);
	struct nc_field_change field =
		nc_field_change_of(NC_PLAN_TEXT, nc_value_text(text));
	struct nc_record_change change = {.record = item,
		.entity = NC_ENTITY_PLAN_ITEM,
		.fields = &field,
		.fields_count = 1};
	struct nc_written written;

	must(nc_author_save(replica->store, &author, &replica->union_id,
		&change, 1, &written, &fixture_error));
}

static void own_words_at_the_end(struct office *office)
{
	damage(office, "PRAGMA foreign_keys = OFF;"
		       "UPDATE receipt SET position = position + 1000 WHERE"
		       " position IN (SELECT position FROM log WHERE stream IN"
		       " (SELECT stream FROM log GROUP BY stream"
		       " HAVING count(*) = 10));"
		       "UPDATE log SET position = position + 1000 WHERE stream"
		       " IN (SELECT stream FROM log GROUP BY stream"
		       " HAVING count(*) = 10);"
		       "PRAGMA foreign_keys = ON");
	must(nc_store_rebuild(office->client.store, NULL, &fixture_error));
}

/* A colleague's edit that was taken while another branch of what it replaces
 * was here: the fold of such a log brings back what was replaced, however often
 * it is made. */
static void test_mend__a_misplaced_change_set_is_fetched(void **state)
{
	struct office *office = *state;
	struct fixture_replica colleague;

	fixture_join(&office->hub, &colleague, &office->world,
		&office->client.union_id);
	must(fixture_sync(&office->hub, &colleague));
	edit_item(&colleague, office->items[3], "Việc khác");
	edit_item(&colleague, office->items[4], "Việc khác nữa");
	must(fixture_sync(&office->hub, &colleague));
	must(fixture_sync(&office->hub, &office->client));
	own_words_at_the_end(office);
	must(fixture_sync(&office->hub, &office->client));
	is_whole(office, 10);
	fixture_close(&colleague);
}

/* Two colleagues, and what the second wrote on the first's word: what was
 * sound goes with what it stands on, whichever stream is looked at first. */
static void test_mend__what_stands_on_the_misplaced_too(void **state)
{
	struct office *office = *state;
	struct fixture_replica colleagues[2], *first = &colleagues[0],
					      *second = &colleagues[1];

	for (int i = 0; i < 2; i++)
		fixture_join(&office->hub, &colleagues[i], &office->world,
			&office->client.union_id);
	if (nc_key_device(first->key) < nc_key_device(second->key)) {
		first = &colleagues[1];
		second = &colleagues[0];
	}
	must(fixture_sync(&office->hub, first));
	edit_item(first, office->items[3], "Việc khác");
	must(fixture_sync(&office->hub, first));
	must(fixture_sync(&office->hub, second));
	edit_item(second, office->items[3], "Việc khác nữa");
	must(fixture_sync(&office->hub, second));
	must(fixture_sync(&office->hub, &office->client));
	own_words_at_the_end(office);
	must(fixture_sync(&office->hub, &office->client));
	is_whole(office, 10);
	fixture_close(first);
	fixture_close(second);
}

/* What nobody else has is written again, though what stood before it in its
 * stream was damaged. */
static void test_mend__unsent_words_survive(void **state)
{
	struct office *office = *state;
	uint64_t count = 0, waiting;

	office->items[10] = add_item(&office->client, "Chưa gửi");
	office->items[11] = add_item(&office->client, "Chưa gửi nữa");
	damage(office, "UPDATE log SET payload = x'00' WHERE sequence = 9"
		       " AND stream IN (SELECT stream FROM log"
		       " GROUP BY stream HAVING count(*) = 12)");
	must(nc_store_begin(office->client.store, &fixture_error));
	must(nc_again_mend(office->client.store, &count, &fixture_error));
	must(nc_store_commit(office->client.store, &fixture_error));
	assert_int_equal(count, 4);
	must(nc_again_waiting(office->client.store, &waiting, &fixture_error));
	assert_true(waiting >= 2);
	must(fixture_sync(&office->hub, &office->client));
	is_whole(office, 10);
}

static void test_mend__whole_log_is_left_alone(void **state)
{
	struct office *office = *state;
	uint64_t count = 9;

	must(nc_store_begin(office->client.store, &fixture_error));
	must(nc_again_mend(office->client.store, &count, &fixture_error));
	must(nc_store_commit(office->client.store, &fixture_error));
	assert_int_equal(count, 0);
	is_whole(office, 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_mend__fold_is_made_anew,
			office_open, office_close),
		cmocka_unit_test_setup_teardown(
			test_mend__damaged_change_sets_are_fetched, office_open,
			office_close),
		cmocka_unit_test_setup_teardown(
			test_mend__missing_change_sets_are_fetched, office_open,
			office_close),
		cmocka_unit_test_setup_teardown(
			test_mend__a_misplaced_change_set_is_fetched,
			office_open, office_close),
		cmocka_unit_test_setup_teardown(
			test_mend__what_stands_on_the_misplaced_too,
			office_open, office_close),
		cmocka_unit_test_setup_teardown(test_mend__unsent_words_survive,
			office_open, office_close),
		cmocka_unit_test_setup_teardown(
			test_mend__whole_log_is_left_alone, office_open,
			office_close),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
