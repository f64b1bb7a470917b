#include "unit.h"

#include "base/limits.h"
#include "sync/rate.h"

#include <stdlib.h>
#include <string.h>

#define MIB (1024 * 1024)

static const uint8_t one[NC_KEY_SIZE] = {1}, two[NC_KEY_SIZE] = {2};

static int setup(void **state)
{
	struct nc_rate *rate = malloc(sizeof(*rate));

	if (rate == NULL)
		return -1;
	nc_rate_init(rate);
	*state = rate;
	return 0;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

/* Takes until told to wait; how many were let in. */
static unsigned take_all(
	struct nc_rate *rate, const uint8_t *peer, int64_t now_ms)
{
	unsigned taken = 0;

	while (taken < 100000 && nc_rate_take(rate, peer, now_ms) == 0)
		taken++;
	return taken;
}

static void test_take__burst_then_a_wait_that_is_true(void **state)
{
	struct nc_rate *rate = *state;
	uint32_t wait;

	assert_int_equal(take_all(rate, one, 5000), NC_RATE_BURST);
	wait = nc_rate_take(rate, one, 5000);
	assert_int_equal(wait, 1000 / NC_RATE_PER_SECOND);
	assert_int_not_equal(nc_rate_take(rate, one, 5000 + wait - 1), 0);
	assert_int_equal(nc_rate_take(rate, one, 5000 + wait), 0);
	assert_int_not_equal(nc_rate_take(rate, one, 5000 + wait), 0);
}

static void test_take__one_peer_takes_nothing_from_another(void **state)
{
	struct nc_rate *rate = *state;

	assert_int_equal(take_all(rate, one, 0), NC_RATE_BURST);
	assert_int_equal(take_all(rate, two, 0), NC_RATE_BURST);
}

static void test_take__a_bucket_holds_no_more_than_its_burst(void **state)
{
	struct nc_rate *rate = *state;

	assert_int_equal(take_all(rate, one, 0), NC_RATE_BURST);
	assert_int_equal(take_all(rate, one, INT64_C(86400000)), NC_RATE_BURST);
}

static void test_take__a_clock_set_back_gives_and_takes_nothing(void **state)
{
	struct nc_rate *rate = *state;

	assert_int_equal(take_all(rate, one, 100000), NC_RATE_BURST);
	assert_int_equal(take_all(rate, one, 50000), 0);
	assert_int_equal(take_all(rate, one, 51000), NC_RATE_PER_SECOND);
}

static void test_charge__a_debt_is_waited_for(void **state)
{
	struct nc_rate *rate = *state;
	uint32_t wait;

	nc_rate_charge(rate, one, NC_RATE_COST_BURST, 0);
	assert_int_equal(nc_rate_take(rate, one, 0), 0);
	nc_rate_charge(rate, one, 3 * NC_RATE_COST_PER_SECOND, 0);
	wait = nc_rate_take(rate, one, 0);
	assert_int_equal(wait, 3000);
	assert_int_not_equal(nc_rate_take(rate, one, wait - 1), 0);
	assert_int_equal(nc_rate_take(rate, one, wait), 0);
	assert_int_equal(nc_rate_take(rate, two, 0), 0);
}

static void test_charge__no_debt_is_longer_than_the_limit(void **state)
{
	struct nc_rate *rate = *state;

	for (int i = 0; i < 10; i++)
		nc_rate_charge(rate, one, UINT64_MAX, 0);
	assert_int_equal(nc_rate_take(rate, one, 0), NC_RATE_DEBT_MS_MAX);
	assert_int_equal(nc_rate_take(rate, one, NC_RATE_DEBT_MS_MAX), 0);
}

/* Who asks for 3 MiB again and again as fast as it may gets the burst, and
 * then what is sustained, whatever it does. */
static void test_charge__everything_again_and_again(void **state)
{
	struct nc_rate *rate = *state;
	uint64_t served = 0;

	for (int64_t now_ms = 0; now_ms <= 100000; now_ms += 10) {
		if (nc_rate_take(rate, one, now_ms) != 0)
			continue;
		nc_rate_charge(rate, one, 3 * MIB, now_ms);
		served += 3 * MIB;
	}
	assert_true(served >= NC_RATE_COST_BURST);
	assert_true(served <= NC_RATE_COST_BURST +
				      100 * NC_RATE_COST_PER_SECOND + 3 * MIB);
}

static void test_is_deaf__asks_on_past_the_limit(void **state)
{
	struct nc_rate *rate = *state;

	assert_false(nc_rate_is_deaf(rate, one));
	assert_int_equal(take_all(rate, one, 0), NC_RATE_BURST);
	/* take_all was told once. */
	for (int i = 1; i < NC_RATE_DEAF_MAX; i++)
		assert_int_not_equal(nc_rate_take(rate, one, 0), 0);
	assert_false(nc_rate_is_deaf(rate, one));
	assert_int_not_equal(nc_rate_take(rate, one, 0), 0);
	assert_true(nc_rate_is_deaf(rate, one));
	assert_int_equal(nc_rate_take(rate, one, 1000), 0);
	assert_false(nc_rate_is_deaf(rate, one));
}

/* More peers than slots: each is let in at first, and none is remembered for
 * ever. */
static void test_take__more_peers_than_slots(void **state)
{
	struct nc_rate *rate = *state;

	for (uint32_t i = 0; i < 3 * NC_RATE_SLOTS; i++) {
		uint8_t peer[NC_KEY_SIZE] = {0};

		memcpy(peer, &i, sizeof(i));
		memcpy(peer + 4, &i, sizeof(i));
		assert_int_equal(nc_rate_take(rate, peer, i), 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(
			test_take__burst_then_a_wait_that_is_true, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			test_take__one_peer_takes_nothing_from_another, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			test_take__a_bucket_holds_no_more_than_its_burst, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			test_take__a_clock_set_back_gives_and_takes_nothing,
			setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_charge__a_debt_is_waited_for, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_charge__no_debt_is_longer_than_the_limit, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			test_charge__everything_again_and_again, setup,
			teardown),
		cmocka_unit_test_setup_teardown(
			test_is_deaf__asks_on_past_the_limit, setup, teardown),
		cmocka_unit_test_setup_teardown(
			test_take__more_peers_than_slots, setup, teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
