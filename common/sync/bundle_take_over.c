#include "base/limits.h"
#include "store/hubs.h"
#include "store/tree.h"
#include "sync/bundle.h"
#include "sync/history.h"
#include "wire/bundle.h"

#include <string.h>

#define ARENA_MAX (96 * 1024 * 1024)

struct taking {
	struct nc_store *store;
	const struct nc_key *key;
	const struct nc_env *env;
	struct nc_bundle_reader reader;
	struct nc_identity identity;
	bool known; /* identity holds the cluster's root */
	struct nc_arena arena, set_arena;
	struct nc_buffer checkpoint; /* the old tree's last */
};

static enum nc_status not_whole(struct nc_error *err)
{
	return nc_error_set(err, NC_CORRUPT,
		_("The hand-over is not what the old hub signed; nothing was "
		  "taken. Ask for it to be made again."));
}

/* The founding change-set brings the key that signed it. */
static enum nc_status find_root(struct taking *taking,
	const struct nc_change_set *change_set, struct nc_error *err)
{
	for (size_t i = 0; i < change_set->records_count; i++) {
		const struct nc_record_change *record = &change_set->records[i];

		if (record->entity != NC_ENTITY_DEVICE)
			continue;
		for (size_t f = 0; f < record->fields_count; f++) {
			struct nc_slice key = record->fields[f].value.bytes;

			if (record->fields[f].field != NC_DEVICE_PUBLIC_KEY ||
				key.size != NC_KEY_SIZE ||
				nc_public_device(key.data) !=
					change_set->device)
				continue;
			memcpy(taking->identity.root_key, key.data,
				NC_KEY_SIZE);
			taking->known = true;
			return nc_store_set_identity(
				taking->store, &taking->identity, err);
		}
	}
	return not_whole(err);
}

static enum nc_status take_set(struct taking *taking,
	const struct nc_signed_change_set *signed_set, struct nc_error *err)
{
	struct nc_change_set change_set;
	const uint8_t *key;
	struct nc_dot need;
	enum nc_status status;

	nc_arena_reset(&taking->set_arena);
	status = nc_change_set_decode(
		signed_set->payload, &taking->set_arena, &change_set, err);
	if (status == NC_OK && !taking->known)
		status = find_root(taking, &change_set, err);
	if (status != NC_OK)
		return status;
	status = nc_hubs_author_key(taking->store, &change_set, &key, err);
	if (status == NC_UNKNOWN_DEVICE)
		return not_whole(err);
	if (status != NC_OK)
		return status;
	if (!nc_verify(key, NC_DOMAIN_CHANGE_SET, signed_set->payload,
		    signed_set->signature))
		return not_whole(err);
	status = nc_store_take(taking->store, signed_set, &change_set,
		taking->env->now_ms(taking->env->context), &need, err);
	if (status == NC_GAP || status == NC_FORK || status == NC_EXISTS)
		return not_whole(err);
	return status;
}

static enum nc_status take_reply(
	struct taking *taking, struct nc_slice envelope, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_reply reply;
	enum nc_status status;

	nc_arena_reset(&taking->arena);
	nc_buffer_init(&bytes, NC_MESSAGE_DECODED_MAX);
	status = nc_envelope_open(envelope, &bytes, err);
	if (status == NC_OK)
		status = nc_reply_decode(
			nc_buffer_slice(&bytes), &taking->arena, &reply, err);
	if (status != NC_OK)
		return status;
	if (reply.body != NC_BODY_EXCHANGE)
		return not_whole(err);
	for (size_t i = 0; i < reply.exchange.pull_count && status == NC_OK;
		i++)
		status = take_set(taking, &reply.exchange.pull[i], err);
	if (status == NC_OK && reply.exchange.checkpoint.size > 0) {
		nc_buffer_reset(&taking->checkpoint);
		status = nc_buffer_append(&taking->checkpoint,
			reply.exchange.checkpoint.data,
			reply.exchange.checkpoint.size);
	}
	return status;
}

/* The cluster's records name this hub as the present one, and the old one as
 * the one before it. */
static enum nc_status check_named(struct taking *taking, struct nc_error *err)
{
	const struct nc_registry *registry;
	const struct nc_registry_hub *current;
	enum nc_status status =
		nc_store_registry(taking->store, &registry, err);

	if (status != NC_OK)
		return status;
	current = nc_registry_current_hub(registry);
	if (current == NULL || current->device != nc_key_device(taking->key))
		return nc_error_set(err, NC_DENIED,
			_("The cluster's records name another hub than this "
			  "one; ask the old hub's keeper to hand over to this "
			  "hub's key."));
	if (registry->hubs_count < 2 ||
		registry->hubs[registry->hubs_count - 2].device !=
			nc_public_device(taking->reader.info.sender))
		return not_whole(err);
	memcpy(taking->identity.hub_key, nc_key_public(taking->key),
		NC_KEY_SIZE);
	memset(taking->identity.address, 0, sizeof(taking->identity.address));
	strncpy(taking->identity.address, current->address,
		sizeof(taking->identity.address) - 1);
	return nc_store_set_identity(taking->store, &taking->identity, err);
}

/* The old tree's last checkpoint is of exactly this log; the new tree goes on
 * from there. */
static enum nc_status check_tree(struct taking *taking, struct nc_error *err)
{
	struct nc_tree_reader reader = nc_store_tree_reader(taking->store);
	struct nc_author author = {.key = taking->key,
		.env = taking->env,
		.name = nc_slice_text("nhipcaud")};
	struct nc_checkpoint last;
	struct nc_tree_hash root;
	uint32_t generation;
	uint64_t size;
	enum nc_status status = nc_checkpoint_parse(
		nc_buffer_slice(&taking->checkpoint), &last, NULL);

	if (status != NC_OK)
		return not_whole(err);
	status = nc_store_tree_size(taking->store, &size, err);
	if (status == NC_OK)
		status = nc_tree_root(&reader, size, &root, err);
	if (status != NC_OK)
		return status;
	if (last.size != size || !nc_tree_hash_equal(&last.root, &root) ||
		!nc_history_generation(
			last.origin, &taking->identity.cluster, &generation) ||
		!nc_checkpoint_is_signed(&last, taking->reader.info.sender))
		return not_whole(err);
	return nc_hubs_taken_over(taking->store, &author, size, &root, err);
}

static enum nc_status take_all(struct taking *taking, struct nc_error *err)
{
	struct nc_buffer envelope NC_AUTO(nc_buffer_fini) = {0};
	bool more = true;
	enum nc_status status = NC_OK;

	nc_buffer_init(&envelope, NC_BUNDLE_MESSAGE_BYTES_MAX);
	while (status == NC_OK) {
		status = nc_bundle_next(&taking->reader, &envelope, &more, err);
		if (status != NC_OK || !more)
			break;
		status = take_reply(taking, nc_buffer_slice(&envelope), err);
	}
	if (status == NC_OK)
		status = check_named(taking, err);
	if (status == NC_OK)
		status = check_tree(taking, err);
	return status;
}

static enum nc_status take_in_transaction(
	struct taking *taking, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(taking->store, err);

	if (status != NC_OK)
		return status;
	taking->identity.is_hub = true;
	taking->identity.cluster = taking->reader.info.cluster;
	memcpy(taking->identity.hub_key, taking->reader.info.sender,
		NC_KEY_SIZE);
	status = take_all(taking, err);
	if (status == NC_OK)
		return nc_store_commit(taking->store, err);
	nc_store_rollback(taking->store);
	return status;
}

enum nc_status nc_bundle_take_over(struct nc_store *store,
	const struct nc_key *key, const struct nc_env *env,
	struct nc_slice file, struct nc_error *err)
{
	struct taking taking = {.store = store, .key = key, .env = env};
	enum nc_status status;

	nc_bundle_reader_init(&taking.reader);
	nc_arena_init(&taking.arena, ARENA_MAX);
	nc_arena_init(&taking.set_arena, ARENA_MAX);
	nc_buffer_init(&taking.checkpoint, NC_CHECKPOINT_BYTES_MAX);
	status = nc_bundle_open(&taking.reader, file, key, err);
	if (status == NC_OK && taking.reader.info.kind != NC_BUNDLE_HANDOVER)
		status = nc_error_set(err, NC_INVALID,
			_("This file is no hand-over; ask the old hub's keeper "
			  "for the one that handover export made."));
	if (status == NC_OK)
		status = take_in_transaction(&taking, err);
	nc_bundle_reader_fini(&taking.reader);
	nc_arena_fini(&taking.arena);
	nc_arena_fini(&taking.set_arena);
	nc_buffer_fini(&taking.checkpoint);
	return status;
}
