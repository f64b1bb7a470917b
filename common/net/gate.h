/*
 * The room's own: who may stay connected to the hub.
 *
 * ZeroMQ accepts every TCP connection: ZMQ_MAX_SOCKETS counts sockets of its
 * own, no option bounds the peers of one, and when the descriptors are used up
 * its thread spins on accept() and nobody gets in. But its monitor names the
 * descriptor of each connection it accepts, and shutdown(2) on that, unlike
 * close(2), leaves the descriptor ZeroMQ's: it reads the end of the stream and
 * closes in its own order. (Should it have closed meanwhile and given the
 * number to another connection, that one is cut, and comes again.)
 *
 * A connection is *unproven* until a message came over it from an enrolled
 * key. Unproven ones are bounded in number and in the bytes they sent
 * (TCP_INFO: what is half received counts), proven ones per device. A flood
 * so drives out itself. One thread.
 */
#ifndef NC_NET_GATE_H
#define NC_NET_GATE_H

#include "model/change.h"
#include "net/net.h"

/* How often nc_gate_watch is wanted while any connection is unproven. */
#define NC_GATE_SWEEP_MS 250

struct nc_gate;

/* Before the router is bound. Raises the process's soft limit of descriptors
 * to its hard one; the bounds are kept below a quarter of it. */
enum nc_status nc_gate_new(void *context, void *router,
	struct nc_gate **ret_gate, struct nc_error *err) NC_MUST_USE;
/* Before the router is closed. */
void nc_gate_free(struct nc_gate *gate);
/* Readable when there is something to watch. */
void *nc_gate_socket(const struct nc_gate *gate);

/* Takes in what the monitor says, looks how much unproven connections have
 * sent, and cuts what is past a bound. */
void nc_gate_watch(struct nc_gate *gate, int64_t now_ms);
/* A message of an enrolled device came over this descriptor. */
void nc_gate_prove(struct nc_gate *gate, int fd, nc_device_id device);
void nc_gate_cut(struct nc_gate *gate, int fd);

size_t nc_gate_lines(const struct nc_gate *gate);
size_t nc_gate_unproven(const struct nc_gate *gate);
uint64_t nc_gate_cuts(const struct nc_gate *gate);

#endif
