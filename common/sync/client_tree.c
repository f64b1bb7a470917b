#include "base/limits.h"
#include "store/hubs.h"
#include "sync/client_parts.h"
#include "sync/history.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* One reply's check. */
struct check {
	struct nc_sync_client *client;
	const struct nc_exchange_reply *reply;
	struct nc_kept_checkpoint last; /* the newest kept, if any */
	bool has_last;
	struct nc_client_shown shown;
	struct nc_slice note; /* shown's text */
	struct nc_arena arena;
};

static void keep_evidence(struct nc_sync_client *client, const char *what,
	struct nc_slice before, struct nc_slice now, struct nc_slice proof)
{
	struct nc_buffer *out = &client->evidence;
	char hex[2 * 32 + 1];
	enum nc_status status;

	nc_buffer_reset(out);
	status = nc_buffer_printf(
		out, "nhipcau-evidence-1\n%s\n\nSeen before:\n\n", what);
	if (status == NC_OK)
		status = nc_buffer_append(out, before.data, before.size);
	if (status == NC_OK)
		status = nc_buffer_text(out, "\nShown now:\n\n");
	if (status == NC_OK)
		status = nc_buffer_append(out, now.data, now.size);
	if (status == NC_OK)
		status = nc_buffer_text(out, "\nProof given:\n\n");
	for (size_t i = 0; i + 32 <= proof.size && status == NC_OK; i += 32) {
		nc_hex_encode(hex, proof.data + i, 32);
		status = nc_buffer_printf(out, "%s\n", hex);
	}
	/* A proof too long for the file is cut short: the checkpoints are what
	 * was signed. */
}

enum nc_status nc_client_caught(struct nc_sync_client *client, const char *what,
	struct nc_slice before, struct nc_slice now, struct nc_slice proof,
	struct nc_error *err)
{
	keep_evidence(client, what, before, now, proof);
	return nc_error_set(err, NC_HISTORY,
		_("The hub shows another history than the one it signed "
		  "before: %s. Nothing of its answer was taken; keep the "
		  "evidence and tell the other unions of the cluster."),
		what);
}

static enum nc_status caught(
	struct check *check, const char *what, struct nc_error *err)
{
	struct nc_slice before = nc_slice(NULL, 0);

	if (check->has_last)
		before = nc_buffer_slice(&check->last.note);
	return nc_client_caught(check->client, what, before, check->note,
		check->reply->consistency, err);
}

/* The checkpoint that the reply goes by: its own, or the one that was sent. */
static enum nc_status read_shown(struct check *check, struct nc_error *err)
{
	struct nc_sync_client *client = check->client;
	struct nc_client_shown *shown = &check->shown;
	enum nc_status status;

	check->note = check->reply->checkpoint;
	if (check->note.size == 0 && check->has_last)
		check->note = nc_buffer_slice(&check->last.note);
	status = nc_checkpoint_parse(check->note, &shown->checkpoint, err);
	if (status == NC_OK &&
		(!nc_history_generation(shown->checkpoint.origin,
			 &client->identity.cluster, &shown->generation) ||
			!nc_checkpoint_is_signed(
				&shown->checkpoint, client->identity.hub_key)))
		return nc_error_set(err, NC_BAD_SIGNATURE,
			_("The hub's checkpoint is not signed with the hub's "
			  "key; nothing of its answer was taken. Sync again, "
			  "and tell its keeper if that does not help."));
	if (status != NC_OK)
		return status;
	nc_hubs_origin(
		shown->origin, &client->identity.cluster, shown->generation);
	return NC_OK;
}

/* Whether the shown checkpoint names what was before it as a record of its
 * generation does. A hub that was put back, and did not know how far it had
 * been, may have begun that generation twice: either record will do. */
static bool is_extension_recorded(
	const struct check *check, const struct nc_registry *registry)
{
	const struct nc_identity *identity = &check->client->identity;
	char extension[NC_EXTENSION_TEXT_SIZE];

	for (size_t i = 0; i < registry->hubs_count; i++) {
		const struct nc_registry_hub *hub = &registry->hubs[i];

		if (hub->generation != check->shown.generation ||
			hub->device != nc_public_device(identity->hub_key))
			continue;
		nc_hubs_extension(extension, &identity->cluster, hub);
		if (nc_slice_equal(check->shown.checkpoint.extension,
			    nc_slice_text(extension)))
			return true;
	}
	return false;
}

/* Whether the hub says in this reply that it does not hold what began the
 * newest generation, of which no tree was seen here: it was put back unawares,
 * and is sent that next. */
static bool lacks_record(
	const struct check *check, const struct nc_registry_hub *current)
{
	const struct nc_exchange_reply *reply = check->reply;

	if (current->reason != NC_HUB_RESTORED ||
		(check->has_last &&
			check->last.generation >= current->generation))
		return false;
	for (size_t i = 0; i < reply->verdicts_count; i++)
		if (reply->verdicts[i].device == current->author &&
			reply->verdicts[i].sequence == 0)
			return true;
	return false;
}

/* The tree's generation is one that the cluster's records name. */
static enum nc_status check_generation(
	struct check *check, bool *ret_known, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_hub *current, *hub;
	struct nc_sync_client *client = check->client;
	enum nc_status status =
		nc_store_registry(client->store, &registry, err);

	*ret_known = false;
	if (status != NC_OK)
		return status;
	hub = nc_registry_hub(registry, check->shown.generation);
	current = nc_registry_current_hub(registry);
	/* The record may come with the next part of a long answer. */
	if (hub == NULL && check->reply->more)
		return NC_OK;
	/* A bundle may be old: it proves nothing now, and betrays nothing. */
	if (client->from_bundle && hub != NULL && current != NULL &&
		hub->generation < current->generation)
		return NC_OK;
	if (hub == NULL || current == NULL ||
		hub->device != nc_public_device(client->identity.hub_key))
		return caught(check,
			_("it began a history that no record names"), err);
	if (hub->generation < current->generation && !check->reply->more &&
		lacks_record(check, current))
		return NC_OK;
	if (hub->generation < current->generation && !check->reply->more)
		return caught(check,
			_("it goes on with a history that has ended"), err);
	if (!is_extension_recorded(check, registry)) {
		if (check->reply->more)
			return NC_OK; /* a record of it may be to come, too */
		return caught(check,
			_("it names another history before its own than its "
			  "records do"),
			err);
	}
	*ret_known = true;
	return NC_OK;
}

/* How much of the history that was seen the generations since say that they
 * have kept: UINT64_MAX, all of it, unless one of them was restored from a
 * backup. What a restored hub says is what it knows: it may have been put back
 * unawares and have appended past the loss before anyone told it. */
static enum nc_status kept_since(
	const struct check *check, uint64_t *ret_size, struct nc_error *err)
{
	const struct nc_registry *registry;
	enum nc_status status =
		nc_store_registry(check->client->store, &registry, err);

	*ret_size = UINT64_MAX;
	if (status != NC_OK)
		return status;
	for (size_t i = 0; i < registry->hubs_count; i++) {
		const struct nc_registry_hub *hub = &registry->hubs[i];

		if (hub->generation > check->last.generation &&
			hub->generation <= check->shown.generation &&
			hub->reason == NC_HUB_RESTORED && hub->has_after &&
			hub->after_size < *ret_size)
			*ret_size = hub->after_size;
	}
	return NC_OK;
}

/* What others wrote for others, which the hub may have lost with the rest and
 * may not speak of to us any more, is offered again. */
static enum nc_status offer_again(
	struct nc_sync_client *client, struct nc_error *err)
{
	const struct nc_log_head *heads;
	size_t count;
	enum nc_status status =
		nc_log_heads(client->store, &heads, &count, err);

	for (size_t i = 0; i < count && status == NC_OK; i++) {
		bool ours = false;

		status = nc_client_is_ours(
			client, &heads[i].union_id, &ours, err);
		if (status == NC_OK && !ours)
			status = nc_log_acknowledge(client->store,
				&heads[i].union_id, heads[i].device, 0, err);
	}
	return status;
}

/* Nothing that was proven in the tree before is known to be in this one: all
 * of it is to be proven anew, so that behind a restore nothing can be hidden
 * but what is told here. */
static enum nc_status hub_lost(
	struct check *check, uint64_t kept, struct nc_error *err)
{
	struct nc_sync_client *client = check->client;
	enum nc_status status;

	client->hub_restored = true;
	client->hub_lost =
		kept < check->last.size ? check->last.size - kept : 1;
	keep_evidence(client,
		"The hub was restored from a backup and had lost history.",
		nc_buffer_slice(&check->last.note), check->note,
		check->reply->consistency);
	status = nc_receipt_void(client->store, 0, err);
	return status == NC_OK ? offer_again(client, err) : status;
}

/* Whether the tree seen before is shown to be how this one begins. */
static bool is_consistent(const struct check *check)
{
	const struct nc_checkpoint *shown = &check->shown.checkpoint;

	if (!check->has_last || check->reply->checkpoint.size == 0)
		return true;
	return nc_tree_check_consistency(check->last.size, &check->last.root,
		shown->size, &shown->root, check->reply->consistency);
}

/* The tree seen before is how the shown one begins; kept: as kept_since. */
static enum nc_status check_before(
	struct check *check, uint64_t kept, struct nc_error *err)
{
	if (check->has_last && check->shown.generation < check->last.generation)
		return caught(check,
			_("it goes on with a history that has ended"), err);
	if (is_consistent(check))
		return NC_OK;
	if (kept < UINT64_MAX)
		return hub_lost(check, kept, err);
	if (check->shown.checkpoint.size < check->last.size)
		return caught(check, _("change-sets are missing from it"), err);
	return caught(
		check, _("what it held before is not how it begins"), err);
}

/* A change-set that the reply places. */
struct leaf {
	uint64_t index;
	struct nc_tree_hash hash;
	const struct nc_placed *placed;
	uint64_t sequence;
};

struct gather {
	struct leaf *leaves;
	size_t count, room;
};

static enum nc_status gather_hash(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct gather *gather = context;
	struct leaf *leaf = &gather->leaves[gather->count];

	(void)err;
	/* NC_LIMIT ends the reading: the part that was placed is over. */
	if (gather->count == gather->room)
		return NC_LIMIT;
	if (entry->sequence != leaf->sequence)
		return NC_MALFORMED;
	nc_tree_leaf(&leaf->hash, entry->signed_set.payload);
	gather->count++;
	return NC_OK;
}

static enum nc_status gather_placed(struct check *check,
	const struct nc_placed *placed, struct leaf *leaves,
	struct nc_error *err)
{
	struct gather gather = {leaves, 0, placed->count};
	enum nc_status status;

	for (size_t i = 0; i < placed->count; i++) {
		leaves[i].index = placed->leaves[i];
		leaves[i].placed = placed;
		leaves[i].sequence = placed->first + i;
	}
	status = nc_log_read_stream(check->client->store, &placed->union_id,
		placed->device, placed->first - 1, gather_hash, &gather, err);
	if (status != NC_OK && status != NC_LIMIT && status != NC_MALFORMED)
		return status;
	if (gather.count < placed->count && check->client->from_bundle)
		return NC_GAP;
	if (gather.count < placed->count)
		return nc_error_set(err, NC_MALFORMED,
			_("The hub tells of change-sets that are not here; "
			  "nothing of its answer was taken. Sync again, and "
			  "tell its keeper if that does not help."));
	return NC_OK;
}

static int compare_leaves(const void *a, const void *b)
{
	const struct leaf *x = a, *y = b;

	return (x->index > y->index) - (x->index < y->index);
}

/* What is done with each leaf once the proof holds. */
struct keep {
	struct check *check;
	const struct leaf *leaves;
};

static enum nc_status keep_receipt(
	void *context, size_t which, struct nc_slice path, struct nc_error *err)
{
	struct keep *keep = context;
	struct check *check = keep->check;
	const struct leaf *leaf = &keep->leaves[which];
	struct nc_store *store = check->client->store;
	bool ours = false;
	enum nc_status status = nc_receipt_place(store, &leaf->placed->union_id,
		leaf->placed->device, leaf->sequence, leaf->index, err);

	if (status == NC_CORRUPT)
		return caught(check,
			_("a change-set stands elsewhere than before"), err);
	if (status == NC_OK)
		status = nc_client_is_ours(
			check->client, &leaf->placed->union_id, &ours, err);
	if (status != NC_OK || !ours ||
		nc_id_compare(&leaf->placed->union_id,
			&check->client->identity.cluster) == 0)
		return status;
	return nc_receipt_keep(store, &leaf->placed->union_id,
		leaf->placed->device, leaf->sequence, check->shown.generation,
		check->shown.checkpoint.size, path, err);
}

static enum nc_status check_leaves(struct check *check, struct leaf *leaves,
	size_t count, struct nc_error *err)
{
	struct keep keep = {check, leaves};
	uint64_t *indexes =
		nc_arena_array(&check->arena, count, sizeof(*indexes));
	struct nc_tree_hash *hashes =
		nc_arena_array(&check->arena, count, sizeof(*hashes));
	struct nc_error told = {.text = ""};
	enum nc_status status;

	if (indexes == NULL || hashes == NULL)
		return nc_error_no_memory(err);
	qsort(leaves, count, sizeof(*leaves), compare_leaves);
	for (size_t i = 0; i < count; i++) {
		indexes[i] = leaves[i].index;
		hashes[i] = leaves[i].hash;
	}
	status = nc_tree_check_leaves(indexes, hashes, count,
		check->shown.checkpoint.size, &check->shown.checkpoint.root,
		check->reply->proof, keep_receipt, &keep, &told);
	if (status == NC_CORRUPT && told.text[0] == '\0' &&
		check->client->from_bundle)
		return NC_GAP;
	if (status == NC_CORRUPT && told.text[0] == '\0')
		return caught(check,
			_("a change-set is not in it where it says"), err);
	if (status == NC_OK)
		check->client->placed += count;
	else if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	else
		return nc_error_set(err, status, "%s", told.text);
	return NC_OK;
}

/* A bundle answers what was here when it was asked for: a store that was put
 * back since lacks some of it, or has other words under the same numbers. That
 * proves nothing against the hub, and nothing is placed; over a line, or by the
 * next bundle, it is asked for again. */
static enum nc_status check_placed(struct check *check, struct nc_error *err)
{
	const struct nc_exchange_reply *reply = check->reply;
	struct leaf *leaves;
	size_t total = 0, at = 0;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < reply->placed_count; i++)
		total += reply->placed[i].count;
	if (total == 0)
		return NC_OK;
	leaves = nc_arena_array(&check->arena, total, sizeof(*leaves));
	if (leaves == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < reply->placed_count && status == NC_OK; i++) {
		status = gather_placed(
			check, &reply->placed[i], leaves + at, err);
		at += reply->placed[i].count;
	}
	if (status == NC_OK)
		status = check_leaves(check, leaves, total, err);
	return status == NC_GAP ? NC_OK : status;
}

/* A bundle's reply that is older than what was seen since, or was made for an
 * older checkpoint of ours: it proves nothing now. The leaves are asked for
 * again, as nothing of it is noted. Not so when a restored hub says that it
 * lacks what we have seen, or knows no tree to prove it from. */
static bool is_old_news(const struct check *check, uint64_t kept)
{
	if (!check->client->from_bundle || !check->has_last)
		return false;
	if (check->reply->checkpoint.size == 0)
		return true;
	if (check->shown.generation < check->last.generation)
		return true;
	if (is_consistent(check))
		return false;
	if (kept == UINT64_MAX)
		return true;
	return kept >= check->last.size && check->reply->consistency.size > 0;
}

static enum nc_status check_all(struct check *check, struct nc_error *err)
{
	struct nc_sync_client *client = check->client;
	const struct nc_checkpoint *shown = &check->shown.checkpoint;
	uint64_t kept = UINT64_MAX;
	bool known = false;
	enum nc_status status = read_shown(check, err);

	if (status == NC_OK)
		status = check_generation(check, &known, err);
	if (status == NC_OK && known)
		status = kept_since(check, &kept, err);
	if (status != NC_OK || !known || is_old_news(check, kept))
		return status;
	client->tree_is_newer = true;
	status = check_before(check, kept, err);
	if (status == NC_OK && check->reply->checkpoint.size > 0)
		status = nc_checkpoint_keep(client->store,
			check->shown.generation, shown->size, &shown->root,
			check->note, err);
	if (status == NC_OK)
		status = check_placed(check, err);
	if (status == NC_OK)
		status = nc_client_take_witnesses(client, check->reply,
			check->has_last ? &check->last : NULL, &check->shown,
			err);
	return status;
}

/* Whether the newest checkpoint is by a hub that, as the records say now, was
 * none: an office that served on from a backup after it had handed over. */
static enum nc_status is_of_former(
	const struct check *check, bool *ret_former, struct nc_error *err)
{
	const struct nc_registry_hub *hub;
	const struct nc_registry *registry;
	struct nc_checkpoint last;
	enum nc_status status =
		nc_store_registry(check->client->store, &registry, err);

	*ret_former = false;
	if (status != NC_OK || !check->has_last)
		return status;
	hub = nc_registry_hub(registry, check->last.generation);
	if (hub == NULL || hub->public_key == NULL)
		return NC_OK;
	status = nc_checkpoint_parse(
		nc_buffer_slice(&check->last.note), &last, err);
	if (status == NC_OK)
		*ret_former = !nc_checkpoint_is_signed(&last, hub->public_key);
	return status;
}

/* Such a checkpoint binds nobody: it is kept as evidence, what it placed is
 * placed anew, and the one before it counts. */
static enum nc_status forget_former(struct check *check, struct nc_error *err)
{
	struct nc_sync_client *client = check->client;
	bool former = false;
	enum nc_status status = is_of_former(check, &former, err);

	while (status == NC_OK && former) {
		client->tree_again = true;
		keep_evidence(client,
			"A hub that had handed over has signed a history.",
			nc_buffer_slice(&check->last.note),
			check->reply->checkpoint, nc_slice(NULL, 0));
		status = nc_receipt_void(client->store, 0, err);
		if (status == NC_OK)
			status = nc_checkpoint_forget(client->store,
				check->last.generation, check->last.size, err);
		nc_kept_checkpoint_fini(&check->last);
		if (status == NC_OK)
			status = nc_checkpoint_last(
				client->store, &check->last, err);
		check->has_last = status == NC_OK;
		if (status == NC_NOT_FOUND)
			status = NC_OK;
		if (status == NC_OK)
			status = is_of_former(check, &former, err);
	}
	return status;
}

enum nc_status nc_client_check_tree(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, struct nc_error *err)
{
	struct check check = {.client = client, .reply = reply};
	enum nc_status status;

	client->tree_is_newer = false;
	nc_arena_init(&check.arena, NC_SYNC_ARENA_MAX);
	status = nc_checkpoint_last(client->store, &check.last, err);
	check.has_last = status == NC_OK;
	if (status == NC_NOT_FOUND)
		status = NC_OK;
	if (status == NC_OK)
		status = forget_former(&check, err);
	/* The proofs are for the checkpoint that was sent. */
	if (status == NC_OK && !client->tree_again)
		status = check_all(&check, err);
	nc_kept_checkpoint_fini(&check.last);
	nc_arena_fini(&check.arena);
	return status;
}
