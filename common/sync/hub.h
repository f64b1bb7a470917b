/*
 * The hub's half of Exchange, as pure steps. A request goes through
 *
 *     nc_hub_open    unpack, decode, verify: needs keys, no store; may run
 *                    on another thread while the store commits
 *     nc_hub_apply   many at once, one transaction: append, fold, enrol
 *     nc_hub_answer  after the commit is on disk: verdicts, pull, digests
 *
 * so that many pushes share one commit and none is answered before it.
 */
#ifndef NC_SYNC_HUB_H
#define NC_SYNC_HUB_H

#include "store/cluster.h"
#include "sync/rate.h"
#include "trust/tree.h"

/* A copy of the registry's keys, for a thread that has no store. */
struct nc_hub_key {
	nc_device_id device;
	uint8_t public_key[NC_KEY_SIZE];
	uint8_t transport_key[NC_KEY_SIZE];
};
struct nc_hub_keys {
	struct nc_hub_key *keys; /* ascending by device */
	size_t count;
};

/* One pushed change-set. */
struct nc_hub_push {
	const struct nc_signed_change_set *signed_set;
	struct nc_change_set change_set; /* when decoded */
	bool decoded;
	enum nc_status status; /* NC_OK until something is wrong with it */
	bool verified;	       /* else its key was not in the copy */
};

/* What a sender knows of the tree: its checkpoint, when it is one that this
 * hub can have signed. */
struct nc_hub_known {
	bool is_ours; /* and how this hub's tree begins */
	uint32_t generation;
	uint64_t size;
	struct nc_tree_hash root;
};

struct nc_hub_request {
	/* In: */
	struct nc_buffer envelope;	/* as received; owned */
	uint8_t transport[NC_KEY_SIZE]; /* the peer's CURVE key */
	int64_t arrived_ms;
	/* Between the steps: */
	struct nc_arena arena;
	struct nc_buffer opened;
	struct nc_request request;
	struct nc_hub_push *pushes;
	bool pushes_opened;    /* else the sender was not in the copy of keys */
	unsigned bad;	       /* pushes whose signature is wrong */
	enum nc_status status; /* of the whole request */
	struct nc_error error;
	uint32_t retry_after_ms;
	struct nc_id enrolled_union;
	bool moved;	/* this hub has handed over: only records go out */
	bool in_bundle; /* a verdict for each stream; names its device */
	struct nc_hub_known known; /* the sender's checkpoint */
	struct nc_log_want *wants; /* what is pulled, and how far */
	size_t wants_count;
	struct nc_verdict *verdicts;
	size_t verdicts_count;
	uint64_t appended, refused_sets;
	const struct nc_placed *placed; /* what the reply places */
	size_t placed_count;
	bool more; /* … and whether it says that there is more */
	/* Out: */
	struct nc_buffer reply; /* the reply's envelope */
};

void nc_hub_request_init(struct nc_hub_request *request);
void nc_hub_request_fini(struct nc_hub_request *request);

struct nc_hub {
	struct nc_store *store;
	const struct nc_key *key; /* the hub's: checkpoints, enrolments */
	const struct nc_env *env;
	struct nc_identity identity;
	/* The newest checkpoint, signed once per commit. */
	struct nc_buffer checkpoint;
	uint32_t generation;
	uint64_t tree_size;
	struct nc_tree_hash tree_root;
	uint64_t begun_again; /* generations begun because history was lost */
};

enum nc_status nc_hub_start(struct nc_hub *hub, struct nc_store *store,
	const struct nc_key *key, const struct nc_env *env,
	struct nc_error *err) NC_MUST_USE;

void nc_hub_fini(struct nc_hub *hub);

/* What this hub has given out itself, the newest checkpoint that it kept
 * elsewhere than in its store: shown to it as a client would. Where the store
 * is older than that, begins a new generation (hub->begun_again). Bytes that
 * are no checkpoint of this hub's show nothing. */
enum nc_status nc_hub_look_back(struct nc_hub *hub, struct nc_slice checkpoint,
	struct nc_error *err) NC_MUST_USE;

/* The registry's keys as they stand. Free with nc_hub_keys_fini. */
enum nc_status nc_hub_copy_keys(struct nc_hub *hub,
	struct nc_hub_keys *ret_keys, struct nc_error *err) NC_MUST_USE;
void nc_hub_keys_fini(struct nc_hub_keys *keys);

/* Never fails: what is wrong is in request->status and the reply says it. */
void nc_hub_open(
	struct nc_hub_request *request, const struct nc_hub_keys *keys);
void nc_hub_apply(struct nc_hub *hub, struct nc_hub_request *const *requests,
	size_t count);
void nc_hub_answer(struct nc_hub *hub, struct nc_hub_request *const *requests,
	size_t count);
/* Answers at once that the peer asks too fast; instead of the three steps. */
void nc_hub_busy(struct nc_hub_request *request, uint32_t retry_after_ms);
/* open, apply, answer for one request: bundles' way, the simulation's and
 * tests'. */
void nc_hub_serve(struct nc_hub *hub, struct nc_hub_request *request);

#endif
