#include "command/table.h"
#include "command/console.h"
#include "locale/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TABLE_BYTES_MAX (256u * 1024 * 1024)
/* On a terminal no column but the last takes more than this. */
#define COLUMN_WIDTH_MAX 40

void nc_table_init(struct nc_table *table, size_t columns)
{
	memset(table, 0, sizeof(*table));
	nc_arena_init(&table->arena, TABLE_BYTES_MAX);
	table->columns = columns;
}

void nc_table_fini(struct nc_table *table)
{
	nc_arena_fini(&table->arena);
	nc_free(table->cells);
	table->cells = NULL;
}

/* One line without control characters. */
static const char *cell_text(struct nc_arena *arena, const char *text)
{
	size_t size = 0;
	char *out, *to;

	for (const char *at = text; *at != '\0'; at++)
		size += *at == '\n' ? 3 : 1;
	out = to = nc_arena_alloc(arena, size + 1);
	if (out == NULL)
		return NULL;
	for (; *text != '\0'; text++) {
		const unsigned char c = (unsigned char)*text;

		if (c == '\n') {
			memcpy(to, " / ", 3);
			to += 3;
		} else {
			*to++ = c < 0x20 || c == 0x7f ? ' ' : *text;
		}
	}
	*to = '\0';
	return out;
}

void nc_table_cell(struct nc_table *table, const char *text)
{
	const char *cell = cell_text(&table->arena, text);

	if (cell != NULL && table->count == table->capacity) {
		size_t more = table->capacity == 0 ? 64 : table->capacity * 2;
		const char **cells =
			nc_realloc(table->cells, more * sizeof(*cells));

		if (cells == NULL) {
			table->failed = true;
			return;
		}
		table->cells = cells;
		table->capacity = more;
	}
	if (cell == NULL)
		table->failed = true;
	else
		table->cells[table->count++] = cell;
}

void nc_table_format(struct nc_table *table, const char *format, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, format);
	if (vasprintf(&text, format, args) < 0)
		text = NULL;
	va_end(args);
	if (text == NULL)
		table->failed = true;
	else
		nc_table_cell(table, text);
	free(text);
}

size_t nc_table_rows(const struct nc_table *table)
{
	size_t rows = table->count / table->columns;

	return rows == 0 ? 0 : rows - 1;
}

/* The bytes at the front of text that take at most width columns. */
static size_t cut_bytes(const char *text, size_t width)
{
	size_t size = strlen(text);

	while (size > 0 && nc_text_width(nc_slice(text, size)) > width) {
		size--;
		while (size > 0 && ((unsigned char)text[size] & 0xc0) == 0x80)
			size--;
	}
	return size;
}

static void print_cell(const char *text, size_t width, bool is_last, bool cut)
{
	size_t wide = nc_text_width(nc_slice_text(text));

	if (cut && wide > width && width > 1) {
		size_t size = cut_bytes(text, width - 1);
		char *part = strndup(text, size);

		nc_console_print("%s…", part == NULL ? "" : part);
		wide = nc_text_width(nc_slice(text, size)) + 1;
		free(part);
	} else {
		nc_console_put(stdout, text);
	}
	if (!is_last)
		printf("%*s", wide < width ? (int)(width - wide) + 2 : 2, "");
}

static size_t column_width(
	const struct nc_table *table, size_t column, bool cut)
{
	size_t width = 0;

	for (size_t i = column; i < table->count; i += table->columns) {
		size_t wide = nc_text_width(nc_slice_text(table->cells[i]));

		if (wide > width)
			width = wide;
	}
	return cut && width > COLUMN_WIDTH_MAX ? COLUMN_WIDTH_MAX : width;
}

enum nc_status nc_table_print(
	const struct nc_table *table, struct nc_error *err)
{
	size_t screen = nc_console_columns(), used = 0;
	size_t *widths NC_AUTO(nc_free_at) =
		nc_calloc(table->columns, sizeof(*widths));

	if (widths == NULL || table->failed)
		return nc_error_no_memory(err);
	for (size_t c = 0; c + 1 < table->columns; c++) {
		widths[c] = column_width(table, c, screen > 0);
		used += widths[c] + 2;
	}
	widths[table->columns - 1] = screen > used + 10 ? screen - used : 10;
	for (size_t i = 0; i < table->count; i++) {
		size_t column = i % table->columns;
		bool is_last = column == table->columns - 1;

		print_cell(
			table->cells[i], widths[column], is_last, screen > 0);
		if (is_last)
			putchar('\n');
	}
	return NC_OK;
}
