#include "intake/revise.h"
#include "intake/revise_work.h"
#include "model/rank.h"

#include <stdlib.h>
#include <string.h>

/* Marks, words and steps of a plan of a hundred thousand lines. */
#define REVISE_BYTES_MAX (512UL * 1024 * 1024)
/* Year, kind, rank, text, imported, level, the places, and what only a new
 * record has. */
#define FIELDS_MAX (7 + NC_REVISE_PLACES_MAX)

void nc_revise_init(struct nc_revise *revise)
{
	memset(revise, 0, sizeof(*revise));
	nc_arena_init(&revise->arena, REVISE_BYTES_MAX);
}

void nc_revise_fini(struct nc_revise *revise)
{
	nc_arena_fini(&revise->arena);
	nc_revise_init(revise);
}

unsigned revise_places(const struct nc_revise_shape *shape)
{
	unsigned count = 0;

	while (count < NC_REVISE_PLACES_MAX && shape->places[count] != 0)
		count++;
	return count;
}

static enum nc_status list_lines(struct revise_work *work)
{
	const struct nc_revise_input *input = work->input;

	work->lines_count = input->lines_count;
	work->lines = nc_arena_array(
		work->arena, work->lines_count, sizeof(*work->lines));
	if (work->lines == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; i < work->lines_count; i++)
		work->lines[i] = (struct revise_line){
			.said = &input->lines[i],
			.old = REVISE_NONE,
			.rank = "",
		};
	return NC_OK;
}

static int compare_olds(const void *a, const void *b)
{
	const struct nc_revise_row *left = ((const struct revise_old *)a)->row;
	const struct nc_revise_row *right = ((const struct revise_old *)b)->row;
	int order = left->gone - right->gone;

	if (order == 0 && !left->gone)
		order = strcmp(left->rank, right->rank);
	return order != 0 ? order : nc_id_compare(&left->id, &right->id);
}

static enum nc_status list_olds(struct revise_work *work)
{
	const struct nc_revise_row *rows = work->input->rows;
	size_t count = work->input->rows_count;

	work->olds_count = count;
	work->olds = nc_arena_array(work->arena, count, sizeof(*work->olds));
	if (work->olds == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; i < count; i++)
		work->olds[i] =
			(struct revise_old){.row = &rows[i], .rank = ""};
	if (count > 0)
		qsort(work->olds, count, sizeof(*work->olds), compare_olds);
	return NC_OK;
}

/* What became of one half of a line since it was imported. */
enum change {
	CHANGE_NONE,	 /* nothing in the file, or the same in the store */
	CHANGE_FILE,	 /* in the file alone */
	CHANGE_CONFLICT, /* in the file, and by a person too */
};

static enum change change_of(
	bool file_as_imported, bool file_as_record, bool record_as_imported)
{
	if (file_as_imported || file_as_record)
		return CHANGE_NONE;
	return record_as_imported ? CHANGE_FILE : CHANGE_CONFLICT;
}

struct verdict {
	enum nc_revise_kind kind;
	bool edits_words, edits_place;
};

static struct verdict judge(
	const struct revise_work *work, const struct revise_line *line)
{
	struct verdict verdict = {.kind = NC_REVISE_ADD};
	const struct revise_old *old;
	const struct nc_revise_row *row;
	enum change words, place;

	if (line->old == REVISE_NONE)
		return verdict;
	old = &work->olds[line->old];
	row = old->row;
	verdict.kind = row->gone ? NC_REVISE_KEEP : NC_REVISE_SAME;
	if (row->gone || !row->has_imported)
		return verdict;
	words = change_of(revise_same_words(line->mark, row->imported),
		revise_same_words(line->mark, old->mark),
		revise_same_words(old->mark, row->imported));
	place = change_of(revise_same_place(line->mark, row->imported),
		revise_same_place(line->mark, old->mark),
		revise_same_place(old->mark, row->imported));
	if (words == CHANGE_CONFLICT || place == CHANGE_CONFLICT) {
		verdict.kind = NC_REVISE_KEEP;
		return verdict;
	}
	if (row->disputed && (words == CHANGE_FILE || place == CHANGE_FILE)) {
		verdict.kind = NC_REVISE_KEEP;
		return verdict;
	}
	verdict.edits_words = words == CHANGE_FILE;
	verdict.edits_place = place == CHANGE_FILE;
	if (verdict.edits_words || verdict.edits_place)
		verdict.kind = NC_REVISE_EDIT;
	return verdict;
}

/* The rank of a line's record; "" when it has none that can be kept. */
static const char *old_rank(
	const struct revise_work *work, const struct revise_line *line)
{
	const struct nc_revise_row *row;

	if (line->old == REVISE_NONE)
		return "";
	row = work->olds[line->old].row;
	if (row->gone || !nc_rank_is_valid(nc_slice_text(row->rank)))
		return "";
	return row->rank;
}

/* Whether an import may give this line's record another rank. */
static bool is_ours(
	const struct revise_work *work, const struct revise_line *line)
{
	const struct nc_revise_row *row = work->olds[line->old].row;

	return row->has_imported && !row->moved;
}

/* Marks the longest run of lines whose records' ranks are in order: previous
 * holds for each line the one before it in the best run that it ends. */
static void take_run(
	struct revise_work *work, const size_t *previous, size_t last)
{
	for (size_t i = last; i != REVISE_NONE; i = previous[i])
		work->lines[i].rank = old_rank(work, &work->lines[i]);
}

/*
 * The lines of the longest run that is in order keep their records' ranks;
 * the others get new ones, so that as few records as can be change. What a
 * person placed or changed keeps its rank in any case.
 */
static enum nc_status take_ranks(struct revise_work *work)
{
	size_t n = work->lines_count, count = 0;
	size_t *ends = nc_arena_array(work->arena, n, sizeof(*ends));
	size_t *previous = nc_arena_array(work->arena, n, sizeof(*previous));

	if (ends == NULL || previous == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; i < n; i++) {
		const struct revise_line *line = &work->lines[i];
		const char *rank = old_rank(work, line);
		size_t low = 0, high = count;

		if (rank[0] == '\0' || !is_ours(work, line))
			continue;
		while (low < high) {
			size_t middle = low + (high - low) / 2;

			if (strcmp(old_rank(work, &work->lines[ends[middle]]),
				    rank) < 0)
				low = middle + 1;
			else
				high = middle;
		}
		previous[i] = low > 0 ? ends[low - 1] : REVISE_NONE;
		ends[low] = i;
		if (low == count)
			count++;
	}
	if (count > 0)
		take_run(work, previous, ends[count - 1]);
	for (size_t i = 0; i < n; i++) {
		struct revise_line *line = &work->lines[i];
		const char *rank = old_rank(work, line);

		if (line->rank[0] != '\0' || rank[0] == '\0' ||
			(is_ours(work, line) &&
				judge(work, line).kind != NC_REVISE_KEEP))
			continue;
		line->rank = rank;
		line->floats = true;
	}
	return NC_OK;
}

/* Fields go in the order of their numbers. */
static void put_field(
	struct nc_revise_step *step, uint32_t field, struct nc_value value)
{
	size_t at = step->fields_count++;

	while (at > 0 && step->fields[at - 1].field > field) {
		step->fields[at] = step->fields[at - 1];
		at--;
	}
	step->fields[at] =
		(struct nc_field_change){.field = field, .value = value};
}

/* Words that are not there are an absent value. */
static void put_words(struct nc_revise_step *step, uint32_t field,
	const char *words, bool clears)
{
	if (words[0] != '\0')
		put_field(step, field, nc_value_text(words));
	else if (clears)
		put_field(step, field, nc_value_absent());
}

static enum nc_status need_fields(
	struct revise_work *work, struct nc_revise_step *step)
{
	step->fields =
		nc_arena_array(work->arena, FIELDS_MAX, sizeof(*step->fields));
	return step->fields == NULL ? nc_error_no_memory(work->err) : NC_OK;
}

static enum nc_status add_fields(struct revise_work *work,
	const struct revise_line *line, struct nc_revise_step *step)
{
	const struct nc_revise_line *said = line->said;
	const struct nc_revise_shape *shape = revise_shape(work, said->shape);
	enum nc_status status = need_fields(work, step);

	if (status != NC_OK)
		return status;
	put_field(step, shape->year, nc_value_integer(work->input->year));
	if (shape->kind != 0)
		put_words(step, shape->kind, work->input->kind, false);
	for (unsigned i = 0; i < revise_places(shape); i++)
		put_words(step, shape->places[i], said->places[i], false);
	if (shape->rank != 0)
		put_words(step, shape->rank, line->rank, false);
	put_words(step, shape->text, said->text, false);
	put_field(
		step, shape->imported, nc_value_bytes(line->mark, REVISE_MARK));
	if (shape->level != 0)
		put_field(step, shape->level, nc_value_integer(said->level));
	if (shape->first != 0)
		put_words(step, shape->first, said->first, false);
	return NC_OK;
}

static enum nc_status edit_fields(struct revise_work *work,
	const struct revise_line *line, const struct verdict *verdict,
	struct nc_revise_step *step)
{
	const struct nc_revise_line *said = line->said;
	const struct nc_revise_shape *shape = revise_shape(work, said->shape);
	const struct nc_revise_row *row = work->olds[line->old].row;
	enum nc_status status = need_fields(work, step);
	bool moves = verdict->edits_place;

	if (status != NC_OK)
		return status;
	for (unsigned i = 0; moves && i < revise_places(shape); i++)
		if (strcmp(row->places[i], said->places[i]) != 0)
			put_words(
				step, shape->places[i], said->places[i], true);
	if (shape->rank != 0 && strcmp(row->rank, line->rank) != 0)
		put_words(step, shape->rank, line->rank, false);
	if (verdict->edits_words)
		put_words(step, shape->text, said->text, true);
	put_field(
		step, shape->imported, nc_value_bytes(line->mark, REVISE_MARK));
	if (moves && shape->level != 0 && row->level != said->level)
		put_field(step, shape->level, nc_value_integer(said->level));
	return NC_OK;
}

static enum nc_revise_why why_kept(const struct nc_revise_row *row)
{
	if (row->gone && !row->elsewhere)
		return NC_REVISE_WHY_DELETED;
	return row->disputed ? NC_REVISE_WHY_DISPUTED : NC_REVISE_WHY_CHANGED;
}

static enum nc_status step_of_line(struct revise_work *work,
	const struct revise_line *line, struct nc_revise_step *step)
{
	struct verdict verdict = judge(work, line);
	const struct nc_revise_row *row;

	*step = (struct nc_revise_step){.kind = verdict.kind,
		.id = line->id,
		.entity = revise_shape(work, line->said->shape)->entity,
		.line = line->said->line,
		.text = line->said->text,
		.was = ""};
	if (verdict.kind == NC_REVISE_ADD)
		return add_fields(work, line, step);
	row = work->olds[line->old].row;
	step->id = row->id;
	if (verdict.kind == NC_REVISE_KEEP)
		step->why = why_kept(row);
	if (row->gone)
		return NC_OK;
	if (verdict.kind == NC_REVISE_SAME && row->has_imported &&
		revise_shape(work, line->said->shape)->rank != 0 &&
		strcmp(line->rank, row->rank) != 0)
		step->kind = verdict.kind = NC_REVISE_EDIT;
	if (verdict.kind == NC_REVISE_SAME)
		return NC_OK;
	step->was = row->text;
	if (verdict.kind == NC_REVISE_EDIT)
		return edit_fields(work, line, &verdict, step);
	return NC_OK;
}

/* An imported record whose line is gone from the file. */
static enum nc_status step_of_old(struct revise_work *work,
	const struct revise_old *old, struct nc_revise_step *step)
{
	const struct nc_revise_row *row = old->row;
	bool changed = memcmp(old->mark, row->imported, REVISE_MARK) != 0;
	enum nc_status status;

	*step = (struct nc_revise_step){.kind = NC_REVISE_KEEP,
		.why = row->disputed ? NC_REVISE_WHY_DISPUTED
		       : changed     ? NC_REVISE_WHY_CHANGED
				     : NC_REVISE_WHY_FILLED,
		.id = row->id,
		.entity = revise_shape(work, row->shape)->entity,
		.text = row->text,
		.was = row->text};
	if (changed || row->touched || row->disputed)
		return NC_OK;
	step->kind = NC_REVISE_REMOVE;
	step->why = NC_REVISE_WHY_NONE;
	step->was = "";
	status = need_fields(work, step);
	if (status == NC_OK)
		put_field(step, revise_shape(work, row->shape)->imported,
			nc_value_absent());
	return status;
}

/* What a person typed goes along with the line that it followed. */
static enum nc_status step_of_typed(struct revise_work *work,
	const struct revise_old *old, struct nc_revise_step *step)
{
	const struct nc_revise_row *row = old->row;
	enum nc_status status;

	*step = (struct nc_revise_step){.kind = NC_REVISE_EDIT,
		.id = row->id,
		.entity = revise_shape(work, row->shape)->entity,
		.text = row->text,
		.was = row->text};
	status = need_fields(work, step);
	if (status == NC_OK)
		put_words(step, revise_shape(work, row->shape)->rank, old->rank,
			false);
	return status;
}

static bool is_unprinted(const struct revise_work *work, unsigned shape,
	const char *const *places)
{
	const char *unprinted = revise_shape(work, shape)->unprinted;

	return unprinted != NULL && strcmp(places[1], unprinted) == 0;
}

static bool has_unprinted(const struct revise_work *work)
{
	for (size_t i = 0; i < work->lines_count; i++)
		if (is_unprinted(work, work->lines[i].said->shape,
			    work->lines[i].said->places))
			return true;
	return false;
}

static enum nc_status make_steps(
	struct revise_work *work, struct nc_revise *revise)
{
	size_t room = work->lines_count + work->olds_count;
	struct nc_revise_step *steps;
	bool unprinted = has_unprinted(work);
	size_t count = 0;
	enum nc_status status = NC_OK;

	steps = nc_arena_array(work->arena, room, sizeof(*steps));
	if (steps == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; i < work->lines_count; i++) {
		status = step_of_line(work, &work->lines[i], &steps[count++]);
		if (status != NC_OK)
			return status;
	}
	for (size_t i = 0; i < work->olds_count; i++) {
		const struct revise_old *old = &work->olds[i];

		if (old->taken || old->row->gone ||
			(!unprinted && is_unprinted(work, old->row->shape,
					       old->row->places)))
			continue;
		if (old->row->has_imported)
			status = step_of_old(work, old, &steps[count++]);
		else if (old->rank[0] != '\0')
			status = step_of_typed(work, old, &steps[count++]);
		if (status != NC_OK)
			return status;
	}
	revise->steps = steps;
	revise->count = count;
	return NC_OK;
}

enum nc_status nc_revise(struct nc_revise *revise,
	const struct nc_revise_input *input, nc_revise_hash hash,
	struct nc_error *err)
{
	struct revise_work work = {.arena = &revise->arena,
		.input = input,
		.hash = hash,
		.err = err};
	enum nc_status status;

	nc_arena_reset(&revise->arena);
	revise->steps = NULL;
	revise->count = 0;
	status = list_lines(&work);
	if (status == NC_OK)
		status = list_olds(&work);
	if (status == NC_OK)
		status = revise_mark_all(&work);
	if (status == NC_OK)
		status = revise_match(&work);
	if (status == NC_OK)
		status = take_ranks(&work);
	if (status == NC_OK)
		status = revise_rank(&work);
	if (status == NC_OK)
		status = make_steps(&work, revise);
	return status;
}
