#include "intake/workbook_build.h"
#include "intake/csv.h"
#include "intake/document_build.h"
#include "intake/office_package.h"
#include "intake/xlsx.h"
#include "locale/text.h"

#include <string.h>

/* All texts once each, the cells, and those that grow by merging. */
#define WORKBOOK_ARENA_MAX (256UL * 1024 * 1024)

static const struct nc_cell empty_cell = {.text = "", .unit = ""};

void nc_workbook_init(struct nc_workbook *workbook)
{
	memset(workbook, 0, sizeof(*workbook));
	nc_arena_init(&workbook->arena, WORKBOOK_ARENA_MAX);
}

void nc_workbook_fini(struct nc_workbook *workbook)
{
	nc_arena_fini(&workbook->arena);
	nc_workbook_init(workbook);
}

const struct nc_cell *nc_sheet_cell(
	const struct nc_sheet_row *row, size_t column)
{
	return column < row->count ? &row->cells[column] : &empty_cell;
}

void nc_column_name(char out[NC_COLUMN_NAME_SIZE], size_t column)
{
	size_t at = column < 26 ? 1 : column < 26 + 26 * 26 ? 2 : 3;

	out[at] = '\0';
	for (column++; at > 0; column = (column - 1) / 26)
		out[--at] = (char)('A' + (column - 1) % 26);
}

/* --- building ------------------------------------------------------------ */

void workbook_builder_init(
	struct workbook_builder *builder, struct nc_workbook *workbook)
{
	memset(builder, 0, sizeof(*builder));
	builder->workbook = workbook;
	builder->rows_left = NC_TABLE_ROWS_MAX;
	builder->cells_left = NC_TABLE_CELLS_MAX;
}

/* An array of the arena, twice as large; what was there is copied. */
static void *grow(struct nc_arena *arena, const void *old, size_t count,
	size_t *capacity, size_t size)
{
	size_t more = *capacity == 0 ? 16 : 2 * *capacity;
	void *grown = nc_arena_array(arena, more, size);

	if (grown == NULL)
		return NULL;
	if (count > 0)
		memcpy(grown, old, count * size);
	*capacity = more;
	return grown;
}

static enum nc_status too_much(struct nc_arena *arena, struct nc_error *err)
{
	if (arena->starved)
		return nc_error_no_memory(err);
	return nc_error_set(err, NC_LIMIT,
		_("The file holds more than a table of an office does; take "
		  "out the sheets and rows that are not needed."));
}

enum nc_status workbook_add_sheet(struct workbook_builder *builder,
	const char *name, bool hidden, struct nc_error *err)
{
	struct nc_workbook *workbook = builder->workbook;

	if (workbook->count == NC_TABLE_SHEETS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The workbook has more than %d sheets; keep those "
			  "that are to be imported in a file of their own."),
			NC_TABLE_SHEETS_MAX);
	if (workbook->count == builder->sheets_capacity) {
		struct nc_sheet *sheets = grow(&workbook->arena,
			workbook->sheets, workbook->count,
			&builder->sheets_capacity, sizeof(*sheets));

		if (sheets == NULL)
			return too_much(&workbook->arena, err);
		workbook->sheets = sheets;
	}
	builder->sheet = &workbook->sheets[workbook->count++];
	*builder->sheet = (struct nc_sheet){.name = name, .hidden = hidden};
	builder->rows_capacity = 0;
	return NC_OK;
}

void workbook_start_row(struct workbook_builder *builder, size_t number)
{
	for (size_t i = 0; i < builder->width; i++)
		builder->cells[i] = empty_cell;
	if (builder->cells[0].text == NULL)
		for (size_t i = 0; i < NC_TABLE_COLUMNS_MAX; i++)
			builder->cells[i] = empty_cell;
	builder->row = number;
	builder->width = 0;
}

enum nc_status workbook_set_cell(struct workbook_builder *builder,
	size_t column, const struct nc_cell *cell, struct nc_error *err)
{
	if (column >= NC_TABLE_COLUMNS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("Row %zu of sheet \"%s\" has something beyond column "
			  "%d; take out what does not belong to the table."),
			builder->row, builder->sheet->name,
			NC_TABLE_COLUMNS_MAX);
	builder->cells[column] = *cell;
	if (column >= builder->width)
		builder->width = column + 1;
	return NC_OK;
}

static enum nc_status too_many_cells(struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("The file has more than %d rows or %d cells; keep what is to "
		  "be imported in a file of its own."),
		NC_TABLE_ROWS_MAX, NC_TABLE_CELLS_MAX);
}

enum nc_status workbook_end_row(
	struct workbook_builder *builder, struct nc_error *err)
{
	struct nc_arena *arena = &builder->workbook->arena;
	struct nc_sheet *sheet = builder->sheet;
	struct nc_cell *cells;

	if (builder->width == 0)
		return NC_OK;
	if (builder->rows_left == 0 || builder->cells_left < builder->width)
		return too_many_cells(err);
	builder->rows_left--;
	builder->cells_left -= builder->width;
	if (sheet->count == builder->rows_capacity) {
		struct nc_sheet_row *rows = grow(arena, sheet->rows,
			sheet->count, &builder->rows_capacity, sizeof(*rows));

		if (rows == NULL)
			return too_much(arena, err);
		sheet->rows = rows;
	}
	cells = nc_arena_copy(
		arena, builder->cells, builder->width * sizeof(*cells));
	if (cells == NULL)
		return too_much(arena, err);
	sheet->rows[sheet->count++] =
		(struct nc_sheet_row){builder->row, cells, builder->width};
	return NC_OK;
}

/* The first row whose number is not below this; count when there is none. */
static size_t find_row(const struct nc_sheet *sheet, size_t number)
{
	size_t low = 0, high = sheet->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (sheet->rows[middle].number < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A row's cells, so many that column right is one of them. */
static struct nc_cell *widen(
	struct nc_arena *arena, struct nc_sheet_row *row, size_t right)
{
	struct nc_cell *cells;

	if (right < row->count)
		return (struct nc_cell *)row->cells;
	cells = nc_arena_array(arena, right + 1, sizeof(*cells));
	if (cells == NULL)
		return NULL;
	for (size_t i = 0; i <= right; i++)
		cells[i] = *nc_sheet_cell(row, i);
	row->cells = cells;
	row->count = right + 1;
	return cells;
}

enum nc_status workbook_merge(struct workbook_builder *builder, size_t top,
	size_t left, size_t bottom, size_t right, struct nc_error *err)
{
	struct nc_sheet *sheet = builder->sheet;
	size_t at = find_row(sheet, top + 1);
	struct nc_cell first;

	if (right >= NC_TABLE_COLUMNS_MAX)
		right = NC_TABLE_COLUMNS_MAX - 1;
	if (at == sheet->count || sheet->rows[at].number != top + 1 ||
		left > right)
		return NC_OK;
	first = *nc_sheet_cell(&sheet->rows[at], left);
	first.covered = true;
	if (first.kind == NC_CELL_EMPTY)
		return NC_OK;
	for (; at < sheet->count && sheet->rows[at].number <= bottom + 1;
		at++) {
		struct nc_sheet_row *row = &sheet->rows[at];
		struct nc_cell *cells;

		/* What is looked at counts, for merged cells may overlap. */
		if (builder->cells_left < right - left + 1)
			return too_many_cells(err);
		builder->cells_left -= right - left + 1;
		cells = widen(&builder->workbook->arena, row, right);
		if (cells == NULL)
			return too_much(&builder->workbook->arena, err);
		for (size_t i = left; i <= right; i++)
			if (cells[i].kind == NC_CELL_EMPTY)
				cells[i] = first;
	}
	return NC_OK;
}

enum nc_status workbook_text(struct workbook_builder *builder,
	struct nc_slice raw, const char **ret_text, struct nc_error *err)
{
	struct nc_arena *arena = &builder->workbook->arena;
	struct nc_buffer clean NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice text;
	enum nc_status status = NC_LIMIT;
	const char *kept;

	nc_buffer_init(&clean, 4 * NC_TEXT_BYTES_MAX);
	/* Before normalising: that is slow on long runs of marks. */
	if (raw.size <= NC_TEXT_BYTES_MAX)
		status = nc_intake_clean(
			&clean, raw, false, &builder->workbook->legacy);
	text = nc_text_trim(nc_buffer_slice(&clean));
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status == NC_LIMIT || text.size > NC_TEXT_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("A cell holds more than %d KiB of text, which no "
			  "table needs; check that this is the right file."),
			NC_TEXT_BYTES_MAX / 1024);
	if (status != NC_OK)
		return nc_error_set(err, NC_INVALID,
			_("A cell is not Unicode text; open the file in Excel "
			  "or LibreOffice and save it as .xlsx or as CSV "
			  "UTF-8."));
	kept = text.size == 0 ? ""
			      : nc_arena_text(arena, (const char *)text.data,
					text.size);
	if (kept == NULL)
		return too_much(arena, err);
	*ret_text = kept;
	return NC_OK;
}

/* --- text files ---------------------------------------------------------- */

static enum nc_status add_csv_row(struct workbook_builder *builder,
	const struct nc_csv *csv, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	workbook_start_row(builder, csv->line);
	for (size_t i = 0; i < csv->fields_count && status == NC_OK; i++) {
		struct nc_cell cell = {.unit = "", .kind = NC_CELL_TEXT};

		status = workbook_text(builder, nc_slice_text(csv->fields[i]),
			&cell.text, err);
		if (status == NC_OK && cell.text[0] != '\0')
			status = workbook_set_cell(builder, i, &cell, err);
	}
	return status == NC_OK ? workbook_end_row(builder, err) : status;
}

static enum nc_status read_csv(struct workbook_builder *builder,
	struct nc_slice bytes, struct nc_error *err)
{
	struct nc_buffer decoded NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_csv csv;
	bool row = true;
	enum nc_status status = nc_text_file_decode(
		&bytes, &decoded, &builder->workbook->legacy, err);

	nc_arena_init(&arena, NC_TABLE_BYTES_MAX);
	if (status == NC_OK)
		status = nc_csv_init(&csv, bytes, &arena, err);
	if (status == NC_OK)
		status = workbook_add_sheet(builder, "", false, err);
	while (status == NC_OK) {
		nc_arena_reset(&arena);
		status = nc_csv_next(&csv, &row, err);
		if (status != NC_OK || !row)
			break;
		status = add_csv_row(builder, &csv, err);
	}
	return status;
}

/* --- what it is ----------------------------------------------------------- */

static bool begins_with(struct nc_slice bytes, const char *start, size_t size)
{
	return bytes.size >= size && memcmp(bytes.data, start, size) == 0;
}

/* An old .xls, or a package that is sealed. */
static enum nc_status refuse_compound(
	struct nc_slice bytes, struct nc_error *err)
{
	if (office_compound_is_sealed(bytes))
		return nc_error_set(err, NC_INVALID,
			_("This workbook is locked with a password; open it in "
			  "Excel, remove the password and save it as .xlsx or "
			  "CSV."));
	return nc_error_set(err, NC_INVALID,
		_("This is a file of an old Office version (.xls); open it in "
		  "Excel or LibreOffice and save it as .xlsx or CSV."));
}

static enum nc_status read_known(struct workbook_builder *builder,
	struct nc_slice bytes, struct nc_error *err)
{
	if (office_package_is(bytes))
		return xlsx_file_read(builder, bytes, err);
	if (office_compound_is(bytes))
		return refuse_compound(bytes, err);
	if (begins_with(bytes, "%PDF", 4) || begins_with(bytes, "{\\rtf", 5) ||
		begins_with(bytes, "<", 1))
		return nc_error_set(err, NC_INVALID,
			_("This is a PDF, a web page or another kind of "
			  "document and not a table; save the table as .xlsx "
			  "or CSV."));
	return read_csv(builder, bytes, err);
}

enum nc_status nc_workbook_read(struct nc_workbook *workbook,
	struct nc_slice bytes, struct nc_error *err)
{
	struct workbook_builder builder;
	size_t rows = 0;
	enum nc_status status;

	nc_workbook_fini(workbook);
	if (bytes.size > NC_TABLE_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The file is larger than %d MiB; take the pictures "
			  "out of it, or check that this is the right file."),
			NC_TABLE_BYTES_MAX / (1024 * 1024));
	workbook_builder_init(&builder, workbook);
	status = read_known(&builder, bytes, err);
	for (size_t i = 0; i < workbook->count; i++)
		rows += workbook->sheets[i].count;
	if (status == NC_OK && rows == 0)
		status = nc_error_set(err, NC_INVALID,
			_("The file holds no table; check that it was saved "
			  "and that this is the right file."));
	if (status != NC_OK)
		nc_workbook_fini(workbook);
	return status;
}
