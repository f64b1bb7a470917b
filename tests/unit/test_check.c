/*
 * The checker over tests/data/check: planted faults and traps. Of documents one
 * a line: "text | year | rules or none"; "\n" parts paragraphs. Of records as
 * store.txt says. Prints precision and recall of every rule.
 */
#include "fixture.h"

#include "base/file.h"
#include "intake/check.h"
#include "intake/check_book.h"
#include "intake/plan_reader.h"

#include <stdio.h>
#include <stdlib.h>

#define RULES_MAX 40

struct score {
	size_t right, missed, wrong;
};

static struct score scores[RULES_MAX];
static size_t cases, unequal;

/* Bytes as a file, through the whole checker. */
static void check_bytes(
	struct nc_check *check, const char *text, size_t size, int year)
{
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	struct nc_plan plan NC_AUTO(nc_plan_fini) = {0};
	struct nc_check_input input = {.document = &document,
		.bytes = nc_slice(text, size),
		.year = year};
	struct nc_error err = {0};

	nc_document_init(&document);
	nc_plan_init(&plan);
	assert_int_equal(nc_document_read(&document, input.bytes, &err), NC_OK);
	input.kind = nc_check_kind_of(&document);
	if (input.kind == NC_CHECK_PLAN) {
		assert_int_equal(nc_plan_read(&document, &plan, &err), NC_OK);
		input.plan = &plan;
	}
	if (year < 0)
		input.year = nc_check_year_of(&document);
	assert_int_equal(nc_check_document(check, &input, &err), NC_OK);
}

static bool has_rule(const struct nc_check *check, const char *id)
{
	for (size_t i = 0; i < check->count; i++)
		if (strcmp(check->findings[i].rule->id, id) == 0)
			return true;
	return false;
}

static void score_case(const struct nc_check *check, const char *expected,
	const char *where, const char *text)
{
	bool equal = true;

	for (size_t i = 0; i < nc_check_rules_count; i++) {
		const char *id = nc_check_rules[i].id;
		bool want = strstr(expected, id) != NULL;
		bool got = has_rule(check, id);

		scores[i].right += want && got;
		scores[i].missed += want && !got;
		scores[i].wrong += !want && got;
		if (want != got)
			print_message("%s: %s %s: %s\n", where,
				want ? "missed" : "false", id, text);
		equal = equal && want == got;
	}
	cases++;
	unequal += !equal;
}

static void trim(char *text)
{
	size_t size = strlen(text);

	while (size > 0 && (text[size - 1] == ' ' || text[size - 1] == '\n'))
		text[--size] = '\0';
}

/* "\n" of two characters becomes a line end. */
static void unfold(char *text)
{
	char *out = text;

	for (const char *in = text; *in != '\0'; in++) {
		if (in[0] == '\\' && in[1] == 'n') {
			*out++ = '\n';
			in++;
		} else {
			*out++ = *in;
		}
	}
	*out = '\0';
}

static size_t run_table(const char *name)
{
	char path[512], line[8192];
	size_t count = 0, number = 0;
	FILE *file;

	snprintf(path, sizeof(path), "%s/check/%s", TEST_DATA, name);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		struct nc_check check NC_AUTO(nc_check_fini) = {0};
		char *expected, *year, where[64];

		number++;
		if (line[0] == '#' || line[0] == '\n')
			continue;
		expected = strrchr(line, '|');
		assert_non_null(expected);
		*expected++ = '\0';
		year = strrchr(line, '|');
		assert_non_null(year);
		*year++ = '\0';
		trim(line);
		trim(expected);
		unfold(line);
		snprintf(where, sizeof(where), "%s:%zu", name, number);
		nc_check_init(&check);
		check_bytes(&check, line, strlen(line), atoi(year));
		score_case(&check, expected, where, line);
		count++;
	}
	fclose(file);
	return count;
}

/* A case of store.txt: a book, and the plan that its items make. */
#define STORE_UNIONS_MAX 8
#define STORE_FIELDS_MAX 64

struct store_case {
	struct nc_check_book book;
	struct nc_check_union unions[STORE_UNIONS_MAX];
	struct {
		char name[32];
		struct nc_id id;
	} labels[16];
	size_t labels_count, made;
	struct nc_plan plan;
	struct nc_plan_union plan_unions[STORE_UNIONS_MAX];
	struct nc_plan_section sections[STORE_UNIONS_MAX][16];
	struct nc_plan_item items[64];
	size_t items_count;
	char name[256], expected[64];
	struct nc_arena arena;
};

static struct nc_id store_id(unsigned kind, size_t number)
{
	struct nc_id id = {{0}};

	id.bytes[0] = (uint8_t)kind;
	id.bytes[14] = (uint8_t)(number >> 8);
	id.bytes[15] = (uint8_t)number;
	return id;
}

static size_t store_union(struct store_case *one, const char *code)
{
	size_t i = 0;

	if (strcmp(code, "cluster") == 0)
		return 0;
	while (i < one->book.unions_count &&
		strcmp(one->unions[i].code, code) != 0)
		i++;
	if (i == one->book.unions_count) {
		const char *copy =
			nc_arena_text(&one->arena, code, strlen(code));

		assert_true(i < STORE_UNIONS_MAX);
		one->unions[i] =
			(struct nc_check_union){store_id(1, i + 1), copy, copy};
		one->plan_unions[i] = (struct nc_plan_union){.code = copy,
			.name = copy,
			.id = one->unions[i].id,
			.sections = one->sections[i]};
		one->book.unions_count = one->plan.unions_count = i + 1;
	}
	return i + 1;
}

static void store_value(struct store_case *one, const struct nc_field *field,
	const char *word, struct nc_value *ret_value)
{
	struct nc_error err = {0};

	if (word[0] != '@') {
		if (nc_field_parse(field, word, &one->arena, ret_value, &err) !=
			NC_OK)
			fail_msg("%s: %s", one->name, err.text);
		return;
	}
	for (size_t i = 0; i < one->labels_count; i++)
		if (strcmp(one->labels[i].name, word + 1) == 0) {
			*ret_value = nc_value_bytes(
				one->labels[i].id.bytes, NC_ID_SIZE);
			return;
		}
	fail_msg("%s: no label %s", one->name, word);
}

static const char *store_text(
	const struct nc_check_record *record, const char *name)
{
	const struct nc_value *value = &record->values[nc_entity_field_index(
		record->entity, nc_entity_field_named(record->entity, name))];

	return value->kind == NC_VALUE_TEXT ? (const char *)value->bytes.data
					    : "";
}

/* The record that was added last, an item of the year, into the plan. */
static void store_plan(struct store_case *one)
{
	const struct nc_check_record *record =
		&one->book.records[one->book.count - 1];
	struct nc_plan_union *of = &one->plan_unions[record->union_number - 1];
	const char *letter = store_text(record, "letter");
	const char *heading = store_text(record, "heading");
	struct nc_plan_section *section = NULL;

	if (of->sections_count > 0)
		section = &of->sections[of->sections_count - 1];
	if (section == NULL || strcmp(section->letter, letter) != 0 ||
		strcmp(section->heading, heading) != 0) {
		section = &of->sections[of->sections_count++];
		*section = (struct nc_plan_section){.letter = letter,
			.heading = heading,
			.area = "general",
			.items = nc_arena_array(
				&one->arena, 16, sizeof(struct nc_plan_item))};
	}
	section->items[section->items_count++] =
		(struct nc_plan_item){.level = 1,
			.text = store_text(record, "text"),
			.id = record->id};
}

/* "UNION ENTITY[+-] [#label] field=value | …" */
static void store_record(struct store_case *one, char *line)
{
	struct nc_value values[STORE_FIELDS_MAX] = {0};
	struct nc_check_record record = {.values = values};
	struct nc_error err = {0};
	char *code = strtok(line, " "), *entity = strtok(NULL, " ");
	char *rest = strtok(NULL, ""), *field;
	char mark = entity[strlen(entity) - 1];
	bool is_union = code[0] == '@', has_year = false;

	record.since_sent = mark == '+' || mark == '-';
	record.gone = mark == '-';
	if (record.since_sent)
		entity[strlen(entity) - 1] = '\0';
	record.entity = nc_model_entity_named(entity);
	assert_non_null(record.entity);
	record.union_number = store_union(one, is_union ? code + 1 : code);
	record.id = store_id(2, ++one->made);
	if (is_union) {
		record.id = one->unions[record.union_number - 1].id;
		record.union_number = 0;
	}
	if (rest[0] == '#') {
		size_t size = strcspn(rest, " ");

		snprintf(one->labels[one->labels_count].name, 32, "%.*s",
			(int)size - 1, rest + 1);
		one->labels[one->labels_count++].id = record.id;
		rest += size + 1;
	}
	for (field = rest; field != NULL;) {
		char *next = strstr(field, " | "), *equals;
		const struct nc_field *known;

		if (next != NULL)
			*next = '\0';
		equals = strchr(field, '=');
		assert_non_null(equals);
		*equals = '\0';
		known = nc_entity_field_named(record.entity, field);
		if (known == NULL)
			fail_msg("%s: no field %s", one->name, field);
		has_year = has_year || strcmp(field, "year") == 0;
		store_value(one, known, equals + 1,
			&values[nc_entity_field_index(record.entity, known)]);
		field = next == NULL ? NULL : next + 3;
	}
	if (!has_year && nc_entity_field_named(record.entity, "year") != NULL)
		values[nc_entity_field_index(record.entity,
			nc_entity_field_named(record.entity, "year"))] =
			nc_value_integer(one->book.year);
	assert_int_equal(nc_check_book_add(&one->book, &record, &err), NC_OK);
	if (record.entity->number == NC_ENTITY_PLAN_ITEM && !record.gone &&
		!has_year)
		store_plan(one);
}

static void store_begin(struct store_case *one, char *line)
{
	char *fields[4] = {line};

	for (int i = 1; i < 4; i++) {
		fields[i] = strstr(fields[i - 1], " | ");
		assert_non_null(fields[i]);
		*fields[i] = '\0';
		fields[i] += 3;
	}
	memset(one, 0, sizeof(*one));
	nc_check_book_init(&one->book);
	nc_arena_init(&one->arena, 16 * 1024 * 1024);
	one->plan.unions = one->plan_unions;
	one->book.unions = one->unions;
	one->book.plan = &one->plan;
	snprintf(one->name, sizeof(one->name), "store.txt: %.200s", fields[0]);
	one->book.year = atoi(fields[1]);
	assert_true(nc_day_parse(&one->book.today, fields[2]));
	snprintf(one->expected, sizeof(one->expected), "%.60s", fields[3]);
}

static void store_end(struct store_case *one)
{
	struct nc_check check NC_AUTO(nc_check_fini) = {0};
	struct nc_error err = {0};

	nc_check_init(&check);
	assert_int_equal(nc_check_records(&check, &one->book, &err), NC_OK);
	score_case(&check, one->expected, one->name, "");
	for (size_t i = 0; i < check.count; i++) {
		assert_non_null(check.findings[i].record);
		if (i > 0 && check.findings[i].union_number != 0)
			assert_true(check.findings[i - 1].union_number <=
				    check.findings[i].union_number);
	}
	nc_check_book_fini(&one->book);
	nc_arena_fini(&one->arena);
}

static void run_store(size_t *ret_faults, size_t *ret_traps)
{
	static struct store_case one;
	char path[512], line[8192];
	FILE *file;
	bool open = false;

	*ret_faults = *ret_traps = 0;
	snprintf(path, sizeof(path), "%s/check/store.txt", TEST_DATA);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		trim(line);
		if (line[0] == '=') {
			if (open)
				store_end(&one);
			store_begin(&one, line + 2);
			open = true;
			*(strcmp(one.expected, "none") == 0 ? ret_traps
							    : ret_faults) += 1;
		} else if (line[0] != '#' && line[0] != '\0') {
			store_record(&one, line);
		}
	}
	store_end(&one);
	fclose(file);
}

static void print_scores(void)
{
	struct score all = {0};

	print_message("rule  right missed false  precision recall\n");
	for (size_t i = 0; i < nc_check_rules_count; i++) {
		const struct score *one = &scores[i];
		size_t told = one->right + one->wrong;
		size_t there = one->right + one->missed;

		all.right += one->right;
		all.missed += one->missed;
		all.wrong += one->wrong;
		print_message("%s  %5zu %6zu %5zu  %8zu%% %5zu%%\n",
			nc_check_rules[i].id, one->right, one->missed,
			one->wrong, told == 0 ? 100 : one->right * 100 / told,
			there == 0 ? 100 : one->right * 100 / there);
	}
	print_message("all  %5zu %6zu %5zu; %zu of %zu cases as expected\n",
		all.right, all.missed, all.wrong, cases - unequal, cases);
}

static void test_check__faults_and_traps(void **state)
{
	size_t faults = run_table("faults.txt");
	size_t traps = run_table("traps.txt");
	size_t store_faults, store_traps;

	(void)state;
	run_store(&store_faults, &store_traps);
	print_scores();
	assert_true(store_faults >= 30);
	assert_true(store_traps >= 30);
	assert_true(faults >= 300);
	assert_true(traps >= 300);
	assert_int_equal(unequal, 0);
}

static void test_check__says_what_and_how_to_mend(void **state)
{
	static const char text[] =
		"KẾ HOẠCH NĂM 2025\n"
		"- Kỷ niệm 49 năm thiết lập quan hệ ngoại giao Việt Nam - "
		"Đức (23/9/1975 - 23/9/2025).\n";
	struct nc_check check NC_AUTO(nc_check_fini) = {0};

	(void)state;
	nc_check_init(&check);
	check_bytes(&check, text, sizeof(text) - 1, -1);
	assert_int_equal(check.count, 1);
	assert_string_equal(check.findings[0].rule->id, "R01");
	assert_int_equal(check.findings[0].level, NC_CHECK_ERROR);
	assert_int_equal(check.findings[0].line, 2);
	assert_string_equal(check.findings[0].found, "49");
	assert_string_equal(check.findings[0].expected, "50");
	assert_non_null(strstr(check.findings[0].mend, "50 năm"));
}

/* A left-over end year is mended rather than the number. */
static void test_check__mends_the_end_year(void **state)
{
	static const char text[] =
		"- Kỷ niệm 50 năm thiết lập quan hệ ngoại giao Việt Nam - "
		"Đức (23/9/1975 - 23/9/2024).\n";
	struct nc_check check NC_AUTO(nc_check_fini) = {0};

	(void)state;
	nc_check_init(&check);
	check_bytes(&check, text, sizeof(text) - 1, 2025);
	assert_true(check.count >= 1);
	assert_string_equal(check.findings[0].rule->id, "R01");
	assert_non_null(strstr(check.findings[0].mend, "23/9/2025"));
	assert_non_null(strstr(check.findings[0].mend, "50 năm"));
}

static const struct nc_finding *find_rule(
	const struct nc_check *check, const char *id)
{
	for (size_t i = 0; i < check->count; i++)
		if (strcmp(check->findings[i].rule->id, id) == 0)
			return &check->findings[i];
	return NULL;
}

/* What is put in place of the words; "" where no mend is better than one that
 * would make another fault. */
static void test_check__mends_make_no_fault(void **state)
{
	static const struct {
		const char *text;
		int year;
		const char *rule, *mend;
	} rows[] = {
		/* No such day in the plan's year. */
		{"- Họp ban chấp hành ngày 29/02/2024 tại thư viện.", 2025,
			"R07", ""},
		{"- Họp ban chấp hành ngày 28/02/2024 tại thư viện.", 2025,
			"R07", "ngày 28/02/2025"},
		{"- Gặp mặt dịp Tết Nguyên đán Giáp Thìn 2024.", 2025, "R07",
			"Tết Nguyên đán Ất Tỵ 2025"},
		/* The number of years goes with the end year. */
		{"- Mít tinh kỷ niệm 49 năm Ngày thống nhất đất nước "
		 "(30/4/1975 - 30/4/2024).",
			2025, "R02",
			"kỷ niệm 50 năm Ngày thống nhất đất nước "
			"(30/4/1975 - 30/4/2025)"},
		{"- Dâng hoa kỷ niệm ngày sinh lần thứ 134 của Bác Hồ "
		 "(19/5/1890 - 19/5/2025).",
			2025, "R01",
			"lần thứ 135 của Bác Hồ (19/5/1890 - 19/5/2025)"},
		/* The capital stays. */
		{"- Thực hiên tốt quy chế.", 2025, "R17", "Thực hiện"},
		{"- Xử dụng đúng kinh phí.", 2025, "R17", "Sử dụng"},
		/* 125.000 or 12.500: money is not guessed. */
		{"- Chi tiền xe cho đoàn 12.5000 đồng.", 2025, "R28", ""},
		/* The number or its parts: nobody knows which is wrong. */
		{"- Tiếp 05 đoàn, gồm 02 đoàn Lào và 04 đoàn Nga.", 2025, "R10",
			""},
		{"- Mở 02 lớp: lớp tiếng Lào, lớp tiếng Nga, lớp tiếng Anh.",
			2025, "R11", ""},
		{"- Họp bàn ( tại trụ sở ) về kế hoạch.", 2025, "R18", "(tại"},
		{"- Báo cáo đúng hạn..", 2025, "R18", "hạn."},
		{"- Họp các ban.Thông qua kế hoạch.", 2025, "R18",
			"ban. Thông"},
		/* Where the other bracket belongs nobody knows. */
		{"- Mời các hội (hội Lào, hội Nga cùng dự.", 2025, "R18", ""},
		/* Two seams, of which tổ chức and hội thảo leave one. */
		{"- Tổ chứchội thảo tại thư viện.", 2025, "R17", "chức hội"},
		{"- Sinh họat chi hội vào chiều thứ bảy.", 2025, "R17", "hoạt"},
		{"- Việc đươc giao từ đầu năm.", 2025, "R17", ""},
		/* The other word stays as it was typed. */
		{"- Kỷ niêm ngày lễ.", 2025, "R17", "Kỷ niệm"},
		/* chuyên gia or chuyển giao? */
		{"- Bàn việc chuyển gia cho hội.", 2025, "R17", ""},
		{"- Họp ngày 7-5-2025 tại trụ sở.", 2025, "R27",
			"ngày 07/5/2025"},
		{"- Đi từ ngày 20/8 đến ngày 15/8/2025.", 2025, "R27", ""},
		/* Known from the rest of the document only. */
		{"- Gặp mặt vì hòa bình, hòa bình.\n- Hội vì hoà bình.", 2025,
			"R20", "hòa"},
		{"- Kỷ niệm lần thứ 79 Quốc khánh 2/9.", 2025, "R03",
			"Kỷ niệm lần thứ 80"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct nc_check check NC_AUTO(nc_check_fini) = {0};
		const struct nc_finding *finding;

		nc_check_init(&check);
		check_bytes(&check, rows[i].text, strlen(rows[i].text),
			rows[i].year);
		finding = find_rule(&check, rows[i].rule);
		if (finding == NULL)
			fail_msg("no %s: %s", rows[i].rule, rows[i].text);
		assert_string_equal(finding->mend, rows[i].mend);
	}
}

static size_t errors_of(const struct nc_check *check, const char *id)
{
	size_t count = 0;

	for (size_t i = 0; i < check->count; i++)
		count += check->findings[i].level == NC_CHECK_ERROR &&
			 strcmp(check->findings[i].rule->id, id) == 0;
	return count;
}

/* The text with a finding's mend in it; false when it cannot be put there. */
static bool put_mend(char *made, size_t size, const char *text,
	const struct nc_finding *finding)
{
	const char *line = text, *at;

	for (size_t i = 1; i < finding->line && line != NULL; i++) {
		line = strchr(line, '\n');
		line += line != NULL;
	}
	at = line == NULL ? NULL : strstr(line, finding->words);
	if (finding->mend[0] == '\0' || at == NULL ||
		strlen(finding->words) != finding->size)
		return false;
	snprintf(made, size, "%.*s%s%s", (int)(at - text), text, finding->mend,
		at + finding->size);
	return true;
}

/* Every mend of the planted faults, taken alone. R04 is left out: of two
 * numbers one may be mended first. */
static void test_check__every_mend_mends(void **state)
{
	char path[512], line[8192], made[16384];
	size_t taken = 0;
	FILE *file;

	(void)state;
	snprintf(path, sizeof(path), "%s/check/faults.txt", TEST_DATA);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file) != NULL) {
		struct nc_check check NC_AUTO(nc_check_fini) = {0};
		char *year;

		if (line[0] == '#' || line[0] == '\n')
			continue;
		*strrchr(line, '|') = '\0';
		year = strrchr(line, '|');
		*year++ = '\0';
		trim(line);
		unfold(line);
		nc_check_init(&check);
		check_bytes(&check, line, strlen(line), atoi(year));
		for (size_t i = 0; i < check.count; i++) {
			struct nc_check after NC_AUTO(nc_check_fini) = {0};

			nc_check_init(&after);
			if (!put_mend(made, sizeof(made), line,
				    &check.findings[i]))
				continue;
			taken++;
			check_bytes(&after, made, strlen(made), atoi(year));
			for (size_t k = 0; k < nc_check_rules_count; k++) {
				const char *id = nc_check_rules[k].id;

				if (strcmp(id, "R04") != 0 &&
					errors_of(&after, id) >
						errors_of(&check, id))
					fail_msg("%s comes by a mend: %s", id,
						made);
			}
		}
	}
	fclose(file);
	assert_true(taken >= 50);
}

/* Words in the second line of an item's text: the mend replaces just those,
 * in the field as the record has it. */
static void test_check__leads_back_to_the_field(void **state)
{
	static struct store_case one;
	struct nc_check check NC_AUTO(nc_check_fini) = {0};
	const struct nc_finding *finding;
	struct nc_error err = {0};
	char head[] = "mend | 2024 | 2024-06-01 | R17";
	char first[] = "ha-tinh plan-item letter=a | heading=Công tác chung | "
		       "text=Gặp mặt đầu xuân.";
	char second[] = "ha-tinh plan-item letter=a | heading=Công tác chung | "
			"text=Tiếp tục:\nđã ttriển khai xong.";

	(void)state;
	store_begin(&one, head);
	store_record(&one, first);
	store_record(&one, second);
	nc_check_init(&check);
	assert_int_equal(nc_check_records(&check, &one.book, &err), NC_OK);
	assert_int_equal(check.count, 1);
	finding = &check.findings[0];
	assert_string_equal(finding->rule->id, "R17");
	assert_ptr_equal(finding->record, &one.book.records[1]);
	assert_string_equal(finding->field->name, "text");
	assert_int_equal(finding->union_number, 1);
	assert_string_equal(finding->words, "ttriển");
	assert_string_equal(finding->value, "Tiếp tục:\nđã triển khai xong.");
	assert_null(nc_check_exception(&one.book, finding));
	nc_check_book_fini(&one.book);
	nc_arena_fini(&one.arena);
}

/* What is found and what was expected are written alike. */
static void test_check__sums_in_one_notation(void **state)
{
	static struct store_case one;
	struct nc_check check NC_AUTO(nc_check_fini) = {0};
	struct nc_error err = {0};
	char head[] = "sums | 2025 | 2025-12-10 | R10";
	char aid[] = "ha-tinh aid #aid title=Học bổng | form=non-project | "
		     "status=done";
	char output[] = "ha-tinh aid-output aid=@aid | title=Suất học bổng | "
			"count=350 | unit_value=2 triệu đồng | "
			"total=800 triệu đồng";

	(void)state;
	store_begin(&one, head);
	store_record(&one, aid);
	store_record(&one, output);
	nc_check_init(&check);
	assert_int_equal(nc_check_records(&check, &one.book, &err), NC_OK);
	assert_int_equal(check.count, 1);
	assert_string_equal(check.findings[0].found, "800.000.000 đồng");
	assert_string_equal(check.findings[0].expected, "700.000.000 đồng");
	assert_string_equal(check.findings[0].value, "");
	nc_check_book_fini(&one.book);
	nc_arena_fini(&one.arena);
}

/* By rule, record and words, of the union and year; nothing else. */
static void test_check__exceptions(void **state)
{
	static const struct {
		const char *record;
		bool stands;
	} rows[] = {
		{"ha-tinh exception rule=R17 | of=@item | words=ttriển | "
		 "reason=x",
			true},
		{"ha-tinh exception rule=R17 | of=@item | words=ttriển | "
		 "year=2023 | reason=x",
			false},
		{"ha-tinh exception rule=R18 | of=@item | words=ttriển | "
		 "reason=x",
			false},
		{"ha-tinh exception rule=R17 | of=@other | words=ttriển | "
		 "reason=x",
			false},
		{"ha-tinh exception rule=R17 | of=@item | words=khác | "
		 "reason=x",
			false},
		{"gia-lai exception rule=R17 | of=@item | words=ttriển | "
		 "reason=x",
			false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		static struct store_case one;
		struct nc_check check NC_AUTO(nc_check_fini) = {0};
		struct nc_error err = {0};
		char head[] = "exception | 2024 | 2024-06-01 | R17", line[256];
		char item[] = "ha-tinh plan-item #item text=Đã ttriển khai.";
		char other[] = "ha-tinh plan-item #other text=Gặp mặt.";

		store_begin(&one, head);
		store_record(&one, item);
		store_record(&one, other);
		snprintf(line, sizeof(line), "%s", rows[i].record);
		store_record(&one, line);
		if (strstr(rows[i].record, "year=") == NULL)
			((struct nc_value *)one.book.records[2].values)[2] =
				nc_value_absent();
		nc_check_init(&check);
		assert_int_equal(
			nc_check_records(&check, &one.book, &err), NC_OK);
		assert_int_equal(check.count, 1);
		assert_int_equal(nc_check_exception(
					 &one.book, &check.findings[0]) != NULL,
			rows[i].stands);
		nc_check_book_fini(&one.book);
		nc_arena_fini(&one.arena);
	}
}

static void test_check__no_memory_for_records_is_told(void **state)
{
	static struct store_case one;
	char head[] = "memory | 2025 | 2026-06-01 | none";
	char lines[][256] = {
		"ha-tinh partner name=Tổ chức Cây Xanh | other_names=Hội Cây "
		"Xanh | kind=ngo",
		"ha-tinh member-org name=Hội hữu nghị | kind=bilateral | "
		"term_to=2024",
		"ha-tinh plan-item #item letter=a | heading=Công tác chung | "
		"text=Đại hội Hội Cây Xanh, kỷ niệm 49 năm quan hệ với Đức.",
		"ha-tinh report-part kind=annual | level=1 | rank=a | "
		"text=Đoàn "
		"ra: 01 đoàn.",
		"ha-tinh delegation direction=out | title=Đoàn đi | "
		"place=Hà Nội | status=done",
		"ha-tinh anniversary title=Ngày thành lập Hội | kind=founding "
		"| "
		"calendar=solar | since=1990"};
	struct nc_error err = {0};
	enum nc_status status = NC_NO_MEMORY;
	unsigned long n = 0;

	(void)state;
	store_begin(&one, head);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		store_record(&one, lines[i]);
	/* Fewer of the later ones: they are the same again, line by line. */
	while (status != NC_OK && (n += 1 + n / 50) < 20000) {
		struct nc_check check NC_AUTO(nc_check_fini) = {0};

		nc_check_init(&check);
		nc_memory_fail_at(n);
		status = nc_check_records(&check, &one.book, &err);
		if (nc_memory_fail_left() == 0 && status != NC_OK)
			assert_int_equal(status, NC_NO_MEMORY);
		if (nc_memory_fail_left() == 0 && status == NC_OK)
			status = NC_NO_MEMORY;
		nc_memory_fail_at(0);
	}
	assert_int_equal(status, NC_OK);
	assert_true(n > 50);
	nc_check_book_fini(&one.book);
	nc_arena_fini(&one.arena);
}

static void test_check__hostile_text_is_bounded(void **state)
{
	static const char *const parts[] = {"- ", "1. ", "(1) ", "a  b ,c ",
		"98 năm (13/8/1926-13/8/2023) ", "99999999999999999999 ",
		"Chỉ thị 1 ", "1 triệu/người x ", "về về ", "\xc3\xa9\n"};
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_check check NC_AUTO(nc_check_fini) = {0};

	(void)state;
	nc_buffer_init(&text, 1024 * 1024);
	for (unsigned i = 0; i < 20000; i++)
		assert_int_equal(
			nc_buffer_text(&text, parts[(i * 7 + i / 13) % 10]),
			NC_OK);
	nc_check_init(&check);
	check_bytes(&check, (const char *)text.data, text.size, 2024);
	assert_true(check.count <= NC_CHECK_FINDINGS_MAX);
}

static void test_check__no_memory_is_told(void **state)
{
	static const char text[] =
		"1. Liên hiệp các tổ chức hữu nghị tỉnh Hà Tĩnh\n- Kỷ niệm 49 "
		"năm quan hệ ngoại giao Việt Nam - Đức (23/9/1975 - "
		"23/9/2025), theo Chỉ thị 5, trao 3 suất x 2 triệu = 7 "
		"triệu đồng cho 3 nước Lào, Thái Lan.\n";
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	struct nc_error err = {0};
	enum nc_status status = NC_NO_MEMORY;
	unsigned long n = 0;

	(void)state;
	nc_document_init(&document);
	assert_int_equal(nc_document_read(&document,
				 nc_slice(text, sizeof(text) - 1), &err),
		NC_OK);
	while (status != NC_OK && ++n < 3000) {
		struct nc_check check NC_AUTO(nc_check_fini) = {0};
		struct nc_check_input input = {
			.document = &document, .year = 2025};

		nc_check_init(&check);
		nc_memory_fail_at(n);
		status = nc_check_document(&check, &input, &err);
		if (nc_memory_fail_left() == 0 && status != NC_OK)
			assert_int_equal(status, NC_NO_MEMORY);
		if (nc_memory_fail_left() == 0 && status == NC_OK)
			status = NC_NO_MEMORY;
		nc_memory_fail_at(0);
	}
	assert_int_equal(status, NC_OK);
	assert_true(n > 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check__faults_and_traps),
		cmocka_unit_test(test_check__says_what_and_how_to_mend),
		cmocka_unit_test(test_check__mends_the_end_year),
		cmocka_unit_test(test_check__mends_make_no_fault),
		cmocka_unit_test(test_check__every_mend_mends),
		cmocka_unit_test(test_check__leads_back_to_the_field),
		cmocka_unit_test(test_check__sums_in_one_notation),
		cmocka_unit_test(test_check__exceptions),
		cmocka_unit_test(test_check__hostile_text_is_bounded),
		cmocka_unit_test(test_check__no_memory_for_records_is_told),
		cmocka_unit_test(test_check__no_memory_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
