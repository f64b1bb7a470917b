/*
 * sort: each row against all before it, by both columns of ranks, so that the
 * table may come in any order. Equal ranks must give equal keys.
 */
#include "cases.h"

#include "locale/order.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 20000

static const struct column {
	const char *name;
	enum nc_order order;
} columns[] = {
	{"rank_dictionary_syllable_order", NC_ORDER_DICTIONARY},
	{"rank_cldr_vi_nonignorable", NC_ORDER_CLDR},
};

struct sorted_row {
	char *text;
	struct nc_buffer keys[2];
	long ranks[2];
};

static struct sorted_row rows[ROWS_MAX];
static size_t rows_count;

static void compare(struct case_row *row, const struct sorted_row *a,
	const struct sorted_row *b, size_t by)
{
	int got = nc_slice_compare(
		nc_buffer_slice(&a->keys[by]), nc_buffer_slice(&b->keys[by]));
	long want = a->ranks[by] - b->ranks[by];
	char expected[256];

	if ((got < 0) == (want < 0) && (got > 0) == (want > 0))
		return;
	snprintf(expected, sizeof(expected), "%s %s",
		want < 0   ? "before"
		: want > 0 ? "after"
			   : "beside",
		b->text);
	case_fail(row, columns[by].name, expected,
		got < 0	  ? "before"
		: got > 0 ? "after"
			  : "beside");
}

void cases_sort(struct case_row *row)
{
	struct sorted_row *at = &rows[rows_count];
	const char *text = case_field(row, "text");

	if (rows_count == ROWS_MAX) {
		case_fail(row, "text", "at most 20000 rows", "more");
		return;
	}
	at->text = strdup(text);
	for (size_t by = 0; by < 2; by++) {
		nc_buffer_init(&at->keys[by], 1 << 20);
		if (at->text == NULL ||
			nc_order_key(&at->keys[by], nc_slice_text(text),
				columns[by].order) != NC_OK) {
			case_fail(row, "text", "a key", "none");
			return;
		}
		if (!case_has_column(row, columns[by].name))
			continue;
		at->ranks[by] =
			strtol(case_field(row, columns[by].name), NULL, 10);
		for (size_t i = 0; i < rows_count; i++)
			compare(row, at, &rows[i], by);
	}
	rows_count++;
}
