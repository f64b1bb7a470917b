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

/* serve may have begun a new generation since, and writes with another key: a
 * number that the one before has given must not be given again. */
static enum nc_status renew(
	void *context, const struct nc_key **ret_key, struct nc_error *err)
{
	struct nc_home *home = context;
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status =
		nc_hubs_author(home->store, home->key, &key, err);

	if (status != NC_OK)
		return status;
	if (home->author_key == NULL ||
		nc_key_device(key) != nc_key_device(home->author_key)) {
		/* An author may name the one that it had first. */
		if (home->left_key == NULL)
			home->left_key = home->author_key;
		else
			nc_key_free(home->author_key);
		home->author_key = key;
		key = NULL;
	}
	*ret_key = home->author_key;
	return NC_OK;
}

enum nc_status nc_server_author(struct nc_home *home,
	const struct nc_call *call, struct nc_author *ret_author,
	struct nc_error *err)
{
	enum nc_status status = nc_home_author(home, call, ret_author, err);

	if (status == NC_OK)
		status = renew(home, &ret_author->key, err);
	ret_author->renew = renew;
	ret_author->context = home;
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
