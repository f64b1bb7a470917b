/*
 * The consolidated plan in every format and both layouts.
 */
#include "report_sample.h"

#include "base/file.h"

static const char by_union_text[] =
	"KẾ HOẠCH\n"
	"Công tác đối ngoại nhân dân năm 2024 của Cụm Thử\n"
	"\n"
	"1. Liên hiệp tỉnh Lá Xanh\n"
	"Năm nay Liên hiệp tập trung vào ba việc chính, bám sát kế hoạch "
	"chung và điều kiện của đơn vị.\n"
	"a. Đoàn vào, đoàn ra\n"
	"- Đón khoảng 12 đoàn khách đến thăm và làm việc.\n"
	"  + Quý I: 03 đoàn; Quý II: 09 đoàn.\n"
	"    * Trong đó có 02 đoàn thanh niên.\n"
	"- Cử 01 đoàn đi trao đổi kinh nghiệm.\n"
	"b. Công tác phi chính phủ nước ngoài\n"
	"Giữ các đối tác đang có.\n"
	"- Vận động 02 dự án nước sạch, trị giá 1,5 tỷ đồng.\n"
	"\n"
	"2. Liên hiệp tỉnh Sông Lớn:\n"
	"  + Tổ chức gặp mặt nhân ngày hữu nghị.\n"
	"- Ra 04 số bản tin.\n"
	"\n"
	"3. Liên hiệp tỉnh Đồi Gió\n"
	"Đơn vị đang kiện toàn.\n"
	"Kế hoạch gửi sau.\n"
	"\n"
	"4. Liên hiệp tỉnh Cát Vàng\n"
	"(Chưa có nội dung.)\n";

static const char by_area_text[] =
	"KẾ HOẠCH\n"
	"Công tác đối ngoại nhân dân năm 2024 của Cụm Thử\n"
	"\n"
	"I. Đoàn ra, đoàn vào\n"
	"1. Liên hiệp tỉnh Lá Xanh\n"
	"Đoàn vào, đoàn ra\n"
	"- Đón khoảng 12 đoàn khách đến thăm và làm việc.\n"
	"  + Quý I: 03 đoàn; Quý II: 09 đoàn.\n"
	"    * Trong đó có 02 đoàn thanh niên.\n"
	"- Cử 01 đoàn đi trao đổi kinh nghiệm.\n"
	"\n"
	"II. Phi chính phủ nước ngoài\n"
	"1. Liên hiệp tỉnh Lá Xanh\n"
	"Công tác phi chính phủ nước ngoài\n"
	"Giữ các đối tác đang có.\n"
	"- Vận động 02 dự án nước sạch, trị giá 1,5 tỷ đồng.\n"
	"\n"
	"III. Nội dung chung\n"
	"1. Liên hiệp tỉnh Lá Xanh\n"
	"Năm nay Liên hiệp tập trung vào ba việc chính, bám sát kế hoạch "
	"chung và điều kiện của đơn vị.\n"
	"2. Liên hiệp tỉnh Sông Lớn:\n"
	"  + Tổ chức gặp mặt nhân ngày hữu nghị.\n"
	"- Ra 04 số bản tin.\n"
	"3. Liên hiệp tỉnh Đồi Gió\n"
	"Đơn vị đang kiện toàn.\n"
	"Kế hoạch gửi sau.\n"
	"Chưa có nội dung: Liên hiệp tỉnh Cát Vàng.\n";

static void test_report__names(void **state)
{
	static const char *const formats[] = {
		"text", "md", "html", "docx", "json"};
	enum nc_report_format format = NC_REPORT_FORMAT_COUNT;
	enum nc_report_layout layout = NC_REPORT_LAYOUT_COUNT;

	(void)state;
	for (size_t i = 0; i < COUNT(formats); i++) {
		assert_true(nc_report_format_named(formats[i], &format));
		assert_int_equal(format, i);
	}
	assert_false(nc_report_format_named("pdf", &format));
	assert_false(nc_report_format_named("", &format));
	assert_true(nc_report_layout_named("by-area", &layout));
	assert_int_equal(layout, NC_REPORT_BY_AREA);
	assert_true(nc_report_layout_named("by-union", &layout));
	assert_int_equal(layout, NC_REPORT_BY_UNION);
	assert_false(nc_report_layout_named("by-year", &layout));
}

static void test_report__text(void **state)
{
	struct nc_plan plan = sample_plan();
	struct nc_buffer out;

	(void)state;
	print_plan(&plan, NC_REPORT_BY_UNION, NC_REPORT_TEXT, &out);
	assert_string_equal(nc_buffer_string(&out), by_union_text);
	nc_buffer_fini(&out);
	print_plan(&plan, NC_REPORT_BY_AREA, NC_REPORT_TEXT, &out);
	assert_string_equal(nc_buffer_string(&out), by_area_text);
	nc_buffer_fini(&out);
	nc_plan_fini(&plan);
}

/* Every part of text between line ends stands in words. */
static void assert_holds(const char *words, const char *text)
{
	while (*text != '\0') {
		char part[256];
		size_t size = strcspn(text, "\n");

		assert_true(size < sizeof(part));
		memcpy(part, text, size);
		part[size] = '\0';
		if (strstr(words, part) == NULL)
			fail_msg("missing: %s", part);
		text += size + (text[size] == '\n');
	}
}

static void assert_holds_plan(const char *words, const struct nc_plan *plan)
{
	for (size_t i = 0; i < plan->unions_count; i++) {
		const struct nc_plan_union *u = &plan->unions[i];

		assert_holds(words, u->name);
		for (size_t j = 0; j < u->leads_count; j++)
			assert_holds(words, u->leads[j].text);
		for (size_t j = 0; j < u->sections_count; j++) {
			const struct nc_plan_section *s = &u->sections[j];

			assert_holds(words, s->heading);
			for (size_t k = 0; k < s->leads_count; k++)
				assert_holds(words, s->leads[k].text);
			for (size_t k = 0; k < s->items_count; k++)
				assert_holds(words, s->items[k].text);
		}
	}
}

static void test_report__no_word_is_missing(void **state)
{
	struct nc_plan plan = sample_plan();

	(void)state;
	for (int l = 0; l < NC_REPORT_LAYOUT_COUNT; l++) {
		enum nc_report_layout layout = (enum nc_report_layout)l;
		struct nc_buffer out;
		xmlDocPtr doc;
		char *words;

		print_plan(&plan, layout, NC_REPORT_HTML, &out);
		doc = xml_read(nc_buffer_string(&out), out.size);
		words = words_of(xmlDocGetRootElement(doc));
		assert_holds_plan(words, &plan);
		xmlFree(words);
		xmlFreeDoc(doc);
		nc_buffer_fini(&out);

		print_plan(&plan, layout, NC_REPORT_DOCX, &out);
		doc = docx_read(&out);
		words = words_of(xmlDocGetRootElement(doc));
		assert_holds_plan(words, &plan);
		/* 11 records, the section leads' and items' among them */
		assert_int_equal(count_elements(xmlDocGetRootElement(doc),
					 "bookmarkStart"),
			11);
		xmlFree(words);
		xmlFreeDoc(doc);
		nc_buffer_fini(&out);

		print_plan(&plan, layout, NC_REPORT_MARKDOWN, &out);
		assert_holds_plan(nc_buffer_string(&out), &plan);
		nc_buffer_fini(&out);
	}
	nc_plan_fini(&plan);
}

/* Every line that a record said names the record and who wrote it. */
static void test_report__sources(void **state)
{
	static const struct {
		enum nc_report_format format;
		const char *words;
	} cases[] = {
		{NC_REPORT_HTML, "<li class=\"l3\" "
				 "id=\"018cc251-f400-7000-8000-000000000004\" "
				 "data-source=\"la-xanh/0123456789abcdef/2\" "
				 "data-author=\"Văn phòng\">"},
		{NC_REPORT_HTML,
			"<p class=\"text\" id=\"018cc251-f400-7000-8000-"
			"000000000001\""},
		{NC_REPORT_HTML, "lang=\"vi\""},
		{NC_REPORT_HTML, "<!DOCTYPE html>\n<html"},
		{NC_REPORT_MARKDOWN,
			"    - Trong đó có 02 đoàn thanh niên. <!-- "
			"id=\"018cc251-f400-7000-8000-000000000004\" "
			"union=\"la-xanh\" device=\"0123456789abcdef\" "
			"sequence=2 author=\"Văn phòng\" -->\n"},
		{NC_REPORT_MARKDOWN, "## 1. Liên hiệp tỉnh Lá Xanh\n"},
		/* Under no item, so not indented into a code block. */
		{NC_REPORT_MARKDOWN, "\n- Tổ chức gặp mặt"},
		{NC_REPORT_MARKDOWN, "03 đoàn;\\\n    Quý II"},
		{NC_REPORT_JSON, "\"id\": \"018cc251-f400-7000-8000-"
				 "000000000004\",\n"},
		{NC_REPORT_JSON, "\"sequence\": 2,\n"},
	};
	struct nc_plan plan = sample_plan();

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nc_buffer out;

		print_plan(&plan, NC_REPORT_BY_UNION, cases[i].format, &out);
		if (strstr(nc_buffer_string(&out), cases[i].words) == NULL)
			fail_msg("missing: %s", cases[i].words);
		nc_buffer_fini(&out);
	}
	nc_plan_fini(&plan);
}

/* The keys of an object in their order, joined with spaces. */
static void assert_keys(json_t *object, const char *expected)
{
	char keys[256] = "";
	const char *key;
	json_t *value;

	json_object_foreach(object, key, value)
	{
		if (keys[0] != '\0')
			strcat(keys, " ");
		strcat(keys, key);
	}
	assert_string_equal(keys, expected);
}

static json_t *at(json_t *object, const char *key, size_t index)
{
	json_t *found = json_array_get(json_object_get(object, key), index);

	assert_non_null(found);
	return found;
}

static void test_report__json_by_union(void **state)
{
	struct nc_plan plan = sample_plan();
	json_t *root = print_json(&plan, NC_REPORT_BY_UNION);
	json_t *of_union = at(root, "unions", 0);
	json_t *section = at(of_union, "sections", 0);
	json_t *item = at(section, "items", 1);

	(void)state;
	assert_keys(root, "kind year layout unions");
	assert_int_equal(json_array_size(json_object_get(root, "unions")), 4);
	assert_keys(of_union, "code name lead lead_sources sections");
	assert_string_equal(json_string_value(at(of_union, "lead", 0)),
		green_leads[0].text);
	assert_keys(at(of_union, "lead_sources", 0),
		"id union device sequence author");
	assert_keys(section, "letter heading area lead lead_sources items");
	assert_int_equal(json_array_size(json_object_get(section, "items")), 4);
	assert_keys(item, "level text id source");
	assert_string_equal(json_string_value(json_object_get(item, "text")),
		green_visits[1].text);
	assert_keys(json_object_get(item, "source"),
		"union device sequence author");
	json_decref(root);
	nc_plan_fini(&plan);
}

static void test_report__json_by_area(void **state)
{
	static const char *const areas[] = {"delegations", "ngo", "general"};
	static const size_t unions[] = {1, 1, 3};
	struct nc_plan plan = sample_plan();
	json_t *root = print_json(&plan, NC_REPORT_BY_AREA);

	(void)state;
	assert_keys(root, "kind year layout areas");
	assert_int_equal(
		json_array_size(json_object_get(root, "areas")), COUNT(areas));
	for (size_t i = 0; i < COUNT(areas); i++) {
		json_t *area = at(root, "areas", i);

		assert_keys(area, "area label unions");
		assert_string_equal(
			json_string_value(json_object_get(area, "area")),
			areas[i]);
		assert_int_equal(
			json_array_size(json_object_get(area, "unions")),
			unions[i]);
	}
	/* The union's own leads stand once, in "general". */
	assert_int_equal(
		json_array_size(json_object_get(
			at(at(root, "areas", 0), "unions", 0), "lead")),
		0);
	assert_int_equal(
		json_array_size(json_object_get(
			at(at(root, "areas", 2), "unions", 0), "lead")),
		1);
	json_decref(root);
	nc_plan_fini(&plan);
}

/* A plan as the reader makes it: lines for ids, and what was left out. */
static void test_report__plan_from_a_file(void **state)
{
	struct nc_plan_lead leads[] = {
		{.text = "Mở đầu.", .line = 2, .source = {.author = ""}}};
	struct nc_plan_item items[] = {{.level = 1,
		.text = "Một việc.",
		.line = 5,
		.source = {.author = ""}}};
	struct nc_plan_section sections[] = {
		{"a", "Mục", "information", 4, NULL, 0, items, 1}};
	struct nc_plan_union unions[] = {{.code = "",
		.name = "",
		.leads = leads,
		.leads_count = 1,
		.sections = sections,
		.sections_count = 1}};
	struct nc_plan_left_out left_out[] = {{"Trân trọng", 9, "closing"}};
	struct nc_plan plan;
	struct nc_buffer out;
	json_t *root;

	(void)state;
	nc_plan_init(&plan);
	plan.unions = unions;
	plan.unions_count = 1;
	plan.left_out = left_out;
	plan.left_out_count = 1;
	root = print_json(&plan, NC_REPORT_BY_UNION);
	assert_keys(root, "kind year layout unions left_out");
	assert_true(json_is_null(json_object_get(root, "year")));
	assert_keys(at(root, "unions", 0), "code name lead sections");
	assert_keys(at(at(at(root, "unions", 0), "sections", 0), "items", 0),
		"level text line");
	assert_keys(at(root, "left_out", 0), "text line why");
	json_decref(root);
	print_plan(&plan, NC_REPORT_BY_UNION, NC_REPORT_TEXT, &out);
	assert_string_equal(nc_buffer_string(&out),
		"KẾ HOẠCH\nCông tác đối ngoại nhân dân\n"
		"Mở đầu.\na. Mục\n- Một việc.\n");
	nc_buffer_fini(&out);
	print_plan(&plan, NC_REPORT_BY_UNION, NC_REPORT_HTML, &out);
	assert_non_null(strstr(nc_buffer_string(&out), "id=\"dong-5\""));
	nc_buffer_fini(&out);
	nc_plan_fini(&plan);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report__names),
		cmocka_unit_test(test_report__text),
		cmocka_unit_test(test_report__no_word_is_missing),
		cmocka_unit_test(test_report__sources),
		cmocka_unit_test(test_report__json_by_union),
		cmocka_unit_test(test_report__json_by_area),
		cmocka_unit_test(test_report__plan_from_a_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
