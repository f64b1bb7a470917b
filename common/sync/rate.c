#include "sync/rate.h"
#include "base/limits.h"

#include <string.h>

#define PROBES 8
/* Past this a bucket is full whatever it held. */
#define PASSED_MS_MAX (2 * NC_RATE_DEBT_MS_MAX)

static void bucket_refill(struct nc_rate_bucket *bucket, int64_t per_second,
	int64_t burst, int64_t now_ms)
{
	int64_t passed = now_ms - bucket->at_ms;

	bucket->at_ms = now_ms;
	if (passed < 0) /* the clock was set back */
		return;
	if (passed > PASSED_MS_MAX)
		passed = PASSED_MS_MAX;
	bucket->milli_tokens += passed * per_second;
	if (bucket->milli_tokens > burst * 1000)
		bucket->milli_tokens = burst * 1000;
}

/* Until `missing` thousandths have come in. */
static uint32_t wait_ms(int64_t missing, int64_t per_second)
{
	return (uint32_t)((missing + per_second - 1) / per_second);
}

void nc_rate_bucket_fill(
	struct nc_rate_bucket *bucket, int64_t burst, int64_t now_ms)
{
	bucket->at_ms = now_ms;
	bucket->milli_tokens = burst * 1000;
}

uint32_t nc_rate_bucket_take(struct nc_rate_bucket *bucket, int64_t per_second,
	int64_t burst, int64_t now_ms)
{
	bucket_refill(bucket, per_second, burst, now_ms);
	if (bucket->milli_tokens < 1000)
		return wait_ms(1000 - bucket->milli_tokens, per_second);
	bucket->milli_tokens -= 1000;
	return 0;
}

void nc_rate_init(struct nc_rate *rate)
{
	memset(rate, 0, sizeof(*rate));
}

static size_t slot_first(const uint8_t peer[NC_KEY_SIZE])
{
	return (size_t)(nc_bytes_get_u64(peer) % NC_RATE_SLOTS);
}

static bool slot_is(
	const struct nc_rate_slot *slot, const uint8_t peer[NC_KEY_SIZE])
{
	return slot->used && memcmp(slot->peer, peer, NC_KEY_SIZE) == 0;
}

/* The peer's slot, or the longest unused of those it may have: its buckets
 * are the fullest, so that forgetting them forgives the least. */
static struct nc_rate_slot *rate_slot(
	struct nc_rate *rate, const uint8_t peer[NC_KEY_SIZE], int64_t now_ms)
{
	size_t first = slot_first(peer);
	struct nc_rate_slot *oldest = NULL;

	for (size_t i = 0; i < PROBES; i++) {
		struct nc_rate_slot *slot =
			&rate->slots[(first + i) % NC_RATE_SLOTS];

		if (slot_is(slot, peer))
			return slot;
		if (oldest == NULL || (oldest->used && !slot->used) ||
			(oldest->used == slot->used &&
				slot->requests.at_ms < oldest->requests.at_ms))
			oldest = slot;
	}
	memcpy(oldest->peer, peer, NC_KEY_SIZE);
	oldest->used = true;
	oldest->deaf = 0;
	nc_rate_bucket_fill(&oldest->requests, NC_RATE_BURST, now_ms);
	nc_rate_bucket_fill(&oldest->cost, NC_RATE_COST_BURST, now_ms);
	return oldest;
}

uint32_t nc_rate_take(
	struct nc_rate *rate, const uint8_t peer[NC_KEY_SIZE], int64_t now_ms)
{
	struct nc_rate_slot *slot = rate_slot(rate, peer, now_ms);
	uint32_t wait = 0;

	bucket_refill(&slot->cost, NC_RATE_COST_PER_SECOND, NC_RATE_COST_BURST,
		now_ms);
	if (slot->cost.milli_tokens < 0)
		wait = wait_ms(
			-slot->cost.milli_tokens, NC_RATE_COST_PER_SECOND);
	if (wait == 0)
		wait = nc_rate_bucket_take(&slot->requests, NC_RATE_PER_SECOND,
			NC_RATE_BURST, now_ms);
	slot->deaf = wait == 0 ? 0 : slot->deaf + 1;
	return wait;
}

void nc_rate_charge(struct nc_rate *rate, const uint8_t peer[NC_KEY_SIZE],
	uint64_t cost, int64_t now_ms)
{
	const int64_t debt_max = (int64_t)NC_RATE_COST_PER_SECOND *
				 NC_RATE_DEBT_MS_MAX; /* thousandths */
	const uint64_t cost_max =
		NC_RATE_COST_BURST + (uint64_t)debt_max / 1000;
	struct nc_rate_slot *slot = rate_slot(rate, peer, now_ms);

	bucket_refill(&slot->cost, NC_RATE_COST_PER_SECOND, NC_RATE_COST_BURST,
		now_ms);
	if (cost > cost_max)
		cost = cost_max;
	slot->cost.milli_tokens -= (int64_t)cost * 1000;
	if (slot->cost.milli_tokens < -debt_max)
		slot->cost.milli_tokens = -debt_max;
}

bool nc_rate_is_deaf(
	const struct nc_rate *rate, const uint8_t peer[NC_KEY_SIZE])
{
	size_t first = slot_first(peer);

	for (size_t i = 0; i < PROBES; i++) {
		const struct nc_rate_slot *slot =
			&rate->slots[(first + i) % NC_RATE_SLOTS];

		if (slot_is(slot, peer))
			return slot->deaf > NC_RATE_DEAF_MAX;
	}
	return false;
}
