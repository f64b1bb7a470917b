/*
 * Tables as records: which header is found, units of money, and what a row's
 * cells become. Tables are written here as CSV.
 */
#include "unit.h"

#include "intake/tables_revise.h"
#include "intake/tables_work.h"
#include "trust/trust.h"

#include <stdio.h>
#include <string.h>

struct read {
	struct nc_workbook workbook;
	struct nc_tables tables;
	struct nc_error err;
	enum nc_status status;
};

static void read_fini(struct read *read)
{
	nc_tables_fini(&read->tables);
	nc_workbook_fini(&read->workbook);
}

static void read_as(struct read *read, const char *text, const char *entity)
{
	const struct nc_tables_options options = {
		.entity = entity == NULL ? NULL : nc_model_entity_named(entity),
		.this_year = 2024,
		.hash = nc_sha256};

	memset(read, 0, sizeof(*read));
	nc_workbook_init(&read->workbook);
	nc_tables_init(&read->tables);
	read->status = nc_workbook_read(
		&read->workbook, nc_slice_text(text), &read->err);
	if (read->status == NC_OK)
		read->status = nc_tables_read(
			&read->tables, &read->workbook, &options, &read->err);
}

/* "title=…;when=…;" of a record, absent values left out. */
static void print_record(
	const struct nc_tables_record *record, char *out, size_t size)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&text, size - 1);
	for (size_t i = 0; i < record->fields_count; i++) {
		const struct nc_field *field = nc_entity_field(
			record->entity, record->fields[i].field);
		const struct nc_value *value = &record->fields[i].value;

		if (value->kind == NC_VALUE_ABSENT)
			continue;
		assert_int_equal(
			nc_buffer_printf(&text, "%s=", field->name), NC_OK);
		if (field->type == NC_TYPE_MONEY)
			assert_int_equal(
				nc_buffer_append(&text, value->bytes.data,
					value->bytes.size),
				NC_OK);
		else
			assert_int_equal(
				nc_field_print(field, value, &text), NC_OK);
		assert_int_equal(nc_buffer_text(&text, ";"), NC_OK);
	}
	strcpy(out, nc_buffer_string(&text));
}

/* --- headers -----------------------------------------------------------------
 */

static void test_tables__headers(void **state)
{
	/* columns: field names, "#" ordinals, "?" not known; a payment's with
	 * its entity */
	static const struct {
		const char *text, *entity, *columns;
		size_t header_row;
	} cases[] = {
		{"STT;Tên đoàn;Nước đến;Số người\n1;a;b;2\n", "delegation",
			"#,title,countries,people,", 1},
		{"stt;TEN DOAN;NUOC DEN;SO NGUOI\n1;a;b;2\n", "delegation",
			"#,title,countries,people,", 1},
		/* title lines above, as many as there are */
		{"ỦY BAN;;\nBÁO CÁO, năm 2023;;\n\nTT;Hoạt động;Địa điểm\n"
		 "1;a;b\n",
			"activity", "#,title,place,", 4},
		/* one more column, for a label of the model's */
		{"Tên hoạt động;Hình thức;Kênh lạ\na;b;c\n", "activity",
			"title,mode,?,", 1},
		/* two rows */
		{"TT;Tên dự án;Giá trị;;Thời gian;\n"
		 ";;Cam kết;Giải ngân;Từ ngày;Đến ngày\n1;a;2;3;4;5\n",
			"aid",
			"#,title,committed,aid-payment.amount,when,"
			"until,",
			1},
		/* a unit alone below a group: two sums of one meaning */
		{"TT;Tên dự án;Cam kết;\n;;USD;Triệu đồng\n1;a;2;3\n", "aid",
			"#,title,committed,committed_vnd,", 1},
		{"Nội dung;Nhà tài trợ;Nội dung chính\na;b;c\n", "aid",
			"title,donor_words,text,", 1},
		{"Chỉ tiêu;ĐVT;Kế hoạch;Kết quả\na;b;1;2\n", "target",
			"title,unit,min,actual,", 1},
		{"Tên tổ chức;Quốc gia;Số giấy đăng ký\na;b;c\n", "partner",
			"name,country,registration,", 1},
		{"Tên hội;Số hội viên;Số chi hội\na;1;2\n", "member-org",
			"name,members,branches,", 1},
		/* a name twice is known once */
		{"Tên đoàn;Số người;Số người\na;1;2\n", "delegation",
			"title,people,?,", 1},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct read read;
		char columns[256] = "";
		const struct nc_tables_table *table;

		read_as(&read, cases[i].text, NULL);
		if (read.status != NC_OK)
			fail_msg("%s: %s", cases[i].text, read.err.text);
		table = &read.tables.tables[0];
		for (size_t c = 0; c < table->columns_count; c++) {
			const struct nc_tables_column *at = &table->columns[c];
			bool other = at->entity != NULL &&
				     at->entity != table->entity;

			snprintf(columns + strlen(columns),
				sizeof(columns) - strlen(columns), "%s%s%s,",
				other ? at->entity->name : "", other ? "." : "",
				at->ordinal	    ? "#"
				: at->field == NULL ? "?"
						    : at->field->name);
		}
		if (strcmp(table->entity->name, cases[i].entity) != 0 ||
			strcmp(columns, cases[i].columns) != 0 ||
			table->header_row != cases[i].header_row)
			fail_msg("%s\n%s %s row %zu", cases[i].text,
				table->entity->name, columns,
				table->header_row);
		read_fini(&read);
	}
}

static void test_tables__no_header_or_two(void **state)
{
	static const struct {
		const char *text, *entity, *word;
	} cases[] = {
		{"a;b\n1;2\n", NULL, "--template"},
		{"Năm 2024\nTên đoàn\nx\n", NULL, "--template"},
		{"TT;Nội dung;Thời gian;Kết quả\n1;a;b;c\n", NULL, "--entity"},
		{"Tên;b\n1;2\n", "aid", "fits aid"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct read read;

		read_as(&read, cases[i].text, cases[i].entity);
		if (read.status != NC_INVALID ||
			strstr(read.err.text, cases[i].word) == NULL)
			fail_msg("%s: %s", cases[i].text, read.err.text);
		read_fini(&read);
	}
}

/* --- units
 * ----------------------------------------------------------------------- */

static void test_tables_unit__words(void **state)
{
	static const struct {
		const char *words, *currency; /* NULL: none */
		unsigned power;
	} cases[] = {
		{"USD", "USD", 0},
		{"đồng", "VND", 0},
		{"VNĐ", "VND", 0},
		{"đ", "VND", 0},
		{"triệu đồng", "VND", 6},
		{"tr.đồng", "VND", 6},
		{"trđ", "VND", 6},
		{"Tr.đ", "VND", 6},
		{"triệu", "VND", 6},
		{"nghìn đồng", "VND", 3},
		{"1.000 đồng", "VND", 3},
		{"1000đ", "VND", 3},
		{"tỷ đồng", "VND", 9},
		{"tỉ đồng", "VND", 9},
		{"nghìn USD", "USD", 3},
		{"1.000 USD", "USD", 3},
		{"ĐVT: triệu đồng", "VND", 6},
		{"Đơn vị tính: USD", "USD", 0},
		{"EUR", "EUR", 0},
		{"$", "USD", 0},
		{"₫", "VND", 0},
		{"€", "EUR", 0},
		{"người", NULL, 0},
		{"đoàn", NULL, 0},
		{"1.000", NULL, 0},
		{"triệu người", NULL, 0},
		{"", NULL, 0},
		{"nếu có", NULL, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct tables_unit unit = {0, ""};
		bool is =
			tables_unit_read(nc_slice_text(cases[i].words), &unit);

		if (is != (cases[i].currency != NULL) ||
			(is && (strcmp(unit.currency, cases[i].currency) != 0 ||
				       unit.power != cases[i].power)))
			fail_msg("%s: %d %s %u", cases[i].words, is,
				unit.currency, unit.power);
	}
}

/* --- cells
 * ------------------------------------------------------------------------- */

static void test_tables__what_cells_become(void **state)
{
	static const struct {
		const char *head, *row, *record;
	} cases[] = {
		/* money */
		{"Tên dự án;Hình thức;Giá trị (USD)", "a;dự án;1.500",
			"year=2024;title=a;form=project;"
			"committed=150000 USD;"},
		{"Tên dự án;Hình thức;Giá trị (triệu đồng)", "a;dự án;1,25",
			"year=2024;title=a;form=project;committed=1250000 "
			"VND;"},
		{"Tên dự án;Hình thức;Kinh phí - tỷ đồng", "a;dự án;2",
			"year=2024;title=a;form=project;"
			"committed=2000000000 VND;"},
		{"Tên dự án;Hình thức;Giá trị (triệu đồng)",
			"a;dự án;149.814 USD",
			"year=2024;title=a;form=project;"
			"committed=14981400 USD;"},
		{"Tên dự án;Hình thức;Giá trị", "a;dự án;500",
			"year=2024;title=a;note=Giá trị: 500;form=project;"},
		{"Tên dự án;Hình thức;Giá trị (USD)", "a;dự án;1,500",
			"year=2024;title=a;note=Giá trị (USD): 1,500;"
			"form=project;"},
		{"Tên dự án;Hình thức;Giá trị (USD)", "a;dự án;25 triệu",
			"year=2024;title=a;note=Giá trị (USD): 25 triệu;"
			"form=project;"},
		{"Tên dự án;Hình thức;Giá trị (đồng)", "a;dự án;0,5",
			"year=2024;title=a;note=Giá trị (đồng): 0,5;"
			"form=project;"},
		/* dates */
		{"Tên dự án;Hình thức;Thời gian", "a;dự án;17/5/2024",
			"year=2024;title=a;when=2024-05-17;form=project;"},
		{"Tên dự án;Hình thức;Thời gian", "a;dự án;15 - 17/5/2024",
			"year=2024;title=a;when=2024-05-15;until=2024-05-17;"
			"form=project;"},
		{"Tên dự án;Hình thức;Thời gian", "a;dự án;tháng 5",
			"year=2024;title=a;when=2024-05;when_words=tháng 5;"
			"form=project;"},
		{"Tên dự án;Hình thức;Thời gian", "a;dự án;31/6/2024",
			"year=2024;title=a;when_words=31/6/2024;"
			"form=project;"},
		{"Tên dự án;Hình thức;Ngày phê duyệt", "a;dự án;chưa có",
			"year=2024;title=a;note=Ngày phê duyệt: chưa có;"
			"form=project;"},
		/* counts */
		{"Tên dự án;Hình thức;Số người hưởng lợi",
			"a;dự án;khoảng 1.200 người",
			"year=2024;title=a;form=project;beneficiaries=1200;"
			"beneficiaries_qualifier=about;"},
		{"Tên dự án;Hình thức;Số người hưởng lợi",
			"a;dự án;5 hộ (20 người)",
			"year=2024;title=a;note=Số người hưởng lợi: 5 hộ (20 "
			"người);form=project;"},
		{"Tên dự án;Hình thức;Số người hưởng lợi", "a;dự án;5 - 7",
			"year=2024;title=a;note=Số người hưởng lợi: 5 - 7;"
			"form=project;"},
		/* countries, choices, nothing, and an unknown column */
		{"Tên dự án;Hình thức;Quốc tịch", "a;phi dự án;Lào và Hàn Quốc",
			"year=2024;title=a;countries=LA\nKR;"
			"form=non-project;"},
		{"Tên dự án;Hình thức;Quốc tịch", "a;dự án;–",
			"year=2024;title=a;form=project;"},
		{"Tên dự án;Hình thức;Tình trạng", "a;dự án;Đã hoàn thành sớm",
			"year=2024;title=a;note=Tình trạng: Đã hoàn thành sớm;"
			"form=project;"},
		{"Tên dự án;Hình thức;Màu sắc", "a;dự án;xanh",
			"year=2024;title=a;note=Màu sắc: xanh;form=project;"},
		{"Tên dự án;Hình thức;Ghi chú", "a;kiểu lạ;nhắc",
			"year=2024;title=a;note=nhắc\nHình thức: kiểu lạ;"
			"form=project;"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char text[512], record[512];
		struct read read;

		snprintf(text, sizeof(text), "%s\n%s\n", cases[i].head,
			cases[i].row);
		read_as(&read, text, "aid");
		if (read.status != NC_OK || read.tables.count != 1)
			fail_msg("%s: %s", text, read.err.text);
		print_record(&read.tables.records[0], record, sizeof(record));
		if (strcmp(record, cases[i].record) != 0)
			fail_msg("%s\n%s", text, record);
		read_fini(&read);
	}
}

/* --- ids and what an import changes
 * ------------------------------------------------- */

static void test_tables_id__by_words_alone(void **state)
{
	struct read read, other;
	struct nc_id a, b;

	(void)state;
	read_as(&read, "TT;Tên đoàn ra;Số người\n1;Sang Lào;5\n", NULL);
	read_as(&other,
		"TT;Tên đoàn ra;Số người;Ghi chú\n9;SANG LÀO;6;x\n"
		"10;Sang Lào;7;\n",
		NULL);
	assert_int_equal(read.status, NC_OK);
	assert_int_equal(other.status, NC_OK);
	assert_int_equal(read.tables.count, 1);
	assert_int_equal(other.tables.count, 2);
	a = nc_tables_id(&read.tables.records[0], 0, nc_sha256);
	b = nc_tables_id(&other.tables.records[0], 0, nc_sha256);
	assert_int_equal(nc_id_compare(&a, &b), 0);
	assert_int_equal(nc_tables_id_year(&a), 2024);
	/* The same words again, and the same row come back. */
	b = nc_tables_id(&other.tables.records[1], 0, nc_sha256);
	assert_int_not_equal(nc_id_compare(&a, &b), 0);
	b = nc_tables_id(&read.tables.records[0], 1, nc_sha256);
	assert_int_not_equal(nc_id_compare(&a, &b), 0);
	read_fini(&read);
	read_fini(&other);
}

static void test_tables_revise__a_field_at_a_time(void **state)
{
	const struct nc_dot dot = {1, 1};
	struct nc_tables_steps steps;
	struct nc_tables_live live[8] = {0};
	struct nc_tables_row row = {.title = "", .live = live};
	struct nc_error err = {0};
	struct read read;

	(void)state;
	read_as(&read,
		"TT;Tên đoàn ra;Số người;Trưởng đoàn;Địa điểm\n"
		"1;Đoàn ra Lào;5;An;Huế\n",
		NULL);
	assert_int_equal(read.tables.count, 1);
	row.id = nc_tables_id(&read.tables.records[0], 0, nc_sha256);
	row.entity = read.tables.records[0].entity;
	for (size_t i = 0; i < read.tables.records[0].fields_count; i++) {
		const struct nc_field_change *field =
			&read.tables.records[0].fields[i];

		if (field->value.kind != NC_VALUE_ABSENT)
			live[row.live_count++] = (struct nc_tables_live){
				field->field, field->value, true, &dot, 1};
	}
	nc_tables_steps_init(&steps);
	assert_int_equal(nc_tables_revise(&steps, &read.tables, &row, 1, false,
				 nc_sha256, &err),
		NC_OK);
	assert_int_equal(steps.count, 1);
	assert_int_equal(steps.list[0].kind, NC_TABLES_SAME);
	/* Another value of an import's follows; a person's does not. */
	for (size_t i = 0; i < row.live_count; i++) {
		const char *name =
			nc_entity_field(row.entity, live[i].field)->name;

		if (strcmp(name, "people") == 0)
			live[i].value = nc_value_integer(4);
		if (strcmp(name, "leader") == 0) {
			live[i].value = nc_value_text("Bình");
			live[i].ours = false;
		}
	}
	assert_int_equal(nc_tables_revise(&steps, &read.tables, &row, 1, false,
				 nc_sha256, &err),
		NC_OK);
	assert_int_equal(steps.list[0].kind, NC_TABLES_EDIT);
	/* the mark, and people */
	assert_int_equal(steps.list[0].fields_count, 2);
	assert_ptr_equal(steps.list[0].fields[0].replaces, &dot);
	assert_int_equal(steps.list[0].fields[1].value.integer, 5);
	assert_int_equal(steps.list[0].kept_count, 1);
	assert_string_equal(steps.list[0].kept[0].field->name, "leader");
	nc_tables_steps_fini(&steps);
	read_fini(&read);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_tables__headers),
		cmocka_unit_test(test_tables__no_header_or_two),
		cmocka_unit_test(test_tables_unit__words),
		cmocka_unit_test(test_tables__what_cells_become),
		cmocka_unit_test(test_tables_id__by_words_alone),
		cmocka_unit_test(test_tables_revise__a_field_at_a_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
