/*
 * The Vietnamese syllable: initial, medial, nucleus, coda and tone; whether
 * letters can be one; and the two habits of placing the tone mark.
 *
 * The older habit (hòa, khỏe, thúy) and the newer (hoà, khoẻ, thuý) differ in
 * the open rimes oa, oe, uy alone. Syllables are compared as letters and tone,
 * which makes both equal. Nothing here changes what a person typed unless
 * nc_tone_restyle is asked to.
 *
 * Source: the orthography as school books print it; the list of rimes in
 * tone.c is ours. Words outside it (foreign ones, names of the highlands) are
 * no syllables and are left alone.
 */
#ifndef NC_LOCALE_TONE_H
#define NC_LOCALE_TONE_H

#include "locale/letter.h"

/* "nghiêng" has seven. */
#define NC_SYLLABLE_LETTERS_MAX 7

enum nc_tone_style {
	NC_TONE_OLDER, /* hòa, khỏe, thúy */
	NC_TONE_NEWER  /* hoà, khoẻ, thuý */
};

/* Parts are runs of letters, in this order, each may be empty but the
 * nucleus: initial_size letters, then medial_size, and so on. */
struct nc_syllable {
	struct nc_letter letters[NC_SYLLABLE_LETTERS_MAX]; /* tones 0 */
	uint8_t size;
	uint8_t initial_size; /* ngh, tr, gi, qu */
	uint8_t medial_size;  /* o or u before the nucleus: hoa, thuy */
	uint8_t nucleus_size; /* a, iê, ươ */
	uint8_t coda_size;    /* n, ch, or i, y, o, u: hai, cao */
	uint8_t tone;	      /* enum nc_tone */
	uint8_t older, newer; /* the letter that carries the tone */
};

/* A word (NFC, letters alone) as a syllable; false when it cannot be one:
 * other letters, two tones, a tone that its coda does not take, a rime that
 * Vietnamese has not, or a mark on a letter where no habit puts it. */
bool nc_syllable_parse(struct nc_slice word, struct nc_syllable *ret_syllable);
/* The same of letters already read. */
bool nc_syllable_from_letters(const struct nc_letter *letters, size_t count,
	struct nc_syllable *ret_syllable);

/* Appends the syllable with its tone placed by the style, case as typed. */
enum nc_status nc_syllable_write(struct nc_buffer *out,
	const struct nc_syllable *syllable,
	enum nc_tone_style style) NC_MUST_USE;

/* Appends text (NFC) with every syllable in it in one style; all else, names
 * that are no syllables with it, as it stands. */
enum nc_status nc_tone_restyle(struct nc_buffer *out, struct nc_slice text,
	enum nc_tone_style style) NC_MUST_USE;

/* Equal but for the placing of tones; case counts. */
bool nc_tone_equal(struct nc_slice a, struct nc_slice b);

/* "ngang", "huyền", "hỏi", "ngã", "sắc", "nặng". */
const char *nc_tone_name(enum nc_tone tone);

#endif
