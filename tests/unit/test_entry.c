/*
 * Typed values: what a field takes, what it refuses, and that no name, label
 * or word of a choice can mean two things without being asked.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>

#include "intake/entry.h"
#include "intake/tables_work.h"
#include "locale/date.h"

#include <stdio.h>
#include <string.h>

/* "when=2025-04-15;until=…;", or "" and the sentence in err. */
static void read_words(const char *entity, const char *field, unsigned year,
	const char *words, char out[512], struct nc_error *err)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_entry_value values[NC_ENTRY_VALUES_MAX];
	struct nc_entry entry = {.words = words, .year = year, .arena = &arena};
	size_t count = 0;

	nc_arena_init(&arena, 1 << 20);
	nc_buffer_init(&text, 500);
	err->text[0] = '\0';
	out[0] = '\0';
	entry.entity = nc_model_entity_named(entity);
	assert_non_null(entry.entity);
	assert_int_equal(
		nc_entry_field(entry.entity, field, &entry.field, err), NC_OK);
	if (nc_entry_read(&entry, values, &count, err) != NC_OK) {
		assert_true(err->text[0] != '\0');
		return;
	}
	assert_in_range(count, 1, NC_ENTRY_VALUES_MAX);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(
			nc_buffer_printf(&text, "%s=", values[i].field->name),
			NC_OK);
		assert_int_equal(nc_field_print(values[i].field,
					 &values[i].value, &text),
			NC_OK);
		assert_int_equal(nc_buffer_text(&text, ";"), NC_OK);
	}
	snprintf(out, 512, "%s", nc_buffer_string(&text));
}

static void test_entry__words_are_values(void **state)
{
	static const struct {
		const char *entity, *field, *words, *out;
		unsigned year;
	} cases[] = {
		{"activity", "when", "15/4/2025", "when=2025-04-15;", 0},
		{"activity", "when", "15/4", "when=2025-04-15;", 2025},
		{"activity", "when", "01/02/2025", "when=2025-02-01;", 0},
		{"activity", "when", "6 tháng đầu năm 2025", "when=2025-H1;",
			0},
		{"activity", "when", "2025-H2", "when=2025-H2;", 0},
		{"activity", "when", "30 - 31/7/2025",
			"when=2025-07-30;until=2025-07-31;", 0},
		{"activity", "when", "tháng 7 - 9/2025",
			"when=2025-07;until=2025-09;", 0},
		{"activity", "when", "", "when=;", 0},
		{"activity", "when", " \xc2\xa0 ", "when=;", 0},
		/* Decomposed marks, as some keyboards give them. */
		{"activity", "when", "qu\x79\xcc\x81 II/2025", "when=2025-Q2;",
			0},
		{"activity", "until", "tháng 5/2025", "until=2025-05;", 0},
		{"legal-ref", "date", "08/7/2020", "date=2020-07-08;", 0},
		{"legal-ref", "date", "ngày 08 tháng 7 năm 2020",
			"date=2020-07-08;", 0},
		{"activity", "people", "+5", "people=5;", 0},
		{"activity", "people", "gần 300",
			"people=300;people_qualifier=nearly;", 0},
		{"activity", "people", "1,2 nghìn", "people=1200;", 0},
		{"activity", "year", "năm 2025", "year=2025;", 0},
		{"aid", "committed", "1 triệu 200 nghìn đồng",
			"committed=1.200.000 đồng;", 0},
		{"activity", "countries", "Lào - Campuchia",
			"countries=LA\nKH;", 0},
		{"activity", "countries", "LÀO", "countries=LA;", 0},
		{"activity", "countries", "Cu-ba", "countries=CU;", 0},
		{"foreign-students", "country", "Lào", "country=LA;", 0},
		{"activity", "kind", "hội thảo", "kind=seminar;", 0},
		{"activity", "kind", "toa dam", "kind=seminar;", 0},
		{"cluster", "open_reading", "có", "open_reading=1;", 0},
		{"cluster", "open_reading", "KHÔNG", "open_reading=0;", 0},
		{"cluster", "open_reading", "1", "open_reading=1;", 0},
		{"activity", "title", "15/4/2025", "title=15/4/2025;", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct nc_error err;
		char out[512];

		read_words(cases[i].entity, cases[i].field, cases[i].year,
			cases[i].words, out, &err);
		if (strcmp(out, cases[i].out) != 0)
			print_message("%s: %s\n", cases[i].words, err.text);
		assert_string_equal(out, cases[i].out);
	}
}

static void test_entry__what_could_be_two_things_is_asked(void **state)
{
	static const char *const cases[][4] = {
		{"activity", "when", "15/4", "year="},
		{"activity", "when", "2/9 và 22/12/2025", "15/4/2025"},
		{"activity", "when", "15/4/2025 - 13/4/2025", "ends before"},
		{"activity", "when", "13/8/1926 - 13/8/2023", "15/4/2025"},
		{"activity", "when", "31/4/2025", "15/4/2025"},
		{"activity", "when", "tới 15/4/2025", "15/4/2025"},
		{"activity", "until", "15 - 17/4/2025", "one date"},
		{"legal-ref", "date", "15 - 17/4/2025", "one date"},
		{"legal-ref", "date", "dự kiến 15/4/2025", "15/4/2025"},
		{"activity", "people", "1,500", "1.500"},
		{"activity", "people", "3 hoặc 4", "1.500"},
		{"activity", "people", "02 số/năm", "1.500"},
		{"activity", "year", "20,25", "năm 2025"},
		{"aid", "committed", "1.500", "13,8 tỉ đồng"},
		{"aid", "committed", "1.500 XYZ", "13,8 tỉ đồng"},
		{"activity", "countries", "My", "(US)"},
		{"activity", "countries", "ao", "Áo"},
		{"activity", "countries", "Bi", "(BE)"},
		{"activity", "countries", "NGA", "Nga"},
		{"activity", "countries", "Lào; Sao Hỏa", "Sao Hỏa"},
		{"activity", "kind", "vui", "giao lưu"},
		{"cluster", "open_reading", "2", "không"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct nc_error err;
		char out[512];

		read_words(cases[i][0], cases[i][1], 0, cases[i][2], out, &err);
		assert_string_equal(out, "");
		if (strstr(err.text, cases[i][3]) == NULL)
			print_message("%s: %s\n", cases[i][2], err.text);
		assert_non_null(strstr(err.text, cases[i][3]));
	}
}

/* Every label means its field, or is asked; none means another. */
static void check_label(const struct nc_entity *entity,
	const struct nc_field *field, const char *label)
{
	const struct nc_field *found = NULL;
	struct nc_error err;
	enum nc_status status = nc_entry_field(entity, label, &found, &err);

	if (status == NC_OK && found != field)
		print_message("%s: \"%s\" of %s is %s\n", entity->name, label,
			field->name, found->name);
	/* A stable name goes before a label. */
	assert_true(status == NC_INVALID || found == field ||
		    strcmp(found->name, label) == 0);
}

static void test_entry__labels_are_their_fields(void **state)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t f = 0; f < entities[i].fields_count; f++) {
			const struct nc_field *field = &entities[i].fields[f];

			check_label(&entities[i], field, field->name);
			check_label(&entities[i], field, field->label_vi);
			check_label(&entities[i], field, field->label_en);
		}
}

/* No name or label of a choice is taken for another choice. */
static void test_entry__choices_are_told_apart(void **state)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);

	(void)state;
	for (size_t i = 0; i < count; i++)
		for (size_t f = 0; f < entities[i].fields_count; f++) {
			const struct nc_field *field = &entities[i].fields[f];

			for (const struct nc_choice *at = field->choices;
				at != NULL && at->name != NULL; at++) {
				const char *const words[] = {
					at->name, at->label_vi, at->label_en};

				for (size_t w = 0; w < 3; w++)
					assert_string_equal(
						tables_choice(field,
							nc_slice_text(
								words[w])),
						at->name);
			}
		}
}

static void test_entry__stored_dates_print_as_offices_write_them(void **state)
{
	static const char *const cases[][4] = {
		{"2025-04-15", "15/4/2025", "2025-04-15", "2025-04-15"},
		{"2025-01-05", "05/01/2025", "2025-01-05", "2025-01-05"},
		{"2025-04", "tháng 4/2025", "2025-04-01", "2025-04-30"},
		{"2025-02", "tháng 02/2025", "2025-02-01", "2025-02-28"},
		{"2025-Q2", "quý II/2025", "2025-04-01", "2025-06-30"},
		{"2025-Q4", "quý IV/2025", "2025-10-01", "2025-12-31"},
		{"2025-H1", "6 tháng đầu năm 2025", "2025-01-01", "2025-06-30"},
		{"2025-H2", "6 tháng cuối năm 2025", "2025-07-01",
			"2025-12-31"},
		{"2025", "năm 2025", "2025-01-01", "2025-12-31"},
		{"", "", "", ""},
		{"2025-99", "2025-99", "", ""},
		{"hôm nay", "hôm nay", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char out[NC_DATE_PRINTED_SIZE], day[NC_DAY_TEXT_SIZE];
		struct nc_error err;
		char typed[512], wanted[64];

		nc_date_stored_print(out, cases[i][0]);
		assert_string_equal(out, cases[i][1]);
		nc_day_format(day, nc_date_stored_first(cases[i][0]));
		assert_string_equal(day, cases[i][2]);
		nc_day_format(day, nc_date_stored_last(cases[i][0]));
		assert_string_equal(day, cases[i][3]);
		if (cases[i][2][0] == '\0')
			continue;
		/* What is printed is what can be typed. */
		read_words("activity", "when", 0, out, typed, &err);
		snprintf(wanted, sizeof(wanted), "when=%s;", cases[i][0]);
		assert_string_equal(typed, wanted);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_entry__words_are_values),
		cmocka_unit_test(test_entry__what_could_be_two_things_is_asked),
		cmocka_unit_test(test_entry__labels_are_their_fields),
		cmocka_unit_test(test_entry__choices_are_told_apart),
		cmocka_unit_test(
			test_entry__stored_dates_print_as_offices_write_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
