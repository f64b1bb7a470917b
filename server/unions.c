/*
 * union add, union import, union list.
 */
#include "server.h"
#include "base/file.h"
#include "command/console.h"
#include "intake/csv.h"
#include "command/json.h"
#include "command/table.h"
#include "command/view.h"
#include "locale/text.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ORDER_MAX 1000000
#define IMPORT_ARENA_MAX (32 * 1024 * 1024)

static const struct nc_option add_options[] = {
	{"order", 0, "N", N_("its place in printed lists, from 0")},
	{NULL, 0, NULL, NULL},
};

enum nc_status nc_server_union_order(
	const char *word, int64_t *ret_order, struct nc_error *err)
{
	char *end;
	long order;

	*ret_order = -1;
	if (word == NULL || word[0] == '\0')
		return NC_OK;
	errno = 0;
	order = strtol(word, &end, 10);
	if (errno != 0 || *end != '\0' || order < 0 || order > ORDER_MAX)
		return nc_error_set(err, NC_INVALID,
			_("\"%s\" cannot be a union's order; write a whole "
			  "number from 0 to %d."),
			word, ORDER_MAX);
	*ret_order = order;
	return NC_OK;
}

static enum nc_status add_one(struct nc_home *home,
	const struct nc_author *author, const char *code, const char *name,
	int64_t order, struct nc_id *ret_id, struct nc_error *err)
{
	enum nc_status status = nc_store_begin(home->store, err);

	if (status != NC_OK)
		return status;
	status = nc_cluster_add_union(
		home->store, author, code, name, order, ret_id, err);
	if (status == NC_OK)
		return nc_store_commit(home->store, err);
	nc_store_rollback(home->store);
	return status;
}

static enum nc_status print_added(const struct nc_call *call, const char *code,
	const struct nc_id *id, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (!call->json) {
		nc_console_print(_("Added the union %s.\n"), code);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "id", nc_json_id(id));
	nc_json_put(&json, object, "code", nc_json_text(code));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_add(struct nc_call *call, struct nc_error *err)
{
	const char *code = call->arguments[0], *name = NULL;
	struct nc_author author;
	struct nc_home home;
	struct nc_id id;
	int64_t order;
	enum nc_status status;

	nc_home_init(&home);
	status = nc_server_union_order(
		nc_call_value(call, "order"), &order, err);
	if (status == NC_OK)
		status = nc_server_open(&home, call, &author, err);
	if (status == NC_OK)
		status = nc_home_clean_label(
			&home, "NAME", call->arguments[1], &name, err);
	if (status == NC_OK)
		status = add_one(&home, &author, code, name, order, &id, err);
	if (status == NC_OK)
		status = print_added(call, code, &id, err);
	nc_home_fini(&home);
	return status;
}

const struct nc_command nc_server_union_add = {
	.name = "union add",
	.arguments = "CODE NAME",
	.arguments_min = 2,
	.arguments_max = 2,
	.help = N_("add a union to the cluster"),
	.examples = "nhipcaud union add ha-tinh \"Liên hiệp các tổ chức hữu "
		    "nghị tỉnh Hà Tĩnh\" --order 1",
	.options = add_options,
	.run = run_add,
};

/* Which column of the file is which; -1: it has none such. */
struct columns {
	int code, name, order;
};

static enum nc_status read_head(const struct nc_csv *csv,
	struct columns *ret_columns, struct nc_error *err)
{
	struct columns columns = {-1, -1, -1};

	for (size_t i = 0; i < csv->fields_count; i++) {
		if (strcmp(csv->fields[i], "code") == 0)
			columns.code = (int)i;
		else if (strcmp(csv->fields[i], "name") == 0)
			columns.name = (int)i;
		else if (strcmp(csv->fields[i], "order") == 0)
			columns.order = (int)i;
	}
	if (columns.code < 0 || columns.name < 0)
		return nc_error_set(err, NC_INVALID,
			_("The file's first line must name the columns code "
			  "and name (and may name order); correct it."));
	*ret_columns = columns;
	return NC_OK;
}

static const char *column(const struct nc_csv *csv, int at)
{
	return at >= 0 && (size_t)at < csv->fields_count ? csv->fields[at] : "";
}

struct import {
	struct nc_home *home;
	const struct nc_author *author;
	size_t added, same;
};

/* Says which line a fault is on. */
static enum nc_status at_line(
	enum nc_status status, size_t line, struct nc_error *err)
{
	char text[NC_ERROR_TEXT_MAX];

	if (status == NC_OK || err == NULL)
		return status;
	memcpy(text, err->text, sizeof(text));
	return nc_error_set(
		err, status, _("Line %zu of the file: %s"), line, text);
}

static enum nc_status import_row(struct import *import,
	const struct nc_csv *csv, const struct columns *columns,
	struct nc_error *err)
{
	const char *code = column(csv, columns->code), *name;
	const struct nc_registry *registry;
	const struct nc_registry_union *known;
	struct nc_id id;
	int64_t order;
	enum nc_status status =
		nc_server_union_order(column(csv, columns->order), &order, err);

	if (status == NC_OK)
		status = nc_home_clean_label(import->home, "name",
			column(csv, columns->name), &name, err);
	if (status == NC_OK)
		status = nc_store_registry(import->home->store, &registry, err);
	if (status != NC_OK)
		return status;
	known = nc_registry_union_coded(registry, code);
	if (known != NULL && strcmp(known->name, name) == 0) {
		import->same++;
		return NC_OK;
	}
	status = nc_cluster_add_union(import->home->store, import->author, code,
		name, order, &id, err);
	import->added += status == NC_OK;
	return status;
}

static enum nc_status import_rows(
	struct import *import, struct nc_csv *csv, struct nc_error *err)
{
	struct columns columns;
	bool row;
	enum nc_status status = nc_csv_next(csv, &row, err);

	if (status == NC_OK && !row)
		status = nc_error_set(err, NC_INVALID,
			_("The file is empty; its first line names the columns "
			  "code, name and order."));
	if (status == NC_OK)
		status = read_head(csv, &columns, err);
	while (status == NC_OK) {
		status = nc_csv_next(csv, &row, err);
		if (status != NC_OK || !row)
			break;
		status = at_line(
			import_row(import, csv, &columns, err), csv->line, err);
	}
	return status;
}

static enum nc_status import_file(
	struct import *import, const char *path, struct nc_error *err)
{
	struct nc_buffer bytes NC_AUTO(nc_buffer_fini) = {0};
	struct nc_arena arena NC_AUTO(nc_arena_fini) = {0};
	struct nc_csv csv;
	enum nc_status status;

	nc_buffer_init(&bytes, NC_TABLE_BYTES_MAX);
	nc_arena_init(&arena, IMPORT_ARENA_MAX);
	status = nc_file_read(path, &bytes, err);
	if (status == NC_OK)
		status =
			nc_csv_init(&csv, nc_buffer_slice(&bytes), &arena, err);
	if (status == NC_OK)
		status = nc_store_begin(import->home->store, err);
	if (status != NC_OK)
		return status;
	status = import_rows(import, &csv, err);
	if (status == NC_OK)
		return nc_store_commit(import->home->store, err);
	nc_store_rollback(import->home->store);
	return status;
}

static enum nc_status print_imported(const struct nc_call *call,
	const struct import *import, struct nc_error *err)
{
	struct nc_json json = {false};
	json_t *object;

	if (!call->json) {
		nc_console_print(
			_("Added %zu unions; %zu were there already.\n"),
			import->added, import->same);
		return NC_OK;
	}
	object = json_object();
	nc_json_put(&json, object, "added", nc_json_number(import->added));
	nc_json_put(&json, object, "unchanged", nc_json_number(import->same));
	return nc_json_print(&json, object, err);
}

static enum nc_status run_import(struct nc_call *call, struct nc_error *err)
{
	struct nc_author author;
	struct nc_home home;
	struct import import = {.home = &home, .author = &author};
	enum nc_status status;

	nc_home_init(&home);
	status = nc_server_open(&home, call, &author, err);
	if (status == NC_OK)
		status = import_file(&import, call->arguments[0], err);
	if (status == NC_OK)
		status = print_imported(call, &import, err);
	nc_home_fini(&home);
	return status;
}

const struct nc_command nc_server_union_import = {
	.name = "union import",
	.arguments = "FILE.csv",
	.arguments_min = 1,
	.arguments_max = 1,
	.help = N_("add the unions of a table, all or none"),
	.notes = N_("The first line names the columns code, name and, if "
		    "wanted, order. Unions that are there already with the "
		    "same name are left alone."),
	.examples = "nhipcaud union import unions.csv",
	.run = run_import,
};

/* "from 2025-07-01", "to 2025-06-30", both, or nothing. */
static void cell_days(
	struct nc_table *table, const struct nc_registry_union *of)
{
	if (of->valid_from[0] != '\0' && of->valid_to[0] != '\0')
		nc_table_format(
			table, _("%s to %s"), of->valid_from, of->valid_to);
	else if (of->valid_from[0] != '\0')
		nc_table_format(table, _("from %s"), of->valid_from);
	else if (of->valid_to[0] != '\0')
		nc_table_format(table, _("to %s"), of->valid_to);
	else
		nc_table_cell(table, "");
}

static enum nc_status print_unions(struct nc_view *view, struct nc_error *err)
{
	const struct nc_registry *registry = view->registry;
	struct nc_table table;
	enum nc_status status;

	nc_table_init(&table, 4);
	nc_table_cell(&table, _("Order"));
	nc_table_cell(&table, _("Code"));
	nc_table_cell(&table, _("In being"));
	nc_table_cell(&table, _("Name"));
	for (size_t i = 0; i < registry->unions_count; i++) {
		const struct nc_registry_union *of = &registry->unions[i];

		if (of->order == INT64_MAX)
			nc_table_cell(&table, "–");
		else
			nc_table_format(&table, "%" PRId64, of->order);
		nc_table_cell(&table, of->code);
		cell_days(&table, of);
		nc_table_cell(&table, of->name);
	}
	status = nc_table_print(&table, err);
	nc_table_fini(&table);
	return status;
}

static enum nc_status print_unions_json(
	struct nc_view *view, struct nc_error *err)
{
	const struct nc_registry *registry = view->registry;
	json_t *list = json_array();

	for (size_t i = 0; i < registry->unions_count; i++) {
		const struct nc_registry_union *of = &registry->unions[i];
		json_t *object = json_object();

		nc_json_put(&view->json, object, "id", nc_json_id(&of->id));
		nc_json_put(
			&view->json, object, "code", nc_json_text(of->code));
		nc_json_put(
			&view->json, object, "name", nc_json_text(of->name));
		nc_json_put(&view->json, object, "order",
			of->order == INT64_MAX
				? json_null()
				: nc_json_number((uint64_t)of->order));
		nc_json_put(&view->json, object, "valid_from",
			of->valid_from[0] == '\0'
				? json_null()
				: nc_json_text(of->valid_from));
		nc_json_put(&view->json, object, "valid_to",
			of->valid_to[0] == '\0' ? json_null()
						: nc_json_text(of->valid_to));
		nc_json_add(&view->json, list, object);
	}
	return nc_json_print(&view->json, list, err);
}

static enum nc_status run_list(struct nc_call *call, struct nc_error *err)
{
	return nc_view_run(call, print_unions, print_unions_json, err);
}

const struct nc_command nc_server_union_list = {
	.name = "union list",
	.arguments = "",
	.help = N_("the cluster's unions, in their order"),
	.run = run_list,
};
