/*
 * list ENTITY [field=value …]: records as a table, or whole as JSON. Records
 * of plans stand by union, year and rank; others as this replica met them.
 */
#include "client.h"
#include "command/console.h"
#include "command/table.h"

#include <stdlib.h>
#include <string.h>

#define COLUMNS_MAX 64

struct row {
	struct nc_record record; /* the view's arena's */
	size_t met;
};

struct listing {
	struct nc_view view;
	struct nc_words filter;
	struct row *rows;
	size_t count, capacity;
	const struct nc_field *columns[COLUMNS_MAX];
	size_t columns_count;
	bool several_unions;
};

static bool passes(
	const struct listing *listing, const struct nc_record *record)
{
	for (size_t i = 0; i < listing->filter.count; i++) {
		const struct nc_field_change *want = &listing->filter.fields[i];
		struct nc_value has = nc_record_value(record, want->field);

		if (!nc_value_equal(&has, &want->value))
			return false;
	}
	return true;
}

static enum nc_status visit_record(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct listing *listing = context;
	size_t more = listing->capacity == 0 ? 256 : listing->capacity * 2;
	struct row *row;

	if (!passes(listing, record))
		return NC_OK;
	if (listing->count == listing->capacity) {
		row = nc_realloc(listing->rows, more * sizeof(*row));
		if (row == NULL)
			return nc_error_no_memory(err);
		listing->rows = row;
		listing->capacity = more;
	}
	row = &listing->rows[listing->count];
	row->met = listing->count;
	if (!nc_record_keep(&listing->view.arena, record, &row->record))
		return nc_error_no_memory(err);
	if (nc_id_compare(
		    &record->union_id, &listing->rows[0].record.union_id) != 0)
		listing->several_unions = true;
	listing->count++;
	return NC_OK;
}

static int compare_slices(
	const struct row *a, const struct row *b, uint32_t field)
{
	struct nc_value x = nc_record_value(&a->record, field);
	struct nc_value y = nc_record_value(&b->record, field);

	return nc_slice_compare(x.bytes, y.bytes);
}

static int compare_rows(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int64_t x_year = nc_record_integer(&x->record, NC_PLAN_YEAR, 0);
	int64_t y_year = nc_record_integer(&y->record, NC_PLAN_YEAR, 0);
	uint32_t rank = nc_entity_field_named(x->record.entity, "rank")->number;
	int order = nc_id_compare(&x->record.union_id, &y->record.union_id);

	if (order == 0)
		order = (x_year > y_year) - (x_year < y_year);
	if (order == 0 && x->record.entity->number == NC_ENTITY_REPORT_PART)
		order = compare_slices(x, y, NC_REPORT_PART_KIND);
	if (order == 0)
		order = compare_slices(x, y, rank);
	if (order == 0)
		order = (x->met > y->met) - (x->met < y->met);
	return order;
}

static enum nc_status read_records(
	struct listing *listing, struct nc_error *err)
{
	const struct nc_entity *entity = listing->filter.entity;
	const char *code = nc_call_value(listing->view.call, "union");
	const struct nc_registry_union *of =
		code == NULL
			? NULL
			: nc_registry_union_coded(listing->view.registry, code);
	enum nc_status status;

	if (code != NULL && of == NULL)
		return nc_error_set(err, NC_NOT_FOUND,
			_("There is no union %s in the cluster; ask the hub's "
			  "keeper for its code."),
			code);
	status = nc_records_each(listing->view.home.store, entity,
		of == NULL ? NULL : &of->id, NC_RECORDS_PRESENT, visit_record,
		listing, err);

	if (status == NC_OK && listing->count > 1 &&
		nc_entity_field_named(entity, "rank") != NULL)
		qsort(listing->rows, listing->count, sizeof(*listing->rows),
			compare_rows);
	return status;
}

static bool is_used(const struct listing *listing, const struct nc_field *field)
{
	for (size_t i = 0; i < listing->count; i++)
		if (nc_record_value(&listing->rows[i].record, field->number)
				.kind != NC_VALUE_ABSENT)
			return true;
	return false;
}

/* Text that may be long: it goes last, where a line can be cut. */
static bool is_long(const struct nc_field *field)
{
	return field->type == NC_TYPE_TEXT && field->max == 0;
}

/* What a part of a report says when it has no text. */
static bool is_heading(const struct nc_field *field)
{
	return field == nc_entity_field(nc_model_entity(NC_ENTITY_REPORT_PART),
				NC_REPORT_PART_HEADING);
}

/* Without --columns: what says something, the long texts but "text" left out.
 */
static void choose_columns(struct listing *listing)
{
	const struct nc_entity *entity = listing->filter.entity;
	const struct nc_field *text = nc_entity_field_named(entity, "text");

	for (size_t i = 0; i < entity->fields_count; i++) {
		const struct nc_field *field = &entity->fields[i];

		if (field->type == NC_TYPE_BYTES ||
			strcmp(field->name, "rank") == 0 ||
			(text != NULL && is_long(field) &&
				!is_heading(field)) ||
			!is_used(listing, field))
			continue;
		listing->columns[listing->columns_count++] = field;
	}
	if (text != NULL)
		listing->columns[listing->columns_count++] = text;
}

static enum nc_status read_columns(
	struct listing *listing, const char *names, struct nc_error *err)
{
	const struct nc_entity *entity = listing->filter.entity;

	if (names == NULL) {
		choose_columns(listing);
		return NC_OK;
	}
	for (const char *from = names; *from != '\0';) {
		size_t size = strcspn(from, ",");
		const char *name =
			nc_arena_text(&listing->view.arena, from, size);
		const struct nc_field *field =
			name == NULL ? NULL
				     : nc_entity_field_named(entity, name);

		if (field == NULL || listing->columns_count == COLUMNS_MAX)
			return nc_error_set(err, NC_USAGE,
				_("%s has no field \"%s\"; --help lists its "
				  "fields."),
				entity->name, name == NULL ? "" : name);
		listing->columns[listing->columns_count++] = field;
		from += size + (from[size] == ',');
	}
	return NC_OK;
}

static enum nc_status table_row(struct listing *listing,
	struct nc_short_ids *ids, struct nc_table *table,
	const struct nc_record *record, struct nc_error *err)
{
	struct nc_view *view = &listing->view;
	char id[NC_ID_TEXT_SIZE];

	nc_short_ids_format(ids, &record->id, id);
	nc_table_format(table, "%s%s", id, record->conflicts ? " !" : "");
	if (listing->several_unions) {
		const char *of = nc_view_union(view, &record->union_id);

		nc_table_cell(table, of == NULL ? "" : of);
	}
	for (size_t c = 0; c < listing->columns_count; c++) {
		const struct nc_field *field = listing->columns[c];
		struct nc_value value = nc_record_value(record, field->number);
		const char *words = nc_view_value(view, field, &value);

		if (words == NULL)
			return nc_error_no_memory(err);
		nc_table_cell(table, words);
	}
	return NC_OK;
}

static enum nc_status print_table(struct listing *listing, struct nc_error *err)
{
	struct nc_short_ids ids NC_AUTO(nc_short_ids_fini) = {.count = 0};
	struct nc_table table NC_AUTO(nc_table_fini) = {0};
	enum nc_status status =
		nc_short_ids_read(&ids, listing->view.home.store, err);

	nc_table_init(
		&table, listing->columns_count + 1 + listing->several_unions);
	nc_table_cell(&table, _("Id"));
	if (listing->several_unions)
		nc_table_cell(&table, _("Union"));
	for (size_t c = 0; c < listing->columns_count; c++)
		nc_table_cell(&table, nc_field_label(listing->columns[c]));
	for (size_t i = 0; i < listing->count && status == NC_OK; i++)
		status = table_row(
			listing, &ids, &table, &listing->rows[i].record, err);
	if (status != NC_OK)
		return status;
	if (listing->count == 0) {
		nc_console_print(_("There are none.\n"));
		return NC_OK;
	}
	return nc_table_print(&table, err);
}

static enum nc_status print_json(struct listing *listing, struct nc_error *err)
{
	struct nc_view *view = &listing->view;
	json_t *array = json_array();

	for (size_t i = 0; i < listing->count; i++)
		nc_json_add(&view->json, array,
			nc_json_record(&view->json, &listing->rows[i].record,
				view->registry, &view->home.identity.cluster));
	return nc_json_print(&view->json, array, err);
}

static enum nc_status run_list(struct nc_call *call, struct nc_error *err)
{
	struct listing listing = {.rows = NULL};
	const struct nc_entity *entity = NULL;
	enum nc_status status =
		nc_words_entity(call->arguments[0], true, &entity, err);

	nc_view_init(&listing.view, call);
	nc_words_init(&listing.filter, entity);
	if (status == NC_OK)
		status = nc_view_open(&listing.view, err);
	listing.filter.store = listing.view.home.store;
	listing.filter.filter = true;
	if (status == NC_OK)
		status = nc_words_parse(&listing.filter, call->arguments + 1,
			call->arguments_count - 1, err);
	if (status == NC_OK)
		status = read_records(&listing, err);
	if (status == NC_OK && !call->json)
		status = read_columns(
			&listing, nc_call_value(call, "columns"), err);
	if (status == NC_OK)
		status = call->json ? print_json(&listing, err)
				    : print_table(&listing, err);
	nc_free(listing.rows);
	nc_words_fini(&listing.filter);
	nc_view_fini(&listing.view);
	return status;
}

static const struct nc_option options[] = {
	{"columns", 0, "FIELDS",
		N_("the table's columns, separated by commas")},
	{"union", 0, "CODE", N_("only this union's records")},
	{.name = NULL},
};

const struct nc_command nc_client_list = {
	.name = "list",
	.arguments = "ENTITY [field=value …]",
	.arguments_min = 1,
	.arguments_max = NC_ARGUMENTS_ANY,
	.help = N_("list records; those that have just these values"),
	.notes = N_("! after an id: people wrote different things there; "
		    "conflict list shows them."),
	.examples = "nhipcau list plan-item year=2024 area=ngo\n"
		    "nhipcau list plan-item --columns when,place,text\n",
	.options = options,
	.more = nc_words_print_all_entities,
	.run = run_list,
};
