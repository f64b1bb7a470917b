#include "intake/annual_wrap.h"
#include "intake/annual_marks.h"
#include "base/limits.h"
#include "locale/text.h"

#include <string.h>

/* Margins that lines are wrapped at, in columns. */
#define MARGIN_MIN 40
#define MARGIN_MAX 132
/* A full line ends this close to the margin: a long word did not fit. */
#define RAGGED_COLUMNS 14
#define FULL_LINES_MIN 4
/* Further in than any first line: centred. */
#define CENTRED_COLUMNS 12

static size_t columns_of(const struct nc_paragraph *paragraph)
{
	return (size_t)paragraph->indent +
	       nc_text_width(nc_slice_text(paragraph->text));
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
	return full >= FULL_LINES_MIN && 4 * full >= document->count ? margin
								     : 0;
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

static enum nc_status noise_of(
	const struct nc_paragraph *paragraph, enum plan_noise *ret_noise)
{
	return plan_noise_of(nc_slice_text(paragraph->text), ret_noise);
}

/* Whether a line has a number of its own that the plan's marks do not see. */
static enum nc_status has_mark(
	const struct nc_paragraph *paragraph, bool *ret_has)
{
	const struct plan_line line = {
		.words = nc_slice_text(paragraph->text), .list_level = -1};
	struct annual_mark mark = {.kind = ANNUAL_NONE};
	enum nc_status status = annual_mark_of(&line, &mark);

	*ret_has = mark.kind != ANNUAL_NONE ||
		   plan_mark_of(line.words).kind != PLAN_MARK_NONE;
	return status;
}

/* Whether next goes on where the line before it, of columns, was cut. */
static enum nc_status goes_on(const struct nc_paragraph *before,
	const struct nc_paragraph *next, size_t margin, bool *ret_goes_on)
{
	struct nc_slice text = nc_slice_text(before->text);
	struct nc_slice words = nc_slice_text(next->text);
	bool marked = false;
	enum plan_noise noise = PLAN_NOISE_NONE;
	enum nc_status status = NC_OK;

	*ret_goes_on = false;
	if (margin == 0 || !is_bare(before) || !is_bare(next) ||
		next->blank_before || next->indent >= CENTRED_COLUMNS ||
		columns_of(before) + 1 + first_word(next->text) <= margin ||
		plan_ends_sentence(text))
		return NC_OK;
	if (annual_is_capitals(text) != annual_is_capitals(words))
		return NC_OK;
	status = has_mark(next, &marked);
	if (status == NC_OK)
		status = noise_of(next, &noise);
	if (status == NC_OK)
		*ret_goes_on = !marked && noise == PLAN_NOISE_NONE;
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
	const struct nc_document *document, size_t margin)
{
	const struct nc_paragraph *before = NULL; /* as it stands in the file */
	struct nc_paragraph *last = NULL; /* what before became part of */
	enum nc_status status = NC_OK;

	for (size_t i = 0; status == NC_OK && i < document->count; i++) {
		const struct nc_paragraph *at = &document->paragraphs[i];
		bool joins = false, page = false;

		if (last != NULL)
			status = goes_on(before, at, margin, &joins);
		if (status == NC_OK && last != NULL && !joins)
			status = is_page_between(document, before, i, &page);
		if (status == NC_OK && page)
			status = join(joined, last, at[1].text, &page);
		else if (status == NC_OK && joins)
			status = join(joined, last, at->text, &joins);
		before = page ? &at[1] : at;
		if (joins)
			continue;
		joined->paragraphs[joined->count++] = *at;
		/* A page's number stands behind the words that it cut, and
		 * apart, for it is no amount. */
		if (page)
			joined->paragraphs[joined->count - 1].blank_before =
				true;
		i += page;
		if (!page)
			last = &joined->paragraphs[joined->count - 1];
	}
	return status;
}

enum nc_status annual_wrap(struct nc_document *joined,
	const struct nc_document *document, struct nc_error *err)
{
	if (document->count == 0)
		return NC_OK;
	joined->paragraphs =
		nc_malloc(document->count * sizeof(*joined->paragraphs));
	if (joined->paragraphs == NULL)
		return nc_error_no_memory(err);
	joined->capacity = document->count;
	if (join_all(joined, document, find_margin(document)) != NC_OK)
		return nc_error_no_memory(err);
	return NC_OK;
}
