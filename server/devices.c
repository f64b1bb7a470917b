/*
 * device list, device revoke.
 */
#include "server.h"
#include "command/console.h"
#include "command/json.h"
#include "command/table.h"
#include "command/view.h"

#include <string.h>

/* The device whose key took the place of this one's; NULL: none did. */
static const struct nc_registry_device *replaced_by(
	const struct nc_registry *registry,
	const struct nc_registry_device *device)
{
	for (size_t i = 0; i < registry->devices_count; i++)
		if (registry->devices[i].succeeds == device->device)
			return &registry->devices[i];
	return NULL;
}

static const char *device_state(const struct nc_registry *registry,
	const struct nc_registry_device *device)
{
	if (!device->revoked)
		return device->is_hub ? "hub" : "active";
	if (device->is_hub)
		return "former-hub";
	return replaced_by(registry, device) != NULL ? "replaced" : "revoked";
}

static const char *device_state_words(const struct nc_registry *registry,
	const struct nc_registry_device *device)
{
	if (!device->revoked)
		return device->is_hub ? _("hub") : _("active");
	if (device->is_hub)
		return _("former hub");
	return replaced_by(registry, device) != NULL ? _("replaced")
						     : _("revoked");
}

static enum nc_status print_devices(struct nc_view *view, struct nc_error *err)
{
	const struct nc_registry *registry = view->registry;
	struct nc_table table;
	enum nc_status status;

	nc_table_init(&table, 4);
	nc_table_cell(&table, _("Device"));
	nc_table_cell(&table, _("Label"));
	nc_table_cell(&table, _("Union"));
	nc_table_cell(&table, _("State"));
	for (size_t i = 0; i < registry->devices_count; i++) {
		const struct nc_registry_device *device = &registry->devices[i];
		const char *of =
			device->is_hub ? "–"
				       : nc_view_union(view, &device->union_id);
		char id[NC_DEVICE_ID_TEXT_SIZE];

		nc_device_id_format(id, device->device);
		nc_table_cell(&table, id);
		nc_table_cell(&table, device->label);
		nc_table_cell(&table, of == NULL ? "" : of);
		nc_table_cell(&table, device_state_words(registry, device));
	}
	status = nc_table_print(&table, err);
	nc_table_fini(&table);
	return status;
}

static void put_replaced(struct nc_json *json, json_t *object,
	const struct nc_registry *registry,
	const struct nc_registry_device *device)
{
	const struct nc_registry_device *by = replaced_by(registry, device);

	nc_json_put(json, object, "replaced_by",
		by == NULL ? json_null() : nc_json_device(by->device));
}

static enum nc_status print_devices_json(
	struct nc_view *view, struct nc_error *err)
{
	const struct nc_registry *registry = view->registry;
	json_t *list = json_array();

	for (size_t i = 0; i < registry->devices_count; i++) {
		const struct nc_registry_device *device = &registry->devices[i];
		json_t *object = json_object();

		nc_json_put(&view->json, object, "device",
			nc_json_device(device->device));
		nc_json_put(&view->json, object, "label",
			nc_json_text(device->label));
		nc_json_put(&view->json, object, "union",
			device->is_hub ? json_null()
				       : nc_json_union(registry,
						 &view->home.identity.cluster,
						 &device->union_id));
		nc_json_put(&view->json, object, "state",
			nc_json_text(device_state(registry, device)));
		put_replaced(&view->json, object, registry, device);
		nc_json_add(&view->json, list, object);
	}
	return nc_json_print(&view->json, list, err);
}

static enum nc_status run_list(struct nc_call *call, struct nc_error *err)
{
	return nc_view_run(call, print_devices, print_devices_json, err);
}

const struct nc_command nc_server_device_list = {
	.name = "device list",
	.arguments = "",
	.help = N_("the cluster's devices, whose they are, and their state"),
	.run = run_list,
};

/* The one device whose id begins with these digits. */
static enum nc_status find_device(const struct nc_registry *registry,
	const char *digits, nc_device_id *ret_device, struct nc_error *err)
{
	size_t found = 0;

	for (size_t i = 0; i < registry->devices_count; i++) {
		char id[NC_DEVICE_ID_TEXT_SIZE];

		nc_device_id_format(id, registry->devices[i].device);
		if (digits[0] == '\0' ||
			strncasecmp(id, digits, strlen(digits)) != 0)
			continue;
		*ret_device = registry->devices[i].device;
		found++;
	}
	if (found == 1)
		return NC_OK;
	if (found == 0)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no device %s; device list shows which "
			  "there are."),
			digits);
	return nc_error_set(err, NC_INVALID,
		_("%zu devices begin with %s; give more digits."), found,
		digits);
}

static enum nc_status revoke(struct nc_home *home,
	const struct nc_author *author, const char *digits,
	nc_device_id *ret_device, struct nc_error *err)
{
	const struct nc_registry *registry;
	enum nc_status status = nc_store_begin(home->store, err);

	if (status != NC_OK)
		return status;
	status = nc_store_registry(home->store, &registry, err);
	if (status == NC_OK)
		status = find_device(registry, digits, ret_device, err);
	if (status == NC_OK)
		status = nc_cluster_revoke(
			home->store, author, *ret_device, err);
	if (status == NC_OK)
		return nc_store_commit(home->store, err);
	nc_store_rollback(home->store);
	return status;
}

static enum nc_status print_revoked(
	const struct nc_call *call, nc_device_id device, struct nc_error *err)
{
	char id[NC_DEVICE_ID_TEXT_SIZE];
	struct nc_json json = {false};
	json_t *object;

	nc_device_id_format(id, device);
	if (!call->json) {
		nc_console_print(
			_("Revoked device %s: the hub takes nothing more from "
			  "it; what it had sent stays.\n"),
			id);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "revoked", nc_json_device(device));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_revoke(struct nc_call *call, struct nc_error *err)
{
	struct nc_author author;
	struct nc_home home;
	nc_device_id device;
	enum nc_status status;

	nc_home_init(&home);
	status = nc_server_open(&home, call, &author, err);
	if (status == NC_OK)
		status = revoke(
			&home, &author, call->arguments[0], &device, err);
	if (status == NC_OK)
		status = print_revoked(call, device, err);
	nc_home_fini(&home);
	return status;
}

const struct nc_command nc_server_device_revoke = {
	.name = "device revoke",
	.arguments = "ID",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("take nothing more from a device"),
	.notes = N_("For a laptop that was lost or given away. What it sent "
		    "before stays. What a colleague brings of it later is kept "
		    "as refusals, where refusal list shows it: nothing is "
		    "lost, and it counts for nothing. The union joins anew "
		    "with another device."),
	.examples = "nhipcaud device revoke 1a2b3c4d",
	.run = run_revoke,
};
