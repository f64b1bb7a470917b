#include "command/import_rows.h"

#include <string.h>

#define ROWS_ARENA_MAX (256u * 1024 * 1024)

void nc_import_rows_init(struct nc_import_rows *rows)
{
	memset(rows, 0, sizeof(*rows));
	nc_arena_init(&rows->arena, ROWS_ARENA_MAX);
}

void nc_import_rows_fini(struct nc_import_rows *rows)
{
	nc_free(rows->rows);
	nc_free(rows->marks);
	nc_arena_fini(&rows->arena);
	nc_import_rows_init(rows);
}

struct reading {
	struct nc_import_rows *rows;
	const struct nc_revise_input *input;
	unsigned first, end; /* the shapes of the entity that is read */
};

/* What an import fills in. */
static bool is_imports(const struct nc_revise_shape *shape, uint32_t field)
{
	for (unsigned i = 0; i < NC_REVISE_PLACES_MAX; i++)
		if (shape->places[i] == field)
			return true;
	return field == shape->year || field == shape->kind ||
	       field == shape->rank || field == shape->text ||
	       field == shape->imported || field == shape->level ||
	       field == shape->first;
}

/* Whether an import wrote a live value: with a mark that lives too, or, of a
 * deletion, one that buries no mark. */
static bool by_import(const struct nc_record *record,
	const struct nc_revise_shape *shape, const struct nc_live *live)
{
	for (size_t i = 0; i < record->row.count; i++) {
		const struct nc_live *mark = &record->row.live[i];

		if (mark->field == shape->imported &&
			nc_dot_equal(&mark->dot, &live->dot))
			return mark->tombstone == live->tombstone &&
			       mark->tombstone ==
				       (mark->value.kind == NC_VALUE_ABSENT);
	}
	return false;
}

/* Whether a person's value of what imports fill, or a deletion, lives beside
 * others. Two imports' are theirs to settle. */
static bool is_disputed(
	const struct nc_record *record, const struct nc_revise_shape *shape)
{
	for (size_t i = 0; i < record->row.count; i++) {
		const struct nc_live *live = &record->row.live[i];

		if ((live->tombstone && record->revived) ||
			(live->field != shape->rank &&
				live->field != shape->imported &&
				is_imports(shape, live->field) &&
				nc_row_field_conflicts(
					&record->row, live->field)))
			if (!by_import(record, shape, live))
				return true;
	}
	return false;
}

/* Whether a person's place of a line lives, written since or beside the last
 * import's. */
static bool is_moved(
	const struct nc_record *record, const struct nc_revise_shape *shape)
{
	const struct nc_live *mark =
		nc_row_shown(&record->row, shape->imported);
	bool several = nc_row_field_conflicts(&record->row, shape->rank);

	for (size_t i = 0; mark != NULL && i < record->row.count; i++) {
		const struct nc_live *rank = &record->row.live[i];

		if (rank->field == shape->rank && shape->rank != 0 &&
			!nc_dot_equal(&rank->dot, &mark->dot) &&
			!by_import(record, shape, rank) &&
			(several || rank->written_at_ms > mark->written_at_ms))
			return true;
	}
	return false;
}

/* What persons did to a record besides its words. */
static void fill_persons(const struct nc_record *record,
	const struct nc_revise_shape *shape, struct nc_revise_row *row,
	struct nc_dot *ret_mark)
{
	const struct nc_live *mark =
		nc_row_shown(&record->row, shape->imported);
	size_t marks = 0;

	memset(ret_mark, 0, sizeof(*ret_mark));
	for (size_t i = 0; i < record->row.count; i++) {
		const struct nc_live *live = &record->row.live[i];

		marks += live->field == shape->imported;
		if (!live->tombstone && !is_imports(shape, live->field) &&
			live->value.kind != NC_VALUE_ABSENT)
			row->touched = true;
	}
	if (marks == 1)
		*ret_mark = mark->dot;
	row->moved = is_moved(record, shape);
	row->disputed = !record->gone && is_disputed(record, shape);
}

static unsigned shape_of(
	const struct reading *reading, const struct nc_record *record)
{
	for (unsigned i = reading->first; i < reading->end; i++)
		if (nc_record_value(record, reading->input->shapes[i].text)
				.kind != NC_VALUE_ABSENT)
			return i;
	return reading->first;
}

static bool fill_row(struct nc_arena *arena, const struct nc_record *record,
	const struct nc_revise_shape *shape, struct nc_revise_row *row)
{
	struct nc_value mark = nc_record_value(record, shape->imported);
	bool filled = true;

	row->id = record->id;
	row->gone = record->gone;
	for (unsigned i = 0; i < NC_REVISE_PLACES_MAX; i++)
		if (shape->places[i] != 0) {
			row->places[i] =
				nc_record_text(record, shape->places[i], arena);
			filled = filled && row->places[i] != NULL;
		}
	row->rank = shape->rank == 0
			    ? ""
			    : nc_record_text(record, shape->rank, arena);
	row->text = nc_record_text(record, shape->text, arena);
	if (shape->level != 0)
		row->level =
			(unsigned)nc_record_integer(record, shape->level, 1);
	if (mark.kind == NC_VALUE_BYTES &&
		mark.bytes.size == sizeof(row->imported)) {
		memcpy(row->imported, mark.bytes.data, sizeof(row->imported));
		row->has_imported = true;
	}
	return filled && row->rank != NULL && row->text != NULL;
}

static enum nc_status grow(struct nc_import_rows *rows, struct nc_error *err)
{
	size_t more = rows->capacity == 0 ? 256 : rows->capacity * 2;
	struct nc_revise_row *grown;
	struct nc_dot *marks;

	if (rows->count < rows->capacity)
		return NC_OK;
	grown = nc_realloc(rows->rows, more * sizeof(*grown));
	if (grown == NULL)
		return nc_error_no_memory(err);
	rows->rows = grown;
	marks = nc_realloc(rows->marks, more * sizeof(*marks));
	if (marks == NULL)
		return nc_error_no_memory(err);
	rows->marks = marks;
	rows->capacity = more;
	return NC_OK;
}

/* A deleted record still knows its year: the value that it buries. */
static bool is_of_paper(
	const struct reading *reading, const struct nc_record *record)
{
	const struct nc_revise_shape *shape =
		&reading->input->shapes[reading->first];
	struct nc_value kind;

	if (nc_record_integer(record, shape->year, 0) != reading->input->year)
		return false;
	if (shape->kind == 0)
		return true;
	kind = nc_record_value(record, shape->kind);
	return kind.kind == NC_VALUE_TEXT &&
	       nc_slice_equal(kind.bytes, nc_slice_text(reading->input->kind));
}

static enum nc_status visit_row(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct reading *reading = context;
	struct nc_import_rows *rows = reading->rows;
	const struct nc_revise_shape *shape;
	struct nc_revise_row *row;
	enum nc_status status;

	bool of_paper = is_of_paper(reading, record);

	if (!of_paper && (record->gone || !nc_revise_is_of_year(&record->id,
						  reading->input->year)))
		return NC_OK;
	status = grow(rows, err);
	if (status != NC_OK)
		return status;
	row = &rows->rows[rows->count];
	memset(row, 0, sizeof(*row));
	row->shape = shape_of(reading, record);
	shape = &reading->input->shapes[row->shape];
	if (!fill_row(&rows->arena, record, shape, row))
		return nc_error_no_memory(err);
	fill_persons(record, shape, row, &rows->marks[rows->count]);
	if (!of_paper) {
		row->gone = row->elsewhere = true;
		row->has_imported = false;
	}
	rows->count++;
	return NC_OK;
}

enum nc_status nc_import_rows_read(struct nc_import_rows *rows,
	struct nc_store *store, struct nc_revise_input *input,
	unsigned shapes_count, struct nc_error *err)
{
	struct reading reading = {.rows = rows, .input = input};
	enum nc_status status = NC_OK;

	for (; status == NC_OK && reading.first < shapes_count;
		reading.first = reading.end) {
		uint32_t entity = input->shapes[reading.first].entity;

		reading.end = reading.first;
		while (reading.end < shapes_count &&
			input->shapes[reading.end].entity == entity)
			reading.end++;
		status = nc_records_each(store, nc_model_entity(entity),
			input->union_id, NC_RECORDS_ALL, visit_row, &reading,
			err);
	}
	input->rows = rows->rows;
	input->rows_count = rows->count;
	return status;
}

static void rewrite_mark(const struct nc_import_rows *rows,
	const struct nc_revise_step *step, struct nc_field_change *mark)
{
	for (size_t i = 0; i < rows->count; i++) {
		if (nc_id_compare(&rows->rows[i].id, &step->id) != 0 ||
			rows->marks[i].sequence == 0)
			continue;
		mark->replaces = &rows->marks[i];
		mark->replaces_count = 1;
		return;
	}
}

/* The mark among an edit's fields: the one of 16 bytes. */
static struct nc_field_change *find_mark(const struct nc_revise_step *step)
{
	for (size_t i = 0; i < step->fields_count; i++)
		if (step->fields[i].value.kind == NC_VALUE_BYTES)
			return &step->fields[i];
	return NULL;
}

enum nc_status nc_import_changes(struct nc_import_rows *rows,
	const struct nc_revise *revise, struct nc_record_change **ret_changes,
	size_t *ret_count, struct nc_error *err)
{
	struct nc_record_change *changes = nc_arena_array(
		&rows->arena, revise->count + 1, sizeof(*changes));
	size_t count = 0;

	if (changes == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < revise->count; i++) {
		const struct nc_revise_step *step = &revise->steps[i];
		struct nc_field_change *mark = find_mark(step);

		if (step->kind == NC_REVISE_SAME ||
			step->kind == NC_REVISE_KEEP)
			continue;
		if (step->kind == NC_REVISE_EDIT && mark != NULL)
			rewrite_mark(rows, step, mark);
		memset(&changes[count], 0, sizeof(*changes));
		changes[count].record = step->id;
		changes[count].entity = step->entity;
		changes[count].deletes = step->kind == NC_REVISE_REMOVE;
		changes[count].fields = step->fields;
		changes[count].fields_count = step->fields_count;
		count++;
	}
	*ret_changes = changes;
	*ret_count = count;
	return NC_OK;
}
