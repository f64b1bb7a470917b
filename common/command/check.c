/*
 * check [FILE]: what the checker finds in a document, for which no home is
 * needed, or in the records of a home.
 */
#include "base/file.h"
#include "base/limits.h"
#include "command/check_store.h"
#include "command/console.h"
#include "command/paper_file.h"
#include "command/shared.h"
#include "command/view.h"
#include "intake/plan_reader.h"

#include <stdlib.h>
#include <string.h>

/* What is to be shown, and when it counts as a failure. */
struct wish {
	const char *rules; /* NULL: all */
	bool ignored;
	bool fails;
	enum nc_check_level fail_on;
	unsigned failures;
};

static bool is_listed(const char *list, const char *id)
{
	for (const char *at = list; *at != '\0';) {
		size_t size = strcspn(at, ", ");

		if (size == strlen(id) && strncasecmp(at, id, size) == 0)
			return true;
		at += size;
		at += strspn(at, ", ");
	}
	return false;
}

static enum nc_status check_rules(const char *list, struct nc_error *err)
{
	for (const char *at = list; *at != '\0';) {
		size_t size = strcspn(at, ", ");
		bool known = size == 0;

		for (size_t i = 0; i < nc_check_rules_count; i++)
			known = known ||
				(size == strlen(nc_check_rules[i].id) &&
					strncasecmp(at, nc_check_rules[i].id,
						size) == 0);
		if (!known)
			return nc_error_set(err, NC_USAGE,
				_("There is no rule %.*s; check --help lists "
				  "them."),
				(int)size, at);
		at += size;
		at += strspn(at, ", ");
	}
	return NC_OK;
}

static enum nc_status read_wish(
	const struct nc_call *call, struct wish *wish, struct nc_error *err)
{
	const char *level = nc_call_value(call, "fail-on");

	*wish = (struct wish){.rules = nc_call_value(call, "rule"),
		.ignored = nc_call_has(call, "ignored"),
		.fails = level != NULL};
	for (int i = NC_CHECK_ERROR; level != NULL && i <= NC_CHECK_NOTICE;
		i++) {
		wish->fail_on = (enum nc_check_level)i;
		if (strcmp(level, nc_check_level_name(wish->fail_on)) == 0)
			level = NULL;
	}
	if (level != NULL)
		return nc_error_set(err, NC_USAGE,
			_("There is no level \"%s\"; the levels are error, "
			  "warning and notice."),
			level);
	if (call->arguments_count > 0 &&
		(wish->ignored || nc_call_has(call, "union")))
		return nc_error_set(err, NC_USAGE,
			_("--union and --ignored are about records, not about "
			  "a file."));
	return wish->rules == NULL ? NC_OK : check_rules(wish->rules, err);
}

static bool is_shown(struct wish *wish, const struct nc_finding *finding,
	const struct nc_checked_finding *known)
{
	bool ignored = known != NULL && known->exception != NULL;

	if (ignored != wish->ignored ||
		(wish->rules != NULL &&
			!is_listed(wish->rules, finding->rule->id)))
		return false;
	wish->failures +=
		wish->fails && !ignored && finding->level <= wish->fail_on;
	return true;
}

static enum nc_status end_with(const struct wish *wish, struct nc_error *err)
{
	if (wish->failures == 0)
		return NC_OK;
	return nc_error_set(err, NC_INVALID,
		_("Findings that are of this level or worse: %u (%s); mend "
		  "them, or let "
		  "them stand with ignore."),
		wish->failures, nc_check_level_name(wish->fail_on));
}

static json_t *text_or_null(const char *text)
{
	return text[0] == '\0' ? json_null() : nc_json_text(text);
}

/* checked and known are NULL for a file. */
static json_t *finding_json(struct nc_json *json,
	const struct nc_finding *finding, const struct nc_checked *checked,
	const struct nc_checked_finding *known)
{
	const struct nc_check_record *record = finding->record;
	json_t *object = json_object();

	nc_json_put(json, object, "rule", nc_json_text(finding->rule->id));
	nc_json_put(json, object, "level",
		nc_json_text(nc_check_level_name(finding->level)));
	nc_json_put(json, object, "id",
		record == NULL ? json_null() : nc_json_id(&record->id));
	nc_json_put(json, object, "line",
		record != NULL ? json_null() : nc_json_number(finding->line));
	nc_json_put(json, object, "words", nc_json_text(finding->words));
	nc_json_put(json, object, "found", nc_json_text(finding->found));
	nc_json_put(json, object, "expected", nc_json_text(finding->expected));
	nc_json_put(json, object, "why", nc_json_text(finding->why));
	nc_json_put(json, object, "mend",
		text_or_null(record == NULL ? finding->mend : finding->value));
	if (record == NULL)
		return object;
	nc_json_put(json, object, "finding", nc_json_text(known->id));
	nc_json_put(json, object, "union",
		finding->union_number == 0
			? json_string("cluster")
			: nc_json_text(
				  checked->book
					  .unions[finding->union_number - 1]
					  .code));
	nc_json_put(json, object, "entity", nc_json_text(record->entity->name));
	nc_json_put(json, object, "field",
		finding->field == NULL ? json_null()
				       : nc_json_text(finding->field->name));
	if (known->exception != NULL)
		nc_json_put(json, object, "reason",
			nc_json_value(nc_entity_field(known->exception->entity,
					      NC_EXCEPTION_REASON),
				&known->exception
					 ->values[NC_EXCEPTION_REASON - 1]));
	return object;
}

static enum nc_status print_json(const struct nc_check *check,
	const struct nc_checked *checked, struct wish *wish,
	struct nc_error *err)
{
	struct nc_json json = {0};
	json_t *list = json_array();

	for (size_t i = 0; i < check->count; i++) {
		const struct nc_finding *finding = &check->findings[i];
		const struct nc_checked_finding *known =
			checked == NULL ? NULL : &checked->findings[i];

		if (is_shown(wish, finding, known))
			nc_json_add(&json, list,
				finding_json(&json, finding, checked, known));
	}
	return nc_json_print(&json, list, err);
}

static const char *level_word(enum nc_check_level level)
{
	switch (level) {
	case NC_CHECK_ERROR:
		return _("error");
	case NC_CHECK_WARNING:
		return _("warning");
	default:
		return _("notice");
	}
}

static void print_suggestion(
	const struct nc_finding *finding, const char *indent)
{
	if (finding->mend[0] != '\0')
		nc_console_print(
			"%s%s %s\n", indent, _("Suggestion:"), finding->mend);
	else if (finding->expected[0] != '\0')
		nc_console_print(
			"%s%s %s\n", indent, _("Expected:"), finding->expected);
}

static void print_total(const struct nc_check *check, const size_t counts[3])
{
	nc_console_print(_("Errors: %zu; warnings: %zu; notices: %zu.\n"),
		counts[NC_CHECK_ERROR], counts[NC_CHECK_WARNING],
		counts[NC_CHECK_NOTICE]);
	if (check->cut)
		nc_console_print("%s\n",
			_("There is more; mend these first and check again."));
}

/* A file's findings stand by rule. */
static void print_file(const struct nc_check *check, struct wish *wish)
{
	size_t counts[3] = {0};

	for (size_t r = 0; r < nc_check_rules_count; r++) {
		const struct nc_check_rule *rule = &nc_check_rules[r];
		bool headed = false;

		for (size_t i = 0; i < check->count; i++) {
			const struct nc_finding *finding = &check->findings[i];

			if (finding->rule != rule ||
				!is_shown(wish, finding, NULL))
				continue;
			if (!headed)
				nc_console_print("%s %s (%s)\n", rule->id,
					_(rule->tests),
					level_word(rule->level));
			headed = true;
			counts[finding->level]++;
			nc_console_print("%6zu  «%s» %s\n", finding->line,
				finding->words, finding->why);
			print_suggestion(finding, "        ");
		}
	}
	print_total(check, counts);
}

static void print_finding(const struct nc_finding *finding,
	const struct nc_checked_finding *known, struct nc_short_ids *ids)
{
	char id[NC_ID_TEXT_SIZE];

	nc_short_ids_format(ids, &finding->record->id, id);
	nc_console_print("%s  %s %s  %s %s%s%s\n", known->id, finding->rule->id,
		level_word(finding->level),
		nc_entity_label(finding->record->entity), id,
		finding->field == NULL ? "" : ", ",
		finding->field == NULL ? "" : nc_field_label(finding->field));
	if (finding->words[0] != '\0')
		nc_console_print("    «%s»\n", finding->words);
	nc_console_print("    %s\n", finding->why);
	print_suggestion(finding, "    ");
	if (known->exception != NULL)
		nc_console_print("    %s %s\n", _("Let stand:"),
			(const char *)known->exception
				->values[NC_EXCEPTION_REASON - 1]
				.bytes.data);
}

static void print_summary(
	const struct nc_check *check, const size_t *by_rule, bool is_hub)
{
	size_t counts[3] = {0}, all = 0;

	for (size_t r = 0; r < nc_check_rules_count; r++) {
		if (by_rule[3 * r] + by_rule[3 * r + 1] + by_rule[3 * r + 2] ==
			0)
			continue;
		nc_console_print("%s%s %4zu  %s\n", all == 0 ? "\n" : "",
			nc_check_rules[r].id,
			by_rule[3 * r] + by_rule[3 * r + 1] +
				by_rule[3 * r + 2],
			_(nc_check_rules[r].tests));
		for (size_t l = 0; l < 3; l++) {
			counts[l] += by_rule[3 * r + l];
			all += by_rule[3 * r + l];
		}
	}
	print_total(check, counts);
	if (all > 0 && is_hub)
		nc_console_print("%s\n",
			_("The unions mend what is theirs, or let it stand; "
			  "the hub writes neither."));
	else if (all > 0)
		nc_console_print("%s\n",
			_("nhipcau mend FINDING takes a suggestion; nhipcau "
			  "ignore FINDING --reason \"…\" lets a finding "
			  "stand."));
}

static enum nc_status print_records(struct nc_view *view,
	const struct nc_checked *checked, struct wish *wish,
	struct nc_error *err)
{
	struct nc_short_ids ids NC_AUTO(nc_short_ids_fini) = {.count = 0};
	size_t *by_rule NC_AUTO(nc_free_at) =
		nc_calloc(3 * nc_check_rules_count, sizeof(size_t));
	size_t last = SIZE_MAX;
	enum nc_status status = nc_short_ids_read(&ids, view->home.store, err);

	if (by_rule == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < checked->check.count && status == NC_OK; i++) {
		const struct nc_finding *finding = &checked->check.findings[i];

		if (!is_shown(wish, finding, &checked->findings[i]))
			continue;
		if (finding->union_number != last)
			nc_console_print("%s%s\n", last == SIZE_MAX ? "" : "\n",
				finding->union_number == 0
					? _("the cluster")
					: checked->book
						  .unions[finding->union_number -
							  1]
						  .name);
		last = finding->union_number;
		by_rule[3 * (size_t)(finding->rule - nc_check_rules) +
			finding->level]++;
		print_finding(finding, &checked->findings[i], &ids);
	}
	if (status == NC_OK)
		print_summary(
			&checked->check, by_rule, view->home.identity.is_hub);
	return status;
}

static enum nc_status check_home(
	struct nc_call *call, struct wish *wish, struct nc_error *err)
{
	struct nc_view view NC_AUTO(nc_view_fini) = {0};
	struct nc_checked checked NC_AUTO(nc_checked_fini) = {0};
	const struct nc_id *unions;
	size_t unions_count;
	enum nc_status status;
	unsigned year;

	nc_view_init(&view, call);
	nc_checked_init(&checked);
	status = nc_call_year(call, &year, err);
	if (status == NC_OK)
		status = nc_view_open(&view, err);
	if (status == NC_OK)
		status = nc_view_unions(&view, nc_call_value(call, "union"),
			&unions, &unions_count, err);
	if (status == NC_OK)
		status = nc_checked_read(&checked, view.home.store, call, year,
			unions, unions_count, err);
	if (status != NC_OK)
		return status;
	return call->json ? print_json(&checked.check, &checked, wish, err)
			  : print_records(&view, &checked, wish, err);
}

static void print_basis(const struct nc_check_input *input)
{
	if (input->year == 0)
		nc_console_print(_("The year could not be told from the "
				   "document; give it with --year, or years "
				   "are not checked.\n"));
	else if (input->kind == NC_CHECK_PLAN)
		nc_console_print(_("Checked as a plan of %d.\n"), input->year);
	else
		nc_console_print(
			_("Checked as a report of %d.\n"), input->year);
}

static enum nc_status read_file(struct nc_buffer *bytes,
	struct nc_document *document, const char *path, struct nc_error *err)
{
	enum nc_status status = nc_file_read(path, bytes, err);

	if (status != NC_OK)
		return status;
	return nc_document_from_bytes(document, nc_buffer_slice(bytes), err);
}

static enum nc_status check_file(
	struct nc_call *call, struct wish *wish, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_document document NC_AUTO(nc_document_fini) = {0};
	struct nc_plan plan NC_AUTO(nc_plan_fini) = {0};
	struct nc_check check NC_AUTO(nc_check_fini) = {0};
	struct nc_check_input input = {.document = &document};
	enum nc_status status;
	unsigned year;

	nc_buffer_init(&bytes, NC_DOCUMENT_BYTES_MAX);
	nc_document_init(&document);
	nc_plan_init(&plan);
	nc_check_init(&check);
	status = read_file(&bytes, &document, call->arguments[0], err);
	if (status == NC_OK && nc_call_has(call, "year"))
		status = nc_call_year(call, &year, err);
	else
		year = (unsigned)nc_check_year_of(&document);
	if (status != NC_OK)
		return status;
	input.kind = nc_check_kind_of(&document);
	input.year = (int)year;
	input.bytes = nc_buffer_slice(&bytes);
	if (input.kind == NC_CHECK_PLAN) {
		status = nc_plan_read(&document, &plan, err);
		input.plan = &plan;
	}
	if (status == NC_OK)
		status = nc_check_document(&check, &input, err);
	if (status != NC_OK)
		return status;
	if (call->json)
		return print_json(&check, NULL, wish, err);
	print_basis(&input);
	print_file(&check, wish);
	return NC_OK;
}

static enum nc_status run_check(struct nc_call *call, struct nc_error *err)
{
	struct wish wish;
	enum nc_status status = read_wish(call, &wish, err);

	if (status == NC_OK)
		status = call->arguments_count > 0
				 ? check_file(call, &wish, err)
				 : check_home(call, &wish, err);
	return status == NC_OK ? end_with(&wish, err) : status;
}

static void print_rules(void)
{
	nc_console_print("\n%s\n", _("Rules:"));
	for (size_t i = 0; i < nc_check_rules_count; i++)
		nc_console_print("  %s  %s (%s)\n", nc_check_rules[i].id,
			_(nc_check_rules[i].tests),
			level_word(nc_check_rules[i].level));
}

static const struct nc_option options[] = {
	{"year", 'y', "YEAR",
		N_("the year that is checked (default: this year; of a file, "
		   "what its title says)")},
	{"rule", 0, "R01,R02", N_("only these rules")},
	{"ignored", 0, NULL, N_("only what is let stand, with the reasons")},
	{"fail-on", 0, "LEVEL",
		N_("exit 1 when there is an error (or warning, or notice)")},
	{"union", 0, "CODE", N_("only this union's records")},
	{.name = NULL},
};

const struct nc_command nc_command_check = {
	.name = "check",
	.arguments = "[FILE]",
	.arguments_max = 1,
	.help = N_("look for slips in the year's records, or in a Word or text "
		   "plan or report"),
	.notes = N_("Without FILE the union's records are checked: plan, "
		    "reports and what was done. A FILE needs no home folder. "
		    "Findings are no failure: exit 0, unless --fail-on asks "
		    "for another."),
	.examples = "nhipcau check --year 2024\n"
		    "nhipcau check --year 2024 --rule R01,R04 --fail-on error\n"
		    "nhipcau check ke-hoach-2024.docx\n",
	.options = options,
	.more = print_rules,
	.run = run_check,
};

const struct nc_command nc_command_check_hub = {
	.name = "check",
	.arguments = "[FILE]",
	.arguments_max = 1,
	.help = N_("look for slips in all unions' records of a year, or in a "
		   "Word or text plan or report"),
	.notes = N_("Without FILE the records of all unions are checked, each "
		    "by itself and against one another. What a finding is "
		    "about belongs to its union: only the union can mend it "
		    "or let it stand, and the hub shows no more what it lets "
		    "stand. Findings are no failure: exit 0, unless --fail-on "
		    "asks for another."),
	.examples = "nhipcaud check --year 2024\n"
		    "nhipcaud check --year 2024 --union ha-tinh --json\n",
	.options = options,
	.more = print_rules,
	.run = run_check,
};
