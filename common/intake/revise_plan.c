/* A plan's lines, as an import weighs them. */
#include "intake/revise.h"

const struct nc_revise_shape nc_revise_plan_shapes[NC_REVISE_PLAN_SHAPES] = {
	[NC_REVISE_PLAN_ITEM] = {.entity = NC_ENTITY_PLAN_ITEM,
		.year = NC_PLAN_YEAR,
		.rank = NC_PLAN_RANK,
		.text = NC_PLAN_TEXT,
		.imported = NC_PLAN_IMPORTED,
		.level = NC_PLAN_LEVEL,
		.places = {NC_PLAN_AREA, NC_PLAN_LETTER, NC_PLAN_HEADING},
		.section_places = 3},
	[NC_REVISE_PLAN_LEAD] = {.entity = NC_ENTITY_PLAN_LEAD,
		.year = NC_PLAN_YEAR,
		.rank = NC_PLAN_RANK,
		.text = NC_PLAN_TEXT,
		.imported = NC_PLAN_IMPORTED,
		.places = {NC_PLAN_AREA, NC_PLAN_LETTER, NC_PLAN_HEADING},
		.section_places = 3},
};

static size_t count_lines(const struct nc_plan_union *of_union)
{
	size_t count = of_union->leads_count;

	for (size_t i = 0; i < of_union->sections_count; i++)
		count += of_union->sections[i].leads_count +
			 of_union->sections[i].items_count;
	return count;
}

/* Section NULL: the union's own part. */
static struct nc_revise_line *put_lead(struct nc_revise_line *out,
	const struct nc_plan_lead *lead, const struct nc_plan_section *section,
	size_t number)
{
	*out = (struct nc_revise_line){.shape = NC_REVISE_PLAN_LEAD,
		.places = {section == NULL ? "general" : section->area,
			section == NULL ? "" : section->letter,
			section == NULL ? "" : section->heading},
		.text = lead->text,
		.line = lead->line,
		.section = number};
	return out + 1;
}

static struct nc_revise_line *put_item(struct nc_revise_line *out,
	const struct nc_plan_item *item, const struct nc_plan_section *section,
	size_t number)
{
	*out = (struct nc_revise_line){.shape = NC_REVISE_PLAN_ITEM,
		.level = item->level,
		.places = {section->area, section->letter, section->heading},
		.text = item->text,
		.line = item->line,
		.section = number};
	return out + 1;
}

enum nc_status nc_revise_plan_lines(const struct nc_plan_union *from_file,
	struct nc_arena *arena, const struct nc_revise_line **ret_lines,
	size_t *ret_count, struct nc_error *err)
{
	size_t count = count_lines(from_file);
	struct nc_revise_line *lines =
		nc_arena_array(arena, count, sizeof(*lines));
	struct nc_revise_line *out = lines;

	if (lines == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < from_file->leads_count; i++)
		out = put_lead(out, &from_file->leads[i], NULL, 0);
	for (size_t i = 0; i < from_file->sections_count; i++) {
		const struct nc_plan_section *section = &from_file->sections[i];

		for (size_t k = 0; k < section->leads_count; k++)
			out = put_lead(out, &section->leads[k], section, i + 1);
		for (size_t k = 0; k < section->items_count; k++)
			out = put_item(out, &section->items[k], section, i + 1);
	}
	*ret_lines = lines;
	*ret_count = count;
	return NC_OK;
}
