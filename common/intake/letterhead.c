#include "intake/letterhead.h"
#include "intake/annual_marks.h"
#include "base/limits.h"
#include "model/letterhead.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof((list)[0]))

/* Lines above a title, lines of one, and those whom a paper is for. */
#define LETTERHEAD_LINES_MAX 16
#define TITLE_LINES_MAX 6
#define ADDRESSES_MAX 20
#define OFFICES_MAX 8
/* Words of what is no sentence, of a title's line that is one for sure, of a
 * body's name. */
#define SENTENCE_WORDS_MIN 12
#define TITLE_WORDS_MAX 40
#define OFFICE_WORDS_MAX 16

/* --- one line ----------------------------------------------------------- */

static bool is_type(struct nc_slice words, const char *folded)
{
	static const char *const types[] = {"ke hoach", "chuong trinh",
		"bao cao", "phuong huong", "lich cong tac", "de an"};

	return annual_begins_any(folded, types, COUNT(types)) &&
	       !plan_ends_sentence(words) &&
	       plan_count_words(folded) <= TITLE_WORDS_MAX;
}

static bool is_office(struct nc_slice words, const char *folded)
{
	static const char *const offices[] = {"ubnd", "uy ban nhan dan",
		"uy ban mttq", "uy ban mat tran", "ubmttq", "lien hiep",
		"mat tran to quoc", "so ngoai vu", "tinh uy"};

	/* who signed the paper above */
	static const char *const roles[] = {
		"chu tich", "pho chu tich", "tong thu ky"};

	if (plan_ends_sentence(words) || letterhead_signs(words) ||
		annual_begins_any(folded, roles, COUNT(roles)) ||
		plan_count_words(folded) > OFFICE_WORDS_MAX)
		return false;
	return plan_is_signature(words) || annual_is_capitals(words) ||
	       annual_begins_any(folded, offices, COUNT(offices));
}

static enum letterhead_kind kind_of(struct nc_slice words, const char *folded)
{
	enum nc_letterhead_slot slot = nc_letterhead_slot_of(words, folded);

	if (slot == NC_LETTERHEAD_NATION || slot == NC_LETTERHEAD_MOTTO)
		return LETTERHEAD_STATE;
	if (slot == NC_LETTERHEAD_NUMBER)
		return LETTERHEAD_SYMBOL;
	if (annual_begins(folded, "kinh gui"))
		return LETTERHEAD_ADDRESS;
	if (annual_begins(folded, "du thao") && plan_count_words(folded) <= 5)
		return LETTERHEAD_DRAFT;
	if (is_type(words, folded))
		return LETTERHEAD_TYPE;
	if (slot == NC_LETTERHEAD_DAY)
		return LETTERHEAD_DAY;
	return is_office(words, folded) ? LETTERHEAD_OFFICE : LETTERHEAD_NONE;
}

enum nc_status letterhead_kind_of(
	struct nc_slice words, enum letterhead_kind *ret_kind)
{
	struct nc_buffer folded;
	enum nc_status status = annual_fold(&folded, words);

	if (status == NC_OK)
		*ret_kind = kind_of(words, nc_buffer_string(&folded));
	nc_buffer_fini(&folded);
	return status;
}

enum nc_status letterhead_is_lead(struct nc_slice words, bool *ret_is)
{
	struct nc_buffer folded;
	enum nc_status status = annual_fold(&folded, words);
	const char *text = nc_buffer_string(&folded);
	size_t count = plan_count_words(text);
	bool grounds = annual_begins(text, "can cu") ||
		       annual_begins(text, "thuc hien");

	*ret_is = status == NC_OK && !annual_begins(text, "kinh gui") &&
		  (count > TITLE_WORDS_MAX ||
			  (count > SENTENCE_WORDS_MIN &&
				  plan_ends_sentence(words)) ||
			  (grounds && count > SENTENCE_WORDS_MIN / 2));
	nc_buffer_fini(&folded);
	return status;
}

bool letterhead_signs(struct nc_slice words)
{
	static const char *const orders[] = {
		"TM.", "KT.", "TL.", "TUQ.", "T/M"};

	if (words.size >= 120)
		return false;
	for (size_t i = 0; i < COUNT(orders); i++)
		if (words.size > strlen(orders[i]) &&
			memcmp(words.data, orders[i], strlen(orders[i])) == 0)
			return true;
	return false;
}

/* --- the whole ---------------------------------------------------------- */

struct finding {
	const struct plan_line *lines;
	size_t count;
	struct nc_slice offices[OFFICES_MAX];
	size_t offices_count;
	size_t anchors;	    /* numbers, days, the state's name */
	size_t anchored_to; /* lines up to the last of them */
};

static bool is_drawn(const struct plan_line *line)
{
	return line->noise == PLAN_NOISE_RULE || line->noise == PLAN_NOISE_PAGE;
}

/* Whether all that a line says is of a letterhead. */
static enum nc_status is_of_letterhead(
	struct finding *finding, const struct plan_line *line, bool *ret_is)
{
	struct nc_slice rest = line->words;
	enum nc_status status = NC_OK;

	*ret_is = rest.size > 0;
	while (status == NC_OK && *ret_is && rest.size > 0) {
		struct nc_slice words = nc_letterhead_take(&rest);
		enum letterhead_kind kind = LETTERHEAD_NONE;

		status = letterhead_kind_of(words, &kind);
		if (kind == LETTERHEAD_OFFICE &&
			finding->offices_count < OFFICES_MAX)
			finding->offices[finding->offices_count++] = words;
		finding->anchors += kind == LETTERHEAD_SYMBOL ||
				    kind == LETTERHEAD_STATE ||
				    kind == LETTERHEAD_DAY;
		*ret_is = kind >= LETTERHEAD_OFFICE && kind <= LETTERHEAD_DRAFT;
		/* a star below the body's name takes the number for its words
		 */
		if (line->mark.kind != PLAN_MARK_NONE)
			*ret_is = kind == LETTERHEAD_SYMBOL;
	}
	return status;
}

/* Whether words speak of an area of work, and not in a body's name. */
static enum nc_status names_area(
	const struct plan_heading *heading, struct nc_slice words, bool *ret_is)
{
	struct nc_buffer folded;
	enum nc_status status;

	*ret_is = false;
	if (!heading->names_area || !heading->like_heading)
		return NC_OK;
	status = annual_fold(&folded, words);
	*ret_is = status == NC_OK &&
		  strcmp(annual_area_of(nc_buffer_string(&folded), "general"),
			  "general") != 0;
	nc_buffer_fini(&folded);
	return status;
}

/* A heading of the first section, not the title's next line: it names an area
 * where the title has its year, or has bullets right below. */
static enum nc_status heads_section(
	const struct finding *finding, size_t at, bool dated, bool *ret_heads)
{
	const struct plan_line *line = &finding->lines[at];
	bool bullets = at + 1 < finding->count &&
		       line[1].mark.kind == PLAN_MARK_BULLET;

	*ret_heads = false;
	if (!dated && !bullets)
		return NC_OK;
	return names_area(&line->heading, line->words, ret_heads);
}

static bool in_brackets(struct nc_slice words)
{
	return words.size > 1 && words.data[0] == '(' &&
	       words.data[words.size - 1] == ')';
}

/* Whether a line goes on with the title. */
static enum nc_status is_of_title(
	const struct finding *finding, size_t at, bool dated, bool *ret_is)
{
	const struct plan_line *line = &finding->lines[at];
	bool lead = false, heads = false;
	enum nc_status status;

	*ret_is = false;
	if (line->noise != PLAN_NOISE_NONE || line->words.size == 0 ||
		line->mark.kind != PLAN_MARK_NONE || line->heading.is_union)
		return NC_OK;
	status = letterhead_is_lead(line->words, &lead);
	if (status == NC_OK)
		status = heads_section(finding, at, dated, &heads);
	*ret_is = in_brackets(line->words) ||
		  (!lead && !heads && !plan_ends_sentence(line->words) &&
			  !(dated && line->blank_before));
	return status;
}

/* The end of the title that begins at. */
static enum nc_status skip_title(
	const struct finding *finding, size_t at, size_t *ret_end)
{
	const size_t first = at;
	unsigned year = 0;
	bool is = true;
	enum nc_status status = NC_OK;

	for (; status == NC_OK && is && at < finding->count; at++) {
		if (is_drawn(&finding->lines[at]))
			continue;
		if (at > first)
			status = is_of_title(finding, at, year != 0, &is);
		is = is && at - first < TITLE_LINES_MAX;
		if (!is)
			break;
		if (status == NC_OK && year == 0)
			status = plan_year_of(finding->lines[at].words, &year);
	}
	*ret_end = at;
	return status;
}

/* "Kính gửi: …", and those whom it lists with bullets. */
static enum nc_status skip_address(
	const struct finding *finding, size_t at, size_t *ret_end)
{
	enum letterhead_kind kind = LETTERHEAD_NONE;
	size_t most = at + ADDRESSES_MAX;
	enum nc_status status = NC_OK;

	*ret_end = at;
	if (at == finding->count)
		return NC_OK;
	status = letterhead_kind_of(finding->lines[at].words, &kind);
	if (kind != LETTERHEAD_ADDRESS ||
		finding->lines[at].mark.kind != PLAN_MARK_NONE)
		return status;
	*ret_end = at + 1;
	if (!plan_ends_sentence(finding->lines[at].words))
		return status;
	while (*ret_end < finding->count && *ret_end < most &&
		finding->lines[*ret_end].mark.kind == PLAN_MARK_BULLET)
		++*ret_end;
	return status;
}

/* "TỈNH QUẢNG TRỊ", also of "UBND TỈNH QUẢNG TRỊ"; empty without. */
static struct nc_slice place_in(struct nc_slice words)
{
	static const char *const places[] = {"TỈNH ", "Tỉnh ", "tỉnh ",
		"THÀNH PHỐ ", "Thành phố ", "thành phố ", "TP. ", "TP "};

	for (size_t i = 0; i < COUNT(places); i++) {
		const uint8_t *at = memmem(
			words.data, words.size, places[i], strlen(places[i]));

		if (at != NULL)
			return nc_slice(
				at, words.size - (size_t)(at - words.data));
	}
	return nc_slice("", 0);
}

/* Sets *ret_name when the two together are a union's name. */
static enum nc_status try_name(struct nc_arena *arena, struct nc_slice body,
	struct nc_slice place, struct nc_slice *ret_name)
{
	struct plan_heading heading = {.is_union = false};
	struct nc_buffer folded, name;
	bool friends = false;
	enum nc_status status = annual_fold(&folded, body);
	const char *kept;

	if (status == NC_OK)
		friends =
			annual_begins(nc_buffer_string(&folded), "lien hiep") &&
			strstr(nc_buffer_string(&folded), "huu nghi") != NULL;
	nc_buffer_fini(&folded);
	if (status != NC_OK || !friends)
		return status;
	nc_buffer_init(&name, NC_TEXT_BYTES_MAX);
	status = nc_buffer_append(&name, body.data, body.size);
	if (status == NC_OK && place.size > 0)
		status = nc_buffer_text(&name, " ");
	if (status == NC_OK)
		status = nc_buffer_append(&name, place.data, place.size);
	if (status == NC_OK)
		status = plan_heading_of(nc_buffer_slice(&name), &heading);
	if (status == NC_OK && heading.is_union) {
		kept = nc_arena_text(arena, nc_buffer_string(&name), name.size);
		*ret_name = nc_slice(kept, name.size);
		status = kept == NULL ? NC_NO_MEMORY : NC_OK;
	}
	nc_buffer_fini(&name);
	return status == NC_LIMIT ? NC_OK : status;
}

/* Whose paper it is: the name stands on one line, goes on on the next, or
 * has its place in the line above. */
static enum nc_status find_name(const struct finding *finding,
	struct nc_arena *arena, struct nc_slice *ret_name)
{
	const struct nc_slice none = nc_slice("", 0);
	const struct nc_slice *offices = finding->offices;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < finding->offices_count && ret_name->size == 0;
		i++) {
		struct nc_slice next = i + 1 < finding->offices_count
					       ? place_in(offices[i + 1])
					       : none;
		struct nc_slice with[] = {
			none, next, i > 0 ? place_in(offices[i - 1]) : none};

		for (size_t k = 0; k < COUNT(with) && status == NC_OK &&
				   ret_name->size == 0;
			k++)
			if (k == 0 || with[k].size > 0)
				status = try_name(
					arena, offices[i], with[k], ret_name);
	}
	return status;
}

static enum nc_status is_type_line(
	const struct finding *finding, size_t at, bool *ret_is)
{
	const struct plan_line *line = &finding->lines[at];
	enum letterhead_kind kind = LETTERHEAD_NONE;
	bool heads = false;
	enum nc_status status;

	*ret_is = false;
	if (line->noise != PLAN_NOISE_NONE ||
		line->mark.kind != PLAN_MARK_NONE || line->words.size == 0)
		return NC_OK;
	status = letterhead_kind_of(line->words, &kind);
	*ret_is = kind == LETTERHEAD_TYPE;
	/* without a letterhead a heading is one */
	if (status == NC_OK && *ret_is && finding->anchors == 0 &&
		finding->offices_count == 0) {
		status = heads_section(finding, at, true, &heads);
		*ret_is = !heads;
	}
	return status;
}

/* The lines above the title. */
static enum nc_status skip_letterhead(
	struct finding *finding, size_t *ret_end, bool *ret_titled)
{
	size_t at = 0;
	enum nc_status status = NC_OK;

	*ret_titled = false;
	for (; at < finding->count && at < LETTERHEAD_LINES_MAX; at++) {
		size_t anchors = finding->anchors;
		bool is = false;

		if (is_drawn(&finding->lines[at]))
			continue;
		if (finding->lines[at].noise != PLAN_NOISE_NONE)
			break;
		status = is_type_line(finding, at, ret_titled);
		if (status != NC_OK || *ret_titled)
			break;
		status = is_of_letterhead(finding, &finding->lines[at], &is);
		if (status != NC_OK || !is)
			break;
		if (finding->anchors > anchors)
			finding->anchored_to = at + 1;
	}
	*ret_end = at;
	return status;
}

enum nc_status letterhead_find(const struct plan_line *lines, size_t count,
	bool first, struct nc_arena *arena, struct letterhead *ret_head)
{
	struct finding finding = {.lines = lines, .count = count};
	struct letterhead head = {.name = nc_slice("", 0)};
	bool titled = false;
	enum nc_status status = skip_letterhead(&finding, &head.title, &titled);

	*ret_head = (struct letterhead){.name = head.name};
	if (status != NC_OK || (!titled && finding.anchors == 0) ||
		(!first && !(titled && finding.anchors > 0)))
		return status;
	if (titled)
		status = skip_title(&finding, head.title, &head.count);
	else
		head.count = head.title = finding.anchored_to;
	if (status == NC_OK)
		status = skip_address(&finding, head.count, &head.count);
	if (status == NC_OK)
		status = find_name(&finding, arena, &head.name);
	if (status == NC_OK)
		*ret_head = head;
	return status;
}
