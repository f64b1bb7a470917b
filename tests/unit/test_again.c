/*
 * Own change-sets written again: whatever was typed is live, was replaced by
 * somebody who saw it, or stands as a conflict; and the evidence stays.
 */
#include "stores.h"

#include <unistd.h>

struct world {
	struct fixture_world world;
	struct fixture_replica hub, client, other;
	struct nc_id mine, record;
	char path[32];
};

static int world_open(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	int fd;

	assert_non_null(w);
	w->world.now_ms = 1700000000000;
	strcpy(w->path, "/tmp/nhipcau-test-XXXXXX");
	fd = mkstemp(w->path);
	assert_true(fd >= 0);
	close(fd);
	unlink(w->path);
	fixture_found(&w->hub, &w->world);
	w->mine = fixture_union(&w->hub, "ha-tinh");
	w->hub.union_id = w->mine;
	stores_join(&w->hub, &w->client, &w->world, &w->mine, w->path);
	stores_join(&w->hub, &w->other, &w->world, &w->mine, ":memory:");
	stores_carry(&w->hub, &w->client);
	/* One change-set that all have. */
	w->record = nc_id_new(&w->client.env);
	must(stores_save(&w->client, w->record, true, "gốc"));
	stores_carry(&w->client, &w->hub);
	stores_carry(&w->hub, &w->other);
	*state = w;
	return 0;
}

static int world_close(void **state)
{
	struct world *w = *state;

	fixture_close(&w->hub);
	fixture_close(&w->client);
	fixture_close(&w->other);
	unlink(w->path);
	free(w);
	return 0;
}

static uint64_t set_aside(struct fixture_replica *at, uint64_t after)
{
	uint64_t count = 0;

	must(nc_store_begin(at->store, &fixture_error));
	must(nc_again_set_aside(at->store, &at->union_id,
		nc_key_device(at->key), after, &count, &fixture_error));
	must(nc_store_commit(at->store, &fixture_error));
	return count;
}

static uint64_t write_again_if(struct fixture_replica *at, bool all_is_here)
{
	struct nc_author author = fixture_author(at);
	uint64_t count = 0;

	must(nc_store_begin(at->store, &fixture_error));
	must(nc_again_write(
		at->store, &author, all_is_here, &count, &fixture_error));
	must(nc_store_commit(at->store, &fixture_error));
	return count;
}

static uint64_t write_again(struct fixture_replica *at)
{
	return write_again_if(at, true);
}

static uint64_t waiting(struct fixture_replica *at)
{
	uint64_t count = 0;

	must(nc_again_waiting(at->store, &count, &fixture_error));
	return count;
}

static struct nc_log_head head_of(struct fixture_replica *at)
{
	struct nc_log_head head;

	must(nc_log_head(at->store, &at->union_id, nc_key_device(at->key),
		&head, &fixture_error));
	return head;
}

/* The client types two things more, one on top of the other, that nobody
 * else gets to see. */
static void type_unsent(struct world *w, struct nc_id fresh)
{
	w->world.now_ms++;
	must(stores_save(&w->client, w->record, false, "hai"));
	w->world.now_ms++;
	must(stores_save(&w->client, w->record, false, "ba"));
	must(stores_save(&w->client, fresh, true, "mới"));
}

static void all_the_same(struct world *w)
{
	stores_carry(&w->client, &w->hub);
	stores_carry(&w->hub, &w->client);
	stores_carry(&w->hub, &w->other);
	stores_same(&w->hub, &w->client, &w->mine);
	stores_same(&w->hub, &w->other, &w->mine);
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
	must(nc_store_verify(w->hub.store, NULL, &fixture_error));
}

static void test_aside__leaves_the_log_as_it_was(void **state)
{
	struct world *w = *state;
	struct nc_log_head before = head_of(&w->client), after;
	char shown[64];

	type_unsent(w, nc_id_new(&w->client.env));
	must(nc_store_begin(w->client.store, &fixture_error));
	must(nc_log_acknowledge(w->client.store, &w->mine,
		nc_key_device(w->client.key), 3, &fixture_error));
	must(nc_store_commit(w->client.store, &fixture_error));
	assert_int_equal(set_aside(&w->client, 1), 3);
	assert_int_equal(waiting(&w->client), 3);
	after = head_of(&w->client);
	assert_int_equal(after.sequence, 1);
	assert_int_equal(after.acknowledged, 1);
	assert_memory_equal(after.hash, before.hash, NC_HASH_SIZE);
	assert_int_equal(stores_texts(&w->client, w->record, shown), 1);
	assert_string_equal(shown, "gốc");
	stores_same(&w->client, &w->hub, &w->mine);
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
	assert_int_equal(set_aside(&w->client, 1), 0);
	assert_int_equal(set_aside(&w->client, 7), 0);
}

/* Nobody wrote meanwhile: all stands as it was typed, without a conflict. */
static void test_again__says_the_same(void **state)
{
	struct world *w = *state;
	struct nc_id fresh = nc_id_new(&w->client.env);
	int64_t typed_ms = w->world.now_ms + 2;
	struct nc_record record;
	struct nc_arena arena;
	char shown[64];

	type_unsent(w, fresh);
	set_aside(&w->client, 1);
	w->world.now_ms += 1000000;
	assert_int_equal(write_again(&w->client), 3);
	assert_int_equal(waiting(&w->client), 0);
	assert_int_equal(write_again(&w->client), 0);
	assert_int_equal(head_of(&w->client).sequence, 4);
	all_the_same(w);
	assert_int_equal(stores_texts(&w->other, w->record, shown), 1);
	assert_string_equal(shown, "ba");
	assert_int_equal(stores_texts(&w->other, fresh, shown), 1);
	assert_string_equal(shown, "mới");
	assert_int_equal(stores_counts(&w->other).conflicts, 0);
	nc_arena_init(&arena, 1 << 20);
	must(nc_record_get(w->other.store, nc_model_entity(NC_ENTITY_PLAN_ITEM),
		&w->mine, &w->record, &arena, &record, &fixture_error));
	assert_true(nc_row_shown(&record.row, NC_PLAN_TEXT)->written_at_ms ==
		    typed_ms);
	nc_arena_fini(&arena);
	assert_int_equal(stores_counts(&w->client).forks, 3);
}

/* Another device wrote to the same field meanwhile: a conflict, no loss. */
static void test_again__meets_what_others_wrote(void **state)
{
	struct world *w = *state;
	struct nc_id fresh = nc_id_new(&w->client.env);
	char shown[64];

	type_unsent(w, fresh);
	must(stores_save(&w->other, w->record, false, "của máy kia"));
	stores_carry(&w->other, &w->hub);
	set_aside(&w->client, 1);
	stores_carry(&w->hub, &w->client);
	assert_int_equal(write_again(&w->client), 3);
	all_the_same(w);
	assert_int_equal(stores_texts(&w->hub, w->record, shown), 2);
	assert_int_equal(stores_counts(&w->hub).conflicts, 1);
	assert_int_equal(stores_texts(&w->hub, fresh, shown), 1);
}

/* Two machines with one key: the hub has the other branch. */
static void test_again__both_branches_of_a_clone(void **state)
{
	struct world *w = *state;
	struct fixture_replica clone = w->client;
	struct nc_id fresh = nc_id_new(&w->client.env);
	struct stores_carry carry;
	char shown[64];

	must(nc_store_open(
		":memory:", NC_STORE_EPHEMERAL, &clone.store, &fixture_error));
	stores_belong(&w->hub, &clone, false, &w->mine);
	stores_carry(&w->hub, &clone);
	must(stores_save(&clone, w->record, false, "nhánh kia"));
	stores_carry(&clone, &w->hub);
	type_unsent(w, fresh);
	carry = stores_carry(&w->client, &w->hub);
	assert_true(carry.forks > 0);
	set_aside(&w->client, 1);
	stores_carry(&w->hub, &w->client);
	assert_int_equal(write_again(&w->client), 3);
	assert_int_equal(head_of(&w->client).sequence, 5);
	all_the_same(w);
	stores_carry(&w->hub, &clone);
	stores_same(&w->hub, &clone, &w->mine);
	assert_int_equal(stores_texts(&w->hub, w->record, shown), 2);
	assert_int_equal(stores_texts(&w->hub, fresh, shown), 1);
	nc_store_close(clone.store);
}

/* The hub had them all along: they are taken back and not said twice, and
 * stand before what another wrote on top of them. */
static void test_again__what_comes_back_is_not_written(void **state)
{
	struct world *w = *state;
	struct nc_digest before, after;
	char shown[64];

	type_unsent(w, nc_id_new(&w->client.env));
	stores_carry(&w->client, &w->hub);
	stores_carry(&w->hub, &w->other);
	must(stores_save(&w->other, w->record, false, "trên cả ba"));
	stores_carry(&w->other, &w->hub);
	stores_carry(&w->hub, &w->client);
	must(nc_store_fold_hash(w->client.store, &before, &fixture_error));
	assert_int_equal(set_aside(&w->client, 1), 3);
	stores_carry(&w->hub, &w->client);
	assert_int_equal(write_again(&w->client), 0);
	assert_int_equal(waiting(&w->client), 0);
	must(nc_store_fold_hash(w->client.store, &after, &fixture_error));
	assert_memory_equal(before.bytes, after.bytes, NC_DIGEST_SIZE);
	assert_int_equal(stores_texts(&w->client, w->record, shown), 1);
	assert_string_equal(shown, "trên cả ba");
	all_the_same(w);
}

/* A key that may not write for the union leaves it to one that may. */
static void test_again__waits_for_a_grant(void **state)
{
	struct world *w = *state;
	struct nc_key *old_key = w->client.key;
	char shown[64];

	type_unsent(w, nc_id_new(&w->client.env));
	set_aside(&w->client, 1);
	must(nc_key_generate(&w->client.env, &w->client.key, &fixture_error));
	assert_int_equal(write_again(&w->client), 0);
	assert_int_equal(waiting(&w->client), 3);
	stores_enrol(&w->hub, &w->client, &w->mine);
	stores_carry(&w->hub, &w->client);
	assert_int_equal(write_again(&w->client), 3);
	assert_int_equal(waiting(&w->client), 0);
	assert_int_equal(head_of(&w->client).sequence, 3);
	all_the_same(w);
	assert_int_equal(stores_texts(&w->hub, w->record, shown), 1);
	assert_string_equal(shown, "ba");
	nc_key_free(old_key);
}

/* The hub had what the former key wrote, and was put back from a backup. */
static void test_again__a_former_keys_that_the_hub_lost(void **state)
{
	struct world *w = *state;
	struct nc_key *old_key = w->client.key;
	uint64_t count = 0;
	char shown[64];

	type_unsent(w, nc_id_new(&w->client.env));
	must(nc_db_exec(w->client.store, "UPDATE log SET leaf = position",
		&fixture_error));
	must(nc_key_generate(&w->client.env, &w->client.key, &fixture_error));
	stores_enrol(&w->hub, &w->client, &w->mine);
	must(nc_store_begin(w->client.store, &fixture_error));
	must(nc_log_acknowledge(w->client.store, &w->mine,
		nc_key_device(old_key), 1, &fixture_error));
	must(nc_again_add_former(
		w->client.store, nc_key_device(old_key), &fixture_error));
	must(nc_again_leave(w->client.store, nc_key_device(w->client.key),
		&count, &fixture_error));
	must(nc_store_commit(w->client.store, &fixture_error));
	assert_int_equal(count, 3);
	must(nc_db_exec(
		w->client.store, "UPDATE log SET leaf = NULL", &fixture_error));
	stores_carry(&w->hub, &w->client);
	assert_int_equal(write_again_if(&w->client, false), 0);
	assert_int_equal(waiting(&w->client), 3);
	assert_int_equal(write_again(&w->client), 3);
	assert_int_equal(waiting(&w->client), 0);
	all_the_same(w);
	assert_int_equal(stores_texts(&w->hub, w->record, shown), 1);
	assert_string_equal(shown, "ba");
	nc_key_free(old_key);
}

static void test_again__survives_a_crash(void **state)
{
	struct world *w = *state;
	struct nc_author author;
	uint64_t count;
	char shown[64];

	type_unsent(w, nc_id_new(&w->client.env));
	/* Before the commit: nothing has happened. */
	must(nc_store_begin(w->client.store, &fixture_error));
	must(nc_again_set_aside(w->client.store, &w->mine,
		nc_key_device(w->client.key), 1, &count, &fixture_error));
	nc_store_close(w->client.store);
	must(nc_store_open(
		w->path, NC_STORE_OPEN, &w->client.store, &fixture_error));
	assert_int_equal(waiting(&w->client), 0);
	assert_int_equal(head_of(&w->client).sequence, 4);
	/* Between the two: it waits. */
	set_aside(&w->client, 1);
	author = fixture_author(&w->client);
	must(nc_store_begin(w->client.store, &fixture_error));
	must(nc_again_write(
		w->client.store, &author, true, &count, &fixture_error));
	nc_store_rollback(w->client.store);
	assert_int_equal(waiting(&w->client), 3);
	nc_store_close(w->client.store);
	must(nc_store_open(
		w->path, NC_STORE_OPEN, &w->client.store, &fixture_error));
	assert_int_equal(waiting(&w->client), 3);
	assert_int_equal(head_of(&w->client).sequence, 1);
	assert_int_equal(write_again(&w->client), 3);
	all_the_same(w);
	assert_int_equal(stores_texts(&w->hub, w->record, shown), 1);
	assert_string_equal(shown, "ba");
}

/* Bytes that are not what was signed are nobody's words. */
static void test_again__damaged_is_evidence_alone(void **state)
{
	struct world *w = *state;
	char shown[64];

	type_unsent(w, nc_id_new(&w->client.env));
	must(nc_db_exec(w->client.store,
		"UPDATE log SET payload = zeroblob(20) WHERE sequence = 3"
		" AND stream = (SELECT stream FROM log GROUP BY stream"
		" HAVING max(sequence) = 4)",
		&fixture_error));
	assert_int_equal(set_aside(&w->client, 2), 2);
	assert_int_equal(write_again(&w->client), 1);
	assert_int_equal(waiting(&w->client), 0);
	all_the_same(w);
	assert_int_equal(stores_texts(&w->hub, w->record, shown), 1);
	assert_string_equal(shown, "hai");
}

/* Another device's change-set, damaged here: it comes back from the hub to
 * where it stood, and is never written in this device's name. */
static void test_again__leaves_others_words_to_them(void **state)
{
	struct world *w = *state;
	struct nc_digest before, after;
	uint64_t count;
	char shown[64];

	must(stores_save(&w->other, w->record, false, "của máy kia"));
	stores_carry(&w->other, &w->hub);
	stores_carry(&w->hub, &w->client);
	must(stores_save(&w->client, w->record, false, "trên đó"));
	must(nc_store_fold_hash(w->client.store, &before, &fixture_error));
	/* As if its place in the hub's tree were known. */
	must(nc_db_exec(w->client.store, "UPDATE log SET leaf = position",
		&fixture_error));
	must(nc_store_begin(w->client.store, &fixture_error));
	must(nc_again_set_aside(w->client.store, &w->mine,
		nc_key_device(w->other.key), 0, &count, &fixture_error));
	must(nc_store_commit(w->client.store, &fixture_error));
	assert_int_equal(count, 1);
	must(nc_db_exec(
		w->client.store, "UPDATE log SET leaf = NULL", &fixture_error));
	assert_int_equal(write_again(&w->client), 0);
	assert_int_equal(waiting(&w->client), 1);
	stores_carry(&w->hub, &w->client);
	assert_int_equal(write_again(&w->client), 0);
	assert_int_equal(waiting(&w->client), 0);
	must(nc_store_fold_hash(w->client.store, &after, &fixture_error));
	assert_memory_equal(before.bytes, after.bytes, NC_DIGEST_SIZE);
	assert_int_equal(stores_texts(&w->client, w->record, shown), 1);
	assert_string_equal(shown, "trên đó");
	all_the_same(w);
}

static void test_again__without_memory(void **state)
{
	struct world *w = *state;
	struct nc_author author = fixture_author(&w->client);
	enum nc_status status = NC_NO_MEMORY;
	uint64_t count;
	unsigned long n;

	type_unsent(w, nc_id_new(&w->client.env));
	for (n = 1; status != NC_OK; n++) {
		assert_true(n < 100000);
		must(nc_store_begin(w->client.store, &fixture_error));
		nc_memory_fail_at(n);
		status = nc_again_set_aside(w->client.store, &w->mine,
			nc_key_device(w->client.key), 1, &count,
			&fixture_error);
		if (status == NC_OK)
			status = nc_again_write(w->client.store, &author, true,
				&count, &fixture_error);
		nc_memory_fail_at(0);
		if (status == NC_OK)
			break;
		/* What protobuf-c could not unpack it calls malformed. */
		assert_true(status == NC_NO_MEMORY || status == NC_MALFORMED);
		nc_store_rollback(w->client.store);
		assert_int_equal(head_of(&w->client).sequence, 4);
		assert_int_equal(waiting(&w->client), 0);
	}
	assert_true(n > 5);
	assert_int_equal(count, 3);
	must(nc_store_commit(w->client.store, &fixture_error));
	all_the_same(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
		T(test_aside__leaves_the_log_as_it_was),
		T(test_again__says_the_same),
		T(test_again__meets_what_others_wrote),
		T(test_again__both_branches_of_a_clone),
		T(test_again__what_comes_back_is_not_written),
		T(test_again__waits_for_a_grant),
		T(test_again__a_former_keys_that_the_hub_lost),
		T(test_again__survives_a_crash),
		T(test_again__damaged_is_evidence_alone),
		T(test_again__leaves_others_words_to_them),
		T(test_again__without_memory),
#undef T
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
