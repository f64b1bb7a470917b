#include "locale/search.h"

#include "base/memory.h"
#include "locale/day.h"
#include "locale/letter.h"
#include "locale/search_words.h"

#include <stdio.h>
#include <string.h>

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
		if (i == words.count) {
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
			(flags & NC_SEARCH_NO_ALIASES) == 0)
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

/* "hoa ky", and "ngh" * for a prefix, which can only be the last word. */
static enum nc_status fts_phrase(struct nc_buffer *out,
	const struct nc_search *search, const struct phrase *phrase)
{
	size_t first, count;
	const struct search_words *words =
		phrase_words(search, phrase, &first, &count);
	enum nc_status status = nc_buffer_text(out, "\"");

	for (size_t i = 0; i < count && status == NC_OK; i++) {
		bool prefix = words->words[first + i].prefix;

		if (i > 0)
			status = nc_buffer_text(out, " ");
		if (status == NC_OK)
			status = fold_word(out, words, first + i);
		/* What follows a prefix is left to nc_search_match. */
		if (prefix && status == NC_OK)
			return nc_buffer_text(out, "\" *");
	}
	return status == NC_OK ? nc_buffer_text(out, "\"") : status;
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

static enum nc_search_rank phrase_rank(const struct nc_search *search,
	const struct phrase *phrase, const struct search_words *text)
{
	enum nc_search_rank best = NC_SEARCH_NONE;
	size_t first, count;
	const struct search_words *words =
		phrase_words(search, phrase, &first, &count);

	for (size_t at = 0; at < text->count; at++) {
		/* An alias was not typed: all its marks, and the capital of a
		 * name, must be there ("Mỹ", not "mỹ thuật"). */
		if (phrase->is_alias) {
			if (!(phrase->is_name && !text->words[at].upper) &&
				words_stand(
					words, first, count, text, at, true))
				return NC_SEARCH_ALIAS;
			continue;
		}
		if (words_stand(words, first, count, text, at, true))
			return NC_SEARCH_MARKED;
		if (words_stand(words, first, count, text, at, false))
			best = NC_SEARCH_FOLDED;
	}
	return best;
}

enum nc_status nc_search_match(const struct nc_search *search,
	struct nc_slice text, enum nc_search_rank *ret_rank)
{
	struct search_words words = {0};
	enum nc_search_rank worst = NC_SEARCH_MARKED;
	enum nc_status status = search_words_read(&words, text);

	for (size_t i = 0; i < search->terms_count && status == NC_OK; i++) {
		const struct term *term = &search->terms[i];
		enum nc_search_rank best = NC_SEARCH_NONE;

		for (size_t k = 0; k < term->phrases_count; k++) {
			enum nc_search_rank rank = phrase_rank(search,
				&search->phrases[term->first_phrase + k],
				&words);

			best = rank > best ? rank : best;
		}
		worst = best < worst ? best : worst;
	}
	search_words_fini(&words);
	if (status == NC_OK)
		*ret_rank = worst;
	return status;
}
