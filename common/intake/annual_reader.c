/*
 * What a report is made of is decided line by line in annual_outline.c; here
 * each line goes where it belongs.
 *
 * - Title: the lines before the first sentence or section, each as printed.
 * - A section's plain paragraphs are its paragraphs, wherever they stand
 *   between its bullets; bullets and numbers that head nothing are items, at
 *   the level where their look first appeared (plan_levels.h). A new look
 *   that elsewhere in the section stands right below the outer one is no
 *   deeper, but a second look of the inner level: "·" and "-" below "*".
 * - A heading that runs into text leaves the rest as the first paragraph.
 * - The end: closing words, signatures, recipients, also side by side.
 */
#include "intake/annual_build.h"
#include "intake/annual_outline.h"
#include "intake/letterhead.h"
#include "intake/plan_levels.h"
#include "intake/wrap.h"
#include "base/limits.h"
#include "locale/text.h"
#include "model/letterhead.h"

#include <string.h>

/* How far a section is searched for the company that bullets keep. */
#define COMPANY_LINES 500
/* Lines of the file that one line of the title was joined from. */
#define TITLE_JOINED 8

struct open_part {
	struct nc_annual_section *section;
	size_t line; /* its index */
};

struct reader {
	struct annual_build build;
	const struct nc_document *document;
	const struct annual_outline *outline;
	struct open_part open[NC_ANNUAL_DEPTH_MAX];
	unsigned depth;
	struct plan_levels levels; /* of the open section's items */
	size_t paragraph;	   /* of the document, while in the title */
	bool lead;		   /* the title is complete */
	bool recipients, signature;
};

/* --- title and lead ---------------------------------------------------- */

static enum nc_status add_title_line(
	struct reader *reader, struct nc_slice text, size_t line)
{
	return annual_add_text(
		&reader->build, &reader->build.annual->title, text, line);
}

/* The paragraphs of the file that were joined into lines[at], one by one;
 * what cannot be told apart stays on one line. */
static enum nc_status add_title(struct reader *reader, size_t at)
{
	const struct nc_document *document = reader->document;
	const struct plan_line *line = reader->outline->lines[at].plan;
	struct nc_slice rest = line->words;
	enum nc_status status = NC_OK;

	while (reader->paragraph < document->count &&
		document->paragraphs[reader->paragraph].line < line->line)
		reader->paragraph++;
	for (size_t i = reader->paragraph;
		status == NC_OK && i < document->count &&
		i < reader->paragraph + TITLE_JOINED;
		i++) {
		struct nc_slice text =
			nc_slice_text(document->paragraphs[i].text);

		if (rest.size <= text.size || rest.data[text.size] != ' ' ||
			memcmp(rest.data, text.data, text.size) != 0)
			continue;
		status = add_title_line(
			reader, text, document->paragraphs[i].line);
		rest = nc_text_trim(
			nc_slice(rest.data + text.size, rest.size - text.size));
	}
	if (status == NC_OK && rest.size > 0)
		status = add_title_line(reader, rest,
			line->line + (rest.size < line->words.size));
	return status;
}

static enum nc_status no_memory(
	const struct reader *reader, enum nc_status status)
{
	return status == NC_OK ? NC_OK : nc_error_no_memory(reader->build.err);
}

/* A bullet or number that has no words. */
static enum nc_status add_empty(
	struct reader *reader, const struct plan_line *line)
{
	struct nc_slice text = line->mark.label;
	const char glyph = (char)line->mark.key;

	if (text.size == 0 && line->mark.key > ' ' && line->mark.key < 0x7f)
		text = nc_slice(&glyph, 1);
	else if (text.size == 0)
		text = nc_slice_text("•");
	return annual_add_unread(
		&reader->build, text, line->line, "empty-mark");
}

/* A line above or below the sections, with its number: it heads nothing and
 * is no item. */
static enum nc_status whole_line(struct reader *reader,
	const struct plan_line *line, struct nc_slice *ret_words)
{
	const char *kept;
	enum nc_status status;

	*ret_words = line->words;
	if (line->mark.kind != PLAN_MARK_NUMBER || line->printed.size == 0)
		return NC_OK;
	status = annual_keep(&reader->build, line->printed, &kept);
	if (status == NC_OK)
		status = annual_join(&reader->build, &kept, line->words);
	if (status == NC_OK)
		*ret_words = nc_slice_text(kept);
	return status;
}

static enum nc_status read_front(struct reader *reader, size_t at)
{
	const struct plan_line *line = reader->outline->lines[at].plan;
	struct nc_slice words;
	enum nc_status status = NC_OK;

	if (!reader->lead)
		status = no_memory(
			reader, letterhead_is_lead(line->words, &reader->lead));
	if (status != NC_OK)
		return status;
	if (!reader->lead && line->mark.kind != PLAN_MARK_NUMBER)
		return add_title(reader, at);
	status = whole_line(reader, line, &words);
	if (status == NC_OK)
		status = annual_add_text(&reader->build,
			reader->lead ? &reader->build.annual->lead
				     : &reader->build.annual->title,
			words, line->line);
	return status;
}

/* --- sections ----------------------------------------------------------- */

/* The number as it stands before the words: "2.1.", "a)", "6. 1."; "" for a
 * bullet, whose look its level tells. */
static enum nc_status keep_printed(struct reader *reader,
	const struct annual_line *line, const char **ret_printed)
{
	const struct plan_line *plan = line->plan;
	bool typed = plan->mark.kind == PLAN_MARK_NUMBER;
	struct nc_slice more =
		nc_text_trim(nc_slice(plan->words.data, line->mark.size));

	*ret_printed = "";
	if (typed && plan->printed.size > 0) {
		enum nc_status status =
			annual_keep(&reader->build, plan->printed, ret_printed);

		if (status != NC_OK || more.size == 0)
			return status;
	} else if (more.size == 0) {
		return NC_OK;
	}
	return annual_join(&reader->build, ret_printed, more);
}

static enum nc_status name_section(struct reader *reader,
	struct nc_annual_section *section, const struct annual_line *line,
	const struct nc_annual_section *around)
{
	struct nc_buffer folded;
	enum nc_status status =
		annual_fold(&folded, nc_slice_text(section->heading));
	const char *words = nc_buffer_string(&folded);

	if (status == NC_OK) {
		section->area = annual_area_of(
			words, around == NULL ? "general" : around->area);
		section->part = annual_part_of(
			words, around == NULL ? "" : around->part);
	}
	nc_buffer_fini(&folded);
	if (status != NC_OK)
		return nc_error_no_memory(reader->build.err);
	status = keep_printed(reader, line, &section->printed);
	if (status != NC_OK || line->mark.number[0] == '\0')
		return status;
	status = annual_keep(
		&reader->build, nc_slice_text(line->path), &section->number);
	/* "6. 1." and the like as one number */
	if (status == NC_OK && line->mark.size > 0 && !line->mark.doubtful)
		status = annual_keep(&reader->build,
			nc_slice_text(line->mark.number), &section->label);
	else if (status == NC_OK)
		status = annual_keep(
			&reader->build, line->mark.label, &section->label);
	return status;
}

/* The heading as printed, with what the next lines go on with; *ret_rest is
 * what runs on after it. */
static enum nc_status read_heading(struct reader *reader, size_t at,
	struct nc_annual_section *section, struct nc_slice *ret_rest)
{
	const struct annual_line *line = &reader->outline->lines[at];
	struct plan_heading looks = {.area = "general"};
	size_t size;
	enum nc_status status =
		no_memory(reader, plan_heading_of(line->words, &looks));

	if (status != NC_OK)
		return status;
	size = annual_heading_size(&looks, line->words);
	/* "Phần thứ nhất: …" is one heading. */
	if (line->mark.kind == ANNUAL_PART ||
		line->mark.kind == ANNUAL_APPENDIX ||
		line->plan->heading_level > 0)
		size = line->words.size;
	status = annual_keep(&reader->build,
		nc_text_trim(nc_slice(line->words.data, size)),
		&section->heading);
	*ret_rest = nc_text_trim(
		nc_slice(line->words.data + size, line->words.size - size));
	for (at++; status == NC_OK && at < reader->outline->count; at++) {
		const struct annual_line *more = &reader->outline->lines[at];

		if (!more->joins && more->plan->noise == PLAN_NOISE_NONE)
			break;
		if (more->joins)
			status = annual_join(
				&reader->build, &section->heading, more->words);
	}
	return status;
}

static enum nc_status open_section(struct reader *reader, size_t at)
{
	const struct annual_line *line = &reader->outline->lines[at];
	struct nc_annual_sections *to = &reader->build.annual->sections;
	struct nc_annual_section *section = NULL, *around = NULL;
	struct nc_slice rest = nc_slice("", 0);
	enum nc_status status;

	while (reader->depth > 0 &&
		reader->open[reader->depth - 1].line + 1 != line->parent)
		reader->depth--;
	if (reader->depth > 0) {
		around = reader->open[reader->depth - 1].section;
		to = &around->sections;
	}
	status = annual_add_section(&reader->build, to, &section);
	if (status != NC_OK)
		return status;
	section->line = line->plan->line;
	reader->open[reader->depth++] =
		(struct open_part){.section = section, .line = at};
	reader->levels.depth = 0;
	status = read_heading(reader, at, section, &rest);
	if (status == NC_OK)
		status = name_section(reader, section, line, around);
	if (status == NC_OK && rest.size > 0)
		status = annual_add_text(&reader->build, &section->paragraphs,
			rest, line->plan->line);
	return status;
}

/* The open section; before any heading, one without a heading. */
static enum nc_status need_section(struct reader *reader, size_t at,
	struct nc_annual_section **ret_section)
{
	enum nc_status status;

	if (reader->depth > 0) {
		*ret_section = reader->open[reader->depth - 1].section;
		return NC_OK;
	}
	status = annual_add_section(
		&reader->build, &reader->build.annual->sections, ret_section);
	if (status != NC_OK)
		return status;
	(*ret_section)->line = reader->outline->lines[at].plan->line;
	reader->open[0] =
		(struct open_part){.section = *ret_section, .line = (size_t)-2};
	reader->depth = 1;
	reader->levels.depth = 0;
	return NC_OK;
}

/* --- items -------------------------------------------------------------- */

static bool is_item(const struct annual_line *line)
{
	return line->zone == ANNUAL_BODY && !line->section && !line->joins &&
	       line->plan->noise == PLAN_NOISE_NONE &&
	       (line->plan->mark.kind != PLAN_MARK_NONE ||
		       line->mark.kind != ANNUAL_NONE);
}

/* Whether key stands right below outer's look somewhere around line at. */
static bool keeps_company(const struct reader *reader, size_t at,
	const struct plan_level *outer, uint32_t key)
{
	const struct annual_outline *outline = reader->outline;
	size_t from = at, before = 0;

	while (from > 0 && !outline->lines[from].section &&
		at - from < COMPANY_LINES)
		from--;
	for (size_t i = from; i < outline->count &&
			      i - at + COMPANY_LINES < 2 * COMPANY_LINES;
		i++) {
		const struct annual_line *line = &outline->lines[i];

		if (i > from && line->section)
			break;
		if (!is_item(line))
			continue;
		if (line->plan->mark.key == key && before != 0 &&
			(before == outer->key || before == outer->other))
			return true;
		before = line->plan->mark.key;
	}
	return false;
}

static unsigned level_of(struct reader *reader, size_t at)
{
	struct plan_levels *levels = &reader->levels;
	struct plan_line line = *reader->outline->lines[at].plan;

	/* A number that the plan's marks do not know. */
	if (line.mark.kind == PLAN_MARK_NONE)
		line.mark.key =
			0x8000000u | reader->outline->lines[at].mark.parts;
	if (levels->depth > 1 && line.list_level < 0 &&
		!plan_levels_knows(levels, &line) &&
		levels->levels[levels->depth - 1].other == 0 &&
		!plan_levels_is_inside(levels, &line) &&
		keeps_company(reader, at, &levels->levels[levels->depth - 2],
			line.mark.key))
		return plan_levels_beside(levels, &line);
	return plan_levels_item(levels, &line);
}

static enum nc_status read_body(struct reader *reader, size_t at)
{
	const struct annual_line *line = &reader->outline->lines[at];
	struct nc_annual_section *section = NULL;
	const char *label;
	enum nc_status status;

	if (line->section)
		return open_section(reader, at);
	if (line->joins)
		return NC_OK;
	if (line->words.size == 0)
		return add_empty(reader, line->plan);
	status = need_section(reader, at, &section);
	if (status != NC_OK)
		return status;
	if (!is_item(line))
		return annual_add_text(&reader->build, &section->paragraphs,
			line->words, line->plan->line);
	status = keep_printed(reader, line, &label);
	if (status != NC_OK)
		return status;
	return annual_add_item(&reader->build, section, level_of(reader, at),
		label, line->words, line->plan->line);
}

/* --- the end ------------------------------------------------------------ */

static enum nc_status add_signature(
	struct reader *reader, struct nc_slice words, size_t line)
{
	if (words.size == 0)
		return NC_OK;
	reader->signature = true;
	return annual_add_text(
		&reader->build, &reader->build.annual->signature, words, line);
}

static enum nc_status add_recipient(
	struct reader *reader, struct nc_slice words, size_t line)
{
	if (words.size == 0)
		return NC_OK;
	return annual_add_text(
		&reader->build, &reader->build.annual->recipients, words, line);
}

/* "Nơi nhận:", and what stands behind its colon. */
static enum nc_status begin_recipients(
	struct reader *reader, struct nc_slice words, size_t line)
{
	struct nc_annual *annual = reader->build.annual;
	const uint8_t *colon = memchr(words.data, ':', words.size);
	size_t size =
		colon == NULL ? words.size : (size_t)(colon - words.data) + 1;
	struct nc_slice heading = nc_slice(words.data, size);
	enum nc_status status;

	reader->recipients = true;
	reader->signature = false;
	/* a second list's heading is a line of it */
	if (annual->recipients_heading[0] != '\0')
		return add_recipient(reader, words, line);
	annual->recipients_line = line;
	annual->recipients_order = annual_next_order(&reader->build);
	status = annual_keep(
		&reader->build, heading, &annual->recipients_heading);
	if (status != NC_OK)
		return status;
	return add_recipient(reader,
		nc_text_trim(nc_slice(words.data + size, words.size - size)),
		line);
}

/* Whether a line without a bullet goes on with the list of recipients. */
static enum nc_status is_recipient(
	const struct reader *reader, struct nc_slice words, bool *ret_is)
{
	bool signature = false;
	enum nc_status status = annual_is_signature(words, &signature);
	uint8_t last = words.size > 0 ? words.data[words.size - 1] : 0;

	*ret_is = reader->recipients && !signature &&
		  (!reader->signature || last == ';' || last == '.');
	return status;
}

static enum nc_status read_closing(
	struct reader *reader, const struct plan_line *line)
{
	return annual_add_text(&reader->build, &reader->build.annual->closing,
		line->words, line->line);
}

static enum nc_status read_end_words(struct reader *reader,
	const struct annual_line *line, struct nc_slice words)
{
	const struct plan_line *plan = line->plan;
	bool is = false;
	enum nc_status status =
		no_memory(reader, annual_is_recipients(words, &is));

	if (status != NC_OK)
		return status;
	if (is && plan->mark.kind == PLAN_MARK_NONE)
		return begin_recipients(reader, words, plan->line);
	if (plan->mark.kind != PLAN_MARK_NONE)
		return add_recipient(reader, words, plan->line);
	status = no_memory(reader, annual_is_closing(words, &is));
	if (status == NC_OK && is)
		return read_closing(reader, plan);
	if (status == NC_OK)
		status = no_memory(reader, is_recipient(reader, words, &is));
	if (status != NC_OK)
		return status;
	if (is)
		return add_recipient(reader, words, plan->line);
	if (!reader->recipients && !reader->signature &&
		plan_ends_sentence(words) && words.size > 40)
		return read_closing(reader, plan);
	return add_signature(reader, words, plan->line);
}

/* A cell's lines may be broken by hand; each is a row of two columns, and
 * who signs stands in the second. */
static enum nc_status read_end_row(struct reader *reader,
	const struct annual_line *line, struct nc_slice row)
{
	size_t left = annual_columns(row);
	enum nc_status status =
		read_end_words(reader, line, nc_slice(row.data, left));

	if (status == NC_OK && left < row.size)
		status = add_signature(reader,
			nc_text_trim(
				nc_slice(row.data + left, row.size - left)),
			line->plan->line);
	return status;
}

static enum nc_status read_end(struct reader *reader, size_t at)
{
	const struct annual_line *line = &reader->outline->lines[at];
	struct nc_slice rest;
	enum nc_status status;

	if (line->plan->words.size == 0)
		return add_empty(reader, line->plan);
	if (line->plan->noise == PLAN_NOISE_CLOSING)
		return read_closing(reader, line->plan);
	status = whole_line(reader, line->plan, &rest);
	while (status == NC_OK && rest.size > 0) {
		const uint8_t *end = memchr(rest.data, '\n', rest.size);
		struct nc_slice row = nc_slice(rest.data,
			end == NULL ? rest.size : (size_t)(end - rest.data));

		rest = nc_text_trim(
			nc_slice(rest.data + row.size, rest.size - row.size));
		status = read_end_row(reader, line, nc_text_trim(row));
	}
	return status;
}

/* --- all of it ---------------------------------------------------------- */

static enum nc_status read_line(struct reader *reader, size_t at)
{
	const struct annual_line *line = &reader->outline->lines[at];
	const struct plan_line *plan = line->plan;
	const char *why = NULL;

	if (plan->noise == PLAN_NOISE_PAGE)
		why = "page-number";
	else if (plan->noise == PLAN_NOISE_RULE)
		why = "rule";
	else if (plan->noise == PLAN_NOISE_TABLE)
		why = "table-head";
	if (why != NULL)
		return annual_add_unread(
			&reader->build, plan->words, plan->line, why);
	if (line->zone == ANNUAL_FRONT)
		return plan->words.size == 0 ? add_empty(reader, line->plan)
					     : read_front(reader, at);
	if (line->zone == ANNUAL_END)
		return read_end(reader, at);
	reader->recipients = reader->signature = false;
	return read_body(reader, at);
}

/* Whether folded words speak of six months before they name a year. */
static bool is_half_year(const char *folded)
{
	static const char *const words[] = {
		"6 thang", "06 thang", "sau thang", "nua nam", "ban nien"};
	const char *year = strstr(folded, "nam 20");

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		const char *at = strstr(folded, words[i]);

		if (at != NULL && (at == folded || at[-1] == ' ') &&
			(year == NULL || at < year))
			return true;
	}
	return false;
}

static enum nc_status read_title_year(
	struct nc_annual *annual, struct nc_slice text)
{
	enum letterhead_kind kind = LETTERHEAD_NONE;
	struct nc_buffer folded;
	enum nc_status status = annual_fold(&folded, text);

	if (status == NC_OK)
		annual->half_year = annual->half_year ||
				    is_half_year(nc_buffer_string(&folded));
	nc_buffer_fini(&folded);
	if (status == NC_OK)
		status = letterhead_kind_of(text, &kind);
	if (status == NC_OK && kind != LETTERHEAD_DAY &&
		kind != LETTERHEAD_SYMBOL)
		status = plan_year_of(text, &annual->year);
	return status;
}

/* The year in the title, not that of the day on which it was signed; and
 * whether it is a report on six months. */
static enum nc_status read_year(struct nc_annual *annual, struct nc_error *err)
{
	for (const struct nc_annual_text *at = annual->title.first;
		at != NULL && annual->year == 0; at = at->next) {
		struct nc_slice rest = nc_slice_text(at->text);
		enum nc_status status = NC_OK;

		while (status == NC_OK && rest.size > 0 && annual->year == 0)
			status = read_title_year(
				annual, nc_letterhead_take(&rest));
		if (status != NC_OK)
			return nc_error_no_memory(err);
	}
	return NC_OK;
}

static enum nc_status read_all(const struct nc_document *document,
	const struct annual_outline *outline, struct nc_annual *annual,
	struct nc_error *err)
{
	struct reader reader = {.build = {.annual = annual, .err = err},
		.document = document,
		.outline = outline};
	enum nc_status status = NC_OK;

	for (size_t i = 0; status == NC_OK && i < outline->count; i++)
		status = read_line(&reader, i);
	if (status == NC_OK)
		status = read_year(annual, err);
	return status;
}

enum nc_status nc_annual_read(const struct nc_document *document,
	struct nc_annual *annual, struct nc_error *err)
{
	struct nc_document joined;
	struct plan_lines lines;
	struct annual_outline outline = {.lines = NULL};
	enum nc_status status;

	nc_document_init(&joined);
	plan_lines_init(&lines);
	status = wrap_join(&joined, document, err);
	if (status == NC_OK)
		status = plan_lines_read(&lines, &joined, err);
	if (status == NC_OK && annual_outline_read(&outline, &lines) != NC_OK)
		status = nc_error_no_memory(err);
	if (status == NC_OK)
		status = read_all(document, &outline, annual, err);
	annual_outline_fini(&outline);
	plan_lines_fini(&lines);
	nc_document_fini(&joined);
	if (status != NC_OK)
		nc_annual_fini(annual);
	return status;
}
