/*
 * A table on the screen: columns aligned by the width of their text. On a
 * terminal a line is cut at its right edge; elsewhere nothing is cut.
 */
#ifndef NC_COMMAND_TABLE_H
#define NC_COMMAND_TABLE_H

#include "base/memory.h"
#include "base/error.h"

#include <stdbool.h>

struct nc_table {
	struct nc_arena arena;
	size_t columns;
	const char **cells; /* row after row; the first row is the head */
	size_t count, capacity;
	bool failed; /* memory: told by nc_table_print */
};

void nc_table_init(struct nc_table *table, size_t columns);
void nc_table_fini(struct nc_table *table);
/* The next cell; line ends within it become " / ". */
void nc_table_cell(struct nc_table *table, const char *text);
void nc_table_format(struct nc_table *table, const char *format, ...)
	NC_PRINTF(2, 3);
/* Rows, without the head. */
size_t nc_table_rows(const struct nc_table *table);
enum nc_status nc_table_print(
	const struct nc_table *table, struct nc_error *err) NC_MUST_USE;

#endif
