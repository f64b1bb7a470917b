/*
 * submit plan|half-year|annual: hands a paper in as it stands in the records
 * now. Nothing is copied: the submission's change-set names the moment.
 */
#include "client.h"
#include "command/check_store.h"
#include "command/console.h"
#include "command/submissions.h"
#include "locale/text.h"
#include "model/numbers.h"
#include "store/roof.h"

#include <inttypes.h>
#include <string.h>

#define FIELDS_MAX 5

struct submitting {
	const struct nc_call *call;
	struct nc_home home;
	struct nc_author author;
	struct nc_submissions before; /* those that there are */
	struct nc_buffer note;
	const struct nc_choice *paper;
	unsigned year;
	bool dry_run;
	char day[NC_DATE_TEXT_SIZE];
	struct nc_paper_count counts[NC_PAPER_ENTITIES_MAX];
	size_t errors; /* findings of that level that nobody lets stand */
	const struct nc_submission *previous; /* NULL: the first */
	struct nc_id id;
	struct nc_written written;
};

static void submitting_init(
	struct submitting *submitting, const struct nc_call *call)
{
	memset(submitting, 0, sizeof(*submitting));
	submitting->call = call;
	submitting->dry_run = nc_call_has(call, "dry-run");
	nc_home_init(&submitting->home);
	nc_submissions_init(&submitting->before);
	nc_buffer_init(&submitting->note, 64u * 1024);
}

/* Closing the store ends a transaction that was not committed. */
static void submitting_fini(struct submitting *submitting)
{
	nc_buffer_fini(&submitting->note);
	nc_submissions_fini(&submitting->before);
	nc_home_fini(&submitting->home);
}

static enum nc_status read_wish(
	struct submitting *submitting, struct nc_error *err)
{
	const struct nc_call *call = submitting->call;
	const char *note = nc_call_value(call, "note");
	const struct nc_choice *paper = nc_paper_kinds();
	const char *kind =
		nc_choice_named(paper, nc_slice_text(call->arguments[0]));

	if (kind == NULL)
		return nc_error_set(err, NC_USAGE,
			_("\"%s\" is no paper that is submitted; there are: "
			  "plan, half-year, annual."),
			call->arguments[0]);
	while (strcmp(paper->name, kind) != 0)
		paper++;
	submitting->paper = paper;
	if (note != NULL &&
		nc_text_clean(&submitting->note, nc_slice_text(note)) != NC_OK)
		return nc_error_set(err, NC_INVALID,
			_("The note is no text, or too long; write it in a few "
			  "words."));
	nc_date_of(submitting->day, call->env.now_ms(call->env.context));
	return nc_call_year(call, &submitting->year, err);
}

static const char *paper_label(const struct submitting *submitting)
{
	return nc_console_label(
		submitting->paper->label_vi, submitting->paper->label_en);
}

static enum nc_status check_any(
	const struct submitting *submitting, struct nc_error *err)
{
	size_t all = 0;

	for (size_t i = 0; i < NC_PAPER_ENTITIES_MAX; i++)
		all += submitting->counts[i].count;
	if (all > 0)
		return NC_OK;
	if (strcmp(submitting->paper->name, "plan") == 0)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is nothing to submit: your records have no "
			  "plan of %u; write it (add plan-item) or take it in "
			  "(import plan), or name another year with --year."),
			submitting->year);
	return nc_error_set(err, NC_NOT_FOUND,
		_("There is nothing to submit: your records have no %s of %u; "
		  "write it (add report-part) or take it in (import annual), "
		  "or name another year with --year."),
		paper_label(submitting), submitting->year);
}

/* What check shows of the year, of all unions under the roof. */
static enum nc_status count_errors(
	struct submitting *submitting, struct nc_error *err)
{
	struct nc_checked checked NC_AUTO(nc_checked_fini) = {0};
	const struct nc_id *unions = NULL;
	size_t count = 0;
	enum nc_status status;

	nc_checked_init(&checked);
	status = nc_client_unions(
		&submitting->home, submitting->call, &unions, &count, err);
	if (status == NC_OK)
		status = nc_checked_read(&checked, submitting->home.store,
			submitting->call, submitting->year, unions, count, err);
	for (size_t i = 0; i < checked.check.count && status == NC_OK; i++)
		submitting->errors +=
			checked.check.findings[i].level == NC_CHECK_ERROR &&
			checked.findings[i].exception == NULL;
	return status;
}

static enum nc_status look(struct submitting *submitting, struct nc_error *err)
{
	struct nc_home *home = &submitting->home;
	const char *kind = submitting->paper->name;
	size_t latest;
	enum nc_status status = nc_client_choose_union(
		home, submitting->call, submitting->year, NULL, err);

	if (status == NC_OK)
		status = nc_paper_counts(home->store, &home->union_id,
			submitting->year, kind, submitting->counts, err);
	if (status == NC_OK)
		status = check_any(submitting, err);
	if (status == NC_OK)
		status = nc_submissions_read(&submitting->before, home->store,
			submitting->year, &home->union_id, 1, err);
	if (status == NC_OK)
		status = nc_submissions_since(
			&submitting->before, home->store, err);
	if (status == NC_OK)
		status = count_errors(submitting, err);
	if (status != NC_OK)
		return status;
	latest = nc_submissions_latest(
		&submitting->before, &home->union_id, kind);
	if (latest != SIZE_MAX)
		submitting->previous = &submitting->before.list[latest];
	return NC_OK;
}

static enum nc_status write_it(
	struct submitting *submitting, struct nc_error *err)
{
	struct nc_home *home = &submitting->home;
	struct nc_words words NC_AUTO(nc_words_fini) = {0};
	const char *cutoff = nc_call_value(submitting->call, "cutoff");
	const struct nc_field *field;
	struct nc_field_change fields[FIELDS_MAX] = {
		{.field = NC_SUBMISSION_YEAR,
			.value = nc_value_integer(submitting->year)},
		{.field = NC_SUBMISSION_KIND,
			.value = nc_value_text(submitting->paper->name)},
		{.field = NC_SUBMISSION_SUBMITTED_AT,
			.value = nc_value_text(submitting->day)},
	};
	struct nc_record_change change = {.entity = NC_ENTITY_SUBMISSION,
		.fields = fields,
		.fields_count = 3};
	enum nc_status status = NC_OK;

	submitting->id = nc_id_new(&submitting->call->env);
	change.record = submitting->id;
	nc_words_init(&words, nc_model_entity(NC_ENTITY_SUBMISSION));
	if (submitting->note.size > 0) {
		fields[change.fields_count].field = NC_SUBMISSION_NOTE;
		fields[change.fields_count++].value =
			nc_value_slice(nc_buffer_slice(&submitting->note));
	}
	if (cutoff != NULL) {
		field = nc_entity_field(words.entity, NC_SUBMISSION_CUTOFF);
		fields[change.fields_count].field = field->number;
		status = nc_field_parse(field, cutoff, &words.arena,
			&fields[change.fields_count++].value, err);
	}
	if (status == NC_OK)
		status = nc_author_write(home->store, &submitting->author,
			&home->union_id, &change, 1, &submitting->written, err);
	return status == NC_OK ? nc_store_commit(home->store, err) : status;
}

static enum nc_status print_json(
	const struct submitting *submitting, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *root = json_object(), *records = json_object();
	const struct nc_registry *registry;
	enum nc_status status =
		nc_store_registry(submitting->home.store, &registry, err);

	if (status != NC_OK)
		return status;
	for (size_t i = 0;
		i < NC_PAPER_ENTITIES_MAX && submitting->counts[i].entity != 0;
		i++)
		nc_json_put(&json, records,
			nc_model_entity(submitting->counts[i].entity)->name,
			nc_json_number(submitting->counts[i].count));
	nc_json_put(&json, root, "did", json_string("submitted"));
	nc_json_put(&json, root, "dry_run", json_boolean(submitting->dry_run));
	nc_json_put(&json, root, "id",
		submitting->dry_run ? json_null()
				    : nc_json_id(&submitting->id));
	nc_json_put(&json, root, "union",
		nc_json_union(registry, &submitting->home.identity.cluster,
			&submitting->home.union_id));
	nc_json_put(&json, root, "year", json_integer(submitting->year));
	nc_json_put(&json, root, "kind", json_string(submitting->paper->name));
	nc_json_put(&json, root, "version",
		nc_json_number(submitting->previous == NULL
				       ? 1
				       : submitting->previous->version + 1));
	nc_json_put(&json, root, "submitted_at", json_string(submitting->day));
	nc_json_put(&json, root, "records", records);
	nc_json_put(&json, root, "changed",
		submitting->previous == NULL
			? json_null()
			: nc_json_number(submitting->previous->changes_count));
	nc_json_put(&json, root, "errors", nc_json_number(submitting->errors));
	nc_json_put(&json, root, "device",
		nc_json_device(nc_key_device(submitting->home.key)));
	nc_json_put(&json, root, "sequence",
		submitting->dry_run
			? json_null()
			: nc_json_number(submitting->written.last_sequence));
	return nc_json_print(&json, root, err);
}

static void print_records(const struct submitting *submitting)
{
	for (size_t i = 0;
		i < NC_PAPER_ENTITIES_MAX && submitting->counts[i].entity != 0;
		i++)
		nc_console_print("  %s: %zu\n",
			nc_entity_label(
				nc_model_entity(submitting->counts[i].entity)),
			submitting->counts[i].count);
}

static void print_words(const struct submitting *submitting)
{
	const struct nc_submission *previous = submitting->previous;

	nc_console_print(_("Submitted for %u: %s, version %u, as the records "
			   "stand now.\n"),
		submitting->year, paper_label(submitting),
		previous == NULL ? 1 : previous->version + 1);
	print_records(submitting);
	if (previous != NULL)
		nc_console_print(_("Records that changed since version %u: "
				   "%zu.\n"),
			previous->version, previous->changes_count);
	if (submitting->errors > 0)
		nc_console_print(
			_("Findings of level error that are open: %zu; check "
			  "--year %u shows them.\n"),
			submitting->errors, submitting->year);
	nc_client_print_trial(submitting->dry_run);
	if (!submitting->dry_run)
		nc_console_print(_("It covers what this machine holds up to "
				   "its change-set %" PRIu64
				   ", and goes to the hub with the next "
				   "sync.\n"),
			submitting->written.last_sequence);
}

static enum nc_status run_submit(struct nc_call *call, struct nc_error *err)
{
	struct submitting submitting NC_AUTO(submitting_fini) = {0};
	enum nc_status status;

	submitting_init(&submitting, call);
	status = read_wish(&submitting, err);
	if (status == NC_OK)
		status = nc_client_open(
			&submitting.home, call, &submitting.author, err);
	if (status == NC_OK)
		status = nc_store_begin(submitting.home.store, err);
	if (status == NC_OK)
		status = look(&submitting, err);
	if (status == NC_OK && !submitting.dry_run)
		status = write_it(&submitting, err);
	if (status != NC_OK)
		return status;
	if (call->json)
		return print_json(&submitting, err);
	print_words(&submitting);
	return NC_OK;
}

static const struct nc_option options[] = {
	{"year", 'y', "YEAR", N_("the paper's year (default: this year)")},
	{"note", 0, "TEXT", N_("a word to the cluster")},
	{"cutoff", 0, "DATE", N_("the last day that a report's figures count")},
	NC_CLIENT_UNION_OPTION,
	{"dry-run", 0, NULL, N_("only tell what would be submitted")},
	{.name = NULL},
};

const struct nc_command nc_client_submit = {
	.name = "submit",
	.arguments = "plan|half-year|annual",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("submit your union's plan or report of a year to the "
		   "cluster"),
	.notes = N_("It is submitted as it stands in your records now; the hub "
		    "shows what changes after. Submitting it again is its next "
		    "version. Open findings of the checker are told and "
		    "hinder nothing. The cluster's verdict and comment come "
		    "back with a sync; submission list shows them."),
	.examples = "nhipcau submit plan --year 2025\n"
		    "nhipcau submit annual --year 2024 --cutoff 2024-12-14\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.run = run_submit,
};
