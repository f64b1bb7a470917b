#include "base/limits.h"
#include "store/again.h"
#include "sync/bundle.h"
#include "sync/client_parts.h"
#include "wire/bundle.h"

#include <string.h>

/* A stick is not a line: a few big messages rather than many small ones. */
#define BUNDLE_PUSH_BYTES (1024 * 1024)

static enum nc_status add_requests(struct nc_sync_client *client,
	struct nc_bundle_writer *writer, struct nc_error *err)
{
	struct nc_buffer envelope NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&envelope, NC_MESSAGE_BYTES_MAX);
	do {
		nc_buffer_reset(&envelope);
		status = nc_sync_client_request(client, &envelope, err);
		if (status == NC_OK)
			status = nc_bundle_add(
				writer, nc_buffer_slice(&envelope), err);
	} while (status == NC_OK && client->more_to_push);
	return status;
}

enum nc_status nc_bundle_ask(struct nc_sync_client *client, uint64_t counter,
	struct nc_slice first, struct nc_buffer *out, struct nc_error *err)
{
	struct nc_bundle_writer writer NC_AUTO(nc_bundle_writer_fini) = {0};
	struct nc_bundle_info info = {.kind = NC_BUNDLE_REQUESTS,
		.cluster = client->identity.cluster,
		.counter = counter,
		.made_at_ms = client->env->now_ms(client->env->context)};
	enum nc_status status;

	client->bundling = true;
	client->push_bytes_max = BUNDLE_PUSH_BYTES;
	client->pull_bytes_max = NC_PULL_BYTES_DEFAULT;
	nc_bundle_writer_init(&writer);
	status = nc_bundle_begin(&writer, &info, client->key,
		(const uint8_t(*)[NC_KEY_SIZE]) & client->identity.hub_key, 1,
		client->env, out, err);
	if (status == NC_OK && first.size > 0)
		status = nc_bundle_add(&writer, first, err);
	if (status == NC_OK)
		status = add_requests(client, &writer, err);
	if (status == NC_OK)
		status = nc_bundle_end(&writer, err);
	return status;
}

static enum nc_status check_info(const struct nc_sync_client *client,
	const struct nc_bundle_info *info, struct nc_error *err)
{
	if (info->kind != NC_BUNDLE_REPLIES)
		return nc_error_set(err, NC_INVALID,
			_("This bundle is not an answer of the hub's; import "
			  "the file that the hub's keeper sent back."));
	if (nc_id_compare(&info->cluster, &client->identity.cluster) != 0)
		return nc_error_set(err, NC_DENIED,
			_("This bundle is another cluster's; import the one "
			  "that your own hub's keeper sent back."));
	return NC_OK;
}

static enum nc_status reply_device(struct nc_slice envelope,
	nc_device_id *ret_device, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_reply reply = {0};
	enum nc_status status;

	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	nc_arena_init(&arena, NC_SYNC_ARENA_MAX);
	status = nc_reply_open(envelope, &bytes, &arena, &reply, err);
	*ret_device = reply.device;
	return status;
}

static enum nc_status take_replies(struct nc_sync_client *client,
	struct nc_bundle_reader *reader, uint64_t *ret_count,
	struct nc_error *err)
{
	struct nc_buffer envelope NC_AUTO(nc_buffer_fini) = {0};
	nc_device_id device = 0, own = nc_key_device(client->key);
	bool more = true;
	enum nc_status status = NC_OK;

	nc_buffer_init(&envelope, NC_BUNDLE_MESSAGE_BYTES_MAX);
	while (status == NC_OK) {
		status = nc_bundle_next(reader, &envelope, &more, err);
		if (status != NC_OK || !more)
			break;
		status = reply_device(nc_buffer_slice(&envelope), &device, err);
		if (status != NC_OK || device != own)
			continue;
		client->waiting = true;
		client->done = false;
		(*ret_count)++;
		status = nc_sync_client_reply(
			client, nc_buffer_slice(&envelope), err);
	}
	return status;
}

/* The next bundle asks from where both agree: what stands after it is set
 * aside now, and written again on what the answer to that brings. */
static enum nc_status leave_branch(
	struct nc_sync_client *client, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(client->store, err);

	if (status != NC_OK)
		return status;
	status = nc_client_leave_branch(client, err);
	if (status == NC_OK)
		return nc_store_commit(client->store, err);
	nc_store_rollback(client->store);
	return status;
}

enum nc_status nc_bundle_take(struct nc_sync_client *client,
	struct nc_slice file, struct nc_error *err)
{
	struct nc_bundle_reader reader NC_AUTO(nc_bundle_reader_fini) = {0};
	uint64_t count = 0;
	enum nc_status status;

	nc_bundle_reader_init(&reader);
	client->from_bundle = true;
	status = nc_bundle_open(&reader, file, client->key, err);
	if (status == NC_DENIED)
		return nc_error_set(err, NC_DENIED,
			_("The bundle was made for other devices and this one "
			  "cannot open it. Ask the hub's keeper for one that "
			  "is made for it; or, if the hub has revoked this "
			  "device or does not know it any more, for an "
			  "invitation."));
	if (status == NC_OK)
		status = check_info(client, &reader.info, err);
	if (status != NC_OK)
		return status;
	memcpy(client->bundle_sender, reader.info.sender, NC_KEY_SIZE);
	status = take_replies(client, &reader, &count, err);
	client->done = true;
	if (status == NC_OK && client->branched)
		status = leave_branch(client, err);
	if (status != NC_OK)
		return status;
	if (count == 0)
		return nc_error_set(err, NC_DENIED,
			_("This bundle answers another device of your union; "
			  "send the hub a bundle from this one first."));
	if (memcmp(client->bundle_sender, client->identity.hub_key,
		    NC_KEY_SIZE) != 0 &&
		client->pulled == 0)
		return nc_error_set(err, NC_DENIED,
			_("This bundle is not from your cluster's hub; import "
			  "the one that its keeper sent back."));
	return NC_OK;
}
