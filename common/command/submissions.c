#include "command/submissions.h"

#include "base/limits.h"
#include "intake/revise.h"
#include "model/numbers.h"
#include "store/roof.h"
#include "wire/changeset.h"

#include <stdlib.h>
#include <string.h>

#define SUBMISSIONS_ARENA_MAX (512u * 1024 * 1024)
#define DECODE_BYTES_MAX (64u * 1024 * 1024)

/* The records of a paper; of a report not its entry in the register. */
struct paper {
	const struct nc_revise_shape *shapes;
	size_t shapes_count;
};

static struct paper paper_of(const char *kind)
{
	struct paper plan = {nc_revise_plan_shapes, NC_REVISE_PLAN_SHAPES};
	struct paper report = {nc_revise_annual_shapes, NC_REVISE_DOCUMENT};

	return strcmp(kind, "plan") == 0 ? plan : report;
}

const struct nc_choice *nc_paper_kinds(void)
{
	return nc_entity_field(
		nc_model_entity(NC_ENTITY_SUBMISSION), NC_SUBMISSION_KIND)
		->choices;
}

void nc_submissions_init(struct nc_submissions *submissions)
{
	*submissions = (struct nc_submissions){.count = 0};
	nc_arena_init(&submissions->arena, SUBMISSIONS_ARENA_MAX);
}

void nc_submissions_fini(struct nc_submissions *submissions)
{
	nc_free(submissions->list);
	nc_arena_fini(&submissions->arena);
}

/* --- reading them -------------------------------------------------------- */

struct reading {
	struct nc_submissions *submissions;
	const struct nc_id *unions;
	size_t unions_count;
	size_t capacity;
};

static enum nc_status visit_submission(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct reading *reading = context;
	struct nc_submissions *to = reading->submissions;
	const struct nc_live *sent =
		nc_row_shown(&record->row, NC_SUBMISSION_SUBMITTED_AT);
	size_t more = reading->capacity == 0 ? 16 : reading->capacity * 2;
	struct nc_submission *list;

	if (sent == NULL || sent->tombstone ||
		sent->value.kind == NC_VALUE_ABSENT ||
		nc_record_integer(record, NC_SUBMISSION_YEAR, 0) != to->year ||
		(reading->unions_count > 0 &&
			!nc_succession_names(reading->unions,
				reading->unions_count, &record->union_id)))
		return NC_OK;
	if (to->count == reading->capacity) {
		list = nc_realloc(to->list, more * sizeof(*list));
		if (list == NULL)
			return nc_error_no_memory(err);
		to->list = list;
		reading->capacity = more;
	}
	list = &to->list[to->count];
	*list = (struct nc_submission){.dot = sent->dot};
	list->kind = nc_record_text(record, NC_SUBMISSION_KIND, &to->arena);
	if (list->kind == NULL ||
		!nc_record_keep(&to->arena, record, &list->record))
		return nc_error_no_memory(err);
	to->count++;
	return NC_OK;
}

static int compare_slices(struct nc_slice a, struct nc_slice b)
{
	size_t common = a.size < b.size ? a.size : b.size;
	int order = common == 0 ? 0 : memcmp(a.data, b.data, common);

	return order != 0 ? order : (a.size > b.size) - (a.size < b.size);
}

static size_t kind_index(const char *kind)
{
	const struct nc_choice *kinds = nc_paper_kinds();
	size_t index = 0;

	while (kinds[index].name != NULL &&
		strcmp(kinds[index].name, kind) != 0)
		index++;
	return index;
}

static bool is_one_paper(
	const struct nc_submission *a, const struct nc_submission *b)
{
	return nc_id_compare(&a->record.union_id, &b->record.union_id) == 0 &&
	       strcmp(a->kind, b->kind) == 0;
}

static int compare_submissions(const void *a, const void *b)
{
	const struct nc_submission *x = a, *y = b;
	int order = nc_id_compare(&x->record.union_id, &y->record.union_id);

	if (order == 0)
		order = (int)kind_index(x->kind) - (int)kind_index(y->kind);
	if (order == 0)
		order = compare_slices(
			nc_record_value(&x->record, NC_SUBMISSION_SUBMITTED_AT)
				.bytes,
			nc_record_value(&y->record, NC_SUBMISSION_SUBMITTED_AT)
				.bytes);
	return order != 0 ? order : nc_id_compare(&x->record.id, &y->record.id);
}

static enum nc_status take_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct nc_submission *submission = context;

	(void)err;
	submission->position = entry->position;
	submission->received_at_ms = entry->received_at_ms;
	return NC_OK;
}

static enum nc_status place_one(struct nc_submissions *submissions,
	size_t index, struct nc_store *store, struct nc_error *err)
{
	struct nc_submission *one = &submissions->list[index];
	enum nc_status status = nc_log_entry(store, &one->record.union_id,
		one->dot.device, one->dot.sequence, take_entry, one, err);

	one->version = 1;
	if (index > 0 && is_one_paper(one, one - 1))
		one->version = one[-1].version + 1;
	one->latest =
		index + 1 == submissions->count || !is_one_paper(one, one + 1);
	one->wanted = one->latest;
	return status == NC_NOT_FOUND ? NC_OK : status;
}

enum nc_status nc_submissions_read(struct nc_submissions *submissions,
	struct nc_store *store, unsigned year, const struct nc_id *unions,
	size_t unions_count, struct nc_error *err)
{
	struct reading reading = {submissions, unions, unions_count, 0};
	enum nc_status status;

	submissions->year = year;
	status = nc_records_each(store, nc_model_entity(NC_ENTITY_SUBMISSION),
		NULL, NC_RECORDS_PRESENT, visit_submission, &reading, err);
	if (submissions->count > 0)
		qsort(submissions->list, submissions->count,
			sizeof(*submissions->list), compare_submissions);
	for (size_t i = 0; i < submissions->count && status == NC_OK; i++)
		status = place_one(submissions, i, store, err);
	return status;
}

size_t nc_submissions_latest(const struct nc_submissions *submissions,
	const struct nc_id *union_id, const char *kind)
{
	for (size_t i = 0; i < submissions->count; i++) {
		const struct nc_submission *one = &submissions->list[i];

		if (one->latest && strcmp(one->kind, kind) == 0 &&
			nc_id_compare(&one->record.union_id, union_id) == 0)
			return i;
	}
	return SIZE_MAX;
}

/* Whether a union's records are of another one's paper of that year. */
static bool stands_under(const struct nc_registry *registry, unsigned year,
	const struct nc_id *of, const struct nc_id *roof)
{
	const struct nc_registry_union *one;
	char day[NC_DATE_TEXT_SIZE];

	if (nc_id_compare(of, roof) == 0)
		return true;
	one = nc_registry_union(registry, of);
	nc_date_year_end(day, year);
	return one != NULL &&
	       nc_id_compare(&nc_roof_of(registry, one, day).of->id, roof) == 0;
}

bool nc_submissions_has(const struct nc_submissions *submissions,
	const struct nc_registry *registry, const struct nc_id *union_id,
	const char *kind)
{
	for (size_t i = 0; i < submissions->count; i++)
		if (strcmp(submissions->list[i].kind, kind) == 0 &&
			stands_under(registry, submissions->year,
				&submissions->list[i].record.union_id,
				union_id))
			return true;
	return false;
}

/* --- what came since ------------------------------------------------------ */

struct since {
	struct nc_submissions *submissions;
	struct nc_store *store;
	const struct nc_registry *registry;
	struct nc_submission_change *changes; /* as the log has them */
	size_t count, capacity;
	struct nc_arena arena; /* of one change-set or record */
};

static bool is_field_of(const struct nc_revise_shape *shape, uint32_t field)
{
	for (size_t i = 0; i < NC_REVISE_PLACES_MAX && shape->places[i] != 0;
		i++)
		if (shape->places[i] == field)
			return true;
	return field == shape->year || field == shape->rank ||
	       field == shape->text ||
	       (shape->kind != 0 && field == shape->kind) ||
	       (shape->level != 0 && field == shape->level);
}

static bool is_of_paper(
	const struct paper *paper, const struct nc_record_change *change)
{
	for (size_t s = 0; s < paper->shapes_count; s++) {
		if (paper->shapes[s].entity != change->entity)
			continue;
		if (change->deletes)
			return true;
		for (size_t i = 0; i < change->fields_count; i++)
			if (is_field_of(
				    &paper->shapes[s], change->fields[i].field))
				return true;
	}
	return false;
}

/* Whether the change makes the record: nothing lived in its year before. */
static bool makes(
	const struct paper *paper, const struct nc_record_change *change)
{
	for (size_t i = 0; i < change->fields_count; i++)
		if (change->fields[i].field == paper->shapes[0].year)
			return change->fields[i].replaces_count == 0;
	return false;
}

static enum nc_status note_change(struct since *since, size_t submission,
	const struct nc_id *union_id, const struct nc_record_change *change,
	struct nc_error *err)
{
	const struct paper paper =
		paper_of(since->submissions->list[submission].kind);
	size_t more = since->capacity == 0 ? 64 : since->capacity * 2;
	struct nc_submission_change *changes;

	if (!is_of_paper(&paper, change))
		return NC_OK;
	if (since->count == since->capacity) {
		changes = nc_realloc(since->changes, more * sizeof(*changes));
		if (changes == NULL)
			return nc_error_no_memory(err);
		since->changes = changes;
		since->capacity = more;
	}
	since->changes[since->count++] =
		(struct nc_submission_change){.submission = submission,
			.union_id = *union_id,
			.id = change->record,
			.entity = change->entity,
			.made = !change->deletes && makes(&paper, change),
			.deleted = change->deletes};
	return NC_OK;
}

static bool covers(const struct since *since,
	const struct nc_submission *submission,
	const struct nc_log_entry *entry)
{
	return submission->wanted && submission->position > 0 &&
	       entry->position > submission->position &&
	       stands_under(since->registry, since->submissions->year,
		       &entry->union_id, &submission->record.union_id);
}

static enum nc_status visit_entry(
	void *context, const struct nc_log_entry *entry, struct nc_error *err)
{
	struct since *since = context;
	struct nc_change_set set = {.records_count = 0};
	bool decoded = false;
	enum nc_status status = NC_OK;

	for (size_t s = 0; s < since->submissions->count; s++) {
		if (!covers(since, &since->submissions->list[s], entry))
			continue;
		if (!decoded) {
			nc_arena_reset(&since->arena);
			status = nc_change_set_decode(entry->signed_set.payload,
				&since->arena, &set, err);
		}
		decoded = true;
		for (size_t i = 0; i < set.records_count && status == NC_OK;
			i++)
			status = note_change(since, s, &entry->union_id,
				&set.records[i], err);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

static int compare_changes(const void *a, const void *b)
{
	const struct nc_submission_change *x = a, *y = b;
	int order = (x->submission > y->submission) -
		    (x->submission < y->submission);

	if (order == 0)
		order = nc_id_compare(&x->union_id, &y->union_id);
	return order != 0 ? order : nc_id_compare(&x->id, &y->id);
}

/* A record's changes as one. */
static void join_changes(struct since *since)
{
	size_t kept = 0;

	if (since->count > 0)
		qsort(since->changes, since->count, sizeof(*since->changes),
			compare_changes);
	for (size_t i = 0; i < since->count; i++) {
		struct nc_submission_change *last = &since->changes[kept];

		if (kept > 0 &&
			compare_changes(last - 1, &since->changes[i]) == 0) {
			last[-1].made |= since->changes[i].made;
			last[-1].deleted |= since->changes[i].deleted;
			continue;
		}
		*last = since->changes[i];
		kept++;
	}
	since->count = kept;
}

/* Of the paper's year and kind; a tombstone carries what it buries. An edit
 * that its deleter had not seen brings a record back. */
static bool is_of(const struct nc_submissions *submissions,
	const struct nc_submission *submission, const struct nc_record *record)
{
	const struct paper paper = paper_of(submission->kind);
	const struct nc_live *year =
		nc_row_shown(&record->row, paper.shapes[0].year);
	const struct nc_live *kind =
		paper.shapes[0].kind == 0
			? NULL
			: nc_row_shown(&record->row, paper.shapes[0].kind);

	return year != NULL && year->value.kind == NC_VALUE_INTEGER &&
	       year->value.integer == submissions->year &&
	       (paper.shapes[0].kind == 0 ||
		       (kind != NULL &&
			       nc_slice_equal(kind->value.bytes,
				       nc_slice_text(submission->kind))));
}

static enum nc_status judge(struct since *since,
	struct nc_submission_change *change, bool *ret_kept,
	struct nc_error *err)
{
	const struct nc_submissions *submissions = since->submissions;
	struct nc_record record;
	enum nc_status status;

	*ret_kept = false;
	nc_arena_reset(&since->arena);
	status = nc_record_get(since->store, nc_model_entity(change->entity),
		&change->union_id, &change->id, &since->arena, &record, err);
	if (status == NC_NOT_FOUND)
		return NC_OK; /* refused */
	if (status != NC_OK)
		return status;
	change->deleted = record.gone;
	*ret_kept = !(change->made && change->deleted) &&
		    is_of(submissions, &submissions->list[change->submission],
			    &record);
	return NC_OK;
}

static enum nc_status keep_changes(struct since *since, struct nc_error *err)
{
	struct nc_submissions *submissions = since->submissions;
	struct nc_submission_change *kept = nc_arena_array(
		&submissions->arena, since->count + 1, sizeof(*kept));
	size_t count = 0;
	enum nc_status status = NC_OK;

	if (kept == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < since->count && status == NC_OK; i++) {
		struct nc_submission *of =
			&submissions->list[since->changes[i].submission];
		bool is_kept;

		status = judge(since, &since->changes[i], &is_kept, err);
		if (status != NC_OK || !is_kept)
			continue;
		kept[count] = since->changes[i];
		if (of->changes_count++ == 0)
			of->changes = &kept[count];
		count++;
	}
	return status;
}

enum nc_status nc_submissions_since(struct nc_submissions *submissions,
	struct nc_store *store, struct nc_error *err)
{
	struct since since = {.submissions = submissions, .store = store};
	int64_t first = 0;
	enum nc_status status = nc_store_registry(store, &since.registry, err);

	for (size_t i = 0; i < submissions->count; i++) {
		const struct nc_submission *one = &submissions->list[i];

		if (one->wanted && one->position > 0 &&
			(first == 0 || one->position < first))
			first = one->position;
	}
	if (status != NC_OK || first == 0)
		return status;
	nc_arena_init(&since.arena, DECODE_BYTES_MAX);
	status = nc_log_read(store, first, visit_entry, &since, err);
	join_changes(&since);
	if (status == NC_OK)
		status = keep_changes(&since, err);
	nc_arena_fini(&since.arena);
	nc_free(since.changes);
	return status;
}

const struct nc_submission_change *nc_submission_change(
	const struct nc_submission *submission, const struct nc_id *union_id,
	const struct nc_id *id)
{
	const struct nc_submission_change *found;
	struct nc_submission_change wanted = {.union_id = *union_id, .id = *id};

	if (submission->changes_count == 0)
		return NULL;
	wanted.submission = submission->changes[0].submission;
	found = bsearch(&wanted, submission->changes, submission->changes_count,
		sizeof(wanted), compare_changes);
	return found;
}

/* --- how large a paper is ------------------------------------------------- */

struct counting {
	const struct nc_registry *registry;
	const struct nc_id *roof;
	const struct nc_revise_shape *shape;
	unsigned year;
	const char *kind;
	size_t count;
};

static enum nc_status visit_counted(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct counting *counting = context;
	const struct nc_revise_shape *shape = counting->shape;

	(void)err;
	if (nc_record_integer(record, shape->year, 0) == counting->year &&
		(shape->kind == 0 ||
			nc_slice_equal(
				nc_record_value(record, shape->kind).bytes,
				nc_slice_text(counting->kind))) &&
		stands_under(counting->registry, counting->year,
			&record->union_id, counting->roof))
		counting->count++;
	return NC_OK;
}

enum nc_status nc_paper_counts(struct nc_store *store,
	const struct nc_id *union_id, unsigned year, const char *kind,
	struct nc_paper_count ret_counts[NC_PAPER_ENTITIES_MAX],
	struct nc_error *err)
{
	const struct paper paper = paper_of(kind);
	struct counting counting = {
		.roof = union_id, .year = year, .kind = kind};
	size_t count = 0;
	enum nc_status status =
		nc_store_registry(store, &counting.registry, err);

	memset(ret_counts, 0, NC_PAPER_ENTITIES_MAX * sizeof(*ret_counts));
	for (size_t s = 0; s < paper.shapes_count && status == NC_OK; s++) {
		counting.shape = &paper.shapes[s];
		counting.count = 0;
		if (s > 0 &&
			paper.shapes[s].entity == paper.shapes[s - 1].entity)
			continue;
		status = nc_records_each(store,
			nc_model_entity(counting.shape->entity), NULL,
			NC_RECORDS_PRESENT, visit_counted, &counting, err);
		NC_ASSERT(count < NC_PAPER_ENTITIES_MAX);
		ret_counts[count++] = (struct nc_paper_count){
			counting.shape->entity, counting.count};
	}
	return status;
}
