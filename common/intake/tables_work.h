/*
 * What the readers of tables share. Internal to this room.
 */
#ifndef NC_INTAKE_TABLES_WORK_H
#define NC_INTAKE_TABLES_WORK_H

#include "intake/tables.h"
#include "locale/number.h"
#include "base/limits.h"

#define TABLES_FOLDED_SIZE 256

/* Folded; cut where it is longer. */
void tables_fold(char out[TABLES_FOLDED_SIZE], struct nc_slice text);
/* Whether folded text is one of "a|b|c". */
bool tables_one_of(const char *list, const char *text);
/* Whether folded text has one of "a|b|c" as whole words; at its beginning
 * only, when start. */
bool tables_has(const char *list, const char *text, bool start);

/* --- tables_names.c --------------------------------------------------------
 */

/* A unit of money: times 10^power of currency. */
struct tables_unit {
	unsigned power;
	char currency[4]; /* "": none */
};
bool tables_unit_read(struct nc_slice words, struct tables_unit *ret_unit);

struct tables_name {
	const struct nc_entity *entity; /* whose field it is */
	const struct nc_field *field;	/* NULL: ordinals */
	const char *text;		/* folded */
	bool weak; /* only where no other column is the field */
	bool own;  /* of this kind of record more than of others */
};
struct tables_names {
	struct tables_name *list;
	size_t count;
};
/* All names that columns of this entity may have; the arena's. */
enum nc_status tables_names_of(const struct nc_entity *entity,
	struct nc_arena *arena, struct tables_names *ret_names,
	struct nc_error *err) NC_MUST_USE;
/* Words of titles and sheets that speak of this entity. */
const char *tables_words_of(uint32_t entity);

/* The choice that words mean, besides its names and labels; NULL: none. */
const char *tables_choice(const struct nc_field *field, struct nc_slice words);
/* What a required field is where only the title can tell; *ret_guess false
 * when it told. NULL: nothing fits. */
const char *tables_default(const struct nc_entity *entity,
	const struct nc_field *field, const char *title, bool *ret_guess);

/* --- tables_header.c -------------------------------------------------------
 */

struct tables_header {
	size_t first, rows; /* index of its first row; 1 or 2 of them */
	struct nc_tables_column *columns;
	size_t count;
	unsigned score, matched;
};
/* NC_NOT_FOUND without a sentence when no row is one. */
enum nc_status tables_header_find(const struct nc_sheet *sheet,
	const struct nc_entity *entity, struct nc_arena *arena,
	struct tables_header *ret_header, struct nc_error *err) NC_MUST_USE;

/* --- tables_cell.c ---------------------------------------------------------
 */

/* A row on its way to a record: values by the entity's field numbers. */
struct tables_values {
	const struct nc_entity *entity;
	struct nc_value values[NC_RECORD_FIELDS_MAX]; /* by field index */
	bool set[NC_RECORD_FIELDS_MAX];
};
void tables_set(struct tables_values *values, const struct nc_field *field,
	struct nc_value value);
const struct nc_value *tables_get(
	const struct tables_values *values, const char *field);

struct tables_place {
	struct nc_arena *arena;
	unsigned year;
	struct tables_unit unit; /* of the sheet, or (targets) of the row */
	bool has_until;		 /* a cell of its own says the end */
	bool redirect;		 /* targets: the row's unit is money */
};
/* Puts what a cell says into its field and those beside it. NC_INVALID,
 * without a sentence, when the field cannot hold it: *ret_why says why. */
enum nc_status tables_cell_read(const struct tables_place *place,
	const struct nc_tables_column *column, const struct nc_cell *cell,
	struct tables_values *values, enum nc_tables_why *ret_why,
	struct nc_error *err) NC_MUST_USE;
/* A number as people write it where it stands among words. */
const char *tables_cell_words(
	const struct nc_cell *cell, struct nc_arena *arena);
bool tables_cell_is_empty(const struct nc_cell *cell);

#endif
