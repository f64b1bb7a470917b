/*
 * A table of an office. Bytes that begin with X are a workbook's parts bare,
 * for mutation does not get through a zip: sheet NUL strings NUL styles; all
 * others go through the reader of files. What comes out is read as every kind
 * of record.
 */
#include "intake/tables_revise.h"
#include "intake/xlsx.h"
#include "locale/text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct nc_slice take_part(struct nc_slice *rest)
{
	const uint8_t *end =
		rest->size == 0 ? NULL : memchr(rest->data, 0, rest->size);
	struct nc_slice part = *rest;

	if (end == NULL) {
		*rest = nc_slice("", 0);
		return part;
	}
	part.size = (size_t)(end - part.data);
	*rest = nc_slice(end + 1, rest->size - part.size - 1);
	return part;
}

static enum nc_status read_parts(struct nc_workbook *workbook,
	struct nc_slice bytes, struct nc_error *err)
{
	static struct workbook_builder builder;
	struct nc_slice sheet = take_part(&bytes), texts = take_part(&bytes),
			formats = take_part(&bytes);
	struct xlsx_strings strings = {NULL, 0};
	struct xlsx_styles styles = {NULL, 0};
	enum nc_status status;

	workbook_builder_init(&builder, workbook);
	status = workbook_add_sheet(&builder, "Đoàn ra 2024", false, err);
	if (status == NC_OK && texts.size > 0)
		status = xlsx_strings_read(&builder, texts, &strings, err);
	if (status == NC_OK && formats.size > 0)
		status = xlsx_styles_read(&builder, formats, &styles, err);
	if (status == NC_OK)
		status = xlsx_sheet_read(
			&builder, sheet, &strings, &styles, false, err);
	return status;
}

/* Fast, and no secret: the fuzzer looks for crashes. */
static void hash(uint8_t out[32], struct nc_slice bytes)
{
	uint64_t sum = 1469598103934665603u;

	for (size_t i = 0; i < bytes.size; i++)
		sum = (sum ^ bytes.data[i]) * 1099511628211u;
	for (size_t i = 0; i < 32; i += 8)
		nc_bytes_put_u64(out + i, sum + i);
}

static void check_tables(const struct nc_tables *tables)
{
	struct nc_tables_steps steps;
	struct nc_error err;

	for (size_t i = 0; i < tables->count; i++) {
		const struct nc_tables_record *record = &tables->records[i];
		uint32_t last = 0;

		for (size_t f = 0; f < record->fields_count; f++) {
			const struct nc_field *field = nc_entity_field(
				record->entity, record->fields[f].field);

			NC_ASSERT(field != NULL && field->number > last);
			last = field->number;
			NC_ASSERT(
				nc_field_check(field, &record->fields[f].value,
					&err) == NC_OK);
		}
	}
	nc_tables_steps_init(&steps);
	NC_ASSERT(nc_tables_revise(&steps, tables, NULL, 0, true, hash, &err) ==
		  NC_OK);
	nc_tables_steps_fini(&steps);
}

static void read_as(
	const struct nc_workbook *workbook, const struct nc_entity *entity)
{
	const struct nc_tables_options options = {
		.entity = entity, .this_year = 2024, .hash = hash};
	struct nc_tables tables;
	struct nc_error err = {0};

	nc_tables_init(&tables);
	if (nc_tables_read(&tables, workbook, &options, &err) == NC_OK)
		check_tables(&tables);
	else
		NC_ASSERT(err.text[0] != '\0');
	nc_tables_fini(&tables);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nc_workbook workbook;
	struct nc_error err = {0};
	enum nc_status status;

	nc_workbook_init(&workbook);
	if (size > 0 && data[0] == 'X')
		status = read_parts(
			&workbook, nc_slice(data + 1, size - 1), &err);
	else
		status =
			nc_workbook_read(&workbook, nc_slice(data, size), &err);
	NC_ASSERT(status == NC_OK || err.text[0] != '\0');
	if (status == NC_OK) {
		read_as(&workbook, NULL);
		read_as(&workbook, nc_model_entity(NC_ENTITY_DELEGATION));
		read_as(&workbook, nc_model_entity(NC_ENTITY_AID));
		read_as(&workbook, nc_model_entity(NC_ENTITY_TARGET));
	}
	nc_workbook_fini(&workbook);
	return 0;
}
