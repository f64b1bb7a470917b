/*
 * The made-up cluster: its keys, its hub's store as it is before anybody
 * pushes (the template that each run copies), and its unions.
 */
#include "bench.h"
#include "trust/key_file.h"

#include "base/limits.h"
#include "store/cluster.h"

#include <string.h>

#define WORLD_ARENA_MAX ((size_t)8 * 1024 * 1024 * 1024)
/* 2024-01-02 07:30 in Hanoi. */
#define STARTS_MS 1704155400000

static int64_t world_now(void *context)
{
	const struct bench_world *world = context;

	return world->now_ms;
}

/* splitmix64, so that every run writes the same. */
static void world_random(void *context, void *out, size_t size)
{
	struct bench_world *world = context;
	uint8_t *bytes = out;

	for (size_t i = 0; i < size; i++) {
		uint64_t z = world->random += 0x9e3779b97f4a7c15u;

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		bytes[i] = (uint8_t)(z >> 32);
	}
}

struct nc_author bench_author(
	const struct bench_world *world, const struct nc_key *key)
{
	struct nc_author author = {.key = key,
		.env = &world->env,
		.name = nc_slice_text("văn thư")};

	return author;
}

static void make_keys(struct bench_world *world)
{
	bench_path(world->hub_key_path, &world->options, "hub.key");
	bench_path(world->reader_key_path, &world->options, "reader.key");
	must(nc_key_generate(&world->env, &world->hub_key, &bench_error));
	must(nc_key_generate(&world->env, &world->reader_key, &bench_error));
	must(nc_key_save(world->hub_key, world->hub_key_path, &bench_error));
	must(nc_key_save(
		world->reader_key, world->reader_key_path, &bench_error));
	for (size_t i = 0; i < world->options.unions; i++)
		must(nc_key_generate(
			&world->env, &world->unions[i].key, &bench_error));
}

static void found(struct bench_world *world, struct nc_store *hub)
{
	struct nc_author author = bench_author(world, world->hub_key);
	struct nc_identity *identity = &world->identity;

	identity->is_hub = true;
	identity->cluster = nc_id_new(&world->env);
	memcpy(identity->hub_key, nc_key_public(world->hub_key), NC_KEY_SIZE);
	strcpy(identity->address, "tcp://127.0.0.1:7800");
	must(nc_store_begin(hub, &bench_error));
	must(nc_store_set_identity(hub, identity, &bench_error));
	must(nc_cluster_found(hub, &author, nc_slice_text("Cụm đo"),
		nc_slice_text(identity->address), &bench_error));
	must(nc_store_commit(hub, &bench_error));
}

static void enrol(struct bench_world *world, struct nc_store *hub,
	const struct nc_id *union_id, const struct nc_key *key)
{
	struct nc_author author = bench_author(world, world->hub_key);
	struct nc_invitation invitation;
	struct nc_id joined;

	must(nc_store_begin(hub, &bench_error));
	must(nc_cluster_invite(hub, &author, union_id, 1000000, &world->arena,
		&invitation, &bench_error));
	must(nc_cluster_enrol(hub, &author, invitation.secret,
		nc_key_public(key), nc_slice_text("máy bàn"), &joined,
		&bench_error));
	must(nc_store_commit(hub, &bench_error));
}

static void add_unions(struct bench_world *world, struct nc_store *hub)
{
	struct nc_author author = bench_author(world, world->hub_key);

	for (size_t i = 0; i < world->options.unions; i++) {
		struct bench_union *at = &world->unions[i];
		char code[32], name[128];

		snprintf(code, sizeof(code), "don-vi-%zu", i + 1);
		snprintf(name, sizeof(name),
			"Liên hiệp các tổ chức hữu nghị tỉnh số %zu", i + 1);
		must(nc_store_begin(hub, &bench_error));
		must(nc_cluster_add_union(hub, &author, code, name, (int64_t)i,
			&at->id, &bench_error));
		must(nc_store_commit(hub, &bench_error));
		enrol(world, hub, &at->id, at->key);
	}
	enrol(world, hub, &world->unions[0].id, world->reader_key);
}

static void count_all(struct bench_world *world)
{
	for (size_t i = 0; i < world->options.unions; i++) {
		const struct bench_union *at = &world->unions[i];

		world->change_sets += at->saves_count;
		world->requests += at->requests_count;
		for (size_t s = 0; s < at->saves_count; s++)
			world->writes += at->saves[s].count;
	}
}

void bench_world_make(
	struct bench_world *world, const struct bench_options *options)
{
	struct nc_store *hub;

	memset(world, 0, sizeof(*world));
	world->options = *options;
	world->env.now_ms = world_now;
	world->env.random = world_random;
	world->env.context = world;
	world->now_ms = STARTS_MS;
	world->random = 63;
	nc_arena_init(&world->arena, WORLD_ARENA_MAX);
	world->unions = nc_calloc(options->unions, sizeof(*world->unions));
	if (world->unions == NULL)
		bench_die("out of memory");
	make_keys(world);
	bench_path(world->template_path, options, "template.db");
	bench_remove_store(world->template_path);
	must(nc_store_open(
		world->template_path, NC_STORE_CREATE, &hub, &bench_error));
	found(world, hub);
	add_unions(world, hub);
	must(nc_log_count(hub, &world->cluster_sets, &bench_error));
	for (size_t i = 0; i < options->unions; i++)
		bench_author_union(world, hub, &world->unions[i]);
	nc_store_close(hub);
	count_all(world);
}

static void request_fini(struct bench_request *request)
{
	nc_buffer_fini(&request->envelope);
	nc_buffer_fini(&request->opened);
}

void bench_world_free(struct bench_world *world)
{
	for (size_t i = 0; i < world->options.unions; i++) {
		struct bench_union *at = &world->unions[i];

		for (size_t r = 0; r < at->requests_count; r++)
			request_fini(&at->requests[r]);
		request_fini(&at->quiet);
		nc_key_free(at->key);
	}
	nc_free(world->unions);
	nc_key_free(world->hub_key);
	nc_key_free(world->reader_key);
	nc_arena_fini(&world->arena);
	bench_remove_store(world->template_path);
	(void)remove(world->hub_key_path);
	(void)remove(world->reader_key_path);
}
