/*
 * The plan of a year out of the store: the unions in the registry's order,
 * each with its records by rank, and who said each.
 */
#ifndef NC_COMMAND_PLAN_STORE_H
#define NC_COMMAND_PLAN_STORE_H

#include "model/plan.h"
#include "store/records.h"
#include "store/registry.h"

/*
 * Fills plan (initialised, empty) with the year's plan of some unions or (only
 * NULL) of all that this replica knows, each under the union that it is
 * printed under on a day (store/roof.h; NULL: the year's 31 December), which
 * has a note then; unions without anything are left out.
 *
 * Records stand by rank, then id. A section is what has one area, letter and
 * heading; sections stand in the order of their first record. A lead without
 * letter and heading is the union's, any other its section's. In a read
 * transaction, for a picture of one moment.
 */
enum nc_status nc_plan_from_store(struct nc_plan *plan, struct nc_store *store,
	unsigned year, const char *day, const struct nc_id *only,
	size_t only_count, struct nc_error *err) NC_MUST_USE;

#endif
