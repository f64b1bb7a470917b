/*
 * The hub moves to another office: the old one says its last word, makes a
 * file, the new one takes it; each step may be interrupted, repeated or given
 * a spoilt file, and between any two of them the others go on.
 */
#include "simulation.h"
#include "store/hubs.h"

#include <string.h>

static struct hub *next_hub(struct sim *sim)
{
	return &sim->hubs[sim->hubs_count];
}

/* The next hub makes its key and tells it. */
static void want(struct sim *sim)
{
	struct hub *next = next_hub(sim);

	if (sim->hubs_count == SIM_HUBS || sim->hub->machine.store == NULL ||
		sim->hub->blind || sim->hub->machine.lied)
		return;
	if (next->machine.path[0] == '\0')
		machine_init(sim, &next->machine, (int)sim->hubs_count);
	if (next->machine.store == NULL)
		(void)machine_start(sim, &next->machine);
	sim->handover = HANDOVER_WANTED;
	world_trace(
		&sim->world, "hub %d shall be the next", next->machine.node);
}

static void say(struct sim *sim)
{
	struct hub *hub = sim->hub;
	struct nc_store *store = hub->machine.store;
	struct nc_author author = hub_author(sim, hub);

	sim_must(sim, nc_store_begin(store, &sim->err), "begin");
	sim_must(sim,
		nc_hubs_hand_over(store, &author,
			nc_key_public(next_hub(sim)->machine.key),
			nc_slice_text("tcp://127.0.0.1:2"), &sim->err),
		"hand over");
	if (!sim->healing && world_chance(&sim->world, 200)) {
		sim->counters.interrupted++;
		hub_crash(sim, hub);
		return;
	}
	sim_must(sim, nc_store_commit(store, &sim->err), "commit");
	sim->handover = HANDOVER_SAID;
	world_trace(&sim->world, "hub %d hands over", hub->machine.node);
}

static void make_file(struct sim *sim)
{
	struct hub *hub = sim->hub;

	nc_buffer_fini(&sim->handover_file);
	nc_buffer_init(&sim->handover_file, NC_BUNDLE_BYTES_MAX);
	sim_must(sim,
		nc_bundle_hand_over(&hub->half,
			nc_key_public(next_hub(sim)->machine.key),
			++hub->files_made, &sim->handover_file, &sim->err),
		"make the hand-over's file");
	sim->handover = HANDOVER_FILE;
	world_trace(&sim->world, "hub %d makes the file of %zu bytes",
		hub->machine.node, sim->handover_file.size);
}

static void take_spoilt(struct sim *sim)
{
	struct hub *next = next_hub(sim);
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	size_t at = world_below(&sim->world, sim->handover_file.size);

	nc_buffer_init(&bytes, NC_BUNDLE_BYTES_MAX);
	sim_must(sim,
		nc_buffer_append(&bytes, sim->handover_file.data,
			sim->handover_file.size),
		"copy a file");
	bytes.data[at] ^= 1;
	if (nc_bundle_take_over(next->machine.store, next->machine.key,
		    &next->machine.env, nc_buffer_slice(&bytes),
		    &sim->err) == NC_OK)
		sim_fail(sim, "a spoilt hand-over is taken");
	sim->counters.interrupted++;
}

static void take(struct sim *sim)
{
	struct hub *old = sim->hub, *next = next_hub(sim);
	bool starved = sim_starve(sim, &next->machine);
	enum nc_status status = nc_bundle_take_over(next->machine.store,
		next->machine.key, &next->machine.env,
		nc_buffer_slice(&sim->handover_file), &sim->err);

	sim_feed();
	/* Verifying does not tell "no memory" from "not right". */
	if (starved && status != NC_OK) {
		sim->counters.interrupted++;
		if (!world_chance(&sim->world, 500))
			return;
		machine_crash(sim, &next->machine);
		(void)machine_start(sim, &next->machine);
		return;
	}
	sim_must(sim, status, "take over");
	machine_stop(&next->machine);
	sim->hub = next;
	sim->hubs_count++;
	sim->handover = HANDOVER_NONE;
	sim->counters.handovers++;
	old->machine.backups_count = 0;
	world_trace(&sim->world, "hub %d takes over", next->machine.node);
	hub_start(sim, next);
	if (next->machine.disk && next->machine.store != NULL)
		machine_backup(sim, &next->machine);
}

void handover_step(struct sim *sim)
{
	if (sim->hub->machine.store == NULL)
		return;
	switch (sim->handover) {
	case HANDOVER_NONE:
		want(sim);
		break;
	case HANDOVER_WANTED:
		if (!sim->hub->blind && !sim->hub->machine.lied)
			say(sim);
		break;
	case HANDOVER_SAID:
		make_file(sim);
		break;
	case HANDOVER_FILE:
		if (!sim->healing && world_chance(&sim->world, 200))
			make_file(sim);
		else if (!sim->healing && world_chance(&sim->world, 150))
			take_spoilt(sim);
		else
			take(sim);
		break;
	}
}
