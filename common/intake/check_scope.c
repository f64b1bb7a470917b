/* R12, R13, R14 as far as the text tells: outbound trips and totals. */
#include "intake/check_work.h"

#include <string.h>

static const char trips[] =
	"chuyến đi thăm|đi thăm lại chiến trường|thăm lại chiến trường|đi công "
	"tác nước ngoài|đào tạo tại nước ngoài|sang thăm|sang giao lưu|đi "
	"thăm|chuyến thăm hữu nghị tại|sang làm việc|sang học tập|roadshow tại";

/* A country that belongs to an association's or a mission's name. */
static bool is_in_name(const struct check_line *line, size_t i)
{
	return check_before(line, i,
		"hội hữu nghị việt nam|hữu nghị việt nam|hữu nghị việt|lãnh "
		"sự quán|lãnh sự|lãnh sự quán hoàng gia|quán hoàng gia|đại sứ "
		"quán|đại sứ|quán nước|doanh nghiệp việt nam");
}

static size_t foreign_places(const struct check_line *line)
{
	size_t count = 0;

	for (size_t i = 0; i < line->hits_count; i++)
		count += !is_in_name(
			line, check_word_at(line, line->hits[i].at));
	return count;
}

/* "tại thành phố Hồ Chí Minh", "viếng Nghĩa trang Trường Sơn". */
static struct nc_slice home_goal(const struct check_line *line)
{
	for (size_t i = 0; i < line->words_count; i++) {
		size_t lead = check_phrase(line, i,
			"tại|ở|đến|thăm|viếng|đi|tới|tại các|thăm các|đến các");
		size_t kind, place, words;

		if (lead == 0)
			continue;
		kind = i + lead;
		place = kind + check_phrase(line, kind,
				       "tỉnh|thành phố|nghĩa trang|nghĩa trang "
				       "liệt sĩ|tp|đền|huyện");
		words = check_home_place(line, kind);
		if (words == 0)
			words = check_home_place(line, place);
		else
			place = kind;
		if (words > 0 && place + words <= line->words_count)
			return check_words(line, kind, place + words);
	}
	return nc_slice(NULL, 0);
}

static bool is_label(const struct check_line *line, const char *phrases)
{
	size_t at = line->words_count > 2 && line->words[0].size < 3 ? 1 : 0;

	return check_phrase(line, at, phrases) > 0 && line->words_count <= 8 &&
	       line->text.size > 0 &&
	       line->text.data[line->text.size - 1] == ':';
}

/* "b. Đoàn ra", "2. Hoạt động đoàn ra": a heading of nothing else. */
static bool is_heading(const struct check_line *line)
{
	uint8_t first = line->text.size > 0 ? line->text.data[0] : 0;
	size_t at = line->words_count > 2 && line->words[0].size < 3 ? 1 : 0;
	size_t taken = check_phrase(line, at,
		"đoàn ra|hoạt động đoàn ra|công tác đoàn ra|tổ chức đoàn "
		"ra|các "
		"đoàn ra");

	return taken > 0 && at + taken == line->words_count && first != '-' &&
	       first != '+' && first != '*';
}

/* Whether "đoàn ra" is a trip, not part of longer words. */
static size_t find_outbound(const struct check_line *line)
{
	size_t at = check_find(line, 0, line->words_count, "đoàn ra");

	if (at == CHECK_NONE || check_before(line, at, "các") ||
		check_phrase(line, at + 2, "nước|đi|về|đón|sân|mắt|quân") > 0 ||
		check_find(line, 0, line->words_count, "đoàn vào") !=
			CHECK_NONE)
		return CHECK_NONE;
	return at;
}

static enum nc_status check_outbound(
	struct check_work *work, const struct check_line *line)
{
	size_t named = find_outbound(line);
	struct nc_slice goal;

	if (is_label(line, "đoàn ra") || is_heading(line)) {
		work->under_outbound = true;
		return NC_OK;
	}
	if (work->under_outbound &&
		(line->text.size == 0 || is_label(line, "đoàn vào") ||
			(line->words_count > 0 && line->words[0].size < 3 &&
				line->text.data[0] != '+' &&
				line->text.data[0] != '-') ||
			check_find(line, 0, 4, "đoàn vào") != CHECK_NONE ||
			check_find(line, 0, 2, "công tác") != CHECK_NONE))
		work->under_outbound = false;
	if (!work->under_outbound && named == CHECK_NONE)
		return NC_OK;
	goal = home_goal(line);
	if (goal.size == 0 ||
		(!work->under_outbound && foreign_places(line) > 0))
		return NC_OK;
	return check_tell(work,
		&(struct check_told){"R13", NC_CHECK_WARNING, line->line, goal,
			check_slice(work, goal), _("a foreign country"), NULL,
			_("This is listed as an outbound trip, and it goes to "
			  "a place in Viet Nam.")});
}

/* "Đoàn ra: 01 đoàn", "có 01 đoàn ra": the count of the outbound trips. */
static const struct check_fact *outbound_counter(
	const struct check_line *line, int64_t *ret_count)
{
	size_t at = check_find(line, 0, 4, "đoàn ra");

	if (check_find(line, 0, 10, "đoàn vào") != CHECK_NONE)
		return NULL;
	for (size_t i = 0; i < line->facts_count; i++) {
		const struct check_fact *fact = &line->facts[i];
		size_t word = check_word_at(line, fact->at);

		if (fact->kind != NC_FACT_COUNT ||
			!nc_decimal_scaled(fact->of.count.max, 0, ret_count) ||
			*ret_count < 0 || *ret_count > 1000)
			continue;
		if ((at != CHECK_NONE && word <= at + 5) ||
			(check_phrase(line, word + 1, "đoàn ra") > 0 &&
				check_phrase(line, word + 3, "nước") == 0))
			return fact;
	}
	return NULL;
}

/* R12: what is counted, and what other parts tell of trips. */
static enum nc_status note_trips(
	struct check_work *work, const struct check_line *line)
{
	const struct check_fact *counter;
	int64_t count;
	size_t trip;

	if (line->ahead)
		return NC_OK;
	counter = work->outbound_line == 0 ? outbound_counter(line, &count)
					   : NULL;
	if (counter != NULL) {
		work->outbound_line = line->line;
		work->outbound_count = (size_t)count;
		work->outbound_words = check_fact_words(line, counter);
		return NC_OK;
	}
	trip = check_find(line, 0, line->words_count, trips);
	if (work->outbound_line == 0 || trip == CHECK_NONE ||
		(foreign_places(line) == 0 &&
			check_find(line, 0, line->words_count,
				"nước ngoài|nước bạn") == CHECK_NONE))
		return NC_OK;
	work->trips_count++;
	if (nc_buffer_printf(&work->trips, "%s%s",
		    work->trips.size > 0 ? ", " : "",
		    check_place_key(work, line->line)) == NC_NO_MEMORY)
		return NC_NO_MEMORY;
	return NC_OK;
}

static enum nc_status tell_trips(struct check_work *work)
{
	if (work->outbound_line == 0 || work->trips_count == 0 ||
		work->trips_count + 1 <= work->outbound_count)
		return NC_OK;
	return check_tell(work,
		&(struct check_told){"R12", NC_CHECK_WARNING,
			work->outbound_line, work->outbound_words,
			check_text(work, "%zu", work->outbound_count), "", NULL,
			check_text(work,
				_("Other lines tell of trips abroad too (%s); "
				  "say whose trips the number counts."),
				nc_buffer_string(&work->trips))});
}

enum nc_status check_scope_end(struct check_work *work)
{
	enum nc_status status = tell_trips(work);

	work->outbound_line = work->trips_count = 0;
	nc_buffer_reset(&work->trips);
	work->under_outbound = false;
	work->directions = false;
	work->background = work->background_part = false;
	return status;
}

/* "4,5 tỷ đồng (dự án 3 tỷ đồng; phi dự án 1,5 tỷ đồng)" */
static bool has_bracket(
	const struct check_line *line, const struct check_fact *total)
{
	size_t at = check_word_at(line, total->at + total->size), parts = 0;

	if (at >= line->words_count || line->words[at].gap != NC_GAP_OPEN)
		return false;
	for (size_t i = 0; i < line->facts_count; i++)
		parts += line->facts[i].kind == NC_FACT_MONEY &&
			 line->facts[i].at > total->at;
	return parts > 1;
}

/* Money or counts behind "trong đó", here or at the next paragraphs. */
static bool has_parts(
	struct check_work *work, const struct check_line *line, size_t from)
{
	const struct nc_document *document = work->input->document;
	size_t at = check_find(line, from, line->words_count,
		"trong đó|gồm|bao gồm|cụ thể|chia ra");

	if (at != CHECK_NONE)
		for (size_t i = 0; i < line->facts_count; i++)
			if (line->facts[i].kind != NC_FACT_DATE &&
				check_word_at(line, line->facts[i].at) > at)
				return true;
	for (size_t i = line->index + 1;
		i < document->count && i < line->index + 3; i++) {
		struct check_line next NC_AUTO(check_line_fini) = {0};
		bool found = false;

		if (check_line_read(&next, &document->paragraphs[i],
			    line->year) != NC_OK)
			return true;
		for (size_t k = 0; k < next.facts_count; k++)
			found = found || next.facts[k].kind == NC_FACT_MONEY;
		if (found)
			return true;
	}
	return false;
}

static bool has_cut_off(const struct check_line *line)
{
	for (size_t i = 0; i < line->facts_count; i++) {
		const struct check_fact *fact = &line->facts[i];
		size_t at = check_word_at(line, fact->at);

		if (fact->kind == NC_FACT_DATE &&
			(fact->of.date.precision <= NC_PRECISION_MONTH ||
				fact->of.date.kind == NC_DATE_HALF ||
				fact->of.date.kind == NC_DATE_YEAR_PART) &&
			(check_before(line, at,
				 "đến|đến ngày|tính đến|đến hết|đến cuối|hết|"
				 "đến hết ngày") ||
				fact->of.date.kind == NC_DATE_RANGE))
			return true;
	}
	return false;
}

/* R14 */
static enum nc_status check_totals(
	struct check_work *work, const struct check_line *line)
{
	if (line->ahead)
		return NC_OK;
	for (size_t i = 0; i < line->facts_count; i++) {
		const struct check_fact *fact = &line->facts[i];
		size_t at = check_word_at(line, fact->at);
		size_t from = at > 16 ? at - 16 : 0;
		bool parts, dated;

		if (fact->kind != NC_FACT_MONEY ||
			fact->of.money.per[0] != '\0' ||
			check_find(line, from, at,
				"tổng số tiền|tổng giá trị|tổng kinh phí|tổng "
				"vốn|tổng trị giá|tổng viện trợ|tổng cộng|tổng "
				"nguồn vốn|tổng số vốn") == CHECK_NONE)
			continue;
		/* What one visit gave away needs neither. */
		if (check_find(line, 0, line->words_count,
			    "viện trợ|tài trợ|giải ngân|dự án") == CHECK_NONE)
			return NC_OK;
		parts = has_bracket(line, fact) || has_parts(work, line, at);
		dated = has_cut_off(line);
		if (parts && dated)
			return NC_OK;
		return check_tell(work,
			&(struct check_told){"R14", NC_CHECK_WARNING,
				line->line, check_fact_words(line, fact), "",
				parts	? _("a cut-off date")
				: dated ? _("a breakdown")
					: _("a cut-off date and a breakdown"),
				NULL,
				_("A total is understood only with the day "
				  "up to which it counts and with its "
				  "parts.")});
	}
	return NC_OK;
}

enum nc_status check_scope(
	struct check_work *work, const struct check_line *line)
{
	enum nc_status status = check_outbound(work, line);

	if (status == NC_OK)
		status = note_trips(work, line);
	if (status == NC_OK)
		status = check_totals(work, line);
	return status;
}
