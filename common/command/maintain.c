/*
 * verify: is the store sound? rebuild: make the fold anew from the log.
 */
#include "command/console.h"
#include "command/json.h"
#include "command/home.h"
#include "command/receipt.h"
#include "command/shared.h"
#include "store/search.h"

#include <inttypes.h>

static enum nc_status print_result(const struct nc_call *call,
	struct nc_store *store, const char *key, const char *sentence,
	struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;
	uint64_t count;
	enum nc_status status = nc_log_count(store, &count, err);

	if (status != NC_OK)
		return status;
	if (!call->json) {
		nc_console_print("%s ", sentence);
		nc_console_print(_("Change-sets: %" PRIu64 ".\n"), count);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, key, json_true());
	nc_json_put(&json, object, "change_sets", nc_json_number(count));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_verify(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_bar bar NC_AUTO(nc_bar_fini) = {0};
	struct nc_progress progress = {nc_bar_step, &bar};
	const char *receipt = nc_call_value(call, "receipt");
	const char *hub = nc_call_value(call, "hub");
	enum nc_status status;

	nc_home_init(&home);
	if (receipt != NULL)
		return nc_receipt_verify(call, receipt, hub, err);
	if (hub != NULL)
		return nc_error_set(err, NC_USAGE,
			_("--hub says whose history a receipt is of; name the "
			  "receipt with --receipt."));
	nc_bar_init(&bar, _("Checking"));
	status = nc_home_open_to_read(&home, call, err);
	if (status == NC_OK)
		status = nc_store_verify(home.store, &progress, err);
	nc_bar_fini(&bar);
	if (status != NC_OK)
		return status;
	return print_result(call, home.store, "sound",
		_("The store is sound: every hash, chain, signature and "
		  "receipt holds, and the fold is what the log says."),
		err);
}

static enum nc_status run_rebuild(struct nc_call *call, struct nc_error *err)
{
	struct nc_error unindexed = {.text = ""};
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_bar bar NC_AUTO(nc_bar_fini) = {0};
	struct nc_progress progress = {nc_bar_step, &bar};
	enum nc_status status;

	nc_home_init(&home);
	nc_bar_init(&bar, _("Rebuilding"));
	status = nc_home_open(&home, call, err);
	if (status == NC_OK)
		status = nc_store_rebuild(home.store, &progress, err);
	nc_bar_fini(&bar);
	if (status != NC_OK)
		return status;
	nc_bar_init(&bar, _("Indexing"));
	/* A search would do it else, or do without. */
	if (nc_store_index(home.store, 0, &progress, &unindexed) != NC_OK)
		nc_console_note("%s", unindexed.text);
	nc_bar_fini(&bar);
	return print_result(call, home.store, "rebuilt",
		_("The fold was made anew from the log."), err);
}

static const struct nc_option verify_options[] = {
	{"receipt", 0, "FILE",
		N_("check the proof that receipt -o wrote; needs no home and "
		   "no line")},
	{"hub", 0, "KEY",
		N_("the hub's key, as receipt --key prints it (default: what "
		   "this home knows)")},
	{.name = NULL},
};

const struct nc_command nc_command_verify = {
	.name = "verify",
	.arguments = "",
	.help = N_("check every hash, chain, signature, receipt and the fold; "
		   "or one proof"),
	.options = verify_options,
	.run = run_verify,
};

const struct nc_command nc_command_rebuild = {
	.name = "rebuild",
	.arguments = "",
	.help = N_("make the fold anew from the log"),
	.run = run_rebuild,
};
