/*
 * What both halves of Exchange agree on about the hub's tree: names.
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

#endif
