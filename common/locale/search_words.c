#include "locale/search_words.h"

#include "base/memory.h"
#include "locale/letter.h"
#include "locale/text.h"

#include <string.h>

static enum nc_status grow(void **array, size_t *capacity, size_t size)
{
	size_t wanted = *capacity == 0 ? 32 : *capacity * 2;
	void *grown = nc_realloc(*array, wanted * size);

	if (grown == NULL)
		return NC_NO_MEMORY;
	*array = grown;
	*capacity = wanted;
	return NC_OK;
}

static enum nc_status words_push(
	struct search_words *words, struct search_word word)
{
	if (words->count == words->capacity &&
		grow((void **)&words->words, &words->capacity, sizeof(word)) !=
			NC_OK)
		return NC_NO_MEMORY;
	words->words[words->count++] = word;
	return NC_OK;
}

static enum nc_status letters_push(
	struct search_words *words, struct search_letter letter)
{
	if (words->letters_count == words->letters_capacity &&
		grow((void **)&words->letters, &words->letters_capacity,
			sizeof(letter)) != NC_OK)
		return NC_NO_MEMORY;
	words->letters[words->letters_count++] = letter;
	return NC_OK;
}

/* kỷ as kỉ, quý as quí; numbers without leading zeros. */
static void word_finish(struct search_words *words, struct search_word *word)
{
	struct search_letter *letters = words->letters + word->first;
	struct search_letter *last = letters + word->count - 1;

	if (word->number) {
		size_t zeros = 0;

		while (zeros + 1 < word->count && letters[zeros].base == '0')
			zeros++;
		word->first += zeros;
		word->count -= zeros;
		return;
	}
	if (last->point != 'y')
		return;
	if ((word->count == 2 && letters[0].point < 0x80 &&
		    strchr("hklmstv", (int)letters[0].point) != NULL) ||
		(word->count == 3 && letters[0].point == 'q' &&
			letters[1].point == 'u'))
		last->base = last->point = 'i';
}

enum reading { READING_NONE, READING_LETTERS, READING_DIGITS };

struct reader {
	struct search_words *words;
	struct search_word word;
	enum reading reading;
	size_t from, to; /* the point that is read, bytes */
	bool space;	 /* since the last word */
	bool quoted;	 /* since a quotation mark */
};

static enum nc_status reader_end(struct reader *r)
{
	if (r->reading == READING_NONE)
		return NC_OK;
	r->reading = READING_NONE;
	r->space = false;
	word_finish(r->words, &r->word);
	return words_push(r->words, r->word);
}

static enum nc_status reader_add(
	struct reader *r, int32_t point, const struct nc_letter *letter)
{
	enum reading kind = letter != NULL ? READING_LETTERS : READING_DIGITS;
	struct search_letter add = {point, point};
	enum nc_status status = NC_OK;

	if (r->reading != kind) {
		status = reader_end(r);
		r->word = (struct search_word){.first = r->words->letters_count,
			.upper = letter != NULL && letter->upper,
			.from = r->from,
			.joined = !r->space && r->words->count > 0,
			.quoted = r->quoted,
			.number = letter == NULL};
		r->reading = kind;
	}
	if (letter != NULL) {
		add.point = letter->point;
		add.base = nc_letter_base(letter->point);
		if (letter->tone != 0)
			r->word.tone = letter->tone;
	}
	r->word.count++;
	r->word.to = r->to;
	return status == NC_OK ? letters_push(r->words, add) : status;
}

/* Quoted words stand together: the spaces between them do not count. */
static void reader_sign(struct reader *r, int32_t point)
{
	if (point == '"')
		r->quoted = !r->quoted;
	else if (point == 0x201c)
		r->quoted = true;
	else if (point == 0x201d)
		r->quoted = false;
	else
		return;
	r->space = true;
}

static enum nc_status reader_point(struct reader *r, int32_t point)
{
	struct nc_letter letter;
	enum nc_status status;

	if (point >= '0' && point <= '9')
		return reader_add(r, point, NULL);
	if (nc_letter_read(point, &letter))
		return reader_add(r, point, &letter);
	/* A mark that composes with nothing parts no word. */
	if (point >= 0x300 && point <= 0x36f)
		return NC_OK;
	status = reader_end(r);
	if (point == '*' && r->words->count > 0 && !r->space)
		r->words->words[r->words->count - 1].prefix = true;
	reader_sign(r, point);
	if (!r->quoted &&
		(point == ' ' || point == 0xa0 || (point >= 9 && point <= 13)))
		r->space = true;
	return status;
}

enum nc_status search_words_read_clean(
	struct search_words *words, struct nc_slice clean)
{
	struct reader r = {.words = words};
	struct nc_slice rest = clean;
	enum nc_status status = NC_OK;
	int32_t point;

	while (status == NC_OK && nc_letter_take(&rest, &point)) {
		r.from = r.to;
		r.to = clean.size - rest.size;
		status = reader_point(&r, point);
	}
	return status == NC_OK ? reader_end(&r) : status;
}

enum nc_status search_words_read(
	struct search_words *words, struct nc_slice text)
{
	struct nc_buffer clean;
	enum nc_status status;

	nc_buffer_init(&clean, 4 * text.size + 64);
	status = nc_text_clean(&clean, text);
	if (status == NC_OK)
		status =
			search_words_read_clean(words, nc_buffer_slice(&clean));
	nc_buffer_fini(&clean);
	return status;
}

void search_words_fini(struct search_words *words)
{
	nc_free(words->letters);
	nc_free(words->words);
	memset(words, 0, sizeof(*words));
}

bool search_word_equal(const struct search_words *query, size_t q,
	const struct search_words *text, size_t t, bool exact)
{
	const struct search_word *a = &query->words[q], *b = &text->words[t];
	const struct search_letter *of_a = query->letters + a->first;
	const struct search_letter *of_b = text->letters + b->first;

	if (a->count > b->count || (a->count < b->count && !a->prefix))
		return false;
	if (a->tone != b->tone && (exact || a->tone != 0))
		return false;
	for (size_t i = 0; i < a->count; i++) {
		bool bare = of_a[i].base == of_a[i].point;

		if (of_a[i].base != of_b[i].base)
			return false;
		if (of_a[i].point != of_b[i].point && (exact || !bare))
			return false;
	}
	return true;
}
