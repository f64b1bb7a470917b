/*
 * The machines: they start from their file, talk, run out of memory, and
 * crash between any two steps and inside any transaction. A crash throws away
 * everything but the file, and of a transaction under way everything.
 */
#include "simulation.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void machine_init(struct sim *sim, struct machine *machine, int node)
{
	uint8_t secret[NC_KEY_SIZE];
	const char *folder = getenv("TMPDIR");

	machine_env(machine, &sim->world, node);
	if (folder == NULL)
		folder = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	(void)snprintf(machine->path, sizeof(machine->path),
		"%s/nhipcau-simulation-%ld-%d.db", folder, (long)getpid(),
		node);
	(void)unlink(machine->path);
	sim_must(sim, nc_key_generate(&machine->env, &machine->key, &sim->err),
		"make a key");
	machine->device = nc_key_device(machine->key);
	nc_key_transport(machine->key, machine->transport, secret);
	nc_wipe(secret, sizeof(secret));
}

static struct nc_store *open_store(struct sim *sim, struct machine *machine)
{
	struct nc_store *store = NULL;
	bool starved = sim_starve(sim);
	enum nc_status status = nc_store_open(
		machine->path, NC_STORE_EPHEMERAL, &store, &sim->err);

	sim_feed();
	if (status == NC_NO_MEMORY && starved)
		status = nc_store_open(
			machine->path, NC_STORE_EPHEMERAL, &store, &sim->err);
	sim_must(sim, status, "open a store");
	return store;
}

static void machine_start(struct sim *sim, struct machine *machine)
{
	machine->store = open_store(sim, machine);
	if (world_chance(&sim->world, 150))
		machine->other = open_store(sim, machine);
}

void machine_stop(struct machine *machine)
{
	nc_store_close(machine->other);
	nc_store_close(machine->store);
	machine->other = NULL;
	machine->store = NULL;
}

static void machine_fini(struct machine *machine)
{
	machine_stop(machine);
	nc_key_free(machine->key);
	if (machine->path[0] != '\0')
		(void)unlink(machine->path);
}

struct nc_store *machine_store(struct sim *sim, struct machine *machine)
{
	if (machine->other != NULL && world_chance(&sim->world, 500))
		return machine->other;
	return machine->store;
}

/* The hub. */

static struct nc_author hub_author(struct sim *sim)
{
	struct nc_author author = {sim->hub.machine.key, &sim->hub.machine.env,
		nc_slice_text("nhipcaud")};

	return author;
}

void hub_found(struct sim *sim)
{
	static const char *const codes[] = {"ha-tinh", "gia-lai", "da-nang"};
	struct machine *machine = &sim->hub.machine;
	struct nc_identity identity = {.is_hub = true};
	struct nc_author author;

	machine_init(sim, machine, SIM_HUB);
	machine_start(sim, machine);
	author = hub_author(sim);
	sim->cluster = identity.cluster = nc_id_new(&machine->env);
	memcpy(identity.hub_key, nc_key_public(machine->key), NC_KEY_SIZE);
	(void)snprintf(identity.address, sizeof(identity.address),
		"tcp://127.0.0.1:1");
	sim_must(sim, nc_store_begin(machine->store, &sim->err), "begin");
	sim_must(sim,
		nc_store_set_identity(machine->store, &identity, &sim->err),
		"set the hub's identity");
	sim_must(sim,
		nc_cluster_found(machine->store, &author,
			nc_slice_text("Cụm thử"), nc_slice_text("tcp://x:1"),
			&sim->err),
		"found the cluster");
	for (int i = 0; i < SIM_UNIONS; i++)
		sim_must(sim,
			nc_cluster_add_union(machine->store, &author, codes[i],
				codes[i], i, &sim->unions[i], &sim->err),
			"add a union");
	sim_must(sim, nc_store_commit(machine->store, &sim->err), "commit");
	/* The first programs did not know the identity yet. */
	machine_stop(machine);
	hub_start(sim);
}

static void hub_copy_keys(struct sim *sim)
{
	struct hub *hub = &sim->hub;

	nc_hub_keys_fini(&hub->keys);
	sim_must(sim, nc_hub_copy_keys(&hub->half, &hub->keys, &sim->err),
		"copy the keys");
}

void hub_start(struct sim *sim)
{
	struct machine *machine = &sim->hub.machine;

	machine_start(sim, machine);
	sim_must(sim,
		nc_hub_start(&sim->hub.half, machine->store, machine->key,
			&machine->env, &sim->err),
		"start the hub");
	hub_copy_keys(sim);
	world_trace(&sim->world, "hub starts");
}

static void post_free(struct post *post)
{
	nc_hub_request_fini(&post->request);
	free(post);
}

void hub_crash(struct sim *sim)
{
	struct hub *hub = &sim->hub;

	for (size_t i = 0; i < hub->opened_count; i++)
		post_free(hub->opened[i]);
	for (size_t i = 0; i < hub->applied_count; i++)
		post_free(hub->applied[i]);
	world_trace(&sim->world, "hub crashes, %zu opened, %zu applied",
		hub->opened_count, hub->applied_count);
	hub->opened_count = 0;
	hub->applied_count = 0;
	nc_hub_keys_fini(&hub->keys);
	machine_stop(&hub->machine);
}

void hub_fini(struct sim *sim)
{
	if (sim->hub.machine.store != NULL)
		hub_crash(sim);
	machine_fini(&sim->hub.machine);
}

static bool hub_starve(struct sim *sim)
{
	bool starved = sim_starve(sim);

	sim->hub_starved += starved;
	return starved;
}

/* As if the client had not pushed one of the streams: what was built on it
 * must not be taken before it. */
static void leave_a_stream_out(struct nc_hub_request *request)
{
	struct nc_exchange_request *exchange = &request->request.exchange;
	nc_device_id left_out = request->pushes[0].change_set.device;
	size_t kept = 0;

	for (size_t i = 0; i < exchange->push_count; i++)
		if (request->pushes[i].decoded &&
			request->pushes[i].change_set.device != left_out)
			request->pushes[kept++] = request->pushes[i];
	exchange->push_count = kept;
}

/* As if the client had asked for less, and pushed less. */
static void make_thin(struct sim *sim, struct nc_hub_request *request)
{
	struct nc_exchange_request *exchange = &request->request.exchange;

	exchange->max_bytes = (uint32_t)world_below(&sim->world, 2000);
	if (exchange->push_count == 0 || request->status != NC_OK)
		return;
	/* Pushes whose key the hub's copy lacks are opened later. */
	if (request->pushes != NULL && world_chance(&sim->world, 200))
		leave_a_stream_out(request);
	else
		exchange->push_count =
			1 + world_below(&sim->world, exchange->push_count);
}

void hub_receive(struct sim *sim, int from, struct nc_slice bytes)
{
	struct hub *hub = &sim->hub;
	const struct machine *sender = &sim->clients[from - 1].machine;
	struct post *post;

	if (hub->machine.store == NULL)
		return;
	post = calloc(1, sizeof(*post));
	if (post == NULL)
		sim_fail(sim, "no memory");
	post->from = from;
	nc_hub_request_init(&post->request);
	memcpy(post->request.transport, sender->transport, NC_KEY_SIZE);
	post->request.arrived_ms = sim->world.now_ms;
	sim_must(sim,
		nc_buffer_append(
			&post->request.envelope, bytes.data, bytes.size),
		"receive a request");
	if (hub->opened_count == SIM_POSTS_MAX ||
		(!sim->healing && world_chance(&sim->world, 10))) {
		nc_hub_busy(&post->request, 50);
		network_send(sim, SIM_HUB, from,
			nc_buffer_slice(&post->request.reply));
		post_free(post);
		return;
	}
	if (world_chance(&sim->world, 100))
		hub_copy_keys(sim);
	(void)hub_starve(sim);
	nc_hub_open(&post->request, &hub->keys);
	sim_feed();
	if (sim->thin && !sim->healing)
		make_thin(sim, &post->request);
	hub->opened[hub->opened_count++] = post;
}

/* Some of what was opened, in any order, in one transaction. */
static void hub_apply(struct sim *sim)
{
	struct hub *hub = &sim->hub;
	struct nc_hub_request *batch[SIM_POSTS_MAX];
	size_t room = SIM_POSTS_MAX - hub->applied_count;
	size_t count = 1 + world_below(&sim->world, hub->opened_count);
	bool starved;

	if (count > room)
		count = room;
	for (size_t i = 0; i < count; i++) {
		size_t at = world_below(&sim->world, hub->opened_count);
		struct post *post = hub->opened[at];

		hub->opened[at] = hub->opened[--hub->opened_count];
		hub->applied[hub->applied_count++] = post;
		batch[i] = &post->request;
	}
	starved = hub_starve(sim);
	nc_hub_apply(&hub->half, batch, count);
	sim_feed();
	sim->counters.batches++;
	for (size_t i = 0; i < count; i++)
		world_trace(&sim->world,
			"hub applies %d of %zu: %s, %" PRIu64 " appended, "
			"%" PRIu64 " not%s",
			hub->applied[hub->applied_count - count + i]->from,
			count, nc_status_name(batch[i]->status),
			batch[i]->appended, batch[i]->refused_sets,
			starved ? ", starved" : "");
}

static void hub_answer(struct sim *sim)
{
	struct hub *hub = &sim->hub;
	struct nc_hub_request *batch[SIM_POSTS_MAX];

	for (size_t i = 0; i < hub->applied_count; i++)
		batch[i] = &hub->applied[i]->request;
	(void)hub_starve(sim);
	nc_hub_answer(&hub->half, batch, hub->applied_count);
	sim_feed();
	for (size_t i = 0; i < hub->applied_count; i++) {
		struct post *post = hub->applied[i];

		if (post->request.reply.size > 0)
			network_send(sim, SIM_HUB, post->from,
				nc_buffer_slice(&post->request.reply));
		post_free(post);
	}
	hub->applied_count = 0;
}

void hub_step(struct sim *sim)
{
	struct hub *hub = &sim->hub;

	if (hub->machine.store == NULL)
		return;
	if (hub->applied_count > 0 &&
		(hub->opened_count == 0 ||
			hub->applied_count == SIM_POSTS_MAX ||
			world_chance(&sim->world, 700)))
		hub_answer(sim);
	else if (hub->opened_count > 0)
		hub_apply(sim);
}

void hub_invite(struct sim *sim, unsigned number)
{
	struct client *client = &sim->clients[number];
	struct nc_store *store = sim->hub.machine.store;
	struct nc_author author = hub_author(sim);

	sim_must(sim, nc_store_begin(store, &sim->err), "begin");
	sim_must(sim,
		nc_cluster_invite(store, &author, &sim->unions[client->of],
			INT64_C(7) * 86400000, &client->arena,
			&client->invitation, &sim->err),
		"invite");
	sim_must(sim, nc_store_commit(store, &sim->err), "commit");
	client->state = CLIENT_JOINING;
	world_trace(&sim->world, "hub invites %d", client->machine.node);
}

static uint64_t head_of(struct sim *sim, struct nc_store *store,
	const struct nc_id *scope, nc_device_id device)
{
	struct nc_log_head head;

	sim_must(sim, nc_log_head(store, scope, device, &head, &sim->err),
		"read a head");
	return head.sequence;
}

/* Whether nobody else holds more of this device's writing than the hub. Work
 * that went over by stick and is refused afterwards would block those who
 * built on it: the simulation leaves that aside, see client_stick. */
static bool is_all_at_the_hub(struct sim *sim, const struct client *client)
{
	const struct nc_id *scope = &sim->unions[client->of];
	nc_device_id device = client->machine.device;
	uint64_t held = head_of(sim, sim->hub.machine.store, scope, device);

	for (int i = 0; i < SIM_CLIENTS; i++) {
		const struct client *other = &sim->clients[i];

		if (other == client || other->of != client->of ||
			other->state != CLIENT_MEMBER)
			continue;
		if (other->machine.store == NULL ||
			head_of(sim, other->machine.store, scope, device) >
				held)
			return false;
	}
	return true;
}

void hub_revoke(struct sim *sim)
{
	struct client *client =
		&sim->clients[world_below(&sim->world, SIM_CLIENTS)];
	struct nc_store *store = sim->hub.machine.store;
	struct nc_author author = hub_author(sim);

	if (sim->counters.revoked > 0 || client->state != CLIENT_MEMBER ||
		!is_all_at_the_hub(sim, client))
		return;
	sim_must(sim, nc_store_begin(store, &sim->err), "begin");
	sim_must(sim,
		nc_cluster_revoke(
			store, &author, client->machine.device, &sim->err),
		"revoke");
	sim_must(sim, nc_store_commit(store, &sim->err), "commit");
	client->revoked = true;
	sim->counters.revoked++;
	world_trace(&sim->world, "hub revokes %d", client->machine.node);
}

/* The laptops. */

void client_init(struct sim *sim, unsigned number, unsigned of)
{
	struct client *client = &sim->clients[number];

	client->of = of;
	nc_arena_init(&client->arena, 1 << 20);
	machine_init(sim, &client->machine, (int)number + 1);
	machine_start(sim, &client->machine);
}

void client_fini(struct client *client)
{
	machine_fini(&client->machine);
	nc_arena_fini(&client->arena);
}

void client_start(struct sim *sim, struct client *client)
{
	machine_start(sim, &client->machine);
	world_trace(&sim->world, "%d starts", client->machine.node);
}

void client_crash(struct sim *sim, struct client *client)
{
	client->in_session = false;
	client->form.open = false;
	client->wait_until_ms = 0;
	machine_stop(&client->machine);
	sim->counters.crashes++;
	world_trace(&sim->world, "%d crashes", client->machine.node);
}

static void client_send(
	struct sim *sim, struct client *client, const struct nc_buffer *bytes)
{
	network_send(
		sim, client->machine.node, SIM_HUB, nc_buffer_slice(bytes));
}

static void client_ask_to_join(struct sim *sim, struct client *client)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&bytes, NC_MESSAGE_BYTES_MAX);
	sim_must(sim,
		nc_enrol_request(client->machine.key, &client->invitation,
			nc_slice_text("máy thử"), &bytes, &sim->err),
		"ask to join");
	client_send(sim, client, &bytes);
}

static void client_begin_session(struct sim *sim, struct client *client)
{
	sim_must(sim,
		nc_sync_client_start(&client->session, client->machine.store,
			client->machine.key, &client->machine.env, &sim->err),
		"start a session");
	client->in_session = true;
	sim->counters.sessions++;
}

void client_talk(struct sim *sim, struct client *client)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;
	bool starved;

	nc_buffer_init(&bytes, NC_MESSAGE_BYTES_MAX);
	if (client->machine.store == NULL || client->state == CLIENT_ABSENT ||
		sim->world.now_ms < client->wait_until_ms)
		return;
	if (client->state == CLIENT_JOINING) {
		client_ask_to_join(sim, client);
		return;
	}
	/* It mostly waits a while for an answer before it asks again. */
	if (!sim->healing && client->in_session &&
		sim->world.now_ms < client->sent_ms + 4000 &&
		world_chance(&sim->world, 850))
		return;
	if (!client->in_session ||
		(!sim->healing && world_chance(&sim->world, 50)))
		client_begin_session(sim, client);
	client->sent_ms = sim->world.now_ms;
	starved = sim_starve(sim);
	status = nc_sync_client_request(&client->session, &bytes, &sim->err);
	sim_feed();
	if (status == NC_NO_MEMORY && starved) {
		client->in_session = false;
		return;
	}
	sim_must(sim, status, "make a request");
	client_send(sim, client, &bytes);
}

/* The first store it opened knew of no cluster; like the real join, it goes
 * on with a store that does. */
static void client_joined(struct sim *sim, struct client *client)
{
	struct nc_identity identity = {.is_hub = false,
		.cluster = sim->cluster,
		.union_id = sim->unions[client->of]};

	memcpy(identity.hub_key, client->invitation.hub_key, NC_KEY_SIZE);
	sim_must(sim,
		nc_store_set_identity(
			client->machine.store, &identity, &sim->err),
		"set an identity");
	client->state = CLIENT_MEMBER;
	sim->counters.joined++;
	machine_stop(&client->machine);
	client_start(sim, client);
}

/*
 * What a machine that is short of memory may say; a healthy one may not.
 * Unpacking and verifying do not tell "no memory" from "not right" (see
 * nc_verify and nc_wire_allocator), nor does the hub from "too much". Nothing
 * is lost by it, but what the person is told is wrong.
 */
static bool is_excused(
	const struct sim *sim, enum nc_status status, bool starved)
{
	/* Streams that make_thin left out are missed, and rightly. */
	if (status == NC_GAP && sim->thin && !sim->healing)
		return true;
	if (!starved && (sim->hub_starved == 0 || sim->healing))
		return false;
	return status == NC_NO_MEMORY || status == NC_MALFORMED ||
	       status == NC_BAD_SIGNATURE ||
	       ((status == NC_IO || status == NC_LIMIT) &&
		       sim->hub_starved > 0);
}

static void client_receive_enrolment(
	struct sim *sim, struct client *client, struct nc_slice bytes)
{
	enum nc_status status =
		nc_enrol_reply(&client->invitation, bytes, &sim->err);

	if (status == NC_OK)
		client_joined(sim, client);
	else if (status != NC_BUSY && !is_excused(sim, status, false))
		sim_must(sim, status, "join");
}

static void session_ended(struct sim *sim, struct client *client,
	enum nc_status status, bool starved)
{
	client->in_session = false;
	sim->counters.pulled += client->session.pulled;
	world_trace(&sim->world,
		"%d ends: %s, pushed %" PRIu64 ", pulled "
		"%" PRIu64,
		client->machine.node, nc_status_name(status),
		client->session.pushed, client->session.pulled);
	if (client->session.rebuilt)
		sim_fail(sim, "client %d had to rebuild to agree (%s)",
			client->machine.node, nc_status_name(status));
	if ((status == NC_REVOKED_DEVICE && client->revoked) ||
		is_excused(sim, status, starved))
		return;
	sim_must(sim, status, "sync");
}

void client_receive(
	struct sim *sim, struct client *client, struct nc_slice bytes)
{
	enum nc_status status;
	bool starved;

	if (client->machine.store == NULL)
		return;
	if (client->state == CLIENT_JOINING) {
		client_receive_enrolment(sim, client, bytes);
		return;
	}
	if (!client->in_session) {
		sim->counters.late++;
		return;
	}
	starved = sim_starve(sim);
	status = nc_sync_client_reply(&client->session, bytes, &sim->err);
	sim_feed();
	if (client->session.wait_ms > 0)
		client->wait_until_ms =
			sim->world.now_ms + client->session.wait_ms;
	if (client->session.done || status != NC_OK)
		session_ended(sim, client, status, starved);
	check_acknowledged(sim, client);
	if (starved && status != NC_OK && world_chance(&sim->world, 500))
		client_crash(sim, client);
}

/* Sticks. */

static enum nc_status stick_take(struct sim *sim, struct nc_store *store,
	const struct nc_signed_change_set *signed_set, struct nc_arena *arena)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *author;
	struct nc_change_set change_set;
	struct nc_dot need;

	sim_must(sim,
		nc_change_set_decode(
			signed_set->payload, arena, &change_set, &sim->err),
		"decode what a stick has");
	sim_must(sim, nc_store_registry(store, &registry, &sim->err),
		"read the registry");
	author = nc_registry_device(registry, change_set.device);
	if (author == NULL)
		return NC_UNKNOWN_DEVICE;
	if (!nc_verify(author->public_key, NC_DOMAIN_CHANGE_SET,
		    signed_set->payload, signed_set->signature))
		sim_fail(sim, "a stick has a bad signature");
	return nc_store_take(store, signed_set, &change_set, sim->world.now_ms,
		&need, &sim->err);
}

/* Reads what a stick has, until it ends or something must come first. */
static void stick_read(struct sim *sim, struct client *to,
	const struct nc_signed_change_set *sets, size_t count)
{
	struct nc_store *store = to->machine.store;
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	enum nc_status status = NC_OK;
	size_t taken;

	nc_arena_init(&arena, 16 << 20);
	sim_must(sim, nc_store_begin(store, &sim->err), "begin");
	for (taken = 0; taken < count; taken++) {
		nc_arena_reset(&arena);
		status = stick_take(sim, store, &sets[taken], &arena);
		if (status == NC_UNKNOWN_DEVICE || status == NC_GAP)
			break;
		if (status != NC_OK && status != NC_EXISTS)
			sim_fail(sim, "a stick's change-set is %s",
				nc_status_name(status));
	}
	sim_must(sim, nc_store_commit(store, &sim->err), "commit");
	sim->counters.sticks++;
	world_trace(&sim->world, "%d takes %zu of %zu from a stick",
		to->machine.node, taken, count);
}

static bool may_use_stick(const struct client *client)
{
	return client->state == CLIENT_MEMBER && !client->revoked &&
	       client->machine.store != NULL;
}

/* Another laptop of the same union, any of them. */
static struct client *stick_reader(struct sim *sim, const struct client *from)
{
	size_t first = world_below(&sim->world, SIM_CLIENTS);

	for (size_t i = 0; i < SIM_CLIENTS; i++) {
		struct client *to = &sim->clients[(first + i) % SIM_CLIENTS];

		if (to != from && to->of == from->of && may_use_stick(to))
			return to;
	}
	return NULL;
}

void client_stick(struct sim *sim)
{
	struct client *from =
		&sim->clients[world_below(&sim->world, SIM_CLIENTS)];
	struct client *to = stick_reader(sim, from);
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_log_want wants[64];
	struct nc_signed_change_set *sets;
	const struct nc_log_head *heads;
	size_t count, wanted = 0;
	bool more;

	nc_arena_init(&arena, 16 << 20);
	if (to == NULL || !may_use_stick(from))
		return;
	sim_must(sim,
		nc_log_heads(from->machine.store, &heads, &count, &sim->err),
		"read heads");
	for (size_t i = 0; i < count && wanted < 64; i++) {
		const struct nc_id *scope = &heads[i].union_id;

		if (nc_id_compare(scope, &sim->unions[to->of]) != 0 &&
			nc_id_compare(scope, &sim->cluster) != 0)
			continue;
		/* A stick may lack a stream; then some of it must wait. */
		if (world_chance(&sim->world, 200))
			continue;
		wants[wanted].union_id = *scope;
		wants[wanted].device = heads[i].device;
		wants[wanted].after =
			head_of(sim, to->machine.store, scope, heads[i].device);
		wanted++;
	}
	sim_must(sim,
		nc_log_collect(from->machine.store, wants, wanted,
			world_below(&sim->world, 8000), &arena, &sets, &count,
			&more, &sim->err),
		"fill a stick");
	stick_read(sim, to, sets, count);
}
