/*
 * Stores that exchange change-sets by nc_store_take directly: for what the
 * store promises before any protocol stands on it.
 */
#ifndef TESTS_UNIT_STORES_H
#define TESTS_UNIT_STORES_H

#include "fixture.h"

#include "store/again.h"
#include "store/db.h"
#include "store/hubs.h"
#include "store/tree.h"

/* One store's log, given to another. */
struct stores_carry {
	struct fixture_replica *to;
	size_t taken, unknown, forks, gaps;
};

static inline enum nc_status stores_give(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct stores_carry *carry = context;
	struct nc_store *store = carry->to->store;
	struct nc_change_set change_set;
	struct nc_dot need;
	struct nc_arena arena;
	const uint8_t *key;
	enum nc_status status;

	nc_arena_init(&arena, 64 << 20);
	status = nc_change_set_decode(
		entry->signed_set.payload, &arena, &change_set, err);
	if (status == NC_OK)
		status = nc_hubs_author_key(store, &change_set, &key, err);
	if (status == NC_OK &&
		!nc_verify(key, NC_DOMAIN_CHANGE_SET, entry->signed_set.payload,
			entry->signed_set.signature))
		status = NC_BAD_SIGNATURE;
	if (status == NC_OK)
		status = nc_store_take(store, &entry->signed_set, &change_set,
			entry->received_at_ms, &need, err);
	carry->taken += status == NC_OK;
	carry->unknown += status == NC_UNKNOWN_DEVICE;
	carry->forks += status == NC_FORK;
	carry->gaps += status == NC_GAP;
	nc_arena_fini(&arena);
	if (status == NC_EXISTS || status == NC_UNKNOWN_DEVICE ||
		status == NC_FORK || status == NC_GAP)
		return NC_OK;
	return status;
}

/* All that `from` holds and `to` lacks, in from's order. */
static inline struct stores_carry stores_carry(
	struct fixture_replica *from, struct fixture_replica *to)
{
	struct stores_carry carry = {.to = to};

	must(nc_store_begin(to->store, &fixture_error));
	must(nc_log_read(from->store, 0, stores_give, &carry, &fixture_error));
	must(nc_store_commit(to->store, &fixture_error));
	return carry;
}

/* A store of the cluster for a key that stands in replica. */
static inline void stores_belong(struct fixture_replica *hub,
	struct fixture_replica *replica, bool is_hub,
	const struct nc_id *union_id)
{
	struct nc_identity identity = hub->store->identity;

	identity.is_hub = is_hub;
	identity.handed_over = false;
	if (union_id != NULL)
		replica->union_id = identity.union_id = *union_id;
	if (is_hub)
		memcpy(identity.hub_key, nc_key_public(replica->key),
			NC_KEY_SIZE);
	must(nc_store_begin(replica->store, &fixture_error));
	must(nc_store_set_identity(replica->store, &identity, &fixture_error));
	must(nc_store_commit(replica->store, &fixture_error));
}

/* The hub enrols the replica's key for a union. */
static inline void stores_enrol(struct fixture_replica *hub,
	struct fixture_replica *replica, const struct nc_id *union_id)
{
	struct nc_author author = fixture_author(hub);
	struct nc_invitation invitation;
	struct nc_arena arena;
	struct nc_id ret;

	nc_arena_init(&arena, 1 << 20);
	must(nc_store_begin(hub->store, &fixture_error));
	must(nc_cluster_invite(hub->store, &author, union_id, 1000000, &arena,
		&invitation, &fixture_error));
	must(nc_cluster_enrol(hub->store, &author, invitation.secret,
		nc_key_public(replica->key), nc_slice_text("máy thử"), &ret,
		&fixture_error));
	must(nc_store_commit(hub->store, &fixture_error));
	nc_arena_fini(&arena);
}

static inline void stores_join(struct fixture_replica *hub,
	struct fixture_replica *replica, struct fixture_world *world,
	const struct nc_id *union_id, const char *path)
{
	fixture_open(replica, world, path);
	stores_enrol(hub, replica, union_id);
	stores_belong(hub, replica, false, union_id);
	stores_carry(hub, replica);
}

/* Writes a plan item's text; the other fields when it is new. */
static inline enum nc_status stores_save(struct fixture_replica *replica,
	struct nc_id id, bool is_new, const char *text)
{
	struct nc_author author = fixture_author(replica);
	struct nc_field_change fields[] = {
		{NC_PLAN_TEXT, nc_value_text(text), NULL, 0},
		{NC_PLAN_YEAR, nc_value_integer(2024), NULL, 0},
		{NC_PLAN_AREA, nc_value_text("friendship"), NULL, 0},
		{NC_PLAN_RANK, nc_value_text("V"), NULL, 0},
		{NC_PLAN_LEVEL, nc_value_integer(1), NULL, 0},
	};
	struct nc_record_change change = {.record = id,
		.entity = NC_ENTITY_PLAN_ITEM,
		.fields = fields,
		.fields_count = is_new ? 5 : 1};
	struct nc_written written;

	return nc_author_save(replica->store, &author, &replica->union_id,
		&change, 1, &written, &fixture_error);
}

/* A verdict on a union's submission, which is the hub's to write, by any key
 * and whatever identity says: what a hub that does not keep to the rules, or
 * does not know of them yet, would append. */
static inline void stores_verdict(struct fixture_replica *at,
	const struct nc_key *key, const struct nc_id *union_id)
{
	struct nc_field_change field = {5, nc_value_text("accepted"), NULL, 0};
	struct nc_record_change change = {
		.record = nc_id_new(&at->env),
		.entity = NC_ENTITY_SUBMISSION,
		.fields = &field,
		.fields_count = 1,
	};
	struct nc_change_set change_set = {.union_id = *union_id,
		.written_at_ms = 1700000000000,
		.model_version = NC_MODEL_VERSION,
		.records = &change,
		.records_count = 1};

	must(nc_store_begin(at->store, &fixture_error));
	must(nc_author_append(at->store, key, &change_set, 5, &fixture_error));
	must(nc_store_commit(at->store, &fixture_error));
}

static inline void stores_same(struct fixture_replica *a,
	struct fixture_replica *b, const struct nc_id *union_id)
{
	struct nc_digest x, y;

	must(nc_store_digest(a->store, union_id, &x, &fixture_error));
	must(nc_store_digest(b->store, union_id, &y, &fixture_error));
	assert_memory_equal(x.bytes, y.bytes, NC_DIGEST_SIZE);
}

static inline struct nc_counts stores_counts(struct fixture_replica *replica)
{
	struct nc_counts counts;

	must(nc_store_counts(replica->store, &counts, &fixture_error));
	return counts;
}

/* The record's texts: the shown one, and how many live. */
static inline size_t stores_texts(
	struct fixture_replica *replica, struct nc_id id, char shown[64])
{
	struct nc_record record;
	struct nc_arena arena;
	size_t count = 0;

	nc_arena_init(&arena, 1 << 20);
	shown[0] = '\0';
	if (nc_record_get(replica->store, nc_model_entity(NC_ENTITY_PLAN_ITEM),
		    &replica->union_id, &id, &arena, &record,
		    &fixture_error) == NC_OK) {
		snprintf(shown, 64, "%s",
			nc_record_text(&record, NC_PLAN_TEXT, &arena));
		for (size_t i = 0; i < record.row.count; i++)
			count += record.row.live[i].field == NC_PLAN_TEXT;
	}
	nc_arena_fini(&arena);
	return count;
}

#endif
