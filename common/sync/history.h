/*
 * What both halves of Exchange agree on about the hub's tree: names, and
 * which witnesses' times are believed.
 */
#ifndef NC_SYNC_HISTORY_H
#define NC_SYNC_HISTORY_H

#include "trust/note.h"
#include "wire/exchange.h"

/* The generation in a checkpoint's origin; false when it is no tree of this
 * cluster's. */
bool nc_history_generation(struct nc_slice origin, const struct nc_id *cluster,
	uint32_t *ret_generation);

/* A witness's key name: "nhipcau/CLUSTER-ID/DEVICE-ID". */
#define NC_WITNESS_NAME_SIZE 80
void nc_history_witness_name(char out[NC_WITNESS_NAME_SIZE],
	const struct nc_id *cluster, nc_device_id device);

/* Seconds by which a witness's clock may be before the hub's: zones that were
 * mistaken, and more. */
#define NC_WITNESS_AHEAD_S (24 * 3600)
/* The latest time of a witness that is believed, in seconds, by the hub's
 * clock; any, when the hub did not say. */
int64_t nc_history_latest_s(int64_t hub_time_ms);

#endif
