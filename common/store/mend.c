/*
 * nc_again_mend: a log with damaged, missing or misplaced change-sets made
 * whole.
 */
#include "store/again.h"
#include "store/db.h"

#include <string.h>

#define DECODE_ARENA_MAX (64 * 1024 * 1024)

/* One stream read from its beginning: how far it is sound. */
struct sound {
	struct nc_store *store;
	struct nc_arena arena;
	uint64_t sequence;
	uint8_t hash[NC_HASH_SIZE];
	bool broken;
};

/* Never fails for damage: what follows it is not sound either. Nor is what
 * stands before something that it replaces, taken while another branch of that
 * stream was here, which has been set aside since: the fold would bring back
 * what it replaced. */
static enum nc_status visit_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	enum nc_status status = NC_OK;
	struct sound *sound = context;
	struct nc_change_set change_set;
	uint8_t hash[NC_HASH_SIZE];
	bool follows = false;

	if (sound->broken)
		return NC_OK;
	nc_arena_reset(&sound->arena);
	nc_sha256(hash, entry->signed_set.payload);
	sound->broken =
		entry->sequence != sound->sequence + 1 ||
		memcmp(hash, entry->hash, NC_HASH_SIZE) != 0 ||
		nc_change_set_decode(entry->signed_set.payload, &sound->arena,
			&change_set, NULL) != NC_OK ||
		memcmp(change_set.previous, sound->hash, NC_HASH_SIZE) != 0;
	if (!sound->broken)
		status = nc_again_follows(sound->store, &change_set,
			entry->position, &follows, err);
	sound->broken |= !follows;
	if (sound->broken || status != NC_OK)
		return status;
	sound->sequence = entry->sequence;
	memcpy(sound->hash, hash, NC_HASH_SIZE);
	return NC_OK;
}

static enum nc_status mend_stream(struct nc_store *store,
	const struct nc_log_head *head, uint64_t *count, struct nc_error *err)
{
	struct sound sound = {.store = store};
	uint64_t out = 0;
	enum nc_status status;

	nc_arena_init(&sound.arena, DECODE_ARENA_MAX);
	status = nc_log_read_stream(store, &head->union_id, head->device, 0,
		visit_entry, &sound, err);
	nc_arena_fini(&sound.arena);
	if (status == NC_OK && sound.sequence < head->sequence) {
		status = nc_again_take_out(store, &head->union_id, head->device,
			sound.sequence, &out, err);
		/* Missing ones count too: the stream ends before them now. */
		*count += head->sequence - sound.sequence;
	}
	return status;
}

static enum nc_status mend_streams(
	struct nc_store *store, uint64_t *count, struct nc_error *err)
{
	const struct nc_log_head *known;
	struct nc_log_head *heads;
	size_t heads_count;
	enum nc_status status = nc_log_heads(store, &known, &heads_count, err);

	if (status != NC_OK)
		return status;
	heads = nc_calloc(heads_count, sizeof(*heads));
	if (heads == NULL && heads_count > 0)
		return nc_error_no_memory(err);
	if (heads_count > 0)
		memcpy(heads, known, heads_count * sizeof(*heads));
	for (size_t i = 0; i < heads_count && status == NC_OK; i++)
		status = mend_stream(store, &heads[i], count, err);
	nc_free(heads);
	return status;
}

enum nc_status nc_again_mend(
	struct nc_store *store, uint64_t *ret_count, struct nc_error *err)
{
	uint64_t before, count = 0;
	enum nc_status status;

	NC_ASSERT(store->in_write && !store->identity.is_hub);
	/* What was sound may have stood on what was taken out. */
	do {
		before = count;
		status = mend_streams(store, &count, err);
	} while (status == NC_OK && count > before);
	if (status == NC_OK && count > 0)
		status = nc_fold_remake(store, NULL, err);
	if (status == NC_OK)
		*ret_count = count;
	return status;
}
