#include "locale/windows1258.h"

#include "locale/text.h"
#include "locale/tone.h"

/* Bytes 0x80 to 0xFF; 0 where there is nothing. */
static const uint16_t points[128] = {
	0x20ac,
	0,
	0x201a,
	0x0192,
	0x201e,
	0x2026,
	0x2020,
	0x2021,
	0x02c6,
	0x2030,
	0,
	0x2039,
	0x0152,
	0,
	0,
	0,
	0,
	0x2018,
	0x2019,
	0x201c,
	0x201d,
	0x2022,
	0x2013,
	0x2014,
	0x02dc,
	0x2122,
	0,
	0x203a,
	0x0153,
	0,
	0,
	0x0178,
	0x00a0,
	0x00a1,
	0x00a2,
	0x00a3,
	0x00a4,
	0x00a5,
	0x00a6,
	0x00a7,
	0x00a8,
	0x00a9,
	0x00aa,
	0x00ab,
	0x00ac,
	0x00ad,
	0x00ae,
	0x00af,
	0x00b0,
	0x00b1,
	0x00b2,
	0x00b3,
	0x00b4,
	0x00b5,
	0x00b6,
	0x00b7,
	0x00b8,
	0x00b9,
	0x00ba,
	0x00bb,
	0x00bc,
	0x00bd,
	0x00be,
	0x00bf,
	0x00c0,
	0x00c1,
	0x00c2,
	0x0102,
	0x00c4,
	0x00c5,
	0x00c6,
	0x00c7,
	0x00c8,
	0x00c9,
	0x00ca,
	0x00cb,
	0x0300,
	0x00cd,
	0x00ce,
	0x00cf,
	0x0110,
	0x00d1,
	0x0309,
	0x00d3,
	0x00d4,
	0x01a0,
	0x00d6,
	0x00d7,
	0x00d8,
	0x00d9,
	0x00da,
	0x00db,
	0x00dc,
	0x01af,
	0x0303,
	0x00df,
	0x00e0,
	0x00e1,
	0x00e2,
	0x0103,
	0x00e4,
	0x00e5,
	0x00e6,
	0x00e7,
	0x00e8,
	0x00e9,
	0x00ea,
	0x00eb,
	0x0301,
	0x00ed,
	0x00ee,
	0x00ef,
	0x0111,
	0x00f1,
	0x0323,
	0x00f3,
	0x00f4,
	0x01a1,
	0x00f6,
	0x00f7,
	0x00f8,
	0x00f9,
	0x00fa,
	0x00fb,
	0x00fc,
	0x01b0,
	0x20ab,
	0x00ff,
};

static int32_t point_of(uint8_t byte)
{
	int32_t point = byte < 0x80 ? byte : points[byte - 0x80];

	return point == 0 ? 0xfffd : point;
}

static bool is_mark(int32_t point)
{
	return point >= 0x0300 && point < 0x0370;
}

enum nc_status nc_windows1258_convert(
	struct nc_buffer *out, struct nc_slice text)
{
	struct nc_buffer decoded;
	unsigned marks = 0; /* in a row: more than two are no letter's */
	enum nc_status status = NC_OK;

	nc_buffer_init(&decoded, 3 * text.size + 1);
	for (size_t i = 0; status == NC_OK && i < text.size; i++) {
		int32_t point = point_of(text.data[i]);

		marks = is_mark(point) ? marks + 1 : 0;
		if (text.data[i] == 0 || marks > 2)
			point = 0xfffd;
		status = nc_letter_append(&decoded, point);
	}
	if (status == NC_OK)
		status = nc_text_clean(out, nc_buffer_slice(&decoded));
	nc_buffer_fini(&decoded);
	return status;
}

/* Longer words are no syllables. */
#define WORD_LETTERS_MAX 12

struct word {
	struct nc_letter letters[WORD_LETTERS_MAX];
	size_t count;
	bool marked; /* has a letter past ASCII */
	bool own;    /* and one that no other code page has there */
};

static void word_add(struct word *word, int32_t point)
{
	struct nc_letter letter = {0};

	nc_letter_read(point, &letter);
	word->marked = word->marked || point >= 0x80;
	word->own = word->own || point >= 0x100;
	if (word->count < WORD_LETTERS_MAX)
		word->letters[word->count] = letter;
	word->count++;
}

struct score {
	size_t syllables, others, own;
};

static void word_score(const struct word *word, struct score *score)
{
	struct nc_syllable syllable;

	if (!word->marked)
		return;
	if (word->count <= WORD_LETTERS_MAX &&
		nc_syllable_from_letters(
			word->letters, word->count, &syllable)) {
		score->syllables++;
		score->own += word->own;
	} else {
		score->others++;
	}
}

bool nc_windows1258_is(struct nc_slice text)
{
	struct nc_buffer converted;
	struct score score = {0};
	struct word word = {.count = 0};
	struct nc_slice rest;
	int32_t point;
	bool ok;

	if (nc_text_is_utf8(text))
		return false;
	nc_buffer_init(&converted, 3 * text.size + 64);
	ok = nc_windows1258_convert(&converted, text) == NC_OK;
	rest = nc_buffer_slice(&converted);
	while (ok && nc_letter_take(&rest, &point)) {
		struct nc_letter letter;

		if (point == 0xfffd)
			score.others++;
		if (nc_letter_read(point, &letter)) {
			word_add(&word, point);
			continue;
		}
		word_score(&word, &score);
		word = (struct word){.count = 0};
	}
	word_score(&word, &score);
	nc_buffer_fini(&converted);
	return ok && score.own > 1 && score.others * 8 <= score.syllables;
}
