/*
 * What is commemorated, and since when: relations and national days from
 * locale/countries.h, fixed days from locale/days.h, yearly events from the
 * table below. Confidence H, M, L as there; only H makes an error.
 */
#include "intake/check_work.h"

#include "locale/days.h"

#include <string.h>

/* How many words after the number may name the event. */
#define EVENT_WORDS_MAX 26

/* Words for the days of locale/days.h, which is asked by day and month. */
static const struct {
	const char *phrases;
	const char *whose; /* a few words behind; NULL: of nobody */
	int day, month;
} named_days[] = {
	{"truyền thống liên hiệp các tổ chức|truyền thống của liên hiệp các "
	 "tổ chức hữu nghị việt nam|truyền thống công tác đối ngoại nhân "
	 "dân|truyền thống đối ngoại nhân dân|thành lập liên hiệp các tổ "
	 "chức hữu nghị việt nam",
		NULL, 17, 11},
	{"quốc tế phụ nữ", NULL, 8, 3},
	{"chiến thắng phát xít|chiến thắng chủ nghĩa phát xít", NULL, 9, 5},
	{"chiến thắng chiến tranh bảo vệ biên giới tây nam|chiến thắng biên "
	 "giới tây nam|chiến thắng chế độ diệt chủng",
		NULL, 7, 1},
	{"truyền thống quân tình nguyện", NULL, 30, 10},
	{"quốc tế pháp ngữ", NULL, 20, 3},
	{"ngày sinh", "fidel", 13, 8},
	{"ngày sinh", "yersin", 22, 9},
	{"ngày mất", "yersin", 1, 3},
	{"ngày sinh", "chủ tịch hồ chí minh|bác hồ|hồ chủ tịch", 19, 5},
	{"thảm họa da cam|thảm họa chất độc da cam|ngày vì nạn nhân chất độc "
	 "da cam",
		NULL, 10, 8},
	{"thành lập ngành ngoại giao|ngành ngoại giao việt nam", NULL, 28, 8},
	{"giải phóng miền nam", NULL, 30, 4},
	{"truyền thống mặt trận tổ quốc|thành lập mặt trận dân tộc thống nhất",
		NULL, 18, 11},
	{"việt nam gia nhập asean|gia nhập asean|gia nhập hiệp hội các quốc "
	 "gia đông nam á",
		NULL, 28, 7},
	{"hiệp ước hữu nghị và hợp tác việt nam lào", NULL, 18, 7},
};

/* Words between "ngày sinh" and whose it is: của, Chủ tịch, bác sĩ … */
#define WHOSE_WORDS 5

/* Yearly events by the year of the first. Yoga: the United Nations resolved
 * in 2014, first held in 2015 (shared/reference/fixed_days.csv). The others
 * from what their organisers print. */
static const struct {
	const char *phrases;
	int first;
	char confidence;
} yearly_events[] = {
	{"quốc tế yoga|yoga quốc tế", 2015, 'H'},
	{"ngày thơ việt nam", 2003, 'M'},
	{"giải thưởng toàn quốc về thông tin đối ngoại", 2015, 'M'},
};

/* Places of Viet Nam that a trip may name: provinces before and after 2025,
 * and sites; those that are a common word or a country's too are left out. */
static const char home_places[] =
	"hà nội|hải phòng|đà nẵng|cần thơ|huế|thừa thiên huế|thành phố hồ chí "
	"minh|tp hồ chí minh|cao bằng|lạng sơn|quảng ninh|bắc giang|bắc "
	"ninh|bắc kạn|thái nguyên|tuyên quang|hà giang|lào cai|yên bái|lai "
	"châu|điện biên|sơn la|phú thọ|vĩnh phúc|hải dương|hưng yên|thái "
	"bình|hà nam|nam định|ninh bình|thanh hóa|nghệ an|hà tĩnh|quảng "
	"bình|quảng trị|quảng nam|quảng ngãi|bình định|phú yên|khánh hòa|ninh "
	"thuận|bình thuận|kon tum|gia lai|đắk lắk|đắk nông|lâm đồng|bình "
	"phước|tây ninh|bình dương|đồng nai|bà rịa|long an|tiền giang|bến "
	"tre|trà vinh|vĩnh long|đồng tháp|an giang|kiên giang|hậu giang|sóc "
	"trăng|bạc liêu|cà mau|nha trang|đà lạt|vũng tàu|phú quốc|hội an|quy "
	"nhơn|trường sơn|điện biên phủ|côn đảo|buôn ma thuột|pleiku|các tỉnh "
	"phía nam|các tỉnh phía bắc|các tỉnh miền";

size_t check_home_place(const struct check_line *line, size_t i)
{
	return check_is_upper_at(line, i) ||
			       (i < line->words_count && !line->words[i].number)
		       ? check_phrase(line, i, home_places)
		       : 0;
}

static uint64_t hash(uint64_t seed, const char *text)
{
	uint64_t value = seed ^ 1469598103934665603u;

	for (; *text != '\0'; text++)
		value = (value ^ (uint8_t)*text) * 1099511628211u;
	return value == 0 ? 1 : value;
}

/* The words from the number to the end of its sentence, or the next fact of
 * its kind. */
static void window(const struct check_line *line, const struct check_fact *fact,
	size_t *ret_from, size_t *ret_to)
{
	size_t from = check_word_at(line, fact->at), to;

	to = check_sentence_end(
		line, check_word_at(line, fact->at + fact->size) -
			      (from < line->words_count));
	if (to > from + EVENT_WORDS_MAX)
		to = from + EVENT_WORDS_MAX;
	for (size_t i = 0; i < line->facts_count; i++) {
		const struct check_fact *next = &line->facts[i];
		size_t at;

		if (next->at <= fact->at || next->kind != NC_FACT_DATE ||
			next->of.date.kind != NC_DATE_ANNIVERSARY)
			continue;
		at = check_word_at(line, next->at);
		if (at < to)
			to = at;
	}
	*ret_from = from;
	*ret_to = to > line->words_count ? line->words_count : to;
}

static const struct nc_country_hit *hit_in(
	const struct check_line *line, size_t from, size_t to)
{
	for (size_t i = 0; i < line->hits_count; i++) {
		size_t word = check_word_at(line, line->hits[i].at);

		if (word >= from && word < to)
			return &line->hits[i];
	}
	return NULL;
}

static const struct nc_country *country_in(
	const struct check_line *line, size_t from, size_t to)
{
	const struct nc_country_hit *hit = hit_in(line, from, to);

	return hit == NULL ? NULL : hit->country;
}

/* The only country that the sentence names before the number. */
static const struct nc_country *country_before(
	const struct check_line *line, size_t at)
{
	const struct nc_country *found = NULL;
	size_t from = check_sentence_start(line, at);

	for (size_t i = 0; i < line->hits_count; i++) {
		size_t word = check_word_at(line, line->hits[i].at);

		if (word < from || word >= at)
			continue;
		if (found != NULL && found != line->hits[i].country)
			return NULL;
		found = line->hits[i].country;
	}
	return found;
}

/* "34 năm quan hệ Việt Nam - Hàn Quốc", "với Nhật Bản": of the two countries,
 * though the words do not say that it is diplomatic. */
static const struct nc_country *plain_partner(
	const struct check_line *line, size_t from, size_t to)
{
	size_t at = check_find(line, from, to, "quan hệ"), partner, lead, next;
	const struct nc_country_hit *hit;

	if (at == CHECK_NONE || at > from + 5)
		return NULL;
	lead = check_phrase(line, at + 2,
		"việt nam|với|với nước|giữa việt nam|giữa việt nam và|việt nam "
		"và|việt nam với");
	partner = at + 2 + lead;
	hit = lead == 0 ? NULL : hit_in(line, partner, partner + 1);
	if (hit == NULL || strcmp(hit->country->iso2, "VN") == 0)
		return NULL;
	/* More words may say that it is of something else. */
	next = check_word_at(line, hit->at + hit->size);
	return next >= to || line->words[next].gap != NC_GAP_SPACE
		       ? hit->country
		       : NULL;
}

static bool find_plain_relations(const struct check_line *line, size_t from,
	size_t to, struct check_event *event)
{
	const struct nc_country *country = plain_partner(line, from, to);

	if (country == NULL || country->relations.year == 0)
		return false;
	event->kind = CHECK_EVENT_RELATIONS;
	event->since = country->relations;
	event->confidence = country->relations_confidence == 'H'
				    ? 'M'
				    : country->relations_confidence;
	event->key = hash(1, country->iso2);
	return true;
}

static bool find_relations(const struct check_line *line, size_t from,
	size_t to, struct check_event *event)
{
	const struct nc_country *country;
	size_t at = check_find(line, from, to,
		"quan hệ ngoại giao|thiết lập quan hệ|lập quan hệ ngoại giao");

	if (at == CHECK_NONE ||
		check_find(line, from, to,
			"đối tác|bình thường hóa|hiệp định|toàn diện|chiến "
			"lược|lãnh sự|thương mại|hiệp ước|kinh tế|tỉnh|thành "
			"phố") < at + 6)
		return false;
	country = country_in(line, at, to);
	if (country == NULL)
		country = country_before(line, from);
	if (country == NULL || country->relations.year == 0)
		return false;
	event->kind = CHECK_EVENT_RELATIONS;
	event->since = country->relations;
	event->confidence = country->relations_confidence;
	event->key = hash(1, country->iso2);
	return true;
}

static bool find_national_day(const struct check_line *line, size_t from,
	size_t to, struct check_event *event)
{
	/* Germany's is called by what happened. */
	size_t at = check_find(line, from, to,
		"quốc khánh|thống nhất nước đức|thống nhất đất nước đức");
	size_t home;
	const struct nc_country *country;

	if (at == CHECK_NONE)
		return false;
	country = country_in(line, at, to < at + 10 ? to : at + 10);
	home = check_find(line, at, at + 6,
		"việt nam|chxhcn việt nam|2 9|02 9|2 09|02 09");
	event->kind = CHECK_EVENT_NATIONAL_DAY;
	if (home != CHECK_NONE && (country == NULL || home <= at + 3)) {
		event->since = (struct nc_day){1945, 9, 2};
		event->confidence = 'H';
		event->key = hash(2, "VN");
		return true;
	}
	if (country == NULL)
		country = country_before(line, from);
	if (country == NULL || country->national_since == 0)
		return false;
	event->since = (struct nc_day){country->national_since,
		country->national_month, country->national_day};
	event->confidence = country->national_confidence;
	event->key = hash(2, country->iso2);
	return true;
}

static bool is_known_to(
	const struct check_line *line, const struct nc_check_day *day)
{
	return day->union_number == 0 ||
	       day->union_number == line->union_number;
}

/* A day that the store's records name. */
static bool find_own_day(const struct check_line *line, size_t from, size_t to,
	struct check_event *event)
{
	for (size_t i = 0; i < line->days_count; i++) {
		const struct nc_check_day *day = &line->days[i];

		if (!is_known_to(line, day) ||
			check_find(line, from, to, day->phrases) == CHECK_NONE)
			continue;
		event->kind = CHECK_EVENT_DAY;
		event->since =
			(struct nc_day){day->since, day->month, day->day};
		event->confidence = 'H';
		event->key = hash(5 + day->union_number, day->phrases);
		return true;
	}
	return false;
}

static bool names_day(
	const struct check_line *line, size_t from, size_t to, size_t named)
{
	size_t at = check_find(line, from, to, named_days[named].phrases), end;

	if (at == CHECK_NONE || named_days[named].whose == NULL)
		return at != CHECK_NONE;
	end = at + 2 + WHOSE_WORDS < to ? at + 2 + WHOSE_WORDS : to;
	return check_find(line, at + 2, end, named_days[named].whose) !=
	       CHECK_NONE;
}

static bool find_day(const struct check_line *line, size_t from, size_t to,
	struct check_event *event)
{
	for (size_t i = 0; i < sizeof(named_days) / sizeof(named_days[0]);
		i++) {
		if (!names_day(line, from, to, i))
			continue;
		for (size_t k = 0; k < nc_fixed_days_count; k++) {
			const struct nc_fixed_day *day = &nc_fixed_days[k];

			if (day->lunar || day->day != named_days[i].day ||
				day->month != named_days[i].month ||
				day->since == 0)
				continue;
			event->kind = CHECK_EVENT_DAY;
			event->since = (struct nc_day){
				day->since, day->month, day->day};
			event->confidence = day->confidence;
			event->key = hash(3, day->name_en);
			return true;
		}
	}
	return false;
}

/* An event that no table has: the same words are the same event. */
static void find_other(const struct check_line *line, size_t from, size_t to,
	struct check_event *event)
{
	uint64_t key = hash(4 + line->union_number, "");
	size_t year = check_find(line, from, to, "năm"), used = 0;

	/* Of which two countries is not told by the words. */
	if (year == CHECK_NONE ||
		check_find(line, year, to,
			"hai nước|hai bên|hai tỉnh|quan hệ|quốc khánh") !=
			CHECK_NONE)
		return;
	for (size_t i = year + 1; i < to && used < 10; i++, used++) {
		enum nc_gap gap = line->words[i].gap;

		if (used > 0 && gap != NC_GAP_SPACE && gap != NC_GAP_DASH &&
			gap != NC_GAP_HYPHEN)
			break;
		key = hash(key, line->words[i].key);
	}
	if (used >= 5)
		event->key = key;
}

void check_event_find(const struct check_line *line,
	const struct check_fact *fact, struct check_event *ret_event)
{
	size_t from, to;

	*ret_event = (struct check_event){0};
	window(line, fact, &from, &to);
	if (!find_own_day(line, from, to, ret_event) &&
		!find_day(line, from, to, ret_event) &&
		!find_relations(line, from, to, ret_event) &&
		!find_plain_relations(line, from, to, ret_event) &&
		!find_national_day(line, from, to, ret_event)) {
		*ret_event = (struct check_event){0};
		find_other(line, from, to, ret_event);
	}
}

bool check_yearly_before(const struct check_line *line, size_t i,
	int *ret_first_year, char *ret_confidence)
{
	size_t from = i > 12 ? i - 12 : 0;

	if (from < check_sentence_start(line, i))
		from = check_sentence_start(line, i);
	for (size_t k = 0; k < sizeof(yearly_events) / sizeof(*yearly_events);
		k++) {
		if (check_find(line, from, i, yearly_events[k].phrases) ==
			CHECK_NONE)
			continue;
		*ret_first_year = yearly_events[k].first;
		*ret_confidence = yearly_events[k].confidence;
		return true;
	}
	for (size_t k = 0; k < line->days_count; k++) {
		if (!line->days[k].yearly ||
			!is_known_to(line, &line->days[k]) ||
			check_find(line, from, i, line->days[k].phrases) ==
				CHECK_NONE)
			continue;
		*ret_first_year = line->days[k].since;
		*ret_confidence = 'H';
		return true;
	}
	return false;
}
