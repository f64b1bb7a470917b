/*
 * The reports in one document: each union's stands below its name, "1. Liên
 * hiệp các tổ chức hữu nghị tỉnh …", or under a letterhead and title of its
 * own. A name heads a part when it stands alone on its line, without a bullet,
 * and not in a list of names; a document that names one place only is one
 * union's.
 */
#include "intake/annual.h"
#include "intake/annual_marks.h"
#include "intake/letterhead.h"
#include "intake/wrap.h"
#include "base/limits.h"
#include "model/plan.h"

#include <string.h>

/* A letterhead's lines above the name, and a title's distance below it. */
#define LETTERHEAD_LINES 4
#define TITLE_LINES 15
#define PARTS_ARENA_MAX ((size_t)1024 * 1024 * 1024)

/* A line that names a union. */
struct naming {
	size_t line, next; /* of the file: its own, and that after it */
	const char *name;
	const char *place;
	bool heads; /* begins a part */
	bool plain; /* without a number, in small letters */
	/* Of the document's paragraphs, where the part begins: with its
	 * letterhead or name, and after the name. */
	size_t from, body;
	bool titled; /* a report by itself, with a title */
};

struct parting {
	const struct nc_document *document;
	struct nc_annuals *to;
	struct naming *named; /* the arena's */
	size_t count;
	struct nc_error *err;
};

void nc_annuals_init(struct nc_annuals *annuals)
{
	memset(annuals, 0, sizeof(*annuals));
	nc_arena_init(&annuals->arena, PARTS_ARENA_MAX);
	nc_annual_init(&annuals->frame);
}

void nc_annuals_fini(struct nc_annuals *annuals)
{
	for (size_t i = 0; i < annuals->count; i++)
		nc_annual_fini(&annuals->parts[i].annual);
	annuals->count = 0;
	nc_annual_fini(&annuals->frame);
	nc_arena_fini(&annuals->arena);
}

/* --- names ------------------------------------------------------------- */

/* "Liên hiệp … hữu nghị …": a heading that begins with "Tình" looks like a
 * place's too. */
static enum nc_status is_name(const struct plan_line *line, bool *ret_is)
{
	struct nc_buffer folded;
	enum nc_status status = NC_OK;

	*ret_is = false;
	if (line->noise != PLAN_NOISE_NONE || !line->heading.is_union ||
		line->heading.rest.size > 0 ||
		line->mark.kind == PLAN_MARK_BULLET || line->mark.enclosed)
		return NC_OK;
	status = annual_fold(&folded, line->words);
	*ret_is = status == NC_OK &&
		  annual_begins(nc_buffer_string(&folded), "lien hiep") &&
		  strstr(nc_buffer_string(&folded), " huu nghi ") != NULL;
	nc_buffer_fini(&folded);
	return status;
}

/* Whether it names the whole country, or its place stands on another line. */
static bool is_no_place(const char *place)
{
	return place[0] == '\0' || strcmp(place, "viet nam") == 0 ||
	       strcmp(place, "tinh") == 0 || strcmp(place, "thanh pho") == 0;
}

static enum nc_status keep_name(
	struct parting *parting, const struct plan_line *line, size_t next)
{
	struct nc_arena *arena = &parting->to->arena;
	struct nc_buffer place NC_AUTO(nc_buffer_fini) = {0};
	struct naming *named = &parting->named[parting->count];
	struct nc_slice words = line->heading.head;
	enum nc_status status;

	while (words.size > 0 && memchr(":.;", words.data[words.size - 1], 3))
		words.size--;
	nc_buffer_init(&place, NC_TEXT_BYTES_MAX);
	memset(named, 0, sizeof(*named));
	named->line = line->line;
	named->next = next;
	named->plain = line->mark.kind == PLAN_MARK_NONE &&
		       line->heading_level == 0 &&
		       !annual_is_capitals(line->words);
	named->name =
		nc_arena_text(arena, (const char *)words.data, words.size);
	if (named->name == NULL)
		return nc_error_no_memory(parting->err);
	status = nc_plan_place(&place, named->name);
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(parting->err);
	if (status != NC_OK || is_no_place(nc_buffer_string(&place)))
		return NC_OK;
	named->place =
		nc_arena_text(arena, nc_buffer_string(&place), place.size);
	if (named->place == NULL)
		return nc_error_no_memory(parting->err);
	parting->count++;
	return NC_OK;
}

/* The first paragraph that is not above that line. */
static size_t paragraph_at(const struct nc_document *document, size_t line)
{
	size_t low = 0, high = document->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (document->paragraphs[middle].line < line)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* In a table only the first row's: a letterhead's. */
static bool is_in_table(const struct parting *parting, size_t line)
{
	size_t at = paragraph_at(parting->document, line);

	return at < parting->document->count &&
	       parting->document->paragraphs[at].table > 0 &&
	       parting->document->paragraphs[at].row > 1;
}

/* A letterhead above a title, whose union's name no line says alone: *ret_title
 * is the index of the title then, else at. */
static enum nc_status find_issuer(struct parting *parting,
	const struct plan_lines *lines, size_t at, size_t *ret_title)
{
	struct plan_line line = lines->lines[at];
	struct letterhead head = {.count = 0};
	enum nc_status status = NC_OK;
	bool named = false;

	*ret_title = at;
	if (at > 0 && !plan_is_signature(line.words))
		return NC_OK;
	status = letterhead_find(&lines->lines[at], lines->count - at, at == 0,
		&parting->to->arena, &head);
	for (size_t i = at; i < at + head.title && status == NC_OK && !named;
		i++)
		status = is_name(&lines->lines[i], &named);
	if (status != NC_OK)
		return nc_error_no_memory(parting->err);
	if (named || head.name.size == 0 || head.title == head.count)
		return NC_OK;
	line.heading.head = head.name;
	line.mark.kind = PLAN_MARK_NONE;
	line.words = head.name;
	*ret_title = at + head.title;
	return keep_name(parting, &line, lines->lines[*ret_title].line);
}

static enum nc_status find_names(
	struct parting *parting, const struct plan_lines *lines)
{
	bool before = false; /* the line before is a name */
	enum nc_status status = NC_OK;

	parting->named = nc_arena_array(
		&parting->to->arena, lines->count + 1, sizeof(*parting->named));
	if (parting->named == NULL)
		return nc_error_no_memory(parting->err);
	for (size_t i = 0; i < lines->count && status == NC_OK; i++) {
		const struct plan_line *line = &lines->lines[i];
		size_t next = i + 1 < lines->count ? lines->lines[i + 1].line
						   : SIZE_MAX;
		size_t had = parting->count, title = i;
		bool is = false;

		if (line->noise != PLAN_NOISE_NONE)
			continue;
		status = find_issuer(parting, lines, i, &title);
		if (status != NC_OK)
			break;
		if (title > i) {
			parting->named[had].heads = parting->count > had;
			before = false;
			i = title - 1;
			continue;
		}
		if (is_name(line, &is) != NC_OK)
			return nc_error_no_memory(parting->err);
		if (is && !is_in_table(parting, line->line))
			status = keep_name(parting, line, next);
		if (status == NC_OK && is && before && had > 0)
			parting->named[had - 1].heads = false;
		if (status == NC_OK && parting->count > had)
			parting->named[had].heads =
				!before && i + 1 < lines->count;
		before = is;
	}
	return status;
}

/* --- parts ------------------------------------------------------------- */

/* The first paragraph that is numbered or has a bullet, or to. */
static size_t first_item(
	const struct nc_document *document, size_t from, size_t to)
{
	for (; from < to; from++)
		if (document->paragraphs[from].marker[0] != '\0' ||
			plan_mark_of(
				nc_slice_text(document->paragraphs[from].text))
					.kind != PLAN_MARK_NONE)
			break;
	return from;
}

static enum nc_status has_title(
	const struct parting *parting, size_t from, size_t to, bool *ret_has)
{
	enum nc_status status = NC_OK;

	*ret_has = false;
	if (to > from + TITLE_LINES)
		to = from + TITLE_LINES;
	to = first_item(parting->document, from, to);
	for (size_t i = from; i < to && status == NC_OK && !*ret_has; i++) {
		struct nc_buffer folded;

		status = annual_fold(&folded,
			nc_slice_text(parting->document->paragraphs[i].text));
		*ret_has = status == NC_OK &&
			   annual_begins(nc_buffer_string(&folded), "bao cao");
		nc_buffer_fini(&folded);
	}
	return status;
}

/* The lines above the name in one letterhead: in its table, or in capitals
 * with no blank line between. */
static size_t letterhead_of(
	const struct nc_document *document, size_t at, size_t least)
{
	for (unsigned i = 0; at > least && i < LETTERHEAD_LINES; i++) {
		const struct nc_paragraph *here = &document->paragraphs[at];
		const struct nc_paragraph *above = here - 1;

		if (here->table > 0 ? above->table != here->table
				    : here->blank_before ||
					      !annual_is_capitals(nc_slice_text(
						      above->text)))
			break;
		at--;
	}
	return at;
}

/* Takes out those that head nothing. */
static void keep_heads(struct parting *parting)
{
	size_t kept = 0;

	for (size_t i = 0; i < parting->count; i++)
		if (parting->named[i].heads)
			parting->named[kept++] = parting->named[i];
	parting->count = kept;
}

/* Whether anything is numbered or has a bullet there. */
static bool has_items(
	const struct nc_document *document, size_t from, size_t to)
{
	return first_item(document, from, to) < to;
}

/* Below a letterhead and its title, a name in small letters without a number
 * or title of its own is only named; and a letterhead whose title is all that
 * stands above the next name is the whole document's. */
static void judge_letterhead(struct parting *parting)
{
	struct naming *first = parting->named;

	if (parting->count == 0 || !first->titled)
		return;
	for (size_t i = 1; i < parting->count; i++)
		first[i].heads = first[i].titled || !first[i].plain;
	keep_heads(parting);
	if (parting->count > 1 && !first[1].titled &&
		!has_items(parting->document, first->body, first[1].from))
		first->heads = false;
	keep_heads(parting);
}

/* Where the parts begin. */
static enum nc_status find_parts(struct parting *parting)
{
	const struct nc_document *document = parting->document;
	enum nc_status status = NC_OK;

	keep_heads(parting);
	for (size_t i = 0; i < parting->count && status == NC_OK; i++) {
		struct naming *named = &parting->named[i];
		size_t end = i + 1 < parting->count
				     ? paragraph_at(document, named[1].line)
				     : document->count;

		named->body = paragraph_at(document, named->next);
		named->from = paragraph_at(document, named->line);
		status = has_title(parting, named->body, end, &named->titled);
		if (named->titled)
			named->from = letterhead_of(document, named->from,
				i == 0 ? 0 : named[-1].body);
	}
	judge_letterhead(parting);
	return status == NC_OK ? NC_OK : nc_error_no_memory(parting->err);
}

static bool names_several(const struct parting *parting)
{
	if (parting->count > NC_DOCUMENT_PARTS_MAX)
		return false;
	for (size_t i = 1; i < parting->count; i++)
		if (strcmp(parting->named[i].place, parting->named[0].place) !=
			0)
			return true;
	return false;
}

static bool is_first_of_place(const struct parting *parting, size_t index)
{
	for (size_t i = 0; i < index; i++)
		if (strcmp(parting->named[i].place,
			    parting->named[index].place) == 0)
			return false;
	return true;
}

/* Some of the document's paragraphs as a document; its texts are borrowed. */
static void add_range(struct nc_document *to, const struct nc_document *from,
	size_t first, size_t end)
{
	if (end > first)
		memcpy(to->paragraphs + to->count, from->paragraphs + first,
			(end - first) * sizeof(*to->paragraphs));
	to->count += end > first ? end - first : 0;
}

/* All parts of one place, one after another. */
static void gather(const struct parting *parting, const char *place,
	struct nc_document *to)
{
	for (size_t i = 0; i < parting->count; i++) {
		const struct naming *named = &parting->named[i];
		size_t end = i + 1 < parting->count ? named[1].from
						    : parting->document->count;

		if (strcmp(named->place, place) != 0)
			continue;
		add_range(to, parting->document,
			named->titled ? named->from : named->body, end);
	}
}

/* What stands above the first section of a part without a title is its lead. */
static void title_to_lead(struct nc_annual *annual)
{
	struct nc_annual_list *title = &annual->title, *lead = &annual->lead;

	if (title->count == 0)
		return;
	title->last->next = lead->first;
	if (lead->count == 0)
		lead->last = title->last;
	lead->first = title->first;
	lead->count += title->count;
	memset(title, 0, sizeof(*title));
}

static enum nc_status read_part(struct parting *parting,
	struct nc_document *paragraphs, bool titled, struct nc_annual *annual)
{
	const struct nc_annual *frame = &parting->to->frame;
	enum nc_status status =
		nc_annual_read(paragraphs, annual, parting->err);

	if (status != NC_OK)
		return status;
	if (!titled)
		title_to_lead(annual);
	if (annual->year == 0) {
		annual->year = frame->year;
		annual->half_year = annual->half_year || frame->half_year;
	}
	return NC_OK;
}

/* The foot of a consolidated document is that document's. */
static void move_foot(struct nc_annual *from, struct nc_annual *to)
{
	to->closing = from->closing;
	to->signature = from->signature;
	to->recipients_heading = from->recipients_heading;
	to->recipients_line = from->recipients_line;
	to->recipients = from->recipients;
	memset(&from->closing, 0, sizeof(from->closing));
	memset(&from->signature, 0, sizeof(from->signature));
	memset(&from->recipients, 0, sizeof(from->recipients));
	from->recipients_heading = "";
	from->recipients_line = from->recipients_order = 0;
}

static enum nc_status read_parts(
	struct parting *parting, struct nc_document *some)
{
	struct nc_annuals *to = parting->to;
	size_t last = parting->count - 1;
	enum nc_status status = NC_OK;

	some->count = 0;
	add_range(some, parting->document, 0, parting->named[0].from);
	if (some->count > 0)
		status = nc_annual_read(some, &to->frame, parting->err);
	for (size_t i = 0; i < parting->count && status == NC_OK; i++) {
		const struct naming *named = &parting->named[i];
		struct nc_annual_of *part = &to->parts[to->count];

		if (!is_first_of_place(parting, i))
			continue;
		part->name = named->name;
		part->line = named->line;
		nc_annual_init(&part->annual);
		some->count = 0;
		gather(parting, named->place, some);
		status = read_part(parting, some, named->titled, &part->annual);
		if (status != NC_OK)
			break;
		to->count++;
		if (to->frame.title.count > 0 && !named->titled &&
			strcmp(parting->named[last].place, named->place) == 0)
			move_foot(&part->annual, &to->frame);
	}
	return status;
}

/* One union's: the whole of it, whoever is named. */
static enum nc_status read_whole(struct parting *parting)
{
	struct nc_annual_of *part = parting->to->parts;
	enum nc_status status;

	part->name = "";
	part->line = parting->document->count > 0
			     ? parting->document->paragraphs[0].line
			     : 0;
	nc_annual_init(&part->annual);
	status = nc_annual_read(parting->document, &part->annual, parting->err);
	if (status == NC_OK)
		parting->to->count = 1;
	return status;
}

static enum nc_status part_lines(
	struct parting *parting, const struct plan_lines *lines)
{
	struct nc_annuals *to = parting->to;
	const struct nc_document *document = parting->document;
	struct nc_document some = {.legacy = document->legacy};
	enum nc_status status = find_names(parting, lines);

	if (status == NC_OK)
		status = find_parts(parting);
	if (status != NC_OK)
		return status;
	to->parts = nc_arena_array(
		&to->arena, parting->count + 1, sizeof(*to->parts));
	some.paragraphs = nc_arena_array(
		&to->arena, document->count + 1, sizeof(*some.paragraphs));
	if (to->parts == NULL || some.paragraphs == NULL)
		return nc_error_no_memory(parting->err);
	return names_several(parting) ? read_parts(parting, &some)
				      : read_whole(parting);
}

enum nc_status nc_annuals_read(const struct nc_document *document,
	struct nc_annuals *annuals, struct nc_error *err)
{
	struct parting parting = {
		.document = document, .to = annuals, .err = err};
	struct nc_document joined;
	struct plan_lines lines;
	enum nc_status status;

	nc_document_init(&joined);
	plan_lines_init(&lines);
	status = wrap_join(&joined, document, err);
	if (status == NC_OK)
		status = plan_lines_read(&lines, &joined, err);
	if (status == NC_OK)
		status = part_lines(&parting, &lines);
	plan_lines_fini(&lines);
	nc_document_fini(&joined);
	if (status != NC_OK) {
		nc_annuals_fini(annuals);
		nc_annuals_init(annuals);
	}
	return status;
}
