/*
 * What the hub's commands share.
 */
#ifndef NC_SERVER_SERVER_H
#define NC_SERVER_SERVER_H

#include "command/command.h"
#include "command/home.h"
#include "store/cluster.h"

extern const struct nc_command nc_server_init;
extern const struct nc_command nc_server_union_add;
extern const struct nc_command nc_server_union_import;
extern const struct nc_command nc_server_union_list;
extern const struct nc_command nc_server_invite;
extern const struct nc_command nc_server_serve;
extern const struct nc_command nc_server_device_list;
extern const struct nc_command nc_server_device_revoke;

/* A home opened for writing the cluster's records, as the hub itself; refuses
 * a client's home. */
enum nc_status nc_server_open(struct nc_home *home, const struct nc_call *call,
	struct nc_author *ret_author, struct nc_error *err) NC_MUST_USE;

#endif
