/*
 * A calendar as iCalendar (RFC 5545): lines end with CRLF (3.1) and are folded
 * at 75 octets, never within a character; texts are escaped (3.3.11); all-day
 * events have a DATE and end on the day after their last (3.6.1).
 */
#include "report/calendar.h"

#include "locale/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define LINE_OCTETS_MAX 75
#define UNFOLDED_BYTES_MAX (64u * 1024 * 1024)

struct writing {
	struct nc_buffer *out;
	struct nc_buffer line; /* unfolded, without its end */
	enum nc_status status; /* of the first failure */
};

static void put(struct writing *to, const char *text)
{
	if (to->status == NC_OK)
		to->status = nc_buffer_text(&to->line, text);
}

/* TEXT: commas, semicolons, backslashes and line ends escaped; other control
 * characters have no place in it. */
static void put_text(struct writing *to, const char *text)
{
	for (; *text != '\0' && to->status == NC_OK; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c == '\n')
			to->status = nc_buffer_text(&to->line, "\\n");
		else if (c < 0x20 || c == 0x7f)
			to->status = nc_buffer_text(&to->line, " ");
		else if (strchr(",;\\", c) != NULL)
			to->status = nc_buffer_printf(&to->line, "\\%c", c);
		else
			to->status = nc_buffer_append(&to->line, text, 1);
	}
}

/* Octets of a piece of at most max that ends between characters. */
static size_t piece_size(const uint8_t *data, size_t size, size_t max)
{
	if (size <= max)
		return size;
	size = max;
	while (size > 1 && (data[size] & 0xc0) == 0x80)
		size--;
	return size;
}

/* Ends the line: folded, with CRLF. */
static void end_line(struct writing *to)
{
	const uint8_t *data = to->line.data;
	size_t left = to->line.size, max = LINE_OCTETS_MAX;

	while (to->status == NC_OK && left > 0) {
		size_t size = piece_size(data, left, max);

		if (max != LINE_OCTETS_MAX)
			to->status = nc_buffer_text(to->out, " ");
		if (to->status == NC_OK)
			to->status = nc_buffer_append(to->out, data, size);
		if (to->status == NC_OK)
			to->status = nc_buffer_text(to->out, "\r\n");
		data += size;
		left -= size;
		max = LINE_OCTETS_MAX - 1; /* the space at the beginning */
	}
	nc_buffer_reset(&to->line);
}

static void put_line(struct writing *to, const char *line)
{
	put(to, line);
	end_line(to);
}

/* 1970-01-01 is the Julian day number 2440588. */
static void put_stamp(struct writing *to, int64_t stamp_ms)
{
	int64_t seconds = stamp_ms / 1000;
	int64_t of_day = ((seconds % 86400) + 86400) % 86400;
	struct nc_day day =
		nc_day_of_number((seconds - of_day) / 86400 + 2440588);

	if (to->status == NC_OK)
		to->status = nc_buffer_printf(&to->line,
			"DTSTAMP:%04d%02d%02dT%02d%02d%02dZ", day.year,
			day.month, day.day, (int)(of_day / 3600),
			(int)(of_day / 60 % 60), (int)(of_day % 60));
	end_line(to);
}

static void put_date(struct writing *to, const char *name, struct nc_day day)
{
	if (to->status == NC_OK)
		to->status = nc_buffer_printf(&to->line,
			"%s;VALUE=DATE:%04d%02d%02d", name, day.year, day.month,
			day.day);
	end_line(to);
}

static void put_uid(struct writing *to, const struct nc_calendar_day *day)
{
	bool by_country = day->kind == NC_CALENDAR_NATIONAL_DAY ||
			  day->kind == NC_CALENDAR_RELATIONS;

	put(to, "UID:");
	put(to, nc_calendar_kind_name(day->kind));
	put(to, "-");
	if (to->status == NC_OK)
		to->status = nc_text_slug(
			&to->line, nc_slice_text(by_country ? day->country->iso2
							    : day->name_vi));
	if (to->status == NC_OK)
		to->status = nc_buffer_printf(
			&to->line, "-%d@nhipcau", day->from.year);
	end_line(to);
}

static void put_summary(
	struct writing *to, const struct nc_calendar_day *day, bool vietnamese)
{
	char years[64] = "";

	if (day->years > 0)
		snprintf(years, sizeof(years),
			vietnamese	  ? " (%d năm)"
			: day->years == 1 ? " (%d year)"
					  : " (%d years)",
			day->years);
	put(to, "SUMMARY:");
	put_text(to, vietnamese ? day->name_vi : day->name_en);
	put(to, years);
	end_line(to);
}

static void put_description(
	struct writing *to, const struct nc_calendar_day *day, bool vietnamese)
{
	char lunar[64] = "";

	put(to, "DESCRIPTION:");
	put_text(to, vietnamese ? day->name_en : day->name_vi);
	if (day->is_lunar)
		snprintf(lunar, sizeof(lunar), "\n%d/%d âm lịch",
			day->lunar.day, day->lunar.month);
	put_text(to, lunar);
	for (size_t i = 0; i < day->items_count; i++) {
		put_text(to, "\n- ");
		put_text(to, day->items[i]->text);
	}
	end_line(to);
}

static void put_event(struct writing *to, const struct nc_calendar_day *day,
	int64_t stamp_ms, bool vietnamese)
{
	put_line(to, "BEGIN:VEVENT");
	put_uid(to, day);
	put_stamp(to, stamp_ms);
	put_date(to, "DTSTART", day->from);
	put_date(to, "DTEND", nc_day_add(day->to, 1));
	put_summary(to, day, vietnamese);
	put_description(to, day, vietnamese);
	put(to, "CATEGORIES:");
	put_text(to, nc_calendar_kind_name(day->kind));
	end_line(to);
	put_line(to, "TRANSP:TRANSPARENT");
	put_line(to, "END:VEVENT");
}

enum nc_status nc_calendar_ics(const struct nc_calendar *calendar,
	int64_t stamp_ms, bool vietnamese, struct nc_buffer *out)
{
	struct writing to = {.out = out};

	nc_buffer_init(&to.line, UNFOLDED_BYTES_MAX);
	put_line(&to, "BEGIN:VCALENDAR");
	put_line(&to, "VERSION:2.0");
	put_line(&to, "PRODID:-//Nhip Cau//nhipcau//VI");
	put_line(&to, "CALSCALE:GREGORIAN");
	for (size_t i = 0; i < calendar->count; i++)
		put_event(&to, &calendar->days[i], stamp_ms, vietnamese);
	put_line(&to, "END:VCALENDAR");
	nc_buffer_fini(&to.line);
	return to.status;
}
