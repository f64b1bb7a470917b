/*
 * What one save says, in our own checked structs: the shapes that the wire
 * is read into, that the merge rule works on and that the store folds.
 * Everything here is borrowed: from an arena, a row, or the caller.
 */
#ifndef NC_MODEL_CHANGE_H
#define NC_MODEL_CHANGE_H

#include "base/bytes.h"
#include "base/env.h"

#define NC_HASH_SIZE 32

enum nc_value_kind {
	NC_VALUE_ABSENT = 0, /* the field is cleared */
	NC_VALUE_TEXT,	     /* NFC UTF-8 without NUL */
	NC_VALUE_INTEGER,
	NC_VALUE_BYTES,
};

struct nc_value {
	enum nc_value_kind kind;
	int64_t integer;       /* NC_VALUE_INTEGER */
	struct nc_slice bytes; /* NC_VALUE_TEXT, NC_VALUE_BYTES */
};

struct nc_value nc_value_absent(void);
struct nc_value nc_value_text(const char *text);
struct nc_value nc_value_slice(struct nc_slice text);
struct nc_value nc_value_integer(int64_t integer);
struct nc_value nc_value_bytes(const void *data, size_t size);
bool nc_value_equal(const struct nc_value *a, const struct nc_value *b);

/* A device: the first 8 bytes of the SHA-256 of its Ed25519 public key, read
 * as a big-endian number, so that "the higher device id" is >. */
typedef uint64_t nc_device_id;
#define NC_DEVICE_ID_SIZE 8
#define NC_DEVICE_ID_TEXT_SIZE 17

void nc_device_id_format(char out[NC_DEVICE_ID_TEXT_SIZE], nc_device_id id);

/* A write's name. The union is that of the change-set around it: a record
 * and all its writers belong to one union. */
struct nc_dot {
	nc_device_id device;
	uint64_t sequence; /* from 1 */
};

bool nc_dot_equal(const struct nc_dot *a, const struct nc_dot *b);

struct nc_field_change {
	uint32_t field;
	struct nc_value value;
	const struct nc_dot *replaces; /* the live values that the author saw */
	size_t replaces_count;
};

struct nc_record_change {
	struct nc_id record;
	uint32_t entity;
	bool deletes; /* every field below is a tombstone; its value is what
			 it buries */
	struct nc_field_change *fields; /* ascending by field, no two alike */
	size_t fields_count;
};

/* What is about to be written: no replaces, for the author fills them in. */
struct nc_field_change nc_field_change_of(
	uint32_t field, struct nc_value value);
struct nc_record_change nc_record_change_of(struct nc_id record,
	uint32_t entity, struct nc_field_change *fields, size_t count);

struct nc_change_set {
	struct nc_id union_id; /* or the cluster's own id */
	nc_device_id device;
	uint64_t sequence;
	uint8_t previous[NC_HASH_SIZE]; /* zero for sequence 1 */
	int64_t written_at_ms;		/* the author's clock: a claim */
	uint32_t model_version;
	struct nc_slice
		author; /* who sat at the desk, as they call themselves */
	struct nc_record_change
		*records; /* ascending by record, no two alike */
	size_t records_count;
};

#endif
