#include "store/draft.h"
#include "base/limits.h"
#include "store/db.h"
#include "store/roof.h"

#include <string.h>

#define DRAFT_ARENA_MAX (16 * 1024 * 1024)
#define DRAFT_FIELDS_MAX 10

void nc_cluster_draft_init(struct nc_cluster_draft *draft,
	struct nc_store *store, const struct nc_author *author)
{
	memset(draft, 0, sizeof(*draft));
	draft->store = store;
	draft->author = author;
	nc_arena_init(&draft->arena, DRAFT_ARENA_MAX);
}

void nc_cluster_draft_fini(struct nc_cluster_draft *draft)
{
	nc_arena_fini(&draft->arena);
}

static bool draft_grow(struct nc_cluster_draft *draft)
{
	size_t more = draft->room == 0 ? 32 : 2 * draft->room;
	struct nc_record_change *grown;

	if (draft->count < draft->room)
		return true;
	grown = nc_arena_array(&draft->arena, more, sizeof(*grown));
	if (grown == NULL)
		return false;
	if (draft->count > 0)
		memcpy(grown, draft->changes, draft->count * sizeof(*grown));
	draft->changes = grown;
	draft->room = more;
	return true;
}

void nc_cluster_draft_record(
	struct nc_cluster_draft *draft, const struct nc_id *id, uint32_t entity)
{
	struct nc_record_change *change;

	if (draft->failed || !draft_grow(draft)) {
		draft->failed = true;
		return;
	}
	change = &draft->changes[draft->count++];
	memset(change, 0, sizeof(*change));
	change->record = id != NULL ? *id : nc_id_new(draft->author->env);
	change->entity = entity;
	change->fields = nc_arena_array(
		&draft->arena, DRAFT_FIELDS_MAX, sizeof(*change->fields));
	draft->failed = change->fields == NULL;
}

void nc_cluster_draft_put(
	struct nc_cluster_draft *draft, uint32_t field, struct nc_value value)
{
	struct nc_record_change *change;
	struct nc_field_change *to;

	if (draft->failed)
		return;
	change = &draft->changes[draft->count - 1];
	NC_ASSERT(change->fields_count < DRAFT_FIELDS_MAX);
	to = &change->fields[change->fields_count++];
	memset(to, 0, sizeof(*to));
	to->field = field;
	to->value = value;
	if (value.kind != NC_VALUE_TEXT && value.kind != NC_VALUE_BYTES)
		return;
	to->value.bytes.data = nc_arena_copy(
		&draft->arena, value.bytes.data, value.bytes.size);
	draft->failed = to->value.bytes.data == NULL;
}

void nc_cluster_draft_put_device(
	struct nc_cluster_draft *draft, uint32_t field, nc_device_id device)
{
	uint8_t bytes[NC_DEVICE_ID_SIZE];

	nc_bytes_put_u64(bytes, device);
	nc_cluster_draft_put(
		draft, field, nc_value_bytes(bytes, sizeof(bytes)));
}

/* After what the device has written there already under no grant. */
static uint64_t first_free(const struct nc_store *store, nc_device_id device,
	const struct nc_id *union_id, bool *ret_open)
{
	uint64_t ended = 0;
	bool had = false;

	*ret_open = false;
	for (size_t i = 0; i < store->grants_count; i++) {
		const struct nc_db_grant *grant = &store->grants[i];

		if (grant->device != device ||
			nc_id_compare(&grant->union_id, union_id) != 0)
			continue;
		had = true;
		*ret_open |= grant->last >= (uint64_t)INT64_MAX;
		if (grant->last > ended)
			ended = grant->last;
	}
	return had ? ended + 1 : 0;
}

bool nc_cluster_draft_grant(struct nc_cluster_draft *draft, nc_device_id device,
	const struct nc_id *union_id)
{
	struct nc_db_stream *stream =
		nc_log_find(draft->store, union_id, device);
	bool open;
	uint64_t first = first_free(draft->store, device, union_id, &open);

	if (open)
		return false;
	if (first == 0)
		first = stream == NULL ? 1 : stream->head.sequence + 1;
	nc_cluster_draft_record(draft, NULL, NC_ENTITY_GRANT);
	nc_cluster_draft_put_device(draft, NC_GRANT_DEVICE, device);
	nc_cluster_draft_put(draft, NC_GRANT_UNION,
		nc_value_bytes(union_id->bytes, NC_ID_SIZE));
	nc_cluster_draft_put(
		draft, NC_GRANT_FIRST, nc_value_integer((int64_t)first));
	return true;
}

/* What the union has been renamed to since, and that again. */
static void mark_renamed(const struct nc_registry *registry,
	const struct nc_id *union_id, bool *marks)
{
	const struct nc_registry_succession *after;

	for (size_t step = 0; step < registry->unions_count; step++) {
		after = nc_succession_after(registry, union_id);
		if (after == NULL || after->kind != NC_SUCCESSION_RENAMED ||
			after->into_count != 1)
			return;
		union_id = &after->into[0];
		nc_union_predecessors(registry, union_id, marks);
		for (size_t i = 0; i < registry->unions_count; i++)
			if (nc_id_compare(&registry->unions[i].id, union_id) ==
				0)
				marks[i] = true;
	}
}

void nc_cluster_draft_grants(struct nc_cluster_draft *draft,
	const struct nc_registry *registry, nc_device_id device,
	const struct nc_id *union_id)
{
	bool *marks = nc_arena_array(
		&draft->arena, registry->unions_count + 1, sizeof(*marks));

	if (marks == NULL) {
		draft->failed = true;
		return;
	}
	memset(marks, 0, (registry->unions_count + 1) * sizeof(*marks));
	nc_union_predecessors(registry, union_id, marks);
	mark_renamed(registry, union_id, marks);
	(void)nc_cluster_draft_grant(draft, device, union_id);
	for (size_t i = 0; i < registry->unions_count; i++)
		if (marks[i] &&
			nc_id_compare(&registry->unions[i].id, union_id) != 0)
			(void)nc_cluster_draft_grant(
				draft, device, &registry->unions[i].id);
}

struct end_grants {
	struct nc_cluster_draft *draft;
	nc_device_id device;
	const struct nc_id *union_id;
	size_t count;
};

static enum nc_status visit_grant(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct end_grants *end = context;
	struct nc_value device = nc_record_value(record, NC_GRANT_DEVICE);
	struct nc_value of = nc_record_value(record, NC_GRANT_UNION);
	struct nc_db_stream *stream;
	struct nc_id union_id;

	(void)err;
	if (device.kind != NC_VALUE_BYTES || of.kind != NC_VALUE_BYTES ||
		nc_bytes_get_u64(device.bytes.data) != end->device ||
		nc_record_value(record, NC_GRANT_LAST).kind != NC_VALUE_ABSENT)
		return NC_OK;
	memcpy(union_id.bytes, of.bytes.data, NC_ID_SIZE);
	if (end->union_id != NULL &&
		nc_id_compare(end->union_id, &union_id) != 0)
		return NC_OK;
	stream = nc_log_find(end->draft->store, &union_id, end->device);
	nc_cluster_draft_record(end->draft, &record->id, NC_ENTITY_GRANT);
	nc_cluster_draft_put(end->draft, NC_GRANT_LAST,
		nc_value_integer(
			stream == NULL ? 0 : (int64_t)stream->head.sequence));
	end->count++;
	return NC_OK;
}

enum nc_status nc_cluster_draft_end_grants(struct nc_cluster_draft *draft,
	nc_device_id device, const struct nc_id *union_id, size_t *ret_count,
	struct nc_error *err)
{
	struct end_grants end = {draft, device, union_id, 0};
	enum nc_status status =
		nc_records_each(draft->store, nc_model_entity(NC_ENTITY_GRANT),
			&draft->store->identity.cluster, NC_RECORDS_PRESENT,
			visit_grant, &end, err);

	if (status == NC_OK)
		*ret_count = end.count;
	return status;
}

enum nc_status nc_cluster_draft_write(
	struct nc_cluster_draft *draft, struct nc_error *err)
{
	struct nc_written written = {0};
	enum nc_status status = NC_OK;

	if (draft->failed)
		return nc_error_no_memory(err);
	if (draft->count > 0 && draft->count <= NC_CHANGE_SET_RECORDS_MAX)
		status = nc_author_write(draft->store, draft->author,
			&draft->store->identity.cluster, draft->changes,
			draft->count, &written, err);
	if (draft->count > NC_CHANGE_SET_RECORDS_MAX || written.change_sets > 1)
		return nc_error_set(err, NC_LIMIT,
			_("That names more devices than one change-set holds "
			  "(%d records); revoke those that are no longer in "
			  "use first."),
			NC_CHANGE_SET_RECORDS_MAX);
	return status;
}
