#include "intake/copy.h"

#include "intake/carry.h"
#include "intake/proposal.h"
#include "locale/day.h"

#include <stdlib.h>
#include <string.h>

#define COPY_ARENA_MAX (256u * 1024 * 1024)
#define JULIAN_1970 2440588

struct copying {
	struct nc_copy *copy;
	const struct nc_copy_input *input;
	struct nc_error *err;
};

const char *nc_copy_kind_name(enum nc_copy_kind kind)
{
	static const char *const names[NC_COPY_KINDS] = {
		"add", "finished", "stands", "deleted", "dropped", "done"};

	return names[kind];
}

void nc_copy_init(struct nc_copy *copy)
{
	memset(copy, 0, sizeof(*copy));
	nc_arena_init(&copy->arena, COPY_ARENA_MAX);
}

void nc_copy_fini(struct nc_copy *copy)
{
	nc_arena_fini(&copy->arena);
	memset(copy, 0, sizeof(*copy));
}

bool nc_copy_takes(const struct nc_entity *entity)
{
	return nc_carried_from_field(entity) != NULL &&
	       nc_year_field(entity) != NULL;
}

static struct nc_id copy_id(const struct nc_copy_input *input,
	const struct nc_id *union_id, const struct nc_id *source)
{
	static const char purpose[] = "nhipcau/1 copied record\n";
	struct nc_day new_year = {input->to, 1, 1};
	int64_t days = nc_day_number(new_year) - JULIAN_1970;
	uint8_t bytes[sizeof(purpose) - 1 + 2 * NC_ID_SIZE + 2], hash[32];
	size_t at = sizeof(purpose) - 1;

	memcpy(bytes, purpose, at);
	memcpy(bytes + at, union_id->bytes, NC_ID_SIZE);
	at += NC_ID_SIZE;
	bytes[at++] = (uint8_t)(input->to >> 8);
	bytes[at++] = (uint8_t)input->to;
	memcpy(bytes + at, source->bytes, NC_ID_SIZE);
	input->hash(hash, nc_slice(bytes, sizeof(bytes)));
	return nc_id_make(days * 86400000, hash);
}

/* --- which fields --- */

static bool is_named(const struct nc_field *field, const char *list)
{
	size_t size = strlen(field->name);

	for (const char *at = list; *at != '\0';) {
		size_t part = strcspn(at, " ");

		if (part == size && memcmp(at, field->name, size) == 0)
			return true;
		at += part;
		at += *at == ' ';
	}
	return false;
}

/* What came of it, and the marks of where it came from. */
static const char outcomes[] =
	"status result actual actual_money when until when_words note imported "
	"carried_from about document attachment ordinal ordinal_words held "
	"elected symbol date cutoff reopened legal_basis answer_number "
	"answer_date opinion leader approval approved_on approved_by rate_date "
	"same_as "
	"issue_numbers agreement";
/* Numbers that are the plan's own words, not what was counted. */
static const char planned[] = "level min max money_min money_max plan_year";

static bool is_copied(const struct nc_field *field)
{
	if (field->writer != NC_WRITER_UNION || is_named(field, outcomes))
		return false;
	switch (field->type) {
	case NC_TYPE_INTEGER:
	case NC_TYPE_MONEY:
	case NC_TYPE_DATE:
		return is_named(field, planned);
	default:
		/* how exactly something was counted that is not copied */
		return strstr(field->name, "_qualifier") == NULL;
	}
}

/* A plan item of the old year becomes its copy in the new one. */
static bool find_item(const struct copying *copying,
	const struct nc_id *union_id, const struct nc_value *old,
	struct nc_id *ret_id)
{
	const struct nc_copy_input *input = copying->input;
	struct nc_id id, derived, from;

	if (!nc_references_at(old, 0, &id))
		return false;
	derived = copy_id(input, union_id, &id);
	for (size_t i = 0; i < input->items_count; i++) {
		const struct nc_record *item = &input->items[i];
		struct nc_value carried =
			nc_record_value(item, NC_PLAN_CARRIED_FROM);

		if (nc_id_compare(&item->id, &derived) == 0 ||
			(nc_references_at(&carried, 0, &from) &&
				nc_id_compare(&from, &id) == 0)) {
			*ret_id = item->id;
			return true;
		}
	}
	return false;
}

static bool put(struct copying *copying, struct nc_copy_step *step,
	const struct nc_field *field, struct nc_value value)
{
	if (value.bytes.size > 0) {
		value.bytes.data = nc_arena_copy(&copying->copy->arena,
			value.bytes.data, value.bytes.size);
		if (value.bytes.data == NULL)
			return false;
	}
	step->fields[step->fields_count++] = (struct nc_field_change){
		.field = field->number, .value = value};
	return true;
}

static bool put_field(struct copying *copying, struct nc_copy_step *step,
	const struct nc_field *field)
{
	const struct nc_record *source = step->source;
	struct nc_value value = nc_record_value(source, field->number);
	const struct nc_entity *entity = source->entity;
	struct nc_id item;

	if (field == nc_year_field(entity))
		value = nc_value_integer(copying->input->to);
	else if (field == nc_carried_from_field(entity))
		value = nc_value_bytes(source->id.bytes, NC_ID_SIZE);
	else if (entity->number == NC_ENTITY_DOCUMENT &&
		 field->number == NC_DOCUMENT_STATUS)
		value = nc_value_text("draft");
	else if (strcmp(field->name, "plan_item") == 0)
		value = find_item(copying, step->union_id, &value, &item)
				? nc_value_bytes(item.bytes, NC_ID_SIZE)
				: nc_value_absent();
	else if (strcmp(field->name, "plan_year") == 0 &&
		 value.kind == NC_VALUE_INTEGER)
		value.integer += copying->input->to - copying->input->from;
	else if (!field->required && !is_copied(field))
		return true;
	if (value.kind == NC_VALUE_ABSENT)
		return true;
	return put(copying, step, field, value);
}

static bool put_fields(struct copying *copying, struct nc_copy_step *step)
{
	const struct nc_entity *entity = step->source->entity;

	step->id = copy_id(copying->input, step->union_id, &step->source->id);
	step->fields = nc_arena_array(&copying->copy->arena,
		entity->fields_count, sizeof(*step->fields));
	if (step->fields == NULL)
		return false;
	for (size_t i = 0; i < entity->fields_count; i++)
		if (!put_field(copying, step, &entity->fields[i]))
			return false;
	return true;
}

/* --- which records --- */

static const struct nc_field *words_field(const struct nc_record *record)
{
	static const char *const names[] = {"text", "title", "heading"};

	for (size_t i = 0; i < 3; i++) {
		const struct nc_field *field =
			nc_entity_field_named(record->entity, names[i]);

		if (field != NULL &&
			nc_record_value(record, field->number).kind ==
				NC_VALUE_TEXT)
			return field;
	}
	return NULL;
}

static struct nc_slice words_of(const struct nc_record *record)
{
	const struct nc_field *field = words_field(record);

	return field == NULL ? nc_slice(NULL, 0)
			     : nc_record_value(record, field->number).bytes;
}

static bool same_field(
	const struct nc_record *a, const struct nc_record *b, const char *name)
{
	const struct nc_field *field = nc_entity_field_named(a->entity, name);
	struct nc_value x, y;

	if (field == NULL)
		return true;
	x = nc_record_value(a, field->number);
	y = nc_record_value(b, field->number);
	return nc_value_equal(&x, &y);
}

static bool says_status(const struct nc_record *record, const char *name)
{
	const struct nc_field *field =
		nc_entity_field_named(record->entity, "status");
	struct nc_value value;

	if (field == NULL)
		return false;
	value = nc_record_value(record, field->number);
	return value.kind == NC_VALUE_TEXT &&
	       nc_slice_equal(value.bytes, nc_slice_text(name));
}

/* Whether the record of the new year is this one again: copied from it, or of
 * the same words, as they were or as they are to be. */
static bool is_same(const struct nc_record *source, const struct nc_id *id,
	struct nc_slice carried, const struct nc_record *standing)
{
	const struct nc_field *from = nc_carried_from_field(source->entity);
	struct nc_slice words = words_of(standing);
	struct nc_value value;
	struct nc_id of;

	if (standing->entity != source->entity)
		return false;
	if (nc_id_compare(&standing->id, id) == 0)
		return true;
	if (standing->gone)
		return false;
	value = nc_record_value(standing, from->number);
	if (nc_references_at(&value, 0, &of))
		return nc_id_compare(&of, &source->id) == 0;
	return words.size > 0 &&
	       (nc_slice_equal(words, words_of(source)) ||
		       nc_slice_equal(words, carried)) &&
	       same_field(source, standing, "area") &&
	       same_field(source, standing, "direction") &&
	       same_field(source, standing, "indicator") &&
	       same_field(source, standing, "level");
}

static enum nc_status find_standing(struct copying *copying,
	const struct nc_record *source, const struct nc_id *union_id,
	const struct nc_record **ret_standing)
{
	const struct nc_copy_input *input = copying->input;
	struct nc_id id = copy_id(input, union_id, &source->id);
	struct nc_slice words = words_of(source);
	struct nc_carried carried = {.text = ""};
	enum nc_status status = NC_OK;

	*ret_standing = NULL;
	if (input->standing_count > 0)
		status = nc_carry_text(&copying->copy->arena, words, words,
			input->from, input->to, &carried, copying->err);
	for (size_t i = 0; status == NC_OK && i < input->standing_count; i++)
		if (is_same(source, &id, nc_slice_text(carried.text),
			    &input->standing[i])) {
			*ret_standing = &input->standing[i];
			/* The copy itself says more than one like it. */
			if (nc_id_compare(&(*ret_standing)->id, &id) == 0)
				break;
		}
	return status;
}

static enum nc_copy_kind kind_of(const struct copying *copying,
	const struct nc_record *source, const struct nc_record *standing)
{
	bool done = says_status(source, "done");

	if (says_status(source, "dropped"))
		return NC_COPY_DROPPED;
	if (standing != NULL)
		return standing->gone ? NC_COPY_DELETED : NC_COPY_STANDS;
	if (done)
		return copying->input->open ? NC_COPY_DONE : NC_COPY_FINISHED;
	return NC_COPY_ADD;
}

/* status=carried, where the entity has such a state. */
static bool mark_carried(struct copying *copying, struct nc_copy_step *step)
{
	const struct nc_field *status =
		nc_entity_field_named(step->source->entity, "status");

	for (size_t i = 0; status != NULL && status->choices[i].name != NULL;
		i++) {
		if (strcmp(status->choices[i].name, "carried") != 0)
			continue;
		step->carried = nc_arena_alloc(
			&copying->copy->arena, sizeof(*step->carried));
		if (step->carried == NULL)
			return false;
		*step->carried =
			(struct nc_field_change){.field = status->number,
				.value = nc_value_text("carried")};
	}
	return true;
}

static enum nc_status copy_record(struct copying *copying,
	const struct nc_record *source, const struct nc_id *union_id)
{
	struct nc_copy *copy = copying->copy;
	struct nc_copy_step *step = &copy->steps[copy->count];
	struct nc_slice words = words_of(source);
	const struct nc_record *standing;
	enum nc_status status =
		find_standing(copying, source, union_id, &standing);

	if (status != NC_OK)
		return status;
	memset(step, 0, sizeof(*step));
	step->source = source;
	step->union_id = union_id;
	step->kind = kind_of(copying, source, standing);
	step->text = nc_arena_text(&copy->arena,
		words.size == 0 ? "" : (const char *)words.data, words.size);
	if (step->text == NULL)
		return nc_error_no_memory(copying->err);
	if (standing != NULL)
		step->id = standing->id;
	if ((step->kind == NC_COPY_ADD || step->kind == NC_COPY_FINISHED) &&
		(!put_fields(copying, step) ||
			(copying->input->open && !mark_carried(copying, step))))
		return nc_error_no_memory(copying->err);
	copy->kinds[step->kind]++;
	copy->count++;
	return NC_OK;
}

enum nc_status nc_copy_plan(struct nc_copy *copy,
	const struct nc_copy_input *input, struct nc_error *err)
{
	struct copying copying = {copy, input, err};
	enum nc_status status = NC_OK;

	copy->steps = nc_arena_array(
		&copy->arena, input->sources_count + 1, sizeof(*copy->steps));
	if (copy->steps == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < input->sources_count && status == NC_OK; i++)
		status = copy_record(
			&copying, &input->sources[i], &input->unions[i]);
	return status;
}
