/* R01 to R06, R09: anniversaries and ordinals. */
#include "intake/check_work.h"

#include "locale/text.h"

#include <stdlib.h>
#include <string.h>

/* Words that say what is told is over. */
static const char past[] =
	"đã|từng|vừa qua|năm trước|năm ngoái|trước đó|trước đây";

static bool is_pair(const struct nc_date *date)
{
	return date->from.year > 0 && date->to.year > date->from.year &&
	       (date->kind == NC_DATE_PAIR ||
		       (date->kind == NC_DATE_ANNIVERSARY &&
			       date->years_between > 0));
}

/* The year that the words speak of: one that they name, else the line's. */
static int base_year(
	const struct check_line *line, const struct check_fact *fact)
{
	size_t at = check_word_at(line, fact->at + fact->size);
	size_t end = check_sentence_end(line, at > 0 ? at - 1 : 0);

	for (size_t i = at; i < end && i < at + 24; i++)
		if (check_phrase(line, i, "năm|trong năm") > 0 && i + 1 < end &&
			line->words[i + 1].number &&
			line->words[i + 1].size == 4)
			return atoi(line->words[i + 1].key);
	return line->year;
}

static const char *number_text(
	struct check_work *work, struct nc_slice words, int years)
{
	const char *plain = check_text(work, "%d", years);
	const char *padded = check_text(work, "%02d", years);

	return check_replace(work, words, padded, padded) != NULL ? padded
								  : plain;
}

static enum nc_status check_difference(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	struct nc_slice words = check_fact_words(line, fact);
	int real = date->to.year - date->from.year;
	struct check_told told = {"R01", NC_CHECK_ERROR, line->line, words,
		NULL, NULL, NULL, NULL};

	if (date->years == 0 || date->years == real)
		return NC_OK;
	told.found = check_text(work, "%d", date->years);
	told.expected = check_text(work, "%d", real);
	told.why = check_text(work, _("From %d to %d it is %d years, not %d."),
		date->from.year, date->to.year, real, date->years);
	if (line->year == date->from.year + date->years &&
		line->year != date->to.year) {
		told.why = check_text(work,
			_("From %d to %d it is %d years, not %d; %d years are "
			  "those of %d, so the end year seems to be left over "
			  "from another document."),
			date->from.year, date->to.year, real, date->years,
			date->years, line->year);
		told.mend = check_replace(work, words,
			check_text(work, "%d", date->to.year),
			check_text(work, "%d", line->year));
	} else {
		told.mend = check_replace(work, words,
			number_text(work, words, date->years),
			check_text(work, "%d", real));
	}
	return check_tell(work, &told);
}

static enum nc_status check_same_day(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;

	if (date->by_year || date->precision != NC_PRECISION_DAY ||
		date->from.month == 0 ||
		(date->from.day == date->to.day &&
			date->from.month == date->to.month))
		return NC_OK;
	return check_tell(work,
		&(struct check_told){"R01", NC_CHECK_ERROR, line->line,
			check_fact_words(line, fact),
			check_text(work, "%02d/%02d", date->to.day,
				date->to.month),
			check_text(work, "%02d/%02d", date->from.day,
				date->from.month),
			NULL,
			_("An anniversary falls on the day and month on which "
			  "it began; these two dates differ.")});
}

/* The end year of the document, and the number of years that goes with it. */
static const char *mend_end(struct check_work *work, struct nc_slice words,
	const struct nc_date *date, int base)
{
	const char *made = NULL;

	if (date->years != 0)
		made = check_replace(work, words,
			number_text(work, words, date->years),
			check_text(work, "%d", base - date->from.year));
	return check_replace(work, made == NULL ? words : nc_slice_text(made),
		check_text(work, "%d", date->to.year),
		check_text(work, "%d", base));
}

static enum nc_status check_end_year(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	struct nc_slice words = check_fact_words(line, fact);
	size_t at = check_word_at(line, fact->at);
	int base = base_year(line, fact);

	if (base == 0 || date->to.year == base || date->to.year == line->year)
		return NC_OK;
	if (check_find(line, check_sentence_start(line, at), at, past) !=
		CHECK_NONE)
		return NC_OK;
	/* A report may look ahead by a year, as what is "đầu năm sau" does. */
	if (date->to.year == line->year + 1 &&
		(!line->ahead ||
			check_find(line, check_sentence_start(line, at),
				check_sentence_end(line, at),
				"năm sau|năm tới|sang năm") != CHECK_NONE))
		return NC_OK;
	return check_tell(
		work, &(struct check_told){"R02", NC_CHECK_ERROR, line->line,
			      words, check_text(work, "%d", date->to.year),
			      check_text(work, "%d", base),
			      mend_end(work, words, date, base),
			      check_text(work,
				      _("The anniversary ends in %d, and the "
					"document is about %d."),
				      date->to.year, base)});
}

static enum nc_status check_known_start(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact,
	const struct check_event *event)
{
	const struct nc_date *date = &fact->of.date;
	struct nc_slice words = check_fact_words(line, fact);
	int years = date->years, base = base_year(line, fact), real;

	if (event->since.year == 0 || event->confidence == '-' ||
		event->confidence == 'L' || event->confidence == 'S')
		return NC_OK;
	if (is_pair(date)) {
		if (date->from.year == event->since.year)
			return NC_OK;
		return check_tell(work,
			&(struct check_told){"R03",
				event->confidence == 'H' ? NC_CHECK_ERROR
							 : NC_CHECK_WARNING,
				line->line, words,
				check_text(work, "%d", date->from.year),
				check_text(work, "%d", event->since.year),
				check_replace(work, words,
					check_text(work, "%d", date->from.year),
					check_text(
						work, "%d", event->since.year)),
				check_text(work,
					_("As far as is known this counts "
					  "from %d, not from %d."),
					event->since.year, date->from.year)});
	}
	real = base - event->since.year;
	if (base == 0 || years == 0 || years == real || real <= 0)
		return NC_OK;
	if (!line->ahead && years == real + 1)
		return NC_OK;
	return check_tell(work,
		&(struct check_told){"R03",
			event->confidence == 'H' ? NC_CHECK_ERROR
						 : NC_CHECK_WARNING,
			line->line, words, check_text(work, "%d", years),
			check_text(work, "%d", real),
			check_replace(work, words,
				check_text(work, "%d", years),
				check_text(work, "%d", real)),
			check_text(work,
				_("Counted from %d it is %d years in %d; %d "
				  "years were those of %d."),
				event->since.year, real, base, years,
				event->since.year + years)});
}

/* Only what is kept on a day is an anniversary without its number; a pair of
 * years alone (2003-2023) may be anything. */
static bool is_kept(
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	size_t at = check_word_at(line, fact->at);
	size_t from = check_sentence_start(line, at > 0 ? at - 1 : 0);

	if (from + 30 < at)
		from = at - 30;
	if (date->kind == NC_DATE_PAIR && !date->by_year)
		return date->from.day == date->to.day &&
		       date->from.month == date->to.month &&
		       check_find(line, from, at,
			       "ngày|kỉ niệm|quốc khánh|thành lập|thiết lập|"
			       "lễ|mừng") != CHECK_NONE;
	return false;
}

static bool number_before(const struct check_line *line, size_t at, int real)
{
	size_t from = check_sentence_start(line, at > 0 ? at - 1 : 0);

	for (size_t i = from; i < at; i++)
		if (line->words[i].number && atoi(line->words[i].key) == real)
			return true;
	return false;
}

/* "kỷ niệm ngày sinh lần thứ 134 …": the word of the number that says which
 * anniversary the pair at word at is; CHECK_NONE. */
static size_t ordinal_before(const struct check_line *line, size_t at)
{
	size_t from = check_sentence_start(line, at > 0 ? at - 1 : 0);
	size_t kept = check_find(line, from, at, "kỉ niệm"), found = CHECK_NONE;

	if (kept == CHECK_NONE)
		return CHECK_NONE;
	for (size_t i = kept; i + 2 < at; i++)
		if (check_phrase(line, i, "lần thứ") > 0 &&
			line->words[i + 2].number)
			found = found == CHECK_NONE ? i + 2 : at;
	/* Another meeting has a number of its own. */
	if (found >= at ||
		check_find(line, kept, at,
			"đại hội|hội nghị|liên hoan|hội thi|cuộc thi|festival|"
			"giải|ngày hội|hội chợ|diễn đàn") != CHECK_NONE)
		return CHECK_NONE;
	return found;
}

static enum nc_status check_ordinal_of_pair(struct check_work *work,
	const struct check_line *line, size_t number, int real)
{
	struct nc_slice words = check_words(line, number - 2, number + 1);
	const char *found =
		check_slice(work, check_words(line, number, number + 1));

	return check_tell(
		work, &(struct check_told){"R01", NC_CHECK_ERROR, line->line,
			      words, found, check_text(work, "%d", real),
			      check_replace(work, words, found,
				      check_text(work, "%d", real)),
			      check_text(work,
				      _("By the dates that follow this is the "
					"anniversary of %d years, not %s."),
				      real, found)});
}

static enum nc_status check_number_word(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	struct nc_slice words = check_fact_words(line, fact);
	size_t at = check_word_at(line, fact->at);
	int real = date->to.year - date->from.year;
	const char *years;
	bool bare = date->years == 0 && is_pair(date) && is_kept(line, fact) &&
		    !number_before(line, at, real);
	size_t ordinal = bare ? ordinal_before(line, at) : CHECK_NONE;

	if (ordinal != CHECK_NONE)
		return check_ordinal_of_pair(work, line, ordinal, real);
	if (bare)
		return check_tell(work,
			&(struct check_told){"R06", NC_CHECK_ERROR, line->line,
				words, "", check_text(work, "%d", real), NULL,
				check_text(work,
					_("The dates stand without the number "
					  "of years, which is %d."),
					real)});
	if (date->kind != NC_DATE_ANNIVERSARY || date->years == 0)
		return NC_OK;
	/* The number as it stands, and năm after it. */
	for (size_t i = at; i < line->words_count &&
			    line->words[i].at < fact->at + fact->size;
		i++) {
		if (!line->words[i].number ||
			atoi(line->words[i].key) != date->years)
			continue;
		/* "lần thứ 80" is the number of an anniversary, too. */
		if (check_phrase(line, i + 1, "năm") > 0 ||
			check_before(line, i, "lần thứ|lần"))
			return NC_OK;
		years = check_slice(work, check_words(line, i, i + 1));
		return check_tell(work,
			&(struct check_told){"R06", NC_CHECK_NOTICE, line->line,
				words, years, check_text(work, "%s năm", years),
				check_replace(work, words, years,
					check_text(work, "%s năm", years)),
				_("The word năm is missing after the number "
				  "of years.")});
	}
	return NC_OK;
}

static void remember(struct check_work *work, const struct check_line *line,
	const struct check_fact *fact, const struct check_event *event)
{
	if (event->key == 0 || fact->of.date.years == 0 ||
		work->mentions_count == CHECK_EVENTS_MAX)
		return;
	work->mentions[work->mentions_count++] = (struct check_mention){*event,
		fact->of.date.years, base_year(line, fact), line->line,
		check_fact_words(line, fact)};
}

/* R04: each mention against the first one of the same event and year that is
 * right as far as anyone knows. */
static bool is_known_right(const struct check_mention *mention)
{
	return mention->event.since.year != 0 &&
	       mention->years == mention->base - mention->event.since.year;
}

/* R05: "…các nước có kỷ niệm năm tròn, năm lẻ 5:" and the list after it. */
static enum nc_status close_round(struct check_work *work)
{
	enum nc_status status = NC_OK;

	if (work->round_line != 0 && work->round_found.size > 0)
		status = check_tell(work,
			&(struct check_told){"R05", NC_CHECK_WARNING,
				work->round_line, work->round_words,
				nc_buffer_string(&work->round_found),
				_("numbers that end in 0 or 5"), NULL,
				_("The list after this announces round years "
				  "and holds others.")});
	work->round_line = 0;
	nc_buffer_reset(&work->round_found);
	return status;
}

static bool is_item(const struct check_line *line)
{
	uint8_t first = line->text.size > 0 ? line->text.data[0] : 0;

	return first == '-' || first == '+' || first == '*' || first >= 0xc2;
}

/* "các năm tròn: 75 năm …, 58 năm …": the list in the same paragraph. */
static enum nc_status check_round_inline(
	struct check_work *work, const struct check_line *line, size_t at)
{
	struct nc_buffer found NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice gap;
	size_t from = at + 2, end;

	nc_buffer_init(&found, 256);
	while (from < line->words_count && line->words[from].gap != NC_GAP_STOP)
		from++;
	if (from >= line->words_count || from > at + 8)
		return NC_OK;
	end = line->words[from - 1].at + line->words[from - 1].size;
	gap = nc_slice(line->text.data + end, line->words[from].at - end);
	if (memchr(gap.data, ':', gap.size) == NULL)
		return NC_OK;
	for (size_t i = from; i + 1 < line->words_count; i++) {
		const struct nc_word *word = &line->words[i];
		int years =
			word->number && word->size < 4 ? atoi(word->key) : 0;

		if (years < 2 || check_phrase(line, i + 1, "năm") == 0 ||
			nc_anniversary_class_of(years) !=
				NC_ANNIVERSARY_OTHER ||
			(word->gap == NC_GAP_SPACE &&
				!check_before(line, i, "kỉ niệm|và|mừng")))
			continue;
		if (nc_buffer_printf(&found, "%s%d", found.size > 0 ? ", " : "",
			    years) == NC_NO_MEMORY)
			return NC_NO_MEMORY;
	}
	if (found.size == 0)
		return NC_OK;
	return check_tell(work,
		&(struct check_told){"R05", NC_CHECK_WARNING, line->line,
			check_words(line, at, from), nc_buffer_string(&found),
			_("numbers that end in 0 or 5"), NULL,
			_("The list after this announces round years and holds "
			  "others.")});
}

static enum nc_status check_round(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = NC_OK;
	size_t at = check_find(
		line, 0, line->words_count, "năm tròn|năm chẵn|năm lẻ 5");
	bool opens = line->text.size > 0 &&
		     line->text.data[line->text.size - 1] == ':';
	bool as_follows =
		check_find(line, 0, line->words_count,
			"như sau|cụ thể như sau|sau đây") != CHECK_NONE;

	if (at != CHECK_NONE && (opens || as_follows)) {
		status = close_round(work);
		work->round_line = line->line;
		work->round_words = check_words(line, at, at + 6);
		return status;
	}
	if (at != CHECK_NONE)
		status = check_round_inline(work, line, at);
	if (work->round_line == 0 || status != NC_OK)
		return status;
	if (line->words_count > 0 &&
		(!is_item(line) || line->text.data[0] == '*') &&
		line->paragraph->list_level < 0 && line->words[0].size < 3)
		return close_round(work);
	for (size_t i = 0; i < line->facts_count && status == NC_OK; i++) {
		const struct nc_date *date = &line->facts[i].of.date;

		if (line->facts[i].kind == NC_FACT_DATE && date->years > 0 &&
			date->kind == NC_DATE_ANNIVERSARY &&
			nc_anniversary_class_of(date->years) ==
				NC_ANNIVERSARY_OTHER)
			status = nc_buffer_printf(&work->round_found, "%s%d",
				work->round_found.size > 0 ? ", " : "",
				date->years);
	}
	return status == NC_LIMIT ? NC_OK : status;
}

/* "9", "IX", "chín" at word i, and the words that it takes; 0: none. */
static int read_ordinal(
	const struct check_line *line, size_t i, size_t *ret_words)
{
	static const char *const names[] = {"nhất", "hai", "ba", "tư", "năm",
		"sáu", "bảy", "tám", "chín", "mười", "mười một", "mười hai",
		"mười ba", "mười bốn|mười tư", "mười lăm", "mười sáu",
		"mười bảy", "mười tám", "mười chín", "hai mươi"};
	int number = 0;

	*ret_words = 1;
	if (line->words[i].number)
		return atoi(line->words[i].key);
	for (size_t k = 0; k < sizeof(names) / sizeof(names[0]); k++) {
		size_t taken = check_phrase(line, i, names[k]);

		if (taken == 0 || taken < *ret_words)
			continue;
		number = (int)k + 1;
		*ret_words = taken;
	}
	return number > 0 ? number : check_roman(check_words(line, i, i + 1));
}

/* R09: "Ngày Quốc tế Yoga lần thứ 9". */
static enum nc_status check_ordinals(
	struct check_work *work, const struct check_line *line)
{
	for (size_t i = 0; i < line->words_count; i++) {
		size_t taken = check_phrase(line, i, "lần thứ|lần");
		int number, first, base, real;
		struct nc_slice digits, words;
		enum nc_status status;
		size_t size;
		char confidence;

		if (taken == 0 || i + taken >= line->words_count ||
			!check_yearly_before(line, i, &first, &confidence))
			continue;
		number = read_ordinal(line, i + taken, &size);
		digits = check_words(line, i + taken, i + taken + size);
		base = line->year;
		for (size_t k = i + taken + 1;
			k < line->words_count && k < i + taken + 8; k++)
			if (line->words[k].number && line->words[k].size == 4 &&
				atoi(line->words[k].key) > first)
				base = atoi(line->words[k].key);
		real = base - first + 1;
		if (number == 0 || base == 0 || number == real || real < 1 ||
			(!line->ahead && number == real + 1))
			continue;
		words = check_words(line, i, i + taken + size);
		status = check_tell(work,
			&(struct check_told){"R09",
				confidence == 'H' ? NC_CHECK_ERROR
						  : NC_CHECK_WARNING,
				line->line, words, check_slice(work, digits),
				check_text(work, "%d", real),
				check_replace(work, words,
					check_slice(work, digits),
					check_text(work, "%d", real)),
				check_text(work,
					_("It was held for the first time in "
					  "%d, so that %d has the number %d."),
					first, base, real)});
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

static enum nc_status check_one_date(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	struct check_event event = {0};
	enum nc_status status = NC_OK;

	if (date->kind == NC_DATE_ANNIVERSARY || is_pair(date))
		check_event_find(line, fact, &event);
	if (is_pair(date)) {
		status = check_difference(work, line, fact);
		if (status == NC_OK)
			status = check_same_day(work, line, fact);
		if (status == NC_OK && (date->kind == NC_DATE_ANNIVERSARY ||
					       is_kept(line, fact)))
			status = check_end_year(work, line, fact);
	}
	if (status == NC_OK && date->kind == NC_DATE_ANNIVERSARY)
		status = check_known_start(work, line, fact, &event);
	if (status == NC_OK)
		status = check_number_word(work, line, fact);
	if (date->kind == NC_DATE_ANNIVERSARY)
		remember(work, line, fact, &event);
	return status;
}

enum nc_status check_anniversaries(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = check_round(work, line);

	for (size_t i = 0; i < line->facts_count && status == NC_OK; i++)
		if (line->facts[i].kind == NC_FACT_DATE)
			status = check_one_date(work, line, &line->facts[i]);
	if (status == NC_OK)
		status = check_ordinals(work, line);
	return status;
}

enum nc_status check_lists_end(struct check_work *work)
{
	return close_round(work);
}

enum nc_status check_anniversaries_end(struct check_work *work)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < work->mentions_count && status == NC_OK; i++) {
		const struct check_mention *one = &work->mentions[i];
		const struct check_mention *other = NULL;

		if (is_known_right(one))
			continue;
		for (size_t k = 0; k < work->mentions_count; k++) {
			const struct check_mention *with = &work->mentions[k];

			if (with->event.key != one->event.key ||
				with->base != one->base ||
				with->years == one->years)
				continue;
			if (!is_known_right(with) && k > i)
				continue;
			other = with;
			break;
		}
		if (other == NULL)
			continue;
		status = check_tell(work,
			&(struct check_told){"R04", NC_CHECK_ERROR, one->line,
				one->words, check_text(work, "%d", one->years),
				check_text(work, "%d", other->years),
				check_replace(work, one->words,
					check_text(work, "%d", one->years),
					check_text(work, "%d", other->years)),
				check_text(work,
					_("The same event has %d years here "
					  "and %d years in %s."),
					one->years, other->years,
					check_place(work, other->line))});
	}
	return status;
}
