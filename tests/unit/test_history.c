/*
 * Random histories of a cluster: an honest hub is never accused, whatever has
 * happened to it; a hub that rewrites its history is, by every client that has
 * seen it, with evidence that stands by itself.
 *
 *     NC_HISTORIES=10000 build/bin/test_history     how many of each kind
 *     NC_HISTORY_SEED=77 build/bin/test_history     that one alone
 */
#include "cheating_hub.h"

#include "store/again.h"
#include "sync/bundle.h"

#include <inttypes.h>

#define UNIONS_MAX 3
#define CLIENTS_MAX 4
#define HUBS_MAX 4
#define SALTS_MAX 32
#define ROUNDS_MAX 200
#define HISTORIES_DEFAULT 170
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

static uint64_t draw(struct world *w, uint64_t below)
{
	uint64_t number;

	fixture_random(&w->world, &number, sizeof(number));
	return number % below;
}

static struct fixture_replica *hub_of(struct world *w)
{
	return &w->hubs[w->hubs_count - 1];
}

static uint64_t log_size(struct fixture_replica *replica)
{
	uint64_t count;

	must(nc_log_count(replica->store, &count, &fixture_error));
	return count;
}

static void stop(struct world *w)
{
	if (w->running)
		nc_hub_fini(&w->half);
	w->running = false;
}

static void run(struct world *w)
{
	struct fixture_replica *hub = hub_of(w);

	if (w->running)
		return;
	must(nc_hub_start(
		&w->half, hub->store, hub->key, &hub->env, &fixture_error));
	w->running = true;
}

/* The hub may have drawn a salt: a copy of its file would have it. */
static void note_salt(struct world *w)
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

static void hub_begin(struct world *w, struct nc_author *author)
{
	struct fixture_replica *hub = hub_of(w);
	struct nc_key *key = NULL;

	must(nc_hubs_author(hub->store, hub->key, &key, &fixture_error));
	*author = fixture_author(hub);
	author->key = key;
	must(nc_store_begin(hub->store, &fixture_error));
}

static void hub_end(struct world *w, struct nc_author *author)
{
	must(nc_store_commit(hub_of(w)->store, &fixture_error));
	nc_key_free((struct nc_key *)(uintptr_t)author->key);
}

static void add_union(struct world *w, size_t which)
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

static enum nc_status give_prefix(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct prefix *prefix = context;

	if (prefix->left == 0)
		return NC_OK;
	prefix->left--;
	return stores_give(&prefix->carry, entry, err);
}

/* The hub's file as it was when its log had that length. */
static void rewind_hub(struct world *w, uint64_t size)
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

static void roll_back(struct world *w)
{
	uint64_t size = log_size(hub_of(w));

	if (size <= w->base)
		return;
	rewind_hub(w, w->base + draw(w, size - w->base));
	w->rolled_back = w->unaware = w->unsettled = true;
}

/* As `nhipcaud restore` does. */
static void declare_restored(struct world *w)
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

static void serve(struct world *w, struct fixture_replica *hub,
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

static struct snapshot look_at(struct fixture_replica *client)
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

static void session_init(struct session *session)
{
	memset(session, 0, sizeof(*session));
	nc_buffer_init(&session->first_reply, SIZE_MAX / 2);
}

static void session_fini(struct session *session)
{
	nc_sync_client_fini(&session->client);
	nc_buffer_fini(&session->first_reply);
}

static struct fixture_replica *hub_for(
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
static void replay(struct session *session, struct nc_buffer *envelope)
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

static void session_round(struct world *w, struct session *session,
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

static void session_run(struct world *w, struct session *session,
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
static enum nc_status sync_client(struct world *w, size_t which)
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

static void save(struct world *w, size_t which)
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

static void set_open_reading(struct world *w)
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

static void rotate(struct world *w, size_t which)
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

static void hand_over(struct world *w)
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

static void world_open(struct world *w, uint64_t seed)
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

static void world_close(struct world *w)
{
	stop(w);
	for (size_t i = 0; i < w->hubs_count; i++)
		fixture_close(&w->hubs[i]);
	for (size_t i = 0; i < w->clients_count; i++)
		fixture_close(&w->clients[i]);
	nc_key_free(w->stranger);
}

static void step(struct world *w, bool faults)
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

/* An audit path by the definition of RFC 6962, without the product's check. */
static void climb(struct nc_tree_hash *out, const struct nc_tree_hash *leaf,
	uint64_t index, uint64_t size, const struct nc_tree_hash *path,
	size_t *count)
{
	uint64_t split = 1;
	struct nc_tree_hash below;

	if (size == 1) {
		assert_int_equal(*count, 0);
		*out = *leaf;
		return;
	}
	while (split * 2 < size)
		split *= 2;
	assert_true(*count > 0);
	--*count;
	if (index < split) {
		struct nc_tree_hash last = path[*count];

		climb(&below, leaf, index, split, path, count);
		nc_tree_node(out, &below, &last);
	} else {
		struct nc_tree_hash last = path[*count];

		climb(&below, leaf, index - split, size - split, path, count);
		nc_tree_node(out, &last, &below);
	}
}

struct audit {
	struct world *w;
	struct fixture_replica *client;
	size_t receipts;
};

static enum nc_status audit_receipt(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct audit *audit = context;
	struct nc_store *store = audit->client->store;
	struct nc_kept_checkpoint kept = {0};
	struct nc_receipt receipt = {0};
	struct nc_tree_hash leaf, root;
	uint8_t bytes[2048];
	size_t count;

	(void)err;
	if (nc_receipt_find(store, &entry->union_id, entry->device,
		    entry->sequence, &receipt, &fixture_error) != NC_OK)
		return NC_OK;
	audit->receipts++;
	bytes[0] = 0;
	assert_true(entry->signed_set.payload.size < sizeof(bytes));
	memcpy(bytes + 1, entry->signed_set.payload.data,
		entry->signed_set.payload.size);
	nc_sha256(leaf.bytes,
		nc_slice(bytes, 1 + entry->signed_set.payload.size));
	must(nc_checkpoint_find(store, receipt.generation, receipt.size, &kept,
		&fixture_error));
	assert_true(receipt.leaf < receipt.size);
	count = receipt.path.size / NC_TREE_HASH_SIZE;
	climb(&root, &leaf, receipt.leaf, receipt.size,
		(const struct nc_tree_hash *)(const void *)receipt.path.data,
		&count);
	assert_memory_equal(&root, &kept.root, sizeof(root));
	nc_kept_checkpoint_fini(&kept);
	nc_receipt_fini(&receipt);
	return NC_OK;
}

/* Receipts hold; the last checkpoint is of the hub's own tree. */
static void audit_client(struct world *w, struct fixture_replica *client)
{
	struct nc_tree_reader reader = nc_store_tree_reader(hub_of(w)->store);
	struct audit audit = {w, client, 0};
	struct snapshot now = look_at(client);
	struct nc_tree_hash root;

	must(nc_log_read(
		client->store, 0, audit_receipt, &audit, &fixture_error));
	must(nc_tree_root(&reader, now.size, &root, &fixture_error));
	assert_memory_equal(&root, &now.root, sizeof(root));
	must(nc_store_verify(client->store, NULL, &fixture_error));
}

/* After everyone has synced twice without a fault. */
static void heal_and_audit(struct world *w)
{
	bool whole = true;

	for (int i = 0; i < 3; i++)
		for (size_t c = 0; c < w->clients_count; c++)
			whole &= sync_client(w, c) == NC_OK || i < 2;
	for (size_t c = 0; c < w->clients_count && whole; c++)
		audit_client(w, &w->clients[c]);
	if (!whole)
		fail_msg("seed %" PRIu64 ": no peace", w->seed);
}

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

/* A part of the evidence, between two of its headings. */
static struct nc_slice part(
	struct nc_slice evidence, const char *from, const char *to)
{
	const char *text = (const char *)evidence.data;
	const char *begin = strstr(text, from);
	const char *end;

	assert_non_null(begin);
	begin += strlen(from);
	end = strstr(begin, to);
	assert_non_null(end);
	return nc_slice(begin, (size_t)(end - begin));
}

/* Both of the evidence's checkpoints are the hub's; and, if asked for, the
 * greater is not a continuation of the smaller. */
static void check_evidence(struct world *w, struct session *session,
	struct cheat_tree *honest, bool contradiction)
{
	struct nc_slice evidence;
	struct nc_checkpoint before, now;
	const struct nc_registry *registry;
	struct nc_tree_hash root;
	uint32_t generation;
	struct cheat_tree of = {0};
	struct nc_tree_reader reader = cheat_reader(&of);

	if (honest != NULL)
		of = *honest;

	must(nc_buffer_append(&session->client.evidence, "", 1));
	evidence = nc_buffer_slice(&session->client.evidence);
	must(nc_checkpoint_parse(
		part(evidence, "Seen before:\n\n", "\nShown now:\n"), &before,
		&fixture_error));
	must(nc_checkpoint_parse(
		part(evidence, "Shown now:\n\n", "\nProof given:\n"), &now,
		&fixture_error));
	must(nc_store_registry(hub_of(w)->store, &registry, &fixture_error));
	assert_true(nc_history_generation(before.origin,
		&hub_of(w)->store->identity.cluster, &generation));
	assert_true(nc_checkpoint_is_signed(
		&before, nc_registry_hub(registry, generation)->public_key));
	assert_true(
		nc_checkpoint_is_signed(&now, nc_key_public(hub_of(w)->key)));
	if (honest == NULL)
		return;
	/* What was seen before is the honest tree's. */
	must(nc_tree_root(&reader, before.size, &root, &fixture_error));
	assert_memory_equal(&root, &before.root, sizeof(root));
	if (!contradiction)
		return;
	if (now.size < before.size)
		return;
	/* The true continuation has another root. */
	of.count = now.size;
	if (now.size > honest->count)
		return;
	must(nc_tree_root(&reader, now.size, &root, &fixture_error));
	assert_memory_not_equal(&root, &now.root, sizeof(root));
}

static void nothing_was_taken(struct world *w, struct session *session,
	struct fixture_replica *client)
{
	struct snapshot now = look_at(client);

	if (memcmp(&now, &session->before, sizeof(now)) != 0)
		fail_msg("seed %" PRIu64 ": %s: something was taken", w->seed,
			cheat_names[session->cheat]);
}

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

static int say_seed(void **state)
{
	(void)state;
	print_message("last seed: NC_HISTORY_SEED=%" PRIu64 "\n", last_seed);
	return 0;
}

/* A restore that never was, to be rid of what one union has written: it cannot
 * be told from a true one, so it is told to everyone, with evidence. */
static void test_history__a_false_restore_is_told(void **state)
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
static void test_history__a_loss_before_a_hand_over_is_told(void **state)
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

static void test_history__a_loss_is_told_without_memory(void **state)
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
static void test_history__a_hub_known_already_is_followed(void **state)
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

/* What the witness of one world's client says, put into a reply. */
static void add_witness(struct world *w, struct session *session,
	struct fixture_replica *client, const struct nc_reply_witness *witness)
{
	struct fixture_replica *hub = hub_of(w);
	struct nc_buffer request, envelope, bytes;
	struct nc_reply reply = {0};
	struct nc_arena arena;

	nc_arena_init(&arena, 64 << 20);
	nc_buffer_init(&request, SIZE_MAX / 2);
	nc_buffer_init(&envelope, SIZE_MAX / 2);
	must(nc_sync_client_start(&session->client, client->store, client->key,
		&client->env, &fixture_error));
	must(nc_sync_client_request(
		&session->client, &request, &fixture_error));
	serve(w, hub, client, nc_buffer_slice(&request), &envelope);
	cheat_open(nc_buffer_slice(&envelope), &bytes);
	must(nc_reply_decode(
		nc_buffer_slice(&bytes), &arena, &reply, &fixture_error));
	reply.exchange.witnesses = (struct nc_reply_witness *)witness;
	reply.exchange.witnesses_count = 1;
	cheat_seal(&reply, &envelope);
	session->before = look_at(client);
	session->status = nc_sync_client_reply(
		&session->client, nc_buffer_slice(&envelope), &session->said);
	nc_buffer_fini(&bytes);
	nc_buffer_fini(&request);
	nc_buffer_fini(&envelope);
	nc_arena_fini(&arena);
}

static enum nc_status count_witness(
	void *context, const struct nc_witness *witness, struct nc_error *err)
{
	nc_device_id *device = context;

	(void)err;
	if (witness->device == *device)
		*device = 0;
	return NC_OK;
}

/* Client 0 was shown a tree and has vouched for it; client 1 is shown another
 * of that size. `forged`: nobody has vouched, the hub made it up. */
static void fork_and_witness(bool forged)
{
	struct nc_reply_witness witness = {0};
	struct nc_checkpoint other = {0};
	char origin[NC_ORIGIN_TEXT_SIZE], name[NC_WITNESS_NAME_SIZE];
	struct nc_buffer body, line;
	struct session session;
	nc_device_id found;
	struct world w;

	world_open(&w, 5);
	must(sync_client(&w, 1));
	witness.device = found = nc_key_device(w.clients[0].key);
	witness.size = log_size(hub_of(&w));
	memset(witness.root.bytes, 7, sizeof(witness.root.bytes));
	nc_buffer_init(&body, 4096);
	nc_buffer_init(&line, 4096);
	nc_hubs_origin(origin, &hub_of(&w)->store->identity.cluster, 1);
	must(nc_checkpoint_body(
		&body, origin, witness.size, &witness.root, nc_slice(NULL, 0)));
	other.body = nc_buffer_slice(&body);
	nc_history_witness_name(
		name, &hub_of(&w)->store->identity.cluster, witness.device);
	must(nc_cosignature_print(forged ? w.stranger : w.clients[0].key, name,
		&other, 1700000000, &line, &fixture_error));
	witness.cosignature = nc_buffer_slice(&line);
	session_init(&session);
	add_witness(&w, &session, &w.clients[1], &witness);
	if (forged) {
		must(session.status);
	} else {
		assert_int_equal(session.status, NC_HISTORY);
		assert_non_null(strstr(session.said.text, "another union"));
		nothing_was_taken(&w, &session, &w.clients[1]);
		must(nc_buffer_append(&session.client.evidence, "", 1));
		assert_non_null(strstr((char *)session.client.evidence.data,
			(char *)line.data));
		must(nc_checkpoint_parse(
			part(nc_buffer_slice(&session.client.evidence),
				"Shown now:\n\n", "\nProof given:\n"),
			&other, &fixture_error));
		assert_true(nc_checkpoint_is_signed(
			&other, nc_key_public(hub_of(&w)->key)));
	}
	must(nc_witness_each(w.clients[1].store, 1, 0, count_witness, &found,
		&fixture_error));
	assert_true(found != 0);
	session_fini(&session);
	nc_buffer_fini(&body);
	nc_buffer_fini(&line);
	world_close(&w);
}

static void test_history__two_unions_two_histories(void **state)
{
	(void)state;
	fork_and_witness(false);
}

static void test_history__a_forged_witness_does_not_count(void **state)
{
	(void)state;
	fork_and_witness(true);
}

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, say_seed)
	const struct CMUnitTest tests[] = {
		T(test_history__an_honest_hub_is_never_accused),
		T(test_history__a_cheating_hub_is_caught),
		T(test_history__a_false_restore_is_told),
		T(test_history__a_loss_before_a_hand_over_is_told),
		T(test_history__a_loss_is_told_without_memory),
		T(test_history__a_hub_known_already_is_followed),
		T(test_history__two_unions_two_histories),
		T(test_history__a_forged_witness_does_not_count),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
