#include "locale/tcvn3.h"

#include "locale/text.h"
#include "locale/tone.h"

/* Bytes 0xA1 to 0xFE. */
#define CODE_FIRST 0xa1
#define CODE_LAST 0xfe

static const uint16_t codes[CODE_LAST - CODE_FIRST + 1] = {
	0x0102,
	0x00c2,
	0x00ca,
	0x00d4,
	0x01a0,
	0x01af,
	0x0110,
	0x0103,
	0x00e2,
	0x00ea,
	0x00f4,
	0x01a1,
	0x01b0,
	0x0111,
	0,
	0,
	0,
	0,
	0,
	0,
	0x00e0,
	0x1ea3,
	0x00e3,
	0x00e1,
	0x1ea1,
	0,
	0x1eb1,
	0x1eb3,
	0x1eb5,
	0x1eaf,
	0,
	0,
	0,
	0,
	0,
	0,
	0,
	0x1eb7,
	0x1ea7,
	0x1ea9,
	0x1eab,
	0x1ea5,
	0x1ead,
	0x00e8,
	0,
	0x1ebb,
	0x1ebd,
	0x00e9,
	0x1eb9,
	0x1ec1,
	0x1ec3,
	0x1ec5,
	0x1ebf,
	0x1ec7,
	0x00ec,
	0x1ec9,
	0,
	0,
	0,
	0x0129,
	0x00ed,
	0x1ecb,
	0x00f2,
	0,
	0x1ecf,
	0x00f5,
	0x00f3,
	0x1ecd,
	0x1ed3,
	0x1ed5,
	0x1ed7,
	0x1ed1,
	0x1ed9,
	0x1edd,
	0x1edf,
	0x1ee1,
	0x1edb,
	0x1ee3,
	0x00f9,
	0,
	0x1ee7,
	0x0169,
	0x00fa,
	0x1ee5,
	0x1eeb,
	0x1eed,
	0x1eef,
	0x1ee9,
	0x1ef1,
	0x1ef3,
	0x1ef7,
	0x1ef9,
	0x00fd,
	0x1ef5,
};

/* Windows-1252 has these at 0x80 to 0x9F; 0 where it has nothing. */
static const uint16_t windows[32] = {0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026,
	0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0, 0,
	0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122,
	0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178};

int32_t nc_tcvn3_letter(uint8_t byte)
{
	return byte >= CODE_FIRST && byte <= CODE_LAST
		       ? codes[byte - CODE_FIRST]
		       : 0;
}

static int32_t letter_of_point(int32_t point)
{
	return point >= 0 && point <= 0xff ? nc_tcvn3_letter((uint8_t)point)
					   : 0;
}

/* Text as code points of Windows-1252, whichever form it has. */
struct source {
	struct nc_slice rest;
	bool is_utf8;
};

static bool source_take(struct source *source, int32_t *ret_point)
{
	uint8_t byte;

	if (source->is_utf8)
		return nc_letter_take(&source->rest, ret_point);
	if (source->rest.size == 0)
		return false;
	byte = *source->rest.data++;
	source->rest.size--;
	*ret_point = byte;
	if (byte >= 0x80 && byte < 0xa0)
		*ret_point = windows[byte - 0x80] != 0 ? windows[byte - 0x80]
						       : 0xfffd;
	return true;
}

enum nc_status nc_tcvn3_convert(struct nc_buffer *out, struct nc_slice text)
{
	struct source source = {text, nc_text_is_utf8(text)};
	enum nc_status status = NC_OK;
	int32_t point;

	while (status == NC_OK && source_take(&source, &point)) {
		int32_t letter = letter_of_point(point);

		status = nc_letter_append(out, letter != 0 ? letter : point);
	}
	return status;
}

/* The letters of Windows-1252 that TCVN3 fonts have no use for. */
static bool is_windows(int32_t point)
{
	for (size_t i = 0; i < sizeof(windows) / sizeof(windows[0]); i++)
		if (windows[i] == point)
			return true;
	return false;
}

static bool has_unicode_letters(struct nc_slice text)
{
	struct nc_letter letter;
	int32_t point;

	while (nc_letter_take(&text, &point))
		if (point > 0xff && !is_windows(point) &&
			nc_letter_read(point, &letter))
			return true;
	return false;
}

enum nc_status nc_tcvn3_show(
	struct nc_buffer *out, struct nc_slice text, bool capitals)
{
	enum nc_status status = NC_OK;
	int32_t point;

	if (has_unicode_letters(text))
		return nc_buffer_append(out, text.data, text.size);
	while (status == NC_OK && nc_letter_take(&text, &point)) {
		int32_t shown = letter_of_point(point);
		struct nc_letter letter;

		if (shown == 0)
			shown = point;
		if (capitals && nc_letter_read(shown, &letter)) {
			letter.upper = true;
			shown = nc_letter_write(&letter);
		}
		status = nc_letter_append(out, shown);
	}
	return status;
}

/* Longer words are no syllables, however they are read. */
#define WORD_LETTERS_MAX 12

/* A word as it stands and converted. */
struct word {
	struct nc_letter plain[WORD_LETTERS_MAX], read[WORD_LETTERS_MAX];
	size_t count;
	bool codes;   /* has one of TCVN3's */
	bool signs;   /* one that no other language has there: a sign
			 (©, ¬, µ), a capital after a small letter (tØnh) */
	bool foreign; /* has a letter past Latin-1 */
	bool odd;     /* a capital after a small letter, or no letter */
	bool small;   /* has a small letter: no abbreviation */
	bool unit;    /* begins with µ, as µm and µg do */
};

/* How many words speak for TCVN3 and how many against. */
struct score {
	unsigned for_it, strongly, against, neither, plain, not_plain;
};

static bool is_sign(int32_t point)
{
	return point < 0xc0 || point == 0xd7 || point == 0xf7;
}

static void word_add(struct word *word, int32_t point)
{
	int32_t code = letter_of_point(point);
	struct nc_letter plain = {0}, read = {0};

	if (!nc_letter_read(point, &plain))
		word->odd = true;
	nc_letter_read(code != 0 ? code : point, &read);
	if (plain.upper && word->count > 0 && word->count <= WORD_LETTERS_MAX &&
		!word->plain[word->count - 1].upper) {
		word->odd = true;
		word->signs = word->signs || code != 0;
	}
	word->small = word->small || !plain.upper;
	word->codes = word->codes || code != 0;
	word->signs = word->signs || (code != 0 && is_sign(point));
	word->foreign = word->foreign || point > 0xff;
	word->unit = word->unit || (word->count == 0 && point == 0xb5);
	if (word->count < WORD_LETTERS_MAX) {
		word->plain[word->count] = plain;
		word->read[word->count] = read;
	}
	word->count++;
}

static void word_score(const struct word *word, struct score *score)
{
	struct nc_syllable syllable;
	bool plain, read;

	if (word->count == 0 || (word->count == 1 && word->signs) || word->unit)
		return;
	plain = !word->odd && word->count <= WORD_LETTERS_MAX &&
		nc_syllable_from_letters(word->plain, word->count, &syllable);
	read = word->count <= WORD_LETTERS_MAX &&
	       nc_syllable_from_letters(word->read, word->count, &syllable);
	if (word->foreign) {
		score->against++;
	} else if (!word->codes) {
		score->plain += plain;
		score->not_plain += !plain && word->small;
	} else if (read && !plain) {
		score->for_it++;
		score->strongly += word->signs;
	} else if (plain && !read) {
		score->against++;
	} else if (!plain) {
		score->neither++;
	}
}

static bool score_decide(const struct score *score)
{
	if (score->for_it == 0 || score->against * 2 > score->for_it ||
		score->neither * 3 > score->for_it)
		return false;
	/* Letters inside words that are signs elsewhere: no other language
	 * has them. Without one, more words are asked for. */
	if (score->strongly == 0)
		return score->for_it >= 3 &&
		       score->not_plain * 2 <= score->plain + score->for_it;
	return score->for_it > 1 || score->not_plain <= score->plain;
}

bool nc_tcvn3_is(struct nc_slice text)
{
	struct source source = {text, nc_text_is_utf8(text)};
	struct score score = {0};
	struct word word = {0};
	int32_t point;

	while (source_take(&source, &point)) {
		struct nc_letter letter;

		if (letter_of_point(point) != 0 ||
			nc_letter_read(point, &letter)) {
			word_add(&word, point);
			continue;
		}
		word_score(&word, &score);
		word = (struct word){0};
	}
	word_score(&word, &score);
	return score_decide(&score);
}
