#include "command/plan_store.h"
#include "command/roof_rows.h"

#include <string.h>

/* One plan-item or plan-lead record. Texts are the plan's arena's. */
struct plan_row {
	bool is_lead;
	unsigned level;
	const char *area, *letter, *heading, *text;
	size_t section; /* of its union, once found; leads of the union: none */
};

#define NO_SECTION SIZE_MAX

struct build {
	struct nc_plan *plan;
	struct nc_roof_rows rows; /* what: a plan_row */
};

static struct plan_row *plan_row_of(const struct nc_roof_row *row)
{
	return row->what;
}

static struct plan_row *make_row(struct nc_arena *arena,
	const struct nc_record *record, struct nc_roof_row *to)
{
	struct plan_row *row = nc_arena_alloc(arena, sizeof(*row));

	to->rank = nc_record_text(record, NC_PLAN_RANK, arena);
	if (row == NULL || to->rank == NULL)
		return NULL;
	row->is_lead = record->entity->number == NC_ENTITY_PLAN_LEAD;
	row->level = row->is_lead ? 1
				  : (unsigned)nc_record_integer(
					    record, NC_PLAN_LEVEL, 1);
	row->area = nc_record_text(record, NC_PLAN_AREA, arena);
	row->letter = nc_record_text(record, NC_PLAN_LETTER, arena);
	row->heading = nc_record_text(record, NC_PLAN_HEADING, arena);
	row->text = nc_record_text(record, NC_PLAN_TEXT, arena);
	row->section = NO_SECTION;
	return row->area == NULL || row->letter == NULL ||
			       row->heading == NULL || row->text == NULL
		       ? NULL
		       : row;
}

static enum nc_status visit_record(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct build *build = context;
	const struct nc_live *text = nc_row_shown(&record->row, NC_PLAN_TEXT);
	struct nc_roof_row *row;
	enum nc_status status;

	if (nc_record_integer(record, NC_PLAN_YEAR, 0) != build->plan->year ||
		text == NULL)
		return NC_OK;
	status = nc_roof_rows_add(&build->rows, record, &row, err);
	if (status != NC_OK || row == NULL)
		return status;
	row->dot = text->dot;
	row->what = make_row(&build->plan->arena, record, row);
	return row->what == NULL ? nc_error_no_memory(err) : NC_OK;
}

/* Gives each row its section, in *ret_count sections. */
static void find_sections(
	const struct nc_roof_row *rows, size_t count, size_t *ret_count)
{
	size_t sections = 0;

	for (size_t i = 0; i < count; i++) {
		struct plan_row *row = plan_row_of(&rows[i]);
		size_t before = i;

		row->section = NO_SECTION;
		if (row->is_lead && row->letter[0] == '\0' &&
			row->heading[0] == '\0')
			continue;
		/* Backwards: nearly always it is the row before. */
		while (before-- > 0) {
			const struct plan_row *other =
				plan_row_of(&rows[before]);

			if (other->section == NO_SECTION ||
				strcmp(other->area, row->area) != 0 ||
				strcmp(other->letter, row->letter) != 0 ||
				strcmp(other->heading, row->heading) != 0)
				continue;
			row->section = other->section;
			break;
		}
		if (row->section == NO_SECTION)
			row->section = sections++;
	}
	*ret_count = sections;
}

static enum nc_status find_source(struct build *build,
	const struct nc_roof_row *row, struct nc_plan_source *ret_source,
	struct nc_error *err)
{
	const char *code = build->rows.registry->unions[row->union_index].code;
	const struct nc_source *source;
	enum nc_status status =
		nc_roof_rows_source(&build->rows, row, &source, err);

	if (status != NC_OK)
		return status;
	ret_source->device = row->dot.device;
	ret_source->sequence = row->dot.sequence;
	ret_source->author = source->author;
	if (row->roof == row->union_index)
		return NC_OK;
	ret_source->union_code =
		nc_arena_text(&build->plan->arena, code, strlen(code));
	return ret_source->union_code == NULL ? nc_error_no_memory(err) : NC_OK;
}

static enum nc_status add_lead(struct build *build,
	const struct nc_roof_row *row, struct nc_plan_lead *leads,
	size_t *count, struct nc_error *err)
{
	struct nc_plan_lead *lead = &leads[(*count)++];

	lead->text = plan_row_of(row)->text;
	lead->id = row->id;
	return find_source(build, row, &lead->source, err);
}

static enum nc_status add_row(struct build *build,
	const struct nc_roof_row *from, struct nc_plan_union *to,
	struct nc_error *err)
{
	const struct plan_row *row = plan_row_of(from);
	struct nc_plan_section *section;
	struct nc_plan_item *item;

	if (row->section == NO_SECTION)
		return add_lead(build, from, to->leads, &to->leads_count, err);
	section = &to->sections[row->section];
	section->letter = row->letter;
	section->heading = row->heading;
	section->area = row->area;
	if (row->is_lead)
		return add_lead(build, from, section->leads,
			&section->leads_count, err);
	item = &section->items[section->items_count++];
	item->level = row->level;
	item->text = row->text;
	item->id = from->id;
	return find_source(build, from, &item->source, err);
}

static void *zeroed(struct nc_arena *arena, size_t count, size_t size)
{
	void *array = nc_arena_array(arena, count + 1, size);

	if (array != NULL)
		memset(array, 0, (count + 1) * size);
	return array;
}

/* Room for what each section will hold. */
static bool make_room(struct nc_arena *arena, const struct nc_roof_row *rows,
	size_t count, struct nc_plan_union *to)
{
	size_t *sizes = zeroed(arena, 2 * to->sections_count, sizeof(*sizes));
	size_t leads = 0;

	to->sections = zeroed(arena, to->sections_count, sizeof(*to->sections));
	if (sizes == NULL || to->sections == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct plan_row *row = plan_row_of(&rows[i]);

		if (row->section == NO_SECTION)
			leads++;
		else
			sizes[2 * row->section + row->is_lead]++;
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

static enum nc_status add_union(
	void *context, const struct nc_roof_group *group, struct nc_error *err)
{
	struct build *build = context;
	struct nc_plan *plan = build->plan;
	struct nc_plan_union *to = &plan->unions[plan->unions_count];
	enum nc_status status = NC_OK;

	to->id = group->id;
	to->code = group->code;
	to->name = group->name;
	to->note = group->note;
	find_sections(group->rows, group->count, &to->sections_count);
	if (!make_room(&plan->arena, group->rows, group->count, to))
		return nc_error_no_memory(err);
	for (size_t i = 0; i < group->count && status == NC_OK; i++)
		status = add_row(build, &group->rows[i], to, err);
	plan->unions_count++;
	return status;
}

static enum nc_status build_unions(struct build *build, struct nc_error *err)
{
	struct nc_plan *plan = build->plan;

	plan->unions = zeroed(&plan->arena, build->rows.registry->unions_count,
		sizeof(*plan->unions));
	if (plan->unions == NULL)
		return nc_error_no_memory(err);
	return nc_roof_rows_each(&build->rows, add_union, build, err);
}

enum nc_status nc_plan_from_store(struct nc_plan *plan, struct nc_store *store,
	unsigned year, const char *day, const struct nc_id *only,
	size_t only_count, struct nc_error *err)
{
	static const uint32_t entities[] = {
		NC_ENTITY_PLAN_ITEM, NC_ENTITY_PLAN_LEAD};
	struct build build = {.plan = plan};
	enum nc_status status = nc_roof_rows_init(
		&build.rows, store, year, day, &plan->arena, err);

	if (status != NC_OK)
		return status;
	plan->year = year;
	/* A plan of a store always names a cluster; a file's never does. */
	plan->cluster_name = nc_roof_rows_cluster_name(&build.rows);
	if (plan->cluster_name == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < 2 && status == NC_OK; i++)
		status = nc_roof_rows_read(&build.rows, entities[i], only,
			only_count, visit_record, &build, err);
	if (status == NC_OK)
		status = build_unions(&build, err);
	nc_roof_rows_fini(&build.rows);
	return status;
}
