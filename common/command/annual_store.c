#include "command/annual_store.h"
#include "command/roof_rows.h"

#include <string.h>

struct build {
	struct nc_annual_report *report;
	struct nc_roof_rows rows; /* what: an nc_annual_part */
};

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
	struct nc_roof_row *row, struct nc_annual_part *part)
{
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
	row->what = part;
	return true;
}

static enum nc_status visit_record(
	void *context, const struct nc_record *record, struct nc_error *err)
{
	struct build *build = context;
	struct nc_value kind = nc_record_value(record, NC_REPORT_PART_KIND);
	struct nc_arena *arena = &build->report->arena;
	struct nc_annual_part *part;
	struct nc_roof_row *row;
	enum nc_status status;

	if (nc_record_integer(record, NC_REPORT_PART_YEAR, 0) !=
			build->report->year ||
		kind.kind != NC_VALUE_TEXT ||
		!nc_slice_equal(kind.bytes,
			nc_slice_text(build->report->half_year ? "half-year"
							       : "annual")))
		return NC_OK;
	status = nc_roof_rows_add(&build->rows, record, &row, err);
	if (status != NC_OK || row == NULL)
		return status;
	row->dot = dot_of(record);
	part = nc_arena_alloc(arena, sizeof(*part));
	if (part == NULL)
		return nc_error_no_memory(err);
	memset(part, 0, sizeof(*part));
	return fill_part(arena, record, row, part) ? NC_OK
						   : nc_error_no_memory(err);
}

static enum nc_status find_origin(struct build *build,
	const struct nc_roof_row *row, struct nc_report_origin *origin,
	struct nc_error *err)
{
	const char *code = build->rows.registry->unions[row->union_index].code;
	const struct nc_source *source;
	enum nc_status status =
		nc_roof_rows_source(&build->rows, row, &source, err);

	if (status != NC_OK)
		return status;
	origin->union_code =
		nc_arena_text(&build->report->arena, code, strlen(code));
	origin->device = row->dot.device;
	origin->sequence = row->dot.sequence;
	origin->author = source->author;
	return origin->union_code == NULL ? nc_error_no_memory(err) : NC_OK;
}

static enum nc_status add_union(
	void *context, const struct nc_roof_group *group, struct nc_error *err)
{
	struct build *build = context;
	struct nc_annual_report *report = build->report;
	struct nc_annual_union *to = &report->unions[report->count];
	enum nc_status status = NC_OK;

	to->id = group->id;
	to->code = group->code;
	to->name = group->name;
	to->note = group->note;
	to->parts = nc_arena_array(
		&report->arena, group->count + 1, sizeof(*to->parts));
	if (to->parts == NULL)
		return nc_error_no_memory(err);
	for (to->count = 0; to->count < group->count && status == NC_OK;
		to->count++) {
		const struct nc_roof_row *row = &group->rows[to->count];
		struct nc_annual_part *part = &to->parts[to->count];

		*part = *(const struct nc_annual_part *)row->what;
		status = find_origin(build, row, &part->origin, err);
	}
	report->count++;
	return status;
}

static enum nc_status build_unions(struct build *build,
	const struct nc_id *only, size_t only_count, struct nc_error *err)
{
	struct nc_annual_report *report = build->report;
	size_t room = build->rows.registry->unions_count + 1;
	enum nc_status status;

	report->unions =
		nc_arena_array(&report->arena, room, sizeof(*report->unions));
	if (report->unions == NULL)
		return nc_error_no_memory(err);
	memset(report->unions, 0, room * sizeof(*report->unions));
	status = nc_roof_rows_each(&build->rows, add_union, build, err);
	/* The one that was asked for, without a part: the roof of the first. */
	if (status == NC_OK && report->count == 0 && only_count > 0)
		status = nc_roof_rows_empty(
			&build->rows, &only[0], add_union, build, err);
	return status;
}

enum nc_status nc_annual_from_store(struct nc_annual_report *report,
	struct nc_store *store, unsigned year, bool half_year, const char *day,
	const struct nc_id *only, size_t only_count, struct nc_error *err)
{
	struct build build = {.report = report};
	enum nc_status status = nc_roof_rows_init(
		&build.rows, store, year, day, &report->arena, err);

	if (status != NC_OK)
		return status;
	report->year = year;
	report->half_year = half_year;
	report->consolidated = only == NULL;
	report->cluster_name = nc_roof_rows_cluster_name(&build.rows);
	if (report->cluster_name == NULL)
		return nc_error_no_memory(err);
	status = nc_roof_rows_read(&build.rows, NC_ENTITY_REPORT_PART, only,
		only_count, visit_record, &build, err);
	if (status == NC_OK)
		status = build_unions(&build, only, only_count, err);
	nc_roof_rows_fini(&build.rows);
	return status;
}
