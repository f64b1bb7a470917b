/*
 * The plan as unions type it. Nothing below is a format that anyone agreed
 * on; it is what the offices' documents have in common.
 *
 * - A paper's letterhead and title (letterhead.h) are left out; the body
 *   that it names is the union.
 * - A union begins with its name on a line (plan_marks.h, plan_outline.c).
 *   What stands before the first is left out; without any, the whole is one
 *   nameless union.
 * - A section begins with a heading, by words, letter or style; its area is
 *   told by its words. A heading that runs on after a colon leaves the rest
 *   as the section's lead.
 * - Items have bullets or numbers. A bullet's level is where its look first
 *   appeared in the section: a known one goes back to its level, a new one
 *   goes one deeper; "-" is above "+" here and below "*" there.
 * - A heading with nothing below it is the one item of its section.
 * - Paragraphs before the first bullet are leads; a section without bullets
 *   is one item; a paragraph after bullets is an item of level 1.
 */
#include "intake/plan_reader.h"
#include "intake/annual_marks.h"
#include "intake/letterhead.h"
#include "intake/plan_build.h"
#include "intake/plan_levels.h"
#include "intake/plan_lines.h"
#include "intake/wrap.h"
#include "base/limits.h"
#include "locale/text.h"

#include <string.h>

/* A title's year stands this close below the word "Kế hoạch". */
#define TITLE_LINES 3

struct reader {
	struct plan_build build;
	const struct plan_line *lines;
	struct build_union *of_union;
	struct build_section *section; /* NULL before the first */
	/* Paragraphs since the section began, while it has no bullet. */
	size_t waiting_from, waiting_to; /* of lines; plain ones among them */
	struct nc_slice run_on;		 /* what followed a heading's colon */
	size_t run_on_line;
	bool bulleted;
	bool ended;	 /* the last words end with "./." */
	bool closed;	 /* a closing line was seen */
	bool recipients; /* and the list of recipients began */
	size_t tail;	 /* of lines: behind the last item or heading */
	struct plan_levels levels;
	struct nc_error *err;
};

/* The paragraphs that wait to be leads or an item. */
static bool waits(const struct plan_line *line)
{
	return line->noise == PLAN_NOISE_NONE && line->role == PLAN_ROLE_BODY &&
	       line->mark.kind == PLAN_MARK_NONE && line->words.size > 0;
}

static enum nc_status waiting_to_leads(struct reader *reader)
{
	for (size_t i = reader->waiting_from; i < reader->waiting_to; i++) {
		const struct plan_line *line = &reader->lines[i];
		enum nc_status status;

		if (!waits(line))
			continue;
		status = plan_build_lead(&reader->build, reader->of_union,
			reader->section, line->words, line->line);
		if (status != NC_OK)
			return status;
	}
	reader->waiting_from = reader->waiting_to;
	return NC_OK;
}

/* The section that a union has when it prints no heading. */
static enum nc_status need_section(struct reader *reader, size_t line)
{
	const struct nc_slice none = nc_slice("", 0);

	if (reader->section != NULL)
		return NC_OK;
	return plan_build_section(&reader->build, reader->of_union, none, none,
		"general", line, &reader->section);
}

/* All that waits, each paragraph on a line of its own. NC_LIMIT when it is
 * more than one record holds. */
static enum nc_status join_waiting(
	struct reader *reader, struct nc_buffer *out, size_t *ret_line)
{
	enum nc_status status = NC_OK;

	*ret_line = 0;
	for (size_t i = reader->waiting_from;
		status == NC_OK && i < reader->waiting_to; i++) {
		const struct plan_line *line = &reader->lines[i];

		if (!waits(line))
			continue;
		if (*ret_line == 0)
			*ret_line = line->line;
		else
			status = nc_buffer_text(out, "\n");
		if (status == NC_OK)
			status = nc_buffer_append(
				out, line->words.data, line->words.size);
	}
	return status;
}

static enum nc_status waiting_to_items(struct reader *reader)
{
	for (size_t i = reader->waiting_from; i < reader->waiting_to; i++) {
		const struct plan_line *line = &reader->lines[i];
		enum nc_status status;

		if (!waits(line))
			continue;
		status = plan_build_item(&reader->build, reader->section, 1,
			line->words, line->line);
		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

/* A section's body without bullets is one item; one that is longer than a
 * record may be is an item for each paragraph. */
static enum nc_status waiting_to_item(struct reader *reader)
{
	struct nc_buffer body;
	size_t line;
	enum nc_status status;
	bool too_long;

	nc_buffer_init(&body, NC_TEXT_BYTES_MAX);
	status = join_waiting(reader, &body, &line);
	too_long = status == NC_LIMIT;
	if (status == NC_NO_MEMORY)
		status = nc_error_no_memory(reader->err);
	else
		status = need_section(reader, line);
	if (status == NC_OK && too_long)
		status = waiting_to_items(reader);
	else if (status == NC_OK)
		status = plan_build_item(&reader->build, reader->section, 1,
			nc_buffer_slice(&body), line);
	nc_buffer_fini(&body);
	return status;
}

static enum nc_status run_on_to_lead(struct reader *reader)
{
	enum nc_status status;

	if (reader->run_on.size == 0)
		return NC_OK;
	status = plan_build_lead(&reader->build, reader->of_union,
		reader->section, reader->run_on, reader->run_on_line);
	reader->run_on.size = 0;
	return status;
}

static enum nc_status all_to_leads(struct reader *reader)
{
	enum nc_status status = run_on_to_lead(reader);

	if (status == NC_OK)
		status = waiting_to_leads(reader);
	return status;
}

/* A section that has nothing but what ran on after its heading's colon: that
 * is what it plans. */
static enum nc_status run_on_to_item(struct reader *reader)
{
	enum nc_status status = need_section(reader, reader->run_on_line);

	if (status == NC_OK)
		status = plan_build_item(&reader->build, reader->section, 1,
			reader->run_on, reader->run_on_line);
	reader->run_on.size = 0;
	return status;
}

/* The open section ends, or the union's part before its first section. */
static enum nc_status finish_body(struct reader *reader, bool section_follows)
{
	bool waiting = reader->waiting_from < reader->waiting_to;
	enum nc_status status = NC_OK;

	if (reader->of_union == NULL || reader->bulleted)
		return NC_OK;
	if (reader->section == NULL && section_follows)
		return all_to_leads(reader);
	if (waiting) {
		status = run_on_to_lead(reader);
		if (status == NC_OK)
			status = waiting_to_item(reader);
	} else if (reader->run_on.size > 0) {
		status = run_on_to_item(reader);
	}
	return status;
}

static void begin_body(struct reader *reader, const struct plan_line *heading)
{
	reader->waiting_from = reader->waiting_to = 0;
	reader->run_on = heading->heading.like_heading ? heading->heading.rest
						       : nc_slice("", 0);
	reader->run_on_line = heading->line;
	reader->bulleted = reader->closed = reader->recipients = false;
	reader->ended = false;
	reader->levels.depth = 0;
}

static enum nc_status read_union(
	struct reader *reader, const struct plan_line *line)
{
	struct nc_slice name = line->heading.head;
	enum nc_status status = finish_body(reader, false);

	if (status != NC_OK)
		return status;
	while (name.size > 0 && memchr(":.;", name.data[name.size - 1], 3))
		name = nc_text_trim(nc_slice(name.data, name.size - 1));
	reader->section = NULL;
	begin_body(reader, line);
	return plan_build_union(
		&reader->build, name, line->line, false, &reader->of_union);
}

static enum nc_status read_section(
	struct reader *reader, const struct plan_line *line)
{
	struct nc_slice letter = line->mark.label;
	struct nc_slice heading = line->words;
	enum nc_status status = finish_body(reader, true);

	if (status != NC_OK)
		return status;
	if (line->heading.like_heading)
		heading = nc_text_trim(line->heading.head);
	/* What a record holds as a letter; no list prints a longer one. */
	if (letter.size > 16)
		letter.size = 0;
	begin_body(reader, line);
	return plan_build_section(&reader->build, reader->of_union, letter,
		heading, line->area, line->line, &reader->section);
}

static enum nc_status read_item(
	struct reader *reader, const struct plan_line *line)
{
	enum nc_status status = NC_OK;
	unsigned level = plan_levels_item(&reader->levels, line);

	reader->closed = false;
	if (!reader->bulleted)
		status = all_to_leads(reader);
	if (status == NC_OK)
		status = need_section(reader, line->line);
	if (status != NC_OK)
		return status;
	reader->bulleted = true;
	return plan_build_item(&reader->build, reader->section, level,
		line->words, line->line);
}

/* A paragraph after bullets stands beside the first of them. */
static enum nc_status read_paragraph_item(
	struct reader *reader, const struct plan_line *line)
{
	if (reader->levels.depth > 1)
		reader->levels.depth = 1;
	return plan_build_item(
		&reader->build, reader->section, 1, line->words, line->line);
}

static enum nc_status leave_out(
	struct reader *reader, const struct plan_line *line, const char *why)
{
	return plan_build_left_out(
		&reader->build, line->words, line->line, why);
}

static enum nc_status read_noise(
	struct reader *reader, const struct plan_line *line)
{
	switch (line->noise) {
	case PLAN_NOISE_PAGE:
		return leave_out(reader, line, "page-number");
	case PLAN_NOISE_RULE:
		return leave_out(reader, line, "rule");
	case PLAN_NOISE_TABLE:
		return leave_out(reader, line, "table-head");
	case PLAN_NOISE_CLOSING:
		reader->closed = true;
		return leave_out(reader, line, "closing");
	default:
		reader->closed = reader->recipients = true;
		return leave_out(reader, line, "after-closing");
	}
}

/* A letterhead begins its union's part, and is no word of it. */
static enum nc_status read_head(
	struct reader *reader, const struct plan_line *line)
{
	enum nc_status status = NC_OK;

	if (line->issuer.size > 0) {
		status = finish_body(reader, false);
		if (status != NC_OK)
			return status;
		reader->section = NULL;
		begin_body(reader, line);
		reader->run_on.size = 0;
		status = plan_build_union(&reader->build, line->issuer,
			line->line, true, &reader->of_union);
	}
	if (status != NC_OK)
		return status;
	return leave_out(reader, line,
		line->role == PLAN_ROLE_TITLE ? "title" : "letterhead");
}

static bool ends_document(struct nc_slice words)
{
	return words.size > 3 &&
	       memcmp(words.data + words.size - 3, "./.", 3) == 0;
}

/* In whose name somebody signs; after "./." all capitals; and behind the last
 * item who does. */
static enum nc_status begins_signature(
	struct reader *reader, size_t at, bool *ret_begins)
{
	const struct plan_line *line = &reader->lines[at];
	bool capitals = plan_is_signature(line->words);
	enum nc_status status = NC_OK;

	*ret_begins = letterhead_signs(line->words) ||
		      (reader->ended && line->blank_before && capitals);
	if (!*ret_begins && capitals && at >= reader->tail &&
		reader->section != NULL)
		status = annual_names_role(line->words, ret_begins);
	return status == NC_OK ? NC_OK : nc_error_no_memory(reader->err);
}

static enum nc_status read_line(struct reader *reader, size_t at)
{
	enum nc_status status = NC_OK;
	const struct plan_line *line = &reader->lines[at];
	bool plain = line->mark.kind == PLAN_MARK_NONE;

	if (line->role == PLAN_ROLE_UNION)
		return read_union(reader, line);
	if (line->role == PLAN_ROLE_LETTERHEAD || line->role == PLAN_ROLE_TITLE)
		return read_head(reader, line);
	if (reader->of_union == NULL)
		return leave_out(reader, line, "before-first-union");
	if (line->role == PLAN_ROLE_SECTION)
		return read_section(reader, line);
	if (line->noise != PLAN_NOISE_NONE)
		return read_noise(reader, line);
	if (plain && !reader->closed)
		status = begins_signature(reader, at, &reader->closed);
	if (status != NC_OK)
		return status;
	reader->ended = ends_document(line->words);
	/* Signatures follow the closing words, then who gets the document. */
	if (reader->closed && (plain || reader->recipients))
		return leave_out(reader, line, "after-closing");
	if (line->words.size == 0)
		return plan_build_left_out(&reader->build,
			line->mark.label.size > 0 ? line->mark.label
						  : line->words,
			line->line, "empty-bullet");
	if (!plain)
		return read_item(reader, line);
	if (reader->bulleted)
		return read_paragraph_item(reader, line);
	if (reader->waiting_from == reader->waiting_to)
		reader->waiting_from = at;
	reader->waiting_to = at + 1;
	return NC_OK;
}

static bool names_unions(const struct plan_lines *lines)
{
	for (size_t i = 0; i < lines->count; i++)
		if (lines->lines[i].role == PLAN_ROLE_UNION ||
			lines->lines[i].issuer.size > 0)
			return true;
	return false;
}

/* "KẾ HOẠCH" in a title, and "năm 2024" there or just below; or a line that
 * ends with the year. */
static enum nc_status read_year(
	const struct plan_lines *lines, struct nc_plan *plan)
{
	bool letterhead = names_unions(lines);
	size_t title = 0; /* lines in which the year may still stand */
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < lines->count && plan->year == 0; i++) {
		const struct plan_line *line = &lines->lines[i];
		bool is_title = false;

		if (line->noise != PLAN_NOISE_NONE ||
			line->role == PLAN_ROLE_LETTERHEAD)
			continue;
		letterhead &= line->role != PLAN_ROLE_UNION;
		if (line->mark.kind != PLAN_MARK_NONE ||
			(line->role == PLAN_ROLE_SECTION && !letterhead))
			break;
		status = plan_is_title(line->words, &is_title);
		if (status == NC_OK &&
			(is_title || line->role == PLAN_ROLE_TITLE))
			title = TITLE_LINES;
		if (status == NC_OK && title > 0) {
			status = plan_year_of(line->words, &plan->year);
			title--;
		}
		if (status != NC_OK)
			break;
	}
	return status;
}

static enum nc_status read_all(const struct plan_lines *lines,
	struct nc_plan *plan, struct nc_error *err)
{
	struct reader reader = {.lines = lines->lines, .err = err};
	enum nc_status status = NC_OK;

	plan_build_init(&reader.build, plan, err);
	if (!names_unions(lines) && lines->count > 0)
		status = plan_build_union(&reader.build, nc_slice("", 0),
			lines->lines[0].line, false, &reader.of_union);
	for (size_t i = 0; i < lines->count; i++)
		if (lines->lines[i].mark.kind != PLAN_MARK_NONE ||
			lines->lines[i].role != PLAN_ROLE_BODY)
			reader.tail = i + 1;
	for (size_t i = 0; status == NC_OK && i < lines->count; i++)
		status = read_line(&reader, i);
	if (status == NC_OK)
		status = finish_body(&reader, false);
	if (status == NC_OK)
		status = plan_build_finish(&reader.build);
	return status;
}

enum nc_status nc_plan_read(const struct nc_document *document,
	struct nc_plan *plan, struct nc_error *err)
{
	struct nc_document joined;
	struct plan_lines lines;
	enum nc_status status;

	nc_document_init(&joined);
	plan_lines_init(&lines);
	status = wrap_join(&joined, document, err);
	if (status == NC_OK)
		status = plan_lines_read(&lines, &joined, err);
	if (status == NC_OK && plan_outline(&lines) != NC_OK)
		status = nc_error_no_memory(err);
	if (status == NC_OK)
		status = read_all(&lines, plan, err);
	if (status == NC_OK && read_year(&lines, plan) != NC_OK)
		status = nc_error_no_memory(err);
	plan_lines_fini(&lines);
	nc_document_fini(&joined);
	if (status != NC_OK) {
		nc_plan_fini(plan);
		nc_plan_init(plan);
	}
	return status;
}
