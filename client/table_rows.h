/*
 * What a union's store holds of records that came from tables, and which of
 * their values imports wrote.
 */
#ifndef NC_CLIENT_TABLE_ROWS_H
#define NC_CLIENT_TABLE_ROWS_H

#include "intake/tables_revise.h"
#include "store/records.h"

struct nc_table_rows {
	struct nc_arena arena;
	struct nc_tables_row *rows; /* by id */
	size_t count, capacity;
	struct nc_table_marks *marks; /* of each row */
};

void nc_table_rows_init(struct nc_table_rows *rows);
void nc_table_rows_fini(struct nc_table_rows *rows);

/*
 * Reads those of the tables' kinds of records, deleted ones too, of the union
 * that options name, for which tables were read from workbook.
 *
 * A union goes over into another, and its table stays the same: so where one
 * of the other unions holds a row's record, under the id that the row has
 * there, the row's key becomes that of this record, and a payment's that of
 * its aid; that union's records are among the rows then. The union of what is
 * new is that of options.
 */
enum nc_status nc_table_rows_read(struct nc_table_rows *rows,
	struct nc_store *store, const struct nc_workbook *workbook,
	const struct nc_tables_options *options, const struct nc_id *others,
	size_t others_count, struct nc_tables *tables,
	struct nc_error *err) NC_MUST_USE;

/* Whose the record of that id is; NULL: nobody's yet. */
const struct nc_id *nc_table_rows_union(
	const struct nc_table_rows *rows, const struct nc_id *id);

#endif
