/*
 * Which change-sets stand on which: what one replaces is in the log before it,
 * on the branch that its author saw.
 */
#include "store/db.h"

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
