/* One paragraph as words, facts and countries, and looking around in it. */
#include "intake/check_work.h"

#include "locale/letter.h"

#include <string.h>

struct collector {
	struct check_line *line;
	size_t capacity;
};

static enum nc_status collect(void *context, const struct nc_fact *fact)
{
	struct collector *to = context;
	struct check_line *line = to->line;
	struct check_fact *slot;

	if (line->facts_count == CHECK_FACTS_MAX)
		return NC_LIMIT;
	if (line->facts_count == to->capacity) {
		size_t capacity = to->capacity == 0 ? 8 : to->capacity * 2;
		struct check_fact *grown = nc_realloc(
			line->facts, capacity * sizeof(*line->facts));

		if (grown == NULL)
			return NC_NO_MEMORY;
		line->facts = grown;
		to->capacity = capacity;
	}
	slot = &line->facts[line->facts_count++];
	slot->kind = fact->kind;
	slot->at = fact->at;
	slot->size = fact->words.size;
	if (fact->kind == NC_FACT_DATE)
		slot->of.date = *fact->date;
	else if (fact->kind == NC_FACT_MONEY)
		slot->of.money = *fact->money;
	else
		slot->of.count = *fact->count;
	return NC_OK;
}

enum nc_status check_line_words(
	struct check_line *line, const struct nc_paragraph *paragraph, int year)
{
	enum nc_status status;

	line->paragraph = paragraph;
	line->line = paragraph->line;
	line->year = year;
	line->text = nc_slice_text(paragraph->text);
	status = nc_words_read(line->text, &line->words, &line->words_count);
	if (status == NC_OK)
		status = nc_countries_find(line->text, line->hits,
			CHECK_HITS_MAX, &line->hits_count);
	return status;
}

enum nc_status check_line_read(
	struct check_line *line, const struct nc_paragraph *paragraph, int year)
{
	struct collector to = {.line = line};
	enum nc_status status = check_line_words(line, paragraph, year);

	if (status == NC_OK)
		status = nc_facts_find(line->text, year, collect, &to);
	/* What is past the limits is not looked at. */
	return status == NC_LIMIT ? NC_OK : status;
}

void check_line_fini(struct check_line *line)
{
	nc_free(line->words);
	nc_free(line->facts);
	*line = (struct check_line){0};
}

/* Words that one alternative, of size bytes, takes. */
static size_t alternative(const struct check_line *line, size_t i,
	const char *phrase, size_t size)
{
	size_t taken = 0;

	while (size > 0) {
		const char *space = memchr(phrase, ' ', size);
		size_t part = space == NULL ? size : (size_t)(space - phrase);
		const struct nc_word *word;

		if (i + taken >= line->words_count)
			return 0;
		word = &line->words[i + taken];
		if (strlen(word->key) != part ||
			memcmp(word->key, phrase, part) != 0)
			return 0;
		if (taken > 0 && word->gap == NC_GAP_STOP)
			return 0;
		taken++;
		if (space == NULL)
			break;
		phrase += part + 1;
		size -= part + 1;
	}
	return taken;
}

/* The longest alternative of at most so many words. */
static size_t phrase_within(const struct check_line *line, size_t i,
	const char *phrases, size_t most)
{
	size_t longest = 0;

	while (*phrases != '\0') {
		size_t size = strcspn(phrases, "|");
		size_t taken = alternative(line, i, phrases, size);

		if (taken > longest && taken <= most)
			longest = taken;
		phrases += size;
		phrases += *phrases == '|';
	}
	return longest;
}

size_t check_phrase(
	const struct check_line *line, size_t i, const char *phrases)
{
	return phrase_within(line, i, phrases, SIZE_MAX);
}

size_t check_find(const struct check_line *line, size_t from, size_t to,
	const char *phrases)
{
	if (to > line->words_count)
		to = line->words_count;
	for (size_t i = from; i < to; i++)
		if (check_phrase(line, i, phrases) > 0)
			return i;
	return CHECK_NONE;
}

bool check_before(const struct check_line *line, size_t i, const char *phrases)
{
	for (size_t back = 1; back <= 5 && back <= i; back++)
		if (phrase_within(line, i - back, phrases, back) == back)
			return true;
	return false;
}

size_t check_word_at(const struct check_line *line, size_t at)
{
	size_t low = 0, high = line->words_count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (line->words[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A full stop, not the point in 11.01.1969, nor the one in A. Yersin. */
static bool is_stop(const struct check_line *line, size_t i)
{
	const struct nc_word *word = &line->words[i];

	if (word->gap != NC_GAP_STOP || i == 0)
		return word->gap == NC_GAP_STOP;
	return !(word->number && word[-1].number) &&
	       !(word->upper && word[-1].upper && word[-1].letters == 1 &&
		       i > 1 &&
		       line->text.data[word[-1].at + word[-1].size] == '.');
}

size_t check_sentence_end(const struct check_line *line, size_t i)
{
	for (i++; i < line->words_count; i++)
		if (is_stop(line, i))
			return i;
	return line->words_count;
}

size_t check_sentence_start(const struct check_line *line, size_t i)
{
	while (i > 0 && (i >= line->words_count || !is_stop(line, i)))
		i--;
	return i;
}

struct nc_slice check_words(
	const struct check_line *line, size_t from, size_t to)
{
	size_t at, end;

	if (to > line->words_count)
		to = line->words_count;
	if (from >= to)
		return nc_slice(NULL, 0);
	at = line->words[from].at;
	end = line->words[to - 1].at + line->words[to - 1].size;
	return nc_slice(line->text.data + at, end - at);
}

struct nc_slice check_fact_words(
	const struct check_line *line, const struct check_fact *fact)
{
	return nc_slice(line->text.data + fact->at, fact->size);
}

bool check_is_upper_at(const struct check_line *line, size_t i)
{
	return i < line->words_count && line->words[i].upper;
}

int check_roman(struct nc_slice text)
{
	static const char digits[] = "IVXL";
	static const int values[] = {1, 5, 10, 50};
	int sum = 0, last = 0;

	if (text.size == 0 || text.size > 8)
		return 0;
	for (size_t i = text.size; i > 0; i--) {
		const char *at = strchr(digits, text.data[i - 1]);
		int value;

		if (at == NULL || *at == '\0')
			return 0;
		value = values[at - digits];
		sum += value < last ? -value : value;
		if (value > last)
			last = value;
	}
	return sum > 0 && sum < 90 ? sum : 0;
}

static const char law[] =
	"nghị quyết|nghị định|chỉ thị|thông tư|công văn|quyết định|luật|bộ "
	"luật|pháp lệnh|hiến pháp|hiệp định|hiệp ước|công ước|giấy phép";
/* These may stand for what is done as well: cited with their number. */
static const char papers[] =
	"kết luận|kế hoạch|chương trình|đề án|báo cáo|thông báo|văn bản|tờ "
	"trình|quy định|quy chế|hướng dẫn|giấy đăng kí|bản ghi nhớ";
static const char statutes[] =
	"luật|bộ luật|pháp lệnh|hiến pháp|hiệp định|hiệp ước|công ước";
static const char past[] = "đã|từng|vừa|vừa qua|trước đây|trước đó";

/* "Nghị quyết số 34-NQ/TW, ngày 09/01/2023": the day of a paper. */
bool check_cited(const struct check_line *line, size_t first, bool day)
{
	size_t start = check_sentence_start(line, first);

	if (start + 12 < first)
		start = first - 12;
	for (size_t i = first; i-- > start;) {
		if (check_phrase(line, i, day ? law : statutes) > 0)
			return !check_before(line, first, "trong|trong năm");
		if (!day || check_phrase(line, i, papers) == 0)
			continue;
		for (size_t k = i; k < first; k++)
			if (line->words[k].number)
				return true;
	}
	return false;
}

/* The clause says that it is over: đã … năm 2023. */
bool check_past(const struct check_line *line, size_t first, size_t end)
{
	if (check_phrase(line, end, "vừa qua|trước đây") > 0)
		return true;
	for (size_t i = first; i > 0 && first - i < 9; i--) {
		if (line->words[i].gap == NC_GAP_STOP ||
			line->words[i].gap == NC_GAP_COMMA)
			return false;
		if (check_phrase(line, i - 1, past) > 0)
			return true;
	}
	return false;
}

bool check_exact(const struct nc_count *count, int64_t *ret_value)
{
	return count->kind == NC_COUNT && count->bound == NC_BOUND_EXACT &&
	       count->has_min && count->has_max &&
	       nc_decimal_compare(count->min, count->max) == 0 &&
	       nc_decimal_scaled(count->min, 0, ret_value);
}

static const char *const letters[] = {
	"a", "b", "c", "d", "đ", "e", "g", "h", "i", "k", "l", "m", "n"};
#define LETTERS (sizeof(letters) / sizeof(letters[0]))

const char *check_letter(int number)
{
	return number > 0 && number <= (int)LETTERS ? letters[number - 1] : "";
}

int check_letter_number(const char *text, size_t size)
{
	for (int i = 0; i < (int)LETTERS; i++)
		if (strlen(letters[i]) == size &&
			memcmp(letters[i], text, size) == 0)
			return i + 1;
	return 0;
}

static size_t mark_label(const char *text, size_t left, int *ret_number)
{
	size_t size = 0;

	*ret_number = 0;
	while (size < left && size < 3 && text[size] >= '0' &&
		text[size] <= '9')
		*ret_number = *ret_number * 10 + text[size++] - '0';
	if (size > 0)
		return size < 3 ? size : 0;
	size = left > 1 && (uint8_t)text[0] >= 0xc0 ? 2 : 1;
	if (left >= size)
		*ret_number = check_letter_number(text, size);
	return *ret_number > 0 ? size : 0;
}

size_t check_mark_at(
	struct nc_slice text, size_t i, struct check_mark *ret_mark)
{
	const char *data = (const char *)text.data;
	bool open = i < text.size && data[i] == '(';
	size_t from = i + open, size;

	if (i > 0 && data[i - 1] != ' ' && data[i - 1] != '\n')
		return 0;
	if (from >= text.size)
		return 0;
	size = mark_label(data + from, text.size - from, &ret_mark->number);
	if (size == 0 || ret_mark->number == 0 || from + size >= text.size ||
		data[from + size] != ')')
		return 0;
	ret_mark->kind = (data[from] < '0' || data[from] > '9') * 2 + open;
	return open + size + 1;
}

bool check_is_cut(
	const struct check_work *work, const struct check_line *line, size_t at)
{
	const struct nc_document *document = work->input->document;
	size_t depth = 0;
	const char *next;

	for (size_t i = at < line->words_count && at > 0
				? line->words[at - 1].at
				: line->text.size;
		i < line->text.size; i++) {
		depth += line->text.data[i] == '(';
		depth -= line->text.data[i] == ')' && depth > 0;
	}
	if (depth > 0)
		return true;
	if (line->index + 1 >= document->count)
		return false;
	next = document->paragraphs[line->index + 1].text;
	return check_is_lower_at(nc_slice_text(next), 0) &&
	       next[strcspn(next, " ")] != '\0' &&
	       next[strcspn(next, " ") - 1] != ')' &&
	       next[strcspn(next, " ") - 1] != '.';
}
