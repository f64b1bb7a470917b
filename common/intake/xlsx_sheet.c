/*
 * Worksheets: ECMA-376 part 1, 18.3. A cell (c) has a place (r="B7"), a type
 * (t), a style (s) and a value: v, or is for text that stands in place. Types:
 * n number (the default), s index of a shared string, str text that a formula
 * made, inlineStr, b boolean, e error, d date in ISO 8601. A row or cell that
 * does not say its place stands after the one before. Rich text is the text of
 * its runs; what shows how Japanese is read (rPh) is left out.
 */
#include "intake/xlsx.h"
#include "intake/office_xml.h"

#include <stdio.h>
#include <string.h>

enum text_of { TEXT_NONE, TEXT_VALUE, TEXT_INLINE, TEXT_FORMULA };

/* --- shared strings ------------------------------------------------------ */

struct strings {
	struct workbook_builder *builder;
	struct nc_buffer text;
	bool in_text;
	unsigned phonetic; /* open rPh */
	struct xlsx_strings out;
	size_t capacity;
};

/* Excel writes what XML cannot hold as _x000D_; such a character means
 * nothing here, save the underscore that it escapes (_x005F_). */
static void unescape(struct nc_buffer *text)
{
	size_t to = 0;

	for (size_t i = 0; i < text->size; i++) {
		const uint8_t *at = text->data + i;

		if (text->size - i >= 7 && memcmp(at, "_x00", 4) == 0 &&
			at[6] == '_') {
			if (memcmp(at + 4, "5F", 2) == 0)
				text->data[to++] = '_';
			else if (memcmp(at + 4, "0A", 2) == 0)
				text->data[to++] = '\n';
			i += 6;
			continue;
		}
		text->data[to++] = *at;
	}
	text->size = to;
}

static enum nc_status append(
	struct nc_buffer *text, struct nc_slice more, struct nc_error *err)
{
	enum nc_status status = nc_buffer_append(text, more.data, more.size);

	if (status == NC_LIMIT)
		return nc_error_set(err, NC_LIMIT,
			_("A cell holds more than %d KiB of text, which no "
			  "table needs; check that this is the right file."),
			NC_TEXT_BYTES_MAX / 1024);
	return status == NC_OK ? NC_OK : nc_error_no_memory(err);
}

static enum nc_status keep_string(struct strings *strings, struct nc_error *err)
{
	struct nc_arena *arena = &strings->builder->workbook->arena;
	const char *text;
	enum nc_status status;

	if (strings->out.count == NC_TABLE_CELLS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The workbook has more than %d texts; keep what is "
			  "to be imported in a file of its own."),
			NC_TABLE_CELLS_MAX);
	if (strings->out.count == strings->capacity) {
		size_t more =
			strings->capacity == 0 ? 256 : 2 * strings->capacity;
		const char **texts =
			nc_arena_array(arena, more, sizeof(*texts));

		if (texts == NULL)
			return nc_error_no_memory(err);
		if (strings->out.count > 0)
			memcpy(texts, strings->out.texts,
				strings->out.count * sizeof(*texts));
		strings->out.texts = texts;
		strings->capacity = more;
	}
	unescape(&strings->text);
	status = workbook_text(
		strings->builder, nc_buffer_slice(&strings->text), &text, err);
	if (status == NC_OK)
		strings->out.texts[strings->out.count++] = text;
	return status;
}

static enum nc_status strings_start(void *context,
	const struct office_element *element, struct nc_error *err)
{
	struct strings *strings = context;

	(void)err;
	strings->in_text = office_element_is(element, XLSX_SPACES, "t");
	if (office_element_is(element, XLSX_SPACES, "si"))
		nc_buffer_reset(&strings->text);
	else if (office_element_is(element, XLSX_SPACES, "rPh"))
		strings->phonetic++;
	return NC_OK;
}

static enum nc_status strings_end(void *context,
	const struct office_element *element, struct nc_error *err)
{
	struct strings *strings = context;

	strings->in_text = false;
	if (office_element_is(element, XLSX_SPACES, "rPh"))
		strings->phonetic--;
	else if (office_element_is(element, XLSX_SPACES, "si"))
		return keep_string(strings, err);
	return NC_OK;
}

static enum nc_status strings_text(
	void *context, struct nc_slice text, struct nc_error *err)
{
	struct strings *strings = context;

	if (!strings->in_text || strings->phonetic > 0)
		return NC_OK;
	return append(&strings->text, text, err);
}

enum nc_status xlsx_strings_read(struct workbook_builder *builder,
	struct nc_slice xml, struct xlsx_strings *ret_strings,
	struct nc_error *err)
{
	struct strings strings = {.builder = builder};
	const struct office_xml_handler handler = {
		strings_start, strings_end, strings_text, &strings};
	enum nc_status status;

	nc_buffer_init(&strings.text, NC_TEXT_BYTES_MAX);
	status = office_xml_read(xml, "xl/sharedStrings.xml", &handler, err);
	nc_buffer_fini(&strings.text);
	if (status == NC_OK)
		*ret_strings = strings.out;
	return status;
}

/* --- cells -----------------------------------------------------------------
 */

struct sheet {
	struct workbook_builder *builder;
	const struct xlsx_strings *strings;
	const struct xlsx_styles *styles;
	bool from_1904;
	bool in_row, in_cell;
	size_t row, column; /* last row's number; next column, from 0 */
	char type[16];
	long style;
	enum text_of text_of;
	unsigned phonetic;
	struct nc_buffer value, formula;
	bool has_value;
};

static enum nc_status out_of_order(struct nc_error *err)
{
	return nc_error_set(err, NC_INVALID,
		_("The workbook's rows or cells do not stand in order; open it "
		  "in Excel or LibreOffice, save it anew and try again."));
}

/* "BC23": column 54, row 23 (0: none is said); false for anything else. */
static bool parse_place(
	struct nc_slice text, size_t *ret_column, size_t *ret_row)
{
	size_t column = 0, row = 0, at = 0;

	for (; at < text.size && text.data[at] >= 'A' && text.data[at] <= 'Z' &&
		at < 3;
		at++)
		column = column * 26 + (size_t)(text.data[at] - 'A' + 1);
	if (at == 0 || text.size - at > 7)
		return false;
	for (; at < text.size; at++) {
		if (text.data[at] < '0' || text.data[at] > '9')
			return false;
		row = row * 10 + (size_t)(text.data[at] - '0');
	}
	*ret_column = column - 1;
	*ret_row = row;
	return true;
}

static enum nc_status start_row(struct sheet *sheet,
	const struct office_element *element, struct nc_error *err)
{
	long number = (long)sheet->row + 1;

	(void)office_attribute_number(element, "r", &number);
	if (sheet->in_row || number <= (long)sheet->row)
		return out_of_order(err);
	sheet->in_row = true;
	sheet->row = (size_t)number;
	sheet->column = 0;
	workbook_start_row(sheet->builder, sheet->row);
	return NC_OK;
}

static enum nc_status start_cell(struct sheet *sheet,
	const struct office_element *element, struct nc_error *err)
{
	struct nc_slice place, type;
	size_t column = sheet->column, row;

	if (!sheet->in_row || sheet->in_cell)
		return out_of_order(err);
	if (office_attribute(element, "r", &place) &&
		!parse_place(place, &column, &row))
		return out_of_order(err);
	if (column < sheet->column)
		return out_of_order(err);
	sheet->column = column;
	sheet->in_cell = true;
	sheet->has_value = false;
	sheet->style = 0;
	sheet->type[0] = '\0';
	nc_buffer_reset(&sheet->value);
	nc_buffer_reset(&sheet->formula);
	(void)office_attribute_number(element, "s", &sheet->style);
	if (office_attribute(element, "t", &type) &&
		type.size < sizeof(sheet->type))
		snprintf(sheet->type, sizeof(sheet->type), "%.*s",
			(int)type.size, (const char *)type.data);
	return NC_OK;
}

static enum nc_status shared_text(
	struct sheet *sheet, struct nc_cell *cell, struct nc_error *err)
{
	struct nc_slice text = nc_buffer_slice(&sheet->value);
	size_t index = 0;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] < '0' || text.data[i] > '9' || i > 8)
			index = SIZE_MAX / 100;
		else
			index = index * 10 + (size_t)(text.data[i] - '0');
	}
	if (text.size == 0 || index >= sheet->strings->count)
		return nc_error_set(err, NC_INVALID,
			_("The workbook names a text that it does not have; "
			  "open it in Excel or LibreOffice, save it anew and "
			  "try again."));
	cell->text = sheet->strings->texts[index];
	return NC_OK;
}

/* A number by its format: a date, a time, or a number with its unit. */
static enum nc_status number_cell(
	struct sheet *sheet, struct nc_cell *cell, struct nc_error *err)
{
	struct xlsx_format format = {XLSX_PLAIN, ""};
	char text[NC_DECIMAL_TEXT_SIZE];
	struct nc_decimal number;
	bool is_date;

	if (!xlsx_number(nc_buffer_slice(&sheet->value), &number))
		return workbook_text(sheet->builder,
			nc_buffer_slice(&sheet->value), &cell->text, err);
	if (sheet->style >= 0 && (size_t)sheet->style < sheet->styles->count)
		format = sheet->styles->formats[sheet->style];
	is_date = format.shape != XLSX_PLAIN &&
		  xlsx_date(number, format.shape, sheet->from_1904, text);
	if (!is_date)
		nc_decimal_format(text, number);
	cell->kind = !is_date			 ? NC_CELL_NUMBER
		     : format.shape == XLSX_TIME ? NC_CELL_TEXT
						 : NC_CELL_DATE;
	cell->unit = format.unit;
	return workbook_text(
		sheet->builder, nc_slice_text(text), &cell->text, err);
}

/* "2024-05-17T00:00:00" as "17/05/2024"; else as it stands. */
static enum nc_status iso_cell(
	struct sheet *sheet, struct nc_cell *cell, struct nc_error *err)
{
	struct nc_slice value = nc_buffer_slice(&sheet->value);
	char text[XLSX_DATE_SIZE];
	const char *at = (const char *)value.data;

	if (value.size < 10 || at[4] != '-' || at[7] != '-')
		return workbook_text(sheet->builder, value, &cell->text, err);
	cell->kind = NC_CELL_DATE;
	snprintf(text, sizeof(text), "%.2s/%.2s/%.4s", at + 8, at + 5, at);
	return workbook_text(
		sheet->builder, nc_slice_text(text), &cell->text, err);
}

static enum nc_status fill_cell(
	struct sheet *sheet, struct nc_cell *cell, struct nc_error *err)
{
	const char *type = sheet->type;

	cell->kind = NC_CELL_TEXT;
	if (!sheet->has_value && sheet->formula.size > 0) {
		cell->kind = NC_CELL_ERROR;
		return workbook_text(sheet->builder,
			nc_buffer_slice(&sheet->formula), &cell->text, err);
	}
	if (strcmp(type, "s") == 0)
		return sheet->has_value ? shared_text(sheet, cell, err) : NC_OK;
	if (strcmp(type, "b") == 0)
		cell->kind = NC_CELL_BOOLEAN;
	else if (strcmp(type, "e") == 0)
		cell->kind = NC_CELL_ERROR;
	else if (strcmp(type, "d") == 0)
		return iso_cell(sheet, cell, err);
	else if (type[0] == '\0' || strcmp(type, "n") == 0)
		return sheet->value.size == 0 ? NC_OK
					      : number_cell(sheet, cell, err);
	unescape(&sheet->value);
	return workbook_text(sheet->builder, nc_buffer_slice(&sheet->value),
		&cell->text, err);
}

static enum nc_status end_cell(struct sheet *sheet, struct nc_error *err)
{
	struct nc_cell cell = {.text = "", .unit = ""};
	enum nc_status status = fill_cell(sheet, &cell, err);

	if (status == NC_OK && cell.text[0] != '\0')
		status = workbook_set_cell(
			sheet->builder, sheet->column, &cell, err);
	sheet->column++;
	sheet->in_cell = false;
	return status;
}

/* "A1:C3". */
static enum nc_status merge(struct sheet *sheet,
	const struct office_element *element, struct nc_error *err)
{
	struct nc_slice ref, first, last;
	size_t left, top, right, bottom;
	const uint8_t *colon;

	if (!office_attribute(element, "ref", &ref) || ref.size == 0)
		return NC_OK;
	colon = memchr(ref.data, ':', ref.size);
	if (colon == NULL)
		return NC_OK;
	first = nc_slice(ref.data, (size_t)(colon - ref.data));
	last = nc_slice(colon + 1, ref.size - first.size - 1);
	if (!parse_place(first, &left, &top) ||
		!parse_place(last, &right, &bottom) || top == 0 ||
		bottom < top || right < left)
		return NC_OK;
	return workbook_merge(
		sheet->builder, top - 1, left, bottom - 1, right, err);
}

static enum nc_status sheet_start(void *context,
	const struct office_element *element, struct nc_error *err)
{
	struct sheet *sheet = context;

	sheet->text_of = TEXT_NONE;
	if (!office_element_of(element, XLSX_SPACES))
		return NC_OK;
	if (strcmp(element->name, "row") == 0)
		return start_row(sheet, element, err);
	if (strcmp(element->name, "c") == 0)
		return start_cell(sheet, element, err);
	if (strcmp(element->name, "mergeCell") == 0)
		return merge(sheet, element, err);
	if (strcmp(element->name, "rPh") == 0)
		sheet->phonetic++;
	if (!sheet->in_cell)
		return NC_OK;
	if (strcmp(element->name, "v") == 0) {
		sheet->text_of = TEXT_VALUE;
	} else if (strcmp(element->name, "t") == 0) {
		sheet->text_of = TEXT_INLINE;
		sheet->has_value = true;
	} else if (strcmp(element->name, "f") == 0) {
		sheet->text_of = TEXT_FORMULA;
		return append(&sheet->formula, nc_slice_text("="), err);
	}
	return NC_OK;
}

static enum nc_status sheet_end(void *context,
	const struct office_element *element, struct nc_error *err)
{
	struct sheet *sheet = context;

	sheet->text_of = TEXT_NONE;
	if (office_element_is(element, XLSX_SPACES, "rPh"))
		sheet->phonetic--;
	else if (office_element_is(element, XLSX_SPACES, "c"))
		return end_cell(sheet, err);
	else if (office_element_is(element, XLSX_SPACES, "row")) {
		sheet->in_row = false;
		return workbook_end_row(sheet->builder, err);
	}
	return NC_OK;
}

static enum nc_status sheet_text(
	void *context, struct nc_slice text, struct nc_error *err)
{
	struct sheet *sheet = context;

	if (sheet->text_of == TEXT_NONE || sheet->phonetic > 0)
		return NC_OK;
	if (sheet->text_of == TEXT_FORMULA)
		return append(&sheet->formula, text, err);
	sheet->has_value = true;
	return append(&sheet->value, text, err);
}

enum nc_status xlsx_sheet_read(struct workbook_builder *builder,
	struct nc_slice xml, const struct xlsx_strings *strings,
	const struct xlsx_styles *styles, bool from_1904, struct nc_error *err)
{
	struct sheet sheet = {.builder = builder,
		.strings = strings,
		.styles = styles,
		.from_1904 = from_1904};
	const struct office_xml_handler handler = {
		sheet_start, sheet_end, sheet_text, &sheet};
	enum nc_status status;

	nc_buffer_init(&sheet.value, NC_TEXT_BYTES_MAX);
	nc_buffer_init(&sheet.formula, NC_TEXT_BYTES_MAX);
	status = office_xml_read(xml, builder->sheet->name, &handler, err);
	nc_buffer_fini(&sheet.value);
	nc_buffer_fini(&sheet.formula);
	return status;
}
