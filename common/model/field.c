/*
 * Values of fields: what fits, and words to values and back.
 */
#include "base/limits.h"
#include "locale/countries.h"
#include "locale/money.h"
#include "locale/text.h"
#include "model/model.h"
#include "model/rank.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

static bool date_number(const char *digits, size_t count, int min, int max)
{
	int value = 0;

	for (size_t i = 0; i < count; i++) {
		if (digits[i] < '0' || digits[i] > '9')
			return false;
		value = value * 10 + (digits[i] - '0');
	}
	return value >= min && value <= max;
}

static int date_days_in(int year, int month)
{
	static const int days[] = {
		31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return month == 2 && leap ? 29 : days[month - 1];
}

bool nc_date_is_valid(struct nc_slice text)
{
	char t[11] = "";
	int year, month;

	if (text.size < 4 || text.size > 10)
		return false;
	memcpy(t, text.data, text.size);
	if (!date_number(t, 4, 1, 9999))
		return false;
	if (text.size == 4)
		return true;
	if (t[4] != '-')
		return false;
	if (text.size == 7 && t[5] == 'Q')
		return date_number(t + 6, 1, 1, 4);
	if (text.size == 7 && t[5] == 'H')
		return date_number(t + 6, 1, 1, 2);
	if (text.size != 7 && text.size != 10)
		return false;
	if (!date_number(t + 5, 2, 1, 12))
		return false;
	if (text.size == 7)
		return true;
	year = atoi(t);
	month = atoi(t + 5);
	return t[7] == '-' &&
	       date_number(t + 8, 2, 1, date_days_in(year, month));
}

bool nc_money_split(
	struct nc_slice text, int64_t *ret_minor, char ret_currency[4])
{
	size_t digits = 0;
	int64_t minor = 0;

	while (digits < text.size && text.data[digits] >= '0' &&
		text.data[digits] <= '9') {
		int digit = text.data[digits++] - '0';

		if (minor > (INT64_MAX - digit) / 10)
			return false;
		minor = minor * 10 + digit;
	}
	if (digits == 0 || (digits > 1 && text.data[0] == '0') ||
		text.size != digits + 4 || text.data[digits] != ' ')
		return false;
	for (size_t i = digits + 1; i < text.size; i++)
		if (text.data[i] < 'A' || text.data[i] > 'Z')
			return false;
	*ret_minor = minor;
	memcpy(ret_currency, text.data + digits + 1, 3);
	ret_currency[3] = '\0';
	return true;
}

static bool money_is_valid(struct nc_slice text)
{
	char currency[4];
	int64_t minor;

	return nc_money_split(text, &minor, currency);
}

bool nc_references_at(
	const struct nc_value *value, size_t index, struct nc_id *ret_id)
{
	if (value->kind != NC_VALUE_BYTES ||
		index >= value->bytes.size / NC_ID_SIZE)
		return false;
	memcpy(ret_id->bytes, value->bytes.data + index * NC_ID_SIZE,
		NC_ID_SIZE);
	return true;
}

bool nc_field_refers_to(const struct nc_field *field, uint32_t entity)
{
	if (field->type != NC_TYPE_REFERENCE &&
		field->type != NC_TYPE_REFERENCES)
		return false;
	return field->refers[0] == 0 || field->refers[0] == entity ||
	       field->refers[1] == entity;
}

/* Whole ids, no two alike. */
static bool references_are_valid(struct nc_slice bytes)
{
	if (bytes.size % NC_ID_SIZE != 0)
		return false;
	for (size_t i = 0; i < bytes.size; i += NC_ID_SIZE)
		for (size_t j = 0; j < i; j += NC_ID_SIZE)
			if (memcmp(bytes.data + i, bytes.data + j,
				    NC_ID_SIZE) == 0)
				return false;
	return true;
}

static bool country_is_valid(struct nc_slice code)
{
	return code.size == 2 && code.data[0] >= 'A' && code.data[0] <= 'Z' &&
	       code.data[1] >= 'A' && code.data[1] <= 'Z';
}

/* Codes of two letters, one a line: each begins at a multiple of three. */
static bool countries_are_valid(struct nc_slice list)
{
	if (list.size % 3 != 2)
		return false;
	for (size_t i = 0; i < list.size; i += 3) {
		if (!country_is_valid(nc_slice(list.data + i, 2)) ||
			(i > 0 && list.data[i - 1] != '\n'))
			return false;
		for (size_t j = 0; j < i; j += 3)
			if (memcmp(list.data + i, list.data + j, 2) == 0)
				return false;
	}
	return true;
}

static bool choice_is_known(
	const struct nc_choice *choices, struct nc_slice name)
{
	for (; choices->name != NULL; choices++)
		if (nc_slice_equal(nc_slice_text(choices->name), name))
			return true;
	return false;
}

/* Folded texts alike? "Lao" is what "Lào" is typed without its mark. */
static bool means(struct nc_slice label, struct nc_slice words)
{
	struct nc_buffer a NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer b NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&a, NC_TEXT_BYTES_MAX);
	nc_buffer_init(&b, NC_TEXT_BYTES_MAX);
	return nc_text_fold(&a, label) == NC_OK &&
	       nc_text_fold(&b, words) == NC_OK &&
	       nc_slice_equal(nc_buffer_slice(&a), nc_buffer_slice(&b));
}

static bool list_is_valid(struct nc_slice list)
{
	bool empty = true;

	for (size_t i = 0; i < list.size; i++) {
		if (list.data[i] == '\n' && empty)
			return false;
		empty = list.data[i] == '\n';
	}
	return !empty;
}

/* What is kept as codes: countries and money. */
static enum nc_status field_check_codes(const struct nc_field *field,
	struct nc_slice text, struct nc_error *err)
{
	if (field->type == NC_TYPE_COUNTRY && !country_is_valid(text))
		return nc_error_set(err, NC_INVALID,
			_("\"%.*s\" is not a country's code for %s; write two "
			  "capital letters, such as LA."),
			(int)text.size, (const char *)text.data, field->name);
	if (field->type == NC_TYPE_COUNTRIES && !countries_are_valid(text))
		return nc_error_set(err, NC_INVALID,
			_("%s must be countries' codes, each once; write LA; "
			  "KH."),
			field->name);
	if (field->type == NC_TYPE_MONEY && !money_is_valid(text))
		return nc_error_set(err, NC_INVALID,
			_("%s must be a whole number of the smallest unit and "
			  "a currency's code; write 14981400 USD."),
			field->name);
	return NC_OK;
}

static enum nc_status field_check_text(const struct nc_field *field,
	struct nc_slice text, struct nc_error *err)
{
	size_t max = field->max > 0 ? (size_t)field->max : NC_TEXT_BYTES_MAX;

	if (text.size > max)
		return nc_error_set(err, NC_INVALID,
			_("%s is %zu bytes long and may have %zu; shorten it."),
			field->name, text.size, max);
	if (field->type == NC_TYPE_ENUM &&
		!choice_is_known(field->choices, text))
		return nc_error_set(err, NC_INVALID,
			_("\"%.*s\" is not a value that %s knows; --help lists "
			  "them."),
			(int)text.size, (const char *)text.data, field->name);
	if (field->type == NC_TYPE_DATE && !nc_date_is_valid(text))
		return nc_error_set(err, NC_INVALID,
			_("\"%.*s\" is not a date for %s; write 2024, 2024-Q2, "
			  "2024-10 or 2024-12-02."),
			(int)text.size, (const char *)text.data, field->name);
	if (field->type == NC_TYPE_RANK && !nc_rank_is_valid(text))
		return nc_error_set(err, NC_INVALID,
			_("\"%.*s\" is no place in a list; leave %s out, or "
			  "say where with --after or --before."),
			(int)text.size, (const char *)text.data, field->name);
	if (field->type == NC_TYPE_LIST && !list_is_valid(text))
		return nc_error_set(err, NC_INVALID,
			_("%s has an empty item; take it out."), field->name);
	return field_check_codes(field, text, err);
}

static enum nc_value_kind type_kind(enum nc_type type)
{
	switch (type) {
	case NC_TYPE_INTEGER:
	case NC_TYPE_BOOLEAN:
	case NC_TYPE_TIME:
		return NC_VALUE_INTEGER;
	case NC_TYPE_REFERENCE:
	case NC_TYPE_REFERENCES:
	case NC_TYPE_DEVICE:
	case NC_TYPE_BYTES:
		return NC_VALUE_BYTES;
	default:
		return NC_VALUE_TEXT;
	}
}

static enum nc_status codes_are_known(const struct nc_field *field,
	struct nc_slice text, struct nc_error *err)
{
	char code[4] = "";
	unsigned places;
	int64_t minor;

	if (field->type == NC_TYPE_MONEY &&
		nc_money_split(text, &minor, code) &&
		!nc_currency_places(code, &places))
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is not a currency that this program knows; "
			  "give %s in another."),
			code, field->name);
	if (field->type != NC_TYPE_COUNTRY && field->type != NC_TYPE_COUNTRIES)
		return NC_OK;
	for (size_t i = 0; i + 2 <= text.size; i += 3) {
		memcpy(code, text.data + i, 2);
		if (nc_country_by_code(code) == NULL)
			return nc_error_set(err, NC_INVALID,
				_("\"%s\" is not a country that this program "
				  "knows; correct %s."),
				code, field->name);
	}
	return NC_OK;
}

enum nc_status nc_field_check(const struct nc_field *field,
	const struct nc_value *value, struct nc_error *err)
{
	enum nc_status status;

	if (value->kind == NC_VALUE_TEXT && !nc_text_is_clean(value->bytes))
		return nc_error_set(err, NC_INVALID,
			_("%s is not NFC UTF-8 text; retype it."), field->name);
	status = nc_field_fits(field, value, err);
	if (status == NC_OK && value->kind == NC_VALUE_TEXT)
		status = codes_are_known(field, value->bytes, err);
	return status;
}

enum nc_status nc_field_fits(const struct nc_field *field,
	const struct nc_value *value, struct nc_error *err)
{
	if (value->kind == NC_VALUE_ABSENT)
		return NC_OK;
	if (value->kind != type_kind(field->type))
		return nc_error_set(err, NC_INVALID,
			_("%s holds another kind of value; see the field's "
			  "type in --help."),
			field->name);
	if (value->kind == NC_VALUE_TEXT)
		return field_check_text(field, value->bytes, err);
	if (value->kind == NC_VALUE_INTEGER) {
		if (value->integer < field->min || value->integer > field->max)
			return nc_error_set(err, NC_INVALID,
				_("%s is %" PRId64 " and must be from %" PRId64
				  " to %" PRId64 "; correct it."),
				field->name, value->integer, field->min,
				field->max);
		return NC_OK;
	}
	if (value->bytes.size < (size_t)field->min ||
		value->bytes.size > (size_t)field->max)
		return nc_error_set(err, NC_INVALID,
			_("%s has %zu bytes, which is not its size."),
			field->name, value->bytes.size);
	if (field->type == NC_TYPE_REFERENCES &&
		!references_are_valid(value->bytes))
		return nc_error_set(err, NC_INVALID,
			_("%s must be ids of records, each once."),
			field->name);
	return NC_OK;
}

/* List items: split at ";" and line ends, trimmed, empty ones left out. */
static enum nc_status field_parse_list(
	struct nc_slice word, struct nc_buffer *out)
{
	size_t start = 0, before = out->size;

	for (size_t i = 0; i <= word.size; i++) {
		struct nc_slice item;
		enum nc_status status = NC_OK;

		if (i < word.size && word.data[i] != ';' &&
			word.data[i] != '\n')
			continue;
		item = nc_text_trim(nc_slice(word.data + start, i - start));
		start = i + 1;
		if (item.size == 0)
			continue;
		if (out->size > before)
			status = nc_buffer_append(out, "\n", 1);
		if (status == NC_OK)
			status = nc_text_clean(out, item);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

static bool is_capital(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

/* Of two or three letters in any case. */
static const struct nc_country *country_coded(struct nc_slice item)
{
	char code[4] = "";

	if (item.size != 2 && item.size != 3)
		return NULL;
	for (size_t i = 0; i < item.size; i++)
		code[i] = (char)(item.data[i] >= 'a' && item.data[i] <= 'z'
					 ? item.data[i] - 'a' + 'A'
					 : item.data[i]);
	return nc_country_by_code(code);
}

/* One of whose names item is, typed without its marks; NULL when item has
 * some, and when it could be two countries. */
static const struct nc_country *country_unmarked(struct nc_slice item)
{
	const struct nc_country *found = NULL;
	struct nc_slice name;

	for (size_t i = 0; i < item.size; i++)
		if (item.data[i] >= 0x80)
			return NULL;
	for (size_t i = 0; i < nc_countries_count; i++)
		for (size_t k = 0; nc_country_name(&nc_countries[i], k, &name);
			k++) {
			if (!means(name, item))
				continue;
			if (found != NULL && found != &nc_countries[i])
				return NULL;
			found = &nc_countries[i];
		}
	return found;
}

/*
 * A country for one of its names or its code, "la" too. Two capitals are the
 * code; else the name goes first: "Nga" is Russia, though NGA is Nigeria's
 * code. What could be either (NGA; "my": MY, or Mỹ) is refused.
 */
static enum nc_status find_country(const struct nc_field *field,
	struct nc_slice item, const struct nc_country **ret_country,
	struct nc_error *err)
{
	const struct nc_country *coded = country_coded(item), *named;
	bool capitals = item.size >= 2 && is_capital(item.data[0]) &&
			is_capital(item.data[1]) &&
			is_capital(item.data[item.size - 1]);
	bool marked;

	*ret_country = coded;
	if (coded != NULL && capitals && item.size == 2)
		return NC_OK;
	named = nc_country_by_name(item);
	marked = named != NULL;
	/* Two capitals that are no code are no name without marks. */
	if (named == NULL && (!capitals || item.size > 2))
		named = country_unmarked(item);
	if (coded != NULL && named != NULL && coded != named &&
		(!marked || capitals))
		return nc_error_set(err, NC_INVALID,
			_("\"%.*s\" in %s can be %s (%s) or %s (%s); write the "
			  "code of the one you mean in capitals, or its name "
			  "with all marks."),
			(int)item.size, (const char *)item.data, field->name,
			coded->name_vi, coded->iso2, named->name_vi,
			named->iso2);
	if (named != NULL)
		*ret_country = named;
	if (*ret_country == NULL)
		return nc_error_set(err, NC_INVALID,
			_("\"%.*s\" is not a country that this program knows; "
			  "write %s as Lào, Hàn Quốc or LA."),
			(int)item.size, (const char *)item.data, field->name);
	return NC_OK;
}

static enum nc_status parse_country(const struct nc_field *field,
	struct nc_slice item, struct nc_buffer *out, struct nc_error *err)
{
	const struct nc_country *country;
	enum nc_status status = find_country(field, item, &country, err);

	return status == NC_OK ? nc_buffer_text(out, country->iso2) : status;
}

/* Items end at ";", "," or a line end. */
static enum nc_status parse_countries(const struct nc_field *field,
	struct nc_slice words, struct nc_buffer *out, struct nc_error *err)
{
	enum nc_status status = NC_OK;
	size_t start = 0;

	for (size_t i = 0; i <= words.size && status == NC_OK; i++) {
		struct nc_slice item;

		if (i < words.size && words.data[i] != ';' &&
			words.data[i] != ',' && words.data[i] != '\n')
			continue;
		item = nc_text_trim(nc_slice(words.data + start, i - start));
		start = i + 1;
		if (item.size == 0)
			continue;
		if (out->size > 0)
			status = nc_buffer_append(out, "\n", 1);
		if (status == NC_OK)
			status = parse_country(field, item, out, err);
	}
	return status;
}

static enum nc_status parse_money(const struct nc_field *field,
	struct nc_slice words, struct nc_buffer *out, struct nc_error *err)
{
	struct nc_money money;
	int64_t minor;

	if (nc_money_parse(words, &money, NULL) != NC_OK ||
		money.bound != NC_BOUND_EXACT || !money.has_min ||
		nc_decimal_compare(money.min, money.max) != 0 ||
		money.per[0] != '\0' ||
		(money.warnings & NC_NUMBER_AMBIGUOUS) != 0 ||
		nc_money_minor(money.currency, money.min, &minor) != NC_OK)
		return nc_error_set(err, NC_INVALID,
			_("\"%.*s\" is not one sum of money for %s; write "
			  "149.814 USD or 13,8 tỉ đồng."),
			(int)words.size, (const char *)words.data, field->name);
	return nc_buffer_printf(out, "%" PRId64 " %s", minor, money.currency);
}

/* Clean words of a type that is kept as codes, made these. */
static enum nc_status parse_codes(const struct nc_field *field,
	struct nc_buffer *clean, struct nc_error *err)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice words = nc_text_trim(nc_buffer_slice(clean));
	enum nc_status status = NC_OK;

	nc_buffer_init(&out, NC_TEXT_BYTES_MAX);
	if (words.size == 0)
		return NC_OK;
	if (field->type == NC_TYPE_COUNTRY)
		status = parse_country(field, words, &out, err);
	else if (field->type == NC_TYPE_COUNTRIES)
		status = parse_countries(field, words, &out, err);
	else if (field->type == NC_TYPE_MONEY)
		status = parse_money(field, words, &out, err);
	else
		return NC_OK;
	if (status != NC_OK)
		return status == NC_INVALID ? status : nc_error_no_memory(err);
	nc_buffer_reset(clean);
	status = nc_buffer_append(clean, out.data, out.size);
	return status == NC_OK ? NC_OK : nc_error_no_memory(err);
}

static enum nc_status field_parse_text(const struct nc_field *field,
	const char *word, struct nc_arena *arena, struct nc_value *ret_value,
	struct nc_error *err)
{
	struct nc_buffer clean NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice in = nc_slice_text(word);
	enum nc_status status;
	const void *data;

	nc_buffer_init(&clean, NC_TEXT_BYTES_MAX * 2);
	if (field->type == NC_TYPE_LIST)
		status = field_parse_list(in, &clean);
	else
		status = nc_text_clean(&clean, in);
	if (status == NC_MALFORMED)
		return nc_error_set(err, NC_INVALID,
			_("%s is not UTF-8 text; retype it."), field->name);
	if (status != NC_OK)
		return nc_error_set(err, NC_INVALID,
			_("%s is too long; shorten it."), field->name);
	status = parse_codes(field, &clean, err);
	if (status != NC_OK)
		return status;
	data = nc_arena_copy(arena, clean.data, clean.size);
	if (data == NULL)
		return nc_error_no_memory(err);
	if (nc_text_trim(nc_buffer_slice(&clean)).size == 0)
		*ret_value = nc_value_absent();
	else
		*ret_value = nc_value_slice(nc_slice(data, clean.size));
	return NC_OK;
}

static enum nc_status field_parse_integer(const struct nc_field *field,
	const char *word, struct nc_value *ret_value, struct nc_error *err)
{
	char *end;
	long long integer;

	errno = 0;
	integer = strtoll(word, &end, 10);
	if (errno != 0 || *end != '\0' || end == word)
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is not a whole number for %s; write digits "
			  "alone."),
			word, field->name);
	*ret_value = nc_value_integer(integer);
	return NC_OK;
}

/* Ids, with ";", "," or white space between them. */
static enum nc_status field_parse_references(const struct nc_field *field,
	const char *word, struct nc_arena *arena, struct nc_value *ret_value,
	struct nc_error *err)
{
	static const char between[] = ";, \t\n";
	uint8_t *data = nc_arena_alloc(arena, strlen(word) + NC_ID_SIZE);
	size_t size = 0;

	if (data == NULL)
		return nc_error_no_memory(err);
	for (word += strspn(word, between); *word != '\0';
		word += strspn(word, between)) {
		size_t length = strcspn(word, between);
		char text[NC_ID_TEXT_SIZE] = "";
		struct nc_id id;

		if (length < sizeof(text))
			memcpy(text, word, length);
		if (!nc_id_parse(&id, text))
			return nc_error_set(err, NC_INVALID,
				_("\"%.*s\" is not the id of a record, which "
				  "%s holds; show prints ids."),
				(int)length, word, field->name);
		memcpy(data + size, id.bytes, NC_ID_SIZE);
		size += NC_ID_SIZE;
		word += length;
	}
	*ret_value = size == 0 ? nc_value_absent() : nc_value_bytes(data, size);
	return NC_OK;
}

static enum nc_status field_parse_bytes(const struct nc_field *field,
	const char *word, struct nc_arena *arena, struct nc_value *ret_value,
	struct nc_error *err)
{
	struct nc_id id;
	size_t size = strlen(word) / 2;
	uint8_t *data = nc_arena_alloc(arena, size + NC_ID_SIZE);

	if (data == NULL)
		return nc_error_no_memory(err);
	if (field->type == NC_TYPE_REFERENCE && nc_id_parse(&id, word)) {
		memcpy(data, id.bytes, NC_ID_SIZE);
		size = NC_ID_SIZE;
	} else if (!nc_hex_decode(data, size, word, strlen(word))) {
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is not hexadecimal, which %s must be."), word,
			field->name);
	}
	*ret_value = nc_value_bytes(data, size);
	return NC_OK;
}

enum nc_status nc_field_parse(const struct nc_field *field, const char *word,
	struct nc_arena *arena, struct nc_value *ret_value,
	struct nc_error *err)
{
	struct nc_value value = nc_value_absent();
	enum nc_status status = NC_OK;

	if (*word != '\0') {
		switch (type_kind(field->type)) {
		case NC_VALUE_INTEGER:
			status = field_parse_integer(field, word, &value, err);
			break;
		case NC_VALUE_BYTES:
			status = (field->type == NC_TYPE_REFERENCES
					  ? field_parse_references
					  : field_parse_bytes)(
				field, word, arena, &value, err);
			break;
		default:
			status = field_parse_text(
				field, word, arena, &value, err);
			break;
		}
	}
	if (status == NC_OK)
		status = nc_field_check(field, &value, err);
	if (status == NC_OK)
		*ret_value = value;
	return status;
}

static enum nc_status print_hex(
	const struct nc_value *value, struct nc_buffer *out)
{
	enum nc_status status =
		nc_buffer_reserve(out, value->bytes.size * 2 + 1);

	if (status != NC_OK)
		return status;
	nc_hex_encode((char *)out->data + out->size, value->bytes.data,
		value->bytes.size);
	out->size += value->bytes.size * 2;
	return NC_OK;
}

/* Ids with hyphens, "; " between them. */
static enum nc_status print_references(
	const struct nc_value *value, struct nc_buffer *out)
{
	enum nc_status status = NC_OK;
	char text[NC_ID_TEXT_SIZE];
	struct nc_id id;

	for (size_t i = 0; status == NC_OK && nc_references_at(value, i, &id);
		i++) {
		if (i > 0)
			status = nc_buffer_text(out, "; ");
		nc_id_format(text, &id);
		if (status == NC_OK)
			status = nc_buffer_text(out, text);
	}
	return status;
}

static enum nc_status print_text(const struct nc_field *field,
	struct nc_slice text, struct nc_buffer *out)
{
	struct nc_decimal amount;
	char currency[4];
	int64_t minor;

	if (field->type == NC_TYPE_MONEY &&
		nc_money_split(text, &minor, currency) &&
		nc_money_of_minor(currency, minor, &amount) == NC_OK)
		return nc_money_print(out, currency, amount);
	return nc_buffer_append(out, text.data, text.size);
}

enum nc_status nc_field_print(const struct nc_field *field,
	const struct nc_value *value, struct nc_buffer *out)
{
	switch (value->kind) {
	case NC_VALUE_ABSENT:
		return NC_OK;
	case NC_VALUE_INTEGER:
		return nc_buffer_printf(out, "%" PRId64, value->integer);
	case NC_VALUE_TEXT:
		return print_text(field, value->bytes, out);
	case NC_VALUE_BYTES:
		break;
	}
	if ((field->type == NC_TYPE_REFERENCE ||
		    field->type == NC_TYPE_REFERENCES) &&
		value->bytes.size % NC_ID_SIZE == 0)
		return print_references(value, out);
	return print_hex(value, out);
}
