/*
 * Requests, replies and their envelope: proto/exchange.proto ↔ our structs.
 * What decoding returns is the arena's or the given bytes'. Unknown protocol
 * versions decode to their number and version alone.
 */
#ifndef NC_WIRE_EXCHANGE_H
#define NC_WIRE_EXCHANGE_H

#include "trust/tree.h"
#include "wire/changeset.h"

#define NC_PROTOCOL_VERSION 1
#define NC_SECRET_SIZE 16

/* Request and Reply bodies. */
enum nc_body {
	NC_BODY_NONE,
	NC_BODY_EXCHANGE,
	NC_BODY_ENROL,
	NC_BODY_ROTATE, /* requests only */
};

struct nc_head {
	struct nc_id union_id;
	nc_device_id device;
	uint64_t sequence;
	uint8_t hash[NC_HASH_SIZE]; /* of that change-set's payload */
	bool has_hash;
	uint64_t proven; /* the sender knows the leaves of all up to here */
};

struct nc_exchange_request {
	struct nc_id cluster;
	nc_device_id device;
	struct nc_head *have;
	size_t have_count;
	struct nc_signed_change_set *push;
	size_t push_count;
	uint32_t max_bytes;
	struct nc_slice checkpoint;  /* a note, or empty */
	struct nc_slice cosignature; /* a signature line over it, or empty */
	uint64_t witnesses_after;
};

struct nc_rotate_request {
	struct nc_id cluster;
	nc_device_id device; /* the old one */
	uint8_t public_key[NC_KEY_SIZE];
	uint8_t old_signature[NC_SIGNATURE_SIZE];
	uint8_t new_signature[NC_SIGNATURE_SIZE];
};

struct nc_enrol_request {
	uint8_t secret[NC_SECRET_SIZE];
	uint8_t public_key[NC_KEY_SIZE];
	struct nc_slice label;
	uint8_t signature[NC_SIGNATURE_SIZE];
};

struct nc_request {
	uint32_t protocol;
	uint64_t number;
	enum nc_body body;
	struct nc_exchange_request exchange;
	struct nc_enrol_request enrol;
	struct nc_rotate_request rotate;
};

struct nc_verdict {
	struct nc_id union_id;
	nc_device_id device;
	uint64_t sequence; /* the hub's head of that stream, on disk */
	enum nc_status status;
	nc_device_id need_device; /* with NC_GAP */
	uint64_t need_sequence;
};

struct nc_scope_digest {
	struct nc_id union_id;
	struct nc_digest digest;
};

/* Where change-sets of one stream stand, from a sequence on. */
struct nc_placed {
	struct nc_id union_id;
	nc_device_id device;
	uint64_t first;
	const uint64_t *leaves; /* ascending */
	size_t count;		/* from 1 */
};

/* A device's cosignature of the tree of that size and root. */
struct nc_reply_witness {
	nc_device_id device;
	uint64_t size;
	struct nc_tree_hash root;
	struct nc_slice cosignature; /* the signature line */
	struct nc_slice consistency; /* to the newest checkpoint's tree */
};

struct nc_exchange_reply {
	struct nc_verdict *verdicts;
	size_t verdicts_count;
	struct nc_signed_change_set *pull;
	size_t pull_count;
	bool more;
	struct nc_scope_digest *digests;
	size_t digests_count;
	int64_t hub_time_ms;
	uint32_t model_version;	    /* of the hub's fold */
	struct nc_slice checkpoint; /* a note; empty: the request's */
	struct nc_slice consistency;
	struct nc_placed *placed;
	size_t placed_count;
	struct nc_slice proof; /* of all that is placed */
	struct nc_reply_witness *witnesses;
	size_t witnesses_count;
	uint64_t witnesses_at;
};

struct nc_reply {
	uint32_t protocol;
	uint64_t number;
	enum nc_status status; /* of the whole request */
	struct nc_slice message;
	uint32_t retry_after_ms;
	nc_device_id device; /* in a bundle: whom it answers; else 0 */
	enum nc_body body;
	struct nc_exchange_reply exchange;
	struct nc_id enrol_cluster;
	struct nc_id enrol_union;
};

enum nc_status nc_request_encode(const struct nc_request *request,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* On failure ret_request still holds the protocol and number where they could
 * be read (the caller zeroes it first): enough to answer. */
enum nc_status nc_request_decode(struct nc_slice bytes, struct nc_arena *arena,
	struct nc_request *ret_request, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_reply_encode(const struct nc_reply *reply,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
enum nc_status nc_reply_decode(struct nc_slice bytes, struct nc_arena *arena,
	struct nc_reply *ret_reply, struct nc_error *err) NC_MUST_USE;

/* Appends the envelope of bytes; zstd at level where that is shorter. */
enum nc_status nc_envelope_seal(struct nc_slice bytes, int level,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* Appends what an envelope holds. NC_LIMIT before anything large is made. */
enum nc_status nc_envelope_open(struct nc_slice envelope, struct nc_buffer *out,
	struct nc_error *err) NC_MUST_USE;
/* What stands in a reply's envelope. bytes and the arena, initialised with
 * their limits, own what the reply points to. */
enum nc_status nc_reply_open(struct nc_slice envelope, struct nc_buffer *bytes,
	struct nc_arena *arena, struct nc_reply *ret_reply,
	struct nc_error *err) NC_MUST_USE;

#define NC_ENVELOPE_LEVEL_PUSH 19 /* a desk sends little, over a thin line */
#define NC_ENVELOPE_LEVEL_BULK 9  /* … save when it sends a lot */
#define NC_ENVELOPE_LEVEL_REPLY 3 /* the hub answers many */

struct nc_invitation {
	struct nc_slice address;
	uint8_t hub_key[NC_KEY_SIZE];
	uint8_t root_key[NC_KEY_SIZE]; /* the first hub's; often the same */
	struct nc_id cluster;
	struct nc_id union_id;
	struct nc_slice union_name;
	uint8_t secret[NC_SECRET_SIZE];
	int64_t expires_at_ms;
};

/* The one line of text, without a line end. */
enum nc_status nc_invitation_print(const struct nc_invitation *invitation,
	struct nc_buffer *out, struct nc_error *err) NC_MUST_USE;
/* White space around and inside is forgiven. NC_MALFORMED otherwise. */
enum nc_status nc_invitation_parse(const char *text, struct nc_arena *arena,
	struct nc_invitation *ret_invitation, struct nc_error *err) NC_MUST_USE;

#endif
