/*
 * The simulation: a hub and the laptops of three unions in one process, on a
 * virtual clock and a virtual network, with the real store and sync code on
 * real files. Everything that happens follows from the seed; a seed that
 * fails once fails always, at the same step.
 *
 * One run (main.c): a cluster is founded; then, step by step, the generator
 * picks who does what: people write (workload.c), machines talk, crash and
 * start again (replica.c), the line drops, repeats, delays and reorders
 * (network.c). Then the line is whole and all sync until nobody has anything
 * to say, and invariants.c asks whether the three promises were kept.
 */
#ifndef TESTS_SIMULATION_SIMULATION_H
#define TESTS_SIMULATION_SIMULATION_H

#include "base/limits.h"
#include "store/cluster.h"
#include "store/registry.h"
#include "sync/client.h"
#include "sync/hub.h"

enum {
	SIM_UNIONS = 3,
	SIM_CLIENTS = 6, /* two of unions 0 and 1, one of union 2; the last
			    one joins on the way */
	SIM_NODES = SIM_CLIENTS + 1,
	SIM_HUB = 0, /* node; client i is node i + 1 */
	SIM_MESSAGES_MAX = 256,
	SIM_POSTS_MAX = 24,
	SIM_SIGHTS_MAX = 4096,
};

/* world.c: time and chance. */
struct world {
	uint64_t seed;
	uint64_t state;
	int64_t now_ms;
	int64_t tick_ms; /* how finely the machines' clocks tell it */
	uint64_t trace;	 /* a hash over everything that happened */
	bool verbose;
};

void world_init(struct world *world, uint64_t seed, bool verbose);
uint64_t world_random(struct world *world);
size_t world_below(struct world *world, size_t bound);
bool world_chance(struct world *world, unsigned per_thousand);
/* One line of what happened: into the hash, and printed if verbose. */
void world_trace(struct world *world, const char *format, ...) NC_PRINTF(2, 3);
uint64_t world_hash(uint64_t hash, const void *data, size_t size);
#define WORLD_HASH_EMPTY 0xcbf29ce484222325u
uint64_t world_hash_value(const struct nc_value *value);

/* What hub and client have in common. */
struct machine {
	struct world *world;
	int node;
	int64_t skew_ms; /* how wrong its clock is */
	char path[256];
	struct nc_env env;
	struct nc_key *key;
	uint8_t transport[NC_KEY_SIZE]; /* its CURVE key, as the hub sees it */
	nc_device_id device;
	struct nc_store *store; /* NULL while it is down */
	struct nc_store *other; /* a second program on the same file, or NULL */
};

void machine_env(struct machine *machine, struct world *world, int node);

/* A request that the hub has opened. */
struct post {
	int from;
	struct nc_hub_request request;
};

struct hub {
	struct machine machine;
	struct nc_hub half;
	struct nc_hub_keys keys; /* the other thread's copy, often stale */
	struct post *opened[SIM_POSTS_MAX];
	size_t opened_count;
	struct post *applied[SIM_POSTS_MAX];
	size_t applied_count;
	bool open_reading;
};

enum client_state {
	CLIENT_ABSENT,	/* not invited yet */
	CLIENT_JOINING, /* has an invitation */
	CLIENT_MEMBER,
};

/* A form that was opened a while ago: what its author saw then. */
struct form {
	bool open;
	struct nc_id record;
	uint32_t entity, field;
	struct nc_dot saw[NC_FIELD_REPLACES_MAX];
	size_t saw_count;
};

struct client {
	struct machine machine;
	unsigned of; /* its union's index */
	enum client_state state;
	bool revoked;	       /* the hub has said so in its records */
	bool ready;	       /* it has learnt that it may write */
	struct nc_arena arena; /* the invitation's */
	struct nc_invitation invitation;
	struct nc_sync_client session;
	bool in_session;
	int64_t sent_ms;
	int64_t wait_until_ms;
	struct form form;
	uint64_t acknowledged; /* of its own stream, the highest ever told */
};

struct message {
	bool used;
	int from, to;
	int64_t at_ms;
	uint64_t order;
	struct nc_buffer bytes;
};

struct network {
	struct message messages[SIM_MESSAGES_MAX];
	uint64_t count;		  /* ever sent */
	bool cut[SIM_NODES];	  /* a client's line to the hub */
	unsigned drop, duplicate; /* per thousand */
	int64_t delay_ms_max;
};

/* What a person typed: where, what, and under which name it was saved. */
struct typed {
	struct nc_id scope, record;
	uint32_t entity, field;
	struct nc_dot dot;
	uint64_t content;
	bool tombstone;
	int node;
	enum nc_refusal refusal; /* what must become of it */
	bool unknown; /* a field or entity that this model does not know */
};

/* A live value that an author had before its eyes. */
struct sight {
	struct nc_id record;
	uint32_t entity, field;
	struct nc_dot dot;
	uint64_t content;
	bool tombstone;
};

struct counters {
	uint64_t writes, conflicts, resolved, deletions, refusals, rogue;
	uint64_t crashes, hub_crashes, starved, lost, late, sessions, pulled;
	uint64_t sticks, revoked, batches, joined, change_sets, raced;
};

struct sim {
	struct world world;
	struct network network;
	struct hub hub;
	struct client clients[SIM_CLIENTS];
	struct nc_id cluster;
	struct nc_id unions[SIM_UNIONS];
	unsigned items[SIM_UNIONS]; /* plan items added so far */
	struct typed *typed;
	size_t typed_count, typed_capacity;
	struct sight sights[SIM_SIGHTS_MAX];
	size_t sights_count;
	uint64_t hub_starved; /* times that the hub ran out of memory */
	bool healing;
	bool thin;   /* messages carry little: everything comes in parts */
	bool hungry; /* memory may run out */
	bool bulky;  /* long texts: answers come in several parts */
	unsigned step, steps;
	struct counters counters;
	struct nc_error err;
};

/* Prints why, and the command that replays it; removes the files; exits 1. */
_Noreturn void sim_fail(struct sim *sim, const char *format, ...)
	NC_PRINTF(2, 3);
/* NC_OK, or the seed has failed. */
void sim_must(struct sim *sim, enum nc_status status, const char *doing);

/* Makes one of the next allocations fail, now and then; off again. */
bool sim_starve(struct sim *sim);
void sim_feed(void);

/* network.c */
void network_init(struct sim *sim);
void network_fini(struct sim *sim);
void network_send(struct sim *sim, int from, int to, struct nc_slice bytes);
/* Hands over the message that is due first; false when none is. */
bool network_deliver(struct sim *sim);
/* Cuts a line, or mends it. */
void network_weather(struct sim *sim);
/* All lines whole, nothing lost any more, what is under way is due. */
void network_heal(struct sim *sim);

/* replica.c */
void hub_found(struct sim *sim);
void hub_start(struct sim *sim);
void hub_crash(struct sim *sim);
void hub_receive(struct sim *sim, int from, struct nc_slice bytes);
/* One step of what it has at hand: open, apply, answer. */
void hub_step(struct sim *sim);
void hub_invite(struct sim *sim, unsigned client);
void hub_revoke(struct sim *sim);
void hub_fini(struct sim *sim);
void client_init(struct sim *sim, unsigned client, unsigned of);
void client_start(struct sim *sim, struct client *client);
void client_crash(struct sim *sim, struct client *client);
void client_receive(
	struct sim *sim, struct client *client, struct nc_slice bytes);
/* Sends a request: of the session under way, or of a new one. */
void client_talk(struct sim *sim, struct client *client);
/* A stick with what one laptop has, read by another of its union. */
void client_stick(struct sim *sim);
void client_fini(struct client *client);
/* The store of the machine that a person uses: now one program, now another
 * on the same file. */
struct nc_store *machine_store(struct sim *sim, struct machine *machine);
void machine_stop(struct machine *machine);

/* workload.c */
void client_work(struct sim *sim, struct client *client);
void hub_work(struct sim *sim);

/* invariants.c */
void check_acknowledged(struct sim *sim, struct client *client);
void check_all(struct sim *sim);

#endif
