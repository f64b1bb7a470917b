#include "command/plan_store.h"
#include "command/roof_note.h"
#include "command/sources.h"

#include <stdlib.h>
#include <string.h>

/* One plan-item or plan-lead record. Texts are the plan's arena's. */
struct plan_row {
	size_t union_index; /* in the registry: whose record it is */
	size_t roof;	    /* likewise: under whom it is printed */
	bool is_lead;
	struct nc_id id;
	struct nc_dot dot; /* of its text */
	unsigned level;
	const char *rank, *area, *letter, *heading, *text;
	size_t section; /* of its union, once found; leads of the union: none */
};

#define NO_SECTION SIZE_MAX
#define NOTE_BYTES_MAX (1024 * 1024)

struct build {
	struct nc_plan *plan;
	struct nc_store *store;
	const struct nc_registry *registry;
	unsigned year;
	const char *day;       /* whose unions' roofs it is printed under */
	struct plan_row *rows; /* malloc's: they grow */
	size_t count, capacity;
	struct nc_sources sources;
};

static struct plan_row *build_grow(struct build *build)
{
	size_t more = build->capacity == 0 ? 256 : build->capacity * 2;
	struct plan_row *rows;

	if (build->count == build->capacity) {
		rows = nc_realloc(build->rows, more * sizeof(*rows));
		if (rows == NULL)
			return NULL;
		build->rows = rows;
		build->capacity = more;
	}
	return &build->rows[build->count];
}

static size_t union_index(
	const struct nc_registry *registry, const struct nc_id *id)
{
	for (size_t i = 0; i < registry->unions_count; i++)
		if (nc_id_compare(&registry->unions[i].id, id) == 0)
			return i;
	return registry->unions_count;
}

static enum nc_status visit_row(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct build *build = context;
	struct nc_arena *arena = &build->plan->arena;
	const struct nc_live *text = nc_row_shown(&record->row, NC_PLAN_TEXT);
	struct plan_row *row = build_grow(build);

	if (row == NULL)
		return nc_error_no_memory(err);
	if (nc_record_integer(record, NC_PLAN_YEAR, 0) != build->year)
		return NC_OK;
	memset(row, 0, sizeof(*row));
	row->union_index = union_index(build->registry, &record->union_id);
	if (row->union_index == build->registry->unions_count || text == NULL)
		return NC_OK;
	row->roof = (size_t)(nc_roof_of(build->registry,
				     &build->registry->unions[row->union_index],
				     build->day)
				     .of -
			     build->registry->unions);
	row->is_lead = record->entity->number == NC_ENTITY_PLAN_LEAD;
	row->id = record->id;
	row->dot = text->dot;
	row->rank = nc_record_text(record, NC_PLAN_RANK, arena);
	row->area = nc_record_text(record, NC_PLAN_AREA, arena);
	row->letter = nc_record_text(record, NC_PLAN_LETTER, arena);
	row->heading = nc_record_text(record, NC_PLAN_HEADING, arena);
	row->text = nc_record_text(record, NC_PLAN_TEXT, arena);
	if (row->rank == NULL || row->area == NULL || row->letter == NULL ||
		row->heading == NULL || row->text == NULL)
		return nc_error_no_memory(err);
	row->level = 1;
	if (!row->is_lead)
		row->level =
			(unsigned)nc_record_integer(record, NC_PLAN_LEVEL, 1);
	build->count++;
	return NC_OK;
}

static int compare_rows(const void *a, const void *b)
{
	const struct plan_row *x = a, *y = b;
	int order;

	if (x->roof != y->roof)
		return x->roof < y->roof ? -1 : 1;
	if (x->union_index != y->union_index)
		return x->union_index < y->union_index ? -1 : 1;
	order = strcmp(x->rank, y->rank);
	return order != 0 ? order : nc_id_compare(&x->id, &y->id);
}

/* Gives each row its section, in *ret_count sections. */
static void find_sections(
	struct plan_row *rows, size_t count, size_t *ret_count)
{
	size_t sections = 0;

	for (size_t i = 0; i < count; i++) {
		struct plan_row *row = &rows[i];
		size_t before = i;

		row->section = NO_SECTION;
		if (row->is_lead && row->letter[0] == '\0' &&
			row->heading[0] == '\0')
			continue;
		/* Backwards: nearly always it is the row before. */
		while (before-- > 0) {
			if (rows[before].section == NO_SECTION ||
				strcmp(rows[before].area, row->area) != 0 ||
				strcmp(rows[before].letter, row->letter) != 0 ||
				strcmp(rows[before].heading, row->heading) != 0)
				continue;
			row->section = rows[before].section;
			break;
		}
		if (row->section == NO_SECTION)
			row->section = sections++;
	}
	*ret_count = sections;
}

static enum nc_status find_source(struct build *build,
	const struct plan_row *row, struct nc_plan_source *ret_source,
	struct nc_error *err)
{
	const struct nc_registry_union *of =
		&build->registry->unions[row->union_index];
	const struct nc_source *source;
	enum nc_status status = nc_sources_find(
		&build->sources, &of->id, &row->dot, &source, err);

	if (status != NC_OK)
		return status;
	ret_source->device = row->dot.device;
	ret_source->sequence = row->dot.sequence;
	ret_source->author = source->author;
	if (row->roof == row->union_index)
		return NC_OK;
	ret_source->union_code =
		nc_arena_text(&build->plan->arena, of->code, strlen(of->code));
	return ret_source->union_code == NULL ? nc_error_no_memory(err) : NC_OK;
}

static enum nc_status add_lead(struct build *build, const struct plan_row *row,
	struct nc_plan_lead *leads, size_t *count, struct nc_error *err)
{
	struct nc_plan_lead *lead = &leads[(*count)++];

	lead->text = row->text;
	lead->id = row->id;
	return find_source(build, row, &lead->source, err);
}

static enum nc_status add_row(struct build *build, const struct plan_row *row,
	struct nc_plan_union *to, struct nc_error *err)
{
	struct nc_plan_section *section;
	struct nc_plan_item *item;

	if (row->section == NO_SECTION)
		return add_lead(build, row, to->leads, &to->leads_count, err);
	section = &to->sections[row->section];
	section->letter = row->letter;
	section->heading = row->heading;
	section->area = row->area;
	if (row->is_lead)
		return add_lead(
			build, row, section->leads, &section->leads_count, err);
	item = &section->items[section->items_count++];
	item->level = row->level;
	item->text = row->text;
	item->id = row->id;
	return find_source(build, row, &item->source, err);
}

static void *zeroed(struct nc_arena *arena, size_t count, size_t size)
{
	void *array = nc_arena_array(arena, count + 1, size);

	if (array != NULL)
		memset(array, 0, (count + 1) * size);
	return array;
}

/* Room for what each section will hold. */
static bool make_room(struct nc_arena *arena, const struct plan_row *rows,
	size_t count, struct nc_plan_union *to)
{
	size_t *sizes = zeroed(arena, 2 * to->sections_count, sizeof(*sizes));
	size_t leads = 0;

	to->sections = zeroed(arena, to->sections_count, sizeof(*to->sections));
	if (sizes == NULL || to->sections == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		if (rows[i].section == NO_SECTION)
			leads++;
		else
			sizes[2 * rows[i].section + rows[i].is_lead]++;
	}
	to->leads = zeroed(arena, leads, sizeof(*to->leads));
	for (size_t s = 0; s < to->sections_count; s++) {
		struct nc_plan_section *section = &to->sections[s];

		section->items =
			zeroed(arena, sizes[2 * s], sizeof(*section->items));
		section->leads = zeroed(
			arena, sizes[2 * s + 1], sizeof(*section->leads));
		if (section->items == NULL || section->leads == NULL)
			return false;
	}
	return to->leads != NULL;
}

/* Whose records these are beside the roof's own. */
static enum nc_status add_note(struct build *build, const struct plan_row *rows,
	size_t count, struct nc_plan_union *to, struct nc_error *err)
{
	struct nc_buffer note NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena *arena = &build->plan->arena;
	const struct nc_registry *registry = build->registry;
	bool *has = zeroed(arena, registry->unions_count, sizeof(*has));

	nc_buffer_init(&note, NOTE_BYTES_MAX);
	if (has == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count; i++)
		has[rows[i].union_index] = true;
	if (nc_roof_note(&note, registry, &registry->unions[rows[0].roof], has,
		    build->day) != NC_OK)
		return nc_error_no_memory(err);
	if (note.size == 0)
		return NC_OK;
	to->note = nc_arena_text(arena, nc_buffer_string(&note), note.size);
	return to->note == NULL ? nc_error_no_memory(err) : NC_OK;
}

static enum nc_status add_union(struct build *build, struct plan_row *rows,
	size_t count, struct nc_error *err)
{
	struct nc_plan *plan = build->plan;
	const struct nc_registry_union *from =
		&build->registry->unions[rows[0].roof];
	struct nc_plan_union *to = &plan->unions[plan->unions_count];
	enum nc_status status = add_note(build, rows, count, to, err);

	if (status != NC_OK)
		return status;
	to->id = from->id;
	to->code = nc_arena_text(&plan->arena, from->code, strlen(from->code));
	to->name = nc_arena_text(&plan->arena, from->name, strlen(from->name));
	find_sections(rows, count, &to->sections_count);
	if (to->code == NULL || to->name == NULL ||
		!make_room(&plan->arena, rows, count, to))
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = add_row(build, &rows[i], to, err);
	plan->unions_count++;
	return status;
}

static enum nc_status build_unions(struct build *build, struct nc_error *err)
{
	struct nc_plan *plan = build->plan;
	enum nc_status status = NC_OK;
	size_t from = 0;

	plan->unions = zeroed(&plan->arena, build->registry->unions_count,
		sizeof(*plan->unions));
	if (plan->unions == NULL)
		return nc_error_no_memory(err);
	if (build->count > 1)
		qsort(build->rows, build->count, sizeof(*build->rows),
			compare_rows);
	while (from < build->count && status == NC_OK) {
		size_t to = from;

		while (to < build->count &&
			build->rows[to].roof == build->rows[from].roof)
			to++;
		status = add_union(build, build->rows + from, to - from, err);
		from = to;
	}
	return status;
}

static enum nc_status collect_rows(
	struct build *build, const struct nc_id *union_id, struct nc_error *err)
{
	enum nc_status status = nc_records_each(build->store,
		nc_model_entity(NC_ENTITY_PLAN_ITEM), union_id,
		NC_RECORDS_PRESENT, visit_row, build, err);

	if (status == NC_OK)
		status = nc_records_each(build->store,
			nc_model_entity(NC_ENTITY_PLAN_LEAD), union_id,
			NC_RECORDS_PRESENT, visit_row, build, err);
	return status;
}

enum nc_status nc_plan_from_store(struct nc_plan *plan, struct nc_store *store,
	unsigned year, const char *day, const struct nc_id *only,
	size_t only_count, struct nc_error *err)
{
	struct build build = {
		.plan = plan, .store = store, .year = year, .day = day};
	enum nc_status status = nc_store_registry(store, &build.registry, err);
	char year_end[NC_DATE_TEXT_SIZE];
	const char *name;

	if (status != NC_OK)
		return status;
	nc_date_year_end(year_end, year);
	if (day == NULL)
		build.day = year_end;
	name = build.registry->cluster_name;
	plan->year = year;
	/* A plan of a store always names a cluster; a file's never does. */
	plan->cluster_name = name[0] == '\0' ? "Cụm"
					     : nc_arena_text(&plan->arena, name,
						       strlen(name));
	if (plan->cluster_name == NULL)
		return nc_error_no_memory(err);
	nc_sources_init(&build.sources, store, build.registry, &plan->arena);
	if (only == NULL)
		status = collect_rows(&build, NULL, err);
	for (size_t i = 0; only != NULL && i < only_count && status == NC_OK;
		i++)
		status = collect_rows(&build, &only[i], err);
	if (status == NC_OK)
		status = build_unions(&build, err);
	nc_sources_fini(&build.sources);
	nc_free(build.rows);
	return status;
}
