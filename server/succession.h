/*
 * union merge, split, rename: what the keeper asks for, and ready files of
 * many mergers.
 */
#ifndef NC_SERVER_SUCCESSION_H
#define NC_SERVER_SUCCESSION_H

#include "server.h"
#include "store/succession.h"

/* One act, and what came of it. */
struct nc_server_act {
	struct nc_succession said;
	struct nc_succession_into *into; /* said.into */
	const char **from;		 /* said.from */
	struct nc_succession_done done;
	bool already; /* it was done before; nothing was written */
};

/* All acts of one command; memory is the arena's. */
struct nc_server_acts {
	struct nc_arena arena;
	struct nc_server_act *acts;
	size_t count;
	/* Of a file: those that the cluster has not, of acts that it has a
	 * part in (their names), and the rest (how many). */
	const char **absent;
	size_t absent_count, untouched;
};

/*
 * Reads a table of mergers: UTF-8 CSV whose first line names the columns
 * `from`, `into` and `when`, and may name `from_province`, `name`, `province`,
 * `late_until`, `decision` and `note`. A line is one union that goes over into
 * another; lines with the same `into` are one merger. A line means the union
 * with the code `from`, or else the one whose place is `from_province`, marks
 * and case aside, and that was there the day before. Of a merger of which the
 * cluster has but one union that one is renamed: it goes on, over a larger
 * province, and its people are the same.
 *
 * file: a path, or the name of a table that came with the program ("2025").
 * Sentences name the line. late_until, or NULL: for all.
 */
enum nc_status nc_server_read_mergers(struct nc_server_acts *acts,
	const struct nc_registry *registry, const char *file,
	const char *late_until, struct nc_error *err) NC_MUST_USE;

#endif
