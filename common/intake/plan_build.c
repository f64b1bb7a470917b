#include "intake/plan_build.h"
#include "base/limits.h"
#include "locale/text.h"

#include <string.h>

/* The country has 63; each new one is looked for among the others. */
#define UNIONS_MAX 1000

void plan_build_init(
	struct plan_build *build, struct nc_plan *plan, struct nc_error *err)
{
	memset(build, 0, sizeof(*build));
	build->plan = plan;
	build->unions_end = &build->unions;
	build->left_out_end = &build->left_out;
	build->err = err;
}

static void *allocate(struct plan_build *build, size_t size)
{
	void *memory = nc_arena_alloc(&build->plan->arena, size);

	if (memory == NULL)
		nc_error_no_memory(build->err);
	else
		memset(memory, 0, size);
	return memory;
}

static enum nc_status keep(
	struct plan_build *build, struct nc_slice text, const char **ret_text)
{
	char *kept = nc_arena_text(
		&build->plan->arena, (const char *)text.data, text.size);

	if (kept == NULL)
		return nc_error_no_memory(build->err);
	*ret_text = kept;
	return NC_OK;
}

/* The slug of the union's place: "Thừa Thiên Huế" → "thua-thien-hue". Clean
 * again, for letters that folding takes apart, such as Korean ones. */
static enum nc_status keep_code(
	struct plan_build *build, const char *name, const char **ret_code)
{
	struct nc_buffer place, slug, code;
	enum nc_status status;

	nc_buffer_init(&place, NC_TEXT_BYTES_MAX);
	nc_buffer_init(&slug, NC_TEXT_BYTES_MAX);
	nc_buffer_init(&code, NC_TEXT_BYTES_MAX);
	status = nc_plan_place(&place, name);
	if (status == NC_OK)
		status = nc_text_slug(&slug, nc_buffer_slice(&place));
	if (status == NC_OK)
		status = nc_text_clean(&code, nc_buffer_slice(&slug));
	if (status == NC_OK)
		status = keep(build, nc_buffer_slice(&code), ret_code);
	else
		status = nc_error_no_memory(build->err);
	nc_buffer_fini(&place);
	nc_buffer_fini(&slug);
	nc_buffer_fini(&code);
	return status;
}

enum nc_status plan_build_union(struct plan_build *build, struct nc_slice name,
	size_t line, bool letterhead, struct build_union **ret_union)
{
	struct build_union *made;
	const char *code = "", *kept = "";
	enum nc_status status = keep(build, name, &kept);

	if (status == NC_OK)
		status = keep_code(build, kept, &code);
	if (status != NC_OK)
		return status;
	for (made = build->unions; made != NULL; made = made->next) {
		if (strcmp(made->of_union.code, code) != 0)
			continue;
		*ret_union = made;
		if (letterhead)
			return NC_OK;
		return plan_build_left_out(build, name, line, "repeated-union");
	}
	if (build->plan->unions_count == UNIONS_MAX)
		return nc_error_set(build->err, NC_LIMIT,
			_("The document names more than %d unions, which no "
			  "plan does; check that this is the right file."),
			UNIONS_MAX);
	made = allocate(build, sizeof(*made));
	if (made == NULL)
		return NC_NO_MEMORY;
	made->of_union.code = code;
	made->of_union.name = kept;
	made->of_union.line = line;
	made->leads_end = &made->leads;
	made->sections_end = &made->sections;
	*build->unions_end = made;
	build->unions_end = &made->next;
	build->plan->unions_count++;
	*ret_union = made;
	return NC_OK;
}

enum nc_status plan_build_section(struct plan_build *build,
	struct build_union *to, struct nc_slice letter, struct nc_slice heading,
	const char *area, size_t line, struct build_section **ret_section)
{
	struct build_section *made = allocate(build, sizeof(*made));
	enum nc_status status;

	if (made == NULL)
		return NC_NO_MEMORY;
	status = keep(build, letter, &made->section.letter);
	if (status == NC_OK)
		status = keep(build, heading, &made->section.heading);
	if (status != NC_OK)
		return status;
	made->section.area = area;
	made->section.line = line;
	made->leads_end = &made->leads;
	made->items_end = &made->items;
	*to->sections_end = made;
	to->sections_end = &made->next;
	to->of_union.sections_count++;
	*ret_section = made;
	return NC_OK;
}

enum nc_status plan_build_lead(struct plan_build *build, struct build_union *to,
	struct build_section *section, struct nc_slice text, size_t line)
{
	struct build_lead *made = allocate(build, sizeof(*made));
	enum nc_status status;

	if (made == NULL)
		return NC_NO_MEMORY;
	status = keep(build, text, &made->lead.text);
	if (status != NC_OK)
		return status;
	made->lead.line = line;
	made->lead.source.author = "";
	if (section != NULL) {
		*section->leads_end = made;
		section->leads_end = &made->next;
		section->section.leads_count++;
	} else {
		*to->leads_end = made;
		to->leads_end = &made->next;
		to->of_union.leads_count++;
	}
	return NC_OK;
}

enum nc_status plan_build_item(struct plan_build *build,
	struct build_section *section, unsigned level, struct nc_slice text,
	size_t line)
{
	struct build_item *made = allocate(build, sizeof(*made));
	enum nc_status status;

	if (made == NULL)
		return NC_NO_MEMORY;
	status = keep(build, text, &made->item.text);
	if (status != NC_OK)
		return status;
	made->item.level = level;
	made->item.line = line;
	made->item.source.author = "";
	*section->items_end = made;
	section->items_end = &made->next;
	section->section.items_count++;
	return NC_OK;
}

enum nc_status plan_build_left_out(struct plan_build *build,
	struct nc_slice text, size_t line, const char *why)
{
	struct build_left_out *made = allocate(build, sizeof(*made));
	enum nc_status status;

	if (made == NULL)
		return NC_NO_MEMORY;
	status = keep(build, text, &made->left_out.text);
	if (status != NC_OK)
		return status;
	made->left_out.line = line;
	made->left_out.why = why;
	*build->left_out_end = made;
	build->left_out_end = &made->next;
	build->plan->left_out_count++;
	return NC_OK;
}

static enum nc_status finish_leads(struct plan_build *build,
	const struct build_lead *from, size_t count,
	struct nc_plan_lead **ret_leads)
{
	struct nc_plan_lead *leads = allocate(build, count * sizeof(*leads));

	if (leads == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; i < count; i++, from = from->next)
		leads[i] = from->lead;
	*ret_leads = leads;
	return NC_OK;
}

static enum nc_status finish_section(struct plan_build *build,
	const struct build_section *from, struct nc_plan_section *to)
{
	const struct build_item *item = from->items;
	struct nc_plan_item *items;

	*to = from->section;
	items = allocate(build, to->items_count * sizeof(*items));
	if (items == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; i < to->items_count; i++, item = item->next)
		items[i] = item->item;
	to->items = items;
	return finish_leads(build, from->leads, to->leads_count, &to->leads);
}

static enum nc_status finish_union(struct plan_build *build,
	const struct build_union *from, struct nc_plan_union *to)
{
	const struct build_section *section = from->sections;
	enum nc_status status = NC_OK;

	*to = from->of_union;
	to->sections =
		allocate(build, to->sections_count * sizeof(*to->sections));
	if (to->sections == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; status == NC_OK && i < to->sections_count; i++) {
		status = finish_section(build, section, &to->sections[i]);
		section = section->next;
	}
	if (status != NC_OK)
		return status;
	return finish_leads(build, from->leads, to->leads_count, &to->leads);
}

/* A heading with nothing below it is what its section plans: only items and
 * leads are stored, and no word may be lost. */
static enum nc_status fill_section(
	struct plan_build *build, struct build_section *section)
{
	const char *words = section->section.heading;

	if (section->section.items_count > 0 ||
		section->section.leads_count > 0 || words[0] == '\0')
		return NC_OK;
	section->section.heading = "";
	return plan_build_item(
		build, section, 1, nc_slice_text(words), section->section.line);
}

static enum nc_status fill_sections(struct plan_build *build)
{
	enum nc_status status = NC_OK;

	for (struct build_union *u = build->unions; u != NULL; u = u->next)
		for (struct build_section *section = u->sections;
			status == NC_OK && section != NULL;
			section = section->next)
			status = fill_section(build, section);
	return status;
}

enum nc_status plan_build_finish(struct plan_build *build)
{
	struct nc_plan *plan = build->plan;
	const struct build_union *from = build->unions;
	const struct build_left_out *left_out = build->left_out;
	enum nc_status status = fill_sections(build);

	if (status != NC_OK)
		return status;
	plan->unions =
		allocate(build, plan->unions_count * sizeof(*plan->unions));
	plan->left_out =
		allocate(build, plan->left_out_count * sizeof(*plan->left_out));
	if (plan->unions == NULL || plan->left_out == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; i < plan->left_out_count; i++) {
		plan->left_out[i] = left_out->left_out;
		left_out = left_out->next;
	}
	for (size_t i = 0; status == NC_OK && i < plan->unions_count; i++) {
		status = finish_union(build, from, &plan->unions[i]);
		from = from->next;
	}
	return status;
}
