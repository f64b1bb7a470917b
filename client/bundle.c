/*
 * bundle export, bundle import: a sync by file, for a union without a line.
 */
#include "client.h"
#include "base/limits.h"
#include "command/bundle_name.h"
#include "command/console.h"
#include "command/last_sync.h"
#include "store/again.h"
#include "sync/bundle.h"

#include <inttypes.h>
#include <string.h>

/* The union's code for the file's name; NULL before the first sync. */
static enum nc_status own_code(
	struct nc_home *home, const char **ret_code, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_union *own;
	enum nc_status status = nc_store_registry(home->store, &registry, err);

	if (status != NC_OK)
		return status;
	own = nc_registry_union(registry, &home->identity.union_id);
	*ret_code = NULL;
	if (own == NULL)
		return NC_OK;
	*ret_code = nc_arena_text(&home->arena, own->code, strlen(own->code));
	return *ret_code == NULL ? nc_error_no_memory(err) : NC_OK;
}

static enum nc_status make_bundle(struct nc_home *home,
	const struct nc_call *call, const struct nc_key *key, uint64_t counter,
	struct nc_slice first, struct nc_buffer *out, uint64_t *ret_offered,
	struct nc_error *err)
{
	struct nc_sync_client session NC_AUTO(nc_sync_client_fini) = {0};
	enum nc_status status = nc_sync_client_start(
		&session, home->store, key, &call->env, err);

	if (status == NC_OK)
		status = nc_bundle_ask(&session, counter, first, out, err);
	if (status == NC_OK)
		*ret_offered = session.offered;
	return status;
}

/* Where a change of keys was begun, it goes on by the bundle: the new key asks
 * to be taken, which does no harm when it was. */
static enum nc_status make_either(struct nc_home *home,
	const struct nc_call *call, uint64_t counter,
	const struct nc_invitation *invitation, const char *label,
	struct nc_buffer *out, uint64_t *ret_offered, struct nc_error *err)
{
	struct nc_buffer first NC_AUTO(nc_wipe_buffer) = {0};
	struct nc_key *next NC_AUTO(nc_key_free_at) = NULL;
	const struct nc_key *key = home->key;
	enum nc_status status = NC_OK;

	nc_buffer_init(&first, NC_MESSAGE_BYTES_MAX);
	if (invitation != NULL) {
		status = nc_enrol_request(
			key, invitation, nc_slice_text(label), &first, err);
	} else if (nc_client_has_next_key(home)) {
		status = nc_client_ask_with_next_key(
			home, call, &next, &first, err);
		key = next;
	}
	if (status != NC_OK)
		return status;
	return make_bundle(home, call, key, counter, nc_buffer_slice(&first),
		out, ret_offered, err);
}

enum nc_status nc_client_export(struct nc_home *home,
	const struct nc_call *call, const char *target,
	const struct nc_invitation *invitation, const char *label,
	char **ret_path, uint64_t *ret_counter, uint64_t *ret_offered,
	struct nc_error *err)
{
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	char *path NC_AUTO(nc_free_at) = NULL;
	const char *code;
	enum nc_status status;

	nc_buffer_init(&file, NC_BUNDLE_BYTES_MAX);
	status = nc_bundle_count(home, ret_counter, err);
	if (status == NC_OK)
		status = own_code(home, &code, err);
	if (status == NC_OK)
		status = nc_bundle_path(
			call, target, code, *ret_counter, &path, err);
	if (status == NC_OK)
		status = make_either(home, call, *ret_counter, invitation,
			label, &file, ret_offered, err);
	if (status == NC_OK)
		status = nc_home_write_file(
			call, path, nc_buffer_slice(&file), err);
	if (status != NC_OK)
		return status;
	*ret_path = path;
	path = NULL;
	return NC_OK;
}

static enum nc_status print_exported(const struct nc_call *call,
	const char *path, uint64_t counter, uint64_t offered,
	struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (!call->json) {
		nc_console_print(_("%s: bundle %" PRIu64 ", with %" PRIu64
				   " change-sets. Give it to the hub's keeper, "
				   "and import the answer with nhipcau bundle "
				   "import.\n"),
			path, counter, offered);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "file", nc_json_text(path));
	nc_json_put(&json, object, "counter", nc_json_number(counter));
	nc_json_put(&json, object, "change_sets", nc_json_number(offered));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_export(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_turn turn NC_AUTO(nc_turn_end) = {.taken = false};
	char *path NC_AUTO(nc_free_at) = NULL;
	uint64_t counter, offered;
	enum nc_status status;

	nc_home_init(&home);
	status = nc_home_open(&home, call, err);
	if (status == NC_OK)
		status = nc_client_take_turn(&home, &turn, err);
	if (status == NC_OK)
		status = nc_client_export(&home, call, call->arguments[0], NULL,
			"", &path, &counter, &offered, err);
	if (status != NC_OK)
		return status;
	return print_exported(call, path, counter, offered, err);
}

enum nc_status nc_client_take_bundle(struct nc_home *home,
	const struct nc_call *call, struct nc_slice file,
	struct nc_client_result *result, struct nc_error *err)
{
	struct nc_sync_client session NC_AUTO(nc_sync_client_fini) = {0};
	struct nc_error local = {.text = ""};
	enum nc_status status, noted;

	status = nc_sync_client_start(
		&session, home->store, home->key, &call->env, &local);
	if (status == NC_OK)
		status = nc_bundle_take(&session, file, &local);
	noted = nc_client_conclude(home, call, &session, status, result, err);
	if (status != NC_OK)
		return nc_error_set(err, status, "%s", local.text);
	if (noted == NC_OK)
		noted = nc_last_sync_save(home,
			call->env.now_ms(call->env.context), NC_OK, "", err);
	return noted;
}

/* While a change of keys is under way it may be for either key. */
static enum nc_status import(struct nc_home *home, const struct nc_call *call,
	struct nc_slice file, struct nc_client_result *result,
	struct nc_error *err)
{
	enum nc_status status;

	if (nc_client_has_next_key(home)) {
		status = nc_client_finish_by_bundle(
			home, call, file, result, err);
		if (status != NC_DENIED)
			return status;
	}
	return nc_client_take_bundle(home, call, file, result, err);
}

static enum nc_status print_imported(struct nc_home *home,
	const struct nc_call *call, const struct nc_client_result *result,
	struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;
	uint64_t unsent, waiting;
	enum nc_status status = nc_sync_unsent(home->store, &unsent, err);

	if (status == NC_OK)
		status = nc_again_waiting(home->store, &waiting, err);
	if (status != NC_OK)
		return status;
	/* What waits to be written again needs another bundle too. */
	unsent += waiting;
	if (call->json) {
		object = nc_client_json_result(&json, result);
		nc_json_put(&json, object, "unsent", nc_json_number(unsent));
		return nc_json_print(&json, object, err);
	}
	nc_console_print(_("Acknowledged by the hub: %" PRIu64
			   ", received: %" PRIu64 ", shown to be in its "
			   "history: %" PRIu64 ".\n"),
		result->sum.pushed, result->sum.pulled, result->sum.placed);
	if (unsent > 0)
		nc_console_print(_("To be sent: %" PRIu64
				   "; export a bundle for the hub.\n"),
			unsent);
	return NC_OK;
}

static enum nc_status run_import(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_turn turn NC_AUTO(nc_turn_end) = {.taken = false};
	struct nc_client_result result = {.moved = false};
	struct nc_buffer file NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_home_init(&home);
	nc_buffer_init(&file, NC_BUNDLE_BYTES_MAX);
	status = nc_home_open(&home, call, err);
	if (status == NC_OK)
		status = nc_client_take_turn(&home, &turn, err);
	if (status == NC_OK)
		status = nc_bundle_read(call->arguments[0], &file, err);
	if (status == NC_OK)
		status = import(
			&home, call, nc_buffer_slice(&file), &result, err);
	nc_client_tell_events(&result);
	if (status != NC_OK)
		return status;
	return print_imported(&home, call, &result, err);
}

const struct nc_command nc_client_bundle_export = {
	.name = "bundle export",
	.arguments = "FILE|FOLDER",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("write what is new here into a file for the hub"),
	.notes = N_("For a union without a line: on a stick, or by any other "
		    "way. Only the hub can open it. In a folder it gets a name "
		    "of its own."),
	.examples = "nhipcau bundle export /media/usb\n",
	.run = run_export,
};

const struct nc_command nc_client_bundle_import = {
	.name = "bundle import",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("take in the file that the hub's keeper sent back"),
	.notes = N_("Importing one twice, or an old one, does no harm."),
	.examples = "nhipcau bundle import "
		    "/media/usb/nhipcau-hub-ha-tinh-2024-12-0003.ncb\n",
	.run = run_import,
};
