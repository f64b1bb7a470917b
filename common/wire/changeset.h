/*
 * The change-set's payload: proto/changeset.proto ↔ model/change.h.
 *
 * Decoding checks everything that can be checked without a store: sizes,
 * counts, orders, UTF-8 and NFC. What it accepts may still be refused by the
 * fold (unknown device, writer, model), never crash it. Numbers of entities
 * and fields that the model does not know pass.
 */
#ifndef NC_WIRE_CHANGESET_H
#define NC_WIRE_CHANGESET_H

#include "base/memory.h"
#include "model/change.h"
#include "trust/trust.h"

/* A change-set as it is stored and forwarded. payload is borrowed. */
struct nc_signed_change_set {
	struct nc_slice payload;
	uint8_t signature[NC_SIGNATURE_SIZE];
	/* SHA-256 of the payload, if somebody worked it out already: the hub's
	 * receiving thread does, so that the storing one need not. */
	bool hashed;
	uint8_t hash[NC_HASH_SIZE];
	uint8_t leaf[NC_SHA256_SIZE]; /* when hashed: trust/tree.h's leaf */
};

/*
 * Appends the payload to out. The records and fields must be in ascending
 * order (nc_change_set_sort). NC_LIMIT past 1 MiB or a count's limit.
 */
enum nc_status nc_change_set_encode(const struct nc_change_set *change_set,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;

/* Sorts records by id and fields by number, in place. */
void nc_change_set_sort(struct nc_change_set *change_set);

/*
 * Reads a payload; everything in ret_change_set is the arena's or the
 * payload's. NC_MALFORMED or NC_LIMIT with a sentence that names the fault.
 */
enum nc_status nc_change_set_decode(struct nc_slice payload,
	struct nc_arena *arena, struct nc_change_set *ret_change_set,
	struct nc_error *err) NC_MUST_USE;

#endif
