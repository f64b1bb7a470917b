/* R24, R26, R31, R33: what was planned, and what became of it. */
#include "intake/check_book_work.h"

#include <stdlib.h>
#include <string.h>

static bool is_item_of(const struct nc_check_record *record, int year)
{
	return record->entity->number == NC_ENTITY_PLAN_ITEM &&
	       book_year(record) == year;
}

static bool has_plan(const struct book_work *b, size_t union_number, int year)
{
	for (size_t i = 0; i < b->book->count; i++)
		if (b->book->records[i].union_number == union_number &&
			!b->book->records[i].gone &&
			is_item_of(&b->book->records[i], year))
			return true;
	return false;
}

/* R24 */
static enum nc_status tell_version(
	struct book_work *b, const struct nc_check_record *record)
{
	struct nc_slice words = book_slice(record, NC_PLAN_TEXT);

	if (!record->since_sent || !is_item_of(record, b->book->year))
		return NC_OK;
	return book_tell(b, record, NC_PLAN_TEXT,
		&(struct check_told){"R24", NC_CHECK_WARNING, 0, words,
			record->gone ? _("deleted") : _("added"), "", NULL,
			record->gone
				? _("The plan that was sent has this item, and "
				    "it has been deleted since.")
				: _("The plan that was sent does not have this "
				    "item: it came later.")});
}

/* Whether this year's plan of the union says nearly the same. */
static enum nc_status find_alike(struct book_work *b,
	const struct nc_check_record *record, bool *ret_found)
{
	struct check_line line NC_AUTO(check_line_fini) = {0};
	struct check_item item = {0}, other = {0};
	enum nc_status status =
		book_line_read(b, &line, book_text(record, NC_PLAN_TEXT));

	*ret_found = false;
	if (status == NC_OK)
		status = check_item_read(b->work, &line, &item);
	for (size_t i = 0; i < b->book->count && status == NC_OK; i++) {
		const struct nc_check_record *one = &b->book->records[i];
		struct check_line words NC_AUTO(check_line_fini) = {0};

		if (one->gone || one->union_number != record->union_number ||
			!is_item_of(one, b->book->year))
			continue;
		status =
			book_line_read(b, &words, book_text(one, NC_PLAN_TEXT));
		if (status == NC_OK)
			status = check_item_read(b->work, &words, &other);
		*ret_found = *ret_found ||
			     (status == NC_OK && check_is_alike(&item, &other));
	}
	return status;
}

/* Last year's item that was to be carried over. */
static enum nc_status tell_not_carried(
	struct book_work *b, const struct nc_check_record *record)
{
	int year = b->book->year;
	enum nc_status status;
	bool found;

	if (record->gone || !is_item_of(record, year - 1) ||
		b->notes[book_index(b, record)].carried_on ||
		(!book_is(record, NC_PLAN_STATUS, "carried") &&
			!book_is(record, NC_PLAN_STATUS, "postponed")) ||
		!has_plan(b, record->union_number, year))
		return NC_OK;
	status = find_alike(b, record, &found);
	if (status != NC_OK || found)
		return status;
	return book_tell(b, record, NC_PLAN_TEXT,
		&(struct check_told){"R24", NC_CHECK_WARNING, 0,
			book_slice(record, NC_PLAN_TEXT), "", "", NULL,
			check_text(b->work,
				_("This item of %d was put off, and the plan "
				  "of %d does not have it."),
				year - 1, year)});
}

/* R26. Who has a term: a member organisation, or a union itself. */
struct body {
	const struct nc_check_record *record;
	size_t union_number;
	int64_t term_to;
	uint32_t field;
	const char *phrases; /* its names */
};

static const char congress[] = "đại hội";

static bool names_body(const struct book_work *b, const struct body *body,
	const struct nc_check_record *record, uint32_t owner,
	const struct check_line *line)
{
	const struct nc_check_record *link =
		owner == 0 ? NULL : book_link(b, record, owner, 0);
	struct nc_slice code;

	if (link != NULL)
		return link == body->record;
	if (body->phrases[0] != '\0' && check_find(line, 0, line->words_count,
						body->phrases) != CHECK_NONE)
		return true;
	if (body->record->entity->number != NC_ENTITY_MEMBER_ORG)
		return false;
	for (size_t k = 0;
		book_item(book_slice(body->record, NC_MEMBER_ORG_COUNTRIES), k,
			&code);
		k++)
		for (size_t i = 0; i < line->hits_count; i++)
			if (nc_slice_equal(code,
				    nc_slice_text(line->hits[i].country->iso2)))
				return true;
	return false;
}

/* A congress of the body that is planned, or was held as its term ended. */
static enum nc_status is_congress(struct book_work *b, const struct body *body,
	const struct nc_check_record *record, bool *ret_is)
{
	struct check_line line NC_AUTO(check_line_fini) = {0};
	bool held = record->entity->number == NC_ENTITY_CONGRESS;
	const char *text = book_text(
		record, held ? (uint32_t)NC_DOING_TITLE : NC_PLAN_TEXT);
	enum nc_status status;

	*ret_is = false;
	if (record->union_number != body->union_number || record->gone)
		return NC_OK;
	if (held ? book_year(record) < body->term_to ||
				book_is(record, NC_DOING_STATUS, "dropped")
		 : !is_item_of(record, b->book->year))
		return NC_OK;
	status = book_line_read(b, &line, text);
	if (status != NC_OK)
		return status;
	*ret_is = (held || check_find(&line, 0, line.words_count, congress) !=
				   CHECK_NONE) &&
		  names_body(b, body, record,
			  held ? (uint32_t)NC_CONGRESS_OWNER
			       : (uint32_t)NC_PLAN_OWNER,
			  &line);
	return NC_OK;
}

static enum nc_status tell_term(struct book_work *b, const struct body *body)
{
	size_t before = b->work->check->count;
	enum nc_status status = NC_OK;
	bool found = false;

	if (body->term_to == 0 || body->term_to > b->book->year ||
		!has_plan(b, body->union_number, b->book->year))
		return NC_OK;
	for (size_t i = 0; i < b->book->count && status == NC_OK && !found;
		i++) {
		const struct nc_check_record *record = &b->book->records[i];

		if (record->entity->number == NC_ENTITY_CONGRESS ||
			record->entity->number == NC_ENTITY_PLAN_ITEM)
			status = is_congress(b, body, record, &found);
	}
	if (status != NC_OK || found)
		return status;
	status = book_tell(b, body->record, body->field,
		&(struct check_told){"R26", NC_CHECK_WARNING, 0,
			nc_slice_text(book_name(body->record)),
			check_text(b->work, "%lld", (long long)body->term_to),
			_("a congress"), NULL,
			check_text(b->work,
				_("The term ended or ends in %lld, and neither "
				  "a congress nor an item of the plan of %d "
				  "speaks of the next one."),
				(long long)body->term_to, b->book->year)});
	if (b->work->check->count > before)
		b->work->check->findings[before].union_number =
			body->union_number;
	return status;
}

/* The names that congresses call it by, as phrases. */
static const char *phrases_of(
	struct book_work *b, const char *name, struct nc_slice others)
{
	const char *phrases = book_phrase(b, name);
	struct nc_slice item;

	for (size_t i = 0; book_item(others, i, &item); i++)
		phrases = check_text(b->work, "%s|%s", phrases,
			book_phrase(b, check_slice(b->work, item)));
	return phrases;
}

static enum nc_status check_member_term(
	struct book_work *b, const struct nc_check_record *record)
{
	struct body body = {record, record->union_number,
		book_integer(record, NC_MEMBER_ORG_TERM_TO, 0),
		NC_MEMBER_ORG_TERM_TO, ""};
	const char *valid_to = book_text(record, NC_MEMBER_ORG_VALID_TO);

	if (book_is(record, NC_MEMBER_ORG_STATUS, "dissolved") ||
		book_is(record, NC_MEMBER_ORG_STATUS, "merged") ||
		(valid_to[0] != '\0' &&
			nc_date_stored_last(valid_to).year <= b->book->year))
		return NC_OK;
	body.phrases = phrases_of(b, book_text(record, NC_MEMBER_ORG_NAME),
		book_slice(record, NC_MEMBER_ORG_SHORT_NAMES));
	return tell_term(b, &body);
}

static enum nc_status check_union_term(
	struct book_work *b, const struct nc_check_record *record)
{
	struct body body = {record, 0,
		book_integer(record, NC_UNION_TERM_TO, 0), NC_UNION_TERM_TO,
		""};

	for (size_t i = 0; i < b->book->unions_count; i++)
		if (nc_id_compare(&b->book->unions[i].id, &record->id) == 0)
			body.union_number = i + 1;
	if (body.union_number == 0 || book_has(record, NC_UNION_VALID_TO))
		return NC_OK;
	body.phrases = "đại hội đại biểu liên hiệp|đại hội liên hiệp|đại hội "
		       "của liên hiệp|đại hội đại biểu|đại hội nhiệm kì";
	return tell_term(b, &body);
}

/* R31 */
static bool is_dated(const struct check_line *line)
{
	for (size_t i = 0; i < line->facts_count; i++)
		if (line->facts[i].kind == NC_FACT_DATE &&
			line->facts[i].of.date.from.year > 0)
			return true;
	return false;
}

static bool is_counted(const struct check_line *line)
{
	for (size_t i = 0; i < line->facts_count; i++)
		if (line->facts[i].kind != NC_FACT_DATE)
			return true;
	return false;
}

static enum nc_status check_target(
	struct book_work *b, const struct nc_check_record *record)
{
	struct check_line title NC_AUTO(check_line_fini) = {0};
	struct check_line text NC_AUTO(check_line_fini) = {0};
	struct nc_slice words = book_slice(record, NC_TARGET_TITLE);
	enum nc_status status =
		book_line_read(b, &title, book_text(record, NC_TARGET_TITLE));

	if (status == NC_OK)
		status = book_line_read(
			b, &text, book_text(record, NC_TARGET_TEXT));
	if (status == NC_OK && !book_has(record, NC_TARGET_MIN) &&
		!book_has(record, NC_TARGET_MAX) &&
		!book_has(record, NC_TARGET_MONEY_MIN) &&
		!book_has(record, NC_TARGET_MONEY_MAX) && !is_counted(&title) &&
		!is_counted(&text))
		status = book_tell(b, record, NC_TARGET_MIN,
			&(struct check_told){"R31", NC_CHECK_NOTICE, 0, words,
				"", _("a number"), NULL,
				_("The target does not say how many or how "
				  "much.")});
	if (status == NC_OK && !book_has(record, NC_TARGET_WHEN) &&
		!book_has(record, NC_TARGET_WHEN_WORDS) && !is_dated(&title) &&
		!is_dated(&text))
		status = book_tell(b, record, NC_TARGET_WHEN,
			&(struct check_told){"R31", NC_CHECK_NOTICE, 0, words,
				"", _("a date"), NULL,
				_("The target does not say by when.")});
	return status;
}

/* R33 */
static bool is_past(const struct book_work *b, int year)
{
	return year > 0 && year < b->book->today.year &&
	       (year == b->book->year || year == b->book->year - 1);
}

/* Whether the union tells here at all what became of that year. */
static bool reports(const struct book_work *b, size_t union_number, int year)
{
	return b->reports[2 * union_number + (year == b->book->year)];
}

/* "sau Đại hội", "Nghị quyết Đại hội XIII": not one that is to be held. */
static bool plans_congress(const struct check_line *line)
{
	size_t at = check_find(line, 0, line->words_count, congress);

	while (at != CHECK_NONE) {
		if (!check_before(line, at,
			    "nghị quyết|sau|sau khi|kết quả|văn kiện|từ|tại|"
			    "tinh thần|thành công") &&
			check_find(line, at, at + 8, "đảng|xiii|xiv") ==
				CHECK_NONE)
			return true;
		at = check_find(line, at + 1, line->words_count, congress);
	}
	return false;
}

/* A day, a month, a quarter of the item's own year. */
static bool has_time(const struct check_line *line, int year)
{
	for (size_t i = 0; i < line->facts_count; i++) {
		const struct nc_date *date = &line->facts[i].of.date;

		if (line->facts[i].kind == NC_FACT_DATE &&
			date->kind != NC_DATE_ANNIVERSARY &&
			date->kind != NC_DATE_RECURRING && !date->by_year &&
			date->precision <= NC_PRECISION_QUARTER &&
			date->to.year == year)
			return true;
	}
	return false;
}

static bool is_event(const struct book_work *b,
	const struct nc_check_record *record, const struct check_line *line)
{
	static const char *const kinds[] = {"activity", "delegation", "aid"};
	int year = book_year(record);

	if (plans_congress(line) || book_is(record, NC_PLAN_KIND, "congress"))
		return true;
	if (book_is(record, NC_PLAN_KIND, "task") ||
		!reports(b, record->union_number, year))
		return false;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (book_is(record, NC_PLAN_KIND, kinds[i]))
			return true;
	return book_has(record, NC_PLAN_WHEN) || has_time(line, year);
}

static enum nc_status tell_unreported(struct book_work *b,
	const struct nc_check_record *record, uint32_t field)
{
	return book_tell(b, record, field,
		&(struct check_told){"R33", NC_CHECK_WARNING, 0,
			book_slice(record, field), "", "", NULL,
			check_text(b->work,
				_("This was planned for %d, and nothing tells "
				  "whether it was done, put off or dropped."),
				book_year(record))});
}

static enum nc_status check_reported(
	struct book_work *b, const struct nc_check_record *record)
{
	struct check_line line NC_AUTO(check_line_fini) = {0};
	const struct book_note *note = &b->notes[book_index(b, record)];
	enum nc_status status;

	if (!is_past(b, book_year(record)) || record->gone || note->told ||
		note->carried_on)
		return NC_OK;
	if (book_is_doing(record))
		return book_is(record, NC_DOING_STATUS, "planned") &&
				       !book_has(record, NC_DOING_RESULT)
			       ? tell_unreported(b, record, NC_DOING_TITLE)
			       : NC_OK;
	if (record->entity->number != NC_ENTITY_PLAN_ITEM ||
		book_has(record, NC_PLAN_RESULT) ||
		(book_has(record, NC_PLAN_STATUS) &&
			!book_is(record, NC_PLAN_STATUS, "planned")))
		return NC_OK;
	status = book_line_read(b, &line, book_text(record, NC_PLAN_TEXT));
	if (status == NC_OK && is_event(b, record, &line))
		status = tell_unreported(b, record, NC_PLAN_TEXT);
	return status;
}

static enum nc_status check_record(
	struct book_work *b, const struct nc_check_record *record)
{
	enum nc_status status = tell_version(b, record);

	if (status == NC_OK)
		status = tell_not_carried(b, record);
	if (status == NC_OK)
		status = check_reported(b, record);
	if (status != NC_OK)
		return status;
	switch (record->entity->number) {
	case NC_ENTITY_MEMBER_ORG:
		return check_member_term(b, record);
	case NC_ENTITY_UNION:
		return check_union_term(b, record);
	case NC_ENTITY_TARGET:
		return book_year(record) == b->book->year
			       ? check_target(b, record)
			       : NC_OK;
	default:
		return NC_OK;
	}
}

enum nc_status book_check_plans(struct book_work *b)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < b->book->count && status == NC_OK; i++)
		status = check_record(b, &b->book->records[i]);
	return status;
}
