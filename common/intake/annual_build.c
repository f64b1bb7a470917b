#include "intake/annual_build.h"
#include "base/limits.h"

#include <string.h>

/* A document of a hundred thousand paragraphs, each copied once, fits. */
#define ANNUAL_BYTES_MAX (256UL * 1024 * 1024)

void nc_annual_init(struct nc_annual *annual)
{
	memset(annual, 0, sizeof(*annual));
	nc_arena_init(&annual->arena, ANNUAL_BYTES_MAX);
	annual->recipients_heading = "";
}

void nc_annual_fini(struct nc_annual *annual)
{
	nc_arena_fini(&annual->arena);
	nc_annual_init(annual);
}

static void *allocate(struct annual_build *build, size_t size)
{
	void *memory = nc_arena_alloc(&build->annual->arena, size);

	if (memory == NULL)
		nc_error_no_memory(build->err);
	else
		memset(memory, 0, size);
	return memory;
}

size_t annual_next_order(struct annual_build *build)
{
	return ++build->annual->count;
}

enum nc_status annual_keep(
	struct annual_build *build, struct nc_slice text, const char **ret_text)
{
	char *kept = nc_arena_text(
		&build->annual->arena, (const char *)text.data, text.size);

	if (kept == NULL)
		return nc_error_no_memory(build->err);
	*ret_text = kept;
	return NC_OK;
}

static enum nc_status add(struct annual_build *build, struct nc_annual_list *to,
	struct nc_slice text, const struct nc_annual_text *like)
{
	struct nc_annual_text *made = allocate(build, sizeof(*made));
	enum nc_status status;

	if (made == NULL)
		return NC_NO_MEMORY;
	*made = *like;
	made->order = annual_next_order(build);
	if (made->label == NULL)
		made->label = "";
	if (made->why == NULL)
		made->why = "";
	status = annual_keep(build, text, &made->text);
	if (status != NC_OK)
		return status;
	if (to->last == NULL)
		to->first = made;
	else
		to->last->next = made;
	to->last = made;
	to->count++;
	return NC_OK;
}

enum nc_status annual_add_text(struct annual_build *build,
	struct nc_annual_list *to, struct nc_slice text, size_t line)
{
	const struct nc_annual_text like = {.line = line};

	return add(build, to, text, &like);
}

enum nc_status annual_add_item(struct annual_build *build,
	struct nc_annual_section *to, unsigned level, const char *label,
	struct nc_slice text, size_t line)
{
	const struct nc_annual_text like = {
		.line = line, .level = level, .label = label};

	return add(build, &to->items, text, &like);
}

enum nc_status annual_add_unread(struct annual_build *build,
	struct nc_slice text, size_t line, const char *why)
{
	const struct nc_annual_text like = {.line = line, .why = why};

	return add(build, &build->annual->unread, text, &like);
}

enum nc_status annual_add_section(struct annual_build *build,
	struct nc_annual_sections *to, struct nc_annual_section **ret_section)
{
	struct nc_annual_section *made = allocate(build, sizeof(*made));

	if (made == NULL)
		return NC_NO_MEMORY;
	made->number = made->label = made->printed = "";
	made->heading = made->part = "";
	made->order = annual_next_order(build);
	made->area = "general";
	if (to->last == NULL)
		to->first = made;
	else
		to->last->next = made;
	to->last = made;
	to->count++;
	*ret_section = made;
	return NC_OK;
}

enum nc_status annual_join(
	struct annual_build *build, const char **text, struct nc_slice more)
{
	struct nc_buffer joined;
	enum nc_status status;

	nc_buffer_init(&joined, 2 * NC_TEXT_BYTES_MAX);
	status = nc_buffer_text(&joined, *text);
	if (status == NC_OK && joined.size > 0 && more.size > 0)
		status = nc_buffer_text(&joined, " ");
	if (status == NC_OK)
		status = nc_buffer_append(&joined, more.data, more.size);
	if (status == NC_OK)
		status = annual_keep(build, nc_buffer_slice(&joined), text);
	else
		status = nc_error_no_memory(build->err);
	nc_buffer_fini(&joined);
	return status;
}
