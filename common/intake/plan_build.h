/*
 * A plan while it is being read: lists that grow, made into the plan's arrays
 * at the end. Internal to this room.
 */
#ifndef NC_INTAKE_PLAN_BUILD_H
#define NC_INTAKE_PLAN_BUILD_H

#include "model/plan.h"

struct build_lead {
	struct build_lead *next;
	struct nc_plan_lead lead;
};

struct build_item {
	struct build_item *next;
	struct nc_plan_item item;
};

struct build_section {
	struct build_section *next;
	struct nc_plan_section section;
	struct build_lead *leads, **leads_end;
	struct build_item *items, **items_end;
};

struct build_union {
	struct build_union *next;
	struct nc_plan_union of_union;
	struct build_lead *leads, **leads_end;
	struct build_section *sections, **sections_end;
};

struct build_left_out {
	struct build_left_out *next;
	struct nc_plan_left_out left_out;
};

/* All of it is in the plan's arena. Start with plan_build_init. */
struct plan_build {
	struct nc_plan *plan;
	struct build_union *unions, **unions_end;
	struct build_left_out *left_out, **left_out_end;
	struct nc_error *err;
};

void plan_build_init(
	struct plan_build *build, struct nc_plan *plan, struct nc_error *err);
/* A new union, or that of this place which the document named before; its
 * repeated heading is left out, unless it is a letterhead's: told already. */
enum nc_status plan_build_union(struct plan_build *build, struct nc_slice name,
	size_t line, bool letterhead,
	struct build_union **ret_union) NC_MUST_USE;
enum nc_status plan_build_section(struct plan_build *build,
	struct build_union *to, struct nc_slice letter, struct nc_slice heading,
	const char *area, size_t line,
	struct build_section **ret_section) NC_MUST_USE;
/* To the section, or to the union when section is NULL. */
enum nc_status plan_build_lead(struct plan_build *build, struct build_union *to,
	struct build_section *section, struct nc_slice text,
	size_t line) NC_MUST_USE;
enum nc_status plan_build_item(struct plan_build *build,
	struct build_section *section, unsigned level, struct nc_slice text,
	size_t line) NC_MUST_USE;
enum nc_status plan_build_left_out(struct plan_build *build,
	struct nc_slice text, size_t line, const char *why) NC_MUST_USE;
/* Makes the plan's arrays. */
enum nc_status plan_build_finish(struct plan_build *build) NC_MUST_USE;

#endif
