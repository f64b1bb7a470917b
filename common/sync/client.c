#include "sync/client.h"
#include "base/limits.h"
#include "store/registry.h"

#include <inttypes.h>
#include <string.h>

#define SESSION_ARENA_MAX (96 * 1024 * 1024)
#define PUSH_BYTES_MAX (1024 * 1024)
/* More is compressed less hard: an old laptop would take seconds. */
#define PUSH_HARD_MAX (512 * 1024)
/* Rounds in a row without progress before the session gives up. */
#define QUIET_ROUNDS_MAX 4

enum nc_status nc_sync_client_start(struct nc_sync_client *client,
	struct nc_store *store, const struct nc_key *key,
	const struct nc_env *env, struct nc_error *err)
{
	memset(client, 0, sizeof(*client));
	client->store = store;
	client->key = key;
	client->env = env;
	/* Numbers differ between sessions, so that a late answer to another
	 * session's request is not taken for this one's. */
	env->random(env->context, &client->number, 4);
	return nc_store_identity(store, &client->identity, err);
}

static uint64_t count_held(const struct nc_log_head *heads, size_t count)
{
	uint64_t held = 0;

	for (size_t i = 0; i < count; i++)
		held += heads[i].sequence;
	return held;
}

/* Everything held, with the hash of the own streams' heads. */
static enum nc_status request_heads(struct nc_sync_client *client,
	struct nc_arena *arena, struct nc_exchange_request *out,
	struct nc_error *err)
{
	const struct nc_log_head *heads;
	nc_device_id own = nc_key_device(client->key);
	size_t count;
	enum nc_status status =
		nc_log_heads(client->store, &heads, &count, err);

	if (status != NC_OK)
		return status;
	client->held = count_held(heads, count);
	if (count > NC_HAVE_MAX)
		count = NC_HAVE_MAX;
	out->have = nc_arena_array(arena, count, sizeof(*out->have));
	if (out->have == NULL)
		return nc_error_no_memory(err);
	out->have_count = count;
	for (size_t i = 0; i < count; i++) {
		struct nc_head *head = &out->have[i];

		head->union_id = heads[i].union_id;
		head->device = heads[i].device;
		head->sequence = heads[i].sequence;
		head->has_hash =
			heads[i].device == own && heads[i].sequence > 0;
		memcpy(head->hash, heads[i].hash, NC_HASH_SIZE);
	}
	return NC_OK;
}

/* What the hub is not known to hold: what was written here, and, should the
 * hub have lost its disk, what others wrote and it itself. */
static enum nc_status request_push(struct nc_sync_client *client,
	struct nc_arena *arena, struct nc_exchange_request *out,
	struct nc_error *err)
{
	const struct nc_log_head *heads;
	struct nc_log_want *wants;
	size_t count, wanted = 0;
	bool more;
	enum nc_status status =
		nc_log_heads(client->store, &heads, &count, err);

	if (status != NC_OK)
		return status;
	wants = nc_arena_array(arena, count, sizeof(*wants));
	if (wants == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count; i++) {
		if (heads[i].acknowledged >= heads[i].sequence)
			continue;
		wants[wanted].union_id = heads[i].union_id;
		wants[wanted].device = heads[i].device;
		wants[wanted].after = heads[i].acknowledged;
		wanted++;
	}
	return nc_log_collect(client->store, wants, wanted, PUSH_BYTES_MAX,
		arena, &out->push, &out->push_count, &more, err);
}

enum nc_status nc_sync_client_request(struct nc_sync_client *client,
	struct nc_buffer *out, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_request request = {.protocol = NC_PROTOCOL_VERSION,
		.number = ++client->number,
		.body = NC_BODY_EXCHANGE};
	struct nc_exchange_request *exchange = &request.exchange;
	size_t before = out->size;
	enum nc_status status;

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_arena_init(&arena, SESSION_ARENA_MAX);
	exchange->cluster = client->identity.cluster;
	exchange->device = nc_key_device(client->key);
	exchange->max_bytes = NC_PULL_BYTES_DEFAULT;
	status = request_heads(client, &arena, exchange, err);
	if (status == NC_OK)
		status = request_push(client, &arena, exchange, err);
	if (status == NC_OK)
		status = nc_request_encode(&request, &bytes, err);
	if (status == NC_OK)
		status = nc_envelope_seal(nc_buffer_slice(&bytes),
			bytes.size > PUSH_HARD_MAX ? NC_ENVELOPE_LEVEL_BULK
						   : NC_ENVELOPE_LEVEL_PUSH,
			out, err);
	if (status != NC_OK)
		return status;
	client->waiting = true;
	client->bytes_sent += out->size - before;
	return NC_OK;
}

/* What a status of the whole reply means to the person at the desk. */
static enum nc_status reply_trouble(
	const struct nc_reply *reply, struct nc_error *err)
{
	switch (reply->status) {
	case NC_REVOKED_DEVICE:
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("The cluster has revoked this device; what is here "
			  "is kept. Ask the hub's keeper for an invitation and "
			  "join as a new device, in a new home folder."));
	case NC_UNKNOWN_DEVICE:
		return nc_error_set(err, NC_UNKNOWN_DEVICE,
			_("The hub does not know this device; ask its keeper "
			  "whether it was restored from a backup, or for an "
			  "invitation to join again."));
	case NC_PROTOCOL:
		return nc_error_set(err, NC_PROTOCOL,
			_("The hub speaks version %u of the protocol and this "
			  "program version %d; update the older of the two."),
			reply->protocol, NC_PROTOCOL_VERSION);
	case NC_WRONG_HUB:
		return nc_error_set(err, NC_WRONG_HUB,
			_("The hub serves another cluster than this store's; "
			  "check the hub's address."));
	default:
		return nc_error_set(err, reply->status,
			_("The hub did not take the request (%s%s%.*s); try "
			  "again later, or tell its keeper. Nothing is lost."),
			nc_status_name(reply->status),
			reply->message.size > 0 ? ": " : "",
			(int)reply->message.size,
			(const char *)reply->message.data);
	}
}

static enum nc_status verdict_trouble(
	const struct nc_verdict *verdict, struct nc_error *err)
{
	char device[NC_DEVICE_ID_TEXT_SIZE];

	nc_device_id_format(device, verdict->device);
	if (verdict->status == NC_FORK)
		return nc_error_set(err, NC_FORK,
			_("Two machines write as device %s: the hub holds "
			  "another change-set %" PRIu64 " of it. Enrol this "
			  "machine anew in a new home folder; both versions "
			  "are kept."),
			device, verdict->sequence + 1);
	if (verdict->status == NC_REVOKED_DEVICE)
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("The cluster has revoked device %s, so the hub does "
			  "not take its change-sets; they are kept here. Ask "
			  "the hub's keeper."),
			device);
	return nc_error_set(err, verdict->status,
		_("The hub did not take change-set %" PRIu64
		  " of device %s (%s); it is kept here. Tell the hub's "
		  "keeper."),
		verdict->sequence + 1, device, nc_status_name(verdict->status));
}

/* Notes what the hub holds. A gap makes the missing stream be sent again from
 * there; any other refusal of a change-set is remembered as the trouble. */
static enum nc_status take_verdicts(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, bool *ret_progress,
	const struct nc_verdict **ret_trouble, struct nc_error *err)
{
	for (size_t i = 0; i < reply->verdicts_count; i++) {
		const struct nc_verdict *verdict = &reply->verdicts[i];
		struct nc_log_head head;
		enum nc_status status = nc_log_head(client->store,
			&verdict->union_id, verdict->device, &head, err);

		if (status != NC_OK)
			return status;
		if (verdict->sequence > head.acknowledged &&
			verdict->status != NC_FORK) {
			client->pushed += verdict->sequence - head.acknowledged;
			*ret_progress = true;
		}
		/* Of a fork the numbers say nothing: the hub's are others. */
		if (verdict->sequence <= head.sequence &&
			verdict->status != NC_FORK)
			status = nc_log_acknowledge(client->store,
				&verdict->union_id, verdict->device,
				verdict->sequence, err);
		if (status == NC_OK && verdict->status == NC_GAP &&
			verdict->need_sequence > 0)
			status = nc_log_acknowledge(client->store,
				&verdict->union_id, verdict->need_device,
				verdict->need_sequence - 1, err);
		if (status != NC_OK)
			return status;
		if (verdict->status != NC_OK && verdict->status != NC_GAP)
			*ret_trouble = verdict;
	}
	return NC_OK;
}

static enum nc_status author_key(struct nc_sync_client *client,
	nc_device_id device, const uint8_t **ret_key, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *known;
	enum nc_status status;

	if (device == nc_public_device(client->identity.hub_key)) {
		*ret_key = client->identity.hub_key;
		return NC_OK;
	}
	status = nc_store_registry(client->store, &registry, err);
	if (status != NC_OK)
		return status;
	known = nc_registry_device(registry, device);
	if (known == NULL)
		return nc_error_set(err, NC_UNKNOWN_DEVICE,
			_("The hub sent a change-set of a device that the "
			  "cluster's records do not name; nothing of it was "
			  "taken. Tell the hub's keeper."));
	*ret_key = known->public_key;
	return NC_OK;
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
		status = author_key(client, change_set.device, &key, err);
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
		return nc_error_set(err, NC_FORK,
			_("The hub holds other change-sets than this store "
			  "under the same numbers: two machines wrote with one "
			  "key. Enrol this machine anew; both versions are "
			  "kept."));
	if (status != NC_OK && status != NC_EXISTS)
		return status;
	if (status == NC_OK) {
		client->pulled++;
		client->held++;
	}
	return nc_log_acknowledge(client->store, &change_set.union_id,
		change_set.device, change_set.sequence, err);
}

/* The whole reply in one transaction: all of it or nothing. */
static enum nc_status take_reply(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, bool *ret_progress,
	const struct nc_verdict **ret_trouble, struct nc_error *err)
{
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	enum nc_status status;

	nc_arena_init(&arena, SESSION_ARENA_MAX);
	if (reply->verdicts_count == 0 && reply->pull_count == 0)
		return NC_OK;
	status = nc_store_begin(client->store, err);
	if (status != NC_OK)
		return status;
	status = take_verdicts(client, reply, ret_progress, ret_trouble, err);
	for (size_t i = 0; i < reply->pull_count && status == NC_OK; i++) {
		nc_arena_reset(&arena);
		status = take_one(client, &reply->pull[i], &arena, err);
		*ret_progress = true;
	}
	if (status == NC_OK)
		return nc_store_commit(client->store, err);
	nc_store_rollback(client->store);
	return status;
}

/* Whether this fold agrees with the hub's, for every union both hold. */
static enum nc_status digests_agree(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, bool *ret_agree,
	struct nc_error *err)
{
	*ret_agree = true;
	for (size_t i = 0; i < reply->digests_count; i++) {
		struct nc_digest digest;
		enum nc_status status = nc_store_digest(client->store,
			&reply->digests[i].union_id, &digest, err);

		if (status != NC_OK)
			return status;
		if (!nc_digest_equal(&digest, &reply->digests[i].digest))
			*ret_agree = false;
	}
	return NC_OK;
}

/* What this store looks like at one moment, beside a reply. */
struct look {
	uint64_t unsent;
	bool agree; /* the digests are the same */
	bool moved; /* another program wrote while the answer was under way:
		       its digests are of another moment */
};

static enum nc_status look(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, struct look *ret_look,
	struct nc_error *err)
{
	const struct nc_log_head *heads;
	size_t count;
	enum nc_status status = nc_store_begin_read(client->store, err);

	if (status != NC_OK)
		return status;
	status = nc_log_heads(client->store, &heads, &count, err);
	if (status == NC_OK) {
		ret_look->moved = count_held(heads, count) != client->held;
		status = nc_sync_unsent(client->store, &ret_look->unsent, err);
	}
	if (status == NC_OK)
		status = digests_agree(client, reply, &ret_look->agree, err);
	nc_store_end_read(client->store);
	return status;
}

/* Both sides hold the same and read it differently: make the fold anew. */
static enum nc_status mend(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, struct nc_error *err)
{
	struct look after = {0};
	enum nc_status status;

	client->rebuilt = true;
	status = nc_store_rebuild(client->store, NULL, err);
	if (status == NC_OK)
		status = look(client, reply, &after, err);
	if (status != NC_OK || after.agree)
		return status;
	if (after.moved || after.unsent > 0) {
		client->done = false; /* ask again */
		return NC_OK;
	}
	return nc_error_set(err, NC_DIVERGED,
		_("This store and the hub hold the same change-sets and read "
		  "them differently, even after a rebuild; nothing is lost. "
		  "Update both programs, and tell the hub's keeper."));
}

static enum nc_status go_on(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, bool progress,
	const struct nc_verdict *trouble, struct nc_error *err)
{
	struct look now = {0};
	enum nc_status status = look(client, reply, &now, err);

	if (status != NC_OK)
		return status;
	client->quiet = progress || now.moved ? 0 : client->quiet + 1;
	if (trouble != NULL && trouble->status == NC_FORK)
		return verdict_trouble(trouble, err);
	if (!reply->more && now.unsent == 0 && !now.moved) {
		client->done = true;
		client->other_model = reply->model_version != NC_MODEL_VERSION;
		if (now.agree || client->other_model)
			return NC_OK;
		return mend(client, reply, err);
	}
	if (!reply->more && trouble != NULL && !progress)
		return verdict_trouble(trouble, err);
	if (client->quiet < QUIET_ROUNDS_MAX)
		return NC_OK;
	return nc_error_set(err, NC_GAP,
		_("The hub lacks change-sets that this store does not have "
		  "either; another machine of the union must sync first. "
		  "Nothing is lost."));
}

/* Marks the failure and ends the session. */
static enum nc_status ended(
	struct nc_sync_client *client, enum nc_status status)
{
	if (status != NC_OK)
		client->done = true;
	return status;
}

enum nc_status nc_sync_client_reply(struct nc_sync_client *client,
	struct nc_slice envelope, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	const struct nc_verdict *trouble = NULL;
	struct nc_reply reply;
	bool progress = false;
	enum nc_status status;

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_arena_init(&arena, SESSION_ARENA_MAX);
	status = nc_envelope_open(envelope, &bytes, err);
	if (status == NC_OK)
		status = nc_reply_decode(
			nc_buffer_slice(&bytes), &arena, &reply, err);
	if (status != NC_OK)
		return ended(client, status);
	if (!client->waiting ||
		(reply.number != client->number && reply.number != 0))
		return NC_OK;
	client->wait_ms = 0;
	if (reply.status == NC_BUSY) {
		client->wait_ms =
			reply.retry_after_ms > 0 ? reply.retry_after_ms : 1000;
		return NC_OK;
	}
	client->waiting = false;
	client->rounds++;
	client->bytes_received += envelope.size;
	if (reply.protocol != NC_PROTOCOL_VERSION)
		reply.status = NC_PROTOCOL;
	if (reply.status != NC_OK)
		return ended(client, reply_trouble(&reply, err));
	if (reply.body != NC_BODY_EXCHANGE)
		return ended(client,
			nc_error_set(err, NC_MALFORMED,
				_("The hub's answer is not one to a sync; "
				  "update the older of the two programs.")));
	client->hub_time_ms = reply.exchange.hub_time_ms;
	status = take_reply(client, &reply.exchange, &progress, &trouble, err);
	if (status == NC_OK)
		status = go_on(client, &reply.exchange, progress, trouble, err);
	return ended(client, status);
}

enum nc_status nc_sync_unsent(
	struct nc_store *store, uint64_t *ret_count, struct nc_error *err)
{
	const struct nc_log_head *heads;
	size_t count;
	enum nc_status status = nc_log_heads(store, &heads, &count, err);

	if (status != NC_OK)
		return status;
	*ret_count = 0;
	for (size_t i = 0; i < count; i++)
		if (heads[i].sequence > heads[i].acknowledged)
			*ret_count += heads[i].sequence - heads[i].acknowledged;
	return NC_OK;
}
