/*
 * import table FILE: takes a table of an office into the union's records. The
 * same table again changes nothing; what a person typed or changed is kept
 * and told, and so is what nobody understood.
 */
#include "client.h"
#include "base/file.h"
#include "base/limits.h"
#include "command/console.h"
#include "table_rows.h"

#include <string.h>

struct import {
	struct nc_home home;
	struct nc_author author;
	struct nc_workbook workbook;
	struct nc_tables_options options;
	struct nc_tables tables;
	struct nc_table_rows rows;
	struct nc_tables_steps steps;
	struct nc_arena arena;
	bool dry_run;
	size_t kinds[NC_TABLES_REMOVE + 1]; /* steps of each kind */
	struct nc_written written;
};

#define IMPORT_ARENA_MAX (64UL * 1024 * 1024)

static void import_init(struct import *import)
{
	memset(import, 0, sizeof(*import));
	nc_home_init(&import->home);
	nc_workbook_init(&import->workbook);
	nc_tables_init(&import->tables);
	nc_table_rows_init(&import->rows);
	nc_tables_steps_init(&import->steps);
	nc_arena_init(&import->arena, IMPORT_ARENA_MAX);
}

static void import_fini(struct import *import)
{
	nc_arena_fini(&import->arena);
	nc_tables_steps_fini(&import->steps);
	nc_table_rows_fini(&import->rows);
	nc_tables_fini(&import->tables);
	nc_workbook_fini(&import->workbook);
	nc_home_fini(&import->home);
}

/* --- words
 * ---------------------------------------------------------------------- */

/* "5", or "Đoàn ra!5" of a workbook's sheet. */
static const char *place(struct import *import, const struct nc_sheet *sheet,
	size_t column, size_t row)
{
	struct nc_buffer text NC_AUTO(nc_buffer_fini) = {0};
	char name[NC_COLUMN_NAME_SIZE] = "";
	const char *copy = NULL;

	nc_buffer_init(&text, NC_TEXT_BYTES_MAX);
	if (column != SIZE_MAX)
		nc_column_name(name, column);
	if (nc_buffer_printf(&text, "%s%s%s", sheet->name,
		    sheet->name[0] == '\0' ? "" : "!", name) == NC_OK &&
		(row == 0 || nc_buffer_printf(&text, "%zu", row) == NC_OK))
		copy = nc_arena_text(
			&import->arena, nc_buffer_string(&text), text.size);
	return copy == NULL ? "?" : copy;
}

static const char *value_words(struct import *import,
	const struct nc_field *field, const struct nc_value *value)
{
	struct nc_buffer words NC_AUTO(nc_buffer_fini) = {0};
	const char *copy;

	nc_buffer_init(&words, 2 * NC_TEXT_BYTES_MAX);
	if (value->kind == NC_VALUE_ABSENT)
		return "–";
	if (nc_field_print(field, value, &words) != NC_OK)
		return "?";
	for (const struct nc_choice *at = field->choices;
		at != NULL && at->name != NULL; at++)
		if (strcmp(at->name, nc_buffer_string(&words)) == 0)
			return nc_console_label(at->label_vi, at->label_en);
	for (size_t i = 0; i < words.size; i++)
		if (words.data[i] == '\n')
			words.data[i] = ';';
	copy = nc_arena_text(
		&import->arena, nc_buffer_string(&words), words.size);
	return copy == NULL ? "?" : copy;
}

static const struct nc_value *live_value(
	const struct import *import, const struct nc_id *id, uint32_t field)
{
	static const struct nc_value absent = {.kind = NC_VALUE_ABSENT};

	for (size_t i = 0; i < import->rows.count; i++) {
		const struct nc_tables_row *row = &import->rows.rows[i];

		if (nc_id_compare(&row->id, id) != 0)
			continue;
		for (size_t f = 0; f < row->live_count; f++)
			if (row->live[f].field == field)
				return &row->live[f].value;
	}
	return &absent;
}

/* The mark goes along over itself: nothing that a person would see. */
static bool is_silent(const struct nc_field_change *change)
{
	return change->replaces != NULL;
}

static void print_changes(
	struct import *import, const struct nc_tables_step *step)
{
	for (size_t i = 0; i < step->fields_count; i++) {
		const struct nc_field *field =
			nc_entity_field(step->entity, step->fields[i].field);

		if (is_silent(&step->fields[i]))
			continue;
		nc_console_print("    %s: %s → %s\n", nc_field_label(field),
			value_words(import, field,
				live_value(import, &step->id, field->number)),
			value_words(import, field, &step->fields[i].value));
	}
}

static void print_kept(struct import *import, const struct nc_tables_step *step)
{
	for (size_t i = 0; i < step->kept_count; i++) {
		const struct nc_tables_kept *kept = &step->kept[i];

		if (kept->field == NULL)
			nc_console_print(_("= not added, for somebody deleted "
					   "it here; row %s says: %s\n"),
				place(import, step->record->sheet, SIZE_MAX,
					step->record->row),
				step->title);
		else
			nc_console_print(_("= kept, for somebody changed it "
					   "here; row %s says %s: %s; here: "
					   "%s\n"),
				place(import, step->record->sheet, SIZE_MAX,
					step->record->row),
				nc_field_label(kept->field),
				value_words(import, kept->field, &kept->table),
				value_words(import, kept->field, &kept->here));
	}
}

static void print_step(struct import *import, const struct nc_tables_step *step)
{
	const struct nc_tables_record *record = step->record;
	const char *row = record == NULL ? ""
					 : place(import, record->sheet,
						   SIZE_MAX, record->row);

	switch (step->kind) {
	case NC_TABLES_ADD:
		nc_console_print(_("+ row %s, %s: %s\n"), row,
			nc_entity_label(step->entity), step->title);
		break;
	case NC_TABLES_EDIT:
		nc_console_print(_("~ row %s, %s: %s\n"), row,
			nc_entity_label(step->entity), step->title);
		print_changes(import, step);
		break;
	case NC_TABLES_VANISHED:
		nc_console_print(_("? no longer in the table, left as it is: "
				   "%s (%s)\n"),
			step->title, nc_entity_label(step->entity));
		break;
	case NC_TABLES_REMOVE:
		nc_console_print(_("- no longer in the table: %s (%s)\n"),
			step->title, nc_entity_label(step->entity));
		break;
	case NC_TABLES_KEEP:
		if (record == NULL)
			nc_console_print(_("= kept, for somebody changed it "
					   "here, though the table has it no "
					   "more: %s (%s)\n"),
				step->title, nc_entity_label(step->entity));
		break;
	case NC_TABLES_SAME:
		break;
	}
	print_kept(import, step);
}

static void print_tables(struct import *import)
{
	for (size_t i = 0; i < import->tables.tables_count; i++) {
		const struct nc_tables_table *table = &import->tables.tables[i];

		nc_console_print(_("Header in row %s: taken as %s of %u.\n"),
			place(import, table->sheet, SIZE_MAX,
				table->header_row),
			nc_entity_label(table->entity), table->year);
	}
}

static const char *why_words(enum nc_tables_why why)
{
	switch (why) {
	case NC_TABLES_VALUE:
		return _("the field cannot hold this");
	case NC_TABLES_WORDS:
		return _("kept as words");
	case NC_TABLES_COLUMN:
		return _("this column is not known");
	case NC_TABLES_CURRENCY:
		return _("nothing says the currency");
	case NC_TABLES_FORMULA:
		return _("a formula without a result");
	case NC_TABLES_COVERED:
		return _("a merged cell's number, taken once");
	case NC_TABLES_TOTAL:
		return _("a total");
	case NC_TABLES_HEADER:
		return _("the header again");
	case NC_TABLES_GROUP:
		return _("a group's name");
	case NC_TABLES_NO_TITLE:
		return _("nothing that names a record");
	case NC_TABLES_REQUIRED:
		return _("lacks what a record needs");
	case NC_TABLES_NO_HEADER:
		return _("no header that is known");
	case NC_TABLES_HIDDEN:
		return _("hidden");
	}
	return "";
}

static void print_unread(struct import *import)
{
	bool no_header = false;

	for (size_t i = 0; i < import->tables.unread_count; i++) {
		const struct nc_tables_unread *at = &import->tables.unread[i];

		if (i == 0)
			nc_console_print("%s\n",
				_("Not taken as it stands (what is in cells "
				  "stands in the records' notes):"));
		nc_console_print("! %s [%s]%s%s%s%s\n",
			place(import, at->sheet, at->column, at->row),
			why_words(at->why), at->header == NULL ? "" : " ",
			at->header == NULL ? "" : at->header,
			at->words[0] == '\0' ? "" : ": ", at->words);
		no_header |= at->why == NC_TABLES_NO_HEADER;
	}
	if (no_header)
		nc_console_print("%s\n",
			_("For a sheet without a header that is known: say "
			  "what its rows are with --sheet and --entity; "
			  "nhipcau import table --template ENTITY shows what "
			  "its columns may be called."));
}

static void note_assumed(const struct import *import)
{
	for (size_t i = 0; i < import->tables.assumed_count; i++) {
		const struct nc_tables_assumed *at = &import->tables.assumed[i];

		nc_console_note(_("%s: \"%s\" was taken for %zu rows, for "
				  "nothing in them says it; a column of that "
				  "name would."),
			nc_field_label(at->field), at->value, at->rows);
	}
}

static void print_words(struct import *import)
{
	const size_t *kinds = import->kinds;

	print_tables(import);
	for (size_t i = 0; i < import->steps.count; i++)
		print_step(import, &import->steps.list[i]);
	print_unread(import);
	nc_console_print(_("Records: added %zu, changed %zu, removed %zu, kept "
			   "%zu, unchanged %zu; no longer in the table: "
			   "%zu.\n"),
		kinds[NC_TABLES_ADD], kinds[NC_TABLES_EDIT],
		kinds[NC_TABLES_REMOVE], kinds[NC_TABLES_KEEP],
		kinds[NC_TABLES_SAME], kinds[NC_TABLES_VANISHED]);
	nc_client_print_trial(import->dry_run);
}

/* --- JSON
 * ---------------------------------------------------------------------- */

static const char *const kind_names[] = {
	[NC_TABLES_SAME] = "same",
	[NC_TABLES_ADD] = "add",
	[NC_TABLES_EDIT] = "edit",
	[NC_TABLES_KEEP] = "keep",
	[NC_TABLES_VANISHED] = "vanished",
	[NC_TABLES_REMOVE] = "remove",
};

static json_t *json_column_name(size_t column)
{
	char name[NC_COLUMN_NAME_SIZE];

	if (column == SIZE_MAX)
		return json_null();
	nc_column_name(name, column);
	return json_string(name);
}

static json_t *json_columns(
	struct nc_json *json, const struct nc_tables_table *table)
{
	json_t *list = json_array();

	for (size_t i = 0; i < table->columns_count; i++) {
		const struct nc_tables_column *column = &table->columns[i];
		json_t *object = json_object();

		nc_json_put(json, object, "column", json_column_name(i));
		nc_json_put(
			json, object, "header", nc_json_text(column->header));
		nc_json_put(json, object, "entity",
			column->field == NULL
				? json_null()
				: json_string(column->entity->name));
		nc_json_put(json, object, "field",
			column->field == NULL
				? json_null()
				: json_string(column->field->name));
		nc_json_put(json, object, "currency",
			nc_json_text(column->currency));
		nc_json_put(
			json, object, "power", nc_json_number(column->power));
		nc_json_add(json, list, object);
	}
	return list;
}

static json_t *json_tables(struct nc_json *json, const struct import *import)
{
	json_t *list = json_array();

	for (size_t i = 0; i < import->tables.tables_count; i++) {
		const struct nc_tables_table *table = &import->tables.tables[i];
		json_t *object = json_object();

		nc_json_put(json, object, "sheet",
			nc_json_text(table->sheet->name));
		nc_json_put(json, object, "entity",
			json_string(table->entity->name));
		nc_json_put(json, object, "year", nc_json_number(table->year));
		nc_json_put(json, object, "header_row",
			nc_json_number(table->header_row));
		nc_json_put(json, object, "columns", json_columns(json, table));
		nc_json_add(json, list, object);
	}
	return list;
}

static json_t *json_fields(
	struct nc_json *json, const struct nc_tables_step *step)
{
	json_t *object = json_object();

	for (size_t i = 0; i < step->fields_count; i++) {
		const struct nc_field *field =
			nc_entity_field(step->entity, step->fields[i].field);

		if (step->kind != NC_TABLES_REMOVE &&
			!is_silent(&step->fields[i]))
			nc_json_put(json, object, field->name,
				nc_json_value(field, &step->fields[i].value));
	}
	return object;
}

static json_t *json_kept(
	struct nc_json *json, const struct nc_tables_step *step)
{
	json_t *list = json_array();

	for (size_t i = 0; i < step->kept_count; i++) {
		const struct nc_tables_kept *kept = &step->kept[i];
		json_t *object;

		if (kept->field == NULL)
			continue;
		object = json_object();
		nc_json_put(
			json, object, "field", json_string(kept->field->name));
		nc_json_put(json, object, "here",
			nc_json_value(kept->field, &kept->here));
		nc_json_put(json, object, "table",
			nc_json_value(kept->field, &kept->table));
		nc_json_add(json, list, object);
	}
	return list;
}

static json_t *json_step(
	struct nc_json *json, const struct nc_tables_step *step)
{
	const struct nc_tables_record *record = step->record;
	bool deleted = record != NULL && step->kept_count > 0 &&
		       step->kept[0].field == NULL;
	json_t *object = json_object();

	nc_json_put(json, object, "kind", json_string(kind_names[step->kind]));
	nc_json_put(json, object, "id", nc_json_id(&step->id));
	nc_json_put(json, object, "entity", json_string(step->entity->name));
	nc_json_put(json, object, "title", nc_json_text(step->title));
	nc_json_put(json, object, "sheet",
		record == NULL ? json_null()
			       : nc_json_text(record->sheet->name));
	nc_json_put(json, object, "row",
		record == NULL ? json_null() : nc_json_number(record->row));
	nc_json_put(json, object, "fields", json_fields(json, step));
	nc_json_put(json, object, "kept", json_kept(json, step));
	if (deleted)
		nc_json_put(json, object, "why", json_string("deleted"));
	else if (step->kind == NC_TABLES_KEEP)
		nc_json_put(json, object, "why", json_string("changed"));
	return object;
}

static json_t *json_unread(struct nc_json *json, const struct import *import)
{
	json_t *list = json_array();

	for (size_t i = 0; i < import->tables.unread_count; i++) {
		const struct nc_tables_unread *at = &import->tables.unread[i];
		json_t *object = json_object();

		nc_json_put(json, object, "why",
			json_string(nc_tables_why_name(at->why)));
		nc_json_put(
			json, object, "sheet", nc_json_text(at->sheet->name));
		nc_json_put(json, object, "row",
			at->row == 0 ? json_null() : nc_json_number(at->row));
		nc_json_put(
			json, object, "column", json_column_name(at->column));
		nc_json_put(json, object, "header",
			at->header == NULL ? json_null()
					   : nc_json_text(at->header));
		nc_json_put(json, object, "words", nc_json_text(at->words));
		if (at->why == NC_TABLES_GROUP)
			nc_json_put(json, object, "understood",
				json_boolean(at->understood));
		nc_json_add(json, list, object);
	}
	return list;
}

static json_t *json_assumed(struct nc_json *json, const struct import *import)
{
	json_t *list = json_array();

	for (size_t i = 0; i < import->tables.assumed_count; i++) {
		const struct nc_tables_assumed *at = &import->tables.assumed[i];
		json_t *object = json_object();

		nc_json_put(
			json, object, "field", json_string(at->field->name));
		nc_json_put(json, object, "value", json_string(at->value));
		nc_json_put(json, object, "rows", nc_json_number(at->rows));
		nc_json_add(json, list, object);
	}
	return list;
}

static enum nc_status print_json(struct import *import, struct nc_error *err)
{
	static const struct {
		const char *key;
		enum nc_tables_kind kind;
	} counts[] = {{"added", NC_TABLES_ADD}, {"changed", NC_TABLES_EDIT},
		{"removed", NC_TABLES_REMOVE}, {"kept", NC_TABLES_KEEP},
		{"same", NC_TABLES_SAME}, {"vanished", NC_TABLES_VANISHED}};
	struct nc_json json = {false};
	json_t *root = json_object(), *steps = json_array();

	nc_json_put(&json, root, "dry_run", json_boolean(import->dry_run));
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++)
		nc_json_put(&json, root, counts[i].key,
			nc_json_number(import->kinds[counts[i].kind]));
	nc_json_put(&json, root, "change_sets",
		nc_json_number(import->written.change_sets));
	nc_json_put(&json, root, "tables", json_tables(&json, import));
	for (size_t i = 0; i < import->steps.count; i++)
		if (import->steps.list[i].kind != NC_TABLES_SAME)
			nc_json_add(&json, steps,
				json_step(&json, &import->steps.list[i]));
	nc_json_put(&json, root, "steps", steps);
	nc_json_put(&json, root, "assumed", json_assumed(&json, import));
	nc_json_put(&json, root, "not_understood", json_unread(&json, import));
	return nc_json_print(&json, root, err);
}

/* --- the template
 * ------------------------------------------------------------------ */

/* Beside what it is beside of: a cell of that column fills it too. */
static bool comes_along(const struct nc_field *field)
{
	size_t size = strlen(field->name);

	return strcmp(field->name, "when_words") == 0 ||
	       strcmp(field->name, "qualifier") == 0 ||
	       (size > 10 &&
		       strcmp(field->name + size - 10, "_qualifier") == 0);
}

static enum nc_status write_template(const struct nc_call *call,
	const struct nc_entity *entity, struct nc_error *err)
{
	struct nc_buffer line NC_AUTO(nc_buffer_fini) = {0};
	const char *path = nc_call_value(call, "output");
	enum nc_status status;

	nc_buffer_init(&line, NC_TEXT_BYTES_MAX);
	/* As Excel wants it: a mark of UTF-8, semicolons, CRLF. */
	status = nc_buffer_text(&line, "\xef\xbb\xbfTT");
	for (size_t i = 0; i < entity->fields_count && status == NC_OK; i++) {
		const struct nc_field *field = &entity->fields[i];

		if (nc_tables_fills(entity, field) && !comes_along(field))
			status =
				nc_buffer_printf(&line, ";%s", field->label_vi);
	}
	if (status == NC_OK && entity->number == NC_ENTITY_AID)
		status = nc_buffer_text(&line, ";Giải ngân");
	if (status == NC_OK)
		status = nc_buffer_text(&line, "\r\n");
	if (status != NC_OK)
		return nc_error_no_memory(err);
	if (path == NULL || strcmp(path, "-") == 0) {
		nc_console_print("%s", nc_buffer_string(&line) + 3);
		return NC_OK;
	}
	return nc_home_write_file(call, path, nc_buffer_slice(&line), err);
}

/* --- the command
 * --------------------------------------------------------------------- */

static enum nc_status too_large(struct nc_error *err)
{
	return nc_error_set(err, NC_LIMIT,
		_("The file is larger than %d MiB; take the pictures out of "
		  "it, or check that this is the right file."),
		NC_TABLE_BYTES_MAX / (1024 * 1024));
}

static enum nc_status read_file(
	struct import *import, const char *path, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;

	nc_buffer_init(&bytes, NC_TABLE_BYTES_MAX);
	if (strcmp(path, "-") == 0) {
		status = nc_client_read_input(&bytes, err);
		if (status == NC_LIMIT)
			return too_large(err);
	} else {
		status = nc_file_read(path, &bytes, err);
	}
	if (status == NC_OK)
		status = nc_workbook_read(
			&import->workbook, nc_buffer_slice(&bytes), err);
	if (status == NC_OK)
		nc_paper_note_legacy(import->workbook.legacy);
	return status;
}

static enum nc_status choose_entity(const char *name,
	const struct nc_entity **ret_entity, struct nc_error *err)
{
	enum nc_status status;

	if (name == NULL)
		return NC_OK;
	status = nc_words_entity(name, false, ret_entity, err);
	if (status == NC_OK && !nc_tables_takes(*ret_entity))
		return nc_error_set(err, NC_INVALID,
			_("%s (%s) does not come from tables; nhipcau import "
			  "plan takes plans, nhipcau add single records."),
			(*ret_entity)->name, (*ret_entity)->label_vi);
	return status;
}

/* The year that says whose a row is; 0 for a record of no year. */
static unsigned year_of(const struct nc_tables_record *record)
{
	return nc_entity_field_named(record->entity, "year") == NULL
		       ? 0
		       : record->year;
}

#define YEARS 10000

/* All rows are one union's: the one that their years choose. */
static enum nc_status choose_union(
	struct import *import, const struct nc_call *call, struct nc_error *err)
{
	struct nc_home *home = &import->home;
	const struct nc_tables *tables = &import->tables;
	bool seen[YEARS] = {false};
	unsigned first = 0;
	struct nc_id chosen = home->union_id;
	enum nc_status status = NC_OK;

	for (size_t i = 0; i < tables->count && status == NC_OK; i++) {
		unsigned year = year_of(&tables->records[i]) % YEARS;

		if (seen[year])
			continue;
		seen[year] = true;
		status = nc_client_choose_union(home, call, year, NULL, err);
		if (i == 0) {
			first = year;
			chosen = home->union_id;
		} else if (status == NC_OK &&
			   nc_id_compare(&chosen, &home->union_id) != 0) {
			return nc_error_set(err, NC_USAGE,
				_("The table has rows of %u and of %u, which "
				  "are two unions'; take in each year's rows "
				  "from a table of their own, or add --union "
				  "and the one that all are of."),
				first, year);
		}
	}
	return status;
}

static enum nc_status read_options(const struct nc_call *call,
	struct nc_tables_options *options, struct nc_error *err)
{
	enum nc_status status = nc_call_year(call, &options->this_year, err);

	if (nc_call_has(call, "year"))
		options->year = options->this_year;
	return status == NC_OK ? choose_entity(nc_call_value(call, "entity"),
					 &options->entity, err)
			       : status;
}

/* Whose the rows are, their years say, and ids follow from whose they are: a
 * table of another union than the home's own is read once more. */
static enum nc_status read_tables(
	struct import *import, const struct nc_call *call, struct nc_error *err)
{
	struct nc_home *home = &import->home;
	struct nc_tables_options *options = &import->options;
	enum nc_status status;

	*options = (struct nc_tables_options){
		.sheet = nc_call_value(call, "sheet"),
		.union_id = home->union_id,
		.hash = nc_sha256,
	};
	status = read_options(call, options, err);
	if (status == NC_OK)
		status = nc_tables_read(
			&import->tables, &import->workbook, options, err);
	if (status == NC_OK)
		status = choose_union(import, call, err);
	if (status != NC_OK ||
		nc_id_compare(&options->union_id, &home->union_id) == 0)
		return status;
	nc_tables_fini(&import->tables);
	nc_tables_init(&import->tables);
	options->union_id = home->union_id;
	return nc_tables_read(&import->tables, &import->workbook, options, err);
}

static enum nc_status find_steps(
	struct import *import, const struct nc_call *call, struct nc_error *err)
{
	const struct nc_id *others;
	size_t count;
	enum nc_status status = nc_client_other_unions(
		&import->home, &import->options.union_id, &others, &count, err);

	if (status == NC_OK)
		status = nc_table_rows_read(&import->rows, import->home.store,
			&import->workbook, &import->options, others, count,
			&import->tables, err);
	if (status == NC_OK)
		status = nc_tables_revise(&import->steps, &import->tables,
			import->rows.rows, import->rows.count,
			nc_call_has(call, "replace"), nc_sha256, err);
	for (size_t i = 0; status == NC_OK && i < import->steps.count; i++)
		import->kinds[import->steps.list[i].kind]++;
	return status;
}

static const struct nc_id *union_of(
	const struct import *import, const struct nc_tables_step *step)
{
	const struct nc_id *of = nc_table_rows_union(&import->rows, &step->id);

	/* What was paid stands where its aid does. */
	if (of == NULL && step->record != NULL &&
		step->record->parent != SIZE_MAX)
		of = nc_table_rows_union(&import->rows,
			&import->steps.list[step->record->parent].id);
	return of != NULL ? of : &import->options.union_id;
}

/* What is to be written for one of the unions. */
static enum nc_status write_union(struct import *import,
	const struct nc_id *union_id, struct nc_error *err)
{
	struct nc_record_change *changes = nc_arena_array(
		&import->arena, import->steps.count + 1, sizeof(*changes));
	struct nc_written written = {0};
	size_t count = 0;
	enum nc_status status;

	if (changes == NULL)
		return nc_error_no_memory(err);
	for (size_t i = 0; i < import->steps.count; i++) {
		const struct nc_tables_step *step = &import->steps.list[i];

		if (step->kind != NC_TABLES_ADD &&
			step->kind != NC_TABLES_EDIT &&
			step->kind != NC_TABLES_REMOVE)
			continue;
		if (nc_id_compare(union_of(import, step), union_id) != 0)
			continue;
		changes[count++] = (struct nc_record_change){.record = step->id,
			.entity = step->entity->number,
			.deletes = step->kind == NC_TABLES_REMOVE,
			.fields = step->fields,
			.fields_count = step->fields_count};
	}
	if (count == 0 || import->dry_run)
		return NC_OK;
	status = nc_client_may_write(&import->home, union_id, err);
	if (status == NC_OK)
		status = nc_author_write(import->home.store, &import->author,
			union_id, changes, count, &written, err);
	import->written.change_sets += written.change_sets;
	import->written.fields += written.fields;
	return status;
}

static enum nc_status save_steps(struct import *import, struct nc_error *err)
{
	const struct nc_id *own = &import->options.union_id, *others;
	size_t count;
	enum nc_status status = nc_client_other_unions(
		&import->home, own, &others, &count, err);

	if (status == NC_OK)
		status = write_union(import, own, err);
	for (size_t i = 0; status == NC_OK && i < count; i++)
		status = write_union(import, &others[i], err);
	return status;
}

/* All of it or nothing; weighed against what stands there then. */
static enum nc_status in_transaction(
	struct import *import, const struct nc_call *call, struct nc_error *err)
{
	struct nc_store *store = import->home.store;
	enum nc_status status = nc_store_begin(store, err);

	if (status != NC_OK)
		return status;
	status = find_steps(import, call, err);
	if (status == NC_OK)
		status = save_steps(import, err);
	if (status == NC_OK)
		return nc_store_commit(store, err);
	nc_store_rollback(store);
	return status;
}

static enum nc_status run_import(
	struct import *import, struct nc_call *call, struct nc_error *err)
{
	enum nc_status status = read_file(import, call->arguments[0], err);

	import->dry_run = nc_call_has(call, "dry-run");
	if (status == NC_OK)
		status = nc_client_open(
			&import->home, call, &import->author, err);
	if (status == NC_OK)
		status = read_tables(import, call, err);
	if (status == NC_OK)
		status = in_transaction(import, call, err);
	if (status != NC_OK)
		return status;
	note_assumed(import);
	if (call->json)
		return print_json(import, err);
	print_words(import);
	return NC_OK;
}

static enum nc_status run_import_table(
	struct nc_call *call, struct nc_error *err)
{
	struct import import NC_AUTO(import_fini) = {0};
	const struct nc_entity *entity = NULL;
	enum nc_status status;

	import_init(&import);
	if (!nc_call_has(call, "template")) {
		if (call->arguments_count == 0)
			return nc_error_set(err, NC_USAGE,
				_("No table was named; give a file, or - for "
				  "what is pasted."));
		return run_import(&import, call, err);
	}
	if (call->arguments_count > 0)
		return nc_error_set(err, NC_USAGE,
			_("--template takes no table; it writes one to be "
			  "filled in."));
	status = choose_entity(nc_call_value(call, "template"), &entity, err);
	if (status == NC_OK)
		status = write_template(call, entity, err);
	return status;
}

static const struct nc_option options[] = {
	{"entity", 0, "ENTITY",
		N_("what the rows are (default: by the header)")},
	{"sheet", 0, "NAME", N_("this sheet alone, hidden or not")},
	{"year", 0, "YEAR", N_("the rows' year (default: the table's own)")},
	NC_CLIENT_UNION_OPTION,
	{"dry-run", 0, NULL, N_("only tell what would change")},
	{"replace", 0, NULL,
		N_("delete what was imported and is no longer in the table")},
	{"template", 0, "ENTITY",
		N_("write the header of an empty table instead")},
	{"output", 'o', "FILE", N_("the template's file (default: print it)")},
	{.name = NULL},
};

const struct nc_command nc_client_import_table = {
	.name = "import table",
	.arguments = "FILE",
	.arguments_min = 0,
	.arguments_max = 1,
	.help = N_("take in a table: XLSX, CSV, or - for pasted text"),
	.notes = N_("The header says what the columns are: delegations, "
		    "activities, aid, targets, partners and member "
		    "organisations are recognised, others are named with "
		    "--entity. What no field can hold goes to the record's "
		    "note and is told. The same table again changes nothing; a "
		    "changed cell changes its field, unless somebody changed "
		    "it here: that is kept and told. Keep a year's table in "
		    "one file before you use --replace."),
	.examples = "nhipcau import table doan-ra-2024.xlsx --dry-run\n"
		    "nhipcau import table vien-tro.csv --entity aid --year "
		    "2024\n"
		    "nhipcau import table --template activity -o mau.csv\n",
	.options = options,
	.flags = NC_COMMAND_WRITES,
	.run = run_import_table,
};
