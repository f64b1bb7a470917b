#include "server.h"

enum nc_status nc_server_open(struct nc_home *home, const struct nc_call *call,
	struct nc_author *ret_author, struct nc_error *err)
{
	enum nc_status status = nc_home_open(home, call, err);

	if (status == NC_OK && !home->identity.is_hub)
		status = nc_error_set(err, NC_INVALID,
			_("%s is a client's home, not a hub's; name the hub's "
			  "with --home."),
			home->folder);
	if (status == NC_OK)
		status = nc_home_author(home, call, ret_author, err);
	return status;
}
