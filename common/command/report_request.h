/*
 * What the report commands of both programs are asked in common: the year, the
 * format, the file, and whose report.
 */
#ifndef NC_COMMAND_REPORT_REQUEST_H
#define NC_COMMAND_REPORT_REQUEST_H

#include "command/home.h"
#include "report/plan_report.h"
#include "store/roof.h"

/* The largest report: many times eleven unions that write all year. */
#define NC_REPORT_BYTES_MAX ((size_t)512 * 1024 * 1024)

struct nc_report_request {
	unsigned year;
	/* Under whose unions' roofs: --as-of, else the year's 31 December. */
	char day[NC_DATE_TEXT_SIZE];
	enum nc_report_format format;
	const char *path; /* NULL: standard output */
};

/* Whose records are to be printed. */
struct nc_report_unions {
	const struct nc_id *ids; /* of the home's arena; NULL: all */
	size_t count;
};

/* --format, --json, -o and how they go together; --year, --as-of. NC_USAGE. */
enum nc_status nc_report_request_read(const struct nc_call *call,
	struct nc_report_request *ret_request,
	struct nc_error *err) NC_MUST_USE;

/* --union: that union, and all that are printed under it. Else a client's own
 * union and those that came before it; at the hub all. */
enum nc_status nc_report_request_unions(const struct nc_call *call,
	const struct nc_report_request *request, struct nc_home *home,
	struct nc_report_unions *ret_unions, struct nc_error *err) NC_MUST_USE;
/* A client prints one union's report; two offices' are nobody's. codes: of
 * those that it would print. NC_USAGE when there are several. */
enum nc_status nc_report_request_one(const struct nc_report_request *request,
	const char *const *codes, size_t count,
	struct nc_error *err) NC_MUST_USE;

/* To the file, or to standard output. */
enum nc_status nc_report_request_put(const struct nc_call *call,
	const struct nc_report_request *request, struct nc_slice bytes,
	struct nc_error *err) NC_MUST_USE;

#define NC_REPORT_OPTIONS                                                      \
	{"as-of", 0, "DATE",                                                   \
		N_("under the unions of this day (default: the year's 31 "     \
		   "December)")},                                              \
		{"union", 0, "CODE", N_("only this union's part")},            \
		{"format", 0, "FORMAT",                                        \
			N_("text (the default), md, html, docx or json; with " \
			   "-o, as "                                           \
			   "the file's name says")},                           \
	{                                                                      \
		"output", 'o', "FILE", N_("write to this file")                \
	}

#endif
