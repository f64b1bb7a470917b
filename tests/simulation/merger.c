/*
 * A union goes over into another: the keeper writes it, the other's laptops
 * go on with its records, its own are closed and join the other one.
 */
#include "simulation.h"
#include "store/succession.h"

/* Which of the unions; as hub_found names them. */
#define FROM "ha-tinh"
#define INTO "gia-lai"

static enum nc_status write_merger(
	struct sim *sim, const struct nc_author *author)
{
	static const char *const from[] = {FROM};
	static const struct nc_succession_into into = {INTO, NULL, NULL, -1};
	/* No clock is so wrong that nobody could join any more. */
	static const struct nc_succession merger = {
		.kind = NC_SUCCESSION_MERGED,
		.from = from,
		.from_count = 1,
		.into = &into,
		.into_count = 1,
		.when = "2190-01-01",
	};
	struct nc_succession_done done;

	return nc_succession_write(
		sim->hub->machine.store, author, &merger, &done, &sim->err);
}

static enum nc_status write_close(
	struct sim *sim, const struct nc_author *author)
{
	size_t devices;

	return nc_succession_close(sim->hub->machine.store, author,
		&sim->unions[MERGER_FROM], &devices, &sim->err);
}

static void write_one(struct sim *sim, enum merger merger)
{
	struct nc_store *store = sim->hub->machine.store;
	struct nc_author author = hub_author(sim, sim->hub);
	enum nc_status status;

	sim_must(sim, nc_store_begin(store, &sim->err), "begin");
	status = merger == MERGER_WRITTEN ? write_merger(sim, &author)
					  : write_close(sim, &author);
	/* A hub that was put back may have it from a laptop again. */
	if (status == NC_EXISTS) {
		nc_store_rollback(store);
		return;
	}
	sim_must(sim, status, "merge");
	sim_must(sim, nc_store_commit(store, &sim->err), "commit");
	sim->counters.mergers++;
	world_trace(&sim->world, "hub %s " FROM,
		merger == MERGER_WRITTEN ? "merges" : "closes");
}

/* A laptop of a closed union asks for an invitation to the new one. */
static void go_over(struct sim *sim, struct client *client)
{
	if (client->of != MERGER_FROM || client->machine.store == NULL ||
		client->state != CLIENT_MEMBER)
		return;
	client_end_session(client);
	client->form.open = false;
	client->has_store = true;
	client->went_over = true;
	client->acknowledged = 0; /* of another stream from now on */
	client->of = MERGER_INTO;
	/* One that was revoked meanwhile needs a new key. */
	if (client->revoked) {
		client_rejoin(sim, client);
		return;
	}
	client->state = CLIENT_WAITING;
	world_trace(&sim->world, "%d goes over", client->machine.node);
}

/* What else may be told of a laptop that is closed is another story. */
static bool may_close(const struct sim *sim)
{
	return !sim_meets(sim, MEET_FORKS | MEET_KEYS | MEET_HANDOVER) &&
	       sim->counters.revoked == 0;
}

void merger_step(struct sim *sim)
{
	if (!hub_is_up(sim))
		return;
	if (sim->merger == MERGER_NONE) {
		sim->merger = MERGER_WRITTEN;
		write_one(sim, sim->merger);
	} else if (sim->merger == MERGER_WRITTEN && may_close(sim)) {
		sim->merger = MERGER_CLOSED;
		write_one(sim, sim->merger);
	} else if (sim->merger == MERGER_CLOSED) {
		go_over(sim,
			&sim->clients[world_below(&sim->world, SIM_CLIENTS)]);
	}
}

void merger_heal(struct sim *sim)
{
	/* A hub that may have lost what it wrote writes nothing before somebody
	 * has shown it; see docs/OPERATING.md. */
	if (sim->merger == MERGER_NONE || !hub_is_up(sim))
		return;
	write_one(sim, MERGER_WRITTEN);
	if (sim->merger != MERGER_CLOSED)
		return;
	for (int i = 0; i < SIM_CLIENTS; i++)
		go_over(sim, &sim->clients[i]);
}
