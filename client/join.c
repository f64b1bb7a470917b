/*
 * join INVITATION: this machine becomes a device of a union. Safe to repeat:
 * the key is made first and kept, the hub welcomes the same key again, and
 * the store learns whose it is only once the hub has said yes; or, with
 * --bundle, at once, for then the hub is asked by a file.
 *
 * In a home whose device was revoked it makes a new key, which waits in
 * join.key until the hub has taken it, and keeps the old one beside it.
 */
#include "client.h"
#include "base/file.h"
#include "base/limits.h"
#include "command/console.h"
#include "command/last_sync.h"
#include "net/net.h"
#include "store/roof.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define JOIN_ARENA_MAX (1024 * 1024)

/* The hash of the invitation that the home joined with last. */
#define NOTE_INVITATION "invitation"

struct join {
	struct nc_home home;
	struct nc_arena arena;
	struct nc_invitation invitation;
	const char *label;
	bool already;	/* the hub has named this device before */
	bool repeated;	/* the home joined with this very invitation */
	bool revoked;	/* … and then turned it away */
	bool goes_over; /* the home's union went over into the invitation's */
	struct nc_client_result result;
	char *bundle; /* the file that was written */
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
	nc_free(join->bundle);
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
	memcpy(identity.root_key, invitation->root_key, NC_KEY_SIZE);
	memcpy(identity.hub_key, invitation->hub_key, NC_KEY_SIZE);
	memcpy(identity.address, invitation->address.data,
		invitation->address.size);
	return identity;
}

/* Whether the hub is known to have revoked this device: its records say so,
 * or it turned the last sync away. */
static enum nc_status find_standing(struct join *join, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	struct nc_last_sync last;
	enum nc_status status = nc_last_sync_load(&join->home, &last, err);

	if (status == NC_OK)
		status = nc_store_registry(join->home.store, &registry, err);
	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, nc_key_device(join->home.key));
	join->already = device != NULL;
	join->revoked = device != NULL && device->revoked;
	if (last.known &&
		strcmp(last.result, nc_status_name(NC_REVOKED_DEVICE)) == 0)
		join->revoked = true;
	return NC_OK;
}

static enum nc_status find_repeated(struct join *join, struct nc_error *err)
{
	struct nc_buffer noted NC_AUTO(nc_buffer_fini) = {0};
	uint8_t hash[NC_HASH_SIZE];
	enum nc_status status;

	nc_buffer_init(&noted, NC_HASH_SIZE);
	nc_sha256(hash, nc_slice(join->invitation.secret, NC_SECRET_SIZE));
	status = nc_store_note(join->home.store, NOTE_INVITATION, &noted, err);
	if (status == NC_NOT_FOUND)
		return NC_OK;
	join->repeated = nc_slice_equal(
		nc_buffer_slice(&noted), nc_slice(hash, sizeof(hash)));
	return status;
}

/* Whether the home's union went over into the one of the invitation. */
static enum nc_status find_successor(struct join *join, struct nc_error *err)
{
	const struct nc_registry *registry;
	bool *marks;
	enum nc_status status =
		nc_store_registry(join->home.store, &registry, err);

	if (status != NC_OK)
		return status;
	marks = nc_arena_array(
		&join->arena, registry->unions_count + 1, sizeof(*marks));
	if (marks == NULL)
		return nc_error_no_memory(err);
	memset(marks, 0, (registry->unions_count + 1) * sizeof(*marks));
	nc_union_predecessors(registry, &join->invitation.union_id, marks);
	for (size_t i = 0; i < registry->unions_count; i++)
		join->goes_over |=
			marks[i] && nc_id_compare(&registry->unions[i].id,
					    &join->home.identity.union_id) == 0;
	return NC_OK;
}

/* A home that knows whose it is may go on with the same union's invitation, or
 * with that of the union that its own went over into, and with no other. The
 * hub may be another one now, of the same root. */
static enum nc_status check_known(struct join *join, struct nc_error *err)
{
	const struct nc_identity *known = &join->home.identity;
	const struct nc_invitation *given = &join->invitation;
	bool same = nc_id_compare(&known->union_id, &given->union_id) == 0;
	enum nc_status status = same ? NC_OK : find_successor(join, err);

	if (status != NC_OK)
		return status;
	if (nc_id_compare(&known->cluster, &given->cluster) != 0 ||
		(!same && !join->goes_over) ||
		memcmp(known->root_key, given->root_key, NC_KEY_SIZE) != 0)
		return nc_error_set(err, NC_EXISTS,
			_("%s belongs to another union or cluster already; "
			  "name a new folder with --home, or, if your union "
			  "went over into that one, run nhipcau sync first."),
			join->home.folder);
	status = find_repeated(join, err);
	return status == NC_OK ? find_standing(join, err) : status;
}

struct asked {
	const struct nc_key *key;
	const struct nc_invitation *invitation;
};

static enum nc_status take_enrol_reply(
	const void *context, struct nc_slice reply, struct nc_error *err)
{
	const struct asked *asked = context;

	return nc_enrol_reply(asked->key, asked->invitation, reply, err);
}

static enum nc_status enrol(
	struct join *join, const struct nc_key *key, struct nc_error *err)
{
	struct nc_identity identity = identity_of(&join->invitation);
	struct asked asked = {key, &join->invitation};
	struct nc_net_client *net NC_AUTO(nc_net_client_free_at) = NULL;
	struct nc_buffer request NC_AUTO(nc_wipe_buffer) = {0};
	enum nc_status status;

	nc_buffer_init(&request, NC_MESSAGE_BYTES_MAX);
	status = nc_enrol_request(key, &join->invitation,
		nc_slice_text(join->label), &request, err);
	if (status == NC_OK)
		status = nc_net_client_new(
			identity.address, identity.hub_key, key, &net, err);
	if (status == NC_OK)
		status = nc_client_ask(net, nc_buffer_slice(&request),
			take_enrol_reply, &asked, err);
	return status;
}

static enum nc_status save_notes(struct join *join, struct nc_error *err)
{
	struct nc_identity identity = identity_of(&join->invitation);
	struct nc_store *store = join->home.store;
	uint8_t hash[NC_HASH_SIZE];
	enum nc_status status = nc_store_set_identity(store, &identity, err);

	nc_sha256(hash, nc_slice(join->invitation.secret, NC_SECRET_SIZE));
	if (status == NC_OK)
		status = nc_store_set_note(store, NOTE_INVITATION,
			nc_slice(hash, sizeof(hash)), err);

	if (status == NC_OK)
		status = nc_store_set_note(store, NC_NOTE_UNION_NAME,
			join->invitation.union_name, err);
	if (status == NC_OK)
		status = nc_store_set_note(store, NC_NOTE_DEVICE_LABEL,
			nc_slice_text(join->label), err);
	if (status != NC_OK)
		return status;
	join->home.identity = identity;
	join->home.union_id = identity.union_id;
	return NC_OK;
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
	enum nc_status status = save_identity(join, err);

	if (status != NC_OK)
		return status;
	status = nc_client_sync_in_turn(
		&join->home, call, -1, &join->result, &why);
	if (status == NC_OK)
		return NC_OK;
	/* For an old device this is the first to hear of it. */
	join->revoked = status == NC_REVOKED_DEVICE;
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

	/* A key that the cluster knows keeps the name that it has there. */
	if (status == NC_OK && join->bundle == NULL)
		status = nc_home_device_label(&join->home, &join->label, err);
	if (status != NC_OK)
		return status;
	nc_device_id_format(device, nc_key_device(join->home.key));
	if (!call->json && join->bundle != NULL) {
		nc_console_print(
			_("%s asks the hub to let this machine (%s, "
			  "%s) join; give it to the hub's keeper, then "
			  "import the answer with nhipcau bundle "
			  "import.\n"),
			join->bundle, join->label, device);
		return NC_OK;
	}
	if (!call->json) {
		nc_console_print(_("Joined: %s. This device: %s (%s).\n"),
			union_name, join->label, device);
		return NC_OK;
	}
	object = nc_client_json_result(&json, &join->result);
	nc_json_put(&json, object, "union", nc_json_text(union_name));
	nc_json_put(&json, object, "union_id",
		nc_json_id(&join->home.identity.union_id));
	nc_json_put(&json, object, "device", json_string(device));
	nc_json_put(&json, object, "label", nc_json_text(join->label));
	nc_json_put(&json, object, "already", json_boolean(join->already));
	nc_json_put(&json, object, "file",
		join->bundle == NULL ? json_null()
				     : nc_json_text(join->bundle));
	return nc_json_print(&json, object, err);
}

/* The revoked device's home goes on under a new key. over_line: the hub says
 * yes first. */
static enum nc_status join_again(struct join *join, const struct nc_call *call,
	bool over_line, struct nc_error *err)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status =
		nc_client_join_key(&join->home, call, &key, err);

	/* The machine is called what it was. */
	if (status == NC_OK && nc_call_value(call, "device") == NULL)
		status = nc_home_device_label(&join->home, &join->label, err);
	if (status == NC_OK && over_line)
		status = enrol(join, key, err);
	if (status == NC_OK)
		status = save_identity(join, err);
	if (status == NC_OK)
		status = over_line ? nc_client_finish_joining(&join->home, call,
					     -1, &join->result, err)
				   : nc_client_join_unasked(&join->home, call,
					     &join->result, err);
	if (status == NC_OK)
		status = nc_last_sync_save(&join->home,
			call->env.now_ms(call->env.context), NC_OK, "", err);
	if (status != NC_OK)
		return status;
	join->already = false;
	join->revoked = false;
	return NC_OK;
}

static enum nc_status join_over_line(
	struct join *join, const struct nc_call *call, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	if ((!join->already || join->goes_over) && !join->revoked) {
		status = enrol(join, join->home.key, err);
		join->revoked = status == NC_REVOKED_DEVICE;
	}
	/* Also when it is known: the hub may have moved to a new address. */
	if (status == NC_OK && !join->revoked)
		status = first_sync(join, call, err);
	/* A hub that was put back from a backup does not know the key that it
	 * enrolled since: the same key joins again, and gives it back all. */
	if (status == NC_UNKNOWN_DEVICE && join->already) {
		status = enrol(join, join->home.key, err);
		/* Others may have told it of a revocation just now. */
		join->revoked = status == NC_REVOKED_DEVICE;
		if (status == NC_OK)
			status = first_sync(join, call, err);
	}
	if (!join->revoked)
		return status;
	status = join_again(join, call, true, err);
	if (status == NC_OK)
		status = first_sync(join, call, err);
	return status;
}

static enum nc_status join_by_bundle(struct join *join,
	const struct nc_call *call, const char *target, struct nc_error *err)
{
	uint64_t counter, offered;
	enum nc_status status;

	/* Nobody can ask the hub now whether it has revoked the key; but who
	 * has one that it took and a new invitation has that for a reason. */
	if (join->revoked ||
		(join->already && !join->goes_over && !join->repeated))
		status = join_again(join, call, false, err);
	else
		status = save_identity(join, err);
	if (status != NC_OK)
		return status;
	return nc_client_export(&join->home, call, target, &join->invitation,
		join->label, &join->bundle, &counter, &offered, err);
}

static enum nc_status run(
	struct join *join, const struct nc_call *call, struct nc_error *err)
{
	struct nc_turn turn NC_AUTO(nc_turn_end) = {.taken = false};
	const char *bundle = nc_call_value(call, "bundle");
	bool known = false;
	enum nc_status status = read_invitation(join, call->arguments[0], err);

	if (status == NC_OK)
		status = find_label(join, call, err);
	if (status == NC_OK)
		status = nc_home_make(&join->home, call, &known, err);
	if (status == NC_OK)
		status = nc_client_take_turn(&join->home, &turn, err);
	if (status == NC_OK && known)
		status = check_known(join, err);
	if (status == NC_OK)
		status = bundle == NULL
				 ? join_over_line(join, call, err)
				 : join_by_bundle(join, call, bundle, err);
	nc_client_tell_events(&join->result);
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
	{"bundle", 0, "FILE|FOLDER",
		N_("without a line: write a file for the hub that asks it")},
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
		    "interrupted: it goes on where it stopped. In a home whose "
		    "device was revoked it joins again under a new key; what "
		    "was not sent is not lost."),
	.examples = "nhipcau join nhipcau1-… --device \"máy văn phòng\"\n"
		    "nhipcau join nhipcau1-… --bundle /media/usb\n",
	.options = options,
	.run = run_join,
};
