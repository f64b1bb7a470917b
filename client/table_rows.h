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

/* Reads those of the tables' kinds of records, deleted ones too. */
enum nc_status nc_table_rows_read(struct nc_table_rows *rows,
	struct nc_store *store, const struct nc_id *union_id,
	const struct nc_tables *tables, struct nc_error *err) NC_MUST_USE;

#endif
