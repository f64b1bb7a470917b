/*
 * The reports of a year out of the store: the unions in the registry's order,
 * each with its parts by rank, then id, and who said each.
 */
#ifndef NC_COMMAND_ANNUAL_STORE_H
#define NC_COMMAND_ANNUAL_STORE_H

#include "report/annual_report.h"
#include "store/records.h"
#include "store/registry.h"

/*
 * Fills report (initialised, empty) with the reports of some unions or (only
 * NULL) of all that this replica knows, each under the union that it is
 * printed under on a day (store/roof.h; NULL: the year's 31 December), which
 * has a note then; unions without any part are left out. In a read
 * transaction, for a picture of one moment.
 */
enum nc_status nc_annual_from_store(struct nc_annual_report *report,
	struct nc_store *store, unsigned year, bool half_year, const char *day,
	const struct nc_id *only, size_t only_count,
	struct nc_error *err) NC_MUST_USE;

#endif
