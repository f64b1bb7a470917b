#include "server.h"
#include "store/hubs.h"

enum nc_status nc_server_open_home(
	struct nc_home *home, const struct nc_call *call, struct nc_error *err)
{
	enum nc_status status = nc_home_open(home, call, err);

	if (status == NC_OK && !home->identity.is_hub)
		status = nc_error_set(err, NC_INVALID,
			_("%s is a client's home, not a hub's; name the hub's "
			  "with --home."),
			home->folder);
	return status;
}

enum nc_status nc_server_author(struct nc_home *home,
	const struct nc_call *call, struct nc_author *ret_author,
	struct nc_error *err)
{
	enum nc_status status = nc_home_author(home, call, ret_author, err);

	if (status == NC_OK && home->author_key == NULL)
		status = nc_hubs_author(
			home->store, home->key, &home->author_key, err);
	if (status == NC_OK)
		ret_author->key = home->author_key;
	return status;
}

static enum nc_status check_present(struct nc_home *home, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_hub *hub;
	enum nc_status status;

	if (!home->identity.handed_over)
		return NC_OK;
	status = nc_store_registry(home->store, &registry, err);
	if (status != NC_OK)
		return status;
	hub = nc_registry_current_hub(registry);
	return nc_error_set(err, NC_MOVED,
		_("This hub has handed over and writes nothing more; the "
		  "cluster's hub is at %s now: do it there."),
		hub == NULL ? home->identity.address : hub->address);
}

enum nc_status nc_server_open(struct nc_home *home, const struct nc_call *call,
	struct nc_author *ret_author, struct nc_error *err)
{
	enum nc_status status = nc_server_open_home(home, call, err);

	if (status == NC_OK)
		status = check_present(home, err);
	if (status == NC_OK)
		status = nc_server_author(home, call, ret_author, err);
	return status;
}
