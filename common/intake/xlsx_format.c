/*
 * Number formats: ECMA-376 part 1, 18.8.30 (numFmt) and 18.8.31. A format has
 * up to four sections between ";"; the first is for positive numbers. What is
 * quoted, escaped by "\", spaced by "_" or repeated by "*" is shown as it is;
 * "[$đ-42A]" is a currency and a language, "[h]" hours beyond a day, any other
 * bracket a colour or a condition. y, m, d, h and s make dates of numbers.
 *
 * A date is the count of days since 31 December 1899, of which 60 is 29
 * February 1900, a day that never was (ECMA-376 part 1, 18.17.4.1); or, in
 * the other system, since 1 January 1904.
 */
#include "intake/xlsx.h"
#include "intake/office_xml.h"
#include "locale/day.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define STYLES_MAX 65536
#define UNIT_SIZE 64
/* 9999-12-31 */
#define SERIAL_MAX 2958465
#define DIGITS_MAX 15

/* --- one format ---------------------------------------------------------- */

struct scan {
	struct nc_slice code;
	size_t at;
	bool year, month, day, time, digits;
	char unit[UNIT_SIZE];
	size_t unit_size;
};

static void scan_keep(struct scan *scan, const uint8_t *data, size_t size)
{
	if (scan->unit_size + size >= UNIT_SIZE)
		return;
	memcpy(scan->unit + scan->unit_size, data, size);
	scan->unit_size += size;
}

/* From an opening quote or bracket; at then stands on the closing one. */
static struct nc_slice scan_until(struct scan *scan, char closing)
{
	size_t from = ++scan->at;

	while (scan->at < scan->code.size &&
		scan->code.data[scan->at] != (uint8_t)closing)
		scan->at++;
	return nc_slice(scan->code.data + from, scan->at - from);
}

static void scan_bracket(struct scan *scan)
{
	struct nc_slice in = scan_until(scan, ']');
	size_t size = 1;

	if (in.size == 0)
		return;
	if (in.data[0] == 'h' || in.data[0] == 'H' || in.data[0] == 's' ||
		in.data[0] == 'S' || in.data[0] == 'm') {
		scan->time = true;
		return;
	}
	if (in.data[0] != '$')
		return;
	while (size < in.size && in.data[size] != '-')
		size++;
	scan_keep(scan, in.data + 1, size - 1);
}

static void scan_one(struct scan *scan)
{
	uint8_t c = scan->code.data[scan->at];
	struct nc_slice quoted;

	switch (c) {
	case '"':
		quoted = scan_until(scan, '"');
		scan_keep(scan, quoted.data, quoted.size);
		return;
	case '[':
		scan_bracket(scan);
		return;
	case '\\':
		scan->at++;
		if (scan->at < scan->code.size)
			scan_keep(scan, scan->code.data + scan->at, 1);
		return;
	case '_':
	case '*':
		scan->at++;
		return;
	case 'y':
	case 'Y':
	case 'e': /* the year, where the format says no digits */
		scan->year |= c != 'e' || !scan->digits;
		return;
	case 'm':
	case 'M':
		scan->month = true;
		return;
	case 'd':
	case 'D':
		scan->day = true;
		return;
	case 'h':
	case 'H':
	case 's':
	case 'S':
		scan->time = true;
		return;
	case '0':
	case '#':
	case '?':
		scan->digits = true;
		return;
	default:
		if (c == '$' || c >= 0x80)
			scan_keep(scan, &c, 1);
		return;
	}
}

static enum xlsx_shape scan_shape(const struct scan *scan)
{
	if (scan->day)
		return XLSX_DAY;
	if (scan->time)
		return scan->year ? XLSX_DAY : XLSX_TIME;
	if (scan->month)
		return XLSX_MONTH;
	return scan->year ? XLSX_YEAR : XLSX_PLAIN;
}

enum nc_status xlsx_format_read(struct nc_slice code, struct nc_arena *arena,
	struct xlsx_format *ret_format, struct nc_error *err)
{
	struct scan scan = {.code = code};
	bool general = code.size >= 7 && memcmp(code.data, "General", 7) == 0;

	for (; !general && scan.at < scan.code.size; scan.at++) {
		if (scan.code.data[scan.at] == ';')
			break;
		scan_one(&scan);
	}
	ret_format->shape = scan_shape(&scan);
	ret_format->unit = "";
	if (scan.unit_size == 0 || ret_format->shape != XLSX_PLAIN)
		return NC_OK;
	ret_format->unit = nc_arena_text(arena, scan.unit, scan.unit_size);
	return ret_format->unit == NULL ? nc_error_no_memory(err) : NC_OK;
}

/* Formats that files name by number alone (18.8.30). Numbers 27 to 36 and 50
 * to 58 are dates of East Asian languages. */
static struct xlsx_format built_in(long number)
{
	struct xlsx_format format = {XLSX_PLAIN, ""};

	if ((number >= 14 && number <= 16) || number == 22 ||
		(number >= 27 && number <= 31) || number == 36 ||
		(number >= 50 && number <= 58))
		format.shape = XLSX_DAY;
	else if (number == 17)
		format.shape = XLSX_MONTH;
	else if ((number >= 18 && number <= 21) ||
		 (number >= 32 && number <= 35) ||
		 (number >= 45 && number <= 47))
		format.shape = XLSX_TIME;
	else if ((number >= 5 && number <= 8) || number == 42 || number == 44)
		format.unit = "$";
	return format;
}

/* --- styles --------------------------------------------------------------- */

struct custom {
	long number;
	struct xlsx_format format;
};

struct styles {
	struct workbook_builder *builder;
	struct custom *customs;
	size_t customs_count, customs_capacity;
	struct xlsx_styles out;
	size_t capacity;
	bool in_cells; /* within cellXfs */
};

static void *styles_grow(struct nc_arena *arena, void *old, size_t count,
	size_t *capacity, size_t size)
{
	size_t more = *capacity == 0 ? 64 : 2 * *capacity;
	void *grown;

	if (count < *capacity)
		return old;
	grown = more > STYLES_MAX ? NULL : nc_arena_array(arena, more, size);
	if (grown == NULL)
		return NULL;
	if (count > 0)
		memcpy(grown, old, count * size);
	*capacity = more;
	return grown;
}

static enum nc_status too_many(struct styles *styles, struct nc_error *err)
{
	if (styles->builder->workbook->arena.starved)
		return nc_error_no_memory(err);
	return nc_error_set(err, NC_LIMIT,
		_("The workbook has more than %d cell styles; copy its cells' "
		  "values into a new workbook and try again."),
		STYLES_MAX);
}

static enum nc_status add_custom(struct styles *styles,
	const struct office_element *element, struct nc_error *err)
{
	struct nc_arena *arena = &styles->builder->workbook->arena;
	struct nc_slice code;
	struct custom *customs;
	long number;

	if (!office_attribute_number(element, "numFmtId", &number) ||
		!office_attribute(element, "formatCode", &code))
		return NC_OK;
	customs = styles_grow(arena, styles->customs, styles->customs_count,
		&styles->customs_capacity, sizeof(*customs));
	if (customs == NULL)
		return too_many(styles, err);
	styles->customs = customs;
	customs[styles->customs_count].number = number;
	return xlsx_format_read(
		code, arena, &customs[styles->customs_count++].format, err);
}

static enum nc_status add_style(struct styles *styles,
	const struct office_element *element, struct nc_error *err)
{
	struct xlsx_format *formats = styles_grow(
		&styles->builder->workbook->arena, styles->out.formats,
		styles->out.count, &styles->capacity, sizeof(*formats));
	struct xlsx_format format;
	long number = 0;

	if (formats == NULL)
		return too_many(styles, err);
	styles->out.formats = formats;
	(void)office_attribute_number(element, "numFmtId", &number);
	format = built_in(number);
	/* From the last: formats begin at 164 and are few. */
	for (size_t i = 0; number >= 0 && i < styles->customs_count && i < 1024;
		i++)
		if (styles->customs[i].number == number) {
			format = styles->customs[i].format;
			break;
		}
	formats[styles->out.count++] = format;
	return NC_OK;
}

static enum nc_status styles_start(void *context,
	const struct office_element *element, struct nc_error *err)
{
	struct styles *styles = context;

	if (office_element_is(element, XLSX_SPACES, "cellXfs"))
		styles->in_cells = true;
	else if (office_element_is(element, XLSX_SPACES, "numFmt"))
		return add_custom(styles, element, err);
	else if (styles->in_cells &&
		 office_element_is(element, XLSX_SPACES, "xf"))
		return add_style(styles, element, err);
	return NC_OK;
}

static enum nc_status styles_end(void *context,
	const struct office_element *element, struct nc_error *err)
{
	struct styles *styles = context;

	(void)err;
	if (office_element_is(element, XLSX_SPACES, "cellXfs"))
		styles->in_cells = false;
	return NC_OK;
}

enum nc_status xlsx_styles_read(struct workbook_builder *builder,
	struct nc_slice xml, struct xlsx_styles *ret_styles,
	struct nc_error *err)
{
	struct styles styles = {.builder = builder};
	const struct office_xml_handler handler = {
		styles_start, styles_end, NULL, &styles};
	enum nc_status status =
		office_xml_read(xml, "xl/styles.xml", &handler, err);

	if (status == NC_OK)
		*ret_styles = styles.out;
	return status;
}

/* --- numbers and dates ---------------------------------------------------- */

/* A number while its text is read: digits × 10^power. */
struct reading {
	int64_t digits;
	unsigned kept; /* significant digits in digits */
	long power;
	bool any, round_up, negative;
};

static void read_digit(struct reading *reading, int digit, bool fraction)
{
	reading->any = true;
	if (reading->kept < DIGITS_MAX) {
		reading->digits = reading->digits * 10 + digit;
		reading->kept += reading->digits > 0;
		reading->power -= fraction;
		return;
	}
	/* The first digit that is not kept rounds the others. */
	if (reading->kept == DIGITS_MAX)
		reading->round_up = digit >= 5;
	reading->kept = DIGITS_MAX + 1;
	reading->power += !fraction;
}

static size_t read_digits(
	struct reading *reading, struct nc_slice text, size_t at)
{
	bool fraction = false;

	for (; at < text.size; at++) {
		uint8_t c = text.data[at];

		if (c == '.' && !fraction)
			fraction = true;
		else if (c >= '0' && c <= '9')
			read_digit(reading, c - '0', fraction);
		else
			break;
	}
	return at;
}

/* "E+12" at the end; false when something else stands there. */
static bool read_power(struct reading *reading, struct nc_slice text, size_t at)
{
	bool negative = false;
	long power = 0;

	if (at == text.size)
		return true;
	if ((text.data[at] != 'E' && text.data[at] != 'e') ||
		at + 1 == text.size)
		return false;
	at++;
	if (text.data[at] == '+' || text.data[at] == '-')
		negative = text.data[at++] == '-';
	if (at == text.size || text.size - at > 3)
		return false;
	for (; at < text.size; at++) {
		if (text.data[at] < '0' || text.data[at] > '9')
			return false;
		power = power * 10 + (text.data[at] - '0');
	}
	reading->power += negative ? -power : power;
	return true;
}

static bool to_decimal(struct reading *reading, struct nc_decimal *ret_number)
{
	int64_t digits = reading->digits + reading->round_up;
	long power = reading->power;

	while (digits != 0 && digits % 10 == 0 && power < 0) {
		digits /= 10;
		power++;
	}
	if (digits == 0)
		power = 0;
	for (; power > 0; power--) {
		if (digits > INT64_MAX / 10)
			return false;
		digits *= 10;
	}
	if (power < -18)
		return false;
	ret_number->digits = reading->negative ? -digits : digits;
	ret_number->places = (unsigned)-power;
	return true;
}

bool xlsx_number(struct nc_slice text, struct nc_decimal *ret_number)
{
	struct reading reading = {.digits = 0};
	size_t at = 0;

	if (text.size > 0 && text.data[0] == '-') {
		reading.negative = true;
		at++;
	}
	at = read_digits(&reading, text, at);
	if (!reading.any || !read_power(&reading, text, at))
		return false;
	return to_decimal(&reading, ret_number);
}

static bool time_text(int64_t part, int64_t of, char out[XLSX_DATE_SIZE])
{
	/* The nearest minute; of is at most 10^15. */
	int64_t minutes = (part * 1440 + of / 2) / of;

	if (minutes >= 1440)
		return false;
	snprintf(out, XLSX_DATE_SIZE, "%02d:%02d", (int)(minutes / 60),
		(int)(minutes % 60));
	return true;
}

bool xlsx_date(struct nc_decimal number, enum xlsx_shape shape, bool from_1904,
	char out[XLSX_DATE_SIZE])
{
	const struct nc_day start = {1899, 12, 31}, other = {1904, 1, 1};
	int64_t of = 1, serial;
	struct nc_day day;

	if (number.digits < 0 || number.places > DIGITS_MAX)
		return false;
	for (unsigned i = 0; i < number.places; i++)
		of *= 10;
	serial = number.digits / of;
	if (shape == XLSX_TIME)
		return serial == 0 && time_text(number.digits % of, of, out);
	if (serial > SERIAL_MAX || (!from_1904 && serial < 1) ||
		(!from_1904 && serial == 60))
		return false;
	day = from_1904 ? nc_day_add(other, serial)
			: nc_day_add(start, serial - (serial > 60));
	if (day.year == 0)
		return false;
	if (shape == XLSX_YEAR)
		snprintf(out, XLSX_DATE_SIZE, "%04d", day.year);
	else if (shape == XLSX_MONTH)
		snprintf(out, XLSX_DATE_SIZE, "%02d/%04d", day.month, day.year);
	else
		snprintf(out, XLSX_DATE_SIZE, "%02d/%02d/%04d", day.day,
			day.month, day.year);
	return true;
}
