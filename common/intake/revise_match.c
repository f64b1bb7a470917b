/*
 * Which line of the file is which record of the store.
 *
 * imported, 16 bytes: the first 8 of SHA-256 of the text, the first 8 of
 * SHA-256 of the places (of plans: area, letter, heading), each with a NUL
 * behind it, and the level (in decimal, 0 of shapes without). Two halves, so
 * that a changed sentence and a sentence that moved can be told apart.
 *
 * A text's tabs and line ends count as spaces: a report printed as text has
 * spaces for them, and is the same report.
 *
 * A record's id: time 1 January of the year, UTC; random bits the first 10
 * bytes of SHA-256 of "nhipcau/1 imported record\n", the union's 16 bytes,
 * and then as varints: year, entity, and each by its length and bytes
 * the kind (of shapes that have one), the places and the text, and how many
 * lines with the same of all these stand before it in the file. A single
 * shape's has no places, and an empty text.
 */
#include "intake/revise_work.h"
#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

#define HALF (REVISE_MARK / 2)
/* Text and places of one line, with room. */
#define HASHED_BYTES_MAX ((2 + NC_REVISE_PLACES_MAX) * NC_TEXT_BYTES_MAX)

bool revise_same_words(
	const uint8_t a[REVISE_MARK], const uint8_t b[REVISE_MARK])
{
	return memcmp(a, b, HALF) == 0;
}

bool revise_same_place(
	const uint8_t a[REVISE_MARK], const uint8_t b[REVISE_MARK])
{
	return memcmp(a + HALF, b + HALF, HALF) == 0;
}

static enum nc_status too_long(struct revise_work *work)
{
	return nc_error_set(work->err, NC_LIMIT,
		_("A paragraph or heading of the file is longer than %d KiB, "
		  "which no plan needs; split it and import again."),
		NC_TEXT_BYTES_MAX / 1024);
}

static enum nc_status failed(struct revise_work *work, enum nc_status status)
{
	if (status == NC_OK)
		return NC_OK;
	return status == NC_LIMIT ? too_long(work)
				  : nc_error_no_memory(work->err);
}

static enum nc_status make_mark(struct revise_work *work,
	const struct nc_revise_shape *shape, const char *const *places,
	const char *text, unsigned level, uint8_t mark[REVISE_MARK])
{
	uint8_t hash[32];
	struct nc_buffer place;
	enum nc_status status = NC_OK;

	nc_buffer_init(&place, HASHED_BYTES_MAX);
	/* each with its NUL, the level without */
	for (unsigned i = 0; status == NC_OK && i < revise_places(shape); i++)
		status = nc_buffer_append(
			&place, places[i], strlen(places[i]) + 1);
	if (status == NC_OK)
		status = nc_buffer_printf(
			&place, "%u", shape->level != 0 ? level : 0);
	if (status == NC_OK) {
		work->hash(hash, nc_slice_text(text));
		memcpy(mark, hash, HALF);
		work->hash(hash, nc_buffer_slice(&place));
		memcpy(mark + HALF, hash, HALF);
	}
	nc_buffer_fini(&place);
	return failed(work, status);
}

/* text as it is hashed; NULL without memory. */
static const char *spaced(struct revise_work *work, const char *text)
{
	size_t size = strlen(text);
	char *copy;

	if (strpbrk(text, "\t\n") == NULL)
		return text;
	copy = nc_arena_text(work->arena, text, size);
	for (size_t i = 0; copy != NULL && i < size; i++)
		if (copy[i] == '\t' || copy[i] == '\n')
			copy[i] = ' ';
	return copy;
}

/* Midnight UTC at the start of 1 January: days since 1970 by the leap years
 * of the Gregorian calendar. */
static int64_t new_year_ms(unsigned year)
{
	int64_t before = (int64_t)year - 1;
	int64_t days = before * 365 + before / 4 - before / 100 + before / 400;

	return (days - 719162) * 86400000;
}

bool nc_revise_is_of_year(const struct nc_id *id, unsigned year)
{
	static const uint8_t none[32];
	const struct nc_id first = nc_id_make(new_year_ms(year), none);

	/* 48 bits of a UUIDv7 are its time. */
	return memcmp(id->bytes, first.bytes, 6) == 0;
}

static enum nc_status append_sized(struct nc_buffer *out, const char *text)
{
	enum nc_status status = nc_buffer_varint(out, strlen(text));

	return status == NC_OK ? nc_buffer_text(out, text) : status;
}

static enum nc_status make_id(struct revise_work *work,
	const struct revise_line *line, size_t count, struct nc_id *ret_id)
{
	const struct nc_revise_line *said = line->said;
	const struct nc_revise_shape *shape = revise_shape(work, said->shape);
	unsigned places = shape->single ? 0 : revise_places(shape);
	uint8_t hash[32];
	struct nc_buffer bytes;
	enum nc_status status;

	nc_buffer_init(&bytes, HASHED_BYTES_MAX);
	status = nc_buffer_text(&bytes, "nhipcau/1 imported record\n");
	if (status == NC_OK)
		status = nc_buffer_append(
			&bytes, work->input->union_id->bytes, NC_ID_SIZE);
	if (status == NC_OK)
		status = nc_buffer_varint(&bytes, work->input->year);
	if (status == NC_OK)
		status = nc_buffer_varint(&bytes, shape->entity);
	if (status == NC_OK && shape->kind != 0)
		status = append_sized(&bytes, work->input->kind);
	for (unsigned i = 0; status == NC_OK && i < places; i++)
		status = append_sized(&bytes, said->places[i]);
	if (status == NC_OK)
		status = append_sized(&bytes, shape->single ? "" : line->words);
	if (status == NC_OK)
		status = nc_buffer_varint(&bytes, count);
	if (status == NC_OK) {
		work->hash(hash, nc_buffer_slice(&bytes));
		*ret_id = nc_id_make(new_year_ms(work->input->year), hash);
	}
	nc_buffer_fini(&bytes);
	return failed(work, status);
}

/* By shape and all that an id is made of; equals stay in the file's order. */
static int compare_alike(const void *a, const void *b)
{
	const struct revise_line *left_line = *(struct revise_line *const *)a;
	const struct revise_line *right_line = *(struct revise_line *const *)b;
	const struct nc_revise_line *left = left_line->said;
	const struct nc_revise_line *right = right_line->said;
	int order = (left->shape > right->shape) - (left->shape < right->shape);

	if (order == 0)
		order = strcmp(left_line->words, right_line->words);
	for (unsigned i = 0; order == 0 && i < NC_REVISE_PLACES_MAX; i++) {
		if (left->places[i] == NULL || right->places[i] == NULL)
			break;
		order = strcmp(left->places[i], right->places[i]);
	}
	return order;
}

static int compare_in_order(const void *a, const void *b)
{
	const struct revise_line *left = *(struct revise_line *const *)a;
	const struct revise_line *right = *(struct revise_line *const *)b;
	int order = compare_alike(a, b);

	return order != 0 ? order : (left > right) - (left < right);
}

static int compare_row_ids(const void *a, const void *b)
{
	const struct revise_old *left = *(struct revise_old *const *)a;
	const struct revise_old *right = *(struct revise_old *const *)b;

	return nc_id_compare(&left->row->id, &right->row->id);
}

static struct revise_old *find_id(
	struct revise_old **by_id, size_t count, const struct nc_id *id)
{
	const struct nc_revise_row row = {.id = *id};
	const struct revise_old key = {.row = &row};
	const struct revise_old *pointer = &key;
	struct revise_old **found;

	if (count == 0)
		return NULL;
	found = bsearch(
		&pointer, by_id, count, sizeof(by_id[0]), compare_row_ids);
	return found == NULL ? NULL : *found;
}

/*
 * The id of one of alike lines. The record with that id may have become
 * another sentence since: then the line needs an id of its own, and takes the
 * next in steps of alike, so that no two of them take the same.
 */
static enum nc_status find_own(struct revise_work *work,
	struct revise_old **by_id, struct revise_line *line, size_t count,
	size_t alike)
{
	for (;; count += alike) {
		struct revise_old *old;
		enum nc_status status = make_id(work, line, count, &line->id);

		if (status != NC_OK)
			return status;
		old = find_id(by_id, work->olds_count, &line->id);
		if (old == NULL)
			return NC_OK;
		/* An import's removals do not bind the next one. */
		if (old->taken || old->row->shape != line->said->shape ||
			(old->row->gone && !old->row->has_imported &&
				!old->row->elsewhere))
			continue;
		if (old->row->gone ||
			(old->row->has_imported &&
				revise_same_words(
					old->row->imported, line->mark))) {
			old->taken = true;
			line->old = (size_t)(old - work->olds);
			return NC_OK;
		}
	}
}

static enum nc_status mark_ids(struct revise_work *work)
{
	struct revise_line **sorted;
	struct revise_old **by_id;
	enum nc_status status = NC_OK;
	size_t n = work->lines_count;

	sorted = nc_arena_array(work->arena, n, sizeof(*sorted));
	by_id = nc_arena_array(work->arena, work->olds_count, sizeof(*by_id));
	if (sorted == NULL || by_id == NULL)
		return nc_error_no_memory(work->err);
	for (size_t i = 0; i < n; i++)
		sorted[i] = &work->lines[i];
	for (size_t i = 0; i < work->olds_count; i++)
		by_id[i] = &work->olds[i];
	if (n > 0)
		qsort(sorted, n, sizeof(*sorted), compare_in_order);
	if (work->olds_count > 0)
		qsort(by_id, work->olds_count, sizeof(*by_id), compare_row_ids);
	for (size_t from = 0, to; status == NC_OK && from < n; from = to) {
		for (to = from + 1; to < n; to++)
			if (compare_alike(&sorted[from], &sorted[to]) != 0)
				break;
		for (size_t i = from; status == NC_OK && i < to; i++)
			if (sorted[i]->old == REVISE_NONE)
				status = find_own(work, by_id, sorted[i],
					i - from, to - from);
	}
	return status;
}

/* Of the records that could be the one, the first that is there, and an
 * imported one before what a person typed. */
static size_t find_single(
	const struct revise_work *work, const struct nc_revise_line *said)
{
	size_t found = REVISE_NONE;

	for (size_t i = 0; i < work->olds_count; i++) {
		const struct nc_revise_row *row = work->olds[i].row;

		if (row->shape != said->shape || row->gone ||
			work->olds[i].taken)
			continue;
		if (row->has_imported)
			return i;
		if (found == REVISE_NONE)
			found = i;
	}
	return found;
}

static void take_single(struct revise_work *work)
{
	for (size_t i = 0; i < work->lines_count; i++) {
		struct revise_line *line = &work->lines[i];
		size_t found = REVISE_NONE;

		if (revise_shape(work, line->said->shape)->single)
			found = find_single(work, line->said);
		if (found == REVISE_NONE)
			continue;
		line->old = found;
		work->olds[found].taken = true;
	}
}

enum nc_status revise_mark_all(struct revise_work *work)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; status == NC_OK && i < work->lines_count; i++) {
		struct revise_line *line = &work->lines[i];

		line->words = spaced(work, line->said->text);
		if (line->words == NULL)
			return nc_error_no_memory(work->err);
		status = make_mark(work, revise_shape(work, line->said->shape),
			line->said->places, line->words, line->said->level,
			line->mark);
	}
	for (size_t i = 0; status == NC_OK && i < work->olds_count; i++) {
		struct revise_old *old = &work->olds[i];
		const struct nc_revise_row *row = old->row;
		const char *words;

		if (row->gone)
			continue;
		words = spaced(work, row->text);
		if (words == NULL)
			return nc_error_no_memory(work->err);
		status = make_mark(work, revise_shape(work, row->shape),
			row->places, words, row->level, old->mark);
	}
	if (status == NC_OK)
		take_single(work);
	return status == NC_OK ? mark_ids(work) : status;
}

/* How lines and records are compared in one round of matching. */
enum round {
	ROUND_IMPORTED,	     /* the line as it was imported */
	ROUND_WORD_FOR_WORD, /* the record as it is now */
	ROUND_MOVED,	     /* the words as they were imported, elsewhere */
	ROUND_MOVED_NOW,     /* the words as they are now, elsewhere */
	ROUND_TYPED,	     /* the same words that a person typed */
	ROUND_COUNT,
};

struct key {
	uint8_t bytes[sizeof(unsigned) + REVISE_MARK];
	size_t index;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *left = a, *right = b;
	int order = memcmp(left->bytes, right->bytes, sizeof(left->bytes));

	return order != 0 ? order
			  : (left->index > right->index) -
				    (left->index < right->index);
}

static void put_key(struct key *key, enum round round, unsigned shape,
	const uint8_t mark[REVISE_MARK], const char *place, size_t index)
{
	memset(key, 0, sizeof(*key));
	memcpy(key->bytes, &shape, sizeof(shape));
	key->index = index;
	if (round == ROUND_IMPORTED || round == ROUND_WORD_FOR_WORD)
		memcpy(key->bytes + sizeof(shape), mark, REVISE_MARK);
	else
		memcpy(key->bytes + sizeof(shape), mark, HALF);
	/* What a person typed elsewhere is a thought of its own. */
	if (round == ROUND_TYPED)
		strncpy((char *)key->bytes + sizeof(shape) + HALF, place, HALF);
}

/* Whether a record takes part in a round. */
static bool takes_part(const struct revise_old *old, enum round round)
{
	const struct nc_revise_row *row = old->row;

	if (old->taken)
		return false;
	if (row->gone)
		return round == ROUND_IMPORTED && row->has_imported;
	return row->has_imported == (round != ROUND_TYPED);
}

static bool by_imported(enum round round)
{
	return round == ROUND_IMPORTED || round == ROUND_MOVED;
}

/* Pairs equal keys, the first with the first. */
static void pair(struct revise_work *work, struct key *lines, size_t n,
	struct key *olds, size_t m)
{
	size_t i = 0, j = 0;

	while (i < n && j < m) {
		int order = memcmp(
			lines[i].bytes, olds[j].bytes, sizeof(lines[i].bytes));

		if (order == 0) {
			work->lines[lines[i].index].old = olds[j].index;
			work->olds[olds[j].index].taken = true;
		}
		i += order <= 0;
		j += order >= 0;
	}
}

static void match_round(struct revise_work *work, enum round round,
	struct key *lines, struct key *olds)
{
	size_t n = 0, m = 0;

	for (size_t i = 0; i < work->lines_count; i++) {
		const struct revise_line *line = &work->lines[i];

		if (line->old == REVISE_NONE)
			put_key(&lines[n++], round, line->said->shape,
				line->mark, line->said->places[0], i);
	}
	for (size_t i = 0; i < work->olds_count; i++) {
		const struct revise_old *old = &work->olds[i];

		if (takes_part(old, round))
			put_key(&olds[m++], round, old->row->shape,
				by_imported(round) ? old->row->imported
						   : old->mark,
				old->row->gone ? "" : old->row->places[0], i);
	}
	if (n == 0 || m == 0)
		return;
	qsort(lines, n, sizeof(*lines), compare_keys);
	qsort(olds, m, sizeof(*olds), compare_keys);
	pair(work, lines, n, olds, m);
}

enum nc_status revise_match(struct revise_work *work)
{
	struct key *lines, *olds;

	lines = nc_arena_array(work->arena, work->lines_count, sizeof(*lines));
	olds = nc_arena_array(work->arena, work->olds_count, sizeof(*olds));
	if (lines == NULL || olds == NULL)
		return nc_error_no_memory(work->err);
	for (int round = 0; round < ROUND_COUNT; round++)
		match_round(work, (enum round)round, lines, olds);
	return revise_align(work);
}
