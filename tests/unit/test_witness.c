/*
 * A hub that shows two unions two histories: each sees what the other has
 * vouched for, and catches it.
 */
#include "history_audit.h"

/* What the witness of one world's client says, put into a reply. */
static void add_witness(struct world *w, struct session *session,
	struct fixture_replica *client, const struct nc_reply_witness *witness)
{
	struct fixture_replica *hub = hub_of(w);
	struct nc_buffer request, envelope, bytes;
	struct nc_reply reply = {0};
	struct nc_arena arena;

	nc_arena_init(&arena, 64 << 20);
	nc_buffer_init(&request, SIZE_MAX / 2);
	nc_buffer_init(&envelope, SIZE_MAX / 2);
	must(nc_sync_client_start(&session->client, client->store, client->key,
		&client->env, &fixture_error));
	must(nc_sync_client_request(
		&session->client, &request, &fixture_error));
	serve(w, hub, client, nc_buffer_slice(&request), &envelope);
	cheat_open(nc_buffer_slice(&envelope), &bytes);
	must(nc_reply_decode(
		nc_buffer_slice(&bytes), &arena, &reply, &fixture_error));
	reply.exchange.witnesses = (struct nc_reply_witness *)witness;
	reply.exchange.witnesses_count = 1;
	cheat_seal(&reply, &envelope);
	session->before = look_at(client);
	session->status = nc_sync_client_reply(
		&session->client, nc_buffer_slice(&envelope), &session->said);
	nc_buffer_fini(&bytes);
	nc_buffer_fini(&request);
	nc_buffer_fini(&envelope);
	nc_arena_fini(&arena);
}

static enum nc_status count_witness(
	void *context, const struct nc_witness *witness, struct nc_error *err)
{
	nc_device_id *device = context;

	(void)err;
	if (witness->device == *device)
		*device = 0;
	return NC_OK;
}

/* Client 0 was shown a tree and has vouched for it; client 1 is shown another
 * of that size. `forged`: nobody has vouched, the hub made it up. */
static void fork_and_witness(bool forged)
{
	struct nc_reply_witness witness = {0};
	struct nc_checkpoint other = {0};
	char origin[NC_ORIGIN_TEXT_SIZE], name[NC_WITNESS_NAME_SIZE];
	struct nc_buffer body, line;
	struct session session;
	nc_device_id found;
	struct world w;

	world_open(&w, 5);
	must(sync_client(&w, 1));
	witness.device = found = nc_key_device(w.clients[0].key);
	witness.size = log_size(hub_of(&w));
	memset(witness.root.bytes, 7, sizeof(witness.root.bytes));
	nc_buffer_init(&body, 4096);
	nc_buffer_init(&line, 4096);
	nc_hubs_origin(origin, &hub_of(&w)->store->identity.cluster, 1);
	must(nc_checkpoint_body(
		&body, origin, witness.size, &witness.root, nc_slice(NULL, 0)));
	other.body = nc_buffer_slice(&body);
	nc_history_witness_name(
		name, &hub_of(&w)->store->identity.cluster, witness.device);
	must(nc_cosignature_print(forged ? w.stranger : w.clients[0].key, name,
		&other, 1700000000, &line, &fixture_error));
	witness.cosignature = nc_buffer_slice(&line);
	session_init(&session);
	add_witness(&w, &session, &w.clients[1], &witness);
	if (forged) {
		must(session.status);
	} else {
		assert_int_equal(session.status, NC_HISTORY);
		assert_non_null(strstr(session.said.text, "another union"));
		nothing_was_taken(&w, &session, &w.clients[1]);
		must(nc_buffer_append(&session.client.evidence, "", 1));
		assert_non_null(strstr((char *)session.client.evidence.data,
			(char *)line.data));
		must(nc_checkpoint_parse(
			part(nc_buffer_slice(&session.client.evidence),
				"Shown now:\n\n", "\nProof given:\n"),
			&other, &fixture_error));
		assert_true(nc_checkpoint_is_signed(
			&other, nc_key_public(hub_of(&w)->key)));
	}
	must(nc_witness_each(w.clients[1].store, 1, 0, count_witness, &found,
		&fixture_error));
	assert_true(found != 0);
	session_fini(&session);
	nc_buffer_fini(&body);
	nc_buffer_fini(&line);
	world_close(&w);
}

static void test_witness__two_unions_two_histories(void **state)
{
	(void)state;
	fork_and_witness(false);
}

static void test_witness__a_forged_witness_does_not_count(void **state)
{
	(void)state;
	fork_and_witness(true);
}

int main(void)
{
#define T(name) cmocka_unit_test_teardown(name, say_seed)
	const struct CMUnitTest tests[] = {
		T(test_witness__two_unions_two_histories),
		T(test_witness__a_forged_witness_does_not_count),
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
