/*
 * join INVITATION: this machine becomes a device of a union. Safe to repeat:
 * the key is made first and kept, the hub welcomes the same key again, and
 * the store learns whose it is only once the hub has said yes.
 */
#include "client.h"
#include "base/limits.h"
#include "command/console.h"
#include "net/net.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define JOIN_ARENA_MAX (1024 * 1024)

struct join {
	struct nc_home home;
	struct nc_arena arena;
	struct nc_invitation invitation;
	const char *label;
	bool already; /* the hub has named this device before */
	struct nc_sync_client session;
};

static void join_init(struct join *join)
{
	memset(join, 0, sizeof(*join));
	nc_home_init(&join->home);
	nc_arena_init(&join->arena, JOIN_ARENA_MAX);
}

static void join_fini(struct join *join)
{
	nc_wipe(join->invitation.secret, sizeof(join->invitation.secret));
	nc_home_fini(&join->home);
	nc_arena_fini(&join->arena);
}

/* "-" reads it from standard input, where other users do not see it. */
static enum nc_status read_invitation(
	struct join *join, const char *word, struct nc_error *err)
{
	char line[8192] = "";
	enum nc_status status;

	if (strcmp(word, "-") == 0) {
		size_t size = fread(line, 1, sizeof(line) - 1, stdin);

		line[size] = '\0';
		word = line;
	}
	status =
		nc_invitation_parse(word, &join->arena, &join->invitation, err);
	nc_wipe(line, sizeof(line));
	if (status == NC_OK &&
		join->invitation.address.size >= NC_ERROR_TEXT_MAX)
		return nc_error_set(err, NC_MALFORMED,
			_("The invitation's address is too long; ask the hub's "
			  "keeper for a new one."));
	return status;
}

static enum nc_status find_label(
	struct join *join, const struct nc_call *call, struct nc_error *err)
{
	const char *typed = nc_call_value(call, "device");
	char host[256] = "";

	if (typed == NULL) {
		(void)gethostname(host, sizeof(host) - 1);
		typed = host[0] == '\0' ? "nhipcau" : host;
	}
	return nc_home_clean_label(
		&join->home, _("The device's label"), typed, &join->label, err);
}

static struct nc_identity identity_of(const struct nc_invitation *invitation)
{
	struct nc_identity identity = {.is_hub = false};

	identity.cluster = invitation->cluster;
	identity.union_id = invitation->union_id;
	memcpy(identity.hub_key, invitation->hub_key, NC_KEY_SIZE);
	memcpy(identity.address, invitation->address.data,
		invitation->address.size);
	return identity;
}

/* A home that knows whose it is may go on with the same union's invitation,
 * and with no other. */
static enum nc_status check_known(struct join *join, struct nc_error *err)
{
	const struct nc_identity *known = &join->home.identity;
	const struct nc_invitation *given = &join->invitation;
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	enum nc_status status;

	if (nc_id_compare(&known->cluster, &given->cluster) != 0 ||
		nc_id_compare(&known->union_id, &given->union_id) != 0 ||
		memcmp(known->hub_key, given->hub_key, NC_KEY_SIZE) != 0)
		return nc_error_set(err, NC_EXISTS,
			_("%s belongs to another union or cluster already; "
			  "name a new folder with --home."),
			join->home.folder);
	status = nc_store_registry(join->home.store, &registry, err);
	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, nc_key_device(join->home.key));
	if (device != NULL && device->revoked)
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("This device was revoked and cannot join again; name "
			  "a new folder with --home."));
	join->already = device != NULL;
	return NC_OK;
}

static enum nc_status enrol(
	struct join *join, const struct nc_call *call, struct nc_error *err)
{
	struct nc_identity identity = identity_of(&join->invitation);
	struct nc_net_client *net NC_AUTO(nc_net_client_free_at) = NULL;
	struct nc_buffer request NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer reply NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	(void)call;
	nc_buffer_init(&request, NC_MESSAGE_BYTES_MAX);
	nc_buffer_init(&reply, NC_MESSAGE_BYTES_MAX);
	status = nc_enrol_request(join->home.key, &join->invitation,
		nc_slice_text(join->label), &request, err);
	if (status == NC_OK)
		status = nc_net_client_new(identity.address, identity.hub_key,
			join->home.key, &net, err);
	if (status == NC_OK)
		status = nc_net_client_ask(
			net, nc_buffer_slice(&request), &reply, err);
	if (status == NC_OK)
		status = nc_enrol_reply(
			&join->invitation, nc_buffer_slice(&reply), err);
	nc_wipe(request.data, request.size);
	return status;
}

static enum nc_status save_notes(struct join *join, struct nc_error *err)
{
	struct nc_identity identity = identity_of(&join->invitation);
	struct nc_store *store = join->home.store;
	enum nc_status status = nc_store_set_identity(store, &identity, err);

	if (status == NC_OK)
		status = nc_store_set_note(store, NC_NOTE_UNION_NAME,
			join->invitation.union_name, err);
	if (status == NC_OK)
		status = nc_store_set_note(store, NC_NOTE_DEVICE_LABEL,
			nc_slice_text(join->label), err);
	if (status == NC_OK)
		join->home.identity = identity;
	return status;
}

static enum nc_status save_identity(struct join *join, struct nc_error *err)
{
	struct nc_store *store = join->home.store;
	enum nc_status status = nc_store_begin(store, err);

	if (status != NC_OK)
		return status;
	status = save_notes(join, err);
	if (status == NC_OK)
		return nc_store_commit(store, err);
	nc_store_rollback(store);
	return status;
}

static enum nc_status first_sync(
	struct join *join, const struct nc_call *call, struct nc_error *err)
{
	struct nc_error why = {.text = ""};
	enum nc_status status =
		nc_client_sync_once(&join->home, call, &join->session, &why);

	if (status == NC_OK)
		return NC_OK;
	return nc_error_set(err, status,
		_("You have joined, but the first sync did not work; run "
		  "nhipcau sync later. %s"),
		why.text);
}

static enum nc_status print_joined(
	struct join *join, const struct nc_call *call, struct nc_error *err)
{
	struct nc_json json = {false};
	char device[NC_DEVICE_ID_TEXT_SIZE];
	const char *union_name;
	json_t *object;
	enum nc_status status =
		nc_home_union_name(&join->home, &union_name, err);

	if (status != NC_OK)
		return status;
	nc_device_id_format(device, nc_key_device(join->home.key));
	if (!call->json) {
		nc_console_print(_("Joined: %s. This device: %s (%s).\n"),
			union_name, join->label, device);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "union", nc_json_text(union_name));
	nc_json_put(&json, object, "union_id",
		nc_json_id(&join->home.identity.union_id));
	nc_json_put(&json, object, "device", json_string(device));
	nc_json_put(&json, object, "label", nc_json_text(join->label));
	nc_json_put(&json, object, "already", json_boolean(join->already));
	nc_json_put(&json, object, "received",
		nc_json_number(join->session.pulled));
	return nc_json_print(&json, object, err);
}

static enum nc_status run(
	struct join *join, const struct nc_call *call, struct nc_error *err)
{
	bool known;
	enum nc_status status = read_invitation(join, call->arguments[0], err);

	if (status == NC_OK)
		status = find_label(join, call, err);
	if (status == NC_OK)
		status = nc_home_make(&join->home, call, &known, err);
	if (status == NC_OK && known)
		status = check_known(join, err);
	if (status == NC_OK && !join->already)
		status = enrol(join, call, err);
	/* Also when it is known: the hub may have moved to a new address. */
	if (status == NC_OK)
		status = save_identity(join, err);
	if (status == NC_OK)
		status = first_sync(join, call, err);
	if (status == NC_OK)
		status = print_joined(join, call, err);
	return status;
}

static enum nc_status run_join(struct nc_call *call, struct nc_error *err)
{
	struct join join NC_AUTO(join_fini) = {0};

	join_init(&join);
	return run(&join, call, err);
}

static const struct nc_option options[] = {
	{"device", 0, "LABEL",
		N_("what this machine is called (default: its host name)")},
	{.name = NULL},
};

const struct nc_command nc_client_join = {
	.name = "join",
	.arguments = "INVITATION",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("join a cluster with the invitation that its hub printed"),
	.notes = N_("INVITATION is the one line that begins with nhipcau1-; - "
		    "reads it from standard input. Run it again if it was "
		    "interrupted: it goes on where it stopped."),
	.examples = "nhipcau join nhipcau1-… --device \"máy văn phòng\"\n",
	.options = options,
	.run = run_join,
};
