/*
 * Where a record of a plan or a report stands: a rank between its neighbours,
 * and a section.
 */
#include "client.h"
#include "model/rank.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECTION_FIELDS 3

/* What stands in one list: entities, and the fields that say where. */
struct list {
	uint32_t entities[2]; /* the second may be 0 */
	uint32_t year, rank;
	uint32_t kind; /* of the paper; 0 of plans */
	/* The section: its area, and what names it. */
	uint32_t section[SECTION_FIELDS];
};

static const struct list lists[] = {
	{{NC_ENTITY_PLAN_ITEM, NC_ENTITY_PLAN_LEAD}, NC_PLAN_YEAR, NC_PLAN_RANK,
		0, {NC_PLAN_AREA, NC_PLAN_LETTER, NC_PLAN_HEADING}},
	{{NC_ENTITY_REPORT_PART, 0}, NC_REPORT_PART_YEAR, NC_REPORT_PART_RANK,
		NC_REPORT_PART_KIND,
		{NC_REPORT_PART_AREA, NC_REPORT_PART_SECTION,
			NC_REPORT_PART_PART}},
};

/* A record of the union's plan or report of that year. Texts are the words'
 * arena's. */
struct place_row {
	struct nc_id id;
	uint32_t entity;
	const char *rank, *section[SECTION_FIELDS];
};

struct place {
	struct nc_home *home;
	struct nc_words *words;
	const struct list *list;
	int64_t year;
	struct nc_slice kind;	/* empty of plans */
	struct place_row *rows; /* by rank, then id */
	size_t count, capacity;
};

static enum nc_status visit_row(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct place *place = context;
	struct nc_arena *arena = &place->words->arena;
	size_t more = place->capacity == 0 ? 256 : place->capacity * 2;
	struct place_row *row;

	if (nc_record_integer(record, place->list->year, 0) != place->year)
		return NC_OK;
	if (place->list->kind != 0 &&
		!nc_slice_equal(
			nc_record_value(record, place->list->kind).bytes,
			place->kind))
		return NC_OK;
	if (place->count == place->capacity) {
		row = nc_realloc(place->rows, more * sizeof(*row));
		if (row == NULL)
			return nc_error_no_memory(err);
		place->rows = row;
		place->capacity = more;
	}
	row = &place->rows[place->count];
	row->id = record->id;
	row->entity = record->entity->number;
	row->rank = nc_record_text(record, place->list->rank, arena);
	if (row->rank == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < SECTION_FIELDS; i++) {
		row->section[i] =
			nc_record_text(record, place->list->section[i], arena);
		if (row->section[i] == NULL)
			return nc_error_no_memory(err);
	}
	/* Without a rank it stands nowhere that another could stand beside. */
	if (nc_rank_is_valid(nc_slice_text(row->rank)))
		place->count++;
	return NC_OK;
}

static int compare_rows(const void *a, const void *b)
{
	const struct place_row *x = a, *y = b;
	int order = strcmp(x->rank, y->rank);

	return order != 0 ? order : nc_id_compare(&x->id, &y->id);
}

static enum nc_status place_read(struct place *place, struct nc_error *err)
{
	const uint32_t *entities = place->list->entities;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < 2 && entities[i] != 0 && status == NC_OK; i++)
		status = nc_records_each(place->home->store,
			nc_model_entity(entities[i]), &place->home->union_id,
			NC_RECORDS_PRESENT, visit_row, place, err);
	if (status == NC_OK && place->count > 1)
		qsort(place->rows, place->count, sizeof(*place->rows),
			compare_rows);
	return status;
}

static bool same_text(
	const struct place *place, uint32_t field, const char *text)
{
	return nc_slice_equal(
		nc_words_text(place->words, field), nc_slice_text(text));
}

static bool same_section(const struct place *place, const struct place_row *row)
{
	for (size_t i = 0; i < SECTION_FIELDS; i++)
		if (!same_text(place, place->list->section[i], row->section[i]))
			return false;
	return true;
}

static enum nc_status set_if_missing(struct nc_words *words, uint32_t field,
	const char *text, struct nc_error *err)
{
	if (nc_words_find(words, field) != NULL || text[0] == '\0')
		return NC_OK;
	return nc_words_set_text(words, field, text, err);
}

/* The neighbour's section, where the words name none. */
static enum nc_status join_section(const struct place *place,
	const struct place_row *row, struct nc_error *err)
{
	const uint32_t *fields = place->list->section;
	enum nc_status status =
		set_if_missing(place->words, fields[0], row->section[0], err);
	bool named = nc_words_find(place->words, fields[1]) != NULL ||
		     nc_words_find(place->words, fields[2]) != NULL;

	/* Half a section's name would be another section. */
	for (size_t i = 1; status == NC_OK && !named && i < SECTION_FIELDS; i++)
		status = set_if_missing(
			place->words, fields[i], row->section[i], err);
	return status;
}

/* The union's section of that area, where the words name none; a plan's lead
 * then stays the union's own, and a report's part goes to the end. */
static enum nc_status find_section(struct place *place, struct nc_error *err)
{
	if (place->words->entity->number != NC_ENTITY_PLAN_ITEM)
		return NC_OK;
	for (size_t i = place->count; i-- > 0;)
		if (place->rows[i].entity == NC_ENTITY_PLAN_ITEM &&
			same_text(
				place, NC_PLAN_AREA, place->rows[i].section[0]))
			return join_section(place, &place->rows[i], err);
	return NC_OK;
}

/* The first row after at with a rank of its own; count when there is none. */
static size_t next_rank(const struct place *place, size_t at)
{
	size_t next = at + 1;

	while (next < place->count &&
		strcmp(place->rows[next].rank, place->rows[at].rank) == 0)
		next++;
	return next;
}

/* The row whose id begins with the digits. */
static enum nc_status find_neighbour(struct place *place, const char *digits,
	size_t *ret_at, struct nc_error *err)
{
	struct nc_record record;
	enum nc_status status = nc_record_find(
		place->home->store, digits, &place->words->arena, &record, err);

	if (status != NC_OK)
		return status;
	for (size_t i = 0; i < place->count; i++)
		if (nc_id_compare(&place->rows[i].id, &record.id) == 0) {
			*ret_at = i;
			return NC_OK;
		}
	return nc_error_set(err, NC_INVALID,
		_("%s is no part of your plan or report of that year; list %s "
		  "shows what is."),
		digits, nc_model_entity(place->list->entities[0])->name);
}

/* Where it goes without --after and --before: behind its section, else at the
 * very end. */
static size_t default_place(const struct place *place)
{
	for (size_t i = place->count; i-- > 0;)
		if (same_section(place, &place->rows[i]))
			return i;
	return place->count == 0 ? 0 : place->count - 1;
}

static enum nc_status place_between(
	struct place *place, size_t after, size_t before, struct nc_error *err)
{
	struct nc_slice low = nc_slice(NULL, 0), high = nc_slice(NULL, 0);
	/* Two devices in one gap choose different ranks, nearly always. */
	uint32_t salt = (uint32_t)(nc_key_device(place->home->key) % 3600) + 1;
	char rank[NC_RANK_MAX + 1];

	if (after < place->count)
		low = nc_slice_text(place->rows[after].rank);
	if (before < place->count)
		high = nc_slice_text(place->rows[before].rank);
	if (nc_rank_between(low, high, salt, rank) != NC_OK)
		return nc_error_set(err, NC_LIMIT,
			_("There is no room left between these two; put it in "
			  "another place."));
	return nc_words_set_text(place->words, place->list->rank, rank, err);
}

static enum nc_status choose_place(struct place *place, const char *after,
	const char *before, struct nc_error *err)
{
	enum nc_status status = NC_OK;
	size_t at, low;

	if (after == NULL && before == NULL) {
		status = find_section(place, err);
		at = default_place(place);
		if (status != NC_OK)
			return status;
		return place_between(place, at,
			place->count == 0 ? 1 : next_rank(place, at), err);
	}
	status =
		find_neighbour(place, after != NULL ? after : before, &at, err);
	if (status == NC_OK)
		status = join_section(place, &place->rows[at], err);
	if (status != NC_OK)
		return status;
	if (after != NULL)
		return place_between(place, at, next_rank(place, at), err);
	for (low = at; low > 0 && strcmp(place->rows[low - 1].rank,
					  place->rows[at].rank) == 0;)
		low--;
	return place_between(place, low == 0 ? place->count : low - 1, at, err);
}

static enum nc_status need_year(const struct place *place, struct nc_error *err)
{
	return nc_error_set(err, NC_INVALID,
		_("%s needs the year of the plan; add year=2024 (or "
		  "whichever it is) and try again."),
		place->words->entity->name);
}

/* With a neighbour, its year and paper are meant where none is said. */
static enum nc_status find_paper(
	struct place *place, const char *neighbour, struct nc_error *err)
{
	const struct list *list = place->list;
	struct nc_words *words = place->words;
	const struct nc_field_change *year = nc_words_find(words, list->year);
	struct nc_record record;
	enum nc_status status = NC_OK;

	if (year == NULL && neighbour == NULL)
		return need_year(place, err);
	if (neighbour != NULL)
		status = nc_record_find(place->home->store, neighbour,
			&words->arena, &record, err);
	if (status == NC_OK && year == NULL)
		status = nc_words_set_integer(words, list->year,
			nc_record_integer(&record, list->year, 0), err);
	if (status == NC_OK && neighbour != NULL && list->kind != 0 &&
		record.entity->number == words->entity->number) {
		const char *kind =
			nc_record_text(&record, list->kind, &words->arena);

		if (kind == NULL)
			return nc_error_no_memory(err);
		status = set_if_missing(words, list->kind, kind, err);
	}
	if (status != NC_OK)
		return status;
	place->year = nc_words_find(words, list->year)->value.integer;
	if (list->kind != 0)
		place->kind = nc_words_text(words, list->kind);
	return NC_OK;
}

static const struct list *list_of(uint32_t entity)
{
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (lists[i].entities[0] == entity ||
			lists[i].entities[1] == entity)
			return &lists[i];
	return NULL;
}

bool nc_place_is_of(uint32_t entity)
{
	return list_of(entity) != NULL;
}

uint32_t nc_place_rank(uint32_t entity)
{
	return list_of(entity)->rank;
}

enum nc_status nc_place_record(struct nc_home *home, struct nc_words *words,
	const char *after, const char *before, struct nc_error *err)
{
	struct place place = {.home = home,
		.words = words,
		.list = list_of(words->entity->number)};
	enum nc_status status;

	NC_ASSERT(place.list != NULL);
	if (after != NULL && before != NULL)
		return nc_error_set(err, NC_USAGE,
			_("--after and --before cannot both be given."));
	status = find_paper(&place, after != NULL ? after : before, err);
	if (status == NC_OK)
		status = place_read(&place, err);
	if (status == NC_OK)
		status = choose_place(&place, after, before, err);
	nc_free(place.rows);
	return status;
}
