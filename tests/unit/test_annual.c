/*
 * The reader of annual reports: numbers, headings, ends. Whole reports are in
 * tests/data/annual (tests/integration/test_annual.py).
 */
#include "unit.h"

#include "intake/annual.h"
#include "intake/annual_marks.h"
#include "locale/letter.h"
#include "locale/tcvn3.h"
#include "locale/text.h"

#include <stdio.h>
#include <string.h>

#define DUMP_BYTES_MAX (4 * 1024 * 1024)

static void add(struct nc_buffer *out, const char *start, const char *text)
{
	assert_int_equal(nc_buffer_text(out, start), NC_OK);
	assert_int_equal(nc_buffer_text(out, text), NC_OK);
	assert_int_equal(nc_buffer_text(out, "\n"), NC_OK);
}

static void add_list(struct nc_buffer *out, const char *start,
	const struct nc_annual_list *list)
{
	size_t count = 0;

	for (const struct nc_annual_text *at = list->first; at != NULL;
		at = at->next) {
		assert_int_equal(
			nc_buffer_printf(out, "%s%.*s", start,
				(int)(at->level == 0 ? 0 : at->level), "+++"),
			NC_OK);
		add(out, at->level == 0 ? "" : " ", at->text);
		count++;
	}
	assert_int_equal(count, list->count);
}

static void add_sections(
	struct nc_buffer *out, const struct nc_annual_sections *sections)
{
	for (const struct nc_annual_section *at = sections->first; at != NULL;
		at = at->next) {
		assert_int_equal(
			nc_buffer_printf(out, "[%s|%s|%s|%s] ", at->number,
				at->label, at->area, at->part),
			NC_OK);
		add(out, "", at->heading);
		add_list(out, "p ", &at->paragraphs);
		add_list(out, "", &at->items);
		add_sections(out, &at->sections);
	}
}

/* One line a thing: t title, l lead, [section], p paragraph, + item, c
 * closing, s signature, r recipient, u unread. */
static void dump(struct nc_buffer *out, const struct nc_annual *annual)
{
	nc_buffer_init(out, DUMP_BYTES_MAX);
	add_list(out, "t ", &annual->title);
	add_list(out, "l ", &annual->lead);
	add_sections(out, &annual->sections);
	add_list(out, "c ", &annual->closing);
	add_list(out, "s ", &annual->signature);
	if (annual->recipients_heading[0] != '\0')
		add(out, "r: ", annual->recipients_heading);
	add_list(out, "r ", &annual->recipients);
	add_list(out, "u ", &annual->unread);
}

static enum nc_status read_report(
	struct nc_annual *annual, struct nc_slice bytes, struct nc_error *err)
{
	struct nc_document document;
	enum nc_status status;

	nc_document_init(&document);
	nc_annual_init(annual);
	status = nc_document_read(&document, bytes, err);
	if (status == NC_OK)
		status = nc_annual_read(&document, annual, err);
	nc_document_fini(&document);
	return status;
}

static void check(struct nc_slice bytes, const char *expected)
{
	struct nc_annual annual;
	struct nc_buffer found;
	struct nc_error err = {0};

	if (read_report(&annual, bytes, &err) != NC_OK)
		fail_msg("%s", err.text);
	dump(&found, &annual);
	assert_string_equal(nc_buffer_string(&found), expected);
	nc_buffer_fini(&found);
	nc_annual_fini(&annual);
}

struct report {
	const char *text, *expected;
};

static const struct report reports[] = {
	/* a heading that is its section's only word, among others */
	{"BÁO CÁO\nI. Kết quả\n1. Đoàn ra\n- a\n2. Đoàn vào\n- b\n"
	 "3. Việc khác theo chỉ đạo của tỉnh.\nII. Hạn chế\n- c\n",
		"t BÁO CÁO\n[I|I|general|results] Kết quả\n"
		"[I.1|1|delegations|results] Đoàn ra\n+ a\n"
		"[I.2|2|delegations|results] Đoàn vào\n+ b\n"
		"[I.3|3|general|results] Việc khác theo chỉ đạo của tỉnh.\n"
		"[II|II|general|difficulties] Hạn chế\n+ c\n"},
	/* numbered tasks are items */
	{"BÁO CÁO\nI. Kết quả\n1. Thăm bạn\n2. Đón bạn\n3. Tiễn bạn\n"
	 "Nhìn chung tốt.\n",
		"t BÁO CÁO\n[I|I|general|results] Kết quả\n"
		"p Nhìn chung tốt.\n+ Thăm bạn\n+ Đón bạn\n+ Tiễn bạn\n"},
	/* areas by the words, not by the letter; a union's name is none */
	{"BÁO CÁO\nI. Kết quả\na) Công tác thông tin\n- x\nb) Hoạt động hữu "
	 "nghị\n- y\nc) Việc do Liên hiệp các tổ chức hữu nghị giao\n- z\n",
		"t BÁO CÁO\n[I|I|general|results] Kết quả\n"
		"[I.a|a|information|results] Công tác thông tin\n+ x\n"
		"[I.b|b|friendship|results] Hoạt động hữu nghị\n+ y\n"
		"[I.c|c|general|results] Việc do Liên hiệp các tổ chức hữu "
		"nghị giao\n+ z\n"},
	/* "1.2" after "1.1" under "1." is no child of "1.1" */
	{"BÁO CÁO\nIV. Phương hướng\n1. Hữu nghị\n1.1. Khối A\n- a\n"
	 "1.2. Khối B\n- b\n2. Khác\n- c\n",
		"t BÁO CÁO\n[IV|IV|general|directions] Phương hướng\n"
		"[IV.1|1|friendship|directions] Hữu nghị\n"
		"[IV.1.1|1.1|friendship|directions] Khối A\n+ a\n"
		"[IV.1.2|1.2|friendship|directions] Khối B\n+ b\n"
		"[IV.2|2|general|directions] Khác\n+ c\n"},
	/* a second look of one level, told by its company; a third level */
	{"BÁO CÁO\nI. Kết quả\n* A\n· a\n- b\n* B\n- c\nII. Khác\n* A\n- a\n"
	 "+ b\n",
		"t BÁO CÁO\n[I|I|general|results] Kết quả\n+ A\n++ a\n++ b\n"
		"+ B\n++ c\n[II|II|general|] Khác\n+ A\n++ a\n+++ b\n"},
	/* the end in two columns; a name is kept as it is typed */
	{"BÁO CÁO\nI. Kết quả\n- a./.\n\nNơi nhận:\tTM. BAN THƯỜNG TRỰC\n"
	 "- Như trên;\tCHỦ TỊCH\n- Lưu.\n\n\t(họ và tên)\n",
		"t BÁO CÁO\n[I|I|general|results] Kết quả\n+ a./.\n"
		"s TM. BAN THƯỜNG TRỰC\ns CHỦ TỊCH\ns (họ và tên)\n"
		"r: Nơi nhận:\nr Như trên;\nr Lưu.\n"},
	/* nothing is dropped */
	{"BÁO CÁO\nI. Kết quả\n-\n-----\n- 3 -\n- a\n",
		"t BÁO CÁO\n[I|I|general|results] Kết quả\n+ a\n"
		"u -----\nu - 3 -\nu -\n"},
	/* a day and its month are no number */
	{"BÁO CÁO\nI. Kết quả\n1. Đoàn\n- a\n2.9 Quốc khánh năm nay vui.\n",
		"t BÁO CÁO\n[I|I|general|results] Kết quả\n"
		"[I.1|1|general|results] Đoàn\n"
		"p 2.9 Quốc khánh năm nay vui.\n+ a\n"},
};

static void test_annual_read__offices_habits(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(reports); i++) {
		print_message("report %zu\n", i);
		check(nc_slice_text(reports[i].text), reports[i].expected);
	}
}

static const char old_report[] =
	"Báo cáo công tác năm 2003\n"
	"I. Kết quả hoạt động\n"
	"1. Công tác hữu nghị\n"
	"- tổ chức gặp mặt những người bạn cũ của tỉnh;\n"
	"2. Công tác thông tin\n"
	"- hai bản tin, mỗi bản mười trang.\n";
static const char old_expected[] =
	"t Báo cáo công tác năm 2003\n"
	"[I|I|general|results] Kết quả hoạt động\n"
	"[I.1|1|friendship|results] Công tác hữu nghị\n"
	"+ tổ chức gặp mặt những người bạn cũ của tỉnh;\n"
	"[I.2|2|information|results] Công tác thông tin\n"
	"+ hai bản tin, mỗi bản mười trang.\n";

static uint8_t tcvn3_byte(int32_t point)
{
	if (point < 0x80)
		return (uint8_t)point;
	for (unsigned byte = 0xa1; byte < 0xff; byte++)
		if (nc_tcvn3_letter((uint8_t)byte) == point)
			return (uint8_t)byte;
	fail_msg("U+%04x is not in TCVN3", (unsigned)point);
	return 0;
}

/* A file of an old font, as its bytes and as what mail made of them. */
static void test_annual_read__tcvn3(void **state)
{
	struct nc_slice text = nc_slice_text(old_report);
	struct nc_buffer bytes, latin;
	int32_t point;

	(void)state;
	nc_buffer_init(&bytes, 4096);
	nc_buffer_init(&latin, 4096);
	while (nc_letter_take(&text, &point)) {
		uint8_t byte = tcvn3_byte(point);
		uint8_t two[2] = {(uint8_t)(0xc0 | byte >> 6),
			(uint8_t)(0x80 | (byte & 0x3f))};

		assert_int_equal(nc_buffer_append(&bytes, &byte, 1), NC_OK);
		assert_int_equal(byte < 0x80
					 ? nc_buffer_append(&latin, &byte, 1)
					 : nc_buffer_append(&latin, two, 2),
			NC_OK);
	}
	check(nc_slice_text(old_report), old_expected);
	check(nc_buffer_slice(&bytes), old_expected);
	check(nc_buffer_slice(&latin), old_expected);
	nc_buffer_fini(&bytes);
	nc_buffer_fini(&latin);
}

/* Sections within sections stop at the limit, and no word is lost. */
static void test_annual_read__depth(void **state)
{
	static const char *const marks[] = {"Phần I. A", "A. A", "I. A", "1. A",
		"a) A", "1) A", "i) A", "a/ A", "1/ A", "ii. A", "a. A"};
	struct nc_buffer text;
	struct nc_annual annual;
	struct nc_error err = {0};
	const struct nc_annual_sections *at;
	unsigned depth = 0;

	(void)state;
	nc_buffer_init(&text, 4096);
	assert_int_equal(nc_buffer_text(&text, "BÁO CÁO\n"), NC_OK);
	for (size_t i = 0; i < COUNT(marks); i++)
		assert_int_equal(
			nc_buffer_printf(&text, "%s\n", marks[i]), NC_OK);
	assert_int_equal(nc_buffer_text(&text, "- x\n"), NC_OK);
	assert_int_equal(
		read_report(&annual, nc_buffer_slice(&text), &err), NC_OK);
	for (at = &annual.sections; at->last != NULL; at = &at->last->sections)
		depth++;
	assert_in_range(depth, 5, NC_ANNUAL_DEPTH_MAX);
	nc_annual_fini(&annual);
	nc_buffer_fini(&text);
}

static void test_annual_path__adds_what_is_new(void **state)
{
	static const struct {
		const char *path, *number, *expected;
	} cases[] = {
		{"", "I", "I"},
		{"II", "1", "II.1"},
		{"II", "II.1", "II.1"},
		{"II.2", "2.1", "II.2.1"},
		{"II.2.1", "2.1.3", "II.2.1.3"},
		{"II", "2.1", "II.2.1"},
		{"II.1", "", "II.1"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[ANNUAL_NUMBER_MAX];

		annual_path(out, cases[i].path, cases[i].number);
		assert_string_equal(out, cases[i].expected);
	}
}

static void test_annual_part_of__by_words(void **state)
{
	static const struct {
		const char *heading, *around, *expected;
	} cases[] = {
		{"boi canh tinh hinh", "", "context"},
		{"ket qua cong tac", "", "results"},
		{"danh gia ket qua", "", "assessment"},
		{"ket qua dat duoc", "assessment", "achievements"},
		{"ket qua dat duoc", "", "results"},
		{"mot so kho khan han che", "assessment", "difficulties"},
		{"mot so ton tai", "results", "difficulties"},
		{"cong tac tham muu de xuat", "results", "results"},
		{"de xuat kien nghi", "results", "proposals"},
		{"ve kho khan", "context", "context"},
		{"phuong huong nhiem vu", "", "directions"},
		{"ket qua thuc hien nhiem vu", "", "results"},
		{"hoat dong khac", "directions", "directions"},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		assert_string_equal(
			annual_part_of(cases[i].heading, cases[i].around),
			cases[i].expected);
}

/* Whatever allocation fails: a sentence, or the whole report. */
static void test_annual_read__without_memory(void **state)
{
	struct nc_annual annual;
	struct nc_error err;
	enum nc_status status = NC_NO_MEMORY;
	unsigned long n;

	(void)state;
	for (n = 1; status != NC_OK; n++) {
		memset(&err, 0, sizeof(err));
		nc_memory_fail_at(n);
		status = read_report(
			&annual, nc_slice_text(reports[5].text), &err);
		nc_memory_fail_at(0);
		if (status != NC_OK) {
			assert_int_equal(status, NC_NO_MEMORY);
			assert_int_equal(err.status, NC_NO_MEMORY);
			assert_int_equal(annual.title.count, 0);
		} else {
			struct nc_buffer found;

			dump(&found, &annual);
			assert_string_equal(
				nc_buffer_string(&found), reports[5].expected);
			nc_buffer_fini(&found);
		}
		nc_annual_fini(&annual);
	}
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_annual_read__offices_habits),
		cmocka_unit_test(test_annual_read__tcvn3),
		cmocka_unit_test(test_annual_read__depth),
		cmocka_unit_test(test_annual_path__adds_what_is_new),
		cmocka_unit_test(test_annual_part_of__by_words),
		cmocka_unit_test(test_annual_read__without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
