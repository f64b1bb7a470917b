/*
 * Vietnamese text as Unicode: what may enter (NFC UTF-8 without NUL), and the
 * forms that words are compared in. Unicode data: utf8proc.
 */
#ifndef NC_LOCALE_TEXT_H
#define NC_LOCALE_TEXT_H

#include "base/bytes.h"

/* Marks in a row that text may have: Unicode's Stream-Safe limit. */
#define NC_TEXT_MARKS_MAX 30

/* Valid UTF-8 without NUL, already NFC, and no more than NC_TEXT_MARKS_MAX
 * marks in a row: what a record may hold. */
bool nc_text_is_clean(struct nc_slice text);
/* Valid UTF-8 without NUL. */
bool nc_text_is_utf8(struct nc_slice text);

/*
 * Appends text in NFC to out, as typed otherwise, save for what never carries
 * meaning: U+FEFF, U+200B and U+00AD are dropped, U+2010 and U+2011 become a
 * hyphen, U+00A0 stays. NC_MALFORMED when text is not UTF-8, holds a NUL, or
 * has more than NC_TEXT_MARKS_MAX marks in a row.
 */
enum nc_status nc_text_clean(
	struct nc_buffer *out, struct nc_slice text) NC_MUST_USE;

/*
 * Appends the folded form: lower case, no marks, đ as d, every run of white
 * space, punctuation and dashes as one space, none at the ends.
 */
enum nc_status nc_text_fold(
	struct nc_buffer *out, struct nc_slice text) NC_MUST_USE;

/* The folded form with hyphens for spaces: "Hà Tĩnh" → "ha-tinh". */
enum nc_status nc_text_slug(
	struct nc_buffer *out, struct nc_slice text) NC_MUST_USE;

/* Text without white space (Unicode's, with U+00A0) at its ends. */
struct nc_slice nc_text_trim(struct nc_slice text);

/* Columns that text takes on a terminal. */
size_t nc_text_width(struct nc_slice text);

#endif
