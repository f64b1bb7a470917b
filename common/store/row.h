/*
 * The room's own: a record's row as it is stored.
 *
 * An entity's table has a column per field with the shown value, `state`, and
 * one packed `versions` blob with the dots of the shown values:
 *
 *     varint number of dots, each: device (8 bytes), sequence (varint),
 *         written_at_ms (zigzag varint)
 *     varint number of shown values, ascending by field, each: field
 *         (varint), 2 * index of its dot + (1 for a tombstone) (varint)
 *
 * The other live values of a field, nearly always none, are rows of the
 * table conflict; NC_ROW_EXTRA in state says that there are some.
 */
#ifndef NC_STORE_ROW_H
#define NC_STORE_ROW_H

#include "merge/merge.h"
#include "store/db.h"

enum {
	NC_ROW_GONE = 1,     /* nothing but tombstones */
	NC_ROW_CONFLICT = 2, /* a person should look */
	NC_ROW_REVIVED = 4,  /* an unseen edit brought it back */
	NC_ROW_EXTRA = 8,    /* the table conflict has more live values */
};

struct nc_stored_row {
	int64_t number; /* rowid; 0: not stored yet */
	int state;
	struct nc_row row;
};

/* The columns that every select of a row begins with. */
enum {
	NC_ROW_COLUMN_NUMBER,
	NC_ROW_COLUMN_SCOPE,
	NC_ROW_COLUMN_RECORD,
	NC_ROW_COLUMN_STATE,
	NC_ROW_COLUMN_VERSIONS,
	NC_ROW_COLUMN_FIELDS,
};

/* Reads one record; an empty row with number 0 when there is none. */
enum nc_status nc_row_load(struct nc_store *store, struct nc_db_table *table,
	int64_t scope, const struct nc_id *record, struct nc_arena *arena,
	struct nc_stored_row *ret_row, struct nc_error *err) NC_MUST_USE;
/* Reads the row that a statement stands on, extras included. */
enum nc_status nc_row_read(struct nc_store *store, struct nc_db_table *table,
	sqlite3_stmt *statement, struct nc_arena *arena,
	struct nc_stored_row *ret_row, struct nc_error *err) NC_MUST_USE;
/* Inserts a row whose number is 0, else updates it. An insert that meets the
 * record's row does nothing and leaves the number 0. */
enum nc_status nc_row_save(struct nc_store *store, struct nc_db_table *table,
	int64_t scope, const struct nc_id *record, struct nc_arena *arena,
	struct nc_stored_row *row, struct nc_error *err) NC_MUST_USE;

#endif
