/*
 * Where new lines go among what the store holds: behind the line that stands
 * before them in the file and what a person typed behind that, else right
 * before the one behind, in the same section; a new section goes behind the
 * section before it.
 */
#include "intake/revise_work.h"
#include "model/rank.h"

#include <stdlib.h>
#include <string.h>

struct ranking {
	struct revise_work *work;
	const char **ranks; /* of all records, in order */
	size_t count;
};

static bool is_rank(const char *rank)
{
	return nc_rank_is_valid(nc_slice_text(rank));
}

/* The first rank of the store that is above this one, "" for none. */
static const char *rank_above(const struct ranking *ranking, const char *rank)
{
	size_t low = 0, high = ranking->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(ranking->ranks[middle], rank) <= 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low < ranking->count ? ranking->ranks[low] : "";
}

static const char *rank_below(const struct ranking *ranking, const char *rank)
{
	size_t low = 0, high = ranking->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(ranking->ranks[middle], rank) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low > 0 ? ranking->ranks[low - 1] : "";
}

/* Whether a record stands in a line's section. */
static bool in_section(const struct revise_work *work,
	const struct nc_revise_row *row, const struct revise_line *line)
{
	const struct nc_revise_shape *shape =
		revise_shape(work, line->said->shape);

	if (row->gone || revise_shape(work, row->shape)->section_places !=
				 shape->section_places)
		return false;
	for (unsigned i = 0; i < shape->section_places; i++)
		if (strcmp(row->places[i], line->said->places[i]) != 0)
			return false;
	return true;
}

static bool is_typed(const struct revise_old *old)
{
	return !old->row->gone && !old->taken && !old->row->has_imported &&
	       is_rank(old->row->rank);
}

/* A line's rank, or that of the last of what a person typed right behind it
 * in its section. */
static const char *behind_typed(
	const struct ranking *ranking, const struct revise_line *line)
{
	const struct revise_work *work = ranking->work;
	const char *end = line->rank;

	/* The olds are in the order of their ranks. */
	for (size_t i = 0; i < work->olds_count; i++) {
		const struct revise_old *old = &work->olds[i];

		if (old->row->gone || strcmp(old->row->rank, end) <= 0)
			continue;
		if (!in_section(work, old->row, line) || old->taken)
			break;
		if (is_typed(old))
			end = old->row->rank;
	}
	return end;
}

/* The ranks between which the lines from first to last go. */
static void find_gap(const struct ranking *ranking, size_t first, size_t last,
	const char **ret_low, const char **ret_high)
{
	const struct revise_line *lines = ranking->work->lines;
	size_t section = lines[first].said->section;
	size_t at = first;

	while (at > 0 && lines[at - 1].floats)
		at--;
	if (at > 0 && lines[at - 1].said->section == section) {
		*ret_low = behind_typed(ranking, &lines[at - 1]);
		*ret_high = rank_above(ranking, *ret_low);
		return;
	}
	for (size_t next = last + 1; next < ranking->work->lines_count &&
				     lines[next].said->section == section;
		next++) {
		if (lines[next].rank[0] == '\0' || lines[next].floats)
			continue;
		*ret_high = lines[next].rank;
		*ret_low = rank_below(ranking, *ret_high);
		/* A new section may have gone into the same gap. */
		if (at > 0 && strcmp(lines[at - 1].rank, *ret_low) > 0 &&
			strcmp(lines[at - 1].rank, *ret_high) < 0)
			*ret_low = lines[at - 1].rank;
		return;
	}
	*ret_low = at > 0 ? behind_typed(ranking, &lines[at - 1]) : "";
	*ret_high = rank_above(ranking, *ret_low);
}

static enum nc_status keep_rank(
	struct revise_work *work, const char *rank, const char **ret_rank)
{
	const char *kept = nc_arena_text(work->arena, rank, strlen(rank));

	if (kept == NULL)
		return nc_error_no_memory(work->err);
	*ret_rank = kept;
	return NC_OK;
}

static enum nc_status rank_one(struct revise_work *work, const struct nc_id *id,
	const char *low, const char *high, const char **ret_rank)
{
	const uint8_t *bytes = id->bytes;
	uint32_t salt = (uint32_t)bytes[12] << 24 | (uint32_t)bytes[13] << 16 |
			(uint32_t)bytes[14] << 8 | bytes[15];
	char rank[NC_RANK_MAX + 1];
	enum nc_status status = nc_rank_between(
		nc_slice_text(low), nc_slice_text(high), salt, rank);

	if (status != NC_OK)
		return nc_error_set(work->err, status,
			_("There is no room for more lines at one place of "
			  "the plan; move some of the lines around it to "
			  "another place and import again."));
	return keep_rank(work, rank, ret_rank);
}

/* Ranks for a run of lines, the middle one first, so that ranks grow with
 * the logarithm of the run; so does the depth of this recursion. */
static enum nc_status fill_gap(struct revise_work *work, size_t first,
	size_t count, const char *low, const char *high)
{
	size_t middle = first + count / 2;
	struct revise_line *line = &work->lines[middle];
	enum nc_status status;

	if (count == 0)
		return NC_OK;
	status = rank_one(work, &line->id, low, high, &line->rank);
	if (status == NC_OK)
		status = fill_gap(work, first, middle - first, low, line->rank);
	if (status == NC_OK)
		status = fill_gap(work, middle + 1, first + count - middle - 1,
			line->rank, high);
	return status;
}

static int compare_ranks(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The ranks of all records, and of the lines that have one already. */
static enum nc_status sort_ranks(struct ranking *ranking)
{
	struct revise_work *work = ranking->work;

	ranking->count = 0;
	ranking->ranks = nc_arena_array(work->arena,
		work->olds_count + work->lines_count, sizeof(*ranking->ranks));
	if (ranking->ranks == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; i < work->olds_count; i++) {
		const struct nc_revise_row *row = work->olds[i].row;

		if (!row->gone && is_rank(row->rank))
			ranking->ranks[ranking->count++] = row->rank;
	}
	for (size_t i = 0; i < work->lines_count; i++)
		if (work->lines[i].rank[0] != '\0')
			ranking->ranks[ranking->count++] = work->lines[i].rank;
	if (ranking->count > 0)
		qsort(ranking->ranks, ranking->count, sizeof(char *),
			compare_ranks);
	return NC_OK;
}

/* The lines by the records that they are. */
static const struct revise_line **lines_of_olds(struct revise_work *work)
{
	const struct revise_line **of =
		nc_arena_array(work->arena, work->olds_count, sizeof(*of));

	if (of == NULL)
		return NULL;
	for (size_t i = 0; i < work->olds_count; i++)
		of[i] = NULL;
	for (size_t i = 0; i < work->lines_count; i++)
		if (work->lines[i].old != REVISE_NONE)
			of[work->lines[i].old] = &work->lines[i];
	return of;
}

/* What a person typed stays behind the line that it followed, where that
 * moved within its section. */
static enum nc_status follow(struct ranking *ranking)
{
	struct revise_work *work = ranking->work;
	const struct revise_line **of = lines_of_olds(work);
	const struct revise_line *before = NULL;
	const char *low = "";
	enum nc_status status = sort_ranks(ranking);

	if (of == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; status == NC_OK && i < work->olds_count; i++) {
		struct revise_old *old = &work->olds[i];

		if (of[i] != NULL && !old->row->gone) {
			before = of[i];
			low = before->rank;
			if (strcmp(low, old->row->rank) == 0)
				before = NULL;
		} else if (before != NULL && is_typed(old) &&
			   in_section(work, old->row, before)) {
			status = rank_one(work, &old->row->id, low,
				rank_above(ranking, low), &old->rank);
			low = old->rank;
		}
	}
	return status;
}

static enum nc_status spread(struct revise_work *work)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; status == NC_OK && i < work->lines_count; i++) {
		char rank[NC_RANK_MAX + 1];

		nc_rank_spread(i, work->lines_count, rank);
		status = keep_rank(work, rank, &work->lines[i].rank);
	}
	return status;
}

enum nc_status revise_rank(struct revise_work *work)
{
	struct ranking ranking = {.work = work};
	enum nc_status status = sort_ranks(&ranking);
	size_t n = work->lines_count;

	if (status != NC_OK)
		return status;
	if (ranking.count == 0)
		return spread(work);
	for (size_t first = 0, end; status == NC_OK && first < n; first = end) {
		const char *low, *high;

		end = first + 1;
		if (work->lines[first].rank[0] != '\0')
			continue;
		while (end < n && work->lines[end].rank[0] == '\0' &&
			work->lines[end].said->section ==
				work->lines[first].said->section)
			end++;
		find_gap(&ranking, first, end - 1, &low, &high);
		status = fill_gap(work, first, end - first, low, high);
	}
	return status == NC_OK ? follow(&ranking) : status;
}
