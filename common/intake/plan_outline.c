/*
 * Which lines are headings. Looks alone do not tell: "1. Đoàn ra" heads a
 * section here and is a task there. What tells is the company: in one union,
 * marks of one look ("a.", "1.", "1.1.") either all head sections or none
 * does, so they are weighed together before any is decided.
 */
#include "intake/letterhead.h"
#include "model/plan.h"

#include <string.h>

/* Looks of marks in one union; more are taken for tasks. */
#define LOOKS_MAX 16
/* Sections within sections. */
#define DEPTH_MAX 8
/* Heading styles, as looks of their own. */
#define KEY_STYLE 0x4000000u
/* Longer paragraphs are not headings, whatever style they were given. */
#define STYLED_WORDS_MAX 40

struct look {
	uint32_t key;
	bool roman;
	size_t lines;
	size_t like_heading; /* could be headings */
	size_t names_area;   /* speak like headings */
	size_t followed;     /* have text below them before the next */
};

struct outer {
	uint32_t key;
	unsigned ordinal;
	const char *area;
};

struct outline {
	struct plan_line *lines; /* of one union, after its heading */
	size_t count;
	struct look looks[LOOKS_MAX];
	size_t looks_count;
	struct outer stack[DEPTH_MAX]; /* the open sections */
	size_t depth;
	/* The numbered tasks that run in the open section. */
	uint32_t task_key;
	unsigned task_ordinal;
};

static bool is_marked(const struct plan_line *line)
{
	return line->mark.kind == PLAN_MARK_NUMBER || line->heading_level > 0;
}

static bool could_be_union(const struct plan_line *line)
{
	return line->noise == PLAN_NOISE_NONE && line->heading.is_union &&
	       line->role == PLAN_ROLE_BODY &&
	       line->mark.kind != PLAN_MARK_BULLET && !line->mark.enclosed;
}

static bool is_of_head(const struct plan_line *line)
{
	return line->role == PLAN_ROLE_LETTERHEAD ||
	       line->role == PLAN_ROLE_TITLE;
}

/* A letterhead stands where a page begins: below blank lines, or in capitals.
 */
static bool could_begin_head(const struct plan_lines *lines, size_t at)
{
	const struct plan_line *line = &lines->lines[at];

	return at == 0 ||
	       (line->noise == PLAN_NOISE_NONE &&
		       plan_begins_capital(line->words) &&
		       (line->blank_before || plan_is_signature(line->words)));
}

static void take_head(struct plan_line *lines, const struct letterhead *head)
{
	bool begun = false;

	for (size_t i = 0; i < head->count; i++) {
		if (lines[i].noise != PLAN_NOISE_NONE)
			continue;
		lines[i].role = i < head->title ? PLAN_ROLE_LETTERHEAD
						: PLAN_ROLE_TITLE;
		if (!begun)
			lines[i].issuer = head->name;
		begun = true;
	}
}

/* The letterheads of the paper, or of several in one file. */
static enum nc_status find_heads(struct plan_lines *lines)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; status == NC_OK && i < lines->count; i++) {
		struct letterhead head = {.count = 0};

		if (!could_begin_head(lines, i))
			continue;
		status = letterhead_find(&lines->lines[i], lines->count - i,
			i == 0, &lines->arena, &head);
		take_head(&lines->lines[i], &head);
		i += head.count > 0 ? head.count - 1 : 0;
	}
	return status;
}

/* A letterhead above nothing but other unions' headings is the whole
 * document's: nobody's part begins there. */
static void judge_issuers(struct plan_lines *lines)
{
	struct plan_line *issuer = NULL;

	for (size_t i = 0; i < lines->count; i++) {
		struct plan_line *line = &lines->lines[i];

		if (line->issuer.size > 0)
			issuer = line;
		else if (line->role == PLAN_ROLE_UNION && issuer != NULL)
			issuer->issuer.size = 0;
		if (line->role == PLAN_ROLE_UNION ||
			(!is_of_head(line) && line->noise == PLAN_NOISE_NONE &&
				line->mark.kind != PLAN_MARK_NONE))
			issuer = NULL;
	}
}

/* Where unions are numbered, an unnumbered line with a union's name before
 * them is a letterhead, and after them a forgotten number. */
static void find_unions(struct plan_lines *lines)
{
	const struct plan_mark *mark = NULL; /* of the union before */
	size_t first_marked = lines->count;

	for (size_t i = 0; i < lines->count; i++) {
		if (could_be_union(&lines->lines[i]) &&
			is_marked(&lines->lines[i])) {
			first_marked = i;
			break;
		}
	}
	for (size_t i = 0; i < lines->count; i++) {
		struct plan_line *line = &lines->lines[i];

		if (could_be_union(line) &&
			(first_marked == lines->count || i >= first_marked))
			line->role = PLAN_ROLE_UNION;
		/* a place in small letters, numbered like the others */
		if (line->heading.is_small_union && mark != NULL &&
			!is_of_head(line) && line->noise == PLAN_NOISE_NONE &&
			line->mark.kind == PLAN_MARK_NUMBER &&
			line->mark.key == mark->key &&
			line->mark.ordinal == mark->ordinal + 1)
			line->role = PLAN_ROLE_UNION;
		if (line->role == PLAN_ROLE_UNION &&
			line->mark.kind == PLAN_MARK_NUMBER)
			mark = &line->mark;
	}
}

static bool is_numbered(const struct plan_line *line)
{
	return line->noise == PLAN_NOISE_NONE &&
	       line->mark.kind == PLAN_MARK_NUMBER && !line->mark.enclosed &&
	       line->words.size > 0;
}

static struct look *find_look(struct outline *outline, uint32_t key)
{
	for (size_t i = 0; i < outline->looks_count; i++)
		if (outline->looks[i].key == key)
			return &outline->looks[i];
	return NULL;
}

static void weigh_looks(struct outline *outline)
{
	for (size_t i = 0; i < outline->count; i++) {
		const struct plan_line *line = &outline->lines[i];
		const struct plan_line *next = line + 1;
		struct look *look;

		if (!is_numbered(line))
			continue;
		look = find_look(outline, line->mark.key);
		if (look == NULL && outline->looks_count == LOOKS_MAX)
			continue;
		if (look == NULL) {
			look = &outline->looks[outline->looks_count++];
			memset(look, 0, sizeof(*look));
			look->key = line->mark.key;
			look->roman = line->mark.roman;
		}
		look->lines++;
		look->like_heading +=
			line->heading.like_heading && !line->heading.full_stop;
		look->names_area +=
			line->heading.like_heading && line->heading.names_area;
		look->followed += line->heading.rest.size > 0 ||
				  (i + 1 < outline->count &&
					  next->mark.key != line->mark.key);
	}
}

/* Whether a look heads sections: when most of it speaks like headings, or
 * when all of it looks like headings with text below. */
static bool heads_sections(const struct look *look)
{
	if (look == NULL || look->lines == 0)
		return false;
	/* A list of tasks that name areas: hardly any has text below. */
	if (look->lines > 1 && 4 * look->followed < look->lines)
		return false;
	/* So are "1.1.", "1.2." with one that has no text below. */
	if ((look->key & 0xff) > 1 && look->followed < look->lines)
		return false;
	if (2 * look->names_area >= look->lines)
		return true;
	if (look->like_heading < look->lines)
		return false;
	return look->roman ||
	       (look->lines > 1 && look->followed == look->lines);
}

static size_t open_with(const struct outline *outline, uint32_t key)
{
	for (size_t i = outline->depth; i > 0; i--)
		if (outline->stack[i - 1].key == key)
			return i;
	return 0;
}

/* Letters count by two, for đ stands between d and e, and not all use it. */
static bool is_next(const struct outer *outer, const struct plan_mark *mark)
{
	uint32_t parts = mark->key & 0xff;

	if (parts > 0 || mark->roman)
		return mark->ordinal == outer->ordinal + 1;
	return mark->ordinal > outer->ordinal &&
	       mark->ordinal <= outer->ordinal + 4;
}

/* A heading that ends with a full stop all the same: short and lettered, or
 * it names an area. */
static bool could_end_so(const struct plan_line *line)
{
	bool lettered = (line->mark.key & 0xff) == 0;

	return line->heading.words <= 12 &&
	       (line->heading.names_area ||
		       (lettered && line->heading.words <= 6));
}

static bool numbered_is_section(
	const struct outline *outline, const struct plan_line *line)
{
	const struct plan_heading *heading = &line->heading;
	size_t open = open_with(outline, line->mark.key);
	const struct outer *outer;

	if (!heading->like_heading)
		return false;
	if (heading->names_area && open > 0)
		return true;
	if (heading->full_stop && !could_end_so(line))
		return false;
	if (open > 0) {
		/* The next of its kind, unless tasks run with that number. */
		outer = &outline->stack[open - 1];
		return is_next(outer, &line->mark) &&
		       !(outline->task_key == line->mark.key &&
			       line->mark.ordinal == outline->task_ordinal + 1);
	}
	for (size_t i = 0; i < outline->looks_count; i++) {
		if (outline->looks[i].key != line->mark.key)
			continue;
		if (!heads_sections(&outline->looks[i]))
			return false;
		if (outline->depth == 0)
			return true;
		/* In a section of its own area the numbers are tasks, save
		 * for those that name an area themselves. */
		outer = &outline->stack[outline->depth - 1];
		return strcmp(outer->area, "general") == 0 ||
		       heading->names_area;
	}
	return false;
}

/* A heading without letter or number: short, names an area, and has text
 * below. One that runs on is believed only where no other has a letter. */
static bool plain_is_section(
	const struct outline *outline, const struct plan_line *line)
{
	const struct plan_heading *heading = &line->heading;
	const struct plan_line *next = line + 1;

	if (!heading->like_heading || !heading->names_area ||
		heading->full_stop || heading->words > 14 ||
		!plan_begins_capital(line->words))
		return false;
	if (heading->rest.size > 0) {
		for (size_t i = 0; i < outline->depth; i++)
			if (outline->stack[i].key != 0)
				return false;
		return outline->looks_count == 0;
	}
	return next < outline->lines + outline->count &&
	       next->role != PLAN_ROLE_UNION;
}

static bool is_section(
	const struct outline *outline, const struct plan_line *line)
{
	if (line->noise != PLAN_NOISE_NONE || line->words.size == 0 ||
		line->in_list || line->mark.kind == PLAN_MARK_BULLET)
		return false;
	if (is_of_head(line))
		return false;
	if (line->heading_level > 0)
		return line->heading.words <= STYLED_WORDS_MAX;
	if (line->mark.kind == PLAN_MARK_NUMBER)
		return !line->mark.enclosed &&
		       numbered_is_section(outline, line);
	return plain_is_section(outline, line);
}

/* Closes the sections that this heading ends, and opens its own. A heading
 * that names no area is about that of the section around it. */
static void open_section(struct outline *outline, struct plan_line *line)
{
	struct outer outer = {.key = line->mark.key,
		.ordinal = line->mark.ordinal,
		.area = line->heading.area};
	size_t open;

	if (line->heading_level > 0) {
		outer.key = KEY_STYLE | (uint32_t)line->heading_level;
		while (outline->depth > 0 &&
			outline->stack[outline->depth - 1].key >= outer.key)
			outline->depth--;
	} else {
		open = open_with(outline, outer.key);
		if (open > 0)
			outline->depth = open - 1;
	}
	if (outline->depth > 0 && strcmp(outer.area, "general") == 0)
		outer.area = outline->stack[outline->depth - 1].area;
	if (outline->depth == DEPTH_MAX)
		outline->depth--;
	outline->stack[outline->depth++] = outer;
	outline->task_key = 0;
	line->role = PLAN_ROLE_SECTION;
	line->area = outer.area;
}

static void outline_union(struct plan_line *lines, size_t count)
{
	struct outline outline = {.lines = lines, .count = count};

	weigh_looks(&outline);
	for (size_t i = 0; i < count; i++) {
		struct plan_line *line = &lines[i];

		if (is_section(&outline, line)) {
			open_section(&outline, line);
		} else if (is_numbered(line)) {
			outline.task_key = line->mark.key;
			outline.task_ordinal = line->mark.ordinal;
		}
	}
}

enum nc_status plan_outline(struct plan_lines *lines)
{
	size_t from = 0;
	enum nc_status status = find_heads(lines);

	if (status != NC_OK)
		return status;
	find_unions(lines);
	judge_issuers(lines);
	for (size_t i = 0; i <= lines->count; i++) {
		if (i < lines->count && !is_of_head(&lines->lines[i]) &&
			lines->lines[i].role != PLAN_ROLE_UNION)
			continue;
		if (i > from)
			outline_union(lines->lines + from, i - from);
		from = i + 1;
	}
	return NC_OK;
}
