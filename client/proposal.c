/*
 * proposal list, accept, reject: what programs would put into records, and
 * what people make of it.
 */
#include "client.h"
#include "command/console.h"
#include "intake/proposal_store.h"
#include "proposal.h"

#include <string.h>

/* So many changes go into one change-set with their decisions. */
#define CHANGES_AT_ONCE 256

struct deciding {
	struct nc_home home;
	struct nc_author author;
	struct nc_arena arena;
	struct nc_proposals proposals;
	struct nc_proposals_filter filter;
	struct nc_id record;
	bool accepts;
	const char *reason;
	bool *chosen; /* of each proposal */
	struct nc_record_change *changes;
	size_t changes_count;
	size_t decided, fields, created, change_sets;
};

#define DECIDING_ARENA_MAX (256u * 1024 * 1024)

static void deciding_init(struct deciding *deciding)
{
	memset(deciding, 0, sizeof(*deciding));
	nc_home_init(&deciding->home);
	nc_arena_init(&deciding->arena, DECIDING_ARENA_MAX);
	nc_proposals_init(&deciding->proposals, nc_sha256);
}

static void deciding_fini(struct deciding *deciding)
{
	nc_proposals_fini(&deciding->proposals);
	nc_arena_fini(&deciding->arena);
	nc_home_fini(&deciding->home);
}

/* --year, --record and --kind. */
static enum nc_status read_filter(const struct nc_call *call,
	struct nc_store *store, struct nc_arena *arena,
	struct nc_proposals_filter *filter, struct nc_id *record,
	struct nc_error *err)
{
	const char *kind = nc_call_value(call, "kind");
	const char *digits = nc_call_value(call, "record");
	struct nc_record found;
	enum nc_status status = NC_OK;
	unsigned year = 0;

	if (nc_call_has(call, "year"))
		status = nc_call_year(call, &year, err);
	if (status != NC_OK)
		return status;
	filter->year = (int)year;
	if (kind != NULL && !nc_propose_kind_read(kind, &filter->kind))
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is no kind of proposal; there are found, "
			  "mend and carried."),
			kind);
	filter->has_kind = kind != NULL;
	if (digits == NULL)
		return NC_OK;
	status = nc_record_find(store, digits, arena, &found, err);
	if (status != NC_OK)
		return status;
	*record = found.id;
	filter->record = record;
	filter->entity = found.entity;
	return NC_OK;
}

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

/* The words that a record is known by, its first line. */
static const char *record_words(
	struct nc_view *view, const struct nc_record *record)
{
	static const char *const names[] = {"text", "title", "heading"};

	for (size_t i = 0; i < 3; i++) {
		const struct nc_field *field =
			nc_entity_field_named(record->entity, names[i]);
		struct nc_value value;

		if (field == NULL)
			continue;
		value = nc_record_value(record, field->number);
		if (value.kind != NC_VALUE_ABSENT)
			return nc_view_value(view, field, &value);
	}
	return "";
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
	words = record_words(view, &record);
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

static enum nc_status list_proposals(struct nc_view *view,
	struct nc_proposals *proposals, struct nc_proposals_filter *filter,
	struct nc_error *err)
{
	const struct nc_call *call = view->call;
	struct nc_id record;
	enum nc_status status = read_filter(
		call, view->home.store, &view->arena, filter, &record, err);

	if (status == NC_OK)
		status = nc_proposals_gather(proposals, view->home.store,
			&view->home.identity.union_id, filter, NULL, err);
	if (status != NC_OK)
		return status;
	return call->json ? print_json(view, proposals, err)
			  : print_words(view, proposals, err);
}

static enum nc_status run_list(struct nc_call *call, struct nc_error *err)
{
	struct nc_view view NC_AUTO(nc_view_fini) = {0};
	struct nc_proposals proposals NC_AUTO(nc_proposals_fini) = {0};
	struct nc_proposals_filter filter = {.entity = NULL};
	enum nc_status status = NC_OK;

	nc_view_init(&view, call);
	nc_proposals_init(&proposals, nc_sha256);
	if (call->arguments_count == 1)
		status = nc_words_entity(
			call->arguments[0], false, &filter.entity, err);
	if (status == NC_OK)
		status = nc_view_open(&view, err);
	if (status == NC_OK)
		status = list_proposals(&view, &proposals, &filter, err);
	return status;
}

/* --- accept and reject --- */

/* Why an id that somebody was shown is not open any more. */
static enum nc_status not_open(
	struct deciding *deciding, const char *digits, struct nc_error *err)
{
	const char *decided;
	enum nc_status status = nc_proposals_decided(deciding->home.store,
		&deciding->home.identity.union_id, digits, &decided, err);

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
	struct deciding *deciding, const char *digits, struct nc_error *err)
{
	const struct nc_proposals *proposals = &deciding->proposals;
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

static enum nc_status choose(struct deciding *deciding,
	const struct nc_call *call, struct nc_error *err)
{
	size_t count = deciding->proposals.count;
	enum nc_status status = NC_OK;

	deciding->chosen = nc_arena_array(
		&deciding->arena, count + 1, sizeof(*deciding->chosen));
	if (deciding->chosen == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count; i++)
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

static struct nc_record_change *add_change(struct deciding *deciding,
	const struct nc_id *record, uint32_t entity, size_t fields)
{
	struct nc_record_change *change =
		&deciding->changes[deciding->changes_count];

	memset(change, 0, sizeof(*change));
	change->record = *record;
	change->entity = entity;
	change->fields = nc_arena_array(
		&deciding->arena, fields, sizeof(*change->fields));
	if (change->fields == NULL)
		return NULL;
	memset(change->fields, 0, fields * sizeof(*change->fields));
	deciding->changes_count++;
	return change;
}

static bool add_decision(
	struct deciding *deciding, const struct nc_proposal *proposal)
{
	struct nc_record_change *change = add_change(deciding,
		&proposal->decision, NC_ENTITY_PROPOSAL, NC_DECISION_FIELDS);

	if (change == NULL)
		return false;
	change->fields_count = nc_proposal_decide(
		proposal, deciding->accepts, deciding->reason, change->fields);
	deciding->decided++;
	return true;
}

static bool has_field(const struct nc_record_change *change, uint32_t field)
{
	for (size_t i = 0; i < change->fields_count; i++)
		if (change->fields[i].field == field)
			return true;
	return false;
}

static bool add_created(
	struct deciding *deciding, const struct nc_proposal *proposal)
{
	struct nc_record_change *change =
		add_change(deciding, &proposal->created,
			proposal->creates->number, proposal->fields_count);

	if (change == NULL)
		return false;
	memcpy(change->fields, proposal->fields,
		proposal->fields_count * sizeof(*proposal->fields));
	change->fields_count = proposal->fields_count;
	deciding->created++;
	return true;
}

/* The chosen proposals [from, to) of one record, as changes. Of two for one
 * field the first is taken; the other is computed anew from what it makes. */
static bool add_record(struct deciding *deciding, size_t from, size_t to)
{
	const struct nc_proposal *list = deciding->proposals.list;
	struct nc_record_change *change = add_change(
		deciding, &list[from].of, list[from].entity->number, to - from);

	if (change == NULL)
		return false;
	for (size_t i = from; i < to; i++) {
		const struct nc_proposal *proposal = &list[i];

		if (!deciding->chosen[i])
			continue;
		if (deciding->accepts && proposal->field == NULL &&
			!add_created(deciding, proposal))
			return false;
		if (deciding->accepts && proposal->field != NULL) {
			if (has_field(change, proposal->field->number))
				continue;
			change->fields[change->fields_count++] =
				(struct nc_field_change){
					.field = proposal->field->number,
					.value = proposal->value};
			deciding->fields++;
		}
		if (!add_decision(deciding, proposal))
			return false;
	}
	return true;
}

/* A record without fields to write is none. */
static enum nc_status flush(struct deciding *deciding, struct nc_error *err)
{
	struct nc_written written = {0};
	size_t kept = 0;
	enum nc_status status;

	for (size_t i = 0; i < deciding->changes_count; i++)
		if (deciding->changes[i].fields_count > 0)
			deciding->changes[kept++] = deciding->changes[i];
	deciding->changes_count = 0;
	if (kept == 0)
		return NC_OK;
	status = nc_author_write(deciding->home.store, &deciding->author,
		&deciding->home.identity.union_id, deciding->changes, kept,
		&written, err);
	deciding->change_sets += written.change_sets;
	return status;
}

static enum nc_status write_chosen(
	struct deciding *deciding, struct nc_error *err)
{
	const struct nc_proposals *proposals = &deciding->proposals;
	enum nc_status status = NC_OK;

	deciding->changes = nc_arena_array(&deciding->arena,
		3 * proposals->count + 1, sizeof(*deciding->changes));
	if (deciding->changes == NULL)
		return nc_error_no_memory(err);
	for (size_t from = 0, to; from < proposals->count && status == NC_OK;
		from = to) {
		for (to = from + 1; to < proposals->count &&
				    nc_id_compare(&proposals->list[to].of,
					    &proposals->list[from].of) == 0;)
			to++;
		if (!add_record(deciding, from, to))
			return nc_error_no_memory(err);
		if (deciding->changes_count >= CHANGES_AT_ONCE)
			status = flush(deciding, err);
	}
	return status == NC_OK ? flush(deciding, err) : status;
}

/* Computed and written in one transaction: what is decided is what stands. */
static enum nc_status decide_in_transaction(struct deciding *deciding,
	const struct nc_call *call, struct nc_error *err)
{
	enum nc_status status = read_filter(call, deciding->home.store,
		&deciding->arena, &deciding->filter, &deciding->record, err);

	if (status == NC_OK)
		status = nc_proposals_gather(&deciding->proposals,
			deciding->home.store, &deciding->home.identity.union_id,
			&deciding->filter, NULL, err);
	if (status == NC_OK)
		status = choose(deciding, call, err);
	if (status == NC_OK)
		status = write_chosen(deciding, err);
	return status;
}

static enum nc_status print_decided(const struct deciding *deciding,
	const struct nc_call *call, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (!call->json) {
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
		nc_json_number(deciding->change_sets));
	return nc_json_print(&json, object, err);
}

static enum nc_status decide(
	const struct nc_call *call, bool accepts, struct nc_error *err)
{
	struct deciding deciding NC_AUTO(deciding_fini) = {.accepts = accepts};
	struct nc_home *home = &deciding.home;
	enum nc_status status = check_usage(call, err);

	deciding_init(&deciding);
	deciding.accepts = accepts;
	if (status == NC_OK)
		status = nc_client_open(home, call, &deciding.author, err);
	if (status == NC_OK && !accepts && nc_call_has(call, "reason"))
		status = nc_home_clean_label(home, _("The reason"),
			nc_call_value(call, "reason"), &deciding.reason, err);
	if (status == NC_OK)
		status = nc_store_begin(home->store, err);
	if (status != NC_OK)
		return status;
	status = decide_in_transaction(&deciding, call, err);
	if (status == NC_OK)
		status = nc_store_commit(home->store, err);
	else
		nc_store_rollback(home->store);
	return status == NC_OK ? print_decided(&deciding, call, err) : status;
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
		    "accepted or rejected is not shown again."),
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
