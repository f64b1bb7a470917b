#include "command/duration.h"

#include <inttypes.h>
#include <stdio.h>

static const struct {
	char letter;
	int64_t ms;
} units[] = {
	{'d', 24 * 3600 * INT64_C(1000)},
	{'h', 3600 * INT64_C(1000)},
	{'m', 60 * INT64_C(1000)},
	{'s', INT64_C(1000)},
};

#define UNITS_COUNT (sizeof(units) / sizeof(units[0]))

/* Digits and one unit's letter; far from overflow. */
static bool duration_read(const char *word, int64_t *ret_ms)
{
	int64_t number = 0;
	const char *at = word;

	for (; *at >= '0' && *at <= '9'; at++) {
		number = number * 10 + (*at - '0');
		if (number > 100000000)
			return false;
	}
	if (at == word || at[0] == '\0' || at[1] != '\0')
		return false;
	for (size_t i = 0; i < UNITS_COUNT; i++)
		if (units[i].letter == *at) {
			*ret_ms = number * units[i].ms;
			return true;
		}
	return false;
}

enum nc_status nc_duration_parse(const char *option, const char *word,
	int64_t min_ms, int64_t max_ms, int64_t *ret_ms, struct nc_error *err)
{
	char min[NC_DURATION_TEXT_SIZE], max[NC_DURATION_TEXT_SIZE];
	int64_t ms;

	if (!duration_read(word, &ms))
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is no length of time for %s; write a "
			  "number and s, m, h or d, as in 90s, 15m, 2h or 7d."),
			word, option);
	nc_duration_format(min, min_ms);
	nc_duration_format(max, max_ms);
	if (ms < min_ms || ms > max_ms)
		return nc_error_set(err, NC_USAGE,
			_("%s may be from %s to %s, not %s."), option, min, max,
			word);
	*ret_ms = ms;
	return NC_OK;
}

void nc_duration_format(char out[NC_DURATION_TEXT_SIZE], int64_t ms)
{
	for (size_t i = 0; i < UNITS_COUNT; i++)
		if (ms >= units[i].ms && ms % units[i].ms == 0) {
			snprintf(out, NC_DURATION_TEXT_SIZE, "%" PRId64 "%c",
				ms / units[i].ms, units[i].letter);
			return;
		}
	snprintf(out, NC_DURATION_TEXT_SIZE, "%" PRId64 "ms", ms);
}
