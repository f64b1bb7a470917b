#include "store/registry.h"
#include "store/db.h"
#include "store/records.h"

#include <stdlib.h>
#include <string.h>

#define REGISTRY_ARENA_MAX (64 * 1024 * 1024)

/* The lists while they grow; then they become the registry. */
struct builder {
	struct nc_store *store;
	struct nc_arena *arena;
	struct nc_registry_device *devices;
	struct nc_registry_union *unions;
	struct nc_registry_succession *successions;
	struct nc_db_grant *grants;
	struct nc_db_hub *hub_keys;
	struct hub_record *hubs;
	size_t devices_count, unions_count, successions_count, grants_count,
		hub_keys_count, hubs_count;
	size_t devices_room, unions_room, successions_room, grants_room,
		hub_keys_room, hubs_room;
	const char *address; /* the cluster record's; NULL before it is here */
};

/* A generation and its record's id, by which those of one number stand. */
struct hub_record {
	struct nc_registry_hub hub;
	struct nc_id id;
};

void nc_registry_forget(struct nc_store *store)
{
	store->registry_stale = true;
	store->root_alone = false;
}

/* Whether a device record's change may touch who has a hub's standing. */
static bool touches_hubs(const struct nc_record_change *change)
{
	for (size_t i = 0; i < change->fields_count; i++) {
		const struct nc_field_change *field = &change->fields[i];

		if (field->field == NC_DEVICE_REVOKED_AT ||
			(field->field == NC_DEVICE_ROLE &&
				!nc_slice_equal(field->value.bytes,
					nc_slice_text("member"))))
			return true;
	}
	return change->deletes;
}

void nc_registry_touch(
	struct nc_store *store, const struct nc_change_set *change_set)
{
	for (size_t i = 0; i < change_set->records_count; i++) {
		const struct nc_record_change *change = &change_set->records[i];

		if (change->entity != NC_ENTITY_INVITATION)
			store->registry_stale = true;
		if (change->entity == NC_ENTITY_DEVICE && touches_hubs(change))
			store->root_alone = false;
	}
}

/* One more element in an arena's growing array, zeroed; NULL without memory. */
static void *builder_grow(struct nc_arena *arena, void **array, size_t *count,
	size_t *room, size_t size)
{
	uint8_t *added;

	if (*count == *room) {
		size_t more = *room == 0 ? 32 : *room * 2;
		void *bigger = nc_arena_array(arena, more, size);

		if (bigger == NULL)
			return NULL;
		if (*count > 0)
			memcpy(bigger, *array, *count * size);
		*array = bigger;
		*room = more;
	}
	added = (uint8_t *)*array + *count * size;
	memset(added, 0, size);
	(*count)++;
	return added;
}

static enum nc_status visit_cluster(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct builder *builder = context;
	struct nc_registry *registry = &builder->store->registry;

	if (nc_id_compare(&record->id, &builder->store->identity.cluster) != 0)
		return NC_OK;
	registry->cluster_name =
		nc_record_text(record, NC_CLUSTER_NAME, builder->arena);
	registry->open_reading =
		nc_record_integer(record, NC_CLUSTER_OPEN_READING, 0) != 0;
	builder->address =
		nc_record_text(record, NC_CLUSTER_ADDRESS, builder->arena);
	return registry->cluster_name == NULL || builder->address == NULL
		       ? nc_error_no_memory(err)
		       : NC_OK;
}

static enum nc_status visit_union(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct builder *builder = context;
	struct nc_registry_union *added = builder_grow(builder->arena,
		(void **)&builder->unions, &builder->unions_count,
		&builder->unions_room, sizeof(*added));

	if (added == NULL)
		return nc_error_no_memory(err);
	added->id = record->id;
	added->code = nc_record_text(record, NC_UNION_CODE, builder->arena);
	added->name = nc_record_text(record, NC_UNION_NAME, builder->arena);
	added->order = nc_record_integer(record, NC_UNION_ORDER, INT64_MAX);
	added->province =
		nc_record_text(record, NC_UNION_PROVINCE, builder->arena);
	added->valid_from =
		nc_record_text(record, NC_UNION_VALID_FROM, builder->arena);
	added->valid_to =
		nc_record_text(record, NC_UNION_VALID_TO, builder->arena);
	if (added->code == NULL || added->name == NULL ||
		added->province == NULL || added->valid_from == NULL ||
		added->valid_to == NULL)
		return nc_error_no_memory(err);
	return NC_OK;
}

/* The ids of a field of references; NULL without memory. */
static const struct nc_id *record_ids(const struct nc_record *record,
	uint32_t field, struct nc_arena *arena, size_t *ret_count)
{
	struct nc_slice bytes = nc_record_value(record, field).bytes;
	struct nc_id *ids;

	*ret_count = bytes.size / NC_ID_SIZE;
	ids = nc_arena_array(arena, *ret_count + 1, sizeof(*ids));
	for (size_t i = 0; ids != NULL && i < *ret_count; i++)
		memcpy(ids[i].bytes, bytes.data + i * NC_ID_SIZE, NC_ID_SIZE);
	return ids;
}

static enum nc_succession_kind succession_kind(const struct nc_record *record)
{
	struct nc_slice name =
		nc_record_value(record, NC_SUCCESSION_KIND).bytes;

	if (nc_slice_equal(name, nc_slice_text("split")))
		return NC_SUCCESSION_SPLIT;
	if (nc_slice_equal(name, nc_slice_text("renamed")))
		return NC_SUCCESSION_RENAMED;
	return NC_SUCCESSION_MERGED;
}

static enum nc_status visit_succession(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct builder *builder = context;
	struct nc_arena *arena = builder->arena;
	struct nc_registry_succession *added = builder_grow(arena,
		(void **)&builder->successions, &builder->successions_count,
		&builder->successions_room, sizeof(*added));

	if (added == NULL)
		return nc_error_no_memory(err);
	added->id = record->id;
	added->kind = succession_kind(record);
	added->from = record_ids(
		record, NC_SUCCESSION_FROM_UNIONS, arena, &added->from_count);
	added->into = record_ids(
		record, NC_SUCCESSION_INTO_UNIONS, arena, &added->into_count);
	added->when = nc_record_text(record, NC_SUCCESSION_WHEN, arena);
	added->late_until =
		nc_record_text(record, NC_SUCCESSION_LATE_UNTIL, arena);
	added->decision = nc_record_text(record, NC_SUCCESSION_DECISION, arena);
	added->note = nc_record_text(record, NC_SUCCESSION_NOTE, arena);
	if (added->from == NULL || added->into == NULL || added->when == NULL ||
		added->late_until == NULL || added->decision == NULL ||
		added->note == NULL)
		return nc_error_no_memory(err);
	return NC_OK;
}

/* A field that names a device; 0 when it does not. */
static nc_device_id record_device(
	const struct nc_record *record, uint32_t field)
{
	struct nc_value value = nc_record_value(record, field);

	if (value.kind != NC_VALUE_BYTES ||
		value.bytes.size != NC_DEVICE_ID_SIZE)
		return 0;
	return nc_bytes_get_u64(value.bytes.data);
}

static enum nc_status visit_device(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct builder *builder = context;
	struct nc_value key = nc_record_value(record, NC_DEVICE_PUBLIC_KEY);
	struct nc_registry_device *added;

	if (key.kind != NC_VALUE_BYTES || key.bytes.size != NC_KEY_SIZE)
		return NC_OK;
	added = builder_grow(builder->arena, (void **)&builder->devices,
		&builder->devices_count, &builder->devices_room,
		sizeof(*added));
	if (added == NULL)
		return nc_error_no_memory(err);
	memcpy(added->public_key, key.bytes.data, NC_KEY_SIZE);
	added->device = nc_public_device(added->public_key);
	added->record = record->id;
	added->is_hub =
		nc_slice_equal(nc_record_value(record, NC_DEVICE_ROLE).bytes,
			nc_slice_text("hub"));
	added->revoked = nc_record_value(record, NC_DEVICE_REVOKED_AT).kind ==
			 NC_VALUE_INTEGER;
	added->succeeds = record_device(record, NC_DEVICE_SUCCEEDS);
	added->vouched_by = record_device(record, NC_DEVICE_VOUCHED_BY);
	added->label = nc_record_text(record, NC_DEVICE_LABEL, builder->arena);
	if (added->label == NULL)
		return nc_error_no_memory(err);
	if (!nc_public_transport(added->public_key, added->transport_key))
		builder->devices_count--;
	return NC_OK;
}

static enum nc_hub_reason hub_reason(const struct nc_record *record)
{
	struct nc_slice name = nc_record_value(record, NC_HUB_REASON).bytes;

	if (nc_slice_equal(name, nc_slice_text("handed-over")))
		return NC_HUB_HANDED_OVER;
	if (nc_slice_equal(name, nc_slice_text("restored")))
		return NC_HUB_RESTORED;
	return NC_HUB_FOUNDED;
}

static enum nc_status visit_hub(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct builder *builder = context;
	struct nc_value root = nc_record_value(record, NC_HUB_AFTER_ROOT);
	int64_t generation = nc_record_integer(record, NC_HUB_GENERATION, 0);
	int64_t size = nc_record_integer(record, NC_HUB_AFTER_SIZE, -1);
	struct hub_record *added;

	if (generation == 0)
		return NC_OK;
	added = builder_grow(builder->arena, (void **)&builder->hubs,
		&builder->hubs_count, &builder->hubs_room, sizeof(*added));
	if (added == NULL)
		return nc_error_no_memory(err);
	added->id = record->id;
	added->hub.generation = (uint32_t)generation;
	added->hub.author =
		nc_row_shown(&record->row, NC_HUB_GENERATION)->dot.device;
	added->hub.device = record_device(record, NC_HUB_DEVICE);
	added->hub.address =
		nc_record_text(record, NC_HUB_ADDRESS, builder->arena);
	added->hub.reason = hub_reason(record);
	added->hub.since_ms = nc_record_integer(record, NC_HUB_SINCE, 0);
	if (size >= 0 && root.kind == NC_VALUE_BYTES &&
		root.bytes.size == NC_SHA256_SIZE) {
		added->hub.has_after = true;
		added->hub.after_size = (uint64_t)size;
		memcpy(added->hub.after_root, root.bytes.data, NC_SHA256_SIZE);
	}
	return added->hub.address == NULL ? nc_error_no_memory(err) : NC_OK;
}

static enum nc_status visit_grant(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct builder *builder = context;
	struct nc_value device = nc_record_value(record, NC_GRANT_DEVICE);
	struct nc_value of = nc_record_value(record, NC_GRANT_UNION);
	struct nc_db_grant *added;

	if (device.kind != NC_VALUE_BYTES || of.kind != NC_VALUE_BYTES)
		return NC_OK;
	added = builder_grow(builder->arena, (void **)&builder->grants,
		&builder->grants_count, &builder->grants_room, sizeof(*added));
	if (added == NULL)
		return nc_error_no_memory(err);
	added->device = nc_bytes_get_u64(device.bytes.data);
	memcpy(added->union_id.bytes, of.bytes.data, NC_ID_SIZE);
	added->first =
		(uint64_t)nc_record_integer(record, NC_GRANT_FIRST, INT64_MAX);
	added->last =
		(uint64_t)nc_record_integer(record, NC_GRANT_LAST, INT64_MAX);
	return NC_OK;
}

static int compare_unions(const void *a, const void *b)
{
	const struct nc_registry_union *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	if (strcmp(x->code, y->code) != 0)
		return strcmp(x->code, y->code);
	return nc_id_compare(&x->id, &y->id);
}

static int compare_successions(const void *a, const void *b)
{
	const struct nc_registry_succession *x = a, *y = b;
	int order = strcmp(x->when, y->when);

	return order != 0 ? order : nc_id_compare(&x->id, &y->id);
}

static int compare_devices(const void *a, const void *b)
{
	const struct nc_registry_device *x = a, *y = b;

	return (x->device > y->device) - (x->device < y->device);
}

/* … and the records of one device by their ids. */
static int compare_device_records(const void *a, const void *b)
{
	const struct nc_registry_device *x = a, *y = b;
	int order = compare_devices(a, b);

	return order != 0 ? order : nc_id_compare(&x->record, &y->record);
}

/*
 * One of each device, in order. A hub that was put back to before a device
 * joined may have let it join once more, and get the first record again from a
 * laptop: together they say who it is, and one of them is enough to revoke it.
 */
static void devices_join(struct builder *builder)
{
	struct nc_registry_device *devices = builder->devices;
	size_t count = 0;

	if (builder->devices_count > 1)
		qsort(devices, builder->devices_count, sizeof(*devices),
			compare_device_records);
	for (size_t i = 0; i < builder->devices_count; i++) {
		struct nc_registry_device *one = &devices[i], *first;

		if (count == 0 || devices[count - 1].device != one->device) {
			devices[count++] = *one;
			continue;
		}
		first = &devices[count - 1];
		first->is_hub |= one->is_hub;
		first->revoked |= one->revoked;
		if (first->succeeds == 0)
			first->succeeds = one->succeeds;
		if (first->vouched_by == 0)
			first->vouched_by = one->vouched_by;
	}
	builder->devices_count = count;
}

static enum nc_status find_hub_keys(
	struct builder *builder, struct nc_error *err)
{
	for (size_t i = 0; i < builder->devices_count; i++) {
		const struct nc_registry_device *device = &builder->devices[i];
		struct nc_db_hub *added;

		if (!device->is_hub)
			continue;
		added = builder_grow(builder->arena,
			(void **)&builder->hub_keys, &builder->hub_keys_count,
			&builder->hub_keys_room, sizeof(*added));
		if (added == NULL)
			return nc_error_no_memory(err);
		added->device = device->device;
		added->revoked = device->revoked;
		added->vouched_by = device->vouched_by;
	}
	return NC_OK;
}

static int compare_hubs(const void *a, const void *b)
{
	const struct hub_record *x = a, *y = b;

	if (x->hub.generation != y->hub.generation)
		return x->hub.generation < y->hub.generation ? -1 : 1;
	return nc_id_compare(&x->id, &y->id);
}

/* A cluster that was founded before there were hub records has generation 1
 * all the same: the root's. */
static enum nc_status hubs_add_first(
	struct builder *builder, struct nc_error *err)
{
	struct hub_record *added;

	for (size_t i = 0; i < builder->hubs_count; i++)
		if (builder->hubs[i].hub.generation == 1)
			return NC_OK;
	if (builder->address == NULL)
		return NC_OK;
	added = builder_grow(builder->arena, (void **)&builder->hubs,
		&builder->hubs_count, &builder->hubs_room, sizeof(*added));
	if (added == NULL)
		return nc_error_no_memory(err);
	added->hub.generation = 1;
	added->hub.device = nc_public_device(builder->store->identity.root_key);
	added->hub.address = builder->address;
	return NC_OK;
}

/* In order, with their keys. The devices must be in the registry. */
static enum nc_status hubs_finish(struct builder *builder, struct nc_error *err)
{
	struct nc_store *store = builder->store;
	struct nc_registry *registry = &store->registry;
	struct nc_registry_hub *hubs;
	enum nc_status status = hubs_add_first(builder, err);

	if (status != NC_OK || builder->hubs_count == 0)
		return status;
	qsort(builder->hubs, builder->hubs_count, sizeof(*builder->hubs),
		compare_hubs);
	hubs = nc_arena_array(
		builder->arena, builder->hubs_count, sizeof(*hubs));
	if (hubs == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < builder->hubs_count; i++) {
		const struct nc_registry_device *device = nc_registry_device(
			registry, builder->hubs[i].hub.device);

		hubs[i] = builder->hubs[i].hub;
		if (device != NULL && device->is_hub)
			hubs[i].public_key = device->public_key;
		else if (hubs[i].device ==
			 nc_public_device(store->identity.root_key))
			hubs[i].public_key = store->identity.root_key;
	}
	registry->hubs = hubs;
	registry->hubs_count = builder->hubs_count;
	return NC_OK;
}

/* Whether nobody but the root has, or had, a hub's standing. */
static bool root_is_alone(const struct nc_store *store)
{
	nc_device_id root = nc_public_device(store->identity.root_key);

	for (size_t i = 0; i < store->hub_keys_count; i++)
		if (store->hub_keys[i].device != root ||
			store->hub_keys[i].revoked)
			return false;
	return true;
}

static bool ids_have(
	const struct nc_id *ids, size_t count, const struct nc_id *id)
{
	for (size_t i = 0; i < count; i++)
		if (nc_id_compare(&ids[i], id) == 0)
			return true;
	return false;
}

/* Whether the device belongs to a union that this one went over into. */
static bool is_passed_on(const struct builder *builder,
	const struct nc_registry_device *device, const struct nc_id *union_id)
{
	for (size_t s = 0; s < builder->successions_count; s++) {
		const struct nc_registry_succession *succession =
			&builder->successions[s];

		if (!ids_have(
			    succession->from, succession->from_count, union_id))
			continue;
		for (size_t i = 0; i < succession->into_count; i++)
			if (nc_registry_belongs(device, &succession->into[i]))
				return true;
	}
	return false;
}

/* The unions that a device has grants for, in the grants' order, each once;
 * and which of them is its own. */
static enum nc_status device_find_unions(struct builder *builder,
	struct nc_registry_device *device, struct nc_error *err)
{
	struct nc_id *unions = NULL;
	size_t count = 0, room = 0;

	for (size_t g = 0; g < builder->grants_count; g++) {
		const struct nc_db_grant *grant = &builder->grants[g];
		struct nc_id *added;

		if (grant->device != device->device ||
			ids_have(unions, count, &grant->union_id))
			continue;
		added = builder_grow(builder->arena, (void **)&unions, &count,
			&room, sizeof(*added));
		if (added == NULL)
			return nc_error_no_memory(err);
		*added = grant->union_id;
	}
	device->unions = unions;
	device->unions_count = count;
	if (count > 0)
		device->union_id = unions[0];
	for (size_t i = 0; i < count; i++)
		if (!is_passed_on(builder, device, &unions[i])) {
			device->union_id = unions[i];
			break;
		}
	return NC_OK;
}

static enum nc_status devices_find_unions(
	struct builder *builder, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	/* A hub's grants say only where its standing ended. */
	for (size_t d = 0; d < builder->devices_count && status == NC_OK; d++)
		if (!builder->devices[d].is_hub)
			status = device_find_unions(
				builder, &builder->devices[d], err);
	return status;
}

static enum nc_status registry_read(
	struct nc_store *store, struct nc_error *err)
{
	static const struct {
		enum nc_entity_number entity;
		nc_record_visit visit;
	} parts[] = {
		{NC_ENTITY_CLUSTER, visit_cluster},
		{NC_ENTITY_UNION, visit_union},
		{NC_ENTITY_SUCCESSION, visit_succession},
		{NC_ENTITY_DEVICE, visit_device},
		{NC_ENTITY_GRANT, visit_grant},
		{NC_ENTITY_HUB, visit_hub},
	};
	struct builder builder = {
		.store = store, .arena = &store->registry_arena};
	enum nc_status status = NC_OK;

	nc_arena_reset(&store->registry_arena);
	store->root_alone = false;
	store->grants_count = store->hub_keys_count = 0;
	memset(&store->registry, 0, sizeof(store->registry));
	store->registry.cluster_name = "";
	for (size_t i = 0; i < 6 && status == NC_OK; i++)
		if (nc_model_entity(parts[i].entity) != NULL)
			status = nc_records_each(store,
				nc_model_entity(parts[i].entity),
				&store->identity.cluster, NC_RECORDS_PRESENT,
				parts[i].visit, &builder, err);
	if (status != NC_OK)
		return status;
	if (builder.unions_count > 1)
		qsort(builder.unions, builder.unions_count,
			sizeof(*builder.unions), compare_unions);
	if (builder.successions_count > 1)
		qsort(builder.successions, builder.successions_count,
			sizeof(*builder.successions), compare_successions);
	devices_join(&builder);
	status = find_hub_keys(&builder, err);
	if (status == NC_OK)
		status = devices_find_unions(&builder, err);
	if (status != NC_OK)
		return status;
	store->registry.successions = builder.successions;
	store->registry.successions_count = builder.successions_count;
	store->registry.devices = builder.devices;
	store->registry.devices_count = builder.devices_count;
	store->registry.unions = builder.unions;
	store->registry.unions_count = builder.unions_count;
	store->grants = builder.grants;
	store->grants_count = builder.grants_count;
	store->hub_keys = builder.hub_keys;
	store->hub_keys_count = builder.hub_keys_count;
	status = hubs_finish(&builder, err);
	if (status != NC_OK)
		return status;
	store->root_alone = root_is_alone(store);
	store->registry_stale = false;
	return NC_OK;
}

/* Devices and their grants belong together: what another program commits
 * between them is read the next time. */
static enum nc_status registry_read_at_once(
	struct nc_store *store, struct nc_error *err)
{
	enum nc_status status = nc_store_begin_read(store, err);

	if (status != NC_OK)
		return status;
	status = registry_read(store, err);
	nc_store_end_read(store);
	return status;
}

enum nc_status nc_store_registry(struct nc_store *store,
	const struct nc_registry **ret_registry, struct nc_error *err)
{
	enum nc_status status = nc_db_refresh(store, err);

	if (status == NC_OK && store->registry_stale)
		status = registry_read_at_once(store, err);
	if (status == NC_OK)
		*ret_registry = &store->registry;
	return status;
}

const struct nc_registry_device *nc_registry_device(
	const struct nc_registry *registry, nc_device_id device)
{
	struct nc_registry_device key = {.device = device};

	if (registry->devices_count == 0)
		return NULL;
	return bsearch(&key, registry->devices, registry->devices_count,
		sizeof(key), compare_devices);
}

const struct nc_registry_union *nc_registry_union(
	const struct nc_registry *registry, const struct nc_id *id)
{
	for (size_t i = 0; i < registry->unions_count; i++)
		if (nc_id_compare(&registry->unions[i].id, id) == 0)
			return &registry->unions[i];
	return NULL;
}

const struct nc_registry_union *nc_registry_union_coded(
	const struct nc_registry *registry, const char *code)
{
	for (size_t i = 0; i < registry->unions_count; i++)
		if (strcmp(registry->unions[i].code, code) == 0)
			return &registry->unions[i];
	return NULL;
}

enum nc_status nc_registry_find_union(const struct nc_registry *registry,
	const char *code, const struct nc_registry_union **ret_union,
	struct nc_error *err)
{
	const struct nc_registry_union *found =
		nc_registry_union_coded(registry, code);

	if (found == NULL)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no union %s; union list shows which there "
			  "are."),
			code);
	*ret_union = found;
	return NC_OK;
}

bool nc_registry_belongs(
	const struct nc_registry_device *device, const struct nc_id *union_id)
{
	for (size_t i = 0; i < device->unions_count; i++)
		if (nc_id_compare(&device->unions[i], union_id) == 0)
			return true;
	return false;
}

bool nc_registry_may_read(const struct nc_registry *registry,
	const struct nc_registry_device *device, const struct nc_id *union_id,
	const struct nc_id *cluster)
{
	return device->is_hub || registry->open_reading ||
	       nc_id_compare(union_id, cluster) == 0 ||
	       nc_registry_belongs(device, union_id);
}

const struct nc_registry_hub *nc_registry_hub(
	const struct nc_registry *registry, uint32_t generation)
{
	for (size_t i = registry->hubs_count; i > 0; i--)
		if (registry->hubs[i - 1].generation == generation)
			return &registry->hubs[i - 1];
	return NULL;
}

const struct nc_registry_hub *nc_registry_current_hub(
	const struct nc_registry *registry)
{
	if (registry->hubs_count == 0)
		return NULL;
	return &registry->hubs[registry->hubs_count - 1];
}

enum nc_status nc_registry_fix(struct nc_store *store, struct nc_error *err)
{
	const struct nc_registry *registry;
	size_t hubs, grants;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status != NC_OK)
		return status;
	hubs = store->hub_keys_count;
	grants = store->grants_count;
	store->fixed_hub_keys =
		nc_calloc(hubs + 1, sizeof(*store->fixed_hub_keys));
	store->fixed_grants =
		nc_calloc(grants + 1, sizeof(*store->fixed_grants));
	if (store->fixed_hub_keys == NULL || store->fixed_grants == NULL) {
		nc_registry_unfix(store);
		return nc_error_no_memory(err);
	}
	for (size_t i = 0; i < hubs; i++)
		store->fixed_hub_keys[i] = store->hub_keys[i];
	for (size_t i = 0; i < grants; i++)
		store->fixed_grants[i] = store->grants[i];
	store->fixed_hub_keys_count = hubs;
	store->fixed_grants_count = grants;
	store->fixed = true;
	return NC_OK;
}

void nc_registry_unfix(struct nc_store *store)
{
	nc_free(store->fixed_hub_keys);
	nc_free(store->fixed_grants);
	store->fixed_hub_keys = NULL;
	store->fixed_grants = NULL;
	store->fixed = false;
}

static const struct nc_db_hub *hub_key_find(
	const struct nc_store *store, nc_device_id device)
{
	const struct nc_db_hub *keys =
		store->fixed ? store->fixed_hub_keys : store->hub_keys;
	size_t count = store->fixed ? store->fixed_hub_keys_count
				    : store->hub_keys_count;

	for (size_t i = 0; i < count; i++)
		if (keys[i].device == device)
			return &keys[i];
	return NULL;
}

bool nc_registry_is_hub_key(const struct nc_store *store, nc_device_id device)
{
	return hub_key_find(store, device) != NULL ||
	       device == nc_public_device(store->identity.root_key);
}

bool nc_registry_hub_is_open(const struct nc_store *store, nc_device_id device)
{
	/* Vouchers that go in a circle end nowhere; one is as far as they go
	 * (store/hubs.h). */
	for (size_t steps = 0; steps < 64; steps++) {
		const struct nc_db_hub *hub = hub_key_find(store, device);

		if (hub == NULL)
			return device ==
			       nc_public_device(store->identity.root_key);
		if (hub->revoked)
			return false;
		if (hub->vouched_by == 0)
			return true;
		device = hub->vouched_by;
	}
	return false;
}

bool nc_registry_granted(const struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence)
{
	const struct nc_db_grant *grants =
		store->fixed ? store->fixed_grants : store->grants;
	size_t count =
		store->fixed ? store->fixed_grants_count : store->grants_count;

	for (size_t i = 0; i < count; i++)
		if (grants[i].device == device && sequence >= grants[i].first &&
			sequence <= grants[i].last &&
			nc_id_compare(&grants[i].union_id, union_id) == 0)
			return true;
	return false;
}

enum nc_status nc_store_standing(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	enum nc_standing *ret_standing, struct nc_error *err)
{
	const struct nc_registry *registry;
	enum nc_standing standing = NC_STANDING_NONE;
	enum nc_status status;

	/* The root of trust stands before any record says so. */
	if (!store->fixed && store->root_alone &&
		device == nc_public_device(store->identity.root_key)) {
		*ret_standing = NC_STANDING_HUB;
		return NC_OK;
	}
	status = nc_store_registry(store, &registry, err);
	if (status != NC_OK)
		return status;
	if (nc_registry_hub_is_open(store, device))
		standing = NC_STANDING_HUB;
	else if (nc_registry_granted(store, union_id, device, sequence))
		standing = nc_registry_is_hub_key(store, device)
				   ? NC_STANDING_HUB
				   : NC_STANDING_UNION;
	*ret_standing = standing;
	return NC_OK;
}
