/*
 * bench [--unions S] [--records R] [--repeat N] [--dir DIR] [--json]
 *
 * Exit 0: everything was measured (whatever the numbers); 1: something was
 * wrong: a verdict, a count, a digest; 2: wrong usage.
 */
#include "bench.h"

#include "base/file.h"

#include <getopt.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int usage(FILE *out)
{
	fputs("bench [--unions S] [--records R] [--repeat N] [--dir DIR]"
	      " [--json]\n"
	      "  S unions (63) of R records each (1000), N repetitions (3);\n"
	      "  its files are made in DIR (a new folder under /tmp), which\n"
	      "  should be on the disk that is to be measured.\n",
		out);
	return out == stdout ? 0 : 2;
}

static bool number(const char *text, size_t max, size_t *ret)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value == 0 || value > max)
		return false;
	*ret = value;
	return true;
}

/* -1: go on; else the exit status. */
static int options_read(struct bench_options *options, int count, char **words)
{
	static const struct option known[] = {
		{"unions", required_argument, NULL, 's'},
		{"records", required_argument, NULL, 'r'},
		{"repeat", required_argument, NULL, 'n'},
		{"dir", required_argument, NULL, 'd'},
		{"json", no_argument, NULL, 'j'},
		{"help", no_argument, NULL, 'h'},
		{NULL, 0, NULL, 0},
	};
	bool good = true;
	int option;

	while (good &&
		(option = getopt_long(count, words, "", known, NULL)) != -1) {
		switch (option) {
		case 's':
			good = number(optarg, 1000, &options->unions);
			break;
		case 'r':
			good = number(optarg, 1000000, &options->records);
			break;
		case 'n':
			good = number(
				optarg, BENCH_REPEAT_MAX, &options->repeat);
			break;
		case 'd':
			options->folder = optarg;
			break;
		case 'j':
			options->json = true;
			break;
		case 'h':
			return usage(stdout);
		default:
			good = false;
			break;
		}
	}
	return good && optind == count ? -1 : usage(stderr);
}

static struct bench_ingest ingest(
	const struct bench_world *world, const char *store)
{
	struct bench_ingest found;
	struct bench_hub hub;
	double seconds;

	bench_copy(world->template_path, store);
	bench_hub_start(&hub, world, store);
	seconds = bench_load(world, hub.address);
	found = bench_hub_stop(&hub);
	found.seconds = seconds;
	bench_hub_check(world, store);
	return found;
}

/* The hub and the baselines in turn, each time beginning with another. */
static void measure_ingest(const struct bench_world *world, const char *store,
	struct bench_results *results)
{
	const size_t contestants = BENCH_PLAIN_COUNT + 1;

	for (size_t i = 0; i < world->options.repeat; i++)
		for (size_t c = 0; c < contestants; c++) {
			size_t turn = (i + c) % contestants;

			if (turn < BENCH_PLAIN_COUNT)
				results->plain[turn][i] = bench_plain(
					world, (enum bench_plain_kind)turn);
			else
				results->ingest[i] = ingest(world, store);
		}
}

static struct bench_sync one_sync(
	const struct bench_world *world, const char *store, const char *reader)
{
	struct bench_sync found;
	struct bench_hub hub;

	bench_hub_start(&hub, world, store);
	found = bench_reader_sync(world, reader, hub.address);
	found.hub_memory_kb = bench_hub_stop(&hub).memory_kb;
	return found;
}

/* First syncs of an empty client, then one with nothing to say. */
static void measure_sync(const struct bench_world *world, const char *store,
	uint64_t pulled, struct bench_sync *found, struct bench_sync *quiet)
{
	char reader[512];

	bench_path(reader, &world->options, "reader.db");
	for (size_t i = 0; i < world->options.repeat; i++) {
		bench_reader_create(world, reader);
		found[i] = one_sync(world, store, reader);
		if (found[i].pulled != pulled)
			bench_die("a client pulled %d change-sets of %d",
				(int)found[i].pulled, (int)pulled);
	}
	*quiet = one_sync(world, store, reader);
	bench_remove_store(reader);
}

static void open_reading(const struct bench_world *world, const char *path)
{
	struct nc_store *store NC_AUTO(nc_store_close_at) = NULL;
	struct nc_author author = bench_author(world, world->hub_key);
	struct nc_field_change open = {
		NC_CLUSTER_OPEN_READING, nc_value_integer(1), NULL, 0};
	struct nc_record_change change = {.record = world->identity.cluster,
		.entity = NC_ENTITY_CLUSTER,
		.fields = &open,
		.fields_count = 1};
	struct nc_written written;

	must(nc_store_open(path, NC_STORE_OPEN, &store, &bench_error));
	must(nc_author_save(store, &author, &world->identity.cluster, &change,
		1, &written, &bench_error));
}

static void measure(const struct bench_options *options)
{
	static struct bench_results results;
	static struct bench_world world;
	char store[512];

	must(nc_trust_start(&bench_error));
	bench_world_make(&world, options);
	bench_path(store, options, "hub.db");
	measure_ingest(&world, store, &results);
	measure_sync(&world, store,
		world.cluster_sets + world.unions[0].saves_count, results.one,
		&results.quiet_one);
	open_reading(&world, store);
	measure_sync(&world, store, world.cluster_sets + 1 + world.change_sets,
		results.all, &results.quiet_all);
	bench_remove_store(store);
	bench_wire_measure(&world, &results.wire);
	bench_search_measure(&world, &results.search);
	bench_print(&world, &results);
	bench_world_free(&world);
}

int main(int count, char **words)
{
	struct bench_options options = {63, 1000, 3, NULL, false};
	char made[] = "/tmp/nhipcau-bench-XXXXXX";
	int status;

	if (count == 4 && strcmp(words[1], "--serve") == 0)
		return nc_trust_start(NULL) == NC_OK ? bench_hub_main(words + 2)
						     : 1;
	if (count == 5 && strcmp(words[1], "--sync") == 0)
		return nc_trust_start(NULL) == NC_OK
			       ? bench_reader_main(words + 2)
			       : 1;
	status = options_read(&options, count, words);
	if (status >= 0)
		return status;
	if (options.folder != NULL) {
		must(nc_file_make_folder(options.folder, &bench_error));
		measure(&options);
		return 0;
	}
	options.folder = mkdtemp(made);
	if (options.folder == NULL)
		bench_die("no folder under /tmp");
	measure(&options);
	(void)rmdir(made);
	return 0;
}
