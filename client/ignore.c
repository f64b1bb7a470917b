/*
 * ignore FINDING… --reason "…": lets findings stand, as records of the union
 * that travel with its others.
 */
#include "finding.h"

#include "locale/text.h"

#include <stdio.h>
#include <string.h>

/* What is let stand has one name at every desk. */
static enum nc_status exception_id(struct nc_decision *decision,
	const struct nc_finding *finding, struct nc_id *ret_id,
	struct nc_error *err)
{
	char year[16];
	const char *texts[] = {year, finding->words};
	uint8_t hash[32];
	enum nc_status status;

	snprintf(year, sizeof(year), "%d", decision->checked.book.year);
	status = nc_checked_hash(hash, "nhipcau/1 exception\n",
		finding->rule->id, &finding->record->id, texts, 2, err);
	if (status != NC_OK)
		return status;
	return nc_decision_id(decision, NC_ENTITY_EXCEPTION,
		&finding->record->id, hash, ret_id, err);
}

/* Two chosen findings may be let stand by one record: alike words, twice. */
static bool is_changed(
	const struct nc_decision *decision, const struct nc_id *id)
{
	for (size_t i = 0; i < decision->changes_count; i++)
		if (nc_id_compare(&decision->changes[i].record, id) == 0)
			return true;
	return false;
}

static enum nc_status add_exception(struct nc_decision *decision,
	const struct nc_finding *finding, struct nc_slice reason,
	struct nc_error *err)
{
	struct nc_record_change *change;
	struct nc_field_change *fields;
	struct nc_id id;
	enum nc_status status = exception_id(decision, finding, &id, err);

	if (status != NC_OK || is_changed(decision, &id))
		return status;
	status = nc_decision_change(
		decision, &id, NC_ENTITY_EXCEPTION, 5, &change, err);
	if (status != NC_OK)
		return status;
	fields = change->fields;
	fields[0].field = NC_EXCEPTION_RULE;
	fields[0].value = nc_value_text(finding->rule->id);
	fields[1].field = NC_EXCEPTION_OF;
	fields[1].value = nc_value_bytes(finding->record->id.bytes, NC_ID_SIZE);
	fields[2].field = NC_EXCEPTION_YEAR;
	fields[2].value = nc_value_integer(decision->checked.book.year);
	fields[3].field = NC_EXCEPTION_WORDS;
	fields[3].value = finding->words[0] == '\0'
				  ? nc_value_absent()
				  : nc_value_text(finding->words);
	fields[4].field = NC_EXCEPTION_REASON;
	fields[4].value = nc_value_slice(reason);
	change->fields_count = 5;
	return NC_OK;
}

static enum nc_status remove_exception(
	struct nc_decision *decision, size_t index, struct nc_error *err)
{
	const struct nc_id *id =
		&decision->checked.findings[index].exception->id;
	struct nc_record_change *change;
	enum nc_status status;

	if (is_changed(decision, id))
		return NC_OK;
	status = nc_decision_change(
		decision, id, NC_ENTITY_EXCEPTION, 0, &change, err);
	if (status == NC_OK)
		change->deletes = true;
	return status;
}

static enum nc_status clean_reason(
	const struct nc_call *call, struct nc_buffer *out, struct nc_error *err)
{
	const char *reason = nc_call_value(call, "reason");

	if (reason == NULL)
		return nc_error_set(err, NC_USAGE,
			_("Why may it stand? Add --reason \"…\": whoever looks "
			  "later should know."));
	if (nc_text_clean(out, nc_slice_text(reason)) != NC_OK ||
		out->size == 0)
		return nc_error_set(err, NC_INVALID,
			_("The reason is empty or no text; write it in a few "
			  "words."));
	return NC_OK;
}

static enum nc_status run_ignore(struct nc_call *call, struct nc_error *err)
{
	struct nc_decision decision NC_AUTO(nc_decision_fini) = {0};
	struct nc_buffer reason NC_AUTO(nc_buffer_fini) = {0};
	bool undo = nc_call_has(call, "undo");
	enum nc_status status = NC_OK;

	nc_decision_init(&decision, call);
	nc_buffer_init(&reason, 16 * 1024);
	if (!undo)
		status = clean_reason(call, &reason, err);
	if (status == NC_OK)
		status = nc_decision_open(&decision, undo, err);
	for (size_t i = 0; i < decision.chosen_count && status == NC_OK; i++) {
		size_t index = decision.chosen[i];

		status = undo ? remove_exception(&decision, index, err)
			      : add_exception(&decision,
					&decision.checked.check.findings[index],
					nc_buffer_slice(&reason), err);
	}
	if (status != NC_OK)
		return status;
	return nc_decision_save(&decision, undo ? "told-again" : "ignored",
		undo ? _("is told again") : _("is let stand"), err);
}

static const struct nc_option options[] = {
	{"reason", 0, "TEXT", N_("why it may stand")},
	{"undo", 0, NULL, N_("tell it again")},
	{"year", 'y', "YEAR",
		N_("the year that was checked (default: this year)")},
	{.name = NULL},
};

const struct nc_command nc_client_ignore = {
	.name = "ignore",
	.arguments = "FINDING…",
	.arguments_min = 1,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("let findings of the checker stand, with the reason"),
	.notes = N_("FINDING is the beginning of the id that check shows. The "
		    "finding is told no more, on all the union's devices and "
		    "at the hub, for as long as its words are the same; check "
		    "--ignored lists what is let stand."),
	.examples = "nhipcau ignore 3fa9c01b22 --year 2024 --reason "
		    "\"Số đã đối chiếu với quyết định\"\n"
		    "nhipcau ignore 3fa9c01b22 --year 2024 --undo\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.run = run_ignore,
};
