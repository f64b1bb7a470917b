/* number_money_cases.csv: input, kind, qualifier, value_min, value_max, unit,
 * currency, per, canonical_output. */
#include "cases.h"

#include "locale/facts.h"

#include <stdio.h>
#include <string.h>

struct found {
	bool any;
	const char *kind;
	const char *qualifier, *unit, *currency, *per;
	bool has_min, has_max;
	struct nc_decimal min, max;
	struct nc_slice words;
	struct nc_money money;
	struct nc_count count;
	const char *printed;
};

static void take_money(struct found *found)
{
	const struct nc_money *money = &found->money;

	found->kind = money->per[0] != '\0' ? "rate" : "money";
	found->qualifier = money->qualifier;
	found->unit = "";
	found->currency = money->currency;
	found->per = money->per;
	found->has_min = money->has_min;
	found->has_max = money->has_max;
	found->min = money->min;
	found->max = money->max;
	found->words = money->words;
	found->printed = money->printed;
}

/* Several counts of names in a row have no one value. */
static void take_count(struct found *found)
{
	const struct nc_count *count = &found->count;
	bool list = count->listed;

	found->kind = list			       ? "count list"
		      : count->kind == NC_COUNT_ISSUES ? "issue numbers"
		      : count->kind == NC_COUNT_RATE   ? "rate"
						       : "count";
	found->qualifier = count->qualifier;
	found->unit = list ? "" : count->unit;
	found->currency = "";
	found->per = count->per;
	found->has_min = count->has_min && !list;
	found->has_max = count->has_max && !list;
	found->min = count->min;
	found->max = count->max;
	found->words = count->words;
	found->printed = count->printed;
}

static enum nc_status take(void *context, const struct nc_fact *fact)
{
	struct found *found = context;

	if (found->any || fact->kind == NC_FACT_DATE)
		return NC_OK;
	found->any = true;
	if (fact->kind == NC_FACT_MONEY) {
		found->money = *fact->money;
		take_money(found);
	} else {
		found->count = *fact->count;
		take_count(found);
	}
	return NC_OK;
}

static void value(
	char out[NC_DECIMAL_TEXT_SIZE], bool has, struct nc_decimal decimal)
{
	out[0] = '\0';
	if (has)
		nc_decimal_format(out, decimal);
}

/* The input with the words found printed as they should be. */
static void expect_canonical(struct case_row *row, const struct found *found)
{
	const char *input = case_field(row, "input");
	size_t before = (size_t)(found->words.data - (const uint8_t *)input);
	char text[1024];

	snprintf(text, sizeof text, "%.*s%s%s", (int)before, input,
		found->printed, input + before + found->words.size);
	case_expect(row, "canonical_output", text);
}

/* What the input does not hold (the row was taken out of a line that does)
 * cannot be read from it, and is not compared. */
static void expect_words(
	struct case_row *row, const char *column, const char *got)
{
	const char *expected = case_field(row, column);
	char lower[512];
	size_t size;

	snprintf(lower, sizeof lower, "%s", case_field(row, "input"));
	size = strlen(lower);
	for (size_t i = 0; i < size; i++)
		if (lower[i] >= 'A' && lower[i] <= 'Z')
			lower[i] = (char)(lower[i] - 'A' + 'a');
	if (!case_has_column(row, column) || strcmp(got, expected) == 0 ||
		(got[0] == '\0' && strstr(lower, expected) == NULL))
		return;
	case_fail(row, column, expected, got);
}

static bool kind_is_known(const char *kind)
{
	return strcmp(kind, "money") == 0 || strcmp(kind, "rate") == 0 ||
	       strcmp(kind, "count") == 0 || strcmp(kind, "count list") == 0 ||
	       strcmp(kind, "issue numbers") == 0;
}

void cases_numbers(struct case_row *row)
{
	const char *input = case_field(row, "input");
	struct found found = {0};
	char text[NC_DECIMAL_TEXT_SIZE];

	if (nc_facts_find(nc_slice_text(input), 0, take, &found) != NC_OK ||
		(!found.any && nc_count_parse(nc_slice_text(input),
				       &found.count, NULL) != NC_OK)) {
		case_fail(row, "input", "a number", "none");
		return;
	}
	if (!found.any)
		take_count(&found);
	if (kind_is_known(case_field(row, "kind")))
		case_expect(row, "kind", found.kind);
	expect_words(row, "qualifier", found.qualifier);
	value(text, found.has_min, found.min);
	case_expect(row, "value_min", text);
	value(text, found.has_max, found.max);
	case_expect(row, "value_max", text);
	expect_words(row, "unit", found.unit);
	case_expect(row, "currency", found.currency);
	case_expect(row, "per", found.per);
	expect_canonical(row, &found);
}
