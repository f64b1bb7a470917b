/* R23: items of two unions that say nearly the same, by their word pairs. */
#include "intake/check_work.h"

#include <stdlib.h>

#define WORDS_MIN 12
#define SHINGLES_MAX 200
/* Of the pairs of both, in percent. */
#define LIKENESS_MIN 80

static uint32_t hash(uint32_t value, const char *text)
{
	for (; *text != '\0'; text++)
		value = (value ^ (uint8_t)*text) * 16777619u;
	return value;
}

static int compare(const void *left, const void *right)
{
	uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;

	return a < b ? -1 : a > b;
}

enum nc_status check_item_read(struct check_work *work,
	const struct check_line *line, struct check_item *ret_item)
{
	struct check_item item = {
		.line = line->line, .union_number = line->union_number};
	size_t room = line->words_count < SHINGLES_MAX ? line->words_count
						       : SHINGLES_MAX;
	uint32_t *shingles =
		nc_arena_array(&work->arena, room + 1, sizeof(*shingles));

	if (shingles == NULL)
		return work->arena.starved ? NC_NO_MEMORY : NC_LIMIT;
	for (size_t i = 0;
		i + 1 < line->words_count && item.shingles_count < SHINGLES_MAX;
		i++)
		shingles[item.shingles_count++] =
			hash(hash(2166136261u, line->words[i].key) * 31u,
				line->words[i + 1].key);
	qsort(shingles, item.shingles_count, sizeof(*shingles), compare);
	item.shingles = shingles;
	item.words = check_words(line, 0, 20);
	*ret_item = item;
	return NC_OK;
}

enum nc_status check_likeness(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status;

	if (line->union_number == 0 || line->words_count < WORDS_MIN ||
		work->items_count == CHECK_ITEMS_MAX)
		return NC_OK;
	status = check_item_read(work, line, &work->items[work->items_count]);
	if (status == NC_OK)
		work->items_count++;
	return status == NC_LIMIT ? NC_OK : status;
}

static size_t common(const struct check_item *a, const struct check_item *b)
{
	size_t i = 0, k = 0, count = 0;

	while (i < a->shingles_count && k < b->shingles_count) {
		if (a->shingles[i] == b->shingles[k]) {
			count++;
			i++;
			k++;
		} else if (a->shingles[i] < b->shingles[k]) {
			i++;
		} else {
			k++;
		}
	}
	return count;
}

bool check_is_alike(const struct check_item *a, const struct check_item *b)
{
	size_t both, sum = a->shingles_count + b->shingles_count;
	size_t most = a->shingles_count < b->shingles_count ? a->shingles_count
							    : b->shingles_count;

	/* Could it be enough at all? */
	if (most * 100 < (sum - most) * LIKENESS_MIN)
		return false;
	both = common(a, b);
	return both * 100 >= (sum - both) * LIKENESS_MIN;
}

enum nc_status check_likeness_end(struct check_work *work)
{
	enum nc_status status = NC_OK;

	for (size_t i = 1; i < work->items_count && status == NC_OK; i++) {
		const struct check_item *one = &work->items[i];

		for (size_t k = 0; k < i && status == NC_OK; k++) {
			const struct check_item *other = &work->items[k];

			if (one->union_number == other->union_number ||
				!check_is_alike(one, other))
				continue;
			status = check_tell(work,
				&(struct check_told){"R23", NC_CHECK_NOTICE,
					one->line, one->words,
					check_place_key(work, other->line), "",
					NULL,
					check_text(work,
						_("Another union says nearly "
						  "the same: %s."),
						check_place(
							work, other->line))});
			break;
		}
	}
	return status;
}
