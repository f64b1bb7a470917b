/*
 * Which plan items speak of which day. An item is read once: the days that it
 * writes, the countries that it names, its folded words; then each day of its
 * year is held against that.
 */
#include "report/calendar.h"

#include "locale/facts.h"
#include "locale/text.h"

#include <string.h>

#define DAYS_MAX 64 /* that one item writes; more are passed over */
/* Other words that may stand between two words of a day's name (Quân tình
 * nguyện và chuyên gia quân sự Việt Nam giúp Cách mạng Lào). */
#define GAP_WORDS_MAX 2
/* A range longer than this names a season, not a day. */
#define RANGE_DAYS_MAX 7
#define FOLDED_BYTES_MAX (1024u * 1024)

struct reading {
	const struct nc_calendar_item *item;
	struct {
		struct nc_day from, to;
	} days[DAYS_MAX];
	size_t days_count;
	const struct nc_country *countries[NC_CALENDAR_COUNTRIES_MAX];
	size_t countries_count;
	struct nc_buffer folded; /* " words of the text " */
};

/* Other spellings of a day's name, folded. */
static const struct {
	const char *name, *other;
} spellings[] = {
	{"Tết Bunpimay", "bun pi may"},
	{"Tết Bunpimay", "punpimay"},
	{"Tết Bunpimay", "bun pi mai"},
	{"Tết Bunpimay", "tet lao"},
	{"Tết Chol Chnam Thmay", "chol chnam"},
	{"Tết Chol Chnam Thmay", "tet campuchia"},
	{"Tết Nguyên đán", "tet co truyen nam"},
	{"Noel", "giang sinh"},
	{"Ngày Quốc tế Pháp ngữ", "ngay phap ngu"},
	{"Quốc khánh Việt Nam", "quoc khanh nuoc chxhcn viet nam"},
	{"Quốc khánh Việt Nam", "quoc khanh nuoc cong hoa xa hoi chu nghia"},
	{"Quốc khánh Việt Nam", "quoc khanh nuoc ta"},
};

static void put_day(
	struct reading *reading, struct nc_day from, struct nc_day to)
{
	if (from.year == 0 || to.year == 0 || reading->days_count == DAYS_MAX ||
		nc_day_between(from, to) < 0 ||
		nc_day_between(from, to) >= RANGE_DAYS_MAX)
		return;
	reading->days[reading->days_count].from = from;
	reading->days[reading->days_count++].to = to;
}

static enum nc_status take_fact(void *context, const struct nc_fact *fact)
{
	struct reading *reading = context;
	const struct nc_date *date = fact->date;

	if (fact->kind != NC_FACT_DATE || date->by_year ||
		date->precision != NC_PRECISION_DAY)
		return NC_OK;
	if (date->kind == NC_DATE_PAIR)
		put_day(reading, date->to, date->to);
	else if (date->kind != NC_DATE_ANNIVERSARY)
		put_day(reading, date->from, date->to);
	else if (date->to.year != 0)
		put_day(reading, date->to, date->to);
	return NC_OK;
}

static void put_country(const struct nc_country **found, size_t *count,
	const struct nc_country *country)
{
	for (size_t i = 0; i < *count; i++)
		if (found[i] == country)
			return;
	if (country != NULL && *count < NC_CALENDAR_COUNTRIES_MAX)
		found[(*count)++] = country;
}

/* Those that running text names. */
static enum nc_status put_named(
	const struct nc_country **found, size_t *count, struct nc_slice text)
{
	struct nc_country_hit hits[NC_CALENDAR_COUNTRIES_MAX];
	size_t hits_count = 0;
	enum nc_status status = nc_countries_find(
		text, hits, NC_CALENDAR_COUNTRIES_MAX, &hits_count);

	for (size_t i = 0; i < hits_count && status == NC_OK; i++)
		put_country(found, count, hits[i].country);
	return status;
}

/* A line: a name, a code, or words with names among them. */
static enum nc_status put_line(
	const struct nc_country **found, size_t *count, struct nc_slice line)
{
	const struct nc_country *country = nc_country_by_name(line);
	char code[4];

	if (country == NULL && line.size < sizeof(code)) {
		memcpy(code, line.data, line.size);
		code[line.size] = '\0';
		country = nc_country_by_code(code);
	}
	if (country == NULL)
		return put_named(found, count, line);
	put_country(found, count, country);
	return NC_OK;
}

static enum nc_status put_lines(
	const struct nc_country **found, size_t *count, const char *lines)
{
	enum nc_status status = NC_OK;

	while (lines != NULL && *lines != '\0' && status == NC_OK) {
		size_t size = strcspn(lines, "\n");

		status = put_line(
			found, count, nc_text_trim(nc_slice(lines, size)));
		lines += size + (lines[size] == '\n');
	}
	return status;
}

enum nc_status nc_calendar_item_countries(const struct nc_calendar_item *item,
	const struct nc_country *found[NC_CALENDAR_COUNTRIES_MAX],
	size_t *ret_count)
{
	size_t count = 0;
	enum nc_status status = put_lines(found, &count, item->countries);

	if (status == NC_OK)
		status = put_lines(found, &count, item->country_words);
	if (status == NC_OK)
		*ret_count = count;
	return status;
}

static enum nc_status read_item(struct reading *reading)
{
	struct nc_slice text = nc_slice_text(reading->item->text);
	enum nc_status status;

	reading->days_count = reading->countries_count = 0;
	nc_buffer_reset(&reading->folded);
	status = nc_facts_find(text, reading->item->year, take_fact, reading);
	if (status == NC_OK)
		status = nc_calendar_item_countries(reading->item,
			reading->countries, &reading->countries_count);
	if (status == NC_OK)
		status = put_named(
			reading->countries, &reading->countries_count, text);
	if (status == NC_OK)
		status = nc_buffer_text(&reading->folded, " ");
	if (status == NC_OK)
		status = nc_text_fold(&reading->folded, text);
	return status == NC_OK ? nc_buffer_text(&reading->folded, " ") : status;
}

static bool names_country(
	const struct reading *reading, const struct nc_country *country)
{
	for (size_t i = 0; i < reading->countries_count; i++)
		if (reading->countries[i] == country)
			return true;
	return false;
}

static bool is_abroad(const struct nc_calendar_day *day)
{
	return day->country != NULL && strcmp(day->country->iso2, "VN") != 0;
}

static bool has_date(
	const struct reading *reading, const struct nc_calendar_day *day)
{
	for (size_t i = 0; i < reading->days_count; i++)
		if (nc_day_compare(reading->days[i].from, day->to) <= 0 &&
			nc_day_compare(reading->days[i].to, day->from) >= 0)
			return true;
	return false;
}

/* Whether the date, which both write, is rather another day's: one of a
 * country that the item names. */
static bool is_anothers(const struct nc_calendar *calendar,
	const struct reading *reading, const struct nc_calendar_day *day)
{
	if (is_abroad(day))
		return reading->countries_count > 0 &&
		       !names_country(reading, day->country);
	for (size_t i = 0; i < calendar->count; i++) {
		const struct nc_calendar_day *other = &calendar->days[i];

		if (is_abroad(other) &&
			nc_day_compare(other->from, day->to) <= 0 &&
			nc_day_compare(other->to, day->from) >= 0 &&
			has_date(reading, other) &&
			names_country(reading, other->country))
			return true;
	}
	return false;
}

/* The size of the first word of text that ends with a space. */
static size_t word_size(const char *text)
{
	return strcspn(text, " ");
}

/* Whether the words of name stand in text from here on, in their order, with
 * few others between. Both are folded and end with a space. */
static bool words_follow(const char *text, const char *name)
{
	unsigned left = 0;

	while (*name != '\0') {
		size_t size = word_size(name);

		if (*text == '\0')
			return false;
		if (word_size(text) == size && memcmp(text, name, size) == 0) {
			name += size + 1;
			left = GAP_WORDS_MAX;
		} else if (left-- == 0) {
			return false;
		}
		text += word_size(text);
		text += *text == ' ';
	}
	return true;
}

static bool has_words(const struct reading *reading, const char *name)
{
	const char *text = nc_buffer_string(&reading->folded) + 1;

	while (*text != '\0') {
		if (words_follow(text, name))
			return true;
		text += word_size(text);
		text += *text == ' ';
	}
	return false;
}

/* The day's name, folded, without the word "ngày" before it. */
static enum nc_status has_name(const struct reading *reading,
	const struct nc_calendar_day *day, bool *ret_has)
{
	struct nc_buffer name NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;
	const char *words;

	for (size_t i = 0; i < sizeof(spellings) / sizeof(spellings[0]); i++) {
		const char *at;

		if (strcmp(spellings[i].name, day->name_vi) != 0)
			continue;
		at = strstr(
			nc_buffer_string(&reading->folded), spellings[i].other);
		if (at != NULL && at[-1] == ' ') {
			*ret_has = true;
			return NC_OK;
		}
	}
	nc_buffer_init(&name, FOLDED_BYTES_MAX);
	status = nc_text_fold(&name, nc_slice_text(day->name_vi));
	if (status == NC_OK)
		status = nc_buffer_text(&name, " ");
	if (status != NC_OK)
		return status;
	words = nc_buffer_string(&name);
	if (strncmp(words, "ngay ", 5) == 0)
		words += 5;
	*ret_has = has_words(reading, words);
	return NC_OK;
}

static enum nc_status speaks_of(const struct nc_calendar *calendar,
	const struct reading *reading, const struct nc_calendar_day *day,
	bool *ret_speaks)
{
	const char *folded = nc_buffer_string(&reading->folded);

	*ret_speaks =
		has_date(reading, day) && !is_anothers(calendar, reading, day);
	if (*ret_speaks)
		return NC_OK;
	if (!is_abroad(day) || day->kind == NC_CALENDAR_DAY ||
		day->kind == NC_CALENDAR_FESTIVAL)
		return has_name(reading, day, ret_speaks);
	*ret_speaks = names_country(reading, day->country) &&
		      strstr(folded, day->kind == NC_CALENDAR_RELATIONS
					     ? " quan he ngoai giao "
					     : " quoc khanh ") != NULL;
	return NC_OK;
}

static enum nc_status put_item(struct nc_calendar *calendar,
	struct nc_calendar_day *day, const struct nc_calendar_item *item)
{
	size_t count = day->items_count;

	/* Room for 1, 2, 4, 8 …: when the number is a power of two. */
	if ((count & (count - 1)) == 0) {
		const struct nc_calendar_item **more =
			nc_arena_array(&calendar->arena,
				count == 0 ? 1 : 2 * count, sizeof(*more));

		if (more == NULL)
			return NC_NO_MEMORY;
		if (count > 0)
			memcpy(more, day->items, count * sizeof(*more));
		day->items = more;
	}
	day->items[day->items_count++] = item;
	return NC_OK;
}

static enum nc_status plan_item(
	struct nc_calendar *calendar, struct reading *reading)
{
	enum nc_status status = read_item(reading);

	for (size_t i = 0; i < calendar->count && status == NC_OK; i++) {
		struct nc_calendar_day *day = &calendar->days[i];
		bool speaks = false;

		if (day->from.year != reading->item->year)
			continue;
		status = speaks_of(calendar, reading, day, &speaks);
		if (status == NC_OK && speaks)
			status = put_item(calendar, day, reading->item);
	}
	return status;
}

enum nc_status nc_calendar_plan(struct nc_calendar *calendar,
	const struct nc_calendar_item *items, size_t count,
	struct nc_error *err)
{
	struct reading reading = {0};
	enum nc_status status = NC_OK;

	nc_buffer_init(&reading.folded, FOLDED_BYTES_MAX);
	for (size_t i = 0; i < count && status == NC_OK; i++) {
		reading.item = &items[i];
		status = plan_item(calendar, &reading);
	}
	nc_buffer_fini(&reading.folded);
	if (status == NC_LIMIT)
		return nc_error_set(err, NC_LIMIT,
			_("A plan item is longer than a record may be; the "
			  "calendar cannot read it."));
	return status == NC_OK ? NC_OK : nc_error_no_memory(err);
}
