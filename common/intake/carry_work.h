/*
 * What the families of carrying share. Inside carry*.c only.
 */
#ifndef NC_INTAKE_CARRY_WORK_H
#define NC_INTAKE_CARRY_WORK_H

#include "intake/carry.h"
#include "intake/check_work.h"

/* Changes in one text; more are left to the person. */
#define CARRY_EDITS_MAX 256
#define CARRY_NOTES_MAX 64

struct edit {
	size_t at, size;
	const char *words;
};

/* One thing that changed: the bytes of the old words, and what to say of it
 * instead of old → new. */
struct note {
	size_t at, size;
	const char *words; /* NULL: old → new */
};

struct carrying {
	struct nc_arena *arena;
	struct check_line line;
	struct nc_slice source;
	int from, to;
	struct edit edits[CARRY_EDITS_MAX];
	size_t edits_count;
	struct note notes[CARRY_NOTES_MAX];
	size_t notes_count;
	bool starved;
};

/* Words in place of size bytes at a place of the text; the first change of a
 * place is the one. NULL words: no memory. */
void carry_edit(
	struct carrying *carrying, size_t at, size_t size, const char *words);
/* A number in place of a word's, in its manner: 09 stays two digits. */
void carry_edit_number(struct carrying *carrying, size_t i, int number);
/* printf into the arena; at most 255 bytes. NULL without memory. */
const char *carry_printf(struct carrying *carrying, const char *format, ...)
	NC_PRINTF(2, 3);
/* What is told of a change, unless another note tells of it; words NULL: the
 * old words and the new ones. */
void carry_note(
	struct carrying *carrying, size_t at, size_t size, const char *words);

/* The number that a word is; 0. */
int carry_number(const struct nc_word *word);
/* The words [*ret_first, *ret_end) of a fact. */
void carry_fact_words(const struct check_line *line,
	const struct check_fact *fact, size_t *ret_first, size_t *ret_end);
/* Whether words [from, to) still stand as they stood in the source. */
bool carry_in_source(const struct carrying *carrying, size_t from, size_t to);
/* One of the phrases among the words before first, in its sentence. */
bool carry_said_before(const struct check_line *line, size_t first, size_t most,
	const char *words);

/* Lunar festivals, by the words for them. */
struct carry_festival_day {
	const char *phrases;
	int day, month;
};
extern const struct carry_festival_day carry_festivals[];
extern const size_t carry_festivals_count;
bool carry_lunar_in_year(
	int month, bool leap, int day, int year, struct nc_day *ret_day);

/* carry_dates.c: a date of the text. */
void carry_date(struct carrying *carrying, const struct check_fact *fact);
/* carry_words.c: numbers of issues; and what is no date: names of lunar
 * years, terms of school, ordinals. */
void carry_issues(struct carrying *carrying, const struct check_fact *fact);
void carry_words(struct carrying *carrying);

#endif
