#include "revise_shelf.h"

#define HEAD "Liên hiệp các tổ chức hữu nghị tỉnh Gia Lai\n"
#define A "a. Công tác hữu nghị\n"
#define B "b. Công tác phi chính phủ nước ngoài\n"

static const char plan_text[] = HEAD
	"Lời dẫn chung.\n" A "Lời dẫn mục.\n- Việc một\n+ Phần nhỏ\n- Việc "
	"hai\n" B "- Việc ba\n- Việc bốn\n";

static void test_revise__first_import_adds_all(void **state)
{
	static const struct {
		const char *text, *area, *letter, *heading;
		uint32_t entity;
		unsigned level;
	} rows[] = {
		{"Lời dẫn chung.", "general", "", "", NC_ENTITY_PLAN_LEAD, 0},
		{"Lời dẫn mục.", "friendship", "a", "Công tác hữu nghị",
			NC_ENTITY_PLAN_LEAD, 0},
		{"Việc một", "friendship", "a", "Công tác hữu nghị",
			NC_ENTITY_PLAN_ITEM, 1},
		{"Phần nhỏ", "friendship", "a", "Công tác hữu nghị",
			NC_ENTITY_PLAN_ITEM, 2},
		{"Việc hai", "friendship", "a", "Công tác hữu nghị",
			NC_ENTITY_PLAN_ITEM, 1},
		{"Việc ba", "ngo", "b", "Công tác phi chính phủ nước ngoài",
			NC_ENTITY_PLAN_ITEM, 1},
		{"Việc bốn", "ngo", "b", "Công tác phi chính phủ nước ngoài",
			NC_ENTITY_PLAN_ITEM, 1},
	};
	struct shelf one, other;

	(void)state;
	shelf_init(&one);
	shelf_init(&other);
	import(&one, plan_text);
	import(&other, plan_text);
	check_kinds(&one, 0, 7, 0, 0, 0);
	for (size_t i = 0; i < 7; i++) {
		const struct nc_revise_row *row = &one.rows[i];

		assert_string_equal(row->text, rows[i].text);
		assert_string_equal(row->places[PLACE_AREA], rows[i].area);
		assert_string_equal(row->places[PLACE_LETTER], rows[i].letter);
		assert_string_equal(
			row->places[PLACE_HEADING], rows[i].heading);
		assert_int_equal(nc_revise_plan_shapes[row->shape].entity,
			rows[i].entity);
		assert_int_equal(row->level, rows[i].level);
		assert_true(row->has_imported);
		assert_true(
			i == 0 || strcmp(one.rows[i - 1].rank, row->rank) < 0);
		/* 2024-01-01T00:00Z is 1704067200000 = 0x018cc251f400 */
		assert_memory_equal(
			row->id.bytes, "\x01\x8c\xc2\x51\xf4\x00", 6);
		assert_int_equal(row->id.bytes[6] >> 4, 7);
		/* another device makes the same records */
		assert_memory_equal(&row->id, &other.rows[i].id, NC_ID_SIZE);
		assert_string_equal(row->rank, other.rows[i].rank);
	}
	shelf_fini(&one);
	shelf_fini(&other);
}

static void test_revise__same_file_changes_nothing(void **state)
{
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, plan_text);
	import(&shelf, plan_text);
	check_kinds(&shelf, 7, 0, 0, 0, 0);
	/* nor after a person changed all that can be changed */
	find_text(&shelf, "Việc một")->text = "Một việc khác hẳn";
	find_text(&shelf, "Việc hai")->level = 2;
	find_text(&shelf, "Việc ba")->places[PLACE_AREA] = "general";
	find_text(&shelf, "Việc bốn")->moved = true;
	find_text(&shelf, "Việc bốn")->rank = "0001";
	find_text(&shelf, "Phần nhỏ")->gone = true;
	import(&shelf, plan_text);
	check_kinds(&shelf, 6, 0, 0, 0, 1);
	assert_string_equal(shelf.last[NC_REVISE_KEEP].text, "Phần nhỏ");
	assert_string_equal(shelf.last[NC_REVISE_KEEP].was, "");
	shelf_fini(&shelf);
}

static void test_revise__changed_words_change_their_record(void **state)
{
	static const uint32_t fields[] = {NC_PLAN_TEXT, NC_PLAN_IMPORTED, 0};
	static const char before[] =
		HEAD A "- Đón hai đoàn Lào vào tháng ba\n- Gửi thư chúc mừng\n";
	static const char after[] =
		HEAD A "- Đón bốn đoàn Lào vào tháng ba\n- Gửi thư chúc mừng\n";
	struct shelf shelf;
	struct nc_id id;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, before);
	id = shelf.rows[0].id;
	import(&shelf, after);
	check_kinds(&shelf, 1, 0, 1, 0, 0);
	check_edited(&shelf, fields);
	assert_memory_equal(&shelf.last[NC_REVISE_EDIT].id, &id, NC_ID_SIZE);
	assert_string_equal(
		shelf.rows[0].text, "Đón bốn đoàn Lào vào tháng ba");
	import(&shelf, after);
	check_kinds(&shelf, 2, 0, 0, 0, 0);
	/* and back again */
	import(&shelf, before);
	check_kinds(&shelf, 1, 0, 1, 0, 0);
	shelf_fini(&shelf);
}

static void test_revise__a_persons_words_are_kept(void **state)
{
	static const char before[] =
		HEAD A "- Đón hai đoàn Lào vào tháng ba\n- Gửi thư chúc mừng\n";
	static const char after[] =
		HEAD A "- Đón bốn đoàn Lào vào tháng ba\n- Gửi thư chúc mừng\n";
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, before);
	shelf.rows[0].text = "Đón hai đoàn Lào vào tháng tư";
	import(&shelf, after);
	check_kinds(&shelf, 1, 0, 0, 0, 1);
	assert_string_equal(shelf.last[NC_REVISE_KEEP].text,
		"Đón bốn đoàn Lào vào tháng ba");
	assert_string_equal(shelf.last[NC_REVISE_KEEP].was,
		"Đón hai đoàn Lào vào tháng tư");
	assert_int_equal(shelf.last[NC_REVISE_KEEP].line, 3);
	/* A person made the file's change by hand: nothing to do. */
	shelf.rows[0].text = "Đón bốn đoàn Lào vào tháng ba";
	import(&shelf, after);
	check_kinds(&shelf, 2, 0, 0, 0, 0);
	shelf_fini(&shelf);
}

static void test_revise__lines_that_went(void **state)
{
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, plan_text);
	find_text(&shelf, "Việc bốn")->text = "Việc bốn, đã sửa";
	type_row(&shelf, "ngo", "zz", "Việc tự gõ");
	import(&shelf, HEAD "Lời dẫn chung.\n" A "Lời dẫn mục.\n- Việc một\n"
			    "+ Phần nhỏ\n");
	check_kinds(&shelf, 4, 0, 0, 2, 1);
	assert_int_equal(shelf.last[NC_REVISE_KEEP].line, 0);
	assert_string_equal(shelf.last[NC_REVISE_KEEP].was, "Việc bốn, đã sửa");
	check_order(&shelf, "Lời dẫn chung.|Lời dẫn mục.|Việc một|Phần nhỏ|"
			    "Việc bốn, đã sửa|Việc tự gõ");
	shelf_fini(&shelf);
}

static void test_revise__word_for_word_of_what_was_typed(void **state)
{
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	type_row(&shelf, "ngo", "V", "Việc ba");
	type_row(&shelf, "friendship", "W", "Việc bốn");
	import(&shelf, HEAD A "- Việc một\n" B "- Việc ba\n- Việc bốn\n");
	/* the same words in another area are another's */
	check_kinds(&shelf, 1, 2, 0, 0, 0);
	import(&shelf, HEAD A "- Việc một\n" B "- Việc ba\n- Việc bốn\n");
	check_kinds(&shelf, 3, 0, 0, 0, 0);
	shelf_fini(&shelf);
}

static void test_revise__moved_lines(void **state)
{
	static const uint32_t moved[] = {NC_PLAN_AREA, NC_PLAN_LETTER,
		NC_PLAN_HEADING, NC_PLAN_RANK, NC_PLAN_IMPORTED, 0};
	static const uint32_t deeper[] = {NC_PLAN_IMPORTED, NC_PLAN_LEVEL, 0};
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, HEAD A "- Một\n- Hai\n- Ba\n" B "- Bốn\n- Năm\n");
	import(&shelf, HEAD A "- Một\n- Ba\n" B "- Bốn\n- Hai\n- Năm\n");
	check_kinds(&shelf, 4, 0, 1, 0, 0);
	check_edited(&shelf, moved);
	check_order(&shelf, "Một|Ba|Bốn|Hai|Năm");
	import(&shelf, HEAD A "- Một\n+ Ba\n" B "- Bốn\n- Hai\n- Năm\n");
	check_kinds(&shelf, 4, 0, 1, 0, 0);
	check_edited(&shelf, deeper);
	assert_int_equal(find_text(&shelf, "Ba")->level, 2);
	/* A person moved it elsewhere meanwhile: theirs is kept. */
	find_text(&shelf, "Ba")->level = 3;
	import(&shelf, HEAD A "- Một\n- Ba\n" B "- Bốn\n- Hai\n- Năm\n");
	check_kinds(&shelf, 4, 0, 0, 0, 1);
	shelf_fini(&shelf);
}

/* Words changed by a person, place changed in the file: both stand. */
static void test_revise__halves_do_not_fight(void **state)
{
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, HEAD A "- Một\n- Hai\n");
	find_text(&shelf, "Hai")->text = "Hai, viết lại";
	import(&shelf, HEAD A "- Một\n+ Hai\n");
	check_kinds(&shelf, 1, 0, 1, 0, 0);
	assert_int_equal(find_text(&shelf, "Hai, viết lại")->level, 2);
	import(&shelf, HEAD A "- Một\n+ Hai\n");
	check_kinds(&shelf, 2, 0, 0, 0, 0);
	shelf_fini(&shelf);
}

static void test_revise__renamed_section_keeps_its_ranks(void **state)
{
	static const uint32_t fields[] = {
		NC_PLAN_LETTER, NC_PLAN_HEADING, NC_PLAN_IMPORTED, 0};
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, HEAD A "- Một\n- Hai\n" B "- Ba\n");
	import(&shelf, HEAD "1. Công tác hữu nghị:\n- Một\n- Hai\n" B "- Ba\n");
	check_kinds(&shelf, 1, 0, 2, 0, 0);
	check_edited(&shelf, fields);
	assert_string_equal(
		shelf.rows[0].places[PLACE_HEADING], "Công tác hữu nghị:");
	/* A section that loses its letter: the field is cleared. */
	import(&shelf, HEAD "Công tác hữu nghị:\n- Một\n- Hai\n" B "- Ba\n");
	check_kinds(&shelf, 1, 0, 2, 0, 0);
	assert_int_equal(shelf.fields[0].field, NC_PLAN_LETTER);
	assert_int_equal(shelf.fields[0].value.kind, NC_VALUE_ABSENT);
	check_order(&shelf, "Một|Hai|Ba");
	shelf_fini(&shelf);
}

static void test_revise__new_lines_go_where_the_file_has_them(void **state)
{
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, HEAD A "- Một\n- Hai\n" B "- Ba\n");
	type_row(&shelf, "friendship", "", "Gõ");
	shelf.rows[3].places[PLACE_LETTER] = "a";
	shelf.rows[3].places[PLACE_HEADING] = "Công tác hữu nghị";
	/* by hand, at the end of section a */
	char rank[NC_RANK_MAX + 1];

	assert_int_equal(nc_rank_between(nc_slice_text(shelf.rows[1].rank),
				 nc_slice_text(shelf.rows[2].rank), 5, rank),
		NC_OK);
	shelf.rows[3].rank = rank;
	import(&shelf, HEAD A "- Đầu\n- Một\n- Giữa\n- Giữa nữa\n- Hai\n"
			      "c. Công tác thông tin\n- Mới\n" B
			      "- Trước ba\n- Ba\n- Sau ba\n");
	check_kinds(&shelf, 3, 6, 0, 0, 0);
	check_order(&shelf, "Đầu|Một|Giữa|Giữa nữa|Hai|Gõ|Mới|Trước ba|Ba|"
			    "Sau ba");
	shelf_fini(&shelf);
}

static void test_revise__many_new_lines_have_short_ranks(void **state)
{
	struct shelf shelf;
	struct nc_buffer text;
	char last[NC_RANK_MAX + 1] = "";

	(void)state;
	shelf_init(&shelf);
	nc_buffer_init(&text, 1024 * 1024);
	import(&shelf, HEAD A "- Đầu\n- Cuối\n");
	assert_int_equal(nc_buffer_text(&text, HEAD A "- Đầu\n"), NC_OK);
	for (int i = 0; i < 300; i++)
		assert_int_equal(
			nc_buffer_printf(&text, "- Việc %d\n", i), NC_OK);
	assert_int_equal(nc_buffer_text(&text, "- Cuối\n"), NC_OK);
	import(&shelf, nc_buffer_string(&text));
	check_kinds(&shelf, 2, 300, 0, 0, 0);
	for (size_t i = 2; i < shelf.count; i++) {
		assert_true(strcmp(last, shelf.rows[i].rank) < 0);
		assert_true(strlen(shelf.rows[i].rank) < 24);
		strcpy(last, shelf.rows[i].rank);
	}
	assert_true(strcmp(shelf.rows[0].rank, shelf.rows[2].rank) < 0);
	assert_true(strcmp(last, shelf.rows[1].rank) < 0);
	nc_buffer_fini(&text);
	shelf_fini(&shelf);
}

static void test_revise__alike_lines_have_their_own_records(void **state)
{
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, HEAD A "- Họp\n- Họp\n- Họp\n");
	check_kinds(&shelf, 0, 3, 0, 0, 0);
	import(&shelf, HEAD A "- Họp\n- Họp\n- Họp\n");
	check_kinds(&shelf, 3, 0, 0, 0, 0);
	import(&shelf, HEAD A "- Họp\n- Họp\n");
	check_kinds(&shelf, 2, 0, 0, 1, 0);
	shelf_fini(&shelf);
}

/* What a person deleted stays deleted; the person is told. */
static void test_revise__deleted_stays_deleted(void **state)
{
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, HEAD A "- Một\n- Hai\n");
	find_text(&shelf, "Hai")->gone = true;
	import(&shelf, HEAD A "- Một\n- Hai\n- Ba\n");
	check_kinds(&shelf, 1, 1, 0, 0, 1);
	check_order(&shelf, "Một|Ba");
	shelf_fini(&shelf);
}

/* What an import removed comes back with its line; the rest changes not. */
static void test_revise__removed_by_import_comes_back(void **state)
{
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, plan_text);
	import(&shelf, HEAD A "- Việc một\n+ Phần nhỏ\n" B "- Việc bốn\n");
	check_kinds(&shelf, 3, 0, 0, 4, 0);
	import(&shelf, plan_text);
	check_kinds(&shelf, 3, 4, 0, 0, 0);
	check_order(&shelf, "Lời dẫn chung.|Lời dẫn mục.|Việc một|Phần nhỏ|"
			    "Việc hai|Việc ba|Việc bốn");
	import(&shelf, plan_text);
	check_kinds(&shelf, 7, 0, 0, 0, 0);
	/* and a second time */
	import(&shelf, HEAD A "- Việc một\n+ Phần nhỏ\n" B "- Việc bốn\n");
	import(&shelf, plan_text);
	check_kinds(&shelf, 3, 4, 0, 0, 0);
	find_text(&shelf, "Việc hai")->gone = true;
	import(&shelf, plan_text);
	check_kinds(&shelf, 6, 0, 0, 0, 1);
	assert_int_equal(shelf.last[NC_REVISE_KEEP].why, NC_REVISE_WHY_DELETED);
	shelf_fini(&shelf);
}

static void test_revise__filled_in_is_kept(void **state)
{
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, HEAD A "- Một\n- Hai\n");
	find_text(&shelf, "Hai")->touched = true;
	import(&shelf, HEAD A "- Một\n");
	check_kinds(&shelf, 1, 0, 0, 0, 1);
	assert_int_equal(shelf.last[NC_REVISE_KEEP].why, NC_REVISE_WHY_FILLED);
	shelf_fini(&shelf);
}

/* In conflict with what a person wrote: neither words nor place are written,
 * and nothing is removed. */
static void test_revise__disputed_is_kept(void **state)
{
	static const char before[] =
		HEAD A "- Đón hai đoàn Lào vào tháng ba\n- Gửi thư chúc mừng\n";
	static const char after[] =
		HEAD A "- Đón bốn đoàn Lào vào tháng ba\n- Gửi thư chúc mừng\n";
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, before);
	shelf.rows[0].disputed = true;
	import(&shelf, before);
	check_kinds(&shelf, 2, 0, 0, 0, 0);
	import(&shelf, after);
	check_kinds(&shelf, 1, 0, 0, 0, 1);
	assert_int_equal(
		shelf.last[NC_REVISE_KEEP].why, NC_REVISE_WHY_DISPUTED);
	import(&shelf, HEAD A "- Gửi thư chúc mừng\n");
	check_kinds(&shelf, 1, 0, 0, 0, 1);
	assert_int_equal(
		shelf.last[NC_REVISE_KEEP].why, NC_REVISE_WHY_DISPUTED);
	assert_int_equal(shelf.last[NC_REVISE_KEEP].line, 0);
	shelf_fini(&shelf);
}

/* What a person took to another year is not made here again. */
static void test_revise__elsewhere_stays_there(void **state)
{
	static const char text[] = HEAD A "- Một việc\n- Hai việc\n";
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, text);
	assert_true(nc_revise_is_of_year(&shelf.rows[0].id, YEAR));
	assert_false(nc_revise_is_of_year(&shelf.rows[0].id, YEAR + 1));
	shelf.rows[0].gone = shelf.rows[0].elsewhere = true;
	shelf.rows[0].has_imported = false;
	import(&shelf, text);
	check_kinds(&shelf, 1, 0, 0, 0, 1);
	assert_int_equal(shelf.last[NC_REVISE_KEEP].why, NC_REVISE_WHY_CHANGED);
	import(&shelf, HEAD A "- Hai việc\n");
	check_kinds(&shelf, 1, 0, 0, 0, 0);
	shelf_fini(&shelf);
}

static void test_revise__order_is_the_files(void **state)
{
	static const uint32_t rank[] = {NC_PLAN_RANK, NC_PLAN_IMPORTED, 0};
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, HEAD A "- Một\n- Hai\n- Ba\n- Bốn\n");
	import(&shelf, HEAD A "- Một\n- Bốn\n- Hai\n- Ba\n");
	check_kinds(&shelf, 3, 0, 1, 0, 0);
	check_edited(&shelf, rank);
	check_order(&shelf, "Một|Bốn|Hai|Ba");
	/* a child under another parent */
	import(&shelf, HEAD A "- Một\n+ Con\n- Hai\n- Ba\n");
	import(&shelf, HEAD A "- Một\n- Hai\n+ Con\n- Ba\n");
	check_kinds(&shelf, 3, 0, 1, 0, 0);
	check_order(&shelf, "Một|Hai|Con|Ba");
	/* sections change places */
	import(&shelf, HEAD A "- Một\n- Hai\n" B "- Ba\n- Tư\n- Năm\n");
	import(&shelf, HEAD B "- Ba\n- Tư\n- Năm\n" A "- Một\n- Hai\n");
	check_kinds(&shelf, 3, 0, 2, 0, 0);
	check_order(&shelf, "Ba|Tư|Năm|Một|Hai");
	import(&shelf, HEAD B "- Ba\n- Tư\n- Năm\n" A "- Một\n- Hai\n");
	check_kinds(&shelf, 5, 0, 0, 0, 0);
	/* what a person moved stays */
	find_text(&shelf, "Ba")->moved = true;
	find_text(&shelf, "Ba")->rank = "zz";
	import(&shelf, HEAD B "- Ba\n- Tư\n- Mới\n- Năm\n" A "- Một\n- Hai\n");
	check_kinds(&shelf, 5, 1, 0, 0, 0);
	check_order(&shelf, "Tư|Mới|Năm|Một|Hai|Ba");
	shelf_fini(&shelf);
}

static void test_revise__typed_follows_its_neighbour(void **state)
{
	char rank[NC_RANK_MAX + 1];
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, HEAD A "- Một\n- Hai\n- Ba\n");
	assert_int_equal(nc_rank_between(nc_slice_text(shelf.rows[2].rank),
				 nc_slice_text(""), 5, rank),
		NC_OK);
	type_row(&shelf, "friendship", rank, "Gõ");
	shelf.rows[3].places[PLACE_LETTER] = "a";
	shelf.rows[3].places[PLACE_HEADING] = "Công tác hữu nghị";
	import(&shelf, HEAD A "- Một\n- Hai\n- Ba\n- Mới\n");
	check_kinds(&shelf, 3, 1, 0, 0, 0);
	check_order(&shelf, "Một|Hai|Ba|Gõ|Mới");
	import(&shelf, HEAD A "- Ba\n- Một\n- Hai\n- Mới\n");
	check_kinds(&shelf, 3, 0, 2, 0, 0);
	check_order(&shelf, "Ba|Gõ|Một|Hai|Mới");
	shelf_fini(&shelf);
}

/* A record whose words moved on, and a new line with its first words. */
static void test_revise__first_words_come_back(void **state)
{
	static const char first[] = "- Đón hai đoàn Lào vào tháng ba\n";
	static const char second[] = "- Đón bốn đoàn Lào vào tháng ba\n";
	char both[512];
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	snprintf(both, sizeof(both), HEAD A "%s", first);
	import(&shelf, both);
	snprintf(both, sizeof(both), HEAD A "%s", second);
	import(&shelf, both);
	check_kinds(&shelf, 0, 0, 1, 0, 0);
	snprintf(both, sizeof(both), HEAD A "%s%s%s", second, first, first);
	import(&shelf, both);
	check_kinds(&shelf, 1, 2, 0, 0, 0);
	import(&shelf, both);
	check_kinds(&shelf, 3, 0, 0, 0, 0);
	shelf_fini(&shelf);
}

/* Changed lines are paired with those they are like, in order. */
static void test_revise__alignment(void **state)
{
	static const char before[] =
		HEAD A "- Tổ chức giải bóng đá hữu nghị tại sân tỉnh\n"
		       "- Tổ chức cuộc thi vẽ tranh thiếu nhi quốc tế\n"
		       "- Tổ chức đêm nhạc chào mừng Quốc khánh nước bạn\n";
	static const char after[] =
		HEAD A "- Tổ chức cuộc thi vẽ tranh thiếu nhi quốc tế lần hai\n"
		       "- Mua thêm máy tính\n"
		       "- Tổ chức đêm nhạc lớn chào mừng Quốc khánh nước bạn\n";
	struct shelf shelf;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, before);
	import(&shelf, after);
	check_kinds(&shelf, 0, 1, 2, 1, 0);
	assert_string_equal(shelf.rows[1].text,
		"Tổ chức cuộc thi vẽ tranh thiếu nhi quốc tế lần hai");
	assert_string_equal(shelf.rows[2].text,
		"Tổ chức đêm nhạc lớn chào mừng Quốc khánh nước bạn");
	assert_true(shelf.rows[0].gone);
	shelf_fini(&shelf);
}

static void test_revise__without_memory(void **state)
{
	struct shelf shelf;
	struct nc_error err;
	enum nc_status status = NC_NO_MEMORY;

	(void)state;
	shelf_init(&shelf);
	import(&shelf, plan_text);
	for (unsigned long n = 1; status != NC_OK; n++) {
		memset(&err, 0, sizeof(err));
		nc_memory_fail_at(n);
		status = try_import(
			&shelf, HEAD A "- Việc một\n- Việc mới\n", &err);
		nc_memory_fail_at(0);
		if (status != NC_OK) {
			assert_int_equal(status, NC_NO_MEMORY);
			assert_int_equal(err.status, NC_NO_MEMORY);
		}
	}
	check_kinds(&shelf, 1, 0, 1, 5, 0);
	shelf_fini(&shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_revise__first_import_adds_all),
		cmocka_unit_test(test_revise__same_file_changes_nothing),
		cmocka_unit_test(
			test_revise__changed_words_change_their_record),
		cmocka_unit_test(test_revise__a_persons_words_are_kept),
		cmocka_unit_test(test_revise__lines_that_went),
		cmocka_unit_test(test_revise__word_for_word_of_what_was_typed),
		cmocka_unit_test(test_revise__moved_lines),
		cmocka_unit_test(test_revise__halves_do_not_fight),
		cmocka_unit_test(test_revise__renamed_section_keeps_its_ranks),
		cmocka_unit_test(
			test_revise__new_lines_go_where_the_file_has_them),
		cmocka_unit_test(test_revise__many_new_lines_have_short_ranks),
		cmocka_unit_test(
			test_revise__alike_lines_have_their_own_records),
		cmocka_unit_test(test_revise__deleted_stays_deleted),
		cmocka_unit_test(test_revise__removed_by_import_comes_back),
		cmocka_unit_test(test_revise__filled_in_is_kept),
		cmocka_unit_test(test_revise__disputed_is_kept),
		cmocka_unit_test(test_revise__elsewhere_stays_there),
		cmocka_unit_test(test_revise__order_is_the_files),
		cmocka_unit_test(test_revise__typed_follows_its_neighbour),
		cmocka_unit_test(test_revise__first_words_come_back),
		cmocka_unit_test(test_revise__alignment),
		cmocka_unit_test(test_revise__without_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
