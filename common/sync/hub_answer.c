#include "base/limits.h"
#include "sync/hub_parts.h"

#include <string.h>

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
		bool readable = nc_registry_may_read(registry, device,
			&have->union_id, &hub->identity.cluster);
		struct nc_log_head head;

		/* Of what it may not read it is told nothing; by a bundle, of
		 * what it brought (bundle_hub.c forgets the rest). */
		if (!readable && !request->in_bundle)
			continue;
		status = nc_log_head(
			hub->store, &have->union_id, have->device, &head, err);
		if (status != NC_OK)
			return status;
		/* What it lacks says by itself that the hub has it. */
		if (readable && (have->sequence < head.sequence ||
					(have->sequence == head.sequence &&
						!request->in_bundle)))
			continue;
		if (nc_hub_verdict(request, &have->union_id, have->device) ==
			NULL)
			return nc_error_no_memory(err);
	}
	return status;
}

const struct nc_head *nc_hub_have(const struct nc_exchange_request *exchange,
	const struct nc_log_head *of)
{
	for (size_t i = 0; i < exchange->have_count; i++)
		if (exchange->have[i].device == of->device &&
			nc_id_compare(&exchange->have[i].union_id,
				&of->union_id) == 0)
			return &exchange->have[i];
	return NULL;
}

uint64_t nc_hub_pulled(
	const struct nc_hub_request *request, const struct nc_log_head *head)
{
	for (size_t i = 0; i < request->wants_count; i++)
		if (request->wants[i].device == head->device &&
			nc_id_compare(&request->wants[i].union_id,
				&head->union_id) == 0)
			return request->wants[i].upto;
	return 0;
}

/* What was pushed just now need not come back. */
uint64_t nc_hub_pushed(const struct nc_hub_request *request,
	const struct nc_log_head *head, uint64_t held)
{
	size_t count = request->pushes == NULL
			       ? 0
			       : request->request.exchange.push_count;

	for (size_t i = 0; i < count; i++) {
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

bool nc_hub_sender_branched(const struct nc_hub_request *request)
{
	for (size_t i = 0; i < request->verdicts_count; i++)
		if (request->verdicts[i].status == NC_FORK &&
			request->verdicts[i].device ==
				request->request.exchange.device)
			return true;
	return false;
}

static enum nc_status answer_pull(struct nc_hub *hub,
	struct nc_hub_request *request, const struct nc_registry_device *device,
	struct nc_exchange_reply *out, struct nc_error *err)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;
	const struct nc_registry *registry;
	const struct nc_log_head *heads;
	struct nc_log_want *wants;
	size_t count, max_bytes = exchange->max_bytes;
	bool branched = nc_hub_sender_branched(request);
	/* Who has moved has not looked whether the sender has branched. */
	bool clusters_only = branched || request->moved;
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
	request->wants = wants;
	request->wants_count = 0;
	for (size_t i = 0; i < count; i++) {
		const struct nc_head *have = nc_hub_have(exchange, &heads[i]);
		uint64_t held = have == NULL ? 0 : have->sequence;

		if (clusters_only && nc_id_compare(&heads[i].union_id,
					     &hub->identity.cluster) != 0)
			continue;
		held = nc_hub_pushed(request, &heads[i], held);
		if (heads[i].sequence <= held ||
			!nc_registry_may_read(registry, device,
				&heads[i].union_id, &hub->identity.cluster))
			continue;
		wants[request->wants_count].union_id = heads[i].union_id;
		wants[request->wants_count].device = heads[i].device;
		wants[request->wants_count].after = held;
		request->wants_count++;
	}
	status = nc_log_collect(hub->store, wants, request->wants_count,
		max_bytes, &request->arena, &out->pull, &out->pull_count,
		&out->more, err);
	out->more |= branched;
	return status;
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
	if (!request->in_bundle && hub->identity.handed_over)
		request->moved = true;
	device = nc_registry_device(registry, request->request.exchange.device);
	if (device == NULL)
		return nc_error_set(err, NC_UNKNOWN_DEVICE,
			_("The cluster's records do not name this device."));
	/* Once more: a copy of the sender may have come in the same batch. */
	if (!request->moved)
		status = nc_hub_check_heads(hub, request, err);
	if (status == NC_OK)
		status = answer_pull(hub, request, device, out, err);
	if (status == NC_OK && !request->moved)
		status = note_behind(hub, request, device, err);
	if (status == NC_OK && !request->moved)
		status = answer_verdicts(hub, request, out, err);
	if (status == NC_OK && !request->moved)
		status = nc_hub_answer_tree(hub, request, device, out, err);
	if (status == NC_OK && !request->moved)
		status = answer_digests(hub, request, device, out, err);
	if (status != NC_OK)
		return status;
	request->placed = out->placed;
	request->placed_count = out->placed_count;
	request->more = out->more;
	if (request->in_bundle)
		reply->device = request->request.exchange.device;
	if (request->moved)
		reply->status = nc_error_set(&request->error, NC_MOVED,
			_("This hub has handed over to another."));
	out->hub_time_ms = hub->env->now_ms(hub->env->context);
	out->model_version = nc_model_version();
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
	} else if (status == NC_OK &&
		   request->request.body == NC_BODY_EXCHANGE) {
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
	bool reading = status == NC_OK;

	/* Another program may have handed over since the batch was applied. */
	if (status == NC_OK)
		status = nc_store_identity(hub->store, &hub->identity, &err);
	if (status != NC_OK)
		nc_hub_fail_batch(requests, count, &err);
	for (size_t i = 0; i < count; i++)
		answer_one(hub, requests[i]);
	if (reading)
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
