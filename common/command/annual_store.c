#include "command/annual_store.h"
#include "command/roof_note.h"
#include "command/sources.h"

#include <stdlib.h>
#include <string.h>

#define NOTE_BYTES_MAX (1024 * 1024)

/* One report-part record. Texts are the report's arena's. */
struct part_row {
	size_t union_index; /* in the registry: whose record it is */
	size_t roof;	    /* likewise: under whom it is printed */
	const char *rank;
	struct nc_dot dot; /* of its words */
	struct nc_annual_part part;
};

struct build {
	struct nc_annual_report *report;
	const struct nc_registry *registry;
	const char *day;       /* whose unions' roofs it is printed under */
	struct part_row *rows; /* malloc's: they grow */
	size_t count, capacity;
	struct nc_sources sources;
};

static size_t union_index(
	const struct nc_registry *registry, const struct nc_id *id)
{
	for (size_t i = 0; i < registry->unions_count; i++)
		if (nc_id_compare(&registry->unions[i].id, id) == 0)
			return i;
	return registry->unions_count;
}

static struct part_row *build_grow(struct build *build)
{
	size_t more = build->capacity == 0 ? 256 : build->capacity * 2;
	struct part_row *rows;

	if (build->count == build->capacity) {
		rows = nc_realloc(build->rows, more * sizeof(*rows));
		if (rows == NULL)
			return NULL;
		build->rows = rows;
		build->capacity = more;
	}
	return &build->rows[build->count];
}

/* The write that said the words; of a part without words, its place. */
static struct nc_dot dot_of(const struct nc_record *record)
{
	static const uint32_t fields[] = {NC_REPORT_PART_TEXT,
		NC_REPORT_PART_HEADING, NC_REPORT_PART_LABEL,
		NC_REPORT_PART_YEAR};
	struct nc_dot none = {.sequence = 0};

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct nc_live *live =
			nc_row_shown(&record->row, fields[i]);

		if (live != NULL && live->value.kind != NC_VALUE_ABSENT)
			return live->dot;
	}
	return none;
}

static bool fill_part(struct nc_arena *arena, const struct nc_record *record,
	struct part_row *row)
{
	struct nc_annual_part *part = &row->part;
	struct {
		const char **to;
		uint32_t field;
	} const texts[] = {
		{&row->rank, NC_REPORT_PART_RANK},
		{&part->section, NC_REPORT_PART_SECTION},
		{&part->area, NC_REPORT_PART_AREA},
		{&part->part, NC_REPORT_PART_PART},
		{&part->label, NC_REPORT_PART_LABEL},
		{&part->heading, NC_REPORT_PART_HEADING},
		{&part->text, NC_REPORT_PART_TEXT},
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		*texts[i].to = nc_record_text(record, texts[i].field, arena);
		if (*texts[i].to == NULL)
			return false;
	}
	part->level =
		(unsigned)nc_record_integer(record, NC_REPORT_PART_LEVEL, 0);
	part->origin.id = record->id;
	return true;
}

static size_t roof_index(const struct build *build, size_t union_index)
{
	const struct nc_registry *registry = build->registry;
	const struct nc_roof roof = nc_roof_of(
		registry, &registry->unions[union_index], build->day);

	return (size_t)(roof.of - registry->unions);
}

static enum nc_status visit_row(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct build *build = context;
	struct nc_value kind = nc_record_value(record, NC_REPORT_PART_KIND);
	struct part_row *row;

	if (nc_record_integer(record, NC_REPORT_PART_YEAR, 0) !=
			build->report->year ||
		kind.kind != NC_VALUE_TEXT ||
		!nc_slice_equal(kind.bytes,
			nc_slice_text(build->report->half_year ? "half-year"
							       : "annual")))
		return NC_OK;
	row = build_grow(build);
	if (row == NULL)
		return nc_error_no_memory(err);
	memset(row, 0, sizeof(*row));
	row->union_index = union_index(build->registry, &record->union_id);
	if (row->union_index == build->registry->unions_count)
		return NC_OK;
	row->roof = roof_index(build, row->union_index);
	row->dot = dot_of(record);
	if (!fill_part(&build->report->arena, record, row))
		return nc_error_no_memory(err);
	build->count++;
	return NC_OK;
}

static int compare_rows(const void *a, const void *b)
{
	const struct part_row *x = a, *y = b;
	int order;

	if (x->roof != y->roof)
		return x->roof < y->roof ? -1 : 1;
	if (x->union_index != y->union_index)
		return x->union_index < y->union_index ? -1 : 1;
	order = strcmp(x->rank, y->rank);
	return order != 0
		       ? order
		       : nc_id_compare(&x->part.origin.id, &y->part.origin.id);
}

static enum nc_status find_origin(struct build *build,
	const struct part_row *row, struct nc_report_origin *origin,
	struct nc_error *err)
{
	const struct nc_registry_union *of =
		&build->registry->unions[row->union_index];
	const struct nc_source *source;
	enum nc_status status = nc_sources_find(
		&build->sources, &of->id, &row->dot, &source, err);

	if (status != NC_OK)
		return status;
	origin->union_code = nc_arena_text(
		&build->report->arena, of->code, strlen(of->code));
	origin->device = row->dot.device;
	origin->sequence = row->dot.sequence;
	origin->author = source->author;
	return origin->union_code == NULL ? nc_error_no_memory(err) : NC_OK;
}

/* Whose parts these are beside the roof's own. */
static enum nc_status add_note(struct build *build, size_t roof,
	const struct part_row *rows, size_t count, struct nc_annual_union *to,
	struct nc_error *err)
{
	struct nc_buffer note NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena *arena = &build->report->arena;
	const struct nc_registry *registry = build->registry;
	bool *has =
		nc_arena_array(arena, registry->unions_count + 1, sizeof(*has));

	nc_buffer_init(&note, NOTE_BYTES_MAX);
	if (has == NULL)
		return nc_error_no_memory(err);
	memset(has, 0, (registry->unions_count + 1) * sizeof(*has));
	for (size_t i = 0; i < count; i++)
		has[rows[i].union_index] = true;
	if (nc_roof_note(&note, registry, &registry->unions[roof], has,
		    build->day) != NC_OK)
		return nc_error_no_memory(err);
	if (note.size == 0)
		return NC_OK;
	to->note = nc_arena_text(arena, nc_buffer_string(&note), note.size);
	return to->note == NULL ? nc_error_no_memory(err) : NC_OK;
}

static enum nc_status add_union(struct build *build, size_t roof,
	struct part_row *rows, size_t count, struct nc_error *err)
{
	struct nc_annual_report *report = build->report;
	const struct nc_registry_union *from = &build->registry->unions[roof];
	struct nc_annual_union *to = &report->unions[report->count];
	struct nc_arena *arena = &report->arena;
	enum nc_status status = add_note(build, roof, rows, count, to, err);

	if (status != NC_OK)
		return status;
	to->id = from->id;
	to->code = nc_arena_text(arena, from->code, strlen(from->code));
	to->name = nc_arena_text(arena, from->name, strlen(from->name));
	to->parts = nc_arena_array(arena, count + 1, sizeof(*to->parts));
	if (to->code == NULL || to->name == NULL || to->parts == NULL)
		return nc_error_no_memory(err);
	for (to->count = 0; to->count < count && status == NC_OK; to->count++) {
		status = find_origin(build, &rows[to->count],
			&rows[to->count].part.origin, err);
		to->parts[to->count] = rows[to->count].part;
	}
	report->count++;
	return status;
}

static enum nc_status build_unions(struct build *build, struct nc_error *err)
{
	struct nc_annual_report *report = build->report;
	size_t room = build->registry->unions_count + 1;
	enum nc_status status = NC_OK;
	size_t from = 0;

	report->unions =
		nc_arena_array(&report->arena, room, sizeof(*report->unions));
	if (report->unions == NULL)
		return nc_error_no_memory(err);
	memset(report->unions, 0, room * sizeof(*report->unions));
	if (build->count > 1)
		qsort(build->rows, build->count, sizeof(*build->rows),
			compare_rows);
	while (from < build->count && status == NC_OK) {
		size_t to = from;

		while (to < build->count &&
			build->rows[to].roof == build->rows[from].roof)
			to++;
		status = add_union(build, build->rows[from].roof,
			build->rows + from, to - from, err);
		from = to;
	}
	return status;
}

/* The one that was asked for, without a part: the roof of the first. */
static enum nc_status add_empty(
	struct build *build, const struct nc_id *first, struct nc_error *err)
{
	size_t index = union_index(build->registry, first);

	if (index == build->registry->unions_count)
		return NC_OK;
	return add_union(build, roof_index(build, index), NULL, 0, err);
}

static enum nc_status collect_rows(
	struct build *build, const struct nc_id *union_id, struct nc_error *err)
{
	return nc_records_each(build->sources.store,
		nc_model_entity(NC_ENTITY_REPORT_PART), union_id,
		NC_RECORDS_PRESENT, visit_row, build, err);
}

enum nc_status nc_annual_from_store(struct nc_annual_report *report,
	struct nc_store *store, unsigned year, bool half_year, const char *day,
	const struct nc_id *only, size_t only_count, struct nc_error *err)
{
	struct build build = {.report = report, .day = day};
	char year_end[NC_DATE_TEXT_SIZE];
	enum nc_status status = nc_store_registry(store, &build.registry, err);
	const char *name;

	if (status != NC_OK)
		return status;
	nc_date_year_end(year_end, year);
	if (day == NULL)
		build.day = year_end;
	name = build.registry->cluster_name;
	report->year = year;
	report->half_year = half_year;
	report->consolidated = only == NULL;
	report->cluster_name = name[0] == '\0' ? "Cụm"
					       : nc_arena_text(&report->arena,
							 name, strlen(name));
	if (report->cluster_name == NULL)
		return nc_error_no_memory(err);
	nc_sources_init(&build.sources, store, build.registry, &report->arena);
	if (only == NULL)
		status = collect_rows(&build, NULL, err);
	for (size_t i = 0; only != NULL && i < only_count && status == NC_OK;
		i++)
		status = collect_rows(&build, &only[i], err);
	if (status == NC_OK)
		status = build_unions(&build, err);
	if (status == NC_OK && report->count == 0 && only_count > 0)
		status = add_empty(&build, &only[0], err);
	nc_sources_fini(&build.sources);
	nc_free(build.rows);
	return status;
}
