#include "simulation.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void world_init(struct world *world, uint64_t seed, bool verbose)
{
	world->seed = seed;
	world->state = seed * 0xd1342543de82ef95u + 1;
	world->now_ms = 1700000000000;
	/* Clocks that tick slowly: many writes at one time. */
	world->tick_ms = world_chance(world, 250) ? 20000 : 1;
	world->trace = WORLD_HASH_EMPTY;
	world->verbose = verbose;
}

/* splitmix64 */
uint64_t world_random(struct world *world)
{
	uint64_t z = world->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

size_t world_below(struct world *world, size_t bound)
{
	return bound == 0 ? 0 : (size_t)(world_random(world) % bound);
}

bool world_chance(struct world *world, unsigned per_thousand)
{
	return world_random(world) % 1000 < per_thousand;
}

/* FNV-1a */
uint64_t world_hash(uint64_t hash, const void *data, size_t size)
{
	const uint8_t *bytes = data;

	for (size_t i = 0; i < size; i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3u;
	return hash;
}

uint64_t world_hash_value(const struct nc_value *value)
{
	uint64_t hash =
		world_hash(WORLD_HASH_EMPTY, &value->kind, sizeof(value->kind));

	if (value->kind == NC_VALUE_INTEGER)
		return world_hash(
			hash, &value->integer, sizeof(value->integer));
	if (value->kind == NC_VALUE_ABSENT)
		return hash;
	return world_hash(hash, value->bytes.data, value->bytes.size);
}

void world_trace(struct world *world, const char *format, ...)
{
	char line[512];
	va_list arguments;

	va_start(arguments, format);
	(void)vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	world->trace = world_hash(world->trace, line, strlen(line) + 1);
	if (world->verbose)
		printf("%10.3f %s\n",
			(double)(world->now_ms - 1700000000000) / 1000, line);
}

static int64_t machine_now(void *context)
{
	const struct machine *machine = context;

	return (machine->world->now_ms + machine->skew_ms) /
	       machine->world->tick_ms * machine->world->tick_ms;
}

static void machine_random(void *context, void *out, size_t size)
{
	const struct machine *machine = context;
	uint8_t *bytes = out;

	for (size_t i = 0; i < size; i++)
		bytes[i] = (uint8_t)(world_random(machine->world) >> 24);
}

void machine_env(struct machine *machine, struct world *world, int node)
{
	static const int64_t year_ms = 365 * INT64_C(86400000);
	static const int64_t wrong[] = {0, 0, 0, 0, 0, 0, 0, 0, 12 * year_ms,
		-13 * year_ms, -60 * year_ms, 90 * INT64_C(1000)};

	machine->world = world;
	machine->node = node;
	machine->env.now_ms = machine_now;
	machine->env.random = machine_random;
	machine->env.context = machine;
	machine->skew_ms =
		wrong[world_below(world, sizeof(wrong) / sizeof(*wrong))];
}
