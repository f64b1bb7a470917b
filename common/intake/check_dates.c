/* R07, R08, R27: dates in their year, and how they are written. */
#include "intake/check_work.h"

#include "locale/lunar.h"

#include <stdlib.h>
#include <string.h>

/* A date behind these belongs to a paper or to something that is over. */
static const char papers[] =
	"chỉ thị|nghị quyết|nghị định|quyết định|kết luận|thông tư|công văn|kế "
	"hoạch số|hướng dẫn|luật|pháp lệnh|thông báo số|văn bản|biên bản|bản "
	"ghi nhớ|thỏa thuận|đề án|quy chế|hiệp định|tờ trình|công điện|quy "
	"định|giấy phép|giấy đăng kí|giấy chứng nhận|hợp đồng|kí|kí kết";
/* "đăng kí" is no signature. */
static const char no_papers[] = "đăng kí";
static const char over[] =
	"đã|từng|so với|cùng kì|tổng kết|sơ kết|báo cáo|kết quả|thực hiện|từ "
	"năm|kể từ|từ tháng|từ ngày|thành lập|kí kết|được kí|kỉ niệm|tính "
	"đến|bế mạc|thống kê|giai đoạn|đánh giá|chuyển tiếp|số liệu|bắt "
	"đầu|còn lại|tồn đọng|ban hành|bàn giao từ|khởi công|được duyệt|phê "
	"duyệt|quyết toán|rút kinh nghiệm|tiếp theo|năm ngoái|hậu quả|thành "
	"tích|khen thưởng|biểu dương|tuyên dương|tôn vinh|bình xét|xếp "
	"loại|kiểm điểm|tốt nghiệp|trúng tuyển|đạt giải|đoạt giải|ra "
	"đời|ra mắt từ|thiên tai|cơn bão|bão lũ|lũ lụt|dịch bệnh";

static bool is_stale_kind(const struct nc_date *date)
{
	switch (date->kind) {
	case NC_DATE_DAY:
	case NC_DATE_RANGE:
	case NC_DATE_MONTH_PART:
	case NC_DATE_MONTH:
	case NC_DATE_MONTHS:
	case NC_DATE_QUARTER:
	case NC_DATE_QUARTERS:
	case NC_DATE_QUARTERS_EITHER:
	case NC_DATE_HALF:
	case NC_DATE_YEAR_PART:
	case NC_DATE_YEAR:
	case NC_DATE_LUNAR_YEAR:
		return true;
	default:
		return false;
	}
}

/* "Huế, ngày 05 tháng 12 năm 2024", when a plan was signed. */
static bool is_signing_line(
	const struct check_line *line, const struct check_fact *fact)
{
	size_t at = check_word_at(line, fact->at);

	return fact->of.date.kind == NC_DATE_DAY && at <= 5 &&
	       fact->at + fact->size == line->text.size &&
	       line->text.data[0] != '-' && line->text.data[0] != '+' &&
	       check_find(line, at, line->words_count, "tháng") != CHECK_NONE;
}

/* The year of the plan; a lunar year has its name with it. */
static const char *mend_year(struct check_work *work, struct nc_slice words,
	const struct nc_date *date, int year)
{
	char was[NC_CAN_CHI_MAX], now[NC_CAN_CHI_MAX];
	const char *named;

	if (date->kind == NC_DATE_LUNAR_YEAR &&
		date->to.year >= NC_LUNAR_YEAR_MIN &&
		year <= NC_LUNAR_YEAR_MAX) {
		nc_lunar_year_name(date->to.year, was);
		nc_lunar_year_name(year, now);
		named = check_replace(work, words, was, now);
		if (named == NULL)
			return NULL;
		words = nc_slice_text(named);
	}
	return check_replace(work, words, check_text(work, "%d", date->to.year),
		check_text(work, "%d", year));
}

/* "mỗi tháng 10 tin (năm 2024: 8 tin)": the year is compared with. */
static bool is_compared(
	const struct check_line *line, const struct check_fact *fact)
{
	size_t at = check_word_at(line, fact->at);
	size_t end = fact->at + fact->size;

	return at < line->words_count && line->words[at].gap == NC_GAP_OPEN &&
	       end < line->text.size && line->text.data[end] == ':';
}

/* "Năm 2024, hội đã …", "hội phí năm 2024 còn tồn": said behind the date. */
static bool is_over_behind(
	const struct check_line *line, const struct check_fact *fact)
{
	size_t at = check_word_at(line, fact->at);
	size_t after = check_word_at(line, fact->at + fact->size);
	size_t end = check_sentence_end(line, after > 0 ? after - 1 : 0);
	bool leads = check_sentence_start(line, at) == at;

	if (after + 8 < end)
		end = after + 8;
	return check_phrase(line, after, "đã") > 0 ||
	       (leads && check_find(line, after, end, "đã") != CHECK_NONE) ||
	       check_find(line, after, end < after + 3 ? end : after + 3,
		       "còn tồn|còn lại|tồn đọng|chưa|bị|chuyển sang|chuyển "
		       "tiếp|vừa qua") != CHECK_NONE;
}

/* What is to be ready before the year begins. */
static bool is_eve(const struct check_line *line, const struct check_fact *fact)
{
	return fact->of.date.to.year + 1 == line->year &&
	       fact->of.date.to.month > 10 &&
	       check_before(line, check_word_at(line, fact->at),
		       "trước|trước ngày|chậm nhất|chậm nhất là|đến");
}

/* Words of these before the date, which begins at word at. */
static bool is_behind(const struct check_line *line, size_t at,
	const char *phrases, const char *but)
{
	size_t from = check_sentence_start(line, at > 0 ? at - 1 : 0);

	if (at > 14 && from < at - 14)
		from = at - 14;
	for (size_t i = from; i < at; i++)
		if (check_phrase(line, i, phrases) > 0 &&
			(i == 0 || check_phrase(line, i - 1, but) < 2))
			return true;
	return false;
}

/* R07 */
static enum nc_status check_stale(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	size_t at = check_word_at(line, fact->at);
	struct nc_slice words = check_fact_words(line, fact);
	bool whole_year = date->kind == NC_DATE_YEAR;

	if (!line->ahead || line->back || line->year == 0 ||
		!is_stale_kind(date) || date->to.year == 0 ||
		date->to.year >= line->year ||
		(date->warnings & NC_DATE_YEAR_ASSUMED) != 0 ||
		is_signing_line(line, fact) || is_compared(line, fact))
		return NC_OK;
	/* What is years back is history, not a slip. */
	if (date->to.year < line->year - (whole_year ? 1 : 2))
		return NC_OK;
	if (is_behind(line, at, papers, no_papers) ||
		is_behind(line, at, over, "") || is_over_behind(line, fact) ||
		is_eve(line, fact))
		return NC_OK;
	return check_tell(work,
		&(struct check_told){"R07", NC_CHECK_WARNING, line->line, words,
			check_text(work, "%d", date->to.year),
			check_text(work, "%d", line->year),
			mend_year(work, words, date, line->year),
			check_text(work,
				_("The date is before %d, the year of the "
				  "plan; it may be left over from the year "
				  "before."),
				line->year)});
}

static const char *mend_day(const struct nc_date *date)
{
	return date->printed[0] == '\0' ? NULL : date->printed;
}

/* 05.9.2024, 05-9-2024; 2024-09-05 is a day for machines. */
static bool is_dotted(struct nc_slice words)
{
	size_t dots = 0, hyphens = 0, first = 0;

	while (first < words.size && first < 5 && words.data[first] >= '0' &&
		words.data[first] <= '9')
		first++;
	if (first > 2)
		return false;

	for (size_t i = 1; i + 1 < words.size; i++) {
		bool inside =
			words.data[i - 1] >= '0' && words.data[i - 1] <= '9' &&
			words.data[i + 1] >= '0' && words.data[i + 1] <= '9';

		dots += words.data[i] == '.' && inside;
		hyphens += words.data[i] == '-' && inside;
	}
	return dots >= 2 || hyphens >= 2;
}

/* "từ ngày 20/8 đến ngày 15/8/2025": the year that the first day lacks would
 * be the one before, and the stay almost a year. */
#define STAY_DAYS_MAX 300
static bool is_turned(const struct nc_date *date, struct nc_slice words)
{
	size_t years = 0, digits = 0;

	for (size_t i = 0; i < words.size; i++) {
		bool digit = words.data[i] >= '0' && words.data[i] <= '9';

		digits = digit ? digits + 1 : 0;
		years += digits == 4;
	}
	return date->kind == NC_DATE_RANGE &&
	       date->precision == NC_PRECISION_DAY && years < 2 &&
	       date->from.year > 0 && date->from.year + 1 == date->to.year &&
	       nc_day_between(date->from, date->to) > STAY_DAYS_MAX;
}

/* "từ 05 - 03/4/2025": the word where the days begin; CHECK_NONE. */
static size_t turned_before(
	const struct check_line *line, const struct check_fact *fact)
{
	size_t at = check_word_at(line, fact->at), from;
	int day;

	if (fact->of.date.kind != NC_DATE_DAY || at < 2 ||
		at >= line->words_count || !line->words[at].number ||
		!line->words[at - 1].number ||
		(line->words[at].gap != NC_GAP_DASH &&
			line->words[at].gap != NC_GAP_HYPHEN))
		return CHECK_NONE;
	from = at - 1;
	day = atoi(line->words[from].key);
	return line->words[from].gap == NC_GAP_SPACE &&
			       line->words[from].size < 3 && day < 32 &&
			       day > fact->of.date.from.day &&
			       check_before(line, from, "từ|ngày")
		       ? from
		       : CHECK_NONE;
}

/* Of an anniversary only the pair in its brackets is a matter of form. */
static void narrow(struct check_work *work, const struct nc_date *date,
	struct check_told *told)
{
	char from[NC_DAY_TEXT_SIZE], to[NC_DAY_TEXT_SIZE];
	struct nc_slice words = told->words;
	const uint8_t *open = memchr(words.data, '(', words.size), *close;

	if (date->kind != NC_DATE_ANNIVERSARY)
		return;
	told->mend = NULL;
	told->expected = "";
	if (open == NULL || date->years_between == 0 || date->by_year)
		return;
	words.size -= (size_t)(open + 1 - words.data);
	words.data = open + 1;
	close = memchr(words.data, ')', words.size);
	if (close != NULL)
		words.size = (size_t)(close - words.data);
	nc_date_print_day(from, date->from);
	nc_date_print_day(to, date->to);
	told->words = words;
	told->mend = check_text(work, "%s - %s", from, to);
	told->expected = told->mend;
}

/* R27 */
static enum nc_status check_written(struct check_work *work,
	const struct check_line *line, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	struct check_told told = {"R27", NC_CHECK_NOTICE, line->line,
		check_fact_words(line, fact), "", "", mend_day(date), NULL};
	size_t turned = turned_before(line, fact);

	if (turned != CHECK_NONE) {
		told.words.size += (size_t)(told.words.data - line->text.data) -
				   line->words[turned].at;
		told.words.data = line->text.data + line->words[turned].at;
	}
	if (date->kind == NC_DATE_INVALID) {
		told.level = NC_CHECK_ERROR;
		told.mend = NULL;
		told.why = _("There is no such day.");
	} else if ((date->warnings & NC_DATE_CONTRADICTS) != 0) {
		told.level = NC_CHECK_ERROR;
		told.mend = NULL;
		told.why = _("The name of the lunar year and its number do "
			     "not belong together.");
		if (date->to.year >= NC_LUNAR_YEAR_MIN &&
			date->to.year <= NC_LUNAR_YEAR_MAX) {
			char name[NC_CAN_CHI_MAX];

			nc_lunar_year_name(date->to.year, name);
			told.expected = check_text(work, "%s", name);
		}
	} else if ((date->warnings & NC_DATE_BACKWARDS) != 0 ||
		   turned != CHECK_NONE || is_turned(date, told.words)) {
		told.level = NC_CHECK_ERROR;
		told.mend = NULL;
		told.why = _("The end is before the beginning.");
	} else if ((date->warnings & NC_DATE_MALFORMED) != 0) {
		told.expected = date->printed;
		told.why = _("The date is not written as dates are.");
	} else if (date->precision == NC_PRECISION_DAY &&
		   is_dotted(told.words)) {
		told.expected = date->printed;
		told.why =
			_("A day's parts are parted by slashes: 17/11/2024.");
	} else {
		return NC_OK;
	}
	if (told.level == NC_CHECK_NOTICE) {
		narrow(work, date, &told);
		/* What follows the date, not the date, was amiss. */
		if (told.mend != NULL &&
			nc_slice_equal(told.words, nc_slice_text(told.mend)))
			return NC_OK;
	}
	return check_tell(work, &told);
}

/* R08: Christmas is before New Year, in another year. */
static enum nc_status check_unclear(
	struct check_work *work, const struct check_line *line)
{
	for (size_t i = 0; i < line->words_count; i++) {
		size_t taken = check_phrase(
			line, i, "noel|nô en|giáng sinh|lễ giáng sinh");
		size_t other, end;
		struct nc_slice words;

		if (taken == 0)
			continue;
		end = check_sentence_end(line, i);
		other = check_find(line, i + taken, i + taken + 4,
			"tết dương lịch|năm mới|tết dương");
		if (other == CHECK_NONE || other >= end)
			continue;
		/* Each with its own year is clear. */
		if (line->words[i + taken].number ||
			(check_phrase(line, i + taken, "năm") > 0 &&
				i + taken + 1 < end &&
				line->words[i + taken + 1].number))
			continue;
		words = check_words(line, i, other + 3);
		return check_tell(work,
			&(struct check_told){"R08", NC_CHECK_WARNING,
				line->line, words, "", "", NULL,
				_("Christmas and New Year fall in two years; "
				  "say of which year each is.")});
	}
	return NC_OK;
}

enum nc_status check_dates(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = check_unclear(work, line);

	for (size_t i = 0; i < line->facts_count && status == NC_OK; i++) {
		if (line->facts[i].kind != NC_FACT_DATE)
			continue;
		status = check_stale(work, line, &line->facts[i]);
		if (status == NC_OK)
			status = check_written(work, line, &line->facts[i]);
	}
	return status;
}
