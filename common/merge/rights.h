/*
 * Who may write what, pure: the writer rule. What fails it is kept as a
 * refusal, never folded, and blocks nothing after it.
 */
#ifndef NC_MERGE_RIGHTS_H
#define NC_MERGE_RIGHTS_H

#include "model/model.h"

/* What the cluster's records say of a device for one change-set. */
enum nc_standing {
	NC_STANDING_NONE,  /* no grant for that union and sequence */
	NC_STANDING_UNION, /* a device of the union */
	NC_STANDING_HUB,   /* the hub's device */
};

/* Why a field's change is not folded. Stable: the numbers are stored. */
enum nc_refusal {
	NC_REFUSAL_NONE = 0,
	NC_REFUSAL_NOT_GRANTED = 1,   /* no grant for that union and number */
	NC_REFUSAL_CLUSTER_FIELD = 2, /* a cluster's field, by a union */
	NC_REFUSAL_UNION_FIELD = 3,   /* a union's field, by the hub */
	NC_REFUSAL_WRONG_STREAM = 4,  /* a cluster's record in a union's stream,
					 or a union's in the cluster's */
	NC_REFUSAL_BAD_VALUE = 5,     /* does not fit its field */
};

/* "not-granted", "cluster-field" … */
const char *nc_refusal_name(enum nc_refusal refusal);
/* One sentence for a person, in their language. */
const char *nc_refusal_text(enum nc_refusal refusal);

/*
 * The ruling on one field of one record's change. in_cluster: the change-set
 * belongs to the cluster itself. The value was read from a change-set, so its
 * text is clean. A union may put a tombstone on every field
 * of its own records, the cluster's too: deleting the record is its right.
 */
enum nc_refusal nc_rights_rule(const struct nc_entity *entity,
	const struct nc_field *field, const struct nc_value *value,
	bool deletes, enum nc_standing standing, bool in_cluster);

#endif
