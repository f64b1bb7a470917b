#include "report/annual_report.h"
#include "locale/text.h"
#include "model/letterhead.h"

#include <string.h>

static const char nothing_yet[] = "(Chưa có nội dung.)";

/* A line above the sections, folded: enough of it to know its kind. */
#define FOLDED_MAX 4096

struct building {
	struct nc_report_document *document;
	const struct nc_annual_report *report;
	struct nc_error *err;
};

/* --- blocks ------------------------------------------------------------- */

static bool is_title(const struct nc_annual_part *part)
{
	return nc_annual_part_is(part, "title");
}

static bool is_of_foot(const struct nc_annual_part *part)
{
	return nc_annual_part_is(part, "signature") ||
	       nc_annual_part_is(part, "recipients");
}

static bool is_end(const struct nc_annual_part *part)
{
	return is_of_foot(part) || nc_annual_part_is(part, "closing");
}

static bool is_printed(const struct nc_annual_part *part)
{
	return !nc_annual_part_is(part, "unread");
}

static enum nc_status add_block(const struct building *building,
	enum nc_report_block_kind kind, unsigned level, const char *number,
	const char *text, const struct nc_annual_part *part, bool in_foot)
{
	const struct nc_report_block block = {.kind = kind,
		.level = level,
		.number = number,
		.text = text,
		.origin = part->origin,
		.in_foot = in_foot};

	return nc_report_document_add(
		building->document, &block, building->err);
}

/* A part's blocks; headings of depth 1 get the level above + 1. */
static enum nc_status add_part(const struct building *building,
	const struct nc_annual_part *part, unsigned above, bool in_foot)
{
	bool recipients = nc_annual_part_is(part, "recipients");
	unsigned level = part->level == 0 ? 1 : part->level;
	enum nc_status status = NC_OK;

	if (nc_annual_part_heads(part)) {
		/* What heads the list of recipients is no section's. */
		status = recipients ? add_block(building, NC_BLOCK_PARAGRAPH, 0,
					      "", part->heading, part, in_foot)
				    : add_block(building, NC_BLOCK_HEADING,
					      level + above, part->label,
					      part->heading, part, false);
		if (status != NC_OK || part->text[0] == '\0')
			return status;
		return add_block(building, NC_BLOCK_PARAGRAPH, 0, "",
			part->text, part, in_foot);
	}
	if (part->level > 0 || recipients)
		return add_block(building, NC_BLOCK_ITEM, level, part->label,
			part->text, part, in_foot);
	return add_block(
		building, NC_BLOCK_PARAGRAPH, 0, "", part->text, part, in_foot);
}

/* --- head and title ----------------------------------------------------- */

/* *text and another line. */
static enum nc_status add_line(const struct building *building,
	const char **text, struct nc_slice line)
{
	return nc_report_document_print(building->document, text, building->err,
		"%s%s%.*s", *text, (*text)[0] == '\0' ? "" : "\n",
		(int)line.size, (const char *)line.data);
}

static enum nc_status fold(struct nc_buffer *out, struct nc_slice text)
{
	enum nc_status status;

	nc_buffer_init(out, FOLDED_MAX);
	status = nc_text_fold(out, text);
	/* So long a line is of no such kind. */
	return status == NC_LIMIT || status == NC_MALFORMED ? NC_OK : status;
}

static bool begins(const char *folded, const char *words)
{
	return strncmp(folded, words, strlen(words)) == 0;
}

static const char **place_of(
	struct nc_report_head *head, struct nc_slice text, const char *folded)
{
	switch (nc_letterhead_slot_of(text, folded)) {
	case NC_LETTERHEAD_NUMBER:
		return &head->number;
	case NC_LETTERHEAD_NATION:
		return &head->nation;
	case NC_LETTERHEAD_MOTTO:
		return &head->motto;
	case NC_LETTERHEAD_DAY:
		return &head->place_date;
	default:
		return &head->issuer;
	}
}

/* One column of one line of a letterhead, into its place in the head. */
static enum nc_status add_to_head(
	const struct building *building, struct nc_slice text)
{
	struct nc_buffer folded;
	enum nc_status status = fold(&folded, text);

	if (status == NC_OK)
		status = add_line(building,
			place_of(&building->document->head, text,
				nc_buffer_string(&folded)),
			text);
	else
		status = nc_error_no_memory(building->err);
	nc_buffer_fini(&folded);
	return status;
}

static enum nc_status add_letterhead(
	const struct building *building, const char *line)
{
	struct nc_slice rest = nc_text_trim(nc_slice_text(line));
	enum nc_status status = add_line(
		building, &building->document->letterhead, nc_slice_text(line));

	while (status == NC_OK && rest.size > 0)
		status = add_to_head(building, nc_letterhead_take(&rest));
	return status;
}

/* The title line that says what the paper is; the first without one; count
 * when there is no title. */
static enum nc_status find_type(const struct building *building,
	const struct nc_annual_union *of_union, size_t *ret_at)
{
	size_t first = of_union->count;

	*ret_at = of_union->count;
	for (size_t i = 0; i < of_union->count; i++) {
		struct nc_buffer folded;
		enum nc_status status;
		bool is;

		if (!is_title(&of_union->parts[i]))
			continue;
		if (first == of_union->count)
			first = i;
		status = fold(&folded, nc_slice_text(of_union->parts[i].text));
		is = begins(nc_buffer_string(&folded), "bao cao");
		nc_buffer_fini(&folded);
		if (status != NC_OK)
			return nc_error_no_memory(building->err);
		if (is) {
			*ret_at = i;
			return NC_OK;
		}
	}
	*ret_at = first;
	return NC_OK;
}

static void set_blank_head(const struct building *building, const char *issuer)
{
	struct nc_report_document *document = building->document;

	document->head = nc_report_blank_head;
	document->head.number = nc_report_blank_number_report;
	document->head.issuer = issuer;
}

static enum nc_status set_own_subject(
	const struct building *building, const char *issuer)
{
	struct nc_report_document *document = building->document;

	document->type = "BÁO CÁO";
	return nc_report_document_print(document, &document->subject,
		building->err, "Công tác đối ngoại nhân dân%s năm %u của %s",
		building->report->half_year ? " 6 tháng đầu" : "",
		building->report->year, issuer);
}

static enum nc_status set_title(
	const struct building *building, const struct nc_annual_union *of_union)
{
	struct nc_report_document *document = building->document;
	size_t type;
	enum nc_status status = find_type(building, of_union, &type);

	if (status == NC_OK && type == of_union->count) {
		set_blank_head(building, of_union->name);
		return set_own_subject(building, of_union->name);
	}
	for (size_t i = 0; status == NC_OK && i < of_union->count; i++) {
		const char *text = of_union->parts[i].text;

		if (!is_title(&of_union->parts[i]))
			continue;
		if (i < type)
			status = add_letterhead(building, text);
		else
			status = add_line(building,
				i == type ? &document->type
					  : &document->subject,
				nc_slice_text(text));
	}
	if (document->letterhead[0] == '\0')
		set_blank_head(building, of_union->name);
	return status;
}

/* --- the foot ----------------------------------------------------------- */

/* Where the report's end begins: nothing but closing words, recipients and
 * signatures follow. */
static size_t find_end(const struct nc_annual_union *of_union)
{
	size_t at = of_union->count;

	while (at > 0) {
		const struct nc_annual_part *part = &of_union->parts[at - 1];

		if (is_printed(part) && !is_title(part) && !is_end(part))
			break;
		at--;
	}
	return at;
}

static enum nc_status add_to_foot(
	const struct building *building, const struct nc_annual_part *part)
{
	struct nc_report_foot *foot = &building->document->foot;
	const char *item;
	enum nc_status status = NC_OK;

	if (nc_annual_part_is(part, "signature"))
		return add_line(
			building, &foot->authority, nc_slice_text(part->text));
	if (part->heading[0] != '\0')
		status = add_line(building, &foot->recipients_title,
			nc_slice_text(part->heading));
	if (status != NC_OK || part->text[0] == '\0')
		return status;
	status = nc_report_document_print(building->document, &item,
		building->err, "%s %s",
		part->label[0] == '\0' ? "-" : part->label, part->text);
	if (status == NC_OK)
		status = add_line(
			building, &foot->recipients, nc_slice_text(item));
	return status;
}

static enum nc_status set_foot(const struct building *building,
	const struct nc_annual_union *of_union, size_t end)
{
	bool ended = false;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < of_union->count; i++)
		ended = ended || is_of_foot(&of_union->parts[i]);
	if (!ended)
		building->document->foot = nc_report_blank_foot;
	for (size_t i = end; status == NC_OK && i < of_union->count; i++)
		if (is_of_foot(&of_union->parts[i]))
			status = add_to_foot(building, &of_union->parts[i]);
	return status;
}

static enum nc_status add_note(
	const struct building *building, const struct nc_annual_union *of_union)
{
	const struct nc_report_block note = {
		.kind = NC_BLOCK_NOTE, .text = of_union->note};

	if (of_union->note == NULL)
		return NC_OK;
	return nc_report_document_add(building->document, &note, building->err);
}

/* --- the whole ---------------------------------------------------------- */

static enum nc_status build_own(
	const struct building *building, const struct nc_annual_union *of_union)
{
	size_t end = find_end(of_union);
	enum nc_status status = set_title(building, of_union);

	building->document->contents_level = 2;
	if (status == NC_OK)
		status = add_note(building, of_union);
	for (size_t i = 0; status == NC_OK && i < of_union->count; i++) {
		const struct nc_annual_part *part = &of_union->parts[i];

		if (is_printed(part) && !is_title(part))
			status = add_part(building, part, 0,
				i >= end && is_of_foot(part));
	}
	return status == NC_OK ? set_foot(building, of_union, end) : status;
}

static enum nc_status build_union(const struct building *building,
	const struct nc_annual_union *of_union, size_t number)
{
	struct nc_report_block heading = {
		.kind = NC_BLOCK_HEADING, .level = 1, .text = of_union->name};
	enum nc_status status = nc_report_document_print(building->document,
		&heading.number, building->err, "%zu.", number);

	if (status == NC_OK)
		status = nc_report_document_add(
			building->document, &heading, building->err);
	if (status == NC_OK)
		status = add_note(building, of_union);
	for (size_t i = 0; status == NC_OK && i < of_union->count; i++) {
		const struct nc_annual_part *part = &of_union->parts[i];

		if (is_printed(part) && !is_title(part) && !is_end(part))
			status = add_part(building, part, 1, false);
	}
	return status;
}

static enum nc_status build_all(const struct building *building)
{
	const struct nc_annual_report *report = building->report;
	enum nc_status status;

	set_blank_head(building, report->cluster_name);
	building->document->foot = nc_report_blank_foot;
	building->document->contents_level = 2;
	status = set_own_subject(building, report->cluster_name);
	for (size_t i = 0; status == NC_OK && i < report->count; i++)
		status = build_union(building, &report->unions[i], i + 1);
	return status;
}

enum nc_status nc_report_annual_document(struct nc_report_document *document,
	const struct nc_annual_report *report, struct nc_error *err)
{
	const struct building building = {document, report, err};
	const struct nc_report_block note = {
		.kind = NC_BLOCK_NOTE, .text = nothing_yet};
	enum nc_status status = report->count == 1
					? build_own(&building, report->unions)
					: build_all(&building);

	/* A title alone is something. */
	if (status == NC_OK && document->blocks_count == 0 &&
		(report->count != 1 || report->unions[0].count == 0))
		status = nc_report_document_add(document, &note, err);
	return status;
}
