/*
 * Histories of a cluster that have happened: a hub that was put back, or handed
 * over, at a bad moment. What it lost is told, and everyone goes on.
 */
#include "history_audit.h"

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

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, say_seed)
	const struct CMUnitTest tests[] = {
		T(test_hub_loss__a_false_restore_is_told),
		T(test_hub_loss__a_loss_before_a_hand_over_is_told),
		T(test_hub_loss__a_loss_is_told_without_memory),
		T(test_hub_loss__a_hub_known_already_is_followed),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
