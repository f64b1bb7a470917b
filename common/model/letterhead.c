#include "model/letterhead.h"
#include "locale/letter.h"
#include "locale/text.h"

#include <string.h>

#define GAP_SPACES 4
/* Words of the state's name and motto, of a number, of a place and a day. */
#define STATE_WORDS_MAX 10
#define NUMBER_WORDS_MAX 8
#define DAY_WORDS_MAX 14
#define PLACE_WORDS_MAX 5

static bool begins(const char *folded, const char *words)
{
	size_t size = strlen(words);

	return strncmp(folded, words, size) == 0 &&
	       (folded[size] == '\0' || folded[size] == ' ');
}

static size_t count_words(const char *folded)
{
	size_t count = folded[0] == '\0' ? 0 : 1;

	for (; *folded != '\0'; folded++)
		count += *folded == ' ';
	return count;
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool begins_capital(struct nc_slice words)
{
	struct nc_letter letter;
	int32_t point;

	return nc_letter_take(&words, &point) &&
	       nc_letter_read(point, &letter) && letter.upper;
}

/* Other gaps than before a capital are blanks to fill in. */
static size_t gap_at(struct nc_slice words)
{
	size_t spaces = 0;

	for (size_t i = 0; i < words.size; i++) {
		bool tab = words.data[i] == '\t';

		spaces = tab || words.data[i] == ' ' ? spaces + 1 : 0;
		if ((tab || spaces >= GAP_SPACES) &&
			begins_capital(nc_slice(
				words.data + i + 1, words.size - i - 1)))
			return i + 1;
	}
	return words.size;
}

struct nc_slice nc_letterhead_take(struct nc_slice *rest)
{
	const uint8_t *end = memchr(rest->data, '\n', rest->size);
	struct nc_slice words = *rest;

	if (end != NULL)
		words.size = (size_t)(end - rest->data);
	words.size = gap_at(words);
	*rest = nc_text_trim(
		nc_slice(rest->data + words.size, rest->size - words.size));
	return nc_text_trim(words);
}

static bool is_nation(const char *folded)
{
	return (begins(folded, "cong hoa xa hoi chu nghia viet nam") ||
		       begins(folded, "cong hoa xhcn viet nam") ||
		       begins(folded, "dang cong san viet nam")) &&
	       count_words(folded) <= STATE_WORDS_MAX;
}

/* "Số: 15/KH-LHHN", "Số:      /KH-…", "Số 36-KH/TU". */
static bool is_number(struct nc_slice words, const char *folded)
{
	const uint8_t *colon = memchr(words.data, ':', words.size);
	const uint8_t *slash = memchr(words.data, '/', words.size);
	const char *after = folded + strlen("so");

	if (!begins(folded, "so") || count_words(folded) > NUMBER_WORDS_MAX)
		return false;
	if (colon != NULL && (size_t)(colon - words.data) <= 2 * strlen("số"))
		return true;
	return slash != NULL && *after == ' ' && is_digit(after[1]);
}

/* "Vinh, ngày 5/12/2023". */
static bool is_short_day(struct nc_slice words, const char *folded)
{
	const char *day = strstr(folded, "ngay ");
	size_t before = 0;

	if (day == NULL || !is_digit(day[5]) ||
		memchr(words.data, ',', words.size) == NULL ||
		memchr(words.data, '/', words.size) == NULL)
		return false;
	for (const char *at = folded; at < day; at++)
		before += *at == ' ';
	return before <= PLACE_WORDS_MAX &&
	       count_words(day) == 4; /* ngay 5 12 2023 */
}

/* Filled in or not; without a day only after a comma. */
static bool is_day(struct nc_slice words, const char *folded)
{
	const char *month = strstr(folded, "thang ");
	const char *day = strstr(folded, "ngay ");
	bool comma = memchr(words.data, ',', words.size) != NULL;
	size_t before = 0;

	if (month == NULL || count_words(folded) > DAY_WORDS_MAX ||
		(strstr(month, "nam") == NULL && !is_digit(month[6])) ||
		memchr(words.data, ';', words.size) != NULL ||
		memchr(words.data, ':', words.size) != NULL)
		return false;
	if (day == NULL || day > month)
		day = comma || month == folded ? month : NULL;
	for (const char *at = folded; day != NULL && at < day; at++)
		before += *at == ' ';
	return day != NULL && before <= PLACE_WORDS_MAX;
}

enum nc_letterhead_slot nc_letterhead_slot_of(
	struct nc_slice words, const char *folded)
{
	if (is_nation(folded))
		return NC_LETTERHEAD_NATION;
	if (begins(folded, "doc lap tu do hanh phuc") &&
		count_words(folded) <= STATE_WORDS_MAX)
		return NC_LETTERHEAD_MOTTO;
	if (is_number(words, folded))
		return NC_LETTERHEAD_NUMBER;
	return is_day(words, folded) || is_short_day(words, folded)
		       ? NC_LETTERHEAD_DAY
		       : NC_LETTERHEAD_BODY;
}
