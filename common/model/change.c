#include "model/change.h"

#include <string.h>

struct nc_value nc_value_absent(void)
{
	struct nc_value value = {.kind = NC_VALUE_ABSENT};

	return value;
}

struct nc_value nc_value_slice(struct nc_slice text)
{
	struct nc_value value = {.kind = NC_VALUE_TEXT, .bytes = text};

	return value;
}

struct nc_value nc_value_text(const char *text)
{
	return nc_value_slice(nc_slice_text(text));
}

struct nc_value nc_value_integer(int64_t integer)
{
	struct nc_value value = {.kind = NC_VALUE_INTEGER, .integer = integer};

	return value;
}

struct nc_value nc_value_bytes(const void *data, size_t size)
{
	struct nc_value value = {
		.kind = NC_VALUE_BYTES, .bytes = nc_slice(data, size)};

	return value;
}

bool nc_value_equal(const struct nc_value *a, const struct nc_value *b)
{
	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case NC_VALUE_ABSENT:
		return true;
	case NC_VALUE_INTEGER:
		return a->integer == b->integer;
	default:
		return nc_slice_equal(a->bytes, b->bytes);
	}
}

void nc_device_id_format(char out[NC_DEVICE_ID_TEXT_SIZE], nc_device_id id)
{
	uint8_t bytes[NC_DEVICE_ID_SIZE];

	nc_bytes_put_u64(bytes, id);
	nc_hex_encode(out, bytes, sizeof(bytes));
}

bool nc_dot_equal(const struct nc_dot *a, const struct nc_dot *b)
{
	return a->device == b->device && a->sequence == b->sequence;
}

struct nc_field_change nc_field_change_of(uint32_t field, struct nc_value value)
{
	struct nc_field_change change = {.field = field, .value = value};

	return change;
}

struct nc_record_change nc_record_change_of(struct nc_id record,
	uint32_t entity, struct nc_field_change *fields, size_t count)
{
	struct nc_record_change change = {.record = record,
		.entity = entity,
		.fields = fields,
		.fields_count = count};

	return change;
}
