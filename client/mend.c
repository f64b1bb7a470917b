/*
 * mend FINDING…: takes what the checker suggests: accepts the proposals that
 * its findings make (proposal accept), by the findings' ids.
 */
#include "command/console.h"
#include "deciding.h"

#include <string.h>

/* The finding's proposal among the open ones. */
static enum nc_status choose(
	struct nc_deciding *deciding, size_t finding, struct nc_error *err)
{
	const struct nc_proposals *proposals = &deciding->offers.proposals;
	const struct nc_checked *checked = &deciding->offers.checked;
	const struct nc_checked_finding *one = &checked->findings[finding];
	const struct nc_finding *told = &checked->check.findings[finding];
	const struct nc_proposal *mend;

	if (told->value[0] != '\0' && told->union_number == 0)
		return nc_error_set(err, NC_DENIED,
			_("That is a record of the cluster (%s); only the hub "
			  "writes those."),
			told->record->entity->name);
	if (one->mend == SIZE_MAX)
		return nc_error_set(err, NC_INVALID,
			_("Finding %s has no mend that is sure; change the "
			  "words with edit."),
			one->id);
	mend = &checked->mends.list[one->mend];
	for (size_t i = 0; i < proposals->count; i++)
		if (nc_id_compare(&proposals->list[i].decision,
			    &mend->decision) == 0) {
			deciding->chosen[i] = true;
			return NC_OK;
		}
	return nc_error_set(err, NC_INVALID,
		_("The words of finding %s are still last year's; decide first "
		  "on what proposal list --kind carried shows."),
		one->id);
}

static enum nc_status choose_all(
	struct nc_deciding *deciding, size_t *findings, struct nc_error *err)
{
	const struct nc_call *call = deciding->call;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < call->arguments_count && status == NC_OK; i++) {
		status = nc_checked_find(&deciding->offers.checked,
			call->arguments[i], false, &findings[i], err);
		if (status == NC_OK)
			status = choose(deciding, findings[i], err);
	}
	return status;
}

static enum nc_status write_all(
	struct nc_deciding *deciding, struct nc_error *err)
{
	size_t chosen = 0;
	enum nc_status status = nc_deciding_write(deciding, err);

	if (status != NC_OK)
		return status;
	for (size_t i = 0; i < deciding->offers.proposals.count; i++)
		chosen += deciding->chosen[i];
	if (deciding->decided < chosen)
		return nc_error_set(err, NC_INVALID,
			_("Two of these findings are about the same words; "
			  "mend one and check again."));
	return nc_store_commit(deciding->home.store, err);
}

static bool is_first(const size_t *findings, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (findings[i] == findings[index])
			return false;
	return true;
}

static enum nc_status print_mended(const struct nc_deciding *deciding,
	const size_t *findings, struct nc_error *err)
{
	const struct nc_call *call = deciding->call;
	struct nc_json json = {false};
	json_t *object, *list;

	for (size_t i = 0; i < call->arguments_count && !call->json; i++)
		if (is_first(findings, i))
			nc_console_print("%s: %s\n",
				deciding->offers.checked.findings[findings[i]]
					.id,
				_("mended"));
	if (!call->json)
		return NC_OK;
	object = json_object();
	list = json_array();
	for (size_t i = 0; i < call->arguments_count; i++)
		if (is_first(findings, i))
			nc_json_add(&json, list,
				nc_json_text(deciding->offers.checked
						     .findings[findings[i]]
						     .id));
	nc_json_put(&json, object, "did", json_string("mended"));
	nc_json_put(&json, object, "findings", list);
	nc_json_put(&json, object, "fields",
		nc_json_number(deciding->written.fields));
	nc_json_put(&json, object, "sequence",
		nc_json_number(deciding->written.last_sequence));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_mend(struct nc_call *call, struct nc_error *err)
{
	struct nc_deciding deciding NC_AUTO(nc_deciding_fini) = {0};
	size_t *findings NC_AUTO(nc_free_at) =
		nc_calloc(call->arguments_count + 1, sizeof(*findings));
	enum nc_status status;

	nc_deciding_init(&deciding, call);
	if (findings == NULL)
		return nc_error_no_memory(err);
	deciding.accepts = true;
	deciding.offers.filter.has_kind = true;
	deciding.offers.filter.kind = NC_PROPOSE_MEND;
	status = nc_deciding_open(&deciding, err);
	if (status == NC_OK)
		status = nc_deciding_gather(&deciding, err);
	if (status == NC_OK)
		status = choose_all(&deciding, findings, err);
	if (status == NC_OK)
		status = write_all(&deciding, err);
	return status == NC_OK ? print_mended(&deciding, findings, err)
			       : status;
}

static const struct nc_option options[] = {
	{"year", 'y', "YEAR",
		N_("the year that was checked (default: this year)")},
	NC_CLIENT_UNION_OPTION,
	{.name = NULL},
};

const struct nc_command nc_client_mend = {
	.name = "mend",
	.arguments = "FINDING…",
	.arguments_min = 1,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("take what the checker suggests"),
	.notes = N_("FINDING is the beginning of the id that check shows. Only "
		    "the words that the finding names are replaced, and a "
		    "proposal record keeps what they were and why they "
		    "changed. When the words have changed since, the finding "
		    "is no longer there, and nothing is written."),
	.examples = "nhipcau mend 3fa9c01b22 --year 2024\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.run = run_mend,
};
