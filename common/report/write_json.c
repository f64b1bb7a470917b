/*
 * A plan as JSON, key by key as docs/CLI.md says. A plan from
 * a store names for every item and lead its record and its change-set; a plan
 * from a file names the line instead, and what the reader left out.
 */
#include "model/model.h"
#include "report/json_print.h"
#include "report/plan_document.h"

static json_t *source_of(struct json_print *print, const struct nc_id *id,
	const struct nc_plan_union *of_union,
	const struct nc_plan_source *source)
{
	json_t *object = json_object();
	char device[NC_DEVICE_ID_TEXT_SIZE];

	nc_device_id_format(device, source->device);
	if (id != NULL)
		json_print_put(print, object, "id", json_print_id_of(id));
	json_print_put(print, object, "union",
		json_print_text_of(print, source->union_code != NULL
						  ? source->union_code
						  : of_union->code));
	json_print_put(print, object, "device", json_string(device));
	json_print_put(print, object, "sequence",
		json_print_number_of(source->sequence));
	json_print_put(print, object, "author",
		json_print_text_of(print, source->author));
	return object;
}

static void put_leads(struct json_print *print, json_t *object,
	const struct nc_plan_union *of_union, const struct nc_plan_lead *leads,
	size_t count)
{
	json_t *texts = json_array();
	json_t *sources = json_array();

	for (size_t i = 0; i < count; i++) {
		json_print_put_in(
			print, texts, json_print_text_of(print, leads[i].text));
		json_print_put_in(print, sources,
			source_of(print, &leads[i].id, of_union,
				&leads[i].source));
	}
	json_print_put(print, object, "lead", texts);
	if (!nc_id_is_zero(&of_union->id))
		json_print_put(print, object, "lead_sources", sources);
	else
		json_decref(sources);
}

static json_t *item_of(struct json_print *print,
	const struct nc_plan_union *of_union, const struct nc_plan_item *item)
{
	json_t *object = json_object();

	json_print_put(print, object, "level", json_integer(item->level));
	json_print_put(
		print, object, "text", json_print_text_of(print, item->text));
	if (nc_id_is_zero(&item->id)) {
		json_print_put(print, object, "line",
			json_print_number_of(item->line));
	} else {
		json_print_put(
			print, object, "id", json_print_id_of(&item->id));
		json_print_put(print, object, "source",
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

	json_print_put(print, object, "letter",
		json_print_text_of(print, section->letter));
	json_print_put(print, object, "heading",
		json_print_text_of(print, section->heading));
	json_print_put(print, object, "area",
		json_print_text_of(print, section->area));
	put_leads(
		print, object, of_union, section->leads, section->leads_count);
	for (size_t i = 0; i < section->items_count; i++)
		json_print_put_in(print, items,
			item_of(print, of_union, &section->items[i]));
	json_print_put(print, object, "items", items);
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

	json_print_put(print, object, "code",
		json_print_text_of(print, of_union->code));
	json_print_put(print, object, "name",
		json_print_text_of(print, of_union->name));
	if (of_union->note != NULL)
		json_print_put(print, object, "note",
			json_print_text_of(print, of_union->note));
	put_leads(print, object, of_union, of_union->leads,
		with_leads ? of_union->leads_count : 0);
	for (size_t i = 0; i < of_union->sections_count; i++) {
		const struct nc_plan_section *section = &of_union->sections[i];

		if (area == areas || nc_report_section_area(section) == area)
			json_print_put_in(print, sections,
				section_of(print, of_union, section));
	}
	json_print_put(print, object, "sections", sections);
	return object;
}

static json_t *unions_of(struct json_print *print, const struct nc_plan *plan)
{
	json_t *unions = json_array();

	for (size_t i = 0; i < plan->unions_count; i++)
		json_print_put_in(print, unions,
			union_of(print, &plan->unions[i],
				nc_report_areas_count()));
	return unions;
}

static json_t *area_of(
	struct json_print *print, const struct nc_plan *plan, size_t area)
{
	json_t *object = json_object();
	json_t *unions = json_array();

	json_print_put(print, object, "area",
		json_string(nc_choices_areas[area].name));
	json_print_put(print, object, "label",
		json_string(nc_choices_areas[area].label_vi));
	for (size_t i = 0; i < plan->unions_count; i++) {
		if (nc_report_union_in_area(&plan->unions[i], area))
			json_print_put_in(print, unions,
				union_of(print, &plan->unions[i], area));
	}
	json_print_put(print, object, "unions", unions);
	return object;
}

/* Areas of which nobody writes are not printed, as in the other formats. */
static json_t *areas_of(struct json_print *print, const struct nc_plan *plan)
{
	json_t *areas = json_array();

	for (size_t area = 0; area < nc_report_areas_count(); area++) {
		json_t *object = area_of(print, plan, area);

		if (json_array_size(json_object_get(object, "unions")) > 0)
			json_print_put_in(print, areas, object);
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

		json_print_put(print, object, "text",
			json_print_text_of(print, paragraph->text));
		json_print_put(print, object, "line",
			json_print_number_of(paragraph->line));
		json_print_put(print, object, "why",
			json_print_text_of(print, paragraph->why));
		json_print_put_in(print, left_out, object);
	}
	return left_out;
}

static json_t *plan_of(struct json_print *print, const struct nc_plan *plan,
	enum nc_report_layout layout)
{
	bool by_area = layout == NC_REPORT_BY_AREA;
	json_t *root = json_object();

	json_print_put(print, root, "kind", json_string("plan"));
	json_print_put(print, root, "year",
		plan->year == 0 ? json_null() : json_integer(plan->year));
	json_print_put(print, root, "layout",
		json_string(by_area ? "by-area" : "by-union"));
	if (by_area)
		json_print_put(print, root, "areas", areas_of(print, plan));
	else
		json_print_put(print, root, "unions", unions_of(print, plan));
	if (plan->cluster_name[0] == '\0')
		json_print_put(
			print, root, "left_out", left_out_of(print, plan));
	return root;
}

enum nc_status nc_report_write_plan_json(const struct nc_plan *plan,
	enum nc_report_layout layout, struct nc_buffer *out,
	struct nc_error *err)
{
	struct json_print print;

	json_print_init(&print);
	return json_print_end(&print, plan_of(&print, plan, layout), out, err);
}
