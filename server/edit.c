/*
 * edit ID field=value …: what the cluster says of a union's record, such as
 * its verdict on a submission. The words beside it stay the union's.
 */
#include "server.h"
#include "command/words.h"

#define EDIT_ARENA_MAX (16 * 1024 * 1024)

static enum nc_status edit_record(struct nc_home *home,
	const struct nc_call *call, const struct nc_author *author,
	const struct nc_record *record, struct nc_error *err)
{
	struct nc_words words NC_AUTO(nc_words_fini) = {0};
	struct nc_record_change change = {
		.record = record->id, .entity = record->entity->number};
	struct nc_written written;
	enum nc_status status;

	nc_words_init(&words, record->entity);
	words.store = home->store;
	status = nc_words_parse(
		&words, call->arguments + 1, call->arguments_count - 1, err);
	change.fields = words.fields;
	change.fields_count = words.count;
	if (status == NC_OK)
		status = nc_author_save(home->store, author, &record->union_id,
			&change, 1, &written, err);
	if (status != NC_OK)
		return status;
	return nc_written_print(
		home, call, &record->id, "edited", _("edited"), &written, err);
}

static enum nc_status run_edit(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_author author;
	struct nc_record record = {.entity = NULL};
	enum nc_status status;

	nc_home_init(&home);
	nc_arena_init(&arena, EDIT_ARENA_MAX);
	status = nc_server_open(&home, call, &author, err);
	if (status == NC_OK)
		status = nc_record_find(
			home.store, call->arguments[0], &arena, &record, err);
	if (status == NC_OK && record.entity->cluster)
		status = nc_error_set(err, NC_DENIED,
			_("That is a record of the cluster itself (%s); it is "
			  "written by the commands about unions and devices."),
			record.entity->name);
	return status == NC_OK ? edit_record(&home, call, &author, &record, err)
			       : status;
}

const struct nc_command nc_server_edit = {
	.name = "edit",
	.arguments = "ID field=value …",
	.arguments_min = 2,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("say what the cluster has to say of a union's record"),
	.notes = N_("Only the cluster's fields are written: verdict and "
		    "comment of a submission (submission list shows the ids). "
		    "All else is the union's own. The union reads it after "
		    "its next sync."),
	.examples = "nhipcaud edit 0190ab12 verdict=accepted\n"
		    "nhipcaud edit 0190ab12 verdict=returned "
		    "comment=\"Đề nghị bổ sung kinh phí.\"\n",
	.run = run_edit,
};
