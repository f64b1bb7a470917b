/*
 * The simulation: a hub and the laptops of three unions in one process, on a
 * virtual clock and a virtual network, with the real store and sync code on
 * real files. Everything that happens follows from the seed; a seed that
 * fails once fails always, at the same step.
 *
 * One run (main.c): a cluster is founded; then, step by step, the generator
 * picks who does what: people write (workload.c), machines talk, crash and
 * start again (machine.c, hub.c, client.c), the line drops, repeats, delays
 * and reorders (network.c), sticks go round (stick.c), stores are put back
 * from backups and copied (trouble.c), the hub moves (handover.c). Then the
 * line is whole and all sync until nobody has anything to say, and
 * invariants.c asks whether the three promises were kept; ledger.c knows what
 * was typed and on whose disk it is.
 */
#ifndef TESTS_SIMULATION_SIMULATION_H
#define TESTS_SIMULATION_SIMULATION_H

#include "base/limits.h"
#include "store/cluster.h"
#include "store/registry.h"
#include "sync/bundle.h"
#include "sync/client.h"
#include "sync/hub.h"

enum {
	SIM_UNIONS = 3,
	SIM_FOUNDERS = 5, /* two of unions 0 and 1, one of union 2 */
	SIM_LATE = 6,	  /* with the one that joins on the way */
	SIM_CLIENTS = 9,  /* with room for copies and new laptops */
	SIM_HUBS = 3,	  /* one after the other */
	SIM_NODES = SIM_CLIENTS + SIM_HUBS,
	/* Nodes: hub i is node i, client i is node SIM_HUBS + i. */
	SIM_MESSAGES_MAX = 256,
	SIM_POSTS_MAX = 24,
	SIM_SIGHTS_MAX = 4096,
	SIM_BACKUPS = 2, /* of one machine */
	SIM_FILES_MAX = 24,
	SIM_FORMER_MAX = 8,
};

/* What a run may meet, decided by its seed. */
enum {
	MEET_BACKUPS = 1,    /* laptops put back from a backup */
	MEET_CLONES = 2,     /* homes copied to a second laptop */
	MEET_HUB_BACKUP = 4, /* the hub put back from a backup */
	MEET_CLOCKS = 8,     /* clocks that jump */
	MEET_BUNDLES = 16,   /* unions without a line */
	MEET_KEYS = 32,	     /* rotations, and revoked laptops that come back */
	MEET_HANDOVER = 64,  /* the hub moves */
	MEET_DISKS = 128,    /* disks that lie, fail and are full */
	MEET_MERGERS = 256,  /* a union goes over into another */
	/* After these one key may have written two histories. */
	MEET_FORKS = MEET_BACKUPS | MEET_CLONES | MEET_HUB_BACKUP | MEET_DISKS,
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
	int64_t skew_ms;   /* how wrong its clock is */
	bool disk;	   /* a real one: waited for, and not to be trusted */
	bool made;	   /* there is a store in the file */
	bool lies;	   /* its syncs do nothing now */
	bool lied;	   /* … or did, since it was last started */
	bool damaged;	   /* what is in the file is no store any more */
	bool full;	   /* its disk fills up now and then */
	unsigned put_back; /* how often its store was replaced */
	unsigned backups_count; /* files beside path, the oldest first */
	char path[256];
	struct nc_env env;
	struct nc_key *key;
	struct nc_key *writes; /* hubs: what change-sets are signed with */
	uint8_t transport[NC_KEY_SIZE]; /* its CURVE key, as the hub sees it */
	nc_device_id device;
	struct nc_store *store; /* NULL while it is down */
	struct nc_store *other; /* a second program on the same file, or NULL */
};

void machine_env(struct machine *machine, struct world *world, int node);

/* A request that the hub has opened. */
struct post {
	int from; /* node */
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
	uint64_t files_made; /* bundles */
	/* Put back silently: it does not know yet, so its keeper and those
	 * who join must wait until a laptop has shown it. */
	bool blind;
	uint64_t begun_before; /* half.begun_again, then */
};

enum client_state {
	CLIENT_ABSENT,	/* not there yet, or for good no more */
	CLIENT_WAITING, /* wants an invitation */
	CLIENT_JOINING, /* has an invitation */
	CLIENT_MEMBER,
};

/* A form that was opened a while ago: what its author saw then. */
struct form {
	bool open;
	struct nc_id scope, record;
	uint32_t entity, field;
	struct nc_dot saw[NC_FIELD_REPLACES_MAX];
	uint64_t words[NC_FIELD_REPLACES_MAX];
	size_t saw_count;
};

struct client {
	struct machine machine;
	unsigned of; /* its union's index */
	enum client_state state;
	bool revoked;	     /* the hub has said so in its records */
	bool went_over;	     /* it was another union's before */
	bool ready;	     /* it has learnt that it may write */
	bool no_line;	     /* its union syncs by stick */
	bool has_store;	     /* … of this cluster: it joins again */
	struct nc_key *next; /* the key that is to take the other's place */
	bool rotating;	     /* … and the hub is asked for that, */
	bool may_ask;	     /* after a session: it has shown what it knows */
	nc_device_id former[SIM_FORMER_MAX]; /* devices it was */
	size_t former_count;
	uint64_t files_made;   /* bundles */
	enum nc_status ended;  /* how its last session did */
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
	int from, to;			/* nodes */
	uint8_t transport[NC_KEY_SIZE]; /* the sender's CURVE key then */
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
	uint64_t word;	       /* ledger.c: what it is, whatever it is called */
	uint64_t set;	       /* the change-set, by its hash */
	size_t saw, saw_count; /* words in sim->saw that it replaces */
	bool tombstone;
	bool gone; /* no disk had it any more */
	int node;
	unsigned put_back;	 /* the machine's count then */
	enum nc_refusal refusal; /* what must become of it */
	bool unknown; /* a field or entity that this model does not know */
};

/* A live value that an author had before its eyes. */
struct sight {
	struct nc_id record;
	uint32_t entity, field;
	struct nc_dot dot;
	uint64_t content, word;
	bool tombstone;
};

/* Sticks that lie about. */
struct file {
	bool used;
	bool to_hub;
	unsigned of;  /* the union */
	unsigned hub; /* whose it is, or which one it is for */
	struct nc_buffer bytes;
};

/* How far the hub's move has come. */
enum handover {
	HANDOVER_NONE,
	HANDOVER_WANTED, /* the next hub's key is known */
	HANDOVER_SAID,	 /* the old hub has said its last word */
	HANDOVER_FILE,	 /* the file is made */
};

/* How far the merger has come: of which union into which. */
enum merger {
	MERGER_NONE,
	MERGER_WRITTEN,
	MERGER_CLOSED, /* the old union's laptops go over one by one */
};
enum { MERGER_FROM = 0, MERGER_INTO = 1 };

struct counters {
	uint64_t writes, conflicts, resolved, deletions, refusals, rogue;
	uint64_t crashes, hub_crashes, starved, lost, late, sessions, pulled;
	uint64_t sticks, revoked, batches, joined, change_sets, raced;
	uint64_t put_back, clones, aside, again, taken_back;
	uint64_t hub_told, hub_silent, hub_noticed, hub_lost;
	uint64_t jumps, asked, served, answers, taken, bad_files;
	uint64_t rotated, rejoined, moved, handovers, interrupted;
	uint64_t power_cuts, liars, damaged, disk_faults, gone, frauds;
	uint64_t mergers;
};

struct sim {
	struct world world;
	struct network network;
	struct hub hubs[SIM_HUBS];
	struct hub *hub; /* the cluster's */
	unsigned hubs_count;
	struct client clients[SIM_CLIENTS];
	struct nc_id cluster;
	struct nc_id unions[SIM_UNIONS];
	unsigned items[SIM_UNIONS]; /* plan items added so far */
	struct typed *typed;
	size_t typed_count, typed_capacity;
	uint64_t *saw;
	size_t saw_count, saw_capacity;
	struct sight sights[SIM_SIGHTS_MAX];
	size_t sights_count;
	struct file files[SIM_FILES_MAX];
	enum handover handover;
	enum merger merger;
	struct nc_buffer handover_file;
	uint64_t hub_starved; /* times that the hub ran out of memory */
	unsigned meets;	      /* MEET_… */
	bool hub_falls; /* the hub may lose what it had; then no laptop does */
	bool hub_lost;	/* a hub has lost what it had answered for */
	bool healing, settled;
	bool open_reading; /* all read each other's streams */
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

bool sim_meets(const struct sim *sim, unsigned what);

/* Makes one of the next allocations fail, or the machine's disk, now and then;
 * off again. */
bool sim_starve(struct sim *sim, struct machine *machine);
void sim_feed(void);
/* Whether a status may come of that. */
bool sim_starved(enum nc_status status);

/* network.c */
void network_init(struct sim *sim);
void network_fini(struct sim *sim);
void network_send(struct sim *sim, const struct machine *from, int to,
	struct nc_slice bytes);
/* Hands over the message that is due first; false when none is. */
bool network_deliver(struct sim *sim);
/* Cuts a line, or mends it. */
void network_weather(struct sim *sim);
/* All lines whole, nothing lost any more, what is under way is due. */
void network_heal(struct sim *sim);

/* machine.c */
void machine_init(struct sim *sim, struct machine *machine, int node);
void machine_fini(struct machine *machine);
/* Another key: its own from now on. */
void machine_key(struct machine *machine, struct nc_key *key);
/* False: what is there is damaged. */
bool machine_start(struct sim *sim, struct machine *machine);
void machine_stop(struct machine *machine);
/* As machine_stop, but nobody closed anything; a real disk loses power. */
void machine_crash(struct sim *sim, struct machine *machine);
/* The store of the machine that a person uses: now one program, now another
 * on the same file. */
struct nc_store *machine_store(struct sim *sim, struct machine *machine);
void machine_backup(struct sim *sim, struct machine *machine);
/* Puts a backup in the place of a machine's store that is down. */
void machine_put_back(
	struct sim *sim, struct machine *machine, unsigned backup);
/* Another machine's store becomes this one's, which is down. */
void machine_copy(struct sim *sim, struct machine *from, struct machine *to);
/* An empty place for a store. */
void machine_wipe(struct machine *machine);
/* Opens a store without any fault; NULL when there is none. */
struct nc_store *machine_peek(struct sim *sim, struct machine *machine);
void machine_unpeek(struct machine *machine, struct nc_store *store);

/* hub.c */
void hub_found(struct sim *sim);
void hub_start(struct sim *sim, struct hub *hub);
void hub_crash(struct sim *sim, struct hub *hub);
void hub_receive(struct sim *sim, struct hub *hub, int from,
	const uint8_t transport[NC_KEY_SIZE], struct nc_slice bytes);
/* One step of what it has at hand: open, apply, answer. */
void hub_step(struct sim *sim, struct hub *hub);
/* Whether its keeper may write. */
bool hub_is_up(const struct sim *sim);
struct nc_author hub_author(struct sim *sim, struct hub *hub);
void hub_invite(struct sim *sim, unsigned client);
void hub_revoke(struct sim *sim);
void hub_fini(struct sim *sim, struct hub *hub);

/* client.c */
void client_init(struct sim *sim, unsigned client, unsigned of);
void client_start(struct sim *sim, struct client *client);
void client_crash(struct sim *sim, struct client *client);
void client_receive(
	struct sim *sim, struct client *client, struct nc_slice bytes);
/* Sends a request: of the session under way, or of a new one. */
void client_talk(struct sim *sim, struct client *client);
void client_begin_session(struct sim *sim, struct client *client);
void client_end_session(struct client *client);
/* What a session came to, into the counters. */
void client_session_ended(
	struct sim *sim, struct client *client, enum nc_status status);
/* It has no store of the cluster's any more, and a new key. */
void client_begins_anew(struct sim *sim, struct client *client);
/* A revoked laptop asks for an invitation, with a new key. */
void client_rejoin(struct sim *sim, struct client *client);
void client_rotate(struct sim *sim, struct client *client);
/* Which hub its store names; NULL: one that is not there. */
struct hub *client_hub(struct sim *sim, struct client *client);
struct client *client_absent(struct sim *sim);
void client_fini(struct client *client);

/* stick.c */
/* A stick with what one laptop has, read by another of its union. */
void stick_swap(struct sim *sim);
/* A bundle is made, read, lost, altered. */
void stick_step(struct sim *sim);
/* A client's whole conversation by sticks, without fault. */
void stick_settle(struct sim *sim, struct client *client);
void stick_fini(struct sim *sim);

/* trouble.c */
/* Something happens to a machine. */
void trouble(struct sim *sim);
/* A store is put back, copied, a clock jumps … */
void trouble_step(struct sim *sim);
/* A machine that is down and damaged gets a store again. */
void trouble_mend(struct sim *sim, struct machine *machine);
void trouble_heal(struct sim *sim);

/* cheat.c */
/* At the end the line alters what the hub says of its tree: each time the
 * client must notice. */
void cheat(struct sim *sim);

/* handover.c */
void handover_step(struct sim *sim);

/* merger.c */
/* The next thing of it. */
void merger_step(struct sim *sim);
void merger_heal(struct sim *sim);

/* ledger.c */
uint64_t ledger_word(const struct nc_id *scope, const struct nc_id *record,
	uint32_t entity, uint32_t field, uint64_t content, bool tombstone,
	int64_t written_at_ms);
/* All words of a store's log, and (waiting) of what waits to be written again:
 * sorted. */
struct words {
	uint64_t *list;
	size_t count, capacity;
};
void words_add(struct sim *sim, struct words *words, uint64_t word);
void words_sort(struct words *words);
bool words_have(const struct words *words, uint64_t word);
void words_fini(struct words *words);
void ledger_read(struct sim *sim, struct nc_store *store, bool waiting,
	struct words *words, struct words *sets);
/* Before something is lost: all that was typed is on some disk. After: what
 * is not is gone. */
void ledger_before(struct sim *sim);
void ledger_after(struct sim *sim);

/* workload.c */
void client_work(struct sim *sim, struct client *client);
void hub_work(struct sim *sim);

/* invariants.c */
void check_acknowledged(struct sim *sim, struct client *client);
void check_all(struct sim *sim);

#endif
