/*
 * How deep an item stands, by the look of its mark: a known look goes back to
 * its level, a new one goes one deeper, indentation and a word processor's
 * own levels count where they are clear. Internal to this room.
 */
#ifndef NC_INTAKE_PLAN_LEVELS_H
#define NC_INTAKE_PLAN_LEVELS_H

#include "intake/plan_lines.h"

/* The model's limit of a plan item's level. */
#define PLAN_LEVELS_MAX 9

struct plan_level {
	uint32_t key;
	uint32_t other; /* a second look at the same level; 0 for none */
	int list_level; /* -1: typed */
	int indent;
};

struct plan_levels {
	struct plan_level levels[PLAN_LEVELS_MAX];
	unsigned depth; /* 0: no item yet */
};

/* The level of the item that line is, from 1. */
unsigned plan_levels_item(
	struct plan_levels *levels, const struct plan_line *line);
/* Whether the line's look is one of those that are open. */
bool plan_levels_knows(
	const struct plan_levels *levels, const struct plan_line *line);
/* Makes the line's look a second one of the deepest level. */
unsigned plan_levels_beside(
	struct plan_levels *levels, const struct plan_line *line);
/* Whether line stands clearly further in than the deepest item. */
bool plan_levels_is_inside(
	const struct plan_levels *levels, const struct plan_line *line);

#endif
