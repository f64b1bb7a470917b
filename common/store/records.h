/*
 * The fold, read: records as people see them, with who said what.
 */
#ifndef NC_STORE_RECORDS_H
#define NC_STORE_RECORDS_H

#include "merge/merge.h"
#include "merge/rights.h"
#include "store/log.h"

/* A record; everything in it is the arena's or the caller's. */
struct nc_record {
	const struct nc_entity *entity;
	struct nc_id id;
	struct nc_id union_id; /* whose it is, or the cluster */
	struct nc_row row;
	bool gone;
	bool conflicts; /* a person should look */
	bool revived;	/* an edit that its deleter had not seen */
};

/* The shown value of a field; absent for one that was never written. */
struct nc_value nc_record_value(const struct nc_record *record, uint32_t field);
/* As text in the arena, "" when absent; for text-like fields. */
const char *nc_record_text(
	const struct nc_record *record, uint32_t field, struct nc_arena *arena);
int64_t nc_record_integer(
	const struct nc_record *record, uint32_t field, int64_t otherwise);

/* A copy that outlives its visit: the row and its bytes in the arena; false
 * without memory. */
bool nc_record_keep(struct nc_arena *arena, const struct nc_record *from,
	struct nc_record *to) NC_MUST_USE;

/* Given each record; borrowed until it returns. */
typedef enum nc_status (*nc_record_visit)(
	void *context, const struct nc_record *record, struct nc_error *err);

enum nc_records_filter {
	NC_RECORDS_PRESENT,   /* not gone */
	NC_RECORDS_CONFLICTS, /* those that a person should look at */
	NC_RECORDS_ALL,	      /* deleted ones too */
};

/* Records of an entity, of one union or (NULL) of all, in the order in which
 * this replica met them. The visitor may not write. */
enum nc_status nc_records_each(struct nc_store *store,
	const struct nc_entity *entity, const struct nc_id *union_id,
	enum nc_records_filter filter, nc_record_visit visit, void *context,
	struct nc_error *err) NC_MUST_USE;

/* One record, into the arena. NC_NOT_FOUND without a sentence. */
enum nc_status nc_record_get(struct nc_store *store,
	const struct nc_entity *entity, const struct nc_id *union_id,
	const struct nc_id *id, struct nc_arena *arena,
	struct nc_record *ret_record, struct nc_error *err) NC_MUST_USE;

/* The one record whose id begins with these hexadecimal digits (hyphens are
 * passed over), of any entity. NC_NOT_FOUND or, when several do, NC_INVALID,
 * each with a sentence. */
enum nc_status nc_record_find(struct nc_store *store, const char *digits,
	struct nc_arena *arena, struct nc_record *ret_record,
	struct nc_error *err) NC_MUST_USE;

/* What a change-set wrote that was not folded. */
struct nc_refused {
	struct nc_id union_id;
	struct nc_dot dot;
	int64_t position;
	struct nc_id record;
	uint32_t entity, field; /* numbers: the model may not know them */
	enum nc_refusal reason;
};
typedef enum nc_status (*nc_refused_visit)(
	void *context, const struct nc_refused *refused, struct nc_error *err);
enum nc_status nc_refusals_each(struct nc_store *store, nc_refused_visit visit,
	void *context, struct nc_error *err) NC_MUST_USE;

/* Numbers for a status line. */
struct nc_counts {
	uint64_t change_sets, records, conflicts, refusals, forks;
};
enum nc_status nc_store_counts(struct nc_store *store,
	struct nc_counts *ret_counts, struct nc_error *err) NC_MUST_USE;

#endif
