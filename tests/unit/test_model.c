/*
 * The model's table: that it is sound, and that what is said to follow from it
 * does: every field of every entity is kept, edited, merged, disputed and
 * folded anew like any other.
 */
#include "stores.h"

#include "base/file.h"
#include "base/limits.h"
#include "locale/countries.h"
#include "locale/money.h"
#include "model/numbers.h"

#include <inttypes.h>

#define FIELDS_MAX 64
#define FILE_MAX (1024 * 1024)

/* A name for messages: "aid.donors". */
static const char *full_name(
	const struct nc_entity *entity, const struct nc_field *field)
{
	static char text[128];

	snprintf(text, sizeof(text), "%s.%s", entity->name, field->name);
	return text;
}

static bool one_of(const char *name, const char *const *names)
{
	for (; *names != NULL; names++)
		if (strcmp(*names, name) == 0)
			return true;
	return false;
}

static void check_choices(const char *name, const struct nc_choice *choices)
{
	assert_non_null(choices);
	assert_non_null(choices[0].name);
	for (size_t i = 0; choices[i].name != NULL; i++) {
		assert_true(choices[i].label_vi[0] != '\0');
		assert_true(choices[i].label_en[0] != '\0');
		assert_int_equal(
			strspn(choices[i].name, "abcdefghijklmnopqrstuvwxyz-"),
			strlen(choices[i].name));
		for (size_t j = 0; j < i; j++)
			if (strcmp(choices[i].name, choices[j].name) == 0 ||
				strcmp(choices[i].label_vi,
					choices[j].label_vi) == 0 ||
				strcmp(choices[i].label_en,
					choices[j].label_en) == 0)
				fail_msg("%s: %s twice", name, choices[i].name);
	}
}

/* Columns and tables that the store has beside the model's (schema.c). */
static const char *const store_columns[] = {
	"number", "scope", "record", "state", "versions", NULL};
static const char *const store_tables[] = {"meta", "stream", "log", "fork",
	"checkpoint", "receipt", "witness", "peer", "tile", "scope", "conflict",
	"refusal", NULL};

static void check_field(
	const struct nc_entity *entity, const struct nc_field *field)
{
	const char *name = full_name(entity, field);
	bool refers = field->type == NC_TYPE_REFERENCE ||
		      field->type == NC_TYPE_REFERENCES;

	if (one_of(field->name, store_columns))
		fail_msg("%s is a column of the store's", name);
	if (field->label_vi[0] == '\0' || field->label_en[0] == '\0')
		fail_msg("%s has no label", name);
	if ((field->type == NC_TYPE_ENUM) != (field->choices != NULL))
		fail_msg("%s: choices", name);
	if (field->type == NC_TYPE_ENUM)
		check_choices(name, field->choices);
	if (entity->cluster && field->writer != NC_WRITER_CLUSTER)
		fail_msg("%s: writer", name);
	for (size_t i = 0; i < COUNT(field->refers); i++)
		if (field->refers[i] != 0 &&
			(!refers || nc_model_entity(field->refers[i]) == NULL))
			fail_msg("%s refers to nothing", name);
	if (field->type == NC_TYPE_REFERENCE)
		assert_true(field->min == 16 && field->max == 16);
}

static void test_model__table_is_sound(void **state)
{
	size_t count;
	const struct nc_entity *all = nc_model_entities(&count);

	(void)state;
	assert_int_equal(nc_model_version(), NC_MODEL_VERSION);
	for (size_t e = 0; e < count; e++) {
		const struct nc_entity *entity = &all[e];
		char table[64];

		assert_true(e == 0 || all[e - 1].number < entity->number);
		assert_ptr_equal(nc_model_entity(entity->number), entity);
		assert_ptr_equal(nc_model_entity_named(entity->name), entity);
		assert_false(one_of(entity->table, store_tables));
		assert_true(entity->fields_count <= FIELDS_MAX);
		snprintf(table, sizeof(table), "%s", entity->name);
		for (char *at = table; *at != '\0'; at++)
			*at = *at == '-' ? '_' : *at;
		assert_string_equal(entity->table, table);
		for (size_t f = 0; f < entity->fields_count; f++) {
			const struct nc_field *field = &entity->fields[f];

			check_field(entity, field);
			if (f > 0 && field[-1].number >= field->number)
				fail_msg("%s: its number",
					full_name(entity, field));
			assert_ptr_equal(
				nc_entity_field_named(entity, field->name),
				field);
			assert_ptr_equal(
				nc_entity_field(entity, field->number), field);
		}
	}
}

/* Where a file says "NC_AID_DONORS = 22,". */
static bool says_number(
	const char *text, const char *prefix, const struct nc_field *field)
{
	char line[128];

	snprintf(line, sizeof(line), "\tNC_%s_%s = %" PRIu32 ",", prefix,
		field->name, field->number);
	for (char *at = line + 4; *at != ' '; at++)
		if (*at >= 'a' && *at <= 'z')
			*at = (char)(*at - 'a' + 'A');
	return strstr(text, line) != NULL;
}

static void test_model__numbers_are_the_tables(void **state)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	size_t count, lines = 0, fields = 0;
	const struct nc_entity *all = nc_model_entities(&count);

	(void)state;
	nc_buffer_init(&text, FILE_MAX);
	must(nc_file_read(TEST_DATA "/../../common/model/numbers.h", &text,
		&fixture_error));
	for (size_t e = 0; e < count; e++) {
		const struct nc_entity *entity = &all[e];
		bool day = entity->number == NC_ENTITY_FIXED_DAY ||
			   entity->number == NC_ENTITY_ANNIVERSARY;
		bool plan = entity->number == NC_ENTITY_PLAN_ITEM;

		if (entity->number <= NC_ENTITY_HUB ||
			entity->number == NC_ENTITY_PLAN_LEAD)
			continue;
		for (size_t f = 0; f < entity->fields_count; f++) {
			const struct nc_field *field = &entity->fields[f];
			const char *string = nc_buffer_string(&text);

			if (plan && field->number < 15)
				continue;
			fields++;
			if (!says_number(string,
				    day	   ? "DAY"
				    : plan ? "PLAN"
					   : entity->table,
				    field) &&
				!says_number(string, "DOING", field) &&
				!says_number(string, "ANSWER", field))
				fail_msg("numbers.h lacks %s",
					full_name(entity, field));
		}
	}
	assert_true(fields > 300);
	/* And it names nothing twice. */
	for (const char *at = strstr(nc_buffer_string(&text), "\tNC_");
		at != NULL; at = strstr(at + 1, "\tNC_"))
		lines++;
	assert_true(lines > 250);
}

/* Words and what they are; NULL: refused. */
static const struct {
	enum nc_type type;
	const char *word, *value, *printed;
} words[] = {
	{NC_TYPE_COUNTRY, "LA", "LA", "LA"},
	{NC_TYPE_COUNTRY, "la", "LA", "LA"},
	{NC_TYPE_COUNTRY, " Lào ", "LA", "LA"},
	{NC_TYPE_COUNTRY, "Hàn Quốc", "KR", "KR"},
	{NC_TYPE_COUNTRY, "Thái Lan", "TH", "TH"},
	{NC_TYPE_COUNTRY, "ZZ", NULL, NULL},
	{NC_TYPE_COUNTRY, "Lào Cai", NULL, NULL},
	{NC_TYPE_COUNTRY, "Nga", "RU", "RU"}, /* not NGA, Nigeria */
	{NC_TYPE_COUNTRY, "fra", "FR", "FR"},
	{NC_TYPE_COUNTRY, "Lào; Thái Lan", NULL, NULL},
	{NC_TYPE_COUNTRIES, "Lào; Campuchia, TH", "LA\nKH\nTH", "LA\nKH\nTH"},
	{NC_TYPE_COUNTRIES, "LA\nKH", "LA\nKH", "LA\nKH"},
	{NC_TYPE_COUNTRIES, "Lào; LA", NULL, NULL},
	{NC_TYPE_COUNTRIES, "Lào; Ngũ Hành", NULL, NULL},
	{NC_TYPE_MONEY, "13,8 tỉ đồng", "13800000000 VND",
		"13.800.000.000 đồng"},
	{NC_TYPE_MONEY, "149.814 USD", "14981400 USD", "149.814 USD"},
	{NC_TYPE_MONEY, "1.234,56 EUR", "123456 EUR", "1.234,56 EUR"},
	{NC_TYPE_MONEY, "25 triệu", "25000000 VND", "25.000.000 đồng"},
	{NC_TYPE_MONEY, "0 đồng", "0 VND", "0 đồng"},
	{NC_TYPE_MONEY, "khoảng 25 triệu đồng", NULL, NULL},
	{NC_TYPE_MONEY, "70 triệu đồng/căn", NULL, NULL},
	{NC_TYPE_MONEY, "5 - 7 triệu đồng", NULL, NULL},
	{NC_TYPE_MONEY, "nhiều", NULL, NULL},
	{NC_TYPE_REFERENCES, "0190ab12-0000-7000-8000-0000000000ff",
		"0190ab12-0000-7000-8000-0000000000ff",
		"0190ab12-0000-7000-8000-0000000000ff"},
	{NC_TYPE_REFERENCES,
		"0190ab12-0000-7000-8000-0000000000ff,"
		"0190ab12-0000-7000-8000-0000000000fe",
		NULL,
		"0190ab12-0000-7000-8000-0000000000ff; "
		"0190ab12-0000-7000-8000-0000000000fe"},
	{NC_TYPE_REFERENCES,
		"0190ab12-0000-7000-8000-0000000000ff "
		"0190ab12-0000-7000-8000-0000000000ff",
		NULL, NULL},
	{NC_TYPE_REFERENCES, "0190ab12", NULL, NULL},
};

static void test_model__words_become_values_and_words_again(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		struct nc_field field = {.name = "x", .type = words[i].type};
		struct nc_buffer printed NC_AUTO(nc_buffer_fini) = {0};
		struct nc_value value, again;
		struct nc_arena arena;
		enum nc_status status;

		field.max = field.type == NC_TYPE_REFERENCES ? 4096 : 0;
		nc_arena_init(&arena, 1 << 20);
		nc_buffer_init(&printed, 4096);
		status = nc_field_parse(
			&field, words[i].word, &arena, &value, &fixture_error);
		if ((status == NC_OK) != (words[i].printed != NULL))
			fail_msg("\"%s\": %s", words[i].word,
				status == NC_OK ? "accepted"
						: fixture_error.text);
		if (status == NC_OK) {
			if (value.kind == NC_VALUE_TEXT)
				assert_true(nc_slice_equal(value.bytes,
					nc_slice_text(words[i].value)));
			must(nc_field_print(&field, &value, &printed));
			assert_string_equal(
				nc_buffer_string(&printed), words[i].printed);
			must(nc_field_parse(&field, nc_buffer_string(&printed),
				&arena, &again, &fixture_error));
			assert_true(nc_value_equal(&value, &again));
		} else {
			assert_int_equal(status, NC_INVALID);
		}
		nc_arena_fini(&arena);
	}
}

/* The fold asks for the form alone: values of a newer program's lists fit. */
static void test_model__fold_asks_for_the_form(void **state)
{
	static const struct {
		enum nc_type type;
		const char *value;
		bool fits, known;
	} cases[] = {
		{NC_TYPE_COUNTRY, "XQ", true, false},
		{NC_TYPE_COUNTRY, "LA", true, true},
		{NC_TYPE_COUNTRY, "la", false, false},
		{NC_TYPE_COUNTRY, "LAO", false, false},
		{NC_TYPE_COUNTRY, "", false, false},
		{NC_TYPE_COUNTRIES, "LA\nXQ", true, false},
		{NC_TYPE_COUNTRIES, "LA\nKH", true, true},
		{NC_TYPE_COUNTRIES, "LA\nLA", false, false},
		{NC_TYPE_COUNTRIES, "LA\n", false, false},
		{NC_TYPE_COUNTRIES, "LA KH", false, false},
		{NC_TYPE_COUNTRIES, "", false, false},
		{NC_TYPE_MONEY, "5 XQX", true, false},
		{NC_TYPE_MONEY, "9223372036854775807 VND", true, true},
		{NC_TYPE_MONEY, "9223372036854775808 VND", false, false},
		{NC_TYPE_MONEY, "05 VND", false, false},
		{NC_TYPE_MONEY, "-5 VND", false, false},
		{NC_TYPE_MONEY, "5VND", false, false},
		{NC_TYPE_MONEY, " VND", false, false},
		{NC_TYPE_MONEY, "5 vnd", false, false},
		{NC_TYPE_MONEY, "", false, false},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nc_field field = {.name = "x", .type = cases[i].type};
		struct nc_value value = nc_value_text(cases[i].value);

		if ((nc_field_fits(&field, &value, NULL) == NC_OK) !=
				cases[i].fits ||
			(nc_field_check(&field, &value, NULL) == NC_OK) !=
				cases[i].known)
			fail_msg("\"%s\"", cases[i].value);
	}
}

static void test_model__references_of_a_value(void **state)
{
	struct nc_field field = {
		.name = "x", .type = NC_TYPE_REFERENCES, .min = 16, .max = 64};
	uint8_t bytes[80] = {0};
	struct nc_value value;
	struct nc_id id;

	(void)state;
	for (size_t i = 0; i < 5; i++)
		bytes[16 * i + 3] = (uint8_t)(i + 1);
	for (size_t size = 0; size <= sizeof(bytes); size++) {
		value = nc_value_bytes(bytes, size);
		assert_int_equal(nc_field_fits(&field, &value, NULL) == NC_OK,
			size > 0 && size <= 64 && size % 16 == 0);
	}
	value = nc_value_bytes(bytes, 32);
	assert_true(nc_references_at(&value, 1, &id));
	assert_int_equal(id.bytes[3], 2);
	assert_false(nc_references_at(&value, 2, &id));
	bytes[19] = 1;
	assert_int_equal(nc_field_fits(&field, &value, NULL), NC_INVALID);
	assert_true(nc_field_refers_to(&field, NC_ENTITY_AID));
	field.refers[0] = NC_ENTITY_PARTNER;
	assert_true(nc_field_refers_to(&field, NC_ENTITY_PARTNER));
	assert_false(nc_field_refers_to(&field, NC_ENTITY_AID));
}

/*
 * A value that fits the field; another for each turn, so that turns differ.
 * The bytes are the arena's.
 */
static struct nc_value value_of(
	const struct nc_field *field, unsigned turn, struct nc_arena *arena)
{
	static const char *const countries[] = {"LA", "KH", "JP"};
	static const char *const lists[] = {"LA\nKH", "TH", "FR\nDE\nLA"};
	static const char *const dates[] = {"2024", "2024-Q2", "2024-12-02"};
	static const char *const ranks[] = {"V", "Vz", "b5"};
	size_t choices = 0, size;
	char text[64];
	uint8_t *bytes;

	assert_true(turn < 3);
	switch (field->type) {
	case NC_TYPE_INTEGER:
	case NC_TYPE_BOOLEAN:
	case NC_TYPE_TIME:
		return nc_value_integer(field->max - field->min < 2
						? field->min + turn % 2
						: field->min + (int64_t)turn);
	case NC_TYPE_ENUM:
		while (field->choices[choices].name != NULL)
			choices++;
		return nc_value_text(field->choices[turn % choices].name);
	case NC_TYPE_COUNTRY:
		return nc_value_text(countries[turn]);
	case NC_TYPE_COUNTRIES:
		return nc_value_text(lists[turn]);
	case NC_TYPE_DATE:
		return nc_value_text(dates[turn]);
	case NC_TYPE_RANK:
		return nc_value_text(ranks[turn]);
	case NC_TYPE_MONEY:
		snprintf(text, sizeof(text), "%u USD", 14981400 + turn);
		break;
	case NC_TYPE_TEXT:
		snprintf(text, sizeof(text), "Gặp %u", turn);
		break;
	case NC_TYPE_LIST:
		snprintf(text, sizeof(text), "Lào %u\nđồng", turn);
		break;
	default:
		size = field->type == NC_TYPE_REFERENCES
			       ? 16 * ((size_t)turn + 1)
			       : (size_t)field->max;
		bytes = nc_arena_alloc(arena, size);
		assert_non_null(bytes);
		for (size_t i = 0; i < size; i++)
			bytes[i] = (uint8_t)(i * 7 + turn + 1);
		return nc_value_bytes(bytes, size);
	}
	return nc_value_text(nc_arena_text(arena, text, strlen(text)));
}

/* All fields of the entity that this side writes. */
static size_t fields_of(const struct nc_entity *entity, enum nc_writer writer,
	unsigned turn, struct nc_arena *arena,
	struct nc_field_change fields[FIELDS_MAX])
{
	size_t count = 0;

	for (size_t f = 0; f < entity->fields_count; f++) {
		const struct nc_field *field = &entity->fields[f];

		if (field->writer != writer)
			continue;
		fields[count].field = field->number;
		fields[count].value = value_of(field, turn, arena);
		fields[count].replaces = NULL;
		fields[count].replaces_count = 0;
		count++;
	}
	return count;
}

struct desks {
	struct fixture_world world;
	struct fixture_replica hub, a, b;
	struct nc_arena arena;
};

static int desks_open(void **state)
{
	struct desks *desks = calloc(1, sizeof(*desks));
	struct nc_id union_id;

	assert_non_null(desks);
	desks->world.random = 4;
	desks->world.now_ms = 1700000000000;
	nc_arena_init(&desks->arena, 64 << 20);
	fixture_found(&desks->hub, &desks->world);
	union_id = fixture_union(&desks->hub, "khanh-hoa");
	fixture_join(&desks->hub, &desks->a, &desks->world, &union_id);
	fixture_join(&desks->hub, &desks->b, &desks->world, &union_id);
	must(fixture_sync(&desks->hub, &desks->a));
	*state = desks;
	return 0;
}

static int desks_close(void **state)
{
	struct desks *desks = *state;

	fixture_close(&desks->hub);
	fixture_close(&desks->a);
	fixture_close(&desks->b);
	nc_arena_fini(&desks->arena);
	free(desks);
	return 0;
}

/* Everybody's, with the fold made anew on the way. */
static void all_agree(struct desks *desks)
{
	struct nc_id cluster = desks->hub.store->identity.cluster;

	must(fixture_sync(&desks->hub, &desks->a));
	must(fixture_sync(&desks->hub, &desks->b));
	must(fixture_sync(&desks->hub, &desks->a));
	must(nc_store_rebuild(desks->b.store, NULL, &fixture_error));
	stores_same(&desks->a, &desks->b, &desks->a.union_id);
	stores_same(&desks->a, &desks->hub, &desks->a.union_id);
	stores_same(&desks->a, &desks->hub, &cluster);
	must(nc_store_verify(desks->a.store, NULL, &fixture_error));
	must(nc_store_verify(desks->hub.store, NULL, &fixture_error));
}

static void write_turn(struct desks *desks, struct fixture_replica *at,
	const struct nc_entity *entity, enum nc_writer writer,
	const struct nc_id *id, unsigned turn)
{
	struct nc_author author = fixture_author(at);
	struct nc_field_change fields[FIELDS_MAX];
	struct nc_record_change change = {
		.record = *id, .entity = entity->number, .fields = fields};
	struct nc_written written;

	change.fields_count =
		fields_of(entity, writer, turn, &desks->arena, fields);
	if (nc_author_save(at->store, &author,
		    entity->cluster ? &at->store->identity.cluster
				    : &desks->a.union_id,
		    &change, 1, &written, &fixture_error) != NC_OK)
		fail_msg("%s: %s", entity->name, fixture_error.text);
}

static struct nc_record read_one(struct desks *desks,
	struct fixture_replica *at, const struct nc_entity *entity,
	const struct nc_id *id)
{
	struct nc_record record;

	must(nc_record_get(at->store, entity,
		entity->cluster ? &at->store->identity.cluster
				: &desks->a.union_id,
		id, &desks->arena, &record, &fixture_error));
	return record;
}

static void holds_turn(struct desks *desks, struct fixture_replica *at,
	const struct nc_entity *entity, enum nc_writer writer,
	const struct nc_id *id, unsigned turn)
{
	struct nc_record record = read_one(desks, at, entity, id);

	assert_false(record.gone);
	assert_false(record.conflicts);
	for (size_t f = 0; f < entity->fields_count; f++) {
		const struct nc_field *field = &entity->fields[f];
		struct nc_value want, has;

		if (field->writer != writer)
			continue;
		want = value_of(field, turn, &desks->arena);
		has = nc_record_value(&record, field->number);
		if (!nc_value_equal(&want, &has))
			fail_msg("%s is another", full_name(entity, field));
	}
}

/* Entities whose records a test may invent: not those that say who belongs. */
static bool is_free(const struct nc_entity *entity)
{
	return !entity->cluster || entity->number > NC_ENTITY_HUB;
}

static void test_model__every_field_is_kept_and_edited(void **state)
{
	struct desks *desks = *state;
	size_t count;
	const struct nc_entity *all = nc_model_entities(&count);
	struct nc_id ids[64];

	for (size_t e = 0; e < count; e++) {
		struct fixture_replica *at =
			all[e].cluster ? &desks->hub : &desks->a;
		enum nc_writer writer =
			all[e].cluster ? NC_WRITER_CLUSTER : NC_WRITER_UNION;

		if (!is_free(&all[e]))
			continue;
		ids[e] = nc_id_new(&desks->hub.env);
		write_turn(desks, at, &all[e], writer, &ids[e], 0);
		holds_turn(desks, at, &all[e], writer, &ids[e], 0);
		write_turn(desks, at, &all[e], writer, &ids[e], 1);
	}
	all_agree(desks);
	for (size_t e = 0; e < count; e++) {
		enum nc_writer writer =
			all[e].cluster ? NC_WRITER_CLUSTER : NC_WRITER_UNION;

		if (!is_free(&all[e]))
			continue;
		holds_turn(desks, &desks->a, &all[e], writer, &ids[e], 1);
		holds_turn(desks, &desks->b, &all[e], writer, &ids[e], 1);
		holds_turn(desks, &desks->hub, &all[e], writer, &ids[e], 1);
	}
	assert_int_equal(stores_counts(&desks->hub).refusals, 0);
}

/* The field shows this on both replicas, and whether there is another. */
static void shows(const struct nc_entity *entity, const struct nc_field *field,
	const struct nc_record *one, const struct nc_record *other,
	const struct nc_value *value, bool disputed)
{
	struct nc_value a = nc_record_value(one, field->number);
	struct nc_value b = nc_record_value(other, field->number);

	if (!nc_value_equal(&a, value) || !nc_value_equal(&b, value) ||
		nc_row_field_conflicts(&one->row, field->number) != disputed ||
		nc_row_field_conflicts(&other->row, field->number) != disputed)
		fail_msg("%s: its conflict", full_name(entity, field));
}

/* Both desks write every field, neither having seen the other's. */
static struct nc_id dispute(struct desks *desks, const struct nc_entity *entity)
{
	struct nc_id id = nc_id_new(&desks->a.env);
	struct nc_record one, other;

	write_turn(desks, &desks->a, entity, NC_WRITER_UNION, &id, 0);
	must(fixture_sync(&desks->hub, &desks->a));
	must(fixture_sync(&desks->hub, &desks->b));
	desks->world.now_ms += 1000;
	write_turn(desks, &desks->a, entity, NC_WRITER_UNION, &id, 1);
	desks->world.now_ms += 1000;
	write_turn(desks, &desks->b, entity, NC_WRITER_UNION, &id, 2);
	must(fixture_sync(&desks->hub, &desks->a));
	must(fixture_sync(&desks->hub, &desks->b));
	must(fixture_sync(&desks->hub, &desks->a));
	one = read_one(desks, &desks->a, entity, &id);
	other = read_one(desks, &desks->b, entity, &id);
	for (size_t f = 0; f < entity->fields_count; f++) {
		const struct nc_field *field = &entity->fields[f];
		struct nc_value base, mine, theirs;

		if (field->writer != NC_WRITER_UNION)
			continue;
		base = value_of(field, 0, &desks->arena);
		mine = value_of(field, 1, &desks->arena);
		theirs = value_of(field, 2, &desks->arena);
		/* Of two choices, the other desk's is what stood there: it
		 * said nothing. */
		if (nc_value_equal(&base, &theirs))
			shows(entity, field, &one, &other, &mine, false);
		else
			shows(entity, field, &one, &other, &theirs, true);
	}
	return id;
}

static void end_dispute(struct desks *desks, const struct nc_entity *entity,
	const struct nc_id *id)
{
	struct nc_author author = fixture_author(&desks->a);
	struct nc_record record = read_one(desks, &desks->a, entity, id);
	struct nc_written written;

	assert_true(record.conflicts);
	must(nc_author_resolve(desks->a.store, &author, &record, NULL, false,
		&written, &fixture_error));
	must(fixture_sync(&desks->hub, &desks->a));
	must(fixture_sync(&desks->hub, &desks->b));
	record = read_one(desks, &desks->b, entity, id);
	assert_false(record.conflicts);
}

static void test_model__every_field_is_disputed_and_settled(void **state)
{
	struct desks *desks = *state;
	struct nc_id id;
	size_t count;
	const struct nc_entity *all = nc_model_entities(&count);

	for (size_t e = 0; e < count; e++) {
		if (all[e].cluster)
			continue;
		id = dispute(desks, &all[e]);
		end_dispute(desks, &all[e], &id);
	}
	all_agree(desks);
}

/* A reference may be written before what it points to is here. */
static void test_model__reference_to_what_is_not_here_yet(void **state)
{
	struct desks *desks = *state;
	const struct nc_entity *aid = nc_model_entity(NC_ENTITY_AID);
	const struct nc_entity *partner = nc_model_entity(NC_ENTITY_PARTNER);
	struct nc_author author = fixture_author(&desks->a);
	struct nc_id donor = nc_id_new(&desks->b.env), found;
	struct nc_field_change fields[] = {
		{NC_DOING_YEAR, nc_value_integer(2024), NULL, 0},
		{NC_DOING_TITLE, nc_value_text("Nước sạch"), NULL, 0},
		{NC_AID_FORM, nc_value_text("project"), NULL, 0},
		{NC_AID_DONORS, nc_value_bytes(donor.bytes, NC_ID_SIZE), NULL,
			0},
	};
	struct nc_record_change change = {.record = nc_id_new(&desks->a.env),
		.entity = NC_ENTITY_AID,
		.fields = fields,
		.fields_count = COUNT(fields)};
	struct nc_written written;
	struct nc_record record;
	struct nc_value value;

	must(nc_author_save(desks->a.store, &author, &desks->a.union_id,
		&change, 1, &written, &fixture_error));
	must(fixture_sync(&desks->hub, &desks->a));
	write_turn(desks, &desks->b, partner, NC_WRITER_UNION, &donor, 0);
	all_agree(desks);
	record = read_one(desks, &desks->b, aid, &change.record);
	value = nc_record_value(&record, NC_AID_DONORS);
	assert_true(nc_references_at(&value, 0, &found));
	holds_turn(desks, &desks->a, partner, NC_WRITER_UNION, &found, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_model__table_is_sound),
		cmocka_unit_test(test_model__numbers_are_the_tables),
		cmocka_unit_test(
			test_model__words_become_values_and_words_again),
		cmocka_unit_test(test_model__fold_asks_for_the_form),
		cmocka_unit_test(test_model__references_of_a_value),
		cmocka_unit_test_setup_teardown(
			test_model__every_field_is_kept_and_edited, desks_open,
			desks_close),
		cmocka_unit_test_setup_teardown(
			test_model__every_field_is_disputed_and_settled,
			desks_open, desks_close),
		cmocka_unit_test_setup_teardown(
			test_model__reference_to_what_is_not_here_yet,
			desks_open, desks_close),
	};

	if (nc_trust_start(&fixture_error) != NC_OK)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
