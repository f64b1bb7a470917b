/*
 * init: a new cluster, with this machine as its hub.
 */
#include "server.h"
#include "base/limits.h"
#include "command/console.h"
#include "command/json.h"

#include <stdlib.h>
#include <string.h>

static const struct nc_option options[] = {
	{"name", 'n', "NAME", N_("the cluster's name, as printed")},
	{"listen", 'l', "ADDRESS",
		N_("where the hub listens; tcp://127.0.0.1:7800 if not given")},
	{"address", 'a', "ADDRESS",
		N_("where clients find it, if that differs")},
	{NULL, 0, NULL, NULL},
};

/* "tcp://host:port", the port a number that there is, or "*". */
static bool address_is_plain(const char *address)
{
	const char *port;

	if (strncmp(address, "tcp://", 6) != 0 ||
		strlen(address) > NC_LABEL_BYTES_MAX)
		return false;
	port = strrchr(address + 6, ':');
	if (port == NULL || port == address + 6)
		return false;
	port++;
	if (strcmp(port, "*") == 0)
		return true;
	return strlen(port) <= 5 && strspn(port, "0123456789") > 0 &&
	       port[strspn(port, "0123456789")] == '\0' && atoi(port) <= 65535;
}

static enum nc_status check_address(const char *address, struct nc_error *err)
{
	if (address_is_plain(address))
		return NC_OK;
	return nc_error_set(err, NC_INVALID,
		_("\"%s\" is no address; write tcp://host:port, as in "
		  "tcp://0.0.0.0:7800."),
		address);
}

/* Whether clients can find the hub there: "everywhere" and "any port" are
 * where it listens, not where it is. */
static bool address_is_somewhere(const char *address)
{
	const char *port = strrchr(address, ':') + 1;

	return strncmp(address, "tcp://0.0.0.0:", 14) != 0 &&
	       strncmp(address, "tcp://*:", 8) != 0 &&
	       strncmp(address, "tcp://[::]:", 11) != 0 &&
	       strcmp(port, "*") != 0 && strcmp(port, "0") != 0;
}

static enum nc_status check_findable(const char *address, struct nc_error *err)
{
	if (address_is_somewhere(address))
		return NC_OK;
	return nc_error_set(err, NC_INVALID,
		_("Clients cannot find a hub at %s; say with --address where "
		  "it is, as in --address tcp://hub.example:7800."),
		address);
}

enum nc_status nc_server_check_addresses(
	const char *listen, const char **address, struct nc_error *err)
{
	enum nc_status status = check_address(listen, err);

	if (*address == NULL)
		*address = listen;
	if (status == NC_OK)
		status = check_address(*address, err);
	if (status == NC_OK)
		status = check_findable(*address, err);
	return status;
}

/* The identity, the cluster's first change-set and where to listen: all in
 * one transaction, so that a hub is there whole or not at all. */
static enum nc_status found(struct nc_home *home, const char *name,
	const char *listen, const char *address, struct nc_error *err)
{
	struct nc_env env = nc_command_env();
	struct nc_author author = {
		.key = home->key, .env = &env, .name = nc_slice_text(name)};
	struct nc_identity identity = {.is_hub = true};
	enum nc_status status = nc_store_begin(home->store, err);

	if (status != NC_OK)
		return status;
	identity.cluster = nc_id_new(&env);
	memcpy(identity.hub_key, nc_key_public(home->key), NC_KEY_SIZE);
	strncpy(identity.address, address, sizeof(identity.address) - 1);
	status = nc_store_set_identity(home->store, &identity, err);
	if (status == NC_OK)
		status = nc_store_set_note(home->store, NC_NOTE_LISTEN,
			nc_slice_text(listen), err);
	if (status == NC_OK)
		status = nc_cluster_found(home->store, &author,
			nc_slice_text(name), nc_slice_text(address), err);
	if (status == NC_OK)
		status = nc_store_commit(home->store, err);
	else
		nc_store_rollback(home->store);
	if (status == NC_OK)
		home->identity = identity;
	return status;
}

static enum nc_status print_made(const struct nc_home *home,
	const struct nc_call *call, const char *name, const char *address,
	struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (!call->json) {
		nc_console_print(
			_("Made the hub of %s in %s.\n"), name, home->folder);
		nc_console_print(
			_("Next: nhipcaud union add CODE \"NAME\", then "
			  "nhipcaud serve.\n"));
		return NC_OK;
	}
	object = json_object();
	nc_json_put(
		&json, object, "cluster", nc_json_id(&home->identity.cluster));
	nc_json_put(&json, object, "name", nc_json_text(name));
	nc_json_put(&json, object, "address", nc_json_text(address));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_in(
	struct nc_home *home, const struct nc_call *call, struct nc_error *err)
{
	const char *listen = nc_call_value(call, "listen");
	const char *address = nc_call_value(call, "address");
	const char *name = nc_call_value(call, "name");
	bool known = false;
	enum nc_status status;

	if (name == NULL)
		return nc_error_set(err, NC_USAGE,
			_("A cluster needs a name; give it with --name."));
	if (listen == NULL)
		listen = NC_SERVER_LISTEN;
	status = nc_server_check_addresses(listen, &address, err);
	if (status == NC_OK)
		status = nc_home_clean_label(home, "--name", name, &name, err);
	if (status == NC_OK)
		status = nc_home_make(home, call, &known, err);
	if (status == NC_OK && known)
		status = nc_error_set(err, NC_EXISTS,
			_("There is a home at %s already; name another with "
			  "--home."),
			home->folder);
	if (status == NC_OK)
		status = found(home, name, listen, address, err);
	if (status == NC_OK)
		status = print_made(home, call, name, address, err);
	return status;
}

static enum nc_status run(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home;
	enum nc_status status;

	nc_home_init(&home);
	status = run_in(&home, call, err);
	nc_home_fini(&home);
	return status;
}

const struct nc_command nc_server_init = {
	.name = "init",
	.arguments = "",
	.help = N_("make a new cluster with this machine as its hub"),
	.examples = "nhipcaud init --name \"Cụm 3\" --listen "
		    "tcp://0.0.0.0:7800 --address tcp://hub.example:7800",
	.options = options,
	.run = run,
};
