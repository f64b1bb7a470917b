/*
 * One union's writing: typed into a store in memory by the code that people
 * write with, and made into requests by the code that syncs.
 */
#include "bench.h"

#include "base/limits.h"
#include "sync/client.h"
#include "sync/hub.h"

#include <string.h>

#define ALL_FIELDS 8
#define EDIT_FIELDS 2

/* A client's own store, and its half of the protocol. */
struct desk {
	struct bench_world *world;
	struct bench_union *at;
	struct nc_store *store;
	struct nc_sync_client session;
};

/* To the hub's store in this process and back. */
static void carry(const struct desk *desk, struct nc_store *hub_store,
	struct nc_slice bytes, struct nc_buffer *reply)
{
	struct nc_hub hub;
	struct nc_hub_request request;
	uint8_t secret[NC_KEY_SIZE];

	must(nc_hub_start(&hub, hub_store, desk->world->hub_key,
		&desk->world->env, &bench_error));
	nc_hub_request_init(&request);
	nc_key_transport(desk->at->key, request.transport, secret);
	nc_wipe(secret, sizeof(secret));
	must(nc_buffer_append(&request.envelope, bytes.data, bytes.size));
	nc_hub_serve(&hub, &request);
	must(nc_buffer_append(reply, request.reply.data, request.reply.size));
	nc_hub_request_fini(&request);
	nc_hub_fini(&hub);
}

static void desk_open(struct desk *desk, struct nc_store *hub)
{
	struct nc_identity identity = desk->world->identity;
	struct nc_sync_client *session = &desk->session;

	identity.is_hub = false;
	identity.union_id = desk->at->id;
	must(nc_store_open(
		":memory:", NC_STORE_EPHEMERAL, &desk->store, &bench_error));
	must(nc_store_set_identity(desk->store, &identity, &bench_error));
	must(nc_sync_client_start(session, desk->store, desk->at->key,
		&desk->world->env, &bench_error));
	while (!session->done) {
		struct nc_buffer request NC_AUTO(nc_buffer_fini) = {0};
		struct nc_buffer reply NC_AUTO(nc_buffer_fini) = {0};

		nc_buffer_init(&request, NC_MESSAGE_BYTES_MAX * 2);
		nc_buffer_init(&reply, NC_MESSAGE_BYTES_MAX * 2);
		must(nc_sync_client_request(session, &request, &bench_error));
		carry(desk, hub, nc_buffer_slice(&request), &reply);
		must(nc_sync_client_reply(
			session, nc_buffer_slice(&reply), &bench_error));
	}
}

static size_t item_fields(const struct bench_item *item, bool edits,
	struct nc_field_change fields[ALL_FIELDS])
{
	const struct nc_field_change whole[ALL_FIELDS] = {
		{NC_PLAN_YEAR, nc_value_integer(item->year), NULL, 0},
		{NC_PLAN_AREA, nc_value_text(item->area), NULL, 0},
		{NC_PLAN_RANK, nc_value_text(item->rank), NULL, 0},
		{NC_PLAN_TEXT, nc_value_text(item->text), NULL, 0},
		{NC_PLAN_LEVEL, nc_value_integer(item->level), NULL, 0},
		{NC_PLAN_WHEN, nc_value_text(item->when), NULL, 0},
		{NC_PLAN_PLACE, nc_value_text(item->place), NULL, 0},
		{NC_PLAN_STATUS, nc_value_text(item->status), NULL, 0},
	};
	const struct nc_field_change part[EDIT_FIELDS] = {whole[3], whole[7]};

	if (edits) {
		memcpy(fields, part, sizeof(part));
		return EDIT_FIELDS;
	}
	memcpy(fields, whole, sizeof(whole));
	return ALL_FIELDS;
}

static void desk_save(struct desk *desk, const struct bench_save *save)
{
	struct nc_author author = bench_author(desk->world, desk->at->key);
	struct nc_field_change fields[BENCH_SAVE_RECORDS][ALL_FIELDS];
	struct nc_record_change changes[BENCH_SAVE_RECORDS];
	struct nc_written written;

	memset(changes, 0, sizeof(changes));
	for (size_t i = 0; i < save->count; i++) {
		changes[i].record = save->items[i].id;
		changes[i].entity = NC_ENTITY_PLAN_ITEM;
		changes[i].fields = fields[i];
		changes[i].fields_count =
			item_fields(&save->items[i], save->edits, fields[i]);
	}
	must(nc_author_save(desk->store, &author, &desk->at->id, changes,
		save->count, &written, &bench_error));
	if (written.change_sets != 1)
		bench_die("a save became %d change-sets",
			(int)written.change_sets);
}

/* The next request of the session, and what is in it. */
static void desk_request(struct desk *desk, struct bench_request *request,
	size_t first, size_t count)
{
	struct nc_request decoded;

	memset(request, 0, sizeof(*request));
	request->first = first;
	request->count = count;
	nc_buffer_init(&request->envelope, NC_MESSAGE_BYTES_MAX);
	nc_buffer_init(&request->opened, NC_MESSAGE_DECODED_MAX);
	must(nc_sync_client_request(
		&desk->session, &request->envelope, &bench_error));
	must(nc_envelope_open(nc_buffer_slice(&request->envelope),
		&request->opened, &bench_error));
	must(nc_request_decode(nc_buffer_slice(&request->opened),
		&desk->world->arena, &decoded, &bench_error));
	if (decoded.exchange.push_count != count)
		bench_die("a request holds %zu change-sets instead of %zu",
			decoded.exchange.push_count, count);
	for (size_t i = 0; i < count; i++)
		desk->at->saves[first + i].signed_set =
			decoded.exchange.push[i];
}

/* As if the hub had taken everything so far. */
static void desk_acknowledge(struct desk *desk, uint64_t sequence)
{
	must(nc_store_begin(desk->store, &bench_error));
	must(nc_log_acknowledge(desk->store, &desk->at->id,
		nc_key_device(desk->at->key), sequence, &bench_error));
	must(nc_store_commit(desk->store, &bench_error));
}

static void *take(struct bench_world *world, size_t count, size_t size)
{
	void *memory = nc_arena_array(&world->arena, count, size);

	if (memory == NULL)
		bench_die("out of memory");
	memset(memory, 0, count * size);
	return memory;
}

static void plan_saves(struct bench_union *at, struct bench_item *items,
	size_t count, bool edits)
{
	for (size_t i = 0; i < count; i += BENCH_SAVE_RECORDS) {
		struct bench_save *save = &at->saves[at->saves_count++];

		save->items = items + i;
		save->count = count - i < BENCH_SAVE_RECORDS
				      ? count - i
				      : BENCH_SAVE_RECORDS;
		save->edits = edits;
	}
}

/* Types a run of saves and makes the requests that carry them. */
static void desk_write(struct desk *desk, size_t from, size_t until)
{
	struct bench_union *at = desk->at;

	while (from < until) {
		size_t count = until - from < BENCH_REQUEST_SAVES
				       ? until - from
				       : BENCH_REQUEST_SAVES;

		for (size_t i = 0; i < count; i++) {
			/* An hour at the desk, then the next save. */
			desk->world->now_ms += 3600000;
			desk_save(desk, &at->saves[from + i]);
		}
		desk_request(
			desk, &at->requests[at->requests_count++], from, count);
		from += count;
		desk_acknowledge(desk, from);
	}
}

void bench_author_union(
	struct bench_world *world, struct nc_store *hub, struct bench_union *at)
{
	size_t records = world->options.records, saves, new_saves;
	int64_t started = world->now_ms;
	struct desk desk = {.world = world, .at = at};

	at->edits_count = records / BENCH_EDIT_EVERY;
	at->items = take(world, records, sizeof(*at->items));
	at->edits = take(world, at->edits_count + 1, sizeof(*at->edits));
	saves = (records + at->edits_count) / BENCH_SAVE_RECORDS + 2;
	at->saves = take(world, saves, sizeof(*at->saves));
	at->requests = take(world, saves, sizeof(*at->requests));
	desk_open(&desk, hub);
	desk_request(&desk, &at->quiet, 0, 0);
	for (size_t i = 0; i < records; i++)
		bench_words_item(world, &at->items[i], i, records);
	plan_saves(at, at->items, records, false);
	new_saves = at->saves_count;
	desk_write(&desk, 0, new_saves);
	for (size_t i = 0; i < at->edits_count; i++)
		bench_words_edit(world, &at->edits[i],
			&at->items[i * BENCH_EDIT_EVERY + 2]);
	plan_saves(at, at->edits, at->edits_count, true);
	desk_write(&desk, new_saves, at->saves_count);
	must(nc_store_digest(desk.store, &at->id, &at->digest, &bench_error));
	nc_store_close(desk.store);
	world->now_ms = started; /* the unions write at the same time */
}
