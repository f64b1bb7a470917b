#include "store/hubs.h"
#include "base/limits.h"
#include "store/cluster.h"
#include "store/db.h"
#include "store/tree.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define SALT_NOTE "stream-salt"
#define SALT_SIZE 16
#define STREAM_PURPOSE "nhipcau/1 stream"
#define HUBS_ARENA_MAX (64 * 1024 * 1024)

/* A device id as the bytes of a value. */
static struct nc_value device_value(
	uint8_t bytes[NC_DEVICE_ID_SIZE], nc_device_id device)
{
	nc_bytes_put_u64(bytes, device);
	return nc_value_bytes(bytes, NC_DEVICE_ID_SIZE);
}

/* Vouching: what is signed is the cluster's id and the new key. */
#define VOUCHED_SIZE (NC_ID_SIZE + NC_KEY_SIZE)

static void vouched_bytes(uint8_t out[VOUCHED_SIZE],
	const struct nc_id *cluster, const uint8_t public_key[NC_KEY_SIZE])
{
	memcpy(out, cluster->bytes, NC_ID_SIZE);
	memcpy(out + NC_ID_SIZE, public_key, NC_KEY_SIZE);
}

struct voucher {
	const uint8_t *key;
	const uint8_t *signature;
	nc_device_id by;
};

/* A hub's device record with a voucher, of the author's own key. */
static bool voucher_read(const struct nc_record_change *change,
	nc_device_id author, struct voucher *out)
{
	bool is_hub = false;

	memset(out, 0, sizeof(*out));
	if (change->entity != NC_ENTITY_DEVICE || change->deletes)
		return false;
	for (size_t i = 0; i < change->fields_count; i++) {
		const struct nc_field_change *field = &change->fields[i];
		struct nc_slice bytes = field->value.bytes;

		if (field->field == NC_DEVICE_ROLE)
			is_hub = nc_slice_equal(bytes, nc_slice_text("hub"));
		if (field->value.kind != NC_VALUE_BYTES)
			continue;
		if (field->field == NC_DEVICE_PUBLIC_KEY &&
			bytes.size == NC_KEY_SIZE)
			out->key = bytes.data;
		if (field->field == NC_DEVICE_VOUCHER &&
			bytes.size == NC_SIGNATURE_SIZE)
			out->signature = bytes.data;
		if (field->field == NC_DEVICE_VOUCHED_BY &&
			bytes.size == NC_DEVICE_ID_SIZE)
			out->by = nc_bytes_get_u64(bytes.data);
	}
	return is_hub && out->key != NULL && out->signature != NULL &&
	       out->by != 0 && nc_public_device(out->key) == author;
}

/* The key of a hub, past or present; NULL for any other device. */
static const uint8_t *hub_key_of(const struct nc_store *store,
	const struct nc_registry *registry, nc_device_id device)
{
	const struct nc_registry_device *known;

	if (device == nc_public_device(store->identity.root_key))
		return store->identity.root_key;
	known = nc_registry_device(registry, device);
	return known != NULL && known->is_hub ? known->public_key : NULL;
}

enum nc_status nc_hubs_voucher(struct nc_store *store,
	const struct nc_change_set *change_set, const uint8_t **ret_key,
	nc_device_id *ret_by, struct nc_error *err)
{
	const struct nc_registry *registry;
	uint8_t bytes[VOUCHED_SIZE];
	struct voucher voucher;
	enum nc_status status;

	if (change_set->sequence != 1 || nc_id_compare(&change_set->union_id,
						 &store->identity.cluster) != 0)
		return NC_UNKNOWN_DEVICE;
	status = nc_store_registry(store, &registry, err);
	for (size_t i = 0; i < change_set->records_count && status == NC_OK;
		i++) {
		const uint8_t *by;

		if (!voucher_read(&change_set->records[i], change_set->device,
			    &voucher))
			continue;
		by = hub_key_of(store, registry, voucher.by);
		vouched_bytes(bytes, &store->identity.cluster, voucher.key);
		if (by == NULL || !nc_verify(by, NC_DOMAIN_VOUCH,
					  nc_slice(bytes, sizeof(bytes)),
					  voucher.signature))
			continue;
		*ret_key = voucher.key;
		*ret_by = voucher.by;
		return NC_OK;
	}
	return status == NC_OK ? NC_UNKNOWN_DEVICE : status;
}

/* The voucher in a stream's first change-set that is in the log: its record
 * may have been refused since, its signatures are what they were. */

static enum nc_status visit_first(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct nc_store *store = context;
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_change_set change_set;
	const uint8_t *key;
	nc_device_id by;
	enum nc_status status;

	nc_arena_init(&arena, HUBS_ARENA_MAX);
	status = nc_change_set_decode(
		entry->signed_set.payload, &arena, &change_set, err);
	if (status == NC_OK)
		status = nc_hubs_voucher(store, &change_set, &key, &by, err);
	if (status == NC_OK)
		memcpy(store->vouched_key, key, NC_KEY_SIZE);
	return status;
}

enum nc_status nc_hubs_author_key(struct nc_store *store,
	const struct nc_change_set *change_set, const uint8_t **ret_key,
	struct nc_error *err)
{
	const struct nc_identity *identity = &store->identity;
	const struct nc_registry *registry;
	const struct nc_registry_device *known;
	nc_device_id by;
	enum nc_status status;

	if (change_set->device == nc_public_device(identity->root_key)) {
		*ret_key = identity->root_key;
		return NC_OK;
	}
	if (change_set->device == nc_public_device(identity->hub_key)) {
		*ret_key = identity->hub_key;
		return NC_OK;
	}
	status = nc_store_registry(store, &registry, err);
	if (status != NC_OK)
		return status;
	known = nc_registry_device(registry, change_set->device);
	if (known != NULL) {
		*ret_key = known->public_key;
		return NC_OK;
	}
	status = nc_hubs_voucher(store, change_set, ret_key, &by, err);
	if (status != NC_UNKNOWN_DEVICE)
		return status;
	status = nc_log_entry(store, &identity->cluster, change_set->device, 1,
		visit_first, store, err);
	if (status == NC_OK)
		*ret_key = store->vouched_key;
	return status == NC_NOT_FOUND ? NC_UNKNOWN_DEVICE : status;
}

enum nc_status nc_hubs_author(struct nc_store *store,
	const struct nc_key *hub_key, struct nc_key **ret_key,
	struct nc_error *err)
{
	struct nc_buffer salt NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&salt, 64);
	status = nc_store_note(store, SALT_NOTE, &salt, err);
	if (status == NC_NOT_FOUND)
		return nc_key_copy(hub_key, ret_key, err);
	if (status != NC_OK)
		return status;
	return nc_key_derive(
		hub_key, STREAM_PURPOSE, nc_buffer_slice(&salt), ret_key, err);
}

/* The first change-set of a restored hub's new key: who it is, who vouches,
 * and the new generation, which follows the tree as it stands. */
struct restored {
	const struct nc_key *hub_key;
	const struct nc_env *env;
	uint32_t generation;
	uint64_t size;
	struct nc_tree_hash root;
};

static enum nc_status restored_write(struct nc_store *store,
	const struct restored *restored, const struct nc_key *key,
	struct nc_error *err)
{
	const struct nc_env *env = restored->env;
	int64_t now_ms = env->now_ms(env->context);
	struct nc_slice address = nc_slice_text(store->identity.address);
	uint8_t by[NC_DEVICE_ID_SIZE], signature[NC_SIGNATURE_SIZE];
	uint8_t bytes[VOUCHED_SIZE];
	nc_device_id hub = nc_key_device(restored->hub_key);
	struct nc_field_change device[] = {
		nc_field_change_of(NC_DEVICE_LABEL, nc_value_slice(address)),
		nc_field_change_of(NC_DEVICE_PUBLIC_KEY,
			nc_value_bytes(nc_key_public(key), NC_KEY_SIZE)),
		nc_field_change_of(NC_DEVICE_ROLE, nc_value_text("hub")),
		nc_field_change_of(NC_DEVICE_VOUCHER,
			nc_value_bytes(signature, sizeof(signature))),
		nc_field_change_of(NC_DEVICE_VOUCHED_BY, device_value(by, hub)),
	};
	struct nc_field_change generation[] = {
		nc_field_change_of(NC_HUB_GENERATION,
			nc_value_integer(restored->generation)),
		nc_field_change_of(NC_HUB_DEVICE, device_value(by, hub)),
		nc_field_change_of(NC_HUB_ADDRESS, nc_value_slice(address)),
		nc_field_change_of(NC_HUB_REASON, nc_value_text("restored")),
		nc_field_change_of(NC_HUB_SINCE, nc_value_integer(now_ms)),
		nc_field_change_of(NC_HUB_AFTER_SIZE,
			nc_value_integer((int64_t)restored->size)),
		nc_field_change_of(
			NC_HUB_AFTER_ROOT, nc_value_bytes(restored->root.bytes,
						   NC_TREE_HASH_SIZE)),
	};
	struct nc_record_change changes[] = {
		nc_record_change_of(
			nc_id_new(env), NC_ENTITY_DEVICE, device, 5),
		nc_record_change_of(
			nc_id_new(env), NC_ENTITY_HUB, generation, 7),
	};
	struct nc_change_set change_set = {
		.union_id = store->identity.cluster,
		.written_at_ms = now_ms,
		.model_version = nc_model_version(),
		.author = address,
		.records = changes,
		.records_count = 2,
	};
	enum nc_status status;

	vouched_bytes(bytes, &store->identity.cluster, nc_key_public(key));
	status = nc_sign(restored->hub_key, NC_DOMAIN_VOUCH,
		nc_slice(bytes, sizeof(bytes)), signature, err);
	if (status == NC_OK)
		status = nc_author_append(store, key, &change_set, now_ms, err);
	return status;
}

static enum nc_status handed_over_already(struct nc_error *err)
{
	return nc_error_set(err, NC_MOVED,
		_("This hub has handed over and writes nothing more; the "
		  "cluster's other hub does."));
}

enum nc_status nc_hubs_restored(struct nc_store *store,
	const struct nc_key *hub_key, const struct nc_env *env,
	uint32_t at_least, struct nc_key **ret_key, struct nc_error *err)
{
	struct restored restored = {.hub_key = hub_key, .env = env};
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	struct nc_tree_reader reader = nc_store_tree_reader(store);
	const struct nc_registry *registry;
	const struct nc_registry_hub *hub;
	uint8_t salt[SALT_SIZE];
	enum nc_status status;

	NC_ASSERT(store->in_write);
	if (store->identity.handed_over)
		return handed_over_already(err);
	status = nc_store_registry(store, &registry, err);
	if (status == NC_OK)
		status = nc_store_tree_size(store, &restored.size, err);
	if (status == NC_OK)
		status = nc_tree_root(
			&reader, restored.size, &restored.root, err);
	if (status != NC_OK)
		return status;
	hub = nc_registry_current_hub(registry);
	restored.generation = hub == NULL ? 1 : hub->generation;
	if (restored.generation < at_least)
		restored.generation = at_least;
	restored.generation++;
	env->random(env->context, salt, sizeof(salt));
	status = nc_key_derive(hub_key, STREAM_PURPOSE,
		nc_slice(salt, sizeof(salt)), &key, err);
	if (status == NC_OK)
		status = restored_write(store, &restored, key, err);
	if (status == NC_OK)
		status = nc_store_set_note(
			store, SALT_NOTE, nc_slice(salt, sizeof(salt)), err);
	if (status != NC_OK)
		return status;
	*ret_key = key;
	key = NULL;
	return NC_OK;
}

/*
 * The hand-over's change-set. The old hub's keys are its own and those it
 * vouched for; each of their streams gets a grant that ends where it stands.
 */
struct handover {
	struct nc_store *store;
	const struct nc_author *author;
	struct nc_arena arena;
	struct nc_record_change *changes;
	size_t count, room;
	int64_t now_ms;
};

/* One more record with room for count fields; NULL without memory. */
static struct nc_record_change *handover_add(struct handover *handover,
	struct nc_id record, uint32_t entity, size_t count)
{
	struct nc_record_change *change = &handover->changes[handover->count];

	NC_ASSERT(handover->count < handover->room);
	*change = nc_record_change_of(record, entity,
		nc_arena_array(
			&handover->arena, count, sizeof(*change->fields)),
		count);
	if (change->fields == NULL)
		return NULL;
	handover->count++;
	return change;
}

static struct nc_value handover_device(
	struct handover *handover, nc_device_id device)
{
	uint8_t *bytes = nc_arena_alloc(&handover->arena, NC_DEVICE_ID_SIZE);

	return bytes == NULL ? nc_value_absent() : device_value(bytes, device);
}

static bool handover_next(struct handover *handover,
	const struct nc_registry_hub *current, const uint8_t *next_key,
	struct nc_slice address)
{
	const struct nc_env *env = handover->author->env;
	nc_device_id next = nc_public_device(next_key);
	struct nc_record_change *change =
		handover_add(handover, nc_id_new(env), NC_ENTITY_DEVICE, 3);

	if (change == NULL)
		return false;
	change->fields[0] =
		nc_field_change_of(NC_DEVICE_LABEL, nc_value_slice(address));
	change->fields[1] = nc_field_change_of(
		NC_DEVICE_PUBLIC_KEY, nc_value_bytes(next_key, NC_KEY_SIZE));
	change->fields[2] =
		nc_field_change_of(NC_DEVICE_ROLE, nc_value_text("hub"));
	change = handover_add(handover, nc_id_new(env), NC_ENTITY_HUB, 5);
	if (change == NULL)
		return false;
	change->fields[0] = nc_field_change_of(NC_HUB_GENERATION,
		nc_value_integer((int64_t)current->generation + 1));
	change->fields[1] = nc_field_change_of(
		NC_HUB_DEVICE, handover_device(handover, next));
	change->fields[2] =
		nc_field_change_of(NC_HUB_ADDRESS, nc_value_slice(address));
	change->fields[3] =
		nc_field_change_of(NC_HUB_REASON, nc_value_text("handed-over"));
	change->fields[4] = nc_field_change_of(
		NC_HUB_SINCE, nc_value_integer(handover->now_ms));
	change = handover_add(handover, handover->store->identity.cluster,
		NC_ENTITY_CLUSTER, 1);
	if (change == NULL)
		return false;
	change->fields[0] =
		nc_field_change_of(NC_CLUSTER_ADDRESS, nc_value_slice(address));
	return true;
}

static bool handover_grant(
	struct handover *handover, const struct nc_log_head *head)
{
	struct nc_record_change *change = handover_add(
		handover, nc_id_new(handover->author->env), NC_ENTITY_GRANT, 4);
	bool own = head->device == nc_key_device(handover->author->key) &&
		   nc_id_compare(&head->union_id,
			   &handover->store->identity.cluster) == 0;

	if (change == NULL)
		return false;
	change->fields[0] = nc_field_change_of(
		NC_GRANT_DEVICE, handover_device(handover, head->device));
	change->fields[1] = nc_field_change_of(NC_GRANT_UNION,
		nc_value_bytes(head->union_id.bytes, NC_ID_SIZE));
	change->fields[2] =
		nc_field_change_of(NC_GRANT_FIRST, nc_value_integer(1));
	/* This change-set itself is the last of the stream that it is in. */
	change->fields[3] = nc_field_change_of(NC_GRANT_LAST,
		nc_value_integer((int64_t)head->sequence + (own ? 1 : 0)));
	return true;
}

/* Whether a key's standing is to end with the hand-over. */
static bool handover_ends(const struct nc_store *store, nc_device_id device)
{
	return nc_registry_is_hub_key(store, device) &&
	       nc_registry_hub_is_open(store, device);
}

static bool handover_ends_all(struct handover *handover,
	const struct nc_registry *registry, const struct nc_log_head *heads,
	size_t heads_count)
{
	struct nc_store *store = handover->store;
	struct nc_record_change *change;

	for (size_t i = 0; i < heads_count; i++)
		if (handover_ends(store, heads[i].device) &&
			!handover_grant(handover, &heads[i]))
			return false;
	for (size_t i = 0; i < registry->devices_count; i++) {
		const struct nc_registry_device *device = &registry->devices[i];

		if (!handover_ends(store, device->device))
			continue;
		change = handover_add(
			handover, device->record, NC_ENTITY_DEVICE, 1);
		if (change == NULL)
			return false;
		change->fields[0] = nc_field_change_of(NC_DEVICE_REVOKED_AT,
			nc_value_integer(handover->now_ms));
	}
	return true;
}

/* NC_EXISTS without a sentence: this very hand-over was made before. */
static enum nc_status handover_check(struct nc_store *store,
	const struct nc_registry *registry,
	const struct nc_registry_hub *current, const uint8_t *next_key,
	struct nc_slice address, struct nc_error *err)
{
	uint8_t transport[NC_KEY_SIZE];
	const struct nc_registry_device *known =
		nc_registry_device(registry, nc_public_device(next_key));

	if (store->identity.handed_over && current->public_key != NULL &&
		memcmp(current->public_key, next_key, NC_KEY_SIZE) == 0)
		return NC_EXISTS;
	if (store->identity.handed_over)
		return nc_error_set(err, NC_DENIED,
			_("This hub has handed over to %s already; only that "
			  "hub can hand over to another."),
			current->address);
	if (!nc_public_transport(next_key, transport))
		return nc_error_set(err, NC_INVALID,
			_("The next hub's key is not a key; copy it again, "
			  "from its first letter to its last."));
	if (known != NULL || nc_public_device(next_key) ==
				     nc_public_device(store->identity.root_key))
		return nc_error_set(err, NC_DENIED,
			_("The next hub's key is one that the cluster has "
			  "already; make a new key there and hand over to "
			  "that."));
	if (address.size == 0 || address.size > NC_LABEL_BYTES_MAX)
		return nc_error_set(err, NC_INVALID,
			_("The next hub needs an address of at most %d bytes; "
			  "write tcp://host:port."),
			NC_LABEL_BYTES_MAX);
	return NC_OK;
}

static enum nc_status handover_write(struct handover *handover,
	const struct nc_registry_hub *current,
	const struct nc_registry *registry, const uint8_t *next_key,
	struct nc_slice address, struct nc_error *err)
{
	const struct nc_log_head *heads;
	size_t count;
	enum nc_status status =
		nc_log_heads(handover->store, &heads, &count, err);

	if (status != NC_OK)
		return status;
	handover->room = count + registry->devices_count + 3;
	handover->changes = nc_arena_array(
		&handover->arena, handover->room, sizeof(*handover->changes));
	if (handover->changes == NULL ||
		!handover_next(handover, current, next_key, address) ||
		!handover_ends_all(handover, registry, heads, count))
		return nc_error_no_memory(err);
	/* In one change-set or not at all. */
	if (handover->count > NC_CHANGE_SET_RECORDS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The hub has written to more unions than one "
			  "hand-over can close (%zu records, at most %d)."),
			handover->count, NC_CHANGE_SET_RECORDS_MAX);
	return nc_cluster_write(handover->store, handover->author,
		handover->changes, handover->count, err);
}

enum nc_status nc_hubs_hand_over(struct nc_store *store,
	const struct nc_author *author, const uint8_t next_key[NC_KEY_SIZE],
	struct nc_slice next_address, struct nc_error *err)
{
	struct handover handover = {.store = store, .author = author};
	struct nc_identity identity = store->identity;
	const struct nc_registry *registry;
	const struct nc_registry_hub *current;
	enum nc_status status = nc_store_registry(store, &registry, err);

	NC_ASSERT(store->in_write);
	if (status != NC_OK)
		return status;
	current = nc_registry_current_hub(registry);
	if (!identity.is_hub || current == NULL)
		return nc_error_set(err, NC_DENIED,
			_("Only the cluster's hub can hand over."));
	status = handover_check(
		store, registry, current, next_key, next_address, err);
	if (status == NC_EXISTS)
		return NC_OK;
	if (status != NC_OK)
		return status;
	handover.now_ms = author->env->now_ms(author->env->context);
	nc_arena_init(&handover.arena, HUBS_ARENA_MAX);
	status = handover_write(
		&handover, current, registry, next_key, next_address, err);
	nc_arena_fini(&handover.arena);
	if (status != NC_OK)
		return status;
	identity.handed_over = true;
	return nc_store_set_identity(store, &identity, err);
}

/* The record of a generation. */
struct find_hub {
	uint32_t generation;
	bool found;
	struct nc_id id;
};

static enum nc_status visit_hub(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct find_hub *find = context;

	(void)err;
	if (nc_record_integer(record, NC_HUB_GENERATION, 0) !=
			(int64_t)find->generation ||
		(find->found && nc_id_compare(&record->id, &find->id) < 0))
		return NC_OK;
	find->found = true;
	find->id = record->id;
	return NC_OK;
}

/* The moment of the hand-over, for whom it was made. */
struct moment {
	int64_t ms;
	const struct nc_env *env;
};

static int64_t moment_ms(void *context)
{
	const struct moment *moment = context;

	return moment->ms;
}

static void moment_random(void *context, void *out, size_t size)
{
	const struct moment *moment = context;

	moment->env->random(moment->env->context, out, size);
}

/* The same bytes whenever it is written: who lost the store and imports the
 * hand-over again, with the key that was saved, must not sign another first
 * change-set under the same key. */
enum nc_status nc_hubs_taken_over(struct nc_store *store,
	const struct nc_author *author, uint64_t after_size,
	const struct nc_tree_hash *after_root, struct nc_error *err)
{
	struct moment moment = {.env = author->env};
	const struct nc_env env = {moment_ms, moment_random, &moment};
	struct nc_author then = *author;
	struct nc_field_change fields[] = {
		nc_field_change_of(NC_HUB_AFTER_SIZE,
			nc_value_integer((int64_t)after_size)),
		nc_field_change_of(NC_HUB_AFTER_ROOT,
			nc_value_bytes(after_root->bytes, NC_TREE_HASH_SIZE)),
	};
	struct nc_record_change change;
	struct find_hub find = {0};
	const struct nc_registry *registry;
	const struct nc_registry_hub *current;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status != NC_OK)
		return status;
	current = nc_registry_current_hub(registry);
	if (current == NULL || current->public_key == NULL ||
		memcmp(current->public_key, store->identity.hub_key,
			NC_KEY_SIZE) != 0)
		return nc_error_set(err, NC_DENIED,
			_("The cluster's records name another hub; import the "
			  "hand-over that was made for this one."));
	find.generation = current->generation;
	status = nc_records_each(store, nc_model_entity(NC_ENTITY_HUB),
		&store->identity.cluster, NC_RECORDS_PRESENT, visit_hub, &find,
		err);
	if (status != NC_OK)
		return status;
	if (!find.found)
		return nc_error_set(
			err, NC_DENIED, _("This hub took over from no other."));
	change = nc_record_change_of(find.id, NC_ENTITY_HUB, fields, 2);
	moment.ms = current->since_ms;
	then.env = &env;
	return nc_cluster_write(store, &then, &change, 1, err);
}

/* The open grants of a device whose key is replaced: each ends where it
 * stands, and its like begins for the new one. */
#define ROTATE_GRANTS_MAX 64

struct rotate {
	struct nc_store *store;
	const struct nc_env *env;
	nc_device_id old_device;
	uint8_t old_bytes[NC_DEVICE_ID_SIZE], new_bytes[NC_DEVICE_ID_SIZE];
	struct nc_record_change changes[2 * ROTATE_GRANTS_MAX + 2];
	struct nc_field_change fields[ROTATE_GRANTS_MAX][4];
	struct nc_id unions[ROTATE_GRANTS_MAX];
	size_t grants, count;
};

static enum nc_status visit_rotate(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct rotate *rotate = context;
	struct nc_value device = nc_record_value(record, NC_GRANT_DEVICE);
	struct nc_value of = nc_record_value(record, NC_GRANT_UNION);
	struct nc_db_stream *stream;
	struct nc_field_change *fields;
	struct nc_id *union_id = &rotate->unions[rotate->grants];

	if (device.kind != NC_VALUE_BYTES || of.kind != NC_VALUE_BYTES ||
		nc_bytes_get_u64(device.bytes.data) != rotate->old_device ||
		nc_record_value(record, NC_GRANT_LAST).kind != NC_VALUE_ABSENT)
		return NC_OK;
	if (rotate->grants == ROTATE_GRANTS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The device writes for more unions than one rotation "
			  "can carry over; revoke it and enrol a new one."));
	fields = rotate->fields[rotate->grants++];
	memcpy(union_id->bytes, of.bytes.data, NC_ID_SIZE);
	stream = nc_log_find(rotate->store, union_id, rotate->old_device);
	fields[0] = nc_field_change_of(NC_GRANT_LAST,
		nc_value_integer(
			stream == NULL ? 0 : (int64_t)stream->head.sequence));
	fields[1] = nc_field_change_of(NC_GRANT_DEVICE,
		nc_value_bytes(rotate->new_bytes, NC_DEVICE_ID_SIZE));
	fields[2] = nc_field_change_of(
		NC_GRANT_UNION, nc_value_bytes(union_id->bytes, NC_ID_SIZE));
	fields[3] = nc_field_change_of(NC_GRANT_FIRST, nc_value_integer(1));
	rotate->changes[rotate->count++] =
		nc_record_change_of(record->id, NC_ENTITY_GRANT, &fields[0], 1);
	rotate->changes[rotate->count++] = nc_record_change_of(
		nc_id_new(rotate->env), NC_ENTITY_GRANT, &fields[1], 3);
	return NC_OK;
}

/* NC_USED without a sentence: this very rotation was made before. */
static enum nc_status rotate_check(const struct nc_store *store,
	const struct nc_registry *registry, nc_device_id old_device,
	const uint8_t new_key[NC_KEY_SIZE],
	const struct nc_registry_device **ret_old, struct nc_error *err)
{
	uint8_t transport[NC_KEY_SIZE];
	const struct nc_registry_device *old =
		nc_registry_device(registry, old_device);
	const struct nc_registry_device *known =
		nc_registry_device(registry, nc_public_device(new_key));

	if (old == NULL || old->is_hub)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no such device of a union; device list "
			  "shows which there are."));
	if (known != NULL && known->succeeds == old_device &&
		memcmp(known->public_key, new_key, NC_KEY_SIZE) == 0)
		return NC_USED;
	if (old->revoked)
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("The cluster has revoked this device; join as a new "
			  "one, with a new invitation."));
	if (known != NULL ||
		nc_registry_is_hub_key(store, nc_public_device(new_key)))
		return nc_error_set(err, NC_EXISTS,
			_("The new key belongs to another device already; make "
			  "a new one."));
	if (!nc_public_transport(new_key, transport))
		return nc_error_set(err, NC_INVALID,
			_("The new key is not a key; make a new one."));
	*ret_old = old;
	return NC_OK;
}

static enum nc_status rotate_write(struct rotate *rotate,
	const struct nc_author *author, const struct nc_registry_device *old,
	const uint8_t new_key[NC_KEY_SIZE], struct nc_error *err)
{
	struct nc_field_change device[] = {
		nc_field_change_of(NC_DEVICE_LABEL, nc_value_text(old->label)),
		nc_field_change_of(NC_DEVICE_PUBLIC_KEY,
			nc_value_bytes(new_key, NC_KEY_SIZE)),
		nc_field_change_of(NC_DEVICE_ROLE, nc_value_text("member")),
		nc_field_change_of(NC_DEVICE_SUCCEEDS,
			device_value(rotate->old_bytes, old->device)),
	};
	struct nc_field_change revoked = nc_field_change_of(
		NC_DEVICE_REVOKED_AT,
		nc_value_integer(author->env->now_ms(author->env->context)));
	enum nc_status status;

	nc_bytes_put_u64(rotate->new_bytes, nc_public_device(new_key));
	rotate->changes[rotate->count++] = nc_record_change_of(
		nc_id_new(author->env), NC_ENTITY_DEVICE, device, 4);
	rotate->changes[rotate->count++] =
		nc_record_change_of(old->record, NC_ENTITY_DEVICE, &revoked, 1);
	status =
		nc_records_each(rotate->store, nc_model_entity(NC_ENTITY_GRANT),
			&rotate->store->identity.cluster, NC_RECORDS_PRESENT,
			visit_rotate, rotate, err);
	if (status != NC_OK)
		return status;
	if (rotate->grants == 0)
		return nc_error_set(err, NC_DENIED,
			_("This device's union went over into another and was "
			  "closed; join that one first, with an invitation to "
			  "it."));
	return nc_cluster_write(
		rotate->store, author, rotate->changes, rotate->count, err);
}

enum nc_status nc_hubs_rotate(struct nc_store *store,
	const struct nc_author *author, nc_device_id old_device,
	const uint8_t new_key[NC_KEY_SIZE], struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *old = NULL;
	struct rotate *rotate;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status == NC_OK)
		status = rotate_check(
			store, registry, old_device, new_key, &old, err);
	if (status == NC_USED)
		return NC_OK;
	if (status != NC_OK)
		return status;
	rotate = nc_calloc(1, sizeof(*rotate));
	if (rotate == NULL)
		return nc_error_no_memory(err);
	rotate->store = store;
	rotate->env = author->env;
	rotate->old_device = old_device;
	status = rotate_write(rotate, author, old, new_key, err);
	nc_free(rotate);
	return status;
}

/* Whether the records that are here know that hub. Who has just joined has an
 * invitation by a hub that comes late in them: what comes before it is no
 * reason to go back to one that has handed over. */
static bool is_named(
	const struct nc_registry *registry, const uint8_t key[NC_KEY_SIZE])
{
	for (size_t i = 0; i < registry->hubs_count; i++)
		if (registry->hubs[i].device == nc_public_device(key))
			return true;
	return false;
}

enum nc_status nc_hubs_follow(
	struct nc_store *store, bool *ret_followed, struct nc_error *err)
{
	struct nc_identity identity = store->identity;
	const struct nc_registry *registry;
	const struct nc_registry_hub *hub;
	enum nc_status status = nc_store_registry(store, &registry, err);

	NC_ASSERT(store->in_write);
	if (status != NC_OK)
		return status;
	hub = nc_registry_current_hub(registry);
	if (identity.is_hub || hub == NULL || hub->public_key == NULL ||
		!is_named(registry, identity.hub_key) ||
		memcmp(hub->public_key, identity.hub_key, NC_KEY_SIZE) == 0) {
		*ret_followed = false;
		return NC_OK;
	}
	memcpy(identity.hub_key, hub->public_key, NC_KEY_SIZE);
	if (hub->address[0] != '\0')
		snprintf(identity.address, sizeof(identity.address), "%s",
			hub->address);
	status = nc_store_set_identity(store, &identity, err);
	if (status == NC_OK)
		*ret_followed = true;
	return status;
}

void nc_hubs_origin(char out[NC_ORIGIN_TEXT_SIZE], const struct nc_id *cluster,
	uint32_t generation)
{
	char id[NC_ID_TEXT_SIZE];

	nc_id_format(id, cluster);
	snprintf(out, NC_ORIGIN_TEXT_SIZE, "nhipcau/%s/%" PRIu32, id,
		generation);
}

/* A hash in padded base64 (RFC 4648 section 4). */
#define ROOT_TEXT_SIZE 45

static void root_text(
	char out[ROOT_TEXT_SIZE], const uint8_t root[NC_SHA256_SIZE])
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		"0123456789+/";
	uint8_t bytes[NC_SHA256_SIZE + 1] = {0};

	memcpy(bytes, root, NC_SHA256_SIZE);
	for (size_t i = 0; i < sizeof(bytes) / 3; i++) {
		const uint8_t *in = &bytes[3 * i];
		char *to = &out[4 * i];

		to[0] = letters[in[0] >> 2];
		to[1] = letters[(in[0] & 3) << 4 | in[1] >> 4];
		to[2] = letters[(in[1] & 15) << 2 | in[2] >> 6];
		to[3] = letters[in[2] & 63];
	}
	/* 32 bytes are ten threes and two. */
	out[ROOT_TEXT_SIZE - 2] = '=';
	out[ROOT_TEXT_SIZE - 1] = '\0';
}

void nc_hubs_extension(char out[NC_EXTENSION_TEXT_SIZE],
	const struct nc_id *cluster, const struct nc_registry_hub *hub)
{
	char origin[NC_ORIGIN_TEXT_SIZE], root[ROOT_TEXT_SIZE];

	out[0] = '\0';
	if (!hub->has_after || hub->generation < 2)
		return;
	nc_hubs_origin(origin, cluster, hub->generation - 1);
	root_text(root, hub->after_root);
	snprintf(out, NC_EXTENSION_TEXT_SIZE, "after %s %" PRIu64 " %s\n",
		origin, hub->after_size, root);
}
