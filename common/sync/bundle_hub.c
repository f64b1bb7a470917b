#include "base/limits.h"
#include "store/receipt.h"
#include "store/registry.h"
#include "store/roof.h"
#include "sync/bundle.h"
#include "sync/hub_parts.h"
#include "wire/bundle.h"

#include <string.h>

static enum nc_status check_info(const struct nc_hub *hub,
	const struct nc_bundle_info *info, struct nc_error *err)
{
	if (info->kind != NC_BUNDLE_REQUESTS)
		return nc_error_set(err, NC_INVALID,
			_("This bundle is not from a union; import the file "
			  "that nhipcau bundle export made."));
	if (nc_id_compare(&info->cluster, &hub->identity.cluster) != 0)
		return nc_error_set(err, NC_DENIED,
			_("This bundle is another cluster's; give it to that "
			  "cluster's hub."));
	return NC_OK;
}

/* The streams of which a bundle brought what was taken. */
struct brought {
	struct nc_arena arena;
	struct nc_head *streams;
	size_t count, room;
};

static void brought_fini(struct brought *brought)
{
	nc_arena_fini(&brought->arena);
}

static bool was_brought(const struct brought *brought,
	const struct nc_id *union_id, nc_device_id device)
{
	for (size_t i = 0; i < brought->count; i++)
		if (brought->streams[i].device == device &&
			nc_id_compare(
				&brought->streams[i].union_id, union_id) == 0)
			return true;
	return false;
}

static enum nc_status note_brought(struct brought *brought,
	const struct nc_verdict *verdict, struct nc_error *err)
{
	struct nc_head *more, stream = {.union_id = verdict->union_id,
				      .device = verdict->device};

	if (verdict->status != NC_OK ||
		was_brought(brought, &verdict->union_id, verdict->device))
		return NC_OK;
	if (brought->count == brought->room) {
		brought->room = brought->room == 0 ? 16 : brought->room * 2;
		more = nc_arena_array(
			&brought->arena, brought->room, sizeof(*more));
		if (more == NULL)
			return nc_error_no_memory(err);
		if (brought->count > 0)
			memcpy(more, brought->streams,
				brought->count * sizeof(*more));
		brought->streams = more;
	}
	brought->streams[brought->count++] = stream;
	return NC_OK;
}

/* A stream of the device's that has branched: what it has instead of the
 * hub's last change-set is its own last one, so that the answer says so. */
static void mark_branches(const struct nc_hub_request *request)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;

	for (size_t i = 0; i < request->verdicts_count; i++) {
		const struct nc_verdict *verdict = &request->verdicts[i];

		if (verdict->status != NC_FORK ||
			verdict->device != exchange->device)
			continue;
		for (size_t h = 0; h < exchange->have_count; h++) {
			struct nc_head *head = &exchange->have[h];

			if (head->device == verdict->device && head->has_hash &&
				head->sequence > verdict->sequence &&
				nc_id_compare(&head->union_id,
					&verdict->union_id) == 0)
				head->sequence = verdict->sequence;
		}
	}
}

/* Of what the device may not read, its answer tells of what it brought alone,
 * as on a line: what it merely claims to have is forgotten. */
static enum nc_status forget_claims(struct nc_hub *hub,
	const struct brought *brought, struct nc_exchange_request *said,
	struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_device *device;
	size_t count = 0;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, said->device);
	for (size_t i = 0; i < said->have_count; i++) {
		struct nc_head head = said->have[i];

		if ((device != NULL &&
			    nc_registry_may_read(registry, device,
				    &head.union_id, &hub->identity.cluster)) ||
			was_brought(brought, &head.union_id, head.device))
			said->have[count++] = head;
	}
	said->have_count = count;
	return NC_OK;
}

/* What the device has, as it said, without what it pushed. The last bundle
 * that was imported counts, not the highest counter: that of a restored home,
 * or of a copied one, begins again lower down. */
static enum nc_status keep_peer(struct nc_hub *hub,
	const struct nc_hub_request *request, struct brought *brought,
	uint64_t counter, struct nc_error *err)
{
	struct nc_request said = request->request;
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status = NC_OK;

	mark_branches(request);
	said.exchange.push_count = 0;
	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	for (size_t i = 0; i < request->verdicts_count && status == NC_OK; i++)
		status = note_brought(brought, &request->verdicts[i], err);
	if (status == NC_OK)
		status = forget_claims(hub, brought, &said.exchange, err);
	if (status == NC_OK)
		status = nc_request_encode(&said, &bytes, err);
	if (status == NC_OK)
		status = nc_store_begin(hub->store, err);
	if (status != NC_OK)
		return status;
	status = nc_peer_keep(hub->store, said.exchange.device, counter,
		nc_buffer_slice(&bytes), err);
	if (status == NC_OK)
		return nc_store_commit(hub->store, err);
	nc_store_rollback(hub->store);
	return status;
}

static enum nc_status handed_over(struct nc_error *err)
{
	return nc_error_set(err, NC_MOVED,
		_("This hub has handed over, so nothing of the bundle was "
		  "taken, and no other hub can open it. Send its union the "
		  "answer (bundle export --union CODE): its next bundle is for "
		  "the cluster's present hub."));
}

/* The keeper has the file in hand, and not the device: what to do for it. */
static enum nc_status sender_trouble(
	const struct nc_hub_request *request, struct nc_error *err)
{
	if (request->status == NC_MOVED)
		return handed_over(err);
	if (request->status == NC_REVOKED_DEVICE)
		return nc_error_set(err, NC_REVOKED_DEVICE,
			_("The cluster has revoked the device that made this "
			  "bundle, so nothing of it was taken. What it holds "
			  "is kept there: should it go on, invite its union "
			  "again, and let it join with that invitation."));
	if (request->status == NC_UNKNOWN_DEVICE)
		return nc_error_set(err, NC_UNKNOWN_DEVICE,
			_("The cluster's records do not name the device that "
			  "made this bundle, so nothing of it was taken. If "
			  "this hub was restored from a backup, import it "
			  "again when the others have synced, or invite its "
			  "union again, and let it join with that "
			  "invitation."));
	return nc_error_set(err, request->status, "%s", request->error.text);
}

static enum nc_status serve_one(struct nc_hub *hub, struct nc_slice envelope,
	const struct nc_bundle_info *info, struct brought *brought,
	struct nc_bundle_served *served, struct nc_error *err)
{
	struct nc_hub_request request NC_AUTO(nc_hub_request_fini) = {0};
	enum nc_status status;

	nc_hub_request_init(&request);
	if (!nc_public_transport(info->sender, request.transport))
		return nc_hub_unknown_sender(err);
	request.arrived_ms = hub->env->now_ms(hub->env->context);
	status = nc_buffer_append(
		&request.envelope, envelope.data, envelope.size);
	if (status != NC_OK)
		return nc_error_set(err, status,
			_("A message in the bundle is too large; make the "
			  "bundle anew."));
	nc_hub_serve(hub, &request);
	served->appended += request.appended;
	served->refused += request.refused_sets;
	if (request.status != NC_OK)
		return sender_trouble(&request, err);
	served->enrolled |= request.request.body == NC_BODY_ENROL;
	served->rotated |= request.request.body == NC_BODY_ROTATE;
	if (request.request.body != NC_BODY_EXCHANGE)
		return NC_OK;
	/* A hub that has handed over still answers: with who is the hub now. */
	status = keep_peer(hub, &request, brought, info->counter, err);
	if (status == NC_OK && request.moved)
		return handed_over(err);
	return status;
}

static enum nc_status open_served(struct nc_hub *hub,
	struct nc_bundle_reader *reader, struct nc_slice file,
	struct nc_error *err)
{
	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (status != NC_OK)
		return status;
	status = nc_bundle_open(reader, file, hub->key, err);
	if (status != NC_DENIED || registry->hubs_count < 2)
		return status;
	return nc_error_set(err, NC_DENIED,
		_("The bundle was made for another receiver and this hub "
		  "cannot open it. If it is for the hub before this one, send "
		  "its union the answer (bundle export --union CODE): its next "
		  "bundle is for this hub, with all that was in this one."));
}

enum nc_status nc_bundle_serve(struct nc_hub *hub, struct nc_slice file,
	struct nc_bundle_served *ret_served, struct nc_error *err)
{
	struct nc_bundle_reader reader NC_AUTO(nc_bundle_reader_fini) = {0};
	struct nc_buffer envelope NC_AUTO(nc_buffer_fini) = {0};
	struct brought brought NC_AUTO(brought_fini) = {0};
	bool more = true;
	enum nc_status status;

	nc_arena_init(&brought.arena, NC_HUB_OPEN_ARENA_MAX);
	memset(ret_served, 0, sizeof(*ret_served));
	nc_bundle_reader_init(&reader);
	nc_buffer_init(&envelope, NC_BUNDLE_MESSAGE_BYTES_MAX);
	status = open_served(hub, &reader, file, err);
	if (status == NC_OK)
		status = check_info(hub, &reader.info, err);
	if (status != NC_OK)
		return status;
	ret_served->device = nc_public_device(reader.info.sender);
	ret_served->counter = reader.info.counter;
	ret_served->made_at_ms = reader.info.made_at_ms;
	while (status == NC_OK) {
		status = nc_bundle_next(&reader, &envelope, &more, err);
		if (status != NC_OK || !more)
			break;
		status = serve_one(hub, nc_buffer_slice(&envelope),
			&reader.info, &brought, ret_served, err);
	}
	return status;
}

/* What one device has, while the replies to it are made: as its last bundle
 * said, and then what the replies before gave it. */
struct state {
	nc_device_id device;
	struct nc_arena arena;
	struct nc_exchange_request has;
};

static enum nc_status state_load(struct nc_hub *hub, struct state *state,
	nc_device_id device, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_request said = {0};
	uint64_t counter;
	enum nc_status status;

	memset(state, 0, sizeof(*state));
	state->device = device;
	nc_arena_init(&state->arena, NC_HUB_OPEN_ARENA_MAX);
	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	status = nc_peer_find(hub->store, device, &counter, &bytes, err);
	if (status == NC_OK)
		status = nc_request_decode(
			nc_buffer_slice(&bytes), &state->arena, &said, err);
	else if (status == NC_NOT_FOUND)
		status = NC_OK;
	if (status == NC_OK)
		state->has = said.exchange;
	state->has.cluster = hub->identity.cluster;
	state->has.device = device;
	state->has.max_bytes = NC_PULL_BYTES_MAX;
	/* What was vouched for was taken when the bundle was. */
	state->has.cosignature = nc_slice(NULL, 0);
	return status;
}

static struct nc_head *state_head(
	struct state *state, const struct nc_placed *placed)
{
	struct nc_exchange_request *has = &state->has;
	struct nc_head *more;

	for (size_t i = 0; i < has->have_count; i++)
		if (has->have[i].device == placed->device &&
			nc_id_compare(
				&has->have[i].union_id, &placed->union_id) == 0)
			return &has->have[i];
	more = nc_arena_array(
		&state->arena, has->have_count + 1, sizeof(*more));
	if (more == NULL)
		return NULL;
	if (has->have_count > 0)
		memcpy(more, has->have, has->have_count * sizeof(*more));
	memset(&more[has->have_count], 0, sizeof(*more));
	more[has->have_count].union_id = placed->union_id;
	more[has->have_count].device = placed->device;
	has->have = more;
	return &more[has->have_count++];
}

/* After a reply: all that it placed is there. Who vouches is said by the last
 * one alone. */
static enum nc_status state_advance(struct nc_hub *hub, struct state *state,
	const struct nc_hub_request *request, struct nc_error *err)
{
	void *note = nc_arena_copy(
		&state->arena, hub->checkpoint.data, hub->checkpoint.size);

	if (note == NULL)
		return nc_error_no_memory(err);
	state->has.checkpoint = nc_slice(note, hub->checkpoint.size);
	for (size_t i = 0; i < request->placed_count; i++) {
		const struct nc_placed *placed = &request->placed[i];
		struct nc_head *head = state_head(state, placed);
		uint64_t last = placed->first + placed->count - 1;

		if (head == NULL)
			return nc_error_no_memory(err);
		if (head->proven < last)
			head->proven = last;
		if (head->sequence < last) {
			head->sequence = last;
			head->has_hash = false;
		}
	}
	return NC_OK;
}

static enum nc_status answer_one(struct nc_hub *hub, struct state *state,
	struct nc_bundle_writer *writer, bool *ret_more, struct nc_error *err)
{
	struct nc_hub_request request NC_AUTO(nc_hub_request_fini) = {0};
	struct nc_hub_request *const one[] = {&request};
	bool older;
	enum nc_status status;

	nc_hub_request_init(&request);
	request.in_bundle = true;
	request.request.body = NC_BODY_EXCHANGE;
	request.request.protocol = NC_PROTOCOL_VERSION;
	request.request.exchange = state->has;
	status = nc_hub_read_history(hub, &request, &older, err);
	if (status != NC_OK)
		return status;
	nc_hub_answer(hub, one, 1);
	if (request.status != NC_OK)
		return nc_error_set(
			err, request.status, "%s", request.error.text);
	/* To a stream that has branched there is more to say only once the
	 * device has left its branch, and says so. */
	*ret_more = request.more && !nc_hub_sender_branched(&request);
	status = nc_bundle_add(writer, nc_buffer_slice(&request.reply), err);
	if (status == NC_OK)
		status = state_advance(hub, state, &request, err);
	return status;
}

static enum nc_status answer_device(struct nc_hub *hub, nc_device_id device,
	struct nc_bundle_writer *writer, struct nc_error *err)
{
	struct state state;
	bool more = true;
	enum nc_status status = state_load(hub, &state, device, err);

	while (status == NC_OK && more)
		status = answer_one(hub, &state, writer, &more, err);
	nc_arena_fini(&state.arena);
	return status;
}

/* Whom a bundle is for. */
struct audience {
	uint8_t keys[NC_BUNDLE_RECEIVERS_MAX][NC_KEY_SIZE];
	size_t count;
};

static enum nc_status no_audience(const struct nc_registry *registry,
	const struct nc_id *union_id, struct nc_error *err)
{
	const struct nc_registry_succession *after =
		nc_succession_after(registry, union_id);
	const struct nc_registry_union *next = NULL;

	if (after != NULL && after->into_count > 0)
		next = nc_registry_union(registry, &after->into[0]);
	if (next != NULL)
		return nc_error_set(err, NC_NOT_FOUND,
			_("That union went over into %s, and no device is "
			  "left in it; give --union %s."),
			next->code, next->code);
	return nc_error_set(err, NC_NOT_FOUND,
		_("That union has no device that has joined; import its first "
		  "bundle, or send it an invitation."));
}

static enum nc_status find_audience(struct nc_hub *hub,
	const struct nc_id *union_id, struct audience *audience,
	struct nc_error *err)
{
	const struct nc_registry *registry;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (status != NC_OK)
		return status;
	audience->count = 0;
	for (size_t i = 0; i < registry->devices_count; i++) {
		const struct nc_registry_device *device = &registry->devices[i];

		if (device->revoked || device->is_hub ||
			nc_id_compare(&device->union_id, union_id) != 0 ||
			audience->count == NC_BUNDLE_RECEIVERS_MAX)
			continue;
		memcpy(audience->keys[audience->count++], device->public_key,
			NC_KEY_SIZE);
	}
	if (audience->count == 0)
		return no_audience(registry, union_id, err);
	return NC_OK;
}

static enum nc_status write_bundle(struct nc_hub *hub,
	const struct audience *audience, enum nc_bundle_kind kind,
	uint64_t counter, struct nc_buffer *out, struct nc_error *err)
{
	struct nc_bundle_writer writer NC_AUTO(nc_bundle_writer_fini) = {0};
	struct nc_bundle_info info = {.kind = kind,
		.cluster = hub->identity.cluster,
		.counter = counter,
		.made_at_ms = hub->env->now_ms(hub->env->context)};
	enum nc_status status;

	nc_bundle_writer_init(&writer);
	status = nc_bundle_begin(&writer, &info, hub->key, audience->keys,
		audience->count, hub->env, out, err);
	for (size_t i = 0; i < audience->count && status == NC_OK; i++)
		status = answer_device(
			hub, nc_public_device(audience->keys[i]), &writer, err);
	if (status == NC_OK)
		status = nc_bundle_end(&writer, err);
	return status;
}

enum nc_status nc_bundle_answer(struct nc_hub *hub,
	const struct nc_id *union_id, uint64_t counter, struct nc_buffer *out,
	struct nc_error *err)
{
	struct audience audience;
	enum nc_status status = find_audience(hub, union_id, &audience, err);

	if (status == NC_OK)
		status = write_bundle(
			hub, &audience, NC_BUNDLE_REPLIES, counter, out, err);
	return status;
}

enum nc_status nc_bundle_hand_over(struct nc_hub *hub,
	const uint8_t next_key[NC_KEY_SIZE], uint64_t counter,
	struct nc_buffer *out, struct nc_error *err)
{
	struct audience audience = {.count = 1};

	memcpy(audience.keys[0], next_key, NC_KEY_SIZE);
	return write_bundle(
		hub, &audience, NC_BUNDLE_HANDOVER, counter, out, err);
}
