#include "intake/wrap.h"
#include "intake/annual_marks.h"
#include "base/limits.h"
#include "locale/text.h"

#include <stdio.h>
#include <string.h>

/* Margins that lines are wrapped at, in columns. */
#define MARGIN_MIN 40
#define MARGIN_MAX 132
/* A full line ends this close to the margin: a long word did not fit. */
#define RAGGED_COLUMNS 14
#define FULL_LINES_MIN 4
/* Lines that show how the others of their kind are. */
#define GOING_ON_MIN 2
/* Abbreviations and numbers that end a paragraph's words. */
#define CAPITALS_COLUMNS 24
/* Lines among which "(2)" follows "(1)". */
#define COUNTED_LINES 12
/* Further in than any first line: centred. */
#define CENTRED_COLUMNS 12

struct wrapping {
	size_t margin;	 /* 0: the document was not wrapped */
	bool punctuated; /* its bullets' words end as sentences do */
	const struct nc_paragraph *end; /* of the document's */
};

static size_t columns_of(const struct nc_paragraph *paragraph)
{
	return (size_t)paragraph->indent +
	       nc_text_width(nc_slice_text(paragraph->text));
}

static size_t first_word(const char *text)
{
	return nc_text_width(nc_slice(text, strcspn(text, " \t\n")));
}

static bool is_bare(const struct nc_paragraph *paragraph)
{
	return paragraph->table == 0 && paragraph->marker[0] == '\0' &&
	       paragraph->heading_level == 0;
}

static enum plan_mark_kind mark_kind(const struct nc_paragraph *paragraph)
{
	return plan_mark_of(nc_slice_text(paragraph->text)).kind;
}

static bool ends_sentence(const struct nc_paragraph *paragraph)
{
	return plan_ends_sentence(nc_slice_text(paragraph->text));
}

/* Whether the first word of next did not fit on the line before it. */
static bool is_full(const struct nc_paragraph *before,
	const struct nc_paragraph *next, size_t margin)
{
	return is_bare(before) && is_bare(next) && !next->blank_before &&
	       columns_of(before) + 1 + first_word(next->text) > margin;
}

/* Whether full lines do go on in small letters: lines that are alike in
 * length by chance do not. */
static bool goes_on_small(const struct nc_document *document, size_t margin)
{
	size_t small = 0, full = 0;

	for (size_t i = 1; i < document->count; i++) {
		const struct nc_paragraph *at = &document->paragraphs[i];

		if (!is_full(at - 1, at, margin) || ends_sentence(at - 1))
			continue;
		full++;
		small += plan_begins_small(nc_slice_text(at->text)) &&
			 mark_kind(at) == PLAN_MARK_NONE;
	}
	return small >= GOING_ON_MIN && 3 * small >= full;
}

/* The margin at which the document was wrapped; 0 when it was not. */
static size_t find_margin(const struct nc_document *document)
{
	size_t margin = 0, full = 0;

	for (size_t i = 0; i < document->count; i++) {
		size_t columns = columns_of(&document->paragraphs[i]);

		if (columns > MARGIN_MAX)
			return 0;
		if (columns > margin)
			margin = columns;
	}
	if (margin < MARGIN_MIN)
		return 0;
	for (size_t i = 0; i < document->count; i++)
		full += columns_of(&document->paragraphs[i]) + RAGGED_COLUMNS >=
			margin;
	if (full < FULL_LINES_MIN || 4 * full < document->count ||
		!goes_on_small(document, margin))
		return 0;
	return margin;
}

/* Whether the bullets' words end as sentences do: nearly all that end before
 * the margin, with the next bullet below them. */
static bool is_punctuated(const struct nc_document *document, size_t margin)
{
	enum plan_mark_kind mark = PLAN_MARK_NONE; /* the last one */
	size_t ended = 0, count = 0;

	for (size_t i = 1; i < document->count; i++) {
		const struct nc_paragraph *at = &document->paragraphs[i];

		if (mark_kind(at - 1) != PLAN_MARK_NONE)
			mark = mark_kind(at - 1);
		if (mark != PLAN_MARK_BULLET || !is_bare(at) ||
			mark_kind(at) != PLAN_MARK_BULLET ||
			is_full(at - 1, at, margin))
			continue;
		count++;
		ended += ends_sentence(at - 1);
	}
	return count >= GOING_ON_MIN && 10 * ended >= 9 * count;
}

static bool ends_with_word(struct nc_slice text, const char *word)
{
	struct nc_slice last = nc_slice_text(word);
	size_t before;

	if (text.size <= last.size)
		return false;
	before = text.size - last.size;
	return memcmp(text.data + before, last.data, last.size) == 0 &&
	       memchr(" (", text.data[before - 1], 2) != NULL;
}

/* Whether words are left that nothing ends with: "trong quý", "và", a comma,
 * a bracket that is open. */
static bool is_open(struct nc_slice text)
{
	static const char *const words[] = {"quý", "Quý", "tháng", "ngày", "số",
		"thứ", "lần thứ", "mục", "điểm", "khoản", "và", "hoặc", "của",
		"với", "các", "những", "từ", "đến", "cho", "tại", "về", "theo",
		"khoảng", "-", "–"};
	static const char *const whole[] = {"hàng quý", "hằng quý", "mỗi quý",
		"hàng tháng", "hằng tháng", "mỗi tháng", "hàng ngày",
		"hằng ngày", "mỗi ngày"};
	size_t open = 0;

	for (size_t i = 0; i < text.size; i++) {
		if (text.data[i] == '(')
			open++;
		else if (text.data[i] == ')' && open > 0)
			open--;
	}
	if (open > 0 || (text.size > 0 && text.data[text.size - 1] == ','))
		return true;
	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (ends_with_word(text, whole[i]))
			return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (ends_with_word(text, words[i]))
			return true;
	return false;
}

static enum nc_status noise_of(
	const struct nc_paragraph *paragraph, enum plan_noise *ret_noise)
{
	return plan_noise_of(nc_slice_text(paragraph->text), ret_noise);
}

/* Whether a line has a number of its own, or is a page's number or the like. */
static enum nc_status is_marked(
	const struct nc_paragraph *paragraph, bool *ret_marked)
{
	const struct plan_line line = {
		.words = nc_slice_text(paragraph->text), .list_level = -1};
	struct annual_mark mark = {.kind = ANNUAL_NONE};
	enum plan_noise noise = PLAN_NOISE_NONE;
	enum nc_status status = annual_mark_of(&line, &mark);

	if (status == NC_OK)
		status = noise_of(paragraph, &noise);
	*ret_marked = mark.kind != ANNUAL_NONE || noise != PLAN_NOISE_NONE ||
		      mark_kind(paragraph) != PLAN_MARK_NONE;
	return status;
}

/* The mark of a paragraph, or that which stands alone above it. */
static enum plan_mark_kind kind_of(const struct nc_document *document, size_t i)
{
	const struct nc_paragraph *at = &document->paragraphs[i];
	enum plan_mark_kind kind = mark_kind(at);

	if (kind == PLAN_MARK_NONE && i > 0 && is_bare(at - 1) &&
		plan_mark_is_all(nc_slice_text(at[-1].text)))
		kind = mark_kind(at - 1);
	return kind;
}

/* Whether capitals stand below what is none, or the other way: a heading; a
 * word or two of a bullet's, or of an open sentence's, are none. */
static bool changes_case(
	const struct nc_paragraph *last, const struct nc_paragraph *next)
{
	bool capitals = annual_is_capitals(nc_slice_text(last->text));

	if (capitals == annual_is_capitals(nc_slice_text(next->text)))
		return false;
	return capitals || columns_of(next) > CAPITALS_COLUMNS ||
	       (mark_kind(last) != PLAN_MARK_BULLET &&
		       !is_open(nc_slice_text(last->text)));
}

/* What the lines so far became: a paragraph, of how many lines of the file,
 * the last of which is before. */
struct joined_so_far {
	struct nc_paragraph *last;
	const struct nc_paragraph *before;
	size_t lines;
	enum plan_mark_kind kind; /* its mark's, or that alone above it */
};

/* "(2)" where "(1)" stands within the paragraph before, or "(1)" where "(2)"
 * stands within a line below: what is counted in a sentence. */
static bool counts_inside(const struct nc_paragraph *last,
	const struct nc_paragraph *next, const struct nc_paragraph *end)
{
	struct plan_mark mark = plan_mark_of(nc_slice_text(next->text));
	char other[16];
	const char *found;

	if (!mark.enclosed || mark.roman || mark.label.size > 2 ||
		mark.label.data[0] < '0' || mark.label.data[0] > '9')
		return false;
	snprintf(other, sizeof(other), "(%u)",
		mark.ordinal > 1 ? mark.ordinal - 1 : 2);
	if (mark.ordinal > 1) {
		found = strstr(last->text, other);
		return found != NULL && found != last->text;
	}
	for (size_t i = 0; i < COUNTED_LINES && next + i < end; i++) {
		found = strstr(next[i].text, other);
		if (found != NULL)
			return found != next[i].text;
	}
	return false;
}

/* Whether a sentence that ends at the margin is not its paragraph's last. */
static bool runs_on(
	const struct joined_so_far *so_far, const struct nc_paragraph *next)
{
	enum plan_mark_kind kind = so_far->kind;

	if (next->indent > so_far->before->indent)
		return false;
	if (plan_begins_small(nc_slice_text(next->text)))
		return true;
	return kind == PLAN_MARK_BULLET ||
	       (kind == PLAN_MARK_NUMBER && so_far->lines > 1) ||
	       (kind == PLAN_MARK_NONE && so_far->last->blank_before);
}

static bool is_digit_at(const char *text, size_t at)
{
	return text[at] >= '0' && text[at] <= '9';
}

/* "2023" and below it "- 2024". */
static bool is_range(const char *last, const char *next)
{
	return is_digit_at(last, strlen(last) - 1) && next[0] == '-' &&
	       next[1] == ' ' && is_digit_at(next, 2);
}

/* Whether a paragraph that has not ended cannot end here, so that what looks
 * like a mark below it is none. */
static bool cannot_end(const struct wrapping *wrapping,
	const struct joined_so_far *so_far, const struct nc_paragraph *next)
{
	const char *text = so_far->last->text;

	return is_open(nc_slice_text(text)) || is_range(text, next->text) ||
	       (so_far->kind == PLAN_MARK_BULLET && wrapping->punctuated) ||
	       (so_far->kind == PLAN_MARK_NONE && so_far->lines > 1);
}

/* Whether a bullet's words are left open where bullets' words are not, and
 * no heading follows: letters that were typed apart from their marks make a
 * line short. */
static enum nc_status is_left_open(const struct wrapping *wrapping,
	const struct joined_so_far *so_far, const struct nc_paragraph *next,
	bool *ret_open)
{
	struct plan_heading heading = {.area = "general"};
	enum nc_status status = NC_OK;

	*ret_open = false;
	if (!wrapping->punctuated || !is_bare(next) || next->blank_before ||
		so_far->kind != PLAN_MARK_BULLET ||
		ends_sentence(so_far->last) ||
		2 * columns_of(so_far->before) < wrapping->margin)
		return NC_OK;
	status = plan_heading_of(nc_slice_text(next->text), &heading);
	*ret_open = !heading.is_union &&
		    !(heading.like_heading && heading.names_area);
	return status;
}

/* Whether next goes on where the line before it was cut. */
static enum nc_status goes_on(const struct wrapping *wrapping,
	const struct joined_so_far *so_far, const struct nc_paragraph *next,
	bool *ret_goes_on)
{
	const struct nc_paragraph *last = so_far->last;
	bool ended = ends_sentence(last);
	bool marked = false, open = false;
	enum nc_status status;

	*ret_goes_on = false;
	if (wrapping->margin == 0 || next->indent >= CENTRED_COLUMNS ||
		changes_case(last, next))
		return NC_OK;
	status = is_left_open(wrapping, so_far, next, &open);
	if (status == NC_OK)
		status = is_marked(next, &marked);
	if (open && !marked)
		*ret_goes_on = true;
	else if (!is_full(so_far->before, next, wrapping->margin))
		return status;
	else if (!marked)
		*ret_goes_on = !ended || runs_on(so_far, next);
	else
		*ret_goes_on = (!ended && cannot_end(wrapping, so_far, next)) ||
			       counts_inside(last, next, wrapping->end);
	return status;
}

/* Whether a page's number stands at i and the words before it go on after
 * it. */
static enum nc_status is_page_between(const struct nc_document *document,
	const struct nc_paragraph *before, size_t i, bool *ret_is)
{
	const struct nc_paragraph *at = &document->paragraphs[i];
	enum plan_noise noise = PLAN_NOISE_NONE;
	enum nc_status status;

	*ret_is = false;
	if (i + 1 >= document->count || !is_bare(before) || !is_bare(at) ||
		!is_bare(at + 1) ||
		!plan_begins_small(nc_slice_text(at[1].text)) ||
		plan_ends_sentence(nc_slice_text(before->text)) ||
		plan_mark_of(nc_slice_text(at[1].text)).kind !=
			PLAN_MARK_NONE ||
		plan_mark_of(nc_slice_text(before->text)).size ==
			strlen(before->text))
		return NC_OK;
	/* A heading or the title ends where it ends. */
	if (annual_is_capitals(nc_slice_text(before->text)))
		return NC_OK;
	status = noise_of(at, &noise);
	*ret_is = noise == PLAN_NOISE_PAGE &&
		  before->text[strlen(before->text) - 1] != ':';
	return status;
}

static enum nc_status join(struct nc_document *joined,
	struct nc_paragraph *last, const char *more, bool *ret_fits)
{
	size_t size = strlen(last->text), added = strlen(more);
	char *text;

	*ret_fits = size + 1 + added <= NC_TEXT_BYTES_MAX;
	if (!*ret_fits)
		return NC_OK;
	text = nc_arena_alloc(&joined->arena, size + added + 2);
	if (text == NULL)
		return NC_NO_MEMORY;
	memcpy(text, last->text, size);
	text[size] = ' ';
	memcpy(text + size + 1, more, added + 1);
	last->text = text;
	return NC_OK;
}

static enum nc_status join_all(struct nc_document *joined,
	const struct nc_document *document, const struct wrapping *wrapping)
{
	struct joined_so_far so_far = {.last = NULL};
	enum nc_status status = NC_OK;

	for (size_t i = 0; status == NC_OK && i < document->count; i++) {
		const struct nc_paragraph *at = &document->paragraphs[i];
		bool joins = false, page = false;

		if (so_far.last != NULL)
			status = goes_on(wrapping, &so_far, at, &joins);
		if (status == NC_OK && so_far.last != NULL && !joins)
			status = is_page_between(
				document, so_far.before, i, &page);
		if (status == NC_OK && page)
			status = join(joined, so_far.last, at[1].text, &page);
		else if (status == NC_OK && joins)
			status = join(joined, so_far.last, at->text, &joins);
		so_far.before = page ? &at[1] : at;
		so_far.lines += joins || page;
		if (joins)
			continue;
		joined->paragraphs[joined->count++] = *at;
		/* A page's number stands behind the words that it cut, and
		 * apart, for it is no amount. */
		if (page)
			joined->paragraphs[joined->count - 1].blank_before =
				true;
		i += page;
		if (page)
			continue;
		so_far.last = &joined->paragraphs[joined->count - 1];
		so_far.lines = 1;
		so_far.kind = kind_of(document, i);
	}
	return status;
}

enum nc_status wrap_join(struct nc_document *joined,
	const struct nc_document *document, struct nc_error *err)
{
	struct wrapping wrapping = {.margin = 0};

	if (document->count == 0)
		return NC_OK;
	wrapping.margin = find_margin(document);
	wrapping.end = document->paragraphs + document->count;
	if (wrapping.margin > 0)
		wrapping.punctuated = is_punctuated(document, wrapping.margin);
	joined->paragraphs =
		nc_malloc(document->count * sizeof(*joined->paragraphs));
	if (joined->paragraphs == NULL)
		return nc_error_no_memory(err);
	joined->capacity = document->count;
	if (join_all(joined, document, &wrapping) != NC_OK)
		return nc_error_no_memory(err);
	return NC_OK;
}
