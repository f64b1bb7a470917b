/* Counting in lists: what Word prints before a numbered paragraph. */
#include "intake/docx_numbering.h"

#include <string.h>

/* A marker of nine levels of numbers, with room. */
#define LETTERS_MAX 64

static const struct docx_level *level_of(
	const struct docx_num *num, unsigned level)
{
	if (num->levels != NULL && num->levels[level].defined)
		return &num->levels[level];
	return &num->abstract->levels[level];
}

static long start_of(const struct docx_num *num, unsigned level)
{
	return num->starts[level] ? num->start[level]
				  : level_of(num, level)->start;
}

/* Moves the list's counters to its next paragraph at this level. Lists that
 * share a definition count on together, unless one says where it starts. */
static void count_next(struct docx_num *num, unsigned level)
{
	struct docx_abstract *abstract = num->abstract;

	if (num->starts[level] && !num->restarted[level]) {
		abstract->counters[level] = num->start[level];
		num->restarted[level] = true;
	} else if (!abstract->started[level]) {
		abstract->counters[level] = start_of(num, level);
	} else {
		abstract->counters[level]++;
	}
	abstract->started[level] = true;
	for (unsigned deeper = level + 1; deeper < DOCX_LEVELS; deeper++) {
		long restart = level_of(num, deeper)->restart;

		if (restart < 0 || (long)level < restart)
			abstract->started[deeper] = false;
	}
}

/* 1 → a, 26 → z, 27 → aa, as Word does. */
static enum nc_status put_letters(struct nc_buffer *out, long number, char a)
{
	char letter;
	long times;

	if (number < 1 || number > 26L * LETTERS_MAX)
		return nc_buffer_printf(out, "%ld", number);
	letter = (char)(a + (number - 1) % 26);
	times = 1 + (number - 1) / 26;
	for (long i = 0; i < times; i++) {
		enum nc_status status = nc_buffer_append(out, &letter, 1);

		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

static enum nc_status put_roman(struct nc_buffer *out, long number, bool upper)
{
	static const struct {
		long value;
		const char *lower, *upper;
	} parts[] = {
		{1000, "m", "M"},
		{900, "cm", "CM"},
		{500, "d", "D"},
		{400, "cd", "CD"},
		{100, "c", "C"},
		{90, "xc", "XC"},
		{50, "l", "L"},
		{40, "xl", "XL"},
		{10, "x", "X"},
		{9, "ix", "IX"},
		{5, "v", "V"},
		{4, "iv", "IV"},
		{1, "i", "I"},
	};
	enum nc_status status = NC_OK;

	if (number < 1 || number > 3999)
		return nc_buffer_printf(out, "%ld", number);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		while (status == NC_OK && number >= parts[i].value) {
			status = nc_buffer_text(
				out, upper ? parts[i].upper : parts[i].lower);
			number -= parts[i].value;
		}
	return status;
}

static enum nc_status put_number(
	struct nc_buffer *out, long number, enum docx_format format)
{
	switch (format) {
	case DOCX_FORMAT_DECIMAL_ZERO:
		return nc_buffer_printf(out, "%02ld", number);
	case DOCX_FORMAT_LOWER_LETTER:
		return put_letters(out, number, 'a');
	case DOCX_FORMAT_UPPER_LETTER:
		return put_letters(out, number, 'A');
	case DOCX_FORMAT_LOWER_ROMAN:
		return put_roman(out, number, false);
	case DOCX_FORMAT_UPPER_ROMAN:
		return put_roman(out, number, true);
	case DOCX_FORMAT_NONE:
	case DOCX_FORMAT_BULLET:
		return NC_OK;
	default:
		return nc_buffer_printf(out, "%ld", number);
	}
}

/* The number of one level, for a marker printed at level at. */
static enum nc_status put_level(struct nc_buffer *out,
	const struct docx_num *num, unsigned level, unsigned at)
{
	const struct docx_abstract *abstract = num->abstract;
	enum docx_format format = level_of(num, level)->format;
	long number = abstract->started[level] ? abstract->counters[level]
					       : start_of(num, level);

	if (level_of(num, at)->legal && format != DOCX_FORMAT_NONE)
		format = DOCX_FORMAT_DECIMAL;
	return put_number(out, number, format);
}

enum nc_status docx_numbering_next(
	struct docx_num *num, unsigned level, struct nc_buffer *marker)
{
	const struct docx_level *at = level_of(num, level);
	enum nc_status status = NC_OK;

	if (!at->defined)
		return NC_OK;
	count_next(num, level);
	if (at->format == DOCX_FORMAT_BULLET)
		return nc_buffer_text(
			marker, at->text[0] != '\0' ? at->text : "•");
	for (const char *c = at->text; status == NC_OK && *c != '\0'; c++) {
		if (c[0] == '%' && c[1] >= '1' && c[1] <= '9') {
			status = put_level(
				marker, num, (unsigned)(c[1] - '1'), level);
			c++;
		} else {
			status = nc_buffer_append(marker, c, 1);
		}
	}
	return status;
}
