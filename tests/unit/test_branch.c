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

/* A hub that was put back to before a key was changed, and is told of the new
 * key first: what the old one wrote is written again, and then a colleague, who
 * had written on it, gives it back. It stands before that again. */
static void test_branch__a_former_keys_that_comes_back(void **state)
{
	struct office office;
	struct world *w = &office.w;
	nc_device_id former;
	uint64_t size, seed = 1;

	(void)state;
	world_open(w, seed);
	while (w->unions_count != 2 || w->clients_count < 3) {
		world_close(w);
		world_open(w, ++seed);
	}
	for (size_t i = 0; i < w->clients_count; i++)
		must(sync_client(w, i));
	size = log_size(hub_of(w));
	office.record = nc_id_new(&w->clients[0].env);
	must(stores_save(&w->clients[0], office.record, true, "một"));
	must(sync_client(w, 0));
	must(sync_client(w, 2));
	edit(&office, 2, "hai");
	must(sync_client(w, 2));
	must(sync_client(w, 0));
	former = nc_key_device(w->clients[0].key);
	rotate(w, 0);
	must(nc_store_begin(w->clients[0].store, &fixture_error));
	must(nc_again_add_former(w->clients[0].store, former, &fixture_error));
	must(nc_store_commit(w->clients[0].store, &fixture_error));
	must(sync_client(w, 1)); /* of another union */
	rewind_hub(w, size);
	w->rolled_back = true;
	must(sync_client(w, 1));
	assert_int_equal(sync_client(w, 0), NC_GAP);
	must(sync_client(w, 2));
	talk(&office, 0);
	stores_same(hub_of(w), &w->clients[0], &w->unions[0]);
	must(nc_store_verify(w->clients[0].store, NULL, &fixture_error));
	heal_and_audit(w);
	world_close(w);
}

/* Histories drawn from a seed: an office that writes, talks over the line and
 * by bundles that come late, twice or never, and is put back, whoever it is. */
#define FILES_MAX 6
#define BACKUPS_MAX 4
#define RECORDS_MAX 4
#define FORMERS_MAX 4

struct chance {
	struct world w;
	struct nc_id records[RECORDS_MAX];
	struct nc_buffer answers[FILES_MAX];
	sqlite3 *backups[BACKUPS_MAX];
	size_t of[BACKUPS_MAX]; /* whose */
	nc_device_id formers[CLIENTS_MAX][FORMERS_MAX];
	size_t formers_count[CLIENTS_MAX];
	uint64_t counter, put_back, taken, aside, moved;
};

static void copy_db(sqlite3 *from, sqlite3 *to)
{
	sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");

	assert_non_null(copy);
	assert_int_equal(sqlite3_backup_step(copy, -1), SQLITE_DONE);
	assert_int_equal(sqlite3_backup_finish(copy), SQLITE_OK);
}

static void chance_back_up(struct chance *c)
{
	size_t at = draw(&c->w, BACKUPS_MAX);

	sqlite3_close(c->backups[at]);
	c->of[at] = draw(&c->w, c->w.clients_count);
	assert_int_equal(sqlite3_open(":memory:", &c->backups[at]), SQLITE_OK);
	copy_db(c->w.clients[c->of[at]].store->db, c->backups[at]);
}

/* The home knows which keys it had, whatever its store is. */
static void note_formers(struct chance *c, size_t which)
{
	struct nc_store *store = c->w.clients[which].store;

	must(nc_store_begin(store, &fixture_error));
	for (size_t i = 0; i < c->formers_count[which]; i++)
		must(nc_again_add_former(
			store, c->formers[which][i], &fixture_error));
	must(nc_store_commit(store, &fixture_error));
}

static void chance_rotate(struct chance *c, size_t which)
{
	struct fixture_replica *client = &c->w.clients[which];
	nc_device_id before = nc_key_device(client->key);

	/* Who has handed over never hears of a key that came after. */
	if (c->formers_count[which] == FORMERS_MAX || c->w.hubs_count > 1)
		return;
	rotate(&c->w, which);
	if (nc_key_device(client->key) != before)
		c->formers[which][c->formers_count[which]++] = before;
	note_formers(c, which);
}

static void chance_put_back(struct chance *c)
{
	size_t at = draw(&c->w, BACKUPS_MAX);
	struct fixture_replica *client = &c->w.clients[c->of[at]];

	if (c->backups[at] == NULL)
		return;
	nc_store_close(client->store);
	must(nc_store_open(":memory:", NC_STORE_EPHEMERAL, &client->store,
		&fixture_error));
	copy_db(c->backups[at], client->store->db);
	client->store->fresh = false;
	client->store->registry_stale = true;
	must(nc_store_load_identity(client->store, &fixture_error));
	note_formers(c, c->of[at]);
	c->put_back++;
}

static void chance_write(struct chance *c, size_t which)
{
	char text[32];
	struct nc_id *record = &c->records[draw(&c->w, RECORDS_MAX)];
	enum nc_status status;

	snprintf(text, sizeof(text), "việc %" PRIu64, draw(&c->w, 1000000));
	c->w.world.now_ms++;
	status = stores_save(
		&c->w.clients[which], *record, draw(&c->w, 9) == 0, text);
	/* Its store may be from before its key was changed. */
	if (status != NC_DENIED || c->formers_count[which] == 0)
		must(status);
}

/* Whether it has another hub now. */
static bool chance_session(struct chance *c, size_t which)
{
	struct fixture_replica *client = &c->w.clients[which];
	struct fixture_replica *hub = hub_for(&c->w, client);
	struct session session;
	bool moved;

	session_init(&session);
	must(nc_sync_client_start(&session.client, client->store, client->key,
		&client->env, &fixture_error));
	session.client.push_bytes_max =
		draw(&c->w, 2) == 0 ? 1 + (uint32_t)draw(&c->w, 900) : 1 << 20;
	session.client.pull_bytes_max =
		draw(&c->w, 2) == 0 ? 1 + (uint32_t)draw(&c->w, 900) : 1 << 20;
	for (int i = 0; !session.client.done; i++) {
		assert_true(i < ROUNDS_MAX);
		session_round(&c->w, &session, hub, client);
	}
	if (session.status != NC_OK || session.client.rebuilt)
		fail_msg("seed %" PRIu64 ": client %zu: %s", c->w.seed, which,
			session.status == NC_OK ? "rebuilt"
						: session.said.text);
	c->aside += session.client.set_aside;
	moved = session.client.moved;
	session_fini(&session);
	return moved;
}

static void chance_talk(struct chance *c, size_t which)
{
	while (chance_session(c, which))
		c->moved++;
}

static void chance_ask(struct chance *c, size_t which)
{
	struct fixture_replica *client = &c->w.clients[which];
	struct session session;
	struct nc_bundle_served served;
	struct nc_buffer ask;

	/* What is sealed for who has handed over is no use. */
	if (hub_for(&c->w, client) != hub_of(&c->w))
		return;
	nc_buffer_init(&ask, NC_BUNDLE_BYTES_MAX);
	session_init(&session);
	must(nc_sync_client_start(&session.client, client->store, client->key,
		&client->env, &fixture_error));
	must(nc_bundle_ask(&session.client, ++c->counter, nc_slice_text(""),
		&ask, &fixture_error));
	session_fini(&session);
	run(&c->w);
	must(nc_bundle_serve(
		&c->w.half, nc_buffer_slice(&ask), &served, &fixture_error));
	nc_buffer_fini(&ask);
}

static void chance_answer(struct chance *c)
{
	struct nc_buffer *file = &c->answers[draw(&c->w, FILES_MAX)];

	run(&c->w);
	nc_buffer_fini(file);
	nc_buffer_init(file, NC_BUNDLE_BYTES_MAX);
	must(nc_bundle_answer(&c->w.half, &c->w.unions[0], ++c->counter, file,
		&fixture_error));
}

static void chance_take(struct chance *c, size_t which)
{
	struct fixture_replica *client = &c->w.clients[which];
	struct nc_buffer *file = &c->answers[draw(&c->w, FILES_MAX)];
	struct session session;
	enum nc_status status;

	if (file->size == 0)
		return;
	session_init(&session);
	must(nc_sync_client_start(&session.client, client->store, client->key,
		&client->env, &fixture_error));
	status = nc_bundle_take(
		&session.client, nc_buffer_slice(file), &fixture_error);
	/* It was made for a store or a key that was here once, or by who was
	 * the hub. */
	if (status != NC_OK && status != NC_GAP && status != NC_DENIED &&
		status != NC_UNKNOWN_DEVICE)
		fail_msg("seed %" PRIu64 ": client %zu: %s: %s", c->w.seed,
			which, nc_status_name(status), fixture_error.text);
	if (session.client.rebuilt)
		fail_msg("seed %" PRIu64 ": client %zu: rebuilt by a bundle",
			c->w.seed, which);
	c->taken += status == NC_OK;
	session_fini(&session);
}

static void chance_step(struct chance *c)
{
	size_t which = draw(&c->w, c->w.clients_count);

	switch (draw(&c->w, 100)) {
	case 0:
		hand_over(&c->w);
		return;
	case 1:
		chance_rotate(c, which);
		return;
	default:
		break;
	}
	switch (draw(&c->w, 14)) {
	case 0:
	case 1:
	case 2:
	case 3:
		chance_write(c, which);
		break;
	case 4:
	case 5:
	case 6:
		chance_talk(c, which);
		break;
	case 7:
		chance_ask(c, which);
		break;
	case 8:
		chance_answer(c);
		break;
	case 9:
	case 10:
		chance_take(c, which);
		break;
	case 11:
	case 12:
		chance_back_up(c);
		break;
	default:
		chance_put_back(c);
		break;
	}
}

static void chance_run(struct chance *c, uint64_t seed)
{
	struct world *w = &c->w;

	memset(c, 0, sizeof(*c));
	seed *= 1000;
	world_open(w, seed);
	while (w->unions_count > 1) {
		world_close(w);
		world_open(w, ++seed);
	}
	for (size_t i = 0; i < RECORDS_MAX; i++) {
		c->records[i] = nc_id_new(&w->clients[0].env);
		must(stores_save(&w->clients[0], c->records[i], true, "gốc"));
	}
	for (size_t i = 0; i < w->clients_count; i++)
		chance_talk(c, i);
	for (int i = 0; i < 120; i++)
		chance_step(c);
	for (size_t i = 0; i < 3 * w->clients_count; i++)
		chance_talk(c, i % w->clients_count);
	for (size_t i = 0; i < w->clients_count; i++) {
		stores_same(hub_of(w), &w->clients[i], &w->unions[0]);
		must(nc_store_verify(
			w->clients[i].store, NULL, &fixture_error));
	}
	for (size_t i = 0; i < BACKUPS_MAX; i++)
		sqlite3_close(c->backups[i]);
	for (size_t i = 0; i < FILES_MAX; i++)
		nc_buffer_fini(&c->answers[i]);
	world_close(w);
}

static void test_branch__histories(void **state)
{
	const char *seeds = getenv("NC_HISTORIES");
	const char *one = getenv("NC_HISTORY_SEED");
	uint64_t count = seeds == NULL ? 15 : strtoull(seeds, NULL, 10);
	uint64_t put_back = 0, taken = 0, aside = 0, moved = 0;
	struct chance c;

	(void)state;
	for (uint64_t i = 1; one == NULL && i <= count; i++) {
		chance_run(&c, i);
		put_back += c.put_back;
		taken += c.taken;
		aside += c.aside;
		moved += c.moved;
	}
	if (one != NULL)
		chance_run(&c, strtoull(one, NULL, 10) / 1000);
	print_message("%" PRIu64 " put back, %" PRIu64 " bundles taken, "
		      "%" PRIu64 " set aside, %" PRIu64 " followed\n",
		put_back, taken, aside, moved);
	assert_true(one != NULL ||
		    (put_back > 0 && taken > 0 && aside > 0 && moved > 0));
}

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, say_seed)
	const struct CMUnitTest tests[] = {
		T(test_branch__told_late),
		T(test_branch__an_answer_to_who_was_here_before),
		T(test_branch__a_former_keys_that_comes_back),
		T(test_branch__histories),
	};
#undef T

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
