/*
 * Sticks: a laptop's log carried to another of its union, and bundles between
 * a union without a line and the hub. They are read late, twice, in any order
 * or never; one that was altered or cut short must be refused.
 */
#include "simulation.h"

#include <inttypes.h>
#include <string.h>

static uint64_t head_of(struct sim *sim, struct nc_store *store,
	const struct nc_id *scope, nc_device_id device)
{
	struct nc_log_head head;

	sim_must(sim, nc_log_head(store, scope, device, &head, &sim->err),
		"read a head");
	return head.sequence;
}

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

/* Own words come back from the hub alone: what a former key's stream says was
 * set aside and written again, unless the hub has it. */
static bool is_former(const struct client *client, nc_device_id device)
{
	for (size_t i = 0; i < client->former_count; i++)
		if (client->former[i] == device)
			return true;
	return false;
}

void stick_swap(struct sim *sim)
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
	/* What a key's two branches say must not meet but through the hub. */
	if (sim_meets(sim, MEET_FORKS) || to == NULL || !may_use_stick(from))
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
		if (world_chance(&sim->world, 200) ||
			is_former(to, heads[i].device))
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

/* Bundles. */

static struct file *file_room(struct sim *sim)
{
	for (int i = 0; i < SIM_FILES_MAX; i++)
		if (!sim->files[i].used)
			return &sim->files[i];
	return NULL;
}

static void file_drop(struct file *file)
{
	nc_buffer_fini(&file->bytes);
	file->used = false;
}

void stick_fini(struct sim *sim)
{
	for (int i = 0; i < SIM_FILES_MAX; i++)
		if (sim->files[i].used)
			file_drop(&sim->files[i]);
	nc_buffer_fini(&sim->handover_file);
}

static bool may_ask(const struct client *client)
{
	return client->machine.store != NULL &&
	       client->state == CLIENT_MEMBER && !client->revoked;
}

static enum nc_status ask(
	struct sim *sim, struct client *client, struct nc_buffer *out)
{
	enum nc_status status;

	client_begin_session(sim, client);
	nc_buffer_init(out, NC_BUNDLE_BYTES_MAX);
	status = nc_bundle_ask(&client->session, ++client->files_made,
		nc_slice_text(""), out, &sim->err);
	client_end_session(client);
	sim->counters.asked++;
	world_trace(&sim->world, "%d asks by bundle: %s, %zu bytes",
		client->machine.node, nc_status_name(status), out->size);
	return status;
}

static void ask_somebody(struct sim *sim)
{
	struct client *client =
		&sim->clients[world_below(&sim->world, SIM_CLIENTS)];
	struct file *file = file_room(sim);
	struct hub *hub;

	if (file == NULL || !may_ask(client))
		return;
	hub = client_hub(sim, client);
	sim_must(sim, ask(sim, client, &file->bytes), "ask by bundle");
	file->used = true;
	file->to_hub = true;
	file->of = client->of;
	file->hub = (unsigned)hub->machine.node;
}

static enum nc_status serve(
	struct sim *sim, struct hub *hub, struct nc_slice bytes)
{
	struct nc_bundle_served served;
	enum nc_status status =
		nc_bundle_serve(&hub->half, bytes, &served, &sim->err);

	world_trace(&sim->world,
		"hub %d reads a bundle: %s, %" PRIu64 " appended",
		hub->machine.node, nc_status_name(status),
		status == NC_OK ? served.appended : 0);
	sim->counters.served += status == NC_OK;
	if (hub->half.begun_again != hub->begun_before) {
		hub->begun_before = hub->half.begun_again;
		hub->blind = false;
		sim->counters.hub_noticed++;
	}
	return status;
}

static void serve_file(struct sim *sim, struct file *file)
{
	struct hub *hub = &sim->hubs[file->hub];
	enum nc_status status;

	if (hub->machine.store == NULL || file->hub >= sim->hubs_count)
		return;
	status = serve(sim, hub, nc_buffer_slice(&file->bytes));
	switch (status) {
	case NC_REVOKED_DEVICE:
		return;
	case NC_UNKNOWN_DEVICE:
		if (sim->hub_lost)
			return;
		break;
	case NC_MOVED:
		if (hub != sim->hub || sim->handover >= HANDOVER_SAID)
			return;
		break;
	default:
		break;
	}
	sim_must(sim, status, "read a bundle at the hub");
}

static enum nc_status answer(
	struct sim *sim, struct hub *hub, unsigned of, struct nc_buffer *out)
{
	enum nc_status status;

	nc_buffer_init(out, NC_BUNDLE_BYTES_MAX);
	status = nc_bundle_answer(&hub->half, &sim->unions[of],
		++hub->files_made, out, &sim->err);
	sim->counters.answers += status == NC_OK;
	world_trace(&sim->world, "hub %d answers union %u by bundle: %s",
		hub->machine.node, of, nc_status_name(status));
	return status;
}

static void answer_somebody(struct sim *sim)
{
	struct hub *hub = &sim->hubs[world_below(&sim->world, sim->hubs_count)];
	unsigned of = (unsigned)world_below(&sim->world, SIM_UNIONS);
	struct file *file = file_room(sim);
	struct nc_identity identity;
	enum nc_status status;

	if (file == NULL || hub->machine.store == NULL ||
		nc_store_identity(hub->machine.store, &identity, &sim->err) !=
			NC_OK)
		return;
	status = answer(sim, hub, of, &file->bytes);
	if (status != NC_NOT_FOUND)
		sim_must(sim, status, "answer by bundle");
	if (status != NC_OK) {
		nc_buffer_fini(&file->bytes);
		return;
	}
	file->used = true;
	file->to_hub = false;
	file->of = of;
	file->hub = (unsigned)hub->machine.node;
}

static enum nc_status take(
	struct sim *sim, struct client *client, struct nc_slice bytes)
{
	enum nc_status status;

	client_begin_session(sim, client);
	status = nc_bundle_take(&client->session, bytes, &sim->err);
	client_session_ended(sim, client, status);
	client_end_session(client);
	check_acknowledged(sim, client);
	return status;
}

static void take_file(struct sim *sim, struct file *file)
{
	struct client *client =
		&sim->clients[world_below(&sim->world, SIM_CLIENTS)];
	enum nc_status status;

	if (!may_ask(client) || client->of != file->of)
		return;
	status = take(sim, client, nc_buffer_slice(&file->bytes));
	sim->counters.taken += status == NC_OK;
	switch (status) {
	case NC_DENIED: /* sealed before it was there; another hub's */
	case NC_REVOKED_DEVICE:
		return;
	case NC_GAP:
		/* It was made for a store that was here once. */
		if (sim_meets(sim, MEET_FORKS) || sim->thin)
			return;
		break;
	case NC_MOVED:
		if (sim->hubs_count > 1)
			return;
		break;
	case NC_UNKNOWN_DEVICE:
		if (sim->hub_lost)
			return;
		break;
	default:
		break;
	}
	sim_must(sim, status, "read a bundle");
}

/* One that was cut short or altered on the way says so, to anybody. */
static void spoil(struct sim *sim, const struct file *file)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct hub *hub = &sim->hubs[file->hub];
	size_t at = world_below(&sim->world, file->bytes.size);
	enum nc_status status;

	nc_buffer_init(&bytes, NC_BUNDLE_BYTES_MAX);
	sim_must(sim,
		nc_buffer_append(&bytes, file->bytes.data, file->bytes.size),
		"copy a bundle");
	if (world_chance(&sim->world, 500))
		bytes.size = at;
	else
		bytes.data[at] ^= (uint8_t)(1 + world_below(&sim->world, 255));
	if (file->to_hub) {
		if (hub->machine.store == NULL || file->hub >= sim->hubs_count)
			return;
		status = serve(sim, hub, nc_buffer_slice(&bytes));
	} else {
		struct client *client =
			&sim->clients[world_below(&sim->world, SIM_CLIENTS)];

		if (!may_ask(client) || client->of != file->of)
			return;
		status = take(sim, client, nc_buffer_slice(&bytes));
	}
	sim->counters.bad_files++;
	if (status == NC_OK)
		sim_fail(sim, "a bundle altered at %zu of %zu is taken", at,
			file->bytes.size);
}

void stick_step(struct sim *sim)
{
	struct file *file =
		&sim->files[world_below(&sim->world, SIM_FILES_MAX)];
	size_t what = world_below(&sim->world, 100);

	for (int i = 0; i < SIM_FILES_MAX && !file->used; i++)
		file = &sim->files[i];
	if (what < 25 || !file->used) {
		ask_somebody(sim);
		return;
	}
	if (what < 45) {
		answer_somebody(sim);
		return;
	}
	if (what < 55)
		spoil(sim, file);
	else if (file->to_hub)
		serve_file(sim, file);
	else
		take_file(sim, file);
	if (world_chance(&sim->world, 400))
		file_drop(file);
}

void stick_settle(struct sim *sim, struct client *client)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer back NC_AUTO(nc_buffer_fini) = {0};
	struct hub *hub = client_hub(sim, client);

	client->ended = ask(sim, client, &bytes);
	if (client->ended == NC_OK)
		client->ended = serve(sim, hub, nc_buffer_slice(&bytes));
	/* Only its new hub can answer one that has moved; the old one's
	 * answer says who that is. */
	if (client->ended == NC_OK || client->ended == NC_MOVED)
		client->ended = answer(sim, hub, client->of, &back);
	if (client->ended == NC_OK)
		client->ended = take(sim, client, nc_buffer_slice(&back));
	/* The hub has forgotten it: it joins again, as it is. */
	if (client->ended == NC_UNKNOWN_DEVICE && sim->hub_lost)
		client->state = CLIENT_WAITING;
}
