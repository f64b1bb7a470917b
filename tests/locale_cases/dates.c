/* date_cases.csv: input, kind, start_iso, end_iso, precision,
 * canonical_output. */
#include "cases.h"

#include "locale/facts.h"

#include <string.h>

static enum nc_status keep_first(void *context, const struct nc_date *date)
{
	struct nc_date *first = context;

	if (first->kind == NC_DATE_NONE)
		*first = *date;
	return NC_OK;
}

/* A kind that this program has no name for is not compared. */
static bool kind_is_known(const char *name)
{
	for (int kind = 0; kind < NC_DATE_KINDS; kind++)
		if (strcmp(nc_date_kind_name((enum nc_date_kind)kind), name) ==
			0)
			return true;
	return false;
}

/* A year is its first day (its last, at the end): "2024" is the same start as
 * "2024-01-01" where the precision is the year. */
static void expect_end(struct case_row *row, const char *column,
	const struct nc_date *date, struct nc_day day, const char *iso)
{
	const char *expected = case_field(row, column);
	char full[NC_DAY_TEXT_SIZE];

	nc_day_format(full, day);
	if (date->precision == NC_PRECISION_YEAR && full[0] != '\0' &&
		(strcmp(full, expected) == 0 ||
			(strlen(expected) == 4 &&
				strncmp(full, expected, 4) == 0)))
		return;
	case_expect(row, column, iso);
}

void cases_dates(struct case_row *row)
{
	struct nc_slice input = nc_slice_text(case_field(row, "input"));
	struct nc_date date = {0};
	char from[NC_DAY_TEXT_SIZE], to[NC_DAY_TEXT_SIZE];
	bool invalid;

	if (nc_dates_find(input, 0, keep_first, &date) != NC_OK) {
		case_fail(row, "input", "readable", "not readable");
		return;
	}
	invalid = date.kind == NC_DATE_INVALID;
	nc_date_from_iso(from, &date);
	nc_date_to_iso(to, &date);
	if (kind_is_known(case_field(row, "kind")))
		case_expect(row, "kind", nc_date_kind_name(date.kind));
	expect_end(row, "start_iso", &date, date.from, from);
	expect_end(row, "end_iso", &date, date.to, to);
	/* A recurring day has no days, and yet the precision of one. */
	case_expect(row, "precision",
		invalid ? "" : nc_date_precision_name(date.precision));
	case_expect(row, "canonical_output",
		invalid			    ? ""
		: date.kind == NC_DATE_NONE ? case_field(row, "input")
					    : date.printed);
}
