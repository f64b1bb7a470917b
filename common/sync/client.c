#include "sync/client.h"
#include "base/limits.h"
#include "store/again.h"
#include "sync/client_parts.h"

#include <inttypes.h>
#include <string.h>

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
	client->push_bytes_max = PUSH_BYTES_MAX;
	client->pull_bytes_max = NC_PULL_BYTES_DEFAULT;
	nc_buffer_init(&client->evidence, NC_EVIDENCE_BYTES_MAX);
	return nc_store_identity(store, &client->identity, err);
}

void nc_sync_client_fini(struct nc_sync_client *client)
{
	nc_buffer_fini(&client->evidence);
	nc_free(client->bundled);
	client->bundled = NULL;
	client->bundled_count = 0;
}

static uint64_t count_held(const struct nc_log_head *heads, size_t count)
{
	uint64_t held = 0;

	for (size_t i = 0; i < count; i++)
		held += heads[i].sequence;
	return held;
}

/* Of a stream that the hub holds another branch of, what both have. */
static void ask_for_branch(struct nc_head *head, uint64_t common)
{
	head->sequence = common;
	head->has_hash = false;
	if (head->proven > common)
		head->proven = common;
}

enum nc_status nc_client_find_leaving(struct nc_sync_client *client,
	struct nc_arena *arena, bool **ret_marks, struct nc_error *err)
{
	const struct nc_log_head *heads;
	size_t count;
	bool *marks;
	enum nc_status status =
		nc_log_heads(client->store, &heads, &count, err);

	if (status != NC_OK)
		return status;
	marks = nc_arena_array(arena, count + 1, sizeof(*marks));
	if (marks == NULL)
		return nc_error_no_memory(err);
	client->leaving = false;
	for (size_t i = 0; i < count && status == NC_OK; i++) {
		marks[i] = false;
		if (heads[i].sequence > heads[i].acknowledged)
			status = nc_client_is_former(
				client, heads[i].device, &marks[i], err);
		client->leaving |= marks[i];
	}
	*ret_marks = marks;
	return status;
}

/* What stands on the branch that is to be left is asked for with the hub's. */
static enum nc_status ask_for_hanging(struct nc_sync_client *client,
	struct nc_arena *arena, struct nc_exchange_request *out,
	struct nc_error *err)
{
	struct nc_log_want *parts;
	size_t count;
	enum nc_status status = nc_again_hanging(client->store,
		nc_key_device(client->key), arena, &parts, &count, err);

	for (size_t i = 0; status == NC_OK && i < count; i++)
		for (size_t h = 0; h < out->have_count; h++)
			if (out->have[h].device == parts[i].device &&
				nc_id_compare(&out->have[h].union_id,
					&parts[i].union_id) == 0)
				ask_for_branch(&out->have[h], parts[i].after);
	return status;
}

/* Everything held, with the hash of the own streams' heads. */
static enum nc_status request_heads(struct nc_sync_client *client,
	struct nc_arena *arena, struct nc_exchange_request *out,
	struct nc_error *err)
{
	const struct nc_log_head *heads;
	nc_device_id own = nc_key_device(client->key);
	bool *leaving;
	size_t count;
	enum nc_status status =
		nc_client_find_leaving(client, arena, &leaving, err);

	if (status == NC_OK)
		status = nc_log_heads(client->store, &heads, &count, err);
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
		head->proven = heads[i].proven;
		head->has_hash =
			heads[i].device == own && heads[i].sequence > 0;
		memcpy(head->hash, heads[i].hash, NC_HASH_SIZE);
		if (client->branched && heads[i].device == own)
			ask_for_branch(head, nc_client_common(&heads[i]));
		if (leaving[i])
			ask_for_branch(head, heads[i].acknowledged);
	}
	return client->branched ? ask_for_hanging(client, arena, out, err)
				: NC_OK;
}

/* Whether the request asks for change-sets of a stream that are here: they will
 * have left the log when the answer comes. */
static bool is_asked_for(
	const struct nc_exchange_request *out, const struct nc_log_head *head)
{
	for (size_t i = 0; i < out->have_count; i++)
		if (out->have[i].device == head->device &&
			nc_id_compare(
				&out->have[i].union_id, &head->union_id) == 0)
			return out->have[i].sequence < head->sequence;
	return false;
}

/* What the bundle under way holds of a stream; 0 when nothing, or none is. */
static uint64_t bundled_upto(
	const struct nc_sync_client *client, const struct nc_log_head *head)
{
	for (size_t i = 0; i < client->bundled_count; i++)
		if (client->bundled[i].device == head->device &&
			nc_id_compare(&client->bundled[i].union_id,
				&head->union_id) == 0)
			return client->bundled[i].upto;
	return 0;
}

/* Into the notes of what the bundle holds. */
static enum nc_status note_bundled(struct nc_sync_client *client,
	const struct nc_log_want *wants, size_t count, struct nc_error *err)
{
	for (size_t w = 0; w < count; w++) {
		struct nc_log_want *known = NULL, *more;

		for (size_t i = 0; i < client->bundled_count; i++)
			if (client->bundled[i].device == wants[w].device &&
				nc_id_compare(&client->bundled[i].union_id,
					&wants[w].union_id) == 0)
				known = &client->bundled[i];
		if (known != NULL) {
			known->upto = wants[w].upto;
			continue;
		}
		more = nc_realloc(client->bundled,
			(client->bundled_count + 1) * sizeof(*more));
		if (more == NULL)
			return nc_error_no_memory(err);
		client->bundled = more;
		client->bundled[client->bundled_count++] = wants[w];
	}
	return NC_OK;
}

/* What the hub is not known to hold: what was written here, and, should the
 * hub have lost its disk, what others wrote and it itself. */
static enum nc_status find_unsent(struct nc_sync_client *client,
	const struct nc_exchange_request *out, struct nc_arena *arena,
	struct nc_log_want **ret_wants, size_t *ret_count, struct nc_error *err)
{
	nc_device_id own = nc_key_device(client->key);
	const struct nc_log_head *heads;
	struct nc_log_want *wants;
	bool *leaving;
	size_t count, wanted = 0;
	enum nc_status status =
		nc_client_find_leaving(client, arena, &leaving, err);

	if (status == NC_OK)
		status = nc_log_heads(client->store, &heads, &count, err);
	if (status != NC_OK)
		return status;
	wants = nc_arena_array(arena, count, sizeof(*wants));
	if (wants == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count; i++) {
		uint64_t after = bundled_upto(client, &heads[i]);

		if (heads[i].acknowledged > after)
			after = heads[i].acknowledged;
		if (after >= heads[i].sequence || leaving[i] ||
			((client->branched || client->leaving) &&
				heads[i].device == own) ||
			(client->branched && is_asked_for(out, &heads[i])))
			continue;
		wants[wanted].union_id = heads[i].union_id;
		wants[wanted].device = heads[i].device;
		wants[wanted].after = after;
		wanted++;
	}
	*ret_wants = wants;
	*ret_count = wanted;
	return NC_OK;
}

static enum nc_status request_push(struct nc_sync_client *client,
	struct nc_arena *arena, struct nc_exchange_request *out,
	struct nc_error *err)
{
	struct nc_log_want *wants;
	size_t count;
	enum nc_status status =
		find_unsent(client, out, arena, &wants, &count, err);

	if (status == NC_OK)
		status = nc_log_collect(client->store, wants, count,
			client->push_bytes_max, arena, &out->push,
			&out->push_count, &client->more_to_push, err);
	if (status == NC_OK && client->bundling)
		status = note_bundled(client, wants, count, err);
	return status;
}

/* The heads, what is pushed and the checkpoint are of one moment: others write
 * to the store, too. *ret_again: what was set aside waits to be written. */
static enum nc_status fill_request(struct nc_sync_client *client,
	struct nc_arena *arena, struct nc_exchange_request *out,
	uint64_t *ret_again, struct nc_error *err)
{
	enum nc_status status = nc_store_begin_read(client->store, err);

	if (status != NC_OK)
		return status;
	status = request_heads(client, arena, out, err);
	if (status == NC_OK)
		status = request_push(client, arena, out, err);
	if (status == NC_OK)
		status = nc_client_request_tree(client, arena, out, err);
	if (status == NC_OK)
		status = nc_again_waiting(client->store, ret_again, err);
	nc_store_end_read(client->store);
	return status;
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
	uint64_t again = 0;
	enum nc_status status;

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_arena_init(&arena, NC_SYNC_ARENA_MAX);
	exchange->cluster = client->identity.cluster;
	exchange->device = nc_key_device(client->key);
	exchange->max_bytes = (uint32_t)client->pull_bytes_max;
	status = fill_request(client, &arena, exchange, &again, err);
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
	client->waiting_again = again > 0;
	client->pushing = exchange->push_count;
	client->offered += client->pushing;
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
			  "join again with it, in this home."));
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
			  "another change-set %" PRIu64 " of it. Let one of "
			  "them join anew; both versions are kept."),
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
	uint64_t unproven;
	bool agree; /* the digests are the same */
	bool moved; /* another program wrote while the answer was under way:
		       its digests are of another moment */
};

/* What this device can always read, so that the hub owes a proof of it. */
static enum nc_status count_unproven(struct nc_sync_client *client,
	const struct nc_log_head *heads, size_t count, uint64_t *ret_unproven,
	struct nc_error *err)
{
	enum nc_status status = NC_OK;

	*ret_unproven = 0;
	for (size_t i = 0; i < count && status == NC_OK; i++) {
		bool ours = false;

		if (heads[i].acknowledged <= heads[i].proven)
			continue;
		status = nc_client_is_ours(
			client, &heads[i].union_id, &ours, err);
		if (ours)
			*ret_unproven +=
				heads[i].acknowledged - heads[i].proven;
	}
	return status;
}

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
		status = count_unproven(
			client, heads, count, &ret_look->unproven, err);
	}
	if (status == NC_OK)
		status = nc_sync_unsent(client->store, &ret_look->unsent, err);
	if (status == NC_OK)
		status = digests_agree(client, reply, &ret_look->agree, err);
	nc_store_end_read(client->store);
	return status;
}

/* The unions whose digests differ, by their codes: "ha-tinh, nghe-an". */
static enum nc_status differing(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, struct nc_buffer *out,
	struct nc_error *err)
{
	const struct nc_registry *registry;
	enum nc_status status =
		nc_store_registry(client->store, &registry, err);

	for (size_t i = 0; i < reply->digests_count && status == NC_OK; i++) {
		const struct nc_scope_digest *theirs = &reply->digests[i];
		const struct nc_registry_union *known =
			nc_registry_union(registry, &theirs->union_id);
		struct nc_digest ours;

		status = nc_store_digest(
			client->store, &theirs->union_id, &ours, err);
		if (status != NC_OK || nc_digest_equal(&ours, &theirs->digest))
			continue;
		if (nc_buffer_printf(out, "%s%s", out->size > 0 ? ", " : "",
			    known == NULL ? _("the cluster") : known->code) !=
			NC_OK)
			return nc_error_no_memory(err);
	}
	return status;
}

static enum nc_status diverged(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, struct nc_error *err)
{
	struct nc_buffer which NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&which, NC_ERROR_TEXT_MAX / 2);
	status = differing(client, reply, &which, err);
	if (status != NC_OK)
		return status;
	return nc_error_set(err, NC_DIVERGED,
		_("This store and the hub hold the same change-sets and read "
		  "them differently (%s), even after a rebuild; nothing is "
		  "lost. Update both programs, and tell the hub's keeper."),
		nc_buffer_string(&which));
}

/* What is damaged in the log is taken out and asked for again. */
static enum nc_status mend_log(struct nc_sync_client *client,
	uint64_t *ret_count, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(client->store, err);

	if (status != NC_OK)
		return status;
	status = nc_again_mend(client->store, ret_count, err);
	if (status == NC_OK)
		return nc_store_commit(client->store, err);
	nc_store_rollback(client->store);
	return status;
}

/* Both sides should hold the same, and read it differently: make the fold
 * anew; then look whether the log is whole, and fetch what is not; only then
 * give up. */
static enum nc_status mend(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply, struct nc_error *err)
{
	struct look after = {0};
	uint64_t damaged = 0;
	enum nc_status status = nc_store_rebuild(client->store, NULL, err);

	client->rebuilt = true;
	if (status == NC_OK)
		status = look(client, reply, &after, err);
	if (status == NC_OK && after.agree)
		return NC_OK;
	if (status == NC_OK && (after.moved || after.unsent > 0)) {
		client->done = false; /* ask again */
		return NC_OK;
	}
	/* A rebuild stumbles over a damaged change-set. */
	if (status != NC_OK && status != NC_MALFORMED && status != NC_CORRUPT)
		return status;
	if (!client->mended)
		status = mend_log(client, &damaged, err);
	else if (status == NC_OK)
		return diverged(client, reply, err);
	if (status != NC_OK)
		return status;
	if (damaged == 0)
		return diverged(client, reply, err);
	client->mended = true;
	client->done = false;
	return NC_OK;
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
	client->unproven = now.unproven;
	if (trouble != NULL && trouble->status == NC_FORK)
		return verdict_trouble(trouble, err);
	if (client->branched)
		return NC_OK;
	if (client->tree_again && client->quiet < QUIET_ROUNDS_MAX) {
		client->tree_again = false;
		return NC_OK;
	}
	if (!reply->more && now.unsent == 0 && !now.moved) {
		/* What it owes a proof of is asked for once more. */
		if (now.unproven > 0 && client->quiet == 0 &&
			!client->from_bundle)
			return NC_OK;
		client->done = true;
		client->other_model =
			reply->model_version != nc_model_version();
		/* An old bundle's digests are of another day. */
		if (now.agree || client->other_model ||
			(client->from_bundle && !client->tree_is_newer))
			return NC_OK;
		return mend(client, reply, err);
	}
	if (!reply->more && trouble != NULL && !progress)
		return verdict_trouble(trouble, err);
	if (client->quiet < QUIET_ROUNDS_MAX)
		return NC_OK;
	if (client->claims)
		return nc_error_set(err, NC_GAP,
			_("The hub says that it holds change-sets of this "
			  "store and does not prove that they stand in its "
			  "history, so they count as unsent; tell its keeper "
			  "and the cluster's other unions. Nothing is lost."));
	return nc_error_set(err, NC_GAP,
		_("The hub lacks change-sets that this store does not have "
		  "either; another machine of the union must sync first. "
		  "Nothing is lost."));
}

/* A hub that has handed over, and whose records do not say to whom yet. */
static enum nc_status hub_is_gone(
	struct nc_sync_client *client, bool progress, struct nc_error *err)
{
	client->quiet = progress ? 0 : client->quiet + 1;
	if (client->quiet < QUIET_ROUNDS_MAX)
		return NC_OK;
	return nc_error_set(err, NC_MOVED,
		_("The hub has handed over to another office, and its records "
		  "do not say to which; ask its keeper, or import a bundle of "
		  "the new hub's. Nothing is lost."));
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
	nc_arena_init(&arena, NC_SYNC_ARENA_MAX);
	status = nc_reply_open(envelope, &bytes, &arena, &reply, err);
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
	client->answered += client->pushing;
	client->bytes_received += envelope.size;
	if (reply.protocol != NC_PROTOCOL_VERSION)
		reply.status = NC_PROTOCOL;
	if (reply.status != NC_OK && reply.status != NC_MOVED)
		return ended(client, reply_trouble(&reply, err));
	if (reply.body != NC_BODY_EXCHANGE)
		return ended(client,
			nc_error_set(err, NC_MALFORMED,
				_("The hub's answer is not one to a sync; "
				  "update the older of the two programs.")));
	client->hub_time_ms = reply.exchange.hub_time_ms;
	status = nc_client_take(client, &reply, &progress, &trouble, err);
	if (status == NC_OK && client->moved)
		client->done = true;
	else if (status == NC_OK && reply.status == NC_MOVED)
		status = hub_is_gone(client, progress, err);
	else if (status == NC_OK)
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
