/*
 * invite: one line of text that lets one device of a union join.
 */
#include "server.h"
#include "base/limits.h"
#include "command/console.h"
#include "command/duration.h"
#include "command/json.h"

#define DAY_MS (24LL * 3600 * 1000)

static const struct nc_option options[] = {
	{"expires", 'e', "TIME",
		N_("how long it works, at most 7d; 7d if not given")},
	{NULL, 0, NULL, NULL},
};

static enum nc_status make(struct nc_home *home, const struct nc_author *author,
	const char *code, int64_t life_ms, struct nc_invitation *ret_invitation,
	struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_union *of;
	enum nc_status status = nc_store_begin(home->store, err);

	if (status != NC_OK)
		return status;
	status = nc_store_registry(home->store, &registry, err);
	if (status == NC_OK)
		status = nc_registry_find_union(registry, code, &of, err);
	if (status == NC_OK)
		status = nc_cluster_invite(home->store, author, &of->id,
			life_ms, &home->arena, ret_invitation, err);
	if (status == NC_OK)
		return nc_store_commit(home->store, err);
	nc_store_rollback(home->store);
	return status;
}

static enum nc_status print_invitation(const struct nc_call *call,
	const struct nc_invitation *invitation, const char *code,
	struct nc_error *err)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	struct nc_json json = {false};
	enum nc_status status;
	json_t *object;

	nc_buffer_init(&text, NC_INVITATION_TEXT_MAX * 2);
	status = nc_invitation_print(invitation, &text, err);
	if (status != NC_OK)
		return status;
	if (!call->json) {
		nc_console_print("%s\n", nc_buffer_string(&text));
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "invitation",
		nc_json_text(nc_buffer_string(&text)));
	nc_json_put(&json, object, "union", nc_json_text(code));
	nc_json_put(&json, object, "expires_at",
		nc_json_time(invitation->expires_at_ms));
	return nc_json_print(&json, object, err);
}

static enum nc_status run(struct nc_call *call, struct nc_error *err)
{
	const char *expires = nc_call_value(call, "expires");
	int64_t life_ms = NC_INVITATION_DAYS * DAY_MS;
	struct nc_invitation invitation;
	struct nc_author author;
	struct nc_home home;
	enum nc_status status = NC_OK;

	nc_home_init(&home);
	if (expires != NULL)
		status = nc_duration_parse("--expires", expires, 1000,
			NC_INVITATION_DAYS * DAY_MS, &life_ms, err);
	if (status == NC_OK)
		status = nc_server_open(&home, call, &author, err);
	if (status == NC_OK)
		status = make(&home, &author, call->arguments[0], life_ms,
			&invitation, err);
	if (status == NC_OK)
		status = print_invitation(
			call, &invitation, call->arguments[0], err);
	nc_home_fini(&home);
	return status;
}

const struct nc_command nc_server_invite = {
	.name = "invite",
	.arguments = "CODE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("print an invitation for one device of a union"),
	.notes = N_("The one line works once. Send it to the union by a way "
		    "that you trust: whoever has it can join in its name."),
	.examples = "nhipcaud invite ha-tinh --expires 2d",
	.options = options,
	.run = run,
};
