/*
 * A buffer being written to: the first failure sticks and later strokes do
 * nothing, so that a writer asks once, at the end.
 */
#ifndef NC_REPORT_PEN_H
#define NC_REPORT_PEN_H

#include "base/bytes.h"

struct nc_pen {
	struct nc_buffer *out;
	enum nc_status status;
};

struct nc_pen nc_pen(struct nc_buffer *out);
void nc_pen_text(struct nc_pen *pen, const char *text);
void nc_pen_bytes(struct nc_pen *pen, const void *bytes, size_t size);
/* The same text count times. */
void nc_pen_repeat(struct nc_pen *pen, const char *text, size_t count);
void nc_pen_printf(struct nc_pen *pen, const char *format, ...) NC_PRINTF(2, 3);
/* What became of it, with the sentence. */
enum nc_status nc_pen_end(
	const struct nc_pen *pen, struct nc_error *err) NC_MUST_USE;

/* Half a report is none: takes back what was added past size, unless all went
 * well. */
void nc_report_cut(struct nc_buffer *out, size_t size, enum nc_status status);

/* The sentence for a report that could not be printed. */
enum nc_status nc_report_failed(enum nc_status status, struct nc_error *err);

#endif
