/*
 * What import plan and import annual share: from a file's lines to what a
 * store takes of them, and what a person is told. Internal to the client.
 */
#ifndef NC_CLIENT_IMPORT_H
#define NC_CLIENT_IMPORT_H

#include "client.h"
#include "command/import_rows.h"

struct nc_import {
	struct nc_home home;
	struct nc_author author;
	bool dry_run, replace;
	/* The caller sets year, kind, shapes and lines. */
	struct nc_revise_input input;
	struct nc_import_rows rows;
	struct nc_revise revise;
	size_t kinds[NC_REVISE_KEEP + 1]; /* steps of each kind */
	struct nc_written written;
};

void nc_import_init(struct nc_import *import);
void nc_import_fini(struct nc_import *import);

/* What a kind of paper does its own way. import is the first member of the
 * paper's own struct. */
struct nc_import_paper {
	/* The file that call names; ret_year: what its title says, or 0. */
	enum nc_status (*read)(struct nc_import *import,
		const struct nc_call *call, unsigned *ret_year,
		struct nc_error *err);
	/* Printed with the year; and with the title's, then the year. */
	const char *year_assumed, *year_differs;
	/* For the year and union of import: sets input's kind, shapes and
	 * lines, and weighs them. */
	enum nc_status (*weigh)(struct nc_import *import,
		const struct nc_call *call, struct nc_error *err);
	/* Not NC_OK: the sentence for what needs --replace. */
	enum nc_status (*check_removals)(
		const struct nc_import *import, struct nc_error *refused);
	/* After the counts and steps: what JSON has beside them; what is
	 * said. */
	void (*put_json)(const struct nc_import *import, struct nc_json *json,
		json_t *root);
	void (*print)(const struct nc_import *import);
};

/* All of an import: reads, opens the home, chooses the year and the union,
 * weighs, writes unless it is a trial, and tells. */
enum nc_status nc_import_run(struct nc_import *import,
	const struct nc_import_paper *paper, struct nc_call *call,
	struct nc_error *err) NC_MUST_USE;

#define NC_IMPORT_OPTIONS                                                      \
	NC_CLIENT_UNION_OPTION,                                                \
		{"dry-run", 0, NULL, N_("only tell what would change")},       \
	{                                                                      \
		"replace", 0, NULL,                                            \
			N_("let the file take away most of what was imported " \
			   "before")                                           \
	}

/* Which part of the file is the own: of the union that is written for, or of
 * one that came before it; the home's union_id becomes that one's, if it was
 * there in the year and --union says no other. names: the parts'. */
enum nc_status nc_import_find_own(struct nc_import *import,
	const struct nc_call *call, const char *const *names, size_t count,
	size_t *ret_index, struct nc_error *err) NC_MUST_USE;

/* Weighs the lines against the store. A paper that another of the device's
 * unions has already, most of its lines word for word, while the home's has
 * none of that year and kind, is that union's: the home's union_id becomes it.
 */
enum nc_status nc_import_weigh(struct nc_import *import, unsigned shapes_count,
	struct nc_error *err) NC_MUST_USE;

/* How much of what was imported before a file would take away. */
struct nc_import_removals {
	size_t imported; /* records that an import made and that are there */
	size_t counted;	 /* those of them that are of a counted shape */
	size_t removed;	 /* of these, those that would go */
	size_t shared;	 /* lines of the file that are one of the records */
};
/* counted: an entity. */
struct nc_import_removals nc_import_removals(
	const struct nc_import *import, uint32_t counted);
/* Whether another file than the one before takes away too much unasked. */
bool nc_import_takes_much(const struct nc_import_removals *removals);

#endif
