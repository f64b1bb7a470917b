/*
 * What was found, as a table or as JSON: medians of the repetitions; ratios
 * are medians of each repetition's ratio.
 */
#include "bench.h"

#include <inttypes.h>
#include <jansson.h>

/* The goals, as docs/ARCHITECTURE.md has them. */
static const double plain_goals[BENCH_PLAIN_COUNT] = {1.1, 0.45, 0.75};
#define WIRE_GOAL 1.2
#define QUIET_BYTES_GOAL 1024
#define MEMORY_GOAL_MB 64

static const char *const plain_names[BENCH_PLAIN_COUNT] = {
	"SQLite, 1 change-set a commit (a)",
	"SQLite, 50 change-sets a commit (b)",
	"  and the change-sets logged (c)",
};
static const char *const plain_keys[BENCH_PLAIN_COUNT] = {
	"change-set", "batch", "batch-logged"};

/* The medians that both forms print. */
struct summary {
	double hub_seconds, hub_processor, hub_batches, hub_memory_mb;
	double plain_seconds[BENCH_PLAIN_COUNT], ratios[BENCH_PLAIN_COUNT];
	double one_seconds, all_seconds;
	double one_mb, all_mb, hub_sync_mb; /* peaks */
};

static double peak_mb(double mb, uint64_t kb)
{
	return (double)kb / 1024 > mb ? (double)kb / 1024 : mb;
}

static void summarize_hub(
	const struct bench_results *results, size_t count, struct summary *out)
{
	double seconds[BENCH_REPEAT_MAX], processor[BENCH_REPEAT_MAX],
		batches[BENCH_REPEAT_MAX];

	for (size_t i = 0; i < count; i++) {
		const struct bench_ingest *ingest = &results->ingest[i];

		seconds[i] = ingest->seconds;
		processor[i] = ingest->processor;
		batches[i] = (double)ingest->batches;
		out->hub_memory_mb =
			peak_mb(out->hub_memory_mb, ingest->memory_kb);
	}
	out->hub_seconds = bench_median(seconds, count);
	out->hub_processor = bench_median(processor, count);
	out->hub_batches = bench_median(batches, count);
}

static void summarize_plain(
	const struct bench_results *results, size_t count, struct summary *out)
{
	for (size_t kind = 0; kind < BENCH_PLAIN_COUNT; kind++) {
		double ratios[BENCH_REPEAT_MAX];

		for (size_t i = 0; i < count; i++)
			ratios[i] = results->plain[kind][i] /
				    results->ingest[i].seconds;
		out->plain_seconds[kind] =
			bench_median(results->plain[kind], count);
		out->ratios[kind] = bench_median(ratios, count);
	}
}

static void summarize_sync(
	const struct bench_results *results, size_t count, struct summary *out)
{
	double one[BENCH_REPEAT_MAX], all[BENCH_REPEAT_MAX];

	for (size_t i = 0; i < count; i++) {
		one[i] = results->one[i].seconds;
		all[i] = results->all[i].seconds;
		out->one_mb = peak_mb(out->one_mb, results->one[i].memory_kb);
		out->all_mb = peak_mb(out->all_mb, results->all[i].memory_kb);
		out->hub_sync_mb = peak_mb(
			out->hub_sync_mb, results->one[i].hub_memory_kb);
		out->hub_sync_mb = peak_mb(
			out->hub_sync_mb, results->all[i].hub_memory_kb);
	}
	out->one_seconds = bench_median(one, count);
	out->all_seconds = bench_median(all, count);
}

static const char *met(bool good)
{
	return good ? "met" : "MISSED";
}

static void print_ingest(
	const struct bench_world *world, const struct summary *summary)
{
	double writes = (double)world->writes;

	printf("\n1 Ingest                             records/s   ratio  "
	       "goal\n"
	       "  %-34s %9.0f\n",
		"hub, every guarantee, over CURVE",
		writes / summary->hub_seconds);
	for (size_t kind = 0; kind < BENCH_PLAIN_COUNT; kind++)
		printf("  %-34s %9.0f %7.2f  >= %.2f %s\n", plain_names[kind],
			writes / summary->plain_seconds[kind],
			summary->ratios[kind], plain_goals[kind],
			met(summary->ratios[kind] >= plain_goals[kind]));
	printf("  hub: %.2f s, %.2f s of processor, %.0f commits of %" PRIu64
	       " requests\n",
		summary->hub_seconds, summary->hub_processor,
		summary->hub_batches, world->requests);
}

static void print_levels(
	const char *name, const uint64_t bytes[BENCH_LEVELS_COUNT], double goal)
{
	for (size_t i = 0; i < BENCH_LEVELS_COUNT; i++) {
		char line[64];

		snprintf(line, sizeof(line), "  %s %d", name, bench_levels[i]);
		printf("  %-34s %9" PRIu64 " %7.2f\n", line, bytes[i],
			(double)bytes[i] / goal);
	}
}

static void print_wire(const struct bench_wire *wire)
{
	double goal = (double)wire->json_zstd;

	printf("\n2 Bytes on the wire                      bytes   ratio  "
	       "goal\n"
	       "  %-34s %9" PRIu64 "\n  %-34s %9" PRIu64 "\n",
		"as JSON lines", wire->json, "JSON lines, zstd -19 per union",
		wire->json_zstd);
	printf("  %-34s %9" PRIu64 " %7.2f  <= %.2f %s\n", "requests as sent",
		wire->sent, (double)wire->sent / goal, WIRE_GOAL,
		met((double)wire->sent / goal <= WIRE_GOAL));
	printf("  %-34s %9" PRIu64 " %7.2f\n", "  not compressed", wire->packed,
		(double)wire->packed / goal);
	print_levels("at level", wire->at_level, goal);
	if (wire->whole_at_level[0] > 0)
		print_levels("one request per union, level",
			wire->whole_at_level, goal);
}

static void print_quiet(const char *name, const struct bench_sync *quiet)
{
	printf("  %-34s %" PRIu64 " round, %" PRIu64 " + %" PRIu64
	       " bytes, %.0f ms",
		name, quiet->rounds, quiet->sent, quiet->received,
		quiet->seconds * 1000);
}

static void print_sync(const struct bench_world *world,
	const struct bench_results *results, const struct summary *summary)
{
	const struct bench_sync *quiet = &results->quiet_one;
	double records = (double)world->options.records;

	printf("\n3 A sync with nothing to say\n");
	print_quiet("its own union", quiet);
	printf("  < %d %s\n", QUIET_BYTES_GOAL,
		met(quiet->rounds == 1 &&
			quiet->sent + quiet->received < QUIET_BYTES_GOAL));
	print_quiet("reading all unions", &results->quiet_all);
	printf("\n\n4 First sync of an empty client      records/s"
	       " seconds  rounds     bytes\n");
	printf("  %-34s %9.0f %7.2f %7" PRIu64 " %9" PRIu64 "\n", "one union",
		records / summary->one_seconds, summary->one_seconds,
		results->one[0].rounds, results->one[0].received);
	printf("  %-34s %9.0f %7.2f %7" PRIu64 " %9" PRIu64 "\n", "all unions",
		records * (double)world->options.unions / summary->all_seconds,
		summary->all_seconds, results->all[0].rounds,
		results->all[0].received);
}

static void print_memory(const struct summary *summary)
{
	printf("\n5 Peak memory                               MB\n"
	       "  %-34s %9.1f          <  %d    %s\n"
	       "  %-34s %9.1f\n  %-34s %9.1f\n  %-34s %9.1f\n",
		"hub, ingest", summary->hub_memory_mb, MEMORY_GOAL_MB,
		met(summary->hub_memory_mb < MEMORY_GOAL_MB),
		"hub, first syncs", summary->hub_sync_mb, "client, one union",
		summary->one_mb, "client, all unions", summary->all_mb);
}

static void print_search(const struct bench_search *search)
{
	printf("\n6 Search, %zu records                     ms    LIKE"
	       "   ratio  hits\n",
		search->records);
	for (size_t i = 0; i < BENCH_QUESTIONS_COUNT; i++)
		printf("  %-34s %9.2f %7.2f %7.1f  %zu, %zu\n",
			bench_questions[i][0], search->seconds[i] * 1000,
			search->like_seconds[i] * 1000,
			search->like_seconds[i] / search->seconds[i],
			search->hits[i], search->like_hits[i]);
	printf("  %-34s %9.0f\n  %-34s %9.2f\n", "the index made",
		search->build_seconds * 1000, "the index after one save",
		search->update_seconds * 1000);
	printf("  store %.1f MB, index %.1f MB\n",
		(double)search->store_bytes / 1e6,
		(double)search->index_bytes / 1e6);
}

static void print_table(const struct bench_world *world,
	const struct bench_results *results, const struct summary *summary)
{
	printf("%zu unions of %zu records: %" PRIu64
	       " records written in %" PRIu64
	       " change-sets; %zu repetitions, medians\n",
		world->options.unions, world->options.records, world->writes,
		world->change_sets, world->options.repeat);
	print_ingest(world, summary);
	print_wire(&results->wire);
	print_sync(world, results, summary);
	print_memory(summary);
	print_search(&results->search);
}

static json_t *integer(uint64_t value)
{
	return json_integer((json_int_t)value);
}

static json_t *json_ingest(const struct bench_world *world,
	const struct bench_results *results, const struct summary *summary)
{
	json_t *out = json_object(), *hub = json_array(),
	       *plain = json_object();

	for (size_t i = 0; i < world->options.repeat; i++)
		json_array_append_new(
			hub, json_real(results->ingest[i].seconds));
	for (size_t kind = 0; kind < BENCH_PLAIN_COUNT; kind++) {
		json_t *seconds = json_array();

		for (size_t i = 0; i < world->options.repeat; i++)
			json_array_append_new(
				seconds, json_real(results->plain[kind][i]));
		json_object_set_new(plain, plain_keys[kind],
			json_pack("{s:o, s:f, s:f}", "seconds", seconds,
				"ratio", summary->ratios[kind], "goal",
				plain_goals[kind]));
	}
	json_object_set_new(out, "hub_seconds", hub);
	json_object_set_new(out, "hub_processor_seconds",
		json_real(summary->hub_processor));
	json_object_set_new(
		out, "hub_commits", json_real(summary->hub_batches));
	json_object_set_new(out, "plain", plain);
	return out;
}

static json_t *json_levels(const uint64_t bytes[BENCH_LEVELS_COUNT])
{
	json_t *out = json_object();
	char name[16];

	for (size_t i = 0; i < BENCH_LEVELS_COUNT; i++) {
		snprintf(name, sizeof(name), "%d", bench_levels[i]);
		json_object_set_new(out, name, integer(bytes[i]));
	}
	return out;
}

static json_t *json_wire(const struct bench_wire *wire)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:f, s:f}", "json",
		integer(wire->json), "json_zstd", integer(wire->json_zstd),
		"sent", integer(wire->sent), "packed", integer(wire->packed),
		"levels", json_levels(wire->at_level), "whole_levels",
		json_levels(wire->whole_at_level), "ratio",
		(double)wire->sent / (double)wire->json_zstd, "goal",
		WIRE_GOAL);
}

static json_t *json_sync(const struct bench_sync *sync, double seconds)
{
	return json_pack("{s:f, s:o, s:o, s:o}", "seconds", seconds, "rounds",
		integer(sync->rounds), "sent", integer(sync->sent), "received",
		integer(sync->received));
}

static json_t *json_search(const struct bench_search *search)
{
	json_t *out = json_object(), *questions = json_array();

	for (size_t i = 0; i < BENCH_QUESTIONS_COUNT; i++)
		json_array_append_new(questions,
			json_pack("{s:s, s:f, s:f, s:o, s:o}", "question",
				bench_questions[i][1], "seconds",
				search->seconds[i], "like_seconds",
				search->like_seconds[i], "hits",
				integer(search->hits[i]), "like_hits",
				integer(search->like_hits[i])));
	json_object_set_new(out, "questions", questions);
	json_object_set_new(
		out, "build_seconds", json_real(search->build_seconds));
	json_object_set_new(
		out, "update_seconds", json_real(search->update_seconds));
	json_object_set_new(out, "store_bytes", integer(search->store_bytes));
	json_object_set_new(out, "index_bytes", integer(search->index_bytes));
	return out;
}

static void print_json(const struct bench_world *world,
	const struct bench_results *results, const struct summary *summary)
{
	json_t *out = json_object();

	json_object_set_new(out, "unions", integer(world->options.unions));
	json_object_set_new(out, "records", integer(world->options.records));
	json_object_set_new(out, "writes", integer(world->writes));
	json_object_set_new(out, "change_sets", integer(world->change_sets));
	json_object_set_new(
		out, "ingest", json_ingest(world, results, summary));
	json_object_set_new(out, "wire", json_wire(&results->wire));
	json_object_set_new(out, "quiet_one",
		json_sync(&results->quiet_one, results->quiet_one.seconds));
	json_object_set_new(out, "quiet_all",
		json_sync(&results->quiet_all, results->quiet_all.seconds));
	json_object_set_new(out, "first_one",
		json_sync(&results->one[0], summary->one_seconds));
	json_object_set_new(out, "first_all",
		json_sync(&results->all[0], summary->all_seconds));
	json_object_set_new(out, "memory_mb",
		json_pack("{s:f, s:f, s:f, s:f}", "hub_ingest",
			summary->hub_memory_mb, "hub_sync",
			summary->hub_sync_mb, "client_one", summary->one_mb,
			"client_all", summary->all_mb));
	json_object_set_new(out, "search", json_search(&results->search));
	if (json_dumpf(out, stdout, JSON_INDENT(2) | JSON_REAL_PRECISION(6)) !=
		0)
		bench_die("cannot print");
	putchar('\n');
	json_decref(out);
}

void bench_print(
	const struct bench_world *world, const struct bench_results *results)
{
	struct summary summary = {0};

	summarize_hub(results, world->options.repeat, &summary);
	summarize_plain(results, world->options.repeat, &summary);
	summarize_sync(results, world->options.repeat, &summary);
	if (world->options.json)
		print_json(world, results, &summary);
	else
		print_table(world, results, &summary);
}
