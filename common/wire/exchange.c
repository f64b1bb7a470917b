/*
 * Requests and replies are specified in proto/exchange.proto.
 */
#include "wire/exchange.h"
#include "base/limits.h"
#include "locale/text.h"
#include "wire/exchange_tree.h"
#include "wire/pack.h"

#include <string.h>

/* The wire's statuses; NC_STATUS_COUNT ends the list. */
static const struct {
	enum nc_status ours;
	Nhipcau__V1__Status wire;
} statuses[] = {
	{NC_OK, NHIPCAU__V1__STATUS__OK},
	{NC_PROTOCOL, NHIPCAU__V1__STATUS__UNKNOWN_PROTOCOL},
	{NC_MALFORMED, NHIPCAU__V1__STATUS__MALFORMED},
	{NC_LIMIT, NHIPCAU__V1__STATUS__TOO_LARGE},
	{NC_UNKNOWN_DEVICE, NHIPCAU__V1__STATUS__UNKNOWN_DEVICE},
	{NC_REVOKED_DEVICE, NHIPCAU__V1__STATUS__REVOKED_DEVICE},
	{NC_BAD_SIGNATURE, NHIPCAU__V1__STATUS__BAD_SIGNATURE},
	{NC_GAP, NHIPCAU__V1__STATUS__GAP},
	{NC_FORK, NHIPCAU__V1__STATUS__FORK},
	{NC_BUSY, NHIPCAU__V1__STATUS__BUSY},
	{NC_NOT_FOUND, NHIPCAU__V1__STATUS__INVITATION_UNKNOWN},
	{NC_EXPIRED, NHIPCAU__V1__STATUS__INVITATION_EXPIRED},
	{NC_USED, NHIPCAU__V1__STATUS__INVITATION_USED},
	{NC_WRONG_HUB, NHIPCAU__V1__STATUS__WRONG_CLUSTER},
	{NC_IO, NHIPCAU__V1__STATUS__HUB_FAILED},
	{NC_EXISTS, NHIPCAU__V1__STATUS__ALREADY_ENROLLED},
	{NC_MOVED, NHIPCAU__V1__STATUS__MOVED},
};

static Nhipcau__V1__Status status_to_wire(enum nc_status status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].ours == status)
			return statuses[i].wire;
	return NHIPCAU__V1__STATUS__HUB_FAILED;
}

static enum nc_status status_from_wire(Nhipcau__V1__Status status)
{
	for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		if (statuses[i].wire == status)
			return statuses[i].ours;
	return NC_IO;
}

static enum nc_status malformed(struct nc_error *err, const char *what)
{
	return nc_error_set(err, NC_MALFORMED,
		_("A message is not as the protocol says (%s); update the "
		  "older of the two programs."),
		what);
}

static bool build_signed(const struct nc_signed_change_set *sets, size_t count,
	struct nc_arena *arena, Nhipcau__V1__SignedChangeSet ***ret)
{
	Nhipcau__V1__SignedChangeSet *out =
		nc_arena_array(arena, count, sizeof(*out));
	Nhipcau__V1__SignedChangeSet **pointers =
		nc_arena_array(arena, count, sizeof(*pointers));

	if (out == NULL || pointers == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		nhipcau__v1__signed_change_set__init(&out[i]);
		out[i].payload = nc_wire_bytes(
			sets[i].payload.data, sets[i].payload.size);
		out[i].signature =
			nc_wire_bytes(sets[i].signature, NC_SIGNATURE_SIZE);
		pointers[i] = &out[i];
	}
	*ret = pointers;
	return true;
}

static enum nc_status read_signed(Nhipcau__V1__SignedChangeSet *const *sets,
	size_t count, struct nc_arena *arena, struct nc_signed_change_set **ret,
	struct nc_error *err)
{
	struct nc_signed_change_set *out =
		nc_arena_array(arena, count, sizeof(*out));

	if (out == NULL)
		return nc_error_no_memory(err);
	if (count > NC_MESSAGE_CHANGE_SETS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("A message holds %zu change-sets, too many; send "
			  "less at once."),
			count);
	for (size_t i = 0; i < count; i++) {
		out[i].payload = nc_wire_slice(sets[i]->payload);
		out[i].hashed = false;
		if (!nc_wire_fixed(out[i].signature, NC_SIGNATURE_SIZE,
			    sets[i]->signature))
			return malformed(err, "signature");
	}
	*ret = out;
	return NC_OK;
}

static uint8_t *device_bytes(struct nc_arena *arena, nc_device_id device)
{
	uint8_t *bytes = nc_arena_alloc(arena, NC_DEVICE_ID_SIZE);

	if (bytes != NULL)
		nc_bytes_put_u64(bytes, device);
	return bytes;
}

static bool build_heads(const struct nc_exchange_request *request,
	struct nc_arena *arena, Nhipcau__V1__ExchangeRequest *out)
{
	size_t count = request->have_count;
	Nhipcau__V1__Head *heads = nc_arena_array(arena, count, sizeof(*heads));

	out->n_have = count;
	out->have = nc_arena_array(arena, count, sizeof(*out->have));
	if (heads == NULL || out->have == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct nc_head *head = &request->have[i];
		uint8_t *device = device_bytes(arena, head->device);

		if (device == NULL)
			return false;
		nhipcau__v1__head__init(&heads[i]);
		heads[i].union_ =
			nc_wire_bytes(head->union_id.bytes, NC_ID_SIZE);
		heads[i].device = nc_wire_bytes(device, NC_DEVICE_ID_SIZE);
		heads[i].sequence = head->sequence;
		heads[i].proven = head->proven;
		if (head->has_hash)
			heads[i].hash = nc_wire_bytes(head->hash, NC_HASH_SIZE);
		out->have[i] = &heads[i];
	}
	return true;
}

static bool build_exchange_request(const struct nc_exchange_request *request,
	struct nc_arena *arena, Nhipcau__V1__ExchangeRequest *out)
{
	uint8_t *device = device_bytes(arena, request->device);

	nhipcau__v1__exchange_request__init(out);
	if (device == NULL || !build_heads(request, arena, out) ||
		!build_signed(
			request->push, request->push_count, arena, &out->push))
		return false;
	out->cluster = nc_wire_bytes(request->cluster.bytes, NC_ID_SIZE);
	out->device = nc_wire_bytes(device, NC_DEVICE_ID_SIZE);
	out->n_push = request->push_count;
	out->max_bytes = request->max_bytes;
	out->checkpoint = nc_wire_bytes(
		request->checkpoint.data, request->checkpoint.size);
	out->cosignature = nc_wire_bytes(
		request->cosignature.data, request->cosignature.size);
	out->witnesses_after = request->witnesses_after;
	return true;
}

static bool build_rotate_request(const struct nc_rotate_request *request,
	struct nc_arena *arena, Nhipcau__V1__RotateRequest *out)
{
	uint8_t *device = device_bytes(arena, request->device);

	nhipcau__v1__rotate_request__init(out);
	if (device == NULL)
		return false;
	out->cluster = nc_wire_bytes(request->cluster.bytes, NC_ID_SIZE);
	out->device = nc_wire_bytes(device, NC_DEVICE_ID_SIZE);
	out->public_key = nc_wire_bytes(request->public_key, NC_KEY_SIZE);
	out->old_signature =
		nc_wire_bytes(request->old_signature, NC_SIGNATURE_SIZE);
	out->new_signature =
		nc_wire_bytes(request->new_signature, NC_SIGNATURE_SIZE);
	return true;
}

static void build_enrol_request(
	const struct nc_enrol_request *request, Nhipcau__V1__EnrolRequest *out)
{
	nhipcau__v1__enrol_request__init(out);
	out->secret = nc_wire_bytes(request->secret, NC_SECRET_SIZE);
	out->public_key = nc_wire_bytes(request->public_key, NC_KEY_SIZE);
	out->label = nc_wire_bytes(request->label.data, request->label.size);
	out->signature = nc_wire_bytes(request->signature, NC_SIGNATURE_SIZE);
}

static enum nc_status pack_failed(struct nc_error *err, enum nc_status status)
{
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	return nc_error_set(err, NC_LIMIT,
		_("A message would be larger than the protocol allows; send "
		  "less at once."));
}

enum nc_status nc_request_encode(const struct nc_request *request,
	struct nc_buffer *out, struct nc_error *err)
{
	Nhipcau__V1__Request message = NHIPCAU__V1__REQUEST__INIT;
	Nhipcau__V1__ExchangeRequest exchange;
	Nhipcau__V1__EnrolRequest enrol;
	Nhipcau__V1__RotateRequest rotate;
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	enum nc_status status = NC_OK;

	nc_arena_init(&arena, 2 * NC_MESSAGE_DECODED_MAX);
	message.protocol = request->protocol;
	message.number = request->number;
	if (request->body == NC_BODY_EXCHANGE) {
		if (!build_exchange_request(
			    &request->exchange, &arena, &exchange))
			status = NC_NO_MEMORY;
		message.body_case = NHIPCAU__V1__REQUEST__BODY_EXCHANGE;
		message.exchange = &exchange;
	} else if (request->body == NC_BODY_ENROL) {
		build_enrol_request(&request->enrol, &enrol);
		message.body_case = NHIPCAU__V1__REQUEST__BODY_ENROL;
		message.enrol = &enrol;
	} else if (request->body == NC_BODY_ROTATE) {
		if (!build_rotate_request(&request->rotate, &arena, &rotate))
			status = NC_NO_MEMORY;
		message.body_case = NHIPCAU__V1__REQUEST__BODY_ROTATE;
		message.rotate = &rotate;
	}
	if (status == NC_OK)
		status = nc_wire_pack(&message.base, out);
	return status == NC_OK ? NC_OK : pack_failed(err, status);
}

static enum nc_status read_heads(const Nhipcau__V1__ExchangeRequest *message,
	struct nc_arena *arena, struct nc_exchange_request *out,
	struct nc_error *err)
{
	out->have_count = message->n_have;
	if (message->n_have > NC_HAVE_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("A request names %zu streams and may name %d; ask "
			  "for less at once."),
			message->n_have, NC_HAVE_MAX);
	out->have = nc_arena_array(arena, message->n_have, sizeof(*out->have));
	if (out->have == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < message->n_have; i++) {
		const Nhipcau__V1__Head *in = message->have[i];
		struct nc_head *head = &out->have[i];

		if (!nc_wire_fixed(
			    head->union_id.bytes, NC_ID_SIZE, in->union_) ||
			!nc_wire_device(&head->device, in->device) ||
			in->sequence > INT64_MAX)
			return malformed(err, "head");
		head->sequence = in->sequence;
		head->proven =
			in->proven < in->sequence ? in->proven : in->sequence;
		head->has_hash = in->hash.len > 0;
		if (head->has_hash &&
			!nc_wire_fixed(head->hash, NC_HASH_SIZE, in->hash))
			return malformed(err, "hash of a head");
	}
	return NC_OK;
}

static enum nc_status read_exchange_request(
	const Nhipcau__V1__ExchangeRequest *message, struct nc_arena *arena,
	struct nc_exchange_request *out, struct nc_error *err)
{
	enum nc_status status;

	if (!nc_wire_fixed(out->cluster.bytes, NC_ID_SIZE, message->cluster) ||
		!nc_wire_device(&out->device, message->device))
		return malformed(err, "cluster or device");
	status = read_heads(message, arena, out, err);
	if (status == NC_OK)
		status = read_signed(
			message->push, message->n_push, arena, &out->push, err);
	out->push_count = message->n_push;
	out->max_bytes = message->max_bytes;
	out->checkpoint = nc_wire_slice(message->checkpoint);
	out->cosignature = nc_wire_slice(message->cosignature);
	out->witnesses_after = message->witnesses_after;
	if (out->checkpoint.size > NC_CHECKPOINT_BYTES_MAX ||
		out->cosignature.size > NC_COSIGNATURE_BYTES_MAX)
		return malformed(err, "checkpoint");
	return status;
}

static enum nc_status read_rotate_request(
	const Nhipcau__V1__RotateRequest *message,
	struct nc_rotate_request *out, struct nc_error *err)
{
	if (!nc_wire_fixed(out->cluster.bytes, NC_ID_SIZE, message->cluster) ||
		!nc_wire_device(&out->device, message->device) ||
		!nc_wire_fixed(
			out->public_key, NC_KEY_SIZE, message->public_key) ||
		!nc_wire_fixed(out->old_signature, NC_SIGNATURE_SIZE,
			message->old_signature) ||
		!nc_wire_fixed(out->new_signature, NC_SIGNATURE_SIZE,
			message->new_signature))
		return malformed(err, "rotation");
	return NC_OK;
}

static enum nc_status read_enrol_request(
	const Nhipcau__V1__EnrolRequest *message, struct nc_enrol_request *out,
	struct nc_error *err)
{
	out->label = nc_wire_slice(message->label);
	if (!nc_wire_fixed(out->secret, NC_SECRET_SIZE, message->secret) ||
		!nc_wire_fixed(
			out->public_key, NC_KEY_SIZE, message->public_key) ||
		!nc_wire_fixed(out->signature, NC_SIGNATURE_SIZE,
			message->signature) ||
		out->label.size == 0 || out->label.size > NC_LABEL_BYTES_MAX ||
		!nc_text_is_clean(out->label))
		return malformed(err, "enrolment");
	return NC_OK;
}

enum nc_status nc_request_decode(struct nc_slice bytes, struct nc_arena *arena,
	struct nc_request *ret_request, struct nc_error *err)
{
	ProtobufCAllocator allocator = nc_wire_allocator(arena);
	Nhipcau__V1__Request *message = nhipcau__v1__request__unpack(
		&allocator, bytes.size, bytes.data);
	struct nc_request out = {0};
	enum nc_status status = NC_OK;

	if (message == NULL && arena->starved)
		return nc_error_no_memory(err);
	if (message == NULL)
		return malformed(err, "protobuf");
	out.protocol = message->protocol;
	out.number = message->number;
	if (message->protocol == NC_PROTOCOL_VERSION) {
		if (message->body_case == NHIPCAU__V1__REQUEST__BODY_EXCHANGE) {
			out.body = NC_BODY_EXCHANGE;
			status = read_exchange_request(
				message->exchange, arena, &out.exchange, err);
		} else if (message->body_case ==
			   NHIPCAU__V1__REQUEST__BODY_ENROL) {
			out.body = NC_BODY_ENROL;
			status = read_enrol_request(
				message->enrol, &out.enrol, err);
		} else if (message->body_case ==
			   NHIPCAU__V1__REQUEST__BODY_ROTATE) {
			out.body = NC_BODY_ROTATE;
			status = read_rotate_request(
				message->rotate, &out.rotate, err);
		}
	}
	/* The number serves an answer even to what cannot be read. */
	if (status != NC_OK)
		out.body = NC_BODY_NONE;
	*ret_request = out;
	return status;
}

static bool build_verdicts(const struct nc_exchange_reply *reply,
	struct nc_arena *arena, Nhipcau__V1__ExchangeReply *out)
{
	size_t count = reply->verdicts_count;
	Nhipcau__V1__Verdict *verdicts =
		nc_arena_array(arena, count, sizeof(*verdicts));

	out->n_verdicts = count;
	out->verdicts = nc_arena_array(arena, count, sizeof(*out->verdicts));
	if (verdicts == NULL || out->verdicts == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		const struct nc_verdict *in = &reply->verdicts[i];
		uint8_t *device = device_bytes(arena, in->device);
		uint8_t *need = device_bytes(arena, in->need_device);

		if (device == NULL || need == NULL)
			return false;
		nhipcau__v1__verdict__init(&verdicts[i]);
		verdicts[i].union_ =
			nc_wire_bytes(in->union_id.bytes, NC_ID_SIZE);
		verdicts[i].device = nc_wire_bytes(device, NC_DEVICE_ID_SIZE);
		verdicts[i].sequence = in->sequence;
		verdicts[i].status = status_to_wire(in->status);
		if (in->status == NC_GAP) {
			verdicts[i].need_device =
				nc_wire_bytes(need, NC_DEVICE_ID_SIZE);
			verdicts[i].need_sequence = in->need_sequence;
		}
		out->verdicts[i] = &verdicts[i];
	}
	return true;
}

static bool build_digests(const struct nc_exchange_reply *reply,
	struct nc_arena *arena, Nhipcau__V1__ExchangeReply *out)
{
	size_t count = reply->digests_count;
	Nhipcau__V1__Digest *digests =
		nc_arena_array(arena, count, sizeof(*digests));

	out->n_digests = count;
	out->digests = nc_arena_array(arena, count, sizeof(*out->digests));
	if (digests == NULL || out->digests == NULL)
		return false;
	for (size_t i = 0; i < count; i++) {
		nhipcau__v1__digest__init(&digests[i]);
		digests[i].union_ = nc_wire_bytes(
			reply->digests[i].union_id.bytes, NC_ID_SIZE);
		digests[i].value = nc_wire_bytes(
			reply->digests[i].digest.bytes, NC_DIGEST_SIZE);
		out->digests[i] = &digests[i];
	}
	return true;
}

static bool build_exchange_reply(const struct nc_exchange_reply *reply,
	struct nc_arena *arena, Nhipcau__V1__ExchangeReply *out)
{
	nhipcau__v1__exchange_reply__init(out);
	out->n_pull = reply->pull_count;
	out->more = reply->more;
	out->hub_time_ms = reply->hub_time_ms;
	out->model_version = reply->model_version;
	return build_verdicts(reply, arena, out) &&
	       build_digests(reply, arena, out) &&
	       nc_wire_build_tree(reply, arena, out) &&
	       build_signed(reply->pull, reply->pull_count, arena, &out->pull);
}

enum nc_status nc_reply_encode(const struct nc_reply *reply,
	struct nc_buffer *out, struct nc_error *err)
{
	Nhipcau__V1__Reply message = NHIPCAU__V1__REPLY__INIT;
	Nhipcau__V1__ExchangeReply exchange;
	Nhipcau__V1__EnrolReply enrol = NHIPCAU__V1__ENROL_REPLY__INIT;
	uint8_t device[NC_DEVICE_ID_SIZE];
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	enum nc_status status = NC_OK;

	nc_arena_init(&arena, 2 * NC_MESSAGE_DECODED_MAX);
	message.protocol = reply->protocol;
	message.number = reply->number;
	message.status = status_to_wire(reply->status);
	message.message =
		nc_wire_bytes(reply->message.data, reply->message.size);
	message.retry_after_ms = reply->retry_after_ms;
	if (reply->device != 0) {
		nc_bytes_put_u64(device, reply->device);
		message.device = nc_wire_bytes(device, NC_DEVICE_ID_SIZE);
	}
	if (reply->body == NC_BODY_EXCHANGE) {
		if (!build_exchange_reply(&reply->exchange, &arena, &exchange))
			status = NC_NO_MEMORY;
		message.body_case = NHIPCAU__V1__REPLY__BODY_EXCHANGE;
		message.exchange = &exchange;
	} else if (reply->body == NC_BODY_ENROL) {
		enrol.cluster =
			nc_wire_bytes(reply->enrol_cluster.bytes, NC_ID_SIZE);
		enrol.union_ =
			nc_wire_bytes(reply->enrol_union.bytes, NC_ID_SIZE);
		message.body_case = NHIPCAU__V1__REPLY__BODY_ENROL;
		message.enrol = &enrol;
	}
	if (status == NC_OK)
		status = nc_wire_pack(&message.base, out);
	return status == NC_OK ? NC_OK : pack_failed(err, status);
}

static enum nc_status read_verdicts(const Nhipcau__V1__ExchangeReply *message,
	struct nc_arena *arena, struct nc_exchange_reply *out,
	struct nc_error *err)
{
	size_t count = message->n_verdicts;

	out->verdicts = nc_arena_array(arena, count, sizeof(*out->verdicts));
	if (out->verdicts == NULL)
		return nc_error_no_memory(err);
	out->verdicts_count = count;
	for (size_t i = 0; i < count; i++) {
		const Nhipcau__V1__Verdict *in = message->verdicts[i];
		struct nc_verdict *verdict = &out->verdicts[i];

		memset(verdict, 0, sizeof(*verdict));
		if (!nc_wire_fixed(
			    verdict->union_id.bytes, NC_ID_SIZE, in->union_) ||
			!nc_wire_device(&verdict->device, in->device))
			return malformed(err, "verdict");
		verdict->sequence = in->sequence;
		verdict->status = status_from_wire(in->status);
		verdict->need_sequence = in->need_sequence;
		if (in->need_device.len > 0 &&
			!nc_wire_device(&verdict->need_device, in->need_device))
			return malformed(err, "verdict");
	}
	return NC_OK;
}

static enum nc_status read_digests(const Nhipcau__V1__ExchangeReply *message,
	struct nc_arena *arena, struct nc_exchange_reply *out,
	struct nc_error *err)
{
	size_t count = message->n_digests;

	out->digests = nc_arena_array(arena, count, sizeof(*out->digests));
	if (out->digests == NULL)
		return nc_error_no_memory(err);
	out->digests_count = count;
	for (size_t i = 0; i < count; i++) {
		if (!nc_wire_fixed(out->digests[i].union_id.bytes, NC_ID_SIZE,
			    message->digests[i]->union_) ||
			!nc_wire_fixed(out->digests[i].digest.bytes,
				NC_DIGEST_SIZE, message->digests[i]->value))
			return malformed(err, "digest");
	}
	return NC_OK;
}

static enum nc_status read_exchange_reply(
	const Nhipcau__V1__ExchangeReply *message, struct nc_arena *arena,
	struct nc_exchange_reply *out, struct nc_error *err)
{
	enum nc_status status = read_verdicts(message, arena, out, err);

	if (status == NC_OK)
		status = read_digests(message, arena, out, err);
	if (status == NC_OK)
		status = read_signed(
			message->pull, message->n_pull, arena, &out->pull, err);
	if (status == NC_OK && !nc_wire_read_tree(message, arena, out))
		status = malformed(err, "tree");
	out->pull_count = message->n_pull;
	out->more = message->more;
	out->hub_time_ms = message->hub_time_ms;
	out->model_version = message->model_version;
	return status;
}

enum nc_status nc_reply_decode(struct nc_slice bytes, struct nc_arena *arena,
	struct nc_reply *ret_reply, struct nc_error *err)
{
	ProtobufCAllocator allocator = nc_wire_allocator(arena);
	Nhipcau__V1__Reply *message =
		nhipcau__v1__reply__unpack(&allocator, bytes.size, bytes.data);
	struct nc_reply out = {0};
	enum nc_status status = NC_OK;

	if (message == NULL && arena->starved)
		return nc_error_no_memory(err);
	if (message == NULL)
		return malformed(err, "protobuf");
	out.protocol = message->protocol;
	out.number = message->number;
	out.status = status_from_wire(message->status);
	out.message = nc_wire_slice(message->message);
	out.retry_after_ms = message->retry_after_ms;
	if (message->device.len > 0 &&
		!nc_wire_device(&out.device, message->device))
		return malformed(err, "device");
	if (out.message.size > NC_ERROR_TEXT_MAX ||
		!nc_text_is_utf8(out.message))
		out.message = nc_slice(NULL, 0);
	if (message->protocol != NC_PROTOCOL_VERSION)
		message->body_case = NHIPCAU__V1__REPLY__BODY__NOT_SET;
	if (message->body_case == NHIPCAU__V1__REPLY__BODY_EXCHANGE) {
		out.body = NC_BODY_EXCHANGE;
		status = read_exchange_reply(
			message->exchange, arena, &out.exchange, err);
	} else if (message->body_case == NHIPCAU__V1__REPLY__BODY_ENROL) {
		out.body = NC_BODY_ENROL;
		if (!nc_wire_fixed(out.enrol_cluster.bytes, NC_ID_SIZE,
			    message->enrol->cluster) ||
			!nc_wire_fixed(out.enrol_union.bytes, NC_ID_SIZE,
				message->enrol->union_))
			status = malformed(err, "enrolment");
	}
	if (status == NC_OK)
		*ret_reply = out;
	return status;
}
