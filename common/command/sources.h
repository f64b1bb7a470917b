/*
 * Who said something: a dot looked up in the log, and kept, for a hundred
 * records often come from one change-set.
 */
#ifndef NC_COMMAND_SOURCES_H
#define NC_COMMAND_SOURCES_H

#include "store/log.h"
#include "store/registry.h"

struct nc_source {
	struct nc_id union_id;
	struct nc_dot dot;
	int64_t written_at_ms; /* the author's claim */
	const char *author;    /* the arena's; "" when the log has it not */
	const char *label;     /* the device's; "" when nobody names it */
};

struct nc_sources {
	struct nc_store *store;
	const struct nc_registry *registry;
	struct nc_arena *arena;
	struct nc_source **sources; /* ascending by union, device, sequence */
	size_t count, capacity;
};

/* All three are borrowed; registry lives until the next write or begin. */
void nc_sources_init(struct nc_sources *sources, struct nc_store *store,
	const struct nc_registry *registry, struct nc_arena *arena);
void nc_sources_fini(struct nc_sources *sources);
enum nc_status nc_sources_find(struct nc_sources *sources,
	const struct nc_id *union_id, const struct nc_dot *dot,
	const struct nc_source **ret_source, struct nc_error *err) NC_MUST_USE;

#endif
