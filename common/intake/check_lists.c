/* R11: a stated count and the list that follows it. */
#include "intake/check_work.h"

#include <stdlib.h>
#include <string.h>

#define LIST_MAX 40

/* What can be listed by names right behind its number. */
static const char named_units[] =
	"nước|quốc gia|ngôn ngữ|thứ tiếng|huyện|thị xã|xã|tỉnh|thành phố|địa "
	"phương|hội|hội thành viên|câu lạc bộ|trường|sở|quận|phường|tỉnh thành "
	"phố|hội hữu nghị|tỉnh thành|chi hội|đơn vị|đối tác|đại học|bệnh "
	"viện|doanh nghiệp|công ty|tổ chức|cơ quan|đại hội|liên đoàn|hiệp hội";

/* Names of offices that have an "and" in them. */
static const char joined[] =
	"giáo dục và đào tạo|thông tin và truyền thông|khoa học và công "
	"nghệ|tài nguyên và môi trường|nông nghiệp và môi trường|nông nghiệp "
	"và phát triển nông thôn|nông nghiệp và ptnt|văn hóa và thể thao|văn "
	"hóa và thông tin|thể thao và du lịch|thương binh và xã hội|kế hoạch "
	"và đầu tư|dân tộc và tôn giáo|xã hội và nhân văn|giao lưu và hợp "
	"tác|hợp tác và phát triển|hòa bình và phát triển|gia đình và trẻ "
	"em|nghiên cứu và phát triển|đào tạo và bồi dưỡng";

/* The "và" at word i stands within one of them. */
static bool joins_halves(const struct check_line *line, size_t i)
{
	if (check_phrase(line, i, "và") == 0)
		return false;
	for (size_t back = 1; back <= 3 && back <= i; back++)
		if (check_phrase(line, i - back, joined) > back + 1)
			return true;
	return false;
}

/* A name in a list: words with capitals, the unit's word before it, or hội
 * hữu nghị … Returns the word after it. */
static size_t take_name(const struct check_line *line, size_t i, bool brackets)
{
	size_t from = i;

	while (i < line->words_count) {
		enum nc_gap gap = line->words[i].gap;

		if (i > from && gap != NC_GAP_SPACE && gap != NC_GAP_HYPHEN &&
			gap != NC_GAP_DASH)
			break;
		if (i > from && joins_halves(line, i)) {
			i += 2;
			continue;
		}
		if (i > from && check_phrase(line, i, "và") > 0)
			break;
		if (line->words[i].number)
			return from;
		if (!brackets && !line->words[i].upper && i - from >= 1 &&
			check_phrase(line, i, "hữu nghị|lạc bộ|phố|xã") == 0 &&
			line->words[i - 1].upper)
			break;
		i++;
	}
	return i;
}

struct list {
	size_t length, end;
	bool open; /* "…", "v.v.", "như" */
};

static bool is_dashed(enum nc_gap gap)
{
	return gap == NC_GAP_DASH || gap == NC_GAP_HYPHEN;
}

static bool text_has(struct nc_slice text, const char *what)
{
	size_t size = strlen(what);

	for (size_t i = 0; i + size <= text.size; i++)
		if (memcmp(text.data + i, what, size) == 0)
			return true;
	return false;
}

/* Names from word i on: A, B và C. */
static void read_list(const struct check_line *line, size_t i, bool brackets,
	struct list *list)
{
	static const char prefix[] =
		"nước|tỉnh|huyện|thị xã|xã|thành phố|tp|hội hữu "
		"nghị|hội|trường|"
		"sở|quận|phường|câu lạc bộ|chi hội|đại học|cao đẳng|tiếng";
	size_t from = i;

	*list = (struct list){0};
	while (i < line->words_count && list->length < LIST_MAX) {
		size_t lead, next;

		if (check_phrase(line, i, "và") > 0)
			i++;
		lead = check_phrase(line, i, prefix);
		if (!check_is_upper_at(line, i + lead) &&
			!check_is_upper_at(line, i))
			break;
		next = take_name(line,
			check_is_upper_at(line, i + lead) ? i + lead : i,
			brackets);
		if (next <= i)
			break;
		list->length++;
		i = next;
		if (i >= line->words_count ||
			(line->words[i].gap != NC_GAP_COMMA &&
				check_phrase(line, i, "và") == 0))
			break;
	}
	list->end = i;
	if (i > from) {
		struct nc_slice words = check_words(line, from, i);
		size_t end =
			(size_t)(words.data - line->text.data) + words.size;
		size_t left = line->text.size - end;

		list->open = text_has(nc_slice(line->text.data + end,
					      left < 8 ? left : 8),
				     "...") ||
			     text_has(nc_slice(line->text.data + end,
					      left < 8 ? left : 8),
				     "…") ||
			     check_phrase(line, i,
				     "v v|vân vân|khác|và các|và một "
				     "số") > 0;
	}
}

/* "nước Việt Nam - Lào": the dash is the comma. */
static bool has_dashes(const struct check_line *line, size_t from, size_t to)
{
	for (size_t i = from + 1; i < to && i < line->words_count; i++)
		if (is_dashed(line->words[i].gap))
			return true;
	return false;
}

/* The number or the list is wrong, nobody knows which: no mend. */
static enum nc_status tell_length(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact,
	int64_t stated, size_t length)
{
	return check_tell(
		work, &(struct check_told){"R11", NC_CHECK_ERROR, line->line,
			      check_fact_words(line, fact),
			      check_text(work, "%lld", (long long)stated),
			      check_text(work, "%zu", length), NULL,
			      check_text(work,
				      _("The number says %lld, and the list "
					"that follows has %zu."),
				      (long long)stated, length)});
}

/* The word after the unit of a count: where a list may begin. */
static size_t after_unit(const struct check_line *line,
	const struct check_fact *fact, bool *ret_named)
{
	size_t at = check_word_at(line, fact->at), unit;

	while (at < line->words_count &&
		line->words[at].at < fact->at + fact->size &&
		check_phrase(line, at, named_units) == 0)
		at++;
	unit = check_phrase(line, at, named_units);
	*ret_named = unit > 0 && line->words[at].at < fact->at + fact->size;
	return at + unit;
}

static const char groups[] = "asean|eu|liên minh|tây "
			     "nguyên|miền|nam|bắc|đông|tây|trung|châu|khu vực|"
			     "vùng|đồng bằng|duyên hải|đông nam";

static enum nc_status check_named(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	int64_t stated;
	struct list list;
	size_t at;
	bool named, brackets, announced = false;

	if (!check_exact(&fact->of.count, &stated) || stated < 2 || stated > 30)
		return NC_OK;
	at = after_unit(line, fact, &named);
	if (!named || at >= line->words_count)
		return NC_OK;
	brackets = line->words[at].gap == NC_GAP_OPEN;
	if (!brackets) {
		size_t opener =
			check_phrase(line, at, "gồm|bao gồm|là|gồm có|đó là");
		bool colon = line->words[at].gap == NC_GAP_STOP &&
			     text_has(nc_slice(line->text.data +
						       line->words[at - 1].at +
						       line->words[at - 1].size,
					      line->words[at].at -
						      line->words[at - 1].at -
						      line->words[at - 1].size),
				     ":");

		if (line->words[at].gap == NC_GAP_COMMA && opener == 0)
			return NC_OK;
		if (line->words[at].gap == NC_GAP_STOP && !colon)
			return NC_OK;
		announced = colon || opener > 0;
		at += opener;
	}
	read_list(line, at, brackets, &list);
	/* "10 nước ASEAN, Trung Quốc": the first is a group's name. */
	if (!brackets && !announced &&
		(check_phrase(line, at, groups) > 0 ||
			(int64_t)list.length + 1 + stated / 3 < stated))
		return NC_OK;
	if (list.open || list.length < 2 || (int64_t)list.length == stated ||
		(list.end >= line->words_count && check_is_cut(work, line, at)))
		return NC_OK;
	if (has_dashes(line, at, list.end) &&
		check_phrase(line, at - 1, "nước|quốc gia") > 0)
		return NC_OK;
	return tell_length(work, line, fact, stated, list.length);
}

/* Words between a count and its list: "NN hoạt động sau đây gồm: …". */
#define OPENER_WORDS 8

/* The count whose list begins at byte end: nothing else is counted, and the
 * sentence goes on, in between. */
static bool is_announced(const struct check_line *line,
	const struct check_fact *fact, size_t end)
{
	size_t from = fact->at + fact->size;
	struct nc_slice between;
	size_t at = check_word_at(line, from);

	if (end < from || end > line->text.size ||
		check_word_at(line, end) > at + OPENER_WORDS)
		return false;
	for (size_t i = 0; i < line->facts_count; i++)
		if (line->facts[i].at > fact->at && line->facts[i].at < end &&
			line->facts[i].kind == NC_FACT_COUNT)
			return false;
	between = nc_slice(line->text.data + from, end - from);
	return !text_has(between, ". ") && !text_has(between, ";") &&
	       (text_has(between, ":") ||
		       check_find(line, at, check_word_at(line, end),
			       "gồm|bao gồm|là|gồm có") != CHECK_NONE);
}

/* The next paragraph goes on with "(2)". */
static bool goes_on(
	const struct check_work *work, const struct check_line *line, int kind)
{
	const struct nc_document *document = work->input->document;
	struct check_mark mark;

	return line->index + 1 < document->count &&
	       check_mark_at(
		       nc_slice_text(
			       document->paragraphs[line->index + 1].text),
		       0, &mark) > 0 &&
	       mark.kind == kind;
}

/* "04 hoạt động: (1) …; (2) …; (3) …" */
static enum nc_status check_points(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	struct check_mark first = {0}, mark;
	size_t length = 0;
	int64_t stated;

	if (!check_exact(&fact->of.count, &stated) || stated < 1 || stated > 30)
		return NC_OK;
	for (size_t i = fact->at + fact->size; i < line->text.size; i++) {
		if (check_mark_at(line->text, i, &mark) == 0)
			continue;
		if (length == 0) {
			first = mark;
			if (mark.number != 1 || !is_announced(line, fact, i))
				return NC_OK;
		} else if (mark.kind != first.kind) {
			continue;
		} else if (mark.number == 1) {
			break;
		}
		length++;
	}
	if (length < 2 || (int64_t)length == stated ||
		check_is_cut(work, line, line->words_count) ||
		goes_on(work, line, first.kind))
		return NC_OK;
	return tell_length(work, line, fact, stated, length);
}

/* What parts words i - 1 and i: one of ",;.:(", or a space. */
static char parting(const struct check_line *line, size_t i)
{
	size_t from = line->words[i - 1].at + line->words[i - 1].size;

	for (size_t k = from; k < line->words[i].at; k++)
		if (strchr(",;.:(", line->text.data[k]) != NULL)
			return (char)line->text.data[k];
	return ' ';
}

/* The parts of [from, to) that begin with the unit's word; 0 when one does
 * not, or when it is not sure where they begin. */
static size_t count_heads(
	const struct check_line *line, size_t from, size_t to, const char *unit)
{
	bool semicolons = false;
	size_t length = 1;

	for (size_t i = from + 1; i < to; i++)
		semicolons = semicolons || parting(line, i) == ';';
	for (size_t i = from + 1; i < to; i++) {
		char part = parting(line, i);
		bool head = check_phrase(line, i, unit) > 0;

		if (part == '(')
			return 0;
		if (part == (semicolons ? ';' : ',')) {
			i += check_phrase(line, i, "và");
			if (check_phrase(line, i, unit) == 0)
				return 0;
			length++;
		} else if (!semicolons && check_phrase(line, i - 1, "và") > 0) {
			if (head)
				length++;
			else if (!joins_halves(line, i - 1))
				return 0;
		}
	}
	return length;
}

/* "01 đoàn ra: đoàn …; đoàn …": each part begins with what is counted. */
static enum nc_status check_heads(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const char *unit = fact->of.count.unit;
	size_t at = check_word_at(line, fact->at + fact->size), from = at, to;
	int64_t stated;
	size_t length;

	if (!check_exact(&fact->of.count, &stated) || stated < 1 ||
		stated > 30 || unit[0] == '\0' || at == 0)
		return NC_OK;
	while (from < line->words_count && from < at + 3 &&
		parting(line, from) == ' ')
		from++;
	if (from >= line->words_count || from >= at + 3 ||
		parting(line, from) != ':' ||
		check_phrase(line, from, unit) == 0)
		return NC_OK;
	to = from + 1;
	while (to < line->words_count && parting(line, to) != '.' &&
		parting(line, to) != ':')
		to++;
	for (size_t i = 0; i < line->facts_count; i++) {
		size_t word = check_word_at(line, line->facts[i].at);

		if (line->facts[i].kind == NC_FACT_COUNT && word >= from &&
			word < to)
			return NC_OK;
	}
	if (check_find(line, from, to, "khác|v v|vân vân|một số|các") !=
			CHECK_NONE ||
		text_has(nc_slice(line->text.data + line->words[from].at,
				 line->text.size - line->words[from].at),
			"..."))
		return NC_OK;
	length = count_heads(line, from, to, unit);
	if (length < 2 || (int64_t)length == stated ||
		(to >= line->words_count && check_is_cut(work, line, from)))
		return NC_OK;
	return tell_length(work, line, fact, stated, length);
}

static size_t marker_of(const char *text)
{
	if (text[0] == '-' || text[0] == '+' || text[0] == '*')
		return (size_t)text[0];
	if (strspn(text, "0123456789") > 0 && strspn(text, "0123456789") < 3 &&
		(text[strspn(text, "0123456789")] == '.' ||
			text[strspn(text, "0123456789")] == ')'))
		return '1';
	if (text[0] == '(' && text[1] >= '1' && text[1] <= '9')
		return '(';
	if ((uint8_t)text[0] == 0xc2 && (uint8_t)text[1] == 0xb7)
		return 0xb7;
	return 0;
}

/* "05 nhiệm vụ sau:" and the paragraphs that follow. */
static enum nc_status check_following(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_document *document = work->input->document;
	size_t at = check_word_at(line, fact->at), length = 0, marker;
	int64_t stated;

	if (line->text.size == 0 ||
		line->text.data[line->text.size - 1] != ':' ||
		!check_exact(&fact->of.count, &stated) || stated < 2 ||
		stated > 30 || line->words_count - at > 8 ||
		check_find(line, at, at + 5,
			"nội dung|nhiệm vụ|giải pháp|nhóm|mục tiêu|hoạt động|"
			"chương trình|điểm|vấn đề|dự án|kiến nghị") ==
			CHECK_NONE ||
		line->index + 1 >= document->count)
		return NC_OK;
	marker = marker_of(document->paragraphs[line->index + 1].text);
	if (marker == 0 || marker == marker_of(line->paragraph->text))
		return NC_OK;
	for (size_t i = line->index + 1; i < document->count; i++) {
		size_t now = marker_of(document->paragraphs[i].text);

		if (now == 0 || now == marker_of(line->paragraph->text))
			break;
		if (now == '1' && marker == '1' && length > 0 &&
			atoi(document->paragraphs[i].text) == 1)
			break;
		length += now == marker;
	}
	if (length < 2 || (int64_t)length == stated)
		return NC_OK;
	return tell_length(work, line, fact, stated, length);
}

enum nc_status check_lists(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < line->facts_count && status == NC_OK; i++) {
		const struct check_fact *fact = &line->facts[i];
		size_t before;

		if (fact->kind != NC_FACT_COUNT)
			continue;
		before = work->check->count;
		status = check_named(work, line, fact);
		if (status == NC_OK && work->check->count == before)
			status = check_points(work, line, fact);
		if (status == NC_OK && work->check->count == before)
			status = check_heads(work, line, fact);
		if (status == NC_OK && work->check->count == before)
			status = check_following(work, line, fact);
	}
	return status;
}
