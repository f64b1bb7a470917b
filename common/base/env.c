#include "base/env.h"
#include "base/bytes.h"

#include <string.h>

struct nc_id nc_id_make(int64_t time_ms, const uint8_t entropy[10])
{
	struct nc_id id;
	uint64_t time = time_ms < 0 ? 0 : (uint64_t)time_ms;

	for (int i = 0; i < 6; i++)
		id.bytes[i] = (uint8_t)(time >> (40 - 8 * i));
	memcpy(id.bytes + 6, entropy, 10);
	id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x70);
	id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
	return id;
}

int64_t nc_id_time_ms(const struct nc_id *id)
{
	int64_t time_ms = 0;

	for (size_t i = 0; i < 6; i++)
		time_ms = time_ms * 256 + id->bytes[i];
	return time_ms;
}

struct nc_id nc_id_new(const struct nc_env *env)
{
	uint8_t entropy[10];

	env->random(env->context, entropy, sizeof(entropy));
	return nc_id_make(env->now_ms(env->context), entropy);
}

int nc_id_compare(const struct nc_id *a, const struct nc_id *b)
{
	return memcmp(a->bytes, b->bytes, NC_ID_SIZE);
}

int nc_id_is_zero(const struct nc_id *id)
{
	static const struct nc_id zero;

	return nc_id_compare(id, &zero) == 0;
}

void nc_id_format(char out[NC_ID_TEXT_SIZE], const struct nc_id *id)
{
	static const int ends[] = {4, 6, 8, 10, 16};
	int from = 0;

	for (int group = 0; group < 5; group++) {
		nc_hex_encode(
			out, id->bytes + from, (size_t)(ends[group] - from));
		out += 2 * (ends[group] - from);
		*out++ = group == 4 ? '\0' : '-';
		from = ends[group];
	}
}

int nc_id_parse(struct nc_id *ret_id, const char *text)
{
	char digits[2 * NC_ID_SIZE];
	size_t count = 0;

	for (; *text != '\0'; text++) {
		if (*text == '-')
			continue;
		if (count == sizeof(digits))
			return 0;
		digits[count++] = *text;
	}
	return nc_hex_decode(ret_id->bytes, NC_ID_SIZE, digits, count);
}
