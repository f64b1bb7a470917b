/*
 * Lengths of time as people type them: a whole number and a unit, s, m, h or
 * d: "90s", "15m", "2h", "7d".
 */
#ifndef NC_COMMAND_DURATION_H
#define NC_COMMAND_DURATION_H

#include "base/error.h"

#include <stdbool.h>
#include <stdint.h>

/* From min_ms to max_ms. NC_USAGE with a sentence that names the option,
 * as it is typed: "--watch". */
enum nc_status nc_duration_parse(const char *option, const char *word,
	int64_t min_ms, int64_t max_ms, int64_t *ret_ms,
	struct nc_error *err) NC_MUST_USE;

/* "7d", "15m": the longest unit that tells it exactly. */
#define NC_DURATION_TEXT_SIZE 32
void nc_duration_format(char out[NC_DURATION_TEXT_SIZE], int64_t ms);

#endif
