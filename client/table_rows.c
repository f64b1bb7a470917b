#include "table_rows.h"
#include "base/limits.h"
#include "wire/changeset.h"

#include <stdlib.h>
#include <string.h>

#define ROWS_ARENA_MAX (512UL * 1024 * 1024)
#define CHANGE_ARENA_MAX (64UL * 1024 * 1024)

/* A write of a record's mark: what it said, and whether it was an import's. */
struct mark {
	struct nc_dot dot;
	struct nc_value value;
	bool import;
	struct mark *before;
};

struct nc_table_marks {
	struct mark *last;
};

/* The reading of one entity's records. */
struct reading {
	struct nc_table_rows *rows;
	const struct nc_field *mark;
	const struct nc_id *union_id;
};

void nc_table_rows_init(struct nc_table_rows *rows)
{
	memset(rows, 0, sizeof(*rows));
	nc_arena_init(&rows->arena, ROWS_ARENA_MAX);
}

void nc_table_rows_fini(struct nc_table_rows *rows)
{
	nc_free(rows->rows);
	nc_free(rows->marks);
	nc_arena_fini(&rows->arena);
	nc_table_rows_init(rows);
}

static bool keep_value(struct nc_arena *arena, struct nc_value *value)
{
	if (value->kind != NC_VALUE_TEXT && value->kind != NC_VALUE_BYTES)
		return true;
	value->bytes.data =
		nc_arena_copy(arena, value->bytes.data, value->bytes.size);
	return value->bytes.data != NULL;
}

/* The shown value of each field, with the dots of all that live there. */
static bool fill_live(struct nc_arena *arena, const struct nc_record *record,
	struct nc_tables_row *row)
{
	const struct nc_row *from = &record->row;
	struct nc_tables_live *live =
		nc_arena_array(arena, from->count + 1, sizeof(*live));
	struct nc_dot *dots =
		nc_arena_array(arena, from->count + 1, sizeof(*dots));

	if (live == NULL || dots == NULL)
		return false;
	for (size_t i = 0; i < from->count; i++) {
		struct nc_tables_live *last = &live[row->live_count];

		dots[i] = from->live[i].dot;
		if (i > 0 && from->live[i].field == from->live[i - 1].field) {
			last[-1].dots_count++;
			continue;
		}
		*last = (struct nc_tables_live){.field = from->live[i].field,
			.value = from->live[i].value,
			.dots = &dots[i],
			.dots_count = 1};
		if (!keep_value(arena, &last->value))
			return false;
		row->live_count++;
	}
	row->live = live;
	return true;
}

static bool fill_row(struct reading *reading, const struct nc_record *record,
	struct nc_tables_row *row)
{
	struct nc_arena *arena = &reading->rows->arena;
	const struct nc_field *title =
		nc_entity_field_named(record->entity, "title");
	const struct nc_live *mark =
		reading->mark == NULL
			? NULL
			: nc_row_shown(&record->row, reading->mark->number);

	if (title == NULL)
		title = nc_entity_field_named(record->entity, "name");
	*row = (struct nc_tables_row){.id = record->id,
		.union_id = *reading->union_id,
		.entity = record->entity,
		.title = "",
		.gone = record->gone,
		.removed = record->gone && mark != NULL &&
			   mark->value.kind == NC_VALUE_ABSENT};
	if (title != NULL)
		row->title = nc_record_text(record, title->number, arena);
	return row->title != NULL && fill_live(arena, record, row);
}

static enum nc_status visit_record(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct reading *reading = context;
	struct nc_table_rows *rows = reading->rows;

	if (nc_tables_id_year(&record->id) == 0)
		return NC_OK;
	if (rows->count == rows->capacity) {
		size_t more = rows->capacity == 0 ? 256 : 2 * rows->capacity;
		struct nc_tables_row *grown =
			nc_realloc(rows->rows, more * sizeof(*grown));

		if (grown == NULL)
			return nc_error_no_memory(err);
		rows->rows = grown;
		rows->capacity = more;
	}
	if (!fill_row(reading, record, &rows->rows[rows->count]))
		return nc_error_no_memory(err);
	rows->count++;
	return NC_OK;
}

/* --- which writes were imports ---------------------------------------------
 */

static int compare_rows(const void *a, const void *b)
{
	const struct nc_tables_row *left = a, *right = b;

	return nc_id_compare(&left->id, &right->id);
}

static const struct mark *find_mark(
	const struct nc_table_marks *marks, const struct nc_dot *dot)
{
	const struct mark *mark = marks->last;

	while (mark != NULL && !nc_dot_equal(&mark->dot, dot))
		mark = mark->before;
	return mark;
}

/* A record's first mark, or one over the very value that it replaces. */
static bool is_import(const struct nc_table_marks *marks,
	const struct nc_field_change *change)
{
	if (change->replaces_count == 0)
		return true;
	for (size_t i = 0; i < change->replaces_count; i++) {
		const struct mark *before =
			find_mark(marks, &change->replaces[i]);

		if (before != NULL &&
			nc_value_equal(&before->value, &change->value))
			return true;
	}
	return false;
}

static enum nc_status add_mark(struct nc_table_rows *rows, size_t at,
	const struct nc_dot *dot, const struct nc_field_change *change,
	struct nc_error *err)
{
	struct mark *mark = nc_arena_alloc(&rows->arena, sizeof(*mark));

	if (mark == NULL)
		return nc_error_no_memory(err);
	*mark = (struct mark){.dot = *dot,
		.value = change->value,
		.import = is_import(&rows->marks[at], change),
		.before = rows->marks[at].last};
	if (!keep_value(&rows->arena, &mark->value))
		return nc_error_no_memory(err);
	rows->marks[at].last = mark;
	return NC_OK;
}

static const struct nc_tables_row *find_row(
	const struct nc_tables_row *rows, size_t count, const struct nc_id *id)
{
	const struct nc_tables_row key = {.id = *id};

	return count == 0 ? NULL
			  : bsearch(&key, rows, count, sizeof(*rows),
				    compare_rows);
}

static enum nc_status look_at_change(struct nc_table_rows *rows,
	const struct nc_id *union_id, const struct nc_dot *dot,
	const struct nc_record_change *change, struct nc_error *err)
{
	const struct nc_tables_row *row =
		find_row(rows->rows, rows->count, &change->record);
	const struct nc_field *mark;

	if (row == NULL || nc_id_compare(&row->union_id, union_id) != 0 ||
		row->entity->number != change->entity || change->deletes)
		return NC_OK;
	mark = nc_tables_mark(row->entity);
	for (size_t i = 0; mark != NULL && i < change->fields_count; i++)
		if (change->fields[i].field == mark->number)
			return add_mark(rows, (size_t)(row - rows->rows), dot,
				&change->fields[i], err);
	return NC_OK;
}

static enum nc_status visit_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct nc_table_rows *rows = context;
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_change_set set = {.records_count = 0};
	const struct nc_dot dot = {entry->device, entry->sequence};
	enum nc_status status;

	nc_arena_init(&arena, CHANGE_ARENA_MAX);
	status = nc_change_set_decode(
		entry->signed_set.payload, &arena, &set, err);
	for (size_t i = 0; status == NC_OK && i < set.records_count; i++)
		status = look_at_change(
			rows, &entry->union_id, &dot, &set.records[i], err);
	return status;
}

static void tell_ours(struct nc_table_rows *rows, size_t at)
{
	const struct nc_tables_row *row = &rows->rows[at];
	struct nc_tables_live *live = (struct nc_tables_live *)row->live;

	for (size_t i = 0; i < row->live_count; i++) {
		live[i].ours = true;
		for (size_t d = 0; d < live[i].dots_count; d++) {
			const struct mark *mark =
				find_mark(&rows->marks[at], &live[i].dots[d]);

			live[i].ours &= mark != NULL && mark->import;
		}
	}
}

static enum nc_status find_imports(struct nc_table_rows *rows,
	struct nc_store *store, struct nc_error *err)
{
	enum nc_status status;

	if (rows->count == 0)
		return NC_OK;
	qsort(rows->rows, rows->count, sizeof(*rows->rows), compare_rows);
	rows->marks = nc_calloc(rows->count, sizeof(*rows->marks));
	if (rows->marks == NULL)
		return nc_error_no_memory(err);
	status = nc_log_read(store, 0, visit_entry, rows, err);
	for (size_t i = 0; status == NC_OK && i < rows->count; i++)
		tell_ours(rows, i);
	return status;
}

static enum nc_status read_union(struct nc_table_rows *rows,
	struct nc_store *store, const struct nc_id *union_id,
	const struct nc_tables *tables, struct nc_error *err)
{
	struct reading reading = {.rows = rows, .union_id = union_id};
	enum nc_status status = NC_OK;
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);

	for (size_t i = 0; i < count && status == NC_OK; i++) {
		bool wanted = false;

		for (size_t r = 0; r < tables->count; r++)
			wanted |= tables->records[r].entity == &entities[i];
		for (size_t t = 0; t < tables->tables_count; t++)
			wanted |= tables->tables[t].entity->number ==
					  NC_ENTITY_AID &&
				  entities[i].number == NC_ENTITY_AID_PAYMENT;
		if (!wanted)
			continue;
		reading.mark = nc_tables_mark(&entities[i]);
		status = nc_records_each(store, &entities[i], union_id,
			NC_RECORDS_ALL, visit_record, &reading, err);
	}
	return status;
}

/* --- rows of another union's records ---------------------------------------
 */

/* How often a row may go and come back. */
#define AGAIN_MAX 200

/* Whether the record is there, or a person deleted it. */
static bool is_there(const struct nc_tables_record *record,
	const struct nc_tables_row *rows, size_t count, nc_tables_hash hash)
{
	for (unsigned again = 0; again < AGAIN_MAX; again++) {
		struct nc_id id = nc_tables_id(record, again, hash);
		const struct nc_tables_row *row = find_row(rows, count, &id);

		if (row == NULL || !row->removed)
			return row != NULL;
	}
	return false;
}

/* Whose record each of the table's is. */
struct owners {
	struct nc_tables *tables;
	const struct nc_tables_options *options;
	size_t *of; /* 0: nobody's yet; 1: the table's union's; else others' */
	size_t now; /* who is looked at */
};

/* keys: the table as read for the union whose sorted rows these are; the
 * records are the same ones in the same order, under that union's keys. */
static bool claim(struct owners *owners, const struct nc_tables *keys,
	const struct nc_tables_row *rows, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < owners->tables->count && i < keys->count; i++) {
		const struct nc_tables_record *record = &keys->records[i];
		/* What was paid stands where its aid does. */
		bool is = record->parent != SIZE_MAX
				  ? owners->of[record->parent] == owners->now
				  : is_there(record, rows, count,
					    owners->options->hash);

		if (!is || owners->of[i] != 0)
			continue;
		any = true;
		owners->of[i] = owners->now;
		memmove(owners->tables->records[i].key, record->key,
			sizeof(record->key));
	}
	return any;
}

static void sort_from(struct nc_table_rows *rows, size_t from)
{
	if (rows->count > from)
		qsort(rows->rows + from, rows->count - from,
			sizeof(*rows->rows), compare_rows);
}

static enum nc_status read_other(struct nc_table_rows *rows,
	struct nc_store *store, const struct nc_workbook *workbook,
	const struct nc_id *union_id, struct owners *owners,
	struct nc_error *err)
{
	struct nc_tables keys NC_AUTO(nc_tables_fini) = {0};
	struct nc_tables_options options = *owners->options;
	size_t before = rows->count;
	enum nc_status status =
		read_union(rows, store, union_id, owners->tables, err);

	nc_tables_init(&keys);
	if (status != NC_OK || rows->count == before)
		return status;
	sort_from(rows, before);
	options.union_id = *union_id;
	status = nc_tables_read(&keys, workbook, &options, err);
	if (status == NC_OK && !claim(owners, &keys, rows->rows + before,
				       rows->count - before))
		rows->count = before;
	return status;
}

enum nc_status nc_table_rows_read(struct nc_table_rows *rows,
	struct nc_store *store, const struct nc_workbook *workbook,
	const struct nc_tables_options *options, const struct nc_id *others,
	size_t others_count, struct nc_tables *tables, struct nc_error *err)
{
	struct owners owners = {.tables = tables,
		.options = options,
		.of = nc_arena_array(
			&rows->arena, tables->count + 1, sizeof(*owners.of)),
		.now = 1};
	enum nc_status status =
		read_union(rows, store, &options->union_id, tables, err);

	if (owners.of == NULL)
		return nc_error_no_memory(err);
	memset(owners.of, 0, (tables->count + 1) * sizeof(*owners.of));
	sort_from(rows, 0);
	(void)claim(&owners, tables, rows->rows, rows->count);
	for (size_t i = 0; i < others_count && status == NC_OK; i++) {
		owners.now++;
		status = read_other(
			rows, store, workbook, &others[i], &owners, err);
	}
	return status == NC_OK ? find_imports(rows, store, err) : status;
}

const struct nc_id *nc_table_rows_union(
	const struct nc_table_rows *rows, const struct nc_id *id)
{
	const struct nc_tables_row *row = find_row(rows->rows, rows->count, id);

	return row == NULL ? NULL : &row->union_id;
}
