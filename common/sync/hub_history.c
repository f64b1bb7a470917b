#include "store/hubs.h"
#include "sync/hub_parts.h"
#include "sync/history.h"

#include <string.h>

/* Whether a generation after that one is a restored hub's. */
static bool restored_since(
	const struct nc_registry *registry, uint32_t generation)
{
	for (size_t i = 0; i < registry->hubs_count; i++)
		if (registry->hubs[i].generation > generation &&
			registry->hubs[i].reason == NC_HUB_RESTORED)
			return true;
	return false;
}

enum nc_status nc_hub_read_history(struct nc_hub *hub,
	struct nc_hub_request *request, bool *ret_older, struct nc_error *err)
{
	struct nc_tree_reader reader = nc_store_tree_reader(hub->store);
	struct nc_hub_known *known = &request->known;
	const struct nc_registry_hub *current, *signer;
	const struct nc_registry *registry;
	struct nc_checkpoint checkpoint;
	struct nc_tree_hash root;
	uint64_t size;
	enum nc_status status;

	memset(known, 0, sizeof(*known));
	*ret_older = false;
	if (request->request.exchange.checkpoint.size == 0 ||
		nc_checkpoint_parse(request->request.exchange.checkpoint,
			&checkpoint, NULL) != NC_OK ||
		!nc_history_generation(checkpoint.origin,
			&hub->identity.cluster, &known->generation))
		return NC_OK;
	known->size = checkpoint.size;
	known->root = checkpoint.root;
	status = nc_store_tree_size(hub->store, &size, err);
	if (status != NC_OK)
		return status;
	if (known->size <= size) {
		status = nc_tree_root(&reader, known->size, &root, err);
		if (status != NC_OK)
			return status;
		known->is_ours = nc_tree_hash_equal(&root, &known->root);
	}
	status = nc_store_registry(hub->store, &registry, err);
	if (status != NC_OK)
		return status;
	current = nc_registry_current_hub(registry);
	/* What was lost before a restore is no news. Only what the hub of that
	 * generation has signed proves anything. */
	if (current == NULL || restored_since(registry, known->generation) ||
		(known->is_ours && known->generation <= current->generation))
		return NC_OK;
	signer = nc_registry_hub(registry, known->generation);
	if (signer == NULL)
		*ret_older = nc_checkpoint_is_signed(
			&checkpoint, nc_key_public(hub->key));
	else if (signer->public_key != NULL)
		*ret_older = nc_checkpoint_is_signed(
			&checkpoint, signer->public_key);
	return NC_OK;
}

static enum nc_status is_own_past_head(struct nc_hub *hub,
	const struct nc_key *own, struct nc_hub_push *push, bool *ret_past,
	struct nc_error *err)
{
	struct nc_log_head head;
	enum nc_status status;

	*ret_past = false;
	if (!push->decoded || push->change_set.device != nc_key_device(own))
		return NC_OK;
	status = nc_log_head(hub->store, &push->change_set.union_id,
		push->change_set.device, &head, err);
	if (status != NC_OK || push->change_set.sequence <= head.sequence)
		return status;
	if (!push->verified)
		nc_hub_verify_push(push, nc_key_public(own));
	*ret_past = push->status == NC_OK;
	return NC_OK;
}

enum nc_status nc_hub_is_given_own(struct nc_hub *hub,
	struct nc_hub_request *request, bool *ret_given, struct nc_error *err)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	struct nc_author author;
	enum nc_status status;

	*ret_given = false;
	if (!request->pushes_opened || request->status != NC_OK ||
		request->request.exchange.push_count == 0)
		return NC_OK;
	status = nc_hub_author(hub, &key, &author, err);
	for (size_t i = 0; status == NC_OK && !*ret_given &&
			   i < request->request.exchange.push_count;
		i++)
		status = is_own_past_head(
			hub, key, &request->pushes[i], ret_given, err);
	return status;
}

enum nc_status nc_hub_begin_again(
	struct nc_hub *hub, uint32_t at_least, struct nc_error *err)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	enum nc_status status = nc_hubs_restored(
		hub->store, hub->key, hub->env, at_least, &key, err);

	if (status == NC_OK)
		hub->begun_again++;
	return status;
}

static enum nc_status look_back_now(struct nc_hub *hub,
	struct nc_hub_request *request, struct nc_error *err)
{
	bool older = false;
	enum nc_status status =
		nc_store_identity(hub->store, &hub->identity, err);

	if (status == NC_OK)
		status = nc_hub_read_history(hub, request, &older, err);
	if (status != NC_OK || !older || hub->identity.handed_over)
		return status;
	return nc_hub_begin_again(hub, request->known.generation, err);
}

/* Looked at once more in the transaction: another program may have begun the
 * new generation meanwhile. */
enum nc_status nc_hub_look_back(
	struct nc_hub *hub, struct nc_slice checkpoint, struct nc_error *err)
{
	struct nc_hub_request request NC_AUTO(nc_hub_request_fini) = {0};
	uint64_t begun_again = hub->begun_again;
	bool older = false;
	enum nc_status status;

	nc_hub_request_init(&request);
	request.request.exchange.checkpoint = checkpoint;
	status = nc_hub_read_history(hub, &request, &older, err);
	if (status != NC_OK || !older)
		return status;
	status = nc_store_begin(hub->store, err);
	if (status != NC_OK)
		return status;
	status = look_back_now(hub, &request, err);
	if (status == NC_OK)
		return nc_store_commit(hub->store, err);
	nc_store_rollback(hub->store);
	hub->begun_again = begun_again;
	return status;
}

/* A restored hub writes under a key of its own from its generation's first
 * change-set on: another author is who it was before. */
enum nc_status nc_hub_begin_past_former(
	struct nc_hub *hub, struct nc_error *err)
{
	struct nc_key *key NC_AUTO(nc_key_free_at) = NULL;
	const struct nc_registry_hub *current;
	const struct nc_registry *registry;
	struct nc_author author;
	bool former = false;
	enum nc_status status = nc_store_registry(hub->store, &registry, err);

	if (status != NC_OK || hub->identity.handed_over)
		return status;
	current = nc_registry_current_hub(registry);
	if (current == NULL || current->device != nc_key_device(hub->key) ||
		current->reason != NC_HUB_RESTORED)
		return NC_OK;
	status = nc_hub_author(hub, &key, &author, err);
	if (status != NC_OK)
		return status;
	for (size_t i = registry->hubs_count; i > 0 && !former; i--)
		former = registry->hubs[i - 1].generation ==
				 current->generation &&
			 registry->hubs[i - 1].author != nc_key_device(key);
	return former ? nc_hub_begin_again(hub, 0, err) : NC_OK;
}

enum nc_status nc_hub_take_witness(struct nc_hub *hub,
	const struct nc_hub_request *request,
	const struct nc_registry_device *device, struct nc_error *err)
{
	const struct nc_exchange_request *exchange = &request->request.exchange;
	struct nc_witness witness = {.device = device->device,
		.generation = request->known.generation,
		.size = request->known.size,
		.root = request->known.root,
		.line = exchange->cosignature};
	char name[NC_WITNESS_NAME_SIZE];
	struct nc_checkpoint checkpoint;

	if (exchange->cosignature.size == 0 || !request->known.is_ours ||
		nc_checkpoint_parse(exchange->checkpoint, &checkpoint, NULL) !=
			NC_OK)
		return NC_OK;
	nc_history_witness_name(name, &hub->identity.cluster, device->device);
	if (!nc_cosignature_check(exchange->cosignature, name,
		    device->public_key, &checkpoint, &witness.time_s))
		return NC_OK;
	return nc_witness_keep(hub->store, &witness,
		nc_history_latest_s(hub->env->now_ms(hub->env->context)), err);
}
