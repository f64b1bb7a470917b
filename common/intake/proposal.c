#include "intake/proposal.h"

#include "base/limits.h"

#include <string.h>

#define PROPOSALS_ARENA_MAX (512u * 1024 * 1024)
#define HASHED_BYTES_MAX (1024 * 1024)

static const char *const kind_names[] = {
	[NC_PROPOSE_FOUND] = "found",
	[NC_PROPOSE_MEND] = "mend",
	[NC_PROPOSE_CARRIED] = "carried",
};

const char *nc_propose_kind_name(enum nc_propose_kind kind)
{
	return kind_names[kind];
}

bool nc_propose_kind_read(const char *name, enum nc_propose_kind *ret_kind)
{
	for (size_t i = 0; i < 3; i++)
		if (strcmp(kind_names[i], name) == 0) {
			*ret_kind = (enum nc_propose_kind)i;
			return true;
		}
	return false;
}

const struct nc_field *nc_carried_from_field(const struct nc_entity *entity)
{
	return nc_entity_field_named(entity, "carried_from");
}

const struct nc_field *nc_year_field(const struct nc_entity *entity)
{
	return nc_entity_field_named(entity, "year");
}

void nc_proposals_init(struct nc_proposals *proposals, nc_revise_hash hash)
{
	memset(proposals, 0, sizeof(*proposals));
	nc_arena_init(&proposals->arena, PROPOSALS_ARENA_MAX);
	proposals->hash = hash;
}

void nc_proposals_fini(struct nc_proposals *proposals)
{
	nc_free(proposals->list);
	nc_arena_fini(&proposals->arena);
	memset(proposals, 0, sizeof(*proposals));
}

static enum nc_status hash_text(struct nc_buffer *bytes, const char *text)
{
	enum nc_status status = nc_buffer_varint(bytes, strlen(text));

	return status == NC_OK ? nc_buffer_text(bytes, text) : status;
}

/* Of a UUIDv7's bits the last seven bytes are entropy and nothing else. */
#define ID_BYTES 7
#define ID_BITS_AT 3

void nc_proposal_id_of(
	const struct nc_id *decision, char ret_id[NC_PROPOSAL_ID_SIZE])
{
	nc_hex_encode(
		ret_id, decision->bytes + NC_ID_SIZE - ID_BYTES, ID_BYTES);
}

enum nc_status nc_decision_hash(nc_revise_hash hash, uint8_t out[32],
	const char *label, const char *kind, const struct nc_id *id,
	const char *const *texts, size_t count)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&bytes, HASHED_BYTES_MAX);
	status = nc_buffer_text(&bytes, label);
	if (status == NC_OK)
		status = hash_text(&bytes, kind);
	if (status == NC_OK)
		status = nc_buffer_append(&bytes, id->bytes, NC_ID_SIZE);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = hash_text(&bytes, texts[i]);
	if (status == NC_OK)
		hash(out, nc_buffer_slice(&bytes));
	return status;
}

struct nc_id nc_decision_id(const struct nc_id *of, const uint8_t entropy[10])
{
	return nc_id_make(nc_id_time_ms(of), entropy);
}

static enum nc_status make_ids(
	struct nc_proposals *proposals, struct nc_proposal *proposal)
{
	const char *texts[] = {proposal->field_name, proposal->value_text};
	uint8_t hash[32], entropy[10];
	enum nc_status status =
		nc_decision_hash(proposals->hash, hash, "nhipcau/1 proposal\n",
			kind_names[proposal->kind], &proposal->of, texts, 2);

	if (status != NC_OK)
		return status;
	memcpy(entropy, hash + ID_BYTES, ID_BITS_AT);
	memcpy(entropy + ID_BITS_AT, hash, ID_BYTES);
	proposal->decision = nc_decision_id(&proposal->of, entropy);
	proposal->created = nc_decision_id(&proposal->of, hash + 16);
	nc_proposal_id_of(&proposal->decision, proposal->id);
	return NC_OK;
}

static bool is_in_list(const struct nc_proposals *proposals,
	const struct nc_proposal *proposal)
{
	/* Those of one record are added one after another. */
	for (size_t i = proposals->count; i-- > 0;) {
		const struct nc_proposal *one = &proposals->list[i];

		if (nc_id_compare(&one->of, &proposal->of) != 0)
			return false;
		if (strcmp(one->id, proposal->id) == 0)
			return true;
	}
	return false;
}

static const char *copy_text(struct nc_proposals *proposals, const char *text)
{
	return text == NULL
		       ? ""
		       : nc_arena_text(&proposals->arena, text, strlen(text));
}

static bool copy_value(struct nc_proposals *proposals, struct nc_value *value)
{
	if (value->bytes.size == 0)
		return true;
	value->bytes.data = nc_arena_copy(
		&proposals->arena, value->bytes.data, value->bytes.size);
	return value->bytes.data != NULL;
}

static const char *print_value(struct nc_proposals *proposals,
	const struct nc_field *field, const struct nc_value *value)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&out, HASHED_BYTES_MAX);
	if (nc_field_print(field, value, &out) != NC_OK)
		return NULL;
	return nc_arena_text(
		&proposals->arena, nc_buffer_string(&out), out.size);
}

static enum nc_status push(struct nc_proposals *proposals,
	const struct nc_proposal *proposal, struct nc_error *err)
{
	size_t more = proposals->capacity == 0 ? 64 : proposals->capacity * 2;
	struct nc_proposal *list;

	if (is_in_list(proposals, proposal))
		return NC_OK;
	if (proposals->count == NC_PROPOSALS_MAX) {
		proposals->cut = true;
		return NC_OK;
	}
	if (proposals->count == proposals->capacity) {
		list = nc_realloc(proposals->list, more * sizeof(*list));
		if (list == NULL)
			return nc_error_no_memory(err);
		proposals->list = list;
		proposals->capacity = more;
	}
	proposals->list[proposals->count++] = *proposal;
	return NC_OK;
}

static enum nc_status complete(struct nc_proposals *proposals,
	const struct nc_record *record, struct nc_proposal *proposal,
	struct nc_error *err)
{
	proposal->of = record->id;
	proposal->union_id = record->union_id;
	proposal->entity = record->entity;
	proposal->rule = copy_text(proposals, proposal->rule);
	proposal->words = copy_text(proposals, proposal->words);
	proposal->source = copy_text(proposals, proposal->source);
	proposal->why = copy_text(proposals, proposal->why);
	if (proposal->rule == NULL || proposal->words == NULL ||
		proposal->source == NULL || proposal->why == NULL ||
		proposal->value_text == NULL || proposal->field_name == NULL)
		return nc_error_no_memory(err);
	if (make_ids(proposals, proposal) != NC_OK)
		return nc_error_no_memory(err);
	return push(proposals, proposal, err);
}

enum nc_status nc_proposals_add(struct nc_proposals *proposals,
	const struct nc_record *record, const struct nc_proposal *draft,
	struct nc_error *err)
{
	struct nc_proposal proposal = *draft;

	proposal.current = nc_record_value(record, draft->field->number);
	proposal.creates = NULL;
	/* A copied record says itself what it was copied from: confirming that
	 * changes nothing else. */
	if ((nc_value_equal(&proposal.current, &proposal.value) &&
		    draft->field != nc_carried_from_field(record->entity)) ||
		nc_field_check(draft->field, &proposal.value, NULL) != NC_OK ||
		nc_row_field_conflicts(&record->row, draft->field->number))
		return NC_OK;
	if (!copy_value(proposals, &proposal.current) ||
		!copy_value(proposals, &proposal.value))
		return nc_error_no_memory(err);
	if (proposal.put != NULL) {
		proposal.put = copy_text(proposals, proposal.put);
		if (proposal.put == NULL)
			return nc_error_no_memory(err);
	}
	proposal.field_name = draft->field->name;
	proposal.value_text =
		print_value(proposals, draft->field, &proposal.value);
	return complete(proposals, record, &proposal, err);
}

/* The index of the mend that stands last before `before`; count: none. */
static size_t last_before(const struct nc_proposal *const *mends, size_t count,
	size_t before, const bool *taken)
{
	size_t found = count;

	for (size_t i = 0; i < count; i++)
		if (!taken[i] && mends[i]->put != NULL &&
			mends[i]->at + mends[i]->size <= before &&
			(found == count || mends[i]->at > mends[found]->at))
			found = i;
	return found;
}

/* From behind, so that the places before stay. */
static enum nc_status splice_all(const struct nc_proposal *const *mends,
	size_t count, struct nc_arena *arena, struct nc_slice *text,
	bool *taken)
{
	size_t before = text->size, i;
	enum nc_status status = NC_OK;

	while (status == NC_OK &&
		(i = last_before(mends, count, before, taken)) < count) {
		const struct nc_proposal *mend = mends[i];
		size_t behind = mend->at + mend->size;
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};

		nc_buffer_init(&out, NC_TEXT_BYTES_MAX);
		status = nc_buffer_append(&out, text->data, mend->at);
		if (status == NC_OK)
			status = nc_buffer_text(&out, mend->put);
		if (status == NC_OK)
			status = nc_buffer_append(
				&out, text->data + behind, text->size - behind);
		if (status != NC_OK)
			break;
		text->data = nc_arena_copy(arena, out.data, out.size);
		if (text->data == NULL)
			return NC_NO_MEMORY;
		text->size = out.size;
		before = mend->at;
		taken[i] = true;
	}
	return status;
}

enum nc_status nc_proposals_join(const struct nc_proposal *const *mends,
	size_t count, struct nc_arena *arena, struct nc_value *ret_value,
	bool *taken, struct nc_error *err)
{
	enum nc_status status;

	memset(taken, 0, count * sizeof(*taken));
	if (mends[0]->put == NULL) {
		*ret_value = mends[0]->value;
		taken[0] = true;
		return NC_OK;
	}
	*ret_value = mends[0]->current;
	status = splice_all(mends, count, arena, &ret_value->bytes, taken);
	if (status == NC_LIMIT)
		return nc_error_set(err, NC_LIMIT,
			_("With the mend the text would be too long."));
	return status == NC_OK ? NC_OK : nc_error_no_memory(err);
}

/* A new record's fields, a line each. */
static const char *print_fields(
	struct nc_proposals *proposals, const struct nc_proposal *proposal)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status = NC_OK;

	nc_buffer_init(&out, NC_TEXT_BYTES_MAX);
	for (size_t i = 0; i < proposal->fields_count && status == NC_OK; i++) {
		const struct nc_field *field = nc_entity_field(
			proposal->creates, proposal->fields[i].field);

		status = nc_buffer_printf(
			&out, "%s%s=", i > 0 ? "\n" : "", field->name);
		if (status == NC_OK)
			status = nc_field_print(
				field, &proposal->fields[i].value, &out);
	}
	if (status != NC_OK)
		return NULL;
	return nc_arena_text(
		&proposals->arena, nc_buffer_string(&out), out.size);
}

enum nc_status nc_proposals_add_new(struct nc_proposals *proposals,
	const struct nc_record *record, const struct nc_proposal *draft,
	struct nc_error *err)
{
	struct nc_proposal proposal = *draft;
	char name[NC_LABEL_BYTES_MAX] = "+";

	proposal.field = NULL;
	proposal.current = proposal.value = nc_value_absent();
	for (size_t i = 0; i < draft->fields_count; i++)
		if (nc_field_check(nc_entity_field(draft->creates,
					   draft->fields[i].field),
			    &draft->fields[i].value, NULL) != NC_OK)
			return NC_OK;
	proposal.fields = nc_arena_copy(&proposals->arena, draft->fields,
		draft->fields_count * sizeof(*draft->fields));
	if (proposal.fields == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < proposal.fields_count; i++)
		if (!copy_value(proposals, &proposal.fields[i].value))
			return nc_error_no_memory(err);
	strncat(name, draft->creates->name, sizeof(name) - 2);
	proposal.field_name = copy_text(proposals, name);
	proposal.value_text = print_fields(proposals, &proposal);
	return complete(proposals, record, &proposal, err);
}
