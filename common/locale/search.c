#include "locale/search.h"

#include "base/memory.h"
#include "locale/day.h"
#include "locale/letter.h"
#include "locale/search_words.h"
#include "locale/text.h"

#include <stdio.h>
#include <string.h>

/* The marks of a longer word, no word of any language, are not indexed. */
#define MARKED_LETTERS_MAX 40

/* One way to answer a term: words in a row. */
struct phrase {
	struct search_words own; /* an alias's words; empty: of the query */
	size_t first, count;	 /* the query's, when own is empty */
	bool is_alias;
	bool is_name; /* begins with a capital in the text */
};

struct term {
	size_t first_phrase, phrases_count;
};

struct nc_search {
	struct search_words query;
	struct phrase *phrases;
	size_t phrases_count, phrases_capacity;
	struct term terms[NC_SEARCH_WORDS_MAX];
	size_t terms_count;
};

static enum nc_status fold_word(
	struct nc_buffer *out, const struct search_words *words, size_t at)
{
	const struct search_word *word = &words->words[at];
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < word->count && status == NC_OK; i++)
		status = nc_letter_append(
			out, words->letters[word->first + i].base);
	return status;
}

/* Called for each mark of a word with the index's name for it: the word's
 * base, then the letter's place and the letter ("duong_1ư"), or the tone
 * ("duong_t1"). A word has "_" nowhere else. */
typedef enum nc_status mark_visit(struct nc_buffer *out, struct nc_slice mark);

static enum nc_status word_marks(struct nc_buffer *out,
	const struct search_words *words, size_t at, mark_visit *visit)
{
	const struct search_word *word = &words->words[at];
	struct nc_buffer mark = {.limit = 8 * MARKED_LETTERS_MAX};
	enum nc_status status;
	size_t base;

	/* A prefix says nothing of the whole word's base. */
	if (word->prefix || word->count > MARKED_LETTERS_MAX)
		return NC_OK;
	status = fold_word(&mark, words, at);
	base = mark.size;
	for (size_t i = 0; i <= word->count && status == NC_OK; i++) {
		const struct search_letter *letter =
			words->letters + word->first + i;
		bool is_tone = i == word->count;

		if (is_tone ? word->tone == 0 : letter->base == letter->point)
			continue;
		mark.size = base;
		status = is_tone ? nc_buffer_printf(&mark, "_t%d", word->tone)
				 : nc_buffer_printf(&mark, "_%zu", i);
		if (status == NC_OK && !is_tone)
			status = nc_letter_append(&mark, letter->point);
		if (status == NC_OK)
			status = visit(out, nc_buffer_slice(&mark));
	}
	nc_buffer_fini(&mark);
	return status;
}

static enum nc_status index_mark(struct nc_buffer *out, struct nc_slice mark)
{
	enum nc_status status = nc_buffer_append(out, " ", 1);

	return status == NC_OK ? nc_buffer_append(out, mark.data, mark.size)
			       : status;
}

enum nc_status nc_search_fold(struct nc_buffer *out, struct nc_slice text)
{
	struct search_words words = {0};
	enum nc_status status = search_words_read(&words, text);

	for (size_t i = 0; i < words.count && status == NC_OK; i++) {
		if (i > 0)
			status = nc_buffer_append(out, " ", 1);
		if (status == NC_OK)
			status = fold_word(out, &words, i);
	}
	for (size_t i = 0; i < words.count && status == NC_OK; i++) {
		words.words[i].prefix = false;
		status = word_marks(out, &words, i, index_mark);
	}
	search_words_fini(&words);
	return status;
}

static enum nc_status phrase_add(struct nc_search *search, struct phrase phrase)
{
	if (search->phrases_count == search->phrases_capacity) {
		size_t capacity = search->phrases_capacity * 2 + 8;
		struct phrase *grown =
			nc_realloc(search->phrases, capacity * sizeof(*grown));

		if (grown == NULL)
			return NC_NO_MEMORY;
		search->phrases = grown;
		search->phrases_capacity = capacity;
	}
	search->phrases[search->phrases_count++] = phrase;
	search->terms[search->terms_count - 1].phrases_count++;
	return NC_OK;
}

static enum nc_status phrase_add_text(
	struct nc_search *search, struct nc_slice text, bool is_name)
{
	struct phrase phrase = {.is_alias = true, .is_name = is_name};
	enum nc_status status = search_words_read(&phrase.own, text);

	if (status == NC_OK && phrase.own.count > 0)
		status = phrase_add(search, phrase);
	if (status != NC_OK || phrase.own.count == 0)
		search_words_fini(&phrase.own);
	return status;
}

static void term_begin(struct nc_search *search)
{
	search->terms[search->terms_count++] =
		(struct term){search->phrases_count, 0};
}

static int word_value(const struct search_words *words, size_t at)
{
	const struct search_word *word = &words->words[at];
	int value = 0;

	if (!word->number || word->count > 4)
		return -1;
	for (size_t i = 0; i < word->count; i++)
		value = value * 10 +
			(int)(words->letters[word->first + i].base - '0');
	return value;
}

/* A date at word at: three numbers without a space. Its other forms become
 * phrases. */
static enum nc_status term_date(
	struct nc_search *search, size_t at, size_t *ret_used)
{
	const struct search_words *query = &search->query;
	struct nc_day day;
	char text[64];
	enum nc_status status;

	if (at + 3 > query->count || !query->words[at + 1].joined ||
		!query->words[at + 2].joined)
		return NC_OK;
	day = (struct nc_day){word_value(query, at + 2),
		word_value(query, at + 1), word_value(query, at)};
	if (day.year < 1000 || !nc_day_is_valid(day))
		return NC_OK;
	*ret_used = 3;
	term_begin(search);
	status = phrase_add(search, (struct phrase){.first = at, .count = 3});
	snprintf(text, sizeof(text), "%d tháng %d năm %d", day.day, day.month,
		day.year);
	if (status == NC_OK)
		status = phrase_add_text(search, nc_slice_text(text), false);
	snprintf(text, sizeof(text), "%d %d %d", day.year, day.month, day.day);
	if (status == NC_OK)
		status = phrase_add_text(search, nc_slice_text(text), false);
	return status;
}

/* The words of phrase at word at of words; exact: mark for mark. */
static bool words_stand(const struct search_words *phrase, size_t first,
	size_t count, const struct search_words *text, size_t at, bool exact)
{
	if (at + count > text->count)
		return false;
	for (size_t i = 0; i < count; i++)
		if (!search_word_equal(phrase, first + i, text, at + i, exact))
			return false;
	return true;
}

struct alias_finder {
	struct nc_search *search;
	size_t at, best, best_set; /* words of the query that it takes */
	bool adding;
};

static bool alias_word(const struct alias_finder *finder,
	const struct search_words *alias, size_t i)
{
	const struct search_words *query = &finder->search->query;
	size_t at = finder->at + i;

	return query->words[at].count == alias->words[i].count &&
	       search_word_equal(query, at, alias, i, false);
}

/* What is joined stands together, and what is quoted as it was typed: no
 * other name takes a part of it. */
static bool alias_may_end(const struct search_words *query, size_t at)
{
	return at == query->count || !query->words[at].joined;
}

/* Most phrases begin with another letter and need no reading. */
static bool alias_may_begin(
	const struct alias_finder *finder, struct nc_slice phrase)
{
	const struct search_words *query = &finder->search->query;
	size_t first = query->words[finder->at].first;
	struct nc_letter letter;
	int32_t point;

	return nc_letter_take(&phrase, &point) &&
	       nc_letter_read(point, &letter) &&
	       nc_letter_base(letter.point) == query->letters[first].base;
}

/* First the longest alias that the query names at its word; then, adding, the
 * other phrases of that set. */
static enum nc_status alias_visit(
	void *context, size_t set, struct nc_slice phrase, bool is_name)
{
	struct alias_finder *finder = context;
	struct search_words words = {0};
	enum nc_status status;

	if (finder->adding)
		return set == finder->best_set ? phrase_add_text(finder->search,
							 phrase, is_name)
					       : NC_OK;
	if (!alias_may_begin(finder, phrase))
		return NC_OK;
	status = search_words_read(&words, phrase);
	if (status == NC_OK && words.count > finder->best &&
		finder->at + words.count <= finder->search->query.count) {
		size_t i = 0;

		/* A prefix names nothing yet: "b*" is not BCH. */
		while (i < words.count && alias_word(finder, &words, i))
			i++;
		if (i == words.count && alias_may_end(&finder->search->query,
						finder->at + words.count)) {
			finder->best = words.count;
			finder->best_set = set;
		}
	}
	search_words_fini(&words);
	return status;
}

static enum nc_status term_alias(
	struct nc_search *search, size_t at, size_t *ret_used)
{
	struct alias_finder finder = {.search = search, .at = at};
	enum nc_status status = search_alias_each(alias_visit, &finder);

	if (status != NC_OK || finder.best == 0)
		return status;
	*ret_used = finder.best;
	term_begin(search);
	status = phrase_add(
		search, (struct phrase){.first = at, .count = finder.best});
	finder.adding = true;
	return status == NC_OK ? search_alias_each(alias_visit, &finder)
			       : status;
}

/* A word, with those that the query joins to it. */
static enum nc_status term_words(
	struct nc_search *search, size_t at, size_t *ret_used)
{
	size_t count = 1;

	while (at + count < search->query.count &&
		search->query.words[at + count].joined)
		count++;
	*ret_used = count;
	term_begin(search);
	return phrase_add(search, (struct phrase){.first = at, .count = count});
}

static enum nc_status search_compile(struct nc_search *search, unsigned flags)
{
	struct search_words *query = &search->query;
	enum nc_status status = NC_OK;

	if ((flags & NC_SEARCH_TYPING) != 0)
		query->words[query->count - 1].prefix = true;
	for (size_t at = 0; at < query->count && status == NC_OK;) {
		size_t used = 0;

		status = term_date(search, at, &used);
		if (status == NC_OK && used == 0 &&
			(flags & NC_SEARCH_NO_ALIASES) == 0 &&
			!query->words[at].quoted)
			status = term_alias(search, at, &used);
		if (status == NC_OK && used == 0)
			status = term_words(search, at, &used);
		at += used;
	}
	return status;
}

static enum nc_status search_failed(enum nc_status status, struct nc_error *err)
{
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	return nc_error_set(err, status,
		_("The words to search for are not valid UTF-8 text; type "
		  "them again."));
}

enum nc_status nc_search_new(struct nc_slice query, unsigned flags,
	struct nc_search **ret_search, struct nc_error *err)
{
	struct nc_search *search;
	enum nc_status status;

	if (query.size > NC_SEARCH_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The search is longer than %d bytes; use fewer "
			  "words."),
			NC_SEARCH_BYTES_MAX);
	search = nc_calloc(1, sizeof(*search));
	if (search == NULL)
		return nc_error_no_memory(err);
	status = search_words_read(&search->query, query);
	if (status != NC_OK)
		status = search_failed(status, err);
	else if (search->query.count == 0)
		status = nc_error_set(err, NC_INVALID,
			_("The search holds no word; type at least one."));
	else if (search->query.count > NC_SEARCH_WORDS_MAX)
		status = nc_error_set(err, NC_LIMIT,
			_("The search has more than %d words; use fewer."),
			NC_SEARCH_WORDS_MAX);
	else if (search_compile(search, flags) != NC_OK)
		status = nc_error_no_memory(err);
	if (status != NC_OK) {
		nc_search_free(search);
		return status;
	}
	*ret_search = search;
	return NC_OK;
}

void nc_search_free(struct nc_search *search)
{
	if (search == NULL)
		return;
	for (size_t i = 0; i < search->phrases_count; i++)
		search_words_fini(&search->phrases[i].own);
	nc_free(search->phrases);
	search_words_fini(&search->query);
	nc_free(search);
}

void nc_search_fini(struct nc_search **search)
{
	nc_search_free(*search);
	*search = NULL;
}

static const struct search_words *phrase_words(const struct nc_search *search,
	const struct phrase *phrase, size_t *ret_first, size_t *ret_count)
{
	*ret_first = phrase->own.count > 0 ? 0 : phrase->first;
	*ret_count = phrase->own.count > 0 ? phrase->own.count : phrase->count;
	return phrase->own.count > 0 ? &phrase->own : &search->query;
}

static enum nc_status fts_mark(struct nc_buffer *out, struct nc_slice mark)
{
	return nc_buffer_printf(
		out, " AND \"%.*s\"", (int)mark.size, (const char *)mark.data);
}

/* "hoa ky", and "ngh" * for a prefix, which ends the phrase: what follows is
 * left to nc_search_look, and so are a prefix's marks. */
static enum nc_status fts_words(struct nc_buffer *out,
	const struct search_words *words, size_t first, size_t count)
{
	enum nc_status status = nc_buffer_text(out, "\"");

	for (size_t i = 0; i < count && status == NC_OK; i++) {
		if (i > 0)
			status = nc_buffer_text(out, " ");
		if (status == NC_OK)
			status = fold_word(out, words, first + i);
		if (words->words[first + i].prefix && status == NC_OK)
			return nc_buffer_text(out, "\" *");
	}
	return status == NC_OK ? nc_buffer_text(out, "\"") : status;
}

static enum nc_status fts_phrase(struct nc_buffer *out,
	const struct nc_search *search, const struct phrase *phrase)
{
	size_t first, count;
	const struct search_words *words =
		phrase_words(search, phrase, &first, &count);
	enum nc_status status = nc_buffer_text(out, "(");

	if (status == NC_OK)
		status = fts_words(out, words, first, count);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = word_marks(out, words, first + i, fts_mark);
	return status == NC_OK ? nc_buffer_text(out, ")") : status;
}

enum nc_status nc_search_fts(
	struct nc_buffer *out, const struct nc_search *search)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < search->terms_count && status == NC_OK; i++) {
		const struct term *term = &search->terms[i];

		status = nc_buffer_text(out, i > 0 ? " AND (" : "(");
		for (size_t k = 0; k < term->phrases_count && status == NC_OK;
			k++) {
			if (k > 0)
				status = nc_buffer_text(out, " OR ");
			if (status == NC_OK)
				status = fts_phrase(out, search,
					&search->phrases[term->first_phrase +
							 k]);
		}
		if (status == NC_OK)
			status = nc_buffer_text(out, ")");
	}
	return status;
}

/* The best place of a phrase in a text, if there is one. */
struct place {
	enum nc_search_rank rank;
	size_t at, count; /* words of the text */
};

static void place_take(
	struct place *best, enum nc_search_rank rank, size_t at, size_t count)
{
	if (rank > best->rank)
		*best = (struct place){rank, at, count};
}

static void phrase_find(const struct nc_search *search,
	const struct phrase *phrase, const struct search_words *text,
	struct place *best)
{
	size_t first, count;
	const struct search_words *words =
		phrase_words(search, phrase, &first, &count);

	for (size_t at = 0; at < text->count; at++) {
		bool exact = words_stand(words, first, count, text, at, true);

		/* An alias was not typed: all its marks, and the capital of a
		 * name, must be there ("Mỹ", not "mỹ thuật"). */
		if (phrase->is_alias) {
			if (exact &&
				!(phrase->is_name && !text->words[at].upper))
				place_take(best, NC_SEARCH_ALIAS, at, count);
		} else if (exact) {
			place_take(best, NC_SEARCH_MARKED, at, count);
			return;
		} else if (words_stand(words, first, count, text, at, false)) {
			place_take(best, NC_SEARCH_FOLDED, at, count);
		}
	}
}

static struct place term_find(const struct nc_search *search,
	const struct term *term, const struct search_words *text)
{
	struct place best = {NC_SEARCH_NONE, 0, 0};

	for (size_t k = 0; k < term->phrases_count; k++)
		phrase_find(search, &search->phrases[term->first_phrase + k],
			text, &best);
	return best;
}

enum nc_status nc_search_look(const struct nc_search *search,
	struct nc_slice text, struct nc_search_score *score)
{
	struct search_words words = {0};
	enum nc_status status = search_words_read(&words, text);

	for (size_t i = 0; i < search->terms_count && status == NC_OK; i++) {
		struct place place =
			term_find(search, &search->terms[i], &words);

		if (place.rank > score->terms[i])
			score->terms[i] = (uint8_t)place.rank;
	}
	search_words_fini(&words);
	return status;
}

enum nc_search_rank nc_search_rank(
	const struct nc_search *search, const struct nc_search_score *score)
{
	enum nc_search_rank worst = NC_SEARCH_MARKED;

	for (size_t i = 0; i < search->terms_count; i++)
		if (score->terms[i] < worst)
			worst = (enum nc_search_rank)score->terms[i];
	return worst;
}

unsigned nc_search_weight(const struct nc_search_score *score)
{
	unsigned weight = 0;

	/* First how many words are there, then how well. */
	for (size_t i = 0; i < NC_SEARCH_WORDS_MAX; i++)
		weight += score->terms[i] == 0 ? 0 : 4u + score->terms[i];
	return weight;
}

enum nc_status nc_search_match(const struct nc_search *search,
	struct nc_slice text, enum nc_search_rank *ret_rank)
{
	struct nc_search_score score = {{0}};
	enum nc_status status = nc_search_look(search, text, &score);

	if (status == NC_OK)
		*ret_rank = nc_search_rank(search, &score);
	return status;
}

/* Appends bytes of text on one line. */
static enum nc_status put_line(
	struct nc_buffer *out, struct nc_slice text, size_t from, size_t to)
{
	enum nc_status status = NC_OK;

	for (size_t i = from; i < to && status == NC_OK; i++)
		status = nc_buffer_append(out,
			text.data[i] < ' ' ? (const void *)" "
					   : (const void *)&text.data[i],
			1);
	return status;
}

/* The words around place, as many as max bytes hold, evenly before and
 * after. */
static void widen(const struct search_words *words, struct nc_slice text,
	size_t max, size_t *from, size_t *to, struct place place)
{
	size_t first = place.at, last = place.at + place.count - 1;
	bool more = true;

	*from = words->words[first].from;
	*to = words->words[last].to;
	while (more) {
		more = false;
		if (first > 0 && *to - words->words[first - 1].from <= max) {
			*from = words->words[--first].from;
			more = true;
		}
		if (last + 1 < words->count &&
			words->words[last + 1].to - *from <= max) {
			*to = words->words[++last].to;
			more = true;
		}
	}
	/* The signs at the text's ends belong to it. */
	if (first == 0 && *to <= max)
		*from = 0;
	if (last + 1 == words->count && text.size - *from <= max)
		*to = text.size;
}

static enum nc_status excerpt_put(struct nc_buffer *out, struct nc_slice clean,
	const struct search_words *words, struct place place, size_t max,
	struct nc_slice *ret_hit)
{
	size_t from = 0, to = clean.size, hit_from = 0, hit_to = 0, at;
	enum nc_status status = NC_OK;

	if (place.count > 0) {
		widen(words, clean, max, &from, &to, place);
		hit_from = words->words[place.at].from;
		hit_to = words->words[place.at + place.count - 1].to;
	} else if (to > max) {
		to = words->count > 0 && words->words[0].to < max
			     ? words->words[0].to
			     : 0;
	}
	if (from > 0)
		status = nc_buffer_text(out, "… ");
	at = out->size;
	if (status == NC_OK)
		status = put_line(out, clean, from, to);
	if (status == NC_OK && to < clean.size)
		status = nc_buffer_text(out, " …");
	if (status == NC_OK && hit_to > 0)
		*ret_hit = nc_slice(
			out->data + at + hit_from - from, hit_to - hit_from);
	else if (status == NC_OK)
		*ret_hit = nc_slice(out->data, 0);
	return status;
}

enum nc_status nc_search_excerpt(const struct nc_search *search,
	struct nc_slice text, size_t max, struct nc_buffer *out,
	struct nc_slice *ret_hit)
{
	struct search_words words = {0};
	struct place best = {NC_SEARCH_NONE, 0, 0};
	struct nc_buffer clean;
	enum nc_status status;

	nc_buffer_init(&clean, 4 * text.size + 64);
	status = nc_text_clean(&clean, text);
	if (status == NC_OK)
		status = search_words_read_clean(
			&words, nc_buffer_slice(&clean));
	for (size_t i = 0; i < search->terms_count && status == NC_OK; i++) {
		struct place place =
			term_find(search, &search->terms[i], &words);

		place_take(&best, place.rank, place.at, place.count);
	}
	if (status == NC_OK)
		status = excerpt_put(out, nc_buffer_slice(&clean), &words, best,
			max, ret_hit);
	search_words_fini(&words);
	nc_buffer_fini(&clean);
	return status;
}
