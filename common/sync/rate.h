/*
 * Token buckets per peer. Two for each: requests (NC_RATE_PER_SECOND, burst
 * NC_RATE_BURST) and what they cost, in bytes (NC_RATE_COST_PER_SECOND, burst
 * NC_RATE_COST_BURST). The cost is known only afterwards, so it is charged
 * then and may leave a debt; with one request of a peer under way at a time
 * the debt is that of one request. A fixed table: a flood of peers costs no
 * memory. Enrolled peers and strangers each need a table of their own, or
 * strangers could make the hub forget a device's debt.
 */
#ifndef NC_SYNC_RATE_H
#define NC_SYNC_RATE_H

#include "trust/trust.h"

#define NC_RATE_SLOTS 4096

/* Full at first; tokens are thousandths, negative ones a debt. */
struct nc_rate_bucket {
	int64_t at_ms;
	int64_t milli_tokens;
};

struct nc_rate_slot {
	uint8_t peer[NC_KEY_SIZE];
	struct nc_rate_bucket requests, cost;
	unsigned deaf; /* requests since the last one that was let in */
	bool used;
};

struct nc_rate {
	struct nc_rate_slot slots[NC_RATE_SLOTS];
};

/* A bucket alone: per_second sustained, burst at once. Times are of one
 * clock; one that is set back gives nothing and takes nothing. */
void nc_rate_bucket_fill(
	struct nc_rate_bucket *bucket, int64_t burst, int64_t now_ms);
/* 0: a token is taken; else milliseconds until there is one. */
uint32_t nc_rate_bucket_take(struct nc_rate_bucket *bucket, int64_t per_second,
	int64_t burst, int64_t now_ms);

void nc_rate_init(struct nc_rate *rate);
/* 0: go ahead, a token is taken; else milliseconds to wait. */
uint32_t nc_rate_take(
	struct nc_rate *rate, const uint8_t peer[NC_KEY_SIZE], int64_t now_ms);
/* What the request that was let in has cost. */
void nc_rate_charge(struct nc_rate *rate, const uint8_t peer[NC_KEY_SIZE],
	uint64_t cost, int64_t now_ms);
/* Whether the peer has asked on and on against what it was told. */
bool nc_rate_is_deaf(
	const struct nc_rate *rate, const uint8_t peer[NC_KEY_SIZE]);

#endif
