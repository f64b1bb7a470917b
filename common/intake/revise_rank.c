/*
 * Where new lines go among what the store holds: right behind the line that
 * stands before them in the file, else right before the one behind, in the
 * same section; a new section goes behind the section before it.
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

static bool in_section(
	const struct nc_revise_row *row, const struct revise_line *line)
{
	return !row->gone && strcmp(row->area, line->area) == 0 &&
	       strcmp(row->letter, line->letter) == 0 &&
	       strcmp(row->heading, line->heading) == 0;
}

/* The rank that ends a line's section: its own, or that of what a person
 * added at the end of it. */
static const char *section_end(
	const struct ranking *ranking, const struct revise_line *line)
{
	const struct revise_work *work = ranking->work;
	const char *end = line->rank;

	for (size_t i = 0; i < work->olds_count; i++) {
		const struct nc_revise_row *row = work->olds[i].row;

		if (in_section(row, line) && is_rank(row->rank) &&
			strcmp(row->rank, end) > 0)
			end = row->rank;
	}
	return end;
}

/* The ranks between which the lines from first to last go. */
static void find_gap(const struct ranking *ranking, size_t first, size_t last,
	const char **ret_low, const char **ret_high)
{
	const struct revise_line *lines = ranking->work->lines;
	size_t section = lines[first].section;
	size_t at = first;

	while (at > 0 && lines[at - 1].rank[0] == '\0')
		at--;
	if (at > 0 && lines[at - 1].section == section) {
		*ret_low = lines[at - 1].rank;
		*ret_high = rank_above(ranking, *ret_low);
		return;
	}
	for (size_t next = last + 1; next < ranking->work->lines_count &&
				     lines[next].section == section;
		next++) {
		if (lines[next].rank[0] == '\0')
			continue;
		*ret_high = lines[next].rank;
		*ret_low = rank_below(ranking, *ret_high);
		/* A new section may have gone into the same gap. */
		if (at > 0 && strcmp(lines[at - 1].rank, *ret_low) > 0 &&
			strcmp(lines[at - 1].rank, *ret_high) < 0)
			*ret_low = lines[at - 1].rank;
		return;
	}
	*ret_low = at > 0 ? section_end(ranking, &lines[at - 1]) : "";
	*ret_high = rank_above(ranking, *ret_low);
}

static enum nc_status keep_rank(
	struct revise_work *work, struct revise_line *line, const char *rank)
{
	line->rank = nc_arena_text(work->arena, rank, strlen(rank));
	if (line->rank != NULL)
		return NC_OK;
	line->rank = "";
	return nc_error_no_memory(work->err);
}

/* Ranks for a run of lines, the middle one first, so that ranks grow with
 * the logarithm of the run; so does the depth of this recursion. */
static enum nc_status fill_gap(struct revise_work *work, size_t first,
	size_t count, const char *low, const char *high)
{
	size_t middle = first + count / 2;
	struct revise_line *line = &work->lines[middle];
	char rank[NC_RANK_MAX + 1];
	uint32_t salt;
	enum nc_status status;

	if (count == 0)
		return NC_OK;
	salt = (uint32_t)line->id.bytes[12] << 24 |
	       (uint32_t)line->id.bytes[13] << 16 |
	       (uint32_t)line->id.bytes[14] << 8 | line->id.bytes[15];
	status = nc_rank_between(
		nc_slice_text(low), nc_slice_text(high), salt, rank);
	if (status != NC_OK)
		return nc_error_set(work->err, status,
			_("There is no room for more lines at one place of "
			  "the plan; move some of the lines around it to "
			  "another place and import again."));
	status = keep_rank(work, line, rank);
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

static enum nc_status sort_ranks(struct ranking *ranking)
{
	struct revise_work *work = ranking->work;

	ranking->ranks = nc_arena_array(
		work->arena, work->olds_count, sizeof(*ranking->ranks));
	if (ranking->ranks == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; i < work->olds_count; i++) {
		const struct nc_revise_row *row = work->olds[i].row;

		if (!row->gone && is_rank(row->rank))
			ranking->ranks[ranking->count++] = row->rank;
	}
	if (ranking->count > 0)
		qsort(ranking->ranks, ranking->count, sizeof(char *),
			compare_ranks);
	return NC_OK;
}

static enum nc_status spread(struct revise_work *work)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; status == NC_OK && i < work->lines_count; i++) {
		char rank[NC_RANK_MAX + 1];

		nc_rank_spread(i, work->lines_count, rank);
		status = keep_rank(work, &work->lines[i], rank);
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
			work->lines[end].section == work->lines[first].section)
			end++;
		find_gap(&ranking, first, end - 1, &low, &high);
		status = fill_gap(work, first, end - first, low, high);
	}
	return status;
}
