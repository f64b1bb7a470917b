/*
 * Codes for people: 20 decimal digits in four groups of five. The first 9
 * bytes, as a big-endian number modulo 10^20, of the SHA-256 of
 *
 *     a receipt's    "nhipcau/1 receipt code\n", the leaf's hash (32 bytes),
 *                    its index (u64, big-endian)
 *     a history's    "nhipcau/1 history code\n", the root (32 bytes), the
 *                    tree's size (u64, big-endian)
 *
 * The hub and every union work out the same; who changes a word, or its
 * place, gets another code but for one time in some 10^20.
 */
#include "command/receipt.h"

#include <stdio.h>
#include <string.h>

#define CODE_DIGITS 20
#define CODE_BYTES 9
#define CODE_GROUP 5

/* Long division of the bytes by ten, for each digit from the last: 72 bits
 * pass no integer of C11. What is left over after 20 digits is the modulo. */
static void print_digits(
	char out[NC_RECEIPT_CODE_SIZE], const uint8_t hash[NC_SHA256_SIZE])
{
	uint8_t number[CODE_BYTES];
	char digits[CODE_DIGITS];

	memcpy(number, hash, sizeof(number));
	for (int i = CODE_DIGITS - 1; i >= 0; i--) {
		unsigned rest = 0;

		for (size_t b = 0; b < sizeof(number); b++) {
			unsigned value = rest * 256 + number[b];

			number[b] = (uint8_t)(value / 10);
			rest = value % 10;
		}
		digits[i] = (char)('0' + rest);
	}
	snprintf(out, NC_RECEIPT_CODE_SIZE, "%.5s %.5s %.5s %.5s", digits,
		digits + CODE_GROUP, digits + 2 * CODE_GROUP,
		digits + 3 * CODE_GROUP);
}

static void make_code(char out[NC_RECEIPT_CODE_SIZE], const char *domain,
	const struct nc_tree_hash *hash, uint64_t number)
{
	uint8_t bytes[64 + NC_TREE_HASH_SIZE + 8];
	uint8_t digest[NC_SHA256_SIZE];
	size_t size = strlen(domain);

	NC_ASSERT(size <= 64);
	memcpy(bytes, domain, size);
	memcpy(bytes + size, hash->bytes, NC_TREE_HASH_SIZE);
	nc_bytes_put_u64(bytes + size + NC_TREE_HASH_SIZE, number);
	nc_sha256(digest, nc_slice(bytes, size + NC_TREE_HASH_SIZE + 8));
	print_digits(out, digest);
}

void nc_receipt_code(char out[NC_RECEIPT_CODE_SIZE],
	const struct nc_tree_hash *leaf_hash, uint64_t leaf)
{
	make_code(out, "nhipcau/1 receipt code\n", leaf_hash, leaf);
}

void nc_history_code(char out[NC_RECEIPT_CODE_SIZE],
	const struct nc_tree_hash *root, uint64_t size)
{
	make_code(out, "nhipcau/1 history code\n", root, size);
}
