#include "intake/csv.h"
#include "locale/text.h"

#include <string.h>

/* How far the separator is looked for. */
#define SAMPLE_ROWS 64
#define SAMPLE_BYTES (64 * 1024)

struct sample {
	size_t counts[SAMPLE_ROWS]; /* of separators, of rows that have some */
	size_t rows;
};

/* The separators of each row, were this the one. */
static void sample_rows(
	struct nc_slice text, char separator, struct sample *sample)
{
	bool quoted = false, starts = true;
	size_t count = 0;

	sample->rows = 0;
	for (size_t i = 0; i <= text.size && sample->rows < SAMPLE_ROWS; i++) {
		char c = i < text.size ? (char)text.data[i] : '\n';

		if (c == '"' && (quoted || starts)) {
			quoted = !quoted;
		} else if (!quoted && (c == '\n' || c == '\r')) {
			if (count > 0)
				sample->counts[sample->rows++] = count;
			count = 0;
			starts = true;
			continue;
		} else if (!quoted && c == separator) {
			count++;
			starts = true;
			continue;
		}
		starts = false;
	}
}

/* Rows that agree in their number of columns, and that number. */
static size_t sample_agreement(const struct sample *sample, size_t *ret_count)
{
	size_t best = 0;

	*ret_count = 0;
	for (size_t i = 0; i < sample->rows; i++) {
		size_t alike = 0;

		for (size_t j = 0; j < sample->rows; j++)
			alike += sample->counts[j] == sample->counts[i];
		if (alike > best ||
			(alike == best && sample->counts[i] > *ret_count)) {
			best = alike;
			*ret_count = sample->counts[i];
		}
	}
	return best;
}

/* Titles above a table have commas too: the separator is the one by which
 * most rows agree in their number of columns. */
static char guess_separator(struct nc_slice text)
{
	static const char separators[] = "\t;,";
	size_t best = 0, most = 0;
	char found = ',';
	struct sample sample;

	if (text.size > SAMPLE_BYTES)
		text.size = SAMPLE_BYTES;
	for (const char *at = separators; *at != '\0'; at++) {
		size_t count, rows;

		sample_rows(text, *at, &sample);
		rows = sample_agreement(&sample, &count);
		if (rows < best || (rows == best && count <= most))
			continue;
		best = rows;
		most = count;
		found = *at;
	}
	return found;
}

/* Excel's own way to say it: a first line "sep=;". */
static bool take_declared(struct nc_csv *csv)
{
	struct nc_slice *rest = &csv->rest;
	size_t size = 5;

	if (rest->size < 6 || memcmp(rest->data, "sep=", 4) != 0 ||
		(rest->data[5] != '\n' && rest->data[5] != '\r'))
		return false;
	csv->separator = (char)rest->data[4];
	size += rest->size > 6 && rest->data[5] == '\r' && rest->data[6] == '\n'
			? 2
			: 1;
	*rest = nc_slice(rest->data + size, rest->size - size);
	csv->next_line++;
	return true;
}

enum nc_status nc_csv_init(struct nc_csv *csv, struct nc_slice text,
	struct nc_arena *arena, struct nc_error *err)
{
	memset(csv, 0, sizeof(*csv));
	if (!nc_text_is_utf8(text))
		return nc_error_set(err, NC_INVALID,
			_("The file is not UTF-8 text; save it as \"CSV "
			  "UTF-8\" and try again."));
	if (text.size >= 3 && memcmp(text.data, "\xef\xbb\xbf", 3) == 0) {
		text.data += 3;
		text.size -= 3;
	}
	csv->rest = text;
	csv->arena = arena;
	csv->next_line = 1;
	if (!take_declared(csv))
		csv->separator = guess_separator(csv->rest);
	return NC_OK;
}

static int csv_peek(const struct nc_csv *csv)
{
	return csv->rest.size == 0 ? -1 : csv->rest.data[0];
}

static char csv_take(struct nc_csv *csv)
{
	char c = (char)csv->rest.data[0];

	csv->rest.data++;
	csv->rest.size--;
	return c;
}

/* Takes CRLF, LF or CR; false when the line goes on. */
static bool csv_take_line_end(struct nc_csv *csv)
{
	int c = csv_peek(csv);

	if (c != '\n' && c != '\r')
		return false;
	csv_take(csv);
	if (c == '\r' && csv_peek(csv) == '\n')
		csv_take(csv);
	csv->next_line++;
	return true;
}

static enum nc_status csv_quoted(
	struct nc_csv *csv, struct nc_buffer *field, struct nc_error *err)
{
	size_t line = csv->next_line;
	int next;

	csv_take(csv);
	while ((next = csv_peek(csv)) != -1) {
		char c = '\n';

		if (!csv_take_line_end(csv))
			c = csv_take(csv);
		if (c == '"' && csv_peek(csv) == '"')
			csv_take(csv);
		else if (c == '"')
			break;
		if (nc_buffer_append(field, &c, 1) != NC_OK)
			return nc_error_no_memory(err);
	}
	if (next == -1)
		return nc_error_set(err, NC_INVALID,
			_("Line %zu: a quotation mark is opened and never "
			  "closed; nothing was taken in."),
			line);
	next = csv_peek(csv);
	if (next != -1 && next != csv->separator && next != '\n' &&
		next != '\r')
		return nc_error_set(err, NC_INVALID,
			_("Line %zu: something follows a closing quotation "
			  "mark; double the marks inside a quoted text."),
			line);
	return NC_OK;
}

static enum nc_status csv_plain(
	struct nc_csv *csv, struct nc_buffer *field, struct nc_error *err)
{
	for (int next = csv_peek(csv); next != -1 && next != csv->separator &&
				       next != '\n' && next != '\r';
		next = csv_peek(csv)) {
		char c = csv_take(csv);

		if (nc_buffer_append(field, &c, 1) != NC_OK)
			return nc_error_no_memory(err);
	}
	return NC_OK;
}

static enum nc_status csv_field(struct nc_csv *csv, struct nc_error *err)
{
	struct nc_buffer field NC_AUTO(nc_buffer_fini) = {0};
	enum nc_status status;
	const char *text;

	nc_buffer_init(&field, NC_TABLE_BYTES_MAX);
	status = csv_peek(csv) == '"' ? csv_quoted(csv, &field, err)
				      : csv_plain(csv, &field, err);
	if (status != NC_OK)
		return status;
	if (csv->fields_count == NC_CSV_FIELDS_MAX)
		return nc_error_set(err, NC_INVALID,
			_("Line %zu: more than %d columns."), csv->line,
			NC_CSV_FIELDS_MAX);
	text = field.size == 0 ? ""
			       : nc_arena_text(csv->arena,
					 nc_buffer_string(&field), field.size);
	if (text == NULL)
		return nc_error_no_memory(err);
	csv->fields[csv->fields_count++] = text;
	return NC_OK;
}

static bool csv_row_is_blank(const struct nc_csv *csv)
{
	for (size_t i = 0; i < csv->fields_count; i++)
		if (nc_text_trim(nc_slice_text(csv->fields[i])).size > 0)
			return false;
	return true;
}

enum nc_status nc_csv_next(
	struct nc_csv *csv, bool *ret_row, struct nc_error *err)
{
	while (csv->rest.size > 0) {
		csv->line = csv->next_line;
		csv->fields_count = 0;
		for (;;) {
			enum nc_status status = csv_field(csv, err);

			if (status != NC_OK)
				return status;
			if (csv_peek(csv) != csv->separator)
				break;
			csv_take(csv);
		}
		(void)csv_take_line_end(csv);
		if (csv_row_is_blank(csv))
			continue;
		*ret_row = true;
		return NC_OK;
	}
	*ret_row = false;
	return NC_OK;
}
