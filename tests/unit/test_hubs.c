/*
 * One cluster, several hubs over the years: who has a hub's standing, from
 * where to where, and that every replica says the same of it.
 */
#include "stores.h"

#include <unistd.h>

struct world {
	struct fixture_world world;
	struct fixture_replica hub, next, client, other;
	struct nc_id mine, cluster;
};

static int world_open(void **state)
{
	struct world *w = calloc(1, sizeof(*w));

	assert_non_null(w);
	w->world.now_ms = 1700000000000;
	fixture_found(&w->hub, &w->world);
	w->cluster = w->hub.store->identity.cluster;
	w->mine = fixture_union(&w->hub, "ha-tinh");
	w->hub.union_id = w->next.union_id = w->mine;
	fixture_open(&w->next, &w->world, ":memory:");
	stores_belong(&w->hub, &w->next, true, NULL);
	stores_join(&w->hub, &w->client, &w->world, &w->mine, ":memory:");
	stores_join(&w->hub, &w->other, &w->world, &w->mine, ":memory:");
	*state = w;
	return 0;
}

static int world_close(void **state)
{
	struct world *w = *state;

	fixture_close(&w->hub);
	fixture_close(&w->next);
	fixture_close(&w->client);
	fixture_close(&w->other);
	free(w);
	return 0;
}

static const struct nc_registry *registry_of(struct fixture_replica *replica)
{
	const struct nc_registry *registry;

	must(nc_store_registry(replica->store, &registry, &fixture_error));
	return registry;
}

static enum nc_status hand_over(struct world *w, const uint8_t *key)
{
	struct nc_author author = fixture_author(&w->hub);
	enum nc_status status;

	must(nc_store_begin(w->hub.store, &fixture_error));
	status = nc_hubs_hand_over(w->hub.store, &author, key,
		nc_slice_text("tcp://127.0.0.1:2"), &fixture_error);
	if (status == NC_OK)
		must(nc_store_commit(w->hub.store, &fixture_error));
	else
		nc_store_rollback(w->hub.store);
	return status;
}

static void take_over(struct world *w)
{
	struct nc_author author = fixture_author(&w->next);
	struct nc_tree_hash root;

	memset(root.bytes, 7, sizeof(root.bytes));
	must(nc_store_begin(w->next.store, &fixture_error));
	must(nc_hubs_taken_over(
		w->next.store, &author, 17, &root, &fixture_error));
	must(nc_store_commit(w->next.store, &fixture_error));
}

static bool follow(struct fixture_replica *replica)
{
	bool followed = false;

	must(nc_store_begin(replica->store, &fixture_error));
	must(nc_hubs_follow(replica->store, &followed, &fixture_error));
	must(nc_store_commit(replica->store, &fixture_error));
	return followed;
}

static void test_found__is_generation_one(void **state)
{
	struct world *w = *state;
	const struct nc_registry *registry = registry_of(&w->client);
	const struct nc_registry_hub *hub = nc_registry_current_hub(registry);

	assert_int_equal(registry->hubs_count, 1);
	assert_non_null(hub);
	assert_int_equal(hub->generation, 1);
	assert_int_equal(hub->reason, NC_HUB_FOUNDED);
	assert_false(hub->has_after);
	assert_true(hub->device == nc_key_device(w->hub.key));
	assert_memory_equal(
		hub->public_key, nc_key_public(w->hub.key), NC_KEY_SIZE);
	assert_string_equal(hub->address, "tcp://127.0.0.1:1");
	assert_true(hub == nc_registry_hub(registry, 1));
	assert_null(nc_registry_hub(registry, 2));
	assert_false(follow(&w->client));
}

/* As version 1 of the model founded clusters: without a hub record. */
static void test_found__before_there_were_hub_records(void **state)
{
	struct world *w = *state;
	struct fixture_replica old;
	struct nc_author author;
	struct nc_identity identity = {.is_hub = true};
	struct nc_field_change name[] = {
		{NC_CLUSTER_NAME, nc_value_text("Cụm cũ"), NULL, 0},
		{NC_CLUSTER_ADDRESS, nc_value_text("tcp://cũ:1"), NULL, 0},
	};
	struct nc_record_change change = {
		.entity = NC_ENTITY_CLUSTER, .fields = name, .fields_count = 2};
	const struct nc_registry *registry;
	struct nc_written written;

	fixture_open(&old, &w->world, ":memory:");
	assert_null(nc_registry_current_hub(registry_of(&old)));
	author = fixture_author(&old);
	identity.cluster = change.record = nc_id_new(&old.env);
	memcpy(identity.hub_key, nc_key_public(old.key), NC_KEY_SIZE);
	must(nc_store_begin(old.store, &fixture_error));
	must(nc_store_set_identity(old.store, &identity, &fixture_error));
	must(nc_author_write(old.store, &author, &identity.cluster, &change, 1,
		&written, &fixture_error));
	must(nc_store_commit(old.store, &fixture_error));
	registry = registry_of(&old);
	assert_int_equal(registry->hubs_count, 1);
	assert_int_equal(registry->hubs[0].generation, 1);
	assert_string_equal(registry->hubs[0].address, "tcp://cũ:1");
	assert_memory_equal(registry->hubs[0].public_key,
		nc_key_public(old.key), NC_KEY_SIZE);
	fixture_close(&old);
}

static void test_hand_over__once_and_for_all(void **state)
{
	struct world *w = *state;
	struct nc_author author = fixture_author(&w->hub);
	struct nc_counts before, after;
	struct nc_id id;

	assert_int_equal(hand_over(w, nc_key_public(w->client.key)), NC_DENIED);
	assert_int_equal(hand_over(w, nc_key_public(w->hub.key)), NC_DENIED);
	before = stores_counts(&w->hub);
	must(hand_over(w, nc_key_public(w->next.key)));
	after = stores_counts(&w->hub);
	assert_int_equal(after.change_sets, before.change_sets + 1);
	assert_true(w->hub.store->identity.handed_over);
	must(hand_over(w, nc_key_public(w->next.key)));
	assert_int_equal(hand_over(w, nc_key_public(w->other.key)), NC_DENIED);
	assert_int_equal(stores_counts(&w->hub).change_sets, after.change_sets);
	must(nc_store_begin(w->hub.store, &fixture_error));
	assert_int_equal(nc_cluster_add_union(w->hub.store, &author, "gia-lai",
				 "gia-lai", -1, &id, &fixture_error),
		NC_MOVED);
	assert_non_null(strstr(fixture_error.text, "tcp://127.0.0.1:2"));
	nc_store_rollback(w->hub.store);
	assert_true(w->hub.store->identity.handed_over);
	must(nc_store_verify(w->hub.store, NULL, &fixture_error));
}

static void test_hand_over__the_next_hub_serves(void **state)
{
	struct world *w = *state;
	const struct nc_registry_hub *hub;
	struct nc_identity identity;

	stores_verdict(&w->hub, w->hub.key, &w->mine);
	must(hand_over(w, nc_key_public(w->next.key)));
	stores_carry(&w->hub, &w->next);
	take_over(w);
	fixture_union(&w->next, "gia-lai");
	stores_verdict(&w->next, w->next.key, &w->mine);
	stores_carry(&w->next, &w->client);
	assert_int_equal(stores_counts(&w->client).refusals, 0);
	stores_same(&w->next, &w->client, &w->cluster);
	stores_same(&w->next, &w->client, &w->mine);
	assert_non_null(
		nc_registry_union_coded(registry_of(&w->client), "gia-lai"));
	hub = nc_registry_current_hub(registry_of(&w->client));
	assert_int_equal(hub->generation, 2);
	assert_int_equal(hub->reason, NC_HUB_HANDED_OVER);
	assert_true(hub->has_after);
	assert_int_equal(hub->after_size, 17);
	assert_int_equal(hub->after_root[31], 7);
	assert_true(follow(&w->client));
	assert_false(follow(&w->client));
	must(nc_store_identity(w->client.store, &identity, &fixture_error));
	assert_memory_equal(
		identity.hub_key, nc_key_public(w->next.key), NC_KEY_SIZE);
	assert_memory_equal(
		identity.root_key, nc_key_public(w->hub.key), NC_KEY_SIZE);
	assert_string_equal(identity.address, "tcp://127.0.0.1:2");
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
	must(nc_store_verify(w->next.store, NULL, &fixture_error));
}

/* A year later: the second hub hands over to a third. */
static void test_hand_over__again_a_year_later(void **state)
{
	struct world *w = *state;
	struct fixture_replica third, first = w->hub;

	must(hand_over(w, nc_key_public(w->next.key)));
	stores_carry(&w->hub, &w->next);
	take_over(w);
	fixture_open(&third, &w->world, ":memory:");
	stores_belong(&w->next, &third, true, NULL);
	w->hub = w->next;
	must(hand_over(w, nc_key_public(third.key)));
	w->hub = first;
	stores_carry(&w->next, &third);
	stores_verdict(&third, third.key, &w->mine);
	assert_int_equal(stores_counts(&third).refusals, 0);
	stores_verdict(&w->next, w->next.key, &w->mine);
	stores_verdict(&w->hub, w->hub.key, &w->mine);
	stores_carry(&w->next, &third);
	stores_carry(&w->hub, &third);
	assert_int_equal(stores_counts(&third).refusals, 2);
	stores_carry(&third, &w->client);
	stores_same(&third, &w->client, &w->mine);
	stores_same(&third, &w->client, &w->cluster);
	assert_int_equal(registry_of(&w->client)->hubs_count, 3);
	assert_true(follow(&w->client));
	assert_memory_equal(w->client.store->identity.hub_key,
		nc_key_public(third.key), NC_KEY_SIZE);
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
	fixture_close(&third);
}

/* What the old hub appends later is refused wherever it arrives, also where
 * it was taken before the hand-over was known. */
static void test_hand_over__ends_the_old_hub_everywhere(void **state)
{
	struct world *w = *state;
	struct fixture_replica early;

	stores_verdict(&w->hub, w->hub.key, &w->mine);
	stores_join(&w->hub, &early, &w->world, &w->mine, ":memory:");
	/* `early` stands for a client that the old hub deceived. */
	stores_carry(&w->hub, &w->next);
	stores_carry(&w->hub, &w->client);
	must(hand_over(w, nc_key_public(w->next.key)));
	stores_carry(&w->hub, &w->next);
	take_over(w);
	stores_verdict(&early, w->hub.key, &w->mine);
	assert_int_equal(stores_counts(&early).refusals, 0);
	stores_carry(&w->next, &early);
	assert_int_equal(stores_counts(&early).refusals, 1);
	stores_carry(&early, &w->next);
	assert_int_equal(stores_counts(&w->next).refusals, 1);
	stores_carry(&w->next, &w->client);
	assert_int_equal(stores_counts(&w->client).refusals, 1);
	/* And in the cluster's own stream. */
	stores_verdict(&w->hub, w->hub.key, &w->cluster);
	stores_carry(&w->hub, &w->next);
	stores_carry(&w->next, &early);
	stores_carry(&w->next, &w->client);
	assert_int_equal(stores_counts(&w->client).refusals, 2);
	stores_same(&w->next, &early, &w->mine);
	stores_same(&w->next, &early, &w->cluster);
	stores_same(&w->next, &w->client, &w->mine);
	stores_same(&w->next, &w->client, &w->cluster);
	must(nc_store_verify(early.store, NULL, &fixture_error));
	fixture_close(&early);
}

static void test_revoke__before_or_after_the_late_writes(void **state)
{
	struct world *w = *state;
	struct nc_author author = fixture_author(&w->hub);
	struct nc_id id = nc_id_new(&w->client.env);
	char shown[64];

	must(stores_save(&w->client, id, true, "đúng lúc"));
	stores_carry(&w->client, &w->hub);
	must(nc_store_begin(w->hub.store, &fixture_error));
	must(nc_cluster_revoke(w->hub.store, &author,
		nc_key_device(w->client.key), &fixture_error));
	must(nc_store_commit(w->hub.store, &fixture_error));
	w->world.now_ms++;
	must(stores_save(&w->client, id, false, "muộn"));
	/* The other gets the late one first, the hub's device after. */
	stores_carry(&w->client, &w->other);
	assert_int_equal(stores_texts(&w->other, id, shown), 1);
	assert_string_equal(shown, "muộn");
	stores_carry(&w->hub, &w->other);
	stores_carry(&w->client, &w->hub);
	assert_int_equal(stores_texts(&w->other, id, shown), 1);
	assert_string_equal(shown, "đúng lúc");
	assert_int_equal(stores_texts(&w->hub, id, shown), 1);
	assert_string_equal(shown, "đúng lúc");
	stores_same(&w->hub, &w->other, &w->mine);
	/* The revoked device's own store, once it hears of it. */
	stores_carry(&w->hub, &w->client);
	stores_same(&w->hub, &w->client, &w->mine);
	must(nc_store_verify(w->other.store, NULL, &fixture_error));
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
}

static struct nc_key *restore(struct world *w, uint32_t at_least)
{
	struct nc_key *key = NULL;

	must(nc_store_begin(w->hub.store, &fixture_error));
	must(nc_hubs_restored(w->hub.store, w->hub.key, &w->hub.env, at_least,
		&key, &fixture_error));
	must(nc_store_commit(w->hub.store, &fixture_error));
	return key;
}

static void test_restored__writes_under_a_key_of_its_own(void **state)
{
	struct world *w = *state;
	struct nc_key *key, *again = NULL;
	const struct nc_registry_hub *hub;
	struct stores_carry carry;
	uint64_t size;

	must(nc_hubs_author(w->hub.store, w->hub.key, &again, &fixture_error));
	assert_true(nc_key_device(again) == nc_key_device(w->hub.key));
	nc_key_free(again);
	must(nc_store_tree_size(w->hub.store, &size, &fixture_error));
	key = restore(w, 4);
	assert_true(nc_key_device(key) != nc_key_device(w->hub.key));
	must(nc_hubs_author(w->hub.store, w->hub.key, &again, &fixture_error));
	assert_true(nc_key_device(again) == nc_key_device(key));
	stores_verdict(&w->hub, key, &w->mine);
	carry = stores_carry(&w->hub, &w->client);
	assert_int_equal(carry.unknown, 0);
	assert_int_equal(stores_counts(&w->client).refusals, 0);
	stores_same(&w->hub, &w->client, &w->cluster);
	stores_same(&w->hub, &w->client, &w->mine);
	hub = nc_registry_current_hub(registry_of(&w->client));
	assert_int_equal(hub->generation, 5);
	assert_int_equal(hub->reason, NC_HUB_RESTORED);
	assert_true(hub->device == nc_key_device(w->hub.key));
	assert_true(hub->has_after);
	assert_int_equal(hub->after_size, size);
	assert_false(follow(&w->client));
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
	must(nc_store_verify(w->hub.store, NULL, &fixture_error));
	nc_key_free(again);
	nc_key_free(key);
}

/* After the hand-over a restored hub's key is over too, also for a replica
 * that had not met it. */
static void test_restored__then_handed_over(void **state)
{
	struct world *w = *state;
	struct nc_key *key = restore(w, 0), *key_before = w->hub.key;

	stores_verdict(&w->hub, key, &w->mine);
	w->hub.key = key;
	must(hand_over(w, nc_key_public(w->next.key)));
	w->hub.key = key_before;
	stores_carry(&w->hub, &w->next);
	assert_int_equal(stores_counts(&w->next).refusals, 0);
	take_over(w);
	stores_verdict(&w->hub, key, &w->mine);
	stores_verdict(&w->hub, w->hub.key, &w->mine);
	stores_carry(&w->hub, &w->next);
	assert_int_equal(stores_counts(&w->next).refusals, 2);
	stores_carry(&w->next, &w->client);
	stores_same(&w->next, &w->client, &w->mine);
	stores_same(&w->next, &w->client, &w->cluster);
	must(nc_store_verify(w->client.store, NULL, &fixture_error));
	nc_key_free(key);
}

/* What the hub had written before its disk was lost, and a client kept, comes
 * back when another hub stands: too late everywhere, in the cluster's own
 * scope too. */
static void test_restored__what_was_lost_comes_too_late(void **state)
{
	struct world *w = *state;
	struct nc_key *key, *key_before = w->hub.key;
	struct nc_field_change fields[] = {
		{NC_UNION_CODE, nc_value_text("gia-lai"), NULL, 0},
		{NC_UNION_NAME, nc_value_text("Gia Lai"), NULL, 0},
	};
	struct nc_record_change change = {.record = nc_id_new(&w->hub.env),
		.entity = NC_ENTITY_UNION,
		.fields = fields,
		.fields_count = 2};
	struct nc_change_set lost = {.union_id = w->cluster,
		.model_version = NC_MODEL_VERSION,
		.records = &change,
		.records_count = 1};

	stores_carry(&w->hub, &w->other);
	must(nc_store_begin(w->other.store, &fixture_error));
	must(nc_author_append(
		w->other.store, w->hub.key, &lost, 5, &fixture_error));
	must(nc_store_commit(w->other.store, &fixture_error));
	assert_non_null(
		nc_registry_union_coded(registry_of(&w->other), "gia-lai"));
	key = restore(w, 0);
	w->hub.key = key;
	must(hand_over(w, nc_key_public(w->next.key)));
	w->hub.key = key_before;
	stores_carry(&w->hub, &w->next);
	take_over(w);
	stores_carry(&w->next, &w->other);
	assert_null(nc_registry_union_coded(registry_of(&w->other), "gia-lai"));
	stores_carry(&w->other, &w->next);
	stores_carry(&w->next, &w->client);
	assert_int_equal(stores_counts(&w->next).refusals, 2);
	assert_int_equal(stores_counts(&w->other).refusals, 2);
	stores_same(&w->next, &w->other, &w->cluster);
	stores_same(&w->next, &w->client, &w->cluster);
	must(nc_store_verify(w->next.store, NULL, &fixture_error));
	must(nc_store_verify(w->other.store, NULL, &fixture_error));
	must(nc_store_rebuild(w->other.store, NULL, &fixture_error));
	stores_same(&w->next, &w->other, &w->cluster);
	nc_key_free(key);
}

/* A first change-set with a voucher by `by`'s key that names `named`. */
static void vouch(struct fixture_replica *at, const struct nc_key *key,
	const struct nc_key *by, nc_device_id named,
	const struct nc_id *cluster)
{
	uint8_t bytes[NC_ID_SIZE + NC_KEY_SIZE];
	uint8_t signature[NC_SIGNATURE_SIZE], device[NC_DEVICE_ID_SIZE];
	struct nc_field_change fields[] = {
		{NC_DEVICE_LABEL, nc_value_text("giả"), NULL, 0},
		{NC_DEVICE_PUBLIC_KEY,
			nc_value_bytes(nc_key_public(key), NC_KEY_SIZE), NULL,
			0},
		{NC_DEVICE_ROLE, nc_value_text("hub"), NULL, 0},
		{NC_DEVICE_VOUCHER,
			nc_value_bytes(signature, sizeof(signature)), NULL, 0},
		{NC_DEVICE_VOUCHED_BY, nc_value_bytes(device, sizeof(device)),
			NULL, 0},
	};
	struct nc_record_change change = {.record = nc_id_new(&at->env),
		.entity = NC_ENTITY_DEVICE,
		.fields = fields,
		.fields_count = 5};
	struct nc_change_set change_set = {.union_id = *cluster,
		.model_version = NC_MODEL_VERSION,
		.records = &change,
		.records_count = 1};

	memcpy(bytes, cluster->bytes, NC_ID_SIZE);
	memcpy(bytes + NC_ID_SIZE, nc_key_public(key), NC_KEY_SIZE);
	must(nc_sign(by, NC_DOMAIN_VOUCH, nc_slice(bytes, sizeof(bytes)),
		signature, &fixture_error));
	nc_bytes_put_u64(device, named);
	must(nc_store_begin(at->store, &fixture_error));
	must(nc_author_append(at->store, key, &change_set, 5, &fixture_error));
	must(nc_store_commit(at->store, &fixture_error));
}

static void test_voucher__forged_is_unknown(void **state)
{
	struct world *w = *state;
	struct nc_key *key;
	size_t devices = registry_of(&w->client)->devices_count;
	struct stores_carry carry;

	for (int i = 0; i < 3; i++) {
		const struct nc_key *by;

		must(nc_key_generate(&w->client.env, &key, &fixture_error));
		/* By itself in the hub's name, by a client in the hub's name,
		 * and by a client in its own. */
		by = i == 0 ? key : w->client.key;
		vouch(&w->client, key, by,
			nc_key_device(i < 2 ? w->hub.key : w->client.key),
			&w->cluster);
		nc_key_free(key);
	}
	assert_int_equal(registry_of(&w->client)->devices_count, devices);
	carry = stores_carry(&w->client, &w->hub);
	assert_int_equal(carry.unknown, 3);
	assert_int_equal(carry.taken, 0);
}

/* A hub that has handed over vouches for nobody. */
static void test_voucher__ends_with_the_hub(void **state)
{
	struct world *w = *state;
	struct fixture_replica early;
	struct nc_key *key;

	must(nc_key_generate(&w->hub.env, &key, &fixture_error));
	stores_join(&w->hub, &early, &w->world, &w->mine, ":memory:");
	must(hand_over(w, nc_key_public(w->next.key)));
	stores_carry(&w->hub, &w->next);
	/* Taken as true by one that does not know of the hand-over yet. */
	vouch(&early, key, w->hub.key, nc_key_device(w->hub.key), &w->cluster);
	stores_verdict(&early, key, &w->mine);
	assert_int_equal(stores_counts(&early).refusals, 0);
	stores_carry(&early, &w->next);
	stores_carry(&w->next, &early);
	assert_true(stores_counts(&early).refusals >= 1);
	stores_same(&w->next, &early, &w->mine);
	must(nc_store_verify(w->next.store, NULL, &fixture_error));
	must(nc_store_verify(early.store, NULL, &fixture_error));
	fixture_close(&early);
	nc_key_free(key);
}

static enum nc_status rotate(
	struct world *w, nc_device_id device, const uint8_t *key)
{
	struct nc_author author = fixture_author(&w->hub);
	enum nc_status status;

	must(nc_store_begin(w->hub.store, &fixture_error));
	status = nc_hubs_rotate(
		w->hub.store, &author, device, key, &fixture_error);
	if (status == NC_OK)
		must(nc_store_commit(w->hub.store, &fixture_error));
	else
		nc_store_rollback(w->hub.store);
	return status;
}

static void test_rotate__the_new_key_writes_on(void **state)
{
	struct world *w = *state;
	nc_device_id old = nc_key_device(w->client.key);
	struct nc_key *old_key = w->client.key, *new_key;
	struct nc_id id = nc_id_new(&w->client.env);
	const struct nc_registry_device *device;
	struct nc_counts counts;
	char shown[64];

	must(nc_key_generate(&w->client.env, &new_key, &fixture_error));
	must(stores_save(&w->client, id, true, "một"));
	stores_carry(&w->client, &w->hub);
	assert_int_equal(rotate(w, 42, nc_key_public(new_key)), NC_NOT_FOUND);
	assert_int_equal(
		rotate(w, nc_key_device(w->hub.key), nc_key_public(new_key)),
		NC_NOT_FOUND);
	assert_int_equal(
		rotate(w, old, nc_key_public(w->other.key)), NC_EXISTS);
	must(rotate(w, old, nc_key_public(new_key)));
	counts = stores_counts(&w->hub);
	must(rotate(w, old, nc_key_public(new_key)));
	assert_int_equal(
		stores_counts(&w->hub).change_sets, counts.change_sets);
	assert_int_equal(
		rotate(w, old, nc_key_public(w->next.key)), NC_REVOKED_DEVICE);
	device = nc_registry_device(
		registry_of(&w->hub), nc_key_device(new_key));
	assert_non_null(device);
	assert_true(device->succeeds == old);
	assert_int_equal(nc_id_compare(&device->union_id, &w->mine), 0);
	assert_true(nc_registry_device(registry_of(&w->hub), old)->revoked);
	/* A late write by the old key, and one by the new. */
	w->world.now_ms++;
	must(stores_save(&w->client, id, false, "muộn"));
	stores_carry(&w->client, &w->hub);
	stores_carry(&w->hub, &w->client);
	w->client.key = new_key;
	must(stores_save(&w->client, id, false, "hai"));
	stores_carry(&w->client, &w->hub);
	stores_carry(&w->hub, &w->other);
	assert_int_equal(stores_texts(&w->hub, id, shown), 1);
	assert_string_equal(shown, "hai");
	assert_int_equal(stores_counts(&w->hub).refusals, 1);
	stores_same(&w->hub, &w->client, &w->mine);
	stores_same(&w->hub, &w->other, &w->mine);
	nc_key_free(old_key);
}

/* What the hub says to a device that asks for another key. */
static enum nc_status ask_to_rotate(struct world *w,
	struct fixture_replica *client, const struct nc_key *next)
{
	struct nc_buffer request, reply;
	enum nc_status status;

	nc_buffer_init(&request, 1 << 20);
	nc_buffer_init(&reply, 1 << 20);
	must(nc_rotate_request(
		client->key, next, &w->cluster, &request, &fixture_error));
	fixture_carry(&w->hub, client, nc_buffer_slice(&request), &reply);
	status = nc_rotate_reply(next, nc_buffer_slice(&reply), &fixture_error);
	nc_buffer_fini(&request);
	nc_buffer_fini(&reply);
	return status;
}

/* A hub that has handed over makes no new keys; but who was rotated or revoked
 * before still hears so of it. */
static void test_rotate__asked_of_a_hub_that_has_handed_over(void **state)
{
	struct world *w = *state;
	struct nc_author author = fixture_author(&w->hub);
	struct fixture_replica third;
	struct nc_key *a, *b;

	must(nc_key_generate(&w->client.env, &a, &fixture_error));
	must(nc_key_generate(&w->client.env, &b, &fixture_error));
	stores_join(&w->hub, &third, &w->world, &w->mine, ":memory:");
	must(ask_to_rotate(w, &w->client, a));
	must(nc_store_begin(w->hub.store, &fixture_error));
	must(nc_cluster_revoke(w->hub.store, &author,
		nc_key_device(w->other.key), &fixture_error));
	must(nc_store_commit(w->hub.store, &fixture_error));
	must(hand_over(w, nc_key_public(w->next.key)));
	must(ask_to_rotate(w, &w->client, a));
	assert_int_equal(ask_to_rotate(w, &w->client, b), NC_REVOKED_DEVICE);
	assert_int_equal(ask_to_rotate(w, &w->other, b), NC_REVOKED_DEVICE);
	assert_int_equal(ask_to_rotate(w, &third, b), NC_MOVED);
	fixture_close(&third);
	nc_key_free(a);
	nc_key_free(b);
}

static enum nc_status visit_grant(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	(void)err;
	*(struct nc_id *)context = record->id;
	return NC_OK;
}

/* The last grant that was given, at the hub: one of its numbers. */
static void grant_edit(struct world *w, uint32_t field, int64_t number)
{
	struct nc_author author = fixture_author(&w->hub);
	struct nc_field_change change =
		nc_field_change_of(field, nc_value_integer(number));
	struct nc_record_change grant = nc_record_change_of(
		(struct nc_id){{0}}, NC_ENTITY_GRANT, &change, 1);

	must(nc_store_begin(w->hub.store, &fixture_error));
	must(nc_records_each(w->hub.store, nc_model_entity(NC_ENTITY_GRANT),
		&w->cluster, NC_RECORDS_PRESENT, visit_grant, &grant.record,
		&fixture_error));
	must(nc_cluster_write(
		w->hub.store, &author, &grant, 1, &fixture_error));
	must(nc_store_commit(w->hub.store, &fixture_error));
}

/* A hub that was put back may end a grant elsewhere than it had before, and an
 * end that it gets again from a laptop may be the one that counts. */
static void test_grant__ends_elsewhere_than_before(void **state)
{
	struct world *w = *state;
	struct nc_id id = nc_id_new(&w->other.env);
	char shown[64];

	must(stores_save(&w->other, id, true, "một"));
	must(stores_save(&w->other, id, false, "hai"));
	must(stores_save(&w->other, id, false, "ba"));
	stores_carry(&w->other, &w->hub);
	grant_edit(w, NC_GRANT_LAST, 1);
	stores_texts(&w->hub, id, shown);
	assert_string_equal(shown, "một");
	grant_edit(w, NC_GRANT_LAST, 3);
	stores_texts(&w->hub, id, shown);
	assert_string_equal(shown, "ba");
	grant_edit(w, NC_GRANT_FIRST, 100);
	assert_int_equal(stores_texts(&w->hub, id, shown), 0);
	must(nc_store_verify(w->hub.store, NULL, &fixture_error));
}

/* A hub that was put back let a device join twice: the records together say
 * who it is, and revoking it holds for all of them. */
static void test_device__two_records_are_one(void **state)
{
	struct world *w = *state;
	nc_device_id device = nc_key_device(w->client.key);
	struct nc_author author = fixture_author(&w->hub);
	struct nc_field_change fields[] = {
		nc_field_change_of(NC_DEVICE_LABEL, nc_value_text("lần hai")),
		nc_field_change_of(NC_DEVICE_PUBLIC_KEY,
			nc_value_bytes(
				nc_key_public(w->client.key), NC_KEY_SIZE)),
		nc_field_change_of(NC_DEVICE_ROLE, nc_value_text("member")),
	};
	struct nc_record_change second = nc_record_change_of(
		nc_id_new(&w->hub.env), NC_ENTITY_DEVICE, fields, 3);
	size_t before = registry_of(&w->hub)->devices_count;
	struct nc_id first =
		nc_registry_device(registry_of(&w->hub), device)->record;

	must(nc_store_begin(w->hub.store, &fixture_error));
	must(nc_cluster_write(
		w->hub.store, &author, &second, 1, &fixture_error));
	must(nc_store_commit(w->hub.store, &fixture_error));
	assert_int_equal(registry_of(&w->hub)->devices_count, before);
	/* The lower id speaks for both. */
	if (nc_id_compare(&second.record, &first) < 0)
		first = second.record;
	assert_memory_equal(
		&nc_registry_device(registry_of(&w->hub), device)->record,
		&first, sizeof(first));
	/* The one that is not revoked by itself is not another device. */
	must(nc_store_begin(w->hub.store, &fixture_error));
	must(nc_cluster_revoke(w->hub.store, &author, device, &fixture_error));
	must(nc_store_commit(w->hub.store, &fixture_error));
	assert_true(nc_registry_device(registry_of(&w->hub), device)->revoked);
	assert_int_equal(registry_of(&w->hub)->devices_count, before);
}

static void test_identity__old_notes_are_read(void **state)
{
	struct world *w = *state;
	char path[] = "/tmp/nhipcau-test-XXXXXX";
	uint8_t old[1 + 2 * NC_ID_SIZE + NC_KEY_SIZE + 5] = {1, 9};
	struct nc_identity identity;
	struct nc_store *store;
	int fd = mkstemp(path);

	(void)w;
	assert_true(fd >= 0);
	close(fd);
	unlink(path);
	memset(old + 1 + 2 * NC_ID_SIZE, 3, NC_KEY_SIZE);
	memcpy(old + sizeof(old) - 5, "tcp:x", 5);
	must(nc_store_open(path, NC_STORE_CREATE, &store, &fixture_error));
	must(nc_store_set_note(
		store, "identity", nc_slice(old, sizeof(old)), &fixture_error));
	nc_store_close(store);
	must(nc_store_open(path, NC_STORE_OPEN, &store, &fixture_error));
	must(nc_store_identity(store, &identity, &fixture_error));
	assert_true(identity.is_hub);
	assert_false(identity.handed_over);
	assert_int_equal(identity.cluster.bytes[0], 9);
	assert_int_equal(identity.hub_key[0], 3);
	assert_memory_equal(identity.root_key, identity.hub_key, NC_KEY_SIZE);
	assert_string_equal(identity.address, "tcp:x");
	identity.handed_over = true;
	memset(identity.root_key, 4, NC_KEY_SIZE);
	must(nc_store_begin(store, &fixture_error));
	must(nc_store_set_identity(store, &identity, &fixture_error));
	nc_store_rollback(store);
	must(nc_store_identity(store, &identity, &fixture_error));
	assert_false(identity.handed_over);
	identity.handed_over = true;
	memset(identity.root_key, 4, NC_KEY_SIZE);
	must(nc_store_begin(store, &fixture_error));
	must(nc_store_set_identity(store, &identity, &fixture_error));
	must(nc_store_commit(store, &fixture_error));
	nc_store_close(store);
	must(nc_store_open(path, NC_STORE_OPEN, &store, &fixture_error));
	must(nc_store_identity(store, &identity, &fixture_error));
	assert_true(identity.handed_over);
	assert_int_equal(identity.root_key[0], 4);
	assert_int_equal(identity.hub_key[0], 3);
	assert_string_equal(identity.address, "tcp:x");
	nc_store_close(store);
	unlink(path);
}

static void test_invitation__names_root_and_current_hub(void **state)
{
	struct world *w = *state;
	struct nc_author author = fixture_author(&w->next);
	struct nc_invitation invitation;
	struct nc_arena arena;

	nc_arena_init(&arena, 1 << 20);
	must(hand_over(w, nc_key_public(w->next.key)));
	stores_carry(&w->hub, &w->next);
	must(nc_store_begin(w->next.store, &fixture_error));
	must(nc_cluster_invite(w->next.store, &author, &w->mine, 1000, &arena,
		&invitation, &fixture_error));
	must(nc_store_commit(w->next.store, &fixture_error));
	assert_memory_equal(
		invitation.hub_key, nc_key_public(w->next.key), NC_KEY_SIZE);
	assert_memory_equal(
		invitation.root_key, nc_key_public(w->hub.key), NC_KEY_SIZE);
	nc_arena_fini(&arena);
}

static void test_origin__and_extension(void **state)
{
	struct nc_registry_hub hub = {.generation = 4000000000u,
		.has_after = true,
		.after_size = UINT64_MAX};
	char origin[NC_ORIGIN_TEXT_SIZE], line[NC_EXTENSION_TEXT_SIZE];
	struct nc_id cluster;

	(void)state;
	assert_true(
		nc_id_parse(&cluster, "0189abcd-0000-7000-8000-000000000001"));
	nc_hubs_origin(origin, &cluster, 4000000000u);
	assert_string_equal(origin,
		"nhipcau/0189abcd-0000-7000-8000-000000000001/4000000000");
	for (size_t i = 0; i < NC_SHA256_SIZE; i++)
		hub.after_root[i] = (uint8_t)(i * 8 + 3);
	nc_hubs_extension(line, &cluster, &hub);
	assert_string_equal(line,
		"after nhipcau/0189abcd-0000-7000-8000-000000000001/3999999999 "
		"18446744073709551615 "
		"AwsTGyMrMztDS1NbY2tze4OLk5ujq7O7w8vT2+Pr8/s=\n");
	hub.generation = 1;
	nc_hubs_extension(line, &cluster, &hub);
	assert_string_equal(line, "");
	hub.generation = 2;
	hub.has_after = false;
	nc_hubs_extension(line, &cluster, &hub);
	assert_string_equal(line, "");
}

/* Whatever allocation fails: whole or not at all. */
static void test_hand_over__without_memory(void **state)
{
	struct world *w = *state;
	uint64_t before = stores_counts(&w->hub).change_sets;
	struct nc_author author = fixture_author(&w->hub);
	enum nc_status status = NC_NO_MEMORY;
	unsigned long n;

	for (n = 1; status != NC_OK; n++) {
		assert_true(n < 100000);
		must(nc_store_begin(w->hub.store, &fixture_error));
		nc_memory_fail_at(n);
		status = nc_hubs_hand_over(w->hub.store, &author,
			nc_key_public(w->next.key),
			nc_slice_text("tcp://127.0.0.1:2"), &fixture_error);
		nc_memory_fail_at(0);
		if (status == NC_OK)
			break;
		assert_int_equal(status, NC_NO_MEMORY);
		nc_store_rollback(w->hub.store);
		assert_false(w->hub.store->identity.handed_over);
		assert_int_equal(stores_counts(&w->hub).change_sets, before);
	}
	assert_true(n > 3);
	must(nc_store_commit(w->hub.store, &fixture_error));
	must(nc_store_verify(w->hub.store, NULL, &fixture_error));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
		T(test_found__is_generation_one),
		T(test_found__before_there_were_hub_records),
		T(test_hand_over__once_and_for_all),
		T(test_hand_over__the_next_hub_serves),
		T(test_hand_over__ends_the_old_hub_everywhere),
		T(test_hand_over__again_a_year_later),
		T(test_revoke__before_or_after_the_late_writes),
		T(test_restored__writes_under_a_key_of_its_own),
		T(test_restored__then_handed_over),
		T(test_restored__what_was_lost_comes_too_late),
		T(test_voucher__forged_is_unknown),
		T(test_voucher__ends_with_the_hub),
		T(test_rotate__the_new_key_writes_on),
		T(test_rotate__asked_of_a_hub_that_has_handed_over),
		T(test_grant__ends_elsewhere_than_before),
		T(test_device__two_records_are_one),
		T(test_identity__old_notes_are_read),
		T(test_invitation__names_root_and_current_hub),
		T(test_origin__and_extension),
		T(test_hand_over__without_memory),
#undef T
	};

	must(nc_trust_start(&fixture_error));
	return cmocka_run_group_tests(tests, NULL, NULL);
}
