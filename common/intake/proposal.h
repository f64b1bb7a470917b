/*
 * Values that a program would put into records, and a person decides. They
 * are computed, never stored: from a record's own words (found), from the
 * record that it was copied from (carried), or by the checker (mend). What is
 * stored is the decision: a record of the entity `proposal`, accepted or
 * rejected, whose id follows from what was proposed; so two desks that decide
 * alike write one record, and two that decide differently a conflict that a
 * person sees. What was decided is not proposed again.
 *
 * Pure: records in, proposals out. What reads the store: proposal_store.h.
 */
#ifndef NC_INTAKE_PROPOSAL_H
#define NC_INTAKE_PROPOSAL_H

#include "intake/revise.h"
#include "store/records.h"

enum nc_propose_kind { NC_PROPOSE_FOUND, NC_PROPOSE_MEND, NC_PROPOSE_CARRIED };

/* "found", "mend", "carried", as the model's field has them. */
const char *nc_propose_kind_name(enum nc_propose_kind kind);
/* False for another name. */
bool nc_propose_kind_read(const char *name, enum nc_propose_kind *ret_kind);

#define NC_PROPOSAL_ID_SIZE 15	/* 14 digits and a NUL */
#define NC_PROPOSAL_ID_SHOWN 10 /* digits that lists show */

/* All of the list's arena, or the caller's for as long as the list. */
struct nc_proposal {
	/* The first digits of SHA-256("nhipcau/1 proposal\n", kind, record,
	 * field, value): people type its beginning. They are the last digits
	 * of decision. */
	char id[NC_PROPOSAL_ID_SIZE];
	/* The id of the record that a decision is: at the time of the record
	 * that it is for, with the hash's bits. */
	struct nc_id decision;
	enum nc_propose_kind kind;
	const char *rule; /* of a mend: "R01"; else "" */
	struct nc_id of, union_id;
	const struct nc_entity *entity;
	/* What is to be written: the field of the record, or, when NULL, a new
	 * record of creates. */
	const struct nc_field *field;
	struct nc_value current, value;
	/* Of a mend of some words of a text: where in it they stand, in bytes,
	 * how long they are and what goes there; put NULL: the whole value. */
	size_t at, size;
	const char *put;
	const struct nc_entity *creates;
	struct nc_id created; /* its id, derived: the same at every desk */
	struct nc_field_change *fields;
	size_t fields_count;
	/* The field's name, or "+" and the entity's; and the value as text: a
	 * new record's fields a line each, name=value. As decisions hold them.
	 */
	const char *field_name, *value_text;
	const char *words;  /* that it comes from */
	const char *source; /* where those stand if elsewhere; else "" */
	const char *why;    /* one sentence, translated */
};

/* As many as a person will ever look at; past it the rest is left. */
#define NC_PROPOSALS_MAX 100000

struct nc_proposals {
	struct nc_arena arena;
	nc_revise_hash hash;
	struct nc_proposal *list;
	size_t count, capacity;
	bool cut; /* there were more than the limit */
};

void nc_proposals_init(struct nc_proposals *proposals, nc_revise_hash hash);
void nc_proposals_fini(struct nc_proposals *proposals);

/*
 * Adds one for a record's field: draft says kind, rule (mend), field, value,
 * words, source and why; the rest is filled in, and what is the caller's is
 * copied. NULL words, source and rule are "". A value that the field has
 * already, does not take, or that is in the list, is left out in silence: so
 * the checker may add its mends here as they come. So is one for a field that
 * people dispute: it would end the conflict behind their backs. NC_NO_MEMORY.
 */
enum nc_status nc_proposals_add(struct nc_proposals *proposals,
	const struct nc_record *record, const struct nc_proposal *draft,
	struct nc_error *err) NC_MUST_USE;
/*
 * What a field becomes by several mends of words in it: those of mends that
 * have put, in any order. Of two about the same words the one that stands
 * further behind is taken; taken[i] says which were. mends[0]'s alone when it
 * has no put. The value is the arena's. NC_LIMIT when it would be too long.
 */
enum nc_status nc_proposals_join(const struct nc_proposal *const *mends,
	size_t count, struct nc_arena *arena, struct nc_value *ret_value,
	bool *taken, struct nc_error *err) NC_MUST_USE;
/* The same for a new record: draft says creates and fields. */
enum nc_status nc_proposals_add_new(struct nc_proposals *proposals,
	const struct nc_record *record, const struct nc_proposal *draft,
	struct nc_error *err) NC_MUST_USE;

/* A name by which words may mean a record: a partner's or an association's. */
struct nc_known_name {
	struct nc_id id;
	uint32_t entity; /* NC_ENTITY_PARTNER, NC_ENTITY_MEMBER_ORG */
	struct nc_slice name;
};
/* A target that stands already, or one that carries a plan item out. */
struct nc_known_target {
	struct nc_id plan_item;
	const char *indicator;
};
struct nc_known {
	const struct nc_known_name *names;
	size_t names_count;
	const struct nc_known_target *targets;
	size_t targets_count;
};

/* What the words of a plan item, or of a record of something done, say for
 * its fields that are empty, where they say one thing only; and, of a plan
 * item's quantities, targets. Other entities have none. */
enum nc_status nc_propose_found(struct nc_proposals *proposals,
	const struct nc_record *record, const struct nc_known *known,
	struct nc_error *err) NC_MUST_USE;

/* What a record that was copied from source should say in its own year: its
 * words, its times, and that somebody has looked at it. */
enum nc_status nc_propose_carried(struct nc_proposals *proposals,
	const struct nc_record *record, const struct nc_record *source,
	struct nc_error *err) NC_MUST_USE;

/* The field that says of an entity's records what they were copied from, NULL
 * for one that is not copied; and the one that says what year they are of. */
const struct nc_field *nc_carried_from_field(const struct nc_entity *entity);
const struct nc_field *nc_year_field(const struct nc_entity *entity);

/*
 * What names a thing that is computed, or the decision about it, alike at
 * every desk: SHA-256 of a label ("nhipcau/1 proposal\n"), and, each after its
 * size, a kind and texts, with a record's id between them. NC_NO_MEMORY
 * without a sentence.
 */
enum nc_status nc_decision_hash(nc_revise_hash hash, uint8_t out[32],
	const char *label, const char *kind, const struct nc_id *id,
	const char *const *texts, size_t count) NC_MUST_USE;
/* The id of a record that is a decision about another: at that one's time. */
struct nc_id nc_decision_id(const struct nc_id *of, const uint8_t entropy[10]);
/* The id of the proposal that a record of the entity proposal decides. */
void nc_proposal_id_of(
	const struct nc_id *decision, char ret_id[NC_PROPOSAL_ID_SIZE]);

#endif
