/*
 * search: should_match begins with yes or no; where it says "no as country",
 * the target must name no country either.
 */
#include "cases.h"

#include "locale/countries.h"
#include "locale/search.h"
#include "locale/text.h"

#include <string.h>

static void check_no_country(struct case_row *row, const char *target)
{
	NC_AUTO(nc_buffer_fini) struct nc_buffer clean = {.limit = 1 << 20};
	struct nc_country_hit hit;
	size_t count = 0;

	if (nc_text_clean(&clean, nc_slice_text(target)) != NC_OK ||
		nc_countries_find(nc_buffer_slice(&clean), &hit, 1, &count) !=
			NC_OK ||
		count > 0)
		case_fail(row, "should_match", "no country",
			count > 0 ? hit.country->iso2 : "an error");
}

void cases_search(struct case_row *row)
{
	NC_AUTO(nc_search_fini) struct nc_search *search = NULL;
	const char *wanted = case_field(row, "should_match");
	const char *target = case_field(row, "target");
	enum nc_search_rank rank = NC_SEARCH_NONE;
	struct nc_error err = {0};

	if (nc_search_new(nc_slice_text(case_field(row, "query")), 0, &search,
		    &err) != NC_OK) {
		case_fail(row, "query", wanted, err.text);
		return;
	}
	if (nc_search_match(search, nc_slice_text(target), &rank) != NC_OK) {
		case_fail(row, "target", wanted, "an error");
		return;
	}
	if ((strncmp(wanted, "yes", 3) == 0) != (rank != NC_SEARCH_NONE))
		case_fail(row, "should_match", wanted,
			rank != NC_SEARCH_NONE ? "yes" : "no");
	if (strstr(wanted, "no as country") != NULL)
		check_no_country(row, target);
}
