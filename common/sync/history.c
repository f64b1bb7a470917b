#include "sync/history.h"
#include "store/hubs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

bool nc_history_generation(struct nc_slice origin, const struct nc_id *cluster,
	uint32_t *ret_generation)
{
	char text[NC_ORIGIN_TEXT_SIZE];
	const char *slash;
	unsigned long number;

	/* The number alone is read; then the whole must be as we write it. */
	if (origin.size >= sizeof(text))
		return false;
	memcpy(text, origin.data, origin.size);
	text[origin.size] = '\0';
	slash = strrchr(text, '/');
	if (slash == NULL)
		return false;
	number = strtoul(slash + 1, NULL, 10);
	if (number == 0 || number > 1000000)
		return false;
	nc_hubs_origin(text, cluster, (uint32_t)number);
	if (!nc_slice_equal(origin, nc_slice_text(text)))
		return false;
	*ret_generation = (uint32_t)number;
	return true;
}

void nc_history_witness_name(char out[NC_WITNESS_NAME_SIZE],
	const struct nc_id *cluster, nc_device_id device)
{
	char id[NC_ID_TEXT_SIZE], digits[NC_DEVICE_ID_TEXT_SIZE];

	nc_id_format(id, cluster);
	nc_device_id_format(digits, device);
	(void)snprintf(out, NC_WITNESS_NAME_SIZE, "nhipcau/%s/%s", id, digits);
}

int64_t nc_history_latest_s(int64_t hub_time_ms)
{
	return hub_time_ms <= 0 ? INT64_MAX
				: hub_time_ms / 1000 + NC_WITNESS_AHEAD_S;
}
