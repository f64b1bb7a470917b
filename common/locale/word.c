#include "locale/word.h"

#include "base/memory.h"
#include "locale/tone.h"

#include <string.h>

bool nc_word_in(const char *list, const char *key)
{
	size_t size = strlen(key);

	if (size == 0)
		return false;
	for (const char *at = strstr(list, key); at != NULL;
		at = strstr(at + 1, key))
		if (at > list && at[-1] == ' ' && at[size] == ' ')
			return true;
	return false;
}

/* i for y after these, where both spellings live: kỷ and kỉ, quý and quí. */
static void same_i(struct nc_letter *letters, size_t count)
{
	bool open = count == 2 &&
		    strchr("hklmstv", (int)letters[0].point) != NULL &&
		    letters[0].point < 0x80;
	bool qu = count == 3 && letters[0].point == 'q' &&
		  letters[1].point == 'u';

	if ((open || qu) && letters[count - 1].point == 'y')
		letters[count - 1].point = 'i';
}

bool nc_word_key(struct nc_slice word, char key[NC_WORD_KEY_MAX])
{
	struct nc_letter letters[NC_WORD_KEY_MAX];
	struct nc_syllable syllable;
	struct nc_buffer out;
	size_t count = 0;
	int32_t point;
	enum nc_status status = NC_OK;

	key[0] = '\0';
	while (nc_letter_take(&word, &point)) {
		if (count == NC_WORD_KEY_MAX)
			return false;
		if (!nc_letter_read(point, &letters[count]))
			letters[count] = (struct nc_letter){point, 0, false};
		letters[count++].upper = false;
	}
	same_i(letters, count);
	nc_buffer_init(&out, NC_WORD_KEY_MAX - 1);
	if (nc_syllable_from_letters(letters, count, &syllable))
		status = nc_syllable_write(&out, &syllable, NC_TONE_OLDER);
	else
		for (size_t i = 0; i < count && status == NC_OK; i++)
			status = nc_letter_append(
				&out, nc_letter_write(&letters[i]));
	if (status == NC_OK)
		memcpy(key, nc_buffer_string(&out), out.size + 1);
	nc_buffer_fini(&out);
	return status == NC_OK;
}

static bool is_number_point(int32_t point)
{
	return point >= '0' && point <= '9';
}

static enum nc_gap gap_sign(int32_t point, enum nc_gap gap)
{
	switch (point) {
	case ' ':
	case 0xa0:
	case '\t':
		return gap;
	case '-':
	case 0x2010:
	case 0x2011:
		return gap == NC_GAP_SPACE ? NC_GAP_DASH : NC_GAP_OTHER;
	case 0x2013:
	case 0x2014:
		return gap == NC_GAP_SPACE ? NC_GAP_DASH : NC_GAP_OTHER;
	case '/':
		return gap == NC_GAP_SPACE ? NC_GAP_SLASH : NC_GAP_OTHER;
	case ',':
		return gap == NC_GAP_SPACE ? NC_GAP_COMMA : NC_GAP_OTHER;
	case '(':
		return gap == NC_GAP_SPACE ? NC_GAP_OPEN : NC_GAP_OTHER;
	case '.':
	case '!':
	case '?':
	case ':':
	case ';':
	case '\n':
	case '\r':
		return NC_GAP_STOP;
	default:
		return NC_GAP_OTHER;
	}
}

/* Takes what is no word off the front and says what it was. */
static enum nc_gap take_gap(struct nc_slice *text, bool first)
{
	enum nc_gap gap = NC_GAP_SPACE;
	const uint8_t *from = text->data;
	bool stop = false;

	while (text->size > 0) {
		struct nc_slice rest = *text;
		struct nc_letter letter;
		int32_t point;

		nc_letter_take(&rest, &point);
		if (is_number_point(point) || nc_letter_read(point, &letter))
			break;
		gap = gap_sign(point, gap);
		stop = stop || gap == NC_GAP_STOP;
		*text = rest;
	}
	if (first)
		return NC_GAP_START;
	if (stop)
		return NC_GAP_STOP;
	if (gap == NC_GAP_DASH && text->data - from == 1)
		return NC_GAP_HYPHEN;
	return gap;
}

static void take_word(
	struct nc_slice *text, const uint8_t *begin, struct nc_word *word)
{
	struct nc_syllable syllable;
	const uint8_t *from = text->data;
	size_t capitals = 0, letters = 0;

	word->at = (size_t)(from - begin);
	word->number = is_number_point(*from);
	while (text->size > 0) {
		struct nc_slice rest = *text;
		struct nc_letter letter;
		int32_t point;

		nc_letter_take(&rest, &point);
		if (is_number_point(point) != word->number)
			break;
		if (!word->number && !nc_letter_read(point, &letter))
			break;
		if (!word->number) {
			word->upper = letters == 0 ? letter.upper : word->upper;
			capitals += letter.upper;
			letters++;
		}
		*text = rest;
	}
	word->size = (size_t)(text->data - from);
	word->caps = letters > 0 && capitals == letters;
	word->letters = (uint8_t)(letters > 255 ? 255 : letters);
	nc_word_key(nc_slice(from, word->size), word->key);
	word->syllable =
		nc_syllable_parse(nc_slice(from, word->size), &syllable);
}

enum nc_status nc_words_read(
	struct nc_slice text, struct nc_word **ret_words, size_t *ret_count)
{
	const uint8_t *begin = text.data;
	struct nc_word *words = NULL;
	size_t count = 0, capacity = 0;

	for (;;) {
		enum nc_gap gap = take_gap(&text, count == 0);
		struct nc_word *grown;

		if (text.size == 0)
			break;
		if (count == capacity) {
			capacity = capacity == 0 ? 32 : capacity * 2;
			grown = nc_realloc(words, capacity * sizeof(*words));
			if (grown == NULL) {
				nc_free(words);
				return NC_NO_MEMORY;
			}
			words = grown;
		}
		words[count] = (struct nc_word){.gap = gap};
		take_word(&text, begin, &words[count]);
		count++;
	}
	*ret_words = words;
	*ret_count = count;
	return NC_OK;
}
