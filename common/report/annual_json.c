/*
 * Reports as JSON, key by key as docs/CLI.md says: the parts of each union
 * hung into a tree of sections, each text with its record and source.
 */
#include "report/annual_report.h"
#include "report/json_print.h"

#include <string.h>

/* Sections within sections: the model's highest level. */
#define DEPTH_MAX 9

/* One union's report while its parts are hung into it. */
struct tree {
	struct json_print *print;
	json_t *root;
	json_t *open[DEPTH_MAX + 1]; /* borrowed; [0] unused */
	unsigned depth;
	bool recipients; /* their heading is printed */
};

static json_t *source_of(struct json_print *print,
	const struct nc_annual_part *part, size_t position)
{
	const struct nc_report_origin *origin = &part->origin;
	char device[NC_DEVICE_ID_TEXT_SIZE];
	json_t *object = json_object();

	nc_device_id_format(device, origin->device);
	json_print_put(print, object, "id", json_print_id_of(&origin->id));
	json_print_put(
		print, object, "position", json_print_number_of(position));
	json_print_put(print, object, "union",
		json_print_text_of(print, origin->union_code));
	json_print_put(print, object, "device", json_string(device));
	json_print_put(print, object, "sequence",
		json_print_number_of(origin->sequence));
	json_print_put(print, object, "author",
		json_print_text_of(print, origin->author));
	return object;
}

/* A text among those of key, and its source among key's sources. */
static void add_text(struct tree *tree, json_t *to, const char *key,
	const char *sources, const struct nc_annual_part *part, size_t position)
{
	json_print_put_in(tree->print, json_object_get(to, key),
		json_print_text_of(tree->print, part->text));
	json_print_put_in(tree->print, json_object_get(to, sources),
		source_of(tree->print, part, position));
}

static void add_item(struct tree *tree, json_t *to,
	const struct nc_annual_part *part, size_t position)
{
	struct json_print *print = tree->print;
	json_t *item = json_object();

	json_print_put(print, item, "level", json_integer(part->level));
	if (part->label[0] != '\0')
		json_print_put(print, item, "label",
			json_print_text_of(print, part->label));
	json_print_put(
		print, item, "text", json_print_text_of(print, part->text));
	json_print_put(print, item, "id", json_print_id_of(&part->origin.id));
	json_print_put(print, item, "source", source_of(print, part, position));
	json_print_put_in(print, json_object_get(to, "items"), item);
}

/* A section at a depth, hung to the last one above it. */
static json_t *open_section(struct tree *tree,
	const struct nc_annual_part *part, unsigned depth, size_t position)
{
	struct json_print *print = tree->print;
	json_t *section = json_object();
	static const char *const lists[] = {
		"paragraphs", "paragraph_sources", "items", "sections"};
	bool heads = nc_annual_part_heads(part);

	json_print_put(print, section, "number",
		json_print_text_of(print, part->part));
	json_print_put(print, section, "label",
		json_print_text_of(print, heads ? part->label : ""));
	json_print_put(print, section, "heading",
		json_print_text_of(print, part->heading));
	json_print_put(
		print, section, "area", json_print_text_of(print, part->area));
	json_print_put(print, section, "part",
		json_print_text_of(print,
			nc_annual_part_is(part, "other") ? "" : part->section));
	if (heads) {
		json_print_put(print, section, "id",
			json_print_id_of(&part->origin.id));
		json_print_put(print, section, "source",
			source_of(print, part, position));
	}
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		json_print_put(print, section, lists[i], json_array());
	if (depth > tree->depth + 1)
		depth = tree->depth + 1;
	json_print_put_in(print,
		json_object_get(depth == 1 ? tree->root : tree->open[depth - 1],
			"sections"),
		section);
	/* What could not be put is gone. */
	if (print->failed)
		return NULL;
	tree->open[depth] = section;
	tree->depth = depth;
	return section;
}

static void add_to_section(
	struct tree *tree, const struct nc_annual_part *part, size_t position)
{
	unsigned depth = part->level == 0 ? 1 : part->level;
	json_t *section;

	if (nc_annual_part_heads(part)) {
		section = open_section(tree, part,
			depth > DEPTH_MAX ? DEPTH_MAX : depth, position);
		if (part->text[0] != '\0')
			add_text(tree, section, "paragraphs",
				"paragraph_sources", part, position);
		return;
	}
	section = tree->depth > 0 ? tree->open[tree->depth]
				  : open_section(tree, part, 1, position);
	if (part->level > 0)
		add_item(tree, section, part, position);
	else
		add_text(tree, section, "paragraphs", "paragraph_sources", part,
			position);
}

/* Parts that are in no section of the text, with their keys. */
static const struct {
	const char *section, *key, *sources;
} ends[] = {
	{"title", "title", "title_sources"},
	{"lead", "lead", "lead_sources"},
	{"closing", "closing", "closing_sources"},
	{"signature", "signature", "signature_sources"},
	{"recipients", "recipients", "recipient_sources"},
	{"unread", "unread", "unread_sources"},
};

#define ENDS (sizeof(ends) / sizeof(ends[0]))

static void add_part(
	struct tree *tree, const struct nc_annual_part *part, size_t position)
{
	for (size_t i = 0; i < ENDS; i++) {
		if (!nc_annual_part_is(part, ends[i].section))
			continue;
		if (part->heading[0] != '\0' && !tree->recipients &&
			nc_annual_part_is(part, "recipients")) {
			tree->recipients = true;
			json_print_put(tree->print, tree->root,
				"recipients_heading",
				json_print_text_of(tree->print, part->heading));
		}
		if (part->text[0] != '\0')
			add_text(tree, tree->root, ends[i].key, ends[i].sources,
				part, position);
		return;
	}
	add_to_section(tree, part, position);
}

/* root gets the keys of one report. */
static void fill_report(struct json_print *print, json_t *root,
	const struct nc_annual_union *of_union)
{
	struct tree tree = {.print = print, .root = root};

	json_print_put(print, root, "recipients_heading", json_string(""));
	json_print_put(print, root, "sections", json_array());
	for (size_t i = 0; i < ENDS; i++) {
		json_print_put(print, root, ends[i].key, json_array());
		json_print_put(print, root, ends[i].sources, json_array());
	}
	for (size_t i = 0; i < of_union->count && !print->failed; i++)
		add_part(&tree, &of_union->parts[i], i + 1);
}

static void put_note(struct json_print *print, json_t *object,
	const struct nc_annual_union *of_union)
{
	if (of_union->note != NULL)
		json_print_put(print, object, "note",
			json_print_text_of(print, of_union->note));
}

static json_t *unions_of(
	struct json_print *print, const struct nc_annual_report *report)
{
	json_t *unions = json_array();

	for (size_t i = 0; i < report->count; i++) {
		const struct nc_annual_union *of_union = &report->unions[i];
		json_t *object = json_object();

		json_print_put(print, object, "code",
			json_print_text_of(print, of_union->code));
		json_print_put(print, object, "name",
			json_print_text_of(print, of_union->name));
		put_note(print, object, of_union);
		fill_report(print, object, of_union);
		json_print_put_in(print, unions, object);
	}
	return unions;
}

enum nc_status nc_report_write_annual_json(
	const struct nc_annual_report *report, struct nc_buffer *out,
	struct nc_error *err)
{
	struct json_print print;
	json_t *root = json_object();

	json_print_init(&print);
	json_print_put(&print, root, "kind",
		json_string(report->half_year ? "half-year" : "annual"));
	json_print_put(&print, root, "year", json_integer(report->year));
	if (report->consolidated) {
		json_print_put(
			&print, root, "unions", unions_of(&print, report));
		return json_print_end(&print, root, out, err);
	}
	NC_ASSERT(report->count == 1);
	json_print_put(&print, root, "union",
		json_print_text_of(&print, report->unions[0].code));
	json_print_put(&print, root, "name",
		json_print_text_of(&print, report->unions[0].name));
	put_note(&print, root, &report->unions[0]);
	fill_report(&print, root, &report->unions[0]);
	return json_print_end(&print, root, out, err);
}
