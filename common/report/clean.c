#include "report/clean.h"

#include <stdint.h>
#include <string.h>

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD */

/* The bytes of the character at text, 0 when none stands there. The NUL at
 * the end is no continuation byte, so this never reads past it. */
static size_t point_read(const unsigned char *text, uint32_t *ret_point)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint32_t point;
	size_t size;

	if (text[0] < 0x80) {
		*ret_point = text[0];
		return 1;
	}
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	size = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	point = text[0] & (0xffU >> (size + 1));
	for (size_t i = 1; i < size; i++) {
		if ((text[i] & 0xc0) != 0x80)
			return 0;
		point = point << 6 | (text[i] & 0x3f);
	}
	if (point < least[size] || point > 0x10ffff)
		return 0;
	if (point >= 0xd800 && point <= 0xdfff)
		return 0;
	*ret_point = point;
	return size;
}

/* Line tabulation is what Word's soft line end becomes in plain text. */
static bool point_ends_line(uint32_t point)
{
	return point == '\r' || point == 0x0b || point == 0x0c ||
	       point == 0x85 || point == 0x2028 || point == 0x2029;
}

static bool point_is_printable(uint32_t point)
{
	if (point == '\t' || point == '\n')
		return true;
	if (point < 0x20 || (point >= 0x7f && point < 0xa0))
		return false;
	if (point >= 0xfdd0 && point <= 0xfdef)
		return false;
	return (point & 0xfffe) != 0xfffe;
}

bool nc_report_is_clean(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at != '\0') {
		uint32_t point = 0;
		size_t size = point_read(at, &point);

		if (size == 0 || point_ends_line(point) ||
			!point_is_printable(point))
			return false;
		at += size;
	}
	return true;
}

const char *nc_report_clean(struct nc_arena *arena, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	char *clean = nc_arena_array(arena, strlen(text) + 1, 3);
	char *end = clean;

	if (clean == NULL)
		return NULL;
	while (*at != '\0') {
		uint32_t point = 0;
		size_t size = point_read(at, &point);

		if (size == 0 || (!point_ends_line(point) &&
					 !point_is_printable(point))) {
			memcpy(end, REPLACEMENT, 3);
			end += 3;
		} else if (point_ends_line(point)) {
			if (point == '\r' && at[1] == '\n')
				size = 2;
			*end++ = '\n';
		} else {
			memcpy(end, at, size);
			end += size;
		}
		at += size == 0 ? 1 : size;
	}
	*end = '\0';
	return clean;
}
