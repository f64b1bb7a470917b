/*
 * Search as people expect it in Vietnamese.
 *
 * - Case, tone placement (hòa, hoà), đ and eth, decomposed marks, i for y in
 *   kỉ/kỷ, tỉ/tỷ, sĩ/sỹ and the like (h k l m s t v qu before an open i),
 *   leading zeros of numbers, and all signs between words do not matter.
 * - Marks that the query has must be there: "má" does not find "mà", "đoan"
 *   finds "đoàn" and not "doan". Marks that it has not are free: "ma" finds
 *   both, "Đăk Lăk" finds "Đắk Lắk".
 * - Words are whole words; all must be there, in any order. What the query
 *   joins without a space ("Việt-Lào", "21/9/1973") or puts in quotation marks
 *   must stand together. The last word is a prefix with NC_SEARCH_TYPING, any
 *   word is with a "*".
 * - A date d/m/y finds the same day in any of the usual forms.
 * - Other names of the same thing are found too: countries (Mỹ, Hoa Kỳ),
 *   abbreviations (UBND), and a short list (Bunpimay); but not for what stands
 *   in quotation marks.
 *
 * A full-text index holds nc_search_fold() of each text, asked with
 * nc_search_fts(): that finds all candidates, and hardly any other. Then
 * nc_search_look() decides on each candidate's texts and ranks it.
 *
 * The folded form is a key, never shown: no name is rewritten.
 */
#ifndef NC_LOCALE_SEARCH_H
#define NC_LOCALE_SEARCH_H

#include "base/bytes.h"

#define NC_SEARCH_WORDS_MAX 32
#define NC_SEARCH_BYTES_MAX 1024

/*
 * Appends the folded words of text, lower case without marks, one space
 * between them; then, for every mark of a word, the word with what the mark
 * is: "dak lak dak_0đ dak_1ă …" for "Đắk Lắk". So the index finds the words
 * without their marks, and by as many of them as a query has. No word has a
 * "_", which an index may use for words of its own. NC_MALFORMED as
 * nc_text_clean.
 */
enum nc_status nc_search_fold(
	struct nc_buffer *out, struct nc_slice text) NC_MUST_USE;

enum nc_search_flags {
	NC_SEARCH_TYPING = 1, /* the last word may be unfinished */
	NC_SEARCH_NO_ALIASES = 2
};

enum nc_search_rank {
	NC_SEARCH_NONE,
	NC_SEARCH_ALIAS,  /* under another name */
	NC_SEARCH_FOLDED, /* but for marks that the query left out */
	NC_SEARCH_MARKED  /* mark for mark */
};

struct nc_search;

/* NC_LIMIT for a query past either limit, NC_INVALID for one without a word,
 * NC_MALFORMED for one that is not UTF-8. */
enum nc_status nc_search_new(struct nc_slice query, unsigned flags,
	struct nc_search **ret_search, struct nc_error *err) NC_MUST_USE;
void nc_search_free(struct nc_search *search);
/* For NC_AUTO. */
void nc_search_fini(struct nc_search **search);

/* Appends the query for SQLite's FTS5 over folded texts, whose words are what
 * stands between spaces. */
enum nc_status nc_search_fts(
	struct nc_buffer *out, const struct nc_search *search) NC_MUST_USE;

/* How well each part of the query was found in texts so far. */
struct nc_search_score {
	uint8_t terms[NC_SEARCH_WORDS_MAX]; /* enum nc_search_rank */
};
/* Looks for the query's parts in one more text of the same thing. */
enum nc_status nc_search_look(const struct nc_search *search,
	struct nc_slice text, struct nc_search_score *score) NC_MUST_USE;
/* Whether the texts together answer the query, and how well. */
enum nc_search_rank nc_search_rank(
	const struct nc_search *search, const struct nc_search_score *score);
/* The greater, the more of the query was found, and the better; 0: nothing. */
unsigned nc_search_weight(const struct nc_search_score *score);

/* Whether one text answers the query, and how well. */
enum nc_status nc_search_match(const struct nc_search *search,
	struct nc_slice text, enum nc_search_rank *ret_rank) NC_MUST_USE;

/* Appends what stands around the best hit, some max bytes of whole words on
 * one line, "…" where something is left out. *ret_hit: the hit in out until it
 * changes; empty when nothing was found. */
enum nc_status nc_search_excerpt(const struct nc_search *search,
	struct nc_slice text, size_t max, struct nc_buffer *out,
	struct nc_slice *ret_hit) NC_MUST_USE;

#endif
