/* A report's paragraphs, as an import weighs them. */
#include "intake/annual_marks.h"
#include "intake/annual.h"
#include "intake/revise.h"
#include "base/limits.h"
#include "locale/date.h"
#include "locale/text.h"
#include "model/letterhead.h"

#include <string.h>

#define PART_FIELDS                                                            \
	.entity = NC_ENTITY_REPORT_PART, .year = NC_REPORT_PART_YEAR,          \
	.kind = NC_REPORT_PART_KIND, .rank = NC_REPORT_PART_RANK,              \
	.imported = NC_REPORT_PART_IMPORTED, .level = NC_REPORT_PART_LEVEL,    \
	.places = {NC_REPORT_PART_AREA, NC_REPORT_PART_SECTION,                \
		NC_REPORT_PART_PART, NC_REPORT_PART_LABEL},                    \
	.section_places = 3

const struct nc_revise_shape nc_revise_annual_shapes[NC_REVISE_ANNUAL_SHAPES] =
	{
		[NC_REVISE_HEADING] = {PART_FIELDS,
			.text = NC_REPORT_PART_HEADING},
		[NC_REVISE_PART] = {PART_FIELDS, .text = NC_REPORT_PART_TEXT,
			.unprinted = "unread"},
		[NC_REVISE_DOCUMENT] = {.entity = NC_ENTITY_DOCUMENT,
			.year = NC_DOCUMENT_YEAR,
			.kind = NC_DOCUMENT_KIND,
			.text = NC_DOCUMENT_TITLE,
			.imported = NC_DOCUMENT_IMPORTED,
			.first = NC_DOCUMENT_STATUS,
			.places = {NC_DOCUMENT_SYMBOL, NC_DOCUMENT_PLACE,
				NC_DOCUMENT_DATE, NC_DOCUMENT_CLOSING,
				NC_DOCUMENT_RECIPIENTS, NC_DOCUMENT_SIGNER,
				NC_DOCUMENT_SIGNER_TITLE},
			.single = true},
};

enum { PLACE_AREA, PLACE_SECTION, PLACE_PART, PLACE_LABEL };

struct listing {
	const struct nc_annual *annual;
	unsigned year;
	struct nc_arena *arena;
	struct nc_revise_line *lines; /* by order; line 0: none */
	/* The letterhead, a line for each of its places, in their order; it
	 * stands where the first of head_texts title lines does. */
	struct nc_revise_line *head;
	size_t head_count, head_texts;
	struct nc_error *err;
};

static void put(struct listing *listing, size_t order, unsigned shape,
	unsigned level, size_t line, const char *const places[4],
	const char *text)
{
	struct nc_revise_line *out = &listing->lines[order - 1];

	*out = (struct nc_revise_line){
		.shape = shape, .level = level, .text = text, .line = line};
	memcpy(out->places, places, 4 * sizeof(places[0]));
}

/* A label that no record holds goes in front of the words. */
static enum nc_status fit_label(
	struct listing *listing, const char **label, const char **text)
{
	size_t size = strlen(*label);
	struct nc_buffer joined;
	enum nc_status status;

	if (size <= NC_LABEL_BYTES_MAX)
		return NC_OK;
	nc_buffer_init(&joined, 2 * NC_TEXT_BYTES_MAX);
	status = nc_buffer_printf(&joined, "%s %s", *label, *text);
	if (status == NC_OK)
		*text = nc_arena_text(
			listing->arena, nc_buffer_string(&joined), joined.size);
	nc_buffer_fini(&joined);
	if (status != NC_OK || *text == NULL)
		return nc_error_no_memory(listing->err);
	*label = "";
	return NC_OK;
}

static enum nc_status put_texts(struct listing *listing,
	const struct nc_annual_list *list, const char *area,
	const char *section, const char *part)
{
	enum nc_status status = NC_OK;

	for (const struct nc_annual_text *at = list->first;
		status == NC_OK && at != NULL; at = at->next) {
		const char *places[] = {area, section, part, at->label};
		const char *text = at->text;

		status = fit_label(listing, &places[PLACE_LABEL], &text);
		put(listing, at->order, NC_REVISE_PART, at->level, at->line,
			places, text);
	}
	return status;
}

static const char *section_of(const struct nc_annual_section *section)
{
	return section->part[0] == '\0' ? "other" : section->part;
}

static enum nc_status put_heading(struct listing *listing,
	const struct nc_annual_section *section, unsigned depth)
{
	const char *places[] = {section->area, section_of(section),
		section->number, section->printed};
	const char *text = section->heading;
	enum nc_status status;

	if (section->heading[0] == '\0' && section->printed[0] == '\0')
		return NC_OK;
	status = fit_label(listing, &places[PLACE_LABEL], &text);
	put(listing, section->order, NC_REVISE_HEADING, depth, section->line,
		places, text);
	return status;
}

/* No deeper than NC_ANNUAL_DEPTH_MAX. */
static enum nc_status put_sections(struct listing *listing,
	const struct nc_annual_sections *sections, unsigned depth)
{
	enum nc_status status = NC_OK;

	for (const struct nc_annual_section *at = sections->first;
		status == NC_OK && at != NULL; at = at->next) {
		status = put_heading(listing, at, depth);
		if (status == NC_OK)
			status = put_texts(listing, &at->paragraphs, at->area,
				section_of(at), at->number);
		if (status == NC_OK)
			status = put_texts(listing, &at->items, at->area,
				section_of(at), at->number);
		if (status == NC_OK)
			status =
				put_sections(listing, &at->sections, depth + 1);
	}
	return status;
}

static enum nc_status put_all(struct listing *listing)
{
	const struct nc_annual *annual = listing->annual;
	const struct {
		const struct nc_annual_list *list;
		const char *section;
	} lists[] = {
		{&annual->title, "title"},
		{&annual->lead, "lead"},
		{&annual->closing, "closing"},
		{&annual->signature, "signature"},
		{&annual->recipients, "recipients"},
		{&annual->unread, "unread"},
	};
	static const char *const recipients[] = {"", "recipients", "", ""};
	enum nc_status status = put_sections(listing, &annual->sections, 1);

	for (size_t i = 0;
		status == NC_OK && i < sizeof(lists) / sizeof(lists[0]); i++)
		status = put_texts(
			listing, lists[i].list, "", lists[i].section, "");
	if (annual->recipients_order > 0)
		put(listing, annual->recipients_order, NC_REVISE_HEADING, 1,
			annual->recipients_line, recipients,
			annual->recipients_heading);
	return status;
}

/* --- the letterhead ------------------------------------------------------ */

/* How many title lines stand above the one that says what the paper is; 0
 * when none does. */
static enum nc_status count_head(struct listing *listing)
{
	size_t count = 0;

	for (const struct nc_annual_text *at = listing->annual->title.first;
		at != NULL; at = at->next, count++) {
		struct nc_buffer folded;
		enum nc_status status =
			annual_fold(&folded, nc_slice_text(at->text));
		bool titled =
			status == NC_OK &&
			annual_begins(nc_buffer_string(&folded), "bao cao");

		nc_buffer_fini(&folded);
		if (status != NC_OK)
			return nc_error_no_memory(listing->err);
		if (titled) {
			listing->head_texts = count;
			return NC_OK;
		}
	}
	return NC_OK;
}

static size_t count_pieces(const struct listing *listing)
{
	const struct nc_annual_text *at = listing->annual->title.first;
	size_t count = 0;

	for (size_t i = 0; i < listing->head_texts; i++, at = at->next) {
		struct nc_slice rest = nc_slice_text(at->text);

		for (; rest.size > 0; count++)
			nc_letterhead_take(&rest);
	}
	return count;
}

/* Adds the pieces of a line that have their place there. */
static enum nc_status add_pieces(struct listing *listing,
	const struct nc_annual_text *at, enum nc_letterhead_slot slot)
{
	struct nc_slice rest = nc_slice_text(at->text);

	while (rest.size > 0) {
		struct nc_slice words = nc_letterhead_take(&rest);
		struct nc_revise_line *line =
			&listing->head[listing->head_count];
		struct nc_buffer folded;
		enum nc_status status = annual_fold(&folded, words);
		bool here = status == NC_OK &&
			    nc_letterhead_slot_of(
				    words, nc_buffer_string(&folded)) == slot;

		nc_buffer_fini(&folded);
		if (status != NC_OK)
			return nc_error_no_memory(listing->err);
		if (!here)
			continue;
		*line = (struct nc_revise_line){.shape = NC_REVISE_PART,
			.places = {"", "title", "", ""},
			.line = at->line};
		line->text = nc_arena_text(
			listing->arena, (const char *)words.data, words.size);
		if (line->text == NULL)
			return nc_error_no_memory(listing->err);
		listing->head_count++;
	}
	return NC_OK;
}

/* A letterhead says the same in cells, in columns of one line or below each
 * other: its records are those that its print in Word would make. */
static enum nc_status put_head(struct listing *listing)
{
	enum nc_status status = count_head(listing);

	if (status != NC_OK)
		return status;
	listing->head = nc_arena_array(listing->arena,
		count_pieces(listing) + 1, sizeof(*listing->head));
	if (listing->head == NULL)
		return nc_error_no_memory(listing->err);
	for (unsigned slot = 0; slot < NC_LETTERHEAD_SLOTS; slot++) {
		const struct nc_annual_text *at = listing->annual->title.first;

		for (size_t i = 0; i < listing->head_texts && status == NC_OK;
			i++) {
			status = add_pieces(
				listing, at, (enum nc_letterhead_slot)slot);
			at = at->next;
		}
	}
	return status;
}

/* --- in one order -------------------------------------------------------- */

static bool is_title(const struct nc_revise_line *line)
{
	return strcmp(line->places[PLACE_SECTION], "title") == 0;
}

/* Closes the gaps, and numbers the runs of lines that stand together. */
static enum nc_status close_up(struct listing *listing, size_t *ret_count)
{
	const size_t room = listing->annual->count + listing->head_count + 1;
	struct nc_revise_line *out =
		nc_arena_array(listing->arena, room, sizeof(*out));
	const char *before = "";
	size_t count = 0, section = 0, titles = 0;

	if (out == NULL)
		return nc_error_no_memory(listing->err);
	for (size_t i = 0; i < listing->annual->count; i++) {
		struct nc_revise_line *line = &listing->lines[i];
		const char *place = line->places[PLACE_SECTION];
		size_t from = count;

		if (line->line == 0)
			continue;
		if (strcmp(place, "unread") != 0) {
			section += line->shape == NC_REVISE_HEADING ||
				   strcmp(place, before) != 0;
			before = place;
		}
		if (is_title(line) && titles++ < listing->head_texts) {
			for (size_t k = 0;
				titles == 1 && k < listing->head_count; k++)
				out[count++] = listing->head[k];
		} else {
			out[count++] = *line;
		}
		for (; from < count; from++)
			out[from].section = section;
	}
	listing->lines = out;
	*ret_count = count;
	return NC_OK;
}

/* --- what the words say of the paper ------------------------------------ */

/* The paper's own words, or "" for what they do not tell. */
struct paper {
	struct nc_buffer title, closing, recipients, signer_title;
	const char *symbol, *place, *date, *signer;
	bool titled; /* the line "BÁO CÁO" was seen */
	bool named;  /* and the lines below it are the title */
};

/* A line of text more; what no record can hold is left out. */
static enum nc_status append(
	struct nc_buffer *out, struct nc_slice text, const char *between)
{
	size_t size = out->size;
	enum nc_status status = NC_OK;

	text = nc_text_trim(text);
	if (text.size == 0)
		return NC_OK;
	if (size > 0)
		status = nc_buffer_text(out, between);
	if (status == NC_OK)
		status = nc_buffer_append(out, text.data, text.size);
	if (status != NC_LIMIT)
		return status;
	out->size = size;
	return NC_OK;
}

/* An item a line: a line end inside a text begins another. */
static enum nc_status append_lines(
	struct nc_buffer *out, const struct nc_annual_text *at)
{
	const char *from = at->text;
	enum nc_status status = NC_OK;

	while (status == NC_OK && *from != '\0') {
		size_t size = strcspn(from, "\n");

		status = append(out, nc_slice(from, size), "\n");
		from += size + (from[size] == '\n');
	}
	return status;
}

static enum nc_status keep_short(
	struct listing *listing, struct nc_slice text, const char **ret_text)
{
	const char *kept;

	text = nc_text_trim(text);
	if (text.size == 0 || text.size > NC_LABEL_BYTES_MAX)
		return NC_OK;
	kept = nc_arena_text(
		listing->arena, (const char *)text.data, text.size);
	if (kept == NULL)
		return NC_NO_MEMORY;
	*ret_text = kept;
	return NC_OK;
}

/* "Khánh Hòa, ngày 05 tháng 12 năm 2023": the place and the day. */
static enum nc_status read_day(
	struct listing *listing, struct paper *paper, struct nc_slice text)
{
	const uint8_t *comma = memchr(text.data, ',', text.size);
	char stored[NC_DATE_STORED_SIZE];
	struct nc_error ignored = {0};
	struct nc_date date;
	size_t size;
	enum nc_status status;

	if (comma == NULL)
		return NC_OK;
	size = (size_t)(comma - text.data);
	status = nc_date_parse(
		nc_text_trim(nc_slice(comma + 1, text.size - size - 1)), 0,
		&date, &ignored);
	if (status == NC_NO_MEMORY)
		return status;
	if (status != NC_OK || date.kind != NC_DATE_DAY)
		return NC_OK;
	nc_date_stored(stored, &date);
	status = keep_short(listing, nc_slice_text(stored), &paper->date);
	if (status == NC_OK)
		status = keep_short(
			listing, nc_slice(text.data, size), &paper->place);
	return status;
}

/* "Số: 12/BC-LHHN". */
static enum nc_status read_symbol(
	struct listing *listing, struct paper *paper, struct nc_slice text)
{
	const uint8_t *colon = memchr(text.data, ':', text.size);
	struct nc_slice rest;

	if (colon == NULL || paper->symbol[0] != '\0')
		return NC_OK;
	rest = nc_text_trim(nc_slice(
		colon + 1, text.size - (size_t)(colon + 1 - text.data)));
	/* One that is filled in: a number first. */
	if (rest.size == 0 || rest.data[0] < '0' || rest.data[0] > '9')
		return NC_OK;
	return keep_short(listing, rest, &paper->symbol);
}

/* One column of one line above the sections. */
static enum nc_status read_title(
	struct listing *listing, struct paper *paper, struct nc_slice text)
{
	struct nc_buffer folded;
	enum nc_status status = annual_fold(&folded, text);
	const char *words = nc_buffer_string(&folded);

	if (status == NC_OK && annual_begins(words, "kinh gui")) {
		paper->named = true;
	} else if (status == NC_OK && !paper->titled &&
		   annual_begins(words, "bao cao")) {
		paper->titled = true;
		if (strcmp(words, "bao cao") != 0)
			status = append(&paper->title, text, " ");
	} else if (status == NC_OK && paper->titled && !paper->named) {
		status = append(&paper->title, text, " ");
	} else if (status == NC_OK && annual_begins(words, "so")) {
		status = read_symbol(listing, paper, text);
	} else if (status == NC_OK) {
		status = read_day(listing, paper, text);
	}
	nc_buffer_fini(&folded);
	return status;
}

static enum nc_status read_titles(struct listing *listing, struct paper *paper)
{
	enum nc_status status = NC_OK;

	for (const struct nc_annual_text *at = listing->annual->title.first;
		status == NC_OK && at != NULL; at = at->next) {
		struct nc_slice rest = nc_slice_text(at->text);

		while (status == NC_OK && rest.size > 0)
			status = read_title(
				listing, paper, nc_letterhead_take(&rest));
	}
	return status;
}

/* A report without a title. */
static enum nc_status name_title(struct listing *listing, struct paper *paper)
{
	if (paper->title.size > 0)
		return NC_OK;
	return nc_buffer_printf(&paper->title,
		listing->annual->half_year ? "Báo cáo 6 tháng đầu năm %u"
					   : "Báo cáo năm %u",
		listing->year);
}

/* The last line is the name, unless it looks like an office or a stamp. */
static enum nc_status read_signature(
	struct listing *listing, struct paper *paper)
{
	enum nc_status status = NC_OK;

	for (const struct nc_annual_text *at = listing->annual->signature.first;
		status == NC_OK && at != NULL; at = at->next) {
		struct nc_slice text = nc_slice_text(at->text);
		bool office = true;

		if (at->next == NULL)
			status = annual_is_signature(text, &office);
		if (status == NC_OK && !office && at->text[0] != '(')
			status = keep_short(listing, text, &paper->signer);
		else if (status == NC_OK)
			status = append_lines(&paper->signer_title, at);
	}
	return status;
}

static enum nc_status read_paper(struct listing *listing, struct paper *paper)
{
	const struct nc_annual *annual = listing->annual;
	enum nc_status status = read_titles(listing, paper);

	if (status == NC_OK)
		status = name_title(listing, paper);
	for (const struct nc_annual_text *at = annual->closing.first;
		status == NC_OK && at != NULL; at = at->next)
		status = append(&paper->closing, nc_slice_text(at->text), "\n");
	for (const struct nc_annual_text *at = annual->recipients.first;
		status == NC_OK && at != NULL; at = at->next)
		status = append_lines(&paper->recipients, at);
	return status == NC_OK ? read_signature(listing, paper) : status;
}

static const char *keep_buffer(
	const struct listing *listing, const struct nc_buffer *text)
{
	return nc_arena_text(
		listing->arena, nc_buffer_string(text), text->size);
}

static enum nc_status put_paper(
	struct listing *listing, const struct paper *paper, size_t at)
{
	struct nc_revise_line *line = &listing->lines[at];

	*line = (struct nc_revise_line){.shape = NC_REVISE_DOCUMENT,
		.places = {paper->symbol, paper->place, paper->date,
			keep_buffer(listing, &paper->closing),
			keep_buffer(listing, &paper->recipients), paper->signer,
			keep_buffer(listing, &paper->signer_title)},
		.text = keep_buffer(listing, &paper->title),
		.line = 1,
		.section = SIZE_MAX,
		.first = "draft"};
	for (size_t i = 0; i < 7; i++)
		if (line->places[i] == NULL)
			return NC_NO_MEMORY;
	return line->text == NULL ? NC_NO_MEMORY : NC_OK;
}

static enum nc_status add_paper(struct listing *listing, size_t at)
{
	struct paper paper = {
		.symbol = "", .place = "", .date = "", .signer = ""};
	struct nc_buffer *texts[] = {&paper.title, &paper.closing,
		&paper.recipients, &paper.signer_title};
	enum nc_status status;

	for (size_t i = 0; i < 4; i++)
		nc_buffer_init(texts[i], NC_TEXT_BYTES_MAX);
	status = read_paper(listing, &paper);
	if (status == NC_OK)
		status = put_paper(listing, &paper, at);
	for (size_t i = 0; i < 4; i++)
		nc_buffer_fini(texts[i]);
	return status == NC_OK ? NC_OK : nc_error_no_memory(listing->err);
}

enum nc_status nc_revise_annual_lines(const struct nc_annual *annual,
	unsigned year, struct nc_arena *arena,
	const struct nc_revise_line **ret_lines, size_t *ret_count,
	struct nc_error *err)
{
	struct listing listing = {
		.annual = annual, .year = year, .arena = arena, .err = err};
	size_t room = annual->count + 1;
	size_t count = 0;
	enum nc_status status;

	listing.lines = nc_arena_array(arena, room, sizeof(*listing.lines));
	if (listing.lines == NULL)
		return nc_error_no_memory(err);
	memset(listing.lines, 0, room * sizeof(*listing.lines));
	status = put_all(&listing);
	if (status == NC_OK)
		status = put_head(&listing);
	if (status == NC_OK)
		status = close_up(&listing, &count);
	if (status == NC_OK)
		status = add_paper(&listing, count);
	if (status != NC_OK)
		return status;
	*ret_lines = listing.lines;
	*ret_count = count + 1;
	return NC_OK;
}
