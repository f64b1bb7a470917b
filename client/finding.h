/*
 * What ignore and mend share: the year's findings and a write transaction in
 * which they cannot change.
 */
#ifndef NC_CLIENT_FINDING_H
#define NC_CLIENT_FINDING_H

#include "client.h"
#include "command/check_store.h"

/* Findings of one command line, and the records that deciding them changes. */
struct nc_decision {
	const struct nc_call *call;
	struct nc_home home;
	struct nc_author author;
	struct nc_checked checked;
	struct nc_arena arena;
	struct nc_record_change *changes;
	size_t changes_count;
	size_t *chosen; /* indexes of findings, one for each argument */
	size_t chosen_count;
};

void nc_decision_init(struct nc_decision *decision, const struct nc_call *call);
void nc_decision_fini(struct nc_decision *decision);

/* Opens the home, begins a write transaction and finds what the arguments
 * name, among those that are told or (ignored) let stand. */
enum nc_status nc_decision_open(struct nc_decision *decision, bool ignored,
	struct nc_error *err) NC_MUST_USE;
/* Room for changes of one more record with so many fields; the arena's. */
enum nc_status nc_decision_change(struct nc_decision *decision,
	const struct nc_id *record, uint32_t entity, size_t fields,
	struct nc_record_change **ret_change, struct nc_error *err) NC_MUST_USE;
/* The id of the record that a decision about a record is: at that one's time,
 * with bits that follow from what is decided; the next where a decision was
 * deleted. */
enum nc_status nc_decision_id(struct nc_decision *decision, uint32_t entity,
	const struct nc_id *of, const uint8_t entropy[10], struct nc_id *ret_id,
	struct nc_error *err) NC_MUST_USE;
/* Writes all changes as one change-set, commits, and says what was done to
 * which findings. key is JSON's, verb is translated. */
enum nc_status nc_decision_save(struct nc_decision *decision, const char *key,
	const char *verb, struct nc_error *err) NC_MUST_USE;

#endif
