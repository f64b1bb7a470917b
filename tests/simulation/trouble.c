/*
 * What happens to machines: they crash, their stores are put back from
 * backups, their homes are copied, their clocks jump, their disks lie.
 */
#include "simulation.h"
#include "store/hubs.h"

#include <inttypes.h>

#include "lying_vfs.h"

static bool is_absent(const struct machine *machine)
{
	return machine->path[0] == '\0';
}

static struct machine *machine_at(struct sim *sim, size_t node)
{
	return node < SIM_HUBS ? &sim->hubs[node].machine
			       : &sim->clients[node - SIM_HUBS].machine;
}

/* The next hub waits with its machine off, as far as this goes. */
static bool is_there(struct sim *sim, size_t node)
{
	return !is_absent(machine_at(sim, node)) &&
	       (node >= SIM_HUBS || node < sim->hubs_count);
}

static void start(struct sim *sim, size_t node)
{
	if (node < SIM_HUBS)
		hub_start(sim, &sim->hubs[node]);
	else
		client_start(sim, &sim->clients[node - SIM_HUBS]);
}

static void start_or_crash(struct sim *sim, size_t node)
{
	if (machine_at(sim, node)->store == NULL) {
		start(sim, node);
	} else if (node < SIM_HUBS) {
		sim->counters.hub_crashes++;
		hub_crash(sim, &sim->hubs[node]);
	} else {
		client_crash(sim, &sim->clients[node - SIM_HUBS]);
	}
}

/* A machine that lies there is started, or one that runs crashes. */
void trouble(struct sim *sim)
{
	size_t first = world_below(&sim->world, SIM_NODES);

	for (size_t i = 0; i < SIM_NODES; i++) {
		size_t node = (first + i) % SIM_NODES;

		if (is_there(sim, node) &&
			machine_at(sim, node)->store == NULL &&
			world_chance(&sim->world, 700)) {
			start(sim, node);
			return;
		}
	}
	if (is_there(sim, first) && world_chance(&sim->world, 600))
		start_or_crash(sim, first);
}

static struct client *somebody(struct sim *sim)
{
	struct client *client =
		&sim->clients[world_below(&sim->world, SIM_CLIENTS)];

	return client->state == CLIENT_MEMBER && client->machine.store != NULL
		       ? client
		       : NULL;
}

/* A laptop's store is what it was a while ago. */
static void put_client_back(
	struct sim *sim, struct client *client, unsigned backup)
{
	ledger_before(sim);
	client_end_session(client);
	client->form.open = false;
	machine_stop(&client->machine);
	machine_put_back(sim, &client->machine, backup);
	ledger_after(sim);
	sim->counters.put_back++;
	world_trace(&sim->world, "%d is put back", client->machine.node);
	client_start(sim, client);
}

static void client_backup_step(struct sim *sim)
{
	struct client *client = somebody(sim);

	if (client == NULL || sim->hub_falls)
		return;
	if (client->machine.backups_count == 0 ||
		world_chance(&sim->world, 500))
		machine_backup(sim, &client->machine);
	else if (client->machine.disk || sim_meets(sim, MEET_BACKUPS))
		put_client_back(sim, client,
			(unsigned)world_below(
				&sim->world, client->machine.backups_count));
}

/* The hub's store is what it was a while ago. told: with the command for it;
 * else the hub must find out. */
static void put_hub_back(struct sim *sim, unsigned backup, bool told)
{
	struct hub *hub = sim->hub;
	struct nc_key *key = NULL;

	ledger_before(sim);
	if (hub->machine.store != NULL)
		hub_crash(sim, hub);
	machine_put_back(sim, &hub->machine, backup);
	ledger_after(sim);
	sim->hub_lost = true;
	world_trace(&sim->world, "hub %d is put back%s", hub->machine.node,
		told ? ", and told" : "");
	if (!told) {
		sim->counters.hub_silent++;
		hub->blind = true;
		hub_start(sim, hub);
		return;
	}
	sim->counters.hub_told++;
	hub->blind = false;
	(void)machine_start(sim, &hub->machine);
	sim_must(sim, nc_store_begin(hub->machine.store, &sim->err), "begin");
	sim_must(sim,
		nc_hubs_restored(hub->machine.store, hub->machine.key,
			&hub->machine.env, 0, &key, &sim->err),
		"begin a generation");
	sim_must(sim, nc_store_commit(hub->machine.store, &sim->err), "commit");
	nc_key_free(key);
	machine_stop(&hub->machine);
	hub_start(sim, hub);
}

static void hub_backup_step(struct sim *sim)
{
	struct machine *machine = &sim->hub->machine;

	if (machine->store == NULL || sim->handover != HANDOVER_NONE)
		return;
	if (machine->backups_count == 0 || world_chance(&sim->world, 500))
		machine_backup(sim, machine);
	else if (sim_meets(sim, MEET_HUB_BACKUP))
		put_hub_back(sim,
			(unsigned)world_below(
				&sim->world, machine->backups_count),
			world_chance(&sim->world, 500));
}

/* A home, with its key, on a second laptop. */
static void clone(struct sim *sim)
{
	struct client *from = somebody(sim), *to = client_absent(sim);
	struct nc_key *key = NULL;

	if (from == NULL || to == NULL || from->rotating)
		return;
	client_init(sim, (unsigned)(to - sim->clients), from->of);
	machine_copy(sim, &from->machine, &to->machine);
	sim_must(sim, nc_key_copy(from->machine.key, &key, &sim->err),
		"copy a key");
	machine_key(&to->machine, key);
	to->state = CLIENT_MEMBER;
	to->revoked = from->revoked;
	to->has_store = true;
	to->no_line = from->no_line;
	to->acknowledged = from->acknowledged;
	to->former_count = from->former_count;
	for (size_t i = 0; i < from->former_count; i++)
		to->former[i] = from->former[i];
	sim->counters.clones++;
	world_trace(&sim->world, "%d is a copy of %d", to->machine.node,
		from->machine.node);
	client_start(sim, to);
}

static void jump(struct sim *sim)
{
	static const int64_t year_ms = 365 * INT64_C(86400000);
	static const int64_t wrong[] = {0, 0, 12 * year_ms, -13 * year_ms,
		-60 * year_ms, 86400000, -86400000, 90000};
	size_t node = world_below(&sim->world, SIM_NODES);

	if (!is_there(sim, node))
		return;
	machine_at(sim, node)->skew_ms = wrong[world_below(&sim->world, 8)];
	sim->counters.jumps++;
	world_trace(&sim->world, "clock of %zu jumps", node);
}

static void key_step(struct sim *sim)
{
	struct client *client =
		&sim->clients[world_below(&sim->world, SIM_CLIENTS)];
	struct client *fresh;

	if (client->state != CLIENT_MEMBER)
		return;
	if (!client->revoked) {
		if (world_chance(&sim->world, 400))
			client_rotate(sim, client);
		return;
	}
	if (world_chance(&sim->world, 500)) {
		client_rejoin(sim, client);
		return;
	}
	fresh = client_absent(sim);
	if (fresh == NULL || world_chance(&sim->world, 700))
		return;
	client_init(sim, (unsigned)(fresh - sim->clients), client->of);
	fresh->no_line = client->no_line;
	fresh->state = CLIENT_WAITING;
}

static void invite_somebody(struct sim *sim)
{
	size_t first = world_below(&sim->world, SIM_CLIENTS);

	for (size_t i = 0; i < SIM_CLIENTS && hub_is_up(sim); i++) {
		unsigned at = (unsigned)((first + i) % SIM_CLIENTS);

		if (sim->clients[at].state != CLIENT_WAITING ||
			sim->clients[at].machine.store == NULL)
			continue;
		hub_invite(sim, at);
		return;
	}
}

/* A disk says that all is written, until the power goes. */
static void lie(struct sim *sim)
{
	size_t node = world_below(&sim->world, SIM_NODES);
	struct machine *machine = machine_at(sim, node);

	if (!is_there(sim, node) || !machine->disk || machine->store == NULL)
		return;
	if (machine->lies) {
		start_or_crash(sim, node);
		return;
	}
	if (sim->hub_falls != (node < SIM_HUBS))
		return;
	if (node < SIM_HUBS && (&sim->hubs[node] != sim->hub ||
				       sim->handover != HANDOVER_NONE))
		return;
	if (machine->backups_count == 0 || world_chance(&sim->world, 300))
		if (node < SIM_HUBS || world_chance(&sim->world, 700))
			machine_backup(sim, machine);
	vfs_lie(machine->path, true);
	machine->lies = machine->lied = true;
	world_trace(&sim->world, "disk of %zu lies", node);
}

void trouble_mend(struct sim *sim, struct machine *machine)
{
	unsigned backup;

	if (!machine->damaged)
		return;
	world_trace(&sim->world, "%d is damaged", machine->node);
	if (machine->node < SIM_HUBS) {
		/* Its keeper knows that it is a backup, and says so. */
		if (machine->backups_count == 0)
			sim_fail(sim, "the hub has no backup");
		put_hub_back(sim, machine->backups_count - 1, true);
		return;
	}
	ledger_before(sim);
	if (machine->backups_count == 0) {
		client_begins_anew(
			sim, &sim->clients[machine->node - SIM_HUBS]);
		return;
	}
	backup = (unsigned)world_below(&sim->world, machine->backups_count);
	machine_put_back(sim, machine, backup);
	(void)machine_start(sim, machine);
	sim->counters.put_back++;
}

void trouble_step(struct sim *sim)
{
	invite_somebody(sim);
	switch (world_below(&sim->world, 12)) {
	case 0:
	case 1:
		if (sim_meets(sim, MEET_BACKUPS | MEET_DISKS))
			client_backup_step(sim);
		break;
	case 2:
	case 3:
		if (sim_meets(sim, MEET_HUB_BACKUP))
			hub_backup_step(sim);
		break;
	case 4:
		if (sim_meets(sim, MEET_CLONES))
			clone(sim);
		break;
	case 5:
		if (sim_meets(sim, MEET_CLOCKS))
			jump(sim);
		break;
	case 6:
	case 7:
		if (sim_meets(sim, MEET_KEYS))
			key_step(sim);
		break;
	case 8:
	case 9:
		if (sim_meets(sim, MEET_HANDOVER))
			handover_step(sim);
		break;
	default:
		if (sim_meets(sim, MEET_DISKS))
			lie(sim);
		break;
	}
}

void trouble_heal(struct sim *sim)
{
	for (size_t node = 0; node < SIM_NODES; node++)
		if (is_there(sim, node) && machine_at(sim, node)->store == NULL)
			start(sim, node);
	for (int i = 0; i < 10 && sim->handover != HANDOVER_NONE; i++) {
		if (sim->handover == HANDOVER_WANTED && sim->hub->blind) {
			sim->handover = HANDOVER_NONE;
			break;
		}
		sim->hub->machine.lied = false;
		handover_step(sim);
	}
	for (int i = 0; i < SIM_CLIENTS; i++)
		if (sim->clients[i].state == CLIENT_WAITING && hub_is_up(sim))
			hub_invite(sim, (unsigned)i);
}
