/* What was done, record by record: R09 to R11, R13 to R15, R32. */
#include "intake/check_book_work.h"

#include "locale/money.h"

#include <stdlib.h>
#include <string.h>

/* R13 */
static bool is_home(const struct check_line *line)
{
	for (size_t i = 0; i < line->words_count; i++)
		if (check_home_place(line, i) > 0)
			return true;
	return false;
}

static enum nc_status check_goal(
	struct book_work *b, const struct nc_check_record *record)
{
	struct check_line place NC_AUTO(check_line_fini) = {0};
	struct nc_slice code;
	uint32_t field = NC_DOING_PLACE;
	enum nc_status status;

	if (!book_is(record, NC_DELEGATION_DIRECTION, "out"))
		return NC_OK;
	for (size_t i = 0;
		book_item(book_slice(record, NC_DOING_COUNTRIES), i, &code);
		i++)
		if (!nc_slice_equal(code, nc_slice_text("VN")))
			return NC_OK;
	status = book_line_read(b, &place, book_text(record, NC_DOING_PLACE));
	if (status != NC_OK)
		return status;
	if (book_has(record, NC_DOING_COUNTRIES))
		field = NC_DOING_COUNTRIES;
	else if (!is_home(&place) || place.hits_count > 0)
		return NC_OK;
	return book_tell(b, record, field,
		&(struct check_told){"R13", NC_CHECK_WARNING, 0,
			book_slice(record, NC_DOING_TITLE),
			book_text(record, field), _("a foreign country"), NULL,
			_("This is listed as an outbound trip, and it goes to "
			  "a place in Viet Nam.")});
}

/* R15 */
static const char foreign_ngo[] =
	"phi chính phủ|pcpnn|tổ chức phi chính phủ|ngo|ngos";
static const char other_donors[] =
	"đại sứ quán|tổng lãnh sự quán|lãnh sự quán|chính phủ|cơ quan hợp "
	"tác|cơ quan phát triển|ngân hàng|liên hợp quốc|undp|unicef|who|usaid|"
	"jica|koica|ủy ban nhân dân|ubnd|sở|chính quyền";

static bool fits_heading(const struct nc_check_record *donor)
{
	static const char *const others[] = {"government-agency",
		"multilateral", "local-government", "mission", "domestic"};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (book_is(donor, NC_PARTNER_KIND, others[i]))
			return false;
	return true;
}

/* The heading under which the aid stands in plan or report; NULL. */
static const char *heading_of(
	const struct book_work *b, const struct nc_check_record *aid)
{
	const struct nc_check_record *item =
		book_link(b, aid, NC_DOING_PLAN_ITEM, 0);

	if (item != NULL && book_has(item, NC_PLAN_HEADING))
		return book_text(item, NC_PLAN_HEADING);
	for (size_t i = 0; i < b->book->count; i++) {
		const struct nc_check_record *part = &b->book->records[i];

		if (part->entity->number != NC_ENTITY_REPORT_PART ||
			part->union_number != aid->union_number ||
			!book_has(part, NC_REPORT_PART_HEADING))
			continue;
		for (size_t k = 0; k < NC_REFERENCES_MAX; k++) {
			item = book_link(b, part, NC_REPORT_PART_ABOUT, k);
			if (item == aid)
				return book_text(part, NC_REPORT_PART_HEADING);
			if (item == NULL)
				break;
		}
	}
	return NULL;
}

static enum nc_status tell_donor(struct book_work *b,
	const struct nc_check_record *aid, uint32_t field, struct nc_slice name,
	const char *kind, const char *heading)
{
	return book_tell(b, aid, field,
		&(struct check_told){"R15", NC_CHECK_WARNING, 0, name, kind,
			_("a foreign NGO"), NULL,
			check_text(b->work,
				_("The heading speaks of foreign NGOs («%s»), "
				  "and this donor is none."),
				heading)});
}

static enum nc_status check_donors(
	struct book_work *b, const struct nc_check_record *aid)
{
	struct check_line line NC_AUTO(check_line_fini) = {0};
	const char *heading = heading_of(b, aid);
	const struct nc_check_record *donor;
	enum nc_status status = NC_OK;
	struct nc_slice name;

	if (heading == NULL)
		return NC_OK;
	status = book_line_read(b, &line, heading);
	if (status != NC_OK || check_find(&line, 0, line.words_count,
				       foreign_ngo) == CHECK_NONE)
		return status;
	for (size_t i = 0; i < NC_REFERENCES_MAX && status == NC_OK; i++) {
		donor = book_link(b, aid, NC_AID_DONORS, i);
		if (donor == NULL)
			break;
		if (!fits_heading(donor))
			status = tell_donor(b, aid, NC_AID_DONORS,
				book_slice(donor, NC_PARTNER_NAME),
				book_text(donor, NC_PARTNER_KIND), heading);
	}
	for (size_t i = 0;
		status == NC_OK && !book_has(aid, NC_AID_DONORS) &&
		book_item(book_slice(aid, NC_AID_DONOR_WORDS), i, &name);
		i++) {
		struct check_line words NC_AUTO(check_line_fini) = {0};

		status = book_line_read(b, &words, check_slice(b->work, name));
		if (status == NC_OK &&
			check_phrase(&words, 0, other_donors) > 0)
			status = tell_donor(
				b, aid, NC_AID_DONOR_WORDS, name, "", heading);
	}
	return status;
}

/* A sum of minor units as people write it; "" when it cannot be. */
static const char *money_text(
	struct book_work *b, const char *currency, int64_t minor)
{
	struct nc_buffer printed NC_AUTO(nc_buffer_fini) = {0};
	struct nc_decimal amount;

	nc_buffer_init(&printed, 128);
	if (nc_money_of_minor(currency, minor, &amount) != NC_OK ||
		nc_money_print(&printed, currency, amount) != NC_OK)
		return "";
	return check_text(b->work, "%s", nc_buffer_string(&printed));
}

/* R10: an output's count times its unit value; no mend, for which of the
 * three is wrong nobody knows. */
static enum nc_status check_output(
	struct book_work *b, const struct nc_check_record *record)
{
	struct nc_slice value = book_slice(record, NC_AID_OUTPUT_UNIT_VALUE);
	struct nc_slice total = book_slice(record, NC_AID_OUTPUT_TOTAL);
	int64_t count = book_integer(record, NC_AID_OUTPUT_COUNT, -1);
	int64_t unit_minor, minor, product;
	char currency[4], other[4];

	if (count < 0 || !nc_money_split(value, &unit_minor, currency) ||
		!nc_money_split(total, &minor, other) ||
		strcmp(currency, other) != 0 ||
		(book_has(record, NC_AID_OUTPUT_COUNT_QUALIFIER) &&
			!book_is(record, NC_AID_OUTPUT_COUNT_QUALIFIER,
				"exactly")) ||
		__builtin_mul_overflow(unit_minor, count, &product) ||
		product == minor)
		return NC_OK;
	return book_tell(b, record, NC_AID_OUTPUT_TOTAL,
		&(struct check_told){"R10", NC_CHECK_ERROR, 0,
			book_slice(record, NC_AID_OUTPUT_TITLE),
			money_text(b, currency, minor),
			money_text(b, currency, product), NULL,
			_("The counts times their unit values do not give "
			  "this total.")});
}

/* R11 */
static enum nc_status check_issues(
	struct book_work *b, const struct nc_check_record *record)
{
	struct nc_slice list = book_slice(record, NC_INFORMATION_ISSUE_NUMBERS),
			item;
	int64_t stated = book_integer(record, NC_INFORMATION_ISSUES, -1);
	int64_t length = 0;

	while (book_item(list, (size_t)length, &item))
		length++;
	if (stated < 0 || length == 0 || stated == length)
		return NC_OK;
	return book_tell(b, record, NC_INFORMATION_ISSUES,
		&(struct check_told){"R11", NC_CHECK_ERROR, 0,
			book_slice(record, NC_DOING_TITLE),
			check_text(b->work, "%lld", (long long)stated),
			check_text(b->work, "%lld", (long long)length), NULL,
			check_text(b->work,
				_("The number says %lld, and the list that "
				  "follows has %zu."),
				(long long)stated, (size_t)length)});
}

/* R14: figures that grow need the day up to which they count. */
static enum nc_status check_dated(
	struct book_work *b, const struct nc_check_record *record)
{
	static const struct {
		uint32_t entity, figure, days[2];
	} figures[] = {
		{NC_ENTITY_AID_PAYMENT, NC_AID_PAYMENT_AMOUNT,
			{NC_AID_PAYMENT_CUTOFF, NC_AID_PAYMENT_UNTIL}},
		{NC_ENTITY_INFORMATION, NC_INFORMATION_VISITS,
			{NC_INFORMATION_CUTOFF, NC_DOING_UNTIL}},
		{NC_ENTITY_MEMBER_ORG, NC_MEMBER_ORG_MEMBERS,
			{NC_MEMBER_ORG_AS_OF, NC_MEMBER_ORG_AS_OF}},
		{NC_ENTITY_FOREIGN_STUDENTS, NC_FOREIGN_STUDENTS_PEOPLE,
			{NC_FOREIGN_STUDENTS_AS_OF, NC_FOREIGN_STUDENTS_AS_OF}},
	};
	const struct nc_check_record *aid = NULL;

	for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
		if (record->entity->number != figures[i].entity ||
			!book_has(record, figures[i].figure) ||
			book_has(record, figures[i].days[0]) ||
			book_has(record, figures[i].days[1]))
			continue;
		if (record->entity->number == NC_ENTITY_AID_PAYMENT)
			aid = book_link(b, record, NC_AID_PAYMENT_AID, 0);
		return book_tell(b, record, figures[i].days[0],
			&(struct check_told){"R14", NC_CHECK_WARNING, 0,
				nc_slice_text(
					book_name(aid != NULL ? aid : record)),
				"", _("a cut-off date"), NULL,
				_("A figure that grows is understood only with "
				  "the day up to which it counts.")});
	}
	return NC_OK;
}

/* R09: this year's number of what is held each year. */
static bool expected_ordinal(const struct book_work *b,
	const struct nc_check_record *record, int64_t *ret_expected,
	int *ret_year)
{
	const struct nc_check_record *before =
		book_link(b, record, NC_DOING_CARRIED_FROM, 0);
	const struct nc_check_record *day =
		book_link(b, record, NC_ACTIVITY_OCCASION, 0);
	int64_t since;

	if (before != NULL && before->entity->number == NC_ENTITY_ACTIVITY &&
		book_has(before, NC_ACTIVITY_ORDINAL) &&
		book_is(record, NC_ACTIVITY_CLASS, "yearly")) {
		*ret_year = book_year(before);
		*ret_expected = book_integer(before, NC_ACTIVITY_ORDINAL, 0) +
				book_year(record) - *ret_year;
		return true;
	}
	since = day == NULL ? 0 : book_integer(day, NC_DAY_SINCE, 0);
	if (since == 0 || (!book_is(day, NC_DAY_KIND, "international") &&
				  !book_is(day, NC_DAY_KIND, "festival")))
		return false;
	*ret_year = (int)since;
	*ret_expected = book_year(record) - since + 1;
	return true;
}

static enum nc_status check_ordinal(
	struct book_work *b, const struct nc_check_record *record)
{
	int64_t stated = book_integer(record, NC_ACTIVITY_ORDINAL, 0), expected;
	int year;

	if (stated == 0 || !expected_ordinal(b, record, &expected, &year) ||
		expected == stated || expected < 1)
		return NC_OK;
	return book_tell(b, record, NC_ACTIVITY_ORDINAL,
		&(struct check_told){"R09", NC_CHECK_ERROR, 0,
			book_slice(record, NC_DOING_TITLE),
			check_text(b->work, "%lld", (long long)stated),
			check_text(b->work, "%lld", (long long)expected),
			check_text(b->work, "%lld", (long long)expected),
			check_text(b->work,
				_("Counted on from %d, that of %d has the "
				  "number %lld."),
				year, book_year(record), (long long)expected)});
}

/* R32. The last day that the union's report of a kind counts; year 0. */
static struct nc_day cut_off(
	const struct book_work *b, size_t union_number, const char *kind)
{
	struct nc_day found = {0};

	for (size_t i = 0; i < b->book->count; i++) {
		const struct nc_check_record *record = &b->book->records[i];
		const char *day = "";

		if (record->union_number != union_number ||
			book_year(record) != b->book->year)
			continue;
		if (record->entity->number == NC_ENTITY_DOCUMENT &&
			book_is(record, NC_DOCUMENT_KIND, kind))
			day = book_has(record, NC_DOCUMENT_CUTOFF)
				      ? book_text(record, NC_DOCUMENT_CUTOFF)
				      : book_text(record, NC_DOCUMENT_UNTIL);
		else if (record->entity->number == NC_ENTITY_SUBMISSION &&
			 book_is(record, NC_SUBMISSION_KIND, kind))
			day = book_text(record, NC_SUBMISSION_CUTOFF);
		if (day[0] != '\0')
			found = nc_date_stored_last(day);
	}
	return found;
}

static enum nc_status tell_late(struct book_work *b,
	const struct nc_check_record *record, uint32_t field,
	struct nc_slice words, const char *found, struct nc_day last)
{
	char day[NC_DAY_TEXT_SIZE];

	nc_date_print_day(day, last);
	return book_tell(b, record, field,
		&(struct check_told){"R32", NC_CHECK_NOTICE, 0, words, found,
			"", NULL,
			check_text(b->work,
				_("This is after %s, up to which the report "
				  "counts; tell it in the next one, or count "
				  "up to a later day."),
				day)});
}

static bool is_after(const char *stored, struct nc_day last)
{
	struct nc_day day = nc_date_stored_first(stored);

	return day.year > 0 && last.year > 0 && nc_day_compare(day, last) > 0;
}

static enum nc_status check_late(
	struct book_work *b, const struct nc_check_record *record)
{
	const char *when = book_text(record, NC_DOING_WHEN);

	if (book_is_open(record) || when[0] == '\0' ||
		!is_after(when, cut_off(b, record->union_number, "annual")))
		return NC_OK;
	return tell_late(b, record, NC_DOING_WHEN,
		book_slice(record, NC_DOING_TITLE), when,
		cut_off(b, record->union_number, "annual"));
}

static enum nc_status check_late_payment(
	struct book_work *b, const struct nc_check_record *record)
{
	const char *when = book_text(record, NC_AID_PAYMENT_WHEN);
	const char *until = book_text(record, NC_AID_PAYMENT_UNTIL);
	const struct nc_check_record *aid =
		book_link(b, record, NC_AID_PAYMENT_AID, 0);
	struct nc_day last =
		book_has(record, NC_AID_PAYMENT_CUTOFF)
			? nc_date_stored_last(
				  book_text(record, NC_AID_PAYMENT_CUTOFF))
			: cut_off(b, record->union_number, "annual");
	bool late = is_after(until, last);

	if (!late && !is_after(when, last))
		return NC_OK;
	return tell_late(b, record,
		late ? (uint32_t)NC_AID_PAYMENT_UNTIL
		     : (uint32_t)NC_AID_PAYMENT_WHEN,
		nc_slice_text(book_name(aid != NULL ? aid : record)),
		late ? until : when, last);
}

/* A report's words about a day that it does not count. */
static enum nc_status check_late_words(
	struct book_work *b, const struct nc_check_record *record)
{
	static const char *const ahead[] = {
		"directions", "proposals", "title", "closing", "signature"};
	struct check_line line NC_AUTO(check_line_fini) = {0};
	struct nc_day last = cut_off(b, record->union_number,
		book_text(record, NC_REPORT_PART_KIND));
	enum nc_status status;

	for (size_t i = 0; i < sizeof(ahead) / sizeof(ahead[0]); i++)
		if (book_is(record, NC_REPORT_PART_SECTION, ahead[i]))
			return NC_OK;
	if (last.year == 0)
		return NC_OK;
	status = book_line_read(
		b, &line, book_text(record, NC_REPORT_PART_TEXT));
	if (status != NC_OK || check_find(&line, 0, line.words_count,
				       "dự kiến|sẽ|sắp tới|kế hoạch|thời "
				       "gian tới") != CHECK_NONE)
		return status;
	for (size_t i = 0; i < line.facts_count; i++) {
		const struct nc_date *date = &line.facts[i].of.date;

		if (line.facts[i].kind == NC_FACT_DATE &&
			(date->kind == NC_DATE_DAY ||
				date->kind == NC_DATE_RANGE) &&
			date->from.year == b->book->year &&
			nc_day_compare(date->from, last) > 0)
			return tell_late(b, record, NC_REPORT_PART_TEXT,
				check_fact_words(&line, &line.facts[i]), "",
				last);
	}
	return NC_OK;
}

static enum nc_status check_doing(
	struct book_work *b, const struct nc_check_record *record)
{
	switch (record->entity->number) {
	case NC_ENTITY_DELEGATION:
		return check_goal(b, record);
	case NC_ENTITY_AID:
		return check_donors(b, record);
	case NC_ENTITY_AID_OUTPUT:
		return check_output(b, record);
	case NC_ENTITY_AID_PAYMENT:
		return check_late_payment(b, record);
	case NC_ENTITY_INFORMATION:
		return check_issues(b, record);
	case NC_ENTITY_ACTIVITY:
		return check_ordinal(b, record);
	case NC_ENTITY_REPORT_PART:
		return check_late_words(b, record);
	default:
		return NC_OK;
	}
}

enum nc_status book_check_doings(struct book_work *b)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < b->book->count && status == NC_OK; i++) {
		const struct nc_check_record *record = &b->book->records[i];
		int year = book_year(record);

		if (year != 0 && year != b->book->year)
			continue;
		status = check_dated(b, record);
		if (status == NC_OK && year != 0)
			status = check_doing(b, record);
		if (status == NC_OK && year != 0 && book_is_doing(record))
			status = check_late(b, record);
	}
	return status;
}
