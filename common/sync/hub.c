#include "sync/hub.h"
#include "base/limits.h"
#include "store/hubs.h"
#include "store/succession.h"
#include "sync/hub_parts.h"

#include <string.h>

void nc_hub_request_init(struct nc_hub_request *request)
{
	memset(request, 0, sizeof(*request));
	nc_buffer_init(&request->envelope, NC_MESSAGE_BYTES_MAX);
	nc_buffer_init(&request->opened, NC_MESSAGE_DECODED_MAX);
	nc_buffer_init(&request->reply, NC_MESSAGE_BYTES_MAX + 1024 * 1024);
	nc_arena_init(&request->arena, NC_HUB_OPEN_ARENA_MAX);
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
	nc_buffer_init(&hub->checkpoint, NC_CHECKPOINT_BYTES_MAX);
	return nc_store_identity(store, &hub->identity, err);
}

void nc_hub_fini(struct nc_hub *hub)
{
	nc_buffer_fini(&hub->checkpoint);
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
		return nc_hub_unknown_sender(err);
	if (device->revoked)
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("The cluster has revoked this device."));
	*ret_device = device;
	return NC_OK;
}

/* The verdict on a stream, made when the request first touches it. NULL when
 * the arena is exhausted. */
struct nc_verdict *nc_hub_verdict(struct nc_hub_request *request,
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

/* Verified with its author's key, if the copy of keys had none. Whether the
 * author may write is the fold's to say: what is validly signed and next in
 * its stream is appended, a revoked device's too when another brings it. */
static enum nc_status push_author(
	struct nc_hub *hub, struct nc_hub_push *push, struct nc_error *err)
{
	const uint8_t *key;
	enum nc_status status;

	if (push->verified)
		return NC_OK;
	status = nc_hubs_author_key(hub->store, &push->change_set, &key, err);
	if (status == NC_OK)
		nc_hub_verify_push(push, key);
	else if (status == NC_UNKNOWN_DEVICE)
		push->status = NC_UNKNOWN_DEVICE;
	else
		return status;
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

		verdict = nc_hub_verdict(
			request, &no_union, request->request.exchange.device);
	} else {
		verdict = nc_hub_verdict(request, &push->change_set.union_id,
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

enum nc_status nc_hub_check_heads(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_error *err)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;

	for (size_t i = 0; i < exchange->have_count; i++) {
		struct head_check check = {&exchange->have[i], false};
		struct nc_verdict *verdict;
		enum nc_status status;

		if (!check.head->has_hash ||
			check.head->device != exchange->device)
			continue;
		status = nc_log_entry(hub->store, &check.head->union_id,
			check.head->device, check.head->sequence, visit_head,
			&check, err);
		if (status != NC_OK && status != NC_NOT_FOUND)
			return status;
		if (!check.differs)
			continue;
		verdict = nc_hub_verdict(
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
		nc_hub_open_pushes(request, &keys);
	nc_hub_keys_fini(&keys);
	return status;
}

static enum nc_status apply_pushes(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_error *err)
{
	enum nc_status status = open_late(hub, request, err);

	for (size_t i = 0; i < request->request.exchange.push_count &&
			   status == NC_OK && request->status == NC_OK;
		i++)
		status = apply_push(hub, request, &request->pushes[i], err);
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
	request->moved = hub->identity.handed_over;
	if (request->moved)
		return NC_OK;
	status = nc_hub_take_witness(hub, request, device, err);
	if (status == NC_OK)
		status = nc_hub_check_heads(hub, request, err);
	if (status == NC_OK)
		status = apply_pushes(hub, request, err);
	return status;
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
	if (request->request.body == NC_BODY_ROTATE)
		nc_hub_apply_rotate(hub, request);
	else
		nc_hub_apply_enrol(hub, request);
	if (!is_store_failure(request->status))
		return NC_OK;
	*err = request->error;
	return request->status;
}

/* Nothing of the batch was kept: everyone whose request was sound is told to
 * try again. */
void nc_hub_fail_batch(struct nc_hub_request *const *requests, size_t count,
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

static bool request_writes(struct nc_hub *hub, struct nc_hub_request *request)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;
	bool older = false;

	if (request->status != NC_OK)
		return false;
	if (request->request.body != NC_BODY_EXCHANGE)
		return true;
	if (exchange->push_count > 0 || exchange->cosignature.size > 0)
		return true;
	/* If that cannot be told now, it may be told when it is applied. */
	return nc_hub_read_history(hub, request, &older, NULL) != NC_OK ||
	       older;
}

/* A union that has gone over into another and whose time for late words is
 * over; NULL: none. */
static enum nc_status find_due(struct nc_hub *hub,
	const struct nc_registry_union **ret_due, struct nc_error *err)
{
	char today[NC_DATE_TEXT_SIZE];

	*ret_due = NULL;
	if (hub->identity.handed_over)
		return NC_OK;
	nc_date_of(today, hub->env->now_ms(hub->env->context));
	return nc_succession_due(hub->store, today, ret_due, err);
}

/* Before anything of a batch is taken: the grants of their devices end. */
static enum nc_status close_due(struct nc_hub *hub, struct nc_error *err)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	const struct nc_registry_union *due;
	struct nc_author author;
	size_t devices = 1;
	enum nc_status status = find_due(hub, &due, err);

	if (status == NC_OK && due != NULL)
		status = nc_hub_author(hub, &key, &author, err);
	while (status == NC_OK && due != NULL && devices > 0) {
		status = nc_succession_close(
			hub->store, &author, &due->id, &devices, err);
		/* One that names too many devices stays open: the keeper
		 * closes it, and nobody is kept waiting. */
		if (status == NC_LIMIT)
			return NC_OK;
		if (status == NC_OK)
			status = find_due(hub, &due, err);
	}
	return status;
}

static enum nc_status find_lacking(
	struct nc_hub *hub, bool *ret_lacking, struct nc_error *err)
{
	*ret_lacking = false;
	if (hub->identity.handed_over)
		return NC_OK;
	return nc_succession_lacking(hub->store, ret_lacking, err);
}

/* What a hub that was put back has got again gives rights to devices that it
 * did not know then. */
static enum nc_status complete_grants(struct nc_hub *hub, struct nc_error *err)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	struct nc_author author;
	bool lacking;
	enum nc_status status = find_lacking(hub, &lacking, err);

	if (status != NC_OK || !lacking)
		return status;
	status = nc_hub_author(hub, &key, &author, err);
	if (status == NC_OK)
		status = nc_succession_complete(hub->store, &author, err);
	return status == NC_LIMIT ? NC_OK : status;
}

static enum nc_status look_back_for(struct nc_hub *hub,
	struct nc_hub_request *request, bool writes, struct nc_error *err)
{
	const struct nc_registry_device *device;
	bool older, given;
	enum nc_status status = nc_hub_read_history(hub, request, &older, err);

	if (status != NC_OK || !writes || hub->identity.handed_over)
		return status;
	if (older)
		return nc_hub_begin_again(hub, request->known.generation, err);
	status = check_sender(hub, request, &device);
	/* What is wrong with it is said when it is applied. */
	if (status != NC_OK)
		return is_store_failure(status) ? status : NC_OK;
	status = open_late(hub, request, err);
	if (status == NC_OK)
		status = nc_hub_is_given_own(hub, request, &given, err);
	if (status == NC_OK && given)
		status = nc_hub_begin_again(hub, 0, err);
	return status;
}

/*
 * What those who ask have seen may show that this hub was put back: it looks at
 * that before it writes anything of its own, for it would give a number that it
 * has given already. Who shows it need not be known to it: the device may have
 * joined in the time that was lost.
 */
static enum nc_status look_back(struct nc_hub *hub,
	struct nc_hub_request *const *requests, size_t count, bool writes,
	struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < count && status == NC_OK; i++)
		if (requests[i]->status == NC_OK &&
			requests[i]->request.body == NC_BODY_EXCHANGE)
			status = look_back_for(hub, requests[i], writes, err);
	return status;
}

static bool batch_writes(struct nc_hub *hub,
	struct nc_hub_request *const *requests, size_t count)
{
	const struct nc_registry_union *due;
	bool lacking;

	for (size_t i = 0; i < count; i++)
		if (request_writes(hub, requests[i]))
			return true;
	/* If that cannot be told now, the batch will tell. */
	return (find_due(hub, &due, NULL) == NC_OK && due != NULL) ||
	       (find_lacking(hub, &lacking, NULL) == NC_OK && lacking);
}

void nc_hub_apply(struct nc_hub *hub, struct nc_hub_request *const *requests,
	size_t count)
{
	struct nc_error err = {0};
	const struct nc_registry *registry;
	bool writes = batch_writes(hub, requests, count);
	uint64_t begun_again = hub->begun_again;
	/* A batch that only reads needs no write lock and no commit. Both look
	 * whether another program has written: it may have handed over. */
	enum nc_status status =
		writes ? nc_store_begin(hub->store, &err)
		       : nc_store_registry(hub->store, &registry, &err);

	writes = writes && status == NC_OK;
	if (status == NC_OK)
		status = nc_store_identity(hub->store, &hub->identity, &err);
	if (status == NC_OK)
		status = look_back(hub, requests, count, writes, &err);
	if (status == NC_OK && writes)
		status = close_due(hub, &err);
	if (status == NC_OK && writes)
		status = complete_grants(hub, &err);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = apply_one(hub, requests[i], &err);
	if (status == NC_OK && writes)
		status = nc_hub_begin_past_former(hub, &err);
	if (status == NC_OK && writes)
		status = nc_store_commit(hub->store, &err);
	else if (writes)
		nc_store_rollback(hub->store);
	if (status == NC_OK)
		return;
	hub->begun_again = begun_again;
	nc_hub_fail_batch(requests, count, &err);
}
