/*
 * Looks alone do not tell: "1. Đoàn ra" heads a section here and is a task
 * there. Each number is first taken for a heading and hung into a tree by its
 * look: a look that is open goes back to its place, a new one goes one deeper,
 * Roman numerals and capital letters go above digits, and a number of several
 * parts goes below the one that it repeats. Then those of one look in one
 * section are judged together: they head sections when half of them have text
 * below or speak like headings, else they are items, with all below them.
 */
#include "intake/annual_outline.h"
#include "intake/annual.h"
#include "intake/letterhead.h"
#include "locale/text.h"

#include <string.h>

/* Lines that a heading goes on for. */
#define JOINED_MAX 3
/* An unnumbered heading that is not in capitals is no longer. */
#define PLAIN_WORDS_MAX 12
#define HEADING_WORDS_MAX 20
/* "BÁO CÁO", and no more of the title. */
#define TITLE_WORDS 2

struct open_section {
	size_t line; /* index */
	const struct annual_mark *mark;
};

struct outlining {
	struct annual_line *lines;
	size_t count;
	struct open_section open[NC_ANNUAL_DEPTH_MAX];
	unsigned depth;
	bool numbered; /* some line of the report has a number */
	bool bold;     /* lines that stand out head sections, not numbers */
	enum nc_status status; /* of looks that could not be told */
};

void annual_outline_fini(struct annual_outline *outline)
{
	nc_free(outline->lines);
	outline->lines = NULL;
	outline->count = 0;
}

static bool is_plain(const struct annual_line *line)
{
	return line->plan->noise == PLAN_NOISE_NONE &&
	       line->plan->mark.kind == PLAN_MARK_NONE &&
	       line->plan->words.size > 0;
}

static bool is_bullet(const struct annual_line *line)
{
	return line->plan->noise == PLAN_NOISE_NONE &&
	       (line->plan->mark.kind == PLAN_MARK_BULLET ||
		       line->plan->mark.enclosed);
}

/* --- front, body, end ------------------------------------------------- */

/* A line in bold that is no sentence. */
static bool is_bold_heading(const struct annual_line *line)
{
	return line->plan->stands_out && is_plain(line) &&
	       line->mark.kind == ANNUAL_NONE &&
	       line->plan->heading.like_heading &&
	       !line->plan->heading.full_stop &&
	       line->plan->heading.words <= HEADING_WORDS_MAX;
}

static enum nc_status begins(
	const struct annual_line *line, const char *words, bool *ret_begins)
{
	struct nc_buffer folded;
	enum nc_status status = annual_fold(&folded, line->plan->words);

	*ret_begins = status == NC_OK &&
		      annual_begins(nc_buffer_string(&folded), words);
	nc_buffer_fini(&folded);
	return status;
}

/* A styled heading without a number may be the title's. */
static bool could_begin_body(const struct annual_line *line, bool titled)
{
	if (line->plan->noise != PLAN_NOISE_NONE || line->mark.doubtful)
		return false;
	return line->mark.kind != ANNUAL_NONE || is_bullet(line) ||
	       (titled && line->plan->heading_level > 0);
}

/* The first line of the first section, or the first bullet. What is numbered
 * or bulleted after "Kính gửi:" are those whom the report is for. */
static enum nc_status find_body(
	const struct outlining *outlining, size_t *ret_at)
{
	bool titled = false, addressed = false;
	bool said = false; /* the title, but for more lines like it */
	bool titling = false;
	size_t at;
	enum nc_status status = NC_OK;

	for (at = 0; at < outlining->count; at++) {
		const struct annual_line *line = &outlining->lines[at];
		bool title = false, address = false;

		if (addressed && is_bullet(line))
			continue;
		if (could_begin_body(line, titled) ||
			(said && (line->plan->heading_level > 0 ||
					 (outlining->bold &&
						 is_bold_heading(line) &&
						 !line[-1].plan->stands_out))))
			break;
		if (!is_plain(line))
			continue;
		status = begins(line, "bao cao", &title);
		if (status == NC_OK)
			status = begins(line, "kinh gui", &address);
		if (status != NC_OK)
			break;
		/* The line below the word "BÁO CÁO" is the title's too. */
		titled = titled ||
			 (!title && at > 0 &&
				 outlining->lines[at - 1].plan->heading_level >
					 0);
		addressed = address;
		/* Nor is the word alone the title. */
		said = title ? line->plan->heading.words > TITLE_WORDS
			     : said || titling;
		titling = title;
	}
	*ret_at = at;
	return status;
}

/* A report without numbers: its headings stand alone on their lines. */
static bool speaks_like_heading(
	struct outlining *outlining, const struct annual_line *line)
{
	const struct plan_heading *heading = &line->plan->heading;
	struct nc_buffer folded;
	bool speaks = false;

	if (annual_fold(&folded, line->plan->words) == NC_OK)
		speaks = annual_part_of(nc_buffer_string(&folded), "")[0] !=
			 '\0';
	else
		outlining->status = NC_NO_MEMORY;
	nc_buffer_fini(&folded);
	return heading->like_heading && !heading->full_stop &&
	       (heading->names_area || speaks);
}

/* Where the sections of a report begin whose headings have no numbers: at
 * the first that speaks like one, stands apart, and is not the title. */
static enum nc_status find_unnumbered(
	struct outlining *outlining, size_t *ret_at)
{
	bool title = false;
	size_t titled = 0; /* lines of the title */

	for (size_t at = 0; at < *ret_at; at++) {
		const struct annual_line *line = &outlining->lines[at];
		bool lead = false;
		enum nc_status status;

		if (!is_plain(line))
			continue;
		status = letterhead_is_lead(line->plan->words, &lead);
		if (status != NC_OK)
			return status;
		if (titled > 1 && !lead && line->plan->blank_before &&
			speaks_like_heading(outlining, line) &&
			line->plan->heading.rest.size == 0) {
			*ret_at = at;
			break;
		}
		status = begins(line, "bao cao", &title);
		if (status != NC_OK)
			return status;
		titled += title || titled > 0;
	}
	return NC_OK;
}

struct ending {
	bool closed;	 /* the closing words were seen */
	bool recipients; /* and the list of recipients began */
	bool ended;	 /* the last words end with "./." */
};

static enum nc_status ends_at(
	struct ending *ending, const struct annual_line *line, bool *ret_end)
{
	bool is = false;
	enum nc_status status = annual_is_recipients(line->plan->words, &is);

	if (status == NC_OK && is) {
		ending->recipients = *ret_end = true;
		return NC_OK;
	}
	*ret_end = ending->recipients || ending->closed;
	if (status != NC_OK || *ret_end)
		return status;
	status = annual_is_closing(line->plan->words, &is);
	if (status == NC_OK && !is && ending->ended)
		status = annual_is_signature(line->plan->words, &is);
	is = is || letterhead_signs(line->plan->words);
	*ret_end = ending->closed = is;
	return status;
}

static bool ends_document(struct nc_slice words)
{
	return words.size > 3 &&
	       memcmp(words.data + words.size - 3, "./.", 3) == 0;
}

static enum nc_status zone_of(struct ending *ending, struct annual_line *line)
{
	enum annual_kind kind = line->mark.kind;
	bool end = false;
	enum nc_status status = NC_OK;

	line->zone = ending->recipients ? ANNUAL_END : ANNUAL_BODY;
	if (line->plan->noise == PLAN_NOISE_CLOSING)
		ending->closed = true;
	if (line->plan->noise == PLAN_NOISE_RECIPIENTS)
		ending->recipients = true;
	if (line->plan->noise != PLAN_NOISE_NONE) {
		line->zone = ending->closed || ending->recipients ? ANNUAL_END
								  : ANNUAL_BODY;
		return NC_OK;
	}
	if (kind == ANNUAL_APPENDIX || kind == ANNUAL_PART ||
		(kind != ANNUAL_NONE && !ending->recipients) ||
		(kind == ANNUAL_ROMAN && line->plan->list_level < 0) ||
		(is_bullet(line) && !ending->recipients)) {
		*ending = (struct ending){.ended = false};
		line->zone = ANNUAL_BODY;
	} else if (is_plain(line)) {
		status = ends_at(ending, line, &end);
		line->zone = end ? ANNUAL_END : ANNUAL_BODY;
	}
	ending->ended = ends_document(line->plan->words);
	return status;
}

static enum nc_status find_zones(struct outlining *outlining)
{
	struct ending ending = {.closed = false};
	size_t body = 0;
	enum nc_status status = find_body(outlining, &body);

	if (status == NC_OK)
		status = find_unnumbered(outlining, &body);
	for (size_t i = 0; status == NC_OK && i < outlining->count; i++) {
		if (i >= body)
			status = zone_of(&ending, &outlining->lines[i]);
		else
			outlining->lines[i].zone = ANNUAL_FRONT;
	}
	return status;
}

/* --- the tree of all that could be headings --------------------------- */

static bool follows(
	const struct annual_mark *before, const struct annual_mark *mark)
{
	unsigned step =
		mark->kind == ANNUAL_SMALL || mark->kind == ANNUAL_CAPITAL ? 2
									   : 1;

	return mark->ordinal > before->ordinal &&
	       mark->ordinal <= before->ordinal + step;
}

static bool same_look(const struct annual_mark *a, const struct annual_mark *b)
{
	return a->kind == b->kind && a->parts == b->parts;
}

static const struct annual_line *line_of(
	const struct outlining *outlining, unsigned depth)
{
	return &outlining->lines[outlining->open[depth - 1].line];
}

/* The depth of the open section whose look this is and whose number goes
 * before; else of one with the same look; 0 when the look is new. */
static unsigned find_look(
	const struct outlining *outlining, const struct annual_mark *mark)
{
	unsigned found = 0, alike = 0;

	for (unsigned i = outlining->depth; i > 0; i--) {
		const struct annual_mark *open = outlining->open[i - 1].mark;
		bool same_closer = open->closer == mark->closer;

		if (!same_look(open, mark))
			continue;
		if (same_closer && alike == 0)
			alike = i;
		if (follows(open, mark) && (same_closer || found == 0)) {
			found = i;
			if (same_closer)
				break;
		}
	}
	if (found == 0 && alike > 0 && alike < outlining->depth &&
		mark->ordinal <= 2 && mark->kind > ANNUAL_CAPITAL &&
		mark->kind < ANNUAL_STYLE &&
		outlining->open[alike - 1].mark->ordinal >= mark->ordinal)
		return 0; /* counting begins again, inside */
	return found > 0 ? found : alike;
}

/* How deep sections stay open before one of this look that is new. */
static unsigned outer_depth(
	const struct outlining *outlining, const struct annual_mark *mark)
{
	unsigned depth = outlining->depth;

	if (mark->kind == ANNUAL_PART || mark->kind == ANNUAL_APPENDIX)
		return 0;
	while (depth > 0) {
		const struct annual_mark *top = outlining->open[depth - 1].mark;
		bool inner = top->kind >= ANNUAL_DECIMAL &&
			     top->kind <= ANNUAL_OTHER;

		if (mark->kind == ANNUAL_ROMAN || mark->kind == ANNUAL_CAPITAL)
			inner |= top->kind == ANNUAL_CAPITALS ||
				 top->kind == ANNUAL_PLAIN;
		else if (mark->kind == ANNUAL_DECIMAL)
			inner = top->kind == ANNUAL_DECIMAL &&
				(mark->parts == 1 ? top->parts > 1
						  : top->parts + 1 >=
							    mark->parts);
		else if (mark->kind != ANNUAL_CAPITALS &&
			 mark->kind != ANNUAL_PLAIN)
			inner = false;
		if (mark->kind == ANNUAL_PLAIN)
			inner |= top->kind == ANNUAL_PLAIN;
		if (!inner)
			break;
		depth--;
	}
	return depth;
}

/* Whether a number of several parts counts on after another: "1.2" after
 * "1.1". */
static bool counts_on(
	const struct annual_mark *open, const struct annual_mark *mark)
{
	size_t size = strlen(mark->number);

	if (!same_look(open, mark) || mark->ordinal <= open->ordinal)
		return false;
	while (size > 0 && mark->number[size - 1] != '.')
		size--;
	return strncmp(open->number, mark->number, size) == 0;
}

/* The depth of the open section whose number a longer one repeats, as it was
 * printed or as its place says; 0 when there is none. */
static unsigned find_repeated(
	const struct outlining *outlining, const struct annual_mark *mark)
{
	if (mark->parts < 2)
		return 0;
	for (unsigned i = outlining->depth; i > 1; i--)
		if (counts_on(outlining->open[i - 1].mark, mark))
			return i - 1;
	for (unsigned i = outlining->depth; i > 0; i--) {
		const struct annual_mark *open = outlining->open[i - 1].mark;

		if (open->parts + 1 == mark->parts &&
			annual_ends_with(open->number, mark->number, 1))
			return i;
	}
	for (unsigned i = outlining->depth; i > 0; i--)
		if (!same_look(outlining->open[i - 1].mark, mark) &&
			annual_ends_with(
				line_of(outlining, i)->path, mark->number, 1))
			return i;
	return 0;
}

/* Which sections stay open around a styled heading. */
static unsigned styled_depth(
	const struct outlining *outlining, const struct annual_line *line)
{
	unsigned depth = outlining->depth;

	while (depth > 0) {
		int level = line_of(outlining, depth)->plan->heading_level;

		if (level > 0 && level < line->plan->heading_level)
			break;
		depth--;
	}
	return depth;
}

/* How many open sections are around this line. */
static unsigned depth_around(
	const struct outlining *outlining, const struct annual_line *line)
{
	const struct annual_mark *mark = &line->mark;
	unsigned found;

	if (line->plan->heading_level > 0)
		return styled_depth(outlining, line);
	found = find_repeated(outlining, mark);
	if (found > 0)
		return found;
	found = find_look(outlining, mark);
	/* Of several parts, one that repeats none goes by its look. */
	if (found > 0 && mark->kind != ANNUAL_PART &&
		mark->kind != ANNUAL_APPENDIX)
		return found - 1;
	return outer_depth(outlining, mark);
}

/* Whether a doubtful number counts on where it stands. */
static bool is_believed(const struct outlining *outlining,
	const struct annual_line *line, unsigned depth)
{
	const struct annual_mark *before = NULL;

	if (!line->mark.doubtful)
		return true;
	if (find_repeated(outlining, &line->mark) == 0)
		return false;
	if (depth < outlining->depth)
		before = outlining->open[depth].mark;
	if (before == NULL || before->kind != line->mark.kind)
		return true;
	return line->mark.ordinal > before->ordinal &&
	       line->mark.ordinal <= before->ordinal + 6;
}

static void hang(struct outlining *outlining, size_t at)
{
	struct annual_line *line = &outlining->lines[at];
	unsigned depth = depth_around(outlining, line);
	const char *path = "";

	if (!is_believed(outlining, line, depth)) {
		line->mark = (struct annual_mark){.kind = ANNUAL_NONE};
		line->words = line->plan->words;
		return;
	}
	if (depth >= NC_ANNUAL_DEPTH_MAX)
		depth = NC_ANNUAL_DEPTH_MAX - 1;
	line->group = at;
	if (depth < outlining->depth &&
		same_look(outlining->open[depth].mark, &line->mark))
		line->group = line_of(outlining, depth + 1)->group;
	line->parent = depth == 0 ? 0 : outlining->open[depth - 1].line + 1;
	line->depth = depth + 1;
	if (depth > 0)
		path = line_of(outlining, depth)->path;
	annual_path(line->path, path, line->mark.number);
	outlining->open[depth] =
		(struct open_section){.line = at, .mark = &line->mark};
	outlining->depth = depth + 1;
}

/* An unnumbered line that heads a section by its looks. */
static void find_looks(struct outlining *outlining, struct annual_line *line)
{
	const struct plan_heading *heading = &line->plan->heading;

	if (!is_plain(line) || line->mark.kind != ANNUAL_NONE)
		return;
	if (line->plan->heading_level > 0)
		line->mark.kind = ANNUAL_STYLE;
	else if (annual_is_capitals(line->words))
		line->mark.kind = ANNUAL_CAPITALS;
	else if (outlining->bold && is_bold_heading(line))
		line->mark.kind = ANNUAL_PLAIN;
	else if (!outlining->numbered && heading->rest.size == 0 &&
		 heading->words <= PLAIN_WORDS_MAX &&
		 speaks_like_heading(outlining, line))
		line->mark.kind = ANNUAL_PLAIN;
}

/* Whether line goes on with the heading right above it: capitals after
 * capitals, or the words after "Phần thứ nhất". */
static bool goes_on(const struct annual_line *heading,
	const struct annual_line *line, size_t joined)
{
	struct nc_slice words = heading->words;

	if (!is_plain(line) || line->mark.kind != ANNUAL_NONE ||
		line->plan->heading_level > 0 || joined >= JOINED_MAX)
		return false;
	if (annual_is_capitals(words) && annual_is_capitals(line->words))
		return heading->mark.kind == ANNUAL_PART ||
		       (!line->plan->blank_before &&
			       !plan_ends_sentence(words));
	return joined == 0 && heading->mark.kind == ANNUAL_PART &&
	       heading->plan->heading.words <= 4 &&
	       line->plan->heading.like_heading &&
	       !line->plan->heading.full_stop;
}

static void hang_all(struct outlining *outlining)
{
	struct annual_line *heading = NULL; /* the line before, if one */
	size_t joined = 0;

	for (size_t i = 0; i < outlining->count; i++) {
		struct annual_line *line = &outlining->lines[i];

		if (line->zone != ANNUAL_BODY ||
			line->plan->noise != PLAN_NOISE_NONE)
			continue;
		if (heading != NULL && goes_on(heading, line, joined)) {
			line->joins = true;
			joined++;
			continue;
		}
		joined = 0;
		heading = NULL;
		find_looks(outlining, line);
		if (line->mark.kind == ANNUAL_NONE || line->words.size == 0)
			continue;
		hang(outlining, i);
		if (line->mark.kind != ANNUAL_NONE)
			heading = line;
	}
}

/* --- which of them are ------------------------------------------------ */

/* Words that headings begin with even where they name no area. */
static bool begins_like_heading(
	struct outlining *outlining, struct nc_slice head)
{
	static const char *const begins[] = {
		"cong tac", "hoat dong", "linh vuc", "nhiem vu"};
	struct nc_buffer folded;
	bool is = false;

	if (annual_fold(&folded, head) == NC_OK)
		for (size_t i = 0; i < sizeof(begins) / sizeof(begins[0]); i++)
			is |= annual_begins(
				nc_buffer_string(&folded), begins[i]);
	else
		outlining->status = NC_NO_MEMORY;
	nc_buffer_fini(&folded);
	return is;
}

/* Whether a line says what follows, on the same line perhaps. */
static bool is_like_heading(
	struct outlining *outlining, const struct annual_line *line)
{
	struct annual_line head = *line;
	struct plan_line plan = *line->plan;
	struct plan_heading looks = {.like_heading = false};
	size_t size;

	if (plan_heading_of(line->words, &looks) != NC_OK) {
		outlining->status = NC_NO_MEMORY;
		return false;
	}
	size = annual_heading_size(&looks, line->words);
	plan.words = nc_slice(line->words.data, size);
	if (size < line->words.size && plan.words.data[size - 1] == '.')
		plan.words.size--;
	head.plan = &plan;
	if (plan_heading_of(plan.words, &plan.heading) != NC_OK) {
		outlining->status = NC_NO_MEMORY;
		return false;
	}
	if (plan.heading.words > HEADING_WORDS_MAX)
		return false;
	return speaks_like_heading(outlining, &head) ||
	       (plan.heading.like_heading && !plan.heading.full_stop &&
		       begins_like_heading(outlining, plan.words));
}

static bool is_hung(const struct annual_line *line)
{
	return line->depth > 0;
}

/* Whether the next line that says something belongs below this one. */
static bool has_body(const struct outlining *outlining, size_t at)
{
	for (size_t i = at + 1; i < outlining->count; i++) {
		const struct annual_line *line = &outlining->lines[i];

		if (line->plan->noise != PLAN_NOISE_NONE || line->joins)
			continue;
		if (line->zone != ANNUAL_BODY)
			return false;
		return !is_hung(line) || line->parent == at + 1;
	}
	return false;
}

static void weigh(struct outlining *outlining)
{
	for (size_t i = 0; i < outlining->count; i++) {
		struct annual_line *line = &outlining->lines[i];
		struct annual_line *first = &outlining->lines[line->group];

		if (!is_hung(line))
			continue;
		first->members++;
		if (has_body(outlining, i))
			first->with_body++;
		else
			first->like_headings +=
				is_like_heading(outlining, line);
	}
}

static bool is_section(
	const struct outlining *outlining, const struct annual_line *line)
{
	const struct annual_line *first = &outlining->lines[line->group];
	unsigned for_it = first->with_body + first->like_headings;

	if (line->plan->in_list ||
		(line->parent > 0 &&
			!outlining->lines[line->parent - 1].section))
		return false;
	switch (line->mark.kind) {
	case ANNUAL_NONE:
		return false;
	case ANNUAL_PART:
	case ANNUAL_APPENDIX:
	case ANNUAL_STYLE:
	case ANNUAL_CAPITALS:
	case ANNUAL_PLAIN:
		return true;
	case ANNUAL_ROMAN:
	case ANNUAL_CAPITAL:
		return first->members > 1 || line->plan->heading.like_heading;
	default:
		if (line->plan->heading_level > 0 &&
			line->plan->heading.words <= HEADING_WORDS_MAX)
			return true;
		return !outlining->bold && 2 * for_it >= first->members &&
		       for_it > 0;
	}
}

static enum nc_status read_marks(struct outlining *outlining)
{
	for (size_t i = 0; i < outlining->count; i++) {
		struct annual_line *line = &outlining->lines[i];
		enum nc_status status = annual_mark_of(line->plan, &line->mark);

		if (status != NC_OK)
			return status;
		line->words = nc_slice(line->plan->words.data + line->mark.size,
			line->plan->words.size - line->mark.size);
		outlining->numbered |=
			line->mark.kind != ANNUAL_NONE && !line->mark.doubtful;
	}
	return NC_OK;
}

/* In a report whose only numbers are a word processor's own, in small print,
 * and that has no headings by style, lines in bold are the headings. */
static bool is_headed_in_bold(const struct outlining *outlining)
{
	size_t bold = 0;

	for (size_t i = 0; i < outlining->count; i++) {
		const struct annual_line *line = &outlining->lines[i];
		bool number = line->mark.kind != ANNUAL_NONE &&
			      line->mark.kind != ANNUAL_APPENDIX &&
			      !line->mark.doubtful;

		if (line->plan->heading_level > 0 ||
			(number && (line->plan->stands_out ||
					   line->plan->list_level < 0 ||
					   line->mark.kind < ANNUAL_DECIMAL)))
			return false;
		bold += is_bold_heading(line);
	}
	return bold > 1;
}

/* What goes on with a line that turned out to head nothing stands by itself. */
static void part_joined(struct outlining *outlining)
{
	const struct annual_line *heading = NULL;

	for (size_t i = 0; i < outlining->count; i++) {
		struct annual_line *line = &outlining->lines[i];

		if (is_hung(line))
			heading = line;
		if (line->joins && (heading == NULL || !heading->section))
			line->joins = false;
	}
}

enum nc_status annual_outline_read(
	struct annual_outline *outline, const struct plan_lines *lines)
{
	struct outlining outlining = {.count = lines->count};
	enum nc_status status;

	outlining.lines = nc_calloc(lines->count + 1, sizeof(*outlining.lines));
	if (outlining.lines == NULL)
		return NC_NO_MEMORY;
	outline->lines = outlining.lines;
	outline->count = lines->count;
	for (size_t i = 0; i < lines->count; i++)
		outlining.lines[i].plan = &lines->lines[i];
	status = read_marks(&outlining);
	outlining.bold = status == NC_OK && is_headed_in_bold(&outlining);
	if (status == NC_OK)
		status = find_zones(&outlining);
	if (status != NC_OK)
		return status;
	hang_all(&outlining);
	weigh(&outlining);
	for (size_t i = 0; i < outlining.count; i++)
		if (is_hung(&outlining.lines[i]))
			outlining.lines[i].section =
				is_section(&outlining, &outlining.lines[i]);
	part_joined(&outlining);
	return NC_OK;
}
