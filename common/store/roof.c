#include "store/roof.h"
#include "locale/day.h"

#include <stdio.h>
#include <string.h>

#define DAY_MS (INT64_C(24) * 3600 * 1000)
#define VIET_NAM_MS (INT64_C(7) * 3600 * 1000)
#define JULIAN_1970 INT64_C(2440588)

bool nc_union_is_there(const struct nc_registry_union *of, const char *day)
{
	return (of->valid_from[0] == '\0' ||
		       strcmp(of->valid_from, day) <= 0) &&
	       (of->valid_to[0] == '\0' || strcmp(day, of->valid_to) <= 0);
}

bool nc_union_is_there_in(const struct nc_registry_union *of, unsigned year)
{
	char first[NC_DATE_TEXT_SIZE], last[NC_DATE_TEXT_SIZE];

	snprintf(first, sizeof(first), "%04u-01-01", year % 10000);
	nc_date_year_end(last, year);
	return (of->valid_from[0] == '\0' ||
		       strcmp(of->valid_from, last) <= 0) &&
	       (of->valid_to[0] == '\0' || strcmp(first, of->valid_to) <= 0);
}

bool nc_succession_names(
	const struct nc_id *ids, size_t count, const struct nc_id *union_id)
{
	for (size_t i = 0; i < count; i++)
		if (nc_id_compare(&ids[i], union_id) == 0)
			return true;
	return false;
}

const struct nc_registry_succession *nc_succession_after(
	const struct nc_registry *registry, const struct nc_id *union_id)
{
	for (size_t i = 0; i < registry->successions_count; i++) {
		const struct nc_registry_succession *succession =
			&registry->successions[i];

		if (nc_succession_names(
			    succession->from, succession->from_count, union_id))
			return succession;
	}
	return NULL;
}

/* The union that the people of this one were called before a day; NULL. */
static const struct nc_registry_union *renamed_from(
	const struct nc_registry *registry, const struct nc_registry_union *of)
{
	for (size_t i = 0; i < registry->successions_count; i++) {
		const struct nc_registry_succession *succession =
			&registry->successions[i];

		if (succession->kind == NC_SUCCESSION_RENAMED &&
			succession->from_count == 1 &&
			nc_succession_names(succession->into,
				succession->into_count, &of->id))
			return nc_registry_union(
				registry, &succession->from[0]);
	}
	return NULL;
}

/* Where the union went when it ended, as a whole; NULL. */
static const struct nc_registry_union *went_to(
	const struct nc_registry *registry, const struct nc_registry_union *of)
{
	const struct nc_registry_succession *succession =
		nc_succession_after(registry, &of->id);

	if (succession == NULL || succession->into_count != 1)
		return NULL;
	return nc_registry_union(registry, &succession->into[0]);
}

struct nc_roof nc_roof_of(const struct nc_registry *registry,
	const struct nc_registry_union *of, const char *day)
{
	const struct nc_registry_union *at = of;
	bool later =
		of->valid_from[0] != '\0' && strcmp(day, of->valid_from) < 0;
	struct nc_roof roof = {of, later ? NC_ROOF_LATER : NC_ROOF_ENDED};

	for (size_t step = 0; step <= registry->successions_count; step++) {
		if (nc_union_is_there(at, day)) {
			roof.of = at;
			roof.why = at == of ? NC_ROOF_OWN
				   : later  ? NC_ROOF_EARLIER
					    : NC_ROOF_SUCCESSOR;
			return roof;
		}
		/* One way only: there and back would be a circle. */
		at = later ? renamed_from(registry, at) : went_to(registry, at);
		if (at == NULL)
			return roof;
	}
	return roof;
}

/* Marks the unions of one succession's from; whether any was new. */
static bool mark_from(const struct nc_registry *registry,
	const struct nc_registry_succession *succession, bool *marks)
{
	bool marked = false;

	for (size_t i = 0; i < registry->unions_count; i++) {
		if (marks[i] || !nc_succession_names(succession->from,
					succession->from_count,
					&registry->unions[i].id))
			continue;
		marks[i] = true;
		marked = true;
	}
	return marked;
}

/* Whether a succession leads to the union or to one that is marked. */
static bool leads_there(const struct nc_registry *registry,
	const struct nc_registry_succession *succession,
	const struct nc_id *union_id, const bool *marks)
{
	if (nc_succession_names(
		    succession->into, succession->into_count, union_id))
		return true;
	for (size_t i = 0; i < registry->unions_count; i++)
		if (marks[i] && nc_succession_names(succession->into,
					succession->into_count,
					&registry->unions[i].id))
			return true;
	return false;
}

void nc_union_predecessors(const struct nc_registry *registry,
	const struct nc_id *union_id, bool *marks)
{
	bool more = true;

	while (more) {
		more = false;
		for (size_t i = 0; i < registry->successions_count; i++)
			if (leads_there(registry, &registry->successions[i],
				    union_id, marks))
				more |= mark_from(registry,
					&registry->successions[i], marks);
	}
}

const char *nc_succession_kind_name(enum nc_succession_kind kind)
{
	static const char *const names[] = {
		[NC_SUCCESSION_MERGED] = "merged",
		[NC_SUCCESSION_SPLIT] = "split",
		[NC_SUCCESSION_RENAMED] = "renamed",
	};

	return names[kind];
}

void nc_date_of(char out[NC_DATE_TEXT_SIZE], int64_t time_ms)
{
	int64_t local = time_ms + VIET_NAM_MS;
	int64_t days = local / DAY_MS - (local % DAY_MS < 0);

	nc_day_format(out, nc_day_of_number(days + JULIAN_1970));
}

void nc_date_year_end(char out[NC_DATE_TEXT_SIZE], unsigned year)
{
	snprintf(out, NC_DATE_TEXT_SIZE, "%04u-12-31", year % 10000);
}
