/*
 * Workbooks as cells: CSV, XLSX with its number formats and merged cells, what
 * is refused, and the limits, each at the limit and one past it. The files are
 * made by tests/data/tables/make_xlsx.py.
 */
#include "unit.h"

#include "base/file.h"
#include "intake/csv.h"
#include "intake/xlsx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Rows as "a|b;c|d;", with the line of each: "1:a|b;". */
static enum nc_status read_csv(
	const char *text, size_t size, char *out, struct nc_error *err)
{
	struct nc_arena arena;
	struct nc_csv csv;
	enum nc_status status;
	bool row = true;

	out[0] = '\0';
	nc_arena_init(&arena, 1 << 20);
	status = nc_csv_init(&csv, nc_slice(text, size), &arena, err);
	while (status == NC_OK) {
		status = nc_csv_next(&csv, &row, err);
		if (status != NC_OK || !row)
			break;
		sprintf(out + strlen(out), "%zu:", csv.line);
		for (size_t i = 0; i < csv.fields_count; i++)
			sprintf(out + strlen(out), "%s%s", i == 0 ? "" : "|",
				csv.fields[i]);
		strcat(out, ";");
	}
	nc_arena_fini(&arena);
	return status;
}

static void test_csv__quotes_ends_marks_separators(void **state)
{
	static const struct {
		const char *text, *rows;
	} cases[] = {
		{"", ""},
		{"a,b\nc,d\n", "1:a|b;2:c|d;"},
		{"a,b\r\nc,d", "1:a|b;2:c|d;"},
		{"a,b\rc,d\r", "1:a|b;2:c|d;"},
		{"\xef\xbb\xbf"
		 "a,b\n",
			"1:a|b;"},
		{"a;b,c\n", "1:a|b,c;"},
		{"a\tb\n", "1:a|b;"},
		{"\"a;b\",c\n", "1:a;b|c;"},
		{"\"a\"\"b\",\"\"\n", "1:a\"b|;"},
		{"\"a\nb\",c\nd,e\n", "1:a\nb|c;3:d|e;"},
		{"\"a\r\nb\",c\r\nd,e", "1:a\nb|c;3:d|e;"},
		{"a,b\n\n  ,\nc,d\n", "1:a|b;4:c|d;"},
		{"a,b,\n", "1:a|b|;"},
		{"a b\"c,d\n", "1:a b\"c|d;"},
		/* a title with a comma above a table with semicolons */
		{"t,u\na;b;c\nd;e;f\n", "1:t,u;2:a|b|c;3:d|e|f;"},
		{"sep=;\r\na,b;c\r\n", "2:a,b|c;"},
	};
	char rows[256];
	struct nc_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(read_csv(cases[i].text, strlen(cases[i].text),
					 rows, &err),
			NC_OK);
		assert_string_equal(rows, cases[i].rows);
	}
}

static void test_csv__faults_name_their_line(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		const char *sentence;
	} cases[] = {
		{"a,b\nc,\"d\n", 9, "Line 2: a quotation mark"},
		{"a,b\n\"c\"d,e\n", 11, "Line 2: something follows"},
		{"a,\xff\n", 4, "not UTF-8"},
		{"a,\0\n", 4, "not UTF-8"},
	};
	char rows[1024], wide[NC_CSV_FIELDS_MAX + 2];
	struct nc_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			read_csv(cases[i].text, cases[i].size, rows, &err),
			NC_INVALID);
		assert_non_null(strstr(err.text, cases[i].sentence));
	}
	/* At the limit and one past it. The first column is not empty, for
	 * blank rows are passed over. */
	memset(wide, ',', sizeof(wide));
	wide[0] = 'a';
	assert_int_equal(read_csv(wide, NC_CSV_FIELDS_MAX, rows, &err), NC_OK);
	assert_int_equal(
		read_csv(wide, NC_CSV_FIELDS_MAX + 1, rows, &err), NC_INVALID);
	assert_non_null(strstr(err.text, "more than 256 columns"));
}

/* --- XLSX --------------------------------------------------------------------
 */

static enum nc_status read_book(
	struct nc_workbook *workbook, const char *name, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	char path[512];
	enum nc_status status;

	nc_workbook_init(workbook);
	nc_buffer_init(&bytes, NC_TABLE_BYTES_MAX);
	snprintf(path, sizeof(path), "%s/tables/%s", TEST_DATA, name);
	status = nc_file_read(path, &bytes, err);
	if (status == NC_OK)
		status = nc_workbook_read(
			workbook, nc_buffer_slice(&bytes), err);
	return status;
}

/* "2:A text,B number|…": rows with each cell's kind and text. */
static void print_sheet(const struct nc_sheet *sheet, struct nc_buffer *out)
{
	static const char kinds[] = "-tndbe";

	for (size_t r = 0; r < sheet->count; r++) {
		const struct nc_sheet_row *row = &sheet->rows[r];

		assert_int_equal(
			nc_buffer_printf(out, "%zu:", row->number), NC_OK);
		for (size_t c = 0; c < row->count; c++)
			assert_int_equal(
				nc_buffer_printf(out, "%c%s%s%s%s|",
					kinds[row->cells[c].kind],
					row->cells[c].covered ? "+" : "",
					row->cells[c].text,
					row->cells[c].unit[0] ? " " : "",
					row->cells[c].unit),
				NC_OK);
		assert_int_equal(nc_buffer_text(out, "\n"), NC_OK);
	}
}

static void test_workbook_read__cells_of_xlsx(void **state)
{
	static const char *const files[] = {"good.xlsx", "strict.xlsx"};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
		struct nc_workbook workbook;
		struct nc_error err = {0};

		assert_int_equal(read_book(&workbook, files[i], &err), NC_OK);
		assert_int_equal(workbook.count, 1);
		assert_string_equal(workbook.sheets[0].name, "Bảng");
		nc_buffer_init(&out, 65536);
		print_sheet(&workbook.sheets[0], &out);
		assert_string_equal(nc_buffer_string(&out),
			"1:tTên hoạt động|tĐịa điểm|tNgày|tKinh phí|\n"
			"3:tLễ hội|tVinh|d17/05/2024|n1500000  đồng|d05/2024|"
			"t08:30|b1|e#N/A|e=SUM(A1)|tchữ|d17/05/2024|n0.3|\n"
			"4:t+Lễ hội|tHuế|t+Huế|\n"
			"5:t+Lễ hội|t+Huế|tsau|\n");
		nc_workbook_fini(&workbook);
	}
}

static void test_workbook_read__refuses_with_a_sentence(void **state)
{
	static const struct {
		const char *name;
		enum nc_status status;
		const char *word;
	} cases[] = {
		{"backwards.xlsx", NC_INVALID, "in order"},
		{"binary.xlsb", NC_INVALID, "save it as .xlsx or CSV"},
		{"bomb.xlsx", NC_LIMIT, "too large"},
		{"cut.xlsx", NC_INVALID, "damaged"},
		{"dtd.xlsx", NC_INVALID, "document type"},
		{"empty.xlsx", NC_INVALID, "no table"},
		{"far_column.xlsx", NC_LIMIT, "column 256"},
		{"long_cell.xlsx", NC_LIMIT, "64 KiB"},
		{"many_rows.xlsx", NC_LIMIT, "20000 rows"},
		{"many_sheets.xlsx", NC_LIMIT, "64 sheets"},
		{"merged_all.xlsx", NC_LIMIT, "500000 cells"},
		{"nested.xlsx", NC_INVALID, "256 deep"},
		{"no_string.xlsx", NC_INVALID, "does not have"},
		{"ods.xlsx", NC_INVALID, "save it as .xlsx or CSV"},
		{"same_cell.xlsx", NC_INVALID, "in order"},
		{"../intake/hostile/good.docx", NC_INVALID, "Word document"},
		{"../intake/hostile/old.doc", NC_INVALID,
			"save it as .xlsx or CSV"},
		{"../intake/hostile/sealed.docx", NC_INVALID, "password"},
		{"../intake/hostile/truncated.docx", NC_INVALID, "damaged"},
		{"../intake/hostile/archive.zip", NC_INVALID, "zip archive"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_workbook workbook;
		struct nc_error err = {0};
		enum nc_status status =
			read_book(&workbook, cases[i].name, &err);

		if (status != cases[i].status || err.status != status ||
			strstr(err.text, cases[i].word) == NULL)
			fail_msg("%s: %s, %s", cases[i].name,
				nc_status_name(status), err.text);
		assert_int_equal(workbook.count, 0);
		nc_workbook_fini(&workbook);
	}
}

/* --- limits
 * ---------------------------------------------------------------------- */

static enum nc_status read_text(struct nc_buffer *text, struct nc_error *err)
{
	struct nc_workbook workbook;
	enum nc_status status;

	nc_workbook_init(&workbook);
	status = nc_workbook_read(&workbook, nc_buffer_slice(text), err);
	nc_workbook_fini(&workbook);
	return status;
}

static void fill(struct nc_buffer *text, const char *row, size_t count)
{
	nc_buffer_reset(text);
	for (size_t i = 0; i < count; i++)
		assert_int_equal(nc_buffer_text(text, row), NC_OK);
}

static void test_workbook_read__limits(void **state)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_error err = {0};
	/* 50 columns: 10,000 rows of them are all cells that there may be. */
	const char *const wide = ",,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,,"
				 ",,,,x\n";

	(void)state;
	nc_buffer_init(&text, 2 * NC_TABLE_BYTES_MAX);
	fill(&text, "a,b\n", NC_TABLE_ROWS_MAX);
	assert_int_equal(read_text(&text, &err), NC_OK);
	fill(&text, "a,b\n", NC_TABLE_ROWS_MAX + 1);
	assert_int_equal(read_text(&text, &err), NC_LIMIT);
	fill(&text, wide, NC_TABLE_CELLS_MAX / 50);
	assert_int_equal(read_text(&text, &err), NC_OK);
	fill(&text, wide, NC_TABLE_CELLS_MAX / 50 + 1);
	assert_int_equal(read_text(&text, &err), NC_LIMIT);
	fill(&text, "a,b\n", 1);
	while (text.size < NC_TABLE_BYTES_MAX)
		assert_int_equal(nc_buffer_append(&text, "\n", 1), NC_OK);
	assert_int_equal(read_text(&text, &err), NC_OK);
	assert_int_equal(nc_buffer_append(&text, "\n", 1), NC_OK);
	assert_int_equal(read_text(&text, &err), NC_LIMIT);
}

static void test_workbook_add_sheet__limit(void **state)
{
	struct workbook_builder *builder = calloc(1, sizeof(*builder));
	struct nc_workbook workbook;
	struct nc_error err = {0};

	(void)state;
	assert_non_null(builder);
	nc_workbook_init(&workbook);
	workbook_builder_init(builder, &workbook);
	for (size_t i = 0; i < NC_TABLE_SHEETS_MAX; i++)
		assert_int_equal(
			workbook_add_sheet(builder, "", false, &err), NC_OK);
	assert_int_equal(
		workbook_add_sheet(builder, "", false, &err), NC_LIMIT);
	nc_workbook_fini(&workbook);
	free(builder);
}

/* --- numbers, formats, dates
 * ---------------------------------------------------------- */

static void test_xlsx_number__as_excel_shows_it(void **state)
{
	static const struct {
		const char *text, *decimal; /* NULL: none */
	} cases[] = {
		{"45", "45"},
		{"-3.50", "-3.5"},
		{"4.5358E4", "45358"},
		{"1.5E-3", "0.0015"},
		{"0.30000000000000004", "0.3"},
		{"149814.14000000001", "149814.14"},
		{"9.9999999999999995E+22", NULL},
		{"123456789012345678", "123456789012346000"},
		{"0", "0"},
		{"-0.0", "0"},
		{"1E-30", NULL},
		{"", NULL},
		{".", NULL},
		{"1E", NULL},
		{"1E9999", NULL},
		{"12x", NULL},
		{"1.2.3", NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[NC_DECIMAL_TEXT_SIZE] = "";
		struct nc_decimal number;
		bool is = xlsx_number(nc_slice_text(cases[i].text), &number);

		if (is)
			nc_decimal_format(text, number);
		if (is != (cases[i].decimal != NULL) ||
			(is && strcmp(text, cases[i].decimal) != 0))
			fail_msg("%s: %s", cases[i].text, text);
	}
}

static void test_xlsx_format__shape_and_unit(void **state)
{
	static const struct {
		const char *code;
		enum xlsx_shape shape;
		const char *unit;
	} cases[] = {
		{"General", XLSX_PLAIN, ""},
		{"0.00", XLSX_PLAIN, ""},
		{"#,##0;[Red]-#,##0", XLSX_PLAIN, ""},
		{"0.00E+00", XLSX_PLAIN, ""},
		{"dd/mm/yyyy", XLSX_DAY, ""},
		{"[$-42A]dd mmmm yyyy;@", XLSX_DAY, ""},
		{"d-mmm", XLSX_DAY, ""},
		{"mm/yyyy", XLSX_MONTH, ""},
		{"\"tháng\" m/yyyy", XLSX_MONTH, ""},
		{"yyyy", XLSX_YEAR, ""},
		{"hh:mm", XLSX_TIME, ""},
		{"[h]:mm:ss", XLSX_TIME, ""},
		{"dd/mm/yyyy hh:mm", XLSX_DAY, ""},
		{"#,##0\" đồng\"", XLSX_PLAIN, " đồng"},
		{"#,##0\\ [$₫-42A]", XLSX_PLAIN, " ₫"},
		{"[$$-409]#,##0.00", XLSX_PLAIN, "$"},
		{"[Blue]_(#,##0_);\"ngày\"", XLSX_PLAIN, ""},
		{"\"chưa đóng", XLSX_PLAIN, "chưa đóng"},
		{"\\", XLSX_PLAIN, ""},
		{"[", XLSX_PLAIN, ""},
	};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};

	(void)state;
	nc_arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct xlsx_format format;
		struct nc_error err = {0};

		assert_int_equal(xlsx_format_read(nc_slice_text(cases[i].code),
					 &arena, &format, &err),
			NC_OK);
		if (format.shape != cases[i].shape ||
			strcmp(format.unit, cases[i].unit) != 0)
			fail_msg("%s: %d, \"%s\"", cases[i].code, format.shape,
				format.unit);
	}
}

static void test_xlsx_date__both_systems(void **state)
{
	static const struct {
		const char *number;
		enum xlsx_shape shape;
		bool from_1904;
		const char *text; /* NULL: none */
	} cases[] = {
		{"1", XLSX_DAY, false, "01/01/1900"},
		{"59", XLSX_DAY, false, "28/02/1900"},
		{"60", XLSX_DAY, false, NULL}, /* a day that never was */
		{"61", XLSX_DAY, false, "01/03/1900"},
		{"45429", XLSX_DAY, false, "17/05/2024"},
		{"45429.75", XLSX_DAY, false, "17/05/2024"},
		{"45429", XLSX_MONTH, false, "05/2024"},
		{"45429", XLSX_YEAR, false, "2024"},
		{"0", XLSX_DAY, true, "01/01/1904"},
		{"43967", XLSX_DAY, true, "17/05/2024"},
		{"2958465", XLSX_DAY, false, "31/12/9999"},
		{"2958466", XLSX_DAY, false, NULL},
		{"-1", XLSX_DAY, false, NULL},
		{"0", XLSX_DAY, false, NULL},
		{"0.5", XLSX_TIME, false, "12:00"},
		{"0.354166666666667", XLSX_TIME, false, "08:30"},
		{"0.999999", XLSX_TIME, false, NULL},
		{"1.5", XLSX_TIME, false, NULL},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[XLSX_DATE_SIZE] = "";
		struct nc_decimal number;
		bool is;

		assert_true(
			xlsx_number(nc_slice_text(cases[i].number), &number));
		is = xlsx_date(
			number, cases[i].shape, cases[i].from_1904, text);
		if (is != (cases[i].text != NULL) ||
			(is && strcmp(text, cases[i].text) != 0))
			fail_msg("%s: %s", cases[i].number, text);
	}
}

static void test_column_name__as_spreadsheets(void **state)
{
	static const struct {
		size_t column;
		const char *name;
	} cases[] = {{0, "A"}, {25, "Z"}, {26, "AA"}, {27, "AB"}, {255, "IV"},
		{701, "ZZ"}, {702, "AAA"}};
	char name[NC_COLUMN_NAME_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		nc_column_name(name, cases[i].column);
		assert_string_equal(name, cases[i].name);
	}
}

/* Every allocation fails once, and nothing is lost or leaks. */
static void test_workbook_read__without_memory(void **state)
{
	struct nc_workbook workbook;
	struct nc_error err = {0};
	enum nc_status status = NC_NO_MEMORY;

	(void)state;
	for (unsigned long n = 1; status == NC_NO_MEMORY && n < 10000; n++) {
		nc_memory_fail_at(n);
		status = read_book(&workbook, "good.xlsx", &err);
		nc_memory_fail_at(0);
		assert_true(status == NC_OK || workbook.count == 0);
		nc_workbook_fini(&workbook);
	}
	assert_int_equal(status, NC_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_csv__quotes_ends_marks_separators),
		cmocka_unit_test(test_csv__faults_name_their_line),
		cmocka_unit_test(test_workbook_read__cells_of_xlsx),
		cmocka_unit_test(test_workbook_read__refuses_with_a_sentence),
		cmocka_unit_test(test_workbook_read__limits),
		cmocka_unit_test(test_workbook_add_sheet__limit),
		cmocka_unit_test(test_xlsx_number__as_excel_shows_it),
		cmocka_unit_test(test_xlsx_format__shape_and_unit),
		cmocka_unit_test(test_xlsx_date__both_systems),
		cmocka_unit_test(test_column_name__as_spreadsheets),
		cmocka_unit_test(test_workbook_read__without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
