#include "store/cluster.h"
#include "base/limits.h"
#include "store/db.h"

#include <string.h>

enum nc_status nc_cluster_write(struct nc_store *store,
	const struct nc_author *author, const struct nc_record_change *changes,
	size_t count, struct nc_error *err)
{
	struct nc_written written;

	return nc_author_write(store, author, &store->identity.cluster, changes,
		count, &written, err);
}

enum nc_status nc_cluster_found(struct nc_store *store,
	const struct nc_author *author, struct nc_slice name,
	struct nc_slice address, struct nc_error *err)
{
	struct nc_field_change cluster[] = {
		nc_field_change_of(NC_CLUSTER_NAME, nc_value_slice(name)),
		nc_field_change_of(NC_CLUSTER_ADDRESS, nc_value_slice(address)),
		nc_field_change_of(
			NC_CLUSTER_OPEN_READING, nc_value_integer(0)),
	};
	struct nc_field_change device[] = {
		nc_field_change_of(
			NC_DEVICE_LABEL, nc_value_slice(author->name)),
		nc_field_change_of(NC_DEVICE_PUBLIC_KEY,
			nc_value_bytes(
				nc_key_public(author->key), NC_KEY_SIZE)),
		nc_field_change_of(NC_DEVICE_ROLE, nc_value_text("hub")),
	};
	uint8_t founder[NC_DEVICE_ID_SIZE];
	struct nc_field_change hub[] = {
		nc_field_change_of(NC_HUB_GENERATION, nc_value_integer(1)),
		nc_field_change_of(NC_HUB_DEVICE,
			nc_value_bytes(founder, sizeof(founder))),
		nc_field_change_of(NC_HUB_ADDRESS, nc_value_slice(address)),
		nc_field_change_of(NC_HUB_REASON, nc_value_text("founded")),
		nc_field_change_of(NC_HUB_SINCE,
			nc_value_integer(
				author->env->now_ms(author->env->context))),
	};
	struct nc_record_change changes[] = {
		nc_record_change_of(
			store->identity.cluster, NC_ENTITY_CLUSTER, cluster, 3),
		nc_record_change_of(
			nc_id_new(author->env), NC_ENTITY_DEVICE, device, 3),
		nc_record_change_of(
			nc_id_new(author->env), NC_ENTITY_HUB, hub, 5),
	};

	nc_bytes_put_u64(founder, nc_key_device(author->key));
	return nc_cluster_write(store, author, changes, 3, err);
}

static bool code_is_valid(const char *code)
{
	size_t size = strlen(code);

	if (size == 0 || size > 64 || code[0] == '-' || code[size - 1] == '-')
		return false;
	for (; *code != '\0'; code++)
		if (!(*code >= 'a' && *code <= 'z') &&
			!(*code >= '0' && *code <= '9') && *code != '-')
			return false;
	return true;
}

enum nc_status nc_cluster_add_union(struct nc_store *store,
	const struct nc_author *author, const char *code, const char *name,
	int64_t order, struct nc_id *ret_union, struct nc_error *err)
{
	struct nc_field_change fields[] = {
		nc_field_change_of(NC_UNION_CODE, nc_value_text(code)),
		nc_field_change_of(NC_UNION_NAME, nc_value_text(name)),
		nc_field_change_of(NC_UNION_ORDER, nc_value_integer(order)),
	};
	struct nc_id id = nc_id_new(author->env);
	struct nc_record_change change = nc_record_change_of(
		id, NC_ENTITY_UNION, fields, order < 0 ? 2 : 3);
	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status != NC_OK)
		return status;
	if (!code_is_valid(code))
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" cannot be a union's code; use lower case "
			  "letters a to z, digits and hyphens, as in ha-tinh."),
			code);
	if (name[0] == '\0')
		return nc_error_set(err, NC_INVALID,
			_("A union needs a name; give it in quotes."));
	if (nc_registry_union_coded(registry, code) != NULL)
		return nc_error_set(err, NC_EXISTS,
			_("There is a union %s already; union list shows it."),
			code);
	for (size_t i = 0; i < registry->unions_count; i++)
		if (strcmp(registry->unions[i].name, name) == 0)
			return nc_error_set(err, NC_EXISTS,
				_("The union %s has that name already; union "
				  "list shows it."),
				registry->unions[i].code);
	status = nc_cluster_write(store, author, &change, 1, err);
	if (status == NC_OK)
		*ret_union = id;
	return status;
}

enum nc_status nc_cluster_invite(struct nc_store *store,
	const struct nc_author *author, const struct nc_id *union_id,
	int64_t life_ms, struct nc_arena *arena,
	struct nc_invitation *ret_invitation, struct nc_error *err)
{
	struct nc_invitation out = {
		.cluster = store->identity.cluster, .union_id = *union_id};
	uint8_t hash[NC_SHA256_SIZE];
	struct nc_field_change fields[3];
	struct nc_record_change change = nc_record_change_of(
		nc_id_new(author->env), NC_ENTITY_INVITATION, fields, 3);
	const struct nc_registry *registry;
	const struct nc_registry_union *to;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status != NC_OK)
		return status;
	to = nc_registry_union(registry, union_id);
	if (to == NULL)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no such union; union list shows which "
			  "there are."));
	out.union_name =
		nc_slice_text(nc_arena_text(arena, to->name, strlen(to->name)));
	out.address = nc_slice_text(nc_arena_text(arena,
		store->identity.address, strlen(store->identity.address)));
	if (out.union_name.data == NULL || out.address.data == NULL)
		return nc_error_no_memory(err);
	memcpy(out.hub_key, store->identity.hub_key, NC_KEY_SIZE);
	memcpy(out.root_key, store->identity.root_key, NC_KEY_SIZE);
	author->env->random(author->env->context, out.secret, NC_SECRET_SIZE);
	out.expires_at_ms = author->env->now_ms(author->env->context) + life_ms;
	nc_sha256(hash, nc_slice(out.secret, NC_SECRET_SIZE));
	fields[0] = nc_field_change_of(
		NC_INVITATION_SECRET_HASH, nc_value_bytes(hash, sizeof(hash)));
	fields[1] = nc_field_change_of(NC_INVITATION_UNION,
		nc_value_bytes(union_id->bytes, NC_ID_SIZE));
	fields[2] = nc_field_change_of(
		NC_INVITATION_EXPIRES_AT, nc_value_integer(out.expires_at_ms));
	status = nc_cluster_write(store, author, &change, 1, err);
	if (status == NC_OK)
		*ret_invitation = out;
	return status;
}

/* The invitation with a secret, among the cluster's records. */
struct find_invitation {
	uint8_t hash[NC_SHA256_SIZE];
	bool found;
	struct nc_id id;
	struct nc_id union_id;
	int64_t expires_at_ms;
	nc_device_id used_by; /* 0: nobody yet */
};

static enum nc_status visit_invitation(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct find_invitation *find = context;
	struct nc_value hash =
		nc_record_value(record, NC_INVITATION_SECRET_HASH);
	struct nc_value of = nc_record_value(record, NC_INVITATION_UNION);
	struct nc_value used = nc_record_value(record, NC_INVITATION_USED_BY);

	(void)err;
	if (hash.bytes.size != NC_SHA256_SIZE ||
		!nc_secret_equal(hash.bytes.data, find->hash, NC_SHA256_SIZE) ||
		of.bytes.size != NC_ID_SIZE)
		return NC_OK;
	find->found = true;
	find->id = record->id;
	memcpy(find->union_id.bytes, of.bytes.data, NC_ID_SIZE);
	find->expires_at_ms =
		nc_record_integer(record, NC_INVITATION_EXPIRES_AT, 0);
	if (used.kind == NC_VALUE_BYTES)
		find->used_by = nc_bytes_get_u64(used.bytes.data);
	return NC_OK;
}

static enum nc_status invitation_check(const struct find_invitation *find,
	nc_device_id device, int64_t now_ms, struct nc_error *err)
{
	if (!find->found)
		return nc_error_set(err, NC_NOT_FOUND,
			_("The hub does not know this invitation; ask its "
			  "keeper for a new one."));
	if (find->used_by == device)
		return NC_OK;
	if (find->used_by != 0)
		return nc_error_set(err, NC_USED,
			_("This invitation was used by another device; ask the "
			  "hub's keeper for a new one."));
	if (now_ms > find->expires_at_ms)
		return nc_error_set(err, NC_EXPIRED,
			_("This invitation has expired; ask the hub's keeper "
			  "for a new one."));
	return NC_OK;
}

static enum nc_status enrol_new(struct nc_store *store,
	const struct nc_author *author, const struct find_invitation *find,
	const uint8_t public_key[NC_KEY_SIZE], struct nc_slice label,
	struct nc_error *err)
{
	uint8_t device[NC_DEVICE_ID_SIZE];
	struct nc_log_head head;
	struct nc_field_change device_fields[] = {
		nc_field_change_of(NC_DEVICE_LABEL, nc_value_slice(label)),
		nc_field_change_of(NC_DEVICE_PUBLIC_KEY,
			nc_value_bytes(public_key, NC_KEY_SIZE)),
		nc_field_change_of(NC_DEVICE_ROLE, nc_value_text("member")),
	};
	struct nc_field_change grant_fields[3];
	struct nc_field_change used = nc_field_change_of(
		NC_INVITATION_USED_BY, nc_value_bytes(device, sizeof(device)));
	struct nc_record_change changes[] = {
		nc_record_change_of(nc_id_new(author->env), NC_ENTITY_DEVICE,
			device_fields, 3),
		nc_record_change_of(nc_id_new(author->env), NC_ENTITY_GRANT,
			grant_fields, 3),
		nc_record_change_of(find->id, NC_ENTITY_INVITATION, &used, 1),
	};
	enum nc_status status = nc_log_head(store, &find->union_id,
		nc_public_device(public_key), &head, err);

	if (status != NC_OK)
		return status;
	nc_bytes_put_u64(device, nc_public_device(public_key));
	grant_fields[0] = nc_field_change_of(
		NC_GRANT_DEVICE, nc_value_bytes(device, sizeof(device)));
	grant_fields[1] = nc_field_change_of(NC_GRANT_UNION,
		nc_value_bytes(find->union_id.bytes, NC_ID_SIZE));
	grant_fields[2] = nc_field_change_of(
		NC_GRANT_FIRST, nc_value_integer((int64_t)head.sequence + 1));
	return nc_cluster_write(store, author, changes, 3, err);
}

/* An invitation for a device that has joined: it is used up, nothing else. */
static enum nc_status use_again(struct nc_store *store,
	const struct nc_author *author, const struct find_invitation *find,
	nc_device_id device, struct nc_error *err)
{
	uint8_t bytes[NC_DEVICE_ID_SIZE];
	struct nc_field_change used = nc_field_change_of(
		NC_INVITATION_USED_BY, nc_value_bytes(bytes, sizeof(bytes)));
	struct nc_record_change change =
		nc_record_change_of(find->id, NC_ENTITY_INVITATION, &used, 1);

	nc_bytes_put_u64(bytes, device);
	return nc_cluster_write(store, author, &change, 1, err);
}

enum nc_status nc_cluster_enrol(struct nc_store *store,
	const struct nc_author *author, const uint8_t secret[NC_SECRET_SIZE],
	const uint8_t public_key[NC_KEY_SIZE], struct nc_slice label,
	struct nc_id *ret_union, struct nc_error *err)
{
	nc_device_id device = nc_public_device(public_key);
	struct find_invitation find = {.found = false};
	const struct nc_registry *registry;
	const struct nc_registry_device *known;
	enum nc_status status;

	nc_sha256(find.hash, nc_slice(secret, NC_SECRET_SIZE));
	status = nc_records_each(store, nc_model_entity(NC_ENTITY_INVITATION),
		&store->identity.cluster, NC_RECORDS_PRESENT, visit_invitation,
		&find, err);
	if (status == NC_OK)
		status = invitation_check(&find, device,
			author->env->now_ms(author->env->context), err);
	if (status == NC_OK)
		status = nc_store_registry(store, &registry, err);
	if (status != NC_OK)
		return status;
	known = nc_registry_device(registry, device);
	if (known != NULL && known->revoked)
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("This device was revoked; join once more with a new "
			  "invitation, and it gets a new key. What was typed "
			  "here stays."));
	/* Its first answer was lost, and its first invitation is no more. */
	if (known != NULL && find.used_by != device &&
		nc_id_compare(&known->union_id, &find.union_id) == 0)
		status = use_again(store, author, &find, device, err);
	else if (known != NULL && find.used_by != device)
		return nc_error_set(err, NC_EXISTS,
			_("This device has joined already; sync instead."));
	if (known == NULL)
		status =
			enrol_new(store, author, &find, public_key, label, err);
	if (status == NC_OK)
		*ret_union = find.union_id;
	return status;
}

/* The grants of one device, to be ended. */
struct find_grants {
	nc_device_id device;
	struct nc_store *store;
	struct nc_record_change changes[64];
	struct nc_field_change fields[64];
	size_t count;
};

static enum nc_status visit_grants(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct find_grants *find = context;
	struct nc_value device = nc_record_value(record, NC_GRANT_DEVICE);
	struct nc_value of = nc_record_value(record, NC_GRANT_UNION);
	struct nc_db_stream *stream;
	struct nc_id union_id;
	size_t at = find->count;

	(void)err;
	if (device.kind != NC_VALUE_BYTES || of.kind != NC_VALUE_BYTES ||
		nc_bytes_get_u64(device.bytes.data) != find->device ||
		nc_record_value(record, NC_GRANT_LAST).kind !=
			NC_VALUE_ABSENT ||
		at == 64)
		return NC_OK;
	memcpy(union_id.bytes, of.bytes.data, NC_ID_SIZE);
	stream = nc_log_find(find->store, &union_id, find->device);
	find->fields[at] = nc_field_change_of(NC_GRANT_LAST,
		nc_value_integer(
			stream == NULL ? 0 : (int64_t)stream->head.sequence));
	find->changes[at] = nc_record_change_of(
		record->id, NC_ENTITY_GRANT, &find->fields[at], 1);
	find->count++;
	return NC_OK;
}

enum nc_status nc_cluster_revoke(struct nc_store *store,
	const struct nc_author *author, nc_device_id device,
	struct nc_error *err)
{
	struct find_grants find = {.device = device, .store = store};
	struct nc_field_change revoked = nc_field_change_of(
		NC_DEVICE_REVOKED_AT,
		nc_value_integer(author->env->now_ms(author->env->context)));
	const struct nc_registry *registry;
	const struct nc_registry_device *known;
	struct nc_record_change changes[65];
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status != NC_OK)
		return status;
	known = nc_registry_device(registry, device);
	if (known == NULL || known->is_hub)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no such device of a union; device list "
			  "shows which there are."));
	if (known->revoked)
		return nc_error_set(
			err, NC_EXISTS, _("That device is revoked already."));
	changes[0] = nc_record_change_of(
		known->record, NC_ENTITY_DEVICE, &revoked, 1);
	status = nc_records_each(store, nc_model_entity(NC_ENTITY_GRANT),
		&store->identity.cluster, NC_RECORDS_PRESENT, visit_grants,
		&find, err);
	if (status != NC_OK)
		return status;
	memcpy(changes + 1, find.changes, find.count * sizeof(*changes));
	return nc_cluster_write(store, author, changes, find.count + 1, err);
}
