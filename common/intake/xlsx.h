/*
 * Excel workbooks (XLSX: ECMA-376 part 1, both dialects), as Excel,
 * LibreOffice and others write them. Internal to this room; the fuzzer feeds
 * the bare parts.
 */
#ifndef NC_INTAKE_XLSX_H
#define NC_INTAKE_XLSX_H

#include "intake/workbook_build.h"
#include "locale/number.h"

enum nc_status xlsx_file_read(struct workbook_builder *builder,
	struct nc_slice bytes, struct nc_error *err) NC_MUST_USE;

/* What a number format makes of a number. */
enum xlsx_shape {
	XLSX_PLAIN,
	XLSX_DAY,
	XLSX_MONTH,
	XLSX_YEAR,
	XLSX_TIME, /* of a day */
};
struct xlsx_format {
	enum xlsx_shape shape;
	const char *unit; /* words in it: "đồng", "$"; or "" */
};

struct xlsx_styles {
	struct xlsx_format *formats; /* by cells' style */
	size_t count;
};

/* xlsx_format.c */
/* unit is the arena's; NULL members are a failure of memory. */
enum nc_status xlsx_format_read(struct nc_slice code, struct nc_arena *arena,
	struct xlsx_format *ret_format, struct nc_error *err) NC_MUST_USE;
enum nc_status xlsx_styles_read(struct workbook_builder *builder,
	struct nc_slice xml, struct xlsx_styles *ret_styles,
	struct nc_error *err) NC_MUST_USE;
/* A number as XML writes it ("4.5358E4"), to the 15 digits that Excel keeps;
 * false when it is none, or not an exact decimal of ours. */
bool xlsx_number(struct nc_slice text, struct nc_decimal *ret_number);
/* The day, month, year or time that a number stands for, as text of a cell;
 * false when it stands for none. from_1904: the other date system. */
#define XLSX_DATE_SIZE 16
bool xlsx_date(struct nc_decimal number, enum xlsx_shape shape, bool from_1904,
	char out[XLSX_DATE_SIZE]);

/* xlsx_sheet.c */
struct xlsx_strings {
	const char **texts;
	size_t count;
};
enum nc_status xlsx_strings_read(struct workbook_builder *builder,
	struct nc_slice xml, struct xlsx_strings *ret_strings,
	struct nc_error *err) NC_MUST_USE;
/* Rows of one worksheet, into the builder's sheet. */
enum nc_status xlsx_sheet_read(struct workbook_builder *builder,
	struct nc_slice xml, const struct xlsx_strings *strings,
	const struct xlsx_styles *styles, bool from_1904,
	struct nc_error *err) NC_MUST_USE;

#define XLSX_SPACES                                                            \
	((const char *const[2]){"http://schemas.openxmlformats.org/"           \
				"spreadsheetml/2006/main",                     \
		"http://purl.oclc.org/ooxml/spreadsheetml/main"})

#endif
