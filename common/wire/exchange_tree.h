/*
 * The room's own: the part of an exchange's reply that is about the tree.
 */
#ifndef NC_WIRE_EXCHANGE_TREE_H
#define NC_WIRE_EXCHANGE_TREE_H

#include "wire/exchange.h"

#include "exchange.pb-c.h"

/* False when the arena is exhausted. */
bool nc_wire_build_tree(const struct nc_exchange_reply *reply,
	struct nc_arena *arena, Nhipcau__V1__ExchangeReply *out);
/* False for what is not as the protocol says, or when the arena is
 * exhausted. */
bool nc_wire_read_tree(const Nhipcau__V1__ExchangeReply *message,
	struct nc_arena *arena, struct nc_exchange_reply *out);

#endif
