#include "store/cluster.h"
#include "base/limits.h"
#include "store/db.h"
#include "store/draft.h"
#include "store/roof.h"

#include <string.h>

#define ENROL_ARENA_MAX (1024 * 1024)
#define CODE_BYTES_MAX 64

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

	if (size == 0 || size > CODE_BYTES_MAX || code[0] == '-' ||
		code[size - 1] == '-')
		return false;
	for (; *code != '\0'; code++)
		if (!(*code >= 'a' && *code <= 'z') &&
			!(*code >= '0' && *code <= '9') && *code != '-')
			return false;
	return true;
}

enum nc_status nc_cluster_check_union(const struct nc_registry *registry,
	const char *code, const char *name, const struct nc_id *leaving,
	size_t leaving_count, struct nc_error *err)
{
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
	for (size_t i = 0; i < registry->unions_count; i++) {
		const struct nc_registry_union *of = &registry->unions[i];

		if (strcmp(of->name, name) == 0 && of->valid_to[0] == '\0' &&
			!nc_succession_names(leaving, leaving_count, &of->id))
			return nc_error_set(err, NC_EXISTS,
				_("The union %s has that name already; union "
				  "list shows it."),
				of->code);
	}
	return NC_OK;
}

struct nc_id nc_cluster_union_id(const struct nc_id *cluster, const char *code)
{
	static const char purpose[] = "nhipcau/1 union\n";
	uint8_t bytes[sizeof(purpose) + NC_ID_SIZE + CODE_BYTES_MAX], hash[32];
	size_t at = sizeof(purpose) - 1, size = strnlen(code, CODE_BYTES_MAX);

	memcpy(bytes, purpose, at);
	memcpy(bytes + at, cluster->bytes, NC_ID_SIZE);
	at += NC_ID_SIZE;
	memcpy(bytes + at, code, size);
	nc_sha256(hash, nc_slice(bytes, at + size));
	return nc_id_make(nc_id_time_ms(cluster), hash);
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
	struct nc_id id = nc_cluster_union_id(&store->identity.cluster, code);
	struct nc_record_change change = nc_record_change_of(
		id, NC_ENTITY_UNION, fields, order < 0 ? 2 : 3);
	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status == NC_OK)
		status = nc_cluster_check_union(
			registry, code, name, NULL, 0, err);
	if (status == NC_OK)
		status = nc_cluster_write(store, author, &change, 1, err);
	if (status == NC_OK)
		*ret_union = id;
	return status;
}

/* Nobody joins a union that is no more: its successor's devices write for it,
 * too. */
static enum nc_status check_not_ended(const struct nc_registry *registry,
	const struct nc_registry_union *of, const struct nc_env *env,
	struct nc_error *err)
{
	const struct nc_registry_succession *after =
		nc_succession_after(registry, &of->id);
	const struct nc_registry_union *next = NULL;
	char today[NC_DATE_TEXT_SIZE];

	nc_date_of(today, env->now_ms(env->context));
	if (of->valid_to[0] == '\0' || strcmp(today, of->valid_to) <= 0)
		return NC_OK;
	if (after != NULL && after->into_count > 0)
		next = nc_registry_union(registry, &after->into[0]);
	if (next == NULL)
		return nc_error_set(err, NC_EXPIRED,
			_("%s ended on %s, and nobody joins it any more."),
			of->code, of->valid_to);
	return nc_error_set(err, NC_EXPIRED,
		_("%s ended on %s, and nobody joins it any more; invite to %s, "
		  "whose devices write for it, too."),
		of->code, of->valid_to, next->code);
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
	status = check_not_ended(registry, to, author->env, err);
	if (status != NC_OK)
		return status;
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

/* The device and its grants: of one that is known already the grants alone. */
static enum nc_status enrol_write(struct nc_store *store,
	const struct nc_author *author, const struct find_invitation *find,
	const struct nc_registry *registry, const uint8_t *new_key,
	nc_device_id device, struct nc_slice label, struct nc_error *err)
{
	struct nc_cluster_draft draft;
	enum nc_status status;

	nc_cluster_draft_init(&draft, store, author);
	if (new_key != NULL) {
		nc_cluster_draft_record(&draft, NULL, NC_ENTITY_DEVICE);
		nc_cluster_draft_put(
			&draft, NC_DEVICE_LABEL, nc_value_slice(label));
		nc_cluster_draft_put(&draft, NC_DEVICE_PUBLIC_KEY,
			nc_value_bytes(new_key, NC_KEY_SIZE));
		nc_cluster_draft_put(
			&draft, NC_DEVICE_ROLE, nc_value_text("member"));
	}
	nc_cluster_draft_grants(&draft, registry, device, &find->union_id);
	nc_cluster_draft_record(&draft, &find->id, NC_ENTITY_INVITATION);
	nc_cluster_draft_put_device(&draft, NC_INVITATION_USED_BY, device);
	status = nc_cluster_draft_write(&draft, err);
	nc_cluster_draft_fini(&draft);
	return status;
}

/* Whether the device's union has gone over into that one. */
static bool came_before(struct nc_arena *arena,
	const struct nc_registry *registry, const struct nc_id *union_id,
	const struct nc_id *earlier, bool *ret_before)
{
	size_t count = registry->unions_count;
	bool *marks = nc_arena_array(arena, count + 1, sizeof(*marks));

	if (marks == NULL)
		return false;
	memset(marks, 0, (count + 1) * sizeof(*marks));
	nc_union_predecessors(registry, union_id, marks);
	*ret_before = false;
	for (size_t i = 0; i < count; i++)
		*ret_before |=
			marks[i] &&
			nc_id_compare(&registry->unions[i].id, earlier) == 0;
	return true;
}

/* A device that the cluster knows, with an invitation that it has not used. */
static enum nc_status enrol_known(struct nc_store *store,
	const struct nc_author *author, const struct find_invitation *find,
	const struct nc_registry *registry,
	const struct nc_registry_device *known, struct nc_error *err)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	bool before = false;

	nc_arena_init(&arena, ENROL_ARENA_MAX);
	if (!came_before(&arena, registry, &find->union_id, &known->union_id,
		    &before))
		return nc_error_no_memory(err);
	/* Its first answer was lost, and its first invitation is no more. */
	if (!before && nc_id_compare(&known->union_id, &find->union_id) != 0)
		return nc_error_set(err, NC_EXISTS,
			_("This device has joined already; sync instead."));
	return enrol_write(store, author, find, registry, NULL, known->device,
		nc_slice("", 0), err);
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
	const struct nc_registry_union *of;
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
	of = nc_registry_union(registry, &find.union_id);
	if (known != NULL && known->revoked)
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("This device was revoked; join once more with a new "
			  "invitation, and it gets a new key. What was typed "
			  "here stays."));
	if (find.used_by != device && of != NULL)
		status = check_not_ended(registry, of, author->env, err);
	if (status == NC_OK && known == NULL)
		status = enrol_write(store, author, &find, registry, public_key,
			device, label, err);
	else if (status == NC_OK && find.used_by != device)
		status =
			enrol_known(store, author, &find, registry, known, err);
	if (status == NC_OK)
		*ret_union = find.union_id;
	return status;
}

enum nc_status nc_cluster_revoke(struct nc_store *store,
	const struct nc_author *author, nc_device_id device,
	struct nc_error *err)
{
	struct nc_cluster_draft draft;
	const struct nc_registry *registry;
	const struct nc_registry_device *known;
	size_t ended;
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
	nc_cluster_draft_init(&draft, store, author);
	nc_cluster_draft_record(&draft, &known->record, NC_ENTITY_DEVICE);
	nc_cluster_draft_put(&draft, NC_DEVICE_REVOKED_AT,
		nc_value_integer(author->env->now_ms(author->env->context)));
	status = nc_cluster_draft_end_grants(&draft, device, NULL, &ended, err);
	if (status == NC_OK)
		status = nc_cluster_draft_write(&draft, err);
	nc_cluster_draft_fini(&draft);
	return status;
}
