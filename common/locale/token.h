/*
 * Text as words, digit runs and marks: what the readers of numbers, money and
 * dates look at. Inside this room only.
 */
#ifndef NC_LOCALE_TOKEN_H
#define NC_LOCALE_TOKEN_H

#include "base/bytes.h"

#define NC_TOKEN_TEXT_SIZE 24
/* Bytes of text that are read for facts; a paragraph is at most 64 KiB. */
#define NC_TOKEN_BYTES_MAX (1024 * 1024)

enum nc_token_kind {
	NC_TOKEN_WORD,	 /* letters and their marks */
	NC_TOKEN_NUMBER, /* ASCII digits */
	NC_TOKEN_MARK,	 /* one other character */
	NC_TOKEN_END	 /* past the last */
};

struct nc_token {
	enum nc_token_kind kind;
	size_t at, end;	 /* bytes of the text */
	bool gap;	 /* white space before it, or the text's start */
	bool line_start; /* first on its line */
	bool upper;	 /* begins with a capital */
	bool capitals;	 /* has nothing but capitals */
	int64_t value;	 /* of digits; -1 when more than 18 of them */
	unsigned digits;
	/* A word in NFC and lower case, a mark with all dashes as "-"; "" for
	 * what is too long to be a word of ours. */
	char text[NC_TOKEN_TEXT_SIZE];
};

struct nc_tokens {
	struct nc_slice text;
	struct nc_token *list;
	size_t count;
};

/* NC_LIMIT over NC_TOKEN_BYTES_MAX; bytes that are not UTF-8 become marks. */
enum nc_status nc_tokens_init(
	struct nc_tokens *tokens, struct nc_slice text) NC_MUST_USE;
void nc_tokens_fini(struct nc_tokens *tokens);

/* Any index may be asked for. */
const struct nc_token *nc_token_at(const struct nc_tokens *tokens, size_t i);
/* The token's text is one of the words of "a|b|c". */
bool nc_token_is(const struct nc_tokens *tokens, size_t i, const char *words);
/* Count of tokens that the longest phrase of "a b|c d e" takes; 0: none. */
size_t nc_token_phrase(
	const struct nc_tokens *tokens, size_t i, const char *phrases);
/* The tokens before i end with a phrase: how many it takes. */
size_t nc_token_before(
	const struct nc_tokens *tokens, size_t i, const char *phrases);
/* A number token of 1 to digits digits. */
bool nc_token_is_number(
	const struct nc_tokens *tokens, size_t i, unsigned digits);
/* The bytes of tokens first to last - 1. */
struct nc_slice nc_token_slice(
	const struct nc_tokens *tokens, size_t first, size_t last);

/* The same as text with single spaces, into out; tokens that do not fit in
 * size bytes are left out. Returns its length. */
size_t nc_token_join(const struct nc_tokens *tokens, size_t first, size_t last,
	char *out, size_t size);

/* No white space between this token and the one before. */
bool nc_token_is_glued(const struct nc_tokens *tokens, size_t i);

#endif
