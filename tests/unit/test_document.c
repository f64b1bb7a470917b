#include "unit.h"

#include "intake/document.h"
#include "base/file.h"
#include "base/limits.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX (96 * 1024 * 1024)

static enum nc_status read_file(
	struct nc_document *document, const char *name, struct nc_error *err)
{
	struct nc_buffer bytes;
	char path[512];
	enum nc_status status;

	snprintf(path, sizeof(path), "%s/intake/%s", TEST_DATA, name);
	nc_buffer_init(&bytes, FILE_BYTES_MAX);
	nc_document_init(document);
	if (nc_file_read(path, &bytes, err) != NC_OK)
		fail_msg("%s: %s", path, err->text);
	status = nc_document_read(document, nc_buffer_slice(&bytes), err);
	nc_buffer_fini(&bytes);
	return status;
}

struct expected {
	const char *marker;
	int list_level;
	int heading_level;
	const char *text;
};

static void check_file(
	const char *name, const struct expected *expected, size_t count)
{
	struct nc_document document;
	struct nc_error err = {0};

	if (read_file(&document, name, &err) != NC_OK)
		fail_msg("%s: %s", name, err.text);
	for (size_t i = 0; i < count && i < document.count; i++) {
		const struct nc_paragraph *found = &document.paragraphs[i];

		if (strcmp(found->text, expected[i].text) != 0 ||
			strcmp(found->marker, expected[i].marker) != 0 ||
			found->list_level != expected[i].list_level ||
			found->heading_level != expected[i].heading_level)
			fail_msg("%s %zu: [%s] %d %d \"%s\", not \"%s\"", name,
				i, found->marker, found->list_level,
				found->heading_level, found->text,
				expected[i].text);
	}
	assert_int_equal(document.count, count);
	nc_document_fini(&document);
}

#define CHECK_FILE(name, expected)                                             \
	check_file(name, expected, sizeof(expected) / sizeof((expected)[0]))

static void test_docx__numbering_counts_as_word_does(void **state)
{
	static const struct expected expected[] = {
		{"I.", 0, 0, "một"},
		{"I.1.", 1, 0, "một một"},
		{"I.2.", 1, 0, "một hai"},
		{"1.2.1", 2, 0, "một hai một"},
		{"II.", 0, 0, "hai"},
		{"II.1.", 1, 0, "hai một"},
		{"a)", 0, 0, "a"},
		{"b)", 0, 0, "b"},
		{"(i)", 1, 0, "i"},
		{"(ii)", 1, 0, "ii"},
		{"c)", 0, 0, "c"},
		{"(i)", 1, 0, "i lại"},
		{"a)", 0, 0, "a lại"},
		{"b)", 0, 0, "b lại"},
		{"c)", 0, 0, "c nối"},
		{"Điều 5:", 0, 0, "điều năm"},
		{"Điều 7:", 0, 0, "điều bảy"},
		{"Z.", 0, 0, "Z"},
		{"01", 1, 0, "số một"},
		{"AA.", 0, 0, "AA"},
		{"02", 1, 0, "số hai"},
		{"1.", 0, 0, "mục"},
		{"1.1", 1, 0, "tiểu mục"},
		{"2.", 0, 0, "mục con"},
		{"", -1, 0, "không số"},
		{"*", 0, 0, "sao"},
		{"[4]", 0, 0, "định nghĩa lại"},
		{"", -1, 0, "không có danh sách này"},
		{"", -1, 0, "cấp quá sâu"},
	};

	(void)state;
	CHECK_FILE("numbers.docx", expected);
}

static void test_docx__tracked_changes_are_accepted(void **state)
{
	static const struct expected expected[] = {
		{"", -1, 0, "Giữ thêm hết."},
		{"", -1, 0, "Đoạn đầu nối đoạn sau."},
		{"", -1, 0, "Đoạn còn lại."},
		{"", -1, 0, "Chỗ mới"},
		{"", -1, 0, "Từng là tiêu đề"},
		{"", -1, 0, "Hàng giữ"},
		{"", -1, 0, "Hàng thêm"},
		{"", -1, 0, "Dấu cuối bị xóa"},
	};

	(void)state;
	CHECK_FILE("tracked.docx", expected);
}

static void test_docx__contents_as_the_page_shows_them(void **state)
{
	static const struct expected expected[] = {
		{"", -1, 0, "Tách\ttab\ndòng-nối→•"},
		{"", -1, 0, "Liên kết nhãn lồng ô nhập"},
		{"", -1, 0, "Khối nội dung"},
		{"", -1, 0, "Trang 7 hết"},
		{"", -1, 0, "Lồng kết quả hôm nay"},
		{"", -1, 0, "Mất đuôi"},
		{"", -1, 0, "Sau trường mất đuôi"},
		{"", -1, 0, "Chú thích"},
		{"", -1, 0, "Đoạn mang hộp chữ"},
		{"", -1, 0, "Chữ trong hộp"},
		{"", -1, 0, "Ô một"},
		{"", -1, 0, "Ô hai, đoạn một"},
		{"", -1, 0, "Ô hai, đoạn hai"},
		{"", -1, 0, "Bảng trong bảng"},
		{"", -1, 0, "Ô cuối"},
		{"", -1, 0, "Chữ gốc x=1"},
		{"", -1, 0, "Đoàn kết\u00a0hữunghị-Lào"},
		{"", -1, 0, "Có điểm dừng tab"},
	};

	(void)state;
	CHECK_FILE("contents.docx", expected);
}

static void test_docx__headings_by_style_and_outline(void **state)
{
	static const struct expected styled[] = {
		{"", -1, 1, "Một"},
		{"", -1, 2, "Hai"},
		{"", -1, 3, "Ba"},
		{"", -1, 4, "Bốn"},
		{"", -1, 0, "Thân bài"},
		{"", -1, 0, "Thường"},
		{"", -1, 0, "Vòng"},
		{"", -1, 0, "Không có"},
	};
	static const struct expected bare[] = {
		{"", -1, 1, "Một"},
		{"", -1, 2, "Hai"},
		{"", -1, 0, "Ba"},
	};
	static const struct expected strict[] = {{"", -1, 0, "Kiểu chặt"}};

	(void)state;
	CHECK_FILE("headings.docx", styled);
	CHECK_FILE("headings_bare.docx", bare);
	CHECK_FILE("strict.docx", strict);
}

/* word is in the sentence that a person reads. */
static void test_document_read__refuses_with_a_sentence(void **state)
{
	static const struct {
		const char *name;
		enum nc_status status;
		const char *word;
	} cases[] = {
		{"alt_chunk.docx", NC_INVALID, "another document"},
		{"archive.zip", NC_INVALID, "zip archive"},
		{"bomb.docx", NC_LIMIT, "too large"},
		{"cut_xml.docx", NC_INVALID, "damaged"},
		{"dtd.docx", NC_INVALID, "document type"},
		{"empty.docx", NC_INVALID, "no text"},
		{"entity.docx", NC_INVALID, "damaged"},
		{"flipped.docx", NC_INVALID, "damaged"},
		{"laughs.docx", NC_INVALID, "document type"},
		{"locked.docx", NC_INVALID, "password"},
		{"long_paragraph.docx", NC_LIMIT, "64 KiB"},
		{"lying_bomb.docx", NC_LIMIT, "too large"},
		{"many_styles.docx", NC_LIMIT, "8192 styles"},
		{"nested_boxes.docx", NC_INVALID, "text boxes"},
		{"nested_sdt.docx", NC_INVALID, "256 deep"},
		{"nested_tables.docx", NC_INVALID, "256 deep"},
		{"not_xml.docx", NC_INVALID, "damaged"},
		{"old.doc", NC_INVALID, "old Office"},
		{"sealed.docx", NC_INVALID, "password"},
		{"slides.pptx", NC_INVALID, "PowerPoint"},
		{"text.odt", NC_INVALID, "OpenDocument"},
		{"truncated.docx", NC_INVALID, "damaged"},
		{"workbook.xlsx", NC_INVALID, "Excel"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_document document;
		struct nc_error err = {0};
		char name[128];
		enum nc_status status;

		snprintf(name, sizeof(name), "hostile/%s", cases[i].name);
		status = read_file(&document, name, &err);
		if (status != cases[i].status || err.status != status ||
			strstr(err.text, cases[i].word) == NULL)
			fail_msg("%s: %s, %s", cases[i].name,
				nc_status_name(status), err.text);
		assert_int_equal(document.count, 0);
		nc_document_fini(&document);
	}
}

static void test_document_read__refuses_other_bytes(void **state)
{
	static const struct {
		struct nc_slice bytes;
		const char *word;
	} cases[] = {
		{{(const uint8_t *)"", 0}, "no text"},
		{{(const uint8_t *)" \r\n\t\xc2\xa0\n", 7}, "no text"},
		{{(const uint8_t *)"%PDF-1.7", 8}, "PDF"},
		{{(const uint8_t *)"{\\rtf1}", 7}, "rtf"},
		{{(const uint8_t *)"<html></html>", 13}, "web page"},
		/* VNI */
		{{(const uint8_t *)"Ke\xe1 hoa\xef"
				   "ch",
			 9},
			"Unicode"},
		{{(const uint8_t *)"\xff\xfe"
				   "a",
			 3},
			"Unicode"},
		{{(const uint8_t *)"\xff\xfe\x00\xd8"
				   "a\0",
			 6},
			"Unicode"},
		{{(const uint8_t *)"\xff\xfe\x00\xdc", 4}, "Unicode"},
		{{(const uint8_t *)"\xff\xfe"
				   "a\0\0\0",
			 6},
			"Unicode"},
		{{(const uint8_t *)"text\0with\0zeros", 15}, "Unicode"},
		{{(const uint8_t *)"PK\3\4", 4}, "damaged"},
		{{(const uint8_t *)"PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
			 22},
			"zip archive"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_document document;
		struct nc_error err = {0};

		nc_document_init(&document);
		if (nc_document_read(&document, cases[i].bytes, &err) !=
				NC_INVALID ||
			strstr(err.text, cases[i].word) == NULL)
			fail_msg("%zu: %s", i, err.text);
		nc_document_fini(&document);
	}
}

static void test_document_read__encodings_and_line_ends(void **state)
{
	static const char *const names[] = {"cr", "crlf", "nfd", "utf16be",
		"utf16be_bare", "utf16le", "utf16le_bare", "utf8_mark"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct nc_document document;
		struct nc_error err = {0};
		char name[128];

		snprintf(name, sizeof(name), "texts/%s.txt", names[i]);
		if (read_file(&document, name, &err) != NC_OK)
			fail_msg("%s: %s", name, err.text);
		assert_int_equal(document.count, 2);
		assert_string_equal(document.paragraphs[0].text,
			"1. Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh");
		assert_false(document.paragraphs[0].blank_before);
		assert_int_equal(document.paragraphs[0].line, 1);
		assert_int_equal(document.paragraphs[0].indent, 0);
		assert_string_equal(document.paragraphs[1].text,
			"- Việc thứ nhất 🤝");
		assert_true(document.paragraphs[1].blank_before);
		assert_int_equal(document.paragraphs[1].line, 3);
		assert_int_equal(document.paragraphs[1].indent, 8);
		nc_document_fini(&document);
	}
}

static void test_document_read__white_space_of_lines(void **state)
{
	static const char text[] = " \xc2\xa0 a\xc2\xa0 b \t\n  \t c\x1a\x0c"
				   "d\xe2\x80\xa8"
				   "e\xc2\x85"
				   "f\x0b\x0bg";
	static const struct {
		const char *text;
		int indent;
		bool blank;
		size_t line;
	} lines[] = {
		{"a\xc2\xa0 b", 3, false, 1},
		{"c", 9, false, 2},
		{"d", 0, false, 3},
		{"e", 0, false, 4},
		{"f", 0, false, 5},
		{"g", 0, true, 7},
	};
	struct nc_document document;

	(void)state;
	nc_document_init(&document);
	assert_int_equal(
		nc_document_read(&document, nc_slice_text(text), NULL), NC_OK);
	assert_int_equal(document.count, 6);
	for (size_t i = 0; i < 6; i++) {
		const struct nc_paragraph *found = &document.paragraphs[i];

		assert_string_equal(found->text, lines[i].text);
		assert_int_equal(found->indent, lines[i].indent);
		assert_int_equal(found->blank_before, lines[i].blank);
		assert_int_equal(found->line, lines[i].line);
		assert_string_equal(found->marker, "");
		assert_int_equal(found->list_level, -1);
	}
	nc_document_fini(&document);
}

static enum nc_status read_repeated(
	const char *text, size_t times, struct nc_error *err)
{
	struct nc_document document;
	struct nc_buffer bytes;
	enum nc_status status;

	nc_buffer_init(&bytes, FILE_BYTES_MAX);
	for (size_t i = 0; i < times; i++)
		assert_int_equal(nc_buffer_text(&bytes, text), NC_OK);
	nc_document_init(&document);
	status = nc_document_read(&document, nc_buffer_slice(&bytes), err);
	nc_document_fini(&document);
	nc_buffer_fini(&bytes);
	return status;
}

static void test_document_read__limits(void **state)
{
	struct nc_error err = {0};

	(void)state;
	assert_int_equal(read_repeated("a", NC_TEXT_BYTES_MAX, &err), NC_OK);
	assert_int_equal(
		read_repeated("a", NC_TEXT_BYTES_MAX + 1, &err), NC_LIMIT);
	assert_int_equal(
		read_repeated("a\n", NC_DOCUMENT_PARAGRAPHS_MAX, &err), NC_OK);
	assert_int_equal(
		read_repeated("a\n", NC_DOCUMENT_PARAGRAPHS_MAX + 1, &err),
		NC_LIMIT);
	assert_int_equal(read_repeated("aaaaaaa\n\n\n\n\n\n\n\n",
				 NC_DOCUMENT_BYTES_MAX / 15 + 1, &err),
		NC_LIMIT);
	assert_non_null(strstr(err.text, "32 MiB"));
	/* a directory of too many entries is not even opened */
	assert_int_equal(read_repeated("PK\1\2", 4096, &err), NC_OK);
	assert_int_equal(read_repeated("PK\3\4PK\1\2", 4097, &err), NC_LIMIT);
}

/* A document is read into again; what it held is gone. */
static void test_document_read__replaces(void **state)
{
	struct nc_document document;

	(void)state;
	nc_document_init(&document);
	assert_int_equal(
		nc_document_read(&document, nc_slice_text("a\n\nb"), NULL),
		NC_OK);
	assert_int_equal(
		nc_document_read(&document, nc_slice_text("c"), NULL), NC_OK);
	assert_int_equal(document.count, 1);
	assert_string_equal(document.paragraphs[0].text, "c");
	nc_document_fini(&document);
}

/* Fails each of our allocations in turn. */
static void test_document_read__without_memory(void **state)
{
	static const char *const names[] = {"numbers.docx", "contents.docx",
		"tracked.docx", "texts/utf16le.txt"};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct nc_buffer bytes;
		enum nc_status status = NC_NO_MEMORY;
		char path[512];

		snprintf(path, sizeof(path), "%s/intake/%s", TEST_DATA,
			names[i]);
		nc_buffer_init(&bytes, FILE_BYTES_MAX);
		assert_int_equal(nc_file_read(path, &bytes, NULL), NC_OK);
		for (unsigned long n = 1; status != NC_OK; n++) {
			struct nc_document document;
			struct nc_error err = {0};

			nc_document_init(&document);
			nc_memory_fail_at(n);
			status = nc_document_read(
				&document, nc_buffer_slice(&bytes), &err);
			nc_memory_fail_at(0);
			if (status != NC_OK) {
				assert_int_equal(status, NC_NO_MEMORY);
				assert_int_equal(err.status, NC_NO_MEMORY);
				assert_int_equal(document.count, 0);
			}
			nc_document_fini(&document);
		}
		nc_buffer_fini(&bytes);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_docx__numbering_counts_as_word_does),
		cmocka_unit_test(test_docx__tracked_changes_are_accepted),
		cmocka_unit_test(test_docx__contents_as_the_page_shows_them),
		cmocka_unit_test(test_docx__headings_by_style_and_outline),
		cmocka_unit_test(test_document_read__refuses_with_a_sentence),
		cmocka_unit_test(test_document_read__refuses_other_bytes),
		cmocka_unit_test(test_document_read__encodings_and_line_ends),
		cmocka_unit_test(test_document_read__white_space_of_lines),
		cmocka_unit_test(test_document_read__limits),
		cmocka_unit_test(test_document_read__replaces),
		cmocka_unit_test(test_document_read__without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
