/*
 * What a report's paragraph begins with and speaks of: its number in parts
 * ("II.1.a", "6. 1.", "Phần thứ nhất"), its part of the report, its area of
 * work, its looks at the end of a letter. Pure looks; annual_outline.c decides.
 * Internal to this room.
 */
#ifndef NC_INTAKE_ANNUAL_MARKS_H
#define NC_INTAKE_ANNUAL_MARKS_H

#include "intake/plan_lines.h"

#define ANNUAL_NUMBER_MAX 48 /* bytes, with the NUL */

enum annual_kind {
	ANNUAL_NONE,
	ANNUAL_PART,	/* "Phần thứ nhất", "Chương I" */
	ANNUAL_ROMAN,	/* "I." */
	ANNUAL_CAPITAL, /* "A." */
	ANNUAL_DECIMAL, /* "1.", "1.1." */
	ANNUAL_SMALL,	/* "a)", "đ." */
	ANNUAL_SMALL_ROMAN,
	ANNUAL_OTHER,	 /* a word processor's "Điều 3:" */
	ANNUAL_STYLE,	 /* a heading style, unnumbered */
	ANNUAL_CAPITALS, /* unnumbered, in capitals */
	ANNUAL_PLAIN,	 /* unnumbered */
	ANNUAL_APPENDIX, /* "Phụ lục" */
};

struct annual_mark {
	enum annual_kind kind;
	unsigned parts;	  /* of the number: 2 of "1.1" */
	uint8_t closer;	  /* ". ) /" after a number of one part; else 0 */
	unsigned ordinal; /* of the last part; letters by two */
	/* The plan's marks do not take it for a number: only where it stands
	 * can tell. */
	bool doubtful;
	char number[ANNUAL_NUMBER_MAX]; /* "II.1", without spaces */
	struct nc_slice label;		/* as printed, borrowed */
	size_t size;			/* bytes of the line's words to skip */
};

/* The number that a line begins with; kind ANNUAL_NONE without. */
enum nc_status annual_mark_of(
	const struct plan_line *line, struct annual_mark *ret_mark) NC_MUST_USE;
/* Whether the parts of number, all but the last drop ones, end path. */
bool annual_ends_with(const char *path, const char *number, unsigned drop);
/* path and what number adds to it: "II.2" and "2.1" → "II.2.1". */
void annual_path(
	char out[ANNUAL_NUMBER_MAX], const char *path, const char *number);

/* No small letter, two words or more: a heading without a number. */
bool annual_is_capitals(struct nc_slice words);
/* Whether the folded text begins with these whole words. */
bool annual_begins(const char *folded, const char *words);
/* … with any of so many. */
bool annual_begins_any(
	const char *folded, const char *const *words, size_t count);

/* The part of the report that folded words head, under the part of what is
 * around; around when they do not tell. */
const char *annual_part_of(const char *folded, const char *around);
/* The area of work that folded words name; around when they name none. */
const char *annual_area_of(const char *folded, const char *around);

/* "(Đã ký)", "Chủ tịch": who signs, or that somebody did. */
enum nc_status annual_names_role(
	struct nc_slice words, bool *ret_is) NC_MUST_USE;
/* The same, or a short line of capitals: "TM. BAN THƯỜNG VỤ". */
enum nc_status annual_is_signature(
	struct nc_slice words, bool *ret_is) NC_MUST_USE;
/* The sentence that a report ends with: "… báo cáo./.". */
enum nc_status annual_is_closing(
	struct nc_slice words, bool *ret_is) NC_MUST_USE;
/* "Nơi nhận:", whatever stands beside it. */
enum nc_status annual_is_recipients(
	struct nc_slice words, bool *ret_is) NC_MUST_USE;

/* Bytes of words up to where a heading ends and text runs on: after its
 * colon, after a full stop, or before a sentence's first words; words.size
 * when it is all heading. */
size_t annual_heading_size(
	const struct plan_heading *heading, struct nc_slice words);

/* Two columns typed side by side: bytes up to the gap between them, four
 * spaces or a tab; words.size when there is one column. */
size_t annual_columns(struct nc_slice words);

/* The start of text, folded, with enough of it to know a heading. */
enum nc_status annual_fold(
	struct nc_buffer *out, struct nc_slice text) NC_MUST_USE;

#endif
