/*
 * From what a table says and what the store holds to what an import would
 * change. Pure: records and rows in, changes out.
 *
 * The rule, field by field: an import writes a field that says nothing yet, and
 * one whose live value an earlier import of this row wrote. What a person
 * wrote, cleared or deleted since stays as it is, and where the table says
 * otherwise it is told. So the same table again changes nothing, and a changed
 * cell changes its field alone.
 *
 * Which change-sets were imports, nobody writes down: each of them, and no
 * person, writes the record's *mark* (its year, or its kind where it has none)
 * either for the first time or over the very value that it has already. A
 * record whose mark a person changed is left alone as a whole.
 *
 * Rows that the table no longer has are told and left. With replace they are
 * deleted, unless a person changed them: over a mark that buries nothing, by
 * which an import tells that it was one; when such a row comes back, it is a
 * record with the next id.
 */
#ifndef NC_INTAKE_TABLES_REVISE_H
#define NC_INTAKE_TABLES_REVISE_H

#include "intake/tables.h"

/* What shows of a field. ours: all its live values were written by imports.
 * The dots of its live values are for replacing it by itself. */
struct nc_tables_live {
	uint32_t field;
	struct nc_value value;
	bool ours;
	const struct nc_dot *dots;
	size_t dots_count;
};

/* A record of the store whose id is derived (nc_tables_id_year). */
struct nc_tables_row {
	struct nc_id id;
	struct nc_id union_id; /* whose record it is */
	const struct nc_entity *entity;
	const char *title;
	bool gone, removed;		   /* deleted; by an import */
	const struct nc_tables_live *live; /* ascending by field */
	size_t live_count;
};

enum nc_tables_kind {
	NC_TABLES_SAME,
	NC_TABLES_ADD,
	NC_TABLES_EDIT,
	NC_TABLES_KEEP,	    /* would change, but a person changed it */
	NC_TABLES_VANISHED, /* not in the table; left */
	NC_TABLES_REMOVE,   /* not in the table; deleted */
};

/* What a person wrote where the table says otherwise. */
struct nc_tables_kept {
	const struct nc_field *field; /* NULL: deleted, as a whole */
	struct nc_value here, table;
};

struct nc_tables_step {
	enum nc_tables_kind kind;
	struct nc_id id;
	const struct nc_entity *entity;
	const char *title;
	const struct nc_tables_record *record; /* NULL: not in the table */
	struct nc_field_change *fields; /* to be written, with the mark */
	size_t fields_count;
	struct nc_tables_kept *kept; /* also of EDIT */
	size_t kept_count;
};

struct nc_tables_steps {
	struct nc_arena arena;
	struct nc_tables_step *list; /* the table's order, then the rest */
	size_t count;
};

void nc_tables_steps_init(struct nc_tables_steps *steps);
void nc_tables_steps_fini(struct nc_tables_steps *steps);

/* The field by which imports are told: year, or kind. */
const struct nc_field *nc_tables_mark(const struct nc_entity *entity);

/* rows: all of the table's unions whose ids are derived, of the tables'
 * entities. A table's records are borrowed. NC_NO_MEMORY. */
enum nc_status nc_tables_revise(struct nc_tables_steps *steps,
	const struct nc_tables *tables, const struct nc_tables_row *rows,
	size_t rows_count, bool replace, nc_tables_hash hash,
	struct nc_error *err) NC_MUST_USE;

#endif
