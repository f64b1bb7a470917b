#include "intake/tables_revise.h"

#include <stdlib.h>
#include <string.h>

#define STEPS_ARENA_MAX (512UL * 1024 * 1024)
/* How often a row may go and come back. */
#define AGAIN_MAX 200

struct revise {
	struct nc_tables_steps *steps;
	const struct nc_tables *tables;
	const struct nc_tables_row **rows; /* by id */
	bool *met;
	size_t rows_count;
	nc_tables_hash hash;
	struct nc_error *err;
};

void nc_tables_steps_init(struct nc_tables_steps *steps)
{
	memset(steps, 0, sizeof(*steps));
	nc_arena_init(&steps->arena, STEPS_ARENA_MAX);
}

void nc_tables_steps_fini(struct nc_tables_steps *steps)
{
	nc_arena_fini(&steps->arena);
	nc_tables_steps_init(steps);
}

const struct nc_field *nc_tables_mark(const struct nc_entity *entity)
{
	const struct nc_field *year = nc_entity_field_named(entity, "year");

	return year != NULL ? year : nc_entity_field_named(entity, "kind");
}

static int compare_rows(const void *a, const void *b)
{
	const struct nc_tables_row *const *left = a, *const *right = b;

	return nc_id_compare(&(*left)->id, &(*right)->id);
}

/* The row of an id; its place in rows, or rows_count. */
static size_t find_row(const struct revise *revise, const struct nc_id *id)
{
	size_t low = 0, high = revise->rows_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = nc_id_compare(&revise->rows[middle]->id, id);

		if (order == 0)
			return middle;
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return revise->rows_count;
}

static const struct nc_tables_live *find_live(
	const struct nc_tables_row *row, uint32_t field)
{
	for (size_t i = 0; i < row->live_count; i++)
		if (row->live[i].field == field)
			return &row->live[i];
	return NULL;
}

static void add_kept(struct nc_tables_step *step, const struct nc_field *field,
	struct nc_value here, struct nc_value table)
{
	step->kept[step->kept_count++] =
		(struct nc_tables_kept){field, here, table};
}

/* One field: written, kept, or neither. */
static void revise_field(struct nc_tables_step *step,
	const struct nc_tables_row *row, const struct nc_field_change *change,
	bool ours)
{
	const struct nc_field *field =
		nc_entity_field(step->entity, change->field);
	const struct nc_tables_live *live = find_live(row, change->field);
	bool nothing = change->value.kind == NC_VALUE_ABSENT;

	if (live == NULL && nothing)
		return;
	if (live != NULL && nc_value_equal(&live->value, &change->value))
		return;
	if (ours && (live == NULL || live->ours)) {
		if (!nothing || !field->required)
			step->fields[step->fields_count++] = *change;
		return;
	}
	if (!nothing)
		add_kept(step, field,
			live == NULL ? nc_value_absent() : live->value,
			change->value);
}

/* The mark goes along with what changes, over itself. */
static void write_mark(
	struct nc_tables_step *step, const struct nc_tables_live *live)
{
	size_t at = step->fields_count;

	for (size_t i = 0; i < step->fields_count; i++)
		if (step->fields[i].field == live->field)
			return;
	while (at > 0 && step->fields[at - 1].field > live->field) {
		step->fields[at] = step->fields[at - 1];
		at--;
	}
	step->fields[at] = (struct nc_field_change){.field = live->field,
		.value = live->value,
		.replaces = live->dots,
		.replaces_count = live->dots_count};
	step->fields_count++;
}

static void revise_known(struct nc_tables_step *step,
	const struct nc_tables_row *row, const struct nc_tables_record *record)
{
	const struct nc_field *mark = nc_tables_mark(step->entity);
	const struct nc_tables_live *live =
		mark == NULL ? NULL : find_live(row, mark->number);
	bool ours = live != NULL && live->ours;

	for (size_t i = 0; i < record->fields_count; i++)
		revise_field(step, row, &record->fields[i], ours);
	step->kind = step->fields_count > 0 ? NC_TABLES_EDIT
		     : step->kept_count > 0 ? NC_TABLES_KEEP
					    : NC_TABLES_SAME;
	if (step->kind == NC_TABLES_EDIT)
		write_mark(step, live);
}

static void add_all(
	struct nc_tables_step *step, const struct nc_tables_record *record)
{
	for (size_t i = 0; i < record->fields_count; i++)
		if (record->fields[i].value.kind != NC_VALUE_ABSENT)
			step->fields[step->fields_count++] = record->fields[i];
	step->kind = NC_TABLES_ADD;
}

/* Which record a row of the table is: one that is there, or was deleted by a
 * person, or a new one, past those that imports removed. */
static size_t choose_id(struct revise *revise,
	const struct nc_tables_record *record, struct nc_id *ret_id)
{
	size_t at = revise->rows_count;

	for (unsigned again = 0; again < AGAIN_MAX; again++) {
		*ret_id = nc_tables_id(record, again, revise->hash);
		at = find_row(revise, ret_id);
		if (at == revise->rows_count || !revise->rows[at]->removed)
			break;
		revise->met[at] = true;
	}
	return at;
}

/* A payment names its aid by the id that was chosen for it. */
static bool name_parent(struct revise *revise, struct nc_tables_record *record)
{
	const struct nc_field *field =
		nc_entity_field_named(record->entity, "aid");
	struct nc_field_change *fields = nc_arena_copy(&revise->steps->arena,
		record->fields, record->fields_count * sizeof(*fields));

	if (fields == NULL)
		return false;
	record->fields = fields;
	for (size_t i = 0; i < record->fields_count; i++)
		if (fields[i].field == field->number)
			fields[i].value = nc_value_bytes(
				revise->steps->list[record->parent].id.bytes,
				NC_ID_SIZE);
	return true;
}

static enum nc_status revise_record(struct revise *revise, size_t index)
{
	struct nc_tables_steps *steps = revise->steps;
	struct nc_tables_record record = revise->tables->records[index];
	struct nc_tables_step *step = &steps->list[steps->count++];
	size_t at;

	*step = (struct nc_tables_step){.entity = record.entity,
		.title = record.title,
		.record = &revise->tables->records[index]};
	step->fields = nc_arena_array(
		&steps->arena, record.fields_count + 1, sizeof(*step->fields));
	step->kept = nc_arena_array(
		&steps->arena, record.fields_count + 1, sizeof(*step->kept));
	if (step->fields == NULL || step->kept == NULL ||
		(record.parent != SIZE_MAX && !name_parent(revise, &record)))
		return nc_error_no_memory(revise->err);
	at = choose_id(revise, &record, &step->id);
	if (at == revise->rows_count) {
		add_all(step, &record);
		return NC_OK;
	}
	revise->met[at] = true;
	if (!revise->rows[at]->gone) {
		revise_known(step, revise->rows[at], &record);
		return NC_OK;
	}
	step->kind = NC_TABLES_KEEP;
	add_kept(step, NULL, nc_value_absent(), nc_value_absent());
	return NC_OK;
}

/* --- what the table has no more
 * --------------------------------------------------- */

/* Delegations out and in are two tables: one says nothing of the other. */
static bool same_direction(
	const struct revise *revise, const struct nc_tables_row *row)
{
	const struct nc_field *field =
		nc_entity_field_named(row->entity, "direction");
	const struct nc_tables_live *live =
		field == NULL ? NULL : find_live(row, field->number);

	if (live == NULL)
		return true;
	for (size_t i = 0; i < revise->tables->count; i++) {
		const struct nc_tables_record *record =
			&revise->tables->records[i];

		for (size_t f = 0; record->entity == row->entity &&
				   f < record->fields_count;
			f++)
			if (record->fields[f].field == field->number &&
				nc_value_equal(
					&record->fields[f].value, &live->value))
				return true;
	}
	return false;
}

/* Whether the table tells of records of this kind and year. */
static bool is_of_table(
	const struct revise *revise, const struct nc_tables_row *row)
{
	unsigned year = nc_tables_id_year(&row->id);

	for (size_t i = 0; i < revise->tables->count; i++)
		if (revise->tables->records[i].entity == row->entity &&
			revise->tables->records[i].year == year)
			return same_direction(revise, row);
	return false;
}

static enum nc_status revise_rest(
	struct revise *revise, const struct nc_tables_row *row, bool replace)
{
	struct nc_tables_steps *steps = revise->steps;
	struct nc_tables_step *step = &steps->list[steps->count++];
	const struct nc_field *mark = nc_tables_mark(row->entity);
	bool ours = true;

	*step = (struct nc_tables_step){.id = row->id,
		.entity = row->entity,
		.title = row->title,
		.kind = NC_TABLES_VANISHED};
	step->fields = nc_arena_array(&steps->arena, 1, sizeof(*step->fields));
	step->kept = nc_arena_array(&steps->arena, 1, sizeof(*step->kept));
	if (step->fields == NULL || step->kept == NULL)
		return nc_error_no_memory(revise->err);
	for (size_t i = 0; i < row->live_count; i++)
		ours &= row->live[i].ours;
	if (!replace)
		return NC_OK;
	if (!ours || mark == NULL) {
		step->kind = NC_TABLES_KEEP;
		return NC_OK;
	}
	step->kind = NC_TABLES_REMOVE;
	step->fields[step->fields_count++] = (struct nc_field_change){
		.field = mark->number, .value = nc_value_absent()};
	return NC_OK;
}

static enum nc_status revise_all(struct revise *revise, bool replace)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < revise->tables->count && status == NC_OK; i++)
		status = revise_record(revise, i);
	for (size_t i = 0; i < revise->rows_count && status == NC_OK; i++)
		if (!revise->met[i] && !revise->rows[i]->gone &&
			is_of_table(revise, revise->rows[i]))
			status = revise_rest(revise, revise->rows[i], replace);
	return status;
}

enum nc_status nc_tables_revise(struct nc_tables_steps *steps,
	const struct nc_tables *tables, const struct nc_tables_row *rows,
	size_t rows_count, bool replace, nc_tables_hash hash,
	struct nc_error *err)
{
	struct revise revise = {.steps = steps,
		.tables = tables,
		.rows_count = rows_count,
		.hash = hash,
		.err = err};

	nc_tables_steps_fini(steps);
	revise.rows = nc_arena_array(
		&steps->arena, rows_count + 1, sizeof(*revise.rows));
	revise.met = nc_arena_array(&steps->arena, rows_count + 1, 1);
	steps->list = nc_arena_array(&steps->arena,
		tables->count + rows_count + 1, sizeof(*steps->list));
	if (revise.rows == NULL || revise.met == NULL || steps->list == NULL)
		return nc_error_no_memory(err);
	memset(revise.met, 0, rows_count);
	for (size_t i = 0; i < rows_count; i++)
		revise.rows[i] = &rows[i];
	if (rows_count > 1)
		qsort(revise.rows, rows_count, sizeof(*revise.rows),
			compare_rows);
	return revise_all(&revise, replace);
}
