/* R30: one programme has one period wherever it is named: "Chương trình …
 * giai đoạn 2019 - 2025". */
#include "intake/check_work.h"

#include <stdlib.h>

#define NAME_WORDS_MAX 30 /* between its kind and its years */
#define KEYS_MIN 4
/* Of the shorter name's words, in percent. */
#define LIKENESS_MIN 80

static const char kinds[] = "chương trình|đề án|chiến lược";
/* Words that any programme's name has, and whose it is. */
static const char plain[] = "về|và|của|trên|địa|bàn|tỉnh|thành|phố|quốc|gia|"
			    "cho|các|tại|trong|giai|đoạn|thực|hiện|chương|"
			    "trình|cấp|với|ở|mục|tiêu|tổng|thể";

static uint32_t hash(const char *text)
{
	uint32_t value = 2166136261u;

	for (; *text != '\0'; text++)
		value = (value ^ (uint8_t)*text) * 16777619u;
	return value;
}

static void add_key(struct check_period *period, const char *key)
{
	uint32_t value = hash(key);

	for (size_t i = 0; i < period->keys_count; i++)
		if (period->keys[i] == value)
			return;
	if (period->keys_count < CHECK_PROGRAMME_WORDS)
		period->keys[period->keys_count++] = value;
}

/* The last word before at where a programme's name begins. */
static size_t name_start(const struct check_line *line, size_t at)
{
	size_t from = check_sentence_start(line, at > 0 ? at - 1 : 0);
	size_t found = CHECK_NONE;

	if (at > NAME_WORDS_MAX && from < at - NAME_WORDS_MAX)
		from = at - NAME_WORDS_MAX;
	for (size_t i = from; i < at; i++)
		if (check_is_upper_at(line, i) &&
			check_phrase(line, i, kinds) > 0)
			found = i;
	return found;
}

static void read_name(struct check_period *period,
	const struct check_line *line, size_t from, size_t to)
{
	static const char *const pcpnn[] = {
		"phi", "chính", "phủ", "nước", "ngoài"};

	for (size_t i = from; i < to; i++) {
		if (check_phrase(line, i, "pcpnn") > 0)
			for (size_t k = 0; k < 5; k++)
				add_key(period, pcpnn[k]);
		else if (line->words[i].key[0] != '\0' &&
			 !line->words[i].number &&
			 check_phrase(line, i, plain) == 0)
			add_key(period, line->words[i].key);
	}
}

enum nc_status check_periods(
	struct check_work *work, const struct check_line *line)
{
	for (size_t i = 0; i < line->facts_count; i++) {
		const struct check_fact *fact = &line->facts[i];
		struct check_period period = {
			.line = line->line, .union_number = line->union_number};
		size_t at, start;

		if (fact->kind != NC_FACT_DATE ||
			fact->of.date.kind != NC_DATE_PERIOD ||
			work->periods_count == CHECK_EVENTS_MAX)
			continue;
		at = check_word_at(line, fact->at);
		start = name_start(line, at);
		if (start == CHECK_NONE)
			continue;
		read_name(&period, line, start, at);
		period.years = check_fact_words(line, fact);
		period.words =
			check_words(line, start, check_word_at(line, fact->at));
		period.words.size =
			(size_t)(period.years.data + period.years.size -
				 period.words.data);
		period.from = fact->of.date.from.year;
		period.to = fact->of.date.to.year;
		if (period.keys_count >= KEYS_MIN)
			work->periods[work->periods_count++] = period;
	}
	return NC_OK;
}

static size_t common(const struct check_period *a, const struct check_period *b)
{
	size_t count = 0;

	for (size_t i = 0; i < a->keys_count; i++)
		for (size_t k = 0; k < b->keys_count; k++)
			count += a->keys[i] == b->keys[k];
	return count;
}

/* What ends when the other begins is the next one of its name. */
static bool is_next(const struct check_period *a, const struct check_period *b)
{
	return a->from >= b->to || b->from >= a->to;
}

/* Within one union only under the very same name. */
static bool is_same(const struct check_period *a, const struct check_period *b)
{
	size_t least =
		a->keys_count < b->keys_count ? a->keys_count : b->keys_count;
	size_t both = common(a, b);

	if (a->union_number == b->union_number)
		return both == a->keys_count && both == b->keys_count;
	return both * 100 >= least * LIKENESS_MIN;
}

enum nc_status check_periods_end(struct check_work *work)
{
	enum nc_status status = NC_OK;

	for (size_t i = 1; i < work->periods_count && status == NC_OK; i++) {
		const struct check_period *one = &work->periods[i];

		for (size_t k = 0; k < i && status == NC_OK; k++) {
			const struct check_period *with = &work->periods[k];

			if ((one->from == with->from && one->to == with->to) ||
				is_next(one, with) || !is_same(one, with))
				continue;
			status = check_tell(work,
				&(struct check_told){"R30", NC_CHECK_NOTICE,
					one->line, one->words,
					check_text(work, "%d - %d", one->from,
						one->to),
					check_text(work, "%d - %d", with->from,
						with->to),
					NULL,
					check_text(work,
						_("The programme seems to be "
						  "the one that runs from %d "
						  "to %d elsewhere: %s."),
						with->from, with->to,
						check_place(
							work, with->line))});
			break;
		}
	}
	return status;
}
