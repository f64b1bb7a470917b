/*
 * Lines whose words changed. Among those of one shape and one first place (an
 * area of work), what is left of the file and of the store is aligned in order:
 * the pairs that share most words in the same order (longest common
 * subsequence), where at least half are shared.
 */
#include "intake/revise_work.h"

#include <stdlib.h>
#include <string.h>

/* Alike: 2 * shared / (words of both), in thousandths. */
#define ALIKE_MIN 500
/* A line is known by its first words; more only cost time. */
#define WORDS_MAX 256
/* Beyond this many pairs the order of the words within a line is not looked
 * at, and beyond the second nothing is aligned: it is another document. */
#define CAREFUL_PAIRS_MAX 40000
#define PAIRS_MAX 4000000

struct words {
	uint64_t *inorder;
	uint64_t *sorted;
	size_t count;
	size_t index; /* of the line or record */
};

struct table {
	const struct words *lines, *olds;
	size_t n, m;
	uint16_t *alike; /* n * m; 0: no pair */
	uint32_t *best;	 /* (n + 1) * (m + 1): of the rests */
};

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n';
}

/* FNV-1a of a word without the punctuation at its ends. */
static uint64_t hash_word(const char *word, size_t size)
{
	uint64_t hash = 0xcbf29ce484222325;

	while (size > 1 && strchr(",.;:!?\")", word[size - 1]) != NULL)
		size--;
	for (size_t i = 0; i < size; i++)
		hash = (hash ^ (uint8_t)word[i]) * 0x100000001b3;
	return hash;
}

static int compare_hashes(const void *a, const void *b)
{
	const uint64_t *left = a, *right = b;

	return (*left > *right) - (*left < *right);
}

static enum nc_status read_words(struct revise_work *work, const char *text,
	size_t index, struct words *ret_words)
{
	uint64_t hashes[WORDS_MAX] = {0};
	size_t count = 0;

	while (*text != '\0' && count < WORDS_MAX) {
		const char *from;

		while (is_space(*text))
			text++;
		from = text;
		while (*text != '\0' && !is_space(*text))
			text++;
		if (text > from)
			hashes[count++] =
				hash_word(from, (size_t)(text - from));
	}
	ret_words->count = count;
	ret_words->index = index;
	ret_words->inorder =
		nc_arena_copy(work->arena, hashes, count * sizeof(hashes[0]));
	if (count > 0)
		qsort(hashes, count, sizeof(hashes[0]), compare_hashes);
	ret_words->sorted =
		nc_arena_copy(work->arena, hashes, count * sizeof(hashes[0]));
	if (ret_words->inorder == NULL || ret_words->sorted == NULL)
		return nc_error_no_memory(work->err);
	return NC_OK;
}

/* Words in common in any order: never fewer than in the same order. */
static size_t shared_words(const struct words *a, const struct words *b)
{
	size_t i = 0, j = 0, shared = 0;

	while (i < a->count && j < b->count) {
		if (a->sorted[i] == b->sorted[j]) {
			shared++;
			i++;
			j++;
		} else if (a->sorted[i] < b->sorted[j]) {
			i++;
		} else {
			j++;
		}
	}
	return shared;
}

static size_t shared_in_order(const struct words *a, const struct words *b)
{
	uint16_t above[WORDS_MAX + 1] = {0}; /* the row of the word before */

	for (size_t i = 0; i < a->count; i++) {
		uint16_t diagonal = 0;

		for (size_t j = 0; j < b->count; j++) {
			uint16_t up = above[j + 1];

			if (a->inorder[i] == b->inorder[j])
				above[j + 1] = (uint16_t)(diagonal + 1);
			else if (above[j] > up)
				above[j + 1] = above[j];
			diagonal = up;
		}
	}
	return above[b->count];
}

static uint16_t alike(
	size_t shared, const struct words *a, const struct words *b)
{
	size_t both = a->count + b->count;
	size_t thousandths = both == 0 ? 0 : 2000 * shared / both;

	return thousandths < ALIKE_MIN ? 0 : (uint16_t)thousandths;
}

static void compare_all(struct table *table)
{
	bool careful = table->n * table->m <= CAREFUL_PAIRS_MAX;

	for (size_t i = 0; i < table->n; i++)
		for (size_t j = 0; j < table->m; j++) {
			const struct words *a = &table->lines[i];
			const struct words *b = &table->olds[j];
			uint16_t found = alike(shared_words(a, b), a, b);

			if (found > 0 && careful)
				found = alike(shared_in_order(a, b), a, b);
			table->alike[i * table->m + j] = found;
		}
}

/* The best sum of pairs in order, from each pair of rests on. */
static void sum_up(struct table *table)
{
	size_t m = table->m, width = m + 1;

	for (size_t i = table->n; i > 0; i--)
		for (size_t j = m; j > 0; j--) {
			uint32_t *best = &table->best[(i - 1) * width + j - 1];
			uint16_t found = table->alike[(i - 1) * m + j - 1];

			*best = best[1] > best[width] ? best[1] : best[width];
			if (found > 0 && best[width + 1] + found > *best)
				*best = best[width + 1] + found;
		}
}

static void take_best(struct revise_work *work, const struct table *table)
{
	size_t i = 0, j = 0, width = table->m + 1;

	while (i < table->n && j < table->m) {
		const uint32_t *best = &table->best[i * width + j];

		if (*best == best[1]) {
			j++;
		} else if (*best == best[width]) {
			i++;
		} else {
			work->lines[table->lines[i].index].old =
				table->olds[j].index;
			work->olds[table->olds[j].index].taken = true;
			i++;
			j++;
		}
	}
}

static enum nc_status align_lists(struct revise_work *work,
	const struct words *lines, size_t n, const struct words *olds, size_t m)
{
	struct table table = {.lines = lines, .olds = olds, .n = n, .m = m};
	enum nc_status status = NC_OK;

	if (n == 0 || m == 0 || n > PAIRS_MAX / m)
		return NC_OK;
	table.alike = nc_calloc(n * m, sizeof(*table.alike));
	table.best = nc_calloc((n + 1) * (m + 1), sizeof(*table.best));
	if (table.alike == NULL || table.best == NULL) {
		status = nc_error_no_memory(work->err);
	} else {
		compare_all(&table);
		sum_up(&table);
		take_best(work, &table);
	}
	nc_free(table.alike);
	nc_free(table.best);
	return status;
}

static enum nc_status align_place(struct revise_work *work, unsigned shape,
	const char *place, struct words *lines, struct words *olds)
{
	size_t n = 0, m = 0;
	enum nc_status status = NC_OK;

	for (size_t i = 0; status == NC_OK && i < work->lines_count; i++) {
		const struct nc_revise_line *said = work->lines[i].said;

		if (work->lines[i].old == REVISE_NONE && said->shape == shape &&
			strcmp(said->places[0], place) == 0)
			status = read_words(work, said->text, i, &lines[n++]);
	}
	for (size_t i = 0; status == NC_OK && i < work->olds_count; i++) {
		const struct revise_old *old = &work->olds[i];
		const struct nc_revise_row *row = old->row;

		if (!old->taken && !row->gone && row->has_imported &&
			row->shape == shape &&
			strcmp(row->places[0], place) == 0)
			status = read_words(work, row->text, i, &olds[m++]);
	}
	if (status != NC_OK)
		return status;
	return align_lists(work, lines, n, olds, m);
}

/* Whether a line before this one has its shape and first place, and was
 * aligned with it. */
static bool was_aligned(const struct nc_revise_line *const *firsts,
	size_t count, const struct nc_revise_line *said)
{
	for (size_t i = 0; i < count; i++)
		if (firsts[i]->shape == said->shape &&
			strcmp(firsts[i]->places[0], said->places[0]) == 0)
			return true;
	return false;
}

enum nc_status revise_align(struct revise_work *work)
{
	const struct nc_revise_line **firsts;
	struct words *lines, *olds;
	size_t count = 0;
	enum nc_status status = NC_OK;

	lines = nc_arena_array(work->arena, work->lines_count, sizeof(*lines));
	olds = nc_arena_array(work->arena, work->olds_count, sizeof(*olds));
	firsts =
		nc_arena_array(work->arena, work->lines_count, sizeof(*firsts));
	if (lines == NULL || olds == NULL || firsts == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; status == NC_OK && i < work->lines_count; i++) {
		const struct nc_revise_line *said = work->lines[i].said;

		if (work->lines[i].old != REVISE_NONE ||
			was_aligned(firsts, count, said))
			continue;
		firsts[count++] = said;
		status = align_place(
			work, said->shape, said->places[0], lines, olds);
	}
	return status;
}
