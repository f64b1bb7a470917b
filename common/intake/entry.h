/*
 * What a person types into a field, read as an office writes it. It is the
 * reading that cells of imported tables have (tables_cell.c), and stricter: a
 * table's words that are not understood are kept in a note, typed ones are
 * refused with a sentence that shows how to write them, and nothing is guessed.
 * The stable forms (ISO 8601, digits, codes, names) are always taken as they
 * are. Pure.
 */
#ifndef NC_INTAKE_ENTRY_H
#define NC_INTAKE_ENTRY_H

#include "model/model.h"

struct nc_entry {
	const struct nc_entity *entity;
	const struct nc_field *field;
	const char *words;
	unsigned year; /* the record's, for "15/4"; 0: not known */
	struct nc_arena *arena;
};

struct nc_entry_value {
	const struct nc_field *field;
	struct nc_value value; /* the arena's */
};

/* The field, and those beside it: an end, words as printed, a qualifier. */
#define NC_ENTRY_VALUES_MAX 4

/*
 * The first of ret_values is the field's own, absent when words are only white
 * space. Those after it are what the same words say of fields beside it: of
 * "01 - 06/12/2025" the end (until), of "cuối tháng 11/2025" also the words
 * (when_words), of "hơn 500" the qualifier. References are read by whole ids
 * only. NC_INVALID with a sentence.
 */
enum nc_status nc_entry_read(const struct nc_entry *entry,
	struct nc_entry_value ret_values[NC_ENTRY_VALUES_MAX],
	size_t *ret_count, struct nc_error *err) NC_MUST_USE;

/* The field of that stable name, or else of that label in either language,
 * whatever the capitals and marks. NC_INVALID with a sentence when there is
 * none, or more than one. */
enum nc_status nc_entry_field(const struct nc_entity *entity, const char *name,
	const struct nc_field **ret_field, struct nc_error *err) NC_MUST_USE;

#endif
