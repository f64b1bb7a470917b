/*
 * The line between each laptop and the hub: it drops, repeats, delays (and
 * so reorders) and is cut. Some messages come hours late.
 */
#include "simulation.h"

#include <string.h>

void network_init(struct sim *sim)
{
	static const unsigned bad[] = {0, 20, 100, 300};
	struct network *network = &sim->network;

	network->drop = bad[world_below(&sim->world, 4)];
	network->duplicate = bad[world_below(&sim->world, 4)];
	network->delay_ms_max = world_chance(&sim->world, 150) ? 30000 : 1500;
}

static void message_free(struct message *message)
{
	nc_buffer_fini(&message->bytes);
	message->used = false;
}

void network_fini(struct sim *sim)
{
	for (size_t i = 0; i < SIM_MESSAGES_MAX; i++)
		if (sim->network.messages[i].used)
			message_free(&sim->network.messages[i]);
}

static bool is_cut(const struct network *network, int from, int to)
{
	return network->cut[from] || network->cut[to];
}

static void network_put(struct sim *sim, const struct machine *from, int to,
	struct nc_slice bytes)
{
	struct network *network = &sim->network;
	int64_t delay = (int64_t)world_below(
		&sim->world, (size_t)network->delay_ms_max);
	struct message *message = NULL;

	for (size_t i = 0; i < SIM_MESSAGES_MAX && message == NULL; i++)
		if (!network->messages[i].used)
			message = &network->messages[i];
	if (message == NULL)
		return; /* as if it were dropped */
	if (!sim->healing && world_chance(&sim->world, 30))
		delay *= 500;
	message->used = true;
	message->from = from->node;
	message->to = to;
	memcpy(message->transport, from->transport, NC_KEY_SIZE);
	message->at_ms = sim->world.now_ms + delay;
	message->order = network->count++;
	nc_buffer_init(&message->bytes, SIZE_MAX / 2);
	sim_must(sim, nc_buffer_append(&message->bytes, bytes.data, bytes.size),
		"copy a message");
}

void network_send(struct sim *sim, const struct machine *from, int to,
	struct nc_slice bytes)
{
	struct network *network = &sim->network;

	world_trace(&sim->world, "%d -> %d %zu bytes %016llx", from->node, to,
		bytes.size,
		(unsigned long long)world_hash(
			WORLD_HASH_EMPTY, bytes.data, bytes.size));
	if (is_cut(network, from->node, to) ||
		world_chance(&sim->world, network->drop)) {
		sim->counters.lost++;
		return;
	}
	network_put(sim, from, to, bytes);
	while (world_chance(&sim->world, network->duplicate))
		network_put(sim, from, to, bytes);
}

static struct message *network_due(struct sim *sim)
{
	struct message *due = NULL;

	for (size_t i = 0; i < SIM_MESSAGES_MAX; i++) {
		struct message *message = &sim->network.messages[i];

		if (!message->used || message->at_ms > sim->world.now_ms)
			continue;
		if (due == NULL || message->at_ms < due->at_ms ||
			(message->at_ms == due->at_ms &&
				message->order < due->order))
			due = message;
	}
	return due;
}

bool network_deliver(struct sim *sim)
{
	struct message *due = network_due(sim);
	struct message message;

	if (due == NULL)
		return false;
	message = *due;
	due->used = false;
	if (is_cut(&sim->network, message.from, message.to))
		sim->counters.lost++;
	else if (message.to < SIM_HUBS)
		hub_receive(sim, &sim->hubs[message.to], message.from,
			message.transport, nc_buffer_slice(&message.bytes));
	else
		client_receive(sim, &sim->clients[message.to - SIM_HUBS],
			nc_buffer_slice(&message.bytes));
	message_free(&message);
	return true;
}

void network_weather(struct sim *sim)
{
	size_t node = world_below(&sim->world, SIM_NODES);
	bool *cut = &sim->network.cut[node];

	/* The hub's own line is cut more seldom and for a shorter time. */
	if (!*cut && node < SIM_HUBS && !world_chance(&sim->world, 200))
		return;
	*cut = !*cut;
	world_trace(
		&sim->world, "line of %zu %s", node, *cut ? "cut" : "mended");
}

void network_heal(struct sim *sim)
{
	struct network *network = &sim->network;

	memset(network->cut, 0, sizeof(network->cut));
	network->drop = 0;
	network->duplicate = 0;
	network->delay_ms_max = 1;
	for (size_t i = 0; i < SIM_MESSAGES_MAX; i++)
		if (network->messages[i].used)
			network->messages[i].at_ms = sim->world.now_ms;
}
