/*
 * Which change-sets stand on which: what one replaces is in the log before it,
 * on the branch that its author saw.
 */
#include "base/limits.h"
#include "store/again.h"
#include "store/db.h"

#define DECODE_ARENA_MAX (64 * 1024 * 1024)

static enum nc_status visit_position(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	int64_t *position = context;

	(void)err;
	*position = entry->position;
	return NC_OK;
}

static enum nc_status field_follows(struct nc_store *store,
	const struct nc_id *union_id, const struct nc_field_change *field,
	int64_t place, bool *follows, struct nc_error *err)
{
	for (size_t i = 0; i < field->replaces_count; i++) {
		int64_t position = INT64_MAX;
		enum nc_status status = nc_log_entry(store, union_id,
			field->replaces[i].device, field->replaces[i].sequence,
			visit_position, &position, err);

		if (status != NC_OK && status != NC_NOT_FOUND)
			return status;
		*follows &= position < place;
	}
	return NC_OK;
}

enum nc_status nc_again_follows(struct nc_store *store,
	const struct nc_change_set *change_set, int64_t place,
	bool *ret_follows, struct nc_error *err)
{
	bool follows = true;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < change_set->records_count; i++) {
		const struct nc_record_change *record = &change_set->records[i];

		for (size_t j = 0; j < record->fields_count && status == NC_OK;
			j++)
			status = field_follows(store, &change_set->union_id,
				&record->fields[j], place, &follows, err);
	}
	if (status == NC_OK)
		*ret_follows = follows;
	return status;
}

/* What leaves the log: the branch, then what stands on it. */
struct leaving {
	struct nc_arena *arena; /* the caller's, of the list */
	struct nc_arena decoded;
	struct nc_log_want *parts;
	size_t count, room;
};

static enum nc_status add_part(struct leaving *leaving,
	const struct nc_id *union_id, nc_device_id device, uint64_t after,
	struct nc_error *err)
{
	struct nc_log_want *more;

	if (leaving->count == leaving->room) {
		leaving->room = leaving->room == 0 ? 16 : leaving->room * 2;
		more = nc_arena_array(
			leaving->arena, leaving->room, sizeof(*more));
		if (more == NULL)
			return nc_error_no_memory(err);
		for (size_t i = 0; i < leaving->count; i++)
			more[i] = leaving->parts[i];
		leaving->parts = more;
	}
	more = &leaving->parts[leaving->count++];
	*more = (struct nc_log_want){
		.union_id = *union_id, .device = device, .after = after};
	return NC_OK;
}

static bool leaves(const struct leaving *leaving, const struct nc_id *union_id,
	nc_device_id device, uint64_t sequence)
{
	for (size_t i = 0; i < leaving->count; i++)
		if (leaving->parts[i].device == device &&
			leaving->parts[i].after < sequence &&
			nc_id_compare(&leaving->parts[i].union_id, union_id) ==
				0)
			return true;
	return false;
}

static bool stands_on(
	const struct leaving *leaving, const struct nc_change_set *change_set)
{
	for (size_t i = 0; i < change_set->records_count; i++) {
		const struct nc_record_change *record = &change_set->records[i];

		for (size_t j = 0; j < record->fields_count; j++) {
			const struct nc_field_change *field =
				&record->fields[j];

			for (size_t k = 0; k < field->replaces_count; k++)
				if (leaves(leaving, &change_set->union_id,
					    field->replaces[k].device,
					    field->replaces[k].sequence))
					return true;
		}
	}
	return false;
}

/* What is damaged stands on nothing that can be read. */
static enum nc_status visit_standing(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct leaving *leaving = context;
	struct nc_change_set change_set;

	if (leaves(leaving, &entry->union_id, entry->device, entry->sequence))
		return NC_OK;
	nc_arena_reset(&leaving->decoded);
	if (nc_change_set_decode(entry->signed_set.payload, &leaving->decoded,
		    &change_set, NULL) != NC_OK ||
		!stands_on(leaving, &change_set))
		return NC_OK;
	return add_part(leaving, &entry->union_id, entry->device,
		entry->sequence - 1, err);
}

static enum nc_status add_branch(struct nc_store *store, nc_device_id present,
	struct leaving *leaving, struct nc_error *err)
{
	nc_device_id formers[NC_FORMERS_MAX];
	const struct nc_log_head *heads;
	size_t formers_count, count;
	enum nc_status status =
		nc_again_formers(store, formers, &formers_count, err);

	if (status == NC_OK)
		status = nc_log_heads(store, &heads, &count, err);
	for (size_t i = 0; status == NC_OK && i < count; i++) {
		const struct nc_log_head *head = &heads[i];
		uint64_t after = head->sequence;

		for (size_t f = 0; f < formers_count; f++)
			if (head->device == formers[f])
				after = head->acknowledged;
		if (head->device == present)
			after = head->proven;
		if (after < head->sequence)
			status = add_part(leaving, &head->union_id,
				head->device, after, err);
	}
	return status;
}

enum nc_status nc_again_hanging(struct nc_store *store, nc_device_id present,
	struct nc_arena *arena, struct nc_log_want **ret_parts,
	size_t *ret_count, struct nc_error *err)
{
	struct leaving leaving = {.arena = arena};
	size_t branch;
	enum nc_status status = add_branch(store, present, &leaving, err);

	branch = leaving.count;
	nc_arena_init(&leaving.decoded, DECODE_ARENA_MAX);
	/* In the log's order what stands on a part comes after it. */
	if (status == NC_OK && branch > 0)
		status = nc_log_read(store, 0, visit_standing, &leaving, err);
	nc_arena_fini(&leaving.decoded);
	if (status != NC_OK)
		return status;
	*ret_parts = leaving.parts == NULL ? NULL : leaving.parts + branch;
	*ret_count = leaving.count - branch;
	return NC_OK;
}
