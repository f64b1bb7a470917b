/*
 * tcvn3: the letter of each byte, from the byte and from its look in Latin-1.
 */
#include "cases.h"

#include "locale/tcvn3.h"

#include <stdio.h>
#include <stdlib.h>

static void check_convert(
	struct case_row *row, const char *from, struct nc_slice text)
{
	NC_AUTO(nc_buffer_fini) struct nc_buffer out = {.limit = 64};

	if (nc_tcvn3_convert(&out, text) != NC_OK)
		case_fail(row, from, "a letter", "an error");
	else
		case_expect(row, "unicode_char", nc_buffer_string(&out));
}

void cases_tcvn3(struct case_row *row)
{
	uint8_t byte = (uint8_t)strtoul(case_field(row, "byte"), NULL, 16);
	uint8_t latin[2] = {
		(uint8_t)(0xc0 | byte >> 6), (uint8_t)(0x80 | (byte & 63))};
	char point[16];

	check_convert(row, "byte", nc_slice(&byte, 1));
	check_convert(row, "seen_as_latin1", nc_slice(latin, 2));
	snprintf(point, sizeof(point), "U+%04X",
		(unsigned)nc_tcvn3_letter(byte));
	case_expect(row, "code_point", point);
}
