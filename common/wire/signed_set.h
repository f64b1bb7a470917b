/*
 * A single change-set as it is stored and forwarded, in bytes: the message
 * SignedChangeSet of proto/changeset.proto. For receipts.
 */
#ifndef NC_WIRE_SIGNED_SET_H
#define NC_WIRE_SIGNED_SET_H

#include "wire/changeset.h"

enum nc_status nc_signed_set_encode(const struct nc_signed_change_set *set,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* The payload is the arena's. NC_MALFORMED for what is not exactly that
 * message, NC_LIMIT for a payload over 1 MiB. */
enum nc_status nc_signed_set_decode(struct nc_slice bytes,
	struct nc_arena *arena, struct nc_signed_change_set *ret_set,
	struct nc_error *err) NC_MUST_USE;

#endif
