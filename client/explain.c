/*
 * explain WORDS: what the reader understands in some words. No home folder is
 * needed, and nothing of this machine (its date, say) goes into the answer.
 */
#include "client.h"
#include "command/console.h"
#include "command/table.h"
#include "intake/facts.h"
#include "locale/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WORDS_BYTES_MAX (1024u * 1024)
#define JSON_BYTES_MAX (256u * 1024 * 1024)

struct explaining {
	struct nc_buffer out; /* JSON */
	struct nc_table table;
	bool json;
	size_t count;
};

static enum nc_status too_long(struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("That is more than 1 MiB of words; explain a part of them "
		  "at a time."));
}

static enum nc_status read_arguments(struct nc_buffer *text,
	const struct nc_call *call, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < call->arguments_count && status == NC_OK; i++) {
		if (i > 0)
			status = nc_buffer_text(text, " ");
		if (status == NC_OK)
			status = nc_buffer_text(text, call->arguments[i]);
	}
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	return status;
}

/* The words in NFC. */
static enum nc_status read_words(struct nc_buffer *words,
	const struct nc_call *call, struct nc_error *err)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&text, WORDS_BYTES_MAX);
	if (call->arguments_count == 1 && strcmp(call->arguments[0], "-") == 0)
		status = nc_client_read_input(&text, err);
	else
		status = read_arguments(&text, call, err);
	if (status == NC_LIMIT)
		return too_long(err);
	if (status != NC_OK)
		return status;
	status = nc_text_clean(words, nc_buffer_slice(&text));
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status == NC_LIMIT)
		return too_long(err);
	if (status != NC_OK)
		return nc_error_set(err, NC_INVALID,
			_("These words are not Unicode text (UTF-8); convert "
			  "them, or type them anew."));
	if (nc_text_trim(nc_buffer_slice(words)).size == 0)
		return nc_error_set(err, NC_INVALID,
			_("There are no words to explain; write some, as in "
			  "nhipcau explain \"quý II/2024\"."));
	return NC_OK;
}

/* , "key": "text" */
static enum nc_status put_text(
	struct nc_buffer *out, const char *key, struct nc_slice text)
{
	json_t *value = json_stringn((const char *)text.data, text.size);
	char *quoted =
		value == NULL ? NULL : json_dumps(value, JSON_ENCODE_ANY);
	enum nc_status status = NC_NO_MEMORY;

	if (quoted != NULL)
		status = nc_buffer_printf(out, ", \"%s\": %s", key, quoted);
	free(quoted);
	json_decref(value);
	return status;
}

/* A day, or null for none. */
static enum nc_status put_day(
	struct nc_buffer *out, const char *key, const char *iso)
{
	if (iso[0] == '\0')
		return nc_buffer_printf(out, ", \"%s\": null", key);
	return nc_buffer_printf(out, ", \"%s\": \"%s\"", key, iso);
}

/* Exact: jansson has no numbers but those of the processor. */
static enum nc_status put_number(struct nc_buffer *out, const char *key,
	bool known, struct nc_decimal value)
{
	char text[NC_DECIMAL_TEXT_SIZE];

	nc_decimal_format(text, value);
	return nc_buffer_printf(
		out, ", \"%s\": %s", key, known ? text : "null");
}

static enum nc_status put_ends(
	struct nc_buffer *out, const struct nc_date *date)
{
	char from[NC_DAY_TEXT_SIZE], to[NC_DAY_TEXT_SIZE];
	enum nc_status status;

	nc_date_from_iso(from, date);
	nc_date_to_iso(to, date);
	status = put_day(out, "from", from);
	return status == NC_OK ? put_day(out, "to", to) : status;
}

static const char *calendar_of(const struct nc_date *date)
{
	if (date->kind == NC_DATE_BUDDHIST_YEAR)
		return "buddhist";
	return date->lunar ? "lunar" : "solar";
}

static enum nc_status json_date(
	struct nc_buffer *out, const struct nc_date *date)
{
	enum nc_status status = put_ends(out, date);

	if (status == NC_OK)
		status = put_text(out, "precision",
			nc_slice_text(nc_date_precision_name(date->precision)));
	if (status == NC_OK)
		status = put_text(
			out, "calendar", nc_slice_text(calendar_of(date)));
	return status;
}

static enum nc_status json_anniversary(
	struct nc_buffer *out, const struct nc_date *date)
{
	int years = nc_intake_fact_years(date);
	enum nc_status status = nc_buffer_printf(out, ", \"years\": %d", years);

	if (status == NC_OK)
		status = put_ends(out, date);
	if (status == NC_OK)
		status = put_text(out, "class",
			nc_slice_text(nc_anniversary_class_name(
				nc_anniversary_class_of(years))));
	return status;
}

static enum nc_status json_money(
	struct nc_buffer *out, const struct nc_money *money)
{
	enum nc_status status =
		nc_buffer_printf(out, ", \"currency\": \"%s\", \"assumed\": %s",
			money->currency, money->assumed ? "true" : "false");

	if (status == NC_OK)
		status = put_number(out, "min", money->has_min, money->min);
	if (status == NC_OK)
		status = put_number(out, "max", money->has_max, money->max);
	if (status == NC_OK)
		status = put_text(
			out, "qualifier", nc_slice_text(money->qualifier));
	if (status == NC_OK)
		status = put_text(out, "per", nc_slice_text(money->per));
	return status;
}

static enum nc_status json_count(
	struct nc_buffer *out, const struct nc_count *count)
{
	enum nc_status status =
		put_text(out, "unit", nc_slice_text(count->unit));

	if (status == NC_OK)
		status = put_number(out, "min", count->has_min, count->min);
	if (status == NC_OK)
		status = put_number(out, "max", count->has_max, count->max);
	if (status == NC_OK)
		status = put_text(
			out, "qualifier", nc_slice_text(count->qualifier));
	return status;
}

static enum nc_status json_details(
	struct nc_buffer *out, const struct nc_intake_fact *fact)
{
	switch (fact->kind) {
	case NC_INTAKE_DATE:
		return json_date(out, fact->date);
	case NC_INTAKE_ANNIVERSARY:
		return json_anniversary(out, fact->date);
	case NC_INTAKE_MONEY:
		return json_money(out, fact->money);
	case NC_INTAKE_COUNT:
		return json_count(out, fact->count);
	default:
		return put_text(
			out, "code", nc_slice_text(fact->country->iso2));
	}
}

static enum nc_status print_json(
	struct explaining *to, const struct nc_intake_fact *fact)
{
	enum nc_status status = nc_buffer_printf(&to->out,
		"%s\n  {\"kind\": \"%s\"", to->count == 0 ? "" : ",",
		nc_intake_fact_name(fact->kind));

	if (status == NC_OK)
		status = put_text(&to->out, "words", fact->words);
	if (status == NC_OK)
		status = json_details(&to->out, fact);
	return status == NC_OK ? nc_buffer_text(&to->out, "}") : status;
}

static const char *kind_label(enum nc_intake_fact_kind kind)
{
	switch (kind) {
	case NC_INTAKE_DATE:
		return _("date");
	case NC_INTAKE_ANNIVERSARY:
		return _("anniversary");
	case NC_INTAKE_MONEY:
		return _("money");
	case NC_INTAKE_COUNT:
		return _("count");
	default:
		return _("country");
	}
}

/* "2024-04-01 … 2024-06-30", one day once, "" without days. */
static void ends_text(char *out, size_t size, const struct nc_date *date)
{
	char from[NC_DAY_TEXT_SIZE], to[NC_DAY_TEXT_SIZE];

	nc_date_from_iso(from, date);
	nc_date_to_iso(to, date);
	if (to[0] == '\0' || strcmp(from, to) == 0)
		snprintf(out, size, "%s", from);
	else
		snprintf(out, size, "%s … %s", from, to);
}

/* "≥ 6.000", "08", "5 … 7". */
static void numbers_text(char *out, size_t size, bool has_min,
	struct nc_decimal min, bool has_max, struct nc_decimal max)
{
	char low[NC_DECIMAL_TEXT_SIZE], high[NC_DECIMAL_TEXT_SIZE];

	nc_decimal_print(low, min);
	nc_decimal_print(high, max);
	if (has_min && has_max && nc_decimal_compare(min, max) != 0)
		snprintf(out, size, "%s … %s", low, high);
	else
		snprintf(out, size, "%s%s",
			has_min && has_max ? ""
			: has_min	   ? "≥ "
					   : "≤ ",
			has_min ? low : high);
}

static void row_date(struct nc_table *table, const struct nc_date *date)
{
	char ends[64];

	if (date->kind == NC_DATE_INVALID) {
		nc_table_cell(table, _("there is no such day"));
		return;
	}
	ends_text(ends, sizeof(ends), date);
	if (ends[0] == '\0')
		nc_table_cell(table, _("of any year; --year gives the days"));
	else
		nc_table_format(table, "%s%s", ends,
			date->lunar ? _(" (a lunar date)") : "");
}

static void row_details(
	struct nc_table *table, const struct nc_intake_fact *fact)
{
	const struct nc_money *money = fact->money;
	const struct nc_count *count = fact->count;
	char text[128];
	int years;

	switch (fact->kind) {
	case NC_INTAKE_DATE:
		row_date(table, fact->date);
		return;
	case NC_INTAKE_ANNIVERSARY:
		years = nc_intake_fact_years(fact->date);
		ends_text(text, sizeof(text), fact->date);
		nc_table_format(table, _("%d years (%s) %s"), years,
			nc_anniversary_class_name(
				nc_anniversary_class_of(years)),
			text);
		return;
	case NC_INTAKE_MONEY:
		numbers_text(text, sizeof(text), money->has_min, money->min,
			money->has_max, money->max);
		nc_table_format(table, "%s %s%s%s%s", text, money->currency,
			money->per[0] == '\0' ? "" : "/", money->per,
			money->assumed ? _(" (currency assumed)") : "");
		return;
	case NC_INTAKE_COUNT:
		numbers_text(text, sizeof(text), count->has_min, count->min,
			count->has_max, count->max);
		nc_table_format(table, "%s %s%s%s", text, count->unit,
			count->per[0] == '\0' ? "" : "/", count->per);
		return;
	default:
		nc_table_format(table, "%s (%s)", fact->country->iso2,
			nc_console_label(fact->country->name_vi,
				fact->country->name_en));
	}
}

/* 1,500 USD: DESIGN 4.5 has no key for it. */
static void note_ambiguous(const struct nc_intake_fact *fact)
{
	unsigned warnings = fact->money != NULL	  ? fact->money->warnings
			    : fact->count != NULL ? fact->count->warnings
						  : 0;

	if ((warnings & NC_NUMBER_AMBIGUOUS) != 0)
		nc_console_note(_("\"%.*s\" is read as thousands, but the "
				  "comma may stand for decimals; write "
				  "thousands with a dot, as in 1.500."),
			(int)fact->words.size, (const char *)fact->words.data);
}

static enum nc_status explain_fact(
	void *context, const struct nc_intake_fact *fact)
{
	struct explaining *to = context;
	bool invalid =
		fact->date != NULL && fact->date->kind == NC_DATE_INVALID;
	enum nc_status status = NC_OK;

	if (to->json && invalid) {
		nc_console_note(_("\"%.*s\" is written like a day, and there "
				  "is no such day."),
			(int)fact->words.size, (const char *)fact->words.data);
		return NC_OK;
	}
	if (to->json) {
		status = print_json(to, fact);
	} else {
		nc_table_cell(&to->table, kind_label(fact->kind));
		nc_table_format(&to->table, "%.*s", (int)fact->words.size,
			(const char *)fact->words.data);
		row_details(&to->table, fact);
	}
	note_ambiguous(fact);
	to->count++;
	return status;
}

static enum nc_status print_all(struct explaining *to, struct nc_error *err)
{
	if (to->json) {
		fputs("[", stdout);
		fputs(nc_buffer_string(&to->out), stdout);
		fputs(to->count == 0 ? "]\n" : "\n]\n", stdout);
		return NC_OK;
	}
	if (to->count > 0)
		return nc_table_print(&to->table, err);
	nc_console_note(_("No date, sum of money, country or count is in "
			  "these words."));
	return NC_OK;
}

static enum nc_status explain(struct nc_slice words, int year,
	struct explaining *to, struct nc_error *err)
{
	enum nc_status status;

	nc_table_cell(&to->table, _("Kind"));
	nc_table_cell(&to->table, _("Words"));
	nc_table_cell(&to->table, _("Meaning"));
	status = nc_intake_facts_find(words, year, explain_fact, to);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK)
		return too_long(err);
	return print_all(to, err);
}

static enum nc_status run_explain(struct nc_call *call, struct nc_error *err)
{
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};
	struct explaining to = {.json = call->json};
	unsigned year = 0;
	enum nc_status status = NC_OK;

	nc_buffer_init(&words, WORDS_BYTES_MAX);
	if (nc_call_has(call, "year"))
		status = nc_call_year(call, &year, err);
	if (status == NC_OK)
		status = read_words(&words, call, err);
	if (status != NC_OK)
		return status;
	nc_buffer_init(&to.out, JSON_BYTES_MAX);
	nc_table_init(&to.table, 3);
	status = explain(nc_buffer_slice(&words), (int)year, &to, err);
	nc_table_fini(&to.table);
	nc_buffer_fini(&to.out);
	return status;
}

static const struct nc_option options[] = {
	{"year", 0, "YEAR", N_("the year of dates that name none, as 8/3")},
	{.name = NULL},
};

const struct nc_command nc_client_explain = {
	.name = "explain",
	.arguments = "WORDS… | -",
	.arguments_min = 1,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("show which dates, sums, countries and counts are in words"),
	.notes = N_("\"-\" reads the words from standard input, each line by "
		    "itself."),
	.examples = "nhipcau explain \"13,8 tỉ đồng cho 02 dự án ở Lào\"\n"
		    "nhipcau explain --year 2024 \"Ngày Quốc tế Phụ nữ 8/3\"\n",
	.options = options,
	.flags = NC_COMMAND_NO_HOME,
	.run = run_explain,
};
