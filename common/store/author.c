#include "store/author.h"
#include "base/limits.h"
#include "store/row.h"

#include <string.h>

#define DRAFT_ARENA_MAX (64 * 1024 * 1024)

/* One nc_author_write under way. */
struct draft {
	struct nc_store *store;
	const struct nc_author *author;
	const struct nc_key *key;
	struct nc_id union_id;
	bool in_cluster;
	enum nc_standing standing;
	struct nc_arena arena;
	struct nc_record_change *records; /* those with something to say */
	size_t count;
	struct nc_written written;
};

/* The dots of all live values of a field. */
static bool draft_replaces(struct draft *draft, const struct nc_row *row,
	struct nc_field_change *field)
{
	struct nc_dot *dots =
		nc_arena_array(&draft->arena, row->count, sizeof(*dots));
	size_t count = 0;

	if (dots == NULL)
		return false;
	for (size_t i = 0; i < row->count; i++)
		if (row->live[i].field == field->field &&
			count < NC_FIELD_REPLACES_MAX)
			dots[count++] = row->live[i].dot;
	field->replaces = dots;
	field->replaces_count = count;
	return true;
}

/* The field says just this already, alone and undisputed. */
static bool says_so(
	const struct nc_row *row, const struct nc_field_change *field)
{
	const struct nc_live *shown = nc_row_shown(row, field->field);
	size_t count = 0;

	for (size_t i = 0; i < row->count; i++)
		count += row->live[i].field == field->field;
	if (count == 0)
		return field->value.kind == NC_VALUE_ABSENT;
	return count == 1 && !shown->tombstone &&
	       nc_value_equal(&shown->value, &field->value);
}

static enum nc_status denied(const struct nc_entity *entity,
	const struct nc_field *field, enum nc_refusal refusal,
	struct nc_error *err)
{
	return nc_error_set(err, NC_DENIED, _("%s of %s was not written: %s."),
		field->name, entity->name, nc_refusal_text(refusal));
}

static enum nc_status draft_field(struct draft *draft,
	const struct nc_entity *entity, const struct nc_row *row,
	const struct nc_field_change *in, struct nc_record_change *out,
	struct nc_error *err)
{
	const struct nc_field *field = nc_entity_field(entity, in->field);
	struct nc_field_change change = *in;
	enum nc_refusal refusal;
	enum nc_status status;

	NC_ASSERT(field != NULL);
	status = nc_field_check(field, &in->value, err);
	if (status != NC_OK)
		return status;
	refusal = nc_rights_rule(entity, field, &in->value, false,
		draft->standing, draft->in_cluster);
	if (refusal != NC_REFUSAL_NONE)
		return denied(entity, field, refusal, err);
	if (in->replaces == NULL && says_so(row, in))
		return NC_OK;
	if (in->replaces == NULL && !draft_replaces(draft, row, &change))
		return nc_error_no_memory(err);
	out->fields[out->fields_count++] = change;
	return NC_OK;
}

static enum nc_status draft_required(const struct draft *draft,
	const struct nc_entity *entity, const struct nc_record_change *change,
	struct nc_error *err)
{
	enum nc_writer own = draft->standing == NC_STANDING_HUB
				     ? NC_WRITER_CLUSTER
				     : NC_WRITER_UNION;

	for (size_t i = 0; i < entity->fields_count; i++) {
		const struct nc_field *field = &entity->fields[i];
		bool given = false;

		if (!field->required || field->writer != own)
			continue;
		for (size_t f = 0; f < change->fields_count; f++)
			given |=
				change->fields[f].field == field->number &&
				change->fields[f].value.kind != NC_VALUE_ABSENT;
		if (!given)
			return nc_error_set(err, NC_INVALID,
				_("A new %s needs %s (%s); add %s=... and try "
				  "again."),
				entity->name, field->name, field->label_vi,
				field->name);
	}
	return NC_OK;
}

static enum nc_status draft_cleared(const struct nc_entity *entity,
	const struct nc_record_change *change, struct nc_error *err)
{
	for (size_t f = 0; f < change->fields_count; f++) {
		const struct nc_field *field =
			nc_entity_field(entity, change->fields[f].field);

		if (field->required &&
			change->fields[f].value.kind == NC_VALUE_ABSENT)
			return nc_error_set(err, NC_INVALID,
				_("%s of %s may not be empty; give it a value "
				  "or delete the record."),
				field->name, entity->name);
	}
	return NC_OK;
}

/* What a tombstone buries: the value that the deletion gives, or that shows. */
static struct nc_value buried_value(
	const struct nc_live *live, const struct nc_record_change *in)
{
	for (size_t i = 0; i < in->fields_count; i++)
		if (in->fields[i].field == live->field)
			return in->fields[i].value;
	return live->value;
}

/* A tombstone on every field that lives. */
static enum nc_status draft_deletion(struct draft *draft,
	const struct nc_entity *entity, const struct nc_row *row,
	const struct nc_record_change *in, struct nc_record_change *out,
	struct nc_error *err)
{
	out->fields =
		nc_arena_array(&draft->arena, row->count, sizeof(*out->fields));
	if (out->fields == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < row->count; i++) {
		const struct nc_field *known;
		struct nc_field_change *field;
		enum nc_refusal refusal;

		if (i > 0 && row->live[i].field == row->live[i - 1].field)
			continue;
		field = &out->fields[out->fields_count++];
		memset(field, 0, sizeof(*field));
		field->field = row->live[i].field;
		field->value = buried_value(&row->live[i], in);
		known = nc_entity_field(entity, field->field);
		NC_ASSERT(known != NULL);
		refusal = nc_rights_rule(entity, known, &field->value, true,
			draft->standing, draft->in_cluster);
		if (refusal != NC_REFUSAL_NONE)
			return denied(entity, known, refusal, err);
		if (!draft_replaces(draft, row, field))
			return nc_error_no_memory(err);
	}
	return NC_OK;
}

static enum nc_status draft_edit(struct draft *draft,
	const struct nc_entity *entity, const struct nc_row *row,
	const struct nc_record_change *in, struct nc_record_change *out,
	struct nc_error *err)
{
	enum nc_status status = row->count == 0
					? draft_required(draft, entity, in, err)
					: draft_cleared(entity, in, err);

	out->fields = nc_arena_array(
		&draft->arena, in->fields_count, sizeof(*out->fields));
	if (out->fields == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < in->fields_count && status == NC_OK; i++)
		status = draft_field(
			draft, entity, row, &in->fields[i], out, err);
	return status;
}

static enum nc_status draft_record(struct draft *draft,
	const struct nc_record_change *in, struct nc_error *err)
{
	const struct nc_entity *entity = nc_model_entity(in->entity);
	struct nc_record_change *out = &draft->records[draft->count];
	struct nc_record record = {0};
	enum nc_status status;

	NC_ASSERT(entity != NULL);
	status = nc_record_get(draft->store, entity, &draft->union_id,
		&in->record, &draft->arena, &record, err);
	if (status != NC_OK && status != NC_NOT_FOUND)
		return status;
	if ((in->deletes && record.row.count == 0) ||
		(record.row.count > 0 && record.gone))
		return nc_error_set(err, NC_NOT_FOUND,
			_("That %s is deleted already; history shows by "
			  "whom."),
			entity->name);
	*out = *in;
	out->fields_count = 0;
	if (in->deletes)
		status = draft_deletion(
			draft, entity, &record.row, in, out, err);
	else
		status = draft_edit(draft, entity, &record.row, in, out, err);
	if (status == NC_OK && out->fields_count > 0)
		draft->count++;
	return status;
}

enum nc_status nc_author_append(struct nc_store *store,
	const struct nc_key *key, struct nc_change_set *change_set,
	int64_t received_at_ms, struct nc_error *err)
{
	struct nc_buffer payload NC_AUTO(nc_buffer_fini) = {0};
	struct nc_signed_change_set signed_set = {0};
	struct nc_log_head head;
	struct nc_dot need;
	enum nc_status status;

	nc_buffer_init(&payload, 64 * 1024 * 1024);
	change_set->device = nc_key_device(key);
	status = nc_log_head(
		store, &change_set->union_id, change_set->device, &head, err);
	if (status != NC_OK)
		return status;
	change_set->sequence = head.sequence + 1;
	memcpy(change_set->previous, head.hash, NC_HASH_SIZE);
	nc_change_set_sort(change_set);
	status = nc_change_set_encode(change_set, &payload, err);
	signed_set.payload = nc_buffer_slice(&payload);
	if (status == NC_OK)
		status = nc_sign(key, NC_DOMAIN_CHANGE_SET, signed_set.payload,
			signed_set.signature, err);
	if (status == NC_OK)
		status = nc_store_take(store, &signed_set, change_set,
			received_at_ms, &need, err);
	if (status == NC_GAP)
		return nc_error_set(err, NC_INVALID,
			_("The form was filled in over values that this store "
			  "has never seen; open it again."));
	NC_ASSERT(status != NC_EXISTS && status != NC_FORK);
	return status;
}

/* Writes records [from, from + count) as one change-set; NC_LIMIT when it
 * would be too large. */
static enum nc_status write_one(
	struct draft *draft, size_t from, size_t count, struct nc_error *err)
{
	const struct nc_author *author = draft->author;
	struct nc_change_set change_set = {
		.union_id = draft->union_id,
		.written_at_ms = author->env->now_ms(author->env->context),
		.model_version = nc_model_version(),
		.author = author->name,
		.records = draft->records + from,
		.records_count = count,
	};
	enum nc_status status = nc_author_append(draft->store, draft->key,
		&change_set, change_set.written_at_ms, err);

	if (status != NC_OK)
		return status;
	draft->written.change_sets++;
	draft->written.last_sequence = change_set.sequence;
	for (size_t i = 0; i < count; i++)
		draft->written.fields += draft->records[from + i].fields_count;
	return NC_OK;
}

/* In as few change-sets as the limits allow: halves what is too large. */
static enum nc_status write_all(struct draft *draft, struct nc_error *err)
{
	size_t from = 0, count = draft->count;
	enum nc_status status = NC_OK;

	while (from < draft->count && status == NC_OK) {
		if (count > draft->count - from)
			count = draft->count - from;
		if (count > NC_CHANGE_SET_RECORDS_MAX)
			count = NC_CHANGE_SET_RECORDS_MAX;
		status = write_one(draft, from, count, err);
		if (status == NC_OK) {
			from += count;
		} else if (status == NC_LIMIT && count > 1) {
			count /= 2;
			status = NC_OK;
		}
	}
	return status;
}

static enum nc_status moved(struct nc_store *store, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_hub *hub;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status != NC_OK)
		return status;
	hub = nc_registry_current_hub(registry);
	return nc_error_set(err, NC_MOVED,
		_("This hub has handed over; the cluster's hub is at %s now, "
		  "and this is to be written there."),
		hub == NULL ? "?" : hub->address);
}

/* The author's key, or the one that came in its place since. */
static enum nc_status find_key(struct draft *draft, struct nc_error *err)
{
	const struct nc_author *author = draft->author;
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	enum nc_status status = nc_store_registry(draft->store, &registry, err);

	draft->key = author->key;
	if (status != NC_OK || author->renew == NULL)
		return status;
	device = nc_registry_device(registry, nc_key_device(author->key));
	if (draft->store->identity.is_hub ||
		(device != NULL && device->revoked))
		status = author->renew(author->context, &draft->key, err);
	return status;
}

static enum nc_status draft_start(
	struct draft *draft, size_t count, struct nc_error *err)
{
	struct nc_identity identity;
	struct nc_log_head head;
	nc_device_id device;
	enum nc_status status = nc_store_identity(draft->store, &identity, err);

	if (status == NC_OK && identity.handed_over)
		return moved(draft->store, err);
	if (status == NC_OK)
		status = find_key(draft, err);
	if (status != NC_OK)
		return status;
	device = nc_key_device(draft->key);
	status =
		nc_log_head(draft->store, &draft->union_id, device, &head, err);
	if (status == NC_OK)
		status = nc_store_standing(draft->store, &draft->union_id,
			device, head.sequence + 1, &draft->standing, err);
	if (status != NC_OK)
		return status;
	draft->in_cluster =
		nc_id_compare(&draft->union_id, &identity.cluster) == 0;
	draft->records = nc_arena_array(
		&draft->arena, count + 1, sizeof(*draft->records));
	if (draft->records == NULL)
		return nc_error_no_memory(err);
	return NC_OK;
}

enum nc_status nc_author_write(struct nc_store *store,
	const struct nc_author *author, const struct nc_id *union_id,
	const struct nc_record_change *changes, size_t count,
	struct nc_written *ret_written, struct nc_error *err)
{
	struct draft draft = {
		.store = store, .author = author, .union_id = *union_id};
	enum nc_status status;

	nc_arena_init(&draft.arena, DRAFT_ARENA_MAX);
	status = draft_start(&draft, count, err);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = draft_record(&draft, &changes[i], err);
	if (status == NC_OK)
		status = write_all(&draft, err);
	if (status == NC_OK)
		*ret_written = draft.written;
	nc_arena_fini(&draft.arena);
	return status;
}

enum nc_status nc_author_save(struct nc_store *store,
	const struct nc_author *author, const struct nc_id *union_id,
	const struct nc_record_change *changes, size_t count,
	struct nc_written *ret_written, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(store, err);

	if (status != NC_OK)
		return status;
	status = nc_author_write(
		store, author, union_id, changes, count, ret_written, err);
	if (status == NC_OK)
		return nc_store_commit(store, err);
	nc_store_rollback(store);
	return status;
}

/* The value to keep of a disputed field. */
static const struct nc_live *resolve_choice(
	const struct nc_row *row, uint32_t field, const struct nc_dot *keep)
{
	for (size_t i = 0; keep != NULL && i < row->count; i++)
		if (row->live[i].field == field &&
			nc_dot_equal(&row->live[i].dot, keep))
			return &row->live[i];
	return nc_row_shown(row, field);
}

static bool row_has_dot(const struct nc_row *row, const struct nc_dot *dot)
{
	for (size_t i = 0; i < row->count; i++)
		if (nc_dot_equal(&row->live[i].dot, dot))
			return true;
	return false;
}

/* How many values of one field begin there. */
static size_t count_values(const struct nc_row *row, size_t first)
{
	size_t end = first;

	while (end < row->count &&
		row->live[end].field == row->live[first].field)
		end++;
	return end - first;
}

/* The fields to write so that each has one plain value. Fields that the
 * writer may not write are left to those who may. They replace what the record
 * shows: what another program wrote since stays beside it. dots: as many as
 * the row has values. */
static size_t resolve_fields(const struct nc_record *record,
	enum nc_writer writer, const struct nc_dot *keep, struct nc_dot *dots,
	struct nc_field_change *fields)
{
	const struct nc_row *row = &record->row;
	size_t count = 0;

	for (size_t i = 0; i < row->count; i++)
		dots[i] = row->live[i].dot;
	for (size_t i = 0; i < row->count; i++) {
		uint32_t number = row->live[i].field;
		const struct nc_field *field =
			nc_entity_field(record->entity, number);
		bool first = i == 0 || row->live[i - 1].field != number;

		if (!first || field->writer != writer ||
			(!row->live[i].tombstone &&
				!nc_row_field_conflicts(row, number)))
			continue;
		fields[count].field = number;
		fields[count].value = resolve_choice(row, number, keep)->value;
		fields[count].replaces = &dots[i];
		fields[count].replaces_count = count_values(row, i);
		if (fields[count].replaces_count > NC_FIELD_REPLACES_MAX)
			fields[count].replaces_count = NC_FIELD_REPLACES_MAX;
		count++;
	}
	return count;
}

enum nc_status nc_author_resolve(struct nc_store *store,
	const struct nc_author *author, const struct nc_record *record,
	const struct nc_dot *keep, bool delete_it,
	struct nc_written *ret_written, struct nc_error *err)
{
	struct nc_field_change fields[NC_RECORD_FIELDS_MAX] = {0};
	struct nc_dot *dots NC_AUTO(nc_free_at) =
		nc_calloc(record->row.count + 1, sizeof(*dots));
	struct nc_record_change change = {.record = record->id,
		.entity = record->entity->number,
		.deletes = delete_it,
		.fields = fields};
	enum nc_writer writer =
		store->identity.is_hub ? NC_WRITER_CLUSTER : NC_WRITER_UNION;

	if (dots == NULL)
		return nc_error_no_memory(err);
	if (!record->conflicts)
		return nc_error_set(err, NC_NOT_FOUND,
			_("That record has no conflict; there is nothing to "
			  "resolve."));
	if (keep != NULL && !row_has_dot(&record->row, keep))
		return nc_error_set(err, NC_INVALID,
			_("None of the record's values is of that change-set; "
			  "conflict list shows which are."));
	if (!delete_it) {
		change.fields_count =
			resolve_fields(record, writer, keep, dots, fields);
		if (change.fields_count == 0)
			return nc_error_set(err, NC_DENIED,
				_("The disputed fields are the other side's to "
				  "write; ask them to resolve it."));
	}
	return nc_author_save(
		store, author, &record->union_id, &change, 1, ret_written, err);
}
