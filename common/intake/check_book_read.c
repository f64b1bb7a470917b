/* Records, read: fields, references, days. */
#include "intake/check_book_work.h"

#include <stdlib.h>
#include <string.h>

static const struct nc_value *value_of(
	const struct nc_check_record *record, uint32_t number)
{
	const struct nc_field *field = nc_entity_field(record->entity, number);

	if (field == NULL)
		return NULL;
	return &record->values[nc_entity_field_index(record->entity, field)];
}

bool book_has(const struct nc_check_record *record, uint32_t field)
{
	const struct nc_value *value = value_of(record, field);

	return value != NULL && value->kind != NC_VALUE_ABSENT;
}

struct nc_slice book_slice(const struct nc_check_record *record, uint32_t field)
{
	const struct nc_value *value = value_of(record, field);

	return value != NULL && value->kind == NC_VALUE_TEXT
		       ? value->bytes
		       : nc_slice(NULL, 0);
}

const char *book_text(const struct nc_check_record *record, uint32_t field)
{
	struct nc_slice text = book_slice(record, field);

	return text.data == NULL ? "" : (const char *)text.data;
}

int64_t book_integer(
	const struct nc_check_record *record, uint32_t field, int64_t otherwise)
{
	const struct nc_value *value = value_of(record, field);

	return value != NULL && value->kind == NC_VALUE_INTEGER ? value->integer
								: otherwise;
}

bool book_is(const struct nc_check_record *record, uint32_t field,
	const char *choice)
{
	return strcmp(book_text(record, field), choice) == 0;
}

size_t book_place(const struct book_work *b, const struct nc_id *id)
{
	const struct nc_check_book *book = b->book;
	size_t low = 0, high = book->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (nc_id_compare(&book->records[b->by_id[middle]].id, id) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct nc_check_record *book_link(const struct book_work *b,
	const struct nc_check_record *record, uint32_t field, size_t index)
{
	const struct nc_check_book *book = b->book;
	const struct nc_value *value = value_of(record, field);
	const struct nc_check_record *found = NULL;
	struct nc_id id;

	if (value == NULL || !nc_references_at(value, index, &id))
		return NULL;
	for (size_t at = book_place(b, &id); at < book->count; at++) {
		const struct nc_check_record *one =
			&book->records[b->by_id[at]];

		if (nc_id_compare(&one->id, &id) != 0)
			break;
		if (found == NULL || one->union_number == record->union_number)
			found = one;
	}
	return found;
}

bool book_is_doing(const struct nc_check_record *record)
{
	switch (record->entity->number) {
	case NC_ENTITY_CONGRESS:
	case NC_ENTITY_DELEGATION:
	case NC_ENTITY_ACTIVITY:
	case NC_ENTITY_AID:
	case NC_ENTITY_AID_OPINION:
	case NC_ENTITY_AGREEMENT:
	case NC_ENTITY_DOCUMENT_COMMENT:
	case NC_ENTITY_EVENT_ATTENDED:
	case NC_ENTITY_TRAINING:
	case NC_ENTITY_INFORMATION:
	case NC_ENTITY_OVERSEAS:
	case NC_ENTITY_GREETING:
		return true;
	default:
		return false;
	}
}

bool book_is_open(const struct nc_check_record *record)
{
	static const char *const open[] = {"planned", "postponed", "dropped",
		"carried", "soliciting", "surveyed"};

	for (size_t i = 0; i < sizeof(open) / sizeof(open[0]); i++)
		if (book_is(record, NC_DOING_STATUS, open[i]))
			return true;
	return false;
}

int book_year(const struct nc_check_record *record)
{
	const struct nc_field *field =
		nc_entity_field_named(record->entity, "year");

	return field == NULL ? 0 : (int)book_integer(record, field->number, 0);
}

static uint32_t name_field(const struct nc_check_record *record)
{
	static const char *const names[] = {"title", "name", "text", "symbol"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		const struct nc_field *field =
			nc_entity_field_named(record->entity, names[i]);

		if (field != NULL && book_has(record, field->number))
			return field->number;
	}
	return 0;
}

const char *book_name(const struct nc_check_record *record)
{
	uint32_t field = name_field(record);

	return field == 0 ? "" : book_text(record, field);
}

bool book_item(struct nc_slice list, size_t index, struct nc_slice *ret_item)
{
	while (list.size > 0) {
		const uint8_t *end = memchr(list.data, '\n', list.size);
		size_t size =
			end == NULL ? list.size : (size_t)(end - list.data);

		if (index-- == 0) {
			*ret_item = nc_slice(list.data, size);
			return true;
		}
		size += end != NULL;
		list = nc_slice(list.data + size, list.size - size);
	}
	return false;
}

size_t book_index(
	const struct book_work *b, const struct nc_check_record *record)
{
	return (size_t)(record - b->book->records);
}

enum nc_status book_line_read(
	const struct book_work *b, struct check_line *line, const char *text)
{
	struct nc_paragraph paragraph = {
		.text = text, .marker = "", .list_level = -1};
	enum nc_status status =
		check_line_read(line, &paragraph, b->book->year);

	line->paragraph = NULL;
	return status;
}

const char *book_phrase(struct book_work *b, const char *text)
{
	struct nc_word *words NC_AUTO(nc_free_at) = NULL;
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;
	size_t count;

	nc_buffer_init(&out, 512);
	status = nc_words_read(nc_slice_text(text), &words, &count);
	for (size_t i = 0; status == NC_OK && i < count; i++)
		if (words[i].key[0] != '\0')
			status = nc_buffer_printf(&out, "%s%s",
				out.size > 0 ? " " : "", words[i].key);
	return status == NC_OK
		       ? check_text(b->work, "%s", nc_buffer_string(&out))
		       : "";
}

/* Where the words begin in the field, when they are a part of it. */
static size_t offset_in(const struct nc_check_record *record, uint32_t field,
	struct nc_slice words)
{
	struct nc_slice text = book_slice(record, field);
	uintptr_t from = (uintptr_t)text.data, at = (uintptr_t)words.data;

	if (text.size == 0 || words.size == 0 || at < from ||
		at - from + words.size > text.size)
		return NC_CHECK_NOWHERE;
	return at - from;
}

enum nc_status book_tell(struct book_work *b,
	const struct nc_check_record *record, uint32_t field,
	const struct check_told *told)
{
	struct nc_check *check = b->work->check;
	size_t before = check->count;
	enum nc_status status = check_tell(b->work, told);
	struct nc_finding *finding;

	if (status != NC_OK || check->count == before)
		return status;
	finding = &check->findings[before];
	finding->line = 0;
	finding->record = record;
	finding->union_number = record->union_number;
	finding->field =
		field == 0 ? NULL : nc_entity_field(record->entity, field);
	finding->at = offset_in(record, field, told->words);
	return NC_OK;
}
