/*
 * proposal list, accept, reject: what programs would put into records, and
 * what people make of it.
 */
#include "command/console.h"
#include "deciding.h"
#include "proposal.h"

#include <string.h>

/* --- list --- */

static const char *kind_label(enum nc_propose_kind kind)
{
	switch (kind) {
	case NC_PROPOSE_FOUND:
		return _("found in the words");
	case NC_PROPOSE_MEND:
		return _("mend");
	default:
		return _("carried from last year");
	}
}

static json_t *fields_json(
	struct nc_json *json, const struct nc_proposal *proposal)
{
	json_t *object = json_object();

	for (size_t i = 0; i < proposal->fields_count; i++) {
		const struct nc_field *field = nc_entity_field(
			proposal->creates, proposal->fields[i].field);

		nc_json_put(json, object, field->name,
			nc_json_value(field, &proposal->fields[i].value));
	}
	return object;
}

json_t *nc_proposal_json(
	struct nc_json *json, const struct nc_proposal *proposal)
{
	const struct nc_field *field = proposal->field;
	json_t *object = json_object();

	nc_json_put(json, object, "id", json_string(proposal->id));
	nc_json_put(json, object, "kind",
		json_string(nc_propose_kind_name(proposal->kind)));
	nc_json_put(json, object, "rule",
		proposal->rule[0] == '\0' ? json_null()
					  : nc_json_text(proposal->rule));
	nc_json_put(json, object, "record", nc_json_id(&proposal->of));
	nc_json_put(
		json, object, "entity", json_string(proposal->entity->name));
	nc_json_put(json, object, "field",
		field == NULL ? json_null() : json_string(field->name));
	nc_json_put(json, object, "current",
		field == NULL ? json_null()
			      : nc_json_value(field, &proposal->current));
	nc_json_put(json, object, "value",
		field == NULL ? json_null()
			      : nc_json_value(field, &proposal->value));
	nc_json_put(json, object, "creates",
		field == NULL ? json_string(proposal->creates->name)
			      : json_null());
	if (field == NULL)
		nc_json_put(
			json, object, "fields", fields_json(json, proposal));
	nc_json_put(json, object, "words", nc_json_text(proposal->words));
	nc_json_put(json, object, "source",
		proposal->source[0] == '\0' ? json_null()
					    : nc_json_text(proposal->source));
	nc_json_put(json, object, "why", nc_json_text(proposal->why));
	return object;
}

static enum nc_status print_created(struct nc_view *view,
	const struct nc_proposal *proposal, struct nc_error *err)
{
	nc_console_print(_("    a new record: %s\n"),
		nc_entity_label(proposal->creates));
	for (size_t i = 0; i < proposal->fields_count; i++) {
		const struct nc_field *field = nc_entity_field(
			proposal->creates, proposal->fields[i].field);
		const char *value =
			nc_view_value(view, field, &proposal->fields[i].value);

		if (value == NULL)
			return nc_error_no_memory(err);
		if (field->type != NC_TYPE_REFERENCE)
			nc_console_print("      %s (%s): %s\n",
				nc_field_label(field), field->name, value);
	}
	return NC_OK;
}

enum nc_status nc_proposal_print(struct nc_view *view,
	const struct nc_proposal *proposal, struct nc_error *err)
{
	const struct nc_field *field = proposal->field;
	const char *value = "", *current = "";
	enum nc_status status = NC_OK;

	nc_console_print("  %.*s  %s\n", NC_PROPOSAL_ID_SHOWN, proposal->id,
		kind_label(proposal->kind));
	if (field == NULL) {
		status = print_created(view, proposal, err);
	} else {
		value = nc_view_value(view, field, &proposal->value);
		current = nc_view_value(view, field, &proposal->current);
		if (value == NULL || current == NULL)
			return nc_error_no_memory(err);
		nc_console_print("    %s (%s): %s\n", nc_field_label(field),
			field->name, value);
		if (proposal->current.kind != NC_VALUE_ABSENT &&
			strcmp(value, current) != 0)
			nc_console_print(_("    now: %s\n"), current);
	}
	if (proposal->words[0] != '\0' && strcmp(proposal->words, value) != 0 &&
		strcmp(proposal->words, current) != 0)
		nc_console_print(_("    from: %s\n"), proposal->words);
	nc_console_print("    %s\n", proposal->why);
	return status;
}

/* One line of the record that the next proposals are for. */
static enum nc_status print_record(struct nc_view *view,
	struct nc_short_ids *ids, const struct nc_proposal *proposal,
	struct nc_error *err)
{
	struct nc_record record;
	char id[NC_ID_TEXT_SIZE];
	const char *words;
	enum nc_status status = nc_record_get(view->home.store,
		proposal->entity, &proposal->union_id, &proposal->of,
		&view->arena, &record, err);

	if (status != NC_OK)
		return status;
	words = nc_view_record_words(view, &record);
	if (words == NULL)
		return nc_error_no_memory(err);
	nc_short_ids_format(ids, &proposal->of, id);
	nc_console_print(
		"%s  %s: %s\n", id, nc_entity_label(proposal->entity), words);
	return NC_OK;
}

static enum nc_status print_words(struct nc_view *view,
	const struct nc_proposals *proposals, struct nc_error *err)
{
	struct nc_short_ids ids NC_AUTO(nc_short_ids_fini) = {.count = 0};
	enum nc_status status = nc_short_ids_read(&ids, view->home.store, err);

	for (size_t i = 0; i < proposals->count && status == NC_OK; i++) {
		const struct nc_proposal *proposal = &proposals->list[i];

		if (i == 0 || nc_id_compare(&proposal->of,
				      &proposals->list[i - 1].of) != 0)
			status = print_record(view, &ids, proposal, err);
		if (status == NC_OK)
			status = nc_proposal_print(view, proposal, err);
	}
	if (status != NC_OK)
		return status;
	if (proposals->count == 0)
		nc_console_print(_("Nothing is proposed.\n"));
	else
		nc_console_print(_("Open proposals: %zu. nhipcau proposal "
				   "accept ID takes one, reject ID refuses "
				   "it.\n"),
			proposals->count);
	if (proposals->cut)
		nc_console_print(
			"%s\n", _("There are more; decide on these first."));
	return NC_OK;
}

static enum nc_status print_json(struct nc_view *view,
	const struct nc_proposals *proposals, struct nc_error *err)
{
	json_t *list = json_array();

	for (size_t i = 0; i < proposals->count; i++)
		nc_json_add(&view->json, list,
			nc_proposal_json(&view->json, &proposals->list[i]));
	return nc_json_print(&view->json, list, err);
}

static enum nc_status list_proposals(
	struct nc_view *view, struct nc_offers *offers, struct nc_error *err)
{
	const struct nc_call *call = view->call;
	const struct nc_id *unions;
	size_t unions_count;
	enum nc_status status = nc_offers_filter(
		offers, call, view->home.store, &view->arena, err);

	if (status == NC_OK)
		status = nc_view_unions(view, nc_call_value(call, "union"),
			&unions, &unions_count, err);
	if (status == NC_OK)
		status = nc_offers_gather(offers, call, view->home.store,
			unions, unions_count, err);
	if (status != NC_OK)
		return status;
	return call->json ? print_json(view, &offers->proposals, err)
			  : print_words(view, &offers->proposals, err);
}

static enum nc_status run_list(struct nc_call *call, struct nc_error *err)
{
	struct nc_view view NC_AUTO(nc_view_fini) = {0};
	struct nc_offers offers NC_AUTO(nc_offers_fini) = {.filter = {0}};
	enum nc_status status = NC_OK;

	nc_view_init(&view, call);
	nc_offers_init(&offers);
	if (call->arguments_count == 1)
		status = nc_words_entity(
			call->arguments[0], false, &offers.filter.entity, err);
	if (status == NC_OK)
		status = nc_view_open(&view, err);
	if (status == NC_OK)
		status = list_proposals(&view, &offers, err);
	return status;
}

/* --- accept and reject --- */

/* Why an id that somebody was shown is not open any more. */
static enum nc_status not_open(
	struct nc_deciding *deciding, const char *digits, struct nc_error *err)
{
	const char *decided = "";
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < deciding->unions_count && status == NC_OK &&
			   decided[0] == '\0';
		i++)
		status = nc_proposals_decided(deciding->home.store,
			&deciding->unions[i], digits, &decided, err);

	if (status != NC_OK)
		return status;
	if (strcmp(decided, "accepted") == 0)
		return nc_error_set(err, NC_EXISTS,
			_("Proposal %s was accepted already; nothing was "
			  "written."),
			digits);
	if (strcmp(decided, "rejected") == 0)
		return nc_error_set(err, NC_EXISTS,
			_("Proposal %s was rejected already; nothing was "
			  "written. edit its record's field if you want it "
			  "after all."),
			digits);
	return nc_error_set(err, NC_NOT_FOUND,
		_("No open proposal begins with %s; the record may have "
		  "changed since it was listed. See nhipcau proposal list, "
		  "and decide on what it says now."),
		digits);
}

static enum nc_status choose_one(
	struct nc_deciding *deciding, const char *digits, struct nc_error *err)
{
	const struct nc_proposals *proposals = &deciding->offers.proposals;
	size_t found = proposals->count;

	for (size_t i = 0; i < proposals->count; i++) {
		if (digits[0] == '\0' || strncmp(proposals->list[i].id, digits,
						 strlen(digits)) != 0)
			continue;
		if (found < proposals->count)
			return nc_error_set(err, NC_INVALID,
				_("Several proposals begin with %s; give more "
				  "of its digits."),
				digits);
		found = i;
	}
	if (found == proposals->count)
		return not_open(deciding, digits, err);
	deciding->chosen[found] = true;
	return NC_OK;
}

static enum nc_status choose(struct nc_deciding *deciding, struct nc_error *err)
{
	const struct nc_call *call = deciding->call;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < deciding->offers.proposals.count; i++)
		deciding->chosen[i] = call->arguments_count == 0;
	for (size_t i = 0; i < call->arguments_count && status == NC_OK; i++)
		status = choose_one(deciding, call->arguments[i], err);
	return status;
}

/* ids, or --record, or --all with --kind and --year: one of the three. */
static enum nc_status check_usage(
	const struct nc_call *call, struct nc_error *err)
{
	bool record = nc_call_has(call, "record");
	bool all = nc_call_has(call, "all");
	int ways = (call->arguments_count > 0) + record + all;

	if (ways != 1)
		return nc_error_set(err, NC_USAGE,
			_("Say which: proposals' ids, or --record ID, or --all "
			  "with --kind and --year."));
	if (all && (!nc_call_has(call, "kind") || !nc_call_has(call, "year")))
		return nc_error_set(err, NC_USAGE,
			_("--all needs --kind and --year, so that nothing is "
			  "decided that you did not mean."));
	return NC_OK;
}

static enum nc_status print_decided(
	const struct nc_deciding *deciding, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (!deciding->call->json) {
		if (deciding->accepts)
			nc_console_print(_("Accepted: %zu (fields written %zu, "
					   "new records %zu).\n"),
				deciding->decided, deciding->fields,
				deciding->created);
		else
			nc_console_print(
				_("Rejected: %zu.\n"), deciding->decided);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "did",
		json_string(deciding->accepts ? "accepted" : "rejected"));
	nc_json_put(
		&json, object, "proposals", nc_json_number(deciding->decided));
	nc_json_put(&json, object, "fields", nc_json_number(deciding->fields));
	nc_json_put(
		&json, object, "created", nc_json_number(deciding->created));
	nc_json_put(&json, object, "change_sets",
		nc_json_number(deciding->written.change_sets));
	return nc_json_print(&json, object, err);
}

/* Computed and written in one transaction: what is decided is what stands. */
static enum nc_status decide(
	const struct nc_call *call, bool accepts, struct nc_error *err)
{
	struct nc_deciding deciding NC_AUTO(nc_deciding_fini) = {0};
	enum nc_status status = check_usage(call, err);

	nc_deciding_init(&deciding, call);
	deciding.accepts = accepts;
	if (status == NC_OK)
		status = nc_deciding_open(&deciding, err);
	if (status == NC_OK && !accepts && nc_call_has(call, "reason"))
		status = nc_home_clean_label(&deciding.home, _("The reason"),
			nc_call_value(call, "reason"), &deciding.reason, err);
	if (status == NC_OK)
		status = nc_offers_filter(&deciding.offers, call,
			deciding.home.store, &deciding.arena, err);
	if (status == NC_OK)
		status = nc_deciding_gather(&deciding, err);
	if (status == NC_OK)
		status = choose(&deciding, err);
	if (status == NC_OK)
		status = nc_deciding_write(&deciding, err);
	if (status == NC_OK)
		status = nc_store_commit(deciding.home.store, err);
	return status == NC_OK ? print_decided(&deciding, err) : status;
}

static enum nc_status run_accept(struct nc_call *call, struct nc_error *err)
{
	return decide(call, true, err);
}

static enum nc_status run_reject(struct nc_call *call, struct nc_error *err)
{
	return decide(call, false, err);
}

#define FILTERS                                                                \
	{"year", 0, "YEAR", N_("of that year's records")},                     \
		{"record", 0, "ID", N_("of this record")},                     \
		NC_CLIENT_UNION_OPTION,                                        \
	{                                                                      \
		"kind", 0, "KIND", N_("found, mend or carried")                \
	}

static const struct nc_option list_options[] = {
	FILTERS,
	{.name = NULL},
};

static const struct nc_option accept_options[] = {
	FILTERS,
	{"all", 0, NULL, N_("all of that kind and year")},
	{.name = NULL},
};

static const struct nc_option reject_options[] = {
	FILTERS,
	{"all", 0, NULL, N_("all of that kind and year")},
	{"reason", 0, "TEXT", N_("why not")},
	{.name = NULL},
};

const struct nc_command nc_client_proposal_list = {
	.name = "proposal list",
	.arguments = "[ENTITY]",
	.arguments_min = 0,
	.arguments_max = 1,
	.help = N_("show what could be filled in or carried on"),
	.notes = N_("Proposals are computed from your records' words, from the "
		    "records that they were copied from, and by the checker. "
		    "Nothing is written until somebody accepts one; what was "
		    "accepted or rejected is not shown again. The checker's "
		    "are those of one year: --year, or this year."),
	.examples = "nhipcau proposal list plan-item --year 2024\n"
		    "nhipcau proposal list --kind carried --year 2025\n",
	.options = list_options,
	.run = run_list,
};

const struct nc_command nc_client_proposal_accept = {
	.name = "proposal accept",
	.arguments = "ID…",
	.arguments_min = 0,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("write what was proposed"),
	.notes = N_("ID is the beginning of a proposal's id, as long as it "
		    "means one. A proposal whose record changed since it was "
		    "listed is refused. When two would write one field, the "
		    "first is taken."),
	.examples = "nhipcau proposal accept 3fa85f6412\n"
		    "nhipcau proposal accept --record 0190ab12\n"
		    "nhipcau proposal accept --kind carried --year 2025 "
		    "--all\n",
	.options = accept_options,
	.flags = NC_COMMAND_WRITES,
	.run = run_accept,
};

const struct nc_command nc_client_proposal_reject = {
	.name = "proposal reject",
	.arguments = "ID…",
	.arguments_min = 0,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("refuse what was proposed; it is not shown again"),
	.notes = N_("ID is the beginning of a proposal's id, as long as it "
		    "means one."),
	.examples = "nhipcau proposal reject 3fa85f6412 "
		    "--reason \"Năm nay không tổ chức\"\n",
	.options = reject_options,
	.flags = NC_COMMAND_WRITES,
	.run = run_reject,
};
