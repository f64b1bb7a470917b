/*
 * The payload is specified in proto/changeset.proto. Encoding builds the
 * generated structs in an arena and packs them; decoding unpacks into an
 * arena and copies into ours, checking on the way.
 */
#include "wire/changeset.h"
#include "base/limits.h"
#include "locale/text.h"
#include "wire/pack.h"

#include "changeset.pb-c.h"

#include <stdlib.h>
#include <string.h>

/* What the unpacked structs of one payload may take. */
#define ENCODE_ARENA_MAX (32 * 1024 * 1024)

/* The devices that dots name, besides the author's own. */
struct device_list {
	nc_device_id *ids;
	size_t count;
	uint64_t own_sequence; /* decoding: of the change-set itself */
};

static int compare_devices(const void *a, const void *b)
{
	nc_device_id x = *(const nc_device_id *)a;
	nc_device_id y = *(const nc_device_id *)b;

	return (x > y) - (x < y);
}

static int compare_records(const void *a, const void *b)
{
	const struct nc_record_change *x = a, *y = b;

	return nc_id_compare(&x->record, &y->record);
}

static int compare_fields(const void *a, const void *b)
{
	const struct nc_field_change *x = a, *y = b;

	return (x->field > y->field) - (x->field < y->field);
}

void nc_change_set_sort(struct nc_change_set *change_set)
{
	if (change_set->records_count == 0)
		return;
	qsort(change_set->records, change_set->records_count,
		sizeof(*change_set->records), compare_records);
	for (size_t i = 0; i < change_set->records_count; i++) {
		struct nc_record_change *record = &change_set->records[i];

		if (record->fields_count > 0)
			qsort(record->fields, record->fields_count,
				sizeof(*record->fields), compare_fields);
	}
}

static size_t count_dots(const struct nc_change_set *change_set)
{
	size_t count = 0;

	for (size_t r = 0; r < change_set->records_count; r++) {
		const struct nc_record_change *record = &change_set->records[r];

		for (size_t f = 0; f < record->fields_count; f++)
			count += record->fields[f].replaces_count;
	}
	return count;
}

static bool collect_devices(const struct nc_change_set *change_set,
	struct nc_arena *arena, struct device_list *list)
{
	size_t kept = 0;

	list->count = 0;
	list->ids = nc_arena_array(
		arena, count_dots(change_set), sizeof(*list->ids));
	if (list->ids == NULL)
		return false;
	for (size_t r = 0; r < change_set->records_count; r++) {
		const struct nc_record_change *record = &change_set->records[r];

		for (size_t f = 0; f < record->fields_count; f++) {
			const struct nc_field_change *field =
				&record->fields[f];

			for (size_t d = 0; d < field->replaces_count; d++)
				if (field->replaces[d].device !=
					change_set->device)
					list->ids[list->count++] =
						field->replaces[d].device;
		}
	}
	if (list->count > 1)
		qsort(list->ids, list->count, sizeof(*list->ids),
			compare_devices);
	for (size_t i = 0; i < list->count; i++)
		if (kept == 0 || list->ids[kept - 1] != list->ids[i])
			list->ids[kept++] = list->ids[i];
	list->count = kept;
	return true;
}

static uint32_t device_index(
	const struct device_list *list, nc_device_id device, nc_device_id own)
{
	const nc_device_id *found;

	if (device == own)
		return 0;
	found = bsearch(&device, list->ids, list->count, sizeof(device),
		compare_devices);
	NC_ASSERT(found != NULL);
	return (uint32_t)(found - list->ids) + 1;
}

static bool build_dots(Nhipcau__V1__FieldChange *out,
	const struct nc_field_change *field, const struct device_list *list,
	nc_device_id own, struct nc_arena *arena)
{
	size_t count = field->replaces_count;
	Nhipcau__V1__Dot *dots = nc_arena_array(arena, count, sizeof(*dots));

	out->n_replaces = count;
	out->replaces = nc_arena_array(arena, count, sizeof(*out->replaces));
	if (dots == NULL || out->replaces == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		nhipcau__v1__dot__init(&dots[i]);
		dots[i].device =
			device_index(list, field->replaces[i].device, own);
		dots[i].sequence = field->replaces[i].sequence;
		out->replaces[i] = &dots[i];
	}
	return true;
}

static void build_value(
	Nhipcau__V1__FieldChange *out, const struct nc_value *value)
{
	switch (value->kind) {
	case NC_VALUE_ABSENT:
		break;
	case NC_VALUE_INTEGER:
		out->value_case = NHIPCAU__V1__FIELD_CHANGE__VALUE_INTEGER;
		out->integer = value->integer;
		break;
	case NC_VALUE_TEXT:
		out->value_case = NHIPCAU__V1__FIELD_CHANGE__VALUE_TEXT;
		out->text = nc_wire_bytes(value->bytes.data, value->bytes.size);
		break;
	case NC_VALUE_BYTES:
		out->value_case = NHIPCAU__V1__FIELD_CHANGE__VALUE_BLOB;
		out->blob = nc_wire_bytes(value->bytes.data, value->bytes.size);
		break;
	}
}

static bool build_record(Nhipcau__V1__RecordChange *out,
	const struct nc_record_change *record, const struct device_list *list,
	nc_device_id own, struct nc_arena *arena)
{
	size_t count = record->fields_count;
	Nhipcau__V1__FieldChange *fields =
		nc_arena_array(arena, count, sizeof(*fields));

	nhipcau__v1__record_change__init(out);
	out->record = nc_wire_bytes(record->record.bytes, NC_ID_SIZE);
	out->entity = record->entity;
	out->deletes = record->deletes;
	out->n_fields = count;
	out->fields = nc_arena_array(arena, count, sizeof(*out->fields));
	if (fields == NULL || out->fields == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		nhipcau__v1__field_change__init(&fields[i]);
		fields[i].field = record->fields[i].field;
		build_value(&fields[i], &record->fields[i].value);
		if (!build_dots(
			    &fields[i], &record->fields[i], list, own, arena))
			return false;
		out->fields[i] = &fields[i];
	}
	return true;
}

static bool build_records(Nhipcau__V1__ChangeSet *out,
	const struct nc_change_set *change_set, const struct device_list *list,
	struct nc_arena *arena)
{
	size_t count = change_set->records_count;
	Nhipcau__V1__RecordChange *records =
		nc_arena_array(arena, count, sizeof(*records));

	out->n_records = count;
	out->records = nc_arena_array(arena, count, sizeof(*out->records));
	if (records == NULL || out->records == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (!build_record(&records[i], &change_set->records[i], list,
			    change_set->device, arena))
			return false;
		out->records[i] = &records[i];
	}
	return true;
}

static bool build_devices(Nhipcau__V1__ChangeSet *out,
	const struct device_list *list, struct nc_arena *arena)
{
	uint8_t *bytes = nc_arena_array(arena, list->count, NC_DEVICE_ID_SIZE);

	if (bytes == NULL)
		return false;
	for (size_t i = 0; i < list->count; i++)
		nc_bytes_put_u64(bytes + i * NC_DEVICE_ID_SIZE, list->ids[i]);
	out->devices = nc_wire_bytes(bytes, list->count * NC_DEVICE_ID_SIZE);
	return true;
}

static enum nc_status change_set_pack(const struct nc_change_set *change_set,
	struct nc_arena *arena, struct nc_buffer *out)
{
	Nhipcau__V1__ChangeSet message = NHIPCAU__V1__CHANGE_SET__INIT;
	uint8_t device[NC_DEVICE_ID_SIZE];
	struct device_list list;

	if (!collect_devices(change_set, arena, &list))
		return NC_NO_MEMORY;
	if (list.count > NC_CHANGE_SET_DEVICES_MAX)
		return NC_LIMIT;
	if (!build_devices(&message, &list, arena) ||
		!build_records(&message, change_set, &list, arena))
		return NC_NO_MEMORY;
	nc_bytes_put_u64(device, change_set->device);
	message.union_ = nc_wire_bytes(change_set->union_id.bytes, NC_ID_SIZE);
	message.device = nc_wire_bytes(device, sizeof(device));
	message.sequence = change_set->sequence;
	if (change_set->sequence > 1)
		message.previous =
			nc_wire_bytes(change_set->previous, NC_HASH_SIZE);
	message.written_at_ms = change_set->written_at_ms;
	message.model_version = change_set->model_version;
	message.author =
		nc_wire_bytes(change_set->author.data, change_set->author.size);
	return nc_wire_pack(&message.base, out);
}

enum nc_status nc_change_set_encode(const struct nc_change_set *change_set,
	struct nc_buffer *out, struct nc_error *err)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	size_t before = out->size;
	enum nc_status status;

	if (change_set->records_count > NC_CHANGE_SET_RECORDS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("One save may change %d records and this one changes "
			  "%zu; save in parts."),
			NC_CHANGE_SET_RECORDS_MAX, change_set->records_count);
	nc_arena_init(&arena, ENCODE_ARENA_MAX);
	status = change_set_pack(change_set, &arena, out);
	if (status == NC_OK && out->size - before > NC_CHANGE_SET_BYTES_MAX)
		status = NC_LIMIT;
	if (status == NC_OK)
		return NC_OK;
	out->size = before;
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	return nc_error_set(err, NC_LIMIT,
		_("One save may have 1 MiB and this one is larger; save in "
		  "parts."));
}

static enum nc_status malformed(struct nc_error *err, const char *what)
{
	return nc_error_set(err, NC_MALFORMED,
		_("A change-set is not as the protocol says (%s); the program "
		  "that wrote it must be mended."),
		what);
}

/* The dictionary of devices, checked, with the author's own as number 0. */
static enum nc_status read_devices(const Nhipcau__V1__ChangeSet *message,
	nc_device_id own, struct nc_arena *arena, struct device_list *ret_list,
	struct nc_error *err)
{
	size_t count = message->devices.len / NC_DEVICE_ID_SIZE;
	struct device_list list = {.count = count + 1};

	if (message->devices.len % NC_DEVICE_ID_SIZE != 0 ||
		count > NC_CHANGE_SET_DEVICES_MAX)
		return malformed(err, "devices");
	list.ids = nc_arena_array(arena, list.count, sizeof(*list.ids));
	if (list.ids == NULL)
		return nc_error_no_memory(err);
	list.ids[0] = own;
	for (size_t i = 1; i <= count; i++) {
		list.ids[i] = nc_bytes_get_u64(
			message->devices.data + (i - 1) * NC_DEVICE_ID_SIZE);
		if (list.ids[i] == own ||
			(i > 1 && list.ids[i] <= list.ids[i - 1]))
			return malformed(err, "order of devices");
	}
	*ret_list = list;
	return NC_OK;
}

static enum nc_status read_dots(const Nhipcau__V1__FieldChange *in,
	const struct device_list *list, struct nc_arena *arena,
	struct nc_field_change *out, struct nc_error *err)
{
	struct nc_dot *dots;

	out->replaces = NULL;
	out->replaces_count = in->n_replaces;
	if (in->n_replaces == 0)
		return NC_OK;
	if (in->n_replaces > NC_FIELD_REPLACES_MAX)
		return malformed(err, "too many values replaced");
	dots = nc_arena_array(arena, in->n_replaces, sizeof(*dots));
	if (dots == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < in->n_replaces; i++) {
		const Nhipcau__V1__Dot *dot = in->replaces[i];

		if (dot->device >= list->count || dot->sequence == 0 ||
			(dot->device == 0 &&
				dot->sequence >= list->own_sequence))
			return malformed(err, "dot");
		dots[i].device = list->ids[dot->device];
		dots[i].sequence = dot->sequence;
	}
	out->replaces = dots;
	return NC_OK;
}

static enum nc_status read_value(const Nhipcau__V1__FieldChange *in,
	struct nc_value *out, struct nc_error *err)
{
	switch (in->value_case) {
	case NHIPCAU__V1__FIELD_CHANGE__VALUE_TEXT:
		*out = nc_value_slice(nc_wire_slice(in->text));
		if (in->text.len > NC_TEXT_BYTES_MAX)
			return malformed(err, "text too long");
		if (!nc_text_is_clean(out->bytes))
			return malformed(err, "text not NFC UTF-8");
		return NC_OK;
	case NHIPCAU__V1__FIELD_CHANGE__VALUE_BLOB:
		*out = nc_value_bytes(in->blob.data, in->blob.len);
		if (in->blob.len > NC_TEXT_BYTES_MAX)
			return malformed(err, "bytes too long");
		return NC_OK;
	case NHIPCAU__V1__FIELD_CHANGE__VALUE_INTEGER:
		*out = nc_value_integer(in->integer);
		return NC_OK;
	default:
		*out = nc_value_absent();
		return NC_OK;
	}
}

static enum nc_status read_fields(const Nhipcau__V1__RecordChange *in,
	const struct device_list *list, struct nc_arena *arena,
	struct nc_record_change *out, struct nc_error *err)
{
	out->fields_count = in->n_fields;
	out->fields = NULL;
	if (in->n_fields == 0 || in->n_fields > NC_RECORD_FIELDS_MAX)
		return malformed(err, "number of fields");
	out->fields = nc_arena_array(arena, in->n_fields, sizeof(*out->fields));
	if (out->fields == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < in->n_fields; i++) {
		const Nhipcau__V1__FieldChange *field = in->fields[i];
		enum nc_status status;

		if (field->field == 0 ||
			(i > 0 && field->field <= in->fields[i - 1]->field))
			return malformed(err, "order of fields");
		out->fields[i].field = field->field;
		status = read_value(field, &out->fields[i].value, err);
		if (status == NC_OK)
			status = read_dots(
				field, list, arena, &out->fields[i], err);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

static enum nc_status read_records(const Nhipcau__V1__ChangeSet *message,
	const struct device_list *list, struct nc_arena *arena,
	struct nc_change_set *out, struct nc_error *err)
{
	out->records_count = message->n_records;
	if (message->n_records == 0 ||
		message->n_records > NC_CHANGE_SET_RECORDS_MAX)
		return malformed(err, "number of records");
	out->records = nc_arena_array(
		arena, message->n_records, sizeof(*out->records));
	if (out->records == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < message->n_records; i++) {
		const Nhipcau__V1__RecordChange *in = message->records[i];
		struct nc_record_change *record = &out->records[i];
		enum nc_status status;

		if (!nc_wire_fixed(
			    record->record.bytes, NC_ID_SIZE, in->record) ||
			in->entity == 0)
			return malformed(err, "record");
		if (i > 0 && nc_id_compare(&out->records[i - 1].record,
				     &record->record) >= 0)
			return malformed(err, "order of records");
		record->entity = in->entity;
		record->deletes = in->deletes;
		status = read_fields(in, list, arena, record, err);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

static enum nc_status read_header(const Nhipcau__V1__ChangeSet *message,
	struct nc_change_set *out, struct nc_error *err)
{
	memset(out, 0, sizeof(*out));
	if (!nc_wire_fixed(out->union_id.bytes, NC_ID_SIZE, message->union_) ||
		!nc_wire_device(&out->device, message->device))
		return malformed(err, "union or device");
	out->sequence = message->sequence;
	if (out->sequence == 0 || out->sequence > INT64_MAX)
		return malformed(err, "sequence");
	if (out->sequence == 1 ? message->previous.len != 0
			       : !nc_wire_fixed(out->previous, NC_HASH_SIZE,
					 message->previous))
		return malformed(err, "previous");
	out->written_at_ms = message->written_at_ms;
	out->model_version = message->model_version;
	out->author = nc_wire_slice(message->author);
	if (out->author.size > NC_LABEL_BYTES_MAX ||
		!nc_text_is_clean(out->author))
		return malformed(err, "author");
	return NC_OK;
}

enum nc_status nc_change_set_decode(struct nc_slice payload,
	struct nc_arena *arena, struct nc_change_set *ret_change_set,
	struct nc_error *err)
{
	ProtobufCAllocator allocator = nc_wire_allocator(arena);
	Nhipcau__V1__ChangeSet *message;
	struct nc_change_set out;
	struct device_list list = {0};
	enum nc_status status;

	if (payload.size > NC_CHANGE_SET_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("A change-set has %zu bytes and may have 1 MiB; the "
			  "program that wrote it must be mended."),
			payload.size);
	message = nhipcau__v1__change_set__unpack(
		&allocator, payload.size, payload.data);
	if (message == NULL && arena->starved)
		return nc_error_no_memory(err);
	if (message == NULL)
		return malformed(err, "protobuf");
	status = read_header(message, &out, err);
	if (status == NC_OK)
		status = read_devices(message, out.device, arena, &list, err);
	list.own_sequence = out.sequence;
	if (status == NC_OK)
		status = read_records(message, &list, arena, &out, err);
	if (status == NC_OK)
		*ret_change_set = out;
	return status;
}
