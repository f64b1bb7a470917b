/*
 * How cells get into a workbook. Internal to this room.
 */
#ifndef NC_INTAKE_WORKBOOK_BUILD_H
#define NC_INTAKE_WORKBOOK_BUILD_H

#include "intake/workbook.h"
#include "base/limits.h"

/* A sheet while it is read: the row under way, and what is left of limits. */
struct workbook_builder {
	struct nc_workbook *workbook;
	struct nc_sheet *sheet; /* the one that rows are added to */
	size_t sheets_capacity, rows_capacity;
	size_t rows_left, cells_left; /* of the whole workbook */
	struct nc_cell cells[NC_TABLE_COLUMNS_MAX];
	size_t row, width; /* of the row under way; width: filled up to */
};

void workbook_builder_init(
	struct workbook_builder *builder, struct nc_workbook *workbook);
enum nc_status workbook_add_sheet(struct workbook_builder *builder,
	const char *name, bool hidden, struct nc_error *err) NC_MUST_USE;
/* Begins a row, empty, of that number. */
void workbook_start_row(struct workbook_builder *builder, size_t number);
/* Puts a cell that is not empty into the row. NC_LIMIT past the last column. */
enum nc_status workbook_set_cell(struct workbook_builder *builder,
	size_t column, const struct nc_cell *cell,
	struct nc_error *err) NC_MUST_USE;
/* Keeps the row, unless it is empty. */
enum nc_status workbook_end_row(
	struct workbook_builder *builder, struct nc_error *err) NC_MUST_USE;
/* Fills what a merged cell covers; rows and columns from 0, both ends in. */
enum nc_status workbook_merge(struct workbook_builder *builder, size_t top,
	size_t left, size_t bottom, size_t right,
	struct nc_error *err) NC_MUST_USE;
/* Raw text cleaned and trimmed, in the workbook's arena. */
enum nc_status workbook_text(struct workbook_builder *builder,
	struct nc_slice raw, const char **ret_text,
	struct nc_error *err) NC_MUST_USE;

#endif
