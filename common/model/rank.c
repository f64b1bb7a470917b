#include "model/rank.h"

#include <string.h>

/*
 * A rank is read as a fraction in base 62: "V" is 31/62, "V1" a little more.
 * Byte order is the order of these fractions because no rank ends in '0'.
 */
#define BASE 62
/* Salts are written in digits that are not '0', so that whatever is appended
 * neither ends in '0' nor equals another salt's digits; and in low ones, for
 * what is put after it next has the digits above them left. */
#define SALT_BASE 8
#define SALT_MASK 0xffffu
#define SALT_DIGITS_MAX 6

static const char digits[BASE + 1] = "0123456789"
				     "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz";

static int rank_digit(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 36;
	return -1;
}

bool nc_rank_is_valid(struct nc_slice rank)
{
	if (rank.size == 0 || rank.size > NC_RANK_MAX)
		return false;
	for (size_t i = 0; i < rank.size; i++)
		if (rank_digit(rank.data[i]) < 0)
			return false;
	return rank.data[rank.size - 1] != '0';
}

/* A digit strictly between low and high. Towards an end of the list one step
 * is enough: things are mostly added there, and ranks stay short. */
static int rank_choose(int low, int high, bool at_start, bool at_end)
{
	if (at_start && at_end)
		return (low + high) / 2;
	if (at_end)
		return low + 1;
	if (at_start)
		return high - 1;
	return (low + high) / 2;
}

/*
 * The shortest prefix that lies between before and after and that after does
 * not begin with: whatever follows it stays between them too. Returns its
 * length; it fits because it is at most one digit longer than either.
 */
static size_t rank_middle(struct nc_slice before, struct nc_slice after,
	char out[NC_RANK_MAX + 2])
{
	bool below_end = after.size > 0; /* out equals after so far */

	for (size_t i = 0;; i++) {
		int low = i < before.size ? rank_digit(before.data[i]) : 0;
		int high = BASE;

		if (below_end && i < after.size)
			high = rank_digit(after.data[i]);
		if (high - low >= 2) {
			int chosen = rank_choose(
				low, high, before.size == 0, after.size == 0);

			out[i] = digits[chosen];
			return i + 1;
		}
		out[i] = digits[low];
		if (high - low == 1)
			below_end = false;
	}
}

static size_t rank_salt(uint32_t salt, char out[SALT_DIGITS_MAX])
{
	size_t count = 0;

	salt &= SALT_MASK;
	/* Bijective numeration: 0 is no digit at all. */
	while (salt > 0) {
		salt--;
		out[count++] = digits[1 + salt % SALT_BASE];
		salt /= SALT_BASE;
	}
	return count;
}

enum nc_status nc_rank_between(struct nc_slice before, struct nc_slice after,
	uint32_t salt, char ret_rank[NC_RANK_MAX + 1])
{
	char middle[NC_RANK_MAX + 2];
	char salted[SALT_DIGITS_MAX];
	size_t size, salt_size;

	if (before.size > 0 && !nc_rank_is_valid(before))
		return NC_INVALID;
	if (after.size > 0 && !nc_rank_is_valid(after))
		return NC_INVALID;
	if (after.size > 0 && nc_slice_compare(before, after) >= 0)
		return NC_INVALID;
	size = rank_middle(before, after, middle);
	salt_size = rank_salt(salt, salted);
	if (size + salt_size > NC_RANK_MAX)
		return NC_LIMIT;
	memcpy(ret_rank, middle, size);
	memcpy(ret_rank + size, salted, salt_size);
	ret_rank[size + salt_size] = '\0';
	return NC_OK;
}

void nc_rank_spread(size_t index, size_t count, char ret_rank[NC_RANK_MAX + 1])
{
	uint64_t parts = (uint64_t)count + 1;
	uint64_t rest = (uint64_t)index + 1;
	uint64_t reach = 1;
	size_t size = 0;

	NC_ASSERT(index < count);
	NC_ASSERT(parts <= UINT64_MAX / BASE / BASE);
	/* Enough digits that neighbours differ by eight or more of the last:
	 * room for insertions that lengthen no rank by more than one digit. */
	while (reach < parts * 8) {
		rest *= BASE;
		ret_rank[size++] = digits[rest / parts];
		rest %= parts;
		reach *= BASE;
	}
	while (size > 1 && ret_rank[size - 1] == '0')
		size--;
	ret_rank[size] = '\0';
}
