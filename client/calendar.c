/*
 * calendar: the days of a year, or of the next weeks, that the work looks at,
 * and what is planned for each; the months of a lunar year. The clock is read
 * here and nowhere below.
 */
#include "client.h"
#include "command/console.h"
#include "command/table.h"
#include "locale/text.h"
#include "report/calendar.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define COUNTRIES_MAX 256
#define DAYS_DEFAULT 60
#define DAYS_MAX 366
#define ICS_BYTES_MAX (256u * 1024 * 1024)
#define ITEMS_BYTES_MAX (256u * 1024 * 1024)

struct request {
	struct nc_day from, to;
	const struct nc_country *countries[COUNTRIES_MAX];
	size_t countries_count;
};

/* What is planned, out of the home; nothing where none is joined. */
struct planned {
	struct nc_home home;
	struct nc_arena arena;
	struct nc_calendar_item *items;
	size_t count, capacity;
	int first_year, last_year;
	bool joined;
};

static void planned_fini(struct planned *planned)
{
	nc_home_fini(&planned->home);
	nc_arena_fini(&planned->arena);
	nc_free(planned->items);
}

/* ---- what was asked ---- */

static void put_country(
	struct request *request, const struct nc_country *country)
{
	for (size_t i = 0; i < request->countries_count; i++)
		if (request->countries[i] == country)
			return;
	NC_ASSERT(request->countries_count < COUNTRIES_MAX);
	request->countries[request->countries_count++] = country;
}

static enum nc_status add_country(
	struct request *request, struct nc_slice name, struct nc_error *err)
{
	const struct nc_country *country = NULL;
	char code[4];

	name = nc_text_trim(name);
	if (name.size == 2 || name.size == 3) {
		for (size_t i = 0; i < name.size; i++)
			code[i] = (char)(name.data[i] >= 'a' &&
							 name.data[i] <= 'z'
						 ? name.data[i] - 32
						 : name.data[i]);
		code[name.size] = '\0';
		country = nc_country_by_code(code);
	}
	if (country == NULL && nc_text_is_clean(name))
		country = nc_country_by_name(name);
	if (country == NULL)
		return nc_error_set(err, NC_USAGE,
			_("\"%.*s\" is no country that is known here; write "
			  "its code, as in --country LA,KH."),
			(int)(name.size > 60 ? 60 : name.size),
			(const char *)name.data);
	put_country(request, country);
	return NC_OK;
}

/* Between commas. */
static enum nc_status add_countries(
	struct request *request, const char *list, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	while (status == NC_OK) {
		size_t size = strcspn(list, ",");

		status = add_country(request, nc_slice(list, size), err);
		if (list[size] == '\0')
			break;
		list += size + 1;
	}
	return status;
}

static enum nc_status read_countries(const struct nc_call *call,
	struct request *request, struct nc_error *err)
{
	const char *list = nc_call_value(call, "country");
	enum nc_status status = NC_OK;

	if (list == NULL && call->arguments_count > 0)
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is one word too many for %s; put words that "
			  "belong together in quotes."),
			call->arguments[0], call->command->name);
	if (list != NULL)
		status = add_countries(request, list, err);
	for (size_t i = 0; i < call->arguments_count && status == NC_OK; i++)
		status = add_countries(request, call->arguments[i], err);
	return status;
}

static struct nc_day today(const struct nc_call *call)
{
	time_t now = (time_t)(call->env.now_ms(call->env.context) / 1000);
	struct tm tm = {0};
	struct nc_day day;

	localtime_r(&now, &tm);
	day.year = tm.tm_year + 1900;
	day.month = tm.tm_mon + 1;
	day.day = tm.tm_mday;
	return day;
}

static bool is_covered(struct nc_day day)
{
	return day.year >= NC_LUNAR_YEAR_MIN && day.year <= NC_LUNAR_YEAR_MAX;
}

static enum nc_status read_next_days(const struct nc_call *call,
	struct request *request, struct nc_error *err)
{
	const char *days = nc_call_value(call, "days");
	const char *from = nc_call_value(call, "from");
	long count = DAYS_DEFAULT;
	char *end;

	if (nc_call_has(call, "year"))
		return nc_error_set(err, NC_USAGE,
			_("--year asks for a whole year, --from and --days for "
			  "the days after a date; give the one or the other."));
	if (days != NULL) {
		count = strtol(days, &end, 10);
		if (days[0] < '0' || days[0] > '9' || *end != '\0' ||
			count < 1 || count > DAYS_MAX)
			return nc_error_set(err, NC_USAGE,
				_("\"%s\" is not a number of days from 1 to "
				  "%d; write one, as in --days 60."),
				days, DAYS_MAX);
	}
	request->from = today(call);
	if (from != NULL && !nc_day_parse(&request->from, from))
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is not a day; write it as in --from "
			  "2024-12-02."),
			from);
	request->to = nc_day_add(request->from, count - 1);
	if (!is_covered(request->from) || !is_covered(request->to))
		return nc_error_set(err, NC_USAGE,
			_("The calendar knows the years %d to %d; choose days "
			  "within them."),
			NC_LUNAR_YEAR_MIN, NC_LUNAR_YEAR_MAX);
	return NC_OK;
}

static enum nc_status read_request(const struct nc_call *call,
	struct request *request, struct nc_error *err)
{
	enum nc_status status = read_countries(call, request, err);
	unsigned year;

	if (status != NC_OK)
		return status;
	if (nc_call_has(call, "days") || nc_call_has(call, "from"))
		return read_next_days(call, request, err);
	status = nc_call_year(call, &year, err);
	if (status != NC_OK)
		return status;
	request->from = (struct nc_day){(int)year, 1, 1};
	request->to = (struct nc_day){(int)year, 12, 31};
	if (is_covered(request->from))
		return NC_OK;
	/* This machine's clock is far off. */
	return nc_error_set(err, NC_USAGE,
		_("The calendar knows the years %d to %d; choose days within "
		  "them."),
		NC_LUNAR_YEAR_MIN, NC_LUNAR_YEAR_MAX);
}

/* ---- what is planned ---- */

static enum nc_status visit_item(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct planned *planned = context;
	int64_t year = nc_record_integer(record, NC_PLAN_YEAR, 0);
	struct nc_calendar_item item = {.id = record->id, .year = (int)year};

	if (year < planned->first_year || year > planned->last_year)
		return NC_OK;
	item.text = nc_record_text(record, NC_PLAN_TEXT, &planned->arena);
	item.countries =
		nc_record_text(record, NC_PLAN_COUNTRIES, &planned->arena);
	item.country_words =
		nc_record_text(record, NC_PLAN_COUNTRY_WORDS, &planned->arena);
	if (item.text == NULL || item.countries == NULL ||
		item.country_words == NULL)
		return nc_error_no_memory(err);
	if (planned->count == planned->capacity) {
		size_t more =
			planned->capacity == 0 ? 256 : planned->capacity * 2;
		struct nc_calendar_item *items =
			nc_realloc(planned->items, more * sizeof(*items));

		if (items == NULL)
			return nc_error_no_memory(err);
		planned->items = items;
		planned->capacity = more;
	}
	planned->items[planned->count++] = item;
	return NC_OK;
}

/* Whether there is a store where the home would be. */
static enum nc_status find_home(
	const struct nc_call *call, bool *ret_there, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	enum nc_status status;

	nc_home_init(&home);
	status = nc_home_locate(&home, call, err);
	if (status == NC_OK)
		*ret_there = access(home.store_path, F_OK) == 0;
	return status;
}

/* A home that is there is opened; joined says whether it has a union. */
static enum nc_status open_home(struct planned *planned,
	const struct nc_call *call, struct nc_error *err)
{
	struct nc_home *home = &planned->home;
	bool there = false;
	enum nc_status status = find_home(call, &there, err);

	if (status != NC_OK || !there)
		return status;
	status = nc_home_open_to_read(home, call, err);
	/* Made, and the invitation not used yet. */
	if (status == NC_NOT_FOUND && home->store != NULL &&
		nc_store_identity(home->store, &home->identity, NULL) ==
			NC_NOT_FOUND)
		return NC_OK;
	planned->joined = status == NC_OK;
	return status;
}

/* Of this device's union, and of those that came before it. */
static enum nc_status read_items(struct planned *planned, struct nc_error *err)
{
	const struct nc_entity *entity = nc_model_entity(NC_ENTITY_PLAN_ITEM);
	struct nc_store *store = planned->home.store;
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, nc_key_device(planned->home.key));
	if (device == NULL)
		return nc_records_each(store, entity,
			&planned->home.identity.union_id, NC_RECORDS_PRESENT,
			visit_item, planned, err);
	for (size_t i = 0; i < device->unions_count && status == NC_OK; i++)
		status = nc_records_each(store, entity, &device->unions[i],
			NC_RECORDS_PRESENT, visit_item, planned, err);
	return status;
}

static enum nc_status read_planned(struct planned *planned,
	const struct nc_call *call, const struct request *request,
	struct nc_error *err)
{
	enum nc_status status = open_home(planned, call, err);

	if (status != NC_OK || !planned->joined)
		return status;
	planned->first_year = request->from.year;
	planned->last_year = request->to.year;
	status = nc_store_begin_read(planned->home.store, err);
	if (status == NC_OK)
		status = read_items(planned, err);
	return status;
}

/* The countries that the plan's records name in their fields. */
static enum nc_status countries_of_plan(const struct planned *planned,
	struct request *request, struct nc_error *err)
{
	const struct nc_country *found[NC_CALENDAR_COUNTRIES_MAX];
	size_t count;

	for (size_t i = 0; i < planned->count; i++) {
		if (nc_calendar_item_countries(
			    &planned->items[i], found, &count) != NC_OK)
			return nc_error_no_memory(err);
		for (size_t k = 0; k < count; k++)
			put_country(request, found[k]);
	}
	return NC_OK;
}

/* ---- JSON ---- */

static json_t *json_day(struct nc_day day)
{
	char text[NC_DAY_TEXT_SIZE];

	nc_day_format(text, day);
	return nc_json_text(text);
}

static json_t *json_lunar_day(
	struct nc_json *json, const struct nc_lunar_day *lunar)
{
	json_t *object = json_object();

	nc_json_put(json, object, "year", json_integer(lunar->year));
	nc_json_put(json, object, "month", json_integer(lunar->month));
	nc_json_put(json, object, "leap", json_boolean(lunar->leap));
	nc_json_put(json, object, "day", json_integer(lunar->day));
	return object;
}

static json_t *json_items(
	struct nc_json *json, const struct nc_calendar_day *day)
{
	json_t *items = json_array();

	for (size_t i = 0; i < day->items_count; i++) {
		json_t *item = json_object();

		nc_json_put(json, item, "id", nc_json_id(&day->items[i]->id));
		nc_json_put(
			json, item, "text", nc_json_text(day->items[i]->text));
		nc_json_add(json, items, item);
	}
	return items;
}

static json_t *json_calendar_day(
	struct nc_json *json, const struct nc_calendar_day *day, bool joined)
{
	json_t *object = json_object();
	char confidence[2] = {day->confidence, '\0'};

	nc_json_put(json, object, "date", json_day(day->from));
	nc_json_put(json, object, "to", json_day(day->to));
	nc_json_put(json, object, "kind",
		nc_json_text(nc_calendar_kind_name(day->kind)));
	nc_json_put(json, object, "name_vi", nc_json_text(day->name_vi));
	nc_json_put(json, object, "name_en", nc_json_text(day->name_en));
	nc_json_put(json, object, "country",
		day->country == NULL ? json_null()
				     : nc_json_text(day->country->iso2));
	nc_json_put(json, object, "years",
		day->years > 0 ? json_integer(day->years) : json_null());
	nc_json_put(json, object, "class",
		day->years > 0 ? nc_json_text(nc_anniversary_class_name(
					 nc_anniversary_class_of(day->years)))
			       : json_null());
	nc_json_put(json, object, "lunar",
		day->is_lunar ? json_lunar_day(json, &day->lunar)
			      : json_null());
	nc_json_put(json, object, "confidence", nc_json_text(confidence));
	nc_json_put(json, object, "planned",
		joined ? json_items(json, day) : json_null());
	return object;
}

static enum nc_status print_json(const struct nc_calendar *calendar,
	const struct request *request, bool joined, struct nc_error *err)
{
	struct nc_json json = {.failed = false};
	json_t *object = json_object(), *days = json_array();

	for (size_t i = 0; i < calendar->count; i++)
		nc_json_add(&json, days,
			json_calendar_day(&json, &calendar->days[i], joined));
	nc_json_put(&json, object, "from", json_day(request->from));
	nc_json_put(&json, object, "to", json_day(request->to));
	nc_json_put(&json, object, "joined", json_boolean(joined));
	nc_json_put(&json, object, "days", days);
	return nc_json_print(&json, object, err);
}

/* ---- the screen ---- */

static const char *weekday(struct nc_day day)
{
	static const char *const names[][2] = {{"Thứ hai", "Monday"},
		{"Thứ ba", "Tuesday"}, {"Thứ tư", "Wednesday"},
		{"Thứ năm", "Thursday"}, {"Thứ sáu", "Friday"},
		{"Thứ bảy", "Saturday"}, {"Chủ nhật", "Sunday"}};
	int at = nc_day_weekday(day) - 1;

	return nc_console_label(names[at][0], names[at][1]);
}

/* năm tròn, năm lẻ 5, năm khác. */
static const char *year_class(int years)
{
	static const char *const english[] = {[NC_ANNIVERSARY_ROUND] = "round",
		[NC_ANNIVERSARY_FIVE] = "ends in 5",
		[NC_ANNIVERSARY_OTHER] = "other"};
	enum nc_anniversary_class of = nc_anniversary_class_of(years);

	return nc_console_label(nc_anniversary_class_name(of), english[of]);
}

static void cell_planned(
	struct nc_table *table, const struct nc_calendar_day *day, bool joined)
{
	if (!joined)
		return;
	if (day->items_count == 0)
		nc_table_cell(table, _("nothing planned"));
	else if (day->items_count == 1)
		nc_table_cell(table, day->items[0]->text);
	else
		nc_table_format(table, "(%zu) %s", day->items_count,
			day->items[0]->text);
}

static void put_row(
	struct nc_table *table, const struct nc_calendar_day *day, bool joined)
{
	if (nc_day_compare(day->from, day->to) == 0)
		nc_table_format(
			table, "%02d/%d", day->from.day, day->from.month);
	else
		nc_table_format(table, "%02d - %02d/%d", day->from.day,
			day->to.day, day->to.month);
	nc_table_cell(table, weekday(day->from));
	nc_table_cell(table, nc_console_label(day->name_vi, day->name_en));
	if (day->years > 0)
		nc_table_format(
			table, "%d (%s)", day->years, year_class(day->years));
	else
		nc_table_cell(table, "");
	if (day->is_lunar)
		nc_table_format(
			table, "%d/%d", day->lunar.day, day->lunar.month);
	else
		nc_table_cell(table, "");
	cell_planned(table, day, joined);
}

/* The days of one month, from the first on; how many in *ret_count. */
static enum nc_status print_month(const struct nc_calendar_day *days,
	size_t count, bool joined, size_t *ret_count, struct nc_error *err)
{
	struct nc_table table NC_AUTO(nc_table_fini) = {0};
	size_t n = 0;

	nc_table_init(&table, joined ? 6 : 5);
	nc_table_cell(&table, _("Date"));
	nc_table_cell(&table, _("Weekday"));
	nc_table_cell(&table, _("Day"));
	nc_table_cell(&table, _("Years"));
	nc_table_cell(&table, _("Lunar"));
	if (joined)
		nc_table_cell(&table, _("Planned"));
	for (; n < count && days[n].from.year == days->from.year &&
		days[n].from.month == days->from.month;
		n++)
		put_row(&table, &days[n], joined);
	*ret_count = n;
	nc_console_print(_("Month %d/%d\n"), days->from.month, days->from.year);
	return nc_table_print(&table, err);
}

static enum nc_status print_months(
	const struct nc_calendar *calendar, bool joined, struct nc_error *err)
{
	enum nc_status status = NC_OK;
	size_t open = 0, n = 0;

	if (calendar->count == 0)
		nc_console_note(_("No day that the calendar knows falls in "
				  "this time."));
	for (size_t i = 0; i < calendar->count && status == NC_OK; i += n) {
		if (i > 0)
			nc_console_print("\n");
		status = print_month(&calendar->days[i], calendar->count - i,
			joined, &n, err);
	}
	for (size_t i = 0; i < calendar->count; i++)
		open += calendar->days[i].items_count == 0;
	if (status == NC_OK && joined && calendar->count > 0)
		nc_console_print(_("\nDays: %zu; with nothing planned: %zu.\n"),
			calendar->count, open);
	return status;
}

/* ---- a file for other calendars ---- */

static enum nc_status write_ics(const struct nc_call *call,
	const struct nc_calendar *calendar, struct nc_error *err)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	const char *path = nc_call_value(call, "ics");
	struct nc_json json = {.failed = false};
	enum nc_status status;
	json_t *object;

	if (calendar->count == 0)
		return nc_error_set(err, NC_NOT_FOUND,
			_("No day that the calendar knows falls in this time, "
			  "and a calendar file cannot be empty; choose a "
			  "longer time."));
	nc_buffer_init(&out, ICS_BYTES_MAX);
	status = nc_calendar_ics(calendar, call->env.now_ms(call->env.context),
		nc_console_is_vietnamese(), &out);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK)
		return nc_error_set(err, status,
			_("The calendar file would be too large; choose a "
			  "shorter time."));
	status = nc_home_write_file(call, path, nc_buffer_slice(&out), err);
	if (status != NC_OK)
		return status;
	if (!call->json) {
		nc_console_print(
			_("%zu days are in %s.\n"), calendar->count, path);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "file", nc_json_text(path));
	nc_json_put(&json, object, "events", nc_json_number(calendar->count));
	return nc_json_print(&json, object, err);
}

/* ---- the lunar year ---- */

static enum nc_status json_lunar(
	const struct nc_lunar_year *year, struct nc_error *err)
{
	struct nc_json json = {.failed = false};
	json_t *object = json_object(), *months = json_array();
	char name[NC_CAN_CHI_MAX];

	for (size_t i = 0; i < year->count; i++) {
		const struct nc_lunar_month *month = &year->months[i];
		json_t *to = json_object();

		nc_json_put(&json, to, "start",
			json_day(nc_day_of_number(month->start)));
		nc_json_put(&json, to, "month", json_integer(month->number));
		nc_json_put(&json, to, "leap", json_boolean(month->leap));
		nc_json_put(&json, to, "days", json_integer(month->days));
		nc_json_add(&json, months, to);
	}
	nc_lunar_year_name(year->year, name);
	nc_json_put(&json, object, "year", json_integer(year->year));
	nc_json_put(&json, object, "name", nc_json_text(name));
	nc_json_put(&json, object, "months", months);
	return nc_json_print(&json, object, err);
}

static enum nc_status print_lunar(
	const struct nc_lunar_year *year, struct nc_error *err)
{
	struct nc_table table NC_AUTO(nc_table_fini) = {0};
	char name[NC_CAN_CHI_MAX];

	nc_table_init(&table, 5);
	nc_table_cell(&table, _("Lunar month"));
	nc_table_cell(&table, _("Name"));
	nc_table_cell(&table, _("First day"));
	nc_table_cell(&table, _("Weekday"));
	nc_table_cell(&table, _("Days"));
	for (size_t i = 0; i < year->count; i++) {
		const struct nc_lunar_month *month = &year->months[i];
		struct nc_day start = nc_day_of_number(month->start);

		nc_table_format(&table, "%d%s", month->number,
			month->leap ? _(" (leap)") : "");
		nc_lunar_month_name(year->year, month->number, name);
		nc_table_cell(&table, name);
		nc_table_format(&table, "%02d/%02d/%d", start.day, start.month,
			start.year);
		nc_table_cell(&table, weekday(start));
		nc_table_format(&table, "%d", month->days);
	}
	nc_lunar_year_name(year->year, name);
	nc_console_print(_("Lunar year %s %d\n"), name, year->year);
	return nc_table_print(&table, err);
}

static enum nc_status run_lunar(
	const struct nc_call *call, struct nc_error *err)
{
	static const char *const others[] = {"country", "days", "from", "ics"};
	struct nc_lunar_year lunar;
	enum nc_status status;
	unsigned year;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (nc_call_has(call, others[i]))
			return nc_error_set(err, NC_USAGE,
				_("--lunar shows the months of a year and "
				  "takes no --%s."),
				others[i]);
	if (call->arguments_count > 0)
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is one word too many for %s; put words that "
			  "belong together in quotes."),
			call->arguments[0], call->command->name);
	status = nc_call_year(call, &year, err);
	if (status != NC_OK)
		return status;
	if (!nc_lunar_year((int)year, &lunar))
		return nc_error_set(err, NC_USAGE,
			_("The calendar knows the years %d to %d; choose days "
			  "within them."),
			NC_LUNAR_YEAR_MIN, NC_LUNAR_YEAR_MAX);
	return call->json ? json_lunar(&lunar, err) : print_lunar(&lunar, err);
}

static enum nc_status show(const struct nc_call *call, struct request *request,
	struct planned *planned, struct nc_error *err)
{
	struct nc_calendar calendar NC_AUTO(nc_calendar_fini) = {0};
	enum nc_status status = NC_OK;

	nc_calendar_init(&calendar);
	if (request->countries_count == 0)
		status = countries_of_plan(planned, request, err);
	if (status == NC_OK)
		status = nc_calendar_make(&calendar, request->from, request->to,
			request->countries, request->countries_count, err);
	if (status == NC_OK)
		status = nc_calendar_plan(
			&calendar, planned->items, planned->count, err);
	if (status != NC_OK)
		return status;
	if (nc_call_has(call, "ics"))
		return write_ics(call, &calendar, err);
	if (call->json)
		return print_json(&calendar, request, planned->joined, err);
	return print_months(&calendar, planned->joined, err);
}

static enum nc_status run_calendar(struct nc_call *call, struct nc_error *err)
{
	struct planned planned NC_AUTO(planned_fini) = {.joined = false};
	struct request request = {.countries_count = 0};
	enum nc_status status;

	nc_home_init(&planned.home);
	nc_arena_init(&planned.arena, ITEMS_BYTES_MAX);
	if (nc_call_has(call, "lunar"))
		return run_lunar(call, err);
	status = read_request(call, &request, err);
	if (status == NC_OK)
		status = read_planned(&planned, call, &request, err);
	if (status == NC_OK)
		status = show(call, &request, &planned, err);
	return status;
}

static const struct nc_option options[] = {
	{"year", 0, "YEAR", N_("the year; this one when it is not given")},
	{"lunar", 0, NULL, N_("the months of the lunar year instead")},
	{"country", 0, "CODE…",
		N_("only days of these countries, Viet Nam's and nobody's; "
		   "else those of your plan, or all")},
	{"days", 0, "N", N_("the next N days instead of a year (60)")},
	{"from", 0, "DATE", N_("the first of them; today when not given")},
	{"ics", 0, "FILE", N_("write an iCalendar file")},
	{.name = NULL},
};

const struct nc_command nc_client_calendar = {
	.name = "calendar",
	.arguments = "",
	.arguments_max = COUNTRIES_MAX / 4,
	.help = N_("show a year's anniversaries, national days and festivals, "
		   "and what is planned for them"),
	.examples = "nhipcau calendar --year 2025\n"
		    "nhipcau calendar --days 60 --country LA KH\n"
		    "nhipcau calendar --year 2025 --ics lich-2025.ics\n"
		    "nhipcau calendar --year 2025 --lunar\n",
	.options = options,
	.flags = NC_COMMAND_NO_HOME,
	.run = run_calendar,
};
