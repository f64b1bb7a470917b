/*
 * The order of Vietnamese text in lists that people read, as sort keys: bytes
 * that memcmp orders, so that SQLite can (a BLOB in ORDER BY).
 *
 * Letters: a ă â b c d đ e ê … x y, with f j w z where English has them; then
 * tones: ngang, huyền, hỏi, ngã, sắc, nặng; then case, small letters first.
 * Digits come before letters. Where a tone stands in its syllable (hòa, hoà)
 * makes no difference but in NC_ORDER_CLDR.
 */
#ifndef NC_LOCALE_ORDER_H
#define NC_LOCALE_ORDER_H

#include "base/bytes.h"

enum nc_order {
	/* Syllable by syllable, as Vietnamese dictionaries do: a syllable's
	 * letters, its tone, the next syllable. "Ba Lan" before "bà". Numbers
	 * by value. Signs and dashes part syllables and count no further. */
	NC_ORDER_DICTIONARY,
	/* Unicode's CLDR for vi: the letters of the whole text first, then
	 * all its tones. "bà" before "Ba Lan". Digits one by one. */
	NC_ORDER_CLDR,
	/* Names of people: given name (the last word), family name (the
	 * first), the middle names; each as in a dictionary. */
	NC_ORDER_PEOPLE
};

/* Appends the key of text. NC_MALFORMED as nc_text_clean; the key is at most
 * NC_ORDER_KEY_FACTOR bytes for each byte of text, and some. */
enum nc_status nc_order_key(struct nc_buffer *out, struct nc_slice text,
	enum nc_order order) NC_MUST_USE;

#define NC_ORDER_KEY_FACTOR 8

/* <0, 0, >0 by the keys. */
enum nc_status nc_order_compare(struct nc_slice a, struct nc_slice b,
	enum nc_order order, int *ret_order) NC_MUST_USE;

#endif
