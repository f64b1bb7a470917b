/*
 * What stands in front of a paragraph: a bullet, a letter, a number. And what
 * a paragraph's words look like: a union's heading, a section's heading, a
 * closing line, a page number. Pure looks; plan_reader.c decides what they
 * mean where they stand. Internal to this room.
 */
#ifndef NC_INTAKE_PLAN_MARKS_H
#define NC_INTAKE_PLAN_MARKS_H

#include "base/bytes.h"

enum plan_mark_kind {
	PLAN_MARK_NONE,
	PLAN_MARK_BULLET,
	PLAN_MARK_NUMBER, /* digits, letters, Roman numerals */
};

struct plan_mark {
	enum plan_mark_kind kind;
	/* Marks that look alike have the same key: all dashes, all dots; "a."
	 * and "b."; "1.1" and "2.3". */
	uint32_t key;
	unsigned ordinal;      /* of numbers: the last one; letters by two */
	bool roman;	       /* I, II, … */
	bool enclosed;	       /* (1), (a): never a heading's */
	unsigned first;	       /* of two parts: the first; else 0 */
	bool zero;	       /* a part begins with 0, as in dates */
	struct nc_slice label; /* "a", "đ", "II", "1.1"; empty of bullets */
	size_t size;	       /* bytes of text up to the words after it */
};

/* The mark that text begins with. text is trimmed. */
struct plan_mark plan_mark_of(struct nc_slice text);
/* What a word processor put before a paragraph: the whole is the mark. */
struct plan_mark plan_mark_automatic(const char *marker);
/* "i" is the letter between h and k where the letter before it says so. */
void plan_mark_as_letter(
	struct plan_mark *mark, const struct plan_mark *before);
/* Whether a mark of two parts could be a day and its month, as in "2.9": it
 * does not count on from the one before. */
bool plan_mark_is_date(
	const struct plan_mark *mark, const struct plan_mark *before);
/* Whether text is a mark and nothing else. */
bool plan_mark_is_all(struct nc_slice text);

/* Whether text begins with a small letter of Vietnamese or English. */
bool plan_begins_small(struct nc_slice text);
bool plan_begins_capital(struct nc_slice text);
/* Whether text ends with . ; : … ! or ?, before closing quotes. */
bool plan_ends_sentence(struct nc_slice text);

enum plan_noise {
	PLAN_NOISE_NONE,
	PLAN_NOISE_PAGE,       /* "12", "- 12 -", "Trang 3/10" */
	PLAN_NOISE_RULE,       /* "-----", "* * *" */
	PLAN_NOISE_CLOSING,    /* "Trân trọng./." */
	PLAN_NOISE_TABLE,      /* a table's head, or its column of numbers */
	PLAN_NOISE_RECIPIENTS, /* "Nơi nhận:" */
};

/* What a line that says nothing of its own is; the why of left_out. */
enum nc_status plan_noise_of(
	struct nc_slice text, enum plan_noise *ret_noise) NC_MUST_USE;

/* "TM. BAN THƯỜNG VỤ", "CHỦ TỊCH": how a signature begins, by its looks. */
bool plan_is_signature(struct nc_slice text);

/* What a paragraph's first words could be the heading of. */
struct plan_heading {
	bool is_union;
	bool is_small_union; /* or would be, but for its place's small letters
			      */
	bool like_heading;   /* short, no sentence: could be one by its looks */
	bool names_area;     /* speaks of an area of work, as headings do */
	bool full_stop;	     /* ends with one all the same */
	const char *area;
	size_t words;
	/* Bytes of the heading, with its colon; what follows the colon. */
	struct nc_slice head;
	struct nc_slice rest;
};

/* text without its mark. */
enum nc_status plan_heading_of(
	struct nc_slice text, struct plan_heading *ret_heading) NC_MUST_USE;

/* "Kế hoạch": a title's first words. */
enum nc_status plan_is_title(struct nc_slice text, bool *ret_is) NC_MUST_USE;
/* The year in "năm 2024", 0 when there is none. */
enum nc_status plan_year_of(
	struct nc_slice text, unsigned *ret_year) NC_MUST_USE;

/* The words of folded text, which single spaces part. */
size_t plan_count_words(const char *folded);

#endif
