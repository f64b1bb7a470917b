/*
 * usage: simulation [--seed N | --seeds FROM COUNT [--jobs N]] [--steps K]
 *	  [--meets BITS] [--verbose]
 *
 * --seed N           one seed, run twice: the second run must be the first
 * --seeds FROM COUNT many; exits 1 at the first that fails
 * --jobs N           on so many cores
 * --meets BITS       all meet just that (MEET_… in simulation.h)
 * --steps K          how much happens in each before the line is mended
 * --verbose          prints what happens
 */
#include "simulation.h"
#include "store/again.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { STEPS_DEFAULT = 240, SETTLE_ROUNDS_MAX = 40, TWICE_EVERY = 100 };

static void remove_files(struct sim *sim)
{
	for (int i = 0; i < SIM_HUBS; i++)
		machine_fini(&sim->hubs[i].machine);
	for (int i = 0; i < SIM_CLIENTS; i++)
		machine_fini(&sim->clients[i].machine);
}

bool sim_meets(const struct sim *sim, unsigned what)
{
	return (sim->meets & what) != 0;
}

/* Where each stream of a machine ends. */
static void print_heads(struct machine *machine)
{
	const struct nc_log_head *heads;
	size_t count;

	if (machine->store == NULL ||
		nc_log_heads(machine->store, &heads, &count, NULL) != NC_OK)
		return;
	for (size_t i = 0; i < count; i++)
		printf("  %d%s has %02x%02x %016" PRIx64 "/%" PRIu64
		       " %02x%02x, acknowledged %" PRIu64 ", proven %" PRIu64
		       "\n",
			machine->node,
			machine->device == heads[i].device ? " itself" : "",
			heads[i].union_id.bytes[14],
			heads[i].union_id.bytes[15], heads[i].device,
			heads[i].sequence, heads[i].hash[0], heads[i].hash[1],
			heads[i].acknowledged, heads[i].proven);
}

_Noreturn void sim_fail(struct sim *sim, const char *format, ...)
{
	va_list arguments;

	sim_feed();
	for (int i = 0; i < SIM_HUBS && sim->world.verbose; i++)
		print_heads(&sim->hubs[i].machine);
	for (int i = 0; i < SIM_CLIENTS && sim->world.verbose; i++)
		print_heads(&sim->clients[i].machine);
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

/* All that is under way arrives and is answered. */
static void drain(struct sim *sim)
{
	bool busy = true;

	while (busy) {
		sim->world.now_ms += 10;
		busy = network_deliver(sim);
		for (int i = 0; i < SIM_HUBS; i++) {
			busy |= sim->hubs[i].opened_count > 0 ||
				sim->hubs[i].applied_count > 0;
			hub_step(sim, &sim->hubs[i]);
		}
	}
}

/* Lets one talk over a whole line until it has nothing to say. */
static void settle_client(struct sim *sim, struct client *client)
{
	int patience = 200;

	client->wait_until_ms = 0;
	client_end_session(client);
	if (client->no_line && client->state == CLIENT_MEMBER &&
		!client->rotating) {
		stick_settle(sim, client);
		return;
	}
	do {
		client_talk(sim, client);
		drain(sim);
		if (--patience == 0)
			sim_fail(sim, "%d never ends its session",
				client->machine.node);
	} while (client->in_session);
}

/* What everybody has: when it stays the same, all has been said. */
static uint64_t settled_state(struct sim *sim, bool *ret_quiet)
{
	uint64_t state = WORLD_HASH_EMPTY;

	*ret_quiet = sim->handover == HANDOVER_NONE;
	for (int i = 0; i < SIM_CLIENTS; i++) {
		struct client *client = &sim->clients[i];
		struct nc_store *store = client->machine.store;
		uint64_t numbers[5] = {
			client->state, 0, 0, 0, client->machine.device};

		if (client->state == CLIENT_ABSENT)
			continue;
		*ret_quiet &= client->state == CLIENT_MEMBER &&
			      !client->rotating &&
			      (client->ended == NC_OK || client->revoked);
		if (store != NULL && client->state == CLIENT_MEMBER) {
			sim_must(sim,
				nc_log_count(store, &numbers[1], &sim->err),
				"count");
			sim_must(sim,
				nc_sync_unsent(store, &numbers[2], &sim->err),
				"count");
			sim_must(sim,
				nc_again_waiting(store, &numbers[3], &sim->err),
				"count");
		}
		state = world_hash(state, numbers, sizeof(numbers));
	}
	return state;
}

static void settle(struct sim *sim)
{
	uint64_t before, after = 0;
	bool quiet = false;

	for (int round = 0;; round++) {
		before = after;
		for (int i = 0; i < SIM_CLIENTS; i++)
			if (sim->clients[i].state != CLIENT_ABSENT)
				settle_client(sim, &sim->clients[i]);
		after = settled_state(sim, &quiet);
		if (quiet && after == before && !sim->hub->blind)
			return;
		if (round == SETTLE_ROUNDS_MAX)
			break;
		/* Whoever could show the hub what it lost has done so: by stick
		 * one way tells a client that the hub lacks something, and the
		 * next one brings it. */
		if (round > 0)
			sim->hub->blind = false;
		trouble_heal(sim);
		merger_heal(sim);
	}
	for (int i = 0; i < SIM_CLIENTS; i++)
		printf("%d: state %d, ended %s%s%s\n", i + SIM_HUBS,
			sim->clients[i].state,
			nc_status_name(sim->clients[i].ended),
			sim->clients[i].rotating ? ", rotating" : "",
			sim->clients[i].revoked ? ", revoked" : "");
	sim_fail(sim, "the replicas are never quiet: %s", sim->err.text);
}

static void found(struct sim *sim)
{
	static const unsigned of[SIM_FOUNDERS] = {0, 0, 1, 1, 2};

	sim->healing = true;
	sim->network.delay_ms_max = 1;
	sim->hub = &sim->hubs[0];
	sim->hubs_count = 1;
	hub_found(sim);
	for (unsigned i = 0; i < SIM_LATE; i++)
		client_init(sim, i,
			i < SIM_FOUNDERS ? of[i]
					 : (unsigned)world_below(
						   &sim->world, SIM_UNIONS));
	for (unsigned i = 0; i < SIM_FOUNDERS; i++)
		hub_invite(sim, i);
	for (int round = 0; round < 2; round++) /* join, sync */
		for (int i = 0; i < SIM_FOUNDERS; i++)
			settle_client(sim, &sim->clients[i]);
	if (sim->hub->machine.disk)
		machine_backup(sim, &sim->hub->machine);
	sim->healing = false;
	network_init(sim);
	for (int i = 0; i < SIM_LATE; i++)
		sim->clients[i].no_line =
			sim_meets(sim, MEET_BUNDLES) && sim->clients[i].of == 2;
}

static struct hub *some_hub(struct sim *sim)
{
	if (sim->hubs_count > 1 && world_chance(&sim->world, 300))
		return &sim->hubs[world_below(&sim->world, sim->hubs_count)];
	return sim->hub;
}

static void step(struct sim *sim)
{
	struct world *world = &sim->world;
	struct client *client = &sim->clients[world_below(
		world, world_chance(world, 700) ? SIM_LATE : SIM_CLIENTS)];
	/* Now and then people pause and machines talk: what was written apart
	 * meets, and is seen. */
	bool pause = sim->step / 40 % 3 == 2;
	size_t what = world_below(world, pause ? 56 : 100);

	world->now_ms += (int64_t)world_below(world, 200);
	if (sim->meets != 0 && world_chance(world, 120))
		trouble_step(sim);
	if (sim_meets(sim, MEET_BUNDLES) && world_chance(world, 150))
		stick_step(sim);
	if (sim_meets(sim, MEET_MERGERS) && world_chance(world, 25))
		merger_step(sim);
	if (what < 22)
		for (size_t i = world_below(world, 4); i < 4; i++)
			(void)network_deliver(sim);
	else if (what < 36)
		hub_step(sim, some_hub(sim));
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
		stick_swap(sim);
	else if (hub_is_up(sim) &&
		 sim->clients[SIM_LATE - 1].state == CLIENT_ABSENT &&
		 sim->clients[SIM_LATE - 1].machine.store != NULL)
		hub_invite(sim, SIM_LATE - 1);
}

static void heal(struct sim *sim)
{
	for (int i = 0; i < SIM_CLIENTS; i++)
		if (sim->clients[i].state != CLIENT_ABSENT &&
			sim->clients[i].machine.store == NULL)
			client_start(sim, &sim->clients[i]);
	for (unsigned i = 0; i < sim->hubs_count; i++)
		if (sim->hubs[i].machine.store == NULL)
			hub_start(sim, &sim->hubs[i]);
	/* What was said while memory was short arrives first. */
	network_heal(sim);
	drain(sim);
	sim->healing = true;
	trouble_heal(sim);
	merger_heal(sim);
	settle(sim);
}

static void sim_fini(struct sim *sim)
{
	sim->healing = true;
	for (int i = 0; i < SIM_HUBS; i++)
		hub_fini(sim, &sim->hubs[i]);
	for (int i = 0; i < SIM_CLIENTS; i++)
		client_fini(&sim->clients[i]);
	stick_fini(sim);
	network_fini(sim);
	free(sim->typed);
	free(sim->saw);
}

static void counters_add(struct counters *sum, const struct counters *one)
{
	const uint64_t *from = (const uint64_t *)one;
	uint64_t *to = (uint64_t *)sum;

	for (size_t i = 0; i < sizeof(*sum) / sizeof(*to); i++)
		to[i] += from[i];
}

static int all_meet = -1; /* --meets: what all runs meet */

/* A third of the runs meet nothing but crashes and bad lines, the others
 * several faults at once. */
static unsigned what_is_met(struct world *world)
{
	unsigned met = 0;

	if (world_chance(world, 250))
		return 0;
	for (unsigned i = 1; i <= MEET_MERGERS; i <<= 1)
		if (world_chance(world, 300))
			met |= i;
	return met;
}

/*
 * A key has two histories when its laptop is put back, and the hub may take
 * the one that it had not taken before when it is put back itself. Who holds
 * the other one then is not told yet: docs/DEVELOPING.md, "What the simulation
 * leaves out". So either the hub loses something in a run, or laptops do.
 */
static void decide_who_falls(struct sim *sim)
{
	sim->hub_falls =
		sim_meets(sim, MEET_HUB_BACKUP) ||
		(sim_meets(sim, MEET_DISKS) && world_chance(&sim->world, 400));
	if (sim->hub_falls)
		sim->meets &= ~(unsigned)(MEET_BACKUPS | MEET_CLONES);
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
	sim->meets = what_is_met(&sim->world);
	if (all_meet >= 0)
		sim->meets = (unsigned)all_meet;
	decide_who_falls(sim);
	found(sim);
	for (sim->step = 0; sim->step < steps; sim->step++)
		step(sim);
	heal(sim);
	check_all(sim);
	cheat(sim);
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

enum { JOBS_MAX = 64 };

struct range {
	uint64_t from, count;
	unsigned steps, jobs;
	bool verbose;
};

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
	printf("%" PRIu64 " stores put back, %" PRIu64 " homes copied, %" PRIu64
	       " set aside, %" PRIu64 " written again, %" PRIu64
	       " taken back; the hub put back %" PRIu64 " times, %" PRIu64
	       " silently, noticed %" PRIu64 ", %" PRIu64 " were told\n",
		c->put_back, c->clones, c->aside, c->again, c->taken_back,
		c->hub_told + c->hub_silent, c->hub_silent, c->hub_noticed,
		c->hub_lost);
	printf("%" PRIu64 " clocks jumped; bundles: %" PRIu64 " asked, %" PRIu64
	       " read, %" PRIu64 " answered, %" PRIu64 " taken, %" PRIu64
	       " spoilt; %" PRIu64 " keys rotated, %" PRIu64
	       " joined again; %" PRIu64 " hand-overs, %" PRIu64
	       " interrupted, %" PRIu64 " followed\n",
		c->jumps, c->asked, c->served, c->answers, c->taken,
		c->bad_files, c->rotated, c->rejoined, c->handovers,
		c->interrupted, c->moved);
	printf("%" PRIu64 " power cuts, %" PRIu64 " after lies, %" PRIu64
	       " stores damaged, %" PRIu64 " disk faults, %" PRIu64
	       " frauds caught, %" PRIu64
	       " words lost with every disk that had them\n",
		c->power_cuts, c->liars, c->damaged, c->disk_faults, c->frauds,
		c->gone);
	printf("%" PRIu64 " crashes, %" PRIu64 " of the hub, %" PRIu64
	       " times short of memory, %" PRIu64 " joined, %" PRIu64
	       " revoked\n",
		c->crashes + c->hub_crashes, c->hub_crashes, c->starved,
		c->joined, c->revoked);
}

/* What the workers leave behind, in memory that all of them share. */
struct shared {
	struct counters sums[JOBS_MAX];
	uint64_t traces[];
};

static void run_share(
	const struct range *range, unsigned job, struct shared *shared)
{
	for (uint64_t i = job; i < range->count; i += range->jobs) {
		if (i % TWICE_EVERY == 0)
			run_twice(range->from + i, range->steps, false,
				&shared->sums[job]);
		shared->traces[i] = run(range->from + i, range->steps,
			range->verbose, &shared->sums[job]);
	}
}

/* One process each, for a machine has several cores and a seed needs one. A
 * worker that fails has said why; the others end with it. */
static void run_workers(const struct range *range, struct shared *shared)
{
	pid_t workers[JOBS_MAX];
	bool failed = false;
	int status;

	for (unsigned job = 0; job < range->jobs; job++) {
		(void)fflush(stdout);
		workers[job] = fork();
		if (workers[job] < 0)
			exit(1);
		if (workers[job] == 0) {
			run_share(range, job, shared);
			(void)fflush(stdout);
			_exit(0);
		}
	}
	for (unsigned left = range->jobs; left > 0; left--) {
		pid_t ended = wait(&status);

		for (unsigned job = 0; job < range->jobs; job++)
			if (workers[job] == ended)
				workers[job] = 0;
		if (status == 0 || failed)
			continue;
		failed = true;
		for (unsigned job = 0; job < range->jobs; job++)
			if (workers[job] > 0)
				(void)kill(workers[job], SIGTERM);
	}
	if (failed)
		exit(1);
}

static void run_many(const struct range *range)
{
	struct counters sum = {0};
	uint64_t trace = WORLD_HASH_EMPTY;
	struct timespec a, b;
	struct shared *shared;
	double seconds;

	shared = mmap(NULL,
		sizeof(*shared) + range->count * sizeof(*shared->traces),
		PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (shared == MAP_FAILED)
		exit(1);
	/* The only clock here: how fast it went, told to a person. */
	(void)clock_gettime(CLOCK_MONOTONIC, &a);
	if (range->jobs > 1)
		run_workers(range, shared);
	else
		run_share(range, 0, shared);
	(void)clock_gettime(CLOCK_MONOTONIC, &b);
	for (unsigned job = 0; job < range->jobs; job++)
		counters_add(&sum, &shared->sums[job]);
	for (uint64_t i = 0; i < range->count; i++)
		trace = world_hash(
			trace, &shared->traces[i], sizeof(shared->traces[i]));
	seconds = (double)(b.tv_sec - a.tv_sec) +
		  (double)(b.tv_nsec - a.tv_nsec) / 1e9;
	report(&sum);
	printf("%" PRIu64 " seeds from %" PRIu64 " hold, trace %016" PRIx64
	       ", %.1f seeds/s\n",
		range->count, range->from, trace,
		(double)range->count / seconds);
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
			      "COUNT [--jobs N]] [--meets BITS] [--steps K] "
			      "[--verbose]\n");
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
	uint64_t from = 1, seeds = 1, steps = STEPS_DEFAULT, jobs = 1, meets;
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
		else if (strcmp(words[i], "--meets") == 0 &&
			 number(words[i + 1], &meets) && meets < 512) {
			all_meet = (int)meets;
			i++;
		} else if (strcmp(words[i], "--jobs") == 0 &&
			   number(words[i + 1], &jobs) && jobs > 0 &&
			   jobs <= JOBS_MAX)
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
		run_many(&(struct range){
			from, seeds, (unsigned)steps, (unsigned)jobs, verbose});
	else
		run_single(from, (unsigned)steps, verbose);
	return 0;
}
