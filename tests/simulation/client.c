/*
 * The laptops: they join, talk, follow the hub, change their keys, and join
 * again when they were revoked or have lost their home.
 */
#include "simulation.h"
#include "store/again.h"

#include <inttypes.h>
#include <string.h>

void client_init(struct sim *sim, unsigned number, unsigned of)
{
	struct client *client = &sim->clients[number];

	client->of = of;
	nc_arena_init(&client->arena, 1 << 20);
	machine_init(sim, &client->machine, (int)number + SIM_HUBS);
	(void)machine_start(sim, &client->machine);
}

void client_fini(struct client *client)
{
	client_end_session(client);
	nc_key_free(client->next);
	machine_fini(&client->machine);
	nc_arena_fini(&client->arena);
}

void client_start(struct sim *sim, struct client *client)
{
	struct nc_identity identity;

	if (!machine_start(sim, &client->machine))
		trouble_mend(sim, &client->machine);
	client->ready = false;
	/* Its store, or its backup, is older than its membership. */
	if (client->state == CLIENT_MEMBER && client->machine.store != NULL &&
		nc_store_identity(client->machine.store, &identity,
			&sim->err) == NC_NOT_FOUND)
		client_begins_anew(sim, client);
	world_trace(&sim->world, "%d starts", client->machine.node);
}

void client_crash(struct sim *sim, struct client *client)
{
	client_end_session(client);
	client->form.open = false;
	client->wait_until_ms = 0;
	sim->counters.crashes++;
	world_trace(&sim->world, "%d crashes", client->machine.node);
	machine_crash(sim, &client->machine);
}

struct client *client_absent(struct sim *sim)
{
	for (int i = SIM_LATE; i < SIM_CLIENTS; i++)
		if (sim->clients[i].state == CLIENT_ABSENT &&
			sim->clients[i].machine.path[0] == '\0')
			return &sim->clients[i];
	return NULL;
}

static struct hub *hub_with_key(struct sim *sim, const uint8_t *key)
{
	for (unsigned i = 0; i < SIM_HUBS; i++) {
		struct hub *hub = &sim->hubs[i];

		if (hub->machine.key != NULL &&
			memcmp(nc_key_public(hub->machine.key), key,
				NC_KEY_SIZE) == 0)
			return hub;
	}
	return NULL;
}

struct hub *client_hub(struct sim *sim, struct client *client)
{
	struct nc_identity identity;

	if (client->state == CLIENT_JOINING)
		return hub_with_key(sim, client->invitation.hub_key);
	sim_must(sim,
		nc_store_identity(client->machine.store, &identity, &sim->err),
		"read an identity");
	return hub_with_key(sim, identity.hub_key);
}

static void client_send(
	struct sim *sim, struct client *client, const struct nc_buffer *bytes)
{
	struct hub *hub = client_hub(sim, client);

	if (hub == NULL)
		sim_fail(sim, "%d follows a hub that never was",
			client->machine.node);
	network_send(sim, &client->machine, hub->machine.node,
		nc_buffer_slice(bytes));
}

static void client_ask_to_join(struct sim *sim, struct client *client)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&bytes, NC_MESSAGE_BYTES_MAX);
	sim_must(sim,
		nc_enrol_request(client->machine.key, &client->invitation,
			nc_slice_text("máy thử"), &bytes, &sim->err),
		"ask to join");
	client_send(sim, client, &bytes);
}

/* In the store too, which may be another by now. */
static void note_formers(struct sim *sim, struct client *client)
{
	struct nc_store *store = client->machine.store;

	if (client->former_count == 0)
		return;
	sim_must(sim, nc_store_begin(store, &sim->err), "begin");
	for (size_t i = 0; i < client->former_count; i++)
		sim_must(sim,
			nc_again_add_former(
				store, client->former[i], &sim->err),
			"note a former key");
	sim_must(sim, nc_store_commit(store, &sim->err), "commit");
}

static void client_new_key(struct client *client, struct nc_key *key)
{
	bool known = false;

	for (size_t i = 0; i < client->former_count; i++)
		known |= client->former[i] == client->machine.device;
	if (!known && client->former_count < SIM_FORMER_MAX)
		client->former[client->former_count++] = client->machine.device;
	machine_key(&client->machine, key);
	client->acknowledged = 0;
	client->ready = false;
	client->revoked = false;
	client->rotating = false;
	client->form.open = false;
}

void client_begin_session(struct sim *sim, struct client *client)
{
	client_end_session(client);
	note_formers(sim, client);
	sim_must(sim,
		nc_sync_client_start(&client->session, client->machine.store,
			client->machine.key, &client->machine.env, &sim->err),
		"start a session");
	client->in_session = true;
	sim->counters.sessions++;
}

void client_end_session(struct client *client)
{
	if (client->in_session)
		nc_sync_client_fini(&client->session);
	client->in_session = false;
}

/* Changing the key. */

void client_rotate(struct sim *sim, struct client *client)
{
	if (client->state != CLIENT_MEMBER || client->rotating ||
		client->revoked || client->machine.store == NULL ||
		client->former_count == SIM_FORMER_MAX)
		return;
	sim_must(sim,
		nc_key_generate(&client->machine.env, &client->next, &sim->err),
		"make a key");
	client->rotating = true;
	world_trace(&sim->world, "%d wants another key", client->machine.node);
}

/* Over the line of the old key, or of the new one. */
static void client_ask_to_rotate(struct sim *sim, struct client *client)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct hub *hub = client_hub(sim, client);
	struct machine with_next = client->machine;
	uint8_t secret[NC_KEY_SIZE];

	nc_buffer_init(&bytes, NC_MESSAGE_BYTES_MAX);
	sim_must(sim,
		nc_rotate_request(client->machine.key, client->next,
			&sim->cluster, &bytes, &sim->err),
		"ask for another key");
	if (world_chance(&sim->world, 500))
		nc_key_transport(client->next, with_next.transport, secret);
	network_send(
		sim, &with_next, hub->machine.node, nc_buffer_slice(&bytes));
}

static void client_rotated(struct sim *sim, struct client *client)
{
	nc_device_id old = client->machine.device;

	client_end_session(client);
	client_new_key(client, client->next);
	client->next = NULL;
	/* A copy with the old key is locked out. */
	for (int i = 0; i < SIM_CLIENTS; i++)
		if (sim->clients[i].state == CLIENT_MEMBER &&
			sim->clients[i].machine.device == old)
			sim->clients[i].revoked = true;
	sim->counters.rotated++;
	world_trace(&sim->world, "%d has another key", client->machine.node);
}

static void client_receive_rotation(
	struct sim *sim, struct client *client, struct nc_slice bytes)
{
	enum nc_status status = nc_rotate_reply(client->next, bytes, &sim->err);

	if (status == NC_OK)
		client_rotated(sim, client);
	else if (status == NC_REVOKED_DEVICE)
		client->rotating = false; /* a rotation of a copy was first */
	else
		world_trace(&sim->world, "%d keeps its key: %s",
			client->machine.node, nc_status_name(status));
	if (status == NC_REVOKED_DEVICE) {
		client->revoked = true;
		nc_key_free(client->next);
		client->next = NULL;
	}
}

void client_rejoin(struct sim *sim, struct client *client)
{
	struct nc_key *key;

	if (client->state != CLIENT_MEMBER || !client->revoked ||
		client->machine.store == NULL ||
		client->former_count == SIM_FORMER_MAX)
		return;
	client_end_session(client);
	nc_key_free(client->next);
	client->next = NULL;
	sim_must(sim, nc_key_generate(&client->machine.env, &key, &sim->err),
		"make a key");
	client_new_key(client, key);
	client->has_store = true;
	client->state = CLIENT_WAITING;
	sim->counters.rejoined++;
	world_trace(
		&sim->world, "%d wants to join again", client->machine.node);
}

void client_begins_anew(struct sim *sim, struct client *client)
{
	struct nc_key *key;

	client_end_session(client);
	machine_stop(&client->machine);
	machine_wipe(&client->machine);
	client->machine.put_back++;
	client->machine.backups_count = 0;
	sim_must(sim, nc_key_generate(&client->machine.env, &key, &sim->err),
		"make a key");
	client_new_key(client, key);
	nc_key_free(client->next);
	client->next = NULL;
	client->former_count = 0;
	client->has_store = false;
	client->state = CLIENT_WAITING;
	(void)machine_start(sim, &client->machine);
	world_trace(&sim->world, "%d begins anew", client->machine.node);
}

void client_talk(struct sim *sim, struct client *client)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;
	bool starved;

	nc_buffer_init(&bytes, NC_MESSAGE_BYTES_MAX);
	if (client->machine.store == NULL || client->state < CLIENT_JOINING ||
		sim->world.now_ms < client->wait_until_ms)
		return;
	if (client->state == CLIENT_JOINING) {
		client_ask_to_join(sim, client);
		return;
	}
	if (client->rotating && client->may_ask && !client->in_session &&
		world_chance(&sim->world, 500)) {
		client->may_ask = false;
		client_ask_to_rotate(sim, client);
		return;
	}
	/* It mostly waits a while for an answer before it asks again. */
	if (!sim->healing && client->in_session &&
		sim->world.now_ms < client->sent_ms + 4000 &&
		world_chance(&sim->world, 850))
		return;
	if (!client->in_session ||
		(!sim->healing && world_chance(&sim->world, 50)))
		client_begin_session(sim, client);
	client->sent_ms = sim->world.now_ms;
	starved = sim_starve(sim, &client->machine);
	status = nc_sync_client_request(&client->session, &bytes, &sim->err);
	sim_feed();
	if (sim_starved(status) && starved) {
		client_end_session(client);
		return;
	}
	sim_must(sim, status, "make a request");
	client_send(sim, client, &bytes);
}

/* The first store it opened knew of no cluster; like the real join, it goes
 * on with a store that does. */
static void client_joined(struct sim *sim, struct client *client)
{
	struct nc_identity identity = {.is_hub = false,
		.cluster = sim->cluster,
		.union_id = sim->unions[client->of]};

	client->state = CLIENT_MEMBER;
	sim->counters.joined++;
	/* In the home it has: the invitation may be another hub's. */
	if (client->has_store)
		sim_must(sim,
			nc_store_identity(
				client->machine.store, &identity, &sim->err),
			"read an identity");
	client->has_store = true;
	memcpy(identity.hub_key, client->invitation.hub_key, NC_KEY_SIZE);
	memcpy(identity.root_key, client->invitation.root_key, NC_KEY_SIZE);
	sim_must(sim,
		nc_store_set_identity(
			client->machine.store, &identity, &sim->err),
		"set an identity");
	machine_stop(&client->machine);
	client_start(sim, client);
}

/*
 * What a machine that is short of memory, or whose disk fails, may say; a
 * healthy one may not. Unpacking and verifying do not tell "no memory" from
 * "not right" (see nc_verify and nc_wire_allocator), nor does the hub from
 * "too much". Nothing is lost by it, but what the person is told is wrong.
 */
static bool is_excused(
	const struct sim *sim, enum nc_status status, bool starved)
{
	/* Streams that make_thin left out are missed, and rightly. */
	if (status == NC_GAP && sim->thin && !sim->healing)
		return true;
	if (!starved && (sim->hub_starved == 0 || sim->healing))
		return false;
	return sim_starved(status) || status == NC_MALFORMED ||
	       status == NC_BAD_SIGNATURE || status == NC_LIMIT;
}

static void client_receive_enrolment(
	struct sim *sim, struct client *client, struct nc_slice bytes)
{
	enum nc_status status = nc_enrol_reply(
		client->machine.key, &client->invitation, bytes, &sim->err);

	switch (status) {
	case NC_OK:
		client_joined(sim, client);
		break;
	case NC_EXISTS: /* the hub's memory came back meanwhile */
		if (!client->has_store)
			sim_must(sim, status, "join");
		client->state = CLIENT_MEMBER;
		break;
	case NC_REVOKED_DEVICE: /* the hub's memory of that came back */
		if (!client->has_store || !sim->hub_lost)
			sim_must(sim, status, "join");
		client->state = CLIENT_MEMBER;
		client->revoked = true;
		client_rejoin(sim, client);
		/* With another key, and the invitation that it has. */
		if (client->state == CLIENT_WAITING)
			client->state = CLIENT_JOINING;
		break;
	case NC_EXPIRED:   /* clocks jump */
	case NC_NOT_FOUND: /* the hub has lost it */
	case NC_MOVED:
		if (!sim_meets(sim, MEET_CLOCKS | MEET_HANDOVER |
					    MEET_HUB_BACKUP | MEET_DISKS))
			sim_must(sim, status, "join");
		client->state = CLIENT_WAITING;
		break;
	case NC_BUSY:
		break;
	case NC_WRONG_HUB: /* late, to when it joined another union */
		if (!client->went_over)
			sim_must(sim, status, "join");
		break;
	default:
		if (!is_excused(sim, status, false))
			sim_must(sim, status, "join");
	}
}

/* The hub may have given a copy of this home another key already, and that
 * copy does not know it yet. */
static bool copy_rotates(const struct sim *sim, const struct client *client)
{
	for (size_t i = 0; i < SIM_CLIENTS; i++)
		if (sim->clients[i].rotating &&
			sim->clients[i].machine.device ==
				client->machine.device)
			return true;
	return false;
}

/* What may come of other faults than hunger. */
static bool is_trouble(
	struct sim *sim, struct client *client, enum nc_status status)
{
	switch (status) {
	case NC_REVOKED_DEVICE:
		return client->revoked || copy_rotates(sim, client);
	case NC_UNKNOWN_DEVICE:
		if (!sim->hub_lost)
			return false;
		if (sim->healing || world_chance(&sim->world, 300)) {
			client->state = CLIENT_WAITING;
			client->has_store = true;
		}
		return true;
	case NC_GAP:
		return sim->hub_lost;
	case NC_MOVED:
		return sim->handover != HANDOVER_NONE || sim->hubs_count > 1;
	default:
		return false;
	}
}

void client_session_ended(
	struct sim *sim, struct client *client, enum nc_status status)
{
	const struct nc_sync_client *session = &client->session;

	client->ended = status;
	client->may_ask = true;
	sim->counters.pulled += session->pulled;
	sim->counters.aside += session->set_aside;
	sim->counters.again += session->written_again;
	sim->counters.taken_back += session->taken_back;
	sim->counters.moved += session->moved;
	sim->counters.hub_lost += session->hub_restored;
	world_trace(&sim->world,
		"%d ends: %s, pushed %" PRIu64 ", pulled %" PRIu64
		", aside %" PRIu64 ", again %" PRIu64 "%s%s",
		client->machine.node, nc_status_name(status), session->pushed,
		session->pulled, session->set_aside, session->written_again,
		session->moved ? ", moved" : "",
		session->hub_restored ? ", hub restored" : "");
	if (session->rebuilt)
		sim_fail(sim, "client %d had to rebuild to agree (%s)",
			client->machine.node, nc_status_name(status));
	if (session->hub_restored && !sim->hub_lost)
		sim_fail(sim, "%d is told that the hub was restored",
			client->machine.node);
}

static void session_ended(struct sim *sim, struct client *client,
	enum nc_status status, bool starved)
{
	client_session_ended(sim, client, status);
	if (!is_trouble(sim, client, status) &&
		!is_excused(sim, status, starved))
		sim_must(sim, status, "sync");
	client_end_session(client);
}

/* The number that a reply repeats: an enrolment and a rotation have that of the
 * new key's device. */
static uint64_t reply_number(struct nc_slice envelope, enum nc_body *ret_body)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_reply reply = {0};

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_arena_init(&arena, NC_MESSAGE_DECODED_MAX);
	if (nc_envelope_open(envelope, &bytes, NULL) != NC_OK ||
		nc_reply_decode(
			nc_buffer_slice(&bytes), &arena, &reply, NULL) != NC_OK)
		return 0;
	*ret_body = reply.body;
	return reply.number;
}

static bool is_rotation(const struct client *client, uint64_t number)
{
	return client->rotating && client->next != NULL &&
	       number == nc_key_device(client->next);
}

static void client_receive_reply(
	struct sim *sim, struct client *client, struct nc_slice bytes)
{
	bool starved = sim_starve(sim, &client->machine);
	enum nc_status status =
		nc_sync_client_reply(&client->session, bytes, &sim->err);

	sim_feed();
	if (client->session.wait_ms > 0)
		client->wait_until_ms =
			sim->world.now_ms + client->session.wait_ms;
	if (client->session.done || status != NC_OK)
		session_ended(sim, client, status, starved);
	check_acknowledged(sim, client);
	if (starved && status != NC_OK && world_chance(&sim->world, 500))
		client_crash(sim, client);
}

void client_receive(
	struct sim *sim, struct client *client, struct nc_slice bytes)
{
	enum nc_body body = NC_BODY_NONE;
	uint64_t number;

	if (client->machine.store == NULL || client->state < CLIENT_JOINING)
		return;
	number = reply_number(bytes, &body);
	if (client->state == CLIENT_JOINING) {
		if (number == client->machine.device)
			client_receive_enrolment(sim, client, bytes);
	} else if (body == NC_BODY_NONE && is_rotation(client, number)) {
		client_receive_rotation(sim, client, bytes);
	} else if (client->in_session) {
		client_receive_reply(sim, client, bytes);
	} else {
		sim->counters.late++;
	}
}
