/*
 * A plan as JSON, key by key as docs/CLI.md says. A plan from
 * a store names for every item and lead its record and its change-set; a plan
 * from a file names the line instead, and what the reader left out.
 */
#include "locale/text.h"
#include "model/model.h"
#include "report/clean.h"
#include "report/pen.h"
#include "report/plan_document.h"

#include <jansson.h>

/* jansson keeps its own memory; a put of NULL fails and is remembered. What
 * is put is gone when that fails, so things are filled before they are put. */
struct json_print {
	bool failed;
	struct nc_arena arena; /* texts that had to be mended */
};

static void put(struct json_print *print, json_t *object, const char *key,
	json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		print->failed = true;
}

static void put_in(struct json_print *print, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		print->failed = true;
}

/* Texts are printed to the letter; only bytes that are not UTF-8, which no
 * JSON can hold, are replaced. */
static json_t *text_of(struct json_print *print, const char *text)
{
	if (!nc_text_is_utf8(nc_slice_text(text)))
		text = nc_report_clean(&print->arena, text);
	return text == NULL ? NULL : json_string(text);
}

static json_t *number_of(uint64_t number)
{
	return json_integer((json_int_t)number);
}

static json_t *id_of(const struct nc_id *id)
{
	char text[NC_ID_TEXT_SIZE];

	nc_id_format(text, id);
	return json_string(text);
}

static json_t *source_of(struct json_print *print, const struct nc_id *id,
	const struct nc_plan_union *of_union,
	const struct nc_plan_source *source)
{
	json_t *object = json_object();
	char device[NC_DEVICE_ID_TEXT_SIZE];

	nc_device_id_format(device, source->device);
	if (id != NULL)
		put(print, object, "id", id_of(id));
	put(print, object, "union",
		text_of(print, source->union_code != NULL ? source->union_code
							  : of_union->code));
	put(print, object, "device", json_string(device));
	put(print, object, "sequence", number_of(source->sequence));
	put(print, object, "author", text_of(print, source->author));
	return object;
}

static void put_leads(struct json_print *print, json_t *object,
	const struct nc_plan_union *of_union, const struct nc_plan_lead *leads,
	size_t count)
{
	json_t *texts = json_array();
	json_t *sources = json_array();

	for (size_t i = 0; i < count; i++) {
		put_in(print, texts, text_of(print, leads[i].text));
		put_in(print, sources,
			source_of(print, &leads[i].id, of_union,
				&leads[i].source));
	}
	put(print, object, "lead", texts);
	if (!nc_id_is_zero(&of_union->id))
		put(print, object, "lead_sources", sources);
	else
		json_decref(sources);
}

static json_t *item_of(struct json_print *print,
	const struct nc_plan_union *of_union, const struct nc_plan_item *item)
{
	json_t *object = json_object();

	put(print, object, "level", json_integer(item->level));
	put(print, object, "text", text_of(print, item->text));
	if (nc_id_is_zero(&item->id)) {
		put(print, object, "line", number_of(item->line));
	} else {
		put(print, object, "id", id_of(&item->id));
		put(print, object, "source",
			source_of(print, NULL, of_union, &item->source));
	}
	return object;
}

static json_t *section_of(struct json_print *print,
	const struct nc_plan_union *of_union,
	const struct nc_plan_section *section)
{
	json_t *object = json_object();
	json_t *items = json_array();

	put(print, object, "letter", text_of(print, section->letter));
	put(print, object, "heading", text_of(print, section->heading));
	put(print, object, "area", text_of(print, section->area));
	put_leads(
		print, object, of_union, section->leads, section->leads_count);
	for (size_t i = 0; i < section->items_count; i++)
		put_in(print, items,
			item_of(print, of_union, &section->items[i]));
	put(print, object, "items", items);
	return object;
}

/* A union with its sections of one area, or of all when area is none. */
static json_t *union_of(struct json_print *print,
	const struct nc_plan_union *of_union, size_t area)
{
	size_t areas = nc_report_areas_count();
	bool with_leads = area == areas || area == areas - 1;
	json_t *object = json_object();
	json_t *sections = json_array();

	put(print, object, "code", text_of(print, of_union->code));
	put(print, object, "name", text_of(print, of_union->name));
	if (of_union->note != NULL)
		put(print, object, "note", text_of(print, of_union->note));
	put_leads(print, object, of_union, of_union->leads,
		with_leads ? of_union->leads_count : 0);
	for (size_t i = 0; i < of_union->sections_count; i++) {
		const struct nc_plan_section *section = &of_union->sections[i];

		if (area == areas || nc_report_section_area(section) == area)
			put_in(print, sections,
				section_of(print, of_union, section));
	}
	put(print, object, "sections", sections);
	return object;
}

static json_t *unions_of(struct json_print *print, const struct nc_plan *plan)
{
	json_t *unions = json_array();

	for (size_t i = 0; i < plan->unions_count; i++)
		put_in(print, unions,
			union_of(print, &plan->unions[i],
				nc_report_areas_count()));
	return unions;
}

static json_t *area_of(
	struct json_print *print, const struct nc_plan *plan, size_t area)
{
	json_t *object = json_object();
	json_t *unions = json_array();

	put(print, object, "area", json_string(nc_areas[area].name));
	put(print, object, "label", json_string(nc_areas[area].label_vi));
	for (size_t i = 0; i < plan->unions_count; i++) {
		if (nc_report_union_in_area(&plan->unions[i], area))
			put_in(print, unions,
				union_of(print, &plan->unions[i], area));
	}
	put(print, object, "unions", unions);
	return object;
}

/* Areas of which nobody writes are not printed, as in the other formats. */
static json_t *areas_of(struct json_print *print, const struct nc_plan *plan)
{
	json_t *areas = json_array();

	for (size_t area = 0; area < nc_report_areas_count(); area++) {
		json_t *object = area_of(print, plan, area);

		if (json_array_size(json_object_get(object, "unions")) > 0)
			put_in(print, areas, object);
		else
			json_decref(object);
	}
	return areas;
}

static json_t *left_out_of(struct json_print *print, const struct nc_plan *plan)
{
	json_t *left_out = json_array();

	for (size_t i = 0; i < plan->left_out_count; i++) {
		const struct nc_plan_left_out *paragraph = &plan->left_out[i];
		json_t *object = json_object();

		put(print, object, "text", text_of(print, paragraph->text));
		put(print, object, "line", number_of(paragraph->line));
		put(print, object, "why", text_of(print, paragraph->why));
		put_in(print, left_out, object);
	}
	return left_out;
}

static json_t *plan_of(struct json_print *print, const struct nc_plan *plan,
	enum nc_report_layout layout)
{
	bool by_area = layout == NC_REPORT_BY_AREA;
	json_t *root = json_object();

	put(print, root, "kind", json_string("plan"));
	put(print, root, "year",
		plan->year == 0 ? json_null() : json_integer(plan->year));
	put(print, root, "layout",
		json_string(by_area ? "by-area" : "by-union"));
	if (by_area)
		put(print, root, "areas", areas_of(print, plan));
	else
		put(print, root, "unions", unions_of(print, plan));
	if (plan->cluster_name[0] == '\0')
		put(print, root, "left_out", left_out_of(print, plan));
	return root;
}

static int dump_to_pen(const char *bytes, size_t size, void *pen)
{
	nc_pen_bytes(pen, bytes, size);
	return ((struct nc_pen *)pen)->status == NC_OK ? 0 : -1;
}

enum nc_status nc_report_write_plan_json(const struct nc_plan *plan,
	enum nc_report_layout layout, struct nc_buffer *out,
	struct nc_error *err)
{
	struct json_print print = {.failed = false};
	struct nc_pen pen = nc_pen(out);
	json_t *root;

	nc_arena_init(&print.arena, NC_REPORT_TREE_BYTES_MAX);
	root = plan_of(&print, plan, layout);
	if (print.failed || root == NULL)
		pen.status = NC_NO_MEMORY;
	else if (json_dump_callback(root, dump_to_pen, &pen, JSON_INDENT(2)) <
			 0 &&
		 pen.status == NC_OK)
		pen.status = NC_NO_MEMORY;
	nc_pen_text(&pen, "\n");
	json_decref(root);
	nc_arena_fini(&print.arena);
	return nc_pen_end(&pen, err);
}
