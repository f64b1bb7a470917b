#include "report/plan_document.h"
#include "model/model.h"

#include <string.h>

static const char nothing_yet[] = "(Chưa có nội dung.)";

size_t nc_report_areas_count(void)
{
	size_t count = 0;

	while (nc_choices_areas[count].name != NULL)
		count++;
	return count;
}

size_t nc_report_section_area(const struct nc_plan_section *section)
{
	size_t last = nc_report_areas_count() - 1;

	for (size_t i = 0; i < last; i++) {
		if (strcmp(nc_choices_areas[i].name, section->area) == 0)
			return i;
	}
	return last;
}

bool nc_report_union_in_area(const struct nc_plan_union *of_union, size_t area)
{
	if (area == nc_report_areas_count() - 1 && of_union->leads_count > 0)
		return true;
	for (size_t i = 0; i < of_union->sections_count; i++) {
		if (nc_report_section_area(&of_union->sections[i]) == area)
			return true;
	}
	return false;
}

static enum nc_status add_heading(struct nc_report_document *document,
	unsigned level, const char *number, const char *text,
	struct nc_error *err)
{
	struct nc_report_block block = {
		.kind = NC_BLOCK_HEADING,
		.level = level,
		.number = number,
		.text = text,
	};

	return nc_report_document_add(document, &block, err);
}

static enum nc_status add_note(struct nc_report_document *document,
	const char *text, struct nc_error *err)
{
	struct nc_report_block block = {.kind = NC_BLOCK_NOTE, .text = text};

	return nc_report_document_add(document, &block, err);
}

static struct nc_report_origin origin_of(const struct nc_plan_union *of_union,
	const struct nc_id *id, const struct nc_plan_source *source,
	size_t line)
{
	struct nc_report_origin origin = {
		.id = *id,
		.union_code = source->union_code != NULL ? source->union_code
							 : of_union->code,
		.device = source->device,
		.sequence = source->sequence,
		.author = source->author,
		.line = line,
	};

	return origin;
}

static enum nc_status add_leads(struct nc_report_document *document,
	const struct nc_plan_union *of_union, const struct nc_plan_lead *leads,
	size_t count, struct nc_error *err)
{
	for (size_t i = 0; i < count; i++) {
		struct nc_report_block block = {
			.kind = NC_BLOCK_PARAGRAPH,
			.text = leads[i].text,
			.origin = origin_of(of_union, &leads[i].id,
				&leads[i].source, leads[i].line),
		};
		enum nc_status status =
			nc_report_document_add(document, &block, err);

		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

static enum nc_status add_items(struct nc_report_document *document,
	const struct nc_plan_union *of_union, const struct nc_plan_item *items,
	size_t count, struct nc_error *err)
{
	for (size_t i = 0; i < count; i++) {
		struct nc_report_block block = {
			.kind = NC_BLOCK_ITEM,
			.level = items[i].level,
			.text = items[i].text,
			.origin = origin_of(of_union, &items[i].id,
				&items[i].source, items[i].line),
		};
		enum nc_status status =
			nc_report_document_add(document, &block, err);

		if (status != NC_OK)
			return status;
	}
	return NC_OK;
}

/* Among other unions' sections a letter says nothing, so by area there is
 * none. */
static enum nc_status add_section(struct nc_report_document *document,
	const struct nc_plan_union *of_union,
	const struct nc_plan_section *section, unsigned level, bool with_letter,
	struct nc_error *err)
{
	const char *number = "";
	enum nc_status status = NC_OK;

	if (with_letter && section->letter[0] != '\0')
		status = nc_report_document_print(
			document, &number, err, "%s.", section->letter);
	if (status == NC_OK &&
		(number[0] != '\0' || section->heading[0] != '\0'))
		status = add_heading(
			document, level, number, section->heading, err);
	if (status == NC_OK)
		status = add_leads(document, of_union, section->leads,
			section->leads_count, err);
	if (status == NC_OK)
		status = add_items(document, of_union, section->items,
			section->items_count, err);
	return status;
}

static enum nc_status add_union_heading(struct nc_report_document *document,
	const struct nc_plan_union *of_union, unsigned level, size_t number,
	struct nc_error *err)
{
	const char *printed;
	enum nc_status status;

	/* A file that holds one union's plan need not name it. */
	if (of_union->name[0] == '\0')
		return NC_OK;
	status = nc_report_document_print(
		document, &printed, err, "%zu.", number);
	if (status != NC_OK)
		return status;
	status = add_heading(document, level, printed, of_union->name, err);
	if (status == NC_OK && of_union->note != NULL)
		status = add_note(document, of_union->note, err);
	return status;
}

static enum nc_status build_by_union(struct nc_report_document *document,
	const struct nc_plan *plan, struct nc_error *err)
{
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < plan->unions_count && status == NC_OK; i++) {
		const struct nc_plan_union *of_union = &plan->unions[i];

		status = add_union_heading(document, of_union, 1, i + 1, err);
		if (status == NC_OK)
			status = add_leads(document, of_union, of_union->leads,
				of_union->leads_count, err);
		for (size_t j = 0;
			j < of_union->sections_count && status == NC_OK; j++)
			status = add_section(document, of_union,
				&of_union->sections[j], 2, true, err);
		if (status == NC_OK && of_union->leads_count == 0 &&
			of_union->sections_count == 0)
			status = add_note(document, nothing_yet, err);
	}
	return status;
}

/* One union's part of one area. */
static enum nc_status add_union_area(struct nc_report_document *document,
	const struct nc_plan_union *of_union, size_t area, size_t number,
	struct nc_error *err)
{
	enum nc_status status =
		add_union_heading(document, of_union, 2, number, err);

	if (status == NC_OK && area == nc_report_areas_count() - 1)
		status = add_leads(document, of_union, of_union->leads,
			of_union->leads_count, err);
	for (size_t i = 0; i < of_union->sections_count && status == NC_OK;
		i++) {
		const struct nc_plan_section *section = &of_union->sections[i];

		if (nc_report_section_area(section) == area)
			status = add_section(
				document, of_union, section, 3, false, err);
	}
	return status;
}

/* The unions that no area shows, so that nobody is passed over. */
static enum nc_status note_empty_unions(struct nc_report_document *document,
	const struct nc_plan *plan, struct nc_error *err)
{
	const char *names = "";
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < plan->unions_count && status == NC_OK; i++) {
		const struct nc_plan_union *of_union = &plan->unions[i];

		if (of_union->leads_count > 0 || of_union->sections_count > 0)
			continue;
		status = nc_report_document_print(document, &names, err,
			"%s%s%s", names, names[0] == '\0' ? "" : "; ",
			of_union->name);
	}
	if (status != NC_OK || names[0] == '\0')
		return status;
	status = nc_report_document_print(
		document, &names, err, "Chưa có nội dung: %s.", names);
	if (status != NC_OK)
		return status;
	return add_note(document, names, err);
}

/* An area and the unions' parts of it; none when nobody writes of it. */
static enum nc_status add_area(struct nc_report_document *document,
	const struct nc_plan *plan, size_t area, size_t *areas_shown,
	struct nc_error *err)
{
	static const char *const roman[] = {"I.", "II.", "III.", "IV.", "V.",
		"VI.", "VII.", "VIII.", "IX.", "X."};
	size_t shown = 0;
	enum nc_status status = NC_OK;

	NC_ASSERT(*areas_shown < sizeof(roman) / sizeof(roman[0]));
	for (size_t i = 0; i < plan->unions_count && status == NC_OK; i++) {
		const struct nc_plan_union *of_union = &plan->unions[i];

		if (!nc_report_union_in_area(of_union, area))
			continue;
		if (shown++ == 0)
			status = add_heading(document, 1, roman[*areas_shown],
				nc_choices_areas[area].label_vi, err);
		if (status == NC_OK)
			status = add_union_area(
				document, of_union, area, shown, err);
	}
	if (shown > 0)
		(*areas_shown)++;
	return status;
}

static enum nc_status build_by_area(struct nc_report_document *document,
	const struct nc_plan *plan, struct nc_error *err)
{
	size_t count = nc_report_areas_count();
	size_t shown = 0;
	enum nc_status status = NC_OK;

	for (size_t area = 0; area < count && status == NC_OK; area++)
		status = add_area(document, plan, area, &shown, err);
	if (status == NC_OK)
		status = note_empty_unions(document, plan, err);
	return status;
}

/* A plan of one union is that union's own; of several, the cluster's. */
static enum nc_status set_issuer(struct nc_report_document *document,
	const struct nc_plan *plan, struct nc_error *err)
{
	const char *name = plan->unions_count == 1 ? plan->unions[0].name
						   : plan->cluster_name;
	size_t size = strlen(name);

	/* A heading's colon is no part of the name. */
	while (size > 0 && (name[size - 1] == ':' || name[size - 1] == ' '))
		size--;
	return nc_report_document_print(
		document, &document->head.issuer, err, "%.*s", (int)size, name);
}

static enum nc_status set_title(struct nc_report_document *document,
	const struct nc_plan *plan, struct nc_error *err)
{
	const char *issuer = document->head.issuer;
	const char *subject = "Công tác đối ngoại nhân dân";
	enum nc_status status = NC_OK;

	document->type = "KẾ HOẠCH";
	if (plan->year != 0)
		status = nc_report_document_print(document, &subject, err,
			"%s năm %u", subject, plan->year);
	if (status == NC_OK && issuer[0] != '\0')
		status = nc_report_document_print(
			document, &subject, err, "%s của %s", subject, issuer);
	if (status == NC_OK)
		document->subject = subject;
	return status;
}

enum nc_status nc_report_plan_document(struct nc_report_document *document,
	const struct nc_plan *plan, enum nc_report_layout layout,
	struct nc_error *err)
{
	enum nc_status status;

	document->head = nc_report_blank_head;
	document->head.number = nc_report_blank_number_plan;
	document->foot = nc_report_blank_foot;
	document->contents_level = layout == NC_REPORT_BY_AREA ? 2 : 1;
	status = set_issuer(document, plan, err);
	if (status == NC_OK)
		status = set_title(document, plan, err);
	if (status == NC_OK)
		status = layout == NC_REPORT_BY_AREA
				 ? build_by_area(document, plan, err)
				 : build_by_union(document, plan, err);
	if (status == NC_OK && document->blocks_count == 0)
		status = add_note(document, nothing_yet, err);
	return status;
}
