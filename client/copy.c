/*
 * copy plan|ENTITY --from YEAR --to YEAR: last year's records once more.
 */
#include "client.h"
#include "command/console.h"
#include "intake/copy.h"

#include <stdlib.h>
#include <string.h>

#define RECORDS_ARENA_MAX (512u * 1024 * 1024)

struct records {
	struct nc_record *list;
	size_t count, capacity;
};

struct copying {
	struct nc_home home;
	struct nc_author author;
	struct nc_arena arena;
	struct nc_copy copy;
	const struct nc_entity *entities[2];
	size_t entities_count;
	int from, to;
	bool open, dry_run;
	struct records sources, standing, items;
	struct nc_written written;
	/* of the visit that runs */
	struct records *into;
	int year;
};

static void copying_init(struct copying *copying)
{
	memset(copying, 0, sizeof(*copying));
	nc_home_init(&copying->home);
	nc_arena_init(&copying->arena, RECORDS_ARENA_MAX);
	nc_copy_init(&copying->copy);
}

static void copying_fini(struct copying *copying)
{
	nc_copy_fini(&copying->copy);
	nc_free(copying->sources.list);
	nc_free(copying->standing.list);
	nc_free(copying->items.list);
	nc_arena_fini(&copying->arena);
	nc_home_fini(&copying->home);
}

static enum nc_status keep_record(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct copying *copying = context;
	struct records *into = copying->into;
	const struct nc_field *year =
		nc_entity_field_named(record->entity, "year");
	size_t more = into->capacity == 0 ? 256 : into->capacity * 2;
	struct nc_record *grown;

	/* A deleted record still knows its year: the value that it buries. */
	if (nc_record_integer(record, year->number, 0) != copying->year)
		return NC_OK;
	if (into->count == into->capacity) {
		grown = nc_realloc(into->list, more * sizeof(*grown));
		if (grown == NULL)
			return nc_error_no_memory(err);
		into->list = grown;
		into->capacity = more;
	}
	if (!nc_record_keep(&copying->arena, record, &into->list[into->count]))
		return nc_error_no_memory(err);
	into->count++;
	return NC_OK;
}

static enum nc_status read_into(struct copying *copying, struct records *into,
	const struct nc_entity *entity, int year, enum nc_records_filter filter,
	struct nc_error *err)
{
	copying->into = into;
	copying->year = year;
	return nc_records_each(copying->home.store, entity,
		&copying->home.identity.union_id, filter, keep_record, copying,
		err);
}

/* Of a plan by rank; of others as this replica met them. */
static int compare_ranks(const void *a, const void *b)
{
	const struct nc_record *x = a, *y = b;
	struct nc_value left = nc_record_value(x, NC_PLAN_RANK);
	struct nc_value right = nc_record_value(y, NC_PLAN_RANK);
	int order = nc_slice_compare(left.bytes, right.bytes);

	return order != 0 ? order : nc_id_compare(&x->id, &y->id);
}

static enum nc_status read_records(
	struct copying *copying, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < copying->entities_count && status == NC_OK;
		i++) {
		status = read_into(copying, &copying->sources,
			copying->entities[i], copying->from, NC_RECORDS_PRESENT,
			err);
		if (status == NC_OK)
			status = read_into(copying, &copying->standing,
				copying->entities[i], copying->to,
				NC_RECORDS_ALL, err);
	}
	if (status == NC_OK)
		status = read_into(copying, &copying->items,
			nc_model_entity(NC_ENTITY_PLAN_ITEM), copying->to,
			NC_RECORDS_PRESENT, err);
	if (copying->entities[0]->number == NC_ENTITY_PLAN_ITEM &&
		copying->sources.count > 1)
		qsort(copying->sources.list, copying->sources.count,
			sizeof(struct nc_record), compare_ranks);
	return status;
}

static enum nc_status find_steps(struct copying *copying, struct nc_error *err)
{
	const struct nc_copy_input input = {
		.union_id = &copying->home.identity.union_id,
		.from = copying->from,
		.to = copying->to,
		.open = copying->open,
		.sources = copying->sources.list,
		.sources_count = copying->sources.count,
		.standing = copying->standing.list,
		.standing_count = copying->standing.count,
		.items = copying->items.list,
		.items_count = copying->items.count,
		.hash = nc_sha256,
	};

	return nc_copy_plan(&copying->copy, &input, err);
}

static enum nc_status write_steps(struct copying *copying, struct nc_error *err)
{
	const struct nc_copy *copy = &copying->copy;
	struct nc_record_change *changes = nc_arena_array(
		&copying->arena, 2 * copy->count + 1, sizeof(*changes));
	size_t count = 0;

	if (changes == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < copy->count; i++) {
		const struct nc_copy_step *step = &copy->steps[i];

		if (step->fields_count == 0)
			continue;
		changes[count++] = (struct nc_record_change){.record = step->id,
			.entity = step->source->entity->number,
			.fields = step->fields,
			.fields_count = step->fields_count};
		if (step->carried != NULL)
			changes[count++] = (struct nc_record_change){
				.record = step->source->id,
				.entity = step->source->entity->number,
				.fields = step->carried,
				.fields_count = 1};
	}
	if (count == 0 || copying->dry_run)
		return NC_OK;
	return nc_author_write(copying->home.store, &copying->author,
		&copying->home.identity.union_id, changes, count,
		&copying->written, err);
}

static enum nc_status copy_in_transaction(
	struct copying *copying, struct nc_error *err)
{
	enum nc_status status = read_records(copying, err);

	if (status == NC_OK)
		status = find_steps(copying, err);
	if (status == NC_OK)
		status = write_steps(copying, err);
	return status;
}

static enum nc_status print_json(
	const struct copying *copying, struct nc_error *err)
{
	const struct nc_copy *copy = &copying->copy;
	struct nc_json json = {false};
	json_t *root = json_object(), *steps = json_array();

	nc_json_put(&json, root, "from", json_integer(copying->from));
	nc_json_put(&json, root, "to", json_integer(copying->to));
	nc_json_put(&json, root, "dry_run", json_boolean(copying->dry_run));
	nc_json_put(&json, root, "copied",
		nc_json_number(copy->kinds[NC_COPY_ADD] +
			       copy->kinds[NC_COPY_FINISHED]));
	nc_json_put(&json, root, "left",
		nc_json_number(copy->count - copy->kinds[NC_COPY_ADD] -
			       copy->kinds[NC_COPY_FINISHED]));
	nc_json_put(&json, root, "change_sets",
		nc_json_number(copying->written.change_sets));
	for (size_t i = 0; i < copy->count; i++) {
		const struct nc_copy_step *step = &copy->steps[i];
		json_t *object = json_object();

		nc_json_put(&json, object, "kind",
			json_string(nc_copy_kind_name(step->kind)));
		nc_json_put(&json, object, "entity",
			json_string(step->source->entity->name));
		nc_json_put(
			&json, object, "source", nc_json_id(&step->source->id));
		nc_json_put(&json, object, "id",
			nc_id_is_zero(&step->id) ? json_null()
						 : nc_json_id(&step->id));
		nc_json_put(&json, object, "text", nc_json_text(step->text));
		nc_json_add(&json, steps, object);
	}
	nc_json_put(&json, root, "steps", steps);
	return nc_json_print(&json, root, err);
}

static void print_step(const struct nc_copy_step *step)
{
	switch (step->kind) {
	case NC_COPY_ADD:
		nc_console_print("+ %s\n", step->text);
		return;
	case NC_COPY_FINISHED:
		nc_console_print(
			_("+ (it was finished; delete the copy if it is not "
			  "done again) %s\n"),
			step->text);
		return;
	case NC_COPY_STANDS:
		nc_console_print(_("= stands there already: %s\n"), step->text);
		return;
	case NC_COPY_DELETED:
		nc_console_print(
			_("= left, for somebody deleted its copy: %s\n"),
			step->text);
		return;
	case NC_COPY_DROPPED:
		nc_console_print(
			_("= left, for it was given up: %s\n"), step->text);
		return;
	default:
		nc_console_print(_("= left, for it is done: %s\n"), step->text);
		return;
	}
}

static void print_words(const struct copying *copying)
{
	const struct nc_copy *copy = &copying->copy;
	size_t copied =
		copy->kinds[NC_COPY_ADD] + copy->kinds[NC_COPY_FINISHED];

	for (size_t i = 0; i < copy->count; i++)
		print_step(&copy->steps[i]);
	nc_console_print(_("From %d to %d: copied %zu, left %zu.\n"),
		copying->from, copying->to, copied, copy->count - copied);
	if (copying->dry_run)
		nc_console_print(_("Nothing was written: this was a trial "
				   "(--dry-run).\n"));
	else if (copied > 0)
		nc_console_print(_("Look at each: nhipcau proposal list --kind "
				   "carried --year %d.\n"),
			copying->to);
}

/* A year after an option. */
static enum nc_status read_year(const struct nc_call *call, const char *option,
	int *ret_year, struct nc_error *err)
{
	const char *text = nc_call_value(call, option);
	char *end = NULL;
	long year = text == NULL ? 0 : strtol(text, &end, 10);

	if (text == NULL)
		return nc_error_set(err, NC_USAGE,
			_("Say from which year to which: --from 2023 --to "
			  "2024."));
	if (end == text || *end != '\0' || year < 1900 || year > 2199)
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is no year from 1900 to 2199."), text);
	*ret_year = (int)year;
	return NC_OK;
}

static enum nc_status read_what(struct copying *copying,
	const struct nc_call *call, struct nc_error *err)
{
	const char *name = call->arguments[0];
	enum nc_status status = NC_OK;

	if (strcmp(name, "plan") == 0) {
		copying->entities[0] = nc_model_entity(NC_ENTITY_PLAN_ITEM);
		copying->entities[1] = nc_model_entity(NC_ENTITY_PLAN_LEAD);
		copying->entities_count = copying->open ? 1 : 2;
		return NC_OK;
	}
	status = nc_words_entity(name, false, &copying->entities[0], err);
	copying->entities_count = 1;
	if (status == NC_OK && !nc_copy_takes(copying->entities[0]))
		return nc_error_set(err, NC_INVALID,
			_("Records of %s are not of a year and are not copied; "
			  "they stay as they are."),
			copying->entities[0]->name);
	if (status == NC_OK && copying->open &&
		nc_entity_field_named(copying->entities[0], "status") == NULL)
		return nc_error_set(err, NC_INVALID,
			_("A %s has no status that says whether it is open; "
			  "copy without --open."),
			copying->entities[0]->name);
	return status;
}

static enum nc_status read_call(struct copying *copying,
	const struct nc_call *call, struct nc_error *err)
{
	enum nc_status status = read_year(call, "from", &copying->from, err);

	if (status == NC_OK)
		status = read_year(call, "to", &copying->to, err);
	if (status == NC_OK && copying->from == copying->to)
		return nc_error_set(err, NC_USAGE,
			_("--from and --to are the same year; copy into "
			  "another one."));
	copying->open = nc_call_has(call, "open");
	copying->dry_run = nc_call_has(call, "dry-run");
	return status == NC_OK ? read_what(copying, call, err) : status;
}

static enum nc_status run_copy(struct nc_call *call, struct nc_error *err)
{
	struct copying copying NC_AUTO(copying_fini) = {0};
	enum nc_status status;

	copying_init(&copying);
	status = read_call(&copying, call, err);
	if (status == NC_OK)
		status = nc_client_open(
			&copying.home, call, &copying.author, err);
	if (status == NC_OK)
		status = nc_store_begin(copying.home.store, err);
	if (status != NC_OK)
		return status;
	status = copy_in_transaction(&copying, err);
	if (status == NC_OK)
		status = nc_store_commit(copying.home.store, err);
	else
		nc_store_rollback(copying.home.store);
	if (status != NC_OK)
		return status;
	if (call->json)
		return print_json(&copying, err);
	print_words(&copying);
	return NC_OK;
}

static const struct nc_option options[] = {
	{"from", 0, "YEAR", N_("the year to copy")},
	{"to", 0, "YEAR", N_("the year to copy into")},
	{"open", 0, NULL,
		N_("only what is not done; the old ones are said to be "
		   "carried into the next year")},
	{"dry-run", 0, NULL, N_("only tell what would be copied")},
	{.name = NULL},
};

const struct nc_command nc_client_copy = {
	.name = "copy",
	.arguments = "plan|ENTITY",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("copy a year's plan or records into another year"),
	.notes = N_("The words are copied as they are; status, result, actual "
		    "and times are not. What the words should say in the new "
		    "year is proposed: see proposal list --kind carried. Done "
		    "twice, or on two machines, it makes one copy. What was "
		    "given up, and what stands in the new year already, is "
		    "left."),
	.examples = "nhipcau copy plan --from 2023 --to 2024 --dry-run\n"
		    "nhipcau copy plan --from 2023 --to 2024\n"
		    "nhipcau copy target --from 2023 --to 2024\n"
		    "nhipcau copy plan --from 2023 --to 2024 --open\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.run = run_copy,
};
