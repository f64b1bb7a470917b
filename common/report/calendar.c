#include "report/calendar.h"

#include "locale/days.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALENDAR_BYTES_MAX (64u * 1024 * 1024)
#define NAME_SIZE 256

struct making {
	struct nc_calendar *calendar;
	struct nc_day from, to;
	const struct nc_country *const *countries;
	size_t countries_count;
};

void nc_calendar_init(struct nc_calendar *calendar)
{
	memset(calendar, 0, sizeof(*calendar));
	nc_arena_init(&calendar->arena, CALENDAR_BYTES_MAX);
}

void nc_calendar_fini(struct nc_calendar *calendar)
{
	nc_arena_fini(&calendar->arena);
	nc_free(calendar->days);
	calendar->days = NULL;
	calendar->count = calendar->capacity = 0;
}

const char *nc_calendar_kind_name(enum nc_calendar_kind kind)
{
	static const char *const names[NC_CALENDAR_KINDS] = {
		"day", "festival", "national-day", "relations"};

	return names[kind];
}

/* Whether days of the country were asked for. */
static bool is_wanted(
	const struct making *making, const struct nc_country *country)
{
	if (making->countries_count == 0 || country == NULL ||
		strcmp(country->iso2, "VN") == 0)
		return true;
	for (size_t i = 0; i < making->countries_count; i++)
		if (making->countries[i] == country)
			return true;
	return false;
}

static enum nc_status add(
	struct making *making, const struct nc_calendar_day *day)
{
	struct nc_calendar *calendar = making->calendar;

	if (nc_day_compare(day->to, making->from) < 0 ||
		nc_day_compare(day->from, making->to) > 0 ||
		!is_wanted(making, day->country))
		return NC_OK;
	if (calendar->count == calendar->capacity) {
		size_t more =
			calendar->capacity == 0 ? 256 : calendar->capacity * 2;
		struct nc_calendar_day *days =
			nc_realloc(calendar->days, more * sizeof(*days));

		if (days == NULL)
			return NC_NO_MEMORY;
		calendar->days = days;
		calendar->capacity = more;
	}
	calendar->days[calendar->count++] = *day;
	return NC_OK;
}

static enum nc_status add_fixed(
	struct making *making, const struct nc_fixed_day *fixed, int year)
{
	struct nc_calendar_day day = {
		.kind = fixed->since == 0 ? NC_CALENDAR_FESTIVAL
					  : NC_CALENDAR_DAY,
		.name_vi = fixed->name_vi,
		.name_en = fixed->name_en,
		.country = nc_country_by_code(fixed->iso2),
		.years = fixed->since == 0 ? 0 : year - fixed->since,
		.is_lunar = fixed->lunar,
		.confidence = fixed->confidence,
	};

	if (!nc_fixed_day_in_year(fixed, year, &day.from, &day.to))
		return NC_OK;
	if (fixed->lunar && !nc_lunar_from_solar(&day.from, &day.lunar))
		return NC_OK;
	return add(making, &day);
}

/* The two names of a country's day. */
static bool name_day(struct making *making, struct nc_calendar_day *day,
	const char *format_vi, const char *format_en)
{
	struct nc_arena *arena = &making->calendar->arena;
	char vi[NAME_SIZE], en[NAME_SIZE];

	snprintf(vi, sizeof(vi), "%s%s", format_vi, day->country->name_vi);
	snprintf(en, sizeof(en), "%s%s", format_en, day->country->name_en);
	day->name_vi = nc_arena_text(arena, vi, strlen(vi));
	day->name_en = nc_arena_text(arena, en, strlen(en));
	return day->name_vi != NULL && day->name_en != NULL;
}

static enum nc_status add_country(
	struct making *making, const struct nc_country *country, int year)
{
	struct nc_calendar_day day = {
		.kind = NC_CALENDAR_NATIONAL_DAY,
		.country = country,
		.confidence = country->national_confidence,
	};
	enum nc_status status = NC_OK;

	if (nc_national_day_in_year(country, year, &day.from)) {
		day.to = day.from;
		if (country->national_since != 0)
			day.years = year - country->national_since;
		if (!name_day(making, &day, "Quốc khánh ", "National Day of "))
			return NC_NO_MEMORY;
		status = add(making, &day);
	}
	if (status != NC_OK ||
		!nc_anniversary_in_year(country->relations, year, &day.from))
		return status;
	day.kind = NC_CALENDAR_RELATIONS;
	day.to = day.from;
	day.years = year - country->relations.year;
	day.confidence = country->relations_confidence;
	if (!name_day(making, &day, "Thiết lập quan hệ ngoại giao Việt Nam - ",
		    "Diplomatic relations of Viet Nam and "))
		return NC_NO_MEMORY;
	return add(making, &day);
}

static int compare_days(const void *a, const void *b)
{
	const struct nc_calendar_day *x = a, *y = b;
	int order = nc_day_compare(x->from, y->from);

	if (order == 0)
		order = (int)x->kind - (int)y->kind;
	return order != 0 ? order : strcmp(x->name_vi, y->name_vi);
}

static enum nc_status add_year(struct making *making, int year)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < nc_fixed_days_count && status == NC_OK; i++)
		status = add_fixed(making, &nc_fixed_days[i], year);
	for (size_t i = 0; i < nc_countries_count && status == NC_OK; i++)
		status = add_country(making, &nc_countries[i], year);
	return status;
}

enum nc_status nc_calendar_make(struct nc_calendar *calendar,
	struct nc_day from, struct nc_day to,
	const struct nc_country *const *countries, size_t count,
	struct nc_error *err)
{
	struct making making = {calendar, from, to, countries, count};
	enum nc_status status = NC_OK;

	for (int year = from.year; year <= to.year && status == NC_OK; year++)
		if (year >= NC_LUNAR_YEAR_MIN && year <= NC_LUNAR_YEAR_MAX)
			status = add_year(&making, year);
	if (status != NC_OK)
		return nc_error_no_memory(err);
	if (calendar->count > 1)
		qsort(calendar->days, calendar->count, sizeof(*calendar->days),
			compare_days);
	return NC_OK;
}
