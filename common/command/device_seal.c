/*
 * device seal, device unseal: the key file closed with a passphrase, and as
 * it was.
 */
#include "command/console.h"
#include "command/home.h"
#include "command/json.h"
#include "command/passphrase.h"
#include "command/shared.h"

static enum nc_status print_result(const struct nc_call *call,
	const char *sentence, bool sealed, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (!call->json) {
		nc_console_print("%s\n", sentence);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "sealed", json_boolean(sealed));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_seal(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_passphrase *passphrase NC_AUTO(nc_passphrase_free_at) =
		nc_passphrase_new();
	enum nc_status status;

	nc_home_init(&home);
	if (passphrase == NULL)
		return nc_error_no_memory(err);
	status = nc_home_open(&home, call, err);
	if (status == NC_OK)
		status = nc_passphrase_choose(home.key_path, passphrase, err);
	if (status == NC_OK)
		status = nc_key_save_sealed(
			home.key, home.key_path, passphrase, &call->env, err);
	if (status != NC_OK)
		return status;
	return print_result(call,
		_("The key is sealed: each command asks for the passphrase "
		  "from now on. Nobody can open it without; keep it where you "
		  "keep what matters."),
		true, err);
}

static enum nc_status run_unseal(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	enum nc_status status;

	nc_home_init(&home);
	status = nc_home_open(&home, call, err);
	if (status == NC_OK && nc_key_is_sealed(home.key))
		status = nc_key_save(home.key, home.key_path, err);
	if (status != NC_OK)
		return status;
	return print_result(call,
		_("The key is not sealed: whoever can read this account's "
		  "files can use it."),
		false, err);
}

const struct nc_command nc_command_device_seal = {
	.name = "device seal",
	.arguments = "",
	.help = N_("close this device's key with a passphrase"),
	.notes = N_("The passphrase is asked for on the terminal, or read from "
		    "the file that NHIPCAU_PASSPHRASE_FILE names (its first "
		    "line; the file must be yours alone). Sealing a sealed key "
		    "changes its passphrase."),
	.run = run_seal,
};

const struct nc_command nc_command_device_unseal = {
	.name = "device unseal",
	.arguments = "",
	.help = N_("keep this device's key without a passphrase again"),
	.run = run_unseal,
};
