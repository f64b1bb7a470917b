#include "command/roof_rows.h"
#include "command/roof_note.h"

#include <stdlib.h>
#include <string.h>

#define NOTE_BYTES_MAX (1024 * 1024)

enum nc_status nc_roof_rows_init(struct nc_roof_rows *rows,
	struct nc_store *store, unsigned year, const char *day,
	struct nc_arena *arena, struct nc_error *err)
{
	enum nc_status status;

	memset(rows, 0, sizeof(*rows));
	rows->arena = arena;
	nc_date_year_end(rows->year_end, year);
	rows->day = day == NULL ? rows->year_end : day;
	status = nc_store_registry(store, &rows->registry, err);
	nc_sources_init(&rows->sources, store, rows->registry, arena);
	return status;
}

void nc_roof_rows_fini(struct nc_roof_rows *rows)
{
	nc_sources_fini(&rows->sources);
	nc_free(rows->rows);
	rows->rows = NULL;
}

const char *nc_roof_rows_cluster_name(const struct nc_roof_rows *rows)
{
	const char *name = rows->registry->cluster_name;

	return name[0] == '\0' ? "Cụm"
			       : nc_arena_text(rows->arena, name, strlen(name));
}

enum nc_status nc_roof_rows_read(struct nc_roof_rows *rows, uint32_t entity,
	const struct nc_id *only, size_t only_count, nc_record_visit visit,
	void *context, struct nc_error *err)
{
	struct nc_store *store = rows->sources.store;
	const struct nc_entity *of = nc_model_entity(entity);
	enum nc_status status = NC_OK;

	if (only == NULL)
		return nc_records_each(store, of, NULL, NC_RECORDS_PRESENT,
			visit, context, err);
	for (size_t i = 0; i < only_count && status == NC_OK; i++)
		status = nc_records_each(store, of, &only[i],
			NC_RECORDS_PRESENT, visit, context, err);
	return status;
}

static bool grow(struct nc_roof_rows *rows)
{
	size_t more = rows->capacity == 0 ? 256 : rows->capacity * 2;
	struct nc_roof_row *grown;

	if (rows->count < rows->capacity)
		return true;
	grown = nc_realloc(rows->rows, more * sizeof(*grown));
	if (grown == NULL)
		return false;
	rows->rows = grown;
	rows->capacity = more;
	return true;
}

static size_t union_index(
	const struct nc_registry *registry, const struct nc_id *id)
{
	for (size_t i = 0; i < registry->unions_count; i++)
		if (nc_id_compare(&registry->unions[i].id, id) == 0)
			return i;
	return registry->unions_count;
}

static size_t roof_index(const struct nc_roof_rows *rows, size_t union_index)
{
	const struct nc_registry *registry = rows->registry;
	const struct nc_roof roof =
		nc_roof_of(registry, &registry->unions[union_index], rows->day);

	return (size_t)(roof.of - registry->unions);
}

enum nc_status nc_roof_rows_add(struct nc_roof_rows *rows,
	const struct nc_record *record, struct nc_roof_row **ret_row,
	struct nc_error *err)
{
	size_t index = union_index(rows->registry, &record->union_id);
	struct nc_roof_row *row;

	*ret_row = NULL;
	if (index == rows->registry->unions_count)
		return NC_OK;
	if (!grow(rows))
		return nc_error_no_memory(err);
	row = &rows->rows[rows->count++];
	memset(row, 0, sizeof(*row));
	row->union_index = index;
	row->roof = roof_index(rows, index);
	row->id = record->id;
	*ret_row = row;
	return NC_OK;
}

enum nc_status nc_roof_rows_source(struct nc_roof_rows *rows,
	const struct nc_roof_row *row, const struct nc_source **ret_source,
	struct nc_error *err)
{
	return nc_sources_find(&rows->sources,
		&rows->registry->unions[row->union_index].id, &row->dot,
		ret_source, err);
}

static int compare_rows(const void *a, const void *b)
{
	const struct nc_roof_row *x = a, *y = b;
	int order;

	if (x->roof != y->roof)
		return x->roof < y->roof ? -1 : 1;
	if (x->union_index != y->union_index)
		return x->union_index < y->union_index ? -1 : 1;
	order = strcmp(x->rank, y->rank);
	return order != 0 ? order : nc_id_compare(&x->id, &y->id);
}

static enum nc_status make_note(const struct nc_roof_rows *rows,
	const struct nc_registry_union *of, struct nc_roof_group *group,
	struct nc_error *err)
{
	struct nc_buffer note NC_AUTO(nc_buffer_fini) = {0};
	size_t unions = rows->registry->unions_count;
	bool *has = nc_arena_array(rows->arena, unions, sizeof(*has));

	nc_buffer_init(&note, NOTE_BYTES_MAX);
	if (has == NULL)
		return nc_error_no_memory(err);
	memset(has, 0, unions * sizeof(*has));
	for (size_t i = 0; i < group->count; i++)
		has[group->rows[i].union_index] = true;
	if (nc_roof_note(&note, rows->registry, of, has, rows->day) != NC_OK)
		return nc_error_no_memory(err);
	if (note.size == 0)
		return NC_OK;
	group->note =
		nc_arena_text(rows->arena, nc_buffer_string(&note), note.size);
	return group->note == NULL ? nc_error_no_memory(err) : NC_OK;
}

static enum nc_status visit_group(struct nc_roof_rows *rows, size_t roof,
	const struct nc_roof_row *first, size_t count, nc_roof_visit visit,
	void *context, struct nc_error *err)
{
	const struct nc_registry_union *of = &rows->registry->unions[roof];
	struct nc_roof_group group = {
		.id = of->id, .rows = first, .count = count};
	enum nc_status status = make_note(rows, of, &group, err);

	if (status != NC_OK)
		return status;
	group.code = nc_arena_text(rows->arena, of->code, strlen(of->code));
	group.name = nc_arena_text(rows->arena, of->name, strlen(of->name));
	if (group.code == NULL || group.name == NULL)
		return nc_error_no_memory(err);
	return visit(context, &group, err);
}

enum nc_status nc_roof_rows_each(struct nc_roof_rows *rows, nc_roof_visit visit,
	void *context, struct nc_error *err)
{
	enum nc_status status = NC_OK;
	size_t from = 0;

	if (rows->count > 1)
		qsort(rows->rows, rows->count, sizeof(*rows->rows),
			compare_rows);
	while (from < rows->count && status == NC_OK) {
		const struct nc_roof_row *first = &rows->rows[from];
		size_t to = from;

		while (to < rows->count && rows->rows[to].roof == first->roof)
			to++;
		status = visit_group(rows, first->roof, first, to - from, visit,
			context, err);
		from = to;
	}
	return status;
}

enum nc_status nc_roof_rows_empty(struct nc_roof_rows *rows,
	const struct nc_id *union_id, nc_roof_visit visit, void *context,
	struct nc_error *err)
{
	size_t index = union_index(rows->registry, union_id);

	if (index == rows->registry->unions_count)
		return NC_OK;
	return visit_group(
		rows, roof_index(rows, index), NULL, 0, visit, context, err);
}
