/*
 * A text as search sees it: words of letters, each with and without its mark.
 * For search.c and its aliases alone.
 */
#ifndef NC_LOCALE_SEARCH_WORDS_H
#define NC_LOCALE_SEARCH_WORDS_H

#include "base/bytes.h"

struct search_letter {
	int32_t base;  /* a for ă; i for the y of kỷ */
	int32_t point; /* ă; a digit is itself */
};

struct search_word {
	size_t first, count; /* its letters */
	size_t from, to;     /* its bytes in the cleaned text */
	uint8_t tone;	     /* enum nc_tone */
	bool upper;	     /* begins with a capital */
	bool joined;	     /* no space before it, or inside quotes */
	bool quoted;	     /* inside quotes */
	bool prefix;	     /* "*" follows it */
	bool number;
};

struct search_words {
	struct search_letter *letters;
	size_t letters_count, letters_capacity;
	struct search_word *words;
	size_t count, capacity;
};

/* Cleans text and reads its words. */
enum nc_status search_words_read(
	struct search_words *words, struct nc_slice text) NC_MUST_USE;
/* The same of a text that is clean. */
enum nc_status search_words_read_clean(
	struct search_words *words, struct nc_slice clean) NC_MUST_USE;
void search_words_fini(struct search_words *words);

/* Whether a word of the query is a word of the text; exact: mark for mark. */
bool search_word_equal(const struct search_words *query, size_t q,
	const struct search_words *text, size_t t, bool exact);

/* Calls for each alias phrase of sets: see search_alias.c. */
typedef enum nc_status search_alias_visit(
	void *context, size_t set, struct nc_slice phrase, bool is_name);
enum nc_status search_alias_each(
	search_alias_visit *visit, void *context) NC_MUST_USE;

#endif
