/*
 * What must hold after a history: receipts prove what they say, by the
 * definition of RFC 6962; and evidence against a hub stands by itself.
 */
#ifndef TESTS_UNIT_HISTORY_AUDIT_H
#define TESTS_UNIT_HISTORY_AUDIT_H

#include "cluster_history.h"

/* An audit path by the definition of RFC 6962, without the product's check. */
static inline void climb(struct nc_tree_hash *out,
	const struct nc_tree_hash *leaf, uint64_t index, uint64_t size,
	const struct nc_tree_hash *path, size_t *count)
{
	uint64_t split = 1;
	struct nc_tree_hash below;

	if (size == 1) {
		assert_int_equal(*count, 0);
		*out = *leaf;
		return;
	}
	while (split * 2 < size)
		split *= 2;
	assert_true(*count > 0);
	--*count;
	if (index < split) {
		struct nc_tree_hash last = path[*count];

		climb(&below, leaf, index, split, path, count);
		nc_tree_node(out, &below, &last);
	} else {
		struct nc_tree_hash last = path[*count];

		climb(&below, leaf, index - split, size - split, path, count);
		nc_tree_node(out, &last, &below);
	}
}

struct audit {
	struct world *w;
	struct fixture_replica *client;
	size_t receipts;
};

static inline enum nc_status audit_receipt(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct audit *audit = context;
	struct nc_store *store = audit->client->store;
	struct nc_kept_checkpoint kept = {0};
	struct nc_receipt receipt = {0};
	struct nc_tree_hash leaf, root;
	uint8_t bytes[2048];
	size_t count;

	(void)err;
	if (nc_receipt_find(store, &entry->union_id, entry->device,
		    entry->sequence, &receipt, &fixture_error) != NC_OK)
		return NC_OK;
	audit->receipts++;
	bytes[0] = 0;
	assert_true(entry->signed_set.payload.size < sizeof(bytes));
	memcpy(bytes + 1, entry->signed_set.payload.data,
		entry->signed_set.payload.size);
	nc_sha256(leaf.bytes,
		nc_slice(bytes, 1 + entry->signed_set.payload.size));
	must(nc_checkpoint_find(store, receipt.generation, receipt.size, &kept,
		&fixture_error));
	assert_true(receipt.leaf < receipt.size);
	count = receipt.path.size / NC_TREE_HASH_SIZE;
	climb(&root, &leaf, receipt.leaf, receipt.size,
		(const struct nc_tree_hash *)(const void *)receipt.path.data,
		&count);
	assert_memory_equal(&root, &kept.root, sizeof(root));
	nc_kept_checkpoint_fini(&kept);
	nc_receipt_fini(&receipt);
	return NC_OK;
}

/* Receipts hold; the last checkpoint is of the hub's own tree. */
static inline void audit_client(struct world *w, struct fixture_replica *client)
{
	struct nc_tree_reader reader = nc_store_tree_reader(hub_of(w)->store);
	struct audit audit = {w, client, 0};
	struct snapshot now = look_at(client);
	struct nc_tree_hash root;

	must(nc_log_read(
		client->store, 0, audit_receipt, &audit, &fixture_error));
	must(nc_tree_root(&reader, now.size, &root, &fixture_error));
	assert_memory_equal(&root, &now.root, sizeof(root));
	must(nc_store_verify(client->store, NULL, &fixture_error));
}

/* After everyone has synced twice without a fault. */
static inline void heal_and_audit(struct world *w)
{
	bool whole = true;

	for (int i = 0; i < 3; i++)
		for (size_t c = 0; c < w->clients_count; c++)
			whole &= sync_client(w, c) == NC_OK || i < 2;
	for (size_t c = 0; c < w->clients_count && whole; c++)
		audit_client(w, &w->clients[c]);
	if (!whole)
		fail_msg("seed %" PRIu64 ": no peace", w->seed);
}

/* A part of the evidence, between two of its headings. */
static inline struct nc_slice part(
	struct nc_slice evidence, const char *from, const char *to)
{
	const char *text = (const char *)evidence.data;
	const char *begin = strstr(text, from);
	const char *end;

	assert_non_null(begin);
	begin += strlen(from);
	end = strstr(begin, to);
	assert_non_null(end);
	return nc_slice(begin, (size_t)(end - begin));
}

/* Both of the evidence's checkpoints are the hub's; and, if asked for, the
 * greater is not a continuation of the smaller. */
static inline void check_evidence(struct world *w, struct session *session,
	struct cheat_tree *honest, bool contradiction)
{
	struct nc_slice evidence;
	struct nc_checkpoint before, now;
	const struct nc_registry *registry;
	struct nc_tree_hash root;
	uint32_t generation;
	struct cheat_tree of = {0};
	struct nc_tree_reader reader = cheat_reader(&of);

	if (honest != NULL)
		of = *honest;

	must(nc_buffer_append(&session->client.evidence, "", 1));
	evidence = nc_buffer_slice(&session->client.evidence);
	must(nc_checkpoint_parse(
		part(evidence, "Seen before:\n\n", "\nShown now:\n"), &before,
		&fixture_error));
	must(nc_checkpoint_parse(
		part(evidence, "Shown now:\n\n", "\nProof given:\n"), &now,
		&fixture_error));
	must(nc_store_registry(hub_of(w)->store, &registry, &fixture_error));
	assert_true(nc_history_generation(before.origin,
		&hub_of(w)->store->identity.cluster, &generation));
	assert_true(nc_checkpoint_is_signed(
		&before, nc_registry_hub(registry, generation)->public_key));
	assert_true(
		nc_checkpoint_is_signed(&now, nc_key_public(hub_of(w)->key)));
	if (honest == NULL)
		return;
	/* What was seen before is the honest tree's. */
	must(nc_tree_root(&reader, before.size, &root, &fixture_error));
	assert_memory_equal(&root, &before.root, sizeof(root));
	if (!contradiction)
		return;
	if (now.size < before.size)
		return;
	/* The true continuation has another root. */
	of.count = now.size;
	if (now.size > honest->count)
		return;
	must(nc_tree_root(&reader, now.size, &root, &fixture_error));
	assert_memory_not_equal(&root, &now.root, sizeof(root));
}

static inline void nothing_was_taken(struct world *w, struct session *session,
	struct fixture_replica *client)
{
	struct snapshot now = look_at(client);

	if (memcmp(&now, &session->before, sizeof(now)) != 0)
		fail_msg("seed %" PRIu64 ": %s: something was taken", w->seed,
			cheat_names[session->cheat]);
}

#endif
