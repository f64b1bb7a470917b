#include "intake/plan_levels.h"

/* Columns of indentation that nobody types by accident. */
#define INDENT_CLEAR 2

static bool same_mark(
	const struct plan_level *level, const struct plan_line *line)
{
	if (level->key != line->mark.key &&
		(level->other == 0 || level->other != line->mark.key))
		return false;
	return level->list_level < 0 || line->list_level < 0 ||
	       level->list_level == line->list_level;
}

static int distance(
	const struct plan_level *level, const struct plan_line *line)
{
	int far = level->indent - line->indent;

	/* Indentation tells nothing of a word processor's lists. */
	if (level->list_level >= 0 || line->list_level >= 0)
		return 0;
	return far < 0 ? -far : far;
}

/* The level whose mark this is: of several, the one indented most alike;
 * 0 when the mark is new here. */
static unsigned find_level(
	const struct plan_levels *levels, const struct plan_line *line)
{
	unsigned found = 0;

	for (unsigned i = levels->depth; i > 0; i--)
		if (same_mark(&levels->levels[i - 1], line) &&
			(found == 0 ||
				distance(&levels->levels[i - 1], line) <
					distance(&levels->levels[found - 1],
						line)))
			found = i;
	return found;
}

/* Whether a known mark stands clearly further in than ever before. */
static bool is_further_in(const struct plan_levels *levels, unsigned found,
	const struct plan_line *line)
{
	const struct plan_level *level = &levels->levels[found - 1];

	if (level->list_level >= 0 || line->list_level >= 0 ||
		line->indent < level->indent + INDENT_CLEAR)
		return false;
	for (unsigned i = found; i < levels->depth; i++)
		if (same_mark(&levels->levels[i], line) &&
			levels->levels[i].indent > level->indent)
			return false;
	return true;
}

/* Goes back to the mark's level, or one deeper with a new one. */
unsigned plan_levels_item(
	struct plan_levels *levels, const struct plan_line *line)
{
	unsigned found = find_level(levels, line);

	if (found > 0 && !is_further_in(levels, found, line)) {
		levels->depth = found;
		return found;
	}
	while (levels->depth > found) {
		const struct plan_level *top =
			&levels->levels[levels->depth - 1];
		bool inside = line->list_level < 0 || top->list_level < 0 ||
			      top->list_level <= line->list_level;

		if (found > 0)
			inside = top->indent + INDENT_CLEAR <= line->indent;
		if (inside)
			break;
		levels->depth--;
	}
	if (levels->depth == PLAN_LEVELS_MAX)
		levels->depth--;
	levels->levels[levels->depth++] = (struct plan_level){
		line->mark.key, 0, line->list_level, line->indent};
	return levels->depth;
}

bool plan_levels_knows(
	const struct plan_levels *levels, const struct plan_line *line)
{
	return find_level(levels, line) > 0;
}

unsigned plan_levels_beside(
	struct plan_levels *levels, const struct plan_line *line)
{
	levels->levels[levels->depth - 1].other = line->mark.key;
	return levels->depth;
}

bool plan_levels_is_inside(
	const struct plan_levels *levels, const struct plan_line *line)
{
	const struct plan_level *top = &levels->levels[levels->depth - 1];

	if (top->list_level >= 0 || line->list_level >= 0)
		return top->list_level < line->list_level;
	return line->indent >= top->indent + INDENT_CLEAR;
}
