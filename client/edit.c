/*
 * edit ID field=value …, rm ID: changes to a record that is there.
 */
#include "client.h"
#include "command/console.h"

#include <string.h>

/* A home opened for writing and the record that a command names. */
struct editing {
	struct nc_home home;
	struct nc_author author;
	struct nc_arena arena;
	struct nc_record record;
};

#define EDITING_ARENA_MAX (16 * 1024 * 1024)

static void editing_init(struct editing *editing)
{
	memset(editing, 0, sizeof(*editing));
	nc_home_init(&editing->home);
	nc_arena_init(&editing->arena, EDITING_ARENA_MAX);
}

static void editing_fini(struct editing *editing)
{
	nc_home_fini(&editing->home);
	nc_arena_fini(&editing->arena);
}

static enum nc_status editing_open(struct editing *editing,
	const struct nc_call *call, struct nc_error *err)
{
	struct nc_home *home = &editing->home;
	enum nc_status status =
		nc_client_open(home, call, &editing->author, err);

	if (status == NC_OK)
		status = nc_record_find(home->store, call->arguments[0],
			&editing->arena, &editing->record, err);
	if (status != NC_OK)
		return status;
	if (editing->record.entity->cluster)
		return nc_error_set(err, NC_DENIED,
			_("That is a record of the cluster (%s); only the hub "
			  "writes those."),
			editing->record.entity->name);
	home->union_id = editing->record.union_id;
	return nc_client_may_write(home, &editing->record.union_id, err);
}

static enum nc_status editing_save(struct editing *editing,
	const struct nc_call *call, struct nc_record_change *change,
	const char *key, const char *verb, struct nc_error *err)
{
	struct nc_written written;
	enum nc_status status;

	change->record = editing->record.id;
	change->entity = editing->record.entity->number;
	status = nc_author_save(editing->home.store, &editing->author,
		&editing->record.union_id, change, 1, &written, err);
	if (status != NC_OK)
		return status;
	return nc_written_print(&editing->home, call, &change->record, key,
		verb, &written, err);
}

/* --after and --before move a record within its plan or report. */
static enum nc_status move(struct editing *editing, const struct nc_call *call,
	struct nc_words *words, struct nc_error *err)
{
	const char *after = nc_call_value(call, "after");
	const char *before = nc_call_value(call, "before");
	uint32_t kind = editing->record.entity->number;

	if (after == NULL && before == NULL)
		return NC_OK;
	if (!nc_place_is_of(kind))
		return nc_error_set(err, NC_USAGE,
			_("--after and --before are for records of plans and "
			  "reports."));
	if (nc_words_find(words, nc_place_rank(kind)) != NULL)
		return nc_error_set(err, NC_USAGE,
			_("rank= and --after or --before cannot both be "
			  "given."));
	return nc_place_record(&editing->home, words, after, before, err);
}

/* 0: it has none. */
static unsigned year_of(const struct nc_record *record)
{
	const struct nc_field *year =
		nc_entity_field_named(record->entity, "year");

	return year == NULL
		       ? 0
		       : (unsigned)nc_record_integer(record, year->number, 0);
}

static enum nc_status edit_record(struct editing *editing,
	const struct nc_call *call, struct nc_error *err)
{
	struct nc_words words NC_AUTO(nc_words_fini) = {0};
	struct nc_record_change change = {.deletes = false};
	enum nc_status status;

	nc_words_init(&words, editing->record.entity);
	words.store = editing->home.store;
	words.year = year_of(&editing->record);
	status = nc_words_parse(
		&words, call->arguments + 1, call->arguments_count - 1, err);
	if (status == NC_OK)
		status = nc_words_check(&words, &editing->record, err);
	if (status == NC_OK)
		status = move(editing, call, &words, err);
	if (status != NC_OK)
		return status;
	if (words.count == 0)
		return nc_error_set(err, NC_USAGE,
			_("Nothing to change was given; add field=value."));
	change.fields = words.fields;
	change.fields_count = words.count;
	status = editing_save(
		editing, call, &change, "edited", _("edited"), err);
	return status == NC_OK && !call->json
		       ? nc_words_print(&words, &editing->record, call, err)
		       : status;
}

static enum nc_status run_edit(struct nc_call *call, struct nc_error *err)
{
	struct editing editing NC_AUTO(editing_fini) = {0};
	enum nc_status status;

	editing_init(&editing);
	status = editing_open(&editing, call, err);
	if (status == NC_OK)
		status = edit_record(&editing, call, err);
	return status;
}

static enum nc_status run_rm(struct nc_call *call, struct nc_error *err)
{
	struct editing editing NC_AUTO(editing_fini) = {0};
	struct nc_record_change change = {.deletes = true};
	enum nc_status status;

	editing_init(&editing);
	status = editing_open(&editing, call, err);
	if (status == NC_OK)
		status = editing_save(
			&editing, call, &change, "deleted", _("deleted"), err);
	return status;
}

static const struct nc_option options[] = {
	{"after", 0, "ID", N_("move right after this record of the plan")},
	{"before", 0, "ID", N_("move right before it")},
	{.name = NULL},
};

const struct nc_command nc_client_edit = {
	.name = "edit",
	.arguments = "ID field=value …",
	.arguments_min = 1,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("change fields of a record"),
	.notes = N_("ID is the beginning of a record's id, as long as it means "
		    "one record. field= alone clears a field. A record that is "
		    "moved joins its neighbour's section unless a section is "
		    "given. Fields and values are typed as for add."),
	.examples = "nhipcau edit 0190ab12 status=done "
		    "result=\"Đã tổ chức ngày 20/7\"\n"
		    "nhipcau edit 0190ab12 when=\"15 - 17/4/2025\"\n"
		    "nhipcau edit 0190ab12 --before 0190ab0f\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.more = nc_words_print_entities,
	.run = run_edit,
};

const struct nc_command nc_client_rm = {
	.name = "rm",
	.arguments = "ID",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("delete a record; its history stays"),
	.notes = N_("ID is the beginning of a record's id, as long as it means "
		    "one record."),
	.flags = NC_COMMAND_WRITES,
	.run = run_rm,
};
