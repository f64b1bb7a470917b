/*
 * The room's own: what the two halves share.
 */
#ifndef NC_NET_ZMQ_UTIL_H
#define NC_NET_ZMQ_UTIL_H

#include "net/net.h"

#include <zmq.h>

#define NC_NET_ZAP_DOMAIN "nhipcau"
/* ZMTP's greeting and CURVE are seven trips: 14 s over a line that is 2 s
 * late. */
#define NC_NET_HANDSHAKE_MS 20000

/* NC_IO (or NC_INVALID) with ZeroMQ's words. */
enum nc_status nc_zmq_error(struct nc_error *err, const char *what);
/* An integer option; false on failure. */
bool nc_zmq_set(void *socket, int option, int value);
bool nc_zmq_set_bytes(void *socket, int option, const void *value, size_t size);
/* What both sides set: no lingering, message size, handshake time. */
bool nc_zmq_common(void *socket);
/* Milliseconds of a clock that nobody sets. */
int64_t nc_net_now_ms(void);

/* greeting.c: whether what answers at an address greets as ZeroMQ does, within
 * NC_NET_CONNECT_MS; false too when stop_fd (or -1) becomes readable. */
bool nc_net_is_greeted(void *context, const char *address, int stop_fd);

/* zap.c: answers one ZAP request (RFC 27/ZAP): any key that can prove itself
 * may connect, and its User-Id is the key in hexadecimal; what it may do is
 * decided per request from the cluster's records, so that a revoked or
 * unknown device is told which it is. */
void nc_zap_answer(void *socket);

#endif
