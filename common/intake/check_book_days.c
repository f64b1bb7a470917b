/* R03, R04: the days that records name, among themselves and against what is
 * known; and as a table for the rules about words. */
#include "intake/check_book_work.h"

#include <stdlib.h>
#include <string.h>

static bool is_day(const struct nc_check_record *record)
{
	return record->entity->number == NC_ENTITY_ANNIVERSARY ||
	       record->entity->number == NC_ENTITY_FIXED_DAY;
}

/* A name of one word says too little to be found by. */
static const char *add_phrase(
	struct book_work *b, const char *phrases, const char *name)
{
	const char *phrase = book_phrase(b, name);

	if (strchr(phrase, ' ') == NULL)
		return phrases;
	return check_text(b->work, "%s%s%s", phrases,
		phrases[0] == '\0' ? "" : "|", phrase);
}

enum nc_status book_days(
	struct book_work *b, const struct nc_check_day **ret, size_t *ret_count)
{
	const struct nc_check_book *book = b->book;
	struct nc_check_day *days =
		nc_arena_array(&b->work->arena, book->count + 1, sizeof(*days));
	size_t count = 0;

	if (days == NULL)
		return NC_NO_MEMORY;
	for (size_t i = 0; i < book->count; i++) {
		const struct nc_check_record *record = &book->records[i];
		const char *phrases = "";
		struct nc_slice item;

		if (!is_day(record) || !book_has(record, NC_DAY_SINCE))
			continue;
		phrases =
			add_phrase(b, phrases, book_text(record, NC_DAY_TITLE));
		for (size_t k = 0; book_item(
			     book_slice(record, NC_DAY_OTHER_NAMES), k, &item);
			k++)
			phrases = add_phrase(
				b, phrases, check_slice(b->work, item));
		if (phrases[0] == '\0')
			continue;
		days[count++] = (struct nc_check_day){.phrases = phrases,
			.since = (int)book_integer(record, NC_DAY_SINCE, 0),
			.month = (int)book_integer(record, NC_DAY_MONTH, 0),
			.day = (int)book_integer(record, NC_DAY_DAY, 0),
			.union_number = record->union_number,
			.yearly =
				book_is(record, NC_DAY_KIND, "international") ||
				book_is(record, NC_DAY_KIND, "festival")};
	}
	*ret = days;
	*ret_count = count;
	return NC_OK;
}

/* The one foreign country that the day is about; NULL. */
static const struct nc_country *country_of(const struct nc_check_record *record)
{
	const struct nc_country *found = NULL;
	struct nc_slice code;
	char text[4];

	for (size_t i = 0;
		book_item(book_slice(record, NC_DAY_COUNTRIES), i, &code);
		i++) {
		if (nc_slice_equal(code, nc_slice_text("VN")))
			continue;
		if (found != NULL || code.size >= sizeof(text))
			return NULL;
		memcpy(text, code.data, code.size);
		text[code.size] = '\0';
		found = nc_country_by_code(text);
	}
	return found;
}

static enum nc_status check_known(
	struct book_work *b, const struct nc_check_record *record)
{
	const struct nc_country *country = country_of(record);
	int64_t since = book_integer(record, NC_DAY_SINCE, 0);
	int known = 0;

	if (country == NULL || since == 0)
		return NC_OK;
	if (book_is(record, NC_DAY_KIND, "relations") &&
		country->relations_confidence == 'H')
		known = country->relations.year;
	if (book_is(record, NC_DAY_KIND, "national-day") &&
		country->national_confidence == 'H')
		known = country->national_since;
	if (known == 0 || known == since)
		return NC_OK;
	return book_tell(b, record, NC_DAY_SINCE,
		&(struct check_told){"R03", NC_CHECK_ERROR, 0,
			book_slice(record, NC_DAY_TITLE),
			check_text(b->work, "%lld", (long long)since),
			check_text(b->work, "%d", known),
			check_text(b->work, "%d", known),
			check_text(b->work,
				_("As far as is known this counts from %d, not "
				  "from %d."),
				known, (int)since)});
}

/* The same day of two unions, or twice of one. */
static bool is_same_day(struct book_work *b, const struct nc_check_record *one,
	const struct nc_check_record *other)
{
	const struct nc_country *country = country_of(one);

	if (!book_is(other, NC_DAY_KIND, book_text(one, NC_DAY_KIND)))
		return false;
	if (country != NULL &&
		(book_is(one, NC_DAY_KIND, "relations") ||
			book_is(one, NC_DAY_KIND, "national-day")))
		return country_of(other) == country;
	return one->union_number == other->union_number &&
	       strcmp(book_phrase(b, book_text(one, NC_DAY_TITLE)),
		       book_phrase(b, book_text(other, NC_DAY_TITLE))) == 0;
}

static enum nc_status check_against(struct book_work *b, size_t index)
{
	const struct nc_check_record *one = &b->book->records[index];
	int64_t since = book_integer(one, NC_DAY_SINCE, 0);

	for (size_t i = 0; i < index && since != 0; i++) {
		const struct nc_check_record *other = &b->book->records[i];
		int64_t with;

		if (!is_day(other))
			continue;
		with = book_integer(other, NC_DAY_SINCE, 0);
		if (with == 0 || with == since || !is_same_day(b, one, other))
			continue;
		return book_tell(b, one, NC_DAY_SINCE,
			&(struct check_told){"R04", NC_CHECK_ERROR, 0,
				book_slice(one, NC_DAY_TITLE),
				check_text(b->work, "%lld", (long long)since),
				check_text(b->work, "%lld", (long long)with),
				NULL,
				check_text(b->work,
					_("The same day counts from %lld here "
					  "and from %lld in another record."),
					(long long)since, (long long)with)});
	}
	return NC_OK;
}

enum nc_status book_check_days(struct book_work *b)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < b->book->count && status == NC_OK; i++) {
		if (!is_day(&b->book->records[i]))
			continue;
		status = check_known(b, &b->book->records[i]);
		if (status == NC_OK)
			status = check_against(b, i);
	}
	return status;
}
