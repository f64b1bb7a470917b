/*
 * ignore FINDING… --reason "…": lets findings stand, as records of their
 * union that travel with its others.
 */
#include "client.h"
#include "command/check_store.h"
#include "command/console.h"
#include "locale/text.h"

#include <stdio.h>
#include <string.h>

#define IGNORING_ARENA_MAX (64u * 1024 * 1024)

struct ignoring {
	const struct nc_call *call;
	struct nc_home home;
	struct nc_author author;
	struct nc_checked checked;
	struct nc_arena arena;
	struct nc_record_change *changes;
	struct nc_id *unions; /* of each change */
	size_t changes_count;
	size_t *chosen; /* indexes of findings, each once */
	size_t chosen_count;
};

static void ignoring_init(struct ignoring *ignoring, const struct nc_call *call)
{
	*ignoring = (struct ignoring){.call = call};
	nc_home_init(&ignoring->home);
	nc_checked_init(&ignoring->checked);
	nc_arena_init(&ignoring->arena, IGNORING_ARENA_MAX);
}

/* Closing the store ends a transaction that was not committed. */
static void ignoring_fini(struct ignoring *ignoring)
{
	nc_checked_fini(&ignoring->checked);
	nc_home_fini(&ignoring->home);
	nc_arena_fini(&ignoring->arena);
}

static bool is_chosen(const struct ignoring *ignoring, size_t index)
{
	for (size_t i = 0; i < ignoring->chosen_count; i++)
		if (ignoring->chosen[i] == index)
			return true;
	return false;
}

/* undo: among those that are let stand. */
static enum nc_status choose(
	struct ignoring *ignoring, bool undo, struct nc_error *err)
{
	const struct nc_call *call = ignoring->call;
	size_t count = call->arguments_count, index;
	enum nc_status status = NC_OK;

	ignoring->chosen = nc_arena_array(
		&ignoring->arena, count, sizeof(*ignoring->chosen));
	ignoring->changes = nc_arena_array(
		&ignoring->arena, count, sizeof(*ignoring->changes));
	ignoring->unions = nc_arena_array(
		&ignoring->arena, count, sizeof(*ignoring->unions));
	if (ignoring->chosen == NULL || ignoring->changes == NULL ||
		ignoring->unions == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < count && status == NC_OK; i++) {
		status = nc_checked_find(&ignoring->checked, call->arguments[i],
			undo, &index, err);
		if (status == NC_OK && !is_chosen(ignoring, index))
			ignoring->chosen[ignoring->chosen_count++] = index;
	}
	return status;
}

static enum nc_status open_home(
	struct ignoring *ignoring, bool undo, struct nc_error *err)
{
	const struct nc_call *call = ignoring->call;
	struct nc_home *home = &ignoring->home;
	const struct nc_id *unions = NULL;
	size_t unions_count = 0;
	unsigned year;
	enum nc_status status = nc_call_year(call, &year, err);

	if (status == NC_OK)
		status = nc_client_open(home, call, &ignoring->author, err);
	if (status == NC_OK)
		status = nc_store_begin(home->store, err);
	if (status == NC_OK)
		status = nc_client_unions(
			home, call, &unions, &unions_count, err);
	if (status == NC_OK)
		status = nc_checked_read(&ignoring->checked, home->store, call,
			year, unions, unions_count, err);
	return status == NC_OK ? choose(ignoring, undo, err) : status;
}

/* The union that lets it stand: the record's own. What is found in a record of
 * the cluster is let stand by the device's. */
static const struct nc_id *union_of(
	const struct ignoring *ignoring, const struct nc_finding *finding)
{
	size_t number = finding->union_number;

	return number == 0 ? &ignoring->home.identity.union_id
			   : &ignoring->checked.book.unions[number - 1].id;
}

/* What is let stand has one name at every desk; the next where an exception
 * was deleted. */
static enum nc_status exception_id(struct ignoring *ignoring,
	const struct nc_finding *finding, struct nc_id *ret_id,
	struct nc_error *err)
{
	char year[16];
	const char *texts[] = {year, finding->words};
	uint8_t hash[32];

	snprintf(year, sizeof(year), "%d", ignoring->checked.book.year);
	if (nc_decision_hash(nc_sha256, hash, "nhipcau/1 exception\n",
		    finding->rule->id, &finding->record->id, texts, 2) != NC_OK)
		return nc_error_no_memory(err);
	for (;;) {
		struct nc_record record;
		enum nc_status status;

		*ret_id = nc_decision_id(&finding->record->id, hash);
		status = nc_record_get(ignoring->home.store,
			nc_model_entity(NC_ENTITY_EXCEPTION),
			union_of(ignoring, finding), ret_id, &ignoring->arena,
			&record, err);
		if (status == NC_NOT_FOUND)
			return NC_OK;
		if (status != NC_OK || !record.gone)
			return status;
		for (size_t i = 10; i-- > 0 && ++hash[i] == 0;)
			;
	}
}

/* Two chosen findings may be let stand by one record: alike words, twice. */
static bool is_changed(const struct ignoring *ignoring, const struct nc_id *id)
{
	for (size_t i = 0; i < ignoring->changes_count; i++)
		if (nc_id_compare(&ignoring->changes[i].record, id) == 0)
			return true;
	return false;
}

static struct nc_record_change *add_change(struct ignoring *ignoring,
	const struct nc_finding *finding, const struct nc_id *id)
{
	struct nc_record_change *change =
		&ignoring->changes[ignoring->changes_count];

	ignoring->unions[ignoring->changes_count++] =
		*union_of(ignoring, finding);
	*change = (struct nc_record_change){
		.record = *id, .entity = NC_ENTITY_EXCEPTION};
	return change;
}

#define EXCEPTION_FIELDS 5

static enum nc_status add_exception(struct ignoring *ignoring,
	const struct nc_finding *finding, struct nc_slice reason,
	struct nc_error *err)
{
	struct nc_record_change *change;
	struct nc_field_change *fields;
	struct nc_id id;
	enum nc_status status = exception_id(ignoring, finding, &id, err);

	if (status != NC_OK || is_changed(ignoring, &id))
		return status;
	fields = nc_arena_array(
		&ignoring->arena, EXCEPTION_FIELDS, sizeof(*fields));
	if (fields == NULL)
		return nc_error_no_memory(err);
	memset(fields, 0, EXCEPTION_FIELDS * sizeof(*fields));
	change = add_change(ignoring, finding, &id);
	fields[0].field = NC_EXCEPTION_RULE;
	fields[0].value = nc_value_text(finding->rule->id);
	fields[1].field = NC_EXCEPTION_OF;
	fields[1].value = nc_value_bytes(finding->record->id.bytes, NC_ID_SIZE);
	fields[2].field = NC_EXCEPTION_YEAR;
	fields[2].value = nc_value_integer(ignoring->checked.book.year);
	fields[3].field = NC_EXCEPTION_WORDS;
	fields[3].value = finding->words[0] == '\0'
				  ? nc_value_absent()
				  : nc_value_text(finding->words);
	fields[4].field = NC_EXCEPTION_REASON;
	fields[4].value = nc_value_slice(reason);
	change->fields = fields;
	change->fields_count = EXCEPTION_FIELDS;
	return NC_OK;
}

static void remove_exception(struct ignoring *ignoring, size_t index)
{
	const struct nc_id *id =
		&ignoring->checked.findings[index].exception->id;

	if (!is_changed(ignoring, id))
		add_change(
			ignoring, &ignoring->checked.check.findings[index], id)
			->deletes = true;
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

static enum nc_status print_decided(const struct ignoring *ignoring,
	const struct nc_written *written, bool undo, struct nc_error *err)
{
	const struct nc_checked_finding *findings = ignoring->checked.findings;
	struct nc_json json = {false};
	json_t *object, *list;

	for (size_t i = 0; i < ignoring->chosen_count && !ignoring->call->json;
		i++)
		nc_console_print("%s: %s\n", findings[ignoring->chosen[i]].id,
			undo ? _("is told again") : _("is let stand"));
	if (!ignoring->call->json)
		return NC_OK;
	object = json_object();
	list = json_array();
	for (size_t i = 0; i < ignoring->chosen_count; i++)
		nc_json_add(&json, list,
			nc_json_text(findings[ignoring->chosen[i]].id));
	nc_json_put(&json, object, "did",
		json_string(undo ? "told-again" : "ignored"));
	nc_json_put(&json, object, "findings", list);
	nc_json_put(&json, object, "fields", nc_json_number(written->fields));
	nc_json_put(&json, object, "sequence",
		nc_json_number(written->last_sequence));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_ignore(struct nc_call *call, struct nc_error *err)
{
	struct ignoring ignoring NC_AUTO(ignoring_fini) = {0};
	struct nc_buffer reason NC_AUTO(nc_buffer_fini) = {0};
	struct nc_written written = {0};
	bool undo = nc_call_has(call, "undo");
	enum nc_status status = NC_OK;

	ignoring_init(&ignoring, call);
	nc_buffer_init(&reason, 16 * 1024);
	if (!undo)
		status = clean_reason(call, &reason, err);
	if (status == NC_OK)
		status = open_home(&ignoring, undo, err);
	for (size_t i = 0; i < ignoring.chosen_count && status == NC_OK; i++) {
		size_t index = ignoring.chosen[i];

		if (undo)
			remove_exception(&ignoring, index);
		else
			status = add_exception(&ignoring,
				&ignoring.checked.check.findings[index],
				nc_buffer_slice(&reason), err);
	}
	if (status == NC_OK)
		status = nc_client_write_each(&ignoring.home, &ignoring.author,
			ignoring.changes, ignoring.unions,
			ignoring.changes_count, &written, err);
	if (status == NC_OK)
		status = nc_store_commit(ignoring.home.store, err);
	return status == NC_OK ? print_decided(&ignoring, &written, undo, err)
			       : status;
}

static const struct nc_option options[] = {
	{"reason", 0, "TEXT", N_("why it may stand")},
	{"undo", 0, NULL, N_("tell it again")},
	{"year", 'y', "YEAR",
		N_("the year that was checked (default: this year)")},
	NC_CLIENT_UNION_OPTION,
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
