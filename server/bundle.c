/*
 * bundle import, bundle export: Exchange in files, for unions without a line.
 */
#include "server.h"
#include "base/limits.h"
#include "command/bundle_name.h"
#include "command/console.h"
#include "command/json.h"
#include "sync/bundle.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct bundle {
	const struct nc_call *call;
	struct nc_home home;
	struct nc_env env;
	struct nc_hub hub;
	struct nc_buffer bytes;
	char code[NC_LABEL_BYTES_MAX + 1]; /* the union's */
};

static enum nc_status bundle_open(struct bundle *bundle, struct nc_error *err)
{
	enum nc_status status =
		nc_server_open_home(&bundle->home, bundle->call, err);

	if (status != NC_OK)
		return status;
	bundle->env = nc_command_env();
	return nc_hub_start(&bundle->hub, bundle->home.store, bundle->home.key,
		&bundle->env, err);
}

static void bundle_init(struct bundle *bundle, const struct nc_call *call)
{
	memset(bundle, 0, sizeof(*bundle));
	bundle->call = call;
	nc_home_init(&bundle->home);
	nc_buffer_init(&bundle->bytes, NC_BUNDLE_BYTES_MAX);
}

static void bundle_fini(struct bundle *bundle)
{
	nc_hub_fini(&bundle->hub);
	nc_buffer_fini(&bundle->bytes);
	nc_home_fini(&bundle->home);
}

/* Whose device it is, and what it is called. */
static enum nc_status find_sender(struct bundle *bundle, nc_device_id id,
	const char **ret_label, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	const struct nc_registry_union *of;
	enum nc_status status =
		nc_store_registry(bundle->home.store, &registry, err);

	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, id);
	of = device == NULL ? NULL
			    : nc_registry_union(registry, &device->union_id);
	*ret_label = device == NULL ? "" : device->label;
	snprintf(bundle->code, sizeof(bundle->code), "%s",
		of == NULL ? "" : of->code);
	return NC_OK;
}

static void print_served(const struct bundle *bundle,
	const struct nc_bundle_served *served, const char *label)
{
	char time[NC_TIME_TEXT_SIZE], device[NC_DEVICE_ID_TEXT_SIZE];

	nc_console_time(time, served->made_at_ms);
	nc_device_id_format(device, served->device);
	nc_console_print(_("Bundle %" PRIu64 " of %s (%s, %s), made %s.\n"),
		served->counter, bundle->code, label, device, time);
	if (served->enrolled)
		nc_console_print(_("The device has joined with it.\n"));
	if (served->rotated)
		nc_console_print(_("The device has a new key since.\n"));
	nc_console_print(
		_("Change-sets taken in: %" PRIu64 "\n"), served->appended);
	if (served->refused > 0)
		nc_console_print(_("Change-sets not taken in: %" PRIu64
				   "; the answer says why, and the union's "
				   "next bundle brings what is missing\n"),
			served->refused);
	nc_console_print(
		_("Next: nhipcaud bundle export --union %s FOLDER, and send "
		  "the file back to the union.\n"),
		bundle->code);
}

static enum nc_status print_served_json(const struct bundle *bundle,
	const struct nc_bundle_served *served, const char *label,
	struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object = json_object();

	nc_json_put(&json, object, "device", nc_json_device(served->device));
	nc_json_put(&json, object, "label", nc_json_text(label));
	nc_json_put(&json, object, "union",
		bundle->code[0] == '\0' ? json_null()
					: nc_json_text(bundle->code));
	nc_json_put(&json, object, "counter", nc_json_number(served->counter));
	nc_json_put(&json, object, "made_at", nc_json_time(served->made_at_ms));
	nc_json_put(
		&json, object, "appended", nc_json_number(served->appended));
	nc_json_put(&json, object, "refused", nc_json_number(served->refused));
	nc_json_put(&json, object, "enrolled", json_boolean(served->enrolled));
	nc_json_put(&json, object, "rotated", json_boolean(served->rotated));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_import(struct nc_call *call, struct nc_error *err)
{
	struct nc_bundle_served served;
	struct bundle bundle;
	const char *label;
	enum nc_status status;

	bundle_init(&bundle, call);
	status = bundle_open(&bundle, err);
	if (status == NC_OK)
		status = nc_bundle_read(call->arguments[0], &bundle.bytes, err);
	if (status == NC_OK)
		status = nc_bundle_serve(&bundle.hub,
			nc_buffer_slice(&bundle.bytes), &served, err);
	/* Also by one that it does not take. */
	if (bundle.hub.begun_again > 0)
		nc_console_note(
			"%s", _("This hub's store was put back to an older "
				"state than it has signed: a new generation of "
				"its history begins, and the clients give back "
				"what they have."));
	if (status == NC_OK)
		status = find_sender(&bundle, served.device, &label, err);
	if (status == NC_OK && call->json)
		status = print_served_json(&bundle, &served, label, err);
	else if (status == NC_OK)
		print_served(&bundle, &served, label);
	bundle_fini(&bundle);
	return status;
}

const struct nc_command nc_server_bundle_import = {
	.name = "bundle import",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("take in a bundle that a union sent"),
	.notes = N_("Works while the hub is served. The same bundle again, or "
		    "an older one, does no harm."),
	.examples = "nhipcaud bundle import /media/usb/"
		    "nhipcau-ha-tinh-2024-12-0007.ncb",
	.run = run_import,
};

static enum nc_status find_union(struct bundle *bundle, const char *code,
	struct nc_id *ret_union, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_union *of;
	enum nc_status status =
		nc_store_registry(bundle->home.store, &registry, err);

	if (status == NC_OK)
		status = nc_registry_find_union(registry, code, &of, err);
	if (status != NC_OK)
		return status;
	snprintf(bundle->code, sizeof(bundle->code), "%s", of->code);
	*ret_union = of->id;
	return NC_OK;
}

static enum nc_status print_exported(const struct bundle *bundle,
	const char *path, uint64_t counter, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (!bundle->call->json) {
		nc_console_print(_("Wrote the answer for %s to %s.\nNext: send "
				   "it to the union, which runs nhipcau bundle "
				   "import with it.\n"),
			bundle->code, path);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "file", nc_json_text(path));
	nc_json_put(&json, object, "union", nc_json_text(bundle->code));
	nc_json_put(&json, object, "counter", nc_json_number(counter));
	nc_json_put(&json, object, "bytes", nc_json_number(bundle->bytes.size));
	return nc_json_print(&json, object, err);
}

static enum nc_status export_for(
	struct bundle *bundle, const char *code, struct nc_error *err)
{
	struct nc_id union_id;
	uint64_t counter;
	char *path NC_AUTO(nc_free_at) = NULL;
	enum nc_status status = bundle_open(bundle, err);

	if (status == NC_OK)
		status = find_union(bundle, code, &union_id, err);
	if (status == NC_OK)
		status = nc_bundle_count(&bundle->home, &counter, err);
	if (status == NC_OK)
		status = nc_bundle_answer(
			&bundle->hub, &union_id, counter, &bundle->bytes, err);
	if (status == NC_OK)
		nc_server_keep_checkpoint(&bundle->home, &bundle->hub);
	if (status == NC_OK)
		status =
			nc_bundle_path(bundle->call, bundle->call->arguments[0],
				bundle->code, counter, &path, err);
	if (status == NC_OK)
		status = nc_home_write_file(bundle->call, path,
			nc_buffer_slice(&bundle->bytes), err);
	if (status == NC_OK)
		status = print_exported(bundle, path, counter, err);
	return status;
}

static enum nc_status run_export(struct nc_call *call, struct nc_error *err)
{
	const char *code = nc_call_value(call, "union");
	struct bundle bundle;
	enum nc_status status;

	if (code == NULL)
		return nc_error_set(err, NC_USAGE,
			_("Whom it is for is missing; give --union CODE."));
	bundle_init(&bundle, call);
	status = export_for(&bundle, code, err);
	bundle_fini(&bundle);
	return status;
}

static const struct nc_option export_options[] = {
	{"union", 0, "CODE", N_("the union whose devices can open it")},
	{NULL, 0, NULL, NULL},
};

const struct nc_command nc_server_bundle_export = {
	.name = "bundle export",
	.arguments = "FILE|FOLDER",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("make the answer for a union's devices"),
	.notes = N_("What was taken in, what is new for the union, and the "
		    "proofs. Only that union's devices can open it. In a "
		    "folder the file gets a name of its own."),
	.examples = "nhipcaud bundle export --union ha-tinh /media/usb",
	.options = export_options,
	.run = run_export,
};
