/*
 * What both programs' commands share: the command line, lengths of time,
 * CSV, values as JSON, short ids, and the plan out of a store.
 */
#include "fixture.h"

#include "command/command.h"
#include "command/duration.h"
#include "command/json.h"
#include "command/plan_store.h"
#include "command/view.h"

static enum nc_status run_nothing(struct nc_call *call, struct nc_error *err)
{
	(void)call;
	(void)err;
	return NC_OK;
}

static const struct nc_option add_options[] = {
	{"order", 0, "N", "order"},
	{"force", 'f', NULL, "force"},
	{.name = NULL},
};
static const struct nc_option report_options[] = {
	{"year", 0, "YEAR", "year"},
	{"output", 'o', "FILE", "file"},
	{.name = NULL},
};

static const struct nc_command union_add = {"union add", "CODE NAME", 2, 2,
	"help", NULL, NULL, add_options, NC_COMMAND_WRITES, NULL, run_nothing};
static const struct nc_command union_list = {
	"union list", "", 0, 0, "help", NULL, NULL, NULL, 0, NULL, run_nothing};
static const struct nc_command report = {"report", "", 0, 0, "help", NULL, NULL,
	report_options, 0, NULL, run_nothing};
static const struct nc_command serve = {"serve", "", 0, 0, "help", NULL, NULL,
	NULL, NC_COMMAND_NO_JSON, NULL, run_nothing};
static const struct nc_command many = {"many", "WORD …", 1, NC_ARGUMENTS_ANY,
	"help", NULL, NULL, NULL, 0, NULL, run_nothing};

static const struct nc_command *const commands[] = {
	&union_add, &union_list, &report, &serve, &many, NULL};
static const struct nc_program program = {"prog", "about", true, commands};

#define WORDS_MAX 16

/* A line of words apart by one space, as argv. */
struct line {
	char text[512];
	char *argv[WORDS_MAX + 2];
	int argc;
};

static enum nc_status parse(struct line *line, const char *words,
	struct nc_call *call, struct nc_error *err)
{
	char *rest = line->text, *word;

	snprintf(line->text, sizeof(line->text), "%s", words);
	line->argc = 1;
	line->argv[0] = (char *)(uintptr_t) "prog";
	while ((word = strsep(&rest, " ")) != NULL)
		if (word[0] != '\0')
			line->argv[line->argc++] = word;
	line->argv[line->argc] = NULL;
	err->text[0] = '\0';
	return nc_command_parse(&program, line->argc, line->argv, call, err);
}

static void test_command_parse__options_stand_anywhere(void **state)
{
	static const char *const lines[] = {
		"union add ha-tinh Name --order 1 --home H",
		"--home H --order 1 union add ha-tinh Name",
		"union --order=1 add --home=H ha-tinh Name",
		"union add ha-tinh --order 7 Name --home H --order 1",
	};
	struct nc_error err;
	struct nc_call call;
	struct line line;

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		assert_int_equal(parse(&line, lines[i], &call, &err), NC_OK);
		assert_ptr_equal(call.command, &union_add);
		assert_string_equal(call.home, "H");
		assert_string_equal(nc_call_value(&call, "order"), "1");
		assert_false(nc_call_has(&call, "force"));
		assert_int_equal(call.arguments_count, 2);
		assert_string_equal(call.arguments[0], "ha-tinh");
		assert_string_equal(call.arguments[1], "Name");
		assert_false(call.json);
	}
}

static void test_command_parse__letters_switches_and_dashes(void **state)
{
	struct nc_error err;
	struct nc_call call;
	struct line line;

	(void)state;
	assert_int_equal(
		parse(&line, "report -o file.docx --json", &call, &err), NC_OK);
	assert_ptr_equal(call.command, &report);
	assert_string_equal(nc_call_value(&call, "output"), "file.docx");
	assert_true(call.json);
	assert_int_equal(
		parse(&line, "union add a b -f --author Lan", &call, &err),
		NC_OK);
	assert_true(nc_call_has(&call, "force"));
	assert_string_equal(call.author, "Lan");
	/* After -- a dash is a letter like any other. */
	assert_int_equal(
		parse(&line, "many -- --order -f", &call, &err), NC_OK);
	assert_int_equal(call.arguments_count, 2);
	assert_string_equal(call.arguments[0], "--order");
}

static void test_command_parse__wrong_usage_names_the_fault(void **state)
{
	static const struct {
		const char *words, *sentence;
		const struct nc_command *command;
	} cases[] = {
		{"", "No command was given", NULL},
		{"foo", "no command \"foo\"", NULL},
		{"union", "union add, union list", NULL},
		{"union foo", "union add, union list", NULL},
		{"union add a", "union add needs CODE NAME", &union_add},
		{"union add a b c", "\"c\" is one word too many", &union_add},
		{"union list x", "\"x\" is one word too many", &union_list},
		{"many", "many needs WORD", &many},
		{"report --bogus", "no option --bogus", &report},
		{"report -x", "no option -x", &report},
		{"report -Lao", "no option -Lao; ", &report},
		{"report -5", "goes behind --", &report},
		{"report --year", "--year needs a value", &report},
		{"report --order 1", "report has no option --order", &report},
		{"report --author me", "report has no option --author",
			&report},
		{"serve --json", "serve has no option --json", &serve},
	};
	struct nc_error err;
	struct nc_call call;
	struct line line;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			parse(&line, cases[i].words, &call, &err), NC_USAGE);
		if (strstr(err.text, cases[i].sentence) == NULL)
			fail_msg("%s: %s", cases[i].words, err.text);
		assert_ptr_equal(call.command, cases[i].command);
	}
}

static void test_command_parse__help_and_version_need_no_more(void **state)
{
	struct nc_error err;
	struct nc_call call;
	struct line line;

	(void)state;
	assert_int_equal(parse(&line, "--help", &call, &err), NC_OK);
	assert_true(call.help);
	assert_null(call.command);
	assert_int_equal(parse(&line, "union add --help", &call, &err), NC_OK);
	assert_ptr_equal(call.command, &union_add);
	assert_int_equal(parse(&line, "union -h", &call, &err), NC_OK);
	assert_string_equal(call.topic, "union");
	assert_int_equal(parse(&line, "--version", &call, &err), NC_OK);
	assert_true(call.version);
}

static int64_t at_new_year(void *context)
{
	(void)context;
	return INT64_C(1735700000000); /* 2025-01-01 02:53 UTC */
}

static void test_call_year__four_digits_or_now(void **state)
{
	static const struct {
		const char *words;
		enum nc_status status;
		unsigned year;
	} cases[] = {
		{"report --year 2024", NC_OK, 2024},
		{"report --year 1900", NC_OK, 1900},
		{"report --year 2199", NC_OK, 2199},
		{"report --year 1899", NC_USAGE, 0},
		{"report --year 2200", NC_USAGE, 0},
		{"report --year 24", NC_USAGE, 0},
		{"report --year 2024x", NC_USAGE, 0},
		{"report --year=", NC_USAGE, 0},
		{"report", NC_OK, 2025},
	};
	struct nc_error err;
	struct nc_call call;
	struct line line;
	unsigned year;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(
			parse(&line, cases[i].words, &call, &err), NC_OK);
		call.env.now_ms = at_new_year;
		year = 0;
		assert_int_equal(
			nc_call_year(&call, &year, &err), cases[i].status);
		assert_int_equal(year, cases[i].year);
	}
}

static void test_duration__units_and_bounds(void **state)
{
	static const struct {
		const char *word;
		int64_t ms; /* 0: refused */
	} cases[] = {
		{"90s", 90000},
		{"15m", 900000},
		{"2h", 7200000},
		{"7d", 604800000},
		{"1s", 1000},
		{"0s", 0},
		{"8d", 0},
		{"604801s", 0},
		{"", 0},
		{"15", 0},
		{"m", 0},
		{"15 m", 0},
		{"15M", 0},
		{"15mm", 0},
		{"-1h", 0},
		{"1.5h", 0},
		{"99999999999999999999d", 0},
	};
	char text[NC_DURATION_TEXT_SIZE];
	struct nc_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t ms = 0;
		enum nc_status status = nc_duration_parse(
			"--x", cases[i].word, 1000, 604800000, &ms, &err);

		assert_int_equal(status, cases[i].ms == 0 ? NC_USAGE : NC_OK);
		assert_int_equal(ms, cases[i].ms);
	}
	nc_duration_format(text, 604800000);
	assert_string_equal(text, "7d");
	nc_duration_format(text, 90000);
	assert_string_equal(text, "90s");
	nc_duration_format(text, 1);
	assert_string_equal(text, "1ms");
}

static char *dump(json_t *value)
{
	char *text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT);

	json_decref(value);
	return text;
}

static void test_json_value__as_its_type_wants(void **state)
{
	static const struct {
		enum nc_type type;
		const char *word, *json;
	} cases[] = {
		{NC_TYPE_TEXT, "Hà \"Tĩnh\"", "\"Hà \\\"Tĩnh\\\"\""},
		{NC_TYPE_LIST, "Lào; Thái Lan", "[\"Lào\",\"Thái Lan\"]"},
		{NC_TYPE_INTEGER, "-5", "-5"},
		{NC_TYPE_BOOLEAN, "1", "true"},
		{NC_TYPE_TIME, "1733103000123", "\"2024-12-02T01:30:00.123Z\""},
		{NC_TYPE_TIME, "-1", "\"1969-12-31T23:59:59.999Z\""},
		{NC_TYPE_TIME, "9223372036854775807", "null"},
		{NC_TYPE_REFERENCE, "0190ab12-0000-7000-8000-0000000000ff",
			"\"0190ab12-0000-7000-8000-0000000000ff\""},
		{NC_TYPE_DEVICE, "1a2b3c4d5e6f7081", "\"1a2b3c4d5e6f7081\""},
		{NC_TYPE_TEXT, "", "null"},
		{NC_TYPE_COUNTRY, "Lào", "\"LA\""},
		{NC_TYPE_COUNTRIES, "Lào; KH", "[\"LA\",\"KH\"]"},
		{NC_TYPE_MONEY, "149.814,5 USD",
			"{\"amount\":14981450,\"currency\":\"USD\"}"},
		{NC_TYPE_REFERENCES,
			"0190ab12-0000-7000-8000-0000000000ff;"
			"0190ab12-0000-7000-8000-0000000000fe",
			"[\"0190ab12-0000-7000-8000-0000000000ff\","
			"\"0190ab12-0000-7000-8000-0000000000fe\"]"},
	};
	struct nc_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nc_field field = {.name = "x",
			.type = cases[i].type,
			.min = INT64_MIN,
			.max = INT64_MAX};
		struct nc_arena arena;
		struct nc_value value;
		char *text;

		if (cases[i].type == NC_TYPE_REFERENCE ||
			cases[i].type == NC_TYPE_REFERENCES ||
			cases[i].type == NC_TYPE_DEVICE)
			field.min = 0;
		nc_arena_init(&arena, 1 << 20);
		assert_int_equal(nc_field_parse(&field, cases[i].word, &arena,
					 &value, &err),
			NC_OK);
		text = dump(nc_json_value(&field, &value));
		assert_string_equal(text, cases[i].json);
		free(text);
		nc_arena_fini(&arena);
	}
}

static void test_short_ids__eight_digits_or_more(void **state)
{
	static const struct {
		const char *id, *text;
	} cases[] = {
		{"01000000-0000-7000-8000-000000000001", "01000000"},
		{"0190ab12-0000-7000-8000-000000000001", "0190ab12-0000"},
		{"0190ab12-0001-7000-8000-000000000001",
			"0190ab12-0001-7000-8000-000000000001"},
		{"0190ab12-0001-7000-8000-000000000002",
			"0190ab12-0001-7000-8000-000000000002"},
		{"ffffffff-0000-7000-8000-000000000001", "ffffffff"},
	};
	struct nc_id list[5];
	struct nc_short_ids ids = {list, 5, 5, true};
	char text[NC_ID_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < 5; i++)
		assert_true(nc_id_parse(&list[i], cases[i].id));
	for (size_t i = 0; i < 5; i++) {
		nc_short_ids_format(&ids, &list[i], text);
		assert_string_equal(text, cases[i].text);
	}
}

/* One line of a plan, as add_plan writes it. */
struct line_of_plan {
	const char *rank, *area, *letter, *heading, *text;
	int64_t level; /* 0: a lead */
	int64_t year;
};

static void add_plan(struct fixture_replica *client,
	const struct line_of_plan *line, const char *name)
{
	struct nc_author author = fixture_author(client);
	struct nc_written written;
	struct nc_field_change fields[] = {
		{.field = NC_PLAN_YEAR, .value = nc_value_integer(line->year)},
		{.field = NC_PLAN_AREA, .value = nc_value_text(line->area)},
		{.field = NC_PLAN_LETTER, .value = nc_value_text(line->letter)},
		{.field = NC_PLAN_HEADING,
			.value = nc_value_text(line->heading)},
		{.field = NC_PLAN_RANK, .value = nc_value_text(line->rank)},
		{.field = NC_PLAN_TEXT, .value = nc_value_text(line->text)},
		{.field = NC_PLAN_LEVEL,
			.value = nc_value_integer(line->level)},
	};
	struct nc_record_change change = {.record = nc_id_new(&client->env),
		.entity = line->level == 0 ? NC_ENTITY_PLAN_LEAD
					   : NC_ENTITY_PLAN_ITEM,
		.fields = fields,
		.fields_count = line->level == 0 ? 6 : 7};

	author.name = nc_slice_text(name);
	must(nc_author_save(client->store, &author, &client->union_id, &change,
		1, &written, &fixture_error));
}

static void test_plan_from_store__sections_by_first_rank(void **state)
{
	/* Written in no order; two belong to other years. */
	static const struct line_of_plan lines[] = {
		{"X", "ngo", "b", "Viện trợ", "b2", 1, 2024},
		{"C", "delegations", "a", "Đoàn ra", "a1", 1, 2024},
		{"D", "delegations", "a", "Đoàn ra", "a2", 2, 2024},
		{"B", "delegations", "a", "Đoàn ra", "lead of a", 0, 2024},
		{"A", "general", "", "", "lead of the union", 0, 2024},
		{"M", "ngo", "b", "Viện trợ", "b1", 1, 2024},
		/* The same section, though another stands between. */
		{"Z", "delegations", "a", "Đoàn ra", "a3", 1, 2024},
		/* A section without a heading. */
		{"a", "friendship", "", "", "f1", 1, 2024},
		{"A", "ngo", "b", "Viện trợ", "next year", 1, 2025},
		{"A", "ngo", "b", "Viện trợ", "last year", 1, 2023},
	};
	struct fixture_world world = {.now_ms = 1700000000000};
	struct fixture_replica hub, client;
	const struct nc_plan_union *of;
	struct nc_id own, other;
	struct nc_plan plan;

	(void)state;
	fixture_found(&hub, &world);
	other = fixture_union(&hub, "gia-lai");
	own = fixture_union(&hub, "ha-tinh");
	fixture_join(&hub, &client, &world, &own);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		add_plan(&client, &lines[i], i == 1 ? "Lan" : "Hùng");
	must(fixture_sync(&hub, &client));

	nc_plan_init(&plan);
	must(nc_plan_from_store(
		&plan, hub.store, 2024, NULL, NULL, 0, &fixture_error));
	assert_int_equal(plan.year, 2024);
	assert_string_equal(plan.cluster_name, "Cụm thử");
	/* gia-lai has nothing: left out. */
	assert_int_equal(plan.unions_count, 1);
	of = &plan.unions[0];
	assert_string_equal(of->code, "ha-tinh");
	assert_int_equal(of->leads_count, 1);
	assert_string_equal(of->leads[0].text, "lead of the union");
	assert_int_equal(of->sections_count, 3);
	assert_string_equal(of->sections[0].heading, "Đoàn ra");
	assert_string_equal(of->sections[0].letter, "a");
	assert_int_equal(of->sections[0].leads_count, 1);
	assert_int_equal(of->sections[0].items_count, 3);
	assert_string_equal(of->sections[0].items[0].text, "a1");
	assert_string_equal(of->sections[0].items[0].source.author, "Lan");
	assert_int_equal(of->sections[0].items[0].source.sequence, 2);
	assert_int_equal(of->sections[0].items[0].source.device,
		nc_key_device(client.key));
	assert_int_equal(of->sections[0].items[1].level, 2);
	assert_string_equal(of->sections[0].items[1].source.author, "Hùng");
	assert_string_equal(of->sections[0].items[2].text, "a3");
	assert_string_equal(of->sections[1].items[0].text, "b1");
	assert_string_equal(of->sections[1].items[1].text, "b2");
	assert_string_equal(of->sections[2].area, "friendship");
	nc_plan_fini(&plan);

	nc_plan_init(&plan);
	must(nc_plan_from_store(
		&plan, hub.store, 2024, NULL, &other, 1, &fixture_error));
	assert_int_equal(plan.unions_count, 0);
	nc_plan_fini(&plan);
	fixture_close(&hub);
	fixture_close(&client);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_command_parse__options_stand_anywhere),
		cmocka_unit_test(
			test_command_parse__letters_switches_and_dashes),
		cmocka_unit_test(
			test_command_parse__wrong_usage_names_the_fault),
		cmocka_unit_test(
			test_command_parse__help_and_version_need_no_more),
		cmocka_unit_test(test_call_year__four_digits_or_now),
		cmocka_unit_test(test_duration__units_and_bounds),
		cmocka_unit_test(test_json_value__as_its_type_wants),
		cmocka_unit_test(test_short_ids__eight_digits_or_more),
		cmocka_unit_test(test_plan_from_store__sections_by_first_rank),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
