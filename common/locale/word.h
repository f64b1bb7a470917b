/*
 * A running text as words with what stands between them, for readers that
 * look at a word's neighbours.
 */
#ifndef NC_LOCALE_WORD_H
#define NC_LOCALE_WORD_H

#include "base/bytes.h"

#define NC_WORD_KEY_MAX 28 /* bytes with the NUL */

/* What stands before a word, after the last one. */
enum nc_gap {
	NC_GAP_START, /* the text begins, bullets with it */
	NC_GAP_SPACE,
	NC_GAP_HYPHEN, /* "-" without spaces */
	NC_GAP_DASH,   /* a dash with spaces, or a long one */
	NC_GAP_SLASH,
	NC_GAP_COMMA,
	NC_GAP_OPEN, /* "(" */
	NC_GAP_STOP, /* a sentence or clause ends: . ! ? : ; and a new line */
	NC_GAP_OTHER
};

struct nc_word {
	size_t at, size; /* bytes in the text */
	/* Lower case, tone in the older style, y as i where both are written
	 * (mĩ, kĩ, quí); "" for a word too long to be in any list. */
	char key[NC_WORD_KEY_MAX];
	enum nc_gap gap;
	bool upper;    /* begins with a capital */
	bool caps;     /* all capitals */
	bool syllable; /* a possible syllable of Vietnamese */
	bool number;   /* digits */
	uint8_t letters;
};

/* Reads text (NFC) into a fresh array; the caller's to nc_free. */
enum nc_status nc_words_read(struct nc_slice text, struct nc_word **ret_words,
	size_t *ret_count) NC_MUST_USE;

/* The key of one word of letters alone; false when it is too long. */
bool nc_word_key(struct nc_slice word, char key[NC_WORD_KEY_MAX]);

/* Whether word stands in a list with a space on either side of each. */
bool nc_word_in(const char *list, const char *key);

#endif
