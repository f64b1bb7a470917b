#include "locale/tone.h"

#include <string.h>

/* "uyên" has four, "ươu" three; one more for the i of gi_rime. */
#define RIME_LETTERS_MAX 5

/* Rimes without a medial, then those with one (o or u). */
static const char plain_rimes[] =
	" a ac ach ai am an ang anh ao ap at au ay"
	" ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây"
	" e ec em en eng eo ep et ê êch êm ên ênh êp êt êu"
	" i ia ich im in inh ip it iu iêc iêm iên iêng iêp iêt iêu"
	" o oc oi om on ong op ot ooc oong ô ôc ôi ôm ôn ông ôp ôt"
	" ơ ơi ơm ơn ơp ơt u ua uc ui um un ung up ut"
	" uôc uôi uôm uôn uông uôt ư ưa ưc ưi ưm ưng ưt ưu"
	" ươc ươi ươm ươn ương ươp ươt ươu y yêm yên yêng yêt yêu ";
static const char medial_rimes[] =
	" oa oac oach oai oam oan oang oanh oao oap oat oay"
	" oăc oăm oăn oăng oăp oăt oe oem oen oeo oet uân uâng uât uây"
	" uê uêch uên uênh uêt uơ uy uya uych uyn uynh uyp uyt uyu uyên"
	" uyêt ";
/* After qu alone, besides the plain rimes without u. */
static const char qu_rimes[] = " ych yn ynh yp yt yu ya ";

static const char *const initials[] = {"ngh", "ch", "gh", "gi", "kh", "ng",
	"nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l",
	"m", "n", "p", "r", "s", "t", "v", "x"};

#define INITIALS_COUNT (sizeof(initials) / sizeof(initials[0]))

const char *nc_tone_name(enum nc_tone tone)
{
	static const char *const names[] = {
		"ngang", "huyền", "hỏi", "ngã", "sắc", "nặng"};

	return names[tone];
}

static bool is_shaped(int32_t point)
{
	return point >= 0x80 && point != 0x111;
}

/* Letters at the front that are the UTF-8 text; 0 when they are not. */
static size_t letters_match(
	const struct nc_letter *letters, size_t count, const char *text)
{
	struct nc_slice rest = nc_slice_text(text);
	int32_t point;
	size_t at = 0;

	while (nc_letter_take(&rest, &point)) {
		if (at == count || letters[at].point != point)
			return 0;
		at++;
	}
	return at;
}

/* Whether the letters stand between spaces in the list. */
static bool rime_in(
	const char *list, const struct nc_letter *letters, size_t count)
{
	char word[4 * RIME_LETTERS_MAX + 3] = " ";
	size_t at = 1;

	if (count == 0 || count > RIME_LETTERS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		int32_t point = letters[i].point;

		if (point < 0x80) {
			word[at++] = (char)point;
		} else if (point < 0x800) {
			word[at++] = (char)(0xc0 | point >> 6);
			word[at++] = (char)(0x80 | (point & 63));
		} else {
			return false;
		}
	}
	word[at++] = ' ';
	word[at] = '\0';
	return strstr(list, word) != NULL;
}

/* Letters of the initial; "gi" before a consonant or the end is g and i. */
static size_t initial_size(const struct nc_letter *letters, size_t count)
{
	for (size_t i = 0; i < INITIALS_COUNT; i++) {
		size_t size = letters_match(letters, count, initials[i]);

		if (size == 0)
			continue;
		if (strcmp(initials[i], "gi") == 0 &&
			(size == count ||
				!nc_letter_is_vowel(letters[size].point)))
			continue;
		return size;
	}
	return 0;
}

/* k, gh and ngh stand before e ê i y; c, g and ng before the others (g also
 * before i, as in "gì"). */
static bool initial_fits(
	const struct nc_letter *letters, size_t initial, int32_t next)
{
	bool front = next == 'e' || next == 0xea || next == 'i' || next == 'y';
	int32_t first = initial > 0 ? letters[0].point : 0;
	int32_t last = initial > 0 ? letters[initial - 1].point : 0;

	if ((initial == 1 && first == 'k') ||
		(last == 'h' && (first == 'g' || initial == 3)))
		return front;
	if (initial == 1 && first == 'g')
		return !front || next == 'i';
	if ((initial == 1 && first == 'c') ||
		(initial == 2 && first == 'n' && last == 'g'))
		return !front;
	return true;
}

/* y begins no syllable's rime but after these; "yêu" has no initial. */
static bool y_fits(const struct nc_letter *letters, size_t initial, size_t rime)
{
	if (letters[initial].point != 'y')
		return true;
	if (initial == 0 || letters[0].point == 'q')
		return true;
	return rime == 1 && initial == 1 &&
	       strchr("hklmstvdbnrx", (int)letters[0].point) != NULL;
}

static void syllable_parts(struct nc_syllable *s, bool medial)
{
	size_t at = s->initial_size, left = s->size - at, vowels = 0;
	const struct nc_letter *rime = s->letters + at;

	while (vowels < left && nc_letter_is_vowel(rime[vowels].point))
		vowels++;
	s->medial_size = medial;
	s->coda_size = (uint8_t)(left - vowels);
	s->nucleus_size = (uint8_t)(vowels - medial);
	/* A glide at the end is a coda: ai, cao, ươi; not ia, ua, ưa, uya. */
	if (s->coda_size == 0 && s->nucleus_size > 1 &&
		rime[vowels - 1].point != 'a') {
		int32_t last = rime[vowels - 1].point;

		if (last == 'i' || last == 'y' || last == 'o' || last == 'u') {
			s->coda_size = 1;
			s->nucleus_size--;
		}
	}
}

/* Where each habit puts the tone: on the letter with a mark of its own, the
 * last such; else the last vowel before a consonant; else the middle one of
 * three, the first of two; but oa, oe, uy. */
static void place_tone(struct nc_syllable *s)
{
	uint8_t first = s->initial_size, vowels = 0, at;

	while (first + vowels < s->size &&
		nc_letter_is_vowel(s->letters[first + vowels].point))
		vowels++;
	at = first;
	if (vowels == 3)
		at = (uint8_t)(first + 1);
	else if (vowels == 2 && first + vowels < s->size)
		at = (uint8_t)(first + 1);
	for (uint8_t i = first; i < first + vowels; i++)
		if (is_shaped(s->letters[i].point))
			at = i;
	s->older = s->newer = at;
	if (vowels == 2 && first + vowels == s->size && s->medial_size == 1)
		s->newer = (uint8_t)(first + 1);
}

static bool coda_takes_tone(const struct nc_syllable *s)
{
	int32_t last = s->letters[s->size - 1].point;
	bool stop = last == 'c' || last == 'p' || last == 't' ||
		    (last == 'h' && s->letters[s->size - 2].point == 'c');

	return !stop || s->tone == NC_TONE_SAC || s->tone == NC_TONE_NANG;
}

/* "giêng" is gi and iêng with one i. */
static bool gi_rime(const struct nc_letter *letters, size_t initial,
	const struct nc_letter *rime, size_t left)
{
	return initial == 2 && letters[0].point == 'g' &&
	       letters[1].point == 'i' && rime[0].point == 0xea &&
	       rime_in(plain_rimes, rime - 1, left + 1);
}

static bool find_rime(struct nc_syllable *s, bool *ret_medial)
{
	size_t initial = initial_size(s->letters, s->size);
	size_t left = s->size - initial;
	const struct nc_letter *rime = s->letters + initial;
	bool qu = initial == 2 && s->letters[0].point == 'q';

	if (left == 0 || !initial_fits(s->letters, initial, rime[0].point))
		return false;
	s->initial_size = (uint8_t)initial;
	*ret_medial = false;
	if (qu && rime[0].point != 'u' && rime[0].point != 0x1b0)
		return rime_in(plain_rimes, rime, left) ||
		       rime_in(qu_rimes, rime, left);
	if (qu)
		return false;
	if (rime_in(plain_rimes, rime, left))
		return y_fits(s->letters, initial, left);
	if (gi_rime(s->letters, initial, rime, left))
		return true;
	*ret_medial = true;
	return rime_in(medial_rimes, rime, left);
}

/* Letters without tones, and the tone: wherever it stood. */
static bool syllable_of(const struct nc_letter *letters, size_t count,
	uint8_t tone, struct nc_syllable *ret_syllable)
{
	struct nc_syllable s = {0};
	bool medial;

	if (count == 0 || count > NC_SYLLABLE_LETTERS_MAX)
		return false;
	s.size = (uint8_t)count;
	s.tone = tone;
	for (size_t i = 0; i < count; i++) {
		s.letters[i] = letters[i];
		s.letters[i].tone = 0;
	}
	if (!find_rime(&s, &medial) || !coda_takes_tone(&s))
		return false;
	syllable_parts(&s, medial);
	place_tone(&s);
	*ret_syllable = s;
	return true;
}

/* The one letter with a tone, or count; false when there are two. */
static bool find_tone(
	const struct nc_letter *letters, size_t count, size_t *ret_at)
{
	*ret_at = count;
	for (size_t i = 0; i < count; i++) {
		if (letters[i].tone == 0)
			continue;
		if (*ret_at != count)
			return false;
		*ret_at = i;
	}
	return true;
}

bool nc_syllable_from_letters(const struct nc_letter *letters, size_t count,
	struct nc_syllable *ret_syllable)
{
	struct nc_syllable s;
	size_t toned;

	if (!find_tone(letters, count, &toned) ||
		!syllable_of(letters, count,
			toned == count ? 0 : letters[toned].tone, &s))
		return false;
	if (toned != count && toned != s.older && toned != s.newer)
		return false;
	*ret_syllable = s;
	return true;
}

/* Letters of a word; false when it has others or too many. */
static bool read_letters(struct nc_slice word,
	struct nc_letter letters[NC_SYLLABLE_LETTERS_MAX], size_t *ret_count)
{
	size_t count = 0;
	int32_t point;

	while (nc_letter_take(&word, &point)) {
		if (count == NC_SYLLABLE_LETTERS_MAX ||
			!nc_letter_read(point, &letters[count]))
			return false;
		count++;
	}
	*ret_count = count;
	return true;
}

bool nc_syllable_parse(struct nc_slice word, struct nc_syllable *ret_syllable)
{
	struct nc_letter letters[NC_SYLLABLE_LETTERS_MAX];
	size_t count;

	return read_letters(word, letters, &count) &&
	       nc_syllable_from_letters(letters, count, ret_syllable);
}

enum nc_status nc_syllable_write(struct nc_buffer *out,
	const struct nc_syllable *syllable, enum nc_tone_style style)
{
	size_t carrier =
		style == NC_TONE_OLDER ? syllable->older : syllable->newer;

	for (size_t i = 0; i < syllable->size; i++) {
		struct nc_letter letter = syllable->letters[i];
		enum nc_status status;

		letter.tone = i == carrier ? syllable->tone : 0;
		status = nc_letter_append(out, nc_letter_write(&letter));
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

/* Takes the word at the front: the letters up to the next thing that is
 * none; empty when the front is no letter. */
static struct nc_slice take_word(struct nc_slice *text)
{
	struct nc_slice rest = *text, word = *text;
	struct nc_letter letter;
	int32_t point;

	for (;;) {
		struct nc_slice before = rest;

		if (!nc_letter_take(&rest, &point) ||
			!nc_letter_read(point, &letter)) {
			word.size = text->size - before.size;
			*text = before;
			return word;
		}
	}
}

enum nc_status nc_tone_restyle(
	struct nc_buffer *out, struct nc_slice text, enum nc_tone_style style)
{
	while (text.size > 0) {
		struct nc_slice word = take_word(&text);
		struct nc_slice before = text;
		struct nc_syllable syllable;
		enum nc_status status;
		int32_t point;

		/* One style is written only where the two differ: eth stays
		 * eth elsewhere. */
		if (nc_syllable_parse(word, &syllable) &&
			syllable.older != syllable.newer)
			status = nc_syllable_write(out, &syllable, style);
		else
			status = nc_buffer_append(out, word.data, word.size);
		if (status != NC_OK)
			return status;
		if (!nc_letter_take(&text, &point))
			break;
		status = nc_buffer_append(
			out, before.data, before.size - text.size);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

/* As nc_syllable_parse, with the tone on whatever letter: "qúy". */
static bool parse_loosely(struct nc_slice word, struct nc_syllable *ret)
{
	struct nc_letter letters[NC_SYLLABLE_LETTERS_MAX];
	size_t count, toned;

	return read_letters(word, letters, &count) &&
	       find_tone(letters, count, &toned) &&
	       syllable_of(letters, count,
		       toned == count ? 0 : letters[toned].tone, ret);
}

static bool word_equal(struct nc_slice a, struct nc_slice b)
{
	struct nc_syllable of_a, of_b;

	if (nc_slice_equal(a, b))
		return true;
	if (!parse_loosely(a, &of_a) || !parse_loosely(b, &of_b) ||
		of_a.size != of_b.size || of_a.tone != of_b.tone)
		return false;
	for (size_t i = 0; i < of_a.size; i++)
		if (of_a.letters[i].point != of_b.letters[i].point ||
			of_a.letters[i].upper != of_b.letters[i].upper)
			return false;
	return true;
}

bool nc_tone_equal(struct nc_slice a, struct nc_slice b)
{
	while (a.size > 0 && b.size > 0) {
		struct nc_slice of_a = take_word(&a), of_b = take_word(&b);
		int32_t point_a = 0, point_b = 0;

		if (!word_equal(of_a, of_b))
			return false;
		if (nc_letter_take(&a, &point_a) !=
				nc_letter_take(&b, &point_b) ||
			point_a != point_b)
			return false;
	}
	return a.size == 0 && b.size == 0;
}
