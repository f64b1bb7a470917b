#include "intake/proposal_store.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define RECORDS_ARENA_MAX (512u * 1024 * 1024)

struct decision {
	struct nc_id id, of;
	bool carried;
	const char *field;
};

struct gathering {
	struct nc_proposals *to;
	struct nc_store *store;
	const struct nc_id *union_id;
	const struct nc_proposals_filter *filter;
	/* The checker's, ascending by record. */
	const struct nc_proposal **mends;
	size_t mends_count;
	struct nc_arena arena; /* of what was read */
	struct decision *decisions;
	size_t decisions_count, decisions_capacity;
	struct nc_known_name *names;
	size_t names_count, names_capacity;
	struct nc_known_target *targets;
	size_t targets_count, targets_capacity;
	struct nc_record *records; /* of one entity */
	size_t records_count, records_capacity;
};

/* Room for one more of an array. */
static bool grow(void *array, size_t count, size_t *capacity, size_t size)
{
	void **at = array;
	size_t more = *capacity == 0 ? 64 : *capacity * 2;
	void *grown;

	if (count < *capacity)
		return true;
	grown = nc_realloc(*at, more * size);
	if (grown == NULL)
		return false;
	*at = grown;
	*capacity = more;
	return true;
}

#define GROW(gathering, what)                                                  \
	grow(&(gathering)->what, (gathering)->what##_count,                    \
		&(gathering)->what##_capacity, sizeof(*(gathering)->what))

static bool id_of(
	const struct nc_record *record, uint32_t field, struct nc_id *ret_id)
{
	struct nc_value value = nc_record_value(record, field);

	return nc_references_at(&value, 0, ret_id);
}

static bool is_text(
	const struct nc_record *record, uint32_t field, const char *text)
{
	struct nc_value value = nc_record_value(record, field);

	return value.kind == NC_VALUE_TEXT &&
	       nc_slice_equal(value.bytes, nc_slice_text(text));
}

/* One that a person deleted decides too: who wants it again sets it open. */
static enum nc_status keep_decision(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct gathering *gathering = context;
	struct decision *decision;

	if (is_text(record, NC_PROPOSAL_STATUS, "open"))
		return NC_OK;
	if (!GROW(gathering, decisions))
		return nc_error_no_memory(err);
	decision = &gathering->decisions[gathering->decisions_count];
	memset(decision, 0, sizeof(*decision));
	decision->id = record->id;
	decision->carried = is_text(record, NC_PROPOSAL_KIND, "carried");
	if (!id_of(record, NC_PROPOSAL_OF, &decision->of))
		return NC_OK;
	decision->field =
		nc_record_text(record, NC_PROPOSAL_FIELD, &gathering->arena);
	if (decision->field == NULL)
		return nc_error_no_memory(err);
	gathering->decisions_count++;
	return NC_OK;
}

static int compare_decisions(const void *a, const void *b)
{
	const struct decision *x = a, *y = b;

	return nc_id_compare(&x->of, &y->of);
}

/* The first decision of a record, and how many. */
static size_t decisions_of(const struct gathering *gathering,
	const struct nc_id *of, const struct decision **ret_first)
{
	size_t low = 0, high = gathering->decisions_count, end;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (nc_id_compare(&gathering->decisions[middle].of, of) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	end = low;
	while (end < gathering->decisions_count &&
		nc_id_compare(&gathering->decisions[end].of, of) == 0)
		end++;
	*ret_first = &gathering->decisions[low];
	return end - low;
}

/* Carried words are decided once: what a person made of them since is not
 * counted on again. */
static bool is_decided(
	const struct gathering *gathering, const struct nc_proposal *proposal)
{
	const struct decision *decision;
	size_t count = decisions_of(gathering, &proposal->of, &decision);

	for (size_t i = 0; i < count; i++)
		if (nc_id_compare(&decision[i].id, &proposal->decision) == 0 ||
			(proposal->kind == NC_PROPOSE_CARRIED &&
				decision[i].carried &&
				strcmp(decision[i].field,
					proposal->field_name) == 0))
			return true;
	return false;
}

static int compare_mends(const void *a, const void *b)
{
	const struct nc_proposal *const *x = a, *const *y = b;
	int order = nc_id_compare(&(*x)->of, &(*y)->of);

	if (order == 0)
		order = nc_id_compare(&(*x)->union_id, &(*y)->union_id);
	return order != 0 ? order : (*x > *y) - (*x < *y);
}

static enum nc_status sort_mends(struct gathering *gathering,
	const struct nc_proposals *mends, struct nc_error *err)
{
	if (mends == NULL || mends->count == 0)
		return NC_OK;
	gathering->mends = nc_arena_array(
		&gathering->arena, mends->count, sizeof(*gathering->mends));
	if (gathering->mends == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < mends->count; i++)
		gathering->mends[i] = &mends->list[i];
	gathering->mends_count = mends->count;
	qsort(gathering->mends, mends->count, sizeof(*gathering->mends),
		compare_mends);
	return NC_OK;
}

/* The first mend of a record, and how many. */
static size_t mends_of(const struct gathering *gathering,
	const struct nc_record *record,
	const struct nc_proposal *const **ret_first)
{
	size_t low = 0, high = gathering->mends_count, end;

	while (low < high) {
		size_t middle = (low + high) / 2;
		const struct nc_proposal *one = gathering->mends[middle];
		int order = nc_id_compare(&one->of, &record->id);

		if (order == 0)
			order = nc_id_compare(
				&one->union_id, &record->union_id);
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	end = low;
	while (end < gathering->mends_count &&
		nc_id_compare(&gathering->mends[end]->of, &record->id) == 0 &&
		nc_id_compare(&gathering->mends[end]->union_id,
			&record->union_id) == 0)
		end++;
	*ret_first =
		gathering->mends == NULL
			? NULL
			: (const struct nc_proposal *const *)gathering->mends +
				  low;
	return end - low;
}

static enum nc_status add_name(struct gathering *gathering,
	const struct nc_record *record, struct nc_slice name,
	struct nc_error *err)
{
	struct nc_known_name *known;

	if (name.size == 0)
		return NC_OK;
	if (!GROW(gathering, names))
		return nc_error_no_memory(err);
	known = &gathering->names[gathering->names_count];
	known->id = record->id;
	known->entity = record->entity->number;
	known->name.size = name.size;
	known->name.data =
		nc_arena_copy(&gathering->arena, name.data, name.size);
	if (known->name.data == NULL)
		return nc_error_no_memory(err);
	gathering->names_count++;
	return NC_OK;
}

/* Each line of a text is a name. */
static enum nc_status add_names(struct gathering *gathering,
	const struct nc_record *record, uint32_t field, struct nc_error *err)
{
	struct nc_value value = nc_record_value(record, field);
	struct nc_slice left = value.bytes;
	enum nc_status status = NC_OK;

	if (value.kind != NC_VALUE_TEXT)
		return NC_OK;
	while (left.size > 0 && status == NC_OK) {
		const uint8_t *end = memchr(left.data, '\n', left.size);
		size_t size =
			end == NULL ? left.size : (size_t)(end - left.data);

		status = add_name(
			gathering, record, nc_slice(left.data, size), err);
		size += end != NULL;
		left = nc_slice(left.data + size, left.size - size);
	}
	return status;
}

static enum nc_status keep_names(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	static const uint32_t of_partner[] = {NC_PARTNER_NAME,
		NC_PARTNER_ABBREVIATION, NC_PARTNER_OTHER_NAMES};
	static const uint32_t of_member[] = {
		NC_MEMBER_ORG_NAME, NC_MEMBER_ORG_SHORT_NAMES};
	bool partner = record->entity->number == NC_ENTITY_PARTNER;
	const uint32_t *fields = partner ? of_partner : of_member;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < (partner ? 3 : 2) && status == NC_OK; i++)
		status = add_names(context, record, fields[i], err);
	return status;
}

static enum nc_status keep_target(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct gathering *gathering = context;
	struct nc_known_target *target;

	if (!GROW(gathering, targets))
		return nc_error_no_memory(err);
	target = &gathering->targets[gathering->targets_count];
	if (!id_of(record, NC_TARGET_PLAN_ITEM, &target->plan_item))
		return NC_OK;
	target->indicator =
		nc_record_text(record, NC_TARGET_INDICATOR, &gathering->arena);
	if (target->indicator == NULL)
		return nc_error_no_memory(err);
	gathering->targets_count++;
	return NC_OK;
}

static enum nc_status each(struct gathering *gathering, uint32_t entity,
	enum nc_records_filter filter, nc_record_visit visit,
	struct nc_error *err)
{
	return nc_records_each(gathering->store, nc_model_entity(entity),
		gathering->union_id, filter, visit, gathering, err);
}

static enum nc_status read_known(
	struct gathering *gathering, struct nc_error *err)
{
	enum nc_status status = each(gathering, NC_ENTITY_PROPOSAL,
		NC_RECORDS_ALL, keep_decision, err);

	if (status == NC_OK && gathering->decisions_count > 0)
		qsort(gathering->decisions, gathering->decisions_count,
			sizeof(*gathering->decisions), compare_decisions);
	if (status == NC_OK)
		status = each(gathering, NC_ENTITY_PARTNER, NC_RECORDS_PRESENT,
			keep_names, err);
	if (status == NC_OK)
		status = each(gathering, NC_ENTITY_MEMBER_ORG,
			NC_RECORDS_PRESENT, keep_names, err);
	if (status == NC_OK)
		status = each(gathering, NC_ENTITY_TARGET, NC_RECORDS_PRESENT,
			keep_target, err);
	return status;
}

static enum nc_status keep_record(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct gathering *gathering = context;
	const struct nc_proposals_filter *filter = gathering->filter;
	const struct nc_field *year = nc_year_field(record->entity);
	const struct nc_proposal *const *first;
	size_t mends = mends_of(gathering, record, &first);

	if (mends == 0 && filter->has_kind && filter->kind == NC_PROPOSE_MEND)
		return NC_OK;
	if (filter->year != 0 &&
		(year == NULL ? mends == 0
			      : nc_record_integer(record, year->number, 0) !=
					filter->year))
		return NC_OK;
	if (!GROW(gathering, records))
		return nc_error_no_memory(err);
	if (!nc_record_keep(&gathering->arena, record,
		    &gathering->records[gathering->records_count]))
		return nc_error_no_memory(err);
	gathering->records_count++;
	return NC_OK;
}

/* The record that this one was copied from, should it be here: in this union
 * or, after a succession, in another. */
static enum nc_status find_source(struct gathering *gathering,
	const struct nc_record *record, struct nc_record *source,
	bool *ret_found, struct nc_error *err)
{
	const struct nc_field *from = nc_carried_from_field(record->entity);
	char digits[NC_ID_TEXT_SIZE];
	struct nc_id id;
	enum nc_status status;

	*ret_found = false;
	if (from == NULL || !id_of(record, from->number, &id))
		return NC_OK;
	status = nc_record_get(gathering->store, record->entity,
		&record->union_id, &id, &gathering->arena, source, err);
	if (status == NC_NOT_FOUND) {
		nc_id_format(digits, &id);
		status = nc_record_find(gathering->store, digits,
			&gathering->arena, source, NULL);
		if (status == NC_NOT_FOUND || status == NC_INVALID)
			return NC_OK;
	}
	*ret_found = status == NC_OK && source->entity == record->entity;
	return status;
}

static bool wants(const struct gathering *gathering, enum nc_propose_kind kind)
{
	return !gathering->filter->has_kind || gathering->filter->kind == kind;
}

/* Takes what was decided off the list's end. */
static void drop_decided(struct gathering *gathering, size_t from)
{
	struct nc_proposals *to = gathering->to;
	size_t kept = from;

	for (size_t i = from; i < to->count; i++)
		if (!is_decided(gathering, &to->list[i]))
			to->list[kept++] = to->list[i];
	to->count = kept;
}

static void drop_unwanted(struct gathering *gathering, size_t from)
{
	struct nc_proposals *to = gathering->to;
	size_t kept = from;

	for (size_t i = from; i < to->count; i++)
		if (wants(gathering, to->list[i].kind))
			to->list[kept++] = to->list[i];
	to->count = kept;
}

static bool words_wait(const struct nc_proposals *proposals, size_t from)
{
	for (size_t i = from; i < proposals->count; i++)
		if (strcmp(proposals->list[i].field_name, "text") == 0 ||
			strcmp(proposals->list[i].field_name, "title") == 0)
			return true;
	return false;
}

/* The checker's mends of one record. */
static enum nc_status take_mends(struct gathering *gathering,
	const struct nc_record *record, struct nc_error *err)
{
	const struct nc_proposal *const *mends;
	size_t count = mends_of(gathering, record, &mends);
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = nc_proposals_add(gathering->to, record, mends[i], err);
	return status;
}

static enum nc_status ask_record(struct gathering *gathering,
	const struct nc_record *record, struct nc_error *err)
{
	const struct nc_known known = {gathering->names, gathering->names_count,
		gathering->targets, gathering->targets_count};
	size_t from = gathering->to->count;
	struct nc_record source;
	bool carried;
	enum nc_status status =
		find_source(gathering, record, &source, &carried, err);

	if (status == NC_OK && carried)
		status =
			nc_propose_carried(gathering->to, record, &source, err);
	drop_decided(gathering, from);
	if (status == NC_OK && !words_wait(gathering->to, from)) {
		status = take_mends(gathering, record, err);
		if (status == NC_OK && wants(gathering, NC_PROPOSE_FOUND))
			status = nc_propose_found(
				gathering->to, record, &known, err);
	}
	drop_decided(gathering, from);
	drop_unwanted(gathering, from);
	return status;
}

static enum nc_status read_records(struct gathering *gathering,
	const struct nc_entity *entity, struct nc_error *err)
{
	const struct nc_id *one = gathering->filter->record;
	struct nc_record record;
	enum nc_status status;

	gathering->records_count = 0;
	if (one == NULL)
		return each(gathering, entity->number, NC_RECORDS_PRESENT,
			keep_record, err);
	status = nc_record_get(gathering->store, entity, gathering->union_id,
		one, &gathering->arena, &record, err);
	if (status == NC_NOT_FOUND || (status == NC_OK && record.gone))
		return NC_OK;
	return status == NC_OK ? keep_record(gathering, &record, err) : status;
}

static enum nc_status ask_entity(struct gathering *gathering,
	const struct nc_entity *entity, struct nc_error *err)
{
	enum nc_status status = read_records(gathering, entity, err);

	for (size_t i = 0; i < gathering->records_count && status == NC_OK; i++)
		status = ask_record(gathering, &gathering->records[i], err);
	return status;
}

/* Whether anything can be proposed for records of an entity. */
static bool is_asked(
	const struct gathering *gathering, const struct nc_entity *entity)
{
	if (gathering->filter->entity != NULL &&
		gathering->filter->entity != entity)
		return false;
	if (nc_carried_from_field(entity) != NULL &&
		nc_year_field(entity) != NULL)
		return true;
	for (size_t i = 0; i < gathering->mends_count; i++)
		if (gathering->mends[i]->entity == entity)
			return true;
	return false;
}

static enum nc_status count_record(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	size_t *count = context;

	(void)record;
	(void)err;
	++*count;
	return NC_OK;
}

/* Reading the words of many records takes too long to be done unasked. */
static enum nc_status check_count(
	struct gathering *gathering, struct nc_error *err)
{
	const struct nc_proposals_filter *filter = gathering->filter;
	enum nc_status status = NC_OK;
	size_t entities_count, count = 0;
	const struct nc_entity *entities = nc_model_entities(&entities_count);

	if (filter->year != 0 || filter->record != NULL ||
		!wants(gathering, NC_PROPOSE_FOUND))
		return NC_OK;
	for (size_t i = 0; i < entities_count && status == NC_OK; i++)
		if (is_asked(gathering, &entities[i]))
			status = nc_records_each(gathering->store, &entities[i],
				gathering->union_id, NC_RECORDS_PRESENT,
				count_record, &count, err);
	if (status == NC_OK && count > NC_PROPOSALS_RECORDS_MAX)
		return nc_error_set(err, NC_LIMIT,
			_("There are %zu records, and reading the words of all "
			  "takes long; say of which year with --year, or of "
			  "which record with --record."),
			count);
	return status;
}

static enum nc_status ask_all(struct gathering *gathering, struct nc_error *err)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);
	enum nc_status status = check_count(gathering, err);

	for (size_t i = 0; i < count && status == NC_OK; i++)
		if (is_asked(gathering, &entities[i]))
			status = ask_entity(gathering, &entities[i], err);
	return status;
}

enum nc_status nc_proposals_gather(struct nc_proposals *proposals,
	struct nc_store *store, const struct nc_id *union_id,
	const struct nc_proposals_filter *filter,
	const struct nc_proposals *mends, struct nc_error *err)
{
	struct gathering gathering = {
		.to = proposals,
		.store = store,
		.union_id = union_id,
		.filter = filter,
	};
	enum nc_status status;

	/* An older model has no decisions, and so nothing to decide. */
	if (nc_model_entity(NC_ENTITY_PROPOSAL) == NULL)
		return NC_OK;
	nc_arena_init(&gathering.arena, RECORDS_ARENA_MAX);
	status = sort_mends(&gathering, mends, err);
	if (status == NC_OK)
		status = read_known(&gathering, err);
	if (status == NC_OK)
		status = ask_all(&gathering, err);
	nc_free(gathering.decisions);
	nc_free(gathering.names);
	nc_free(gathering.targets);
	nc_free(gathering.records);
	nc_arena_fini(&gathering.arena);
	return status;
}

struct search {
	const char *digits, *status;
};

static enum nc_status visit_decided(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct search *search = context;
	char id[NC_PROPOSAL_ID_SIZE];

	(void)err;
	nc_proposal_id_of(&record->id, id);
	if (strncmp(id, search->digits, strlen(search->digits)) != 0)
		return NC_OK;
	if (is_text(record, NC_PROPOSAL_STATUS, "accepted"))
		search->status = "accepted";
	else if (is_text(record, NC_PROPOSAL_STATUS, "rejected"))
		search->status = "rejected";
	return NC_OK;
}

enum nc_status nc_proposals_decided(struct nc_store *store,
	const struct nc_id *union_id, const char *digits,
	const char **ret_status, struct nc_error *err)
{
	struct search search = {.digits = digits, .status = ""};
	enum nc_status status =
		nc_records_each(store, nc_model_entity(NC_ENTITY_PROPOSAL),
			union_id, NC_RECORDS_ALL, visit_decided, &search, err);

	if (status == NC_OK)
		*ret_status = search.status;
	return status;
}

size_t nc_proposal_decide(const struct nc_proposal *proposal, bool accepted,
	const char *reason, struct nc_field_change fields[NC_DECISION_FIELDS])
{
	bool mend = proposal->kind == NC_PROPOSE_MEND;
	const char *why = mend ? proposal->why : "";
	const struct decided_text {
		uint32_t field;
		const char *text;
	} texts[] = {
		{NC_PROPOSAL_FIELD, proposal->field_name},
		{NC_PROPOSAL_VALUE, proposal->value_text},
		{NC_PROPOSAL_WORDS, proposal->words},
		{NC_PROPOSAL_SOURCE, proposal->source},
		{NC_PROPOSAL_KIND, nc_propose_kind_name(proposal->kind)},
		{NC_PROPOSAL_STATUS, accepted ? "accepted" : "rejected"},
		{NC_PROPOSAL_RULE, proposal->rule},
		{NC_PROPOSAL_NOTE, reason == NULL ? why : reason},
	};
	size_t count = 0;

	fields[count++] = (struct nc_field_change){.field = NC_PROPOSAL_OF,
		.value = nc_value_bytes(proposal->of.bytes, NC_ID_SIZE)};
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].text[0] != '\0')
			fields[count++] = (struct nc_field_change){
				.field = texts[i].field,
				.value = nc_value_text(texts[i].text)};
	return count;
}
