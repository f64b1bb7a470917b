#include "command/words.h"
#include "base/limits.h"
#include "command/console.h"
#include "command/view.h"
#include "command/json.h"
#include "intake/entry.h"
#include "locale/date.h"
#include "locale/text.h"
#include "store/records.h"

#include <stdio.h>
#include <string.h>

#define WORDS_ARENA_MAX (16 * 1024 * 1024)

void nc_words_init(struct nc_words *words, const struct nc_entity *entity)
{
	memset(words, 0, sizeof(*words));
	nc_arena_init(&words->arena, WORDS_ARENA_MAX);
	words->entity = entity;
}

void nc_words_fini(struct nc_words *words)
{
	nc_arena_fini(&words->arena);
}

const struct nc_field_change *nc_words_find(
	const struct nc_words *words, uint32_t field)
{
	for (size_t i = 0; i < words->count; i++)
		if (words->fields[i].field == field)
			return &words->fields[i];
	return NULL;
}

struct nc_slice nc_words_text(const struct nc_words *words, uint32_t field)
{
	const struct nc_field_change *change = nc_words_find(words, field);

	if (change == NULL || change->value.kind != NC_VALUE_TEXT)
		return nc_slice("", 0);
	return change->value.bytes;
}

/* In its place, ascending. */
static enum nc_status words_insert(struct nc_words *words, uint32_t field,
	struct nc_value value, struct nc_error *err)
{
	size_t at = words->count;

	if (words->fields == NULL)
		words->fields = nc_arena_array(&words->arena,
			NC_RECORD_FIELDS_MAX, sizeof(*words->fields));
	if (words->fields == NULL)
		return nc_error_no_memory(err);
	NC_ASSERT(words->count < NC_RECORD_FIELDS_MAX);
	for (; at > 0 && words->fields[at - 1].field > field; at--)
		words->fields[at] = words->fields[at - 1];
	memset(&words->fields[at], 0, sizeof(*words->fields));
	words->fields[at].field = field;
	words->fields[at].value = value;
	words->count++;
	return NC_OK;
}

enum nc_status nc_words_set_text(struct nc_words *words, uint32_t field,
	const char *text, struct nc_error *err)
{
	const char *copy = nc_arena_text(&words->arena, text, strlen(text));

	if (copy == NULL)
		return nc_error_no_memory(err);
	return words_insert(words, field, nc_value_text(copy), err);
}

enum nc_status nc_words_set_integer(struct nc_words *words, uint32_t field,
	int64_t integer, struct nc_error *err)
{
	return words_insert(words, field, nc_value_integer(integer), err);
}

static bool is_said(const struct nc_words *words, const struct nc_field *field)
{
	for (size_t i = 0; i < words->said_count; i++)
		if (words->said[i] == field)
			return true;
	return false;
}

static enum nc_status say(struct nc_words *words, const struct nc_field *field,
	struct nc_value value, struct nc_error *err)
{
	if (words->said == NULL)
		words->said = nc_arena_array(&words->arena,
			NC_RECORD_FIELDS_MAX, sizeof(const struct nc_field *));
	if (words->said == NULL)
		return nc_error_no_memory(err);
	words->said[words->said_count++] = field;
	return words_insert(words, field->number, value, err);
}

/* One "field=value", taken apart. */
struct typed {
	const struct nc_field *field;
	const char *words;
};

static enum nc_status take_apart(struct nc_words *words, const char *text,
	struct typed *ret_typed, struct nc_error *err)
{
	const char *equals = strchr(text, '=');
	struct nc_slice name;
	const char *copy;

	if (equals == NULL)
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is not of the form field=value; put a value "
			  "with spaces in quotes."),
			text);
	name = nc_text_trim(nc_slice(text, (size_t)(equals - text)));
	copy = nc_arena_text(&words->arena, (const char *)name.data, name.size);
	if (copy == NULL)
		return nc_error_no_memory(err);
	ret_typed->words = equals + 1;
	return nc_entry_field(words->entity, copy, &ret_typed->field, err);
}

static enum nc_status check_target(const struct nc_field *field,
	const char *digits, const struct nc_record *record,
	struct nc_error *err)
{
	if (record->gone)
		return nc_error_set(err, NC_INVALID,
			_("The record %s is deleted; %s needs one that is "
			  "there, and list shows which there are."),
			digits, field->name);
	if (!nc_field_refers_to(field, record->entity->number))
		return nc_error_set(err, NC_INVALID,
			_("%s is a record of the kind %s, which %s cannot "
			  "point to; list shows the ids of others."),
			digits, record->entity->name, field->name);
	return NC_OK;
}

/* One id, whole, for its first digits. A whole one may be of a record that
 * has not arrived yet. */
static enum nc_status whole_id(struct nc_words *words,
	const struct nc_field *field, struct nc_slice digits,
	struct nc_buffer *out, struct nc_error *err)
{
	const char *text = nc_arena_text(
		&words->arena, (const char *)digits.data, digits.size);
	char whole[NC_ID_TEXT_SIZE];
	struct nc_record record;
	struct nc_id id;
	enum nc_status status;

	if (text == NULL)
		return nc_error_no_memory(err);
	if (words->store == NULL || nc_id_parse(&id, text))
		return nc_buffer_text(out, text);
	if (text[strspn(text, "0123456789abcdefABCDEF-")] != '\0')
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" is not the id of a record, which %s holds; "
			  "write its first digits as list prints them, such as "
			  "0190ab12."),
			text, field->name);
	status =
		nc_record_find(words->store, text, &words->arena, &record, err);
	if (status == NC_NOT_FOUND)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no record \"%s\" for %s; write the first "
			  "digits of an id as list prints them, such as "
			  "0190ab12."),
			text, field->name);
	if (status == NC_OK)
		status = check_target(field, text, &record, err);
	if (status != NC_OK)
		return status;
	nc_id_format(whole, &record.id);
	return nc_buffer_text(out, whole);
}

/* References by short ids become whole ones. */
static enum nc_status whole_ids(
	struct nc_words *words, struct typed *typed, struct nc_error *err)
{
	static const char between[] = ";, \t\n";
	struct nc_buffer ids NC_AUTO(nc_buffer_fini) = {0};
	const char *at = typed->words;
	enum nc_status status = NC_OK;

	if (typed->field->type != NC_TYPE_REFERENCE &&
		typed->field->type != NC_TYPE_REFERENCES)
		return NC_OK;
	nc_buffer_init(&ids, WORDS_ARENA_MAX);
	for (at += strspn(at, between); *at != '\0' && status == NC_OK;
		at += strspn(at, between)) {
		size_t size = strcspn(at, between);

		if (ids.size > 0)
			status = nc_buffer_text(&ids, ";");
		if (status == NC_OK)
			status = whole_id(words, typed->field,
				nc_slice(at, size), &ids, err);
		at += size;
	}
	if (status == NC_OK)
		typed->words = nc_arena_text(
			&words->arena, nc_buffer_string(&ids), ids.size);
	if (status == NC_NO_MEMORY || typed->words == NULL)
		return nc_error_no_memory(err);
	return status;
}

/* What one word says of fields beside its own, kept until all are read. */
struct beside {
	const struct nc_field *by; /* the field that was typed */
	struct nc_entry_value value;
};

struct reading {
	struct nc_words *words;
	struct beside *beside;
	size_t beside_count;
};

static enum nc_status read_typed(
	struct reading *reading, struct typed *typed, struct nc_error *err)
{
	struct nc_words *words = reading->words;
	struct nc_entry_value values[NC_ENTRY_VALUES_MAX];
	struct nc_entry entry = {.entity = words->entity,
		.field = typed->field,
		.year = words->year,
		.arena = &words->arena};
	size_t count = 0;
	enum nc_status status;

	if (is_said(words, typed->field))
		return nc_error_set(err, NC_INVALID,
			_("%s was given twice; give it once."),
			typed->field->name);
	status = whole_ids(words, typed, err);
	entry.words = typed->words;
	if (status == NC_OK)
		status = nc_entry_read(&entry, values, &count, err);
	if (status == NC_OK)
		status = say(words, typed->field, values[0].value, err);
	for (size_t i = 1; i < count && status == NC_OK; i++)
		reading->beside[reading->beside_count++] =
			(struct beside){typed->field, values[i]};
	return status;
}

static bool same_value(const struct nc_value *a, const struct nc_value *b)
{
	return a->kind == b->kind &&
	       (a->kind == NC_VALUE_INTEGER
			       ? a->integer == b->integer
			       : nc_slice_equal(a->bytes, b->bytes));
}

/* What was given by name stands; two that differ are refused. */
static enum nc_status take_beside(struct nc_words *words,
	const struct beside *beside, struct nc_error *err)
{
	const struct nc_field *field = beside->value.field;
	const struct nc_field_change *given =
		nc_words_find(words, field->number);
	bool printed = strcmp(field->name, "when_words") == 0;

	if (printed && words->filter)
		return NC_OK;
	if (given == NULL)
		return say(words, field, beside->value.value, err);
	if (printed || same_value(&given->value, &beside->value.value))
		return NC_OK;
	return nc_error_set(err, NC_INVALID,
		_("%s is given, and the words of %s say another; write it in "
		  "one of the two."),
		field->name, beside->by->name);
}

/* The year of the words, which dates without one are of, comes first. */
static enum nc_status read_all(struct reading *reading, struct typed *typed,
	size_t count, struct nc_error *err)
{
	struct nc_words *words = reading->words;
	enum nc_status status = NC_OK;

	for (int others = 0; others < 2; others++)
		for (size_t i = 0; i < count && status == NC_OK; i++) {
			bool year = strcmp(typed[i].field->name, "year") == 0;

			if (year == (others == 1))
				continue;
			status = read_typed(reading, &typed[i], err);
			if (status == NC_OK && year)
				words->year = (unsigned)nc_words_find(
					words, typed[i].field->number)
						      ->value.integer;
		}
	for (size_t i = 0; i < reading->beside_count && status == NC_OK; i++)
		status = take_beside(words, &reading->beside[i], err);
	return status;
}

enum nc_status nc_words_parse(struct nc_words *words, const char *const *texts,
	size_t count, struct nc_error *err)
{
	struct reading reading = {.words = words};
	struct typed *typed;
	enum nc_status status = NC_OK;

	typed = nc_arena_array(&words->arena, count + 1, sizeof(*typed));
	reading.beside = nc_arena_array(&words->arena,
		(count + 1) * NC_ENTRY_VALUES_MAX, sizeof(*reading.beside));
	if (typed == NULL || reading.beside == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = take_apart(words, texts[i], &typed[i], err);
	return status == NC_OK ? read_all(&reading, typed, count, err) : status;
}

/* A date's text as it will stand; "" when there is none. */
static const char *date_of(struct nc_words *words,
	const struct nc_record *record, const struct nc_field *field)
{
	const struct nc_field_change *change =
		nc_words_find(words, field->number);
	struct nc_value value = nc_value_absent();

	if (change != NULL)
		value = change->value;
	else if (record != NULL)
		value = nc_record_value(record, field->number);
	return value.kind != NC_VALUE_TEXT
		       ? ""
		       : nc_arena_text(&words->arena,
				 (const char *)value.bytes.data,
				 value.bytes.size);
}

enum nc_status nc_words_check(struct nc_words *words,
	const struct nc_record *record, struct nc_error *err)
{
	const struct nc_field *when =
		nc_entity_field_named(words->entity, "when");
	const struct nc_field *until =
		nc_entity_field_named(words->entity, "until");
	const char *from, *to;
	struct nc_day first, last;

	if (when == NULL || until == NULL ||
		(!is_said(words, when) && !is_said(words, until)))
		return NC_OK;
	from = date_of(words, record, when);
	to = date_of(words, record, until);
	if (from == NULL || to == NULL)
		return nc_error_no_memory(err);
	first = nc_date_stored_first(from);
	last = nc_date_stored_last(to);
	if (first.year == 0 || last.year == 0 ||
		nc_day_compare(first, last) <= 0)
		return NC_OK;
	return nc_error_set(err, NC_INVALID,
		_("The end (until, %s) would be before the beginning (when, "
		  "%s); give both, as in when=\"15 - 17/4/2025\", or until= "
		  "alone to clear the end."),
		to, from);
}

static bool is_plain(const struct nc_field *field)
{
	return (field->type == NC_TYPE_TEXT &&
		       strcmp(field->name, "when_words") != 0) ||
	       field->type == NC_TYPE_LIST || field->type == NC_TYPE_RANK ||
	       field->type == NC_TYPE_BYTES;
}

static enum nc_status print_said(const struct nc_words *words,
	const struct nc_field *field, struct nc_view *view,
	struct nc_error *err)
{
	const struct nc_field_change *change =
		nc_words_find(words, field->number);
	const char *value;

	if (change == NULL || is_plain(field))
		return NC_OK;
	value = nc_view_value(view, field, &change->value);
	if (value == NULL)
		return nc_error_no_memory(err);
	nc_console_print(
		"  %s (%s): %s\n", nc_field_label(field), field->name, value);
	return NC_OK;
}

/* The record keeps what was said beside the value before. */
static enum nc_status note_kept(const struct nc_words *words,
	const struct nc_record *record, const char *name, struct nc_view *view,
	struct nc_error *err)
{
	const struct nc_field *field =
		nc_entity_field_named(words->entity, name);
	struct nc_value value;
	const char *shown;

	if (field == NULL || is_said(words, field))
		return NC_OK;
	value = nc_record_value(record, field->number);
	if (value.kind == NC_VALUE_ABSENT)
		return NC_OK;
	shown = nc_view_value(view, field, &value);
	if (shown == NULL)
		return nc_error_no_memory(err);
	nc_console_note(_("%s (%s) stays \"%s\"; %s= alone clears it."),
		nc_field_label(field), field->name, shown, field->name);
	return NC_OK;
}

static enum nc_status note_beside(const struct nc_words *words,
	const struct nc_record *record, const struct nc_field *field,
	struct nc_view *view, struct nc_error *err)
{
	char qualifier[64];
	enum nc_status status = NC_OK;

	if (strcmp(field->name, "when") == 0) {
		status = note_kept(words, record, "until", view, err);
		if (status == NC_OK)
			status = note_kept(
				words, record, "when_words", view, err);
	} else if (field->type == NC_TYPE_INTEGER) {
		snprintf(qualifier, sizeof(qualifier), "%s%s",
			strcmp(field->name, "min") == 0 ? "" : field->name,
			strcmp(field->name, "min") == 0 ? "qualifier"
							: "_qualifier");
		status = note_kept(words, record, qualifier, view, err);
	}
	return status;
}

enum nc_status nc_words_print(const struct nc_words *words,
	const struct nc_record *record, const struct nc_call *call,
	struct nc_error *err)
{
	struct nc_view view;
	enum nc_status status = NC_OK;

	nc_view_init(&view, call);
	for (size_t i = 0; i < words->said_count && status == NC_OK; i++)
		status = print_said(words, words->said[i], &view, err);
	for (size_t i = 0;
		i < words->said_count && record != NULL && status == NC_OK; i++)
		status = note_beside(words, record, words->said[i], &view, err);
	nc_view_fini(&view);
	return status;
}

/* "plan-item, plan-lead, submission" */
static void list_entities(bool cluster_too, char *out, size_t out_size)
{
	size_t count, used = 0;
	const struct nc_entity *entities = nc_model_entities(&count);

	out[0] = '\0';
	for (size_t i = 0; i < count; i++) {
		if (entities[i].cluster && !cluster_too)
			continue;
		snprintf(out + used, out_size - used, "%s%s",
			used == 0 ? "" : ", ", entities[i].name);
		used = strlen(out);
	}
}

enum nc_status nc_words_entity(const char *name, bool cluster_too,
	const struct nc_entity **ret_entity, struct nc_error *err)
{
	const struct nc_entity *entity = nc_model_entity_named(name);
	char names[768];

	list_entities(cluster_too, names, sizeof(names));
	if (entity == NULL)
		return nc_error_set(err, NC_INVALID,
			_("There is no kind of record called \"%s\"; there "
			  "are: %s."),
			name, names);
	if (entity->cluster && !cluster_too)
		return nc_error_set(err, NC_DENIED,
			_("%s is the cluster's to write, at the hub; a union "
			  "writes: %s."),
			entity->name, names);
	*ret_entity = entity;
	return NC_OK;
}

/* What add fills in by itself. */
static bool is_supplied(const struct nc_field *field)
{
	return strcmp(field->name, "rank") == 0 ||
	       strcmp(field->name, "level") == 0;
}

static void print_field(const struct nc_field *field)
{
	const struct nc_choice *choice = field->choices;

	printf("    %s%s: %s", field->name,
		field->required && !is_supplied(field) ? " *" : "",
		nc_field_label(field));
	for (; choice != NULL && choice->name != NULL; choice++)
		printf("%s%s (%s)", choice == field->choices ? ": " : ", ",
			choice->name,
			nc_console_label(choice->label_vi, choice->label_en));
	printf("\n");
}

/* How values are typed. Examples are Vietnamese in every language. */
static const char *const forms[][2] = {
	{N_("dates"), "15/4/2025, tháng 4/2025, quý II/2025, 6 tháng đầu năm "
		      "2025, năm 2025, 15 - 17/4/2025, cuối tháng 11/2025, "
		      "mùng 10 tháng 3 âm lịch năm 2025; 2025-04-15, 2025-Q2"},
	{N_("numbers"), "05, 1.500, hơn 500"},
	{N_("money"), "13,8 tỉ đồng, 149.814 USD"},
	{N_("countries"), "Lào; Hàn Quốc, LA; KR"},
	{N_("records"), "0190ab12"},
};

static void print_entities(bool all)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);

	printf("\n%s\n", _("Values as an office writes them:"));
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		printf("  %s: %s\n", _(forms[i][0]), forms[i][1]);
	printf("\n%s\n", _("Kinds of records and their fields (* needed):"));
	for (size_t i = 0; i < count; i++) {
		const struct nc_entity *entity = &entities[i];

		if (entity->cluster && !all)
			continue;
		printf("  %s: %s\n", entity->name, nc_entity_label(entity));
		for (size_t f = 0; f < entity->fields_count; f++)
			if (all ||
				(entity->fields[f].writer == NC_WRITER_UNION &&
					entity->fields[f].type !=
						NC_TYPE_BYTES))
				print_field(&entity->fields[f]);
	}
}

void nc_words_print_entities(void)
{
	print_entities(false);
}

void nc_words_print_all_entities(void)
{
	print_entities(true);
}

enum nc_status nc_written_print(struct nc_home *home,
	const struct nc_call *call, const struct nc_id *id, const char *key,
	const char *verb, const struct nc_written *written,
	struct nc_error *err)
{
	struct nc_short_ids ids NC_AUTO(nc_short_ids_fini) = {.count = 0};
	struct nc_json json = {false};
	char text[NC_ID_TEXT_SIZE];
	json_t *object;
	enum nc_status status;

	if (call->json) {
		object = json_object();
		nc_json_put(&json, object, "did",
			json_string(
				written->change_sets == 0 ? "nothing" : key));
		nc_json_put(&json, object, "id", nc_json_id(id));
		nc_json_put(&json, object, "fields",
			nc_json_number(written->fields));
		nc_json_put(&json, object, "sequence",
			written->change_sets == 0
				? json_null()
				: nc_json_number(written->last_sequence));
		return nc_json_print(&json, object, err);
	}
	status = nc_short_ids_read(&ids, home->store, err);
	if (status != NC_OK)
		return status;
	nc_short_ids_format(&ids, id, text);
	if (written->change_sets == 0)
		nc_console_print(_("%s says that already; nothing was "
				   "written.\n"),
			text);
	else
		nc_console_print("%s: %s\n", text, verb);
	return NC_OK;
}
