/*
 * What the rules over records share. Inside the checker only.
 */
#ifndef NC_INTAKE_CHECK_BOOK_WORK_H
#define NC_INTAKE_CHECK_BOOK_WORK_H

#include "intake/check_book.h"
#include "intake/check_work.h"

/* What is known of a record beside its fields; one for each of the book's. */
struct book_note {
	size_t order;	 /* in print; what is not printed comes after */
	bool told;	 /* something done or reported names it */
	bool carried_on; /* a record was copied from it */
};

/* Where a paragraph comes from. */
struct book_line {
	size_t record; /* index in the book */
	uint32_t field;
	size_t from;   /* of the field's text, bytes */
	size_t prefix; /* of the paragraph, that the field has not */
};

struct book_work {
	const struct nc_check_book *book;
	struct check_work *work;
	struct book_note *notes;
	size_t *by_id; /* indexes, ascending by id */
	/* Whether anything done or reported is told: by union, for the year
	 * before and the year. */
	bool *reports;
	/* The layout. */
	struct nc_document *document;
	struct book_line *lines; /* by line - 1 */
	size_t lines_count, lines_capacity;
	struct nc_check_part *parts;
	size_t parts_count, parts_capacity;
};

/* check_book_read.c: fields and references. */

/* Never NULL: "" when absent. Text, dates, choices, lists … */
const char *book_text(const struct nc_check_record *record, uint32_t field);
struct nc_slice book_slice(
	const struct nc_check_record *record, uint32_t field);
bool book_has(const struct nc_check_record *record, uint32_t field);
int64_t book_integer(const struct nc_check_record *record, uint32_t field,
	int64_t otherwise);
bool book_is(const struct nc_check_record *record, uint32_t field,
	const char *choice);
/* Where in by_id the first record stands whose id is not less. */
size_t book_place(const struct book_work *b, const struct nc_id *id);
/* The record that a reference's index-th id names: of its union, else of any;
 * NULL when the book has it not. */
const struct nc_check_record *book_link(const struct book_work *b,
	const struct nc_check_record *record, uint32_t field, size_t index);
/* A record of something done: its fields begin as NC_DOING_…. */
bool book_is_doing(const struct nc_check_record *record);
/* Planned, postponed or dropped: nothing happened. */
bool book_is_open(const struct nc_check_record *record);
/* The year field of any entity that has one; 0. */
int book_year(const struct nc_check_record *record);
/* What a person knows the record by: title, name, text … */
const char *book_name(const struct nc_check_record *record);
/* A list's index-th item; false past the last. */
bool book_item(struct nc_slice list, size_t index, struct nc_slice *ret_item);
size_t book_index(
	const struct book_work *b, const struct nc_check_record *record);

/* Reads a field's words as a line of the checker; fini it. */
enum nc_status book_line_read(const struct book_work *b,
	struct check_line *line, const char *text) NC_MUST_USE;
/* Words as keys with a space between, for check_phrase; "" for none. */
const char *book_phrase(struct book_work *b, const char *words);

/* A finding on a record's field; field 0: on none of them. told's line is not
 * looked at. */
enum nc_status book_tell(struct book_work *b,
	const struct nc_check_record *record, uint32_t field,
	const struct check_told *told) NC_MUST_USE;

/* The families. */
enum nc_status book_check_plans(struct book_work *b) NC_MUST_USE;
enum nc_status book_check_doings(struct book_work *b) NC_MUST_USE;
enum nc_status book_check_counters(struct book_work *b) NC_MUST_USE;
enum nc_status book_check_names(struct book_work *b) NC_MUST_USE;
enum nc_status book_check_papers(struct book_work *b) NC_MUST_USE;
enum nc_status book_check_days(struct book_work *b) NC_MUST_USE;
/* The days that records name, for the rules about words. */
enum nc_status book_days(struct book_work *b, const struct nc_check_day **ret,
	size_t *ret_count) NC_MUST_USE;

#endif
