#include "sync/hub.h"
#include "base/limits.h"
#include "store/registry.h"
#include "sync/enrol.h"

#include <stdlib.h>
#include <string.h>

/* What reading a request may take, and what answering it takes at most: apart,
 * so that a request which uses up its own share fails alone. */
#define OPEN_ARENA_MAX (64 * 1024 * 1024)
#define ANSWER_ARENA_MAX (32 * 1024 * 1024)
/* Wrong signatures in one request before the rest is not looked at. */
#define BAD_SIGNATURES_MAX 16

void nc_hub_request_init(struct nc_hub_request *request)
{
	memset(request, 0, sizeof(*request));
	nc_buffer_init(&request->envelope, NC_MESSAGE_BYTES_MAX);
	nc_buffer_init(&request->opened, NC_MESSAGE_DECODED_MAX);
	nc_buffer_init(&request->reply, NC_MESSAGE_BYTES_MAX + 1024 * 1024);
	nc_arena_init(&request->arena, OPEN_ARENA_MAX);
}

void nc_hub_request_fini(struct nc_hub_request *request)
{
	nc_buffer_fini(&request->envelope);
	nc_buffer_fini(&request->opened);
	nc_buffer_fini(&request->reply);
	nc_arena_fini(&request->arena);
}

enum nc_status nc_hub_start(struct nc_hub *hub, struct nc_store *store,
	const struct nc_key *key, const struct nc_env *env,
	struct nc_error *err)
{
	memset(hub, 0, sizeof(*hub));
	hub->store = store;
	hub->key = key;
	hub->env = env;
	return nc_store_identity(store, &hub->identity, err);
}

enum nc_status nc_hub_copy_keys(
	struct nc_hub *hub, struct nc_hub_keys *ret_keys, struct nc_error *err)
{
	const struct nc_registry *registry;
	struct nc_hub_keys out = {0};
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (status != NC_OK)
		return status;
	out.count = registry->devices_count;
	out.keys = nc_calloc(out.count, sizeof(*out.keys));
	if (out.keys == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < out.count; i++) {
		out.keys[i].device = registry->devices[i].device;
		memcpy(out.keys[i].public_key, registry->devices[i].public_key,
			NC_KEY_SIZE);
		memcpy(out.keys[i].transport_key,
			registry->devices[i].transport_key, NC_KEY_SIZE);
	}
	*ret_keys = out;
	return NC_OK;
}

void nc_hub_keys_fini(struct nc_hub_keys *keys)
{
	nc_free(keys->keys);
	keys->keys = NULL;
	keys->count = 0;
}

static int compare_keys(const void *a, const void *b)
{
	const struct nc_hub_key *x = a, *y = b;

	return (x->device > y->device) - (x->device < y->device);
}

static const struct nc_hub_key *find_key(
	const struct nc_hub_keys *keys, nc_device_id device)
{
	struct nc_hub_key wanted = {.device = device};

	if (keys->count == 0)
		return NULL;
	return bsearch(
		&wanted, keys->keys, keys->count, sizeof(wanted), compare_keys);
}

static void push_verify(struct nc_hub_push *push, const uint8_t *public_key)
{
	push->verified = true;
	if (!nc_verify(public_key, NC_DOMAIN_CHANGE_SET,
		    push->signed_set->payload, push->signed_set->signature))
		push->status = NC_BAD_SIGNATURE;
}

/* Decoded only to know whose key it must be verified with; nothing of it is
 * used before that. */
static void push_open(struct nc_hub_request *request, struct nc_hub_push *push,
	struct nc_signed_change_set *signed_set, const struct nc_hub_keys *keys)
{
	const struct nc_hub_key *found;

	push->signed_set = signed_set;
	push->status = nc_change_set_decode(
		signed_set->payload, &request->arena, &push->change_set, NULL);
	push->decoded = push->status == NC_OK;
	if (push->status == NC_NO_MEMORY)
		push->status = NC_LIMIT;
	if (!push->decoded)
		return;
	nc_sha256(signed_set->hash, signed_set->payload);
	signed_set->hashed = true;
	found = find_key(keys, push->change_set.device);
	if (found != NULL)
		push_verify(push, found->public_key);
	request->bad += push->status == NC_BAD_SIGNATURE;
}

static void open_enrol(struct nc_hub_request *request)
{
	const struct nc_enrol_request *enrol = &request->request.enrol;
	uint8_t transport[NC_KEY_SIZE];

	if (!nc_public_transport(enrol->public_key, transport) ||
		memcmp(transport, request->transport, NC_KEY_SIZE) != 0)
		request->status = nc_error_set(&request->error,
			NC_BAD_SIGNATURE,
			_("The device's key is not the one that the line is "
			  "encrypted with."));
}

/* What a request may take is bounded: past it the fault is the sender's. */
static enum nc_status too_much(struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("The request takes more memory than one may; send less at "
		  "once."));
}

static enum nc_status unknown_sender(struct nc_error *err)
{
	return nc_error_set(err, NC_UNKNOWN_DEVICE,
		_("The cluster's records do not name this device."));
}

/* Decodes and verifies what a known sender pushed. One whose program signs
 * wrongly is not humoured for long. */
static void open_pushes(
	struct nc_hub_request *request, const struct nc_hub_keys *keys)
{
	struct nc_exchange_request *exchange = &request->request.exchange;

	request->pushes_opened = true;
	request->pushes = nc_arena_array(&request->arena, exchange->push_count,
		sizeof(*request->pushes));
	if (request->pushes == NULL) {
		request->status = too_much(&request->error);
		return;
	}
	memset(request->pushes, 0,
		exchange->push_count * sizeof(*request->pushes));
	for (size_t i = 0; i < exchange->push_count; i++) {
		push_open(
			request, &request->pushes[i], &exchange->push[i], keys);
		if (request->bad <= BAD_SIGNATURES_MAX)
			continue;
		request->status = nc_error_set(&request->error,
			NC_BAD_SIGNATURE,
			_("Too many signatures of the request are wrong."));
		return;
	}
}

static void open_request(
	struct nc_hub_request *request, const struct nc_hub_keys *keys)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;
	const struct nc_hub_key *sender;
	struct nc_error *err = &request->error;

	request->status = nc_envelope_open(
		nc_buffer_slice(&request->envelope), &request->opened, err);
	if (request->status == NC_OK)
		request->status =
			nc_request_decode(nc_buffer_slice(&request->opened),
				&request->arena, &request->request, err);
	if (request->status == NC_NO_MEMORY)
		request->status = too_much(err);
	if (request->status != NC_OK)
		return;
	if (request->request.protocol != NC_PROTOCOL_VERSION) {
		request->status = nc_error_set(err, NC_PROTOCOL,
			_("This hub speaks version %d of the protocol."),
			NC_PROTOCOL_VERSION);
		return;
	}
	if (request->request.body == NC_BODY_ENROL)
		open_enrol(request);
	if (request->request.body == NC_BODY_NONE)
		request->status = nc_error_set(err, NC_MALFORMED,
			_("The request asks for nothing that is known here."));
	if (request->request.body != NC_BODY_EXCHANGE)
		return;
	sender = find_key(keys, exchange->device);
	if (sender == NULL)
		return; /* just enrolled, or nobody: the records will say */
	if (memcmp(sender->transport_key, request->transport, NC_KEY_SIZE) != 0)
		request->status = unknown_sender(err);
	else
		open_pushes(request, keys);
}

void nc_hub_open(struct nc_hub_request *request, const struct nc_hub_keys *keys)
{
	open_request(request, keys);
	/* What was decoded is the arena's; many requests may wait. */
	nc_buffer_fini(&request->envelope);
	nc_buffer_fini(&request->opened);
	request->arena.limit = OPEN_ARENA_MAX + ANSWER_ARENA_MAX;
}

/* Whether the request comes from an enrolled device, over its own key. */
static enum nc_status check_sender(struct nc_hub *hub,
	struct nc_hub_request *request,
	const struct nc_registry_device **ret_device)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;
	struct nc_error *err = &request->error;
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (status != NC_OK)
		return status;
	if (nc_id_compare(&exchange->cluster, &hub->identity.cluster) != 0)
		return nc_error_set(err, NC_WRONG_HUB,
			_("This hub serves another cluster."));
	device = nc_registry_device(registry, exchange->device);
	if (device == NULL || memcmp(device->transport_key, request->transport,
				      NC_KEY_SIZE) != 0)
		return unknown_sender(err);
	if (device->revoked)
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("The cluster has revoked this device."));
	*ret_device = device;
	return NC_OK;
}

/* The verdict on a stream, made when the request first touches it. NULL when
 * the arena is exhausted. */
static struct nc_verdict *verdict_of(struct nc_hub_request *request,
	const struct nc_id *union_id, nc_device_id device)
{
	struct nc_verdict *verdict;
	size_t room = request->request.exchange.push_count +
		      request->request.exchange.have_count;

	for (size_t i = 0; i < request->verdicts_count; i++) {
		verdict = &request->verdicts[i];
		if (verdict->device == device &&
			nc_id_compare(&verdict->union_id, union_id) == 0)
			return verdict;
	}
	if (request->verdicts == NULL)
		request->verdicts = nc_arena_array(
			&request->arena, room, sizeof(*request->verdicts));
	if (request->verdicts == NULL)
		return NULL;
	verdict = &request->verdicts[request->verdicts_count++];
	memset(verdict, 0, sizeof(*verdict));
	verdict->union_id = *union_id;
	verdict->device = device;
	return verdict;
}

/* The author's standing: known, not revoked, and verified with its key if
 * the copy of keys had none. */
static enum nc_status push_author(
	struct nc_hub *hub, struct nc_hub_push *push, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *author;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (status != NC_OK)
		return status;
	author = nc_registry_device(registry, push->change_set.device);
	if (author == NULL)
		push->status = NC_UNKNOWN_DEVICE;
	else if (!push->verified)
		push_verify(push, author->public_key);
	if (push->status == NC_OK && author->revoked)
		push->status = NC_REVOKED_DEVICE;
	return NC_OK;
}

static enum nc_status push_take(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_hub_push *push,
	struct nc_verdict *verdict, struct nc_error *err)
{
	struct nc_dot need = {0};
	enum nc_status status = nc_store_take(hub->store, push->signed_set,
		&push->change_set, request->arrived_ms, &need, err);

	switch (status) {
	case NC_OK:
		request->appended++;
		return NC_OK;
	case NC_EXISTS:
		return NC_OK;
	case NC_GAP:
		verdict->need_device = need.device;
		verdict->need_sequence = need.sequence;
		push->status = NC_GAP;
		return NC_OK;
	case NC_FORK:
		push->status = NC_FORK;
		return NC_OK;
	default:
		return status;
	}
}

/* One change-set: into the log, or a verdict on why not. Only the store's
 * own failure is a failure here. */
static enum nc_status apply_push(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_hub_push *push,
	struct nc_error *err)
{
	struct nc_verdict *verdict;
	enum nc_status status = NC_OK;

	/* What cannot be decoded names no stream; it is the sender's own. */
	if (!push->decoded) {
		static const struct nc_id no_union;

		verdict = verdict_of(
			request, &no_union, request->request.exchange.device);
	} else {
		verdict = verdict_of(request, &push->change_set.union_id,
			push->change_set.device);
	}
	if (verdict == NULL)
		return nc_error_no_memory(err);
	/* After the first fault of a stream the rest cannot follow; of a fork
	 * it is kept apart as evidence. */
	if (verdict->status != NC_OK && verdict->status != NC_FORK) {
		request->refused_sets++;
		return NC_OK;
	}
	if (push->status == NC_OK)
		status = push_author(hub, push, err);
	if (status == NC_OK && push->status == NC_OK)
		status = push_take(hub, request, push, verdict, err);
	if (push->status == NC_OK)
		return status;
	request->refused_sets++;
	if (verdict->status == NC_OK)
		verdict->status = push->status;
	return status;
}

/* The sender's heads: same numbers, other content? Then its key is used
 * twice, and it is told so before it writes more. */
struct head_check {
	const struct nc_head *head;
	bool differs;
};

static enum nc_status visit_head(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct head_check *check = context;

	(void)err;
	check->differs =
		memcmp(entry->hash, check->head->hash, NC_HASH_SIZE) != 0;
	return NC_OK;
}

static enum nc_status check_heads(struct nc_hub *hub,
	struct nc_hub_request *request, const struct nc_registry_device *device,
	struct nc_error *err)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;

	for (size_t i = 0; i < exchange->have_count; i++) {
		struct head_check check = {&exchange->have[i], false};
		struct nc_verdict *verdict;
		enum nc_status status;

		if (!check.head->has_hash ||
			check.head->device != device->device)
			continue;
		status = nc_log_entry(hub->store, &check.head->union_id,
			check.head->device, check.head->sequence, visit_head,
			&check, err);
		if (status != NC_OK && status != NC_NOT_FOUND)
			return status;
		if (!check.differs)
			continue;
		verdict = verdict_of(
			request, &check.head->union_id, check.head->device);
		if (verdict == NULL)
			return nc_error_no_memory(err);
		verdict->status = NC_FORK;
	}
	return NC_OK;
}

/* Opens here what the receiving thread left shut, because its copy of the
 * keys did not have the sender yet. */
static enum nc_status open_late(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_error *err)
{
	struct nc_hub_keys keys = {0};
	enum nc_status status = NC_OK;

	if (request->pushes_opened)
		return NC_OK;
	status = nc_hub_copy_keys(hub, &keys, err);
	if (status == NC_OK)
		open_pushes(request, &keys);
	nc_hub_keys_fini(&keys);
	return status;
}

static enum nc_status apply_exchange(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_error *err)
{
	const struct nc_registry_device *device;
	enum nc_status status;

	request->status = check_sender(hub, request, &device);
	if (request->status != NC_OK)
		return NC_OK;
	status = open_late(hub, request, err);
	if (request->status != NC_OK)
		return status;
	if (status == NC_OK)
		status = check_heads(hub, request, device, err);
	for (size_t i = 0;
		i < request->request.exchange.push_count && status == NC_OK;
		i++)
		status = apply_push(hub, request, &request->pushes[i], err);
	return status;
}

static void apply_enrol(struct nc_hub *hub, struct nc_hub_request *request)
{
	const struct nc_enrol_request *enrol = &request->request.enrol;
	struct nc_author author = {
		hub->key, hub->env, nc_slice_text("nhipcaud")};
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&bytes, NC_INVITATION_TEXT_MAX);
	if (nc_enrol_signed_bytes(&bytes, nc_key_public(hub->key),
		    enrol->secret, enrol->label) != NC_OK ||
		!nc_verify(enrol->public_key, NC_DOMAIN_ENROL,
			nc_buffer_slice(&bytes), enrol->signature)) {
		request->status =
			nc_error_set(&request->error, NC_BAD_SIGNATURE,
				_("The enrolment's signature is wrong."));
		return;
	}
	request->status = nc_cluster_enrol(hub->store, &author, enrol->secret,
		enrol->public_key, enrol->label, &request->enrolled_union,
		&request->error);
}

/* What a status means for the transaction: the store itself has failed. */
static bool is_store_failure(enum nc_status status)
{
	switch (status) {
	case NC_NO_MEMORY:
	case NC_IO:
	case NC_FULL:
	case NC_READ_ONLY:
	case NC_CORRUPT:
	case NC_BUSY:
		return true;
	default:
		return false;
	}
}

static enum nc_status apply_one(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_error *err)
{
	if (request->status != NC_OK)
		return NC_OK;
	if (request->request.body == NC_BODY_EXCHANGE)
		return apply_exchange(hub, request, err);
	apply_enrol(hub, request);
	if (!is_store_failure(request->status))
		return NC_OK;
	*err = request->error;
	return request->status;
}

/* Nothing of the batch was kept: everyone whose request was sound is told to
 * try again. */
static void fail_batch(struct nc_hub_request *const *requests, size_t count,
	const struct nc_error *err)
{
	for (size_t i = 0; i < count; i++) {
		struct nc_hub_request *request = requests[i];

		request->verdicts_count = 0;
		request->appended = 0;
		if (request->status == NC_OK ||
			is_store_failure(request->status)) {
			request->error = *err;
			request->status = NC_IO;
		}
	}
}

static bool batch_writes(struct nc_hub_request *const *requests, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (requests[i]->status == NC_OK &&
			(requests[i]->request.body == NC_BODY_ENROL ||
				requests[i]->request.exchange.push_count > 0))
			return true;
	return false;
}

void nc_hub_apply(struct nc_hub *hub, struct nc_hub_request *const *requests,
	size_t count)
{
	struct nc_error err = {0};
	enum nc_status status = NC_OK;
	bool writes = batch_writes(requests, count);

	/* A batch that only reads needs no write lock and no commit. */
	if (writes)
		status = nc_store_begin(hub->store, &err);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = apply_one(hub, requests[i], &err);
	if (status == NC_OK && writes)
		status = nc_store_commit(hub->store, &err);
	else if (writes && status != NC_OK)
		nc_store_rollback(hub->store);
	if (status != NC_OK)
		fail_batch(requests, count, &err);
}

/* The heads that the hub holds now, for each stream with a verdict. */
static enum nc_status answer_verdicts(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_exchange_reply *out,
	struct nc_error *err)
{
	for (size_t i = 0; i < request->verdicts_count; i++) {
		struct nc_verdict *verdict = &request->verdicts[i];
		struct nc_log_head head;
		enum nc_status status = nc_log_head(hub->store,
			&verdict->union_id, verdict->device, &head, err);

		if (status != NC_OK)
			return status;
		verdict->sequence = head.sequence;
	}
	out->verdicts = request->verdicts;
	out->verdicts_count = request->verdicts_count;
	return NC_OK;
}

/* Streams of which the sender holds more than the hub does (it was restored
 * from a backup, or what was pushed came in parts): a verdict says so, and
 * the sender pushes the rest. */
static enum nc_status note_behind(struct nc_hub *hub,
	struct nc_hub_request *request, const struct nc_registry_device *device,
	struct nc_error *err)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;

	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	for (size_t i = 0; i < exchange->have_count && status == NC_OK; i++) {
		const struct nc_head *have = &exchange->have[i];
		struct nc_log_head head;

		/* Of what it may not read it is told nothing. */
		if (!nc_registry_may_read(registry, device, &have->union_id,
			    &hub->identity.cluster))
			continue;
		status = nc_log_head(
			hub->store, &have->union_id, have->device, &head, err);

		if (status != NC_OK || have->sequence <= head.sequence)
			continue;
		if (verdict_of(request, &have->union_id, have->device) == NULL)
			return nc_error_no_memory(err);
	}
	return status;
}

static uint64_t held_by_sender(const struct nc_exchange_request *exchange,
	const struct nc_log_head *head)
{
	for (size_t i = 0; i < exchange->have_count; i++)
		if (exchange->have[i].device == head->device &&
			nc_id_compare(&exchange->have[i].union_id,
				&head->union_id) == 0)
			return exchange->have[i].sequence;
	return 0;
}

/* What was pushed just now need not come back. */
static uint64_t pushed_by_sender(const struct nc_hub_request *request,
	const struct nc_log_head *head, uint64_t held)
{
	for (size_t i = 0; i < request->request.exchange.push_count; i++) {
		const struct nc_hub_push *push = &request->pushes[i];

		if (push->decoded && push->status == NC_OK &&
			push->change_set.device == head->device &&
			push->change_set.sequence > held &&
			push->change_set.sequence <= head->sequence &&
			nc_id_compare(&push->change_set.union_id,
				&head->union_id) == 0)
			held = push->change_set.sequence;
	}
	return held;
}

static enum nc_status answer_pull(struct nc_hub *hub,
	struct nc_hub_request *request, const struct nc_registry_device *device,
	struct nc_exchange_reply *out, struct nc_error *err)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;
	const struct nc_registry *registry;
	const struct nc_log_head *heads;
	struct nc_log_want *wants;
	size_t count, wanted = 0, max_bytes = exchange->max_bytes;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (max_bytes > NC_PULL_BYTES_MAX)
		max_bytes = NC_PULL_BYTES_MAX;
	if (status == NC_OK)
		status = nc_log_heads(hub->store, &heads, &count, err);
	if (status != NC_OK)
		return status;
	wants = nc_arena_array(&request->arena, count, sizeof(*wants));
	if (wants == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count; i++) {
		uint64_t held = held_by_sender(exchange, &heads[i]);

		held = pushed_by_sender(request, &heads[i], held);
		if (heads[i].sequence <= held ||
			!nc_registry_may_read(registry, device,
				&heads[i].union_id, &hub->identity.cluster))
			continue;
		wants[wanted].union_id = heads[i].union_id;
		wants[wanted].device = heads[i].device;
		wants[wanted].after = held;
		wanted++;
	}
	return nc_log_collect(hub->store, wants, wanted, max_bytes,
		&request->arena, &out->pull, &out->pull_count, &out->more, err);
}

static enum nc_status answer_digest(struct nc_hub *hub,
	struct nc_hub_request *request, const struct nc_id *union_id,
	struct nc_exchange_reply *out, struct nc_error *err)
{
	struct nc_scope_digest *digest = &out->digests[out->digests_count];

	(void)request;
	digest->union_id = *union_id;
	out->digests_count++;
	return nc_store_digest(hub->store, union_id, &digest->digest, err);
}

static enum nc_status answer_digests(struct nc_hub *hub,
	struct nc_hub_request *request, const struct nc_registry_device *device,
	struct nc_exchange_reply *out, struct nc_error *err)
{
	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (status != NC_OK || out->more)
		return status;
	out->digests = nc_arena_array(&request->arena,
		registry->unions_count + 1, sizeof(*out->digests));
	if (out->digests == NULL)
		return nc_error_no_memory(err);
	status = answer_digest(hub, request, &hub->identity.cluster, out, err);
	for (size_t i = 0; i < registry->unions_count && status == NC_OK; i++)
		if (nc_registry_may_read(registry, device,
			    &registry->unions[i].id, &hub->identity.cluster))
			status = answer_digest(hub, request,
				&registry->unions[i].id, out, err);
	return status;
}

static enum nc_status answer_exchange(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_reply *reply,
	struct nc_error *err)
{
	struct nc_exchange_reply *out = &reply->exchange;
	const struct nc_registry_device *device;
	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, request->request.exchange.device);
	if (device == NULL)
		return nc_error_set(err, NC_UNKNOWN_DEVICE,
			_("The cluster's records do not name this device."));
	status = note_behind(hub, request, device, err);
	if (status == NC_OK)
		status = answer_verdicts(hub, request, out, err);
	if (status == NC_OK)
		status = answer_pull(hub, request, device, out, err);
	if (status == NC_OK)
		status = answer_digests(hub, request, device, out, err);
	if (status != NC_OK)
		return status;
	out->hub_time_ms = hub->env->now_ms(hub->env->context);
	out->model_version = NC_MODEL_VERSION;
	reply->body = NC_BODY_EXCHANGE;
	return NC_OK;
}

static enum nc_status seal_reply(struct nc_hub_request *request,
	const struct nc_reply *reply, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_buffer_reset(&request->reply);
	status = nc_reply_encode(reply, &bytes, err);
	if (status == NC_OK)
		status = nc_envelope_seal(nc_buffer_slice(&bytes),
			NC_ENVELOPE_LEVEL_REPLY, &request->reply, err);
	return status;
}

/* A reply that says only what is wrong. */
static void answer_trouble(struct nc_hub_request *request)
{
	struct nc_reply reply = {
		.protocol = NC_PROTOCOL_VERSION,
		.number = request->request.number,
		.status = request->status,
		.message = nc_slice_text(request->error.text),
		.retry_after_ms = request->retry_after_ms,
	};

	/* Without memory for a few bytes there is no answer; the client asks
	 * again. */
	if (seal_reply(request, &reply, NULL) != NC_OK)
		nc_buffer_reset(&request->reply);
}

static void answer_one(struct nc_hub *hub, struct nc_hub_request *request)
{
	struct nc_reply reply = {
		.protocol = NC_PROTOCOL_VERSION,
		.number = request->request.number,
	};
	enum nc_status status = request->status;

	if (status == NC_OK && request->request.body == NC_BODY_ENROL) {
		reply.body = NC_BODY_ENROL;
		reply.enrol_cluster = hub->identity.cluster;
		reply.enrol_union = request->enrolled_union;
	} else if (status == NC_OK) {
		status = answer_exchange(hub, request, &reply, &request->error);
	}
	if (status == NC_OK)
		status = seal_reply(request, &reply, &request->error);
	if (status == NC_OK)
		return;
	request->status = status;
	answer_trouble(request);
}

void nc_hub_answer(struct nc_hub *hub, struct nc_hub_request *const *requests,
	size_t count)
{
	struct nc_error err = {0};
	enum nc_status status = nc_store_begin_read(hub->store, &err);

	if (status != NC_OK)
		fail_batch(requests, count, &err);
	for (size_t i = 0; i < count; i++)
		answer_one(hub, requests[i]);
	if (status == NC_OK)
		nc_store_end_read(hub->store);
}

void nc_hub_busy(struct nc_hub_request *request, uint32_t retry_after_ms)
{
	request->status = nc_error_set(
		&request->error, NC_BUSY, _("The hub is asked too often."));
	request->retry_after_ms = retry_after_ms;
	answer_trouble(request);
}

void nc_hub_serve(struct nc_hub *hub, struct nc_hub_request *request)
{
	struct nc_hub_keys none = {0};
	struct nc_hub_request *const one[] = {request};

	nc_hub_open(request, &none);
	nc_hub_apply(hub, one, 1);
	nc_hub_answer(hub, one, 1);
}
