#include "intake/check.h"

#include "intake/check_work.h"
#include "locale/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK_BYTES_MAX (16u * 1024 * 1024)
#define CHECK_WORDS_MAX 200 /* bytes of a finding's words */

const struct nc_check_rule nc_check_rules[] = {
	{"R01", NC_CHECK_ERROR,
		N_("the years of an anniversary are the difference of its "
		   "dates"),
		"số năm kỷ niệm bằng hiệu hai mốc"},
	{"R02", NC_CHECK_ERROR,
		N_("an anniversary ends in the year of the document"),
		"mốc cuối là năm của văn bản"},
	{"R03", NC_CHECK_ERROR,
		N_("years without dates agree with the known start"),
		"số năm không ghi mốc khớp với bảng ngày đã biết"},
	{"R04", NC_CHECK_ERROR,
		N_("one event has one number of years throughout"),
		"một sự kiện chỉ có một số năm trong cả văn bản"},
	{"R05", NC_CHECK_WARNING,
		N_("a list announced as round years holds only such"),
		"danh sách năm tròn, năm lẻ 5 không lẫn năm khác"},
	{"R06", NC_CHECK_ERROR,
		N_("a pair of dates has its number of years, with the word "
		   "năm"),
		"cặp mốc có số năm và chữ năm"},
	{"R07", NC_CHECK_WARNING, N_("a plan's dates are not before its year"),
		"ngày tháng trong kế hoạch không thuộc năm trước"},
	{"R08", NC_CHECK_WARNING, N_("it is clear in which year an event is"),
		"rõ sự kiện thuộc năm nào"},
	{"R09", NC_CHECK_ERROR,
		N_("the ordinal of a yearly event fits its first year"),
		"lần thứ mấy khớp với năm tổ chức đầu tiên"},
	{"R10", NC_CHECK_ERROR,
		N_("count times unit value is the total, parts add up"),
		"số lượng nhân đơn giá bằng tổng, các phần cộng đủ"},
	{"R11", NC_CHECK_ERROR, N_("a stated count is the length of its list"),
		"số đã nêu bằng số mục liệt kê"},
	{"R12", NC_CHECK_WARNING,
		N_("a counter counts all that is told in its scope"),
		"số đếm đúng với phạm vi được kể"},
	{"R13", NC_CHECK_WARNING,
		N_("an outbound trip goes to a foreign country"),
		"đoàn ra đi nước ngoài"},
	{"R14", NC_CHECK_WARNING,
		N_("a total has a cut-off date and its parts"),
		"tổng số có mốc thời gian và các phần"},
	{"R15", NC_CHECK_WARNING,
		N_("a donor is of the kind that the heading names"),
		"bên tài trợ đúng loại mà đề mục nêu"},
	{"R16", NC_CHECK_NOTICE,
		N_("a name is written as its record or most of the text has "
		   "it"),
		"tên gọi thống nhất với bảng tên"},
	{"R17", NC_CHECK_ERROR, N_("spelling"), "chính tả"},
	{"R18", NC_CHECK_NOTICE, N_("spaces and punctuation"),
		"khoảng trắng và dấu câu"},
	{"R19", NC_CHECK_NOTICE, N_("the text is in Unicode's form NFC"),
		"chữ theo dạng dựng sẵn (NFC)"},
	{"R20", NC_CHECK_NOTICE,
		N_("tone marks are placed in one way throughout"),
		"một kiểu đặt dấu thanh"},
	{"R21", NC_CHECK_WARNING, N_("numbering has no gaps and no doubles"),
		"đánh số không nhảy, không trùng"},
	{"R22", NC_CHECK_WARNING, N_("bullets are whole and of one kind"),
		"gạch đầu dòng liền và cùng loại"},
	{"R23", NC_CHECK_NOTICE,
		N_("items of two unions are not nearly the same"),
		"mục của hai Liên hiệp không gần như trùng nhau"},
	{"R24", NC_CHECK_WARNING,
		N_("no item is lost or added since the plan was sent, or since "
		   "last year"),
		"không mất, thêm mục so với bản đã gửi, so với năm trước"},
	{"R25", NC_CHECK_WARNING,
		N_("a document is cited with number, suffix, date and issuer"),
		"văn bản dẫn đủ số, ký hiệu, ngày, cơ quan ban hành"},
	{"R26", NC_CHECK_WARNING, N_("where a term ends a congress is planned"),
		"hết nhiệm kỳ thì có kế hoạch đại hội"},
	{"R27", NC_CHECK_NOTICE, N_("dates exist and are written one way"),
		"ngày tháng có thật, viết thống nhất"},
	{"R28", NC_CHECK_NOTICE,
		N_("numbers are written clearly, money with its currency"),
		"số viết rõ, tiền có đơn vị"},
	{"R29", NC_CHECK_NOTICE,
		N_("symbol, closing and recipients fit the kind of document"),
		"ký hiệu, câu kết, nơi nhận hợp loại văn bản"},
	{"R30", NC_CHECK_NOTICE, N_("a programme has one period everywhere"),
		"một chương trình chỉ có một giai đoạn"},
	{"R31", NC_CHECK_NOTICE, N_("a target has a number and a date"),
		"chỉ tiêu có con số và thời hạn"},
	{"R32", NC_CHECK_NOTICE, N_("what is told is not after the cut-off"),
		"việc kể ra không sau ngày chốt số liệu"},
	{"R33", NC_CHECK_WARNING,
		N_("what was planned for a past year is reported"),
		"việc đã lên kế hoạch năm trước có báo cáo"},
};
const size_t nc_check_rules_count =
	sizeof(nc_check_rules) / sizeof(nc_check_rules[0]);

static const struct nc_check_rule *find_rule(const char *id)
{
	for (size_t i = 0; i < nc_check_rules_count; i++)
		if (strcmp(nc_check_rules[i].id, id) == 0)
			return &nc_check_rules[i];
	return NULL;
}

const char *nc_check_level_name(enum nc_check_level level)
{
	static const char *const names[] = {"error", "warning", "notice"};

	return names[level];
}

void nc_check_init(struct nc_check *check)
{
	*check = (struct nc_check){0};
	nc_arena_init(&check->arena, CHECK_BYTES_MAX);
}

void nc_check_fini(struct nc_check *check)
{
	nc_free(check->findings);
	nc_arena_fini(&check->arena);
	*check = (struct nc_check){0};
}

const char *check_text(struct check_work *work, const char *format, ...)
{
	char text[1024];
	const char *copy;
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	if (size < 0)
		return "";
	if ((size_t)size >= sizeof(text))
		size = (int)sizeof(text) - 1;
	/* Never half a letter. */
	while (size > 0 && !nc_text_is_utf8(nc_slice(text, (size_t)size)))
		size--;
	copy = nc_arena_text(&work->arena, text, (size_t)size);
	return copy == NULL ? "" : copy;
}

const char *check_place(struct check_work *work, size_t line)
{
	const struct nc_check_place *places = work->input->places;

	if (places != NULL)
		return places[line - 1].name;
	return check_text(work, _("line %zu"), line);
}

const char *check_place_key(struct check_work *work, size_t line)
{
	const struct nc_check_place *places = work->input->places;

	if (places != NULL)
		return places[line - 1].key;
	return check_text(work, "%zu", line);
}

const char *check_slice(struct check_work *work, struct nc_slice slice)
{
	const char *copy = nc_arena_text(
		&work->arena, (const char *)slice.data, slice.size);

	return copy == NULL ? "" : copy;
}

const char *check_replace(struct check_work *work, struct nc_slice slice,
	const char *was, const char *now)
{
	size_t size = strlen(was);

	for (size_t i = 0; size > 0 && i + size <= slice.size; i++)
		if (memcmp(slice.data + i, was, size) == 0)
			return check_text(work, "%.*s%s%.*s", (int)i,
				(const char *)slice.data, now,
				(int)(slice.size - i - size),
				(const char *)slice.data + i + size);
	return NULL;
}

/* The words, cut at a letter where they are too long. */
static char *keep_words(struct nc_arena *arena, struct nc_slice words)
{
	char text[CHECK_WORDS_MAX + 8];
	size_t size = words.size;

	if (size <= CHECK_WORDS_MAX)
		return nc_arena_text(
			arena, (const char *)words.data, words.size);
	size = CHECK_WORDS_MAX;
	while (size > 0 && (words.data[size] & 0xc0) == 0x80)
		size--;
	memcpy(text, words.data, size);
	memcpy(text + size, "…", sizeof("…"));
	return nc_arena_text(arena, text, strlen(text));
}

static char *keep(struct nc_arena *arena, const char *text)
{
	if (text == NULL)
		text = "";
	return nc_arena_text(arena, text, strlen(text));
}

static bool make_room(struct nc_check *check)
{
	size_t capacity = check->capacity == 0 ? 64 : check->capacity * 2;
	struct nc_finding *grown;

	if (check->count < check->capacity)
		return true;
	grown = nc_realloc(check->findings, capacity * sizeof(*grown));
	if (grown == NULL)
		return false;
	check->findings = grown;
	check->capacity = capacity;
	return true;
}

size_t check_paragraph_of(const struct check_work *work, size_t line)
{
	const struct nc_document *document = work->input->document;
	size_t low = 0, high = document->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (document->paragraphs[middle].line < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low < document->count && document->paragraphs[low].line == line
		       ? low
		       : CHECK_NONE;
}

/* Where the words begin in their paragraph, when they are a part of it. */
static size_t offset_in(
	const struct check_work *work, const struct check_told *told)
{
	size_t index = check_paragraph_of(work, told->line);
	const char *text;
	uintptr_t start, words = (uintptr_t)told->words.data;

	if (index == CHECK_NONE || told->words.size == 0)
		return NC_CHECK_NOWHERE;
	text = work->input->document->paragraphs[index].text;
	start = (uintptr_t)text;
	if (words < start || words - start + told->words.size > strlen(text))
		return NC_CHECK_NOWHERE;
	return words - start;
}

enum nc_status check_tell(
	struct check_work *work, const struct check_told *told)
{
	struct nc_check *check = work->check;
	struct nc_finding finding = {
		.rule = find_rule(told->rule),
		.level = told->level,
		.line = told->line,
	};

	NC_ASSERT(finding.rule != NULL);
	finding.at = offset_in(work, told);
	finding.size = told->words.size;
	if (check->count == NC_CHECK_FINDINGS_MAX) {
		check->cut = true;
		return NC_OK;
	}
	finding.words = keep_words(&check->arena, told->words);
	finding.found = keep(&check->arena, told->found);
	finding.expected = keep(&check->arena, told->expected);
	finding.why = keep(&check->arena, told->why);
	finding.mend = keep(&check->arena, told->mend);
	if (finding.words == NULL || finding.found == NULL ||
		finding.expected == NULL || finding.why == NULL ||
		finding.mend == NULL || !make_room(check))
		return NC_NO_MEMORY;
	check->findings[check->count++] = finding;
	return NC_OK;
}

static int compare(const void *left, const void *right)
{
	const struct nc_finding *a = left, *b = right;

	if (a->line != b->line)
		return a->line < b->line ? -1 : 1;
	if (a->rule != b->rule)
		return a->rule < b->rule ? -1 : 1;
	return strcmp(a->words, b->words);
}

/* A heading of a report that opens what is meant for the next year. */
static void note_directions(
	struct check_work *work, const struct check_line *line)
{
	int roman;
	size_t at;

	if (work->kind != NC_CHECK_REPORT || line->words_count == 0 ||
		line->words_count > 30)
		return;
	roman = check_roman(check_words(line, 0, 1));
	if (roman == 0 && !line->words[0].number &&
		line->paragraph->heading_level == 0)
		return;
	at = check_find(line, 0, line->words_count,
		"phương hướng|nhiệm vụ trọng tâm|kế hoạch|chương trình công "
		"tác|nhiệm vụ");
	if (at != CHECK_NONE && at <= 3 &&
		(roman > 1 || line->words[0].number) &&
		check_find(line, at, line->words_count,
			check_text(work, "%d", work->input->year + 1)) !=
			CHECK_NONE)
		work->directions = true;
	else if (roman > 0 &&
		 check_find(line, 0, 6, "kết quả|đánh giá|kiến nghị|đề xuất") !=
			 CHECK_NONE)
		work->directions = false;
}

/* A plan's parts about how things stand look back: "I. Đặc điểm, tình hình",
 * and under it "2. Khó khăn". */
static void note_background(
	struct check_work *work, const struct check_line *line)
{
	static const char words[] =
		"đặc điểm|tình hình|đặc điểm tình hình|bối cảnh|thuận lợi|khó "
		"khăn|kết quả|đánh giá|đánh giá kết quả|hạn chế|tồn tại|nguyên "
		"nhân|ưu điểm|những thuận lợi|những khó khăn";
	bool roman, looks;

	if (line->words_count < 2 || line->words_count > 30 ||
		line->text.data[0] == '-' || line->text.data[0] == '+')
		return;
	roman = check_roman(check_words(line, 0, 1)) > 0;
	if (!roman && !line->words[0].number && line->words[0].letters != 1)
		return;
	looks = check_phrase(line, 1, words) > 0 ||
		(line->words[1].number && check_phrase(line, 2, words) > 0);
	if (roman)
		work->background = looks;
	work->background_part = looks && !roman;
}

static const struct nc_check_part *part_of(
	const struct nc_check_input *input, size_t index)
{
	size_t part = input->parts_count;

	while (part > 0 && input->parts[part - 1].from > index)
		part--;
	return part == 0 ? NULL : &input->parts[part - 1];
}

static size_t union_of_line(
	const struct nc_check_input *input, size_t index, size_t line)
{
	const struct nc_plan *plan = input->plan;
	const struct nc_check_part *part = part_of(input, index);
	size_t number = 0;

	if (part != NULL)
		return part->union_number;
	if (plan == NULL)
		return 0;
	for (size_t i = 0; i < plan->unions_count; i++)
		if (plan->unions[i].line <= line)
			number = i + 1;
	return number;
}

typedef enum nc_status check_family(
	struct check_work *work, const struct check_line *line);

static enum nc_status check_one(
	struct check_work *work, struct check_line *line)
{
	static check_family *const families[] = {check_anniversaries,
		check_arithmetic, check_lists, check_dates, check_references,
		check_scope, check_marks, check_form, check_spelling,
		check_likeness, check_periods};
	enum nc_status status = NC_OK;

	for (size_t i = 0;
		i < sizeof(families) / sizeof(families[0]) && status == NC_OK;
		i++)
		status = families[i](work, line);
	return status;
}

static enum nc_status check_paragraph(struct check_work *work, size_t index)
{
	const struct nc_paragraph *paragraph =
		&work->input->document->paragraphs[index];
	struct check_line line NC_AUTO(check_line_fini) = {0};
	int year = work->input->year;
	enum nc_status status;

	if (work->directions)
		year++;
	status = check_line_read(&line, paragraph, year);
	if (status != NC_OK)
		return status;
	note_directions(work, &line);
	note_background(work, &line);
	line.back = work->background || work->background_part;
	line.index = index;
	line.year = work->input->year;
	if (work->directions && line.year != 0)
		line.year++;
	line.ahead = work->kind == NC_CHECK_PLAN || work->directions;
	line.union_number = union_of_line(work->input, index, line.line);
	line.days = work->input->days;
	line.days_count = work->input->days_count;
	work->contexts[index] = (struct check_context){line.year,
		line.ahead ? NC_CHECK_PLAN : NC_CHECK_REPORT,
		line.union_number};
	return check_one(work, &line);
}

/* R19: the only rule about bytes. */
static enum nc_status check_bytes(struct check_work *work)
{
	struct nc_slice left = work->input->bytes;
	size_t number = 0;
	enum nc_status status = NC_OK;

	if (left.size >= 2 &&
		(memcmp(left.data, "PK", 2) == 0 || left.data[0] >= 0xfe))
		return NC_OK;
	while (left.size > 0 && status == NC_OK) {
		const uint8_t *end = memchr(left.data, '\n', left.size);
		size_t size =
			end == NULL ? left.size : (size_t)(end - left.data);
		struct nc_slice text = nc_text_trim(nc_slice(left.data, size));

		number++;
		if (nc_text_is_utf8(text) && text.size > 0 &&
			!nc_text_is_clean(text))
			status = check_tell(work,
				&(struct check_told){"R19", NC_CHECK_NOTICE,
					number, text, "", "NFC", NULL,
					_("Letters of this line are put "
					  "together from several signs; it "
					  "looks the same and is not found "
					  "by a search: it is mended when "
					  "the file is read in.")});
		size += end != NULL;
		left.data += size;
		left.size -= size;
	}
	return status;
}

/* What is known only when the part has been read. */
static enum nc_status end_part(struct check_work *work)
{
	enum nc_status status = check_lists_end(work);

	if (status == NC_OK)
		status = check_references_end(work);
	if (status == NC_OK)
		status = check_scope_end(work);
	if (status == NC_OK)
		status = check_form_end(work);
	return status;
}

static enum nc_status check_paragraphs(struct check_work *work)
{
	const struct nc_check_input *input = work->input;
	const struct nc_check_part *part, *last = part_of(input, 0);
	enum nc_status status = NC_OK;

	work->kind = last == NULL ? input->kind : last->kind;
	for (size_t i = 0; i < input->document->count && status == NC_OK; i++) {
		part = part_of(input, i);
		if (part != last) {
			status = end_part(work);
			work->kind = part->kind;
			last = part;
		}
		if (status == NC_OK)
			status = check_paragraph(work, i);
	}
	return status == NC_OK ? end_part(work) : status;
}

static enum nc_status check_all(struct check_work *work)
{
	enum nc_status status = check_paragraphs(work);

	if (status == NC_OK)
		status = check_anniversaries_end(work);
	if (status == NC_OK)
		status = check_likeness_end(work);
	if (status == NC_OK)
		status = check_periods_end(work);
	if (status == NC_OK)
		status = check_bytes(work);
	return status;
}

bool check_work_init(struct check_work *work, struct nc_check *check,
	const struct nc_check_input *input)
{
	work->check = check;
	work->input = input;
	nc_arena_init(&work->arena, 4 * CHECK_BYTES_MAX);
	nc_buffer_init(&work->round_found, 256);
	nc_buffer_init(&work->trips, 256);
	work->contexts = nc_arena_array(&work->arena,
		input->document->count + 1, sizeof(*work->contexts));
	work->mentions = nc_arena_array(
		&work->arena, CHECK_EVENTS_MAX, sizeof(*work->mentions));
	work->references = nc_arena_array(
		&work->arena, CHECK_REFERENCES_MAX, sizeof(*work->references));
	work->tones = nc_arena_array(
		&work->arena, CHECK_EVENTS_MAX, sizeof(*work->tones));
	work->items = nc_arena_array(
		&work->arena, CHECK_ITEMS_MAX, sizeof(*work->items));
	work->periods = nc_arena_array(
		&work->arena, CHECK_EVENTS_MAX, sizeof(*work->periods));
	return work->contexts != NULL && work->mentions != NULL &&
	       work->references != NULL && work->tones != NULL &&
	       work->items != NULL && work->periods != NULL;
}

void check_work_fini(struct check_work *work)
{
	nc_buffer_fini(&work->round_found);
	nc_buffer_fini(&work->trips);
	nc_arena_fini(&work->arena);
}

enum nc_status check_read(struct check_work *work)
{
	struct nc_check *check = work->check;
	enum nc_status status = check_all(work);

	if (status == NC_OK && check->count > 0)
		qsort(check->findings, check->count, sizeof(*check->findings),
			compare);
	return status;
}

enum nc_status nc_check_document(struct nc_check *check,
	const struct nc_check_input *input, struct nc_error *err)
{
	struct check_work work NC_AUTO(check_work_fini) = {0};
	enum nc_status status = NC_NO_MEMORY;

	if (check_work_init(&work, check, input))
		status = check_read(&work);
	if (status == NC_OK)
		status = check_mends(&work);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status != NC_OK)
		return nc_error_set(err, status,
			_("The document has more text than the checker takes; "
			  "check it in parts."));
	return NC_OK;
}

enum nc_check_kind nc_check_kind_of(const struct nc_document *document)
{
	for (size_t i = 0; i < document->count && i < 12; i++) {
		struct nc_buffer folded NC_AUTO(nc_buffer_fini) = {0};

		nc_buffer_init(&folded, 1024);
		if (nc_text_fold(&folded,
			    nc_slice_text(document->paragraphs[i].text)) !=
			NC_OK)
			continue;
		if (strncmp(nc_buffer_string(&folded), "bao cao", 7) == 0)
			return NC_CHECK_REPORT;
		if (strncmp(nc_buffer_string(&folded), "ke hoach", 8) == 0)
			return NC_CHECK_PLAN;
	}
	return NC_CHECK_PLAN;
}

/* The first "năm 2024" of a short paragraph among the first ones. */
static int title_year(const struct nc_document *document)
{
	static const char *const words[] = {"năm ", "NĂM ", "Năm "};

	for (size_t i = 0; i < document->count && i < 12; i++) {
		const char *text = document->paragraphs[i].text;

		if (strlen(text) > 250 || text[0] == '-')
			continue;
		for (size_t k = 0; k < 3; k++) {
			const char *at = strstr(text, words[k]);
			int year = at == NULL ? 0 : atoi(at + strlen(words[k]));

			if (year >= 1900 && year < 2200)
				return year;
		}
	}
	return 0;
}

/* What "năm 2024" and "/2024" weigh; the ends of terms and periods, and years
 * of papers long ago, say little. */
static unsigned year_weight(const char *text, size_t at)
{
	static const char word[] = "năm ";

	if (at >= sizeof(word) - 1 && memcmp(text + at - (sizeof(word) - 1),
					      word, sizeof(word) - 1) == 0)
		return 3;
	return at > 0 && text[at - 1] == '/' ? 1 : 0;
}

int nc_check_year_of(const struct nc_document *document)
{
	unsigned counts[300] = {0};
	int best = 0, title = title_year(document);

	if (title != 0)
		return title;
	for (size_t i = 0; i < document->count; i++) {
		const char *text = document->paragraphs[i].text;

		for (size_t at = 0; text[at] != '\0';) {
			size_t digits = strspn(text + at, "0123456789");
			int year = digits == 4 ? atoi(text + at) : 0;

			if (year >= 1900 && year < 2200)
				counts[year - 1900] += year_weight(text, at);
			at += digits > 0 ? digits : 1;
		}
	}
	for (int i = 1; i < 300; i++)
		if (counts[i] >= counts[best])
			best = i;
	return counts[best] == 0 ? 0 : best + 1900;
}
