#include "command/check_store.h"

#include "base/limits.h"
#include "command/plan_store.h"
#include "command/submissions.h"
#include "store/roof.h"
#include "trust/trust.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define RECORD_BYTES_MAX (64u * 1024 * 1024)
/* A shown row has hardly more fields than this; model.c has fewer. */
#define FIELDS_MAX 64

struct reading {
	struct nc_checked *checked;
	struct nc_store *store;
	const struct nc_id *unions; /* these alone */
	size_t unions_count;	    /* 0: all */
	struct nc_id cluster;
	int year;
	struct nc_submissions sent; /* the year's papers */
	struct nc_arena arena;	    /* of one record */
};

void nc_checked_init(struct nc_checked *checked)
{
	nc_check_book_init(&checked->book);
	nc_plan_init(&checked->plan);
	nc_check_init(&checked->check);
	nc_proposals_init(&checked->mends, nc_sha256);
	checked->findings = NULL;
}

void nc_checked_fini(struct nc_checked *checked)
{
	nc_free(checked->findings);
	nc_proposals_fini(&checked->mends);
	nc_check_fini(&checked->check);
	nc_plan_fini(&checked->plan);
	nc_check_book_fini(&checked->book);
}

static size_t union_number(
	const struct reading *reading, const struct nc_id *union_id)
{
	const struct nc_check_book *book = &reading->checked->book;

	for (size_t i = 0; i < book->unions_count; i++)
		if (nc_id_compare(&book->unions[i].id, union_id) == 0)
			return i + 1;
	return 0;
}

/* The union to visit; NULL: all, of which union_number tells ours. */
static const struct nc_id *only(const struct reading *reading)
{
	return reading->unions_count == 1 ? reading->unions : NULL;
}

static enum nc_status read_unions(struct reading *reading, struct nc_error *err)
{
	struct nc_check_book *book = &reading->checked->book;
	const struct nc_registry *registry;
	struct nc_check_union *unions;
	enum nc_status status =
		nc_store_registry(reading->store, &registry, err);

	if (status != NC_OK)
		return status;
	unions = nc_arena_array(
		&book->arena, registry->unions_count + 1, sizeof(*unions));
	if (unions == NULL)
		return nc_error_no_memory(err);
	book->unions = unions;
	for (size_t i = 0; i < registry->unions_count; i++) {
		const struct nc_registry_union *from = &registry->unions[i];
		struct nc_check_union *to = &unions[book->unions_count];

		if (reading->unions_count > 0 &&
			!nc_succession_names(reading->unions,
				reading->unions_count, &from->id))
			continue;
		to->id = from->id;
		to->code = nc_arena_text(
			&book->arena, from->code, strlen(from->code));
		to->name = nc_arena_text(
			&book->arena, from->name, strlen(from->name));
		if (to->code == NULL || to->name == NULL)
			return nc_error_no_memory(err);
		book->unions_count++;
	}
	return NC_OK;
}

/* What came after a plan that was sent and not returned: the last of each
 * union's, as this replica's log has them. */
static enum nc_status read_history(
	struct reading *reading, struct nc_error *err)
{
	struct nc_submissions *sent = &reading->sent;
	struct nc_submission *last = NULL;
	enum nc_status status = nc_submissions_read(sent, reading->store,
		(unsigned)reading->year, reading->unions, reading->unions_count,
		err);

	for (size_t i = 0; i < sent->count && status == NC_OK; i++) {
		struct nc_submission *one = &sent->list[i];
		struct nc_value verdict =
			nc_record_value(&one->record, NC_SUBMISSION_VERDICT);

		if (last != NULL && nc_id_compare(&last->record.union_id,
					    &one->record.union_id) != 0)
			last = NULL;
		one->wanted = false;
		if (strcmp(one->kind, "plan") != 0 ||
			nc_slice_equal(
				verdict.bytes, nc_slice_text("returned")) ||
			(last != NULL && last->position > one->position))
			continue;
		if (last != NULL)
			last->wanted = false;
		one->wanted = true;
		last = one;
	}
	return status == NC_OK ? nc_submissions_since(sent, reading->store, err)
			       : status;
}

static void judge_item(const struct reading *reading,
	const struct nc_record *record, struct nc_check_record *made)
{
	for (size_t s = 0; s < reading->sent.count; s++) {
		const struct nc_submission *one = &reading->sent.list[s];
		const struct nc_submission_change *change =
			nc_submission_change(
				one, &record->union_id, &record->id);

		if (change != NULL)
			made->since_sent = change->made || change->deleted;
	}
}

/* Of the year and its neighbours, or of no year. */
static bool is_wanted(
	const struct reading *reading, const struct nc_record *record)
{
	const struct nc_field *field =
		nc_entity_field_named(record->entity, "year");
	int64_t year;

	if (field == NULL || record->entity->number == NC_ENTITY_CONGRESS)
		return true;
	year = nc_record_integer(record, field->number, reading->year);
	return year >= reading->year - 1 && year <= reading->year + 1;
}

static enum nc_status visit_record(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct reading *reading = context;
	struct nc_value values[FIELDS_MAX];
	struct nc_check_record made = {.entity = record->entity,
		.id = record->id,
		.union_number = union_number(reading, &record->union_id),
		.values = values,
		.gone = record->gone};

	NC_ASSERT(record->entity->fields_count <= FIELDS_MAX);
	if ((made.union_number == 0 && !record->entity->cluster) ||
		!is_wanted(reading, record))
		return NC_OK;
	if (record->entity->number == NC_ENTITY_PLAN_ITEM)
		judge_item(reading, record, &made);
	if (made.gone && !made.since_sent)
		return NC_OK;
	for (size_t i = 0; i < record->entity->fields_count; i++) {
		const struct nc_live *live = nc_row_shown(
			&record->row, record->entity->fields[i].number);

		/* A tombstone carries what it buries. */
		values[i] = live == NULL ? nc_value_absent() : live->value;
	}
	return nc_check_book_add(&reading->checked->book, &made, err);
}

static enum nc_status read_records(
	struct reading *reading, struct nc_error *err)
{
	size_t count;
	const struct nc_entity *entities = nc_model_entities(&count);
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < count && status == NC_OK; i++) {
		const struct nc_entity *entity = &entities[i];
		bool cluster = entity->number == NC_ENTITY_UNION ||
			       entity->number == NC_ENTITY_FIXED_DAY;

		/* Who belongs, files, and what was decided: no words to
		 * check. */
		if ((entity->cluster && !cluster) ||
			entity->number == NC_ENTITY_ATTACHMENT ||
			entity->number == NC_ENTITY_PROPOSAL)
			continue;
		status = nc_records_each(reading->store, entity,
			cluster ? &reading->cluster : only(reading),
			entity->number == NC_ENTITY_PLAN_ITEM
				? NC_RECORDS_ALL
				: NC_RECORDS_PRESENT,
			visit_record, reading, err);
	}
	return status;
}

static bool is_like(const struct nc_finding *a, const struct nc_finding *b)
{
	return a->rule == b->rule && a->record == b->record &&
	       a->field == b->field && strcmp(a->words, b->words) == 0;
}

static enum nc_status name_finding(
	struct nc_checked *checked, size_t index, struct nc_error *err)
{
	const struct nc_finding *finding = &checked->check.findings[index];
	char of[NC_ID_TEXT_SIZE] = "", before[16];
	const char *texts[] = {of,
		finding->field == NULL ? "" : finding->field->name,
		finding->words, before};
	size_t same = 0;
	uint8_t hash[32];
	enum nc_status status;

	if (finding->union_number > 0)
		nc_id_format(of,
			&checked->book.unions[finding->union_number - 1].id);
	for (size_t i = index; i-- > 0 && checked->check.findings[i].record ==
						  finding->record;)
		same += is_like(finding, &checked->check.findings[i]);
	snprintf(before, sizeof(before), "%zu", same);
	status = nc_decision_hash(nc_sha256, hash, "nhipcau/1 finding\n",
		finding->rule->id, &finding->record->id, texts, 4);
	if (status != NC_OK)
		return nc_error_no_memory(err);
	nc_hex_encode(checked->findings[index].id, hash,
		(NC_FINDING_ID_SIZE - 1) / 2);
	checked->findings[index].exception =
		nc_check_exception(&checked->book, finding);
	return NC_OK;
}

static bool is_part(const struct nc_finding *finding)
{
	return finding->at != NC_CHECK_NOWHERE &&
	       (finding->field->type == NC_TYPE_TEXT ||
		       finding->field->type == NC_TYPE_LIST);
}

/* The proposal of a finding's mend in the list: it is of the last record. */
static size_t find_mend(
	const struct nc_proposals *mends, const struct nc_proposal *draft)
{
	for (size_t i = mends->count; i-- > 0;)
		if (mends->list[i].field == draft->field &&
			nc_value_equal(&mends->list[i].value, &draft->value))
			return i;
	return SIZE_MAX;
}

/* Whether somebody took it already, or did not want it. */
static enum nc_status is_decided(struct nc_store *store,
	const struct nc_proposal *mend, struct nc_arena *arena,
	bool *ret_decided, struct nc_error *err)
{
	struct nc_record decision;
	struct nc_value said;
	enum nc_status status = nc_record_get(store,
		nc_model_entity(NC_ENTITY_PROPOSAL), &mend->union_id,
		&mend->decision, arena, &decision, err);

	*ret_decided = false;
	if (status == NC_NOT_FOUND)
		return NC_OK;
	if (status != NC_OK)
		return status;
	said = nc_record_value(&decision, NC_PROPOSAL_STATUS);
	*ret_decided = !nc_slice_equal(said.bytes, nc_slice_text("open"));
	return NC_OK;
}

/* A finding's mend becomes a proposal; one that was decided is none. */
static enum nc_status propose_mend(
	struct reading *reading, size_t index, struct nc_error *err)
{
	struct nc_checked *checked = reading->checked;
	struct nc_finding *finding = &checked->check.findings[index];
	struct nc_checked_finding *one = &checked->findings[index];
	struct nc_proposal draft = {.kind = NC_PROPOSE_MEND,
		.rule = finding->rule->id,
		.field = finding->field,
		.words = finding->words,
		.why = finding->why};
	struct nc_record record;
	bool decided = false;
	enum nc_status status;

	one->mend = SIZE_MAX;
	if (finding->value[0] == '\0' || finding->union_number == 0)
		return NC_OK;
	nc_arena_reset(&reading->arena);
	status = nc_record_get(reading->store, finding->record->entity,
		&checked->book.unions[finding->union_number - 1].id,
		&finding->record->id, &reading->arena, &record, err);
	if (status == NC_OK)
		status = nc_field_parse(finding->field, finding->value,
			&reading->arena, &draft.value, err);
	if (status != NC_OK)
		return status;
	if (is_part(finding)) {
		draft.at = finding->at;
		draft.size = strlen(finding->words);
		draft.put = finding->mend;
	}
	status = nc_proposals_add(&checked->mends, &record, &draft, err);
	if (status == NC_OK)
		one->mend = find_mend(&checked->mends, &draft);
	if (status == NC_OK && one->mend != SIZE_MAX)
		status = is_decided(reading->store,
			&checked->mends.list[one->mend], &reading->arena,
			&decided, err);
	if (decided) {
		finding->mend = finding->value = "";
		one->mend = SIZE_MAX;
	}
	return status;
}

static struct nc_day today(const struct nc_call *call)
{
	time_t now = (time_t)(call->env.now_ms(call->env.context) / 1000);
	struct tm tm = {0};

	localtime_r(&now, &tm);
	return (struct nc_day){tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday};
}

static void reading_fini(struct reading *reading)
{
	nc_submissions_fini(&reading->sent);
	nc_arena_fini(&reading->arena);
}

enum nc_status nc_checked_read(struct nc_checked *checked,
	struct nc_store *store, const struct nc_call *call, unsigned year,
	const struct nc_id *unions, size_t unions_count, struct nc_error *err)
{
	struct reading reading NC_AUTO(reading_fini) = {.checked = checked,
		.store = store,
		.unions = unions,
		.unions_count = unions_count,
		.year = (int)year};
	struct nc_identity identity;
	enum nc_status status = nc_store_identity(store, &identity, err);

	nc_submissions_init(&reading.sent);
	nc_arena_init(&reading.arena, RECORD_BYTES_MAX);
	reading.cluster = identity.cluster;
	checked->book.year = (int)year;
	checked->book.today = today(call);
	checked->book.plan = &checked->plan;
	if (status == NC_OK)
		status = read_unions(&reading, err);
	if (status == NC_OK)
		status = read_history(&reading, err);
	if (status == NC_OK)
		status = read_records(&reading, err);
	if (status == NC_OK)
		status = nc_plan_from_store(&checked->plan, store, year, NULL,
			unions_count == 0 ? NULL : unions, unions_count, err);
	if (status == NC_OK)
		status = nc_check_records(&checked->check, &checked->book, err);
	if (status != NC_OK)
		return status;
	checked->findings =
		nc_calloc(checked->check.count + 1, sizeof(*checked->findings));
	if (checked->findings == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < checked->check.count && status == NC_OK; i++)
		status = name_finding(checked, i, err);
	for (size_t i = 0; i < checked->check.count && status == NC_OK; i++)
		status = propose_mend(&reading, i, err);
	return status;
}

enum nc_status nc_checked_find(const struct nc_checked *checked,
	const char *digits, bool ignored, size_t *ret_index,
	struct nc_error *err)
{
	size_t size = strlen(digits), found = SIZE_MAX;

	for (size_t i = 0; i < checked->check.count && size > 0; i++) {
		const struct nc_checked_finding *one = &checked->findings[i];

		if ((one->exception != NULL) != ignored ||
			size >= NC_FINDING_ID_SIZE ||
			strncmp(one->id, digits, size) != 0)
			continue;
		if (found != SIZE_MAX)
			return nc_error_set(err, NC_INVALID,
				_("%s means two findings; give more digits."),
				digits);
		found = i;
	}
	if (found == SIZE_MAX)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no finding %s about %d; its words may have "
			  "changed since: check shows what there is, and "
			  "--year names another year."),
			digits, checked->book.year);
	*ret_index = found;
	return NC_OK;
}
