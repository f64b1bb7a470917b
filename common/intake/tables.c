#include "intake/tables_work.h"
#include "locale/day.h"
#include "locale/text.h"

#include <stdlib.h>
#include <string.h>

#define TABLES_ARENA_MAX (512UL * 1024 * 1024)
#define LIST_FIRST 64
/* Milliseconds into the year: other importers' ids begin with the year. */
#define ID_OFFSET_MS 1000
/* Of the ids of records that have no year. */
#define ID_YEAR 2000
#define WHOLE_ROW SIZE_MAX

void nc_tables_init(struct nc_tables *tables)
{
	memset(tables, 0, sizeof(*tables));
	nc_arena_init(&tables->arena, TABLES_ARENA_MAX);
}

void nc_tables_fini(struct nc_tables *tables)
{
	nc_arena_fini(&tables->arena);
	nc_tables_init(tables);
}

const char *nc_tables_why_name(enum nc_tables_why why)
{
	static const char *const names[] = {"value", "words", "column",
		"currency", "formula", "merged", "total", "header", "group",
		"no-title", "required", "no-header", "hidden"};

	return names[why];
}

/* --- ids --------------------------------------------------------------------
 */

static int64_t year_ms(unsigned year)
{
	const struct nc_day epoch = {1970, 1, 1}, day = {(int)year, 1, 1};

	return nc_day_between(epoch, day) * 86400000 + ID_OFFSET_MS;
}

struct nc_id nc_tables_id(const struct nc_tables_record *record, unsigned again,
	nc_tables_hash hash)
{
	uint8_t bytes[sizeof(record->key) + 1], out[32];

	memcpy(bytes, record->key, sizeof(record->key));
	bytes[sizeof(record->key)] = (uint8_t)again;
	hash(out, nc_slice(bytes, sizeof(bytes)));
	return nc_id_make(year_ms(record->year), out);
}

unsigned nc_tables_id_year(const struct nc_id *id)
{
	int64_t ms = 0;

	for (int i = 0; i < 6; i++)
		ms = ms * 256 + id->bytes[i];
	for (unsigned year = 1970; year < 2200; year++)
		if (year_ms(year) == ms)
			return year;
	return 0;
}

/* --- one sheet under way -----------------------------------------------------
 */

/* What titles and groups say of the rows below them. */
struct context {
	unsigned year;
	const char *direction, *form; /* choices; NULL: not said */
	bool year_assumed; /* nothing said it: a row's own date goes before */
};

struct reader {
	struct nc_tables *tables;
	const struct nc_tables_options *options;
	const struct nc_sheet *sheet;
	struct nc_tables_table *table;
	struct tables_header header;
	struct tables_unit unit; /* that a title says */
	struct context context;
	struct nc_error *err;
};

static void *more(struct nc_arena *arena, const void *old, size_t count,
	size_t *capacity, size_t size)
{
	size_t grown = *capacity == 0 ? LIST_FIRST : 2 * *capacity;
	void *list = nc_arena_array(arena, grown, size);

	if (list == NULL)
		return NULL;
	if (count > 0)
		memcpy(list, old, count * size);
	*capacity = grown;
	return list;
}

static enum nc_status add_unread(
	struct reader *reader, const struct nc_tables_unread *unread)
{
	struct nc_tables *tables = reader->tables;

	if (tables->unread_count == tables->unread_capacity) {
		struct nc_tables_unread *list = more(&tables->arena,
			tables->unread, tables->unread_count,
			&tables->unread_capacity, sizeof(*list));

		if (list == NULL)
			return nc_error_no_memory(reader->err);
		tables->unread = list;
	}
	tables->unread[tables->unread_count] = *unread;
	tables->unread[tables->unread_count++].sheet = reader->sheet;
	return NC_OK;
}

/* The filled cells of a row, once each. */
static const char *row_words(
	struct reader *reader, const struct nc_sheet_row *row)
{
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status = NC_OK;

	nc_buffer_init(&words, NC_TEXT_BYTES_MAX);
	for (size_t c = 0; c < row->count && status == NC_OK; c++) {
		const struct nc_cell *cell = &row->cells[c];

		if (cell->text[0] == '\0' || cell->covered)
			continue;
		if (words.size > 0)
			status = nc_buffer_text(&words, " | ");
		if (status == NC_OK)
			status = nc_buffer_text(&words, cell->text);
	}
	return nc_arena_text(
		&reader->tables->arena, nc_buffer_string(&words), words.size);
}

static enum nc_status tell_row(struct reader *reader,
	const struct nc_sheet_row *row, enum nc_tables_why why,
	const char *header, bool understood)
{
	struct nc_tables_unread unread = {.why = why,
		.row = row->number,
		.column = WHOLE_ROW,
		.header = header,
		.words = row_words(reader, row),
		.understood = understood};

	if (unread.words == NULL)
		return nc_error_no_memory(reader->err);
	return add_unread(reader, &unread);
}

/* --- what titles, sheets and groups say
 * ---------------------------------------- */

static bool in_range(unsigned year)
{
	return year >= 1900 && year <= 2199;
}

/* "nam 2024", or a year alone. */
static unsigned year_in(const char *folded, bool alone)
{
	for (const char *at = folded; *at != '\0'; at++) {
		unsigned year;

		if ((at != folded && at[-1] != ' ') ||
			strspn(at, "0123456789") != 4 ||
			(at[4] != ' ' && at[4] != '\0'))
			continue;
		year = (unsigned)((at[0] - '0') * 1000 + (at[1] - '0') * 100 +
				  (at[2] - '0') * 10 + (at[3] - '0'));
		if (in_range(year) &&
			(alone || (at - folded >= 4 &&
					  strncmp(at - 4, "nam ", 4) == 0)))
			return year;
	}
	return 0;
}

static const char *direction_in(const char *folded)
{
	bool out = tables_has("doan ra|doan di|doan cong tac nuoc ngoai|"
			      "di cong tac nuoc ngoai",
		folded, false);
	bool in = tables_has("doan vao|doan den|don doan|tiep doan|doan khach|"
			     "don tiep|tiep don",
		folded, false);

	return out == in ? NULL : out ? "out" : "in";
}

static const char *form_in(const char *folded)
{
	bool non = tables_has("phi du an", folded, false);
	bool project = tables_has("du an", folded, false) &&
		       (!non || tables_has("du an phi du an|du an va phi du an",
					folded, false));

	if (tables_has("chuong trinh du an", folded, false))
		return NULL;
	return non == project ? NULL : non ? "non-project" : "project";
}

/* Whether the words said something. */
static bool take_context(struct context *context, uint32_t entity,
	const char *text, bool year_alone)
{
	char folded[TABLES_FOLDED_SIZE];
	const char *direction = NULL, *form = NULL;
	unsigned year;

	tables_fold(folded, nc_slice_text(text));
	year = year_in(folded, year_alone);
	if (entity == NC_ENTITY_DELEGATION)
		direction = direction_in(folded);
	if (entity == NC_ENTITY_AID)
		form = form_in(folded);
	if (year != 0) {
		context->year = year;
		context->year_assumed = false;
	}
	if (direction != NULL)
		context->direction = direction;
	if (form != NULL)
		context->form = form;
	return year != 0 || direction != NULL || form != NULL;
}

/* "Đơn vị tính: triệu đồng" above the table. */
static void take_unit(struct reader *reader, const char *text)
{
	const char *colon = strrchr(text, ':');
	char folded[TABLES_FOLDED_SIZE];
	struct tables_unit unit;

	tables_fold(folded, nc_slice_text(text));
	if (!tables_has("don vi tinh|dvt|don vi", folded, true))
		return;
	if (tables_unit_read(nc_slice_text(text), &unit) ||
		(colon != NULL &&
			tables_unit_read(nc_slice_text(colon + 1), &unit)))
		reader->unit = unit;
}

static void read_titles(struct reader *reader)
{
	uint32_t entity = reader->table->entity->number;

	(void)take_context(&reader->context, entity, reader->sheet->name, true);
	for (size_t r = 0; r < reader->header.first; r++) {
		const struct nc_sheet_row *row = &reader->sheet->rows[r];

		for (size_t c = 0; c < row->count; c++) {
			if (row->cells[c].covered)
				continue;
			(void)take_context(&reader->context, entity,
				row->cells[c].text, false);
			take_unit(reader, row->cells[c].text);
		}
	}
	/* "Tên đoàn ra" heads delegations out. */
	for (size_t c = 0; c < reader->header.count; c++)
		if (reader->header.columns[c].field != NULL &&
			strcmp(reader->header.columns[c].field->name,
				"title") == 0)
			(void)take_context(&reader->context, entity,
				reader->header.columns[c].header, false);
	if (reader->options->year != 0)
		reader->context.year = reader->options->year;
	reader->context.year_assumed = reader->context.year == 0;
	if (reader->context.year_assumed)
		reader->context.year = reader->options->this_year;
	reader->table->year = reader->context.year;
}

/* --- what kind of row it is
 * ----------------------------------------------------- */

/* How a row is filled, apart from its ordinal. */
struct filling {
	const struct nc_cell *first; /* that is not the ordinal */
	size_t texts, others;	     /* cells, covered ones not */
	bool merged;
	const struct nc_cell *ordinal; /* NULL: none */
	const struct nc_cell *title;
};

static struct filling look_at(
	const struct reader *reader, const struct nc_sheet_row *row)
{
	struct filling filling = {.first = NULL};

	for (size_t c = 0; c < row->count; c++) {
		const struct nc_cell *cell = &row->cells[c];
		const struct nc_tables_column *column =
			&reader->header.columns[c];

		filling.merged |= cell->covered;
		if (column->field != NULL && !tables_cell_is_empty(cell) &&
			column->entity == reader->table->entity &&
			(strcmp(column->field->name, "title") == 0 ||
				strcmp(column->field->name, "name") == 0))
			filling.title = cell;
		if (tables_cell_is_empty(cell) || cell->covered)
			continue;
		if (column->ordinal) {
			filling.ordinal = cell;
			continue;
		}
		if (filling.first == NULL)
			filling.first = cell;
		if (cell->kind == NC_CELL_TEXT)
			filling.texts++;
		else
			filling.others++;
	}
	return filling;
}

/* "I", "II.", "A", "B)": what groups are numbered by. */
static bool is_group_mark(const char *text, size_t size)
{
	size_t roman = strspn(text, "IVX");

	while (size > 0 && strchr(".):- ", text[size - 1]) != NULL)
		size--;
	return (size > 0 && size <= 6 && roman >= size) ||
	       (size == 1 && text[0] >= 'A' && text[0] <= 'Z');
}

/* "I. Đoàn ra": a mark, and words behind it. */
static bool begins_with_mark(const char *text)
{
	size_t size = strcspn(text, ".):");

	return text[size] != '\0' && size > 0 && size <= 6 &&
	       text[size + 1] == ' ' && is_group_mark(text, size);
}

/* "Cộng", "Tổng" with what is summed: a mark ("I", "(I + II)", "2"), or one of
 * these words; no word of a name ("Cộng đồng", "Tổng lãnh sự"). */
static bool is_summed(const char *rest)
{
	if (*rest != '\0' && *rest != ' ')
		return false;
	rest += *rest == ' ';
	return strspn(rest, " ivx0123456789ab") == strlen(rest) ||
	       tables_has("muc|phan|nhom|so|so tien|cong|chung|toan bo|tat ca|"
			  "trang|nam|quy|thang|6 thang|9 thang|gia tri|"
			  "kinh phi|chi phi|von|cam ket|giai ngan|"
			  "vien tro|du an|phi du an|doan ra|doan vao|"
			  "hoat dong",
		       rest, true);
}

static bool is_sum(const struct nc_cell *cell)
{
	char folded[TABLES_FOLDED_SIZE];

	if (cell == NULL || cell->kind != NC_CELL_TEXT)
		return false;
	tables_fold(folded, nc_slice_text(cell->text));
	if (strncmp(folded, "tong", 4) == 0)
		return is_summed(folded + 4);
	if (strncmp(folded, "cong", 4) == 0)
		/* Not "Công": a holiday, work. */
		return strncmp(cell->text + 1, "ô", 2) != 0 &&
		       strncmp(cell->text + 1, "Ô", 2) != 0 &&
		       is_summed(folded + 4);
	return tables_one_of("total|sum|totals", folded) ||
	       tables_has("tieu cong|tieu tong|grand total|subtotal|"
			  "sub total|total of|total for",
		       folded, true);
}

static bool is_header_again(
	const struct reader *reader, const struct nc_sheet_row *row)
{
	size_t alike = 0, filled = 0;

	for (size_t c = 0; c < row->count; c++) {
		const char *header = reader->header.columns[c].header;
		const char *text = row->cells[c].text;
		size_t size = strlen(text), whole = strlen(header);

		if (text[0] == '\0')
			continue;
		filled++;
		/* Of a header of two rows, either. */
		alike += strcmp(text, header) == 0 ||
			 (size < whole && strncmp(text, header, size) == 0 &&
				 strncmp(header + size, " / ", 3) == 0) ||
			 (size < whole &&
				 strcmp(text, header + whole - size) == 0);
	}
	return filled >= 2 && alike == filled;
}

/* "(1) (2) (3)" or "A B 1 2" under a header. */
static bool is_numbering(const struct nc_sheet_row *row)
{
	size_t marks = 0;
	long last = 0;

	for (size_t c = 0; c < row->count; c++) {
		const char *text = row->cells[c].text;
		size_t digits;

		if (text[0] == '\0')
			continue;
		text += text[0] == '(';
		digits = strspn(text, "0123456789");
		if (digits == 0 && strlen(text) <= 2 && text[0] >= 'A' &&
			text[0] <= 'Z') {
			marks++;
			continue;
		}
		if (digits == 0 || digits > 2)
			return false;
		if (strtol(text, NULL, 10) != last + 1)
			return false;
		last++;
		marks++;
	}
	return marks >= 3 && last >= 2;
}

static bool has_ordinals(const struct reader *reader)
{
	for (size_t c = 0; c < reader->header.count; c++)
		if (reader->header.columns[c].ordinal)
			return true;
	return false;
}

static bool is_group(const struct reader *reader, const struct filling *filling)
{
	const struct nc_cell *ordinal = filling->ordinal;

	if (ordinal != NULL && ordinal->kind == NC_CELL_TEXT) {
		/* The group's name stands in the column of ordinals. */
		if (filling->texts + filling->others == 0)
			return true;
		if (is_group_mark(ordinal->text, strlen(ordinal->text)))
			return true;
	}
	if (filling->texts != 1 || filling->others > 0 || ordinal != NULL)
		return false;
	return filling->merged || has_ordinals(reader) ||
	       begins_with_mark(filling->first->text);
}

static enum nc_status take_group(struct reader *reader,
	const struct nc_sheet_row *row, const struct filling *filling)
{
	const struct nc_cell *cell =
		filling->first != NULL ? filling->first : filling->ordinal;
	bool understood = take_context(&reader->context,
		reader->table->entity->number, cell->text, false);

	if (reader->options->year != 0)
		reader->context.year = reader->options->year;
	return tell_row(reader, row, NC_TABLES_GROUP, NULL, understood);
}

/* --- rows that are records
 * ------------------------------------------------------- */

struct record {
	struct reader *reader;
	const struct nc_sheet_row *row;
	struct tables_values values;  /* of the table's own entity */
	struct tables_values payment; /* of aid: what was paid */
	struct nc_buffer note;
};

static enum nc_status note_line(
	struct record *record, const char *header, const char *words)
{
	struct nc_buffer *note = &record->note;
	enum nc_status status = NC_OK;

	if (note->size > 0)
		status = nc_buffer_text(note, "\n");
	if (status == NC_OK && header != NULL)
		status = nc_buffer_printf(note, "%s: ", header);
	if (status == NC_OK)
		status = nc_buffer_text(note, words);
	if (status == NC_LIMIT)
		return nc_error_set(record->reader->err, NC_LIMIT,
			_("Row %zu of the table says more than a record's note "
			  "holds; split it."),
			record->row->number);
	return status == NC_OK ? NC_OK
			       : nc_error_no_memory(record->reader->err);
}

static bool is_note(const struct nc_tables_column *column)
{
	return column->field != NULL &&
	       strcmp(column->field->name, "note") == 0;
}

/* What a cell says that no field holds: noted and told. */
static enum nc_status leave_cell(
	struct record *record, size_t column, enum nc_tables_why why, bool tell)
{
	struct reader *reader = record->reader;
	const char *header = reader->header.columns[column].header;
	struct nc_tables_unread unread = {.why = why,
		.row = record->row->number,
		.column = column,
		.header = header};
	enum nc_status status;

	unread.words = tables_cell_words(
		nc_sheet_cell(record->row, column), &reader->tables->arena);
	if (unread.words == NULL)
		return nc_error_no_memory(reader->err);
	/* A number of a merged cell stands in the record of its first row. */
	status = why == NC_TABLES_COVERED || why == NC_TABLES_WORDS
			 ? NC_OK
			 : note_line(record, header, unread.words);
	if (status == NC_OK && tell)
		status = add_unread(reader, &unread);
	return status;
}

static struct tables_place place_of(const struct record *record)
{
	const struct reader *reader = record->reader;
	struct tables_place place = {.arena = &reader->tables->arena,
		.year = reader->context.year,
		.unit = reader->unit};

	for (size_t c = 0; c < reader->header.count; c++) {
		const struct nc_field *field = reader->header.columns[c].field;
		const struct nc_cell *cell = nc_sheet_cell(record->row, c);

		if (field == NULL)
			continue;
		if (strcmp(field->name, "until") == 0)
			place.has_until = !tables_cell_is_empty(cell);
		if (reader->table->entity->number == NC_ENTITY_TARGET &&
			strcmp(field->name, "unit") == 0)
			place.redirect = tables_unit_read(
				nc_slice_text(cell->text), &place.unit);
	}
	return place;
}

static enum nc_status read_cell(
	struct record *record, struct tables_place *place, size_t c)
{
	struct reader *reader = record->reader;
	const struct nc_tables_column *column = &reader->header.columns[c];
	const struct nc_cell *cell = nc_sheet_cell(record->row, c);
	struct tables_values *values = column->entity == reader->table->entity
					       ? &record->values
					       : &record->payment;
	enum nc_tables_why why = NC_TABLES_VALUE;
	enum nc_status status;

	if (column->ordinal || is_note(column))
		return NC_OK;
	if (column->field == NULL)
		return tables_cell_is_empty(cell)
			       ? NC_OK
			       : leave_cell(record, c, NC_TABLES_COLUMN, false);
	status = tables_cell_read(
		place, column, cell, values, &why, reader->err);
	if (status == NC_INVALID)
		return leave_cell(record, c, why, true);
	return status;
}

/* The row's own year comes first: dates without one are of it. */
static enum nc_status read_cells(struct record *record)
{
	struct reader *reader = record->reader;
	struct tables_place place = place_of(record);
	enum nc_status status = NC_OK;

	for (size_t c = 0; c < reader->header.count; c++) {
		const struct nc_tables_column *column =
			&reader->header.columns[c];
		const struct nc_cell *cell = nc_sheet_cell(record->row, c);

		if (is_note(column) && !tables_cell_is_empty(cell))
			status = note_line(record, NULL, cell->text);
		if (column->field != NULL &&
			strcmp(column->field->name, "year") == 0 &&
			strspn(cell->text, "0123456789") == 4 &&
			cell->text[4] == '\0')
			place.year = (unsigned)strtoul(cell->text, NULL, 10);
		if (status != NC_OK)
			return status;
	}
	for (size_t c = 0; c < reader->header.count && status == NC_OK; c++)
		status = read_cell(record, &place, c);
	return status;
}

static void count_assumed(
	struct reader *reader, const struct nc_field *field, const char *value)
{
	struct nc_tables *tables = reader->tables;
	size_t i = 0;

	while (i < tables->assumed_count &&
		(tables->assumed[i].field != field ||
			strcmp(tables->assumed[i].value, value) != 0))
		i++;
	if (i == NC_TABLES_ASSUMED_MAX)
		return;
	if (i == tables->assumed_count) {
		tables->assumed[i] =
			(struct nc_tables_assumed){field, value, 0};
		tables->assumed_count++;
	}
	tables->assumed[i].rows++;
}

/* What titles, groups or --year said; else the year of the row's own date, and
 * only then the one that is assumed. A stored date begins with its year. */
static int64_t year_of_row(const struct record *record)
{
	const struct context *context = &record->reader->context;
	const struct nc_value *when = tables_get(&record->values, "when");
	int64_t year = 0;

	if (!context->year_assumed || when == NULL ||
		when->kind != NC_VALUE_TEXT || when->bytes.size < 4)
		return context->year;
	for (size_t i = 0; i < 4; i++)
		year = year * 10 + (when->bytes.data[i] - '0');
	return year;
}

/* A required field that no cell gave; false when nothing else does. */
static bool fill_required(
	struct record *record, const struct nc_field *field, const char *title)
{
	struct reader *reader = record->reader;
	const struct context *context = &reader->context;
	const char *choice = NULL;
	bool guess = false;

	if (strcmp(field->name, "year") == 0) {
		tables_set(&record->values, field,
			nc_value_integer(year_of_row(record)));
		return true;
	}
	if (field->type == NC_TYPE_ENUM) {
		if (reader->table->entity->number == NC_ENTITY_DELEGATION)
			choice = context->direction;
		else if (strcmp(field->name, "form") == 0)
			choice = context->form;
		if (choice == NULL)
			choice = tables_default(
				reader->table->entity, field, title, &guess);
	}
	if (choice == NULL)
		return false;
	if (guess)
		count_assumed(reader, field, choice);
	tables_set(&record->values, field, nc_value_text(choice));
	return true;
}

static const struct nc_field *lacking(struct record *record, const char *title)
{
	const struct nc_entity *entity = record->values.entity;

	for (size_t i = 0; i < entity->fields_count; i++) {
		const struct nc_field *field = &entity->fields[i];

		if (!field->required || field->writer != NC_WRITER_UNION ||
			(record->values.set[i] &&
				record->values.values[i].kind !=
					NC_VALUE_ABSENT))
			continue;
		if (!fill_required(record, field, title))
			return field;
	}
	return NULL;
}

/* Every row has a note: what columns cannot hold may go, or come, later. */
static enum nc_status set_note(struct record *record)
{
	const struct nc_field *field =
		nc_entity_field_named(record->values.entity, "note");
	const char *note = nc_arena_text(&record->reader->tables->arena,
		nc_buffer_string(&record->note), record->note.size);

	if (note == NULL)
		return nc_error_no_memory(record->reader->err);
	tables_set(&record->values, field,
		note[0] == '\0' ? nc_value_absent() : nc_value_text(note));
	return NC_OK;
}

static enum nc_status keep_fields(struct reader *reader,
	const struct tables_values *values, struct nc_tables_record *out)
{
	const struct nc_entity *entity = values->entity;

	out->fields = nc_arena_array(&reader->tables->arena,
		entity->fields_count, sizeof(*out->fields));
	if (out->fields == NULL)
		return nc_error_no_memory(reader->err);
	for (size_t i = 0; i < entity->fields_count; i++)
		if (values->set[i])
			out->fields[out->fields_count++] =
				(struct nc_field_change){
					.field = entity->fields[i].number,
					.value = values->values[i]};
	return NC_OK;
}

/* The key: union, entity, year, direction and the title's folded words; the
 * count of the same before it comes last (number_keys). */
static enum nc_status make_key(struct reader *reader,
	const struct tables_values *values, struct nc_tables_record *out)
{
	const struct nc_value *direction = tables_get(values, "direction");
	const struct nc_value *year = tables_get(values, "year");
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&words, 8 * NC_TEXT_BYTES_MAX);
	out->year = year != NULL && year->kind == NC_VALUE_INTEGER
			    ? (unsigned)year->integer
			    : ID_YEAR;
	/* The table is told as of what its last row is of. */
	if (reader->context.year_assumed && out->year != ID_YEAR)
		reader->table->year = out->year;
	status = nc_buffer_append(
		&words, reader->options->union_id.bytes, NC_ID_SIZE);
	if (status == NC_OK)
		status = nc_buffer_printf(&words, "%s %u %.*s\n",
			out->entity->name, out->year,
			direction == NULL ? 0 : (int)direction->bytes.size,
			direction == NULL
				? ""
				: (const char *)direction->bytes.data);
	if (status == NC_OK)
		status = nc_text_fold(&words, nc_slice_text(out->title));
	if (status != NC_OK)
		return nc_error_no_memory(reader->err);
	reader->options->hash(out->key, nc_buffer_slice(&words));
	return NC_OK;
}

static enum nc_status add_record(struct reader *reader,
	const struct tables_values *values, struct nc_tables_record *record)
{
	struct nc_tables *tables = reader->tables;
	enum nc_status status = keep_fields(reader, values, record);

	if (status != NC_OK)
		return status;
	if (tables->count == tables->capacity) {
		struct nc_tables_record *list =
			more(&tables->arena, tables->records, tables->count,
				&tables->capacity, sizeof(*list));

		if (list == NULL)
			return nc_error_no_memory(reader->err);
		tables->records = list;
	}
	tables->records[tables->count++] = *record;
	return NC_OK;
}

/* What was paid, when the row says so: of the record just added. */
static enum nc_status add_payment(
	struct record *record, const struct nc_tables_record *aid)
{
	struct reader *reader = record->reader;
	const struct nc_value *amount = tables_get(&record->payment, "amount");
	struct nc_tables_record payment = *aid;

	if (amount == NULL || amount->kind == NC_VALUE_ABSENT)
		return NC_OK;
	payment.entity = record->payment.entity;
	payment.parent = reader->tables->count - 1;
	payment.fields_count = 0;
	/* Of the aid's key, and another kind of record. */
	payment.key[0] ^= (uint8_t)NC_ENTITY_AID_PAYMENT;
	tables_set(&record->payment,
		nc_entity_field_named(payment.entity, "year"),
		*tables_get(&record->values, "year"));
	tables_set(&record->payment,
		nc_entity_field_named(payment.entity, "aid"),
		nc_value_absent());
	return add_record(reader, &record->payment, &payment);
}

static enum nc_status finish_record(
	struct record *record, const struct nc_cell *title)
{
	struct reader *reader = record->reader;
	struct nc_tables_record out = {.entity = reader->table->entity,
		.sheet = reader->sheet,
		.row = record->row->number,
		.title = title->text,
		.parent = SIZE_MAX};
	const struct nc_field *lacks = lacking(record, title->text);
	enum nc_status status;

	if (lacks != NULL)
		return tell_row(reader, record->row, NC_TABLES_REQUIRED,
			lacks->label_vi, false);
	status = set_note(record);
	if (status == NC_OK)
		status = make_key(reader, &record->values, &out);
	if (status == NC_OK)
		status = add_record(reader, &record->values, &out);
	if (status == NC_OK)
		status = add_payment(record, &out);
	return status;
}

static enum nc_status read_record(struct reader *reader,
	const struct nc_sheet_row *row, const struct filling *filling)
{
	struct record *record = nc_calloc(1, sizeof(*record));
	enum nc_status status;

	if (record == NULL)
		return nc_error_no_memory(reader->err);
	record->reader = reader;
	record->row = row;
	record->values.entity = reader->table->entity;
	record->payment.entity = nc_model_entity(NC_ENTITY_AID_PAYMENT);
	nc_buffer_init(&record->note, NC_TEXT_BYTES_MAX);
	status = read_cells(record);
	if (status == NC_OK)
		status = finish_record(record, filling->title);
	nc_buffer_fini(&record->note);
	nc_free(record);
	return status;
}

static enum nc_status read_row(
	struct reader *reader, const struct nc_sheet_row *row)
{
	struct filling filling = look_at(reader, row);

	if (filling.first == NULL && filling.ordinal == NULL)
		return NC_OK;
	if (is_header_again(reader, row) || is_numbering(row))
		return tell_row(reader, row, NC_TABLES_HEADER, NULL, true);
	if (is_sum(filling.first) || is_sum(filling.ordinal) ||
		is_sum(filling.title))
		return tell_row(reader, row, NC_TABLES_TOTAL, NULL, true);
	if (is_group(reader, &filling))
		return take_group(reader, row, &filling);
	/* A row of nothing but its number. */
	if (filling.first == NULL)
		return NC_OK;
	if (filling.title == NULL)
		return tell_row(reader, row, NC_TABLES_NO_TITLE, NULL, false);
	return read_record(reader, row, &filling);
}

/* Columns that nobody knows are told once, with how many cells they have. */
static enum nc_status tell_columns(struct reader *reader)
{
	enum nc_status status = NC_OK;

	for (size_t c = 0; c < reader->header.count && status == NC_OK; c++) {
		const struct nc_tables_column *column =
			&reader->header.columns[c];
		struct nc_tables_unread unread = {.why = NC_TABLES_COLUMN,
			.column = c,
			.header = column->header,
			.words = ""};
		size_t filled = 0;

		for (size_t r = reader->header.first + reader->header.rows;
			r < reader->sheet->count; r++)
			filled += nc_sheet_cell(&reader->sheet->rows[r], c)
					  ->text[0] != '\0';
		if (column->field == NULL && !column->ordinal && filled > 0)
			status = add_unread(reader, &unread);
	}
	return status;
}

static enum nc_status read_sheet(struct reader *reader)
{
	struct nc_tables *tables = reader->tables;
	const struct nc_sheet *sheet = reader->sheet;
	struct nc_tables_table *table = &tables->tables[tables->tables_count++];
	enum nc_status status;

	*table = (struct nc_tables_table){.sheet = sheet,
		.entity = reader->table->entity,
		.header_row = sheet->rows[reader->header.first].number,
		.columns = reader->header.columns,
		.columns_count = reader->header.count};
	reader->table = table;
	read_titles(reader);
	status = tell_columns(reader);
	for (size_t r = reader->header.first + reader->header.rows;
		r < sheet->count && status == NC_OK; r++)
		status = read_row(reader, &sheet->rows[r]);
	return status;
}

/* --- which sheets, as what
 * ---------------------------------------------------------- */

/* What a header may be recognised as by itself. */
static const uint32_t by_header[] = {NC_ENTITY_DELEGATION, NC_ENTITY_ACTIVITY,
	NC_ENTITY_AID, NC_ENTITY_TARGET, NC_ENTITY_PARTNER,
	NC_ENTITY_MEMBER_ORG};

static enum nc_status alike(const struct reader *reader,
	const struct nc_entity *a, const struct nc_entity *b)
{
	return nc_error_set(reader->err, NC_INVALID,
		_("The header of row %zu fits %s (%s) and %s (%s) alike; say "
		  "which it is with --entity."),
		reader->sheet->rows[reader->header.first].number, a->name,
		a->label_vi, b->name, b->label_vi);
}

/* NC_NOT_FOUND without a sentence: no header. */
static enum nc_status recognise(
	struct reader *reader, const struct nc_entity **ret_entity)
{
	const struct nc_entity *only = reader->options->entity, *rival = NULL;
	struct tables_header header;
	enum nc_status status = NC_OK;

	*ret_entity = NULL;
	for (size_t i = 0; i < sizeof(by_header) / sizeof(by_header[0]); i++) {
		const struct nc_entity *entity =
			only != NULL ? only : nc_model_entity(by_header[i]);

		status = tables_header_find(reader->sheet, entity,
			&reader->tables->arena, &header, reader->err);
		if (status != NC_OK && status != NC_NOT_FOUND)
			return status;
		if (status == NC_OK &&
			(*ret_entity == NULL ||
				header.score > reader->header.score)) {
			reader->header = header;
			*ret_entity = entity;
			rival = NULL;
		} else if (status == NC_OK &&
			   header.score == reader->header.score) {
			rival = entity;
		}
		if (only != NULL)
			break;
	}
	if (*ret_entity == NULL)
		return NC_NOT_FOUND;
	return rival == NULL ? NC_OK : alike(reader, *ret_entity, rival);
}

static enum nc_status tell_sheet(struct reader *reader, enum nc_tables_why why)
{
	const struct nc_tables_unread unread = {
		.why = why, .column = WHOLE_ROW, .words = ""};

	return add_unread(reader, &unread);
}

static enum nc_status try_sheet(struct nc_tables *tables,
	const struct nc_sheet *sheet, const struct nc_tables_options *options,
	struct nc_error *err)
{
	struct reader reader = {.tables = tables,
		.options = options,
		.sheet = sheet,
		.err = err};
	struct nc_tables_table as = {.sheet = sheet};
	enum nc_status status;

	if (sheet->count == 0)
		return NC_OK;
	if (options->sheet == NULL && sheet->hidden)
		return tell_sheet(&reader, NC_TABLES_HIDDEN);
	status = recognise(&reader, &as.entity);
	if (status == NC_NOT_FOUND)
		return tell_sheet(&reader, NC_TABLES_NO_HEADER);
	if (status != NC_OK)
		return status;
	reader.table = &as;
	return read_sheet(&reader);
}

static bool is_wanted(
	const struct nc_sheet *sheet, const struct nc_tables_options *options)
{
	char a[TABLES_FOLDED_SIZE], b[TABLES_FOLDED_SIZE];

	if (options->sheet == NULL)
		return true;
	tables_fold(a, nc_slice_text(sheet->name));
	tables_fold(b, nc_slice_text(options->sheet));
	return strcmp(a, b) == 0;
}

static enum nc_status nothing_found(
	const struct nc_tables_options *options, struct nc_error *err)
{
	if (options->entity != NULL)
		return nc_error_set(err, NC_INVALID,
			_("No row of the table is a header that fits %s (%s); "
			  "nhipcau import table --template %s -o FILE.csv "
			  "writes one."),
			options->entity->name, options->entity->label_vi,
			options->entity->name);
	return nc_error_set(err, NC_INVALID,
		_("No row of the table is a header that is known; say what the "
		  "table is with --entity, or see with --template what its "
		  "columns may be called."));
}

/* Rows with one key are told apart by their count. */
static void number_keys(
	struct nc_tables *tables, const struct nc_tables_options *options)
{
	for (size_t i = tables->count; i > 0; i--) {
		struct nc_tables_record *record = &tables->records[i - 1];
		uint8_t bytes[sizeof(record->key) + 8];
		uint64_t same = 0;

		for (size_t j = 0; j + 1 < i; j++)
			same += memcmp(tables->records[j].key, record->key,
					sizeof(record->key)) == 0;
		memcpy(bytes, record->key, sizeof(record->key));
		nc_bytes_put_u64(bytes + sizeof(record->key), same);
		options->hash(record->key, nc_slice(bytes, sizeof(bytes)));
	}
}

enum nc_status nc_tables_read(struct nc_tables *tables,
	const struct nc_workbook *workbook,
	const struct nc_tables_options *options, struct nc_error *err)
{
	enum nc_status status = NC_OK;
	size_t wanted = 0;

	nc_tables_fini(tables);
	tables->tables = nc_arena_array(
		&tables->arena, workbook->count + 1, sizeof(*tables->tables));
	if (tables->tables == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < workbook->count && status == NC_OK; i++) {
		if (!is_wanted(&workbook->sheets[i], options))
			continue;
		wanted++;
		status = try_sheet(tables, &workbook->sheets[i], options, err);
	}
	if (status == NC_OK && wanted == 0)
		status = nc_error_set(err, NC_INVALID,
			_("The workbook has no sheet called \"%s\"; write its "
			  "name as the tab shows it."),
			options->sheet);
	if (status == NC_OK && tables->tables_count == 0)
		status = nothing_found(options, err);
	if (status == NC_OK)
		number_keys(tables, options);
	return status;
}
