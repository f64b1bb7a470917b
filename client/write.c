#include "client.h"
#include "command/console.h"
#include "command/last_sync.h"

#include <string.h>

/* NULL: the hub's records here do not name it. */
static enum nc_status find_device(struct nc_home *home,
	const struct nc_registry_device **ret_device, struct nc_error *err)
{
	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(home->store, &registry, err);

	if (status == NC_OK)
		*ret_device =
			nc_registry_device(registry, nc_key_device(home->key));
	return status;
}

static enum nc_status renew(
	void *context, const struct nc_key **ret_key, struct nc_error *err)
{
	struct nc_home *home = context;
	enum nc_status status = nc_client_renew_key(home, err);

	*ret_key = home->key;
	return status;
}

enum nc_status nc_client_open(struct nc_home *home, const struct nc_call *call,
	struct nc_author *ret_author, struct nc_error *err)
{
	const struct nc_registry_device *device = NULL;
	struct nc_last_sync last;
	enum nc_status status = nc_home_open(home, call, err);

	if (status == NC_OK)
		status = find_device(home, &device, err);
	/* Its key may be another already. */
	if (status == NC_OK && device != NULL && device->revoked) {
		status = nc_client_renew_key(home, err);
		if (status == NC_OK)
			status = find_device(home, &device, err);
	}
	if (status != NC_OK)
		return status;
	if (device == NULL)
		return nc_error_set(err, NC_UNKNOWN_DEVICE,
			_("The hub's word that this device belongs to your "
			  "union has not arrived yet; run nhipcau sync, or "
			  "import the bundle that the hub's keeper sends back, "
			  "and try again."));
	if (device->revoked)
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("This device was revoked and may not write any more; "
			  "ask the hub's keeper for an invitation and join "
			  "again in this home."));
	status = nc_last_sync_load(home, &last, err);
	/* The hub tells nobody whom it has revoked; it only turns them away. */
	if (status == NC_OK && last.known &&
		strcmp(last.result, nc_status_name(NC_REVOKED_DEVICE)) == 0)
		nc_console_note(_("The cluster has revoked this device: what "
				  "you write here stays here."));
	if (status != NC_OK)
		return status;
	status = nc_home_author(home, call, ret_author, err);
	ret_author->renew = renew;
	ret_author->context = home;
	return status;
}

void nc_client_print_trial(bool dry_run)
{
	if (dry_run)
		nc_console_print(_("Nothing was written: this was a trial "
				   "(--dry-run).\n"));
}
