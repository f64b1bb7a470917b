/*
 * The room's own: what an enrolment's signature is over.
 */
#ifndef NC_SYNC_ENROL_H
#define NC_SYNC_ENROL_H

#include "wire/exchange.h"

/* Appends hub key, secret and label: see EnrolRequest. */
enum nc_status nc_enrol_signed_bytes(struct nc_buffer *out,
	const uint8_t hub_key[NC_KEY_SIZE],
	const uint8_t secret[NC_SECRET_SIZE],
	struct nc_slice label) NC_MUST_USE;

/* What both of a rotation's signatures are over. */
#define NC_ROTATE_BYTES (NC_ID_SIZE + 2 * NC_KEY_SIZE)
void nc_rotate_signed_bytes(uint8_t out[NC_ROTATE_BYTES],
	const struct nc_id *cluster, const uint8_t old_key[NC_KEY_SIZE],
	const uint8_t new_key[NC_KEY_SIZE]);

#endif
