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
	struct nc_db_grant *grants;
	size_t devices_count, unions_count, grants_count;
	size_t devices_room, unions_room, grants_room;
};

void nc_registry_forget(struct nc_store *store)
{
	store->registry_stale = true;
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

	registry->cluster_name =
		nc_record_text(record, NC_CLUSTER_NAME, builder->arena);
	registry->open_reading =
		nc_record_integer(record, NC_CLUSTER_OPEN_READING, 0) != 0;
	return registry->cluster_name == NULL ? nc_error_no_memory(err) : NC_OK;
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
	if (added->code == NULL || added->name == NULL)
		return nc_error_no_memory(err);
	return NC_OK;
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
		strcmp(nc_record_text(record, NC_DEVICE_ROLE, builder->arena),
			"hub") == 0;
	added->revoked = nc_record_value(record, NC_DEVICE_REVOKED_AT).kind ==
			 NC_VALUE_INTEGER;
	added->label = nc_record_text(record, NC_DEVICE_LABEL, builder->arena);
	if (!nc_public_transport(added->public_key, added->transport_key))
		builder->devices_count--;
	return added->label == NULL ? nc_error_no_memory(err) : NC_OK;
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

static int compare_devices(const void *a, const void *b)
{
	const struct nc_registry_device *x = a, *y = b;

	return (x->device > y->device) - (x->device < y->device);
}

/* A device's union is that of its first grant. */
static void devices_find_unions(struct builder *builder)
{
	for (size_t d = 0; d < builder->devices_count; d++) {
		struct nc_registry_device *device = &builder->devices[d];

		for (size_t g = 0; g < builder->grants_count; g++)
			if (builder->grants[g].device == device->device) {
				device->union_id = builder->grants[g].union_id;
				break;
			}
	}
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
		{NC_ENTITY_DEVICE, visit_device},
		{NC_ENTITY_GRANT, visit_grant},
	};
	struct builder builder = {
		.store = store, .arena = &store->registry_arena};
	enum nc_status status = NC_OK;

	nc_arena_reset(&store->registry_arena);
	memset(&store->registry, 0, sizeof(store->registry));
	store->registry.cluster_name = "";
	for (size_t i = 0; i < 4 && status == NC_OK; i++)
		status =
			nc_records_each(store, nc_model_entity(parts[i].entity),
				&store->identity.cluster, NC_RECORDS_PRESENT,
				parts[i].visit, &builder, err);
	if (status != NC_OK)
		return status;
	if (builder.unions_count > 1)
		qsort(builder.unions, builder.unions_count,
			sizeof(*builder.unions), compare_unions);
	if (builder.devices_count > 1)
		qsort(builder.devices, builder.devices_count,
			sizeof(*builder.devices), compare_devices);
	devices_find_unions(&builder);
	store->registry.devices = builder.devices;
	store->registry.devices_count = builder.devices_count;
	store->registry.unions = builder.unions;
	store->registry.unions_count = builder.unions_count;
	store->grants = builder.grants;
	store->grants_count = builder.grants_count;
	store->registry_stale = false;
	return NC_OK;
}

enum nc_status nc_store_registry(struct nc_store *store,
	const struct nc_registry **ret_registry, struct nc_error *err)
{
	enum nc_status status = nc_db_refresh(store, err);

	if (status == NC_OK && store->registry_stale)
		status = registry_read(store, err);
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

bool nc_registry_may_read(const struct nc_registry *registry,
	const struct nc_registry_device *device, const struct nc_id *union_id,
	const struct nc_id *cluster)
{
	return device->is_hub || registry->open_reading ||
	       nc_id_compare(union_id, cluster) == 0 ||
	       nc_id_compare(union_id, &device->union_id) == 0;
}

enum nc_status nc_store_standing(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	enum nc_standing *ret_standing, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *known;
	enum nc_status status = NC_OK;

	*ret_standing = NC_STANDING_NONE;
	/* The root of trust stands before any record says so. */
	if (device == nc_public_device(store->identity.hub_key)) {
		*ret_standing = NC_STANDING_HUB;
		return NC_OK;
	}
	status = nc_store_registry(store, &registry, err);
	if (status != NC_OK)
		return status;
	known = nc_registry_device(registry, device);
	if (known != NULL && known->is_hub)
		*ret_standing = NC_STANDING_HUB;
	for (size_t i = 0; i < store->grants_count; i++) {
		const struct nc_db_grant *grant = &store->grants[i];

		if (grant->device == device && sequence >= grant->first &&
			sequence <= grant->last &&
			nc_id_compare(&grant->union_id, union_id) == 0)
			*ret_standing = NC_STANDING_UNION;
	}
	return NC_OK;
}
