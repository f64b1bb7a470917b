/*
 * Dates, money and counts in any bytes: what is found lies in the text, in
 * order, not overlapping, and says nothing impossible; what is printed for it
 * is text.
 */
#include "locale/facts.h"
#include "locale/text.h"

#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct walk {
	struct nc_slice text;
	size_t end;
	bool utf8;
};

static void check_printed(const struct walk *walk, const char *printed)
{
	NC_ASSERT(!walk->utf8 || nc_text_is_utf8(nc_slice_text(printed)));
}

static void check_date(const struct walk *walk, const struct nc_date *date)
{
	char text[NC_DATE_STORED_SIZE];

	NC_ASSERT(date->kind != NC_DATE_NONE);
	NC_ASSERT(date->from.year == 0 || nc_day_is_valid(date->from));
	NC_ASSERT(date->to.year == 0 || nc_day_is_valid(date->to));
	NC_ASSERT(date->kind != NC_DATE_INVALID || date->from.year == 0);
	nc_date_stored(text, date);
	check_printed(walk, date->printed);
}

static void check_ends(bool has_min, struct nc_decimal min, bool has_max,
	struct nc_decimal max)
{
	char text[NC_DECIMAL_TEXT_SIZE];

	NC_ASSERT(has_min || has_max);
	NC_ASSERT(min.digits >= 0 && max.digits >= 0);
	NC_ASSERT(min.places <= 18 && max.places <= 18);
	if (has_min && has_max)
		NC_ASSERT(nc_decimal_compare(min, max) <= 0);
	nc_decimal_print(text, min);
	nc_decimal_format(text, max);
}

static enum nc_status check(void *context, const struct nc_fact *fact)
{
	struct walk *walk = context;

	NC_ASSERT(fact->at >= walk->end);
	NC_ASSERT(fact->words.size > 0);
	NC_ASSERT(fact->words.data == walk->text.data + fact->at);
	NC_ASSERT(fact->words.size <= walk->text.size - fact->at);
	walk->end = fact->at + fact->words.size;
	if (fact->kind == NC_FACT_DATE) {
		check_date(walk, fact->date);
	} else if (fact->kind == NC_FACT_MONEY) {
		unsigned places;

		check_ends(fact->money->has_min, fact->money->min,
			fact->money->has_max, fact->money->max);
		NC_ASSERT(nc_currency_places(fact->money->currency, &places));
		check_printed(walk, fact->money->printed);
	} else {
		check_ends(fact->count->has_min, fact->count->min,
			fact->count->has_max, fact->count->max);
		check_printed(walk, fact->count->printed);
		check_printed(walk, fact->count->unit);
	}
	return NC_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct walk walk = {.text = nc_slice(data, size)};
	struct nc_count count;
	struct nc_money money;
	struct nc_date date;
	struct nc_error err;

	walk.utf8 = nc_text_is_utf8(walk.text);
	NC_ASSERT(nc_facts_find(walk.text, 0, check, &walk) == NC_OK);
	walk.end = 0;
	NC_ASSERT(nc_facts_find(walk.text, 2024, check, &walk) == NC_OK);
	if (nc_count_parse(walk.text, &count, &err) == NC_OK)
		check_ends(count.has_min, count.min, count.has_max, count.max);
	if (nc_money_parse(walk.text, &money, &err) == NC_OK)
		check_ends(money.has_min, money.min, money.has_max, money.max);
	if (nc_date_parse(walk.text, 2024, &date, &err) == NC_OK &&
		date.kind != NC_DATE_NONE)
		check_date(&walk, &date);
	return 0;
}
