/*
 * The real client, syncing, in a process of its own.
 */
#include "bench.h"
#include "trust/key_file.h"

#include "net/net.h"

#include <inttypes.h>
#include <string.h>

/* Arguments: the store, the device's key, the hub's address. */
int bench_reader_main(char *const *arguments)
{
	struct nc_env env = {bench_clock_ms, nc_trust_random, NULL};
	struct nc_store *store NC_AUTO(nc_store_close_at) = NULL;
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	struct nc_net_client *net NC_AUTO(nc_net_client_free_at) = NULL;
	struct nc_identity identity;
	struct nc_sync_client session;
	double started;

	must(nc_key_load(arguments[1], NULL, &key, &bench_error));
	must(nc_store_open(arguments[0], NC_STORE_OPEN, &store, &bench_error));
	must(nc_store_identity(store, &identity, &bench_error));
	started = bench_now();
	must(nc_net_client_new(
		arguments[2], identity.hub_key, key, &net, &bench_error));
	must(nc_sync_client_start(&session, store, key, &env, &bench_error));
	must(nc_net_sync(net, &session, NULL, NULL, &bench_error));
	printf("%f %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64
	       " %d\n",
		bench_now() - started, session.rounds, session.pulled,
		session.bytes_sent, session.bytes_received, bench_memory_kb(),
		session.rebuilt);
	nc_sync_client_fini(&session);
	return 0;
}

void bench_reader_create(const struct bench_world *world, const char *path)
{
	struct nc_store *store NC_AUTO(nc_store_close_at) = NULL;
	struct nc_identity identity = world->identity;

	identity.is_hub = false;
	identity.union_id = world->unions[0].id;
	bench_remove_store(path);
	must(nc_store_open(path, NC_STORE_CREATE, &store, &bench_error));
	must(nc_store_set_identity(store, &identity, &bench_error));
}

struct bench_sync bench_reader_sync(const struct bench_world *world,
	const char *store_path, const char *address)
{
	char *arguments[] = {(char *)"bench", (char *)"--sync",
		(char *)(uintptr_t)store_path,
		(char *)(uintptr_t)world->reader_key_path,
		(char *)(uintptr_t)address, NULL};
	struct bench_child child;
	struct bench_sync found = {0};
	char line[256];

	bench_child_start(&child, arguments);
	bench_child_line(&child, line, sizeof(line));
	if (sscanf(line,
		    "%lf %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
		    " %" SCNu64 " %" SCNu64,
		    &found.seconds, &found.rounds, &found.pulled, &found.sent,
		    &found.received, &found.memory_kb, &found.rebuilt) != 7)
		bench_die("the client said: %s", line);
	bench_child_end(&child);
	if (found.rebuilt != 0)
		bench_die("the client's digest was not the hub's");
	return found;
}
