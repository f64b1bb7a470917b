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

	for (const struct nc_choice *area = nc_areas; area->name != NULL;
		area++) {
		snprintf(areas + used, sizeof(areas) - used, "%s%s (%s / %s)",
			used == 0 ? "" : "; ", area->name, area->label_vi,
			area->label_en);
		used = strlen(areas);
	}
	return nc_error_set(err, NC_INVALID,
		_("%s needs an area of work; add area= and one of: %s."),
		entity->name, areas);
}

/* What a plan's record needs and a person need not type. */
static enum nc_status complete_plan(struct nc_home *home,
	const struct nc_call *call, struct nc_words *words,
	struct nc_error *err)
{
	const char *after = nc_call_value(call, "after");
	const char *before = nc_call_value(call, "before");
	bool is_item = words->entity->number == NC_ENTITY_PLAN_ITEM;
	enum nc_status status = NC_OK;

	if (!is_item && words->entity->number != NC_ENTITY_PLAN_LEAD) {
		if (after != NULL || before != NULL)
			return nc_error_set(err, NC_USAGE,
				_("--after and --before are for records of "
				  "plans."));
		return NC_OK;
	}
	if (nc_words_find(words, NC_PLAN_AREA) == NULL && after == NULL &&
		before == NULL)
		return area_missing(words->entity, err);
	if (nc_words_find(words, NC_PLAN_RANK) == NULL)
		status = nc_place_record(home, words, after, before, err);
	if (status == NC_OK && is_item &&
		nc_words_find(words, NC_PLAN_LEVEL) == NULL)
		status = nc_words_set_integer(words, NC_PLAN_LEVEL, 1, err);
	return status;
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
		&home->identity.union_id, &change, 1, &written, err);

	if (status != NC_OK)
		return status;
	return nc_client_print_written(
		home, call, &change.record, "added", _("added"), &written, err);
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
		status = nc_words_parse(&words, call->arguments + 1,
			call->arguments_count - 1, err);
	if (status == NC_OK)
		status = nc_client_open(&home, call, &author, err);
	if (status == NC_OK)
		status = complete_plan(&home, call, &words, err);
	if (status == NC_OK)
		status = save_new(&home, call, &author, &words, err);
	return status;
}

static const struct nc_option options[] = {
	{"after", 0, "ID", N_("stand right after this record of the plan")},
	{"before", 0, "ID", N_("stand right before it")},
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
		    "unless they are given. Items of a list are separated by "
		    "semicolons."),
	.examples = "nhipcau add plan-item year=2024 area=friendship "
		    "text=\"Gặp mặt hữu nghị Việt - Lào\"\n"
		    "nhipcau add plan-item --after 0190ab12 level=2 "
		    "text=\"Mời đoàn Savannakhet\" countries=\"LA\"\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.more = nc_words_print_entities,
	.run = run_add,
};
