/*
 * Records gathered under the unions that they are printed under (store/roof.h):
 * what a plan's and a report's document are built from.
 */
#ifndef NC_COMMAND_ROOF_ROWS_H
#define NC_COMMAND_ROOF_ROWS_H

#include "command/sources.h"
#include "store/records.h"
#include "store/roof.h"

struct nc_roof_row {
	size_t union_index; /* in the registry: whose record it is */
	size_t roof;	    /* likewise: under whom it is printed */
	struct nc_id id;
	/* Set by who adds it: */
	const char *rank;
	struct nc_dot dot; /* of the write that said its words */
	void *what;	   /* what the document has of it */
};

struct nc_roof_rows {
	struct nc_arena *arena;
	const struct nc_registry *registry;
	const char *day; /* whose unions' roofs */
	char year_end[NC_DATE_TEXT_SIZE];
	struct nc_sources sources;
	struct nc_roof_row *rows; /* malloc's: they grow */
	size_t count, capacity;
};

/* day: NULL is the year's 31 December. All are borrowed. */
enum nc_status nc_roof_rows_init(struct nc_roof_rows *rows,
	struct nc_store *store, unsigned year, const char *day,
	struct nc_arena *arena, struct nc_error *err) NC_MUST_USE;
void nc_roof_rows_fini(struct nc_roof_rows *rows);

/* The cluster's name, or what documents call it that has none; the arena's,
 * NULL when its limit or the memory is reached. */
const char *nc_roof_rows_cluster_name(const struct nc_roof_rows *rows);

/* Shows visit an entity's records that are there, of some unions or (only
 * NULL) of all. */
enum nc_status nc_roof_rows_read(struct nc_roof_rows *rows, uint32_t entity,
	const struct nc_id *only, size_t only_count, nc_record_visit visit,
	void *context, struct nc_error *err) NC_MUST_USE;

/* Adds a record; *ret_row stands until the next, and is NULL when the registry
 * has not the record's union. */
enum nc_status nc_roof_rows_add(struct nc_roof_rows *rows,
	const struct nc_record *record, struct nc_roof_row **ret_row,
	struct nc_error *err) NC_MUST_USE;

/* Who said a row's words; lives as long as the arena. */
enum nc_status nc_roof_rows_source(struct nc_roof_rows *rows,
	const struct nc_roof_row *row, const struct nc_source **ret_source,
	struct nc_error *err) NC_MUST_USE;

/* A union with what is printed under it. Texts are the arena's. */
struct nc_roof_group {
	struct nc_id id;
	const char *code, *name;
	/* Whose records these are beside its own; NULL: only its own. */
	const char *note;
	/* Those of one union after those of another, by rank, then id. */
	const struct nc_roof_row *rows;
	size_t count;
};

typedef enum nc_status (*nc_roof_visit)(
	void *context, const struct nc_roof_group *group, struct nc_error *err);

/* Visits the unions with rows, in the registry's order. */
enum nc_status nc_roof_rows_each(struct nc_roof_rows *rows, nc_roof_visit visit,
	void *context, struct nc_error *err) NC_MUST_USE;

/* Visits the roof of one union as having no rows; none if nobody knows it. */
enum nc_status nc_roof_rows_empty(struct nc_roof_rows *rows,
	const struct nc_id *union_id, nc_roof_visit visit, void *context,
	struct nc_error *err) NC_MUST_USE;

#endif
