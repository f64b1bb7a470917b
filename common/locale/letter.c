#include "locale/letter.h"

#include <utf8proc.h>

#define VOWELS 12

/* Rows: a ă â e ê i o ô ơ u ư y; columns: enum nc_tone. */
static const uint16_t vowels[VOWELS][NC_TONE_COUNT] = {
	{0x0061, 0x00e0, 0x1ea3, 0x00e3, 0x00e1, 0x1ea1},
	{0x0103, 0x1eb1, 0x1eb3, 0x1eb5, 0x1eaf, 0x1eb7},
	{0x00e2, 0x1ea7, 0x1ea9, 0x1eab, 0x1ea5, 0x1ead},
	{0x0065, 0x00e8, 0x1ebb, 0x1ebd, 0x00e9, 0x1eb9},
	{0x00ea, 0x1ec1, 0x1ec3, 0x1ec5, 0x1ebf, 0x1ec7},
	{0x0069, 0x00ec, 0x1ec9, 0x0129, 0x00ed, 0x1ecb},
	{0x006f, 0x00f2, 0x1ecf, 0x00f5, 0x00f3, 0x1ecd},
	{0x00f4, 0x1ed3, 0x1ed5, 0x1ed7, 0x1ed1, 0x1ed9},
	{0x01a1, 0x1edd, 0x1edf, 0x1ee1, 0x1edb, 0x1ee3},
	{0x0075, 0x00f9, 0x1ee7, 0x0169, 0x00fa, 0x1ee5},
	{0x01b0, 0x1eeb, 0x1eed, 0x1eef, 0x1ee9, 0x1ef1},
	{0x0079, 0x1ef3, 0x1ef7, 0x1ef9, 0x00fd, 0x1ef5},
};

static const uint16_t alphabet[NC_LETTER_RANK_MAX] = {'a', 0x103, 0xe2, 'b',
	'c', 'd', 0x111, 'e', 0xea, 'f', 'g', 'h', 'i', 'j', 'k', 'l', 'm', 'n',
	'o', 0xf4, 0x1a1, 'p', 'q', 'r', 's', 't', 'u', 0x1b0, 'v', 'w', 'x',
	'y', 'z'};

bool nc_letter_take(struct nc_slice *text, int32_t *ret_point)
{
	utf8proc_ssize_t size;

	if (text->size == 0)
		return false;
	size = utf8proc_iterate(
		text->data, (utf8proc_ssize_t)text->size, ret_point);
	if (size <= 0) {
		*ret_point = 0xfffd;
		size = 1;
	}
	text->data += size;
	text->size -= (size_t)size;
	return true;
}

static bool point_is_letter(int32_t point)
{
	switch (utf8proc_category(point)) {
	case UTF8PROC_CATEGORY_LU:
	case UTF8PROC_CATEGORY_LL:
	case UTF8PROC_CATEGORY_LT:
	case UTF8PROC_CATEGORY_LM:
	case UTF8PROC_CATEGORY_LO:
		return true;
	default:
		return false;
	}
}

bool nc_letter_read(int32_t point, struct nc_letter *ret_letter)
{
	int32_t lower;

	if (point < 0x80) {
		lower = point >= 'A' && point <= 'Z' ? point + 32 : point;
		if (lower < 'a' || lower > 'z')
			return false;
		*ret_letter = (struct nc_letter){lower, 0, lower != point};
		return true;
	}
	if (!point_is_letter(point))
		return false;
	if (point == 0xd0 || point == 0x189)
		point = 0x110;
	else if (point == 0xf0)
		point = 0x111;
	lower = utf8proc_tolower(point);
	*ret_letter = (struct nc_letter){lower, 0, lower != point};
	for (size_t i = 0; i < VOWELS; i++)
		for (uint8_t tone = 1; tone < NC_TONE_COUNT; tone++)
			if (vowels[i][tone] == lower) {
				ret_letter->point = vowels[i][0];
				ret_letter->tone = tone;
				return true;
			}
	return true;
}

int32_t nc_letter_write(const struct nc_letter *letter)
{
	int32_t point = letter->point;

	for (size_t i = 0; letter->tone != 0 && i < VOWELS; i++)
		if (vowels[i][0] == point) {
			point = vowels[i][letter->tone];
			break;
		}
	return letter->upper ? utf8proc_toupper(point) : point;
}

enum nc_status nc_letter_append(struct nc_buffer *out, int32_t point)
{
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t size = utf8proc_encode_char(point, bytes);

	return nc_buffer_append(out, bytes, (size_t)size);
}

int32_t nc_letter_base(int32_t point)
{
	utf8proc_int32_t parts[8];
	utf8proc_ssize_t count;
	int last_class;

	if (point < 0x80)
		return point;
	if (point == 0x111)
		return 'd';
	count = utf8proc_decompose_char(
		point, parts, 8, UTF8PROC_DECOMPOSE, &last_class);
	return count > 0 && count <= 8 ? parts[0] : point;
}

unsigned nc_letter_rank(int32_t point)
{
	for (unsigned i = 0; i < NC_LETTER_RANK_MAX; i++)
		if (alphabet[i] == point)
			return i + 1;
	return 0;
}

bool nc_letter_is_vowel(int32_t point)
{
	for (size_t i = 0; i < VOWELS; i++)
		if (vowels[i][0] == point)
			return true;
	return false;
}
