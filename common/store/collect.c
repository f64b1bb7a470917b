/*
 * nc_log_collect: what one side lacks, in the log's order, within a budget.
 *
 * First the places and sizes of what is wanted, per stream, each no further
 * than the budget reaches; then all of them by position, up to the budget and
 * never past the point where a stream was cut; then the payloads.
 */
#include "base/limits.h"
#include "store/db.h"

#include <stdlib.h>
#include <string.h>

struct place {
	int64_t position;
	size_t size;
	size_t want; /* whose */
	uint64_t sequence;
};

struct places {
	struct place *list;
	size_t count, capacity;
	int64_t cut_at; /* nothing past here: a stream was not read further */
};

static enum nc_status places_add(
	struct places *places, const struct place *place, struct nc_error *err)
{
	if (places->count == places->capacity) {
		size_t capacity =
			places->capacity == 0 ? 64 : places->capacity * 2;
		struct place *list =
			nc_realloc(places->list, capacity * sizeof(*list));

		if (list == NULL)
			return nc_error_no_memory(err);
		places->list = list;
		places->capacity = capacity;
	}
	places->list[places->count++] = *place;
	return NC_OK;
}

static enum nc_status places_of(struct nc_store *store,
	const struct nc_log_want *wants, size_t which, size_t max_bytes,
	struct places *places, struct nc_error *err)
{
	const struct nc_log_want *want = &wants[which];
	struct nc_db_stream *stream =
		nc_log_find(store, &want->union_id, want->device);
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT position, length(payload), sequence FROM log WHERE "
		"stream = ?"
		" AND sequence > ? ORDER BY sequence",
		err);
	enum nc_status status = NC_OK;
	size_t bytes = 0, count = 0;
	bool row;

	if (statement == NULL)
		return store->last;
	if (stream == NULL || stream->head.sequence <= want->after)
		return NC_OK;
	sqlite3_bind_int64(statement, 1, stream->number);
	sqlite3_bind_int64(statement, 2, (int64_t)want->after);
	while (status == NC_OK) {
		struct place place = {.want = which};

		status = nc_db_step(store, statement, &row, err);
		if (status != NC_OK || !row)
			break;
		place.position = sqlite3_column_int64(statement, 0);
		place.size = (size_t)sqlite3_column_int64(statement, 1);
		place.sequence = (uint64_t)sqlite3_column_int64(statement, 2);
		if (bytes > max_bytes || count == NC_MESSAGE_CHANGE_SETS_MAX) {
			if (place.position < places->cut_at)
				places->cut_at = place.position;
			break;
		}
		bytes += place.size;
		count++;
		status = places_add(places, &place, err);
	}
	return status;
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return (x->position > y->position) - (x->position < y->position);
}

/* How many of the sorted places are taken. */
static size_t places_choose(const struct places *places, size_t max_bytes)
{
	size_t count = 0, bytes = 0;

	while (count < places->count && count < NC_MESSAGE_CHANGE_SETS_MAX) {
		const struct place *place = &places->list[count];

		if (place->position >= places->cut_at ||
			(count > 0 && bytes + place->size > max_bytes))
			break;
		bytes += place->size;
		count++;
	}
	return count;
}

static enum nc_status fetch(struct nc_store *store, int64_t position,
	struct nc_arena *arena, struct nc_signed_change_set *out,
	struct nc_error *err)
{
	sqlite3_stmt *statement NC_AUTO(nc_db_reset) = nc_db_statement(store,
		"SELECT payload, signature FROM log WHERE position = ?", err);
	struct nc_slice payload, signature;
	enum nc_status status;
	bool row;

	if (statement == NULL)
		return store->last;
	sqlite3_bind_int64(statement, 1, position);
	status = nc_db_step(store, statement, &row, err);
	if (status != NC_OK)
		return status;
	payload = nc_db_column_blob(statement, 0);
	signature = nc_db_column_blob(statement, 1);
	if (!row || signature.size != NC_SIGNATURE_SIZE)
		return nc_db_corrupt(err, "log");
	out->hashed = false;
	out->payload.size = payload.size;
	out->payload.data = nc_arena_copy(arena, payload.data, payload.size);
	if (out->payload.data == NULL)
		return nc_error_no_memory(err);
	memcpy(out->signature, signature.data, NC_SIGNATURE_SIZE);
	return NC_OK;
}

enum nc_status nc_log_collect(struct nc_store *store, struct nc_log_want *wants,
	size_t wants_count, size_t max_bytes, struct nc_arena *arena,
	struct nc_signed_change_set **ret_sets, size_t *ret_count,
	bool *ret_more, struct nc_error *err)
{
	struct places places = {.cut_at = INT64_MAX};
	struct nc_signed_change_set *sets = NULL;
	enum nc_status status = NC_OK;
	size_t count = 0;

	for (size_t i = 0; i < wants_count && status == NC_OK; i++)
		status = places_of(store, wants, i, max_bytes, &places, err);
	if (status == NC_OK && places.count > 0) {
		qsort(places.list, places.count, sizeof(*places.list),
			compare_places);
		count = places_choose(&places, max_bytes);
		sets = nc_arena_array(arena, count, sizeof(*sets));
		if (sets == NULL)
			status = nc_error_no_memory(err);
	}
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = fetch(
			store, places.list[i].position, arena, &sets[i], err);
	if (status == NC_OK) {
		for (size_t i = 0; i < wants_count; i++)
			wants[i].upto = wants[i].after;
		for (size_t i = 0; i < count; i++)
			wants[places.list[i].want].upto =
				places.list[i].sequence;
		*ret_sets = sets;
		*ret_count = count;
		*ret_more = count < places.count || places.cut_at != INT64_MAX;
	}
	nc_free(places.list);
	return status;
}
