/*
 * The merge rule, pure: a write replaces exactly the values its author saw.
 *
 *     live := (live \ W.replaces) ∪ {W}
 *
 * A row is all live values of one record. Applying the same writes in any
 * causal order (a stream in sequence, a dot before what replaces it) gives
 * the same row: tests/unit/test_merge.c attacks that. Whether a dot was
 * applied before is the caller's to know (a stream's sequence says it);
 * a dot that still lives is ignored here as well.
 */
#ifndef NC_MERGE_MERGE_H
#define NC_MERGE_MERGE_H

#include "base/memory.h"
#include "model/model.h"

/* A value that nobody who saw it has replaced. */
struct nc_live {
	uint32_t field;
	struct nc_dot dot;
	int64_t written_at_ms; /* its author's claim */
	bool tombstone;	       /* a deletion; value is what it buries */
	struct nc_value value;
};

/*
 * Ascending by field; within a field the shown value first: what is no
 * tombstone before what is, then the latest written_at_ms, then the higher
 * device id, then the higher sequence.
 */
struct nc_row {
	struct nc_live *live; /* the arena's */
	size_t count;
	size_t capacity;
};

/* Applies one record's change, written as dot at written_at_ms. False when
 * the arena is exhausted; the row is then unchanged or partly changed and
 * must be thrown away. Values are borrowed, not copied. */
bool nc_merge(struct nc_row *row, struct nc_arena *arena,
	const struct nc_record_change *change, const struct nc_dot *dot,
	int64_t written_at_ms) NC_MUST_USE;

/* Adds a live value in its place; for reading a stored row back. */
bool nc_row_add(struct nc_row *row, struct nc_arena *arena,
	const struct nc_live *live) NC_MUST_USE;

/* The shown value of a field, or NULL when none lives. */
const struct nc_live *nc_row_shown(const struct nc_row *row, uint32_t field);

/* Nothing but tombstones lives: the record is deleted. Also an empty row. */
bool nc_row_is_gone(const struct nc_row *row);
/*
 * Some live values are tombstones and some are not: an edit that the deleter
 * had not seen brought the record back. Only the fields of the record's owner
 * tell (a union's of a union's record): a union that deletes its record puts
 * tombstones on the cluster's fields too, and may not write them again; the
 * value they bury is shown and is the cluster's to renew. entity NULL: all
 * fields tell.
 */
bool nc_row_is_revived(
	const struct nc_row *row, const struct nc_entity *entity);
/* The field's live values differ in content. */
bool nc_row_field_conflicts(const struct nc_row *row, uint32_t field);
/* A person should look: a field conflicts, or the record was revived. Never
 * of a record that is gone. */
bool nc_row_conflicts(const struct nc_row *row, const struct nc_entity *entity);

/* Whether two live values say the same. */
bool nc_live_same_content(const struct nc_live *a, const struct nc_live *b);

/*
 * Appends the canonical bytes of a row, the member of a union's digest:
 * record id, entity (varint), then per live value, ascending by field, device
 * and sequence: field (varint), device (8 bytes), sequence (varint), 1 for a
 * tombstone else 0, kind (0 absent, 1 text, 2 integer, 3 bytes), and for an
 * integer its zigzag varint, for text and bytes the length (varint) and them.
 */
enum nc_status nc_row_canonical(const struct nc_row *row,
	const struct nc_id *record, uint32_t entity, struct nc_arena *arena,
	struct nc_buffer *out) NC_MUST_USE;

#endif
