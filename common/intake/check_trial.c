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

/* Findings of each rule in a paragraph, all of them and the errors. */
struct tally {
	unsigned all[CHECK_RULES_MAX], errors[CHECK_RULES_MAX];
};

static size_t rule_index(const struct nc_check_rule *rule)
{
	return (size_t)(rule - nc_check_rules);
}

/* The paragraph's findings with these words in it. */
static enum nc_status tally_words(const struct check_work *work,
	const struct check_context *context, struct nc_paragraph paragraph,
	const char *words, struct tally *ret_tally)
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
	struct nc_check check NC_AUTO(nc_check_fini) = {0};
	struct check_work alone NC_AUTO(check_work_fini) = {0};
	enum nc_status status = NC_NO_MEMORY;

	NC_ASSERT(nc_check_rules_count <= CHECK_RULES_MAX);
	*ret_tally = (struct tally){0};
	paragraph.text = words;
	nc_check_init(&check);
	if (check_work_init(&alone, &check, &input))
		status = check_read(&alone);
	for (size_t i = 0; i < check.count; i++) {
		const struct nc_finding *finding = &check.findings[i];
		size_t rule = rule_index(finding->rule);

		ret_tally->all[rule]++;
		ret_tally->errors[rule] += finding->level == NC_CHECK_ERROR;
	}
	return status;
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

/* R04 is of two mentions, of which one alone may be mended first. */
static bool is_better(const struct nc_finding *finding,
	const struct tally *before, const struct tally *after)
{
	size_t own = rule_index(finding->rule);

	if (before->all[own] > 0 && after->all[own] >= before->all[own])
		return false;
	for (size_t i = 0; i < nc_check_rules_count; i++)
		if (after->errors[i] > before->errors[i] &&
			strcmp(nc_check_rules[i].id, "R04") != 0)
			return false;
	return true;
}

/* Tries the mends of findings [from, to), all of one paragraph. */
static enum nc_status try_paragraph(struct check_work *work, size_t index,
	size_t from, size_t to, size_t *trials)
{
	const struct nc_paragraph *paragraph =
		&work->input->document->paragraphs[index];
	const struct check_context *context = &work->contexts[index];
	struct tally before, after;
	enum nc_status status = NC_OK;
	bool known = false;

	for (size_t i = from; i < to && status == NC_OK; i++) {
		struct nc_finding *finding = &work->check->findings[i];
		char *made;

		if (finding->mend[0] == '\0')
			continue;
		if (finding->at == NC_CHECK_NOWHERE ||
			strlen(paragraph->text) > TRIAL_PARAGRAPH_MAX ||
			*trials == TRIALS_MAX) {
			finding->mend = "";
			continue;
		}
		++*trials;
		made = put_mend(work, paragraph->text, finding);
		if (made == NULL)
			return NC_NO_MEMORY;
		if (!known)
			status = tally_words(work, context, *paragraph,
				paragraph->text, &before);
		known = true;
		if (status == NC_OK)
			status = tally_words(
				work, context, *paragraph, made, &after);
		if (status == NC_OK && !is_better(finding, &before, &after))
			finding->mend = "";
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
