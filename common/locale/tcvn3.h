/*
 * Old files in TCVN3 (TCVN 5712-1, fonts .VnTime), which show as
 * "Uû ban nh©n d©n": recognised and converted.
 *
 * Both forms are taken: the bytes themselves, and the bytes read as Latin-1
 * or Windows-1252 and kept as UTF-8, as Word and web pages do. Text that is
 * not UTF-8 is taken for bytes.
 *
 * Capitals with marks were made by a capital font (.VnTimeH) and have the
 * codes of small letters: their case cannot be known, and small letters come
 * out. The soft hyphen (U+00AD) is the letter ư here, so this must look at a
 * text before nc_text_clean, which drops it.
 *
 * VNI and VIQR are not recognised.
 */
#ifndef NC_LOCALE_TCVN3_H
#define NC_LOCALE_TCVN3_H

#include "base/bytes.h"

/*
 * Whether a paragraph is TCVN3: words with its codes become possible
 * Vietnamese syllables by conversion, and hardly a word is one as it stands
 * or neither. False for UTF-8 Vietnamese, for other languages in Latin-1, and
 * for signs that stand alone (©, §, ·). One short word may be too little to
 * tell: give whole paragraphs.
 */
bool nc_tcvn3_is(struct nc_slice text);

/* Appends the text as UTF-8, every code of TCVN3 converted: ask nc_tcvn3_is
 * first. Fails as nc_buffer_append does. */
enum nc_status nc_tcvn3_convert(
	struct nc_buffer *out, struct nc_slice text) NC_MUST_USE;

/*
 * Appends what a TCVN3 font shows of UTF-8 text, in capitals for fonts of
 * capitals. Text that has letters past Latin-1 was typed in Unicode whatever
 * its font, and stays as it is. Fails as nc_buffer_append does.
 */
enum nc_status nc_tcvn3_show(
	struct nc_buffer *out, struct nc_slice text, bool capitals) NC_MUST_USE;

/* The letter of a byte; 0 where TCVN3 has none of its own. */
int32_t nc_tcvn3_letter(uint8_t byte);

#endif
