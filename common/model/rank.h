/*
 * Ranks: short texts whose byte order is the order of things in a list, with
 * room between any two, so that offline replicas insert without renumbering.
 * Digits 0-9 A-Z a-z in ASCII order; a rank never ends in '0', so there is
 * always one before it.
 */
#ifndef NC_MODEL_RANK_H
#define NC_MODEL_RANK_H

#include "base/bytes.h"

#define NC_RANK_MAX 255

/*
 * A rank strictly between before and after; an empty slice is the list's end
 * on that side. salt (its low 16 bits) makes ranks that two devices put in one
 * gap differ: its digits are appended. NC_INVALID when before >= after or
 * either is no rank, NC_LIMIT when the rank would be longer than NC_RANK_MAX.
 */
enum nc_status nc_rank_between(struct nc_slice before, struct nc_slice after,
	uint32_t salt, char ret_rank[NC_RANK_MAX + 1]) NC_MUST_USE;

/* The rank of the index-th (from 0) of count things written at once, evenly
 * spread over the whole range; the same everywhere. */
void nc_rank_spread(size_t index, size_t count, char ret_rank[NC_RANK_MAX + 1]);

bool nc_rank_is_valid(struct nc_slice rank);

#endif
