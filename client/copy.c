/*
 * copy plan|ENTITY --from YEAR --to YEAR: last year's records once more.
 */
#include "client.h"
#include "command/console.h"
#include "intake/copy.h"
#include "store/roof.h"

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
	/* Those that are copied, and all that this device writes for. */
	const struct nc_id *unions, *all;
	size_t unions_count, all_count;
	struct nc_id *targets; /* of each source */
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
	bool sources = into == &copying->sources;
	const struct nc_id *unions = sources ? copying->unions : copying->all;
	size_t count = sources ? copying->unions_count : copying->all_count;
	enum nc_status status = NC_OK;

	copying->into = into;
	copying->year = year;
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = nc_records_each(copying->home.store, entity,
			&unions[i], filter, keep_record, copying, err);
	return status;
}

static enum nc_status read_unions(struct copying *copying,
	const struct nc_call *call, struct nc_error *err)
{
	enum nc_status status = nc_client_unions(&copying->home, call,
		&copying->unions, &copying->unions_count, err);

	if (status != NC_OK)
		return status;
	return nc_client_unions(
		&copying->home, NULL, &copying->all, &copying->all_count, err);
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

/* A copy is its record's union's where that is there at the new year's end,
 * else its that this device writes for then. */
static enum nc_status find_target(struct copying *copying,
	const struct nc_call *call, const struct nc_id *union_id,
	struct nc_id *ret_target, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_union *of;
	char day[NC_DATE_TEXT_SIZE];
	enum nc_status status =
		nc_store_registry(copying->home.store, &registry, err);

	if (status != NC_OK)
		return status;
	of = nc_registry_union(registry, union_id);
	nc_date_year_end(day, (unsigned)copying->to);
	*ret_target = *union_id;
	if (of == NULL || nc_union_is_there(of, day))
		return NC_OK;
	return nc_client_union_of_year(
		&copying->home, call, (unsigned)copying->to, ret_target, err);
}

static enum nc_status find_targets(struct copying *copying,
	const struct nc_call *call, struct nc_error *err)
{
	const struct records *sources = &copying->sources;
	enum nc_status status = NC_OK;

	copying->targets = nc_arena_array(
		&copying->arena, sources->count + 1, sizeof(*copying->targets));
	if (copying->targets == NULL)
		return nc_error_no_memory(err);
	for (size_t u = 0; u < copying->unions_count && status == NC_OK; u++) {
		struct nc_id target;
		bool known = false;

		for (size_t i = 0; i < sources->count && status == NC_OK; i++) {
			if (nc_id_compare(&sources->list[i].union_id,
				    &copying->unions[u]) != 0)
				continue;
			if (!known)
				status = find_target(copying, call,
					&copying->unions[u], &target, err);
			known = true;
			if (status == NC_OK)
				copying->targets[i] = target;
		}
	}
	return status;
}

static enum nc_status find_steps(struct copying *copying, struct nc_error *err)
{
	const struct nc_copy_input input = {
		.from = copying->from,
		.to = copying->to,
		.open = copying->open,
		.sources = copying->sources.list,
		.sources_count = copying->sources.count,
		.unions = copying->targets,
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
	struct nc_id *unions = nc_arena_array(
		&copying->arena, 2 * copy->count + 1, sizeof(*unions));
	size_t count = 0;

	if (changes == NULL || unions == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < copy->count; i++) {
		const struct nc_copy_step *step = &copy->steps[i];

		if (step->fields_count == 0)
			continue;
		unions[count] = *step->union_id;
		changes[count++] = (struct nc_record_change){.record = step->id,
			.entity = step->source->entity->number,
			.fields = step->fields,
			.fields_count = step->fields_count};
		if (step->carried == NULL)
			continue;
		unions[count] = step->source->union_id;
		changes[count++] =
			(struct nc_record_change){.record = step->source->id,
				.entity = step->source->entity->number,
				.fields = step->carried,
				.fields_count = 1};
	}
	if (count == 0 || copying->dry_run)
		return NC_OK;
	return nc_client_write_each(&copying->home, &copying->author, changes,
		unions, count, &copying->written, err);
}

static enum nc_status copy_in_transaction(struct copying *copying,
	const struct nc_call *call, struct nc_error *err)
{
	enum nc_status status = read_unions(copying, call, err);

	if (status == NC_OK)
		status = read_records(copying, err);
	if (status == NC_OK)
		status = find_targets(copying, call, err);
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
	nc_client_print_trial(copying->dry_run);
	if (!copying->dry_run && copied > 0)
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
	status = copy_in_transaction(&copying, call, err);
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
	{"union", 0, "CODE",
		N_("only the records of this one of the unions that came "
		   "before yours, or of yours")},
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
		    "left. Records of a union that is no more in the new year "
		    "are copied for the one that came after it."),
	.examples = "nhipcau copy plan --from 2023 --to 2024 --dry-run\n"
		    "nhipcau copy plan --from 2023 --to 2024\n"
		    "nhipcau copy target --from 2023 --to 2024\n"
		    "nhipcau copy plan --from 2023 --to 2024 --open\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.run = run_copy,
};
