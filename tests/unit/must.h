/*
 * Calls that must come off, and the sentence of the one that did not.
 */
#ifndef TESTS_UNIT_MUST_H
#define TESTS_UNIT_MUST_H

#include "unit.h"

#include "base/error.h"

static struct nc_error fixture_error;

#define must(status)                                                           \
	do {                                                                   \
		struct nc_error *must_err = &fixture_error;                    \
		must_err->text[0] = '\0';                                      \
		if ((status) != NC_OK)                                         \
			fail_msg("%s: %s", #status, fixture_error.text);       \
	} while (0)

#endif
