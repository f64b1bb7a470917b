#include "fixture.h"

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

static void edit_text(
	struct fixture_replica *replica, struct nc_id id, const char *text)
{
	struct nc_author author = fixture_author(replica);
	struct nc_field_change field = {
		NC_PLAN_TEXT, nc_value_text(text), NULL, 0};
	struct nc_record_change change = {.record = id,
		.entity = NC_ENTITY_PLAN_ITEM,
		.deletes = text == NULL,
		.fields = &field,
		.fields_count = text == NULL ? 0 : 1};
	struct nc_written written;

	must(nc_author_save(replica->store, &author, &replica->union_id,
		&change, 1, &written, &fixture_error));
}

static void get(struct fixture_replica *replica, struct nc_id id,
	struct nc_arena *arena, struct nc_record *record)
{
	nc_arena_reset(arena);
	must(nc_record_get(replica->store, nc_model_entity(NC_ENTITY_PLAN_ITEM),
		&replica->union_id, &id, arena, record, &fixture_error));
}

static void same_digest(struct fixture_replica *a, struct fixture_replica *b,
	const struct nc_id *union_id)
{
	struct nc_digest x, y;

	must(nc_store_digest(a->store, union_id, &x, &fixture_error));
	must(nc_store_digest(b->store, union_id, &y, &fixture_error));
	assert_memory_equal(x.bytes, y.bytes, NC_DIGEST_SIZE);
}

struct cluster {
	struct fixture_world world;
	struct fixture_replica hub, one, two, other;
	struct nc_arena arena;
};

static int cluster_open(void **state)
{
	struct cluster *c = calloc(1, sizeof(*c));
	struct nc_id a, b;

	assert_non_null(c);
	must(nc_trust_start(&fixture_error));
	c->world.now_ms = 1700000000000;
	nc_arena_init(&c->arena, 1 << 20);
	fixture_found(&c->hub, &c->world);
	a = fixture_union(&c->hub, "ha-tinh");
	b = fixture_union(&c->hub, "gia-lai");
	fixture_join(&c->hub, &c->one, &c->world, &a);
	fixture_join(&c->hub, &c->two, &c->world, &a);
	fixture_join(&c->hub, &c->other, &c->world, &b);
	c->hub.union_id = a;
	*state = c;
	return 0;
}

static int cluster_close(void **state)
{
	struct cluster *c = *state;

	fixture_close(&c->hub);
	fixture_close(&c->one);
	fixture_close(&c->two);
	fixture_close(&c->other);
	nc_arena_fini(&c->arena);
	free(c);
	return 0;
}

static void test_sync__item_reaches_hub_and_colleague_only(void **state)
{
	struct cluster *c = *state;
	struct nc_id id = add_item(&c->one, "Đón đoàn");
	struct nc_record record;

	must(fixture_sync(&c->hub, &c->one));
	must(fixture_sync(&c->hub, &c->two));
	must(fixture_sync(&c->hub, &c->other));
	get(&c->two, id, &c->arena, &record);
	assert_string_equal(
		nc_record_text(&record, NC_PLAN_TEXT, &c->arena), "Đón đoàn");
	same_digest(&c->hub, &c->one, &c->one.union_id);
	same_digest(&c->hub, &c->two, &c->one.union_id);
	assert_int_equal(
		nc_record_get(c->other.store,
			nc_model_entity(NC_ENTITY_PLAN_ITEM), &c->one.union_id,
			&id, &c->arena, &record, &fixture_error),
		NC_NOT_FOUND);
}

static void test_sync__two_edits_are_both_kept(void **state)
{
	struct cluster *c = *state;
	struct nc_id id = add_item(&c->one, "Bản đầu");
	struct nc_record record;
	struct nc_author author = fixture_author(&c->two);
	struct nc_written written;

	must(fixture_sync(&c->hub, &c->one));
	must(fixture_sync(&c->hub, &c->two));
	c->world.now_ms += 1000;
	edit_text(&c->one, id, "Bản của máy một");
	c->world.now_ms += 1000;
	edit_text(&c->two, id, "Bản của máy hai");
	must(fixture_sync(&c->hub, &c->one));
	must(fixture_sync(&c->hub, &c->two));
	must(fixture_sync(&c->hub, &c->one));
	for (int i = 0; i < 3; i++) {
		struct fixture_replica *replica = i == 0   ? &c->hub
						  : i == 1 ? &c->one
							   : &c->two;

		get(replica, id, &c->arena, &record);
		assert_true(record.conflicts);
		assert_true(nc_row_field_conflicts(&record.row, NC_PLAN_TEXT));
		assert_string_equal(
			nc_record_text(&record, NC_PLAN_TEXT, &c->arena),
			"Bản của máy hai");
	}
	get(&c->two, id, &c->arena, &record);
	must(nc_author_resolve(c->two.store, &author, &record, NULL, false,
		&written, &fixture_error));
	must(fixture_sync(&c->hub, &c->two));
	must(fixture_sync(&c->hub, &c->one));
	get(&c->one, id, &c->arena, &record);
	assert_false(record.conflicts);
	same_digest(&c->hub, &c->one, &c->one.union_id);
}

static void test_sync__unseen_edit_survives_delete(void **state)
{
	struct cluster *c = *state;
	struct nc_id id = add_item(&c->one, "Sẽ bị xóa");
	struct nc_record record;

	must(fixture_sync(&c->hub, &c->one));
	must(fixture_sync(&c->hub, &c->two));
	edit_text(&c->two, id, "Vẫn còn cần");
	edit_text(&c->one, id, NULL);
	get(&c->one, id, &c->arena, &record);
	assert_true(record.gone);
	must(fixture_sync(&c->hub, &c->one));
	must(fixture_sync(&c->hub, &c->two));
	must(fixture_sync(&c->hub, &c->one));
	get(&c->one, id, &c->arena, &record);
	assert_false(record.gone);
	assert_true(record.revived);
	assert_true(record.conflicts);
	assert_string_equal(nc_record_text(&record, NC_PLAN_TEXT, &c->arena),
		"Vẫn còn cần");
	assert_int_equal(nc_record_integer(&record, NC_PLAN_YEAR, 0), 2024);
	same_digest(&c->hub, &c->one, &c->one.union_id);
	same_digest(&c->hub, &c->two, &c->one.union_id);
}

static void test_sync__revoked_device_is_told(void **state)
{
	struct cluster *c = *state;
	struct nc_author author = fixture_author(&c->hub);

	(void)add_item(&c->one, "Chưa gửi");
	must(nc_store_begin(c->hub.store, &fixture_error));
	must(nc_cluster_revoke(c->hub.store, &author, nc_key_device(c->one.key),
		&fixture_error));
	must(nc_store_commit(c->hub.store, &fixture_error));
	assert_int_equal(fixture_sync(&c->hub, &c->one), NC_REVOKED_DEVICE);
	must(fixture_sync(&c->hub, &c->two));
}

static void test_sync__another_protocol_is_told(void **state)
{
	struct cluster *c = *state;
	struct nc_reply reply = {.protocol = 2, .status = NC_PROTOCOL};
	struct nc_sync_client session;
	struct nc_buffer request, bytes, envelope;

	nc_buffer_init(&request, 1 << 20);
	nc_buffer_init(&bytes, 1 << 20);
	nc_buffer_init(&envelope, 1 << 20);
	must(nc_sync_client_start(&session, c->one.store, c->one.key,
		&c->one.env, &fixture_error));
	must(nc_sync_client_request(&session, &request, &fixture_error));
	reply.number = session.number;
	must(nc_reply_encode(&reply, &bytes, &fixture_error));
	must(nc_envelope_seal(
		nc_buffer_slice(&bytes), 1, &envelope, &fixture_error));
	assert_int_equal(nc_sync_client_reply(&session,
				 nc_buffer_slice(&envelope), &fixture_error),
		NC_PROTOCOL);
	assert_true(session.done);
	assert_non_null(strstr(fixture_error.text, "version 2"));
	nc_buffer_fini(&request);
	nc_buffer_fini(&bytes);
	nc_buffer_fini(&envelope);
}

static void test_sync__rebuild_and_verify_hold(void **state)
{
	struct cluster *c = *state;
	struct nc_digest before, after;

	for (int i = 0; i < 50; i++)
		(void)add_item(&c->one, "Một việc");
	must(fixture_sync(&c->hub, &c->one));
	must(nc_store_fold_hash(c->hub.store, &before, &fixture_error));
	must(nc_store_verify(c->hub.store, NULL, &fixture_error));
	must(nc_store_rebuild(c->hub.store, NULL, &fixture_error));
	must(nc_store_fold_hash(c->hub.store, &after, &fixture_error));
	assert_memory_equal(before.bytes, after.bytes, NC_DIGEST_SIZE);
	must(nc_store_verify(c->one.store, NULL, &fixture_error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_sync__item_reaches_hub_and_colleague_only,
			cluster_open, cluster_close),
		cmocka_unit_test_setup_teardown(
			test_sync__two_edits_are_both_kept, cluster_open,
			cluster_close),
		cmocka_unit_test_setup_teardown(
			test_sync__unseen_edit_survives_delete, cluster_open,
			cluster_close),
		cmocka_unit_test_setup_teardown(
			test_sync__revoked_device_is_told, cluster_open,
			cluster_close),
		cmocka_unit_test_setup_teardown(
			test_sync__another_protocol_is_told, cluster_open,
			cluster_close),
		cmocka_unit_test_setup_teardown(
			test_sync__rebuild_and_verify_hold, cluster_open,
			cluster_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
