/*
 * R17: two words that were written as one, and words that can be no syllable.
 * Only words that have a letter of Vietnamese alone: names and what comes from
 * other languages mostly have none, or begin with a capital.
 */
#include "intake/check_work.h"

#include "locale/letter.h"
#include "locale/tone.h"

#include <string.h>

/* As long as two syllables are. */
#define WORD_LETTERS_MAX (2 * NC_SYLLABLE_LETTERS_MAX)
/* The shorter of two words that were written as one: ôtô is none of them. */
#define PART_LETTERS_MIN 3

/* Taken from other languages, and like two words. */
static const char borrowed[] =
	" vắcxin míttinh mítting cácbon phốtpho vácxin xúcxích xíchlô xăngđan"
	" băngrôn bancông bẹcgiê căngtin tăngphô ximăng ăngten cạcbin ";

struct letters {
	struct nc_letter letters[WORD_LETTERS_MAX];
	size_t at[WORD_LETTERS_MAX + 1]; /* bytes where each begins; the end */
	size_t count;
	bool own; /* one is of Vietnamese alone */
};

static bool read_letters(struct nc_slice text, struct letters *letters)
{
	struct nc_slice left = text;
	int32_t point;

	*letters = (struct letters){0};
	while (nc_letter_take(&left, &point)) {
		struct nc_letter *letter;

		if (letters->count == WORD_LETTERS_MAX)
			return false;
		letter = &letters->letters[letters->count++];
		if (!nc_letter_read(point, letter))
			return false;
		letters->own = letters->own || letter->tone != 0 ||
			       nc_letter_base(letter->point) != letter->point;
		letters->at[letters->count] = text.size - left.size;
	}
	return letters->own;
}

/* Part of a word with hyphens or apostrophes: vắc-xin, t'rưng. */
static bool is_joined(const struct check_line *line, size_t i)
{
	const struct nc_word *word = &line->words[i];
	size_t end = word->at + word->size;

	return word->gap == NC_GAP_HYPHEN ||
	       (word->at > 0 && memchr("'-._@", line->text.data[word->at - 1],
					5) != NULL) ||
	       (word->at > 2 &&
		       memcmp(line->text.data + word->at - 3, "’", 3) == 0) ||
	       (end < line->text.size &&
		       memchr("'-_@", line->text.data[end], 4) != NULL) ||
	       (end + 3 <= line->text.size &&
		       memcmp(line->text.data + end, "’", 3) == 0);
}

static struct nc_slice part_of(
	struct nc_slice word, const struct letters *letters, size_t a, size_t b)
{
	return nc_slice(
		word.data + letters->at[a], letters->at[b] - letters->at[a]);
}

/* The halves make terms with each other or with the words beside them. */
static bool fits(const struct check_line *line, size_t i, struct nc_slice left,
	struct nc_slice right)
{
	char a[NC_WORD_KEY_MAX], b[NC_WORD_KEY_MAX];

	if (!nc_word_key(left, a) || !nc_word_key(right, b))
		return false;
	return check_is_term(a, b) ||
	       (i > 0 && line->words[i].gap == NC_GAP_SPACE &&
		       check_is_term(line->words[i - 1].key, a)) ||
	       (i + 1 < line->words_count &&
		       line->words[i + 1].gap == NC_GAP_SPACE &&
		       check_is_term(b, line->words[i + 1].key));
}

/* "kháchquốc": where one of two words ends, and in how many ways; *ret_sure
 * says that the words beside it leave one of them. */
static size_t find_seam(const struct check_line *line, size_t i,
	struct nc_slice word, const struct letters *letters, size_t *ret_at,
	bool *ret_sure)
{
	size_t ways = 0, fitting = 0;

	for (size_t k = PART_LETTERS_MIN;
		k + PART_LETTERS_MIN <= letters->count; k++) {
		struct nc_slice left = part_of(word, letters, 0, k);
		struct nc_slice right =
			part_of(word, letters, k, letters->count);
		struct nc_syllable syllable;

		if (!nc_syllable_parse(left, &syllable) ||
			!nc_syllable_parse(right, &syllable))
			continue;
		if (ways++ == 0)
			*ret_at = k;
		if (!fits(line, i, left, right))
			continue;
		fitting++;
		*ret_at = k;
	}
	*ret_sure = ways == 1 || fitting == 1;
	return ways;
}

static enum nc_status check_glued(struct check_work *work,
	const struct check_line *line, size_t i, const struct letters *letters)
{
	struct nc_slice word = check_words(line, i, i + 1);
	size_t at = 0;
	bool sure = false;
	const char *mend = NULL;

	if (letters->count < (size_t)2 * PART_LETTERS_MIN ||
		nc_word_in(borrowed, line->words[i].key) ||
		find_seam(line, i, word, letters, &at, &sure) == 0)
		return NC_OK;
	if (sure)
		mend = check_text(work, "%s %s",
			check_slice(work, part_of(word, letters, 0, at)),
			check_slice(work,
				part_of(word, letters, at, letters->count)));
	return check_tell(
		work, &(struct check_told){"R17", NC_CHECK_ERROR, line->line,
			      word, check_slice(work, word), mend, mend,
			      _("Two words seem to be written as one.")});
}

/* The same letters with the tone on the letter that bears it; "" when they
 * are no syllable with any tone. */
static const char *with_tone(struct check_work *work,
	const struct letters *letters, uint8_t tone, bool *ret_any)
{
	struct nc_letter plain[NC_SYLLABLE_LETTERS_MAX];
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_syllable syllable;

	nc_buffer_init(&out, 64);
	for (size_t k = 0; k < letters->count; k++) {
		memcpy(plain, letters->letters,
			letters->count * sizeof(plain[0]));
		for (size_t n = 0; n < letters->count; n++)
			plain[n].tone = n == k ? tone : 0;
		if (!nc_syllable_from_letters(plain, letters->count, &syllable))
			continue;
		*ret_any = true;
		if (nc_syllable_write(&out, &syllable, NC_TONE_OLDER) != NC_OK)
			return "";
		return check_text(work, "%s", nc_buffer_string(&out));
	}
	return "";
}

/* "họat", "đươc": letters of a syllable, and no such tone on them. */
static enum nc_status check_tone(struct check_work *work,
	const struct check_line *line, size_t i, const struct letters *letters)
{
	struct nc_slice word = check_words(line, i, i + 1);
	size_t toned = 0;
	uint8_t tone = 0;
	const char *mend = "";
	bool any = false;

	if (letters->count > NC_SYLLABLE_LETTERS_MAX)
		return NC_OK;
	for (size_t k = 0; k < letters->count; k++) {
		if (letters->letters[k].tone == 0)
			continue;
		tone = letters->letters[k].tone;
		toned++;
	}
	if (toned == 1)
		mend = with_tone(work, letters, tone, &any);
	for (uint8_t t = NC_TONE_NGANG; t < NC_TONE_COUNT && !any; t++)
		with_tone(work, letters, t, &any);
	/* Names of the highlands have tones where Vietnamese has not. */
	if (!any || (line->words[i].upper && mend[0] == '\0'))
		return NC_OK;
	return check_tell(
		work, &(struct check_told){"R17", NC_CHECK_ERROR, line->line,
			      word, check_slice(work, word), mend, mend,
			      _("No syllable has this tone, or has it on this "
				"letter.")});
}

enum nc_status check_syllable(
	struct check_work *work, const struct check_line *line, size_t i)
{
	const struct nc_word *word = &line->words[i];
	struct letters letters;
	size_t before = work->check->count;
	enum nc_status status;

	if (word->number || word->caps || word->syllable || word->letters < 2 ||
		is_joined(line, i) ||
		!read_letters(check_words(line, i, i + 1), &letters))
		return NC_OK;
	status = check_tone(work, line, i, &letters);
	if (status == NC_OK && work->check->count == before && !word->upper)
		status = check_glued(work, line, i, &letters);
	return status;
}
