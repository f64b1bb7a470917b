/*
 * A report while it is being read: its lists grow. Internal to this room.
 */
#ifndef NC_INTAKE_ANNUAL_BUILD_H
#define NC_INTAKE_ANNUAL_BUILD_H

#include "intake/annual.h"
#include "base/bytes.h"

struct annual_build {
	struct nc_annual *annual;
	struct nc_error *err;
};

/* The place of what is added next. */
size_t annual_next_order(struct annual_build *build);
/* A copy of text in the report's arena. */
enum nc_status annual_keep(struct annual_build *build, struct nc_slice text,
	const char **ret_text) NC_MUST_USE;
enum nc_status annual_add_text(struct annual_build *build,
	struct nc_annual_list *to, struct nc_slice text,
	size_t line) NC_MUST_USE;
enum nc_status annual_add_item(struct annual_build *build,
	struct nc_annual_section *to, unsigned level, const char *label,
	struct nc_slice text, size_t line) NC_MUST_USE;
enum nc_status annual_add_unread(struct annual_build *build,
	struct nc_slice text, size_t line, const char *why) NC_MUST_USE;
/* An empty section at the end of to. */
enum nc_status annual_add_section(struct annual_build *build,
	struct nc_annual_sections *to,
	struct nc_annual_section **ret_section) NC_MUST_USE;
/* Makes *text, which is in the arena, go on with more after a space, as a
 * heading does on the next line. */
enum nc_status annual_join(struct annual_build *build, const char **text,
	struct nc_slice more) NC_MUST_USE;

#endif
