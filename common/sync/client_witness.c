#include "base/limits.h"
#include "store/hubs.h"
#include "sync/client_parts.h"
#include "sync/history.h"

#include <string.h>

/* A union vouches once a day: everyone else fetches what it says. */
#define COSIGN_EVERY_S (20 * 3600)
#define NOTE_COSIGNED "cosigned"      /* generation, time: 8 bytes each */
#define NOTE_WITNESSES "witnesses-at" /* generation, the hub's count */

/* Numbers kept in a note, 8 bytes each; zeroes when there is none. */
static enum nc_status note_numbers(struct nc_store *store, const char *key,
	uint64_t *ret_numbers, size_t count, struct nc_error *err)
{
	struct nc_buffer note NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&note, 64);
	memset(ret_numbers, 0, count * sizeof(*ret_numbers));
	status = nc_store_note(store, key, &note, err);
	if (status == NC_NOT_FOUND)
		return NC_OK;
	for (size_t i = 0; i < count && status == NC_OK; i++)
		if (note.size == 8 * count)
			ret_numbers[i] = nc_bytes_get_u64(note.data + 8 * i);
	return status;
}

static enum nc_status set_note_numbers(struct nc_store *store, const char *key,
	const uint64_t *numbers, size_t count, struct nc_error *err)
{
	uint8_t bytes[16];

	NC_ASSERT(count <= 2);
	for (size_t i = 0; i < count; i++)
		nc_bytes_put_u64(bytes + 8 * i, numbers[i]);
	return nc_store_set_note(store, key, nc_slice(bytes, 8 * count), err);
}

static enum nc_status cosign(struct nc_sync_client *client,
	const struct nc_checkpoint *checkpoint, struct nc_buffer *out,
	struct nc_error *err)
{
	char name[NC_WITNESS_NAME_SIZE];

	nc_history_witness_name(
		name, &client->identity.cluster, nc_key_device(client->key));
	return nc_cosignature_print(
		client->key, name, checkpoint, client->cosigned_s, out, err);
}

/* Whether it is time to vouch again, by this machine's clock, whichever way
 * that may have jumped. */
static enum nc_status is_due(struct nc_sync_client *client, uint32_t generation,
	bool *ret_due, struct nc_error *err)
{
	int64_t now_s = client->env->now_ms(client->env->context) / 1000;
	uint64_t last[2];
	int64_t passed;
	enum nc_status status =
		note_numbers(client->store, NOTE_COSIGNED, last, 2, err);

	if (status != NC_OK)
		return status;
	passed = now_s - (int64_t)last[1];
	*ret_due =
		now_s >= 0 && (last[0] != generation ||
				      passed >= COSIGN_EVERY_S || passed < 0);
	client->cosigned_s = now_s;
	return NC_OK;
}

static enum nc_status request_cosignature(struct nc_sync_client *client,
	const struct nc_kept_checkpoint *last, struct nc_arena *arena,
	struct nc_exchange_request *out, struct nc_error *err)
{
	struct nc_buffer line NC_AUTO(nc_buffer_fini) = {0};
	struct nc_checkpoint checkpoint;
	bool due = false;
	void *copy;
	enum nc_status status = is_due(client, last->generation, &due, err);

	if (status != NC_OK || !due)
		return status;
	nc_buffer_init(&line, NC_COSIGNATURE_BYTES_MAX);
	status = nc_checkpoint_parse(
		nc_buffer_slice(&last->note), &checkpoint, err);
	if (status == NC_OK)
		status = cosign(client, &checkpoint, &line, err);
	if (status != NC_OK)
		return status;
	copy = nc_arena_copy(arena, line.data, line.size);
	if (copy == NULL)
		return nc_error_no_memory(err);
	out->cosignature = nc_slice(copy, line.size);
	client->cosigns = true;
	return NC_OK;
}

enum nc_status nc_client_request_tree(struct nc_sync_client *client,
	struct nc_arena *arena, struct nc_exchange_request *out,
	struct nc_error *err)
{
	struct nc_kept_checkpoint last = {0};
	uint64_t witnesses[2];
	enum nc_status status =
		note_numbers(client->store, NOTE_WITNESSES, witnesses, 2, err);
	void *copy;

	if (status == NC_OK)
		status = nc_checkpoint_last(client->store, &last, err);
	client->cosigns = false;
	if (status == NC_NOT_FOUND)
		return NC_OK;
	if (status == NC_OK) {
		if (witnesses[0] == last.generation)
			out->witnesses_after = witnesses[1];
		copy = nc_arena_copy(arena, last.note.data, last.note.size);
		if (copy == NULL)
			status = nc_error_no_memory(err);
		else
			out->checkpoint = nc_slice(copy, last.note.size);
	}
	if (status == NC_OK)
		status = request_cosignature(client, &last, arena, out, err);
	nc_kept_checkpoint_fini(&last);
	return status;
}

/* The own cosignature, of the checkpoint that was sent, has arrived: this union
 * is among those that vouch, unless its clock is one that the hub does not
 * believe. */
static enum nc_status keep_own(struct nc_sync_client *client,
	const struct nc_kept_checkpoint *sent, int64_t latest_s,
	struct nc_error *err)
{
	struct nc_buffer line NC_AUTO(nc_buffer_fini) = {0};
	struct nc_witness own = {.device = nc_key_device(client->key),
		.generation = sent->generation,
		.size = sent->size,
		.root = sent->root,
		.time_s = client->cosigned_s};
	uint64_t numbers[2] = {sent->generation, (uint64_t)client->cosigned_s};
	struct nc_checkpoint checkpoint;
	enum nc_status status = nc_checkpoint_parse(
		nc_buffer_slice(&sent->note), &checkpoint, err);

	nc_buffer_init(&line, NC_COSIGNATURE_BYTES_MAX);
	if (client->cosigned_s > latest_s)
		return NC_OK;
	if (status == NC_OK)
		status = cosign(client, &checkpoint, &line, err);
	own.line = nc_buffer_slice(&line);
	if (status == NC_OK)
		status = nc_witness_keep(client->store, &own, latest_s, err);
	if (status == NC_OK)
		status = set_note_numbers(
			client->store, NOTE_COSIGNED, numbers, 2, err);
	return status;
}

/* The checkpoint that a witness signed: what is shown, of its size. */
static enum nc_status witness_body(const struct nc_reply_witness *witness,
	const struct nc_client_shown *shown, struct nc_buffer *out,
	struct nc_checkpoint *ret_checkpoint, struct nc_error *err)
{
	enum nc_status status = nc_checkpoint_body(out, shown->origin,
		witness->size, &witness->root, shown->checkpoint.extension);

	if (status != NC_OK)
		return nc_error_no_memory(err);
	memset(ret_checkpoint, 0, sizeof(*ret_checkpoint));
	ret_checkpoint->size = witness->size;
	ret_checkpoint->root = witness->root;
	ret_checkpoint->body = nc_buffer_slice(out);
	return NC_OK;
}

/* What another union vouched for must be how this history begins: else the
 * hub has shown it another. What nobody known has signed is passed over. */
static enum nc_status take_witness(struct nc_sync_client *client,
	const struct nc_reply_witness *witness,
	const struct nc_client_shown *shown, int64_t latest_s,
	struct nc_error *err)
{
	struct nc_buffer body NC_AUTO(nc_buffer_fini) = {0};
	/* The whole note: text and signature lines lie in one piece. */
	struct nc_slice note = nc_slice(shown->checkpoint.body.data,
		(size_t)(shown->checkpoint.signatures.data +
			 shown->checkpoint.signatures.size -
			 shown->checkpoint.body.data));
	struct nc_witness kept = {.device = witness->device,
		.generation = shown->generation,
		.size = witness->size,
		.root = witness->root,
		.line = witness->cosignature};
	const struct nc_registry_device *device;
	const struct nc_registry *registry;
	struct nc_checkpoint checkpoint;
	char name[NC_WITNESS_NAME_SIZE];
	enum nc_status status =
		nc_store_registry(client->store, &registry, err);

	if (status != NC_OK)
		return status;
	device = nc_registry_device(registry, witness->device);
	if (device == NULL || device->is_hub)
		return NC_OK;
	nc_buffer_init(
		&body, NC_CHECKPOINT_BYTES_MAX + NC_COSIGNATURE_BYTES_MAX);
	status = witness_body(witness, shown, &body, &checkpoint, err);
	if (status != NC_OK)
		return status;
	nc_history_witness_name(
		name, &client->identity.cluster, witness->device);
	if (!nc_cosignature_check(witness->cosignature, name,
		    device->public_key, &checkpoint, &kept.time_s))
		return NC_OK;
	if (!nc_tree_check_consistency(witness->size, &witness->root,
		    shown->checkpoint.size, &shown->checkpoint.root,
		    witness->consistency)) {
		if (nc_buffer_text(&body, "\n") != NC_OK ||
			nc_buffer_append(&body, witness->cosignature.data,
				witness->cosignature.size) != NC_OK)
			return nc_error_no_memory(err);
		return nc_client_caught(client,
			_("another union was shown another history"),
			nc_buffer_slice(&body), note, witness->consistency,
			err);
	}
	return nc_witness_keep(client->store, &kept, latest_s, err);
}

enum nc_status nc_client_take_witnesses(struct nc_sync_client *client,
	const struct nc_exchange_reply *reply,
	const struct nc_kept_checkpoint *sent,
	const struct nc_client_shown *shown, struct nc_error *err)
{
	uint64_t now[2] = {shown->generation, reply->witnesses_at}, before[2];
	int64_t latest_s = nc_history_latest_s(reply->hub_time_ms);
	enum nc_status status =
		note_numbers(client->store, NOTE_WITNESSES, before, 2, err);

	if (status == NC_OK && client->cosigns && sent != NULL)
		status = keep_own(client, sent, latest_s, err);
	for (size_t i = 0; i < reply->witnesses_count && status == NC_OK; i++)
		status = take_witness(
			client, &reply->witnesses[i], shown, latest_s, err);
	if (status == NC_OK && !reply->more &&
		memcmp(now, before, sizeof(now)) != 0)
		status = set_note_numbers(
			client->store, NOTE_WITNESSES, now, 2, err);
	return status;
}
