/*
 * Histories of a cluster that have happened: a hub that was put back, or handed
 * over, at a bad moment. What it lost is told, and everyone goes on.
 */
#include "history_audit.h"
#include "store/succession.h"

/* A restore that never was, to be rid of what one union has written: it cannot
 * be told from a true one, so it is told to everyone, with evidence. */
static void test_hub_loss__a_false_restore_is_told(void **state)
{
	struct session session;
	struct world w;
	uint64_t size;

	(void)state;
	world_open(&w, 5);
	size = log_size(hub_of(&w));
	save(&w, 0);
	must(sync_client(&w, 0));
	must(sync_client(&w, 1));
	rewind_hub(&w, size);
	declare_restored(&w);
	session_init(&session);
	session_run(&w, &session, &w.clients[1]);
	must(session.status);
	assert_true(session.client.hub_restored);
	assert_true(session.client.hub_lost > 0);
	check_evidence(&w, &session, NULL, false);
	assert_int_equal(session.client.unproven, 0);
	session_fini(&session);
	world_close(&w);
}

/* Put back unawares, grown past the loss, then handed over: the next hub finds
 * out from a client, and everyone goes on. */
static void test_hub_loss__a_loss_before_a_hand_over_is_told(void **state)
{
	struct session session;
	struct world w;
	uint64_t size;

	(void)state;
	world_open(&w, 5);
	size = log_size(hub_of(&w));
	save(&w, 0);
	must(sync_client(&w, 0));
	rewind_hub(&w, size);
	hand_over(&w);
	assert_int_equal(w.hubs_count, 2);
	for (int i = 0; i < 2; i++) {
		session_init(&session);
		session_run(&w, &session, &w.clients[0]);
		must(session.status);
		assert_int_equal(session.client.moved, i == 0);
		assert_int_equal(session.client.hub_lost > 0, i == 1);
		session_fini(&session);
	}
	assert_int_equal(w.half.begun_again, 1);
	w.rolled_back = true;
	heal_and_audit(&w);
	assert_int_equal(w.half.begun_again, 1);
	world_close(&w);
}

/* Put back unawares, and short of memory just when it is told: it does not
 * miss that, and answers from its tree as if nothing were lost. Returns whether
 * that many allocations were made. */
static bool told_without_memory(unsigned long n)
{
	struct session session;
	struct world w;
	uint64_t size;
	bool failed;

	world_open(&w, 5);
	size = log_size(hub_of(&w));
	save(&w, 0);
	must(sync_client(&w, 0));
	rewind_hub(&w, size);
	w.rolled_back = true;
	w.fails = n;
	session_init(&session);
	session_run(&w, &session, &w.clients[0]);
	failed = w.fails == 0;
	w.fails = 0;
	if (session.status == NC_HISTORY ||
		(session.status == NC_OK && !session.client.hub_restored))
		fail_msg("allocation %lu: %s", n, session.said.text);
	session_fini(&session);
	heal_and_audit(&w);
	assert_int_equal(w.half.begun_again, 1);
	world_close(&w);
	return failed;
}

static void test_hub_loss__a_loss_is_told_without_memory(void **state)
{
	unsigned long n = 1;

	(void)state;
	while (told_without_memory(n))
		n++;
	assert_true(n > 20);
	print_message("%lu allocations\n", n - 1);
}

/* The records that name the next hub came here another way, so the old hub has
 * nothing more to send than that it has handed over: that is followed too. */
static void test_hub_loss__a_hub_known_already_is_followed(void **state)
{
	struct session session;
	struct world w;

	(void)state;
	world_open(&w, 6);
	must(sync_client(&w, 0));
	hand_over(&w);
	assert_int_equal(w.hubs_count, 2);
	assert_true(stores_carry(&w.hubs[0], &w.clients[0]).taken > 0);
	assert_ptr_equal(hub_for(&w, &w.clients[0]), &w.hubs[0]);
	for (int i = 0; i < 2; i++) {
		session_init(&session);
		session_run(&w, &session, &w.clients[0]);
		must(session.status);
		assert_int_equal(session.client.moved, i == 0);
		session_fini(&session);
	}
	assert_ptr_equal(hub_for(&w, &w.clients[0]), &w.hubs[1]);
	world_close(&w);
}

/* Another invitation for a client's key. */
static void enrol_again(struct world *w, struct fixture_replica *client)
{
	struct nc_invitation invitation;
	struct nc_author author;
	struct nc_arena arena;
	struct nc_id union_id;

	nc_arena_init(&arena, 1 << 20);
	hub_begin(w, &author);
	must(nc_cluster_invite(hub_of(w)->store, &author, &client->union_id,
		1000000, &arena, &invitation, &fixture_error));
	must(nc_cluster_enrol(hub_of(w)->store, &author, invitation.secret,
		nc_key_public(client->key), nc_slice_text("máy thử"), &union_id,
		&fixture_error));
	hub_end(w, &author);
	nc_arena_fini(&arena);
}

/* Put back to before a device joined, with nobody else who has seen what was
 * lost: the device is turned away, and has shown it. So the hub does not write
 * another change-set under the numbers that this device holds. */
static void test_hub_loss__one_that_it_does_not_know_shows_it(void **state)
{
	struct fixture_replica *last;
	struct session session;
	struct world w;

	(void)state;
	world_open(&w, 10);
	last = &w.clients[w.clients_count - 1];
	rewind_hub(&w, w.base - 2);
	w.rolled_back = true;
	session_init(&session);
	session_run(&w, &session, last);
	assert_int_equal(session.status, NC_UNKNOWN_DEVICE);
	session_fini(&session);
	assert_int_equal(w.half.begun_again, 1);
	enrol_again(&w, last);
	heal_and_audit(&w);
	assert_int_equal(w.half.begun_again, 1);
	world_close(&w);
}

/* How many change-sets of that union a replica holds. */
static uint64_t held_of(
	struct fixture_replica *replica, const struct nc_id *union_id)
{
	const struct nc_log_head *heads;
	size_t count;
	uint64_t held = 0;

	must(nc_log_heads(replica->store, &heads, &count, &fixture_error));
	for (size_t i = 0; i < count; i++)
		if (nc_id_compare(&heads[i].union_id, union_id) == 0)
			held += heads[i].sequence;
	return held;
}

/* A hub that has moved does not look on which branch a client is, so what
 * others built on another is not its to send. */
static void test_hub_loss__who_has_moved_sends_the_clusters_alone(void **state)
{
	struct session session;
	struct world w;
	uint64_t seed = 9;

	(void)state;
	world_open(&w, seed);
	while (w.unions_count > 1) {
		world_close(&w);
		world_open(&w, ++seed);
	}
	must(sync_client(&w, 1));
	save(&w, 0);
	must(sync_client(&w, 0));
	hand_over(&w);
	for (int i = 0; i < 2; i++) {
		session_init(&session);
		session_run(&w, &session, &w.clients[1]);
		must(session.status);
		assert_int_equal(session.client.moved, i == 0);
		assert_int_equal(held_of(&w.clients[1], &w.unions[0]) > 0, i);
		session_fini(&session);
	}
	heal_and_audit(&w);
	world_close(&w);
}

/* The hub's answer on a stick, made without having been asked. */
static void take_answer(struct world *w, size_t which)
{
	struct fixture_replica *client = &w->clients[which];
	struct session session;
	struct nc_buffer file;

	run(w);
	nc_buffer_init(&file, NC_BUNDLE_BYTES_MAX);
	must(nc_bundle_answer(&w->half, &w->unions[which % w->unions_count], 1,
		&file, &fixture_error));
	session_init(&session);
	must(nc_sync_client_start(&session.client, client->store, client->key,
		&client->env, &fixture_error));
	must(nc_bundle_take(
		&session.client, nc_buffer_slice(&file), &fixture_error));
	assert_int_equal(session.client.evidence.size, 0);
	session_fini(&session);
	nc_buffer_fini(&file);
}

/* Put back twice, it gave one number twice, the first time by a
 * clock that was ahead. Who holds the records of both, and no checkpoint of the
 * first, accuses nobody; and once the hub hears of its former self, it leaves
 * the number that both had. */
static void test_hub_loss__one_number_given_twice_is_left(void **state)
{
	struct session session;
	struct world w;
	uint64_t size;

	(void)state;
	world_open(&w, 7);
	must(sync_client(&w, 0));
	must(sync_client(&w, 1));
	size = log_size(hub_of(&w));
	save(&w, 0);
	must(sync_client(&w, 0));
	w.rolled_back = true;
	w.world.now_ms += DAY_MS;
	declare_restored(&w);
	must(sync_client(&w, 0));
	assert_int_equal(look_at(&w.clients[0]).generation, 2);
	rewind_hub(&w, size);
	w.world.now_ms -= DAY_MS;
	declare_restored(&w);
	must(sync_client(&w, 1));
	assert_int_equal(look_at(&w.clients[1]).generation, 2);
	assert_int_equal(w.half.begun_again, 0);
	assert_true(stores_carry(&w.clients[0], &w.clients[1]).taken > 0);
	take_answer(&w, 1);
	take_answer(&w, 0);
	session_init(&session);
	session_run(&w, &session, &w.clients[1]);
	must(session.status);
	assert_false(session.client.hub_restored);
	session_fini(&session);
	assert_int_equal(w.half.begun_again, 1);
	heal_and_audit(&w);
	assert_int_equal(w.half.begun_again, 1);
	for (size_t i = 0; i < w.clients_count; i++)
		assert_int_equal(look_at(&w.clients[i]).generation, 3);
	world_close(&w);
}

static void acknowledge_all(struct fixture_replica *client)
{
	const struct nc_log_head *heads;
	size_t count;

	must(nc_store_begin(client->store, &fixture_error));
	must(nc_log_heads(client->store, &heads, &count, &fixture_error));
	for (size_t i = 0; i < count; i++)
		must(nc_log_acknowledge(client->store, &heads[i].union_id,
			heads[i].device, heads[i].sequence, &fixture_error));
	must(nc_store_commit(client->store, &fixture_error));
}

/* Put back to before a generation of its own, and told of it by who holds its
 * record and not its tree: it does not go on under that number. */
static void number_is_not_taken_over(bool pulled)
{
	struct world w;
	uint64_t size;

	world_open(&w, 8);
	must(sync_client(&w, 1));
	size = log_size(hub_of(&w));
	w.rolled_back = true;
	declare_restored(&w);
	must(sync_client(&w, 0));
	rewind_hub(&w, size);
	assert_true(stores_carry(&w.clients[0], &w.clients[1]).taken > 0);
	if (pulled)
		acknowledge_all(&w.clients[1]);
	must(sync_client(&w, 1));
	assert_int_equal(w.half.begun_again, 1);
	assert_int_equal(look_at(&w.clients[1]).generation, 3);
	heal_and_audit(&w);
	world_close(&w);
}

static void test_hub_loss__a_number_is_not_taken_over(void **state)
{
	(void)state;
	number_is_not_taken_over(false);
	/* Between two rounds of a session: the first brought the record. */
	number_is_not_taken_over(true);
}

static void merge_unions(struct world *w)
{
	static const char *const from[] = {"ha-tinh"};
	static const struct nc_succession_into into = {
		"gia-lai", NULL, NULL, -1};
	static const struct nc_succession merger = {
		.kind = NC_SUCCESSION_MERGED,
		.from = from,
		.from_count = 1,
		.into = &into,
		.into_count = 1,
		.when = "2023-12-01",
		.late_until = "2023-12-31",
	};
	struct nc_succession_done done;
	struct nc_author author;

	hub_begin(w, &author);
	must(nc_succession_write(
		hub_of(w)->store, &author, &merger, &done, &fixture_error));
	hub_end(w, &author);
}

/* Put back unawares to before it closed a union: who comes first shows it more
 * than it has, and it looks at that before it closes the union once more under
 * a number of its own that it has given already. */
static void test_hub_loss__nothing_is_closed_before_it_is_told(void **state)
{
	struct world w;
	uint64_t size, seed = 9;

	(void)state;
	world_open(&w, seed);
	while (w.unions_count < 2) {
		world_close(&w);
		world_open(&w, ++seed);
	}
	merge_unions(&w);
	must(sync_client(&w, 0));
	must(sync_client(&w, 1));
	size = log_size(hub_of(&w));
	w.world.now_ms += 90 * DAY_MS;
	must(sync_client(&w, 0));
	must(sync_client(&w, 1));
	assert_true(log_size(hub_of(&w)) > size);
	rewind_hub(&w, size);
	w.rolled_back = true;
	w.world.now_ms += DAY_MS;
	must(sync_client(&w, 1));
	assert_int_equal(w.half.begun_again, 1);
	heal_and_audit(&w);
	world_close(&w);
}

/* Put back unawares, and given a change-set of its own that it lacks by who has
 * no checkpoint of it: that shows it too, before it writes others under the
 * numbers that somebody else still holds. */
static void test_hub_loss__its_own_words_show_it(void **state)
{
	struct world w;
	uint64_t size;

	(void)state;
	world_open(&w, 11);
	must(sync_client(&w, 0));
	must(sync_client(&w, 1));
	size = log_size(hub_of(&w));
	enrol_again(&w, &w.clients[1]);
	assert_true(stores_carry(hub_of(&w), &w.clients[1]).taken > 0);
	enrol_again(&w, &w.clients[1]);
	must(sync_client(&w, 0));
	rewind_hub(&w, size);
	w.rolled_back = true;
	must(sync_client(&w, 1));
	assert_int_equal(w.half.begun_again, 1);
	enrol_again(&w, &w.clients[1]);
	heal_and_audit(&w);
	assert_int_equal(w.half.begun_again, 1);
	world_close(&w);
}

/* … if it has signed it. */
static void test_hub_loss__words_in_its_name_show_nothing(void **state)
{
	struct session session;
	struct world w;
	uint64_t size;

	(void)state;
	world_open(&w, 11);
	must(sync_client(&w, 1));
	size = log_size(hub_of(&w));
	enrol_again(&w, &w.clients[1]);
	assert_true(stores_carry(hub_of(&w), &w.clients[1]).taken > 0);
	must(nc_db_exec(w.clients[1].store,
		"UPDATE log SET signature = zeroblob(64) WHERE stream IN "
		"(SELECT number FROM stream WHERE acknowledged < sequence)",
		&fixture_error));
	rewind_hub(&w, size);
	session_init(&session);
	session_run(&w, &session, &w.clients[1]);
	assert_int_equal(session.status, NC_BAD_SIGNATURE);
	session_fini(&session);
	assert_int_equal(w.half.begun_again, 0);
	assert_int_equal(log_size(hub_of(&w)), size);
	world_close(&w);
}

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, say_seed)
	const struct CMUnitTest tests[] = {
		T(test_hub_loss__a_false_restore_is_told),
		T(test_hub_loss__a_loss_before_a_hand_over_is_told),
		T(test_hub_loss__a_loss_is_told_without_memory),
		T(test_hub_loss__a_hub_known_already_is_followed),
		T(test_hub_loss__one_that_it_does_not_know_shows_it),
		T(test_hub_loss__who_has_moved_sends_the_clusters_alone),
		T(test_hub_loss__one_number_given_twice_is_left),
		T(test_hub_loss__a_number_is_not_taken_over),
		T(test_hub_loss__nothing_is_closed_before_it_is_told),
		T(test_hub_loss__its_own_words_show_it),
		T(test_hub_loss__words_in_its_name_show_nothing),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
