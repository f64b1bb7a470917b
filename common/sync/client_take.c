#include "base/limits.h"
#include "store/again.h"
#include "store/hubs.h"
#include "sync/client_parts.h"

#include <string.h>

/* Times that one session leaves a branch: a hub that calls everything another
 * branch would have it written again for ever. */
#define BRANCHES_MAX 4

static bool is_own(
	const struct nc_sync_client *client, const struct nc_verdict *verdict)
{
	return verdict->device == nc_key_device(client->key);
}

enum nc_status nc_client_is_ours(struct nc_sync_client *client,
	const struct nc_id *union_id, bool *ret_ours, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	enum nc_status status =
		nc_store_registry(client->store, &registry, err);

	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, nc_key_device(client->key));
	*ret_ours = nc_id_compare(union_id, &client->identity.union_id) == 0 ||
		    nc_id_compare(union_id, &client->identity.cluster) == 0 ||
		    (device != NULL && nc_registry_belongs(device, union_id));
	return NC_OK;
}

enum nc_status nc_client_is_former(struct nc_sync_client *client,
	nc_device_id device, bool *ret_former, struct nc_error *err)
{
	nc_device_id formers[NC_FORMERS_MAX];
	size_t count;
	enum nc_status status =
		nc_again_formers(client->store, formers, &count, err);

	*ret_former = false;
	for (size_t i = 0; i < count; i++)
		*ret_former |= formers[i] == device &&
			       device != nc_key_device(client->key);
	return status;
}

/* How far the hub holds this very stream. A number alone may be that of another
 * branch, whose end lies before ours; so past what was known it is believed
 * only of what is shown to be in the tree. Of other unions' streams, which the
 * hub may not speak of to us, the number is all there is. */
static uint64_t believed(const struct nc_log_head *head,
	const struct nc_verdict *verdict, bool ours)
{
	uint64_t sure = head->proven > head->acknowledged ? head->proven
							  : head->acknowledged;

	if (!ours)
		sure = head->sequence;

	return verdict->sequence < sure ? verdict->sequence : sure;
}

/* Notes what the hub holds of one stream. A gap makes the missing stream be
 * sent again from there. */
static enum nc_status take_verdict(struct nc_sync_client *client,
	const struct nc_verdict *verdict, bool *ret_progress,
	struct nc_error *err)
{
	struct nc_log_head head;
	uint64_t held;
	bool ours;
	enum nc_status status = nc_log_head(
		client->store, &verdict->union_id, verdict->device, &head, err);

	if (status == NC_OK)
		status = nc_client_is_ours(
			client, &verdict->union_id, &ours, err);
	if (status != NC_OK)
		return status;
	/* Of a fork the numbers say nothing: the hub's are others. */
	if (verdict->status == NC_FORK)
		return NC_OK;
	held = believed(&head, verdict, ours);
	client->claims |= verdict->status == NC_OK && held < head.sequence &&
			  held < verdict->sequence;
	if (held > head.acknowledged) {
		client->pushed += held - head.acknowledged;
		*ret_progress = true;
	}
	/* What an old bundle says may have been true then. */
	if (client->from_bundle && !client->tree_is_newer &&
		held < head.acknowledged)
		return NC_OK;
	if (held <= head.sequence)
		status = nc_log_acknowledge(client->store, &verdict->union_id,
			verdict->device, held, err);
	if (status == NC_OK && verdict->status == NC_GAP &&
		verdict->need_sequence > 0)
		status = nc_log_acknowledge(client->store, &verdict->union_id,
			verdict->need_device, verdict->need_sequence - 1, err);
	return status;
}

/* Any refusal but a gap is remembered as the trouble; a fork of the own stream
 * is none: the hub's branch is asked for in the next round. */
static enum nc_status take_verdicts(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, bool *ret_progress,
	const struct nc_verdict **ret_trouble, struct nc_error *err)
{
	for (size_t i = 0; i < reply->verdicts_count; i++) {
		const struct nc_verdict *verdict = &reply->verdicts[i];
		enum nc_status status =
			take_verdict(client, verdict, ret_progress, err);

		if (status != NC_OK)
			return status;
		/* Of an old bundle, or of a tree that is not known yet. */
		if (verdict->status == NC_FORK && !client->tree_is_newer)
			continue;
		/* All own streams are asked for at once. */
		if (verdict->status == NC_FORK && is_own(client, verdict) &&
			client->branched)
			continue;
		if (verdict->status == NC_FORK && is_own(client, verdict) &&
			client->branches < BRANCHES_MAX) {
			client->branched = true;
			client->branches++;
			*ret_progress = true;
		} else if (verdict->status != NC_OK &&
			   verdict->status != NC_GAP) {
			*ret_trouble = verdict;
		}
	}
	return NC_OK;
}

static enum nc_status author_key(struct nc_sync_client *client,
	const struct nc_change_set *change_set, const uint8_t **ret_key,
	struct nc_error *err)
{
	enum nc_status status =
		nc_hubs_author_key(client->store, change_set, ret_key, err);

	if (status == NC_UNKNOWN_DEVICE)
		return nc_error_set(err, NC_UNKNOWN_DEVICE,
			_("The hub sent a change-set of a device that the "
			  "cluster's records do not name; nothing of it was "
			  "taken. Tell the hub's keeper."));
	return status;
}

static enum nc_status differs(struct nc_sync_client *client,
	nc_device_id device, struct nc_error *err)
{
	bool former;
	enum nc_status status =
		nc_client_is_former(client, device, &former, err);

	if (status != NC_OK)
		return status;
	client->own_differs = former || device == nc_key_device(client->key);
	return nc_error_set(err, NC_FORK,
		_("The hub holds another change-set than this store under the "
		  "same number: two machines wrote with one key. Nothing of "
		  "the hub's answer was taken; tell its keeper."));
}

static enum nc_status take_one(struct nc_sync_client *client,
	const struct nc_signed_change_set *signed_set, struct nc_arena *arena,
	struct nc_error *err)
{
	struct nc_change_set change_set;
	struct nc_dot need;
	const uint8_t *key;
	enum nc_status status = nc_change_set_decode(
		signed_set->payload, arena, &change_set, err);

	if (status == NC_OK)
		status = author_key(client, &change_set, &key, err);
	if (status != NC_OK)
		return status;
	if (!nc_verify(key, NC_DOMAIN_CHANGE_SET, signed_set->payload,
		    signed_set->signature))
		return nc_error_set(err, NC_BAD_SIGNATURE,
			_("The hub sent a change-set whose signature is wrong; "
			  "nothing of it was taken. Tell the hub's keeper."));
	status = nc_store_take(client->store, signed_set, &change_set,
		client->env->now_ms(client->env->context), &need, err);
	if (status == NC_GAP)
		return nc_error_set(err, NC_GAP,
			_("The hub left out a change-set; nothing of its "
			  "answer "
			  "was taken. Sync again, and tell its keeper if that "
			  "does not help."));
	if (status == NC_FORK)
		return differs(client, change_set.device, err);
	client->own_differs = false;
	if (status != NC_OK && status != NC_EXISTS)
		return status;
	if (status == NC_OK) {
		client->pulled++;
		client->held++;
		client->taken_back +=
			change_set.device == nc_key_device(client->key);
	}
	return nc_log_acknowledge(client->store, &change_set.union_id,
		change_set.device, change_set.sequence, err);
}

/* What former keys wrote stands where it stood until it can be written again:
 * until the hub's word on the present one is here. */
static enum nc_status leave_formers(
	struct nc_sync_client *client, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	uint64_t count = 0;
	enum nc_status status =
		nc_store_registry(client->store, &registry, err);

	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, nc_key_device(client->key));
	if (device == NULL || device->revoked)
		return NC_OK;
	return nc_again_leave(
		client->store, nc_key_device(client->key), &count, err);
}

static enum nc_status leave_stream(struct nc_sync_client *client,
	const struct nc_log_head *head, struct nc_error *err)
{
	struct nc_id union_id = head->union_id;
	uint64_t count = 0;
	enum nc_status status = nc_again_set_aside(client->store, &union_id,
		nc_key_device(client->key), nc_client_common(head), &count,
		err);

	client->set_aside += count;
	return status;
}

static enum nc_status leave_hanging(
	struct nc_sync_client *client, struct nc_error *err)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_log_want *parts;
	size_t count;
	enum nc_status status;

	nc_arena_init(&arena, NC_SYNC_ARENA_MAX);
	status = nc_again_hanging(client->store, nc_key_device(client->key),
		&arena, &parts, &count, err);
	if (status == NC_OK)
		status = nc_again_leave_hanging(
			client->store, parts, count, err);
	return status;
}

/* All of the device's streams: the request asked for all of them; and what was
 * written under former keys, for theirs may be the one that differs. First what
 * stands on them. */
enum nc_status nc_client_leave_branch(
	struct nc_sync_client *client, struct nc_error *err)
{
	nc_device_id own = nc_key_device(client->key);
	const struct nc_log_head *heads;
	size_t count;
	uint64_t former = 0;
	enum nc_status status = leave_hanging(client, err);

	if (status == NC_OK)
		status = nc_log_heads(client->store, &heads, &count, err);
	for (size_t i = 0; status == NC_OK && i < count; i++) {
		if (heads[i].device == own)
			status = leave_stream(client, &heads[i], err);
		if (status == NC_OK)
			status = nc_log_heads(
				client->store, &heads, &count, err);
	}
	if (status == NC_OK)
		status = nc_again_leave(client->store, own, &former, err);
	if (status == NC_OK)
		client->branched = false;
	return status;
}

/* All that the hub has is here (an older bundle's answer cannot say so): on top
 * of it, what was set aside. */
static enum nc_status write_again(
	struct nc_sync_client *client, bool *ret_progress, struct nc_error *err)
{
	struct nc_author author = {.key = client->key,
		.env = client->env,
		.name = nc_slice_text("")};
	uint64_t waiting = 0, written = 0;
	enum nc_status status = nc_again_waiting(client->store, &waiting, err);

	/* What was written again long ago may have come back, too. */
	if (status == NC_OK && (waiting > 0 || client->pulled > 0))
		status = nc_again_write(client->store, &author,
			!client->from_bundle, &written, err);
	client->written_again += written;
	*ret_progress |= written > 0;
	return status;
}

static enum nc_status take_sets(struct nc_sync_client *client,
	const struct nc_exchange_reply *exchange, bool *ret_progress,
	struct nc_error *err)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	enum nc_status status = NC_OK;

	nc_arena_init(&arena, NC_SYNC_ARENA_MAX);
	for (size_t i = 0; i < exchange->pull_count && status == NC_OK; i++) {
		nc_arena_reset(&arena);
		status = take_one(client, &exchange->pull[i], &arena, err);
		*ret_progress = true;
	}
	return status;
}

/* Whether this reply is the hub's word: it came over the hub's line, or in a
 * bundle that it signed. Change-sets speak for themselves either way. */
static bool is_hubs_word(
	const struct nc_sync_client *client, const struct nc_reply *reply)
{
	if (reply->status == NC_MOVED)
		return false;
	/* The old hub's, on whose line the records came that name the next. */
	if (!client->from_bundle)
		return !client->moved;
	return memcmp(client->bundle_sender, client->identity.hub_key,
		       NC_KEY_SIZE) == 0;
}

static enum nc_status count_proven(
	struct nc_sync_client *client, uint64_t *ret_sum, struct nc_error *err)
{
	const struct nc_log_head *heads;
	size_t count;
	enum nc_status status =
		nc_log_heads(client->store, &heads, &count, err);

	for (size_t i = 0; status == NC_OK && i < count; i++)
		*ret_sum += heads[i].proven;
	return status;
}

static enum nc_status take_hubs_word(struct nc_sync_client *client,
	const struct nc_exchange_reply *exchange, bool *ret_progress,
	const struct nc_verdict **ret_trouble, struct nc_error *err)
{
	uint64_t before = 0, after = 0;
	enum nc_status status = count_proven(client, &before, err);

	if (status == NC_OK)
		status = nc_client_check_tree(client, exchange, err);
	if (status == NC_OK)
		status = count_proven(client, &after, err);
	*ret_progress |= after > before;
	if (status == NC_OK)
		status = take_verdicts(
			client, exchange, ret_progress, ret_trouble, err);
	if (status == NC_OK && !exchange->more && !client->branched)
		status = leave_formers(client, err);
	if (status == NC_OK && !exchange->more && !client->branched)
		status = write_again(client, ret_progress, err);
	return status;
}

/* A device's own union may be another than it joined: its was renamed, or it
 * joined a successor. The records say so, as they say who is the hub. */
static enum nc_status follow_union(
	struct nc_sync_client *client, struct nc_error *err)
{
	static const struct nc_id none;
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	struct nc_identity identity;
	enum nc_status status =
		nc_store_registry(client->store, &registry, err);

	if (status == NC_OK)
		status = nc_store_identity(client->store, &identity, err);
	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, nc_key_device(client->key));
	if (device == NULL || nc_id_compare(&device->union_id, &none) == 0 ||
		nc_id_compare(&device->union_id, &identity.union_id) == 0)
		return NC_OK;
	identity.union_id = device->union_id;
	return nc_store_set_identity(client->store, &identity, err);
}

static enum nc_status take_all(struct nc_sync_client *client,
	const struct nc_reply *reply, bool *ret_progress,
	const struct nc_verdict **ret_trouble, struct nc_error *err)
{
	const struct nc_exchange_reply *exchange = &reply->exchange;
	bool branched = client->branched;
	enum nc_status status = NC_OK;

	/* The request asked for the hub's branch; this is the answer. */
	if (branched)
		status = nc_client_leave_branch(client, err);
	if (status == NC_OK)
		status = take_sets(client, exchange, ret_progress, err);
	/* Who is the hub is asked of the fold. */
	if (status == NC_OK)
		status = nc_store_refold(client->store, err);
	if (status == NC_OK)
		status = nc_hubs_follow(client->store, &client->moved, err);
	if (status == NC_OK)
		status = follow_union(client, err);
	if (status == NC_OK)
		status = nc_store_identity(
			client->store, &client->identity, err);
	if (status == NC_OK && is_hubs_word(client, reply))
		status = take_hubs_word(
			client, exchange, ret_progress, ret_trouble, err);
	*ret_progress |= branched;
	return status;
}

/* Whether a reply would change anything: one with nothing to say is looked at
 * without a commit. That the hub has handed over says something by itself: the
 * records that name the next one may have come here another way. */
static bool says_something(
	const struct nc_sync_client *client, const struct nc_reply *reply)
{
	const struct nc_exchange_reply *exchange = &reply->exchange;

	return reply->status == NC_MOVED || exchange->verdicts_count > 0 ||
	       exchange->pull_count > 0 || exchange->checkpoint.size > 0 ||
	       exchange->placed_count > 0 || exchange->witnesses_count > 0 ||
	       client->branched || client->cosigns || client->waiting_again ||
	       client->leaving;
}

/* Nothing of a reply counts: what it seemed to show will be shown again. What
 * the hub cannot have signed honestly is evidence all the same. */
static void forget_reply(struct nc_sync_client *client,
	const struct nc_sync_client *before, enum nc_status status)
{
	client->identity = before->identity; /* it may name another hub */
	client->moved = false;
	client->hub_restored = before->hub_restored;
	client->hub_lost = before->hub_lost;
	if (before->evidence.size == 0 && status != NC_HISTORY)
		nc_buffer_reset(&client->evidence);
}

/* In one transaction, or nothing of it. */
static enum nc_status take_whole(struct nc_sync_client *client,
	const struct nc_reply *reply, bool *ret_progress,
	const struct nc_verdict **ret_trouble, struct nc_error *err)
{
	const struct nc_sync_client before = *client;
	enum nc_status status = nc_store_begin(client->store, err);

	if (status != NC_OK)
		return status;
	status = take_all(client, reply, ret_progress, ret_trouble, err);
	if (status == NC_OK)
		return nc_store_commit(client->store, err);
	nc_store_rollback(client->store);
	forget_reply(client, &before, status);
	return status;
}

enum nc_status nc_client_take(struct nc_sync_client *client,
	const struct nc_reply *reply, bool *ret_progress,
	const struct nc_verdict **ret_trouble, struct nc_error *err)
{
	enum nc_status status;

	if (!says_something(client, reply))
		return NC_OK;
	status = take_whole(client, reply, ret_progress, ret_trouble, err);
	if (status != NC_FORK || !client->own_differs || client->branched)
		return status;
	/* Somebody wrote here under numbers that the hub gave to others, after
	 * it was asked: its branch is asked for in the next round. A bundle is
	 * not asked; it may hold the branch, and who is the hub now. */
	client->branched = true;
	*ret_trouble = NULL;
	if (client->from_bundle)
		status = take_whole(
			client, reply, ret_progress, ret_trouble, err);
	/* Or only what comes after it. */
	if (status != NC_FORK && status != NC_GAP)
		return status;
	client->branched = true;
	*ret_progress = true;
	*ret_trouble = NULL;
	return NC_OK;
}
