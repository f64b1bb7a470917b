#include "unit.h"

#include "intake/plan_marks.h"
#include "intake/parts.h"
#include "intake/plan_reader.h"
#include "base/file.h"
#include "locale/text.h"
#include "model/letterhead.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FILE_BYTES_MAX (64 * 1024 * 1024)

struct fixture {
	struct nc_document document;
	struct nc_plan plan;
};

static void fixture_fini(struct fixture *fixture)
{
	nc_document_fini(&fixture->document);
	nc_plan_fini(&fixture->plan);
}

static enum nc_status read_bytes(
	struct fixture *fixture, struct nc_slice bytes, struct nc_error *err)
{
	enum nc_status status;

	nc_document_init(&fixture->document);
	nc_plan_init(&fixture->plan);
	status = nc_document_read(&fixture->document, bytes, err);
	if (status == NC_OK)
		status = nc_plan_read(&fixture->document, &fixture->plan, err);
	return status;
}

static void read_file(struct fixture *fixture, const char *path)
{
	struct nc_buffer bytes;
	struct nc_error err = {0};
	enum nc_status status;

	nc_buffer_init(&bytes, FILE_BYTES_MAX);
	status = nc_file_read(path, &bytes, &err);
	if (status == NC_OK)
		status = read_bytes(fixture, nc_buffer_slice(&bytes), &err);
	nc_buffer_fini(&bytes);
	if (status != NC_OK)
		fail_msg("%s: %s", path, err.text);
}

/* A text's line ends as "⏎", so that a dump has one line a thing. */
static void dump_text(struct nc_buffer *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\n')
			assert_int_equal(nc_buffer_text(out, "⏎"), NC_OK);
		else
			assert_int_equal(nc_buffer_append(out, text, 1), NC_OK);
	}
	assert_int_equal(nc_buffer_text(out, "\n"), NC_OK);
}

static void dump(
	struct nc_buffer *out, const char *text, const char *format, ...)
{
	char start[256];
	va_list args;

	va_start(args, format);
	vsnprintf(start, sizeof(start), format, args);
	va_end(args);
	assert_int_equal(nc_buffer_text(out, start), NC_OK);
	dump_text(out, text);
}

/*
 * A plan as lines: "= code: name" a union, "> " its lead, "[letter|area|line]
 * heading" a section, "  > " its lead, "  1 " an item by its level with its
 * line, "! why line: " what was left out.
 */
static void dump_plan(struct nc_buffer *out, const struct nc_plan *plan)
{
	if (plan->year != 0)
		dump(out, "", "year %u", plan->year);
	for (size_t i = 0; i < plan->unions_count; i++) {
		const struct nc_plan_union *u = &plan->unions[i];

		dump(out, u->name, "= %s: ", u->code);
		for (size_t k = 0; k < u->leads_count; k++)
			dump(out, u->leads[k].text, "> ");
		for (size_t j = 0; j < u->sections_count; j++) {
			const struct nc_plan_section *s = &u->sections[j];

			dump(out, s->heading, "[%s|%s|%zu] ", s->letter,
				s->area, s->line);
			for (size_t k = 0; k < s->leads_count; k++)
				dump(out, s->leads[k].text, "  > ");
			for (size_t k = 0; k < s->items_count; k++)
				dump(out, s->items[k].text, "  %u @%zu ",
					s->items[k].level, s->items[k].line);
		}
	}
	for (size_t k = 0; k < plan->left_out_count; k++)
		dump(out, plan->left_out[k].text,
			"! %s %zu: ", plan->left_out[k].why,
			plan->left_out[k].line);
}

static const char *const plan_files[] = {
	"broken",
	"amounts",
	"closing",
	"composite",
	"composite_items",
	"decomposed",
	"empty_sections",
	"glyphs",
	"indented",
	"label_items",
	"letterhead_between",
	"letterhead_cluster_body",
	"letterhead_columns",
	"letterhead_draft",
	"letterhead_none",
	"letterhead_member",
	"letterhead_of_all",
	"letterhead_party",
	"letterhead_several",
	"letterhead_title_only",
	"letterhead_title_names",
	"letterhead_two_lines",
	"letters",
	"many_letters",
	"no_union",
	"numbered",
	"paragraphs",
	"repeated_union",
	"roman",
	"run_on",
	"signature",
	"slips",
	"three_levels",
	"union_forms",
	"union_slips",
	"unlettered",
	"wrapped",
};

/* The words of all that a plan holds, as one text with spaces around. */
static void collect_leads(
	struct nc_buffer *out, const struct nc_plan_lead *leads, size_t count)
{
	for (size_t i = 0; i < count; i++)
		assert_int_equal(
			nc_buffer_printf(out, " %s ", leads[i].text), NC_OK);
}

static void collect(struct nc_buffer *out, const struct nc_plan *plan)
{
	for (size_t i = 0; i < plan->unions_count; i++) {
		const struct nc_plan_union *u = &plan->unions[i];

		assert_int_equal(nc_buffer_printf(out, " %s ", u->name), NC_OK);
		collect_leads(out, u->leads, u->leads_count);
		for (size_t j = 0; j < u->sections_count; j++) {
			const struct nc_plan_section *s = &u->sections[j];

			/* a section is stored by its items and leads alone */
			assert_true(s->items_count + s->leads_count > 0);
			assert_int_equal(nc_buffer_printf(out, " %s %s ",
						 s->letter, s->heading),
				NC_OK);
			collect_leads(out, s->leads, s->leads_count);
			for (size_t k = 0; k < s->items_count; k++)
				assert_int_equal(nc_buffer_printf(out, " %s ",
							 s->items[k].text),
					NC_OK);
		}
	}
	for (size_t k = 0; k < plan->left_out_count; k++)
		assert_int_equal(
			nc_buffer_printf(out, " %s ", plan->left_out[k].text),
			NC_OK);
}

/* Takes one word out of what was collected; false when it is not there. */
static bool take_word(char *all, const char *word, size_t size)
{
	for (char *at = all; (at = strchr(at, ' ')) != NULL;) {
		at++;
		if (strncmp(at, word, size) != 0)
			continue;
		if (at[size] != '\0' && strchr(" \n:.;", at[size]) == NULL)
			continue;
		memset(at, '\1', size);
		return true;
	}
	return false;
}

static void check_words(
	const char *name, const char *text, char *all, size_t line)
{
	struct nc_slice rest = nc_slice_text(text);
	struct plan_mark mark = plan_mark_of(rest);

	text += mark.size;
	while (*text != '\0') {
		size_t size = strcspn(text, " \n"), words = size;

		/* the colon or full stop after a union's name is dropped */
		while (words > 1 && strchr(":.;", text[words - 1]) != NULL)
			words--;
		if (size > 0 && !plan_mark_is_all(nc_slice(text, size)) &&
			!take_word(all, text, words))
			fail_msg("%s:%zu: \"%.*s\" is lost", name, line,
				(int)words, text);
		text += size;
		text += *text != '\0';
	}
}

/* No word of a document is lost: each is in the plan or left out. */
static void check_nothing_lost(const char *name, const struct fixture *fixture)
{
	struct nc_buffer all;
	char *words;

	nc_buffer_init(&all, FILE_BYTES_MAX);
	collect(&all, &fixture->plan);
	words = (char *)all.data;
	assert_non_null(words);
	for (size_t i = 0; words[i] != '\0'; i++)
		if (words[i] == '\n')
			words[i] = ' ';
	for (size_t i = 0; i < fixture->document.count; i++)
		check_words(name, fixture->document.paragraphs[i].text, words,
			fixture->document.paragraphs[i].line);
	nc_buffer_fini(&all);
}

/* Each NAME.txt reads as NAME.expected, a dump, says. */
static void test_plan_read__offices_habits(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(plan_files) / sizeof(plan_files[0]);
		i++) {
		struct fixture fixture;
		struct nc_buffer found, expected;
		char path[512];

		snprintf(path, sizeof(path), "%s/intake/plans/%s.txt",
			TEST_DATA, plan_files[i]);
		read_file(&fixture, path);
		nc_buffer_init(&found, FILE_BYTES_MAX);
		nc_buffer_init(&expected, FILE_BYTES_MAX);
		dump_plan(&found, &fixture.plan);
		snprintf(path, sizeof(path), "%s/intake/plans/%s.expected",
			TEST_DATA, plan_files[i]);
		assert_int_equal(nc_file_read(path, &expected, NULL), NC_OK);
		if (strcmp(nc_buffer_string(&found),
			    nc_buffer_string(&expected)) != 0)
			fail_msg("%s reads as:\n%s", path,
				nc_buffer_string(&found));
		nc_buffer_fini(&found);
		nc_buffer_fini(&expected);
		check_nothing_lost(plan_files[i], &fixture);
		fixture_fini(&fixture);
	}
}

struct counts {
	const char *code;
	size_t sections, first, second, leads;
};

static void count_items(
	const struct nc_plan_union *of_union, struct counts *counts)
{
	*counts = (struct counts){
		.code = of_union->code, .leads = of_union->leads_count};
	for (size_t j = 0; j < of_union->sections_count; j++) {
		const struct nc_plan_section *section = &of_union->sections[j];

		counts->sections++;
		counts->leads += section->leads_count;
		for (size_t k = 0; k < section->items_count; k++) {
			assert_true(section->items[k].level <= 2);
			if (section->items[k].level == 1)
				counts->first++;
			else
				counts->second++;
		}
	}
}

static void check_counts(
	const struct nc_plan_union *of_union, const struct counts *expected)
{
	struct counts found;

	count_items(of_union, &found);
	assert_string_equal(found.code, expected->code);
	assert_int_equal(found.sections, expected->sections);
	assert_int_equal(found.first, expected->first);
	assert_int_equal(found.second, expected->second);
	assert_int_equal(found.leads, expected->leads);
}

/* In the order of the cluster; the examples are the size of the real one.
 * Sections count one for a union that prints none. */
static const struct counts cluster[] = {
	{"ha-tinh", 1, 4, 0, 1},
	{"quang-binh", 1, 6, 0, 0},
	{"quang-tri", 1, 7, 0, 0},
	{"thua-thien-hue", 4, 12, 0, 0},
	{"da-nang", 5, 19, 21, 1},
	{"quang-nam", 4, 13, 0, 0},
	{"binh-dinh", 4, 4, 0, 0},
	{"phu-yen", 4, 16, 0, 0},
	{"khanh-hoa", 3, 8, 0, 0},
	{"dak-lak", 3, 19, 0, 0},
	{"gia-lai", 3, 4, 0, 0},
};

#define UNIONS (sizeof(cluster) / sizeof(cluster[0]))

static void test_plan_read__example_plans(void **state)
{
	(void)state;
	for (size_t i = 0; i < UNIONS; i++) {
		struct fixture fixture;
		char path[512];

		snprintf(path, sizeof(path), "%s/plans/%s.txt", TEST_EXAMPLES,
			cluster[i].code);
		read_file(&fixture, path);
		assert_int_equal(fixture.plan.unions_count, 1);
		check_counts(&fixture.plan.unions[0], &cluster[i]);
		assert_int_equal(fixture.plan.left_out_count, 0);
		fixture_fini(&fixture);
	}
}

/* A Word file of lists reads as the text that its page shows. */
static void test_plan_read__word_lists(void **state)
{
	static const char *const files[] = {
		"word_plan", "libreoffice_plan", "table_plan"};

	(void)state;
	for (size_t i = 0; i < 3; i++) {
		struct fixture fixture;
		struct nc_buffer found, expected;
		char path[512];

		snprintf(path, sizeof(path), "%s/intake/%s.docx", TEST_DATA,
			files[i]);
		read_file(&fixture, path);
		nc_buffer_init(&found, FILE_BYTES_MAX);
		nc_buffer_init(&expected, FILE_BYTES_MAX);
		dump_plan(&found, &fixture.plan);
		snprintf(path, sizeof(path), "%s/intake/%s.expected", TEST_DATA,
			files[i]);
		assert_int_equal(nc_file_read(path, &expected, NULL), NC_OK);
		if (strcmp(nc_buffer_string(&found),
			    nc_buffer_string(&expected)) != 0)
			fail_msg("%s reads as:\n%s", path,
				nc_buffer_string(&found));
		nc_buffer_fini(&found);
		nc_buffer_fini(&expected);
		check_nothing_lost(files[i], &fixture);
		fixture_fini(&fixture);
	}
}

static enum nc_status find_union(const struct nc_plan *plan, const char *name,
	const struct nc_plan_union **ret_union, struct nc_error *err)
{
	const char *names[8];
	size_t index = 0;
	enum nc_status status;

	assert_true(plan->unions_count <= 8);
	for (size_t i = 0; i < plan->unions_count; i++)
		names[i] = plan->unions[i].name;
	status = nc_parts_find(names, plan->unions_count, name, &index, err);
	if (status == NC_OK)
		*ret_union = &plan->unions[index];
	return status;
}

static void test_parts_find__by_place(void **state)
{
	static const char text[] =
		"1. Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh\n- Một\n"
		"2. LHCTCHN TP. Đà Nẵng:\n- Hai\n";
	static const struct {
		const char *name, *code;
	} cases[] = {
		{"Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh", "ha-tinh"},
		{"Liên hiệp hữu nghị Hà Tĩnh", "ha-tinh"},
		{"Hà Tĩnh", "ha-tinh"},
		{"LIÊN HIỆP CÁC TỔ CHỨC HỮU NGHỊ THÀNH PHỐ ĐÀ NẴNG", "da-nang"},
		{"da nang", "da-nang"},
		{"Liên hiệp các tổ chức hữu nghị tỉnh Quảng Nam", NULL},
		{"", NULL},
	};
	struct fixture fixture;

	(void)state;
	assert_int_equal(
		read_bytes(&fixture, nc_slice_text(text), NULL), NC_OK);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct nc_plan_union *found = NULL;
		struct nc_error err = {0};
		enum nc_status status =
			find_union(&fixture.plan, cases[i].name, &found, &err);

		if (cases[i].code == NULL) {
			assert_int_equal(status, NC_NOT_FOUND);
			assert_non_null(strstr(err.text, "Hà Tĩnh"));
			assert_non_null(strstr(err.text, "Đà Nẵng"));
			assert_null(found);
			continue;
		}
		assert_int_equal(status, NC_OK);
		assert_string_equal(found->code, cases[i].code);
	}
	fixture_fini(&fixture);
}

static void test_parts_find__nameless_is_anyones(void **state)
{
	const struct nc_plan_union *found = NULL;
	struct fixture fixture;

	(void)state;
	assert_int_equal(
		read_bytes(&fixture, nc_slice_text("- Một\n"), NULL), NC_OK);
	assert_int_equal(
		find_union(&fixture.plan, "Liên hiệp hữu nghị tỉnh Gia Lai",
			&found, NULL),
		NC_OK);
	assert_ptr_equal(found, &fixture.plan.unions[0]);
	assert_string_equal(found->code, "");
	fixture_fini(&fixture);
}

static void test_plan_area_of__by_words(void **state)
{
	static const struct {
		const char *heading, *area;
	} cases[] = {
		{"Đoàn vào, đoàn ra", "delegations"},
		{"Công tác đoàn ra", "delegations"},
		{"Hoạt động hòa bình, đoàn kết, hữu nghị", "friendship"},
		{"CÔNG TÁC HOÀ BÌNH - ĐOÀN KẾT - HỮU NGHỊ", "friendship"},
		{"Công tác phi chính phủ nước ngoài (PCPNN)", "ngo"},
		{"Vận động viện trợ", "ngo"},
		{"Công tác Thông tin đối ngoại", "information"},
		{"Công tác thông tin, tuyên truyền", "information"},
		{"Công tác với người Việt Nam ở nước ngoài:", "overseas"},
		{"Công tác kiều bào", "overseas"},
		{"Công tác phát triển tổ chức", "organization"},
		{"Phát triển tổ chức hội hữu nghị", "organization"},
		{"Xây dựng tổ chức bộ máy", "organization"},
		{"Công tác tổ chức", "organization"},
		{"Công tác tổ chức các hoạt động hữu nghị", "friendship"},
		{"Công tác khác", "general"},
		{"Tham đoàn rau quả", "general"},
		{"", "general"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_buffer folded NC_AUTO(nc_buffer_fini) = {
			.limit = 4096};

		assert_int_equal(
			nc_text_fold(&folded, nc_slice_text(cases[i].heading)),
			NC_OK);
		assert_string_equal(
			nc_plan_area_of_folded(nc_buffer_string(&folded), NULL),
			cases[i].area);
	}
}

static void test_letterhead__slots(void **state)
{
	static const struct {
		const char *text;
		enum nc_letterhead_slot slot;
	} cases[] = {
		{"UBND TỈNH LÀO CAI", NC_LETTERHEAD_BODY},
		{"Số: 15/KH-LHHN", NC_LETTERHEAD_NUMBER},
		{"Số:        /KH-…", NC_LETTERHEAD_NUMBER},
		{"Số 36-KH/TU", NC_LETTERHEAD_NUMBER},
		{"Số nhà 15/2 đường Bờ Sông", NC_LETTERHEAD_BODY},
		{"Sở Ngoại vụ", NC_LETTERHEAD_BODY},
		{"CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM", NC_LETTERHEAD_NATION},
		{"Cộng hòa XHCN Việt Nam", NC_LETTERHEAD_NATION},
		{"ĐẢNG CỘNG SẢN VIỆT NAM", NC_LETTERHEAD_NATION},
		{"Độc lập – Tự do – Hạnh phúc", NC_LETTERHEAD_MOTTO},
		{"Vinh, ngày 05 tháng 12 năm 2023", NC_LETTERHEAD_DAY},
		{"…………, ngày     tháng     năm 20", NC_LETTERHEAD_DAY},
		{"Tuyên Quang, tháng 11/2026", NC_LETTERHEAD_DAY},
		{"TP. Hồ Chí Minh, ngày … tháng … năm 2027", NC_LETTERHEAD_DAY},
		{"Công tác tháng 12 năm 2023", NC_LETTERHEAD_BODY},
		{"6 tháng đầu năm 2024", NC_LETTERHEAD_BODY},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_slice text = nc_slice_text(cases[i].text);
		struct nc_buffer folded;

		nc_buffer_init(&folded, 1024);
		assert_int_equal(nc_text_fold(&folded, text), NC_OK);
		if (nc_letterhead_slot_of(text, nc_buffer_string(&folded)) !=
			cases[i].slot)
			fail_msg("%s", cases[i].text);
		nc_buffer_fini(&folded);
	}
}

static void test_letterhead__columns(void **state)
{
	struct nc_slice rest = nc_slice_text(
		"Số:      /KH\tLào Cai, ngày     tháng\nDự thảo     Đầu");
	static const char *const pieces[] = {
		"Số:      /KH", "Lào Cai, ngày     tháng", "Dự thảo", "Đầu"};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct nc_slice piece = nc_letterhead_take(&rest);

		assert_true(nc_slice_equal(piece, nc_slice_text(pieces[i])));
	}
	assert_int_equal(rest.size, 0);
}

static void test_plan_place__of_union_names(void **state)
{
	static const struct {
		const char *name, *place;
	} cases[] = {
		{"Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh:", "ha tinh"},
		{"Liên hiệp hữu nghị tỉnh Thừa Thiên Huế", "thua thien hue"},
		{"LHCTCHN TP. Đà Nẵng", "da nang"},
		{"Liên hiệp các tổ chức hữu nghị T.P Đà Nẵng", "da nang"},
		{"Liên hiệp các tổ chức hữu nghị thành phố Huế", "hue"},
		{"Hà Tĩnh", "ha tinh"},
		{"Tỉnh", "tinh"},
		{"", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_buffer place;

		nc_buffer_init(&place, 1024);
		assert_int_equal(nc_plan_place(&place, cases[i].name), NC_OK);
		assert_string_equal(nc_buffer_string(&place), cases[i].place);
		nc_buffer_fini(&place);
	}
}

/* A body without bullets that no record could hold is not one item. */
static void test_plan_read__long_body_is_several_items(void **state)
{
	struct nc_buffer text;
	struct fixture fixture;

	(void)state;
	nc_buffer_init(&text, FILE_BYTES_MAX);
	for (int i = 0; i < 3000; i++)
		assert_int_equal(nc_buffer_printf(&text,
					 "Đoạn %d của một mục rất dài.\n", i),
			NC_OK);
	assert_int_equal(
		read_bytes(&fixture, nc_buffer_slice(&text), NULL), NC_OK);
	assert_int_equal(fixture.plan.unions[0].sections[0].items_count, 3000);
	fixture_fini(&fixture);
	nc_buffer_fini(&text);
}

static enum nc_status read_unions(int count)
{
	struct nc_buffer text;
	struct fixture fixture;
	enum nc_status status;

	nc_buffer_init(&text, FILE_BYTES_MAX);
	for (int i = 0; i < count; i++)
		assert_int_equal(
			nc_buffer_printf(&text,
				"Liên hiệp hữu nghị tỉnh A%d\n- Một\n", i),
			NC_OK);
	status = read_bytes(&fixture, nc_buffer_slice(&text), NULL);
	assert_int_equal(
		fixture.plan.unions_count, status == NC_OK ? count : 0);
	fixture_fini(&fixture);
	nc_buffer_fini(&text);
	return status;
}

static void test_plan_read__limit_of_unions(void **state)
{
	(void)state;
	assert_int_equal(read_unions(1000), NC_OK);
	assert_int_equal(read_unions(1001), NC_LIMIT);
}

/* Fails each allocation in turn: never a crash, a leak or half a plan. */
static void test_plan_read__without_memory(void **state)
{
	static const char text[] =
		"1. Liên hiệp hữu nghị tỉnh Gia Lai: dẫn\nb. Công tác hữu "
		"nghị\nDẫn\n-\nMột việc\ncòn tiếp\n+ Hai\n./.\n";
	struct nc_error err;
	enum nc_status status = NC_NO_MEMORY;
	unsigned long n;

	(void)state;
	for (n = 1; status != NC_OK; n++) {
		struct fixture fixture;

		memset(&err, 0, sizeof(err));
		nc_memory_fail_at(n);
		status = read_bytes(&fixture, nc_slice_text(text), &err);
		nc_memory_fail_at(0);
		if (status != NC_OK) {
			assert_int_equal(status, NC_NO_MEMORY);
			assert_int_equal(err.status, NC_NO_MEMORY);
			assert_int_equal(fixture.plan.unions_count, 0);
		}
		fixture_fini(&fixture);
	}
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan_read__offices_habits),
		cmocka_unit_test(test_plan_read__example_plans),
		cmocka_unit_test(test_plan_read__word_lists),
		cmocka_unit_test(test_plan_read__long_body_is_several_items),
		cmocka_unit_test(test_plan_read__limit_of_unions),
		cmocka_unit_test(test_plan_read__without_memory),
		cmocka_unit_test(test_parts_find__by_place),
		cmocka_unit_test(test_parts_find__nameless_is_anyones),
		cmocka_unit_test(test_plan_area_of__by_words),
		cmocka_unit_test(test_letterhead__slots),
		cmocka_unit_test(test_letterhead__columns),
		cmocka_unit_test(test_plan_place__of_union_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
