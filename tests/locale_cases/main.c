/*
 * locale_cases KIND FILE.csv
 *
 * Reads a table of cases with the columns of shared/reference and prints each
 * row that fails: line, input, column, expected, got. Exit 0: all hold; 1: a
 * row fails, or the table cannot be read or is empty; 2: wrong usage.
 */
#include "cases.h"

#include "base/file.h"
#include "intake/csv.h"

#include <stdio.h>
#include <string.h>

#define TABLE_BYTES_MAX (4 << 20)

static const struct kind {
	const char *name;
	case_check *check;
	const char *first_column; /* one that such a table must have */
} kinds[] = {
	{"numbers", cases_numbers, "input"},
	{"dates", cases_dates, "input"},
	{"sort", cases_sort, "text"},
	{"search", cases_search, "query"},
	{"tones", cases_tones, "older_style"},
	{"lunar", cases_lunar, "solar_iso"},
	{"tcvn3", cases_tcvn3, "byte"},
};

const char *case_field(const struct case_row *row, const char *column)
{
	for (size_t i = 0; i < row->columns_count; i++)
		if (strcmp(row->columns[i], column) == 0)
			return i < row->fields_count ? row->fields[i] : "";
	return "";
}

bool case_has_column(const struct case_row *row, const char *column)
{
	for (size_t i = 0; i < row->columns_count; i++)
		if (strcmp(row->columns[i], column) == 0)
			return true;
	return false;
}

void case_fail(struct case_row *row, const char *column, const char *expected,
	const char *got)
{
	printf("line %zu: %s: %s: expected \"%s\", got \"%s\"\n", row->line,
		row->fields_count > 0 ? row->fields[0] : "", column, expected,
		got);
	row->failed = true;
}

void case_expect(struct case_row *row, const char *column, const char *got)
{
	const char *expected = case_field(row, column);

	if (case_has_column(row, column) && strcmp(expected, got) != 0)
		case_fail(row, column, expected, got);
}

static int failed(const struct nc_error *err)
{
	fprintf(stderr, "locale_cases: %s\n", err->text);
	return 1;
}

/* The headings must outlive the rows; the reader keeps only one row. */
static int rows_check(
	const struct kind *kind, struct nc_csv *csv, struct nc_error *err)
{
	const char *columns[NC_CSV_FIELDS_MAX];
	struct case_row row = {.columns = columns};
	size_t rows = 0, failures = 0;
	bool more = false;

	if (nc_csv_next(csv, &more, err) != NC_OK)
		return failed(err);
	row.columns_count = more ? csv->fields_count : 0;
	for (size_t i = 0; i < row.columns_count; i++)
		columns[i] = csv->fields[i];
	if (!case_has_column(&row, kind->first_column)) {
		fprintf(stderr, "locale_cases: the table has no column %s\n",
			kind->first_column);
		return 1;
	}
	while (nc_csv_next(csv, &more, err) == NC_OK) {
		if (!more) {
			printf("%s: %zu rows, %zu failed\n", kind->name, rows,
				failures);
			return rows == 0 || failures > 0;
		}
		row.fields = csv->fields;
		row.fields_count = csv->fields_count;
		row.line = csv->line;
		row.failed = false;
		kind->check(&row);
		rows++;
		failures += row.failed;
	}
	return failed(err);
}

static int table_check(const struct kind *kind, const char *path)
{
	NC_AUTO(nc_buffer_fini)
	struct nc_buffer text = {.limit = TABLE_BYTES_MAX};
	NC_AUTO(nc_arena_fini) struct nc_arena arena = {0};
	struct nc_error err = {0};
	struct nc_csv csv;

	nc_arena_init(&arena, 16 * TABLE_BYTES_MAX);
	if (nc_file_read(path, &text, &err) != NC_OK ||
		nc_csv_init(&csv, nc_buffer_slice(&text), &arena, &err) !=
			NC_OK)
		return failed(&err);
	return rows_check(kind, &csv, &err);
}

int main(int count, char **words)
{
	for (size_t i = 0; count == 3 && i < sizeof kinds / sizeof *kinds; i++)
		if (strcmp(words[1], kinds[i].name) == 0)
			return table_check(&kinds[i], words[2]);
	fputs("locale_cases KIND FILE.csv, where KIND is one of:", stderr);
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		fprintf(stderr, " %s", kinds[i].name);
	fputc('\n', stderr);
	return 2;
}
