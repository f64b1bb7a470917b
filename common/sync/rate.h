/*
 * A token bucket per peer: NC_RATE_PER_SECOND sustained, NC_RATE_BURST at
 * once. A fixed table: a flood of peers costs no memory.
 */
#ifndef NC_SYNC_RATE_H
#define NC_SYNC_RATE_H

#include "trust/trust.h"

#define NC_RATE_SLOTS 4096

struct nc_rate_slot {
	uint8_t peer[NC_KEY_SIZE];
	int64_t at_ms;
	int64_t milli_tokens;
	bool used;
};

struct nc_rate {
	struct nc_rate_slot slots[NC_RATE_SLOTS];
};

void nc_rate_init(struct nc_rate *rate);
/* 0: go ahead, a token is taken; else milliseconds to wait. */
uint32_t nc_rate_take(
	struct nc_rate *rate, const uint8_t peer[NC_KEY_SIZE], int64_t now_ms);

#endif
