/*
 * intake/proposal.h: what is proposed for records, and how it is named.
 */
#include "unit.h"

#include "intake/proposal.h"

#include "intake/carry.h"
#include "trust/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define FIELDS_MAX 16

/* "when=2024-Q2 place=…" as pairs. */
struct pair {
	const char *field, *word;
};

static struct nc_id id_of(uint8_t number)
{
	uint8_t entropy[10] = {0};

	entropy[9] = number;
	return nc_id_make(1700000000000, entropy);
}

static struct nc_record record_of(struct nc_arena *arena, const char *entity,
	uint8_t number, const struct pair *pairs)
{
	struct nc_record record = {
		.entity = nc_model_entity_named(entity),
		.id = id_of(number),
		.union_id = id_of(200),
	};
	struct nc_error err;

	for (; pairs->field != NULL; pairs++) {
		const struct nc_field *field =
			nc_entity_field_named(record.entity, pairs->field);
		struct nc_live live = {.dot = {1, 1}};

		assert_non_null(field);
		live.field = field->number;
		if (nc_field_parse(field, pairs->word, arena, &live.value,
			    &err) != NC_OK)
			fail_msg("%s: %s", pairs->word, err.text);
		assert_true(nc_row_add(&record.row, arena, &live));
	}
	return record;
}

/* "when=2024-Q2 | countries=LA" of all in the list; a new record's fields
 * with commas. */
static const char *told(
	struct nc_arena *arena, const struct nc_proposals *proposals)
{
	char *out = nc_arena_alloc(arena, 8192);

	out[0] = '\0';
	for (size_t i = 0; i < proposals->count; i++) {
		const struct nc_proposal *one = &proposals->list[i];
		size_t used = strlen(out);

		snprintf(out + used, 8192 - used, "%s%s=%s", i > 0 ? " | " : "",
			one->field_name, one->value_text);
		assert_true(one->why[0] != '\0');
	}
	for (char *at = out; *at != '\0'; at++)
		if (*at == '\n')
			*at = ',';
	return out;
}

static void check_found(
	const char *entity, const struct pair *pairs, const char *expected)
{
	static const struct nc_known none = {NULL, 0, NULL, 0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_proposals proposals NC_AUTO(nc_proposals_fini) = {0};
	struct nc_record record;
	struct nc_error err;
	const char *said;

	nc_arena_init(&arena, 1024 * 1024);
	nc_proposals_init(&proposals, nc_sha256);
	record = record_of(&arena, entity, 1, pairs);
	assert_int_equal(
		nc_propose_found(&proposals, &record, &none, &err), NC_OK);
	said = told(&arena, &proposals);
	if (strcmp(said, expected) != 0)
		fail_msg("%s: \"%s\"\n instead of \"%s\"", pairs[1].word, said,
			expected);
}

#define PLAN(text)                                                             \
	(const struct pair[])                                                  \
	{                                                                      \
		{"year", "2024"}, {"text", text},                              \
		{                                                              \
			NULL, NULL                                             \
		}                                                              \
	}
#define DONE(title)                                                            \
	(const struct pair[])                                                  \
	{                                                                      \
		{"year", "2024"}, {"title", title},                            \
		{                                                              \
			NULL, NULL                                             \
		}                                                              \
	}

#define ITEM "01234567-89ab-7000-8000-000000000000"

static void test_proposal__found_in_plan_items(void **state)
{
	static const struct {
		const char *text, *found;
	} rows[] = {
		{"Nội dung không nói gì thêm", ""},
		{"Giao lưu với bạn bè Lào và Thái Lan trong quý II/2024",
			"when=2024-Q2 | when_words=quý II/2024 | "
			"countries=LA,TH | kind=activity"},
		{"Dự kiến ngày 20/7/2024 tại thành phố Huế",
			"when=2024-07-20 | when_words=ngày 20/7/2024 | "
			"place=thành phố Huế"},
		{"Từ 01 - 06/12/2024 đi thăm Nga",
			"when=2024-12-01 | until=2024-12-06 | when_words=Từ 01 "
			"- 06/12/2024 | countries=RU"},
		/* The time of nothing that is done. */
		{"Thực hiện Nghị quyết 34-NQ/TW ngày 09/01/2024", ""},
		{"Kỷ niệm 55 năm quan hệ (11/01/1969 - 11/01/2024)", ""},
		{"Ngày Quốc tế Phụ nữ 8/3", ""},
		{"nhân dịp Tết dương lịch 2024", ""},
		{"giai đoạn 2019 - 2025 và nhiệm kỳ 2023 - 2028", ""},
		{"Họp vào ngày 05/3/2024 và ngày 07/9/2024", ""},
		{"Việc của năm trước: ngày 05/3/2023", ""},
		{"Nộp trước ngày 25/12/2024; hết quý III/2024 phải xong", ""},
		{"Hội thi lần thứ 135 (1890 - 2024), bia Lào, 1,500 USD", ""},
		{"Sinh nhật Bác lần thứ 134 (19/5/1890 - 19/5/2024)", ""},
		{"Các ngày 12/4, 20/5 và 02/12/2024; quý I, IV/2024", ""},
		{"Ra quân tại Quảng trường 2/4, tỷ lệ vào 3/4", ""},
		/* Said to be the time. */
		{"Tổ chức vào ngày 20/7", "when=2024-07-20 | when_words=ngày "
					  "20/7"},
		{"Tiếp tục củng cố tổ chức", "kind=task"},
		{"Đại hội nhiệm kỳ 2024 - 2029 trong tháng 10/2024",
			"when=2024-10 | when_words=tháng 10/2024 | "
			"kind=congress"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		check_found("plan-item", PLAN(rows[i].text), rows[i].found);
	/* What is filled in already is left. */
	check_found("plan-item",
		(const struct pair[]){{"year", "2024"},
			{"text", "Dự kiến quý II/2024 ở Lào"},
			{"when", "2024-06"}, {"countries", "LA"}, {NULL, NULL}},
		"when_words=quý II/2024");
}

static void test_proposal__targets(void **state)
{
	char item[NC_ID_TEXT_SIZE], expected[512];
	struct nc_id id = id_of(1);
	static const struct {
		const char *text, *title, *rest;
	} rows[] = {
		{"Đón 40 đoàn đến thăm", "Đón 40 đoàn đến thăm",
			"indicator=delegations-in,min=40,unit=đoàn"},
		{"Cử 05 - 07 đoàn ra", "Cử 05 - 07 đoàn ra",
			"indicator=delegations-out,min=5,max=7,unit=đoàn"},
		{"Vận động ít nhất 03 dự án", "Vận động ít nhất 03 dự án",
			"indicator=projects,qualifier=at-least,min=3,unit=dự "
			"án"},
		{"Viết gần 100 bài, đăng báo", "Viết gần 100 bài",
			"indicator=articles,qualifier=nearly,max=100,unit=bài"},
		{"Viết 24 tin, bài về đối ngoại",
			"Viết 24 tin, bài về đối ngoại",
			"indicator=articles,min=24,unit=tin, bài"},
		{"Ký kết ít nhất 03 biên bản", "Ký kết ít nhất 03 biên bản",
			"indicator=agreements,qualifier=at-least,min=3,unit="
			"biên bản"},
		{"Thúc đẩy 02 biên bản ghi nhớ", "Thúc đẩy 02 biên bản ghi nhớ",
			"indicator=agreements,min=2,unit=biên bản ghi nhớ"},
		{"Phấn đấu giải ngân 13,8 tỉ đồng",
			"Phấn đấu giải ngân 13,8 tỉ "
			"đồng",
			"indicator=disbursed,money_min=13.800.000.000 đồng"},
	};

	(void)state;
	nc_id_format(item, &id);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool kind = strncmp(rows[i].text, "Đón", 4) == 0;

		snprintf(expected, sizeof(expected),
			"%s+target=year=2024,title=%s,plan_item=%s,%s",
			kind ? "kind=delegation | " : "", rows[i].title, item,
			rows[i].rest);
		check_found("plan-item", PLAN(rows[i].text), expected);
	}
	snprintf(expected, sizeof(expected),
		"+target=year=2024,title=Cam kết 2 triệu USD,plan_item=%s,"
		"indicator=committed,money_min=2.000.000 USD",
		item);
	/* The same in another currency is no second one. */
	check_found("plan-item",
		PLAN("Cam kết 2 triệu USD (tương đương 50 tỷ đồng)"), expected);
	/* No promises. */
	check_found("plan-item", PLAN("Phối hợp với 06 hội thành viên"), "");
	check_found("plan-item", PLAN("Đã có 03 dự án"), "");
	check_found("plan-item", PLAN("Tổng kết 02 dự án"), "");
	check_found("plan-item", PLAN("Lập 02 biên bản kiểm tra"), "");
}

static void test_proposal__found_in_what_was_done(void **state)
{
	(void)state;
	check_found("delegation",
		(const struct pair[]){{"year", "2024"},
			{"title", "Đón 02 đoàn Lào gồm 15 người"},
			{"direction", "in"}, {NULL, NULL}},
		"countries=LA | people=15 | count=2");
	check_found("activity", DONE("Gặp mặt hơn 200 đại biểu tại Nha Trang"),
		"place=Nha Trang | people=200 | people_qualifier=more-than");
	check_found("activity",
		DONE("Hội thi lần thứ IX, kinh phí 50 triệu đồng"),
		"budget=50.000.000 đồng | ordinal=9 | ordinal_words=lần thứ "
		"IX");
	check_found("activity",
		DONE("Phối hợp với Sở Ngoại vụ và Hội Nhà báo gặp mặt"),
		"partner_words=Sở Ngoại vụ,Hội Nhà báo");
	check_found("aid",
		DONE("Nước sạch do Quỹ Temasek tài trợ, 149.814 USD"),
		"donor_words=Quỹ Temasek | committed=149.814 USD");
	check_found("congress",
		DONE("Đại hội lần thứ VI, nhiệm kỳ 2024 - 2029"),
		"ordinal=6 | ordinal_words=lần thứ VI | term_from=2024 | "
		"term_to=2029");
	/* Several numbers of one kind, a range, a sum that is paid: none. */
	check_found("activity", DONE("10 đại biểu và 20 khách"), "");
	check_found("activity", DONE("10 - 20 đại biểu"), "");
	check_found("aid", DONE("giải ngân 50 triệu đồng"), "");
	/* What has no words of its own to be read. */
	check_found("partner",
		(const struct pair[]){{"name", "Quỹ Ánh Sáng, Lào"},
			{"kind", "ngo"}, {NULL, NULL}},
		"");
}

static void test_proposal__partners_by_name(void **state)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_proposals proposals NC_AUTO(nc_proposals_fini) = {0};
	const struct nc_known_name names[] = {
		{id_of(7), NC_ENTITY_PARTNER, nc_slice_text("Quỹ Ánh Sáng")},
		{id_of(8), NC_ENTITY_PARTNER, nc_slice_text("Quỹ Ngày Mai")},
		{id_of(9), NC_ENTITY_MEMBER_ORG,
			nc_slice_text("Hội hữu nghị Việt Nam - Lào")},
	};
	const struct nc_known known = {names, 3, NULL, 0};
	struct nc_record record;
	struct nc_error err;
	const struct nc_proposal *last;

	(void)state;
	nc_arena_init(&arena, 1024 * 1024);
	nc_proposals_init(&proposals, nc_sha256);
	record = record_of(&arena, "activity", 1,
		DONE("Phối hợp với Hội hữu nghị Việt Nam - Lào và quỹ Ánh Sáng "
		     "tặng quà"));
	assert_int_equal(
		nc_propose_found(&proposals, &record, &known, &err), NC_OK);
	last = &proposals.list[proposals.count - 1];
	assert_string_equal(last->field_name, "partners");
	assert_int_equal(last->value.bytes.size, 2 * NC_ID_SIZE);
	assert_memory_equal(
		last->value.bytes.data, names[0].id.bytes, NC_ID_SIZE);
	assert_memory_equal(last->value.bytes.data + NC_ID_SIZE,
		names[2].id.bytes, NC_ID_SIZE);
}

static void check_carried(const char *entity, const struct pair *record,
	const struct pair *source, const char *expected)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_proposals proposals NC_AUTO(nc_proposals_fini) = {0};
	struct nc_record now, was;
	struct nc_error err;

	nc_arena_init(&arena, 1024 * 1024);
	nc_proposals_init(&proposals, nc_sha256);
	now = record_of(&arena, entity, 1, record);
	was = record_of(&arena, entity, 2, source);
	assert_int_equal(
		nc_propose_carried(&proposals, &now, &was, &err), NC_OK);
	assert_string_equal(told(&arena, &proposals), expected);
}

static void test_proposal__carried(void **state)
{
	(void)state;
	check_carried("plan-item",
		(const struct pair[]){{"year", "2024"},
			{"text", "Giỗ Tổ Hùng Vương năm 2023"}, {NULL, NULL}},
		(const struct pair[]){{"year", "2023"},
			{"text", "Giỗ Tổ Hùng Vương năm 2023"},
			{"when", "2023-04-29"}, {"when_words", "29/4/2023"},
			{NULL, NULL}},
		"text=Giỗ Tổ Hùng Vương năm 2024 | when_words=29/4/2024 | "
		"when=2024-04-18 | status=planned");
	/* What a person has done already. */
	check_carried("plan-item",
		(const struct pair[]){{"year", "2024"},
			{"text", "Đón đoàn quý II/2024"}, {"when", "2024-05"},
			{"when_words", "tháng 5"}, {"status", "running"},
			{NULL, NULL}},
		(const struct pair[]){{"year", "2023"},
			{"text", "Đón đoàn quý II/2023"}, {"when", "2023-Q2"},
			{"when_words", "quý II/2023"}, {NULL, NULL}},
		"");
	check_carried("aid",
		(const struct pair[]){
			{"year", "2024"}, {"title", "Nước sạch"}, {NULL, NULL}},
		(const struct pair[]){
			{"year", "2023"}, {"title", "Nước sạch"}, {NULL, NULL}},
		"status=soliciting");
	/* Without a status: that it was copied is confirmed. */
	check_carried("target",
		(const struct pair[]){{"year", "2024"},
			{"title", "40 đoàn năm 2023"}, {"carried_from", ITEM},
			{NULL, NULL}},
		(const struct pair[]){{"year", "2023"},
			{"title", "40 đoàn năm 2023"}, {"when", "2023"},
			{NULL, NULL}},
		"title=40 đoàn năm 2024 | when=2024 | carried_from=" ITEM);
}

/* The same at every desk and in every build: SHA-256 of the line, and of each
 * its length and bytes: mend, the record's id (bare), text, the words. */
static void test_proposal__ids(void **state)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_proposals proposals NC_AUTO(nc_proposals_fini) = {0};
	struct nc_record record;
	struct nc_proposal draft = {.kind = NC_PROPOSE_MEND,
		.rule = "R01",
		.words = "98 năm",
		.why = "Because."};
	struct nc_live other = {.field = NC_PLAN_TEXT, .dot = {2, 1}};
	struct nc_error err;
	char id[NC_PROPOSAL_ID_SIZE];

	(void)state;
	nc_arena_init(&arena, 1024 * 1024);
	nc_proposals_init(&proposals, nc_sha256);
	record = record_of(&arena, "plan-item", 1, PLAN("kỷ niệm 98 năm"));
	draft.field = nc_entity_field(record.entity, NC_PLAN_TEXT);
	draft.value = nc_value_text("kỷ niệm 97 năm");
	assert_int_equal(
		nc_proposals_add(&proposals, &record, &draft, &err), NC_OK);
	assert_int_equal(
		nc_proposals_add(&proposals, &record, &draft, &err), NC_OK);
	assert_int_equal(proposals.count, 1);
	assert_string_equal(proposals.list[0].rule, "R01");
	assert_string_equal(proposals.list[0].id, "5ff56b26038818");
	nc_proposal_id_of(&proposals.list[0].decision, id);
	assert_string_equal(id, proposals.list[0].id);
	/* What the field says already, and what it does not take. */
	draft.value = nc_value_text("kỷ niệm 98 năm");
	assert_int_equal(
		nc_proposals_add(&proposals, &record, &draft, &err), NC_OK);
	draft.value = nc_value_integer(4);
	assert_int_equal(
		nc_proposals_add(&proposals, &record, &draft, &err), NC_OK);
	/* What people dispute. */
	other.value = nc_value_text("kỷ niệm 96 năm");
	assert_true(nc_row_add(&record.row, &arena, &other));
	draft.value = nc_value_text("kỷ niệm 95 năm");
	assert_int_equal(
		nc_proposals_add(&proposals, &record, &draft, &err), NC_OK);
	assert_int_equal(proposals.count, 1);
}

static void test_proposal__no_memory(void **state)
{
	static const struct nc_known none = {NULL, 0, NULL, 0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	enum nc_status status = NC_NO_MEMORY;
	struct nc_record now, was;

	(void)state;
	nc_arena_init(&arena, 1024 * 1024);
	now = record_of(&arena, "plan-item", 1,
		PLAN("Đón 40 đoàn Lào tại Huế quý II/2023"));
	was = record_of(&arena, "plan-item", 2,
		(const struct pair[]){{"year", "2023"},
			{"text", "Đón 40 đoàn Lào tại Huế quý II/2023"},
			{"when", "2023-Q2"}, {NULL, NULL}});
	for (unsigned long n = 1; status == NC_NO_MEMORY; n++) {
		struct nc_proposals proposals NC_AUTO(nc_proposals_fini) = {0};
		struct nc_error err;

		assert_true(n < 2000);
		nc_proposals_init(&proposals, nc_sha256);
		nc_memory_fail_at(n);
		status = nc_propose_carried(&proposals, &now, &was, &err);
		if (status == NC_OK)
			status =
				nc_propose_found(&proposals, &now, &none, &err);
		nc_memory_fail_at(0);
	}
	assert_int_equal(status, NC_OK);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_proposal__found_in_plan_items),
		cmocka_unit_test(test_proposal__targets),
		cmocka_unit_test(test_proposal__found_in_what_was_done),
		cmocka_unit_test(test_proposal__partners_by_name),
		cmocka_unit_test(test_proposal__carried),
		cmocka_unit_test(test_proposal__ids),
		cmocka_unit_test(test_proposal__no_memory),
	};

	if (nc_trust_start(NULL) != NC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
