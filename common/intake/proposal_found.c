/* What a record's own words say for its empty fields, where they say one
 * thing only: what may be meant otherwise is left to the person. */
#include "intake/check_work.h"
#include "intake/facts.h"
#include "intake/names.h"
#include "intake/proposal.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* In one record; more are not looked at. */
#define FOUND_NAMES_MAX 64
#define FOUND_COUNTRIES_MAX 64
#define FOUND_REFERENCES_MAX 32

struct finding {
	struct nc_proposals *to;
	const struct nc_record *record;
	const struct nc_known *known;
	int year;
	bool is_plan; /* else something done, of which words say it is over */
	struct check_line line;
	struct nc_intake_name names[FOUND_NAMES_MAX];
	size_t names_count;
	const struct nc_country *countries[FOUND_COUNTRIES_MAX];
	size_t countries_count;
	struct nc_slice country_words[FOUND_COUNTRIES_MAX];
	struct nc_error *err;
};

static const struct nc_field *empty_field(
	const struct finding *finding, const char *name)
{
	const struct nc_field *field =
		nc_entity_field_named(finding->record->entity, name);

	if (field == NULL ||
		nc_record_value(finding->record, field->number).kind !=
			NC_VALUE_ABSENT)
		return NULL;
	return field;
}

static const char *arena_slice(struct finding *finding, struct nc_slice words)
{
	return nc_arena_text(&finding->to->arena,
		words.size == 0 ? "" : (const char *)words.data, words.size);
}

/* For a field that is there and empty. */
static enum nc_status propose(struct finding *finding, const char *name,
	struct nc_value value, struct nc_slice words, const char *why)
{
	const struct nc_field *field = empty_field(finding, name);
	struct nc_proposal draft = {
		.kind = NC_PROPOSE_FOUND,
		.field = field,
		.value = value,
		.why = why,
	};

	if (field == NULL)
		return NC_OK;
	draft.words = arena_slice(finding, words);
	if (draft.words == NULL)
		return nc_error_no_memory(finding->err);
	return nc_proposals_add(
		finding->to, finding->record, &draft, finding->err);
}

static size_t first_word(
	const struct finding *finding, const struct check_fact *fact)
{
	return check_word_at(&finding->line, fact->at);
}

/* --- when --- */

static bool is_when_kind(enum nc_date_kind kind)
{
	switch (kind) {
	case NC_DATE_DAY:
	case NC_DATE_RECURRING:
	case NC_DATE_RANGE:
	case NC_DATE_MONTH_PART:
	case NC_DATE_MONTH:
	case NC_DATE_MONTHS:
	case NC_DATE_QUARTER:
	case NC_DATE_QUARTERS:
	case NC_DATE_QUARTERS_EITHER:
		return true;
	default:
		return false;
	}
}

/* A day without a year is as often the occasion's (Phụ nữ 8/3) as the doing's:
 * only what is said to be the time is taken. */
static bool is_said_as_time(const struct finding *finding, size_t word)
{
	return check_before(&finding->line, word,
		       "vào|dự kiến|dự kiến vào|dự kiến trong|trong|từ|thời "
		       "gian|các|trong các") ||
	       check_phrase(&finding->line, word, "từ ngày") > 0;
}

/* trước ngày 25/12/2025, hết quý III/2025: by then, and not on that day. */
static bool is_deadline(const struct finding *finding, size_t word)
{
	return check_before(&finding->line, word,
		       "trước|hết|đến hết|chậm nhất|chậm nhất là|sau|hạn|hạn "
		       "chót") ||
	       check_phrase(&finding->line, word, "hết ngày|hết tháng") > 0;
}

static bool is_when(
	const struct finding *finding, const struct check_fact *fact)
{
	const struct nc_date *date = &fact->of.date;
	const struct check_line *line = &finding->line;
	size_t word = first_word(finding, fact);
	size_t end = check_word_at(line, fact->at + fact->size);

	if (fact->kind != NC_FACT_DATE || !is_when_kind(date->kind) ||
		date->lunar || date->from.year != finding->year)
		return false;
	if (check_cited(line, word, true) || is_deadline(finding, word) ||
		(finding->is_plan && check_past(line, word, end)))
		return false;
	if ((date->warnings &
		    (NC_DATE_MALFORMED | NC_DATE_AMBIGUOUS |
			    NC_DATE_CONTRADICTS | NC_DATE_BACKWARDS)) != 0)
		return false;
	/* Tết dương lịch 2024: the day's name, and not the doing's time. */
	if (check_phrase(line, word, "tết|noel|ngày quốc tế") > 0)
		return false;
	/* In brackets after a name: the day that is kept. */
	if (word < line->words_count && line->words[word].gap == NC_GAP_OPEN &&
		date->kind == NC_DATE_DAY)
		return false;
	return (date->kind != NC_DATE_RECURRING &&
		       (date->warnings & NC_DATE_YEAR_ASSUMED) == 0) ||
	       is_said_as_time(finding, word);
}

static const struct check_fact *only_when(const struct finding *finding)
{
	const struct check_fact *found = NULL;

	for (size_t i = 0; i < finding->line.facts_count; i++) {
		const struct check_fact *fact = &finding->line.facts[i];

		if (!is_when(finding, fact))
			continue;
		if (found != NULL)
			return NULL;
		found = fact;
	}
	return found;
}

static enum nc_status find_when(struct finding *finding)
{
	const struct check_fact *fact = only_when(finding);
	char stored[NC_DATE_STORED_SIZE], *until;
	struct nc_slice words;
	enum nc_status status;
	const char *text;

	if (fact == NULL)
		return NC_OK;
	words = check_fact_words(&finding->line, fact);
	nc_date_stored(stored, &fact->of.date);
	until = strchr(stored, '/');
	if (until != NULL)
		*until++ = '\0';
	status = propose(finding, "when", nc_value_text(stored), words,
		_("The words say when it is."));
	if (status == NC_OK && until != NULL)
		status = propose(finding, "until", nc_value_text(until), words,
			_("The words say until when it lasts."));
	text = arena_slice(finding, words);
	if (text == NULL)
		return nc_error_no_memory(finding->err);
	if (status == NC_OK)
		status = propose(finding, "when_words", nc_value_text(text),
			words, _("The time as it is printed."));
	return status;
}

/* --- where and with whom --- */

static enum nc_status keep_country(
	void *context, const struct nc_intake_fact *fact)
{
	struct finding *finding = context;
	if (fact->kind != NC_INTAKE_COUNTRY ||
		finding->countries_count == FOUND_COUNTRIES_MAX)
		return NC_OK;
	for (size_t i = 0; i < finding->countries_count; i++)
		if (finding->countries[i] == fact->country)
			return NC_OK;
	finding->country_words[finding->countries_count] = fact->words;
	finding->countries[finding->countries_count++] = fact->country;
	return NC_OK;
}

static enum nc_status find_countries(struct finding *finding)
{
	struct nc_buffer codes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status = nc_intake_facts_find(
		finding->line.text, finding->year, keep_country, finding);

	nc_buffer_init(&codes, 4 * FOUND_COUNTRIES_MAX);
	nc_buffer_init(&words, 64 * 1024);
	for (size_t i = 0; i < finding->countries_count && status == NC_OK;
		i++) {
		struct nc_slice said = finding->country_words[i];

		status = nc_buffer_printf(&codes, "%s%s", i > 0 ? "\n" : "",
			finding->countries[i]->iso2);
		if (status == NC_OK)
			status = nc_buffer_printf(&words, "%s%.*s",
				i > 0 ? ", " : "", (int)said.size,
				(const char *)said.data);
	}
	if (status != NC_OK)
		return nc_error_no_memory(finding->err);
	if (finding->countries_count == 0)
		return NC_OK;
	return propose(finding, "countries",
		nc_value_slice(nc_buffer_slice(&codes)),
		nc_buffer_slice(&words), _("The words name these countries."));
}

static enum nc_status keep_name(
	void *context, const struct nc_intake_name *name)
{
	struct finding *finding = context;

	if (finding->names_count < FOUND_NAMES_MAX)
		finding->names[finding->names_count++] = *name;
	return NC_OK;
}

static enum nc_status find_place(struct finding *finding)
{
	const struct nc_intake_name *found = NULL;

	for (size_t i = 0; i < finding->names_count; i++) {
		const struct nc_intake_name *name = &finding->names[i];

		if (name->kind != NC_INTAKE_PLACE)
			continue;
		if (found != NULL && !nc_slice_equal(found->words, name->words))
			return NC_OK;
		found = name;
	}
	if (found == NULL)
		return NC_OK;
	return propose(finding, "place", nc_value_slice(found->words),
		found->words, _("The words say where it is."));
}

/* The organisations of one part, a line each. */
static enum nc_status find_organisations(struct finding *finding,
	enum nc_intake_name_part part, const char *field, const char *why)
{
	struct nc_buffer list NC_AUTO(nc_buffer_fini) = {0};
	struct nc_slice words = nc_slice(NULL, 0);
	enum nc_status status = NC_OK;

	nc_buffer_init(&list, 64 * 1024);
	for (size_t i = 0; i < finding->names_count && status == NC_OK; i++) {
		const struct nc_intake_name *name = &finding->names[i];
		bool again = false;

		if (name->kind != NC_INTAKE_ORGANISATION || name->part != part)
			continue;
		for (size_t k = 0; k < i; k++)
			again |= nc_slice_equal(
				finding->names[k].words, name->words);
		if (again)
			continue;
		if (list.size == 0)
			words = name->words;
		else
			status = nc_buffer_text(&list, "\n");
		if (status == NC_OK)
			status = nc_buffer_append(
				&list, name->words.data, name->words.size);
		words.size = (size_t)(name->words.data + name->words.size -
				      words.data);
	}
	if (status != NC_OK)
		return nc_error_no_memory(finding->err);
	if (list.size == 0)
		return NC_OK;
	return propose(finding, field, nc_value_slice(nc_buffer_slice(&list)),
		words, why);
}

/* An association of our own is a partner only where it is said to be one. */
static bool takes_part(const struct finding *finding, struct nc_slice words)
{
	for (size_t i = 0; i < finding->names_count; i++) {
		const struct nc_intake_name *name = &finding->names[i];

		if (name->part == NC_INTAKE_PART_WITH &&
			words.data >= name->words.data &&
			words.data < name->words.data + name->words.size)
			return true;
	}
	return false;
}

/* Records of partners that the words name. */
static enum nc_status find_references(
	struct finding *finding, const char *name, const char *why)
{
	const struct nc_field *field = empty_field(finding, name);
	uint8_t ids[FOUND_REFERENCES_MAX * NC_ID_SIZE];
	struct nc_slice words = nc_slice(NULL, 0), at;
	size_t count = 0;

	for (size_t i = 0; field != NULL && i < finding->known->names_count &&
			   count < FOUND_REFERENCES_MAX;
		i++) {
		const struct nc_known_name *known = &finding->known->names[i];
		bool again = false;

		if (!nc_field_refers_to(field, known->entity) ||
			!nc_intake_name_in(
				finding->line.text, known->name, &at) ||
			(known->entity == NC_ENTITY_MEMBER_ORG &&
				!takes_part(finding, at)))
			continue;
		for (size_t k = 0; k < count; k++)
			again |= memcmp(ids + k * NC_ID_SIZE, known->id.bytes,
					 NC_ID_SIZE) == 0;
		if (again)
			continue;
		memcpy(ids + count++ * NC_ID_SIZE, known->id.bytes, NC_ID_SIZE);
		words = at;
	}
	if (count == 0)
		return NC_OK;
	return propose(finding, name, nc_value_bytes(ids, count * NC_ID_SIZE),
		words, why);
}

static enum nc_status find_names(struct finding *finding)
{
	bool aid = finding->record->entity->number == NC_ENTITY_AID;
	enum nc_status status =
		nc_intake_names_find(finding->line.text, keep_name, finding);

	if (status != NC_OK)
		return nc_error_no_memory(finding->err);
	status = find_place(finding);
	if (status == NC_OK)
		status = find_organisations(finding, NC_INTAKE_PART_WITH,
			"partner_words",
			_("The words say with whom it is done."));
	if (status == NC_OK)
		status = find_organisations(finding, NC_INTAKE_PART_GIVES,
			"donor_words", _("The words say who pays for it."));
	if (status == NC_OK)
		status = find_references(finding, aid ? "donors" : "partners",
			_("The words have the name of a record that you "
			  "keep."));
	return status;
}

/* --- how many and how much --- */

static const struct {
	const char *words;
	const char *qualifier;
} qualifiers[] = {
	{"ít nhất|tối thiểu|không dưới|không ít hơn|không thấp hơn",
		"at-least"},
	{"hơn|trên|nhiều hơn", "more-than"},
	{"khoảng|trên dưới|xấp xỉ|chừng|độ|ước|ước đạt|ước tính|ước khoảng",
		"about"},
	{"gần|dưới|chưa đến|chưa tới|ít hơn", "nearly"},
	{"tối đa|không quá|không vượt quá|không hơn|nhiều nhất", "at-most"},
	{"dự kiến|dự tính", "expected"},
};

static bool is_one_of(const char *list, const char *word)
{
	size_t size = strlen(word);

	while (*list != '\0') {
		size_t part = strcspn(list, "|");

		if (part == size && memcmp(list, word, size) == 0)
			return true;
		list += part;
		list += *list == '|';
	}
	return false;
}

static const char *qualifier_of(const char *words)
{
	for (size_t i = 0; i < sizeof(qualifiers) / sizeof(qualifiers[0]); i++)
		if (is_one_of(qualifiers[i].words, words))
			return qualifiers[i].qualifier;
	return NULL;
}

/* What is counted for a field of an entity, by its name. */
static const struct {
	const char *field, *qualifier; /* NULL: the entity has none */
	uint32_t entity;	       /* 0: any */
	const char *units;
} counted[] = {
	{"people", "people_qualifier", 0,
		"người|đại biểu|khách|lượt người|lượt khách|học viên|thành "
		"viên|sinh viên|học sinh|cán bộ|hội viên|kiều bào"},
	{"count", NULL, NC_ENTITY_DELEGATION, "đoàn"},
	{"count", NULL, NC_ENTITY_ACTIVITY, "sự kiện|hoạt động|buổi|cuộc"},
	{"count", NULL, NC_ENTITY_TRAINING,
		"lớp|khóa|khoá|lớp tập huấn|khóa tập huấn"},
	{"count", NULL, NC_ENTITY_DOCUMENT_COMMENT, "văn bản"},
	{"count", NULL, NC_ENTITY_GREETING,
		"thư|bức thư|thư chúc mừng|điện mừng|lẵng hoa"},
	{"articles", "articles_qualifier", 0,
		"tin|bài|tin bài|tin, bài|bài viết"},
	{"visits", "visits_qualifier", 0, "lượt truy cập|lượt xem"},
	{"issues", NULL, NC_ENTITY_INFORMATION, "bản tin|số"},
	{"sessions", NULL, 0, "buổi"},
	{"cases", NULL, 0, "lượt|trường hợp"},
	{"beneficiaries", "beneficiaries_qualifier", 0,
		"người|em|trẻ em|học sinh|người dân|bệnh nhân|hộ|hộ gia đình"},
};

static bool integer_of(struct nc_decimal value, int64_t *ret_integer)
{
	return nc_decimal_scaled(value, 0, ret_integer) && *ret_integer >= 0;
}

/* The only count of one of these units. */
static const struct check_fact *only_count(
	const struct finding *finding, const char *units)
{
	const struct check_fact *found = NULL;

	for (size_t i = 0; i < finding->line.facts_count; i++) {
		const struct check_fact *fact = &finding->line.facts[i];
		const struct nc_count *count = &fact->of.count;

		if (fact->kind != NC_FACT_COUNT || count->listed ||
			count->per[0] != '\0' || count->warnings != 0 ||
			!is_one_of(units, count->unit))
			continue;
		if (found != NULL)
			return NULL;
		found = fact;
	}
	return found;
}

static enum nc_status find_count(struct finding *finding, const char *name,
	const char *qualifier_name, const char *units)
{
	const struct check_fact *fact;
	const struct nc_count *count;
	const char *qualifier;
	struct nc_slice words;
	enum nc_status status;
	int64_t number;

	if (empty_field(finding, name) == NULL)
		return NC_OK;
	fact = only_count(finding, units);
	if (fact == NULL)
		return NC_OK;
	count = &fact->of.count;
	/* A range is not one number. */
	if (count->has_min && count->has_max &&
		nc_decimal_compare(count->min, count->max) != 0)
		return NC_OK;
	if (!integer_of(count->has_min ? count->min : count->max, &number))
		return NC_OK;
	qualifier = qualifier_of(count->qualifier);
	if (count->qualifier[0] != '\0' &&
		(qualifier == NULL || qualifier_name == NULL))
		return NC_OK;
	words = check_fact_words(&finding->line, fact);
	status = propose(finding, name, nc_value_integer(number), words,
		_("The words say how many."));
	if (status == NC_OK && qualifier != NULL)
		status = propose(finding, qualifier_name,
			nc_value_text(qualifier), words,
			_("The words do not give the number as exact."));
	return status;
}

static enum nc_status find_counts(struct finding *finding)
{
	uint32_t entity = finding->record->entity->number;
	enum nc_status status = NC_OK;

	for (size_t i = 0;
		i < sizeof(counted) / sizeof(counted[0]) && status == NC_OK;
		i++)
		if (counted[i].entity == 0 || counted[i].entity == entity)
			status = find_count(finding, counted[i].field,
				counted[i].qualifier, counted[i].units);
	return status;
}

static bool money_text(char *out, size_t size, const struct nc_money *money,
	struct nc_decimal value)
{
	int64_t minor;

	if (nc_money_minor(money->currency, value, &minor) != NC_OK)
		return false;
	snprintf(out, size, "%lld %s", (long long)minor, money->currency);
	return true;
}

static bool said_before(const struct finding *finding,
	const struct check_fact *fact, size_t most, const char *words)
{
	const struct check_line *line = &finding->line;
	size_t at = first_word(finding, fact);
	size_t start = check_sentence_start(line, at);

	if (start + most < at)
		start = at - most;
	return check_find(line, start, at, words) != CHECK_NONE;
}

/* The only exact sum that is not said to be something else. */
static enum nc_status find_money(struct finding *finding)
{
	bool aid = finding->record->entity->number == NC_ENTITY_AID;
	const struct check_fact *found = NULL;
	char text[64];

	for (size_t i = 0; i < finding->line.facts_count; i++) {
		const struct check_fact *fact = &finding->line.facts[i];

		if (fact->kind != NC_FACT_MONEY)
			continue;
		if (found != NULL)
			return NC_OK;
		found = fact;
	}
	if (found == NULL || found->of.money.bound != NC_BOUND_EXACT ||
		found->of.money.per[0] != '\0' || !found->of.money.has_min ||
		!found->of.money.has_max ||
		nc_decimal_compare(found->of.money.min, found->of.money.max) !=
			0 ||
		(found->of.money.warnings & NC_NUMBER_AMBIGUOUS) != 0)
		return NC_OK;
	if (said_before(finding, found, 8, "giải ngân|đối ứng|quà"))
		return NC_OK;
	if (!aid && !said_before(finding, found, 6, "kinh phí|dự toán"))
		return NC_OK;
	if (!money_text(
		    text, sizeof(text), &found->of.money, found->of.money.min))
		return NC_OK;
	return propose(finding, aid ? "committed" : "budget",
		nc_value_text(text), check_fact_words(&finding->line, found),
		_("The words name this sum."));
}

/* --- lần thứ, nhiệm kỳ --- */

static enum nc_status find_ordinal(struct finding *finding)
{
	const struct check_line *line = &finding->line;
	size_t at = check_find(line, 0, line->words_count, "lần thứ");
	struct nc_slice words;
	enum nc_status status;
	int number;

	if (at == CHECK_NONE || at + 2 >= line->words_count ||
		check_find(line, at + 1, line->words_count, "lần thứ") !=
			CHECK_NONE ||
		empty_field(finding, "ordinal") == NULL)
		return NC_OK;
	number = line->words[at + 2].number
			 ? atoi(line->words[at + 2].key)
			 : check_roman(check_words(line, at + 2, at + 3));
	if (number == 0)
		return NC_OK;
	words = check_words(line, at, at + 3);
	status = propose(finding, "ordinal", nc_value_integer(number), words,
		_("The words say which one in the row it is."));
	if (status == NC_OK)
		status =
			propose(finding, "ordinal_words", nc_value_slice(words),
				words, _("The ordinal as it is printed."));
	return status;
}

static enum nc_status find_term(struct finding *finding)
{
	const struct check_fact *found = NULL;
	struct nc_slice words;
	enum nc_status status;

	for (size_t i = 0; i < finding->line.facts_count; i++) {
		const struct check_fact *fact = &finding->line.facts[i];

		if (fact->kind != NC_FACT_DATE ||
			fact->of.date.kind != NC_DATE_TERM)
			continue;
		if (found != NULL)
			return NC_OK;
		found = fact;
	}
	if (found == NULL || found->of.date.to.year == 0)
		return NC_OK;
	words = check_fact_words(&finding->line, found);
	status = propose(finding, "term_from",
		nc_value_integer(found->of.date.from.year), words,
		_("The words say of which years the term is."));
	if (status == NC_OK)
		status = propose(finding, "term_to",
			nc_value_integer(found->of.date.to.year), words,
			_("The words say of which years the term is."));
	return status;
}

/* --- a plan item's kind and targets --- */

static const struct {
	const char *begins, *kind;
} kinds[] = {
	{"tổ chức đại hội|đại hội đại biểu|đại hội thành lập|đại hội",
		"congress"},
	{"tổ chức gặp mặt|tổ chức giao lưu|tổ chức hội thảo|tổ chức triển "
	 "lãm|tổ chức lễ|tổ chức tọa đàm|tổ chức cuộc thi|gặp mặt|giao "
	 "lưu|tổ chức tuần lễ|tổ chức liên hoan|tổ chức mít tinh",
		"activity"},
	{"đón đoàn|đón tiếp|đón và làm việc|tổ chức đoàn|cử đoàn|đoàn ra|đoàn "
	 "vào|đón|tiếp đoàn",
		"delegation"},
	{"vận động viện trợ|tiếp nhận viện trợ|triển khai dự án", "aid"},
	{"xuất bản|phát hành|đăng tải|viết tin", "information"},
	{"tiếp tục|đẩy mạnh|tăng cường|thường xuyên|duy trì|nâng cao|chủ "
	 "động",
		"task"},
};

static enum nc_status find_kind(struct finding *finding)
{
	const struct check_line *line = &finding->line;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		size_t n = check_phrase(line, 0, kinds[i].begins);

		if (n == 0)
			continue;
		return propose(finding, "kind", nc_value_text(kinds[i].kind),
			check_words(line, 0, n),
			_("The words begin as items of this kind do."));
	}
	return NC_OK;
}

static const struct {
	const char *units, *indicator;
	const char *needs; /* words of the sentence; NULL: none */
	bool anywhere;	   /* … or of the whole text: a heading's */
} indicators[] = {
	{"đoàn|đoàn khách", "delegations-out",
		"đoàn ra|cử|đi thăm|đi học tập|ra nước ngoài|đi nước ngoài",
		true},
	{"đoàn|đoàn khách", "delegations-in",
		"đoàn vào|đón|tiếp|đến thăm|vào thăm", true},
	{"phi dự án", "non-projects", NULL, false},
	{"dự án", "projects", NULL, false},
	{"tin|bài|tin bài|tin, bài|bài viết|bài đăng", "articles", NULL, false},
	{"lượt truy cập|lượt xem", "visits", NULL, false},
	{"số|bản tin", "issues", "bản tin|tạp chí|ấn phẩm|xuất bản", false},
	{"buổi|buổi tiếp", "sessions", NULL, false},
	{"đại hội", "congresses", NULL, false},
	{"sự kiện|hoạt động", "activities", NULL, false},
	{"hội nghị|hội thảo", "events", NULL, false},
	{"bản ghi nhớ|biên bản ghi nhớ|thỏa thuận|thoả thuận", "agreements",
		NULL, false},
	/* Minutes of a meeting are no agreement. */
	{"biên bản", "agreements", "kí|kí kết", false},
	{"người|lượt người|học viên|cán bộ", "trained",
		"tập huấn|bồi dưỡng|đào tạo", false},
};

static const char *indicator_of(
	const struct finding *finding, const struct check_fact *fact)
{
	const struct check_line *line = &finding->line;
	size_t at = first_word(finding, fact);
	size_t start = check_sentence_start(line, at);
	size_t end = check_sentence_end(line, at);

	for (size_t i = 0; i < sizeof(indicators) / sizeof(indicators[0]); i++)
		if (is_one_of(indicators[i].units, fact->of.count.unit) &&
			(indicators[i].needs == NULL ||
				check_find(line,
					indicators[i].anywhere ? 0 : start,
					indicators[i].anywhere
						? line->words_count
						: end,
					indicators[i].needs) != CHECK_NONE))
			return indicators[i].indicator;
	return NULL;
}

static bool has_target(const struct finding *finding, const char *indicator)
{
	for (size_t i = 0; i < finding->known->targets_count; i++) {
		const struct nc_known_target *target =
			&finding->known->targets[i];

		if (strcmp(target->indicator, indicator) == 0 &&
			nc_id_compare(
				&target->plan_item, &finding->record->id) == 0)
			return true;
	}
	return false;
}

#define TARGET_FIELDS_MAX 12

struct target {
	struct nc_field_change fields[TARGET_FIELDS_MAX];
	size_t count;
};

/* In the order of the fields' numbers. */
static void put(struct target *target, uint32_t field, struct nc_value value)
{
	NC_ASSERT(target->count < TARGET_FIELDS_MAX);
	target->fields[target->count++] =
		(struct nc_field_change){.field = field, .value = value};
}

/* Between two numbers it is a decimal comma. */
static bool is_break(const struct check_line *line, size_t i)
{
	enum nc_gap gap = line->words[i].gap;

	if (gap == NC_GAP_COMMA || gap == NC_GAP_STOP)
		return i == 0 || !line->words[i].number ||
		       !line->words[i - 1].number;
	return gap == NC_GAP_OPEN;
}

/* The clause that a number stands in: from a comma or stop to the next. */
static struct nc_slice clause_of(
	const struct finding *finding, const struct check_fact *fact)
{
	const struct check_line *line = &finding->line;
	size_t at = first_word(finding, fact), from = at;
	size_t end = check_word_at(line, fact->at + fact->size);

	while (from > 0 && !is_break(line, from))
		from--;
	while (end < line->words_count && !is_break(line, end))
		end++;
	if (from < at && check_phrase(line, from, "và") > 0)
		from++;
	return check_words(line, from, end);
}

static enum nc_status propose_target(struct finding *finding,
	const struct check_fact *fact, struct target *target)
{
	struct nc_proposal draft = {
		.kind = NC_PROPOSE_FOUND,
		.creates = nc_model_entity(NC_ENTITY_TARGET),
		.fields = target->fields,
		.fields_count = target->count,
		.why = _("The plan promises a quantity; as a target it is "
			 "compared with what was done."),
	};

	draft.words =
		arena_slice(finding, check_fact_words(&finding->line, fact));
	if (draft.words == NULL)
		return nc_error_no_memory(finding->err);
	return nc_proposals_add_new(
		finding->to, finding->record, &draft, finding->err);
}

static void put_head(struct finding *finding, struct target *target,
	const struct check_fact *fact, const char *indicator)
{
	put(target, NC_TARGET_YEAR, nc_value_integer(finding->year));
	put(target, NC_TARGET_TITLE, nc_value_slice(clause_of(finding, fact)));
	put(target, NC_TARGET_PLAN_ITEM,
		nc_value_bytes(finding->record->id.bytes, NC_ID_SIZE));
	put(target, NC_TARGET_INDICATOR, nc_value_text(indicator));
}

static enum nc_status find_count_target(
	struct finding *finding, const struct check_fact *fact)
{
	const struct nc_count *count = &fact->of.count;
	const char *indicator = indicator_of(finding, fact);
	const char *qualifier = qualifier_of(count->qualifier);
	struct target target = {.count = 0};
	int64_t min = 0, max = 0;

	if (indicator == NULL || count->warnings != 0 || count->listed ||
		has_target(finding, indicator) ||
		check_past(&finding->line, first_word(finding, fact),
			check_word_at(&finding->line, fact->at + fact->size)) ||
		said_before(finding, fact, 8, "tổng kết|sơ kết"))
		return NC_OK;
	if ((count->has_min && !integer_of(count->min, &min)) ||
		(count->has_max && !integer_of(count->max, &max)))
		return NC_OK;
	put_head(finding, &target, fact, indicator);
	if (qualifier != NULL)
		put(&target, NC_TARGET_QUALIFIER, nc_value_text(qualifier));
	if (count->has_min)
		put(&target, NC_TARGET_MIN, nc_value_integer(min));
	if (count->has_max && (!count->has_min || max != min))
		put(&target, NC_TARGET_MAX, nc_value_integer(max));
	put(&target, NC_TARGET_UNIT, nc_value_text(count->unit));
	return propose_target(finding, fact, &target);
}

static enum nc_status find_money_target(
	struct finding *finding, const struct check_fact *fact)
{
	const struct nc_money *money = &fact->of.money;
	const char *qualifier = qualifier_of(money->qualifier);
	struct target target = {.count = 0};
	char min[64], max[64];
	const char *indicator;

	if (said_before(finding, fact, 8, "tổng kết|sơ kết") ||
		said_before(finding, fact, 3, "tương đương|quy đổi") ||
		money->per[0] != '\0' ||
		(money->warnings & NC_NUMBER_AMBIGUOUS) != 0)
		return NC_OK;
	if (said_before(finding, fact, 8, "giải ngân"))
		indicator = "disbursed";
	else if (said_before(finding, fact, 8, "cam kết|viện trợ"))
		indicator = "committed";
	else
		return NC_OK;
	if (has_target(finding, indicator) ||
		(money->has_min &&
			!money_text(min, sizeof(min), money, money->min)) ||
		(money->has_max &&
			!money_text(max, sizeof(max), money, money->max)))
		return NC_OK;
	put_head(finding, &target, fact, indicator);
	if (qualifier != NULL)
		put(&target, NC_TARGET_QUALIFIER, nc_value_text(qualifier));
	if (money->has_min)
		put(&target, NC_TARGET_MONEY_MIN, nc_value_text(min));
	if (money->has_max && (!money->has_min || nc_decimal_compare(money->min,
							  money->max) != 0))
		put(&target, NC_TARGET_MONEY_MAX, nc_value_text(max));
	return propose_target(finding, fact, &target);
}

static enum nc_status find_targets(struct finding *finding)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < finding->line.facts_count && status == NC_OK;
		i++) {
		const struct check_fact *fact = &finding->line.facts[i];

		if (fact->kind == NC_FACT_COUNT)
			status = find_count_target(finding, fact);
		else if (fact->kind == NC_FACT_MONEY)
			status = find_money_target(finding, fact);
	}
	return status;
}

/* --- all of it --- */

static enum nc_status find_all(struct finding *finding)
{
	enum nc_status status = find_when(finding);

	if (status == NC_OK)
		status = find_countries(finding);
	if (status == NC_OK)
		status = find_names(finding);
	if (status == NC_OK && !finding->is_plan)
		status = find_counts(finding);
	if (status == NC_OK && !finding->is_plan)
		status = find_money(finding);
	if (status == NC_OK)
		status = find_ordinal(finding);
	if (status == NC_OK)
		status = find_term(finding);
	if (status == NC_OK && finding->is_plan)
		status = find_kind(finding);
	if (status == NC_OK && finding->is_plan)
		status = find_targets(finding);
	return status;
}

/* Title and text, a line each: no fact goes over a line's end. */
static const char *words_of(struct finding *finding)
{
	struct nc_arena *arena = &finding->to->arena;
	const struct nc_record *record = finding->record;
	const char *title = "", *text;
	char *words;
	size_t size;

	if (finding->is_plan)
		return nc_record_text(record, NC_PLAN_TEXT, arena);
	title = nc_record_text(record, NC_DOING_TITLE, arena);
	text = nc_record_text(record, NC_DOING_TEXT, arena);
	if (title == NULL || text == NULL || text[0] == '\0' ||
		strcmp(title, text) == 0)
		return title;
	/* The text says it once more: what it says counts once. */
	if (strstr(text, title) != NULL)
		return text;
	size = strlen(title) + strlen(text) + 2;
	words = nc_arena_alloc(arena, size);
	if (words != NULL)
		snprintf(words, size, "%s\n%s", title, text);
	return words;
}

/* What was done: the entities whose table begins with DOING. */
static bool is_doing(const struct nc_entity *entity)
{
	const struct nc_field *field =
		nc_entity_field_named(entity, "when_words");

	return field != NULL && field->number == NC_DOING_WHEN_WORDS &&
	       nc_carried_from_field(entity) != NULL;
}

enum nc_status nc_propose_found(struct nc_proposals *proposals,
	const struct nc_record *record, const struct nc_known *known,
	struct nc_error *err)
{
	struct nc_paragraph paragraph = {.list_level = -1};
	struct finding *finding;
	enum nc_status status;

	if (record->entity->number != NC_ENTITY_PLAN_ITEM &&
		!is_doing(record->entity))
		return NC_OK;
	finding = nc_calloc(1, sizeof(*finding));
	if (finding == NULL)
		return nc_error_no_memory(err);
	finding->to = proposals;
	finding->record = record;
	finding->known = known;
	finding->err = err;
	finding->is_plan = record->entity->number == NC_ENTITY_PLAN_ITEM;
	finding->year = (int)nc_record_integer(
		record, nc_year_field(record->entity)->number, 0);
	paragraph.text = words_of(finding);
	status = paragraph.text == NULL ? nc_error_no_memory(err)
					: check_line_read(&finding->line,
						  &paragraph, finding->year);
	if (status == NC_OK)
		status = find_all(finding);
	else
		status = nc_error_no_memory(err);
	check_line_fini(&finding->line);
	nc_free(finding);
	return status;
}
