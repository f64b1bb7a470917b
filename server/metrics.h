/*
 * The hub's metrics: counted under one mutex, read by an HTTP server of its
 * own thread (libmicrohttpd) as Prometheus' text format (version 0.0.4) at
 * GET /metrics. Loopback only: the numbers name unions, and there is no
 * password.
 */
#ifndef NC_SERVER_METRICS_H
#define NC_SERVER_METRICS_H

#include "net/net.h"
#include "store/records.h"

struct nc_metrics;

/* Each name and what it means stands at its line in metrics.c. */
enum nc_status nc_metrics_new(
	struct nc_metrics **ret_metrics, struct nc_error *err) NC_MUST_USE;
void nc_metrics_free(struct nc_metrics *metrics);

/* Whether it is HOST:PORT of this machine's own: NC_INVALID with a sentence. */
enum nc_status nc_metrics_check(
	const char *address, struct nc_error *err) NC_MUST_USE;
/* "127.0.0.1:7802" or "[::1]:0": NC_INVALID when it is not of this machine
 * alone. The address in use is written to ret_address. */
#define NC_METRICS_ADDRESS_MAX 80
enum nc_status nc_metrics_listen(struct nc_metrics *metrics,
	const char *address, char ret_address[NC_METRICS_ADDRESS_MAX],
	struct nc_error *err) NC_MUST_USE;

/* What happened. */
void nc_metrics_answered(
	struct nc_metrics *metrics, const struct nc_net_request *answered);
void nc_metrics_commit(struct nc_metrics *metrics, size_t requests);
void nc_metrics_synced(
	struct nc_metrics *metrics, const char *union_code, int64_t at_ms);
void nc_metrics_limited(struct nc_metrics *metrics, enum nc_net_limit limit);
void nc_metrics_trouble(struct nc_metrics *metrics);
/* How it stands. */
void nc_metrics_gauges(
	struct nc_metrics *metrics, const struct nc_net_gauges *gauges);
void nc_metrics_store(struct nc_metrics *metrics,
	const struct nc_counts *counts, uint64_t store_bytes);

#endif
