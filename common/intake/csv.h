/*
 * Comma-separated values, RFC 4180: fields in quotes may hold separators,
 * line ends and doubled quotes; lines end in CRLF, LF or CR. A byte-order
 * mark is passed over. The separator is a comma, a semicolon (Excel, where the
 * comma is for decimals) or a tab: the one by which most rows agree in their
 * number of columns, or what a first line "sep=;" says.
 */
#ifndef NC_INTAKE_CSV_H
#define NC_INTAKE_CSV_H

#include "base/bytes.h"
#include "base/limits.h"
#include "base/memory.h"

#define NC_CSV_FIELDS_MAX NC_TABLE_COLUMNS_MAX

struct nc_csv {
	struct nc_slice rest;
	struct nc_arena *arena; /* the fields' memory */
	char separator;
	size_t next_line;
	/* The row that was read last. */
	size_t line; /* 1-based, where it begins */
	const char *fields[NC_CSV_FIELDS_MAX];
	size_t fields_count;
};

/* NC_INVALID for text that is not UTF-8 or holds a NUL. */
enum nc_status nc_csv_init(struct nc_csv *csv, struct nc_slice text,
	struct nc_arena *arena, struct nc_error *err) NC_MUST_USE;
/* The next row that is not blank; *ret_row false at the end. NC_INVALID with
 * a sentence that names the line. */
enum nc_status nc_csv_next(
	struct nc_csv *csv, bool *ret_row, struct nc_error *err) NC_MUST_USE;

#endif
