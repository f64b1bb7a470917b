/*
 * The expected fold is not made by merging: it is read off a log as a set (what
 * was written, is not refused and was replaced by nobody lives).
 */
#include "facts.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct fact *facts_add(struct facts *facts)
{
	if (facts->count == facts->capacity) {
		facts->capacity = facts->capacity * 2 + 1024;
		facts->list = realloc(
			facts->list, facts->capacity * sizeof(*facts->list));
		if (facts->list == NULL)
			sim_fail(facts->sim, "no memory");
	}
	memset(&facts->list[facts->count], 0, sizeof(*facts->list));
	return &facts->list[facts->count++];
}

static int compare_facts(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct fact));
}

static void facts_sort(struct facts *facts)
{
	if (facts->count > 0)
		qsort(facts->list, facts->count, sizeof(*facts->list),
			compare_facts);
}

void facts_fini(struct facts *facts)
{
	free(facts->list);
}

static void fact_print(const char *who, const struct fact *fact)
{
	char record[NC_ID_TEXT_SIZE];

	nc_id_format(record, &fact->record);
	printf("  %s: %s entity %" PRIu64 " field %" PRIu64 " %016" PRIx64
	       "/%" PRIu64 " at %" PRId64 " content %016" PRIx64
	       " flags %" PRIu64 "\n",
		who, record, fact->entity, fact->field, fact->device,
		fact->sequence, fact->written_at_ms, fact->content,
		fact->flags);
}

void check_same_facts(const struct facts *a, const char *a_name,
	const struct facts *b, const char *b_name)
{
	for (size_t i = 0; i < a->count || i < b->count; i++) {
		if (i < a->count && i < b->count &&
			compare_facts(&a->list[i], &b->list[i]) == 0)
			continue;
		if (i < a->count)
			fact_print(a_name, &a->list[i]);
		if (i < b->count)
			fact_print(b_name, &b->list[i]);
		sim_fail(a->sim, "%s and %s hold other facts", a_name, b_name);
	}
}

static enum nc_status facts_visit(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct facts *facts = context;
	struct fact *fact = facts_add(facts);

	(void)err;
	fact->scope = record->union_id;
	fact->record = record->id;
	fact->entity = record->entity->number;
	fact->flags = (record->gone ? FACT_GONE : 0u) |
		      (record->conflicts ? FACT_CONFLICTS : 0u) |
		      (record->revived ? FACT_REVIVED : 0u);
	for (size_t i = 0; i < record->row.count; i++) {
		const struct nc_live *live = &record->row.live[i];
		bool shown = nc_row_shown(&record->row, live->field) == live;

		fact = facts_add(facts);
		fact->scope = record->union_id;
		fact->record = record->id;
		fact->entity = record->entity->number;
		fact->field = live->field;
		fact->device = live->dot.device;
		fact->sequence = live->dot.sequence;
		fact->content = world_hash_value(&live->value);
		fact->written_at_ms = live->written_at_ms;
		fact->flags = (live->tombstone ? FACT_TOMBSTONE : 0u) |
			      (shown ? FACT_SHOWN : 0u);
	}
	return NC_OK;
}

void facts_of(struct sim *sim, struct nc_store *store,
	const struct nc_id *scope, enum nc_records_filter filter,
	struct facts *facts)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);

	memset(facts, 0, sizeof(*facts));
	facts->sim = sim;
	for (size_t i = 0; i < count; i++)
		sim_must(sim,
			nc_records_each(store, &entities[i], scope, filter,
				facts_visit, facts, &sim->err),
			"list the fold");
	facts_sort(facts);
}

static enum nc_status refusals_visit(
	void *context, const struct nc_refused *refused, struct nc_error *err)
{
	struct refusals *refusals = context;
	struct fact *fact;

	(void)err;
	if (nc_id_compare(&refused->union_id, refusals->scope) != 0)
		return NC_OK;
	fact = facts_add(&refusals->facts);
	fact->scope = refused->union_id;
	fact->record = refused->record;
	fact->entity = refused->entity;
	fact->field = refused->field;
	fact->device = refused->dot.device;
	fact->sequence = refused->dot.sequence;
	fact->flags = refused->reason;
	return NC_OK;
}

void refusals_of(struct sim *sim, struct nc_store *store,
	const struct nc_id *scope, struct refusals *refusals)
{
	memset(refusals, 0, sizeof(*refusals));
	refusals->facts.sim = sim;
	refusals->scope = scope;
	sim_must(sim,
		nc_refusals_each(store, refusals_visit, refusals, &sim->err),
		"list refusals");
	facts_sort(&refusals->facts);
}

struct fact fact_key(const struct nc_id *scope, const struct nc_id *record,
	uint32_t entity, uint32_t field, const struct nc_dot *dot)
{
	struct fact key;

	memset(&key, 0, sizeof(key));
	key.scope = *scope;
	key.record = *record;
	key.entity = entity;
	key.field = field;
	key.device = dot->device;
	key.sequence = dot->sequence;
	return key;
}

static int compare_keys(const void *a, const void *b)
{
	return memcmp(a, b, offsetof(struct fact, content));
}

const struct fact *facts_find(const struct facts *facts, const struct fact *key)
{
	if (facts->count == 0)
		return NULL;
	return bsearch(
		key, facts->list, facts->count, sizeof(*key), compare_keys);
}

/* Every change-set is there once, next in its stream, chained. */
static void check_chain(struct history *history,
	const struct nc_log_entry *entry,
	const struct nc_change_set *change_set)
{
	struct nc_log_head *head = NULL;
	uint8_t hash[NC_SHA256_SIZE];

	for (size_t i = 0; i < history->heads_count && head == NULL; i++)
		if (history->heads[i].device == entry->device)
			head = &history->heads[i];
	if (head == NULL) {
		if (history->heads_count == 64)
			sim_fail(history->sim, "more streams than devices");
		head = &history->heads[history->heads_count++];
		memset(head, 0, sizeof(*head));
		head->device = entry->device;
	}
	nc_sha256(hash, entry->signed_set.payload);
	if (change_set->device != entry->device ||
		change_set->sequence != entry->sequence ||
		entry->sequence != head->sequence + 1 ||
		memcmp(change_set->previous, head->hash, NC_HASH_SIZE) != 0 ||
		memcmp(hash, entry->hash, NC_HASH_SIZE) != 0)
		sim_fail(history->sim,
			"the chain of %016" PRIx64 " breaks at "
			"%" PRIu64,
			entry->device, entry->sequence);
	head->sequence = entry->sequence;
	memcpy(head->hash, hash, NC_HASH_SIZE);
}

static void history_add(struct history *history,
	const struct nc_change_set *change_set,
	const struct nc_record_change *record,
	const struct nc_field_change *field)
{
	const struct nc_dot dot = {change_set->device, change_set->sequence};
	const struct nc_entity *entity = nc_model_entity(record->entity);
	struct fact write = fact_key(history->scope, &record->record,
		record->entity, field->field, &dot);

	if (entity == NULL || nc_entity_field(entity, field->field) == NULL ||
		facts_find(&history->refused, &write) != NULL)
		return;
	write.content = world_hash_value(&field->value);
	write.written_at_ms = change_set->written_at_ms;
	write.flags = record->deletes ? FACT_TOMBSTONE : 0;
	*facts_add(&history->writes) = write;
	for (size_t i = 0; i < field->replaces_count; i++)
		*facts_add(&history->replaced) = fact_key(history->scope,
			&record->record, record->entity, field->field,
			&field->replaces[i]);
}

static enum nc_status history_visit(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct history *history = context;
	struct nc_change_set change_set;
	enum nc_status status;

	if (nc_id_compare(&entry->union_id, history->scope) != 0)
		return NC_OK;
	nc_arena_reset(&history->arena);
	status = nc_change_set_decode(
		entry->signed_set.payload, &history->arena, &change_set, err);
	if (status != NC_OK)
		return status;
	check_chain(history, entry, &change_set);
	for (size_t r = 0; r < change_set.records_count; r++)
		for (size_t f = 0; f < change_set.records[r].fields_count; f++)
			history_add(history, &change_set,
				&change_set.records[r],
				&change_set.records[r].fields[f]);
	return NC_OK;
}

void history_read(struct history *history, struct sim *sim,
	struct nc_store *store, const struct nc_id *scope)
{
	struct refusals refusals;

	memset(history, 0, sizeof(*history));
	history->sim = sim;
	history->scope = scope;
	history->writes.sim = sim;
	history->replaced.sim = sim;
	refusals_of(sim, store, scope, &refusals);
	history->refused = refusals.facts;
	nc_arena_init(&history->arena, 16 << 20);
	sim_must(sim, nc_log_read(store, 0, history_visit, history, &sim->err),
		"read the log");
	facts_sort(&history->writes);
	facts_sort(&history->replaced);
}

void history_fini(struct history *history)
{
	facts_fini(&history->writes);
	facts_fini(&history->replaced);
	facts_fini(&history->refused);
	nc_arena_fini(&history->arena);
}

/* Whether a shows rather than b, both of one field. */
static bool shows_before(const struct fact *a, const struct fact *b)
{
	bool a_buried = (a->flags & FACT_TOMBSTONE) != 0;
	bool b_buried = (b->flags & FACT_TOMBSTONE) != 0;

	if (a_buried != b_buried)
		return b_buried;
	if (a->written_at_ms != b->written_at_ms)
		return a->written_at_ms > b->written_at_ms;
	if (a->device != b->device)
		return a->device > b->device;
	return a->sequence > b->sequence;
}

static bool same_record(const struct fact *a, const struct fact *b)
{
	return nc_id_compare(&a->record, &b->record) == 0 &&
	       a->entity == b->entity;
}

/* Whether the fact is about a field that its record's owner writes. */
static bool owner_writes(const struct fact *fact)
{
	const struct nc_entity *entity =
		nc_model_entity((uint32_t)fact->entity);
	const struct nc_field *field =
		nc_entity_field(entity, (uint32_t)fact->field);

	return field->writer ==
	       (entity->cluster ? NC_WRITER_CLUSTER : NC_WRITER_UNION);
}

/* What a record's live values [from, to) make of it: which of them show, and
 * the record's own fact. */
static void expect_record(struct facts *facts, size_t from, size_t to)
{
	bool all = true, some = false, differ = false;
	struct fact record = facts->list[from];

	for (size_t i = from; i < to; i++) {
		struct fact *fact = &facts->list[i];
		bool buried = (fact->flags & FACT_TOMBSTONE) != 0;
		bool shown = true;

		all &= buried;
		some |= buried && owner_writes(fact);
		for (size_t j = from; j < to; j++) {
			const struct fact *other = &facts->list[j];

			if (other->field != fact->field || i == j)
				continue;
			shown &= shows_before(fact, other);
			differ |= fact->content != other->content;
		}
		fact->flags |= shown ? FACT_SHOWN : 0u;
	}
	record = fact_key(&record.scope, &record.record,
		(uint32_t)record.entity, 0, &(struct nc_dot){0, 0});
	record.flags = all ? FACT_GONE
			   : (some ? FACT_CONFLICTS | FACT_REVIVED : 0u) |
				       (differ ? FACT_CONFLICTS : 0u);
	*facts_add(facts) = record;
}

void history_expect(const struct history *history, struct facts *facts)
{
	size_t lives, from = 0;

	memset(facts, 0, sizeof(*facts));
	facts->sim = history->sim;
	for (size_t i = 0; i < history->writes.count; i++) {
		const struct fact *write = &history->writes.list[i];

		if (facts_find(&history->replaced, write) == NULL)
			*facts_add(facts) = *write;
	}
	lives = facts->count;
	for (size_t i = 1; i <= lives; i++)
		if (i == lives ||
			!same_record(&facts->list[i], &facts->list[from])) {
			expect_record(facts, from, i);
			from = i;
		}
	facts_sort(facts);
}
