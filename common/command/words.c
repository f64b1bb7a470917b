#include "command/words.h"
#include "base/limits.h"
#include "command/console.h"
#include "command/json.h"
#include "command/view.h"

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

/* A choice's name for what was typed: its name or a label of it. */
static const char *choice_meant(const struct nc_field *field, const char *typed)
{
	const char *name =
		nc_choice_named(field->choices, nc_slice_text(typed));

	return name == NULL ? typed : name;
}

static enum nc_status words_read_one(
	struct nc_words *words, const char *text, struct nc_error *err)
{
	const char *equals = strchr(text, '=');
	const struct nc_field *field;
	struct nc_value value;
	enum nc_status status;
	char *name;

	if (equals == NULL)
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is not of the form field=value; put a value "
			  "with spaces in quotes."),
			text);
	name = nc_arena_text(&words->arena, text, (size_t)(equals - text));
	if (name == NULL)
		return nc_error_no_memory(err);
	field = nc_entity_field_named(words->entity, name);
	if (field == NULL)
		return nc_error_set(err, NC_INVALID,
			_("%s has no field \"%s\"; --help lists its fields."),
			words->entity->name, name);
	if (nc_words_find(words, field->number) != NULL)
		return nc_error_set(err, NC_INVALID,
			_("%s was given twice; give it once."), field->name);
	status = nc_field_parse(field, choice_meant(field, equals + 1),
		&words->arena, &value, err);
	if (status != NC_OK)
		return status;
	return words_insert(words, field->number, value, err);
}

enum nc_status nc_words_parse(struct nc_words *words, const char *const *texts,
	size_t count, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = words_read_one(words, texts[i], err);
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

static void print_entities(bool all)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);

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
