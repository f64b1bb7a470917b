/*
 * What an import weighs of a store, and what it writes into it: the records
 * of a union, year and kind as rows of intake/revise.h, and its steps as
 * changes.
 */
#ifndef NC_COMMAND_IMPORT_ROWS_H
#define NC_COMMAND_IMPORT_ROWS_H

#include "intake/revise.h"
#include "store/records.h"

struct nc_import_rows {
	struct nc_arena arena;
	struct nc_revise_row *rows;
	size_t count, capacity;
	/* Of each row the live dot of its mark; sequence 0: not just one. */
	struct nc_dot *marks;
};

void nc_import_rows_init(struct nc_import_rows *rows);
void nc_import_rows_fini(struct nc_import_rows *rows);

/*
 * Fills empty rows with all records, deleted ones too, of input's union, year
 * and kind that are of its shapes (shapes_count of them, an entity's side by
 * side), and names them in input. Where several shapes have one entity, a
 * record is of the first whose text it has, or else of the first.
 */
enum nc_status nc_import_rows_read(struct nc_import_rows *rows,
	struct nc_store *store, struct nc_revise_input *input,
	unsigned shapes_count, struct nc_error *err) NC_MUST_USE;

/* The changes of all steps that change something, in the rows' arena. A rank
 * is written together with the mark, even one that stays as it is, so that a
 * rank written later than the mark is known for a person's. */
enum nc_status nc_import_changes(struct nc_import_rows *rows,
	const struct nc_revise *revise, struct nc_record_change **ret_changes,
	size_t *ret_count, struct nc_error *err) NC_MUST_USE;

#endif
