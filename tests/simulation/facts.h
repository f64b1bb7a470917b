/*
 * What a store holds, as facts: its fold, the refusals, and its log as a set,
 * from which the fold follows that should be there. Lists of facts are sorted
 * and compared as bytes.
 */
#ifndef TESTS_SIMULATION_FACTS_H
#define TESTS_SIMULATION_FACTS_H

#include "simulation.h"

/* One fact about a replica's fold: a live value (field > 0), or what a record
 * says of itself (field 0, content holds the flags). No padding: compared and
 * sorted as bytes. */
struct fact {
	struct nc_id scope, record;
	uint64_t entity, field;
	uint64_t device, sequence;
	uint64_t content;
	int64_t written_at_ms;
	uint64_t flags;
};

enum {
	FACT_TOMBSTONE = 1,
	FACT_SHOWN = 2,
	FACT_GONE = 4,
	FACT_CONFLICTS = 8,
	FACT_REVIVED = 16,
};

struct facts {
	struct sim *sim;
	struct fact *list;
	size_t count, capacity;
};

struct fact *facts_add(struct facts *facts);
void facts_fini(struct facts *facts);
/* A key to find a write by: where it is and its name. */
struct fact fact_key(const struct nc_id *scope, const struct nc_id *record,
	uint32_t entity, uint32_t field, const struct nc_dot *dot);
/* In a sorted list. */
const struct fact *facts_find(
	const struct facts *facts, const struct fact *key);
/* Both sorted; the simulation fails where they differ. */
void check_same_facts(const struct facts *a, const char *a_name,
	const struct facts *b, const char *b_name);

/* A replica's fold of one scope. */
void facts_of(struct sim *sim, struct nc_store *store,
	const struct nc_id *scope, enum nc_records_filter filter,
	struct facts *facts);

/* The refusals of one scope; flags hold the reason. */
struct refusals {
	struct facts facts;
	const struct nc_id *scope;
};
void refusals_of(struct sim *sim, struct nc_store *store,
	const struct nc_id *scope, struct refusals *refusals);

/* The log of one scope, as a set of writes and a set of what they replace. */
struct history {
	struct sim *sim;
	const struct nc_id *scope;
	struct facts writes, replaced, refused;
	struct nc_log_head heads[64];
	size_t heads_count;
	struct nc_arena arena;
};
/* Fails where a change-set is not next in its stream, or not chained. */
void history_read(struct history *history, struct sim *sim,
	struct nc_store *store, const struct nc_id *scope);
void history_fini(struct history *history);
/* All that lives, by the rule's other reading: what was written, is not
 * refused and was replaced by nobody. */
void history_expect(const struct history *history, struct facts *facts);

#endif
