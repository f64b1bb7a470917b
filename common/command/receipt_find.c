#include "command/receipt.h"
#include "store/receipt.h"
#include "store/tree.h"

#include <string.h>

/* One union's latest word; several devices of one union are one. */
struct voice {
	struct nc_id union_id;
	int64_t time_s;
};

struct listening {
	struct nc_view *view;
	uint64_t size;
	struct voice *voices;
	size_t count, room;
};

static enum nc_status hear(
	void *context, const struct nc_witness *witness, struct nc_error *err)
{
	struct listening *listening = context;
	const struct nc_registry_device *device =
		nc_registry_device(listening->view->registry, witness->device);

	(void)err;
	if (device == NULL || device->is_hub || witness->size < listening->size)
		return NC_OK;
	for (size_t i = 0; i < listening->count; i++) {
		struct voice *voice = &listening->voices[i];

		if (nc_id_compare(&voice->union_id, &device->union_id) != 0)
			continue;
		if (witness->time_s > voice->time_s)
			voice->time_s = witness->time_s;
		return NC_OK;
	}
	if (listening->count < listening->room) {
		struct voice *voice = &listening->voices[listening->count++];

		voice->union_id = device->union_id;
		voice->time_s = witness->time_s;
	}
	return NC_OK;
}

static void sum_up(
	const struct listening *listening, struct nc_vouched *ret_vouched)
{
	struct nc_vouched vouched = {.unions = listening->count};

	for (size_t i = 0; i < listening->count; i++) {
		int64_t time_ms = listening->voices[i].time_s * 1000;

		if (vouched.newest_ms == 0 || time_ms > vouched.newest_ms)
			vouched.newest_ms = time_ms;
		if (vouched.oldest_ms == 0 || time_ms < vouched.oldest_ms)
			vouched.oldest_ms = time_ms;
	}
	*ret_vouched = vouched;
}

/* Every generation begins with what the one before it ended with, so a later
 * one vouches for the earlier leaves too. */
enum nc_status nc_vouched_for(struct nc_view *view, uint32_t generation,
	uint64_t size, struct nc_vouched *ret_vouched, struct nc_error *err)
{
	const struct nc_registry *registry = view->registry;
	struct listening listening = {.view = view,
		.size = size,
		.room = registry->devices_count + 1};
	enum nc_status status = NC_OK;

	listening.voices = nc_arena_array(
		&view->arena, listening.room, sizeof(*listening.voices));
	if (listening.voices == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < registry->hubs_count && status == NC_OK; i++)
		if (registry->hubs[i].generation >= generation &&
			(i == 0 || registry->hubs[i].generation >
					   registry->hubs[i - 1].generation))
			status = nc_witness_each(view->home.store,
				registry->hubs[i].generation, 0, hear,
				&listening, err);
	if (status == NC_OK)
		sum_up(&listening, ret_vouched);
	return status;
}

static enum nc_status hub_history(struct nc_view *view,
	struct nc_newest *ret_newest, struct nc_error *err)
{
	struct nc_tree_reader reader = nc_store_tree_reader(view->home.store);
	const struct nc_registry *registry = view->registry;
	struct nc_newest newest = {.known = true};
	enum nc_status status =
		nc_store_tree_size(view->home.store, &newest.size, err);

	if (status == NC_OK)
		status = nc_tree_root(&reader, newest.size, &newest.root, err);
	if (status != NC_OK)
		return status;
	for (size_t i = 0; i < registry->hubs_count; i++)
		if (registry->hubs[i].device == nc_key_device(view->home.key))
			newest.generation = registry->hubs[i].generation;
	*ret_newest = newest;
	return NC_OK;
}

enum nc_status nc_newest_history(struct nc_view *view,
	struct nc_newest *ret_newest, struct nc_error *err)
{
	struct nc_kept_checkpoint kept = {0};
	enum nc_status status;

	if (view->home.identity.is_hub)
		return hub_history(view, ret_newest, err);
	memset(ret_newest, 0, sizeof(*ret_newest));
	status = nc_checkpoint_last(view->home.store, &kept, err);
	if (status == NC_NOT_FOUND)
		return NC_OK;
	if (status == NC_OK) {
		ret_newest->known = true;
		ret_newest->generation = kept.generation;
		ret_newest->size = kept.size;
		ret_newest->root = kept.root;
	}
	nc_kept_checkpoint_fini(&kept);
	return status;
}
