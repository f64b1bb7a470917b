/*
 * mend FINDING…: takes what the checker suggests: the field's new value, and
 * the record that says from what it came, in one change-set.
 */
#include "finding.h"

#include "base/limits.h"

#include <stdlib.h>
#include <string.h>

/* One suggestion: a proposal of the kind `mend`. */
struct mend {
	size_t index; /* of its finding */
	const struct nc_check_record *record;
	const struct nc_field *field;
	size_t at, size;   /* of the words in the field, where it is a part */
	const char *value; /* the whole field, with this mend alone */
	const char *put;   /* in place of the words */
	const char *words, *rule, *why;
};

static enum nc_status read_mend(struct nc_decision *decision, size_t index,
	struct mend *mend, struct nc_error *err)
{
	const struct nc_finding *finding =
		&decision->checked.check.findings[index];

	if (finding->value[0] == '\0')
		return nc_error_set(err, NC_INVALID,
			_("Finding %s has no mend that is sure; change the "
			  "words with edit."),
			decision->checked.findings[index].id);
	if (finding->record->union_number == 0)
		return nc_error_set(err, NC_DENIED,
			_("That is a record of the cluster (%s); only the hub "
			  "writes those."),
			finding->record->entity->name);
	*mend = (struct mend){.index = index,
		.record = finding->record,
		.field = finding->field,
		.at = finding->at,
		.size = strlen(finding->words),
		.value = finding->value,
		.put = finding->mend,
		.words = finding->words,
		.rule = finding->rule->id,
		.why = finding->why};
	return NC_OK;
}

/* By record and field; the last words first, so that places before stay. */
static int compare_mends(const void *left, const void *right)
{
	const struct mend *a = left, *b = right;
	int order = nc_id_compare(&a->record->id, &b->record->id);

	if (order != 0)
		return order;
	if (a->field != b->field)
		return a->field->number < b->field->number ? -1 : 1;
	return a->at == b->at ? 0 : a->at > b->at ? -1 : 1;
}

static bool is_same_field(const struct mend *a, const struct mend *b)
{
	return a->record == b->record && a->field == b->field;
}

static bool is_part(const struct mend *mend)
{
	return mend->field->type == NC_TYPE_TEXT ||
	       mend->field->type == NC_TYPE_LIST;
}

/* Puts a mend into a value that holds those behind it. */
static enum nc_status splice(struct nc_decision *decision, const char **value,
	const struct mend *mend, struct nc_error *err)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	const char *was = *value;
	enum nc_status status;

	nc_buffer_init(&out, NC_TEXT_BYTES_MAX);
	status = nc_buffer_append(&out, was, mend->at);
	if (status == NC_OK)
		status = nc_buffer_text(&out, mend->put);
	if (status == NC_OK)
		status = nc_buffer_text(&out, was + mend->at + mend->size);
	if (status == NC_OK)
		*value = nc_arena_text(
			&decision->arena, nc_buffer_string(&out), out.size);
	if (status == NC_LIMIT)
		return nc_error_set(err, NC_LIMIT,
			_("With the mend the text would be too long."));
	return status != NC_OK || *value == NULL ? nc_error_no_memory(err)
						 : NC_OK;
}

/* All chosen mends of one field, as its new value. */
static enum nc_status new_value(struct nc_decision *decision,
	const struct mend *mends, size_t count, struct nc_value *ret_value,
	struct nc_error *err)
{
	const struct nc_field *field = mends[0].field;
	const char *value = mends[0].value;
	enum nc_status status = NC_OK;

	if (count > 1 && !is_part(&mends[0]))
		count = 1;
	for (size_t i = 1; i < count && status == NC_OK; i++) {
		if (mends[i].at + mends[i].size > mends[i - 1].at)
			return nc_error_set(err, NC_INVALID,
				_("Findings %s and %s are about the same "
				  "words; mend one and check again."),
				decision->checked.findings[mends[i].index].id,
				decision->checked.findings[mends[i - 1].index]
					.id);
		status = splice(decision, &value, &mends[i], err);
	}
	return status == NC_OK ? nc_field_parse(field, value, &decision->arena,
					 ret_value, err)
			       : status;
}

/* The decision: named by what was proposed, alike at every desk. */
static enum nc_status add_proposal(struct nc_decision *decision,
	const struct mend *mend, struct nc_error *err)
{
	const char *texts[] = {mend->field->name, mend->value};
	struct nc_record_change *change;
	struct nc_field_change *fields;
	uint8_t hash[32];
	struct nc_id id;
	size_t count = 0;
	enum nc_status status = nc_checked_hash(hash, "nhipcau/1 proposal\n",
		"mend", &mend->record->id, texts, 2, err);

	if (status == NC_OK)
		status = nc_decision_id(decision, NC_ENTITY_PROPOSAL,
			&mend->record->id, hash + 6, &id, err);
	if (status == NC_OK)
		status = nc_decision_change(
			decision, &id, NC_ENTITY_PROPOSAL, 8, &change, err);
	if (status != NC_OK)
		return status;
	fields = change->fields;
	fields[count].field = NC_PROPOSAL_OF;
	fields[count++].value =
		nc_value_bytes(mend->record->id.bytes, NC_ID_SIZE);
	fields[count].field = NC_PROPOSAL_FIELD;
	fields[count++].value = nc_value_text(mend->field->name);
	fields[count].field = NC_PROPOSAL_VALUE;
	fields[count++].value = nc_value_text(mend->value);
	fields[count].field = NC_PROPOSAL_WORDS;
	fields[count++].value = nc_value_text(mend->words);
	fields[count].field = NC_PROPOSAL_KIND;
	fields[count++].value = nc_value_text("mend");
	fields[count].field = NC_PROPOSAL_STATUS;
	fields[count++].value = nc_value_text("accepted");
	fields[count].field = NC_PROPOSAL_RULE;
	fields[count++].value = nc_value_text(mend->rule);
	fields[count].field = NC_PROPOSAL_NOTE;
	fields[count++].value = nc_value_text(mend->why);
	change->fields_count = count;
	return NC_OK;
}

/* The mends of one record from the first on; *ret_count of them. */
static enum nc_status add_record(struct nc_decision *decision,
	const struct mend *mends, size_t left, size_t *ret_count,
	struct nc_error *err)
{
	struct nc_record_change *change;
	size_t count = 0;
	enum nc_status status;

	while (count < left && mends[count].record == mends[0].record)
		count++;
	*ret_count = count;
	status = nc_decision_change(decision, &mends[0].record->id,
		mends[0].record->entity->number, count, &change, err);
	for (size_t i = 0, to; i < count && status == NC_OK; i = to) {
		struct nc_field_change *field =
			&change->fields[change->fields_count++];

		for (to = i;
			to < count && is_same_field(&mends[i], &mends[to]);)
			to++;
		field->field = mends[i].field->number;
		status = new_value(
			decision, &mends[i], to - i, &field->value, err);
	}
	return status;
}

static enum nc_status add_mends(
	struct nc_decision *decision, struct nc_error *err)
{
	size_t count = decision->chosen_count, taken;
	struct mend *mends =
		nc_arena_array(&decision->arena, count, sizeof(*mends));
	enum nc_status status = NC_OK;

	if (mends == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = read_mend(
			decision, decision->chosen[i], &mends[i], err);
	if (status == NC_OK)
		qsort(mends, count, sizeof(*mends), compare_mends);
	for (size_t i = 0; i < count && status == NC_OK; i += taken)
		status =
			add_record(decision, &mends[i], count - i, &taken, err);
	for (size_t i = 0; i < count && status == NC_OK; i++)
		status = add_proposal(decision, &mends[i], err);
	return status;
}

static enum nc_status run_mend(struct nc_call *call, struct nc_error *err)
{
	struct nc_decision decision NC_AUTO(nc_decision_fini) = {0};
	enum nc_status status;

	nc_decision_init(&decision, call);
	status = nc_decision_open(&decision, false, err);
	if (status == NC_OK)
		status = add_mends(&decision, err);
	if (status != NC_OK)
		return status;
	return nc_decision_save(&decision, "mended", _("mended"), err);
}

static const struct nc_option options[] = {
	{"year", 'y', "YEAR",
		N_("the year that was checked (default: this year)")},
	{.name = NULL},
};

const struct nc_command nc_client_mend = {
	.name = "mend",
	.arguments = "FINDING…",
	.arguments_min = 1,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("take what the checker suggests"),
	.notes = N_("FINDING is the beginning of the id that check shows. Only "
		    "the words that the finding names are replaced, and a "
		    "proposal record keeps what they were and why they "
		    "changed. When the words have changed since, the finding "
		    "is no longer there, and nothing is written."),
	.examples = "nhipcau mend 3fa9c01b22 --year 2024\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.run = run_mend,
};
