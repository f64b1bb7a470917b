/*
 * usage: simulation [--seed N | --seeds FROM COUNT] [--steps K] [--verbose]
 *
 * --seed N           one seed, run twice: the second run must be the first
 * --seeds FROM COUNT many; exits 1 at the first that fails
 * --steps K          how much happens in each before the line is mended
 * --verbose          prints what happens
 */
#include "simulation.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { STEPS_DEFAULT = 240, SETTLE_ROUNDS_MAX = 40, TWICE_EVERY = 100 };

static void remove_files(const struct sim *sim)
{
	(void)unlink(sim->hub.machine.path);
	for (int i = 0; i < SIM_CLIENTS; i++)
		(void)unlink(sim->clients[i].machine.path);
}

_Noreturn void sim_fail(struct sim *sim, const char *format, ...)
{
	va_list arguments;

	sim_feed();
	printf("seed %" PRIu64 " fails at step %u of %u: ", sim->world.seed,
		sim->step, sim->steps);
	va_start(arguments, format);
	(void)vprintf(format, arguments);
	va_end(arguments);
	printf("\nreplay: simulation --seed %" PRIu64 " --steps %u --verbose\n",
		sim->world.seed, sim->steps);
	(void)fflush(stdout);
	if (getenv("SIMULATION_KEEP") == NULL)
		remove_files(sim);
	_exit(1);
}

void sim_must(struct sim *sim, enum nc_status status, const char *doing)
{
	if (status != NC_OK)
		sim_fail(sim, "%s: %s: %s", doing, nc_status_name(status),
			sim->err.text);
}

bool sim_starve(struct sim *sim)
{
	if (sim->healing || !sim->hungry || !world_chance(&sim->world, 50))
		return false;
	sim->counters.starved++;
	nc_memory_fail_at(
		1 + world_below(&sim->world,
			    (size_t)1 << world_below(&sim->world, 11)));
	return true;
}

void sim_feed(void)
{
	nc_memory_fail_at(0);
}

/* All that is under way arrives and is answered. */
static void drain(struct sim *sim)
{
	sim->world.now_ms += 10;
	while (network_deliver(sim) || sim->hub.opened_count > 0 ||
		sim->hub.applied_count > 0) {
		hub_step(sim);
		sim->world.now_ms += 10;
	}
}

/* Lets the machines talk over a whole line until none has anything to say.
 * True when something was learnt on the way. */
static bool settle_round(struct sim *sim)
{
	uint64_t pulled = sim->counters.pulled;
	uint64_t pushed = 0;
	bool joining = false;

	for (int i = 0; i < SIM_CLIENTS; i++) {
		struct client *client = &sim->clients[i];
		int patience = 200;

		if (client->state == CLIENT_ABSENT)
			continue;
		client->wait_until_ms = 0;
		client->in_session = false;
		joining |= client->state == CLIENT_JOINING;
		do {
			client_talk(sim, client);
			drain(sim);
			if (--patience == 0)
				sim_fail(sim, "%d never ends its session",
					client->machine.node);
		} while (client->in_session);
		pushed += client->session.pushed;
	}
	return joining || pushed > 0 || sim->counters.pulled > pulled;
}

static void settle(struct sim *sim)
{
	for (int i = 0; settle_round(sim); i++)
		if (i == SETTLE_ROUNDS_MAX)
			sim_fail(sim, "the replicas are never quiet");
}

static void found(struct sim *sim)
{
	static const unsigned of[SIM_CLIENTS - 1] = {0, 0, 1, 1, 2};

	sim->healing = true;
	sim->network.delay_ms_max = 1;
	hub_found(sim);
	for (unsigned i = 0; i < SIM_CLIENTS; i++)
		client_init(sim, i,
			i < SIM_CLIENTS - 1 ? of[i]
					    : (unsigned)world_below(
						      &sim->world, SIM_UNIONS));
	for (unsigned i = 0; i < SIM_CLIENTS - 1; i++)
		hub_invite(sim, i);
	(void)settle_round(sim); /* join */
	(void)settle_round(sim); /* sync */
	sim->healing = false;
	network_init(sim);
}

static bool is_down(const struct sim *sim, size_t node)
{
	return node == SIM_HUB ? sim->hub.machine.store == NULL
			       : sim->clients[node - 1].machine.store == NULL;
}

static void start_or_crash(struct sim *sim, size_t node)
{
	bool down = is_down(sim, node);

	if (node == SIM_HUB && down) {
		hub_start(sim);
	} else if (node == SIM_HUB) {
		sim->counters.hub_crashes++;
		hub_crash(sim);
	} else if (down) {
		client_start(sim, &sim->clients[node - 1]);
	} else {
		client_crash(sim, &sim->clients[node - 1]);
	}
}

/* A machine that lies there is started, or one that runs crashes. */
static void trouble(struct sim *sim)
{
	size_t first = world_below(&sim->world, SIM_NODES);

	for (size_t i = 0; i < SIM_NODES; i++) {
		size_t node = (first + i) % SIM_NODES;

		if (is_down(sim, node) && world_chance(&sim->world, 700)) {
			start_or_crash(sim, node);
			return;
		}
	}
	if (world_chance(&sim->world, 400))
		start_or_crash(sim, first);
}

static void step(struct sim *sim)
{
	struct world *world = &sim->world;
	struct client *client = &sim->clients[world_below(world, SIM_CLIENTS)];
	/* Now and then people pause and machines talk: what was written apart
	 * meets, and is seen. */
	bool pause = sim->step / 40 % 3 == 2;
	size_t what = world_below(world, pause ? 56 : 100);

	world->now_ms += (int64_t)world_below(world, 200);
	if (what < 22)
		for (size_t i = world_below(world, 4); i < 4; i++)
			(void)network_deliver(sim);
	else if (what < 36)
		hub_step(sim);
	else if (what < 56)
		client_talk(sim, client);
	else if (what < 86)
		for (size_t i = world_below(world, 4); i < 4; i++)
			client_work(sim, client);
	else if (what < 92)
		hub_work(sim);
	else if (what < 96)
		trouble(sim);
	else if (what < 97)
		network_weather(sim);
	else if (what < 99)
		client_stick(sim);
	else if (sim->hub.machine.store != NULL &&
		 sim->clients[SIM_CLIENTS - 1].state == CLIENT_ABSENT)
		hub_invite(sim, SIM_CLIENTS - 1);
}

static void heal(struct sim *sim)
{
	for (int i = 0; i < SIM_CLIENTS; i++)
		if (sim->clients[i].machine.store == NULL)
			client_start(sim, &sim->clients[i]);
	if (sim->hub.machine.store == NULL)
		hub_start(sim);
	/* What was said while memory was short arrives first. */
	network_heal(sim);
	drain(sim);
	for (int i = 0; i < SIM_CLIENTS; i++)
		if (sim->clients[i].machine.store == NULL)
			client_start(sim, &sim->clients[i]);
	sim->healing = true;
	settle(sim);
}

static void sim_fini(struct sim *sim)
{
	hub_fini(sim);
	for (int i = 0; i < SIM_CLIENTS; i++)
		client_fini(&sim->clients[i]);
	network_fini(sim);
	free(sim->typed);
}

static void counters_add(struct counters *sum, const struct counters *one)
{
	const uint64_t *from = (const uint64_t *)one;
	uint64_t *to = (uint64_t *)sum;

	for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += from[i];
}

/* Runs a seed; returns the hash of all that happened. */
static uint64_t run(
	uint64_t seed, unsigned steps, bool verbose, struct counters *sum)
{
	struct sim *sim = calloc(1, sizeof(*sim));
	uint64_t trace;

	if (sim == NULL)
		exit(1);
	world_init(&sim->world, seed, verbose);
	sim->steps = steps;
	sim->bulky = world_chance(&sim->world, 5);
	sim->thin = world_chance(&sim->world, 300);
	sim->hungry = world_chance(&sim->world, 500);
	found(sim);
	for (sim->step = 0; sim->step < steps; sim->step++)
		step(sim);
	heal(sim);
	check_all(sim);
	trace = sim->world.trace;
	counters_add(sum, &sim->counters);
	sim_fini(sim);
	free(sim);
	return trace;
}

static void run_twice(
	uint64_t seed, unsigned steps, bool verbose, struct counters *sum)
{
	struct counters ignored = {0};
	uint64_t first = run(seed, steps, verbose, sum);
	uint64_t second = run(seed, steps, false, &ignored);

	if (first == second)
		return;
	printf("seed %" PRIu64 " does not replay: %016" PRIx64
	       ", then %016" PRIx64 "\n",
		seed, first, second);
	exit(1);
}

static void report(const struct counters *c)
{
	printf("%" PRIu64 " saves, %" PRIu64 " deletions, %" PRIu64
	       " resolved, %" PRIu64 " rogue, %" PRIu64 " facts in conflict, "
	       "%" PRIu64 " refusals\n",
		c->writes, c->deletions, c->resolved, c->rogue, c->conflicts,
		c->refusals);
	printf("%" PRIu64 " sessions, %" PRIu64 " pulled, %" PRIu64
	       " batches, %" PRIu64 " sticks, %" PRIu64
	       " late answers, %" PRIu64 " messages lost\n",
		c->sessions, c->pulled, c->batches, c->sticks, c->late,
		c->lost);
	printf("%" PRIu64 " crashes, %" PRIu64 " of the hub, %" PRIu64
	       " times short of memory, %" PRIu64 " joined, %" PRIu64
	       " revoked\n",
		c->crashes + c->hub_crashes, c->hub_crashes, c->starved,
		c->joined, c->revoked);
}

static void run_many(
	uint64_t from, uint64_t count, unsigned steps, bool verbose)
{
	struct counters sum = {0};
	uint64_t trace = WORLD_HASH_EMPTY;
	struct timespec a, b;
	double seconds;

	/* The only clock here: how fast it went, told to a person. */
	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	for (uint64_t i = 0; i < count; i++) {
		uint64_t one;

		if (i % TWICE_EVERY == 0)
			run_twice(from + i, steps, false, &sum);
		one = run(from + i, steps, verbose, &sum);
		trace = world_hash(trace, &one, sizeof(one));
	}
	(void)clock_gettime(CLOCK_MONOTONIC, &b);
	seconds = (double)(b.tv_sec - a.tv_sec) +
		  (double)(b.tv_nsec - a.tv_nsec) / 1e9;
	report(&sum);
	printf("%" PRIu64 " seeds from %" PRIu64 " hold, trace %016" PRIx64
	       ", %.1f seeds/s\n",
		count, from, trace, (double)count / seconds);
}

static void run_single(uint64_t seed, unsigned steps, bool verbose)
{
	struct counters sum = {0}, ignored = {0};

	run_twice(seed, steps, verbose, &sum);
	report(&sum);
	printf("seed %" PRIu64 " holds, trace %016" PRIx64 ", twice\n", seed,
		run(seed, steps, false, &ignored));
}

static int usage(void)
{
	(void)fprintf(stderr, "usage: simulation [--seed N | --seeds FROM "
			      "COUNT] [--steps K] [--verbose]\n");
	return 2;
}

static bool number(const char *text, uint64_t *ret_number)
{
	char *end;

	if (text == NULL || *text < '0' || *text > '9')
		return false;
	*ret_number = strtoull(text, &end, 10);
	return *end == '\0';
}

int main(int count, char **words)
{
	uint64_t from = 1, seeds = 1, steps = STEPS_DEFAULT;
	bool many = false, verbose = false;
	struct nc_error err;

	for (int i = 1; i < count; i++) {
		if (strcmp(words[i], "--verbose") == 0)
			verbose = true;
		else if (strcmp(words[i], "--seed") == 0 &&
			 number(words[i + 1], &from))
			i++;
		else if (strcmp(words[i], "--steps") == 0 &&
			 number(words[i + 1], &steps))
			i++;
		else if (strcmp(words[i], "--seeds") == 0 && i + 2 < count &&
			 number(words[i + 1], &from) &&
			 number(words[i + 2], &seeds)) {
			many = true;
			i += 2;
		} else
			return usage();
	}
	if (nc_trust_start(&err) != NC_OK)
		return 1;
	if (many)
		run_many(from, seeds, (unsigned)steps, verbose);
	else
		run_single(from, (unsigned)steps, verbose);
	return 0;
}
