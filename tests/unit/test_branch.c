/*
 * What others wrote on the hub's branch of a key's stream, and came here while
 * another branch of it stood in the log: a laptop that was put back. It leaves
 * the log with that branch and comes back after what it replaces, in the order
 * of the hub.
 */
#include "history_audit.h"

#define COLLEAGUES 2

/* A laptop, one or two colleagues of its union, and a record of the laptop's
 * that it will have written twice under one number. */
struct office {
	struct world w;
	struct nc_id record;
	struct nc_id early; /* what the backup has of its own */
	uint64_t backup;    /* the log's length when it was made */
};

static void office_open(struct office *office, uint64_t seed)
{
	struct world *w = &office->w;

	world_open(w, seed);
	while (w->unions_count > 1 || w->clients_count < 1 + COLLEAGUES) {
		world_close(w);
		world_open(w, ++seed);
	}
	for (size_t i = 0; i < 1 + COLLEAGUES; i++)
		must(sync_client(w, i));
	office->record = nc_id_new(&w->clients[0].env);
	office->early = nc_id_new(&w->clients[0].env);
	must(stores_save(&w->clients[0], office->early, true, "sớm"));
	office->backup = log_size(&w->clients[0]);
}

static void edit(struct office *office, size_t which, const char *text)
{
	office->w.world.now_ms++;
	must(stores_save(
		&office->w.clients[which], office->record, false, text));
}

/* The laptop's store as it was when its log had that length: nothing of it is
 * known to be at the hub. */
static void put_back(struct office *office)
{
	struct fixture_replica *client = &office->w.clients[0];
	struct fixture_replica old = *client;
	struct nc_identity identity = old.store->identity;
	struct prefix prefix = {
		.carry = {.to = client}, .left = office->backup};

	must(nc_store_open(":memory:", NC_STORE_EPHEMERAL, &client->store,
		&fixture_error));
	must(nc_store_begin(client->store, &fixture_error));
	must(nc_store_set_identity(client->store, &identity, &fixture_error));
	must(nc_log_read(old.store, 0, give_prefix, &prefix, &fixture_error));
	must(nc_store_commit(client->store, &fixture_error));
	assert_int_equal(log_size(client), office->backup);
	nc_store_close(old.store);
}

/* What colleagues write on the record, the second on top of the first; whose
 * device comes first in the order of streams, writes last. */
static void colleagues_edit(struct office *office)
{
	struct world *w = &office->w;
	size_t first = nc_key_device(w->clients[1].key) >
				       nc_key_device(w->clients[2].key)
			       ? 1
			       : 2;

	must(sync_client(w, first));
	edit(office, first, "hai");
	must(sync_client(w, first));
	must(sync_client(w, 3 - first));
	edit(office, 3 - first, "ba");
	must(sync_client(w, 3 - first));
}

/* A session over the line; push: how much at once. Nothing has to be mended. */
static void talk(struct office *office, uint32_t push)
{
	struct world *w = &office->w;
	struct session session;

	session_init(&session);
	must(nc_sync_client_start(&session.client, w->clients[0].store,
		w->clients[0].key, &w->clients[0].env, &fixture_error));
	if (push > 0)
		session.client.push_bytes_max = push;
	for (int i = 0; !session.client.done; i++) {
		assert_true(i < ROUNDS_MAX);
		session_round(w, &session, hub_of(w), &w->clients[0]);
	}
	if (session.status != NC_OK)
		fail_msg("%s", session.said.text);
	assert_false(session.client.rebuilt);
	session_fini(&session);
}

/* Everybody reads the same: the colleague's word, and beside it what the
 * laptop wrote the second time. */
static void all_is_well(struct office *office, size_t live)
{
	struct world *w = &office->w;
	char shown[64];

	heal_and_audit(w);
	for (size_t i = 0; i < 1 + COLLEAGUES; i++) {
		stores_same(hub_of(w), &w->clients[i], &w->unions[0]);
		assert_int_equal(
			stores_texts(&w->clients[i], office->record, shown),
			live);
	}
	must(nc_store_verify(w->clients[0].store, NULL, &fixture_error));
}

/* So much is unsent that the number which was given twice comes late: until
 * then the hub cannot tell that this is another branch, and sends all. */
static void test_branch__told_late(void **state)
{
	struct office office;

	(void)state;
	office_open(&office, 3);
	must(stores_save(&office.w.clients[0], office.record, true, "một"));
	must(sync_client(&office.w, 0));
	colleagues_edit(&office);
	put_back(&office);
	must(stores_save(
		&office.w.clients[0], office.record, true, "một lần nữa"));
	must(stores_save(&office.w.clients[0],
		nc_id_new(&office.w.clients[0].env), true, "mới"));
	talk(&office, 1);
	all_is_well(&office, 2);
	world_close(&office.w);
}

/* The hub's answer to what the laptop said before it was put back. */
static void test_branch__an_answer_to_who_was_here_before(void **state)
{
	struct office office;
	struct world *w = &office.w;
	struct session session;
	struct nc_bundle_served served;
	struct nc_buffer ask, answer;

	(void)state;
	office_open(&office, 3);
	nc_buffer_init(&ask, NC_BUNDLE_BYTES_MAX);
	nc_buffer_init(&answer, NC_BUNDLE_BYTES_MAX);
	must(stores_save(&w->clients[0], office.record, true, "một"));
	must(sync_client(w, 0));
	session_init(&session);
	must(nc_sync_client_start(&session.client, w->clients[0].store,
		w->clients[0].key, &w->clients[0].env, &fixture_error));
	must(nc_bundle_ask(
		&session.client, 1, nc_slice_text(""), &ask, &fixture_error));
	session_fini(&session);
	run(w);
	must(nc_bundle_serve(
		&w->half, nc_buffer_slice(&ask), &served, &fixture_error));
	colleagues_edit(&office);
	must(nc_bundle_answer(
		&w->half, &w->unions[0], 1, &answer, &fixture_error));
	put_back(&office);
	must(stores_save(&w->clients[0], office.record, true, "một lần nữa"));
	session_init(&session);
	must(nc_sync_client_start(&session.client, w->clients[0].store,
		w->clients[0].key, &w->clients[0].env, &fixture_error));
	must(nc_bundle_take(
		&session.client, nc_buffer_slice(&answer), &fixture_error));
	assert_int_equal(session.client.evidence.size, 0);
	session_fini(&session);
	talk(&office, 0);
	all_is_well(&office, 2);
	nc_buffer_fini(&ask);
	nc_buffer_fini(&answer);
	world_close(w);
}

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, say_seed)
	const struct CMUnitTest tests[] = {
		T(test_branch__told_late),
		T(test_branch__an_answer_to_who_was_here_before),
	};
#undef T

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
