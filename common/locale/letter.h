/*
 * One letter as Vietnamese sees it: a place in the alphabet, a tone, a case.
 * For NFC text; the rest of the room builds on this.
 */
#ifndef NC_LOCALE_LETTER_H
#define NC_LOCALE_LETTER_H

#include "base/bytes.h"

/* In the order of dictionaries. */
enum nc_tone {
	NC_TONE_NGANG,
	NC_TONE_HUYEN,
	NC_TONE_HOI,
	NC_TONE_NGA,
	NC_TONE_SAC,
	NC_TONE_NANG,
	NC_TONE_COUNT
};

struct nc_letter {
	int32_t point; /* lower case without its tone: ă for Ằ */
	uint8_t tone;  /* enum nc_tone */
	bool upper;
};

/* a ă â b c d đ … y, with f j w z where English has them: 1 to 33. */
#define NC_LETTER_RANK_MAX 33

/* Takes one code point off the front of text; false at the end. A byte that
 * is not UTF-8 comes out as U+FFFD. */
bool nc_letter_take(struct nc_slice *text, int32_t *ret_point);

/* False for what is no letter (digits, marks, signs). Eth (Ð ð) and Ɖ, which
 * old keyboards give for Đ, are read as đ. A letter with a mark that
 * Vietnamese has not (ü, ç) stays what it is, in lower case. */
bool nc_letter_read(int32_t point, struct nc_letter *ret_letter);
/* The code point again: with tone, in its case. */
int32_t nc_letter_write(const struct nc_letter *letter);
/* Appends a code point as UTF-8. */
enum nc_status nc_letter_append(
	struct nc_buffer *out, int32_t point) NC_MUST_USE;

/* The letter without any mark: a for ă, d for đ, u for ü. */
int32_t nc_letter_base(int32_t point);
/* Place in the alphabet of a point of struct nc_letter; 0 for others. */
unsigned nc_letter_rank(int32_t point);
/* One of a ă â e ê i o ô ơ u ư y. */
bool nc_letter_is_vowel(int32_t point);

#endif
