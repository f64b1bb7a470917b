/*
 * The hub, and those that were it or will be: requests are opened, applied
 * and answered in steps of their own.
 */
#include "simulation.h"
#include "store/hubs.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct nc_author hub_author(struct sim *sim, struct hub *hub)
{
	struct machine *machine = &hub->machine;
	struct nc_author author = {.key = NULL,
		.env = &machine->env,
		.name = nc_slice_text("nhipcaud")};

	nc_key_free(machine->writes);
	machine->writes = NULL;
	sim_must(sim,
		nc_hubs_author(machine->store, machine->key, &machine->writes,
			&sim->err),
		"find the hub's key");
	machine->device = nc_key_device(machine->writes);
	author.key = machine->writes;
	return author;
}

void hub_found(struct sim *sim)
{
	static const char *const codes[] = {"ha-tinh", "gia-lai", "da-nang"};
	struct machine *machine = &sim->hub->machine;
	struct nc_identity identity = {.is_hub = true};
	struct nc_author author;

	machine_init(sim, machine, 0);
	(void)machine_start(sim, machine);
	author = hub_author(sim, sim->hub);
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
	hub_start(sim, sim->hub);
}

static void hub_copy_keys(struct sim *sim, struct hub *hub)
{
	nc_hub_keys_fini(&hub->keys);
	sim_must(sim, nc_hub_copy_keys(&hub->half, &hub->keys, &sim->err),
		"copy the keys");
}

void hub_start(struct sim *sim, struct hub *hub)
{
	struct machine *machine = &hub->machine;

	if (!machine_start(sim, machine)) {
		trouble_mend(sim, machine);
		return;
	}
	sim_must(sim,
		nc_hub_start(&hub->half, machine->store, machine->key,
			&machine->env, &sim->err),
		"start the hub");
	hub->begun_before = 0;
	hub_copy_keys(sim, hub);
	world_trace(&sim->world, "hub %d starts", machine->node);
}

static void post_free(struct post *post)
{
	nc_hub_request_fini(&post->request);
	free(post);
}

void hub_crash(struct sim *sim, struct hub *hub)
{
	for (size_t i = 0; i < hub->opened_count; i++)
		post_free(hub->opened[i]);
	for (size_t i = 0; i < hub->applied_count; i++)
		post_free(hub->applied[i]);
	world_trace(&sim->world, "hub %d crashes, %zu opened, %zu applied",
		hub->machine.node, hub->opened_count, hub->applied_count);
	hub->opened_count = 0;
	hub->applied_count = 0;
	nc_hub_keys_fini(&hub->keys);
	nc_hub_fini(&hub->half);
	machine_crash(sim, &hub->machine);
}

void hub_fini(struct sim *sim, struct hub *hub)
{
	hub->machine.lied = false;
	if (hub->machine.store != NULL)
		hub_crash(sim, hub);
	machine_fini(&hub->machine);
}

static bool hub_starve(struct sim *sim, struct hub *hub)
{
	bool starved = sim_starve(sim, &hub->machine);

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

static bool is_too_busy(struct sim *sim, const struct hub *hub)
{
	return hub->opened_count == SIM_POSTS_MAX ||
	       (!sim->healing && world_chance(&sim->world, 10));
}

void hub_receive(struct sim *sim, struct hub *hub, int from,
	const uint8_t transport[NC_KEY_SIZE], struct nc_slice bytes)
{
	struct post *post;

	/* The next one does not serve before it has taken over. */
	if (hub->machine.store == NULL ||
		hub->machine.node >= (int)sim->hubs_count)
		return;
	post = calloc(1, sizeof(*post));
	if (post == NULL)
		sim_fail(sim, "no memory");
	post->from = from;
	nc_hub_request_init(&post->request);
	memcpy(post->request.transport, transport, NC_KEY_SIZE);
	post->request.arrived_ms = sim->world.now_ms;
	sim_must(sim,
		nc_buffer_append(
			&post->request.envelope, bytes.data, bytes.size),
		"receive a request");
	if (is_too_busy(sim, hub)) {
		nc_hub_busy(&post->request, 50);
		network_send(sim, &hub->machine, from,
			nc_buffer_slice(&post->request.reply));
		post_free(post);
		return;
	}
	if (world_chance(&sim->world, 100))
		hub_copy_keys(sim, hub);
	(void)hub_starve(sim, hub);
	nc_hub_open(&post->request, &hub->keys);
	sim_feed();
	if (sim->thin && !sim->healing)
		make_thin(sim, &post->request);
	/* Its keeper was told that a file was put in the store's place: nobody
	 * joins before it is known what was lost. */
	if (hub->blind && post->request.request.body != NC_BODY_EXCHANGE) {
		post_free(post);
		return;
	}
	hub->opened[hub->opened_count++] = post;
}

static void hub_noticed(struct sim *sim, struct hub *hub)
{
	if (hub->half.begun_again == hub->begun_before)
		return;
	hub->begun_before = hub->half.begun_again;
	hub->blind = false;
	sim->counters.hub_noticed++;
	world_trace(&sim->world, "hub %d notices", hub->machine.node);
	if (!sim->hub_lost)
		sim_fail(sim, "the hub begins again, and nothing was lost");
}

static void trace_verdicts(
	struct sim *sim, const struct nc_hub_request *request)
{
	for (size_t i = 0; i < request->verdicts_count; i++) {
		const struct nc_verdict *verdict = &request->verdicts[i];

		if (verdict->status != NC_OK)
			world_trace(&sim->world,
				"  %016" PRIx64 ": %s, needs %016" PRIx64
				"/%" PRIu64,
				verdict->device,
				nc_status_name(verdict->status),
				verdict->need_device, verdict->need_sequence);
	}
}

/* Some of what was opened, in any order, in one transaction. */
static void hub_apply(struct sim *sim, struct hub *hub)
{
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
	starved = hub_starve(sim, hub);
	nc_hub_apply(&hub->half, batch, count);
	sim_feed();
	sim->counters.batches++;
	for (size_t i = 0; i < count; i++)
		world_trace(&sim->world,
			"hub %d applies %d of %zu: %s, %" PRIu64 " appended, "
			"%" PRIu64 " not%s",
			hub->machine.node,
			hub->applied[hub->applied_count - count + i]->from,
			count, nc_status_name(batch[i]->status),
			batch[i]->appended, batch[i]->refused_sets,
			starved ? ", starved" : "");
	for (size_t i = 0; i < count; i++)
		trace_verdicts(sim, batch[i]);
	hub_noticed(sim, hub);
}

static void hub_answer(struct sim *sim, struct hub *hub)
{
	struct nc_hub_request *batch[SIM_POSTS_MAX];

	for (size_t i = 0; i < hub->applied_count; i++)
		batch[i] = &hub->applied[i]->request;
	(void)hub_starve(sim, hub);
	nc_hub_answer(&hub->half, batch, hub->applied_count);
	sim_feed();
	for (size_t i = 0; i < hub->applied_count; i++) {
		struct post *post = hub->applied[i];

		if (post->request.reply.size > 0)
			network_send(sim, &hub->machine, post->from,
				nc_buffer_slice(&post->request.reply));
		post_free(post);
	}
	hub->applied_count = 0;
}

void hub_step(struct sim *sim, struct hub *hub)
{
	if (hub->machine.store == NULL)
		return;
	if (hub->applied_count > 0 &&
		(hub->opened_count == 0 ||
			hub->applied_count == SIM_POSTS_MAX ||
			world_chance(&sim->world, 700)))
		hub_answer(sim, hub);
	else if (hub->opened_count > 0)
		hub_apply(sim, hub);
}

bool hub_is_up(const struct sim *sim)
{
	return sim->hub->machine.store != NULL && !sim->hub->blind &&
	       sim->handover < HANDOVER_SAID;
}

void hub_invite(struct sim *sim, unsigned number)
{
	struct client *client = &sim->clients[number];
	struct nc_store *store = sim->hub->machine.store;
	struct nc_author author = hub_author(sim, sim->hub);

	nc_arena_reset(&client->arena);
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

/* Who was revoked is told at its next sync; what it had not sent may still
 * come, brought by a colleague. */
void hub_revoke(struct sim *sim)
{
	struct client *client =
		&sim->clients[world_below(&sim->world, SIM_CLIENTS)];
	struct nc_store *store = sim->hub->machine.store;
	struct nc_author author = hub_author(sim, sim->hub);
	nc_device_id device = client->machine.device;
	enum nc_status status;

	if (client->state != CLIENT_MEMBER || client->revoked ||
		sim->counters.revoked > sim->counters.rejoined)
		return;
	sim_must(sim, nc_store_begin(store, &sim->err), "begin");
	status = nc_cluster_revoke(store, &author, device, &sim->err);
	/* It has another key by now, or the hub has forgotten it. */
	if (status == NC_NOT_FOUND || status == NC_EXISTS) {
		nc_store_rollback(store);
		return;
	}
	sim_must(sim, status, "revoke");
	sim_must(sim, nc_store_commit(store, &sim->err), "commit");
	for (int i = 0; i < SIM_CLIENTS; i++)
		if (sim->clients[i].state == CLIENT_MEMBER &&
			sim->clients[i].machine.device == device)
			sim->clients[i].revoked = true;
	sim->counters.revoked++;
	world_trace(&sim->world, "hub revokes %d", client->machine.node);
}
