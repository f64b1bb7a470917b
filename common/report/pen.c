#include "report/pen.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct nc_pen nc_pen(struct nc_buffer *out)
{
	struct nc_pen pen = {.out = out, .status = NC_OK};

	return pen;
}

void nc_pen_bytes(struct nc_pen *pen, const void *bytes, size_t size)
{
	if (pen->status == NC_OK)
		pen->status = nc_buffer_append(pen->out, bytes, size);
}

void nc_pen_text(struct nc_pen *pen, const char *text)
{
	nc_pen_bytes(pen, text, strlen(text));
}

void nc_pen_repeat(struct nc_pen *pen, const char *text, size_t count)
{
	for (size_t i = 0; i < count && pen->status == NC_OK; i++)
		nc_pen_text(pen, text);
}

void nc_pen_printf(struct nc_pen *pen, const char *format, ...)
{
	char text[256];
	va_list args;
	int size;

	va_start(args, format);
	size = vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	/* Only for numbers and ids; texts go through nc_pen_text. */
	NC_ASSERT(size >= 0 && (size_t)size < sizeof(text));
	nc_pen_bytes(pen, text, (size_t)size);
}

enum nc_status nc_report_failed(enum nc_status status, struct nc_error *err)
{
	if (status == NC_NO_MEMORY)
		return nc_error_no_memory(err);
	if (status == NC_LIMIT)
		return nc_error_set(err, status,
			_("The report is larger than this program prints at "
			  "once; print it for one union at a time."));
	return nc_error_set(err, status,
		_("The report could not be printed; this is a fault of the "
		  "program, so please send its makers this sentence and the "
		  "command that you ran."));
}

enum nc_status nc_pen_end(const struct nc_pen *pen, struct nc_error *err)
{
	if (pen->status == NC_OK)
		return NC_OK;
	return nc_report_failed(pen->status, err);
}

void nc_report_cut(struct nc_buffer *out, size_t size, enum nc_status status)
{
	if (status == NC_OK || out->data == NULL)
		return;
	out->size = size;
	out->data[size] = 0;
}
