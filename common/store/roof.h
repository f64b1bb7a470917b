/*
 * Under which union another one's records stand on a day: the successions,
 * read. Pure: a registry and a day in, an answer out; no clock.
 *
 * A record stays in the scope of the union that it was written for, for ever.
 * A report is printed under a roof: the unions that are there on a day, 31
 * December of the report's year unless another is asked for, each with what
 * those before it wrote. Days are "YYYY-MM-DD".
 */
#ifndef NC_STORE_ROOF_H
#define NC_STORE_ROOF_H

#include "store/registry.h"

enum nc_roof_why {
	NC_ROOF_OWN,	   /* the union is there on that day */
	NC_ROOF_SUCCESSOR, /* it has gone over into the roof by then */
	NC_ROOF_EARLIER,   /* the roof's people, under their later name */
	/* It stands under itself though it is not there on that day: its
	 * records cannot be divided among several. */
	NC_ROOF_ENDED, /* it was split, or ended without a successor */
	NC_ROOF_LATER, /* it began later, out of several unions or none */
};

struct nc_roof {
	const struct nc_registry_union *of; /* one of registry's; never NULL */
	enum nc_roof_why why;
};

/* of: one of registry's unions. Successions that go in a circle end it. */
struct nc_roof nc_roof_of(const struct nc_registry *registry,
	const struct nc_registry_union *of, const char *day);

/* Whether the union is there on that day: from its first day to its last. */
bool nc_union_is_there(const struct nc_registry_union *of, const char *day);
/* Whether it is there on some day of that year. */
bool nc_union_is_there_in(const struct nc_registry_union *of, unsigned year);

/* Marks the unions that came before this one, directly or not. marks: one for
 * each of registry's unions, false at first (others' marks stay). */
void nc_union_predecessors(const struct nc_registry *registry,
	const struct nc_id *union_id, bool *marks);

/* Whether ids hold that union. */
bool nc_succession_names(
	const struct nc_id *ids, size_t count, const struct nc_id *union_id);
/* The succession in which the union ended; NULL: it goes on. */
const struct nc_registry_succession *nc_succession_after(
	const struct nc_registry *registry, const struct nc_id *union_id);
/* "merged", "split", "renamed": the stored names. */
const char *nc_succession_kind_name(enum nc_succession_kind kind);

/* The day of a moment in Viet Nam (UTC+7), as all of this counts days. */
#define NC_DATE_TEXT_SIZE 16
void nc_date_of(char out[NC_DATE_TEXT_SIZE], int64_t time_ms);
/* The 31 December of a year. */
void nc_date_year_end(char out[NC_DATE_TEXT_SIZE], unsigned year);

#endif
