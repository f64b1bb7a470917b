/*
 * The days of a time that people-to-people work looks at: fixed days,
 * festivals of both calendars, national days, and the days on which countries
 * took up diplomatic relations with Viet Nam; what is planned for each; and
 * the same as an iCalendar file. Pure: no clock.
 */
#ifndef NC_REPORT_CALENDAR_H
#define NC_REPORT_CALENDAR_H

#include "base/env.h"
#include "base/memory.h"
#include "locale/countries.h"
#include "locale/date.h"
#include "locale/lunar.h"

enum nc_calendar_kind {
	NC_CALENDAR_DAY,      /* a fixed day, counted from its year */
	NC_CALENDAR_FESTIVAL, /* of either calendar; counts no years */
	NC_CALENDAR_NATIONAL_DAY,
	NC_CALENDAR_RELATIONS,
	NC_CALENDAR_KINDS
};

/* A plan item, as far as the calendar looks at it. All is the caller's and
 * outlives the calendar. */
struct nc_calendar_item {
	struct nc_id id;
	int year;
	const char *text;
	const char *countries;	   /* names or codes, a line each; "" or NULL */
	const char *country_words; /* as printed, likewise */
};

/* Countries that one item may name in its fields; more are passed over. */
#define NC_CALENDAR_COUNTRIES_MAX 64
/* Those that its two fields name, each once. NC_NO_MEMORY. */
enum nc_status nc_calendar_item_countries(const struct nc_calendar_item *item,
	const struct nc_country *found[NC_CALENDAR_COUNTRIES_MAX],
	size_t *ret_count) NC_MUST_USE;

struct nc_calendar_day {
	enum nc_calendar_kind kind;
	struct nc_day from, to; /* equal unless it lasts longer */
	const char *name_vi, *name_en;
	const struct nc_country *country; /* NULL: no country's own */
	int years; /* since it began; 0: none are counted */
	bool is_lunar;
	struct nc_lunar_day lunar;	       /* of is_lunar */
	char confidence;		       /* H, M, L as in countries.h */
	const struct nc_calendar_item **items; /* what is planned for it */
	size_t items_count;
};

struct nc_calendar {
	struct nc_arena arena;
	struct nc_calendar_day *days; /* by day, then kind, then name */
	size_t count, capacity;
};

void nc_calendar_init(struct nc_calendar *calendar);
void nc_calendar_fini(struct nc_calendar *calendar);

/* "day", "festival", "national-day", "relations": stable names. */
const char *nc_calendar_kind_name(enum nc_calendar_kind kind);

/*
 * Fills an empty calendar with the days from one to another, both included,
 * of the years 1900 to 2199 (others have none); a day that began before and
 * lasts into them too. countries: only these, or all when count is 0; days of
 * Viet Nam and of no country always come.
 * NC_NO_MEMORY.
 */
enum nc_status nc_calendar_make(struct nc_calendar *calendar,
	struct nc_day from, struct nc_day to,
	const struct nc_country *const *countries, size_t count,
	struct nc_error *err) NC_MUST_USE;

/*
 * Gives each day the plan items of its year that speak of it:
 * - by date: a day in the item's words, or the second day of an anniversary,
 *   is the day. When several days fall on one date, those of countries that
 *   the item names go before the others; a day of a country is left to items
 *   that name it or name none;
 * - by words: the item has the day's name; for national days and relations
 *   "Quốc khánh" or "quan hệ ngoại giao" and the country.
 * Items must have no more than a record may hold. NC_NO_MEMORY, NC_LIMIT.
 */
enum nc_status nc_calendar_plan(struct nc_calendar *calendar,
	const struct nc_calendar_item *items, size_t count,
	struct nc_error *err) NC_MUST_USE;

/*
 * Appends an iCalendar object (RFC 5545): an all-day, transparent event for
 * each day, a lunar day as the day it is in that year. UIDs follow from kind,
 * country, name and year alone, so that a later file replaces an earlier one.
 * stamp_ms is DTSTAMP; vietnamese: the language of summaries.
 * NC_NO_MEMORY, NC_LIMIT.
 */
enum nc_status nc_calendar_ics(const struct nc_calendar *calendar,
	int64_t stamp_ms, bool vietnamese, struct nc_buffer *out) NC_MUST_USE;

#endif
