/*
 * add ENTITY field=value …: a new record.
 */
#include "client.h"

#include <stdio.h>
#include <string.h>

static enum nc_status area_missing(
	const struct nc_entity *entity, struct nc_error *err)
{
	char areas[768] = "";
	size_t used = 0;

	for (const struct nc_choice *area = nc_choices_areas;
		area->name != NULL; area++) {
		snprintf(areas + used, sizeof(areas) - used, "%s%s (%s / %s)",
			used == 0 ? "" : "; ", area->name, area->label_vi,
			area->label_en);
		used = strlen(areas);
	}
	return nc_error_set(err, NC_INVALID,
		_("%s needs an area of work; add area= and one of: %s."),
		entity->name, areas);
}

/* What a record of a plan or report needs and a person need not type. */
static enum nc_status complete(struct nc_home *home, const struct nc_call *call,
	struct nc_words *words, struct nc_error *err)
{
	const char *after = nc_call_value(call, "after");
	const char *before = nc_call_value(call, "before");
	uint32_t entity = words->entity->number;
	const struct nc_field *level =
		nc_entity_field_named(words->entity, "level");
	enum nc_status status = NC_OK;

	if (!nc_place_is_of(entity)) {
		if (after != NULL || before != NULL)
			return nc_error_set(err, NC_USAGE,
				_("--after and --before are for records of "
				  "plans and reports."));
		return NC_OK;
	}
	if (entity != NC_ENTITY_REPORT_PART &&
		nc_words_find(words, NC_PLAN_AREA) == NULL && after == NULL &&
		before == NULL)
		return area_missing(words->entity, err);
	if (nc_words_find(words, nc_place_rank(entity)) == NULL)
		status = nc_place_record(home, words, after, before, err);
	/* An item of a plan; of a report, a paragraph. */
	if (status == NC_OK && level != NULL &&
		nc_words_find(words, level->number) == NULL)
		status = nc_words_set_integer(words, level->number,
			entity == NC_ENTITY_PLAN_ITEM, err);
	return status;
}

static const struct nc_field_change *find_field(
	const struct nc_words *words, const char *name)
{
	const struct nc_field *field =
		nc_entity_field_named(words->entity, name);

	return field == NULL ? NULL : nc_words_find(words, field->number);
}

static enum nc_status save_new(struct nc_home *home, const struct nc_call *call,
	const struct nc_author *author, struct nc_words *words,
	struct nc_error *err)
{
	struct nc_record_change change = {
		.record = nc_id_new(&call->env),
		.entity = words->entity->number,
		.fields = words->fields,
		.fields_count = words->count,
	};
	struct nc_written written;
	enum nc_status status = nc_author_save(home->store, author,
		&home->union_id, &change, 1, &written, err);

	if (status != NC_OK)
		return status;
	status = nc_written_print(
		home, call, &change.record, "added", _("added"), &written, err);
	return status == NC_OK && !call->json
		       ? nc_words_print(words, NULL, call, err)
		       : status;
}

/* The union of the record that it is to stand beside; else by its year. */
static enum nc_status choose_union(struct nc_home *home,
	const struct nc_call *call, struct nc_words *words,
	struct nc_error *err)
{
	const char *beside = nc_call_value(call, "after");
	const struct nc_field_change *year = find_field(words, "year");
	const struct nc_field_change *when = find_field(words, "when");
	unsigned of_year = 0;
	const char *day = NULL;
	struct nc_record record;
	enum nc_status status;

	if (beside == NULL)
		beside = nc_call_value(call, "before");
	if (year != NULL && year->value.kind == NC_VALUE_INTEGER)
		of_year = (unsigned)year->value.integer;
	if (when != NULL && when->value.kind == NC_VALUE_TEXT)
		day = nc_arena_text(&words->arena,
			(const char *)when->value.bytes.data,
			when->value.bytes.size);
	if (beside == NULL || nc_call_has(call, "union"))
		return nc_client_choose_union(home, call, of_year, day, err);
	status = nc_record_find(
		home->store, beside, &words->arena, &record, err);
	if (status != NC_OK)
		return status;
	return nc_client_join_union(home, &record.union_id, of_year, day, err);
}

static enum nc_status run_add(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_words words NC_AUTO(nc_words_fini) = {0};
	const struct nc_entity *entity = NULL;
	struct nc_author author;
	enum nc_status status =
		nc_words_entity(call->arguments[0], false, &entity, err);

	nc_home_init(&home);
	nc_words_init(&words, entity);
	if (status == NC_OK)
		status = nc_client_open(&home, call, &author, err);
	words.store = home.store;
	if (status == NC_OK)
		status = nc_words_parse(&words, call->arguments + 1,
			call->arguments_count - 1, err);
	if (status == NC_OK)
		status = nc_words_check(&words, NULL, err);
	if (status == NC_OK)
		status = choose_union(&home, call, &words, err);
	if (status == NC_OK)
		status = complete(&home, call, &words, err);
	if (status == NC_OK)
		status = save_new(&home, call, &author, &words, err);
	return status;
}

static const struct nc_option options[] = {
	{"after", 0, "ID",
		N_("stand right after this record of the plan or report")},
	{"before", 0, "ID", N_("stand right before it")},
	NC_CLIENT_UNION_OPTION,
	{.name = NULL},
};

const struct nc_command nc_client_add = {
	.name = "add",
	.arguments = "ENTITY field=value …",
	.arguments_min = 2,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("add a record"),
	.notes = N_("A plan item goes to the end of its section: that of its "
		    "area, unless letter or heading say another. With --after "
		    "or --before, year, area and section are the neighbour's "
		    "unless they are given. A part of a report goes to its "
		    "end, or where --after or --before say. Items of a list "
		    "are separated by semicolons. A field goes by its name or "
		    "its label, a value is typed as an office writes it; how "
		    "it was understood is printed."),
	.examples = "nhipcau add plan-item year=2024 area=friendship "
		    "text=\"Gặp mặt hữu nghị Việt - Lào\" when=\"quý "
		    "II/2024\"\n"
		    "nhipcau add plan-item --after 0190ab12 level=2 "
		    "text=\"Mời đoàn Savannakhet\" countries=\"LA\"\n"
		    "nhipcau add report-part --after 0190cd34 level=1 "
		    "text=\"Tiếp ba đoàn khách.\"\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.more = nc_words_print_entities,
	.run = run_add,
};
