#include "locale/token.h"

#include "base/memory.h"

#include <string.h>
#include <utf8proc.h>

static bool point_is_letter(utf8proc_int32_t point)
{
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
	case UTF8PROC_CATEGORY_MN:
	case UTF8PROC_CATEGORY_MC:
		return true;
	default:
		return false;
	}
}

static bool point_is_space(utf8proc_int32_t point)
{
	return point == ' ' || (point >= 9 && point <= 13) || point == 0x85 ||
	       utf8proc_category(point) == UTF8PROC_CATEGORY_ZS;
}

static bool point_is_nothing(utf8proc_int32_t point)
{
	return point == 0xfeff || point == 0x200b || point == 0xad;
}

static bool point_is_dash(utf8proc_int32_t point)
{
	return point == '-' || (point >= 0x2010 && point <= 0x2015) ||
	       point == 0x2212;
}

/* The code point at the text's front; what is not UTF-8 is one byte, -1. */
static utf8proc_int32_t point_at(
	struct nc_slice text, size_t at, size_t *ret_size)
{
	utf8proc_int32_t point = -1;
	utf8proc_ssize_t size = utf8proc_iterate(
		text.data + at, (utf8proc_ssize_t)(text.size - at), &point);

	if (size <= 0) {
		*ret_size = 1;
		return -1;
	}
	*ret_size = (size_t)size;
	return point;
}

/* NFC and lower case, without allocating; too long leaves it empty. */
static void token_spell(struct nc_token *token, const uint8_t *data)
{
	utf8proc_int32_t points[NC_TOKEN_TEXT_SIZE * 2];
	utf8proc_ssize_t count;
	size_t size = 0;

	token->text[0] = '\0';
	if (token->end - token->at > NC_TOKEN_TEXT_SIZE * 2)
		return;
	count = utf8proc_decompose(data + token->at,
		(utf8proc_ssize_t)(token->end - token->at), points,
		NC_TOKEN_TEXT_SIZE * 2, UTF8PROC_DECOMPOSE);
	if (count < 0 || count > NC_TOKEN_TEXT_SIZE * 2)
		return;
	count = utf8proc_normalize_utf32(
		points, count, UTF8PROC_COMPOSE | UTF8PROC_STABLE);
	for (utf8proc_ssize_t i = 0; i < count; i++) {
		utf8proc_uint8_t bytes[4];
		utf8proc_int32_t point = utf8proc_tolower(points[i]);
		size_t more;

		if (point == 0xd0 || point == 0xf0 || point == 0x189 ||
			point == 0x256)
			point = 0x111; /* eth for đ */
		more = (size_t)utf8proc_encode_char(point, bytes);
		if (size + more >= NC_TOKEN_TEXT_SIZE) {
			token->text[0] = '\0';
			return;
		}
		memcpy(token->text + size, bytes, more);
		size += more;
	}
	token->text[size] = '\0';
}

static void word_read(struct nc_token *token, struct nc_slice text)
{
	bool first = true;

	token->kind = NC_TOKEN_WORD;
	token->capitals = true;
	token->end = token->at;
	while (token->end < text.size) {
		size_t size;
		utf8proc_int32_t point = point_at(text, token->end, &size);
		utf8proc_category_t category;

		if (point < 0 || !point_is_letter(point))
			break;
		category = utf8proc_category(point);
		if (first)
			token->upper = category == UTF8PROC_CATEGORY_LU;
		if (category == UTF8PROC_CATEGORY_LL)
			token->capitals = false;
		first = false;
		token->end += size;
	}
	token_spell(token, text.data);
}

static void number_read(struct nc_token *token, struct nc_slice text)
{
	token->kind = NC_TOKEN_NUMBER;
	token->end = token->at;
	while (token->end < text.size && text.data[token->end] >= '0' &&
		text.data[token->end] <= '9') {
		if (token->digits < 18)
			token->value = token->value * 10 +
				       (text.data[token->end] - '0');
		token->digits++;
		token->end++;
	}
	if (token->digits > 18)
		token->value = -1;
}

static void mark_read(struct nc_token *token, struct nc_slice text,
	utf8proc_int32_t point, size_t size)
{
	token->kind = NC_TOKEN_MARK;
	token->end = token->at + size;
	if (point < 0)
		return;
	if (point_is_dash(point)) {
		strcpy(token->text, "-");
		return;
	}
	memcpy(token->text, text.data + token->at, size);
	token->text[size] = '\0';
}

static enum nc_status token_add(struct nc_tokens *tokens, size_t *capacity,
	const struct nc_token *token)
{
	if (tokens->count == *capacity) {
		size_t more = *capacity == 0 ? 32 : *capacity * 2;
		struct nc_token *list =
			nc_realloc(tokens->list, more * sizeof *list);

		if (list == NULL)
			return NC_NO_MEMORY;
		tokens->list = list;
		*capacity = more;
	}
	tokens->list[tokens->count++] = *token;
	return NC_OK;
}

enum nc_status nc_tokens_init(struct nc_tokens *tokens, struct nc_slice text)
{
	bool gap = true, line_start = true;
	size_t at = 0, capacity = 0;
	enum nc_status status = NC_OK;

	*tokens = (struct nc_tokens){.text = text};
	if (text.size > NC_TOKEN_BYTES_MAX)
		return NC_LIMIT;
	while (at < text.size && status == NC_OK) {
		struct nc_token token = {.at = at};
		size_t size;
		utf8proc_int32_t point = point_at(text, at, &size);

		if (point >= 0 &&
			(point_is_space(point) || point_is_nothing(point))) {
			gap |= point_is_space(point);
			line_start |= point == '\n' || point == '\r';
			at += size;
			continue;
		}
		token.gap = gap;
		token.line_start = line_start;
		if (point >= '0' && point <= '9')
			number_read(&token, text);
		else if (point >= 0 && point_is_letter(point))
			word_read(&token, text);
		else
			mark_read(&token, text, point, size);
		gap = line_start = false;
		at = token.end;
		status = token_add(tokens, &capacity, &token);
	}
	if (status != NC_OK)
		nc_tokens_fini(tokens);
	return status;
}

void nc_tokens_fini(struct nc_tokens *tokens)
{
	nc_free(tokens->list);
	tokens->list = NULL;
	tokens->count = 0;
}

const struct nc_token *nc_token_at(const struct nc_tokens *tokens, size_t i)
{
	static const struct nc_token end = {.kind = NC_TOKEN_END, .gap = true};

	return i < tokens->count ? &tokens->list[i] : &end;
}

bool nc_token_is(const struct nc_tokens *tokens, size_t i, const char *words)
{
	const char *text = nc_token_at(tokens, i)->text;
	size_t size = strlen(text);

	while (size > 0) {
		size_t word = (size_t)(strchrnul(words, '|') - words);

		if (word == size && memcmp(words, text, size) == 0)
			return true;
		if (words[word] == '\0')
			break;
		words += word + 1;
	}
	return false;
}

/* One phrase, up to its end: tokens taken or 0. */
static size_t phrase_match(const struct nc_tokens *tokens, size_t i,
	const char *phrase, const char *end)
{
	size_t count = 0;

	while (phrase < end) {
		const char *text = nc_token_at(tokens, i + count)->text;
		size_t word = strcspn(phrase, " |");

		if (strlen(text) != word || memcmp(text, phrase, word) != 0)
			return 0;
		count++;
		phrase += word;
		phrase += phrase < end;
	}
	return count;
}

size_t nc_token_phrase(
	const struct nc_tokens *tokens, size_t i, const char *phrases)
{
	const char *text = nc_token_at(tokens, i)->text;
	size_t best = 0;

	if (i >= tokens->count || text[0] == '\0')
		return 0;
	for (;;) {
		const char *end = strchrnul(phrases, '|');
		/* Most are ruled out by their first two bytes. */
		bool near = phrases[0] == text[0] &&
			    (text[1] == '\0' || phrases[1] == text[1]);
		size_t count = near ? phrase_match(tokens, i, phrases, end) : 0;

		if (count > best)
			best = count;
		if (*end == '\0')
			return best;
		phrases = end + 1;
	}
}

size_t nc_token_before(
	const struct nc_tokens *tokens, size_t i, const char *phrases)
{
	for (size_t back = 4; back > 0; back--)
		if (back <= i &&
			nc_token_phrase(tokens, i - back, phrases) == back)
			return back;
	return 0;
}

bool nc_token_is_number(
	const struct nc_tokens *tokens, size_t i, unsigned digits)
{
	const struct nc_token *token = nc_token_at(tokens, i);

	return token->kind == NC_TOKEN_NUMBER && token->digits <= digits;
}

struct nc_slice nc_token_slice(
	const struct nc_tokens *tokens, size_t first, size_t last)
{
	size_t at, end;

	if (first >= last || first >= tokens->count)
		return nc_slice(tokens->text.data, 0);
	at = tokens->list[first].at;
	end = nc_token_at(tokens, last - 1)->end;
	return nc_slice(tokens->text.data + at, end - at);
}

bool nc_token_is_glued(const struct nc_tokens *tokens, size_t i)
{
	return i > 0 && i < tokens->count && !tokens->list[i].gap;
}

size_t nc_token_join(const struct nc_tokens *tokens, size_t first, size_t last,
	char *out, size_t size)
{
	size_t used = 0;

	out[0] = '\0';
	for (size_t i = first; i < last && i < tokens->count; i++) {
		struct nc_slice word = nc_token_slice(tokens, i, i + 1);
		size_t gap = i > first && nc_token_at(tokens, i)->gap;

		if (used + gap + word.size + 1 > size)
			break;
		if (gap)
			out[used++] = ' ';
		memcpy(out + used, word.data, word.size);
		used += word.size;
		out[used] = '\0';
	}
	return used;
}
