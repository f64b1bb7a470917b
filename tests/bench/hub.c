/*
 * The hub: nc_net_hub_serve over a store in a file, in a process of its own.
 */
#include "bench.h"
#include "trust/key_file.h"

#include "net/net.h"
#include "store/records.h"

#include <inttypes.h>
#include <sys/resource.h>
#include <unistd.h>

struct counts {
	uint64_t batches, refused;
	bool failed;
};

static void count_batch(void *context, const struct nc_net_batch *batch)
{
	struct counts *counts = context;

	counts->batches += batch->appended > 0;
	counts->refused += batch->refused;
	if (batch->error != NULL)
		counts->failed = true;
}

static double processor_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (double)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
	       (double)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* Arguments: the store, the hub's key. Serves until the input closes. */
int bench_hub_main(char *const *arguments)
{
	struct nc_env env = {bench_clock_ms, nc_trust_random, NULL};
	struct nc_store *store NC_AUTO(nc_store_close_at) = NULL;
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	struct counts counts = {0};
	struct nc_net_log log = {.batch = count_batch, .context = &counts};
	struct nc_net_hub *net;
	struct nc_hub hub;
	double before;

	must(nc_key_load(arguments[1], NULL, &key, &bench_error));
	must(nc_store_open(arguments[0], NC_STORE_OPEN, &store, &bench_error));
	must(nc_hub_start(&hub, store, key, &env, &bench_error));
	must(nc_net_hub_new("tcp://127.0.0.1:*", key, &net, &bench_error));
	printf("%s\n", nc_net_hub_address(net));
	fflush(stdout);
	before = processor_seconds();
	must(nc_net_hub_serve(net, &hub, STDIN_FILENO, &log, &bench_error));
	if (counts.failed || counts.refused > 0)
		bench_die("the hub refused or failed");
	printf("%" PRIu64 " %" PRIu64 " %f\n", counts.batches,
		bench_memory_kb(), processor_seconds() - before);
	nc_net_hub_free(net);
	nc_hub_fini(&hub);
	return 0;
}

void bench_hub_start(struct bench_hub *hub, const struct bench_world *world,
	const char *store_path)
{
	char *arguments[] = {(char *)"bench", (char *)"--serve",
		(char *)(uintptr_t)store_path,
		(char *)(uintptr_t)world->hub_key_path, NULL};

	bench_child_start(&hub->child, arguments);
	bench_child_line(&hub->child, hub->address, sizeof(hub->address));
}

struct bench_ingest bench_hub_stop(struct bench_hub *hub)
{
	struct bench_ingest found = {0};
	char line[256];

	close(hub->child.to);
	hub->child.to = -1;
	bench_child_line(&hub->child, line, sizeof(line));
	if (sscanf(line, "%" SCNu64 " %" SCNu64 " %lf", &found.batches,
		    &found.memory_kb, &found.processor) != 3)
		bench_die("the hub said: %s", line);
	bench_child_end(&hub->child);
	return found;
}

static void check_digest(struct nc_store *store, const struct bench_union *at)
{
	struct nc_digest digest;

	must(nc_store_digest(store, &at->id, &digest, &bench_error));
	if (!nc_digest_equal(&digest, &at->digest))
		bench_die("a union's digest at the hub is not the union's own");
}

void bench_hub_check(const struct bench_world *world, const char *store_path)
{
	struct nc_store *store NC_AUTO(nc_store_close_at) = NULL;
	/* The cluster, its hub (device and record) and reader; per union it,
	 * its device and that device's grant and invitation; the reader's grant
	 * and invitation. */
	uint64_t unions = world->options.unions,
		 records = unions * world->options.records + 4 * unions + 6;
	struct nc_counts counts;

	must(nc_store_open(store_path, NC_STORE_OPEN, &store, &bench_error));
	for (size_t i = 0; i < unions; i++)
		check_digest(store, &world->unions[i]);
	must(nc_store_counts(store, &counts, &bench_error));
	if (counts.change_sets != world->change_sets + world->cluster_sets ||
		counts.records != records || counts.conflicts > 0 ||
		counts.refusals > 0 || counts.forks > 0)
		bench_die("the hub's counts: %" PRIu64 " change-sets, %" PRIu64
			  " records, %" PRIu64 " conflicts, %" PRIu64
			  " refusals, %" PRIu64 " forks",
			counts.change_sets, counts.records, counts.conflicts,
			counts.refusals, counts.forks);
}
