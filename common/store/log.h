/*
 * The log: append, read from, heads, count. Narrow on purpose and free of
 * SQLite: a replicated engine is to stand behind it one day.
 */
#ifndef NC_STORE_LOG_H
#define NC_STORE_LOG_H

#include "store/store.h"

struct nc_log_entry {
	int64_t position; /* this replica's own count, from 1 */
	struct nc_id union_id;
	nc_device_id device;
	uint64_t sequence;
	uint8_t hash[NC_HASH_SIZE]; /* SHA-256 of the payload */
	struct nc_signed_change_set signed_set;
	int64_t written_at_ms;	/* the author's claim */
	int64_t received_at_ms; /* this machine's clock */
};

struct nc_log_head {
	struct nc_id union_id;
	nc_device_id device;
	uint64_t sequence; /* 0: nothing yet */
	uint8_t hash[NC_HASH_SIZE];
	uint64_t acknowledged; /* clients: what the hub is known to hold */
	uint64_t proven; /* clients: up to here, placed in the hub's tree */
};

/* Given each entry; borrowed until it returns. Not NC_OK ends the reading
 * and is what the reader returns. */
typedef enum nc_status (*nc_log_visit)(
	void *context, const struct nc_log_entry *entry, struct nc_error *err);

/* All heads, by union and device. Borrowed until the next write or begin. */
enum nc_status nc_log_heads(struct nc_store *store,
	const struct nc_log_head **ret_heads, size_t *ret_count,
	struct nc_error *err) NC_MUST_USE;
/* One head; sequence 0 when the stream is unknown. */
enum nc_status nc_log_head(struct nc_store *store, const struct nc_id *union_id,
	nc_device_id device, struct nc_log_head *ret_head,
	struct nc_error *err) NC_MUST_USE;
/* Entries after a position, in order. */
enum nc_status nc_log_read(struct nc_store *store, int64_t after,
	nc_log_visit visit, void *context, struct nc_error *err) NC_MUST_USE;
/* Entries of one stream after a sequence, in order. */
enum nc_status nc_log_read_stream(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t after,
	nc_log_visit visit, void *context, struct nc_error *err) NC_MUST_USE;
/* Entries of a union whose payload holds these bytes (a record's id). */
enum nc_status nc_log_read_naming(struct nc_store *store,
	const struct nc_id *union_id, struct nc_slice bytes, nc_log_visit visit,
	void *context, struct nc_error *err) NC_MUST_USE;
/* One entry by name; NC_NOT_FOUND without a sentence. */
enum nc_status nc_log_entry(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	nc_log_visit visit, void *context, struct nc_error *err) NC_MUST_USE;
/* What all change-sets take, payloads and signatures. */
enum nc_status nc_log_bytes(struct nc_store *store, uint64_t *ret_bytes,
	struct nc_error *err) NC_MUST_USE;
enum nc_status nc_log_count(struct nc_store *store, uint64_t *ret_count,
	struct nc_error *err) NC_MUST_USE;

/* What is wanted of a stream: everything after a sequence. */
struct nc_log_want {
	struct nc_id union_id;
	nc_device_id device;
	uint64_t after;
	uint64_t upto; /* out: the last that was collected, else after */
};
/*
 * The wanted change-sets in the log's order, copied into the arena, as many
 * as max_bytes of payload and one message hold, and at least one. ret_more:
 * some were left. What is returned can be applied as it stands: nothing that
 * comes before one of them in the log and is wanted is missing.
 */
enum nc_status nc_log_collect(struct nc_store *store, struct nc_log_want *wants,
	size_t wants_count, size_t max_bytes, struct nc_arena *arena,
	struct nc_signed_change_set **ret_sets, size_t *ret_count,
	bool *ret_more, struct nc_error *err) NC_MUST_USE;

/* Clients: what the hub said it holds of a stream. In a transaction. */
enum nc_status nc_log_acknowledge(struct nc_store *store,
	const struct nc_id *union_id, nc_device_id device, uint64_t sequence,
	struct nc_error *err) NC_MUST_USE;

#endif
