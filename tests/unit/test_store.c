/*
 * The store: what may be appended, what is folded, what is refused, and that
 * a store that fails keeps what it had.
 */
#include "fixture.h"

#include "store/db.h"

#include <unistd.h>

struct world {
	struct fixture_world world;
	struct fixture_replica hub, client, other;
	struct nc_id mine, theirs;
	struct nc_arena arena;
};

static int world_open(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->world.now_ms = 1700000000000;
	nc_arena_init(&w->arena, 64 << 20);
	fixture_found(&w->hub, &w->world);
	w->mine = fixture_union(&w->hub, "ha-tinh");
	w->theirs = fixture_union(&w->hub, "gia-lai");
	fixture_join(&w->hub, &w->client, &w->world, &w->mine);
	fixture_join(&w->hub, &w->other, &w->world, &w->theirs);
	*state = w;
	return 0;
}

static int world_close(void **state)
{
	struct world *w = *state;

	fixture_close(&w->hub);
	fixture_close(&w->client);
	fixture_close(&w->other);
	nc_arena_fini(&w->arena);
	free(w);
	return 0;
}

/* A change-set made by hand, signed by replica's key. */
struct made {
	struct nc_change_set change_set;
	struct nc_record_change record;
	struct nc_field_change fields[3];
	struct nc_buffer payload;
	struct nc_signed_change_set signed_set;
};

static void make(struct made *made, struct fixture_replica *author,
	const struct nc_id *union_id, uint64_t sequence, uint32_t entity)
{
	memset(made, 0, sizeof(*made));
	nc_buffer_init(&made->payload, 4 << 20);
	made->change_set.union_id = *union_id;
	made->change_set.device = nc_key_device(author->key);
	made->change_set.sequence = sequence;
	made->change_set.written_at_ms = 1700000000000;
	made->change_set.model_version = NC_MODEL_VERSION;
	made->change_set.records = &made->record;
	made->change_set.records_count = 1;
	made->record.record = nc_id_new(&author->env);
	made->record.entity = entity;
	made->record.fields = made->fields;
}

static void add(struct made *made, uint32_t field, struct nc_value value)
{
	struct nc_field_change *change =
		&made->fields[made->record.fields_count++];

	change->field = field;
	change->value = value;
}

static void sign(struct made *made, struct fixture_replica *author)
{
	nc_buffer_reset(&made->payload);
	must(nc_change_set_encode(
		&made->change_set, &made->payload, &fixture_error));
	made->signed_set.payload = nc_buffer_slice(&made->payload);
	must(nc_sign(author->key, NC_DOMAIN_CHANGE_SET,
		made->signed_set.payload, made->signed_set.signature,
		&fixture_error));
}

static enum nc_status take(
	struct fixture_replica *at, struct made *made, struct nc_dot *need)
{
	enum nc_status status;

	must(nc_store_begin(at->store, &fixture_error));
	status = nc_store_take(at->store, &made->signed_set, &made->change_set,
		5, need, &fixture_error);
	must(nc_store_commit(at->store, &fixture_error));
	return status;
}

static void test_take__gap_fork_again(void **state)
{
	struct world *w = *state;
	struct made first, second, fork;
	struct nc_dot need = {0};
	struct nc_counts counts;

	make(&first, &w->client, &w->mine, 1, NC_ENTITY_PLAN_ITEM);
	add(&first, NC_PLAN_TEXT, nc_value_text("một"));
	sign(&first, &w->client);
	make(&second, &w->client, &w->mine, 2, NC_ENTITY_PLAN_ITEM);
	add(&second, NC_PLAN_TEXT, nc_value_text("hai"));
	nc_sha256(second.change_set.previous, first.signed_set.payload);
	sign(&second, &w->client);
	make(&fork, &w->client, &w->mine, 1, NC_ENTITY_PLAN_ITEM);
	add(&fork, NC_PLAN_TEXT, nc_value_text("khác"));
	sign(&fork, &w->client);
	assert_int_equal(take(&w->hub, &second, &need), NC_GAP);
	assert_int_equal(need.sequence, 1);
	assert_true(need.device == nc_key_device(w->client.key));
	assert_int_equal(take(&w->hub, &first, &need), NC_OK);
	assert_int_equal(take(&w->hub, &first, &need), NC_EXISTS);
	assert_int_equal(take(&w->hub, &fork, &need), NC_FORK);
	assert_int_equal(take(&w->hub, &fork, &need), NC_FORK);
	assert_int_equal(take(&w->hub, &second, &need), NC_OK);
	must(nc_store_counts(w->hub.store, &counts, &fixture_error));
	assert_int_equal(counts.forks, 1);
	must(nc_store_verify(w->hub.store, NULL, &fixture_error));
	nc_buffer_fini(&first.payload);
	nc_buffer_fini(&second.payload);
	nc_buffer_fini(&fork.payload);
}

static void test_take__wrong_previous_is_a_fork(void **state)
{
	struct world *w = *state;
	struct made first, second;
	struct nc_dot need;

	make(&first, &w->client, &w->mine, 1, NC_ENTITY_PLAN_ITEM);
	add(&first, NC_PLAN_TEXT, nc_value_text("một"));
	sign(&first, &w->client);
	make(&second, &w->client, &w->mine, 2, NC_ENTITY_PLAN_ITEM);
	add(&second, NC_PLAN_TEXT, nc_value_text("hai"));
	second.change_set.previous[0] = 1;
	sign(&second, &w->client);
	assert_int_equal(take(&w->hub, &first, &need), NC_OK);
	assert_int_equal(take(&w->hub, &second, &need), NC_FORK);
	nc_buffer_fini(&first.payload);
	nc_buffer_fini(&second.payload);
}

static void test_take__unseen_cause_is_a_gap(void **state)
{
	struct world *w = *state;
	struct nc_dot unseen = {42, 7};
	struct nc_dot need = {0};
	struct made made;

	make(&made, &w->client, &w->mine, 1, NC_ENTITY_PLAN_ITEM);
	add(&made, NC_PLAN_TEXT, nc_value_text("đè lên"));
	made.fields[0].replaces = &unseen;
	made.fields[0].replaces_count = 1;
	sign(&made, &w->client);
	assert_int_equal(take(&w->hub, &made, &need), NC_GAP);
	assert_int_equal(need.device, 42);
	assert_int_equal(need.sequence, 7);
	nc_buffer_fini(&made.payload);
}

struct refusals {
	size_t count;
	enum nc_refusal reason;
};

static enum nc_status visit_refusal(
	void *context, const struct nc_refused *refused, struct nc_error *err)
{
	struct refusals *refusals = context;

	(void)err;
	refusals->count++;
	refusals->reason = refused->reason;
	return NC_OK;
}

static void test_fold__refuses_and_goes_on(void **state)
{
	static const struct {
		const char *what;
		bool by_other; /* a device of another union */
		bool by_hub;
		uint32_t entity, field;
		const char *text;
		enum nc_refusal reason;
	} cases[] = {
		{"another union's record", true, false, NC_ENTITY_PLAN_ITEM,
			NC_PLAN_TEXT, "x", NC_REFUSAL_NOT_GRANTED},
		{"a cluster's field", false, false, NC_ENTITY_SUBMISSION, 5,
			"accepted", NC_REFUSAL_CLUSTER_FIELD},
		{"a union's field by the hub", false, true, NC_ENTITY_PLAN_ITEM,
			NC_PLAN_TEXT, "x", NC_REFUSAL_UNION_FIELD},
		{"a cluster's record in a union's stream", false, false,
			NC_ENTITY_UNION, NC_UNION_NAME, "x",
			NC_REFUSAL_WRONG_STREAM},
		{"a choice that there is not", false, false,
			NC_ENTITY_PLAN_ITEM, NC_PLAN_AREA, "nowhere",
			NC_REFUSAL_BAD_VALUE},
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct fixture_replica *by = cases[i].by_hub	 ? &w->hub
					     : cases[i].by_other ? &w->other
								 : &w->client;
		struct nc_log_head head;
		struct refusals refusals = {0};
		struct nc_dot need;
		struct made made;

		must(nc_log_head(w->hub.store, &w->mine, nc_key_device(by->key),
			&head, &fixture_error));
		make(&made, by, &w->mine, head.sequence + 1, cases[i].entity);
		memcpy(made.change_set.previous, head.hash, NC_HASH_SIZE);
		add(&made, cases[i].field, nc_value_text(cases[i].text));
		sign(&made, by);
		print_message("%s\n", cases[i].what);
		assert_int_equal(take(&w->hub, &made, &need), NC_OK);
		must(nc_refusals_each(w->hub.store, visit_refusal, &refusals,
			&fixture_error));
		assert_int_equal(refusals.count, i + 1);
		nc_buffer_fini(&made.payload);
	}
	must(nc_store_verify(w->hub.store, NULL, &fixture_error));
}

static void test_fold__keeps_what_it_does_not_know(void **state)
{
	struct world *w = *state;
	struct made made;
	struct nc_dot need;
	struct nc_record record;
	struct nc_log_head head;

	make(&made, &w->client, &w->mine, 1, NC_ENTITY_PLAN_ITEM);
	add(&made, NC_PLAN_TEXT, nc_value_text("một"));
	add(&made, 200, nc_value_text("một trường của mai sau"));
	sign(&made, &w->client);
	assert_int_equal(take(&w->hub, &made, &need), NC_OK);
	must(nc_record_get(w->hub.store, nc_model_entity(NC_ENTITY_PLAN_ITEM),
		&w->mine, &made.record.record, &w->arena, &record,
		&fixture_error));
	assert_int_equal(record.row.count, 1);
	must(nc_log_head(w->hub.store, &w->mine, made.change_set.device, &head,
		&fixture_error));
	nc_buffer_fini(&made.payload);
	make(&made, &w->client, &w->mine, 2, 4000);
	memcpy(made.change_set.previous, head.hash, NC_HASH_SIZE);
	add(&made, 1, nc_value_text("một loại của mai sau"));
	sign(&made, &w->client);
	assert_int_equal(take(&w->hub, &made, &need), NC_OK);
	nc_buffer_fini(&made.payload);
	must(nc_store_verify(w->hub.store, NULL, &fixture_error));
}

static enum nc_status save_item(
	struct fixture_replica *replica, struct nc_id id, const char *text)
{
	struct nc_author author = fixture_author(replica);
	struct nc_field_change fields[] = {
		{NC_PLAN_YEAR, nc_value_integer(2024), NULL, 0},
		{NC_PLAN_AREA, nc_value_text("friendship"), NULL, 0},
		{NC_PLAN_RANK, nc_value_text("V"), NULL, 0},
		{NC_PLAN_TEXT, nc_value_text(text), NULL, 0},
		{NC_PLAN_LEVEL, nc_value_integer(1), NULL, 0},
	};
	struct nc_record_change change = {.record = id,
		.entity = NC_ENTITY_PLAN_ITEM,
		.fields = fields,
		.fields_count = 5};
	struct nc_written written;

	return nc_author_save(replica->store, &author, &replica->union_id,
		&change, 1, &written, &fixture_error);
}

static enum nc_status save_text(
	struct fixture_replica *replica, const char *text)
{
	return save_item(replica, nc_id_new(&replica->env), text);
}

static void test_store__full_disk_loses_nothing(void **state)
{
	struct world *w = *state;
	struct nc_counts before, after;
	char *text = calloc(1, 60000);

	assert_non_null(text);
	memset(text, 'x', 59999);
	must(save_text(&w->client, "còn chỗ"));
	must(nc_store_counts(w->client.store, &before, &fixture_error));
	must(nc_db_exec(
		w->client.store, "PRAGMA max_page_count = 1", &fixture_error));
	assert_int_equal(save_text(&w->client, text), NC_FULL);
	assert_non_null(strstr(fixture_error.text, "disk is full"));
	must(nc_db_exec(w->client.store, "PRAGMA max_page_count = 1000000",
		&fixture_error));
	must(nc_store_counts(w->client.store, &after, &fixture_error));
	assert_int_equal(before.change_sets, after.change_sets);
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
	must(save_text(&w->client, "lại có chỗ"));
	must(fixture_sync(&w->hub, &w->client));
	free(text);
}

static void test_store__refuses_a_newer_one(void **state)
{
	char path[] = "/tmp/nhipcau-test-XXXXXX";
	struct nc_store *store;
	int fd = mkstemp(path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	must(nc_store_open(path, NC_STORE_CREATE, &store, &fixture_error));
	must(nc_db_exec(store, "PRAGMA user_version = 99", &fixture_error));
	nc_store_close(store);
	assert_int_equal(
		nc_store_open(path, NC_STORE_OPEN, &store, &fixture_error),
		NC_NEWER);
	unlink(path);
	assert_int_equal(
		nc_store_open(path, NC_STORE_OPEN, &store, &fixture_error),
		NC_NOT_FOUND);
}

static void test_verify__names_what_was_altered(void **state)
{
	static const char *const damage[] = {
		"UPDATE log SET payload = x'00' WHERE position = 3",
		"UPDATE log SET signature = zeroblob(64) WHERE position = 3",
		"UPDATE stream SET hash = zeroblob(32) WHERE number = 1",
		"UPDATE \"union\" SET name = 'x'",
		"DELETE FROM \"union\" WHERE number = 1",
		"UPDATE scope SET digest = zeroblob(32)",
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		must(nc_store_verify(w->hub.store, NULL, &fixture_error));
		must(nc_db_exec(w->hub.store,
			"CREATE TABLE keep AS SELECT * FROM log;"
			"CREATE TABLE keep2 AS SELECT * FROM stream",
			&fixture_error));
		must(nc_db_exec(w->hub.store, damage[i], &fixture_error));
		w->hub.store->fresh = false;
		print_message("%s\n", damage[i]);
		assert_int_not_equal(
			nc_store_verify(w->hub.store, NULL, &fixture_error),
			NC_OK);
		must(nc_db_exec(w->hub.store,
			"UPDATE log SET payload = (SELECT payload FROM keep"
			" WHERE keep.position = log.position), signature ="
			" (SELECT signature FROM keep WHERE keep.position ="
			" log.position);"
			"UPDATE stream SET hash = (SELECT hash FROM keep2"
			" WHERE keep2.number = stream.number);"
			"DROP TABLE keep; DROP TABLE keep2",
			&fixture_error));
		w->hub.store->fresh = false;
		must(nc_store_rebuild(w->hub.store, NULL, &fixture_error));
	}
}

static void test_author__says_what_is_wrong(void **state)
{
	struct world *w = *state;
	struct nc_author author = fixture_author(&w->client);
	struct nc_field_change fields[] = {
		{NC_PLAN_YEAR, nc_value_integer(99999), NULL, 0},
		{NC_PLAN_TEXT, nc_value_text("x"), NULL, 0},
	};
	struct nc_record_change change = {.record = nc_id_new(&w->client.env),
		.entity = NC_ENTITY_PLAN_ITEM,
		.fields = fields,
		.fields_count = 2};
	struct nc_written written;
	enum nc_status status;

	status = nc_author_save(w->client.store, &author, &w->mine, &change, 1,
		&written, &fixture_error);
	assert_int_equal(status, NC_INVALID); /* required fields missing */
	status = nc_author_save(w->client.store, &author, &w->theirs, &change,
		1, &written, &fixture_error);
	assert_int_not_equal(status, NC_OK);
	change.deletes = true;
	change.fields_count = 0;
	status = nc_author_save(w->client.store, &author, &w->mine, &change, 1,
		&written, &fixture_error);
	assert_int_equal(status, NC_NOT_FOUND);
}

static void test_author__hub_may_not_delete_for_a_union(void **state)
{
	struct world *w = *state;
	struct nc_author author = fixture_author(&w->hub);
	struct nc_record_change change = {
		.entity = NC_ENTITY_PLAN_ITEM, .deletes = true};
	struct nc_written written;
	enum nc_status status;

	w->world.now_ms++;
	change.record = nc_id_new(&w->client.env);
	must(save_item(&w->client, change.record, "của đơn vị"));
	must(fixture_sync(&w->hub, &w->client));
	status = nc_author_save(w->hub.store, &author, &w->mine, &change, 1,
		&written, &fixture_error);
	assert_int_equal(status, NC_DENIED);
}

static bool has_table(struct fixture_replica *at, const char *table)
{
	sqlite3_stmt *statement;
	bool has;

	assert_int_equal(sqlite3_prepare_v2(at->store->db,
				 "SELECT 1 FROM sqlite_schema WHERE name = ?",
				 -1, &statement, NULL),
		SQLITE_OK);
	sqlite3_bind_text(statement, 1, table, -1, SQLITE_STATIC);
	has = sqlite3_step(statement) == SQLITE_ROW;
	sqlite3_finalize(statement);
	return has;
}

/* An entity's table is made with its first record, and goes with it. */
static void test_tables__are_made_when_needed(void **state)
{
	struct world *w = *state;
	struct fixture_replica *at = &w->client;
	struct nc_author author = fixture_author(at);
	struct nc_field_change symbol = {
		1, nc_value_text("80/2020/NĐ-CP"), NULL, 0};
	const struct nc_entity *entity = nc_model_entity(NC_ENTITY_LEGAL_REF);
	struct nc_record_change change = {.record = nc_id_new(&at->env),
		.entity = NC_ENTITY_LEGAL_REF,
		.fields = &symbol,
		.fields_count = 1};
	struct nc_written written;
	struct nc_record record;

	assert_false(has_table(at, "legal_ref"));
	assert_int_equal(
		nc_record_get(at->store, entity, &w->mine, &change.record,
			&w->arena, &record, &fixture_error),
		NC_NOT_FOUND);
	for (int i = 0; i < 2; i++) {
		must(nc_store_begin(at->store, &fixture_error));
		must(nc_author_write(at->store, &author, &w->mine, &change, 1,
			&written, &fixture_error));
		assert_true(has_table(at, "legal_ref"));
		if (i == 0)
			nc_store_rollback(at->store);
		else
			must(nc_store_commit(at->store, &fixture_error));
		assert_int_equal(has_table(at, "legal_ref"), i);
		assert_int_equal(nc_record_get(at->store, entity, &w->mine,
					 &change.record, &w->arena, &record,
					 &fixture_error),
			i == 0 ? NC_NOT_FOUND : NC_OK);
	}
	must(nc_store_verify(at->store, NULL, &fixture_error));
	assert_int_equal(
		nc_record_get(at->store, entity, &w->mine, &change.record,
			&w->arena, &record, &fixture_error),
		NC_OK);
	must(nc_store_rebuild(at->store, NULL, &fixture_error));
	assert_int_equal(
		nc_record_get(at->store, entity, &w->mine, &change.record,
			&w->arena, &record, &fixture_error),
		NC_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
		T(test_take__gap_fork_again),
		T(test_take__wrong_previous_is_a_fork),
		T(test_take__unseen_cause_is_a_gap),
		T(test_fold__refuses_and_goes_on),
		T(test_fold__keeps_what_it_does_not_know),
		T(test_store__full_disk_loses_nothing),
		T(test_store__refuses_a_newer_one),
		T(test_tables__are_made_when_needed),
		T(test_verify__names_what_was_altered),
		T(test_author__says_what_is_wrong),
		T(test_author__hub_may_not_delete_for_a_union),
#undef T
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
