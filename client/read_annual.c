/*
 * read annual FILE: what the reader makes of an annual report; no home folder
 * is needed.
 */
#include "client.h"
#include "command/console.h"
#include "command/json.h"
#include "intake/annual.h"

/* --- JSON --------------------------------------------------------------- */

static json_t *texts_of(struct nc_json *json, const struct nc_annual_list *list)
{
	json_t *array = json_array();

	for (const struct nc_annual_text *at = list->first; at != NULL;
		at = at->next)
		nc_json_add(json, array, nc_json_text(at->text));
	return array;
}

static json_t *lines_of(struct nc_json *json, const struct nc_annual_list *list)
{
	json_t *array = json_array();

	for (const struct nc_annual_text *at = list->first; at != NULL;
		at = at->next)
		nc_json_add(json, array, nc_json_number(at->line));
	return array;
}

static json_t *items_of(struct nc_json *json, const struct nc_annual_list *list)
{
	json_t *array = json_array();

	for (const struct nc_annual_text *at = list->first; at != NULL;
		at = at->next) {
		json_t *item = json_object();

		nc_json_put(json, item, "level", nc_json_number(at->level));
		if (at->label[0] != '\0')
			nc_json_put(
				json, item, "label", nc_json_text(at->label));
		nc_json_put(json, item, "text", nc_json_text(at->text));
		nc_json_put(json, item, "line", nc_json_number(at->line));
		nc_json_add(json, array, item);
	}
	return array;
}

static json_t *unread_of(
	struct nc_json *json, const struct nc_annual_list *list)
{
	json_t *array = json_array();

	for (const struct nc_annual_text *at = list->first; at != NULL;
		at = at->next) {
		json_t *unread = json_object();

		nc_json_put(json, unread, "line", nc_json_number(at->line));
		nc_json_put(json, unread, "text", nc_json_text(at->text));
		nc_json_put(json, unread, "why", nc_json_text(at->why));
		nc_json_add(json, array, unread);
	}
	return array;
}

/* No deeper than NC_ANNUAL_DEPTH_MAX. */
static json_t *sections_of(
	struct nc_json *json, const struct nc_annual_sections *sections)
{
	json_t *array = json_array();

	for (const struct nc_annual_section *at = sections->first; at != NULL;
		at = at->next) {
		json_t *made = json_object();

		nc_json_put(json, made, "number", nc_json_text(at->number));
		nc_json_put(json, made, "label", nc_json_text(at->label));
		nc_json_put(json, made, "heading", nc_json_text(at->heading));
		nc_json_put(json, made, "area", nc_json_text(at->area));
		nc_json_put(json, made, "part", nc_json_text(at->part));
		nc_json_put(json, made, "line", nc_json_number(at->line));
		nc_json_put(json, made, "paragraphs",
			texts_of(json, &at->paragraphs));
		nc_json_put(json, made, "paragraph_lines",
			lines_of(json, &at->paragraphs));
		nc_json_put(json, made, "items", items_of(json, &at->items));
		nc_json_put(json, made, "sections",
			sections_of(json, &at->sections));
		nc_json_add(json, array, made);
	}
	return array;
}

static void put_annual(
	struct nc_json *json, json_t *object, const struct nc_annual *annual)
{
	nc_json_put(json, object, "title", texts_of(json, &annual->title));
	nc_json_put(json, object, "lead", texts_of(json, &annual->lead));
	nc_json_put(
		json, object, "sections", sections_of(json, &annual->sections));
	nc_json_put(json, object, "closing", texts_of(json, &annual->closing));
	nc_json_put(
		json, object, "signature", texts_of(json, &annual->signature));
	nc_json_put(json, object, "recipients_heading",
		nc_json_text(annual->recipients_heading));
	nc_json_put(json, object, "recipients",
		texts_of(json, &annual->recipients));
	nc_json_put(json, object, "unread", unread_of(json, &annual->unread));
}

static json_t *unions_of(struct nc_json *json, const struct nc_annuals *file)
{
	json_t *array = json_array();

	for (size_t i = 0; i < file->count; i++) {
		json_t *object = json_object();

		nc_json_put(json, object, "name",
			nc_json_text(file->parts[i].name));
		nc_json_put(json, object, "line",
			nc_json_number(file->parts[i].line));
		put_annual(json, object, &file->parts[i].annual);
		nc_json_add(json, array, object);
	}
	return array;
}

static enum nc_status print_json(
	const struct nc_annuals *file, struct nc_error *err)
{
	const struct nc_annual *first = &file->parts[0].annual;
	struct nc_json json = {.failed = false};
	json_t *object = json_object();

	nc_json_put(&json, object, "kind",
		nc_json_text(first->half_year ? "half-year" : "annual"));
	nc_json_put(&json, object, "year",
		first->year == 0 ? json_null() : nc_json_number(first->year));
	put_annual(&json, object, file->count > 1 ? &file->frame : first);
	if (file->count > 1)
		nc_json_put(&json, object, "unions", unions_of(&json, file));
	return nc_json_print(&json, object, err);
}

/* --- words -------------------------------------------------------------- */

struct counts {
	size_t sections, paragraphs, items, recipients, unread;
};

static void print_texts(
	const struct nc_annual_list *list, int indent, const char *mark)
{
	for (const struct nc_annual_text *at = list->first; at != NULL;
		at = at->next)
		nc_console_print(
			"%5zu %*s%s%s\n", at->line, indent, "", mark, at->text);
}

/* Paragraphs and items as they stand in the file: by their lines. */
static void print_body(const struct nc_annual_section *section, int indent)
{
	const struct nc_annual_text *paragraph = section->paragraphs.first;
	const struct nc_annual_text *item = section->items.first;

	while (paragraph != NULL || item != NULL) {
		if (item == NULL ||
			(paragraph != NULL && paragraph->line <= item->line)) {
			nc_console_print("%5zu %*s» %s\n", paragraph->line,
				indent, "", paragraph->text);
			paragraph = paragraph->next;
			continue;
		}
		nc_console_print("%5zu %*s%s %s\n", item->line,
			indent + 2 * ((int)item->level - 1), "",
			item->label[0] == '\0' ? "-" : item->label, item->text);
		item = item->next;
	}
}

static void print_sections(const struct nc_annual_sections *sections,
	int indent, struct counts *counts)
{
	for (const struct nc_annual_section *at = sections->first; at != NULL;
		at = at->next) {
		nc_console_print("%5zu %*s%s%s%s [%s%s%s]\n", at->line, indent,
			"", at->number, at->number[0] == '\0' ? "" : " ",
			at->heading, at->part, at->part[0] == '\0' ? "" : ", ",
			at->area);
		counts->sections++;
		counts->paragraphs += at->paragraphs.count;
		counts->items += at->items.count;
		print_body(at, indent + 2);
		print_sections(&at->sections, indent + 2, counts);
	}
}

static void print_unread(const struct nc_annual_list *unread)
{
	if (unread->count == 0)
		return;
	nc_console_print("\n%s\n", _("Not understood:"));
	for (const struct nc_annual_text *at = unread->first; at != NULL;
		at = at->next)
		nc_console_print("%5zu [%s] %s\n", at->line, at->why, at->text);
}

static void print_head(const struct nc_annual *annual, struct counts *counts)
{
	print_texts(&annual->title, 0, "");
	print_texts(&annual->lead, 0, "» ");
	print_sections(&annual->sections, 0, counts);
}

static void print_foot(const struct nc_annual *annual, struct counts *counts)
{
	print_texts(&annual->closing, 0, "");
	print_texts(&annual->signature, 0, "");
	if (annual->recipients_heading[0] != '\0')
		nc_console_print("      %s\n", annual->recipients_heading);
	print_texts(&annual->recipients, 2, "- ");
	print_unread(&annual->unread);
	counts->recipients += annual->recipients.count;
	counts->unread += annual->unread.count;
}

static void print_words(const struct nc_annuals *file)
{
	struct counts counts = {.sections = 0};

	print_head(&file->frame, &counts);
	for (size_t i = 0; i < file->count; i++) {
		if (file->count > 1)
			nc_console_print("%5zu === %s\n", file->parts[i].line,
				file->parts[i].name);
		print_head(&file->parts[i].annual, &counts);
		print_foot(&file->parts[i].annual, &counts);
	}
	print_foot(&file->frame, &counts);
	nc_console_print(
		_("\nSections: %zu; paragraphs: %zu; items: %zu; recipients: "
		  "%zu; not understood: %zu. The numbers are lines of the "
		  "file, or paragraphs of a Word document.\n"),
		counts.sections, counts.paragraphs, counts.items,
		counts.recipients, counts.unread);
}

static enum nc_status run_read_annual(
	struct nc_call *call, struct nc_error *err)
{
	struct nc_annuals file NC_AUTO(nc_annuals_fini) = {0};
	enum nc_status status;

	nc_annuals_init(&file);
	status = nc_annuals_from_file(&file, call->arguments[0], err);
	if (status != NC_OK)
		return status;
	if (call->json)
		return print_json(&file, err);
	print_words(&file);
	return NC_OK;
}

const struct nc_command nc_client_read_annual = {
	.name = "read annual",
	.arguments = "FILE",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("show what the reader makes of a Word or text annual "
		   "report"),
	.examples = "nhipcau read annual bao-cao-2023.docx\n",
	.flags = NC_COMMAND_NO_HOME,
	.run = run_read_annual,
};
