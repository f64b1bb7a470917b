#include "merge/merge.h"

#include <string.h>

/* Order of live values in a row; <0 when a comes first. */
static int live_order(const struct nc_live *a, const struct nc_live *b)
{
	if (a->field != b->field)
		return a->field < b->field ? -1 : 1;
	if (a->tombstone != b->tombstone)
		return a->tombstone ? 1 : -1;
	if (a->written_at_ms != b->written_at_ms)
		return a->written_at_ms > b->written_at_ms ? -1 : 1;
	if (a->dot.device != b->dot.device)
		return a->dot.device > b->dot.device ? -1 : 1;
	if (a->dot.sequence != b->dot.sequence)
		return a->dot.sequence > b->dot.sequence ? -1 : 1;
	return 0;
}

static bool row_reserve(struct nc_row *row, struct nc_arena *arena)
{
	size_t capacity = row->capacity == 0 ? 16 : row->capacity * 2;
	struct nc_live *live;

	if (row->count < row->capacity)
		return true;
	live = nc_arena_array(arena, capacity, sizeof(*live));
	if (live == NULL)
		return false;
	if (row->count > 0)
		memcpy(live, row->live, row->count * sizeof(*live));
	row->live = live;
	row->capacity = capacity;
	return true;
}

bool nc_row_add(
	struct nc_row *row, struct nc_arena *arena, const struct nc_live *live)
{
	size_t at = row->count;

	if (!row_reserve(row, arena))
		return false;
	while (at > 0 && live_order(live, &row->live[at - 1]) < 0)
		at--;
	memmove(&row->live[at + 1], &row->live[at],
		(row->count - at) * sizeof(*live));
	row->live[at] = *live;
	row->count++;
	return true;
}

static bool replaces(
	const struct nc_field_change *change, const struct nc_dot *dot)
{
	for (size_t i = 0; i < change->replaces_count; i++)
		if (nc_dot_equal(&change->replaces[i], dot))
			return true;
	return false;
}

/* Takes the values that the write replaces out of the row; true when the
 * write's own dot lives there already. */
static bool row_take_replaced(struct nc_row *row,
	const struct nc_field_change *change, const struct nc_dot *dot)
{
	size_t kept = 0;
	bool applied = false;

	for (size_t i = 0; i < row->count; i++) {
		const struct nc_live *live = &row->live[i];

		if (live->field == change->field) {
			if (nc_dot_equal(&live->dot, dot))
				applied = true;
			else if (replaces(change, &live->dot))
				continue;
		}
		row->live[kept++] = *live;
	}
	row->count = kept;
	return applied;
}

bool nc_merge(struct nc_row *row, struct nc_arena *arena,
	const struct nc_record_change *change, const struct nc_dot *dot,
	int64_t written_at_ms)
{
	for (size_t i = 0; i < change->fields_count; i++) {
		const struct nc_field_change *field = &change->fields[i];
		struct nc_live live = {
			.field = field->field,
			.dot = *dot,
			.written_at_ms = written_at_ms,
			.tombstone = change->deletes,
			.value = field->value,
		};

		if (row_take_replaced(row, field, dot))
			continue;
		if (!nc_row_add(row, arena, &live))
			return false;
	}
	return true;
}

const struct nc_live *nc_row_shown(const struct nc_row *row, uint32_t field)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->live[i].field == field)
			return &row->live[i];
	return NULL;
}

static bool row_has(const struct nc_row *row, bool tombstone)
{
	for (size_t i = 0; i < row->count; i++)
		if (row->live[i].tombstone == tombstone)
			return true;
	return false;
}

bool nc_row_is_gone(const struct nc_row *row)
{
	return !row_has(row, false);
}

/* Whether the field is its record's owner's to write. */
static bool owner_writes(const struct nc_entity *entity, uint32_t number)
{
	const struct nc_field *field;

	if (entity == NULL)
		return true;
	field = nc_entity_field(entity, number);
	return field == NULL ||
	       field->writer ==
		       (entity->cluster ? NC_WRITER_CLUSTER : NC_WRITER_UNION);
}

bool nc_row_is_revived(const struct nc_row *row, const struct nc_entity *entity)
{
	if (nc_row_is_gone(row))
		return false;
	for (size_t i = 0; i < row->count; i++)
		if (row->live[i].tombstone &&
			owner_writes(entity, row->live[i].field))
			return true;
	return false;
}

bool nc_live_same_content(const struct nc_live *a, const struct nc_live *b)
{
	return a->tombstone == b->tombstone &&
	       nc_value_equal(&a->value, &b->value);
}

bool nc_row_field_conflicts(const struct nc_row *row, uint32_t field)
{
	const struct nc_live *shown = nc_row_shown(row, field);

	for (size_t i = 0; i < row->count; i++)
		if (row->live[i].field == field &&
			!nc_live_same_content(&row->live[i], shown))
			return true;
	return false;
}

bool nc_row_conflicts(const struct nc_row *row, const struct nc_entity *entity)
{
	if (nc_row_is_gone(row))
		return false;
	if (nc_row_is_revived(row, entity))
		return true;
	for (size_t i = 1; i < row->count; i++)
		if (row->live[i].field == row->live[i - 1].field &&
			!nc_live_same_content(&row->live[i], &row->live[i - 1]))
			return true;
	return false;
}

static enum nc_status put_value(
	const struct nc_live *live, struct nc_buffer *out)
{
	const struct nc_value *value = &live->value;
	uint8_t flags[2] = {live->tombstone, (uint8_t)value->kind};
	enum nc_status status = nc_buffer_append(out, flags, sizeof(flags));
	uint64_t zigzag = (uint64_t)value->integer << 1;

	if (status != NC_OK || value->kind == NC_VALUE_ABSENT)
		return status;
	if (value->kind == NC_VALUE_INTEGER)
		return nc_buffer_varint(
			out, value->integer < 0 ? ~zigzag : zigzag);
	status = nc_buffer_varint(out, value->bytes.size);
	if (status != NC_OK)
		return status;
	return nc_buffer_append(out, value->bytes.data, value->bytes.size);
}

static enum nc_status put_live(
	const struct nc_live *live, struct nc_buffer *out)
{
	uint8_t device[NC_DEVICE_ID_SIZE];
	enum nc_status status = nc_buffer_varint(out, live->field);

	nc_bytes_put_u64(device, live->dot.device);
	if (status == NC_OK)
		status = nc_buffer_append(out, device, sizeof(device));
	if (status == NC_OK)
		status = nc_buffer_varint(out, live->dot.sequence);
	if (status == NC_OK)
		status = put_value(live, out);
	return status;
}

/* By field, device, sequence: an order without clocks. */
static bool canonical_before(const struct nc_live *a, const struct nc_live *b)
{
	if (a->field != b->field)
		return a->field < b->field;
	if (a->dot.device != b->dot.device)
		return a->dot.device < b->dot.device;
	return a->dot.sequence < b->dot.sequence;
}

enum nc_status nc_row_canonical(const struct nc_row *row,
	const struct nc_id *record, uint32_t entity, struct nc_arena *arena,
	struct nc_buffer *out)
{
	const struct nc_live **order =
		nc_arena_array(arena, row->count, sizeof(const void *));
	enum nc_status status;

	if (order == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; i < row->count; i++) {
		size_t at = i;

		/* Rows are nearly sorted: one value a field. */
		for (; at > 0 && canonical_before(&row->live[i], order[at - 1]);
			at--)
			order[at] = order[at - 1];
		order[at] = &row->live[i];
	}
	status = nc_buffer_append(out, record->bytes, NC_ID_SIZE);
	if (status == NC_OK)
		status = nc_buffer_varint(out, entity);
	for (size_t i = 0; i < row->count && status == NC_OK; i++)
		status = put_live(order[i], out);
	return status;
}
