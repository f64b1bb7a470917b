/*
 * What the benchmark's files share: a made-up cluster whose unions' writing
 * is prepared beforehand, the things that are measured on it, and what was
 * found. See README.md for what each number means.
 *
 * Anything unexpected ends the program: bench_die, or must around a call.
 */
#ifndef TESTS_BENCH_BENCH_H
#define TESTS_BENCH_BENCH_H

#include "base/memory.h"
#include "store/author.h"
#include "wire/exchange.h"

#include <stdio.h>
#include <sys/types.h>

/* Records of one save at a desk, and saves that one request carries: what a
 * client pushes at once, 1 MiB, holds some 180. */
#define BENCH_SAVE_RECORDS 20
#define BENCH_REQUEST_SAVES 100
/* One record in so many is edited afterwards. */
#define BENCH_EDIT_EVERY 5

struct bench_options {
	size_t unions, records, repeat;
	const char *folder;
	bool json;
};

/* A plan item as somebody typed it; an edit is its text and status anew. */
struct bench_item {
	struct nc_id id;
	int64_t year, level;
	const char *area, *rank, *text, *when, *place, *status;
};

/* One change-set. */
struct bench_save {
	struct bench_item *items;
	size_t count;
	bool edits;
	struct nc_signed_change_set signed_set;
};

/* One request as the client makes it; saves [first, first + count). */
struct bench_request {
	struct nc_buffer envelope; /* as sent */
	struct nc_buffer opened;   /* as packed, before compression */
	size_t first, count;
};

struct bench_union {
	struct nc_id id;
	struct nc_key *key;
	struct bench_item *items, *edits;
	size_t edits_count;
	struct bench_save *saves;
	size_t saves_count;
	struct bench_request *requests;
	size_t requests_count;
	struct bench_request quiet; /* a request with nothing to say */
	struct nc_digest digest;    /* by its own store, after all saves */
};

struct bench_world {
	struct bench_options options;
	struct nc_env env; /* a clock set by hand, a seeded generator */
	int64_t now_ms;
	uint64_t random;
	struct nc_arena arena;
	struct nc_identity identity;
	struct nc_key *hub_key, *reader_key;
	char hub_key_path[512], reader_key_path[512], template_path[512];
	struct bench_union *unions;
	uint64_t writes;      /* record changes, of all unions */
	uint64_t change_sets; /* of all unions */
	uint64_t requests;
	uint64_t cluster_sets; /* change-sets of the cluster's own stream */
};

/* One run of the hub under load. */
struct bench_ingest {
	double seconds;
	uint64_t batches;   /* commits that the pushes shared */
	uint64_t memory_kb; /* VmHWM */
	double processor;   /* its seconds of processor time */
};

enum bench_plain_kind {
	BENCH_PLAIN_SAVES,   /* (a) a transaction per change-set */
	BENCH_PLAIN_BATCHES, /* (b) 50 change-sets per transaction */
	BENCH_PLAIN_LOGGED,  /* (c) as (b), raw change-sets beside the rows */
	BENCH_PLAIN_COUNT,
};

enum { BENCH_LEVELS_COUNT = 4 };
extern const int bench_levels[BENCH_LEVELS_COUNT];

struct bench_wire {
	uint64_t sent, packed, json, json_zstd;
	uint64_t at_level[BENCH_LEVELS_COUNT];
	/* One request per union; 0 when a request does not hold that much. */
	uint64_t whole_at_level[BENCH_LEVELS_COUNT];
};

/* One sync by the real client, in a process of its own. */
struct bench_sync {
	double seconds;
	uint64_t rounds, pulled, sent, received, memory_kb, rebuilt;
	uint64_t hub_memory_kb;
};

enum { BENCH_QUESTIONS_COUNT = 8 };
/* Each: its name, what is asked, and the LIKE that comes nearest. */
extern const char *const bench_questions[BENCH_QUESTIONS_COUNT][3];

struct bench_search {
	size_t records;
	double build_seconds, update_seconds;
	uint64_t store_bytes, index_bytes;
	double seconds[BENCH_QUESTIONS_COUNT];
	double like_seconds[BENCH_QUESTIONS_COUNT];
	size_t hits[BENCH_QUESTIONS_COUNT], like_hits[BENCH_QUESTIONS_COUNT];
};

#define BENCH_REPEAT_MAX 99

struct bench_results {
	struct bench_ingest ingest[BENCH_REPEAT_MAX];
	double plain[BENCH_PLAIN_COUNT][BENCH_REPEAT_MAX];
	struct bench_wire wire;
	struct bench_sync one[BENCH_REPEAT_MAX], all[BENCH_REPEAT_MAX];
	struct bench_sync quiet_one, quiet_all;
	struct bench_search search;
};

/* util.c */
extern _Thread_local struct nc_error bench_error;
_Noreturn void bench_die(const char *format, ...) NC_PRINTF(1, 2);
#define must(call)                                                             \
	do {                                                                   \
		if ((call) != NC_OK)                                           \
			bench_die("%s: %s", #call, bench_error.text);          \
	} while (0)
double bench_now(void);
int64_t bench_clock_ms(void *unused);
uint64_t bench_memory_kb(void);
void bench_path(
	char out[512], const struct bench_options *options, const char *name);
/* The store's file and what SQLite keeps beside it. */
void bench_remove_store(const char *path);
void bench_copy(const char *from, const char *to);
double bench_median(const double *values, size_t count);

/* words.c: one item's text, and its other fields; the world's arena's. */
void bench_words_item(struct bench_world *world, struct bench_item *item,
	size_t index, size_t count);
void bench_words_edit(struct bench_world *world, struct bench_item *edit,
	const struct bench_item *before);

/* world.c, author.c: prepares everything; nothing of it is measured. */
void bench_world_make(
	struct bench_world *world, const struct bench_options *options);
void bench_world_free(struct bench_world *world);
struct nc_author bench_author(
	const struct bench_world *world, const struct nc_key *key);
void bench_author_union(struct bench_world *world, struct nc_store *hub,
	struct bench_union *at);

/* plain.c: seconds to write all rows with plain SQLite. */
double bench_plain(const struct bench_world *world, enum bench_plain_kind kind);

/* child.c: this program once more, as another process. */
struct bench_child {
	pid_t pid;
	int to;	    /* closing it stops a hub */
	FILE *from; /* its lines */
};
void bench_child_start(struct bench_child *child, char *const *arguments);
void bench_child_line(struct bench_child *child, char *line, int size);
void bench_child_end(struct bench_child *child);

/* hub.c: a hub in a process of its own, and what it tells when it stops. */
struct bench_hub {
	struct bench_child child;
	char address[256];
};
int bench_hub_main(char *const *arguments);
void bench_hub_start(struct bench_hub *hub, const struct bench_world *world,
	const char *store_path);
struct bench_ingest bench_hub_stop(struct bench_hub *hub);
/* Counts and digests of a hub's store must be as the unions say. */
void bench_hub_check(const struct bench_world *world, const char *store_path);

/* load.c: seconds from the first send to the last verdict. */
double bench_load(const struct bench_world *world, const char *address);

/* reader.c: the real client, in a process of its own. */
int bench_reader_main(char *const *arguments);
void bench_reader_create(const struct bench_world *world, const char *path);
struct bench_sync bench_reader_sync(const struct bench_world *world,
	const char *store_path, const char *address);

/* wire.c */
void bench_wire_measure(
	const struct bench_world *world, struct bench_wire *wire);

/* search.c */
void bench_search_measure(
	struct bench_world *world, struct bench_search *found);

/* print.c */
void bench_print(
	const struct bench_world *world, const struct bench_results *results);

#endif
