/*
 * read plan FILE: what the reader makes of a document, all unions; no home
 * folder is needed.
 */
#include "client.h"
#include "command/console.h"
#include "report/plan_report.h"

#include <stdio.h>

#define READ_BYTES_MAX (512u * 1024 * 1024)

static enum nc_status print_json(
	const struct nc_plan *plan, struct nc_error *err)
{
	struct nc_buffer out NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&out, READ_BYTES_MAX);
	status = nc_report_plan(
		plan, NC_REPORT_BY_UNION, NC_REPORT_JSON, &out, err);
	if (status == NC_OK)
		fwrite(out.data, 1, out.size, stdout);
	return status;
}

static void print_leads(
	const struct nc_plan_lead *leads, size_t count, const char *indent)
{
	for (size_t i = 0; i < count; i++)
		nc_console_print(
			"%5zu %s» %s\n", leads[i].line, indent, leads[i].text);
}

static void print_section(const struct nc_plan_section *section)
{
	if (section->letter[0] != '\0' || section->heading[0] != '\0')
		nc_console_print("%5zu   %s%s%s [%s]\n", section->line,
			section->letter, section->letter[0] == '\0' ? "" : ". ",
			section->heading, section->area);
	print_leads(section->leads, section->leads_count, "    ");
	for (size_t i = 0; i < section->items_count; i++) {
		const struct nc_plan_item *item = &section->items[i];

		nc_console_print("%5zu     %*s- %s\n", item->line,
			2 * ((int)item->level - 1), "", item->text);
	}
}

static size_t count_items(const struct nc_plan_union *of)
{
	size_t count = 0;

	for (size_t i = 0; i < of->sections_count; i++)
		count += of->sections[i].items_count;
	return count;
}

static void print_left_out(const struct nc_plan *plan)
{
	if (plan->left_out_count == 0)
		return;
	nc_console_print("\n%s\n", _("Left out:"));
	for (size_t i = 0; i < plan->left_out_count; i++)
		nc_console_print("%5zu [%s] %s\n", plan->left_out[i].line,
			plan->left_out[i].why, plan->left_out[i].text);
}

static void print_words(const struct nc_plan *plan)
{
	size_t items = 0;

	for (size_t i = 0; i < plan->unions_count; i++) {
		const struct nc_plan_union *of = &plan->unions[i];

		nc_console_print("%5zu %s\n", of->line,
			of->name[0] == '\0' ? _("(no union is named)")
					    : of->name);
		print_leads(of->leads, of->leads_count, "  ");
		for (size_t s = 0; s < of->sections_count; s++)
			print_section(&of->sections[s]);
		items += count_items(of);
	}
	print_left_out(plan);
	nc_console_print(_("\nUnions: %zu; items: %zu; left out: %zu. The "
			   "numbers are lines of the file, or paragraphs of a "
			   "Word document.\n"),
		plan->unions_count, items, plan->left_out_count);
}

static enum nc_status run_read_plan(struct nc_call *call, struct nc_error *err)
{
	struct nc_plan plan NC_AUTO(nc_plan_fini) = {0};
	enum nc_status status;

	nc_plan_init(&plan);
	status = nc_plan_from_file(&plan, call->arguments[0], err);
	if (status != NC_OK)
		return status;
	if (call->json)
		return print_json(&plan, err);
	print_words(&plan);
	return NC_OK;
}

const struct nc_command nc_client_read_plan = {
	.name = "read plan",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("show what the reader makes of a Word or text plan"),
	.examples = "nhipcau read plan ke-hoach-2024.docx\n",
	.flags = NC_COMMAND_NO_HOME,
	.run = run_read_plan,
};
