/*
 * Bytes on the wire against the same data as JSON lines through zstd -19.
 */
#include "bench.h"

#include "base/limits.h"

#include <string.h>
#include <zstd.h>

#define JSON_LEVEL 19
/* Payload that the client puts into one request. */
#define WHOLE_MAX (1024 * 1024)
#define JSON_MAX ((size_t)1024 * 1024 * 1024)

const int bench_levels[BENCH_LEVELS_COUNT] = {3, 9, 12, 19};

/* Our words hold nothing that JSON would escape. */
static void print_text(
	struct nc_buffer *out, const char *name, const char *text)
{
	must(nc_buffer_printf(out, ",\"%s\":\"%s\"", name, text));
}

static void print_item(
	struct nc_buffer *out, const struct bench_item *item, bool edits)
{
	char id[NC_ID_TEXT_SIZE];

	nc_id_format(id, &item->id);
	must(nc_buffer_printf(out, "{\"id\":\"%s\"", id));
	if (!edits) {
		must(nc_buffer_printf(out, ",\"year\":%d", (int)item->year));
		print_text(out, "area", item->area);
		print_text(out, "rank", item->rank);
	}
	print_text(out, "text", item->text);
	if (!edits) {
		must(nc_buffer_printf(out, ",\"level\":%d", (int)item->level));
		print_text(out, "when", item->when);
		print_text(out, "place", item->place);
	}
	print_text(out, "status", item->status);
	must(nc_buffer_text(out, "}\n"));
}

static size_t zstd_size(const struct nc_buffer *text)
{
	size_t bound = ZSTD_compressBound(text->size), size;
	void *room = nc_malloc(bound);

	if (room == NULL)
		bench_die("out of memory");
	size = ZSTD_compress(room, bound, text->data, text->size, JSON_LEVEL);
	nc_free(room);
	if (ZSTD_isError(size))
		bench_die("zstd: %s", ZSTD_getErrorName(size));
	return size;
}

static void measure_json(const struct bench_union *at, struct bench_wire *wire)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&text, JSON_MAX);
	for (size_t s = 0; s < at->saves_count; s++)
		for (size_t i = 0; i < at->saves[s].count; i++)
			print_item(&text, &at->saves[s].items[i],
				at->saves[s].edits);
	wire->json += text.size;
	wire->json_zstd += zstd_size(&text);
}

static void measure_levels(
	struct nc_slice packed, uint64_t totals[BENCH_LEVELS_COUNT])
{
	for (size_t i = 0; i < BENCH_LEVELS_COUNT; i++) {
		struct nc_buffer sealed NC_AUTO(nc_buffer_fini) = {0};

		nc_buffer_init(&sealed, NC_MESSAGE_DECODED_MAX * 2);
		must(nc_envelope_seal(
			packed, bench_levels[i], &sealed, &bench_error));
		totals[i] += sealed.size;
	}
}

/* All of a union's change-sets in one request, as a client sends them that
 * was away all the while. */
static void measure_whole(const struct bench_world *world,
	const struct bench_union *at, struct bench_wire *wire)
{
	struct nc_buffer packed NC_AUTO(nc_buffer_fini) = {0};
	struct nc_request request = {.protocol = NC_PROTOCOL_VERSION,
		.number = 1,
		.body = NC_BODY_EXCHANGE};
	struct nc_signed_change_set *sets =
		nc_calloc(at->saves_count, sizeof(*sets));
	size_t payload = 0;

	if (sets == NULL)
		bench_die("out of memory");
	for (size_t i = 0; i < at->saves_count; i++) {
		sets[i] = at->saves[i].signed_set;
		payload += sets[i].payload.size;
	}
	request.exchange.cluster = world->identity.cluster;
	request.exchange.device = nc_key_device(at->key);
	request.exchange.push = sets;
	request.exchange.push_count = at->saves_count;
	nc_buffer_init(&packed, NC_MESSAGE_DECODED_MAX);
	if (payload <= WHOLE_MAX) {
		must(nc_request_encode(&request, &packed, &bench_error));
		measure_levels(nc_buffer_slice(&packed), wire->whole_at_level);
	}
	nc_free(sets);
}

static void measure_request(
	const struct bench_request *request, struct bench_wire *wire)
{
	wire->sent += request->envelope.size;
	wire->packed += request->opened.size;
	measure_levels(nc_buffer_slice(&request->opened), wire->at_level);
}

void bench_wire_measure(
	const struct bench_world *world, struct bench_wire *wire)
{
	memset(wire, 0, sizeof(*wire));
	for (size_t u = 0; u < world->options.unions; u++) {
		const struct bench_union *at = &world->unions[u];

		for (size_t r = 0; r < at->requests_count; r++)
			measure_request(&at->requests[r], wire);
		measure_whole(world, at, wire);
		measure_json(at, wire);
	}
}
