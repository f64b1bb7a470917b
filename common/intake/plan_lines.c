#include "intake/plan_lines.h"
#include "base/limits.h"
#include "locale/text.h"

#include <string.h>

#define LINES_BYTES_MAX (256UL * 1024 * 1024)
/* A heading that is shorter did not reach the margin where lines wrap. */
#define WRAPPED_COLUMNS_MIN 48

struct joining {
	struct plan_lines *lines;
	struct plan_line last;	/* waits for what may belong to it */
	struct nc_buffer words; /* of the last line */
	bool has_last;
	struct plan_mark letter;	 /* the last one that is a letter */
	struct plan_mark parts;		 /* the last one of two parts */
	const struct nc_paragraph *next; /* or NULL */
	bool apart; /* one of this paragraph and the last is in a table */
	struct nc_error *err;
};

void plan_lines_init(struct plan_lines *lines)
{
	memset(lines, 0, sizeof(*lines));
	nc_arena_init(&lines->arena, LINES_BYTES_MAX);
}

void plan_lines_fini(struct plan_lines *lines)
{
	nc_free(lines->lines);
	nc_arena_fini(&lines->arena);
	plan_lines_init(lines);
}

/* The looks of text fail for want of memory alone: text is clean. */
static enum nc_status looked(struct joining *joining, enum nc_status status)
{
	if (status == NC_OK)
		return NC_OK;
	return nc_error_no_memory(joining->err);
}

static enum nc_status push(
	struct joining *joining, const struct plan_line *line)
{
	struct plan_lines *lines = joining->lines;

	if (lines->count == lines->capacity) {
		size_t capacity = lines->count == 0 ? 64 : lines->count * 2;
		struct plan_line *grown =
			nc_realloc(lines->lines, capacity * sizeof(*grown));

		if (grown == NULL)
			return nc_error_no_memory(joining->err);
		lines->lines = grown;
		lines->capacity = capacity;
	}
	lines->lines[lines->count++] = *line;
	return NC_OK;
}

/* The last line is complete. */
static enum nc_status flush(struct joining *joining)
{
	struct plan_line *last = &joining->last;
	struct nc_slice words = nc_buffer_slice(&joining->words);
	const char *kept;
	enum nc_status status = NC_OK;

	if (!joining->has_last)
		return NC_OK;
	joining->has_last = false;
	kept = nc_arena_text(
		&joining->lines->arena, (const char *)words.data, words.size);
	if (kept == NULL)
		return nc_error_no_memory(joining->err);
	last->words = nc_slice(kept, words.size);
	last->heading.area = "general";
	if (last->mark.kind != PLAN_MARK_BULLET && words.size > 0 &&
		last->noise == PLAN_NOISE_NONE)
		status = looked(
			joining, plan_heading_of(last->words, &last->heading));
	if (status == NC_OK)
		status = push(joining, last);
	return status;
}

static enum nc_status set_words(struct joining *joining, struct nc_slice words)
{
	nc_buffer_reset(&joining->words);
	if (nc_buffer_append(&joining->words, words.data, words.size) != NC_OK)
		return nc_error_no_memory(joining->err);
	return NC_OK;
}

/* A heading that is complete as it stands: nothing runs on from it. */
static enum nc_status is_whole_heading(struct joining *joining, bool *ret_whole)
{
	struct nc_slice words = nc_buffer_slice(&joining->words);
	struct plan_heading heading = {.area = "general"};
	enum nc_status status;

	*ret_whole = false;
	if (joining->last.mark.kind == PLAN_MARK_BULLET)
		return NC_OK;
	status = looked(joining, plan_heading_of(words, &heading));
	*ret_whole = heading.is_union ||
		     (heading.like_heading && heading.names_area &&
			     heading.rest.size == 0 &&
			     nc_text_width(words) < WRAPPED_COLUMNS_MIN);
	return status;
}

/* A union's name in the middle of a task: the next line goes on from it. */
static enum nc_status is_wrapped_name(
	struct joining *joining, struct nc_slice words, bool *ret_wrapped)
{
	const struct nc_paragraph *next = joining->next;
	struct plan_heading heading = {.area = "general"};
	enum nc_status status;

	*ret_wrapped = false;
	if (joining->last.mark.kind == PLAN_MARK_NONE || next == NULL ||
		next->blank_before || next->marker[0] != '\0' ||
		!plan_begins_small(nc_slice_text(next->text)) ||
		plan_ends_sentence(words) ||
		plan_mark_of(nc_slice_text(next->text)).kind != PLAN_MARK_NONE)
		return NC_OK;
	status = looked(joining, plan_heading_of(words, &heading));
	*ret_wrapped = heading.is_union;
	return status;
}

/*
 * Whether a line goes on where the last one was cut by a margin: it begins
 * small, directly below, and the last one did not end a sentence.
 */
static enum nc_status continues(struct joining *joining,
	const struct plan_line *line, struct nc_slice words,
	bool *ret_continues)
{
	bool whole;
	enum nc_status status;

	*ret_continues = false;
	if (!joining->has_last || joining->last.noise != PLAN_NOISE_NONE ||
		joining->apart)
		return NC_OK;
	if (line->mark.kind != PLAN_MARK_NONE || line->blank_before ||
		line->heading_level > 0 || joining->last.heading_level > 0)
		return NC_OK;
	if (plan_ends_sentence(nc_buffer_slice(&joining->words)))
		return NC_OK;
	if (!plan_begins_small(words)) {
		status = is_wrapped_name(joining, words, ret_continues);
		if (status != NC_OK || !*ret_continues)
			return status;
		*ret_continues = false;
	}
	/* Longer than a record may be: better two than none. */
	if (joining->words.size + 1 + words.size > NC_TEXT_BYTES_MAX)
		return NC_OK;
	status = is_whole_heading(joining, &whole);
	*ret_continues = !whole;
	return status;
}

static enum nc_status append_words(
	struct joining *joining, struct nc_slice words)
{
	if (nc_buffer_text(&joining->words, " ") != NC_OK ||
		nc_buffer_append(&joining->words, words.data, words.size) !=
			NC_OK)
		return nc_error_no_memory(joining->err);
	return NC_OK;
}

/* Whether the last line is a mark that waits for its words, and these are
 * they. A union's heading is no bullet's words. */
static enum nc_status fills_mark(struct joining *joining,
	const struct plan_line *line, struct nc_slice words, bool *ret_fills)
{
	struct plan_heading heading = {.area = "general"};
	enum nc_status status;

	*ret_fills = false;
	if (!joining->has_last || joining->words.size > 0)
		return NC_OK;
	if (line->mark.kind != PLAN_MARK_NONE || line->heading_level > 0)
		return NC_OK;
	status = looked(joining, plan_heading_of(words, &heading));
	*ret_fills = !(heading.is_union &&
		       joining->last.mark.kind == PLAN_MARK_BULLET);
	return status;
}

static enum nc_status add_noise(struct joining *joining,
	const struct plan_line *line, struct nc_slice text)
{
	bool waits = joining->has_last && joining->words.size == 0;
	const char *kept;
	struct plan_line noise = *line;
	enum nc_status status = NC_OK;

	/* A page number may stand between a bullet and its words. */
	if (!waits)
		status = flush(joining);
	if (status != NC_OK)
		return status;
	kept = nc_arena_text(
		&joining->lines->arena, (const char *)text.data, text.size);
	if (kept == NULL)
		return nc_error_no_memory(joining->err);
	noise.words = nc_slice(kept, text.size);
	noise.heading.area = "general";
	return push(joining, &noise);
}

/* Whether a line's noise is what it is in spite of its mark. */
static bool is_noise(const struct plan_line *line)
{
	switch (line->noise) {
	case PLAN_NOISE_PAGE:
	case PLAN_NOISE_RULE:
		return true;
	case PLAN_NOISE_CLOSING:
	case PLAN_NOISE_RECIPIENTS:
		return line->mark.kind == PLAN_MARK_NONE;
	default:
		return false;
	}
}

/* Marks that look like others, by those before them; no date stands before
 * a heading that names an area. */
static enum nc_status settle_mark(
	struct joining *joining, struct plan_mark *mark, struct nc_slice text)
{
	struct plan_heading heading = {.names_area = false};
	enum nc_status status = NC_OK;

	plan_mark_as_letter(mark, &joining->letter);
	if (plan_mark_is_date(mark, &joining->parts)) {
		status = looked(joining,
			plan_heading_of(nc_slice(text.data + mark->size,
						text.size - mark->size),
				&heading));
		if (!heading.names_area || !heading.like_heading)
			*mark = (struct plan_mark){.kind = PLAN_MARK_NONE};
	}
	if (mark->kind != PLAN_MARK_NUMBER)
		return status;
	if ((mark->key & 0xff) == 2)
		joining->parts = *mark;
	if (mark->label.size == 1 && !mark->roman && (mark->key & 0xff) == 0)
		joining->letter = *mark;
	return status;
}

static bool is_digits(struct nc_slice text)
{
	for (size_t i = 0; i < text.size; i++)
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	return text.size > 0;
}

/* A number that a colon announced, or that stands among the lines of a list,
 * is what somebody wrote and no page's. */
static bool is_amount(const struct joining *joining,
	const struct plan_line *line, struct nc_slice text)
{
	const struct nc_paragraph *next = joining->next;
	struct nc_slice before = nc_buffer_slice(&joining->words);

	if (!is_digits(text) || !joining->has_last || line->blank_before ||
		before.size == 0)
		return false;
	if (before.data[before.size - 1] == ':')
		return true;
	return joining->last.mark.kind != PLAN_MARK_NONE && next != NULL &&
	       !next->blank_before &&
	       (next->marker[0] != '\0' ||
		       plan_mark_of(nc_slice_text(next->text)).kind !=
			       PLAN_MARK_NONE);
}

static enum nc_status add_line(
	struct joining *joining, struct plan_line *line, struct nc_slice text)
{
	struct nc_slice words;
	enum nc_status status = NC_OK;
	bool joins;

	if (line->list_level < 0) {
		status = looked(joining, plan_noise_of(text, &line->noise));
		line->mark = plan_mark_of(text);
		if (status == NC_OK)
			status = settle_mark(joining, &line->mark, text);
		if (line->noise == PLAN_NOISE_PAGE &&
			is_amount(joining, line, text))
			line->noise = PLAN_NOISE_NONE;
	}
	if (status != NC_OK)
		return status;
	if (is_noise(line))
		return add_noise(joining, line, text);
	line->noise = PLAN_NOISE_NONE;
	words = nc_slice(
		text.data + line->mark.size, text.size - line->mark.size);
	if (line->list_level < 0)
		line->printed =
			nc_text_trim(nc_slice(text.data, line->mark.size));
	status = fills_mark(joining, line, words, &joins);
	if (status == NC_OK && joins) {
		joining->last.line = line->line;
		return set_words(joining, words);
	}
	if (status == NC_OK)
		status = continues(joining, line, words, &joins);
	if (status == NC_OK && joins)
		return append_words(joining, words);
	if (status == NC_OK)
		status = flush(joining);
	if (status != NC_OK)
		return status;
	joining->last = *line;
	joining->has_last = true;
	return set_words(joining, words);
}

/* A line of a paragraph that was broken by hand (Shift+Enter) begins anew
 * when it has a mark of its own, or when all before it is a mark. */
static bool begins_anew(struct nc_slice before, struct nc_slice next)
{
	struct plan_mark mark = plan_mark_of(next);

	if (mark.kind != PLAN_MARK_NONE && !mark.enclosed)
		return true;
	return plan_mark_is_all(nc_text_trim(before));
}

static enum nc_status add_paragraph(
	struct joining *joining, const struct nc_paragraph *paragraph)
{
	struct nc_slice rest = nc_slice_text(paragraph->text);
	struct plan_line line = {.list_level = paragraph->list_level,
		.heading_level = paragraph->heading_level,
		.indent = paragraph->indent,
		.stands_out = paragraph->stands_out,
		.in_list = paragraph->in_list,
		.blank_before = paragraph->blank_before,
		.line = paragraph->line};
	size_t at = 0;
	enum nc_status status = NC_OK;

	if (paragraph->marker[0] != '\0') {
		line.mark = plan_mark_automatic(paragraph->marker);
		line.printed = nc_slice_text(paragraph->marker);
	} else {
		line.list_level = -1;
	}
	while (status == NC_OK && at < rest.size) {
		struct nc_slice next;

		if (rest.data[at++] != '\n')
			continue;
		next = nc_text_trim(nc_slice(rest.data + at, rest.size - at));
		if (!begins_anew(nc_slice(rest.data, at), next))
			continue;
		status = add_line(
			joining, &line, nc_text_trim(nc_slice(rest.data, at)));
		rest = next;
		at = 0;
		line = (struct plan_line){
			.list_level = -1, .line = paragraph->line};
	}
	if (status == NC_OK && rest.size > 0)
		status = add_line(joining, &line, nc_text_trim(rest));
	return status;
}

/* "TT", "STT": the head of a column of numbers. */
static enum nc_status is_count_head(const char *text, bool *ret_is)
{
	struct nc_buffer folded;
	enum nc_status status;
	const char *words;

	*ret_is = false;
	if (strlen(text) > 20)
		return NC_OK;
	nc_buffer_init(&folded, 256);
	status = nc_text_fold(&folded, nc_slice_text(text));
	words = nc_buffer_string(&folded);
	if (status == NC_OK)
		*ret_is = strcmp(words, "tt") == 0 ||
			  strcmp(words, "stt") == 0 ||
			  strcmp(words, "so tt") == 0;
	nc_buffer_fini(&folded);
	return status;
}

/* All cells of a row as one text; NC_LIMIT when no record holds it. */
static enum nc_status join_cells(
	struct nc_buffer *out, const struct nc_paragraph *row, size_t count)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; status == NC_OK && i < count; i++) {
		if (i > 0)
			status = nc_buffer_text(out,
				row[i].cell == row[i - 1].cell ? " " : "; ");
		if (status == NC_OK)
			status = nc_buffer_text(out, row[i].text);
	}
	return status;
}

static enum nc_status add_row_noise(
	struct joining *joining, const struct nc_paragraph *cell)
{
	struct plan_line line = {.noise = PLAN_NOISE_TABLE,
		.list_level = -1,
		.line = cell->line};
	enum nc_status status = flush(joining);

	if (status != NC_OK)
		return status;
	return add_noise(joining, &line, nc_slice_text(cell->text));
}

/* A text of this room's own: a line's label is borrowed from it. */
static enum nc_status add_kept(
	struct joining *joining, struct plan_line *line, struct nc_slice text)
{
	const char *kept = nc_arena_text(
		&joining->lines->arena, (const char *)text.data, text.size);

	if (kept == NULL)
		return nc_error_no_memory(joining->err);
	return add_line(joining, line, nc_slice(kept, text.size));
}

/* One row is one item; one whose number is a letter or Roman and that has but
 * one cell more is a line like any other, a heading perhaps. */
static enum nc_status add_row(
	struct joining *joining, const struct nc_paragraph *row, size_t count)
{
	struct plan_line line = {.list_level = 0,
		.blank_before = true,
		.mark = {.kind = PLAN_MARK_BULLET, .key = '-'},
		.line = row[0].line};
	struct nc_buffer text;
	enum nc_status status = NC_OK;
	bool heads = count == 2 && row[0].cell == 1 && row[0].marker[0] == 0 &&
		     !is_digits(nc_slice_text(row[0].text)) &&
		     strlen(row[0].text) <= 6;

	joining->next = NULL;
	nc_buffer_init(&text, NC_TEXT_BYTES_MAX);
	if (heads) {
		line.list_level = -1;
		status = nc_buffer_printf(&text, "%s%s %s", row[0].text,
			plan_ends_sentence(nc_slice_text(row[0].text)) ? ""
								       : ".",
			row[1].text);
	} else {
		if (row[0].cell == 1 && count > 1 && row[1].cell > 1) {
			status = add_row_noise(joining, row++);
			count--;
		}
		if (status == NC_OK)
			status = join_cells(&text, row, count);
	}
	if (status == NC_NO_MEMORY)
		status = nc_error_no_memory(joining->err);
	else if (status == NC_OK)
		status = add_kept(joining, &line, nc_buffer_slice(&text));
	else
		for (status = NC_OK; status == NC_OK && count > 0; count--)
			status = add_paragraph(joining, row++);
	nc_buffer_fini(&text);
	return status;
}

/* A table whose first column is numbered: its head is left out. */
static enum nc_status add_table(struct joining *joining,
	const struct nc_paragraph *from, size_t count, bool *ret_added)
{
	enum nc_status status =
		looked(joining, is_count_head(from->text, ret_added));
	const unsigned head = from->row;

	if (from->cell != 1 || count < 2 || from[1].cell == 1)
		*ret_added = false;
	for (size_t i = 0, end; status == NC_OK && *ret_added && i < count;
		i = end) {
		for (end = i + 1; end < count; end++)
			if (from[end].row != from[i].row)
				break;
		if (from[i].row != head)
			status = add_row(joining, from + i, end - i);
		for (size_t k = i;
			status == NC_OK && from[i].row == head && k < end; k++)
			status = add_row_noise(joining, from + k);
	}
	return status;
}

static size_t table_size(const struct nc_document *document, size_t from)
{
	size_t end = from;

	while (end < document->count &&
		document->paragraphs[end].table ==
			document->paragraphs[from].table)
		end++;
	return end - from;
}

enum nc_status plan_lines_read(struct plan_lines *lines,
	const struct nc_document *document, struct nc_error *err)
{
	struct joining joining = {.lines = lines, .err = err};
	enum nc_status status = NC_OK;

	nc_buffer_init(&joining.words, NC_TEXT_BYTES_MAX);
	for (size_t i = 0; status == NC_OK && i < document->count; i++) {
		const struct nc_paragraph *at = &document->paragraphs[i];
		bool added = false;

		if (at->table > 0 && (i == 0 || at[-1].table != at->table)) {
			size_t count = table_size(document, i);

			status = add_table(&joining, at, count, &added);
			i += added ? count - 1 : 0;
		}
		if (added || status != NC_OK)
			continue;
		joining.next = i + 1 < document->count ? at + 1 : NULL;
		joining.apart = i > 0 && at->table != at[-1].table;
		status = add_paragraph(&joining, &document->paragraphs[i]);
	}
	if (status == NC_OK)
		status = flush(&joining);
	nc_buffer_fini(&joining.words);
	return status;
}
