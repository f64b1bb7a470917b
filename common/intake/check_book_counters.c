/* R12: a counter against the records that it counts, and whose they are. */
#include "intake/check_book_work.h"

#include <stdlib.h>
#include <string.h>

/* What an indicator counts: records of an entity, or the sum of a field of
 * theirs. */
static const struct counter {
	const char *indicator;
	uint32_t entity;
	uint32_t field; /* that must be … */
	const char *choice;
	uint32_t sum; /* 0: each record is one */
	bool one;     /* a record without the field counts as one */
} counters[] = {
	{"delegations-out", NC_ENTITY_DELEGATION, NC_DELEGATION_DIRECTION,
		"out", NC_DELEGATION_COUNT, true},
	{"delegations-in", NC_ENTITY_DELEGATION, NC_DELEGATION_DIRECTION, "in",
		NC_DELEGATION_COUNT, true},
	{"activities", NC_ENTITY_ACTIVITY, 0, "", NC_ACTIVITY_COUNT, true},
	{"programs", NC_ENTITY_AID, NC_AID_FORM, "program", 0, true},
	{"projects", NC_ENTITY_AID, NC_AID_FORM, "project", 0, true},
	{"non-projects", NC_ENTITY_AID, NC_AID_FORM, "non-project", 0, true},
	{"opinions", NC_ENTITY_AID_OPINION, 0, "", 0, true},
	{"articles", NC_ENTITY_INFORMATION, 0, "", NC_INFORMATION_ARTICLES,
		false},
	{"issues", NC_ENTITY_INFORMATION, 0, "", NC_INFORMATION_ISSUES, false},
	{"sessions", NC_ENTITY_INFORMATION, 0, "", NC_INFORMATION_SESSIONS,
		false},
	{"congresses", NC_ENTITY_CONGRESS, 0, "", 0, true},
	{"comments", NC_ENTITY_DOCUMENT_COMMENT, 0, "",
		NC_DOCUMENT_COMMENT_COUNT, true},
	{"events", NC_ENTITY_EVENT_ATTENDED, 0, "", 0, true},
	{"trained", NC_ENTITY_TRAINING, 0, "", NC_TRAINING_PEOPLE, false},
	{"agreements", NC_ENTITY_AGREEMENT, 0, "", 0, true},
};

/* Whose records: bodies of delegations, with the words that name them. */
static const struct {
	const char *body, *phrases;
	const char *label; /* N_() */
} bodies[] = {
	{"standing-office", "cơ quan thường trực|văn phòng|thường trực",
		N_("the standing office")},
	{"member-association", "hội thành viên|các hội",
		N_("the member associations")},
	{"member-body", "đơn vị thành viên|tổ chức thành viên",
		N_("the member bodies")},
};
#define BODIES (sizeof(bodies) / sizeof(bodies[0]))

struct tally {
	size_t records; /* that are of the counter at all */
	int64_t total, of_body[BODIES];
};

/* Only those that meet the target's countries; all where it names none. */
static bool meets_countries(const struct nc_check_record *record,
	const struct nc_check_record *target)
{
	struct nc_slice wanted, has;

	if (target == NULL || !book_has(target, NC_TARGET_COUNTRIES))
		return true;
	for (size_t i = 0;
		book_item(book_slice(target, NC_TARGET_COUNTRIES), i, &wanted);
		i++)
		for (size_t k = 0; book_item(
			     book_slice(record, NC_DOING_COUNTRIES), k, &has);
			k++)
			if (nc_slice_equal(wanted, has))
				return true;
	return false;
}

static void count_records(const struct book_work *b, size_t union_number,
	const struct counter *counter, const struct nc_check_record *target,
	const struct nc_check_record *item, struct tally *tally)
{
	*tally = (struct tally){0};
	for (size_t i = 0; i < b->book->count; i++) {
		const struct nc_check_record *record = &b->book->records[i];
		int64_t value = counter->one;

		if (record->union_number != union_number ||
			record->entity->number != counter->entity ||
			book_year(record) != b->book->year ||
			book_is_open(record) ||
			(counter->field != 0 && !book_is(record, counter->field,
							counter->choice)) ||
			!meets_countries(record, target) ||
			(item != NULL &&
				book_link(b, record, NC_DOING_PLAN_ITEM, 0) !=
					item))
			continue;
		if (counter->sum != 0)
			value = book_integer(record, counter->sum, value);
		tally->records += value > 0;
		tally->total += value;
		for (size_t k = 0; k < BODIES; k++)
			if (counter->entity == NC_ENTITY_DELEGATION &&
				book_is(record, NC_DELEGATION_BODY,
					bodies[k].body))
				tally->of_body[k] += value;
	}
}

static enum nc_status tell_counter(struct book_work *b,
	const struct nc_check_record *record, uint32_t field,
	struct nc_slice words, int64_t stated, const struct tally *tally)
{
	const char *found = check_text(b->work, "%lld", (long long)stated);
	const char *expected =
		check_text(b->work, "%lld", (long long)tally->total);
	const char *why = check_text(b->work,
		_("This says %lld, and the records of the year come to %lld; "
		  "say whose are counted, and up to when."),
		(long long)stated, (long long)tally->total);

	for (size_t k = 0; k < BODIES; k++)
		if (tally->of_body[k] == stated && stated > 0)
			why = check_text(b->work,
				_("This says %lld, which are those of one body "
				  "alone (%s); the records of the year come to "
				  "%lld: say whose are counted."),
				(long long)stated, _(bodies[k].label),
				(long long)tally->total);
	return book_tell(b, record, field,
		&(struct check_told){"R12", NC_CHECK_WARNING, 0, words, found,
			expected, NULL, why});
}

static enum nc_status check_actual(
	struct book_work *b, const struct nc_check_record *target)
{
	int64_t actual = book_integer(target, NC_TARGET_ACTUAL, -1);
	const struct nc_check_record *item =
		book_link(b, target, NC_TARGET_PLAN_ITEM, 0);
	struct tally tally;

	if (actual < 0)
		return NC_OK;
	for (size_t i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		if (!book_is(
			    target, NC_TARGET_INDICATOR, counters[i].indicator))
			continue;
		count_records(b, target->union_number, &counters[i], target,
			item, &tally);
		/* Nothing that is linked: all of the year. */
		if (tally.records == 0 && item != NULL)
			count_records(b, target->union_number, &counters[i],
				target, NULL, &tally);
		if (tally.records == 0 || tally.total == actual)
			return NC_OK;
		return tell_counter(b, target, NC_TARGET_ACTUAL,
			book_slice(target, NC_TARGET_TITLE), actual, &tally);
	}
	return NC_OK;
}

/* "Đoàn ra: 03 đoàn": the exact number right behind the words. */
static const struct check_fact *number_after(
	const struct check_line *line, size_t at, int64_t *ret_number)
{
	for (size_t i = 0; i < line->facts_count; i++) {
		const struct check_fact *fact = &line->facts[i];
		size_t word = check_word_at(line, fact->at);

		if (fact->kind == NC_FACT_COUNT && word >= at &&
			word <= at + 3 &&
			fact->of.count.bound == NC_BOUND_EXACT &&
			strcmp(fact->of.count.unit, "người") != 0 &&
			nc_decimal_scaled(fact->of.count.max, 0, ret_number))
			return fact;
	}
	return NULL;
}

/* Whether the words say that they count that body's alone. */
static bool says_scope(const struct check_line *line, const struct tally *tally,
	int64_t stated)
{
	for (size_t k = 0; k < BODIES; k++)
		if (tally->of_body[k] == stated &&
			check_find(line, 0, line->words_count,
				bodies[k].phrases) != CHECK_NONE)
			return true;
	return false;
}

static enum nc_status check_told_count(
	struct book_work *b, const struct nc_check_record *part)
{
	static const char *const phrases[] = {"đoàn ra", "đoàn vào"};
	struct check_line line NC_AUTO(check_line_fini) = {0};
	enum nc_status status;

	if (book_is(part, NC_REPORT_PART_SECTION, "directions") ||
		!book_is(part, NC_REPORT_PART_KIND, "annual"))
		return NC_OK;
	status = book_line_read(b, &line, book_text(part, NC_REPORT_PART_TEXT));
	for (size_t i = 0; i < 2 && status == NC_OK; i++) {
		size_t at = check_find(&line, 0, 12, phrases[i]);
		const struct check_fact *fact = NULL;
		struct tally tally;
		int64_t stated;

		if (at != CHECK_NONE)
			fact = number_after(&line, at + 2, &stated);
		if (fact == NULL)
			continue;
		count_records(b, part->union_number, &counters[i], NULL, NULL,
			&tally);
		if (tally.records == 0 || tally.total == stated ||
			says_scope(&line, &tally, stated))
			continue;
		status = tell_counter(b, part, NC_REPORT_PART_TEXT,
			check_fact_words(&line, fact), stated, &tally);
	}
	return status;
}

enum nc_status book_check_counters(struct book_work *b)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < b->book->count && status == NC_OK; i++) {
		const struct nc_check_record *record = &b->book->records[i];

		if (book_year(record) != b->book->year)
			continue;
		if (record->entity->number == NC_ENTITY_TARGET)
			status = check_actual(b, record);
		else if (record->entity->number == NC_ENTITY_REPORT_PART)
			status = check_told_count(b, record);
	}
	return status;
}
