#include "base/file.h"
#include "base/limits.h"
#include "command/console.h"
#include "intake/csv.h"
#include "locale/day.h"
#include "locale/text.h"
#include "model/plan.h"
#include "succession.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

enum column {
	COLUMN_FROM,
	COLUMN_FROM_PROVINCE,
	COLUMN_INTO,
	COLUMN_NAME,
	COLUMN_PROVINCE,
	COLUMN_WHEN,
	COLUMN_LATE_UNTIL,
	COLUMN_DECISION,
	COLUMN_NOTE,
	COLUMN_COUNT
};

static const char *const column_names[COLUMN_COUNT] = {
	[COLUMN_FROM] = "from",
	[COLUMN_FROM_PROVINCE] = "from_province",
	[COLUMN_INTO] = "into",
	[COLUMN_NAME] = "name",
	[COLUMN_PROVINCE] = "province",
	[COLUMN_WHEN] = "when",
	[COLUMN_LATE_UNTIL] = "late_until",
	[COLUMN_DECISION] = "decision",
	[COLUMN_NOTE] = "note",
};

/* Lines of one table, at most: there are 63 old provinces. */
#define LINES_MAX 1000

struct line {
	size_t line;
	const char *cells[COLUMN_COUNT];    /* "" for none */
	const struct nc_registry_union *of; /* NULL: the cluster has it not */
};

struct table {
	struct nc_server_acts *acts;
	const struct nc_registry *registry;
	struct nc_csv csv;
	int columns[COLUMN_COUNT]; /* -1: the table has it not */
	struct line lines[LINES_MAX];
	size_t count;
};

static enum nc_status read_head(struct table *table, struct nc_error *err)
{
	for (int c = 0; c < COLUMN_COUNT; c++) {
		table->columns[c] = -1;
		for (size_t i = 0; i < table->csv.fields_count; i++)
			if (strcmp(table->csv.fields[i], column_names[c]) == 0)
				table->columns[c] = (int)i;
	}
	if (table->columns[COLUMN_FROM] >= 0 &&
		table->columns[COLUMN_INTO] >= 0 &&
		table->columns[COLUMN_WHEN] >= 0)
		return NC_OK;
	return nc_error_set(err, NC_INVALID,
		_("The file's first line must name the columns from, into and "
		  "when (and may name from_province, name, province, "
		  "late_until, decision and note); correct it."));
}

static bool fold(struct nc_buffer *out, const char *text)
{
	nc_buffer_init(out, NC_TEXT_BYTES_MAX);
	return nc_text_fold(out, nc_slice_text(text)) == NC_OK;
}

/* Whether the union is that province's: it says so, or its name does. */
static bool is_of_province(
	const struct nc_registry_union *of, const char *province)
{
	struct nc_buffer want NC_AUTO(nc_buffer_fini) = {0};
	struct nc_buffer has NC_AUTO(nc_buffer_fini) = {0};
	bool read = fold(&want, province);

	nc_buffer_init(&has, NC_TEXT_BYTES_MAX);
	if (of->province[0] != '\0')
		read = read &&
		       nc_text_fold(&has, nc_slice_text(of->province)) == NC_OK;
	else
		read = read && nc_plan_place(&has, of->name) == NC_OK;
	return read && want.size > 0 &&
	       nc_slice_equal(nc_buffer_slice(&want), nc_buffer_slice(&has));
}

static const struct nc_registry_union *find_union(const struct table *table,
	const struct line *line, const char *day_before)
{
	const struct nc_registry *registry = table->registry;
	const struct nc_registry_union *of =
		nc_registry_union_coded(registry, line->cells[COLUMN_FROM]);

	if (of != NULL)
		return of;
	for (size_t i = 0; i < registry->unions_count; i++)
		if (nc_union_is_there(&registry->unions[i], day_before) &&
			is_of_province(&registry->unions[i],
				line->cells[COLUMN_FROM_PROVINCE]))
			return &registry->unions[i];
	return NULL;
}

static enum nc_status at_line(const struct line *line, enum nc_status status,
	const char *sentence, struct nc_error *err)
{
	return nc_error_set(err, status, _("Line %zu of the file: %s"),
		line->line, sentence);
}

static enum nc_status read_line(struct table *table, struct nc_error *err)
{
	char before[NC_DATE_TEXT_SIZE];
	struct nc_day day;
	struct line *line = &table->lines[table->count];

	line->line = table->csv.line;
	for (int c = 0; c < COLUMN_COUNT; c++) {
		int at = table->columns[c];

		line->cells[c] = at >= 0 && (size_t)at < table->csv.fields_count
					 ? table->csv.fields[at]
					 : "";
	}
	if (line->cells[COLUMN_FROM][0] == '\0' &&
		line->cells[COLUMN_FROM_PROVINCE][0] == '\0')
		return at_line(line, NC_INVALID,
			_("it names no union that goes over; fill in from."),
			err);
	if (line->cells[COLUMN_INTO][0] == '\0')
		return at_line(line, NC_INVALID,
			_("it names no union to go over into; fill in into."),
			err);
	if (!nc_day_parse(&day, line->cells[COLUMN_WHEN]))
		return at_line(line, NC_INVALID,
			_("when is not a day as in 2025-07-01."), err);
	nc_day_format(before, nc_day_add(day, -1));
	line->of = find_union(table, line, before);
	table->count++;
	return NC_OK;
}

static enum nc_status read_lines(struct table *table, struct nc_error *err)
{
	bool row;
	enum nc_status status = nc_csv_next(&table->csv, &row, err);

	if (status == NC_OK && !row)
		status = nc_error_set(err, NC_INVALID,
			_("The file is empty; its first line names the columns "
			  "from, into and when."));
	if (status == NC_OK)
		status = read_head(table, err);
	while (status == NC_OK) {
		status = nc_csv_next(&table->csv, &row, err);
		if (status != NC_OK || !row)
			break;
		if (table->count == LINES_MAX)
			return nc_error_set(err, NC_LIMIT,
				_("The file has more than %d lines; split it."),
				LINES_MAX);
		status = read_line(table, err);
	}
	return status;
}

static const char *or_null(const char *cell)
{
	return cell[0] == '\0' ? NULL : cell;
}

/* One act of the lines from the first of its `into` on. */
static enum nc_status make_act(
	struct table *table, size_t first, struct nc_error *err)
{
	struct nc_server_acts *acts = table->acts;
	const struct line *line = &table->lines[first];
	struct nc_server_act *act = &acts->acts[acts->count];

	memset(act, 0, sizeof(*act));
	act->from =
		nc_arena_array(&acts->arena, table->count, sizeof(*act->from));
	act->into = nc_arena_array(&acts->arena, 1, sizeof(*act->into));
	if (act->from == NULL || act->into == NULL)
		return nc_error_no_memory(err);
	for (size_t i = first; i < table->count; i++) {
		const struct line *other = &table->lines[i];

		if (strcmp(other->cells[COLUMN_INTO],
			    line->cells[COLUMN_INTO]) != 0)
			continue;
		if (strcmp(other->cells[COLUMN_WHEN],
			    line->cells[COLUMN_WHEN]) != 0)
			return at_line(other, NC_INVALID,
				_("the lines of one merger name two days; "
				  "correct when."),
				err);
		if (other->of == NULL)
			continue;
		/* The registry is another after the first act. */
		act->from[act->said.from_count] = nc_arena_text(
			&acts->arena, other->of->code, strlen(other->of->code));
		if (act->from[act->said.from_count++] == NULL)
			return nc_error_no_memory(err);
	}
	*act->into =
		(struct nc_succession_into){.code = line->cells[COLUMN_INTO],
			.name = or_null(line->cells[COLUMN_NAME]),
			.province = or_null(line->cells[COLUMN_PROVINCE]),
			.order = -1};
	act->said.kind = act->said.from_count == 1 ? NC_SUCCESSION_RENAMED
						   : NC_SUCCESSION_MERGED;
	act->said.from = act->from;
	act->said.into = act->into;
	act->said.into_count = 1;
	act->said.when = line->cells[COLUMN_WHEN];
	act->said.late_until = or_null(line->cells[COLUMN_LATE_UNTIL]);
	act->said.decision = or_null(line->cells[COLUMN_DECISION]);
	act->said.note = or_null(line->cells[COLUMN_NOTE]);
	if (act->said.from_count > 0)
		acts->count++;
	return NC_OK;
}

static bool is_first(const struct table *table, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (strcmp(table->lines[i].cells[COLUMN_INTO],
			    table->lines[at].cells[COLUMN_INTO]) == 0)
			return false;
	return true;
}

/* A line whose union the cluster has not: named when others of its merger are
 * the cluster's. */
static void note_absent(struct table *table, const struct line *line)
{
	struct nc_server_acts *acts = table->acts;

	for (size_t i = 0; i < acts->count; i++)
		if (strcmp(acts->acts[i].into->code,
			    line->cells[COLUMN_INTO]) == 0) {
			acts->absent[acts->absent_count++] =
				line->cells[COLUMN_FROM_PROVINCE][0] != '\0'
					? line->cells[COLUMN_FROM_PROVINCE]
					: line->cells[COLUMN_FROM];
			return;
		}
	acts->untouched++;
}

static enum nc_status make_acts(struct table *table, struct nc_error *err)
{
	struct nc_server_acts *acts = table->acts;
	enum nc_status status = NC_OK;

	acts->acts = nc_arena_array(
		&acts->arena, table->count + 1, sizeof(*acts->acts));
	acts->absent = nc_arena_array(
		&acts->arena, table->count + 1, sizeof(*acts->absent));
	if (acts->acts == NULL || acts->absent == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < table->count && status == NC_OK; i++)
		if (is_first(table, i))
			status = make_act(table, i, err);
	for (size_t i = 0; i < table->count && status == NC_OK; i++)
		if (table->lines[i].of == NULL)
			note_absent(table, &table->lines[i]);
	return status;
}

/* A name without a dot or a slash is that of a table of ours. */
static enum nc_status read_bytes(
	const char *file, struct nc_buffer *out, struct nc_error *err)
{
	char path[PATH_MAX], name[64];

	if (strpbrk(file, "./") != NULL || strlen(file) > 32)
		return nc_file_read(file, out, err);
	snprintf(name, sizeof(name), "nhipcau/mergers/%s.csv", file);
	if (nc_console_share(path, sizeof(path), name) &&
		nc_file_read(path, out, NULL) == NC_OK)
		return NC_OK;
	return nc_error_set(err, NC_NOT_FOUND,
		_("No table of mergers called %s came with the program; name a "
		  "file, as in %s.csv."),
		file, file);
}

enum nc_status nc_server_read_mergers(struct nc_server_acts *acts,
	const struct nc_registry *registry, const char *file,
	const char *late_until, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct table *table NC_AUTO(nc_free_at) = NULL;
	enum nc_status status;

	nc_buffer_init(&bytes, NC_TABLE_BYTES_MAX);
	table = nc_calloc(1, sizeof(*table));
	if (table == NULL)
		return nc_error_no_memory(err);
	table->acts = acts;
	table->registry = registry;
	status = read_bytes(file, &bytes, err);
	if (status == NC_OK)
		status = nc_csv_init(&table->csv, nc_buffer_slice(&bytes),
			&acts->arena, err);
	if (status == NC_OK)
		status = read_lines(table, err);
	if (status == NC_OK)
		status = make_acts(table, err);
	for (size_t i = 0; status == NC_OK && i < acts->count; i++)
		if (late_until != NULL)
			acts->acts[i].said.late_until = late_until;
	return status;
}
