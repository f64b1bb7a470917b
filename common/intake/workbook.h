/*
 * What offices keep in a spreadsheet, as rows of cells: CSV, text pasted from
 * a spreadsheet, and XLSX (ECMA-376 part 1, SpreadsheetML). Bytes in, cells
 * out; what the cells mean is table.h's. Bounded by base/limits.h.
 *
 * Of a workbook: the worksheets in their order, cells with what Excel last
 * computed, dates by their number format (in both date systems), merged
 * cells. No macros are looked at, no other file is opened.
 */
#ifndef NC_INTAKE_WORKBOOK_H
#define NC_INTAKE_WORKBOOK_H

#include "base/bytes.h"
#include "base/memory.h"

enum nc_cell_kind {
	NC_CELL_EMPTY,
	NC_CELL_TEXT,	 /* and all that a CSV file has */
	NC_CELL_NUMBER,	 /* "149814.14": a point, no grouping */
	NC_CELL_DATE,	 /* "17/05/2024", "05/2024" or "2024", as its format */
	NC_CELL_BOOLEAN, /* "1" or "0" */
	NC_CELL_ERROR,	 /* "#N/A"; "=…" for a formula that nobody computed */
};

/* text is clean, trimmed, never NULL. */
struct nc_cell {
	const char *text;
	const char *unit; /* a number format's words: "đồng", "$"; or "" */
	enum nc_cell_kind kind;
	bool covered; /* by a merged cell, whose first cell says the same */
};

struct nc_sheet_row {
	size_t number; /* of the sheet; of CSV the line; from 1 */
	const struct nc_cell *cells;
	size_t count; /* up to the last that is filled */
};

struct nc_sheet {
	const char *name; /* "" of a text file */
	bool hidden;
	struct nc_sheet_row
		*rows; /* ascending; rows of empty cells are left out */
	size_t count;
};

struct nc_workbook {
	struct nc_arena arena;
	struct nc_sheet *sheets;
	size_t count;
	const char *legacy; /* the old code that was converted; NULL: none */
};

void nc_workbook_init(struct nc_workbook *workbook);
void nc_workbook_fini(struct nc_workbook *workbook);

/*
 * Reads a whole file's bytes: XLSX when it is a zip package, else text
 * (UTF-8, UTF-16, TCVN3 or Windows-1258). NC_INVALID with a sentence for
 * anything else (.xls, .xlsb, .ods, a Word document, a locked file …) and for
 * what is damaged; NC_LIMIT. After a failure it is empty.
 */
enum nc_status nc_workbook_read(struct nc_workbook *workbook,
	struct nc_slice bytes, struct nc_error *err) NC_MUST_USE;

/* The cell of a row, from 0; an empty one past its end. */
const struct nc_cell *nc_sheet_cell(
	const struct nc_sheet_row *row, size_t column);

/* A column as spreadsheets name it: 0 is "A", 27 is "AB". */
#define NC_COLUMN_NAME_SIZE 4
void nc_column_name(char out[NC_COLUMN_NAME_SIZE], size_t column);

#endif
