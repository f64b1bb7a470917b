/*
 * A stand-in for a store, as far as an import needs one: rows, and what the
 * steps of nc_revise() do to them.
 */
#ifndef NC_TESTS_REVISE_SHELF_H
#define NC_TESTS_REVISE_SHELF_H

#include "unit.h"

#include "intake/plan_reader.h"
#include "intake/revise.h"
#include "model/rank.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROWS_MAX 512
#define YEAR 2024

enum { PLACE_AREA, PLACE_LETTER, PLACE_HEADING };

/* A stand-in for a store: what steps do to its rows. */
struct shelf {
	struct nc_arena arena;
	struct nc_revise_row rows[ROWS_MAX];
	size_t count;
	size_t kinds[5];	       /* steps of the last import, by kind */
	struct nc_revise_step last[5]; /* and the last of each */
	struct nc_field_change fields[16]; /* of the last edit */
};

/* Not SHA-256, which another room has; any mixing will do here. */
static void mix(uint8_t out[32], struct nc_slice bytes)
{
	uint64_t hash = 0xcbf29ce484222325;

	for (size_t i = 0; i < bytes.size; i++)
		hash = (hash ^ bytes.data[i]) * 0x100000001b3;
	for (uint8_t i = 0; i < 32; i++) {
		hash = (hash ^ (hash >> 29) ^ i) * 0xbf58476d1ce4e5b9;
		out[i] = (uint8_t)(hash >> 56);
	}
}

static void shelf_init(struct shelf *shelf)
{
	memset(shelf, 0, sizeof(*shelf));
	nc_arena_init(&shelf->arena, 64 * 1024 * 1024);
}

static void shelf_fini(struct shelf *shelf)
{
	nc_arena_fini(&shelf->arena);
}

static const char *keep_text(struct shelf *shelf, const char *text)
{
	const char *kept;

	assert_non_null(text);
	kept = nc_arena_text(&shelf->arena, text, strlen(text));
	assert_non_null(kept);
	return kept;
}

static const char *keep(struct shelf *shelf, const struct nc_value *value)
{
	const char *text;

	if (value->kind == NC_VALUE_ABSENT)
		return "";
	assert_int_equal(value->kind, NC_VALUE_TEXT);
	assert_true(value->bytes.size > 0);
	text = nc_arena_text(&shelf->arena, (const char *)value->bytes.data,
		value->bytes.size);
	assert_non_null(text);
	return text;
}

static void set_field(struct shelf *shelf, struct nc_revise_row *row,
	const struct nc_field_change *change)
{
	switch (change->field) {
	case NC_PLAN_YEAR:
		assert_int_equal(change->value.integer, YEAR);
		break;
	case NC_PLAN_AREA:
		row->places[PLACE_AREA] = keep(shelf, &change->value);
		break;
	case NC_PLAN_LETTER:
		row->places[PLACE_LETTER] = keep(shelf, &change->value);
		break;
	case NC_PLAN_HEADING:
		row->places[PLACE_HEADING] = keep(shelf, &change->value);
		break;
	case NC_PLAN_RANK:
		row->rank = keep(shelf, &change->value);
		assert_true(nc_rank_is_valid(nc_slice_text(row->rank)));
		break;
	case NC_PLAN_TEXT:
		row->text = keep(shelf, &change->value);
		break;
	case NC_PLAN_IMPORTED:
		row->has_imported = change->value.kind == NC_VALUE_BYTES;
		if (!row->has_imported)
			break;
		assert_int_equal(change->value.bytes.size, 16);
		memcpy(row->imported, change->value.bytes.data, 16);
		break;
	case NC_PLAN_LEVEL:
		row->level = (unsigned)change->value.integer;
		break;
	default:
		fail_msg("field %u", change->field);
	}
}

static struct nc_revise_row *find_row(
	struct shelf *shelf, const struct nc_id *id)
{
	for (size_t i = 0; i < shelf->count; i++)
		if (nc_id_compare(&shelf->rows[i].id, id) == 0)
			return &shelf->rows[i];
	return NULL;
}

static struct nc_revise_row *find_text(struct shelf *shelf, const char *text)
{
	for (size_t i = 0; i < shelf->count; i++)
		if (!shelf->rows[i].gone &&
			strcmp(shelf->rows[i].text, text) == 0)
			return &shelf->rows[i];
	fail_msg("no row \"%s\"", text);
	return NULL;
}

static void apply_step(struct shelf *shelf, const struct nc_revise_step *step)
{
	struct nc_revise_row *row = find_row(shelf, &step->id);
	uint32_t field = 0;

	shelf->kinds[step->kind]++;
	shelf->last[step->kind] = *step;
	shelf->last[step->kind].text = keep_text(shelf, step->text);
	shelf->last[step->kind].was = keep_text(shelf, step->was);
	if (step->kind == NC_REVISE_ADD) {
		assert_null(row);
		assert_true(shelf->count < ROWS_MAX);
		row = &shelf->rows[shelf->count++];
		*row = (struct nc_revise_row){.id = step->id,
			.shape = step->entity == NC_ENTITY_PLAN_LEAD
					 ? NC_REVISE_PLAN_LEAD
					 : NC_REVISE_PLAN_ITEM,
			.places = {"", "", ""}};
	}
	assert_non_null(row);
	assert_int_equal(
		nc_revise_plan_shapes[row->shape].entity, step->entity);
	if (step->kind == NC_REVISE_REMOVE)
		row->gone = true;
	for (size_t i = 0; i < step->fields_count; i++) {
		assert_true(step->fields[i].field > field);
		assert_int_equal(step->fields[i].replaces_count, 0);
		field = step->fields[i].field;
		set_field(shelf, row, &step->fields[i]);
		if (step->kind == NC_REVISE_EDIT)
			shelf->fields[i] = step->fields[i];
	}
	if (step->kind == NC_REVISE_SAME || step->kind == NC_REVISE_KEEP)
		assert_int_equal(step->fields_count, 0);
	assert_int_equal(
		step->why != NC_REVISE_WHY_NONE, step->kind == NC_REVISE_KEEP);
}

static const struct nc_id union_id = {{1, 2, 3, 4, 5, 6, 7, 8}};

static enum nc_status try_import(
	struct shelf *shelf, const char *text, struct nc_error *err)
{
	struct nc_document document;
	struct nc_plan plan;
	struct nc_revise revise;
	struct nc_revise_input input = {
		.union_id = &union_id,
		.year = YEAR,
		.kind = "",
		.shapes = nc_revise_plan_shapes,
		.rows = shelf->rows,
		.rows_count = shelf->count,
	};
	enum nc_status status;

	memset(shelf->kinds, 0, sizeof(shelf->kinds));
	nc_document_init(&document);
	nc_plan_init(&plan);
	nc_revise_init(&revise);
	status = nc_document_read(&document, nc_slice_text(text), err);
	if (status == NC_OK)
		status = nc_plan_read(&document, &plan, err);
	if (status == NC_OK)
		status = nc_revise_plan_lines(&plan.unions[0], &shelf->arena,
			&input.lines, &input.lines_count, err);
	if (status == NC_OK)
		status = nc_revise(&revise, &input, mix, err);
	for (size_t i = 0; status == NC_OK && i < revise.count; i++)
		apply_step(shelf, &revise.steps[i]);
	nc_revise_fini(&revise);
	nc_plan_fini(&plan);
	nc_document_fini(&document);
	return status;
}

static void import(struct shelf *shelf, const char *text)
{
	struct nc_error err = {0};

	if (try_import(shelf, text, &err) != NC_OK)
		fail_msg("%s", err.text);
}

static void check_kinds(const struct shelf *shelf, size_t same, size_t add,
	size_t edit, size_t remove, size_t kept)
{
	assert_int_equal(shelf->kinds[NC_REVISE_SAME], same);
	assert_int_equal(shelf->kinds[NC_REVISE_ADD], add);
	assert_int_equal(shelf->kinds[NC_REVISE_EDIT], edit);
	assert_int_equal(shelf->kinds[NC_REVISE_REMOVE], remove);
	assert_int_equal(shelf->kinds[NC_REVISE_KEEP], kept);
}

/* The fields of the last edit, in order; 0 ends them. */
static void check_edited(const struct shelf *shelf, const uint32_t *fields)
{
	const struct nc_revise_step *edit = &shelf->last[NC_REVISE_EDIT];

	for (size_t i = 0; i < edit->fields_count; i++)
		assert_int_equal(shelf->fields[i].field, fields[i]);
	assert_int_equal(fields[edit->fields_count], 0);
}

static int compare_rank(const void *a, const void *b)
{
	const struct nc_revise_row *left = *(struct nc_revise_row *const *)a;
	const struct nc_revise_row *right = *(struct nc_revise_row *const *)b;

	return strcmp(left->rank, right->rank);
}

/* The live rows' texts by their ranks, as one word. */
static void check_order(struct shelf *shelf, const char *expected)
{
	struct nc_revise_row *live[ROWS_MAX];
	char found[4096] = "";
	size_t count = 0;

	for (size_t i = 0; i < shelf->count; i++)
		if (!shelf->rows[i].gone)
			live[count++] = &shelf->rows[i];
	qsort(live, count, sizeof(live[0]), compare_rank);
	for (size_t i = 0; i < count; i++) {
		strcat(found, i == 0 ? "" : "|");
		strcat(found, live[i]->text);
	}
	assert_string_equal(found, expected);
}

static void type_row(struct shelf *shelf, const char *area, const char *rank,
	const char *text)
{
	struct nc_revise_row *row = &shelf->rows[shelf->count++];

	*row = (struct nc_revise_row){.shape = NC_REVISE_PLAN_ITEM,
		.places = {area, "", ""},
		.rank = rank,
		.text = text,
		.level = 1};
	memset(row->id.bytes, (int)shelf->count, NC_ID_SIZE);
}

#endif
