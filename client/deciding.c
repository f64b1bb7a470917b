#include "deciding.h"

#include <string.h>

/* So many changes go into one change-set with their decisions. */
#define CHANGES_AT_ONCE 256
#define DECIDING_ARENA_MAX (256u * 1024 * 1024)

void nc_offers_init(struct nc_offers *offers)
{
	memset(offers, 0, sizeof(*offers));
	nc_proposals_init(&offers->proposals, nc_sha256);
	nc_checked_init(&offers->checked);
}

void nc_offers_fini(struct nc_offers *offers)
{
	nc_checked_fini(&offers->checked);
	nc_proposals_fini(&offers->proposals);
}

enum nc_status nc_offers_filter(struct nc_offers *offers,
	const struct nc_call *call, struct nc_store *store,
	struct nc_arena *arena, struct nc_error *err)
{
	struct nc_proposals_filter *filter = &offers->filter;
	const char *kind = nc_call_value(call, "kind");
	const char *digits = nc_call_value(call, "record");
	struct nc_record found;
	enum nc_status status = NC_OK;
	unsigned year = 0;

	if (nc_call_has(call, "year"))
		status = nc_call_year(call, &year, err);
	if (status != NC_OK)
		return status;
	filter->year = (int)year;
	if (kind != NULL && !nc_propose_kind_read(kind, &filter->kind))
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is no kind of proposal; there are found, "
			  "mend and carried."),
			kind);
	filter->has_kind = kind != NULL;
	if (digits == NULL)
		return NC_OK;
	status = nc_record_find(store, digits, arena, &found, err);
	if (status != NC_OK)
		return status;
	offers->record = found.id;
	filter->record = &offers->record;
	filter->entity = found.entity;
	return NC_OK;
}

/* Of a --record its own, so that what show tells of it can be decided. */
static enum nc_status year_of_mends(struct nc_offers *offers,
	const struct nc_call *call, struct nc_store *store, unsigned *ret_year,
	struct nc_error *err)
{
	const struct nc_proposals_filter *filter = &offers->filter;
	const struct nc_field *field;
	char digits[NC_ID_TEXT_SIZE];
	struct nc_record record;
	enum nc_status status = nc_call_year(call, ret_year, err);

	if (status != NC_OK || filter->record == NULL || filter->year != 0)
		return status;
	field = nc_year_field(filter->entity);
	if (field == NULL)
		return NC_OK;
	nc_id_format(digits, filter->record);
	status = nc_record_find(
		store, digits, &offers->proposals.arena, &record, err);
	if (status == NC_OK)
		*ret_year = (unsigned)nc_record_integer(
			&record, field->number, *ret_year);
	return status;
}

enum nc_status nc_offers_gather(struct nc_offers *offers,
	const struct nc_call *call, struct nc_store *store,
	const struct nc_id *unions, size_t unions_count, struct nc_error *err)
{
	const struct nc_proposals_filter *filter = &offers->filter;
	unsigned year;
	enum nc_status status = NC_OK;

	if (!filter->has_kind || filter->kind == NC_PROPOSE_MEND) {
		status = year_of_mends(offers, call, store, &year, err);
		if (status == NC_OK)
			status = nc_checked_read(&offers->checked, store, call,
				year, unions, unions_count, err);
	}
	for (size_t i = 0; i < unions_count && status == NC_OK; i++)
		status = nc_proposals_gather(&offers->proposals, store,
			&unions[i], filter, &offers->checked.mends, err);
	return status;
}

void nc_deciding_init(struct nc_deciding *deciding, const struct nc_call *call)
{
	memset(deciding, 0, sizeof(*deciding));
	deciding->call = call;
	nc_home_init(&deciding->home);
	nc_arena_init(&deciding->arena, DECIDING_ARENA_MAX);
	nc_offers_init(&deciding->offers);
}

void nc_deciding_fini(struct nc_deciding *deciding)
{
	nc_offers_fini(&deciding->offers);
	nc_home_fini(&deciding->home);
	nc_arena_fini(&deciding->arena);
}

enum nc_status nc_deciding_open(
	struct nc_deciding *deciding, struct nc_error *err)
{
	struct nc_home *home = &deciding->home;
	enum nc_status status =
		nc_client_open(home, deciding->call, &deciding->author, err);

	if (status == NC_OK)
		status = nc_store_begin(home->store, err);
	if (status == NC_OK)
		status = nc_client_unions(home, deciding->call,
			&deciding->unions, &deciding->unions_count, err);
	return status;
}

enum nc_status nc_deciding_gather(
	struct nc_deciding *deciding, struct nc_error *err)
{
	size_t count;
	enum nc_status status = nc_offers_gather(&deciding->offers,
		deciding->call, deciding->home.store, deciding->unions,
		deciding->unions_count, err);

	if (status != NC_OK)
		return status;
	count = deciding->offers.proposals.count;
	deciding->chosen = nc_arena_array(
		&deciding->arena, count + 1, sizeof(*deciding->chosen));
	/* A record, what a proposal creates and the decision. */
	deciding->changes = nc_arena_array(
		&deciding->arena, 3 * count + 1, sizeof(*deciding->changes));
	deciding->changes_unions = nc_arena_array(&deciding->arena,
		3 * count + 1, sizeof(*deciding->changes_unions));
	if (deciding->chosen == NULL || deciding->changes == NULL ||
		deciding->changes_unions == NULL)
		return nc_error_no_memory(err);
	memset(deciding->chosen, 0, (count + 1) * sizeof(*deciding->chosen));
	return NC_OK;
}

static struct nc_record_change *add_change(struct nc_deciding *deciding,
	const struct nc_id *union_id, const struct nc_id *record,
	uint32_t entity, size_t fields)
{
	struct nc_record_change *change =
		&deciding->changes[deciding->changes_count];

	memset(change, 0, sizeof(*change));
	change->record = *record;
	change->entity = entity;
	change->fields = nc_arena_array(
		&deciding->arena, fields, sizeof(*change->fields));
	if (change->fields == NULL)
		return NULL;
	memset(change->fields, 0, fields * sizeof(*change->fields));
	deciding->changes_unions[deciding->changes_count++] = *union_id;
	return change;
}

static bool add_decision(
	struct nc_deciding *deciding, const struct nc_proposal *proposal)
{
	struct nc_record_change *change =
		add_change(deciding, &proposal->union_id, &proposal->decision,
			NC_ENTITY_PROPOSAL, NC_DECISION_FIELDS);

	if (change == NULL)
		return false;
	change->fields_count = nc_proposal_decide(
		proposal, deciding->accepts, deciding->reason, change->fields);
	deciding->decided++;
	return true;
}

static bool has_field(const struct nc_record_change *change, uint32_t field)
{
	for (size_t i = 0; i < change->fields_count; i++)
		if (change->fields[i].field == field)
			return true;
	return false;
}

static bool add_created(
	struct nc_deciding *deciding, const struct nc_proposal *proposal)
{
	struct nc_record_change *change =
		add_change(deciding, &proposal->union_id, &proposal->created,
			proposal->creates->number, proposal->fields_count);

	if (change == NULL)
		return false;
	memcpy(change->fields, proposal->fields,
		proposal->fields_count * sizeof(*proposal->fields));
	change->fields_count = proposal->fields_count;
	deciding->created++;
	return true;
}

/* The chosen proposal at `from` and, of the others before `to`, the mends that
 * can be joined with it, as one value of its field. */
static enum nc_status add_field(struct nc_deciding *deciding,
	struct nc_record_change *change, size_t from, size_t to,
	struct nc_error *err)
{
	const struct nc_proposal *list = deciding->offers.proposals.list;
	const struct nc_proposal **same =
		nc_arena_array(&deciding->arena, to - from, sizeof(*same));
	bool *taken =
		nc_arena_array(&deciding->arena, to - from, sizeof(*taken));
	struct nc_field_change *field = &change->fields[change->fields_count];
	size_t count = 0;
	enum nc_status status;

	if (same == NULL || taken == NULL)
		return nc_error_no_memory(err);
	same[count++] = &list[from];
	for (size_t i = from + 1; i < to && list[from].put != NULL; i++)
		if (deciding->chosen[i] && list[i].put != NULL &&
			list[i].field == list[from].field)
			same[count++] = &list[i];
	status = nc_proposals_join(
		same, count, &deciding->arena, &field->value, taken, err);
	if (status != NC_OK)
		return status;
	field->field = list[from].field->number;
	change->fields_count++;
	deciding->fields++;
	for (size_t i = 0; i < count; i++)
		if (taken[i] && !add_decision(deciding, same[i]))
			return nc_error_no_memory(err);
	return NC_OK;
}

/* Of two for one field the first is taken; the other is computed anew from
 * what it makes. */
static enum nc_status add_one(struct nc_deciding *deciding,
	struct nc_record_change *change, size_t from, size_t to,
	struct nc_error *err)
{
	const struct nc_proposal *proposal =
		&deciding->offers.proposals.list[from];

	if (deciding->accepts && proposal->field != NULL)
		return has_field(change, proposal->field->number)
			       ? NC_OK
			       : add_field(deciding, change, from, to, err);
	if (deciding->accepts && !add_created(deciding, proposal))
		return nc_error_no_memory(err);
	return add_decision(deciding, proposal) ? NC_OK
						: nc_error_no_memory(err);
}

/* The chosen proposals [from, to) of one record, as changes. */
static enum nc_status add_record(struct nc_deciding *deciding, size_t from,
	size_t to, struct nc_error *err)
{
	const struct nc_proposal *list = deciding->offers.proposals.list;
	struct nc_record_change *change =
		add_change(deciding, &list[from].union_id, &list[from].of,
			list[from].entity->number, to - from);
	enum nc_status status = NC_OK;

	if (change == NULL)
		return nc_error_no_memory(err);
	for (size_t i = from; i < to && status == NC_OK; i++)
		if (deciding->chosen[i])
			status = add_one(deciding, change, i, to, err);
	return status;
}

/* A record without fields to write is none. */
static enum nc_status flush(struct nc_deciding *deciding, struct nc_error *err)
{
	size_t kept = 0;

	for (size_t i = 0; i < deciding->changes_count; i++) {
		if (deciding->changes[i].fields_count == 0)
			continue;
		deciding->changes_unions[kept] = deciding->changes_unions[i];
		deciding->changes[kept++] = deciding->changes[i];
	}
	deciding->changes_count = 0;
	return nc_client_write_each(&deciding->home, &deciding->author,
		deciding->changes, deciding->changes_unions, kept,
		&deciding->written, err);
}

static bool is_same_record(
	const struct nc_proposal *a, const struct nc_proposal *b)
{
	return nc_id_compare(&a->of, &b->of) == 0 &&
	       nc_id_compare(&a->union_id, &b->union_id) == 0;
}

enum nc_status nc_deciding_write(
	struct nc_deciding *deciding, struct nc_error *err)
{
	const struct nc_proposals *proposals = &deciding->offers.proposals;
	enum nc_status status = NC_OK;

	for (size_t from = 0, to; from < proposals->count && status == NC_OK;
		from = to) {
		for (to = from + 1; to < proposals->count &&
				    is_same_record(&proposals->list[to],
					    &proposals->list[from]);)
			to++;
		status = add_record(deciding, from, to, err);
		if (status == NC_OK &&
			deciding->changes_count >= CHANGES_AT_ONCE)
			status = flush(deciding, err);
	}
	return status == NC_OK ? flush(deciding, err) : status;
}
