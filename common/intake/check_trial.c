/*
 * A mend is offered only when it has been tried: its paragraph is checked
 * alone with the mend in it, and the mend stays when its finding is gone and
 * no error has come that was not there before.
 */
#include "intake/check_work.h"

#include <string.h>

/* What is past these keeps its finding and loses its mend. */
#define TRIAL_PARAGRAPH_MAX 8192
#define TRIALS_MAX 2000

/* The paragraph's findings with these words in it. */
static enum nc_status read_words(const struct check_work *work,
	const struct check_context *context, struct nc_paragraph paragraph,
	const char *words, struct nc_check *check)
{
	struct nc_document document = {.paragraphs = &paragraph, .count = 1};
	struct nc_check_part part = {0, context->kind, context->union_number};
	struct nc_check_input input = {.document = &document,
		.year = context->year,
		.kind = context->kind,
		.parts = &part,
		.parts_count = 1,
		.places = work->input->places,
		.days = work->input->days,
		.days_count = work->input->days_count};
	struct check_work alone NC_AUTO(check_work_fini) = {0};

	paragraph.text = words;
	if (!check_work_init(&alone, check, &input))
		return NC_NO_MEMORY;
	return check_read(&alone);
}

/* The paragraph's words with the mend in them; NULL without memory. */
static char *put_mend(struct check_work *work, const char *text,
	const struct nc_finding *finding)
{
	size_t mend = strlen(finding->mend);
	size_t rest = strlen(text) - finding->at - finding->size;
	char *made =
		nc_arena_alloc(&work->arena, finding->at + mend + rest + 1);

	if (made == NULL)
		return NULL;
	memcpy(made, text, finding->at);
	memcpy(made + finding->at, finding->mend, mend);
	memcpy(made + finding->at + mend, text + finding->at + finding->size,
		rest + 1);
	return made;
}

static size_t count_of(const struct nc_check *check,
	const struct nc_check_rule *rule, bool errors)
{
	size_t count = 0;

	for (size_t i = 0; i < check->count; i++)
		count +=
			check->findings[i].rule == rule &&
			(!errors || check->findings[i].level == NC_CHECK_ERROR);
	return count;
}

/* What the rest of the document tells is not found in a paragraph alone. */
static bool is_found(
	const struct nc_check *check, const struct nc_finding *finding)
{
	for (size_t i = 0; i < check->count; i++)
		if (check->findings[i].rule == finding->rule &&
			check->findings[i].at == finding->at &&
			check->findings[i].size == finding->size)
			return true;
	return false;
}

/* R04 is of two mentions, of which one alone may be mended first. */
static bool is_better(const struct nc_finding *finding,
	const struct nc_check *before, const struct nc_check *after)
{
	if (is_found(before, finding) &&
		count_of(after, finding->rule, false) >=
			count_of(before, finding->rule, false))
		return false;
	for (size_t i = 0; i < nc_check_rules_count; i++) {
		const struct nc_check_rule *rule = &nc_check_rules[i];

		if (count_of(after, rule, true) >
				count_of(before, rule, true) &&
			strcmp(rule->id, "R04") != 0)
			return false;
	}
	return true;
}

static enum nc_status try_mend(struct check_work *work, size_t index,
	const struct nc_check *before, struct nc_finding *finding)
{
	const struct nc_paragraph *paragraph =
		&work->input->document->paragraphs[index];
	struct nc_check after NC_AUTO(nc_check_fini) = {0};
	char *made = put_mend(work, paragraph->text, finding);
	enum nc_status status;

	if (made == NULL)
		return NC_NO_MEMORY;
	nc_check_init(&after);
	status = read_words(
		work, &work->contexts[index], *paragraph, made, &after);
	if (status == NC_OK && !is_better(finding, before, &after))
		finding->mend = "";
	return status;
}

/* Tries the mends of findings [from, to), all of one paragraph. */
static enum nc_status try_paragraph(struct check_work *work, size_t index,
	size_t from, size_t to, size_t *trials)
{
	const struct nc_paragraph *paragraph =
		&work->input->document->paragraphs[index];
	struct nc_check before NC_AUTO(nc_check_fini) = {0};
	enum nc_status status = NC_OK;
	bool is_read = false;

	nc_check_init(&before);
	for (size_t i = from; i < to && status == NC_OK; i++) {
		struct nc_finding *finding = &work->check->findings[i];

		if (finding->mend[0] == '\0')
			continue;
		if (finding->at == NC_CHECK_NOWHERE ||
			strlen(paragraph->text) > TRIAL_PARAGRAPH_MAX ||
			*trials == TRIALS_MAX) {
			finding->mend = "";
			continue;
		}
		++*trials;
		if (!is_read)
			status = read_words(work, &work->contexts[index],
				*paragraph, paragraph->text, &before);
		is_read = true;
		if (status == NC_OK)
			status = try_mend(work, index, &before, finding);
	}
	return status;
}

enum nc_status check_mends(struct check_work *work)
{
	struct nc_check *check = work->check;
	enum nc_status status = NC_OK;
	size_t trials = 0;

	for (size_t i = 0, to; i < check->count && status == NC_OK; i = to) {
		size_t index =
			check_paragraph_of(work, check->findings[i].line);

		for (to = i + 1;
			to < check->count &&
			check->findings[to].line == check->findings[i].line;)
			to++;
		if (index != CHECK_NONE)
			status = try_paragraph(work, index, i, to, &trials);
	}
	return status;
}
