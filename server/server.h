/*
 * What the hub's commands share.
 */
#ifndef NC_SERVER_SERVER_H
#define NC_SERVER_SERVER_H

#include "command/command.h"
#include "command/home.h"
#include "store/cluster.h"
#include "sync/hub.h"

extern const struct nc_command nc_server_init;
extern const struct nc_command nc_server_union_add;
extern const struct nc_command nc_server_union_import;
extern const struct nc_command nc_server_union_list;
extern const struct nc_command nc_server_union_merge;
extern const struct nc_command nc_server_union_split;
extern const struct nc_command nc_server_union_rename;
extern const struct nc_command nc_server_union_close;
extern const struct nc_command nc_server_union_succession;
extern const struct nc_command nc_server_invite;
extern const struct nc_command nc_server_serve;
extern const struct nc_command nc_server_device_list;
extern const struct nc_command nc_server_device_revoke;
extern const struct nc_command nc_server_bundle_import;
extern const struct nc_command nc_server_bundle_export;
extern const struct nc_command nc_server_handover_key;
extern const struct nc_command nc_server_handover_export;
extern const struct nc_command nc_server_handover_import;
extern const struct nc_command nc_server_edit;

/* A hub's home, opened to go on with it; refuses a client's. A store that is
 * older than what the home knows was given out was put back by hand: then a new
 * generation has begun, and it is said on standard error, or *ret_put_back. */
enum nc_status nc_server_open_home(struct nc_home *home,
	const struct nc_call *call, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_server_open_to_serve(struct nc_home *home,
	const struct nc_call *call, bool *ret_put_back,
	struct nc_error *err) NC_MUST_USE;
/* Keeps the newest checkpoint in the home, beside the store, before it is given
 * out. It is not waited for, and no harm if it fails: then less is known. */
void nc_server_keep_checkpoint(
	const struct nc_home *home, const struct nc_hub *hub);

/* Who writes the cluster's records: the hub, with the key that it writes with
 * since it was last restored (nc_hubs_author). The key is the home's. */
enum nc_status nc_server_author(struct nc_home *home,
	const struct nc_call *call, struct nc_author *ret_author,
	struct nc_error *err) NC_MUST_USE;

/* A home opened for writing the cluster's records, as the hub itself; NC_MOVED
 * with the new hub's address when the hub has handed over. */
enum nc_status nc_server_open(struct nc_home *home, const struct nc_call *call,
	struct nc_author *ret_author, struct nc_error *err) NC_MUST_USE;

/* "0" to "1000000"; -1 for NULL or an empty word. NC_INVALID. */
enum nc_status nc_server_union_order(
	const char *word, int64_t *ret_order, struct nc_error *err) NC_MUST_USE;

#define NC_SERVER_LISTEN "tcp://127.0.0.1:7800"
/* --listen and --address, as init and handover key take them: without
 * `address` it is `listen`, which must then be a place. NC_INVALID. */
enum nc_status nc_server_check_addresses(const char *listen,
	const char **address, struct nc_error *err) NC_MUST_USE;

#endif
