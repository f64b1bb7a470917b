/*
 * What the tests of a cluster's history share: a hub, its clients, and what
 * may happen to them, drawn from a seed: sessions, copies that are put back,
 * restores, hand-overs.
 */
#ifndef TESTS_UNIT_CLUSTER_HISTORY_H
#define TESTS_UNIT_CLUSTER_HISTORY_H

#include "cheating_hub.h"

#include "store/again.h"
#include "sync/bundle.h"

#include <inttypes.h>

#define UNIONS_MAX 3
#define CLIENTS_MAX 4
#define HUBS_MAX 4
#define SALTS_MAX 32
#define ROUNDS_MAX 200
#define DAY_MS (24 * INT64_C(3600000))

static uint64_t last_seed; /* to replay a failure */

struct salt {
	uint64_t at; /* the log's length when it was drawn */
	uint8_t bytes[64];
	size_t size;
};

struct world {
	struct fixture_world world;
	uint64_t seed;
	struct fixture_replica hubs[HUBS_MAX]; /* the last is the present one */
	size_t hubs_count;
	struct nc_hub half; /* the present hub's, while it runs */
	bool running;
	struct salt salts[SALTS_MAX];
	size_t salts_count;
	uint64_t base; /* no rollback goes behind that */
	bool rolled_back;
	/* Put back behind its back, and nobody has told it: what it wrote
	 * itself now would be a fork of its own stream. */
	bool unaware;
	bool unsettled;	     /* not everyone has been here since a rollback */
	unsigned long fails; /* which allocation of the next request; 0: none */
	struct nc_id unions[UNIONS_MAX];
	size_t unions_count;
	struct fixture_replica clients[CLIENTS_MAX];
	size_t clients_count;
	struct nc_key *stranger;
};

static inline uint64_t draw(struct world *w, uint64_t below)
{
	uint64_t number;

	fixture_random(&w->world, &number, sizeof(number));
	return number % below;
}

static inline struct fixture_replica *hub_of(struct world *w)
{
	return &w->hubs[w->hubs_count - 1];
}

static inline uint64_t log_size(struct fixture_replica *replica)
{
	uint64_t count;

	must(nc_log_count(replica->store, &count, &fixture_error));
	return count;
}

static inline void stop(struct world *w)
{
	if (w->running)
		nc_hub_fini(&w->half);
	w->running = false;
}

static inline void run(struct world *w)
{
	struct fixture_replica *hub = hub_of(w);

	if (w->running)
		return;
	must(nc_hub_start(
		&w->half, hub->store, hub->key, &hub->env, &fixture_error));
	w->running = true;
}

/* The hub may have drawn a salt: a copy of its file would have it. */
static inline void note_salt(struct world *w)
{
	struct fixture_replica *hub = hub_of(w);
	struct salt *last = &w->salts[w->salts_count];
	struct nc_buffer salt;

	nc_buffer_init(&salt, sizeof(last->bytes));
	if (nc_store_note(hub->store, "stream-salt", &salt, &fixture_error) ==
			NC_OK &&
		(w->salts_count == 0 ||
			memcmp(w->salts[w->salts_count - 1].bytes, salt.data,
				salt.size) != 0)) {
		assert_true(w->salts_count < SALTS_MAX);
		last->at = log_size(hub);
		last->size = salt.size;
		memcpy(last->bytes, salt.data, salt.size);
		w->salts_count++;
		w->unaware = false;
	}
	nc_buffer_fini(&salt);
}

static inline void hub_begin(struct world *w, struct nc_author *author)
{
	struct fixture_replica *hub = hub_of(w);
	struct nc_key *key = NULL;

	must(nc_hubs_author(hub->store, hub->key, &key, &fixture_error));
	*author = fixture_author(hub);
	author->key = key;
	must(nc_store_begin(hub->store, &fixture_error));
}

static inline void hub_end(struct world *w, struct nc_author *author)
{
	must(nc_store_commit(hub_of(w)->store, &fixture_error));
	nc_key_free((struct nc_key *)(uintptr_t)author->key);
}

static inline void add_union(struct world *w, size_t which)
{
	static const char *const codes[] = {"ha-tinh", "gia-lai", "ca-mau"};
	struct nc_author author;
	struct nc_id id;

	hub_begin(w, &author);
	must(nc_cluster_add_union(hub_of(w)->store, &author, codes[which],
		codes[which], -1, &id, &fixture_error));
	hub_end(w, &author);
	w->unions[which] = id;
}

/* The first entries of another store's log. */
struct prefix {
	struct stores_carry carry;
	uint64_t left;
};

static inline enum nc_status give_prefix(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct prefix *prefix = context;

	if (prefix->left == 0)
		return NC_OK;
	prefix->left--;
	return stores_give(&prefix->carry, entry, err);
}

/* The hub's file as it was when its log had that length. */
static inline void rewind_hub(struct world *w, uint64_t size)
{
	struct fixture_replica *hub = hub_of(w);
	struct fixture_replica old = *hub;
	struct nc_identity identity = hub->store->identity;
	struct prefix prefix = {.carry = {.to = hub}, .left = size};

	stop(w);
	identity.handed_over = false;
	must(nc_store_open(
		":memory:", NC_STORE_EPHEMERAL, &hub->store, &fixture_error));
	must(nc_store_begin(hub->store, &fixture_error));
	must(nc_store_set_identity(hub->store, &identity, &fixture_error));
	must(nc_log_read(old.store, 0, give_prefix, &prefix, &fixture_error));
	while (w->salts_count > 0 && w->salts[w->salts_count - 1].at > size)
		w->salts_count--;
	if (w->salts_count > 0) {
		struct salt *salt = &w->salts[w->salts_count - 1];

		must(nc_store_set_note(hub->store, "stream-salt",
			nc_slice(salt->bytes, salt->size), &fixture_error));
	}
	must(nc_store_commit(hub->store, &fixture_error));
	assert_int_equal(log_size(hub), size);
	nc_store_close(old.store);
}

static inline void roll_back(struct world *w)
{
	uint64_t size = log_size(hub_of(w));

	if (size <= w->base)
		return;
	rewind_hub(w, w->base + draw(w, size - w->base));
	w->rolled_back = w->unaware = w->unsettled = true;
}

/* As `nhipcaud restore` does. */
static inline void declare_restored(struct world *w)
{
	struct fixture_replica *hub = hub_of(w);
	struct nc_key *key = NULL;

	stop(w);
	must(nc_store_begin(hub->store, &fixture_error));
	must(nc_hubs_restored(
		hub->store, hub->key, &hub->env, 0, &key, &fixture_error));
	must(nc_store_commit(hub->store, &fixture_error));
	nc_key_free(key);
	note_salt(w);
}

static inline void serve(struct world *w, struct fixture_replica *hub,
	struct fixture_replica *client, struct nc_slice request,
	struct nc_buffer *reply)
{
	struct nc_hub_request served;
	uint8_t secret[NC_KEY_SIZE];

	if (hub != hub_of(w)) {
		fixture_carry(hub, client, request, reply);
		return;
	}
	run(w);
	nc_hub_request_init(&served);
	nc_key_transport(client->key, served.transport, secret);
	must(nc_buffer_append(&served.envelope, request.data, request.size));
	nc_memory_fail_at(w->fails);
	nc_hub_serve(&w->half, &served);
	w->fails = nc_memory_fail_left();
	nc_memory_fail_at(0);
	must(nc_buffer_append(reply, served.reply.data, served.reply.size));
	nc_hub_request_fini(&served);
	note_salt(w);
}

/* What a client holds: to see that nothing of a reply was taken. */
struct snapshot {
	uint64_t sets, placed, proven, acknowledged;
	uint32_t generation;
	uint64_t size;
	struct nc_tree_hash root;
};

static inline struct snapshot look_at(struct fixture_replica *client)
{
	struct nc_kept_checkpoint kept = {0};
	struct snapshot out;
	const struct nc_log_head *heads;
	size_t count;

	memset(&out, 0, sizeof(out));
	must(nc_receipt_count(
		client->store, &out.placed, &out.sets, &fixture_error));
	must(nc_log_heads(client->store, &heads, &count, &fixture_error));
	for (size_t i = 0; i < count; i++) {
		out.proven += heads[i].proven;
		out.acknowledged += heads[i].acknowledged;
	}
	if (nc_checkpoint_last(client->store, &kept, &fixture_error) == NC_OK) {
		out.generation = kept.generation;
		out.size = kept.size;
		out.root = kept.root;
	}
	nc_kept_checkpoint_fini(&kept);
	return out;
}

/* One session, and what came of it. */
struct session {
	struct nc_sync_client client;
	enum cheat cheat;
	uint64_t pick;
	uint32_t pull_bytes;
	struct nc_slice replay; /* an earlier reply's envelope, or empty */
	bool applied;		/* the cheat came to something */
	struct snapshot before; /* the last reply */
	enum nc_status status;
	struct nc_error said;
	struct nc_buffer first_reply;
};

static inline void session_init(struct session *session)
{
	memset(session, 0, sizeof(*session));
	nc_buffer_init(&session->first_reply, SIZE_MAX / 2);
}

static inline void session_fini(struct session *session)
{
	nc_sync_client_fini(&session->client);
	nc_buffer_fini(&session->first_reply);
}

static inline struct fixture_replica *hub_for(
	struct world *w, struct fixture_replica *client)
{
	struct nc_identity identity;

	must(nc_store_identity(client->store, &identity, &fixture_error));
	for (size_t i = 0; i < w->hubs_count; i++)
		if (memcmp(identity.hub_key, nc_key_public(w->hubs[i].key),
			    NC_KEY_SIZE) == 0)
			return &w->hubs[i];
	fail_msg("seed %" PRIu64 ": a client follows nobody", w->seed);
	return NULL;
}

/* The earlier reply, as if it were to this request. */
static inline void replay(struct session *session, struct nc_buffer *envelope)
{
	struct nc_reply reply = {0};
	struct nc_buffer bytes;
	struct nc_arena arena;

	nc_arena_init(&arena, 64 << 20);
	cheat_open(session->replay, &bytes);
	must(nc_reply_decode(
		nc_buffer_slice(&bytes), &arena, &reply, &fixture_error));
	reply.number = session->client.number;
	cheat_seal(&reply, envelope);
	session->applied = true;
	nc_buffer_fini(&bytes);
	nc_arena_fini(&arena);
}

static inline void session_round(struct world *w, struct session *session,
	struct fixture_replica *hub, struct fixture_replica *client)
{
	struct nc_buffer request, reply;

	nc_buffer_init(&request, SIZE_MAX / 2);
	nc_buffer_init(&reply, SIZE_MAX / 2);
	must(nc_sync_client_request(
		&session->client, &request, &fixture_error));
	serve(w, hub, client, nc_buffer_slice(&request), &reply);
	if (session->first_reply.size == 0)
		must(nc_buffer_append(
			&session->first_reply, reply.data, reply.size));
	if (session->replay.size > 0)
		replay(session, &reply);
	else if (session->cheat != CHEAT_NONE)
		session->applied |= cheat_rewrite(session->cheat, hub,
			w->stranger, session->pick, nc_buffer_slice(&request),
			&reply);
	session->before = look_at(client);
	session->status = nc_sync_client_reply(
		&session->client, nc_buffer_slice(&reply), &session->said);
	nc_buffer_fini(&request);
	nc_buffer_fini(&reply);
}

static inline void session_run(struct world *w, struct session *session,
	struct fixture_replica *client)
{
	struct fixture_replica *hub = hub_for(w, client);

	fixture_error.text[0] = '\0';
	must(nc_sync_client_start(&session->client, client->store, client->key,
		&client->env, &fixture_error));
	if (session->pull_bytes > 0)
		session->client.pull_bytes_max = session->pull_bytes;
	for (int i = 0; !session->client.done; i++) {
		if (i == ROUNDS_MAX)
			fail_msg("seed %" PRIu64 ": %s: no end", w->seed,
				cheat_names[session->cheat]);
		session_round(w, session, hub, client);
	}
}

/* An honest session. One hand-over is followed. */
static inline enum nc_status sync_client(struct world *w, size_t which)
{
	struct session session;
	enum nc_status status;
	struct nc_error said;
	bool moved;

	do {
		session_init(&session);
		if (draw(w, 4) == 0)
			session.pull_bytes = 200 + (uint32_t)draw(w, 2000);
		session_run(w, &session, &w->clients[which]);
		status = session.status;
		said = session.said;
		moved = session.client.moved && status == NC_OK;
		if (status == NC_OK && !moved && session.client.unproven > 0)
			fail_msg("seed %" PRIu64 ": %" PRIu64 " without proof",
				w->seed, session.client.unproven);
		if (session.client.hub_lost > 0 && !w->rolled_back)
			fail_msg("seed %" PRIu64 ": lost what?", w->seed);
		if (session.client.hub_lost > 0 &&
			session.client.evidence.size == 0)
			fail_msg("seed %" PRIu64 ": without evidence", w->seed);
		session_fini(&session);
	} while (moved);
	if (status == NC_HISTORY || status == NC_BAD_SIGNATURE ||
		status == NC_DIVERGED || status == NC_FORK ||
		status == NC_MALFORMED || status == NC_MOVED)
		fail_msg("seed %" PRIu64 ": an honest hub is accused: %s",
			w->seed, said.text);
	if (status != NC_OK)
		print_message("seed %" PRIu64 ": %s\n", w->seed, said.text);
	return status;
}

static inline void save(struct world *w, size_t which)
{
	struct fixture_replica *client = &w->clients[which];
	uint64_t count = 1 + draw(w, 6);
	char text[16 + 400];

	for (uint64_t i = 0; i < count; i++) {
		memset(text, 'x', sizeof(text));
		text[1 + draw(w, sizeof(text) - 2)] = '\0';
		must(stores_save(client, nc_id_new(&client->env), true, text));
	}
}

static inline void set_open_reading(struct world *w)
{
	struct fixture_replica *hub = hub_of(w);
	struct nc_field_change field = {NC_CLUSTER_OPEN_READING,
		nc_value_integer((int64_t)draw(w, 2)), NULL, 0};
	struct nc_record_change change = {
		.record = hub->store->identity.cluster,
		.entity = NC_ENTITY_CLUSTER,
		.fields = &field,
		.fields_count = 1};
	struct nc_written written;
	struct nc_author author;

	if (w->unaware)
		return;
	hub_begin(w, &author);
	must(nc_author_write(hub->store, &author, &hub->store->identity.cluster,
		&change, 1, &written, &fixture_error));
	hub_end(w, &author);
}

static inline void rotate(struct world *w, size_t which)
{
	struct fixture_replica *client = &w->clients[which];
	struct nc_author author;
	struct nc_key *key;
	uint64_t unsent;

	if (sync_client(w, which) != NC_OK || w->unaware)
		return;
	must(nc_sync_unsent(client->store, &unsent, &fixture_error));
	if (unsent > 0)
		return;
	must(nc_key_generate(&client->env, &key, &fixture_error));
	hub_begin(w, &author);
	must(nc_hubs_rotate(hub_of(w)->store, &author,
		nc_key_device(client->key), nc_key_public(key),
		&fixture_error));
	hub_end(w, &author);
	nc_key_free(client->key);
	client->key = key;
	w->base = log_size(hub_of(w));
	(void)sync_client(w, which);
}

static inline void hand_over(struct world *w)
{
	struct fixture_replica *old = hub_of(w), *next;
	struct nc_author author;
	struct nc_buffer file;

	/* The next hub cannot know what this one had signed and lost. */
	for (size_t i = 0; i < w->clients_count && w->unsettled; i++)
		if (sync_client(w, i) != NC_OK)
			return;
	if (w->hubs_count == HUBS_MAX || w->unaware)
		return;
	w->unsettled = false;
	next = &w->hubs[w->hubs_count];
	fixture_open(next, &w->world, ":memory:");
	hub_begin(w, &author);
	must(nc_hubs_hand_over(old->store, &author, nc_key_public(next->key),
		nc_slice_text("tcp://127.0.0.1:2"), &fixture_error));
	hub_end(w, &author);
	nc_buffer_init(&file, SIZE_MAX / 2);
	stop(w);
	run(w);
	must(nc_bundle_hand_over(
		&w->half, nc_key_public(next->key), 1, &file, &fixture_error));
	stop(w);
	must(nc_bundle_take_over(next->store, next->key, &next->env,
		nc_buffer_slice(&file), &fixture_error));
	nc_buffer_fini(&file);
	w->hubs_count++;
	w->salts_count = 0;
	w->base = log_size(next);
}

static inline void world_open(struct world *w, uint64_t seed)
{
	memset(w, 0, sizeof(*w));
	w->seed = last_seed = seed;
	w->world.random = seed * UINT64_C(0x2545f4914f6cdd1d);
	w->world.now_ms = 1700000000000;
	fixture_found(&w->hubs[0], &w->world);
	w->hubs_count = 1;
	must(nc_key_generate(&w->hubs[0].env, &w->stranger, &fixture_error));
	w->unions_count = 1 + draw(w, UNIONS_MAX);
	for (size_t i = 0; i < w->unions_count; i++)
		add_union(w, i);
	w->clients_count = 2 + draw(w, CLIENTS_MAX - 1);
	for (size_t i = 0; i < w->clients_count; i++)
		fixture_join(&w->hubs[0], &w->clients[i], &w->world,
			&w->unions[i % w->unions_count]);
	w->base = log_size(&w->hubs[0]);
}

static inline void world_close(struct world *w)
{
	stop(w);
	for (size_t i = 0; i < w->hubs_count; i++)
		fixture_close(&w->hubs[i]);
	for (size_t i = 0; i < w->clients_count; i++)
		fixture_close(&w->clients[i]);
	nc_key_free(w->stranger);
}

static inline void step(struct world *w, bool faults)
{
	size_t which = draw(w, w->clients_count);
	uint64_t what = draw(w, faults ? 20 : 13);

	w->world.now_ms += (int64_t)draw(w, 1000000);
	if (getenv("NC_HISTORY_SEED") != NULL)
		print_message("step %" PRIu64 " client %zu, hub at %" PRIu64
			      "\n",
			what, which, log_size(hub_of(w)));
	switch (what) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4:
		save(w, which);
		break;
	case 5:
	case 6:
	case 7:
	case 8:
		(void)sync_client(w, which);
		break;
	case 9:
		w->world.now_ms += DAY_MS;
		break;
	case 10:
		stop(w);
		break;
	case 11:
		set_open_reading(w);
		break;
	case 12:
	case 13:
	case 14:
		roll_back(w);
		break;
	case 15:
		roll_back(w);
		declare_restored(w);
		break;
	case 16:
		declare_restored(w);
		break;
	case 17:
		rotate(w, which);
		break;
	case 18:
		hand_over(w);
		break;
	default:
		save(w, which);
		(void)sync_client(w, which);
		break;
	}
}

static inline int say_seed(void **state)
{
	(void)state;
	print_message("last seed: NC_HISTORY_SEED=%" PRIu64 "\n", last_seed);
	return 0;
}

#endif
