#include "sync/rate.h"
#include "base/limits.h"

#include <string.h>

#define PROBES 8

void nc_rate_init(struct nc_rate *rate)
{
	memset(rate, 0, sizeof(*rate));
}

/* The peer's slot, or the longest unused of those it may have: its bucket is
 * the fullest, so that forgetting it forgives the least. */
static struct nc_rate_slot *rate_slot(
	struct nc_rate *rate, const uint8_t peer[NC_KEY_SIZE], int64_t now_ms)
{
	size_t first = (size_t)(nc_bytes_get_u64(peer) % NC_RATE_SLOTS);
	struct nc_rate_slot *oldest = NULL;

	for (size_t i = 0; i < PROBES; i++) {
		struct nc_rate_slot *slot =
			&rate->slots[(first + i) % NC_RATE_SLOTS];

		if (slot->used && memcmp(slot->peer, peer, NC_KEY_SIZE) == 0)
			return slot;
		if (oldest == NULL || (oldest->used && !slot->used) ||
			(oldest->used == slot->used &&
				slot->at_ms < oldest->at_ms))
			oldest = slot;
	}
	memcpy(oldest->peer, peer, NC_KEY_SIZE);
	oldest->used = true;
	oldest->at_ms = now_ms;
	oldest->milli_tokens = NC_RATE_BURST * 1000;
	return oldest;
}

uint32_t nc_rate_take(
	struct nc_rate *rate, const uint8_t peer[NC_KEY_SIZE], int64_t now_ms)
{
	struct nc_rate_slot *slot = rate_slot(rate, peer, now_ms);
	int64_t passed = now_ms - slot->at_ms;

	if (passed < 0) /* the clock was set back */
		passed = 0;
	if (passed > 60000)
		passed = 60000;
	slot->at_ms = now_ms;
	slot->milli_tokens += passed * NC_RATE_PER_SECOND;
	if (slot->milli_tokens > NC_RATE_BURST * 1000)
		slot->milli_tokens = NC_RATE_BURST * 1000;
	if (slot->milli_tokens >= 1000) {
		slot->milli_tokens -= 1000;
		return 0;
	}
	return (uint32_t)((1000 - slot->milli_tokens + NC_RATE_PER_SECOND - 1) /
			  NC_RATE_PER_SECOND);
}
