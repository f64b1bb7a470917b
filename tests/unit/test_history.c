/*
 * Random histories of a cluster: an honest hub is never accused, whatever has
 * happened to it; a hub that rewrites its history is, by every client that has
 * seen it, with evidence that stands by itself.
 *
 *     NC_HISTORIES=10000 build/bin/test_history     how many of each kind
 *     NC_HISTORY_SEED=77 build/bin/test_history     that one alone
 */
#include "history_audit.h"

#define HISTORIES_DEFAULT 170

static void honest_history(uint64_t seed)
{
	struct world w;
	uint64_t steps;

	world_open(&w, seed);
	steps = 5 + draw(&w, 40);
	for (uint64_t i = 0; i < steps; i++)
		step(&w, true);
	heal_and_audit(&w);
	world_close(&w);
}

/* What a cheat is to lead to. */
enum end {
	END_HISTORY, /* with two checkpoints of the hub's own */
	END_UNPROVEN,
	END_STATUS,
};

struct expected {
	enum end end;
	enum nc_status status;
	bool contradiction; /* the two checkpoints cannot both be true */
	const char *says;
};

static const struct expected expected[CHEATS] = {
	[CHEAT_DROP] = {END_HISTORY, NC_HISTORY, true, NULL},
	[CHEAT_ALTER] = {END_HISTORY, NC_HISTORY, true, "how it begins"},
	[CHEAT_SWAP] = {END_HISTORY, NC_HISTORY, true, "how it begins"},
	[CHEAT_SAME_SIZE] = {END_HISTORY, NC_HISTORY, true, "how it begins"},
	[CHEAT_OLDER] = {END_HISTORY, NC_HISTORY, true, "missing"},
	[CHEAT_BAD_CONSISTENCY] = {END_HISTORY, NC_HISTORY, false,
		"how it begins"},
	[CHEAT_BAD_PLACE] = {END_HISTORY, NC_HISTORY, false, "where it says"},
	[CHEAT_PLACE_TWICE] = {END_HISTORY, NC_HISTORY, false, "elsewhere"},
	[CHEAT_OTHER_KEY] = {END_STATUS, NC_BAD_SIGNATURE, false,
		"not signed with the hub's key"},
	[CHEAT_UNKNOWN_GENERATION] = {END_HISTORY, NC_HISTORY, false,
		"no record names"},
	[CHEAT_EXTENSION] = {END_HISTORY, NC_HISTORY, false,
		"names another history"},
	[CHEAT_OMIT_CHECKPOINT] = {END_UNPROVEN, NC_OK, false, NULL},
	[CHEAT_OMIT_PLACED] = {END_UNPROVEN, NC_OK, false, NULL},
	[CHEAT_REPLAY] = {END_HISTORY, NC_HISTORY, true, "missing"},
	[CHEAT_MOVED_FOR_EVER] = {END_STATUS, NC_MOVED, false, "handed over"},
	[CHEAT_FORK_FOR_EVER] = {END_STATUS, NC_FORK, false, "Two machines"},
	[CHEAT_MORE_FOR_EVER] = {END_STATUS, NC_GAP, false, NULL},
};

static void check_cheat(struct world *w, struct session *session,
	struct fixture_replica *client, struct cheat_tree *honest)
{
	const struct expected *want = &expected[session->cheat];

	/* Without a checkpoint nothing is taken that is of a new tree. */
	if (session->status != want->status &&
		!(want->end == END_UNPROVEN && session->status == NC_GAP))
		fail_msg("seed %" PRIu64 ": %s: ended %s: %s", w->seed,
			cheat_names[session->cheat],
			nc_status_name(session->status), session->said.text);
	if (want->says != NULL &&
		strstr(session->said.text, want->says) == NULL)
		fail_msg("seed %" PRIu64 ": %s: says: %s", w->seed,
			cheat_names[session->cheat], session->said.text);
	/* Not sent, for the client; or sent and without proof. */
	if (want->end == END_UNPROVEN && session->status == NC_OK &&
		session->client.unproven == 0)
		fail_msg("seed %" PRIu64 ": %s: nothing is said", w->seed,
			cheat_names[session->cheat]);
	if (want->end == END_HISTORY || want->status == NC_BAD_SIGNATURE)
		nothing_was_taken(w, session, client);
	if (want->end == END_HISTORY)
		check_evidence(w, session, honest, want->contradiction);
}

/* A random history, honest up to a moment; then the cheat, until it comes to
 * something. */
static bool cheating_history(uint64_t seed, enum cheat cheat)
{
	struct nc_buffer kept;
	struct session session;
	struct cheat_tree honest;
	struct world w;
	bool applied;
	size_t which;
	uint64_t steps;

	world_open(&w, seed);
	steps = draw(&w, 25);
	for (uint64_t i = 0; i < steps; i++)
		step(&w, i % 3 == 0 && cheat != CHEAT_REPLAY);
	which = draw(&w, w.clients_count);
	nc_buffer_init(&kept, SIZE_MAX / 2);
	for (int i = 0; i < 2; i++) {
		/* So that it is at the present hub, and knows its tree. */
		if (sync_client(&w, which) != NC_OK)
			fail_msg("seed %" PRIu64 ": no peace", seed);
		save(&w, which);
		session_init(&session);
		session_run(&w, &session, &w.clients[which]);
		assert_true(session.status == NC_OK);
		if (kept.size == 0)
			must(nc_buffer_append(&kept, session.first_reply.data,
				session.first_reply.size));
		session_fini(&session);
	}
	save(&w, which);
	session_init(&session);
	session.cheat = cheat;
	session.pick = draw(&w, UINT64_MAX);
	if (cheat == CHEAT_REPLAY)
		session.replay = nc_buffer_slice(&kept);
	session_run(&w, &session, &w.clients[which]);
	applied = session.applied;
	cheat_tree_of(&honest, hub_of(&w));
	if (applied)
		check_cheat(&w, &session, &w.clients[which], &honest);
	free(honest.leaves);
	session_fini(&session);
	nc_buffer_fini(&kept);
	/* Honest again: the client goes on. */
	(void)sync_client(&w, which);
	world_close(&w);
	return applied;
}

static uint64_t histories(void)
{
	const char *text = getenv("NC_HISTORIES");

	return text == NULL ? HISTORIES_DEFAULT : strtoull(text, NULL, 10);
}

static bool only_seed(uint64_t *ret_seed)
{
	const char *text = getenv("NC_HISTORY_SEED");

	if (text == NULL)
		return false;
	*ret_seed = strtoull(text, NULL, 10);
	return true;
}

static void test_history__an_honest_hub_is_never_accused(void **state)
{
	uint64_t seed;

	(void)state;
	if (only_seed(&seed)) {
		honest_history(seed);
		return;
	}
	for (seed = 1; seed <= histories(); seed++)
		honest_history(seed);
	print_message("%" PRIu64 " honest histories\n", histories());
}

static void test_history__a_cheating_hub_is_caught(void **state)
{
	uint64_t seed, applied[CHEATS] = {0};

	(void)state;
	if (only_seed(&seed)) {
		(void)cheating_history(
			seed, (enum cheat)(1 + seed % (CHEATS - 1)));
		return;
	}
	for (seed = 1; seed <= histories(); seed++) {
		enum cheat cheat = (enum cheat)(1 + seed % (CHEATS - 1));

		applied[cheat] += cheating_history(seed, cheat);
	}
	for (int i = 1; i < CHEATS; i++) {
		print_message(
			"%-20s %" PRIu64 "\n", cheat_names[i], applied[i]);
		assert_true(applied[i] > 0 || histories() < 100);
	}
}

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, say_seed)
	const struct CMUnitTest tests[] = {
		T(test_history__an_honest_hub_is_never_accused),
		T(test_history__a_cheating_hub_is_caught),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
