/*
 * The cluster's records of who belongs: devices, grants, unions. Read from
 * the fold, kept in memory, read again when the cluster's stream changes it.
 */
#ifndef NC_STORE_REGISTRY_H
#define NC_STORE_REGISTRY_H

#include "merge/rights.h"
#include "store/store.h"

struct nc_registry_device {
	nc_device_id device;
	uint8_t public_key[NC_KEY_SIZE];
	uint8_t transport_key[NC_KEY_SIZE]; /* its X25519 form */
	struct nc_id record; /* of several of one device the lowest */
	/* Its own: of the unions that it has grants for the one that none of
	 * the others succeeds; zero for the hub. */
	struct nc_id union_id;
	/* All unions that it has, or had, a grant for: it may read them. */
	const struct nc_id *unions;
	size_t unions_count;
	bool is_hub;
	bool revoked; /* or its hub handed over, or its key was rotated */
	nc_device_id succeeds;	 /* the device whose key it replaced, or 0 */
	nc_device_id vouched_by; /* a restored hub's: who stands for it; or 0 */
	const char *label;
};

struct nc_registry_union {
	struct nc_id id;
	const char *code;
	const char *name;
	const char *province; /* "" when it was not said */
	int64_t order;
	/* Its first and its last day, ISO 8601; "": always been, goes on. */
	const char *valid_from, *valid_to;
};

enum nc_succession_kind {
	NC_SUCCESSION_MERGED,
	NC_SUCCESSION_SPLIT,
	NC_SUCCESSION_RENAMED, /* the same people, under another name */
};

/* Some unions went over into others (store/roof.h, store/succession.h). */
struct nc_registry_succession {
	struct nc_id id;
	enum nc_succession_kind kind;
	const struct nc_id *from, *into; /* unions; some may not be known */
	size_t from_count, into_count;
	const char *when; /* the successors' first day */
	/* The last day on which the old devices' words come in; or "". */
	const char *late_until;
	const char *decision, *note; /* or "" */
};

enum nc_hub_reason {
	NC_HUB_FOUNDED,
	NC_HUB_HANDED_OVER,
	NC_HUB_RESTORED,
};

/* One generation of the cluster's hub and its tree (store/hubs.h). */
struct nc_registry_hub {
	uint32_t generation;
	nc_device_id author;	   /* whose change-set gave it that number */
	nc_device_id device;	   /* whose key signs its checkpoints */
	const uint8_t *public_key; /* of that device; NULL when unnamed */
	const char *address;
	enum nc_hub_reason reason;
	int64_t since_ms;
	bool has_after;	     /* else the first tree, or not said yet */
	uint64_t after_size; /* where the tree before it ended */
	uint8_t after_root[NC_SHA256_SIZE];
};

/* Unions, by order, then code; successions by their day, then id; hubs
 * ascending by generation, then by record id, never empty once the founding
 * change-set is here: the last is the current one. Two of one generation are
 * there when a hub that was put back did not know how far it had been. */
struct nc_registry {
	const struct nc_registry_device *devices;
	size_t devices_count;
	const struct nc_registry_union *unions;
	size_t unions_count;
	const struct nc_registry_succession *successions;
	size_t successions_count;
	const struct nc_registry_hub *hubs;
	size_t hubs_count;
	const char *cluster_name; /* "" before the first sync */
	bool open_reading;	  /* all unions read each other's streams */
};

/* Borrowed until the next write or begin. */
enum nc_status nc_store_registry(struct nc_store *store,
	const struct nc_registry **ret_registry,
	struct nc_error *err) NC_MUST_USE;
/* NULL when the cluster's records do not name it. */
const struct nc_registry_device *nc_registry_device(
	const struct nc_registry *registry, nc_device_id device);
const struct nc_registry_union *nc_registry_union(
	const struct nc_registry *registry, const struct nc_id *id);
const struct nc_registry_union *nc_registry_union_coded(
	const struct nc_registry *registry, const char *code);
/* The same, for a code that somebody has typed at the hub: NC_NOT_FOUND with a
 * sentence. */
enum nc_status nc_registry_find_union(const struct nc_registry *registry,
	const char *code, const struct nc_registry_union **ret_union,
	struct nc_error *err) NC_MUST_USE;
/* The one that counts of that generation; NULL when there is none such. */
const struct nc_registry_hub *nc_registry_hub(
	const struct nc_registry *registry, uint32_t generation);
/* The current one; NULL before the founding change-set is here. */
const struct nc_registry_hub *nc_registry_current_hub(
	const struct nc_registry *registry);
/* Whether the device has, or had, a grant for that union: its own, and those
 * that came before it. */
bool nc_registry_belongs(
	const struct nc_registry_device *device, const struct nc_id *union_id);
/* Whether the device may receive the streams of that union (or cluster). */
bool nc_registry_may_read(const struct nc_registry *registry,
	const struct nc_registry_device *device, const struct nc_id *union_id,
	const struct nc_id *cluster);

/* What a change-set's author may do: by its grant's first and last sequence,
 * so that the answer is the same whenever and wherever it is asked. */
enum nc_status nc_store_standing(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	enum nc_standing *ret_standing, struct nc_error *err) NC_MUST_USE;

#endif
