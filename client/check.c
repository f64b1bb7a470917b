/*
 * check FILE: what the checker finds in a document; no home folder is needed.
 */
#include "client.h"

#include "base/file.h"
#include "base/limits.h"
#include "command/console.h"
#include "intake/check.h"
#include "intake/plan_reader.h"

static json_t *finding_json(
	struct nc_json *json, const struct nc_finding *finding)
{
	json_t *object = json_object();

	nc_json_put(json, object, "rule", nc_json_text(finding->rule->id));
	nc_json_put(json, object, "level",
		nc_json_text(nc_check_level_name(finding->level)));
	nc_json_put(json, object, "id", json_null());
	nc_json_put(json, object, "line", nc_json_number(finding->line));
	nc_json_put(json, object, "words", nc_json_text(finding->words));
	nc_json_put(json, object, "found", nc_json_text(finding->found));
	nc_json_put(json, object, "expected", nc_json_text(finding->expected));
	nc_json_put(json, object, "why", nc_json_text(finding->why));
	nc_json_put(json, object, "mend",
		finding->mend[0] == '\0' ? json_null()
					 : nc_json_text(finding->mend));
	return object;
}

static enum nc_status print_json(
	const struct nc_check *check, struct nc_error *err)
{
	struct nc_json json = {0};
	json_t *list = json_array();

	for (size_t i = 0; i < check->count; i++)
		nc_json_add(
			&json, list, finding_json(&json, &check->findings[i]));
	return nc_json_print(&json, list, err);
}

static void print_finding(const struct nc_finding *finding)
{
	nc_console_print(
		"%6zu  «%s» %s\n", finding->line, finding->words, finding->why);
	if (finding->mend[0] != '\0')
		nc_console_print(
			"        %s %s\n", _("Suggestion:"), finding->mend);
	else if (finding->expected[0] != '\0')
		nc_console_print(
			"        %s %s\n", _("Expected:"), finding->expected);
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

static void print_words(const struct nc_check *check)
{
	size_t counts[3] = {0};

	for (size_t r = 0; r < nc_check_rules_count; r++) {
		const struct nc_check_rule *rule = &nc_check_rules[r];
		bool headed = false;

		for (size_t i = 0; i < check->count; i++) {
			if (check->findings[i].rule != rule)
				continue;
			if (!headed)
				nc_console_print("%s %s (%s)\n", rule->id,
					_(rule->tests),
					level_word(rule->level));
			headed = true;
			counts[check->findings[i].level]++;
			print_finding(&check->findings[i]);
		}
	}
	nc_console_print(_("Errors: %zu; warnings: %zu; notices: %zu.\n"),
		counts[NC_CHECK_ERROR], counts[NC_CHECK_WARNING],
		counts[NC_CHECK_NOTICE]);
	if (check->cut)
		nc_console_print("%s\n",
			_("There is more; mend these first and check again."));
}

static enum nc_status read_file(struct nc_buffer *bytes,
	struct nc_document *document, const char *path, struct nc_error *err)
{
	enum nc_status status = nc_file_read(path, bytes, err);

	if (status != NC_OK)
		return status;
	return nc_document_read(document, nc_buffer_slice(bytes), err);
}

static enum nc_status run_check(struct nc_call *call, struct nc_error *err)
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
		return print_json(&check, err);
	print_basis(&input);
	print_words(&check);
	return NC_OK;
}

static const struct nc_option options[] = {
	{"year", 'y', "YEAR",
		N_("the year that the document is about (default: what its "
		   "title says)")},
	{0},
};

const struct nc_command nc_client_check = {
	.name = "check",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("look for slips in a Word or text plan or report"),
	.examples = "nhipcau check ke-hoach-2024.docx --year 2024\n",
	.options = options,
	.flags = NC_COMMAND_NO_HOME,
	.run = run_check,
};
