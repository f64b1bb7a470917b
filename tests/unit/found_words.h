/*
 * What a finder of amounts or dates finds in a text.
 */
#ifndef TESTS_UNIT_FOUND_WORDS_H
#define TESTS_UNIT_FOUND_WORDS_H

#include "unit.h"

#include "locale/number.h"

#include <stdio.h>
#include <string.h>

/* Appends the words of the next that was found: all of them with | between. */
static inline void found_add(char *all, size_t all_size, struct nc_slice words)
{
	size_t size = strlen(all);

	snprintf(all + size, all_size - size, "%s%.*s", size > 0 ? "|" : "",
		(int)words.size, (const char *)words.data);
}

/* One end of a range that a text tells, "" where it has none. */
static inline void expect_end(
	const char *text, bool has, struct nc_decimal value, const char *want)
{
	char got[NC_DECIMAL_TEXT_SIZE] = "";

	if (has)
		nc_decimal_format(got, value);
	if (strcmp(got, want) != 0)
		fail_msg("%s: \"%s\", not \"%s\"", text, got, want);
}

#endif
