/*
 * Reports of what nobody should write, and of what machines do: hostile and
 * very long words, odd levels, too little room, no memory, another time zone.
 */
#include "report_sample.h"

/* A clock or a time zone must leave no trace. */
static void test_report__same_plan_same_bytes(void **state)
{
	struct nc_plan plan = sample_plan();

	(void)state;
	for (int f = 0; f < NC_REPORT_FORMAT_COUNT; f++) {
		enum nc_report_format format = (enum nc_report_format)f;
		struct nc_buffer a, b;

		setenv("TZ", "Asia/Ho_Chi_Minh", 1);
		tzset();
		print_plan(&plan, NC_REPORT_BY_AREA, format, &a);
		setenv("TZ", "America/Lima", 1);
		tzset();
		print_plan(&plan, NC_REPORT_BY_AREA, format, &b);
		unsetenv("TZ");
		tzset();
		assert_true(nc_slice_equal(
			nc_buffer_slice(&a), nc_buffer_slice(&b)));
		if (format == NC_REPORT_DOCX) {
			/* 1980-01-01 00:00 in the first local header */
			assert_memory_equal(a.data + 10, "\0\0\x21\0", 4);
		}
		nc_buffer_fini(&a);
		nc_buffer_fini(&b);
	}
	nc_plan_fini(&plan);
}

static const struct {
	const char *text;
	const char *plain; /* as the text format prints it */
	const char *markdown;
} hostile[] = {
	{"]]>", "]]>", "\\]\\]\\>"},
	{"<script>alert(1)</script>", "<script>alert(1)</script>",
		"\\<script\\>alert(1)\\</script\\>"},
	{"\" onload='x' &amp;", "\" onload='x' &amp;", "\" onload='x' \\&amp;"},
	{"a\x01\x1b[31mb\x7f", "a\ufffd\ufffd[31mb\ufffd",
		"a\ufffd\ufffd\\[31mb\ufffd"},
	{"một\r\nhai\rba\vbốn\u2028năm", "một hai ba bốn năm",
		"một\\\n  hai\\\n  ba\\\n  bốn\\\n  năm"},
	{"a\n\n\nb", "a   b", "a\\\n  b"},
	{"# đầu #", "# đầu #", "\\# đầu \\#"},
	{"a | b | c", "a | b | c", "a \\| b \\| c"},
	{"_a_ *b* `c` ~d~ $e$", "_a_ *b* `c` ~d~ $e$",
		"\\_a\\_ \\*b\\* \\`c\\` \\~d\\~ \\$e\\$"},
	{"- x", "- x", "\\- x"},
	{"12. x", "12. x", "12\\. x"},
	{"    x", "    x", "x"},
	{"a\n===", "a ===", "a\\\n  \\==="},
	{"C:\\Tệp", "C:\\Tệp", "C:\\\\Tệp"},
	{"x\xff\xc0\xaf\xed\xa0\x80y", "x\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdy",
		"x\ufffd\ufffd\ufffd\ufffd\ufffd\ufffdy"},
	{"cụt \xe1\xba", "cụt \ufffd\ufffd", "cụt \ufffd\ufffd"},
	{"\xef\xbf\xbe\xef\xbf\xbf", "\ufffd\ufffd", "\ufffd\ufffd"},
	{"😀 %s %n --> <!--", "😀 %s %n --> <!--", "😀 %s %n --\\> \\<\\!--"},
	{"", "", ""},
};

/* One union that says text wherever something can be said. */
struct hostile_plan {
	struct nc_plan plan;
	struct nc_plan_union unions[2];
	struct nc_plan_section section;
	struct nc_plan_lead lead;
	struct nc_plan_item item;
};

static void hostile_init(struct hostile_plan *hostile_plan, const char *text)
{
	struct nc_id id = ID(1);
	struct nc_plan_source source = SAID(UINT64_C(1) << 40, text);

	memset(hostile_plan, 0, sizeof(*hostile_plan));
	nc_plan_init(&hostile_plan->plan);
	hostile_plan->lead = (struct nc_plan_lead){text, 0, id, source};
	hostile_plan->item = (struct nc_plan_item){1, text, 0, id, source};
	hostile_plan->section = (struct nc_plan_section){text, text, text, 0,
		&hostile_plan->lead, 1, &hostile_plan->item, 1};
	hostile_plan->unions[0] = (struct nc_plan_union){text, text, id, 0,
		&hostile_plan->lead, 1, &hostile_plan->section, 1, NULL};
	hostile_plan->unions[1] = hostile_plan->unions[0];
	hostile_plan->plan.cluster_name = text;
	hostile_plan->plan.unions = hostile_plan->unions;
	hostile_plan->plan.unions_count = 2;
}

static void check_hostile(
	const struct nc_plan *plan, enum nc_report_layout layout, size_t i)
{
	struct nc_buffer out;
	char line[256];
	xmlDocPtr doc;
	char *words;

	print_plan(plan, layout, NC_REPORT_TEXT, &out);
	snprintf(line, sizeof(line), "\n- %s\n", hostile[i].plain);
	assert_non_null(strstr(nc_buffer_string(&out), line));
	nc_buffer_fini(&out);

	print_plan(plan, layout, NC_REPORT_MARKDOWN, &out);
	snprintf(line, sizeof(line), "\n- %s <!-- id", hostile[i].markdown);
	if (strstr(nc_buffer_string(&out), line) == NULL)
		fail_msg("%s\nis not in\n%s", line, nc_buffer_string(&out));
	nc_buffer_fini(&out);

	print_plan(plan, layout, NC_REPORT_HTML, &out);
	doc = xml_read(nc_buffer_string(&out), out.size);
	assert_int_equal(
		count_elements(xmlDocGetRootElement(doc), "script"), 0);
	xmlFreeDoc(doc);
	nc_buffer_fini(&out);

	print_plan(plan, layout, NC_REPORT_DOCX, &out);
	doc = docx_read(&out);
	words = words_of(xmlDocGetRootElement(doc));
	if (strchr(hostile[i].text, '\n') == NULL &&
		strchr(hostile[i].text, '\r') == NULL)
		assert_non_null(strstr(words, hostile[i].plain));
	xmlFree(words);
	xmlFreeDoc(doc);
	nc_buffer_fini(&out);

	json_decref(print_json(plan, layout));
}

static void test_report__hostile_words(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hostile); i++) {
		struct hostile_plan said;

		hostile_init(&said, hostile[i].text);
		check_hostile(&said.plan, NC_REPORT_BY_UNION, i);
		check_hostile(&said.plan, NC_REPORT_BY_AREA, i);
		nc_plan_fini(&said.plan);
	}
}

/* An author's words cannot end the comment that they stand in. */
static void test_report__markdown_comment_holds(void **state)
{
	struct hostile_plan said;
	struct nc_buffer out;

	(void)state;
	hostile_init(&said, "--> <b>x</b> --");
	print_plan(&said.plan, NC_REPORT_BY_UNION, NC_REPORT_MARKDOWN, &out);
	assert_non_null(strstr(nc_buffer_string(&out),
		"author=\"&#45;-&#62; &#60;b&#62;x&#60;/b&#62; &#45;-\" -->"));
	assert_null(strstr(nc_buffer_string(&out), "<b>"));
	nc_buffer_fini(&out);
	nc_plan_fini(&said.plan);
}

static void test_report__very_long(void **state)
{
	size_t size = 2 * 1024 * 1024;
	char *text = malloc(size + 1);
	struct hostile_plan said;

	(void)state;
	assert_non_null(text);
	for (size_t i = 0; i < size; i++)
		text[i] = i % 7 == 6 ? '\n' : (char)('a' + i % 26);
	text[size] = '\0';
	hostile_init(&said, "x");
	said.item.text = text;
	for (int f = 0; f < NC_REPORT_FORMAT_COUNT; f++) {
		struct nc_buffer out;

		print_plan(&said.plan, NC_REPORT_BY_UNION,
			(enum nc_report_format)f, &out);
		assert_true(f == NC_REPORT_DOCX || out.size > 2 * size);
		nc_buffer_fini(&out);
	}
	nc_plan_fini(&said.plan);
	free(text);
}

static void test_report__empty_plan(void **state)
{
	struct nc_plan plan;

	(void)state;
	nc_plan_init(&plan);
	plan.cluster_name = "Cụm Thử";
	for (int l = 0; l < NC_REPORT_LAYOUT_COUNT; l++) {
		enum nc_report_layout layout = (enum nc_report_layout)l;
		struct nc_buffer out;
		json_t *root;

		print_plan(&plan, layout, NC_REPORT_TEXT, &out);
		assert_string_equal(nc_buffer_string(&out),
			"KẾ HOẠCH\n"
			"Công tác đối ngoại nhân dân của Cụm Thử\n"
			"(Chưa có nội dung.)\n");
		nc_buffer_fini(&out);
		print_plan(&plan, layout, NC_REPORT_HTML, &out);
		xmlFreeDoc(xml_read(nc_buffer_string(&out), out.size));
		nc_buffer_fini(&out);
		print_plan(&plan, layout, NC_REPORT_DOCX, &out);
		xmlFreeDoc(docx_read(&out));
		nc_buffer_fini(&out);
		root = print_json(&plan, layout);
		assert_int_equal(
			json_array_size(json_object_get(root,
				l == NC_REPORT_BY_AREA ? "areas" : "unions")),
			0);
		json_decref(root);
	}
	nc_plan_fini(&plan);
}

typedef enum nc_status writer(const struct nc_report_document *document,
	struct nc_buffer *out, struct nc_error *err);

/* Levels as a person may have left them, and where they nest. */
static void test_report__levels(void **state)
{
	static const unsigned levels[] = {3, 2, 2, 9, 1, 3, 3, 2, 5, 12, 1};
	static const unsigned depths[] = {1, 1, 1, 2, 1, 2, 2, 2, 3, 4, 1};
	writer *const writers[] = {nc_report_write_html,
		nc_report_write_markdown, nc_report_write_docx};
	struct nc_report_document document;

	(void)state;
	nc_report_document_init(&document);
	for (size_t i = 0; i < COUNT(levels); i++) {
		struct nc_report_block block = {
			.kind = NC_BLOCK_ITEM, .level = levels[i], .text = "x"};

		assert_int_equal(
			nc_report_document_add(&document, &block, NULL), NC_OK);
		assert_int_equal(document.blocks[i].depth, depths[i]);
	}
	for (size_t i = 0; i < COUNT(writers); i++) {
		struct nc_buffer out;

		nc_buffer_init(&out, OUT_MAX);
		assert_int_equal(writers[i](&document, &out, NULL), NC_OK);
		if (i == 0)
			xmlFreeDoc(xml_read(nc_buffer_string(&out), out.size));
		nc_buffer_fini(&out);
	}
	nc_report_document_fini(&document);
}

/* Too small a buffer: a sentence, and nothing of the report in it. */
static void test_report__limit(void **state)
{
	struct nc_plan plan = sample_plan();

	(void)state;
	for (int f = 0; f < NC_REPORT_FORMAT_COUNT; f++) {
		enum nc_report_format format = (enum nc_report_format)f;
		struct nc_error err = {.text = ""};
		struct nc_buffer full, out;

		print_plan(&plan, NC_REPORT_BY_UNION, format, &full);
		nc_buffer_init(&out, full.size + 1);
		assert_int_equal(nc_buffer_text(&out, "xy"), NC_OK);
		assert_int_equal(nc_report_plan(&plan, NC_REPORT_BY_UNION,
					 format, &out, &err),
			NC_LIMIT);
		assert_true(err.text[0] != '\0');
		assert_string_equal(nc_buffer_string(&out), "xy");
		nc_buffer_fini(&out);
		nc_buffer_init(&out, full.size + 2);
		assert_int_equal(nc_buffer_text(&out, "xy"), NC_OK);
		assert_int_equal(nc_report_plan(&plan, NC_REPORT_BY_UNION,
					 format, &out, &err),
			NC_OK);
		nc_buffer_fini(&out);
		nc_buffer_fini(&full);
	}
	nc_plan_fini(&plan);
}

/* One allocation fails: no memory and nothing printed, or, where a library
 * can do without, the same bytes. */
static bool prints_without(const struct nc_plan *plan,
	enum nc_report_layout layout, enum nc_report_format format,
	unsigned long n, const struct nc_buffer *full)
{
	struct nc_buffer out;
	enum nc_status status;

	nc_buffer_init(&out, OUT_MAX);
	nc_memory_fail_at(n);
	status = nc_report_plan(plan, layout, format, &out, NULL);
	nc_memory_fail_at(0);
	if (status == NC_OK) {
		assert_true(nc_slice_equal(
			nc_buffer_slice(&out), nc_buffer_slice(full)));
	} else {
		assert_int_equal(status, NC_NO_MEMORY);
		assert_int_equal(out.size, 0);
	}
	nc_buffer_fini(&out);
	return status == NC_OK;
}

/* Every allocation of ours, libxml2's and jansson's fails once. */
static void test_report__no_memory(void **state)
{
	struct hostile_plan said;

	(void)state;
	hostile_init(&said, "a\x01 <b>\nc");
	for (int f = 0; f < NC_REPORT_FORMAT_COUNT * 2; f++) {
		enum nc_report_layout layout = (enum nc_report_layout)(f % 2);
		enum nc_report_format format = (enum nc_report_format)(f / 2);
		struct nc_buffer full;
		unsigned long n = 1;

		print_plan(&said.plan, layout, format, &full);
		for (int in_a_row = 0; in_a_row < 20; n++) {
			if (prints_without(
				    &said.plan, layout, format, n, &full))
				in_a_row++;
			else
				in_a_row = 0;
		}
		assert_true(n > 22);
		nc_buffer_fini(&full);
	}
	nc_plan_fini(&said.plan);
}

/* libxml2 2.9 loses the element that it finds no memory to remember; there is
 * nothing to free it by. Read by LeakSanitizer alone. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:xmlTextWriterStartElement\n";
}

static void say_nothing(void *context, const char *format, ...)
{
	(void)context;
	(void)format;
}

/* So that a test can make the n-th allocation of the libraries fail too. */
static int hook_memory(void **state)
{
	(void)state;
	json_set_alloc_funcs(nc_malloc, nc_free);
	xmlSetGenericErrorFunc(NULL, say_nothing);
	return xmlMemSetup(nc_free, nc_malloc, nc_realloc, nc_strdup);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_report__same_plan_same_bytes),
		cmocka_unit_test(test_report__hostile_words),
		cmocka_unit_test(test_report__markdown_comment_holds),
		cmocka_unit_test(test_report__very_long),
		cmocka_unit_test(test_report__empty_plan),
		cmocka_unit_test(test_report__levels),
		cmocka_unit_test(test_report__limit),
		cmocka_unit_test(test_report__no_memory),
	};

	return cmocka_run_group_tests(tests, hook_memory, NULL);
}
