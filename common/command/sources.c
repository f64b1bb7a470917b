#include "command/sources.h"

#include <string.h>

#define DECODE_ARENA_MAX (64 * 1024 * 1024)

void nc_sources_init(struct nc_sources *sources, struct nc_store *store,
	const struct nc_registry *registry, struct nc_arena *arena)
{
	memset(sources, 0, sizeof(*sources));
	sources->store = store;
	sources->registry = registry;
	sources->arena = arena;
}

void nc_sources_fini(struct nc_sources *sources)
{
	nc_free(sources->sources);
	sources->sources = NULL;
}

static int source_compare(const struct nc_source *source,
	const struct nc_id *union_id, const struct nc_dot *dot)
{
	int order = nc_id_compare(&source->union_id, union_id);

	if (order != 0)
		return order;
	if (source->dot.device != dot->device)
		return source->dot.device < dot->device ? -1 : 1;
	return (source->dot.sequence > dot->sequence) -
	       (source->dot.sequence < dot->sequence);
}

/* The place of a dot; *ret_found when it is there already. */
static size_t sources_place(const struct nc_sources *sources,
	const struct nc_id *union_id, const struct nc_dot *dot, bool *ret_found)
{
	size_t low = 0, high = sources->count;

	*ret_found = false;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order =
			source_compare(sources->sources[middle], union_id, dot);

		if (order == 0) {
			*ret_found = true;
			return middle;
		}
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct reading {
	struct nc_arena *arena;
	struct nc_source *source;
};

static enum nc_status visit_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct reading *reading = context;
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_change_set change_set;
	enum nc_status status;

	nc_arena_init(&arena, DECODE_ARENA_MAX);
	status = nc_change_set_decode(
		entry->signed_set.payload, &arena, &change_set, err);
	if (status != NC_OK)
		return status;
	reading->source->written_at_ms = change_set.written_at_ms;
	reading->source->author = nc_arena_text(reading->arena,
		(const char *)change_set.author.data, change_set.author.size);
	return reading->source->author == NULL ? nc_error_no_memory(err)
					       : NC_OK;
}

static enum nc_status sources_read(struct nc_sources *sources,
	const struct nc_id *union_id, const struct nc_dot *dot,
	struct nc_source *source, struct nc_error *err)
{
	struct reading reading = {sources->arena, source};
	const struct nc_registry_device *device =
		nc_registry_device(sources->registry, dot->device);
	enum nc_status status;

	source->union_id = *union_id;
	source->dot = *dot;
	source->written_at_ms = 0;
	source->author = "";
	source->label = "";
	if (device != NULL)
		source->label = nc_arena_text(
			sources->arena, device->label, strlen(device->label));
	if (source->label == NULL)
		return nc_error_no_memory(err);
	status = nc_log_entry(sources->store, union_id, dot->device,
		dot->sequence, visit_entry, &reading, err);
	return status == NC_NOT_FOUND ? NC_OK : status;
}

static bool sources_grow(struct nc_sources *sources)
{
	size_t more = sources->capacity == 0 ? 64 : sources->capacity * 2;
	struct nc_source **grown;

	if (sources->count < sources->capacity)
		return true;
	grown = nc_realloc(sources->sources, more * sizeof(*grown));
	if (grown == NULL)
		return false;
	sources->sources = grown;
	sources->capacity = more;
	return true;
}

enum nc_status nc_sources_find(struct nc_sources *sources,
	const struct nc_id *union_id, const struct nc_dot *dot,
	const struct nc_source **ret_source, struct nc_error *err)
{
	bool found;
	size_t at = sources_place(sources, union_id, dot, &found);
	struct nc_source *source;
	enum nc_status status;

	if (found) {
		*ret_source = sources->sources[at];
		return NC_OK;
	}
	source = nc_arena_alloc(sources->arena, sizeof(*source));
	if (source == NULL || !sources_grow(sources))
		return nc_error_no_memory(err);
	status = sources_read(sources, union_id, dot, source, err);
	if (status != NC_OK)
		return status;
	memmove(sources->sources + at + 1, sources->sources + at,
		(sources->count - at) * sizeof(source));
	sources->sources[at] = source;
	sources->count++;
	*ret_source = source;
	return NC_OK;
}
