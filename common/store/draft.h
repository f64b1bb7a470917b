/*
 * The room's own: a change-set of the cluster's records, while it is made.
 */
#ifndef NC_STORE_DRAFT_H
#define NC_STORE_DRAFT_H

#include "store/author.h"
#include "store/registry.h"

struct nc_cluster_draft {
	struct nc_store *store;
	const struct nc_author *author;
	struct nc_arena arena;
	struct nc_record_change *changes;
	size_t count, room;
	bool failed; /* without memory; write says so */
};

void nc_cluster_draft_init(struct nc_cluster_draft *draft,
	struct nc_store *store, const struct nc_author *author);
void nc_cluster_draft_fini(struct nc_cluster_draft *draft);

/* Begins the next record, a new one where id is NULL; at most ten fields. */
void nc_cluster_draft_record(struct nc_cluster_draft *draft,
	const struct nc_id *id, uint32_t entity);
/* A field of the record that was begun last; ascending. Bytes are copied. */
void nc_cluster_draft_put(
	struct nc_cluster_draft *draft, uint32_t field, struct nc_value value);
void nc_cluster_draft_put_device(
	struct nc_cluster_draft *draft, uint32_t field, nc_device_id device);

/*
 * A grant for a device and union, unless it has an open one: from where its
 * earlier grant for it ended, so that what it wrote since counts, else after
 * what is held of its stream. The registry must have been read. Whether one
 * was added.
 */
bool nc_cluster_draft_grant(struct nc_cluster_draft *draft, nc_device_id device,
	const struct nc_id *union_id);
/* Grants for a device of a union: for itself, for what it has been renamed
 * to, and for all that came before these. */
void nc_cluster_draft_grants(struct nc_cluster_draft *draft,
	const struct nc_registry *registry, nc_device_id device,
	const struct nc_id *union_id);
/* Ends the device's open grants: of one union, or (NULL) of all. *ret_count:
 * how many. */
enum nc_status nc_cluster_draft_end_grants(struct nc_cluster_draft *draft,
	nc_device_id device, const struct nc_id *union_id, size_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

/* Writes it as one change-set; NC_LIMIT with a sentence when it would need
 * more (roll back then). Nothing when it is empty. */
enum nc_status nc_cluster_draft_write(
	struct nc_cluster_draft *draft, struct nc_error *err) NC_MUST_USE;

#endif
