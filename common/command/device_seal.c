/*
 * device seal, device unseal: the key file closed with a passphrase, and as
 * it was.
 */
#include "base/file.h"
#include "command/console.h"
#include "command/home.h"
#include "command/json.h"
#include "command/passphrase.h"
#include "command/shared.h"
#include "command/turn.h"

#include <string.h>

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

/* A change of keys that is under way: its key waits in one of these. */
#define SPARES 2
static const char *const spare_names[SPARES] = {"next.key", "join.key"};

struct spares {
	char *paths[SPARES];
	struct nc_key *keys[SPARES]; /* NULL: there is none */
};

static void spares_fini(struct spares *spares)
{
	for (size_t i = 0; i < SPARES; i++) {
		nc_free(spares->paths[i]);
		nc_key_free(spares->keys[i]);
	}
}

static enum nc_status load_spares(
	const struct nc_home *home, struct spares *spares, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < SPARES && status == NC_OK; i++) {
		spares->paths[i] = nc_file_join(home->folder, spare_names[i]);
		if (spares->paths[i] == NULL)
			return nc_error_no_memory(err);
		status = nc_key_load_like(spares->paths[i], home->key,
			&nc_passphrase_asked, &spares->keys[i], err);
		if (status == NC_NOT_FOUND)
			status = NC_OK;
	}
	return status;
}

static enum nc_status give(void *context, const char *path,
	struct nc_passphrase *passphrase, struct nc_error *err)
{
	(void)path;
	(void)err;
	memcpy(passphrase, context, sizeof(*passphrase));
	return NC_OK;
}

/* The key and the spare ones in one form, so that one passphrase opens all.
 * passphrase: NULL to keep them without. */
static enum nc_status save_all(const struct nc_home *home,
	const struct nc_call *call, struct nc_passphrase *passphrase,
	struct nc_error *err)
{
	struct spares spares NC_AUTO(spares_fini) = {.paths = {NULL}};
	struct nc_key *saved NC_AUTO(nc_key_free_at) = NULL;
	const struct nc_passphrase_source source = {give, passphrase};
	enum nc_status status = load_spares(home, &spares, err);

	if (status == NC_OK)
		status = passphrase == NULL
				 ? nc_key_save(home->key, home->key_path, err)
				 : nc_key_save_sealed(home->key, home->key_path,
					   passphrase, &call->env, err);
	if (status == NC_OK)
		status = nc_key_load(home->key_path, &source, &saved, err);
	for (size_t i = 0; i < SPARES && status == NC_OK; i++)
		if (spares.keys[i] != NULL)
			status = nc_key_save_like(spares.keys[i], saved,
				spares.paths[i], &call->env, err);
	return status;
}

/* Nobody changes the key while it is written; what another command put in its
 * place before, while a passphrase was typed, is the key now. */
static enum nc_status take_turn(
	struct nc_home *home, struct nc_turn *turn, struct nc_error *err)
{
	struct nc_key *key = NULL;
	enum nc_status status = nc_turn_take(turn, home->folder, err);

	if (status == NC_OK)
		status = nc_key_load_like(home->key_path, home->key,
			&nc_passphrase_asked, &key, err);
	if (status != NC_OK)
		return status;
	nc_key_free(home->key);
	home->key = key;
	return NC_OK;
}

static enum nc_status run_seal(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home NC_AUTO(nc_home_fini) = {0};
	struct nc_passphrase *passphrase NC_AUTO(nc_passphrase_free_at) =
		nc_passphrase_new();
	struct nc_turn turn NC_AUTO(nc_turn_end) = {.taken = false};
	enum nc_status status;

	nc_home_init(&home);
	if (passphrase == NULL)
		return nc_error_no_memory(err);
	status = nc_home_open(&home, call, err);
	if (status == NC_OK)
		status = nc_passphrase_choose(home.key_path, passphrase, err);
	if (status == NC_OK)
		status = take_turn(&home, &turn, err);
	if (status == NC_OK)
		status = save_all(&home, call, passphrase, err);
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
	struct nc_turn turn NC_AUTO(nc_turn_end) = {.taken = false};
	enum nc_status status;

	nc_home_init(&home);
	status = nc_home_open(&home, call, err);
	if (status == NC_OK)
		status = take_turn(&home, &turn, err);
	if (status == NC_OK && nc_key_is_sealed(home.key))
		status = save_all(&home, call, NULL, err);
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
