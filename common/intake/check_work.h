/*
 * What the families of rules share, and reading a line: the carrier and the
 * recogniser of names look at words in the same way. Inside this room only.
 */
#ifndef NC_INTAKE_CHECK_WORK_H
#define NC_INTAKE_CHECK_WORK_H

#include "intake/check.h"
#include "locale/countries.h"
#include "locale/facts.h"
#include "locale/word.h"

#define CHECK_NONE SIZE_MAX
/* In one paragraph; more are not looked at. */
#define CHECK_HITS_MAX 128
#define CHECK_FACTS_MAX 512
/* Things that are compared with each other across the document. */
#define CHECK_EVENTS_MAX 2000
#define CHECK_REFERENCES_MAX 500
#define CHECK_ITEMS_MAX 1500

struct check_fact {
	enum nc_fact_kind kind;
	size_t at, size;
	union {
		struct nc_date date;
		struct nc_money money;
		struct nc_count count;
	} of;
};

/* One paragraph, read. */
struct check_line {
	const struct nc_paragraph *paragraph;
	size_t index; /* in the document */
	size_t line;
	struct nc_slice text;
	struct nc_word *words;
	size_t words_count;
	struct check_fact *facts;
	size_t facts_count;
	struct nc_country_hit hits[CHECK_HITS_MAX];
	size_t hits_count;
	int year;	     /* that the words speak of; 0: not known */
	bool ahead;	     /* they say what will be done */
	bool back;	     /* in a part about how things stand */
	size_t union_number; /* from 1; 0 outside of any */
	const struct nc_check_day *days; /* the input's */
	size_t days_count;
};

/* What is commemorated: check_facts.c. */
enum check_event_kind {
	CHECK_EVENT_OTHER,
	CHECK_EVENT_RELATIONS,
	CHECK_EVENT_NATIONAL_DAY,
	CHECK_EVENT_DAY
};
struct check_event {
	enum check_event_kind kind;
	uint64_t key;	     /* the same event has the same key; 0: none */
	struct nc_day since; /* month 0: only the year is known */
	char confidence;
};

struct check_mention {
	struct check_event event;
	int years, base;
	size_t line;
	struct nc_slice words; /* of the paragraph */
};

struct check_reference {
	const char *key;
	struct nc_slice words; /* of the paragraph */
	size_t line;
	unsigned missing;
	bool complete;
};

struct check_tone_word {
	struct nc_slice words; /* of the paragraph */
	size_t line;
	bool newer;
};

struct check_item {
	size_t line, union_number;
	size_t shingles_count;
	const uint32_t *shingles; /* ascending */
	struct nc_slice words;	  /* of the paragraph */
};

/* A programme with its years: check_period.c. */
#define CHECK_PROGRAMME_WORDS 16
struct check_period {
	size_t line, union_number;
	struct nc_slice words, years; /* of the paragraph */
	int from, to;
	uint32_t keys[CHECK_PROGRAMME_WORDS]; /* ascending */
	size_t keys_count;
};

/* A numbering that is under way: check_form.c. */
#define CHECK_NUMBER_DEPTH 4
#define CHECK_NUMBERS_OPEN 8
struct check_numbers {
	int roman, letter, union_number;
	int path[CHECK_NUMBER_DEPTH];
	/* Numberings that a "1." interrupted and that may go on. */
	int open[CHECK_NUMBERS_OPEN];
	size_t open_count;
};

/* How a paragraph was read, so that it can be read again: check_trial.c. */
struct check_context {
	int year;
	enum nc_check_kind kind;
	size_t union_number;
};

struct check_work {
	struct nc_check *check;
	const struct nc_check_input *input;
	struct check_context *contexts; /* of the input's paragraphs */
	enum nc_check_kind kind;	/* of the part that is under way */
	struct nc_arena arena;		/* of the work, not of the findings */
	struct check_mention *mentions;
	size_t mentions_count;
	struct check_reference *references;
	size_t references_count;
	struct check_tone_word *tones;
	size_t tones_count, older, newer;
	struct check_item *items;
	size_t items_count;
	struct check_period *periods;
	size_t periods_count;
	struct check_numbers numbers;
	/* R05: the announcement of a list that is open. */
	size_t round_line;
	struct nc_slice round_words;
	struct nc_buffer round_found;
	/* R22: bullets of the run that is under way. */
	uint32_t bullet, list_bullet; /* the last; the list's first */
	bool bullet_told;
	/* R12, R13 */
	size_t outbound_line, outbound_count;
	struct nc_slice outbound_words;
	struct nc_buffer trips;
	size_t trips_count;
	bool under_outbound;
	bool directions; /* a report's part about the next year */
	/* A plan's part about how things stand, by its Roman number, and a
	 * smaller one. */
	bool background, background_part;
};

bool check_work_init(struct check_work *work, struct nc_check *check,
	const struct nc_check_input *input) NC_MUST_USE;
void check_work_fini(struct check_work *work);

struct check_told {
	const char *rule;
	enum nc_check_level level;
	size_t line;
	struct nc_slice words;
	const char *found, *expected;
	const char *mend; /* NULL: none */
	const char *why;
};
enum nc_status check_tell(
	struct check_work *work, const struct check_told *told) NC_MUST_USE;
/* The first paragraph of a line; CHECK_NONE. */
size_t check_paragraph_of(const struct check_work *work, size_t line);
/* printf into the work's arena; "" without memory. */
const char *check_text(struct check_work *work, const char *format, ...)
	NC_PRINTF(2, 3);
const char *check_slice(struct check_work *work, struct nc_slice slice);
/* A line as a sentence names it, and as a value does. */
const char *check_place(struct check_work *work, size_t line);
const char *check_place_key(struct check_work *work, size_t line);
/* slice with the first occurrence of was replaced; NULL without one. */
const char *check_replace(struct check_work *work, struct nc_slice slice,
	const char *was, const char *now);

/*
 * check_line.c. Phrases are words in the form of nc_word's key, alternatives
 * between '|'.
 */
/* Words and countries, without the facts. */
enum nc_status check_line_words(struct check_line *line,
	const struct nc_paragraph *paragraph, int year) NC_MUST_USE;
enum nc_status check_line_read(struct check_line *line,
	const struct nc_paragraph *paragraph, int year) NC_MUST_USE;
void check_line_fini(struct check_line *line);
/* Words that the longest alternative takes at word i; 0: none. */
size_t check_phrase(
	const struct check_line *line, size_t i, const char *phrases);
/* The first word in [from, to) where one begins; CHECK_NONE. */
size_t check_find(const struct check_line *line, size_t from, size_t to,
	const char *phrases);
/* The words before word i end with one. */
bool check_before(const struct check_line *line, size_t i, const char *phrases);
/* The first word that begins at or after byte at. */
size_t check_word_at(const struct check_line *line, size_t at);
/* The word after the last of the sentence that word i is in. */
size_t check_sentence_end(const struct check_line *line, size_t i);
size_t check_sentence_start(const struct check_line *line, size_t i);
/* The date (a day, or a year) whose words begin at first is that of a paper:
 * Nghị quyết số 34-NQ/TW, ngày 09/01/2023. */
bool check_cited(const struct check_line *line, size_t first, bool day);
/* The clause of words [first, end) says that it is over: đã … năm 2023. */
bool check_past(const struct check_line *line, size_t first, size_t end);
struct nc_slice check_words(
	const struct check_line *line, size_t from, size_t to);
struct nc_slice check_fact_words(
	const struct check_line *line, const struct check_fact *fact);
bool check_is_upper_at(const struct check_line *line, size_t i);
/* Whether a letter begins at byte i. */
bool check_is_letter_at(struct nc_slice text, size_t i);
bool check_is_lower_at(struct nc_slice text, size_t i);
/* The paragraph is a line of a longer one: a bracket of its words from at on
 * stays open, or the next line begins as none does. */
bool check_is_cut(const struct check_work *work, const struct check_line *line,
	size_t at);
/* An exact count of things. */
bool check_exact(const struct nc_count *count, int64_t *ret_value);
/* The letters that number a list: a, b, c, d, đ, e, g …; "" and 0 for none. */
const char *check_letter(int number);
int check_letter_number(const char *text, size_t size);
/* "(1)", "a)": what opens a point of a list within a paragraph. */
#define CHECK_MARK_OPEN 1   /* in kind: a bracket opens it */
#define CHECK_MARK_LETTER 2 /* in kind: a letter, not a number */
#define CHECK_MARK_KINDS 4
struct check_mark {
	int kind, number;
};
/* Bytes that a mark takes at byte i; 0: none. */
size_t check_mark_at(
	struct nc_slice text, size_t i, struct check_mark *ret_mark);
/* A Roman numeral of capitals, 1 to 89; 0 when it is none. */
int check_roman(struct nc_slice text);

/* check_facts.c */
void check_event_find(const struct check_line *line,
	const struct check_fact *fact, struct check_event *ret_event);
/* The yearly event whose words end before word i: the year of the first. */
bool check_yearly_before(const struct check_line *line, size_t i,
	int *ret_first_year, char *ret_confidence);
/* A place of Viet Nam begins at word i: how many words; 0. */
size_t check_home_place(const struct check_line *line, size_t i);

/* check_terms.c: R17 of word i and the one behind it. */
enum nc_status check_terms(struct check_work *work,
	const struct check_line *line, size_t i) NC_MUST_USE;
/* check_syllable.c: R17 of word i alone. */
enum nc_status check_syllable(struct check_work *work,
	const struct check_line *line, size_t i) NC_MUST_USE;
/* Two words, as keys, that are known to go together. */
bool check_is_term(const char *first, const char *second);
/* right with the capital that word i begins with. */
const char *check_with_capital(struct check_work *work,
	const struct check_line *line, size_t i, const char *right);

/* check_likeness.c: a paragraph's word pairs, and whether two say nearly the
 * same. */
enum nc_status check_item_read(struct check_work *work,
	const struct check_line *line, struct check_item *ret_item) NC_MUST_USE;
bool check_is_alike(const struct check_item *a, const struct check_item *b);

/* The families. */
enum nc_status check_anniversaries(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
/* The list that is open at the end of a part. */
enum nc_status check_lists_end(struct check_work *work) NC_MUST_USE;
enum nc_status check_anniversaries_end(struct check_work *work) NC_MUST_USE;
enum nc_status check_arithmetic(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
enum nc_status check_lists(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
enum nc_status check_dates(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
enum nc_status check_references(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
enum nc_status check_references_end(struct check_work *work) NC_MUST_USE;
enum nc_status check_scope(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
enum nc_status check_scope_end(struct check_work *work) NC_MUST_USE;
enum nc_status check_marks(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
enum nc_status check_form(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
enum nc_status check_form_end(struct check_work *work) NC_MUST_USE;
enum nc_status check_spelling(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
enum nc_status check_likeness(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
enum nc_status check_periods(
	struct check_work *work, const struct check_line *line) NC_MUST_USE;
enum nc_status check_periods_end(struct check_work *work) NC_MUST_USE;
enum nc_status check_likeness_end(struct check_work *work) NC_MUST_USE;

/* All findings by line, each with the mend that its rule thinks of. */
enum nc_status check_read(struct check_work *work) NC_MUST_USE;
/* Of read findings, by line: leaves the mends that mend. check_trial.c */
enum nc_status check_mends(struct check_work *work) NC_MUST_USE;

#endif
