/*
 * The merge rule and the writer rule, case by case; and a property: whatever
 * several devices write, and in whatever causal order it arrives, however
 * often, the row is the same. The expected row is not computed by merging:
 * what lives is what nobody replaced, which needs no order at all.
 *
 * NC_TEST_SEED=N replays one history, NC_TEST_HISTORIES=N sets their number.
 */
#include "unit.h"

#include "merge/merge.h"
#include "merge/rights.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ENTITY 10

/* Cases: a row is made write by write, then asked. */

enum { DEVICES_MAX = 5, FIELDS_MAX = 4, WRITES_MAX = 16, CASE_WRITES_MAX = 6 };

struct case_write {
	struct nc_dot dot; /* device 0 ends the list */
	int64_t at;
	bool deletes;
	uint32_t field;
	const char *text;
	struct nc_dot replaces[3];
};

struct merge_case {
	const char *name;
	struct case_write writes[CASE_WRITES_MAX];
	size_t live;
	const char *shown; /* of field 1; NULL: nothing lives there */
	bool gone, revived, conflicts;
};

static const struct merge_case cases[] = {
	{"nothing written", {{{0, 0}, 0, false, 0, NULL, {{0, 0}}}}, 0, NULL,
		true, false, false},
	{"one write", {{{1, 1}, 10, false, 1, "a", {{0, 0}}}}, 1, "a", false,
		false, false},
	{"a seen value is replaced",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 5, false, 1, "b", {{1, 1}}}},
		1, "b", false, false, false},
	{"no clock decides: an earlier time replaces what it saw",
		{{{1, 1}, INT64_MAX, false, 1, "a", {{0, 0}}},
			{{2, 1}, INT64_MIN, false, 1, "b", {{1, 1}}}},
		1, "b", false, false, false},
	{"an unseen value stays beside",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 20, false, 1, "b", {{0, 0}}}},
		2, "b", false, false, true},
	{"the latest shows, whoever came last",
		{{{1, 1}, 20, false, 1, "a", {{0, 0}}},
			{{2, 1}, 10, false, 1, "b", {{0, 0}}}},
		2, "a", false, false, true},
	{"one time: the higher device shows",
		{{{9, 1}, 10, false, 1, "nine", {{0, 0}}},
			{{2, 7}, 10, false, 1, "two", {{0, 0}}}},
		2, "nine", false, false, true},
	{"device ids are unsigned",
		{{{UINT64_MAX, 1}, 10, false, 1, "high", {{0, 0}}},
			{{1, 1}, 10, false, 1, "low", {{0, 0}}}},
		2, "high", false, false, true},
	{"one time and device: the higher sequence shows",
		{{{1, 1}, 10, false, 1, "first", {{0, 0}}},
			{{1, 2}, 10, false, 1, "second", {{0, 0}}}},
		2, "second", false, false, true},
	{"the same words twice are no conflict",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 20, false, 1, "a", {{0, 0}}}},
		2, "a", false, false, false},
	{"empty text and a cleared field differ",
		{{{1, 1}, 10, false, 1, "", {{0, 0}}},
			{{2, 1}, 20, false, 1, NULL, {{0, 0}}}},
		2, NULL, false, false, true},
	{"a resolution replaces both",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 20, false, 1, "b", {{0, 0}}},
			{{1, 2}, 1, false, 1, "c", {{1, 1}, {2, 1}}}},
		1, "c", false, false, false},
	{"a resolution that saw one of two",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 20, false, 1, "b", {{0, 0}}},
			{{1, 2}, 30, false, 1, "c", {{1, 1}}}},
		2, "c", false, false, true},
	{"three sides, two of them alike",
		{{{1, 1}, 30, false, 1, "a", {{0, 0}}},
			{{2, 1}, 20, false, 1, "a", {{0, 0}}},
			{{3, 1}, 10, false, 1, "b", {{0, 0}}}},
		3, "a", false, false, true},
	{"fields are apart",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 20, false, 2, "b", {{1, 1}}}},
		2, "a", false, false, false},
	{"a dot names a write to one field: replacing it elsewhere is nothing",
		{{{1, 1}, 10, false, 2, "a", {{0, 0}}},
			{{2, 1}, 20, false, 1, "b", {{1, 1}}}},
		2, "b", false, false, false},
	{"the same write again",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{1, 1}, 10, false, 1, "a", {{0, 0}}}},
		1, "a", false, false, false},
	{"a write that names itself", {{{1, 1}, 10, false, 1, "a", {{1, 1}}}},
		1, "a", false, false, false},
	{"replacing the same dot twice over",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 20, false, 1, "b", {{1, 1}, {1, 1}}}},
		1, "b", false, false, false},
	{"a deletion of what was seen",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 20, true, 1, "a", {{1, 1}}}},
		1, "a", true, false, false},
	{"deleted twice, over different words: still gone, no conflict",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 20, true, 1, "a", {{1, 1}}},
			{{3, 1}, 30, true, 1, "z", {{1, 1}}}},
		2, "z", true, false, false},
	{"an unseen edit survives a deletion, and shows though it is older",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 99, true, 1, "a", {{1, 1}}},
			{{3, 1}, 11, false, 1, "b", {{1, 1}}}},
		2, "b", false, true, true},
	{"the same, the edit first",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{3, 1}, 11, false, 1, "b", {{1, 1}}},
			{{2, 1}, 99, true, 1, "a", {{1, 1}}}},
		2, "b", false, true, true},
	{"an unseen edit of one field brings the record back",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{1, 2}, 10, false, 2, "b", {{0, 0}}},
			{{2, 1}, 20, true, 1, "a", {{1, 1}}},
			{{2, 1}, 20, true, 2, "b", {{1, 2}}},
			{{3, 1}, 15, false, 2, "c", {{1, 2}}}},
		3, "a", false, true, true},
	{"a revived record made plain",
		{{{1, 1}, 10, false, 1, "a", {{0, 0}}},
			{{2, 1}, 20, true, 1, "a", {{1, 1}}},
			{{3, 1}, 15, false, 1, "b", {{1, 1}}},
			{{1, 2}, 30, false, 1, "b", {{2, 1}, {3, 1}}}},
		1, "b", false, false, false},
};

static struct nc_value text_or_absent(const char *text)
{
	return text == NULL ? nc_value_absent() : nc_value_text(text);
}

static void apply_case_write(struct nc_row *row, struct nc_arena *arena,
	const struct case_write *write)
{
	struct nc_field_change field = {.field = write->field,
		.value = text_or_absent(write->text),
		.replaces = write->replaces};
	struct nc_record_change change = {.entity = ENTITY,
		.deletes = write->deletes,
		.fields = &field,
		.fields_count = 1};

	while (field.replaces_count < COUNT(write->replaces) &&
		write->replaces[field.replaces_count].device != 0)
		field.replaces_count++;
	assert_true(nc_merge(row, arena, &change, &write->dot, write->at));
}

static void check_case(const struct merge_case *c, const struct nc_row *row)
{
	struct nc_value expected = text_or_absent(c->shown);
	const struct nc_live *shown = nc_row_shown(row, 1);
	struct nc_value found =
		shown == NULL ? nc_value_absent() : shown->value;

	if (row->count != c->live || !nc_value_equal(&found, &expected) ||
		nc_row_is_gone(row) != c->gone ||
		nc_row_is_revived(row, NULL) != c->revived ||
		nc_row_conflicts(row, NULL) != c->conflicts)
		fail_msg("%s: %zu live, shows \"%.*s\", gone %d, revived %d, "
			 "conflicts %d",
			c->name, row->count, (int)found.bytes.size,
			(const char *)found.bytes.data, nc_row_is_gone(row),
			nc_row_is_revived(row, NULL),
			nc_row_conflicts(row, NULL));
}

static void test_merge__cases(void **state)
{
	struct nc_arena arena;

	(void)state;
	nc_arena_init(&arena, 1 << 20);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nc_row row = {0};

		nc_arena_reset(&arena);
		for (size_t w = 0; w < CASE_WRITES_MAX &&
				   cases[i].writes[w].dot.device != 0;
			w++)
			apply_case_write(&row, &arena, &cases[i].writes[w]);
		check_case(&cases[i], &row);
	}
	nc_arena_fini(&arena);
}

/* The canonical bytes, written out by hand from merge.h. */
static void test_merge__canonical_bytes_are_as_written_down(void **state)
{
	static const uint8_t expected[] = {
		0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, /* id */
		0xac, 0x02, /* entity 300 */
		1, 0, 0, 0, 0, 0, 0, 0, 2, 0x80, 0x01, 0, 1, 2, 'h', 'i', 1,
		0xff, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3,		/* -2 */
		7, 0, 0, 0, 0, 0, 0, 0, 2, 0x80, 0x01, 0, 0,	/* absent */
		9, 0, 0, 0, 0, 0, 0, 0, 2, 0x80, 0x01, 0, 3, 0, /* no bytes */
	};
	const struct nc_live lives[] = {
		{9, {2, 128}, 5, false, nc_value_bytes("", 0)},
		{1, {0xff00000000000000u, 1}, 9, true, nc_value_integer(-2)},
		{7, {2, 128}, 5, false, nc_value_absent()},
		{1, {2, 128}, 5, false, nc_value_text("hi")},
	};
	struct nc_row row = {0};
	struct nc_arena arena;
	struct nc_buffer out;
	struct nc_id id;

	(void)state;
	for (uint8_t i = 0; i < NC_ID_SIZE; i++)
		id.bytes[i] = i;
	nc_arena_init(&arena, 1 << 20);
	nc_buffer_init(&out, 1 << 20);
	for (size_t i = 0; i < COUNT(lives); i++)
		assert_true(nc_row_add(&row, &arena, &lives[i]));
	assert_int_equal(nc_row_canonical(&row, &id, 300, &arena, &out), NC_OK);
	assert_int_equal(out.size, sizeof(expected));
	assert_memory_equal(out.data, expected, sizeof(expected));
	nc_buffer_fini(&out);
	nc_arena_fini(&arena);
}

static void test_merge__no_memory_is_told(void **state)
{
	struct nc_field_change fields[40];
	struct nc_record_change change = {.entity = ENTITY,
		.fields = fields,
		.fields_count = COUNT(fields)};
	const struct nc_dot dot = {1, 1};
	struct nc_row row = {0};
	struct nc_arena arena;

	(void)state;
	for (uint32_t i = 0; i < COUNT(fields); i++)
		fields[i] = (struct nc_field_change){
			i + 1, nc_value_integer(i), NULL, 0};
	nc_arena_init(&arena, 16 * sizeof(struct nc_live));
	assert_false(nc_merge(&row, &arena, &change, &dot, 1));
	nc_arena_fini(&arena);
}

/* The property. */

struct rng {
	uint64_t state;
};

static uint64_t rng_next(struct rng *rng)
{
	uint64_t z = rng->state += 0x9e3779b97f4a7c15u;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

static size_t rng_below(struct rng *rng, size_t bound)
{
	return (size_t)(rng_next(rng) % bound);
}

/* One change-set about the one record. */
struct written {
	struct nc_dot dot;
	int64_t at;
	struct nc_record_change change;
	struct nc_field_change fields[FIELDS_MAX];
	struct nc_dot replaces[FIELDS_MAX][WRITES_MAX];
};

struct history {
	uint64_t seed;
	struct rng rng;
	struct nc_arena arena;
	size_t devices, fields, count;
	nc_device_id ids[DEVICES_MAX];
	struct written writes[WRITES_MAX];
	struct nc_row rows[DEVICES_MAX]; /* what each device sees */
	bool applied[DEVICES_MAX][WRITES_MAX];
	uint64_t sequences[DEVICES_MAX];
};

/* Whether all that comes before a write is in a set of applied ones: its own
 * stream's writes, and what it replaces. Nothing more is promised. */
static bool is_ready(const struct history *h, const bool *applied, size_t at)
{
	const struct written *w = &h->writes[at];

	for (size_t i = 0; i < h->count; i++) {
		const struct nc_dot *dot = &h->writes[i].dot;

		if (applied[i])
			continue;
		if (dot->device == w->dot.device &&
			dot->sequence < w->dot.sequence)
			return false;
		for (size_t f = 0; f < w->change.fields_count; f++)
			for (size_t r = 0; r < w->fields[f].replaces_count; r++)
				if (nc_dot_equal(
					    dot, &w->fields[f].replaces[r]))
					return false;
	}
	return true;
}

static void apply_write(struct history *h, struct nc_row *row, size_t at)
{
	const struct written *w = &h->writes[at];

	if (!nc_merge(row, &h->arena, &w->change, &w->dot, w->at))
		fail_msg("seed %" PRIu64 ": no memory", h->seed);
}

static struct nc_value random_value(struct rng *rng)
{
	static const char *const words[] = {"", "Đón đoàn", "Đón đoàn Lào"};

	switch (rng_below(rng, 6)) {
	case 0:
		return nc_value_absent();
	case 1:
		return nc_value_integer((int64_t)rng_below(rng, 3) - 1);
	case 2:
		return nc_value_bytes(words[2], rng_below(rng, 3));
	default:
		return nc_value_text(words[rng_below(rng, COUNT(words))]);
	}
}

/* A field's change that replaces what the device sees there now. */
static void write_field(struct history *h, struct written *w,
	const struct nc_row *row, uint32_t number)
{
	size_t at = w->change.fields_count++;
	struct nc_field_change *field = &w->fields[at];
	const struct nc_live *shown = nc_row_shown(row, number);

	field->field = number;
	field->value = w->change.deletes ? shown->value : random_value(&h->rng);
	field->replaces = w->replaces[at];
	field->replaces_count = 0;
	for (size_t i = 0; i < row->count; i++)
		if (row->live[i].field == number)
			w->replaces[at][field->replaces_count++] =
				row->live[i].dot;
}

/* A write, a deletion, or the resolution of what disagrees, by one device. */
static void write_something(struct history *h, size_t device)
{
	struct nc_row *row = &h->rows[device];
	struct written *w = &h->writes[h->count];
	size_t kind = rng_below(&h->rng, 10);

	memset(&w->change, 0, sizeof(w->change));
	w->change.entity = ENTITY;
	w->change.fields = w->fields;
	w->change.deletes = kind < 2 && !nc_row_is_gone(row);
	w->at = (int64_t)rng_below(&h->rng, 4);
	for (uint32_t f = 1; f <= h->fields; f++) {
		bool lives = nc_row_shown(row, f) != NULL;

		if (w->change.deletes ? lives
			: kind < 4    ? nc_row_field_conflicts(row, f)
				      : rng_below(&h->rng, 2) == 0)
			write_field(h, w, row, f);
	}
	if (w->change.fields_count == 0)
		return;
	w->dot.device = h->ids[device];
	w->dot.sequence = ++h->sequences[device];
	h->applied[device][h->count] = true;
	apply_write(h, row, h->count++);
}

/* One write of another device reaches this one. */
static void receive_something(struct history *h, size_t device)
{
	size_t from = h->count == 0 ? 0 : rng_below(&h->rng, h->count);

	for (size_t i = 0; i < h->count; i++) {
		size_t at = (from + i) % h->count;

		if (h->applied[device][at] ||
			!is_ready(h, h->applied[device], at))
			continue;
		h->applied[device][at] = true;
		apply_write(h, &h->rows[device], at);
		return;
	}
}

static void history_make(struct history *h, uint64_t seed)
{
	size_t writes;

	h->seed = seed;
	h->rng.state = seed;
	h->count = 0;
	h->devices = 2 + rng_below(&h->rng, DEVICES_MAX - 1);
	h->fields = 1 + rng_below(&h->rng, FIELDS_MAX);
	writes = 2 + rng_below(&h->rng, WRITES_MAX - 1);
	memset(h->rows, 0, sizeof(h->rows));
	memset(h->applied, 0, sizeof(h->applied));
	memset(h->sequences, 0, sizeof(h->sequences));
	for (size_t i = 0; i < h->devices; i++)
		h->ids[i] = (rng_next(&h->rng) & ~(uint64_t)7) | (i + 1);
	for (size_t i = 0; h->count < writes && i < 4 * writes; i++) {
		size_t device = rng_below(&h->rng, h->devices);

		if (rng_below(&h->rng, 5) < 2)
			write_something(h, device);
		else
			receive_something(h, device);
	}
}

/* All writes, in a random causal order, some of them twice over. */
static void apply_in_random_order(struct history *h, struct nc_row *row)
{
	bool applied[WRITES_MAX] = {false};

	for (size_t done = 0; done < h->count; done++) {
		size_t at = rng_below(&h->rng, h->count);

		while (applied[at] || !is_ready(h, applied, at))
			at = (at + 1) % h->count;
		applied[at] = true;
		apply_write(h, row, at);
		if (rng_below(&h->rng, 4) == 0)
			apply_write(h, row, at);
	}
}

static bool is_replaced(const struct history *h, const struct nc_live *live)
{
	for (size_t i = 0; i < h->count; i++)
		for (size_t f = 0; f < h->writes[i].change.fields_count; f++) {
			const struct nc_field_change *field =
				&h->writes[i].fields[f];

			for (size_t r = 0; r < field->replaces_count; r++)
				if (field->field == live->field &&
					nc_dot_equal(&field->replaces[r],
						&live->dot))
					return true;
		}
	return false;
}

/* What must live in the end, by the rule's other reading: all that was
 * written and that nobody replaced. */
static size_t expected_lives(const struct history *h, struct nc_live *lives)
{
	size_t count = 0;

	for (size_t i = 0; i < h->count; i++)
		for (size_t f = 0; f < h->writes[i].change.fields_count; f++) {
			const struct written *w = &h->writes[i];
			struct nc_live live = {w->fields[f].field, w->dot,
				w->at, w->change.deletes, w->fields[f].value};

			if (!is_replaced(h, &live))
				lives[count++] = live;
		}
	return count;
}

/* Whether a shows rather than b, as docs/PROTOCOL.md, 9.2, says it. */
static bool shows_before(const struct nc_live *a, const struct nc_live *b)
{
	if (a->tombstone != b->tombstone)
		return b->tombstone;
	if (a->written_at_ms != b->written_at_ms)
		return a->written_at_ms > b->written_at_ms;
	if (a->dot.device != b->dot.device)
		return a->dot.device > b->dot.device;
	return a->dot.sequence > b->dot.sequence;
}

/* The row has just these lives, in the promised order, and says so. */
static void check_row(const struct history *h, const struct nc_row *row,
	const struct nc_live *lives, size_t count, const char *where)
{
	bool gone = true, buried = false, differs = false;

	if (row->count != count)
		fail_msg("seed %" PRIu64 ": %s has %zu live, not %zu", h->seed,
			where, row->count, count);
	for (size_t i = 0; i < count; i++) {
		const struct nc_live *found = NULL;
		const struct nc_live *shown = nc_row_shown(row, lives[i].field);

		for (size_t j = 0; j < row->count; j++)
			if (row->live[j].field == lives[i].field &&
				nc_dot_equal(&row->live[j].dot, &lives[i].dot))
				found = &row->live[j];
		if (found == NULL || !nc_live_same_content(found, &lives[i]) ||
			found->written_at_ms != lives[i].written_at_ms ||
			(shown != found && !shows_before(shown, found)))
			fail_msg("seed %" PRIu64 ": %s lost field %u of "
				 "%016" PRIx64 "/%" PRIu64 ", or shows another",
				h->seed, where, lives[i].field,
				lives[i].dot.device, lives[i].dot.sequence);
		gone &= lives[i].tombstone;
		buried |= lives[i].tombstone;
		differs |= !nc_live_same_content(shown, found);
		if (i > 0 &&
			(row->live[i].field < row->live[i - 1].field ||
				(row->live[i].field == row->live[i - 1].field &&
					shows_before(&row->live[i],
						&row->live[i - 1]))))
			fail_msg("seed %" PRIu64 ": %s is out of order",
				h->seed, where);
	}
	if (nc_row_is_gone(row) != gone ||
		nc_row_is_revived(row, NULL) != (!gone && buried) ||
		nc_row_conflicts(row, NULL) != (!gone && (buried || differs)))
		fail_msg("seed %" PRIu64 ": %s says gone, revived or conflict "
			 "wrongly",
			h->seed, where);
}

static void check_canonical(struct history *h, const struct nc_row *row,
	struct nc_buffer *first, const char *where)
{
	static const struct nc_id id;
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&bytes, 1 << 20);
	assert_int_equal(
		nc_row_canonical(row, &id, ENTITY, &h->arena, &bytes), NC_OK);
	if (first->size == 0)
		assert_int_equal(
			nc_buffer_append(first, bytes.data, bytes.size), NC_OK);
	if (!nc_slice_equal(nc_buffer_slice(first), nc_buffer_slice(&bytes)))
		fail_msg("seed %" PRIu64 ": %s has other canonical bytes",
			h->seed, where);
}

static void history_check(struct history *h)
{
	struct nc_live lives[WRITES_MAX * FIELDS_MAX];
	size_t count = expected_lives(h, lives);
	struct nc_row row;
	struct nc_buffer first NC_AUTO(nc_buffer_fini) = {0};

	nc_buffer_init(&first, 1 << 20);
	memset(&row, 0, sizeof(row));
	/* A row read back from the store, in no order at all. */
	for (size_t i = 0; i < count; i++)
		assert_true(nc_row_add(&row, &h->arena,
			&lives[i % 2 == 0 ? i / 2 : count - 1 - i / 2]));
	check_row(h, &row, lives, count, "the row read back");
	check_canonical(h, &row, &first, "the row read back");
	for (int order = 0; order < 4; order++) {
		memset(&row, 0, sizeof(row));
		apply_in_random_order(h, &row);
		check_row(h, &row, lives, count, "a random order");
		check_canonical(h, &row, &first, "a random order");
	}
	for (size_t device = 0; device < h->devices; device++) {
		for (size_t i = 0; i < h->count; i++)
			receive_something(h, device);
		check_row(h, &h->rows[device], lives, count, "a device");
		check_canonical(h, &h->rows[device], &first, "a device");
	}
}

static uint64_t number_from(const char *name, uint64_t otherwise)
{
	const char *text = getenv(name);

	return text == NULL ? otherwise : strtoull(text, NULL, 10);
}

static void test_merge__any_causal_order_gives_the_same_row(void **state)
{
	static struct history h;
	uint64_t seed = number_from("NC_TEST_SEED", 1);
	uint64_t count = getenv("NC_TEST_SEED") != NULL
				 ? 1
				 : number_from("NC_TEST_HISTORIES", 30000);

	(void)state;
	nc_arena_init(&h.arena, 16 << 20);
	for (uint64_t i = 0; i < count; i++) {
		nc_arena_reset(&h.arena);
		history_make(&h, seed + i);
		history_check(&h);
	}
	nc_arena_fini(&h.arena);
}

/* The writer rule, as a table over everything it depends on. */

enum { ANY = -1 };
enum { FITTING, UNFIT };

struct right {
	int standing, writer, deletes;
	int entity_in_cluster, stream_in_cluster, value;
	enum nc_refusal ruling;
};

static const struct right rights[] = {
	/* No grant: nothing. */
	{NC_STANDING_NONE, ANY, ANY, ANY, ANY, ANY, NC_REFUSAL_NOT_GRANTED},
	/* A record in the wrong kind of stream, whoever wrote it. */
	{NC_STANDING_UNION, ANY, ANY, true, false, ANY,
		NC_REFUSAL_WRONG_STREAM},
	{NC_STANDING_UNION, ANY, ANY, false, true, ANY,
		NC_REFUSAL_WRONG_STREAM},
	{NC_STANDING_HUB, ANY, ANY, true, false, ANY, NC_REFUSAL_WRONG_STREAM},
	{NC_STANDING_HUB, ANY, ANY, false, true, ANY, NC_REFUSAL_WRONG_STREAM},
	/* A union writes its own fields, and buries all. */
	{NC_STANDING_UNION, NC_WRITER_UNION, ANY, false, false, FITTING,
		NC_REFUSAL_NONE},
	{NC_STANDING_UNION, NC_WRITER_UNION, ANY, false, false, UNFIT,
		NC_REFUSAL_BAD_VALUE},
	{NC_STANDING_UNION, NC_WRITER_CLUSTER, false, false, false, ANY,
		NC_REFUSAL_CLUSTER_FIELD},
	{NC_STANDING_UNION, NC_WRITER_CLUSTER, true, false, false, FITTING,
		NC_REFUSAL_NONE},
	{NC_STANDING_UNION, NC_WRITER_CLUSTER, true, false, false, UNFIT,
		NC_REFUSAL_BAD_VALUE},
	/* A union's grant never names the cluster; if it did: the same. */
	{NC_STANDING_UNION, NC_WRITER_UNION, ANY, true, true, FITTING,
		NC_REFUSAL_NONE},
	{NC_STANDING_UNION, NC_WRITER_UNION, ANY, true, true, UNFIT,
		NC_REFUSAL_BAD_VALUE},
	{NC_STANDING_UNION, NC_WRITER_CLUSTER, false, true, true, ANY,
		NC_REFUSAL_CLUSTER_FIELD},
	{NC_STANDING_UNION, NC_WRITER_CLUSTER, true, true, true, FITTING,
		NC_REFUSAL_NONE},
	{NC_STANDING_UNION, NC_WRITER_CLUSTER, true, true, true, UNFIT,
		NC_REFUSAL_BAD_VALUE},
	/* The hub writes the cluster's fields, and buries only those. */
	{NC_STANDING_HUB, NC_WRITER_CLUSTER, ANY, false, false, FITTING,
		NC_REFUSAL_NONE},
	{NC_STANDING_HUB, NC_WRITER_CLUSTER, ANY, false, false, UNFIT,
		NC_REFUSAL_BAD_VALUE},
	{NC_STANDING_HUB, NC_WRITER_CLUSTER, ANY, true, true, FITTING,
		NC_REFUSAL_NONE},
	{NC_STANDING_HUB, NC_WRITER_CLUSTER, ANY, true, true, UNFIT,
		NC_REFUSAL_BAD_VALUE},
	{NC_STANDING_HUB, NC_WRITER_UNION, ANY, false, false, ANY,
		NC_REFUSAL_UNION_FIELD},
	{NC_STANDING_HUB, NC_WRITER_UNION, ANY, true, true, ANY,
		NC_REFUSAL_UNION_FIELD},
};

static bool matches(int pattern, int value)
{
	return pattern == ANY || pattern == value;
}

/* The one line of the table that speaks of this; no line or two are a fault
 * of the table. */
static const struct right *right_of(int standing, int writer, int deletes,
	int entity_in_cluster, int stream_in_cluster, int value)
{
	const struct right *found = NULL;

	for (size_t i = 0; i < COUNT(rights); i++) {
		const struct right *r = &rights[i];

		if (!matches(r->standing, standing) ||
			!matches(r->writer, writer) ||
			!matches(r->deletes, deletes) ||
			!matches(r->entity_in_cluster, entity_in_cluster) ||
			!matches(r->stream_in_cluster, stream_in_cluster) ||
			!matches(r->value, value))
			continue;
		assert_null(found);
		found = r;
	}
	assert_non_null(found);
	return found;
}

static void check_right(const int c[6])
{
	const struct nc_field field = {.number = 1,
		.name = "field",
		.type = NC_TYPE_INTEGER,
		.writer = (enum nc_writer)c[1],
		.min = 1,
		.max = 9};
	const struct nc_entity entity = {.number = 1,
		.name = "entity",
		.cluster = c[3],
		.fields = &field,
		.fields_count = 1};
	const struct nc_value value = nc_value_integer(c[5] == UNFIT ? 10 : 9);
	enum nc_refusal ruling = nc_rights_rule(
		&entity, &field, &value, c[2], (enum nc_standing)c[0], c[4]);

	if (ruling != right_of(c[0], c[1], c[2], c[3], c[4], c[5])->ruling)
		fail_msg("standing %d, writer %d, deletes %d, entity in "
			 "cluster %d, stream in cluster %d, value %d: %s",
			c[0], c[1], c[2], c[3], c[4], c[5],
			nc_refusal_name(ruling));
}

static void test_rights__table(void **state)
{
	unsigned tried = 0;
	int c[6];

	(void)state;
	for (c[0] = NC_STANDING_NONE; c[0] <= NC_STANDING_HUB; c[0]++)
		for (c[1] = NC_WRITER_UNION; c[1] <= NC_WRITER_CLUSTER; c[1]++)
			for (int bits = 0; bits < 16; bits++, tried++) {
				for (int i = 0; i < 4; i++)
					c[2 + i] = (bits >> i) & 1;
				check_right(c);
			}
	assert_int_equal(tried, 3 * 2 * 16);
}

static void test_rights__clearing_fits_every_field(void **state)
{
	const struct nc_entity *item = nc_model_entity(NC_ENTITY_PLAN_ITEM);
	const struct nc_value absent = nc_value_absent();

	(void)state;
	for (size_t i = 0; i < item->fields_count; i++)
		assert_int_equal(nc_rights_rule(item, &item->fields[i], &absent,
					 false, NC_STANDING_UNION, false),
			NC_REFUSAL_NONE);
}

static void test_rights__names_and_sentences(void **state)
{
	(void)state;
	for (int i = NC_REFUSAL_NONE; i <= NC_REFUSAL_BAD_VALUE; i++) {
		enum nc_refusal refusal = (enum nc_refusal)i;

		assert_string_not_equal(nc_refusal_name(refusal), "unknown");
		if (refusal != NC_REFUSAL_NONE)
			assert_string_not_equal(nc_refusal_text(refusal), "");
		for (int j = 0; j < i; j++)
			assert_string_not_equal(nc_refusal_name(refusal),
				nc_refusal_name((enum nc_refusal)j));
	}
	/* What a newer program stored. */
	assert_string_equal(nc_refusal_name((enum nc_refusal)99), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_merge__cases),
		cmocka_unit_test(
			test_merge__canonical_bytes_are_as_written_down),
		cmocka_unit_test(test_merge__no_memory_is_told),
		cmocka_unit_test(
			test_merge__any_causal_order_gives_the_same_row),
		cmocka_unit_test(test_rights__table),
		cmocka_unit_test(test_rights__clearing_fits_every_field),
		cmocka_unit_test(test_rights__names_and_sentences),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
