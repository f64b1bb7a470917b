/*
 * Tables of what offices keep (workbook.h) as records: where the header is,
 * what its columns are, and what each row says. Pure.
 *
 * The header may stand in any of the first rows, under title lines, and have
 * two rows; its names are those of tables_names.c and the model's labels,
 * with or without marks. What stands above it may say the year, the direction
 * of delegations, and the unit of money. Rows without a record of their own
 * (totals, repeated headers, groups such as "I. Đoàn ra") are told; groups say
 * direction, form or year of the rows below them.
 *
 * Nothing is dropped: a cell that its field cannot hold, and one of a column
 * that nobody knows, goes to the record's note as "column: words", and is told.
 */
#ifndef NC_INTAKE_TABLES_H
#define NC_INTAKE_TABLES_H

#include "intake/workbook.h"
#include "model/model.h"

/* sha256(out, bytes): given as an argument, for hashing is not this room's. */
typedef void (*nc_tables_hash)(uint8_t out[32], struct nc_slice bytes);

struct nc_tables_options {
	const struct nc_entity *entity; /* NULL: by the header */
	const char *sheet;		/* NULL: all that are not hidden */
	unsigned year;			/* 0: the table's own */
	unsigned this_year;		/* where nothing says another */
	struct nc_id union_id;
	nc_tables_hash hash;
};

/* One that was recognised. */
struct nc_tables_column {
	const char *header; /* of two rows with " / " between */
	/* NULL: not known, or the column of ordinals */
	const struct nc_entity *entity;
	const struct nc_field *field;
	bool ordinal;
	unsigned power; /* money: times 10^power of currency; "" not said */
	char currency[4];
};

struct nc_tables_table {
	const struct nc_sheet *sheet;
	const struct nc_entity *entity;
	size_t header_row; /* number of its first row */
	struct nc_tables_column *columns;
	size_t columns_count;
	unsigned year; /* of its rows, unless they say another */
};

/* What a row says. A field that a column fills and whose cell is empty is
 * here with an absent value. */
struct nc_tables_record {
	const struct nc_entity *entity;
	const struct nc_sheet *sheet;
	size_t row;
	const char *title;
	uint8_t key[32];		/* what its id is derived from */
	unsigned year;			/* of its id */
	struct nc_field_change *fields; /* ascending; no replaces */
	size_t fields_count;
	/* Of a payment, the index of its aid's record; its field `aid` is for
	 * whoever knows that record's id. SIZE_MAX: none. */
	size_t parent;
};

enum nc_tables_why {
	NC_TABLES_VALUE,     /* the field cannot hold these words */
	NC_TABLES_WORDS,     /* nor these, but one beside it keeps them */
	NC_TABLES_COLUMN,    /* nobody knows the column */
	NC_TABLES_CURRENCY,  /* nothing says the currency */
	NC_TABLES_FORMULA,   /* an error, or never computed */
	NC_TABLES_COVERED,   /* a number in a merged cell, taken once */
	NC_TABLES_TOTAL,     /* rows, from here: a sum */
	NC_TABLES_HEADER,    /* the header again, or numbers of columns */
	NC_TABLES_GROUP,     /* a group's name */
	NC_TABLES_NO_TITLE,  /* nothing that names a record */
	NC_TABLES_REQUIRED,  /* lacks a field that a record needs (header) */
	NC_TABLES_NO_HEADER, /* a sheet without a header that is known */
	NC_TABLES_HIDDEN,    /* a hidden sheet */
};
const char *nc_tables_why_name(enum nc_tables_why why);

/* What was told and not taken as it stands. */
struct nc_tables_unread {
	enum nc_tables_why why;
	const struct nc_sheet *sheet;
	size_t row;	    /* 0: the whole sheet or column */
	size_t column;	    /* SIZE_MAX: the whole row */
	const char *header; /* the column's, or the field that is lacking */
	const char *words;
	bool understood; /* a group that says something */
};

/* A required field that no cell gave. */
struct nc_tables_assumed {
	const struct nc_field *field;
	const char *value;
	size_t rows;
};

#define NC_TABLES_ASSUMED_MAX 16

struct nc_tables {
	struct nc_arena arena;
	struct nc_tables_table *tables;
	size_t tables_count;
	struct nc_tables_record *records; /* in the file's order */
	size_t count, capacity;
	struct nc_tables_unread *unread;
	size_t unread_count, unread_capacity;
	struct nc_tables_assumed assumed[NC_TABLES_ASSUMED_MAX];
	size_t assumed_count;
};

void nc_tables_init(struct nc_tables *tables);
void nc_tables_fini(struct nc_tables *tables);

/* Everything in tables is its arena's, the model's or the workbook's.
 * NC_INVALID with a sentence when no sheet has a header that is known, when two
 * kinds of records fit alike, or for a sheet that is not there. */
enum nc_status nc_tables_read(struct nc_tables *tables,
	const struct nc_workbook *workbook,
	const struct nc_tables_options *options,
	struct nc_error *err) NC_MUST_USE;

/* A field that a table's column can fill by its label. */
bool nc_tables_fills(
	const struct nc_entity *entity, const struct nc_field *field);
/* Whether records of this entity can come from a table: it has a title or
 * name, and a note. */
bool nc_tables_takes(const struct nc_entity *entity);

/*
 * The id of a record that came from a table: UUIDv7 form; time = one second
 * into the year (2000 for entities without one), random bits = SHA-256 of the
 * key, which is that of union, entity, year, direction, the title's folded
 * words and the count of the same before it, and of `again`: how many records
 * of that key an import has removed.
 */
struct nc_id nc_tables_id(const struct nc_tables_record *record, unsigned again,
	nc_tables_hash hash);
/* The year of such an id; 0 for all others. */
unsigned nc_tables_id_year(const struct nc_id *id);

#endif
