/*
 * handover key, handover export, handover import: the hub moves to another
 * office.
 *
 *     new office   key      → one line, sent to the old office
 *     old office   export   → from its commit on the new hub is the cluster's;
 *                             a file with everything
 *     new office   import   → serve
 *
 * Each may be interrupted anywhere and is then said again. Which hub is the
 * cluster's is one record, so at every moment there is exactly one.
 */
#include "server.h"
#include "base/file.h"
#include "base/limits.h"
#include "command/bundle_name.h"
#include "command/console.h"
#include "command/json.h"
#include "store/hubs.h"
#include "sync/bundle.h"
#include "wire/bundle.h"
#include "wire/hub_key.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where clients will find this hub: a note until it is one. */
#define ADDRESS_NOTE "handover-address"

/* handover key */

static const struct nc_option key_options[] = {
	{"listen", 'l', "ADDRESS",
		N_("where the hub listens; tcp://127.0.0.1:7800 if not given")},
	{"address", 'a', "ADDRESS",
		N_("where clients find it, if that differs")},
	{NULL, 0, NULL, NULL},
};

static enum nc_status note_addresses(struct nc_home *home, const char *listen,
	const char *address, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(home->store, err);

	if (status != NC_OK)
		return status;
	status = nc_store_set_note(
		home->store, NC_NOTE_LISTEN, nc_slice_text(listen), err);
	if (status == NC_OK)
		status = nc_store_set_note(
			home->store, ADDRESS_NOTE, nc_slice_text(address), err);
	if (status == NC_OK)
		return nc_store_commit(home->store, err);
	nc_store_rollback(home->store);
	return status;
}

/* What was said when the key was first printed, unless it is said anew. */
static enum nc_status choose_address(struct nc_home *home,
	const struct nc_call *call, bool known, const char **ret_address,
	struct nc_error *err)
{
	const char *listen = nc_call_value(call, "listen");
	const char *address = nc_call_value(call, "address");
	const char *noted;
	enum nc_status status = nc_home_note(home, ADDRESS_NOTE, &noted, err);

	if (status != NC_OK)
		return status;
	if (known && (noted[0] == '\0' || listen != NULL || address != NULL))
		return nc_error_set(err, NC_EXISTS,
			_("There is a hub in %s already; name another folder "
			  "with --home."),
			home->folder);
	if (noted[0] != '\0' && listen == NULL && address == NULL) {
		*ret_address = noted;
		return NC_OK;
	}
	if (listen == NULL && noted[0] != '\0')
		status = nc_home_note(home, NC_NOTE_LISTEN, &listen, err);
	else if (listen == NULL)
		listen = NC_SERVER_LISTEN;
	if (status == NC_OK)
		status = nc_server_check_addresses(listen, &address, err);
	if (status == NC_OK)
		status = note_addresses(home, listen, address, err);
	if (status == NC_OK)
		*ret_address = address;
	return status;
}

static enum nc_status print_key(const struct nc_home *home,
	const struct nc_call *call, const char *address, struct nc_error *err)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_hub_key_line line = {.address = nc_slice_text(address)};
	struct nc_json json = {false};
	enum nc_status status;
	json_t *object;

	nc_buffer_init(&text, NC_INVITATION_TEXT_MAX);
	memcpy(line.public_key, nc_key_public(home->key), NC_KEY_SIZE);
	status = nc_hub_key_print(&line, &text, err);
	if (status != NC_OK)
		return status;
	if (!call->json) {
		nc_console_print("%s\n", nc_buffer_string(&text));
		return NC_OK;
	}
	object = json_object();
	nc_json_put(
		&json, object, "key", nc_json_text(nc_buffer_string(&text)));
	nc_json_put(&json, object, "device",
		nc_json_device(nc_key_device(home->key)));
	nc_json_put(&json, object, "address", nc_json_text(address));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_key(struct nc_call *call, struct nc_error *err)
{
	struct nc_home home;
	const char *address;
	bool known = false;
	enum nc_status status;

	nc_home_init(&home);
	status = nc_home_make(&home, call, &known, err);
	if (status == NC_OK)
		status = choose_address(&home, call, known, &address, err);
	if (status == NC_OK)
		status = print_key(&home, call, address, err);
	nc_home_fini(&home);
	return status;
}

const struct nc_command nc_server_handover_key = {
	.name = "handover key",
	.arguments = "",
	.help = N_("make a home for the cluster's next hub and print its key"),
	.notes = N_("On the machine of the office that takes the hub over. "
		    "Send the one line to the office that has it now; it is no "
		    "secret, but make sure that it arrives as it is. Said "
		    "again, it prints the same line."),
	.examples = "nhipcaud handover key --listen tcp://0.0.0.0:7800 "
		    "--address tcp://hub.example:7800",
	.options = key_options,
	.run = run_key,
};

/* handover export */

static const struct nc_option export_options[] = {
	{"to", 0, "KEY", N_("the line that handover key printed there")},
	{"yes", 0, NULL, N_("do not ask")},
	{NULL, 0, NULL, NULL},
};

struct export
{
	const struct nc_call *call;
	struct nc_home home;
	struct nc_author author;
	struct nc_hub_key_line next;
	struct nc_buffer bytes;
	bool again; /* it was handed over before */
};

/* A terminal is asked; a script says --yes. */
static enum nc_status confirm(const struct export *export, struct nc_error *err)
{
	char answer[64] = "";

	if (nc_call_has(export->call, "yes"))
		return NC_OK;
	if (!isatty(STDIN_FILENO) || !isatty(STDERR_FILENO))
		return nc_error_set(err, NC_USAGE,
			_("A hand-over cannot be taken back; say --yes where "
			  "nobody can be asked."));
	fprintf(stderr,
		_("From now on the cluster's hub is at %.*s, and this one "
		  "writes nothing more. This cannot be taken back.\nType yes "
		  "to hand over: "),
		(int)export->next.address.size,
		(const char *)export->next.address.data);
	fflush(stderr);
	if (fgets(answer, sizeof(answer), stdin) == NULL)
		answer[0] = '\0';
	answer[strcspn(answer, "\r\n")] = '\0';
	/* Translators: what is typed to agree. */
	if (strcmp(answer, _("yes")) == 0 || strcmp(answer, "yes") == 0)
		return NC_OK;
	return nc_error_set(err, NC_DENIED,
		_("Nothing was handed over; this hub goes on as before."));
}

/* Before what cannot be taken back: a file can be written there. */
static enum nc_status check_folder(
	const struct export *export, struct nc_error *err)
{
	const char *path = export->call->arguments[0];
	enum nc_status status;

	if (access(path, F_OK) == 0)
		return access(path, W_OK) == 0
			       ? NC_OK
			       : nc_file_error(err, errno, path);
	status = nc_file_write(path, nc_slice_text("-"), 0600, err);
	if (status == NC_OK)
		(void)unlink(path);
	return status;
}

/* What cannot be written into one file must not be handed over: counted as if
 * nothing could be compressed. */
static enum nc_status check_size(
	const struct export *export, struct nc_error *err)
{
	uint64_t bytes;
	enum nc_status status = nc_log_bytes(export->home.store, &bytes, err);

	if (status == NC_OK && bytes > NC_BUNDLE_BYTES_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("The history takes %" PRIu64 " bytes and a hand-over "
			  "file may take %d; move the hub's home to the new "
			  "office with backup and restore instead. Nothing was "
			  "handed over."),
			bytes, NC_BUNDLE_BYTES_MAX);
	return status;
}

static enum nc_status hand_over(struct export *export, struct nc_error *err)
{
	struct nc_store *store = export->home.store;
	enum nc_status status = export->again ? NC_OK : check_size(export, err);

	if (status == NC_OK)
		status = nc_store_begin(store, err);
	if (status != NC_OK)
		return status;
	/* Only now: a person was asked, and serve has gone on meanwhile. */
	status = nc_server_author(
		&export->home, export->call, &export->author, err);
	if (status == NC_OK)
		status = nc_hubs_hand_over(store, &export->author,
			export->next.public_key, export->next.address, err);
	if (status == NC_OK)
		return nc_store_commit(store, err);
	nc_store_rollback(store);
	return status;
}

static enum nc_status write_file(struct export *export, struct nc_error *err)
{
	struct nc_env env = nc_command_env();
	struct nc_hub hub;
	uint64_t counter;
	enum nc_status status = nc_hub_start(
		&hub, export->home.store, export->home.key, &env, err);

	if (status == NC_OK)
		status = nc_bundle_count(&export->home, &counter, err);
	if (status == NC_OK)
		status = nc_bundle_hand_over(&hub, export->next.public_key,
			counter, &export->bytes, err);
	if (status == NC_OK)
		status = nc_file_write(export->call->arguments[0],
			nc_buffer_slice(&export->bytes), 0600, err);
	nc_hub_fini(&hub);
	return status;
}

static enum nc_status print_exported(
	const struct export *export, struct nc_error *err)
{
	const char *path = export->call->arguments[0];
	struct nc_json json = {false};
	json_t *object;

	if (!export->call->json) {
		nc_console_print(
			_("Handed over to the hub at %.*s; %s has everything, "
			  "and only that hub can open it.\n"),
			(int)export->next.address.size,
			(const char *)export->next.address.data, path);
		nc_console_print(
			_("Next: bring the file there, and run nhipcaud "
			  "handover import with it. Let this hub serve for a "
			  "while longer: it tells clients where the new one "
			  "is.\n"));
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "file", nc_json_text(path));
	nc_json_put(
		&json, object, "address", nc_json_slice(export->next.address));
	nc_json_put(&json, object, "device",
		nc_json_device(nc_public_device(export->next.public_key)));
	nc_json_put(&json, object, "again", json_boolean(export->again));
	nc_json_put(&json, object, "bytes", nc_json_number(export->bytes.size));
	return nc_json_print(&json, object, err);
}

static enum nc_status export_to(
	struct export *export, const char *key, struct nc_error *err)
{
	enum nc_status status =
		nc_hub_key_parse(key, &export->home.arena, &export->next, err);

	if (status == NC_OK)
		status = nc_server_open_home(&export->home, export->call, err);
	if (status != NC_OK)
		return status;
	export->again = export->home.identity.handed_over;
	if (!export->again)
		status = confirm(export, err);
	if (status == NC_OK && !export->again)
		status = check_folder(export, err);
	if (status == NC_OK)
		status = hand_over(export, err);
	if (status == NC_OK)
		status = write_file(export, err);
	if (status == NC_OK)
		status = print_exported(export, err);
	return status;
}

static enum nc_status run_export(struct nc_call *call, struct nc_error *err)
{
	const char *key = nc_call_value(call, "to");
	struct export export = {.call = call};
	enum nc_status status;

	if (key == NULL)
		return nc_error_set(err, NC_USAGE,
			_("The next hub's key is missing; give --to KEY, the "
			  "line that handover key printed there."));
	nc_home_init(&export.home);
	nc_buffer_init(&export.bytes, NC_BUNDLE_BYTES_MAX);
	status = export_to(&export, key, err);
	nc_buffer_fini(&export.bytes);
	nc_home_fini(&export.home);
	return status;
}

const struct nc_command nc_server_handover_export = {
	.name = "handover export",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("hand the cluster over to the next hub"),
	.notes = N_("From then on that hub is the cluster's, and this one only "
		    "tells clients where it is: this cannot be taken back. "
		    "FILE has the whole history; only that hub can open it. "
		    "Said again with the same key, it writes the file again. "
		    "Works while the hub is served."),
	.examples = "nhipcaud handover export --to nhipcauhub1-… "
		    "/media/usb/handover.ncb",
	.options = export_options,
	.run = run_export,
};

/* handover import */

struct import {
	const struct nc_call *call;
	struct nc_home home;
	struct nc_buffer bytes;
	bool again;
	char cluster[NC_ERROR_TEXT_MAX];
	char address[NC_ERROR_TEXT_MAX];
	size_t unions;
	uint64_t change_sets;
	nc_device_id old_hub;
};

/* This home took over before: the file is of that cluster. */
static enum nc_status check_again(struct import *import, struct nc_error *err)
{
	struct nc_bundle_reader reader NC_AUTO(nc_bundle_reader_fini) = {0};
	const struct nc_identity *identity = &import->home.identity;
	enum nc_status status;

	nc_bundle_reader_init(&reader);
	status = nc_bundle_open(&reader, nc_buffer_slice(&import->bytes),
		import->home.key, err);
	if (status != NC_OK)
		return status;
	if (reader.info.kind != NC_BUNDLE_HANDOVER || !identity->is_hub ||
		nc_id_compare(&reader.info.cluster, &identity->cluster) != 0)
		return nc_error_set(err, NC_EXISTS,
			_("There is a hub in %s already, of another cluster; "
			  "name another folder with --home."),
			import->home.folder);
	import->again = true;
	return NC_OK;
}

/* What is told: the cluster as it is now here. */
static enum nc_status read_taken(struct import *import, struct nc_error *err)
{
	const struct nc_registry *registry;
	struct nc_store *store = import->home.store;
	enum nc_status status = nc_store_registry(store, &registry, err);

	if (status == NC_OK)
		status = nc_log_count(store, &import->change_sets, err);
	if (status != NC_OK)
		return status;
	snprintf(import->cluster, sizeof(import->cluster), "%s",
		registry->cluster_name);
	import->unions = registry->unions_count;
	for (size_t i = 0; i < registry->hubs_count; i++) {
		const struct nc_registry_hub *hub = &registry->hubs[i];

		if (hub->device == nc_key_device(import->home.key)) {
			snprintf(import->address, sizeof(import->address), "%s",
				hub->address);
			break;
		}
		import->old_hub = hub->device;
	}
	return NC_OK;
}

static enum nc_status print_taken(
	const struct import *import, struct nc_error *err)
{
	char device[NC_DEVICE_ID_TEXT_SIZE];
	struct nc_json json = {false};
	json_t *object;

	nc_device_id_format(device, import->old_hub);
	if (!import->call->json) {
		nc_console_print(_("This is the hub of %s now, at %s. Unions: "
				   "%zu; change-sets: %" PRIu64
				   "; taken over from the hub %s.\n"),
			import->cluster, import->address, import->unions,
			import->change_sets, device);
		nc_console_print(
			_("Next: nhipcaud serve. Clients come by themselves: "
			  "the old hub tells them.\n"));
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "cluster", nc_json_text(import->cluster));
	nc_json_put(&json, object, "address", nc_json_text(import->address));
	nc_json_put(&json, object, "unions", nc_json_number(import->unions));
	nc_json_put(&json, object, "change_sets",
		nc_json_number(import->change_sets));
	nc_json_put(&json, object, "from", nc_json_device(import->old_hub));
	nc_json_put(&json, object, "again", json_boolean(import->again));
	return nc_json_print(&json, object, err);
}

/* The home that handover key made; with the key that the file is for. */
static enum nc_status open_next(
	struct import *import, bool *ret_known, struct nc_error *err)
{
	struct nc_home *home = &import->home;
	enum nc_status status = nc_home_locate(home, import->call, err);

	if (status == NC_OK && access(home->key_path, F_OK) != 0)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no key in %s; run nhipcaud handover key "
			  "first, or name its folder with --home."),
			home->folder);
	if (status == NC_OK)
		status = nc_home_lock_alone(&home->lock, home->folder, err);
	if (status != NC_OK)
		return status;
	nc_free(home->folder);
	nc_free(home->store_path);
	nc_free(home->key_path);
	home->folder = home->store_path = home->key_path = NULL;
	return nc_home_make(home, import->call, ret_known, err);
}

static enum nc_status import_file(struct import *import, struct nc_error *err)
{
	struct nc_env env = nc_command_env();
	struct nc_home *home = &import->home;
	bool known = false;
	enum nc_status status =
		nc_bundle_read(import->call->arguments[0], &import->bytes, err);

	if (status == NC_OK)
		status = open_next(import, &known, err);
	if (status != NC_OK)
		return status;
	if (known)
		status = check_again(import, err);
	else
		status = nc_bundle_take_over(home->store, home->key, &env,
			nc_buffer_slice(&import->bytes), err);
	if (status == NC_OK)
		status = read_taken(import, err);
	if (status == NC_OK)
		status = print_taken(import, err);
	return status;
}

static enum nc_status run_import(struct nc_call *call, struct nc_error *err)
{
	struct import import = {.call = call};
	enum nc_status status;

	nc_home_init(&import.home);
	nc_buffer_init(&import.bytes, NC_BUNDLE_BYTES_MAX);
	status = import_file(&import, err);
	nc_buffer_fini(&import.bytes);
	nc_home_fini(&import.home);
	return status;
}

const struct nc_command nc_server_handover_import = {
	.name = "handover import",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("become the cluster's hub, with what the old one handed "
		   "over"),
	.notes = N_("In the home that handover key made. Everything in the "
		    "file is checked, and taken whole or not at all."),
	.examples = "nhipcaud handover import /media/usb/handover.ncb",
	.run = run_import,
};
