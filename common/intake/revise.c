#include "intake/revise.h"
#include "intake/revise_work.h"
#include "model/rank.h"

#include <stdlib.h>
#include <string.h>

/* Marks, words and steps of a plan of a hundred thousand lines. */
#define REVISE_BYTES_MAX (512UL * 1024 * 1024)
/* Year, area, letter, heading, rank, text, imported, level. */
#define FIELDS_MAX 8

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

static size_t count_lines(const struct nc_plan_union *of_union)
{
	size_t count = of_union->leads_count;

	for (size_t i = 0; i < of_union->sections_count; i++)
		count += of_union->sections[i].leads_count +
			 of_union->sections[i].items_count;
	return count;
}

static struct revise_line *put_lead(struct revise_line *out,
	const struct nc_plan_lead *lead, const struct nc_plan_section *section,
	size_t number)
{
	*out = (struct revise_line){.entity = NC_ENTITY_PLAN_LEAD,
		.area = section == NULL ? "general" : section->area,
		.letter = section == NULL ? "" : section->letter,
		.heading = section == NULL ? "" : section->heading,
		.text = lead->text,
		.line = lead->line,
		.section = number,
		.old = REVISE_NONE,
		.rank = ""};
	return out + 1;
}

static struct revise_line *put_item(struct revise_line *out,
	const struct nc_plan_item *item, const struct nc_plan_section *section,
	size_t number)
{
	*out = (struct revise_line){.entity = NC_ENTITY_PLAN_ITEM,
		.level = item->level,
		.area = section->area,
		.letter = section->letter,
		.heading = section->heading,
		.text = item->text,
		.line = item->line,
		.section = number,
		.old = REVISE_NONE,
		.rank = ""};
	return out + 1;
}

static enum nc_status list_lines(
	struct revise_work *work, const struct nc_plan_union *of_union)
{
	struct revise_line *out;

	work->lines_count = count_lines(of_union);
	work->lines = nc_arena_array(
		work->arena, work->lines_count, sizeof(*work->lines));
	if (work->lines == NULL)
		return nc_error_no_memory(work->err);
	out = work->lines;
	for (size_t i = 0; i < of_union->leads_count; i++)
		out = put_lead(out, &of_union->leads[i], NULL, 0);
	for (size_t i = 0; i < of_union->sections_count; i++) {
		const struct nc_plan_section *section = &of_union->sections[i];

		for (size_t k = 0; k < section->leads_count; k++)
			out = put_lead(out, &section->leads[k], section, i + 1);
		for (size_t k = 0; k < section->items_count; k++)
			out = put_item(out, &section->items[k], section, i + 1);
	}
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

static enum nc_status list_olds(struct revise_work *work,
	const struct nc_revise_row *rows, size_t count)
{
	work->olds_count = count;
	work->olds = nc_arena_array(work->arena, count, sizeof(*work->olds));
	if (work->olds == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; i < count; i++)
		work->olds[i] = (struct revise_old){.row = &rows[i]};
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

/*
 * Lines that stay where they are keep their records' ranks. So do lines that
 * moved where the rank is in order all the same, as when a section was merely
 * renamed; the others get new ones.
 */
static enum nc_status take_ranks(struct revise_work *work)
{
	size_t n = work->lines_count;
	const char **next = nc_arena_array(work->arena, n, sizeof(*next));
	const char *rank = "";

	if (next == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = n; i > 0; i--) {
		struct revise_line *line = &work->lines[i - 1];

		next[i - 1] = rank;
		if (!judge(work, line).edits_place)
			line->rank = old_rank(work, line);
		if (line->rank[0] != '\0')
			rank = line->rank;
	}
	rank = "";
	for (size_t i = 0; i < n; i++) {
		struct revise_line *line = &work->lines[i];
		const char *old = old_rank(work, line);

		if (line->rank[0] == '\0' && strcmp(old, rank) > 0 &&
			(next[i][0] == '\0' || strcmp(old, next[i]) < 0))
			line->rank = old;
		if (line->rank[0] != '\0')
			rank = line->rank;
	}
	return NC_OK;
}

static void put_field(
	struct nc_revise_step *step, uint32_t field, struct nc_value value)
{
	struct nc_field_change *change = &step->fields[step->fields_count++];

	*change = (struct nc_field_change){.field = field, .value = value};
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
	enum nc_status status = need_fields(work, step);

	if (status != NC_OK)
		return status;
	put_field(step, NC_PLAN_YEAR, nc_value_integer(work->year));
	put_words(step, NC_PLAN_AREA, line->area, false);
	put_words(step, NC_PLAN_LETTER, line->letter, false);
	put_words(step, NC_PLAN_HEADING, line->heading, false);
	put_words(step, NC_PLAN_RANK, line->rank, false);
	put_words(step, NC_PLAN_TEXT, line->text, false);
	put_field(step, NC_PLAN_IMPORTED,
		nc_value_bytes(line->mark, REVISE_MARK));
	if (line->entity == NC_ENTITY_PLAN_ITEM)
		put_field(step, NC_PLAN_LEVEL, nc_value_integer(line->level));
	return NC_OK;
}

static enum nc_status edit_fields(struct revise_work *work,
	const struct revise_line *line, const struct verdict *verdict,
	struct nc_revise_step *step)
{
	const struct nc_revise_row *row = work->olds[line->old].row;
	enum nc_status status = need_fields(work, step);
	bool moves = verdict->edits_place;

	if (status != NC_OK)
		return status;
	if (moves && strcmp(row->area, line->area) != 0)
		put_words(step, NC_PLAN_AREA, line->area, true);
	if (moves && strcmp(row->letter, line->letter) != 0)
		put_words(step, NC_PLAN_LETTER, line->letter, true);
	if (moves && strcmp(row->heading, line->heading) != 0)
		put_words(step, NC_PLAN_HEADING, line->heading, true);
	if (strcmp(row->rank, line->rank) != 0)
		put_words(step, NC_PLAN_RANK, line->rank, false);
	if (verdict->edits_words)
		put_words(step, NC_PLAN_TEXT, line->text, false);
	put_field(step, NC_PLAN_IMPORTED,
		nc_value_bytes(line->mark, REVISE_MARK));
	if (moves && line->entity == NC_ENTITY_PLAN_ITEM &&
		row->level != line->level)
		put_field(step, NC_PLAN_LEVEL, nc_value_integer(line->level));
	return NC_OK;
}

static enum nc_status step_of_line(struct revise_work *work,
	const struct revise_line *line, struct nc_revise_step *step)
{
	const struct verdict verdict = judge(work, line);

	*step = (struct nc_revise_step){.kind = verdict.kind,
		.id = line->id,
		.entity = line->entity,
		.line = line->line,
		.text = line->text,
		.was = ""};
	if (verdict.kind == NC_REVISE_ADD)
		return add_fields(work, line, step);
	step->id = work->olds[line->old].row->id;
	if (verdict.kind == NC_REVISE_SAME || work->olds[line->old].row->gone)
		return NC_OK;
	step->was = work->olds[line->old].row->text;
	if (verdict.kind == NC_REVISE_EDIT)
		return edit_fields(work, line, &verdict, step);
	return NC_OK;
}

/* An imported record whose line is gone from the file. */
static void step_of_old(
	const struct revise_old *old, struct nc_revise_step *step)
{
	const struct nc_revise_row *row = old->row;
	bool untouched = memcmp(old->mark, row->imported, REVISE_MARK) == 0;

	*step = (struct nc_revise_step){
		.kind = untouched ? NC_REVISE_REMOVE : NC_REVISE_KEEP,
		.id = row->id,
		.entity = row->entity,
		.text = row->text,
		.was = untouched ? "" : row->text};
}

static enum nc_status make_steps(
	struct revise_work *work, struct nc_revise *revise)
{
	size_t room = work->lines_count + work->olds_count;
	struct nc_revise_step *steps;
	size_t count = 0;

	steps = nc_arena_array(work->arena, room, sizeof(*steps));
	if (steps == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; i < work->lines_count; i++) {
		enum nc_status status =
			step_of_line(work, &work->lines[i], &steps[count++]);

		if (status != NC_OK)
			return status;
	}
	for (size_t i = 0; i < work->olds_count; i++) {
		const struct revise_old *old = &work->olds[i];

		if (!old->taken && !old->row->gone && old->row->has_imported)
			step_of_old(old, &steps[count++]);
	}
	revise->steps = steps;
	revise->count = count;
	return NC_OK;
}

enum nc_status nc_revise_plan(struct nc_revise *revise,
	const struct nc_plan_union *from_file, const struct nc_id *union_id,
	unsigned year, const struct nc_revise_row *rows, size_t rows_count,
	nc_revise_hash hash, struct nc_error *err)
{
	struct revise_work work = {.arena = &revise->arena,
		.union_id = union_id,
		.year = year,
		.hash = hash,
		.err = err};
	enum nc_status status;

	nc_arena_reset(&revise->arena);
	revise->steps = NULL;
	revise->count = 0;
	status = list_lines(&work, from_file);
	if (status == NC_OK)
		status = list_olds(&work, rows, rows_count);
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
