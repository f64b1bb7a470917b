/*
 * conflict resolve ID: ends a record's conflicts with one new write.
 */
#include "client.h"
#include "command/console.h"

#include <stdlib.h>
#include <string.h>

#define RESOLVE_ARENA_MAX (16 * 1024 * 1024)

/* A live value of the record by "DEVICE/SEQUENCE", the device's id as far as
 * it means one. */
static enum nc_status find_dot(const struct nc_record *record, const char *word,
	struct nc_dot *ret_dot, struct nc_error *err)
{
	const char *slash = strchr(word, '/');
	size_t digits = slash == NULL ? 0 : (size_t)(slash - word);
	unsigned long long sequence =
		slash == NULL ? 0 : strtoull(slash + 1, NULL, 10);
	bool found = false;

	if (digits == 0 || digits >= NC_DEVICE_ID_TEXT_SIZE || sequence == 0)
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is not of the form DEVICE/SEQUENCE; conflict "
			  "list shows them."),
			word);
	for (size_t i = 0; i < record->row.count; i++) {
		const struct nc_dot *dot = &record->row.live[i].dot;
		char device[NC_DEVICE_ID_TEXT_SIZE];

		nc_device_id_format(device, dot->device);
		if (dot->sequence != sequence ||
			strncasecmp(device, word, digits) != 0)
			continue;
		if (found && !nc_dot_equal(dot, ret_dot))
			return nc_error_set(err, NC_INVALID,
				_("%s means two change-sets; give more digits "
				  "of the device."),
				word);
		*ret_dot = *dot;
		found = true;
	}
	if (!found)
		return nc_error_set(err, NC_NOT_FOUND,
			_("None of the record's values is of %s; conflict list "
			  "shows which are."),
			word);
	return NC_OK;
}

static enum nc_status resolve(struct nc_home *home, const struct nc_call *call,
	const struct nc_author *author, struct nc_arena *arena,
	struct nc_error *err)
{
	const char *keep = nc_call_value(call, "keep");
	bool delete_it = nc_call_has(call, "delete");
	struct nc_record record;
	struct nc_written written;
	struct nc_dot dot;
	enum nc_status status = nc_record_find(
		home->store, call->arguments[0], arena, &record, err);

	if (status == NC_OK && keep != NULL)
		status = find_dot(&record, keep, &dot, err);
	if (status == NC_OK)
		status = nc_author_resolve(home->store, author, &record,
			keep != NULL ? &dot : NULL, delete_it, &written, err);
	if (status != NC_OK)
		return status;
	return nc_written_print(home, call, &record.id,
		delete_it ? "deleted" : "resolved",
		delete_it ? _("deleted") : _("resolved"), &written, err);
}

static enum nc_status run_resolve(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_author author;
	enum nc_status status;

	nc_home_init(&home);
	nc_arena_init(&arena, RESOLVE_ARENA_MAX);
	if (nc_call_has(call, "keep") && nc_call_has(call, "delete"))
		return nc_error_set(err, NC_USAGE,
			_("--keep and --delete cannot both be given."));
	status = nc_client_open(&home, call, &author, err);
	if (status == NC_OK)
		status = resolve(&home, call, &author, &arena, err);
	return status;
}

static const struct nc_option options[] = {
	{"keep", 0, "DEVICE/SEQUENCE",
		N_("keep what this change-set wrote, where it wrote; "
		   "elsewhere what is shown")},
	{"delete", 0, NULL, N_("delete the record")},
	{.name = NULL},
};

const struct nc_command nc_client_conflict_resolve = {
	.name = "conflict resolve",
	.arguments = "ID",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("end a record's conflicts: keep one value of each field"),
	.notes = N_("Without --keep and --delete, what is shown is kept. The "
		    "other values stay in the record's history."),
	.examples = "nhipcau conflict resolve 0190ab12\n"
		    "nhipcau conflict resolve 0190ab12 --keep 5f3a99c01b22"
		    "0e4d/17\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.run = run_resolve,
};
